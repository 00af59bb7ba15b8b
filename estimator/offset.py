"""Boundaries of areas moved inwards (contours) or outwards (to make walls meet), and lines made wide (beads)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import cast

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from estimator.plan import Area
from estimator.repeats import WORTHWHILE_COSTLY_NODES, shared

SHARPEST_COS = -0.9
"""Corners sharper than this (cosine between the normals of their sides) are left to GEOS."""

MOST_VANISHED = 12
"""Rounds of taking out vanished sides before GEOS takes over."""

NEARNESS_RATIO = 0.01
"""By how much of the distance a corner with vanished sides may be off."""

SMALLEST_SINE = 1e-6
"""Sides closer to parallel than this do not meet in one place."""

STRAIGHT_COS = 5e-11
"""How near to 1 the cosine of a turn (1e-5 rad) counts as no turn."""

SHORTEST_SIDE_M = 1e-7
"""Areas with shorter sides than this are left to GEOS. [m]"""

BLOCK_NODES = 1 << 13
"""Areas are worked on in blocks of about so many nodes, which stay near the processor."""


def inset(area: Area, distance_m: float) -> Area:
    """An area without the strip of a given width along its boundary, corners kept sharp.

    Parameters
    ----------
    area : polygon
        [m]
    distance_m : float
        > 0. [m]

    Returns
    -------
    polygon
        Empty where nothing is left. [m]

    Notes
    -----
    Every side moves inwards and every corner to where its two sides meet then; a side that
    would turn round has vanished, and its neighbours meet instead. While no two rings meet,
    that is the inset, at a tenth of the cost of the general method, which takes over
    otherwise (narrow places, sharp corners).
    """
    return insets([area], distance_m)[0]


def insets(areas: Sequence[Area], distance_m: float) -> list[Area]:
    """Inset of each of several areas; see :func:`inset`.

    Parameters
    ----------
    areas : sequence of polygons
        [m]
    distance_m : float
        > 0. [m]

    Returns
    -------
    list of polygons
        [m]
    """
    if not len(areas):
        return []
    parts, owner = polygons_of(np.asarray(shapely.orient_polygons(np.array(areas, dtype=object))))
    if not len(parts):
        return list(areas)
    smaller = shared(partial(_inset_parts, distance_m=distance_m), parts)
    first = np.searchsorted(owner, np.arange(len(areas) + 1)).tolist()
    return [
        cast(Area, smaller[a] if b - a == 1 else shapely.multipolygons(shapely.get_parts(smaller[a:b])))
        for a, b in pairwise(first)
    ]


def _inset_parts(parts: NDArray[np.object_], distance_m: float) -> NDArray[np.object_]:
    """Inset of each of several polygons, together where that can be done in arrays."""
    return np.concatenate([_inset_block(parts[block], distance_m) for block in blocks(parts)])


def blocks(areas: NDArray[np.object_]) -> list[slice]:
    """Runs of areas of about :data:`BLOCK_NODES` nodes together.

    Parameters
    ----------
    areas : (n,) array of polygons
        [m]

    Returns
    -------
    list of slice
    """
    reached = np.cumsum(shapely.get_num_coordinates(areas)) // BLOCK_NODES
    ends = [0, *((reached[1:] != reached[:-1]).nonzero()[0] + 1).tolist(), len(areas)]
    return [slice(a, b) for a, b in pairwise(ends)]


def polygons_of(areas: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Polygons that areas consist of, and whose they are; not copied where each is one.

    Parameters
    ----------
    areas : (n,) array of polygons
        [m]

    Returns
    -------
    (p,) array of polygons
        [m]
    (p,) int
    """
    if (shapely.get_type_id(areas) == shapely.GeometryType.POLYGON).all() and not shapely.is_empty(areas).any():
        return areas, np.arange(len(areas))
    parts, owner = shapely.get_parts(areas, return_index=True)
    return np.asarray(parts, dtype=object), np.asarray(owner, dtype=np.int64)


def _inset_block(parts: NDArray[np.object_], distance_m: float) -> NDArray[np.object_]:
    rings, part = shapely.get_rings(parts, return_index=True)
    moved = _moved_rings(rings, distance_m, parts[part])
    if moved is not None:
        smaller = np.asarray(shapely.polygons(moved, indices=part), dtype=object)
        if shapely.is_valid(smaller).all():
            return smaller
    if len(parts) > 1:
        return np.concatenate([_inset_block(parts[k : k + 1], distance_m) for k in range(len(parts))])
    with np.errstate(all="ignore"):  # GEOS leaves floating-point flags behind
        return np.array(shapely.buffer(parts, -distance_m, join_style="mitre"), dtype=object)


def grown(areas: NDArray[np.object_], distance_m: float) -> NDArray[np.object_]:
    """Areas grown on all sides, corners kept sharp.

    Parameters
    ----------
    areas : (n,) array of polygons
        [m]
    distance_m : float
        Small against every side. [m]

    Returns
    -------
    (n,) array of polygons
        [m]
    """
    oriented = np.asarray(shapely.orient_polygons(areas), dtype=object)
    return shared(partial(_grown, distance_m=distance_m), oriented, WORTHWHILE_COSTLY_NODES)


def _grown(areas: NDArray[np.object_], distance_m: float) -> NDArray[np.object_]:
    return np.concatenate([_grown_block(areas[block], distance_m) for block in blocks(areas)])


def _grown_block(areas: NDArray[np.object_], distance_m: float) -> NDArray[np.object_]:
    rings, owner = shapely.get_rings(areas, return_index=True)
    single = bool(np.all(shapely.get_num_geometries(areas) == 1))
    moved = _moved_rings(rings, -distance_m) if single and len(rings) else None
    if moved is None:
        with np.errstate(all="ignore"):
            return np.asarray(shapely.buffer(areas, distance_m, join_style="mitre"), dtype=object)
    return np.asarray(shapely.polygons(moved, indices=owner), dtype=object)


def bead_strips(lines: NDArray[np.object_], width_m: ArrayLike) -> NDArray[np.object_]:
    """Plan area of beads: square at their ends, mitred where they turn.

    Parameters
    ----------
    lines : (k,) array of LineString
        [m]
    width_m : float or (k,) float
        [m]

    Returns
    -------
    (k,) array of polygons
        [m]
    """
    closed = shapely.is_closed(lines)
    whole = np.array(lines, dtype=object)
    if closed.any():
        nodes, line = shapely.get_coordinates(whole[closed], return_index=True)
        whole[closed] = shapely.linearrings(nodes, indices=line)
    return np.asarray(
        shapely.buffer(whole, np.asarray(width_m) / 2, cap_style="flat", join_style="mitre"), dtype=object
    )


def _moved_rings(
    rings: NDArray[np.object_], distance_m: float, owner: NDArray[np.object_] | None = None
) -> NDArray[np.object_] | None:
    """Rings with every side moved to its left; None where that is no local matter.

    Where sides vanish, their corner must stay inside the ring's polygon (``owner``) and away
    from its boundary.
    """
    count = shapely.get_num_coordinates(rings).astype(np.int64)
    last = count.cumsum() - 1  # a ring repeats its first node, here with its first side
    first = last - count + 1
    nodes, ring = shapely.get_coordinates(rings), np.repeat(np.arange(len(rings)), count)
    x, y = nodes[:, 0].copy(), nodes[:, 1].copy()
    side_x, side_y = _sides(x, first, last), _sides(y, first, last)
    length = np.sqrt(side_x * side_x + side_y * side_y)
    if length.min() < SHORTEST_SIDE_M:
        return None
    normal_x, normal_y = side_y / -length, side_x / length
    bend_x, bend_y = _before(normal_x, first, last), _before(normal_y, first, last)
    cosine = normal_x * bend_x
    cosine += normal_y * bend_y
    if cosine.min() < SHARPEST_COS:
        return None
    reach = distance_m / (1 + cosine)
    bend_x += normal_x
    bend_y += normal_y
    bend_x *= reach
    bend_y *= reach
    bend_x += x
    bend_y += y
    corner = np.stack((bend_x, bend_y), axis=1)
    is_bent = cosine < 1 - STRAIGHT_COS  # nodes on a straight side are none
    if np.add.reduceat(is_bent, first, dtype=np.int64).min() <= 3:  # the first counts twice
        return None
    stands = _sides(bend_x, first, last) * side_x
    stands += _sides(bend_y, first, last) * side_y
    if (stands > 0).all():
        if not is_bent.all():
            corner, ring = corner[is_bent], ring[is_bent]
        return np.asarray(shapely.linearrings(corner, indices=ring), dtype=object)
    nodes, side, normal = (np.stack(xy, axis=1) for xy in ((x, y), (side_x, side_y), (normal_x, normal_y)))
    nodes, side, normal, corner = (np.delete(v, last, axis=0) for v in (nodes, side, normal, corner))
    ring, is_bent = np.delete(ring, last), np.delete(is_bent, last)
    kept = is_bent.nonzero()[0]
    chain = np.full(len(nodes), -1)
    chain[kept] = kept[_neighbours(ring[kept])[0]]
    met: NDArray[np.int64] = np.empty(0, dtype=np.int64)
    for _ in range(MOST_VANISHED):
        behind, ahead = _neighbours(ring[kept])
        moved = corner[kept]
        met = (chain[kept] != kept[behind]).nonzero()[0]  # corners of sides that were no neighbours
        if len(met):
            a, b = kept[behind[met]], kept[met]
            cross = normal[a, 0] * normal[b, 1] - normal[a, 1] * normal[b, 0]
            if np.abs(cross).min() < SMALLEST_SINE:
                return None
            reach_a = np.einsum("ij,ij->i", normal[a], nodes[a]) + distance_m
            reach_b = np.einsum("ij,ij->i", normal[b], nodes[b]) + distance_m
            moved[met, 0] = (reach_a * normal[b, 1] - reach_b * normal[a, 1]) / cross
            moved[met, 1] = (reach_b * normal[a, 0] - reach_a * normal[b, 0]) / cross
        stands = np.einsum("ij,ij->i", moved[ahead] - moved, side[kept]) > 0
        if stands.all():
            break
        kept = kept[stands]
        if len(kept) == 0 or np.bincount(ring[kept], minlength=len(rings)).min() < 3:
            return None
    else:
        return None
    if len(met):
        if owner is None:
            return None
        corner_points = shapely.points(moved[met])
        boundary = shapely.multilinestrings(rings)
        shapely.prepare(boundary)
        shapely.prepare(owner)
        if shapely.dwithin(boundary, corner_points, distance_m * (1 - NEARNESS_RATIO)).any():
            return None
        if not shapely.contains(owner[ring[kept[met]]], corner_points).all():
            return None
    return np.asarray(shapely.linearrings(moved, indices=ring[kept]), dtype=object)


def _neighbours(ring: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the entries before and after each entry, round its ring."""
    count = np.bincount(ring)
    count = count[count > 0]
    first = count.cumsum() - count
    before = np.arange(-1, len(ring) - 1)
    before[first] = first + count - 1
    after = np.arange(1, len(ring) + 1)
    after[first + count - 1] = first
    return before, after


def _sides(value: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
    """From each node of closed rings to the next; at the last, which is the first again, as there."""
    side = np.empty_like(value)
    np.subtract(value[1:], value[:-1], out=side[:-1])
    side[last] = side[first]
    return side


def _before(value: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
    """Value at the side before each node of closed rings."""
    shifted = np.empty_like(value)
    shifted[1:] = value[:-1]
    shifted[first] = value[last - 1]
    return shifted
