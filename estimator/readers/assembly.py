"""Walls with their openings, from an area of walls and the holes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import LineString, Polygon

from estimator.plan import Area, Opening, OpeningKind, Wall
from estimator.readers.notes import Notes
from estimator.readers.strips import Strip, wall_strips
from estimator.walls import CLEARED_M

REACH_RATIO = 1.3
"""How wide an opening is cut, in thicknesses of its wall, so that no skin is left where it is uneven."""

LEAST_SHARE = 0.2
"""Share of a hole that has to lie in a wall."""

LEAST_M = 0.01
"""Openings lower or narrower than this are none. [m]"""


@dataclass(frozen=True, slots=True)
class Hole:
    """An opening as a drawing shows it.

    Attributes
    ----------
    id : str
        Unique in the plan.
    kind : {"door", "window", "opening"}
    footprint : polygon
        From jamb to jamb and about from face to face. [m]
    width_m : float
        Clear width. [m]
    sill_m, head_m : float
        Absolute z. [m]
    """

    id: str
    kind: OpeningKind
    footprint: Area
    width_m: float
    sill_m: float
    head_m: float


def walls_of_area(
    area: Area, holes: Sequence[Hole], *, storey: int, base_m: float, top_m: float, prefix: str, notes: Notes
) -> list[Wall]:
    """Walls of one storey with their openings.

    Parameters
    ----------
    area : polygon
        Plan area of the walls, holes not cut. [m]
    holes : sequence of Hole
    storey : int
        Index of the storey.
    base_m, top_m : float
        Absolute z of all the walls. [m]
    prefix : str
        The walls are named ``{prefix}1``, ``{prefix}2``, …
    notes : Notes
        Gets what does not fit: openings in no wall, above it, or on each other.

    Returns
    -------
    list of Wall
        Their footprints together are the area.
    """
    strips = wall_strips(area)
    openings: list[list[Opening]] = [[] for _ in strips]
    for number, hole in zip(_wall_of(strips, holes), holes, strict=True):
        if number is None:
            notes.add("opening-off-wall", hole.id)
            continue
        head_m = min(hole.head_m, top_m)
        if head_m < hole.head_m - 1e-6:
            notes.add("opening-cut-short", hole.id)
        sill_m = max(hole.sill_m, base_m)
        if head_m - sill_m < LEAST_M or hole.width_m < LEAST_M:
            notes.add("opening-off-wall", hole.id)
            continue
        cut, width_m = _cut(strips[number], hole)
        openings[number].append(Opening(hole.id, hole.kind, sill_m, head_m, width_m, cut))
    walls = []
    for k, (strip, own) in enumerate(zip(strips, openings, strict=True), 1):
        name = f"{prefix}{k}"
        if strip.axis is None:
            notes.add("walls-irregular", name)
        walls.append(
            Wall(name, storey, strip.footprint, base_m, top_m, strip.axis, strip.thickness_m,
                 openings=tuple(_united(own, strip, notes)))
        )  # fmt: skip
    return walls


def _wall_of(strips: list[Strip], holes: Sequence[Hole]) -> list[int | None]:
    """The strip that each hole lies in: the one it shares most with, of those the one with a course."""
    if not strips or not holes:
        return [None] * len(holes)
    area = np.array([s.footprint for s in strips], dtype=object)
    hole_area = np.array([h.footprint for h in holes], dtype=object)
    hole, strip = shapely.STRtree(area).query(hole_area, predicate="intersects")
    shared = shapely.area(shapely.intersection(hole_area[hole], area[strip]))
    weight = shared * np.array([1.0 if s.axis is not None else 0.8 for s in strips])[strip]
    found: list[int | None] = []
    for k in range(len(holes)):
        mine = np.flatnonzero(hole == k)
        best = mine[np.argmax(weight[mine])] if len(mine) else -1
        inside = best >= 0 and shared[best] >= LEAST_SHARE * shapely.area(hole_area[k])
        found.append(int(strip[best]) if inside else None)
    return found


def _along(axis: LineString, footprint: Area) -> tuple[float, float]:
    """From where to where a footprint reaches along an axis. [m]"""
    points = np.asarray(shapely.points(shapely.get_coordinates(footprint)), dtype=object)
    at = np.asarray(shapely.line_locate_point(axis, points))
    return float(at.min()), float(at.max())


def _cut(strip: Strip, hole: Hole) -> tuple[Area, float]:
    """What is cut out of the wall for a hole, square to its course, and its clear width."""
    if strip.axis is None or strip.thickness_m is None:
        return shapely.buffer(hole.footprint, CLEARED_M, join_style="mitre"), hole.width_m
    low_m, high_m = _along(strip.axis, hole.footprint)
    spare_m = (high_m - low_m) - hole.width_m
    if spare_m > 0 and len(strip.axis.coords) == 2:  # turned holes reach farther along than they are wide
        low_m, high_m = low_m + spare_m / 2, high_m - spare_m / 2
    if high_m - low_m < LEAST_M:
        return shapely.buffer(hole.footprint, CLEARED_M, join_style="mitre"), hole.width_m
    return _between(strip.axis, strip.thickness_m, low_m, high_m), high_m - low_m


def _between(axis: LineString, thickness_m: float, low_m: float, high_m: float) -> Polygon:
    """The wall between two places along its axis, and a little beyond its faces."""
    inner = [d for d in _node_places(axis) if low_m + 1e-6 < d < high_m - 1e-6]
    nodes = shapely.get_coordinates(shapely.line_interpolate_point(axis, [low_m, *inner, high_m]))
    reach_m = thickness_m * REACH_RATIO / 2 + CLEARED_M
    cut = shapely.buffer(LineString(nodes), reach_m, cap_style="flat", join_style="mitre")
    largest: Polygon = max(shapely.get_parts(cut), key=shapely.area)
    return largest


def _node_places(axis: LineString) -> list[float]:
    step = np.diff(shapely.get_coordinates(axis), axis=0)
    places: list[float] = np.cumsum(np.hypot(step[:, 0], step[:, 1])).tolist()
    return places


def _united(openings: list[Opening], strip: Strip, notes: Notes) -> list[Opening]:
    """Openings along a wall, those that overlap united."""
    if len(openings) < 2 or strip.axis is None or strip.thickness_m is None:
        return openings
    spans = sorted((*_along(strip.axis, o.footprint), k) for k, o in enumerate(openings))
    merged: list[tuple[float, float, Opening]] = []
    for low_m, high_m, k in spans:
        o = openings[k]
        before = merged[-1] if merged else None
        if (
            before is None
            or low_m > before[1] - 1e-6
            or (o.sill_m > before[2].head_m - 1e-6 or before[2].sill_m > o.head_m - 1e-6)
        ):
            merged.append((low_m, high_m, o))
            continue
        notes.add("openings-united", o.id)
        start_m, end_m = before[0], max(before[1], high_m)
        whole = replace(
            before[2],
            kind=before[2].kind if before[2].kind == o.kind else "opening",
            sill_m=min(before[2].sill_m, o.sill_m),
            head_m=max(before[2].head_m, o.head_m),
            width_m=end_m - start_m,
            footprint=_between(strip.axis, strip.thickness_m, start_m, end_m),
        )
        merged[-1] = (start_m, end_m, whole)
    return [o for _, _, o in merged]
