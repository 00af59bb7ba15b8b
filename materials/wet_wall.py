"""Wet wall: how far its models are to be believed, and what an interval does to the bond."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from .records import Record, made, pick, read_records
from .tables import Folder, Text


@dataclass(frozen=True, kw_only=True, eq=False)
class WetWall(Record):
    """Knock-downs, statistics of collapse and limits of the interval between layers.

    Attributes
    ----------
    name, summary : str
        As people say it.
    """

    KIND: ClassVar[str] = "wet-wall"
    TABLE: ClassVar[str] = "wet_wall"
    TEXTS: ClassVar[tuple[Text, ...]] = (Text("name"), Text("summary"))

    name: str
    summary: str


def read_wet_walls(folder: Folder | None = None) -> Mapping[str, WetWall]:
    """Every set of such facts in a folder of tables, by id."""
    problems: list[str] = []
    return made(WetWall, read_records(WetWall, problems, folder), problems)


_wet_walls = cache(read_wet_walls)


def load_wet_wall() -> WetWall:
    """The usual ones.

    Raises
    ------
    TableError
        If the table is broken.
    """
    return pick(_wet_walls(), "wet wall", "usual")
