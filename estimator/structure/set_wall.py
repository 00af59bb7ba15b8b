"""The check of set walls by the route chosen: axial load, bending across the layers, shear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.structure import aci318, en1992, en1996, tms402
from estimator.structure.loads import WallLoads
from estimator.structure.sections import Sections
from estimator.structure.wind import wall_moment_n

Floats = NDArray[np.float64]

ECCENTRICITY_RATIO = 1 / 6
"""Where roof and floor bear on an external wall, over its thickness from the middle. [-]"""

CHECKS = ("axial", "bending", "shear")
"""What is checked of a set wall, in this order."""

CLAUSES = {
    "aci318": ("ACI 318-19, 14.5.3.1", "ACI 318-19, 14.5.4.1, tension by the bond of layers", "ACI 318-19, 14.5.5.1"),
    "tms402": (
        "TMS 402, 9.2.4 and Pe/4",
        "TMS 402, 9.2.4, tension by the bond of layers",
        "ACI 318-19, 14.5.5.1, taken for masonry too",
    ),
    "en1996": ("EN 1996-1-1, 6.1.2", "EN 1996-1-1, 6.3.1, tension by the bond of layers", "EN 1996-1-1, 6.2"),
    "en1992": ("EN 1992-1-1, 12.6.5.2", "EN 1992-1-1, 12.6.1, tension by the bond of layers", "EN 1992-1-1, 12.6.3"),
}
"""Clauses of the checks; recalled, not verified."""

MOST_SLENDER = {"aci318": 32.0, "tms402": 48.0, "en1996": en1996.SLENDEREST, "en1992": en1992.SLENDEREST}
"""Height over the thickness of a solid wall as stiff, above which a code does not allow a plain wall. [-]"""


STRENGTH_OVER_ALLOWABLE = 1.4
"""Factored over unfactored load about, by which a quarter of the Euler load is compared with factored load. [-]"""


@dataclass(frozen=True, slots=True)
class SetWalls:
    """w set walls, per metre.

    Attributes
    ----------
    height_m : (w,) float
        Clear. [m]
    sections : Sections
    loads : WallLoads
    is_external : (w,) bool
    strength_pa : float
        Compressive, of the printed wall. [Pa]
    tension_pa : (w,) float
        Characteristic tension across the weakest joint between layers. [Pa]
    wind_factor_ratio : float
        Partial factor of the wind: 1.5 on a speed once in fifty years, 1.0 on one that is ultimate. [-]
    """

    height_m: Floats
    sections: Sections
    loads: WallLoads
    is_external: NDArray[np.bool_]
    strength_pa: float
    tension_pa: Floats
    wind_factor_ratio: float


@dataclass(frozen=True, slots=True)
class SetCheck:
    """Checks of w set walls by one route.

    Attributes
    ----------
    route : str
    demand, capacity : (w, 3) float
        Of axial load [N/m], tension in bending [Pa] and shear [N/m], factored.
    utilisation : (w, 3) float
        Demand over capacity. [-]
    moment_n : (w,) float
        Factored moment of the wind. [N·m/m]
    is_slender : (w,) bool
        Whether the route does not allow the wall to be plain.
    """

    route: str
    demand: Floats
    capacity: Floats
    utilisation: Floats
    moment_n: Floats
    is_slender: NDArray[np.bool_]

    @property
    def worst(self) -> Floats:
        """Highest utilisation of each wall, (w,). [-]"""
        return np.asarray(self.utilisation.max(axis=1))

    @property
    def governing(self) -> NDArray[np.int64]:
        """Index into :data:`CHECKS` of the governing check, (w,)."""
        return np.asarray(self.utilisation.argmax(axis=1))


def set_check(walls: SetWalls, route: str) -> SetCheck:
    """Check walls that have set.

    Parameters
    ----------
    walls : SetWalls
    route : {"aci318", "tms402", "en1996", "en1992"}

    Returns
    -------
    SetCheck

    Notes
    -----
    Combinations, recalled: 1.2D + 1.6L and 0.9D + 1.0W (American), 1.35G + 1.5Q and 1.0G + 1.5W (European). A wall
    spans from floor to roof, so the wind bends it across its layers, and the bond between them is what resists tension,
    not the rupture of cast concrete. Slenderness counts by the solid wall of the same radius of gyration.
    """
    american = route in ("aci318", "tms402")
    gamma_dead, gamma_live, gamma_low = (1.2, 1.6, 0.9) if american else (1.35, 1.5, 1.0)
    s, loads, height = walls.sections, walls.loads, walls.height_m
    solid_m = np.sqrt(12.0) * s.radius_m
    axial = gamma_dead * loads.dead_n_per_m + gamma_live * loads.live_n_per_m
    pressure = walls.wind_factor_ratio * loads.wind_pa * loads.pier_ratio
    moment = wall_moment_n(pressure, height)
    shear = pressure * height / 2
    edge = np.where(walls.is_external, ECCENTRICITY_RATIO, en1996.LEAST_ECCENTRICITY_RATIO) * s.thickness_m
    tension = np.maximum(
        aci318.tension_side_pa(moment, gamma_low * loads.middle_dead_n_per_m, s.modulus_m2, s.area_m), 0
    )
    f = walls.strength_pa
    bent = axial * edge / 2  # the eccentricity of the bearing at half the height
    if route == "aci318":
        plain = aci318.axial_n_per_m(f, s.area_m, height, solid_m)
        resists = aci318.PHI_PLAIN * np.maximum(plain - bent / (0.85 * s.modulus_m2) * plain / f, 0.0)
        bond = aci318.PHI_PLAIN * walls.tension_pa
        cuts = aci318.PHI_PLAIN * aci318.shear_n_per_m(f, s.area_m)
    elif route == "tms402":
        euler = tms402.buckling_n_per_m(900 * f, s.inertia_m3, height, np.minimum(edge / 2, s.radius_m), s.radius_m)
        plain = tms402.nominal_axial_n_per_m(f, s.area_m, height, s.radius_m)
        resists = np.minimum(tms402.PHI_AXIAL * plain, euler / 4 * STRENGTH_OVER_ALLOWABLE)
        bond = tms402.PHI_AXIAL * walls.tension_pa
        cuts = tms402.PHI_AXIAL * aci318.shear_n_per_m(f, s.area_m)
    elif route == "en1996":
        middle = en1996.middle_ratio(np.minimum(edge / 2, 0.45 * s.thickness_m), s.thickness_m, height, solid_m)
        reduction = np.minimum(en1996.end_ratio(edge, s.thickness_m), middle)
        resists = en1996.axial_n_per_m(reduction, s.area_m, f)
        bond = walls.tension_pa / en1996.PARTIAL_FACTOR
        cuts = s.area_m * walls.tension_pa / en1996.PARTIAL_FACTOR
    else:
        reduction = en1992.ratio(edge * solid_m / s.thickness_m, height, solid_m)
        resists = en1992.axial_n_per_m(f, s.area_m, reduction)
        bond = en1992.PLAIN_RATIO * walls.tension_pa / en1992.PARTIAL_FACTOR
        cuts = s.area_m * en1992.PLAIN_RATIO * walls.tension_pa / en1992.PARTIAL_FACTOR
    demand = np.stack(np.broadcast_arrays(axial, tension, shear), axis=1)
    capacity = np.stack(np.broadcast_arrays(resists, bond, cuts), axis=1)
    utilisation = demand / np.maximum(capacity, 1e-9 * np.maximum(demand, 1.0))
    return SetCheck(
        route, demand, capacity, np.minimum(utilisation, MOST), moment, height / solid_m > MOST_SLENDER[route]
    )


MOST = 99.0
"""Utilisations above this are shown as this. [-]"""
