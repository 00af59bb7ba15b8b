"""Two long rings, the faces of a round wall: joined where the gap between them costs least.

What :mod:`estimator.loops` finds for a few dozen places is found here without walking along
every node again and again: a building whose every layer differs has hundreds of such pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString

from estimator.beads import Beads, Kind
from estimator.gap_costs import GapCosts
from estimator.ordering import LayerPath

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONG_NODES = 400
"""Rings of fewer nodes are ordered with all others."""

MOST_NODES = 1200
"""Of a longer ring every second, third … node is measured, so that no more are left."""

CHUNK_NODES = 16
"""Rings are measured in chunks of so many segments, most of which are ruled out by their boxes."""

EVEN_PLACES, SLOW_PLACES = 48, 16
"""Places to call at: so many evenly along a ring, and so many where the head is slowest anyhow."""

NEAREST_RATIO = 100.0
"""Rings nearer to each other than so many times what measuring may be off are left to the exact way."""


@dataclass(frozen=True, slots=True)
class RingPair:
    """One layer of two rings.

    Attributes
    ----------
    path : LayerPath
        The first ring from where it is left, there and back over the same gap.
    travel_min_m : float
        Travel that no order can do without: twice the gap, less what measuring may be off. [m]
    """

    path: LayerPath
    travel_min_m: float


def ring_pair(beads: Beads, costs: GapCosts) -> RingPair | None:
    """Order of two long rings that lie apart.

    Parameters
    ----------
    beads : Beads
    costs : GapCosts

    Returns
    -------
    RingPair or None
        None for anything else.
    """
    if len(beads) != 2 or not beads.is_closed.all() or np.diff(beads.first).min() <= LONG_NODES:
        return None
    rings = [beads.points_m[a:b] for a, b in zip(beads.first[:-1].tolist(), beads.first[1:].tolist(), strict=True)]
    marks = [_marks(len(ring)) for ring in rings]
    off_m = 2.0 * sum(_deviation_m(ring, mark) for ring, mark in zip(rings, marks, strict=True))
    one, other = (_chunks(ring[mark]) for ring, mark in zip(rings, marks, strict=True))
    nearest = shapely.get_coordinates(shapely.shortest_line(one, other))
    gap_m = float(np.hypot(*(nearest[1] - nearest[0])))
    if gap_m < NEAREST_RATIO * off_m or gap_m <= 0.0:
        return None
    least_m = 2.0 * gap_m - off_m
    places = [_places(*each, costs) for each in zip(rings, marks, nearest, strict=True)]
    (a, a_halt_s), (b, b_halt_s) = places
    step = rings[0][a][:, None] - rings[1][b]
    length = np.sqrt(step[..., 0] ** 2 + step[..., 1] ** 2)
    cost = 2.0 * costs.of(length) + a_halt_s[:, None] + b_halt_s
    cost[2.0 * length > max(costs.travel_ratio * least_m, 2.0 * float(length[-1, -1]))] = np.inf
    k, j = np.unravel_index(int(cost.argmin()), cost.shape)
    return RingPair(_there_and_back(beads, rings, (int(a[k]), int(b[j]))), least_m)


def _marks(nodes: int) -> Ints:
    """Evenly chosen nodes of a ring, its first and last among them."""
    every = -(-nodes // MOST_NODES)
    return np.append(np.arange(0, nodes - 1, every), nodes - 1)


def _deviation_m(ring: Floats, marks: Ints) -> float:
    """How far at most the nodes of a ring lie from the chords between the marked ones. [m]"""
    every, chords = int(marks[1]), len(marks) - 2  # the last chord may be shorter
    bodies = (ring[: every * chords].reshape(chords, every, 2), ring[None, every * chords : -1])
    off = [0.0]
    for body, start, end in zip(bodies, (marks[:-2], marks[-2:-1]), (marks[1:-1], marks[-1:]), strict=True):
        step = ring[end] - ring[start]
        step /= np.maximum(np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2), 1e-12)[:, None]
        aside = (body[..., 0] - ring[start, 0, None]) * step[:, 1, None]
        aside -= (body[..., 1] - ring[start, 1, None]) * step[:, 0, None]
        off += [float(aside.max(initial=0.0)), -float(aside.min(initial=0.0))]
    return max(off)


def _chunks(ring: Floats) -> MultiLineString:
    """A ring as short lines."""
    whole = (len(ring) - 1) // CHUNK_NODES
    windows = np.lib.stride_tricks.sliding_window_view(ring[: whole * CHUNK_NODES + 1], CHUNK_NODES + 1, axis=0)
    pieces = np.asarray(shapely.linestrings(windows[::CHUNK_NODES].swapaxes(1, 2)), dtype=object)
    tail = np.array([LineString(ring[-CHUNK_NODES:])], dtype=object)  # what is left, and a little twice
    return cast(MultiLineString, shapely.multilinestrings(np.concatenate((pieces, tail))))


def _places(ring: Floats, marks: Ints, nearest: Floats, costs: GapCosts) -> tuple[Ints, Floats]:
    """Nodes at which a ring may be left, that nearest to the other ring last; and what halting costs there."""
    near = int(np.argmin((ring[:-1, 0] - nearest[0]) ** 2 + (ring[:-1, 1] - nearest[1]) ** 2))
    even = marks[: -1 : -(-len(marks) // EVEN_PLACES)]
    pace = costs.pace
    if pace is None or not pace.is_pausing:
        return np.append(even, near), np.zeros(len(even) + 1)
    node = np.append(marks[:-1], near)
    come, go = ring[node] - ring[np.where(node == 0, len(ring) - 2, node - 1)], ring[node + 1] - ring[node]
    square = (come[:, 0] ** 2 + come[:, 1] ** 2) * (go[:, 0] ** 2 + go[:, 1] ** 2)
    cosine = (come[:, 0] * go[:, 0] + come[:, 1] * go[:, 1]) / np.maximum(np.sqrt(square), 1e-12)
    halt_s = pace.halt_s(np.sqrt(np.clip(0.5 * (1.0 + cosine), 0.0, 1.0)))
    slow = np.argpartition(halt_s[:-1], SLOW_PLACES)[:SLOW_PLACES]
    chosen = np.concatenate((np.searchsorted(marks, even), slow, [len(node) - 1]))
    return node[chosen], halt_s[chosen]


def _there_and_back(beads: Beads, rings: list[Floats], start: tuple[int, int]) -> LayerPath:
    """Both rings whole, each from its own node, and the way from one to the other and back."""
    parts = [part for ring, k in zip(rings, start, strict=True) for part in (ring[k:-1], ring[: k + 1])]
    sizes = [len(ring) for ring in rings]
    points = np.concatenate([*parts, rings[0][start[0]][None]])
    last = np.cumsum(sizes) - 1
    kind, width, bead = np.repeat(beads.kind, sizes), np.repeat(beads.width_m, sizes), np.repeat(np.arange(2), sizes)
    kind[last], width[last], bead[last] = Kind.TRAVEL, 0.0, -1
    return LayerPath(points, kind, width, bead)
