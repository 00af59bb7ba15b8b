"""The process that writes schedules into a copy of an IFC file: ``python -m estimator.export.ifc_writer``.

Takes (path, shown name, options, what is told) as a pickle on standard input, and writes one letter and
bytes to standard output: the copy, or the sentence of an error.
"""

from __future__ import annotations

import os
import pickle
import sys
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from estimator.errors import EstimatorError, PlanError, UsageError
from estimator.options import ReadOptions
from estimator.readers.worker import bind

DONE: Final = b"I"
PLAN: Final = b"P"
USAGE: Final = b"U"


def main() -> None:
    """Copy a file and write the outcome."""
    path, shown, options, told = pickle.load(sys.stdin.buffer)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever a library prints must not get between the bytes of the answer
        bind(options.limits)
        try:
            answer = DONE + with_schedules(path, shown, options, told)
        except EstimatorError as error:
            answer = (USAGE if isinstance(error, UsageError) else PLAN) + str(error).encode()
        out.write(answer)


def with_schedules(path: Path, shown: str, options: ReadOptions, told: dict[str, Any]) -> bytes:
    """A copy of an IFC file with the schedules of an estimate, in this process.

    Parameters
    ----------
    path : Path
    shown : str
        What the file is called in messages.
    options : ReadOptions
        Only the limits matter.
    told : dict
        :func:`estimator.export.ifc_costs.told_of`.

    Returns
    -------
    bytes
        In STEP form.

    Raises
    ------
    UsageError
        The file is no IFC, or of a schema that is not written.
    PlanError
        It is damaged.
    """
    from estimator.readers.detect import HEAD_BYTES, kind_of
    from estimator.readers.ifc.reader import ARCHIVE, step_file

    with path.open("rb") as file:
        start = file.read(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    is_possible = start.startswith((b"ISO-10303-21", ARCHIVE))
    if not is_possible or kind_of(path, shown, options.limits) != "ifc":
        raise UsageError(f"{shown}: is no IFC file in STEP form, so no IFC with costs can be made of it; give one")
    with step_file(path, shown, options.limits) as model:
        try:
            return _copied(model, told)
        except UsageError as error:
            raise UsageError(f"{shown}: {error}") from error
        except PlanError as error:
            raise PlanError(f"{shown}: {error}") from error


def _copied(path: Path, told: dict[str, Any]) -> bytes:
    from estimator.export.ifc_schedules import add_schedules
    from estimator.readers.ifc.findings import SENTENCES
    from estimator.readers.ifc.plan import opened
    from estimator.readers.notes import Notes

    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    notes = Notes(SENTENCES)
    model = opened(path, notes)
    if notes.findings():
        raise PlanError("is damaged in places, and a copy would lose them; open it in an IFC program and save it again")
    if model.schema not in ("IFC2X3", "IFC4", "IFC4X3"):
        raise UsageError(f"is {model.schema}, in which no costs are written; save it as IFC 4 or 4x3 first")
    if not model.by_type("IfcProject"):
        raise PlanError("has no IfcProject, to which schedules belong; export it again")
    add_schedules(model, told, digest)
    return str(model.to_string()).encode()


if __name__ == "__main__":
    main()
