"""``printhouse report``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from estimator.cli.making import made
from estimator.cli.options import FORCE, PLAN, ROUTE, estimate_options, reading_options
from estimator.cli.output import refuse_to_overwrite, write
from estimator.cli.screen import Progress
from estimator.errors import UsageError
from estimator.options import ReadOptions

if TYPE_CHECKING:
    from estimator.estimate import Estimate


def _xlsx(e: Estimate, source: str, reading: ReadOptions) -> bytes:
    from estimator.document import as_document
    from estimator.export.workbook import workbook

    return workbook(as_document(e), e)


def _html(e: Estimate, source: str, reading: ReadOptions) -> bytes:
    from estimator.report.html import html_report

    return html_report(e).encode("utf-8")


def _ifc(e: Estimate, source: str, reading: ReadOptions) -> bytes:
    from estimator.document import as_document
    from estimator.export.ifc_costs import ifc_with_costs

    if source == "-":
        raise UsageError("a plan from standard input cannot be copied; name the IFC file")
    return ifc_with_costs(source, as_document(e), reading)


KINDS: Mapping[str, Callable[[Estimate, str, ReadOptions], bytes]] = {".xlsx": _xlsx, ".html": _html, ".ifc": _ifc}
"""What is written, by the suffix of the file."""


DEFAULT_DRAWS = 10_000
"""Draws where no number is asked for."""


@click.command(short_help="The estimate as a file to hand on: a workbook, a page, or costs in the IFC file.")
@PLAN
@click.option("-o", "--output", metavar="FILE", required=True, help="File to write: .xlsx, .html or .ifc.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("--printer", metavar="ID", help="Printer, or the path of a profile of your own (.toml).")
@ROUTE
@FORCE
@estimate_options
@reading_options()
def report(source: str, output: str, quiet: bool, **options: Any) -> None:
    """The whole estimate of PLAN as a file to hand on.

    .xlsx is a workbook in which totals follow the rates, .html a page that needs nothing else and prints on A4, .ifc
    the IFC file that was read with costs and schedule in it.
    """
    path = Path(output)
    write_kind = KINDS.get(path.suffix.lower())
    if write_kind is None:
        raise UsageError(f"{output}: the suffix {path.suffix!r} names no report; end the name in {', '.join(KINDS)}")
    progress = Progress(quiet)
    e = made(source, progress, default_samples=DEFAULT_DRAWS, **options)
    refuse_to_overwrite(path)
    progress(f"writing {output} …")
    write(path, write_kind(e, source, options["reading"]))
    progress.done()
