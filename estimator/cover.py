"""The fewest places from which everything is reached, and who takes what: two integer programmes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator.effort import Effort, time_limit_s

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_PLACES = 6000
"""Of more places than this, those that reach most are looked at."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Places that together reach everything.

    Attributes
    ----------
    chosen : (k,) int
        The places; empty where no choice reaches everything.
    least : int
        Fewer places than this are proven impossible.
    """

    chosen: Ints
    least: int


def fewest_places(reached: Bools, claimed: Bools) -> Cover:
    """The fewest places from which everything is reached.

    Parameters
    ----------
    reached : (c, a) bool
        Whether place c reaches thing a.
    claimed : (c, a) bool
        Whether place c can only be taken if no other place that claims thing a is; a part of ``reached``.

    Returns
    -------
    Cover

    Notes
    -----
    min Σ x subject to reachedᵀ·x ≥ 1 and claimedᵀ·x ≤ 1, x binary. Places that reach no more than another and claim
    no less are left out first; so are things that are reached whenever another one is. Both leave the minimum as
    it is. Stopped early, the better of what was found and of taking what reaches most, again and again, is taken.
    """
    kept = _undominated(reached, claimed)
    # things that look the same from every place are one thing
    needed = reached[kept][:, _different(reached[kept].T)]
    needed = needed[:, _hardest(needed)]
    clash = claimed[kept][:, claimed[kept].sum(axis=0) > 1]
    clash = clash[:, _different(clash.T)]
    greedy = _greedy(needed, clash)
    if len(greedy) == 1:
        return Cover(kept[greedy], 1)
    places, least = _solved(np.packbits(needed).tobytes(), np.packbits(clash).tobytes(), needed.shape, clash.shape[1])
    found = np.array(places, dtype=np.int64)
    if not len(found) or (len(greedy) and len(greedy) < len(found)):
        found = greedy
    return Cover(kept[found], least if len(found) else 0)


def _different(rows: Bools) -> Ints:
    """The first of every set of equal rows."""
    keys = [row.tobytes() for row in np.packbits(rows, axis=1)]
    first: dict[bytes, int] = {}
    for k, key in enumerate(keys):
        first.setdefault(key, k)
    return np.array(list(first.values()), dtype=np.int64)


def _undominated(reached: Bools, claimed: Bools) -> Ints:
    """Places that no other one betters; of equal ones the first."""
    both = np.concatenate((reached, ~claimed), axis=1)
    first = _different(both)
    first = first[np.argsort(-reached[first].sum(axis=1), kind="stable")]
    if len(first) > MOST_PLACES:
        needed = np.argmax(reached[first], axis=0)  # the widest-reaching place of each thing
        first = np.concatenate((first[:MOST_PLACES], first[np.unique(needed[needed >= MOST_PLACES])]))
    good = both[first].astype(np.float32)
    size = good.sum(axis=1)
    keep = np.ones(len(first), dtype=bool)
    for low in range(0, len(first), 512):
        shared = good[low : low + 512] @ good.T
        keep[low : low + 512] = ~((shared >= size[low : low + 512, None]) & (size > size[low : low + 512, None])).any(
            axis=1
        )
    return first[keep]


def _hardest(needed: Bools) -> Ints:
    """Things that are not reached of themselves when another one is."""
    seen = needed.T.astype(np.float32)
    size = seen.sum(axis=1)
    implied = (seen @ seen.T >= size[None, :]) & (size[None, :] < size[:, None])
    return np.flatnonzero(~implied.any(axis=1))


def _greedy(needed: Bools, clash: Bools) -> Ints:
    """Taking what reaches most of the rest, again and again; empty where that ends nowhere."""
    left = np.ones(needed.shape[1], dtype=bool)
    is_free = np.ones(len(needed), dtype=bool)
    chosen: list[int] = []
    while left.any():
        gain = np.where(is_free, needed[:, left].sum(axis=1), 0)
        best = int(np.argmax(gain))
        if gain[best] == 0:
            return np.empty(0, dtype=np.int64)
        chosen.append(best)
        left &= ~needed[best]
        is_free &= ~clash[:, clash[best]].any(axis=1)
    return np.array(chosen, dtype=np.int64)


@lru_cache(maxsize=64)
def _solved(needed: bytes, clash: bytes, shape: tuple[int, int], clashes: int) -> tuple[tuple[int, ...], int]:
    """Places by the integer programme, and how many are needed at least; equal houses are solved once."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    count, things = shape
    rules = [LinearConstraint(csr_array(_bits(needed, count, things).T.astype(float)), 1.0, np.inf)]
    if clashes:
        rules.append(LinearConstraint(csr_array(_bits(clash, count, clashes).T.astype(float)), -np.inf, 1.0))
    answer = milp(
        np.ones(count), integrality=np.ones(count, dtype=np.int64), bounds=Bounds(0, 1), constraints=rules,
        options={"node_limit": Effort().node_limit(count), "time_limit": time_limit_s(count), "mip_rel_gap": 0.0},
    )  # fmt: skip
    bound = answer.mip_dual_bound
    least = max(int(np.ceil(bound - 1e-6)), 1) if bound is not None and np.isfinite(bound) else 1
    if answer.x is None:
        return (), least
    return tuple(np.flatnonzero(answer.x > 0.5).tolist()), least


def _bits(packed: bytes, rows: int, columns: int) -> Bools:
    return (
        np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=rows * columns).reshape(rows, columns).astype(bool)
    )


def shares(can: Bools, sweeps: Bools, sides: Ints, pull: Floats) -> Ints | None:
    """Who takes what, so that the fewest neighbours are parted and all can take their turns.

    Parameters
    ----------
    can : (k, a) bool
        Whether k can take thing a; every thing can be taken by somebody.
    sweeps : (k, a) bool
        Things that, unless k takes them, others may only take after k has had its turn.
    sides : (m, 2) int
        Things that are neighbours.
    pull : (k, a) float
        From 0 to 1; of equal answers the one with the least sum of it is taken. [-]

    Returns
    -------
    (a,) int or None
        Who takes each thing; None where nobody can be first.

    Notes
    -----
    min Σ e subject to Σₖ y = 1, e ≥ |y₁ − y₂| for neighbours and every k, y binary. Turns u from 0 to k − 1 obey
    u_k ≥ u_j + 1 where k takes what j sweeps: u_j − u_k + k·b ≤ k − 1, b ≥ y. The pull counts less than one pair
    altogether, so it never changes the number of pairs parted.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    takers, things = can.shape
    if takers == 1:
        return np.zeros(things, dtype=np.int64)
    who, what = np.nonzero(can)
    number = np.full(can.shape, -1)
    number[who, what] = np.arange(len(who))
    rules = _Rules()
    rules.add(what, np.arange(len(who)), 1.0, np.ones(things), np.ones(things))
    parted = len(who) + np.arange(len(sides))
    for k in range(takers):
        for one, other in ((sides[:, 0], sides[:, 1]), (sides[:, 1], sides[:, 0])):
            here = np.flatnonzero(number[k, one] >= 0)  # e − y₁ + y₂ ≥ 0
            also = np.flatnonzero(number[k, other[here]] >= 0)
            line = np.arange(len(here))
            row = np.concatenate((line, line, line[also]))
            column = np.concatenate((parted[here], number[k, one[here]], number[k, other[here[also]]]))
            factor = np.concatenate((np.ones(len(here)), -np.ones(len(here)), np.ones(len(also))))
            rules.add(row, column, factor, np.zeros(len(here)), np.full(len(here), np.inf))
    first, after, thing = np.nonzero(sweeps[:, None, :] & can[None, :, :] & ~np.eye(takers, dtype=bool)[:, :, None])
    pairs, pair = np.unique(first * takers + after, return_inverse=True)
    turn = len(who) + len(sides) + np.arange(takers)
    is_after = turn[-1] + 1 + np.arange(len(pairs))
    line = np.arange(len(thing))  # b − y ≥ 0
    column = np.concatenate((is_after[pair], number[after, thing]))
    factor = np.concatenate((np.ones(len(thing)), -np.ones(len(thing))))
    rules.add(np.concatenate((line, line)), column, factor, np.zeros(len(thing)), np.full(len(thing), np.inf))
    line = np.arange(len(pairs))  # u_j − u_k + k·b ≤ k − 1
    column = np.concatenate((turn[pairs // takers], turn[pairs % takers], is_after))
    factor = np.concatenate((np.ones(len(pairs)), -np.ones(len(pairs)), np.full(len(pairs), float(takers))))
    most = np.full(len(pairs), takers - 1.0)
    rules.add(np.concatenate((line, line, line)), column, factor, np.full(len(pairs), -np.inf), most)
    size = len(who) + len(sides) + takers + len(pairs)
    price = np.zeros(size)
    price[: len(who)] = pull[who, what] * 0.5 / things
    price[parted] = 1.0
    is_whole = (np.arange(size) < len(who)).astype(np.int64)
    upper = np.ones(size)
    upper[turn] = takers - 1.0
    answer = milp(
        price, integrality=is_whole, bounds=Bounds(np.zeros(size), upper),
        constraints=LinearConstraint(*rules.matrix(size)),
        options={"node_limit": Effort().node_limit(size), "time_limit": time_limit_s(size), "mip_rel_gap": 1e-4},
    )  # fmt: skip
    if answer.x is None:
        return None
    taken = np.zeros(can.shape)
    taken[who, what] = answer.x[: len(who)]
    return np.asarray(np.argmax(taken, axis=0))


class _Rules:
    """Rows of a sparse system, block by block."""

    def __init__(self) -> None:
        self.rows: list[Ints] = []
        self.columns: list[Ints] = []
        self.factors: list[Floats] = []
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.count = 0

    def add(self, row: Ints, column: Ints, factor: Floats | float, lower: Floats, upper: Floats) -> None:
        self.rows.append(self.count + row)
        self.columns.append(column)
        self.factors.append(np.broadcast_to(factor, row.shape))
        self.lower.append(lower)
        self.upper.append(upper)
        self.count += len(lower)

    def matrix(self, columns: int) -> tuple[Any, Floats, Floats]:
        from scipy.sparse import csr_array

        place = (np.concatenate(self.rows), np.concatenate(self.columns))
        matrix = csr_array((np.concatenate(self.factors), place), shape=(self.count, columns))
        return matrix, np.concatenate(self.lower), np.concatenate(self.upper)
