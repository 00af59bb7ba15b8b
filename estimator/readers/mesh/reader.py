"""Meshes (STL, OBJ, PLY, GLB, 3MF, DAE) as plans: bodies cut horizontally.

The file is loaded within limits (:mod:`~estimator.readers.mesh.bounds`, :mod:`~estimator.readers.mesh.load`),
put upright and into metres (:mod:`~estimator.readers.mesh.scale`), taken apart into connected bodies
(:mod:`~estimator.readers.mesh.bodies`), of which the walls are kept (:mod:`~estimator.readers.mesh.kinds`).
Their sections give storeys (:mod:`~estimator.readers.mesh.levels`) and walls
(:mod:`~estimator.readers.mesh.walls`, :mod:`~estimator.readers.mesh.shells`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from estimator.errors import PlanError
from estimator.options import ReadOptions
from estimator.plan import Area, Plan, Room, Storey, Wall
from estimator.readers.mesh.bodies import Body, bodies
from estimator.readers.mesh.findings import SENTENCES
from estimator.readers.mesh.kinds import kinds, parts_of_walls
from estimator.readers.mesh.levels import cuts, floors, remainder_m3, solid_share
from estimator.readers.mesh.load import load
from estimator.readers.mesh.scale import placed
from estimator.readers.mesh.shells import leaning_wall
from estimator.readers.mesh.walls import rooms_of, standing_on, storey_walls
from estimator.readers.notes import Notes
from estimator.shapes import filled, united

SOLID_SHARE = 0.7
"""Share of the volume wider than any wall from which a model is a block."""

ENCLOSED_RATIO = 1.02
"""By how much an outline is larger than the walls in it where they enclose a floor."""

TOLD_M3 = 0.01
"""Volumes left out that are larger than this are told. [m³]"""


def read(path: Path, options: ReadOptions, kind: str, shown: str | None = None) -> Plan:
    """The plan in a mesh file.

    Parameters
    ----------
    path : Path
    options : ReadOptions
        ``unit_m``, ``width_m``, ``up``, ``wall_layers`` and ``thickness_m`` matter here, and the limits.
    kind : {"stl", "obj", "ply", "glb", "3mf", "dae"}
    shown : str, optional
        What the file is called in messages.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        The file is damaged, passes a limit, or holds no walls.
    """
    name = str(path) if shown is None else shown
    notes = Notes(SENTENCES)
    model = load(path, kind, name, options.limits)
    for key in model.lost:
        notes.add("mesh-damaged", key)
    skipped: list[str] = []
    is_kept = parts_of_walls(model.parts, options.wall_layers, options.opening_layers, skipped)
    parts = tuple(part for part, keep in zip(model.parts, is_kept, strict=True) if keep)
    if not parts:
        known = ", ".join(sorted({p.name or p.material for p in model.parts if p.name or p.material})[:20])
        raise PlanError(
            f"{name}: has no group or material of walls called {', '.join(options.wall_layers) or 'anything else'}; "
            + (f"known are {known}" if known else "it names none")
        )
    where = placed(replace(model, parts=parts), options, notes, name)
    kept = list(zip(parts, where.meshes, strict=True))
    found = kinds(bodies(kept, notes), bool(options.wall_layers), notes)
    if not found.upright and not found.leaning:
        raise PlanError(
            f"{name}: holds no walls that enclose an area in a horizontal section; model them with their thickness, "
            "or say which they are with --layer",
            notes.findings(),
        )
    levels = floors(found, cuts(found.upright), options.thickness_m, notes)
    if not found.leaning and solid_share([c for own in levels.cuts for c in own]) > SOLID_SHARE:
        raise PlanError(
            f"{name}: shows solid blocks, not walls; say how thick the walls along their outside are with --thickness, "
            "or model them",
            notes.findings(),
        )
    walls: list[Wall] = []
    for number, (storey, cuts_here) in enumerate(zip(levels.storeys, levels.cuts, strict=True)):
        own = storey_walls(cuts_here, number, storey, storey.id, notes)
        if own:
            covered = united(np.array([w.footprint for w in own], dtype=object))
            left_m3 = remainder_m3([c for c in cuts_here if c.leans], covered)
            if left_m3 > TOLD_M3:
                notes.add("mesh-roofs", f"above {storey.name}", f": {left_m3:.2f} m³ beside the walls")
        walls += own
    leaning, closed = _leaning(found.leaning, levels.storeys, notes)
    walls += leaning
    if not walls:
        raise PlanError(
            f"{name}: holds floors or solid blocks but no walls; model the walls with their thickness",
            notes.findings(),
        )
    rooms = [
        Room(f"{storey.id}-r{k}", f"Room {k}", number, polygon)
        for number, storey in enumerate(levels.storeys)
        for k, polygon in enumerate(rooms_of([w for w in walls if w.storey == number], closed), 1)
    ]
    return Plan(
        Path(name).stem,
        f"{Path(name).name} ({kind.upper()} mesh)",
        levels.storeys,
        tuple(walls),
        tuple(rooms),
        _floor_area_m2(walls, closed),
        findings=notes.findings(),
        unit=where.unit,
        evidence=where.evidence,
        skipped=tuple(skipped),
    )


def _leaning(found: tuple[Body, ...], storeys: tuple[Storey, ...], notes: Notes) -> tuple[list[Wall], dict[str, Area]]:
    """Leaning bodies as walls of the storey they begin in, and where each stands, its doors closed."""
    walls = []
    closed = {}
    for k, body in enumerate(found, 1):
        level = body.slabs[0].base_m
        number = max((i for i, s in enumerate(storeys) if s.elevation_m <= level + 0.1), default=0)
        name = f"{storeys[number].id}-leaning{k}"
        wall, closed[name] = leaning_wall(body, number, name, storeys[number])
        notes.add("mesh-leaning", wall.id)
        walls.append(wall)
    return walls, closed


def _floor_area_m2(walls: list[Wall], closed: dict[str, Area]) -> float | None:
    """Floor inside the outer faces where walls stand, if some lean; None where they enclose none, or all are plumb.

    Walls that lean reach beyond the floor they enclose, higher up.
    """
    if not closed:
        return None
    total_m2 = 0.0
    for number in sorted({w.storey for w in walls}):
        feet = standing_on([w for w in walls if w.storey == number], closed)
        whole_m2 = filled(feet).area
        if whole_m2 > ENCLOSED_RATIO * feet.area:
            total_m2 += whole_m2
    return total_m2 or None
