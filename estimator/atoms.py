"""Atoms: the pieces into which the walls of a storey fall if they are cut wherever a joint may be.

A joint may be where a wall runs on undisturbed: away from openings, ends, bends and other walls.
A junction and the short runs that leave it are never cut, so an atom holds it whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from estimator.frames import CLEAR_OF_OPENING_M
from estimator.parts import JOINT_M, SPECK_M2, Joint, joint_strip
from estimator.plan import Plan, Wall
from estimator.shapes import united, without
from estimator.walls import Pieces, centre_line, offset_points, standing, thickness_m

Floats = NDArray[np.float64]

JOINT_STEP_M = 0.5
"""Least distance between two places of one wall where a joint may be. [m]"""

MOST_PLACES = 800
"""Where more joints than this could be in a storey, their places are spread wider."""

BEND_RAD = np.deg2rad(20.0)
"""A centre line that turns by more than this has a corner there. [rad]"""

TOUCHING_M = 0.01
"""Walls closer than this meet. [m]"""


@dataclass(frozen=True, slots=True)
class Atoms:
    """Pieces of the walls of a storey between the places where joints may be.

    Attributes
    ----------
    area : (a,) array of polygons
        Gross plan area of each. [m]
    wall : (a,) int
        A wall that it belongs to; index into ``plan.walls``.
    joints : tuple of Joint
        The m places where a joint parts two atoms.
    sides : (m, 2) int
        The two atoms on either side of each.
    """

    area: NDArray[np.object_]
    wall: NDArray[np.int64]
    joints: tuple[Joint, ...]
    sides: NDArray[np.int64]


def wall_atoms(plan: Plan, pieces: Pieces, here: NDArray[np.bool_]) -> Atoms:
    """Cut walls at every place where a joint may be.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
    here : (p,) bool
        The pieces that stand together.

    Returns
    -------
    Atoms
    """
    footprint, owner = pieces.footprint[here], pieces.wall[here]
    joints, cuts, ends = _possible_joints(plan, np.unique(owner))
    whole = united(footprint)
    left = without(whole, united(np.array(cuts, dtype=object))) if cuts else whole
    area = np.asarray(shapely.get_parts(left), dtype=object)
    area = area[shapely.area(area) > SPECK_M2]
    tree = shapely.STRtree(area)
    sides = np.empty((0, 2), dtype=np.int64)
    if joints:
        sides = tree.query_nearest(shapely.points(ends.reshape(-1, 2)), all_matches=False)[1].reshape(-1, 2)
    parts = np.flatnonzero(sides[:, 0] != sides[:, 1])
    inside = shapely.point_on_surface(area)
    nearest = shapely.STRtree(footprint).query_nearest(inside, all_matches=False)[1]
    return Atoms(area, owner[nearest], tuple(joints[k] for k in parts.tolist()), sides[parts])


def _possible_joints(plan: Plan, walls: NDArray[np.int64]) -> tuple[list[Joint], list[shapely.Geometry], Floats]:
    """Places of joints, what each cuts out, and a point on the centre line on either side of it."""
    lines = {i: line for i in walls.tolist() if (line := centre_line(plan.walls[i])) is not None and line.length > 0}
    length = sum(line.length for line in lines.values())
    step = max(JOINT_STEP_M, length / MOST_PLACES)
    met = _met(plan, lines, walls)
    joints: list[Joint] = []
    cuts: list[shapely.Geometry] = []
    ends: list[Floats] = []
    for i, line in lines.items():
        barred = [*_barred(plan.walls[i], line), *met.get(i, [])]
        places = _places(barred, line, step)
        if not len(places):
            continue
        joints += [Joint(i, at) for at in places.tolist()]
        cuts += [joint_strip(plan.walls[i], line, at) for at in places.tolist()]
        beside = (places[:, None] + np.array([-JOINT_M, JOINT_M])).ravel()
        beside = beside % line.length if line.is_closed else np.clip(beside, 0.0, line.length)
        ends.append(offset_points(line, beside, np.zeros(len(beside))))
    return joints, cuts, np.concatenate(ends) if ends else np.empty((0, 2))


def _met(plan: Plan, lines: dict[int, LineString], walls: NDArray[np.int64]) -> dict[int, list[tuple[float, float]]]:
    """Stretches of each centre line that lie in another wall."""
    area = np.array([standing(plan.walls[i]) for i in walls.tolist()], dtype=object)
    wide = np.asarray(shapely.buffer(area, TOUCHING_M, join_style="mitre"), dtype=object)
    one, other = shapely.STRtree(wide).query(wide, predicate="intersects")
    keep = (one != other) & np.isin(walls[one], list(lines))
    one, other = one[keep], other[keep]
    shared = shapely.intersection(wide[one], wide[other])
    met: dict[int, list[tuple[float, float]]] = {}
    for i, overlap in zip(walls[one].tolist(), shared, strict=True):
        for part in shapely.get_parts(overlap):
            met.setdefault(i, []).extend(_stretches(lines[i], part))
    return met


def _barred(wall: Wall, line: LineString) -> Iterator[tuple[float, float]]:
    """Stretches of a centre line where the wall itself has openings, ends or bends."""
    for opening in wall.openings:
        if not opening.footprint.is_empty:
            yield from _stretches(line, opening.footprint)
    for slab in wall.slabs:
        runs = sorted(s for part in shapely.get_parts(slab.footprint) for s in _stretches(line, part))
        yield from ((a[1], b[0]) for a, b in pairwise(runs) if b[0] > a[1])
    nodes = shapely.get_coordinates(line)
    step = np.diff(nodes, axis=0)
    reached = np.concatenate(([0.0], np.cumsum(np.hypot(step[:, 0], step[:, 1]))))
    heading = np.arctan2(step[:, 1], step[:, 0])
    half = thickness_m(wall) / 2
    if line.is_closed:
        turn = np.abs((heading - np.roll(heading, 1) + np.pi) % (2 * np.pi) - np.pi)
        reached = reached[:-1]
    else:
        turn = np.concatenate(([0.0], np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi), [0.0]))
        yield (0.0, 0.0)
        yield (line.length, line.length)
    for at in reached[turn > BEND_RAD].tolist():
        yield (at - half, at + half)


def _stretches(line: LineString, area: shapely.Geometry) -> list[tuple[float, float]]:
    """How far an area reaches along a line; beyond the ends of it where a closed line begins in the area."""
    at = np.sort(shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(area))))
    if not len(at):
        return []
    if not line.is_closed:
        return [(float(at[0]), float(at[-1]))]
    gap = np.append(np.diff(at), at[0] + line.length - at[-1])
    widest = int(np.argmax(gap))
    if widest == len(at) - 1:
        return [(float(at[0]), float(at[-1]))]
    return [(float(at[widest + 1]) - line.length, float(at[widest]))]


def _places(barred: list[tuple[float, float]], line: LineString, step_m: float) -> Floats:
    """Distances along a line at which it may be cut. [m]"""
    length = float(line.length)
    wide = [(low - CLEAR_OF_OPENING_M, high + CLEAR_OF_OPENING_M) for low, high in barred]
    if line.is_closed:
        if not wide:
            return np.arange(max(int(length / step_m), 1), dtype=np.float64) * step_m
        wide = sorted((low - turns * length, high - turns * length) for low, high in wide for turns in (-1, 0, 1))
    else:
        wide.sort()
    places: list[Floats] = []
    reached = wide[0][1]
    for low, high in wide[1:]:
        if low >= reached:
            count = int((low - reached) / step_m) + 1
            run = np.linspace(reached, low, count) if count > 1 else np.array([(low + reached) / 2])
            places.append(run)
        reached = max(reached, high)
    if not places:
        return np.empty(0)
    at: Floats = np.concatenate(places)
    return at[(at >= 0) & (at < length)] if line.is_closed else at[(at > 0) & (at < length)]
