"""A batch: what is asked goes into the journal, tasks to an engine, results through the journal to the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from estimator.batch.engine import Engine
from estimator.batch.journal import Journal
from estimator.batch.plans import BatchPlan
from estimator.batch.rows import Combinations, Row, combined
from estimator.batch.source import printable
from estimator.batch.summary import Summary
from estimator.batch.task import Task


def run_batch(
    plans: Iterable[BatchPlan], asked: Combinations, journal: Journal, engine: Engine,
    progress: Callable[[int, int], None],
) -> None:  # fmt: skip
    """Work out what the journal does not hold yet.

    Parameters
    ----------
    plans : iterable of BatchPlan
    asked : Combinations
    journal : Journal
    engine : Engine
    progress : callable
        Called with how many different plans are worked out, and of how many; at the start, and after each.

    Notes
    -----
    Plans of the same content that are asked the same are worked out once.
    """
    journal.ask(asked_of(plan, asked) for plan in plans)
    of, done = journal.counts()
    progress(done, of)
    for key, rows in engine.done(journal.waiting()):
        journal.add(key, rows)
        done += 1
        progress(done, of)


def asked_of(plan: BatchPlan, asked: Combinations) -> tuple[bytes, bytes, Row]:
    """What is asked of a plan.

    Parameters
    ----------
    plan : BatchPlan
    asked : Combinations
        Of the batch.

    Returns
    -------
    key : bytes
        The same for the same work.
    task : bytes
        Of :meth:`estimator.batch.task.Task.packed`.
    head : dict
        What stands before each row.
    """
    task = Task(plan.source, combined(asked, plan.choices, plan.settings, plan.reading))
    at = plan.place
    head = {
        "plan": printable(plan.id), "site": printable(at.site), "latitude": at.latitude_deg,
        "longitude": at.longitude_deg, "count": at.count,
    }  # fmt: skip
    return task.key(), task.packed(), head


def gathered(journal: Journal, summary: Summary) -> Iterator[Row]:
    """Rows of all plans in their order, as the table has them.

    Parameters
    ----------
    journal : Journal
    summary : Summary
        Counts along.

    Yields
    ------
    dict
    """
    summary.different, _ = journal.counts()
    for rows in journal.rows():
        summary.count(rows)
        yield from rows
