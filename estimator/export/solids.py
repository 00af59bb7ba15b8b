"""Beads as solids: a cross-section with round flanks swept along every bead, mitred at its corners.

The cross-section has the area that is extruded, over-extrusion included, and its middle runs along
the bead, so that a mitred solid has just the volume area × length. A bead that turns sharply is cut
there and closed on both sides: each solid is closed by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.beads import Kind
from estimator.errors import UsageError
from estimator.estimate import Estimate
from estimator.export.layers import Layers, printed_areas_m2

Floats = NDArray[np.float64]

SHARPEST_COSINE = {Kind.CONTOUR: -0.5, Kind.INFILL: 0.7}
"""Beads that turn by more than 120° are cut there, infill from 45° on: a mitre would stick out of the leaf."""

FLATTEST_SHARE = 0.1
"""Least part of a bead's width on which it lies flat."""

SHORTEST_M = 1e-6
"""Shorter pieces of a bead have no direction. [m]"""


@dataclass(frozen=True, slots=True)
class Detail:
    """How finely beads are modelled.

    Attributes
    ----------
    corners : int
        Of the cross-section; 4 is a rectangle.
    tolerance_m : float
        By how much a bead may leave its path. [m]
    whole_runs : bool
        Whether equal layers on one another become one block.
    """

    corners: int
    tolerance_m: float
    whole_runs: bool = False


DETAILS = {
    "bands": Detail(4, 3e-3, whole_runs=True),
    "coarse": Detail(4, 3e-3),
    "normal": Detail(8, 1e-3),
    "fine": Detail(16, 0.0),
}
"""By the words of ``--detail``."""


@dataclass(frozen=True, slots=True)
class Solid:
    """Closed solids of the beads of one kind in one layer of a section, standing on z = 0.

    Attributes
    ----------
    kind : Kind
    vertices_m : (v, 3) float
        [m]
    faces : (f, 3) int
        Triangles, anticlockwise from outside.
    """

    kind: Kind
    vertices_m: Floats
    faces: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the solids of a section stand.

    Attributes
    ----------
    section : (p,) int
    first, last : (p,) int
        Layers that they stand for.
    bottom_m : (p,) float
        [m]
    height_m : (p,) float
        Height of the solids. [m]
    """

    section: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    bottom_m: Floats
    height_m: Floats


def detail_of(name: str) -> Detail:
    """How finely beads are modelled, by name.

    Parameters
    ----------
    name : str

    Returns
    -------
    Detail

    Raises
    ------
    UsageError
    """
    if name not in DETAILS:
        raise UsageError(f"there is no detail {name!r}; give one of {', '.join(DETAILS)}")
    return DETAILS[name]


def placed(estimate: Estimate, layers: Layers, detail: Detail) -> Placed:
    """Where solids stand: every layer by itself, or runs of equal ones as one.

    Parameters
    ----------
    estimate : Estimate
    layers : Layers
    detail : Detail

    Returns
    -------
    Placed
    """
    h = estimate.work.layer_height_m
    if not detail.whole_runs:
        return Placed(layers.section, layers.number, layers.number, layers.bottom_m, np.full(len(layers), h))
    runs = layers.runs()
    first = np.array([r.start for r in runs])
    last = np.array([r.stop - 1 for r in runs])
    return Placed(
        layers.section[first], layers.number[first], layers.number[last], layers.bottom_m[first],
        (last - first + 1) * h,
    )  # fmt: skip


def section_solids(estimate: Estimate, section: int, height_m: float, detail: Detail) -> list[Solid]:
    """Solids of one layer of a section.

    Parameters
    ----------
    estimate : Estimate
    section : int
    height_m : float
        Of the solids: a layer, or a run of layers as one block. [m]
    detail : Detail

    Returns
    -------
    list of Solid
        One for each kind of bead.
    """
    path = estimate.toolpath
    moves = np.arange(int(path.first[section]), int(path.first[section + 1]))
    moves = moves[(path.kind[moves] != Kind.TRAVEL) & (path.length_m[moves] > SHORTEST_M)]
    area = printed_areas_m2(estimate)[moves]
    solids = []
    for kind in (Kind.CONTOUR, Kind.INFILL):
        own = path.kind[moves] == kind
        if own.any():
            chosen = moves[own]
            start, end, area_m2, bead = _simpler(
                path.start_m[chosen], path.end_m[chosen], area[own], path.bead[chosen], detail.tolerance_m
            )
            rings = partial(_rings, layer_m=path.layer_height_m, height_m=height_m, k=detail.corners)
            solids.append(Solid(kind, *_swept(start, end, area_m2, bead, SHARPEST_COSINE[kind], rings)))
    return solids


def _simpler(
    start: Floats, end: Floats, area: Floats, bead: NDArray[np.int64], tolerance_m: float
) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Fewer pieces within a tolerance; what a bead loses in length it gains in cross-section."""
    new = np.append(True, bead[1:] != bead[:-1])
    number = np.cumsum(new) - 1
    if tolerance_m <= 0.0:
        return start, end, area, number
    last = np.append(new[1:], True)
    nodes = np.insert(start, np.flatnonzero(last) + 1, end[last], axis=0)
    of_node = np.insert(number, np.flatnonzero(last) + 1, number[last])
    lines = shapely.simplify(shapely.linestrings(nodes, indices=of_node), tolerance_m, preserve_topology=True)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    inside = line[1:] == line[:-1]
    fewer_start, fewer_end, fewer_bead = xy[:-1][inside], xy[1:][inside], line[:-1][inside]
    length = np.bincount(number, weights=np.hypot(*(end - start).T))
    volume = np.bincount(number, weights=area * np.hypot(*(end - start).T))
    left = np.bincount(fewer_bead, weights=np.hypot(*(fewer_end - fewer_start).T), minlength=len(length))
    whole = left > SHORTEST_M
    mean = np.divide(volume, left, out=np.zeros_like(left), where=whole)
    kept = whole[fewer_bead] & (np.hypot(*(fewer_end - fewer_start).T) > SHORTEST_M)
    return fewer_start[kept], fewer_end[kept], mean[fewer_bead[kept]], fewer_bead[kept]


def _swept(
    start: Floats,
    end: Floats,
    area: Floats,
    bead: NDArray[np.int64],
    sharpest_cosine: float,
    rings: Callable[[Floats], tuple[Floats, Floats]],
) -> tuple[Floats, NDArray[np.int64]]:
    """Vertices and faces of n pieces, swept from ring to ring of k corners."""
    n = len(start)
    step = end - start
    unit = step / np.hypot(step[:, 0], step[:, 1])[:, None]
    normal = np.stack((-unit[:, 1], unit[:, 0]), axis=1)
    first = np.append(True, bead[1:] != bead[:-1])
    last = np.append(first[1:], True)
    following = np.arange(1, n + 1)
    following[last] = np.flatnonzero(first)  # of a ring the first piece follows on the last
    meets = np.hypot(*(start[following] - end).T) < SHORTEST_M
    cosine = np.einsum("ij,ij->i", unit, unit[following])
    joined = meets & (cosine > sharpest_cosine) & (following != np.arange(n))
    joined_before = np.zeros(n, dtype=bool)
    joined_before[following[joined]] = True
    mitre = normal.copy()
    at = following[joined]
    mitre[at] = (normal[joined] + normal[at]) / (1.0 + cosine[joined])[:, None]

    free = np.flatnonzero(~joined)
    to = following.copy()
    to[free] = n + np.arange(len(free))
    place = np.concatenate((start, end[free]))
    across = np.concatenate((mitre, normal[free]))
    sideways, upwards = rings(np.concatenate((area, area[free])))
    k = len(upwards)
    vertices = np.empty((len(place), k, 3))
    vertices[:, :, :2] = place[:, None, :] + across[:, None, :] * sideways[:, :, None]
    vertices[:, :, 2] = upwards

    corner = np.arange(k)
    beside = np.roll(corner, -1)
    here, there = np.arange(n)[:, None] * k, to[:, None] * k
    sides = np.stack(
        (
            np.stack((here + corner, there + beside, there + corner), axis=-1),
            np.stack((here + corner, here + beside, there + beside), axis=-1),
        ),
        axis=2,
    ).reshape(-1, 3)
    fan = np.stack((np.zeros(k - 2, dtype=np.int64), np.arange(1, k - 1), np.arange(2, k)), axis=1)
    heads = (np.flatnonzero(~joined_before) * k)[:, None, None] + fan[:, ::-1]
    tails = (to[free] * k)[:, None, None] + fan
    return vertices.reshape(-1, 3), np.concatenate((sides, heads.reshape(-1, 3), tails.reshape(-1, 3)))


def _rings(area: Floats, layer_m: float, height_m: float, k: int) -> tuple[Floats, Floats]:
    """Corners of the cross-sections: sideways (m, k) and upwards (k,), a flat middle with round flanks. [m]"""
    half = k // 2
    turn = np.linspace(-np.pi / 2, np.pi / 2, half)
    round_m2 = layer_m**2 / 4 * (half - 1) * np.sin(np.pi / (half - 1)) if half > 2 else 0.0
    flat = np.maximum(area - round_m2, FLATTEST_SHARE * area) / layer_m
    squeeze = (area - flat * layer_m) / round_m2 if round_m2 else np.zeros(len(area))
    bulge = np.cos(turn) * layer_m / 2
    right = flat[:, None] / 2 + squeeze[:, None] * bulge
    sideways = np.concatenate((right, -right[:, ::-1]), axis=1)
    rise = (1.0 + np.sin(turn)) / 2 * height_m
    return sideways, np.concatenate((rise, rise[::-1]))
