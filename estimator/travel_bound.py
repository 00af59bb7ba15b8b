"""What travel no order can do without where many beads are open: ways to other groups of beads, and from end to end."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.beads import Beads
from estimator.spanning import Contacts

Floats = NDArray[np.float64]

LEVELS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
"""Quantiles of the gaps of the shortest tree up to which groups of beads count as one, tried in turn."""

NOWHERE_M = 1e5
"""Escape from an end where all beads are of its own group: farther than anything on a site. [m]"""


def least_travel_between_ends_m(beads: Beads, near: Contacts) -> float:
    """Travel that no closed tour of all beads can do without, by pairing the ends of open beads.

    Parameters
    ----------
    beads : Beads
        Two at least, not all of them rings.
    near : Contacts
        Of these beads.

    Returns
    -------
    float
        [m]

    Notes
    -----
    Beads nearer than h hang together in groups; of the shortest tree over the beads, of edges g, those longer than
    h join the groups. Moats of (g − h)/2 round the groups, which grow and merge along the tree, keep clear of
    each other, and a tour crosses each twice: Σ max(g − h, 0) + max(g_max − h, 0) in all. Between beads A and B it
    crosses w(A, B) = max(b − h, 0), b the longest edge of the way through the tree from A to B; these are no
    farther apart.

    An odd number of travel moves meets each end of an open bead, an even one any other point, so that travel falls
    into ways from end to end, one for each, and closed ways. What a way has in length beyond the moats that it
    crosses comes on top. Straight from end u of bead A to end v of bead B that is |uv| − w(A, B). A way that calls
    at other points may skip those at which it crosses no moat on its first or last move: it gets shorter and crosses
    no other moats. So it is straight or its first move has s(u) at least beyond its moats, and its last s(v),

        s(u) = min over beads B of other groups of dist(u, B) − w(A, B).

    Pairs of ends therefore cost c(u, v) = min(|uv| − w, s(u) + s(v)) at least. The best assignment of every end to
    another costs no more than the best pairs taken twice, whatever these are.
    """
    from scipy.optimize import linear_sum_assignment

    gap = near.gap_m[near.tree]
    is_end = np.stack((beads.first[:-1], beads.first[1:] - 1), axis=1)[~beads.is_closed].ravel()
    owner = np.repeat(np.flatnonzero(~beads.is_closed), 2)
    end = beads.points_m[is_end]
    straight = np.hypot(end[:, None, 0] - end[:, 0], end[:, None, 1] - end[:, 1])
    lines = shapely.linestrings(beads.points_m, indices=np.repeat(np.arange(len(beads)), np.diff(beads.first)))
    to_bead = np.asarray(shapely.distance(np.asarray(shapely.points(end)).reshape(-1, 1), lines))
    longest = _longest_edges_m(near, len(beads))[owner]
    most = 0.0
    for level in [*np.unique(np.quantile(gap, LEVELS)).tolist(), 0.0]:
        crossed = np.maximum(longest - level, 0.0)
        escape = np.where(crossed > 0.0, to_bead - crossed, NOWHERE_M).min(axis=1)
        cost = np.minimum(straight - crossed[:, owner], escape[:, None] + escape)
        np.fill_diagonal(cost, 10.0 * NOWHERE_M)
        pairs_m = 0.5 * float(cost[linear_sum_assignment(cost)].sum())
        moats = np.maximum(gap - level, 0.0)
        most = max(most, pairs_m + float(moats.sum() + moats.max()))
    return most


def _longest_edges_m(near: Contacts, count: int) -> Floats:
    """Longest edge of the way through the shortest tree from each bead to each. [m]"""
    gap, edge = near.gap_m[near.tree], near.bead[near.tree]
    longest = np.zeros((count, count))
    group = np.arange(count)
    for k in np.argsort(gap, kind="stable").tolist():
        a, b = (np.flatnonzero(group == group[bead]) for bead in edge[k].tolist())
        longest[a[:, None], b] = longest[b[:, None], a] = gap[k]
        group[b] = group[a[0]]
    return longest
