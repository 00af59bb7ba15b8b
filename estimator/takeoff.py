"""Take-off: areas, lengths and counts read off a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area, Plan
from estimator.slicing import Bands
from estimator.walls import centre_line, corner_pieces, thickness_m


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
    external, outline = _outside(plan)
    floor = plan.floor_area_m2 if plan.floor_area_m2 is not None else sum(a.area for a in outline)
    walled = sum(w.footprint.area for w in plan.walls)
    enclosed = plan.floor_area_m2 is not None or sum(a.area for a in outline) > 1.02 * walled
    return TakeOff(
        float(floor), length, net, external, openings, lintels, float(lintel_width), bands.net_volume_m3(), enclosed
    )


def _outside(plan: Plan) -> tuple[NDArray[np.bool_], list[Area]]:
    """Which walls lie on the outline of their storey, and the outlines of walled storeys."""
    external = np.array([bool(w.is_external) for w in plan.walls], dtype=bool)
    footprint = np.array([w.footprint for w in plan.walls], dtype=object)
    storey = np.array([w.storey for w in plan.walls])
    corners = corner_pieces(plan.walls)
    corner_storey = np.array([storey[c[3]] for c in corners], dtype=np.int64)
    corner_area = np.array([c[0] for c in corners], dtype=object)
    outlines: list[Area] = []
    for s in np.unique(storey):
        here = np.flatnonzero(storey == s)
        united = shapely.union_all(np.concatenate((footprint[here], corner_area[corner_storey == s])))
        outline = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(united))))
        outlines.append(outline)
        unsaid = [i for i in here if plan.walls[i].is_external is None]
        if unsaid:
            gap = shapely.distance(footprint[unsaid], shapely.boundary(outline))
            external[unsaid] = gap < 0.001
    return external, outlines
