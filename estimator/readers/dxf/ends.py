"""Ends of the lines that walls are drawn with: near ones made one, open jambs closed."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.readers.dxf.pairs import PARALLEL_SINE, nearest_pairs

SNAP_M: Final = 0.002
"""Ends of lines nearer to each other than this are one point. [m]"""

GRID_M: Final = 1e-5
"""Grid that lines are cut on. [m]"""

THIN_M: Final = 0.04
THICK_M: Final = 0.55
"""Faces thinner or thicker are no walls where there are others; walls of rubble may be thicker. [m]"""

LEAST_M: Final = 0.001
"""Shorter lines are points. [m]"""

SQUARE_COSINE: Final = 0.17
"""Ends of a wall's faces lie square to it, within ten degrees."""

MOST_LINES: Final = 4000
"""Lines that are compared with each other."""

Floats = NDArray[np.float64]


def snapped(lines_m: Floats) -> Floats:
    """Lines whose near ends are one point, and which reach what they nearly touch.

    Parameters
    ----------
    lines_m : (n, 4) float
        [m]

    Returns
    -------
    (m, 4) float
        Those that have a length.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    lines = lines_m[np.hypot(lines_m[:, 2] - lines_m[:, 0], lines_m[:, 3] - lines_m[:, 1]) > LEAST_M]
    if not len(lines):
        return lines
    points = lines.reshape(-1, 2)
    distinct, index = np.unique(np.round(points / GRID_M).astype(np.int64), axis=0, return_inverse=True)
    place = distinct * GRID_M
    near = cKDTree(place).query_pairs(SNAP_M, output_type="ndarray")
    if len(near):
        graph = coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(place),) * 2)
        count, label = connected_components(graph, directed=False)
        total = np.stack([np.bincount(label, weights=place[:, k], minlength=count) for k in (0, 1)], axis=1)
        place = (total / np.bincount(label, minlength=count)[:, None])[label]
    moved = place[index.reshape(-1)]
    whole = moved.reshape(-1, 4)
    keep = np.hypot(whole[:, 2] - whole[:, 0], whole[:, 3] - whole[:, 1]) > LEAST_M
    return _reaching(np.unique(whole[keep], axis=0))


def _reaching(lines: Floats) -> Floats:
    """Ends that lie nearly on another line are put onto it."""
    if len(lines) < 2:
        return lines
    shapes = np.asarray(shapely.linestrings(lines.reshape(-1, 2, 2)), dtype=object)
    ends = lines.reshape(-1, 2).copy()
    points = np.asarray(shapely.points(ends), dtype=object)
    end, line = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=SNAP_M)
    other = end // 2 != line
    end, line = end[other], line[other]
    at = shapely.line_interpolate_point(shapes[line], shapely.line_locate_point(shapes[line], points[end]))
    to = shapely.get_coordinates(at)
    inner = np.minimum(np.hypot(*(to - lines[line, :2]).T), np.hypot(*(to - lines[line, 2:]).T)) > SNAP_M
    away = np.hypot(*(to - ends[end]).T) > 0
    ends[end[inner & away]] = to[inner & away]
    whole = ends.reshape(-1, 4)
    return whole[np.hypot(whole[:, 2] - whole[:, 0], whole[:, 3] - whole[:, 1]) > LEAST_M]


def noded(lines_m: Floats) -> Floats:
    """Lines cut where they meet.

    Parameters
    ----------
    lines_m : (n, 4) float
        [m]

    Returns
    -------
    (m, 4) float
    """
    if not len(lines_m):
        return lines_m
    cut = shapely.union_all(shapely.linestrings(lines_m.reshape(-1, 2, 2)), grid_size=GRID_M)
    parts = shapely.get_parts(cut)
    xy, owner = shapely.get_coordinates(parts, return_index=True)
    same = owner[1:] == owner[:-1]
    return np.concatenate((xy[:-1][same], xy[1:][same]), axis=1)


def _loose_ends(lines: Floats) -> tuple[Floats, Floats]:
    """Points where only one line ends, and the direction it comes in."""
    ends = lines.reshape(-1, 2)
    key = np.round(ends / (2 * GRID_M)).astype(np.int64)
    _, index, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    alone = np.flatnonzero(count[index.reshape(-1)] == 1)
    other = ends[alone ^ 1]
    out = ends[alone] - other
    return ends[alone], out / np.maximum(np.hypot(out[:, 0], out[:, 1]), 1e-12)[:, None]


def jambs(lines_m: Floats, thick_m: float = THICK_M) -> Floats:
    """The missing ends of walls: between two loose ends square across from each other, the nearest first.

    Two faces of a wall end side by side; or a face ends beside the corner of the wall across; or
    the face of a wall is broken where another once joined it.

    Parameters
    ----------
    lines_m : (n, 4) float
        Cut where they meet. [m]
    thick_m : float
        Of the thickest wall. [m]

    Returns
    -------
    (k, 4) float
        Lines to be added.
    """
    from scipy.spatial import cKDTree

    point, out = _loose_ends(lines_m)
    if len(point) < 2:
        return lines_m[:0]
    pairs = cKDTree(point).query_pairs(thick_m, output_type="ndarray")
    if not len(pairs):
        return lines_m[:0]
    a, b = pairs.T
    step = point[b] - point[a]
    apart = np.hypot(step[:, 0], step[:, 1])
    a, b, step, apart = (x[apart >= THIN_M] for x in (a, b, step, apart))
    across = step / apart[:, None]
    turn_a = np.einsum("ij,ij->i", out[a], across)
    turn_b = np.einsum("ij,ij->i", out[b], across)
    same_way = np.einsum("ij,ij->i", out[a], out[b])
    side_by_side = (np.abs(turn_a) < SQUARE_COSINE) & (np.abs(turn_b) < SQUARE_COSINE) & (same_way > 0.98)
    corner = (np.abs(turn_a) < SQUARE_COSINE) & (turn_b < -0.98)
    corner |= (np.abs(turn_b) < SQUARE_COSINE) & (turn_a > 0.98)
    broken = (turn_a > 0.999) & (turn_b < -0.999)
    rank = np.where(side_by_side, 0.0, np.where(broken, 1.0, 2.0))
    fits = side_by_side | corner | broken
    order = np.lexsort((apart[fits], rank[fits]))
    used: set[int] = set()
    caps = []
    for i, j in zip(a[fits][order].tolist(), b[fits][order].tolist(), strict=True):
        if i not in used and j not in used:
            used |= {i, j}
            caps.append((*point[i], *point[j]))
    return np.array(caps).reshape(-1, 4)


def hidden_jambs(noded_m: Floats, lines_m: Floats, thick_m: float = THICK_M) -> Floats:
    """Missing ends of walls at points where something else is drawn too, such as the leaf of a door.

    Two faces end side by side, as far from each other as lines of the drawing usually are.

    Parameters
    ----------
    noded_m, lines_m : (n, 4) float
        Lines cut where they meet, and as they are drawn. [m]
    thick_m : float
        Of the thickest wall. [m]

    Returns
    -------
    (k, 4) float
        Lines to be added.
    """
    from scipy.spatial import cKDTree

    pairs = nearest_pairs(lines_m[:MOST_LINES], THIN_M, thick_m)
    size = np.round(pairs.distance[np.isfinite(pairs.distance)], 3)
    if not len(size):
        return lines_m[:0]
    values, count = np.unique(size, return_counts=True)
    usual = values[count >= max(2, 0.1 * count.max())]
    if not len(usual):
        return lines_m[:0]
    ends = noded_m.reshape(-1, 2)
    out = ends - ends.reshape(-1, 2, 2)[:, ::-1].reshape(-1, 2)
    out = out / np.hypot(out[:, 0], out[:, 1])[:, None]
    tree = cKDTree(ends)
    touching = tree.query_pairs(2 * GRID_M, output_type="ndarray")
    runs_on = np.zeros(len(ends), dtype=bool)
    if len(touching):
        straight = np.einsum("ij,ij->i", out[touching[:, 0]], out[touching[:, 1]]) < -0.99
        runs_on[touching[straight].reshape(-1)] = True
    free = np.flatnonzero(~runs_on)
    near = cKDTree(ends[free]).query_pairs(float(usual.max()) + SNAP_M, output_type="ndarray")
    beside = _across_from_loose_ends(noded_m, usual)
    if not len(near):
        return beside
    a, b = free[near].T
    step = ends[b] - ends[a]
    apart = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-12)
    across = step / apart[:, None]
    fits = np.min(np.abs(apart[:, None] - usual), axis=1) <= SNAP_M
    fits &= np.abs(np.einsum("ij,ij->i", out[a], across)) < PARALLEL_SINE
    fits &= np.abs(np.einsum("ij,ij->i", out[b], across)) < PARALLEL_SINE
    fits &= np.einsum("ij,ij->i", out[a], out[b]) > 0.99
    return np.concatenate((np.concatenate((ends[a[fits]], ends[b[fits]]), axis=1), beside))


def _across_from_loose_ends(noded: Floats, usual_m: Floats) -> Floats:
    """From each loose end square across to the nearest line beside it that is a usual thickness away."""
    point, out = _loose_ends(noded)
    if not len(point):
        return noded[:0]
    side = np.stack((-out[:, 1], out[:, 0]), axis=1)
    offset = np.concatenate((usual_m, -usual_m))
    there = point[:, None, :] + side[:, None, :] * offset[:, None]
    back = there - 0.02 * out[:, None, :]
    shapes = np.asarray(shapely.linestrings(noded.reshape(-1, 2, 2)), dtype=object)
    spot = np.asarray(shapely.points(back.reshape(-1, 2)), dtype=object)
    place, line = shapely.STRtree(shapes).query(spot, predicate="dwithin", distance=SNAP_M)
    step = noded[line, 2:] - noded[line, :2]
    own = out[place // len(offset)]
    sine = np.abs(step[:, 0] * own[:, 1] - step[:, 1] * own[:, 0]) / np.hypot(step[:, 0], step[:, 1])
    caps: dict[int, tuple[float, int]] = {}
    for k in place[sine < PARALLEL_SINE].tolist():
        end, number = divmod(k, len(offset))
        caps[end] = min(caps.get(end, (np.inf, 0)), (abs(float(offset[number])), number))
    return np.array([(*point[e], *there[e, number]) for e, (_, number) in caps.items()]).reshape(-1, 4)
