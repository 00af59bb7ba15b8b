"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from estimator.cli.output import FORMATS
from estimator.errors import UsageError
from estimator.options import Limits, ReadOptions, unit_m

if TYPE_CHECKING:
    from estimator.overrides import Overrides
    from estimator.plan import Plan
    from printers import Printer

Function = TypeVar("Function", bound=Callable[..., Any])

WALL_SYSTEM_HELP = (
    "Cross-section of the walls: single, solid, double-leaf, double-leaf-webs, double-leaf-zigzag, double-leaf-sine, "
    "cellular, filled-core, forked, element-hollow; default: the printer's."
)

PLAN = click.argument("source", metavar="PLAN")


def _traceback(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        sys.excepthook = sys.__excepthook__


def output_options(function: Function) -> Function:
    """Add the options of everything that prints an answer."""
    for option in (
        click.option("-v", "--verbose", is_flag=True, expose_value=False, callback=_traceback,
                     help="Show where the program failed, if it does."),
        click.option("-q", "--quiet", is_flag=True, help="No progress on stderr."),
        click.option("-o", "--output", metavar="FILE", help="Write to a file; its suffix names the format."),
        click.option("-f", "--format", "kind", type=click.Choice(FORMATS), help="Default: text."),
    ):  # fmt: skip
        function = option(function)
    return function


def estimate_options(function: Function) -> Function:
    """Add the options of an estimate."""
    for option in (
        click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True,
                     help="Seed of the random draws."),
        click.option("--samples", type=click.IntRange(0, 200_000), default=None,
                     help="Random draws behind the ranges, 100 or more; 0 leaves them out.  [default: by command]"),
        click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
                     help="Change a fact, e.g. printer.print_speed_m_per_s=0.1; repeatable."),
        click.option("--rates", metavar="FILE", help="Prices, wages and other facts of the place, with sources (CSV)."),
        click.option("--site", metavar="FILE", help="Defaults of a site, as printhouse calibrate writes them."),
        click.option("--region", metavar="ID", help="Where it is built; default: as the plan says."),
        click.option("--wall-system", metavar="NAME", help=WALL_SYSTEM_HELP),
        click.option("--mix", metavar="ID", help="What is printed; default: the printer's."),
    ):  # fmt: skip
        function = option(function)
    return function


def changes(settings: tuple[str, ...], rates: str | None, site: str | None) -> Overrides:
    """What ``--set``, ``--rates`` and ``--site`` change; of one fact the first of them wins.

    Parameters
    ----------
    settings : tuple of str
    rates, site : str or None
        Files.

    Returns
    -------
    Overrides

    Raises
    ------
    UsageError
        A setting or a file is wrong.
    """
    from estimator.overrides import parse_overrides
    from estimator.rates import read_rates
    from estimator.site_file import read_site

    return parse_overrides(settings, read_rates(rates) if rates else None, read_site(site) if site else None)


FORCE = click.option("--force", is_flag=True, help="Answer although a wall cannot stand.")


ROUTE = click.option("--route", type=click.Choice(("aci318", "tms402", "en1996", "en1992")),
                     help="Code by which set walls are checked; default: the usual one of the region.")  # fmt: skip


def load_machine(name: str) -> Printer:
    """Printer of a name, or of the path of a profile."""
    from printers import load_printer, load_profile_file

    if not name.endswith(".toml"):
        return load_printer(name)
    click.get_current_context().meta.setdefault("sources", []).append(name)
    return load_profile_file(name)


def reading_options(*, layer_is_toolpath: bool = False) -> Callable[[Function], Function]:
    """Add the options of reading a plan; the command gets them as one ``reading``.

    Parameters
    ----------
    layer_is_toolpath : bool
        Whether ``--layer`` means something else on this command; then only ``--wall-layer`` names layers.
    """
    names = ("--wall-layer",) if layer_is_toolpath else ("--layer", "--wall-layer")
    added = (
        click.option("--limit", "limit", multiple=True, metavar="KEY=VALUE",
                     help="Change a limit of reading, e.g. time_s=600; repeatable."),
        click.option("--with", "companion", multiple=True, metavar="FILE",
                     help="A further file of the plan: levels, openings of a map; repeatable."),
        click.option("--storey", metavar="NAME|N", help="Read one storey only."),
        click.option("--thickness", metavar="M", type=click.FloatRange(0.01, 3.0),
                     help="Thickness of walls drawn as lines.  [m]"),
        click.option("--height", metavar="M", type=click.FloatRange(0.05, 100.0),
                     help="Height of walls that the file gives none.  [m]"),
        click.option("--opening-layer", multiple=True, metavar="NAME",
                     help="Layer or group that holds doors and windows; repeatable, * stands for anything."),
        click.option(*names, "wall_layer", multiple=True, metavar="NAME",
                     help="Layer, group or material that holds walls; repeatable, * stands for anything."),
        click.option("--up", type=click.Choice(("x", "y", "z")), help="Upward axis of a mesh."),
        click.option("--width", metavar="M", type=click.FloatRange(0.1, 20_000.0),
                     help="Width of the building from left to right, where the file has no unit.  [m]"),
        click.option("--unit", metavar="UNIT", help="Unit of lengths: m, cm, mm, in, ft, or a number of metres."),
    )  # fmt: skip

    def decorated(function: Function) -> Function:
        @functools.wraps(function)
        def called(**given: Any) -> Any:
            return function(reading=_reading(given), **given)

        whole: Any = called
        for option in added:
            whole = option(whole)
        return cast(Function, whole)

    return decorated


def _reading(given: dict[str, Any]) -> ReadOptions:
    """What was said about the plan file, taken out of the arguments of a command."""
    limits = Limits()
    for entry in given.pop("limit"):
        key, _, value = entry.partition("=")
        try:
            limits = limits.changed(key.strip(), float(value))
        except ValueError:
            raise UsageError(f"--limit {entry}: write KEY=VALUE with a number") from None
    unit, width = given.pop("unit"), given.pop("width")
    if unit is not None and width is not None:
        raise UsageError("--unit and --width both give the scale; give one of them")
    return ReadOptions(
        unit_m=None if unit is None else unit_m(unit),
        width_m=width,
        up=given.pop("up"),
        wall_layers=given.pop("wall_layer"),
        opening_layers=given.pop("opening_layer"),
        height_m=given.pop("height"),
        thickness_m=given.pop("thickness"),
        storey=given.pop("storey"),
        companions=tuple(Path(name) for name in given.pop("companion")),
        limits=limits,
    )


def read(source: str, reading: ReadOptions) -> Plan:
    """Plan of a file, or of standard input."""
    context = click.get_current_context()
    context.meta["plan"] = "stdin" if source == "-" else source
    context.meta.setdefault("sources", []).extend((source, *map(str, reading.companions)))
    from estimator.readers import read_plan, read_stream

    if source != "-":
        return read_plan(source, reading)
    return read_stream(sys.stdin.buffer, "stdin", reading)
