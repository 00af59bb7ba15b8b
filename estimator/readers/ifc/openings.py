"""Openings of an IFC wall: listed by their bodies, cut by their outlines, found in the wall's body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from estimator.plan import Area, Opening, OpeningKind, Slab
from estimator.readers.ifc.bodies import Floats
from estimator.readers.sections import Mesh, polygonal

LEAST_M = 0.3
"""Holes in a body are taken for openings from this width and height on; smaller ones are for services. [m]"""

THROUGH = 0.9
"""Share of the wall's thickness that a hole must go through to be an opening, not a recess."""

_LEVEL_M = 1e-3
_ALONG_M = 0.05


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole through a straight wall.

    Attributes
    ----------
    left_m, right_m : float
        Along the wall. [m]
    sill_m, head_m : float
        Absolute z. [m]
    """

    left_m: float
    right_m: float
    sill_m: float
    head_m: float


def sides(footprint: Area) -> tuple[Floats, float, float]:
    """The smallest rectangle around an area.

    Parameters
    ----------
    footprint : polygon

    Returns
    -------
    (2,) float
        Direction of its long side.
    float, float
        Long and short side. [m]
    """
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(footprint))
    edges = np.diff(corners[:3], axis=0)
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    longest = int(np.argmax(lengths))
    return edges[longest] / max(float(lengths[longest]), 1e-12), float(lengths.max()), float(lengths.min())


def is_straight(axis: LineString) -> bool:
    """Whether an axis runs straight from end to end.

    Parameters
    ----------
    axis : LineString

    Returns
    -------
    bool
    """
    return bool(LineString([axis.coords[0], axis.coords[-1]]).length > axis.length - 1e-6)


def opening_of(
    body: Mesh, name: str, kind: OpeningKind, footprint: Area, axis: LineString | None, heights_m: tuple[float, float]
) -> Opening | None:
    """An opening by the box of its body along the wall.

    Parameters
    ----------
    body : Mesh
        Of the opening, in plan coordinates. [m]
    name : str
    kind : {"door", "window", "opening"}
    footprint : polygon
        Of the wall. [m]
    axis : LineString or None
        Of the wall.
    heights_m : (float, float)
        Base and top of the wall. [m]

    Returns
    -------
    Opening or None
        None if the box misses the wall.
    """
    along = sides(footprint)[0]
    plan = body.vertices_m[:, :2]
    if axis is not None:
        place = axis.project(Point(plan.mean(axis=0)))
        ends = [axis.interpolate(max(place - _ALONG_M, 0.0)), axis.interpolate(min(place + _ALONG_M, axis.length))]
        step = np.array([ends[1].x - ends[0].x, ends[1].y - ends[0].y])
        along = step / max(float(np.hypot(*step)), 1e-12)
    reach = plan @ along
    left, right = float(reach.min()), float(reach.max())
    if axis is None or is_straight(axis):
        wall_reach = shapely.get_coordinates(footprint) @ along
        left, right = max(left, float(wall_reach.min())), min(right, float(wall_reach.max()))
    sill_m = max(float(body.vertices_m[:, 2].min()), heights_m[0])
    head_m = min(float(body.vertices_m[:, 2].max()), heights_m[1])
    if right - left < _LEVEL_M or head_m - sill_m < _LEVEL_M:
        return None
    return Opening(name, kind, sill_m, head_m, right - left, Polygon())


def cut_by_outlines(slabs: Sequence[Slab], holes: Sequence[Mesh]) -> tuple[Slab, ...]:
    """Pieces of a wall without upright prisms around its openings.

    Parameters
    ----------
    slabs : sequence of Slab
        Bottom up.
    holes : sequence of Mesh
        Bodies of openings. [m]

    Returns
    -------
    tuple of Slab
        Bottom up. Arched and slanting openings come out too large: the convex outline of each body is
        taken over its whole height.
    """
    cuts = [
        (float(hole.vertices_m[:, 2].min()), float(hole.vertices_m[:, 2].max()),
         shapely.MultiPoint(hole.vertices_m[:, :2]).convex_hull)
        for hole in holes
    ]  # fmt: skip
    found: list[Slab] = []
    for slab in slabs:
        inner = {z for low, high, _ in cuts for z in (low, high) if slab.base_m + 1e-6 < z < slab.top_m - 1e-6}
        for low_m, high_m in pairwise([slab.base_m, *sorted(inner), slab.top_m]):
            middle_m = 0.5 * (low_m + high_m)
            here = [outline for low, high, outline in cuts if low < middle_m < high]
            left = polygonal(shapely.difference(slab.footprint, shapely.union_all(here))) if here else slab.footprint
            if not left.is_empty:
                found.append(Slab(low_m, high_m, left))
    return tuple(found)


def holes_in(slabs: Sequence[Slab], footprint: Area) -> list[Hole]:
    """Doors, windows and the like that the body of a straight wall has without saying so.

    Parameters
    ----------
    slabs : sequence of Slab
        Net pieces of the wall, bottom up. [m]
    footprint : polygon
        All of them united. [m]

    Returns
    -------
    list of Hole
        Those that go through the wall, have wall on both sides and above, and are not small; from left
        to right. What is missing at the ends or the top (slopes, steps) is none.
    """
    along, long_m, narrow_m = sides(footprint)
    if len(slabs) < 2 or footprint.area < 0.95 * long_m * narrow_m:
        return []
    across = np.array([-along[1], along[0]])
    spans = shapely.get_coordinates(footprint) @ along
    ends = (float(spans.min()) + _LEVEL_M, float(spans.max()) - _LEVEL_M)
    open_below: list[Hole] = []
    found: list[Hole] = []
    top_m = slabs[0].base_m
    for slab in slabs:
        gaps = []
        missing = polygonal(shapely.difference(footprint, slab.footprint))
        for part in () if missing.is_empty else shapely.get_parts(missing):
            points = shapely.get_coordinates(part)
            reach, depth = points @ along, points @ across
            if np.ptp(depth) >= THROUGH * narrow_m and part.area >= THROUGH * narrow_m * np.ptp(reach):
                gaps.append(Hole(float(reach.min()), float(reach.max()), slab.base_m, slab.top_m))
        met: set[int] = set()
        for hole in open_below:
            over = [i for i, gap in enumerate(gaps) if gap.left_m < hole.right_m and hole.left_m < gap.right_m]
            if not over or slab.base_m > top_m + _LEVEL_M:
                found.append(hole)
                continue
            met.update(over)
            reach_m = [x for i in over for x in (gaps[i].left_m, gaps[i].right_m)]
            gaps[over[0]] = Hole(
                min(hole.left_m, *reach_m), max(hole.right_m, *reach_m), min(hole.sill_m, slab.base_m), slab.top_m
            )
            for i in over[1:]:
                gaps[i] = gaps[over[0]]
        open_below = list(dict.fromkeys(gaps))
        top_m = slab.top_m
    return sorted(
        (
            hole
            for hole in found
            if ends[0] < hole.left_m
            and hole.right_m < ends[1]
            and min(hole.right_m - hole.left_m, hole.head_m - hole.sill_m) >= LEAST_M
        ),
        key=lambda hole: (hole.left_m, hole.sill_m),
    )


def opening_in_body(hole: Hole, number: int, guid: str) -> Opening:
    """A hole found in a body, as an opening.

    Parameters
    ----------
    hole : Hole
    number : int
        From 1 in each wall.
    guid : str
        Of the wall.

    Returns
    -------
    Opening
    """
    return Opening(f"{guid}-hole-{number}", "opening", hole.sill_m, hole.head_m, hole.right_m - hole.left_m, Polygon())
