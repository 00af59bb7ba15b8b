"""Loops over all beads of a section: island by island, equal islands once, then the islands linked.

Two ways are tried: a round over all islands that opens one loop of each, and loops that call at
the islands as if each were one ring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.crossings import uncrossed
from estimator.gap_costs import GapCosts
from estimator.islands import Islands, rounded
from estimator.loops import Loops, Neighbours, Places, best_loops, is_exact, loops_cost
from estimator.seats import seated
from estimator.spanning import Contacts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_STOPS_UNCROSSED = 150
"""Rounds with more stops keep the order of the islands and the order in them."""

SHORTEST_GAIN_M = 1e-3
"""Turning part of a round back for less is not worth it. [m]"""

MOST_ISLAND_PLACES = 24
"""Of an island, so many places are tried for joining it to others, besides its nearest."""


def linked_loops(places: Places, is_own: NDArray[np.bool_], contact: Ints, near: Contacts, costs: GapCosts) -> Loops:
    """Loops that join all beads of a section at little cost.

    Parameters
    ----------
    places : Places
    is_own : (p,) bool
        Places that an island has by itself; at the others it is nearest to another island.
    contact : (c, 2) int
        Places of each contact, −1 where a point is no place.
    near : Contacts
    costs : GapCosts

    Returns
    -------
    list of lists of int
        Places where the beads of each loop are entered.
    """
    islands = near.islands
    grown = [int(near.joins[0, 0]), *near.joins[:, 1].tolist()]
    usable = np.all(contact >= 0, axis=1)
    if len(islands) == 1:
        loops = best_loops(places, Neighbours(contact[usable], near.gap_m[usable], grown), costs)
        return loops if is_exact(places) else seated(loops, places, costs)
    groups, shapes = _each_island(places, is_own, np.where(usable[:, None], contact, -1), near, grown, costs)
    joints = _joints(near, islands, grown)
    around = seated(_round(groups, shapes, places, islands, costs), places, costs)
    if not all(any(places.closed[b] for b in beads) for beads in islands.members):
        return around
    # calling at the islands costs at least a tree over them, and a way to close it
    inside_s = {shape: loops_cost(groups[shapes.index(shape)], places, costs) for shape in set(shapes)}
    bridges_s = costs.of(near.gap_m[[j.contact for j in joints]])
    least_s = sum(inside_s[shape] for shape in shapes) + float(bridges_s.sum() + bridges_s.max())
    around_s = loops_cost(around, places, costs)
    if around_s <= least_s:
        return around
    called = seated(_called(groups, joints, places, near, contact, costs), places, costs)
    return called if loops_cost(called, places, costs) < around_s else around


def _each_island(
    places: Places, is_own: NDArray[np.bool_], contact: Ints, near: Contacts, grown: list[int], costs: GapCosts
) -> tuple[list[Loops], list[int]]:
    """Loops over each island by itself, and a number for each, equal for equal islands."""
    islands = near.islands
    of = islands.of[near.bead]
    is_inside = (of[:, 0] == of[:, 1]) & (contact[:, 0] >= 0)
    place_of = np.full(len(places.owner), -1)
    known: dict[bytes, tuple[int, Loops]] = {}
    groups: list[Loops] = []
    shapes: list[int] = []
    rank = np.argsort(grown)
    for number, beads in enumerate(islands.members):
        part, back = _part(places, beads.tolist(), is_own)
        shape = rounded(part.point_m - part.point_m[0]).tobytes() + bytes([islands.model[number] % 256])
        if shape not in known:
            mine = is_inside & (of[:, 0] == number)
            place_of[back] = np.arange(len(back))
            order = np.argsort(rank[beads]).tolist()
            found = best_loops(part, Neighbours(place_of[contact[mine]], near.gap_m[mine], order), costs)
            known[shape] = len(known), found
        shapes.append(known[shape][0])
        groups.append([back[loop].tolist() for loop in known[shape][1]])
    return groups, shapes


@dataclass(frozen=True, slots=True)
class _Joint:
    """Where an island joins one that is joined already; ``contact`` is the contact between them."""

    island: int
    earlier: int
    contact: int


def _joints(near: Contacts, islands: Islands, grown: list[int]) -> list[_Joint]:
    """Of the shortest tree the contacts between islands, as it reaches one after the other."""
    of = islands.of
    reached = {int(of[grown[0]])}
    joints = []
    for (earlier, later), contact in zip(near.joins.tolist(), near.tree.tolist(), strict=True):
        island = int(of[later])
        if island not in reached:
            reached.add(island)
            joints.append(_Joint(island, int(of[earlier]), contact))
    return joints


def _called(
    groups: list[Loops], joints: list[_Joint], places: Places, near: Contacts, contact: Ints, costs: GapCosts
) -> Loops:
    """Loops of islands, and loops that call at the islands as if each were one ring."""
    islands = near.islands
    joint = np.array([j.contact for j in joints])
    is_joint = np.zeros(len(places.owner) + 1, dtype=bool)  # one more, for contacts that are at no place (−1)
    is_joint[contact[joint]] = True
    on_ring = np.array(places.closed)[places.owner]
    back = []
    for number in range(len(islands)):
        every = np.flatnonzero(on_ring & (islands.of[places.owner] == number))
        stride = -(-len(every) // MOST_ISLAND_PLACES)
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
    number_of = np.full(len(places.owner) + 1, -1)
    number_of[every] = np.arange(len(every))
    ends = number_of[contact[joint]]
    is_near = np.all(ends >= 0, axis=1)
    order = [joints[0].earlier, *(j.island for j in joints)]
    outer = best_loops(rings, Neighbours(ends[is_near], near.gap_m[joint][is_near], order), costs)
    loops = [loop for group in groups for loop in group if len(loop) > 1]
    return loops + [every[loop].tolist() for loop in outer]


def _part(places: Places, beads: list[int], is_own: NDArray[np.bool_]) -> tuple[Places, Ints]:
    """The places of some beads by themselves, and their numbers among all."""
    back = np.concatenate([np.arange(places.first[b], places.first[b + 1]) for b in beads])
    back = back[is_own[back]]
    number = np.full(len(places.owner), -1)
    number[back] = np.arange(len(back))
    rank = np.full(len(places.closed), -1)
    rank[beads] = np.arange(len(beads))
    owner = rank[places.owner[back]]
    return Places(
        places.point_m[back],
        owner,
        np.searchsorted(owner, np.arange(len(beads) + 1)).tolist(),
        number[places.leave[back]],
        [places.closed[b] for b in beads],
        places.halt_s[back],
    ), back


def _round(groups: list[Loops], shapes: list[int], places: Places, islands: Islands, costs: GapCosts) -> Loops:
    """Loops of islands, one of each opened at one of its ways and joined to those of the islands next to it.

    The islands follow each other in a short round over their middles; which loops are opened, and
    where, follows from the ways between neighbours, worked out once for equal neighbours.
    """
    middle = np.array([places.point_m[np.isin(places.owner, own)].mean(axis=0) for own in islands.members])
    order = short_round(middle)
    ends = [_ends(groups[k], places) for k in order]
    known: dict[tuple[int, int, bytes], Floats] = {}
    added: list[Floats] = []
    for k, (here, there) in enumerate(zip(ends, ends[1:] + ends[:1], strict=True)):
        a, b = order[k], order[(k + 1) % len(order)]
        way = places.point_m[places.first[islands.members[b][0]]] - places.point_m[places.first[islands.members[a][0]]]
        key = (shapes[a], shapes[b], rounded(way).tobytes())
        if key not in known:
            known[key] = places.costs(here.leave, there.enter, costs) - there.own_s(places, costs)
        added.append(known[key])
    chosen = _cheapest_round(added)
    main: list[int] = []
    loops: Loops = []
    for island, at in zip(ends, chosen, strict=True):
        run, rest = island.opened(at, places)
        main += run
        loops += rest
    turned = None
    if len(main) <= MOST_STOPS_UNCROSSED:
        turned = uncrossed(places.point_m[main], places.point_m[places.leave[main]], SHORTEST_GAIN_M)
    if turned is not None:
        entered = np.array(main)[turned[0]]
        main = np.where(turned[1], places.leave[entered], entered).tolist()
    return [main, *loops]


def short_round(point_m: Floats) -> list[int]:
    """A short round over points: from each to the nearest left, then crossings undone.

    Parameters
    ----------
    point_m : (n, 2) float
        [m]

    Returns
    -------
    list of int
    """
    count = len(point_m)
    apart = np.hypot(*(point_m[:, None] - point_m).transpose(2, 0, 1))
    order = [0]
    left = np.ones(count, dtype=bool)
    left[0] = False
    while len(order) < count:
        order.append(int(np.where(left, apart[order[-1]], np.inf).argmin()))
        left[order[-1]] = False
    turned = uncrossed(point_m[order], point_m[order], SHORTEST_GAIN_M)
    return order if turned is None else [order[k] for k in turned[0].tolist()]


def _cheapest_round(added: list[Floats]) -> list[int]:
    """One state of each of n things in a round that add least together.

    ``added[k]`` tells for each state of thing k (rows) and of the next (columns) what they add. The
    first pass leaves the round open; then the round is closed at a state found, at two places.
    """
    count = len(added)
    state = [0] * count
    reached, back = np.zeros(len(added[0])), []
    for table in added:
        both = reached[:, None] + table
        back.append(both.argmin(axis=0))
        reached = both.min(axis=0)
    at = int(reached.argmin())
    for k in range(count - 1, -1, -1):
        state[(k + 1) % count] = at
        at = int(back[k][at])
    for fixed in (count // 2, 0):
        tables = added[fixed:] + added[:fixed]
        reached, back = tables[0][state[fixed]], []
        for table in tables[1:]:
            both = reached[:, None] + table
            back.append(both.argmin(axis=0))
            reached = both.min(axis=0)
        at = state[fixed]
        for k in range(len(back) - 1, -1, -1):
            at = int(back[k][at])
            state[(fixed + k + 1) % count] = at
    return state


@dataclass(frozen=True, slots=True)
class _Ends:
    """Ways at which the loops of an island may be opened, forwards and, in the second half, backwards.

    ``enter`` and ``leave`` are the places at which the nozzle then comes to the island and goes
    from it; ``loop`` and ``stop`` tell the way.
    """

    loops: Loops
    enter: Ints
    leave: Ints
    loop: list[int]
    stop: list[int]

    def own_s(self, places: Places, costs: GapCosts) -> Floats:
        """Cost of the ways themselves. [s]"""
        return places.costs_of(self.leave, self.enter, costs)

    def opened(self, at: int, places: Places) -> tuple[list[int], Loops]:
        """Stops of the loop that is opened, in their order, and the other loops."""
        half = len(self.loop)
        number, stop = self.loop[at % half], self.stop[at % half]
        loop = self.loops[number]
        run = loop[stop + 1 :] + loop[: stop + 1]
        if at >= half:
            run = places.leave[run[::-1]].tolist()
        return run, [other for k, other in enumerate(self.loops) if k != number and len(other) > 1]


def _ends(loops: Loops, places: Places) -> _Ends:
    """Ways of the loops of an island; a ring by itself may be called at anywhere."""
    ring = int(places.owner[loops[0][0]])
    if len(loops) == 1 and len(loops[0]) == 1 and places.closed[ring]:
        loops = [[p] for p in range(places.first[ring], places.first[ring + 1])]
    stops = np.array([p for loop in loops for p in loop])
    enter = np.array([p for loop in loops for p in loop[1:] + loop[:1]])
    leave = places.leave[stops]
    return _Ends(
        loops,
        np.concatenate((enter, leave)),
        np.concatenate((leave, enter)),
        [k for k, own in enumerate(loops) for _ in own],
        [k for own in loops for k in range(len(own))],
    )
