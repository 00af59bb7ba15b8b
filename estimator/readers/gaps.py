"""Gaps in an area of walls that a drawing leaves for doors and windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from estimator.plan import Area
from estimator.readers.strips import Strip

NARROWEST_M = 0.3
"""Gaps narrower than this are slips of the drawing, no openings. [m]"""

WIDEST_M = 3.0
"""Widest gap between two wall ends that face each other. [m]"""

WIDEST_ASIDE_M = 1.5
"""Widest gap between a wall end and the side of another wall. [m]"""

FREE_M = 0.01
"""A wall end is free if there is no wall this far beyond it. [m]"""

INTO_M = 0.005
"""How far a gap is made to reach into what it lies between, so that no slit is left. [m]"""

WALLED_RATIO = 0.05
"""Share of a gap that may be wall, where a side is skew."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap in the course of a wall.

    Attributes
    ----------
    footprint : polygon
        From jamb to jamb and a little beyond, as thick as the wall that ends there. [m]
    width_m : float
        [m]
    """

    footprint: Polygon
    width_m: float


def gaps_between(
    area: Area, strips: Sequence[Strip], narrowest_m: float = NARROWEST_M, widest_m: float = WIDEST_M
) -> list[Gap]:
    """Gaps between the free ends of walls and what they face.

    Parameters
    ----------
    area : polygon
        Plan area of the walls, gaps left out. [m]
    strips : sequence of Strip
        Of the area.
    narrowest_m, widest_m : float
        Of a gap. [m]

    Returns
    -------
    list of Gap
        None overlaps another by half; a gap to the side of a wall is at most 1.5 m wide.
    """
    point, out, thick = _free_ends(area, strips)
    if not len(point):
        return []
    ray = shapely.linestrings(np.stack((point + out * 1e-3, point + out * (widest_m + 0.05)), axis=1))
    hit, owner = shapely.get_parts(shapely.intersection(ray, area), return_index=True)
    met = ~shapely.is_empty(hit)
    hit, owner = hit[met], owner[met]
    width = np.full(len(point), np.inf)
    np.minimum.at(width, owner, shapely.distance(hit, shapely.points(point[owner])))
    keep = (width >= narrowest_m) & (width <= widest_m)
    faces = _faces_an_end(point, out, width, thick)
    keep &= faces | (width <= WIDEST_ASIDE_M)
    gaps = [
        Gap(_between(point[k], out[k], float(width[k]), float(thick[k])), float(width[k]))
        for k in np.flatnonzero(keep).tolist()
    ]
    walled = shapely.area(shapely.intersection(np.array([g.footprint for g in gaps], dtype=object), area))
    return _different([g for g, m2 in zip(gaps, walled, strict=True) if m2 < WALLED_RATIO * g.footprint.area])


def _free_ends(area: Area, strips: Sequence[Strip]) -> tuple[Floats, Floats, Floats]:
    """Middle, outward direction and thickness of the wall ends that lead into nothing."""
    point, out, thick = [], [], []
    for s in strips:
        if s.axis is None or s.thickness_m is None or s.axis.is_closed:
            continue
        nodes = shapely.get_coordinates(s.axis)
        for end, inner in ((nodes[0], nodes[1]), (nodes[-1], nodes[-2])):
            step = end - inner
            point.append(end)
            out.append(step / np.hypot(*step))
            thick.append(s.thickness_m)
    points, directions = np.array(point).reshape(-1, 2), np.array(out).reshape(-1, 2)
    free = ~shapely.intersects(area, shapely.points(points + directions * FREE_M)) if len(points) else np.zeros(0, bool)
    return points[free], directions[free], np.array(thick)[free] if len(points) else np.zeros(0)


def _faces_an_end(point: Floats, out: Floats, width: Floats, thick: Floats) -> NDArray[np.bool_]:
    """Whether what an end faces is another free end of about the same thickness."""
    there = point + out * np.where(np.isfinite(width), width, 0.0)[:, None]
    ends = np.asarray(shapely.points(point), dtype=object)
    one, other = shapely.STRtree(ends).query(shapely.points(there), predicate="dwithin", distance=float(thick.max()))
    apart = (one != other) & (np.einsum("ij,ij->i", out[one], out[other]) < -0.98)
    near = np.hypot(*(there[one] - point[other]).T) <= 0.5 * np.minimum(thick[one], thick[other])
    found = np.zeros(len(point), dtype=bool)
    found[one[apart & near]] = True
    return found


def _between(point: Floats, out: Floats, width_m: float, thickness_m: float) -> Polygon:
    side = np.array((-out[1], out[0])) * thickness_m / 2
    near, far = point - out * INTO_M, point + out * (width_m + INTO_M)
    return Polygon((near - side, far - side, far + side, near + side))


def _different(gaps: list[Gap]) -> list[Gap]:
    kept: list[Gap] = []
    for gap in gaps:
        if all(shapely.area(shapely.intersection(gap.footprint, k.footprint)) < 0.5 * gap.footprint.area for k in kept):
            kept.append(gap)
    return kept
