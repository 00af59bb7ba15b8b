"""Walls that a file draws as lines: with a thickness, a height or two, and openings along them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.ops import substring

from estimator.corners import NODE_TOLERANCE_M
from estimator.plan import Area, Opening, OpeningKind, Slab, Wall
from estimator.readers.native.format import CHORD_ERROR_M
from estimator.readers.notes import Notes
from estimator.walls import CLEARED_M, strip

STEP_M: Final = 0.05
"""Height of the steps that a sloping top is kept as. [m]"""

LEAST_M: Final = 0.01
"""Openings smaller than this are none. [m]"""

NEAR_M: Final = 1e-6
"""Lengths and heights closer than this are equal. [m]"""

DECIMALS: Final = 9
"""To which heights in metres are rounded, so that sums of centimetres come out even."""

MOST_SPANS: Final = 2000
"""Openings of one wall."""


@dataclass(frozen=True, slots=True)
class Span:
    """An opening by its place in a wall.

    Attributes
    ----------
    id : str
    kind : {"door", "window", "opening"}
    from_m, to_m : float
        Along the wall. [m]
    sill_m, head_m : float
        Absolute z. [m]
    """

    id: str
    kind: OpeningKind
    from_m: float
    to_m: float
    sill_m: float
    head_m: float


@dataclass(frozen=True, slots=True)
class Line:
    """A wall drawn as a line.

    Attributes
    ----------
    id : str
    storey : int
    axis : LineString
        Centre line, arcs as chords. [m]
    thickness_m : float
        [m]
    base_m, top_m, top_at_end_m : float
        Absolute z; the top at the start and at the end of the line. [m]
    spans : tuple of Span
    """

    id: str
    storey: int
    axis: LineString
    thickness_m: float
    base_m: float
    top_m: float
    top_at_end_m: float
    spans: tuple[Span, ...] = ()


def planned_walls(lines: Sequence[Line], notes: Notes, *, has_square_ends: bool = False) -> list[Wall]:
    """The walls drawn by lines.

    Parameters
    ----------
    lines : sequence of Line
    notes : Notes
    has_square_ends : bool
        Whether a free end stands half a thickness beyond the end of its line, as a corner does.

    Returns
    -------
    list of Wall
        Corners between them are filled by :mod:`estimator.corners`; walls with a sloping top,
        which are none of its concern, reach over the corner themselves.
    """
    reach_m = _reaches(lines, has_square_ends)
    return [_wall(line, notes, float(a), float(b)) for line, (a, b) in zip(lines, reach_m, strict=True)]


def openings_along(line: Line, notes: Notes, spare_m: float = CLEARED_M) -> tuple[Opening, ...]:
    """The openings of a wall, cut off at its ends, foot and top, those that overlap united.

    Parameters
    ----------
    line : Line
    notes : Notes
    spare_m : float
        How far they are cut beyond the faces of the wall. [m]

    Returns
    -------
    tuple of Opening
    """
    spans = _disjoint(list(_fitting(line, notes)), notes)
    return tuple(
        Opening(s.id, s.kind, s.sill_m, s.head_m, s.to_m - s.from_m, _part(line, s.from_m, s.to_m, spare_m))
        for s in spans
    )


def axis_through(points_m: NDArray[np.float64]) -> LineString:
    """Centre line through points.

    Parameters
    ----------
    points_m : (n, 2) float
        n ≥ 2. [m]

    Returns
    -------
    LineString
        Points that repeat the one before left out; of no length where all are one. [m]
    """
    step = np.hypot(*np.diff(points_m, axis=0).T)
    kept = points_m[np.concatenate(([True], step > NEAR_M))]
    return LineString(kept if len(kept) > 1 else points_m[[0, 0]])


def arc_points(start_m: NDArray[np.float64], end_m: NDArray[np.float64], extent_rad: float) -> NDArray[np.float64]:
    """Points of a circular arc.

    Parameters
    ----------
    start_m, end_m : (2,) float
        End points. [m]
    extent_rad : float
        Angle that the arc turns by, anticlockwise positive, less than a full circle. [rad]

    Returns
    -------
    (n, 2) float
        From start to end, chords within :data:`CHORD_ERROR_M` of the arc. [m]
    """
    chord = end_m - start_m
    half = extent_rad / 2
    radius = float(np.hypot(*chord)) / 2 / math.sin(abs(half))
    centre = (start_m + end_m) / 2 + np.array([-chord[1], chord[0]]) / 2 / math.tan(half)
    per_chord = 2 * math.acos(max(1 - CHORD_ERROR_M / radius, -1.0))
    chords = max(math.ceil(abs(extent_rad) / max(per_chord, 1e-3)), 2)
    angle = math.atan2(start_m[1] - centre[1], start_m[0] - centre[0]) + extent_rad * np.arange(chords + 1) / chords
    points = centre + radius * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    points[0], points[-1] = start_m, end_m
    return points


def _reaches(lines: Sequence[Line], has_square_ends: bool) -> NDArray[np.float64]:
    """How far walls stand beyond the start and the end of their lines: (n, 2). [m]"""
    nodes = [shapely.get_coordinates(line.axis) for line in lines]
    end = np.array([p for n in nodes for p in (n[0], n[-1])])
    heading = np.array([_unit(step) for n in nodes for step in (n[1] - n[0], n[-2] - n[-1])])
    half_m = np.repeat([line.thickness_m / 2 for line in lines], 2)
    storey = np.repeat([line.storey for line in lines], 2)
    points = np.asarray(shapely.points(end), dtype=object)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=NODE_TOLERANCE_M)
    meets = (one != other) & (storey[one] == storey[other])
    one, other = one[meets], other[meets]
    turn = np.abs(heading[one, 0] * heading[other, 1] - heading[one, 1] * heading[other, 0])
    reach_m = np.zeros(len(end))
    np.maximum.at(reach_m, one, half_m[other] * turn)
    slopes = np.repeat([abs(line.top_at_end_m - line.top_m) > NEAR_M for line in lines], 2)
    reach_m[~slopes] = 0.0
    if has_square_ends:
        is_free = np.bincount(one, minlength=len(end)) == 0
        reach_m[is_free] = half_m[is_free]
    return reach_m.reshape(-1, 2)


def _wall(line: Line, notes: Notes, before_m: float, after_m: float) -> Wall:
    openings = openings_along(line, notes)
    slabs: tuple[Slab, ...] = ()
    if abs(line.top_at_end_m - line.top_m) > NEAR_M:
        notes.add("wall-sloping", line.id, f"{STEP_M:g}")
        slabs = _slabs(line, openings, (before_m, after_m))
        openings = tuple(replace(o, footprint=shapely.Polygon()) for o in openings)
    return Wall(
        line.id,
        line.storey,
        _part(line, -before_m, line.axis.length + after_m),
        round(line.base_m, DECIMALS),
        round(max(line.top_m, line.top_at_end_m), DECIMALS),
        line.axis,
        line.thickness_m,
        openings=openings,
        slabs=slabs,
    )


def _part(line: Line, from_m: float, to_m: float, spare_m: float = 0.0) -> Area:
    """Plan area of a part of a wall, which may reach past its ends."""
    points = shapely.get_coordinates(substring(line.axis, max(from_m, 0.0), min(to_m, line.axis.length)))
    if from_m < 0:
        points[0] += from_m * _unit(points[1] - points[0])
    if to_m > line.axis.length:
        points[-1] += (to_m - line.axis.length) * _unit(points[-1] - points[-2])
    return strip(LineString(points), line.thickness_m + 2 * spare_m)


def _unit(step: NDArray[np.float64]) -> NDArray[np.float64]:
    length: float = np.hypot(*step)
    return step / length


def _slabs(line: Line, openings: Sequence[Opening], reach_m: tuple[float, float]) -> tuple[Slab, ...]:
    """Steps below a sloping top, openings cut out; the middle of each step is on the slope."""
    length, first, last = line.axis.length, line.top_m, line.top_at_end_m
    low, high = min(first, last), max(first, last)
    steps = STEP_M * np.arange(math.floor(low / STEP_M) + 1, math.ceil(high / STEP_M))
    heights = np.concatenate(([line.base_m, low, high], steps, [z for o in openings for z in (o.sill_m, o.head_m)]))
    heights = np.unique(np.round(heights[(heights >= line.base_m) & (heights <= high)], 6))
    slabs = []
    for base_m, top_m in pairwise(heights.tolist()):
        middle = (base_m + top_m) / 2
        at = length * (middle - first) / (last - first)
        start = at if last > first and at > 0 else -reach_m[0]
        end = at if last < first and at < length else length + reach_m[1]
        if end - start <= NEAR_M:
            continue
        area = _part(line, start, end)
        holes = [o.footprint for o in openings if o.sill_m < middle < o.head_m]
        if holes:
            area = cast(Area, shapely.difference(area, shapely.union_all(holes)))
        if area.area > NEAR_M:
            slabs.append(Slab(base_m, top_m, area))
    return tuple(slabs)


def _fitting(line: Line, notes: Notes) -> Iterator[Span]:
    """Openings cut off at the ends, the foot and the top of their wall."""
    top_m = max(line.top_m, line.top_at_end_m)
    for span in line.spans:
        fits = replace(
            span,
            from_m=max(span.from_m, 0.0),
            to_m=min(span.to_m, line.axis.length),
            sill_m=round(max(span.sill_m, line.base_m), DECIMALS),
            head_m=round(min(span.head_m, top_m), DECIMALS),
        )
        if fits.to_m - fits.from_m < LEAST_M or fits.head_m - fits.sill_m < LEAST_M:
            notes.add("opening-off-wall", span.id)
            continue
        if span.from_m < -NEAR_M or span.to_m > line.axis.length + NEAR_M:
            notes.add("opening-clipped", span.id)
        if span.head_m > top_m + NEAR_M:
            notes.add("opening-cut-short", span.id)
        yield fits


def _disjoint(spans: list[Span], notes: Notes) -> list[Span]:
    """The same openings as rectangles that share no wall.

    Those that overlap are united, and the union cut upright where its sill or head steps.
    """
    if len(spans) < 2:
        return spans
    spans = sorted(spans, key=lambda s: (s.from_m, s.sill_m, s.id))
    box = np.array([(s.from_m, s.to_m, s.sill_m, s.head_m) for s in spans])
    overlap = (box[:, None, 0] < box[:, 1] - NEAR_M) & (box[:, 0] < box[:, None, 1] - NEAR_M)
    overlap &= (box[:, None, 2] < box[:, 3] - NEAR_M) & (box[:, 2] < box[:, None, 3] - NEAR_M)
    found: list[Span] = []
    left = set(range(len(spans)))
    while left:
        cluster, edge = set[int](), {min(left)}
        while edge:
            cluster |= edge
            edge = set(np.flatnonzero(overlap[sorted(edge)].any(axis=0)).tolist()) - cluster
        left -= cluster
        members = [spans[k] for k in sorted(cluster)]
        for other in members[1:]:
            notes.add("openings-united", other.id)
        found += _pieces(members) if len(members) > 1 else members
    return found


def _pieces(members: Sequence[Span]) -> list[Span]:
    """Rectangles that a union of rectangles is made of, upright cuts only."""
    places = sorted({x for s in members for x in (s.from_m, s.to_m)})
    columns: list[tuple[float, float, list[tuple[float, float]]]] = []
    for start, end in pairwise(places):
        if end - start < NEAR_M:
            continue
        heights: list[tuple[float, float]] = []
        for low, high in sorted((s.sill_m, s.head_m) for s in members if s.from_m < (start + end) / 2 < s.to_m):
            if heights and low <= heights[-1][1] + NEAR_M:
                heights[-1] = (heights[-1][0], max(heights[-1][1], high))
            else:
                heights.append((low, high))
        if columns and columns[-1][1] == start and columns[-1][2] == heights:
            columns[-1] = (columns[-1][0], end, heights)
        else:
            columns.append((start, end, heights))
    kinds = {s.kind for s in members}
    kind = kinds.pop() if len(kinds) == 1 else "opening"
    boxes = [(start, end, low, high) for start, end, heights in columns for low, high in heights]
    name = members[0].id
    return [Span(name if k == 1 else f"{name}-part{k}", kind, *box) for k, box in enumerate(boxes, 1)]
