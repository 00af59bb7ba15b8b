"""Grouted cores and bond beams for set walls that do not stand plain: where, how many, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.cost import Market
from estimator.ledger import Line
from estimator.structure import aci318
from estimator.structure.fresh import GRAVITY_M_PER_S2
from estimator.structure.grouted import STEEL_KG_PER_M3, bar_area_m2, core_spacing_m
from estimator.structure.set_wall import SetCheck, SetWalls
from estimator.structure.wall_runs import WallRuns
from estimator.times import HOURS_S

Floats = NDArray[np.float64]

BAR_M = 0.012
"""Bars of grouted cores and bond beams. [m]"""

GROUTED_LENGTH_RATIO = 0.8
"""k of a wall whose head and foot are held against turning. [-]"""

BEAM_BARS = 2
"""Bars of a bond beam on top of a wall with grouted cores."""

BEAM_HEIGHT_M = 0.20
"""Of that beam, cast in the cavity. [m]"""

CORE_LENGTH_M = 0.10
"""Least length of a core along its wall; it is as long as the cavity is wide where that is more. [m]"""

NARROWEST_M = 0.05
"""Cavity below which grout with a bar in it does not fill, TMS 402, 3.5.3 about; recalled. [m]"""

GROUTED_KG_PER_M3 = 2400.0
"""Density of grout with its bars. [kg/m³]"""

JAMB_M = 0.10
"""From a jamb to the middle of its core. [m]"""


@dataclass(frozen=True, slots=True)
class Strengthening:
    """Grouted cores and bond beams of r runs of walls.

    Attributes
    ----------
    spacing_m : (r,) float
        Of cores; 0 for runs without. [m]
    cores : (r,) int
    beam_height_m : (r,) float
        Of the bond beam in the cavity; 0 for runs without. [m]
    cavity_m : (r,) float
        From leaf to leaf; 0 for walls without. [m]
    core_length_m : (r,) float
        Of one core along the wall. [m]
    run_grout_m3 : (r,) float
        In each run. [m³]
    grout_m3, steel_kg : float
        Of all together. [m³], [kg]
    beam_m : float
        Length of walls with a bond beam. [m]
    """

    spacing_m: Floats
    cores: NDArray[np.int64]
    beam_height_m: Floats
    cavity_m: Floats
    core_length_m: Floats
    run_grout_m3: Floats
    grout_m3: float
    steel_kg: float
    beam_m: float


def strengthened(
    runs: WallRuns, thickness_m: Floats, cavity_m: Floats, walls: SetWalls, check: SetCheck
) -> Strengthening:
    """Cores where a run of wall does not stand plain, has a cavity for them, and carries its load with them.

    Parameters
    ----------
    runs : WallRuns
    thickness_m, cavity_m : (r,) float
        Over all; from leaf to leaf. [m]
    walls : SetWalls
        The runs.
    check : SetCheck
        Of them, plain.

    Returns
    -------
    Strengthening

    Notes
    -----
    Grout and bars join the leaves, so the wall then counts as reinforced over its whole thickness (ACI 318-19, 11.5.3).
    Each pier has a core at both its jambs and others between, no farther apart than the spacing that carries the moment
    on it; a pier shorter than the two has one.
    """
    spacing = core_spacing_m(check.moment_n, thickness_m / 2, walls.strength_pa, BAR_M)
    sound = aci318.reinforced_axial_n_per_m(
        walls.strength_pa, walls.sections.area_m, walls.height_m, thickness_m, GROUTED_LENGTH_RATIO
    )
    core_length = np.maximum(cavity_m, CORE_LENGTH_M)
    beam = np.minimum(BEAM_HEIGHT_M, walls.height_m)
    grouted_n = _cores(runs, spacing) * cavity_m * core_length * (walls.height_m - beam) + cavity_m * beam * (
        runs.length_m
    )
    own_n_per_m = grouted_n * GROUTED_KG_PER_M3 * GRAVITY_M_PER_S2 * DEAD_FACTOR / np.maximum(runs.length_m, 1e-9)
    carries = check.axial_n_per_m + own_n_per_m * walls.loads.pier_ratio <= aci318.PHI_COMPRESSION * sound
    helped = check.is_weak & (cavity_m >= NARROWEST_M) & (spacing > 0) & carries & (runs.standing_m > 0)
    spacing = np.where(helped, spacing, 0.0)
    cores = _cores(runs, spacing)
    beam = np.where(helped, beam, 0.0)
    grout = cores * cavity_m * core_length * (walls.height_m - beam) + cavity_m * beam * runs.length_m
    bar_m = float((cores * walls.height_m + np.where(helped, BEAM_BARS * runs.length_m, 0.0)).sum())
    steel = bar_m * float(bar_area_m2(BAR_M)) * STEEL_KG_PER_M3
    beamed = float(runs.length_m[helped].sum())
    return Strengthening(spacing, cores, beam, cavity_m, core_length, grout, float(grout.sum()), steel, beamed)


EXACT = 1e-6
"""Part of a spacing by which whole numbers of cores may be missed. [-]"""

DEAD_FACTOR = 1.4
"""Highest factor of dead load of all routes, on the grout itself. [-]"""


def _cores(runs: WallRuns, spacing_m: Floats) -> NDArray[np.int64]:
    """Cores of each run: in each of its piers one at each jamb, and others between."""
    pier = np.concatenate(runs.piers_m) if len(runs) else np.zeros(0)
    run = np.repeat(np.arange(len(runs)), [len(p) for p in runs.piers_m])
    apart = spacing_m[run]
    count = 1 + np.ceil(np.maximum(pier - 2 * JAMB_M, 0.0) / np.maximum(apart, 1e-9) - EXACT)
    return np.bincount(run, np.where(apart > 0, count, 0), minlength=len(runs)).astype(np.int64)


def grouted_share(runs: WallRuns, support: Strengthening, height_m: Floats) -> Floats:
    """Share of the face of each wall behind which its cavity is grouted.

    Parameters
    ----------
    runs : WallRuns
    support : Strengthening
    height_m : (w,) float
        Of the walls. [m]

    Returns
    -------
    (w,) float
        Of what stands beside openings. [-]
    """
    height = height_m[runs.wall]
    face = support.cores * support.core_length_m * (height - support.beam_height_m)
    face = face + support.beam_height_m * runs.length_m
    whole = np.maximum(runs.standing_m, 1e-9) * height
    count = len(height_m)
    grouted, of = (np.bincount(runs.wall, v, minlength=count) for v in (face, whole))
    return np.asarray(np.minimum(grouted / np.maximum(of, 1e-9), 1.0))


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
