"""Nearest start: the print order that others are held against.

Nearest start first, then crossings of the tour undone. Every bead is printed in one go: a
closed one may start at any of its nodes (of many close together, at one), an open one at
either end. :mod:`estimator.print_order` is never dearer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Beads, Kind
from estimator.crossings import uncrossed

SEAM_SPACING_M = 0.1
"""Nodes of a closed bead nearer to each other than this are one place to start. [m]"""


MOST_BEADS_UNCROSSED = 120
"""Layers with more beads keep the order of nearest starts."""

SHORTEST_GAIN_M = 1e-3
"""Turning part of a tour round for less is not worth it. [m]"""


@dataclass(frozen=True)
class LayerPath:
    """One layer as a single closed tour of n straight segments.

    Attributes
    ----------
    points_m : (n + 1, 2) float
        Nodes in print order; the last move returns to the first bead's start. [m]
    kind : (n,) uint8
        :class:`~estimator.beads.Kind` of each segment.
    width_m : (n,) float
        Bead width; 0 on travel. [m]
    bead : (n,) int
        Index of the bead; −1 on travel.
    """

    points_m: NDArray[np.float64]
    kind: NDArray[np.uint8]
    width_m: NDArray[np.float64]
    bead: NDArray[np.int64]

    @cached_property
    def is_travel(self) -> NDArray[np.bool_]:
        """Which segments are travel, (n,)."""
        return np.asarray(self.kind == Kind.TRAVEL)

    @cached_property
    def gaps_m(self) -> NDArray[np.float64]:
        """Lengths of the travel moves, in print order. [m]"""
        travel = self.is_travel.nonzero()[0]
        step = self.points_m[travel + 1] - self.points_m[travel]
        return np.asarray(np.hypot(step[:, 0], step[:, 1]))

    @cached_property
    def travel_m(self) -> float:
        """Sum of them. [m]"""
        return float(self.gaps_m.sum())


def nearest_start(beads: Beads, origin_m: NDArray[np.float64]) -> LayerPath:
    """Order beads by always going to the nearest possible start.

    Parameters
    ----------
    beads : Beads
    origin_m : (2,) or (m, 2) float
        Where the nozzle is before the layer, which decides the first bead. Of several places
        the one with the shortest travel is taken. [m]

    Returns
    -------
    LayerPath
    """
    count = len(beads)
    if count == 0:
        return LayerPath(np.empty((1, 2)), np.empty(0, np.uint8), np.empty(0), np.empty(0, np.int64))
    points, first = beads.points_m, beads.first
    node_bead = np.repeat(np.arange(count), first[1:] - first[:-1])
    step = points[1:] - points[:-1]
    stretch = np.floor(np.hypot(step[:, 0], step[:, 1]).cumsum() / SEAM_SPACING_M)
    is_start = beads.is_closed[node_bead]
    is_start[1:] &= np.append(stretch[:1], stretch[1:] - stretch[:-1]) > 0
    is_start[first[:-1]] = True
    is_start[first[1:] - 1] = ~beads.is_closed
    candidate = is_start.nonzero()[0]
    owner = node_bead[candidate]
    starts = _Starts(points[candidate], owner, beads.is_closed.tolist())
    tours = [_tour(starts, x, y) for x, y in np.atleast_2d(origin_m).tolist()]
    order, start, _ = min(tours, key=lambda tour: tour[2])
    _reseat(order, start, starts)
    if _uncross(order, start, starts):
        _reseat(order, start, starts)
    ends = first.tolist()
    runs = [_run(ends[b], ends[b + 1], int(candidate[s]), starts.closed[b]) for b, s in zip(order, start, strict=True)]
    nodes = np.concatenate([*runs, runs[0][:1]])
    sizes = np.array([len(r) for r in runs])
    bead_of = np.repeat(np.array(order), sizes)
    kind = beads.kind[bead_of]
    width = beads.width_m[bead_of]
    last = sizes.cumsum() - 1  # the segment that leaves a bead's last node is travel
    kind[last] = Kind.TRAVEL
    width[last] = 0.0
    bead_of[last] = -1
    path = points[nodes]
    still = last[np.all(path[last] == path[last + 1], axis=1)]
    if len(still):
        path = np.delete(path, still + 1, axis=0)
        kind, width, bead_of = (np.delete(a, still) for a in (kind, width, bead_of))
    return LayerPath(path, kind, width, bead_of)


class _Starts:
    """Nodes at which beads may start.

    ``point_m`` are their coordinates (``x``, ``y``; ``place`` as complex numbers), ``bead`` whose they are;
    those of bead b are ``first[b]:first[b + 1]``, and ``closed`` says of each bead whether it is
    a ring.
    """

    def __init__(self, point_m: NDArray[np.float64], bead: NDArray[np.int64], closed: list[bool]) -> None:
        self.point_m = point_m
        self.x, self.y = np.ascontiguousarray(point_m[:, 0]), np.ascontiguousarray(point_m[:, 1])
        self.place = self.x + 1j * self.y
        self.bead = bead
        self.first: list[int] = np.searchsorted(bead, np.arange(len(closed) + 1)).tolist()
        self.closed = closed

    def end(self, bead: int, start: int) -> int:
        """Where a bead that begins at a start ends: a ring there, a line at its other end."""
        return start if self.closed[bead] else self.first[bead] + self.first[bead + 1] - 1 - start


def _tour(starts: _Starts, x: float, y: float) -> tuple[list[int], list[int], float]:
    """Beads in order, the start of each, and the length of the travel round them all. [m]"""
    order: list[int] = []
    start: list[int] = []
    to_x, to_y = starts.x.copy(), starts.y
    dx, dy = np.empty_like(to_x), np.empty_like(to_y)
    travel = 0.0
    for _ in starts.closed:
        np.subtract(to_x, x, out=dx)
        np.subtract(to_y, y, out=dy)
        dx *= dx
        dy *= dy
        dx += dy
        nearest = int(dx.argmin())
        bead = int(starts.bead[nearest])
        if order:
            travel += math.sqrt(dx[nearest])
        order.append(bead)
        start.append(nearest)
        last = starts.end(bead, nearest)
        x, y = float(starts.x[last]), float(starts.y[last])
        to_x[starts.first[bead] : starts.first[bead + 1]] = np.inf
    travel += math.hypot(x - starts.x[start[0]], y - starts.y[start[0]])
    return order, start, travel


def _uncross(order: list[int], start: list[int], starts: _Starts) -> bool:
    """Turn parts of the tour round while that makes its travel shorter (2-opt); whether any was turned."""
    count = len(order)
    if not 3 < count <= MOST_BEADS_UNCROSSED:
        return False
    leave = [starts.end(bead, s) for bead, s in zip(order, start, strict=True)]
    turned = uncrossed(starts.point_m[start], starts.point_m[leave], SHORTEST_GAIN_M)
    if turned is None:
        return False
    order[:] = [order[k] for k in turned[0].tolist()]
    start[:] = [leave[k] if b else start[k] for k, b in zip(*map(np.ndarray.tolist, turned), strict=True)]
    return True


def _reseat(order: list[int], start: list[int], starts: _Starts) -> None:
    """Move the seam of every ring to where the ways to it and from it are shortest together."""
    count = len(order)
    for k, bead in enumerate(order):
        if not starts.closed[bead] or count < 2:
            continue
        low, high = starts.first[bead], starts.first[bead + 1]
        if high - low > 1:
            before = starts.place[starts.end(order[k - 1], start[k - 1])]
            after = starts.place[start[(k + 1) % count]]
            here = starts.place[low:high]
            start[k] = low + int((np.abs(here - before) + np.abs(here - after)).argmin())


def _run(low: int, high: int, start: int, closed: bool) -> NDArray[np.int64]:
    """Node numbers of a bead from its start to its end."""
    if closed:
        return np.concatenate((np.arange(start, high - 1), np.arange(low, start + 1)))
    run = np.arange(low, high)
    return run if start == low else run[::-1]
