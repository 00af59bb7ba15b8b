"""The bond between layers: published figures for limits and losses, and how joints are told apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.structure.bond import (
    Joint,
    bond_ratio,
    bond_ratio_of_surface,
    evaporation_kg_per_m2_h,
    joints,
    layer_interval_max_s,
)
from estimator.structure.fresh import layer_interval_min_s
from materials import load_mix, load_wet_wall, mix_ids

FACTS = load_wet_wall()
DAY_S = 86400.0
LOSS, START, FLOOR = (
    float(FACTS.facts[name]) for name in ("bond_loss_ratio", "bond_reference_time_s", "bond_floor_ratio")
)


def test_the_longest_interval_is_that_of_the_example() -> None:
    # process_and_structure.md C2: 2100 kg/m³, 20 mm, 20 Pa·s, 0.2 m/s, 0.5 Pa/s
    assert float(layer_interval_max_s(2100, 0.02, 20, 0.2, 0.5)) == pytest.approx(834.62, abs=0.005)


def test_the_window_of_path_per_layer_is_that_of_the_example() -> None:
    # C2: V·Δt_min to V·Δt_max at 0.2 m/s: 95.2 to 166.9 m
    limits = [layer_interval_min_s(2100, 0.02, 0.5), float(layer_interval_max_s(2100, 0.02, 20, 0.2, 0.5))]
    assert [0.2 * s for s in limits] == pytest.approx([95.2, 166.9], abs=0.06)


def test_an_ordinary_mortar_has_no_window_for_an_endless_wall() -> None:
    # materials.md 3.4: A 1.2, h 20 mm, mu 15, v 0.1: at least 198 s, at most about 160 s
    shortest = layer_interval_min_s(2100, 0.02, 1.2)
    longest = float(layer_interval_max_s(2100, 0.02, 15, 0.1, 1.2))
    assert (shortest, longest) == pytest.approx((198, 160), abs=1)
    assert shortest > longest


def test_evaporation_is_that_of_the_examples() -> None:
    # C2: 25/25 °C, 40 %, 10 km/h and 35/35 °C, 20 %, 20 km/h
    found = evaporation_kg_per_m2_h(*(np.array(of) for of in ([25, 35], [25, 35], [0.4, 0.2], [10, 20])))
    assert found == pytest.approx([0.50924, 1.96318], abs=6e-6)
    assert float(evaporation_kg_per_m2_h(5, 30, 1.0, 10)) == 0.0


def test_bond_falls_with_the_logarithm_of_the_interval_down_to_a_floor() -> None:
    assert bond_ratio(np.array([0, 60, 60 * np.e, 60 * np.e**2]), LOSS, START, FLOOR) == pytest.approx(
        [1, 1, 0.85, 0.7]
    )
    assert float(bond_ratio(7 * DAY_S, LOSS, START, FLOOR)) == 0.3


@pytest.mark.parametrize(
    ("slope", "shares"), [(0.06, (0.95, 0.88, 0.78)), (0.15, (0.88, 0.71, 0.45)), (0.25, (0.81, 0.51, 0.20))]
)
def test_shares_left_by_surface_are_those_of_the_table(slope: float, shares: tuple[float, ...]) -> None:
    # materials.md 4: at 2 min, 30 min and a day; two digits
    left = bond_ratio_of_surface(np.array([120.0, 1800.0, DAY_S]), slope, 20.0, 0.2, np.inf)
    assert left == pytest.approx(shares, abs=0.006)


def test_both_forms_stay_within_the_tests_on_record() -> None:
    # Le et al. 2012: 2.3 MPa at once, above 0.8 at 30 min, 0.7 at 7 days; Keita et al. 2019: down to half when drying
    half_hour = float(bond_ratio(1800.0, LOSS, START, FLOOR))
    assert 0.8 / 2.3 <= half_hour <= 1
    assert float(bond_ratio(7 * DAY_S, LOSS, START, FLOOR)) == pytest.approx(0.7 / 2.3, abs=0.01)
    assert float(bond_ratio_of_surface(1800.0, 0.25, 20.0, FLOOR, np.inf)) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("name", [name for name in mix_ids() if load_mix(name).hardening != "cooling"])
def test_a_joint_with_a_layer_that_has_set_keeps_the_floor(name: str) -> None:
    mix, floor = load_mix(name), float(FACTS.bond_floor_ratio)
    start = float(FACTS.surface_reference_time_s)
    left = bond_ratio_of_surface(
        np.array([10.0, float(mix.set_time_s)]), float(mix.bond_log_slope), start, floor, float(mix.set_time_s)
    )
    assert left[0] == 1.0 and left[1] == pytest.approx(floor)


@given(st.floats(0, 1e6), st.floats(1, 100), st.floats(0.01, 0.3))
@settings(deadline=None)
def test_a_longer_interval_never_bonds_better(interval: float, factor: float, slope: float) -> None:
    short, long = bond_ratio_of_surface(np.array([interval, interval * factor]), slope, 20.0, 0.3, 7200.0)
    assert 0.3 <= long <= short <= 1


def test_joints_are_fresh_late_or_cold() -> None:
    found = joints(np.array([600.0, 1500.0, 1801.0, 3600.0, 3601.0]), 3600.0, 0.5)
    assert [Joint(k) for k in found] == [Joint.FRESH, Joint.FRESH, Joint.LATE, Joint.LATE, Joint.COLD]
    assert joints(np.array([1499.0, 1501.0]), 3600.0, 0.5, 1500.0).tolist() == [Joint.FRESH, Joint.LATE]
