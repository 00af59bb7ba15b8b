"""Places within regions, and years: by how much rates differ there and then."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from .facts import Fact, TableError, raise_if
from .sources import packaged_sources
from .tables import Folder, near, packaged_tables, read_rows

LEAST, MOST = 0.3, 4.0
"""No area factor, and no step of an index from year to year, is believed beyond these. [-]"""


def read_places(folder: Folder | None = None) -> Mapping[str, Fact]:
    """Area factors of a folder of tables, by ``region/place``."""
    return _read("places.csv", "area factor", folder)[0]


def read_price_index(folder: Folder | None = None) -> Mapping[tuple[str, int], Fact]:
    """Price indexes of a folder of tables, by region and year."""
    return _read("price_index.csv", "price index", folder)[1]


def _read(
    table: str, quantity: str, folder: Folder | None
) -> tuple[Mapping[str, Fact], Mapping[tuple[str, int], Fact]]:
    problems: list[str] = []
    place = packaged_tables() if folder is None else folder
    by_name: dict[str, Fact] = {}
    by_year: dict[tuple[str, int], Fact] = {}
    for row in read_rows(place.joinpath(table), packaged_sources(), problems):
        at = f"{row.at}: {row.item}, {row.quantity}"
        if row.quantity != quantity or row.unit != "-":
            problems.append(f"{at}: give the {quantity} with the unit -")
        elif row.price_year is not None:
            by_year[row.item, row.price_year] = row.fact
        elif not LEAST <= row.fact.low <= row.fact.high <= MOST:
            problems.append(f"{at}: {row.fact.low:g} to {row.fact.high:g} is not within {LEAST:g} to {MOST:g}")
        else:
            by_name[row.item] = row.fact
    raise_if(problems)
    return MappingProxyType(by_name), MappingProxyType(by_year)


_places = cache(read_places)
_index = cache(read_price_index)


def place_ids(region: str = "") -> tuple[str, ...]:
    """Places on file, of one region or of all."""
    return tuple(name for name in _places() if not region or name.startswith(f"{region}/"))


def index_years(region: str) -> tuple[int, ...]:
    """Years of which a price index of a region is on file."""
    return tuple(sorted(year for name, year in _index() if name == region))


def area_factor(place: str) -> Fact:
    """Rates of a place over those of its region.

    Parameters
    ----------
    place : str
        As ``region/place``.

    Returns
    -------
    Fact
        [-]

    Raises
    ------
    TableError
        The place is not on file.
    """
    if place not in _places():
        region = place.partition("/")[0]
        hint = near(place, place_ids(region)) if place_ids(region) else f"; no places of {region} are on file"
        raise TableError(f"there is no place {place!r}{hint}")
    return _places()[place]


def escalation(region: str, from_year: int, to_year: int) -> Fact:
    """Prices of one year over those of another.

    Parameters
    ----------
    region : str
    from_year, to_year : int

    Returns
    -------
    Fact
        [-]

    Raises
    ------
    TableError
        No index of that region and year is on file.
    """
    known, index = index_years(region), _index()
    missing = [year for year in (from_year, to_year) if (region, year) not in index]
    if missing:
        years = f"{known[0]} to {known[-1]}" if known else "none"
        raise TableError(
            f"no price index of {region} for {missing[0]} is on file (there is {years}); give rates of that year with "
            "a file of rates or --set"
        )
    then, now = index[region, to_year], index[region, from_year]
    return Fact(
        then.value / now.value, then.low / now.value, then.high / now.value, "assumed",
        note=f"price index {then.value:g} in {to_year} over {now.value:g} in {from_year}. {then.note}",
    )  # fmt: skip
