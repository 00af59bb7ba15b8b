"""Readers of plan files. The format is found by content, not by name."""

from __future__ import annotations

from pathlib import Path

from estimator.errors import PlanError
from estimator.plan import Plan

FORMATS = ("printhouse JSON", "IFC")

LARGEST_JSON_BYTES = 50_000_000
_HEAD_BYTES = 4096

_OTHERS = (
    (b"PK\x03\x04", "is a ZIP archive; unpack it and name the plan inside"),
    (b"%PDF", "is a PDF, which shows a drawing but holds no walls; export the plan as IFC"),
    (b"AC10", "is a DWG drawing; export the plan as IFC"),
    (b"\xd0\xcf\x11\xe0", "is a project of another program; export the plan as IFC"),
    (b"\xff\xfe", "is UTF-16 text; save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16 text; save it as UTF-8"),
)
"""How files begin that people take for plans, and what to do with them."""


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
            head = file.read(_HEAD_BYTES)
            start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
            is_json = start[:1] in (b"{", b"[")
            # read on from the same handle, so that a pipe can be a plan too
            data = head + file.read(LARGEST_JSON_BYTES) if is_json else b""
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such file; check the name") from None
    except IsADirectoryError:
        raise PlanError(f"{path}: is a folder; name a plan file in it") from None
    except OSError as error:
        raise PlanError(f"{path}: cannot be read ({error.strerror}); check name and permissions") from None
    except ValueError:
        raise PlanError(f"{str(path)!a} is no name that a file can have; check it") from None
    if is_json:
        from estimator.readers.native import decode_native

        return decode_native(data, str(path))
    if not start:
        raise PlanError(f"{path}: is empty; save the plan again")
    if start.startswith(b"ISO-10303-21"):
        from estimator.readers.ifc import read_ifc
        from estimator.readers.names import with_plain_names

        return with_plain_names(read_ifc(path))
    for magic, advice in _OTHERS:
        if head.startswith(magic):
            raise PlanError(f"{path}: {advice}")
    raise PlanError(f"{path}: is none of the formats read here ({', '.join(FORMATS)}); export it as one of them")
