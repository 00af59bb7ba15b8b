"""Walls over openings: the triangle that a lintel carries, and the steel that it needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from estimator.structure.growth import Floats, Values

ARCH_RATIO = 0.6
"""Height of wall above an opening, over its span, from which it arches. [-]"""

STEEL_SHARE = 0.87
"""Design over characteristic strength of reinforcement, 1/1.15. [-]"""

LEAST_STEEL_RATIO = 0.0013
"""Tension steel of a beam over its width times depth at least, EN 1992-1-1, 9.2.1.1. [-]"""

FEWEST_BARS = 2
"""Bars of a lintel at least."""


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


def uniform_shear_n(load_n_per_m: Values, span_m: Values) -> Floats:
    """Shear of that load at the ends of the lintel: w·L/2.

    Parameters
    ----------
    load_n_per_m : float or array
        [N/m]
    span_m : float or array
        [m]

    Returns
    -------
    float array
        [N]
    """
    return np.asarray(np.multiply(load_n_per_m, span_m) / 2)


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


def shear_n(wall_pa: Values, floor_n_per_m: Values, above_m: Values, span_m: Values) -> Floats:
    """Shear at the ends of a lintel under the loads of :func:`moment_n_m`: half of the triangle, or of all of it.

    Parameters
    ----------
    wall_pa : float or array
        [N/m²]
    floor_n_per_m : float or array
        [N/m]
    above_m : float or array
        [m]
    span_m : float or array
        [m]

    Returns
    -------
    float array
        [N]
    """
    arches = np.asarray(above_m) >= ARCH_RATIO * np.asarray(span_m)
    whole = uniform_shear_n(np.multiply(wall_pa, above_m), span_m)
    return np.asarray(
        np.where(arches, triangle_load_n(wall_pa, span_m) / 2, whole) + uniform_shear_n(floor_n_per_m, span_m)
    )


def shear_capacity_n(width_m: Values, depth_m: Values, steel_m2: Values, strength_pa: Values) -> Floats:
    """Shear without links, EN 1992-1-1, 6.2.2: 0.12·k·(100·ρ·f_ck)^⅓·b·d, at least 0.035·k^1.5·√f_ck·b·d.

    Parameters
    ----------
    width_m, depth_m : float or array
        b and d; k = 1 + √(0.2/d), at most 2. [m]
    steel_m2 : float or array
        In tension; ρ = A_s/(b·d), at most 0.02. [m²]
    strength_pa : float or array
        f_ck. [Pa]

    Returns
    -------
    float array
        [N]
    """
    area, strength_mpa = np.multiply(width_m, depth_m), np.divide(strength_pa, 1e6)
    size = np.minimum(1 + np.sqrt(np.divide(0.2, depth_m)), 2.0)
    steel_ratio = np.minimum(np.divide(steel_m2, area), 0.02)
    stress_mpa = np.maximum(
        0.12 * size * np.cbrt(100 * steel_ratio * strength_mpa), 0.035 * size**1.5 * np.sqrt(strength_mpa)
    )
    return np.asarray(1e6 * stress_mpa * area)


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


def least_steel_m2(width_m: Values, depth_m: Values, strength_pa: Values, yield_pa: Values = 500e6) -> Floats:
    """Least tension steel of a beam, EN 1992-1-1, 9.2.1.1: 0.26·f_ctm/f_yk·b·d, at least 0.0013·b·d.

    Parameters
    ----------
    width_m, depth_m : float or array
        b and d. [m]
    strength_pa : float or array
        f_ck, up to 50 MPa; f_ctm = 0.3·f_ck^⅔ in megapascal. [Pa]
    yield_pa : float or array
        f_yk. [Pa]

    Returns
    -------
    float array
        [m²]
    """
    tension_pa = 0.3e6 * np.power(np.divide(strength_pa, 1e6), 2 / 3)
    return np.asarray(np.maximum(0.26 * tension_pa / yield_pa, LEAST_STEEL_RATIO) * np.multiply(width_m, depth_m))


def bars_needed(steel_m2: Values, bar_m: Values = 0.012) -> NDArray[np.int64]:
    """Bars that give an area of steel, at least two.

    Parameters
    ----------
    steel_m2 : float or array
        [m²]
    bar_m : float or array
        Diameter. [m]

    Returns
    -------
    int array
    """
    each = np.pi * np.square(bar_m) / 4
    return np.asarray(np.maximum(np.ceil(np.divide(steel_m2, each) - 1e-9), FEWEST_BARS)).astype(np.int64)
