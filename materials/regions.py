"""Regions: what an hour, a block, a kilowatt-hour and a finished house cost there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

from .facts import Fact
from .records import Record, made, pick, read_records
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
    """Region of that name.

    Raises
    ------
    TableError
        For an unknown name, or if the table is broken.
    """
    return pick(_regions(), "region", name)
