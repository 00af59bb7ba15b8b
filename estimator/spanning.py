"""How far beads lie apart, and the shortest tree that joins them all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.beads import Beads
from estimator.islands import Islands, find_islands, part_of, rounded
from estimator.repeats import WORTHWHILE_NODES

TOUCHING_M = 1e-6
"""Beads nearer to each other than this touch: the nozzle needs no travel. [m]"""

MOST_BEADS_MEASURED = 600
"""Sections with more beads get no lower bound of their travel."""

FEW_BEADS = 6
"""Up to so many beads all distances are measured at once."""

MOST_BEADS_LISTED = 40
"""Trees over up to so many beads grow quicker in lists than in arrays."""

CHUNK_NODES = 16
"""A long bead is measured in chunks of so many segments, most of which are ruled out by their boxes."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Pairs of beads with the points where they are nearest to each other.

    Attributes
    ----------
    bead : (c, 2) int
    point_m : (c, 2, 2) float
        The nearest point of the first bead, and of the second. [m]
    at : (c, 2) float
        Where these points are: number of the node before each, counted over all beads, and the
        share of the way to the next; a whole number where the point is a node. [-]
    gap_m : (c,) float
        [m]
    tree : (n − 1,) int
        The contacts that make the shortest tree over all beads.
    joins : (n − 1, 2) int
        Beads of each of them in the order in which the tree grows: the earlier, the later.
    islands : Islands
    """

    bead: NDArray[np.int64]
    point_m: NDArray[np.float64]
    at: NDArray[np.float64]
    gap_m: NDArray[np.float64]
    tree: NDArray[np.int64]
    joins: NDArray[np.int64]
    islands: Islands

    @property
    def tree_m(self) -> float:
        """Length of the shortest tree: no tour that prints every bead travels less. [m]"""
        return float(self.gap_m[self.tree].sum())


def least_travel_m(beads: Beads, near: Contacts) -> float:
    """Travel that no closed tour of all beads can do without.

    Parameters
    ----------
    beads : Beads
        Two at least.
    near : Contacts
        Of these beads.

    Returns
    -------
    float
        [m]

    Notes
    -----
    Moats round the beads, which no tour crosses for nothing. An odd number of travel moves meets
    each end of an open bead, an even one any other node; so an odd number, one at least, leaves
    a disc round an end that holds no other end: of half the way to the nearest one, or of any
    smaller radius R. What joins beads also leaves each group of them, and a closed tour comes
    back: two moves at least cross a moat round a group, which lies clear of the discs where it
    keeps R from the beads. Groups that grow at one rate merge along the shortest tree, of edges
    g, so the discs and moats add up to

        Σ min(r, R) + Σ max(g − 2R, 0) + max(g_max − 2R, 0)

    in width, and the best R is one at which a disc stops growing or groups merge.
    """
    gap = near.gap_m[near.tree]
    ends = np.stack((beads.first[:-1], beads.first[1:] - 1), axis=1)[~beads.is_closed].ravel()
    if not len(ends):
        return float(gap.sum() + gap.max())
    x, y = beads.points_m[ends, 0], beads.points_m[ends, 1]
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    np.fill_diagonal(apart, np.inf)
    disc = 0.5 * apart.min(axis=1)
    radius = np.unique(np.concatenate(([0.0], disc, 0.5 * gap)))[:, None]
    moats = np.maximum(gap - 2.0 * radius, 0.0)
    return float((np.minimum(disc, radius).sum(axis=1) + moats.sum(axis=1) + moats.max(axis=1)).max())


def contacts(beads: Beads) -> Contacts:
    """Shortest tree over the beads of a section, by their distances.

    Parameters
    ----------
    beads : Beads

    Returns
    -------
    Contacts
        Of every pair that had to be measured to be sure of the tree.

    Notes
    -----
    Boxes lie no farther apart than what is in them. A tree is grown over the distances of the
    boxes, its pairs are measured, and that is repeated until every pair in it was: then no
    other pair, measured or not, would make it shorter.
    """
    count = len(beads)
    if count < 2:
        alone = Islands(np.zeros(count, np.int64), [np.arange(count)], [0])
        pairs = np.empty((0, 2), np.int64)
        return Contacts(*_NOTHING, np.empty(0, np.int64), pairs, alone)
    apart = box_distances_m(beads)
    islands = find_islands(beads, apart)
    row = np.full((count, count), -1)
    found: list[_Measured] = []
    measured = 0
    lines = _Lines(beads)
    if len(islands) == 1:
        pairs = _every_pair(count) if count <= FEW_BEADS else tree_edges(apart)
        shape = bead_shapes(beads) if len(beads.points_m) >= WORTHWHILE_NODES else None
        new = _measured(pairs, lines, shape)
    else:
        shape = islands.same_bead()
        new = _within(beads, islands)
    while True:
        a, b = new.bead[:, 0], new.bead[:, 1]
        apart[a, b] = apart[b, a] = new.gap_m
        row[a, b] = row[b, a] = measured + np.arange(len(a))
        measured += len(a)
        found.append(new)
        tree = tree_edges(apart)
        known = row[tree[:, 0], tree[:, 1]]
        pairs = tree[known < 0]
        if not len(pairs):
            break
        new = _measured(pairs, lines, shape)
    every = found[0] if len(found) == 1 else _Measured(*map(np.concatenate, zip(*found, strict=True)))
    return Contacts(*every, known, tree, islands)


@cache
def _every_pair(count: int) -> NDArray[np.int64]:
    return np.stack(np.triu_indices(count, 1), axis=1)


class _Measured(NamedTuple):
    """Pairs of beads, as in :class:`Contacts`."""

    bead: NDArray[np.int64]
    point_m: NDArray[np.float64]
    at: NDArray[np.float64]
    gap_m: NDArray[np.float64]


_NOTHING = _Measured(np.empty((0, 2), np.int64), np.empty((0, 2, 2)), np.empty((0, 2)), np.empty(0))


def _measured(pairs: NDArray[np.int64], lines: _Lines, shape: NDArray[np.int64] | None) -> _Measured:
    between, at = _between(pairs, lines, shape)
    step = between[:, 1] - between[:, 0]
    gap = np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2)
    gap[gap < TOUCHING_M] = 0.0
    return _Measured(pairs, between, at, gap)


def _within(beads: Beads, islands: Islands) -> _Measured:
    """Contacts inside islands, equal ones measured once."""
    known: dict[int, tuple[Contacts, Beads]] = {}
    found = [_NOTHING]
    for members, model in zip(islands.members, islands.model, strict=True):
        if model not in known:
            part = part_of(beads, members)[0]
            known[model] = contacts(part), part
        inner, part = known[model]
        bead = members[inner.bead]
        way = beads.points_m[beads.first[members[0]]] - part.points_m[0]
        at = inner.at - part.first[inner.bead] + beads.first[bead]
        found.append(_Measured(bead, inner.point_m + way, at, inner.gap_m))
    return _Measured(*map(np.concatenate, zip(*found, strict=True)))


def bead_shapes(beads: Beads) -> NDArray[np.int64]:
    """Number of each bead's shape: equal for beads that only lie elsewhere.

    Parameters
    ----------
    beads : Beads

    Returns
    -------
    (n,) int
    """
    ends = beads.first.tolist()
    local = beads.points_m - np.repeat(beads.points_m[beads.first[:-1]], beads.first[1:] - beads.first[:-1], axis=0)
    steps = rounded(local)
    known: dict[bytes, int] = {}
    return np.array([known.setdefault(steps[a:b].tobytes(), len(known)) for a, b in pairwise(ends)], dtype=np.int64)


def _between(
    pairs: NDArray[np.int64], lines: _Lines, shape: NDArray[np.int64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nearest points of pairs of beads, (c, 2, 2), and where they are, (c, 2); equal pairs are measured once."""
    beads = lines.beads
    if shape is None:
        points = lines.nearest(pairs)
        return points, _nodes_at(beads, pairs, points)
    origin = beads.points_m[beads.first[:-1]]
    a, b = pairs[:, 0], pairs[:, 1]
    key = np.column_stack((shape[a], shape[b], rounded(origin[b] - origin[a])))
    _, model, which = np.unique(key, axis=0, return_index=True, return_inverse=True)
    which = which.ravel()
    pair = pairs[model]
    points = lines.nearest(pair)
    at = _nodes_at(beads, pair, points) - beads.first[pair]
    local = points - origin[pair[:, 0]][:, None]
    return local[which] + origin[a][:, None], at[which] + beads.first[pairs]


def _nodes_at(beads: Beads, pair: NDArray[np.int64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where points on beads are: number of the node before, and the share of the way to the next."""
    first, bead, point = beads.first, pair.ravel(), points.reshape(-1, 2)
    begin_of = first[bead]
    size = first[bead + 1] - begin_of - 1
    begin = size.cumsum() - size
    segment = (begin_of - begin).repeat(size) + np.arange(size.sum())
    which = np.arange(len(bead)).repeat(size)
    x, y = beads.points_m[:, 0], beads.points_m[:, 1]
    here_x, here_y = x[segment], y[segment]
    dx, dy = x[segment + 1] - here_x, y[segment + 1] - here_y
    px, py = point[which, 0] - here_x, point[which, 1] - here_y
    square = np.maximum(dx * dx + dy * dy, 1e-30)
    share = np.minimum(np.maximum((dx * px + dy * py) / square, 0.0), 1.0)
    miss = (px - share * dx) ** 2 + (py - share * dy) ** 2
    hit = (miss == np.minimum.reduceat(miss, begin)[which]).nonzero()[0]
    hit = hit[np.searchsorted(which[hit], np.arange(len(bead)))]
    segment, share, length = segment[hit], share[hit], np.sqrt(square[hit])
    share = np.where(share * length < TOUCHING_M, 0.0, np.where((1.0 - share) * length < TOUCHING_M, 1.0, share))
    return np.asarray((segment + share).reshape(-1, 2))


def box_distances_m(beads: Beads) -> NDArray[np.float64]:
    """Distances between the boxes round beads.

    Parameters
    ----------
    beads : Beads

    Returns
    -------
    (n, n) float
        No bead lies nearer to another. [m]
    """
    low = np.minimum.reduceat(beads.points_m, beads.first[:-1])
    high = np.maximum.reduceat(beads.points_m, beads.first[:-1])
    x = np.maximum(low[:, None, 0] - high[:, 0], low[:, 0] - high[:, None, 0])
    y = np.maximum(low[:, None, 1] - high[:, 1], low[:, 1] - high[:, None, 1])
    return np.asarray(np.hypot(np.maximum(x, 0.0), np.maximum(y, 0.0)))


def tree_edges(apart_m: NDArray[np.float64]) -> NDArray[np.int64]:
    """Shortest tree over n things whose distances are known (Prim).

    Parameters
    ----------
    apart_m : (n, n) float
        [m]

    Returns
    -------
    (n − 1, 2) int
        Each after the one that it joins: earlier, later. In the order in which the tree grows.
    """
    count = len(apart_m)
    if count <= MOST_BEADS_LISTED:
        return _few_tree_edges(apart_m.tolist())
    nearest = apart_m[0].copy()
    nearest[0] = np.inf
    joins = np.zeros(count, np.int64)
    outside = np.ones(count, dtype=bool)
    outside[0] = False
    edges = np.empty((count - 1, 2), np.int64)
    for k in range(count - 1):
        new = int(nearest.argmin())
        edges[k] = joins[new], new
        outside[new] = False
        nearest[new] = np.inf
        closer = outside & (apart_m[new] < nearest)
        nearest[closer] = apart_m[new][closer]
        joins[closer] = new
    return edges


def _few_tree_edges(apart_m: list[list[float]]) -> NDArray[np.int64]:
    """The same for a few things."""
    nearest = apart_m[0]
    joins = [0] * len(apart_m)
    left = list(range(1, len(apart_m)))
    edges = []
    while left:
        new = min(left, key=nearest.__getitem__)
        left.remove(new)
        edges.append((joins[new], new))
        way = apart_m[new]
        for k in left:
            if way[k] < nearest[k]:
                nearest[k], joins[k] = way[k], new
    return np.array(edges, dtype=np.int64).reshape(-1, 2)


class _Lines:
    """Beads as shapes, made when they are asked for; those that are measured with long ones in chunks."""

    def __init__(self, beads: Beads) -> None:
        self.beads = beads
        self._size = beads.first[1:] - beads.first[:-1]

    def nearest(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Nearest points of pairs of beads, (c, 2, 2). [m]"""
        is_short = self._size[pairs].max() <= 2 * CHUNK_NODES
        lines = (self._whole if is_short else self._chunked)[pairs]
        ends = shapely.get_coordinates(shapely.shortest_line(lines[:, 0], lines[:, 1]))
        return np.asarray(ends).reshape(-1, 2, 2)

    @cached_property
    def _whole(self) -> NDArray[np.object_]:
        owner = np.repeat(np.arange(len(self.beads)), self._size)
        return np.asarray(shapely.linestrings(self.beads.points_m, indices=owner), dtype=object)

    @cached_property
    def _chunked(self) -> NDArray[np.object_]:
        """Long beads in chunks, which are measured quicker."""
        beads = self.beads
        segments = np.maximum(self._size - 1, 1)
        chunks = -(-segments // CHUNK_NODES)
        owner = np.repeat(np.arange(len(beads)), chunks)
        rank = np.arange(len(owner)) - np.repeat(chunks.cumsum() - chunks, chunks)
        low = beads.first[owner] + rank * CHUNK_NODES
        high = np.minimum(low + CHUNK_NODES, beads.first[owner + 1] - 1)
        long = high - low + 1
        node = np.repeat(low - (long.cumsum() - long), long) + np.arange(long.sum())
        pieces = shapely.linestrings(beads.points_m[node], indices=np.repeat(np.arange(len(owner)), long))
        return np.asarray(shapely.multilinestrings(pieces, indices=owner), dtype=object)
