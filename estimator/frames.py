"""Frames over a building: how they are turned, how many stand beside each other, where they part the walls.

A frame holds what lies inside its rectangle. It is turned with the building; where one does not
hold it all, a grid of frames does, and the lines between them are moved, within the slack that
the frames leave, to where they cut few walls and no openings or corners.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.ops import nearest_points

from estimator.parts import JOINT_M, Joint
from estimator.plan import Plan
from estimator.walls import Pieces, centre_line, opening_middle_m, thickness_m

Floats = NDArray[np.float64]

FIT_TOLERANCE_M = 0.005
"""By how much a plan may exceed a frame before it does not fit. [m]"""

LINE_STEP_M = 0.05
"""Spacing of the places tried for a line between frames. [m]"""

CLEAR_OF_OPENING_M = 0.25
"""Distance from a joint to the next jamb, end or junction that is aimed at. [m]"""

PARALLEL_RAD = np.deg2rad(20.0)
"""A wall that runs along a line between frames by less than this cannot be cut there. [rad]"""


NARROWEST_RATIO = 0.5
"""Narrowest part beside a line over the mean of all. [-]"""

ZONE_SLACK_RATIO = 1.3
"""Longest zone over the mean of all. [-]"""

ALONG_A_WALL = 1000.0
"""What speaks against a line between frames that would run along a wall, in walls cut."""


@dataclass(frozen=True, slots=True)
class Frames:
    """A grid of frames over a building.

    Attributes
    ----------
    turn_rad : float
        How far the frames' x axis is turned from the plan's. [rad]
    x_m, y_m : (c + 1,), (r + 1,) float
        Lines of the grid across and along, in coordinates turned with the frames; the outer ones are the ends of
        the building. [m]
    """

    turn_rad: float
    x_m: Floats
    y_m: Floats

    def __len__(self) -> int:
        return (len(self.x_m) - 1) * (len(self.y_m) - 1)

    def extent_m(self) -> Floats:
        """Of all that the frames print together, across and along, (2,). [m]"""
        return np.array([np.ptp(self.x_m), np.ptp(self.y_m)])

    def middles_m(self) -> Floats:
        """Middle of what each frame prints in plan coordinates, row by row, (n, 2). [m]"""
        x, y = (self.x_m[1:] + self.x_m[:-1]) / 2, (self.y_m[1:] + self.y_m[:-1]) / 2
        return turned(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2), self.turn_rad)

    def cell(self, points_m: Floats) -> NDArray[np.int64]:
        """Which frame holds each of some points.

        Parameters
        ----------
        points_m : (p, 2) float
            In plan coordinates. [m]

        Returns
        -------
        (p,) int
            Row by row, as in :meth:`middles_m`.
        """
        local = turned(points_m, -self.turn_rad)
        column = np.clip(np.searchsorted(self.x_m, local[:, 0]) - 1, 0, len(self.x_m) - 2)
        row = np.clip(np.searchsorted(self.y_m, local[:, 1]) - 1, 0, len(self.y_m) - 2)
        return np.asarray(row * (len(self.x_m) - 1) + column)


def turned(points_m: Floats, by_rad: float) -> Floats:
    """Points turned round the origin.

    Parameters
    ----------
    points_m : (p, 2) float
        [m]
    by_rad : float
        Anticlockwise. [rad]

    Returns
    -------
    (p, 2) float
        [m]
    """
    if by_rad == 0.0:
        return points_m
    cosine, sine = np.cos(by_rad), np.sin(by_rad)
    return np.stack((cosine * points_m[:, 0] - sine * points_m[:, 1], sine * points_m[:, 0] + cosine * points_m[:, 1]),
                    axis=1)  # fmt: skip


def plan_frames(plan: Plan, pieces: Pieces, x_m: float, y_m: float) -> Frames:
    """The fewest frames beside each other that hold a building, turned as need be.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
    x_m, y_m : float
        What one frame prints across and along. [m]

    Returns
    -------
    Frames
        Turned the least of all ways that need as few: along the plan's axes, or along an edge of the smallest convex
        outline.

    Notes
    -----
    Lines between frames lie where fewest walls are cut near openings, ends and junctions, and cut
    fewest walls at all; each frame still holds its part.
    """
    low, high = np.reshape(shapely.total_bounds(pieces.footprint), (2, 2))
    if _count(high[:1] - low[:1], x_m)[0] == 1 and _count(high[1:] - low[1:], y_m)[0] == 1:
        return Frames(0.0, np.array([low[0], high[0]]), np.array([low[1], high[1]]))
    hull = shapely.get_coordinates(shapely.convex_hull(shapely.GeometryCollection(list(pieces.footprint))))[:-1]
    step = np.roll(hull, -1, axis=0) - hull
    edges = np.arctan2(step[:, 1], step[:, 0])
    longest_first = np.argsort(-np.hypot(step[:, 0], step[:, 1]), kind="stable")
    turns = np.concatenate(([0.0], edges[longest_first]))
    turns = np.concatenate((turns, turns + np.pi / 2))
    turns = (turns + np.pi / 2) % np.pi - np.pi / 2
    turns[np.abs(turns) < 1e-9] = 0.0
    cosine, sine = np.cos(turns)[:, None], np.sin(turns)[:, None]
    across, along = cosine * hull[:, 0] + sine * hull[:, 1], cosine * hull[:, 1] - sine * hull[:, 0]
    counts = np.stack((_count(np.ptp(across, axis=1), x_m), _count(np.ptp(along, axis=1), y_m)))
    needed = counts.prod(axis=0)
    best = int(np.lexsort((np.round(np.abs(turns), 6), needed))[0])
    turn, (columns, rows) = float(turns[best]), counts[:, best].tolist()
    ends_x = (float(across[best].min()), float(across[best].max()))
    ends_y = (float(along[best].min()), float(along[best].max()))
    if columns * rows == 1:
        return Frames(turn, np.array(ends_x), np.array(ends_y))
    return Frames(
        turn,
        _lines(_Runs.of(plan, turn, 0), ends_x, columns, x_m),
        _lines(_Runs.of(plan, turn, 1), ends_y, rows, y_m),
    )


def zoned(plan: Plan, frame: Frames, zones: int) -> Frames:
    """One frame parted across its longer side into zones that lie side by side.

    Parameters
    ----------
    plan : Plan
    frame : Frames
        A single one.
    zones : int
        At least so many; one more where walls are in the way.

    Returns
    -------
    Frames
        Turned like the frame. Lines lie where they cut fewest walls, as between frames.
    """
    across_m, along_m = frame.extent_m().tolist()
    is_long = across_m >= along_m
    ends = frame.x_m if is_long else frame.y_m
    size_m = float(np.ptp(ends)) / zones * ZONE_SLACK_RATIO
    lines = _lines(_Runs.of(plan, frame.turn_rad, int(not is_long)), (float(ends[0]), float(ends[-1])), zones, size_m)
    return Frames(frame.turn_rad, lines, frame.y_m) if is_long else Frames(frame.turn_rad, frame.x_m, lines)


def frame_joints(plan: Plan, frames: Frames) -> list[Joint]:
    """Where the lines between frames cut the walls.

    Parameters
    ----------
    plan : Plan
    frames : Frames

    Returns
    -------
    list of Joint
        Walls without a centre line are not cut.
    """
    joints = []
    for axis, lines in ((0, frames.x_m), (1, frames.y_m)):
        runs = _Runs.of(plan, frames.turn_rad, axis)
        for at in lines[1:-1].tolist():
            wall, along = runs.crossed(at)
            joints += [Joint(int(w), float(s)) for w, s in zip(wall, along, strict=True)]
    joints.sort(key=lambda j: (j.wall, j.at_m))
    return joints


def _count(extent_m: Floats, size_m: float) -> NDArray[np.int64]:
    return np.asarray(np.maximum(np.ceil((extent_m - FIT_TOLERANCE_M) / size_m), 1).astype(np.int64))


@dataclass(frozen=True, slots=True)
class _Runs:
    """Straight stretches of all centre lines, seen along one axis of the frames.

    ``low`` and ``high`` are where a stretch begins and ends along the axis, ``along`` how far its two ends lie
    along the centre line, ``half`` is half the wall's thickness; ``barred`` holds stretches (wall, from, to) of
    centre lines that no joint should cut.
    """

    wall: NDArray[np.int64]
    first: Floats
    last: Floats
    is_flat: NDArray[np.bool_]
    along_first: Floats
    along_last: Floats
    half: Floats
    barred: list[tuple[int, float, float]]

    @classmethod
    def of(cls, plan: Plan, turn_rad: float, axis: int) -> _Runs:
        wall, ends, along, half, barred = [], [], [], [], []
        lines = [centre_line(w) for w in plan.walls]
        for i, line in enumerate(lines):
            if line is None or line.length <= 0:
                continue
            nodes = turned(shapely.get_coordinates(line), -turn_rad)
            reached = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(nodes, axis=0).T))))
            wall.append(np.full(len(nodes) - 1, i))
            ends.append(np.stack((nodes[:-1], nodes[1:]), axis=1))
            along.append(np.stack((reached[:-1], reached[1:]), axis=1))
            half.append(np.full(len(nodes) - 1, thickness_m(plan.walls[i]) / 2))
            barred += [(i, low, high) for low, high in _barred(plan, i, lines)]
        if not wall:
            none = np.empty(0)
            return cls(np.empty(0, np.int64), none, none, np.empty(0, bool), none, none, none, [])
        both, reach = np.concatenate(ends), np.concatenate(along)
        step = np.abs(both[:, 1] - both[:, 0])
        return cls(
            np.concatenate(wall), both[:, 0, axis], both[:, 1, axis],
            step[:, axis] < np.tan(PARALLEL_RAD) * step[:, 1 - axis],
            reach[:, 0], reach[:, 1], np.concatenate(half), barred,
        )  # fmt: skip

    def crossed(self, at_m: float) -> tuple[NDArray[np.int64], Floats]:
        """Walls whose centre lines a line across the axis crosses, and how far along them."""
        here = np.flatnonzero((self.first - at_m) * (self.last - at_m) < 0)
        share = (at_m - self.first[here]) / (self.last[here] - self.first[here])
        return self.wall[here], self.along_first[here] + share * (self.along_last[here] - self.along_first[here])

    def cost(self, at_m: float) -> float:
        """What speaks against a line: 1 for each wall cut, 10 near openings and ends, and most along a wall."""
        wall, along = self.crossed(at_m)
        near = sum(any(i == w and low < s < high for w, low, high in self.barred)
                   for i, s in zip(wall.tolist(), along.tolist(), strict=True))  # fmt: skip
        low, high = np.minimum(self.first, self.last) - self.half, np.maximum(self.first, self.last) + self.half
        lengthwise = np.count_nonzero(self.is_flat & (low < at_m) & (high > at_m))
        return len(wall) + 9.0 * near + ALONG_A_WALL * lengthwise


def _barred(plan: Plan, index: int, lines: Sequence[LineString | None]) -> list[tuple[float, float]]:
    """Stretches of a centre line near its openings and near walls that meet it. [m]"""
    wall, line = plan.walls[index], lines[index]
    assert line is not None
    stretches = []
    for opening in wall.openings:
        if opening.footprint.is_empty:  # cut already: only the gap tells where
            middle = opening_middle_m(wall, opening, line)
            if middle is not None:
                stretches.append((middle - opening.width_m / 2, middle + opening.width_m / 2))
            continue
        ends = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(opening.footprint)))
        stretches.append((float(ends.min()), float(ends.max())))
    for j, other in enumerate(lines):
        if j == index or other is None or plan.walls[j].storey != wall.storey:
            continue
        reach = (thickness_m(plan.walls[j]) + thickness_m(wall)) / 2 + JOINT_M
        if line.distance(other) <= reach:
            met = line.project(nearest_points(line, other)[0])
            stretches.append((met - thickness_m(plan.walls[j]) / 2, met + thickness_m(plan.walls[j]) / 2))
    return [(low - CLEAR_OF_OPENING_M, high + CLEAR_OF_OPENING_M) for low, high in stretches]


def _lines(runs: _Runs, ends_m: tuple[float, float], count: int, size_m: float) -> Floats:
    """Ends of the building and the lines between frames along one axis; one frame more where walls are in the way."""
    low, high = ends_m
    for number in (count, count + 1):
        lines = [low]
        for k in range(1, number):
            narrow = lines[-1] + NARROWEST_RATIO * (high - low) / number
            least, most = max(high - (number - k) * size_m, narrow), min(lines[-1] + size_m, high)
            even = low + (high - low) * k / number
            tried = np.append(np.arange(least, most, LINE_STEP_M), most)
            lines.append(float(min(tried.tolist(), key=lambda at: (runs.cost(at), abs(at - even)))))
        if max((runs.cost(at) for at in lines[1:]), default=0.0) < ALONG_A_WALL:
            break
    return np.array([*lines, high])
