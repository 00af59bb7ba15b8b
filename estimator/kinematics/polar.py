"""Turning arms with a telescopic reach: rates along straight lines, and two closed forms.

A nozzle at distance r from the axis that runs at speed v along a line whose foot lies p from the axis, s
beyond the foot, turns the arm at v·p/r² and drives its reach at v·s/r.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.kinematics.joints import Floats, Rates

Number = float | NDArray[np.float64]

_NEAREST_M = 1e-15  # foot distance that stands for a line through the axis of an arm
_AXIS_M = 1e-9  # a nozzle this near to the axis stands in it


@dataclass(frozen=True, slots=True)
class PolarLimits:
    """What a turning arm with a telescopic reach can do; ``inf`` where nothing is known.

    Attributes
    ----------
    turn_rad_per_s, turn_rad_per_s2 : float
        Highest rate of turn ω and its change α. [rad/s], [rad/s²]
    reach_m_per_s, reach_m_per_s2 : float
        Highest speed v_r of the reach and its change r̈. [m/s], [m/s²]
    """

    turn_rad_per_s: float
    reach_m_per_s: float = math.inf
    turn_rad_per_s2: float = math.inf
    reach_m_per_s2: float = math.inf


@dataclass(frozen=True, slots=True)
class PolarJoints:
    """Joints of a turning arm: its angle and its reach.

    Attributes
    ----------
    station_m : (2,) float
        Axis of the arm. [m]
    limits : PolarLimits
    """

    station_m: Floats
    limits: PolarLimits

    @property
    def speed_max(self) -> tuple[float, ...]:
        """Highest rate of each joint. [rad/s], [m/s]"""
        return self.limits.turn_rad_per_s, self.limits.reach_m_per_s

    @property
    def acceleration_max(self) -> tuple[float, ...]:
        """Highest change of each rate. [rad/s²], [m/s²]"""
        return self.limits.turn_rad_per_s2, self.limits.reach_m_per_s2

    def breaks_m(self, start_m: Floats, direction: Floats) -> Floats:
        """Where along the lines a limit turns over: at the foot, and p/√3 before and behind it.

        Parameters
        ----------
        start_m, direction : (n, 2) float
            Starts, and unit vectors. [m], [-]

        Returns
        -------
        (n, 3) float
            Distances from the starts, also beyond the ends. [m]
        """
        along, across = foot_coordinates(start_m, direction, self.station_m)
        steepest = np.abs(across) / math.sqrt(3.0)
        return np.stack((-along - steepest, -along, -along + steepest), axis=1)

    def rates(self, place_m: Floats, direction: Floats) -> Rates:
        """First and second derivatives of angle and reach by the way along straight lines.

        Parameters
        ----------
        place_m, direction : (n, 2) float
            Where the nozzle is, and unit vectors of its lines. [m], [-]

        Returns
        -------
        Rates
            NaN in the axis of the arm.

        Notes
        -----
        dθ/ds = p/r², d²θ/ds² = −2·p·s/r⁴, dr/ds = s/r, d²r/ds² = p²/r³.
        """
        along, across = foot_coordinates(place_m, direction, self.station_m)
        r2 = along * along + across * across
        r2 = np.where(r2 > _AXIS_M * _AXIS_M, r2, np.nan)
        r = np.sqrt(r2)
        turn = across / r2
        return (turn, along / r), (-2.0 * turn * along / r2, turn * across / r)


def foot_coordinates(place_m: Floats, direction: Floats, centre_m: Floats) -> tuple[Floats, Floats]:
    """Coordinates of places on lines, seen from a centre.

    Parameters
    ----------
    place_m, direction : (n, 2) float
        Places, and unit vectors of the lines through them. [m], [-]
    centre_m : (2,) or (n, 2) float
        [m]

    Returns
    -------
    along_m, across_m : (n,) float
        How far a place lies beyond the foot of its line, and how far the line passes the centre,
        positive where it passes it on its left. [m]
    """
    x, y = (place_m - centre_m).T
    ux, uy = direction.T
    return x * ux + y * uy, x * uy - y * ux


def reach_range_m(start_m: Floats, end_m: Floats, station_m: Floats) -> tuple[Floats, Floats]:
    """Smallest and largest distance of segments from the axis of the arm.

    Parameters
    ----------
    start_m, end_m : (n, 2) or (n, 3) float
        End points; z is not looked at. [m]
    station_m : (2,) or (n, 2) float
        Axis of the arm. [m]

    Returns
    -------
    nearest_m, farthest_m : (n,) float
        Distances. [m]
    """
    foot, first, last = _along(start_m, end_m, station_m)
    nearest = np.hypot(foot, np.maximum(np.maximum(first, -last), 0.0))
    return nearest, np.hypot(foot, np.maximum(np.abs(first), np.abs(last)))


def polar_line_peaks(foot_m: Number, speed_m_per_s: Number) -> tuple[Floats, Floats, Floats]:
    """Extremes of an arm while the nozzle runs along an endless line at constant speed.

    Parameters
    ----------
    foot_m, speed_m_per_s : float or (n,) float
        Distance p > 0 of the line from the axis, and nozzle speed v. [m], [m/s]

    Returns
    -------
    turn_rad_per_s, turn_rad_per_s2, reach_m_per_s2 : (n,) float
        v/p at the foot, (3√3/8)·v²/p² at ±p/√3 from it, v²/p at the foot. [rad/s], [rad/s²], [m/s²]

    Notes
    -----
    At distance s from the foot, with r² = p² + s²: ω = v·p/r², α = −2·v²·p·s/r⁴, r̈ = v²·p²/r³.
    """
    rate = np.asarray(speed_m_per_s / foot_m)
    return rate, 3.0 * math.sqrt(3.0) / 8.0 * rate**2, rate * speed_m_per_s


def polar_line_speed(foot_m: Number, limits: PolarLimits) -> Floats:
    """Constant speed that a whole endless line allows, the inverse of :func:`polar_line_peaks`.

    Parameters
    ----------
    foot_m : float or (n,) float
        Distance p ≥ 0 of the line from the axis. [m]
    limits : PolarLimits
        Rates of the arm; the speed of the reach is not looked at.

    Returns
    -------
    (n,) float
        min(ω·p, p·√(α·8/(3√3)), √(r̈·p)). [m/s]
    """
    p = np.maximum(foot_m, _NEAREST_M)
    turning = min(limits.turn_rad_per_s, math.sqrt(limits.turn_rad_per_s2 * 8.0 / (3.0 * math.sqrt(3.0))))
    return np.asarray(np.minimum(turning * p, np.sqrt(limits.reach_m_per_s2 * p)))


def polar_line_time_s(
    start_m: Floats, end_m: Floats, station_m: Floats, speed_m_per_s: Number, limits: PolarLimits
) -> Floats:
    """Seconds of straight lines under the rate limits of an arm, without acceleration.

    Parameters
    ----------
    start_m, end_m : (n, 2) or (n, 3) float
        End points; z is not looked at. [m]
    station_m : (2,) or (n, 2) float
        Axis of the arm. [m]
    speed_m_per_s : float or (n,) float
        Commanded speed, > 0. [m/s]
    limits : PolarLimits
        Rates of turn and reach; accelerations are not looked at.

    Returns
    -------
    (n,) float
        Seconds. A line through the axis includes half a turn on the spot. [s]

    Notes
    -----
    v = min(v_c, ω·r/|sin ψ|, v_r·r/|s|) with sin ψ = p/r. From the foot outwards the rate of turn acts
    first (time atan(s/p)/ω), then the commanded speed (s/v_c), then the reach (r/v_r).
    """
    foot, first, last = _along(start_m, end_m, station_m)
    foot = np.maximum(foot, _NEAREST_M)
    speed = np.asarray(speed_m_per_s, dtype=np.float64)
    turn_end, reach_start = _zones(foot, speed, limits)
    farthest = np.maximum(np.abs(first), np.abs(last))
    turn_end, reach_start = np.minimum(turn_end, farthest), np.minimum(reach_start, farthest)

    def from_foot(s: Floats) -> Floats:
        x = np.abs(s)
        turning = np.arctan2(np.minimum(x, turn_end), foot) / limits.turn_rad_per_s
        running = (np.clip(x, turn_end, reach_start) - turn_end) / speed
        reaching = np.hypot(np.maximum(x, reach_start), foot) - np.hypot(reach_start, foot)
        return np.asarray(np.copysign(turning + running + reaching / limits.reach_m_per_s, s))

    return from_foot(last) - from_foot(first)


def _along(start_m: Floats, end_m: Floats, station_m: Floats) -> tuple[Floats, Floats, Floats]:
    """Foot distance p of each line and the coordinates of its two ends along it, measured from the foot."""
    start = np.asarray(start_m, dtype=np.float64)[:, :2] - station_m
    step = np.asarray(end_m, dtype=np.float64)[:, :2] - np.asarray(start_m, dtype=np.float64)[:, :2]
    length = np.hypot(step[:, 0], step[:, 1])
    unit = np.divide(step, length[:, None], out=np.zeros_like(step), where=length[:, None] > 0.0)
    first = np.einsum("ij,ij->i", start, unit)
    foot = np.abs(unit[:, 0] * start[:, 1] - unit[:, 1] * start[:, 0])
    foot = np.where(length > 0.0, foot, np.hypot(start[:, 0], start[:, 1]))
    return foot, first, first + length


def _zones(foot: Floats, speed: Floats, limits: PolarLimits) -> tuple[Floats, Floats]:
    """Distances from the foot where the turning limit ends and where the reaching limit begins."""
    speed = np.broadcast_to(speed, foot.shape)
    turn_end = np.sqrt(np.maximum(speed * foot / limits.turn_rad_per_s - foot * foot, 0.0))
    reach_start = np.full(foot.shape, np.inf)
    fast = speed > limits.reach_m_per_s
    excess = np.sqrt((speed[fast] - limits.reach_m_per_s) * (speed[fast] + limits.reach_m_per_s))
    reach_start[fast] = limits.reach_m_per_s * foot[fast] / excess
    both = turn_end > reach_start  # the two meet below the commanded speed
    p2 = foot[both] ** 2
    rest = 4.0 * (limits.reach_m_per_s * foot[both] / limits.turn_rad_per_s) ** 2
    meeting = np.sqrt(0.5 * rest / (p2 + np.sqrt(p2 * p2 + rest)))
    turn_end[both] = reach_start[both] = meeting
    return turn_end, reach_start
