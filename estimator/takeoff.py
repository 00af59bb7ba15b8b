"""Take-off: areas, lengths and counts read off a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area, Opening, Plan, Wall
from estimator.shapes import filled, united
from estimator.slicing import Bands
from estimator.walls import HAIR_M, centre_line, length_m, offset_points, standing, thickness_m, volume_m3

FACE_SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where along a wall its faces are compared with the outline of the storey."""

OUTLINE_M = 0.001
"""A wall nearer than this to the outline of its storey is an external one. [m]"""

SPANNED_M = 0.05
"""An opening with more wall than this above its head has a lintel. [m]"""


@dataclass(frozen=True, slots=True)
class TakeOff:
    """Measurements of a plan of w walls.

    Attributes
    ----------
    floor_area_m2 : float
        Gross, as the plan states it or inside the outer faces of the walls. [m²]
    length_m : (w,) float
        Length along the centre line. [m]
    net_area_m2 : (w,) float
        One face, openings taken off. [m²]
    is_external : (w,) bool
        As the plan says, else whether the wall lies on the outline of its storey.
    openings, lintels : int
        Holes, and those with wall above them.
    lintel_width_m : float
        Clear widths of the latter together. [m]
    net_volume_m3 : float
        Of the walls, junctions counted once. [m³]
    is_enclosed : bool
        Whether the walls enclose any floor.
    storey_shares : mapping of int to float
        Share of the floor area on each storey with walls, by its index. [-]
    """

    floor_area_m2: float
    length_m: NDArray[np.float64]
    net_area_m2: NDArray[np.float64]
    is_external: NDArray[np.bool_]
    openings: int
    lintels: int
    lintel_width_m: float
    net_volume_m3: float
    is_enclosed: bool
    storey_shares: Mapping[int, float]


def take_off(plan: Plan, bands: Bands) -> TakeOff:
    """Measure a plan.

    Parameters
    ----------
    plan : Plan
    bands : Bands
        Of the same plan.

    Returns
    -------
    TakeOff
    """
    count = len(plan.walls)
    length = np.zeros(count)
    net = np.zeros(count)
    lintels, lintel_width, openings = 0, 0.0, 0
    for i, wall in enumerate(plan.walls):
        thick = thickness_m(wall)
        length[i] = length_m(wall)
        if wall.slabs:
            net[i] = volume_m3(wall.slabs) / thick
        else:
            holes = sum(o.width_m * (o.head_m - o.sill_m) for o in wall.openings)
            net[i] = length[i] * (wall.top_m - wall.base_m) - holes
        openings += len(wall.openings)
        spanned = [o.width_m for o in spanned_openings(wall)]
        lintels += len(spanned)
        lintel_width += sum(spanned)
    external, outline = _outside(plan, bands)
    floor = (
        plan.floor_area_m2
        if plan.floor_area_m2 is not None
        else sum(a.area - HAIR_M * a.length for a in outline.values())
    )
    walled = sum(standing(w).area for w in plan.walls)
    enclosed = plan.floor_area_m2 is not None or sum(a.area for a in outline.values()) > 1.02 * walled
    return TakeOff(
        float(floor), length, net, external, openings, lintels, float(lintel_width), bands.net_volume_m3(), enclosed,
        {s: a.area / max(sum(o.area for o in outline.values()), 1e-9) for s, a in outline.items()},
    )  # fmt: skip


def spanned_openings(wall: Wall) -> list[Opening]:
    """Openings of a wall that have wall above them, and so a lintel.

    Parameters
    ----------
    wall : Wall

    Returns
    -------
    list of Opening
    """
    return [o for o in wall.openings if o.head_m < wall.top_m - SPANNED_M]


def _outside(plan: Plan, bands: Bands) -> tuple[NDArray[np.bool_], dict[int, Area]]:
    """Which walls lie on the outline of their storey, and the outlines of walled storeys."""
    external = np.array([bool(w.is_external) for w in plan.walls], dtype=bool)
    unsaid = np.array([w.is_external is None for w in plan.walls], dtype=bool)
    storey = np.array([w.storey for w in plan.walls])
    outlines: dict[int, Area] = {}
    for s in np.unique(bands.storey).tolist():
        sections = [bands.sections[i] for i in np.unique(bands.section[bands.storey == s])]
        walled = {id(a): a for section in sections for a in section.gross.values()}
        parts = shapely.get_parts(np.array(list(walled.values()), dtype=object))
        outline = filled(united(np.asarray(shapely.polygons(shapely.get_exterior_ring(parts)), dtype=object)))
        outlines[s] = outline
        ask = np.flatnonzero((storey == s) & unsaid)
        if len(ask):
            edge = shapely.boundary(outline)
            shapely.prepare(edge)
            faces, owner = _face_points([plan.walls[i] for i in ask])
            external[ask[owner[shapely.dwithin(edge, shapely.points(faces), OUTLINE_M)]]] = True
    return external, outlines


def _face_points(walls: list[Wall]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points on both faces of walls, away from their ends, where other walls meet them; and whose they are."""
    lines = [centre_line(w) for w in walls]
    straight = np.array([line is not None and len(line.coords) == 2 for line in lines], dtype=bool)
    points, owner = [np.empty((0, 2))], [np.empty(0, dtype=np.int64)]
    if straight.any():
        ends = shapely.get_coordinates(np.array(lines, dtype=object)[straight]).reshape(-1, 2, 2)
        step = ends[:, 1] - ends[:, 0]
        left = np.stack((-step[:, 1], step[:, 0]), axis=1) / np.hypot(step[:, 0], step[:, 1])[:, None]
        half = np.array([thickness_m(w) for w, s in zip(walls, straight, strict=True) if s]) / 2
        on_axis = ends[:, None, 0] + np.array(FACE_SHARES)[:, None] * step[:, None]
        aside = (left * half[:, None])[:, None]
        points.append(np.concatenate((on_axis + aside, on_axis - aside), axis=1).reshape(-1, 2))
        owner.append(np.repeat(np.flatnonzero(straight), 2 * len(FACE_SHARES)))
    for k in np.flatnonzero(~straight).tolist():
        line = lines[k]
        if line is None:
            bent = np.asarray(shapely.get_coordinates(walls[k].footprint))
        else:
            along = line.length * np.repeat(FACE_SHARES, 2)
            bent = offset_points(line, along, thickness_m(walls[k]) / 2 * np.tile([1.0, -1.0], len(FACE_SHARES)))
        points.append(bent)
        owner.append(np.full(len(bent), k))
    return np.concatenate(points), np.concatenate(owner)
