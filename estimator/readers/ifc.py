"""IFC files (2x3, 4, 4x3) as plans: net wall bodies cut horizontally.

It runs in the process of :mod:`estimator.readers.sandbox`. Findings, all with the ids of the elements
concerned in ``where``:

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

from pathlib import Path

from estimator.errors import PlanError
from estimator.options import ReadOptions
from estimator.plan import Plan

END = b"END-ISO-10303-21"


def read(path: Path, options: ReadOptions, kind: str = "ifc", shown: str | None = None) -> Plan:
    """The plan in an IFC file.

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
        Metres, z up; walls in file order with the pieces of their net bodies.

    Raises
    ------
    PlanError
    """
    from estimator.readers.ifc_plan import plan_of

    name = str(path) if shown is None else shown
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        tail = file.read(4096)
    if END not in tail:
        raise PlanError(f"{name}: ends before its end mark, so part of it is missing; copy or export it again")
    return plan_of(path, name)
