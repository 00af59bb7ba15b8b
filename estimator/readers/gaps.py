"""Gaps in walls: between two wall ends that face each other, or between a wall end and the side of a wall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from estimator.plan import Area

NARROWEST_M: Final = 0.25
WIDEST_M: Final = 6.5
"""Gaps that may be openings: from a slit window to a double garage door. [m]"""

WIDEST_ASIDE_M: Final = 3.2
"""Widest gap between a wall end and the side of another wall. [m]"""

THINNEST_END_M: Final = 0.02
THICKEST_END_M: Final = 0.55
"""Ends of walls are as wide as this. [m]"""

UNEQUAL_RATIO: Final = 3.0
"""Walls whose thicknesses differ more do not continue each other."""

NEIGHBOURS: Final = 64
"""Wall ends nearest to one that may face it."""

FLAT_M: Final = 0.0005
"""Nodes of an outline that matter less are left out. [m]"""

CLEAR_RATIO: Final = 0.2
"""How far the edges of walls may reach into a gap from its sides, in thicknesses of the wall."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap in the course of a wall.

    Attributes
    ----------
    footprint : polygon
        From jamb to jamb and from face to face. [m]
    start_m, end_m : (2,) float
        Middle of either jamb. [m]
    thickness_m : float
        [m]
    is_aside : bool
        It ends at the side of another wall.
    depth_ratio : float
        How far the walls run on straight from either jamb, the shorter one, in thicknesses.
    """

    footprint: Polygon
    start_m: Floats
    end_m: Floats
    thickness_m: float
    is_aside: bool
    depth_ratio: float

    @property
    def width_m(self) -> float:
        """From jamb to jamb. [m]"""
        return float(np.hypot(*(self.end_m - self.start_m)))

    @property
    def along(self) -> Floats:
        """(2,) Unit vector from start to end."""
        step: Floats = (self.end_m - self.start_m) / self.width_m
        return step


def wall_gaps(area: Area, thickest_m: float = THICKEST_END_M) -> list[Gap]:
    """All gaps of an area of walls; whether they are openings is for others to say.

    Parameters
    ----------
    area : polygon
        Walls, openings left out. [m]
    thickest_m : float
        Ends of walls are no wider. [m]

    Returns
    -------
    list of Gap
        First those between two wall ends.
    """
    from scipy.spatial import cKDTree

    start, end, out, course, depth = wall_ends(area, thickest_m)
    if not len(start):
        return []
    middle, thick = 0.5 * (start + end), np.hypot(*(end - start).T)
    some = min(NEIGHBOURS, len(middle))
    reach, found = cKDTree(middle).query(middle, k=some, distance_upper_bound=WIDEST_M * 1.01)
    near = np.isfinite(np.asarray(reach).reshape(-1))
    i, j = np.repeat(np.arange(len(middle)), some)[near], np.asarray(found).reshape(-1)[near]
    step = middle[j] - middle[i]
    ahead = np.einsum("ij,ij->i", step, out[i])
    aslant = np.full(len(i), np.inf)
    for way in (out[i], out[j], course[i], course[j]):  # jambs may be out of square, faces may run together
        aslant = np.minimum(aslant, np.abs(way[:, 0] * step[:, 1] - way[:, 1] * step[:, 0]))
    less = np.minimum(thick[i], thick[j])
    faces = (np.einsum("ij,ij->i", out[i], out[j]) < -0.985) & (ahead >= NARROWEST_M) & (ahead <= WIDEST_M)
    faces &= (aslant <= 0.5 * (thick[i] + thick[j] - less)) & (np.maximum(thick[i], thick[j]) <= UNEQUAL_RATIO * less)
    i, j, ahead = i[faces], j[faces], ahead[faces]
    nearest = np.full(len(middle), -1)
    order = np.argsort(-ahead, kind="stable")
    nearest[i[order]] = j[order]  # the last one given stays: the nearest
    gaps, taken = [], np.zeros(len(middle), dtype=bool)
    pairs = [(a, b) for a, b in enumerate(nearest.tolist()) if b > a and nearest[b] == a]
    outline = _outline(area)
    if pairs:
        one, other = np.array(pairs).T
        corners = np.stack((start[one], end[one], start[other], end[other]), axis=1)
        hull = np.asarray(shapely.convex_hull(shapely.multipoints(corners)), dtype=object)
        for k in np.flatnonzero(_is_clear(hull, np.minimum(thick[one], thick[other]), outline)).tolist():
            a, b = pairs[k]
            taken[[a, b]] = True
            less_m = float(min(thick[a], thick[b]))
            gaps.append(Gap(hull[k], middle[a], middle[b], less_m, False, float(min(depth[a], depth[b]))))
    free = np.flatnonzero(~taken)
    return gaps + _aside(outline, start[free], end[free], out[free], depth[free])


def _aside(outline: shapely.STRtree, start: Floats, end: Floats, out: Floats, depth: Floats) -> list[Gap]:
    """Gaps from wall ends to the side of what lies ahead."""
    if not len(start):
        return []
    middle, thick = 0.5 * (start + end), np.hypot(*(end - start).T)
    rays = np.asarray(
        shapely.linestrings(np.stack((middle + out * 1e-3, middle + out * WIDEST_ASIDE_M), axis=1)), dtype=object
    )
    ray, edge = outline.query(rays, predicate="intersects")
    ahead = np.full(len(middle), np.inf)
    hit = shapely.intersection(rays[ray], outline.geometries[edge])
    np.minimum.at(ahead, ray, shapely.distance(hit, np.asarray(shapely.points(middle), dtype=object)[ray]))
    ok = np.flatnonzero((ahead >= NARROWEST_M) & (ahead < WIDEST_ASIDE_M))
    if not len(ok):
        return []
    step = out[ok] * ahead[ok, None]
    corners = np.stack((start[ok], end[ok], start[ok] + step, end[ok] + step), axis=1)
    quad = np.asarray(shapely.convex_hull(shapely.multipoints(corners)), dtype=object)
    clear = _is_clear(quad, thick[ok], outline)
    return [
        Gap(quad[n], middle[k], middle[k] + step[n], float(thick[k]), True, float(depth[k]))
        for n, k in enumerate(ok.tolist()) if clear[n]
    ]  # fmt: skip


def _outline(area: Area) -> shapely.STRtree:
    """The edges of an area, for looking up."""
    rings = shapely.get_rings(shapely.get_parts(area))
    xy, owner = shapely.get_coordinates(rings, return_index=True)
    same = owner[1:] == owner[:-1]
    edges = shapely.linestrings(np.stack((xy[:-1][same], xy[1:][same]), axis=1))
    return shapely.STRtree(np.asarray(edges, dtype=object))


def _is_clear(gaps: NDArray[np.object_], thick: Floats, outline: shapely.STRtree) -> NDArray[np.bool_]:
    """Whether no edge of a wall runs through a gap, away from its sides."""
    inner = np.asarray(shapely.buffer(gaps, -CLEAR_RATIO * thick, quad_segs=1), dtype=object)
    clear = np.ones(len(gaps), dtype=bool)
    clear[outline.query(inner, predicate="intersects")[0]] = False
    return clear


def wall_ends(area: Area, thickest_m: float = THICKEST_END_M) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Short edges of the outline across the end of a wall.

    Parameters
    ----------
    area : polygon
        [m]
    thickest_m : float
        Of the widest end. [m]

    Returns
    -------
    start, end : (n, 2) float
        Its corners. [m]
    out : (n, 2) float
        Unit vector away from the wall, square to the end.
    course : (n, 2) float
        The same along the wall, between its faces.
    depth : (n,) float
        How far the shorter face runs on from there, in lengths of the edge.
    """
    if area.is_empty:
        none = np.empty((0, 2))
        return none, none, none, none, np.empty(0)
    simple = shapely.orient_polygons(shapely.simplify(area, FLAT_M))
    found = []
    for ring in shapely.get_rings(shapely.get_parts(simple)):
        xy = shapely.get_coordinates(ring)[:-1]
        step = np.roll(xy, -1, axis=0) - xy
        length = np.hypot(step[:, 0], step[:, 1])
        unit = step / np.maximum(length, 1e-12)[:, None]
        before, after = np.roll(unit, 1, axis=0), np.roll(unit, -1, axis=0)
        turn_in = before[:, 0] * unit[:, 1] - before[:, 1] * unit[:, 0]
        turn_out = unit[:, 0] * after[:, 1] - unit[:, 1] * after[:, 0]
        ends = (length >= THINNEST_END_M) & (length <= thickest_m) & (turn_in > 0.8) & (turn_out > 0.8)
        k = np.flatnonzero(ends)
        out = np.stack((unit[k, 1], -unit[k, 0]), axis=1)
        course = before[k] - after[k]
        course = course / np.hypot(course[:, 0], course[:, 1])[:, None]
        beside = np.minimum(np.roll(length, 1), np.roll(length, -1)) / np.maximum(length, 1e-12)
        found.append(np.concatenate((xy[k], xy[(k + 1) % len(xy)], out, course, beside[k, None]), axis=1))
    rows = np.concatenate(found) if found else np.empty((0, 9))
    return rows[:, :2], rows[:, 2:4], rows[:, 4:6], rows[:, 6:8], rows[:, 8]
