"""Times of a fixed path for many machines at once: exact on a small grid of speeds, read off in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.alike import group_weights
from estimator.beads import Kind, bead_area_m2
from estimator.times import LayerMotion, Speeds, move_seconds
from estimator.toolpath import Toolpath
from estimator.values import Value
from printers import Printer

SPEED_NODES = 5
ACCELERATION_NODES = 4


@dataclass(frozen=True, slots=True)
class Nodes:
    """A grid of speeds and accelerations.

    Attributes
    ----------
    print_m_per_s, travel_m_per_s : float
        In the middle of it. [m/s]
    ratios : tuple of float
        Speeds over these. [-]
    accelerations_m_per_s2 : tuple of float
        [m/s²]
    """

    print_m_per_s: float
    travel_m_per_s: float
    ratios: tuple[float, ...]
    accelerations_m_per_s2: tuple[float, ...]


MotionTable = NDArray[np.float64]
"""Seconds by speed, acceleration, section or group of sections, and width of the bead; travel comes last."""


def motion_table(
    toolpath: Toolpath, printer: Printer, nodes: Nodes, group: NDArray[np.int64] | None = None
) -> MotionTable:  # fmt: skip
    """Times of every section, or of groups of them, over a grid of speeds and accelerations.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
    nodes : Nodes
    group : (k,) int, optional
        Of each section, by :func:`~estimator.alike.alike_sections`; every section by itself when left out.

    Returns
    -------
    (s, a, k, c) or (s, a, g, c) float
        By speed, acceleration, section or mean layer of a group, and kind of move: widths of beads in ascending order,
        then travel. [s]
    """
    is_bead = toolpath.kind != Kind.TRAVEL
    widths, width = np.unique(toolpath.width_m[is_bead], return_inverse=True)
    sections, kinds = len(toolpath.layers), len(widths) + 1
    kind = np.full(len(is_bead), kinds - 1)
    kind[is_bead] = width
    place = np.repeat(np.arange(sections), np.diff(toolpath.first)) * kinds + kind
    share = np.ones(sections)
    if group is not None:
        share, sections = group_weights(toolpath, group), int(group.max()) + 1
        place = group[place // kinds] * kinds + kind
    share = np.repeat(share, np.diff(toolpath.first))
    table = np.empty((len(nodes.ratios), len(nodes.accelerations_m_per_s2), sections, kinds))
    for i, r in enumerate(nodes.ratios):
        for j, a in enumerate(nodes.accelerations_m_per_s2):
            speeds = Speeds(nodes.print_m_per_s * r, nodes.travel_m_per_s * r, a, np.inf)
            seconds = move_seconds(toolpath, printer, speeds)
            summed = np.bincount(place, weights=seconds * share, minlength=sections * kinds)
            table[i, j] = summed.reshape(sections, kinds)
    return table


def sampled_motion(
    toolpath: Toolpath,
    printer: Printer,
    print_m_per_s: Value,
    travel_m_per_s: Value,
    acceleration_m_per_s2: Value,
    flow_m3_per_s: Value,
    group: NDArray[np.int64] | None = None,
    table_of: Callable[[Nodes], MotionTable] | None = None,
) -> LayerMotion:
    """Motion of every section, or of groups of them, for many machines at once.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
    print_m_per_s, travel_m_per_s : float or (n,) float
        [m/s]
    acceleration_m_per_s2 : float or (n,) float
        [m/s²]
    flow_m3_per_s : float or (n,) float
        What the pump delivers. [m³/s]
    group : (k,) int, optional
        Of each section, by :func:`~estimator.alike.alike_sections`; every section by itself when left out.
    table_of : callable, optional
        Gives the times over a grid where they may be known already; :func:`motion_table` of the above when left out.

    Returns
    -------
    LayerMotion
        (n, k) seconds, or (n, g) of the mean layer of each group.

    Notes
    -----
    The time of a fixed path is a smooth function of speed and acceleration. It is computed
    exactly on a small grid of both and read off in between by a polynomial through the grid
    points, in logarithms, for the beads of each width at the speed that the pump allows them.
    """
    pauses = printer.continuity == "pause"
    widths = np.unique(toolpath.width_m[toolpath.kind != Kind.TRAVEL])
    paces = [np.minimum(print_m_per_s, flow_m3_per_s / float(bead_area_m2(w, toolpath.layer_height_m))) for w in widths]
    slowest = paces[-1]
    middle, travel_middle = _middle(slowest), _middle(travel_m_per_s)
    # one grid for speed relative to its middle: all speeds of a head run through it together
    ratio = [pace / middle for pace in paces] + [travel_m_per_s / travel_middle if pauses else slowest / middle]
    ratios = _nodes(np.concatenate([np.ravel(r) for r in ratio]), SPEED_NODES)
    accelerations = _nodes(np.ravel(acceleration_m_per_s2), ACCELERATION_NODES)
    nodes = Nodes(middle, travel_middle, tuple(ratios.tolist()), tuple(accelerations.tolist()))
    table = motion_table(toolpath, printer, nodes, group) if table_of is None else table_of(nodes)
    at_acceleration = _weights(np.log(accelerations), np.log(acceleration_m_per_s2))
    logs = np.log(np.maximum(table, 1e-12))
    seconds_of = [
        np.exp(
            np.einsum(
                "ni,nj,ijk->nk", _weights(np.log(ratios), np.log(r)), at_acceleration, logs[..., c], optimize=True
            )
        )
        for c, r in enumerate(ratio)
    ]
    return LayerMotion(np.sum(seconds_of[:-1], axis=0), seconds_of[-1])


def _middle(samples: Value) -> float:
    return float(np.sqrt(np.min(samples) * np.max(samples)))


def _nodes(samples: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Chebyshev points over the logarithm of the samples; one point where they are all the same."""
    low, high = np.log(samples.min()), np.log(samples.max())
    if high - low < 1e-12:
        return np.exp([low])
    k = np.arange(count)
    unit = -np.cos(np.pi * (2 * k + 1) / (2 * count)) / np.cos(np.pi / (2 * count))
    return np.asarray(np.exp((low + high) / 2 + (high - low) / 2 * unit))


def _weights(nodes: NDArray[np.float64], at: Value) -> NDArray[np.float64]:
    """(n, c) Lagrange weights of the nodes at each sample."""
    x = np.atleast_1d(np.asarray(at, dtype=float))
    weights = np.ones((len(x), len(nodes)))
    for i, node in enumerate(nodes):
        for j, other in enumerate(nodes):
            if i != j:
                weights[:, i] *= (x - other) / (node - other)
    return weights
