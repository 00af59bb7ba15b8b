"""Clauses of the codes for set walls; process_and_structure.md E2 to E6, half the last digit printed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.structure import aci318, en1992, en1996, tms402
from estimator.structure.buckling import double_leaf_area_m, double_leaf_inertia_m3
from estimator.structure.sections import interaction_of, ratio_together, wall_sections
from estimator.structure.wall_shapes import wall_shapes
from estimator.wall_systems import Pattern
from tests.helpers import box, plan

MPA, KN = 1e6, 1e3

# --- ACI 318-19: f'c 25 MPa, h 150 mm, lc 2700 mm, per metre ------------------------------------


def test_axial_strength_of_a_plain_wall() -> None:
    assert aci318.slenderness_ratio(2.7, 0.15) == pytest.approx(0.683594, abs=5e-7)
    values = (
        aci318.axial_n_per_m(25 * MPA, 0.15, 2.7, 0.15),
        aci318.axial_in_kern_n_per_m(25 * MPA, 0.15, 2.7, 0.15),
        aci318.reinforced_axial_n_per_m(25 * MPA, 0.15, 2.7, 0.15, 0.8),
    )
    assert [float(v) / KN for v in values] == pytest.approx([1538.09, 1153.56, 1644.84], abs=0.005)
    factored = [0.60 * float(values[0]), 0.60 * float(values[1]), aci318.PHI_COMPRESSION * float(values[2])]
    assert [v / KN for v in factored] == pytest.approx([922.85, 692.14, 1069.15], abs=0.006)


def test_bending_and_shear_of_a_plain_wall() -> None:
    modulus = 0.15**2 / 6
    assert 0.60 * float(aci318.rupture_pa(25 * MPA)) * modulus / KN == pytest.approx(4.7250, abs=5e-5)
    assert 0.60 * float(aci318.shear_n_per_m(25 * MPA, 0.15)) / KN == pytest.approx(49.50, abs=0.005)
    stress = aci318.tension_side_pa(1.2 * KN, 60 * KN, modulus, 0.15)
    assert float(stress) / MPA == pytest.approx(-0.0800, abs=5e-5)
    assert 0.60 * float(aci318.rupture_pa(25 * MPA)) / MPA == pytest.approx(1.26, abs=0.005)
    capacity = aci318.axial_n_per_m(25 * MPA, 0.15, 2.7, 0.15)
    both = aci318.compression_interaction_ratio(1.2 * KN, 60 * KN, 25 * MPA, modulus, capacity)
    assert float(both) == pytest.approx(0.0901, abs=5e-5)


def test_least_thickness_of_a_bearing_wall() -> None:
    assert aci318.least_thickness_m(2.7, 4.0) == pytest.approx(0.14)
    assert aci318.least_thickness_m(4.8, 6.0) == pytest.approx(0.2)


# --- TMS 402: two leaves of 50 mm, 250 mm over all, webs of 50 mm at 600 mm, f'm 10 MPa -----------

AREA = float(double_leaf_area_m(0.05, 0.2, 0.05, 0.6))
INERTIA = float(double_leaf_inertia_m3(0.05, 0.2, 0.05, 0.6))
RADIUS = float(np.sqrt(INERTIA / AREA))


def test_section_of_the_double_leaf() -> None:
    assert AREA == pytest.approx(0.1125)
    assert INERTIA == pytest.approx(1.044271e-3, abs=5e-10)
    assert float(double_leaf_inertia_m3(0.05, 0.2, 0.0, 1.0)) == pytest.approx(1.020833e-3, abs=5e-10)
    assert RADIUS * 1000 == pytest.approx(96.345, abs=0.0005)
    assert INERTIA / 0.125 == pytest.approx(8.35417e-3, abs=5e-9)


def test_axial_and_bending_by_tms() -> None:
    assert 2.7 / RADIUS == pytest.approx(28.024, abs=0.0005)
    allowable = float(tms402.allowable_axial_pa(10 * MPA, 2.7, RADIUS))
    assert allowable / MPA == pytest.approx(2.39983, abs=5e-6)
    assert allowable * AREA / KN == pytest.approx(269.98, abs=0.005)
    assert float(tms402.allowable_bending_pa(10 * MPA)) / MPA == pytest.approx(3.3333, abs=5e-5)
    for eccentricity, expected in ((0.0, 3181.0), (0.025, 1955.5)):
        quarter = tms402.buckling_n_per_m(9000 * MPA, INERTIA, 2.7, eccentricity, RADIUS) / 4
        assert float(quarter) / KN == pytest.approx(expected, abs=0.05)
    nominal = float(tms402.nominal_axial_n_per_m(10 * MPA, AREA, 2.7, RADIUS))
    assert (nominal / KN, tms402.PHI_AXIAL * nominal / KN) == pytest.approx((691.15, 414.69), abs=0.005)


def test_a_leaf_by_itself_carries_an_eighth_of_what_two_do_together() -> None:
    radius = 0.05 / np.sqrt(12)
    assert 2.7 / radius == pytest.approx(187.06, abs=0.005)
    allowable = float(tms402.allowable_axial_pa(10 * MPA, 2.7, radius))
    assert allowable / MPA == pytest.approx(0.35008, abs=5e-6)
    assert 2 * allowable * 0.05 / KN == pytest.approx(35.0, abs=0.05)
    assert float(tms402.unity_ratio(1.0, 2.0, 4.0, 8.0)) == 0.5


# --- EN 1996-1-1 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("e", "t", "height", "ratio", "expected"),
    [
        (0.010, 0.150, 2.025, 1e-3, 0.741662),
        (0.015, 0.150, 2.700, 1e-3, 0.568867),
        (0.015, 0.150, 2.700, 1 / 700, 0.481792),
        (0.005, 0.100, 2.700, 1e-3, 0.449855),
    ],
)
def test_reduction_in_the_middle(e: float, t: float, height: float, ratio: float, expected: float) -> None:
    assert float(en1996.middle_ratio(e, t, height, t, ratio)) == pytest.approx(expected, abs=5e-7)


def test_resistance_and_effective_thickness_of_masonry() -> None:
    ratio = en1996.middle_ratio(0.010, 0.150, 2.025, 0.150)
    assert float(en1996.axial_n_per_m(ratio, 0.150, 6 * MPA)) / KN == pytest.approx(303.41, abs=0.005)
    thick = [float(en1996.effective_thickness_m(t, t)) * 1000 for t in (0.1, 0.05)]
    assert thick == pytest.approx([125.992, 62.996], abs=5e-4)
    assert float(en1996.end_ratio(0.010, 0.150)) == pytest.approx(1 - 20 / 150)


# --- EN 1992-1-1, section 12 --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("thick", "e0", "ratio", "capacity"),
    [(0.150, 0.010, 0.5254, 1050.80), (0.150, 0.025, 0.2974, 594.80), (0.100, 0.010, 0.2181, 290.80)],
)
def test_reduction_of_plain_walls(thick: float, e0: float, ratio: float, capacity: float) -> None:
    found = en1992.ratio(e0, 2.7, thick)
    assert float(found) == pytest.approx(ratio, abs=5e-5)
    assert float(en1992.axial_n_per_m(25 * MPA, thick, found)) / KN == pytest.approx(capacity, abs=0.05)


def test_effective_length_by_the_edges_that_hold() -> None:
    four = [float(en1992.effective_length_ratio(2.7, b, 4)) for b in (2.0, 4.0)]
    three = [float(en1992.effective_length_ratio(2.7, b, 3)) for b in (2.0, 4.0)]
    assert four == pytest.approx([0.37037, 0.68699], abs=5e-6)
    assert three == pytest.approx([0.83160, 0.95181], abs=5e-6)
    assert float(en1992.effective_length_ratio(2.7, 4.0, 2)) == 1.0


# --- sections -----------------------------------------------------------------------------------


def test_leaves_together_are_fifty_times_as_stiff() -> None:
    assert float(ratio_together(0.05, 0.2)) == pytest.approx(49.0, abs=0.5)
    assert float(double_leaf_inertia_m3(0.05, 0.2, 0.05, 0.6)) / float(2 * 0.05**3 / 12) == pytest.approx(
        50.1, abs=0.05
    )


def test_walls_have_the_section_of_their_system() -> None:
    of = plan(*box(6.0, 4.0, thickness=0.25))
    pattern = Pattern(0.6, 0.4, 0.4)
    found = {
        name: wall_sections(wall_shapes(of, name, 0.05, pattern), 0.05, pattern)
        for name in ("solid", "double-leaf", "double-leaf-webs", "filled-core")
    }
    assert found["solid"].inertia_m3[0] == pytest.approx(0.25**3 / 12) == found["filled-core"].inertia_m3[0]
    assert found["double-leaf"].inertia_m3[0] == pytest.approx(2 * 0.05**3 / 12)
    webs = found["double-leaf-webs"]
    assert webs.interaction[0] == interaction_of("double-leaf-webs") == 0.5
    assert found["double-leaf"].inertia_m3[0] < webs.inertia_m3[0] < INERTIA
    assert found["double-leaf"].modulus_m2[0] == pytest.approx(2 * 0.05**2 / 6)


@given(st.floats(0.1, 0.5), st.floats(2.0, 4.0), st.floats(1.0, 1.4))
def test_taller_walls_never_carry_more(thick: float, height: float, taller: float) -> None:
    for capacity in (
        lambda h: aci318.axial_n_per_m(25 * MPA, thick, h, thick),
        lambda h: tms402.nominal_axial_n_per_m(10 * MPA, thick, h, thick / np.sqrt(12)),
        lambda h: en1996.axial_n_per_m(en1996.middle_ratio(0.05 * thick, thick, h, thick), thick, 6 * MPA),
        lambda h: en1992.axial_n_per_m(25 * MPA, thick, en1992.ratio(0.05 * thick, h, thick)),
    ):
        assert float(capacity(height * taller)) <= float(capacity(height)) * (1 + 1e-12)
