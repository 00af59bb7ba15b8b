"""The journal of a batch: what is asked and what came out, so that one that was killed goes on where it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import orjson

from estimator.errors import UsageError

Row = dict[str, Any]

FORMAT: Final = 2
"""Number of the layout of the tables below."""

TABLES: Final = """
CREATE TABLE IF NOT EXISTS result (key BLOB PRIMARY KEY, rows BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS task (key BLOB PRIMARY KEY, number INTEGER NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS task_number ON task (number);
CREATE TABLE IF NOT EXISTS asked (number INTEGER PRIMARY KEY, key BLOB NOT NULL, head BLOB NOT NULL);
DELETE FROM task; DELETE FROM asked;
"""


ENDINGS: Final = ("", "-wal", "-shm")
"""Of the files that a journal is kept in."""


def journal_path(output: Path) -> Path:
    """Where the journal of a table lies.

    Parameters
    ----------
    output : Path

    Returns
    -------
    Path
        Beside it.
    """
    return output.with_name(f"{output.name}.journal")


class Journal:
    """What a batch is asked, and each result from the moment it is known.

    Parameters
    ----------
    path : Path
        Made where it is missing. Results in it are kept, what was asked is not.

    Raises
    ------
    UsageError
        It cannot be written, is something else, or another batch is at it.

    Notes
    -----
    As a context it is closed at the end, and taken away where an error ends a batch that has no results yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._base = sqlite3.connect(path, isolation_level=None, timeout=0)
            self._base.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing, a power cut may
            (made,) = self._base.execute("PRAGMA user_version").fetchone()
            (tables,) = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if made != (FORMAT if tables else 0):
                self._base.close()
                raise UsageError(f"{path}: is no journal of a batch; take it away, or name another file")
            self._base.executescript(f"BEGIN EXCLUSIVE; {TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise UsageError(f"{path}: another batch is writing it; wait for it, or name another file") from None
            raise UsageError(f"{path}: cannot be written ({error}); name a file in another folder") from None
        except sqlite3.DatabaseError:
            raise UsageError(f"{path}: is no journal of a batch; take it away, or name another file") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            is_empty = error is not None and self._base.execute("SELECT 1 FROM result LIMIT 1").fetchone() is None
        except sqlite3.Error:  # closed, or the disk is full
            is_empty = False
        self._base.close()
        if is_empty:
            self.remove()

    def ask(self, plans: Iterable[tuple[bytes, bytes, Row]]) -> int:
        """Note what is asked.

        Parameters
        ----------
        plans : iterable of (bytes, bytes, dict)
            Key of what is to be worked out, all that it takes to do so, and what stands before each row of its
            result. The same key means the same work, which is done once.

        Returns
        -------
        int
            How many plans these are.
        """
        count = 0
        self._write("BEGIN")
        for key, content, head in plans:
            count += 1
            self._write("INSERT OR IGNORE INTO task VALUES (?, ?, ?)", (key, count, content))
            self._write("INSERT INTO asked VALUES (?, ?, ?)", (count, key, orjson.dumps(head)))
        self._write("COMMIT")
        return count

    def _write(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        try:
            self._base.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise UsageError(
                f"{self.path}: cannot be written ({error}); make room and give the same command again: what is worked "
                "out is kept"
            ) from None

    def waiting(self) -> Iterator[tuple[bytes, bytes]]:
        """What has no result yet, in the order in which it was asked.

        Yields
        ------
        (bytes, bytes)
            Key and content.
        """
        after = 0
        while True:
            found = self._base.execute(
                "SELECT number, key, content FROM task WHERE number > ? AND key NOT IN (SELECT key FROM result) "
                "ORDER BY number LIMIT 1",
                (after,),
            ).fetchone()
            if found is None:
                return
            after, key, content = found
            yield key, content

    def counts(self) -> tuple[int, int]:
        """How many different things are asked, and how many of them are worked out.

        Returns
        -------
        (int, int)
        """
        asked: tuple[int, int] = self._base.execute(
            "SELECT count(*), coalesce(sum(key IN (SELECT key FROM result)), 0) FROM task"
        ).fetchone()
        return asked

    def add(self, key: bytes, rows: list[Row]) -> None:
        """Note a result; it is there, also after the process is killed, once this returns.

        Parameters
        ----------
        key : bytes
        rows : list of dict
        """
        self._write("INSERT OR REPLACE INTO result VALUES (?, ?)", (key, orjson.dumps(rows)))

    def rows(self) -> Iterator[list[Row]]:
        """The rows of every plan in the order in which they were asked, each with its head.

        Yields
        ------
        list of dict
        """
        with closing(self._base.cursor()) as cursor:
            for head, rows in cursor.execute(
                "SELECT head, rows FROM asked JOIN result ON result.key = asked.key ORDER BY asked.number"
            ):
                first = orjson.loads(head)
                yield [first | row for row in orjson.loads(rows)]

    def remove(self) -> None:
        """Take the file away: what it held is in the table."""
        self._base.close()
        for ending in ENDINGS:
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
