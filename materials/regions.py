"""Regions: what an hour, a block, a kilowatt-hour and a finished house cost there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import ClassVar

from .facts import Fact, TableError
from .places import area_factor, escalation
from .records import Record, made, pick, read_records
from .schema import schema
from .tables import Folder, Text

HOUSE_KINDS = ("timber", "masonry", "low-cost")


@dataclass(frozen=True, kw_only=True, eq=False)
class Region(Record):
    """Rates of one region in one year, without value-added tax.

    Attributes
    ----------
    name, summary : str
        As people say it.
    currency : str
        Of every rate.
    price_year : int
        Of every rate.
    house_kind : {"timber", "masonry", "low-cost"}
        The usual house, for the shares of :func:`materials.load_house_shares`.
    prices : mapping of str to Fact
        Prices of resources that somebody gave for this place, by id, in its currency; they stand before those that
        its rates make.
    """

    KIND: ClassVar[str] = "region"
    TABLE: ClassVar[str] = "regions"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("summary"),
        Text("currency"),
        Text("price_year", "year"),
        Text("house_kind", words=HOUSE_KINDS),
    )

    name: str
    summary: str
    currency: str
    price_year: int
    house_kind: str
    prices: Mapping[str, Fact] = field(default_factory=dict)


def read_regions(folder: Folder | None = None) -> Mapping[str, Region]:
    """Every region in a folder of tables, by id."""
    problems: list[str] = []
    return made(Region, read_records(Region, problems, folder), problems)


_regions = cache(read_regions)


def region_ids() -> tuple[str, ...]:
    """Names of the regions."""
    return tuple(_regions())


def load_region(name: str) -> Region:
    """Region of that name, or a place in it, or it in another year: ``usa``, ``usa/texas``, ``usa/texas@2022``.

    Parameters
    ----------
    name : str

    Returns
    -------
    Region
        Of a place every rate is multiplied by its area factor, of another year by the ratio of the price index.

    Raises
    ------
    TableError
        For an unknown name, place or year, or if a table is broken.
    """
    place, at, year = name.partition("@")
    region = pick(_regions(), "region", place.partition("/")[0])
    if "/" in place:
        region = scaled(region, place, region.price_year, area_factor(place))
    if at:
        if not year.isdecimal():
            raise TableError(f"{name!r}: {year!r} is no year; write a region, or region@year")
        region = scaled(region, name, int(year), escalation(region.id.partition("/")[0], region.price_year, int(year)))
    return region


def scaled(region: Region, name: str, price_year: int, factor: Fact) -> Region:
    """A region whose every rate is multiplied by a factor.

    Parameters
    ----------
    region : Region
    name : str
        New id.
    price_year : int
    factor : Fact
        [-]

    Returns
    -------
    Region
    """
    facts = dict(region.facts)
    for quantity in schema(Region.KIND).values():
        if quantity.is_money and quantity.attribute in facts:
            old = facts[quantity.attribute]
            value, low, high = (float(factor) * end for end in (old.value, old.low, old.high))
            note = f"{old.note} Times {float(factor):.3g}: {factor.note}"
            facts[quantity.attribute] = Fact(value, low, high, "assumed", old.source, old.where, note)
    title = region.name if "@" in name else f"{region.name}, {name.partition('/')[2].replace('-', ' ').title()}"
    return replace(region, id=name, name=title, price_year=price_year, facts=facts)
