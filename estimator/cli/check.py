"""``printhouse check``."""

from __future__ import annotations

import click

from estimator.cli.options import PLAN, load_machine, output_options, read, reading_options
from estimator.cli.output import answer, format_of
from estimator.cli.screen import Progress
from estimator.errors import Finding, NotPrintableError
from estimator.options import ReadOptions


@click.command(short_help="What was understood of a plan, and what is wrong.")
@PLAN
@click.option("--printer", metavar="ID", help="Say only whether this printer can print it.")
@reading_options()
@output_options
def check(
    source: str, printer: str | None, kind: str | None, output: str | None, quiet: bool, reading: ReadOptions
) -> None:
    """What was understood of PLAN, what is wrong with it, and who can print it."""
    kind = format_of(kind, output)
    progress = Progress(quiet)
    progress(f"reading {source} …")
    plan = read(source, reading)
    from estimator.report.check import check_csv, check_object, check_page
    from printers import load_printer, printer_ids

    chosen = [load_machine(printer)] if printer is not None else [load_printer(name) for name in printer_ids()]
    d = check_object(plan, chosen, reading)
    progress.done()
    if printer is not None and not d["printers"][0]["prints"]:
        errors = [Finding(**f) for f in d["printers"][0]["findings"] if f["severity"] == "error"]
        raise NotPrintableError(f"{source} cannot be printed by {printer}", errors)
    answer(
        kind, output, text=lambda colour: check_page(d, colour=colour), document=lambda: d, table=lambda: check_csv(d)
    )
