"""The journal of a batch: results as they come, so that one that was killed goes on where it was."""

from __future__ import annotations

import fcntl
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from estimator.errors import UsageError

Row = dict[str, Any]


class Journal:
    """A file to which results are appended, one line each.

    Parameters
    ----------
    path : Path
        Made where it is missing. A last line that was cut off is dropped; its work is done again.

    Raises
    ------
    UsageError
        It cannot be written, or another batch is at it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[bytes, int] = {}
        try:
            self._file = path.open("a+b")
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror}); name a file in another folder") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise UsageError(f"{path}: another batch is writing it; wait for it, or name another file") from None
        try:
            self._end = self._read()
        except UsageError:
            self._file.close()
            raise

    def _read(self) -> int:
        self._file.seek(0)
        end = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            try:
                key = bytes.fromhex(orjson.loads(line)["key"])
            except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
                raise UsageError(f"{self.path}: is no journal of a batch; take it away, or name another file") from None
            self._places[key] = end
            end += len(line)
        self._file.truncate(end)
        return end

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __contains__(self, key: bytes) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def add(self, key: bytes, rows: list[Row]) -> None:
        """Note a result; it is there, also after the process is killed, once this returns.

        Parameters
        ----------
        key : bytes
            Of what was asked.
        rows : list of dict
        """
        line = orjson.dumps({"key": key.hex(), "rows": rows}, option=orjson.OPT_APPEND_NEWLINE)
        self._file.write(line)
        self._file.flush()
        self._places[key] = self._end
        self._end += len(line)

    def rows(self, key: bytes) -> list[Row]:
        """A result.

        Parameters
        ----------
        key : bytes

        Returns
        -------
        list of dict
        """
        self._file.seek(self._places[key])
        found: list[Row] = orjson.loads(self._file.readline())["rows"]
        return found

    def remove(self) -> None:
        """Take the file away: what it held is in the table."""
        self.path.unlink(missing_ok=True)
