"""Methods: how walls are built without a printer, as a bill per m2 of net wall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import ClassVar, Self

from .bills import BillLine, read_bills
from .facts import TableError
from .records import Record, made, pick, read_records
from .tables import Folder, Text

ELEMENTS: tuple[str, ...] = ("external", "internal")
FINISHES = ("masonry", "cast", "panel", "framed")


@dataclass(frozen=True, kw_only=True, eq=False)
class Method(Record):
    """One conventional way to build the same walls.

    Attributes
    ----------
    name, summary, scope : str
        As people say it; the scope says what the bill leaves out.
    masonry, wet : bool
        Whether the walls get a ring beam, and plaster and screed that have to dry.
    finish : {"masonry", "cast", "panel", "framed"}
        What the walls are like for those who finish them.
    resources : tuple of BillLine
        The bill, per m2 of net wall; parts are external and internal walls. Hours hold for a country whose hours
        factor is ``hours_reference_factor``.
    """

    KIND: ClassVar[str] = "method"
    TABLE: ClassVar[str] = "methods"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("summary"),
        Text("scope"),
        Text("masonry", "flag"),
        Text("wet", "flag"),
        Text("finish", words=FINISHES),
    )

    name: str
    summary: str
    scope: str
    masonry: bool
    wet: bool
    finish: str
    resources: tuple[BillLine, ...] = ()

    def bill(self, element: str) -> tuple[BillLine, ...]:
        """Lines for one kind of wall, external or internal."""
        return tuple(line for line in self.resources if line.part == element)

    def hours_ratio(self, labour_hours_factor: float) -> float:
        """Factor on the bill's hours in a region with that ``labour_hours_factor``."""
        return labour_hours_factor / float(self.hours_reference_factor)

    def replace(self, **changes: object) -> Self:
        """Copy with some texts, numbers or the bill (``resources``) changed; see :class:`Record`."""
        resources = changes.pop("resources", self.resources)
        lines = tuple(resources) if isinstance(resources, Iterable) else (resources,)
        if not all(isinstance(line, BillLine) for line in lines):
            raise TableError(f"methods.toml: {self.id}: resources is {resources!r}; give BillLine items")
        return replace(super().replace(**changes), resources=lines)


def read_methods(folder: Folder | None = None) -> Mapping[str, Method]:
    """Every method in a folder of tables, with its bill, by id."""
    problems: list[str] = []
    items = read_records(Method, problems, folder)
    bills = read_bills("bills.csv", ELEMENTS, "method", dict.fromkeys(items, "m2"), problems, folder)
    for item, lines in bills.items():
        items[item]["resources"] = lines
        missing = [element for element in ELEMENTS if all(line.part != element for line in lines)]
        problems += [f"bills.csv: {item} has no {element} wall; add its rows" for element in missing]
    return made(Method, items, problems)


_methods = cache(read_methods)


def method_ids() -> tuple[str, ...]:
    """Names of the methods."""
    return tuple(_methods())


def load_method(name: str) -> Method:
    """Method of that name.

    Raises
    ------
    TableError
        For an unknown name, or if a table is broken.
    """
    return pick(_methods(), "method", name)
