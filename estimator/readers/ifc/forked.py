"""Work on each of many things, each within a time, in processes that are forked for it.

The geometry kernel runs in C++, where neither a Python signal handler nor a thread can stop it. A
forked process can: before each thing it sets an alarm that the operating system answers by ending
it, and the work goes on with the next thing in a new one. What was slow, or crashed the kernel,
costs only itself. Without :func:`os.fork` (Windows) everything runs in this process, unlimited.
"""

from __future__ import annotations

import os
import pickle
import selectors
import signal
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NoReturn, TypeVar

from estimator.errors import PlanError

MOST_PROCESSES = 4
FEWEST_ITEMS: Final = 4
"""Fewer are not worth one more process."""

_LENGTH_BYTES: Final = 8
_LEAST_MEMORY_BYTES: Final = 1024**3

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Failure:
    """A thing that gave no result.

    Attributes
    ----------
    kind : {"slow", "crashed"}
        Stopped at its limit, or ended by itself.
    """

    kind: Literal["slow", "crashed"]


@dataclass(slots=True)
class _Lane:
    """One process at a time, and what it still has to do."""

    left: list[int]
    pid: int = 0
    pipe: int = -1
    buffer: bytearray = field(default_factory=bytearray)


def each(
    task: Callable[[T], R], items: Sequence[T], limit_s: float, ends_at_s: float | None = None
) -> list[R | Failure]:
    """What a task gives for each item.

    Parameters
    ----------
    task : function of one item
        Its result must be fit to be pickled. A PlanError in it ends the whole.
    items : sequence
    limit_s : float
        Longest for one item. [s]
    ends_at_s : float, optional
        When all must be done, on the clock of :func:`time.monotonic`; processes that outlive this one
        end then. [s]

    Returns
    -------
    list
        In the order of the items: a result, or why there is none.

    Raises
    ------
    PlanError
    """
    if not items:
        return []
    if not hasattr(os, "fork"):
        return [task(item) for item in items]
    count = min(_processors(), MOST_PROCESSES, -(-len(items) // FEWEST_ITEMS))
    lanes = [_Lane(list(range(first, len(items), count))) for first in range(count)]
    found: list[Any] = [Failure("crashed")] * len(items)

    def start(lane: _Lane) -> None:
        own = [items[index] for index in lane.left]
        lane.buffer.clear()
        lane.pid, lane.pipe = _forked(task, own, limit_s, ends_at_s or float("inf"), count)
        ready.register(lane.pipe, selectors.EVENT_READ, lane)

    with selectors.DefaultSelector() as ready:
        try:
            for lane in lanes:
                start(lane)
            while ready.get_map():
                for key, _ in ready.select():
                    lane = key.data
                    chunk = os.read(lane.pipe, 1 << 20)
                    if chunk:
                        lane.buffer += chunk
                        _take(lane, found)
                        continue
                    ready.unregister(lane.pipe)
                    status = _ended(lane)
                    if lane.left:
                        slow = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
                        found[lane.left.pop(0)] = Failure("slow" if slow else "crashed")
                    if lane.left:
                        start(lane)
        finally:
            for lane in lanes:
                if lane.pid:
                    os.kill(lane.pid, signal.SIGKILL)
                    _ended(lane)
    return found


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _take(lane: _Lane, found: list[Any]) -> None:
    """Move whole messages from a lane's buffer to the results."""
    while len(lane.buffer) >= _LENGTH_BYTES:
        end = _LENGTH_BYTES + int.from_bytes(lane.buffer[:_LENGTH_BYTES], "big")
        if len(lane.buffer) < end:
            return
        is_result, value = pickle.loads(memoryview(lane.buffer)[_LENGTH_BYTES:end])
        del lane.buffer[:end]
        if not is_result:
            raise PlanError(value)
        found[lane.left.pop(0)] = value


def _ended(lane: _Lane) -> int:
    os.close(lane.pipe)
    _, status = os.waitpid(lane.pid, 0)
    lane.pid = 0
    return status


def _forked(
    task: Callable[[T], R], items: Sequence[T], limit_s: float, ends_at_s: float, count: int
) -> tuple[int, int]:
    """Number of a new process that works on the items, and the pipe its results come from."""
    out, into = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads: they hold nothing needed here
        try:
            pid = os.fork()
        except OSError as error:
            os.close(out)
            os.close(into)
            raise PlanError(f"no process can be started for the walls ({error.strerror}); free memory") from error
    if not pid:
        _work(task, items, limit_s, ends_at_s, count, into)
    os.close(into)
    return pid, out


def _work(
    task: Callable[[T], R], items: Sequence[T], limit_s: float, ends_at_s: float, count: int, into: int
) -> NoReturn:
    """In the new process: the items one after the other; never returns."""
    code = 1
    try:
        _alone(into, count)
        for item in items:
            signal.setitimer(signal.ITIMER_REAL, max(min(limit_s, ends_at_s - time.monotonic()), 1e-3))
            answer: tuple[bool, object]
            try:
                answer = (True, task(item))
            except PlanError as error:
                answer = (False, str(error))
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            data = pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)
            rest = memoryview(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
            while rest:
                rest = rest[os.write(into, rest) :]
        code = 0
    finally:
        os._exit(code)


def _alone(into: int, count: int) -> None:
    """Hold nothing of the parent's open but the pipe, share its memory bound, and end at the alarm."""
    import resource

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    os.closerange(3, into)
    os.closerange(into + 1, max(into, nothing) + 4096)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        share = min(soft, max(soft // count, _LEAST_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_AS, (share, hard))
