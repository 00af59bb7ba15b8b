"""Openings of the project's own plan format: by distance along the wall, checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from estimator.plan import Area, Opening, OpeningKind
from estimator.readers.fields import Entry, id_of
from estimator.readers.native import format as fmt
from estimator.walls import CLEARED_M, strip

NEAR_M = 1e-6
"""Lengths and heights closer than this are equal. [m]"""

SHARP_TURN_DEG = 20.0
"""A wall that turns by more at one point has a corner there. [deg]"""


class Course:
    """The way along a wall.

    Parameters
    ----------
    axis : LineString
        [m]
    """

    def __init__(self, axis: LineString) -> None:
        self.axis = axis
        self.nodes = shapely.get_coordinates(axis)
        self.reached_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(self.nodes, axis=0).T))))
        self.length_m = float(self.reached_m[-1])
        self.is_closed = bool(axis.is_closed)

    def stretch(self, from_m: float, to_m: float) -> NDArray[np.float64]:
        """Points of a part of the way; on a ring it may go on past the start.

        Parameters
        ----------
        from_m, to_m : float
            [m]

        Returns
        -------
        (n, 2) float array
            [m]
        """
        if self.is_closed and to_m > self.length_m + NEAR_M:
            before, after = self._part(from_m, self.length_m), self._part(0.0, to_m - self.length_m)
            return np.concatenate((before, after[1:]))
        return self._part(from_m, min(to_m, self.length_m))

    def _part(self, from_m: float, to_m: float) -> NDArray[np.float64]:
        inside = (self.reached_m > from_m + NEAR_M) & (self.reached_m < to_m - NEAR_M)
        ends = [np.interp((from_m, to_m), self.reached_m, self.nodes[:, k]) for k in (0, 1)]
        ends_m = np.stack(ends, axis=1)
        return np.concatenate((ends_m[:1], self.nodes[inside], ends_m[1:]))


@dataclass(frozen=True, slots=True)
class Hole:
    """An opening that fits its wall; it reaches beyond the length of a ring where it goes round its start."""

    name: str
    kind: str
    at_m: float
    width_m: float
    sill_m: float
    height_m: float


def read_openings(
    wall: Entry,
    values: list[Any],
    name: str,
    axis: LineString | None,
    thickness_m: float,
    base_m: float,
    wall_height_m: float,
) -> list[Opening]:
    """Openings of a wall; without an axis only their values are checked.

    Parameters
    ----------
    wall : Entry
    values : list
        As loaded.
    name : str
        Of the wall.
    axis : LineString or None
        None where the wall has errors itself. [m]
    thickness_m, base_m, wall_height_m : float
        Of the wall. [m]

    Returns
    -------
    list of Opening
    """
    reading = wall.reading
    reading.count("openings", len(values), fmt.MOST_OPENINGS, wall.at("openings"))
    course = None if axis is None else Course(axis)
    holes: list[Hole] = []
    # where each hole begins and ends, along and up
    spans = np.full((len(values), 4), np.nan)
    for k, value in enumerate(values):
        own = id_of(value, f"{name}-o{k + 1}")
        with reading.about(f"opening {own!r} of wall {name!r}"):
            entry = Entry(reading, value, f"{wall.at('openings')}/{k}", fmt.OPENING)
            hole = _hole(entry, own) if entry.is_object else None
            if hole is None or course is None or not _fits(entry, hole, course, wall_height_m):
                continue
            _warn_of_corner(entry, hole, course)
            span = np.array((hole.at_m, hole.at_m + hole.width_m, hole.sill_m, hole.sill_m + hole.height_m))
            other = _overlapped(spans[: len(holes)], span, course)
            if other is not None:
                message = f"overlaps opening {holes[other].name!r}; move one of them"
                reading.error("opening-overlap", entry.where, message)
            spans[len(holes)] = span
            holes.append(hole)
    if course is None or reading.errors:
        return []
    return [
        Opening(
            h.name,
            cast(OpeningKind, h.kind),
            base_m + h.sill_m,
            base_m + h.sill_m + h.height_m,
            h.width_m,
            opening_area(course, h.at_m, h.width_m, thickness_m),
        )
        for h in holes
    ]


def opening_area(course: Course, at_m: float, width_m: float, thickness_m: float) -> Area:
    """What an opening cuts out of its wall in plan.

    Parameters
    ----------
    course : Course
    at_m : float
        Where it begins, along the wall. [m]
    width_m : float
        [m]
    thickness_m : float
        Of the wall. [m]

    Returns
    -------
    polygon
        Reaches beyond both faces by :data:`~estimator.walls.CLEARED_M`. [m]
    """
    return strip(LineString(course.stretch(at_m, at_m + width_m)), thickness_m + 2 * CLEARED_M)


def _hole(entry: Entry, name: str) -> Hole | None:
    reading, before = entry.reading, entry.reading.errors
    entry.text("id", name)
    reading.claim("opening", name, entry.where)
    hole = Hole(
        name,
        entry.choice("kind", "opening", "opening-kind"),
        entry.number("at_m"),
        entry.number("width_m"),
        entry.number("sill_m", 0.0),
        entry.number("height_m"),
    )
    return hole if reading.errors == before else None


def _fits(entry: Entry, hole: Hole, course: Course, wall_height_m: float) -> bool:
    before, length, end = entry.reading.errors, course.length_m, hole.at_m + hole.width_m
    if course.is_closed:
        if hole.at_m >= length - NEAR_M or hole.width_m >= length - NEAR_M:
            entry.reading.error(
                "opening-outside",
                entry.where,
                f"begins at {hole.at_m:g} m and is {hole.width_m:g} m wide on a ring of {length:.3f} m; "
                "begin it within that, and leave some wall",
            )
    elif end > length + NEAR_M:
        entry.reading.error(
            "opening-outside",
            entry.where,
            f"ends {end:g} m along the wall, which is {length:.3f} m long; move or narrow it",
        )
    if hole.sill_m + hole.height_m > wall_height_m + NEAR_M:
        entry.reading.error(
            "opening-outside",
            entry.where,
            f"reaches {hole.sill_m + hole.height_m:g} m up the wall, which is {wall_height_m:g} m high; "
            "lower or shorten it",
        )
    return entry.reading.errors == before


def _overlapped(spans: NDArray[np.float64], new: NDArray[np.float64], course: Course) -> int | None:
    """The first opening that shares wall with a new one, on a ring also past its start."""
    along = np.zeros(len(spans), dtype=bool)
    for turn in (-course.length_m, 0.0, course.length_m) if course.is_closed else (0.0,):
        along |= (spans[:, 0] + turn < new[1] - NEAR_M) & (new[0] < spans[:, 1] + turn - NEAR_M)
    shared = along & (spans[:, 2] < new[3] - NEAR_M) & (new[2] < spans[:, 3] - NEAR_M)
    return int(np.argmax(shared)) if shared.any() else None


def _warn_of_corner(entry: Entry, hole: Hole, course: Course) -> None:
    step = np.diff(course.stretch(hole.at_m, hole.at_m + hole.width_m), axis=0)
    heading = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
    turn = np.degrees(np.abs(np.diff(heading)))
    if len(turn) and turn.max() > SHARP_TURN_DEG:
        entry.reading.warning(
            "opening-corner",
            entry.where,
            f"goes round a corner of {turn.max():.0f}°, where no straight lintel can lie; move it off the "
            "corner unless a corner window is meant",
        )
