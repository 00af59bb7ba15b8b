"""The process pool: bounded in number, time and memory; what goes wrong in a worker ends that worker only."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError
from contextlib import contextmanager
from typing import Any

from pebble import ProcessExpired, ProcessPool

from api.problems import ProblemError
from api.settings import Settings
from api.worker import prepare, ready
from estimator import interrupts

RETRY_AFTER_S = 2
"""When a client that found the queue full should come again. [s]"""

MOST_TASKS = 2000
"""After which a worker is replaced by a new one."""


AT_HAND = 2
"""Tasks for each worker that are handed over: the one it is at, and the next. The others can be called off."""


class Pool:
    """Processes that estimate.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting = 0
        self._pool = ProcessPool(
            max_workers=settings.workers, max_tasks=MOST_TASKS, initializer=prepare,
            initargs=(settings.task_memory_bytes, settings.read_time_s, settings.read_memory_bytes),
            context=multiprocessing.get_context("spawn"),
        )  # fmt: skip
        self._at_hand = asyncio.Semaphore(AT_HAND * settings.workers)
        self._behind = asyncio.Semaphore(max(settings.workers - 1, 1))

    @property
    def size(self) -> int:
        """Processes."""
        return self._settings.workers

    def warm(self) -> None:
        """Start the processes before the first request."""
        with interrupts.held_back():
            for _ in range(self._settings.workers):
                self._pool.schedule(ready)

    @property
    def waiting(self) -> int:
        """Requests that wait for a task, or for several; jobs are not among them."""
        return self._waiting

    async def run(
        self, task: Callable[..., dict[str, Any]], *args: Any, is_behind: bool = False, is_long: bool = False
    ) -> dict[str, Any]:
        """Result of a task.

        Parameters
        ----------
        task : callable
            Of :mod:`api.worker`.
        *args
            What it is called with.
        is_behind : bool
            Whether nobody waits for it alone: it leaves one worker to those who do, and takes no place. Called off, it
            ends its worker. Any other task is then dropped while it waits, and left to finish once a worker has it,
            which is sooner than a new worker.
        is_long : bool
            Whether it may take the time of a job.

        Returns
        -------
        dict

        Raises
        ------
        ProblemError
            The queue is full, the task took too long or ended its process, or found an error.
        """
        time_s = self._settings.job_time_s if is_long else self._settings.task_time_s
        if is_behind:
            async with self._behind:
                return await self._run(task, args, time_s, ends_worker=True)
        with self.place():
            return await self._run(task, args, time_s, ends_worker=False)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue, for as long as the context is open.

        Raises
        ------
        ProblemError
            There is none.
        """
        if self._waiting >= self._settings.queue_max:
            raise ProblemError(
                "busy", f"{self._waiting} tasks are waiting; come again", headers={"retry-after": str(RETRY_AFTER_S)}
            )
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    async def _run(
        self, task: Callable[..., dict[str, Any]], args: tuple[Any, ...], time_s: float, *, ends_worker: bool
    ) -> dict[str, Any]:
        async with self._at_hand:
            found = await self._handed(task, args, time_s, ends_worker)
        if "error" in found:
            raise ProblemError(found["error"], found["detail"], found["findings"])
        return found

    async def _handed(
        self, task: Callable[..., dict[str, Any]], args: tuple[Any, ...], time_s: float, ends_worker: bool
    ) -> dict[str, Any]:
        future = self._pool.schedule(task, args=args, timeout=time_s)
        try:
            found: dict[str, Any] = await asyncio.shield(asyncio.wrap_future(future))
        except asyncio.CancelledError:
            if ends_worker:
                future.cancel()
            raise
        except TimeoutError:
            raise ProblemError("limit", f"it takes more than {time_s:g} s; simplify it") from None
        except ProcessExpired:
            raise ProblemError("limit", "the plan ended the process that worked on it; simplify it") from None
        return found

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._pool.stop()
        self._pool.join(timeout=10)
