"""From an open IFC model to a :class:`Plan`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from estimator.errors import PlanError
from estimator.plan import Area, Opening, Plan, Room, Slab, Storey, Wall
from estimator.readers import ifc_attributes as said
from estimator.readers import ifc_bodies as bodies
from estimator.readers.ifc_bodies import Floats
from estimator.readers.ifc_findings import Notes
from estimator.readers.ifc_sections import Mesh, polygonal, section, stack, united

MAX_WALLS = 20_000
MAX_OPENINGS = 50_000
MAX_EXTENT_M = 20_000.0
FAR_M = 1_000.0  # plan coordinates beyond this are moved to the origin
HIGH_M = 20.0  # lowest storeys beyond this are moved to z = 0
THIN_M = 0.08
THICKNESS_AGREES = 0.1  # layers against body
STRIP_FILLS = 0.9  # straight walls fill this much of the smallest rectangle around them
LOWEST_STOREY_M = 1.8  # lower ones hold foundations and parapets
NOT_A_NUMBER = re.compile(r"'-?(?:1\.#)?([QS]?NAN|INF|INFINITY|IND)\w*'", re.I)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the plan lies: metres per file unit, shift, storeys by step number and by height."""

    scale_m: float
    shift_m: Floats
    storey_of: dict[int, int]
    elevations_m: list[float]
    names: list[str]


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Bodies by step number, in world coordinates; parts by the step number of their wall."""

    net: dict[int, Mesh]
    gross: dict[int, Mesh]
    openings: dict[int, Mesh]


def plan_of(path: Path) -> Plan:
    """The plan in an IFC file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
    """
    notes = Notes()
    model = _opened(path, notes)
    walls = sorted(model.by_type("IfcWall"), key=lambda wall: int(wall.id()))
    if not walls:
        raise PlanError(f"{path}: has no walls (IfcWall): export the model with its walls.")
    openings = {wall.id(): said.voids(wall) for wall in walls}
    if len(walls) > MAX_WALLS or sum(map(len, openings.values())) > MAX_OPENINGS:
        raise PlanError(
            f"{path}: has {len(walls)} walls with {sum(map(len, openings.values()))} openings, more than the "
            f"{MAX_WALLS} and {MAX_OPENINGS} allowed: export one building at a time."
        )
    for curtain in model.by_type("IfcCurtainWall"):
        notes.add("ifc-curtain-walls", str(curtain.GlobalId))
    shapes = _shapes(path, model, walls, openings, notes)
    spaces = [space for space in model.by_type("IfcSpace") if bodies.has_body(space)]
    space_bodies = bodies.meshes(model, spaces)
    _check_numbers(path, model, [shapes.net, shapes.gross, shapes.openings, space_bodies])
    frame = _frame(path, model, shapes, notes)
    names = _Names(notes)
    read = [
        wall
        for element in walls
        if element.id() in shapes.net
        for wall in _wall(element, openings[element.id()], shapes, frame, names, notes)
    ]
    if not read:
        raise PlanError(
            f"{path}: has {len(walls)} walls but none with a body that can be cut: export them with 3D geometry.",
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
        name=said.title(model, path.stem),
        source=f"{path.name} (IFC, {model.schema})",
        storeys=storeys,
        walls=tuple(read),
        rooms=tuple(rooms),
        floor_area_m2=floor_area_m2,
        roof=said.roof(model),
        foundation=said.foundation(model),
        findings=notes.findings(),
    )


def gross_floor_area_m2(
    storeys: Sequence[Storey], walls: Sequence[Wall], rooms: Sequence[Room]
) -> float | None:
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


class _Names:
    """Ids that are unique in the plan."""

    def __init__(self, notes: Notes) -> None:
        self._seen: dict[str, int] = {}
        self._notes = notes

    def of(self, element: Any) -> str:
        name = str(element.GlobalId or f"#{element.id()}")
        count = self._seen.get(name, 0) + 1
        self._seen[name] = count
        if count == 1:
            return name
        self._notes.add("ifc-duplicate-id", name)
        return f"{name}-{count}"


def _opened(path: Path, notes: Notes) -> Any:
    ifcopenshell = bodies.library()
    ifcopenshell.get_log()  # what earlier files left behind
    try:
        model = ifcopenshell.open(str(path))
    except (ifcopenshell.Error, RuntimeError, OSError, ValueError) as error:
        raise PlanError(
            f"{path}: cannot be parsed as IFC ({str(error).splitlines()[0][:200]}): "
            "open it in an IFC viewer and export it again."
        ) from error
    log = [line for line in ifcopenshell.get_log().splitlines() if line.startswith("[error]")]
    strange = next((line for line in log if NOT_A_NUMBER.search(line)), None)
    if strange is not None:
        raise PlanError(
            f"{path}: holds a value that is not a number ({strange[-80:].strip()}): export it again."
        )
    if log:
        first = re.sub(r"^(\[[^]]*\]\s*)+", "", log[0])
        notes.add("ifc-damaged", "file", f"{len(log)}, the first: {first[:160]}")
    return model


def _shapes(
    path: Path, model: Any, walls: Sequence[Any], openings: dict[int, list[Any]], notes: Notes
) -> _Shapes:
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
            f"{path}: has {len(walls)} walls but none with a body that can be cut: export them with 3D geometry.",
            notes.findings(),
        )
    through = [opening for wall in walls for opening in openings[wall.id()] if bodies.has_body(opening)]
    return _Shapes(net_of, gross_of, bodies.meshes(model, through))


def _check_numbers(path: Path, model: Any, groups: Sequence[dict[int, Mesh]]) -> None:
    for group in groups:
        for step, body in group.items():
            if not np.isfinite(body.vertices_m).all():
                element = model.by_id(step)
                raise PlanError(
                    f"{path}: {element.is_a()} {element.GlobalId} has a coordinate that is not a number: "
                    "delete or rebuild it and export again."
                )
    low, high = bodies.bounds(groups[0])
    if float((high - low).max()) > MAX_EXTENT_M:
        size = " x ".join(f"{length:.3g}" for length in high - low)
        raise PlanError(
            f"{path}: the walls extend over {size} m: check the length unit, or delete what was left far away."
        )


def _frame(path: Path, model: Any, shapes: _Shapes, notes: Notes) -> _Frame:
    """Storeys and the shift to the plan's own origin."""
    scale_m = said.metres_per_unit(model)
    if not np.isfinite(scale_m) or not 1e-6 <= scale_m <= 1e4:
        raise PlanError(f"{path}: its length unit is {scale_m:g} m: set a usual unit and export again.")
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
    return _Frame(
        scale_m,
        shift,
        {level.step: number for number, level in enumerate(levels)},
        elevations,
        [level.name for level in levels],
    )


def _units(model: Any) -> list[Any]:
    return [unit for group in model.by_type("IfcUnitAssignment") for unit in group.Units or ()]


def _wall(
    element: Any, voids: Sequence[Any], shapes: _Shapes, frame: _Frame, names: _Names, notes: Notes
) -> list[Wall]:
    """One wall, or none if its body encloses nothing."""
    step = int(element.id())
    guid = str(element.GlobalId)
    net = stack(bodies.moved(shapes.net[step], frame.shift_m))
    if net.open_sections:
        notes.add("ifc-wall-not-closed", guid)
    elif net.bridged_sections:
        notes.add("ifc-wall-mended", guid)
    if not net.slabs:
        if not net.open_sections:
            notes.add("ifc-wall-unreadable", guid)
        return []
    whole = stack(bodies.moved(shapes.gross[step], frame.shift_m)).slabs if voids else net.slabs
    footprint = united([slab.footprint for slab in (whole or net.slabs)])
    base_m = min(slab.base_m for slab in (*whole, *net.slabs))
    top_m = max(slab.top_m for slab in (*whole, *net.slabs))
    if voids and whole and _volume_m3(whole) - _volume_m3(net.slabs) < 1e-6:
        notes.add("ifc-opening-not-cut", guid)
    axis = bodies.axis_line(bodies.axis(element, frame.scale_m), frame.shift_m)
    thickness_m = _thickness_m(element, footprint, axis, frame.scale_m, notes)
    storey = _storey(element, base_m, frame, notes)
    if thickness_m < THIN_M:
        notes.add("ifc-thin-walls", guid)
    if said.is_foundation(element, frame.names[storey]):
        notes.add("ifc-foundation-walls", guid)
    elif said.is_parapet(element, frame.names[storey], top_m - base_m):
        notes.add("ifc-parapets", guid)
    found = []
    for void in voids:
        body = shapes.openings.get(int(void.id()))
        opening = None
        if body is not None:
            moved = bodies.moved(body, frame.shift_m)
            opening = _opening(void, moved, footprint, axis, (base_m, top_m), names)
        if opening is None:
            notes.add("ifc-opening-no-body", str(void.GlobalId))
            continue
        if opening.kind == "opening":
            notes.add("ifc-opening-unfilled", opening.id)
        found.append(opening)
    plain = not voids and len(net.slabs) == 1
    return [
        Wall(
            id=names.of(element),
            storey=storey,
            footprint=footprint,
            base_m=base_m,
            top_m=top_m,
            axis=axis,
            thickness_m=thickness_m,
            is_external=said.is_external(element),
            openings=tuple(found),
            slabs=() if plain else net.slabs,
        )
    ]


def _volume_m3(slabs: Sequence[Slab]) -> float:
    return sum(slab.footprint.area * (slab.top_m - slab.base_m) for slab in slabs)


def _storey(element: Any, base_m: float, frame: _Frame, notes: Notes) -> int:
    step = said.storey_step(element)
    if step in frame.storey_of:
        return frame.storey_of[step]
    if -1 not in frame.storey_of:
        notes.add("ifc-storey-by-height", str(element.GlobalId))
    return said.level_at(frame.elevations_m, base_m)


def _sides(footprint: Area) -> tuple[Floats, float, float]:
    """Direction of the long side of the smallest rectangle around an area, and its two sides. [m]"""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(footprint))
    edges = np.diff(corners[:3], axis=0)
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    longest = int(np.argmax(lengths))
    return edges[longest] / max(float(lengths[longest]), 1e-12), float(lengths.max()), float(lengths.min())


def _thickness_m(
    element: Any, footprint: Area, axis: LineString | None, scale_m: float, notes: Notes
) -> float:
    """Thickness of a wall: its layers' where the body agrees, else the body's. [m]"""
    _, long_m, narrow_m = _sides(footprint)
    measured_m = narrow_m
    if axis is not None:
        measured_m = min(narrow_m, footprint.area / axis.length)
    elif footprint.area < STRIP_FILLS * long_m * narrow_m:  # angled: a strip with that area and outline
        half_m = 0.5 * footprint.length
        measured_m = 0.5 * (half_m - sqrt(max(half_m**2 - 4.0 * footprint.area, 0.0)))
    layers_m = said.layers_thickness_m(element, scale_m)
    if layers_m is None:
        return measured_m
    if abs(layers_m - measured_m) <= THICKNESS_AGREES * measured_m:
        return layers_m
    notes.add("ifc-thickness", str(element.GlobalId))
    return measured_m


def _opening(
    element: Any,
    body: Mesh,
    footprint: Area,
    axis: LineString | None,
    heights_m: tuple[float, float],
    names: _Names,
) -> Opening | None:
    """An opening by the box of its body along the wall; None if that box misses the wall."""
    along, length_m, _ = _sides(footprint)
    straight = axis is None or LineString([axis.coords[0], axis.coords[-1]]).length > axis.length - 1e-6
    plan = body.vertices_m[:, :2]
    if axis is not None:
        place = axis.project(Point(plan.mean(axis=0)))
        ends = [axis.interpolate(max(place - 0.05, 0.0)), axis.interpolate(min(place + 0.05, axis.length))]
        step = np.array([ends[1].x - ends[0].x, ends[1].y - ends[0].y])
        along = step / max(float(np.hypot(*step)), 1e-12)
    reach = plan @ along
    left, right = float(reach.min()), float(reach.max())
    if straight:
        wall_reach = shapely.get_coordinates(footprint) @ along
        left, right = max(left, float(wall_reach.min())), min(right, float(wall_reach.max()))
    sill_m = max(float(body.vertices_m[:, 2].min()), heights_m[0])
    head_m = min(float(body.vertices_m[:, 2].max()), heights_m[1])
    if right - left < 1e-3 or head_m - sill_m < 1e-3:
        return None
    return Opening(names.of(element), said.opening_kind(element), sill_m, head_m, right - left, Polygon())


def _rooms(spaces: Sequence[Any], space_bodies: dict[int, Mesh], frame: _Frame, names: _Names) -> list[Room]:
    rooms = []
    for space in sorted(spaces, key=lambda space: int(space.id())):
        body = space_bodies.get(int(space.id()))
        if body is None:
            continue
        body = bodies.moved(body, frame.shift_m)
        base_m, top_m = float(body.vertices_m[:, 2].min()), float(body.vertices_m[:, 2].max())
        footprint = polygonal(section(body, 0.5 * (base_m + top_m)))
        if footprint.is_empty:
            continue
        step = said.storey_step(space)
        storey = (
            frame.storey_of[step] if step in frame.storey_of else said.level_at(frame.elevations_m, base_m)
        )
        rooms.append(Room(names.of(space), said.space_name(space), storey, footprint))
    return rooms


def _storeys(
    model: Any, frame: _Frame, walls: Sequence[Wall], rooms: Sequence[Room], notes: Notes
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
