"""The way of a travelling arm round its own column."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from estimator.kinematics.joints import Floats

WIDEST_STEP_RAD = math.pi / 12
"""One straight leg stands for no more of the turn round a column."""


def round_column(
    start_m: Floats, end_m: Floats, crossing: NDArray[np.int64], station_m: Floats, clear_m: float
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Moves that go round a circle instead of through it.

    Parameters
    ----------
    start_m, end_m : (n, 2) float
        Ends of the moves. [m]
    crossing : (k,) int
        Moves that come nearer than the circle, in order.
    station_m : (2,) float
        Middle of the circle. [m]
    clear_m : float
        Its radius, > 0. [m]

    Returns
    -------
    start_m, end_m : (N, 2) float
        Legs in order; those of a crossing move touch the circle from outside, tangents at both ends and
        chords of a polygon between them. [m]
    move : (N,) int
        Move that each leg belongs to.
    """
    n = len(start_m)
    here, there = start_m[crossing] - station_m, end_m[crossing] - station_m
    turn = np.arctan2(here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0], np.einsum("ij,ij->i", here, there))
    side = np.where(turn < 0.0, -1.0, 1.0)
    off = [np.arccos(np.minimum(clear_m / np.maximum(np.hypot(*p.T), clear_m), 1.0)) for p in (here, there)]
    arc = np.maximum(np.abs(turn) - off[0] - off[1], 0.0)
    vias = np.maximum(np.ceil(arc / WIDEST_STEP_RAD), 1.0).astype(np.int64)
    row = np.repeat(np.arange(len(crossing)), vias)
    step = np.arange(len(row)) - np.repeat(np.cumsum(vias) - vias, vias)
    first = np.arctan2(here[:, 1], here[:, 0]) + side * off[0]
    angle = first[row] + side[row] * arc[row] * (step + 0.5) / vias[row]
    radius = clear_m / np.cos(0.5 * arc / vias)[row]
    via = station_m + radius[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    after = crossing[row]
    start = np.insert(start_m, after + 1, via, axis=0)
    end = np.insert(end_m, after, via, axis=0)
    return start, end, np.insert(np.arange(n), after, after)
