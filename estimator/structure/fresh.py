"""The wet wall: how fast it may rise before the mix has gained the strength to carry it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GRAVITY_M_PER_S2 = 9.81


def layer_interval_min_s(density_kg_per_m3: float, layer_height_m: float, structuration_rate_pa_per_s: float) -> float:
    """Shortest sustained interval between layers for a mix that stiffens linearly.

    Parameters
    ----------
    density_kg_per_m3 : float
        Wet density ρ. [kg/m³]
    layer_height_m : float
        h. [m]
    structuration_rate_pa_per_s : float
        Growth A of the yield stress, > 0. [Pa/s]

    Returns
    -------
    float
        ρ·g·h/(√3·A). [s]

    Notes
    -----
    Without the strength that the mix has when it leaves the nozzle; the linear law holds in
    the dormant period, about one to two hours.

    References
    ----------
    N. Roussel, "Rheological requirements for printable concretes", Cement and Concrete
    Research 112, 2018, pp. 76-85; T. Wangler et al., RILEM Technical Letters 1, 2016,
    pp. 67-75. Both recalled, derived again by equilibrium.
    """
    return float(density_kg_per_m3 * GRAVITY_M_PER_S2 * layer_height_m / (np.sqrt(3) * structuration_rate_pa_per_s))


def build_time_min_s(
    density_kg_per_m3: float | NDArray[np.float64],
    height_m: float | NDArray[np.float64],
    yield_stress_pa: float | NDArray[np.float64],
    structuration_rate_pa_per_s: float | NDArray[np.float64],
) -> NDArray[np.float64]:
    """Least time in which a wall may reach a height without yielding at its foot.

    Parameters
    ----------
    density_kg_per_m3 : float or array
        Wet density ρ. [kg/m³]
    height_m : float or array
        H. [m]
    yield_stress_pa : float or array
        Static yield stress τ0 as deposited. [Pa]
    structuration_rate_pa_per_s : float or array
        Growth A of the yield stress, > 0. [Pa/s]

    Returns
    -------
    float array
        (ρ·g·H/√3 − τ0)/A, not below 0. [s]

    References
    ----------
    As :func:`layer_interval_min_s`.
    """
    stress_pa = np.asarray(density_kg_per_m3) * GRAVITY_M_PER_S2 * height_m / np.sqrt(3)
    return np.asarray(np.maximum(stress_pa - yield_stress_pa, 0.0) / structuration_rate_pa_per_s)
