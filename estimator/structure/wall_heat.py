"""Heat through the outer walls of a building, as printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from estimator.structure.conduction import bridged_u_w_per_m2_k
from estimator.structure.heat import AIR_M2_K_PER_W, u_w_per_m2_k
from estimator.structure.wall_shapes import WallShapes
from estimator.wall_systems import SYSTEMS, Pattern

Floats = NDArray[np.float64]

THINNEST_AIR_M = 0.025
"""Narrower cavities count as solid. [m]"""

NO_CORES: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HeatResult:
    """Heat through n outer walls.

    Attributes
    ----------
    wall : (n,) int
        Index of each wall.
    u_w_per_m2_k : (n,) float
        As printed, cavities full of air or of their cores. [W/(m²·K)]
    wanted_w_per_m2_k : float or None
        Greatest transmittance of new walls there; None where none is on file. [W/(m²·K)]
    """

    wall: NDArray[np.int64]
    u_w_per_m2_k: Floats
    wanted_w_per_m2_k: float | None


@dataclass(frozen=True, slots=True)
class Cavity:
    """The hollow of a printed wall.

    Attributes
    ----------
    width_m : float
        From leaf to leaf. [m]
    web_m, spacing_m : float
        Thickness and distance of the straight webs that its infill counts as; no webs, and 1 m, without infill. [m]
    core : str
        The resource that it is filled with anyway; empty for air.
    """

    width_m: float
    web_m: float
    spacing_m: float
    core: str

    @property
    def free_ratio(self) -> float:
        """Share of it that webs leave. [-]"""
        return 1 - self.web_m / self.spacing_m


def wall_cavity(system: str, thickness_m: float, leaf_m: float, bead_width_m: float, pattern: Pattern) -> Cavity | None:
    """The hollow of a wall.

    Parameters
    ----------
    system : str
        Wall system.
    thickness_m, leaf_m, bead_width_m : float
        [m]
    pattern : Pattern

    Returns
    -------
    Cavity or None
        None for solid walls, and for those whose core is concrete.

    Notes
    -----
    Slanted infill counts as straight webs of the same conductance: a bead of width w that crosses the cavity d on a way
    of L is a web of w·d/L.
    """
    kind, width = SYSTEMS[system], thickness_m - 2 * bead_width_m
    hollow = kind.has_leaves and leaf_m < thickness_m / 2 and width >= THINNEST_AIR_M and kind.core != "ready-mix-m3"
    if not hollow:
        return None
    if not kind.infill:
        return Cavity(width, 0.0, 1.0, kind.core)
    spacing = pattern.spacing_m(kind.infill)
    if kind.infill == "webs":
        web = bead_width_m
    else:
        spacing /= 2
        web = bead_width_m * width / float(np.hypot(width, spacing))
    return Cavity(width, min(web, 0.9 * spacing), spacing, kind.core)


def wall_u_w_per_m2_k(
    cavity: Cavity | None, thickness_m: float, bead_width_m: float, conductivity_w_per_m_k: float,
    fill_w_per_m_k: float | None = None,
) -> float:  # fmt: skip
    """Transmittance of a printed wall.

    Parameters
    ----------
    cavity : Cavity or None
    thickness_m, bead_width_m : float
        [m]
    conductivity_w_per_m_k : float
        Of the mix. [W/(m·K)]
    fill_w_per_m_k : float, optional
        Of what the cavity is full of; air when left out. [W/(m·K)]

    Returns
    -------
    float
        [W/(m²·K)]
    """
    if cavity is None:
        return float(u_w_per_m2_k([thickness_m / conductivity_w_per_m_k]))
    between = AIR_M2_K_PER_W if fill_w_per_m_k is None else cavity.width_m / fill_w_per_m_k
    if cavity.web_m <= 0:
        return float(u_w_per_m2_k([2 * bead_width_m / conductivity_w_per_m_k, between]))
    return float(
        bridged_u_w_per_m2_k(
            bead_width_m, between, cavity.width_m, cavity.web_m, cavity.spacing_m, conductivity_w_per_m_k
        )[0]
    )


def heat_result(
    shapes: WallShapes, is_external: NDArray[np.bool_], bead_width_m: float, pattern: Pattern,
    conductivity_w_per_m_k: float, wanted_w_per_m2_k: float | None, cores_w_per_m_k: Mapping[str, float] = NO_CORES,
) -> HeatResult:  # fmt: skip
    """Heat through all outer walls.

    Parameters
    ----------
    shapes : WallShapes
    is_external : (w,) bool
    bead_width_m : float
        [m]
    pattern : Pattern
    conductivity_w_per_m_k : float
        Of the mix. [W/(m·K)]
    wanted_w_per_m2_k : float or None
        [W/(m²·K)]
    cores_w_per_m_k : mapping of str to float
        Conductivity of cores by resource; a core that is not among them counts as air. [W/(m·K)]

    Returns
    -------
    HeatResult
    """
    wall = np.flatnonzero(is_external)
    known: dict[tuple[str, float, float], float] = {}
    u = np.zeros(len(wall))
    for k, i in enumerate(wall.tolist()):
        key = (shapes.system[i], round(float(shapes.thickness_m[i]), 5), round(float(shapes.leaf_m[i]), 5))
        if key not in known:
            cavity = wall_cavity(*key, bead_width_m, pattern)
            core = None if cavity is None else cores_w_per_m_k.get(cavity.core)
            known[key] = wall_u_w_per_m2_k(cavity, key[1], bead_width_m, conductivity_w_per_m_k, core)
        u[k] = known[key]
    return HeatResult(wall, u, wanted_w_per_m2_k)
