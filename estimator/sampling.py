"""Draws from the ranges of facts: a Latin hypercube of PERT distributions, some of them correlated.

Each fact takes one draw from every one of n slices of equal probability, in an order of its own, so that means and
percentiles settle with far fewer draws than independent ones would need. The order depends on the seed and the fact's
name only: adding a fact changes no other.

References
----------
M. D. McKay, R. J. Beckman, W. J. Conover, "A comparison of three methods for selecting values of input variables",
Technometrics 21(2), 1979, pp. 239-245. D. G. Malcolm et al., "Application of a technique for research and development
program evaluation", Operations Research 7(5), 1959, pp. 646-669 (PERT: the mode weighted by four).
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, ndtri

Floats = NDArray[np.float64]

NODES = 513
"""Of the table by which quantiles are read off, denser towards both ends."""

ENDS = 5.0
"""How strongly nodes crowd at the ends, where quantiles are steep. [-]"""

KEPT_FACTS = 768
"""Facts whose draws are kept for the next run with the same seed: an estimate with all methods draws some 420, and each
further region another 60."""

MOST_KEPT_DRAWS = 10_000
"""Longer draws are not kept, so that what is kept takes 185 MB at most."""

CORRELATED: tuple[tuple[str, str, float], ...] = (
    ("printer.print_speed_m_per_s", "printer.availability", 0.4),
    ("region.cement_rate_per_kg", "resource.mortar-m3.price", 0.7),
    ("region.cement_rate_per_kg", "mix.*.price_per_m3", 0.7),
    ("mix.*.green_strength_pa", "mix.*.green_strength_rate_pa_per_s", 0.3),
)
"""Rank correlations that are judged likely: a site that slows the head stops it more often; mortar and bagged mixes
follow cement; mixes that are stiff when laid stiffen faster. A fact follows one other at most."""


def partner(name: str) -> tuple[str, float] | None:
    """What a fact follows.

    Parameters
    ----------
    name : str
        Full name.

    Returns
    -------
    (str, float) or None
        Full name of the other fact, and the rank correlation. [-]
    """
    table, _, rest = name.partition(".")
    item, _, attribute = rest.rpartition(".")
    general = f"mix.*.{attribute}" if table == "mix" else name
    for leader, follower, correlation in CORRELATED:
        if follower == general:
            return leader.replace("*", item), correlation
    return None


def slices(name: str, count: int, seed: int) -> tuple[NDArray[np.int64], Floats]:
    """Which slice each draw of a fact lies in, and where in each slice its draw lies.

    Parameters
    ----------
    name : str
        Full name of the fact.
    count : int
    seed : int

    Returns
    -------
    (count,) int
        A permutation: the rank of each draw.
    (count,) float
        Between 0 and 1, by slice. [-]
    """
    stream = np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))
    rank = stream.permutation(count)
    within = stream.random(count)
    other = partner(name)
    if other is not None:
        leader, rank_correlation = other
        linear = 2 * np.sin(np.pi / 6 * rank_correlation)  # of normal scores with that rank correlation
        ahead = ndtri((slices(leader, count, seed)[0] + 0.5) / count)
        order = np.argsort(linear * ahead + np.sqrt(1 - linear**2) * ndtri((rank + 0.5) / count))
        rank = np.empty(count, dtype=np.int64)
        rank[order] = np.arange(count)
    return rank, within


def draws(name: str, low: float, mode: float, high: float, count: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Draws of a fact from its PERT distribution, and their ranks; both read-only.

    Parameters
    ----------
    name : str
        Full name of the fact.
    low, mode, high : float
        Ends and mode. [any]
    count : int
    seed : int

    Returns
    -------
    (count,) float
        [any]
    (count,) int
    """
    if count > MOST_KEPT_DRAWS:
        rank, probability = _strata(name, count, seed)
        return _locked(pert(low, mode, high, probability)[rank]), rank
    return _kept_draws(name, float(low), float(mode), float(high), count, seed), _kept_strata(name, count, seed)[0]


def _strata(name: str, count: int, seed: int) -> tuple[NDArray[np.int64], Floats]:
    """Rank of each draw of a fact, and the probabilities that are drawn, in ascending order."""
    rank, within = slices(name, count, seed)
    return _locked(rank), _locked((np.arange(count) + within) / count)


_kept_strata = lru_cache(maxsize=KEPT_FACTS)(_strata)


@lru_cache(maxsize=KEPT_FACTS)
def _kept_draws(name: str, low: float, mode: float, high: float, count: int, seed: int) -> Floats:
    rank, probability = _kept_strata(name, count, seed)
    return _locked(pert(low, mode, high, probability)[rank])


def _locked(values: NDArray[Any]) -> NDArray[Any]:
    """The same array, read-only, since it is shared."""
    values.flags.writeable = False
    return values


@lru_cache(maxsize=4096)
def _table(left: float, right: float) -> tuple[Floats, Floats]:
    probability = betainc(ENDS, ENDS, np.linspace(0.0, 1.0, NODES))
    return probability, betaincinv(left, right, probability)


def pert(low: float, mode: float, high: float, probability: Floats) -> Floats:
    """Quantiles of a PERT distribution, a Beta on its range with the given mode.

    Parameters
    ----------
    low, mode, high : float
        Ends and mode. [any]
    probability : (n,) float
        Quickest in ascending order. [-]

    Returns
    -------
    (n,) float
        Read off a table, within a ten-thousandth of the range. [any]
    """
    span = high - low
    left, right = 1 + 4 * (mode - low) / span, 1 + 4 * (high - mode) / span
    return np.asarray(low + span * np.interp(probability, *_table(round(left, 9), round(right, 9))))
