"""Heat through walls by ISO 6946, and by two dimensions where webs bridge the insulation too strongly for it.

Clauses recalled, not verified against the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from estimator.structure.growth import Floats, Values

INSIDE_M2_K_PER_W = 0.13
OUTSIDE_M2_K_PER_W = 0.04
"""Surface resistances for horizontal flow, table 7. [m²·K/W]"""

AIR_M2_K_PER_W = 0.18
"""Unventilated air layer of 25 mm and more, horizontal flow, table 8. [m²·K/W]"""

MOST_RATIO = 1.5
"""Upper over lower resistance up to which the combined method holds, 6.7.2.1. [-]"""

THROUGH_RATIO = 0.8
"""α of fasteners that go all the way through the insulation, annex F.3. [-]"""

GRID_M = 0.0025
"""Spacing of the two-dimensional solution. [m]"""


@dataclass(frozen=True, slots=True)
class Bridged:
    """A wall whose insulation webs bridge.

    Attributes
    ----------
    upper_m2_k_per_w, lower_m2_k_per_w : float or array
        Limits of its resistance. [m²·K/W]
    u_w_per_m2_k : float or array
        By the combined method: the mean of the limits. [W/(m²·K)]
    """

    upper_m2_k_per_w: Values
    lower_m2_k_per_w: Values
    u_w_per_m2_k: Values

    @property
    def is_in_range(self) -> NDArray[np.bool_]:
        """Whether the combined method holds."""
        return np.asarray(np.less_equal(self.upper_m2_k_per_w, np.multiply(MOST_RATIO, self.lower_m2_k_per_w)))


def u_w_per_m2_k(resistances_m2_k_per_w: Sequence[Values]) -> Floats:
    """Transmittance of layers one behind another, 6.7.1: U = 1/(R_si + Σ d/λ + R_se).

    Parameters
    ----------
    resistances_m2_k_per_w : sequence of float or array
        Of the layers, surfaces not among them. [m²·K/W]

    Returns
    -------
    float array
        [W/(m²·K)]
    """
    total: Values = INSIDE_M2_K_PER_W + OUTSIDE_M2_K_PER_W
    for resistance in resistances_m2_k_per_w:
        total = np.add(total, resistance)
    return np.asarray(1 / np.asarray(total))


def tie_u_w_per_m2_k(
    conductivity_w_per_m_k: Values, area_m2: Values, per_m2: Values, insulation_m: Values,
    insulation_m2_k_per_w: Values, whole_m2_k_per_w: Values,
) -> Floats:  # fmt: skip
    """What ties through the insulation add, annex F.3: α·λ·A·n/d·(R1/R_T)².

    Parameters
    ----------
    conductivity_w_per_m_k : float or array
        Of the ties. [W/(m·K)]
    area_m2 : float or array
        Cross-section of one. [m²]
    per_m2 : float or array
        How many. [1/m²]
    insulation_m : float or array
        Thickness that they cross. [m]
    insulation_m2_k_per_w, whole_m2_k_per_w : float or array
        Resistance of the insulation, and of the wall. [m²·K/W]

    Returns
    -------
    float array
        [W/(m²·K)]
    """
    share = np.square(np.divide(insulation_m2_k_per_w, whole_m2_k_per_w))
    return np.asarray(THROUGH_RATIO * np.multiply(conductivity_w_per_m_k, area_m2) * per_m2 / insulation_m * share)


def bridged(leaf_m: Values, cavity_m2_k_per_w: Values, cavity_m: Values, web_m: Values, spacing_m: Values,
            conductivity_w_per_m_k: Values) -> Bridged:  # fmt: skip
    """Two leaves with webs through the cavity, by the combined method, 6.7.2.

    Parameters
    ----------
    leaf_m : float or array
        Thickness of each leaf. [m]
    cavity_m2_k_per_w : float or array
        Resistance of the cavity between webs. [m²·K/W]
    cavity_m, web_m, spacing_m : float or array
        Width of the cavity; thickness and distance of the webs. [m]
    conductivity_w_per_m_k : float or array
        Of leaves and webs. [W/(m·K)]

    Returns
    -------
    Bridged
    """
    share = web_m / spacing_m
    skin = INSIDE_M2_K_PER_W + OUTSIDE_M2_K_PER_W + 2 * leaf_m / conductivity_w_per_m_k
    web = cavity_m / conductivity_w_per_m_k
    upper = 1 / (share / (skin + web) + (1 - share) / (skin + cavity_m2_k_per_w))
    lower = skin + 1 / (share / web + (1 - share) / cavity_m2_k_per_w)
    return Bridged(upper, lower, 2 / (upper + lower))


@lru_cache(maxsize=512)
def two_dimensional_u_w_per_m2_k(
    leaf_m: float, cavity_m2_k_per_w: float, cavity_m: float, web_m: float, spacing_m: float,
    conductivity_w_per_m_k: float, grid_m: float = GRID_M,
) -> float:  # fmt: skip
    """The same wall by steady conduction in two dimensions, as ISO 10211 asks where the combined method fails.

    Parameters
    ----------
    leaf_m : float
        [m]
    cavity_m2_k_per_w : float
        [m²·K/W]
    cavity_m, web_m, spacing_m : float
        [m]
    conductivity_w_per_m_k : float
        [W/(m·K)]
    grid_m : float
        [m]

    Returns
    -------
    float
        [W/(m²·K)]

    Notes
    -----
    Finite volumes over half a spacing, from the middle of a web to the middle between webs; no heat crosses these two
    planes. A cavity of air is taken as a solid of the same resistance.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.linalg import spsolve

    depth = 2 * leaf_m + cavity_m
    rows = max(round(depth / grid_m), 12)
    columns = max(round(spacing_m / 2 / grid_m), 4)
    dy, dx = depth / rows, spacing_m / 2 / columns
    y, x = (np.arange(rows) + 0.5) * dy, (np.arange(columns) + 0.5) * dx
    in_cavity = (y > leaf_m) & (y < depth - leaf_m)
    is_web = x < web_m / 2
    k = np.full((rows, columns), conductivity_w_per_m_k)
    k[np.ix_(in_cavity, ~is_web)] = cavity_m / cavity_m2_k_per_w
    number = np.arange(rows * columns).reshape(rows, columns)
    across = 2 * k[1:] * k[:-1] / (k[1:] + k[:-1]) * dx / dy
    along = 2 * k[:, 1:] * k[:, :-1] / (k[:, 1:] + k[:, :-1]) * dy / dx
    one = np.concatenate((number[:-1].ravel(), number[:, :-1].ravel()))
    other = np.concatenate((number[1:].ravel(), number[:, 1:].ravel()))
    way = np.concatenate((across.ravel(), along.ravel()))
    inside = dx / (INSIDE_M2_K_PER_W + dy / 2 / k[0])
    outside = dx / (OUTSIDE_M2_K_PER_W + dy / 2 / k[-1])
    own = np.bincount(one, way, rows * columns) + np.bincount(other, way, rows * columns)
    own[number[0]] += inside
    own[number[-1]] += outside
    places = np.concatenate((one, other, number.ravel()))
    matrix = coo_array(
        (np.concatenate((-way, -way, own)), (places, np.concatenate((other, one, number.ravel())))),
        shape=(rows * columns, rows * columns),
    ).tocsc()  # fmt: skip
    source = np.zeros(rows * columns)
    source[number[0]] = inside
    temperature = spsolve(matrix, source)
    return float(np.sum(inside * (1 - temperature[number[0]])) / (spacing_m / 2))


def insulation_needed_m(wanted_w_per_m2_k: Values, rest_m2_k_per_w: Values, conductivity_w_per_m_k: Values) -> Floats:
    """Thickness of insulation that brings a wall to a transmittance: λ·(1/U − R).

    Parameters
    ----------
    wanted_w_per_m2_k : float or array
        U. [W/(m²·K)]
    rest_m2_k_per_w : float or array
        R of everything else, surfaces included. [m²·K/W]
    conductivity_w_per_m_k : float or array
        Of the insulation. [W/(m·K)]

    Returns
    -------
    float array
        0 where none is needed. [m]
    """
    missing = np.maximum(np.divide(1.0, wanted_w_per_m2_k) - np.asarray(rest_m2_k_per_w), 0.0)
    return np.asarray(conductivity_w_per_m_k * missing)
