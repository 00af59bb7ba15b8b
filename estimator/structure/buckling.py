"""Elastic buckling of a wet wall under its own weight: free walls, double leaves, shells.

Heights are told in the length unit L = (D/(ρ·g·h))^⅓ of the wall, widths as b̄ = b/L, and curing as
κ = ξ·L/l̇, with ξ the growth of the modulus over its value as deposited and l̇ the vertical rate.
"""

from __future__ import annotations

import numpy as np

from .fresh import GRAVITY_M_PER_S2
from .growth import Floats, Values

GREENHILL = 1.98635271
"""Critical height of a free wall without curing, in length units. [-]"""

BESSEL = 2.40482556
"""First zero of J0: a free wall that cures fast is BESSEL·√κ length units high. [-]"""


def plate_stiffness_n_m(modulus_pa: Values, thickness_m: Values, poisson_ratio: Values) -> Floats:
    """Bending stiffness of a plate per metre.

    Parameters
    ----------
    modulus_pa : float or array
        E. [Pa]
    thickness_m : float or array
        h. [m]
    poisson_ratio : float or array
        ν. [-]

    Returns
    -------
    float array
        D = E·h³/(12·(1 − ν²)). [N·m]
    """
    return np.asarray(modulus_pa * np.power(thickness_m, 3) / (12 * (1 - np.square(poisson_ratio))))


def length_unit_m(stiffness_n_m: Values, weight_pa: Values) -> Floats:
    """Length in which heights of wet walls are told.

    Parameters
    ----------
    stiffness_n_m : float or array
        D of the plate, or E·I′ of a whole section per metre of wall. [N·m]
    weight_pa : float or array
        ρ·g·h of the plate, or ρ·g·A′ of a whole section: weight of the wall per area of elevation. [Pa]

    Returns
    -------
    float array
        L = (D/(ρ·g·h))^⅓. [m]

    References
    ----------
    A. S. J. Suiker, International Journal of Mechanical Sciences 137, 2018, pp. 145-170. Recalled.
    """
    return np.cbrt(np.asarray(stiffness_n_m) / weight_pa)


def free_wall_ratio_by_integration(kappa: Values, final_ratio: Values = np.inf) -> Floats:
    """Critical height of a free wall, integrated step by step.

    Parameters
    ----------
    kappa : float or array
        Curing κ = ξ·L/l̇, ≥ 0 and not above 1000. [-]
    final_ratio : float or array
        Infinite for linear curing, D = D0·(1 + κ·s̄); else z of D = D0·(z − (z − 1)·e^(−κ·s̄)), ≥ 1. [-]

    Returns
    -------
    float array
        Height over length unit. [-]

    Notes
    -----
    Heavy strip, clamped foot, free top, s̄ the depth under the top: (D·θ′)′ + ρ·g·h·s·θ = 0, θ′(0) = 0,
    θ(l) = 0. Runge-Kutta from the top down to the first zero of θ; six digits and more.

    References
    ----------
    A. G. Greenhill, Proceedings of the Cambridge Philosophical Society 4, 1881, without curing; A. S. J.
    Suiker, International Journal of Mechanical Sciences 137, 2018, pp. 145-170, with curing. Recalled.
    """
    k, z = np.broadcast_arrays(np.asarray(kappa, np.float64), np.asarray(final_ratio, np.float64))
    ends = np.isfinite(z)
    ceiling = np.where(ends, z, 1.0)

    def slope(s: Floats, turn: Floats, moment: Floats) -> tuple[Floats, Floats]:
        stiffness = np.where(ends, ceiling - (ceiling - 1) * np.exp(-k * s), 1 + k * s)
        return moment / stiffness, -s * turn

    step = free_wall_ratio_fit(np.where(ends, 0.0, k)) / 500
    s, turn, moment = np.zeros(k.shape), np.ones(k.shape), np.zeros(k.shape)
    found = np.full(k.shape, np.nan)
    while np.isnan(found).any():
        a1, b1 = slope(s, turn, moment)
        a2, b2 = slope(s + step / 2, turn + step / 2 * a1, moment + step / 2 * b1)
        a3, b3 = slope(s + step / 2, turn + step / 2 * a2, moment + step / 2 * b2)
        a4, b4 = slope(s + step, turn + step * a3, moment + step * b3)
        after = turn + step / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
        crosses = np.isnan(found) & (after <= 0)
        # cubic through both ends and their slopes is more than enough inside one step
        start, end = step * a1, step * slope(s + step, after, moment + step * b4)[0]
        share = turn / np.where(crosses, turn - after, 1.0)
        for _ in range(4):
            value = _hermite(share, turn, after, start, end)
            share = share - value / np.where(crosses, start, 1.0)
        found = np.where(crosses, s + share * step, found)
        moment = moment + step / 6 * (b1 + 2 * b2 + 2 * b3 + b4)
        s, turn = s + step, after
    return found


def _hermite(x: Floats, left: Floats, right: Floats, start: Floats, end: Floats) -> Floats:
    """Cubic on the unit interval by its ends and the slopes there."""
    low = left * (1 + 2 * x) * (1 - x) ** 2 + start * x * (1 - x) ** 2
    return np.asarray(low + right * x**2 * (3 - 2 * x) - end * x**2 * (1 - x))


def free_wall_ratio_fit(kappa: Values) -> Floats:
    """Critical height of a free wall by a fit.

    Parameters
    ----------
    kappa : float or array
        Curing κ, ≥ 0. [-]

    Returns
    -------
    float array
        (1.98635^2.4 + (2.40483·√κ)^2.4)^(1/2.4), height over length unit, within 1.2 %. [-]
    """
    cured = (BESSEL**2 * np.asarray(kappa, np.float64)) ** 1.2
    return np.asarray((GREENHILL**2.4 + cured) ** (1 / 2.4))


def modulus_needed_pa(density_kg_per_m3: Values, height_m: Values, thickness_m: Values) -> Floats:
    """Modulus that a free wall needs to stand to a height, as a beam.

    Parameters
    ----------
    density_kg_per_m3 : float or array
        Wet density. [kg/m³]
    height_m : float or array
        H. [m]
    thickness_m : float or array
        δ. [m]

    Returns
    -------
    float array
        12/7.83735·ρ·g·H³/δ²; a plate strip needs (1 − ν²) of it. [Pa]

    References
    ----------
    N. Roussel, Cement and Concrete Research 112, 2018, pp. 76-85, with 3/2 in place of 1.53113. Recalled.
    """
    weight = np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2)
    return np.asarray(12 / GREENHILL**3 * weight * np.power(height_m, 3) / np.square(thickness_m))


def shell_strength_ratio(thickness_m: Values, radius_m: Values, poisson_ratio: Values) -> Floats:
    """Stress at which a cylinder buckles, over its modulus, for a perfect shape.

    Parameters
    ----------
    thickness_m : float or array
        t. [m]
    radius_m : float or array
        R, of the centre line; infinite for a straight wall. [m]
    poisson_ratio : float or array
        ν. [-]

    Returns
    -------
    float array
        t/(R·√(3·(1 − ν²))), axisymmetric. [-]

    Notes
    -----
    For closed rings and for arcs whose ends are held; multiply by a knock-down.
    """
    return np.asarray(np.divide(thickness_m, radius_m) / np.sqrt(3 * (1 - np.square(poisson_ratio))))


def shell_knock_down(radius_m: Values, thickness_m: Values) -> Floats:
    """Loss of a thin cylinder's strength to its imperfect shape.

    Parameters
    ----------
    radius_m, thickness_m : float or array
        R and t. [m]

    Returns
    -------
    float array
        1 − 0.901·(1 − e^(−√(R/t)/16)). [-]

    References
    ----------
    NASA SP-8007, "Buckling of thin-walled circular cylinders", 1968. Recalled. Found on metal shells; wet
    concrete falls further short.
    """
    return np.asarray(1 - 0.901 * (1 - np.exp(-np.sqrt(np.divide(radius_m, thickness_m)) / 16)))


def shell_height_m(
    modulus_pa: Values,
    modulus_rate_pa_per_s: Values,
    density_kg_per_m3: Values,
    rise_m_per_s: Values,
    strength_ratio: Values,
) -> Floats:
    """Height at which a cylinder buckles at its foot.

    Parameters
    ----------
    modulus_pa : float or array
        E as deposited. [Pa]
    modulus_rate_pa_per_s : float or array
        Ė. [Pa/s]
    density_kg_per_m3 : float or array
        Wet density. [kg/m³]
    rise_m_per_s : float or array
        Vertical rate, > 0. [m/s]
    strength_ratio : float or array
        k: :func:`shell_strength_ratio` times a knock-down. [-]

    Returns
    -------
    float array
        k·E/(ρ·g − k·Ė/l̇); infinite where curing outruns the load. [m]
    """
    weight = np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2)
    left = np.asarray(weight - strength_ratio * np.asarray(modulus_rate_pa_per_s) / rise_m_per_s)
    height = np.multiply(strength_ratio, modulus_pa) / np.where(left > 0, left, 1.0)
    return np.where(left > 0, height, np.inf)


def double_leaf_inertia_m3(leaf_m: Values, apart_m: Values, web_m: Values, web_spacing_m: Values) -> Floats:
    """Second moment of area of two leaves tied by webs, per metre of wall.

    Parameters
    ----------
    leaf_m : float or array
        Thickness t of a leaf. [m]
    apart_m : float or array
        Distance c between the centre lines of the leaves. [m]
    web_m : float or array
        Thickness of a web. [m]
    web_spacing_m : float or array
        Infinite without webs. [m]

    Returns
    -------
    float array
        2·(t³/12 + t·(c/2)²) + t_w·(c − t)³/(12·spacing). [m³]
    """
    leaves = 2 * (np.power(leaf_m, 3) / 12 + leaf_m * np.square(np.divide(apart_m, 2)))
    return np.asarray(leaves + web_m * np.power(np.subtract(apart_m, leaf_m), 3) / (12 * np.asarray(web_spacing_m)))


def double_leaf_area_m(leaf_m: Values, apart_m: Values, web_m: Values, web_spacing_m: Values) -> Floats:
    """Area of two leaves tied by webs, per metre of wall.

    Parameters
    ----------
    leaf_m, apart_m, web_m, web_spacing_m : float or array
        As in :func:`double_leaf_inertia_m3`. [m]

    Returns
    -------
    float array
        2·t + t_w·(c − t)/spacing. [m]
    """
    return np.asarray(2 * np.asarray(leaf_m) + web_m * np.subtract(apart_m, leaf_m) / np.asarray(web_spacing_m))
