"""Walls as pieces: footprints, heights, voids, centre lines.

With the corners of :mod:`estimator.corners` an L, T or X junction is whole and, after the
union in :mod:`estimator.slicing`, counted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LinearRing, LineString, Polygon

from estimator.corners import MITRE_LIMIT_RATIO, corner_pieces
from estimator.offset import grown
from estimator.plan import Area, Opening, Plan, Slab, Wall

RECTANGLE_RATIO = 0.97
"""Least share of its bounding rectangle that a footprint fills to count as a straight wall."""

HAIR_M = 1e-5
"""By how much every prism is grown on all sides, so that walls which only touch become one. [m]"""

CLEARED_M = 1e-4
"""How far a void reaches beyond the faces of its wall, so that no skin is left. [m]"""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The upright prisms that make up the walls, and the voids cut out of them.

    Attributes
    ----------
    footprint : (p,) array of polygons
        Plan area of each prism, grown by :data:`HAIR_M`. [m]
    base_m, top_m : (p,) float
        Absolute z. [m]
    wall : (p,) int
        Index into ``plan.walls``; a corner piece belongs to the first wall it joins.
    void : (o,) array of polygons
        Plan area of each opening. [m]
    sill_m, head_m : (o,) float
        Absolute z. [m]
    void_wall : (o,) int
        Index of the wall that the opening pierces.
    """

    footprint: NDArray[np.object_]
    base_m: NDArray[np.float64]
    top_m: NDArray[np.float64]
    wall: NDArray[np.int64]
    void: NDArray[np.object_]
    sill_m: NDArray[np.float64]
    head_m: NDArray[np.float64]
    void_wall: NDArray[np.int64]


def wall_pieces(plan: Plan) -> Pieces:
    """Prisms and voids of every wall of a plan, corners joined.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Pieces
        Every wall at least once, walls made of slabs once per slab; voids only where an opening
        is still to be cut.
    """
    footprint: list[Area] = []
    base: list[float] = []
    top: list[float] = []
    wall: list[int] = []
    void: list[Area] = []
    sill: list[float] = []
    head: list[float] = []
    void_wall: list[int] = []
    for i, w in enumerate(plan.walls):
        for s in w.slabs or (Slab(w.base_m, w.top_m, w.footprint),):
            footprint.append(s.footprint)
            base.append(s.base_m)
            top.append(s.top_m)
            wall.append(i)
        for o in w.openings:
            if o.footprint.is_empty:
                continue
            void.append(o.footprint)
            sill.append(o.sill_m)
            head.append(o.head_m)
            void_wall.append(i)
    for corner, low, high, i in corner_pieces(plan.walls):
        footprint.append(corner)
        base.append(low)
        top.append(high)
        wall.append(i)
    return Pieces(
        grown(np.array(footprint, dtype=object), HAIR_M),
        np.array(base, dtype=float),
        np.array(top, dtype=float),
        np.array(wall, dtype=np.int64),
        np.array(void, dtype=object),
        np.array(sill, dtype=float),
        np.array(head, dtype=float),
        np.array(void_wall, dtype=np.int64),
    )


def strip(axis: LineString, thickness_m: float) -> Area:
    """Plan area of a wall: its axis made thick, square at the ends, mitred at the bends.

    Parameters
    ----------
    axis : LineString
        Centre line; a closed one gives a ring. [m]
    thickness_m : float
        Full thickness, > 0. [m]

    Returns
    -------
    polygon
    """
    line = LinearRing(axis.coords) if axis.is_closed else axis
    area = shapely.buffer(line, thickness_m / 2, cap_style="flat", join_style="mitre", mitre_limit=MITRE_LIMIT_RATIO)
    return cast(Area, area)


def centre_line(wall: Wall) -> LineString | None:
    """Centre line of a wall as it stands, which is not always the axis the file draws.

    Straight walls take the middle of their footprint's bounding rectangle (many programs
    draw the axis along a face); others the axis.

    Parameters
    ----------
    wall : Wall

    Returns
    -------
    LineString or None
        None for a shape without axis that is no rectangle. [m]
    """
    axis = wall.axis
    if axis is not None and not wall.slabs:
        return axis
    if isinstance(wall.footprint, Polygon) and len(wall.footprint.interiors):
        whole = Polygon(wall.footprint.exterior).area  # no rectangle round it is smaller
        if wall.footprint.area < RECTANGLE_RATIO * whole:
            return axis
    box = wall.footprint.minimum_rotated_rectangle
    if box.area <= 0 or wall.footprint.area / box.area < RECTANGLE_RATIO:
        return axis
    corner = shapely.get_coordinates(box)
    sides = np.hypot(*np.diff(corner[:3], axis=0).T)
    if sides[0] >= sides[1]:
        a, b = (corner[0] + corner[3]) / 2, (corner[1] + corner[2]) / 2
    else:
        a, b = (corner[0] + corner[1]) / 2, (corner[2] + corner[3]) / 2
    return LineString([a, b])


def thickness_m(wall: Wall) -> float:
    """Thickness of a wall: as given, or the footprint's area over its length.

    Parameters
    ----------
    wall : Wall

    Returns
    -------
    float
        [m]
    """
    if wall.thickness_m is not None:
        return wall.thickness_m
    line = centre_line(wall)
    if line is not None and line.length > 0:
        return float(wall.footprint.area / line.length)
    outline = standing(wall)
    half_perimeter = outline.length / 2
    # a thin strip: area = t·L and half the perimeter = t + L
    root = half_perimeter**2 / 4 - outline.area
    return float(half_perimeter / 2 - np.sqrt(max(root, 0.0)))


def length_m(wall: Wall) -> float:
    """Length of a wall: of its centre line; of a shell of known thickness, its face over its height.

    Parameters
    ----------
    wall : Wall

    Returns
    -------
    float
        [m]
    """
    line = centre_line(wall)
    if line is not None:
        return float(line.length)
    thick_m = max(thickness_m(wall), 1e-9)
    if wall.slabs and wall.thickness_m is not None:
        return volume_m3(wall.slabs) / thick_m / (wall.top_m - wall.base_m)
    return float(standing(wall).area / thick_m)


def opening_middle_m(wall: Wall, opening: Opening, line: LineString, taken_m: Sequence[float] = ()) -> float | None:
    """Where along the centre line of its wall the middle of an opening lies.

    Parameters
    ----------
    wall : Wall
    opening : Opening
    line : LineString
        Centre line. [m]
    taken_m : sequence of float
        Places of openings that were found before; a gap in the pieces of a wall belongs to one. [m]

    Returns
    -------
    float or None
        By its outline, or else by the gap in the pieces of its wall at its height that is as wide; None where there is
        none. [m]
    """
    if not opening.footprint.is_empty:
        return float(shapely.line_locate_point(line, opening.footprint.centroid))
    z = (opening.sill_m + opening.head_m) / 2
    there = [s.footprint for s in wall.slabs if s.base_m <= z <= s.top_m]
    gaps = shapely.get_parts(shapely.difference(line, shapely.union_all(there)))
    places = [
        (abs(gap.length - opening.width_m), float(shapely.line_locate_point(line, gap.centroid)))
        for gap in gaps.tolist()
    ]
    free = [(off, at) for off, at in places if off < opening.width_m / 2 and at not in taken_m]
    return min(free)[1] if free else None


def volume_m3(slabs: Sequence[Slab]) -> float:
    """Volume of the prisms that a wall is made of. [m³]

    Parameters
    ----------
    slabs : sequence of Slab
    """
    return float(sum(s.footprint.area * (s.top_m - s.base_m) for s in slabs))


def standing(wall: Wall) -> Area:
    """Where a wall stands: its footprint, or the widest of its pieces where it leans or is a dome.

    Parameters
    ----------
    wall : Wall

    Returns
    -------
    polygon
        [m]
    """
    return max((s.footprint for s in wall.slabs), key=lambda a: a.area) if wall.slabs else wall.footprint


def offset_points(line: LineString, along_m: NDArray[np.float64], across_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points at a distance along a line and across it.

    Parameters
    ----------
    line : LineString
    along_m, across_m : (n,) float
        From the start of the line, and to its left. [m]

    Returns
    -------
    (n, 2) float
        [m]
    """
    nodes = shapely.get_coordinates(line)
    step = np.diff(nodes, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    reached = np.concatenate(([0.0], length.cumsum()))
    k = np.clip(np.searchsorted(reached, along_m, side="right") - 1, 0, len(length) - 1)
    unit = step / length[:, None]
    point = nodes[k] + unit[k] * (along_m - reached[k])[:, None]
    left = np.stack((-unit[k, 1], unit[k, 0]), axis=1)
    return point + left * across_m[:, None]
