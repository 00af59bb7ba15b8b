"""Tasks of a batch on the workers of a Dask scheduler, fed in chunks."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from asyncio import CancelledError as AsyncCancelledError
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from estimator import __version__
from estimator.batch.child import Child
from estimator.batch.engine import Done
from estimator.batch.rows import Row
from estimator.batch.source import refuse_odd
from estimator.batch.task import Bounds, Task, facts_digest, task_rows
from estimator.errors import PlanError, UsageError
from estimator.options import Limits

if TYPE_CHECKING:
    from distributed import Client, Future

CHUNK_S: Final = 2.0
"""Time that a chunk should take: longer ones wait at the end, shorter ones cost more on the way. [s]"""

MOST_PLANS: Final = 200
MOST_BYTES: Final = 10_000_000
"""Of one chunk."""

AT_HAND: Final = 2
"""Chunks for each thread of a worker: the one it is at, and the next."""

CONNECT_S: Final = 20.0
"""That a scheduler may take to answer, and to have its first worker. [s]"""

LOOK_S: Final = 1.0
"""How often new workers are looked for. [s]"""

MOST_TRIES: Final = 3
"""Times that a chunk is handed out; the scheduler hands it to other workers several times each."""

DISTRIBUTION: Final = "printhouse"

_of_thread = threading.local()


@dataclass(slots=True)
class _Chunk:
    """Tasks that a worker does one after the other."""

    keys: list[bytes]
    tasks: list[tuple[bytes, bytes | None]]
    workers: frozenset[str] = frozenset()
    tries: int = 0


def chunk_rows(tasks: Sequence[tuple[bytes, bytes | None]], bounds: Bounds) -> tuple[float, list[list[Row]]]:
    """Rows of a chunk; runs in a worker of a scheduler.

    Parameters
    ----------
    tasks : sequence of (bytes, bytes or None)
        Each with the content of its plan file.
    bounds : Bounds

    Returns
    -------
    float
        Time that it took. [s]
    list of list of dict
        Of each task.
    """
    child: Child | None = getattr(_of_thread, "child", None)
    if child is None or child.bounds != bounds:
        if child is not None:
            child.end()
        child = _of_thread.child = Child(bounds)
    began = time.monotonic()
    found = [child.rows(task, content) for task, content in tasks]
    return time.monotonic() - began, found


def _read(path: str) -> bytes:
    refuse_odd(path)
    if Path(path).stat().st_size > Limits().bytes:
        raise PlanError(f"{path}: is larger than any reader takes")
    return Path(path).read_bytes()


class DaskEngine:
    """Workers of a scheduler.

    Parameters
    ----------
    address : str
        ``tcp://host:port``.
    bounds : Bounds
    say : callable
        Told of workers that cannot be used.
    """

    def __init__(self, address: str, bounds: Bounds, say: Callable[[str], None]) -> None:
        self._address = address
        self._bounds = bounds
        self._say = say
        self._good: set[str] = set()
        self._bad: set[str] = set()
        self._present: dict[str, int] = {}
        self._looked = 0.0
        self._plan_s = CHUNK_S

    def done(self, tasks: Iterable[tuple[bytes, bytes]]) -> Iterator[Done]:
        """Results as they come.

        Parameters
        ----------
        tasks : iterable of (bytes, bytes)

        Yields
        ------
        (bytes, list of dict)

        Raises
        ------
        UsageError
            The scheduler does not answer, or has no worker, or one of another version.
        """
        with self._client() as client, client.as_current(), self._lost():
            self._first_look(client)
            waiting: dict[Future, _Chunk] = {}
            left = iter(tasks)
            while True:
                self._look(client)
                while len(waiting) < AT_HAND * sum(n for w, n in self._present.items() if w in self._good):
                    chunk, alone = self._next(left)
                    yield from alone
                    if not chunk.keys:
                        break
                    self._hand_out(client, chunk, waiting)
                if not waiting:
                    more = next(left, None)
                    if more is None:
                        return
                    left = chain([more], left)
                    time.sleep(LOOK_S)  # there is work, and no worker
                    continue
                yield from self._taken(client, waiting)

    @contextmanager
    def _lost(self) -> Iterator[None]:
        """One sentence where the scheduler ends, or cannot be reached any more."""
        try:
            yield
        except (OSError, CancelledError, AsyncCancelledError) as error:
            raise UsageError(
                f"{self._address}: the scheduler ended or cannot be reached ({type(error).__name__}); start it again "
                "and give the same command: what is worked out is kept"
            ) from None

    def _client(self) -> Client:
        try:
            from distributed import Client
            from distributed.comm import get_address_host_port
        except ImportError:
            raise UsageError(f"{self._address}: a scheduler needs Dask; install printhouse[batch]") from None
        for name in ("distributed", "distributed.client", "distributed.core"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told here
        try:
            socket.create_connection(get_address_host_port(self._address), CONNECT_S).close()  # fails at once
            return Client(self._address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, ImportError) as error:
            told = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
            raise UsageError(
                f"{self._address}: no Dask scheduler answers there ({told}); start one with: dask scheduler"
            ) from None

    def _first_look(self, client: Client) -> None:
        end = time.monotonic() + CONNECT_S
        self._look(client)
        while not self._present:
            if time.monotonic() > end:
                raise UsageError(
                    f"{self._address}: the scheduler has no worker; start some with: dask worker {self._address}"
                )
            time.sleep(LOOK_S / 4)
            self._look(client)
        if self._bad:
            raise UsageError(f"{self._address}: {self._wrong(client, sorted(self._bad)[0])}; install the same on all")

    def _look(self, client: Client) -> None:
        """See which workers there are, and whether the new ones are of this version."""
        now = time.monotonic()
        if self._present and now - self._looked < LOOK_S:
            return
        self._looked = now
        self._present = dict(client.nthreads())
        for worker in sorted(set(self._present) - self._good - self._bad):
            wrong = self._wrong(client, worker)
            if not wrong:
                self._good.add(worker)
                continue
            self._bad.add(worker)
            if self._good:  # the others go on without it
                self._say(f"{wrong}; it is left out")

    def _wrong(self, client: Client, worker: str) -> str:
        """What keeps a worker from being used; empty where nothing does."""
        version = self._asked(client, worker, metadata.version, DISTRIBUTION)
        if isinstance(version, metadata.PackageNotFoundError):
            return f"worker {worker} has no printhouse, and this is {__version__}"
        if version != __version__:
            return f"worker {worker} has printhouse {str(version)[:40]}, and this is {__version__}"
        if self._asked(client, worker, facts_digest) != facts_digest():
            return f"worker {worker} has other tables of materials or printers than are here"
        return ""

    @staticmethod
    def _asked(client: Client, worker: str, what: Callable[..., Any], *args: str) -> Any:
        return client.run(what, *args, workers=[worker], on_error="return").get(worker)

    def _next(self, left: Iterator[tuple[bytes, bytes]]) -> tuple[_Chunk, list[Done]]:
        """The next chunk, and rows of plans that cannot even be sent."""
        chunk, alone, size = _Chunk([], []), list[Done](), 0
        most = min(max(round(CHUNK_S / self._plan_s), 1), MOST_PLANS)
        while len(chunk.keys) < most and size < MOST_BYTES:
            found = next(left, None)
            if found is None:
                break
            key, task = found
            source = Task.of(task).source
            content: bytes | None = None
            if source.content is None:
                try:
                    content = _read(source.path)
                except (OSError, ValueError, PlanError):
                    alone.append((key, task_rows(task)))  # says why
                    continue
            size += len(content or task)
            chunk.keys.append(key)
            chunk.tasks.append((task, content))
        return chunk, alone

    def _hand_out(self, client: Client, chunk: _Chunk, waiting: dict[Future, _Chunk]) -> None:
        chunk.workers = frozenset(self._good & set(self._present))
        chunk.tries += 1
        future = client.submit(
            chunk_rows, chunk.tasks, self._bounds, workers=sorted(chunk.workers), pure=False,
            key=f"printhouse-{os.urandom(8).hex()}",
        )  # fmt: skip
        waiting[future] = chunk

    def _taken(self, client: Client, waiting: dict[Future, _Chunk]) -> Iterator[Done]:
        """Wait a while for some chunk to be done, and give what is; hand out again what its workers left."""
        from distributed import wait

        try:
            done = wait(list(waiting), timeout=LOOK_S, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            done = set()
        for future in done:
            chunk = waiting.pop(future)
            if future.status == "finished":
                seconds, found = future.result()
                self._plan_s = max(0.5 * self._plan_s + 0.5 * seconds / len(found), 1e-3)
                yield from zip(chunk.keys, found, strict=True)
            elif future.status == "error" and chunk.tries < MOST_TRIES:
                self._hand_out(client, chunk, waiting)
            else:
                raise UsageError(
                    f"{self._address}: the scheduler lost its workers or ended ({self._why(future)}); start it again "
                    "and give the same command: what is worked out is kept"
                )
        gone = [f for f, chunk in waiting.items() if not chunk.workers & set(self._present)]
        for future in gone if self._good & set(self._present) else []:
            chunk = waiting.pop(future)
            future.cancel()
            chunk.tries -= 1
            self._hand_out(client, chunk, waiting)

    @staticmethod
    def _why(future: Future) -> str:
        error = future.exception(timeout=LOOK_S) if future.status == "error" else None
        return type(error).__name__ if error is not None else str(future.status)
