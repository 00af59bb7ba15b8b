"""What a batch is asked about: plan files, folders, tables that name a plan in each row, and footprints on a map."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from estimator.batch.footprints import footprints, is_of_footprints
from estimator.batch.journal import ENDINGS, journal_path
from estimator.batch.rows import CHOICES
from estimator.batch.source import NOWHERE, Place, Source
from estimator.errors import UsageError
from estimator.options import unit_m

MOST_PLANS = 1_000_000
MOST_CELLS = 200
LONGEST_HEAD = 100_000

PLACE = ("site", "latitude", "longitude", "count")
"""Columns of a table that say where the houses of a row stand, and how many."""

READING = ("unit", "height", "thickness")
"""Columns that say what a plan file does not: a unit, or metres of walls."""

THICKEST_M, HIGHEST_M = 3.0, 100.0
"""Walls."""

MOST_ALIKE = 1_000_000
"""Houses of one row."""


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """A plan of a batch.

    Attributes
    ----------
    id : str
        Name in the table of results.
    source : Source
    choices : mapping of str to tuple of str
        Of this plan, by :data:`~estimator.batch.rows.CHOICES`; they stand in place of those of the batch.
    settings : tuple of str
        Changed facts of this plan, ``key=value``.
    place : Place
        Where it is built, and how often.
    reading : mapping of str to float
        Of this plan, as :func:`~estimator.batch.rows.combined` takes it.
    """

    id: str
    source: Source
    choices: Mapping[str, tuple[str, ...]]
    settings: tuple[str, ...] = ()
    place: Place = NOWHERE
    reading: Mapping[str, float] = field(default_factory=dict)


def found_plans(sources: Sequence[str], output: Path | None = None) -> Iterator[BatchPlan]:
    """Plans that files, folders, tables and maps name, in their order, one by one.

    Parameters
    ----------
    sources : sequence of str
        Paths. A folder stands for all files in it and below, by name, those with a leading point left out; a ``.csv``
        file for the plans of its rows; a GeoJSON map of footprints for a plan each.
    output : Path, optional
        Table that is written; it and its journal are no plans, whatever folder they lie in.

    Yields
    ------
    BatchPlan

    Raises
    ------
    UsageError
        A file is missing, a table or map cannot be understood, or there is no plan or too many.
    """
    count = 0
    for source in sources:
        for plan in _plans(source, output):
            count += 1
            if count > MOST_PLANS:
                raise UsageError(f"{source}: more than {MOST_PLANS:,} plans; ask in several batches")
            yield plan
    if not count:
        raise UsageError(
            f"{' '.join(sources)}: there is no plan in it; name plan files, folders, tables of plans or maps of "
            "footprints"
        )


def _plans(source: str, output: Path | None) -> Iterator[BatchPlan]:
    path = Path(source)
    if path.is_dir():
        own = set() if output is None else _written(output)
        for file in sorted(_files(path)):
            if file.resolve() not in own:
                yield BatchPlan(str(file), Source(str(file)), {})
    elif path.exists() and not path.is_file():
        raise UsageError(f"{source}: is no regular file; name plan files, folders, tables of plans or maps")
    elif not path.is_file():
        raise UsageError(f"{source}: there is no such file or folder; check the name")
    elif path.suffix.lower() == ".csv":
        yield from _rows(path)
    elif is_of_footprints(path):
        yield from (BatchPlan(id, outline, {}, (), place) for id, outline, place in footprints(path))
    else:
        yield BatchPlan(source, Source(source), {})


def _written(output: Path) -> set[Path]:
    """Files that the batch itself writes."""
    journal = journal_path(output.resolve())
    return {output.resolve(), *(journal.with_name(journal.name + ending) for ending in ENDINGS)}


def _files(folder: Path) -> Iterator[Path]:
    """Files, and links that lead nowhere, which are plans that are missing."""
    for path in folder.rglob("*"):
        is_plan = path.is_file() or (path.is_symlink() and not path.exists())
        if is_plan and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _rows(table: Path) -> Iterable[BatchPlan]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter=_delimiter(file))
            names = [name.strip() for name in reader.fieldnames or ()]
            if "plan" not in names:
                raise UsageError(f"{table}: has no column plan; name the plan file of each row there")
            if len(names) > MOST_CELLS or len(set(names)) < len(names):
                raise UsageError(f"{table}: has columns twice, or more than {MOST_CELLS}; leave the surplus out")
            known = ("plan", "id", *CHOICES, *PLACE, *READING)
            wrong = [n for n in names if n not in known and "." not in n]
            if wrong:
                raise UsageError(
                    f"{table}: column {wrong[0]!r} is not known; known are {', '.join(known)}, and facts "
                    "like mix.price_per_m3"
                )
            reader.fieldnames = names
            for number, row in enumerate(reader, 2):
                if None in row or any(value is None for value in row.values()):
                    raise UsageError(f"{table}: line {number} has more or fewer cells than the first line")
                yield _plan(table, number, {name: value.strip() for name, value in row.items()})
    except csv.Error as error:
        raise UsageError(f"{table}: cannot be read as CSV ({error}); mend it") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{table}: cannot be read as CSV ({error}); save it as UTF-8") from None


def _delimiter(file: TextIO) -> str:
    """What parts the cells of a table: commas, or the semicolons or tabs that spreadsheets write in many countries."""
    head = file.readline(LONGEST_HEAD)
    file.seek(0)
    return max(",;\t", key=head.count)


def _plan(table: Path, number: int, row: Mapping[str, str]) -> BatchPlan:
    if not row["plan"]:
        raise UsageError(f"{table}: line {number} names no plan")
    choices = {name: tuple(row[name].split()) for name in CHOICES if row.get(name)}
    settings = tuple(f"{name}={value}" for name, value in row.items() if "." in name and value)
    at = f"{table}: line {number}"
    latitude, longitude = (_number(at, name, row, limit) for name, limit in (("latitude", 90.0), ("longitude", 180.0)))
    if (latitude is None) != (longitude is None):
        raise UsageError(f"{at} has a latitude without a longitude, or the other way round; give both or none")
    count = _number(at, "count", row, MOST_ALIKE)
    if count is not None and (count < 1 or count != int(count)):
        raise UsageError(f"{at}: count is {row['count']!r}; give a whole number from 1")
    place = Place(row.get("site", ""), latitude, longitude, 1 if count is None else int(count))
    source = Source(str(table.parent / row["plan"]))
    return BatchPlan(row.get("id") or row["plan"], source, choices, settings, place, _reading(at, row))


def _reading(at: str, row: Mapping[str, str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, limit in (("height", HIGHEST_M), ("thickness", THICKEST_M)):
        value = _number(at, name, row, limit)
        if value is not None:
            if value <= 0:
                raise UsageError(f"{at}: {name} is {row[name]!r}; give metres above 0")
            found[f"{name}_m"] = value
    if row.get("unit"):
        try:
            found["unit_m"] = unit_m(row["unit"])
        except UsageError as error:
            raise UsageError(f"{at}: unit: {error}") from None
    return found


def _number(at: str, name: str, row: Mapping[str, str], limit: float) -> float | None:
    """A number of a row, None where its cell is empty or missing."""
    text = row.get(name, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not abs(value) <= limit:
        raise UsageError(f"{at}: {name} is {text[:40]!r}; give a number up to {limit:g}")
    return value
