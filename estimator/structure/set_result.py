"""What is said of the set walls, and the grouted cores that help those which do not stand plain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.cost import Market
from estimator.errors import Finding, UsageError
from estimator.ledger import Line
from estimator.plan import Plan
from estimator.structure import aci318
from estimator.structure.fresh import GRAVITY_M_PER_S2
from estimator.structure.grouted import STEEL_KG_PER_M3, bar_area_m2, core_spacing_m
from estimator.structure.loads import WallLoads, wall_loads
from estimator.structure.sections import Sections, wall_sections
from estimator.structure.seismic import base_shear_n, response_ratio, seismic_weight_n
from estimator.structure.set_wall import CHECKS, CLAUSES, SetCheck, SetWalls, set_check
from estimator.structure.wall_shapes import WallShapes
from estimator.structure.wet_walls import WetCases
from estimator.times import HOURS_S
from estimator.wall_systems import Pattern
from materials import Mix, Site, WetWall

Floats = NDArray[np.float64]

FRACTILE = 1.645
"""Standard deviations below the mean at which one value in twenty lies. [-]"""

BAR_M = 0.012
"""Bars of grouted cores and bond beams. [m]"""

GROUTED_LENGTH_RATIO = 0.8
"""k of a wall whose head and foot are held against turning. [-]"""

BEAM_BARS = 2
"""Bars of a bond beam on top of a wall with grouted cores."""

BEAM_HEIGHT_M = 0.20
"""Of that beam, cast in the cavity. [m]"""

WIND_FACTORS = {"en1991": 1.5, "asce7": 1.0}
"""Partial factor of the wind by the code that its speed is stated by: once in fifty years, or ultimate. [-]"""

SEISMIC_ACCELERATION = 0.33
"""S_DS from which plain walls are flagged: design category C and above begin there. [-]"""


@dataclass(frozen=True, slots=True)
class Strengthening:
    """Grouted cores and bond beams of w walls.

    Attributes
    ----------
    spacing_m : (w,) float
        Of cores; 0 for walls without. [m]
    cores : (w,) int
    grout_m3, steel_kg : float
        Of all together. [m³], [kg]
    """

    spacing_m: Floats
    cores: NDArray[np.int64]
    grout_m3: float
    steel_kg: float


@dataclass(frozen=True, slots=True)
class SetResult:
    """The set walls of a building.

    Attributes
    ----------
    sections : Sections
    loads : WallLoads
    walls : SetWalls
    check : SetCheck
        As printed, plain.
    help : Strengthening
    fails : (w,) bool
        Whether a wall fails plain and no cores can help it.
    base_shear_n : float
        Of an earthquake. [N]
    acceleration : float
        S_DS of the site. [-]
    """

    sections: Sections
    loads: WallLoads
    walls: SetWalls
    check: SetCheck
    help: Strengthening
    fails: NDArray[np.bool_]
    base_shear_n: float
    acceleration: float


def set_result(
    plan: Plan, shapes: WallShapes, bead_width_m: float, pattern: Pattern, is_external: NDArray[np.bool_],
    bond_ratio: Floats, site: Site, mix: Mix, wet: WetWall, route: str,
) -> SetResult:  # fmt: skip
    """Check the set walls of a building, and help those that fail.

    Parameters
    ----------
    plan : Plan
    shapes : WallShapes
    bead_width_m : float
        [m]
    pattern : Pattern
    is_external : (w,) bool
    bond_ratio : (w,) float
        Share of the bond that is left at the weakest joint of each wall. [-]
    site : Site
    mix : Mix
    wet : WetWall
    route : str

    Returns
    -------
    SetResult
    """
    sections = wall_sections(shapes, bead_width_m, pattern)
    loads = wall_loads(plan, shapes, sections, is_external, site, float(mix.density_kg_per_m3))
    spread = max(1 - FRACTILE * float(wet.bond_variation_ratio), 0.1)
    tension = float(mix.tensile_strength_pa) * float(mix.bond_strength_ratio) * spread * bond_ratio
    strength = float(mix.compressive_strength_pa) * float(mix.printed_strength_ratio)
    factor = WIND_FACTORS[site.wind_code]
    walls = SetWalls(shapes.top_m - shapes.base_m, sections, loads, is_external, strength, tension, factor)
    check = set_check(walls, route)
    support, fails = _strengthened(shapes, bead_width_m, walls, check)
    above, walls_n = _seismic_parts(plan, shapes, sections, loads, site, float(mix.density_kg_per_m3))
    acceleration = float(site.design_acceleration)
    shear = float(base_shear_n(seismic_weight_n(above, walls_n), response_ratio(acceleration)))
    return SetResult(sections, loads, walls, check, support, fails, shear, acceleration)


def _seismic_parts(
    plan: Plan, shapes: WallShapes, sections: Sections, loads: WallLoads, site: Site, density_kg_per_m3: float
) -> tuple[float, float]:
    """Weight of all that stands on the walls of the lowest storey, and of these walls. [N]"""
    weight = sections.area_m * (shapes.top_m - shapes.base_m) * shapes.length_m * density_kg_per_m3 * GRAVITY_M_PER_S2
    levels: list[int] = sorted(set(shapes.storey.tolist()), key=lambda s: plan.storeys[s].elevation_m)
    lowest = shapes.storey == levels[0]
    roof = float(site.roof_dead_load_pa) * float(loads.tributary_m2[shapes.storey == levels[-1]].sum())
    floors = sum(float(loads.tributary_m2[shapes.storey == level].sum()) for level in levels[:-1])
    return roof + floors * float(site.floor_dead_load_pa) + float(weight[~lowest].sum()), float(weight[lowest].sum())


def _strengthened(
    shapes: WallShapes, bead_width_m: float, walls: SetWalls, check: SetCheck
) -> tuple[Strengthening, NDArray[np.bool_]]:
    """Cores where a wall fails or is too slender to be plain, has a cavity for them, and carries its load with them.

    Grout and bars join the leaves, so the wall then counts as reinforced over its whole thickness (ACI 318-19, 11.5.3).
    """
    weak = (check.worst > 1.0) | check.is_slender
    cavity = np.where(shapes.is_double, shapes.thickness_m - 2 * bead_width_m, 0.0)
    spacing = core_spacing_m(check.moment_n, shapes.thickness_m / 2, walls.strength_pa, BAR_M)
    sound = aci318.reinforced_axial_n_per_m(
        walls.strength_pa, walls.sections.area_m, walls.height_m, shapes.thickness_m, GROUTED_LENGTH_RATIO
    )
    carries = check.axial_n_per_m <= aci318.PHI_COMPRESSION * sound
    helped = weak & (cavity >= 2 * BAR_M) & (spacing > 0) & carries
    spacing = np.where(helped, spacing, 0.0)
    cores = np.where(helped, np.ceil(shapes.length_m / np.maximum(spacing, 1e-9)) + 1, 0).astype(np.int64)
    core_m2 = cavity * np.maximum(cavity, 0.10)
    beam_m3 = np.where(helped, cavity * BEAM_HEIGHT_M * shapes.length_m, 0.0)
    grout = float((cores * core_m2 * (walls.height_m - BEAM_HEIGHT_M) + beam_m3).sum())
    bar_m = float((cores * walls.height_m + np.where(helped, BEAM_BARS * shapes.length_m, 0.0)).sum())
    steel = bar_m * float(bar_area_m2(BAR_M)) * STEEL_KG_PER_M3
    return Strengthening(spacing, cores, grout, steel), weak & ~helped


def set_findings(result: SetResult, plan: Plan) -> list[Finding]:
    """Walls that need help, or cannot be helped, and the earthquake.

    Parameters
    ----------
    result : SetResult
    plan : Plan

    Returns
    -------
    list of Finding
    """
    check, support = result.check, result.help
    findings = []
    if result.fails.any():
        k = int(np.argmax(np.where(result.fails, check.worst, -1.0)))
        others = int(result.fails.sum()) - 1
        why = _why(check, k)
        findings.append(
            Finding(
                "set-wall-fails", "warning", _named(plan, k, others),
                f"does not stand plain by {check.route} once it has set: {why}, and grouted cores "
                "do not help it; take a thicker wall, a wall system with a cavity or webs, or reinforce it",
            )
        )  # fmt: skip
    helped = support.cores > 0
    if helped.any():
        k = int(np.argmax(np.where(helped, check.worst, -1.0)))
        why = _why(check, k)
        findings.append(
            Finding(
                "set-wall-cores", "note", _named(plan, k, int(helped.sum()) - 1),
                f"gets grouted cores every {support.spacing_m[k]:.2g} m: plain it would not stand by {check.route} "
                f"once it has set ({why}); {int(support.cores.sum())} cores in all, {support.grout_m3:.2g} m³ of grout "
                f"and {support.steel_kg:.0f} kg of steel with a bond beam, in the ledger",
            )
        )  # fmt: skip
    if result.acceleration >= SEISMIC_ACCELERATION:
        findings.append(
            Finding(
                "seismic", "warning", "",
                f"an earthquake may push with {result.base_shear_n / 1000:.0f} kN (S_DS {result.acceleration:.2g}); "
                "many codes do not allow unreinforced walls there: ask an engineer",
            )
        )  # fmt: skip
    return findings


def _why(check: SetCheck, wall: int) -> str:
    """Why a wall does not stand plain."""
    if check.is_slender[wall]:
        return "too slender"
    return f"{CHECKS[int(check.governing[wall])]}, {check.worst[wall]:.0%} used"


def _named(plan: Plan, wall: int, others: int) -> str:
    return plan.walls[wall].id + (f" and {others} more" if others > 0 else "")


def strengthening_lines(support: Strengthening, market: Market) -> list[Line]:
    """Material and labour of cores and bond beams.

    Parameters
    ----------
    support : Strengthening
    market : Market

    Returns
    -------
    list of Line
        Empty where no wall needs them.
    """
    if not support.cores.any():
        return []
    hours = support.grout_m3 * market.terms.core_time_s_per_m3 / HOURS_S * market.rates.labour_hours_factor
    return [
        Line(
            "grout", "Grouted cores and bond beams: concrete", support.grout_m3, "m3", market.resource("ready-mix-m3"),
            "walls", "material", market.resource_origin("ready-mix-m3"),
        ),
        Line(
            "grout-steel", "Grouted cores and bond beams: steel", support.steel_kg, "kg", market.resource("rebar-kg"),
            "walls", "material", market.resource_origin("rebar-kg"),
        ),
        Line(
            "grout-labour", "Grouted cores and bond beams: placing", hours, "h", market.rates.labourer_rate_per_h,
            "walls", "labour",
            ("terms.core_time_s_per_m3", "region.labourer_rate_per_h", "region.labour_hours_factor"),
        ),
    ]  # fmt: skip


def weakest_bond_ratio(cases: WetCases, ratio: Floats) -> Floats:
    """Share of the bond that is left at the weakest joint within each wall.

    Parameters
    ----------
    cases : WetCases
        Every wall in every part that prints some of it.
    ratio : (L,) float
        At the joint below each layer. [-]

    Returns
    -------
    (w,) float
        1 where a wall has no joint. [-]
    """
    least = np.ones(int(cases.wall.max(initial=-1)) + 1)
    layers = (cases.walls.layer_height_m > 0).sum(axis=0)[cases.case]
    for i, a, n in zip(cases.wall.tolist(), cases.first_layer.tolist(), layers.tolist(), strict=True):
        if n > 1:
            least[i] = min(least[i], float(ratio[a + 1 : a + n].min()))
    return least


def chosen_route(route: str | None, site: Site) -> str:
    """The code by which walls are checked.

    Parameters
    ----------
    route : str or None
        As asked for.
    site : Site
        Whose usual one is taken when none is asked for.

    Returns
    -------
    str

    Raises
    ------
    UsageError
        There is no such route.
    """
    if route is not None and route not in CLAUSES:
        raise UsageError(f"route {route!r} is unknown; choose {', '.join(CLAUSES)}")
    return route or site.route
