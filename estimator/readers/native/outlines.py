"""Plan areas and walls by outline of the project's own format: the form that programs write.

Coordinates are taken to the last digit and heights are absolute, so that a plan converted from
another format reads back to the same numbers.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon

from estimator.plan import Area, Opening, OpeningKind, Slab, Wall
from estimator.readers.fields import Entry, id_of, shown
from estimator.readers.native import format as fmt
from estimator.readers.reading import Reading

FEWEST_CORNERS = 3


def is_outlined(value: Any) -> bool:
    """Whether a wall is given by its outline, not by its centre line.

    Parameters
    ----------
    value : object
        As loaded.

    Returns
    -------
    bool
    """
    return isinstance(value, dict) and ("outline" in value or "parts" in value)


def read_outlined(entry: Entry, name: str, storey: int) -> Wall | None:
    """A wall by outline.

    Parameters
    ----------
    entry : Entry
    name : str
    storey : int
        Index of the storey.

    Returns
    -------
    Wall or None
        None after an error.
    """
    reading, before = entry.reading, entry.reading.errors
    entry.text("id", name)
    reading.claim("wall", name, entry.where)
    base, top = _wall_heights(entry)
    thickness = entry.optional("thickness_m")
    system = entry.choice("system", "", "wall-system") or None
    external = entry.flag("external")
    footprint = _wall_area(entry)
    axis = polyline(entry, "axis", 2) if entry.has("axis") else None
    slabs = _slabs(entry)
    openings = _openings(entry, name)
    if reading.errors > before or footprint is None:
        return None
    line = None if axis is None else LineString(axis)
    return Wall(name, storey, footprint, base, top, line, thickness, external, system, openings, slabs)


def _wall_area(entry: Entry) -> Area | None:
    code = "wall-outline"
    return read_area(entry, code)


def _wall_heights(entry: Entry) -> tuple[float, float]:
    code = "wall-height"
    return _heights(entry, "base_z_m", "top_z_m", code)


def _heights(entry: Entry, lower: str, upper: str, code: str) -> tuple[float, float]:
    before = entry.reading.errors
    low, high = entry.number(lower), entry.number(upper)
    if entry.reading.errors == before and high <= low:
        message = f"is {high:g}, not above the {low:g} of {lower}; correct one of them"
        entry.reading.error(code, entry.at(upper), message)
    return low, high


def _slabs(wall: Entry) -> tuple[Slab, ...]:
    slabs = []
    for k, value in enumerate(wall.items("pieces")):
        entry = Entry(wall.reading, value, f"{wall.at('pieces')}/{k}", fmt.PIECE)
        if not entry.is_object:
            continue
        base, top = _wall_heights(entry)
        footprint = _wall_area(entry)
        if footprint is not None:
            slabs.append(Slab(base, top, footprint))
    return tuple(slabs)


def _openings(wall: Entry, name: str) -> tuple[Opening, ...]:
    reading = wall.reading
    values = wall.items("openings")
    reading.count("openings", len(values), fmt.MOST_OPENINGS, wall.at("openings"))
    openings = []
    for k, value in enumerate(values):
        own = id_of(value, f"{name}-o{k + 1}")
        with reading.about(f"opening {own!r} of wall {name!r}"):
            entry = Entry(reading, value, f"{wall.at('openings')}/{k}", fmt.OUTLINED_OPENING)
            if not entry.is_object:
                continue
            entry.text("id", own)
            reading.claim("opening", own, entry.where)
            kind = entry.choice("kind", "opening", "opening-kind")
            code = "opening-height"
            sill, head = _heights(entry, "sill_z_m", "head_z_m", code)
            width = entry.number("width_m")
            footprint = _void(entry)
            if footprint is not None:
                openings.append(Opening(own, cast(OpeningKind, kind), sill, head, width, footprint))
    return tuple(openings)


def _void(entry: Entry) -> Area | None:
    """What an opening cuts out of its wall: nothing where the pieces of the wall are cut already."""
    if not entry.flag("cut"):
        code = "opening-outline"
        return read_area(entry, code, ', or "cut": true where the pieces of the wall leave it out')
    if entry.has("outline") or entry.has("parts"):
        message = 'is "cut" already and has an outline to cut; give one of them'
        entry.reading.error("opening-outline", entry.where, message)
        return None
    return Polygon()


def read_area(entry: Entry, code: str, otherwise: str = "") -> Area | None:
    """The plan area of an element: one ring of points, or parts with holes.

    Parameters
    ----------
    entry : Entry
        Whose shape has ``outline`` and ``parts``.
    code : str
        Of the finding where it is wrong.
    otherwise : str
        What else could be given, for the message.

    Returns
    -------
    polygon or None
        None after an error. [m]
    """
    reading, before = entry.reading, entry.reading.errors
    if entry.has("outline") == entry.has("parts"):
        has = "both" if entry.has("outline") else "neither"
        message = f'has {has} of "outline" (points) and "parts" (outlines with holes); give one{otherwise}'
        reading.error(code, entry.where, message)
        return None
    key = "outline" if entry.has("outline") else "parts"
    polygons = [_ring(entry, "outline")] if key == "outline" else _parts(entry)
    if reading.errors > before or not polygons:
        return None
    whole = [p for p in polygons if p is not None]
    area = whole[0] if len(whole) == 1 else MultiPolygon(whole)
    if area.is_valid and area.area > 0:
        return area
    several = "its parts overlap, or a hole lies outside; " if key == "parts" else ""
    message = f"crosses itself or encloses no area; {several}give its corners one after the other"
    reading.error(code, entry.at(key), message)
    return None


def _parts(entry: Entry) -> list[Polygon | None]:
    parts: list[Polygon | None] = []
    for k, value in enumerate(entry.items("parts", 1)):
        part = Entry(entry.reading, value, f"{entry.at('parts')}/{k}", fmt.PART)
        if part.is_object:
            parts.append(_ring(part, "outline", "holes"))
    return parts


def _ring(entry: Entry, key: str, inner: str | None = None) -> Polygon | None:
    shell = polyline(entry, key, FEWEST_CORNERS)
    holes = []
    for k, value in enumerate(entry.items(inner) if inner else ()):
        where = f"{entry.at(str(inner))}/{k}"
        if not isinstance(value, list) or len(value) < FEWEST_CORNERS:
            message = f"is {shown(value)}; a hole is a list of at least {FEWEST_CORNERS} points [x, y]"
            entry.reading.error("plan-type", where, message)
            continue
        holes.append(points_of(entry.reading, value, where))
    if shell is None or any(hole is None for hole in holes):
        return None
    return Polygon(shell, [hole for hole in holes if hole is not None])


def polyline(entry: Entry, key: str, fewest: int) -> NDArray[np.float64] | None:
    """Points of a line or outline, to the last digit.

    Parameters
    ----------
    entry : Entry
    key : str
    fewest : int
        Points needed.

    Returns
    -------
    (n, 2) float array or None
        None after an error. [m]
    """
    before = entry.reading.errors
    points = points_of(entry.reading, entry.items(key, fewest), entry.at(key))
    return None if entry.reading.errors > before else points


def points_of(reading: Reading, values: list[Any], where: str) -> NDArray[np.float64] | None:
    """Points of a line or ring, to the last digit.

    Parameters
    ----------
    reading : Reading
    values : list
        As loaded.
    where : str
        JSON pointer.

    Returns
    -------
    (n, 2) float array or None
        None after an error. [m]
    """
    before = reading.errors
    reading.count("points", len(values), fmt.MOST_POINTS, where)
    points = [point(reading, value, f"{where}/{k}") for k, value in enumerate(values)]
    return None if reading.errors > before else np.array(points, dtype=float).reshape(-1, 2)


def point(reading: Reading, value: Any, where: str) -> tuple[float, float] | None:
    """A point in plan.

    Parameters
    ----------
    reading : Reading
    value : object
        As loaded.
    where : str
        JSON pointer.

    Returns
    -------
    (float, float) or None
        None after an error. [m]
    """
    pair = value if isinstance(value, list) and len(value) == 2 else None
    if pair is None or not all(isinstance(v, int | float) and not isinstance(v, bool) and v == v for v in pair):
        what = f"[{shown(pair[0])}, {shown(pair[1])}]" if pair is not None else shown(value)
        reading.error("plan-type", where, f"is {what}; a point is two numbers [x, y] in metres")
        return None
    if not all(abs(v) <= fmt.FARTHEST_M for v in pair):
        message = f"lies farther than {fmt.FARTHEST_M:g} m from the origin; move the plan to the origin"
        reading.error("plan-range", where, message)
        return None
    return float(pair[0]), float(pair[1])
