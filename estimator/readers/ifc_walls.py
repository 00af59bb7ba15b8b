"""From the bodies of an IFC wall and its openings to a :class:`Wall`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from estimator.plan import Area, Opening, Slab, Wall
from estimator.readers import ifc_attributes as said
from estimator.readers import ifc_bodies as bodies
from estimator.readers.ifc_bodies import Floats
from estimator.readers.notes import Notes
from estimator.readers.sections import Mesh, stack, united

THIN_M = 0.08
THICKNESS_AGREES = 0.1  # layers against body
STRIP_FILLS = 0.9  # straight walls fill this much of the smallest rectangle around them


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


@dataclass(frozen=True, slots=True)
class Shapes:
    """Bodies in world coordinates.

    Attributes
    ----------
    net, gross : dict of int to Mesh
        Walls with and without their openings cut, by the wall's step number.
    openings : dict of int to Mesh
        By the opening's step number.
    """

    net: dict[int, Mesh]
    gross: dict[int, Mesh]
    openings: dict[int, Mesh]


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


def walls_of(
    element: Any, voids: Sequence[Any], shapes: Shapes, frame: Frame, names: Names, notes: Notes
) -> list[Wall]:
    """The wall an element stands for.

    Parameters
    ----------
    element : ifcopenshell.entity_instance
        An IfcWall whose body is among the shapes.
    voids : sequence of ifcopenshell.entity_instance
        Its openings.
    shapes : Shapes
    frame : Frame
    names : Names
    notes : Notes

    Returns
    -------
    list of Wall
        One, or none if the body encloses nothing.
    """
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


def _storey(element: Any, base_m: float, frame: Frame, notes: Notes) -> int:
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


def _thickness_m(element: Any, footprint: Area, axis: LineString | None, scale_m: float, notes: Notes) -> float:
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
    names: Names,
) -> Opening | None:
    """An opening by the box of its body along the wall; None if that box misses the wall."""
    along = _sides(footprint)[0]
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
