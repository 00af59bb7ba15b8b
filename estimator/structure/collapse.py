"""Plastic collapse of a wet wall: the height at which a layer yields under what lies on it.

Closed forms for a wall that rises at one rate, in which the foot governs, and the check layer by layer for
the ages that a schedule really gives. Strength is uniaxial here; multiply a yield stress in shear by
:data:`~estimator.structure.growth.VON_MISES` or :data:`~estimator.structure.growth.TRESCA` first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .fresh import GRAVITY_M_PER_S2
from .growth import Accelerating, Bilinear, Floats, Growth, Linear, Saturating, Values


def linear_collapse_height_m(law: Linear, density_kg_per_m3: Values, rise_m_per_s: Values) -> Floats:
    """Height at which a wall falls whose strength grows linearly.

    Parameters
    ----------
    law : Linear
        Uniaxial strength σ0 + σ̇·t.
    density_kg_per_m3 : float or array
        Wet density ρ. [kg/m³]
    rise_m_per_s : float or array
        Vertical rate l̇, > 0. [m/s]

    Returns
    -------
    float array
        (σ0/ρg)/(1 − Λ) with Λ = σ̇/(ρ·g·l̇); infinite from Λ = 1 on. [m]

    Notes
    -----
    The law is taken as endless, whatever its ``measured_s``; heights that take longer than that are not to
    be believed.

    References
    ----------
    Equilibrium; the same result in N. Roussel, Cement and Concrete Research 112, 2018, pp. 76-85, A. Perrot et
    al., Materials and Structures 49, 2016, pp. 1213-1220, and A. S. J. Suiker, International Journal of
    Mechanical Sciences 137, 2018, pp. 145-170. Recalled.
    """
    weight = np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2)
    left = 1 - np.asarray(law.rate_pa_per_s / (weight * rise_m_per_s))
    height = law.start_pa / weight / np.where(left > 0, left, 1.0)
    return np.asarray(np.where(left > 0, height, np.inf))


def critical_rise_m_per_s(law: Linear, density_kg_per_m3: Values) -> Floats:
    """Vertical rate that a linearly growing strength sustains for ever.

    Parameters
    ----------
    law : Linear
        Uniaxial strength.
    density_kg_per_m3 : float or array
        Wet density. [kg/m³]

    Returns
    -------
    float array
        σ̇/(ρ·g). [m/s]

    References
    ----------
    As :func:`linear_collapse_height_m`.
    """
    return np.asarray(law.rate_pa_per_s / np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2))


def strength_needed_pa(density_kg_per_m3: Values, height_m: Values) -> Floats:
    """Uniaxial strength that carries a height.

    Parameters
    ----------
    density_kg_per_m3 : float or array
        Wet density. [kg/m³]
    height_m : float or array
        H. [m]

    Returns
    -------
    float array
        ρ·g·H; over √3 it is the yield stress needed (von Mises). [Pa]
    """
    return np.asarray(np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2) * height_m)


def bilinear_collapse_time_s(law: Bilinear, density_kg_per_m3: Values, rise_m_per_s: Values) -> Floats:
    """Time after which a wall falls whose strength grows in two branches.

    Parameters
    ----------
    law : Bilinear
        Uniaxial strength: K·F times the yield stress.
    density_kg_per_m3 : float or array
        Wet density. [kg/m³]
    rise_m_per_s : float or array
        Vertical rate, > 0. [m/s]

    Returns
    -------
    float array
        When ρ·g·l̇·t meets the first branch, or else the second; infinite if neither. [s]

    Notes
    -----
    F is the factor of confinement in Kruger's model. Its curve is not at hand; F = 1 is on the safe side.

    References
    ----------
    J. Kruger, S. Zeranka, G. van Zijl, Automation in Construction 106, 2019, 102904. Recalled; solved here.
    """
    load = np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2) * rise_m_per_s
    first = _meeting(law.dynamic_pa, load - law.flocculation_rate_pa_per_s)
    start_pa = law.static_pa - law.structuration_rate_pa_per_s * law.flocculated_s
    second = _meeting(start_pa, load - law.structuration_rate_pa_per_s)
    return np.where(first <= law.flocculated_s, first, second)


def _meeting(start: Values, closing: Values) -> Floats:
    """Time until a load that grows faster by `closing` meets a strength; infinite if it does not."""
    gains = np.asarray(closing) > 0
    return np.asarray(np.where(gains, start / np.where(gains, closing, 1.0), np.inf))


def saturating_collapse_height_m(law: Saturating, density_kg_per_m3: Values, rise_m_per_s: Values) -> Floats:
    """Height at which a wall falls whose strength grows towards a ceiling.

    Parameters
    ----------
    law : Saturating
        Uniaxial strength σ0·(z − (z − 1)·e^(−ξt)).
    density_kg_per_m3 : float or array
        Wet density. [kg/m³]
    rise_m_per_s : float or array
        Vertical rate, > 0. [m/s]

    Returns
    -------
    float array
        (l̇/ξ)·(z/k + W0(−((z − 1)/k)·e^(−z/k))) with k = ρ·g·l̇/(ξ·σ0) and W0 Lambert's function; never
        above z·σ0/(ρ·g). [m]

    References
    ----------
    The law is that of A. S. J. Suiker, International Journal of Mechanical Sciences 137, 2018, pp. 145-170,
    recalled; solved here.
    """
    z = np.asarray(law.final_ratio, np.float64)
    k = np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2) * rise_m_per_s / (law.rate_per_s * law.start_pa)
    root = _lambert(-(z - 1) / k * np.exp(-z / k))
    return np.asarray(rise_m_per_s / law.rate_per_s * (z / k + root))


def _lambert(z: Floats) -> Floats:
    """Lambert's function W0, for z not below −1/e, by Halley's iteration."""
    shifted = np.maximum(np.e * z + 1, 0.0)
    near = np.sqrt(2 * shifted)
    w = np.where(z < -0.25, -1 + near - near**2 / 3, np.log1p(np.maximum(z, -0.25)))
    for _ in range(20):
        past = w * np.exp(w) - z
        slope = np.exp(w) * (w + 1)
        bend = np.where(w + 1 != 0, (w + 2) * past / (2 * w + 2 + (w == -1)), 0.0)
        w = w - past / np.where(slope - bend != 0, slope - bend, 1.0)
    return np.asarray(w)


def accelerating_critical_rise_m_per_s(law: Accelerating, density_kg_per_m3: Values) -> Floats:
    """Vertical rate below which a wall never falls whose strength grows ever faster.

    Parameters
    ----------
    law : Accelerating
        Uniaxial strength.
    density_kg_per_m3 : float or array
        Wet density. [kg/m³]

    Returns
    -------
    float array
        A·e^x/(ρ·g), where the load is a tangent to the strength at the age x·t_c:
        x = 1 + W0((σ0/(A·t_c) − 1)/e). [m/s]

    References
    ----------
    The law is that of A. Perrot, D. Rangeard, A. Pierre, Materials and Structures 49, 2016, pp. 1213-1220,
    recalled; solved here.
    """
    share = np.asarray(law.start_pa / (law.rate_pa_per_s * np.asarray(law.time_constant_s))) - 1
    age = 1 + _lambert(share / np.e)
    return np.asarray(law.rate_pa_per_s * np.exp(age) / np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2))


def accelerating_collapse_height_m(law: Accelerating, density_kg_per_m3: Values, rise_m_per_s: Values) -> Floats:
    """Height at which a wall falls whose strength grows ever faster.

    Parameters
    ----------
    law : Accelerating
        Uniaxial strength.
    density_kg_per_m3 : float or array
        Wet density. [kg/m³]
    rise_m_per_s : float or array
        Vertical rate, > 0. [m/s]

    Returns
    -------
    float array
        l̇·t_c·(a/b − W0(−e^(a/b)/b)) with a = σ0/(A·t_c) − 1 and b = ρ·g·l̇/A; infinite below
        :func:`accelerating_critical_rise_m_per_s`. [m]

    References
    ----------
    As :func:`accelerating_critical_rise_m_per_s`.
    """
    a = np.asarray(law.start_pa / (law.rate_pa_per_s * np.asarray(law.time_constant_s))) - 1
    b = np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2) * rise_m_per_s / law.rate_pa_per_s
    falls = np.asarray(rise_m_per_s) > accelerating_critical_rise_m_per_s(law, density_kg_per_m3)
    ratio = np.where(falls, a / b, 0.0)
    root = np.where(falls, ratio - _lambert(-np.exp(ratio) / np.where(falls, b, np.e)), np.inf)
    return np.asarray(rise_m_per_s * np.asarray(law.time_constant_s) * root)


def utilisation(
    layer_height_m: Floats,
    deposited_s: Floats,
    density_kg_per_m3: Values,
    strength: Growth,
    set_time_s: Values = np.inf,
) -> Floats:
    """Load over strength in the worst layer, after each layer is laid.

    Parameters
    ----------
    layer_height_m : (..., n) float
        Layers from the foot up; 0 where a wall has no layer. [m]
    deposited_s : (..., n) float
        When each is laid, never falling along the last axis. [s]
    density_kg_per_m3 : float or (..., 1) float
        Wet density. [kg/m³]
    strength : Growth
        Uniaxial; its numbers broadcast against (..., n).
    set_time_s : float or (..., 1) float
        Layers of this age and older have set and are not checked. [s]

    Returns
    -------
    (..., n) float
        Greatest ρ·g·Σh/σ(age) of the layers laid so far, own weight included; a wall stands while it is
        below 1. [-]

    Notes
    -----
    With linear growth and a constant interval the foot is the worst layer; with pauses, changing intervals,
    saturating or accelerating growth it need not be. So every layer that is still wet is looked at: one step
    for each layer of depth, over all walls and all layers at once, down to the depth where all have set.
    """
    height = np.asarray(layer_height_m, np.float64)
    laid = np.broadcast_to(np.asarray(deposited_s, np.float64), height.shape)
    weight = np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2)
    top = np.cumsum(height, axis=-1)
    worst = np.zeros(height.shape)
    for depth in range(height.shape[-1]):
        under = slice(0, height.shape[-1] - depth)
        age = laid[..., depth:] - laid[..., under]
        wet = age < set_time_s
        if not wet.any():
            break
        load = weight * (top[..., depth:] - top[..., under] + height[..., under])
        ratio = load / strength.at(age)
        np.maximum(worst[..., depth:], np.where(wet, ratio, 0.0), out=worst[..., depth:])
    return worst


def layers_standing(utilisation_ratio: Floats) -> NDArray[np.intp]:
    """Layers that stand before the first at which a wall falls.

    Parameters
    ----------
    utilisation_ratio : (..., n) float
        After each layer, from :func:`utilisation`.

    Returns
    -------
    (...) int
        n if it never falls. [-]
    """
    falls = utilisation_ratio >= 1
    first = np.argmax(falls, axis=-1)
    return np.asarray(np.where(falls.any(axis=-1), first, utilisation_ratio.shape[-1]))
