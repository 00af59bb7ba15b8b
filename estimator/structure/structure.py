"""Will it stand: everything that is checked of a printed building, from one estimate's numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimator.errors import Finding
from estimator.structure.clock import LaidLayers
from estimator.structure.fabric import Fabric
from estimator.structure.insulation import Insulation, Ties, insulation_findings, wall_insulation
from estimator.structure.lintel_design import LINTEL_FACTS, LintelDesign, lintel_findings, lintels_of, opening_findings
from estimator.structure.set_result import SetResult, chosen_route, set_findings, set_result, weakest_bond_ratio
from estimator.structure.wall_heat import HeatResult, heat_result
from estimator.structure.wall_shapes import WallShapes
from estimator.structure.wet_result import (
    BondResult,
    WetResult,
    bond_findings,
    bond_result,
    wet_findings,
    wet_result,
)
from estimator.structure.wet_walls import WetCases
from estimator.takeoff import TakeOff
from estimator.values import Draw
from estimator.wall_systems import SYSTEMS
from materials import Mix, Site, Terms, load_resource, load_wet_wall

FRESH_FACTS = (
    "green_strength_pa", "green_strength_rate_pa_per_s", "green_modulus_pa", "green_modulus_rate_pa_per_s",
    "fresh_poisson_ratio", "open_time_s", "set_time_s", "bond_log_slope",
)  # fmt: skip
"""Facts of a mix that the checks of the wet wall ask for."""

SET_FACTS = (
    "compressive_strength_pa", "tensile_strength_pa", "printed_strength_ratio", "bond_strength_ratio",
    "density_kg_per_m3",
)  # fmt: skip
"""Facts of a mix that the checks of the set wall ask for."""

FALLING = ("wet-wall-falls", "set-wall-fails")
"""Codes of findings that say that a wall cannot stand."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Checks of a printed building.

    Attributes
    ----------
    shapes : WallShapes
    laid : LaidLayers
    wet : WetResult or None
        None for mixes that are hard at once.
    bond : BondResult or None
        None for mixes of which no open time is known.
    set : SetResult or None
        The set walls; None for plastics.
    lintels : LintelDesign or None
        Over openings of such walls; None without.
    heat : HeatResult
    insulation : Insulation or None
        Of outer walls; None where no requirement is on file.
    findings : tuple of Finding
    """

    shapes: WallShapes
    laid: LaidLayers
    wet: WetResult | None
    bond: BondResult | None
    set: SetResult | None
    lintels: LintelDesign | None
    heat: HeatResult
    insulation: Insulation | None
    findings: tuple[Finding, ...]

    @property
    def falling(self) -> tuple[Finding, ...]:
        """Findings that say that a wall cannot stand."""
        return tuple(f for f in self.findings if f.code in FALLING)


def structure_of(
    fabric: Fabric, cases: WetCases | None, laid: LaidLayers, mix: Mix, site: Site, takeoff: TakeOff, terms: Terms,
    draw: Draw, route: str | None = None,
) -> Structure:  # fmt: skip
    """Check a building.

    Parameters
    ----------
    fabric : Fabric
    cases : WetCases or None
        Wet walls, by whatever clock; None for mixes without.
    laid : LaidLayers
        By the clock of the site.
    mix : Mix
    site : Site
        Whose wind, roofs and ground count.
    takeoff : TakeOff
    terms : Terms
    draw : Draw
        Where the facts of the mix and of the site are asked for.
    route : str, optional
        Code by which set walls are checked; the usual one of the region when left out.

    Returns
    -------
    Structure
    """
    plan, shapes = fabric.plan, fabric.shapes
    wet: WetResult | None = None
    bond: BondResult | None = None
    findings: list[Finding] = []
    facts = load_wet_wall()
    for name in FRESH_FACTS:
        if name in mix.facts:
            draw.number(f"mix.{mix.id}.{name}", mix.facts[name])
    if cases is not None:
        wet = wet_result(cases.laid(laid), mix, facts)
        findings += wet_findings(wet, plan, laid)
    if "open_time_s" in mix.facts and "set_time_s" in mix.facts:
        bond = bond_result(laid, mix, facts)
        findings += bond_findings(bond, mix)
    finished = None
    if wet is not None and bond is not None:
        for name in SET_FACTS:
            draw.number(f"mix.{mix.id}.{name}", mix.facts[name])
        for name, fact in site.facts.items():
            draw.number(f"site.{name}", fact)
        finished = set_result(
            fabric, weakest_bond_ratio(wet.cases, bond.ratio), site, mix, facts, chosen_route(route, site)
        )  # fmt: skip
        findings += set_findings(finished, plan)
    lintels = None
    if finished is not None and takeoff.lintels:
        lintels = lintels_of(
            plan, shapes, finished, float(mix.density_kg_per_m3),
            *(float(draw.number(f"terms.{name}", terms.facts[name])) for name in LINTEL_FACTS),
        )  # fmt: skip
        findings += lintel_findings(lintels, plan)
    if finished is not None and takeoff.openings:
        findings += opening_findings(finished, plan, float(terms.lintel_bearing_m))
    wanted = site.get("wall_transmittance_w_per_m2_k")
    if wanted is not None:
        draw.number("site.wall_transmittance_w_per_m2_k", wanted)
    bead_width_m, pattern = fabric.bead_width_m, fabric.pattern
    own = float(draw.number(f"mix.{mix.id}.conductivity_w_per_m_k", mix.conductivity_w_per_m_k))
    warmth = heat_result(
        shapes, takeoff.is_external, bead_width_m, pattern, own, None if wanted is None else float(wanted),
        _cores_w_per_m_k(shapes, takeoff, draw),
    )  # fmt: skip
    ties = _ties(terms, draw) if mix.hardening != "cooling" else None
    stuff = float(draw.number("terms.insulation_conductivity_w_per_m_k", terms.insulation_conductivity_w_per_m_k))
    grouted = np.zeros(len(shapes)) if finished is None else finished.grouted_ratio
    insulation = wall_insulation(
        shapes, warmth, takeoff.net_area_m2, grouted, bead_width_m, pattern, own, stuff, ties
    )  # fmt: skip
    findings += insulation_findings(warmth, insulation)
    return Structure(shapes, laid, wet, bond, finished, lintels, warmth, insulation, tuple(findings))


def _ties(terms: Terms, draw: Draw) -> Ties:
    """Ties between leaves, by the stated values."""
    density, diameter, conductivity = (
        float(draw.number(f"terms.{name}", terms.facts[name]))
        for name in ("tie_density_per_m2", "tie_diameter_m", "tie_conductivity_w_per_m_k")
    )
    return Ties(density, np.pi / 4 * diameter**2, conductivity)


def _cores_w_per_m_k(shapes: WallShapes, takeoff: TakeOff, draw: Draw) -> dict[str, float]:
    """Conductivity of what outer walls are filled with, where it is on file. [W/(m·K)]"""
    found = {}
    for name in sorted({SYSTEMS[shapes.system[i]].core for i in np.flatnonzero(takeoff.is_external).tolist()} - {""}):
        fact = load_resource(name).get("conductivity_w_per_m_k")
        if fact is not None:
            found[name] = float(draw.number(f"resource.{name}.conductivity_w_per_m_k", fact))
    return found
