"""Cross-sections of set walls, per metre of length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.structure.buckling import double_leaf_area_m, double_leaf_inertia_m3
from estimator.structure.growth import Floats, Values
from estimator.structure.wall_shapes import WallShapes
from estimator.wall_systems import SYSTEMS, Pattern

PARTIAL_INTERACTION = 0.5
"""How far leaves that printed webs join work as one section, of the way from apart to together. [-]"""


@dataclass(frozen=True, slots=True)
class Sections:
    """Sections of w walls, per metre.

    Attributes
    ----------
    thickness_m : (w,) float
        Over all. [m]
    area_m : (w,) float
        Of what carries. [m]
    inertia_m3 : (w,) float
        Second moment of area about an axis along the wall. [m³]
    modulus_m2 : (w,) float
        Section modulus on the outer face. [m²]
    interaction : (w,) float
        1 where the wall works as one section, 0 where its leaves work apart. [-]
    web_joint_per_m : (w,) float
        Stress in the joints of webs and leaves over the shear across the wall; 0 where no web joins leaves. [1/m]
    """

    thickness_m: Floats
    area_m: Floats
    inertia_m3: Floats
    modulus_m2: Floats
    interaction: Floats
    web_joint_per_m: Floats

    @property
    def radius_m(self) -> Floats:
        """Radius of gyration. [m]"""
        return np.asarray(np.sqrt(self.inertia_m3 / self.area_m))

    @property
    def is_hollow(self) -> NDArray[np.bool_]:
        """Whether there is a cavity between what carries, (w,)."""
        return np.asarray(self.area_m < self.thickness_m - 1e-9)

    def of(self, wall: NDArray[np.int64]) -> Sections:
        """Sections of some of the walls, or of a wall more than once.

        Parameters
        ----------
        wall : (n,) int

        Returns
        -------
        Sections
        """
        return Sections(
            self.thickness_m[wall], self.area_m[wall], self.inertia_m3[wall], self.modulus_m2[wall],
            self.interaction[wall], self.web_joint_per_m[wall],
        )  # fmt: skip


def independent_inertia_m3(leaf_m: Values) -> Floats:
    """Second moment of two leaves that bend each by itself.

    Parameters
    ----------
    leaf_m : float or array
        Thickness of a leaf. [m]

    Returns
    -------
    float array
        2·t³/12 per metre. [m³]
    """
    return np.asarray(2 * np.power(leaf_m, 3) / 12)


def interaction_of(system: str) -> float:
    """How far the leaves of a wall system work together when it bends.

    Parameters
    ----------
    system : str

    Returns
    -------
    float
        1 for walls without a cavity or with one that is cast, :data:`PARTIAL_INTERACTION` for printed webs, 0 for
        ties, which carry no shear along the wall's height. [-]
    """
    kind = SYSTEMS[system]
    if not kind.has_leaves or kind.core == "ready-mix-m3":
        return 1.0
    return PARTIAL_INTERACTION if kind.infill else 0.0


def wall_sections(shapes: WallShapes, bead_width_m: float, pattern: Pattern) -> Sections:
    """Sections of all walls when they have set.

    Parameters
    ----------
    shapes : WallShapes
    bead_width_m : float
        [m]
    pattern : Pattern

    Returns
    -------
    Sections

    Notes
    -----
    Between leaves apart and one section it is interpolated by the interaction, for want of tests of the joint between
    web and leaf. Of a tied wall only the stiffness and the modulus of both leaves side by side count.
    """
    count = len(shapes)
    area, inertia, modulus, together, joint = (np.zeros(count) for _ in range(5))
    for i, name in enumerate(shapes.system):
        thick, kind = float(shapes.thickness_m[i]), SYSTEMS[name]
        hollow = bool(shapes.is_double[i]) and shapes.leaf_m[i] < thick / 2 - 1e-9 and kind.core != "ready-mix-m3"
        if not hollow:
            width = thick if shapes.is_double[i] or kind.contours == "full" or kind.is_wide else float(shapes.leaf_m[i])
            area[i], inertia[i], modulus[i], together[i] = width, width**3 / 12, width**2 / 6, 1.0
            continue
        apart = thick - bead_width_m
        spacing = pattern.spacing_m(kind.infill)
        web = bead_width_m if kind.infill else 0.0
        area[i] = double_leaf_area_m(bead_width_m, apart, web, spacing)
        whole = float(double_leaf_inertia_m3(bead_width_m, apart, web, spacing))
        alone = float(independent_inertia_m3(bead_width_m))
        share = together[i] = interaction_of(name)
        inertia[i] = alone + share * (whole - alone)
        alone_modulus = alone / (bead_width_m / 2)
        modulus[i] = alone_modulus + share * (whole / (thick / 2) - alone_modulus)
        if web:
            joint[i] = share * float(web_joint_shear_pa(1.0, bead_width_m, apart, web, spacing))
    return Sections(shapes.thickness_m, area, inertia, modulus, together, joint)


def ratio_together(leaf_m: Values, apart_m: Values) -> NDArray[np.float64]:
    """Stiffness of two leaves that work as one over that of leaves that work apart.

    Parameters
    ----------
    leaf_m, apart_m : float or array
        Thickness of a leaf, and distance of the leaves' middles. [m]

    Returns
    -------
    float array
        [-]
    """
    return np.asarray(double_leaf_inertia_m3(leaf_m, apart_m, 0.0, 1.0) / independent_inertia_m3(leaf_m))


def web_joint_shear_pa(
    shear_n_per_m: Values, leaf_m: Values, apart_m: Values, web_m: Values, spacing_m: Values
) -> Floats:
    """Stress in the joint of web and leaf when two leaves work as one, V·Q/(I·b); derived.

    Where the webs are beads of their own, the bond that joins them to the leaves is what has to carry it.

    Parameters
    ----------
    shear_n_per_m : float or array
        V, across the wall. [N/m]
    leaf_m, apart_m : float or array
        Thickness of a leaf, and distance of the leaves' middles. [m]
    web_m, spacing_m : float or array
        Thickness and spacing of webs. [m]

    Returns
    -------
    float array
        With Q = t·c/2 of a leaf and b = t_w/spacing, per metre. [Pa]
    """
    flow = np.multiply(leaf_m, apart_m) / 2 / double_leaf_inertia_m3(leaf_m, apart_m, web_m, spacing_m)
    return np.asarray(shear_n_per_m * flow * np.divide(spacing_m, web_m))
