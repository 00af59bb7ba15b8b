"""Sizes written in drawings: feet and inches, metric lengths, areas, and tags of doors and windows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from estimator.options import UNITS_M

FOOT_M: Final = UNITS_M["ft"]
INCH_M: Final = UNITS_M["in"]

_FRACTION = r"(?:\s*[- ]?\s*(\d+)/(\d+))?"
_IMPERIAL = re.compile(
    r"^\s*(?:(\d{1,4})\s*(?:'|′|’|ft\.?|feet)\s*-?\s*)?(?:(\d{1,4}(?:\.\d+)?)?"
    + _FRACTION
    + r'\s*(?:"|″|”|\'\'|in\.?)?)?\s*$',
    re.IGNORECASE,
)
_METRIC = re.compile(r"^\s*(\d{1,6}(?:[.,]\d{1,4})?)\s*(mm|cm|m)?\s*$", re.IGNORECASE)
_AREA = re.compile(
    r"(\d{1,5}(?:[.,]\d{1,3})?)\s*(m²|m2|m\^2|qm|sqm|sq\.?\s?m|㎡|кв\.?\s?м|sq\.?\s?ft\.?|sf|ft²)(?![\w²])",
    re.IGNORECASE,
)
_PAIR = re.compile(r"^(.{1,14}?)\s*(?:[x×X*]|/)\s*(.{1,14})$")
_SUFFIX = re.compile(r"^[A-Z][A-Z.&/ ]{0,15}$")

DOOR_SUFFIXES: Final = (
    "SGD",
    "OHDOOR",
    "DOOR",
    "BIFOLD",
    "BF",
    "BP",
    "BIPASS",
    "POCKET",
    "PKT",
    "SLDR",
    "FRENCH",
    "GARAGE",
)
WINDOW_SUFFIXES: Final = (
    "XO",
    "OX",
    "XOX",
    "OXO",
    "SH",
    "DH",
    "FX",
    "FIX",
    "FIXED",
    "CSMT",
    "CS",
    "SL",
    "SLIDER",
    "HS",
    "AWN",
    "PIC",
    "WINDOW",
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a door or window.

    Attributes
    ----------
    width_m, height_m : float
        [m]
    kind : {"door", "window", ""}
        What the letters behind the figures say, or the height: doors are 6'6" and higher.
    """

    width_m: float
    height_m: float
    kind: str


def length_m(text: str) -> float | None:
    """A length with its unit.

    Parameters
    ----------
    text : str
        ``13'6``, ``12'-0 1/2"``, ``8"``, ``3.50 m``, ``900mm``.

    Returns
    -------
    float or None
        [m] None where the text is no length, or has no unit.
    """
    imperial = _IMPERIAL.match(text)
    if imperial and re.search(r"['′’\"″”]|ft|feet|in", text, re.IGNORECASE) and any(imperial.groups()):
        feet, inches, top, bottom = imperial.groups()
        part = int(top) / int(bottom) if top and int(bottom) else 0.0
        return int(feet or 0) * FOOT_M + (float(inches or 0) + part) * INCH_M
    metric = _METRIC.match(text)
    if metric and metric[2]:
        return float(metric[1].replace(",", ".")) * UNITS_M[metric[2].lower()]
    return None


def number(text: str) -> float | None:
    """A bare number.

    Parameters
    ----------
    text : str

    Returns
    -------
    float or None
    """
    found = _METRIC.match(text)
    return float(found[1].replace(",", ".")) if found and not found[2] else None


def area_m2(text: str) -> float | None:
    """A floor area with its unit.

    Parameters
    ----------
    text : str
        ``12,5 m²``, ``A = 134 sq ft``.

    Returns
    -------
    float or None
        [m²]
    """
    found = _AREA.search(text)
    if not found:
        return None
    value = float(found[1].replace(",", "."))
    is_feet = bool(re.match(r"(sq\.?\s?ft|sf|ft)", found[2], re.IGNORECASE))
    return value * FOOT_M**2 if is_feet else value


def room_size_m(text: str) -> tuple[float, float] | None:
    """Width and depth of a room as written in it.

    Parameters
    ----------
    text : str
        ``13'6 x 11'``, ``3.50 m x 4.20 m``, ``3.50 x 4.20``.

    Returns
    -------
    (float, float) or None
        [m] Bare numbers are metres with decimals, millimetres from 1000.
    """
    found = _PAIR.match(text.strip())
    if not found:
        return None
    one, other = length_m(found[1]), length_m(found[2])
    if one is None and other is not None and number(found[1]) is not None:
        one = length_m(found[1] + ("'" if "'" in found[2] else "m"))
    if one is not None and other is None and "'" in found[1] and number(found[2]) is not None:
        other = length_m(found[2] + "'")
    if one is None or other is None:
        a, b = number(found[1]), number(found[2])
        if a is None or b is None:
            return None
        if 0.5 <= min(a, b) and max(a, b) <= 40 and ("." in text or "," in text):
            one, other = a, b
        elif 1000 <= min(a, b) and max(a, b) <= 40_000:
            one, other = a / 1000, b / 1000
        else:
            return None
    return (one, other) if 0.4 <= min(one, other) and max(one, other) <= 60 else None


def is_size(text: str) -> bool:
    """Whether a text is a length, an area or the size of a room.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return room_size_m(text) is not None or area_m2(text) is not None or (length_m(text) or 0) > 0


def opening_tag(text: str) -> Tag | None:
    """Width and height of an opening from its tag.

    Parameters
    ----------
    text : str
        ``2668`` (2'6" × 6'8"), ``5050 XO``, ``16070 O.H. DOOR``, ``3'-0" x 6'-8"``, ``90/210``, ``900x2100``.

    Returns
    -------
    Tag or None
    """
    text = text.strip().upper()
    if not 3 <= len(text) <= 24:
        return None
    found = re.match(r"^\(?(\d{4,5})\)?[\s-]*([A-Z].*)?$", text)
    if found:
        figures, behind = found[1], (found[2] or "").strip()
        if behind and not _SUFFIX.match(behind):
            return None
        feet, inch = int(figures[:-3]), int(figures[-3])
        high, rest = int(figures[-2]), int(figures[-1])
        width, height = feet * FOOT_M + inch * INCH_M, high * FOOT_M + rest * INCH_M
        if not (0.3 <= width <= 6.5 and 0.25 <= height <= 3.2):
            return None
        return Tag(width, height, _tag_kind(behind, height))
    head, _, behind = text.partition(" ") if not _PAIR.match(text) else (text, "", "")
    pair = _PAIR.match(head)
    if not pair:
        return None
    one, other = length_m(pair[1]), length_m(pair[2])
    if one is None or other is None:
        a, b = number(pair[1]), number(pair[2])
        if a is None or b is None or ("/" in head and min(a, b) < 20):
            return None
        factor = 1.0 if max(a, b) < 7 else 0.01 if max(a, b) < 700 else 0.001
        one, other = a * factor, b * factor
    if not (0.3 <= one <= 6.5 and 0.25 <= other <= 3.2):
        return None
    return Tag(one, other, _tag_kind(behind, other))


def _tag_kind(behind: str, height_m: float) -> str:
    letters = re.sub(r"[^A-Z]", "", behind)
    if letters in DOOR_SUFFIXES or "DOOR" in letters:
        return "door"
    if letters in WINDOW_SUFFIXES:
        return "window"
    return "door" if height_m >= 6.5 * FOOT_M else "window"
