"""Prints that fell: the share that falls at a given load, and what the models make of those on record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from materials import Experiment

from .buckling import length_unit_m, plate_stiffness_n_m, shell_height_m, shell_strength_ratio
from .collapse import linear_collapse_height_m
from .fresh import GRAVITY_M_PER_S2
from .growth import VON_MISES, Floats, Linear, Values
from .panels import free_wall_ratio

_erfc = np.frompyfunc(math.erfc, 1, 1)


def lognormal_share(ratio: Values, median_ratio: Values, spread_ratio: Values) -> Floats:
    """Share of walls that have fallen by the time a load ratio is reached.

    Parameters
    ----------
    ratio : float or array
        Load over strength, or height over critical height, ≥ 0. [-]
    median_ratio : float or array
        At which half have fallen. [-]
    spread_ratio : float or array
        Standard deviation of the logarithm of that ratio. [-]

    Returns
    -------
    float array
        Φ(ln(ratio/median)/spread). [-]
    """
    with np.errstate(divide="ignore"):
        score = np.log(np.asarray(ratio, np.float64) / median_ratio) / spread_ratio
    return np.asarray(_erfc(-score / math.sqrt(2)), np.float64) / 2


def observed_collapse_share(
    ratio: Values,
    collapse_ratio: Values,
    collapse_spread_ratio: Values,
    standing_ratio: Values,
    standing_spread_ratio: Values,
    collapsed_share: Values,
) -> Floats:
    """Share of the prints on record, at one load ratio, that fell.

    Parameters
    ----------
    ratio : float or array
        Load at the foot over the strength as deposited, > 0. [-]
    collapse_ratio, standing_ratio : float or array
        Medians of that ratio over the prints that fell and those that were finished. [-]
    collapse_spread_ratio, standing_spread_ratio : float or array
        Standard deviations of its logarithm. [-]
    collapsed_share : float or array
        Of all prints on record. [-]

    Returns
    -------
    float array
        Lognormal densities of both kinds, weighed by their numbers. [-]

    Notes
    -----
    The published shares run from 16 % below 0.25 to 47 % between 2 and 4 and down again: a yield stress alone
    hardly tells prints that fall from those that stand (area under the curve 0.59). It says how often authors
    saw a collapse, not how often a site will.
    """

    def density(median: Values, spread: Values) -> Floats:
        score = np.log(np.asarray(ratio) / median) / spread
        return np.asarray(np.exp(-(score**2) / 2) / spread)

    fell = collapsed_share * density(collapse_ratio, collapse_spread_ratio)
    stood = (1 - np.asarray(collapsed_share)) * density(standing_ratio, standing_spread_ratio)
    return np.asarray(fell / (fell + stood))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prediction:
    """Measured and predicted heights of prints, n of them, nothing taken off and nothing fitted.

    Attributes
    ----------
    measured_m : (n,) float
        At collapse, or reached without. [m]
    plastic_m, buckling_m : (n,) float
        By :func:`~estimator.structure.collapse.linear_collapse_height_m`, and as a free wall or a perfect
        shell; not a number where the inputs do not suffice. [m]
    ratio : (n,) float
        Measured over the lesser of both; a lower bound where the print stood. [-]
    counts_growth : (n,) bool
        Whether growth and interval are known; else the strength is that of deposition.
    """

    measured_m: Floats
    plastic_m: Floats
    buckling_m: Floats
    ratio: Floats
    counts_growth: NDArray[np.bool_]


def predicted(experiments: Sequence[Experiment]) -> Prediction:
    """What the ideal models make of prints on record.

    Parameters
    ----------
    experiments : sequence of Experiment

    Returns
    -------
    Prediction
    """

    def column(name: str) -> Floats:
        return np.array([float(fact) if (fact := row.get(name)) else np.nan for row in experiments])

    def known(first: Floats, second: Floats) -> Floats:
        return np.where(np.isnan(first), second, first)

    density, height = column("density_kg_per_m3"), column("height_m")
    rise = column("layer_height_m") / column("layer_interval_s")
    rate = known(column("green_strength_rate_pa_per_s"), VON_MISES * column("structuration_rate_pa_per_s"))
    counts_growth = ~np.isnan(rate) & ~np.isnan(rise)
    strength = Linear(
        start_pa=known(column("green_strength_pa"), VON_MISES * column("yield_stress_pa")),
        rate_pa_per_s=np.where(counts_growth, rate, 0.0),
    )
    plastic = linear_collapse_height_m(strength, density, np.where(counts_growth, rise, 1.0))

    modulus, gain = column("green_modulus_pa"), column("green_modulus_rate_pa_per_s")
    width, poisson = column("bead_width_m"), column("fresh_poisson_ratio")
    unit = length_unit_m(plate_stiffness_n_m(modulus, width, poisson), density * GRAVITY_M_PER_S2 * width)
    wall = free_wall_ratio(gain / modulus * unit / rise) * unit
    perfect = shell_strength_ratio(width, column("radius_m"), poisson)
    shell = shell_height_m(modulus, gain, density, rise, perfect)
    shapes = np.array([row.shape for row in experiments])
    buckling = np.select([shapes == "wall", (shapes == "cylinder") & ~np.isnan(perfect)], [wall, shell], np.nan)
    return Prediction(
        measured_m=height, plastic_m=plastic, buckling_m=buckling,
        ratio=height / np.fmin(plastic, buckling), counts_growth=counts_growth,
    )  # fmt: skip


def ratio_by_condition(experiments: Sequence[Experiment], prediction: Prediction) -> dict[str, float]:
    """Median ratio of each condition that collapsed and whose growth is known; repeats count as one.

    Parameters
    ----------
    experiments : sequence of Experiment
    prediction : Prediction
        Of the same.

    Returns
    -------
    dict of str to float
        By condition. [-]
    """
    found: dict[str, list[float]] = {}
    for row, ratio, counts in zip(experiments, prediction.ratio, prediction.counts_growth, strict=True):
        if counts and row.outcome == "collapsed":
            found.setdefault(row.condition, []).append(float(ratio))
    return {condition: float(np.median(ratios)) for condition, ratios in found.items()}
