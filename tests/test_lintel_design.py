"""Lintels: what each carries, when one that is bought will do, and what is cast instead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import as_document, estimate
from estimator.carbon import carbon_lines
from estimator.conventional import conventional_walls
from estimator.cost import Market
from estimator.estimate import Estimate
from estimator.measures import Measures
from estimator.report.structure import structure_page, structure_report
from estimator.structure.lintel_design import FACTORS, LintelDesign, SpannedOpenings, lintel_design
from estimator.structure.lintels import shear_capacity_n, shear_n
from estimator.values import Draw
from estimator.work import CastLintels
from materials import load_method, load_region, load_terms
from tests import helpers

BOUGHT_N_M = 2000.0
STRENGTH_PA = 25e6


def opening(
    span: float = 1.5, above: float = 0.6, width: float = 0.25, dead: float = 5e3, live: float = 3e3,
    wall_pa: float = 2.7e3,
) -> SpannedOpenings:  # fmt: skip
    return SpannedOpenings(
        np.zeros(1, dtype=np.int64), ("o",), np.array([span]), 0.15, np.array([width]), np.array([above]),
        np.array([wall_pa]), np.array([dead]), np.array([live]),
    )  # fmt: skip


def design(
    of: SpannedOpenings, bought_n_m: float = BOUGHT_N_M, factors: tuple[float, float] = FACTORS["en1992"]
) -> LintelDesign:
    return lintel_design(of, factors, bought_n_m, STRENGTH_PA)


def house(above: float = 0.6) -> Estimate:
    """A room with one opening 1.8 m wide."""
    south, *others = helpers.box(6.0, 4.0)
    south = helpers.with_opening(south, 2.0, 1.8, sill=0.9, head=2.5 - above)
    return estimate(helpers.plan(south, *others), printer="cobod-bod2", region="germany", samples=0)


@pytest.fixture(scope="module")
def low() -> Estimate:
    """The wall above the opening is too low to arch."""
    return house()


def test_a_window_under_a_roof_takes_two_bars_in_two_hundred_millimetres() -> None:
    # 1.35·(2.7·0.6 + 5) + 1.5·3 = 13.437 kN/m and 1.35·(6.25 − 2.7)·0.2 more for the lintel, over 1.65 m; d = 159 mm
    found = design(opening())
    assert not found.arches[0] and found.is_cast[0] and not found.fails[0]
    assert found.moment_n_m[0] == pytest.approx(14.3955e3 * 1.65**2 / 8)
    assert (found.depth_m[0], found.bars[0]) == (0.2, 2)
    assert found.concrete_m3[0] == pytest.approx(0.25 * 0.2 * 1.8)
    assert found.steel_kg[0] == pytest.approx(2 * 1.8 * np.pi * 0.006**2 * 7850)


def test_a_hundred_millimetres_would_want_steel_in_compression() -> None:
    # 4.736 kN·m on 250 × 59 mm: K = 0.218
    moment = (13.437e3 + 1.35 * 0.355e3) * 1.65**2 / 8
    assert moment / (0.25 * 0.059**2 * STRENGTH_PA) == pytest.approx(0.218, abs=5e-4)
    assert design(opening()).depth_m[0] > 0.1


def test_a_wall_that_arches_needs_no_more_than_a_bought_lintel() -> None:
    found = design(opening(above=0.99))
    assert found.arches[0] and not found.is_cast[0]
    assert found.moment_n_m[0] == pytest.approx(1.35 * 2.7e3 * 1.65**3 / 24)
    assert found.steel_kg[0] == found.concrete_m3[0] == found.depth_m[0] == 0.0


def test_wide_openings_have_links() -> None:
    # 2.7 m long, d = 149 mm: 25 spaces of 0.75·d, 26 links of 10 mm round 170 × 120 mm, two bars below and two above
    found = design(opening(span=2.4))
    assert (found.depth_m[0], found.bars[0]) == (0.2, 2)
    metal_m3 = 26 * 0.58 * np.pi * 0.005**2 + 4 * 2.7 * np.pi * 0.006**2
    assert found.steel_kg[0] == pytest.approx(metal_m3 * 7850)


def test_american_factors_are_those_of_aci_318() -> None:
    found = design(opening(), 1e9, FACTORS["aci318"])
    assert found.moment_n_m[0] == pytest.approx((1.2 * (2.7e3 * 0.6 + 5e3) + 1.6 * 3e3) * 1.65**2 / 8)


def test_shear_without_links() -> None:
    # k = 2, ρ = 0.00569: 0.12·2·(100·0.00569·25)^⅓ = 0.581 MPa; little steel leaves 0.035·2^1.5·5 = 0.495 MPa
    area = 0.25 * 0.159
    assert float(shear_capacity_n(0.25, 0.159, 226.2e-6, 25e6)) / area == pytest.approx(0.581e6, rel=1e-3)
    assert float(shear_capacity_n(0.25, 0.159, 0.0, 25e6)) / area == pytest.approx(0.495e6, rel=1e-3)
    assert float(shear_n(2700.0, 12e3, 0.8, 1.3)) == pytest.approx(1140.75 / 2 + 7800.0)
    assert float(shear_n(2700.0, 0.0, 0.5, 1.3)) == pytest.approx(2700 * 0.5 * 0.65)


@pytest.mark.parametrize("how", [{"above": 0.15}, {"width": 0.06}, {"span": 9.0}])
def test_what_no_lintel_carries_is_said(how: dict[str, float]) -> None:
    found = design(opening(**how))
    assert found.fails[0] and not found.is_cast[0]
    assert found.cast == CastLintels()


openings = {
    "span": st.floats(0.3, 6.0), "above": st.floats(0.06, 3.0), "width": st.floats(0.05, 0.5),
    "dead": st.floats(0.0, 4e4), "live": st.floats(0.0, 3e4), "wall_pa": st.floats(500.0, 1.2e4),
}  # fmt: skip


@settings(deadline=None)
@given(st.fixed_dictionaries(openings), st.floats(1.0, 2.0))
def test_a_wider_opening_never_needs_less(how: dict[str, float], wider: float) -> None:
    one, other = design(opening(**how)), design(opening(**(how | {"span": how["span"] * wider})))
    assert bool(one.fails[0]) <= bool(other.fails[0])
    if other.fails[0]:
        return
    assert bool(one.is_cast[0]) <= bool(other.is_cast[0])
    assert one.depth_m[0] <= other.depth_m[0]
    assert one.concrete_m3[0] <= other.concrete_m3[0] + 1e-12
    if one.depth_m[0] == other.depth_m[0]:
        assert one.bars[0] <= other.bars[0] and one.steel_kg[0] <= other.steel_kg[0] + 1e-9


@settings(deadline=None)
@given(st.fixed_dictionaries(openings))
def test_arching_never_adds_load(how: dict[str, float]) -> None:
    arch_m = 0.6 * (how["span"] + 0.15) + 1e-6
    low_m = 0.99 * arch_m
    high, lower = (design(opening(**(how | {"above": a})), 1e12) for a in (arch_m, low_m))
    assert high.arches[0] and not lower.arches[0]
    assert high.moment_n_m[0] <= lower.moment_n_m[0]


@settings(deadline=None)
@given(st.fixed_dictionaries(openings))
def test_what_is_cast_carries(how: dict[str, float]) -> None:
    found = design(opening(**how))
    if not found.is_cast[0]:
        assert found.fails[0] or found.moment_n_m[0] <= BOUGHT_N_M
        return
    depth = found.depth_m[0] - 0.041 - (0.010 if how["span"] > 2 else 0.0)
    steel = found.bars[0] * np.pi * 0.006**2
    block = steel * 0.87 * 500e6 / (0.567 * STRENGTH_PA * how["width"])  # of a rectangular stress block
    assert steel * 0.87 * 500e6 * (depth - block / 2) >= 0.97 * found.moment_n_m[0]
    assert found.depth_m[0] <= how["above"] + 1e-9


def test_the_ledger_holds_what_is_cast_and_no_bought_lintel(low: Estimate) -> None:
    found = low.structure.lintels
    assert found is not None and found.is_cast.tolist() == [True]
    lines = {line.code: line for line in low.outcome.lines}
    assert "lintels" not in lines
    assert lines["lintels-concrete"].quantity == pytest.approx(float(found.concrete_m3.sum()))
    assert lines["lintels-steel"].quantity == pytest.approx(float(found.steel_kg.sum()))
    assert lines["lintels-labour"].quantity > 0
    market = Market.of(low.region, low.terms, Draw())
    assert {"lintels-concrete", "lintels-steel"} <= {c.code for c in carbon_lines(low.outcome.lines, low.mix, market)}


def test_conventional_walls_have_the_same_lintels(low: Estimate) -> None:
    for built in low.outcome.beside.conventional:
        for code in ("lintels-concrete", "lintels-steel", "lintels-labour"):
            (here,) = [line.amount for line in low.outcome.lines if line.code == code]
            assert [line.amount for line in built.lines if line.code == code] == [here]


def test_casting_takes_no_day_of_the_gang_on_the_walls(low: Estimate) -> None:
    method, rates = load_method("concrete-block"), Market.of(load_region("germany"), load_terms(), Draw())
    many = replace(low.work, lintels=20, lintel_length_m=36.0, cast_lintels=CastLintels())
    house = Measures(100, 100, 0, 0, 40, 55, 55, 110, 95, 95, 200, 12, 2, 5)
    bought = conventional_walls(many, method, rates, house)
    cast = conventional_walls(replace(many, cast_lintels=CastLintels(20, 36.0, 2.0, 80.0)), method, rates, house)
    assert cast.labour_h > bought.labour_h + 40
    assert cast.wall_days == bought.wall_days


def test_wall_that_arches_keeps_the_bought_lintel_and_costs_less(low: Estimate) -> None:
    high = house(1.3)
    lines = {line.code: line for line in high.outcome.lines}
    assert lines["lintels"].quantity == pytest.approx(1.8 + 2 * 0.15)
    assert not {code for code in lines if code.startswith("lintels-")}
    paid = sum(float(line.amount) for line in low.outcome.lines if line.code.startswith("lintels"))
    assert float(lines["lintels"].amount) < paid


def test_bought_and_cast_lintels_stand_side_by_side() -> None:
    south, east, *others = helpers.box(6.0, 4.0)
    south = helpers.with_opening(south, 2.0, 1.8, sill=0.9, head=1.9)
    east = helpers.with_opening(east, 1.5, 0.6, sill=0.9, head=1.5)
    e = estimate(helpers.plan(south, east, *others), printer="cobod-bod2", region="germany", samples=0)
    lines = {line.code: line for line in e.outcome.lines}
    assert lines["lintels"].quantity == pytest.approx(0.6 + 2 * 0.15)
    assert lines["lintels-concrete"].quantity > 0
    assert e.work.lintels == 2  # each of them is set while the machine waits


def test_a_plan_without_openings_has_no_lintels() -> None:
    e = estimate(helpers.plan(*helpers.box(6.0, 4.0)), printer="cobod-bod2", samples=0)
    assert e.structure.lintels is None
    assert not [line for line in e.outcome.lines if line.code.startswith("lintels")]
    assert as_document(e)["structure"]["lintels"] == []
    assert "terms.lintel_moment_max_n_m" not in e.used


def test_a_lintel_that_cannot_be_is_found() -> None:
    south, *others = helpers.box(9.0, 8.0)
    south = helpers.with_opening(south, 1.0, 7.0, head=2.3)
    e = estimate(helpers.plan(south, *others), printer="cobod-bod2", region="germany", samples=0)
    (said,) = [f for f in e.findings if f.code == "lintel-span"]
    assert said.where == "s1-S, s1-S-o1" and "7.00 m wide" in said.message
    assert "lintels" in {line.code for line in e.outcome.lines}


def test_the_document_and_the_page_tell_every_lintel(low: Estimate) -> None:
    (row,) = as_document(low)["structure"]["lintels"]
    assert (row["wall"], row["opening"], row["kind"], row["arches"]) == ("s1-S", "s1-S-o1", "cast", False)
    assert row["span_m"] == 1.8 and row["depth_m"] > 0 and row["bars"] >= 2
    page = structure_page(structure_report(low))
    assert "s1-S-o1" in page and "1.80" in page
