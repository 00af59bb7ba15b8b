"""Walls and openings of the project's own plan format: from axis and thickness to plan areas."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Polygon

from estimator.plan import Wall
from estimator.readers.fields import Entry, id_of
from estimator.readers.native import format as fmt
from estimator.readers.native.openings import NEAR_M, read_openings
from estimator.readers.native.outlines import is_outlined, point, polyline, read_outlined
from estimator.walls import strip

DECIMALS = 9
"""Coordinates are taken to the nanometre; dust below that upsets the geometry."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the walls of a storey take from above.

    Attributes
    ----------
    storey : int
        Index of the storey.
    prefix : str
        Begins the ids of walls without one.
    floor_m : float
        Absolute z of the floor. [m]
    thickness_m, height_m : float or None
        For walls that give none. [m]
    """

    storey: int
    prefix: str
    floor_m: float
    thickness_m: float | None
    height_m: float | None


def read_walls(storey: Entry, around: Surroundings) -> Iterator[Wall]:
    """Walls of a storey; those with errors are left out.

    Parameters
    ----------
    storey : Entry
    around : Surroundings

    Yields
    ------
    Wall
    """
    reading = storey.reading
    entries = storey.items("walls")
    reading.count("walls", len(entries), fmt.MOST_WALLS, storey.at("walls"))
    for j, value in enumerate(entries):
        name = id_of(value, f"{around.prefix}-w{j + 1}")
        with reading.about(f"wall {name!r}"):
            where, outlined = f"{storey.at('walls')}/{j}", is_outlined(value)
            entry = Entry(reading, value, where, fmt.OUTLINED_WALL if outlined else fmt.WALL)
            wall: Wall | None = None
            if outlined:
                wall = read_outlined(entry, name, around.storey)
            elif entry.is_object:
                wall = _wall(entry, name, around)
        if wall is not None:
            yield wall


def _wall(entry: Entry, name: str, around: Surroundings) -> Wall | None:
    reading, before = entry.reading, entry.reading.errors
    entry.text("id", name)
    reading.claim("wall", name, entry.where)
    thickness = entry.number("thickness_m", around.thickness_m, " here or in /defaults")
    height = entry.number("height_m", around.height_m, " here, in /defaults or for the storey")
    base = around.floor_m + entry.number("base_m", 0.0)
    system = entry.choice("system", "", "wall-system") or None
    external = entry.flag("external")
    axis = _axis(entry)
    openings = entry.items("openings")
    if axis is None or reading.errors > before:
        # the openings are looked at all the same, so that their problems are told too
        read_openings(entry, openings, name, None, math.nan, base, math.nan)
        return None
    footprint = _footprint(entry, axis, thickness)
    if footprint is None:
        return None
    holes = read_openings(entry, openings, name, axis, thickness, base, height)
    return Wall(name, around.storey, footprint, base, base + height, axis, thickness, external, system, tuple(holes))


def _footprint(entry: Entry, axis: LineString, thickness_m: float) -> Polygon | None:
    """The axis made thick; None where its faces cannot follow it."""
    reading = entry.reading
    if entry.has("arc"):
        radius = float(entry.values["arc"]["radius_m"])
        if radius <= thickness_m / 2:
            reading.error(
                "wall-arc",
                f"{entry.at('arc')}/radius_m",
                f"is {radius:g}, and half the thickness is {thickness_m / 2:g} m, so no inner face is left; "
                "give a larger radius or a thinner wall",
            )
            return None
    area = strip(axis, thickness_m)
    covered = thickness_m * axis.length - area.area
    if isinstance(area, Polygon) and area.is_valid and covered <= thickness_m**2:
        if not axis.is_closed or area.interiors:
            return area
    reading.error(
        "wall-self-crossing",
        entry.at("arc" if entry.has("arc") else "axis"),
        f"bends so sharply or so soon that the wall, {thickness_m:g} m thick, covers itself; "
        "make two walls of it, move its points apart or make it thinner",
    )
    return None


def _axis(entry: Entry) -> LineString | None:
    reading = entry.reading
    if entry.has("axis") == entry.has("arc"):
        has = "both" if entry.has("arc") else "neither"
        message = f'has {has} of "axis" (points) and "arc" (centre, radius, angles); give one'
        reading.error("wall-axis", entry.where, message)
        return None
    key = "arc" if entry.has("arc") else "axis"
    points = _arc(entry.entry("arc", fmt.ARC)) if key == "arc" else polyline(entry, "axis", 2)
    if points is None:
        return None
    points = np.round(points, DECIMALS)
    step = np.hypot(*np.diff(points, axis=0).T)
    if np.any(step < NEAR_M):
        k = int(np.argmax(step < NEAR_M)) + 1
        message = "is the same point as the one before; leave it out"
        reading.error("wall-length", f"{entry.at(key)}/{k}", message)
        return None
    if step.sum() < fmt.SHORTEST_WALL_M:
        reading.error(
            "wall-length",
            entry.at(key),
            f"is {step.sum():.3g} m long; leave it out, walls have at least {fmt.SHORTEST_WALL_M:g} m",
        )
        return None
    line = LineString(points)
    if not line.is_simple:
        message = "crosses or touches itself; make two walls of it there"
        reading.error("wall-self-crossing", entry.at(key), message)
        return None
    return line


def _arc(entry: Entry) -> NDArray[np.float64] | None:
    reading, before = entry.reading, entry.reading.errors
    centre = None
    if entry.has("centre"):
        centre = point(reading, entry.values["centre"], entry.at("centre"))
    else:
        reading.error("plan-missing", entry.at("centre"), "is missing; give a point [x, y] in metres")
    radius = entry.number("radius_m")
    start, stop = entry.number("from_deg", 0.0), entry.number("to_deg", 360.0)
    if reading.errors > before or centre is None:
        return None
    turn = stop - start
    if abs(abs(turn) - 360) < 1e-9:
        turn = math.copysign(360.0, turn)
    if not 0 < abs(turn) <= 360:
        message = f"turns by {turn:g}°; give angles that differ by more than 0° and up to 360°"
        reading.error("wall-arc", entry.where, message)
        return None
    per_chord = 2 * math.acos(1 - min(fmt.CHORD_ERROR_M / radius, 1.0))
    chords = max(math.ceil(math.radians(abs(turn)) / per_chord), 3)
    reading.count("points", chords + 1, fmt.MOST_POINTS, entry.where)
    angle = math.radians(start) + math.radians(turn) * np.arange(chords + 1) / chords
    points = np.stack((centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)), axis=1)
    if abs(turn) == 360:
        points[-1] = points[0]
    return points
