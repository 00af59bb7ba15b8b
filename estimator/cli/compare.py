"""``printhouse compare``."""

from __future__ import annotations

import click

from estimator.cli.options import (
    FORCE,
    PLAN,
    changes,
    estimate_options,
    load_machine,
    output_options,
    read,
    reading_options,
)
from estimator.cli.output import answer, format_of
from estimator.cli.screen import Progress
from estimator.errors import Finding, NotPrintableError
from estimator.options import ReadOptions


@click.command(short_help="A plan on several printers, best first.")
@PLAN
@click.option("--printer", "printer_names", metavar="ID", multiple=True,
              help="Printer, or a profile of your own (.toml); repeatable. Default: all.")  # fmt: skip
@FORCE
@estimate_options
@reading_options()
@output_options
def compare(
    source: str, printer_names: tuple[str, ...], force: bool, mix: str | None, wall_system: str | None,
    region: str | None, rates: str | None, site: str | None,
    settings: tuple[str, ...], samples: int | None, seed: int, kind: str | None,
    output: str | None, quiet: bool,
    reading: ReadOptions,
) -> None:  # fmt: skip
    """PLAN on several printers, best first, and why the others cannot print it."""
    kind = format_of(kind, output)
    progress = Progress(quiet)
    progress(f"reading {source} …")
    plan = read(source, reading)
    from estimator.compare import COMPARED_SAMPLES
    from estimator.compare import compare as compared

    c = compared(
        plan,
        [load_machine(name) for name in dict.fromkeys(printer_names)] or None,
        mix=mix,
        wall_system=wall_system,
        region=region,
        overrides=changes(settings, rates, site),
        samples=COMPARED_SAMPLES if samples is None else samples,
        seed=seed,
        force=force,
        progress=lambda name: progress(f"estimating on {name} …"),
    )
    progress.done()
    if not c.estimates:
        reasons = [Finding(r.code, "error", r.printer, r.reason) for r in c.refusals]
        raise NotPrintableError(f"{source}: no printer asked for can print this plan", reasons)
    from estimator.comparison_document import comparison_document
    from estimator.report.comparison import comparison_page
    from estimator.report.csv_ import comparison_csv

    answer(
        kind,
        output,
        text=lambda colour: comparison_page(c, colour=colour),
        document=lambda: comparison_document(c),
        table=lambda: comparison_csv(comparison_document(c)),
    )
