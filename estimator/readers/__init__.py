"""Readers of plan files. The format is found by content, not by name."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import BinaryIO

from estimator.errors import PlanError
from estimator.options import ReadOptions
from estimator.plan import Plan
from estimator.readers.storeys import by_storey, only_storey
from estimator.readers.unused import with_unused_told

LARGEST_JSON_BYTES = 50_000_000
_OWN = b'"printhouse-plan"'


def read_plan(path: str | Path, options: ReadOptions | None = None) -> Plan:
    """Read a plan file of any known format.

    Parameters
    ----------
    path : str or Path
    options : ReadOptions, optional
        What is known beside the file, and limits; the project's own format needs none.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        The file is missing, unreadable, of no known format, or not a valid plan.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            return read_stream(file, str(path), options, path if path.is_file() else None)
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such file; check the name") from None
    except IsADirectoryError:
        raise PlanError(f"{path}: is a folder; name a plan file in it") from None
    except OSError as error:
        raise PlanError(f"{path}: cannot be read ({error.strerror}); check name and permissions") from None
    except ValueError:
        raise PlanError(f"{str(path)!a} is no name that a file can have; check it") from None


def read_stream(file: BinaryIO, shown: str, options: ReadOptions | None = None, path: Path | None = None) -> Plan:
    """Read a plan from an open file, which may be a pipe.

    Parameters
    ----------
    file : binary file
    shown : str
        What it is called in messages.
    options : ReadOptions, optional
    path : Path, optional
        Where the same bytes lie on disk; without it they are put there for a foreign format.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
    """
    options = options or ReadOptions()
    plan = by_storey(_plan(file, shown, options, path))
    return plan if options.storey is None else only_storey(plan, options.storey)


def _plan(file: BinaryIO, shown: str, options: ReadOptions, path: Path | None) -> Plan:
    head = file.read(4096)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise PlanError(f"{shown}: is empty; save the plan again")
    data: bytes | None = None
    if start[:1] in (b"{", b"["):
        data = head + file.read(LARGEST_JSON_BYTES)
        if _OWN in data or len(data) > LARGEST_JSON_BYTES:
            from estimator.readers.native.reader import decode_native

            return with_unused_told(decode_native(data, shown), options, "printhouse")
    from estimator.readers.names import with_plain_names
    from estimator.readers.sandbox import read_foreign

    if path is not None:
        return with_plain_names(read_foreign(path, options, shown))
    if data is None:
        data = head + file.read(options.limits.bytes)
    with tempfile.TemporaryDirectory() as folder:
        spooled = Path(folder) / "plan"
        spooled.write_bytes(data)
        return with_plain_names(read_foreign(spooled, options, shown))
