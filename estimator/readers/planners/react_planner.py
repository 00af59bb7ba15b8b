"""Projects of react-planner: layers of lines between vertices, with holes in them and areas between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from estimator.errors import PlanError
from estimator.options import (
    DEFAULT_DOOR_HEAD_M,
    DEFAULT_SILL_M,
    UNITS_M,
    ReadOptions,
    unit_name,
)
from estimator.plan import OpeningKind, Plan, Room
from estimator.readers.detect import load_bounded_json
from estimator.readers.lines import Line, Span, axis_through
from estimator.readers.notes import Notes
from estimator.readers.planners.assembled import Drawn, Level, is_sound, plan_of, wall_height_m, wall_thickness_m
from estimator.readers.planners.values import SENTENCES, Names, mapping, number, point, text
from estimator.readers.words import role_of

PLAUSIBLE_THICKNESS_M: Final = (0.02, 1.5)
"""Walls are about as thick, whatever unit the file claims. [m]"""

CENTIMETRE_M: Final = 0.01
"""What the program counts in. [m]"""


@dataclass(frozen=True, slots=True)
class _Reader:
    """What is needed all along: unit, defaults, notes, names."""

    unit_m: float
    options: ReadOptions
    notes: Notes
    names: Names

    def length_m(self, properties: dict[str, Any], key: str, where: str) -> float | None:
        """A length among the properties of an element. [m]"""
        value = number(properties.get(key), self.notes, where)
        return None if value is None else value * self.unit_m


def read(path: Path, options: ReadOptions, kind: str = "react-planner", shown: str | None = None) -> Plan:
    """The plan in a react-planner project.

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
    scene = mapping(data.get("scene")) if "layers" not in data else data
    layers = {key: mapping(layer) for key, layer in mapping(scene.get("layers")).items()}
    _bound(layers, options, shown)
    notes = Notes(SENTENCES)
    unit_m, evidence = _unit(scene, layers, options, notes, shown)
    reader = _Reader(unit_m, options, notes, Names(notes))
    levels: list[Level] = []
    lines: list[Line] = []
    rooms: list[Room] = []
    for key, layer in layers.items():
        altitude = number(layer.get("altitude"), notes, key)
        elevation_m = 0.0 if altitude is None else altitude * unit_m
        name = text(layer.get("name"))
        if name in ("", "default"):
            name = f"Storey {len(levels) + 1}"
        level = Level(reader.names.of("storey", layer.get("id", key), key), name, elevation_m)
        lines += _lines(reader, layer, len(levels), elevation_m)
        rooms += _rooms(reader, layer, len(levels))
        levels.append(level)
    items = sum(len(mapping(layer.get("items"))) for layer in layers.values())
    skipped = (f"{items} item{'s' if items > 1 else ''} of furniture",) if items else ()
    drawn = Drawn(levels, lines, rooms, unit_m, evidence, skipped)
    return plan_of(drawn, shown, "react-planner", text(scene.get("name")), notes, has_square_ends=True)


def _bound(layers: dict[str, dict[str, Any]], options: ReadOptions, shown: str) -> None:
    kinds = ("lines", "holes", "areas", "items")
    entities = sum(len(mapping(layer.get(kind))) for layer in layers.values() for kind in kinds)
    vertices = sum(len(mapping(layer.get("vertices"))) for layer in layers.values())
    for what, count, most in (
        ("entities", entities, options.limits.entities),
        ("vertices", vertices, options.limits.vertices),
    ):
        if count > most:
            raise PlanError(f"{shown}: has {count} {what}, more than the {most} allowed; raise --limit {what}")


def _unit(
    scene: dict[str, Any], layers: dict[str, dict[str, Any]], options: ReadOptions, notes: Notes, shown: str
) -> tuple[float, tuple[str, ...]]:
    """Length of the file's unit, and what it was taken from. [m]"""
    if options.unit_m is not None:
        return options.unit_m, ()
    said = text(scene.get("unit"), "cm").lower()
    if said not in UNITS_M:
        raise PlanError(f"{shown}: has the unit {said!r}, which is not known; say the unit with --unit")
    unit_m = UNITS_M[said]
    per_unit = number(scene.get("pixelPerUnit"), notes, "scene")
    evidence: tuple[str, ...] = ()
    if per_unit is not None and per_unit > 0:
        unit_m /= per_unit
        evidence = (f"the file draws {per_unit:g} points a {unit_name(UNITS_M[said])}",)
    thickness = [
        value
        for layer in layers.values()
        for line in mapping(layer.get("lines")).values()
        if (value := number(mapping(mapping(line).get("properties")).get("thickness")))
    ]
    if thickness:
        low, high = PLAUSIBLE_THICKNESS_M
        typical = float(np.median(thickness))
        if not low <= typical * unit_m <= high and low <= typical * CENTIMETRE_M <= high:
            detail = f"walls would be {typical * unit_m:g} m thick in {unit_name(unit_m)}s, so centimetres are taken"
            notes.add("unit-contradicted", "unit", detail)
            return CENTIMETRE_M, (f"walls of {typical:g} are {typical:g} cm thick", *evidence)
    if evidence:
        notes.add("unit-evidence", "unit", f"{unit_name(unit_m)}s: {evidence[0]}")
    return unit_m, evidence


def _lines(reader: _Reader, layer: dict[str, Any], storey: int, base_m: float) -> Iterator[Line]:
    notes, names = reader.notes, reader.names
    vertices = mapping(layer.get("vertices"))
    holes = _holes_by_line(layer)
    for key, value in mapping(layer.get("lines")).items():
        line = mapping(value)
        name = names.of("wall", line.get("id", key), key)
        ends = [mapping(vertices.get(str(v))) for v in _list(line.get("vertices"))]
        points = [p for end in ends if (p := point(end, notes, name)) is not None]
        if len(points) != len(ends) or len(points) < 2:
            notes.add("planner-wall-left-out", name, "without two known ends")
            continue
        properties = mapping(line.get("properties"))
        axis = axis_through(np.array(points) * reader.unit_m)
        height_m = wall_height_m(reader.length_m(properties, "height", name), reader.options, notes, name)
        thickness_m = wall_thickness_m(reader.length_m(properties, "thickness", name), reader.options, notes, name)
        spans = tuple(
            span
            for hole_key, hole in holes.pop(str(line.get("id", key)), {}).items()
            if (span := _span(reader, hole_key, hole, axis.length, base_m)) is not None
        )
        top_m = base_m + height_m
        read_line = Line(name, storey, axis, thickness_m, base_m, top_m, top_m, spans)
        if is_sound(read_line, notes):
            yield read_line
    for left in holes.values():
        for hole_key in left:
            notes.add("opening-off-wall", hole_key)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _holes_by_line(layer: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    by_line: dict[str, dict[str, dict[str, Any]]] = {}
    for key, value in mapping(layer.get("holes")).items():
        hole = mapping(value)
        by_line.setdefault(str(hole.get("line")), {})[key] = hole
    return by_line


def _span(reader: _Reader, key: str, hole: dict[str, Any], length_m: float, base_m: float) -> Span | None:
    name = reader.names.of("opening", hole.get("id", key), key)
    properties = mapping(hole.get("properties"))
    at = number(hole.get("offset"), reader.notes, name)
    width_m = reader.length_m(properties, "width", name)
    kind = _kind(text(hole.get("type")))
    if at is None or width_m is None or width_m <= 0:
        reader.notes.add("planner-opening-left-out", name, "without place or width")
        return None
    sill_m = reader.length_m(properties, "altitude", name)
    height_m = reader.length_m(properties, "height", name)
    if sill_m is None or height_m is None:
        default_m = DEFAULT_SILL_M if kind == "window" else 0.0
        sill_m = default_m if sill_m is None else sill_m
        height_m = DEFAULT_DOOR_HEAD_M - sill_m if height_m is None else height_m
        reader.notes.add("heads-default", name, f"from {sill_m:g} to {sill_m + height_m:g} m")
    if height_m <= 0 or not 0 <= at <= 1:
        reader.notes.add("planner-opening-left-out", name, "without height, or beside its wall")
        return None
    middle_m = at * length_m
    return Span(name, kind, middle_m - width_m / 2, middle_m + width_m / 2, base_m + sill_m, base_m + sill_m + height_m)


def _kind(words: str) -> OpeningKind:
    role = role_of(words)
    return role if role == "door" or role == "window" else "opening"


def _rooms(reader: _Reader, layer: dict[str, Any], storey: int) -> Iterator[Room]:
    areas = {key: mapping(value) for key, value in mapping(layer.get("areas")).items()}
    vertices = mapping(layer.get("vertices"))
    outlines: dict[str, shapely.Polygon] = {}
    for key, area in areas.items():
        corners = [point(vertices.get(str(v)), reader.notes, key) for v in _list(area.get("vertices"))]
        known = [p for p in corners if p is not None]
        if len(known) < 3 or len(known) < len(corners):
            reader.notes.add("planner-room-left-out", key, "without three known corners")
            continue
        outlines[key] = shapely.Polygon(np.array(known) * reader.unit_m)
    for number_, (key, outline) in enumerate(outlines.items(), 1):
        area = areas[key]
        name = text(area.get("name"))
        if name in ("", "Area"):
            name = f"Room {number_}"
        inner = [outlines[str(hole)].exterior.coords for hole in _list(area.get("holes")) if str(hole) in outlines]
        footprint = shapely.Polygon(outline.exterior.coords, inner) if inner else outline
        yield Room(reader.names.of("room", area.get("id", key), key), name, storey, footprint)
