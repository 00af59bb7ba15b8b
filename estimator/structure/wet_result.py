"""What is said of the wet walls and of the joints between their layers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from estimator.errors import Finding
from estimator.plan import Plan
from estimator.structure.bond import Joint, bond_ratio_of_surface, joints
from estimator.structure.clock import LaidLayers
from estimator.structure.wet import Believed, Mode, WetCheck, fastest_rise_m_per_s, wet_check
from estimator.structure.wet_walls import WetCases
from materials import Mix, WetWall

Floats = NDArray[np.float64]

NIGHT_S = 4 * 3600.0
"""Longer intervals than this are nights and days off, not the way round a layer. [s]"""

FALLS = {
    Mode.PLASTIC: "yields at its foot",
    Mode.SECTION: "leans over as a whole",
    Mode.LEAF: "buckles in one leaf",
}
"""How a wet wall falls, in words."""


@dataclass(frozen=True)
class WetResult:
    """The wet walls of a building.

    Attributes
    ----------
    cases : WetCases
    trust : Believed
    check : WetCheck
        One row for each different wall.
    ideal_ratio : (w,) float
        Margin without knock-downs, of a wall that is as perfect as the models. [-]
    best_ratio : (w,) float
        The same of the strongest and stiffest mix within its ranges: below 1 the wall cannot stand. [-]
    """

    cases: WetCases
    trust: Believed
    check: WetCheck
    ideal_ratio: Floats
    best_ratio: Floats

    @cached_property
    def rise_m_per_s(self) -> Floats:
        """Fastest even rate at which all margins hold, (w,). [m/s]"""
        return fastest_rise_m_per_s(self.cases.walls, self.trust)

    def worst(self) -> int:
        """Number of the case with the least margin."""
        return int(np.argmin(self.check.margin_ratio[self.cases.case]))


@dataclass(frozen=True, slots=True)
class BondResult:
    """Joints between layers.

    Attributes
    ----------
    fresh, late, cold : int
        Joints by age: within half the open time, within it, after it.
    nights : int
        Cold joints over a night or longer.
    longest_s : float
        Longest interval without a night. [s]
    ratio : (L,) float
        Share of the bond that is left at the joint below each layer; 1 at the foot. [-]
    least_ratio : float
        The least of them. [-]
    """

    fresh: int
    late: int
    cold: int
    nights: int
    longest_s: float
    ratio: Floats
    least_ratio: float


def believed(wet: WetWall) -> Believed:
    """How far the models of wet walls are believed, from the table of facts.

    Parameters
    ----------
    wet : WetWall

    Returns
    -------
    Believed
    """
    return Believed(
        plastic_ratio=float(wet.plastic_knock_down_ratio),
        buckling_ratio=float(wet.buckling_knock_down_ratio),
        collapse_ratio=float(wet.collapse_ratio),
        spread_ratio=float(wet.collapse_spread_ratio),
    )


def wet_result(cases: WetCases, mix: Mix, wet: WetWall) -> WetResult:
    """Check the wet walls of a building.

    Parameters
    ----------
    cases : WetCases
    mix : Mix
    wet : WetWall

    Returns
    -------
    WetResult

    Notes
    -----
    The height at which a wall buckles grows with the cube root of its modulus.
    """
    trust = believed(wet)
    check = wet_check(cases.walls, trust)
    knock_down = np.array([trust.plastic_ratio, trust.buckling_ratio, trust.buckling_ratio])
    strong = mix.green_strength_pa.high / float(mix.green_strength_pa)
    stiff = (mix.green_modulus_pa.high / float(mix.green_modulus_pa)) ** (1 / 3)
    ideal = check.margins / knock_down
    best = (ideal * np.array([strong, stiff, stiff])).min(axis=1)
    return WetResult(cases, trust, check, ideal.min(axis=1), best)


def bond_result(laid: LaidLayers, mix: Mix, wet: WetWall) -> BondResult:
    """Joints between the layers of a building.

    Parameters
    ----------
    laid : LaidLayers
    mix : Mix
        With open time and set time.
    wet : WetWall

    Returns
    -------
    BondResult
    """
    gap = np.where(np.isfinite(laid.gap_s), laid.gap_s, 0.0)
    kind = joints(gap, float(mix.open_time_s), float(wet.late_joint_ratio))
    between = np.isfinite(laid.gap_s)
    night = gap > NIGHT_S
    slope = float(mix.bond_log_slope) if "bond_log_slope" in mix.facts else 0.0
    ratio = np.where(
        between,
        bond_ratio_of_surface(
            gap, slope, float(wet.surface_reference_time_s), float(wet.bond_floor_ratio), float(mix.set_time_s)
        ),
        1.0,
    )
    return BondResult(
        int(np.count_nonzero(between & (kind == Joint.FRESH))),
        int(np.count_nonzero(kind == Joint.LATE)),
        int(np.count_nonzero(kind == Joint.COLD)),
        int(np.count_nonzero((kind == Joint.COLD) & night)),
        float(gap[~night].max(initial=0.0)),
        ratio,
        float(ratio.min(initial=1.0)),
    )


def wet_findings(result: WetResult, plan: Plan, laid: LaidLayers) -> list[Finding]:
    """Walls that may fall, or cannot stand, while they are wet.

    Parameters
    ----------
    result : WetResult
    plan : Plan
    laid : LaidLayers

    Returns
    -------
    list of Finding
        One for each way of falling, with the worst wall and the number of others.
    """
    cases, check = result.cases, result.check
    margin, ideal = check.margin_ratio[cases.case], result.ideal_ratio[cases.case]
    mode = check.mode[cases.case]
    findings = []
    for how in Mode:
        doubtful = ((margin < 1.0) & (mode == how)).nonzero()[0]
        if not len(doubtful):
            continue
        k = int(doubtful[np.argmin(margin[doubtful])])
        column = int(cases.case[k])
        layer = int(cases.first_layer[k]) + int(check.after[column])
        walls = {plan.walls[i].id for i in cases.wall[doubtful].tolist()}
        others = f" and {len(walls) - 1} more" if len(walls) > 1 else ""
        where = plan.walls[int(cases.wall[k])].id + others
        alone = how == Mode.PLASTIC and int(check.layer[column]) == int(check.after[column])
        remedy = (
            "a layer does not carry itself as it is laid, which no waiting helps: take thinner layers, a stiffer mix, "
            "or plates beside the nozzle"
            if alone
            else f"rise no faster than {result.rise_m_per_s[column] * 3600:.2g} m/h (pace safe sees to it), or "
            "take closer webs, a wider bead or an accelerated mix"
        )
        text = (
            f"{FALLS[how]} while wet at {laid.order.bottom_m[layer]:+.2f} m: {margin[k]:.2f} of what may be relied on, "
            f"{ideal[k]:.2f} of what a perfect wall would bear; {remedy}"
        )
        findings.append(
            Finding("wet-wall-falls", "warning", where, text)
            if result.best_ratio[column] < 1.0
            else Finding("wet-wall-doubtful", "warning", where, text)
        )
    return findings


def bond_findings(bond: BondResult, mix: Mix) -> list[Finding]:
    """Cold joints, and what to do about them.

    Parameters
    ----------
    bond : BondResult
    mix : Mix

    Returns
    -------
    list of Finding
    """
    minutes = float(mix.open_time_s) / 60
    zones = int(np.ceil(bond.longest_s / float(mix.open_time_s)))
    findings = []
    slow = bond.cold - bond.nights
    if slow:
        findings.append(
            Finding(
                "cold-joint", "warning", "",
                f"{slow} joints are cold: layers take up to {bond.longest_s / 60:.0f} min and {mix.id} stays open for "
                f"{minutes:.2g} min; retard the mix, print faster, or print the plan in {zones} zones",
            )
        )  # fmt: skip
    if bond.nights:
        findings.append(
            Finding(
                "night-joint", "note", "",
                f"{bond.nights} joints stand open over a night: some {bond.least_ratio:.0%} of the bond is left there; "
                "roughen, wet or prime them, and let nights fall on sills and heads",
            )
        )  # fmt: skip
    return findings
