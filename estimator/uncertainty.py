"""How sure the answer is: the ranges of the facts carried through to the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from estimator.alike import group_weights
from estimator.beads import Kind, bead_area_m2
from estimator.drivers import Driver
from estimator.ledger import Line
from estimator.times import LayerMotion, Speeds, move_seconds
from estimator.toolpath import Toolpath
from estimator.values import Value
from printers import Printer

SPEED_NODES = 5
ACCELERATION_NODES = 4


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
class Chances:
    """Shares of the draws in which printing wins against a method.

    Attributes
    ----------
    walls_cheaper, house_cheaper, faster, less_carbon : float
        [-]
    """

    walls_cheaper: float
    house_cheaper: float
    faster: float
    less_carbon: float


@dataclass(frozen=True, slots=True)
class Density:
    """How often a result comes out where.

    Attributes
    ----------
    low, high : float
        Ends of the draws, in the unit of the result. [any]
    shares : tuple of float
        Of the draws, in equal steps between the ends. [-]
    """

    low: float
    high: float
    shares: tuple[float, ...]


MOST_DRAWS = 4000
"""Draws of a line that are looked at; more would move its ends by less than a hundredth."""

BINS = 40
"""Steps of a density."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A fact that a crew sets and that is therefore not drawn, and what its ends would make.

    Attributes
    ----------
    name : str
        Full name of the fact.
    value, low, high : float
        In the unit of the fact. [any]
    nozzle_s : tuple of two floats or None
        At the low and at the high end, everything else as stated; None where the plan could
        not be printed there. [s]
    printed_volume_m3 : tuple of two floats or None
        [m³]
    cost : tuple of two floats or None
        Printed walls. [currency]
    """

    name: str
    value: float
    low: float
    high: float
    nozzle_s: tuple[float | None, float | None]
    printed_volume_m3: tuple[float | None, float | None]
    cost: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Result of a Monte Carlo run.

    Attributes
    ----------
    samples, seed : int
    spread : dict of str to Spread
        By name of the result.
    drivers : mapping of str to tuple of Driver
        Of each headline, strongest first.
    chances : mapping of str to Chances
        By method.
    densities : mapping of str to Density
        By name of the result.
    settings : tuple of Setting
        What is chosen and not drawn: height of a layer, width of a bead.
    lines : mapping of str to tuple of Spread
        Of the amounts of every line of a ledger, by name of the ledger.
    """

    samples: int
    seed: int
    spread: dict[str, Spread]
    drivers: Mapping[str, tuple[Driver, ...]]
    chances: Mapping[str, Chances]
    densities: Mapping[str, Density]
    settings: tuple[Setting, ...] = ()
    lines: Mapping[str, tuple[Spread, ...]] = field(default_factory=dict)


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


def density(samples: Value) -> Density:
    """How often a result comes out where.

    Parameters
    ----------
    samples : (n,) float or float

    Returns
    -------
    Density
        One step where all draws are the same.
    """
    values = np.atleast_1d(np.asarray(samples, dtype=float))
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        return Density(low, high, (1.0,))
    counts, _ = np.histogram(values, BINS, (low, high))
    return Density(low, high, tuple((counts / len(values)).tolist()))


def chance(better: NDArray[np.bool_] | bool) -> float:
    """Share of the draws in which something is so.

    Parameters
    ----------
    better : (n,) bool or bool

    Returns
    -------
    float
        [-]
    """
    return float(np.mean(better))


def line_spreads(lines: Sequence[Line], samples: int) -> tuple[Spread, ...]:
    """Spread of the amount of every line.

    Parameters
    ----------
    lines : sequence of Line
    samples : int

    Returns
    -------
    tuple of Spread
    """
    if not lines:
        return ()
    amounts = np.empty((len(lines), min(samples, MOST_DRAWS)))
    for row, line in zip(amounts, lines, strict=True):
        amount = line.amount
        row[:] = amount if np.ndim(amount) == 0 else np.asarray(amount)[:MOST_DRAWS]
    ends = np.percentile(amounts, (10, 50, 90), axis=1)
    return tuple(Spread(*values) for values in ends.T.tolist())


def sampled_motion(
    toolpath: Toolpath,
    printer: Printer,
    print_m_per_s: Value,
    travel_m_per_s: Value,
    acceleration_m_per_s2: Value,
    flow_m3_per_s: Value,
    group: NDArray[np.int64] | None = None,
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
    is_bead = toolpath.kind != Kind.TRAVEL
    widths, width = np.unique(toolpath.width_m[is_bead], return_inverse=True)
    paces = [np.minimum(print_m_per_s, flow_m3_per_s / float(bead_area_m2(w, toolpath.layer_height_m))) for w in widths]
    slowest = paces[-1]
    middle, travel_middle = _middle(slowest), _middle(travel_m_per_s)
    # one grid for speed relative to its middle: all speeds of a head run through it together
    ratio = [pace / middle for pace in paces] + [travel_m_per_s / travel_middle if pauses else slowest / middle]
    ratios = _nodes(np.concatenate([np.ravel(r) for r in ratio]), SPEED_NODES)
    accelerations = _nodes(np.ravel(acceleration_m_per_s2), ACCELERATION_NODES)
    sections, kinds = len(toolpath.layers), len(ratio)
    kind = np.full(len(is_bead), kinds - 1)
    kind[is_bead] = width
    place = np.repeat(np.arange(sections), np.diff(toolpath.first)) * kinds + kind
    share = np.ones(sections)
    if group is not None:
        share, sections = group_weights(toolpath, group), int(group.max()) + 1
        place = group[place // kinds] * kinds + kind
    share = np.repeat(share, np.diff(toolpath.first))
    table = np.empty((len(ratios), len(accelerations), sections, kinds))
    for i, r in enumerate(ratios):
        for j, a in enumerate(accelerations):
            seconds = move_seconds(toolpath, printer, Speeds(middle * r, travel_middle * r, float(a), np.inf))
            summed = np.bincount(place, weights=seconds * share, minlength=sections * kinds)
            table[i, j] = summed.reshape(sections, kinds)
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
