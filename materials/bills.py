"""Bills: hours, materials and plant per unit of what is built."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from .facts import Fact
from .goods import Resource, packaged_resources, read_resources
from .sources import packaged_sources
from .tables import Folder, Row, near, packaged_tables, read_rows

Kind = Literal["labour", "material", "plant", "fee"]
WORKERS = ("mason", "labourer", "carpenter", "operator")
PLANT = ("concrete-pump-h", "crane-h", "excavator-h", "scaffold-m2", "formwork-wall-m2")
FEES = ("connection-each", "design-each", "design-plain-each", "permit-each", "permit-plain-each")
"""Resources that bear no overhead of a builder."""

MOST_PER_UNIT = 200.0
"""No square metre, metre or piece of a house takes more hours, blocks or kilograms. [any]"""


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill.

    Attributes
    ----------
    part : str
        What of the item it belongs to: a kind of wall, or a kind of house.
    resource : str
        A worker (mason, labourer, carpenter, operator) or the id of a resource.
    kind : {"labour", "material", "plant", "fee"}
    quantity : Fact
        Per unit of the item, waste included.
    unit : str
        Of the quantity, per unit of the item left out: ``h`` for workers, else the resource's unit.
    description : str
        What it is for.
    """

    part: str
    resource: str
    kind: Kind
    quantity: Fact
    unit: str
    description: str


def read_bills(
    table: str, parts: tuple[str, ...], item_kind: str, units: Mapping[str, str], problems: list[str],
    folder: Folder | None = None,
) -> dict[str, tuple[BillLine, ...]]:  # fmt: skip
    """Bills of every item of a table of bills.

    Parameters
    ----------
    table : str
        Name of the file.
    parts : tuple of str
        Second parts that an item may have, after the stroke.
    item_kind : str
        What the first part names.
    units : mapping of str to str
        Unit of each item, which the quantities are per.
    problems : list of str
        Grows by what is wrong.
    folder : path, optional
        Folder of the tables; those of the package if left out.

    Returns
    -------
    dict of str to tuple of BillLine
        By item.
    """
    place = packaged_tables() if folder is None else folder
    goods = packaged_resources() if folder is None else read_resources(folder)
    bills: dict[str, list[BillLine]] = {item: [] for item in units}
    for row in read_rows(place.joinpath(table), packaged_sources(), problems):
        item = row.item.partition("/")[0]
        line = _line(row, parts, item_kind, units.get(item, "m2"), goods, problems)
        if line is None:
            continue
        if item in bills:
            bills[item].append(line)
        else:
            problems.append(f"{row.at}: there is no {item_kind} {item!r}{near(item, units)}")
    return {item: tuple(lines) for item, lines in bills.items()}


def _line(
    row: Row, parts: Container[str], item_kind: str, per: str, goods: Mapping[str, Resource], problems: list[str]
) -> BillLine | None:
    """Line of one row: item ``item/part``, quantity ``resource: what for``."""
    _, _, part = row.item.partition("/")
    resource, _, description = (text.strip() for text in row.quantity.partition(":"))
    at = f"{row.at}: {row.item}, {row.quantity}"
    wrong: list[str] = []
    if part not in parts:
        ways = " or ".join(f"{item_kind}/{name}" for name in cast(tuple[str, ...], parts))
        wrong.append(f"the item ends in {part!r}; write {ways}")
    if not description:
        wrong.append("there is no description; write resource: what for")
    unit = "h"
    if resource in goods:
        unit = goods[resource].unit
    elif resource not in WORKERS:
        wrong.append(f"there is no resource {resource!r}{near(resource, [*WORKERS, *goods])}")
    if row.unit != f"{unit}/{per}":
        wrong.append(f"the unit is {row.unit!r}; give the value in {unit}/{per}")
    if row.price_year is not None:
        wrong.append("price_year belongs to prices only; leave it empty")
    if not (row.fact.low >= 0 and row.fact.high <= MOST_PER_UNIT):
        span = f"{row.fact.low:g} to {row.fact.high:g}"
        wrong.append(f"{span} is not within 0 to {MOST_PER_UNIT:g}; check the unit")
    problems += [f"{at}: {clause}" for clause in wrong]
    if wrong:
        return None
    kinds = {"labour": WORKERS, "plant": PLANT, "fee": FEES}
    kind = next((name for name, members in kinds.items() if resource in members), "material")
    return BillLine(part, resource, cast(Kind, kind), row.fact, unit, description)
