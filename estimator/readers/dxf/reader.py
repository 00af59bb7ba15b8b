"""DXF drawings as plans: of any version that ezdxf reads, ASCII or binary, damaged ones as far as possible.

The file is loaded here; what it draws becomes a plan in :mod:`estimator.readers.dxf.plan`. Nothing that
the file refers to (external references, images, underlays) is ever opened.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final

from estimator.errors import PlanError
from estimator.options import ReadOptions
from estimator.plan import Plan
from estimator.readers.dxf.findings import SENTENCES
from estimator.readers.notes import Notes

if TYPE_CHECKING:
    from ezdxf.document import Drawing as Document

DAMAGE: Final = (
    ValueError, KeyError, IndexError, AttributeError, TypeError, ArithmeticError, EOFError, AssertionError,
    RuntimeError, StopIteration, struct.error,
)  # fmt: skip
"""What a parser raises on a damaged file, beside its own errors."""


def read(path: Path, options: ReadOptions, kind: str = "dxf", shown: str | None = None) -> Plan:
    """The plan in a DXF file.

    Parameters
    ----------
    path : Path
    options : ReadOptions
    kind : str
    shown : str, optional
        What the file is called in messages.

    Returns
    -------
    Plan
        Metres, z up; all storeys on the sheet.

    Raises
    ------
    PlanError
    """
    name = str(path) if shown is None else shown
    try:
        from ezdxf.filemanagement import readfile
        from ezdxf.lldxf.const import DXFError
    except ImportError as error:
        raise PlanError(
            f"{name}: DXF needs the ezdxf library; install it with: pip install 'printhouse[dxf]'"
        ) from error
    from estimator.readers.dxf.plan import plan_of

    notes = Notes(SENTENCES)
    try:
        document = readfile(path)
    except (DXFError, *DAMAGE):
        document = _recovered(path, name, notes)
    return plan_of(document, options, notes, name)


def _recovered(path: Path, name: str, notes: Notes) -> Document:
    """A document from a file that does not follow the rules."""
    from ezdxf import recover
    from ezdxf.lldxf.const import DXFError

    try:
        document, audit = recover.readfile(path, errors="ignore")
    except (DXFError, *DAMAGE) as error:
        said = "" if isinstance(error, TypeError | AttributeError) else f" ({' '.join(str(error).split())[:150]})"
        raise PlanError(
            f"{name}: is a damaged DXF file that cannot be recovered{said}; "
            "open it in the program it comes from and save it again"
        ) from error
    told = len(audit.errors) + len(audit.fixes)
    notes.add("dxf-recovered", "", f"{told} mistakes" if told else "mistakes of form")
    return document
