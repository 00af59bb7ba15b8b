"""Ctrl-C is for the process that a person started; those it starts are ended by it, and say nothing themselves."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


def once() -> None:
    """Let the first interrupt end this process, and none after it disturb how it cleans up; for the main thread."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, stop)


def end_with_parent() -> None:
    """Make this process, which another started, end as soon as that one has ended, however it did."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def held_back() -> Iterator[None]:
    """Keep interrupts until the context is closed, and from the processes and threads that are started in it for good.

    A process begins with the signals blocked that its parent had blocked, so it is deaf from its first instruction on;
    one that may ignore the signal only once it runs prints a traceback when it is interrupted while it loads modules.
    An interrupt of this process is not lost, and does not leave a process behind that has been started and is not yet
    known to its pool. Where signals cannot be blocked (Windows), processes that are started hear them.
    """
    came: list[tuple[int, FrameType | None]] = []
    handler = signal.getsignal(signal.SIGINT)
    # blocking is by thread: another one may take the signal, and this one, where it is the main one, would be told
    is_told = threading.current_thread() is threading.main_thread() and handler is not None
    if is_told:
        signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        with _blocked():
            yield
    finally:
        if is_told:
            signal.signal(signal.SIGINT, handler)
        if came and callable(handler):
            handler(*came[0])


@contextmanager
def _blocked() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # which unblocks interrupts as it starts, and would do so in here
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
