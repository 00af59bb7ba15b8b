"""The wet wall: the published figures for the least time between layers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.structure.fresh import build_time_min_s, layer_interval_min_s


@pytest.mark.parametrize(("rate", "seconds"), [(0.1, 2378.8), (0.5, 475.76), (1.0, 237.88), (3.0, 79.293)])
def test_the_least_interval_is_that_of_the_table(rate: float, seconds: float) -> None:
    # process_and_structure.md C1: 2100 kg/m³, 20 mm; five digits are printed
    assert layer_interval_min_s(2100, 0.02, rate) == pytest.approx(seconds, rel=2e-5)


def test_the_least_time_for_a_wall_is_that_of_the_example() -> None:
    # C1: 2.7 m, 1500 Pa, 0.5 Pa/s: 17.008 h, 453.5 s for each layer of 20 mm
    seconds = float(build_time_min_s(2100, 2.7, 1500, 0.5))
    assert seconds / 3600 == pytest.approx(17.008, abs=0.0005)
    assert seconds / 135 == pytest.approx(453.5, abs=0.05)


def test_a_mix_that_carries_the_wall_as_it_is_laid_need_not_wait() -> None:
    # 2000 · 9.81 · 1 / √3 = 11.33 kPa
    assert float(build_time_min_s(2000, 1.0, 11_400, 0.5)) == 0.0
    assert float(build_time_min_s(2000, 1.0, 11_300, 0.5)) > 0.0


def test_without_strength_at_the_nozzle_both_rules_are_one() -> None:
    layers = 135
    assert float(build_time_min_s(2100, layers * 0.02, 0.0, 0.5)) == pytest.approx(
        layers * layer_interval_min_s(2100, 0.02, 0.5)
    )


@given(st.floats(1000, 2500), st.floats(0.1, 6), st.floats(0, 10_000), st.floats(0.1, 10))
def test_a_higher_wall_takes_longer_and_a_quicker_mix_less(
    density: float, height: float, strength: float, rate: float
) -> None:
    seconds = float(build_time_min_s(density, height, strength, rate))
    assert seconds >= 0
    assert float(build_time_min_s(density, height * 1.1, strength, rate)) >= seconds
    assert float(build_time_min_s(density, height, strength * 1.1, rate)) <= seconds
    assert float(build_time_min_s(density, height, strength, rate * 1.1)) <= seconds


def test_many_walls_at_once_are_each_wall() -> None:
    heights = np.array([0.5, 2.0, 3.0])
    each = [float(build_time_min_s(2100, h, 1500, 0.5)) for h in heights]
    assert build_time_min_s(2100, heights, 1500, 0.5).tolist() == each
