"""Unreinforced masonry by TMS 402, on which printed hollow walls have been justified; recalled, not verified."""

from __future__ import annotations

import numpy as np

from estimator.structure.growth import Floats, Values

STOCKY = 99.0
"""Slenderness h/r up to which the parabola holds. [-]"""

PHI_AXIAL = 0.60
"""Strength reduction of unreinforced masonry. [-]"""

BLOCK_RATIO = 0.80
"""Stress over f'm that strength design allows on the face, 9.2.4. [-]"""


def slenderness_ratio(height_m: Values, radius_m: Values) -> Floats:
    """What slenderness leaves of the compressive strength, 8.2.4.1.

    Parameters
    ----------
    height_m, radius_m : float or array
        h, and radius of gyration r. [m]

    Returns
    -------
    float array
        1 − (h/140r)² up to h/r = 99, (70r/h)² above. [-]
    """
    slender = np.divide(height_m, radius_m)
    return np.asarray(np.where(slender <= STOCKY, 1 - (slender / 140) ** 2, (70 / slender) ** 2))


def allowable_axial_pa(strength_pa: Values, height_m: Values, radius_m: Values) -> Floats:
    """Allowable axial stress, 8.2.4.1: Fa = 0.25·f'm times :func:`slenderness_ratio`.

    Parameters
    ----------
    strength_pa : float or array
        f'm. [Pa]
    height_m, radius_m : float or array
        [m]

    Returns
    -------
    float array
        [Pa]
    """
    return np.asarray(0.25 * strength_pa * slenderness_ratio(height_m, radius_m))


def allowable_bending_pa(strength_pa: Values) -> Floats:
    """Allowable compression in bending, 8.2.4.1: Fb = f'm/3.

    Parameters
    ----------
    strength_pa : float or array
        f'm. [Pa]

    Returns
    -------
    float array
        [Pa]
    """
    return np.asarray(np.divide(strength_pa, 3.0))


def unity_ratio(
    axial_pa: Values, bending_pa: Values, allowable_axial_pa: Values, allowable_bending_pa: Values
) -> Floats:
    """Axial stress and bending together, 8.2.4.1: fa/Fa + fb/Fb.

    Parameters
    ----------
    axial_pa, bending_pa : float or array
        [Pa]
    allowable_axial_pa, allowable_bending_pa : float or array
        [Pa]

    Returns
    -------
    float array
        Not above 1. [-]
    """
    return np.asarray(np.divide(axial_pa, allowable_axial_pa) + np.divide(bending_pa, allowable_bending_pa))


def buckling_n_per_m(
    modulus_pa: Values, inertia_m3: Values, height_m: Values, eccentricity_m: Values, radius_m: Values
) -> Floats:
    """Euler load with eccentricity, 8.2.4.1: Pe = π²·Em·In/h²·(1 − 0.577·e/r)³; a quarter of it may be used.

    Parameters
    ----------
    modulus_pa : float or array
        Em, 900·f'm for concrete masonry. [Pa]
    inertia_m3 : float or array
        In per metre. [m³]
    height_m, eccentricity_m, radius_m : float or array
        [m]

    Returns
    -------
    float array
        [N/m]
    """
    left = np.maximum(1 - 0.577 * np.divide(eccentricity_m, radius_m), 0.0) ** 3
    return np.asarray(np.pi**2 * np.multiply(modulus_pa, inertia_m3) / np.square(height_m) * left)


def nominal_axial_n_per_m(strength_pa: Values, area_m: Values, height_m: Values, radius_m: Values) -> Floats:
    """Nominal axial strength, 9.2.4: Pn = 0.80·{0.80·An·f'm·slenderness}.

    Parameters
    ----------
    strength_pa : float or array
        f'm. [Pa]
    area_m : float or array
        An per metre. [m]
    height_m, radius_m : float or array
        [m]

    Returns
    -------
    float array
        [N/m]
    """
    return np.asarray(0.80 * 0.80 * np.multiply(area_m, strength_pa) * slenderness_ratio(height_m, radius_m))
