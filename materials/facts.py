"""A number that knows its range and its origin, and the error raised when it does not."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, get_args

Basis = Literal["measured", "published", "derived", "assumed"]
BASES: tuple[str, ...] = get_args(Basis)


class TableError(Exception):
    """A table that is missing or broken, or a name that stands in none of them.

    Parameters
    ----------
    message : str
        What is wrong and what would mend it, naming the file and the line.
    problems : iterable of str
        One sentence for each thing that is wrong; the message alone when there is only one.

    Attributes
    ----------
    message : str
    problems : tuple of str
    code : str
        Stable name of this kind of error.
    """

    code = "table"

    def __init__(self, message: str, problems: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems: tuple[str, ...] = tuple(problems) or (message,)

    def __reduce__(self) -> tuple[type[TableError], tuple[str, tuple[str, ...]]]:
        """Keep the problems when the error crosses to another process."""
        return type(self), (self.message, self.problems)


def raise_if(problems: Iterable[str]) -> None:
    """Raise one :class:`TableError` with everything that is wrong, if anything is."""
    found = tuple(problems)
    if len(found) == 1:
        raise TableError(found[0])
    if found:
        raise TableError(f"{len(found)} problems: " + "; ".join(found), found)


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with its plausible range, what it rests on, and where that can be read.

    Attributes
    ----------
    value : float
        The value to calculate with; the unit is in the name under which the fact is stored.
    low, high : float
        Ends of the plausible range, ``low <= value <= high``: the end points of a PERT
        distribution whose mode is `value`.
    basis : {"measured", "published", "derived", "assumed"}
        Measured and published facts name a source and a place in it, derived ones say from
        what, assumed ones say why.
    source : str
        Key of a :class:`materials.Source`, or empty.
    where : str
        Place in the source: page, table, paragraph; or empty.
    note : str
        Reason, derivation or caveat; or empty.
    """

    value: float
    low: float
    high: float
    basis: Basis
    source: str = ""
    where: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a fact that breaks its own rules."""
        problems = number_problems(self.value, self.low, self.high)
        problems += origin_problems(self.basis, self.source, self.where, self.note)
        if problems:
            raise TableError("this is not a valid fact: " + "; ".join(problems), problems)
        for name in ("value", "low", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))

    def __float__(self) -> float:
        """Value alone, so that a fact can stand in a formula."""
        return self.value

    def as_dict(self) -> dict[str, float | str]:
        """Plain form for files and JSON, empty texts left out; ``Fact(**d)`` reverses it."""
        return {name: item for name, item in asdict(self).items() if item != ""}


def set_by_user(value: float) -> Fact:
    """Fact for a number that a person gave without a range."""
    return Fact(value, value, value, "assumed", note="set by the user")


def is_number(item: object) -> bool:
    """Whether `item` is a finite real number; true and false are not numbers here."""
    return isinstance(item, int | float) and not isinstance(item, bool) and math.isfinite(item)


def number_problems(value: float, low: float, high: float) -> list[str]:
    """What is wrong with the three numbers of a fact, one clause each."""
    named = (("value", value), ("low", low), ("high", high))
    problems = [f"{name} is {item!r}; give a finite number" for name, item in named if not is_number(item)]
    if problems:
        return problems
    if low > value:
        problems.append(f"low ({low:g}) is above value ({value:g}); low <= value <= high must hold")
    if value > high:
        problems.append(f"high ({high:g}) is below value ({value:g}); low <= value <= high must hold")
    return problems


def origin_problems(basis: str, source: str, where: str, note: str) -> list[str]:
    """What is wrong with the four texts that say where a fact comes from, one clause each."""
    named = (("basis", basis), ("source", source), ("where", where), ("note", note))
    problems = [f"{name} is {item!r}; give a text" for name, item in named if not isinstance(item, str)]
    if problems:
        return problems
    if basis not in BASES:
        problems.append(f"basis is {basis!r}; use one of {', '.join(BASES)}")
    if basis in ("measured", "published"):
        for name, item in (("source", source), ("where", where)):
            if not item.strip():
                problems.append(f"{name} is missing; a {basis} fact names its source and the place in it")
    if basis in ("derived", "assumed") and not note.strip():
        what = "from what it is derived" if basis == "derived" else "why this value is assumed"
        problems.append(f"note is missing; say {what}")
    return problems
