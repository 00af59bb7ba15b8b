"""``printhouse export``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from estimator.cli.options import PLAN, load_machine, read, reading_options
from estimator.cli.output import refuse_to_overwrite, write
from estimator.cli.screen import Progress
from estimator.errors import UsageError
from estimator.options import ReadOptions

if TYPE_CHECKING:
    from estimator.estimate import Estimate
    from estimator.export.layers import Layers

KINDS = ("gcode", "glb", "stl", "3mf", "dxf", "csv")
SOLIDS = ("glb", "stl", "3mf")
DETAILS = ("bands", "coarse", "normal", "fine")


@click.command(short_help="The toolpath as G-code, DXF or CSV; the beads as GLB, STL or 3MF.")
@PLAN
@click.option("--printer", metavar="ID", help="Printer, or the path of a profile of your own (.toml).")
@click.option("--mix", metavar="ID", help="What is printed; default: the printer's.")
@click.option("--wall-system", metavar="NAME", help="Cross-section of the walls; default: the printer's.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
              help="Change a fact, e.g. printer.print_speed_m_per_s=0.1; repeatable.")  # fmt: skip
@click.option("--layers", "wanted", metavar="A-B", help="These layers only, from 1 at the bottom; or a single one.")
@click.option("--detail", type=click.Choice(DETAILS), help="How finely beads are modelled.  [default: normal]")
@click.option("-f", "--format", "kind", type=click.Choice(KINDS), help="Default: by the suffix of -o.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("-o", "--output", metavar="FILE", help="File to write; default: stdout, and then --format is needed.")
@reading_options(layer_is_toolpath=True)
def export(
    source: str, printer: str | None, mix: str | None, wall_system: str | None, settings: tuple[str, ...],
    wanted: str | None, detail: str | None, kind: str | None, quiet: bool, output: str | None, reading: ReadOptions,
) -> None:  # fmt: skip
    """PLAN as its printer would lay it: G-code, bead solids, or the moves of every layer."""
    to_file = output not in (None, "-")
    kind = kind or _kind_of(output if to_file else None)
    if detail is not None and kind not in SOLIDS:
        raise UsageError(f"--detail belongs to solids ({', '.join(SOLIDS)}); {kind} holds every move as it is")
    span = None if wanted is None else _span(wanted)
    progress = Progress(quiet)
    progress(f"reading {source} …")
    plan = read(source, reading)
    if to_file:
        refuse_to_overwrite(Path(str(output)))
    from estimator.estimate import DEFAULT_PRINTER, estimate
    from estimator.export.layers import printed_layers
    from estimator.overrides import parse_overrides

    machine = load_machine(printer or DEFAULT_PRINTER)
    inputs = parse_overrides(settings).applied(machine, mix, None, plan)
    progress("planning the toolpath …")
    made = estimate(plan, wall_system=wall_system, methods=(), samples=0, **inputs)
    layers = printed_layers(made, span)
    progress(f"writing {len(layers)} layers …")
    parts = _parts(kind, made, layers, detail or "normal")
    if to_file:
        write(Path(str(output)), parts)
    else:
        sys.stdout.buffer.writelines((parts,) if isinstance(parts, bytes) else parts)
        sys.stdout.buffer.flush()
    progress.done()


def _kind_of(output: str | None) -> str:
    if output is None:
        raise UsageError(f"name a file with -o, or a format with --format {', '.join(KINDS)}")
    suffix = Path(output).suffix.lower()
    if suffix.removeprefix(".") not in KINDS:
        ends = ", ".join(f".{k}" for k in KINDS)
        raise UsageError(f"{output}: the suffix {suffix!r} names no export; end the name in {ends}, or say --format")
    return suffix.removeprefix(".")


def _span(text: str) -> tuple[int, int]:
    """First and last layer of ``A-B`` or ``A``."""
    found = re.fullmatch(r"\s*(-?\d{1,9})(?:\s*-\s*(-?\d{1,9}))?\s*", text)
    if found is None:
        raise UsageError(f"--layers {text}: write A-B, or one number, counted from 1 at the bottom")
    first = int(found[1])
    return first, first if found[2] is None else int(found[2])


def _parts(kind: str, made: Estimate, layers: Layers, detail: str) -> bytes | Iterable[bytes]:
    if kind == "gcode":
        from estimator.export.gcode import gcode

        return gcode(made, layers)
    if kind == "csv":
        from estimator.export.path_csv import path_csv

        return path_csv(made, layers)
    if kind == "dxf":
        from estimator.export.layers_dxf import layers_dxf

        return layers_dxf(made, layers)
    from estimator.export import solid_files

    if kind == "stl":
        return solid_files.stl(made, layers, detail)
    return (solid_files.glb if kind == "glb" else solid_files.threemf)(made, layers, detail)
