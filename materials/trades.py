"""Trades: what a house is made of beside its bare walls, item by item, as bills per unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from .bills import BillLine, read_bills
from .houses import load_activities
from .records import Record, made, read_records
from .regions import HOUSE_KINDS
from .schema import STAGES
from .tables import Folder, Text

EVERY_KIND = "all"
MEASURES = (
    "house", "footprint_m2", "floor_m2", "upper_floor_m2", "upper_storeys", "outer_wall_m", "bearing_wall_m",
    "ring_beam_m", "rendered_m2", "scaffold_m2", "inner_face_m2", "window_m2", "outer_doors", "inner_doors",
)  # fmt: skip
"""What of a house quantities are read off."""

WALL_FINISHES = ("printed", "masonry", "cast", "panel", "framed")
"""What walls are like for those who finish them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trade(Record):
    """One item of a bill of quantities of a house; its fact ``quantity_ratio`` times the measure is its quantity.

    Attributes
    ----------
    name : str
        As people say it.
    code : str
        Of the element in the manner of Uniformat II (ASTM E1557): a letter, two digits of the group, two of the item.
    measure : str
        One of :data:`MEASURES`.
    unit : str
        Of the quantity: m2, m or each.
    stage : str
        One of the stages of :func:`materials.load_house_shares`.
    activity : str
        Of the whole-house network, in which it is built.
    walls : tuple of str
        Finishes of walls that it goes with, of :data:`WALL_FINISHES`; empty where it goes with all.
    bill : tuple of BillLine
        Per unit; parts are kinds of house. Hours are those of the Spanish norms.
    """

    KIND: ClassVar[str] = "trade"
    TABLE: ClassVar[str] = "trades"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("code"),
        Text("measure", words=MEASURES),
        Text("unit", words=("m2", "m", "each")),
        Text("stage", words=STAGES),
        Text("activity"),
        Text("walls", "list"),
    )

    name: str
    code: str
    measure: str
    unit: str
    stage: str
    activity: str
    walls: tuple[str, ...]
    bill: tuple[BillLine, ...] = ()

    def lines(self, house_kind: str) -> tuple[BillLine, ...]:
        """Lines of the bill for a kind of house; empty where such houses have none of it."""
        return tuple(line for line in self.bill if line.part in (EVERY_KIND, house_kind))

    def goes_with(self, finish: str) -> bool:
        """Whether houses with such walls have the item."""
        return not self.walls or finish in self.walls


def read_trades(folder: Folder | None = None) -> Mapping[str, Trade]:
    """Every item in a folder of tables, with its bill, by id."""
    problems: list[str] = []
    items = read_records(Trade, problems, folder)
    units = {item: str(values.get("unit", "m2")) for item, values in items.items()}
    parts = (EVERY_KIND, *HOUSE_KINDS)
    for item, lines in read_bills("trade_bills.csv", parts, "item", units, problems, folder).items():
        items[item]["bill"] = lines
        if not lines:
            problems.append(f"trade_bills.csv: {item} has no rows; add its bill")
    known = {activity.id for activity in load_activities()}
    for item, values in items.items():
        if values.get("activity") not in known:
            problems.append(f"trades.toml: {item}: there is no activity {values.get('activity')!r} in activities.toml")
        wrong = [name for name in values.get("walls", ()) if name not in WALL_FINISHES]
        if wrong:
            problems.append(f"trades.toml: {item}: walls holds {wrong[0]!r}; use {', '.join(WALL_FINISHES)}")
    return made(Trade, items, problems)


@cache
def _trades() -> tuple[Trade, ...]:
    return tuple(read_trades().values())


def load_trades() -> tuple[Trade, ...]:
    """Items of a house beside its bare walls, in the order in which it is built.

    Raises
    ------
    TableError
        If a table is broken.
    """
    return _trades()
