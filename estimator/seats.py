"""Where the stops of loops call at their beads: moved to the places at which the ways to and from them cost least."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from estimator.gap_costs import GapCosts
from estimator.loops import Loops, Places

Ints = NDArray[np.int64]

MOST_SWEEPS = 4
"""How often every stop is looked at."""

MOST_CANDIDATES = 200_000
"""Tours with more stops times places of a bead stay as they are."""


def seated(loops: Loops, places: Places, costs: GapCosts) -> Loops:
    """The same loops, each stop at the place where the ways to it and from it cost least.

    Parameters
    ----------
    loops : list of lists of int
        Places where the beads of each loop are entered.
    places : Places
    costs : GapCosts

    Returns
    -------
    list of lists of int
        Never dearer.
    """
    sizes = np.array([len(loop) for loop in loops])
    stop = np.array([p for loop in loops for p in loop], dtype=np.int64)
    last = sizes.cumsum() - 1
    first = last - sizes + 1
    after, before = np.arange(1, len(stop) + 1), np.arange(-1, len(stop) - 1)
    after[last], before[first] = first, last
    turn = (np.arange(len(stop)) - np.repeat(first, sizes)) % 2  # neighbours do not move at the same time
    turn[last[sizes % 2 == 1]] = 2
    turn[np.repeat(sizes < 2, sizes)] = -1
    low = np.array(places.first)
    widest = int((low[1:] - low[:-1]).max())
    if len(stop) * widest > MOST_CANDIDATES:
        return loops
    owner = places.owner[stop]
    place = np.minimum(low[owner][:, None] + np.arange(widest), low[owner + 1][:, None] - 1)
    groups = [(turn == k).nonzero()[0] for k in range(3)]
    for _ in range(MOST_SWEEPS):
        moved = False
        for mine in groups:
            if not len(mine):
                continue
            here = place[mine]
            come = places.leave[stop[before[mine]]][:, None]
            go = stop[after[mine]][:, None]
            total = places.costs_of(come, here, costs) + places.costs_of(places.leave[here], go, costs)
            best = here[np.arange(len(mine)), total.argmin(axis=1)]
            moved = moved or bool(np.any(best != stop[mine]))
            stop[mine] = best
        if not moved:
            break
    return [part.tolist() for part in np.split(stop, last[:-1] + 1)]
