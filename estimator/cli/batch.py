"""``printhouse batch``."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

import click

from estimator.cli.output import write
from estimator.cli.screen import Progress
from estimator.errors import UsageError

EVERY_S = 0.5


@click.command(short_help="Many plans on many printers, in one table.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", required=True, metavar="FILE", help="Table: .csv, .jsonl or .parquet.")
@click.option(
    "--printer",
    "printers",
    multiple=True,
    metavar="ID",
    help="Repeatable; all for every one on file. Default: the usual one.",
)
@click.option("--mix", "mixes", multiple=True, metavar="ID", help="Repeatable. Default: the printer's.")
@click.option(
    "--wall-system", "wall_systems", multiple=True, metavar="NAME", help="Repeatable. Default: the printer's."
)
@click.option("--region", "regions", multiple=True, metavar="ID", help="Repeatable. Default: as each plan says.")
@click.option(
    "--method",
    "methods",
    multiple=True,
    metavar="ID",
    help="Compared with; repeatable; all for every one. Default: none.",
)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a fact; repeatable.")
@click.option(
    "--samples", type=click.IntRange(0, 200_000), default=0, show_default=True, help="Random draws behind the ranges."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True, help="Seed of the random draws."
)
@click.option("--force", is_flag=True, help="Answer although a wall cannot stand.")
@click.option("--unit", metavar="UNIT", default=None, help="Of plan files that have none: m, mm, in, ft, or metres.")
@click.option(
    "--height", "height_m", metavar="M", type=click.FloatRange(0.05, 100.0), default=None, help="Of walls without one."
)
@click.option(
    "--thickness",
    "thickness_m",
    metavar="M",
    type=click.FloatRange(0.01, 3.0),
    default=None,
    help="Of walls without one.",
)
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Processes.  [default: the cores]")
@click.option(
    "--scheduler",
    "address",
    metavar="ADDRESS",
    default=None,
    help="Of a Dask scheduler, tcp://host:port, whose workers do it.",
)
@click.option(
    "--plan-time",
    "plan_time_s",
    type=click.FloatRange(1, 86_400),
    default=600.0,
    show_default=True,
    help="Seconds for one plan.",
)
@click.option(
    "--plan-memory",
    "plan_memory_mb",
    type=click.IntRange(1_500, 1_000_000),
    default=4_000,
    show_default=True,
    help="MB for one plan.",
)
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def batch(
    sources: tuple[str, ...], output: str, printers: tuple[str, ...], mixes: tuple[str, ...],
    wall_systems: tuple[str, ...], regions: tuple[str, ...], methods: tuple[str, ...], settings: tuple[str, ...],
    samples: int, seed: int, force: bool, unit: str | None, height_m: float | None, thickness_m: float | None,
    workers: int | None, address: str | None, plan_time_s: float, plan_memory_mb: int, quiet: bool,
) -> None:  # fmt: skip
    """Every plan of every SOURCE (plan files, folders, .csv tables of plans, GeoJSON maps of footprints) on every
    combination of the choices.

    A plan that cannot be read is a row that says so. A batch that was stopped goes on where it was when it is started
    again with the same output: what is worked out lies beside it, in FILE.journal.
    """
    from estimator.batch.engine import Engine, PoolEngine
    from estimator.batch.journal import Journal, journal_path
    from estimator.batch.plans import found_plans
    from estimator.batch.rows import Combinations, combined, refuse_wrong
    from estimator.batch.run import gathered, run_batch
    from estimator.batch.scheduler import DaskEngine
    from estimator.batch.summary import Summary, summary_page
    from estimator.batch.table import table_kind, written
    from estimator.batch.task import Bounds
    from estimator.options import unit_m

    path = Path(output)
    kind = table_kind(path)
    asked = Combinations(
        printers or ("",), mixes or ("",), wall_systems or ("",),
        regions or ("",), methods, settings, samples, seed, force, None if unit is None else unit_m(unit), height_m,
        thickness_m,
    )  # fmt: skip
    asked = combined(asked)
    refuse_wrong(asked)  # a slip of the pen is told before the work
    if not math.isfinite(plan_time_s):
        raise UsageError("--plan-time is no number; give seconds")
    if address is not None and workers is not None:
        raise UsageError("--workers are processes here, and --scheduler has its own; give one of the two")
    bounds = Bounds(plan_time_s, plan_memory_mb * 1_000_000)
    engine: Engine = PoolEngine(workers or os.cpu_count() or 2, bounds)
    if address is not None:
        engine = DaskEngine(address, bounds, lambda told: click.echo(told, err=True))
    with Journal(journal_path(path)) as journal:
        told = Told(Progress(quiet))
        run_batch(found_plans(sources, path), asked, journal, engine, told)
        told.done()
        summary = Summary()
        write(path, written(kind, gathered(journal, summary)))
        journal.remove()
    if not quiet:
        click.echo(summary_page(summary, output), nl=False)


class Told:
    """Tells progress: how many plans are worked out, the rate, and the time left.

    Parameters
    ----------
    shown : Progress
    """

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._began = self._last = time.monotonic()
        self._before: int | None = None

    def __call__(self, done: int, of: int) -> None:
        """Tell how many plans are worked out, and of how many."""
        now = time.monotonic()
        if self._before is None:
            self._before, self._began = done, now
        if now - self._last < EVERY_S:
            return
        self._last, rate = now, (done - self._before) / max(now - self._began, 1e-9)
        left = f", {(of - done) / rate:,.0f} s left" if rate > 0 else ""
        self._shown(f"{done:,} of {of:,} plans, {rate:.1f}/s{left}")

    def done(self) -> None:
        """Take it off the screen."""
        self._shown.done()
