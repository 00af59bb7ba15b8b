"""What a bill of quantities is measured by: areas, lengths and counts of a house, read off its plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.plan import Plan
from estimator.takeoff import TakeOff
from estimator.walls import thickness_m

GLAZED_M = 1.5
"""Doors in outer walls wider than this are glazed and measured like windows. [m]"""

PARTITION_M = 0.14
"""Inner walls thinner than this bear nothing and stand on the slab. [m]"""


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of a house.

    Attributes
    ----------
    footprint_m2, floor_m2, upper_floor_m2 : float
        Ground floor, all floors, floors above the ground floor, gross. [m²]
    upper_storeys : int
    outer_wall_m, bearing_wall_m : float
        On the ground floor: outer walls; these and inner ones that are no partitions. [m]
    ring_beam_m : float
        Bearing walls of all storeys, or those of them that get a ring beam. [m]
    scaffold_m2, external_m2, rendered_m2 : float
        Face of outer walls: gross, net, and what of it is rendered or clad. [m²]
    inner_face_m2 : float
        Net, of all walls. [m²]
    window_m2 : float
        Windows and wide outer doors. [m²]
    outer_doors, inner_doors : int
    """

    footprint_m2: float
    floor_m2: float
    upper_floor_m2: float
    upper_storeys: int
    outer_wall_m: float
    bearing_wall_m: float
    ring_beam_m: float
    scaffold_m2: float
    external_m2: float
    rendered_m2: float
    inner_face_m2: float
    window_m2: float
    outer_doors: int
    inner_doors: int

    def of(self, name: str) -> float:
        """Measure of that name, of :data:`materials.trades.MEASURES`; 1 for a ``house``. [any]"""
        return 1.0 if name == "house" else float(getattr(self, name))


def measures_of(plan: Plan, takeoff: TakeOff) -> Measures:
    """Measure a house.

    Parameters
    ----------
    plan : Plan
    takeoff : TakeOff
        Of the same plan.

    Returns
    -------
    Measures

    Notes
    -----
    A floor area that the plan states is shared out among the storeys like the areas that their walls enclose. Openings
    in outer walls that are neither door nor window count as windows, in inner walls as holes without a door.
    """
    storey = np.array([w.storey for w in plan.walls], dtype=np.int64)
    levels = sorted(set(storey.tolist()), key=lambda s: plan.storeys[s].elevation_m)
    outside, length = takeoff.is_external, takeoff.length_m
    bears = outside | (np.array([thickness_m(w) for w in plan.walls]) >= PARTITION_M - 1e-9)
    ground = storey == levels[0]
    footprint = takeoff.floor_area_m2 * takeoff.storey_shares.get(levels[0], 1.0)
    height = np.array([w.top_m - w.base_m for w in plan.walls])
    window, outer, inner = 0.0, 0, 0
    for wall, is_outer in zip(plan.walls, outside.tolist(), strict=True):
        for o in wall.openings:
            if is_outer and (o.kind != "door" or o.width_m > GLAZED_M):
                window += o.width_m * (o.head_m - o.sill_m)
            elif o.kind == "door":
                outer, inner = outer + is_outer, inner + (not is_outer)
    external = float(takeoff.net_area_m2[outside].sum())
    return Measures(
        footprint, takeoff.floor_area_m2, takeoff.floor_area_m2 - footprint, len(levels) - 1,
        float(length[ground & outside].sum()), float(length[ground & bears].sum()), float(length[bears].sum()),
        float((length * height)[outside].sum()), external, external, _inner_face_m2(takeoff, outside), window, outer,
        inner,
    )  # fmt: skip


def _inner_face_m2(takeoff: TakeOff, outside: NDArray[np.bool_]) -> float:
    """One face of outer walls and both of inner ones."""
    return float(takeoff.net_area_m2[outside].sum() + 2 * takeoff.net_area_m2[~outside].sum())
