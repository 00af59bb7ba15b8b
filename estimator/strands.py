"""Beads cut into strands: nodes added to them, and strands put together to the path of a layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Beads, Kind
from estimator.ordering import LayerPath
from estimator.spanning import TOUCHING_M

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def with_nodes(beads: Beads, bead: Ints, point_m: Floats, key: Floats) -> tuple[Floats, Ints, Ints, NDArray[np.bool_]]:
    """Beads with points on them made nodes.

    Parameters
    ----------
    beads : Beads
    bead : (p,) int
        Whose each point is.
    point_m : (p, 2) float
        [m]
    key : (p,) float
        Where the points are, as in :class:`~estimator.spanning.Contacts`. [-]

    Returns
    -------
    (m, 2) float
        Nodes of all beads. [m]
    (n + 1,) int
        Where beads begin.
    (p,) int
        Nodes of the points.
    (m,) bool
        Which nodes are new.
    """
    first = beads.first
    last = first[bead + 1] - 1
    key = np.where(beads.is_closed[bead] & (key == last), first[bead], key)
    fresh, place = np.unique(key[key != np.floor(key)], return_index=True)
    source = (key != np.floor(key)).nonzero()[0][place]
    merged = np.concatenate((np.arange(len(beads.points_m), dtype=float), fresh))
    order = np.argsort(merged, kind="stable")
    points = np.concatenate((beads.points_m, point_m[source]))[order]
    is_new = order >= len(beads.points_m)
    begins = np.searchsorted(merged[order], first[:-1].astype(float))
    return points, np.append(begins, len(points)), np.searchsorted(merged[order], key), is_new


def path_of_runs(fine: Beads, is_new: NDArray[np.bool_], runs: list[Ints], owners: list[int]) -> LayerPath:
    """Stretches of beads one after the other, with travel between them.

    Parameters
    ----------
    fine : Beads
    is_new : (m,) bool
        Nodes that were added to the beads.
    runs : list of (r,) int
        Nodes of each stretch in print order.
    owners : list of int
        Bead of each stretch.

    Returns
    -------
    LayerPath
    """
    sizes = np.array([len(r) for r in runs])
    nodes = np.concatenate([*runs, runs[0][:1]])
    bead_of = np.array(owners).repeat(sizes)
    last = sizes.cumsum() - 1
    is_travel = np.zeros(len(bead_of), dtype=bool)
    is_travel[last] = True
    points = fine.points_m[nodes]
    step = points[1:] - points[:-1]
    length = np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2)
    # moves of no length go; so does the node between two travels, and a new node amid a bead
    going = is_travel & (length < TOUCHING_M)
    if going.any():
        stays = np.append(True, ~going)
        points, nodes = points[stays], nodes[stays]
        points[-1] = points[0]
        is_travel, bead_of = is_travel[~going], bead_of[~going]
    both = is_travel[:-1] & is_travel[1:]
    amid = is_new[nodes[1:-1]] & ~is_travel[:-1] & ~is_travel[1:] & (bead_of[:-1] == bead_of[1:])
    drop = both | amid
    if drop.any():
        stays = np.concatenate(([True], ~drop))
        points, is_travel, bead_of = points[np.append(stays, True)], is_travel[stays], bead_of[stays]
    kind = fine.kind[bead_of]
    width = fine.width_m[bead_of]
    bead = bead_of.copy()
    kind[is_travel] = Kind.TRAVEL
    width[is_travel] = 0.0
    bead[is_travel] = -1
    return LayerPath(points, kind, width, bead)
