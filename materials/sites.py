"""Sites: what wind, roof, floor and ground ask of a wall there, and how warm it has to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from .records import Record, made, pick, read_records
from .tables import Folder, Text

ROUTES = ("aci318", "tms402", "en1996", "en1992")
WIND_CODES = ("en1991", "asce7")


@dataclass(frozen=True, kw_only=True, eq=False)
class Site(Record):
    """Actions on walls and requirements of a region; defaults until the site is known.

    Attributes
    ----------
    name : str
        As people say it.
    route : {"aci318", "tms402", "en1996", "en1992"}
        Code by which walls are usually justified there, or the nearest of these.
    wind_code : {"en1991", "asce7"}
        Which kind of wind speed is stated.
    """

    KIND: ClassVar[str] = "site"
    TABLE: ClassVar[str] = "sites"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("route", words=ROUTES),
        Text("wind_code", words=WIND_CODES),
    )

    name: str
    route: str
    wind_code: str


def read_sites(folder: Folder | None = None) -> Mapping[str, Site]:
    """Every site in a folder of tables, by the id of its region."""
    problems: list[str] = []
    return made(Site, read_records(Site, problems, folder), problems)


_sites = cache(read_sites)


def load_site(region: str) -> Site:
    """The site of a region.

    Parameters
    ----------
    region : str
        Id of the region; a place in it, or another year, has its site.

    Raises
    ------
    TableError
        If there is no such region, or the table is broken.
    """
    return pick(_sites(), "site", region.partition("@")[0].partition("/")[0])
