"""Set operations on plan areas, with the types that shapely leaves open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, MultiPolygon, Polygon

from estimator.plan import Area
from estimator.repeats import WORTHWHILE_COSTLY_NODES, shared

GRID_M = 1e-9
"""Grid of the second try of a set operation. [m]"""

MANY = 2000
"""More areas than this are not compared each with each."""


def united(areas: NDArray[np.object_]) -> Area:
    """Union of areas.

    Parameters
    ----------
    areas : (n,) array of polygons
        n ≥ 1. [m]

    Returns
    -------
    polygon
    """
    if len(areas) == 1:
        return cast(Area, areas[0])
    if len(areas) > MANY:
        return cast(Area, _union(areas))
    cluster = _clusters(areas)
    clusters = int(np.count_nonzero(cluster == np.arange(len(areas))))
    if clusters == len(areas):
        return cast(Area, shapely.multipolygons(shapely.get_parts(areas)))
    if clusters == 1:
        return cast(Area, _union(areas))
    parts, part = shapely.get_parts(areas, return_index=True)
    order = np.argsort(cluster[part], kind="stable")
    number = np.unique(cluster[part][order], return_inverse=True)[1]
    groups = np.asarray(shapely.multipolygons(parts[order], indices=number), dtype=object)
    return cast(Area, shapely.multipolygons(shapely.get_parts(shared(_each_united, groups, WORTHWHILE_COSTLY_NODES))))


def _each_united(groups: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.array([_union(shapely.get_parts(g)) for g in groups], dtype=object)


def _clusters(areas: NDArray[np.object_]) -> NDArray[np.int64]:
    """First area of the cluster of touching bounding boxes that each area belongs to."""
    low_x, low_y, high_x, high_y = shapely.bounds(areas).T
    touch = (low_x <= high_x[:, None]) & (low_x[:, None] <= high_x)
    touch &= (low_y <= high_y[:, None]) & (low_y[:, None] <= high_y)
    label = np.arange(len(areas))
    while True:
        least = np.where(touch, label, len(areas)).min(axis=1)
        if (least == label).all():
            return label
        label = least


def _union(areas: NDArray[np.object_]) -> shapely.Geometry:
    """Union of areas; done again on a fine grid where rounding spoils it."""
    try:
        return shapely.union_all(areas)
    except shapely.GEOSException:
        return shapely.union_all(areas, grid_size=GRID_M)


def without(area: Area, taken: Area) -> Area:
    """What is left of an area when another is taken out of it.

    Parameters
    ----------
    area, taken : polygon
        [m]

    Returns
    -------
    polygon
    """
    parts, pieces = _polygons(area), _polygons(taken)
    if len(parts) < 2 or shapely.get_num_coordinates(area) < WORTHWHILE_COSTLY_NODES:
        return cast(Area, _sound(shapely.difference, area, taken))
    part, piece = shapely.STRtree(pieces).query(parts)
    order = np.lexsort((piece, part))
    of = np.concatenate((np.arange(len(parts)), part[order]))
    both, at = np.concatenate((parts, pieces[piece[order]])), np.argsort(of, kind="stable")
    left = shared(
        _each_without,
        np.asarray(shapely.geometrycollections(both[at], indices=of[at]), dtype=object),
        WORTHWHILE_COSTLY_NODES,
    )
    return cast(Area, shapely.multipolygons(_polygons(left)))


def _polygons(area: Area | NDArray[np.object_]) -> NDArray[np.object_]:
    """Parts of an area, without the lines that intersections leave where shapes only touch."""
    parts = np.asarray(shapely.get_parts(area), dtype=object)
    is_polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    return np.asarray(parts[is_polygon], dtype=object)


def _each_without(groups: NDArray[np.object_]) -> NDArray[np.object_]:
    """Of each group the first area, the others taken out."""
    members = [shapely.get_parts(g) for g in groups]
    left = [m[0] if len(m) == 1 else _sound(shapely.difference, m[0], MultiPolygon(list(m[1:]))) for m in members]
    return np.array(left, dtype=object)


def common(area: Area, other: Area) -> Area:
    """What two areas share.

    Parameters
    ----------
    area, other : polygon
        [m]

    Returns
    -------
    polygon
    """
    return cast(Area, _sound(shapely.intersection, area, other))


def commons(area: Area, others: Sequence[Area]) -> NDArray[np.object_]:
    """What an area shares with each of several others.

    Parameters
    ----------
    area : polygon
        [m]
    others : sequence of polygons
        [m]

    Returns
    -------
    (n,) array of polygons
    """
    return _each_sound(np.full(len(others), area, dtype=object), np.array(others, dtype=object))


def each_clipped(lines: NDArray[np.object_], areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """The parts of several lines that lie each in an area of its own.

    Parameters
    ----------
    lines : (n,) array of LineString or MultiLineString
        [m]
    areas : (n,) array of polygons
        [m]

    Returns
    -------
    (n,) array of geometries
    """
    return _each_sound(lines, areas)


def _each_sound(ones: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.object_]:
    """Intersections, as of :func:`_sound`."""
    try:
        results = np.asarray(shapely.intersection(ones, others), dtype=object)
    except shapely.GEOSException:
        pairs = zip(ones, others, strict=True)
        return np.array([_sound(shapely.intersection, one, other) for one, other in pairs], dtype=object)
    spoilt = ~shapely.is_valid(results)
    if spoilt.any():
        results[spoilt] = shapely.intersection(ones[spoilt], others[spoilt], grid_size=GRID_M)
    return results


def clipped(lines: LineString | MultiLineString, area: Area) -> shapely.Geometry:
    """The parts of lines that lie in an area.

    Parameters
    ----------
    lines : LineString or MultiLineString
        [m]
    area : polygon
        [m]

    Returns
    -------
    geometry
    """
    return _sound(shapely.intersection, lines, area)


def _sound(work: Callable[..., shapely.Geometry], one: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    """Result of a set operation; done again on a fine grid where rounding spoils it.

    GEOS now and then fails, or gives an area that crosses itself, where sides all but coincide.
    """
    try:
        result = work(one, other)
    except shapely.GEOSException:
        return work(one, other, grid_size=GRID_M)
    return result if shapely.is_valid(result) else work(one, other, grid_size=GRID_M)


def smoothed(area: Area, tolerance_m: float) -> Area:
    """An area without the steps that walls which do not quite line up leave in its boundary.

    Parameters
    ----------
    area : polygon
        [m]
    tolerance_m : float
        Nodes are left out where the boundary moves by less than this. [m]

    Returns
    -------
    polygon
        The area as it was where smoothing would make it cross itself.
    """
    parts = shapely.get_parts(area)
    smooth = shared(partial(_each_smoothed, tolerance_m=tolerance_m), parts)
    return cast(Area, smooth[0] if len(parts) == 1 else shapely.multipolygons(smooth))


def _each_smoothed(parts: NDArray[np.object_], tolerance_m: float) -> NDArray[np.object_]:
    smooth = shapely.simplify(parts, tolerance_m, preserve_topology=False)
    is_sound = shapely.is_valid(smooth) & ~shapely.is_empty(smooth)
    return np.where(is_sound, smooth, parts)


def filled(area: Area) -> Area:
    """An area with its holes filled; parts inside a hole of another are part of that one.

    Parameters
    ----------
    area : polygon
        [m]

    Returns
    -------
    polygon
    """
    outlines = np.asarray(
        shapely.polygons(np.asarray(shapely.get_exterior_ring(shapely.get_parts(area)))), dtype=object
    )
    if len(outlines) == 1:
        return cast(Area, outlines[0])
    tips = shapely.points(np.array([shapely.get_coordinates(o)[0] for o in outlines]))
    inner, outer = shapely.STRtree(outlines).query(np.asarray(tips), predicate="within")
    nested = np.unique(inner[inner != outer])
    return cast(Area, shapely.multipolygons(np.delete(outlines, nested)))


def polygonal(geometry: shapely.Geometry) -> Area:
    """The areas of a geometry; points and lines left out.

    Parameters
    ----------
    geometry : geometry
        [m]

    Returns
    -------
    polygon
        Empty where there is none.
    """
    parts = shapely.get_parts(shapely.get_parts(geometry))  # a collection may hold multiple polygons
    polygons = [p for p in parts if isinstance(p, Polygon) and not p.is_empty]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def without_slits(area: Area, widest_m: float) -> Area:
    """An area whose parts are joined where only a slit parts them.

    Parameters
    ----------
    area : polygon
        [m]
    widest_m : float
        Slits up to this width are filled. [m]

    Returns
    -------
    polygon
    """
    style: dict[str, Any] = {"join_style": "mitre", "mitre_limit": 3.0}
    grown = shapely.buffer(area, widest_m / 2, **style)
    return polygonal(shapely.union(area, shapely.buffer(grown, -widest_m / 2, **style)))
