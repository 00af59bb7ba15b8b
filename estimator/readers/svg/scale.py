"""How long a unit of an SVG drawing is: said, written in the drawing, or estimated from its doors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import PlanError
from estimator.options import ReadOptions, unit_name
from estimator.plan import Area
from estimator.readers.gaps import wall_gaps
from estimator.readers.notes import Notes
from estimator.readers.rooms import rooms_between
from estimator.readers.sizes import area_m2, room_size_m
from estimator.readers.svg.shapes import Drawing, Shape
from estimator.shapes import united, without_slits

LEAF_M: Final = 0.82
"""Usual width of a door leaf; most lie between 0.72 and 0.92 m. [m]"""

SLIT_M: Final = 0.02
"""Walls drawn as pieces that miss each other by less are one. [m]"""

NARROWEST_M: Final = 0.3
WIDEST_M: Final = 3.0
"""Openings between two wall ends in which nothing is drawn. [m]"""

WIDEST_ASIDE_M: Final = 1.5
"""The same between a wall end and the side of another wall. [m]"""

USUAL_WALL_M: Final = 0.15
"""Thickness that walls are taken to have while rooms are looked for to learn the scale. [m]"""

ROUND_RATIO: Final = 0.02
"""How far a swing may stray from a circle, as a share of its radius."""

NEAR_RATIO: Final = 0.3
"""How far the ends of a swing may lie from the wall, as a share of its radius."""

ALIKE_RATIO: Final = 0.05
"""Lengths that differ by less than this share agree."""

FEWEST_CHORDS: Final = 5
"""A swing is drawn with at least this many chords."""

LEAST_TURN_DEG: Final = 1.0
GREATEST_TURN_DEG: Final = 25.0
"""Between these a swing turns from chord to chord. [deg]"""

JOINED_DIGITS: Final = 2
"""Decimals in which ends of lines agree where they meet."""

AGREEING: Final = 0.5
"""Share of the texts that have to agree on a scale."""

_RATIO: Final = re.compile(r"\b1\s*[:/]\s*(\d{2,4})\b")
_RATIOS: Final = (20, 25, 50, 75, 100, 125, 150, 200, 250, 300, 400, 500, 1000)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Swing:
    """The arc that a door leaf describes.

    Attributes
    ----------
    x, y : float
        Its hinge, in user units. [-]
    radius : float
        Width of the leaf, in user units. [-]
    """

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Length of a user unit.

    Attributes
    ----------
    unit_m : float
        [m]
    evidence : tuple of str
        Strongest first.
    """

    unit_m: float
    evidence: tuple[str, ...]


def scale_of(
    drawing: Drawing, areas: Sequence[Area], swings: Sequence[Swing], usual: tuple[float, float],
    options: ReadOptions, shown: str, notes: Notes,
) -> Scale:  # fmt: skip
    """The scale of a drawing.

    Parameters
    ----------
    drawing : Drawing
    areas : sequence of polygon
        Walls of each storey, in user units. [-]
    swings : sequence of Swing
    usual : (float, float)
        Thickness of most walls, 0 where they have none, and the extent of all from left to right, in user units. [-]
    options : ReadOptions
    shown : str
        What the file is called in messages.
    notes : Notes

    Returns
    -------
    Scale

    Raises
    ------
    PlanError
        Nothing gives a scale.
    """
    if options.unit_m is not None:
        return Scale(options.unit_m, (f"one unit is {unit_name(options.unit_m)}: as said",))
    thickness, width = usual
    if options.width_m is not None:
        unit = options.width_m / width
        return Scale(unit, (f"one unit is {unit_name(unit)}: the walls are {options.width_m:g} m wide, as said",))
    written = _written(drawing, areas, thickness)
    if written is not None:
        notes.add("unit-evidence", "", f"units of {unit_name(written.unit_m)} ({written.evidence[0]})")
        return written
    ratio = _drawn_to_scale(drawing, width)
    if ratio is not None:
        notes.add("unit-evidence", "", f"units of {unit_name(ratio.unit_m)} ({ratio.evidence[0]})")
        return ratio
    doors = _from_doors(swings)
    if doors is not None:
        notes.add("unit-doubtful", "", f"{doors.evidence[0]}, so lengths may be 10 % off")
        return doors
    raise PlanError(
        f"{shown}: has no scale: no size, area or door in it tells how long a unit is; "
        "give the width of the building with --width, or the metres in a unit with --unit"
    )


def swings_of(shapes: Sequence[Shape], area: Area) -> list[Swing]:
    """Arcs of doors: about a quarter of a circle, hinge and one end at a wall.

    Parameters
    ----------
    shapes : sequence of Shape
    area : polygon
        Of the walls, in user units. [-]

    Returns
    -------
    list of Swing
        Each place once.
    """
    arcs = _arcs(shapes)
    found = [(x, y, r, arc) for arc in arcs if (fit := _circle(arc)) is not None for x, y, r in (fit,)]
    if not found:
        return []
    shapely.prepare(area)
    radius = np.array([r for _, _, r, _ in found])
    ends = np.array([[arc[0], arc[-1]] for *_, arc in found])
    hinge = shapely.distance(area, shapely.points([(x, y) for x, y, _, _ in found]))
    to_wall = np.min(np.stack([shapely.distance(area, shapely.points(ends[:, k])) for k in (0, 1)]), axis=0)
    good = (hinge <= NEAR_RATIO * radius) & (to_wall <= NEAR_RATIO * radius)
    swings: list[Swing] = []
    for k in np.flatnonzero(good).tolist():
        x, y, r, _ = found[k]
        if all(np.hypot(x - s.x, y - s.y) > 0.1 * r or abs(r - s.radius) > 0.1 * r for s in swings):
            swings.append(Swing(x, y, r))
    return swings


def _arcs(shapes: Sequence[Shape]) -> list[Floats]:
    """Runs of chords that turn the same way a little at a time, of lines joined where they meet."""
    rings = [
        np.concatenate((r, r[:1])) if c else r
        for s in shapes
        if s.stroke is not None
        for r, c in zip(s.rings, s.closed, strict=True)
    ]
    if not rings:
        return []
    chords = np.concatenate([np.stack((r[:-1], r[1:]), axis=1) for r in rings]).round(JOINED_DIGITS)
    chords = np.unique(chords[(chords[:, 0] != chords[:, 1]).any(axis=1)], axis=0)
    merged = shapely.line_merge(shapely.multilinestrings(list(np.asarray(shapely.linestrings(chords), dtype=object))))
    arcs = []
    for line in shapely.get_parts(merged):
        points = shapely.get_coordinates(line)
        if len(points) < FEWEST_CHORDS + 1:
            continue
        step = np.diff(points, axis=0)
        turn = np.degrees(
            np.arctan2(step[:-1, 0] * step[1:, 1] - step[:-1, 1] * step[1:, 0], np.sum(step[:-1] * step[1:], axis=1))
        )
        sign = np.where(np.abs(turn) <= GREATEST_TURN_DEG, np.sign(turn) * (np.abs(turn) >= LEAST_TURN_DEG), 0.0)
        edges = np.flatnonzero(np.diff(np.concatenate(([0.0], sign, [0.0]))))
        for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if sign[low] and high - low >= FEWEST_CHORDS - 1:
                arcs.append(points[low : high + 2])
    return arcs


def _circle(arc: Floats) -> tuple[float, float, float] | None:
    """Centre and radius of an arc of 60 to 120 degrees."""
    x, y = arc.T
    middle = arc.mean(axis=0)
    matrix = np.stack((2 * (x - middle[0]), 2 * (y - middle[1]), np.ones(len(arc))), axis=1)
    if np.linalg.matrix_rank(matrix) < 3:
        return None
    solution = np.linalg.lstsq(matrix, ((arc - middle) ** 2).sum(axis=1), rcond=None)[0]
    centre = solution[:2] + middle
    r2 = solution[2] + (solution[:2] ** 2).sum()
    if r2 <= 0:
        return None
    radius = float(np.sqrt(r2))
    if np.abs(np.hypot(*(arc - centre).T) - radius).max() > ROUND_RATIO * radius:
        return None
    angle = np.unwrap(np.arctan2(*(arc - centre).T[::-1]))
    turned = np.degrees(np.ptp(angle))
    return (float(centre[0]), float(centre[1]), radius) if 60 <= turned <= 120 else None


def _written(drawing: Drawing, areas: Sequence[Area], thickness: float) -> Scale | None:
    """Scale by the sizes and areas written into rooms."""
    if thickness <= 0 or not any(area_m2(t.text.text) or room_size_m(t.text.text) for t in drawing.labels):
        return None
    rough = USUAL_WALL_M / thickness
    units: list[float] = []
    for area in areas:
        scaled = shapely.transform(area, lambda node: node * rough)
        gaps = [g.footprint for g in wall_gaps(scaled) if g.width_m <= (WIDEST_ASIDE_M if g.is_aside else WIDEST_M)]
        rooms = rooms_between(without_slits(united(np.array([scaled, *gaps], dtype=object)), SLIT_M))
        for label in drawing.labels:
            spot = shapely.Point(label.text.at * rough)
            room = next((r for r in rooms if r.contains(spot)), None)
            if room is not None:
                units += _units_by(label.text.text, room, rough)
    if not units:
        return None
    middle = float(np.median(units))
    agree = [u for u in units if abs(u - middle) <= ALIKE_RATIO * middle]
    if len(agree) < AGREEING * len(units):
        return None
    unit = float(np.median(agree))
    return Scale(unit, (f"{len(agree)} of {len(units)} sizes written in rooms agree",))


def _units_by(text: str, room: shapely.Polygon, rough: float) -> list[float]:
    area = area_m2(text)
    if area is not None:
        return [rough * (area / room.area) ** 0.5]
    size = room_size_m(text)
    if size is None:
        return []
    corner = shapely.get_coordinates(room.minimum_rotated_rectangle)
    sides = sorted(np.hypot(*np.diff(corner[:3], axis=0).T).tolist())
    return [rough * stated / drawn for stated, drawn in zip(sorted(size), sides, strict=True) if drawn > 0]


def _drawn_to_scale(drawing: Drawing, width: float) -> Scale | None:
    """Scale by the size of the paper and the ratio written on it, or a drawing in true size."""
    if drawing.physical_m is None:
        return None
    for label in drawing.labels:
        found = _RATIO.search(label.text.text)
        if found is not None and int(found[1]) in _RATIOS:
            unit = drawing.physical_m * int(found[1])
            return Scale(unit, (f"the paper's size and the text {label.text.text!r}",))
    if 3.0 <= drawing.physical_m * width <= 300.0:
        return Scale(drawing.physical_m, ("the file's own unit, in which the walls have the size of a building",))
    return None


def _from_doors(swings: Sequence[Swing]) -> Scale | None:
    """Scale by the usual door leaf."""
    if not swings:
        return None
    radius = np.sort([s.radius for s in swings])
    alike = [int(np.sum(np.abs(radius - r) <= ALIKE_RATIO * r)) for r in radius]
    most = max(alike)
    usual = float(np.median(radius[[n == most for n in alike]]))
    unit = LEAF_M / usual
    return Scale(unit, (f"{most} door swing{'s' if most != 1 else ''} taken as the usual leaf of {LEAF_M:g} m",))
