"""Values out of a JSON document, with type, range and place checked.

Nothing stops at the first problem: a value that is wrong leaves a finding and a harmless
stand-in, and the reading goes on, so that all problems are told at once.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from estimator.readers.names import is_harmless
from estimator.readers.reading import Doubled, Reading

LONGEST_NAME = 200
LONGEST_NOTE = 4000
"""Characters in an id or name, and in a note or assumption."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys an object may have. The published schema says the same, and a test compares them.

    Attributes
    ----------
    numbers : mapping of str to (low, high)
        Keys with a number, and its limits, both allowed.
    choices : mapping of str to tuple of str
        Keys with one of a few words.
    texts : mapping of str to int
        Keys with text, and the greatest number of characters.
    flags : tuple of str
        Keys with true or false.
    others : tuple of str
        Keys with lists and objects.
    """

    numbers: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, int] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """All of them."""
        return frozenset((*self.numbers, *self.choices, *self.texts, *self.flags, *self.others))


class Entry:
    """One object of the document, with its place and what it may hold.

    Parameters
    ----------
    reading : Reading
    value : object
        As loaded; anything but a JSON object is an error and counts as empty.
    where : str
        JSON pointer.
    shape : Shape

    Attributes
    ----------
    is_object : bool
        Whether the value was one.
    """

    def __init__(self, reading: Reading, value: Any, where: str, shape: Shape) -> None:
        self.reading, self.where, self.shape = reading, where, shape
        self.values: dict[str, Any] = {}
        self.is_object = isinstance(value, dict)
        if not isinstance(value, dict):
            reading.error("plan-type", where, f"is {shown(value)}; an object {{…}} belongs here")
            return
        self.values = value
        if isinstance(value, Doubled):
            for key in value.twice:
                reading.error("plan-key-twice", self.at(key), "stands twice in one object; keep one of them")
        for key in value:
            if key not in shape.keys:
                near = difflib.get_close_matches(key[:40], shape.keys, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(shape.keys))}"
                reading.error("plan-key", self.at(key), f"is not a key of the format; {hint}")
        for key, most in shape.texts.items():
            if key == "note" or key.startswith("$"):
                self.text(key, "", most)

    def at(self, key: str) -> str:
        """JSON pointer of a value in the object.

        Parameters
        ----------
        key : str

        Returns
        -------
        str
            With what cannot be printed written as escapes.
        """
        step = key if len(key) <= 60 else key[:60] + "…"
        if not step.isprintable():
            step = ascii(step)[1:-1]
        return f"{self.where}/{step.replace('~', '~0').replace('/', '~1')}"

    def has(self, key: str) -> bool:
        """Whether the object has the key.

        Parameters
        ----------
        key : str

        Returns
        -------
        bool
        """
        return key in self.values

    def number(self, key: str, default: float | None = None, or_where: str = "") -> float:
        """A number within its limits.

        Parameters
        ----------
        key : str
        default : float, optional
            Taken where the key is missing; without it that is an error.
        or_where : str
            Where else the number could be given, for the message.

        Returns
        -------
        float
            The lower limit after an error.
        """
        low, high = self.shape.numbers[key]
        if key not in self.values:
            if default is not None:
                return default
            message = f"is missing; give a number from {low:g} to {high:g}{or_where}"
            self.reading.error("plan-missing", self.at(key), message)
            return low
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            code = "plan-type"
        elif not low <= value <= high:
            code = "plan-range"
        else:
            return float(value)
        self.reading.error(code, self.at(key), f"is {shown(value)}; give a number from {low:g} to {high:g}")
        return low

    def optional(self, key: str) -> float | None:
        """A number, or None where the key is missing.

        Parameters
        ----------
        key : str

        Returns
        -------
        float or None
        """
        return self.number(key) if key in self.values else None

    def text(self, key: str, default: str, most: int = LONGEST_NAME) -> str:
        """Printable text.

        Parameters
        ----------
        key : str
        default : str
            Taken where the key is missing, and after an error.
        most : int
            Characters.

        Returns
        -------
        str
        """
        value = self.values.get(key, default)
        if key not in self.values or is_text(value, most):
            return str(value)
        message = f"is {shown(value)}; 1 to {most} printable characters belong here"
        self.reading.error("plan-type", self.at(key), message)
        return default

    def choice(self, key: str, default: str, code: str = "plan-choice") -> str:
        """One of the words allowed.

        Parameters
        ----------
        key : str
        default : str
            Taken where the key is missing, and after an error.
        code : str
            Of the finding.

        Returns
        -------
        str
        """
        words = self.shape.choices[key]
        value = self.values.get(key, default)
        if key not in self.values or value in words:
            return str(value)
        self.reading.error(code, self.at(key), f"is {shown(value)}; write one of {', '.join(words)}")
        return default

    def flag(self, key: str) -> bool | None:
        """True, false, or None where the key is missing.

        Parameters
        ----------
        key : str

        Returns
        -------
        bool or None
        """
        value = self.values.get(key)
        if key not in self.values or isinstance(value, bool):
            return value
        self.reading.error("plan-type", self.at(key), f"is {shown(value)}; write true or false")
        return None

    def entry(self, key: str, shape: Shape) -> Entry:
        """An object in the object; an empty one where the key is missing.

        Parameters
        ----------
        key : str
        shape : Shape

        Returns
        -------
        Entry
        """
        return Entry(self.reading, self.values.get(key, {}), self.at(key), shape)

    def items(self, key: str, fewest: int = 0) -> list[Any]:
        """A list in the object; an empty one where the key is missing.

        Parameters
        ----------
        key : str
        fewest : int
            Where not 0, the key may not be missing either.

        Returns
        -------
        list
        """
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.reading.error("plan-type", self.at(key), f"is {shown(value)}; a list […] belongs here")
            return []
        if len(value) < fewest:
            state = f"holds {len(value)} entries" if key in self.values else "is missing"
            self.reading.error("plan-missing", self.at(key), f"{state}; give at least {fewest}")
        return value


def is_text(value: Any, most: int = LONGEST_NAME) -> bool:
    """Whether a value is text fit to be shown.

    Parameters
    ----------
    value : object
    most : int
        Characters.

    Returns
    -------
    bool
        Line breaks only where there is room for a note.
    """
    if not isinstance(value, str) or not 0 < len(value) <= most:
        return False
    breaks = "\n\t" if most > LONGEST_NAME else ""
    return all(is_harmless(c) or c in breaks for c in value)


def id_of(value: Any, default: str) -> str:
    """The id an object gives itself, for messages before it is checked.

    Parameters
    ----------
    value : object
        As loaded.
    default : str

    Returns
    -------
    str
    """
    name = value.get("id") if isinstance(value, dict) else None
    return name if isinstance(name, str) and is_text(name) else default


def shown(value: Any) -> str:
    """A value as a message names it, short and printable.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        start = value if len(value) <= 40 else value[:40] + "…"
        return repr(start) if start.isprintable() else ascii(start)
    if isinstance(value, float) and not math.isfinite(value):
        return "not a number (NaN)" if math.isnan(value) else "infinite or too large a number"
    return f"{value:g}"
