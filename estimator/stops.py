"""Stops: the set-ups of a layout one after another, each with what is printed from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.parts import Part


@dataclass(frozen=True, slots=True)
class Stop:
    """One setting up of a machine.

    Attributes
    ----------
    level : int
        0 on the ground, then upwards: stops that print the same storeys are on one level.
    place_m : (2,) float or None
        Where the machine stands. [m]
    members : tuple of int
        The parts printed from there, numbers in the sequence given.
    """

    level: int
    place_m: NDArray[np.float64] | None
    members: tuple[int, ...]


def stops_of(parts: Sequence[Part]) -> list[Stop]:
    """The set-ups of parts, in the order in which the first part of each is printed.

    Parameters
    ----------
    parts : sequence of Part
        In printing order.

    Returns
    -------
    list of Stop
    """
    members: dict[int, list[int]] = {}
    for k, part in enumerate(parts):
        members.setdefault(part.set_up, []).append(k)
    levels: list[set[int]] = []
    stops = []
    for of in members.values():
        storeys = {parts[k].storey for k in of}
        level = next((i for i, known in enumerate(levels) if known & storeys), len(levels))
        if level == len(levels):
            levels.append(set())
        levels[level] |= storeys
        stops.append(Stop(level, parts[of[0]].place_m, tuple(of)))
    return stops
