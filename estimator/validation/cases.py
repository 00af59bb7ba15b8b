"""Published buildings: a stand-in plan, the machine, what was published of the print, and how it is known."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from estimator.errors import PlanError

QUANTITIES = {
    "nozzle_s": "nozzle time",
    "printing_s": "printing with stops",
    "print_shift_s": "time on shift",
    "print_days": "print days",
    "house_days": "days to hand-over",
    "layers": "layers",
    "path_m": "path",
    "printed_volume_m3": "printed volume",
    "printed_mass_kg": "printed mass",
    "labour_h": "crew hours",
    "material_cost": "cost of the mix",
    "cost": "cost of the walls",
    "house_cost": "cost of the house",
}
"""What may be published of a print, and its name."""

STANDINGS = ("measured", "paper", "agency", "maker", "press", "derived", "unverified")
"""How a value is known, best first: measured is the user's own; unverified ones are never scored."""

OF_THE_WALLS = tuple(name for name in QUANTITIES if name not in ("layers", "house_days", "house_cost"))
"""Those that grow with the length of the walls; heights, and what a house costs in all, hardly do."""

MACHINES = ("gantry", "polar", "arm", "delta", "elements")
"""Kinds of machine that are looked at together."""


@dataclass(frozen=True, slots=True)
class Published:
    """One value that was published of a building.

    Attributes
    ----------
    quantity : str
        One of :data:`QUANTITIES`.
    value : float
        In the unit that the name of the quantity ends in; money in US dollars. [any]
    kind : str
        One of :data:`STANDINGS`.
    source : str
        Address; empty where it is known by hearsay only.
    is_scored : bool
        Whether it is strong enough to be a target.
    note : str
    """

    quantity: str
    value: float
    kind: str
    source: str
    is_scored: bool
    note: str


@dataclass(frozen=True, slots=True)
class Case:
    """A published building.

    Attributes
    ----------
    id, name, grade, about : str
        Grade A has size, volume and hours; B area and hours; C less.
    why : str
        What the estimate leaves out or cannot know of it, where it is far off.
    machine : str
        One of :data:`MACHINES`.
    printer, region : str
    mix, wall_system : str or None
        The printer's usual ones where None.
    plan : str
        Name of the plan beside the case.
    is_stand_in : bool
        Whether the plan was drawn after the published floor area, instead of the building's own.
    inputs : mapping of str to float
        Facts that were published of the print, by the keys of ``--set``. [any]
    published : tuple of Published
    folder : Traversable or Path
        Where the plan lies.
    """

    id: str
    name: str
    grade: str
    about: str
    why: str
    machine: str
    printer: str
    region: str
    mix: str | None
    wall_system: str | None
    plan: str
    is_stand_in: bool
    inputs: dict[str, float]
    published: tuple[Published, ...]
    folder: Traversable | Path


def read_case(file: Traversable | Path) -> Case:
    """A case from its file.

    Parameters
    ----------
    file : path
        TOML, with its plan beside it.

    Returns
    -------
    Case

    Raises
    ------
    PlanError
        The file is not a case; the message names the entry.
    """
    try:
        d = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(f"{file.name}: cannot be read as a case ({error}); mend the file") from None
    wrong = [
        key for key in ("name", "grade", "machine", "printer", "region", "plan") if not isinstance(d.get(key), str)
    ]
    if wrong:
        raise PlanError(f"{file.name}: {wrong[0]} is missing; give it as a text")
    if d["machine"] not in MACHINES:
        raise PlanError(f"{file.name}: machine is {d['machine']!r}; use one of {', '.join(MACHINES)}")
    if "/" in d["plan"] or "\\" in d["plan"]:
        raise PlanError(f"{file.name}: plan is {d['plan']!r}; name a file beside the case")
    published = tuple(_published(file.name, k, row) for k, row in enumerate(d.get("published", [])))
    inputs = {str(row["key"]): float(row["value"]) for row in d.get("inputs", [])}
    folder = file.parent if isinstance(file, Path) else resources.files("estimator.validation").joinpath("cases")
    return Case(
        Path(file.name).stem, d["name"], d["grade"], d.get("about", ""), d.get("why", ""), d["machine"],
        d["printer"], d["region"],
        d.get("mix"), d.get("wall_system"), d["plan"], bool(d.get("stand_in", False)),
        inputs, published, folder,
    )  # fmt: skip


def _published(name: str, place: int, row: dict[str, Any]) -> Published:
    at = f"{name}: published {place + 1}"
    if row.get("quantity") not in QUANTITIES:
        raise PlanError(f"{at}: quantity is {row.get('quantity')!r}; use one of {', '.join(QUANTITIES)}")
    value = row.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise PlanError(f"{at}: value is {value!r}; give a number above 0")
    if row.get("kind") not in STANDINGS:
        raise PlanError(f"{at}: kind is {row.get('kind')!r}; use one of {', '.join(STANDINGS)}")
    scored = bool(row.get("scored", row["kind"] == "measured")) and row["kind"] != "unverified"
    return Published(row["quantity"], float(value), row["kind"], row.get("source", ""), scored, row.get("note", ""))


@cache
def packaged_cases() -> tuple[Case, ...]:
    """Cases that come with the package, by grade and name."""
    folder = resources.files("estimator.validation").joinpath("cases")
    cases = [read_case(file) for file in folder.iterdir() if file.name.endswith(".toml")]
    return tuple(sorted(cases, key=lambda c: (c.grade.replace("A-", "AA"), c.name)))
