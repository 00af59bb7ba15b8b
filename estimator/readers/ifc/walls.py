"""From the bodies of an IFC wall and its openings to a :class:`Wall`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from shapely import LineString

from estimator.plan import Area, Opening, Wall
from estimator.readers.ifc import attributes as said
from estimator.readers.ifc.bodies import Floats
from estimator.readers.ifc.openings import cut_by_outlines, holes_in, is_straight, opening_in_body, opening_of, sides
from estimator.readers.ifc.units import Measured, volume_m3
from estimator.readers.notes import Notes
from estimator.readers.sections import Mesh, Stack, united

THICKNESS_AGREES = 0.1  # layers against body
STRIP_FILLS = 0.9  # straight walls fill this much of the smallest rectangle around them
STOREY_M = 1.0  # a wall that rises further than this into the storey above runs through both


@dataclass(frozen=True, slots=True)
class Solid:
    """A wall's bodies in plan coordinates, cut into upright prisms.

    Attributes
    ----------
    net : Stack or None
        With its openings cut; None where they could not be cut.
    gross : Stack or None
        Without; None where that is the same.
    openings : dict of int to Mesh
        Bodies of its openings by step number.
    axis : LineString or None
    """

    net: Stack | None
    gross: Stack | None
    openings: dict[int, Mesh]
    axis: LineString | None


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the plan lies in the file's coordinates.

    Attributes
    ----------
    scale_m : float
        Metres in one length unit of the file. [m]
    shift_m : (3,) float
        What is added to world coordinates. [m]
    storey_of : dict of int to int
        Number of the storey by its step number; -1 stands for a storey that was made up.
    elevations_m : list of float
        Of the storeys after the shift, lowest first. [m]
    names : list of str
        Of the storeys.
    """

    scale_m: float
    shift_m: Floats
    storey_of: dict[int, int]
    elevations_m: list[float]
    names: list[str]


class Names:
    """Ids that are unique in the plan."""

    def __init__(self, notes: Notes) -> None:
        self._seen: dict[str, int] = {}
        self._notes = notes

    def of(self, element: Any) -> str:
        """The GlobalId of an element, numbered where it was used before.

        Parameters
        ----------
        element : ifcopenshell.entity_instance

        Returns
        -------
        str
        """
        name = str(element.GlobalId or f"#{element.id()}")
        count = self._seen.get(name, 0) + 1
        self._seen[name] = count
        if count == 1:
            return name
        self._notes.add("ifc-duplicate-id", name)
        return f"{name}-{count}"


def wall_of(
    element: Any, voids: Sequence[Any], solid: Solid, frame: Frame, names: Names, notes: Notes
) -> Measured | None:
    """The wall an element stands for.

    Parameters
    ----------
    element : ifcopenshell.entity_instance
        An IfcWall.
    voids : sequence of ifcopenshell.entity_instance
        Its openings.
    solid : Solid
    frame : Frame
    names : Names
    notes : Notes

    Returns
    -------
    Measured or None
        None if the body encloses nothing.
    """
    guid = str(element.GlobalId)
    cut = solid.net or solid.gross
    if cut is None:
        return None
    if cut.open_sections:
        notes.add("ifc-wall-not-closed", guid)
    elif cut.bridged_sections:
        notes.add("ifc-wall-mended", guid)
    whole = (solid.gross or cut).slabs or cut.slabs
    slabs = cut.slabs if solid.net is not None else cut_by_outlines(whole, list(solid.openings.values()))
    if not slabs:
        if not cut.open_sections:
            notes.add("ifc-wall-unreadable", guid)
        return None
    footprint = united([slab.footprint for slab in whole])
    base_m = min(slab.base_m for slab in (*whole, *slabs))
    top_m = max(slab.top_m for slab in (*whole, *slabs))
    gross_m3 = volume_m3(whole)
    if voids and gross_m3 - volume_m3(slabs) < 1e-6:
        notes.add("ifc-opening-not-cut", guid)
    thickness_m = _thickness_m(element, footprint, solid.axis, frame.scale_m, notes)
    storey = _storey(element, base_m, frame, notes)
    _tell_if_tall(guid, storey, (base_m, top_m), frame, notes)
    found = _openings(voids, solid, footprint, (base_m, top_m), names, notes)
    if not voids and (solid.axis is None or is_straight(solid.axis)):
        found = [opening_in_body(hole, i, guid) for i, hole in enumerate(holes_in(slabs, footprint), 1)]
        for opening in found:
            notes.add("ifc-opening-in-body", opening.id)
    wall = Wall(
        id=names.of(element),
        storey=storey,
        footprint=footprint,
        base_m=base_m,
        top_m=top_m,
        axis=solid.axis,
        thickness_m=thickness_m,
        is_external=said.is_external(element),
        openings=tuple(found),
        slabs=() if not voids and len(slabs) == 1 else slabs,
    )
    return Measured(element, wall, gross_m3)


def _openings(
    voids: Sequence[Any],
    solid: Solid,
    footprint: Area,
    heights_m: tuple[float, float],
    names: Names,
    notes: Notes,
) -> list[Opening]:
    found = []
    for void in voids:
        body = solid.openings.get(int(void.id()))
        kind = said.opening_kind(void)
        opening = None
        if body is not None:
            opening = opening_of(body, str(void.GlobalId), kind, footprint, solid.axis, heights_m)
        if opening is None:
            notes.add("ifc-opening-no-body", str(void.GlobalId))
            continue
        opening = replace(opening, id=names.of(void))
        if kind == "opening":
            notes.add("ifc-opening-unfilled", opening.id)
        found.append(opening)
    return found


def _tell_if_tall(guid: str, storey: int, heights_m: tuple[float, float], frame: Frame, notes: Notes) -> None:
    base_m, top_m = heights_m
    above = [level for level in frame.elevations_m if level > frame.elevations_m[storey] + STOREY_M]
    if above and base_m < above[0] - STOREY_M and top_m > above[0] + STOREY_M:
        notes.add("ifc-wall-two-storeys", guid)


def _storey(element: Any, base_m: float, frame: Frame, notes: Notes) -> int:
    step = said.storey_step(element)
    if step in frame.storey_of:
        return frame.storey_of[step]
    if -1 not in frame.storey_of:
        notes.add("ifc-storey-by-height", str(element.GlobalId))
    return said.level_at(frame.elevations_m, base_m)


def _thickness_m(element: Any, footprint: Area, axis: LineString | None, scale_m: float, notes: Notes) -> float:
    """Thickness of a wall: its layers' where the body agrees, else the body's. [m]"""
    _, long_m, narrow_m = sides(footprint)
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
