"""``printhouse convert``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from estimator.cli.options import PLAN, read, reading_options
from estimator.cli.output import refuse_to_overwrite, write
from estimator.cli.screen import Progress
from estimator.errors import UsageError
from estimator.options import ReadOptions

SUFFIX = ".json"


@click.command(short_help="The plan in printhouse's own format.")
@PLAN
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("-o", "--output", metavar="FILE", help="Plan file to write, .json; default: stdout.")
@reading_options()
def convert(source: str, quiet: bool, output: str | None, reading: ReadOptions) -> None:
    """PLAN in printhouse's own format, to read, edit and keep: same walls, same estimate."""
    to_file = output not in (None, "-")
    suffix = Path(str(output)).suffix
    if to_file and suffix.lower() != SUFFIX:
        raise UsageError(f"{output}: the suffix {suffix!r} names no printhouse plan; end the name in {SUFFIX}")
    progress = Progress(quiet)
    progress(f"reading {source} …")
    plan = read(source, reading)
    if to_file:
        refuse_to_overwrite(Path(str(output)))
    progress("converting …")
    from estimator.export.native import native_text

    content = native_text(plan).encode("utf-8")
    progress.done()
    if to_file:
        write(Path(str(output)), content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
