"""From an open IFC model to a :class:`Plan`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from estimator.errors import PlanError
from estimator.options import ReadOptions, unit_name
from estimator.plan import Plan, Room, Storey, Wall
from estimator.readers.ifc import attributes as said
from estimator.readers.ifc import bodies
from estimator.readers.ifc.choice import tell_kept, walls_to_print, walls_to_read
from estimator.readers.ifc.findings import SENTENCES
from estimator.readers.ifc.outline import around
from estimator.readers.ifc.rest import skipped
from estimator.readers.ifc.shapes import PRISM, Clock, Shapes, shapes_of, stacks_of
from estimator.readers.ifc.units import Measured, add_angle_unit, compare_quantities, length_unit
from estimator.readers.ifc.walls import Frame, Names, Solid, wall_of
from estimator.readers.notes import Notes
from estimator.readers.sections import Mesh, section

MAX_EXTENT_M = 20_000.0
FAR_M = 1_000.0  # plan coordinates beyond this are moved to the origin
HIGH_M = 20.0  # lowest storeys beyond this are moved to z = 0
ABOVE_FLOOR_M = 0.1  # where rooms are cut: above sills and uneven floors, below sloping ceilings
LOWEST_STOREY_M = 1.8  # lower ones hold foundations and parapets
NOT_A_NUMBER = re.compile(r"'-?(?:1\.#)?([QS]?NAN|INF|INFINITY|IND)\w*'", re.I)


def plan_of(path: Path, options: ReadOptions, shown: str) -> Plan:
    """The plan in an IFC file.

    Parameters
    ----------
    path : Path
    options : ReadOptions
    shown : str
        What the file is called.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        Without the file's name, which :func:`estimator.readers.ifc.read` adds.
    """
    clock = Clock.started(options.limits)
    notes = Notes(SENTENCES)
    model = opened(path, notes)
    every = sorted(model.by_type("IfcWall"), key=lambda wall: int(wall.id()))
    if not every:
        raise PlanError("has no walls (IfcWall); export the model with its walls")
    for curtain in model.by_type("IfcCurtainWall"):
        notes.add("ifc-curtain-walls", str(curtain.GlobalId))
    walls = walls_to_read(every, options.wall_layers, notes)
    openings = {int(wall.id()): said.voids(wall) for wall in walls}
    spaces = [space for space in model.by_type("IfcSpace") if bodies.has_body(space)]
    count = len(walls) + len(spaces) + sum(map(len, openings.values()))
    if count > options.limits.entities:
        raise PlanError(
            f"has {count} walls, openings and spaces, more than the {options.limits.entities} allowed; "
            "export one building at a time, or raise --limit entities"
        )
    stated_m, unit_said = length_unit(model)
    unit_m = options.unit_m or stated_m
    if not np.isfinite(stated_m) or not 1e-6 <= stated_m <= 1e4:
        raise PlanError(f"its length unit is {stated_m:g} m; set a usual unit and export again")
    if unit_said is None and options.unit_m is None:
        notes.add("ifc-no-units", "IfcUnitAssignment")
    add_angle_unit(model, notes)
    shapes = shapes_of(model, walls, openings, spaces, unit_m, options, clock, notes)
    if not shapes.net and not shapes.gross:
        raise PlanError(
            f"none of its {len(walls)} walls has a body to cut; export them with 3D geometry", notes.findings()
        )
    _check_numbers(model, shapes)
    frame = _frame(model, shapes, unit_m, notes)
    names = Names(notes)
    read = _measured(walls, openings, shapes, frame, names, clock, notes)
    if not read:
        raise PlanError(
            f"none of its {len(walls)} walls has a body to cut; export them with 3D geometry", notes.findings()
        )
    standing = [one.wall for one in read]
    if not options.wall_layers:
        read = walls_to_print(read, frame, notes)
    plan_walls = [one.wall for one in read]
    tell_kept(read, frame, notes)
    agreement = compare_quantities(model, read, notes)
    rooms = _rooms(spaces, shapes.spaces, frame, names)
    storeys = _storeys(model, frame, plan_walls, notes)
    height_m = float(np.median([wall.top_m - wall.base_m for wall in plan_walls]))
    if not 0.1 <= height_m <= 30.0:
        notes.add("ifc-units-doubtful", "IfcUnitAssignment", f"{height_m:.3g}")
    outdoors = {str(space.GlobalId) for space in spaces if said.is_outdoors(space)}
    floor_area_m2 = gross_floor_area_m2(storeys, standing, [room for room in rooms if room.id not in outdoors])
    if floor_area_m2 is not None:
        notes.add("ifc-floor-area", "IfcSpace", f"{floor_area_m2:.1f}")
    evidence = [f"{unit_name(unit_m)}, as said by --unit"] if options.unit_m is not None else []
    evidence += [words for words in (unit_said or "the file names no unit of length", agreement) if words]
    return Plan(
        name=said.title(model, Path(shown).stem),
        source=f"{Path(shown).name} (IFC, {model.schema})",
        storeys=storeys,
        walls=tuple(plan_walls),
        rooms=tuple(rooms),
        floor_area_m2=floor_area_m2,
        roof=said.roof(model),
        foundation=said.foundation(model),
        findings=notes.findings(),
        unit=unit_name(unit_m),
        evidence=tuple(evidence),
        skipped=skipped(model, [one.element for one in read], openings),
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


def opened(path: Path, notes: Notes) -> Any:
    """A model, with what is damaged in it noted.

    Parameters
    ----------
    path : Path
    notes : Notes

    Returns
    -------
    ifcopenshell.file

    Raises
    ------
    PlanError
        Without the file's name.
    """
    ifcopenshell = bodies.library()
    ifcopenshell.get_log()  # what earlier files left behind
    try:
        model = ifcopenshell.open(str(path))
    except (ifcopenshell.Error, RuntimeError, OSError, ValueError) as error:
        raise PlanError(
            f"cannot be parsed as IFC ({str(error).splitlines()[0][:200]}); "
            "open it in an IFC viewer and export it again"
        ) from error
    log = [line for line in ifcopenshell.get_log().splitlines() if line.startswith("[error]")]
    strange = next((found[0] for found in map(NOT_A_NUMBER.search, log) if found), None)
    if strange is not None:
        raise PlanError(f"holds {strange} where a number belongs; mend the model and export it again")
    if log:
        first = re.sub(r"^(\[[^]]*\]\s*)+", "", log[0])
        notes.add("ifc-damaged", "file", f"{len(log)}, the first: {first[:160]}")
    return model


def _measured(
    walls: Sequence[Any],
    openings: dict[int, list[Any]],
    shapes: Shapes,
    frame: Frame,
    names: Names,
    clock: Clock,
    notes: Notes,
) -> list[Measured]:
    """The walls from their bodies, those that enclose nothing left out."""
    wanted = [
        (kind, int(wall.id()))
        for wall in walls
        for kind, made in (("net", shapes.net), ("gross", shapes.gross))
        if int(wall.id()) in made
    ]
    meshes = [
        bodies.moved((shapes.net if kind == "net" else shapes.gross)[step], frame.shift_m) for kind, step in wanted
    ]
    stacks = {}
    for key, mesh, cut in zip(wanted, meshes, stacks_of(meshes, clock), strict=True):
        if cut is None:
            notes.add("ifc-wall-slow", next(str(wall.GlobalId) for wall in walls if wall.id() == key[1]), PRISM)
        stacks[key] = around(mesh) if cut is None else cut
    found = []
    for wall in walls:
        step = int(wall.id())
        solid = Solid(
            stacks.get(("net", step)),
            stacks.get(("gross", step)),
            {
                int(void.id()): bodies.moved(shapes.openings[void.id()], frame.shift_m)
                for void in openings[step]
                if void.id() in shapes.openings
            },
            bodies.axis_line(shapes.axes.get(step), frame.shift_m),
        )
        one = wall_of(wall, openings[step], solid, frame, names, notes)
        if one is not None:
            found.append(one)
    return found


def _check_numbers(model: Any, shapes: Shapes) -> None:
    walls: Iterable[tuple[int, Mesh]] = (*shapes.net.items(), *shapes.gross.items())
    for step, body in (*walls, *shapes.openings.items(), *shapes.spaces.items()):
        if not np.isfinite(body.vertices_m).all():
            element = model.by_id(step)
            raise PlanError(
                f"{element.is_a()} {element.GlobalId} has a coordinate that is not a number; "
                "delete or rebuild it and export again"
            )
    low, high = bodies.bounds([*shapes.net.values(), *shapes.gross.values()])
    if float((high - low).max()) > MAX_EXTENT_M:
        size = " x ".join(f"{length:.3g}" for length in high - low)
        raise PlanError(f"the walls extend over {size} m; check the unit, or delete what lies far away")


def _frame(model: Any, shapes: Shapes, unit_m: float, notes: Notes) -> Frame:
    """Storeys and the shift to the plan's own origin."""
    walls = {**shapes.gross, **shapes.net}
    bases = {step: float(body.vertices_m[:, 2].min()) for step, body in walls.items()}
    levels, contradicted = said.levels(model, unit_m, bases)
    if contradicted:
        notes.add("ifc-storey-elevation", "IfcBuildingStorey")
    if not levels:
        levels = [said.Level(-1, "storey-1", "Storey 1", min(bases.values()))]
    low, high = bodies.bounds(walls)
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
        unit_m,
        shift,
        {level.step: number for number, level in enumerate(levels)},
        elevations,
        [level.name for level in levels],
    )


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


def _storeys(model: Any, frame: Frame, walls: Sequence[Wall], notes: Notes) -> tuple[Storey, ...]:
    """Storeys with their heights: to the next one, or to the wall tops on the last."""
    steps = {number: step for step, number in frame.storey_of.items()}
    storeys = []
    empty = []
    for number, (elevation_m, name) in enumerate(zip(frame.elevations_m, frame.names, strict=True)):
        own = [wall for wall in walls if wall.storey == number]
        above = [other for other in frame.elevations_m if other > elevation_m + 0.01]
        tops = [wall.top_m for wall in own]
        height_m = min(above) - elevation_m if above else max(tops, default=elevation_m) - elevation_m
        step = steps.get(number, -1)  # a damaged file may name one storey twice
        guid = f"storey-{number + 1}" if step < 0 else str(model.by_id(step).GlobalId)
        if not own:
            empty.append((guid, name))
        storeys.append(Storey(guid, name, elevation_m, max(height_m, 0.0)))
    for guid, name in empty:
        notes.add("ifc-empty-storey", guid, name)
    return tuple(storeys)
