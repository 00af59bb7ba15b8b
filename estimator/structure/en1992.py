"""Plain and lightly reinforced walls by EN 1992-1-1, section 12; recalled, not verified against the text."""

from __future__ import annotations

from typing import Literal

import numpy as np

from estimator.structure.growth import Floats, Values

SLENDEREST = 25.0
"""Greatest l0/h_w of plain walls, 12.6.5.1. [-]"""

PARTIAL_FACTOR = 1.5
PLAIN_RATIO = 0.8
"""γ_C, and α_cc,pl of plain concrete, 12.3.1. [-]"""

SHEAR_PEAK_RATIO = 1.5
"""Highest over mean shear stress of a rectangle, 12.6.3. [-]"""

IMPERFECTION = 400.0
"""Effective length over the eccentricity that imperfections add, 5.2. [-]"""


def design_strength_pa(strength_pa: Values) -> Floats:
    """Design compressive strength of plain concrete, 12.3.1: 0.8·f_ck/1.5.

    Parameters
    ----------
    strength_pa : float or array
        f_ck. [Pa]

    Returns
    -------
    float array
        [Pa]
    """
    return np.asarray(PLAIN_RATIO * np.asarray(strength_pa) / PARTIAL_FACTOR)


def effective_length_ratio(height_m: Values, width_m: Values, edges: Literal[2, 3, 4]) -> Floats:
    """Effective over clear height by the edges that hold the wall, table 12.1.

    Parameters
    ----------
    height_m : float or array
        l_w. [m]
    width_m : float or array
        b, between the edges that hold it, or from the one to the free edge. [m]
    edges : {2, 3, 4}
        Foot and head; and one; and two upright ones.

    Returns
    -------
    float array
        β. [-]
    """
    height, width = np.asarray(height_m, dtype=float), np.asarray(width_m, dtype=float)
    if edges == 2:
        return np.ones(np.broadcast(height, width).shape)
    if edges == 3:
        return np.asarray(1 / (1 + (height / (3 * width)) ** 2))
    return np.asarray(np.where(width >= height, 1 / (1 + (height / width) ** 2), width / (2 * height)))


def ratio(first_order_m: Values, effective_length_m: Values, thickness_m: Values) -> Floats:
    """Reduction by slenderness and eccentricity, 12.6.5.2: Φ = 1.14·(1 − 2e_tot/h_w) − 0.02·l0/h_w ≤ 1 − 2e_tot/h_w.

    Parameters
    ----------
    first_order_m : float or array
        e0. [m]
    effective_length_m, thickness_m : float or array
        l0 and h_w. [m]

    Returns
    -------
    float array
        With e_tot = e0 + l0/400; not below 0. [-]
    """
    eccentricity = np.asarray(first_order_m) + np.divide(effective_length_m, IMPERFECTION)
    kern = 1 - 2 * eccentricity / thickness_m
    return np.asarray(
        np.clip(1.14 * kern - 0.02 * np.divide(effective_length_m, thickness_m), 0.0, np.maximum(kern, 0))
    )


def axial_n_per_m(strength_pa: Values, area_m: Values, reduction_ratio: Values) -> Floats:
    """Resistance to vertical load, 12.6.5.2: N_Rd = b·h_w·f_cd,pl·Φ.

    Parameters
    ----------
    strength_pa : float or array
        f_ck. [Pa]
    area_m : float or array
        h_w, or the area per metre. [m]
    reduction_ratio : float or array
        Φ. [-]

    Returns
    -------
    float array
        [N/m]
    """
    return np.asarray(design_strength_pa(strength_pa) * area_m * reduction_ratio)


def shear_n_per_m(tension_pa: Values, compression_pa: Values, area_m: Values) -> Floats:
    """Resistance to shear, 12.6.3: A·√(f_ctd² + σ_cp·f_ctd)/1.5, for walls that are little compressed.

    Parameters
    ----------
    tension_pa : float or array
        f_ctd,pl; across the layers it is that of their bond. [Pa]
    compression_pa : float or array
        σ_cp, pressure positive. [Pa]
    area_m : float or array
        Per metre. [m]

    Returns
    -------
    float array
        [N/m]
    """
    tension = np.asarray(tension_pa)
    stress = np.sqrt(tension * (tension + np.maximum(compression_pa, 0.0)))
    return np.asarray(area_m * stress / SHEAR_PEAK_RATIO)
