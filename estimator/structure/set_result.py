"""What is said of the set walls, and the grouted cores that help those which do not stand plain."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import Finding, UsageError
from estimator.plan import Plan
from estimator.shapes import united
from estimator.structure.fabric import Fabric
from estimator.structure.fresh import GRAVITY_M_PER_S2
from estimator.structure.loads import WallLoads, wall_loads
from estimator.structure.sections import Sections
from estimator.structure.seismic import base_shear_n, response_ratio, seismic_weight_n
from estimator.structure.set_wall import CHECKS, CLAUSES, MOST, SetCheck, SetWalls, set_check
from estimator.structure.strengthening import GROUTED_KG_PER_M3, Strengthening, grouted_share, strengthened
from estimator.structure.wall_runs import WallRuns
from estimator.structure.wall_shapes import WallShapes
from estimator.structure.wet_walls import WetCases
from materials import Mix, Site, WetWall

Floats = NDArray[np.float64]

FRACTILE = 1.645
"""Standard deviations below the mean at which one value in twenty lies. [-]"""

WIND_FACTORS = {"en1991": 1.5, "asce7": 1.0}
"""Partial factor of the wind by the code that its speed is stated by: once in fifty years, or ultimate. [-]"""

BORNE_RATIO = 0.5
"""Share of a run of wall that has to lie over walls of the storey below. [-]"""

SEISMIC_ACCELERATION = 0.33
"""S_DS from which plain walls are flagged: design category C and above begin there. [-]"""


@dataclass(frozen=True, slots=True)
class SetResult:
    """The set walls of a building.

    Attributes
    ----------
    sections : Sections
        Of the w walls.
    runs : WallRuns
        Straight runs that they are checked by.
    run_loads : WallLoads
        Of the runs.
    run_help : Strengthening
        Of the runs.
    worst_run : (w,) int
        Run of each wall that comes nearest to failing, or fails most.
    loads : WallLoads
        Of these.
    tension_pa : (w,) float
        Characteristic tension across the weakest joint of each wall. [Pa]
    check : SetCheck
        Of these, as printed, plain.
    spacing_m : (w,) float
        Of grouted cores, where they are closest; 0 for walls without. [m]
    cores : (w,) int
    fails : (w,) bool
        Whether a wall fails plain and no cores can help it.
    is_bare : (w,) bool
        Whether a run of it has no pier left between its openings.
    grouted_ratio : (w,) float
        Share of the face of a wall behind which its cavity is grouted. [-]
    base_shear_n : float
        Of an earthquake. [N]
    acceleration : float
        S_DS of the site. [-]
    """

    sections: Sections
    runs: WallRuns
    run_loads: WallLoads
    run_help: Strengthening
    worst_run: NDArray[np.int64]
    loads: WallLoads
    tension_pa: Floats
    check: SetCheck
    spacing_m: Floats
    cores: NDArray[np.int64]
    fails: NDArray[np.bool_]
    is_bare: NDArray[np.bool_]
    grouted_ratio: Floats
    base_shear_n: float
    acceleration: float


def set_result(
    fabric: Fabric, bond_ratio: Floats, site: Site, mix: Mix, wet: WetWall, route: str,
) -> SetResult:  # fmt: skip
    """Check the set walls of a building, and help those that fail.

    Parameters
    ----------
    fabric : Fabric
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
    plan, shapes, sections, runs = fabric.plan, fabric.shapes, fabric.sections, fabric.runs
    is_external = fabric.is_external
    wall, density = runs.wall, float(mix.density_kg_per_m3)
    spread = max(1 - FRACTILE * float(wet.bond_variation_ratio), 0.1)
    tension = float(mix.tensile_strength_pa) * float(mix.bond_strength_ratio) * spread * bond_ratio
    strength = float(mix.compressive_strength_pa) * float(mix.printed_strength_ratio)
    thick, height = shapes.thickness_m[wall], (shapes.top_m - shapes.base_m)[wall]
    cavity = np.where(shapes.is_double[wall], thick - 2 * fabric.bead_width_m, 0.0)
    grout_n_per_m = np.zeros(len(runs))
    for _ in range(len(plan.storeys) + 1):  # grout above presses on what is below, which may then need it too
        loads = wall_loads(plan, runs, shapes, sections, is_external, site, density, grout_n_per_m, fabric.shared)
        loads = loads.without_own(grout_n_per_m)
        walls = SetWalls(
            height, sections.of(wall), loads, is_external[wall], strength, tension[wall], WIND_FACTORS[site.wind_code]
        )
        checked = set_check(walls, route).without(list(runs.beside))
        support = strengthened(runs, thick, cavity, walls, checked)
        heavier = support.run_grout_m3 * GROUTED_KG_PER_M3 * GRAVITY_M_PER_S2 / np.maximum(runs.length_m, 1e-9)
        if np.array_equal(heavier, grout_n_per_m):
            break
        grout_n_per_m = heavier
    bare = runs.is_bare
    failing = (checked.is_weak | bare) & (support.cores == 0)
    order = np.lexsort((checked.utilisation.sum(axis=1), checked.worst, checked.is_weak | bare, failing, bare))
    worst = np.zeros(len(shapes), dtype=np.int64)
    worst[wall[order]] = order  # the last of each wall stays
    above, walls_n = _seismic_parts(plan, shapes, runs, sections, loads, grout_n_per_m, site, density)
    acceleration = float(site.design_acceleration)
    shear = float(base_shear_n(seismic_weight_n(above, walls_n), response_ratio(acceleration)))
    count = len(shapes)
    closest = np.full(count, np.inf)
    np.minimum.at(closest, wall, np.where(support.cores > 0, support.spacing_m, np.inf))
    return SetResult(
        sections, runs, loads, support, worst, loads.of(worst), tension, checked.of(worst),
        np.where(np.isfinite(closest), closest, 0.0),
        np.bincount(wall, support.cores, minlength=count).astype(np.int64),
        np.bincount(wall, failing, minlength=count) > 0, np.bincount(wall, bare, minlength=count) > 0,
        grouted_share(runs, support, shapes.top_m - shapes.base_m), shear, acceleration,
    )  # fmt: skip


def _seismic_parts(
    plan: Plan, shapes: WallShapes, runs: WallRuns, sections: Sections, loads: WallLoads, grout_n_per_m: Floats,
    site: Site, density_kg_per_m3: float,
) -> tuple[float, float]:  # fmt: skip
    """Weight of all that stands on the walls of the lowest storey, and of these walls. [N]"""
    wall, storey = runs.wall, shapes.storey[runs.wall]
    per_m = (sections.area_m * (shapes.top_m - shapes.base_m))[wall] * density_kg_per_m3 * GRAVITY_M_PER_S2
    weight = (per_m + grout_n_per_m) * runs.length_m
    levels: list[int] = sorted(set(storey.tolist()), key=lambda s: plan.storeys[s].elevation_m)
    lowest = storey == levels[0]
    roof = float(site.roof_dead_load_pa) * float(loads.tributary_m2[storey == levels[-1]].sum())
    floors = sum(float(loads.tributary_m2[storey == level].sum()) for level in levels[:-1])
    return roof + floors * float(site.floor_dead_load_pa) + float(weight[~lowest].sum()), float(weight[lowest].sum())


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
    check = result.check
    findings = []
    if result.fails.any():
        k = int(np.argmax(np.where(result.fails, check.worst + 1000.0 * result.is_bare, -1.0)))
        findings.append(
            Finding(
                "set-wall-fails", "warning", _named(plan, k, int(result.fails.sum()) - 1),
                f"does not stand by {check.route} once it has set: {_why(result, k)}; {_advice(result, k)}",
            )
        )  # fmt: skip
    helped = (result.cores > 0) & ~result.fails
    if helped.any():
        k = int(np.argmax(np.where(helped, check.worst, -1.0)))
        support = result.run_help
        findings.append(
            Finding(
                "set-wall-cores", "note", _named(plan, k, int(helped.sum()) - 1),
                f"gets grouted cores every {result.spacing_m[k]:.2g} m: plain it would not stand by {check.route} "
                f"once it has set ({_why(result, k)}); {int(result.cores.sum())} cores in all, "
                f"{support.grout_m3:.2g} m³ of grout and {support.steel_kg:.0f} kg of steel with a bond beam, in the "
                "ledger",
            )
        )  # fmt: skip
    free = np.unique(result.runs.wall[result.run_loads.is_free])
    if len(free):
        findings.append(
            Finding(
                "wall-free", "note", _named(plan, int(free[0]), len(free) - 1),
                "has no floor or roof on it that would hold its top, so it is checked as standing up from its foot",
            )
        )  # fmt: skip
    over = _over_floor(result.runs, plan)
    if len(over):
        findings.append(
            Finding(
                "wall-over-floor", "warning", _named(plan, int(over[0]), len(over) - 1),
                "stands over no wall of the storey below: the floor there has to carry it and all that it bears, "
                "which is not checked, and the walls below are loaded as if it stood on them",
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


def _over_floor(runs: WallRuns, plan: Plan) -> NDArray[np.int64]:
    """Walls of upper storeys of which a run has less than half of itself over walls of the storey below."""
    storey = np.array([w.storey for w in plan.walls], dtype=np.int64)[runs.wall]
    levels = sorted(set(storey.tolist()), key=lambda s: plan.storeys[s].elevation_m)
    found: list[NDArray[np.int64]] = []
    for below, level in pairwise(levels):
        here = np.flatnonzero(storey == level)
        carrier = united(runs.footprint[storey == below])
        shapely.prepare(carrier)
        borne = shapely.area(shapely.intersection(runs.footprint[here], carrier))
        found.append(runs.wall[here[borne < BORNE_RATIO * shapely.area(runs.footprint[here])]])
    return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


def _why(result: SetResult, wall: int) -> str:
    """Why a wall does not stand plain."""
    check = result.check
    if result.is_bare[wall]:
        return "no pier is left between its openings"
    nothing_left = check.worst[wall] >= MOST
    if check.is_slender[wall] and (nothing_left or check.worst[wall] <= 1.0):
        return "more slender than plain walls may be"
    if check.worst[wall] <= 1.0:
        return "thinner than plain walls may be"
    governing = CHECKS[int(check.governing[wall])]
    if nothing_left:
        return f"{governing}, nothing is left to resist it"
    return f"{governing}, {check.worst[wall]:.0%} used"


def _advice(result: SetResult, wall: int) -> str:
    """What would help a wall that fails."""
    if result.is_bare[wall]:
        return "take narrower openings, or leave it out and span the gap"
    if result.sections.is_hollow[wall]:
        return "grouted cores in its cavity do not carry it; take a thicker wall, shorter spans or fewer openings"
    return "it has no cavity for grouted cores; take a wall system with one, a thicker wall, or reinforce it"


def _named(plan: Plan, wall: int, others: int) -> str:
    return plan.walls[wall].id + (f" and {others} more" if others > 0 else "")


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
