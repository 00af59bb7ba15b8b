"""The same plan on several printers, best first, and why the others cannot print it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from estimator.errors import Finding, NotPrintableError, UsageError
from estimator.estimate import Estimate, estimate
from estimator.ledger import total
from estimator.overrides import Overrides
from estimator.plan import Plan
from estimator.wall_systems import WALL_SYSTEMS
from materials import Method, Mix, Region, load_mix
from printers import Printer, load_printer, printer_ids

COMPARED_SAMPLES = 2000
"""Draws for each printer; stratified, they move the middle of a cost by a few parts in a thousand."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A printer that cannot print the plan.

    Attributes
    ----------
    printer : str
        Id.
    code : str
        Of the finding or of the error behind it.
    reason : str
        One sentence.
    findings : tuple of Finding
        All that stands against it, where there is more to say.
    """

    printer: str
    code: str
    reason: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A plan on several printers.

    Attributes
    ----------
    plan : Plan
    estimates : tuple of Estimate
        Of the printers that can print it so that it stands, or of all that can print it where that was forced, by the
        cost of the printed walls: the middle of its
        samples, or the stated value where there are none.
    refusals : tuple of Refusal
        The others, in the order asked for.
    """

    plan: Plan
    estimates: tuple[Estimate, ...]
    refusals: tuple[Refusal, ...]


def compare(
    plan: Plan,
    printers: Sequence[Printer | str] | None = None,
    *,
    mix: Mix | str | None = None,
    wall_system: str | None = None,
    region: Region | str | None = None,
    methods: Sequence[Method | str] | None = None,
    overrides: Overrides | None = None,
    samples: int = COMPARED_SAMPLES,
    seed: int = 1,
    force: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Comparison:
    """Estimate a plan on several printers.

    Parameters
    ----------
    plan : Plan
    printers : sequence of Printer or str, optional
        All known ones when left out.
    mix, wall_system, region, methods, samples, seed
        As of :func:`estimator.estimate.estimate`; a printer that cannot print the mix or the
        wall system is a refusal, not an error.
    overrides : Overrides, optional
        Changes of facts, made to each printer, its mix and the rest alike.
    force : bool
        Whether printers on which a wall cannot stand are compared all the same.
    progress : callable, optional
        Called with the id of the printer whose turn it is.

    Returns
    -------
    Comparison

    Raises
    ------
    UsageError
        No printer was named, or an override is impossible for every one of them.
    PlanError
        The plan is not valid.
    """
    chosen = [load_printer(p) if isinstance(p, str) else p for p in (printer_ids() if printers is None else printers)]
    if not chosen:
        raise UsageError("no printer is named; name at least one to compare")
    mix = load_mix(mix) if isinstance(mix, str) else mix
    if wall_system is not None and wall_system not in WALL_SYSTEMS:
        raise UsageError(f"there is no wall system {wall_system!r}; known are {', '.join(WALL_SYSTEMS)}")
    changes = overrides or Overrides()
    estimates: list[Estimate] = []
    refusals: list[Refusal] = []
    impossible: list[UsageError] = []
    for printer in chosen:
        if progress is not None:
            progress(printer.id)
        try:
            inputs = changes.applied(printer, mix, region, plan)
        except UsageError as error:
            impossible.append(error)
            refusals.append(Refusal(printer.id, error.code, str(error)))
            continue
        try:
            made = estimate(
                plan,
                wall_system=wall_system,
                methods=methods,
                samples=samples,
                seed=seed,
                with_settings=False,
                **inputs,
            )
            if made.structure.falling and not force:
                raise NotPrintableError(f"{plan.source}: walls cannot stand", list(made.structure.falling))
            estimates.append(made)
        except (NotPrintableError, UsageError) as error:
            refusals.append(_refusal(printer.id, error))
    if len(impossible) == len(chosen):
        raise impossible[0]
    estimates.sort(key=lambda e: (_walls_cost(e), e.printer.id))
    return Comparison(plan, tuple(estimates), tuple(refusals))


def _walls_cost(e: Estimate) -> float:
    return e.uncertainty.spread["cost"].p50 if e.uncertainty else float(total(e.outcome.lines))


def _refusal(printer: str, error: NotPrintableError | UsageError) -> Refusal:
    if not error.findings:
        return Refusal(printer, error.code, str(error))
    first = error.findings[0]
    reason = first.message if first.where in ("", printer) else f"{first.where} {first.message}"
    return Refusal(printer, first.code, reason, error.findings)
