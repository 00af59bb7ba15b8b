"""Features of GeoJSON files: what each is, what it is called, on which level it lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from estimator.errors import PlanError
from estimator.options import Limits
from estimator.plan import OpeningKind
from estimator.readers.notes import Notes
from estimator.readers.planners.values import mapping, number, text
from estimator.readers.words import role_of

Role = Literal["room", "level", "opening", "wall", "building", "other"]

NUMBERS: Final = {int, float}
LARGEST: Final = 1e9
"""Coordinates beyond this are none."""

IMDF: Final[dict[str, Role]] = {"unit": "room", "level": "level", "opening": "opening", "building": "other"}
"""Roles by the type of an IMDF feature; other types are no part of a plan."""

ROOM_WORDS: Final = {
    "room", "rooms", "unit", "units", "space", "spaces", "corridor", "area", "hall", "office", "kitchen", "bathroom",
    "bedroom", "stairs", "elevator", "restroom", "walkway", "toilet", "lobby", "zone", "apartment", "ifcspace", "yes",
}  # fmt: skip
LEVEL_WORDS: Final = {"level", "storey", "story"}
BUILDING_WORDS: Final = {"building", "footprint", "house", "buildings"}
WORD_KEYS: Final = ("category", "type", "class", "kind", "layer", "element", "role", "indoor", "ifcclass", "ifc_class")
LEVEL_KEYS: Final = ("level", "floor", "storey", "story", "ordinal", "level_name", "floor_name")


@dataclass(frozen=True, slots=True)
class Feature:
    """A thing on a map.

    Attributes
    ----------
    id : object
        As in the file.
    role : str
    geometry : geometry
        In the numbers of the file until it is projected.
    properties : dict
        Those of the feature, over the tags of OpenStreetMap in them.
    where : str
        What it is called in findings.
    """

    id: Any
    role: Role
    geometry: BaseGeometry
    properties: dict[str, Any]
    where: str


class Loading:
    """Features loaded so far, bounded.

    Parameters
    ----------
    shown : str
        What the file is called in messages.
    limits : Limits
    notes : Notes
    """

    def __init__(self, shown: str, limits: Limits, notes: Notes) -> None:
        self._shown = shown
        self._limits = limits
        self._notes = notes
        self._entities = 0
        self._vertices = 0
        self.others: dict[str, int] = {}

    def features(self, data: Any, kind: str = "") -> Iterator[Feature]:
        """The features of one file that may be part of a plan.

        Parameters
        ----------
        data : object
            As loaded.
        kind : str
            Type of its features where they name none themselves.
        """
        data = mapping(data)
        listed = data.get("features") if data.get("type") != "Feature" else [data]
        for value in listed if isinstance(listed, list) else []:
            self._entities += 1
            if self._entities > self._limits.entities:
                raise PlanError(
                    f"{self._shown}: has more than the {self._limits.entities} features allowed; "
                    "give one building at a time, or raise --limit entities"
                )
            feature = mapping(value)
            stated = mapping(feature.get("properties"))
            properties = {**mapping(stated.get("tags")), **stated}
            where = str(_first(feature.get("id"), properties.get("id"), f"feature-{self._entities}"))[:80]
            geometry = self._geometry(mapping(feature.get("geometry")), where)
            if geometry is None:
                continue
            role = _role(text(feature.get("feature_type"), kind), properties, geometry)
            if role == "other":
                name = text(feature.get("feature_type"), kind) or geometry.geom_type.lower()
                self.others[name] = self.others.get(name, 0) + 1
            else:
                yield Feature(_first(feature.get("id"), properties.get("id"), None), role, geometry, properties, where)

    def _geometry(self, value: dict[str, Any], where: str) -> BaseGeometry | None:
        kind, coordinates = value.get("type"), value.get("coordinates")
        made: BaseGeometry | None = None
        if kind == "Polygon":
            made = self._polygon(coordinates)
        elif kind == "MultiPolygon" and isinstance(coordinates, list):
            parts = [self._polygon(part) for part in coordinates]
            made = shapely.MultiPolygon([p for p in parts if p is not None]) if None not in parts and parts else None
        elif kind in ("LineString", "MultiPoint"):
            points = self._points(coordinates, 2)
            made = None if points is None else shapely.LineString(points)
        elif kind == "MultiLineString" and isinstance(coordinates, list):
            lines = [self._points(part, 2) for part in coordinates]
            made = shapely.MultiLineString([p for p in lines if p is not None]) if None not in lines and lines else None
        elif kind == "Point":
            points = self._points([coordinates], 1)
            made = None if points is None else shapely.Point(points[0])
        elif not value:  # IMDF has features without geometry: addresses, buildings
            self.others["feature without geometry"] = self.others.get("feature without geometry", 0) + 1
            return None
        if made is None or made.is_empty:
            self._notes.add("geo-feature-left-out", where, "without a geometry that can be read")
            return None
        return made

    def _polygon(self, rings: Any) -> shapely.Polygon | None:
        if not isinstance(rings, list) or not rings:
            return None
        outlines = [self._points(ring, 3) for ring in rings]
        if any(ring is None for ring in outlines):
            return None
        return shapely.Polygon(outlines[0], outlines[1:])

    def _points(self, values: Any, fewest: int) -> NDArray[np.float64] | None:
        if not isinstance(values, list) or len(values) < fewest:
            return None
        self._vertices += len(values)
        if self._vertices > self._limits.vertices:
            raise PlanError(
                f"{self._shown}: has more than the {self._limits.vertices} corners allowed; "
                "give one building at a time, or raise --limit vertices"
            )
        sound = all(isinstance(p, list) and len(p) >= 2 and {type(p[0]), type(p[1])} <= NUMBERS for p in values)
        if not sound:
            return None
        points = np.array([p[:2] for p in values], dtype=np.float64)
        return points if bool((np.abs(points) <= LARGEST).all()) else None


def name_of(properties: dict[str, Any], otherwise: str) -> str:
    """What a feature is called.

    Parameters
    ----------
    properties : dict
    otherwise : str
        Where it has no name.

    Returns
    -------
    str
        In English where it has names in several languages, else in the first.
    """
    for key in ("name", "alt_name", "short_name", "ref", "room", "number"):
        value = properties.get(key)
        if isinstance(value, dict):
            value = value.get("en") or next(iter(value.values()), None)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if text(value):
            return text(value)
    return otherwise


def levels_of(properties: dict[str, Any]) -> list[str]:
    """The levels that a feature names, where it refers to none by id.

    Parameters
    ----------
    properties : dict

    Returns
    -------
    list of str
        Several for a room through storeys ("0;1", "0-2").
    """
    for key in LEVEL_KEYS:
        value = properties.get(key)
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, int | float):
            return [f"{value:g}"]
        words = text(value)
        span = re.fullmatch(r"(-?\d{1,3})\s*(?:-|\.\.|to)\s*(-?\d{1,3})", words)
        if span and 0 <= int(span[2]) - int(span[1]) <= 100:
            return [str(k) for k in range(int(span[1]), int(span[2]) + 1)]
        if words:
            return [part.strip() for part in re.split(r"[;,]", words) if part.strip()]
    return []


def length_of(properties: dict[str, Any], *keys: str) -> float | None:
    """A length in metres among the properties of a feature, above 0.

    Parameters
    ----------
    properties : dict
    *keys : str
        The first that holds one counts.

    Returns
    -------
    float or None
        [m]
    """
    for key in keys:
        value = properties.get(key)
        if isinstance(value, str):
            stated = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*m?\s*", value)
            value = float(stated[1].replace(",", ".")) if stated else None
        length = number(value)
        if length is not None and 0 < length <= 1000:
            return length
    return None


def kind_of_opening(properties: dict[str, Any]) -> OpeningKind:
    """Whether an opening is a door or a window, by the words in its properties.

    Parameters
    ----------
    properties : dict

    Returns
    -------
    {"door", "window", "opening"}
        Openings of IMDF maps are doors: people pass through them.
    """
    roles = {role_of(word) for word in _words(properties)}
    if "window" in roles or text(properties.get("window")) not in ("", "no"):
        return "window"
    return "opening" if "opening" in roles and "door" not in roles else "door"


def is_footprint(properties: dict[str, Any]) -> bool:
    """Whether an area on a map of many is the outline of a house.

    Parameters
    ----------
    properties : dict

    Returns
    -------
    bool
        By the words in its properties; without any, it is.
    """
    if BUILDING_WORDS & set(_words(properties)) or "building" in properties:
        return True
    return not _words(properties) and not any(key in properties for key in ("ordinal", "level_id", *LEVEL_KEYS))


def _first(*values: Any) -> Any:
    return next((v for v in values if isinstance(v, str | int | float) and not isinstance(v, bool)), values[-1])


def _words(properties: dict[str, Any]) -> list[str]:
    return [text(properties.get(key)).casefold() for key in WORD_KEYS if text(properties.get(key))]


def _role(kind: str, properties: dict[str, Any], geometry: BaseGeometry) -> Role:
    """What a feature is: by its IMDF type, else by the words in its properties, else by its shape."""
    if kind:
        return IMDF.get(kind.casefold(), "other")
    is_area = geometry.geom_type.endswith("Polygon")
    words = _words(properties)
    roles = {role_of(word) for word in words}
    if roles & {"door", "window", "opening"} or any(
        text(properties.get(key)) not in ("", "no") for key in ("door", "window", "entrance")
    ):
        return "opening"
    if "wall" in roles or (not words and text(properties.get("wall")) == "yes"):
        return "wall"
    if not is_area:
        return "opening" if geometry.geom_type == "LineString" and "level_id" in properties else "other"
    if LEVEL_WORDS & set(words) or ("ordinal" in properties and "level_id" not in properties):
        return "level"
    if BUILDING_WORDS & set(words) or ("building" in properties and not ROOM_WORDS & set(words)):
        return "building"
    return "room"
