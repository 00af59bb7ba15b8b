"""Terms: overheads, contingencies and unit times that hold wherever the house is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from .records import Record, made, pick, read_records
from .tables import Folder, Text


@dataclass(frozen=True, kw_only=True, eq=False)
class Terms(Record):
    """Overheads, contingencies, unit times and amounts of inserts.

    Attributes
    ----------
    name, summary : str
        As people say it.
    currency : str
        Of the one price among them.
    price_year : int
        Of that price.
    """

    KIND: ClassVar[str] = "terms"
    TABLE: ClassVar[str] = "terms"
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


def read_terms(folder: Folder | None = None) -> Mapping[str, Terms]:
    """Every set of terms in a folder of tables, by id."""
    problems: list[str] = []
    return made(Terms, read_records(Terms, problems, folder), problems)


_terms = cache(read_terms)


def load_terms() -> Terms:
    """The usual terms.

    Raises
    ------
    TableError
        If the table is broken.
    """
    return pick(_terms(), "set of terms", "usual")
