"""``printhouse report``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from estimator.cli.making import made
from estimator.cli.options import PLAN, ROUTE, estimate_options, reading_options
from estimator.cli.output import refuse_to_overwrite, write
from estimator.cli.screen import Progress
from estimator.errors import UsageError

if TYPE_CHECKING:
    from estimator.estimate import Estimate


def _xlsx(e: Estimate) -> bytes:
    from estimator.document import as_document
    from estimator.export.workbook import workbook

    return workbook(as_document(e), e)


KINDS: Mapping[str, Callable[[Estimate], bytes]] = {".xlsx": _xlsx}
"""What is written, by the suffix of the file."""


@click.command(short_help="The estimate as a file to hand on: a workbook with live sums.")
@PLAN
@click.option("-o", "--output", metavar="FILE", required=True, help="File to write; its suffix names the kind: .xlsx.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("--printer", metavar="ID", help="Printer, or the path of a profile of your own (.toml).")
@ROUTE
@estimate_options
@reading_options()
def report(source: str, output: str, quiet: bool, **options: Any) -> None:
    """The whole estimate of PLAN as a file: .xlsx is a workbook in which totals follow the rates."""
    path = Path(output)
    write_kind = KINDS.get(path.suffix.lower())
    if write_kind is None:
        raise UsageError(f"{output}: the suffix {path.suffix!r} names no report; end the name in {', '.join(KINDS)}")
    progress = Progress(quiet)
    e = made(source, progress, **options)
    refuse_to_overwrite(path)
    progress(f"writing {output} …")
    write(path, write_kind(e))
    progress.done()
