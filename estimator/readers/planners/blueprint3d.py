"""Floor plans of Blueprint3D and its kin: walls between corners, doors and windows as things that stand in walls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import PlanError
from estimator.options import DEFAULT_DOOR_HEAD_M, DEFAULT_SILL_M, UNITS_M, ReadOptions
from estimator.plan import OpeningKind, Plan, Room
from estimator.readers.detect import load_bounded_json
from estimator.readers.lines import Line, Span, axis_through
from estimator.readers.notes import Notes
from estimator.readers.planners.assembled import Drawn, Level, is_sound, plan_of, wall_height_m, wall_thickness_m
from estimator.readers.planners.values import SENTENCES, Names, mapping, number, point, text

CENTIMETRE_M: Final = 0.01
"""What the program counts in. [m]"""

PROGRAM_HEIGHT_M, PROGRAM_THICKNESS_M = 2.5, 0.1
"""Walls as the program shows them where nothing else is set. [m]"""

SMALLEST_M, LARGEST_M = 1.5, 500.0
"""Extent of a building. [m]"""

IN_WALL: Final = {3, 7}
"""Types of things that cut the wall: windows and the like, doors and the like."""

MODELS_M: Final = (
    ("closed-door28x80", 0.851, 2.151),
    ("open_door", 0.971, 2.216),
    ("whitewindow", 1.095, 0.809),
)
"""Width and height of the models that come with the program, by a part of their file names. [m]"""

DOOR_WIDTH_M, WINDOW_WIDTH_M = 0.9, 1.2
"""Widths of things whose size nothing tells. [m]"""

WIDEST_M: Final = 10.0
"""Sizes beyond this, or below a tenth of a metre, are none of a door or window. [m]"""

REACH_M: Final = 0.3
"""How far beside the face of its wall a thing may stand. [m]"""

CURVE_CHORDS: Final = 24
"""Chords of a curved wall."""

Pairs = NDArray[np.float64]


def read(path: Path, options: ReadOptions, kind: str = "blueprint3d", shown: str | None = None) -> Plan:
    """The plan in a Blueprint3D file.

    Parameters
    ----------
    path : Path
    options : ReadOptions
    kind : str
    shown : str, optional
        What the file is called in messages.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
    """
    shown = str(path) if shown is None else shown
    data = mapping(load_bounded_json(path, shown))
    floor = mapping(data.get("floorplan")) if "floorplan" in data else data
    corners, walls, items = mapping(floor.get("corners")), mapping(floor.get("walls")), mapping(data.get("items"))
    limits = options.limits
    if len(walls) + len(items) > limits.entities or len(corners) > limits.vertices:
        raise PlanError(
            f"{shown}: has {len(walls) + len(items)} walls and items, more than the {limits.entities} allowed; "
            "raise --limit entities"
        )
    notes = Notes(SENTENCES)
    places = {key: p for key, c in corners.items() if (p := point(c, notes, key)) is not None}
    unit_m, evidence = _unit(floor, places, options, notes, shown)
    names = Names(notes)
    lines = list(_lines(corners, places, walls, unit_m, options, notes, names))
    things = {k: item for k, value in items.items() if _type_of(item := mapping(value)) in IN_WALL}
    lines = _with_spans(lines, things, unit_m, notes, names)
    rooms = _rooms(lines, floor, places, unit_m, names)
    others = len(items) - len(things)
    skipped = (f"{others} item{'s' if others > 1 else ''} of furniture",) if others else ()
    drawn = Drawn([Level("storey-1", "Storey 1", 0.0)], lines, rooms, unit_m, evidence, skipped)
    return plan_of(drawn, shown, "Blueprint3D", text(floor.get("name")), notes)


def _unit(
    floor: dict[str, Any], places: dict[str, tuple[float, float]], options: ReadOptions, notes: Notes, shown: str
) -> tuple[float, tuple[str, ...]]:
    """Length of the unit of corners, and what it was taken from. [m]"""
    if options.unit_m is not None:
        return options.unit_m, ()
    said = text(floor.get("units")).lower()
    if said:
        if said not in UNITS_M:
            raise PlanError(f"{shown}: has the unit {said!r}, which is not known; say the unit with --unit")
        return UNITS_M[said], ()
    extent = float(np.ptp(np.array(list(places.values())), axis=0).max()) if places else 0.0
    if extent * CENTIMETRE_M < SMALLEST_M <= extent <= LARGEST_M:
        notes.add(
            "unit-evidence", "floorplan", f"metres: in centimetres it would be {extent * CENTIMETRE_M:.3g} m wide"
        )
        return 1.0, (f"the corners lie {extent:.3g} units apart",)
    return CENTIMETRE_M, ()


def _lines(
    corners: dict[str, Any],
    places: dict[str, tuple[float, float]],
    walls: dict[str, Any],
    unit_m: float,
    options: ReadOptions,
    notes: Notes,
    names: Names,
) -> Iterator[Line]:
    flip = np.array([unit_m, -unit_m])  # the program's y points down
    for k, value in enumerate(walls.values(), 1):
        wall = mapping(value)
        name = names.of("wall", wall.get("id"), f"wall-{k}")
        ends = [str(wall.get("corner1")), str(wall.get("corner2"))]
        if any(end not in places for end in ends):
            notes.add("planner-wall-left-out", name, "without two known corners")
            continue
        points = np.array([places[end] for end in ends]) * flip
        heights = [number(mapping(corners[end]).get("elevation"), notes, name) for end in ends]
        tops = [
            wall_height_m(None if h is None or h <= 0 else h * unit_m, options, notes, name, PROGRAM_HEIGHT_M)
            for h in heights
        ]
        partial = number(wall.get("partialHeight"), notes, name)
        if partial is not None:
            tops = [min(top, partial * unit_m) for top in tops]
        thick = number(wall.get("thickness"), notes, name)
        thick_m = wall_thickness_m(None if thick is None else thick * unit_m, options, notes, name, PROGRAM_THICKNESS_M)
        if text(wall.get("wallType")).upper() == "CURVED":
            points = _curve(points, [point(wall.get(key), notes, name) for key in ("a", "b")], unit_m)
        line = Line(name, 0, axis_through(points), thick_m, 0.0, tops[0], tops[1])
        if is_sound(line, notes):
            yield line


def _curve(ends: Pairs, controls: list[tuple[float, float] | None], unit_m: float) -> Pairs:
    """Points of a cubic curve; its control points are in centimetres even where corners are not."""
    chord_m = float(np.hypot(*(ends[1] - ends[0])))
    for scale_m in (unit_m, CENTIMETRE_M):
        known = [np.array(c) * (scale_m, -scale_m) for c in controls if c is not None]
        if len(known) == 2 and all(np.hypot(*(c - ends.mean(axis=0))) <= 3 * chord_m for c in known):
            t = np.linspace(0, 1, CURVE_CHORDS + 1)[:, None]
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
            curve: Pairs = sum(w * p for w, p in zip(weights, (ends[0], *known, ends[1]), strict=True))
            return curve
    return ends


def _type_of(item: dict[str, Any]) -> int | None:
    value = item.get("item_type", item.get("itemType"))
    return value if type(value) is int else None


def _with_spans(
    lines: list[Line], things: dict[str, dict[str, Any]], unit_m: float, notes: Notes, names: Names
) -> list[Line]:
    """Walls with the doors and windows that stand in them."""
    found: list[tuple[str, dict[str, Any], tuple[float, float, float]]] = []
    for k, (key, item) in enumerate(things.items(), 1):
        name = names.of("opening", item.get("id"), f"item-{k}")
        place = _place(item, notes, key)
        if place is None:
            notes.add("planner-opening-left-out", name, "without place")
        else:
            found.append((name, item, place))
    if not found or not lines:
        return lines
    tree = shapely.STRtree([line.axis for line in lines])
    half_m = np.array([line.thickness_m / 2 for line in lines])
    best: tuple[float, int, NDArray[np.int64], NDArray[np.bool_]] | None = None
    for scale_m in dict.fromkeys((unit_m, CENTIMETRE_M)):  # things are placed in centimetres even where corners are not
        at = np.asarray(shapely.points([(x * scale_m, -z * scale_m) for _, _, (x, _, z) in found]), dtype=object)
        (_, nearest), far_m = tree.query_nearest(at, return_distance=True, all_matches=False)
        near = far_m <= half_m[nearest] + REACH_M
        if best is None or near.sum() > best[1]:
            best = (scale_m, int(near.sum()), nearest, near)
    assert best is not None
    spans: dict[int, list[Span]] = {}
    for (name, item, place), wall, is_near in zip(found, best[2].tolist(), best[3].tolist(), strict=True):
        if is_near:
            spans.setdefault(wall, []).append(_span(name, item, place, lines[wall], best[0], notes))
        else:
            notes.add("opening-off-wall", name)
    return [replace(line, spans=tuple(spans.get(k, ()))) for k, line in enumerate(lines)]


def _place(item: dict[str, Any], notes: Notes, name: str) -> tuple[float, float, float] | None:
    """Where the middle of a thing is: to the right, up, and towards the viewer of the plan."""
    listed = mapping(item.get("position"))
    x, y, z = (
        number(item.get(f"{axis}pos", listed.get(str(k), listed.get(axis))), notes, name)
        for k, axis in enumerate("xyz")
    )
    return None if x is None or y is None or z is None else (x, y, z)


def _span(
    name: str, item: dict[str, Any], place: tuple[float, float, float], line: Line, scale_m: float, notes: Notes
) -> Span:
    words = " ".join(text(item.get(key)) for key in ("item_name", "itemName", "model_url", "modelURL")).casefold()
    is_door = _type_of(item) == 7 or ("door" in words and "window" not in words)
    width_m, height_m = _size(item, words, is_door, scale_m, notes, name)
    middle_m = place[1] * scale_m
    if is_door:  # its middle is half its height above the floor
        sill_m = 0.0
        height_m = 2 * middle_m if 0.5 <= 2 * middle_m <= WIDEST_M else height_m
    else:
        sill_m = middle_m - height_m / 2
        if sill_m < 0:
            sill_m = DEFAULT_SILL_M
            notes.add("heads-default", name, f"a sill of {sill_m:g} m")
    at_m = line.axis.project(shapely.Point(place[0] * scale_m, -place[2] * scale_m))
    kind: OpeningKind = "door" if is_door else "window"
    return Span(
        name, kind, at_m - width_m / 2, at_m + width_m / 2, line.base_m + sill_m, line.base_m + sill_m + height_m
    )


def _size(
    item: dict[str, Any], words: str, is_door: bool, scale_m: float, notes: Notes, name: str
) -> tuple[float, float]:
    """Width and height of a thing: stated, its model's, in its name in inches, or usual ones. [m]"""
    stretch = mapping(item.get("scale"))
    across, up = (
        number(item.get(f"scale_{axis}", stretch.get(str(k), 1.0)), notes, name) or 1.0 for k, axis in enumerate("xy")
    )
    size = mapping(item.get("size"))
    stated = [number(size.get(key), notes, name) for key in ("0", "1")]
    inches = re.search(r"(\d{2})x(\d{2,3})", words)
    choices = [(w * across, h * up) for part, w, h in MODELS_M if part in words]
    if stated[0] is not None and stated[1] is not None:
        choices.insert(0, (stated[0] * scale_m, stated[1] * scale_m))
    if inches:
        choices.append((float(inches[1]) * UNITS_M["in"] * across, float(inches[2]) * UNITS_M["in"] * up))
    for width_m, height_m in choices:
        if 0.1 <= width_m <= WIDEST_M and 0.1 <= height_m <= WIDEST_M:
            return width_m, height_m
    width_m = DOOR_WIDTH_M if is_door else WINDOW_WIDTH_M
    height_m = DEFAULT_DOOR_HEAD_M if is_door else DEFAULT_DOOR_HEAD_M - DEFAULT_SILL_M
    notes.add("planner-opening-size", name, f"{width_m:g} x {height_m:g} m for a {'door' if is_door else 'window'}")
    return width_m, height_m


def _rooms(
    lines: list[Line], floor: dict[str, Any], places: dict[str, tuple[float, float]], unit_m: float, names: Names
) -> list[Room]:
    """What the walls enclose, named as the file names it by its corners."""
    if not lines:
        return []
    titles = {
        frozenset(key.split(",")): title
        for key, value in mapping(floor.get("rooms")).items()
        if (title := text(mapping(value).get("name")))
    }
    corner_at = {(round(x * unit_m, 3), round(-y * unit_m, 3)): key for key, (x, y) in places.items()}
    noded = shapely.union_all([line.axis for line in lines])
    rooms = []
    for k, outline in enumerate(shapely.get_parts(shapely.polygonize(list(shapely.get_parts(noded)))), 1):
        on = {corner_at.get((round(x, 3), round(y, 3))) for x, y in shapely.get_coordinates(outline)}
        title = titles.get(frozenset(c for c in on if c is not None), f"Room {k}")
        rooms.append(Room(names.of("room", None, f"room-{k}"), title, 0, outline))
    return rooms
