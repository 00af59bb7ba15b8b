"""The print order that costs a layer least, and what no order can do without.

Beads are joined by loops (:mod:`estimator.loops`) at *places*: corners of rings, ends of open
beads, and the points where two beads are nearest to each other. Groups of beads far from all
others (houses on one site) are joined each by itself, equal ones once, and then like beads to
each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Beads
from estimator.gap_costs import GapCosts, Pace
from estimator.linking import linked_loops
from estimator.loops import Loops, Places
from estimator.memory import Memory
from estimator.motion import path_time
from estimator.ordering import LayerPath, nearest_start
from estimator.postman import short_order
from estimator.ring_pairs import ring_pair
from estimator.spanning import MOST_BEADS_MEASURED, Contacts, contacts, least_travel_m
from estimator.strands import path_of_runs, with_nodes
from estimator.travel_bound import least_travel_between_ends_m

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLACE_SPACING_M = 0.1
"""Nodes of a ring nearer to each other than this are one place. [m]"""

MOST_PLACES = 12
"""Of a ring with many nodes, about so many are places, evenly spaced."""

DEARER_TRAVEL = (2.0, 4.0, 8.0, 16.0, 100.0)
"""Prices of travel, as multiples of what it costs, tried in turn to find an order of less travel and more starts."""

NEAR_GAP_M = 2.0
"""Beads within this of each other may be entered where they are nearest. [m]"""


@dataclass(frozen=True, slots=True)
class Order:
    """One layer in print order.

    Attributes
    ----------
    path : LayerPath
    starts : int
        How often the flow starts: as often as there are travel moves, at least once.
    starts_min : int or None
        Clusters of beads that touch: each needs one start at least.
    travel_min_m : float or None
        Travel that no order can do without. None where there are too many beads to measure. [m]
    """

    path: LayerPath
    starts: int
    starts_min: int | None
    travel_min_m: float | None


def path_cost_s(path: LayerPath, costs: GapCosts) -> float:
    """Cost of a layer: of its gaps, and with a pace of all its motion.

    Parameters
    ----------
    path : LayerPath
    costs : GapCosts

    Returns
    -------
    float
        [s]
    """
    is_travel, gaps, length_m = path.is_travel, len(path.gaps_m), path.travel_m
    pace = costs.pace
    if pace is None:
        return gaps * costs.start_s + costs.s_per_m * length_m
    cruise = np.where(is_travel, pace.travel_m_per_s, pace.print_m_per_s)
    stops = np.zeros(len(cruise) + 1, dtype=bool)
    stops[[0, -1]] = True
    lost_s = (costs.s_per_m - 1.0 / pace.travel_m_per_s) * length_m  # material thrown aside
    if pace.is_pausing:
        stops[:-1] |= is_travel
        stops[1:] |= is_travel
        lost_s += gaps * costs.start_s
    moving = path_time(path.points_m, cruise, pace.acceleration_m_per_s2, pace.deviation_m, stops)
    return float(moving.sum()) + lost_s


def print_order(beads: Beads, costs: GapCosts | None, origin_m: Floats, memory: Memory | None = None) -> Order:
    """Order the beads of a section.

    Parameters
    ----------
    beads : Beads
    costs : GapCosts or None
        What is made as small as can be; None keeps the order of nearest starts.
    origin_m : (2,) or (m, 2) float
        Where nearest starts begin; where beads lie in several islands, at the first place only. [m]
    memory : Memory, optional
        Of these beads and origins, for orders by other costs.

    Returns
    -------
    Order
        Never dearer than nearest starts.
    """
    memory = memory or Memory()
    if not 1 < len(beads) <= MOST_BEADS_MEASURED:
        path = nearest_start(beads, origin_m)
        few = len(beads) <= 1  # one open bead is gone back along
        return Order(path, _starts(path), min(len(beads), 1) if few else None, path.travel_m if few else None)
    pair = ring_pair(beads, costs) if costs is not None else None
    if pair is not None and costs is not None:
        path = pair.path
        if costs.pace is None or not costs.pace.is_pausing:  # a corner near the gap may be worth more than the gap
            nearest = nearest_start(beads, origin_m)
            path = path if _is_no_slower(path, nearest, costs) else nearest
        return Order(path, _starts(path), 2, pair.travel_min_m)
    near = memory.get("near", (), lambda: contacts(beads))
    is_site = len(near.islands) > 1
    path = memory.get(
        "nearest", (), lambda: nearest_start(beads, np.atleast_2d(origin_m)[:1] if is_site else origin_m)
    )  # fmt: skip
    least_m = memory.get("least", (), lambda: least_travel_m(beads, near))
    if costs is not None:
        path, least_m = _cheapest(beads, near, costs, path, least_m, memory)
    touching = int(np.count_nonzero(near.gap_m[near.tree] == 0.0))
    return Order(path, _starts(path), len(beads) - touching, least_m)


def _cheapest(
    beads: Beads, near: Contacts, costs: GapCosts, nearest: LayerPath, least_m: float, memory: Memory
) -> tuple[LayerPath, float]:
    """The cheapest order found; for a head with cheap starts one of little travel, if nearest starts cost no less.

    And the lower bound of travel, a nearer one where the first leaves it in doubt whether the travel is little.
    """
    placed = memory.get("placed", (), lambda: _places(beads, near)).at(costs.pace)
    found = _printed(placed, _loops(placed, near, costs))
    best = found if _is_no_slower(found, nearest, costs) else nearest
    if np.isinf(costs.travel_ratio) or best.travel_m <= costs.travel_ratio * least_m * (1 + 1e-9):
        return best, least_m
    if not beads.is_closed.all():
        least_m = max(least_m, least_travel_between_ends_m(beads, near))
    most_m = costs.travel_ratio * least_m * (1 + 1e-9)
    if best.travel_m <= most_m:
        return best, least_m
    plain = replace(costs, pace=None)
    for path in _shorter(placed, beads, near, costs):
        if path.travel_m > most_m:
            continue
        if _is_no_slower(path, nearest, costs) or path_cost_s(path, plain) <= path_cost_s(nearest, plain):
            return path, least_m
    return best, least_m


def _shorter(placed: _Placed, beads: Beads, near: Contacts, costs: GapCosts) -> Iterator[LayerPath]:
    """Orders of less travel and more starts."""
    for start_m in (costs.start_s / costs.s_per_m, 0.0):
        yield short_order(beads, near, start_m)
    for dearer in DEARER_TRAVEL:
        yield _printed(placed, _loops(placed, near, replace(costs, s_per_m=dearer * costs.s_per_m)))


def _is_no_slower(path: LayerPath, other: LayerPath, costs: GapCosts) -> bool:
    """Whether one order costs no more than another: by its gaps, if they leave no doubt, else by all motion."""
    if costs.pace is not None and costs.pace.is_pausing:
        own, others = path.gaps_m, other.gaps_m
        less_s = float(costs.of(others).sum() - costs.of(own).sum())
        halt_s = costs.pace.print_m_per_s / costs.pace.acceleration_m_per_s2  # at most, at each gap
        if less_s >= halt_s * len(own) or less_s < -halt_s * len(others):
            return less_s > 0
    return path_cost_s(path, costs) <= path_cost_s(other, costs)


def _starts(path: LayerPath) -> int:
    return max(len(path.gaps_m), 1) if len(path.kind) else 0


@dataclass(frozen=True, slots=True)
class _Placed:
    """Beads with nodes where others are near.

    ``is_new`` tells the nodes that were added, ``node`` is each place's node, ``is_own`` tells
    the places that an island has by itself, and ``contact`` holds the places of each contact,
    −1 amid open beads. ``cos_half_turn`` is the cosine of half the turn at places on rings.
    """

    beads: Beads
    is_new: NDArray[np.bool_]
    places: Places
    node: Ints
    is_own: NDArray[np.bool_]
    contact: Ints
    cos_half_turn: Floats

    def at(self, pace: Pace | None) -> _Placed:
        """The same for a head that moves so: what halting at the places of rings costs it."""
        if pace is None or not pace.is_pausing:
            return self
        halt = np.where(self.beads.is_closed[self.places.owner], pace.halt_s(self.cos_half_turn), 0.0)
        return replace(self, places=replace(self.places, halt_s=halt))


def _places(beads: Beads, near: Contacts) -> _Placed:
    """Nodes where others are near, and the places of all beads, for a head that does not halt."""
    count = len(beads)
    is_used = near.gap_m <= NEAR_GAP_M
    is_used[near.tree] = True
    used = is_used.nonzero()[0]
    bead, point = near.bead[used].ravel(), near.point_m[used].reshape(-1, 2)
    points, first, nodes_at, is_new = with_nodes(beads, bead, point, near.at[used].ravel())
    touch = (near.gap_m[used] == 0.0).nonzero()[0]  # beads that touch meet in one point
    if len(touch):
        one, other = nodes_at[2 * touch], nodes_at[2 * touch + 1]
        moved = is_new[one]
        points[one[moved]] = points[other[moved]]
        points[other[~moved & is_new[other]]] = points[one[~moved & is_new[other]]]
    owner_of = np.repeat(np.arange(count), first[1:] - first[:-1])
    crosses = np.repeat(np.diff(near.islands.of[near.bead[used]], axis=1).ravel() != 0, 2)
    is_place = _spaced(points, first, owner_of, is_new, nodes_at[~crosses])
    is_place[first[1:] - 1] = False
    is_place[nodes_at[~crosses]] = True
    is_place &= beads.is_closed[owner_of]
    is_place[first[:-1]] |= ~beads.is_closed
    is_place[first[1:] - 1] = ~beads.is_closed
    is_own = is_place.copy()
    is_place[nodes_at[crosses]] |= beads.is_closed[bead[crosses]]
    at = is_place.nonzero()[0]
    owner = owner_of[at]
    low = np.searchsorted(owner, np.arange(count + 1))
    leave = np.arange(len(at))
    ends = low[:-1][~beads.is_closed]
    leave[ends], leave[ends + 1] = ends + 1, ends
    number = is_place.cumsum() - 1
    contact = np.full((len(near.gap_m), 2), -1)
    contact[used] = np.where(is_place[nodes_at], number[nodes_at], -1).reshape(-1, 2)
    fine = Beads(points, first, beads.kind, beads.is_closed, beads.width_m)
    ring = beads.is_closed[owner]
    turn = np.ones(len(at))
    turn[ring] = _cos_half_turn(points, first, at[ring], owner[ring])
    places = Places(points[at], owner, low.tolist(), leave, beads.is_closed.tolist(), np.zeros(len(at)))
    return _Placed(fine, is_new, places, at, is_own[at], contact, turn)


def _spaced(points: Floats, first: Ints, owner_of: Ints, is_new: NDArray[np.bool_], kept: Ints) -> NDArray[np.bool_]:
    """Nodes of beads evenly spaced; of the new ones only some may be among them."""
    may = ~is_new
    may[kept] = True
    node = may.nonzero()[0]
    owner = owner_of[node]
    low = np.searchsorted(node, first)
    kept_m = points[node]
    step = kept_m - np.concatenate((points[:1], kept_m[:-1]))
    run = np.hypot(step[:, 0], step[:, 1]).cumsum()
    round_m = run[low[1:] - 1] - run[low[:-1]]
    spacing = np.maximum(PLACE_SPACING_M, round_m / MOST_PLACES)
    stretch = np.floor((run - run[low[:-1]][owner]) / spacing[owner] + 1e-9)
    is_spaced = np.zeros(len(points), dtype=bool)
    is_spaced[node] = np.append(True, stretch[1:] > stretch[:-1])
    is_spaced[first[:-1]] = True
    return is_spaced


def _cos_half_turn(points: Floats, first: Ints, at: Ints, owner: Ints) -> Floats:
    """Cosine of half the turn of rings at some of their nodes."""
    before = np.where(at == first[owner], first[owner + 1] - 2, at - 1)
    come, go = points[at] - points[before], points[at + 1] - points[at]
    length = np.sqrt((come**2).sum(axis=1) * (go**2).sum(axis=1))
    cosine = (come * go).sum(axis=1) / np.maximum(length, 1e-12)
    return np.asarray(np.sqrt(np.minimum(np.maximum(0.5 * (1.0 + cosine), 0.0), 1.0)))


def _loops(placed: _Placed, near: Contacts, costs: GapCosts) -> Loops:
    return linked_loops(placed.places, placed.is_own, placed.contact, near, costs)


def _printed(placed: _Placed, loops: Loops) -> LayerPath:
    """Walk the loops: print each ring as far as a loop calls, go round that, and go on."""
    fine, is_new, places = placed.beads, placed.is_new, placed.places
    calls: list[list[tuple[int, int, int]]] = [[] for _ in places.closed]
    owner = places.owner.tolist()
    node = placed.node.tolist()
    for number, loop in enumerate(loops):
        for k, place in enumerate(loop):
            calls[owner[place]].append((node[place], number, k))
    first = fine.first.tolist()
    runs: list[Ints] = []
    owners: list[int] = []

    def ring(bead: int, a: int, b: int, whole: bool) -> None:
        low, high = first[bead], first[bead + 1]
        if a < b or (a == b and not whole):
            runs.append(np.arange(a, b + 1))
        else:
            runs.append(np.concatenate((np.arange(a, high - 1), np.arange(low, b + 1))))
        owners.append(bead)

    # a task is a bead to enter at a place from a loop, or a stretch of a ring to print
    tasks: deque[tuple[int, int, int, bool]] = deque()

    def enter(place: int, number: int) -> None:
        bead = owner[place]
        start = node[place]
        low, high = first[bead], first[bead + 1]
        if not places.closed[bead]:
            run = np.arange(low, high)
            runs.append(run if start == low else run[::-1])
            owners.append(bead)
            return
        size = high - 1 - low
        others = sorted(((n - start) % size, n, other, k) for n, other, k in calls[bead] if other != number)
        todo: list[tuple[int, int, int, bool]] = []
        here = start
        printed = False
        for _, n, other, k in others:
            if n != here:
                todo.append((bead, here, n, False))
                printed = True
            todo += [(-1, p, other, False) for p in loops[other][k + 1 :] + loops[other][:k]]
            todo.append((-2, n, bead, False))
            here = n
        todo.append((bead, here, start, not printed or here != start))
        tasks.extendleft(todo[::-1])

    tasks.extend((-1, p, 0, False) for p in loops[0])
    while tasks:
        kind, a, b, whole = tasks.popleft()
        if kind == -1:
            enter(a, b)
        elif kind == -2:
            runs.append(np.array([a]))
            owners.append(b)
        else:
            ring(kind, a, b, whole)
    return path_of_runs(fine, is_new, runs, owners)
