"""Take-off: areas, lengths and counts read off a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area, Plan, Wall
from estimator.shapes import filled, united
from estimator.slicing import Bands
from estimator.walls import HAIR_M, centre_line, offset_points, thickness_m

FACE_SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where along a wall its faces are compared with the outline of the storey."""

OUTLINE_M = 0.001
"""A wall nearer than this to the outline of its storey is an external one. [m]"""


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
        line = centre_line(wall)
        length[i] = line.length if line is not None else wall.footprint.area / thick
        if wall.slabs:
            net[i] = sum(s.footprint.area * (s.top_m - s.base_m) for s in wall.slabs) / thick
        else:
            holes = sum(o.width_m * (o.head_m - o.sill_m) for o in wall.openings)
            net[i] = length[i] * (wall.top_m - wall.base_m) - holes
        openings += len(wall.openings)
        spanned = [o.width_m for o in wall.openings if o.head_m < wall.top_m - 0.05]
        lintels += len(spanned)
        lintel_width += sum(spanned)
    external, outline = _outside(plan, bands)
    floor = plan.floor_area_m2 if plan.floor_area_m2 is not None else sum(a.area - HAIR_M * a.length for a in outline)
    walled = sum(w.footprint.area for w in plan.walls)
    enclosed = plan.floor_area_m2 is not None or sum(a.area for a in outline) > 1.02 * walled
    return TakeOff(
        float(floor), length, net, external, openings, lintels, float(lintel_width), bands.net_volume_m3(), enclosed
    )


def _outside(plan: Plan, bands: Bands) -> tuple[NDArray[np.bool_], list[Area]]:
    """Which walls lie on the outline of their storey, and the outlines of walled storeys."""
    external = np.array([bool(w.is_external) for w in plan.walls], dtype=bool)
    unsaid = np.array([w.is_external is None for w in plan.walls], dtype=bool)
    storey = np.array([w.storey for w in plan.walls])
    outlines: list[Area] = []
    for s in np.unique(bands.storey):
        sections = [bands.sections[i] for i in np.unique(bands.section[bands.storey == s])]
        walled = {id(a): a for section in sections for a in section.gross.values()}
        outline = filled(united(np.array(list(walled.values()), dtype=object)))
        outlines.append(outline)
        ask = np.flatnonzero((storey == s) & unsaid).tolist()
        if ask:
            edge = shapely.boundary(outline)
            shapely.prepare(edge)
            faces = [_face_points(plan.walls[i]) for i in ask]
            wall = np.repeat(ask, [len(f) for f in faces])
            external[wall[shapely.dwithin(edge, shapely.points(np.concatenate(faces)), OUTLINE_M)]] = True
    return external, outlines


def _face_points(wall: Wall) -> NDArray[np.float64]:
    """Points on both faces of a wall, away from its ends, where other walls meet it."""
    line = centre_line(wall)
    if line is None:
        return np.asarray(shapely.get_coordinates(wall.footprint))
    along = line.length * np.repeat(FACE_SHARES, 2)
    across = thickness_m(wall) / 2 * np.tile([1.0, -1.0], len(FACE_SHARES))
    return offset_points(line, along, across)
