"""How fast a machine may pass corners and arcs, whatever moves it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Number = float | NDArray[np.float64]

STRAIGHT = 4e-15  # 1 − cos φ below this is rounding: deflections under 9e-8 rad are straight on
TINY = 1e-280  # stands for 0 under a division; its reciprocal is still finite after two products
SMALLEST_DEVIATION_M = 1e-100  # stands for 0, so that 0 · ∞ at a straight joint is still unlimited


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
