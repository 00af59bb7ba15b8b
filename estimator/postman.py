"""Orders of little travel: ends of open beads paired, what stays apart joined, and all printed in one closed round.

At each end of an open bead an odd number of strands meet, so one travel move at least leaves it, and at
every other point an even number. Ends are joined in pairs; where that leaves groups of beads apart, two pairs
change partners, or a way there and back is laid where the groups are nearest. Then every point
has an even number of strands and all hang together, so that one round passes each once. Open beads
may be interrupted for that, as rings are.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Beads
from estimator.ordering import LayerPath
from estimator.spanning import Contacts
from estimator.strands import path_of_runs, with_nodes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SMALLEST_GAIN_M = 1e-6
"""Gains of less are rounding. [m]"""

MOST_PAIRS_TIGHTENED = 200
"""More pairs keep the partners that they have once all beads are joined."""

FAR_M = 1e9
"""Farther than anything on a site. [m]"""


def paired(apart: Floats) -> Ints:
    """Things joined in pairs that are near each other.

    Parameters
    ----------
    apart : (2n, 2n) float
        How far things are apart, or what joining them costs. [any]

    Returns
    -------
    (n, 2) int
        The best assignment of each to another gives pairs and rings of more; a ring is broken into pairs in the
        better of its ways, rings of odd number two by two; then partners are changed while that helps.
    """
    from scipy.optimize import linear_sum_assignment

    count = len(apart)
    if count == 0:
        return np.empty((0, 2), np.int64)
    cost = apart.copy()
    np.fill_diagonal(cost, FAR_M)
    to = linear_sum_assignment(cost)[1].tolist()
    seen = [False] * count
    pairs: list[tuple[int, int]] = []
    odd: list[int] = []
    for first in range(count):
        ring: list[int] = []
        at = first
        while not seen[at]:
            seen[at] = True
            ring.append(at)
            at = to[at]
        size = len(ring)
        if size % 2 == 0:
            ways = [[(ring[k], ring[(k + 1) % size]) for k in range(s, size, 2)] for s in (0, 1)] if size else [[]]
            pairs += min(ways, key=lambda way: sum(float(cost[p]) for p in way))
        else:
            lone = [sum(float(cost[ring[(k + 1 + j) % size], ring[(k + 2 + j) % size]]) for j in range(0, size - 1, 2))
                    for k in range(size)]  # fmt: skip
            k = int(np.argmin(lone))
            pairs += [(ring[(k + 1 + j) % size], ring[(k + 2 + j) % size]) for j in range(0, size - 1, 2)]
            odd.append(ring[k])
    while odd:
        a = odd.pop()
        b = odd.pop(int(cost[a, odd].argmin()))
        pairs.append((a, b))
    return _exchanged(np.array(pairs, dtype=np.int64), cost)


def exchanges(pairs: Ints, cost: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """What it adds if two pairs change partners.

    Parameters
    ----------
    pairs : (n, 2) int
    cost : (m, m) float
        [any]

    Returns
    -------
    (n, n) float
        The less of the two ways. [any]
    (n, n) bool
        Whether that is the way in which first meets first.
    """
    a, b = pairs[:, 0], pairs[:, 1]
    own = cost[a, b]
    straight = cost[a[:, None], a] + cost[b[:, None], b]
    across = cost[a[:, None], b] + cost[b[:, None], a]
    return np.minimum(straight, across) - own[:, None] - own, straight <= across


def exchange(pairs: Ints, i: int, j: int, is_straight: bool) -> None:
    """Let two pairs change partners, in place.

    Parameters
    ----------
    pairs : (n, 2) int
    i, j : int
    is_straight : bool
        First meets first, instead of second.
    """
    (a, b), (c, d) = pairs[i].tolist(), pairs[j].tolist()
    pairs[i], pairs[j] = ((a, c), (b, d)) if is_straight else ((a, d), (b, c))


def _exchanged(pairs: Ints, cost: Floats) -> Ints:
    for _ in range(2 * len(pairs)):
        gain, straight = exchanges(pairs, cost)
        np.fill_diagonal(gain, 0.0)
        i, j = divmod(int(gain.argmin()), len(pairs))
        if gain[i, j] > -SMALLEST_GAIN_M:
            break
        exchange(pairs, i, j, bool(straight[i, j]))
    return pairs


def ways(end_m: Floats, owner: Ints, bead: Ints, gap_m: Floats, count: int, start_m: float) -> tuple[Ints, Ints]:
    """Travel that joins all beads, with an odd number of moves at each end and an even one elsewhere.

    Parameters
    ----------
    end_m : (2n, 2) float
        Ends of open beads. [m]
    owner : (2n,) int
        Their beads.
    bead : (c, 2) int
        Pairs of beads, those of a tree over all beads at least.
    gap_m : (c,) float
        How far they are apart. [m]
    count : int
        Beads in all.
    start_m : float
        Travel that costs as much as a start. [m]

    Returns
    -------
    (n, 2) int
        Ends that are joined.
    (k,) int
        Pairs of beads between which a way goes there and back; none where they touch.
    """
    apart = np.hypot(end_m[:, None, 0] - end_m[:, 0], end_m[:, None, 1] - end_m[:, 1])
    pairs = paired(apart)
    group = np.arange(count)

    def join(a: int, b: int) -> None:
        group[group == group[b]] = group[a]

    for a, b in bead[gap_m == 0.0].tolist():
        join(a, b)
    touching = group.copy()
    for a, b in owner[pairs].tolist():
        join(a, b)
    there_and_back: list[int] = []
    while True:
        crossing = group[bead[:, 0]] != group[bead[:, 1]]
        if not crossing.any():
            break
        k = int(np.where(crossing, gap_m, np.inf).argmin())
        added, i, j = np.inf, 0, 0
        if len(pairs) > 1:
            gain, straight = exchanges(pairs, apart)
            own = group[owner[pairs[:, 0]]]
            gain[own[:, None] == own] = np.inf
            i, j = divmod(int(gain.argmin()), len(pairs))
            added = float(gain[i, j])
        if added < 2.0 * (gap_m[k] + start_m):
            join(int(owner[pairs[i, 0]]), int(owner[pairs[j, 0]]))
            exchange(pairs, i, j, bool(straight[i, j]))
        else:
            join(*bead[k].tolist())
            there_and_back.append(k)
    for k in there_and_back:
        touching[touching == touching[bead[k, 1]]] = touching[bead[k, 0]]
    if len(pairs) <= MOST_PAIRS_TIGHTENED:
        _tighten(pairs, apart, touching[owner])
    return pairs, np.array(there_and_back, dtype=np.int64)


def _tighten(pairs: Ints, apart: Floats, group: Ints) -> None:
    """Change partners while that makes the travel shorter and leaves no groups apart, in place."""
    for _ in range(len(pairs)):
        gain, straight = exchanges(pairs, apart)
        gain[np.tril_indices(len(pairs))] = 0.0
        better = np.flatnonzero(gain.ravel() < -SMALLEST_GAIN_M)
        for flat in better[np.argsort(gain.ravel()[better])].tolist():
            i, j = divmod(flat, len(pairs))
            kept = pairs[[i, j]].copy()
            exchange(pairs, i, j, bool(straight[i, j]))
            if _hang_together(group[pairs]):
                break
            pairs[[i, j]] = kept
        else:
            return


def _hang_together(edges: Ints) -> bool:
    """Whether all that edges join is one."""
    root = {k: k for k in np.unique(edges).tolist()}

    def find(k: int) -> int:
        while root[k] != k:
            root[k] = root[root[k]]
            k = root[k]
        return k

    for a, b in edges.tolist():
        root[find(a)] = find(b)
    return len({find(k) for k in root}) == 1


def short_order(beads: Beads, near: Contacts, start_m: float) -> LayerPath:
    """An order of little travel.

    Parameters
    ----------
    beads : Beads
        Two at least.
    near : Contacts
        Of these beads.
    start_m : float
        Travel that costs as much as a start. [m]

    Returns
    -------
    LayerPath
        Beads may be interrupted anywhere.
    """
    tree = near.tree
    bead, gap = near.bead[tree], near.gap_m[tree]
    points, first, node, is_new = with_nodes(
        beads, bead.ravel(), near.point_m[tree].reshape(-1, 2), near.at[tree].ravel()
    )
    is_open = np.flatnonzero(~beads.is_closed)
    end = np.stack((first[is_open], first[is_open + 1] - 1), axis=1).ravel()
    pairs, there_and_back = ways(points[end], np.repeat(is_open, 2), bead, gap, len(beads), start_m)
    node = node.reshape(-1, 2)
    touch = node[gap == 0.0]
    for a, b in touch.tolist():  # beads that touch meet in one point
        moved, kept = (a, b) if is_new[a] else (b, a)
        if is_new[moved]:
            points[moved] = points[kept]
    fine = Beads(points, first, beads.kind, beads.is_closed, beads.width_m)
    around = _Round(fine, np.concatenate((node[gap == 0.0].ravel(), node[there_and_back].ravel(), end)), touch)
    for a, b in end[pairs].tolist():
        around.add(a, b, -1, None)
    for a, b in node[there_and_back].tolist():
        around.add(a, b, -1, None)
        around.add(a, b, -1, None)
    runs, owners = around.walked()
    return path_of_runs(fine, is_new, runs, owners)


class _Round:
    """Strands of beads and travel moves between nodes, and one closed round over all of them.

    Edge e has two halves, 2e and 2e + 1, one at each of its nodes. At every node halves are mates in pairs: the
    round comes in by one and goes on by the other.
    """

    def __init__(self, beads: Beads, cuts: Ints, touch: Ints) -> None:
        """Cut beads into strands at nodes; pairs of nodes in ``touch`` are one."""
        self.owner: list[int] = []
        """Bead of each edge; −1 of travel."""
        self.run: list[Ints | None] = []
        """Nodes of each strand."""
        self.halves: dict[int, list[int]] = {}
        """Halves of edges at each node."""
        self.same: dict[int, int] = {}
        """Nodes that are another."""
        low, high = beads.first[:-1], beads.first[1:]
        of = np.searchsorted(beads.first, np.unique(cuts), side="right") - 1
        cut = np.split(np.unique(cuts), np.searchsorted(of, np.arange(1, len(beads))))
        for a, b in touch.tolist():
            self.same[self.node(a)] = self.node(b)
        for bead, (a, b, at) in enumerate(zip(low.tolist(), high.tolist(), cut, strict=True)):
            here = at.tolist()
            if not beads.is_closed[bead]:
                for p, q in pairwise(here):
                    self.add(p, q, bead, np.arange(p, q + 1))
                continue
            for p, q in pairwise(here):
                self.add(p, q, bead, np.arange(p, q + 1))
            p, q = here[-1], here[0]
            self.add(p, q, bead, np.concatenate((np.arange(p, b - 1), np.arange(a, q + 1))))

    def node(self, node: int) -> int:
        """Of nodes that are one, the one that stands for all."""
        while node in self.same and self.same[node] != node:
            node = self.same[node]
        return node

    def add(self, a: int, b: int, owner: int, run: Ints | None) -> None:
        """Add an edge between two nodes."""
        edge = len(self.owner)
        self.owner.append(owner)
        self.run.append(run)
        self.halves.setdefault(self.node(a), []).append(2 * edge)
        self.halves.setdefault(self.node(b), []).append(2 * edge + 1)

    def _mates(self) -> list[int]:
        """Mates that leave beads whole where that may be, and make one round of all."""
        mate = [-1] * (2 * len(self.owner))
        turns: list[list[tuple[int, int]]] = []
        for halves in self.halves.values():
            mine = sorted(halves, key=lambda h: self.owner[h // 2])
            travel = [h for h in mine if self.owner[h // 2] < 0]
            left: list[int] = []
            here: list[tuple[int, int]] = []
            for h in mine[len(travel) :]:
                if left and self.owner[left[-1] // 2] == self.owner[h // 2]:
                    here.append((left.pop(), h))
                else:
                    left.append(h)
            left += travel
            half = len(left) // 2  # strands come first and go on by travel that comes last
            here += list(zip(left[:half], left[: half - 1 if half else None : -1], strict=True))
            for a, b in here:
                mate[a], mate[b] = b, a
            turns.append(here)
        ring = [-1] * len(self.owner)
        count = 0
        for first in range(len(ring)):
            if ring[first] >= 0:
                continue
            half = 2 * first
            while ring[half // 2] < 0:
                ring[half // 2] = count
                half = mate[half ^ 1]
            count += 1
        root = list(range(count))

        def find(k: int) -> int:
            while root[k] != k:
                root[k] = root[root[k]]
                k = root[k]
            return k

        for here in turns:
            a, b = here[0]
            for c, d in here[1:]:
                one, other = find(ring[a // 2]), find(ring[c // 2])
                if one == other:
                    continue
                root[other] = one
                mate[a], mate[c], mate[b], mate[d] = c, a, d, b
                b = c  # the turn that goes on to be joined with others
        return mate

    def walked(self) -> tuple[list[Ints], list[int]]:
        """Nodes of the strands in the order of the round, which begins behind a travel move, and their beads."""
        mate = self._mates()
        travel = [e for e, owner in enumerate(self.owner) if owner < 0]
        half = mate[2 * travel[0] + 1] if travel else 0
        begin = half
        runs: list[Ints] = []
        owners: list[int] = []
        while True:
            run = self.run[half // 2]
            if run is not None:
                runs.append(run if half % 2 == 0 else run[::-1])
                owners.append(self.owner[half // 2])
            half = mate[half ^ 1]
            if half == begin:
                return runs, owners
