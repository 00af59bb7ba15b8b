"""The bond between two layers: how much of it is left after an interval, and when it is a cold joint."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .fresh import GRAVITY_M_PER_S2
from .growth import Floats, Values


class Joint(IntEnum):
    """How a layer meets the one below."""

    FRESH = 0
    LATE = 1
    COLD = 2


def layer_interval_max_s(
    density_kg_per_m3: Values,
    layer_height_m: Values,
    plastic_viscosity_pa_s: Values,
    speed_m_per_s: Values,
    structuration_rate_pa_per_s: Values,
) -> Floats:
    """Longest interval after which two layers still mingle at their joint.

    Parameters
    ----------
    density_kg_per_m3 : float or array
        Wet density ρ. [kg/m³]
    layer_height_m : float or array
        h. [m]
    plastic_viscosity_pa_s : float or array
        μ. [Pa·s]
    speed_m_per_s : float or array
        Nozzle speed V. [m/s]
    structuration_rate_pa_per_s : float or array
        A, > 0. [Pa/s]

    Returns
    -------
    float array
        √((ρ·g·h)²/12 + (2·μ·V/h)²)/A. [s]

    Notes
    -----
    With :func:`~estimator.structure.fresh.layer_interval_min_s` it bounds the length of path per layer; for
    stiffening mortars the two may cross, and the wall must rest between lifts.

    References
    ----------
    N. Roussel, F. Cussigh, "Distinct-layer casting of SCC", Cement and Concrete Research 38, 2008,
    pp. 624-632; T. Wangler et al., RILEM Technical Letters 1, 2016, pp. 67-75. Recalled.
    """
    pressure_pa = np.multiply(density_kg_per_m3, GRAVITY_M_PER_S2) * layer_height_m
    shear_pa = 2 * np.asarray(plastic_viscosity_pa_s) * speed_m_per_s / layer_height_m
    return np.asarray(np.sqrt(pressure_pa**2 / 12 + shear_pa**2) / structuration_rate_pa_per_s)


def bond_ratio(interval_s: Values, loss_ratio: Values, reference_s: Values, floor_ratio: Values) -> Floats:
    """Share of the bond that is left after an interval.

    Parameters
    ----------
    interval_s : float or array
        Between a layer and the one below, ≥ 0. [s]
    loss_ratio : float or array
        k, share lost each time the interval grows e-fold. [-]
    reference_s : float or array
        Δt0, interval up to which nothing is lost. [s]
    floor_ratio : float or array
        Share that never goes. [-]

    Returns
    -------
    float array
        max(floor, 1 − k·ln(Δt/Δt0)), at most 1. [-]

    Notes
    -----
    Drying of the surface, more than stiffening, costs bond: protected joints lose little, and a mix meant for
    long intervals may even gain (compressive strength rose with intervals up to 6 min over 56 000 layers of
    one between-laboratory study). Bounds met in tests: half gone within tens of minutes where the surface
    dries (Keita et al. 2019, recalled); 2.3 MPa at once, above 0.8 MPa at 30 min, 0.7 MPa at 7 days (Le et
    al. 2012, recalled); worse uncovered than covered (Wolfs et al. 2019, abstract).

    References
    ----------
    The logarithm is reported in a study of 2026, PMC13027897; k from 0.1 to 0.2 is a judgement.
    """
    interval = np.maximum(interval_s, reference_s)
    return np.asarray(np.maximum(1 - loss_ratio * np.log(interval / reference_s), floor_ratio))


def bond_ratio_of_surface(
    interval_s: Values, log_slope_ratio: Values, reference_s: Values, floor_ratio: Values, set_time_s: Values
) -> Floats:
    """Share of the bond that is left, by the condition of the surface.

    Parameters
    ----------
    interval_s : float or array
        Between a layer and the one below, ≥ 0. [s]
    log_slope_ratio : float or array
        k, share lost each time the interval grows tenfold: 0.06 on moist surfaces, 0.15 on an ordinary site,
        0.25 where they dry or are accelerated. [-]
    reference_s : float or array
        20 s, where most series of tests start. [s]
    floor_ratio : float or array
        Share that never goes. [-]
    set_time_s : float or array
        Initial set: from there on the joint is cold and keeps no more than `floor_ratio`, unless it is wetted,
        roughened or primed. [s]

    Returns
    -------
    float array
        max(floor, 1 − k·log10(Δt/Δt0)), at most 1. [-]

    References
    ----------
    Shares left at 2 min, 30 min and a day from doi 10.1016/j.conbuildmat.2022.127151 and others; the
    logarithm, doi 10.3390/ma19061168. The slopes are drawn from those by judgement.
    """
    fresh = bond_ratio(interval_s, log_slope_ratio / np.log(10), reference_s, floor_ratio)
    return np.asarray(np.where(np.asarray(interval_s) >= set_time_s, np.minimum(fresh, floor_ratio), fresh))


def evaporation_kg_per_m2_h(
    mix_degc: Values, air_degc: Values, humidity_ratio: Values, wind_speed_km_per_h: Values
) -> Floats:
    """Water that a wet surface loses to the air.

    Parameters
    ----------
    mix_degc : float or array
        Temperature Tc of the mix, > −18. [°C]
    air_degc : float or array
        Temperature Ta of the air, > −18. [°C]
    humidity_ratio : float or array
        Relative humidity r, 0 to 1. [-]
    wind_speed_km_per_h : float or array
        V. [km/h]

    Returns
    -------
    float array
        5·((Tc + 18)^2.5 − r·(Ta + 18)^2.5)·(V + 4)·10⁻⁶, not below 0. [kg/(m²·h)]

    References
    ----------
    P. J. Uno, "Plastic shrinkage cracking and evaporation formulas", ACI Materials Journal 95, 1998; the
    nomograph of ACI 305. Recalled.
    """
    drive = np.power(np.add(mix_degc, 18), 2.5) - humidity_ratio * np.power(np.add(air_degc, 18), 2.5)
    return np.asarray(np.maximum(5e-6 * drive * np.add(wind_speed_km_per_h, 4), 0.0))


def joints(
    interval_s: Values, open_time_s: Values, late_ratio: Values, longest_s: Values = np.inf
) -> NDArray[np.uint8]:
    """How each layer meets the one below.

    Parameters
    ----------
    interval_s : float or array
        Between a layer and the one below. [s]
    open_time_s : float or array
        Of the mix; a joint after it is cold. [s]
    late_ratio : float or array
        Share of the open time after which a joint is late. [-]
    longest_s : float or array
        A joint is late after this as well: what dry weather allows without protection. [s]

    Returns
    -------
    uint8 array
        A :class:`Joint` each.
    """
    interval = np.asarray(interval_s)
    late = (interval > np.multiply(open_time_s, late_ratio)) | (interval > np.asarray(longest_s))
    cold = interval > np.asarray(open_time_s)
    return np.where(cold, Joint.COLD, np.where(late, Joint.LATE, Joint.FRESH)).astype(np.uint8)
