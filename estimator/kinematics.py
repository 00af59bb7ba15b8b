"""How fast a machine may move: limits from corners, arcs, axes, a turning arm and the pump.

Every function answers for arrays of straight segments and returns speeds (or squared speeds) that
:mod:`estimator.motion` takes as its limits. Nothing here knows about time except the closed form of a
single line under a turning arm, which is the yardstick for its subdivision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Number = float | NDArray[np.float64]

STRAIGHT = 4e-15  # 1 − cos φ below this is rounding: deflections under 9e-8 rad are straight on
TINY = 1e-280  # stands for 0 under a division; its reciprocal is still finite after two products
SMALLEST_DEVIATION_M = 1e-100  # stands for 0, so that 0 · ∞ at a straight joint is still unlimited
_NEAREST_M = 1e-15  # foot distance that stands for a line through the axis of an arm
_AXIS_M = 1e-9  # a segment this near to the axis runs through it


# --- corners and arcs --------------------------------------------------------------------------


def junction_deviation_m(square_corner_speed_m_per_s: float, acceleration_m_per_s2: float) -> float:
    """Deviation δ that makes the corner rule keep a given speed through 90°.

    Parameters
    ----------
    square_corner_speed_m_per_s : float
        Speed kept through a right angle, ≥ 0. [m/s]
    acceleration_m_per_s2 : float
        Acceleration of the machine, > 0 (not of the single move). [m/s²]

    Returns
    -------
    float
        Junction deviation δ = v²·(√2 − 1)/a. [m]

    References
    ----------
    Klipper documentation, "Kinematics", section "Look-ahead"; ``klippy/toolhead.py``.
    """
    return square_corner_speed_m_per_s**2 * (math.sqrt(2.0) - 1.0) / acceleration_m_per_s2


def junction_speed_squared(
    direction: Floats, length_m: Floats, acceleration_m_per_s2: Number, deviation_m: float
) -> Floats:
    """Squared corner speed between consecutive segments.

    Parameters
    ----------
    direction : (n, 2) or (n, 3) float
        Unit vectors of the segments in print order. [-]
    length_m : (n,) float
        Segment lengths, > 0; ``inf`` leaves the centripetal cap out. [m]
    acceleration_m_per_s2 : float or (n,) float
        Acceleration of each segment, > 0. [m/s²]
    deviation_m : float
        Junction deviation δ, ≥ 0; see :func:`junction_deviation_m`. [m]

    Returns
    -------
    (n - 1,) float
        Squared speed at the inner nodes: 0 at a reversal, beyond any machine (> 1e50) where the path
        runs straight on. [m²/s²]

    Notes
    -----
    With the deflection φ (0 = straight on) and s = cos(φ/2), for each of the two segments
    u ≤ a·δ·s/(1 − s)  and  u ≤ ½·L·a/tan(φ/2); the smallest of the four counts. The second makes
    a tessellated arc of radius R obey u ≤ a·R however fine its chords are.
    Deflections below 9e-8 rad count as straight, which is where cos φ runs out of digits.

    References
    ----------
    S. K. Jeon, "Improving Grbl: Cornering Algorithm", 2011 (junction deviation).
    Klipper, ``klippy/toolhead.py``, ``Move.calc_junction`` (both caps, each move's acceleration).
    """
    n = len(direction)
    if n < 2:
        return np.zeros(0)
    acceleration = np.broadcast_to(np.asarray(acceleration_m_per_s2, dtype=np.float64), (n,))
    dot = np.einsum("ij,ij->i", direction[:-1], direction[1:])
    cot, total = np.empty(n - 1), np.empty(n - 1)
    half_angles(np.ones(n - 1), dot, np.full(n - 1, TINY), cot, total)
    deviation = np.minimum(acceleration[:-1], acceleration[1:]) * max(deviation_m, SMALLEST_DEVIATION_M)
    centripetal = 0.5 * np.minimum(acceleration[:-1] * length_m[:-1], acceleration[1:] * length_m[1:])
    return np.asarray(np.minimum(deviation * total, centripetal) * cot)


def half_angles(product: Floats, dot: Floats, tiny: Floats, cot: Floats, total: Floats) -> None:
    """Fill ``cot`` = cot(φ/2) and ``total`` = cot(φ/2) + 1/sin(φ/2) at the corners between segments p, q.

    Parameters
    ----------
    product, dot : (n,) float
        |p|·|q| (overwritten) and p·q, in any one unit. [any]
    tiny : (n,) float
        Array of :data:`TINY`; an array because numpy compares two arrays faster than one and a number. [-]
    cot, total : (n,) float
        Results. [-]

    Notes
    -----
    cot²(φ/2) = (|p||q| + p·q)/(|p||q| − p·q) and 1/sin² = 1 + cot². The corner caps are then
    a·δ·cot·total, because s/(1 − s) = s·(1 + s)/sin²(φ/2), and ½·a·L·cot.
    """
    np.add(product, dot, out=cot)
    np.abs(cot, out=cot)  # below 0 only by rounding, at a reversal
    np.multiply(product, 1.0 - STRAIGHT, out=product)
    np.subtract(product, dot, out=product)
    np.maximum(product, tiny, out=product)
    np.divide(cot, product, out=cot)
    np.add(cot, 1.0, out=total)
    np.sqrt(cot, out=cot)
    np.sqrt(total, out=total)
    np.add(total, cot, out=total)


def arc_speed(radius_m: Number, acceleration_m_per_s2: Number) -> Floats:
    """Highest speed on an arc, √(a·R).

    Parameters
    ----------
    radius_m, acceleration_m_per_s2 : float or (n,) float
        Radius R ≥ 0 and acceleration a towards the centre. [m], [m/s²]

    Returns
    -------
    (n,) float
        [m/s]
    """
    return np.asarray(np.sqrt(radius_m * acceleration_m_per_s2))


def chord_angle_rad(radius_m: Number, sagitta_m: Number) -> Floats:
    """Angle of arc that one chord may replace, 2·acos(1 − e/R); the chord is 2·R·sin(angle/2) long.

    Parameters
    ----------
    radius_m, sagitta_m : float or (n,) float
        Radius R > 0 and largest distance e between arc and chord, 0 ≤ e ≤ R. [m]

    Returns
    -------
    (n,) float
        [rad]
    """
    return np.asarray(2.0 * np.arccos(1.0 - sagitta_m / radius_m))


def corner_rounding(deviation_m: Number, deflection_rad: Number) -> tuple[Floats, Floats]:
    """Arc that cuts a corner at a given distance from its tip; its speed is :func:`arc_speed`.

    Parameters
    ----------
    deviation_m, deflection_rad : float or (n,) float
        Distance e ≥ 0 between corner and arc, and change of heading φ, 0 < φ < π. [m], [rad]

    Returns
    -------
    radius_m, shortening_m : (n,) float
        r = e·cos(φ/2)/(1 − cos(φ/2)), and how much shorter the path becomes, 2·r·tan(φ/2) − r·φ. [m]
    """
    half = 0.5 * np.asarray(deflection_rad)
    radius = np.asarray(deviation_m * np.cos(half) / (1.0 - np.cos(half)))
    return radius, 2.0 * radius * (np.tan(half) - half)


# --- axes and pump -----------------------------------------------------------------------------


def axis_limits(direction: Floats, limits: Floats) -> Floats:
    """Limit along straight moves of a machine whose axes are limited one by one, min(limit/|u|).

    Parameters
    ----------
    direction : (n, d) float
        Unit vectors u of the moves. [-]
    limits : (d,) float
        Speed, or acceleration, of each axis, > 0; may be ``inf``. [any]

    Returns
    -------
    (n,) float
        In the unit of the limits; ``inf`` where no limited axis moves. [any]
    """
    share = np.abs(direction)
    each = np.broadcast_to(limits, share.shape)
    quotient = np.divide(each, share, out=np.full(share.shape, np.inf), where=share > 0.0)
    return np.asarray(quotient.min(axis=1))


def flow_speed_limit(flow_m3_per_s: Number, bead_area_m2: Number) -> Floats:
    """Speed at which the pump's largest flow fills the bead, Q/A.

    Parameters
    ----------
    flow_m3_per_s, bead_area_m2 : float or (n,) float
        Largest flow Q, and cross-section A > 0 of the bead. [m³/s], [m²]

    Returns
    -------
    (n,) float
        [m/s]
    """
    return np.asarray(flow_m3_per_s / bead_area_m2)


# --- turning arm -------------------------------------------------------------------------------


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
class PolarPieces:
    """N pieces of straight segments, in order, each with a speed that is safe all along it.

    Attributes
    ----------
    start_m, end_m : (N, 2) or (N, 3) float
        End points; the pieces of one segment follow one another without a gap. [m]
    speed_m_per_s : (N,) float
        Smallest limit on the piece, commanded speed included. [m/s]
    parent : (N,) int
        Segment that the piece belongs to.
    """

    start_m: Floats
    end_m: Floats
    speed_m_per_s: Floats
    parent: NDArray[np.intp]


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


def polar_subdivide(
    start_m: Floats,
    end_m: Floats,
    station_m: Floats,
    speed_m_per_s: Number,
    limits: PolarLimits,
    tolerance: float = 0.05,
) -> PolarPieces:
    """Split segments where the rates of an arm make their speed limit vary.

    Parameters
    ----------
    start_m, end_m : (n, 2) or (n, 3) float
        End points; z follows along and does not count for the limit. [m]
    station_m : (2,) or (n, 2) float
        Axis of the arm. [m]
    speed_m_per_s : float or (n,) float
        Commanded speed, > 0. [m/s]
    limits : PolarLimits
        Rates of turn and reach; accelerations are not looked at (see :func:`polar_line_speed`).
    tolerance : float
        The limit varies by no more than this fraction on a piece, so the time where an arm's rate
        governs is too long by less than that. [-]

    Returns
    -------
    PolarPieces
        Segments that are nowhere limited come back whole.

    Raises
    ------
    ValueError
        When a segment runs through the axis of the arm: impossible at any speed. Check the reach first.

    Notes
    -----
    With foot distance p the turning limit ω·r²/p is smallest nearest to the foot, the reaching limit
    v_r·r/|s| farthest from it. Both are monotone on either side of the foot; each side is cut into pieces
    of equal ratio of the limit, so the number of pieces grows only with the logarithm of v/(ω·p).
    """
    start, end = np.asarray(start_m, dtype=np.float64), np.asarray(end_m, dtype=np.float64)
    n = len(start)
    foot, first, last = _along(start, end, station_m)
    nearest = np.hypot(foot, np.maximum(np.maximum(first, -last), 0.0))
    if n and not nearest.min() > _AXIS_M:
        raise ValueError(f"segment {int(nearest.argmin())} runs through the axis of the arm")
    foot = np.maximum(foot, _NEAREST_M)
    speed = np.broadcast_to(np.asarray(speed_m_per_s, dtype=np.float64), (n,))
    turn_end, reach_start = _zones(foot, speed, limits)

    # six stretches per segment: reach, free, turn | turn, free, reach; without a turning stretch the two
    # free ones are one
    inner = np.where(turn_end > 0.0, turn_end, reach_start)
    middle = np.where(turn_end > 0.0, 0.0, -reach_start)
    outer = np.where(turn_end > 0.0, turn_end, -reach_start)
    cuts = np.stack((first, -reach_start, -inner, middle, outer, reach_start, last), axis=1)
    cuts = np.clip(cuts, first[:, None], last[:, None])
    limit = _limit(cuts, foot[:, None], speed[:, None], limits)
    steps = np.abs(np.log(limit[:, 1:] / limit[:, :-1])) / math.log1p(tolerance)
    count = np.where(cuts[:, 1:] > cuts[:, :-1], np.maximum(np.ceil(steps - 1e-9), 1.0), 0.0).astype(np.intp)
    count[:, 0] += count.sum(axis=1) == 0  # a segment without length keeps its place

    stretch = np.repeat(np.arange(6 * n), count.ravel())
    parent = stretch // 6
    behind = np.cumsum(count.ravel()) - count.ravel()
    step = np.arange(len(stretch)) - behind[stretch]
    low, high = cuts[:, :-1].ravel()[stretch], cuts[:, 1:].ravel()[stretch]
    limit_low, limit_high = limit[:, :-1].ravel()[stretch], limit[:, 1:].ravel()[stretch]
    level = limit_low * (limit_high / limit_low) ** (step / count.ravel()[stretch])
    p, kind = foot[parent], stretch % 6
    turning = np.sqrt(np.maximum(level * p / limits.turn_rad_per_s - p * p, 0.0))
    reaching = p / np.sqrt(np.maximum((level / limits.reach_m_per_s) ** 2 - 1.0, TINY))
    distance = np.where((kind == 2) | (kind == 3), turning, reaching)
    s0 = np.where(step == 0, low, np.clip(np.where(kind < 3, -distance, distance), low, high))
    is_last = np.append(parent[1:] != parent[:-1], True)[: len(parent)]
    s1 = np.where(is_last, last[parent], np.append(s0[1:], 0.0)[: len(parent)])
    safe = np.minimum(_limit(s0, p, speed[parent], limits), _limit(s1, p, speed[parent], limits))

    length = last - first
    share = np.divide(s1 - first[parent], length[parent], out=np.ones(len(parent)), where=length[parent] > 0.0)
    share = np.where(is_last, 1.0, np.clip(share, 0.0, 1.0))[:, None]
    piece_end = (1.0 - share) * start[parent] + share * end[parent]
    is_first = np.append(True, is_last[:-1])[: len(parent), None]
    piece_start = np.where(is_first, start[parent], np.roll(piece_end, 1, axis=0))
    return PolarPieces(piece_start, piece_end, safe, parent)


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


def _limit(s: Floats, foot: Floats, speed: Floats, limits: PolarLimits) -> Floats:
    """Pointwise limit of an arm at distance s from the foot of a line."""
    r2 = s * s + foot * foot
    turning = limits.turn_rad_per_s * r2 / foot
    reaching = limits.reach_m_per_s * np.sqrt(r2) / np.maximum(np.abs(s), 1e-100)
    return np.asarray(np.minimum(speed, np.minimum(turning, reaching)))
