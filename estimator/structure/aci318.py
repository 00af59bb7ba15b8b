"""Plain concrete walls by ACI 318-19, chapter 14; factors recalled, not verified against the text.

Lengths in metres, stresses in pascal, forces per metre of wall; the square roots of strength are the metric ones of the
code, in megapascal.
"""

from __future__ import annotations

import numpy as np

from estimator.structure.growth import Floats, Values

PHI_PLAIN = 0.60
"""Strength reduction of plain concrete, table 21.2.1. [-]"""

PHI_COMPRESSION = 0.65
"""Strength reduction of a reinforced wall in compression. [-]"""

THINNEST_M = 0.140
"""Least thickness of a bearing wall, 14.3.1.1. [m]"""


def slenderness_ratio(clear_height_m: Values, thickness_m: Values, effective_length_ratio: Values = 1.0) -> Floats:
    """What slenderness leaves of the axial strength, 14.5.3.1 and 11.5.3.1.

    Parameters
    ----------
    clear_height_m, thickness_m : float or array
        lc and h. [m]
    effective_length_ratio : float or array
        k. [-]

    Returns
    -------
    float array
        1 − (k·lc/(32h))², not below 0. [-]
    """
    used = np.multiply(effective_length_ratio, clear_height_m) / (32 * np.asarray(thickness_m))
    return np.asarray(np.maximum(1 - used**2, 0.0))


def axial_n_per_m(strength_pa: Values, area_m: Values, clear_height_m: Values, thickness_m: Values) -> Floats:
    """Nominal axial strength of a plain wall, 14.5.3.1: Pn = 0.60·f'c·Ag·[1 − (lc/(32h))²].

    Parameters
    ----------
    strength_pa : float or array
        f'c. [Pa]
    area_m : float or array
        Ag per metre. [m]
    clear_height_m, thickness_m : float or array
        [m]

    Returns
    -------
    float array
        [N/m]
    """
    return np.asarray(0.60 * strength_pa * area_m * slenderness_ratio(clear_height_m, thickness_m))


def axial_in_kern_n_per_m(strength_pa: Values, area_m: Values, clear_height_m: Values, thickness_m: Values) -> Floats:
    """The same where the moment may be left out, 14.5.4.2: solid rectangular walls, Mu ≤ Pu·h/6, factor 0.45.

    Parameters
    ----------
    strength_pa : float or array
        f'c. [Pa]
    area_m : float or array
        Ag per metre. [m]
    clear_height_m, thickness_m : float or array
        [m]

    Returns
    -------
    float array
        [N/m]
    """
    return np.asarray(0.45 * strength_pa * area_m * slenderness_ratio(clear_height_m, thickness_m))


def reinforced_axial_n_per_m(
    strength_pa: Values, area_m: Values, clear_height_m: Values, thickness_m: Values, effective_length_ratio: Values
) -> Floats:
    """Nominal axial strength of a reinforced wall, 11.5.3.1: Pn = 0.55·f'c·Ag·[1 − (k·lc/(32h))²].

    Parameters
    ----------
    strength_pa : float or array
        f'c. [Pa]
    area_m : float or array
        Ag per metre. [m]
    clear_height_m, thickness_m : float or array
        [m]
    effective_length_ratio : float or array
        k. [-]

    Returns
    -------
    float array
        [N/m]
    """
    left = slenderness_ratio(clear_height_m, thickness_m, effective_length_ratio)
    return np.asarray(0.55 * strength_pa * area_m * left)


def rupture_pa(strength_pa: Values, light_ratio: Values = 1.0) -> Floats:
    """Tension in bending of cast plain concrete, 14.5.2.1a: 0.42·λ·√f'c.

    Parameters
    ----------
    strength_pa : float or array
        f'c. [Pa]
    light_ratio : float or array
        λ, 1 for normal weight. [-]

    Returns
    -------
    float array
        [Pa]
    """
    return np.asarray(0.42e6 * np.multiply(light_ratio, np.sqrt(np.asarray(strength_pa) / 1e6)))


def shear_n_per_m(strength_pa: Values, thickness_m: Values, light_ratio: Values = 1.0) -> Floats:
    """Nominal shear strength, table 14.5.5.1: Vn = 0.11·λ·√f'c·b·h.

    Parameters
    ----------
    strength_pa : float or array
        f'c. [Pa]
    thickness_m : float or array
        h, or the area per metre. [m]
    light_ratio : float or array
        λ. [-]

    Returns
    -------
    float array
        [N/m]
    """
    return np.asarray(0.11e6 * light_ratio * np.sqrt(np.asarray(strength_pa) / 1e6) * thickness_m)


def tension_side_pa(moment_n: Values, axial_n_per_m: Values, modulus_m2: Values, area_m: Values) -> Floats:
    """Stress on the face in tension, 14.5.4.1: Mu/Sm − Pu/Ag.

    Parameters
    ----------
    moment_n : float or array
        Mu, per metre. [N·m/m]
    axial_n_per_m : float or array
        Pu. [N/m]
    modulus_m2 : float or array
        Sm, per metre. [m²]
    area_m : float or array
        Ag, per metre. [m]

    Returns
    -------
    float array
        Tension positive. [Pa]
    """
    return np.asarray(np.divide(moment_n, modulus_m2) - np.divide(axial_n_per_m, area_m))


def compression_interaction_ratio(
    moment_n: Values, axial_n_per_m: Values, strength_pa: Values, modulus_m2: Values, capacity_n_per_m: Values
) -> Floats:
    """Axial load and bending together on the side in compression, 14.5.4.1: Pu/(φPn) + Mu/(φ·0.85·f'c·Sm).

    Parameters
    ----------
    moment_n : float or array
        Mu, per metre. [N·m/m]
    axial_n_per_m : float or array
        Pu. [N/m]
    strength_pa : float or array
        f'c. [Pa]
    modulus_m2 : float or array
        Sm, per metre. [m²]
    capacity_n_per_m : float or array
        Pn. [N/m]

    Returns
    -------
    float array
        Not above 1. [-]
    """
    axial = np.divide(axial_n_per_m, np.maximum(PHI_PLAIN * np.asarray(capacity_n_per_m), 1e-9))
    return np.asarray(axial + np.divide(moment_n, PHI_PLAIN * 0.85 * np.multiply(strength_pa, modulus_m2)))


def least_thickness_m(clear_height_m: Values, length_m: Values) -> Floats:
    """Least thickness of a bearing wall, 14.3.1.1: the lesser of height and length over 24, 140 mm.

    Parameters
    ----------
    clear_height_m, length_m : float or array
        Unsupported. [m]

    Returns
    -------
    float array
        [m]
    """
    return np.asarray(np.maximum(np.minimum(clear_height_m, length_m) / 24, THINNEST_M))
