"""What a batch is asked about: plan files, folders of them, and tables that name a plan and its options in each row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from estimator.errors import UsageError

MOST_PLANS = 1_000_000
MOST_CELLS = 200

CHOICES = ("printer", "mix", "wall_system", "region", "method")
"""What may vary: names of options, each several values in a row of a table separated by spaces."""


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """A plan of a batch.

    Attributes
    ----------
    id : str
        Name in the table of results.
    path : Path
    choices : mapping of str to tuple of str
        Of this plan, by :data:`CHOICES`; they stand in place of those of the batch.
    settings : tuple of str
        Changed facts of this plan, ``key=value``.
    """

    id: str
    path: Path
    choices: Mapping[str, tuple[str, ...]]
    settings: tuple[str, ...] = ()


def found_plans(sources: Sequence[str]) -> list[BatchPlan]:
    """Plans that files, folders and tables name, in their order.

    Parameters
    ----------
    sources : sequence of str
        Paths. A folder stands for all files in it and below, by name, those with a leading point left out; a ``.csv``
        file for the plans of its rows.

    Returns
    -------
    list of BatchPlan

    Raises
    ------
    UsageError
        A file is missing, a table cannot be understood, or there is no plan or too many.
    """
    plans: list[BatchPlan] = []
    for source in sources:
        path = Path(source)
        if path.is_dir():
            plans += [BatchPlan(str(p), p, {}) for p in sorted(_files(path))]
        elif not path.is_file():
            raise UsageError(f"{source}: there is no such file or folder; check the name")
        elif path.suffix.lower() == ".csv":
            plans += _rows(path)
        else:
            plans.append(BatchPlan(source, path, {}))
        if len(plans) > MOST_PLANS:
            raise UsageError(f"{source}: more than {MOST_PLANS:,} plans; ask in several batches")
    if not plans:
        raise UsageError(f"{' '.join(sources)}: there is no plan in it; name plan files, folders or tables of plans")
    return plans


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _rows(table: Path) -> Iterable[BatchPlan]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = [name.strip() for name in reader.fieldnames or ()]
            if "plan" not in names:
                raise UsageError(f"{table}: has no column plan; name the plan file of each row there")
            if len(names) > MOST_CELLS or len(set(names)) < len(names):
                raise UsageError(f"{table}: has columns twice, or more than {MOST_CELLS}; leave the surplus out")
            wrong = [n for n in names if n not in ("plan", "id", *CHOICES) and "." not in n]
            if wrong:
                raise UsageError(
                    f"{table}: column {wrong[0]!r} is not known; known are plan, id, {', '.join(CHOICES)}, and facts "
                    "like mix.price_per_m3"
                )
            reader.fieldnames = names
            for number, row in enumerate(reader, 2):
                if None in row or any(value is None for value in row.values()):
                    raise UsageError(f"{table}: line {number} has more or fewer cells than the first line")
                yield _plan(table, number, {name: value.strip() for name, value in row.items()})
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{table}: cannot be read as CSV ({error}); save it as UTF-8") from None


def _plan(table: Path, number: int, row: Mapping[str, str]) -> BatchPlan:
    if not row["plan"]:
        raise UsageError(f"{table}: line {number} names no plan")
    path = table.parent / row["plan"]
    choices = {name: tuple(row[name].split()) for name in CHOICES if row.get(name)}
    settings = tuple(f"{name}={value}" for name, value in row.items() if "." in name and value)
    return BatchPlan(row.get("id") or row["plan"], path, choices, settings)
