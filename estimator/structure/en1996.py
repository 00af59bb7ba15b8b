"""Unreinforced masonry walls by EN 1996-1-1, clause 6.1 and annex G; recalled, not verified against the text."""

from __future__ import annotations

import numpy as np

from estimator.structure.growth import Floats, Values

SLENDEREST = 27.0
"""Greatest h_ef/t_ef, 5.5.1.4. [-]"""

PARTIAL_FACTOR = 2.2
"""γ_M of masonry, class of execution 2; between 1.5 and 3.0 by national annex. [-]"""

LEAST_ECCENTRICITY_RATIO = 0.05
"""Of the thickness, 6.1.2.2. [-]"""

FRICTION = 0.4
"""Of a bed joint, 3.6.2. [-]"""

MOST_SHEAR_RATIO = 0.065
"""Greatest shear strength over the strength of the units, 3.6.2. [-]"""

IMPERFECTION = 450.0
"""Effective height over the initial eccentricity, 5.5.1.1. [-]"""


def end_ratio(eccentricity_m: Values, thickness_m: Values) -> Floats:
    """Reduction at the top or foot, 6.1.2.2: Φ_i = 1 − 2e_i/t.

    Parameters
    ----------
    eccentricity_m, thickness_m : float or array
        [m]

    Returns
    -------
    float array
        Not below 0. [-]
    """
    return np.asarray(np.maximum(1 - 2 * np.divide(eccentricity_m, thickness_m), 0.0))


def effective_thickness_m(inner_m: Values, outer_m: Values, stiffness_ratio: Values = 1.0) -> Floats:
    """Thickness of a solid wall as stiff as two leaves tied together, 5.5.1.3: (k·t1³ + t2³)^⅓.

    Parameters
    ----------
    inner_m, outer_m : float or array
        [m]
    stiffness_ratio : float or array
        k = E1/E2, counted to 2 at most. [-]

    Returns
    -------
    float array
        [m]
    """
    return np.asarray(np.cbrt(np.minimum(stiffness_ratio, 2.0) * np.power(inner_m, 3) + np.power(outer_m, 3)))


def middle_ratio(
    eccentricity_m: Values, thickness_m: Values, effective_height_m: Values, effective_thickness_m: Values,
    strength_over_modulus: Values = 1e-3,
) -> Floats:  # fmt: skip
    """Reduction in the middle of the height, annex G: Φ_m = A1·e^(−u²/2).

    Parameters
    ----------
    eccentricity_m, thickness_m : float or array
        e_mk and t. [m]
    effective_height_m, effective_thickness_m : float or array
        [m]
    strength_over_modulus : float or array
        f_k/E, one thousandth by default. [-]

    Returns
    -------
    float array
        With A1 = 1 − 2e/t, λ = h_ef/t_ef·√(f_k/E), u = (λ − 0.063)/(0.73 − 1.17·e/t). [-]
    """
    share = np.divide(eccentricity_m, thickness_m)
    slender = np.divide(effective_height_m, effective_thickness_m) * np.sqrt(strength_over_modulus)
    u = (slender - 0.063) / np.maximum(0.73 - 1.17 * share, 1e-3)
    return np.asarray(np.maximum(1 - 2 * share, 0.0) * np.exp(-0.5 * np.maximum(u, 0.0) ** 2))


def shear_strength_pa(initial_pa: Values, compression_pa: Values, strength_pa: Values) -> Floats:
    """Shear strength along a bed joint, 3.6.2: f_vk = f_vk0 + 0.4·σ_d.

    Parameters
    ----------
    initial_pa : float or array
        f_vk0; of printed walls the tension across the layers stands in. [Pa]
    compression_pa : float or array
        σ_d, design compression on the joint. [Pa]
    strength_pa : float or array
        Of the units, f_b; 0.065 of it is the most. [Pa]

    Returns
    -------
    float array
        [Pa]
    """
    slides = np.add(initial_pa, FRICTION * np.maximum(compression_pa, 0.0))
    return np.asarray(np.minimum(slides, np.maximum(MOST_SHEAR_RATIO * np.asarray(strength_pa), initial_pa)))


def axial_n_per_m(
    ratio: Values, thickness_m: Values, strength_pa: Values, partial_factor: Values = PARTIAL_FACTOR
) -> Floats:
    """Resistance to vertical load, 6.1.2.1: N_Rd = Φ·t·f_k/γ_M.

    Parameters
    ----------
    ratio : float or array
        Φ. [-]
    thickness_m : float or array
        t, or the area per metre. [m]
    strength_pa : float or array
        f_k. [Pa]
    partial_factor : float or array
        γ_M. [-]

    Returns
    -------
    float array
        [N/m]
    """
    return np.asarray(np.multiply(ratio, thickness_m) * strength_pa / partial_factor)
