"""Corners: what is missing where ends of walls meet.

A wall drawn by an axis ends square at the end of its axis. Where the ends of two or more
walls meet, the sectors between them that are wide leave a notch, or a hairline where the
drawing is not exact; a small polygon fills each, so that the junction is whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, hypot, pi

import numpy as np
import shapely
from shapely import Polygon

from estimator.plan import Wall

NODE_TOLERANCE_M = 0.005
"""Wall ends closer than this are one junction. [m]"""

MITRE_LIMIT_RATIO = 4.0
"""Longest corner spike, in half thicknesses, before a sharp corner is cut off."""

SMALLEST_M2 = 1e-9
"""Smaller fillings are rounding. [m²]"""

WIDE_RAD = 2 * pi / 3
"""Sectors between two walls wider than this are filled. [rad]"""


@dataclass(frozen=True, slots=True)
class _Arm:
    """A wall as seen from the junction at its end: where it ends, where it goes, half its thickness."""

    wall: int
    x: float
    y: float
    along_x: float
    along_y: float
    half_m: float

    def corner(self, side: float, along_m: float) -> tuple[float, float]:
        """Point on its left (1) or right (−1) face, some way from its end. [m]"""
        reach = side * self.half_m
        return (
            self.x - reach * self.along_y + along_m * self.along_x,
            self.y + reach * self.along_x + along_m * self.along_y,
        )


def corner_pieces(walls: Sequence[Wall]) -> list[tuple[Polygon, float, float, int]]:
    """Fillings of the notches where ends of walls meet.

    Parameters
    ----------
    walls : sequence of Wall
        Those without axis or thickness, made of slabs, or closed to a ring have no ends and
        are passed over.

    Returns
    -------
    list of (polygon, base_m, top_m, wall index)
        The wall is the first of those that meet.
    """
    outlines: list[list[tuple[float, float]]] = []
    known: list[tuple[float, float, int]] = []
    for arms in _junctions(walls):
        for low, high in _shared_heights([walls[a.wall] for a in arms]):
            middle = (low + high) / 2
            standing = [a for a in arms if walls[a.wall].base_m < middle < walls[a.wall].top_m]
            for outline in _fillings(standing):
                outlines.append(outline)
                known.append((low, high, standing[0].wall))
    if not outlines:
        return []
    owner = np.repeat(np.arange(len(outlines)), [len(o) for o in outlines])
    nodes = np.array([node for outline in outlines for node in outline])
    hulls = np.asarray(shapely.convex_hull(shapely.multipoints(nodes, indices=owner)), dtype=object)
    large = np.asarray(shapely.area(hulls) > SMALLEST_M2)
    return [(hull, *at) for hull, at, is_large in zip(hulls, known, large.tolist(), strict=True) if is_large]


def _junctions(walls: Sequence[Wall]) -> Iterator[list[_Arm]]:
    """Ends of at least two walls that lie within the tolerance of each other."""
    cells: dict[tuple[int, int], list[_Arm]] = defaultdict(list)
    for i, w in enumerate(walls):
        if w.axis is None or w.thickness_m is None or w.slabs or w.axis.is_closed:
            continue
        points = shapely.get_coordinates(w.axis)[[0, 1, -1, -2]].tolist()
        for (x, y), (to_x, to_y) in (points[:2], points[2:]):
            length = hypot(to_x - x, to_y - y)
            arm = _Arm(i, x, y, (to_x - x) / length, (to_y - y) / length, w.thickness_m / 2)
            cells[round(x / NODE_TOLERANCE_M), round(y / NODE_TOLERANCE_M)].append(arm)
    taken: set[int] = set()
    for (cx, cy), arms in cells.items():
        for first in arms:
            if id(first) in taken:
                continue
            near = [
                a
                for dx in (-1, 0, 1)
                for dy in (-1, 0, 1)
                for a in cells.get((cx + dx, cy + dy), ())
                if id(a) not in taken and hypot(a.x - first.x, a.y - first.y) <= NODE_TOLERANCE_M
            ]
            taken.update(id(a) for a in near)
            if len(near) > 1:
                yield near


def _fillings(arms: list[_Arm]) -> Iterator[list[tuple[float, float]]]:
    """Points round the filling of every wide sector between neighbours, counter-clockwise round the junction."""
    arms = sorted(arms, key=lambda a: atan2(a.along_y, a.along_x))
    for k, arm in enumerate(arms):
        other = arms[(k + 1) % len(arms)]
        cross = arm.along_x * other.along_y - arm.along_y * other.along_x
        dot = arm.along_x * other.along_x + arm.along_y * other.along_y
        sector = atan2(cross, dot) % (2 * pi)
        if sector < WIDE_RAD:
            continue
        outline = [(a.x, a.y) for a in (arm, other)]
        for reach in (0.0, NODE_TOLERANCE_M):
            outline += [arm.corner(1.0, reach), other.corner(-1.0, reach)]
        if sector > pi and abs(cross) > 1e-9:
            (x, y), (next_x, next_y) = arm.corner(1.0, 0.0), other.corner(-1.0, 0.0)
            way = ((next_x - x) * other.along_y - (next_y - y) * other.along_x) / cross
            x, y = x + way * arm.along_x, y + way * arm.along_y
            if hypot(x - arm.x, y - arm.y) <= MITRE_LIMIT_RATIO * max(arm.half_m, other.half_m):
                outline.append((x, y))
        yield outline


def _shared_heights(walls: list[Wall]) -> list[tuple[float, float]]:
    """Heights between which the same walls stand, two of them at least."""
    cuts = sorted({z for w in walls for z in (w.base_m, w.top_m)})
    return [(a, b) for a, b in pairwise(cuts) if sum(w.base_m < (a + b) / 2 < w.top_m for w in walls) > 1]
