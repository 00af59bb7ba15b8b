"""Defaults that are fitted to buildings: how well they predict others, and what a site makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import geometric_mean

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, least_squares

from estimator.sampling import pert
from estimator.site_file import SiteFact
from estimator.times import StatedTimes, at_work_s
from estimator.validation.validate import P90_NORMAL, Row, Validation

MOTION, AVAILABILITY = "terms.motion_time_ratio", "printer.availability"

FITTED: Mapping[str, tuple[str, ...]] = {MOTION: ("nozzle_s",), AVAILABILITY: ("print_days", "print_shift_s")}
"""Facts that are fitted to buildings, and the quantities that each is fitted to."""

WIDEST = {MOTION: (0.1, 10.0), AVAILABILITY: (0.1, 1.0)}
"""Values that are tried. [-]"""

OF_THE_SITE = 0.5
"""Share of the variance between buildings that those of one site have in common, since crew, machine and mix are the
same and the plans are not. Judgement. [-]"""


@dataclass(frozen=True, slots=True)
class Fit:
    """One fact as buildings have it.

    Attributes
    ----------
    key : str
        Full name of the fact.
    values : mapping of str to float
        With which each case comes out as published. [-]
    """

    key: str
    values: Mapping[str, float]

    @property
    def value(self) -> float:
        """Geometric mean of the cases. [-]"""
        return geometric_mean(self.values.values())

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm between cases; 0 for one. [-]"""
        values = np.log(list(self.values.values()))
        return float(np.std(values, ddof=min(len(values) - 1, 1)))

    def without(self, case: str) -> float:
        """Geometric mean of all cases but one.

        Parameters
        ----------
        case : str
            Id.

        Returns
        -------
        float
            Of all where there is no other. [-]
        """
        return geometric_mean([v for k, v in self.values.items() if k != case] or self.values.values())


def fits(validation: Validation) -> tuple[Fit, ...]:
    """Every default as the scored rows have it.

    Parameters
    ----------
    validation : Validation

    Returns
    -------
    tuple of Fit
        Of the facts for which there are rows.

    Notes
    -----
    Motion is fitted as published over predicted nozzle time, waiting included, which is too little where walls wait
    for strength. Availability is fitted beside the motion of the same building, if that is known.
    """
    found: dict[str, Fit] = {}
    for key in FITTED:
        values: dict[str, list[float]] = {}
        for row in _rows(validation, key):
            if key == MOTION:
                value = float(row.estimate.terms.motion_time_ratio) / row.ratio
            else:
                own = found[MOTION].values.get(row.case.id) if MOTION in found else None
                value = _available(row, {} if own is None else {MOTION: own})
            values.setdefault(row.case.id, []).append(value)
        if values:
            found[key] = Fit(key, {case: float(np.mean(v)) for case, v in values.items()})
    return tuple(found.values())


def held_out(validation: Validation, fitted: tuple[Fit, ...]) -> dict[str, tuple[float, ...]]:
    """Predicted over published of every building by defaults that were fitted to the others.

    Parameters
    ----------
    validation : Validation
    fitted : tuple of Fit
        To its cases.

    Returns
    -------
    dict of str to tuple of float
        By quantity. [-]
    """
    ratios: dict[str, list[float]] = {}
    for key in FITTED:
        for row in _rows(validation, key):
            change = _stated(row, {f.key: f.without(row.case.id) for f in fitted}) / _stated(row, {})
            ratios.setdefault(row.published.quantity, []).append(row.ratio * change)
    return {quantity: tuple(r) for quantity, r in ratios.items()}


def _rows(validation: Validation, key: str) -> list[Row]:
    return [r for r in validation.rows if r.published.is_scored and r.published.quantity in FITTED[key]]


def _available(row: Row, changes: Mapping[str, float]) -> float:
    """With which availability the published value is met; an end of what is tried where none does.

    The model is run at its stated values, against the published value times stated over P50, so that it is the middle
    of the draws that is fitted. Of a number of days the last is taken to be half worked.
    """
    goal = row.published.value * _stated(row, {}) / row.p50
    if row.published.quantity == "print_days":
        goal = max(goal - 0.5, 0.5)

    def missed(value: float) -> float:
        return _stated(row, {**changes, AVAILABILITY: value}, is_whole=False) - goal

    low, high = WIDEST[AVAILABILITY]
    if missed(low) <= 0:
        return low
    return high if missed(high) >= 0 else float(brentq(missed, low, high, xtol=1e-4))


def _stated(row: Row, changes: Mapping[str, float], *, is_whole: bool = True) -> float:
    """The quantity of a row at stated values but for some changes; days in parts of a day unless whole."""
    e, quantity = row.estimate, row.published.quantity
    printer, terms = e.printer, e.terms
    for key, value in changes.items():
        table, _, name = key.partition(".")
        if table == "printer":
            printer = printer.replace(**{name: value})
        else:
            terms = terms.replace(**{name: value})
    times = StatedTimes(e.motion, printer, e.mix, terms).of(e.work)
    if quantity != "print_days" or is_whole:
        return float(getattr(times, quantity))
    at_work = at_work_s(float(printer.shift_time_s), float(printer.startup_time_s) + float(printer.washdown_time_s))
    return float((times.print_shift_s - times.shift_overhead_s) / at_work)


def site_facts(validation: Validation, fitted: tuple[Fit, ...]) -> tuple[SiteFact, ...]:
    """Defaults of the site on which the cases stand.

    Parameters
    ----------
    validation : Validation
        At least one scored row.
    fitted : tuple of Fit
        To its cases.

    Returns
    -------
    tuple of SiteFact

    Notes
    -----
    The logarithm of a default is normal among buildings everywhere, as the range of the fact says, and a share of its
    variance (:data:`OF_THE_SITE`) is common to those of one site. n buildings therefore move it by n/(n + 1/s − 1) of
    the way to their mean, s that share, and leave (1 − s)·(1 + s/(n·s + 1 − s)) of the variance for the next building:
    three of four parts of it after one building, half of it in the end.
    """
    e = next(r.estimate for r in validation.rows if r.published.is_scored)
    found = []
    for fit in fitted:
        table, _, name = fit.key.partition(".")
        fact = (e.printer if table == "printer" else e.terms).facts[name]
        limits = WIDEST[fit.key]
        variance = _log_spread(fact.low, fact.value, fact.high) ** 2
        count, share = len(fit.values), OF_THE_SITE
        weight = count * share / (count * share + 1 - share)
        mean = float(np.mean(np.log(list(fit.values.values()))))
        value = float(np.exp(np.log(fact.value) + weight * (mean - np.log(fact.value))))
        value = min(max(value, limits[0]), limits[1])
        left = variance * (1 - share) * (1 + share / (count * share + 1 - share))
        low, high = range_of(value, float(np.sqrt(left)), limits)
        buildings = "1 building" if count == 1 else f"{count} buildings"
        found.append(
            SiteFact(fit.key, value, low, high, f"Fitted to {buildings} ({', '.join(fit.values)}); was {fact.value:g}.")
        )
    return tuple(found)


def _log_spread(low: float, value: float, high: float) -> float:
    """Standard deviation of the logarithm between P10 and P90 of a PERT distribution."""
    if high <= low:
        return 0.0
    p10, p90 = pert(low, value, high, np.array([0.1, 0.9]))
    return float(np.log(p90 / p10) / (2 * P90_NORMAL))


def range_of(value: float, log_spread: float, limits: tuple[float, float]) -> tuple[float, float]:
    """Ends of the PERT distribution whose P10 and P90 are those of a lognormal one.

    Parameters
    ----------
    value : float
        Mode of the one, median of the other. [any]
    log_spread : float
        Standard deviation of the logarithm, up to about 0.7. [-]
    limits : (float, float)
        Least and greatest value there can be. [any]

    Returns
    -------
    low, high : float
        Within the limits. [any]
    """
    if log_spread < 1e-6:
        return value, value
    goal = np.exp(P90_NORMAL * log_spread * np.array([-1.0, 1.0]))

    def missed(ends: NDArray[np.float64]) -> NDArray[np.float64]:
        return pert(1 - ends[0], 1.0, 1 + ends[1], np.array([0.1, 0.9])) - goal

    start = np.array([min(2.5 * log_spread, 0.9), 3 * log_spread])
    below, above = least_squares(missed, start, bounds=([1e-6, 1e-6], [0.999, 20.0])).x
    return max(float(value * (1 - below)), limits[0]), min(float(value * (1 + above)), limits[1])
