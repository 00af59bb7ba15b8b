"""What moves a result: facts ranked by how strongly it follows them, and how far each moves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.values import Value

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_DRIVERS = 10
"""Longest list of drivers that is worth reading."""

TAIL = 0.1
"""Share of the draws at either end of a fact over which a result is averaged. [-]"""


@dataclass(frozen=True, slots=True)
class Driver:
    """A fact that moves a result.

    Attributes
    ----------
    name : str
        Full name of the fact.
    rank_correlation : float
        Spearman's, between the samples of the fact and of the result. [-]
    at_low, at_high : float
        Mean of the result over the tenth of the draws in which the fact is lowest, and highest, everything else as
        drawn: a bar of a tornado. [any]
    """

    name: str
    rank_correlation: float
    at_low: float
    at_high: float


def drivers(
    drawn: Mapping[str, Floats], ranks: Mapping[str, NDArray[np.int64]],
    results: Mapping[str, tuple[Value, tuple[str, ...]]],
) -> dict[str, tuple[Driver, ...]]:  # fmt: skip
    """Facts ranked by how strongly results follow them.

    Parameters
    ----------
    drawn : mapping of str to (n,) float
        Samples of every fact. [any]
    ranks : mapping of str to (n,) int
        Of these samples.
    results : mapping of str to ((n,) float, tuple of str)
        Samples of each result, and the first parts of names of facts that it does not depend on. [any]

    Returns
    -------
    dict of str to tuple of Driver
        For each result at most :data:`MOST_DRIVERS`; none for one that is always the same.
    """
    names = list(drawn)
    if not names:
        return {name: () for name in results}
    count = len(ranks[names[0]])
    ranked = np.array([ranks[name] for name in names], dtype=np.float32)
    norm = np.sqrt(count * (count**2 - 1) / 12)  # of ranks less their mean, which what they meet has taken off itself
    found: dict[str, tuple[Driver, ...]] = {}
    tails: dict[str, tuple[Ints, Ints]] = {}  # a fact moves more than one result
    for result, (samples, apart) in results.items():
        if np.ndim(samples) == 0 or np.ptp(samples) == 0:
            found[result] = ()
            continue
        values = np.asarray(samples)
        correlation = (ranked @ _standard_ranks(values).astype(np.float32)).astype(float) / norm
        correlation[[name.partition(".")[0] in apart for name in names]] = 0.0
        order = np.argsort(-np.abs(correlation), kind="stable")[:MOST_DRIVERS]
        moving = [(names[k], float(correlation[k])) for k in order.tolist() if correlation[k] != 0]
        tails |= {name: _tails(drawn[name]) for name, _ in moving if name not in tails}
        found[result] = tuple(
            Driver(name, strength, *(float(values[tail].mean()) for tail in tails[name])) for name, strength in moving
        )
    return found


def _tails(fact: Floats) -> tuple[Ints, Ints]:
    """Draws in which a fact is lowest, and those in which it is highest."""
    count = max(int(TAIL * len(fact)), 1)
    order = np.argpartition(fact, (count, len(fact) - count - 1))
    return order[:count], order[-count:]


def _standard_ranks(values: Floats) -> Floats:
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    ranks -= ranks.mean()
    return np.asarray(ranks / np.sqrt(ranks @ ranks))
