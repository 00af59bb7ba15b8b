"""Repetitions: runs that draw facts, weather, breakdowns and scatter; the same whatever the number of processes."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack

from estimator import interrupts
from estimator.errors import UsageError
from estimator.programme.account import Account, account
from estimator.programme.model import Model
from estimator.programme.simulation import simulated

Counted = Callable[[int, int], None]

IN_PROCESS_HOUSES = 60_000
"""House runs below which a second process would not pay for its start."""

CHUNK_HOUSES = 50_000
"""House runs that are handed to a process at a time, about."""


def repeated(
    model: Model, workers: int | None = None, progress: Counted = lambda *_: None, repetitions: int | None = None
) -> list[Account]:
    """Accounts of all repetitions, in their order.

    Parameters
    ----------
    model : Model
    workers : int, optional
        Processes; the cores when left out.
    progress : callable
        Told how many are done, of how many.
    repetitions : int, optional
        Only the first so many.

    Returns
    -------
    list of Account
    """
    count = model.draws if repetitions is None else min(repetitions, model.draws)
    houses = len(model.house_type)
    workers = min(workers or os.cpu_count() or 1, count)
    if workers <= 1 or count * houses <= IN_PROCESS_HOUSES:
        done = []
        for draw in range(count):
            done.append(_one(model, draw))
            progress(draw + 1, count)
        return done
    size = max(min(CHUNK_HOUSES // houses, -(-count // workers)), 1)
    chunks = [range(first, min(first + size, count)) for first in range(0, count, size)]
    return _over_processes(model, chunks, workers, count, progress)


def _over_processes(
    model: Model, chunks: Sequence[range], workers: int, count: int, progress: Counted
) -> list[Account]:
    found: list[Account] = []
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(pickle.dumps(model),)
    )
    try:
        with pool, ExitStack() as at_a_fault:
            at_a_fault.callback(pool.shutdown, cancel_futures=True)  # what has not begun is not waited for
            with interrupts.held_back():
                to_come = pool.map(_chunk, chunks)  # starts the processes
            for accounts in to_come:
                found += accounts
                progress(len(found), count)
            at_a_fault.pop_all()
    except BrokenProcessPool:
        raise UsageError(
            f"{model.programme.shown}: a process that worked on repetitions was ended by the system, perhaps for want "
            "of memory; ask for fewer workers or houses"
        ) from None
    return found


_held: list[Model] = []
"""The model of this process."""


def _begin(packed: bytes) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the programme stops this process as well
    interrupts.end_with_parent()
    _held[:] = [pickle.loads(packed)]


def _chunk(draws: range) -> list[Account]:
    return list(_accounts(_held[0], draws))


def _accounts(model: Model, draws: range) -> Iterator[Account]:
    for draw in draws:
        yield _one(model, draw)


def _one(model: Model, draw: int) -> Account:
    return account(model, simulated(model, draw), draw)
