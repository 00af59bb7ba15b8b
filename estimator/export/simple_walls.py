"""Walls by centre line, thickness and openings along it, where that says all there is to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from shapely import Point

from estimator.errors import PlanError
from estimator.plan import Opening, Wall
from estimator.readers.fields import Entry
from estimator.readers.native import format as fmt
from estimator.readers.native.openings import Course, opening_area
from estimator.readers.native.walls import DECIMALS, Surroundings, read_walls
from estimator.readers.reading import Reading
from estimator.walls import strip

ROUNDINGS = (3, 6, 9)
"""Decimals tried for a number that is not stored but follows from others, before all its digits."""


def simple_wall(wall: Wall, floor_m: float) -> dict[str, Any] | None:
    """A wall of the plan format by its centre line.

    Parameters
    ----------
    wall : Wall
    floor_m : float
        Absolute z of its storey. [m]

    Returns
    -------
    dict or None
        None where the reader would not make the very same wall of it, or would have something
        to say about it.
    """
    axis, thickness_m = wall.axis, wall.thickness_m
    if axis is None or thickness_m is None or wall.slabs:
        return None
    nodes = shapely.get_coordinates(axis)
    if not np.array_equal(np.round(nodes, DECIMALS), nodes) or strip(axis, thickness_m) != wall.footprint:
        return None
    base_m, height_m = _difference(wall.base_m, floor_m), _difference(wall.top_m, wall.base_m)
    course = Course(axis)
    openings = [_opening(o, wall.base_m, course, thickness_m) for o in wall.openings]
    if base_m is None or height_m is None or None in openings:
        return None
    value: dict[str, Any] = {"id": wall.id, "axis": nodes.tolist(), "thickness_m": thickness_m, "height_m": height_m}
    if base_m != 0:
        value["base_m"] = base_m
    if wall.is_external is not None:
        value["external"] = wall.is_external
    if wall.system is not None:
        value["system"] = wall.system
    if openings:
        value["openings"] = openings
    return value if _read_back(value, wall.storey, floor_m) == [wall] else None


def _read_back(value: dict[str, Any], storey: int, floor_m: float) -> list[Wall]:
    reading = Reading("")
    entry = Entry(reading, {"walls": [value]}, "", fmt.STOREY)
    try:
        walls = list(read_walls(entry, Surroundings(storey, "", floor_m, None, None)))
    except PlanError:
        return []
    return [] if reading.findings else walls


def _opening(opening: Opening, base_m: float, course: Course, thickness_m: float) -> dict[str, Any] | None:
    sill_m, height_m = _difference(opening.sill_m, base_m), _difference(opening.head_m, opening.sill_m)
    if sill_m is None or height_m is None or base_m + sill_m + height_m != opening.head_m:
        return None
    for at_m in _places(opening, course):
        if opening_area(course, at_m, opening.width_m, thickness_m) == opening.footprint:
            value: dict[str, Any] = {"id": opening.id, "kind": opening.kind, "at_m": at_m, "width_m": opening.width_m}
            if sill_m != 0:
                value["sill_m"] = sill_m
            return {**value, "height_m": height_m}
    return None


def _places(opening: Opening, course: Course) -> Iterator[float]:
    """Where along its wall an opening may begin, likeliest first."""
    if opening.footprint.is_empty:
        return
    crossing = shapely.get_coordinates(course.axis.intersection(opening.footprint.boundary))
    exact = [course.axis.project(opening.footprint.centroid) - opening.width_m / 2]
    exact += [course.axis.project(Point(p)) for p in crossing]
    exact += [0.0, course.length_m - opening.width_m]
    places = [round(at, digits) for digits in ROUNDINGS for at in exact] + exact
    yield from (float(at) for at in dict.fromkeys(places) if at >= 0)


def _difference(end_m: float, start_m: float) -> float | None:
    """The shortest number that added to one gives the other to the last digit."""
    exact = end_m - start_m
    rounded = (*(round(exact, digits) for digits in ROUNDINGS), exact)
    return next((float(d) for d in rounded if start_m + d == end_m), None)
