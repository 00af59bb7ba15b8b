"""A batch: its plans go through a process pool, its results through a journal into the table."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, TimeoutError, wait
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
from pebble import ProcessExpired, ProcessPool

from estimator import __version__
from estimator.batch.journal import Journal
from estimator.batch.plans import BatchPlan
from estimator.batch.rows import Combinations, combined, failed, rows_of
from estimator.errors import EstimatorError

Row = dict[str, Any]

AHEAD = 4
"""Plans for each worker that are handed out before their turn."""

MOST_TASKS = 500
"""After which a worker is replaced by a new one."""


@dataclass(slots=True)
class Tally:
    """One printer in one region, over all plans.

    Attributes
    ----------
    currency : str
    done, refused : int
        Rows, each method apart.
    cost_per_m2 : float
        Sum over the plans that can be printed, of printed walls by floor area. [currency/m²]
    plans : int
        How many these are.
    """

    currency: str = ""
    done: int = 0
    refused: int = 0
    cost_per_m2: float = 0.0
    plans: int = 0


@dataclass(slots=True)
class Summary:
    """What came out of a batch.

    Attributes
    ----------
    plans, different, rows : int
        Plans asked for, how many of them differ in what was asked, and rows of the table.
    invalid : int
        Plans that could not be read.
    tallies : dict of (str, str) to Tally
        By printer and region.
    """

    plans: int = 0
    different: int = 0
    rows: int = 0
    invalid: int = 0
    tallies: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))


def plan_task(path: str, asked: Combinations) -> list[Row]:
    """Rows of a plan file; runs in a worker.

    Parameters
    ----------
    path : str
    asked : Combinations

    Returns
    -------
    list of dict
        One that says what is wrong where the plan cannot be read.
    """
    from estimator.readers import read_plan

    try:
        return list(rows_of(read_plan(path), asked))
    except EstimatorError as error:
        return [failed(error, "invalid")]
    except MemoryError:
        return [_stopped("needs more memory than there is; simplify it")]


def run_batch(
    plans: Sequence[BatchPlan], asked: Combinations, journal: Journal, workers: int, plan_time_s: float,
    progress: Callable[[int, int], None],
) -> list[bytes]:  # fmt: skip
    """Work out what the journal does not hold yet.

    Parameters
    ----------
    plans : sequence of BatchPlan
    asked : Combinations
    journal : Journal
    workers : int
        Processes.
    plan_time_s : float
        That one plan may take, all its combinations together. [s]
    progress : callable
        Called with how many plans are worked out, and of how many.

    Returns
    -------
    list of bytes
        Key of the rows of each plan. Plans of the same content that are asked the same have one key, and are worked
        out once.
    """
    keys: list[bytes] = []
    waiting: dict[Future[list[Row]], bytes] = {}
    wanted = set[bytes]()
    context = multiprocessing.get_context("spawn")
    with ProcessPool(max_workers=workers, max_tasks=MOST_TASKS, context=context) as pool, ExitStack() as at_a_fault:
        at_a_fault.callback(pool.stop)  # what is under way is not waited for
        for plan in plans:
            own = combined(asked, plan.choices, plan.settings)
            key = _key(plan.path, own)
            keys.append(key)
            if key in journal or key in wanted:
                continue
            wanted.add(key)
            while len(waiting) >= AHEAD * workers:
                _take(waiting, journal, plan_time_s)
                progress(len(journal), len(plans))
            waiting[pool.schedule(plan_task, args=(str(plan.path), own), timeout=plan_time_s)] = key
        while waiting:
            _take(waiting, journal, plan_time_s)
            progress(len(journal), len(plans))
        at_a_fault.pop_all()
    return keys


def _take(waiting: dict[Future[list[Row]], bytes], journal: Journal, plan_time_s: float) -> None:
    """Wait until some plan is worked out, and note what is."""
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        key = waiting.pop(future)
        try:
            rows = future.result()
        except TimeoutError:
            rows = [_stopped(f"takes more than {plan_time_s:g} s; simplify it, or give it more with --plan-time")]
        except ProcessExpired:
            rows = [_stopped("ended the process that worked on it; simplify it")]
        journal.add(key, rows)


def _stopped(message: str) -> Row:
    return {"state": "invalid", "code": "limit", "message": message}


def _key(path: Path, asked: Combinations) -> bytes:
    """What is asked of a plan: its content, the combinations, and who answers."""
    digest = hashlib.sha256(orjson.dumps([__version__, path.suffix.lower(), asdict(asked)]))
    try:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    except OSError as error:
        digest.update(f"{path} {error.errno}".encode())
    return digest.digest()[:16]


def gathered(
    plans: Sequence[BatchPlan], keys: Sequence[bytes], journal: Journal, summary: Summary
) -> Iterator[Row]:  # fmt: skip
    """Rows of all plans in their order, as the table has them.

    Parameters
    ----------
    plans : sequence of BatchPlan
    keys : sequence of bytes
        Of :func:`run_batch`.
    journal : Journal
    summary : Summary
        Counts along.

    Returns
    -------
    iterator of dict
    """
    summary.plans, summary.different = len(plans), len(set(keys))
    for plan, key in zip(plans, keys, strict=True):
        seen = set[tuple[str, ...]]()
        for row in journal.rows(key):
            summary.rows += 1
            _count(summary, row, seen)
            yield {"plan": plan.id, **row}


def _count(summary: Summary, row: Row, seen: set[tuple[str, ...]]) -> None:
    if row["state"] == "invalid":
        summary.invalid += 1
        return
    tally = summary.tallies[row["printer"], row["region"]]
    if row["state"] == "refused":
        tally.refused += 1
        return
    tally.done += 1
    one = tuple(row[name] for name in ("printer", "mix", "wall_system", "region"))
    if one not in seen and row["floor_area_m2"] > 0:  # once, whatever it is compared with
        seen.add(one)
        tally.plans += 1
        tally.currency = row["currency"]
        tally.cost_per_m2 += row["walls_cost"] / row["floor_area_m2"]
