"""Where the openings of a wall are in plan, also in walls that come with their openings already cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from estimator.plan import Area, Opening, Wall
from estimator.shapes import common, united, without

NEAR_M = 0.01
"""How far below the sill and above the head of an opening its wall is looked at. [m]"""

SLACK_M = 0.05
SLACK_RATIO = 0.25
"""A gap may differ from the width of its opening by both together. [m, -]"""

SMALLEST_M2 = 1e-6
"""Smaller gaps are dust. [m²]"""

OPEN_PENALTY_M = 10.0
"""Weighs a gap that goes on below the sill or above the head against one of another width. [m]"""


@dataclass(slots=True)
class _Gap:
    """A part of a wall's plan area in which nothing stands at some height, and what was found to lie in it."""

    area: Area
    low_m: float
    high_m: float
    width_m: float


def section_at(wall: Wall, z_m: float) -> Area:
    """What of a wall stands at a height, openings left out.

    Parameters
    ----------
    wall : Wall
    z_m : float
        Absolute. [m]

    Returns
    -------
    polygon
        Empty above and below the wall. [m]
    """
    if wall.slabs:
        there = [s.footprint for s in wall.slabs if s.base_m < z_m <= s.top_m]
        return united(np.array(there, dtype=object)) if there else shapely.Polygon()
    if not wall.base_m < z_m <= wall.top_m:
        return shapely.Polygon()
    holes = [o.footprint for o in wall.openings if not o.footprint.is_empty and o.sill_m < z_m <= o.head_m]
    return without(wall.footprint, united(np.array(holes, dtype=object))) if holes else wall.footprint


def voids(wall: Wall) -> list[Area]:
    """What each opening takes of its wall, seen from above.

    Parameters
    ----------
    wall : Wall

    Returns
    -------
    list of polygon
        One for each of its openings, in their order; empty where none is found. [m]

    Notes
    -----
    An opening without footprint is looked for in the gaps of the section at half its height: the gap that is
    as wide and closes below its sill and above its head. Equal openings get a gap each; several that lie side
    by side without a pier share one. Openings narrower than what stands between them and the end of a
    sloping wall may be missed, as their gap has no end there.
    """
    found: list[Area] = [
        common(o.footprint, wall.footprint) if not o.footprint.is_empty else shapely.Polygon() for o in wall.openings
    ]
    if not wall.slabs:
        return found
    pairs = [
        (cost, k, gap)
        for k, opening in enumerate(wall.openings)
        if opening.footprint.is_empty
        for cost, gap in _gaps(wall, opening)
    ]
    taken: list[_Gap] = []
    done: set[int] = set()
    for _, k, gap in sorted(pairs, key=lambda pair: pair[:2]):
        opening = wall.openings[k]
        if k in done or _room_m(gap, taken) < opening.width_m - _slack_m(opening):
            continue
        done.add(k)
        taken.append(_Gap(gap.area, gap.low_m, gap.high_m, opening.width_m))
        found[k] = gap.area
    return found


def _gaps(wall: Wall, opening: Opening) -> list[tuple[float, _Gap]]:
    """Gaps that may be an opening, each with how badly it fits."""
    left = without(wall.footprint, section_at(wall, (opening.sill_m + opening.head_m) / 2))
    gaps = []
    below = section_at(wall, opening.sill_m - NEAR_M)
    above = section_at(wall, opening.head_m + NEAR_M)
    for part in shapely.get_parts(left).tolist():
        width_m = length_m(part)
        if part.area <= SMALLEST_M2 or width_m < opening.width_m - _slack_m(opening):
            continue
        is_open_below = opening.sill_m - NEAR_M > wall.base_m and common(part, below).area < part.area / 2
        is_open_above = opening.head_m + NEAR_M < wall.top_m and common(part, above).area < part.area / 2
        goes_on = int(is_open_below) + int(is_open_above)
        gap = _Gap(part, opening.sill_m, opening.head_m, width_m)
        gaps.append((abs(width_m - opening.width_m) + OPEN_PENALTY_M * goes_on, gap))
    return gaps


def _slack_m(opening: Opening) -> float:
    return SLACK_M + SLACK_RATIO * opening.width_m


def _room_m(gap: _Gap, taken: list[_Gap]) -> float:
    """Width of a gap that no other opening at its height has taken. [m]"""
    used_m = 0.0
    for other in taken:
        meets = min(other.high_m, gap.high_m) > max(other.low_m, gap.low_m)
        if meets and common(other.area, gap.area).area > gap.area.area / 2:
            used_m += other.width_m
    return gap.width_m - used_m


def length_m(area: Area) -> float:
    """Longer side of the smallest rectangle round an area.

    Parameters
    ----------
    area : polygon
        [m]

    Returns
    -------
    float
        [m]
    """
    corner = shapely.get_coordinates(area.minimum_rotated_rectangle)
    return float(np.hypot(*np.diff(corner[:3], axis=0).T).max()) if len(corner) >= 3 else 0.0
