"""Mixes: what the printer extrudes, from wet to hardened, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import ClassVar

from .prices import Priced
from .records import made, pick, read_records
from .schema import QUANTITIES
from .tables import Folder, Text

SUPPLIES = ("bagged", "site", "ready-mix", "local-soil", "pellets")
HARDENINGS = ("thixotropic", "accelerated", "drying", "cooling")
FRESH_FACTS = tuple(quantity.attribute for quantity in QUANTITIES["mix"] if quantity.optional)


@dataclass(frozen=True, kw_only=True, eq=False)
class Mix(Priced):
    """One printable material.

    The price per m3 is linear in the rates of a region; :meth:`rate` adds it up. A mix that
    hardens by cooling has no fresh-state facts.

    Attributes
    ----------
    name, summary : str
        As people say it.
    supply : {"bagged", "site", "ready-mix", "local-soil", "pellets"}
        How it comes to the site.
    hardening : {"thixotropic", "accelerated", "drying", "cooling"}
        How it comes to carry the next layer.
    """

    KIND: ClassVar[str] = "mix"
    TABLE: ClassVar[str] = "mixes"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("summary"),
        Text("supply", words=SUPPLIES),
        Text("hardening", words=HARDENINGS),
        Text("currency"),
        Text("price_year", "year"),
    )
    FIXED: ClassVar[str] = "price_per_m3"
    BOUGHT: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"cement_kg_per_m3": "cement_rate_per_kg", "ready_mix_m3_per_m3": "ready_mix_rate_per_m3"}
    )

    name: str
    summary: str
    supply: str
    hardening: str


def read_mixes(folder: Folder | None = None) -> Mapping[str, Mix]:
    """Every mix in a folder of tables, by id."""
    problems: list[str] = []
    items = read_records(Mix, problems, folder)
    for item, values in items.items():
        if values.get("hardening") != "cooling":
            missing = [name for name in FRESH_FACTS if name not in values["facts"]]
            problems += [f"mixes.csv: {item} has no {name}; add a row" for name in missing]
    return made(Mix, items, problems)


_mixes = cache(read_mixes)


def mix_ids() -> tuple[str, ...]:
    """Names of the mixes."""
    return tuple(_mixes())


def load_mix(name: str) -> Mix:
    """Mix of that name.

    Raises
    ------
    TableError
        For an unknown name, or if the table is broken.
    """
    return pick(_mixes(), "mix", name)
