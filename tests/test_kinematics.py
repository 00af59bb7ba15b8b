"""Limits of corners, arcs, axes and a turning arm: published and derived cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from estimator.kinematics import (
    PolarLimits,
    arc_speed,
    axis_limits,
    chord_angle_rad,
    corner_rounding,
    flow_speed_limit,
    junction_deviation_m,
    junction_speed_squared,
    polar_line_peaks,
    polar_line_speed,
    polar_line_time_s,
    reach_range_m,
)
from estimator.motion import corner_time_loss

Floats = NDArray[np.float64]
ORIGIN = np.zeros(2)


# --- process_and_structure.md, A4: tolerance is half the last digit printed ---------------------


def test_arcs_and_chords_of_a4() -> None:
    assert arc_speed(0.3, 0.5) * 1e3 == pytest.approx(387.298, abs=5e-4)
    angle = float(chord_angle_rad(0.3, 0.5e-3))
    assert 300 * angle == pytest.approx(34.646, abs=5e-4)  # along the arc; the chord itself is 34.627 mm
    assert 2 * 300 * math.sin(angle / 2) == pytest.approx(2 * math.sqrt(2 * 300 * 0.5 - 0.5**2))
    assert math.pi / 2 / angle == pytest.approx(13.60, abs=5e-3)


@pytest.mark.parametrize(
    ("chord_mm", "both_caps", "deviation_alone"),
    [(5, 387.29, 5461), (20, 387.23, 1365), (50, 386.85, 545), (100, 385.50, 271)],
)
def test_tessellated_arcs_of_a4(chord_mm: float, both_caps: float, deviation_alone: float) -> None:
    turn = chord_mm / 300  # the table takes the length along the arc for the chord
    direction = np.array([[1.0, 0.0], [math.cos(turn), math.sin(turn)]])
    deviation = junction_deviation_m(0.05, 0.5)
    alone = np.sqrt(junction_speed_squared(direction, np.full(2, np.inf), 0.5, deviation)) * 1e3
    assert alone == pytest.approx([deviation_alone], abs=0.5)
    # the first column is the centripetal cap on its own: 100 mm are held lower by the deviation
    both = np.sqrt(junction_speed_squared(direction, np.full(2, chord_mm / 1e3), 0.5, deviation)) * 1e3
    centripetal = np.sqrt(junction_speed_squared(direction, np.full(2, chord_mm / 1e3), 0.5, 1.0)) * 1e3
    assert centripetal == pytest.approx([both_caps], abs=0.005)
    assert both == pytest.approx([min(centripetal[0], alone[0])])


def test_corner_rounding_of_a4() -> None:
    radius, shortening = corner_rounding(0.020, math.pi / 2)
    assert radius * 1e3 == pytest.approx(48.284, abs=5e-4)
    assert shortening * 1e3 == pytest.approx(20.724, abs=5e-4)
    arc_mm, speed_mm = float(radius) * 1e3 * math.pi / 2, float(arc_speed(radius, 0.5)) * 1e3
    assert arc_mm == pytest.approx(75.845, abs=5e-4)
    assert speed_mm == pytest.approx(155.377, abs=5e-4)
    ramps = float(corner_time_loss(0.25, speed_mm / 1e3, 0.5))
    slow_arc, saved = arc_mm / speed_mm - arc_mm / 250, float(shortening) / 0.25
    assert [ramps, slow_arc, saved] == pytest.approx([0.07163, 0.18475, 0.0829], abs=5e-6)
    assert ramps + slow_arc - saved == pytest.approx(0.17348, abs=1.5e-5)  # a sum of three rounded terms
    assert 0.5 - (ramps + slow_arc - saved) == pytest.approx(0.3265, abs=5e-5)


# --- axes and pump -----------------------------------------------------------------------------


def test_the_axis_that_moves_most_decides() -> None:
    direction = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0], [-0.6, 0, 0.8], [0, 0, 1]])
    got = axis_limits(direction, np.array([0.3, 0.2, 0.05]))
    np.testing.assert_allclose(got, [0.3, 0.2, 0.25, 0.0625, 0.05])
    free = axis_limits(direction, np.array([np.inf, 0.2, np.inf]))
    np.testing.assert_allclose(free, [np.inf, 0.2, 0.25, np.inf, np.inf])


def test_pump_of_b1() -> None:
    # 60 × 20 mm bead, 12 L/min: 179.508 mm/s; 13.3699 L/min at 200 mm/s
    area = 0.02 * (0.06 - 0.02) + math.pi * 0.02**2 / 4
    assert flow_speed_limit(12e-3 / 60, area) * 1e3 == pytest.approx(179.508, abs=5e-4)
    assert flow_speed_limit(13.3699e-3 / 60, area) * 1e3 == pytest.approx(200, abs=1e-3)


# --- A5 ----------------------------------------------------------------------------------------


def test_extremes_along_a_line_of_a5a() -> None:
    turn, turn_change, reach_change = polar_line_peaks(1.5, 0.25)
    assert turn == pytest.approx(0.166667, abs=5e-7)
    assert turn_change == pytest.approx(0.0180422, abs=5e-8)
    assert reach_change * 1e3 == pytest.approx(41.6667, abs=5e-5)
    # the same by differentiating the bearing and the distance along the line
    t = np.linspace(-20, 20, 400_001)
    s = 0.25 * t
    rate = np.gradient(np.arctan2(s, 1.5), t)
    assert rate.max() == pytest.approx(float(turn), rel=1e-6)
    change = np.gradient(rate, t)
    assert np.abs(change).max() == pytest.approx(float(turn_change), rel=1e-4)
    assert abs(s[np.abs(change).argmax()]) == pytest.approx(0.86603, abs=2e-3)
    assert np.gradient(np.gradient(np.hypot(s, 1.5), t), t)[2:-2].max() == pytest.approx(float(reach_change), rel=1e-4)


def test_speed_of_whole_lines_of_a5b() -> None:
    limits = PolarLimits(0.15, turn_rad_per_s2=0.10, reach_m_per_s2=0.3)
    got = polar_line_speed(np.array([0.3, 0.8, 1.5, 3.0]), limits) * 1e3
    np.testing.assert_allclose(got, [45, 120, 225, 450], atol=0.5)
    rates = polar_line_peaks(np.array([0.3, 1.5]), got[[0, 2]] / 1e3)
    assert np.all(rates[0] <= 0.15 * (1 + 1e-12))
    assert np.all(rates[1] <= 0.10)
    assert polar_line_speed(0.0, limits) < 1e-7


A5C = np.array([[-3.0, 1.5]]), np.array([[3.0, 1.5]])
A5C_LIMITS = PolarLimits(0.15, reach_m_per_s=0.4)


def test_line_of_a5c() -> None:
    got = polar_line_time_s(*A5C, ORIGIN, 0.4, A5C_LIMITS)
    assert got == pytest.approx([18.02208], abs=5e-6)
    assert polar_line_time_s(*A5C, ORIGIN, 0.4, PolarLimits(math.inf)) == pytest.approx([15.0], abs=5e-4)


# --- a fine-step integration that knows only the limit at a point -------------------------------


def stepped_time(start: Floats, end: Floats, station: Floats, v: float, limits: PolarLimits, n: int) -> float:
    step = (end - start) / n
    ds = math.hypot(*step)
    unit = step / ds
    middle = start + step * (np.arange(n)[:, None] + 0.5) - station
    r = np.hypot(*middle.T)
    along = np.abs(middle @ unit) / r
    across = np.abs(middle[:, 0] * unit[1] - middle[:, 1] * unit[0]) / r
    with np.errstate(divide="ignore"):
        speed = np.minimum(v, np.minimum(limits.turn_rad_per_s * r / across, limits.reach_m_per_s / along))
    return float((ds / speed).sum())


metres = st.floats(-4, 4)
corners = st.tuples(metres, metres)
lines = st.tuples(corners, corners, corners).map(lambda c: tuple(np.array(p) for p in c))
arms = st.builds(PolarLimits, st.floats(0.02, 0.5), st.floats(0.05, 0.5))


@given(lines, arms, st.floats(0.05, 0.4))
def test_closed_form_equals_fine_steps(line: tuple[Floats, ...], limits: PolarLimits, v: float) -> None:
    start, end, station = line
    nearest, _ = reach_range_m(start[None], end[None], station)
    if math.dist(start, end) < 0.01 or nearest < 0.05:
        return
    got = polar_line_time_s(start[None], end[None], station, v, limits)
    assert got == pytest.approx([stepped_time(start, end, station, v, limits, 20_000)], rel=1e-5)


def test_closed_form_covers_all_orders_of_the_zones() -> None:
    for turn, reach, v in [(0.1, 1, 0.3), (1, 0.2, 0.3), (0.1, 0.2, 0.3), (0.05, 0.05, 0.4), (9, 9, 0.1)]:
        for x0, x1 in [(-3.0, 3.0), (0.2, 2.5), (-2.5, -0.2), (-0.1, 4.0), (3.0, -1.0)]:
            start, end = np.array([x0, 0.7]), np.array([x1, 0.7])
            limits = PolarLimits(turn, reach)
            got = polar_line_time_s(start[None], end[None], ORIGIN, v, limits)
            assert got == pytest.approx([stepped_time(start, end, ORIGIN, v, limits, 200_000)], rel=1e-7)


def test_a_line_close_to_the_axis_costs_half_a_turn() -> None:
    start, end = np.array([[-1.0, 0.0]]), np.array([[1.0, 0.0]])
    limits = PolarLimits(0.15)
    half_turn = math.pi / 0.15 + 2 / 0.2
    for foot in (1e-3, 1e-6):
        shifted = np.array([0.0, foot])
        got = polar_line_time_s(start + shifted, end + shifted, ORIGIN, 0.2, limits)
        assert got == pytest.approx([half_turn], rel=10 * math.sqrt(foot))
    assert polar_line_time_s(start, end, ORIGIN, 0.2, limits) == pytest.approx([half_turn], rel=1e-6)


def test_reach_is_measured_to_the_segment_not_to_its_line() -> None:
    start = np.array([[-3.0, 1.5], [1.0, 0.0], [2.0, 2.0], [0.5, 0.0]])
    end = np.array([[3.0, 1.5], [4.0, 0.0], [2.0, 2.0], [-0.5, 0.0]])
    nearest, farthest = reach_range_m(start, end, ORIGIN)
    np.testing.assert_allclose(nearest, [1.5, 1, math.sqrt(8), 0], atol=1e-12)
    np.testing.assert_allclose(farthest, [math.hypot(3, 1.5), 4, math.sqrt(8), 0.5])


@given(lines)
def test_reach_equals_dense_sampling(line: tuple[Floats, ...]) -> None:
    start, end, station = line
    share = np.linspace(0, 1, 2001)[:, None]
    r = np.hypot(*(start * (1 - share) + end * share - station).T)
    nearest, farthest = reach_range_m(start[None], end[None], station)
    step = math.dist(start, end) / 2000
    assert nearest[0] == pytest.approx(r.min(), abs=step + 1e-9)
    assert nearest[0] <= r.min() + 1e-9
    assert farthest[0] == pytest.approx(r.max(), abs=1e-9)
