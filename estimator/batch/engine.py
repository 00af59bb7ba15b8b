"""Who does the tasks of a batch: processes on this machine, or the workers of a Dask scheduler."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, TimeoutError, wait
from contextlib import ExitStack, contextmanager
from typing import Protocol

from pebble import ProcessExpired, ProcessPool

from estimator import interrupts
from estimator.batch.rows import Row
from estimator.batch.task import Bounds, ended, task_rows, too_long

AT_HAND = 4
"""Tasks for each worker that are handed out before their turn."""

MOST_TASKS = 500
"""After which a worker is replaced by a new one."""

Done = tuple[bytes, list[Row]]


class Engine(Protocol):
    """Does tasks, in any order."""

    def done(self, tasks: Iterable[tuple[bytes, bytes]]) -> Iterator[Done]:
        """Results as they come.

        Parameters
        ----------
        tasks : iterable of (bytes, bytes)
            Key and task; taken as they are needed.

        Yields
        ------
        (bytes, list of dict)
            Key and rows.
        """
        ...


class PoolEngine:
    """Processes on this machine.

    Parameters
    ----------
    workers : int
    bounds : Bounds
    """

    def __init__(self, workers: int, bounds: Bounds) -> None:
        self._workers = workers
        self._bounds = bounds

    def done(self, tasks: Iterable[tuple[bytes, bytes]]) -> Iterator[Done]:
        """Results as they come.

        Parameters
        ----------
        tasks : iterable of (bytes, bytes)

        Yields
        ------
        (bytes, list of dict)
        """
        waiting: dict[Future[list[Row]], bytes] = {}
        with self._pool() as pool:
            for key, task in tasks:
                while len(waiting) >= AT_HAND * self._workers:
                    yield from self._taken(waiting)
                waiting[pool.schedule(task_rows, args=(task,), timeout=self._bounds.time_s)] = key
            while waiting:
                yield from self._taken(waiting)

    @contextmanager
    def _pool(self) -> Iterator[ProcessPool]:
        os.environ.setdefault(
            "OPENBLAS_NUM_THREADS", "1"
        )  # the processes keep the cores busy, threads get in their way
        pool = ProcessPool(
            max_workers=self._workers, max_tasks=MOST_TASKS, initializer=bind, initargs=(self._bounds.memory_bytes,),
            context=multiprocessing.get_context("spawn"),
        )  # fmt: skip
        with pool, ExitStack() as at_a_fault:
            at_a_fault.callback(pool.stop)  # what is under way is not waited for
            with interrupts.held_back():
                pool.schedule(int)  # starts the processes
            yield pool
            at_a_fault.pop_all()

    def _taken(self, waiting: dict[Future[list[Row]], bytes]) -> Iterator[Done]:
        """Wait until some task is done, and give what is."""
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            yield waiting.pop(future), self._rows(future)

    def _rows(self, future: Future[list[Row]]) -> list[Row]:
        try:
            return future.result()
        except TimeoutError:
            return [too_long(self._bounds)]
        except ProcessExpired:
            return [ended()]


def bind(memory_bytes: int) -> None:
    """Bind this process to an amount of memory, where the system can.

    Parameters
    ----------
    memory_bytes : int
        Of addresses.
    """
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    ceiling = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, hard))
