"""From an open IFC model to a :class:`Plan`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from estimator.errors import PlanError
from estimator.plan import Plan, Room, Storey, Wall
from estimator.readers import ifc_attributes as said
from estimator.readers import ifc_bodies as bodies
from estimator.readers.ifc_findings import SENTENCES
from estimator.readers.ifc_walls import Frame, Names, Shapes, walls_of
from estimator.readers.notes import Notes
from estimator.readers.sections import Mesh, section

MAX_WALLS = 20_000
MAX_OPENINGS = 50_000
MAX_EXTENT_M = 20_000.0
FAR_M = 1_000.0  # plan coordinates beyond this are moved to the origin
HIGH_M = 20.0  # lowest storeys beyond this are moved to z = 0
ABOVE_FLOOR_M = 0.1  # where rooms are cut: above sills and uneven floors, below sloping ceilings
LOWEST_STOREY_M = 1.8  # lower ones hold foundations and parapets
NOT_A_NUMBER = re.compile(r"'-?(?:1\.#)?([QS]?NAN|INF|INFINITY|IND)\w*'", re.I)


def plan_of(path: Path, shown: str) -> Plan:
    """The plan in an IFC file.

    Parameters
    ----------
    path : Path
    shown : str
        What the file is called in messages.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
    """
    notes = Notes(SENTENCES)
    model = _opened(path, shown, notes)
    walls = sorted(model.by_type("IfcWall"), key=lambda wall: int(wall.id()))
    if not walls:
        raise PlanError(f"{shown}: has no walls (IfcWall): export the model with its walls.")
    openings = {wall.id(): said.voids(wall) for wall in walls}
    if len(walls) > MAX_WALLS or sum(map(len, openings.values())) > MAX_OPENINGS:
        raise PlanError(
            f"{shown}: has {len(walls)} walls with {sum(map(len, openings.values()))} openings, more than the "
            f"{MAX_WALLS} and {MAX_OPENINGS} allowed: export one building at a time."
        )
    for curtain in model.by_type("IfcCurtainWall"):
        notes.add("ifc-curtain-walls", str(curtain.GlobalId))
    shapes = _shapes(shown, model, walls, openings, notes)
    spaces = [space for space in model.by_type("IfcSpace") if bodies.has_body(space)]
    space_bodies = bodies.meshes(model, spaces)
    _check_numbers(shown, model, [shapes.net, shapes.gross, shapes.openings, space_bodies])
    frame = _frame(shown, model, shapes, notes)
    names = Names(notes)
    read = [
        wall
        for element in walls
        if element.id() in shapes.net
        for wall in walls_of(element, openings[element.id()], shapes, frame, names, notes)
    ]
    if not read:
        raise PlanError(
            f"{shown}: none of its {len(walls)} walls has a body to cut: export them with 3D geometry.",
            notes.findings(),
        )
    rooms = _rooms(spaces, space_bodies, frame, names)
    storeys = _storeys(model, frame, read, rooms, notes)
    height_m = float(np.median([wall.top_m - wall.base_m for wall in read]))
    if not 0.1 <= height_m <= 30.0:
        notes.add("ifc-units-doubtful", "IfcUnitAssignment", f"{height_m:.3g}")
    indoors = [
        room
        for room in rooms
        if not any(room.id == str(space.GlobalId) and said.is_outdoors(space) for space in spaces)
    ]
    floor_area_m2 = gross_floor_area_m2(storeys, read, indoors)
    if floor_area_m2 is not None:
        notes.add("ifc-floor-area", "IfcSpace", f"{floor_area_m2:.1f}")
    return Plan(
        name=said.title(model, Path(shown).stem),
        source=f"{Path(shown).name} (IFC, {model.schema})",
        storeys=storeys,
        walls=tuple(read),
        rooms=tuple(rooms),
        floor_area_m2=floor_area_m2,
        roof=said.roof(model),
        foundation=said.foundation(model),
        findings=notes.findings(),
    )


def gross_floor_area_m2(storeys: Sequence[Storey], walls: Sequence[Wall], rooms: Sequence[Room]) -> float | None:
    """Floor area with the walls around it, summed over storeys.

    Parameters
    ----------
    storeys : sequence of Storey
    walls : sequence of Wall
    rooms : sequence of Room
        Indoor rooms.

    Returns
    -------
    float or None
        [m²]; None where a storey has walls but no rooms.

    Notes
    -----
    Rooms and the walls that stand 1 m above their floor are united, gaps below 0.1 m closed, and the
    pieces without a room (garden walls) dropped. A storey with no such wall is an open roof: left out.
    """
    lived_in = {room.storey for room in rooms}
    walled = {wall.storey for wall in walls if storeys[wall.storey].height_m >= LOWEST_STOREY_M}
    if not walled <= lived_in:
        return None
    total = 0.0
    for number, storey in enumerate(storeys):
        height_m = storey.elevation_m + 1.0
        floors = [room.footprint for room in rooms if room.storey == number]
        around = [wall.footprint for wall in walls if wall.base_m < height_m < wall.top_m]
        if floors and around:
            whole = shapely.union_all(floors + around).buffer(0.05, join_style="mitre")
            pieces = shapely.get_parts(whole.buffer(-0.05, join_style="mitre"))
            total += float(shapely.area(pieces[shapely.intersects(pieces, shapely.union_all(floors))]).sum())
    return total or None


def _opened(path: Path, shown: str, notes: Notes) -> Any:
    ifcopenshell = bodies.library()
    ifcopenshell.get_log()  # what earlier files left behind
    try:
        model = ifcopenshell.open(str(path))
    except (ifcopenshell.Error, RuntimeError, OSError, ValueError) as error:
        raise PlanError(
            f"{shown}: cannot be parsed as IFC ({str(error).splitlines()[0][:200]}): "
            "open it in an IFC viewer and export it again."
        ) from error
    log = [line for line in ifcopenshell.get_log().splitlines() if line.startswith("[error]")]
    strange = next((found[0] for found in map(NOT_A_NUMBER.search, log) if found), None)
    if strange is not None:
        raise PlanError(f"{shown}: holds {strange} where a number belongs: mend the model and export it again.")
    if log:
        first = re.sub(r"^(\[[^]]*\]\s*)+", "", log[0])
        notes.add("ifc-damaged", "file", f"{len(log)}, the first: {first[:160]}")
    return model


def _shapes(shown: str, model: Any, walls: Sequence[Any], openings: dict[int, list[Any]], notes: Notes) -> Shapes:
    """Net and gross bodies of walls and the bodies of their openings."""
    parts = {wall.id(): bodies.body_parts(wall) for wall in walls}
    for wall in walls:
        if not parts[wall.id()]:
            notes.add("ifc-wall-no-body", str(wall.GlobalId))
    pierced = [part for wall in walls if openings[wall.id()] for part in parts[wall.id()]]
    net = bodies.meshes(model, (part for wall in walls for part in parts[wall.id()]))
    gross = bodies.meshes(model, pierced, with_openings_cut=False)
    net_of: dict[int, Mesh] = {}
    gross_of: dict[int, Mesh] = {}
    for wall in walls:
        steps = [part.id() for part in parts[wall.id()]]
        uncut = [gross[step] for step in steps if step in gross]
        cut = [net[step] for step in steps if step in net] or uncut
        if cut:
            net_of[wall.id()] = bodies.joined(cut)
            gross_of[wall.id()] = bodies.joined(uncut or cut)
        elif steps:
            notes.add("ifc-wall-unreadable", str(wall.GlobalId))
    if not net_of:
        raise PlanError(
            f"{shown}: none of its {len(walls)} walls has a body to cut: export them with 3D geometry.",
            notes.findings(),
        )
    through = [opening for wall in walls for opening in openings[wall.id()] if bodies.has_body(opening)]
    return Shapes(net_of, gross_of, bodies.meshes(model, through))


def _check_numbers(shown: str, model: Any, groups: Sequence[dict[int, Mesh]]) -> None:
    for group in groups:
        for step, body in group.items():
            if not np.isfinite(body.vertices_m).all():
                element = model.by_id(step)
                raise PlanError(
                    f"{shown}: {element.is_a()} {element.GlobalId} has a coordinate that is not a number: "
                    "delete or rebuild it and export again."
                )
    low, high = bodies.bounds(groups[0])
    if float((high - low).max()) > MAX_EXTENT_M:
        size = " x ".join(f"{length:.3g}" for length in high - low)
        raise PlanError(f"{shown}: the walls extend over {size} m: check the unit, or delete what lies far away.")


def _frame(shown: str, model: Any, shapes: Shapes, notes: Notes) -> Frame:
    """Storeys and the shift to the plan's own origin."""
    scale_m = said.metres_per_unit(model)
    if not np.isfinite(scale_m) or not 1e-6 <= scale_m <= 1e4:
        raise PlanError(f"{shown}: its length unit is {scale_m:g} m: set a usual unit and export again.")
    if not any(getattr(unit, "UnitType", None) == "LENGTHUNIT" for unit in _units(model)):
        notes.add("ifc-no-units", "IfcUnitAssignment")
    bases = {step: float(body.vertices_m[:, 2].min()) for step, body in shapes.net.items()}
    levels, contradicted = said.levels(model, scale_m, bases)
    if contradicted:
        notes.add("ifc-storey-elevation", "IfcBuildingStorey")
    if not levels:
        levels = [said.Level(-1, "storey-1", "Storey 1", min(bases.values()))]
    low, high = bodies.bounds(shapes.net)
    shift = np.zeros(3)
    if float(np.abs([low[:2], high[:2]]).max()) > FAR_M:
        shift[:2] = -np.floor(low[:2])
    if min(abs(float(low[2])), abs(float(high[2]))) > HIGH_M and low[2] * high[2] > 0.0:
        heights = [level.elevation_m for level in levels]
        shift[2] = -heights[said.level_at(heights, float(low[2]))]
    if shift.any():
        notes.add("ifc-shifted", "plan", " / ".join(f"{value:.3f}" for value in shift))
    elevations = [level.elevation_m + float(shift[2]) for level in levels]
    if levels[0].step < 0:
        notes.add("ifc-no-storeys", "IfcBuildingStorey", f"{elevations[0]:.3f}")
    return Frame(
        scale_m,
        shift,
        {level.step: number for number, level in enumerate(levels)},
        elevations,
        [level.name for level in levels],
    )


def _units(model: Any) -> list[Any]:
    return [unit for group in model.by_type("IfcUnitAssignment") for unit in group.Units or ()]


def _rooms(spaces: Sequence[Any], space_bodies: dict[int, Mesh], frame: Frame, names: Names) -> list[Room]:
    rooms = []
    for space in sorted(spaces, key=lambda space: int(space.id())):
        body = space_bodies.get(int(space.id()))
        if body is None:
            continue
        body = bodies.moved(body, frame.shift_m)
        base_m, top_m = float(body.vertices_m[:, 2].min()), float(body.vertices_m[:, 2].max())
        footprint = section(body, base_m + min(ABOVE_FLOOR_M, 0.5 * (top_m - base_m)))
        if footprint.is_empty:
            continue
        step = said.storey_step(space)
        storey = frame.storey_of[step] if step in frame.storey_of else said.level_at(frame.elevations_m, base_m)
        rooms.append(Room(names.of(space), said.space_name(space), storey, footprint))
    return rooms


def _storeys(
    model: Any, frame: Frame, walls: Sequence[Wall], rooms: Sequence[Room], notes: Notes
) -> tuple[Storey, ...]:
    """Storeys with their heights: to the next one, or to the wall tops on the last."""
    steps = {number: step for step, number in frame.storey_of.items()}
    storeys = []
    empty = []
    for number, (elevation_m, name) in enumerate(zip(frame.elevations_m, frame.names, strict=True)):
        own = [wall for wall in walls if wall.storey == number]
        above = [other for other in frame.elevations_m if other > elevation_m + 0.01]
        tops = [wall.top_m for wall in own]
        height_m = min(above) - elevation_m if above else max(tops, default=elevation_m) - elevation_m
        guid = "storey-1" if steps[number] < 0 else str(model.by_id(steps[number]).GlobalId)
        if not own:
            empty.append((guid, name))
        storeys.append(Storey(guid, name, elevation_m, max(height_m, 0.0)))
    for guid, name in empty:
        notes.add("ifc-empty-storey", guid, name)
    return tuple(storeys)
