"""Limits of joints turned into limits along a path, whatever the joints are.

Along a straight line a joint coordinate q is a function of the way s, so its rate is q′·v and the change
of its rate q″·v² + q′·a, with the speed v and the acceleration a of the nozzle. A machine kind gives q′
and q″ (:class:`Joints`); what follows is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from estimator.kinematics.corners import TINY

Floats = NDArray[np.float64]
Rates = tuple[tuple[Floats, ...], tuple[Floats, ...]]

TOLERANCE = 0.03
"""A limit changes by no more than this fraction along a piece."""

MOST_HALVINGS = 14
"""How often a stretch of a move may be halved: no piece is shorter than 1/16384 of it."""

SHORTEST_PIECE_M = 1e-4
"""Shorter pieces are not halved: a machine does not feel them. [m]"""


class Joints(Protocol):
    """What a machine kind knows: how its joints follow the nozzle, and what they can do."""

    @property
    def speed_max(self) -> tuple[float, ...]:
        """Highest rate of each joint; ``inf`` where nothing is known. [rad/s] or [m/s]"""

    @property
    def acceleration_max(self) -> tuple[float, ...]:
        """Highest change of each rate; ``inf`` where nothing is known. [rad/s²] or [m/s²]"""

    def breaks_m(self, start_m: Floats, direction: Floats) -> Floats:
        """Where along the lines a limit turns over.

        Parameters
        ----------
        start_m, direction : (n, 2) float
            Starts, and unit vectors. [m], [-]

        Returns
        -------
        (n, k) float
            Distances from the starts, also beyond the ends. [m]
        """

    def rates(self, place_m: Floats, direction: Floats) -> Rates:
        """First and second derivatives of every joint by the way along straight lines.

        Parameters
        ----------
        place_m, direction : (n, 2) float
            Where the nozzle is, and unit vectors of its lines. [m], [-]

        Returns
        -------
        Rates
            NaN where the nozzle cannot be.
        """


class OutOfReachError(ValueError):
    """The nozzle cannot be brought to a place.

    Parameters
    ----------
    place_m : (2,) float
        The first such place. [m]
    """

    def __init__(self, place_m: Floats) -> None:
        super().__init__(f"the nozzle cannot be brought to ({place_m[0]:.2f}, {place_m[1]:.2f}) m")
        self.place_m = place_m


@dataclass(frozen=True, slots=True)
class Pieces:
    """N pieces of straight moves, in order, along each of which the limits hardly change.

    Attributes
    ----------
    start_m, end_m : (N, 2) float
        End points; the pieces of one move follow one another without a gap. [m]
    speed_m_per_s : (N,) float
        Highest mean speed on each piece. [m/s]
    acceleration_m_per_s2 : (N,) float
        Speeding up and braking on it. [m/s²]
    parent : (N,) int
        Move that the piece belongs to.
    """

    start_m: Floats
    end_m: Floats
    speed_m_per_s: Floats
    acceleration_m_per_s2: Floats
    parent: NDArray[np.int64]


def limits_at(
    joints: Joints, place_m: Floats, direction: Floats, speed_m_per_s: Floats, acceleration_m_per_s2: float
) -> tuple[Floats, Floats]:
    """Speed and acceleration that the joints leave to the nozzle at some places.

    Parameters
    ----------
    joints : Joints
    place_m, direction : (n, 2) float
        Where the nozzle is, and unit vectors of its lines. [m], [-]
    speed_m_per_s : (n,) float
        Commanded speed, > 0. [m/s]
    acceleration_m_per_s2 : float
        Commanded acceleration, > 0. [m/s²]

    Returns
    -------
    speed_m_per_s, acceleration_m_per_s2 : (n,) float
        [m/s], [m/s²]

    Raises
    ------
    OutOfReachError
        Where a joint would have to be where it cannot.

    Notes
    -----
    v = min(v_c, q̇/|q′|, √(q̈/|q″|)) and a = min(a_c, q̈/|q′|) over all joints. The two shares of q̈ are
    limited each for itself: on the way past a column, where the path brakes before the foot and speeds up
    behind it, they oppose each other.
    """
    first, second = joints.rates(place_m, direction)
    speed, acceleration = speed_m_per_s, np.full(len(speed_m_per_s), acceleration_m_per_s2)
    for rate, change, rate_max, change_max in zip(
        first, second, joints.speed_max, joints.acceleration_max, strict=True
    ):
        share = np.maximum(np.abs(rate), TINY)
        speed = np.minimum(speed, rate_max / share)
        if change_max < np.inf:
            speed = np.minimum(speed, np.sqrt(change_max / np.maximum(np.abs(change), TINY)))
            acceleration = np.minimum(acceleration, change_max / share)
    if np.isnan(speed).any():
        raise OutOfReachError(place_m[np.isnan(speed)][0])
    return speed, acceleration


def subdivide(
    start_m: Floats,
    end_m: Floats,
    speed_m_per_s: Floats,
    acceleration_m_per_s2: float,
    joints: Joints,
    tolerance: float = TOLERANCE,
) -> Pieces:
    """Cut moves into pieces along which the limits of the joints hardly change.

    Parameters
    ----------
    start_m, end_m : (n, 2) float
        Ends of the moves. [m]
    speed_m_per_s : (n,) float
        Commanded speed, > 0. [m/s]
    acceleration_m_per_s2 : float
        Commanded acceleration, > 0. [m/s²]
    joints : Joints
    tolerance : float
        Speed and acceleration change by no more than this fraction along a piece. [-]

    Returns
    -------
    Pieces
        Moves that are nowhere limited come back whole.

    Raises
    ------
    OutOfReachError
        When a move leaves the reach of the joints.

    Notes
    -----
    Moves are cut where a limit turns over (:meth:`Joints.breaks_m`) and halved until the limits at both
    ends and in the middle agree; all moves at once, so the loop runs over the halvings only. The speed of
    a piece is its length over the time to run it at the limit, by Simpson's rule; its acceleration is the
    mean, likewise. Between two breaks the limit of each joint runs one way (those of shoulder and elbow
    nearly so), so that the least of them may peak between the places looked at but not dip: a limit is
    exceeded by the tolerance at most, and peaks are left unused.
    """
    n = len(start_m)
    step = end_m - start_m
    length = np.hypot(step[:, 0], step[:, 1])
    direction = step / np.maximum(length, TINY)[:, None]
    direction[length == 0.0] = (1.0, 0.0)  # any will do

    def limits(way: Floats, of: NDArray[np.int64]) -> Floats:
        place = start_m[of] + way[:, None] * direction[of]
        return np.stack(limits_at(joints, place, direction[of], speed_m_per_s[of], acceleration_m_per_s2))

    breaks = joints.breaks_m(start_m, direction)
    first, middle, last = (
        np.stack(limits_at(joints, place, direction, speed_m_per_s, acceleration_m_per_s2))
        for place in (start_m, 0.5 * (start_m + end_m), end_m)
    )
    # corners know the length of a piece: what need not be cut stays whole
    turns = ((breaks > 0.0) & (breaks < length[:, None])).any(axis=1)
    open_ = turns | _varies(first, middle, last, tolerance)
    if turns.any():
        open_[turns] = _turning_varies(breaks, length, np.flatnonzero(turns), (first, middle, last), limits, tolerance)
    done = [_Row(np.zeros(n), length, first, middle, last, np.arange(n)).only(~open_)]
    low, high, of = _stretches(breaks, length, np.flatnonzero(open_))
    first, last = limits(low, of), limits(high, of)
    for halving in range(MOST_HALVINGS + 1):
        if not len(of):
            break
        row = _Row(low, high, first, limits(0.5 * (low + high), of), last, of)
        halved = _varies(row.first, row.middle, row.last, tolerance) & (high - low > SHORTEST_PIECE_M)
        halved &= halving < MOST_HALVINGS
        done.append(row.only(~halved))
        low, high, first, last, of = row.only(halved).halves()
    whole = _Row.joined(done)
    low, high, of = whole.low, whole.high, whole.move
    speed = 6.0 / (1.0 / whole.first[0] + 4.0 / whole.middle[0] + 1.0 / whole.last[0])
    acceleration = (whole.first[1] + 4.0 * whole.middle[1] + whole.last[1]) / 6.0
    start = np.where((low == 0.0)[:, None], start_m[of], start_m[of] + low[:, None] * direction[of])
    end = np.where((high == length[of])[:, None], end_m[of], start_m[of] + high[:, None] * direction[of])
    return Pieces(start, end, speed, acceleration, of)


@dataclass(frozen=True, slots=True)
class _Row:
    """Stretches of moves: ends along the move, (2, n) limits at both ends and in the middle, number of the move."""

    low: Floats
    high: Floats
    first: Floats
    middle: Floats
    last: Floats
    move: NDArray[np.int64]

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> _Row:
        first, middle, last = (x[:, chosen] for x in (self.first, self.middle, self.last))
        return _Row(self.low[chosen], self.high[chosen], first, middle, last, self.move[chosen])

    def halves(self) -> tuple[Floats, Floats, Floats, Floats, NDArray[np.int64]]:
        way = 0.5 * (self.low + self.high)
        return (
            np.concatenate((self.low, way)),
            np.concatenate((way, self.high)),
            np.concatenate((self.first, self.middle), axis=1),
            np.concatenate((self.middle, self.last), axis=1),
            np.concatenate((self.move, self.move)),
        )

    @staticmethod
    def joined(rows: list[_Row]) -> _Row:
        if len(rows) == 1:
            return rows[0]
        names = ("low", "high", "first", "middle", "last")
        low, high, first, middle, last = (np.concatenate([getattr(r, name) for r in rows], axis=-1) for name in names)
        both = _Row(low, high, first, middle, last, np.concatenate([r.move for r in rows]))
        return both.only(np.lexsort((both.low, both.move)))


def _turning_varies(
    breaks: Floats,
    length: Floats,
    moves: NDArray[np.int64],
    ends: tuple[Floats, Floats, Floats],
    limits: Callable[[Floats, NDArray[np.int64]], Floats],
    tolerance: float,
) -> NDArray[np.bool_]:
    """Whether a limit changes by more than a tolerance along moves on which it may turn over."""
    seen = [x[:, moves] for x in ends]
    for k in range(breaks.shape[1]):
        seen.append(limits(np.clip(breaks[moves, k], 0.0, length[moves]), moves))
    return _varies(np.maximum.reduce(seen), np.minimum.reduce(seen), seen[0], tolerance)


def _stretches(breaks: Floats, length: Floats, moves: NDArray[np.int64]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Some moves cut where a limit may turn over: ends along the move, and the move of each stretch."""
    whole = length[moves][:, None]
    inner = np.sort(np.clip(breaks[moves], 0.0, whole), axis=1)
    cuts = np.concatenate((np.zeros_like(whole), inner, whole), axis=1)
    real = np.diff(cuts, axis=1) > 1e-6 * whole
    row = np.nonzero(real)[0].astype(np.int64)
    # what is left out as too short belongs to the stretch before it, at the start to the one behind it
    is_first = np.append(True, row[1:] != row[:-1])[: len(row)]
    low = np.where(is_first, 0.0, cuts[:, :-1][real])
    high = np.where(np.append(is_first[1:], True)[: len(row)], whole[row, 0], np.append(low[1:], 0.0)[: len(row)])
    return low, high, moves[row]


def _varies(first: Floats, middle: Floats, last: Floats, tolerance: float) -> NDArray[np.bool_]:
    """Whether one of the (2, n) limits changes by more than a tolerance between ends and middle."""
    most = np.maximum(np.maximum(first, last), middle)
    least = np.minimum(np.minimum(first, last), middle)
    return np.asarray((most > (1.0 + tolerance) * least).any(axis=0))
