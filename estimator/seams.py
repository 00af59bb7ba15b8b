"""Seams staggered from layer to layer: rings are started and stopped elsewhere on every other layer.

A start leaves a thick place and a stop a thin one. One on another up a whole wall they are a
crack waiting to open; so, as joints in masonry, they are moved along the rings on odd layers, by
:data:`SHIFT_BEADS` bead widths. Rings that face each other move the same way, so the head travels
about as far as before. Ends of open beads are where they are, and a head that never stops leaves
no seam.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Kind
from estimator.slicing import Bands
from estimator.spanning import TOUCHING_M
from estimator.toolpath import Toolpath

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SHIFT_BEADS = 2.0
"""How far seams move from one layer to the next, in widths of the bead."""

MOST_OF_RING = 0.25
"""Seams of small rings move by this share of the way round at most."""

STRAIGHT_SINE = 1e-6
"""A former seam where the bead turns by less is no node any more."""


def layer_numbers(bands: Bands, layer_height_m: float) -> Ints:
    """Number of the lowest layer of each band, counted in its storey.

    Parameters
    ----------
    bands : Bands
    layer_height_m : float
        [m]

    Returns
    -------
    (b,) int
        From 0 at the storey's lowest layer; seams move on odd ones.
    """
    lowest = np.full(int(bands.storey.max(initial=0)) + 1, np.inf)
    np.minimum.at(lowest, bands.storey, bands.base_m)
    return np.asarray(np.rint((bands.base_m - lowest[bands.storey]) / layer_height_m), dtype=np.int64)


def odd_layers(bands: Bands, layer_height_m: float) -> Ints:
    """How many layers of each band are odd ones.

    Parameters
    ----------
    bands : Bands
    layer_height_m : float
        [m]

    Returns
    -------
    (b,) int
    """
    below = layer_numbers(bands, layer_height_m)
    return np.asarray((below + bands.layers) // 2 - below // 2, dtype=np.int64)


def staggered(toolpath: Toolpath, bands: Bands, shift_m: float) -> Toolpath:
    """The toolpath with the seams of odd layers moved.

    Parameters
    ----------
    toolpath : Toolpath
        One section for each of the bands.
    bands : Bands
    shift_m : float
        How far seams move. [m]

    Returns
    -------
    Toolpath
        Odd layers of a section have a section of their own behind the others (``odd``), and each of
        the two ends where the other begins. Sections of one layer stay as they are.
    """
    count = len(toolpath.layers)
    odd = np.bincount(bands.section, weights=odd_layers(bands, toolpath.layer_height_m), minlength=count).astype(int)
    chosen = ((odd > 0) & (odd < toolpath.layers)).nonzero()[0]
    twins, moved = _shifted(_sections(toolpath, chosen), shift_m)
    chosen, kept = chosen[moved], moved.nonzero()[0]
    if not len(chosen):
        return toolpath
    even, twins = _leading_on(toolpath, chosen, _sections(twins, kept))
    where = np.arange(count)
    where[chosen] = count + np.arange(len(chosen))
    layers = np.concatenate((toolpath.layers, odd[chosen]))
    layers[chosen] -= odd[chosen]
    return replace(_joined(even, twins), layers=layers, odd=where, seam_shift_m=shift_m)


def _sections(path: Toolpath, chosen: Ints) -> Toolpath:
    """Some sections of a toolpath, in the order told."""
    if len(chosen) == len(path.layers):
        return path
    sizes = (path.first[1:] - path.first[:-1])[chosen]
    first = np.concatenate(([0], sizes.cumsum()))
    move = np.repeat(path.first[:-1][chosen] - first[:-1], sizes) + np.arange(first[-1])
    return replace(
        path, start_m=path.start_m[move], end_m=path.end_m[move], kind=path.kind[move], width_m=path.width_m[move],
        bead=path.bead[move], first=first, starts=path.starts[chosen], layers=path.layers[chosen],
        starts_min=None if path.starts_min is None else path.starts_min[chosen],
        travel_min_m=None if path.travel_min_m is None else path.travel_min_m[chosen],
        place_m=None if path.place_m is None else path.place_m[chosen],
        turn_rad=None if path.turn_rad is None else path.turn_rad[chosen],
    )  # fmt: skip


def _joined(one: Toolpath, other: Toolpath) -> Toolpath:
    """A toolpath behind another."""

    def both(a: Any, b: Any) -> Any:
        return None if a is None else np.concatenate((a, b))

    return replace(
        one, start_m=both(one.start_m, other.start_m), end_m=both(one.end_m, other.end_m),
        kind=both(one.kind, other.kind), width_m=both(one.width_m, other.width_m), bead=both(one.bead, other.bead),
        first=both(one.first, one.first[-1] + other.first[1:]), starts=both(one.starts, other.starts),
        layers=both(one.layers, other.layers), starts_min=both(one.starts_min, other.starts_min),
        travel_min_m=both(one.travel_min_m, other.travel_min_m), place_m=both(one.place_m, other.place_m),
        turn_rad=both(one.turn_rad, other.turn_rad),
    )  # fmt: skip


def _leading_on(path: Toolpath, chosen: Ints, twins: Toolpath) -> tuple[Toolpath, Toolpath]:
    """A toolpath and twins of some of its sections, so that the layers of a section and its twin may take turns."""
    here, there = path.start_m[path.first[:-1][chosen]], twins.start_m[twins.first[:-1]]
    return _ended_at(path, chosen, there), _ended_at(twins, np.arange(len(chosen)), here)


def _ended_at(path: Toolpath, sections: Ints, to_m: Floats) -> Toolpath:
    """Some sections with travel at their end that leads where it is told.

    A lone ring gets a travel move for that, which counts among the travel that none can do without.
    """
    last = path.first[1:][sections] - 1
    is_travel = path.kind[last] == Kind.TRAVEL
    end = path.end_m.copy()
    end[last[is_travel]] = to_m[is_travel]
    path = replace(path, end_m=end)
    way = np.hypot(*(to_m - path.end_m[last]).T)
    lone = (~is_travel & (way > TOUCHING_M)).nonzero()[0]
    if not len(lone):
        return path
    at = last[lone] + 1
    grown = np.zeros(len(path.layers), np.int64)
    grown[sections[lone]] = 1
    least = path.travel_min_m
    if least is not None:
        least = least.copy()
        least[sections[lone]] += way[lone]
    return replace(
        path, start_m=np.insert(path.start_m, at, path.end_m[at - 1], axis=0),
        end_m=np.insert(path.end_m, at, to_m[lone], axis=0), kind=np.insert(path.kind, at, np.uint8(Kind.TRAVEL)),
        width_m=np.insert(path.width_m, at, 0.0), bead=np.insert(path.bead, at, -1),
        first=path.first + np.concatenate(([0], grown.cumsum())), travel_min_m=least,
    )  # fmt: skip


@dataclass(frozen=True)
class _Rings:
    """Rings that may be started elsewhere, each of its runs in print order.

    Attributes
    ----------
    move : (m,) int
        Their moves, ring by ring.
    at_m : (m + 1,) float
        Where each move begins, counted through all rings; and the end. [m]
    ring : (m,) int
        Ring of each move.
    first : (r + 1,) int
        First of the moves of each ring.
    """

    move: Ints
    at_m: Floats
    ring: Ints
    first: Ints

    @cached_property
    def begin_m(self) -> Floats:
        """Where each ring begins. [m]"""
        return self.at_m[self.first[:-1]]

    @cached_property
    def length_m(self) -> Floats:
        """Of each ring. [m]"""
        return np.asarray(self.at_m[self.first[1:]] - self.begin_m)

    def points(self, path: Toolpath, ring: Ints, at_m: Floats) -> Floats:
        """Points of rings, so far from where each begins, forwards or back. [m]"""
        place = self.begin_m[ring] + np.mod(at_m, self.length_m[ring])
        k = np.maximum(np.searchsorted(self.at_m, place, side="right") - 1, self.first[ring])
        k = np.minimum(k, self.first[ring + 1] - 1)
        here = self.at_m[k]
        size = np.maximum(self.at_m[k + 1] - here, 1e-12)
        share = np.minimum(np.maximum((place - here) / size, 0.0), 1.0)[:, None]
        move = self.move[k]
        return np.asarray(path.start_m[move] * (1.0 - share) + path.end_m[move] * share)


def _shifted(path: Toolpath, shift_m: float) -> tuple[Toolpath, Flags]:
    """Every section with the seams of its rings moved, and whether any ring of a section could be."""
    n, count = len(path.kind), len(path.layers)
    if not n:
        return path, np.zeros(count, dtype=bool)
    section = path.section()
    new = np.append(True, (path.bead[1:] != path.bead[:-1]) | (section[1:] != section[:-1]))
    run = new.cumsum() - 1
    begins = new.nonzero()[0]
    ends = np.append(begins[1:], n) - 1
    rings, run_ring = _rings(path, section, begins, ends)
    moved = np.zeros(count, dtype=bool)
    if not len(rings.move):
        return path, moved
    moved[section[rings.move]] = True
    way = shift_m * _senses(path, rings, section[begins], begins, ends, run_ring, shift_m)
    limit = MOST_OF_RING * rings.length_m
    way = np.minimum(np.maximum(way, -limit), limit)
    # nodes of each ring from where it now begins, and the places where it is cut, both counted through all rings
    length, origin, size = rings.length_m, rings.begin_m, rings.first[1:] - rings.first[:-1]
    begin = np.mod(way, length)
    head = np.searchsorted(rings.at_m, origin + begin) - rings.first[:-1]
    turned = np.arange(len(rings.move)) + head[rings.ring]
    turned -= np.where(turned >= rings.first[1:][rings.ring], size[rings.ring], 0)
    node = rings.at_m[turned] - (origin + begin)[rings.ring]
    node = np.where(node < 0.0, node + length[rings.ring], node) + origin[rings.ring]
    cut_run = (run_ring >= 0).nonzero()[0]
    cut_run = cut_run[np.argsort(run_ring[cut_run], kind="stable")]
    cut_ring = run_ring[cut_run]
    where = np.empty(n)
    where[rings.move] = rings.at_m[:-1]
    cut = where[begins[cut_run]]
    at = np.searchsorted(node, cut)
    gone = _is_straight_cut(path, rings, new)[turned]
    for neighbour in (at - 1, at):
        there = np.minimum(np.maximum(neighbour, 0), len(node) - 1)
        gone[there[np.abs(node[there] - cut) < TOUCHING_M]] = True
    closing = np.maximum(rings.first[1:] - 1, 0)
    gone[closing[length + origin - node[closing] < TOUCHING_M]] = True
    kept = (~gone).nonzero()[0]
    at = np.searchsorted(kept, at)
    at_cut = rings.points(path, cut_ring, cut - origin[cut_ring] + way[cut_ring])
    points = np.insert(path.start_m[rings.move[turned[kept]]], at, at_cut, axis=0)
    cut_at = at + np.arange(len(at))
    new_size = np.append(cut_at[1:], len(points)) - cut_at
    ends_at = np.concatenate((points[1:], points[:1]))
    is_last = np.append(cut_ring[1:] != cut_ring[:-1], True)
    is_first = np.append(True, is_last[:-1])
    ends_at[(cut_at + new_size - 1)[is_last]] = points[cut_at[is_first]]
    # what stays and what is new, in print order
    sizes = ends - begins + 1
    sizes[cut_run] = new_size
    low = np.concatenate(([0], sizes.cumsum()))
    source = np.repeat(begins, sizes)
    stays = np.repeat(run_ring < 0, sizes)
    source[stays] = (run_ring[run] < 0).nonzero()[0]
    start, end = path.start_m[source], path.end_m[source]
    place = np.repeat(low[cut_run] - cut_at, new_size) + np.arange(len(points))
    start[place], end[place] = points, ends_at
    first = np.append(low[np.searchsorted(section[begins], np.arange(count))], low[-1])
    kind = path.kind[source]
    travel = (kind == Kind.TRAVEL).nonzero()[0]
    of = section[source[travel]]
    before = np.where(travel == first[of], first[of + 1] - 1, travel - 1)
    after = np.where(travel + 1 == first[of + 1], first[of], travel + 1)
    start[travel], end[travel] = end[before], start[after]
    return replace(
        path, start_m=start, end_m=end, kind=kind, width_m=path.width_m[source], bead=path.bead[source], first=first
    ), moved  # fmt: skip


def _rings(path: Toolpath, section: Ints, begins: Ints, ends: Ints) -> tuple[_Rings, Ints]:
    """Rings with travel at both ends of all their runs, or alone on their layer; and the ring of each run or −1."""
    runs = len(begins)
    is_travel = path.kind == Kind.TRAVEL
    low, high = path.first[section[begins]], path.first[section[begins] + 1]
    before = np.where(begins == low, high - 1, begins - 1)
    after = np.where(ends + 1 == high, low, ends + 1)
    is_alone = (begins == low) & (ends + 1 == high)
    is_free = is_alone | (is_travel[before] & is_travel[after])
    on = (~is_travel[begins]).nonzero()[0]
    key = section[begins[on]] * (int(path.bead.max()) + 1) + path.bead[begins[on]]
    order = np.argsort(key, kind="stable")
    on, key = on[order], key[order]  # runs bead by bead, in print order
    head = np.append(True, key[1:] != key[:-1])
    bead = head.cumsum() - 1
    follow = np.arange(1, len(on) + 1)
    tail = np.append(head[1:], True)
    follow[tail] = head.nonzero()[0]
    step = path.start_m[begins[on[follow]]] - path.end_m[ends[on]]
    goes_on = (step[:, 0] ** 2 + step[:, 1] ** 2 < TOUCHING_M**2) & is_free[on]
    is_ring = np.bincount(bead, weights=~goes_on) == 0
    run_ring = np.full(runs, -1)
    number = np.where(is_ring, is_ring.cumsum() - 1, -1)
    run_ring[on] = number[bead]
    mine = on[is_ring[bead]]
    size = ends[mine] - begins[mine] + 1
    start = size.cumsum() - size
    move = np.repeat(begins[mine] - start, size) + np.arange(int(size.sum()))
    ring = np.repeat(run_ring[mine], size)
    at = np.concatenate(([0.0], np.cumsum(path.length_m[move])))
    first = np.searchsorted(ring, np.arange(int(is_ring.sum()) + 1))
    return _Rings(move, at, ring, first), run_ring


def _is_straight_cut(path: Toolpath, rings: _Rings, new: Flags) -> Flags:
    """Moves of rings that begin where a run does and the bead does not turn."""
    is_cut = new[rings.move]
    here = is_cut.nonzero()[0]
    of = rings.ring[here]
    previous = np.where(here == rings.first[of], rings.first[of + 1], here) - 1
    step = path.end_m[rings.move[here]] - path.start_m[rings.move[here]]
    came = path.end_m[rings.move[previous]] - path.start_m[rings.move[previous]]
    cross, dot = step[:, 0] * came[:, 1] - step[:, 1] * came[:, 0], (step * came).sum(axis=1)
    is_cut[here] = np.abs(cross) < STRAIGHT_SINE * dot
    return is_cut


def _senses(
    path: Toolpath, rings: _Rings, section: Ints, begins: Ints, ends: Ints, run_ring: Ints, shift_m: float
) -> Floats:
    """Which way the seams of each ring move: +1 as it is printed, or −1.

    A ring follows the one before it, seen from there; of both ways for all rings of a section
    the one with less travel is taken.
    """
    count = len(rings.first) - 1
    at = np.zeros(len(path.kind))
    at[rings.move] = rings.at_m[:-1] - rings.begin_m[rings.ring]
    travel = (path.kind[begins] == Kind.TRAVEL).nonzero()[0]
    low = np.searchsorted(section, np.arange(len(path.layers)))
    high = np.append(low[1:], len(section))
    come = np.where(travel == low[section[travel]], high[section[travel]] - 1, travel - 1)
    go = np.where(travel + 1 == high[section[travel]], low[section[travel]], travel + 1)
    ring_a, ring_b = run_ring[come], run_ring[go]
    far = np.minimum(shift_m, MOST_OF_RING * rings.length_m)

    def ways(ring: Ints, point: Floats, place: Floats) -> tuple[Floats, Floats]:
        found = point.copy(), point.copy()
        own = (ring >= 0).nonzero()[0]
        mine, here, by = ring[own], place[own], far[ring[own]]
        both = rings.points(path, np.concatenate((mine, mine)), np.concatenate((here + by, here - by)))
        found[0][own], found[1][own] = both[: len(own)], both[len(own) :]
        return found

    last = at[ends[come]] + path.length_m[ends[come]]
    a, b = ways(ring_a, path.end_m[ends[come]], last), ways(ring_b, path.start_m[begins[go]], at[begins[go]])
    apart = [[np.hypot(*(p - q).T) for q in b] for p in a]
    alike = apart[0][0] + apart[1][1] <= apart[0][1] + apart[1][0] + TOUCHING_M
    fixed = ring_a < 0
    alike[fixed] = (apart[0][0] <= apart[0][1] + TOUCHING_M)[fixed]
    sense, parent = np.ones(count), np.arange(count)
    on = (run_ring >= 0).nonzero()[0]
    opening = np.full(count, -1)
    opening[run_ring[on[::-1]]] = on[::-1]  # the first run of each ring
    first = ((ring_b >= 0) & (come < go)).nonzero()[0]
    first = first[opening[ring_b[first]] == go[first]]
    sense[ring_b[first]] = np.where(alike[first], 1.0, -1.0)
    linked = first[ring_a[first] >= 0]
    parent[ring_b[linked]] = ring_a[linked]
    while np.any(inner := parent[parent] != parent):
        sense = np.where(inner, sense * sense[parent], sense)
        parent = parent[parent]
    sense = np.where(parent == np.arange(count), sense, sense * sense[parent])
    plus = np.stack((np.where(ring_a >= 0, sense[ring_a], 1.0) > 0, np.where(ring_b >= 0, sense[ring_b], 1.0) > 0))
    table = np.array(apart)
    k = np.arange(len(travel))
    one = table[(~plus[0]).astype(int), (~plus[1]).astype(int), k]
    other = table[plus[0].astype(int), plus[1].astype(int), k]
    gain = np.bincount(section[travel], weights=one - other, minlength=len(path.layers))
    of_ring = np.empty(count, np.int64)
    of_ring[run_ring[run_ring >= 0]] = section[run_ring >= 0]
    return np.asarray(np.where(gain[of_ring] > TOUCHING_M, -sense, sense))
