"""Walls over openings: the triangle that a lintel carries, and the steel that it needs."""

from __future__ import annotations

import numpy as np

from estimator.structure.growth import Floats, Values

ARCH_RATIO = 0.6
"""Height of wall above an opening, over its span, from which it arches. [-]"""

STEEL_SHARE = 0.87
"""Design over characteristic strength of reinforcement, 1/1.15. [-]"""


def triangle_peak_n_per_m(wall_pa: Values, span_m: Values) -> Floats:
    """Load in the middle of a lintel under a triangle of 45°: weight of the wall per area of face × half the span.

    Parameters
    ----------
    wall_pa : float or array
        Weight of the wall per area of one face. [N/m²]
    span_m : float or array
        L. [m]

    Returns
    -------
    float array
        [N/m]
    """
    return np.asarray(np.multiply(wall_pa, span_m) / 2)


def triangle_load_n(wall_pa: Values, span_m: Values) -> Floats:
    """All of the triangle: w·L²/4.

    Parameters
    ----------
    wall_pa : float or array
        [N/m²]
    span_m : float or array
        [m]

    Returns
    -------
    float array
        [N]
    """
    return np.asarray(np.multiply(wall_pa, np.square(span_m)) / 4)


def triangle_moment_n_m(wall_pa: Values, span_m: Values) -> Floats:
    """Moment of the triangle on a simply supported lintel: peak·L²/12.

    Parameters
    ----------
    wall_pa : float or array
        [N/m²]
    span_m : float or array
        [m]

    Returns
    -------
    float array
        [N·m]
    """
    return np.asarray(triangle_peak_n_per_m(wall_pa, span_m) * np.square(span_m) / 12)


def uniform_moment_n_m(load_n_per_m: Values, span_m: Values) -> Floats:
    """Moment of a load along all of a lintel, such as a floor within the triangle or wall that does not arch: w·L²/8.

    Parameters
    ----------
    load_n_per_m : float or array
        [N/m]
    span_m : float or array
        [m]

    Returns
    -------
    float array
        [N·m]
    """
    return np.asarray(np.multiply(load_n_per_m, np.square(span_m)) / 8)


def moment_n_m(wall_pa: Values, floor_n_per_m: Values, above_m: Values, span_m: Values) -> Floats:
    """Moment that a lintel carries: the triangle where the wall above arches, all of it otherwise, and any floor.

    Parameters
    ----------
    wall_pa : float or array
        Weight of the wall per area of one face. [N/m²]
    floor_n_per_m : float or array
        Of a floor or roof that bears within the triangle. [N/m]
    above_m : float or array
        Height of wall above the opening; it arches from 0.6 of the span on. [m]
    span_m : float or array
        [m]

    Returns
    -------
    float array
        [N·m]
    """
    arches = np.asarray(above_m) >= ARCH_RATIO * np.asarray(span_m)
    whole = uniform_moment_n_m(np.multiply(wall_pa, above_m), span_m)
    return np.asarray(
        np.where(arches, triangle_moment_n_m(wall_pa, span_m), whole) + uniform_moment_n_m(floor_n_per_m, span_m)
    )


def relative_moment_ratio(moment_n_m: Values, width_m: Values, depth_m: Values, strength_pa: Values) -> Floats:
    """K = M/(b·d²·f_ck) of a reinforced section, EN 1992-1-1.

    Parameters
    ----------
    moment_n_m : float or array
        [N·m]
    width_m, depth_m : float or array
        b and d. [m]
    strength_pa : float or array
        f_ck. [Pa]

    Returns
    -------
    float array
        [-]
    """
    return np.asarray(np.divide(moment_n_m, width_m * np.square(depth_m) * strength_pa))


def lever_arm_m(relative_ratio: Values, depth_m: Values) -> Floats:
    """Lever arm, EN 1992-1-1: z = d·(½ + √(¼ − K/1.134)), at most 0.95·d.

    Parameters
    ----------
    relative_ratio : float or array
        K. [-]
    depth_m : float or array
        d. [m]

    Returns
    -------
    float array
        [m]
    """
    root = np.sqrt(np.maximum(0.25 - np.divide(relative_ratio, 1.134), 0.0))
    return np.asarray(np.multiply(depth_m, np.minimum(0.5 + root, 0.95)))


def steel_area_m2(moment_n_m: Values, lever_m: Values, yield_pa: Values = 500e6) -> Floats:
    """Tension steel, EN 1992-1-1: A_s = M/(0.87·f_yk·z).

    Parameters
    ----------
    moment_n_m : float or array
        [N·m]
    lever_m : float or array
        z. [m]
    yield_pa : float or array
        f_yk. [Pa]

    Returns
    -------
    float array
        [m²]
    """
    return np.asarray(np.divide(moment_n_m, STEEL_SHARE * np.multiply(yield_pa, lever_m)))
