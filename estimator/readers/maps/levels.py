"""Levels of a map as storeys, and which features lie on which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from estimator.plan import Storey
from estimator.readers.maps.features import Feature, levels_of, name_of
from estimator.readers.notes import Notes
from estimator.readers.planners.values import number
from estimator.readers.words import storey_rank

HIGHEST_RANK: Final = 200
"""More storeys than this above or below the ground are none."""


@dataclass(slots=True)
class Level:
    """A storey in the making.

    Attributes
    ----------
    id, name : str
    rank : float
        Number of the storey, 0 at the ground. [-]
    elevation_m : float or None
        Where the file states it. [m]
    outline : geometry or None
        Of the level itself. [m]
    """

    id: str
    name: str
    rank: float
    elevation_m: float | None = None
    outline: BaseGeometry | None = None


class Levels:
    """Levels by the ways in which features refer to them.

    Parameters
    ----------
    features : sequence of Feature
        The levels of the file and of its companions.
    notes : Notes
    """

    def __init__(self, features: Sequence[Feature], notes: Notes) -> None:
        self._notes = notes
        self.all: list[Level] = []
        self._by_id: dict[str, int] = {}
        self._by_word: dict[str, int] = {}
        for feature in features:
            ordinal = number(feature.properties.get("ordinal"))
            words = [] if ordinal is None else [f"{ordinal:g}"]
            words += [w for w in levels_of(feature.properties) if w not in words]
            name = name_of(feature.properties, words[0] if words else f"Storey {len(self.all) + 1}")
            rank = ordinal if ordinal is not None else _rank([*words, name], len(self.all))
            level = Level(feature.where, name, rank, number(feature.properties.get("elevation")), feature.geometry)
            self._by_id.setdefault(str(feature.id), len(self.all))
            for word in (*words, name):
                self._by_word.setdefault(word.casefold(), len(self.all))
            self.all.append(level)

    def of(self, feature: Feature) -> list[int]:
        """Numbers of the levels that a feature refers to; empty where it refers to none that is known."""
        known = self._by_id.get(str(feature.properties.get("level_id")))
        if known is not None:
            return [known]
        found = [self._by_word.get(word.casefold()) for word in levels_of(feature.properties)]
        return [k for k in found if k is not None]

    def of_room(self, feature: Feature) -> list[int]:
        """Numbers of the levels of a room; levels that the file does not describe are made from its words."""
        reference = feature.properties.get("level_id")
        is_reference = isinstance(reference, str) and reference != ""
        if is_reference and reference not in self._by_id:
            self._notes.add("geo-level-unknown", feature.where)
        found = self.of(feature)
        if found:
            return found
        words = levels_of(feature.properties)
        if is_reference and not words:
            return [self._made(str(reference), [str(reference)])]
        return [self._made(word, [word]) for word in words] or [self._made("", [])]

    def of_building(self, storeys: int) -> list[int]:
        """Numbers of the lowest levels, as many as a building has storeys."""
        return [self._made(str(k), [str(k)]) for k in range(storeys)]

    def is_known(self, feature: Feature) -> bool:
        """Whether the level that a feature refers to by id is given, or it refers to none so."""
        reference = feature.properties.get("level_id")
        return reference is None or str(reference) in self._by_id

    def _made(self, key: str, words: list[str]) -> int:
        if key.casefold() not in self._by_word:
            self._by_word[key.casefold()] = len(self.all)
            rank = _rank(words, len(self.all)) if words else 0.0
            name = f"Storey {key}" if key.lstrip("-").isdecimal() else key or "Storey 1"
            self.all.append(Level(f"level-{key or 1}", name, rank))
        return self._by_word[key.casefold()]


def _rank(words: Sequence[str], otherwise: int) -> float:
    """Number of a storey by the words for it."""
    for word in words:
        try:
            value = float(word)
        except ValueError:
            ranked = storey_rank(word)
            value = float("nan") if ranked is None else ranked
        if -HIGHEST_RANK <= value <= HIGHEST_RANK:
            return value
    return float(otherwise)


def storeys_of(
    levels: Sequence[Level], height_m: Sequence[float], notes: Notes
) -> tuple[list[int], tuple[Storey, ...]]:
    """Storeys from the bottom up.

    Parameters
    ----------
    levels : sequence of Level
        Those with walls or rooms.
    height_m : sequence of float
        Of the walls on each. [m]
    notes : Notes

    Returns
    -------
    order : list of int
        Level of each storey.
    storeys : tuple of Storey

    Notes
    -----
    Where the file states the elevation of every level, that is taken. Otherwise storeys stand on one
    another without a slab between, the one nearest above the lowest rank from 0 up at z = 0.
    """
    stated = all(level.elevation_m is not None for level in levels)
    order = sorted(range(len(levels)), key=lambda k: ((levels[k].elevation_m or 0.0) if stated else levels[k].rank, k))
    if stated:
        elevation_m = [levels[k].elevation_m or 0.0 for k in order]
    else:
        if len(levels) > 1:
            notes.add("geo-elevations", "levels", "each storey stands on the one below")
        ground = next((n for n, k in enumerate(order) if levels[k].rank >= 0), 0)
        reached = np.concatenate(([0.0], np.cumsum([height_m[k] for k in order])))
        elevation_m = (reached - reached[ground])[:-1].tolist()
    storeys = []
    for n, k in enumerate(order):
        rise_m = elevation_m[n + 1] - elevation_m[n] if n + 1 < len(order) else 0.0
        height = rise_m if rise_m > 0 else height_m[k]
        storeys.append(Storey(levels[k].id, levels[k].name, round(elevation_m[n], 9), round(height, 9)))
    return order, tuple(storeys)


def outside(rooms: Sequence[Any], outline: BaseGeometry | None) -> list[int]:
    """Rooms that lie with more than half of their area outside the outline of their level.

    Parameters
    ----------
    rooms : sequence of polygon
        [m]
    outline : geometry or None
        [m]

    Returns
    -------
    list of int
    """
    if outline is None or not rooms:
        return []
    area = np.array(rooms, dtype=object)
    inside = shapely.area(shapely.intersection(area, shapely.make_valid(outline)))
    return np.flatnonzero(inside < 0.5 * shapely.area(area)).tolist()
