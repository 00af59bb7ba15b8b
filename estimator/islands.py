"""Islands: groups of beads far from all others (houses on a site), equal ones told apart from different ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Beads
from estimator.repeats import SAME_SHAPE_M

ISLAND_GAP_M = 3.0
"""Beads whose boxes are farther than this from those of all others are an island of their own. [m]"""


@dataclass(frozen=True, slots=True)
class Islands:
    """The islands of a section.

    Attributes
    ----------
    of : (n,) int
        Island of each bead.
    members : list of (m,) int
        Beads of each island, ascending.
    model : list of int
        The first island with the same beads in the same order, lying elsewhere; often itself.
    """

    of: NDArray[np.int64]
    members: list[NDArray[np.int64]]
    model: list[int]

    def __len__(self) -> int:
        return len(self.members)

    def same_bead(self) -> NDArray[np.int64]:
        """Of each bead, (n,): the bead of the same shape in the first island that is equal to its own."""
        same = np.empty(len(self.of), np.int64)
        for own, model in zip(self.members, self.model, strict=True):
            same[own] = self.members[model]
        return same


def find_islands(beads: Beads, apart_m: NDArray[np.float64]) -> Islands:
    """Islands of a section.

    Parameters
    ----------
    beads : Beads
        One at least.
    apart_m : (n, n) float
        Distances between the boxes round the beads. [m]

    Returns
    -------
    Islands
    """
    of = _labels(apart_m <= ISLAND_GAP_M)
    count = int(of.max()) + 1
    if count == 1:
        return Islands(of, [np.arange(len(beads))], [0])
    members = np.split(np.argsort(of, kind="stable"), np.cumsum(np.bincount(of))[:-1])
    known: dict[tuple[bytes, ...], int] = {}
    model = []
    for number, own in enumerate(members):
        part, _ = part_of(beads, own)
        shape = rounded(part.points_m - part.points_m[0])
        rest = part.first, part.kind, part.is_closed, rounded(part.width_m)
        model.append(known.setdefault((shape.tobytes(), *(a.tobytes() for a in rest)), number))
    return Islands(of, members, model)


def part_of(beads: Beads, members: NDArray[np.int64]) -> tuple[Beads, NDArray[np.int64]]:
    """Some of the beads by themselves.

    Parameters
    ----------
    beads : Beads
    members : (m,) int

    Returns
    -------
    Beads
    (p,) int
        Their nodes among those of all.
    """
    sizes = (beads.first[1:] - beads.first[:-1])[members]
    first = np.concatenate(([0], sizes.cumsum()))
    node = np.repeat(beads.first[members] - first[:-1], sizes) + np.arange(first[-1])
    return Beads(
        beads.points_m[node], first, beads.kind[members], beads.is_closed[members], beads.width_m[members]
    ), node


def rounded(way_m: NDArray[np.float64]) -> NDArray[np.int64]:
    """Lengths as whole numbers, equal for equal shapes.

    Parameters
    ----------
    way_m : float array
        [m]

    Returns
    -------
    int array
        In steps of :data:`~estimator.repeats.SAME_SHAPE_M`, shifted by part of one, for lengths
        are mostly round numbers, halves of steps among them.
    """
    return np.rint(way_m / SAME_SHAPE_M + 0.3).astype(np.int64)


def _labels(is_near: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number of the cluster of each of n things, counted in the order of their first members."""
    count = len(is_near)
    label = np.full(count, -1)
    number = 0
    for first in range(count):
        if label[first] >= 0:
            continue
        inside = is_near[first]
        while True:
            wider = is_near[inside].any(axis=0)
            if np.array_equal(wider, inside):
                break
            inside = wider
        label[inside] = number
        number += 1
    return label
