"""Checks of a plan and of its fit to a printer, before anything is calculated."""

from __future__ import annotations

from estimator.errors import Finding, NotPrintableError, PlanError
from estimator.plan import Plan
from estimator.stations import Placement
from printers import Printer


def check_plan(plan: Plan) -> None:
    """Refuse a plan that cannot be built.

    Parameters
    ----------
    plan : Plan

    Raises
    ------
    PlanError
        With a finding for every wall that is wrong.
    """
    if not plan.walls:
        raise PlanError(f"{plan.source}: holds no walls; there is nothing to print")
    findings = []
    for wall in plan.walls:
        if wall.top_m <= wall.base_m:
            findings.append(Finding("wall-height", "error", wall.id, "ends below its base; give it a height above 0"))
        if not wall.footprint.is_valid or wall.footprint.area <= 0:
            findings.append(
                Finding("wall-self-crossing", "error", wall.id, "has a footprint that crosses itself; redraw it")
            )
        if not 0 <= wall.storey < len(plan.storeys):
            findings.append(Finding("wall-storey", "error", wall.id, "belongs to no storey of the plan; name one"))
    if findings:
        raise PlanError(f"{plan.source}: wall {findings[0].where!r} {findings[0].message}", findings)


def check_fit(plan: Plan, printer: Printer, placement: Placement) -> list[Finding]:
    """Refuse a plan that a printer cannot print.

    Parameters
    ----------
    plan : Plan
    printer : Printer
    placement : Placement

    Returns
    -------
    list of Finding
        The placement's warnings and notes.

    Raises
    ------
    NotPrintableError
        With the placement's errors.
    """
    errors = [f for f in placement.findings if f.severity == "error"]
    if errors:
        raise NotPrintableError(
            f"{plan.source} cannot be printed by {printer.id}: {errors[0].where} {errors[0].message}", errors
        )
    return list(placement.findings)
