"""What a programme is: houses at sites, teams, crews, supply, weather, and when it begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from estimator.batch.source import Source

EARTH_KM = 6371.0
"""Mean radius of the earth. [km]"""

MOST_HOUSES = 1_000_000
MOST_TEAMS = 10_000
MOST_REPETITIONS = 10_000
MOST_SITES = 20_000
MOST_TYPES = 1_000
MOST_KINDS = 12
"""What a programme may have at most; kinds of teams, and different houses."""

METHOD_SHIFTS = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A site.

    Attributes
    ----------
    id : str
    at : tuple of float
        Of the unit vector to it, three numbers; or kilometres east and north, two; none where nothing is known of it.
        [-] or [km]
    """

    id: str
    at: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Lot:
    """Like houses at one site.

    Attributes
    ----------
    shown : str
        Name of the plan in messages and tables.
    source : Source
        The plan file, a footprint, or a plan in the project's own format that is written out.
    count : int
    site : int
        Place among the sites.
    mix, wall_system, region : str or None
        Choices of these houses.
    settings : tuple of str
        Changed facts of these houses, ``key=value``.
    at : str
        Where they stand in the programme, in messages.
    """

    shown: str
    source: Source
    count: int
    site: int
    mix: str | None = None
    wall_system: str | None = None
    region: str | None = None
    settings: tuple[str, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True)
class Teams:
    """Wall teams of one kind.

    Attributes
    ----------
    id : str
        Name in tables: that of the printer or method, unless it is given one.
    printer, method : str
        What it builds by; one of them is empty.
    count : int
    shifts : int
        Print shifts a day.
    site : int or None
        Where they are at the start; None where they come to their first house.
    """

    id: str
    printer: str
    method: str
    count: int
    shifts: int = 1
    site: int | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme, checked.

    Attributes
    ----------
    name, shown : str
        What it is called, and the file in messages.
    start : date
        First day on site.
    repetitions, seed : int
        Of the random runs.
    lots : tuple of Lot
    sites : tuple of Place
    teams : tuple of Teams
    ground, finishing : int or None
        Crews before and after the walls; None for as few as keep up with the wall teams.
    mortar_rate : float or None
        Printed mix delivered on a working day, to all teams together; None without limit. [m³/d]
    lost_shares : tuple of float
        Of the days, by month from January; empty for the share of the terms in every month.
    settings : tuple of str
        Changed facts, ``key=value``.
    """

    name: str
    shown: str
    start: date
    repetitions: int
    seed: int
    lots: tuple[Lot, ...]
    sites: tuple[Place, ...]
    teams: tuple[Teams, ...]
    ground: int | None = None
    finishing: int | None = None
    mortar_rate: float | None = None
    lost_shares: tuple[float, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def houses(self) -> int:
        """All of them."""
        return sum(lot.count for lot in self.lots)


def unit_vector(latitude_deg: float, longitude_deg: float) -> tuple[float, ...]:
    """Direction to a place on the globe.

    Parameters
    ----------
    latitude_deg, longitude_deg : float
        [deg]

    Returns
    -------
    tuple of float
        [-]
    """
    a, b = math.radians(latitude_deg), math.radians(longitude_deg)
    return (math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a))


def distance_km(a: Sequence[float], b: Sequence[float]) -> float:
    """Way between two sites as the crow flies.

    Parameters
    ----------
    a, b : sequence of float
        Of :class:`Place`; nothing is far from a place of which nothing is known. [-]

    Returns
    -------
    float
        Along the great circle, or in the plane. [km]
    """
    if not a or not b:
        return 0.0
    chord = math.dist(a, b)
    return chord if len(a) == 2 else 2 * EARTH_KM * math.asin(min(chord / 2, 1.0))
