"""How sure the answer is: the ranges of the facts carried through to the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from estimator.drivers import Driver
from estimator.ledger import Line
from estimator.values import Value


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
        row[:] = _first(line.quantity) * _first(line.rate)
    ends = np.percentile(amounts, (10, 50, 90), axis=1)
    return tuple(Spread(*values) for values in ends.T.tolist())


def _first(samples: Value) -> Value:
    """The draws of them that are looked at."""
    return samples if np.ndim(samples) == 0 else np.asarray(samples)[:MOST_DRAWS]
