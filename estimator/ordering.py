"""Print order: which bead comes next, where it starts, which way it runs.

Nearest start first. A closed bead may start at any of its nodes (of many close together, at
one), an open one at either end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Beads, Kind

SEAM_SPACING_M = 0.1
"""Nodes of a closed bead nearer to each other than this are one place to start. [m]"""


@dataclass(frozen=True, slots=True)
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


def nearest_start(beads: Beads, origin_m: NDArray[np.float64]) -> LayerPath:
    """Order beads by always going to the nearest possible start.

    Parameters
    ----------
    beads : Beads
    origin_m : (2,) float
        Where the nozzle is before the layer; decides the first bead only. [m]

    Returns
    -------
    LayerPath
    """
    count = len(beads)
    if count == 0:
        return LayerPath(np.empty((1, 2)), np.empty(0, np.uint8), np.empty(0), np.empty(0, np.int64))
    points, first = beads.points_m, beads.first
    node_bead = np.repeat(np.arange(count), np.diff(first))
    step = np.diff(points, axis=0, prepend=points[:1])
    stretch = np.floor(np.cumsum(np.hypot(step[:, 0], step[:, 1])) / SEAM_SPACING_M)
    is_start = beads.is_closed[node_bead] & (np.diff(stretch, prepend=-1.0) > 0)
    is_start[first[:-1]] = True
    is_start[first[1:] - 1] = ~beads.is_closed
    candidate = np.flatnonzero(is_start)
    at_x, at_y = points[candidate, 0].copy(), points[candidate, 1].copy()
    owner = node_bead[candidate]
    first_candidate = np.searchsorted(owner, np.arange(count + 1)).tolist()
    ends = first.tolist()
    closed = beads.is_closed.tolist()

    order: list[int] = []
    start: list[int] = []  # candidate at which each bead of the order begins
    x, y = float(origin_m[0]), float(origin_m[1])
    to_x, to_y = at_x.copy(), at_y
    for _ in range(count):
        dx, dy = to_x - x, to_y - y
        nearest = int(np.argmin(dx * dx + dy * dy))
        bead = int(owner[nearest])
        order.append(bead)
        start.append(nearest)
        low, high = first_candidate[bead], first_candidate[bead + 1]
        last = nearest if closed[bead] else low + high - 1 - nearest
        x, y = at_x[last], at_y[last]
        to_x[low:high] = np.inf
    _reseat(order, start, closed, first_candidate, at_x, at_y)
    runs = [_run(ends[b], ends[b + 1], int(candidate[s]), closed[b]) for b, s in zip(order, start, strict=True)]
    sizes = np.array([len(r) for r in runs])
    sequence = np.array(order)
    nodes = np.concatenate(runs)
    nodes = np.append(nodes, nodes[0])
    bead_of = np.repeat(sequence, sizes)
    kind = beads.kind[bead_of]
    width = beads.width_m[bead_of]
    last = np.cumsum(sizes) - 1  # the segment that leaves a bead's last node is travel
    kind[last] = Kind.TRAVEL
    width[last] = 0.0
    bead_of[last] = -1
    path = points[nodes]
    moves = np.any(path[1:] != path[:-1], axis=1)
    return LayerPath(
        np.concatenate((path[:1], path[1:][moves])), kind[moves], width[moves], bead_of[moves].astype(np.int64)
    )


def _reseat(
    order: list[int],
    start: list[int],
    closed: list[bool],
    first_candidate: list[int],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> None:
    """Move the seam of every closed bead to where the ways to it and from it are shortest together."""
    count = len(order)
    for k, bead in enumerate(order):
        if not closed[bead] or count < 2:
            continue
        before = order[k - 1]
        a = start[k - 1]
        if not closed[before]:  # an open bead ends at its other end
            a = first_candidate[before] + first_candidate[before + 1] - 1 - a
        b = start[(k + 1) % count]
        low, high = first_candidate[bead], first_candidate[bead + 1]
        there, back = (np.sqrt((x[low:high] - x[e]) ** 2 + (y[low:high] - y[e]) ** 2) for e in (a, b))
        start[k] = low + int(np.argmin(there + back))


def _run(low: int, high: int, start: int, closed: bool) -> NDArray[np.int64]:
    """Node numbers of a bead from its start to its end."""
    if closed:
        return np.concatenate((np.arange(start, high - 1), np.arange(low, start + 1)))
    run = np.arange(low, high)
    return run if start == low else run[::-1]
