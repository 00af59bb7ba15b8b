"""Reads the tables: texts from TOML, numbers from CSV, and everything that is wrong with them.

A CSV holds one value a row. Readers append to a list of problems instead of raising, so that
one error can name every line that has to be mended.
"""

from __future__ import annotations

import csv
import difflib
import io
import tomllib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, cast

from .facts import Basis, Fact, number_problems, origin_problems
from .schema import Quantity

COLUMNS = tuple("item,quantity,value,unit,low,high,price_year,basis,source,where,note".split(","))
Folder = Traversable | Path


@cache
def packaged_tables() -> Folder:
    """Folder of the tables that come with the package."""
    return resources.files("materials").joinpath("tables")


def near(name: str, known: Iterable[str]) -> str:
    """Clause that helps with a misspelt name: those like it, or else all."""
    names = sorted(known)
    like = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(like)}?" if like else f"; known: {', '.join(names)}"


@dataclass(frozen=True, slots=True)
class Text:
    """One text field of an item in a TOML table.

    Attributes
    ----------
    name : str
    kind : {"text", "year", "flag", "list"}
    words : tuple of str
        The only words allowed; empty if any text will do.
    """

    name: str
    kind: Literal["text", "year", "flag", "list"] = "text"
    words: tuple[str, ...] = ()

    def problem(self, item: object) -> str:
        """What is wrong with `item` as a value of this field, or an empty text."""
        if self.kind == "text":
            if not isinstance(item, str) or not item.strip():
                return f"{self.name} is {item!r}; give a text"
            if self.words and item not in self.words:
                return f"{self.name} is {item!r}; use one of {', '.join(self.words)}"
        elif self.kind == "flag":
            if not isinstance(item, bool):
                return f"{self.name} is {item!r}; give true or false"
        elif self.kind == "year":
            if not isinstance(item, int) or isinstance(item, bool) or not 1900 <= item <= 2100:
                return f"{self.name} is {item!r}; give a year"
        elif not isinstance(item, list | tuple) or any(not isinstance(word, str) for word in item):
            return f"{self.name} is {item!r}; give a list of texts"
        return ""


Texts = dict[str, object]


def read_texts(file: Folder, fields: Sequence[Text], problems: list[str]) -> dict[str, Texts]:
    """Text fields of every item in a TOML table.

    Parameters
    ----------
    file : path
    fields : sequence of Text
        All required.
    problems : list of str
        Grows by what is wrong.

    Returns
    -------
    dict of str to dict
        By item, in the order of the file.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(f"{file.name} is missing; put it beside the other tables")
        return {}
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{file.name} is not TOML: {error}; mend that line")
        return {}
    known = {field.name for field in fields}
    items: dict[str, Texts] = {}
    for item, table in tables.items():
        if not isinstance(table, dict):
            problems.append(f"{file.name}: {item} is not a table; begin it with [{item}]")
            continue
        items[item] = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
        wrong = [f"{name} is unknown{near(name, known)}" for name in table if name not in known]
        for field in fields:
            missing = f"{field.name} is missing; add it"
            wrong.append(field.problem(table[field.name]) if field.name in table else missing)
        problems += [f"{file.name}: {item}: {clause}" for clause in wrong if clause]
    return items


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a CSV table whose numbers and origin are in order."""

    at: str  # "file line n", for messages
    item: str
    quantity: str
    unit: str
    price_year: int | None
    fact: Fact


def read_rows(file: Folder, sources: Container[str], problems: list[str]) -> list[Row]:
    """Rows of a CSV table, those with problems left out.

    Parameters
    ----------
    file : path
    sources : container of str
        Keys that the column ``source`` may hold.
    problems : list of str
        Grows by what is wrong.

    Returns
    -------
    list of Row
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.append(f"{file.name} is missing; put it beside the other tables")
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    first: dict[tuple[str, str, str], int] = {}
    try:
        if tuple(next(reader, ())) != COLUMNS:
            problems.append(f"{file.name} line 1: the columns must be {','.join(COLUMNS)}")
            return []
        for cells in reader:
            line = reader.line_num
            if not any(cells):
                continue
            at = f"{file.name} line {line}"
            if len(cells) != len(COLUMNS):
                count = f"{len(cells)} cells instead of {len(COLUMNS)}"
                problems.append(f"{at}: {count}; put texts with commas in double quotes")
                continue
            cells = [cell.strip() for cell in cells]
            key = (cells[0], cells[1], cells[6])
            if key in first:
                problems.append(f"{at}: {cells[0]}, {cells[1]} stands in line {first[key]} already; keep one")
                continue
            first[key] = line
            row = _row(at, cells, sources, problems)
            if row:
                rows.append(row)
    except csv.Error as error:
        problems.append(f"{file.name} line {reader.line_num}: {error}; mend the quotes")
    return rows


def _row(at: str, cells: Sequence[str], sources: Container[str], problems: list[str]) -> Row | None:
    """One checked row, or None if something is wrong with it."""
    item, quantity, value, unit, low, high, price_year, basis, source, where, note = cells
    name = f"{at}: {item}, {quantity}"
    wrong: list[str] = []
    numbers: list[float] = []
    for column, cell in (("value", value), ("low", low), ("high", high)):
        try:
            numbers.append(float(cell))
        except ValueError:
            wrong.append(f"{column} is {cell!r}; give a number")
    year: int | None = None
    if price_year:
        if price_year.isdecimal() and len(price_year) == 4:
            year = int(price_year)
        else:
            wrong.append(f"price_year is {price_year!r}; give a year or leave it empty")
    if len(numbers) == 3:
        wrong += number_problems(*numbers)
    wrong += origin_problems(basis, source, where, note)
    if source and source not in sources:
        wrong.append(f"source {source!r} is not in sources.toml; add it there or mend the key")
    if wrong:
        problems += [f"{name}: {clause}" for clause in wrong]
        return None
    fact = Fact(numbers[0], numbers[1], numbers[2], cast(Basis, basis), source, where, note)
    return Row(at, item, quantity, unit, year, fact)


def limit_problem(quantity: Quantity, fact: Fact) -> str:
    """Clause about a fact that leaves the limits of its quantity, or an empty text."""
    if quantity.low <= fact.low and fact.high <= quantity.high:
        return ""
    return (
        f"{fact.low:g} to {fact.high:g} {quantity.unit} is not within {quantity.low:g} to {quantity.high:g}; "
        "check the unit and the decimal point"
    )


def facts_by_item(
    file: str,
    rows: Iterable[Row],
    quantities: Sequence[Quantity],
    items: Mapping[str, Texts],
    problems: list[str],
) -> dict[str, dict[str, Fact]]:
    """Facts of every item, by attribute name.

    Parameters
    ----------
    file : str
        Name of the table, for messages about values that are missing.
    rows : iterable of Row
    quantities : sequence of Quantity
        What an item of this kind can have.
    items : mapping of str to dict
        Text fields by item; ``currency`` and ``price_year`` govern rows of money, and
        ``unit``, where an item has one, is what ``unit`` in a quantity's unit stands for.
    problems : list of str
        Grows by what is wrong.

    Returns
    -------
    dict of str to dict of str to Fact
    """
    by_name = {quantity.quantity: quantity for quantity in quantities}
    facts: dict[str, dict[str, Fact]] = {item: {} for item in items}
    for row in rows:
        if row.item not in items:
            problems.append(f"{row.at}: there is no item {row.item!r}{near(row.item, items)}")
            continue
        quantity = by_name.get(row.quantity)
        if quantity is None:
            hint = near(row.quantity, by_name)
            problems.append(f"{row.at}: {row.item} has no quantity {row.quantity!r}{hint}")
            continue
        texts = items[row.item]
        wrong = [
            _unit_problem(row, quantity, texts),
            _year_problem(row, quantity, texts),
            limit_problem(quantity, row.fact),
        ]
        problems += [f"{row.at}: {row.item}, {row.quantity}: {clause}" for clause in wrong if clause]
        facts[row.item][quantity.attribute] = row.fact
    for item, held in facts.items():
        problems += [
            f"{file}: {item} has no {quantity.quantity}; add a row in {quantity.unit}"
            for quantity in quantities
            if quantity.attribute not in held and not quantity.optional
        ]
    return facts


def _unit_problem(row: Row, quantity: Quantity, texts: Texts) -> str:
    unit = quantity.unit_in(str(texts.get("currency", "money")))
    unit = unit.replace("unit", str(texts.get("unit", "unit")))
    return "" if row.unit == unit else f"the unit is {row.unit!r}; give the value in {unit}"


def _year_problem(row: Row, quantity: Quantity, texts: Texts) -> str:
    if not quantity.is_money:
        return "" if row.price_year is None else "price_year belongs to prices only; leave it empty"
    year = texts.get("price_year")
    if row.price_year is None:
        return "price_year is missing; a price names its year"
    if year is not None and row.price_year != year:
        return f"price_year is {row.price_year} where the item says {year}; bring all prices to one year"
    return ""
