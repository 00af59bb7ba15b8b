"""Programme: what moving, breaking down, scatter and learning make of many houses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from .records import Record, made, pick, read_records
from .tables import Folder, Text


@dataclass(frozen=True, kw_only=True, eq=False)
class ProgrammeFacts(Record):
    """Moves, breakdowns, scatter, learning and idle time of a programme of houses.

    Attributes
    ----------
    name, summary : str
        As people say it.
    currency : str
        Of the one price among them.
    price_year : int
        Of that price.
    """

    KIND: ClassVar[str] = "programme"
    TABLE: ClassVar[str] = "programme"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("summary"),
        Text("currency"),
        Text("price_year", "year"),
    )

    name: str
    summary: str
    currency: str
    price_year: int


def read_programme_facts(folder: Folder | None = None) -> Mapping[str, ProgrammeFacts]:
    """Every set of such facts in a folder of tables, by id."""
    problems: list[str] = []
    return made(ProgrammeFacts, read_records(ProgrammeFacts, problems, folder), problems)


_facts = cache(read_programme_facts)


def load_programme_facts() -> ProgrammeFacts:
    """The usual ones.

    Raises
    ------
    TableError
        If the table is broken.
    """
    return pick(_facts(), "set of programme facts", "usual")
