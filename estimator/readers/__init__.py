"""Readers of plan files. The format is found by content, not by name."""

from __future__ import annotations

from pathlib import Path

from estimator.errors import PlanError
from estimator.plan import Plan

FORMATS = ("printhouse JSON", "IFC")


def read_plan(path: str | Path) -> Plan:
    """Read a plan file of any known format.

    Parameters
    ----------
    path : str or Path

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
            head = file.read(4096)
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such file; check the name") from None
    except IsADirectoryError:
        raise PlanError(f"{path}: is a folder; name a plan file in it") from None
    except OSError as error:
        raise PlanError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    if not head.strip():
        raise PlanError(f"{path}: is empty; save the plan again")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"ISO-10303-21"):
        from estimator.readers.ifc import read_ifc

        return read_ifc(path)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        from estimator.readers.native import read_native

        return read_native(path)
    raise PlanError(f"{path}: is none of the formats read here ({', '.join(FORMATS)}); export it as one of them")
