"""``printhouse programme``."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from estimator.cli.options import output_options
from estimator.cli.output import answer, format_of, refuse_to_overwrite, write
from estimator.cli.screen import Progress
from estimator.errors import UsageError

if TYPE_CHECKING:
    from estimator.report.picture import Picture

EVERY_S = 0.5

PICTURES = (".svg", ".png")


class Finite(click.FloatRange):
    """A number within limits; that which is no number (nan) is in none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or an error."""
        found = click.FLOAT.convert(value, param, ctx)
        low = -math.inf if self.min is None else self.min
        high = math.inf if self.max is None else self.max
        if not low <= found <= high:
            name = param.opts[0] if param is not None else "number"
            raise UsageError(f"{name} {value}: cannot be so; give a number from {low:g} to {high:g}")
        return found


@click.command(short_help="Many houses with a fleet: dates, cost, what holds it up, what fleet a date needs.")
@click.argument("file", metavar="FILE")
@click.option("--events", metavar="FILE", help="Write the events of the stated run (.csv).")
@click.option("--gantt", metavar="FILE", help="Draw the stated run, team by team (.svg, .png).")
@click.option("--fleet", metavar="FILE", help="Draw how teams spend their time, and houses handed over (.svg, .png).")
@click.option("--repetitions", type=click.IntRange(0, 10_000), default=None, help="In place of those of the file.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=None, help="In place of that of the file.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a fact; repeatable.")
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Processes.  [default: the cores]")
@click.option("--by", metavar="DATE", default=None, help="Find the smallest fleet that is done by this day.")
@click.option("--sure", "sure_share", type=Finite(0.01, 1.0), default=0.9, show_default=True,
              help="Share of the repetitions that have to keep date and budget.")  # fmt: skip
@click.option("--budget", type=Finite(0, 1e15), default=None, help="Find ways that cost no more.")
@click.option("--strategies", is_flag=True, help="Printed, conventional and mixed, by about as many people.")
@output_options
def programme(
    file: str, events: str | None, gantt: str | None, fleet: str | None, repetitions: int | None, seed: int | None,
    settings: tuple[str, ...], workers: int | None, by: str | None, sure_share: float, budget: float | None,
    strategies: bool, kind: str | None, output: str | None, quiet: bool,
) -> None:  # fmt: skip
    """FILE (.toml or .json) says houses, sites, teams, crews and supply; they are run event by event.

    The answer is a page, or with --format json the whole result; csv gives the houses handed over by month.
    """
    shown_as = format_of(kind, output)
    day = _day(by)
    for name, suffixes in ((events, (".csv",)), (gantt, PICTURES), (fleet, PICTURES)):
        if name is not None and Path(name).suffix.lower() not in suffixes:
            raise UsageError(f"{name}: end the name in {' or '.join(suffixes)}")
    click.get_current_context().meta.setdefault("sources", []).append(file)
    _refuse_one_name_twice({"--events": events, "--gantt": gantt, "--fleet": fleet, "--output": output})
    progress = Progress(quiet)
    progress(f"reading {file} …")
    from dataclasses import replace

    from estimator.programme import search
    from estimator.programme.events import COLUMNS, event_rows
    from estimator.programme.read import read_programme, with_settings
    from estimator.programme.result import Wanted, programme_document
    from estimator.programme.worked import work_out
    from estimator.report.csv_ import csv_text
    from estimator.report.programme import programme_page
    from estimator.report.programme_pictures import fleet_picture, programme_picture
    from materials import method_ids

    asked = with_settings(read_programme(file), settings)
    asked = replace(
        asked,
        repetitions=asked.repetitions if repetitions is None else repetitions,
        seed=asked.seed if seed is None else seed,
    )
    told = _Told(progress)
    compares = strategies or budget is not None
    done = work_out(asked, workers=workers, progress=told, methods=method_ids() if compares else ())
    found = None
    if day is not None:
        found = search.smallest_fleet(done.model, day, sure_share, workers=workers, progress=told)
    ways = []
    if compares:
        sizes = search.SIZES if budget is not None else (1.0,)
        ways = search.strategies(done.model, sizes=sizes, workers=workers, progress=told)
    document = programme_document(done, Wanted(day, budget, sure_share), found, ways)
    progress.done()
    if events is not None:
        _write(events, csv_text(tuple(COLUMNS), event_rows(done)).encode("utf-8"))
    if gantt is not None:
        _write(gantt, _drawn(programme_picture(done), gantt))
    if fleet is not None:
        _write(fleet, _drawn(fleet_picture(document), fleet))
    months = document["handed_over"]
    answer(
        shown_as, output,
        text=lambda colour: programme_page(document, colour=colour),
        document=lambda: document,
        table=lambda: csv_text(tuple(months[0]), months),
    )  # fmt: skip


class _Told:
    """Progress, not more often than one can read."""

    def __init__(self, shown: Progress) -> None:
        self._shown, self._last_s = shown, 0.0

    def __call__(self, says: str, done: int, of: int) -> None:
        now_s = time.monotonic()
        if now_s - self._last_s > EVERY_S:
            self._last_s = now_s
            self._shown(f"{says} {done:,} of {of:,} …")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--by {text}: is no date; write it like 2029-12-31") from None


def _refuse_one_name_twice(outputs: Mapping[str, str | None]) -> None:
    """No output may replace another, or what is read; told before anything is run."""
    seen: dict[Path, str] = {}
    for option, name in outputs.items():
        if name in (None, "-"):
            continue
        path = Path(str(name))
        refuse_to_overwrite(path)
        first = seen.setdefault(path.resolve(), option)
        if first != option:
            raise UsageError(f"{name}: is named by {first} and by {option}; give each a file of its own")


def _write(name: str, content: bytes) -> None:
    refuse_to_overwrite(Path(name))
    write(Path(name), content)


def _drawn(picture: Picture, name: str) -> bytes:
    if Path(name).suffix.lower() == ".png":
        from estimator.report.png_ import png_bytes

        return png_bytes(picture, None)
    from estimator.report.svg_ import svg_text

    return svg_text(picture).encode("utf-8")
