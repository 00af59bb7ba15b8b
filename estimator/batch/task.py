"""What a worker of a batch does: a task comes as bytes, its rows go back."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from types import TracebackType
from typing import Any, Self

import orjson

from estimator import __version__
from estimator.batch.footprints import footprint_plan
from estimator.batch.rows import Combinations, Row, failed, rows_of
from estimator.batch.source import Source, refuse_odd
from estimator.errors import EstimatorError
from estimator.options import ReadOptions
from estimator.plan import Plan

DATA = ("materials", "printers")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one plan may take, all its combinations together.

    Attributes
    ----------
    time_s : float
        [s]
    memory_bytes : int
        Of addresses; a process needs about 1 GB of them before it does anything.
    """

    time_s: float = 600.0
    memory_bytes: int = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Task:
    """A plan and what it is worked out for.

    Attributes
    ----------
    source : Source
    asked : Combinations
    """

    source: Source
    asked: Combinations

    def packed(self) -> bytes:
        """It as text that any version understands.

        Returns
        -------
        bytes
        """
        source = self.source
        text = None if source.content is None else source.content.decode("utf-8")
        return orjson.dumps([_in_json(source.path), text, source.is_footprint, asdict(self.asked)])

    @staticmethod
    def of(packed: bytes) -> Task:
        """The task that was packed.

        Parameters
        ----------
        packed : bytes

        Returns
        -------
        Task
        """
        path, text, is_footprint, told = orjson.loads(packed)
        asked: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}
        source = Source(_out_of_json(path), None if text is None else text.encode("utf-8"), is_footprint)
        return Task(source, Combinations(**asked))

    def key(self) -> bytes:
        """What its rows depend on: content of the plan, what is asked, who answers, and by which facts.

        Returns
        -------
        bytes
        """
        suffix = _in_json(self.source.path.rpartition(".")[2].lower())
        digest = sha256(orjson.dumps([__version__, suffix, asdict(self.asked)]))
        digest.update(facts_digest())
        digest.update(self.source.digest())
        return digest.digest()[:16]


def _in_json(path: str) -> str:
    """A path, whose bytes need be no UTF-8, as a text that JSON can hold."""
    return path.encode("utf-8", "surrogateescape").decode("latin-1")


def _out_of_json(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


@cache
def facts_digest() -> bytes:
    """What tells the tables and profiles on file from others.

    Returns
    -------
    bytes
    """
    digest = sha256()
    for package in DATA:
        for name, file in sorted(_files(resources.files(package), package)):
            digest.update(f"{name}\0".encode())
            digest.update(file.read_bytes())
    return digest.digest()


def _files(folder: Traversable, name: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _files(entry, f"{name}/{entry.name}")
        elif entry.name.endswith((".toml", ".csv")):
            found.append((f"{name}/{entry.name}", entry))
    return found


def task_rows(packed: bytes, content: bytes | None = None) -> list[Row]:
    """Rows of a task; runs in a worker.

    Parameters
    ----------
    packed : bytes
        Of :meth:`Task.packed`.
    content : bytes, optional
        Of the plan file, for a worker that does not see it.

    Returns
    -------
    list of dict
        One that says what is wrong where the plan cannot be read, or the program fails at it.
    """
    rows: list[Row] = []
    with _Fault() as fault:
        task = Task.of(packed)
        try:
            rows = list(rows_of(_plan(task.source, content, task.asked.reading()), task.asked))
        except EstimatorError as error:
            rows = [failed(error, "invalid", task.source.path)]
        except MemoryError:
            rows = [_stopped("needs more memory than it may; simplify it, or give it more with --plan-memory")]
    return rows if fault.error is None else [_faulty(fault.error)]


def _plan(source: Source, content: bytes | None, reading: ReadOptions) -> Plan:
    from estimator.readers import read_plan, read_stream

    content = source.content if content is None else content
    if content is None:
        refuse_odd(source.path)
        return read_plan(source.path, reading)
    if source.is_footprint:
        return footprint_plan(content, source.path, reading)
    return read_stream(io.BytesIO(content), source.path, reading)


class _Fault:
    """Keeps what the program failed with, so that one plan does not end a batch."""

    error: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            self.error = error
        return self.error is not None


def too_long(bounds: Bounds) -> Row:
    """The row of a plan that takes too long.

    Parameters
    ----------
    bounds : Bounds

    Returns
    -------
    dict
    """
    return _stopped(f"takes more than {bounds.time_s:g} s; simplify it, or give it more with --plan-time")


def ended() -> Row:
    """The row of a plan that ended the process that worked on it.

    Returns
    -------
    dict
    """
    return _stopped("ended the process that worked on it; simplify it")


def _stopped(message: str) -> Row:
    return {"state": "invalid", "code": "limit", "message": message}


def _faulty(error: Exception) -> Row:
    """The row of a plan at which the program itself failed."""
    told = " ".join(str(error).split())[:200]
    message = f"the program failed at it, which is not the plan's fault ({type(error).__name__}: {told}); report it"
    return {"state": "invalid", "code": "internal", "message": message}
