"""The table of a batch as a file: CSV, JSON Lines or Parquet, by its name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson

from estimator.batch.rows import COLUMNS
from estimator.errors import UsageError

Row = Mapping[str, Any]

SUFFIXES: Final = (".csv", ".jsonl", ".parquet")
GROUP_ROWS: Final = 20_000
"""Rows that a Parquet file holds together."""

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""At the beginning of a CSV file, without which Excel takes it for an old code page."""


def table_kind(path: Path) -> str:
    """How a table is written.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        One of :data:`SUFFIXES`.

    Raises
    ------
    UsageError
        For another suffix, or Parquet where its library is missing.
    """
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise UsageError(f"{path}: a table ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}; name it so")
    if kind == ".parquet":
        if find_spec("pyarrow") is None:
            raise UsageError(f"{path}: Parquet needs pyarrow; install printhouse[batch], or name a .csv or .jsonl file")
    return kind


def written(kind: str, rows: Iterable[Row]) -> Iterator[bytes]:
    """The parts of a file that holds rows.

    Parameters
    ----------
    kind : {".csv", ".jsonl", ".parquet"}
    rows : iterable of dict
        By :data:`estimator.batch.rows.COLUMNS`; what is left out is empty, or null.

    Yields
    ------
    bytes
    """
    parts = {".csv": _csv, ".jsonl": _lines, ".parquet": _parquet}[kind]
    yield from parts(iter(rows))


def _lines(rows: Iterator[Row]) -> Iterator[bytes]:
    for row in rows:
        yield orjson.dumps({name: row.get(name) for name in COLUMNS}, option=orjson.OPT_APPEND_NEWLINE)


def _csv(rows: Iterator[Row]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    yield BYTE_ORDER_MARK
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
        yield text.getvalue().encode("utf-8")
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode("utf-8")


def _cell(value: Any) -> Any:
    """Text from a plan must not become a formula in a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _parquet(rows: Iterator[Row]) -> Iterator[bytes]:
    import pyarrow
    from pyarrow import parquet

    kinds = {"text": pyarrow.string(), "number": pyarrow.float64(), "whole": pyarrow.int64()}
    schema = pyarrow.schema(
        [pyarrow.field(name, kinds[kind], metadata={"description": words}) for name, (kind, words) in COLUMNS.items()]
    )
    parts = _Parts()
    with parquet.ParquetWriter(parts, schema, compression="zstd") as writer:
        while group := list(islice(rows, GROUP_ROWS)):
            columns = {name: [_cast(row.get(name), kind) for row in group] for name, (kind, _) in COLUMNS.items()}
            writer.write_table(pyarrow.table(columns, schema=schema))
            yield parts.taken()
    yield parts.taken()


class _Parts(io.RawIOBase):
    """A file that only grows, and gives what was written to it since it was asked last."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._end = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._end += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._end

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def _cast(value: Any, kind: str) -> Any:
    """Whole numbers stand in columns of numbers as well."""
    return float(value) if kind == "number" and value is not None else value
