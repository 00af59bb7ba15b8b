"""Insulation of outer walls: in the cavity where that is enough, else outside; how much of it, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.cost import Market
from estimator.errors import Finding
from estimator.ledger import Line
from estimator.structure.growth import Floats
from estimator.structure.heat import (
    INSIDE_M2_K_PER_W,
    OUTSIDE_M2_K_PER_W,
    insulation_needed_m,
    tie_u_w_per_m2_k,
)
from estimator.structure.wall_heat import Cavity, HeatResult, wall_cavity, wall_u_w_per_m2_k
from estimator.structure.wall_shapes import WallShapes
from estimator.times import HOURS_S
from estimator.wall_systems import SYSTEMS, Pattern
from materials import Method

FILL, BOARD, RENDER = "eps-bead-m3", "eps-board-m3", "insulation-render-m2"
"""Resources: blown into cavities; boards outside; what fixes and covers the boards."""

ROUNDS = 10
"""Of the fixed point for a cavity that ties cross; each leaves a few hundredths of the error."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Ties from leaf to leaf.

    Attributes
    ----------
    per_m2 : float
        How many. [1/m²]
    area_m2 : float
        Cross-section of one. [m²]
    conductivity_w_per_m_k : float
        [W/(m·K)]
    """

    per_m2: float
    area_m2: float
    conductivity_w_per_m_k: float


@dataclass(frozen=True, slots=True)
class Amounts:
    """Insulation to be bought.

    Attributes
    ----------
    fill_m3, outside_m3 : float
        In cavities and outside, as built. [m³]
    outside_m2 : float
        Face that is insulated from outside. [m²]
    """

    fill_m3: float
    outside_m3: float
    outside_m2: float


@dataclass(frozen=True, slots=True)
class Standard:
    """What walls are insulated to, and with what.

    Attributes
    ----------
    wanted_w_per_m2_k : float
        Greatest transmittance of new walls there. [W/(m²·K)]
    conductivity_w_per_m_k : float
        Of the insulation. [W/(m·K)]
    """

    wanted_w_per_m2_k: float
    conductivity_w_per_m_k: float


@dataclass(frozen=True, slots=True)
class Insulation:
    """How n outer walls come to the transmittance that is asked for.

    Attributes
    ----------
    wall : (n,) int
        Index of each wall.
    cavity_m : (n,) float
        Width free for insulation; 0 for solid walls and filled cores. [m]
    filled_w_per_m2_k : (n,) float
        Transmittance with the cavity insulated, webs, ties and grout counted; as printed without a free cavity.
        [W/(m²·K)]
    fill_m, outside_m : (n,) float
        Insulation in the cavity, all of it or nothing, and on the outer face. [m]
    u_w_per_m2_k : (n,) float
        Transmittance of the insulated wall. [W/(m²·K)]
    cavity_needed_m : float
        Width of an insulated cavity between such leaves, tied and without webs, that would do alone. [m]
    wanted_w_per_m2_k : float
        Greatest transmittance of new walls there. [W/(m²·K)]
    conductivity_w_per_m_k : float
        Of the insulation. [W/(m·K)]
    amounts : Amounts
    """

    wall: NDArray[np.int64]
    cavity_m: Floats
    filled_w_per_m2_k: Floats
    fill_m: Floats
    outside_m: Floats
    u_w_per_m2_k: Floats
    cavity_needed_m: float
    wanted_w_per_m2_k: float
    conductivity_w_per_m_k: float
    amounts: Amounts

    @property
    def standard(self) -> Standard:
        """To which other walls in their place are held as well."""
        return Standard(self.wanted_w_per_m2_k, self.conductivity_w_per_m_k)


def placed_m(
    plain_w_per_m2_k: Floats, filled_w_per_m2_k: Floats, cavity_m: Floats, wanted_w_per_m2_k: float,
    insulation_w_per_m_k: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Where insulation goes: nowhere if none is asked for, into the cavity if that is enough, else outside.

    Parameters
    ----------
    plain_w_per_m2_k, filled_w_per_m2_k : (n,) float
        Transmittance with air in the cavity, and with insulation. [W/(m²·K)]
    cavity_m : (n,) float
        Width free for insulation; 0 for none. [m]
    wanted_w_per_m2_k : float
        [W/(m²·K)]
    insulation_w_per_m_k : float
        [W/(m·K)]

    Returns
    -------
    fill_m, outside_m : (n,) float
        Thickness in the cavity and outside. [m]

    Notes
    -----
    A cavity that is not enough keeps its air: a cubic metre of fill costs about what it saves of the boards, and the
    boards cover the webs too.
    """
    is_cold = plain_w_per_m2_k > wanted_w_per_m2_k
    in_cavity = is_cold & (cavity_m > 0) & (filled_w_per_m2_k <= wanted_w_per_m2_k)
    outside = insulation_needed_m(wanted_w_per_m2_k, 1 / plain_w_per_m2_k, insulation_w_per_m_k)
    return np.where(in_cavity, cavity_m, 0.0), np.where(in_cavity, 0.0, outside)


def cavity_needed_m(
    leaves_m2_k_per_w: float, wanted_w_per_m2_k: float, insulation_w_per_m_k: float, ties: Ties | None
) -> float:
    """Width of an insulated cavity without webs that brings a wall to a transmittance.

    Parameters
    ----------
    leaves_m2_k_per_w : float
        Resistance of both leaves. [m²·K/W]
    wanted_w_per_m2_k : float
        [W/(m²·K)]
    insulation_w_per_m_k : float
        [W/(m·K)]
    ties : Ties or None
        None where nothing crosses the cavity.

    Returns
    -------
    float
        [m]
    """
    rest = INSIDE_M2_K_PER_W + OUTSIDE_M2_K_PER_W + leaves_m2_k_per_w
    width = float(insulation_needed_m(wanted_w_per_m2_k, rest, insulation_w_per_m_k))
    if ties is None:
        return width
    for _ in range(ROUNDS):
        left = wanted_w_per_m2_k - _ties_w_per_m2_k(width, rest, insulation_w_per_m_k, ties)
        width = float(insulation_needed_m(max(left, wanted_w_per_m2_k / 2), rest, insulation_w_per_m_k))
    return width


def _ties_w_per_m2_k(width_m: float, rest_m2_k_per_w: float, insulation_w_per_m_k: float, ties: Ties) -> float:
    """What ties add to the transmittance of a wall with an insulated cavity; nothing where there is none."""
    if width_m <= 0:
        return 0.0
    resistance = width_m / insulation_w_per_m_k
    return float(
        tie_u_w_per_m2_k(
            ties.conductivity_w_per_m_k, ties.area_m2, ties.per_m2, width_m, resistance, rest_m2_k_per_w + resistance
        )
    )


def wall_insulation(
    shapes: WallShapes, heat: HeatResult, net_area_m2: Floats, grouted_ratio: Floats, bead_width_m: float,
    pattern: Pattern, conductivity_w_per_m_k: float, insulation_w_per_m_k: float, ties: Ties | None,
) -> Insulation | None:  # fmt: skip
    """Insulation of the outer walls of a printed building.

    Parameters
    ----------
    shapes : WallShapes
    heat : HeatResult
        Of its outer walls as printed.
    net_area_m2 : (w,) float
        One face of each wall, openings taken out. [m²]
    grouted_ratio : (w,) float
        Share of it behind which the cavity is grouted for strength. [-]
    bead_width_m : float
        [m]
    pattern : Pattern
    conductivity_w_per_m_k, insulation_w_per_m_k : float
        Of the mix, and of the insulation; grout counts as the mix. [W/(m·K)]
    ties : Ties or None
        In walls whose leaves are tied; None for mixes without ties.

    Returns
    -------
    Insulation or None
        None where no requirement is on file.

    Notes
    -----
    Grouted cores and bond beams fill their part of the cavity and let heat through beside it: their transmittance, that
    of the solid wall, counts by area (the upper limit of resistance of ISO 6946, 6.7.2). A cavity that is no longer
    enough with them is left alone, and the wall is insulated outside.
    """
    if heat.wanted_w_per_m2_k is None:
        return None
    keys = [
        (shapes.system[i], round(float(shapes.thickness_m[i]), 5), round(float(shapes.leaf_m[i]), 5))
        for i in heat.wall.tolist()
    ]
    kinds = sorted(set(keys))
    kind = np.array([kinds.index(key) for key in keys], dtype=np.int64)
    cavities = [wall_cavity(*key, bead_width_m, pattern) for key in kinds]
    free = np.array([c.free_ratio if c is not None else 0.0 for c in cavities])
    width = np.array([c.width_m if c is not None and not c.core else 0.0 for c in cavities])
    filled = np.array(
        [
            _filled_w_per_m2_k(c, *key[:2], bead_width_m, conductivity_w_per_m_k, insulation_w_per_m_k, ties)
            for c, key in zip(cavities, kinds, strict=True)
        ]
    )
    cavity = width[kind]
    solid = np.array([wall_u_w_per_m2_k(None, key[1], bead_width_m, conductivity_w_per_m_k) for key in kinds])[kind]
    grouted = np.where(cavity > 0, grouted_ratio[heat.wall], 0.0)
    plain = (1 - grouted) * heat.u_w_per_m2_k + grouted * solid
    u_filled = np.where(cavity > 0, (1 - grouted) * filled[kind] + grouted * solid, heat.u_w_per_m2_k)
    fill, outside = placed_m(plain, u_filled, cavity, heat.wanted_w_per_m2_k, insulation_w_per_m_k)
    insulated = np.where(fill > 0, u_filled, 1 / (1 / plain + outside / insulation_w_per_m_k))
    area = net_area_m2[heat.wall]
    leaves = 2 * bead_width_m / conductivity_w_per_m_k
    return Insulation(
        heat.wall, cavity, u_filled, fill, outside, insulated,
        cavity_needed_m(leaves, heat.wanted_w_per_m2_k, insulation_w_per_m_k, ties),
        heat.wanted_w_per_m2_k, insulation_w_per_m_k,
        Amounts(
            float((fill * free[kind] * (1 - grouted)) @ area), float(outside @ area), float(area[outside > 0].sum())
        ),
    )  # fmt: skip


def _filled_w_per_m2_k(
    cavity: Cavity | None, system: str, thickness_m: float, bead_width_m: float, conductivity_w_per_m_k: float,
    insulation_w_per_m_k: float, ties: Ties | None,
) -> float:  # fmt: skip
    """Transmittance of one kind of wall with its cavity insulated, ties counted where it has them."""
    u = wall_u_w_per_m2_k(cavity, thickness_m, bead_width_m, conductivity_w_per_m_k, insulation_w_per_m_k)
    if cavity is None or cavity.core or ties is None or not SYSTEMS[system].is_tied:
        return u
    rest = 1 / u - cavity.width_m / insulation_w_per_m_k
    return u + _ties_w_per_m2_k(cavity.width_m, rest, insulation_w_per_m_k, ties)


def insulation_findings(heat: HeatResult, insulation: Insulation | None) -> list[Finding]:
    """A note where walls let more heat through than new walls may, and what is done about it.

    Parameters
    ----------
    heat : HeatResult
    insulation : Insulation or None

    Returns
    -------
    list of Finding
    """
    if insulation is None or not (insulation.fill_m.any() or insulation.outside_m.any()):
        return []
    bought, ways = insulation.amounts, []
    if insulation.outside_m.any():
        ways.append(
            f"{1000 * insulation.outside_m.max():.0f} mm of insulation outside, {bought.outside_m3:.3g} m³ on "
            f"{bought.outside_m2:.0f} m²"
        )
    if insulation.fill_m.any():
        ways.append(f"{bought.fill_m3:.3g} m³ of insulation in cavities of {1000 * insulation.fill_m.max():.0f} mm")
    return [
        Finding(
            "wall-cold", "note", "",
            f"outer walls let through up to {heat.u_w_per_m2_k.max():.2f} W/(m²·K) as printed and new walls there may "
            f"{insulation.wanted_w_per_m2_k:.2f}: {' and '.join(ways)} bring them to it, in the ledger",
        )
    ]  # fmt: skip


def method_insulation(
    method: Method, external_area_m2: float, wanted_w_per_m2_k: float | None, insulation_w_per_m_k: float
) -> Amounts | None:
    """Insulation that brings the outer walls of a conventional method to the same transmittance, by the same rule.

    Parameters
    ----------
    method : Method
    external_area_m2 : float
        Net. [m²]
    wanted_w_per_m2_k : float or None
        [W/(m²·K)]
    insulation_w_per_m_k : float
        [W/(m·K)]

    Returns
    -------
    Amounts or None
        On top of what the method's bill holds; None where no requirement is on file.
    """
    if wanted_w_per_m2_k is None:
        return None
    skin = INSIDE_M2_K_PER_W + OUTSIDE_M2_K_PER_W
    plain = np.array([1 / (skin + float(method.facts["wall_resistance_m2_k_per_w"]))])
    hollow, free, with_fill = (
        0.0 if fact is None else float(fact)
        for fact in map(method.get, ("hollow_width_m", "hollow_free_ratio", "filled_resistance_m2_k_per_w"))
    )
    filled = np.array([1 / (skin + with_fill)])
    fill, outside = placed_m(plain, filled, np.array([hollow]), wanted_w_per_m2_k, insulation_w_per_m_k)
    return Amounts(
        float(fill[0]) * free * external_area_m2,
        float(outside[0]) * external_area_m2,
        external_area_m2 if outside[0] > 0 else 0.0,
    )


def insulation_lines(amounts: Amounts | None, market: Market) -> list[Line]:
    """Material and labour of insulation.

    Parameters
    ----------
    amounts : Amounts or None
    market : Market

    Returns
    -------
    list of Line
        Empty where none is needed or asked for.

    Notes
    -----
    Fill is priced as blown in, its labour included. Boards outside come with adhesive, anchors, mesh and a finished
    render, without which they cannot stay; scaffolding is not counted.
    """
    if amounts is None:
        return []
    terms, rates, lines = market.terms, market.rates, []
    waste = 1 + terms.insulation_waste_fraction
    if amounts.fill_m3 > 0:
        lines.append(
            Line(
                "insulation-fill", "Insulation blown into cavities", amounts.fill_m3 * waste, "m3",
                market.resource(FILL), "walls", "material",
                (*market.resource_origin(FILL), "terms.insulation_waste_fraction"),
            )
        )  # fmt: skip
    if amounts.outside_m3 > 0:
        area = amounts.outside_m2
        lines += [
            Line(
                "insulation-boards", "Insulation outside: boards", amounts.outside_m3 * waste, "m3",
                market.resource(BOARD), "walls", "material",
                (*market.resource_origin(BOARD), "terms.insulation_waste_fraction"),
            ),
            Line(
                "insulation-render", "Insulation outside: fixing and render", area, "m2", market.resource(RENDER),
                "walls", "material", market.resource_origin(RENDER),
            ),
            Line(
                "insulation-mason", "Insulation outside: mason",
                area * terms.insulation_skilled_time_s_per_m2 / HOURS_S * rates.labour_hours_factor, "h",
                rates.mason_rate_per_h, "walls", "labour",
                ("terms.insulation_skilled_time_s_per_m2", "region.mason_rate_per_h", "region.labour_hours_factor"),
            ),
            Line(
                "insulation-labourer", "Insulation outside: labourer",
                area * terms.insulation_helper_time_s_per_m2 / HOURS_S * rates.labour_hours_factor, "h",
                rates.labourer_rate_per_h, "walls", "labour",
                ("terms.insulation_helper_time_s_per_m2", "region.labourer_rate_per_h", "region.labour_hours_factor"),
            ),
        ]  # fmt: skip
    return lines
