"""Estimates of published buildings beside what was published of them: ratios, medians, coverage, bias."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from statistics import median

import numpy as np

from estimator.document import as_document
from estimator.errors import EstimatorError
from estimator.estimate import Estimate, estimate
from estimator.overrides import parse_overrides
from estimator.plan import Plan
from estimator.readers import read_plan
from estimator.validation.cases import OF_THE_WALLS, Case, Published
from printers import load_printer

SAMPLES = 2000
"""Draws for each case."""

PLAN_SPREAD = 0.23
"""Standard deviation of the logarithm of wall area among plans of one floor area: what is left of the packaged cases
and examples about their common power law."""

P90_NORMAL = 1.2815516
"""Ninetieth percentile of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Row:
    """One published value beside what comes out.

    Attributes
    ----------
    case : Case
    published : Published
    estimate : Estimate
    p10, p50, p90 : float
        Of the same quantity; all alike where nothing is drawn. What grows with the walls of a stand-in plan has the
        spread of such plans in its range. [any]
    """

    case: Case
    published: Published
    estimate: Estimate
    p10: float
    p50: float
    p90: float

    @property
    def ratio(self) -> float:
        """Predicted over published. [-]"""
        return self.p50 / self.published.value

    @property
    def is_inside(self) -> bool:
        """Whether the published value lies between the tenth and the ninetieth percentile."""
        return self.p10 <= self.published.value <= self.p90


@dataclass(frozen=True, slots=True)
class Score:
    """How well a group of rows is met.

    Attributes
    ----------
    name : str
    count : int
    median_ratio, median_error : float
        Predicted over published; of |ratio − 1|. [-]
    spread : float
        Standard deviation of the logarithm of the ratio. [-]
    coverage : float
        Share of published values inside P10-P90. [-]
    """

    name: str
    count: int
    median_ratio: float
    median_error: float
    spread: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Validation:
    """All cases.

    Attributes
    ----------
    rows : tuple of Row
    failed : tuple of (Case, str)
        Cases that could not be estimated, and why.
    by_quantity, by_machine : tuple of Score
        Of scored rows: each quantity; nozzle times by kind of machine.
    """

    rows: tuple[Row, ...]
    failed: tuple[tuple[Case, str], ...]
    by_quantity: tuple[Score, ...]
    by_machine: tuple[Score, ...]


def case_plan(case: Case) -> Plan:
    """The stand-in plan of a case.

    Parameters
    ----------
    case : Case

    Returns
    -------
    Plan
    """
    with resources.as_file(case.folder.joinpath(case.plan)) as path:
        return read_plan(path)


def case_estimate(case: Case, samples: int = SAMPLES) -> Estimate:
    """Estimate of a case: the printer's facts but for those that were published of the print.

    Parameters
    ----------
    case : Case
    samples : int

    Returns
    -------
    Estimate
    """
    plan = case_plan(case)
    settings = tuple(f"{key}={value!r}" for key, value in case.inputs.items())
    inputs = parse_overrides(settings).applied(load_printer(case.printer), case.mix, case.region, plan)
    return estimate(plan, wall_system=case.wall_system, methods=(), samples=samples, with_settings=False, **inputs)


def predicted(e: Estimate, quantity: str) -> tuple[float, float, float]:
    """P10, P50 and P90 of a quantity of a case.

    Parameters
    ----------
    e : Estimate
        With draws.
    quantity : str
        One of :data:`estimator.validation.cases.QUANTITIES`.

    Returns
    -------
    (float, float, float)
        [any]
    """
    d = as_document(e)
    u = d["uncertainty"]
    if quantity == "printed_mass_kg":
        factor = d["material"]["printed_mass_kg"] / d["material"]["printed_volume_m3"]
        s = u["printed_volume_m3"]
        return factor * s["p10"], factor * s["p50"], factor * s["p90"]
    if quantity in u:
        s = u[quantity]
        return s["p10"], s["p50"], s["p90"]
    if quantity == "printing_s":
        t = d["time"]
        factor = (t["nozzle_s"] + t["availability_s"] + t["insert_s"]) / t["nozzle_s"]
        s = u["nozzle_s"]
        return factor * s["p10"], factor * s["p50"], factor * s["p90"]
    if quantity == "material_cost":
        lines = [x for x in d["cost"]["lines"] if x["code"] in ("mix", "mix-waste")]
        low, middle, high = (float(sum(x[k] for x in lines)) for k in ("p10", "amount", "p90"))
        return low, middle, high
    heights = len(np.unique(np.round(e.structure.laid.order.bottom_m, 4)))  # of all parts together
    value = float(d["toolpath"]["extruded_length_m"] if quantity == "path_m" else heights)
    return value, value, value


def plan_drawn(p10: float, p50: float, p90: float) -> tuple[float, float, float]:
    """A range widened by what is not known of the plan, as independent of everything else.

    Parameters
    ----------
    p10, p50, p90 : float
        [any]

    Returns
    -------
    (float, float, float)
        The middle is kept; half-widths of the logarithm are added as the squares. [any]
    """
    of_plan = P90_NORMAL * PLAN_SPREAD
    below, above = np.hypot(np.log([p50 / p10, p90 / p50]), of_plan)
    return float(p50 * np.exp(-below)), p50, float(p50 * np.exp(above))


def validate(
    cases: Sequence[Case], samples: int = SAMPLES, progress: Callable[[str], None] | None = None
) -> Validation:
    """Estimate cases with one set of rules, and compare.

    Parameters
    ----------
    cases : sequence of Case
    samples : int
    progress : callable, optional
        Called with the name of the case whose turn it is.

    Returns
    -------
    Validation
    """
    rows: list[Row] = []
    failed: list[tuple[Case, str]] = []
    for case in cases:
        if progress is not None:
            progress(case.name)
        try:
            e = case_estimate(case, samples)
        except EstimatorError as error:
            failed.append((case, str(error)))
            continue
        for p in case.published:
            drawn = predicted(e, p.quantity)
            rows.append(
                Row(case, p, e, *(plan_drawn(*drawn) if case.is_stand_in and p.quantity in OF_THE_WALLS else drawn))
            )
    scored = [row for row in rows if row.published.is_scored]
    quantities = dict.fromkeys(row.published.quantity for row in scored)
    nozzle = [row for row in scored if row.published.quantity == "nozzle_s"]
    machines = dict.fromkeys(row.case.machine for row in nozzle)
    return Validation(
        tuple(rows), tuple(failed),
        tuple(score(q, [r for r in scored if r.published.quantity == q]) for q in quantities),
        tuple(score(m, [r for r in nozzle if r.case.machine == m]) for m in machines),
    )  # fmt: skip


def score(name: str, rows: Iterable[Row]) -> Score:
    """How well rows are met.

    Parameters
    ----------
    name : str
    rows : iterable of Row
        At least one.

    Returns
    -------
    Score
    """
    found = list(rows)
    ratios = [row.ratio for row in found]
    return Score(
        name, len(found), median(ratios), median(abs(r - 1) for r in ratios),
        float(np.std(np.log(ratios))), sum(row.is_inside for row in found) / len(found),
    )  # fmt: skip
