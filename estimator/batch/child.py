"""A process of its own that does one task after the other, for workers that must outlive what a plan does to them.

``python -m estimator.batch.child BYTES`` binds itself to so much memory and answers on standard output; it ends with
its standard input, and so with the process that started it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Final

import orjson

import estimator
from estimator import interrupts
from estimator.batch.engine import bind
from estimator.batch.rows import Row
from estimator.batch.task import Bounds, ended, task_rows, too_long

LENGTH_BYTES: Final = 8


class Child:
    """A process that does tasks; started when it is needed, and anew after one ended it.

    Parameters
    ----------
    bounds : Bounds
    """

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._process: subprocess.Popen[bytes] | None = None

    def rows(self, task: bytes, content: bytes | None) -> list[Row]:
        """Rows of a task.

        Parameters
        ----------
        task : bytes
            Of :meth:`estimator.batch.task.Task.packed`.
        content : bytes or None
            Of its plan file.

        Returns
        -------
        list of dict
            One that says so where the task took too long, or ended the process.
        """
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        is_late = threading.Event()

        def kill() -> None:
            is_late.set()
            process.kill()

        timer = threading.Timer(self.bounds.time_s, kill)
        timer.start()
        try:
            _send(process.stdin, task)
            _send(process.stdin, b"\0" if content is None else b"\1" + content)
            answer = _received(process.stdout)
        except (OSError, EOFError):
            self.end()
            return [too_long(self.bounds) if is_late.is_set() else ended()]
        finally:
            timer.cancel()
        rows: list[Row] = orjson.loads(answer)
        return rows

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.end()  # something else ended it, which is not the next plan's fault
        if self._process is None:
            roots = [str(Path(folder).resolve().parent) for folder in estimator.__path__]
            path = os.pathsep.join([*roots, *filter(None, [os.environ.get("PYTHONPATH")])])
            with interrupts.held_back():
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", __name__, str(self.bounds.memory_bytes)], stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": path},
                )  # fmt: skip
        return self._process


def _send(file: IO[bytes], part: bytes) -> None:
    file.write(len(part).to_bytes(LENGTH_BYTES, "little") + part)
    file.flush()


def _received(file: IO[bytes]) -> bytes:
    head = file.read(LENGTH_BYTES)
    length = int.from_bytes(head, "little")
    part = file.read(length)
    if len(head) < LENGTH_BYTES or len(part) < length:
        raise EOFError
    return part


def main() -> None:
    """Do tasks until there are no more."""
    bind(int(sys.argv[1]))
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever a library prints must not get between the bytes of an answer
        while True:
            try:
                task, content = _received(sys.stdin.buffer), _received(sys.stdin.buffer)
            except EOFError:
                return
            _send(out, orjson.dumps(task_rows(task, None if content[:1] == b"\0" else content[1:])))


if __name__ == "__main__":
    main()
