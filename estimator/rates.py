"""A file of rates: prices, wages and other facts of a place that somebody knows better than the tables."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from estimator.errors import Finding, UsageError
from materials import Fact, TableError, resource_ids, schema
from materials.facts import BASES, Basis

TABLES = ("region", "site", "terms", "mix")
"""Tables whose facts a file of rates may change, beside prices of resources."""

COLUMNS = ("key", "value", "unit", "low", "high", "basis", "source", "note")
"""Of the file; key and value are needed."""

USER = "user"
"""Source of facts that name another one than the tables know; where it says which."""

LARGEST_BYTES = 1_000_000
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Rates:
    """Facts of a file.

    Attributes
    ----------
    region, site, terms, mix : mapping of str to Fact
        By name.
    prices : mapping of str to Fact
        Of resources, by id, in the currency of the region.
    """

    region: Mapping[str, Fact] = field(default_factory=dict)
    site: Mapping[str, Fact] = field(default_factory=dict)
    terms: Mapping[str, Fact] = field(default_factory=dict)
    mix: Mapping[str, Fact] = field(default_factory=dict)
    prices: Mapping[str, Fact] = field(default_factory=dict)


def read_rates(path: str | Path) -> Rates:
    """Rates in a CSV file.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Rates

    Raises
    ------
    UsageError
        The file cannot be read, or rows of it are wrong; with a finding for each.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError):
        raise UsageError(f"{name!a}: cannot be read; name a CSV file of rates") from None
    if len(data) > LARGEST_BYTES:
        raise UsageError(f"{name}: is larger than {LARGEST_BYTES // 1000} kB; a file of rates is a short table")
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{name}: is no CSV table in UTF-8 ({error}); save it as one") from None
    head = set(rows[0]) if rows else set()
    if not {"key", "value"} <= head or len(rows) > MOST_ROWS:
        raise UsageError(
            f"{name}: needs the columns key and value and at most {MOST_ROWS} rows; known columns are "
            f"{', '.join(COLUMNS)}"
        )
    found: dict[str, dict[str, Fact]] = {table: {} for table in (*TABLES, "prices")}
    problems = []
    for number, row in enumerate(rows, 2):
        try:
            table, key, fact = _fact(row)
            if key in found[table]:
                raise UsageError(f"{row['key']} stands in the file twice; keep one")
            found[table][key] = fact
        except (UsageError, TableError) as error:
            problems.append(f"{name}, line {number}: {error}")
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UsageError(problems[0] + more, [Finding("rate", "error", "", p) for p in problems])
    return Rates(**found)


def _fact(row: Mapping[str | None, str | list[str] | None]) -> tuple[str, str, Fact]:
    """Table, name and fact of one row."""
    if None in row:
        raise UsageError("has more cells than the head has columns; put texts with commas into quotes")
    cells = {str(k): str(v or "").strip() for k, v in row.items()}
    table, _, name = cells["key"].partition(".")
    if table == "resource" and name.removesuffix(".price") in resource_ids():
        table, name, unit = "prices", name.removesuffix(".price"), ""
        low_limit, high_limit = 0.0, 1e7
    elif table in TABLES and name in schema(table):
        quantity = schema(table)[name]
        unit, low_limit, high_limit = quantity.unit, quantity.low, quantity.high
    else:
        known = [f"{t}.{n}" for t in TABLES for n in schema(t)] + [f"resource.{r}.price" for r in resource_ids()]
        near = get_close_matches(cells["key"], known, n=2, cutoff=0.6)
        hint = f"did you mean {' or '.join(near)}?" if near else "use a key of docs/cli.md, or resource.ID.price"
        raise UsageError(f"there is no rate {cells['key']!r}; {hint}")
    if unit and cells.get("unit") not in (None, "", unit):
        raise UsageError(f"{cells['key']} is in {unit}, not {cells['unit']}; convert it")
    value = _number(cells["value"], cells["key"])
    low = _number(cells["low"], f"low of {cells['key']}") if cells.get("low") else value
    high = _number(cells["high"], f"high of {cells['key']}") if cells.get("high") else value
    if not low_limit <= low <= value <= high <= high_limit:
        raise UsageError(
            f"{cells['key']}: low, value and high are {low:g}, {value:g} and {high:g}; they have to rise within "
            f"{low_limit:g} to {high_limit:g}"
        )
    basis, source, note = cells.get("basis") or "assumed", cells.get("source", ""), cells.get("note", "")
    if basis not in BASES:
        raise UsageError(f"{cells['key']}: basis {basis!r} is unknown; use {', '.join(BASES)}")
    if not source and not note:
        raise UsageError(f"{cells['key']}: says neither source nor note; tell where the number is from")
    return table, name, Fact(value, low, high, _basis(basis), USER if source else "", source, note)


def _basis(text: str) -> Basis:
    """A basis by its name."""
    return next(b for b in get_args(Basis) if b == text)


def _number(text: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"{what} is {text!r}, no number; give one in figures, like 0.25")
    return number
