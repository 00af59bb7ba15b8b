"""A number that knows its range and its origin, and the error raised when it does not."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, TypeGuard, get_args

Basis = Literal["measured", "published", "derived", "assumed"]
BASES: tuple[str, ...] = get_args(Basis)


class ProfileError(Exception):
    """A printer profile that is missing, broken or contradicts itself.

    Parameters
    ----------
    message : str
        What is wrong and what would mend it, naming the file and the key.
    problems : iterable of str
        One sentence for each thing that is wrong; the message alone when there is only one.

    Attributes
    ----------
    message : str
    problems : tuple of str
    code : str
        Stable name of this kind of error.
    """

    code = "profile"

    def __init__(self, message: str, problems: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems: tuple[str, ...] = tuple(problems) or (message,)

    def __reduce__(self) -> tuple[type[ProfileError], tuple[str, tuple[str, ...]]]:
        """Keep the problems when the error crosses to another process."""
        return type(self), (self.message, self.problems)


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
        Key of a :class:`printers.Source`, or empty.
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
        problems = fact_problems(asdict(self))
        if problems:
            raise ProfileError("this is not a valid fact: " + "; ".join(problems), problems)
        for name in ("value", "low", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))

    def __float__(self) -> float:
        """Value alone, so that a fact can stand in a formula."""
        return self.value

    def as_dict(self) -> dict[str, float | str]:
        """Plain form for files and JSON, empty texts left out; ``Fact(**d)`` reverses it."""
        return {name: item for name, item in asdict(self).items() if item != ""}


def is_number(item: object) -> TypeGuard[float]:
    """Whether `item` is a finite real number; true and false are not numbers here."""
    if isinstance(item, bool) or not isinstance(item, int | float):
        return False
    return abs(item) < math.inf if isinstance(item, float) else abs(item) < 1e300


def fact_problems(table: dict[str, object]) -> tuple[str, ...]:
    """Everything that is wrong with the seven items of a fact, one clause each.

    Parameters
    ----------
    table : dict
        The attributes of :class:`Fact` by name.

    Returns
    -------
    tuple of str
        Empty if the fact is valid.
    """
    problems = []
    numbers = []
    for name in ("value", "low", "high"):
        item = table[name]
        if is_number(item):
            numbers.append(float(item))
        else:
            problems.append(f"{name} is {item!r}; give a finite number")
    for name in ("basis", "source", "where", "note"):
        if not isinstance(table[name], str):
            problems.append(f"{name} is {table[name]!r}; give a text")
    if problems:
        return tuple(problems)
    value, low, high = numbers
    if low > value:
        problems.append(f"low ({low:g}) is above value ({value:g}); low <= value <= high must hold")
    if value > high:
        problems.append(f"high ({high:g}) is below value ({value:g}); low <= value <= high must hold")
    basis = table["basis"]
    if basis not in BASES:
        problems.append(f"basis is {basis!r}; use one of {', '.join(BASES)}")
    if basis in ("measured", "published"):
        for name in ("source", "where"):
            if not str(table[name]).strip():
                problems.append(f"{name} is missing; a {basis} fact names its source and the place in it")
    if basis in ("derived", "assumed") and not str(table["note"]).strip():
        what = "from what it is derived" if basis == "derived" else "why this value is assumed"
        problems.append(f"note is missing; say {what}")
    return tuple(problems)
