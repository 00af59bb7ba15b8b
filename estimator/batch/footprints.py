"""Maps of many houses: each footprint of a GeoJSON FeatureCollection is a plan, equal ones wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import ijson
import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from estimator.batch.source import NOWHERE, Place, Source
from estimator.errors import Finding, PlanError, UsageError
from estimator.options import ReadOptions
from estimator.plan import Plan
from estimator.readers.maps.features import is_footprint, length_of, name_of
from estimator.readers.maps.projection import degrees_of, tangent_plane_m
from estimator.readers.maps.reader import plan_of_maps

Points = NDArray[np.float64]
Object = dict[str, Any]

SUFFIXES: Final = (".geojson", ".json")
LEVEL_KEYS: Final = ("building:levels", "levels", "storeys", "floors")
SHAPE_KEYS: Final = (*LEVEL_KEYS, "height", "min_height")
"""Properties of a footprint that shape the house; no others enter its plan."""

GRID_M: Final = 0.01
"""Corners are rounded to it, so that equal houses are equal wherever they stand and however they are turned. [m]"""

LARGEST_M: Final = 1_000.0
"""Side of an outline beyond which it is none of a house. [m]"""

MOST_CORNERS: Final = 10_000
"""Of one footprint."""

MOST_TURNS: Final = 8
"""Edges as long as the longest that are tried as the one along x."""

LARGEST_COORDINATE: Final = 1e9


def footprints(path: Path) -> Iterator[tuple[str, Source, Place]]:
    """Each footprint of a map.

    Parameters
    ----------
    path : Path

    Yields
    ------
    str
        Name of the footprint: that of the map, and its id in it.
    Source
    Place
        Middle of its corners; nowhere where the map has no degrees.

    Raises
    ------
    UsageError
        The file cannot be read as GeoJSON.
    """
    crs = next(_parts(path, "crs"), None)
    yield from outlines(_features(path), crs, str(path))


def outlines(features: Iterable[Object], crs: Any, shown: str) -> Iterator[tuple[str, Source, Place]]:
    """Each footprint among the features of a map.

    Parameters
    ----------
    features : iterable of dict
        As loaded.
    crs : object
        Member of the map, or None.
    shown : str
        What the map is called.

    Yields
    ------
    str
    Source
    Place
    """
    for number, feature in enumerate(features, 1):
        properties = _mapping(feature.get("properties"))
        id = feature.get("id", properties.get("id"))
        id = str(id) if isinstance(id, str | int) and id != "" else name_of(properties, str(number))
        content, place = _at_home(feature.get("geometry"), properties, crs)
        yield f"{shown}#{id[:80]}", Source(shown, content, is_footprint=True), place


def is_of_footprints(path: Path) -> bool:
    """Whether a file is a map of the outlines of houses, and not of the rooms of one.

    Parameters
    ----------
    path : Path

    Returns
    -------
    bool
        By its suffix, and by the first area on it.
    """
    if path.suffix.lower() not in SUFFIXES:
        return False
    try:
        for feature in _features(path):
            if str(_mapping(feature.get("geometry")).get("type")).endswith("Polygon"):
                return "feature_type" not in feature and is_footprint(_mapping(feature.get("properties")))
    except UsageError:
        return False  # what is wrong with it the reader of plans tells
    return False


def footprint_plan(content: bytes, shown: str, reading: ReadOptions | None = None) -> Plan:
    """The house over a footprint: outer walls along its outline, as high and in as many storeys as the map says.

    Parameters
    ----------
    content : bytes
        As :func:`footprints` makes it.
    shown : str
        What it is called in messages.
    reading : ReadOptions, optional
        Whose height and thickness walls have that the map gives none.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        It is no outline of a house.
    """
    data = orjson.loads(content)
    if "wrong" in data:
        raise PlanError(f"{shown}: {data['wrong']}")
    plan = plan_of_maps([(data, "")], replace(reading or ReadOptions(), unit_m=1.0), "geojson", shown)
    told = tuple(Finding("footprint-shape", "warning", "footprint", message) for message in data["told"])
    area = shapely.from_geojson(orjson.dumps(data["features"][0]["geometry"]))
    if shapely.get_num_interior_rings(shapely.get_parts(area)).any():  # a court is no floor
        plan = replace(plan, floor_area_m2=float(area.area) * len(plan.storeys))
    return replace(plan, findings=(*plan.findings, *told))


def _features(path: Path) -> Iterator[Object]:
    for feature in _parts(path, "features.item"):
        yield _mapping(feature)


def _parts(path: Path, prefix: str) -> Iterator[Any]:
    """What a JSON file holds at a place, one by one, so that its size does not matter."""
    try:
        with path.open("rb") as file:
            if file.read(3) != b"\xef\xbb\xbf":
                file.seek(0)
            yield from ijson.items(file, prefix, use_float=True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check name and permissions") from None
    except (ijson.JSONError, UnicodeDecodeError, OverflowError, RecursionError) as error:
        why = str(error).splitlines()[0][:100] if str(error) else "it does not end"
        raise UsageError(f"{path}: is no GeoJSON ({why}); save the map again") from None


def _mapping(value: Any) -> Object:
    return value if isinstance(value, dict) else {}


def _at_home(geometry: Any, properties: Object, crs: Any) -> tuple[bytes, Place]:
    """A footprint as GeoJSON in metres, without its place and direction, and its place."""
    rings, of_polygon, wrong = _rings(_mapping(geometry))
    if wrong:
        return orjson.dumps({"wrong": wrong}), NOWHERE
    corners = np.concatenate(rings)
    degrees = degrees_of(corners, crs)
    place = NOWHERE
    plane = corners - corners.mean(axis=0)
    if degrees is not None:
        plane = tangent_plane_m(degrees)
        longitude, latitude = (degrees.min(axis=0) + degrees.max(axis=0)) / 2
        place = Place("", round(float(latitude), 7), round(float(longitude), 7))
    width_m = float(np.ptp(plane, axis=0).max())
    if width_m > LARGEST_M:
        return orjson.dumps({"wrong": f"is {width_m / 1000:.3g} km wide; give each house its own outline"}), place
    polygons = _turned(np.split(plane, np.cumsum([len(r) for r in rings])[:-1]), of_polygon)
    shape, told = _shape(properties)
    feature = {
        "type": "Feature", "properties": {"building": "yes", **shape},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }  # fmt: skip
    return orjson.dumps({"type": "FeatureCollection", "features": [feature], "told": told}), place


def _shape(properties: Object) -> tuple[Object, list[str]]:
    """Storeys and height of a footprint, and what of them cannot be used or is missing."""
    given = {name: properties[name] for name in SHAPE_KEYS if properties.get(name) not in (None, "")}
    told: list[str] = []
    shape: Object = {}
    levels = next((name for name in LEVEL_KEYS if name in given), None)
    if levels is None:
        told.append("The map gives no number of storeys; one is taken.")
    elif re.fullmatch(r"[1-9]\d?(\.0)?", str(given[levels])):
        shape[levels] = int(float(given[levels]))
    else:
        value = str(given[levels])[:40]
        told.append(f"{levels} is {value!r}, no number of storeys; one is taken.")
    for name in (key for key in given if key not in LEVEL_KEYS):
        if length_of({name: given[name]}, name) is not None or (name == "min_height" and str(given[name]) == "0"):
            shape[name] = given[name]
        else:
            value = str(given[name])[:40]
            told.append(f"{name} is {value!r}, no height in metres; it is left out.")
    return shape, told


def _rings(geometry: Object) -> tuple[list[Points], list[int], str]:
    """Rings of a geometry without their last corners, the polygon of each, and what is wrong with it."""
    kind, values = geometry.get("type"), geometry.get("coordinates")
    polygons = [values] if kind == "Polygon" else values if kind == "MultiPolygon" else None
    if not isinstance(polygons, list):
        what = "has no geometry" if kind is None else f"is a {str(kind)[:40]}, not the outline of a house"
        return [], [], f"{what}; give polygons"
    rings: list[Points] = []
    of_polygon: list[int] = []
    corners = 0
    for number, polygon in enumerate(polygons):
        for ring in polygon if isinstance(polygon, list) else [None]:
            if not isinstance(ring, list) or len(ring) < 3 or not all(map(_is_corner, ring)):
                return [], [], "has a ring that is none; give at least three corners of two numbers each"
            corners += len(ring)
            if corners > MOST_CORNERS:
                return [], [], f"has more than {MOST_CORNERS:,} corners; simplify it"
            points = np.array([p[:2] for p in ring], dtype=np.float64)
            rings.append(points[:-1] if len(points) > 3 and bool((points[0] == points[-1]).all()) else points)
            of_polygon.append(number)
    return (rings, of_polygon, "") if rings else ([], [], "has no corners; give polygons")


def _is_corner(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) >= 2
        and all(type(x) in (int, float) and abs(x) <= LARGEST_COORDINATE for x in value[:2])
    )  # fmt: skip


def _turned(rings: list[Points], of_polygon: list[int]) -> list[list[list[list[float]]]]:
    """Polygons with a longest edge along x and their lowest corner at 0, in an order that does not depend on how
    they were drawn.
    """
    outer = [ring for k, ring in enumerate(rings) if k == 0 or of_polygon[k] != of_polygon[k - 1]]
    rings = [ring if _area(ring) > 0 else ring[::-1] for ring in rings]
    edges = np.concatenate([np.roll(r, -1, axis=0) - r for r in (o if _area(o) > 0 else o[::-1] for o in outer)])
    length = np.hypot(*edges.T)
    longest = np.flatnonzero(length >= length.max() - GRID_M)[:MOST_TURNS]
    return min(_along(edges[k] / max(length[k], GRID_M), rings, of_polygon) for k in longest)


def _along(x: Points, rings: list[Points], of_polygon: list[int]) -> list[list[list[list[float]]]]:
    turn = np.array([[x[0], -x[1]], [x[1], x[0]]])
    turned = [ring @ turn for ring in rings]
    low = np.min([ring.min(axis=0) for ring in turned], axis=0)
    polygons: list[list[list[list[float]]]] = [[] for _ in range(of_polygon[-1] + 1)]
    for ring, number in zip(turned, of_polygon, strict=True):
        points = [[round(float(a) / GRID_M) * GRID_M for a in p] for p in ring - low]
        points = [[round(a, 2), round(b, 2)] for a, b in points]
        first = points.index(min(points))
        points = points[first:] + points[:first]
        polygons[number].append([*points, points[0]])
    return sorted([p[0], *sorted(p[1:])] for p in polygons)


def _area(ring: Points) -> float:
    """Twice the signed area. [m²]"""
    after = np.roll(ring, -1, axis=0)
    return float((ring[:, 0] * after[:, 1] - ring[:, 1] * after[:, 0]).sum())
