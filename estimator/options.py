"""What a person can say about a plan file that the file itself does not, and the limits of reading it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from estimator.errors import UsageError

UNITS_M: Final = {
    "m": 1.0,
    "dm": 0.1,
    "cm": 0.01,
    "mm": 0.001,
    "in": 0.0254,
    "ft": 0.3048,
    "yd": 0.9144,
}
"""Metres in one unit of length, by its symbol."""

UNIT_NAMES: Final = {
    "m": "metre",
    "dm": "decimetre",
    "cm": "centimetre",
    "mm": "millimetre",
    "in": "inch",
    "ft": "foot",
    "yd": "yard",
}

DEFAULT_HEIGHT_M = 2.7
DEFAULT_THICKNESS_M = 0.2
DEFAULT_DOOR_HEAD_M = 2.1
DEFAULT_SILL_M = 0.9
"""What a drawing that shows no heights is read with; each use is told in a finding. [m]"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on the reading of one file. What passes one is refused with its name.

    Attributes
    ----------
    bytes : int
        Size of the file, and of all that an archive unpacks to.
    time_s : float
        From start to end of reading, in a process of its own that is stopped then. [s]
    wall_time_s : float
        For the body of one wall; a simpler body is taken then. [s]
    memory_bytes : int
        Address space of that process.
    entities : int
        Drawing entities, elements or features, blocks unfolded.
    vertices : int
        Points of lines, or corners of a mesh.
    depth : int
        Nesting: blocks in blocks, groups in groups.
    """

    bytes: int = 200_000_000
    time_s: float = 300.0
    wall_time_s: float = 20.0
    memory_bytes: int = 6 * 1024**3
    entities: int = 500_000
    vertices: int = 5_000_000
    depth: int = 32

    def changed(self, key: str, value: float) -> Limits:
        """The limits with one of them changed.

        Parameters
        ----------
        key : str
        value : float
            > 0.

        Returns
        -------
        Limits

        Raises
        ------
        UsageError
            There is no such limit, or the value is not above 0.
        """
        known = [f.name for f in fields(self)]
        if key not in known:
            raise UsageError(f"there is no limit {key!r}; known are {', '.join(known)}")
        if not 1e-3 <= value <= 1e13:
            raise UsageError(f"the limit {key} is {value:g}; give a number above 0")
        changed: dict[str, Any] = {key: value if key.endswith("_s") else max(int(value), 1)}
        return replace(self, **changed)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the reader of a plan file is told. None leaves it to the file, and to evidence in it.

    Attributes
    ----------
    unit_m : float or None
        Length of the file's unit; overrides what the file says. [m]
    width_m : float or None
        Extent of the building from left to right, which gives drawings without a unit their scale. [m]
    up : {"x", "y", "z"} or None
        Upward axis of a mesh.
    wall_layers : tuple of str
        Names of the layers, groups or materials that hold walls; ``*`` stands for any characters.
    opening_layers : tuple of str
        The same for doors and windows.
    height_m : float or None
        Height of walls that the file gives none. [m]
    thickness_m : float or None
        Thickness of walls that are drawn as lines. [m]
    storey : str or None
        The one storey to read: its name, or its number from 1.
    companions : tuple of Path
        Further files that belong to the plan (levels and openings of an IMDF map).
    limits : Limits
    """

    unit_m: float | None = None
    width_m: float | None = None
    up: str | None = None
    wall_layers: tuple[str, ...] = ()
    opening_layers: tuple[str, ...] = ()
    height_m: float | None = None
    thickness_m: float | None = None
    storey: str | None = None
    companions: tuple[Path, ...] = ()
    limits: Limits = Limits()

    def given(self) -> dict[str, Any]:
        """What was said beside the file, by name, as plain values.

        Returns
        -------
        dict
            Without what was left to the file; of the limits those that were changed.
        """
        usual = ReadOptions()
        told: dict[str, Any] = {}
        for name in (f.name for f in fields(self) if f.name != "limits"):
            value = getattr(self, name)
            if value != getattr(usual, name):
                told[name] = [str(v) for v in value] if isinstance(value, tuple) else value
        limits = {
            f.name: getattr(self.limits, f.name)
            for f in fields(self.limits)
            if getattr(self.limits, f.name) != getattr(usual.limits, f.name)
        }
        return {**told, **({"limits": limits} if limits else {})}


def unit_m(text: str) -> float:
    """Length of a unit given by a person.

    Parameters
    ----------
    text : str
        A symbol, or a number of metres.

    Returns
    -------
    float
        [m]

    Raises
    ------
    UsageError
    """
    if text.lower() in UNITS_M:
        return UNITS_M[text.lower()]
    try:
        length = float(text)
    except ValueError:
        length = 0.0
    if not 1e-6 <= length <= 1e4:
        raise UsageError(
            f"{text!r} is no unit of length; give one of {', '.join(UNITS_M)}, or the metres in one drawing unit"
        )
    return length


def unit_name(length_m: float) -> str:
    """A unit of length in words.

    Parameters
    ----------
    length_m : float
        [m]

    Returns
    -------
    str
        "millimetre", or "0.0533 m" where the unit has no name.
    """
    for symbol, known_m in UNITS_M.items():
        if abs(length_m - known_m) <= 1e-9 * known_m:
            return UNIT_NAMES[symbol]
    return f"{length_m:.4g} m"
