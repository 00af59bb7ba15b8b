"""Openings of a map: on the wall that they lie on, by geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from estimator.errors import PlanError
from estimator.options import DEFAULT_DOOR_HEAD_M, DEFAULT_SILL_M
from estimator.plan import OpeningKind, Wall
from estimator.readers.lines import MOST_SPANS, Line, Span, openings_along
from estimator.readers.notes import Notes

REACH_M: Final = 0.3
"""How far beside the face of its wall an opening may lie. [m]"""

POINT_WIDTH_M: Final = 0.9
"""Width of openings that are given as points. [m]"""

ALONG_DEG: Final = 45.0
"""Openings turned by more lie across a wall, not along it. [deg]"""

SPARE_RATIO: Final = 0.15
"""How far openings are cut beyond the faces, in thicknesses of walls that may be uneven."""


@dataclass(frozen=True, slots=True)
class Door:
    """An opening as a map gives it.

    Attributes
    ----------
    id : str
    kind : {"door", "window", "opening"}
    geometry : geometry
        A line along the wall, a point on it, or an area across it. [m]
    levels : tuple of int
        Storeys that it may be on; empty for all.
    width_m, sill_m, head_m : float or None
        As the file states them, above the floor. [m]
    """

    id: str
    kind: OpeningKind
    geometry: BaseGeometry
    levels: tuple[int, ...]
    width_m: float | None
    sill_m: float | None
    head_m: float | None


def with_openings(
    walls: Sequence[Wall], doors: Sequence[Door], names: Sequence[str], notes: Notes, shown: str
) -> list[Wall]:
    """Walls with the openings that lie on them.

    Parameters
    ----------
    walls : sequence of Wall
    doors : sequence of Door
    names : sequence of str
        Of the storeys, for findings.
    notes : Notes
    shown : str
        What the file is called in messages.

    Returns
    -------
    list of Wall

    Raises
    ------
    PlanError
        A wall has too many openings.

    Notes
    -----
    An opening belongs to the nearest wall within :data:`REACH_M` of its face, of those that it lies along if
    it has a direction. One that names no storey is taken to be on the lowest that has such a wall.
    """
    straight = [k for k, w in enumerate(walls) if w.axis is not None and w.thickness_m is not None]
    if not straight or not doors:
        for door in doors:
            notes.add("opening-off-wall", door.id)
        return list(walls)
    axis = np.array([walls[k].axis for k in straight], dtype=object)
    half_m = np.array([(walls[k].thickness_m or 0.0) / 2 for k in straight])
    storey = np.array([walls[k].storey for k in straight])
    middle, along, width_m = _measured(doors)
    points = np.asarray(shapely.points(middle), dtype=object)
    door, wall = shapely.STRtree(axis).query(points, predicate="dwithin", distance=float(half_m.max()) + REACH_M)
    apart_m = shapely.distance(points[door], axis[wall]) - half_m[wall]
    turned = _turned(middle[door], along[door], axis[wall])
    fits = (apart_m <= REACH_M) & ~(turned > np.sin(np.radians(ALONG_DEG)))
    door, wall, apart_m = door[fits], wall[fits], apart_m[fits]
    first = np.searchsorted(door, np.arange(len(doors) + 1))  # pairs come by opening
    spans: dict[int, list[Span]] = {}
    for k, one in enumerate(doors):
        mine = np.arange(first[k], first[k + 1])
        mine = mine[np.isin(storey[wall[mine]], one.levels)] if one.levels else mine
        if len(mine) == 0:
            notes.add("opening-off-wall", one.id)
            continue
        lowest = storey[wall[mine]].min()
        if not one.levels and bool((storey[wall[mine]] != lowest).any()):
            notes.add("geo-opening-level", one.id, f"on {names[int(lowest)]}, the lowest storey with a wall there")
        mine = mine[storey[wall[mine]] == lowest]
        best = straight[int(wall[mine[np.argmin(apart_m[mine])]])]
        spans.setdefault(best, []).append(_span(one, walls[best], middle[k], float(width_m[k]), notes))
    if any(len(own) > MOST_SPANS for own in spans.values()):
        raise PlanError(f"{shown}: has more than {MOST_SPANS} openings in one wall; delete those drawn twice")
    return [_cut(wall_, spans[k], notes) if k in spans else wall_ for k, wall_ in enumerate(walls)]


def _measured(doors: Sequence[Door]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Middle, direction (NaN for points) and width (NaN where there is none) of openings. [m]"""
    middle, along, width = [], [], []
    for door in doors:
        shape = door.geometry
        middle.append(shapely.get_coordinates(shapely.centroid(shape))[0])
        points = shapely.get_coordinates(shape)
        if shape.geom_type.endswith("Polygon"):
            points = _long_side(shape)
        step = points[-1] - points[0]
        length = float(np.hypot(*step))
        along.append(step / length if length > 1e-3 else np.full(2, np.nan))
        width.append(length if length > 1e-3 else np.nan)
    return np.array(middle), np.array(along), np.array(width)


def _long_side(shape: BaseGeometry) -> NDArray[np.float64]:
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    if len(box) < 4:
        return box
    sides = np.hypot(*np.diff(box[:3], axis=0).T)
    return box[:2] if sides[0] >= sides[1] else box[1:3]


def _turned(middle: NDArray[np.float64], along: NDArray[np.float64], axis: NDArray[np.object_]) -> NDArray[np.float64]:
    """Sine of the angle between openings and walls where they lie; NaN for points."""
    at = shapely.line_locate_point(axis, np.asarray(shapely.points(middle), dtype=object))
    length = shapely.length(axis)
    before = shapely.get_coordinates(shapely.line_interpolate_point(axis, np.clip(at - 0.05, 0.0, length)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(axis, np.clip(at + 0.05, 0.0, length)))
    step = after - before
    size = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
    sine: NDArray[np.float64] = np.abs(step[:, 0] * along[:, 1] - step[:, 1] * along[:, 0]) / size
    return sine


def _span(door: Door, wall: Wall, middle: NDArray[np.float64], drawn_m: float, notes: Notes) -> Span:
    width_m = drawn_m if np.isfinite(drawn_m) and door.width_m is None else door.width_m
    if width_m is None:
        width_m = POINT_WIDTH_M
        notes.add("geo-opening-size", door.id, f"{width_m:g}")
    sill_m, head_m = door.sill_m, door.head_m
    if sill_m is None or head_m is None:
        sill_m = (DEFAULT_SILL_M if door.kind == "window" else 0.0) if sill_m is None else sill_m
        head_m = DEFAULT_DOOR_HEAD_M if head_m is None else head_m
        notes.add("heads-default", door.id, f"from {sill_m:g} to {head_m:g} m")
    assert wall.axis is not None
    at_m = float(wall.axis.project(shapely.Point(middle)))
    half_m = width_m / 2
    return Span(door.id, door.kind, at_m - half_m, at_m + half_m, wall.base_m + sill_m, wall.base_m + head_m)


def _cut(wall: Wall, spans: list[Span], notes: Notes) -> Wall:
    assert wall.axis is not None
    assert wall.thickness_m is not None
    line = Line(wall.id, wall.storey, wall.axis, wall.thickness_m, wall.base_m, wall.top_m, wall.top_m, tuple(spans))
    return replace(wall, openings=openings_along(line, notes, SPARE_RATIO * wall.thickness_m))
