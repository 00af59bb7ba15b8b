"""Experiments: walls and cylinders printed until they fell, or did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from .records import Record, made, pick, read_records
from .tables import Folder, Text

SHAPES = ("wall", "cylinder", "other")
OUTCOMES = ("collapsed", "standing")
USES = ("test", "fitted", "recalled")


@dataclass(frozen=True, kw_only=True, eq=False)
class Experiment(Record):
    """One print of which it is known how high it came.

    Attributes
    ----------
    name, summary : str
        As people say it.
    condition : str
        Repeats of one condition share it and count as one.
    shape : {"wall", "cylinder", "other"}
    outcome : {"collapsed", "standing"}
        If it stood, its height is a lower bound.
    use : {"test", "fitted", "recalled"}
        Whether it tests a model, was used to fit its own numbers, or is told from memory.
    """

    KIND: ClassVar[str] = "experiment"
    TABLE: ClassVar[str] = "buildability"
    TEXTS: ClassVar[tuple[Text, ...]] = (
        Text("name"),
        Text("summary"),
        Text("condition"),
        Text("shape", words=SHAPES),
        Text("outcome", words=OUTCOMES),
        Text("use", words=USES),
    )

    name: str
    summary: str
    condition: str
    shape: str
    outcome: str
    use: str


def read_experiments(folder: Folder | None = None) -> Mapping[str, Experiment]:
    """Every experiment in a folder of tables, by id."""
    problems: list[str] = []
    items = read_records(Experiment, problems, folder)
    for item, values in items.items():
        if not {"green_strength_pa", "yield_stress_pa"} & set(values["facts"]):
            problems.append(f"buildability.csv: {item} has neither green_strength_pa nor yield_stress_pa; add a row")
    return made(Experiment, items, problems)


_experiments = cache(read_experiments)


def experiment_ids() -> tuple[str, ...]:
    """Names of the experiments."""
    return tuple(_experiments())


def load_experiment(name: str) -> Experiment:
    """Experiment of that name.

    Raises
    ------
    TableError
        For an unknown name, or if the table is broken.
    """
    return pick(_experiments(), "experiment", name)
