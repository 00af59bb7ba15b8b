"""The fewest places from which everything is reached, and who takes what: two integer programmes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIME_LIMIT_S = 5.0
"""After this the best answer found so far is taken. [s]"""

NODE_LIMIT = 3000
"""After so many nodes as well; unlike the time it is the same on every computer."""

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
    found, least = _solved(needed, clash)
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


def _solved(needed: Bools, clash: Bools) -> tuple[Ints, int]:
    """Places by the integer programme, and how many are needed at least."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    count = len(needed)
    rules = [LinearConstraint(csr_array(needed.T.astype(float)), 1.0, np.inf)]
    if clash.shape[1]:
        rules.append(LinearConstraint(csr_array(clash.T.astype(float)), -np.inf, 1.0))
    answer = milp(
        np.ones(count), integrality=np.ones(count, dtype=np.int64), bounds=Bounds(0, 1), constraints=rules,
        options={"time_limit": TIME_LIMIT_S, "node_limit": NODE_LIMIT, "mip_rel_gap": 0.0},
    )  # fmt: skip
    bound = answer.mip_dual_bound
    least = max(int(np.ceil(bound - 1e-6)), 1) if bound is not None and np.isfinite(bound) else 1
    if answer.x is None:
        return np.empty(0, dtype=np.int64), least
    return np.flatnonzero(answer.x > 0.5), least


def shares(can: Bools, must: Bools, sides: Ints, pull: Floats) -> Ints:
    """Who takes what, so that the fewest neighbours are parted.

    Parameters
    ----------
    can, must : (k, a) bool
        Whether k can take thing a, and whether k alone can; every thing can be taken by somebody.
    sides : (m, 2) int
        Things that are neighbours.
    pull : (k, a) float
        From 0 to 1; of equal answers the one with the least sum of it is taken. [-]

    Returns
    -------
    (a,) int
        Who takes each thing.

    Notes
    -----
    min Σ e subject to Σₖ y = 1, e ≥ |y₁ − y₂| for neighbours and every k, y binary; the pull counts less than
    one pair altogether, so it never changes the number of pairs parted.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    free = can & ~(must.any(axis=0) & ~must)
    if len(can) == 1:
        return np.zeros(can.shape[1], dtype=np.int64)
    who, what = np.nonzero(free)
    number = np.full(free.shape, -1)
    number[who, what] = np.arange(len(who))
    pairs, columns = len(sides), len(who)
    rows: list[Ints] = []
    cols: list[Ints] = []
    data: list[Floats] = []
    row = 0
    for k in range(len(can)):
        for a, b in ((0, 1), (1, 0)):
            one, other = number[k, sides[:, a]], number[k, sides[:, b]]
            here = np.flatnonzero(one >= 0)  # e − y₁ + y₂ ≥ 0
            line = row + np.arange(len(here))
            is_two = other[here] >= 0
            rows += [line, line, line[is_two]]
            cols += [columns + here, one[here], other[here][is_two]]
            data += [np.ones(len(here)), -np.ones(len(here)), np.ones(int(is_two.sum()))]
            row += len(here)
    rows.append(row + what)
    cols.append(np.arange(columns))
    data.append(np.ones(columns))
    shape = (row + can.shape[1], columns + pairs)
    matrix = coo_array((np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))), shape=shape).tocsr()
    lower = np.concatenate((np.zeros(row), np.ones(can.shape[1])))
    upper = np.concatenate((np.full(row, np.inf), np.ones(can.shape[1])))
    price = np.concatenate((pull[who, what] * 0.5 / max(can.shape[1], 1), np.ones(pairs)))
    is_whole = np.concatenate((np.ones(columns, dtype=np.int64), np.zeros(pairs, dtype=np.int64)))
    answer = milp(
        price, integrality=is_whole, bounds=Bounds(0, 1), constraints=LinearConstraint(matrix, lower, upper),
        options={"time_limit": TIME_LIMIT_S, "node_limit": NODE_LIMIT, "mip_rel_gap": 1e-4},
    )  # fmt: skip
    if answer.x is None:
        return np.asarray(np.argmin(np.where(free, pull, np.inf), axis=0))
    taken = np.zeros(free.shape)
    taken[who, what] = answer.x[:columns]
    return np.asarray(np.argmax(taken, axis=0))
