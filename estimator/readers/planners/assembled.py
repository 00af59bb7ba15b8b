"""From the lines and outlines of a floor planner to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.affinity import translate

from estimator.errors import PlanError
from estimator.options import DEFAULT_HEIGHT_M, DEFAULT_THICKNESS_M, ReadOptions, unit_name
from estimator.plan import Plan, Room, Storey, Wall
from estimator.readers.lines import DECIMALS, MOST_SPANS, Line, planned_walls
from estimator.readers.notes import Notes
from estimator.shapes import polygonal

FAR_M: Final = 1_000.0
"""Plans farther from their origin are moved to it. [m]"""

LARGEST_M: Final = 20_000.0
"""Extent beyond which a plan is no building. [m]"""

HIGHEST_M: Final = 1_000.0
"""Heights beyond this belong to no building. [m]"""

SHORTEST_M: Final = 0.02
"""Walls shorter than this are none. [m]"""

THINNEST_M, THICKEST_M = 0.005, 5.0
"""Bounds of a wall's thickness. [m]"""

SMALLEST_ROOM_M2: Final = 1e-4
"""Rooms smaller than this are none. [m²]"""

SAME_HEIGHT_M: Final = 0.01
"""Layers closer than this stand at the same height. [m]"""


@dataclass(frozen=True, slots=True)
class Level:
    """A layer of a planner's file.

    Attributes
    ----------
    id, name : str
    elevation_m : float
        Absolute z. [m]
    """

    id: str
    name: str
    elevation_m: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a planner's file holds, in metres and y up, storeys as numbers of levels.

    Attributes
    ----------
    levels : sequence of Level
    lines : sequence of Line
    rooms : sequence of Room
        Outlines as drawn, over walls or not.
    unit_m : float
        Length of the file's unit. [m]
    evidence, skipped : tuple of str
        As in a plan.
    """

    levels: Sequence[Level]
    lines: Sequence[Line]
    rooms: Sequence[Room]
    unit_m: float
    evidence: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def plan_of(drawn: Drawn, shown: str, program: str, name: str, notes: Notes, *, has_square_ends: bool = False) -> Plan:
    """The plan of what a planner's file holds.

    Parameters
    ----------
    drawn : Drawn
    shown : str
        What the file is called in messages.
    program : str
        Whose file it is.
    name : str
        Title in the file, or "".
    notes : Notes
    has_square_ends : bool
        Whether a free end stands half a thickness beyond the end of its line.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        There are no walls, or they extend over kilometres.
    """
    if not drawn.lines:
        raise PlanError(f"{shown}: holds no walls that can be read; draw some and save it again", notes.findings())
    crowded = next((line for line in drawn.lines if len(line.spans) > MOST_SPANS), None)
    if crowded is not None:
        raise PlanError(f"{shown}: wall {crowded.id!r} has more than the {MOST_SPANS} openings that are read; split it")
    lines, rooms, levels = _joined(drawn, notes)
    walls = planned_walls(lines, notes, has_square_ends=has_square_ends)
    low_x, low_y, high_x, high_y = shapely.total_bounds(np.array([w.footprint for w in walls], dtype=object))
    if max(high_x - low_x, high_y - low_y) > LARGEST_M:
        raise PlanError(
            f"{shown}: the walls extend over {high_x - low_x:.3g} x {high_y - low_y:.3g} m; "
            "check the unit with --unit, or delete what lies far away"
        )
    cleared = _cleared(rooms, walls, notes)
    if max(abs(low_x), abs(low_y), abs(high_x), abs(high_y)) > FAR_M:
        shift = (-float(np.floor(low_x)), -float(np.floor(low_y)))
        notes.add("plan-shifted", "plan", f"{shift[0]:.0f} / {shift[1]:.0f}")
        walls = [_moved_wall(wall, *shift) for wall in walls]
        cleared = [replace(room, footprint=_moved(room.footprint, *shift)) for room in cleared]
    storeys, walls, cleared, empty = _storeys(levels, walls, cleared)
    skipped = drawn.skipped + ((f"{empty} storey{'s' if empty > 1 else ''} without walls",) if empty else ())
    return Plan(
        name=name or Path(shown).stem,
        source=f"{Path(shown).name} ({program})",
        storeys=storeys,
        walls=tuple(walls),
        rooms=tuple(cleared),
        findings=notes.findings(),
        unit=unit_name(drawn.unit_m),
        evidence=drawn.evidence,
        skipped=skipped,
    )


def wall_height_m(
    given_m: float | None, options: ReadOptions, notes: Notes, name: str, otherwise_m: float = DEFAULT_HEIGHT_M
) -> float:
    """Height of a wall: the file's, or the default.

    Parameters
    ----------
    given_m : float or None
        As the file says. [m]
    options : ReadOptions
    notes : Notes
    name : str
        Of the wall.
    otherwise_m : float
        What the program itself takes. [m]

    Returns
    -------
    float
        [m]
    """
    if given_m is not None:
        return given_m
    height_m = otherwise_m if options.height_m is None else options.height_m
    if options.height_m is None:
        notes.add("height-default", name, f"{height_m:g}")
    return height_m


def wall_thickness_m(
    given_m: float | None, options: ReadOptions, notes: Notes, name: str, otherwise_m: float = DEFAULT_THICKNESS_M
) -> float:
    """Thickness of a wall: the file's, or the default.

    Parameters
    ----------
    given_m : float or None
        As the file says. [m]
    options : ReadOptions
    notes : Notes
    name : str
        Of the wall.
    otherwise_m : float
        What the program itself takes. [m]

    Returns
    -------
    float
        [m]
    """
    if given_m is not None:
        return given_m
    thickness_m = otherwise_m if options.thickness_m is None else options.thickness_m
    if options.thickness_m is None:
        notes.add("thickness-default", name, f"{thickness_m:g}")
    return thickness_m


def is_sound(line: Line, notes: Notes) -> bool:
    """Whether a line can be a wall; noted where it cannot.

    Parameters
    ----------
    line : Line
    notes : Notes

    Returns
    -------
    bool
    """
    height_m = min(line.top_m, line.top_at_end_m) - line.base_m
    reason = ""
    if line.axis.length < SHORTEST_M:
        reason = f"shorter than {SHORTEST_M:g} m"
    elif not THINNEST_M <= line.thickness_m <= THICKEST_M:
        reason = f"thickness not between {THINNEST_M:g} and {THICKEST_M:g} m"
    elif height_m < 0 or max(line.top_m, line.top_at_end_m) - line.base_m < SHORTEST_M:
        reason = "without height"
    elif max(abs(line.base_m), abs(line.top_m), abs(line.top_at_end_m)) > HIGHEST_M:
        reason = f"more than {HIGHEST_M:g} m high"
    if reason:
        notes.add("planner-wall-left-out", line.id, reason)
    return not reason


def _joined(drawn: Drawn, notes: Notes) -> tuple[list[Line], list[Room], list[Level]]:
    """Levels from the bottom up, those at the same height as one."""
    order = sorted(range(len(drawn.levels)), key=lambda k: drawn.levels[k].elevation_m)
    levels: list[Level] = []
    number: dict[int, int] = {}
    for k in order:
        level = drawn.levels[k]
        if levels and level.elevation_m - levels[-1].elevation_m < SAME_HEIGHT_M:
            notes.add("planner-storeys-joined", level.id)
        else:
            levels.append(level)
        number[k] = len(levels) - 1
    lines = [replace(line, storey=number[line.storey]) for line in drawn.lines]
    rooms = [replace(room, storey=number[room.storey]) for room in drawn.rooms]
    return lines, rooms, levels


def _cleared(rooms: Sequence[Room], walls: Sequence[Wall], notes: Notes) -> list[Room]:
    """Rooms without the walls around them and those that reach in from there."""
    if not rooms:
        return []
    whole = np.array([room.footprint for room in rooms], dtype=object)
    odd = np.flatnonzero(~shapely.is_valid(whole))
    for k in odd.tolist():
        notes.add("rooms-odd", rooms[k].id)
    whole[odd] = shapely.make_valid(whole[odd], method="structure", keep_collapsed=False)
    area = np.array([wall.footprint for wall in walls], dtype=object)
    room, wall = shapely.STRtree(area).query(whole, predicate="intersects")
    same = np.array([r.storey for r in rooms])[room] == np.array([w.storey for w in walls])[wall]
    room, wall = room[same], wall[same]
    first = np.searchsorted(room, np.arange(len(rooms) + 1))  # pairs come by room
    found = []
    for k, one in enumerate(rooms):
        inside = wall[first[k] : first[k + 1]]
        clear = polygonal(shapely.difference(whole[k], shapely.union_all(area[inside])) if len(inside) else whole[k])
        if shapely.get_num_interior_rings(whole[k]) == 0:  # walls that stand free in the room take nothing off it
            clear = polygonal(shapely.union_all([shapely.Polygon(p.exterior) for p in shapely.get_parts(clear)]))
        if clear.area < SMALLEST_ROOM_M2:
            notes.add("planner-room-left-out", one.id, "without floor")
        else:
            found.append(replace(one, footprint=clear))
    return found


def _moved(shape: Any, x_m: float, y_m: float) -> Any:
    return translate(shape, x_m, y_m)


def _moved_wall(wall: Wall, x_m: float, y_m: float) -> Wall:
    return replace(
        wall,
        footprint=_moved(wall.footprint, x_m, y_m),
        axis=_moved(wall.axis, x_m, y_m),
        openings=tuple(replace(o, footprint=_moved(o.footprint, x_m, y_m)) for o in wall.openings),
        slabs=tuple(replace(s, footprint=_moved(s.footprint, x_m, y_m)) for s in wall.slabs),
    )


def _storeys(
    levels: Sequence[Level], walls: list[Wall], rooms: list[Room]
) -> tuple[tuple[Storey, ...], list[Wall], list[Room], int]:
    """Storeys with walls or rooms and their heights, and the number of levels left out."""
    used = sorted({w.storey for w in walls} | {r.storey for r in rooms})
    storeys = []
    for k in used:
        tops = [w.top_m for w in walls if w.storey == k]
        above = levels[k + 1].elevation_m if k + 1 < len(levels) else max(tops, default=levels[k].elevation_m)
        height_m = above - levels[k].elevation_m
        height_m = height_m if height_m > 0 else DEFAULT_HEIGHT_M  # rooms alone on the last one
        elevation_m = round(levels[k].elevation_m, DECIMALS)
        storeys.append(Storey(levels[k].id, levels[k].name, elevation_m, round(height_m, DECIMALS)))
    number = {k: n for n, k in enumerate(used)}
    walls = [replace(w, storey=number[w.storey]) for w in walls]
    rooms = [replace(r, storey=number[r.storey]) for r in rooms]
    return tuple(storeys), walls, rooms, len(levels) - len(used)
