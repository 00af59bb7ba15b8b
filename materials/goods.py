"""Resources: what methods and inserts consume, priced from the rates of a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import ClassVar

from .prices import Priced
from .records import made, pick, read_records
from .tables import Folder, Text


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource(Priced):
    """One material or piece of plant that is bought or hired by the unit.

    The price per unit is linear in the rates of a region; :meth:`rate` adds it up.

    Attributes
    ----------
    name : str
        As people say it.
    unit : str
        What one of it is: each, m, m2, m3, kg or h.
    """

    KIND: ClassVar[str] = "resource"
    TABLE: ClassVar[str] = "resources"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("unit", words=("each", "m", "m2", "m3", "kg", "h")),
        Text("currency"),
        Text("price_year", "year"),
    )
    FIXED: ClassVar[str] = "price"
    BOUGHT: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "cement_kg": "cement_rate_per_kg",
            "ready_mix_m3": "ready_mix_rate_per_m3",
            "softwood_m3": "softwood_rate_per_m3",
            "rebar_kg": "rebar_rate_per_kg",
            "block_each": "block_rate_each",
            "brick_each": "brick_rate_each",
            "goods_usd": "goods_level_per_usd",
            "crane_h": "crane_rate_per_h",
        }
    )

    name: str
    unit: str


def read_resources(folder: Folder | None = None) -> Mapping[str, Resource]:
    """Every resource in a folder of tables, by id."""
    problems: list[str] = []
    items = read_records(Resource, problems, folder)
    for item, values in items.items():
        if not any(name in values["facts"] for name in (Resource.FIXED, *Resource.BOUGHT)):
            problems.append(f"resources.csv: {item} has no price; add a row for price or a part of it")
    return made(Resource, items, problems)


@cache
def packaged_resources() -> Mapping[str, Resource]:
    """Every resource that comes with the package, by id."""
    return read_resources()


def resource_ids() -> tuple[str, ...]:
    """Names of the resources."""
    return tuple(packaged_resources())


def load_resource(name: str) -> Resource:
    """Resource of that name.

    Raises
    ------
    TableError
        For an unknown name, or if the table is broken.
    """
    return pick(packaged_resources(), "resource", name)
