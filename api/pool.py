"""The process pool: bounded in number, time and memory; what goes wrong in a worker ends that worker only."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import CancelledError, TimeoutError
from typing import Any

from pebble import ProcessExpired, ProcessPool

from api.problems import ProblemError
from api.settings import Settings
from api.worker import prepare, ready

RETRY_AFTER_S = 2
"""When a client that found the queue full should come again. [s]"""

MOST_TASKS = 2000
"""After which a worker is replaced by a new one."""


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
            initargs=(settings.task_memory_bytes,), context=multiprocessing.get_context("spawn"),
        )  # fmt: skip
        self._behind = asyncio.Semaphore(max(settings.workers - 1, 1))

    def warm(self) -> None:
        """Start the processes before the first request."""
        for _ in range(self._settings.workers):
            self._pool.schedule(ready)

    @property
    def waiting(self) -> int:
        """Tasks that wait or run."""
        return self._waiting

    async def run(self, task: Callable[..., dict[str, Any]], *args: Any, is_behind: bool = False) -> dict[str, Any]:
        """Result of a task.

        Parameters
        ----------
        task : callable
            Of :mod:`api.worker`.
        *args
            What it is called with.
        is_behind : bool
            Whether nobody waits for it: it leaves one worker to those who do, and room in the queue.

        Returns
        -------
        dict

        Raises
        ------
        ProblemError
            The queue is full, the task took too long or ended its process, or found an error.
        """
        if is_behind:
            async with self._behind:
                return await self._run(task, args)
        if self._waiting >= self._settings.queue_max:
            raise ProblemError(
                "busy", f"{self._waiting} tasks are waiting; come again", headers={"retry-after": str(RETRY_AFTER_S)}
            )
        return await self._run(task, args)

    async def _run(self, task: Callable[..., dict[str, Any]], args: tuple[Any, ...]) -> dict[str, Any]:
        self._waiting += 1
        try:
            future = self._pool.schedule(task, args=args, timeout=self._settings.task_time_s)
            found: dict[str, Any] = await asyncio.wrap_future(future)
        except TimeoutError:
            raise ProblemError(
                "limit", f"the plan takes more than {self._settings.task_time_s:g} s; simplify it"
            ) from None
        except ProcessExpired:
            raise ProblemError("limit", "the plan ended the process that worked on it; simplify it") from None
        except CancelledError:
            raise ProblemError("busy", "the service is stopping", headers={"retry-after": "5"}) from None
        finally:
            self._waiting -= 1
        if "error" in found:
            raise ProblemError(found["error"], found["detail"], found["findings"])
        return found

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._pool.stop()
        self._pool.join(timeout=10)
