"""``printhouse bill``, ``explain``, ``schedule`` and ``breakeven``."""

from __future__ import annotations

from typing import Any

import click

from estimator.cli.making import made, one_estimate
from estimator.cli.output import answer, format_of
from estimator.cli.screen import Progress

METHOD = click.option("--method", metavar="ID", help="The house by a conventional method instead of the printed one.")


@click.command(short_help="The bill of quantities of the whole house, item by item.")
@METHOD
@one_estimate
def bill(source: str, method: str | None, kind: str | None, output: str | None, quiet: bool, **options: Any) -> None:
    """Every item of the house on PLAN: quantity, hours, labour, material, plant, amount."""
    kind, progress = format_of(kind, output), Progress(quiet)
    e = made(source, progress, **options)
    from estimator.report.bill import bill_csv, bill_object, bill_page

    d = bill_object(e, method)
    progress.done()
    answer(kind, output, text=lambda colour: bill_page(d, colour=colour), document=lambda: d, table=lambda: bill_csv(d))


@click.command(short_help="Where a number comes from: quantity, formula, facts, sources.")
@one_estimate
@click.argument("line")
def explain(source: str, line: str, kind: str | None, output: str | None, quiet: bool, **options: Any) -> None:
    """Where LINE of the estimate of PLAN comes from: a line, an item or a stage of its ledger, a time, or a total."""
    kind, progress = format_of(kind, output), Progress(quiet)
    e = made(source, progress, **options)
    from estimator.report.explain import explain_csv, explain_object, explain_page

    d = explain_object(e, line)
    progress.done()
    answer(
        kind, output, text=lambda colour: explain_page(d, colour=colour), document=lambda: d,
        table=lambda: explain_csv(d),
    )  # fmt: skip


@click.command(short_help="When the house is built: activities, critical path, printed beside other ways.")
@METHOD
@one_estimate
def schedule(
    source: str, method: str | None, kind: str | None, output: str | None, quiet: bool, **options: Any
) -> None:
    """The schedule of the house on PLAN as a chart of bars, and what printing moves on its critical path."""
    kind, progress = format_of(kind, output), Progress(quiet)
    e = made(source, progress, **options)
    from estimator.report.gantt import schedule_csv, schedule_object, schedule_page

    d = schedule_object(e, method)
    progress.done()
    answer(
        kind, output, text=lambda colour: schedule_page(d, colour=colour), document=lambda: d,
        table=lambda: schedule_csv(d),
    )  # fmt: skip


@click.command(short_help="What would make printing pay: how many houses, what mix, wage or hire.")
@METHOD
@one_estimate
def breakeven(
    source: str, method: str | None, kind: str | None, output: str | None, quiet: bool, **options: Any
) -> None:
    """How many houses like PLAN, and which price of mix, wages or hire, make printing pay."""
    kind, progress = format_of(kind, output), Progress(quiet)
    e = made(source, progress, **options)
    from estimator.report.breakeven import breakeven_csv, breakeven_object, breakeven_page

    d = breakeven_object(e, method, route=options["route"])
    progress.done()
    answer(
        kind, output, text=lambda colour: breakeven_page(d, colour=colour), document=lambda: d,
        table=lambda: breakeven_csv(d),
    )  # fmt: skip
