"""Seconds along a toolpath: corner speeds, look-ahead and trapezoidal moves.

How fast the nozzle may pass from one segment to the next is a property of the corner and of everything
that follows. With squared speeds the plan is linear: along a segment u = v² changes by at most w = 2·a·L,
so the fastest permitted speeds are running minima and need no Python loop.

Long paths are worked through in blocks that stay in the processor's cache. The sums restart in every
block, which also keeps them exact: over a long path u would be a small difference of large numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator.kinematics import SMALLEST_DEVIATION_M, TINY, half_angles
from estimator.kinematics import junction_deviation_m as junction_deviation_m
from estimator.kinematics import junction_speed_squared as junction_speed_squared

Floats = NDArray[np.float64]
Number = float | NDArray[np.float64]

BLOCK = 8192  # segments worked on at once: some ten arrays of this length fit the second-level cache
SHORTEST_M = 1e-12  # anything shorter is a repeated point, without a direction of its own


def node_limits_squared(
    cruise_m_per_s: Number,
    junction_m2_per_s2: Floats,
    stops: NDArray[np.bool_] | None = None,
    start_m_per_s: float = 0.0,
    end_m_per_s: float = 0.0,
) -> Floats:
    """Highest squared speed allowed at every node.

    Parameters
    ----------
    cruise_m_per_s : float or (n,) float
        Highest speed on each segment, > 0. [m/s]
    junction_m2_per_s2 : (n - 1,) float
        Squared corner speeds at the inner nodes; see :func:`junction_speed_squared`. [m²/s²]
    stops : (n + 1,) bool, optional
        True where the nozzle has to stand still.
    start_m_per_s, end_m_per_s : float
        Speeds demanded at the two ends. [m/s]

    Returns
    -------
    (n + 1,) float
        min(corner, cruise² of both neighbours), 0 at the stops. [m²/s²]
    """
    n = len(junction_m2_per_s2) + 1
    cruise2 = np.broadcast_to(np.square(np.asarray(cruise_m_per_s, dtype=np.float64)), (n,))
    limit2 = np.empty(n + 1)
    limit2[0], limit2[n] = min(start_m_per_s**2, cruise2[0]), min(end_m_per_s**2, cruise2[-1])
    np.minimum(cruise2[:-1], cruise2[1:], out=limit2[1:n])
    np.minimum(limit2[1:n], junction_m2_per_s2, out=limit2[1:n])
    if stops is not None:
        limit2[stops] = 0.0
    return limit2


def node_speeds_squared(length_m: Floats, limit_m2_per_s2: Floats, acceleration_m_per_s2: Number) -> Floats:
    """Fastest squared speed at each node that can be both reached and braked from.

    Parameters
    ----------
    length_m : (n,) float
        Segment lengths, ≥ 0. [m]
    limit_m2_per_s2 : (n + 1,) float
        Highest squared speed at each node, ≥ 0. [m²/s²]
    acceleration_m_per_s2 : float or (n,) float
        Acceleration and braking on each segment, > 0. [m/s²]

    Returns
    -------
    (n + 1,) float
        Squared node speeds u, nowhere above the limit. [m²/s²]

    Notes
    -----
    With w = 2·a·L and its running sum S, the recurrence u_i = min(c_i, u_{i−1} + w_i) is
    u_i = S_i + min_{j≤i}(c_j − S_j), and braking is u_i = min_{j≥i}(u_j + S_j) − S_i. The sum restarts
    in every block, the last u is carried over, so rounding stays at eps·S of one block.
    """
    n = len(length_m)
    speed2 = np.array(limit_m2_per_s2, dtype=np.float64)
    gain = 2.0 * np.asarray(acceleration_m_per_s2, dtype=np.float64) * length_m
    climb = np.empty(n)
    scratch = np.empty(min(n, BLOCK) + 1)
    for low in range(0, n, BLOCK):
        high = min(low + BLOCK, n)
        _speed_up(gain[low:high], climb[low:high], speed2[low : high + 1], scratch[: high - low + 1])
    for low in range((n - 1) // BLOCK * BLOCK, -1, -BLOCK):
        high = min(low + BLOCK, n)
        _brake(climb[low:high], speed2[low : high + 1], scratch[: high - low])
    return speed2


def _speed_up(gain: Floats, climb: Floats, speed2: Floats, room: Floats) -> None:
    """Forward pass over one block: limits in, reachable squared speeds out; fills ``climb``.

    Along the last axis ``speed2`` and ``room`` have one entry more than ``gain``; the first of ``speed2``
    is final and is the carry.
    """
    np.add.accumulate(gain, axis=-1, out=climb)
    room[..., 0] = speed2[..., 0]
    reach, limit = room[..., 1:], speed2[..., 1:]
    np.subtract(limit, climb, out=reach)
    np.minimum.accumulate(room, axis=-1, out=room)
    np.add(reach, climb, out=reach)
    np.minimum(reach, limit, out=limit)


def _brake(climb: Floats, speed2: Floats, room: Floats) -> None:
    """Backward pass over one block, its first node included, which is the last of the block before."""
    limit = speed2[..., 1:]
    np.add(limit, climb, out=room)
    backwards = room[..., ::-1]
    np.minimum.accumulate(backwards, axis=-1, out=backwards)
    np.minimum(speed2[..., 0], room[..., 0], out=speed2[..., 0])
    np.subtract(room, climb, out=room)
    np.minimum(limit, room, out=limit)


def move_times(
    length_m: Floats,
    speed_in_m_per_s: Floats,
    speed_out_m_per_s: Floats,
    cruise_m_per_s: Number,
    acceleration_m_per_s2: Number,
) -> Floats:
    """Seconds of straight moves with constant acceleration (trapezoid or triangle).

    Parameters
    ----------
    length_m : (n,) float
        Lengths, ≥ 0. [m]
    speed_in_m_per_s, speed_out_m_per_s : (n,) float
        Speeds at both ends, not above cruise and with |v1² − v0²| ≤ 2·a·L. [m/s]
    cruise_m_per_s, acceleration_m_per_s2 : float or (n,) float
        Highest speed, acceleration and braking, > 0. [m/s], [m/s²]

    Returns
    -------
    (n,) float
        Seconds; 0 for a move without length. [s]

    Notes
    -----
    Trapezoid: T = (2·vm − v0 − v1)/a + (L − (2·vm² − v0² − v1²)/(2·a))/vm, and vm becomes the peak
    √h, h = (2·a·L + v0² + v1²)/2, where that is lower. With p = min(h, vm²) both are the one
    expression T = ((h + p)/√p − v0 − v1)/a.

    References
    ----------
    L. Biagiotti, C. Melchiorri, "Trajectory Planning for Automatic Machines and Robots", Springer, 2008,
    section 3.2 (trapezoidal velocity profile). Same scheme in Klipper, Grbl, PrusaSlicer and CuraEngine.
    """
    seconds = np.empty(len(length_m))
    a, cruise = (np.broadcast_to(x, seconds.shape) for x in (acceleration_m_per_s2, cruise_m_per_s))
    for low in range(0, len(seconds), BLOCK):
        part = slice(low, low + BLOCK)
        v0, v1 = speed_in_m_per_s[part], speed_out_m_per_s[part]
        high2 = a[part] * length_m[part] + 0.5 * (v0 * v0 + v1 * v1)
        peak2 = np.minimum(high2, np.square(cruise[part]))
        # below 0 only by rounding
        seconds[part] = np.abs(((high2 + peak2) / np.sqrt(peak2 + TINY) - (v0 + v1)) / a[part])
    return seconds


def corner_time_loss(speed_m_per_s: Number, corner_m_per_s: Number, acceleration_m_per_s2: Number) -> Floats:
    """Seconds lost by slowing down for a corner and speeding up again, (v − v_c)²/(a·v).

    Parameters
    ----------
    speed_m_per_s, corner_m_per_s, acceleration_m_per_s2 : float or (n,) float
        Cruise speed v, corner speed v_c ≤ v, acceleration a; both ramps lie inside their moves. [m/s], [m/s²]

    Returns
    -------
    (n,) float
        [s]
    """
    lost = np.asarray(speed_m_per_s - corner_m_per_s)
    return np.asarray(lost * lost / (speed_m_per_s * acceleration_m_per_s2))


def corner_excess_volume_m3(
    bead_area_m2: Number, speed_m_per_s: Number, corner_m_per_s: Number, acceleration_m_per_s2: Number
) -> Floats:
    """Volume that a pump at constant flow A·v lays too much in the :func:`corner_time_loss`, A·(v − v_c)²/a.

    Parameters
    ----------
    bead_area_m2, speed_m_per_s, corner_m_per_s, acceleration_m_per_s2 : float or (n,) float
        Cross-section A, cruise speed v, corner speed v_c ≤ v, acceleration a. [m²], [m/s], [m/s²]

    Returns
    -------
    (n,) float
        [m³]
    """
    flow = bead_area_m2 * speed_m_per_s
    return flow * corner_time_loss(speed_m_per_s, corner_m_per_s, acceleration_m_per_s2)


def s_curve_ramp_time(speed_m_per_s: Number, acceleration_m_per_s2: Number, jerk_m_per_s3: Number) -> Floats:
    """Seconds from rest to a speed when the acceleration changes no faster than the jerk.

    Parameters
    ----------
    speed_m_per_s, acceleration_m_per_s2, jerk_m_per_s3 : float or (n,) float
        Speed v ≥ 0 to be reached, highest acceleration a and jerk j. [m/s], [m/s²], [m/s³]

    Returns
    -------
    (n,) float
        T = v/a + a/j, or 2·√(v/j) where v < a²/j and a is not reached; the ramp is v·T/2 long. [s]

    References
    ----------
    Biagiotti and Melchiorri (see :func:`move_times`), section 3.4 (double S velocity profile).
    """
    v, a, j = speed_m_per_s, acceleration_m_per_s2, jerk_m_per_s3
    return np.asarray(np.where(v * j < np.square(a), 2.0 * np.sqrt(v / j), v / a + a / j))


def path_time(
    points_m: Floats,
    cruise_m_per_s: Number,
    acceleration_m_per_s2: Number,
    deviation_m: float,
    stops: NDArray[np.bool_] | None = None,
) -> Floats:
    """Seconds of every segment of a path that starts and ends at rest.

    Parameters
    ----------
    points_m : (n + 1, 2) or (n + 1, 3) float
        Nodes in print order. [m]
    cruise_m_per_s, acceleration_m_per_s2 : float or (n,) float
        Highest speed, acceleration and braking on each segment, > 0. [m/s], [m/s²]
    deviation_m : float
        Junction deviation δ, ≥ 0; see :func:`junction_deviation_m`. [m]
    stops : (n + 1,) bool, optional
        True where the nozzle has to stand still, e.g. where a bead starts or ends. Independent paths may be
        laid end to end with stops between them; the joining segments are then to be ignored.

    Returns
    -------
    (n,) float
        Seconds of each segment. [s]

    Raises
    ------
    ValueError
        When shapes do not fit, a coordinate is not finite, or a speed or acceleration is not positive.

    Notes
    -----
    Corners as :func:`junction_speed_squared`, look-ahead as :func:`node_speeds_squared`, moves as
    :func:`move_times`, fused block by block. Repeated points take no time and change nothing else.
    """
    points = _nodes(points_m)
    n = len(points) - 1
    if n < 1:
        return np.zeros(0)
    if not deviation_m >= 0.0:
        raise ValueError(f"deviation_m must not be negative, it is {deviation_m}")
    if stops is not None and stops.shape != (n + 1,):
        raise ValueError(f"stops has shape {stops.shape}, expected ({n + 1},)")
    width = min(n, BLOCK + 1)
    cruise2 = _row(cruise_m_per_s, n, width, "cruise_m_per_s")
    cruise2 = cruise2 * cruise2
    acceleration = _row(acceleration_m_per_s2, n, width, "acceleration_m_per_s2")
    delta = max(deviation_m, SMALLEST_DEVIATION_M)
    seconds = np.empty(n)
    # one allocation for all the rest: many would be handed back to the system and faulted in again
    store = np.empty(2 * n + 1 + 8 * (width + 1))
    gain, speed2 = store[:n], store[n : 2 * n + 1]
    scratch = store[2 * n + 1 :].reshape(8, width + 1)
    tiny = scratch[7]
    tiny.fill(TINY)

    speed2[0] = speed2[n] = 0.0
    for low in range(0, n, BLOCK):
        high = min(low + BLOCK, n)
        wide = min(high + 1, n)  # one more segment, for the corner at the last node
        here = speed2[low : high + 1]
        here_acceleration, here_gain = _window(acceleration, low, wide), gain[low:wide]
        corners = scratch[:7, : wide - low]
        shortest = _geometry(points[low : wide + 1], here_acceleration, here_gain, corners)
        if not shortest > SHORTEST_M:
            kept, distinct, merged = _without_repeats(points, stops)
            seconds.fill(0.0)
            cruise, a = (np.broadcast_to(x, (n,))[kept] for x in (cruise_m_per_s, acceleration_m_per_s2))
            seconds[kept] = path_time(distinct, cruise, a, deviation_m, merged)
            return seconds
        if wide > low + 1:
            corners = corners[:, 1:]
            half_angles(corners[0], corners[1], tiny[: wide - low - 1], corners[2], corners[3])
            here_cruise2, caps = _window(cruise2, low, wide), here[1 : wide - low]
            _node_limits(here_acceleration, here_gain, here_cruise2, delta, corners[2:4], caps, corners[5:])
        if stops is not None:
            here[stops[low : high + 1]] = 0.0
        _speed_up(gain[low:high], seconds[low:high], here, scratch[0, : high - low + 1])

    for low in range((n - 1) // BLOCK * BLOCK, -1, -BLOCK):
        high = min(low + BLOCK, n)
        here, m = speed2[low : high + 1], high - low
        block_seconds = seconds[low:high]  # holds the climb of the block until its times are known
        _brake(block_seconds, here, scratch[0, :m])
        here_cruise2, here_acceleration = _window(cruise2, low, high), _window(acceleration, low, high)
        work = scratch[:2, : m + 1]
        _move_seconds(gain[low:high], here, here_cruise2, here_acceleration, work, block_seconds)
    return seconds


def _nodes(points_m: Floats) -> Floats:
    """The nodes of a path, which have to be finite."""
    points = np.asarray(points_m, dtype=np.float64)
    if not np.isfinite(points).all():
        raise ValueError("points_m holds a coordinate that is not finite")
    return points


def _row(value: Number, n: int, width: int, name: str) -> Floats:
    """One value per segment; a single value becomes a constant row as long as a block."""
    row = np.asarray(value, dtype=np.float64)
    if row.ndim == 0:
        row = np.full(width, row)
    elif row.shape != (n,):
        raise ValueError(f"{name} has shape {row.shape}, expected one value or ({n},)")
    if not row.min() > 0.0:
        raise ValueError(f"{name} must be positive, the smallest is {row.min()}")
    return row


def _window(row: Floats, low: int, high: int) -> Floats:
    """Entries low..high of a row, or as many of a constant row that is only one block long."""
    return row[low:high] if high <= len(row) else row[: high - low]


def _geometry(points: Floats, acceleration: Floats, gain: Floats, rows: Floats) -> float:
    """Fill ``gain`` = 2·a·L and from the second column on ``rows`` 0, 1: |p||q|, p·q; give the shortest L."""
    product, dot, step, term, length = rows[:5]
    length.fill(0.0)
    dot.fill(0.0)
    for axis in range(points.shape[1]):
        np.subtract(points[1:, axis], points[:-1, axis], out=step)
        np.multiply(step, step, out=term)
        np.add(length, term, out=length)
        np.multiply(step[1:], step[:-1], out=term[1:])
        np.add(dot[1:], term[1:], out=dot[1:])
    np.sqrt(length, out=length)
    np.multiply(length[1:], length[:-1], out=product[1:])
    np.multiply(length, acceleration, out=gain)
    np.multiply(gain, 2.0, out=gain)
    return float(length.min())


def _node_limits(
    a: Floats, gain: Floats, cruise2: Floats, delta: Number, angles: Floats, out: Floats, work: Floats
) -> None:
    """Fill ``out`` with the limits of the inner nodes; ``angles`` are the results of :func:`half_angles`."""
    corner, other = work
    np.minimum(a[..., 1:], a[..., :-1], out=corner)
    np.multiply(corner, delta, out=corner)
    np.multiply(corner, angles[1], out=corner)
    np.minimum(gain[..., 1:], gain[..., :-1], out=other)
    np.multiply(other, 0.25, out=other)  # the smaller ½·a·L
    np.minimum(corner, other, out=corner)
    np.multiply(corner, angles[0], out=corner)
    np.minimum(cruise2[..., 1:], cruise2[..., :-1], out=out)
    np.minimum(out, corner, out=out)


def _move_seconds(
    gain: Floats, speed2: Floats, cruise2: Floats, acceleration: Floats, work: Floats, out: Floats
) -> None:
    """Fill ``out`` with :func:`move_times` from the final squared speeds at the nodes."""
    high2, speed = work[0, ..., :-1], work[1]
    np.add(speed2[..., 1:], speed2[..., :-1], out=high2)
    np.add(high2, gain, out=high2)
    np.multiply(high2, 0.5, out=high2)
    np.sqrt(speed2, out=speed)
    speed_sum = np.add(speed[..., 1:], speed[..., :-1], out=speed[..., 1:])
    np.minimum(high2, cruise2, out=out)
    np.add(high2, out, out=high2)
    np.add(out, TINY, out=out)
    np.sqrt(out, out=out)
    np.divide(high2, out, out=out)
    np.subtract(out, speed_sum, out=out)
    np.divide(out, acceleration, out=out)
    np.abs(out, out=out)


def _without_repeats(
    points: Floats, stops: NDArray[np.bool_] | None
) -> tuple[NDArray[np.bool_], Floats, NDArray[np.bool_] | None]:
    """Which segments have a length, their nodes, and the stops: one at any of some equal points is one."""
    kept = np.linalg.norm(np.diff(points, axis=0), axis=1) > 1.01 * SHORTEST_M  # at least one goes
    node = np.concatenate(([0], kept.cumsum()))
    merged = None if stops is None else np.bincount(node, weights=stops) > 0
    return kept, points[np.searchsorted(node, np.arange(node[-1] + 1), side="right") - 1], merged


def path_times_grid(
    points_m: Floats,
    cruise_m_per_s: Floats,
    acceleration_m_per_s2: Floats,
    deviation_m: Number,
    stops: NDArray[np.bool_] | None = None,
    group: NDArray[np.integer[Any]] | None = None,
    weights: Floats | None = None,
) -> Floats:
    """Total seconds of one path under k different speeds and accelerations at once.

    Parameters
    ----------
    points_m : (n + 1, 2) or (n + 1, 3) float
        Nodes in print order. [m]
    cruise_m_per_s, acceleration_m_per_s2 : (k,), (k, n) or, with ``group``, (k, g) float
        Speed and acceleration of each sample, > 0: one for the whole path, one per segment or one per group
        of segments. [m/s], [m/s²]
    deviation_m : float or (k,) float
        Junction deviation δ, ≥ 0. [m]
    stops : (n + 1,) bool, optional
        True where the nozzle has to stand still.
    group : (n,) int, optional
        Column of the speeds and accelerations that each segment uses, e.g. its kind.
    weights : (n,) or (n, c) float, optional
        How often each segment occurs, e.g. in so many equal layers; c columns give c sums. Default 1.

    Returns
    -------
    (k,) or (k, c) float
        Seconds: for each sample the weighted sum of :func:`path_time`. [s]

    Notes
    -----
    The corners have the same angles in all samples and are worked out once; the samples follow in slabs of
    about 2·``BLOCK`` numbers, with the running minima along the second axis.
    """
    points = _nodes(points_m)
    n, k = len(points) - 1, len(cruise_m_per_s)
    share = np.ones(max(n, 0)) if weights is None else np.asarray(weights, dtype=np.float64)
    deviation = np.maximum(np.broadcast_to(deviation_m, (k,)), SMALLEST_DEVIATION_M)
    total = np.zeros((k, *share.shape[1:]))
    if n < 1:
        return total
    corners = np.empty((5, n))
    shortest = _geometry(points, np.ones(1), np.empty(n), corners)
    length = corners[4]
    if not shortest > SHORTEST_M:
        kept, points, stops = _without_repeats(points, stops)
        group = (np.arange(n) if group is None else group)[kept]
        return path_times_grid(points, cruise_m_per_s, acceleration_m_per_s2, deviation, stops, group, share[kept])
    half_angles(corners[0, 1:], corners[1, 1:], np.full(n - 1, TINY), corners[2, 1:], corners[3, 1:])
    moving = np.ones(n + 1) if stops is None else 1.0 - stops
    moving[[0, n]] = 0.0
    slab = max(1, 2 * BLOCK // n)
    work = np.empty((5, slab, n + 1))
    for low in range(0, k, slab):
        part = slice(low, min(low + slab, k))
        rows = work[:, : part.stop - low]
        speed2, gain, seconds, scratch = rows[0], rows[1, :, 1:], rows[2, :, 1:], rows[3:]
        cruise2 = np.square(_samples(cruise_m_per_s, part, group, n, "cruise_m_per_s"))
        acceleration = _samples(acceleration_m_per_s2, part, group, n, "acceleration_m_per_s2")
        np.multiply(acceleration, 2.0 * length, out=gain)
        delta, limits = deviation[part, None], speed2[:, 1:n]
        _node_limits(acceleration, gain, cruise2, delta, corners[2:4, 1:], limits, scratch[:, :, 2:])
        speed2[:, [0, n]] = 0.0
        np.multiply(speed2, moving, out=speed2)
        _speed_up(gain, seconds, speed2, scratch[0])
        _brake(seconds, speed2, scratch[0, :, 1:])
        _move_seconds(gain, speed2, cruise2, acceleration, scratch, seconds)
        total[part] = seconds @ share
    return total


def _samples(value: Floats, part: slice, group: NDArray[np.integer[Any]] | None, n: int, name: str) -> Floats:
    """Some rows of a table of samples, one value per segment."""
    rows = np.asarray(value, dtype=np.float64)[part]
    if not rows.min() > 0.0:
        raise ValueError(f"{name} must be positive, the smallest is {rows.min()}")
    if rows.ndim == 1:
        return np.broadcast_to(rows[:, None], (len(rows), n))
    if group is not None:
        rows = rows[:, group]
    if rows.shape[1] != n:
        raise ValueError(f"{name} has {rows.shape[1]} columns, the path {n} segments")
    return rows
