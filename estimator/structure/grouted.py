"""Reinforced cores grouted into hollow printed walls, by strength design of TMS 402; recalled, not verified."""

from __future__ import annotations

import numpy as np

from estimator.structure.growth import Floats, Values

PHI_BENDING = 0.90
"""Strength reduction of reinforced masonry in bending. [-]"""

BLOCK_RATIO = 0.80
"""Stress of the compression block over f'm, and its depth over that of the neutral axis. [-]"""

STEEL_KG_PER_M3 = 7850.0
"""Density of reinforcement. [kg/m³]"""

SPACINGS_M = (1.8, 1.5, 1.2, 0.9, 0.6, 0.4, 0.3, 0.2)
"""Distances of cores along a wall that are tried, widest first. [m]"""


def bar_area_m2(diameter_m: Values) -> Floats:
    """Cross-section of a bar.

    Parameters
    ----------
    diameter_m : float or array
        [m]

    Returns
    -------
    float array
        [m²]
    """
    return np.asarray(np.pi * np.square(diameter_m) / 4)


def block_depth_m(steel_m: Values, yield_pa: Values, strength_pa: Values) -> Floats:
    """Depth of the compression block: a = A_s·f_y/(0.80·f'm·b).

    Parameters
    ----------
    steel_m : float or array
        A_s per metre of wall. [m]
    yield_pa, strength_pa : float or array
        f_y and f'm. [Pa]

    Returns
    -------
    float array
        [m]
    """
    return np.asarray(np.multiply(steel_m, yield_pa) / (BLOCK_RATIO * np.asarray(strength_pa)))


def nominal_moment_n(steel_m: Values, yield_pa: Values, strength_pa: Values, depth_m: Values) -> Floats:
    """Nominal moment per metre of wall: Mn = A_s·f_y·(d − a/2).

    Parameters
    ----------
    steel_m : float or array
        A_s per metre of wall. [m]
    yield_pa, strength_pa : float or array
        f_y and f'm. [Pa]
    depth_m : float or array
        d, from the compressed face to the bars. [m]

    Returns
    -------
    float array
        [N·m/m]
    """
    block = block_depth_m(steel_m, yield_pa, strength_pa)
    return np.asarray(np.multiply(steel_m, yield_pa) * np.maximum(np.subtract(depth_m, block / 2), 0.0))


def core_spacing_m(
    moment_n: Values, depth_m: Values, strength_pa: Values, bar_m: float = 0.012, yield_pa: float = 420e6
) -> Floats:
    """Widest spacing of cores, of those in use, that carries a moment.

    Parameters
    ----------
    moment_n : float or array
        Factored, per metre of wall. [N·m/m]
    depth_m : float or array
        d. [m]
    strength_pa : float or array
        f'm. [Pa]
    bar_m : float
        Diameter, one bar a core. [m]
    yield_pa : float
        f_y. [Pa]

    Returns
    -------
    float array
        One of :data:`SPACINGS_M`; 0 where the closest does not do. [m]
    """
    moment = np.asarray(moment_n, dtype=float)
    found = np.zeros(np.broadcast(moment, np.asarray(depth_m)).shape)
    for spacing in reversed(SPACINGS_M):
        steel = bar_area_m2(bar_m) / spacing
        found = np.where(
            PHI_BENDING * nominal_moment_n(steel, yield_pa, strength_pa, depth_m) >= moment, spacing, found
        )
    return np.asarray(found)
