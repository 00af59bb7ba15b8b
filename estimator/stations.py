"""Where the machine stands: what is printed from where, and the reasons why something cannot be.

A frame stands round the building, turned with it. A frame that may be moved (``max_set_ups``
above 1) is set up again beside or above what it has printed (:mod:`estimator.frames`). An arm prints
from the fewest stands that reach every wall (:mod:`estimator.stands`). A factory machine prints
elements indoors (:mod:`estimator.elements`).
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import Finding, UsageError
from estimator.frames import FIT_TOLERANCE_M, Frames, frame_joints, plan_frames, turned, zoned
from estimator.parts import Joint, Layout, Part, joint_strip, regions
from estimator.plan import Area, Plan
from estimator.stands import plan_stands
from estimator.walls import Pieces, centre_line
from printers import Printer

SHORTEST_ZONE_M = 1.5
"""Mean length of zones that a frame prints one after the other. [m]"""

STOREY_MIN_M = 1.8
"""Lower walls (foundations, parapets) make no storey. [m]"""


def plan_layout(plan: Plan, pieces: Pieces, printer: Printer, zones: int = 1) -> Layout:
    """Parts in which a printer prints a plan.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
        Of the plan, corners included.
    printer : Printer
    zones : int
        How many a frame prints one after the other, at least, from its one place.

    Returns
    -------
    Layout
        With error findings where the plan does not fit the envelope or the reach.
    """
    if zones > 1 and printer.deployment != "frame":
        raise UsageError(f"{printer.id} cannot print in zones, as frames do: it prints part after part anyway")
    findings: list[Finding] = []
    levels = _levels(plan, printer, findings)
    if any(f.severity == "error" for f in findings):
        return Layout((), (), 0.0, tuple(findings))
    if printer.deployment == "stands":
        return plan_stands(plan, pieces, printer, levels)
    if printer.deployment == "factory":
        return Layout(tuple(Part(s, None, None) for level in levels for s in level), (), 0.0, tuple(findings))
    return _in_frames(plan, pieces, printer, levels, findings, zones)


def _in_frames(
    plan: Plan, pieces: Pieces, printer: Printer, levels: list[list[int]], findings: list[Finding], zones: int
) -> Layout:
    """Parts of a frame, level by level."""
    x_m, y_m = float(printer.build_x_m), float(printer.build_y_m)
    frames = plan_frames(plan, pieces, x_m, y_m)
    set_ups = len(frames) * len(levels)
    beside = f"{len(frames)} beside each other" if len(frames) > 1 else ""
    above = f"{len(levels)} above each other" if len(levels) > 1 else ""
    counted = f"{set_ups} times ({', '.join(t for t in (beside, above) if t) or 'once'})"
    if set_ups > printer.max_set_ups:
        findings.append(
            Finding(
                "envelope",
                "error",
                printer.id,
                f"would have to be set up {counted} and can be {printer.max_set_ups} times; {_sizes(pieces, printer)}; "
                "choose a larger printer or a smaller plan",
            )
        )
        return Layout((), (), 0.0, tuple(findings))
    middles = frames.middles_m()
    if zones > 1:
        if len(frames) > 1:
            raise UsageError(f"{printer.id} is set up {counted} here, which parts the plan already; leave out --zones")
        most = max(int(frames.extent_m().max() / SHORTEST_ZONE_M), 1)
        if zones > most:
            raise UsageError(f"{zones} zones would be shorter than {SHORTEST_ZONE_M:g} m here; take at most {most}")
        return _in_zones(plan, pieces, frames, zones, levels)
    if len(frames) == 1:
        parts = [
            Part(s, None, middles[0], frames.turn_rad, level) for level, of in enumerate(levels) for s in of
        ]  # fmt: skip
        joints = []
    else:
        joints = frame_joints(plan, frames)
        parts = []
        for level, storeys in enumerate(levels):
            by_storey = {s: _frame_regions(plan, pieces, s, frames, joints) for s in storeys}
            for k in range(len(frames)):
                number = level * len(frames) + k
                parts += [
                    Part(s, by_storey[s][k], middles[k], frames.turn_rad, number) for s in storeys if k in by_storey[s]
                ]
        findings += _overhanging(plan, parts, frames, printer)
    if set_ups > 1:
        carried = "; the slab below has to carry the machine, which is not checked" if len(levels) > 1 else ""
        findings.append(
            Finding(
                "frame-moved", "warning", printer.id,
                f"is set up {counted}; {len(joints)} joints are cut through the walls between the parts{carried}",
            )
        )  # fmt: skip
    return Layout(tuple(parts), tuple(joints), 0.0, tuple(findings))


def _in_zones(plan: Plan, pieces: Pieces, frame: Frames, zones: int, levels: list[list[int]]) -> Layout:
    """Parts of one frame that stands still and prints zone after zone, each to the top of its level."""
    grid = zoned(plan, frame, zones)
    joints, middle = frame_joints(plan, grid), frame.middles_m()[0]
    parts = []
    for level, storeys in enumerate(levels):
        by_storey = {s: _frame_regions(plan, pieces, s, grid, joints) for s in storeys}
        parts += [
            Part(s, by_storey[s][k], middle, frame.turn_rad, level)
            for k in range(len(grid)) for s in storeys if k in by_storey[s]
        ]  # fmt: skip
    return Layout(tuple(parts), tuple(joints), 0.0, ())


def _frame_regions(plan: Plan, pieces: Pieces, storey: int, frames: Frames, joints: list[Joint]) -> dict[int, Area]:
    """What each frame prints of a storey."""
    here = np.array([w.storey == storey for w in plan.walls], dtype=bool)[pieces.wall]
    cuts = []
    for joint in joints:
        wall = plan.walls[joint.wall]
        line = centre_line(wall)
        if wall.storey == storey and line is not None:
            cuts.append(joint_strip(wall, line, joint.at_m))

    def frame_of(areas: NDArray[np.object_]) -> NDArray[np.int64]:
        return frames.cell(shapely.get_coordinates(shapely.point_on_surface(areas)))

    return regions(pieces.footprint[here], cuts, frame_of)


def _overhanging(plan: Plan, parts: list[Part], frames: Frames, printer: Printer) -> list[Finding]:
    """An error where a part is larger than the frame, since a wall could not be cut."""
    sizes = np.array([float(printer.build_x_m), float(printer.build_y_m)])
    for part in parts:
        extent = np.ptp(turned(shapely.get_coordinates(part.region), -frames.turn_rad), axis=0)
        if np.any(extent > sizes + FIT_TOLERANCE_M):
            return [
                Finding(
                    "envelope", "error", plan.storeys[part.storey].id,
                    f"has a part of {extent[0]:.2f} × {extent[1]:.2f} m that no joint can cut, and {printer.id} prints "
                    f"{sizes[0]:.2f} × {sizes[1]:.2f} m; give the walls axes, or choose a larger printer",
                )
            ]  # fmt: skip
    return []


def _levels(plan: Plan, printer: Printer, findings: list[Finding]) -> list[list[int]]:
    """Storeys that are printed from one level, upwards; an error where one storey alone is too high."""
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
        return []
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
        return []
    levels: list[list[int]] = [[]]
    floor = base[storeys[0]]
    for i in storeys:
        is_higher = any(s in full for s in levels[-1]) and i in full
        if is_higher if printer.deployment == "stands" else top[i] - floor > limit + FIT_TOLERANCE_M:
            levels.append([])
            floor = base[i]
        levels[-1].append(i)
    return levels


def _extent(pieces: Pieces) -> tuple[float, float]:
    """Sides of the smallest rectangle round the walls, the shorter first. [m]"""
    footprint = shapely.GeometryCollection(list(pieces.footprint))
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shapely.convex_hull(footprint)))
    width, length = sorted(np.hypot(*np.diff(box[:3], axis=0).T))
    return float(width), float(length)


def _sizes(pieces: Pieces, printer: Printer) -> str:
    width, length = _extent(pieces)
    short, long = sorted((float(printer.build_x_m), float(printer.build_y_m)))
    return f"the walls measure {width:.2f} × {length:.2f} m, the machine prints {short:.2f} × {long:.2f} m"
