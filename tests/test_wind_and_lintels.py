"""Wind by height and zone, and the bars of lintels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.structure import lintels, wind

KN = 1e3


def test_zones_of_asce_7() -> None:
    # E7 of the reference: 115 mph, K_z 0.85
    q = wind.velocity_pressure_pa(51.4)
    found = [float(wind.component_pressure_pa(q, zone)) for zone in (wind.MIDDLE_RATIO, wind.CORNER_RATIO)]
    assert found == pytest.approx([1380.72, 1848.76], abs=0.005)


def test_exposure_agrees_with_the_table_of_the_code() -> None:
    # recalled from table 26.10-1, exposure C, to a hundredth: 15 ft, 20, 25, 30, 40, 60 ft
    feet = np.array([15, 20, 25, 30, 40, 60])
    assert wind.exposure_ratio(feet * 0.3048) == pytest.approx([0.85, 0.90, 0.94, 0.98, 1.04, 1.13], abs=0.01)
    assert float(wind.exposure_ratio(0.0)) == 0.85


def test_a_floor_within_the_triangle_presses_whole_on_the_ends() -> None:
    # E8 of the reference: 12 kN/m on 1.3 m
    assert float(lintels.uniform_shear_n(12 * KN, 1.3)) / KN == pytest.approx(7.80, abs=0.005)


def test_least_steel_grows_with_the_concrete_from_a_floor() -> None:
    # f_ctm 2.565 MPa at f_ck 25: 0.26 · 2.565/500 = 0.001334; at f_ck 12 the floor of 0.0013 holds
    weak, usual, strong = lintels.least_steel_m2(0.25, 0.15, np.array([12e6, 25e6, 40e6])) / (0.25 * 0.15)
    assert weak == pytest.approx(0.0013) and usual == pytest.approx(0.001334, abs=5e-7)
    assert strong > usual


def test_the_lintel_of_the_reference_takes_two_bars() -> None:
    # E8: 129.46 mm² of steel; a bar of 12 mm has 113.1
    assert lintels.bars_needed(np.array([0.0, 129.46e-6, 250e-6])).tolist() == [2, 2, 3]
    assert lintels.bars_needed(3 * np.pi * 0.01**2 / 4, 0.01).tolist() == 3


@given(st.floats(0.5, 6.0), st.floats(0.0, 3.0), st.floats(0.0, 30e3))
def test_arching_and_lighter_floors_never_press_more(span: float, above: float, floor: float) -> None:
    here = float(lintels.moment_n_m(2700.0, floor, above, span))
    assert here <= float(lintels.uniform_moment_n_m(2700.0 * above + floor, span)) * (1 + 1e-12) + 1e-12
    assert here <= float(lintels.moment_n_m(2700.0, floor + 1e3, above, span))


@given(st.floats(100.0, 12e3), st.floats(1.0, 1.5))
def test_more_moment_never_takes_fewer_bars(moment: float, more: float) -> None:
    def bars(m: float) -> int:
        arm = lintels.lever_arm_m(lintels.relative_moment_ratio(m, 0.25, 0.15, 25e6), 0.15)
        return int(lintels.bars_needed(lintels.steel_area_m2(m, arm)))

    assert bars(moment * more) >= bars(moment) >= 2
