"""``printhouse draw``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from estimator.cli.options import PLAN, ROUTE, load_machine, read, reading_options
from estimator.cli.output import refuse_to_overwrite, write
from estimator.cli.screen import Progress
from estimator.errors import UsageError
from estimator.options import ReadOptions

if TYPE_CHECKING:
    from estimator.report.picture import Picture

SUFFIXES = (".svg", ".png")


@click.command(short_help="The plan, a layer, the structure, the schedule or what moves the cost, as a picture.")
@PLAN
@click.option(
    "--layer", type=int, metavar="N", help="Toolpath of this layer, from 1 at the bottom; negative from the top."
)
@click.option(
    "--structure", is_flag=True, help="Walls coloured by what of their strength is used, printed by --printer."
)
@click.option("--schedule", "dates", is_flag=True, help="The schedule of the house, printed by --printer, as bars.")
@click.option("--tornado", is_flag=True, help="What moves the cost of the house, printed by --printer.")
@click.option("--printer", metavar="ID", help="Printer whose toolpath is drawn, or the path of a profile.")
@click.option("--mix", metavar="ID", help="What is printed; default: the printer's.")
@click.option("--wall-system", metavar="NAME", help="Cross-section of the walls; default: the printer's.")
@click.option("--region", metavar="ID", help="Where it is built; default: as the plan says, else usa.")
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help="Change a fact; repeatable.")
@ROUTE
@click.option(
    "--size",
    type=click.IntRange(100, 12_000),
    metavar="PX",
    help="Length of the longer side of a PNG; default: 2000 to 5000, by the paper.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("-o", "--output", metavar="FILE", help="Picture to write, .svg or .png; default: SVG on stdout.")
@reading_options(layer_is_toolpath=True)
def draw(
    source: str, layer: int | None, structure: bool, dates: bool, tornado: bool, printer: str | None,
    mix: str | None, wall_system: str | None, region: str | None, settings: tuple[str, ...], route: str | None,
    size: int | None, quiet: bool, output: str | None, reading: ReadOptions,
) -> None:  # fmt: skip
    """PLAN as a picture: walls, openings, rooms, findings; or a layer, the structure, the schedule, the tornado."""
    to_file = output not in (None, "-")
    suffix = Path(str(output)).suffix.lower() if to_file else ".svg"
    if suffix not in SUFFIXES:
        raise UsageError(f"{output}: the suffix {suffix!r} names no picture; end the name in {' or '.join(SUFFIXES)}")
    asked = [layer is not None, structure, dates, tornado]
    if sum(asked) > 1:
        raise UsageError(
            "--layer, --structure, --schedule and --tornado are pictures of their own; ask for one of them"
        )
    if not any(asked) and (settings or {printer, mix, wall_system, region, route} != {None}):
        raise UsageError(
            "--printer, --mix, --wall-system, --region, --set and --route belong to the toolpath of a layer, the "
            "structure, the schedule and the tornado; say --layer, --structure, --schedule or --tornado"
        )
    progress = Progress(quiet)
    progress(f"reading {source} …")
    plan = read(source, reading)
    progress("drawing …")
    picture: Picture
    if not any(asked):
        from estimator.fit import check
        from estimator.report.drawing import plan_picture

        picture = plan_picture(plan, check(plan))
    else:
        from estimator.document import as_document
        from estimator.estimate import DEFAULT_PRINTER, DEFAULT_SAMPLES, estimate
        from estimator.overrides import parse_overrides
        from estimator.report.charts import gantt_picture, tornado_picture
        from estimator.report.gantt import schedule_object
        from estimator.report.path_drawing import layer_picture
        from estimator.report.structure_drawing import structure_picture

        inputs = parse_overrides(settings).applied(load_machine(printer or DEFAULT_PRINTER), mix, region, plan)
        house = dates or tornado
        made = estimate(
            plan, wall_system=wall_system, route=route, methods=None if house else (),
            samples=DEFAULT_SAMPLES if tornado else 0, **inputs,
        )  # fmt: skip
        if dates:
            picture = gantt_picture(schedule_object(made))
        elif tornado:
            picture = tornado_picture(as_document(made))
        else:
            picture = structure_picture(made) if layer is None else layer_picture(made, layer)
    if suffix == ".png":
        from estimator.report.png_ import png_bytes

        content = png_bytes(picture, size)
    else:
        from estimator.report.svg_ import svg_text

        content = svg_text(picture).encode("utf-8")
    progress.done()
    if to_file:
        refuse_to_overwrite(Path(str(output)))
        write(Path(str(output)), content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
