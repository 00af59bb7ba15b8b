"""The rest of the house: shares of its cost, and the order in which it is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from .facts import Fact
from .records import Record, made, pick, read_records
from .tables import Folder, Text, near

SUM_TOLERANCE = 0.001


@dataclass(frozen=True, kw_only=True, eq=False)
class HouseKind(Record):
    """A kind of house, and how its cost divides; the facts are the shares by stage.

    Attributes
    ----------
    name, summary : str
        As people say it.
    """

    KIND: ClassVar[str] = "house-kind"
    TABLE: ClassVar[str] = "house_shares"
    TEXTS: ClassVar[tuple[Text, ...]] = (Text("name"), Text("summary"))

    name: str
    summary: str


def read_house_kinds(folder: Folder | None = None) -> Mapping[str, HouseKind]:
    """Every kind of house in a folder of tables, by id."""
    problems: list[str] = []
    items = read_records(HouseKind, problems, folder)
    for item, values in items.items():
        total = sum(float(fact) for fact in values["facts"].values())
        if abs(total - 1) > SUM_TOLERANCE:
            problems.append(f"house_shares.csv: the shares of {item} add up to {total:.4f}; make that 1")
    return made(HouseKind, items, problems)


_house_kinds = cache(read_house_kinds)


def house_kinds() -> tuple[str, ...]:
    """Names of the kinds of house."""
    return tuple(_house_kinds())


def load_house_shares(kind: str) -> Mapping[str, Fact]:
    """Shares of the cost of a finished house by stage, adding up to 1.

    Parameters
    ----------
    kind : str
        A region's ``house_kind``.

    Returns
    -------
    mapping of str to Fact
        ``walls`` (bare structural walls, what a printer replaces), ``foundation``,
        ``floors-and-roof``, ``envelope`` (windows, outer doors, wall finishes outside),
        ``services``, ``finishes``, ``site`` (site works, permits, design).

    Raises
    ------
    TableError
        For an unknown kind, or if the table is broken.
    """
    return pick(_house_kinds(), "kind of house", kind).facts


@dataclass(frozen=True, kw_only=True, eq=False)
class Activity(Record):
    """One activity of the whole-house network.

    Attributes
    ----------
    name : str
        As people say it.
    scales : {"area", "fixed"}
        Whether ``duration_days`` is per 100 m2 of floor or holds for any house.
    applies : {"always", "masonry", "wet"}
        Only for walls that get a ring beam, or only where plaster and screed have to dry. An
        activity that does not apply is left out of the others' `after`.
    is_walls : bool
        Whether printing, or the method compared with, takes its place.
    is_outside : bool
        Whether weather stops it.
    after : tuple of str
        Activities that come before it.
    """

    KIND: ClassVar[str] = "activity"
    TABLE: ClassVar[str] = "activities"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("scales", words=("area", "fixed")),
        Text("applies", words=("always", "masonry", "wet")),
        Text("is_walls", "flag"),
        Text("is_outside", "flag"),
        Text("after", "list"),
    )

    name: str
    scales: str
    applies: str
    is_walls: bool
    is_outside: bool
    after: tuple[str, ...]


def read_activities(folder: Folder | None = None) -> tuple[Activity, ...]:
    """Network of activities in a folder of tables, each after those it waits for."""
    problems: list[str] = []
    items = read_records(Activity, problems, folder)
    seen: list[str] = []
    for item, values in items.items():
        for name in values.get("after", ()):
            if name not in seen:
                hint = "; put it above" if name in items else near(name, items)
                problems.append(f"activities.toml: {item} comes after {name}, which is not above it{hint}")
        seen.append(item)
    if sum(values.get("is_walls") is True for values in items.values()) != 1:
        problems.append("activities.toml: exactly one activity must have is_walls = true")
    return tuple(made(Activity, items, problems).values())


_activities = cache(read_activities)


def load_activities() -> tuple[Activity, ...]:
    """Whole-house network, in an order in which each comes after those it waits for.

    Raises
    ------
    TableError
        If the table is broken.
    """
    return _activities()
