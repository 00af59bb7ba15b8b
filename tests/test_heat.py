"""Heat through walls; process_and_structure.md F2, half the last digit printed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.carbon import carbon_lines
from estimator.cost import Market
from estimator.structure import conduction, heat
from estimator.structure.insulation import (
    Amounts,
    Insulation,
    Ties,
    cavity_needed_m,
    insulation_lines,
    method_insulation,
    wall_insulation,
)
from estimator.structure.wall_heat import HeatResult, heat_result
from estimator.structure.wall_shapes import wall_shapes
from estimator.values import Draw
from estimator.wall_systems import SYSTEMS, WALL_SYSTEMS, Pattern
from materials import load_method, load_mix, load_region, load_site, load_terms, method_ids
from tests.helpers import box, plan

MORTAR, WOOL = 1.4, 0.035
LEAVES = 2 * 0.05 / MORTAR


@pytest.mark.parametrize(
    ("layers", "expected", "digit"),
    [
        ([0.06 / MORTAR], 4.69799, 5e-6),
        ([0.25 / MORTAR], 2.86885, 5e-6),
        ([LEAVES, heat.AIR_M2_K_PER_W], 2.37288, 5e-6),
        ([LEAVES, 0.15 / WOOL], 0.220890, 5e-7),
    ],
)
def test_layers_one_behind_another(layers: list[float], expected: float, digit: float) -> None:
    assert float(heat.u_w_per_m2_k(layers)) == pytest.approx(expected, abs=digit)


def test_ties_add_little() -> None:
    whole = 1 / float(heat.u_w_per_m2_k([LEAVES, 0.15 / WOOL]))
    added = float(heat.tie_u_w_per_m2_k(17.0, np.pi * 0.002**2, 4.0, 0.15, 0.15 / WOOL, whole))
    assert added == pytest.approx(0.00408, abs=5e-6)
    assert 1 / whole + added == pytest.approx(0.224974, abs=5e-6)


WEBS = [
    (0.3, 0.15 / WOOL, 1.5101, 0.8129, 0.8610, 1.0452),
    (0.6, 0.15 / WOOL, 2.2647, 1.2498, 0.5691, 0.6422),
    (1.2, 0.15 / WOOL, 3.0191, 1.8741, 0.4087, 0.4318),
    (0.6, heat.AIR_M2_K_PER_W, 0.4142, 0.4118, 2.4213, 2.4234),
]


@pytest.mark.parametrize(("spacing", "cavity", "upper", "lower", "combined", "exact"), WEBS)
def test_webs_bridge_the_insulation(
    spacing: float, cavity: float, upper: float, lower: float, combined: float, exact: float
) -> None:
    found = heat.bridged(0.05, cavity, 0.15, 0.05, spacing, MORTAR)
    assert found.upper_m2_k_per_w == pytest.approx(upper, abs=5e-5)
    assert found.lower_m2_k_per_w == pytest.approx(lower, abs=5e-5)
    assert found.u_w_per_m2_k == pytest.approx(combined, abs=5e-5)
    solved = heat.two_dimensional_u_w_per_m2_k(0.05, cavity, 0.15, 0.05, spacing, MORTAR)
    assert solved == pytest.approx(exact, abs=1e-4)
    assert found.is_in_range == (upper <= 1.5 * lower)
    quick = conduction.webbed_u_w_per_m2_k(0.05, cavity, 0.15, 0.05, spacing, MORTAR)
    assert quick == pytest.approx([exact], rel=5e-4)
    used = conduction.bridged_u_w_per_m2_k(0.05, cavity, 0.15, 0.05, spacing, MORTAR)
    assert used == pytest.approx([found.u_w_per_m2_k] if found.is_in_range else quick, rel=1e-12)


def test_the_quick_solution_follows_the_even_grid_wherever_walls_are_printed() -> None:
    rng = np.random.default_rng(1)
    leaf, web = rng.choice([0.03, 0.04, 0.06, 0.08], 12), rng.choice([0.03, 0.05, 0.06], 12)
    cavity, spacing = rng.uniform(0.05, 0.3, 12).round(2), rng.uniform(0.3, 1.2, 12).round(1)
    mix = rng.uniform(0.8, 2.0, 12)
    quick = conduction.webbed_u_w_per_m2_k(leaf, cavity / WOOL, cavity, web, spacing, mix)
    even = [
        heat.two_dimensional_u_w_per_m2_k(*case)
        for case in zip(*(a.tolist() for a in (leaf, cavity / WOOL, cavity, web, spacing, mix)), strict=True)
    ]
    assert quick == pytest.approx(even, rel=1e-3)


def test_two_dimensions_lie_between_the_limits_of_the_combined_method() -> None:
    spacing = np.linspace(0.1, 2.0, 30)
    simple = heat.bridged(0.05, 0.15 / WOOL, 0.15, 0.05, spacing, MORTAR)
    exact = 1 / conduction.webbed_u_w_per_m2_k(0.05, 0.15 / WOOL, 0.15, 0.05, spacing, MORTAR)
    assert np.all(exact < simple.upper_m2_k_per_w)
    assert np.all(exact > simple.lower_m2_k_per_w)


def test_a_web_of_what_it_crosses_is_no_web() -> None:
    alike = conduction.webbed_u_w_per_m2_k(0.05, 0.15 / MORTAR, 0.15, 0.05, 0.6, MORTAR)
    assert alike == pytest.approx([float(heat.u_w_per_m2_k([0.25 / MORTAR]))], rel=1e-9)


def test_a_web_adds_the_same_wherever_the_next_one_is() -> None:
    plain = float(heat.u_w_per_m2_k([LEAVES, 0.15 / WOOL]))
    added = [
        (heat.two_dimensional_u_w_per_m2_k(0.05, 0.15 / WOOL, 0.15, 0.05, s, MORTAR) - plain) * s
        for s in (0.6, 0.9, 1.2)
    ]
    assert added == pytest.approx([0.253] * 3, abs=0.001)


def test_insulation_for_a_requirement() -> None:
    rest = heat.INSIDE_M2_K_PER_W + heat.OUTSIDE_M2_K_PER_W + LEAVES
    needed = heat.insulation_needed_m(np.array([0.15, 0.18, 0.20, 0.24, 0.28, 0.49]), rest, WOOL) * 1000
    assert needed == pytest.approx([224.9, 186.0, 166.6, 137.4, 116.6, 63.0], abs=0.05)
    assert float(heat.insulation_needed_m(5.0, rest, WOOL)) == 0.0


@given(st.floats(0.02, 0.3), st.floats(1.0, 1.5), st.floats(0.02, 0.08), st.floats(0.3, 1.5))
def test_more_insulation_never_lets_more_heat_through(cavity: float, more: float, web: float, spacing: float) -> None:
    thin, thick = (heat.bridged(0.05, d / WOOL, d, web, spacing, MORTAR).u_w_per_m2_k for d in (cavity, cavity * more))
    assert thick <= thin


# --- insulation of buildings ------------------------------------------------------------------------

BEAD, PATTERN = 0.05, Pattern(web_spacing_m=0.6, zigzag_pitch_m=0.4, chamber_pitch_m=0.4)
TIES = Ties(per_m2=4.0, area_m2=np.pi * 0.002**2, conductivity_w_per_m_k=17.0)


def insulated(system: str, thickness: float, wanted: float) -> tuple[HeatResult, Insulation]:
    shapes = wall_shapes(plan(*box(8.0, 6.0, thickness=thickness)), system, BEAD, PATTERN)
    area = shapes.length_m * (shapes.top_m - shapes.base_m)
    heated = heat_result(shapes, np.ones(4, dtype=bool), BEAD, PATTERN, MORTAR, wanted)
    found = wall_insulation(shapes, heated, area, np.zeros(4), BEAD, PATTERN, MORTAR, WOOL, TIES)
    assert found is not None
    return heated, found


def test_a_tied_cavity_is_filled_where_that_is_enough() -> None:
    _, found = insulated("double-leaf", 0.25, 0.24)
    assert found.filled_w_per_m2_k == pytest.approx([0.224974] * 4, abs=5e-6)
    assert found.u_w_per_m2_k == pytest.approx(found.filled_w_per_m2_k)
    assert found.fill_m == pytest.approx([0.15] * 4)
    assert not found.outside_m.any()
    assert 0.1374 < found.cavity_needed_m < 0.15


def test_what_ties_take_a_wider_cavity_gives_back() -> None:
    width = cavity_needed_m(LEAVES, 0.2, WOOL, TIES)
    whole = 1 / float(heat.u_w_per_m2_k([LEAVES, width / WOOL]))
    added = float(heat.tie_u_w_per_m2_k(17.0, TIES.area_m2, 4.0, width, width / WOOL, whole))
    assert 1 / whole + added == pytest.approx(0.2, rel=1e-6)
    assert width > cavity_needed_m(LEAVES, 0.2, WOOL, None) == pytest.approx(0.1666, abs=5e-5)


def test_webs_send_insulation_outside_where_a_tied_cavity_would_do() -> None:
    plain, found = insulated("double-leaf-webs", 0.25, 0.49)
    assert found.filled_w_per_m2_k == pytest.approx([0.6422] * 4, rel=1e-3)
    assert not found.fill_m.any()
    assert 1 / (1 / plain.u_w_per_m2_k + found.outside_m / WOOL) == pytest.approx([0.49] * 4)
    assert found.amounts.outside_m3 == pytest.approx(found.outside_m[0] * 28.0 * 2.5)
    assert insulated("double-leaf", 0.25, 0.49)[1].fill_m.all()


def test_webs_take_their_room_from_the_fill() -> None:
    _, found = insulated("double-leaf-webs", 0.25, 0.65)
    assert found.fill_m == pytest.approx([0.15] * 4)
    assert not found.outside_m.any()
    tied = insulated("double-leaf", 0.25, 0.65)[1]
    assert found.amounts.fill_m3 == pytest.approx(tied.amounts.fill_m3 * (1 - 0.05 / 0.6))


@pytest.mark.parametrize("system", WALL_SYSTEMS)
def test_walls_of_every_system_come_to_what_is_asked(system: str) -> None:
    thickness = BEAD if SYSTEMS[system].contours == "none" else 0.3
    for wanted in (3.0, 1.0, 0.6, 0.3, 0.15):
        plain, found = insulated(system, thickness, wanted)
        assert np.all(found.u_w_per_m2_k <= np.minimum(wanted, plain.u_w_per_m2_k) + 1e-12)
        assert not np.any((found.fill_m > 0) & (found.outside_m > 0))


def test_a_foamed_core_keeps_its_place_and_counts() -> None:
    shapes = wall_shapes(plan(*box(8.0, 6.0, thickness=0.3)), "element-hollow", BEAD, PATTERN)
    args = (shapes, np.ones(4, dtype=bool), BEAD, PATTERN, MORTAR, 0.5)
    air, foam = heat_result(*args), heat_result(*args, {"foamed-fill-m3": 0.072})
    assert np.all(foam.u_w_per_m2_k < air.u_w_per_m2_k)
    found = wall_insulation(shapes, foam, np.ones(4), np.zeros(4), BEAD, PATTERN, MORTAR, WOOL, TIES)
    assert found is not None
    assert not found.cavity_m.any()
    assert found.outside_m.all()


def test_without_a_requirement_nothing_is_insulated() -> None:
    shapes = wall_shapes(plan(*box(8.0, 6.0)), "double-leaf", BEAD, PATTERN)
    heated = heat_result(shapes, np.ones(4, dtype=bool), BEAD, PATTERN, MORTAR, None)
    assert wall_insulation(shapes, heated, np.ones(4), np.zeros(4), BEAD, PATTERN, MORTAR, WOOL, TIES) is None
    assert method_insulation(load_method("concrete-block"), 100.0, None, WOOL) is None
    assert insulation_lines(None, Market.of(load_region("usa"), load_terms(), Draw())) == []


def test_the_ledger_buys_what_the_walls_need() -> None:
    market = Market.of(load_region("usa"), load_terms(), Draw())
    lines = {line.code: line for line in insulation_lines(Amounts(2.0, 8.0, 100.0), market)}
    assert {code: line.quantity for code, line in lines.items()} == pytest.approx(
        {
            "insulation-fill": 2.1,
            "insulation-boards": 8.4,
            "insulation-render": 100.0,
            "insulation-mason": 100 * 0.55 * 1.3,
            "insulation-labourer": 100 * 0.45 * 1.3,
        }
    )
    assert lines["insulation-boards"].amount == pytest.approx(8.4 * 65)
    assert lines["insulation-mason"].amount == pytest.approx(71.5 * 43)
    market = Market.of(load_region("usa"), load_terms(), Draw())
    carbon = {line.code: line.carbon_kg for line in carbon_lines(lines.values(), load_mix("bagged-mortar"), market)}
    haul = 1.05  # what brings them to the site
    assert carbon == pytest.approx(
        {"insulation-fill": 2.1 * 30 * haul, "insulation-boards": 8.4 * 44 * haul, "insulation-render": 500.0 * haul}
    )
    assert insulation_lines(Amounts(0.0, 0.0, 0.0), market) == []


def test_conventional_walls_are_held_to_the_same_requirement() -> None:
    germany = float(load_site("germany").wall_transmittance_w_per_m2_k)
    outside = {
        name: found.outside_m3 / 100
        for name in method_ids()
        if (found := method_insulation(load_method(name), 100.0, germany, WOOL)) is not None
    }
    assert outside["cast-concrete"] > outside["concrete-block"] > outside["brick-cavity"] > outside["aac"] > 0
    frame = method_insulation(load_method("timber-frame"), 100.0, 0.4, WOOL)
    assert frame is not None
    assert frame.fill_m3 == pytest.approx(0.14 * 0.85 * 100)
    assert frame.outside_m3 == 0.0
    mild = method_insulation(load_method("aac"), 100.0, 0.5, WOOL)
    assert mild == Amounts(0.0, 0.0, 0.0)
