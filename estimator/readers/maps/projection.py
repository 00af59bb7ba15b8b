"""Where the corners of a map lie in metres: degrees on a tangent plane, or numbers that are lengths already."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from estimator.options import ReadOptions, unit_name
from estimator.readers.notes import Notes

SEMI_MAJOR_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
"""Ellipsoid of WGS 84."""

WIDEST_M: Final = 20_000.0
"""Degrees are not believed where the plan would be wider. [m]"""

ROOM_M: Final = (1.2, 12.0)
"""Side of a square as large as the typical room of a building. [m]"""

DEGREES: Final = re.compile(r"CRS:?84|EPSG:+(4326|4258|4269|4979)$", re.IGNORECASE)
MERCATOR: Final = re.compile(r"EPSG:+(3857|900913|102100)$", re.IGNORECASE)

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Projected:
    """Corners in metres, and how they got there.

    Attributes
    ----------
    points_m : (n, 2) float
        East and north. [m]
    unit : str
        Unit of the file in words.
    evidence : tuple of str
    """

    points_m: Points
    unit: str
    evidence: tuple[str, ...]


def projected(points: Points, room: float, extent: float, crs: Any, options: ReadOptions, notes: Notes) -> Projected:
    """Corners of a map in metres.

    Parameters
    ----------
    points : (n, 2) float
        As in the file, n ≥ 1. [-]
    room : float
        Median side of a square as large as a room, in numbers of the file; 0 where there is none. [-]
    extent : float
        Of the building from west to east, in numbers of the file. [-]
    crs : object
        The ``crs`` member of the file, or None.
    options : ReadOptions
    notes : Notes

    Returns
    -------
    Projected

    Notes
    -----
    A unit or width that a person gives makes the numbers lengths. Else the ``crs`` member decides; without
    one, numbers within ±180 and ±90 are degrees, as the format has it, unless the plan would be wider
    than :data:`WIDEST_M` then. Lengths are metres unless rooms of that size would be none.
    """
    if options.width_m is not None and extent > 0:
        unit_m = options.width_m / extent
        return Projected(points * unit_m, unit_name(unit_m), (f"the width given, {options.width_m:g} m",))
    if options.unit_m is not None:
        return Projected(points * options.unit_m, unit_name(options.unit_m), ())
    name = _crs_name(crs)
    if MERCATOR.search(name):
        evidence = f"the file says {name}, web Mercator"
        notes.add("unit-evidence", "crs", f"metres on a tangent plane: {evidence}")
        return Projected(tangent_plane_m(_from_mercator(points)), "metre", (evidence,))
    in_range = bool(np.all(np.abs(points) <= (180.0, 90.0)))
    if in_range and (DEGREES.search(name) or not name):
        plane_m = tangent_plane_m(points)
        width_m = float(np.ptp(plane_m, axis=0).max())
        if width_m <= WIDEST_M:
            evidence = f"the file says {name}" if name else "longitude and latitude, as GeoJSON has them"
            return Projected(plane_m, "degree", (evidence,))
        why = f"as degrees the plan would be {width_m / 1000:.0f} km wide"
    elif in_range:
        why = f"the file says {name}"
    else:
        why = "numbers beyond 180 and 90 are no degrees"
    unit_m, more = _length_unit_m(room)
    evidence = ", ".join(text for text in (why, more) if text)
    notes.add("unit-evidence" if unit_m == 1.0 else "unit-doubtful", "coordinates", f"{unit_name(unit_m)}s: {evidence}")
    return Projected(points * unit_m, unit_name(unit_m), (evidence,))


def degrees_of(points: Points, crs: Any) -> Points | None:
    """Longitudes and latitudes of the corners of a map.

    Parameters
    ----------
    points : (n, 2) float
        As in the file. [-]
    crs : object
        The ``crs`` member of the file, or None.

    Returns
    -------
    (n, 2) float or None
        None where the numbers are lengths, or of a system that is not known. [deg]
    """
    name = _crs_name(crs)
    if MERCATOR.search(name):
        return _from_mercator(points)
    if (not name or DEGREES.search(name)) and bool(np.all(np.abs(points) <= (180.0, 90.0))):
        return points
    return None


def tangent_plane_m(points_deg: Points) -> Points:
    """Longitudes and latitudes on the plane that touches the ellipsoid in their midst.

    Parameters
    ----------
    points_deg : (n, 2) float
        Longitude and latitude. [deg]

    Returns
    -------
    (n, 2) float
        East and north of the middle of their bounds. [m]

    Notes
    -----
    Points of the WGS 84 ellipsoid at height 0, projected at right angles onto the plane:
    x = N cos φ cos λ, y = N cos φ sin λ, z = N (1 − e²) sin φ, turned to east and north. At 1 km from the
    middle lengths are short by 10⁻⁸.
    """
    middle = (points_deg.min(axis=0) + points_deg.max(axis=0)) / 2
    at, origin = _ellipsoid_m(points_deg), _ellipsoid_m(middle[None])
    longitude, latitude = np.radians(middle)
    east = np.array([-np.sin(longitude), np.cos(longitude), 0.0])
    north = np.array([-np.sin(latitude) * np.cos(longitude), -np.sin(latitude) * np.sin(longitude), np.cos(latitude)])
    plane: Points = (at - origin) @ np.stack((east, north), axis=1)
    return plane


def _ellipsoid_m(degrees: Points) -> Points:
    longitude, latitude = np.radians(degrees).T
    squared = FLATTENING * (2 - FLATTENING)
    normal_m = SEMI_MAJOR_M / np.sqrt(1 - squared * np.sin(latitude) ** 2)
    return np.stack(
        (
            normal_m * np.cos(latitude) * np.cos(longitude),
            normal_m * np.cos(latitude) * np.sin(longitude),
            normal_m * (1 - squared) * np.sin(latitude),
        ),
        axis=1,
    )


def _from_mercator(points: Points) -> Points:
    """Longitude and latitude of web Mercator coordinates. [deg]"""
    latitude = np.degrees(np.arctan(np.sinh(np.clip(points[:, 1] / SEMI_MAJOR_M, -10.0, 10.0))))
    return np.stack((np.degrees(points[:, 0] / SEMI_MAJOR_M), latitude), axis=1)


def _crs_name(crs: Any) -> str:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name.strip() if isinstance(name, str) else ""


def _length_unit_m(room: float) -> tuple[float, str]:
    """Unit in which a typical room is as large as rooms are, metres first. [m]"""
    low, high = ROOM_M
    for unit_m in (1.0, 0.01, 0.001):
        if low <= room * unit_m <= high:
            return unit_m, f"rooms are about {room * unit_m:.3g} m square"
    return 1.0, ""
