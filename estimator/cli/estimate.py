"""``printhouse estimate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from estimator.cli.output import answer, format_of
from estimator.cli.screen import Progress
from estimator.options import ReadOptions

if TYPE_CHECKING:
    from estimator.pacing import Pace, Way


@click.command(short_help="Time, material and cost of a plan on one printer.")
@PLAN
@click.option("--printer", metavar="ID", help="Printer, or the path of a profile of your own (.toml).")
@click.option("--machines", type=click.IntRange(1, 10), default=1, show_default=True,
              help="Machines of this kind that print at the same time.")  # fmt: skip
@click.option("--pace", type=click.Choice(("strength", "stands", "safe")), default="stands", show_default=True,
              help="Layers come when nothing yields, ideal walls stand, or all keep their margin.")  # fmt: skip
@click.option("--pacing", type=click.Choice(("cheapest", "wait", "slow", "alternate")), default="cheapest",
              show_default=True, help="How layers are held back.")  # fmt: skip
@click.option("--zones", type=click.IntRange(1, 50), default=1, show_default=True,
              help="Zones that a frame prints one after the other.")  # fmt: skip
@ROUTE
@FORCE
@estimate_options
@reading_options()
@output_options
def estimate(
    source: str, printer: str | None, machines: int, force: bool, route: str | None, pace: Pace, pacing: Way,
    zones: int, mix: str | None, wall_system: str | None, region: str | None,
    rates: str | None, site: str | None,
    settings: tuple[str, ...], samples: int | None, seed: int, kind: str | None,
    output: str | None, quiet: bool,
    reading: ReadOptions,
) -> None:  # fmt: skip
    """Time, material and cost of printing PLAN, beside conventional building."""
    kind = format_of(kind, output)
    progress = Progress(quiet)
    progress(f"reading {source} …")
    plan = read(source, reading)
    from estimator.estimate import DEFAULT_SAMPLES
    from estimator.estimate import estimate as estimated

    machine = load_machine(printer) if printer is not None else None
    inputs = changes(settings, rates, site).applied(machine, mix, region, plan)
    progress("estimating …")
    e = estimated(
        plan,
        wall_system=wall_system,
        samples=DEFAULT_SAMPLES if samples is None else samples,
        seed=seed,
        machines=machines,
        pace=pace,
        pacing=pacing,
        zones=zones,
        route=route,
        **inputs,
    )
    from estimator.check import refuse_to_fall

    refuse_to_fall(source, e, force=force)
    progress.done()
    from estimator.document import as_document
    from estimator.report.csv_ import ledger_csv
    from estimator.report.text import estimate_page

    answer(
        kind,
        output,
        text=lambda colour: estimate_page(e, colour=colour),
        document=lambda: as_document(e),
        table=lambda: ledger_csv(as_document(e)),
    )
