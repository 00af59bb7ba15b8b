"""Heat through walls; process_and_structure.md F2, half the last digit printed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.structure import conduction, heat

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
