"""How sure the answer is: the ranges of the facts carried through to the totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.times import LayerMotion, Speeds, layer_motion
from estimator.toolpath import Toolpath
from estimator.values import Value
from printers import Printer

SPEED_NODES = 5
ACCELERATION_NODES = 4

DRIVING = ("printer", "mix", "region", "resource", "terms", "exchange")
"""First parts of the names of facts that printed walls depend on; the others are not ranked."""

MOST_DRIVERS = 10
"""Longest list of drivers that is worth reading."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of a result.

    Attributes
    ----------
    p10, p50, p90 : float
        In the unit of the result.
    """

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Driver:
    """A fact that moves a result.

    Attributes
    ----------
    name : str
        Full name of the fact.
    rank_correlation : float
        Spearman's, between the samples of the fact and of the result.
    """

    name: str
    rank_correlation: float


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Result of a Monte Carlo run.

    Attributes
    ----------
    samples, seed : int
    spread : dict of str to Spread
        By name of the result.
    drivers : tuple of Driver
        Of the cost of the printed walls, strongest first.
    """

    samples: int
    seed: int
    spread: dict[str, Spread]
    drivers: tuple[Driver, ...]


def spread(samples: Value) -> Spread:
    """P10, P50 and P90 of samples.

    Parameters
    ----------
    samples : (n,) float or float
        A plain number is the same at every percentile.

    Returns
    -------
    Spread
    """
    low, middle, high = np.percentile(samples, (10, 50, 90))
    return Spread(float(low), float(middle), float(high))


def drivers(drawn: Mapping[str, NDArray[np.float64]], result: Value) -> tuple[Driver, ...]:
    """Facts ranked by how strongly a result follows them.

    Parameters
    ----------
    drawn : mapping of str to (n,) float
        Samples of every fact. [any]
    result : (n,) float
        Samples of the result. [any]

    Returns
    -------
    tuple of Driver
        At most :data:`MOST_DRIVERS`.
    """
    if np.ndim(result) == 0 or np.ptp(result) == 0:
        return ()
    ranked = _standard_ranks(np.asarray(result))
    found = [
        Driver(name, float(_standard_ranks(values) @ ranked))
        for name, values in drawn.items()
        if name.partition(".")[0] in DRIVING
    ]
    found.sort(key=lambda d: -abs(d.rank_correlation))
    return tuple(found[:MOST_DRIVERS])


def _standard_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    ranks -= ranks.mean()
    return ranks / np.sqrt(ranks @ ranks)


def sampled_motion(
    toolpath: Toolpath,
    printer: Printer,
    print_m_per_s: Value,
    travel_m_per_s: Value,
    acceleration_m_per_s2: Value,
    flow_m3_per_s: Value,
    bead_area_m2: float,
    station_m: NDArray[np.float64] | None,
) -> LayerMotion:
    """Motion of every section for many machines at once.

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
    bead_area_m2 : float
        Cross-section of the usual bead, which turns flow into a limit of speed. [m²]
    station_m : (2,) float or None
        Axis of a polar arm. [m]

    Returns
    -------
    LayerMotion
        (n, k) seconds.

    Notes
    -----
    The time of a fixed path is a smooth function of speed and acceleration. It is computed
    exactly on a small grid of both and read off in between by a polynomial through the grid
    points, in logarithms.
    """
    speed = np.minimum(print_m_per_s, flow_m3_per_s / bead_area_m2)
    pauses = printer.continuity == "pause"
    # one grid for speed relative to its middle: both speeds of a head run through it together
    middle, travel_middle = _middle(speed), _middle(travel_m_per_s)
    ratios = _nodes(np.concatenate((np.ravel(speed / middle), np.ravel(travel_m_per_s / travel_middle))), SPEED_NODES)
    accelerations = _nodes(np.ravel(acceleration_m_per_s2), ACCELERATION_NODES)
    table = np.empty((2, len(ratios), len(accelerations), len(toolpath.layers)))
    for i, ratio in enumerate(ratios):
        for j, a in enumerate(accelerations):
            speeds = Speeds(middle * ratio, travel_middle * ratio, float(a), np.inf)
            motion = layer_motion(toolpath, printer, speeds, station_m)
            table[0, i, j], table[1, i, j] = motion.deposition_s, motion.travel_s
    at_acceleration = _weights(np.log(accelerations), np.log(acceleration_m_per_s2))
    print_at = _weights(np.log(ratios), np.log(speed / middle))
    travel_at = _weights(np.log(ratios), np.log(travel_m_per_s / travel_middle)) if pauses else print_at
    logs = np.log(np.maximum(table, 1e-12))
    deposition = np.exp(np.einsum("ni,nj,ijk->nk", print_at, at_acceleration, logs[0], optimize=True))
    travel = np.exp(np.einsum("ni,nj,ijk->nk", travel_at, at_acceleration, logs[1], optimize=True))
    return LayerMotion(deposition, travel)


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
