"""Horizontal sections of a triangle mesh, and the stack of upright prisms that stands for it.

A section is exact: every triangle that crosses the plane gives one straight piece of the outline.
What lies inside is decided by the winding number where the faces are oriented consistently (either
way round), by crossing parity where they are not, so that inverted faces, doubled triangles, bodies
that touch and bodies that overlap all give the area one would draw by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from estimator.plan import Area, Slab

STEP_M = 0.05  # highest step where faces slope
STEPS_M = (0.02, 0.25)  # lowest and highest step where the outline may wander by a stated length
DIGITS = 6  # decimals of a metre that coordinates keep
WELD_M = 1e-6
LEVEL_M = 2e-4  # heights closer than this are one
LEAN_M = 1e-3  # faces that move less than this over an interval count as upright
SNAPS_M = (1e-6, 1e-5, 1e-4, 1e-3)  # grids tried in turn until an outline closes
BRIDGE_M = 5e-3  # widest gap in an outline that is bridged
STRAIGHT_GAPS = 10.0  # how many times wider a gap in a straight line may be
STRAIGHT_COS = 0.9998  # ends within 1 degree of one line run on straight
SMALLEST_AREA_M2 = 1e-6
MAX_STEPS = 2000  # prisms in one body
FEW_STEPS = 250  # about as many where the outline may wander

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles of one body.

    Attributes
    ----------
    vertices_m : (n, 3) float
        Plan coordinates, z up. [m]
    triangles : (m, 3) int
        Indices into ``vertices_m``.
    """

    vertices_m: Floats
    triangles: Ints


@dataclass(frozen=True, slots=True)
class Stack:
    """A body as upright prisms.

    Attributes
    ----------
    slabs : tuple of Slab
        Bottom up; neighbours with the same section are one.
    open_sections : int
        Sections whose outline could not be closed everywhere.
    bridged_sections : int
        Sections whose outline had a gap of a few millimetres that was bridged.
    """

    slabs: tuple[Slab, ...]
    open_sections: int
    bridged_sections: int


def welded(mesh: Mesh) -> Mesh:
    """The same mesh on a grid of a micrometre, without doubled vertices and collapsed triangles.

    Parameters
    ----------
    mesh : Mesh

    Returns
    -------
    Mesh
    """
    grid = np.round(mesh.vertices_m, DIGITS) + 0.0
    first, inverse = _unique_rows(grid)
    vertices, triangles = grid[first], inverse[mesh.triangles]
    a, b, c = triangles.T
    whole = (a != b) & (b != c) & (c != a)
    return Mesh(vertices, triangles[whole].astype(np.int64))


def stack(mesh: Mesh, bridge_m: float = BRIDGE_M, shift_m: float | None = None) -> Stack:
    """A body cut into upright prisms between the heights where its section changes.

    Parameters
    ----------
    mesh : Mesh
        Closed body; small faults are mended and counted.
    bridge_m : float
        Widest gap in an outline that is bridged. [m]
    shift_m : float, optional
        How far an outline may wander within one prism where faces lean; the prisms are then 0.02 to
        0.25 m high, higher in bodies above 5 m. Default: 0.05 m high prisms. [m]

    Returns
    -------
    Stack

    Notes
    -----
    Between two neighbouring vertex heights every face that crosses runs the whole way. Where all of them
    are upright, the section is constant and one prism is exact; where one leans by more than 1 mm, the
    interval is cut into steps, each with the section at mid height, which is exact
    for volumes that grow linearly and off by step²/24 of the second derivative otherwise.
    """
    solid = welded(mesh)
    if not len(solid.triangles):
        return Stack((), 0, 0)
    corner_z = solid.vertices_m[solid.triangles, 2]
    bounds = _step_bounds(solid, corner_z, shift_m)
    slabs: list[Slab] = []
    open_sections = bridged_sections = 0
    low, high = corner_z.min(axis=1), corner_z.max(axis=1)
    for base_m, top_m in pairwise(bounds.tolist()):
        middle_m = 0.5 * (base_m + top_m)
        crossing = solid.triangles[(low <= middle_m) & (high > middle_m)]
        area, fault = _section(solid.vertices_m, crossing, middle_m, bridge_m)
        open_sections += fault == "open"
        bridged_sections += fault == "bridged"
        if area.is_empty:
            continue
        last = slabs[-1] if slabs else None
        if last is not None and base_m - last.top_m < LEVEL_M and _same(last.footprint, area):
            slabs[-1] = Slab(last.base_m, top_m, last.footprint)
        else:
            slabs.append(Slab(base_m, top_m, area))
    return Stack(tuple(slabs), open_sections, bridged_sections)


def section(mesh: Mesh, height_m: float, bridge_m: float = BRIDGE_M) -> Area:
    """The horizontal section of a body at one height.

    Parameters
    ----------
    mesh : Mesh
    height_m : float
        Absolute z of the plane. [m]
    bridge_m : float
        Widest gap in an outline that is bridged. [m]

    Returns
    -------
    polygon
        Empty where the plane misses the body.
    """
    solid = welded(mesh)
    corner_z = solid.vertices_m[solid.triangles, 2]
    crossing = (corner_z.min(axis=1) <= height_m) & (corner_z.max(axis=1) > height_m)
    return _section(solid.vertices_m, solid.triangles[crossing], height_m, bridge_m)[0]


def polygonal(geometry: shapely.Geometry) -> Area:
    """The polygons of a geometry, without crumbs.

    Parameters
    ----------
    geometry : any shapely geometry

    Returns
    -------
    polygon
    """
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(geometry))
        if isinstance(part, Polygon) and part.area > SMALLEST_AREA_M2
    ]
    if not parts:
        return Polygon()
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def united(areas: list[Area]) -> Area:
    """The union of areas.

    Parameters
    ----------
    areas : list of polygons

    Returns
    -------
    polygon
    """
    if len(areas) == 1:
        return areas[0]
    return _tidied(polygonal(shapely.union_all(areas)))


def _unique_rows(rows: Floats | Ints) -> tuple[Ints, Ints]:
    """First row of each kind in sorted order, and for each row its kind: (k,) and (n,) int."""
    order = np.lexsort(rows.T[::-1])
    inorder = rows[order]
    fresh = np.ones(len(rows), bool)
    fresh[1:] = (inorder[1:] != inorder[:-1]).any(axis=1)
    inverse = np.empty(len(rows), np.int64)
    inverse[order] = np.cumsum(fresh) - 1
    return order[fresh], inverse


def _step_bounds(solid: Mesh, corner_z: Floats, shift_m: float | None) -> Floats:
    """Heights between which the body is cut once: (k + 1,) float. [m]"""
    heights = np.unique(corner_z)
    base_m, top_m = float(heights[0]), float(heights[-1])
    levels = [base_m]
    for height in heights[1:-1].tolist():
        if height - levels[-1] >= LEVEL_M and top_m - height >= LEVEL_M:
            levels.append(height)
    levels.append(top_m)
    uniform = max(1, ceil((top_m - base_m) / STEP_M))
    if len(levels) > 64 + 4 * uniform or len(levels) > MAX_STEPS:
        return np.linspace(base_m, top_m, min(uniform, MAX_STEPS) + 1)
    a, b, c = (solid.vertices_m[solid.triangles[:, i]] for i in range(3))
    normal = np.cross(b - a, c - a)
    flat = np.hypot(normal[:, 0], normal[:, 1])
    sized = np.linalg.norm(normal, axis=1) > 1e-9
    slope = np.where(sized, np.abs(normal[:, 2]) / np.maximum(flat, 1e-12), 0.0)
    low, high = corner_z.min(axis=1), corner_z.max(axis=1)
    bounds = [np.array([base_m])]
    shortest = (top_m - base_m) / MAX_STEPS
    for lower, upper in pairwise(levels):
        middle = 0.5 * (lower + upper)
        leaning = (low <= middle) & (high > middle) & (slope * (upper - lower) > LEAN_M)
        steps = 1
        if leaning.any():
            longest = STEP_M
            if shift_m is not None:
                longest = float(np.clip(shift_m / slope[leaning].max(), *STEPS_M))
                longest = max(longest, (top_m - base_m) / FEW_STEPS)
            steps = ceil((upper - lower) / max(longest, shortest) - 1e-9)
        bounds.append(np.linspace(lower, upper, max(steps, 1) + 1)[1:])
    return np.concatenate(bounds)


def _section(vertices: Floats, triangles: Ints, height_m: float, bridge_m: float) -> tuple[Area, str]:
    """The section, and "" | "bridged" | "open"."""
    if not len(triangles):
        return Polygon(), ""
    points, segments = _outline(vertices, triangles, height_m)
    fault = ""
    for snap in SNAPS_M:
        nodes, ends = _snapped(points, segments, snap)
        odd = np.flatnonzero(np.bincount(ends.ravel(), minlength=len(nodes)) % 2)
        if not len(odd):
            break
    else:
        nodes, ends = _snapped(points, segments, SNAPS_M[0])
        odd = np.flatnonzero(np.bincount(ends.ravel(), minlength=len(nodes)) % 2)
        bridges = _bridges(nodes, ends, odd, bridge_m)
        ends = np.concatenate((ends, bridges))
        fault = "bridged" if 2 * len(bridges) == len(odd) else "open"
    if not len(ends):
        return Polygon(), fault
    return _filled(nodes, ends), fault


def _outline(vertices: Floats, triangles: Ints, height_m: float) -> tuple[Floats, Ints]:
    """Where the triangles meet the plane: points (2k, 2) and directed segments (k, 2)."""
    above = vertices[triangles, 2] > height_m
    lone_is_above = above.sum(axis=1) == 1
    lone = np.argmax(above == lone_is_above[:, None], axis=1)
    row = np.arange(len(triangles))
    a = triangles[row, lone]
    b, c = triangles[row, (lone + 1) % 3], triangles[row, (lone + 2) % 3]
    start = np.where(lone_is_above, b, c)
    end = np.where(lone_is_above, c, b)
    # each edge is cut from its lower index, so that both its triangles get the same point to the last bit
    one = np.concatenate((np.minimum(a, start), np.minimum(a, end)))
    two = np.concatenate((np.maximum(a, start), np.maximum(a, end)))
    p, q = vertices[one], vertices[two]
    share = (height_m - p[:, 2]) / (q[:, 2] - p[:, 2])
    points = p[:, :2] + share[:, None] * (q[:, :2] - p[:, :2])
    return points, np.column_stack((row, row + len(triangles)))


def _snapped(points: Floats, segments: Ints, grid_m: float) -> tuple[Floats, Ints]:
    """Points on one grid node made one; segments between them without those of no length."""
    cells = np.round(points / grid_m).astype(np.int64)
    first, inverse = _unique_rows(cells)
    ends = inverse[segments]
    return np.round(points[first], DIGITS) + 0.0, ends[ends[:, 0] != ends[:, 1]].astype(np.int64)


def _bridges(nodes: Floats, ends: Ints, odd: Ints, bridge_m: float) -> Ints:
    """Bridges between loose ends, those that run on straight first, then the shortest: (k, 2) int.

    None is longer than ``bridge_m``, except that a gap in a straight line may be :data:`STRAIGHT_GAPS`
    times as wide: there a triangle of a flat face is missing.
    """
    if len(odd) > 500:
        return np.zeros((0, 2), np.int64)
    step = nodes[odd][None] - nodes[odd][:, None]
    gap = np.hypot(step[..., 0], step[..., 1])
    gap[np.tril_indices(len(odd))] = np.inf
    onward = np.zeros((len(odd), 2))
    for i, node in enumerate(odd.tolist()):
        row, column = np.argwhere(ends == node)[0]
        way = nodes[node] - nodes[ends[row, 1 - column]]
        onward[i] = way / max(float(np.hypot(*way)), 1e-12)
    along = np.einsum("ijk,ik->ij", step, onward) / np.maximum(gap, 1e-12)
    back = -np.einsum("ijk,jk->ij", step, onward) / np.maximum(gap, 1e-12)
    straight = (np.minimum(along, back) > STRAIGHT_COS) & (gap <= STRAIGHT_GAPS * bridge_m)
    cost = np.where(straight, gap / STRAIGHT_GAPS, np.where(gap <= bridge_m, gap + bridge_m, np.inf))
    bridges = []
    while cost.size and np.isfinite(cost.min()):
        i, j = divmod(int(np.argmin(cost)), len(odd))
        bridges.append((odd[i], odd[j]))
        for taken in (i, j):
            cost[taken] = cost[:, taken] = np.inf
    return np.array(bridges, np.int64).reshape(-1, 2)


def _filled(nodes: Floats, ends: Ints) -> Area:
    """The area inside an outline of directed segments."""
    pairs = np.sort(ends, axis=1)
    undirected = pairs[_unique_rows(pairs)[0]]
    lines = np.asarray(shapely.linestrings(nodes[undirected]), dtype=np.object_).reshape(-1)
    faces = _faces(lines)
    balance = np.bincount(ends[:, 0], minlength=len(nodes)) - np.bincount(ends[:, 1], minlength=len(nodes))
    degrees = np.bincount(undirected.ravel(), minlength=len(nodes))
    if len(faces) and (degrees % 2 == 0).all():
        sides = shapely.get_num_coordinates(faces) - 1 - shapely.get_num_interior_rings(faces)
        k = int(np.argmax(sides))
        # one face that has every piece of the outline is the area, unless a hole in it turns the same way round
        if sides[k] == len(undirected) and shapely.is_valid(faces[k]):
            if len(faces) == 1 or balance.any() or _turns_once(nodes, ends, faces[k].area):
                return _tidied(polygonal(faces[k]))
    faces = _faces(shapely.get_parts(shapely.union_all(lines)))
    if not len(faces):
        return Polygon()
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    if balance.any():
        kept = _crossings(inside, nodes[undirected], signed=False) % 2 == 1
    else:
        kept = _crossings(inside, nodes[ends], signed=True) != 0
    return _tidied(polygonal(shapely.union_all(faces[kept])))


def _turns_once(nodes: Floats, ends: Ints, area_m2: float) -> bool:
    """Whether an outline winds once around an area and not around the holes in it."""
    start, end = nodes[ends[:, 0]], nodes[ends[:, 1]]
    wound_m2 = 0.5 * float(np.sum(start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]))
    return abs(abs(wound_m2) - area_m2) < 1e-6 * (1.0 + area_m2)


def _faces(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """The polygons enclosed by lines that meet only at their ends."""
    faces = shapely.get_parts(shapely.polygonize(lines))
    return faces[shapely.area(faces) > SMALLEST_AREA_M2]


def _crossings(points: Floats, segments: Floats, signed: bool) -> Ints:
    """How often a ray from each point in +x meets the segments; ups less downs if signed: (n,) int."""
    start, end = segments[:, 0], segments[:, 1]
    count = np.zeros(len(points), np.int64)
    for i, (x, y) in enumerate(points):
        up = (start[:, 1] <= y) & (end[:, 1] > y)
        down = (start[:, 1] > y) & (end[:, 1] <= y)
        side = (end[:, 0] - start[:, 0]) * (y - start[:, 1]) - (x - start[:, 0]) * (end[:, 1] - start[:, 1])
        ups, downs = int((up & (side > 0)).sum()), int((down & (side < 0)).sum())
        count[i] = ups - downs if signed else ups + downs
    return count


def _tidied(area: Area) -> Area:
    """The same area without corners that are none."""
    if isinstance(area, MultiPolygon):
        tidy = MultiPolygon([_tidied_polygon(part) for part in area.geoms])
        if tidy.is_valid:
            return tidy
        return area if area.is_valid else polygonal(shapely.make_valid(area))
    return area if area.is_empty else _tidied_polygon(area)


def _tidied_polygon(polygon: Polygon) -> Polygon:
    tidy = Polygon(
        _corners(shapely.get_coordinates(polygon.exterior)),
        [_corners(shapely.get_coordinates(ring)) for ring in polygon.interiors],
    )
    return tidy if tidy.is_valid and abs(tidy.area - polygon.area) < 1e-5 else polygon


def _corners(ring: Floats) -> Floats:
    """A closed ring (n, 2) without points on the straight line between their neighbours."""
    points = ring[:-1]
    while len(points) > 3:
        before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
        chord = after - before
        length = np.maximum(np.hypot(chord[:, 0], chord[:, 1]), 1e-12)
        arm = points - before
        offset = np.abs(chord[:, 0] * arm[:, 1] - chord[:, 1] * arm[:, 0]) / length
        along = (arm * chord).sum(axis=1) / length
        idle = (offset < WELD_M) & (along > -WELD_M) & (along < length + WELD_M)
        idle[1::2] &= ~idle[:-1:2][: len(idle[1::2])]  # never two neighbours at once
        idle[-1] &= not idle[0]
        if not idle.any() or len(points) - idle.sum() < 3:
            break
        points = points[~idle]
    return points


def _same(one: Area, other: Area) -> bool:
    """Whether two sections are one and the same, to a square centimetre of each square metre."""
    tolerance = 1e-5 + 1e-4 * one.area
    if abs(one.area - other.area) > tolerance:
        return False
    return bool(one.equals(other)) or shapely.symmetric_difference(one, other).area <= tolerance
