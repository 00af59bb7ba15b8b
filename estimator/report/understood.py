"""What was understood of a plan, in figures: by storey and in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.corners import corner_pieces
from estimator.errors import PlanError
from estimator.plan import Opening, Plan, Room, Wall
from estimator.shapes import united
from estimator.slicing import slice_bands
from estimator.walls import length_m, standing, thickness_m, wall_pieces

FINE_M = 0.001
"""Layer height at which volumes are measured, so that none is lost to rounding. [m]"""

KINDS = ("door", "window", "opening")


def understood(plan: Plan) -> dict[str, Any]:
    """The figures of a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    dict
        Counts, lengths, areas and volumes; volumes are None where the walls are not sound.
    """
    volumes = _volumes(plan)
    storeys = []
    for k, s in enumerate(plan.storeys):
        walls = [w for w in plan.walls if w.storey == k]
        rooms = [r for r in plan.rooms if r.storey == k]
        storeys.append(
            {
                "id": s.id,
                "name": s.name,
                "elevation_m": round(s.elevation_m, 4),
                "height_m": round(s.height_m, 4),
                **_figures(walls, rooms),
                "net_wall_volume_m3": None if volumes is None else volumes[k],
            }
        )
    total = None if volumes is None else round(sum(volumes), 4)
    return {"storeys": storeys, "all": {**_figures(plan.walls, plan.rooms), "net_wall_volume_m3": total}}


def _figures(walls: Sequence[Wall], rooms: Sequence[Room]) -> dict[str, Any]:
    openings = [o for w in walls for o in w.openings]
    thick = sorted({round(thickness_m(w), 3) for w in walls if w.thickness_m is not None})
    return {
        "walls": len(walls),
        "wall_length_m": round(sum(length_m(w) for w in walls), 4),
        "wall_footprint_m2": round(_footprint_m2(walls), 4),
        "wall_thickness_m": [thick[0], thick[-1]] if thick else None,
        "openings": len(openings),
        **{f"{kind}s": sum(o.kind == kind for o in openings) for kind in KINDS[:2]},
        "opening_area_m2": round(sum(_area_m2(o) for o in openings), 4),
        "rooms": len(rooms),
        "room_area_m2": round(sum(r.footprint.area for r in rooms), 4),
    }


def _footprint_m2(walls: Sequence[Wall]) -> float:
    """Plan area of walls, corners and crossings counted once, storey by storey. [m²]"""
    total = 0.0
    for storey in {w.storey for w in walls}:
        own = [w for w in walls if w.storey == storey]
        areas = [*(standing(w) for w in own), *(piece for piece, *_ in corner_pieces(own))]
        total += united(np.array(areas, dtype=object)).area
    return total


def _area_m2(opening: Opening) -> float:
    return opening.width_m * (opening.head_m - opening.sill_m)


def _volumes(plan: Plan) -> list[float] | None:
    """Volume of the walls that stand at each storey's heights, junctions once, openings out. [m³]"""
    if not plan.walls or any(w.top_m <= w.base_m or not w.footprint.is_valid for w in plan.walls):
        return None
    try:
        bands = slice_bands(plan, wall_pieces(plan), FINE_M, "single")
    except (PlanError, ValueError):
        return None
    area = np.array([s.area_m2 for s in bands.sections])
    volume = area[bands.section] * (bands.top_m - bands.base_m)
    per_storey = np.bincount(bands.storey, weights=volume, minlength=len(plan.storeys))
    return [round(v, 4) for v in per_storey.tolist()]
