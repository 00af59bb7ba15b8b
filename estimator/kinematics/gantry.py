"""What a machine allows along a straight move whose axes are limited one by one, and the pump."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Number = float | NDArray[np.float64]


def axis_limits(direction: Floats, limits: Floats) -> Floats:
    """Limit along straight moves of a machine whose axes are limited one by one, min(limit/|u|).

    Parameters
    ----------
    direction : (n, d) float
        Unit vectors u of the moves. [-]
    limits : (d,) float
        Speed, or acceleration, of each axis, > 0; may be ``inf``. [any]

    Returns
    -------
    (n,) float
        In the unit of the limits; ``inf`` where no limited axis moves. [any]
    """
    share = np.abs(direction)
    each = np.broadcast_to(limits, share.shape)
    quotient = np.divide(each, share, out=np.full(share.shape, np.inf), where=share > 0.0)
    return np.asarray(quotient.min(axis=1))


def flow_speed_limit(flow_m3_per_s: Number, bead_area_m2: Number) -> Floats:
    """Speed at which the pump's largest flow fills the bead, Q/A.

    Parameters
    ----------
    flow_m3_per_s, bead_area_m2 : float or (n,) float
        Largest flow Q, and cross-section A > 0 of the bead. [m³/s], [m²]

    Returns
    -------
    (n,) float
        [m/s]
    """
    return np.asarray(flow_m3_per_s / bead_area_m2)
