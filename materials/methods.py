"""Methods: how walls are built without a printer, as a bill per m2 of net wall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import ClassVar, Literal, Self, cast

from .facts import Fact, TableError
from .goods import Resource, packaged_resources, read_resources
from .records import Record, made, pick, read_records
from .sources import packaged_sources
from .tables import Folder, Row, Text, near, packaged_tables, read_rows

Element = Literal["external", "internal"]
Kind = Literal["labour", "material", "plant"]
ELEMENTS: tuple[str, ...] = ("external", "internal")
TRADES = ("mason", "labourer", "carpenter", "operator")
PLANT = ("concrete-pump-h", "scaffold-m2", "formwork-wall-m2")
MOST_PER_M2 = 200.0  # no square metre of wall takes more hours, blocks or kilograms


@dataclass(frozen=True, slots=True)
class MethodResource:
    """One line of a method's bill.

    Attributes
    ----------
    element : {"external", "internal"}
        Kind of wall.
    resource : str
        A trade (mason, labourer, carpenter, operator) or the id of a resource.
    kind : {"labour", "material", "plant"}
    quantity : Fact
        Per m2 of net wall, waste included. Hours hold for a country whose hours factor is
        the method's ``hours_reference_factor``.
    unit : str
        Of the quantity, per m2 left out: ``h`` for trades, else the resource's unit.
    description : str
        What it is for.
    """

    element: Element
    resource: str
    kind: Kind
    quantity: Fact
    unit: str
    description: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Method(Record):
    """One conventional way to build the same walls.

    Attributes
    ----------
    name, summary, scope : str
        As people say it; the scope says what the bill leaves out.
    masonry, wet : bool
        Whether the walls get a ring beam, and plaster and screed that have to dry.
    resources : tuple of MethodResource
        The bill.
    """

    KIND: ClassVar[str] = "method"
    TABLE: ClassVar[str] = "methods"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("summary"),
        Text("scope"),
        Text("masonry", "flag"),
        Text("wet", "flag"),
    )

    name: str
    summary: str
    scope: str
    masonry: bool
    wet: bool
    resources: tuple[MethodResource, ...] = ()

    def bill(self, element: Element) -> tuple[MethodResource, ...]:
        """Lines for one kind of wall."""
        return tuple(line for line in self.resources if line.element == element)

    def hours_ratio(self, labour_hours_factor: float) -> float:
        """Factor on the bill's hours in a region with that ``labour_hours_factor``."""
        return labour_hours_factor / float(self.hours_reference_factor)

    def replace(self, **changes: object) -> Self:
        """Copy with some texts, numbers or the bill (``resources``) changed; see :class:`Record`."""
        resources = changes.pop("resources", self.resources)
        lines = tuple(resources) if isinstance(resources, Iterable) else (resources,)
        if not all(isinstance(line, MethodResource) for line in lines):
            raise TableError(f"methods.toml: {self.id}: resources is {resources!r}; give MethodResource items")
        return replace(super().replace(**changes), resources=lines)


def _line(row: Row, goods: Mapping[str, Resource], problems: list[str]) -> tuple[str, MethodResource] | None:
    """Method and line of one row: item ``method/element``, quantity ``resource: what for``."""
    method, _, element = row.item.partition("/")
    resource, _, description = (part.strip() for part in row.quantity.partition(":"))
    at = f"{row.at}: {row.item}, {row.quantity}"
    wrong: list[str] = []
    if element not in ELEMENTS:
        wrong.append(f"the item ends in {element!r}; write method/external or method/internal")
    if not description:
        wrong.append("there is no description; write resource: what for")
    unit = "h"
    if resource in goods:
        unit = goods[resource].unit
    elif resource not in TRADES:
        wrong.append(f"there is no resource {resource!r}{near(resource, [*TRADES, *goods])}")
    if row.unit != f"{unit}/m2":
        wrong.append(f"the unit is {row.unit!r}; give the value in {unit}/m2")
    if row.price_year is not None:
        wrong.append("price_year belongs to prices only; leave it empty")
    if not (row.fact.low >= 0 and row.fact.high <= MOST_PER_M2):
        span = f"{row.fact.low:g} to {row.fact.high:g}"
        wrong.append(f"{span} is not within 0 to {MOST_PER_M2:g}; check the unit")
    problems += [f"{at}: {clause}" for clause in wrong]
    if wrong:
        return None
    kind = "labour" if resource in TRADES else "plant" if resource in PLANT else "material"
    made_line = MethodResource(cast(Element, element), resource, cast(Kind, kind), row.fact, unit, description)
    return method, made_line


def read_methods(folder: Folder | None = None) -> Mapping[str, Method]:
    """Every method in a folder of tables, with its bill, by id."""
    problems: list[str] = []
    items = read_records(Method, problems, folder)
    place = packaged_tables() if folder is None else folder
    goods = packaged_resources() if folder is None else read_resources(folder)
    bills: dict[str, list[MethodResource]] = {item: [] for item in items}
    for row in read_rows(place.joinpath("bills.csv"), packaged_sources(), problems):
        found = _line(row, goods, problems)
        if found is None:
            continue
        method, line = found
        if method in bills:
            bills[method].append(line)
        else:
            problems.append(f"{row.at}: there is no method {method!r}{near(method, items)}")
    for item, lines in bills.items():
        items[item]["resources"] = tuple(lines)
        missing = [element for element in ELEMENTS if all(line.element != element for line in lines)]
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
