"""Where walls may be cut into elements: nodes where walls meet, and runs between them.

Along its centre line a wall is a row of knots, where other walls meet it or it turns a corner,
and of free runs between them. A joint is never within a knot, so never through a corner, and never within an
opening; it may lie against the face of the wall that is met.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from estimator.element_lines import bed_directions, bends, clear_origin, corners, faces_m
from estimator.parts import JOINT_M
from estimator.plan import Area, Plan, Wall
from estimator.walls import HAIR_M, Pieces, centre_line, offset_points, thickness_m

Floats = NDArray[np.float64]

JAMB_M = 0.2
"""Wall that is left between a joint and the jamb of an opening, where there is so much. [m]"""

STUB_M = 0.1
"""Shortest piece at the free end of a wall. [m]"""

STEP_M = 0.01
"""Spacing of the places at which a wall may be cut. [m]"""


@dataclass(frozen=True, slots=True)
class Run:
    """Free wall between two knots, or between a knot and an end.

    Attributes
    ----------
    wall : int
        Index into ``plan.walls``.
    nodes : (int, int)
        Nodes at its start and end; −1 at a free end.
    along_m : (n,) float
        Places along it, ascending: every place of a joint, bends, start and end. From the
        start of the wall's centre line, or of a ring's first run on. [m]
    is_place : (n,) bool
        Where a joint may be.
    reach_m : (n, k, 4) float
        Furthest points of the wall at each place along k directions, against them, across and against
        that. [m]
    middle_m : (n, 2) float
        Centre line at each place. [m]
    direction : (k, 2) float
        The directions. [1]
    mass_kg : (n,) float
        Of the wall from the start of the run to each place. [kg]
    thickness_m, height_m : float
        [m]
    is_ring : bool
        Whether the end is the start again.
    """

    wall: int
    nodes: tuple[int, int]
    along_m: Floats
    is_place: NDArray[np.bool_]
    reach_m: Floats
    middle_m: Floats
    direction: Floats
    mass_kg: Floats
    thickness_m: float
    height_m: float
    is_ring: bool = False

    @property
    def joint_area_m2(self) -> float:
        """Area of a joint in it. [m²]"""
        return self.thickness_m * self.height_m


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes and runs of a storey.

    Attributes
    ----------
    runs : tuple of Run
    node_reach_m : (m, k, 4) float
        As that of runs, for what cannot be cut at each node. [m]
    node_mass_kg : (m,) float
        [kg]
    origin_m : dict of int to float
        Where on the centre line of each wall its runs count from: 0 but for rings. [m]
    """

    runs: tuple[Run, ...]
    node_reach_m: Floats
    node_mass_kg: Floats
    origin_m: dict[int, float]

    def key(self) -> bytes:
        """Equal for networks that are cut alike."""
        parts = [self.node_reach_m.tobytes(), self.node_mass_kg.tobytes()]
        for run in self.runs:
            parts += [bytes(str((run.nodes, run.thickness_m, run.height_m)), "ascii"), run.along_m.tobytes()]
            parts += [a.tobytes() for a in (run.is_place, run.reach_m, run.mass_kg)]
        return b"|".join(parts)

    def along_wall_m(self, wall: int, at_m: float, line: LineString) -> float:
        """Distance along the centre line of a wall.

        Parameters
        ----------
        wall : int
            Index into ``plan.walls``.
        at_m : float
            Distance as its runs count it. [m]
        line : LineString
            The centre line.

        Returns
        -------
        float
            [m]
        """
        return float((at_m + self.origin_m[wall]) % line.length) if line.is_closed else at_m


def storey_network(
    plan: Plan, pieces: Pieces, storey: int, weight_kg_per_m2: Floats, *, bridge_m: float = np.inf
) -> Network:
    """Nodes and runs of the walls of one storey.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
        Of the plan.
    storey : int
        Index into ``plan.storeys``.
    weight_kg_per_m2 : (w,) float
        Mass of each wall of the plan per area of one face. [kg/m²]
    bridge_m : float
        Longest wall without a place for a joint; where openings leave more, a joint may be in the
        middle of them. [m]

    Returns
    -------
    Network
    """
    mine = [i for i, w in enumerate(plan.walls) if w.storey == storey]
    lines = {i: line for i in mine if (line := centre_line(plan.walls[i])) is not None and line.length > JOINT_M}
    bodies = _bodies(plan, pieces, mine)
    owners = [i for i, _ in bodies]
    shapes = np.array([shape for _, shape in bodies], dtype=object)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    meeting = shapely.intersection(shapes[first[once]], shapes[second[once]])

    origin = dict.fromkeys(lines, 0.0)
    spans: dict[int, list[tuple[float, float]]] = defaultdict(list)
    contacts: list[tuple[tuple[int, float], tuple[int, float]]] = []
    parts = [
        (a, b, part)
        for a, b, g in zip(first[once], second[once], meeting, strict=True)
        for part in shapely.get_parts(g)
    ]
    touching: dict[int, list[Area]] = defaultdict(list)
    for a, b, part in parts:
        for body in (a, b):
            if owners[body] >= 0:
                touching[owners[body]].append(part)
    for i, line in lines.items():
        if line.is_closed:
            origin[i] = clear_origin(line, touching[i], plan.walls[i])
        for low, high in corners(line, origin[i], thickness_m(plan.walls[i])):
            spans[i].append((low, high))
            contacts.append(((i, (low + high) / 2),) * 2)
    for a, b, part in parts:
        ends: list[tuple[int, float]] = []
        for body in (a, b):
            i = owners[body]
            if i < 0 or i not in lines:
                ends.append((-1 - int(body), 0.0))
                continue
            low, high = _span(lines[i], part, origin[i])
            spans[i].append((low, high))
            ends.append((i, (low + high) / 2))
        contacts.append((ends[0], ends[1]))
    knots = {i: _merged(spans[i]) for i in lines}
    node_of = _Groups()
    for one, other in contacts:
        node_of.join(_knot_key(one, knots), _knot_key(other, knots))
    for body, i in enumerate(owners):
        if i not in lines:
            node_of.find((-1 - body, -1))
    number: dict[tuple[int, int], int] = {}

    def node(key: tuple[int, int]) -> int:
        return number.setdefault(node_of.find(key), len(number))

    direction = bed_directions(list(lines.values()))
    base: dict[int, list[tuple[Floats, float]]] = defaultdict(list)
    runs: list[Run] = []
    for body, i in enumerate(owners):
        if i not in lines:
            w = plan.walls[i] if i >= 0 else None
            mass = float(shapes[body].area) / thickness_m(w) * _height(w) * weight_kg_per_m2[i] if w else 0.0
            base[node((-1 - body, -1))].append((_reach(shapely.get_coordinates(shapes[body]), direction), mass))
    for i, line in lines.items():
        w = plan.walls[i]
        for k, (low, high) in enumerate(knots[i]):
            reach = _reach(faces_m(line, origin[i], low, high, thickness_m(w)), direction)
            base[node((i, k))].append((reach, (high - low) * _height(w) * float(weight_kg_per_m2[i])))
        for low, high, a, b in _free(w, line, origin[i], knots[i]):
            ends_at = tuple(node((i, k)) if k >= 0 else -1 for k in (a, b))
            runs.append(
                _run(
                    i,
                    w,
                    line,
                    origin[i],
                    low,
                    high,
                    (ends_at[0], ends_at[1]),
                    direction,
                    float(weight_kg_per_m2[i]),
                    bridge_m=bridge_m,
                )
            )
    count = len(number)
    node_reach = np.full((count, len(direction), 4), -np.inf)
    node_mass = np.zeros(count)
    for n, found in base.items():
        node_reach[n] = np.maximum.reduce([r for r, _ in found])
        node_mass[n] = sum(m for _, m in found)
    return Network(tuple(runs), node_reach, node_mass, origin)


class _Groups:
    """Which knots are one node."""

    def __init__(self) -> None:
        self._parent: dict[tuple[int, int], tuple[int, int]] = {}

    def find(self, key: tuple[int, int]) -> tuple[int, int]:
        parent = self._parent.setdefault(key, key)
        while parent != self._parent[parent]:
            parent = self._parent[parent]
        self._parent[key] = parent
        return parent

    def join(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        self._parent[self.find(one)] = self.find(other)


def _bodies(plan: Plan, pieces: Pieces, walls: list[int]) -> list[tuple[int, shapely.Geometry]]:
    """Walls of a storey with their index, and fillings of its corners with −1."""
    mine = set(walls)
    own = sum(len(w.slabs) or 1 for w in plan.walls)
    bodies: list[tuple[int, shapely.Geometry]] = [
        (i, shapely.unary_union(pieces.footprint[:own][pieces.wall[:own] == i])) for i in walls
    ]
    bodies += [
        (-1, shape) for shape, i in zip(pieces.footprint[own:], pieces.wall[own:].tolist(), strict=True) if i in mine
    ]
    return bodies


def _height(wall: Wall) -> float:
    return wall.top_m - wall.base_m


def _span(line: LineString, part: shapely.Geometry, origin_m: float) -> tuple[float, float]:
    """Stretch of a line beside a part of the plan, from the origin of the line on. [m]"""
    at = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(part)))
    if line.is_closed:
        at = (at - origin_m) % line.length
    return float(at.min()), float(at.max())


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches, those united that touch. [m]"""
    merged: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + HAIR_M:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _knot_key(end: tuple[int, float], knots: dict[int, list[tuple[float, float]]]) -> tuple[int, int]:
    i, at = end
    if i < 0:
        return i, -1
    return i, next(k for k, (low, high) in enumerate(knots[i]) if low - HAIR_M <= at <= high + HAIR_M)


def _reach(points_m: Floats, direction: Floats) -> Floats:
    """Furthest of points in the directions, (k, 4). [m]"""
    along = points_m @ direction.T
    across = points_m @ np.stack((-direction[:, 1], direction[:, 0]))
    return np.stack((along.max(0), (-along).max(0), across.max(0), (-across).max(0)), axis=-1)


def _points_reach(line: LineString, origin_m: float, at_m: Floats, thick_m: float, direction: Floats) -> Floats:
    """Furthest of both faces in the directions at each place of a wall, (n, k, 4). [m]"""
    at = (at_m + origin_m) % line.length if line.is_closed else at_m
    points = np.concatenate([offset_points(line, at, np.full(len(at), s * thick_m / 2)) for s in (1, -1)])
    along = (points @ direction.T).reshape(2, len(at), -1)
    across = (points @ np.stack((-direction[:, 1], direction[:, 0]))).reshape(2, len(at), -1)
    return np.stack((along.max(0), (-along).max(0), across.max(0), (-across).max(0)), axis=-1)


def _openings(wall: Wall, line: LineString, origin_m: float) -> tuple[list[tuple[float, float, float]], ...]:
    """Stretches with openings and the height of these: over the whole height, and the others. [m]"""
    whole: list[tuple[float, float, float]] = []
    others: list[tuple[float, float, float]] = []
    for o in wall.openings:
        if o.footprint.is_empty:
            continue
        low, high = _span(line, o.footprint, origin_m)
        if line.is_closed and high - low > line.length / 2:
            continue
        height = min(o.head_m, wall.top_m) - max(o.sill_m, wall.base_m)
        (whole if height > _height(wall) - 1e-6 else others).append((low, high, height))
    return whole, others


def _free(
    wall: Wall, line: LineString, origin_m: float, knots: list[tuple[float, float]]
) -> list[tuple[float, float, int, int]]:
    """Runs of a wall: where they begin and end, and the knots there (−1 for none). [m]"""
    gaps = [(low, high) for low, high, _ in _openings(wall, line, origin_m)[0]]
    stops = sorted([(low, high, k) for k, (low, high) in enumerate(knots)] + [(low, high, -1) for low, high in gaps])
    runs: list[tuple[float, float, int, int]] = []
    at, last = 0.0, -1
    for low, high, k in stops:
        if low > at + HAIR_M * 5:
            runs.append((at, low, last, k))
        if high > at:
            at, last = high, k
    if line.is_closed and stops:
        runs.append((at, line.length + stops[0][0], last, stops[0][2]))
        if runs[0][0] == 0.0 and len(runs) > 1:
            runs.pop(0)  # the piece before the first knot is the end of the last run
    elif at < line.length - HAIR_M * 5:
        runs.append((at, line.length, last, -1))
    return runs


def _run(
    index: int,
    wall: Wall,
    line: LineString,
    origin_m: float,
    low_m: float,
    high_m: float,
    nodes: tuple[int, int],
    direction: Floats,
    weight_kg_per_m2: float,
    *,
    bridge_m: float,
) -> Run:
    is_ring = line.is_closed and nodes == (-1, -1) and high_m - low_m > line.length - HAIR_M
    holes = _openings(wall, line, origin_m)[1]
    if line.is_closed:
        holes = [(a + s, b + s, h) for a, b, h in holes for s in (0.0, line.length)]
    holes = sorted((max(a, low_m), min(b, high_m), h) for a, b, h in holes if b > low_m and a < high_m)
    places: list[Floats] = []
    at, at_opening = low_m, False
    for a, b, _ in [*holes, (high_m, high_m, 0.0)]:
        free = (nodes[0] < 0 and at == low_m and not is_ring, nodes[1] < 0 and a == high_m and not is_ring)
        places.append(_stretch(at, a, (at_opening, a < high_m), free))
        if b > at:
            at, at_opening = b, True
    joint = np.unique(np.round(np.concatenate(places), 6))
    stops = np.concatenate(([low_m], joint, [high_m]))
    middle = np.array([(a + b) / 2 for a, b, _ in holes])
    after = np.searchsorted(stops, middle)
    joint = np.unique(np.concatenate((joint, middle[stops[after] - stops[after - 1] > bridge_m])))
    if line.is_closed:  # a joint across the seam would be cut short
        seam = (joint + origin_m) % line.length
        joint = joint[(seam > JOINT_M) & (seam < line.length - JOINT_M)]
    along = np.unique(np.concatenate((joint, bends(line, origin_m, low_m, high_m))))
    gross = (along - low_m) * _height(wall)
    cut = sum(((np.clip(along, a, b) - a) * h for a, b, h in holes), np.zeros(len(along)))
    on_line = np.asarray((along + origin_m) % line.length if line.is_closed else along)
    return Run(
        index, nodes, along, np.isin(along, joint), _points_reach(line, origin_m, along, thickness_m(wall), direction),
        offset_points(line, on_line, np.zeros(len(along))), direction, (gross - cut) * weight_kg_per_m2,
        thickness_m(wall), _height(wall), is_ring,
    )  # fmt: skip


def _stretch(low_m: float, high_m: float, at_opening: tuple[bool, bool], is_free: tuple[bool, bool]) -> Floats:
    """Places of joints in a stretch without openings: clear of jambs where there is room. [m]"""
    clear = [JAMB_M if o else STUB_M if f else 0.0 for o, f in zip(at_opening, is_free, strict=True)]
    half = JOINT_M / 2 - 2 * HAIR_M
    a, b = low_m + half + clear[0], high_m - half - clear[1]
    if a > b:
        if any(is_free) or high_m - low_m < JOINT_M:
            return np.empty(0)
        return np.array([min(max((a + b) / 2, low_m + half), high_m - half)])
    return np.append(np.arange(a, b, STEP_M), b)
