"""What the command line says on stderr: sentences, progress, errors; and its exit codes."""

from __future__ import annotations

import os
import sys
import time
from typing import IO, Any, NoReturn

import click

from estimator.errors import EstimatorError, Finding, NotPrintableError, PlanError, UsageError

EXIT_USAGE, EXIT_PLAN, EXIT_NOT_PRINTABLE, EXIT_STOPPED = 2, 3, 4, 130

PATIENCE_S = 2.0
"""How long a command may keep silent on stderr when that is not a terminal. [s]"""


class Commands(click.Group):
    """Commands whose errors become sentences on stderr and exit codes, here and nowhere else."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        from materials import TableError
        from printers import ProfileError

        try:
            return super().invoke(ctx)
        except PlanError as error:
            _refuse(ctx, error, EXIT_PLAN)
        except NotPrintableError as error:
            _refuse(ctx, error, EXIT_NOT_PRINTABLE)
        except (UsageError, ProfileError, TableError) as error:
            _refuse(ctx, error, EXIT_USAGE)
        except KeyboardInterrupt:  # before click makes a failure of it
            say("stopped", fg="red")
            ctx.exit(EXIT_STOPPED)


def _refuse(ctx: click.Context, error: Exception, code: int) -> NoReturn:
    """Say everything that is wrong, one sentence a line, and leave."""
    findings = error.findings if isinstance(error, EstimatorError) else ()
    errors = [f for f in findings if f.severity == "error"]
    source = ctx.meta.get("plan", "")
    sentences = [_sentence(source, f) for f in errors] if errors else [str(error)]
    for sentence in sentences:
        say(f"error: {sentence}", fg="red")
    ctx.exit(code)


def _sentence(source: str, finding: Finding) -> str:
    where = " ".join(filter(None, (f"{source}:" if source else "", finding.where)))
    return f"{where} {finding.message} [{finding.code}]".strip()


def say(text: str, **style: Any) -> None:
    """A line on stderr, coloured on a terminal."""
    click.echo(click.style(encodable(_safe(text), sys.stderr), **style), err=True, color=colour_on(sys.stderr) or None)


def _safe(text: str) -> str:
    """Text whose characters do not steer the terminal; it may quote a plan file."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def colour_on(stream: IO[str]) -> bool:
    """Whether to use the colours of a terminal."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def encodable(text: str, stream: IO[str]) -> str:
    """Text that the stream can carry."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
    if encoding in ("utf-8", "utf8", "utf-8-sig"):
        return text
    from estimator.report.layout import plain

    return plain(text)


class Progress:
    """What is going on, on stderr: on a terminal, or once the work takes long; never if quiet."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.is_terminal = sys.stderr.isatty()
        self.started_s = time.monotonic()
        self.shown = False

    def __call__(self, text: str) -> None:
        """Say what goes on now."""
        late = time.monotonic() - self.started_s > PATIENCE_S
        if self.quiet or not (self.is_terminal or late):
            return
        self.shown = self.is_terminal
        if self.is_terminal:
            click.echo(f"\r\x1b[K{encodable(text, sys.stderr)}", err=True, nl=False)
        else:
            click.echo(encodable(text, sys.stderr), err=True)

    def done(self) -> None:
        """Take the line away."""
        if self.shown:
            click.echo("\r\x1b[K", err=True, nl=False)
