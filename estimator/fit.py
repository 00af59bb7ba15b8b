"""Whether a plan is sound and whether a printer can print it, as findings instead of errors."""

from __future__ import annotations

from dataclasses import replace

from estimator.check import check_plan
from estimator.errors import Finding, NotPrintableError, PlanError, UsageError
from estimator.estimate import DEFAULT_REGION, estimate
from estimator.plan import Plan
from printers import Printer


def check(plan: Plan, printer: Printer | str | None = None) -> list[Finding]:
    """Everything there is to say of a plan before anyone asks for its price.

    Parameters
    ----------
    plan : Plan
    printer : Printer or str, optional
        Also say whether this one can print it, and what to mind if it does.

    Returns
    -------
    list of Finding
        The reader's findings, then what is wrong with the plan, then what keeps the printer
        from printing it. The plan will do if none has severity ``error``.
    """
    findings = list(plan.findings)
    try:
        check_plan(plan)
        if printer is None:
            return findings
        e = estimate(plan, printer=printer, region=plan.region or DEFAULT_REGION, methods=(), samples=0)
    except (PlanError, NotPrintableError, UsageError) as error:
        errors = [f for f in error.findings if f.severity == "error"]
        return findings + (errors or [Finding(error.code, "error", plan.name, str(error))])
    falling = set(e.structure.falling)
    return [replace(f, severity="error") if f in falling else f for f in e.findings]
