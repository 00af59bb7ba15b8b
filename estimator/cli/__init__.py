"""The command line: ``printhouse``.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 unexpected, 2 wrong
usage, 3 the plan is not valid, 4 valid but not printable on that printer.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from types import TracebackType

import click

from estimator import __version__, interrupts
from estimator.cli.batch import batch
from estimator.cli.bill import bill, breakeven, explain, schedule
from estimator.cli.calibrate import calibrate
from estimator.cli.catalogue import add_catalogue
from estimator.cli.check import check
from estimator.cli.compare import compare
from estimator.cli.convert import convert
from estimator.cli.draw import draw
from estimator.cli.estimate import estimate
from estimator.cli.export import export
from estimator.cli.output import FULL
from estimator.cli.programme import programme
from estimator.cli.report import report
from estimator.cli.screen import EXIT_STOPPED, EXIT_USAGE, Commands, say
from estimator.cli.validate import validate


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", prog_name="printhouse")
def cli() -> None:
    """What a plan costs to print, how long that takes, and what it costs built otherwise.

    PLAN is a plan file (printhouse JSON, IFC, DXF, SVG, GeoJSON, a planner's file or a mesh), or - for standard input.
    """


for _command in (
    estimate,
    compare,
    batch,
    programme,
    bill,
    schedule,
    breakeven,
    explain,
    report,
    check,
    draw,
    convert,
    export,
    validate,
    calibrate,
):
    cli.add_command(_command)
for _noun, _singular in (("printers", "printer"), ("mixes", "mix"), ("regions", "region"), ("methods", "method")):
    add_catalogue(cli, _noun, _singular)


for _found in entry_points(group="printhouse.commands"):
    cli.add_command(_found.load())


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """One sentence for an error of the program itself; the exit code is 1."""
    say(
        f"error: the program failed ({kind.__name__}: {error}); this is a fault of printhouse: "
        "run again with -v and report what it prints",
        fg="red",
    )


def main() -> None:
    """Entry point of the command ``printhouse``."""
    sys.excepthook = _unexpected
    if sys.stdout is None:
        os.write(2, b"error: standard output is closed; open it or name a file with -o\n")
        sys.exit(EXIT_USAGE)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")
    if sys.stdin is None:
        sys.stdin = open(os.devnull)
    try:
        interrupts.once()
        cli(prog_name="printhouse")
    except KeyboardInterrupt:
        say("stopped", fg="red")
        sys.exit(EXIT_STOPPED)
    except OSError as error:
        if error.errno not in FULL:
            raise
        say(f"error: the answer cannot be written ({error.strerror}); make room or write somewhere else", fg="red")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is buffered cannot be written either
        sys.exit(EXIT_USAGE)
