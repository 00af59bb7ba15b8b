"""Dimensions round a storey: overall, and façade by façade from corner to jamb to corner."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area
from estimator.report.picture import Floats, Ink, Picture, View, Words, text_width_mm

CHAIN_MM = 5.0
OVERALL_MM = 10.5
"""Distance of the two lines of dimensions from the building. [mm]"""

SMOOTH_M = 0.002
"""Nodes of an outline that matter less get no dimension. [m]"""

FINEST_M = 0.05
"""Dimensions shorter than this are left out of a chain. [m]"""

NEAR_M = 0.02
"""Openings this near to a face are in it. [m]"""

LONG_M = 1.0
CURVED_RAD = math.radians(15)
"""Shorter edges that bend less at one of their ends are chords of a curve, and get no dimension. [m, rad]"""

SAME_M = 0.005
"""Chains of opposite façades that differ by less are shown once. [m]"""

ROOMY_MM = 4.5
"""A gap between two ticks in which a number has room. [mm]"""

MOST_TICKS = 60

STRAIGHT_SHARE = 0.6
"""Agreement of the edges' directions from which a plan counts as turned; rounder ones stay level. [-]"""

LEVEL_RAD = math.radians(0.5)
"""Plans turned by less are level. [rad]"""

SIZE_MM = 1.9
TICK_MM = 0.7
RULER = Ink(line="#777777", width_mm=0.1)
TICK = Ink(line="#222222", width_mm=0.2)


@dataclass(frozen=True, slots=True)
class Frame:
    """The directions along which a plan is measured.

    Attributes
    ----------
    turn_rad : float
        Of its first axis from the x axis, −π/4 to π/4. [rad]
    """

    turn_rad: float

    def inside(self, points_m: Floats) -> Floats:
        """Points of the plan in the frame.

        Parameters
        ----------
        points_m : (n, 2) float
            [m]

        Returns
        -------
        (n, 2) float
            [m]
        """
        return _turned(points_m, -self.turn_rad)

    def outside(self, points_m: Floats) -> Floats:
        """Points of the frame in the plan.

        Parameters
        ----------
        points_m : (n, 2) float
            [m]

        Returns
        -------
        (n, 2) float
            [m]
        """
        return _turned(points_m, self.turn_rad)

    def extent_m(self, areas: Sequence[Area]) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of areas in the frame.

        Parameters
        ----------
        areas : sequence of polygon
            [m]

        Returns
        -------
        tuple of float
            [m]
        """
        points = self.inside(shapely.get_coordinates(np.array(areas, dtype=object)))
        (left, bottom), (right, top) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return left, bottom, right, top


def frame_of(areas: Sequence[Area]) -> Frame:
    """The directions that most of the walls' faces have.

    Parameters
    ----------
    areas : sequence of polygon
        Walls. [m]

    Returns
    -------
    Frame
        Level where the faces agree on no direction, as of a round house.
    """
    step = np.concatenate(
        [
            np.diff(shapely.get_coordinates(ring), axis=0)
            for ring in shapely.get_rings(np.array(areas, dtype=object)).tolist()
        ]
    )
    length = np.hypot(step[:, 0], step[:, 1])
    # four times the angle: the same for all four directions of a right-angled plan
    total = complex(np.sum(length * np.exp(4j * np.arctan2(step[:, 1], step[:, 0]))))
    turn = math.atan2(total.imag, total.real) / 4
    if abs(total) < STRAIGHT_SHARE * float(length.sum()) or abs(turn) < LEVEL_RAD:
        return Frame(0.0)
    return Frame(turn)


def write_dimensions(picture: Picture, view: View, frame: Frame, outline: Area, voids: Sequence[Area]) -> None:
    """Lay down the dimensions of a storey on all four sides.

    Parameters
    ----------
    picture : Picture
    view : View
    frame : Frame
    outline : polygon
        What the walls cover and enclose. [m]
    voids : sequence of polygon
        Plan areas of the openings. [m]
    """
    left, bottom, right, top = frame.extent_m([outline])
    turned = shapely.transform(outline, frame.inside)
    holes = np.array([shapely.transform(v, frame.inside) for v in voids if not v.is_empty], dtype=object)
    per_mm = view.scale / 1000
    for axis, (low, high, near, far) in enumerate(((left, right, bottom, top), (bottom, top, left, right))):
        chains = [_chain(turned, holes, axis, side) for side in (-1, 1)]
        if len(chains[0]) == len(chains[1]) and np.allclose(chains[0], chains[1], atol=SAME_M):
            chains[1] = chains[1][:0]
        for chain, side, base in zip(chains, (-1, 1), (near, far), strict=True):
            if len(chain) > 2 and _is_roomy(chain, per_mm):
                _ruler(picture, view, frame, axis, base + side * CHAIN_MM * per_mm, chain)
        _ruler(picture, view, frame, axis, near - OVERALL_MM * per_mm, np.array([low, high]))


def _is_roomy(chain: Floats, per_mm: float) -> bool:
    """Whether most of a chain's numbers have room."""
    return len(chain) <= MOST_TICKS and bool(np.mean(np.diff(chain) / per_mm >= ROOMY_MM) >= 0.5)


def _chain(outline: Area, voids: NDArray[np.object_], axis: int, side: int) -> Floats:
    """Corners of the outline that are seen from a side, and jambs in the walls there. [m]"""
    edges = _facing(outline, axis, side)
    depth = side * edges[:, :, 1 - axis].max(axis=1)
    order = np.argsort(-depth, kind="stable")
    tree = shapely.STRtree(voids)
    hidden: list[tuple[float, float]] = []
    places: list[float] = []
    for edge in edges[order]:
        low, high = sorted(edge[:, axis].tolist())
        seen = _uncovered(low, high, hidden)
        if not seen:
            continue
        jambs = shapely.bounds(voids[tree.query(shapely.LineString(edge), "dwithin", NEAR_M)])[:, (axis, axis + 2)]
        for a, b in seen:
            places += [a, b, *jambs[(jambs >= a - FINEST_M) & (jambs <= b + FINEST_M)].tolist()]
        hidden = _merged([*hidden, (low, high)])
    if not places:
        return np.empty(0)
    found = np.unique(np.array(places).round(4))
    kept: Floats = found[np.concatenate(([True], np.diff(found) >= FINEST_M))]
    return kept


def _uncovered(low: float, high: float, hidden: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """What of an interval lies outside of others, which are in order and apart."""
    left = []
    for a, b in hidden:
        if a - low > FINEST_M:
            left.append((low, min(a, high)))
        low = max(low, b)
        if high - low <= FINEST_M:
            return [(x, y) for x, y in left if y - x > FINEST_M]
    return [(x, y) for x, y in [*left, (low, high)] if y - x > FINEST_M]


def _merged(intervals: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Intervals in order, those that overlap as one."""
    merged: list[tuple[float, float]] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def _facing(outline: Area, axis: int, side: int) -> Floats:
    """Straight edges of an outline along an axis whose outside is below or left (−1), above or right (1)."""
    oriented = shapely.orient_polygons(shapely.get_parts(shapely.simplify(outline, SMOOTH_M)))
    found = []
    for ring in shapely.get_exterior_ring(oriented).tolist():
        node = shapely.get_coordinates(ring)
        step = np.diff(node, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        angle = np.arctan2(step[:, 1], step[:, 0])
        turn = np.abs((angle - np.roll(angle, 1) + np.pi) % (2 * np.pi) - np.pi)
        straight = (length >= LONG_M) | ((turn > CURVED_RAD) & (np.roll(turn, -1) > CURVED_RAD))
        along, across = step[:, axis], step[:, 1 - axis]
        # counter-clockwise: the outside is on the right, below for edges that run right, left for edges that run down
        outward = (along > 0) == ((axis == 0) == (side < 0))
        kept = straight & outward & (np.abs(across) < 0.01 * np.abs(along)) & (np.abs(along) > FINEST_M)
        found.append(np.stack((node[:-1], node[1:]), axis=1)[kept])
    edges: Floats = np.concatenate(found)
    return edges


def _ruler(picture: Picture, view: View, frame: Frame, axis: int, aside_m: float, places_m: Floats) -> None:
    """A line of dimensions with ticks; numbers that have no room are left out."""
    line = np.full((len(places_m), 2), aside_m)
    line[:, axis] = places_m
    at = view.at(frame.outside(line))
    picture.rule(_pairs(at[[0, -1]]), RULER)
    x, y = ((at[-1] - at[0]) / max(float(np.hypot(*(at[-1] - at[0]))), 1e-9)).tolist()
    lean = 1.0 if axis == 0 else -1.0
    tick = TICK_MM * np.array([x + lean * y, y - lean * x])
    for place in at:
        picture.rule(_pairs(np.stack((place - tick, place + tick))), TICK)
    # numbers stand on their line, to be read from below or from the right
    turn_rad = frame.turn_rad + axis * math.pi / 2
    up = -TICK_MM * np.array([math.sin(turn_rad), math.cos(turn_rad)])
    for a, b, length in zip(at[:-1], at[1:], np.diff(places_m).tolist(), strict=True):
        text = f"{length:.2f}"
        if float(np.hypot(*(b - a))) < text_width_mm(text, SIZE_MM) + 0.4:
            continue
        x, y = ((a + b) / 2 + up).tolist()
        picture.write(Words(text, x, y, SIZE_MM, "middle", turn_deg=math.degrees(turn_rad)))


def _pairs(points: Floats) -> list[tuple[float, float]]:
    return [(x, y) for x, y in points.tolist()]


def _turned(points: Floats, turn_rad: float) -> Floats:
    if turn_rad == 0.0:
        return points
    c, s = math.cos(turn_rad), math.sin(turn_rad)
    x, y = points[:, 0], points[:, 1]
    return np.stack((c * x - s * y, s * x + c * y), axis=1)
