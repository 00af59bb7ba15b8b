"""Elements: a plan cut into pieces that a machine under a roof can print and a crane can lift."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from shapely import LineString
from shapely.ops import substring

from estimator.errors import Finding
from estimator.plan import Opening, Plan, Wall
from estimator.slicing import Bands
from estimator.walls import CLEARED_M, centre_line, strip, thickness_m
from printers import Printer

JOINT_M = 0.01
"""Width of the joint between two elements. [m]"""


def cut_into_elements(plan: Plan, printer: Printer) -> Plan:
    """A plan whose walls have joints where elements meet.

    Walls are divided into equal lengths short enough that a corner, which keeps a half on
    each side, still fits the machine.

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
    length = min(float(printer.element_length_m), float(printer.element_width_m))
    walls: list[Wall] = []
    for wall in plan.walls:
        line = centre_line(wall)
        thick = thickness_m(wall)
        reach = length - thick
        count = int(np.ceil(line.length / reach)) if line is not None and reach > 0 else 1
        if line is None or (count < 2 and not line.is_closed):
            walls.append(wall)
            continue
        joints = tuple(_joint(wall, line, thick, line.length * k / count, k) for k in range(1, count))
        if line.is_closed:
            joints += (_joint(wall, line, thick, JOINT_M, 0),)
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
    length, width = sorted((float(printer.element_length_m), float(printer.element_width_m)))
    findings: list[Finding] = []
    for storey in np.unique(bands.storey):
        areas = [a for i in np.unique(bands.section[bands.storey == storey]) for a in bands.sections[i].area.values()]
        parts = [p for p in shapely.get_parts(shapely.union_all(np.array(areas, dtype=object))) if p.area > 1e-4]
        count += len(parts)
        boxes = shapely.get_coordinates(shapely.minimum_rotated_rectangle(np.array(parts, dtype=object)))
        sides = np.hypot(*np.diff(boxes.reshape(-1, 5, 2)[:, :3], axis=1).transpose(2, 0, 1))
        over = np.sort(sides, axis=1)
        too_large = (over[:, 0] > length + 0.005) | (over[:, 1] > width + 0.005)
        if np.any(too_large):
            worst = over[too_large][np.argmax(over[too_large][:, 1])]
            findings.append(
                Finding(
                    "envelope-element",
                    "error",
                    plan.storeys[int(storey)].id,
                    f"has a piece of {worst[0]:.2f} × {worst[1]:.2f} m that {printer.id} "
                    f"({length:.2f} × {width:.2f} m) cannot print whole; give the walls axes, or shorter and straighter ones",
                )
            )
    return count, findings


def _joint(wall: Wall, line: LineString, thick_m: float, at_m: float, number: int) -> Opening:
    cut = LineString(substring(line, max(at_m - JOINT_M / 2, 0.0), min(at_m + JOINT_M / 2, line.length)).coords)
    return Opening(
        f"{wall.id}-joint-{number}",
        "opening",
        wall.base_m,
        wall.top_m,
        JOINT_M,
        strip(cut, thick_m + 2 * CLEARED_M),
    )
