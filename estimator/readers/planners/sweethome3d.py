"""Homes of Sweet Home 3D: the XML description in a ``.sh3d`` archive, or by itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from estimator.errors import PlanError
from estimator.options import ReadOptions
from estimator.plan import OpeningKind, Plan, Room
from estimator.readers.detect import archive_entries, unpacked
from estimator.readers.lines import Line, Span, arc_points, axis_through
from estimator.readers.notes import Notes
from estimator.readers.planners.assembled import Drawn, Level, is_sound, plan_of, wall_height_m, wall_thickness_m
from estimator.readers.planners.values import SENTENCES, Names, number, text
from estimator.readers.words import role_of

CENTIMETRE_M: Final = 0.01
"""What the program counts in, whatever unit it shows. [m]"""

NEW_WALL_HEIGHT_M: Final = 2.5
"""Of a home that names none. [m]"""

JOINED_M: Final = 0.005
"""Ends of joined walls closer than this are one point. [m]"""

ALONG_DEG: Final = 15.0
"""How far a door may be turned out of the wall it cuts. [deg]"""

LEAST_SHARE: Final = 0.3
"""Share of a door's plan area that has to lie in a wall it cuts."""

DOOR_SILL_M: Final = 0.3
"""Openings that begin lower are doors where no word says what they are. [m]"""

FURNITURE: Final = {"pieceOfFurniture", "doorOrWindow", "light", "shelfUnit"}
OTHERS: Final = {"dimensionLine": "dimension line", "label": "label", "polyline": "polyline"}


@dataclass(frozen=True, slots=True)
class _Hole:
    """What a door or window cuts, in plan."""

    name: str
    kind: OpeningKind
    level: int
    middle: NDArray[np.float64]
    along: NDArray[np.float64]
    width_m: float
    depth_m: float
    sill_m: float
    head_m: float


@dataclass(frozen=True, slots=True)
class _Reader:
    """What is needed all along."""

    unit_m: float
    options: ReadOptions
    notes: Notes
    names: Names
    levels: dict[str, int]
    elevations_m: list[float]

    def length_m(self, element: Any, key: str, where: str) -> float | None:
        """A length among the attributes of an element. [m]"""
        value = _number(element, key)
        return None if value is None else value * self.unit_m

    def place(self, element: Any, x: str, y: str, where: str) -> NDArray[np.float64] | None:
        """A point, its y turned upwards. [m]"""
        at = [self.length_m(element, key, where) for key in (x, y)]
        return None if at[0] is None or at[1] is None else np.array([at[0], -at[1]])

    def level(self, element: Any) -> int:
        """Number of the level that an element stands on; the lowest where it names none."""
        return self.levels.get(element.get("level", ""), 0)


def read(path: Path, options: ReadOptions, kind: str = "sweethome3d", shown: str | None = None) -> Plan:
    """The plan in a home.

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
    home = _parsed(_xml(path, shown, options), shown, options)
    notes = Notes(SENTENCES)
    unit_m = CENTIMETRE_M if options.unit_m is None else options.unit_m
    levels = list(_levels(home, unit_m)) or [Level("storey-1", "Storey 1", 0.0)]
    numbers = {level.id: k for k, level in reversed(list(enumerate(levels)))}
    reader = _Reader(unit_m, options, notes, Names(notes), numbers, [level.elevation_m for level in levels])
    lines = _with_joints(list(_lines(reader, home)), home, reader)
    lines = [line for line in lines if is_sound(line, notes)]
    pieces = [piece for kind_ in FURNITURE for piece in home.iter(kind_)]
    doors = [p for p in pieces if p.tag == "doorOrWindow" or p.get("doorOrWindow") == "true"]
    lines = _with_spans(lines, list(_holes(reader, doors)), notes)
    drawn = Drawn(levels, lines, list(_rooms(reader, home)), unit_m, (), tuple(_skipped(home, pieces, doors)))
    title = text(home.get("name"))
    return plan_of(drawn, shown, "Sweet Home 3D", Path(title.replace("\\", "/")).stem if title else "", notes)


def _levels(home: Any, unit_m: float) -> Iterator[Level]:
    for k, level in enumerate(home.findall("level"), 1):
        elevation_m = (_number(level, "elevation") or 0.0) * unit_m
        yield Level(text(level.get("id"), f"level-{k}"), text(level.get("name"), f"Storey {k}"), elevation_m)


def _xml(path: Path, shown: str, options: ReadOptions) -> bytes:
    with path.open("rb") as file:
        is_archive = file.read(2) == b"PK"
    if not is_archive:
        return path.read_bytes()
    entries = archive_entries(path, shown, options.limits)
    name = next((n for n in entries if n.lower() == "home.xml"), None)
    if name is None:
        raise PlanError(
            f"{shown}: describes the home only as a Java object, as Sweet Home 3D did before version 5.3; "
            "open it in a newer version and save it again"
        )
    return unpacked(path, name, shown, options.limits)


def _parsed(data: bytes, shown: str, options: ReadOptions) -> Any:
    """The root element, its size bound, nothing outside the text fetched or expanded."""
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, iterparse
    except ImportError as error:
        raise PlanError(
            f"{shown}: Sweet Home 3D needs the defusedxml library; install it with: pip install 'printhouse[svg]'"
        ) from error
    limits, depth, count, root = options.limits, 0, 0, None
    try:
        for event, element in iterparse(BytesIO(data), events=("start", "end")):
            depth += 1 if event == "start" else -1
            count += event == "start"
            root = element if root is None else root
            if depth > limits.depth:
                raise PlanError(f"{shown}: is nested deeper than the {limits.depth} levels allowed; ungroup furniture")
            if count > limits.entities:
                raise PlanError(
                    f"{shown}: has more than the {limits.entities} elements allowed; raise --limit entities"
                )
    except DefusedXmlException as error:
        raise PlanError(
            f"{shown}: declares entities or refers to other files ({type(error).__name__}), which no home needs; "
            "save it again in Sweet Home 3D"
        ) from None
    except (ParseError, LookupError, ValueError) as error:
        raise PlanError(f"{shown}: is not complete XML ({error}); save the home again") from None
    if root is None or root.tag != "home":
        raise PlanError(f"{shown}: is XML but no home of Sweet Home 3D; save the home again")
    return root


def _number(element: Any, key: str) -> float | None:
    """A number among the attributes of an element, which are all text."""
    value = element.get(key)
    if not isinstance(value, str):
        return None
    try:
        return number(float(value))
    except ValueError:
        return None


def _lines(reader: _Reader, home: Any) -> Iterator[Line]:
    notes = reader.notes
    home_height_m = reader.length_m(home, "wallHeight", "home")
    for k, wall in enumerate(home.findall("wall"), 1):
        name = reader.names.of("wall", wall.get("id"), f"wall-{k}")
        start, end = reader.place(wall, "xStart", "yStart", name), reader.place(wall, "xEnd", "yEnd", name)
        if start is None or end is None:
            notes.add("planner-wall-left-out", name, "without two ends")
            continue
        level = reader.level(wall)
        base_m = reader.elevations_m[level]
        given_m = reader.length_m(wall, "height", name)
        height_m = wall_height_m(
            home_height_m if given_m is None else given_m, reader.options, notes, name, NEW_WALL_HEIGHT_M
        )
        end_height_m = reader.length_m(wall, "heightAtEnd", name)
        thickness_m = wall_thickness_m(reader.length_m(wall, "thickness", name), reader.options, notes, name)
        extent_rad = _number(wall, "arcExtent") or 0.0
        points = np.array([start, end])
        is_arc = 1e-3 < abs(extent_rad) < 2 * math.pi - 1e-3 and np.hypot(*(end - start)) > 1e-6
        if is_arc:
            points = arc_points(start, end, -extent_rad)  # clockwise in the file, where y points down
        top_m = base_m + height_m
        top_at_end_m = top_m if end_height_m is None else base_m + end_height_m
        yield Line(name, level, axis_through(points), thickness_m, base_m, top_m, top_at_end_m)


def _with_joints(lines: list[Line], home: Any, reader: _Reader) -> list[Line]:
    """Straight walls whose ends are moved onto the end of the wall that the file joins there."""
    number_of = {line.id: k for k, line in enumerate(lines)}
    nodes = [shapely.get_coordinates(line.axis) for line in lines]
    for wall in home.findall("wall"):
        k = number_of.get(text(wall.get("id")))
        if k is None or len(nodes[k]) != 2:
            continue
        for side, key in ((0, "wallAtStart"), (1, "wallAtEnd")):
            other = number_of.get(text(wall.get(key)))
            if other is None or other == k or lines[other].storey != lines[k].storey:
                continue
            target = min(nodes[other][[0, -1]], key=lambda p: float(np.hypot(*(p - nodes[k][side]))))
            apart_m = float(np.hypot(*(target - nodes[k][side])))
            if JOINED_M < apart_m <= lines[k].thickness_m + lines[other].thickness_m:
                reader.notes.add("planner-ends-moved", lines[k].id, f"{apart_m:.3g}")
                nodes[k][side] = target
    return [
        replace(line, axis=LineString(points)) if len(points) == 2 else line
        for line, points in zip(lines, nodes, strict=True)
    ]


def _holes(reader: _Reader, doors: list[Any]) -> Iterator[_Hole]:
    for k, door in enumerate(doors, 1):
        if door.get("visible") == "false":
            continue
        name = reader.names.of("opening", door.get("id"), f"door-{k}")
        middle = reader.place(door, "x", "y", name)
        width_m, depth_m, height_m = (reader.length_m(door, key, name) for key in ("width", "depth", "height"))
        if middle is None or width_m is None or depth_m is None or height_m is None or min(width_m, height_m) <= 0:
            reader.notes.add("planner-opening-left-out", name, "without place or size")
            continue
        angle = -(_number(door, "angle") or 0.0)  # clockwise in the file, where y points down
        along = np.array([math.cos(angle), math.sin(angle)])
        share, left = _share(door, "wallWidth", 1.0), _share(door, "wallLeft", 0.0)
        aside_m = (left + share / 2 - 0.5) * width_m * (-1.0 if door.get("modelMirrored") == "true" else 1.0)
        tall, above = _share(door, "wallHeight", 1.0), _share(door, "wallTop", 0.0)
        level = reader.level(door)
        foot_m = reader.elevations_m[level] + (reader.length_m(door, "elevation", name) or 0.0)
        head_m = foot_m + height_m * (1 - above)
        sill_m = head_m - height_m * tall
        yield _Hole(
            name,
            _kind(door, sill_m - reader.elevations_m[level]),
            level,
            middle + aside_m * along,
            along,
            width_m * share,
            max(depth_m, 0.0),
            sill_m,
            head_m,
        )


def _share(door: Any, key: str, otherwise: float) -> float:
    value = _number(door, key)
    return otherwise if value is None or not 0 <= value <= 1 else value


def _kind(door: Any, sill_m: float) -> OpeningKind:
    for words in (door.get("catalogId", ""), door.get("name", "")):
        role = role_of(words)
        if role == "door" or role == "window":
            return role
    return "door" if sill_m < DOOR_SILL_M else "window"


def _with_spans(lines: list[Line], holes: list[_Hole], notes: Notes) -> list[Line]:
    """Walls with the openings that doors and windows cut into them, parallel walls that touch alike."""
    if not lines:
        return lines
    tree = shapely.STRtree([line.axis for line in lines])
    spans: dict[int, list[Span]] = {}
    for hole in holes:
        near = tree.query(
            shapely.Point(hole.middle), predicate="dwithin", distance=max(hole.width_m, hole.depth_m) + 1.0
        )
        cut = [k for k in sorted(near.tolist()) if _is_cut(hole, lines[k])]
        if not cut:
            notes.add("opening-off-wall", hole.name)
        for n, k in enumerate(cut, 1):
            at_m = lines[k].axis.project(shapely.Point(hole.middle))
            name = hole.name if n == 1 else f"{hole.name}-{n}"
            half_m = hole.width_m / 2
            spans.setdefault(k, []).append(
                Span(name, hole.kind, at_m - half_m, at_m + half_m, hole.sill_m, hole.head_m)
            )
    return [replace(line, spans=tuple(spans.get(k, ()))) for k, line in enumerate(lines)]


def _is_cut(hole: _Hole, line: Line) -> bool:
    """Whether a hole lies in a wall: along it, with enough of its area, between foot and top."""
    if hole.head_m <= line.base_m or hole.sill_m >= max(line.top_m, line.top_at_end_m):
        return False
    if hole.level != line.storey and hole.sill_m < line.base_m:
        return False
    at_m = line.axis.project(shapely.Point(hole.middle))
    before, after = (
        shapely.get_coordinates(line.axis.interpolate(min(max(at_m + d, 0.0), line.axis.length)))[0]
        for d in (-0.05, 0.05)
    )
    step = after - before
    length_m = float(np.hypot(*step))
    if length_m == 0 or abs(float(step @ hole.along)) < length_m * math.cos(math.radians(ALONG_DEG)):
        return False
    across_m = float(np.hypot(*(shapely.get_coordinates(line.axis.interpolate(at_m))[0] - hole.middle)))
    shared_m = min(hole.depth_m / 2, line.thickness_m / 2 - across_m) + min(
        hole.depth_m / 2, line.thickness_m / 2 + across_m
    )
    return shared_m >= LEAST_SHARE * min(hole.depth_m, line.thickness_m) and shared_m > 0


def _rooms(reader: _Reader, home: Any) -> Iterator[Room]:
    for k, room in enumerate(home.findall("room"), 1):
        name = reader.names.of("room", room.get("id"), f"room-{k}")
        corners = [reader.place(p, "x", "y", name) for p in room.findall("point")]
        known = [c for c in corners if c is not None]
        if len(known) < 3 or len(known) < len(corners):
            reader.notes.add("planner-room-left-out", name, "without three known corners")
            continue
        yield Room(name, text(room.get("name"), f"Room {k}"), reader.level(room), shapely.Polygon(np.array(known)))


def _skipped(home: Any, pieces: list[Any], doors: list[Any]) -> Iterator[str]:
    hidden = sum(door.get("visible") == "false" for door in doors)
    counts = Counter({"piece of furniture": len(pieces) - len(doors), "hidden door or window": hidden})
    counts.update({word: len(home.findall(tag)) for tag, word in OTHERS.items()})
    for word, count in counts.items():
        if count:
            plural = {"piece of furniture": "pieces of furniture", "hidden door or window": "hidden doors and windows"}
            yield f"{count} {word if count == 1 else plural.get(word, word + 's')}"
