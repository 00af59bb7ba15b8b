"""The table of a batch as a file: CSV or JSON Lines, by its name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from estimator.batch.rows import COLUMNS
from estimator.errors import UsageError

Row = Mapping[str, Any]

SUFFIXES = (".csv", ".jsonl")


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
        For another suffix.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: a table ends in {' or '.join(SUFFIXES)}; name it so")
    return path.suffix.lower()


def written(kind: str, rows: Iterable[Row]) -> Iterator[bytes]:
    """The parts of a file that holds rows.

    Parameters
    ----------
    kind : {".csv", ".jsonl"}
    rows : iterable of dict
        By :data:`estimator.batch.rows.COLUMNS`; what is left out is empty, or null.

    Returns
    -------
    iterator of bytes
    """
    if kind == ".jsonl":
        for row in rows:
            whole = {name: row.get(name) for name in COLUMNS}
            yield orjson.dumps(whole, option=orjson.OPT_APPEND_NEWLINE)
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
        yield text.getvalue().encode("utf-8")
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode("utf-8")


def _cell(value: Any) -> Any:
    """Text from a plan must not become a formula in a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
