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
"""Where roof and floor bear on an external wall, over the thickness of what carries them, from its middle. [-]"""

CHECKS = ("axial", "bending", "shear", "web-joint")
"""What is checked of a set wall, in this order."""

WEB_JOINT = "V·Q/(I·b) against the bond of webs and leaves, derived"

CLAUSES = {
    "aci318": (
        "ACI 318-19, 14.5.3.1 and 14.5.4.1",
        "ACI 318-19, 14.5.4.1, tension by the bond of layers",
        "ACI 318-19, 14.5.5.1",
        WEB_JOINT,
    ),
    "tms402": (
        "TMS 402, 9.2.4, with the unity of 8.2.4.1 and Pe/4",
        "TMS 402, 9.2.4, tension by the bond of layers",
        "ACI 318-19, 14.5.5.1, taken for masonry too",
        WEB_JOINT,
    ),
    "en1996": (
        "EN 1996-1-1, 6.1.2",
        "EN 1996-1-1, 6.3.1, tension by the bond of layers",
        "EN 1996-1-1, 6.2 and 3.6.2",
        WEB_JOINT,
    ),
    "en1992": (
        "EN 1992-1-1, 12.6.5.2",
        "EN 1992-1-1, 12.6.1, tension by the bond of layers",
        "EN 1992-1-1, 12.6.3",
        WEB_JOINT,
    ),
}
"""Clauses of the checks; recalled, not verified."""

MOST_SLENDER = {"aci318": 32.0, "tms402": 48.0, "en1996": en1996.SLENDEREST, "en1992": en1992.SLENDEREST}
"""Height over the thickness of a solid wall as stiff, above which a code does not allow a plain wall. [-]"""

FREE_HEIGHT_RATIO = 2.0
"""Height by which a wall that stands free buckles, over its own. [-]"""

DEAD_ALONE = 1.4
"""American factor of dead load without any other. [-]"""

STRENGTH_OVER_ALLOWABLE = 1.4
"""Factored over unfactored load about, by which a quarter of the Euler load is compared with factored load. [-]"""


@dataclass(frozen=True, slots=True)
class SetWalls:
    """w set walls, or straight runs of walls, per metre.

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
    demand, capacity : (w, 4) float
        Of axial load [N/m], tension in bending [Pa], shear [N/m] and stress where webs join leaves [Pa], factored.
    utilisation : (w, 4) float
        Demand over capacity. [-]
    axial_n_per_m : (w,) float
        Factored load on the whole wall; of a wall whose leaves work apart, more than on the leaf that is checked. [N/m]
    moment_n : (w,) float
        Factored moment of the wind and of the bearing that goes with it, on the whole wall. [N·m/m]
    is_slender, is_thin : (w,) bool
        Whether the route does not allow the wall to be plain: it is more slender, or thinner, than that.
    """

    route: str
    demand: Floats
    capacity: Floats
    utilisation: Floats
    axial_n_per_m: Floats
    moment_n: Floats
    is_slender: NDArray[np.bool_]
    is_thin: NDArray[np.bool_]

    @property
    def is_weak(self) -> NDArray[np.bool_]:
        """Whether a wall does not stand plain, (w,)."""
        return np.asarray((self.worst > 1.0) | self.is_slender | self.is_thin)

    @property
    def worst(self) -> Floats:
        """Highest utilisation of each wall, (w,). [-]"""
        return np.asarray(self.utilisation.max(axis=1))

    @property
    def governing(self) -> NDArray[np.int64]:
        """Index into :data:`CHECKS` of the governing check, (w,)."""
        return np.asarray(self.utilisation.argmax(axis=1))

    def without(self, run: list[int]) -> SetCheck:
        """The checks with nothing asked of some of the walls, which bear nothing themselves.

        Parameters
        ----------
        run : list of int

        Returns
        -------
        SetCheck
        """
        if not run:
            return self
        keeps = np.ones(len(self.is_slender), dtype=bool)
        keeps[run] = False
        return SetCheck(
            self.route, self.demand * keeps[:, None], self.capacity, self.utilisation * keeps[:, None],
            self.axial_n_per_m * keeps, self.moment_n * keeps, self.is_slender & keeps, self.is_thin & keeps,
        )  # fmt: skip

    def of(self, run: NDArray[np.int64]) -> SetCheck:
        """Checks of some of the walls.

        Parameters
        ----------
        run : (n,) int

        Returns
        -------
        SetCheck
        """
        return SetCheck(
            self.route, self.demand[run], self.capacity[run], self.utilisation[run], self.axial_n_per_m[run],
            self.moment_n[run], self.is_slender[run], self.is_thin[run],
        )  # fmt: skip


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
    Combinations, recalled: 1.4D, 1.2D + 1.6L and 0.9D + 1.0W (American), 1.35G + 1.5Q and 1.0G + 1.5W (European). A
    wall spans from floor to roof, so the wind bends it across its layers, and the bond between them is what resists
    tension, not the rupture of cast concrete. Slenderness counts by the solid wall of the same radius of gyration. Roof
    and floors bear off the middle at the head and in the middle at the foot, so that half of it is left halfway up.

    Where the leaves work apart, roof and floors bear on one of them, and the other has only its own weight to press it
    together when the wind bends both. A wall that stands free is a cantilever: it buckles like one of twice its height,
    and the wind bends it most at the foot.
    """
    american = route in ("aci318", "tms402")
    gamma_most, gamma_live, gamma_low = (1.2, 1.6, 0.9) if american else (1.35, 1.5, 1.0)
    s, loads, is_free = walls.sections, walls.loads, walls.loads.is_free
    height = np.where(is_free, FREE_HEIGHT_RATIO, 1.0) * walls.height_m
    solid_m = np.sqrt(12.0) * s.radius_m
    is_apart = s.interaction <= 0
    leaves = np.where(is_apart, 2.0, 1.0)
    bears_m = np.where(is_apart, solid_m, s.thickness_m)
    area, modulus = s.area_m / leaves, s.modulus_m2 / leaves
    above_n_per_m = 2 * loads.middle_dead_n_per_m - loads.dead_n_per_m
    live = gamma_live * loads.live_n_per_m
    is_alone = np.full(len(height), american) & ((DEAD_ALONE - gamma_most) * loads.dead_n_per_m > live)
    gamma_dead, live = np.where(is_alone, DEAD_ALONE, gamma_most), np.where(is_alone, 0.0, live)
    whole = gamma_dead * loads.dead_n_per_m + live
    axial = np.where(is_apart, gamma_dead * loads.middle_dead_n_per_m + live, whole)
    share = np.where(walls.is_external, ECCENTRICITY_RATIO, en1996.LEAST_ECCENTRICITY_RATIO)
    edge = share * bears_m
    bent = (gamma_dead * above_n_per_m + live) * edge / 2
    pressure = walls.wind_factor_ratio * loads.wind_pa * loads.pier_ratio
    wind = np.where(is_free, pressure * walls.height_m**2 / 2, wall_moment_n(pressure, walls.height_m))
    shear = pressure * walls.height_m * np.where(is_free, 1.0, 0.5)
    moment = wind + gamma_low * above_n_per_m * share * s.thickness_m / 2
    half = loads.dead_n_per_m - loads.middle_dead_n_per_m  # of the weight of the wall itself
    pressed = gamma_low * np.where(is_apart, half, loads.middle_dead_n_per_m)
    pressed = np.where(is_free, gamma_low * 2 * half, pressed)
    pulled = aci318.tension_side_pa(np.where(is_apart, wind, moment), pressed, s.modulus_m2, s.area_m)
    tension = np.maximum(pulled, 0)
    f, most = walls.strength_pa, np.full(len(height), MOST_SLENDER[route])
    stiff_m, is_thin = solid_m, np.zeros(len(height), dtype=bool)
    if route == "aci318":
        plain = aci318.PHI_PLAIN * aci318.axial_n_per_m(f, area, height, solid_m)
        resists = plain * np.maximum(1 - bent / (aci318.PHI_PLAIN * 0.85 * f * modulus), 0.0)
        bond = aci318.PHI_PLAIN * walls.tension_pa
        cuts = aci318.PHI_PLAIN * aci318.shear_n_per_m(f, s.area_m)
        is_thin = ~loads.is_partition & np.asarray(
            bears_m < aci318.least_thickness_m(walls.height_m, walls.height_m) - 1e-9
        )
    elif route == "tms402":
        euler = tms402.buckling_n_per_m(
            900 * f, s.inertia_m3 / leaves, height, np.minimum(edge / 2, s.radius_m), s.radius_m
        )
        plain = tms402.PHI_AXIAL * tms402.nominal_axial_n_per_m(f, area, height, s.radius_m)
        plain = plain * np.maximum(1 - bent / (tms402.PHI_AXIAL * tms402.BLOCK_RATIO * f * modulus), 0.0)
        resists = np.minimum(plain, euler / 4 * STRENGTH_OVER_ALLOWABLE)
        bond = tms402.PHI_AXIAL * walls.tension_pa
        cuts = tms402.PHI_AXIAL * aci318.shear_n_per_m(f, s.area_m)
    elif route == "en1996":
        stiff_m = np.where(is_apart, en1996.effective_thickness_m(solid_m, solid_m), solid_m)
        off = height / en1996.IMPERFECTION
        middle = en1996.middle_ratio(np.minimum(edge / 2 + off, 0.45 * bears_m), bears_m, height, stiff_m)
        resists = en1996.axial_n_per_m(np.minimum(en1996.end_ratio(edge + off, bears_m), middle), area, f)
        bond = walls.tension_pa / en1996.PARTIAL_FACTOR
        slides = en1996.shear_strength_pa(walls.tension_pa, pressed / s.area_m, f)
        cuts = s.area_m * slides / en1996.PARTIAL_FACTOR
    else:
        reduction = en1992.ratio(edge * solid_m / bears_m, height, solid_m)
        resists = en1992.axial_n_per_m(f, area, reduction)
        bond = en1992.design_strength_pa(walls.tension_pa)
        cuts = en1992.shear_n_per_m(bond, pressed / s.area_m, s.area_m)
    demand = np.stack(np.broadcast_arrays(axial, tension, shear, shear * s.web_joint_per_m), axis=1)
    capacity = np.stack(np.broadcast_arrays(resists, bond, cuts, bond), axis=1)
    utilisation = demand / np.maximum(capacity, 1e-9 * np.maximum(demand, 1.0))
    return SetCheck(
        route, demand, capacity, np.minimum(utilisation, MOST), whole, moment, height / stiff_m > most, is_thin
    )


MOST = 99.0
"""Utilisations above this are shown as this. [-]"""
