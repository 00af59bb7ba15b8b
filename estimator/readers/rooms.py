"""Rooms of a storey: what its walls enclose, named by the texts in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely import Polygon

from estimator.plan import Area, Room
from estimator.readers.strips import THICKEST_M
from estimator.shapes import polygonal, without

SMALLEST_ROOM_M2 = 0.5
"""Enclosed areas smaller than this are ducts and slips. [m²]"""

_NUMBER: Final = r"(\d+(?:[.,]\d+)?)"
_FEET: Final = r"""(\d+)\s*(?:'|′|’|ft)\s*-?\s*(?:(\d+)(?:\s*(?:"|″|”|in))?)?"""
_AREA: Final = re.compile(_NUMBER + r"\s*(m²|m2|qm|sqm|sq\.?\s?m\b|sq\.?\s?ft|sqft|ft²|ft2|sf\b|㎡)", re.IGNORECASE)
_SIZE: Final = re.compile(_NUMBER + r"\s*(m|cm|mm)?\s*[x×✕*]\s*" + _NUMBER + r"\s*(m|cm|mm)?\b", re.IGNORECASE)
_FEET_SIZE: Final = re.compile(_FEET + r"\s*[x×✕*]\s*" + _FEET, re.IGNORECASE)
_FOOT_M: Final = 0.3048


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a drawing.

    Attributes
    ----------
    text : str
    x, y : float
        Where it stands. [drawing units, or m]
    """

    text: str
    x: float
    y: float


def enclosed(area: Area, smallest: float = SMALLEST_ROOM_M2) -> list[Polygon]:
    """What an area of walls encloses.

    Parameters
    ----------
    area : polygon
        Of the walls, their openings filled. [m]
    smallest : float
        In the square of the area's unit. [-]

    Returns
    -------
    list of polygon
        From the top left on, as a page is read.
    """
    rings = [Polygon(ring) for part in shapely.get_parts(polygonal(area)) for ring in part.interiors]
    inner = [ring for ring in rings if ring.area >= smallest]
    if not inner:
        return []
    clear = [p for ring in inner for p in shapely.get_parts(polygonal(without(ring, area)))]
    clear = [p for p in clear if p.area >= smallest]
    return sorted(clear, key=lambda p: (-round(p.centroid.y / THICKEST_M), p.centroid.x))


def named_rooms(outlines: Sequence[Polygon], texts: Sequence[Text], storey: int, prefix: str) -> list[Room]:
    """Rooms with the names written in them.

    Parameters
    ----------
    outlines : sequence of polygon
        [m]
    texts : sequence of Text
        In metres as well.
    storey : int
    prefix : str
        Rooms are called ``{prefix}1``, ``{prefix}2``, …

    Returns
    -------
    list of Room
        Sizes and areas are no part of a name; a room without a name is called by its number.
    """
    words: list[list[Text]] = [[] for _ in outlines]
    for room, text in _inside(outlines, texts):
        words[room].append(text)
    rooms = []
    for k, outline in enumerate(outlines):
        lines = sorted(words[k], key=lambda t: (-t.y, t.x))
        name = " ".join(line for t in lines if (line := without_sizes(t.text)))
        rooms.append(Room(f"{prefix}{k + 1}", name or f"Room {k + 1}", storey, outline))
    return rooms


def _inside(outlines: Sequence[Polygon], texts: Sequence[Text]) -> list[tuple[int, Text]]:
    if not outlines or not texts:
        return []
    points = np.array([shapely.Point(t.x, t.y) for t in texts], dtype=object)
    text, room = shapely.STRtree(list(outlines)).query(points, predicate="intersects")
    return [(int(r), texts[int(t)]) for t, r in zip(text, room, strict=True)]


def without_sizes(text: str) -> str:
    """A text without the areas and sizes in it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        "" if it has no letters besides.
    """
    left = _FEET_SIZE.sub(" ", _SIZE.sub(" ", _AREA.sub(" ", text)))
    left = " ".join(left.split()).strip(" ,;:-–()")
    return left if re.search(r"[^\W\d_]", left) else ""


def stated_area_m2(text: str) -> float | None:
    """The area that a text states.

    Parameters
    ----------
    text : str
        "Kitchen 12,5 m²", "130 sq ft".

    Returns
    -------
    float or None
        [m²]
    """
    found = _AREA.search(text)
    if found is None:
        return None
    value = float(found[1].replace(",", "."))
    imperial = "f" in found[2].lower()
    return value * _FOOT_M**2 if imperial else value


def stated_size_m(text: str) -> tuple[float, float] | None:
    """The two sides of a room that a text states.

    Parameters
    ----------
    text : str
        ``12'-0" x 11'-6"``, "3.5 x 4.2 m", "3500 × 4200".

    Returns
    -------
    (float, float) or None
        None also for numbers that can be no room's sides in any usual unit. [m]
    """
    feet = _FEET_SIZE.search(text)
    if feet is not None:
        sides = [(float(feet[k]) + float(feet[k + 1] or 0) / 12) * _FOOT_M for k in (1, 3)]
        return sides[0], sides[1]
    found = _SIZE.search(text)
    if found is None:
        return None
    one, other = (float(found[k].replace(",", ".")) for k in (1, 3))
    unit = (found[4] or found[2] or "").lower()
    per_unit = {"m": 1.0, "cm": 0.01, "mm": 0.001}.get(unit)
    if per_unit is None:
        per_unit = next((u for u in (1.0, 0.01, 0.001) if 0.6 <= one * u <= 30 and 0.6 <= other * u <= 30), None)
    return None if per_unit is None else (one * per_unit, other * per_unit)
