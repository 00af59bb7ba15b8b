"""Loops over all beads of a section: island by island, equal islands once, then the islands linked.

Two ways are tried: two loops made one by exchanging a way of each (or a ring cut for a loop to
another island), and loops that call at the islands as if each were one ring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.gap_costs import GapCosts
from estimator.islands import Islands, rounded
from estimator.loops import Loops, Neighbours, Places, best_loops, loops_cost
from estimator.spanning import Contacts

Ints = NDArray[np.int64]

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
        return best_loops(places, Neighbours(contact[usable], near.gap_m[usable], grown), costs)
    groups = _each_island(places, is_own, np.where(usable[:, None], contact, -1), near, grown, costs)
    joints = _joints(near, islands, grown)
    exchanged = _exchanged(groups, joints, places, near, contact, costs)
    if not all(any(places.closed[b] for b in beads) for beads in islands.members):
        return exchanged
    called = _called(groups, joints, places, near, contact, costs)
    return min(exchanged, called, key=lambda loops: loops_cost(loops, places, costs))


def _each_island(
    places: Places, is_own: NDArray[np.bool_], contact: Ints, near: Contacts, grown: list[int], costs: GapCosts
) -> list[Loops]:
    """Loops over each island by itself."""
    islands = near.islands
    of = islands.of[near.bead]
    is_inside = (of[:, 0] == of[:, 1]) & (contact[:, 0] >= 0)
    place_of = np.full(len(places.owner), -1)
    known: dict[bytes, Loops] = {}
    groups: list[Loops] = []
    rank = np.argsort(grown)
    for number, beads in enumerate(islands.members):
        part, back = _part(places, beads.tolist(), is_own)
        shape = rounded(part.point_m - part.point_m[0]).tobytes() + bytes([islands.model[number] % 256])
        if shape not in known:
            mine = is_inside & (of[:, 0] == number)
            place_of[back] = np.arange(len(back))
            order = np.argsort(rank[beads]).tolist()
            known[shape] = best_loops(part, Neighbours(place_of[contact[mine]], near.gap_m[mine], order), costs)
        groups.append([back[loop].tolist() for loop in known[shape]])
    return groups


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


def _exchanged(
    groups: list[Loops], joints: list[_Joint], places: Places, near: Contacts, contact: Ints, costs: GapCosts
) -> Loops:
    """Loops of islands joined: two loops made one by exchanging a way of each, or a ring cut for a loop to another."""
    of_island = [[list(loop) for loop in group] for group in groups]
    island_of = near.islands.of[places.owner]
    for joint in joints:
        there_loops, here_loops = of_island[joint.earlier], of_island[joint.island]
        ring = int(places.owner[here_loops[0][0]])
        if len(here_loops) == 1 and len(here_loops[0]) == 1 and places.closed[ring]:
            here_loops = [[p] for p in range(places.first[ring], places.first[ring + 1])]
        a, b = _ways(there_loops, places, island_of == joint.earlier), _ways(here_loops, places, None)
        there = places.costs(a.leave, b.enter, costs) + places.costs(a.enter, b.leave, costs)
        back = places.costs(a.leave, b.leave, costs) + places.costs(a.enter, b.enter, costs)
        own = places.costs_of(a.leave, a.enter, costs)[:, None] + places.costs_of(b.leave, b.enter, costs)
        added = np.minimum(there, back) - own
        i, j = divmod(int(added.argmin()), added.shape[1])
        cut = contact[joint.contact]
        if np.all(cut >= 0) and 2 * float(costs.of(near.gap_m[[joint.contact]])[0]) < added[i, j]:
            both: list[int] = cut.tolist()
            there_loops.append(both)
            of_island[joint.island] = [*here_loops, both]
            continue
        one, other = there_loops[a.loop[i]], here_loops[b.loop[j]]
        k, after = a.stop[i] + 1, b.stop[j] + 1
        run = other[after:] + other[:after]
        if back[i, j] < there[i, j]:
            run = places.leave[run[::-1]].tolist()
        one[k:k] = run
        of_island[joint.island] = [one if loop is other else loop for loop in here_loops]
    every = {id(loop): loop for loops in of_island for loop in loops if len(loop) > 1}
    return list(every.values())


@dataclass(frozen=True, slots=True)
class _Ways:
    """Travel moves of loops: places left and entered, and the loop and stop that each sets out from."""

    leave: Ints
    enter: Ints
    loop: list[int]
    stop: list[int]


def _ways(loops: Loops, places: Places, of: NDArray[np.bool_] | None) -> _Ways:
    """Travel moves of loops; of those only that leave from some places, where they are told."""
    stops = np.array([p for loop in loops for p in loop])
    enter = np.array([p for loop in loops for p in loop[1:] + loop[:1]])
    loop = np.array([k for k, own in enumerate(loops) for _ in own])
    stop = np.array([k for own in loops for k in range(len(own))])
    if of is not None:
        kept = of[stops]
        stops, enter, loop, stop = stops[kept], enter[kept], loop[kept], stop[kept]
    return _Ways(places.leave[stops], enter, loop.tolist(), stop.tolist())
