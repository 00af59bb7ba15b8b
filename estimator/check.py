"""Checks of a plan and of its fit to a printer, before anything is calculated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.errors import Finding, NotPrintableError, PlanError, UsageError
from estimator.plan import Plan
from estimator.wall_systems import WALL_SYSTEMS
from materials import Mix
from printers import Printer

if TYPE_CHECKING:
    from estimator.estimate import Estimate


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


def check_fit(plan: Plan, printer: Printer, found: tuple[Finding, ...]) -> list[Finding]:
    """Refuse a plan that a printer cannot print.

    Parameters
    ----------
    plan : Plan
    printer : Printer
    found : tuple of Finding
        Of the layout.

    Returns
    -------
    list of Finding
        Warnings and notes.

    Raises
    ------
    NotPrintableError
        With the errors.
    """
    errors = [f for f in found if f.severity == "error"]
    if errors:
        raise NotPrintableError(
            f"{plan.source} cannot be printed by {printer.id}: {errors[0].where} {errors[0].message}", errors
        )
    return list(found)


def check_choice(printer: Printer, mix: Mix, system: str, plan: Plan) -> None:
    """Refuse what a printer cannot print, whatever the plan's size.

    Parameters
    ----------
    printer : Printer
    mix : Mix
    system : str
        Wall system of the walls that name none themselves.
    plan : Plan

    Raises
    ------
    UsageError
        The mix or the system does not go with the printer, or its shifts leave no time.
    NotPrintableError
        A wall names a system that the printer cannot print.
    """
    if mix.id not in printer.mixes:
        raise UsageError(f"{printer.id} cannot print {mix.id}; it prints {', '.join(printer.mixes)}")
    if system not in WALL_SYSTEMS:
        raise UsageError(f"there is no wall system {system!r}; known are {', '.join(WALL_SYSTEMS)}")
    if system not in printer.wall_systems:
        raise UsageError(f"{printer.id} cannot print {system!r} walls; it prints {', '.join(printer.wall_systems)}")
    errors = [
        Finding(
            "wall-system-unfit",
            "error",
            wall.id,
            f"is to be {wall.system!r} and {printer.id} prints {', '.join(printer.wall_systems)}; choose another "
            "printer or system",
        )
        for wall in plan.walls
        if wall.system and wall.system not in printer.wall_systems
    ]
    if errors:
        first = errors[0]
        raise NotPrintableError(f"{plan.source} cannot be printed: wall {first.where!r} {first.message}", errors)
    daily = float(printer.startup_time_s) + float(printer.washdown_time_s)
    if float(printer.shift_time_s) <= daily:
        raise UsageError(
            f"{printer.id}: shift_time_s of {float(printer.shift_time_s):g} s leaves no time to print beside "
            f"{daily:g} s of startup_time_s and washdown_time_s; lengthen the shift"
        )


def refuse_to_fall(source: str, e: Estimate, *, force: bool) -> None:
    """Refuse an estimate in which a wall cannot stand, unless it is wanted all the same.

    Parameters
    ----------
    source : str
        Of the plan.
    e : Estimate
    force : bool
        Whether it is wanted all the same.

    Raises
    ------
    NotPrintableError
        A wall cannot stand.
    """
    falling = e.structure.falling
    if falling and not force:
        raise NotPrintableError(
            f"{source}: {falling[0].where} cannot stand, printed by {e.printer.id}; do what the finding says, change "
            "printer, mix or wall system, or ask for the answer all the same with --force",
            list(falling),
        )
