"""Plastic collapse of wet walls: laws of growth and closed forms against the published figures, layers by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.structure.collapse import (
    accelerating_collapse_height_m,
    accelerating_critical_rise_m_per_s,
    bilinear_collapse_time_s,
    critical_rise_m_per_s,
    layers_standing,
    linear_collapse_height_m,
    saturating_collapse_height_m,
    strength_needed_pa,
    utilisation,
)
from estimator.structure.growth import (
    TRESCA,
    VON_MISES,
    Accelerating,
    Bilinear,
    Growth,
    Linear,
    Saturating,
    mohr_coulomb_strength_pa,
)

EINDHOVEN = Linear(start_pa=5984.0, rate_pa_per_s=0.147e3 / 60)
VANE = Linear(start_pa=1500.0, rate_pa_per_s=1.0).times(VON_MISES)
KRUGER = Bilinear(dynamic_pa=900.0, static_pa=2500.0, flocculation_rate_pa_per_s=6.0, structuration_rate_pa_per_s=0.6)
SUIKER = Saturating(start_pa=6000.0, final_ratio=4.0, rate_per_s=0.02 / 60)
PERROT = Accelerating(start_pa=2000.0, rate_pa_per_s=0.5, time_constant_s=3600.0)
LAWS = (EINDHOVEN, VANE, KRUGER, SUIKER, PERROT)


# --- laws --------------------------------------------------------------------------------------


def test_a_law_gives_the_stress_at_an_age() -> None:
    # process_and_structure.md D1: 5.984 + 0.147 t kPa, t in minutes
    assert EINDHOVEN.at(np.array([0.0, 600.0])).tolist() == pytest.approx([5984.0, 7454.0])
    assert float(KRUGER.flocculated_s) == pytest.approx(266.667, abs=5e-4)
    assert KRUGER.at(np.array([0.0, 100.0, 800 / 3, 1266.667])) == pytest.approx([900, 1500, 2500, 3100], rel=1e-6)
    assert SUIKER.at(np.array([0.0, 1e9])).tolist() == [6000.0, 24000.0]
    assert float(PERROT.at(3600.0)) == pytest.approx(2000 + 1800 * (np.e - 1))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_no_law_is_carried_beyond_the_age_it_was_measured_to(law: Growth) -> None:
    from dataclasses import replace

    short = replace(law, measured_s=1800.0)
    ages = np.array([0.0, 900.0, 1800.0, 1801.0, 1e6])
    assert short.at(ages)[:3].tolist() == law.at(ages)[:3].tolist()
    assert short.at(ages)[3:].tolist() == [float(law.at(1800.0))] * 2


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_every_stress_of_a_law_is_multiplied(law: Growth) -> None:
    ages = np.array([0.0, 10.0, 300.0, 5000.0])
    assert law.times(0.6).at(ages) == pytest.approx(0.6 * law.at(ages))
    assert np.all(np.diff(law.at(np.linspace(0, 9000, 50))) >= 0)


def test_an_accelerating_law_begins_as_a_linear_one() -> None:
    assert float(PERROT.at(10.0)) == pytest.approx(2000 + 0.5 * 10, abs=0.01)


def test_uniaxial_strength_from_cohesion_and_friction() -> None:
    # D1: c = 3.05 + 0.058 t, φ 20° gives 8.7117 + 0.16567 t kPa; c = 2.60 + 0.0636 t gives 7.4264 + 0.18166 t
    found = mohr_coulomb_strength_pa(np.array([3.05, 0.058, 2.60, 0.0636]), np.radians(20))
    assert found == pytest.approx([8.7117, 0.16567, 7.4264, 0.18166], rel=1e-4)
    assert float(mohr_coulomb_strength_pa(1.0, 0.0)) == TRESCA


def test_the_eindhoven_strength_as_yield_stresses() -> None:
    # materials.md 3.2: Tresca 2992 Pa and 1.23 Pa/s, von Mises 3455 Pa and 1.41 Pa/s; three and four digits
    assert float(EINDHOVEN.at(0.0)) / TRESCA == 2992
    assert float(EINDHOVEN.at(0.0)) / VON_MISES == pytest.approx(3455, abs=0.5)
    assert [2.45 / TRESCA, 2.45 / VON_MISES] == pytest.approx([1.23, 1.41], abs=0.006)


# --- one rate ----------------------------------------------------------------------------------


def test_heights_with_linear_growth_are_those_of_the_example() -> None:
    # TV-D2: 2100 kg/m³, 1500 Pa, 1 Pa/s
    rates = np.array([0.5, 1, 2, 4]) / 3600
    expected = [0.319557, 0.180854, 0.148603, 0.136438]
    assert linear_collapse_height_m(VANE, 2100, rates) == pytest.approx(expected, abs=6e-7)
    assert float(linear_collapse_height_m(VANE, 2100, 1e9)) == pytest.approx(0.126114, abs=6e-7)
    assert float(critical_rise_m_per_s(VANE, 2100)) * 3600 == pytest.approx(0.302674, abs=6e-7)
    assert float(linear_collapse_height_m(VANE, 2100, 0.302 / 3600)) == np.inf


def test_rates_that_are_sustained_are_those_of_the_table() -> None:
    # C1: A = 0.1, 0.5, 1, 3 Pa/s; three to four digits
    law = Linear(start_pa=0.0, rate_pa_per_s=np.array([0.1, 0.5, 1.0, 3.0])).times(VON_MISES)
    expected = [0.0303, 0.1513, 0.3027, 0.9080]
    assert critical_rise_m_per_s(law, 2100) * 3600 == pytest.approx(expected, abs=6e-5)


def test_what_a_height_asks_of_the_yield_stress() -> None:
    # D2: 0.5, 1, 3 m at 2100 kg/m³, and the growth needed for 1 m/h
    needed = strength_needed_pa(2100, np.array([0.5, 1, 3])) / VON_MISES
    assert needed == pytest.approx([5947.0, 11894.0, 35682.0], abs=0.06)
    assert float(strength_needed_pa(2100, 1 / 3600)) / VON_MISES == pytest.approx(3.30389, abs=6e-6)
    assert float(strength_needed_pa(2100, 0.02)) / VON_MISES == pytest.approx(237.88, abs=0.006)  # D1: one layer


def test_the_eindhoven_mortar_stands_at_once_and_for_ever() -> None:
    # materials.md 3.4: 0.295 m at once, 0.43 m/h for ever; two and three digits
    assert float(linear_collapse_height_m(EINDHOVEN, 2070, 1e9)) == pytest.approx(0.295, abs=6e-4)
    assert float(critical_rise_m_per_s(EINDHOVEN, 2070)) == pytest.approx(1.21e-4, abs=6e-7)
    assert float(critical_rise_m_per_s(EINDHOVEN, 2070)) * 3600 == pytest.approx(0.43, abs=0.006)
    # through the yield stress, 1.23 Pa/s by Tresca, it is 0.38 m/h
    vane = Linear(start_pa=2992.0, rate_pa_per_s=1.23).times(VON_MISES)
    assert float(critical_rise_m_per_s(vane, 2070)) * 3600 == pytest.approx(0.38, abs=0.006)


def test_height_with_growth_in_two_branches_is_that_of_the_example() -> None:
    # TV-D2b: K 2, F 1, 2150 kg/m³, 10 mm each 13.08997 s
    rise = 0.010 / 13.08997
    time = float(bilinear_collapse_time_s(KRUGER.times(TRESCA), 2150, rise))
    assert time == pytest.approx(313.826, abs=6e-4)
    assert time * rise * 1e3 == pytest.approx(239.745, abs=6e-4)


def test_a_wall_may_fall_before_the_mix_has_reflocculated_or_never() -> None:
    law = KRUGER.times(TRESCA)
    # 2150·9.81·l̇ = 2·(900 + 6·100)/100 at 100 s
    assert float(bilinear_collapse_time_s(law, 2150, 30 / (2150 * 9.81))) == pytest.approx(100)
    assert float(bilinear_collapse_time_s(law, 2150, 1.19 / (2150 * 9.81))) == np.inf


def test_height_with_a_ceiling_of_strength_is_that_of_the_example() -> None:
    # TV-D2c: 30 and 2 mm/min
    height = saturating_collapse_height_m(SUIKER, 2100, np.array([0.030, 0.002]) / 60)
    assert height * 1e3 == pytest.approx([565.795, 1164.984], abs=6e-4)
    assert 24000 / (2100 * 9.81) * 1e3 == pytest.approx(1164.992, abs=6e-4)
    assert float(SUIKER.at(height[0] / (0.030 / 60))) == pytest.approx(11655.94, abs=6e-3)


def test_the_critical_rate_with_accelerating_growth_is_that_of_the_example() -> None:
    # D2: K 2, 2100 kg/m³: x = 1.039300, 0.494056 m/h
    law = PERROT.times(TRESCA)
    rate = float(accelerating_critical_rise_m_per_s(law, 2100))
    assert rate * 3600 == pytest.approx(0.494056, abs=6e-7)
    assert np.log(rate * 2100 * 9.81 / (TRESCA * 0.5)) == pytest.approx(1.039300, abs=6e-7)
    assert float(accelerating_collapse_height_m(law, 2100, rate * 0.999)) == np.inf


@pytest.mark.parametrize("rise_m_per_h", [0.495, 0.6, 1.0, 5.0])
def test_the_load_meets_an_accelerating_strength_at_the_height_found(rise_m_per_h: float) -> None:
    law, rise = PERROT.times(TRESCA), rise_m_per_h / 3600
    height = float(accelerating_collapse_height_m(law, 2100, rise))
    assert float(law.at(height / rise)) == pytest.approx(2100 * 9.81 * height, rel=1e-9)
    before = np.linspace(0, height / rise, 200)[:-1]
    assert np.all(law.at(before) > 2100 * 9.81 * rise * before)


# --- layer by layer ----------------------------------------------------------------------------


def standing(interval_s: float, *, layers: int = 400, pause_s: float = 0.0, law: Growth | None = None) -> int:
    laid = interval_s * np.arange(layers) + pause_s * (np.arange(layers) >= 12)
    law = law or Linear(start_pa=6000.0, rate_pa_per_s=2.5)
    return int(layers_standing(utilisation(np.full(layers, 0.02), laid, 2100, law)))


def test_layers_that_stand_are_those_of_the_example() -> None:
    # TV-D2d: 6 kPa + 0.15 kPa/min, 2100 kg/m³, 20 mm; never fails from 164.81 s on
    assert [standing(60), standing(120), standing(60, pause_s=1200)] == [22, 50, 33]
    assert standing(164.81, layers=3000) == 3000
    assert standing(163.0, layers=3000) < 3000


@pytest.mark.parametrize(
    ("law", "layers"),
    [
        (Linear(start_pa=8711.7, rate_pa_per_s=165.67 / 60), 57),
        (EINDHOVEN, 37),
    ],
)
def test_layers_of_the_eindhoven_cylinder_are_those_of_the_table(law: Linear, layers: int) -> None:
    # D6: discrete count; 2070 kg/m³, 10 mm each 18.85 s
    laid = 18.85 * np.arange(100)
    assert int(layers_standing(utilisation(np.full(100, 0.01), laid, 2070, law))) == layers


def test_with_linear_growth_and_one_interval_the_foot_is_the_worst_layer() -> None:
    laid = 100.0 * np.arange(30)
    height = np.full(30, 0.02)
    law = Linear(start_pa=6000.0, rate_pa_per_s=2.5)
    foot = 2100 * 9.81 * np.cumsum(height) / law.at(laid)
    assert utilisation(height, laid, 2100, law) == pytest.approx(foot)


def test_with_pauses_another_layer_than_the_foot_may_be_the_worst() -> None:
    laid = np.concatenate((np.arange(5.0), 3600 + np.arange(20.0)))
    law = Linear(start_pa=3000.0, rate_pa_per_s=10.0)
    use = utilisation(np.full(25, 0.02), laid, 2000, law)
    # the sixth layer, a minute's dust of age, carries twenty layers: 2000·9.81·0.4/(3000 + 10·19)
    assert use[-1] == pytest.approx(2000 * 9.81 * 0.4 / 3190)


def test_what_has_set_is_not_checked() -> None:
    laid = 600.0 * np.arange(60)
    law = Linear(start_pa=6000.0, rate_pa_per_s=0.0)
    use = utilisation(np.full(60, 0.02), laid, 2100, law, set_time_s=3600.0)
    # six layers are younger than an hour
    assert use[-1] == pytest.approx(2100 * 9.81 * 0.12 / 6000)


def test_walls_checked_together_are_each_wall() -> None:
    rng = np.random.default_rng(5)
    height, gaps = rng.uniform(0.01, 0.03, (4, 30)), rng.uniform(0, 300, (4, 30))
    laid = np.cumsum(gaps, axis=1)
    law = Linear(start_pa=np.array([[4000.0], [5000], [6000], [7000]]), rate_pa_per_s=2.0)
    density = np.array([[2000.0], [2100], [2200], [2300]])
    each = [
        utilisation(height[k], laid[k], float(density[k, 0]), Linear(start_pa=4000.0 + 1000 * k, rate_pa_per_s=2.0))
        for k in range(4)
    ]
    assert np.array_equal(utilisation(height, laid, density, law), each)


gaps_s = st.lists(st.floats(1, 2000), min_size=2, max_size=25)


@given(gaps_s, st.sampled_from(LAWS), st.integers(0, 24), st.floats(0, 20_000))
@settings(deadline=None)
def test_a_pause_never_hurts(gaps: list[float], law: Growth, before: int, pause: float) -> None:
    laid = np.cumsum(gaps)
    rested = laid + pause * (np.arange(len(laid)) >= before)
    height = np.full(len(laid), 0.02)
    less = utilisation(height, rested, 2100, law)
    assert np.all(less <= utilisation(height, laid, 2100, law) * (1 + 1e-9))


@given(gaps_s, st.sampled_from(LAWS), st.floats(0.1, 1))
@settings(deadline=None)
def test_printing_faster_is_never_safer(gaps: list[float], law: Growth, share: float) -> None:
    laid, height = np.cumsum(gaps), np.full(len(gaps), 0.02)
    use = utilisation(height, laid, 2100, law)
    assert np.all(utilisation(height, share * laid, 2100, law) >= use * (1 - 1e-9))


@given(gaps_s, st.sampled_from(LAWS), st.floats(100, 9000))
@settings(deadline=None)
def test_every_wet_layer_is_looked_at(gaps: list[float], law: Growth, set_time: float) -> None:
    laid, height = np.cumsum(gaps), np.linspace(0.01, 0.03, len(gaps))
    worst = [
        max(
            2100 * 9.81 * float(height[j : m + 1].sum()) / float(law.at(laid[m] - laid[j]))
            for j in range(m + 1)
            if laid[m] - laid[j] < set_time
        )
        for m in range(len(laid))
    ]
    assert utilisation(height, laid, 2100, law, set_time) == pytest.approx(worst)
