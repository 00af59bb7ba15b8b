"""The print order that costs a layer least, and what no order can do without.

Beads are joined by loops (:mod:`estimator.loops`) at *places*: corners of rings, ends of open
beads, and the points where two beads are nearest to each other. Groups of beads far from all
others (houses on one site) are joined each by itself, equal ones once, and then like beads to
each other.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Beads, Kind
from estimator.gap_costs import GapCosts, Pace
from estimator.loops import Loops, Neighbours, Places, best_loops, loops_cost
from estimator.motion import path_time
from estimator.ordering import LayerPath, nearest_start
from estimator.spanning import MOST_BEADS_MEASURED, TOUCHING_M, Contacts, contacts, least_travel_m, rounded

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLACE_SPACING_M = 0.1
"""Nodes of a ring nearer to each other than this are one place. [m]"""

MOST_PLACES = 12
"""Of a ring with many nodes, about so many are places, evenly spaced."""

SHARES_OF_START = (0.5, 0.25, 0.0)
"""Tried in turn to find an order of less travel and more starts."""

NEAR_GAP_M = 2.0
"""Beads within this of each other may be entered where they are nearest. [m]"""

MOST_GROUP_PLACES = 24
"""Of a group, so many places are tried for joining it to others, besides its nearest."""

GROUP_GAP_M = 3.0
"""Beads farther than this from all others are a group of their own. [m]"""


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
    is_travel = path.kind == Kind.TRAVEL
    gaps, length_m = int(np.count_nonzero(is_travel)), _travel_m(path)
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


def print_order(beads: Beads, costs: GapCosts | None, origin_m: Floats) -> Order:
    """Order the beads of a section.

    Parameters
    ----------
    beads : Beads
    costs : GapCosts or None
        What is made as small as can be; None keeps the order of nearest starts.
    origin_m : (2,) or (m, 2) float
        Where nearest starts begin. [m]

    Returns
    -------
    Order
        Never dearer than nearest starts.
    """
    path = nearest_start(beads, origin_m)
    if not 1 < len(beads) <= MOST_BEADS_MEASURED:
        few = len(beads) <= 1
        return Order(path, _starts(path), min(len(beads), 1) if few else None, 0.0 if few else None)
    near = contacts(beads)
    least_m = least_travel_m(beads, near)
    if costs is not None:
        path = _cheapest(beads, near, costs, path, least_m)
    touching = int(np.count_nonzero(near.gap_m[near.tree] == 0.0))
    return Order(path, _starts(path), len(beads) - touching, least_m)


def _cheapest(beads: Beads, near: Contacts, costs: GapCosts, nearest: LayerPath, least_m: float) -> LayerPath:
    """The cheapest order found; for a head with cheap starts one of little travel, if nearest starts cost no less."""
    placed = _places(beads, near, costs.pace)
    found = _printed(placed, _loops(placed, near, costs))
    best = found if _is_no_slower(found, nearest, costs) else nearest
    if _travel_m(best) <= costs.travel_ratio * near.tree_m:
        return best
    plain = replace(costs, pace=None)
    is_far = _travel_m(best) > costs.travel_ratio * least_m
    placed = _places(beads, near, None)
    for share in SHARES_OF_START:
        path = _printed(placed, _loops(placed, near, replace(plain, start_s=share * costs.start_s)))
        if _travel_m(path) > costs.travel_ratio * near.tree_m * (1 + 1e-9):
            continue
        is_no_dearer = is_far and path_cost_s(path, plain) <= path_cost_s(nearest, plain)
        if is_no_dearer or _is_no_slower(path, nearest, costs):
            return path
    return best


def _is_no_slower(path: LayerPath, other: LayerPath, costs: GapCosts) -> bool:
    """Whether one order costs no more than another: by its gaps, if they leave no doubt, else by all motion."""
    if costs.pace is not None and costs.pace.is_pausing:
        own, others = _gaps_m(path), _gaps_m(other)
        less_s = float(costs.of(others).sum() - costs.of(own).sum())
        halt_s = costs.pace.print_m_per_s / costs.pace.acceleration_m_per_s2  # at most, at each gap
        if less_s >= halt_s * len(own) or less_s < -halt_s * len(others):
            return less_s > 0
    return path_cost_s(path, costs) <= path_cost_s(other, costs)


def _gaps_m(path: LayerPath) -> Floats:
    travel = np.flatnonzero(path.kind == Kind.TRAVEL)
    step = path.points_m[travel + 1] - path.points_m[travel]
    return np.hypot(step[:, 0], step[:, 1])


def _travel_m(path: LayerPath) -> float:
    return float(_gaps_m(path).sum())


def _starts(path: LayerPath) -> int:
    travels = int(np.count_nonzero(path.kind == Kind.TRAVEL))
    return max(travels, 1) if len(path.kind) else 0


@dataclass(frozen=True, slots=True)
class _Placed:
    """Beads with nodes where others are near.

    ``is_new`` tells the nodes that were added, ``node`` is each place's node, and ``contact``
    holds the places of each contact, −1 amid open beads.
    """

    beads: Beads
    is_new: NDArray[np.bool_]
    places: Places
    node: Ints
    contact: Ints


def _places(beads: Beads, near: Contacts, pace: Pace | None) -> _Placed:
    """Nodes where others are near, and the places of all beads."""
    count = len(beads)
    is_used = near.gap_m <= NEAR_GAP_M
    is_used[near.tree] = True
    used = np.flatnonzero(is_used)
    bead, point = near.bead[used].ravel(), near.point_m[used].reshape(-1, 2)
    points, first, nodes_at, is_new = _with_nodes(beads, bead, point, near.at[used].ravel())
    touch = np.flatnonzero(near.gap_m[used] == 0.0)  # beads that touch meet in one point
    if len(touch):
        one, other = nodes_at[2 * touch], nodes_at[2 * touch + 1]
        moved = is_new[one]
        points[one[moved]] = points[other[moved]]
        points[other[~moved & is_new[other]]] = points[one[~moved & is_new[other]]]
    owner_of = np.repeat(np.arange(count), np.diff(first))
    step = np.diff(points, axis=0, prepend=points[:1])
    run = np.cumsum(np.hypot(step[:, 0], step[:, 1]))
    round_m = run[first[1:] - 1] - run[first[:-1]]
    spacing = np.maximum(PLACE_SPACING_M, round_m / MOST_PLACES)
    stretch = np.floor((run - run[first[:-1]][owner_of]) / spacing[owner_of] + 1e-9)
    is_place = np.diff(stretch, prepend=-1.0) > 0
    is_place[first[:-1]] = True
    is_place &= beads.is_closed[owner_of]
    is_place[first[1:] - 1] = False
    is_place[nodes_at] = beads.is_closed[bead]
    is_place[first[:-1]] |= ~beads.is_closed
    is_place[first[1:] - 1] = ~beads.is_closed
    at = np.flatnonzero(is_place)
    owner = owner_of[at]
    low = np.searchsorted(owner, np.arange(count + 1))
    leave = np.arange(len(at))
    ends = low[:-1][~beads.is_closed]
    leave[ends], leave[ends + 1] = ends + 1, ends
    number = np.cumsum(is_place) - 1
    contact = np.full((len(near.gap_m), 2), -1)
    contact[used] = np.where(is_place[nodes_at], number[nodes_at], -1).reshape(-1, 2)
    fine = Beads(points, first, beads.kind, beads.is_closed, beads.width_m)
    halt = np.zeros(len(at))
    if pace is not None and pace.is_pausing:
        ring = beads.is_closed[owner]
        halt[ring] = pace.halt_s(_cos_half_turn(points, first, at[ring], owner[ring]))
    places = Places(points[at], owner, low.tolist(), leave, beads.is_closed.tolist(), halt)
    return _Placed(fine, is_new, places, at, contact)


def _cos_half_turn(points: Floats, first: Ints, at: Ints, owner: Ints) -> Floats:
    """Cosine of half the turn of rings at some of their nodes."""
    before = np.where(at == first[owner], first[owner + 1] - 2, at - 1)
    come, go = points[at] - points[before], points[at + 1] - points[at]
    length = np.sqrt((come**2).sum(axis=1) * (go**2).sum(axis=1))
    cosine = (come * go).sum(axis=1) / np.maximum(length, 1e-12)
    return np.asarray(np.sqrt(np.clip(0.5 * (1.0 + cosine), 0.0, 1.0)))


def _with_nodes(beads: Beads, bead: Ints, point: Floats, key: Floats) -> tuple[Floats, Ints, Ints, NDArray[np.bool_]]:
    """Beads with points on them made nodes: nodes, where beads begin, nodes of the points, which nodes are new.

    ``key`` is where the points are, as in :class:`~estimator.spanning.Contacts`.
    """
    first = beads.first
    last = first[bead + 1] - 1
    key = np.where(beads.is_closed[bead] & (key == last), first[bead], key)
    fresh, place = np.unique(key[key != np.floor(key)], return_index=True)
    source = np.flatnonzero(key != np.floor(key))[place]
    merged = np.concatenate((np.arange(len(beads.points_m), dtype=float), fresh))
    order = np.argsort(merged, kind="stable")
    points = np.concatenate((beads.points_m, point[source]))[order]
    is_new = order >= len(beads.points_m)
    begins = np.searchsorted(merged[order], first[:-1].astype(float))
    return points, np.append(begins, len(points)), np.searchsorted(merged[order], key), is_new


def _loops(placed: _Placed, near: Contacts, costs: GapCosts) -> Loops:
    """Loops over all beads: group by group, then over the groups."""
    places, contact = placed.places, placed.contact
    count = len(places.closed)
    tree = near.joins
    is_long = near.gap_m[near.tree] > GROUP_GAP_M
    usable = np.all(contact >= 0, axis=1)
    if not np.any(is_long):
        order = [int(tree[0, 0]), *tree[:, 1].tolist()]
        return best_loops(places, Neighbours(contact[usable], near.gap_m[usable], order), costs)
    group = np.zeros(count, np.int64)
    members: list[list[int]] = [[int(tree[0, 0])]]
    for (earlier, later), apart in zip(tree.tolist(), is_long.tolist(), strict=True):
        if apart:
            members.append([])
        group[later] = len(members) - 1 if apart else group[earlier]
        members[group[later]].append(later)
    groups: list[Loops] = []
    known: dict[bytes, Loops] = {}
    of_pair = group[near.bead]
    inside = usable & (of_pair[:, 0] == of_pair[:, 1])
    place_of = np.full(len(places.owner), -1)
    for number, beads in enumerate(members):
        ordered = sorted(beads)
        part, back = _part(places, ordered)
        shape = rounded(part.point_m - part.point_m[0]).tobytes()
        if shape not in known:
            mine = inside & (of_pair[:, 0] == number)
            place_of[back] = np.arange(len(back))
            order = np.searchsorted(ordered, beads).tolist()
            known[shape] = best_loops(part, Neighbours(place_of[contact[mine]], near.gap_m[mine], order), costs)
        groups.append([[int(back[p]) for p in loop] for loop in known[shape]])
    exchanged = _linked(groups, group, places, near, contact, costs)
    if not all(any(places.closed[b] for b in beads) for beads in members):
        return exchanged
    called = _called(groups, members, places, near, contact, costs)
    return min(exchanged, called, key=lambda loops: loops_cost(loops, places, costs))


def _called(
    groups: list[Loops], members: list[list[int]], places: Places, near: Contacts, contact: Ints, costs: GapCosts
) -> Loops:
    """Loops of groups, and loops that call at the groups as if each were one ring."""
    joints = near.tree[near.gap_m[near.tree] > GROUP_GAP_M]
    is_joint = np.zeros(len(places.owner) + 1, dtype=bool)  # one more, for contacts that are at no place (−1)
    is_joint[contact[joints]] = True
    back = []
    for beads in members:
        every = _part(places, [b for b in beads if places.closed[b]])[1]
        stride = -(-len(every) // MOST_GROUP_PLACES)
        back.append(every[is_joint[every] | (np.arange(len(every)) % stride == 0)])
    sizes = [len(b) for b in back]
    every = np.concatenate(back)
    low = [0, *np.cumsum(sizes).tolist()]
    rings = Places(
        places.point_m[every],
        np.repeat(np.arange(len(back)), sizes),
        low,
        np.arange(len(every)),
        [True] * len(back),
        places.halt_s[every],
    )
    number = np.full(len(places.owner) + 1, -1)
    number[every] = np.arange(len(every))
    ends = number[contact[joints]]
    is_near = np.all(ends >= 0, axis=1)
    neighbours = Neighbours(ends[is_near], near.gap_m[joints][is_near], list(range(len(back))))
    outer = best_loops(rings, neighbours, costs)
    loops = [loop for group in groups for loop in group if len(loop) > 1]
    return loops + [[int(every[p]) for p in loop] for loop in outer]


def _part(places: Places, beads: list[int]) -> tuple[Places, Ints]:
    """The places of some beads by themselves, and their numbers among all."""
    first = np.array(places.first)
    sizes = (first[1:] - first[:-1])[beads]
    back = np.concatenate([np.arange(places.first[b], places.first[b + 1]) for b in beads])
    low = np.concatenate(([0], np.cumsum(sizes)))
    shift = np.repeat(low[:-1] - first[:-1][beads], sizes)
    leave = places.leave[back] + shift
    closed = [places.closed[b] for b in beads]
    return Places(
        places.point_m[back], np.repeat(np.arange(len(beads)), sizes), low.tolist(), leave, closed, places.halt_s[back]
    ), back


def _linked(
    groups: list[Loops], group_of: Ints, places: Places, near: Contacts, contact: Ints, costs: GapCosts
) -> Loops:
    """Loops of groups joined: two loops made one by exchanging a way of each, or a ring cut for a loop to another."""
    tour = groups[0]
    is_long = near.gap_m[near.tree] > GROUP_GAP_M
    earlier = group_of[near.joins[is_long, 0]].tolist()
    for group, joint, joined in zip(groups[1:], near.tree[is_long].tolist(), earlier, strict=True):
        if len(group) == 1 and len(group[0]) == 1 and places.closed[int(places.owner[group[0][0]])]:
            ring = int(places.owner[group[0][0]])
            group = [[p] for p in range(places.first[ring], places.first[ring + 1])]
        a, b = _ways(tour, places, group_of == joined), _ways(group, places, None)
        there = places.costs(a.leave, b.enter, costs) + places.costs(a.enter, b.leave, costs)
        back = places.costs(a.leave, b.leave, costs) + places.costs(a.enter, b.enter, costs)
        own = places.costs_of(a.leave, a.enter, costs)[:, None] + places.costs_of(b.leave, b.enter, costs)
        added = np.minimum(there, back) - own
        i, j = divmod(int(added.argmin()), added.shape[1])
        cut = contact[joint]
        if np.all(cut >= 0) and 2 * float(costs.of(near.gap_m[[joint]])[0]) < added[i, j]:
            tour = [*tour, *(g for g in group if len(g) > 1), [int(p) for p in cut]]
            continue
        one, other = tour[a.loop[i]], group[b.loop[j]]
        k, after = a.stop[i] + 1, b.stop[j] + 1
        run = other[after:] + other[:after]
        if back[i, j] < there[i, j]:
            run = [int(places.leave[p]) for p in run[::-1]]
        tour = [loop for loop in tour if loop is not one]
        tour += [loop for loop in group if loop is not other and len(loop) > 1]
        tour.append(one[:k] + run + one[k:])
    return tour


@dataclass(frozen=True, slots=True)
class _Ways:
    """Travel moves of loops: places left and entered, and the loop and stop that each sets out from."""

    leave: Ints
    enter: Ints
    loop: list[int]
    stop: list[int]


def _ways(loops: Loops, places: Places, of: NDArray[np.bool_] | None) -> _Ways:
    """Travel moves of loops; of those only that leave some beads, where they are told."""
    stops = np.array([p for loop in loops for p in loop])
    enter = np.array([p for loop in loops for p in loop[1:] + loop[:1]])
    loop = np.array([k for k, own in enumerate(loops) for _ in own])
    stop = np.array([k for own in loops for k in range(len(own))])
    if of is not None:
        kept = of[places.owner[stops]]
        stops, enter, loop, stop = stops[kept], enter[kept], loop[kept], stop[kept]
    return _Ways(places.leave[stops], enter, loop.tolist(), stop.tolist())


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
    return _path(fine, is_new, runs, owners)


def _path(fine: Beads, is_new: NDArray[np.bool_], runs: list[Ints], owners: list[int]) -> LayerPath:
    """Stretches of beads one after the other, with travel between them."""
    sizes = np.array([len(r) for r in runs])
    nodes = np.concatenate([*runs, runs[0][:1]])
    bead_of = np.repeat(np.array(owners), sizes)
    last = np.cumsum(sizes) - 1
    is_travel = np.zeros(len(bead_of), dtype=bool)
    is_travel[last] = True
    points = fine.points_m[nodes]
    step = np.diff(points, axis=0)
    length = np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2)
    # moves of no length go; so does the node between two travels, and a new node amid a bead
    going = is_travel & (length < TOUCHING_M)
    points = np.delete(points, np.flatnonzero(going) + 1, axis=0) if going.any() else points
    if going.any():
        points[-1] = points[0]
        nodes = np.delete(nodes, np.flatnonzero(going) + 1)
        is_travel, bead_of = is_travel[~going], bead_of[~going]
    both = is_travel[:-1] & is_travel[1:]
    amid = is_new[nodes[1:-1]] & ~is_travel[:-1] & ~is_travel[1:] & (bead_of[:-1] == bead_of[1:])
    drop = np.flatnonzero(both | amid) + 1
    if len(drop):
        points = np.delete(points, drop, axis=0)
        is_travel, bead_of = np.delete(is_travel, drop), np.delete(bead_of, drop)
    kind = fine.kind[bead_of]
    width = fine.width_m[bead_of]
    bead = bead_of.copy()
    kind[is_travel] = Kind.TRAVEL
    width[is_travel] = 0.0
    bead[is_travel] = -1
    return LayerPath(points, kind, width, bead)
