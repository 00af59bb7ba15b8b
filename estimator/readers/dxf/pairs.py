"""Lines that run beside one another: the two faces of a wall, in any unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PARALLEL_SINE = 0.02
"""Lines that turn against each other by less are parallel."""

CHUNK = 256
"""Lines compared with all others at once."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The nearest parallel line beside each of n lines.

    Attributes
    ----------
    partner : (n,) int
        Its index, -1 where there is none.
    distance : (n,) float
        Between the two; inf where there is none, in drawing units. [-]
    low, high : (n,) float
        Where the partner runs beside the line, along it from its start.
    """

    partner: NDArray[np.int64]
    distance: Floats
    low: Floats
    high: Floats


def nearest_pairs(lines: Floats, least: float = 0.0, most: float = np.inf, overlap_ratio: float = 0.5) -> Pairs:
    """For each line the nearest one that runs beside it.

    Parameters
    ----------
    lines : (n, 4) float
        x and y of start and end, none of length 0, in drawing units. [-]
    least, most : float
        Distances that count, in drawing units. [-]
    overlap_ratio : float
        How much of the shorter of the two has to run beside the other.

    Returns
    -------
    Pairs
    """
    n = len(lines)
    start, step = lines[:, :2], lines[:, 2:] - lines[:, :2]
    length = np.hypot(step[:, 0], step[:, 1])
    along = step / length[:, None]
    partner, distance = np.full(n, -1), np.full(n, np.inf)
    low, high = np.zeros(n), np.zeros(n)
    for first in range(0, n, CHUNK):
        rows = slice(first, min(first + CHUNK, n))
        d, p = along[rows], start[rows]
        sine = d[:, 0:1] * along[:, 1] - d[:, 1:2] * along[:, 0]
        rel_x, rel_y = start[:, 0] - p[:, 0:1], start[:, 1] - p[:, 1:2]
        end_x, end_y = lines[:, 2] - p[:, 0:1], lines[:, 3] - p[:, 1:2]
        a = rel_x * d[:, 0:1] + rel_y * d[:, 1:2]
        b = end_x * d[:, 0:1] + end_y * d[:, 1:2]
        lo = np.maximum(np.minimum(a, b), 0.0)
        hi = np.minimum(np.maximum(a, b), length[rows, None])
        middle = 0.5 * ((d[:, 0:1] * rel_y - d[:, 1:2] * rel_x) + (d[:, 0:1] * end_y - d[:, 1:2] * end_x))
        apart = np.abs(middle)
        shorter = np.minimum(length[rows, None], length)
        beside = (np.abs(sine) < PARALLEL_SINE) & (hi - lo >= overlap_ratio * shorter) & (hi > lo)
        beside &= (apart > max(least, 1e-9)) & (apart <= most) & (apart > 1e-3 * shorter)
        apart = np.where(beside, apart, np.inf)
        best = np.argmin(apart, axis=1)
        row = np.arange(len(best))
        ok = np.isfinite(apart[row, best])
        partner[rows] = np.where(ok, best, -1)
        distance[rows] = apart[row, best]
        low[rows] = np.where(ok, lo[row, best], 0.0)
        high[rows] = np.where(ok, hi[row, best], 0.0)
    return Pairs(partner, distance, low, high)


def usual_spacing(lines: Floats, most_lines: int = 1500) -> tuple[float, int]:
    """The distance that parallel neighbours mostly have.

    Parameters
    ----------
    lines : (n, 4) float
        In drawing units. [-]
    most_lines : int
        Only so many of the longest are compared.

    Returns
    -------
    spacing : float
        Weighted with the lengths; 0 where no lines run beside one another.
    count : int
        Lines that have a neighbour near it (within a fifth).
    """
    length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]) if len(lines) else np.zeros(0)
    longest = np.argsort(-length, kind="stable")[:most_lines]
    longest = longest[length[longest] > 0]
    if len(longest) < 2:
        return 0.0, 0
    pairs = nearest_pairs(lines[longest])
    weight, found = length[longest], np.isfinite(pairs.distance)
    # a neighbour farther away than the line is long says little of the thickness of a wall
    found &= pairs.distance < weight
    if not found.any():
        return 0.0, 0
    logs, weight = np.log(pairs.distance[found]), weight[found]
    mass = np.array([weight[np.abs(logs - x) < 0.2].sum() for x in logs])
    spacing = float(np.exp(logs[int(np.argmax(mass))]))
    return spacing, int(np.count_nonzero(np.abs(logs - np.log(spacing)) < 0.2))
