"""Wet walls as they are printed, and the heights at which they buckle."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .buckling import length_unit_m, plate_stiffness_n_m
from .fresh import GRAVITY_M_PER_S2
from .growth import Floats, Growth
from .panels import Panels, free_wall_ratio

Indices: TypeAlias = NDArray[np.intp]

MEAN_DEPTH_RATIO = 0.8
"""Where a wall that cures linearly has the mean of its modulus, weighed by the cube of the depth. [-]"""

NEAR_NOUGHT = 1e-300
"""Stands in for nought where something is divided by it. [-]"""


@dataclass(frozen=True, kw_only=True, eq=False)
class WetWalls:
    """Walls as they are printed, w of them with n layers at most.

    Attributes
    ----------
    layer_height_m : (n, w) float
        From the foot up; 0 where a wall has no layer. [m]
    deposited_s : (n, w) float
        When each layer is laid, pauses included; never falls along a wall. [s]
    leaf_m : (w,) float
        Thickness of one leaf. [m]
    area_m : (w,) float
        Area of the whole section per metre of wall. [m]
    inertia_m3 : (w,) float
        Second moment of area of the whole section per metre of wall. [m³]
    panel_m : (w,) float
        Clear width of a leaf between webs, returns or sharp curves; infinite if nothing holds it. [m]
    radius_m : (w,) float
        Of the centre line of a ring, or of an arc whose ends are held; infinite if straight. [m]
    density_kg_per_m3 : (w,) float
        Wet density. [kg/m³]
    set_time_s : (w,) float
        Age from which a layer counts as rigid. [s]
    strength, modulus : Growth
        Uniaxial strength and modulus; numbers for all walls, or of shape (w,).
    poisson_ratio : float
        While fresh. [-]
    alike : (w,) int or None
        For each wall the first that has the same layers, times and mix, which is then looked at for all of them; None
        where nothing is known of that, and where a law of growth differs from wall to wall.
    """

    layer_height_m: Floats
    deposited_s: Floats
    leaf_m: Floats
    area_m: Floats
    inertia_m3: Floats
    panel_m: Floats
    radius_m: Floats
    density_kg_per_m3: Floats
    set_time_s: Floats
    strength: Growth
    modulus: Growth
    poisson_ratio: float
    alike: Indices | None = None

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        layers, walls = self.layer_height_m.shape
        if self.deposited_s.shape != (layers, walls):
            raise ValueError(f"deposited_s has shape {self.deposited_s.shape} instead of {(layers, walls)}")
        for name in ("leaf_m", "area_m", "inertia_m3", "panel_m", "radius_m", "density_kg_per_m3", "set_time_s"):
            if getattr(self, name).shape != (walls,):
                raise ValueError(f"{name} has shape {getattr(self, name).shape} instead of {(walls,)}")

    def laid(self, deposited_s: Floats) -> WetWalls:
        """The same walls by another clock.

        Parameters
        ----------
        deposited_s : (n, w) float
            [s]

        Returns
        -------
        WetWalls
            What does not depend on the clock is known for all of them once it was worked out for the first.
        """
        walls = copy(self)
        object.__setattr__(walls, "deposited_s", deposited_s)
        object.__setattr__(walls, "fixed", self.fixed)
        walls.__post_init__()
        return walls

    @cached_property
    def fixed(self) -> Fixed:
        """What does not depend on the clock."""
        return Fixed(self)

    @property
    def weight_pa_per_m(self) -> Floats:
        """Load by one metre of height, (w,). [Pa/m]"""
        return self.fixed.weight_pa_per_m


class Fixed:
    """What follows from walls whatever their times.

    Attributes
    ----------
    weight_pa_per_m : (w,) float
        Load by one metre of height. [Pa/m]
    start_pa : (w,) float or a number
        Modulus as deposited. [Pa]
    section_unit_m, leaf_unit_m : (w,) float
        Length units of the whole section and of a leaf. [m]
    has_section : (w,) bool
        Whether a wall is more than one leaf.
    panels : Panels
        Of the leaves.
    is_ring : (w,) bool
    first : (u,) int
        Of walls that are alike the first.
    which : (w,) int
        Number of each wall's among them.
    top_m : (n, w) float
        Upper faces of the layers above the foot. [m]
    """

    def __init__(self, walls: WetWalls) -> None:
        self.weight_pa_per_m = walls.density_kg_per_m3 * GRAVITY_M_PER_S2
        self.start_pa = walls.modulus.at(0.0)
        self.section_unit_m = length_unit_m(self.start_pa * walls.inertia_m3, self.weight_pa_per_m * walls.area_m)
        stiffness = plate_stiffness_n_m(self.start_pa, walls.leaf_m, walls.poisson_ratio)
        self.leaf_unit_m = length_unit_m(stiffness, self.weight_pa_per_m * walls.leaf_m)
        self.has_section = walls.area_m > walls.leaf_m * 1.001
        self.panels = Panels(walls.panel_m / self.leaf_unit_m)
        self.is_ring = np.isfinite(walls.radius_m)
        every = np.arange(len(walls.leaf_m))
        alike = every if walls.alike is None else walls.alike
        is_first = alike == every
        self.first, self.which = is_first.nonzero()[0], (is_first.cumsum() - 1)[alike]
        self.top_m = walls.layer_height_m.cumsum(axis=0)


def critical_heights_m(walls: WetWalls, height_m: Floats, mean_modulus_pa: Floats) -> tuple[Floats, Floats]:
    """Heights at which whole section and leaf buckle, as walls that rise evenly.

    Parameters
    ----------
    walls : WetWalls
    height_m : (..., w) float
        Of what is wet. [m]
    mean_modulus_pa : (..., w) float
        Of that height, weighed by the cube of the depth. [Pa]

    Returns
    -------
    section, leaf : (..., w) float
        Without knock-down; infinite for the section of a single leaf. [m]
    """
    fixed = walls.fixed
    gained = np.maximum(mean_modulus_pa / fixed.start_pa - 1, 0.0)
    gained /= MEAN_DEPTH_RATIO * np.maximum(height_m, NEAR_NOUGHT)
    section = fixed.section_unit_m * free_wall_ratio(gained * fixed.section_unit_m)
    leaf = fixed.leaf_unit_m * fixed.panels.ratio(gained * fixed.leaf_unit_m)
    return np.where(fixed.has_section, section, np.inf), leaf
