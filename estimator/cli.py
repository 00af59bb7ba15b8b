"""The command line: ``printhouse``.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 unexpected, 2 wrong
usage, 3 the plan is not valid, 4 valid but not printable on that printer.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from estimator import __version__
from estimator.errors import EstimatorError, Finding, NotPrintableError, PlanError, UsageError

if TYPE_CHECKING:
    from estimator.plan import Plan
    from printers import Printer

EXIT_USAGE, EXIT_PLAN, EXIT_NOT_PRINTABLE, EXIT_STOPPED = 2, 3, 4, 130
FULL = (errno.ENOSPC, errno.EIO, errno.EDQUOT)

FORMATS = ("text", "json", "csv")
SUFFIXES = {".json": "json", ".csv": "csv", ".txt": "text", ".text": "text"}

PATIENCE_S = 2.0
"""How long a command may keep silent on stderr when that is not a terminal. [s]"""

Function = TypeVar("Function", bound=Callable[..., Any])


class _Commands(click.Group):
    """Commands whose errors become sentences on stderr and exit codes, here and nowhere else."""

    def invoke(self, ctx: click.Context) -> Any:
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


def _refuse(ctx: click.Context, error: Exception, code: int) -> NoReturn:
    """Say everything that is wrong, one sentence a line, and leave."""
    findings = error.findings if isinstance(error, EstimatorError) else ()
    errors = [f for f in findings if f.severity == "error"]
    source = ctx.meta.get("plan", "")
    sentences = [_sentence(source, f) for f in errors] if errors else [str(error)]
    for sentence in sentences:
        _say(f"error: {sentence}", fg="red")
    ctx.exit(code)


def _sentence(source: str, finding: Finding) -> str:
    where = " ".join(filter(None, (f"{source}:" if source else "", finding.where)))
    return f"{where} {finding.message} [{finding.code}]".strip()


def _say(text: str, **style: Any) -> None:
    """A line on stderr, coloured on a terminal."""
    click.echo(click.style(_encodable(_safe(text), sys.stderr), **style), err=True, color=_colour(sys.stderr) or None)


def _safe(text: str) -> str:
    """Text whose characters do not steer the terminal; it may quote a plan file."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def _colour(stream: IO[str]) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _encodable(text: str, stream: IO[str]) -> str:
    """Text that the stream can carry."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
    if encoding in ("utf-8", "utf8", "utf-8-sig"):
        return text
    from estimator.report.layout import plain

    return plain(text)


class _Progress:
    """What is going on, on stderr: on a terminal, or once the work takes long; never if quiet."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.is_terminal = sys.stderr.isatty()
        self.started_s = time.monotonic()
        self.shown = False

    def __call__(self, text: str) -> None:
        late = time.monotonic() - self.started_s > PATIENCE_S
        if self.quiet or not (self.is_terminal or late):
            return
        self.shown = self.is_terminal
        if self.is_terminal:
            click.echo(f"\r\x1b[K{_encodable(text, sys.stderr)}", err=True, nl=False)
        else:
            click.echo(_encodable(text, sys.stderr), err=True)

    def done(self) -> None:
        """Take the line away."""
        if self.shown:
            click.echo("\r\x1b[K", err=True, nl=False)


# --- options --------------------------------------------------------------------------------


def _traceback(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        sys.excepthook = sys.__excepthook__


def _output_options(function: Function) -> Function:
    for option in (
        click.option("-v", "--verbose", is_flag=True, expose_value=False, callback=_traceback,
                     help="Show where the program failed, if it does."),
        click.option("-q", "--quiet", is_flag=True, help="No progress on stderr."),
        click.option("-o", "--output", metavar="FILE", help="Write to a file; its suffix names the format."),
        click.option("-f", "--format", "kind", type=click.Choice(FORMATS), help="Default: text."),
    ):  # fmt: skip
        function = option(function)
    return function


def _estimate_options(function: Function) -> Function:
    for option in (
        click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True,
                     help="Seed of the random draws."),
        click.option("--samples", type=click.IntRange(0, 200_000), default=None,
                     help="Random draws behind the ranges, 100 or more; 0 leaves them out.  [default: 10000]"),
        click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
                     help="Change a fact, e.g. printer.print_speed_m_per_s=0.1; repeatable."),
        click.option("--region", metavar="ID", help="Where it is built; default: as the plan says."),
        click.option("--wall-system", metavar="NAME", help="Cross-section of the walls; default: the printer's."),
        click.option("--mix", metavar="ID", help="What is printed; default: the printer's."),
    ):  # fmt: skip
        function = option(function)
    return function


_PLAN = click.argument("source", metavar="PLAN")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", prog_name="printhouse")
def cli() -> None:
    """What a plan costs to print, how long that takes, and what it costs built otherwise.

    PLAN is a plan file (printhouse JSON or IFC), or - for standard input.
    """


@cli.command(short_help="Time, material and cost of a plan on one printer.")
@_PLAN
@click.option("--printer", metavar="ID", help="Printer, or the path of a profile of your own (.toml).")
@_estimate_options
@_output_options
def estimate(
    source: str, printer: str | None, mix: str | None, wall_system: str | None, region: str | None,
    settings: tuple[str, ...], samples: int | None, seed: int, kind: str | None, output: str | None, quiet: bool,
) -> None:  # fmt: skip
    """Time, material and cost of printing PLAN, beside conventional building."""
    kind = _format(kind, output)
    progress = _Progress(quiet)
    progress(f"reading {source} …")
    plan = _read(source)
    from estimator.estimate import DEFAULT_SAMPLES
    from estimator.estimate import estimate as estimated
    from estimator.overrides import parse_overrides

    machine = _printer(printer) if printer is not None else None
    inputs = parse_overrides(settings).applied(machine, mix, region, plan)
    progress("estimating …")
    e = estimated(
        plan, wall_system=wall_system, samples=DEFAULT_SAMPLES if samples is None else samples, seed=seed, **inputs
    )
    progress.done()
    from estimator.document import as_document
    from estimator.report.csv_ import ledger_csv
    from estimator.report.text import estimate_page

    _answer(
        kind,
        output,
        text=lambda colour: estimate_page(e, colour=colour),
        document=lambda: as_document(e),
        table=lambda: ledger_csv(as_document(e)),
    )


@cli.command(short_help="A plan on several printers, best first.")
@_PLAN
@click.option("--printer", "printer_names", metavar="ID", multiple=True,
              help="Printer, or a profile of your own (.toml); repeatable. Default: all.")  # fmt: skip
@_estimate_options
@_output_options
def compare(
    source: str, printer_names: tuple[str, ...], mix: str | None, wall_system: str | None, region: str | None,
    settings: tuple[str, ...], samples: int | None, seed: int, kind: str | None, output: str | None, quiet: bool,
) -> None:  # fmt: skip
    """PLAN on several printers, best first, and why the others cannot print it."""
    kind = _format(kind, output)
    progress = _Progress(quiet)
    progress(f"reading {source} …")
    plan = _read(source)
    from estimator.compare import compare as compared
    from estimator.estimate import DEFAULT_SAMPLES
    from estimator.overrides import parse_overrides

    c = compared(
        plan,
        [_printer(name) for name in dict.fromkeys(printer_names)] or None,
        mix=mix,
        wall_system=wall_system,
        region=region,
        overrides=parse_overrides(settings),
        samples=DEFAULT_SAMPLES if samples is None else samples,
        seed=seed,
        progress=lambda name: progress(f"estimating on {name} …"),
    )
    progress.done()
    if not c.estimates:
        reasons = [Finding(r.code, "error", r.printer, r.reason) for r in c.refusals]
        raise NotPrintableError(f"{source}: no printer asked for can print this plan", reasons)
    from estimator.document import comparison_document
    from estimator.report.comparison import comparison_page
    from estimator.report.csv_ import comparison_csv

    _answer(
        kind,
        output,
        text=lambda colour: comparison_page(c, colour=colour),
        document=lambda: comparison_document(c),
        table=lambda: comparison_csv(comparison_document(c)),
    )


@cli.command(short_help="What was understood of a plan, and what is wrong.")
@_PLAN
@click.option("--printer", metavar="ID", help="Say only whether this printer can print it.")
@_output_options
def check(source: str, printer: str | None, kind: str | None, output: str | None, quiet: bool) -> None:
    """What was understood of PLAN, what is wrong with it, and who can print it."""
    kind = _format(kind, output)
    progress = _Progress(quiet)
    progress(f"reading {source} …")
    plan = _read(source)
    from estimator.report.check import check_csv, check_object, check_page
    from printers import load_printer, printer_ids

    chosen = [_printer(printer)] if printer is not None else [load_printer(name) for name in printer_ids()]
    d = check_object(plan, chosen)
    progress.done()
    if printer is not None and not d["printers"][0]["prints"]:
        errors = [Finding(**f) for f in d["printers"][0]["findings"] if f["severity"] == "error"]
        raise NotPrintableError(f"{source} cannot be printed by {printer}", errors)
    _answer(
        kind, output, text=lambda colour: check_page(d, colour=colour), document=lambda: d, table=lambda: check_csv(d)
    )


def _catalogue(noun: str, singular: str) -> None:
    """Add ``printhouse NOUN list`` and ``printhouse NOUN show ID``."""

    @cli.group(name=noun, help=f"Known {noun}, and every number of one.")
    def group() -> None:
        pass

    @group.command(name="list", help=f"All {noun}, one line each.")
    @_output_options
    def list_(kind: str | None, output: str | None, quiet: bool) -> None:
        from estimator.report import catalogue

        _answer(
            _format(kind, output),
            output,
            text=lambda colour: catalogue.list_page(noun, colour=colour),
            document=lambda: catalogue.list_object(noun),
            table=lambda: catalogue.list_csv(noun),
        )

    @group.command(name="show", help=f"Every number of one {singular}: value, range, basis, source, reason.")
    @click.argument("name", metavar="ID")
    @_output_options
    def show(name: str, kind: str | None, output: str | None, quiet: bool) -> None:
        from estimator.report import catalogue

        item = catalogue.load(noun, name)
        _answer(
            _format(kind, output),
            output,
            text=lambda colour: catalogue.show_page(noun, item, colour=colour),
            document=lambda: catalogue.show_object(noun, item),
            table=lambda: catalogue.show_csv(noun, item),
        )


for _noun, _singular in (("printers", "printer"), ("mixes", "mix"), ("regions", "region"), ("methods", "method")):
    _catalogue(_noun, _singular)


# --- in and out -----------------------------------------------------------------------------


def _printer(name: str) -> Printer:
    from printers import load_printer, load_profile_file

    if not name.endswith(".toml"):
        return load_printer(name)
    click.get_current_context().meta.setdefault("sources", []).append(name)
    return load_profile_file(name)


def _read(source: str) -> Plan:
    """Plan of a file, or of standard input."""
    context = click.get_current_context()
    context.meta["plan"] = "stdin" if source == "-" else source
    context.meta.setdefault("sources", []).append(source)
    from estimator.readers import read_plan

    if source != "-":
        return read_plan(source)
    data = sys.stdin.buffer.read()
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        from estimator.readers.native import parse_native

        try:
            return parse_native(data.decode("utf-8-sig"), "stdin")
        except UnicodeDecodeError:
            raise PlanError("stdin: is not UTF-8 text; save it as UTF-8") from None
    from dataclasses import replace

    with tempfile.TemporaryDirectory() as folder:
        spooled = Path(folder) / "stdin"
        spooled.write_bytes(data)
        try:
            return replace(read_plan(spooled), source="stdin")
        except PlanError as error:
            raise PlanError(str(error).replace(str(spooled), "stdin"), error.findings) from None


def _format(kind: str | None, output: str | None) -> str:
    """Format asked for, by name or by the suffix of the file."""
    if kind is not None:
        return kind
    if output in (None, "-"):
        return "text"
    suffix = Path(str(output)).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            f"{output}: the suffix {suffix!r} names no format; end the name in {', '.join(SUFFIXES)}, or say --format"
        )
    return SUFFIXES[suffix]


def _answer(
    kind: str,
    output: str | None,
    *,
    text: Callable[[bool], str],
    document: Callable[[], dict[str, Any]],
    table: Callable[[], str],
) -> None:
    """Write the result in the format asked for, to stdout or to a file."""
    to_file = output not in (None, "-")
    if kind == "json":
        content = json.dumps(document(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    elif kind == "csv":
        content = table()
    else:
        content = text(not to_file and _colour(sys.stdout))
    if to_file:
        _refuse_to_overwrite(Path(str(output)))
        _write(Path(str(output)), content.encode("utf-8"))
        return
    if kind == "text":
        content = _encodable(content, sys.stdout)
    binary = getattr(sys.stdout, "buffer", None)
    if kind != "text" and binary is not None:  # JSON and CSV are UTF-8 whatever the terminal speaks
        binary.write(content.encode("utf-8"))
        binary.flush()
    else:
        click.echo(content, nl=False, color=True if _colour(sys.stdout) else None)


def _refuse_to_overwrite(path: Path) -> None:
    """The answer must not replace a file it was made from."""
    for source in click.get_current_context().meta.get("sources", ()):
        if path.exists() and os.path.exists(source) and path.samefile(source):
            raise UsageError(f"{path}: is a file that was read; name another file for the answer")


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a pipe or a device cannot be replaced
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
            os.replace(name, path)
        except BaseException as error:
            Path(name).unlink(missing_ok=True)
            raise error
    except OSError as error:
        advice = "make room" if error.errno in FULL else "name a file in a folder that exists"
        raise UsageError(f"{path}: cannot be written ({error.strerror}); {advice}") from None


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """One sentence for an error of the program itself; the exit code is 1."""
    _say(
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
        cli(prog_name="printhouse")
    except KeyboardInterrupt:
        _say("stopped", fg="red")
        sys.exit(EXIT_STOPPED)
    except OSError as error:
        if error.errno not in FULL:
            raise
        _say(f"error: the answer cannot be written ({error.strerror}); make room or write somewhere else", fg="red")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is buffered cannot be written either
        sys.exit(EXIT_USAGE)


if __name__ == "__main__":
    main()
