"""Where the machine stands: does the plan fit, from where is it printed, how often is it set up.

A frame stands round the building. A frame that may be moved (``max_set_ups`` above 1) is set
up again beside or above what it has printed. A polar arm prints from one stand from which every wall
lies between its least and its greatest reach. A factory machine prints elements indoors
(:mod:`estimator.elements`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import Finding
from estimator.plan import Plan
from estimator.walls import Pieces
from printers import Printer

STAND_GRID_M = 0.25
"""Spacing of the places tried for a stand. [m]"""

STOREY_MIN_M = 1.8
"""Lower walls (foundations, parapets) make no storey. [m]"""

FIT_TOLERANCE_M = 0.005
"""By how much a plan may exceed an envelope before it does not fit. [m]"""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a printer stands for a plan.

    Attributes
    ----------
    set_ups : int
        How often the machine is set up: frames × levels, or stands over all storeys.
    station_m : (2,) float or None
        Axis of a polar arm; None for other machines. [m]
    findings : tuple of Finding
        Errors when the plan cannot be printed from anywhere.
    """

    set_ups: int
    station_m: NDArray[np.float64] | None
    findings: tuple[Finding, ...]


def place(plan: Plan, pieces: Pieces, printer: Printer) -> Placement:
    """Place a printer for a plan.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
        Of the plan, corners included.
    printer : Printer

    Returns
    -------
    Placement
        With error findings where the plan does not fit the envelope or the reach.
    """
    footprint = shapely.GeometryCollection(list(pieces.footprint))
    findings: list[Finding] = []
    levels = _levels(plan, printer, findings)
    if printer.deployment == "stands":
        station = _stand(footprint, printer, findings)
        return Placement(levels, station, tuple(findings))
    if printer.deployment == "factory":
        return Placement(1, None, tuple(findings))
    frames = _frames(footprint, printer)
    set_ups = frames * levels
    if set_ups > printer.max_set_ups:
        findings.append(
            Finding(
                "envelope",
                "error",
                printer.id,
                f"would have to be set up {set_ups} times ({frames} beside each other, {levels} above each other) "
                f"and can be {printer.max_set_ups} times; {_sizes(footprint, printer)}; choose a larger printer or "
                "a smaller plan",
            )
        )
    elif set_ups > 1:
        findings.append(
            Finding(
                "frame-moved",
                "warning",
                printer.id,
                f"is set up {set_ups} times ({frames} beside each other, {levels} above each other); the joints "
                "between the parts and the slab that has to carry the machine are not checked",
            )
        )
    return Placement(set_ups, None, tuple(findings))


def _levels(plan: Plan, printer: Printer, findings: list[Finding]) -> int:
    """Set-ups above each other; an error where one storey alone is too high."""
    limit = float(printer.build_z_m) if printer.deployment != "factory" else float(printer.element_height_m)
    base: dict[int, float] = {}
    top: dict[int, float] = {}
    for w in plan.walls:
        base[w.storey] = min(base.get(w.storey, w.base_m), w.base_m)
        top[w.storey] = max(top.get(w.storey, w.top_m), w.top_m)
    storeys = sorted(base, key=lambda i: base[i])
    tall = [i for i in storeys if top[i] - base[i] > limit + FIT_TOLERANCE_M]
    if tall:
        i = tall[0]
        findings.append(
            Finding(
                "envelope-height",
                "error",
                plan.storeys[i].name,
                f"is {top[i] - base[i]:.2f} m high and {printer.id} prints up to {limit:.2f} m; lower the walls or "
                "choose a taller printer",
            )
        )
        return 1
    full = [i for i in storeys if top[i] - base[i] >= STOREY_MIN_M]
    if printer.max_storeys and len(full) > printer.max_storeys:
        findings.append(
            Finding(
                "envelope-storeys",
                "error",
                plan.name,
                f"has {len(full)} storeys and {printer.id} prints {printer.max_storeys}; choose a printer that "
                "can print the upper ones",
            )
        )
        return 1
    if printer.deployment == "stands":
        return len(full) or 1
    levels, floor = 1, base[storeys[0]]
    for i in storeys:
        if top[i] - floor > limit + FIT_TOLERANCE_M:
            levels, floor = levels + 1, base[i]
    return levels


def _frames(footprint: shapely.GeometryCollection, printer: Printer) -> int:
    """Frames beside each other, the plan turned whichever way needs fewer."""
    width, length = _extent(footprint)
    short, long = sorted((float(printer.build_x_m), float(printer.build_y_m)))
    room = FIT_TOLERANCE_M
    along = np.ceil((length - room) / long) * np.ceil((width - room) / short)
    across = np.ceil((length - room) / short) * np.ceil((width - room) / long)
    return int(max(min(along, across), 1))


def _extent(footprint: shapely.GeometryCollection) -> tuple[float, float]:
    """Sides of the smallest rectangle round the walls, the shorter first. [m]"""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shapely.convex_hull(footprint)))
    width, length = sorted(np.hypot(*np.diff(box[:3], axis=0).T))
    return float(width), float(length)


def _sizes(footprint: shapely.GeometryCollection, printer: Printer) -> str:
    width, length = _extent(footprint)
    short, long = sorted((float(printer.build_x_m), float(printer.build_y_m)))
    return f"the walls measure {width:.2f} × {length:.2f} m, the machine prints {short:.2f} × {long:.2f} m"


def _stand(
    footprint: shapely.GeometryCollection, printer: Printer, findings: list[Finding]
) -> NDArray[np.float64] | None:
    """A stand with every wall in reach, as far inside the limits as the grid allows."""
    near, far = float(printer.reach_min_m), float(printer.reach_max_m)
    hull = shapely.get_coordinates(shapely.convex_hull(footprint))
    radius = float(shapely.minimum_bounding_radius(footprint))
    best = None
    if radius <= far:
        middle = shapely.get_coordinates(shapely.centroid(shapely.minimum_bounding_circle(footprint)))[0]
        slack = far - radius + STAND_GRID_M
        steps = np.arange(-np.ceil(slack / STAND_GRID_M), np.ceil(slack / STAND_GRID_M) + 1) * STAND_GRID_M
        place = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) + middle
        to_hull = np.hypot(place[:, None, 0] - hull[None, :, 0], place[:, None, 1] - hull[None, :, 1]).max(axis=1)
        place, to_hull = place[to_hull <= far], to_hull[to_hull <= far]
        if len(place):
            shapely.prepare(footprint)
            to_wall = shapely.distance(footprint, shapely.points(place))
            margin = np.minimum(to_wall - near, far - to_hull)
            best = int(np.argmax(margin))
            if margin[best] >= 0:
                return np.asarray(place[best])
    reason = (
        f"a stand with all walls within {far:.1f} m would stand closer than {near:.1f} m to some of them"
        if best is not None
        else f"the walls need a reach of {radius:.1f} m and the arm has {far:.1f} m"
    )
    findings.append(
        Finding(
            "reach",
            "error",
            printer.id,
            f"cannot reach every wall from one stand: {reason}; several stands are not planned yet, choose a larger "
            "printer or a smaller plan",
        )
    )
    return None
