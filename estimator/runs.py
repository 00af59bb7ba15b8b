"""Runs: walls that continue one another, as one centre line with a place of its own.

A bead on a centre line does not stop where a drawing happens to end one wall and begin the
next. Walls of one thickness whose ends meet in twos are one run; where runs meet, the one
that ends there makes room for the one that goes on, so that neither the order of the walls in
a file nor the way they were drawn matters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from estimator.corners import NODE_TOLERANCE_M
from estimator.plan import Area, Wall
from estimator.shapes import common, united, without
from estimator.walls import centre_line, strip, thickness_m

SAME_M = 1e-4
"""Thicknesses that differ by less than about this are the same. [m]"""


INNER = (0.1, 0.26, 0.42, 0.58, 0.74, 0.9)
"""Where along a wall and a run it is looked up whether they lie on each other."""

NEAR_M = 2 * NODE_TOLERANCE_M
"""A wall and a run nearer than this lie on each other. [m]"""

CORNER_RAD = np.pi / 6
"""Sharper bends than this are corners. [rad]"""


@dataclass(frozen=True, slots=True)
class Run:
    """A line of walls.

    Attributes
    ----------
    line : LineString
        Centre line. [m]
    thickness_m : float
        [m]
    walls : tuple of int
        Indices of the walls.
    place : polygon
        Plan area that belongs to this run and to no other. [m]
    """

    line: LineString
    thickness_m: float
    walls: tuple[int, ...]
    place: Area


def wall_runs(
    members: Sequence[int], walls: Sequence[Wall], own: Callable[[Sequence[int]], Area], *, round_corners: bool
) -> tuple[list[Run], list[int]]:
    """Join walls to runs.

    Parameters
    ----------
    members : sequence of int
        Indices of the walls to join.
    walls : sequence of Wall
    own : callable
        Gross plan area of several walls, by their indices.
    round_corners : bool
        Whether a run goes on round a corner (a single bead does), or ends there (infill, whose
        waves are counted from the middle of a run).

    Returns
    -------
    list of Run
        The longest first.
    list of int
        Walls without a centre line.
    """
    lines: dict[int, list[tuple[int, LineString]]] = defaultdict(list)
    lineless = []
    for i in members:
        line = centre_line(walls[i])
        if line is None:
            lineless.append(i)
        else:
            lines[round(thickness_m(walls[i]) / SAME_M)].append((i, line))
    found: list[tuple[LineString, float, tuple[int, ...], Area]] = []
    for group in lines.values():
        thickness = thickness_m(walls[group[0][0]])
        merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(_joined([line for _, line in group]))))
        pieces = list(merged) if round_corners else [piece for line in merged for piece in _straight(line)]
        for line in pieces:
            of_run = tuple(i for i, drawn in group if _share_ground(line, drawn))
            if of_run:
                area = own(of_run)
                if not round_corners:
                    area = common(area, strip(line, thickness + 2 * SAME_M))
                found.append((line, thickness, of_run, area))
    found.sort(key=lambda r: (-round(r[0].length, 4), *(round(v, 4) for v in r[0].centroid.coords[0])))
    return [Run(line, t, of_run, _place(k, found)) for k, (line, t, of_run, _) in enumerate(found)], lineless


def _straight(line: LineString) -> list[LineString]:
    """A line cut at its corners."""
    nodes = shapely.get_coordinates(line)
    if line.is_closed:
        nodes = nodes[:-1]
        step = np.diff(nodes, axis=0, append=nodes[:1])
        corners = (_turns(np.roll(step, 1, axis=0), step) > CORNER_RAD).nonzero()[0]
        if not len(corners):
            return [line]
        nodes = np.roll(nodes, -corners[0], axis=0)
        nodes = np.concatenate((nodes, nodes[:1]))
    step = np.diff(nodes, axis=0)
    cuts = (_turns(step[:-1], step[1:]) > CORNER_RAD).nonzero()[0] + 1
    return [LineString(nodes[a : b + 1]) for a, b in pairwise([0, *cuts.tolist(), len(nodes) - 1])]


def _turns(step: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Angle between each step and the one after it. [rad]"""
    cross = step[:, 0] * after[:, 1] - step[:, 1] * after[:, 0]
    return np.asarray(np.abs(np.arctan2(cross, np.einsum("ij,ij->i", step, after))))


def _share_ground(line: LineString, drawn: LineString) -> bool:
    """Whether a run and a wall's centre line lie on each other for more than a crossing."""
    for one, other in ((line, drawn), (drawn, line)):
        inner = shapely.line_interpolate_point(one, INNER, normalized=True)
        if np.count_nonzero(shapely.distance(other, inner) < NEAR_M) > 1:
            return True
    return False


def _joined(lines: list[LineString]) -> list[LineString]:
    """Lines whose ends, where they lie within the tolerance of a junction, are one point."""
    ends = np.array([end for line in lines for end in (line.coords[0][:2], line.coords[-1][:2])])
    free = np.ones(len(ends), dtype=bool)
    for k, end in enumerate(ends):
        if free[k]:
            near = free & (np.hypot(ends[:, 0] - end[0], ends[:, 1] - end[1]) <= NODE_TOLERANCE_M)
            ends[near] = end
            free[near] = False
    joined = []
    for k, line in enumerate(lines):
        nodes = shapely.get_coordinates(line)
        nodes[0], nodes[-1] = ends[2 * k], ends[2 * k + 1]
        joined.append(LineString(nodes))
    return joined


def _place(k: int, found: list[tuple[LineString, float, tuple[int, ...], Area]]) -> Area:
    """Area of a run less that of the runs it makes room for."""
    line, _, _, area = found[k]
    rivals = [j for j in shapely.STRtree([f[3] for f in found]).query(area, predicate="intersects") if j != k]
    blocking = []
    for j in rivals:
        ends_there = _ends_in(line, found[j][3])
        goes_on = not _ends_in(found[j][0], area)
        if ends_there == goes_on:
            if ends_there:
                blocking.append(found[j][3])
        elif j < k:
            blocking.append(found[j][3])
    return without(area, united(np.array(blocking, dtype=object))) if blocking else area


def _ends_in(line: LineString, area: Area) -> bool:
    if line.is_closed:
        return False
    ends = shapely.points([line.coords[0], line.coords[-1]])
    return bool(np.any(shapely.dwithin(area, ends, SAME_M)))
