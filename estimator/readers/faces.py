"""Faces of walls that look at each other: the two sides of one piece of wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area

TURN_DEG = 12.0
"""Faces of one wall are parallel to this. [deg]"""

TAPER_RATIO = 0.35
"""By how much of its thickness a piece of wall may taper."""

SOLID_RATIO = 0.98
"""Share of a piece between two faces that has to be wall."""

STUBBY_RATIO = 0.25
"""Pieces shorter than this many thicknesses are no pieces of wall."""

LOOKED_AT = (0.1, 0.5, 0.9)
"""Where along a piece it is looked whether there is wall between its faces."""

SHORTEST_M = 0.004
"""Pieces shorter than this are left out. [m]"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quads:
    """n pieces of wall between two faces.

    Attributes
    ----------
    corner_m : (n, 4, 2) float
        Start and end on the right face, end and start on the left one. [m]
    thickness_m : (n,) float
        In the middle. [m]
    """

    corner_m: Floats
    thickness_m: Floats

    @property
    def middle_m(self) -> Floats:
        """(n, 2, 2) float: start and end of the centre lines. [m]"""
        return np.stack(
            ((self.corner_m[:, 0] + self.corner_m[:, 3]) / 2, (self.corner_m[:, 1] + self.corner_m[:, 2]) / 2), axis=1
        )

    def kept(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Quads:
        """Some of the pieces.

        Parameters
        ----------
        which : (n,) bool or (k,) int
        """
        return Quads(self.corner_m[which], self.thickness_m[which])


def face_quads(area: Area, thinnest_m: float, thickest_m: float) -> Quads:
    """Pieces of wall between faces that look at each other through the wall.

    Parameters
    ----------
    area : polygon
        [m]
    thinnest_m, thickest_m : float
        Distance of the faces. [m]

    Returns
    -------
    Quads
        None lies on another by more than a third of itself; of those that would, the thinnest stays.
    """
    start, end = _edges(area)
    quads = _paired(start, end, thinnest_m, thickest_m)
    if len(quads.thickness_m) == 0:
        return quads
    polygon = np.asarray(shapely.polygons(quads.corner_m), dtype=object)
    sound = np.asarray(shapely.is_valid(polygon), dtype=np.bool_)
    quads, polygon = quads.kept(sound), polygon[sound]
    shapely.prepare(area)
    sound = _has_wall_between(quads, area)
    quads, polygon = quads.kept(sound), polygon[sound]
    inside = shapely.contains_properly(area, shapely.buffer(polygon, -1e-3))
    solid = inside.copy()
    ask = np.flatnonzero(~inside)
    solid[ask] = _shared_m2(polygon[ask], area) >= SOLID_RATIO * shapely.area(polygon[ask])
    quads, polygon = quads.kept(solid), polygon[solid]
    return quads.kept(_thinnest(quads, polygon))


def _edges(area: Area) -> tuple[Floats, Floats]:
    """Starts and ends of the boundary's edges, wall on their left."""
    oriented = shapely.orient_polygons(shapely.get_parts(area), exterior_cw=False)
    rings, _ = shapely.get_rings(oriented, return_index=True)
    node, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end = node[:-1][same], node[1:][same]
    long_enough = np.hypot(*(end - start).T) > 1e-6
    return start[long_enough], end[long_enough]


def _paired(start: Floats, end: Floats, thinnest_m: float, thickest_m: float) -> Quads:
    """A piece for every pair of edges that run against each other at a wall's distance."""
    lines = np.asarray(shapely.linestrings(np.stack((start, end), axis=1)), dtype=object)
    low, high = np.minimum(start, end) - thickest_m, np.maximum(start, end) + thickest_m
    around = np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]), dtype=object)
    first, second = shapely.STRtree(lines).query(around)
    once = first < second
    first, second = first[once], second[once]
    step = end - start
    length = np.hypot(step[:, 0], step[:, 1])
    unit = step / length[:, None]
    against = -np.einsum("ij,ij->i", unit[first], unit[second])
    keep = against >= np.cos(np.radians(TURN_DEG))
    first, second = first[keep], second[keep]

    along = unit[first] - unit[second]
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    left = np.stack((-along[:, 1], along[:, 0]), axis=1)
    origin = start[first]

    def place(point: Floats) -> tuple[Floats, Floats]:
        away = point - origin
        return np.einsum("ij,ij->i", away, along), np.einsum("ij,ij->i", away, left)

    a0, a0y = place(start[first])
    a1, a1y = place(end[first])
    b0, b0y = place(end[second])
    b1, b1y = place(start[second])
    low, high = np.maximum(a0, b0), np.minimum(a1, b1)
    keep = high - low > SHORTEST_M
    first, second, along, left, origin = first[keep], second[keep], along[keep], left[keep], origin[keep]
    a0, a0y, a1, a1y, b0, b0y, b1, b1y = (v[keep] for v in (a0, a0y, a1, a1y, b0, b0y, b1, b1y))
    low, high = low[keep], high[keep]

    def at(x: Floats, x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> Floats:
        return y0 + (x - x0) / (x1 - x0) * (y1 - y0)

    right_low, right_high = at(low, a0, a0y, a1, a1y), at(high, a0, a0y, a1, a1y)
    left_low, left_high = at(low, b0, b0y, b1, b1y), at(high, b0, b0y, b1, b1y)
    thick_low, thick_high = left_low - right_low, left_high - right_high
    thick = (thick_low + thick_high) / 2
    keep = (thick >= thinnest_m) & (thick <= thickest_m)
    keep &= np.abs(thick_low - thick_high) <= TAPER_RATIO * np.maximum(thick, 1e-9)
    keep &= (thick_low > 0) & (thick_high > 0)

    def point(x: Floats, y: Floats) -> Floats:
        whole: Floats = origin + along * x[:, None] + left * y[:, None]
        return whole[keep]

    corner_m = np.stack(
        (point(low, right_low), point(high, right_high), point(high, left_high), point(low, left_low)), axis=1
    )
    return Quads(corner_m, thick[keep])


def _has_wall_between(quads: Quads, area: Area) -> NDArray[np.bool_]:
    """Whether points on the centre lines lie in the area; most pairs of faces look across a room."""
    middle = quads.middle_m
    found = np.ones(len(quads.thickness_m), dtype=bool)
    for share in LOOKED_AT:
        points = middle[:, 0] + share * (middle[:, 1] - middle[:, 0])
        found &= shapely.contains_xy(area, points[:, 0], points[:, 1])
    return found


def _shared_m2(polygon: NDArray[np.object_], area: Area) -> Floats:
    """How much of each polygon lies in an area, looked up part by part."""
    parts = shapely.get_parts(area)
    own, part = shapely.STRtree(parts).query(polygon, predicate="intersects")
    shared = shapely.area(shapely.intersection(polygon[own], parts[part]))
    return np.asarray(np.bincount(own, weights=shared, minlength=len(polygon)), dtype=np.float64)


def _thinnest(quads: Quads, polygon: NDArray[np.object_]) -> NDArray[np.int64]:
    """Of pieces that lie on each other, the thinnest; curved walls come in pieces of any length."""
    length = np.hypot(*(quads.middle_m[:, 1] - quads.middle_m[:, 0]).T)
    size = shapely.area(polygon)
    tree = shapely.STRtree(polygon)
    one, other = tree.query(polygon, predicate="intersects")
    apart = one != other
    one, other = one[apart], other[apart]
    shared = shapely.area(shapely.intersection(polygon[one], polygon[other]))
    heavy = shared > np.minimum(size[one], size[other]) / 3
    rival = one[heavy], other[heavy]
    order = np.lexsort((-length, np.round(quads.thickness_m, 3)))
    bounds = np.searchsorted(rival[0], np.arange(len(polygon) + 1))
    taken = np.zeros(len(polygon), dtype=bool)
    for k in order.tolist():
        if not taken[rival[1][bounds[k] : bounds[k + 1]]].any():
            taken[k] = True
    return np.flatnonzero(taken)
