"""``printhouse check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from estimator.cli.options import (
    FORCE,
    PLAN,
    ROUTE,
    load_machine,
    output_options,
    read,
    reading_options,
)
from estimator.cli.output import answer, format_of
from estimator.cli.screen import Progress
from estimator.errors import Finding, NotPrintableError, UsageError
from estimator.options import ReadOptions

if TYPE_CHECKING:
    from estimator.overrides import Inputs
    from estimator.plan import Plan


@click.command(short_help="What was understood of a plan, and what is wrong; whether it stands.")
@PLAN
@click.option("--printer", metavar="ID", help="Say only whether this printer can print it.")
@click.option("--structure", "structural", is_flag=True, help="Say whether it stands, printed by --printer.")
@click.option("--mix", metavar="ID", help="What is printed, with --structure; default: the printer's.")
@click.option("--wall-system", metavar="NAME", help="Cross-section of the walls, with --structure.")
@click.option("--region", metavar="ID", help="Where it is built, with --structure; default: the plan's, else usa.")
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help="Change a fact, with --structure.")
@ROUTE
@FORCE
@reading_options()
@output_options
def check(
    source: str, printer: str | None, structural: bool, mix: str | None, wall_system: str | None, region: str | None,
    settings: tuple[str, ...], route: str | None, force: bool, kind: str | None, output: str | None, quiet: bool,
    reading: ReadOptions,
) -> None:  # fmt: skip
    """What was understood of PLAN, what is wrong with it, and who can print it."""
    kind = format_of(kind, output)
    if structural and printer is None:
        raise UsageError("--structure needs to know who prints it; name a printer with --printer")
    if not structural and (settings or force or {mix, wall_system, region, route} != {None}):
        raise UsageError("--mix, --wall-system, --region, --set, --route and --force belong to --structure")
    progress = Progress(quiet)
    progress(f"reading {source} …")
    plan = read(source, reading)
    if structural and printer is not None:
        progress("checking the structure …")
        from estimator.overrides import parse_overrides

        inputs = parse_overrides(settings).applied(load_machine(printer), mix, region, plan)
        _structure(source, plan, inputs, wall_system, route, force, kind, output, progress)
        return
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


def _structure(
    source: str, plan: Plan, inputs: Inputs, wall_system: str | None, route: str | None, force: bool, kind: str,
    output: str | None, progress: Progress,
) -> None:  # fmt: skip
    from estimator.estimate import estimate
    from estimator.report.structure import structure_csv, structure_page, structure_report

    made = estimate(plan, wall_system=wall_system, route=route, methods=(), samples=0, **inputs)
    d = structure_report(made)
    progress.done()
    answer(
        kind, output, text=lambda colour: structure_page(d, colour=colour), document=lambda: d,
        table=lambda: structure_csv(d),
    )  # fmt: skip
    from estimator.check import refuse_to_fall

    refuse_to_fall(source, made, force=force)
