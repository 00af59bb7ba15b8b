"""Tours as loops: how beads are joined into one closed tour, interrupting rings where that pays.

A *loop* is a closed round of travel moves that calls at several beads. A ring is entered and
left at the same place; an open bead is entered at one end and left at the other. Loops share
rings: the nozzle prints a ring as far as the place where another loop calls, goes round that
loop, and goes on where it left off. So one loop over all beads prints every bead in one go,
one small loop for every edge of a tree interrupts rings wherever a neighbour is near, and
everything in between is a mixture of the two. Every travel move is followed by a start of
the flow; the cost of a tour is the sum over its travel moves of

    start_s + s_per_m × length + half of what halting costs at either end,

and nothing where beads touch. Loops do not care where on a ring each other call, so the best
loop over each set of beads can be found by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from estimator.gap_costs import GapCosts
from estimator.spanning import TOUCHING_M

Floats = NDArray[np.float64]
Loops = list[list[int]]

MOST_BEADS_EXACT = 6
"""So many beads are joined in the best of all ways; more by insertion and improvement."""

MOST_PLACES_EXACT = 64
"""With more places to call at, the best way takes too long to find."""

MOST_ROUNDS = 3
"""How often every bead is tried at other places of the tour."""

WORSE_RATIO = 1.1
"""A tour that costs more than another by this is not worth improving."""

MOST_PLACES_TABLED = 800
"""With more places the costs of the gaps between them are not kept but worked out each time."""

SMALLEST_GAIN_S = 1e-6
"""Gains of less are rounding. [s]"""


@dataclass(frozen=True, slots=True)
class Places:
    """Places where n beads (or groups of beads) may be entered and left.

    Attributes
    ----------
    point_m : (p, 2) float
        [m]
    owner : (p,) int
        Bead of each place.
    first : (n + 1,) int
        Places of bead b are ``first[b]:first[b + 1]``: of an open bead its two ends.
    leave : (p,) int
        Where the nozzle leaves a bead that it enters at a place: there, or at the other end.
    closed : (n,) list of bool
    halt_s : (p,) float
        What standing still there costs against passing; 0 at the ends of open beads. [s]
    """

    point_m: Floats
    owner: NDArray[np.int64]
    first: list[int]
    leave: NDArray[np.int64]
    closed: list[bool]
    halt_s: Floats

    def costs_of(self, a: NDArray[np.int64], b: NDArray[np.int64], costs: GapCosts) -> Floats:
        """Cost of the gaps from places a to places b, one by one. [s]"""
        step = self.point_m[a] - self.point_m[b]
        length = np.hypot(step[..., 0], step[..., 1])
        return costs.of(length) + 0.5 * (self.halt_s[a] + self.halt_s[b]) * (length >= TOUCHING_M)

    def costs(self, a: NDArray[np.int64], b: NDArray[np.int64], costs: GapCosts) -> Floats:
        """Cost of the gaps from places a to places b, all with all. [s]"""
        step = self.point_m[a][:, None] - self.point_m[b]
        length = np.sqrt(step[..., 0] ** 2 + step[..., 1] ** 2)
        halts = 0.5 * (self.halt_s[a][:, None] + self.halt_s[b])
        return costs.of(length) + halts * (length >= TOUCHING_M)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where beads are near each other: c pairs of places of different beads.

    Attributes
    ----------
    place : (c, 2) int
    gap_m : (c,) float
        [m]
    order : list of int
        Beads in the order in which the shortest tree over them grows.
    """

    place: NDArray[np.int64]
    gap_m: Floats
    order: list[int]


def loops_cost(loops: Loops, places: Places, costs: GapCosts) -> float:
    """Cost of a tour: the sum over the travel moves of its loops.

    Parameters
    ----------
    loops : list of lists of int
        Places where the beads of each loop are entered.
    places : Places
    costs : GapCosts

    Returns
    -------
    float
        [s]
    """
    enter = np.concatenate([np.roll(np.array(loop, dtype=np.int64), -1) for loop in loops])
    leave = places.leave[np.concatenate([np.array(loop, dtype=np.int64) for loop in loops])]
    return float(places.costs_of(leave, enter, costs).sum())


def best_loops(places: Places, neighbours: Neighbours, costs: GapCosts) -> Loops:
    """Loops that join all beads at little cost: at the least, where beads are few.

    Parameters
    ----------
    places : Places
    neighbours : Neighbours
    costs : GapCosts

    Returns
    -------
    list of lists of int
        Places where the beads of each loop are entered.
    """
    count = len(places.closed)
    if count == 1:
        return [[0]]
    if is_exact(places):
        return _exact(places, costs)
    gap = _Gaps(places, costs)
    near = _nearest_first(places, neighbours, costs)
    tours = []
    for may_cut in (True, False):
        tour = _Tour(places, near, gap, may_cut)
        for bead in neighbours.order:
            tour.insert(bead)
        tours.append(tour)
    cutting, whole = tours
    if whole.cost_s < WORSE_RATIO * cutting.cost_s:
        whole.improve()
        whole.may_cut = True
        whole.improve()
    if cutting.cost_s < WORSE_RATIO * whole.cost_s:
        cutting.improve()
    return min(tours, key=lambda tour: tour.cost_s).loops()


def is_exact(places: Places) -> bool:
    """Whether the best of all loops are looked for, so that no others cost less.

    Parameters
    ----------
    places : Places
    """
    return len(places.closed) <= MOST_BEADS_EXACT and len(places.owner) <= MOST_PLACES_EXACT


def _exact(places: Places, costs: GapCosts) -> Loops:
    """The cheapest loops of all: the best loop over each set, then the best tree of sets."""
    count, first, leave = len(places.closed), places.first, places.leave
    every = np.arange(len(places.owner))
    gap = places.costs(every, every, costs)
    everywhere = [every[first[b] : first[b + 1]] for b in range(count)]
    to_bead = [np.ascontiguousarray(gap[:, first[b] : first[b + 1]]) for b in range(count)]
    best = [np.inf] * (1 << count)
    for b, own in enumerate(everywhere):
        best[1 << b] = 0.0 if places.closed[b] else float(gap[leave[own], own].min())
    # a loop begins at its first bead; the nozzle has called at the others of it: cheapest for each place of a bead
    # before them all, and each place at which it left the last of them
    tables: dict[int, Floats] = {}
    columns: dict[int, NDArray[np.int64]] = {}
    for mask in range(2, 1 << count, 2):
        members = [b for b in range(1, count) if mask >> b & 1]
        starts = first[members[0]]
        reached: list[Floats] = []
        for b in members:
            before = mask ^ 1 << b
            if before:
                ways = tables[before][:starts, :, None] + to_bead[b].take(columns[before], 0)
                entered = np.minimum.reduce(ways, axis=1)
            else:
                entered = to_bead[b].take(leave[:starts], 0)
            reached.append(entered if places.closed[b] else entered[:, ::-1])
        several = len(members) > 1
        tables[mask] = np.concatenate(reached, axis=1) if several else reached[0]
        columns[mask] = np.concatenate([everywhere[b] for b in members]) if several else everywhere[members[0]]
        round_s = (tables[mask] + gap.take(columns[mask], 0)[:, :starts].T).min(axis=1)
        for low, least in enumerate(np.minimum.reduceat(round_s, first[: members[0]]).tolist()):
            best[mask | 1 << low] = least
    joined, split = list(best), [0] * len(best)
    for mask, ways_in_two in _splits(tuple(places.closed)):
        least = joined[mask]
        for a, b in ways_in_two:
            if joined[a] + joined[b] < least - SMALLEST_GAIN_S:
                least, split[mask] = joined[a] + joined[b], a << count | b
        joined[mask] = least
    loops: Loops = []
    sets = [(1 << count) - 1]
    while sets:
        mask = sets.pop()
        if split[mask]:
            sets += [split[mask] >> count, split[mask] & (1 << count) - 1]
        else:
            loops.append(_called(mask, tables, columns, places, gap))
    return loops


@lru_cache(maxsize=16)
def _splits(closed: tuple[bool, ...]) -> list[tuple[int, list[tuple[int, int]]]]:
    """Sets of beads in ascending order, and the pairs of smaller sets, with one ring in common, that make up each."""
    count = len(closed)
    found = []
    for mask in range(1, 1 << count):
        pairs = []
        for v in range(count):
            rest = mask ^ 1 << v
            if not (mask >> v & 1 and closed[v]) or rest & (rest - 1) == 0:
                continue
            keep = rest & -rest
            others = rest ^ keep
            part = others
            while part:
                part = (part - 1) & others
                pairs.append((part | keep | 1 << v, mask ^ (part | keep)))
        if pairs:
            found.append((mask, pairs))
    return found


def _called(
    mask: int, tables: dict[int, Floats], columns: dict[int, NDArray[np.int64]], places: Places, gap: Floats
) -> list[int]:
    """Places where the best loop over a set of beads enters them, read back from the tables."""
    first = (mask & -mask).bit_length() - 1
    low, high = places.first[first], places.first[first + 1]
    rest = mask & mask - 1
    if not rest:
        own = np.arange(low, high)
        return [low + int(gap[places.leave[own], own].argmin())]
    total = tables[rest][low:high] + gap.take(columns[rest], 0)[:, low:high].T
    begin, at = divmod(int(total.argmin()), total.shape[1])
    loop: list[int] = []
    while rest:
        entered = int(places.leave[columns[rest][at]])  # an open bead's ends change places, a ring's stay
        loop.append(entered)
        rest ^= 1 << int(places.owner[entered])
        if rest:
            at = int((tables[rest][low + begin] + gap[columns[rest], entered]).argmin())
    return [low + begin, *loop[::-1]]


class _Gaps:
    """Costs of the gaps between places, kept in a table where that is not too large."""

    def __init__(self, places: Places, costs: GapCosts) -> None:
        self.places, self.costs = places, costs
        every = np.arange(len(places.owner))
        self.table = places.costs(every, every, costs) if len(every) <= MOST_PLACES_TABLED else None
        self._columns: list[Floats] = []
        """Columns of the table, bead by bead."""
        if self.table is not None:
            self._columns = [np.ascontiguousarray(self.table[:, a:b]) for a, b in pairwise(places.first)]

    def to_bead(self, places: NDArray[np.int64], bead: int) -> Floats:
        """From some places to all of a bead. [s]"""
        if self.table is not None:
            return self._columns[bead].take(places, 0)
        low, high = self.places.first[bead], self.places.first[bead + 1]
        return self.places.costs(places, np.arange(low, high), self.costs)

    def between(self, a: int, b: int) -> float:
        """From one place to another. [s]"""
        if self.table is not None:
            return self.table.item(a, b)
        return float(self.places.costs_of(np.array([a]), np.array([b]), self.costs)[0])


def _nearest_first(places: Places, neighbours: Neighbours, costs: GapCosts) -> list[list[tuple[float, int, int]]]:
    """Of each bead: cost of the gap, its own place, the other's; nearest first."""
    pair = neighbours.place
    cost = places.costs_of(pair[:, 0], pair[:, 1], costs)
    near: list[list[tuple[float, int, int]]] = [[] for _ in places.closed]
    sides = places.owner[pair].tolist()
    for (a, b), (p, q), g in zip(sides, pair.tolist(), cost.tolist(), strict=True):
        near[a].append((g, p, q))
        near[b].append((g, q, p))
    for of_bead in near:
        of_bead.sort()
    return near


class _Addition(NamedTuple):
    """A way to add a bead: what it adds, where the bead is entered, behind which stop or in a cut of which ring."""

    cost_s: float
    place: int
    after: int | None
    cut: int | None


class _Tour:
    """Loops that grow bead by bead: stops with the place where a bead is entered, and the next stop."""

    def __init__(self, places: Places, near: list[list[tuple[float, int, int]]], gap: _Gaps, may_cut: bool) -> None:
        self.places, self.near, self.gap, self.may_cut = places, near, gap, may_cut
        most = 2 * len(places.closed) + 2
        self.place = [0] * most
        self.leave = np.zeros(most, np.int64)
        """Of each stop: where its bead is left."""
        self.enter = np.zeros(most, np.int64)
        """Of each stop: where the bead of the next one is entered."""
        self.cost = np.full(most, -np.inf)
        """Of the way from each stop to the next; −∞ where there is none. [s]"""
        self.next = [-1] * most
        self.before = [-1] * most
        self.free = list(range(most))[::-1]
        self.used = 0
        self.stops: list[set[int]] = [set() for _ in places.closed]
        self.owner: list[int] = places.owner.tolist()
        self.left_at: list[int] = places.leave.tolist()
        """Of each place: where a bead that is entered there is left."""

    def insert(self, bead: int) -> None:
        """Add a bead where that costs least."""
        if self.used:
            self._put(self._cheapest(bead))
        else:
            self._put(_Addition(0.0, self.places.first[bead], None, None))

    def improve(self) -> None:
        """Take single beads out and put them where they cost less, until none moves."""
        in_vain = 0
        for _ in range(MOST_ROUNDS):
            for bead, stops in enumerate(self.stops):
                if in_vain == len(self.stops):
                    return
                in_vain += 1
                if len(stops) != 1:
                    continue
                (stop,) = stops
                after = self.before[stop]
                if after == stop:
                    continue
                saved = float(self.cost[after] + self.cost[stop])
                is_cut = self.next[stop] == after and len(self.stops[self.owner[self.place[after]]]) > 1
                passing = (
                    -np.inf if is_cut else self.gap.between(self.left_at[self.place[after]], int(self.enter[stop]))
                )
                if not is_cut:
                    saved -= passing
                there = self._cheapest(bead, (stop, after, passing))
                if there.cost_s < saved - SMALLEST_GAIN_S:
                    in_vain = 0
                    self._unlink(stop)
                    if is_cut:
                        self._drop(after)
                    self._put(there)

    def _cheapest(self, bead: int, taken: tuple[int, int, float] | None = None) -> _Addition:
        """The cheapest way to add a bead; to one that is in the tour, as if its stop were taken out.

        ``taken`` is its stop, the one before, and the cost of the way that is left then, −∞ if none is. [s]
        """
        places = self.places
        first = places.first[bead]
        enter, cost = self.enter[: self.used], self.cost[: self.used]
        if taken is not None:
            stop, before, passing = taken
            enter, cost = enter.copy(), cost.copy()
            enter[before], cost[before], cost[stop] = enter[stop], passing, -np.inf
        fro = self.gap.to_bead(enter, bead)
        added = self.gap.to_bead(self.leave[: self.used], bead)
        added += fro if places.closed[bead] else fro[:, ::-1]
        added -= cost[:, None]
        after, which = divmod(int(added.argmin()), added.shape[1])
        best = _Addition(float(added[after, which]), first + which, after, None)
        if not self.may_cut:
            return best
        if places.closed[bead]:
            for gap, mine, other in self.near[bead]:
                if self._is_ring(other):
                    return _Addition(2 * gap, mine, None, other) if 2 * gap < best.cost_s - SMALLEST_GAIN_S else best
            return best
        for _, mine, other in self.near[bead]:
            if not self._is_ring(other):
                continue
            ring = self.owner[other]
            ends = np.array([first, first + 1])
            round_s = self.gap.to_bead(ends, ring).sum(axis=0)
            k = int(round_s.argmin())
            if round_s[k] < best.cost_s - SMALLEST_GAIN_S:
                best = _Addition(float(round_s[k]), mine, None, places.first[ring] + k)
        return best

    def _is_ring(self, place: int) -> bool:
        """Whether a place is on a ring that is already in the tour."""
        owner = self.owner[place]
        return self.places.closed[owner] and bool(self.stops[owner])

    def _put(self, way: _Addition) -> None:
        """Enter a bead behind a stop, or in a new loop that calls at a ring, or in a loop of its own."""
        after = way.after
        if way.cut is not None:
            after = self._stop(way.cut)
            self._link(after, None)
        self._link(self._stop(way.place), after)

    @property
    def cost_s(self) -> float:
        """Cost of the tour. [s]"""
        cost = self.cost[: self.used]
        return float(cost[cost >= 0.0].sum())

    def loops(self) -> Loops:
        """The loops, each a list of the places where its beads are entered."""
        seen: set[int] = set()
        found: Loops = []
        for stop in sorted(s for stops in self.stops for s in stops):
            if stop in seen:
                continue
            loop: list[int] = []
            while stop not in seen:
                seen.add(stop)
                loop.append(self.place[stop])
                stop = self.next[stop]
            if len(loop) > 1:
                found.append(loop)
        return found or [[0]]

    def _stop(self, place: int) -> int:
        stop = self.free.pop()
        self.used = max(self.used, stop + 1)
        self.place[stop] = place
        self.leave[stop] = self.left_at[place]
        self.stops[self.owner[place]].add(stop)
        return stop

    def _link(self, stop: int, after: int | None) -> None:
        """Put a stop behind another, or into a loop of its own."""
        if after is None:
            after = stop
            self.next[stop] = stop
        self.next[stop], self.next[after] = self.next[after], stop
        self.before[stop] = after
        self.before[self.next[stop]] = stop
        self._way(after)
        self._way(stop)

    def _way(self, stop: int) -> None:
        enter = self.place[self.next[stop]]
        self.enter[stop] = enter
        self.cost[stop] = self.gap.between(self.left_at[self.place[stop]], enter)

    def _unlink(self, stop: int) -> None:
        before, after = self.before[stop], self.next[stop]
        self.next[before], self.before[after] = after, before
        self._way(before)
        self._drop(stop)

    def _drop(self, stop: int) -> None:
        self.stops[self.owner[self.place[stop]]].discard(stop)
        self.cost[stop] = -np.inf
        self.free.append(stop)
