"""Wind on walls by EN 1991-1-4 and ASCE 7; clauses recalled, not verified against the texts."""

from __future__ import annotations

import numpy as np

from estimator.structure.growth import Floats, Values

AIR_KG_PER_M3 = 1.25
"""Density of air, EN 1991-1-4, 4.5. [kg/m³]"""

ROUGHNESS_II_M = 0.05
"""Roughness length of terrain II, to which the terrain factor refers. [m]"""

ASCE_PRESSURE = 0.613
"""Half the density of air by ASCE 7, 26.10. [kg/m³]"""

OPEN_EXPONENT, OPEN_GRADIENT_M = 9.5, 274.32
"""α and z_g of exposure C, ASCE 7-16, table 26.11-1; 7-22 has others, which give less. [-], [m]"""

LEAST_EXPOSURE_RATIO = 0.85
"""K_z of exposure C up to 4.6 m, ASCE 7, table 26.10-1. [-]"""

MIDDLE_RATIO, CORNER_RATIO = 1.0, 1.4
"""Suction on a small piece of wall, GC_p, in the middle (zone 4) and near corners (zone 5), ASCE 7, 30.3. [-]"""

INSIDE_RATIO = 0.18
"""Pressure inside an enclosed house, GC_pi, ASCE 7, table 26.13-1. [-]"""


def roughness_ratio(height_m: Values, roughness_m: Values) -> Floats:
    """Roughness factor, 4.3.2: c_r = k_r·ln(z/z0), k_r = 0.19·(z0/0.05)^0.07.

    Parameters
    ----------
    height_m, roughness_m : float or array
        z, and z0 of the terrain: 0.05 in open country, 0.3 in suburbs. [m]

    Returns
    -------
    float array
        [-]
    """
    factor = 0.19 * np.power(np.divide(roughness_m, ROUGHNESS_II_M), 0.07)
    return np.asarray(factor * np.log(np.divide(height_m, roughness_m)))


def turbulence_ratio(height_m: Values, roughness_m: Values) -> Floats:
    """Turbulence intensity, 4.4: I_v = 1/ln(z/z0).

    Parameters
    ----------
    height_m, roughness_m : float or array
        [m]

    Returns
    -------
    float array
        [-]
    """
    return np.asarray(1 / np.log(np.divide(height_m, roughness_m)))


def basic_pressure_pa(speed_m_per_s: Values) -> Floats:
    """Basic velocity pressure, 4.5: q_b = ½·ρ·v_b².

    Parameters
    ----------
    speed_m_per_s : float or array
        v_b, mean over ten minutes. [m/s]

    Returns
    -------
    float array
        [Pa]
    """
    return np.asarray(0.5 * AIR_KG_PER_M3 * np.square(speed_m_per_s))


def peak_pressure_pa(speed_m_per_s: Values, height_m: Values, roughness_m: Values = ROUGHNESS_II_M) -> Floats:
    """Peak velocity pressure, 4.5: q_p = (1 + 7·I_v)·½·ρ·(c_r·v_b)².

    Parameters
    ----------
    speed_m_per_s : float or array
        v_b. [m/s]
    height_m, roughness_m : float or array
        Not below the terrain's least height, 2 m in open country, 5 m in suburbs. [m]

    Returns
    -------
    float array
        [Pa]
    """
    mean = roughness_ratio(height_m, roughness_m) * speed_m_per_s
    return np.asarray((1 + 7 * turbulence_ratio(height_m, roughness_m)) * basic_pressure_pa(mean))


def velocity_pressure_pa(
    speed_m_per_s: Values, exposure_ratio: Values = 0.85, direction_ratio: Values = 0.85
) -> Floats:
    """Velocity pressure of ASCE 7, 26.10: q = 0.613·K_z·K_d·V².

    Parameters
    ----------
    speed_m_per_s : float or array
        V, gust of three seconds, ultimate. [m/s]
    exposure_ratio, direction_ratio : float or array
        K_z (0.85 below 4.6 m in exposure C) and K_d. [-]

    Returns
    -------
    float array
        [Pa]

    Notes
    -----
    ASCE 7-22 moves K_d from q to the pressure; the product is the same.
    """
    return np.asarray(ASCE_PRESSURE * np.multiply(exposure_ratio, direction_ratio) * np.square(speed_m_per_s))


def exposure_ratio(height_m: Values) -> Floats:
    """Exposure coefficient of open country, ASCE 7, 26.10: K_z = 2.01·(z/z_g)^(2/α), at least 0.85.

    Parameters
    ----------
    height_m : float or array
        z above the ground, up to z_g = 274 m. [m]

    Returns
    -------
    float array
        [-]
    """
    return np.asarray(
        np.maximum(2.01 * np.power(np.divide(height_m, OPEN_GRADIENT_M), 2 / OPEN_EXPONENT), LEAST_EXPOSURE_RATIO)
    )


def component_pressure_pa(velocity_pressure_pa: Values, outside_ratio: Values = MIDDLE_RATIO) -> Floats:
    """Pressure on a piece of wall, ASCE 7, 30.3: p = q·(GC_p + GC_pi).

    Parameters
    ----------
    velocity_pressure_pa : float or array
        q. [Pa]
    outside_ratio : float or array
        GC_p of the zone: :data:`MIDDLE_RATIO` or :data:`CORNER_RATIO`. [-]

    Returns
    -------
    float array
        [Pa]
    """
    return np.asarray(np.multiply(velocity_pressure_pa, np.add(outside_ratio, INSIDE_RATIO)))


def wall_moment_n(pressure_pa: Values, height_m: Values) -> Floats:
    """Moment in a wall that spans from floor to roof: w·L²/8.

    Parameters
    ----------
    pressure_pa : float or array
        On the wall, both faces together. [Pa]
    height_m : float or array
        L. [m]

    Returns
    -------
    float array
        Per metre of wall. [N·m/m]
    """
    return np.asarray(np.multiply(pressure_pa, np.square(height_m)) / 8)
