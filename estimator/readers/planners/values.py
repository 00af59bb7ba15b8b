"""Values in the files of floor planners, which write numbers in several ways, and names that are unique."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from estimator.readers.notes import Notes, Sentences

LARGEST: Final = 1e9
"""Numbers beyond this are no lengths of a building in any unit."""

SENTENCES: Final[Sentences] = {
    "planner-wall-left-out": ("warning", "{n} wall{s} left out: {detail}."),
    "planner-opening-left-out": ("warning", "{n} opening{s} left out: {detail}."),
    "planner-room-left-out": ("warning", "{n} room{s} left out: {detail}."),
    "planner-opening-size": ("warning", "The file gives {n} opening{s} no size; taken: {detail}."),
    "planner-ends-moved": ("note", "{n} wall end{s} up to {detail} m beside the wall joined there, moved onto it."),
    "planner-storeys-joined": ("note", "{n} layer{s} at the height of another, taken as the same storey."),
    "planner-text-number": ("note", "{n} number{s} written as text, read as numbers."),
    "planner-id-twice": ("note", "{n} element{s} with an id used before, renamed."),
}
"""Findings of the readers of floor planners."""


class Names:
    """Ids that differ within one kind of element.

    Parameters
    ----------
    notes : Notes
    code : str
        Of the finding that an id was used before.
    """

    def __init__(self, notes: Notes, code: str = "planner-id-twice") -> None:
        self._notes = notes
        self._code = code
        self._taken: dict[tuple[str, str], int] = {}

    def of(self, kind: str, wanted: Any, otherwise: str) -> str:
        """An id that no other element of the kind has.

        Parameters
        ----------
        kind : str
        wanted : object
            Id in the file; anything but text or a whole number is none.
        otherwise : str
            Id where the file gives none.

        Returns
        -------
        str
        """
        is_name = (isinstance(wanted, str) and wanted.strip()) or type(wanted) is int
        name = str(wanted).strip() if is_name else otherwise
        times = self._taken.get((kind, name), 0) + 1
        self._taken[kind, name] = times
        if times == 1:
            return name
        if is_name:
            self._notes.add(self._code, name)
        return self.of(kind, None, f"{name}-{times}")


def number(value: Any, notes: Notes | None = None, where: str = "") -> float | None:
    """A number of a file.

    Parameters
    ----------
    value : object
        As loaded: a number, a number in text, or an object with its length.
    notes : Notes, optional
        Gets told of numbers in text.
    where : str
        Element that it belongs to.

    Returns
    -------
    float or None
        None for what is no number, is not finite, or is beyond all buildings.
    """
    if isinstance(value, Mapping):
        value = value.get("length")
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
        if notes is not None:
            notes.add("planner-text-number", where)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) and -LARGEST <= value <= LARGEST else None


def point(value: Any, notes: Notes, where: str) -> tuple[float, float] | None:
    """A point of a file, as an object with x and y.

    Parameters
    ----------
    value : object
    notes : Notes
    where : str
        Element that it belongs to.

    Returns
    -------
    (float, float) or None
        In the unit of the file; None for what is no point.
    """
    if not isinstance(value, Mapping):
        return None
    x, y = number(value.get("x"), notes, where), number(value.get("y"), notes, where)
    return None if x is None or y is None else (x, y)


def mapping(value: Any) -> dict[str, Any]:
    """An object of a file.

    Parameters
    ----------
    value : object

    Returns
    -------
    dict
        Lists by position; empty for what is neither.
    """
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {str(k): v for k, v in enumerate(value)}
    return {}


def text(value: Any, otherwise: str = "") -> str:
    """A text of a file.

    Parameters
    ----------
    value : object
    otherwise : str

    Returns
    -------
    str
        Without blanks at its ends; the other where there is none.
    """
    return value.strip() or otherwise if isinstance(value, str) else otherwise
