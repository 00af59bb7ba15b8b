"""Elements: a plan cut into pieces that a machine under a roof can print and a crane can lift."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.ops import substring

from estimator.errors import Finding
from estimator.plan import Opening, Plan, Wall
from estimator.shapes import united
from estimator.slicing import Bands
from estimator.walls import CLEARED_M, centre_line, strip, thickness_m
from printers import Printer

JOINT_M = 0.01
"""Width of the joint between two elements. [m]"""

SPECK_M2 = 1e-4
"""Pieces smaller than this are no elements. [m²]"""


def cut_into_elements(plan: Plan, printer: Printer) -> Plan:
    """A plan whose walls have joints where elements meet.

    Between two junctions of a wall there is at least one joint, so that an element holds one
    junction at most; its arms are short enough to fit the machine.

    Parameters
    ----------
    plan : Plan
    printer : Printer
        A factory machine.

    Returns
    -------
    Plan
        The joints are openings over the whole height; for printing only, not for counting.
    """
    longest = min(float(printer.element_length_m), float(printer.element_width_m))
    lines = [centre_line(w) for w in plan.walls]
    walls: list[Wall] = []
    for i, wall in enumerate(plan.walls):
        line = lines[i]
        if line is None:
            walls.append(wall)
            continue
        thick = thickness_m(wall)
        nodes = _junctions(i, line, plan.walls, lines)
        places = _joint_places(line.length, line.is_closed, nodes, longest - thick - JOINT_M)
        joints = tuple(_joint(wall, line, thick, at, k) for k, at in enumerate(places))
        walls.append(replace(wall, openings=wall.openings + joints))
    return replace(plan, walls=tuple(walls))


def count_elements(bands: Bands, plan: Plan, printer: Printer) -> tuple[int, list[Finding]]:
    """Number of elements in a cut plan.

    Parameters
    ----------
    bands : Bands
        Of the cut plan.
    plan : Plan
    printer : Printer

    Returns
    -------
    int
        Over all storeys, each storey by the footprint of all its bands united.
    list of Finding
        An error where an element is larger than the machine.
    """
    count = 0
    width, length = sorted((float(printer.element_length_m), float(printer.element_width_m)))
    findings: list[Finding] = []
    for storey in np.unique(bands.storey):
        areas = [a for i in np.unique(bands.section[bands.storey == storey]) for a in bands.sections[i].area.values()]
        parts = shapely.get_parts(united(np.array(areas, dtype=object)))
        parts = parts[shapely.area(parts) > SPECK_M2]
        count += len(parts)
        boxes = shapely.get_coordinates(shapely.minimum_rotated_rectangle(parts)).reshape(-1, 5, 2)
        sides = np.sort(np.hypot(*np.diff(boxes[:, :3], axis=1).transpose(2, 0, 1)), axis=1)
        too_large = (sides[:, 0] > width + 0.005) | (sides[:, 1] > length + 0.005)
        if np.any(too_large):
            worst = sides[too_large][np.argmax(sides[too_large][:, 1])]
            findings.append(
                Finding(
                    "envelope-element",
                    "error",
                    plan.storeys[int(storey)].id,
                    f"has a piece of {worst[0]:.2f} × {worst[1]:.2f} m that {printer.id} ({width:.2f} × {length:.2f} m)"
                    " cannot print whole; give the walls axes, or shorter and straighter ones",
                )
            )
    return count, findings


def _junctions(
    index: int, line: LineString, walls: tuple[Wall, ...], lines: list[LineString | None]
) -> NDArray[np.float64]:
    """Distances along a wall at which another wall meets it. [m]"""
    places: list[float] = []
    for j, other in enumerate(lines):
        if j == index or other is None or walls[j].storey != walls[index].storey:
            continue
        touching = (thickness_m(walls[index]) + thickness_m(walls[j])) / 2 + JOINT_M
        if line.distance(other) > touching:
            continue
        crossing = shapely.intersection(line, other)
        met = [shapely.Point(xy) for xy in shapely.get_coordinates(crossing)]
        ends = [shapely.Point(other.coords[0]), shapely.Point(other.coords[-1])] if not other.is_closed else []
        places += [line.project(p) for p in met]
        places += [line.project(p) for p in ends if line.distance(p) <= touching]
        places += [
            at for at, p in ((0.0, line.coords[0]), (line.length, line.coords[-1])) if _meets(p, other, touching)
        ]
    distances = np.unique(np.round(places, 3))
    return distances[np.concatenate(([True], np.diff(distances) > 0.05))] if len(distances) else distances


def _meets(point: tuple[float, ...], other: LineString, touching_m: float) -> bool:
    return bool(shapely.Point(point).distance(other) <= touching_m)


def _joint_places(length_m: float, is_closed: bool, nodes_m: NDArray[np.float64], reach_m: float) -> list[float]:
    """Distances along a wall at which it is cut. [m]"""
    if reach_m <= 0:
        return []
    if is_closed:
        first = float(nodes_m[0]) if len(nodes_m) else 0.0
        stops = [first, *(float(n) for n in nodes_m[1:]), first + length_m]
        joined = [len(nodes_m) > 0] * len(stops)
    else:
        stops = sorted({0.0, length_m, *(float(n) for n in nodes_m)})
        joined = [bool(len(nodes_m)) and float(np.abs(nodes_m - s).min()) < 0.01 for s in stops]
    inner = {s for s in stops if 0.01 < s < length_m - 0.01} if not is_closed else set(stops)
    places: list[float] = []
    for k in range(len(stops) - 1):
        span = stops[k + 1] - stops[k]
        # a junction in mid-wall has an arm on either side of it, one at an end has one
        arm = [
            reach_m / 2 if s in inner and j else reach_m
            for s, j in zip(stops[k : k + 2], joined[k : k + 2], strict=True)
        ]
        held = [a if j else 0.0 for a, j in zip(arm, joined[k : k + 2], strict=True)]
        between = max(int(np.ceil((span - sum(held)) / reach_m - 1e-9)), 0)
        pieces = [h for h in (held[0],) if h] + [reach_m] * between + [h for h in (held[1],) if h]
        if len(pieces) < 2 or span < 4 * JOINT_M:
            if is_closed and len(pieces) == 1:
                places.append(stops[k] % length_m)
            continue
        ends = np.cumsum(pieces)[:-1] * span / np.sum(pieces)
        places += [float((stops[k] + e) % length_m) if is_closed else float(stops[k] + e) for e in ends]
    if is_closed and not len(nodes_m):
        places.append(0.0)
    return places


def _joint(wall: Wall, line: LineString, thick_m: float, at_m: float, number: int) -> Opening:
    low, high = max(at_m - JOINT_M / 2, 0.0), min(at_m + JOINT_M / 2, line.length)
    cut = LineString(substring(line, low, high).coords)
    return Opening(
        f"{wall.id}-joint-{number}",
        "opening",
        wall.base_m,
        wall.top_m,
        JOINT_M,
        strip(cut, thick_m + 2 * CLEARED_M),
    )
