"""Options of reading that a format has no use for: told, not passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from estimator.errors import Finding
from estimator.options import ReadOptions
from estimator.plan import Plan

NAMES: Final = {
    "unit_m": "--unit",
    "width_m": "--width",
    "up": "--up",
    "wall_layers": "--layer",
    "opening_layers": "--opening-layer",
    "height_m": "--height",
    "thickness_m": "--thickness",
    "companions": "--with",
}
"""What options are called on the command line."""

_PLANNER: Final = frozenset({"unit_m", "height_m", "thickness_m"})
_MESH: Final = frozenset({"unit_m", "width_m", "up", "wall_layers", "opening_layers", "thickness_m"})
_MAP: Final = frozenset({"unit_m", "width_m", "height_m", "thickness_m", "companions"})
_DRAWING: Final = frozenset({"unit_m", "width_m", "wall_layers", "opening_layers", "height_m", "thickness_m"})

USED: Final[Mapping[str, frozenset[str]]] = {
    "printhouse": frozenset(),
    "ifc": frozenset({"unit_m", "wall_layers", "height_m", "thickness_m"}),
    "dxf": _DRAWING,
    "svg": _DRAWING,
    "geojson": _MAP,
    "imdf": _MAP,
    "react-planner": _PLANNER,
    "blueprint3d": _PLANNER,
    "sweethome3d": _PLANNER,
    **dict.fromkeys(("stl", "obj", "ply", "glb", "3mf", "dae"), _MESH),
}
"""Options that each kind of file has a use for."""


def with_unused_told(plan: Plan, options: ReadOptions, kind: str) -> Plan:
    """A plan with a finding for the options that its file has no use for.

    Parameters
    ----------
    plan : Plan
    options : ReadOptions
    kind : str
        "printhouse", or a key of ``READERS`` in :mod:`estimator.readers.detect`.

    Returns
    -------
    Plan
    """
    given = options.given()
    idle = [NAMES[name] for name in NAMES if name in given and name not in USED[kind]]
    if not idle:
        return plan
    what = "the project's own format has" if kind == "printhouse" else f"files of kind {kind} have"
    message = f"{', '.join(idle)}: {what} no use for it; it changed nothing."
    return replace(plan, findings=(*plan.findings, Finding("option-unused", "warning", "", message)))
