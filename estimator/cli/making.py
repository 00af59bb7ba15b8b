"""Commands that show one estimate from a side of its own, and the options that they share with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from estimator.cli.options import (
    FORCE,
    PLAN,
    ROUTE,
    changes,
    estimate_options,
    load_machine,
    output_options,
    read,
    reading_options,
)
from estimator.cli.screen import Progress

if TYPE_CHECKING:
    from estimator.estimate import Estimate

Function = TypeVar("Function", bound=Callable[..., Any])


def one_estimate(function: Function) -> Function:
    """Add PLAN and the options of an estimate; the command gets them as arguments for :func:`made`."""
    whole: Any = output_options(reading_options()(estimate_options(ROUTE(FORCE(function)))))
    whole = click.option("--printer", metavar="ID", help="Printer, or the path of a profile of your own (.toml).")(
        whole
    )
    return cast(Function, PLAN(whole))


def made(
    source: str, progress: Progress, *, printer: str | None, mix: str | None, wall_system: str | None,
    region: str | None, rates: str | None, site: str | None,
    settings: tuple[str, ...], samples: int | None, seed: int, route: str | None,
    force: bool, reading: Any, default_samples: int = 0,
) -> Estimate:  # fmt: skip
    """Estimate as asked for.

    Parameters
    ----------
    source : str
    progress : Progress
    printer, mix, wall_system, region, rates, site, settings, samples, seed, route, force, reading
        As the options give them.
    default_samples : int
        Draws where no number is asked for.

    Returns
    -------
    Estimate

    Raises
    ------
    NotPrintableError
        A wall cannot stand, and the answer is not asked for all the same.
    """
    progress(f"reading {source} …")
    plan = read(source, reading)
    from estimator.estimate import estimate

    machine = load_machine(printer) if printer is not None else None
    inputs = changes(settings, rates, site).applied(machine, mix, region, plan)
    progress("estimating …")
    e = estimate(
        plan, wall_system=wall_system, samples=default_samples if samples is None else samples, seed=seed, route=route,
        **inputs,
    )  # fmt: skip
    from estimator.check import refuse_to_fall

    refuse_to_fall(source, e, force=force)
    return e
