"""IFC files (2x3, 4, 4x3) as plans: net wall bodies cut horizontally.

It runs in the process of :mod:`estimator.readers.sandbox`. What was understood, repaired or left out is
told by :mod:`estimator.readers.ifc.findings`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.plan import Plan
from estimator.readers.detect import archive_entries, unpacked

END: Final = b"END-ISO-10303-21"
ARCHIVE: Final = b"PK\x03\x04"


def read(path: Path, options: ReadOptions, kind: str = "ifc", shown: str | None = None) -> Plan:
    """The plan in an IFC file, or in a ZIP archive with one in it.

    Parameters
    ----------
    path : Path
    options : ReadOptions
        ``unit_m`` and ``wall_layers`` matter here, and the limits; height and thickness only for walls
        whose body cannot be made.
    kind : str
    shown : str, optional
        What the file is called in messages.

    Returns
    -------
    Plan
        Metres, z up; walls in file order with the pieces of their net bodies.

    Raises
    ------
    PlanError
    """
    from estimator.readers.ifc.plan import plan_of

    name = str(path) if shown is None else shown
    with step_file(path, name, options.limits) as model:
        try:
            return plan_of(model, options, name)
        except PlanError as error:
            raise PlanError(f"{name}: {error}", error.findings) from error


@contextmanager
def step_file(path: Path, name: str, limits: Limits) -> Iterator[Path]:
    """The whole file in STEP form that an IFC file is, or that lies in an archive.

    Parameters
    ----------
    path : Path
    name : str
        What the file is called in messages.
    limits : Limits

    Yields
    ------
    Path
        Of a temporary file if it was unpacked.

    Raises
    ------
    PlanError
    """
    with path.open("rb") as file:
        is_archive = file.read(len(ARCHIVE)) == ARCHIVE
    if not is_archive:
        _check_whole(path, name)
        yield path
        return
    inside = [
        entry
        for entry in archive_entries(path, name, limits)
        if entry.lower().endswith((".ifc", ".ifcxml")) and not entry.startswith("__MACOSX/")
    ]
    if len(inside) != 1:
        raise PlanError(f"{name}: holds {len(inside)} IFC files; unpack it and name one of them")
    data = unpacked(path, inside[0], name, limits)
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.ifc"
        model.write_bytes(data)
        _check_whole(model, name)
        yield model


def _check_whole(path: Path, name: str) -> None:
    with path.open("rb") as file:
        start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
        file.seek(max(0, path.stat().st_size - 4096))
        tail = file.read(4096)
    if start.startswith(b"<"):
        raise PlanError(f"{name}: is ifcXML, which is not read; export it as IFC in STEP form (.ifc)")
    if END not in tail:
        raise PlanError(f"{name}: ends before its end mark, so part of it is missing; copy or export it again")
