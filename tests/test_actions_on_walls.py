"""Wind, earthquake, lintels and grouted cores; process_and_structure.md E7 to E9, half the last digit printed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.structure import aci318, grouted, lintels, seismic, wind

KN, KPA = 1e3, 1e3


def test_peak_pressure_of_en_1991() -> None:
    # v_b 26 m/s, z 5 m, terrain II
    assert float(wind.roughness_ratio(5.0, 0.05)) == pytest.approx(0.874982, abs=5e-7)
    assert float(wind.turbulence_ratio(5.0, 0.05)) == pytest.approx(0.217147, abs=5e-7)
    assert float(wind.basic_pressure_pa(26.0)) == pytest.approx(422.5, abs=0.05)
    peak = float(wind.peak_pressure_pa(26.0, 5.0))
    assert peak == pytest.approx(815.14, abs=0.005)
    assert peak / 422.5 == pytest.approx(1.92932, abs=5e-6)
    assert 1.1 * peak == pytest.approx(896.65, abs=0.005)
    assert float(wind.wall_moment_n(1.1 * peak, 2.7)) / KN == pytest.approx(0.81707, abs=5e-6)


def test_velocity_pressure_of_asce_7() -> None:
    q = float(wind.velocity_pressure_pa(51.4))
    assert q == pytest.approx(1170.10, abs=0.005)
    assert q * (1.0 + 0.18) == pytest.approx(1380.72, abs=0.005)
    assert q * (1.4 + 0.18) == pytest.approx(1848.76, abs=0.005)


def test_bending_across_the_layers_decides() -> None:
    # 1.5 · 0.89665 kPa on 2.7 m with 20 kN/m
    moment, axial = float(wind.wall_moment_n(1.5 * 1.1 * wind.peak_pressure_pa(26.0, 5.0), 2.7)), 20 * KN
    found = [
        float(aci318.tension_side_pa(moment, axial, modulus, area)) / 1e6
        for modulus, area in ((8.35417e-3, 0.1125), (0.15**2 / 6, 0.15), (0.06**2 / 6, 0.06))
    ]
    assert found == pytest.approx([-0.0311, 0.1935, 1.7094], abs=5e-5)


def test_base_shear_of_a_house() -> None:
    # 32 m of wall, 2.7 m, 2.7 kN/m², roof 80 kN, S_DS 0.5
    walls = 32 * 2.7 * 2.7 * KN
    assert walls / KN == pytest.approx(233.28, abs=0.005)
    weight = float(seismic.seismic_weight_n(80 * KN, walls))
    assert weight / KN == pytest.approx(196.64, abs=0.005)
    share = float(seismic.response_ratio(0.5))
    assert share == pytest.approx(0.33333, abs=5e-6)
    assert float(seismic.base_shear_n(weight, share)) / KN == pytest.approx(65.547, abs=5e-4)


def test_a_lintel_carries_a_triangle() -> None:
    # L 1.3 m, wall 2.7 kN/m²
    assert float(lintels.triangle_peak_n_per_m(2.7 * KPA, 1.3)) / KN == pytest.approx(1.7550, abs=5e-5)
    assert float(lintels.triangle_load_n(2.7 * KPA, 1.3)) / KN == pytest.approx(1.1408, abs=5e-5)
    assert float(lintels.triangle_moment_n_m(2.7 * KPA, 1.3)) / KN == pytest.approx(0.24716, abs=5e-6)
    assert float(lintels.uniform_moment_n_m(0.6 * 2.7 * KPA, 1.3)) / KN == pytest.approx(0.34223, abs=5e-6)
    assert float(lintels.uniform_moment_n_m(12 * KN, 1.3)) / KN == pytest.approx(2.5350, abs=5e-5)
    arching = lintels.moment_n_m(2.7 * KPA, 0.0, 0.8, 1.3)
    low = lintels.moment_n_m(2.7 * KPA, 0.0, 0.6, 1.3)
    assert float(arching) / KN == pytest.approx(0.24716, abs=5e-6) and float(low) / KN == pytest.approx(
        0.34223, abs=5e-6
    )


def test_steel_of_a_lintel() -> None:
    # M 8 kN·m, b 250, d 150, f_ck 25
    k = float(lintels.relative_moment_ratio(8 * KN, 0.25, 0.15, 25e6))
    arm = float(lintels.lever_arm_m(k, 0.15))
    assert k == pytest.approx(0.056889, abs=5e-7)
    assert arm * 1000 == pytest.approx(142.05, abs=0.005)
    assert float(lintels.steel_area_m2(8 * KN, arm)) * 1e6 == pytest.approx(129.46, abs=0.005)


def test_grouted_cores() -> None:
    # a bar of 12 mm every 1.2 m, f_y 420, d 125, f'm 10
    assert float(grouted.bar_area_m2(0.012)) * 1e6 == pytest.approx(113, abs=0.5)
    steel = 113e-6 / 1.2
    assert float(grouted.block_depth_m(steel, 420e6, 10e6)) * 1000 == pytest.approx(4.9438, abs=5e-5)
    moment = float(grouted.nominal_moment_n(steel, 420e6, 10e6, 0.125))
    assert moment / KN == pytest.approx(4.8460, abs=5e-5)
    assert grouted.PHI_BENDING * moment / KN == pytest.approx(4.3614, abs=5e-5)
    assert float(grouted.core_spacing_m(4.3 * KN, 0.125, 10e6)) == 1.2
    assert float(grouted.core_spacing_m(1000 * KN, 0.125, 10e6)) == 0.0


@given(st.floats(0.0, 50e3), st.floats(1.0, 2.0))
def test_more_moment_never_widens_the_spacing(moment: float, more: float) -> None:
    here, there = (float(grouted.core_spacing_m(m, 0.15, 10e6)) for m in (moment, moment * more))
    assert there <= here
    assert here in (0.0, *grouted.SPACINGS_M)


@given(st.floats(15.0, 60.0), st.floats(3.0, 20.0))
def test_higher_and_faster_never_presses_less(speed: float, height: float) -> None:
    base = float(wind.peak_pressure_pa(speed, height))
    assert float(wind.peak_pressure_pa(speed * 1.1, height)) > base
    assert float(wind.peak_pressure_pa(speed, height * 1.1)) > base
    assert np.isfinite(base)
