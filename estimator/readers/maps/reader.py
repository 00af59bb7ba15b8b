"""GeoJSON maps and IMDF archives: rooms on levels as storeys, the walls between them, openings on the walls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from estimator.errors import PlanError
from estimator.options import DEFAULT_HEIGHT_M, DEFAULT_THICKNESS_M, ReadOptions
from estimator.plan import Area, Plan, Room, Wall
from estimator.readers.assembly import walls_of_area
from estimator.readers.detect import archive_entries, load_bounded_json, unpacked
from estimator.readers.lines import Line, axis_through, planned_walls
from estimator.readers.maps.features import (
    Feature,
    Loading,
    kind_of_opening,
    length_of,
    name_of,
)
from estimator.readers.maps.findings import SENTENCES
from estimator.readers.maps.levels import Levels, outside, storeys_of
from estimator.readers.maps.openings import Door, with_openings
from estimator.readers.maps.projection import Projected, projected
from estimator.readers.maps.room_walls import Place, room_walls
from estimator.readers.notes import Notes
from estimator.readers.planners.values import Names, mapping, number, text
from estimator.readers.reading import load_json
from estimator.shapes import polygonal

FAR_M: Final = 1_000.0
"""Plans farther from their origin are moved to it. [m]"""

LARGEST_M: Final = 20_000.0
"""Extent beyond which a map is no plan of a building. [m]"""

SMALLEST_M2: Final = 0.01
"""Rooms smaller than this are none. [m²]"""

MOST_STOREYS: Final = 100
"""Of a building outline."""

PARTS: Final = re.compile(r"(?:.*/)?(unit|level|opening)s?\.(?:geo)?json", re.IGNORECASE)
"""Files of an IMDF archive that hold parts of a plan."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A room, or the outline of a building, on one level."""

    feature: Feature
    area: Area
    level: int
    copy: int


def read(path: Path, options: ReadOptions, kind: str = "geojson", shown: str | None = None) -> Plan:
    """The plan in a map.

    Parameters
    ----------
    path : Path
    options : ReadOptions
        ``companions`` are further files of the same map: levels, openings.
    kind : str
        "geojson", or "imdf" for an archive.
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
    return plan_of_maps(_documents(path, options, kind, shown), options, kind, shown)


def plan_of_maps(documents: Iterable[tuple[Any, str]], options: ReadOptions, kind: str, shown: str) -> Plan:
    """The plan on the files of a map.

    Parameters
    ----------
    documents : iterable of (object, str)
        Each file as loaded, and the type of its features where they name none themselves.
    options : ReadOptions
    kind : str
        "geojson", or "imdf".
    shown : str
        What the map is called in messages.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
    """
    notes = Notes(SENTENCES)
    loading = Loading(shown, options.limits, notes)
    features: list[Feature] = []
    crs: Any = None
    title = ""
    for data, part in documents:
        features += loading.features(data, part)
        crs = mapping(data).get("crs") if crs is None else crs
        title = title or text(mapping(data).get("name"))
    title = "" if PARTS.fullmatch(f"{title}.json") else title
    rooms = [f for f in features if f.role == "room"]
    walls = [f for f in features if f.role == "wall"]
    buildings = [f for f in features if f.role == "building"]
    if not rooms and not walls and not buildings:
        held = ", ".join(sorted({f.role for f in features} | set(loading.others))) or "nothing"
        raise PlanError(
            f"{shown}: holds no rooms, walls or buildings (but {held}); "
            "name the file with the rooms, and further ones with --with",
            notes.findings(),
        )
    features, where = _in_metres(features, crs, options, notes, shown)
    levels = Levels([f for f in features if f.role == "level"], notes)
    placed = list(_placed(features, levels, notes, options, shown))
    drawn = [(f, k) for f in features if f.role == "wall" for k in levels.of_room(f)]
    on_level: dict[int, tuple[list[_Placed], list[Feature]]] = {}
    for one in placed:
        on_level.setdefault(one.level, ([], []))[0].append(one)
    for feature, k in drawn:
        on_level.setdefault(k, ([], []))[1].append(feature)
    used = sorted(on_level)
    if not used:
        raise PlanError(f"{shown}: none of its rooms has an outline that can be read", notes.findings())
    heights = [_height_m(*on_level[k], options, notes, levels.all[k].id) for k in used]
    order, storeys = storeys_of([levels.all[k] for k in used], heights, notes)
    storey_of = {used[k]: n for n, k in enumerate(order)}
    names = Names(notes, "geo-id-twice")
    plan_rooms = [
        Room(
            names.of("room", p.feature.id if p.copy == 0 else None, f"{p.feature.where}-s{p.copy + 1}"),
            name_of(p.feature.properties, "Room"),
            storey_of[p.level],
            p.area,
        )
        for p in placed
    ]
    plan_walls: list[Wall] = []
    for n, k in enumerate(order):
        level, (here, walls_here) = used[k], on_level[used[k]]
        base_m = storeys[n].elevation_m
        place = Place(n, base_m, round(base_m + heights[k], 9), f"s{n + 1}-w")
        plan_walls += _walls(here, walls_here, place, options, notes)
        for j in outside([p.area for p in here], levels.all[level].outline):
            notes.add("geo-rooms-outside", here[j].feature.where)
    if not plan_walls:
        raise PlanError(f"{shown}: its rooms have no walls between or around them", notes.findings())
    doors = [_door(f, k, levels, storey_of, names, notes) for k, f in enumerate(_of_role(features, "opening"), 1)]
    plan_walls = with_openings(plan_walls, doors, [s.name for s in storeys], notes, shown)
    return Plan(
        name=title or Path(shown).stem,
        source=f"{Path(shown).name} ({'IMDF' if kind == 'imdf' else 'GeoJSON'})",
        storeys=storeys,
        walls=tuple(plan_walls),
        rooms=tuple(plan_rooms),
        findings=notes.findings(),
        unit=where.unit,
        evidence=where.evidence,
        skipped=tuple(_skipped(loading.others, len(levels.all) - len(used), buildings if rooms or walls else [])),
    )


def _documents(path: Path, options: ReadOptions, kind: str, shown: str) -> Iterator[tuple[Any, str]]:
    """The files of a map, and the type of their features by the name of the file."""
    if kind == "imdf":
        for name in sorted(archive_entries(path, shown, options.limits)):
            part = PARTS.fullmatch(name)
            if part:
                data = unpacked(path, name, shown, options.limits)
                try:
                    content = data.decode("utf-8-sig")
                except UnicodeDecodeError:
                    raise PlanError(f"{shown}: {name!r} in it is not UTF-8 text; export the map again") from None
                yield load_json(content, f"{shown}: {name}"), part[1].lower()
    else:
        yield load_bounded_json(path, shown), ""
    for companion in options.companions:
        try:
            if companion.stat().st_size > options.limits.bytes:
                raise PlanError(f"{companion}: is larger than the {options.limits.bytes / 1e6:g} MB allowed")
            yield load_bounded_json(companion, str(companion)), ""
        except OSError as error:
            raise PlanError(f"{companion}: cannot be read ({error.strerror}); check the name after --with") from None


def _of_role(features: Sequence[Feature], role: str) -> list[Feature]:
    return [f for f in features if f.role == role]


def _in_metres(
    features: list[Feature], crs: Any, options: ReadOptions, notes: Notes, shown: str
) -> tuple[list[Feature], Projected]:
    """Features in metres, near the origin."""
    shapes = np.array([f.geometry for f in features], dtype=object)
    solid = np.array([f.role in ("room", "wall", "building") for f in features])
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    area = shapely.area(shapes[[f.role == "room" for f in features]])
    room = float(np.sqrt(np.median(area))) if len(area) else 0.0
    extent = float(np.ptp(points[solid[owner], 0]))
    where = projected(points, room, extent, crs, options, notes)
    moved = where.points_m
    low, high = moved[solid[owner]].min(axis=0), moved[solid[owner]].max(axis=0)
    if float((high - low).max()) > LARGEST_M:
        raise PlanError(
            f"{shown}: extends over {high[0] - low[0]:.3g} x {high[1] - low[1]:.3g} m; "
            "check the unit with --unit, or give one building alone"
        )
    if float(np.abs([low, high]).max()) > FAR_M:
        shift = -np.floor(low)
        notes.add("plan-shifted", "plan", f"{shift[0]:.0f} / {shift[1]:.0f}")
        moved = moved + shift
    shapes = shapely.set_coordinates(shapes, moved)
    return [replace(f, geometry=g) for f, g in zip(features, shapes, strict=True)], where


def _placed(
    features: Sequence[Feature], levels: Levels, notes: Notes, options: ReadOptions, shown: str
) -> Iterator[_Placed]:
    """Rooms on each of their levels, mended; outlines of buildings where there are neither rooms nor walls."""
    role = next((r for r in ("room", "wall", "building") if _of_role(features, r)), "room")
    count = 0
    for feature in _of_role(features, role) if role != "wall" else []:
        area = feature.geometry
        if not shapely.is_valid(area):
            notes.add("rooms-odd", feature.where)
            area = shapely.make_valid(area, method="structure", keep_collapsed=False)
        outline = polygonal(area)
        if outline.area < SMALLEST_M2:
            notes.add("geo-feature-left-out", feature.where, "without area")
            continue
        on = levels.of_room(feature) if role == "room" else levels.of_building(_storeys_of_building(feature))
        for copy, level in enumerate(dict.fromkeys(on)):
            count += 1
            if count > options.limits.entities:
                raise PlanError(
                    f"{shown}: comes to more than the {options.limits.entities} rooms allowed; raise --limit entities"
                )
            yield _Placed(feature, outline, level, copy)


def _storeys_of_building(feature: Feature) -> int:
    for key in ("building:levels", "levels", "storeys", "floors"):
        value = feature.properties.get(key)
        count = number(float(value)) if isinstance(value, str) and value.isdecimal() else None
        count = number(value) if isinstance(value, int | float) else count
        if count is not None and 1 <= count <= MOST_STOREYS:
            return round(count)
    return 1


def _height_m(
    rooms: Sequence[_Placed], drawn: Sequence[Feature], options: ReadOptions, notes: Notes, name: str
) -> float:
    """Height of the walls of a level: the median of what its rooms and walls state, or the default. [m]"""
    stated = []
    for feature in [*(room.feature for room in rooms), *drawn]:
        height = length_of(feature.properties, "height", "ceiling_height", "room_height")
        if height is not None and feature.role == "building":
            height = (height - (length_of(feature.properties, "min_height") or 0.0)) / _storeys_of_building(feature)
        if height is not None and height > 0.1:
            stated.append(height)
    if stated:
        return float(np.median(stated))
    if options.height_m is None:
        notes.add("height-default", name, f"{DEFAULT_HEIGHT_M:g}")
        return DEFAULT_HEIGHT_M
    return options.height_m


def _walls(
    rooms: Sequence[_Placed], drawn: Sequence[Feature], place: Place, options: ReadOptions, notes: Notes
) -> list[Wall]:
    """Walls of a storey: those on the map, else those between its rooms, else inside the outlines of buildings."""
    if drawn:
        return _drawn_walls(drawn, place, options, notes)
    if rooms and rooms[0].feature.role == "building":
        thick_m = DEFAULT_THICKNESS_M if options.thickness_m is None else options.thickness_m
        if options.thickness_m is None:
            notes.add("thickness-default", place.prefix.rstrip("-w"), f"{thick_m:g}")
        whole = shapely.union_all([r.area for r in rooms])
        inside = shapely.buffer(whole, -thick_m, join_style="mitre", mitre_limit=2.0)
        return _walls_of(polygonal(whole.difference(inside)), place, notes)
    has_walls = []
    for room in rooms:
        has_walls.append(text(room.feature.properties.get("indoor")) != "area")
        if not has_walls[-1]:
            notes.add("geo-open-areas", room.feature.where)
    return room_walls([r.area for r in rooms], has_walls, place, options.thickness_m, notes)


def _drawn_walls(drawn: Sequence[Feature], place: Place, options: ReadOptions, notes: Notes) -> list[Wall]:
    areas = [
        shapely.make_valid(f.geometry, method="structure") for f in drawn if f.geometry.geom_type.endswith("Polygon")
    ]
    walls = _walls_of(polygonal(shapely.union_all(areas)), place, notes) if areas else []
    lines: list[Line] = []
    for feature in drawn:
        if "LineString" not in feature.geometry.geom_type:
            continue
        thick_m = length_of(feature.properties, "thickness", "wall_thickness", "width")
        for part in shapely.get_parts(feature.geometry):
            name = f"{place.prefix}{len(walls) + len(lines) + 1}"
            axis = axis_through(shapely.get_coordinates(part))
            if axis.length < 0.02:
                notes.add("geo-feature-left-out", feature.where, "without length")
                continue
            if thick_m is None and options.thickness_m is None:
                notes.add("thickness-default", name, f"{DEFAULT_THICKNESS_M:g}")
            width_m = thick_m or options.thickness_m or DEFAULT_THICKNESS_M
            lines.append(Line(name, place.storey, axis, width_m, place.base_m, place.top_m, place.top_m))
    return walls + (planned_walls(lines, notes) if lines else [])


def _walls_of(area: Area, place: Place, notes: Notes) -> list[Wall]:
    return walls_of_area(
        area, [], storey=place.storey, base_m=place.base_m, top_m=place.top_m, prefix=place.prefix, notes=notes
    )


def _door(feature: Feature, k: int, levels: Levels, storey_of: dict[int, int], names: Names, notes: Notes) -> Door:
    name = names.of("opening", feature.id, f"opening-{k}")
    on = levels.of(feature)
    if on and not levels.is_known(feature):
        notes.add("geo-opening-level", name, "by the level in their properties")
    head_m = length_of(feature.properties, "head", "head_m")
    sill_m = length_of(feature.properties, "sill", "sill_m", "sill_height", "min_height")
    height_m = length_of(feature.properties, "height")
    kind = kind_of_opening(feature.properties)
    if height_m is not None and head_m is None and (sill_m is not None or kind != "window"):
        head_m = (sill_m or 0.0) + height_m
        sill_m = sill_m or 0.0
    return Door(
        name,
        kind,
        feature.geometry,
        tuple(storey_of[level] for level in on if level in storey_of),
        length_of(feature.properties, "width", "door:width"),
        sill_m,
        head_m,
    )


def _skipped(others: dict[str, int], empty_levels: int, buildings: Sequence[Feature]) -> Iterator[str]:
    for name, count in sorted(others.items()):
        yield f"{count} {name}{'' if count == 1 else 's'}" if name.startswith("feature") else f"{count} of {name}"
    if empty_levels:
        yield f"{empty_levels} level{'' if empty_levels == 1 else 's'} without rooms"
    if buildings:
        yield f"{len(buildings)} outline{'' if len(buildings) == 1 else 's'} of buildings"
