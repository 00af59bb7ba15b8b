"""Lines of walls that are cut into elements: where they turn corners, and how elements lie on a machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from estimator.plan import Area, Wall
from estimator.walls import HAIR_M, offset_points, strip

Floats = NDArray[np.float64]

CORNER_DEG = 15.0
"""A wall that turns more than this at one place has a corner there, less is a curve. [deg]"""

STRAIGHT_M = 0.5
"""Straight stretches of bent walls at least so long give directions in which elements are measured. [m]"""

CLEAR_STEP_M = 0.05
"""Spacing of the places tried for the origin of a ring. [m]"""

CURVE_TURN_DEG = 5.0
"""Directions in which elements are measured lie so far apart where walls are curved. [deg]"""

MOST_DIRECTIONS = 18
"""Most directions in which elements are measured."""


def _turns(line: LineString) -> tuple[Floats, Floats]:
    """Where a line turns, the seam of a closed one included, and by how much. [m], [rad]"""
    step = np.diff(shapely.get_coordinates(line), axis=0)
    step = step[np.hypot(step[:, 0], step[:, 1]) > 0]
    at = np.cumsum(np.hypot(step[:, 0], step[:, 1]))
    heading = np.arctan2(step[:, 1], step[:, 0])
    if line.is_closed:
        heading = np.append(heading, heading[0])
    else:
        at = at[:-1]
    return at, np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi)


def corners(line: LineString, origin_m: float, thick_m: float) -> list[tuple[float, float]]:
    """Stretches of a wall that are its own corners.

    Parameters
    ----------
    line : LineString
        Its centre line. [m]
    origin_m : float
        Where distances along it count from. [m]
    thick_m : float
        Of the wall. [m]

    Returns
    -------
    list of (float, float)
        From inner corner to inner corner, but at most a thickness on either side. [m]
    """
    at, turn = _turns(line)
    at, turn = at[turn > np.radians(CORNER_DEG)], turn[turn > np.radians(CORNER_DEG)]
    half = np.minimum(thick_m / 2 * np.tan(np.minimum(turn, np.pi * 0.99) / 2), thick_m) + HAIR_M
    if line.is_closed:
        return [(float(m - h), float(m + h)) for m, h in zip((at - origin_m) % line.length, half, strict=True)]
    ends = zip(np.maximum(at - half, 0.0).tolist(), np.minimum(at + half, line.length).tolist(), strict=True)
    return list(ends)


def clear_origin(line: LineString, met: list[Area], wall: Wall) -> float:
    """Where on a ring no other wall is met, and neither corner nor opening is near.

    Parameters
    ----------
    line : LineString
        Its centre line, closed. [m]
    met : list of polygon
        What it shares with other walls. [m]
    wall : Wall
        The ring.

    Returns
    -------
    float
        Distance along the line; 0 where any place will do. [m]
    """
    place, turn = _turns(line)
    sharp = shapely.line_interpolate_point(line, place[turn > np.radians(CORNER_DEG)])
    parts = [*met, *(o.footprint for o in wall.openings if not o.footprint.is_empty), *sharp]
    if not parts:
        return 0.0
    at = np.arange(0.0, line.length, CLEAR_STEP_M)
    near = shapely.distance(shapely.line_interpolate_point(line, at), shapely.union_all(parts))
    return float(at[int(np.argmax(near))])


def bed_directions(lines: Sequence[LineString]) -> Floats:
    """Directions in which an element may lie along the sides of the machine.

    Parameters
    ----------
    lines : sequence of LineString
        Centre lines of walls. [m]

    Returns
    -------
    (k, 2) float
        Unit vectors: those of straight stretches, the most frequent first, and all round for curved ones. [1]
    """
    steps = [np.diff(shapely.get_coordinates(line), axis=0) for line in lines]
    step = np.concatenate(
        [np.empty((0, 2))] + [s if len(s) == 1 else s[np.hypot(s[:, 0], s[:, 1]) >= STRAIGHT_M] for s in steps]
    )
    is_curved = any(np.any((turn > 1e-3) & (turn <= np.radians(CORNER_DEG))) for turn in (_turns(m)[1] for m in lines))
    angle = np.round(np.degrees(np.arctan2(step[:, 1], step[:, 0])), 2) % 90
    found, count = np.unique(angle, return_counts=True)
    found = found[np.argsort(-count, kind="stable")][:MOST_DIRECTIONS]
    if is_curved or not len(found):
        found = np.concatenate((found, np.arange(0.0, 90.0, CURVE_TURN_DEG)))
    turn = np.radians(found)
    return np.stack((np.cos(turn), np.sin(turn)), axis=1)


def faces_m(line: LineString, origin_m: float, low_m: float, high_m: float, thick_m: float) -> Floats:
    """Points of both faces of a stretch that matter for its reach, tips of its corners included.

    Parameters
    ----------
    line : LineString
        Centre line of a wall. [m]
    origin_m : float
        Where distances along it count from. [m]
    low_m, high_m : float
        The stretch. [m]
    thick_m : float
        Of the wall. [m]

    Returns
    -------
    (n, 2) float
        [m]
    """
    at = bends(line, origin_m, low_m, high_m)
    on_line = (at + origin_m) % line.length if line.is_closed else at
    faces = [offset_points(line, on_line, np.full(len(at), s * thick_m / 2)) for s in (1, -1)]
    if high_m - low_m > HAIR_M:
        middle = LineString(offset_points(line, on_line, np.zeros(len(at))))
        faces.append(shapely.get_coordinates(strip(middle, thick_m)))
    return np.concatenate(faces)


def bends(line: LineString, origin_m: float, low_m: float, high_m: float) -> Floats:
    """Both ends of a stretch, and the places beside each bend within it.

    Parameters
    ----------
    line : LineString
        Centre line of a wall. [m]
    origin_m : float
        Where distances along it count from. [m]
    low_m, high_m : float
        The stretch. [m]

    Returns
    -------
    (n,) float
        [m]
    """
    step = np.hypot(*np.diff(shapely.get_coordinates(line), axis=0).T)
    bend = np.cumsum(step)[:-1] if not line.is_closed else np.cumsum(step)
    if line.is_closed:
        bend = (bend - origin_m) % line.length
        bend = np.concatenate((bend - line.length, bend, bend + line.length))
    bend = np.concatenate((bend - HAIR_M, bend + HAIR_M))
    bend = bend[(bend > low_m) & (bend < high_m)]
    return np.unique(np.concatenate(([low_m], bend, [high_m])))
