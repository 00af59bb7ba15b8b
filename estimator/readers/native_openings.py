"""Openings of the project's own plan format: by distance along the wall, checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import shapely
from shapely import LineString
from shapely.ops import substring

from estimator.plan import Opening, OpeningKind
from estimator.readers import native_format as fmt
from estimator.readers.fields import Entry, id_of
from estimator.walls import CLEARED_M, strip

NEAR_M = 1e-6
"""Lengths and heights closer than this are equal. [m]"""

SHARP_TURN_DEG = 20.0
"""A wall that turns by more at one point has a corner there. [deg]"""


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
    holes: list[Hole] = []
    for k, value in enumerate(values):
        own = id_of(value, f"{name}-o{k + 1}")
        with reading.about(f"opening {own!r} of wall {name!r}"):
            entry = Entry(reading, value, f"{wall.at('openings')}/{k}", fmt.OPENING)
            hole = _hole(entry, own)
            if hole is None or axis is None or not _fits(entry, hole, axis, wall_height_m):
                continue
            _warn_of_corner(entry, hole, axis)
            other = _overlapped(holes, hole, axis)
            if other is not None:
                message = f"overlaps opening {other.name!r}; move one of them"
                reading.error("opening-overlap", entry.where, message)
            holes.append(hole)
    if axis is None:
        return []
    return [
        Opening(
            h.name,
            cast(OpeningKind, h.kind),
            base_m + h.sill_m,
            base_m + h.sill_m + h.height_m,
            h.width_m,
            strip(_stretch(axis, h.at_m, h.at_m + h.width_m), thickness_m + 2 * CLEARED_M),
        )
        for h in holes
    ]


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


def _fits(entry: Entry, hole: Hole, axis: LineString, wall_height_m: float) -> bool:
    before, length, end = entry.reading.errors, axis.length, hole.at_m + hole.width_m
    if axis.is_closed:
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


def _overlapped(holes: list[Hole], new: Hole, axis: LineString) -> Hole | None:
    """The first opening that shares wall with another, on a ring also past its start."""
    turns = (-axis.length, 0.0, axis.length) if axis.is_closed else (0.0,)
    for h in holes:
        if h.sill_m >= new.sill_m + new.height_m - NEAR_M or new.sill_m >= h.sill_m + h.height_m - NEAR_M:
            continue
        if any(
            h.at_m + turn < new.at_m + new.width_m - NEAR_M and new.at_m < h.at_m + turn + h.width_m - NEAR_M
            for turn in turns
        ):
            return h
    return None


def _warn_of_corner(entry: Entry, hole: Hole, axis: LineString) -> None:
    cut = shapely.get_coordinates(_stretch(axis, hole.at_m, hole.at_m + hole.width_m))
    step = np.diff(cut, axis=0)
    step = step[np.hypot(step[:, 0], step[:, 1]) > NEAR_M]
    heading = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
    turn = np.degrees(np.abs(np.diff(heading)))
    if len(turn) and turn.max() > SHARP_TURN_DEG:
        entry.reading.warning(
            "opening-corner",
            entry.where,
            f"goes round a corner of {turn.max():.0f}°, where no straight lintel can lie; move it off the "
            "corner unless a corner window is meant",
        )


def _stretch(axis: LineString, from_m: float, to_m: float) -> LineString:
    """Part of an axis; on a ring it may go on past the start."""
    length = axis.length
    if not axis.is_closed or to_m <= length + NEAR_M:
        return LineString(shapely.get_coordinates(substring(axis, from_m, min(to_m, length))))
    before = shapely.get_coordinates(substring(axis, from_m, length))
    after = shapely.get_coordinates(substring(axis, 0.0, to_m - length))
    return LineString(np.concatenate((before, after[1:])))
