"""IFC files (2x3, 4, 4x3) as plans: net wall bodies cut horizontally.

:func:`read_ifc` runs the parser in a process of its own, which can be stopped; :func:`parse_ifc` is
what runs there. Findings, all with the ids of the elements concerned in ``where``:

=========================  ========  ==================================================================
code                       severity  meaning
=========================  ========  ==================================================================
ifc-damaged                warning   the parser met broken lines; what it could not read is missing
ifc-no-units               warning   the file names no length unit; metres taken
ifc-units-doubtful         warning   the walls are so low or high that the unit is probably wrong
ifc-shifted                note      far from the origin: the plan was moved by the distance given
ifc-no-storeys             warning   no storeys in the file; one was made at the lowest wall base
ifc-storey-elevation       note      stated elevations contradict the storeys' placements; placements used
ifc-storey-by-height       note      walls in no storey were given one by their height
ifc-empty-storey           note      storeys in which no wall stands
ifc-wall-no-body           warning   walls without a body, left out
ifc-wall-unreadable        warning   walls whose body the geometry kernel could not make, left out
ifc-wall-not-closed        warning   walls whose sections do not close; left out, or kept where they did
ifc-wall-mended            note      walls with gaps of a few millimetres, which were bridged
ifc-opening-not-cut        warning   walls whose openings change nothing in their body
ifc-opening-no-body        warning   openings without a body: cut by nothing, not listed
ifc-opening-unfilled       note      openings with neither door nor window in them
ifc-curtain-walls          note      curtain walls, left out: they are not printed
ifc-thin-walls             note      walls thinner than 80 mm: furring and finish, kept
ifc-foundation-walls       note      walls that belong to the foundation, kept
ifc-parapets               note      parapets, kept
ifc-thickness              note      material layers that add up to another thickness than the body has
ifc-floor-area             note      how the gross floor area was got from the spaces
ifc-duplicate-id           warning   elements that share an id; the later ones were renamed
=========================  ========  ==================================================================
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import estimator
from estimator.errors import PlanError
from estimator.plan import Plan

MAX_FILE_BYTES = 200_000_000
TIME_LIMIT_S = 300.0
MEMORY_LIMIT_BYTES = 6 * 1024**3
START = b"ISO-10303-21"
END = b"END-ISO-10303-21"


def read_ifc(path: Path, *, time_limit_s: float = TIME_LIMIT_S, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> Plan:
    """The plan in an IFC file, read in a process that is stopped at its limits.

    Parameters
    ----------
    path : Path
        A STEP file (``.ifc``).
    time_limit_s : float
        Longest time for the whole file. [s]
    memory_limit_bytes : int
        Largest address space of the process.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        One sentence: the file, what is wrong, what would mend it.
    """
    check_file(path)
    roots = [str(Path(folder).resolve().parent) for folder in estimator.__path__]
    inherited = os.environ.get("PYTHONPATH")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*roots, *([inherited] if inherited else [])])}
    command = [sys.executable, "-P", "-m", "estimator.readers.ifc_worker"]
    limits = [str(memory_limit_bytes), str(int(time_limit_s) + 1)]
    try:
        child = subprocess.run(
            [*command, str(path.resolve()), *limits],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=time_limit_s,
            env=environment,
            check=False,
        )
    except OSError as error:
        raise PlanError(f"{path}: no process can be started to read it ({error.strerror}): free memory.") from error
    except subprocess.TimeoutExpired as error:
        raise PlanError(
            f"{path}: reading took longer than {time_limit_s:g} s and was stopped: "
            "export the walls alone, with a coarser level of detail."
        ) from error
    if child.returncode == 0:
        outcome: object = pickle.loads(child.stdout)
        if isinstance(outcome, Plan):
            return outcome
        if isinstance(outcome, tuple):
            message, findings = outcome
            raise PlanError(str(message), findings)
    raise PlanError(_post_mortem(path, child.returncode, child.stderr.decode("utf-8", "replace")))


def check_file(path: Path) -> None:
    """Refuse what is plainly not a whole IFC file before a parser sees it.

    Parameters
    ----------
    path : Path

    Raises
    ------
    PlanError
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise PlanError(f"{path}: is a folder: give the IFC file in it.")
        with path.open("rb") as file:
            head = file.read(4096)
            file.seek(max(0, size - 4096))
            tail = file.read(4096)
    except OSError as error:
        raise PlanError(f"{path}: cannot be read ({error.strerror}): check the name and the rights.") from error
    if size > MAX_FILE_BYTES:
        raise PlanError(
            f"{path}: is {size / 1e6:.0f} MB, more than the {MAX_FILE_BYTES / 1e6:.0f} MB allowed: "
            "export the walls, openings and storeys alone."
        )
    if not size:
        raise PlanError(f"{path}: is empty: export the model again.")
    if START not in head:
        what = "a zip archive" if head.startswith(b"PK") else "not an IFC STEP file"
        what = "an ifcXML file" if b"<ifc" in head.lower() or b"<ex:iso_10303" in head.lower() else what
        raise PlanError(f"{path}: is {what} (no ISO-10303-21 header): export or unpack it as plain .ifc.")
    if END not in tail:
        raise PlanError(f"{path}: ends before its end mark, so part of it is missing: copy or export it again.")


def parse_ifc(path: Path) -> Plan:
    """The plan in an IFC file, read in this process.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Plan
        Metres, z up; walls in file order with the pieces of their net bodies.

    Raises
    ------
    PlanError

    Notes
    -----
    A model whose entities do not fit together may raise anything here, or crash the interpreter;
    :func:`read_ifc` turns all of it into a PlanError.
    """
    from estimator.readers.ifc_plan import plan_of

    check_file(path)
    return plan_of(path)


def _post_mortem(path: Path, code: int, stderr: str) -> str:
    """Why the reading process died, in one sentence."""
    if "MemoryError" in stderr or "bad_alloc" in stderr or code == -signal.SIGKILL:
        return f"{path}: needs more memory than allowed: export the walls alone, with a coarser level of detail."
    if code == -signal.SIGXCPU:
        return f"{path}: needs more computing time than allowed: export the walls alone."
    if code < 0:
        return (
            f"{path}: the IFC parser crashed on it ({signal.Signals(-code).name}): "
            "it is damaged or too large; open it in an IFC viewer and export the walls again."
        )
    last = next((line.strip() for line in reversed(stderr.splitlines()) if line.strip()), f"exit code {code}")
    return f"{path}: is not a consistent IFC model ({last[:200]}): open it in an IFC viewer and export it again."
