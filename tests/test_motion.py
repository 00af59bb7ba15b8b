"""Motion: published and derived cases first, then the same answers from plain loops, then laws."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from estimator import motion
from estimator.motion import (
    corner_excess_volume_m3,
    corner_time_loss,
    junction_deviation_m,
    junction_speed_squared,
    move_times,
    node_limits_squared,
    node_speeds_squared,
    path_time,
    path_times_grid,
    s_curve_ramp_time,
)

Floats = NDArray[np.float64]


# --- plain loops, written from the recurrences, that the arrays have to agree with --------------


def loop_speeds(length: list[float], limit2: list[float], acceleration: list[float]) -> list[float]:
    u = list(limit2)
    for i in range(len(length), 0, -1):
        u[i - 1] = min(u[i - 1], u[i] + 2.0 * acceleration[i - 1] * length[i - 1])
    for i in range(len(length)):
        u[i + 1] = min(u[i + 1], u[i] + 2.0 * acceleration[i] * length[i])
    return u


def loop_move(d: float, v0: float, v1: float, vm: float, a: float) -> float:
    up, down = (vm * vm - v0 * v0) / (2 * a), (vm * vm - v1 * v1) / (2 * a)
    if up + down <= d:
        return (vm - v0) / a + (vm - v1) / a + (d - up - down) / vm
    vp = math.sqrt((2 * a * d + v0 * v0 + v1 * v1) / 2)
    return (vp - v0) / a + (vp - v1) / a


def loop_path(
    points: Floats, cruise: list[float], acceleration: list[float], deviation: float, stops: list[bool]
) -> list[float]:
    """Corner by corner with atan2, after dropping repeated points."""
    moves = []  # (segment, dx, dy, length)
    node_of = [0]
    for i in range(len(points) - 1):
        dx, dy = (points[i + 1] - points[i]).tolist()
        if math.hypot(dx, dy) > 1e-12:
            moves.append((i, dx, dy, math.hypot(dx, dy)))
        node_of.append(len(moves))
    limit2 = [math.inf] * (len(moves) + 1)
    limit2[0] = limit2[-1] = 0.0
    for node, stop in zip(node_of, stops, strict=True):
        if stop:
            limit2[node] = 0.0
    for k in range(1, len(moves)):
        (i, px, py, pl), (j, qx, qy, ql) = moves[k - 1], moves[k]
        half = 0.5 * abs(math.atan2(px * qy - py * qx, px * qx + py * qy))
        caps = [limit2[k], cruise[i] ** 2, cruise[j] ** 2]
        if half > 5e-8:
            s = math.cos(half)
            caps += [acceleration[m] * deviation * s * (1 + s) / math.sin(half) ** 2 for m in (i, j)]
            caps += [0.5 * length * acceleration[m] / math.tan(half) for m, length in ((i, pl), (j, ql))]
        limit2[k] = min(caps)
    u = loop_speeds([m[3] for m in moves], limit2, [acceleration[m[0]] for m in moves])
    seconds = [0.0] * (len(points) - 1)
    for k, (i, _, _, length) in enumerate(moves):
        v0, v1 = math.sqrt(u[k]), math.sqrt(u[k + 1])
        seconds[i] = loop_move(length, v0, v1, cruise[i], acceleration[i])
    return seconds


def walk(length_m: Floats, heading_deg: Floats) -> Floats:
    heading = np.radians(heading_deg)
    step = np.asarray(length_m)[:, None] * np.stack((np.cos(heading), np.sin(heading)), axis=1)
    return np.concatenate((np.zeros((1, 2)), np.cumsum(step, axis=0)))


def random_path(n: int, seed: int) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    rng = np.random.default_rng(seed)
    length = rng.lognormal(-2.5, 1.2, n)
    points = walk(length, np.cumsum(rng.normal(0, 40, n) * (rng.random(n) < 0.7)))
    repeated = rng.random(n + 1) < 0.03
    points = np.repeat(points, 1 + repeated, axis=0)
    m = len(points) - 1
    return points, rng.uniform(0.03, 0.3, m), rng.uniform(0.2, 2, m), rng.random(m + 1) < 0.03


# --- process_and_structure.md, section A: tolerance is half the last digit printed --------------


@pytest.mark.parametrize(
    ("d", "v0", "v1", "seconds", "digits"),
    [(2.0, 0, 0, 8.5, 5e-5), (0.1, 0, 0, 0.894427, 5e-7), (0.1, 0.05, 0.02, 0.767304, 5e-7)],
)
def test_single_moves_of_a1(d: float, v0: float, v1: float, seconds: float, digits: float) -> None:
    got = move_times(np.array([d]), np.array([float(v0)]), np.array([float(v1)]), 0.25, 0.5)
    assert got == pytest.approx([seconds], abs=digits)


def test_slowing_down_and_s_curve_of_a1() -> None:
    np.testing.assert_allclose(corner_time_loss(0.25, np.array([0, 0.05]), 0.5), [0.5, 0.32], atol=5e-5)
    assert s_curve_ramp_time(0.25, 0.5, 2.0) == pytest.approx(0.75, abs=5e-5)
    assert 0.25 * float(s_curve_ramp_time(0.25, 0.5, 2.0)) / 2 == pytest.approx(93.75e-3, abs=5e-6)
    assert s_curve_ramp_time(0.25, 0.5, 1e12) == pytest.approx(0.5, abs=5e-5)  # no jerk limit
    # below a²/j the acceleration is not reached, and the two formulas meet there
    assert s_curve_ramp_time(0.125, 0.5, 2.0) == pytest.approx(0.5, rel=1e-12)
    np.testing.assert_allclose(s_curve_ramp_time(np.array([0.0, 0.02]), 0.5, 2.0), [0, 0.2], atol=1e-12)


@pytest.mark.parametrize(
    ("deflection_deg", "mm_per_s"),
    [(10, 520.667), (30, 171.333), (45, 112.109), (60, 81.816),
     (90, 50.0), (120, 32.18), (150, 19.016), (170, 9.943)],
)  # fmt: skip
def test_corner_speeds_of_a2(deflection_deg: float, mm_per_s: float) -> None:
    deviation = junction_deviation_m(0.05, 0.5)
    assert deviation == pytest.approx(2.0710678e-3, abs=5e-11)
    turn = math.radians(deflection_deg)
    direction = np.array([[1.0, 0.0], [math.cos(turn), math.sin(turn)]])
    got = junction_speed_squared(direction, np.full(2, np.inf), 0.5, deviation)
    assert np.sqrt(got) * 1e3 == pytest.approx([mm_per_s], abs=5e-4)


def test_the_slower_move_and_the_shorter_move_decide_at_a_corner() -> None:
    corner = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    deviation = junction_deviation_m(0.05, 0.5)
    for a in ([0.5, 0.25], [0.25, 0.5]):
        got = junction_speed_squared(corner, np.full(2, np.inf), np.array(a), deviation)
        assert got == pytest.approx([0.05**2 / 2])
    for length in ([0.004, 9.0], [9.0, 0.004]):  # ½·d·a/tan 45°
        got = junction_speed_squared(corner, np.array(length), 0.5, deviation)
        assert got == pytest.approx([0.5 * 0.004 * 0.5])


def test_reversal_stops_and_straight_on_is_free() -> None:
    direction = np.array([[0.6, 0.8], [0.6, 0.8], [-0.6, -0.8]])
    got = junction_speed_squared(direction, np.ones(3), 0.5, 0.002)
    assert got[0] > 1e50
    assert got[1] == pytest.approx(0, abs=1e-9)
    assert junction_speed_squared(direction[:2], np.ones(2), 0.5, 0.0)[0] > 1e50
    assert junction_speed_squared(direction[:1], np.ones(1), 0.5, 0.0).shape == (0,)
    heading = np.random.default_rng(0).uniform(0, 2 * np.pi, 500)  # whichever way the cosine rounds
    there = np.stack((np.cos(heading), np.sin(heading)), axis=1)
    ends = np.stack((np.zeros_like(there), there, np.zeros_like(there)), axis=1).reshape(-1, 2)
    at_origin = np.arange(len(ends)) % 3 != 1
    seconds = path_time(ends, 0.25, 0.5, 0.002, at_origin)
    np.testing.assert_allclose(seconds[seconds > 0], 4.5, rtol=1e-5)


A3_LENGTH = np.array([0.100, 0.030, 0.200, 0.015, 0.400])
A3_HEADING = np.array([0, 45, 135, 165, 165])


@pytest.mark.parametrize(
    ("acceleration", "speeds", "times", "total"),
    [
        (np.full(5, 0.4), [0, 67.2652, 30.0, 102.7999, 150.2259, 0],
         [0.86012, 0.36331, 1.23967, 0.11856, 2.26548], 4.847148),
        (np.array([0.4, 0.25, 0.4, 0.15, 0.3]), [0, 53.1778, 23.7171, 62.9518, 91.9942, 0],
         [0.88473, 0.45955, 1.31161, 0.19362, 2.43054], 5.280054),
    ],
)  # fmt: skip
def test_path_of_a3(acceleration: Floats, speeds: list[float], times: list[float], total: float) -> None:
    deviation = junction_deviation_m(0.03, 0.4)
    assert deviation == pytest.approx(0.931981e-3, abs=5e-10)
    points = walk(A3_LENGTH, A3_HEADING)
    direction = np.diff(points, axis=0) / A3_LENGTH[:, None]
    limit2 = node_limits_squared(0.2, junction_speed_squared(direction, A3_LENGTH, acceleration, deviation))
    speed = np.sqrt(node_speeds_squared(A3_LENGTH, limit2, acceleration))
    np.testing.assert_allclose(speed * 1e3, speeds, atol=5e-5)
    np.testing.assert_allclose(move_times(A3_LENGTH, speed[:-1], speed[1:], 0.2, acceleration), times, atol=5e-6)
    seconds = path_time(points, 0.2, acceleration, deviation)
    np.testing.assert_allclose(seconds, times, atol=5e-6)
    assert seconds.sum() == pytest.approx(total, abs=5e-7)


@pytest.mark.parametrize(("square_corner", "seconds"), [(0, 82.0), (0.02, 81.7696), (0.05, 81.46)])
def test_rectangle_of_a3b(square_corner: float, seconds: float) -> None:
    points = np.array([[0, 0], [6, 0], [6, 4], [0, 4], [0, 0]], dtype=float)
    got = path_time(points, 0.25, 0.5, junction_deviation_m(square_corner, 0.5)).sum()
    assert got == pytest.approx(seconds, abs=5e-5)


@pytest.mark.parametrize("pieces", [1, 600])
@pytest.mark.parametrize("square_corner", [0.0, 0.05])
@pytest.mark.parametrize("turn_deg", [0.0, 33.0])
def test_straight_move_of_a3c(pieces: int, square_corner: float, turn_deg: float) -> None:
    points = walk(np.full(pieces, 6.0 / pieces), np.full(pieces, turn_deg))
    got = path_time(points, 0.25, 0.5, junction_deviation_m(square_corner, 0.5)).sum()
    assert got == pytest.approx(24.5, abs=5e-5)


def test_corner_excess_of_b2() -> None:
    # 60 × 20 mm bead: 1114.159 mm²; six digits printed
    area = 0.02 * (0.06 - 0.02) + math.pi * 0.02**2 / 4
    got = corner_excess_volume_m3(area, 0.2, np.array([0.0, 0.05]), 0.5)
    np.testing.assert_allclose(got * 1e6, [89.133, 50.137], atol=5e-4)


# --- arrays equal loops ------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 300), seed=st.integers(0, 10**6), deviation=st.sampled_from([0.0, 1e-4, 2e-3, 0.05]))
def test_path_equals_a_plain_loop(n: int, seed: int, deviation: float) -> None:
    points, cruise, acceleration, stops = random_path(n, seed)
    want = loop_path(points, cruise.tolist(), acceleration.tolist(), deviation, stops.tolist())
    got = path_time(points, cruise, acceleration, deviation, stops)
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-9)
    assert got.sum() == pytest.approx(sum(want), rel=1e-9)
    flat = np.column_stack((points[:, 0], np.full(len(points), 0.3), points[:, 1]))
    np.testing.assert_allclose(path_time(flat, cruise, acceleration, deviation, stops), got, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 9, 15, 16, 17, 50])
def test_blocks_meet_without_a_seam(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    points, cruise, acceleration, stops = random_path(n, n)
    whole = path_time(points, cruise, acceleration, 0.002, stops)
    one_value = path_time(points, 0.2, 0.5, 0.002, stops)
    length = np.hypot(*np.diff(points, axis=0).T)
    limit2 = np.append(cruise, 0.1) ** 2
    speeds = node_speeds_squared(length, limit2, acceleration)
    for block in (1, 2, 8):
        monkeypatch.setattr(motion, "BLOCK", block)
        np.testing.assert_allclose(path_time(points, cruise, acceleration, 0.002, stops), whole, atol=1e-13)
        np.testing.assert_allclose(path_time(points, 0.2, 0.5, 0.002, stops), one_value, atol=1e-13)
        np.testing.assert_allclose(node_speeds_squared(length, limit2, acceleration), speeds, atol=1e-13)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.integers(0, 10**6), st.floats(0, 0.3), st.floats(0, 1), st.floats(0, 1))
def test_look_ahead_equals_a_plain_loop(n: int, seed: int, start: float, still: float, zero: float) -> None:
    rng = np.random.default_rng(seed)
    length = rng.lognormal(-3, 1.5, n) * (rng.random(n) > 0.2 * zero)
    acceleration = rng.uniform(0.2, 2, n)
    limit2 = rng.uniform(0, 0.0625, n + 1) * (rng.random(n + 1) > 0.2 * still)
    limit2[0] = start**2
    got = node_speeds_squared(length, limit2, acceleration)
    want = loop_speeds(length.tolist(), limit2.tolist(), acceleration.tolist())
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-12)
    assert np.all(got <= limit2)


def test_a_million_segments_equal_a_plain_loop() -> None:
    n = 1_000_000
    rng = np.random.default_rng(3)
    length, acceleration = rng.lognormal(-2, 1, n), rng.uniform(0.2, 2, n)
    limit2 = rng.uniform(0, 0.0625, n + 1)
    limit2[rng.random(n + 1) < 0.001] = 0.0
    want = np.array(loop_speeds(length.tolist(), limit2.tolist(), acceleration.tolist()))
    got = node_speeds_squared(length, limit2, acceleration)
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-11)
    np.testing.assert_array_equal(got == 0, want == 0)

    points = walk(length, np.cumsum(rng.normal(0, 30, n)))
    cruise, stops = rng.uniform(0.05, 0.25, n), rng.random(n + 1) < 0.01
    seconds = path_time(points, cruise, acceleration, 0.002, stops)
    loop = loop_path(points, cruise.tolist(), acceleration.tolist(), 0.002, stops.tolist())
    np.testing.assert_allclose(seconds, loop, rtol=1e-6, atol=1e-9)
    assert seconds.sum() == pytest.approx(sum(loop), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 60),
    k=st.integers(1, 40),
    seed=st.integers(0, 10**6),
    form=st.sampled_from("one each group".split()),
)
def test_grid_equals_single_calls(n: int, k: int, seed: int, form: str) -> None:
    points, _, _, stops = random_path(n, seed)
    n = len(points) - 1
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 3, n) if form == "group" else None
    shape = {"one": (k,), "each": (k, n), "group": (k, 3)}[form]
    cruise, acceleration = rng.uniform(0.03, 0.3, shape), rng.uniform(0.2, 2, shape)
    deviation, weights = rng.uniform(0, 0.003, k), rng.uniform(0, 9, (n, 2))
    got = path_times_grid(points, cruise, acceleration, deviation, stops, group, weights)
    want = [
        path_time(points, c[group] if form == "group" else c, a[group] if form == "group" else a, d, stops) @ weights
        for c, a, d in zip(cruise, acceleration, deviation.tolist(), strict=True)
    ]
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)
    total = path_times_grid(points, cruise, acceleration, deviation, stops, group)
    assert total.shape == (k,)
    np.testing.assert_allclose(
        path_times_grid(points, cruise, acceleration, deviation, stops, group, np.ones(n)), total
    )


def test_grid_is_cut_into_slabs_without_a_seam() -> None:
    points, _, _, stops = random_path(3000, 5)
    rng = np.random.default_rng(5)
    cruise, acceleration = rng.uniform(0.05, 0.3, 23), rng.uniform(0.2, 1, 23)
    got = path_times_grid(points, cruise, acceleration, 0.002, stops)
    want = [path_time(points, c, a, 0.002, stops).sum() for c, a in zip(cruise, acceleration, strict=True)]
    np.testing.assert_allclose(got, want, rtol=1e-9)


# --- laws --------------------------------------------------------------------------------------


class Path(NamedTuple):
    points: Floats
    cruise: Floats
    acceleration: Floats
    stops: NDArray[np.bool_]

    @property
    def length(self) -> Floats:
        return np.hypot(*np.diff(self.points, axis=0).T)


paths = st.tuples(st.integers(1, 120), st.integers(0, 10**6)).map(lambda p: Path(*random_path(*p)))


@given(paths, st.floats(0.02, 2), st.floats(0.01, 0.5))
def test_no_segment_needs_more_than_the_acceleration_limit(path: Path, a: float, v: float) -> None:
    u = node_speeds_squared(path.length, np.full(len(path.length) + 1, v**2), a)
    assert np.all(np.abs(np.diff(u)) <= 2 * a * path.length * (1 + 1e-9) + 1e-12)
    assert u.max() <= v**2


@given(paths, st.floats(0, 0.01))
def test_no_time_is_shorter_than_length_by_speed(path: Path, deviation: float) -> None:
    seconds = path_time(path.points, path.cruise, path.acceleration, deviation, path.stops)
    assert np.all(seconds >= path.length / path.cruise * (1 - 1e-9) - 1e-12)
    assert np.all((seconds > 0) == (path.length > 0))


@given(paths, st.integers(0, 119), st.floats(1, 3))
def test_raising_one_limit_lengthens_no_segment(path: Path, at: int, factor: float) -> None:
    # Corner caps do not depend on cruise speed, and grow with acceleration and deviation; every node speed
    # grows with them, and every segment's time falls with the speeds at its ends.
    points, cruise, acceleration, stops = path
    before = path_time(points, cruise, acceleration, 0.002, stops) * (1 + 1e-9) + 1e-9
    more = np.where(np.arange(len(cruise)) == at % len(cruise), factor, 1.0)
    assert np.all(path_time(points, cruise * more, acceleration, 0.002, stops) <= before)
    assert np.all(path_time(points, cruise, acceleration, 0.002 * factor, stops) <= before)
    assert np.all(path_time(points, cruise, acceleration * factor, 0.002, stops) <= before)
    assert np.all(path_time(points, cruise, acceleration, 0.002) <= before)


@given(paths)
def test_the_way_back_takes_as_long(path: Path) -> None:
    points, cruise, acceleration, stops = path
    there = path_time(points, cruise, acceleration, 0.002, stops)
    back = path_time(points[::-1], cruise[::-1], acceleration[::-1], 0.002, stops[::-1])
    np.testing.assert_allclose(back[::-1], there, rtol=1e-6, atol=1e-9)


@given(paths, st.floats(0, 360), st.floats(-50, 50))
def test_turning_and_moving_the_path_changes_nothing(path: Path, turn_deg: float, shift: float) -> None:
    points, cruise, acceleration, stops = path
    c, s = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
    moved = path.points @ np.array([[c, s], [-s, c]]) + shift
    kept = path.length > 0  # a repeated point stays one only if it is turned to the same digits
    moved[1:][~kept] = moved[:-1][~kept]
    got = path_time(moved, cruise, acceleration, 0.002, stops)
    np.testing.assert_allclose(got, path_time(points, cruise, acceleration, 0.002, stops), rtol=1e-6, atol=1e-7)


@given(st.integers(1, 30), st.integers(0, 10**6), st.floats(0.2, 0.8))
def test_splitting_a_straight_move_changes_nothing_while_its_parts_are_long(n: int, seed: int, at: float) -> None:
    rng = np.random.default_rng(seed)
    points = walk(rng.uniform(1, 5, n), np.cumsum(rng.choice([-90, 45, 60, 90], n)))
    split = np.insert(points, range(1, n + 1), points[:-1] * (1 - at) + points[1:] * at, axis=0)
    whole = path_time(points, 0.25, 0.5, 0.002)
    np.testing.assert_allclose(path_time(split, 0.25, 0.5, 0.002).reshape(n, 2).sum(axis=1), whole, rtol=1e-9)


@given(paths, st.floats(0.05, 0.95))
def test_splitting_a_straight_move_never_saves_time(path: Path, at: float) -> None:
    # parts that are short tighten the centripetal cap ½·L·a/tan(φ/2) at the corners
    points, cruise, acceleration, stops = path
    split = np.insert(points, range(1, len(points)), points[:-1] * (1 - at) + points[1:] * at, axis=0)
    halted = np.insert(stops, range(1, len(points)), False)
    got = path_time(split, cruise.repeat(2), acceleration.repeat(2), 0.002, halted).reshape(-1, 2).sum(axis=1)
    whole = path_time(points, cruise, acceleration, 0.002, stops)
    assert np.all(got >= whole * (1 - 1e-6) - 1e-9)


def test_a_fine_arc_keeps_the_speed_of_the_arc() -> None:
    # quarter circle of 300 mm with a = 0.5: √(a·R) = 387.298 mm/s, however fine the chords
    for chords in (5, 50, 500, 5000):
        angle = np.linspace(0, np.pi / 2, chords + 1)
        arc = 0.3 * np.stack((np.sin(angle), 1 - np.cos(angle)), axis=1)
        points = np.concatenate(([[-2.0, 0.0]], arc, [[0.3, 2.3]]))
        seconds = path_time(points, 5.0, 0.5, 0.002)[1:-1].sum()
        assert seconds >= 0.3 * np.pi / 2 / math.sqrt(0.5 * 0.3) * 0.98


def test_independent_paths_in_one_call() -> None:
    parts = [random_path(n, n) for n in (3, 40, 200)]
    points = np.concatenate([p[0] for p in parts])
    ends = np.cumsum([len(p[0]) for p in parts])
    stops = np.concatenate([p[3] for p in parts])
    stops[ends - 1] = stops[ends[:-1]] = True
    per_segment = [np.append(p[i], 1.0) for p in parts for i in (1, 2)]
    cruise, acceleration = np.concatenate(per_segment[::2])[:-1], np.concatenate(per_segment[1::2])[:-1]
    got = np.delete(path_time(points, cruise, acceleration, 0.002, stops), ends[:-1] - 1)
    want = np.concatenate([path_time(p[0], p[1], p[2], 0.002, p[3]) for p in parts])
    np.testing.assert_allclose(got, want, rtol=1e-9)


# --- edges -------------------------------------------------------------------------------------


def test_paths_without_length_take_no_time() -> None:
    assert path_time(np.zeros((0, 2)), 0.2, 0.5, 0.002).shape == (0,)
    assert path_time(np.zeros((1, 2)), 0.2, 0.5, 0.002).shape == (0,)
    np.testing.assert_array_equal(path_time(np.ones((4, 3)), 0.2, 0.5, 0.002), np.zeros(3))
    np.testing.assert_array_equal(path_times_grid(np.ones((4, 2)), np.array([0.2]), np.array([0.5]), 0.0), [0.0])
    assert move_times(np.zeros(2), np.zeros(2), np.zeros(2), 0.2, 0.5).tolist() == [0.0, 0.0]
    assert move_times(np.zeros(1), np.array([0.1]), np.array([0.1]), 0.2, 0.5) == pytest.approx([0.0])


def test_arguments_are_not_written_to() -> None:
    points, cruise, acceleration, stops = random_path(50, 1)
    copies = [x.copy() for x in (points, cruise, acceleration, stops)]
    path_time(points, cruise, acceleration, 0.002, stops)
    path_times_grid(points, cruise[None], acceleration[None], 0.002, stops)
    limit2 = np.full(len(points), 0.04)
    node_speeds_squared(np.hypot(*np.diff(points, axis=0).T), limit2, acceleration)
    assert np.all(limit2 == 0.04)
    for given_array, copy in zip((points, cruise, acceleration, stops), copies, strict=True):
        np.testing.assert_array_equal(given_array, copy)


SQUARE = np.array([[0.0, 0], [1, 0], [1, 1]])


@pytest.mark.parametrize(
    ("points", "cruise", "acceleration", "deviation", "stops", "complaint"),
    [
        (SQUARE * np.nan, 0.2, 0.5, 0.002, None, "not finite"),
        (SQUARE + np.array([0, np.inf]), 0.2, 0.5, 0.002, None, "not finite"),
        (SQUARE, 0.0, 0.5, 0.002, None, "cruise_m_per_s must be positive"),
        (SQUARE, np.array([0.2, np.nan]), 0.5, 0.002, None, "cruise_m_per_s must be positive"),
        (SQUARE, 0.2, -0.5, 0.002, None, "acceleration_m_per_s2 must be positive"),
        (SQUARE, np.ones(3), 0.5, 0.002, None, "cruise_m_per_s has shape"),
        (SQUARE, 0.2, 0.5, -0.1, None, "deviation_m must not be negative"),
        (SQUARE, 0.2, 0.5, 0.002, np.zeros(2, dtype=bool), "stops has shape"),
    ],
)
def test_what_cannot_be_planned_is_refused(
    points: Floats, cruise: Any, acceleration: Any, deviation: float, stops: Any, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint), np.errstate(invalid="ignore"):
        path_time(points, cruise, acceleration, deviation, stops)


def test_grid_refuses_what_single_calls_refuse() -> None:
    one = np.array([0.5])
    with pytest.raises(ValueError, match="cruise_m_per_s must be positive"):
        path_times_grid(SQUARE, np.array([0.0]), one, 0.002)
    with pytest.raises(ValueError, match="has 3 columns, the path 2 segments"):
        path_times_grid(SQUARE, np.ones((1, 3)), one, 0.002)
    with pytest.raises(ValueError, match="not finite"):
        path_times_grid(SQUARE * np.nan, one, one, 0.002)
