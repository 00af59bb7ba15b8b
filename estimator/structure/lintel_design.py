"""Lintels of a building: what each carries, whether one that is bought will do, and else what is cast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from estimator.errors import Finding
from estimator.plan import Plan
from estimator.structure import lintels
from estimator.structure.fresh import GRAVITY_M_PER_S2
from estimator.structure.grouted import STEEL_KG_PER_M3, bar_area_m2
from estimator.structure.set_result import SetResult
from estimator.structure.wall_runs import SeenOpening
from estimator.structure.wall_shapes import WallShapes
from estimator.takeoff import SPANNED_M
from estimator.work import CastLintels

Floats = NDArray[np.float64]

DEPTHS_M = np.arange(1, 11) / 10
"""Depths of cast lintels that are tried, shallowest first. [m]"""

LINTEL_FACTS = ("lintel_bearing_m", "lintel_moment_max_n_m", "lintel_strength_pa")
"""Terms that the design asks for, in the order of :func:`lintels_of`."""

COVER_M = 0.035
"""Concrete over the steel. [m]"""

BAR_M = 0.012
"""Diameter of bars. [m]"""

LINK_M = 0.010
"""Diameter of links. [m]"""

GAP_M = 0.025
"""Clear distance between bars beside each other. [m]"""

LINKED_M = 2.0
"""Clear span above which a lintel has links whatever its shear, EN 1992-1-1, 6.2.1(4). [m]"""

LINK_SPACING_RATIO = 0.75
"""Distance of links over d, EN 1992-1-1, 9.2.2(6). [-]"""

MOST_K = 0.167
"""Relative moment above which a section wants steel in compression. [-]"""

SLENDEREST = 20.0
"""Span over d of a beam on two supports that bends little, EN 1992-1-1, 7.4.2. [-]"""

CONCRETE_PA_PER_M = 25e3
"""Weight of reinforced concrete. [N/m³]"""

FACTORS = {"aci318": (1.2, 1.6), "tms402": (1.2, 1.6), "en1996": (1.35, 1.5), "en1992": (1.35, 1.5)}
"""Partial factors of dead and live load by route; recalled. [-]"""


@dataclass(frozen=True, slots=True)
class SpannedOpenings:
    """The n openings of a building with wall above them, and what bears on it, characteristic.

    Attributes
    ----------
    wall : (n,) int
        Index of the wall of each.
    name : tuple of str
        Ids of the openings.
    span_m, bearing_m : (n,) float, float
        Clear; at each end. [m]
    width_m : (n,) float
        Thickness of the wall. [m]
    above_m : (n,) float
        Height of wall above the head. [m]
    wall_pa : (n,) float
        Weight of the wall per area of one face. [Pa]
    dead_n_per_m, live_n_per_m : (n,) float
        On top of the wall: roof, floors and storeys above. [N/m]
    """

    wall: NDArray[np.int64]
    name: tuple[str, ...]
    span_m: Floats
    bearing_m: float
    width_m: Floats
    above_m: Floats
    wall_pa: Floats
    dead_n_per_m: Floats
    live_n_per_m: Floats


@dataclass(frozen=True, slots=True)
class LintelDesign:
    """Lintels over n openings.

    Attributes
    ----------
    openings : SpannedOpenings
    arches : (n,) bool
        Whether the wall above carries itself and what bears on it past the triangle.
    moment_n_m : (n,) float
        Factored; of a cast lintel with its own weight. [N·m]
    is_cast, fails : (n,) bool
        Cast because one that is bought would not carry that moment; neither bought nor cast will do.
    depth_m : (n,) float
        Of cast lintels; 0 for others. [m]
    bars : (n,) int
        Below; 0 for others.
    concrete_m3, steel_kg : (n,) float
        Of cast lintels. [m³], [kg]
    """

    openings: SpannedOpenings
    arches: NDArray[np.bool_]
    moment_n_m: Floats
    is_cast: NDArray[np.bool_]
    fails: NDArray[np.bool_]
    depth_m: Floats
    bars: NDArray[np.int64]
    concrete_m3: Floats
    steel_kg: Floats

    @property
    def cast(self) -> CastLintels:
        """What is cast, all together."""
        return CastLintels(
            int(self.is_cast.sum()), float(self.openings.span_m[self.is_cast].sum()),
            float(self.concrete_m3.sum()), float(self.steel_kg.sum()),
        )  # fmt: skip


def lintels_of(
    plan: Plan, shapes: WallShapes, found: SetResult, density_kg_per_m3: float, bearing_m: float, bought_n_m: float,
    strength_pa: float,
) -> LintelDesign:  # fmt: skip
    """Lintels of a building.

    Parameters
    ----------
    plan : Plan
    shapes : WallShapes
    found : SetResult
        Loads of the set walls, and their bond beams; the partial factors are those of its route.
    density_kg_per_m3 : float
        Of the printed mix, set. [kg/m³]
    bearing_m : float
        At each end. [m]
    bought_n_m : float
        Factored moment that a bought lintel carries. [N·m]
    strength_pa : float
        f_ck of cast lintels. [Pa]

    Returns
    -------
    LintelDesign

    Notes
    -----
    Of an opening above another the lower lintel carries the wall between them, and what comes down beside the upper.
    Where a cast lintel reaches into the bond beam of its wall, the concrete of the beam counts once.
    """
    runs, loads = found.runs, found.run_loads
    spanned = [
        (r, o, *_over(o, others, plan.walls[int(runs.wall[r])].top_m))
        for r, others in enumerate(runs.openings)
        for o in others
        if o.opening.head_m < plan.walls[int(runs.wall[r])].top_m - SPANNED_M
    ]
    run = np.array([r for r, *_ in spanned], dtype=np.int64)
    above, passing = np.array([a for *_, a, _ in spanned]), np.array([p for *_, p in spanned])
    wall = runs.wall[run]
    # over the length of the wall, not only of the piers between its openings, to which the loads are crowded
    top = np.maximum(2 * loads.middle_dead_n_per_m - loads.dead_n_per_m, 0.0) / loads.pier_ratio
    openings = SpannedOpenings(
        wall, tuple(o.opening.id for _, o, *_ in spanned), np.array([o.opening.width_m for _, o, *_ in spanned]),
        bearing_m, shapes.thickness_m[wall], above,
        found.sections.area_m[wall] * density_kg_per_m3 * GRAVITY_M_PER_S2, passing * top[run],
        passing * (loads.live_n_per_m / loads.pier_ratio)[run],
    )  # fmt: skip
    design = lintel_design(openings, FACTORS[found.check.route], bought_n_m, strength_pa)
    beam_m = found.run_help.beam_height_m[run]
    into = np.where((beam_m > 0) & (passing >= 1.0), np.maximum(design.depth_m - (above - beam_m), 0.0), 0.0)
    shared = np.minimum(into, beam_m) * found.run_help.cavity_m[run] * (openings.span_m + 2 * bearing_m)
    return replace(design, concrete_m3=design.concrete_m3 - np.where(design.is_cast, shared, 0.0))


def _over(opening: SeenOpening, others: tuple[SeenOpening, ...], top_m: float) -> tuple[float, float]:
    """Height of wall above an opening up to the next, and share of the loads on top that comes down to it."""
    width = max(opening.end_m - opening.start_m, 1e-9)
    over = [
        (o.opening.sill_m, min(o.end_m, opening.end_m) - max(o.start_m, opening.start_m))
        for o in others
        if o is not opening and o.opening.sill_m >= opening.opening.head_m
    ]
    over = [(sill_m, both_m) for sill_m, both_m in over if both_m > 0]
    if not over:
        return top_m - opening.opening.head_m, 1.0
    passing = max(1.0 - sum(both_m for _, both_m in over) / width, 0.0)
    return min(sill_m for sill_m, _ in over) - opening.opening.head_m, passing


def opening_findings(found: SetResult, plan: Plan, bearing_m: float) -> list[Finding]:
    """Openings that reach the top of a wall that bears something, and lintels that do not fit beside one another.

    Parameters
    ----------
    found : SetResult
    plan : Plan
    bearing_m : float
        At each end of a lintel. [m]

    Returns
    -------
    list of Finding
    """
    runs, open_topped, tight = found.runs, [], []
    for r, openings in enumerate(runs.openings):
        wall = plan.walls[int(runs.wall[r])]
        spanned = [o for o in openings if o.opening.head_m < wall.top_m - SPANNED_M]
        if not found.run_loads.is_free[r]:
            open_topped += [(wall.id, o) for o in openings if o.opening.head_m >= wall.top_m - SPANNED_M]
        for left, right in pairwise(spanned):
            gap_m = right.start_m - left.end_m
            same = min(left.opening.head_m, right.opening.head_m) >= max(left.opening.sill_m, right.opening.sill_m)
            if same and -1e-6 <= gap_m < 2 * bearing_m - 1e-6:
                tight.append((wall.id, left.opening.id, right.opening.id, gap_m))
    findings = []
    if open_topped:
        name, o = max(open_topped, key=lambda pair: pair[1].opening.width_m)
        findings.append(
            Finding(
                "opening-to-top", "warning", f"{name}, {o.opening.id}",
                f"{o.opening.width_m:.2f} m wide, reaches the top of its wall" + _more(len(open_topped) - 1)
                + ": what rests on the wall there needs a beam, which is in no ledger; lower its head or plan the beam",
            )
        )  # fmt: skip
    if tight:
        name, one, other, gap_m = min(tight, key=lambda t: t[3])
        findings.append(
            Finding(
                "lintel-bearing", "warning", f"{name}, {one}",
                f"leaves {gap_m:.2f} m of wall to {other}, and two lintels that bear {bearing_m:.2f} m each do not fit "
                "on it" + _more(len(tight) - 1) + "; span both with one lintel, or move them apart",
            )
        )  # fmt: skip
    return findings


def _more(others: int) -> str:
    return f", and {others} more" if others else ""


def lintel_design(
    openings: SpannedOpenings, factors: tuple[float, float], bought_n_m: float, strength_pa: float
) -> LintelDesign:
    """Lintels over openings: bought where that is enough, else the shallowest that can be cast.

    Parameters
    ----------
    openings : SpannedOpenings
    factors : tuple of float
        Partial factors of dead and live load. [-]
    bought_n_m : float
        Factored moment that a bought lintel carries. [N·m]
    strength_pa : float
        f_ck of cast lintels. [Pa]

    Returns
    -------
    LintelDesign

    Notes
    -----
    A lintel spans from the middle of one bearing to that of the other. Wall that arches over it is higher than the
    triangle, so roof and floors bear past it; where the wall does not arch, all of them count. A cast lintel weighs
    more than the wall whose place it takes, and that is added. It is as wide as the wall and no deeper than the wall
    above the opening; K ≤ 0.167, shear without links, span ≤ 20·d and bars in one row are its conditions. Shear counts
    on the steel that is needed, not on what whole bars give, so that no wider opening gets a shallower lintel.
    """
    o, (dead, live) = openings, factors
    span = o.span_m + o.bearing_m
    arches = o.above_m >= lintels.ARCH_RATIO * span
    borne = np.where(arches, 0.0, dead * o.dead_n_per_m + live * o.live_n_per_m)
    bought = lintels.moment_n_m(dead * o.wall_pa, borne, o.above_m, span)

    depths = DEPTHS_M[:, None]
    linked = o.span_m > LINKED_M
    effective = depths - COVER_M - BAR_M / 2 - np.where(linked, LINK_M, 0.0)
    heavier = dead * np.maximum(CONCRETE_PA_PER_M * o.width_m - o.wall_pa, 0.0) * depths
    moment = lintels.moment_n_m(dead * o.wall_pa, borne + heavier, o.above_m, span)
    shear = lintels.shear_n(dead * o.wall_pa, borne + heavier, o.above_m, span)
    relative = lintels.relative_moment_ratio(moment, o.width_m, effective, strength_pa)
    steel = np.maximum(
        lintels.steel_area_m2(moment, lintels.lever_arm_m(relative, effective)),
        lintels.least_steel_m2(o.width_m, effective, strength_pa),
    )
    bars = lintels.bars_needed(steel, BAR_M)
    inside = o.width_m - 2 * COVER_M - np.where(linked, 2 * LINK_M, 0.0)
    two = lintels.FEWEST_BARS * float(bar_area_m2(BAR_M))
    carries = lintels.shear_capacity_n(o.width_m, effective, np.maximum(steel, two), strength_pa)
    does = (
        (relative <= MOST_K)
        & (shear <= carries)
        & (span <= SLENDEREST * effective)
        & (bars * BAR_M + (bars - 1) * GAP_M <= inside)
        & (depths <= o.above_m + 1e-9)
    )
    weak = bought > bought_n_m
    is_cast = weak & does.any(axis=0)
    pick, each = does.argmax(axis=0), np.arange(len(span))
    depth = np.where(is_cast, DEPTHS_M[pick], 0.0)
    count = np.where(is_cast, bars[pick, each], 0)
    length = o.span_m + 2 * o.bearing_m
    links = _links_m3(length, inside, depth, effective[pick, each])
    metal = count * length * float(bar_area_m2(BAR_M)) + np.where(linked, links, 0.0)
    return LintelDesign(
        o, arches, np.where(is_cast, moment[pick, each], bought), is_cast, weak & ~is_cast, depth, count,
        o.width_m * depth * length, np.where(is_cast, metal * STEEL_KG_PER_M3, 0.0),
    )  # fmt: skip


def _links_m3(length_m: Floats, inside_m: Floats, depth_m: Floats, effective_m: Floats) -> Floats:
    """Steel of links round the bars, and of two bars in their upper corners. [m³]"""
    links = np.ceil(length_m / (LINK_SPACING_RATIO * effective_m)) + 1
    round_m = 2 * (inside_m + depth_m - 2 * COVER_M)
    upper = lintels.FEWEST_BARS * length_m * float(bar_area_m2(BAR_M))
    return np.asarray(links * round_m * float(bar_area_m2(LINK_M)) + upper)


def lintel_findings(design: LintelDesign, plan: Plan) -> list[Finding]:
    """Openings over which neither a bought nor a cast lintel will do.

    Parameters
    ----------
    design : LintelDesign
    plan : Plan

    Returns
    -------
    list of Finding
    """
    if not design.fails.any():
        return []
    o = design.openings
    k = int(np.argmax(np.where(design.fails, design.moment_n_m, -1.0)))
    others = int(design.fails.sum()) - 1
    return [
        Finding(
            "lintel-span", "warning", f"{plan.walls[int(o.wall[k])].id}, {o.name[k]}",
            f"{o.span_m[k]:.2f} m wide under {o.above_m[k]:.2f} m of wall that is {o.width_m[k]:.2f} m thick, with "
            f"{design.moment_n_m[k] / 1000:.3g} kN·m to carry: neither a bought lintel nor one cast there will do"
            + _more(others)
            + "; the ledger holds bought ones; take a narrower opening, a lower head, a thicker wall or a steel beam",
        )
    ]  # fmt: skip
