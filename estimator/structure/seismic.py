"""Base shear of a small house by the equivalent lateral force of ASCE 7, 12.8; recalled, not verified."""

from __future__ import annotations

import numpy as np

from estimator.structure.growth import Floats, Values

PLAIN_RESPONSE = 1.5
"""R of ordinary plain concrete and plain masonry shear walls, table 12.2-1. [-]"""


def response_ratio(acceleration_ratio: Values, response: Values = PLAIN_RESPONSE, importance: Values = 1.0) -> Floats:
    """Share of the weight that acts sideways, 12.8.1.1: C_s = S_DS/(R/I_e).

    Parameters
    ----------
    acceleration_ratio : float or array
        S_DS, in units of gravity. [-]
    response, importance : float or array
        R and I_e. [-]

    Returns
    -------
    float array
        [-]
    """
    return np.asarray(np.multiply(acceleration_ratio, importance) / response)


def seismic_weight_n(roof_n: Values, walls_n: Values) -> Floats:
    """Weight that takes part in a house of one storey: the roof and the upper half of the walls.

    Parameters
    ----------
    roof_n, walls_n : float or array
        [N]

    Returns
    -------
    float array
        [N]
    """
    return np.asarray(roof_n + np.multiply(walls_n, 0.5))


def base_shear_n(weight_n: Values, share_ratio: Values) -> Floats:
    """Base shear, 12.8.1: V = C_s·W.

    Parameters
    ----------
    weight_n : float or array
        W. [N]
    share_ratio : float or array
        C_s. [-]

    Returns
    -------
    float array
        [N]
    """
    return np.asarray(np.multiply(weight_n, share_ratio))
