"""Joints of turning arms, jointed arms and deltas: derivatives, pieces, and laws of the times they make."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from estimator.kinematics import (
    ArmJoints,
    DeltaJoints,
    Joints,
    OutOfReachError,
    PolarJoints,
    PolarLimits,
    limits_at,
    polar_line_time_s,
    subdivide,
)
from estimator.kinematics.column import round_column
from estimator.motion import path_time

Floats = NDArray[np.float64]
ORIGIN = np.zeros(2)

POLAR = PolarJoints(ORIGIN, PolarLimits(0.15, 0.3, 0.05, 0.2))
ARM = ArmJoints(ORIGIN, 2.0, 1.8, 0.3, 0.5, (0.4, 0.3, 0.5), (0.5, 0.4, 0.6))
DELTA = DeltaJoints(ORIGIN, 4.0, 7.5, 0.25, 0.3)
MACHINES: dict[str, Joints] = {"polar": POLAR, "arm": ARM, "delta": DELTA}

kinds = pytest.mark.parametrize("kind", MACHINES)


# --- joint coordinates by themselves, written down once more --------------------------------------


def coordinates(joints: Joints, x: float, y: float) -> list[float]:
    """Joint coordinates that put the nozzle at a place."""
    if isinstance(joints, DeltaJoints):
        heights = []
        for k in range(3):
            angle = math.pi / 2 + k * 2 * math.pi / 3
            tower = joints.tower_radius_m * math.cos(angle), joints.tower_radius_m * math.sin(angle)
            away = math.dist(tower, (x - joints.station_m[0], y - joints.station_m[1]))
            heights.append(math.sqrt(joints.rod_length_m**2 - away**2))
        return heights
    assert isinstance(joints, PolarJoints | ArmJoints)
    x, y = x - joints.station_m[0], y - joints.station_m[1]
    if isinstance(joints, PolarJoints):
        return [math.atan2(y, x), math.hypot(x, y)]
    a, b = joints.upper_arm_m, joints.forearm_m
    out, up = math.hypot(x, y) - joints.shoulder_offset_m, -joints.wrist_drop_m
    cosine = (out**2 + up**2 - a**2 - b**2) / (2 * a * b)
    elbow = -math.acos(cosine)
    shoulder = math.atan2(up, out) - math.atan2(b * math.sin(elbow), a + b * math.cos(elbow))
    # the links really end at the wrist
    assert a * math.cos(shoulder) + b * math.cos(shoulder + elbow) == pytest.approx(out)
    assert a * math.sin(shoulder) + b * math.sin(shoulder + elbow) == pytest.approx(up)
    return [math.atan2(y, x), shoulder, elbow]


@kinds
def test_derivatives_are_those_of_the_joint_coordinates(kind: str) -> None:
    joints = MACHINES[kind]
    rng = np.random.default_rng(1)
    radius, bearing, heading = rng.uniform(1.2, 3.0, 40), rng.uniform(-3, 3, 40), rng.uniform(-3, 3, 40)
    place = radius[:, None] * np.stack((np.cos(bearing), np.sin(bearing)), axis=1)
    direction = np.stack((np.cos(heading), np.sin(heading)), axis=1)
    first, second = joints.rates(place, direction)
    ds = 1e-4
    for i in range(len(place)):
        before, here, after = np.unwrap(
            [coordinates(joints, *(place[i] + k * ds * direction[i]).tolist()) for k in (-1, 0, 1)], axis=0
        )
        np.testing.assert_allclose(
            np.abs([q[i] for q in first]), np.abs(after - before) / (2 * ds), rtol=1e-5, atol=1e-6
        )
        np.testing.assert_allclose(
            np.abs([q[i] for q in second]), np.abs(after - 2 * here + before) / ds**2, rtol=1e-4, atol=1e-5
        )


# --- a fine-step integration: a plain loop, the joints by differences ------------------------------


def stepped_time(path: Floats, joints: Joints | None, speed: float, acceleration: float, steps: int = 2000) -> float:
    """Seconds along a polyline that stops at its corners; limits checked in the middle of every step."""
    total = 0.0
    for here, there in pairwise(path):
        length = math.dist(here, there)
        count = max(int(steps * length / 4.0), 400)
        ds = length / count
        ux, uy = ((there - here) / length).tolist()
        caps, gains = [], []
        for i in range(count):
            x, y = here[0] + (i + 0.5) * ds * ux, here[1] + (i + 0.5) * ds * uy
            cap, gain = speed, acceleration
            if joints is not None:
                h = 1e-4
                before, at, after = (coordinates(joints, x + k * h * ux, y + k * h * uy) for k in (-1, 0, 1))
                for j, (most, change) in enumerate(zip(joints.speed_max, joints.acceleration_max, strict=True)):
                    up, down = after[j] - at[j], at[j] - before[j]
                    if not isinstance(joints, DeltaJoints) and j == 0:
                        up, down = ((d + math.pi) % (2 * math.pi) - math.pi for d in (up, down))
                    rate, bend = abs(up + down) / (2 * h), abs(up - down) / h**2
                    cap = min(cap, most / max(rate, 1e-12), math.sqrt(change / max(bend, 1e-12)))
                    gain = min(gain, change / max(rate, 1e-12))
            caps.append(cap)
            gains.append(gain)
        u = [0.0] * (count + 1)
        for i in range(count):
            limit = caps[i] if i + 1 == count else min(caps[i], caps[i + 1])
            u[i + 1] = min(u[i] + 2 * gains[i] * ds, limit**2)
        u[count] = 0.0
        for i in range(count - 1, -1, -1):
            u[i] = min(u[i], u[i + 1] + 2 * gains[i] * ds)
        total += sum(2 * ds / (math.sqrt(u[i]) + math.sqrt(u[i + 1])) for i in range(count))
    return total


def core_time(path: Floats, joints: Joints, speed: float, acceleration: float) -> float:
    """Seconds by the core, stops at every corner."""
    n = len(path) - 1
    pieces = subdivide(path[:-1], path[1:], np.full(n, speed), acceleration, joints)
    points = np.concatenate((pieces.start_m, pieces.end_m[-1:]))
    stops = np.append(np.append(True, np.diff(pieces.parent) > 0), True)
    return float(path_time(points, pieces.speed_m_per_s, pieces.acceleration_m_per_s2, 0.0, stops).sum())


@st.composite
def polylines(draw: st.DrawFn, kind: str) -> Floats:
    """Two to four corners within reach of the machine, and clear of its column."""
    count = draw(st.integers(2, 4))
    if kind == "delta":
        radius = st.floats(0.0, 3.2)
    elif kind == "arm":
        radius = st.floats(1.0, 3.2)
    else:
        radius = st.floats(0.5, 5.0)
    polar = [(draw(radius), draw(st.floats(-math.pi, math.pi))) for _ in range(count)]
    path = np.array([(r * math.cos(t), r * math.sin(t)) for r, t in polar])
    step = np.diff(path, axis=0)
    length = np.hypot(*step.T)
    assume(length.min() > 0.2)
    if kind != "delta":
        share = np.clip(-np.einsum("ij,ij->i", path[:-1], step) / length**2, 0, 1)[:, None]
        assume(np.hypot(*(path[:-1] + share * step).T).min() > 0.8 if kind == "arm" else True)
        assume(np.hypot(*(path[:-1] + share * step).T).min() > 0.3)
    return path


AGREED = 0.005
"""Largest relative difference between core and fine steps."""


@kinds
@settings(max_examples=6, deadline=None)
@given(st.data())
def test_the_core_agrees_with_fine_steps(kind: str, data: st.DataObject) -> None:
    path = data.draw(polylines(kind))
    speed, acceleration = data.draw(st.floats(0.05, 0.6)), data.draw(st.floats(0.05, 0.6))
    slow = stepped_time(path, MACHINES[kind], speed, acceleration)
    assert core_time(path, MACHINES[kind], speed, acceleration) == pytest.approx(slow, rel=AGREED)


def test_a_gantry_agrees_with_fine_steps() -> None:
    # axes 0.3 and 0.1 m/s, 0.2 and 0.4 m/s²: a line in direction (0.8, 0.6) may run 0.1/0.6 m/s at 0.2/0.8 m/s²
    from estimator.times import Speeds, move_seconds
    from printers import load_printer
    from tests.helpers import line_toolpath

    straight = line_toolpath(3.0)
    turn = np.array([[0.8, 0.6], [-0.6, 0.8]])
    path = replace(straight, start_m=straight.start_m @ turn, end_m=straight.end_m @ turn)
    printer = load_printer("cobod-bod2").replace(
        x_speed_max_m_per_s=0.3, y_speed_max_m_per_s=0.1, x_acceleration_max_m_per_s2=0.2,
        y_acceleration_max_m_per_s2=0.4,
    )  # fmt: skip
    got = move_seconds(path, printer, Speeds(0.5, 0.5, 1.0, 1.0))
    slow = stepped_time(np.array([[0.0, 0.0], [2.4, 1.8]]), None, 0.1 / 0.6, 0.2 / 0.8)
    assert got == pytest.approx([slow, slow], rel=1e-3)
    assert got == pytest.approx([18 + 0.1 / 0.6 / 0.25] * 2)


# --- process_and_structure.md, A5 -------------------------------------------------------------------


def test_pieces_of_the_line_of_a5c_take_its_time() -> None:
    start, end = np.array([[-3.0, 1.5]]), np.array([[3.0, 1.5]])
    joints = PolarJoints(ORIGIN, PolarLimits(0.15, 0.4))
    pieces = subdivide(start, end, np.array([0.4]), 1.0, joints)
    length = np.hypot(*(pieces.end_m - pieces.start_m).T)
    assert (length / pieces.speed_m_per_s).sum() == pytest.approx(18.02208, rel=1e-4)
    assert pieces.speed_m_per_s.min() == pytest.approx(0.15 * 1.5, rel=0.01)  # ω·p at the foot
    assert pieces.speed_m_per_s.max() == pytest.approx(0.4)


def test_limits_of_a_line_are_lowest_where_a5_says() -> None:
    # p = 1.5 m: α is highest √3 before and behind the foot, and p·√(α·8/(3·√3)) is the speed it leaves
    joints = PolarJoints(ORIGIN, PolarLimits(9.0, 9.0, 0.0180422, 9.0))
    x = np.linspace(-3, 3, 60_001)
    place, along = np.stack((x, np.full_like(x, 1.5)), axis=1), np.tile([1.0, 0.0], (len(x), 1))
    speed, _ = limits_at(joints, place, along, np.full(len(x), 9.0), 9.0)
    assert speed.min() == pytest.approx(0.25, rel=1e-5)
    assert abs(x[speed.argmin()]) == pytest.approx(0.86603, abs=2e-4)


# --- pieces ------------------------------------------------------------------------------------------


@kinds
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_pieces_are_whole_and_hardly_faster_or_slower_than_the_limit(kind: str, data: st.DataObject) -> None:
    path, joints = data.draw(polylines(kind)), MACHINES[kind]
    speed = np.full(len(path) - 1, data.draw(st.floats(0.05, 0.6)))
    pieces = subdivide(path[:-1], path[1:], speed, 0.5, joints, 0.05)
    first = np.searchsorted(pieces.parent, np.arange(len(speed)))
    last = np.searchsorted(pieces.parent, np.arange(len(speed)), side="right") - 1
    np.testing.assert_array_equal(pieces.start_m[first], path[:-1])
    np.testing.assert_array_equal(pieces.end_m[last], path[1:])
    inner = np.flatnonzero(np.diff(pieces.parent) == 0)
    np.testing.assert_allclose(pieces.end_m[inner], pieces.start_m[inner + 1], atol=1e-12)
    assert len(pieces.parent) < 400 * len(speed)
    step = np.diff(path, axis=0)
    unit = (step / np.hypot(*step.T)[:, None])[pieces.parent]
    for share in np.linspace(0, 1, 9):
        at = pieces.start_m * (1 - share) + pieces.end_m * share
        limit, gain = limits_at(joints, at, unit, speed[pieces.parent], 0.5)
        for taken, allowed in ((pieces.speed_m_per_s, limit), (pieces.acceleration_m_per_s2, gain)):
            assert np.all(taken <= allowed * 1.051)
            # two joints that take turns make a peak between the places looked at: that is left unused
            assert np.all(taken >= allowed / 1.12)


def test_moves_that_are_nowhere_limited_come_back_whole() -> None:
    start = np.array([[1.0, 1.0], [2.0, 0.0], [2.0, 0.0]])
    end = np.array([[-1.0, 1.0], [3.0, 0.0], [2.0, 0.0]])
    pieces = subdivide(start, end, np.array([0.1, 0.2, 0.3]), 0.5, PolarJoints(ORIGIN, PolarLimits(0.5, 1.0)))
    np.testing.assert_array_equal(pieces.parent, [0, 1, 2])
    np.testing.assert_array_equal(pieces.start_m, start)
    np.testing.assert_array_equal(pieces.end_m, end)
    np.testing.assert_allclose(pieces.speed_m_per_s, [0.1, 0.2, 0.3])
    np.testing.assert_allclose(pieces.acceleration_m_per_s2, 0.5)
    none = subdivide(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), 0.5, POLAR)
    assert (none.parent.shape, none.start_m.shape) == ((0,), (0, 2))


def test_a_line_close_to_the_axis_costs_half_a_turn_in_a_bounded_number_of_pieces() -> None:
    joints = PolarJoints(ORIGIN, PolarLimits(0.15))
    for foot in (0.1, 1e-2, 1e-3):
        start, end = np.array([[-1.0, foot]]), np.array([[1.0, foot]])
        pieces = subdivide(start, end, np.array([0.2]), 1.0, joints)
        assert len(pieces.parent) < 1500
        time = (np.hypot(*(pieces.end_m - pieces.start_m).T) / pieces.speed_m_per_s).sum()
        assert time == pytest.approx(float(polar_line_time_s(start, end, ORIGIN, 0.2, joints.limits)[0]), rel=0.02)


@pytest.mark.parametrize(
    ("joints", "there"),
    [
        (POLAR, (-1.0, 0.0)),  # through the axis
        (ARM, (4.2, 0.0)),  # 0.3 + √(3.8² − 0.5²) = 4.067
        (replace(ARM, forearm_m=0.5), (1.2, 0.0)),  # the elbow folds at 1.5
        (DELTA, (0.0, -3.6)),  # the rod from the tower at +4 is 7.5 long
    ],
)
def test_a_place_that_no_joint_reaches_is_named(joints: Joints, there: tuple[float, float]) -> None:
    start = np.array([[2.0, 0.0]])
    with pytest.raises(OutOfReachError, match="the nozzle cannot be brought to"):
        subdivide(start, np.array([there]), np.array([0.2]), 0.5, joints)


def test_an_arm_is_slow_where_it_is_nearly_straight() -> None:
    reach = 0.3 + math.sqrt(3.8**2 - 0.5**2)
    place = np.array([[3.0, 0.0], [reach - 0.1, 0.0], [reach - 1e-3, 0.0]])
    outwards = np.tile([1.0, 0.0], (3, 1))
    speed, _ = limits_at(ARM, place, outwards, np.full(3, 1.0), 1.0)
    assert speed[0] > speed[1] > speed[2]
    assert speed[2] < 0.05


# --- laws --------------------------------------------------------------------------------------------


def scaled(three: tuple[float, float, float], by: float) -> tuple[float, float, float]:
    return three[0] * by, three[1] * by, three[2] * by


def placed(joints: Any, by: Floats) -> Any:
    return replace(joints, station_m=joints.station_m + by)


@kinds
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_machine_and_plan_moved_together_take_the_same_time(kind: str, data: st.DataObject) -> None:
    path, by = data.draw(polylines(kind)), np.array([data.draw(st.floats(-50, 50)), data.draw(st.floats(-50, 50))])
    here, there = core_time(path, MACHINES[kind], 0.4, 0.4), core_time(path + by, placed(MACHINES[kind], by), 0.4, 0.4)
    assert there == pytest.approx(here, rel=1e-3)


@pytest.mark.parametrize("kind", ["polar", "arm"])
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_plan_turned_about_the_column_takes_the_same_time(kind: str, data: st.DataObject) -> None:
    path, angle = data.draw(polylines(kind)), data.draw(st.floats(-math.pi, math.pi))
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    here, there = (core_time(p, MACHINES[kind], 0.4, 0.4) for p in (path, path @ turn))
    assert there == pytest.approx(here, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(polylines("delta"))
def test_a_plan_turned_by_a_third_under_a_delta_takes_the_same_time(path: Floats) -> None:
    c, s = math.cos(2 * math.pi / 3), math.sin(2 * math.pi / 3)
    here, there = (core_time(p, DELTA, 0.4, 0.4) for p in (path, path @ np.array([[c, s], [-s, c]])))
    assert there == pytest.approx(here, rel=1e-3)


@kinds
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_higher_limits_never_take_longer_and_no_machine_beats_its_nozzle(kind: str, data: st.DataObject) -> None:
    path, by = data.draw(polylines(kind)), data.draw(st.floats(1.05, 3.0))
    joints: Any = MACHINES[kind]
    if isinstance(joints, PolarJoints):
        of = joints.limits
        stronger: Joints = replace(
            joints,
            limits=PolarLimits(
                of.turn_rad_per_s * by, of.reach_m_per_s * by, of.turn_rad_per_s2 * by, of.reach_m_per_s2 * by
            ),
        )
    elif isinstance(joints, ArmJoints):
        stronger = replace(
            joints,
            joint_rad_per_s=scaled(joints.joint_rad_per_s, by),
            joint_rad_per_s2=scaled(joints.joint_rad_per_s2, by),
        )
    else:
        stronger = replace(
            joints, carriage_m_per_s=by * joints.carriage_m_per_s, carriage_m_per_s2=by * joints.carriage_m_per_s2
        )
    time = core_time(path, joints, 0.4, 0.4)
    assert core_time(path, stronger, 0.4, 0.4) <= time * (1 + 2e-3)
    assert core_time(path, joints, 0.4 * by, 0.4) <= time * (1 + 2e-3)
    assert core_time(path, joints, 0.4, 0.4 * by) <= time * (1 + 2e-3)
    assert time >= np.hypot(*np.diff(path, axis=0).T).sum() / 0.4


# --- round the column ----------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.floats(1.0, 5.0), st.floats(-3.1, 3.1), st.floats(1.0, 5.0), st.floats(-3.1, 3.1)),
        min_size=1,
        max_size=4,
    )
)
def test_the_way_round_the_column_is_clear_of_it_and_hardly_longer_than_the_shortest(
    ends: list[tuple[float, float, float, float]],
) -> None:
    r, t, q, u = np.array(ends).T
    start, end = np.stack((r * np.cos(t), r * np.sin(t)), axis=1), np.stack((q * np.cos(u), q * np.sin(u)), axis=1)
    middle = np.array([3.0, -2.0])
    every = np.arange(len(ends))
    legs_start, legs_end, move = round_column(start + middle, end + middle, every, middle, 1.0)
    legs_start, legs_end = legs_start - middle, legs_end - middle
    first, last = np.searchsorted(move, every), np.searchsorted(move, every, side="right") - 1
    np.testing.assert_allclose(legs_start[first], start, atol=1e-9)
    np.testing.assert_allclose(legs_end[last], end, atol=1e-9)
    joined = np.flatnonzero(np.diff(move) == 0)
    np.testing.assert_allclose(legs_end[joined], legs_start[joined + 1], atol=1e-9)
    step = legs_end - legs_start
    length = np.hypot(*step.T)
    share = np.clip(-np.einsum("ij,ij->i", legs_start, step) / np.maximum(length, 1e-12) ** 2, 0, 1)[:, None]
    turned = np.abs((u - t + math.pi) % (2 * math.pi) - math.pi)
    arc = turned - np.arccos(1 / r) - np.arccos(1 / q)
    crossing = arc > 1e-6  # the others do not need the way round
    assert np.all(np.hypot(*(legs_start + share * step).T)[crossing[move]] >= 1.0 - 1e-6)
    shortest = np.sqrt(r * r - 1) + np.sqrt(q * q - 1) + arc
    whole = np.bincount(move, weights=length)
    assert np.all(whole[crossing] <= 1.01 * shortest[crossing])
    assert np.all(whole[crossing] >= shortest[crossing] * (1 - 1e-9))


# --- both parts of a joint's acceleration together -------------------------------------------------------


def coupled_time(path: Floats, joints: Joints, speed: float, acceleration: float, steps: int = 1500) -> float:
    """Seconds where q″·v² + q′·a as a whole stays within each joint, stops at corners; a plain loop both ways."""
    total = 0.0
    for here, there in pairwise(path):
        length = math.dist(here, there)
        ds, unit = length / steps, (there - here) / length
        place = here + (np.arange(steps) + 0.5)[:, None] * ds * unit
        first, second = (np.array(q).T for q in joints.rates(place, np.tile(unit, (steps, 1))))
        most, change = np.array(joints.speed_max), np.array(joints.acceleration_max)
        rate, bend = np.maximum(np.abs(first), 1e-12), np.maximum(np.abs(second), 1e-12)
        cap = np.minimum(np.minimum(most / rate, np.sqrt(change / bend)).min(axis=1), speed) ** 2
        helps = np.sign(first) * second
        u = np.minimum(np.append(cap, 0.0), np.append(0.0, cap))
        u[[0, -1]] = 0.0
        for i in range(steps - 1, -1, -1):
            u[i] = min(u[i], u[i + 1] + 2 * ds * min(acceleration, ((change + helps[i] * u[i + 1]) / rate[i]).min()))
        for i in range(steps):
            u[i + 1] = min(u[i + 1], u[i] + 2 * ds * min(acceleration, ((change - helps[i] * u[i]) / rate[i]).min()))
        total += float((2 * ds / (np.sqrt(u[:-1]) + np.sqrt(u[1:]))).sum())
    return total


@kinds
def test_joints_limited_as_a_whole_take_hardly_another_time(kind: str) -> None:
    paths = [
        np.array([[2.5, 0.5], [1.0, 1.5], [-1.5, 2.0]]),
        np.array([[-2.0, 1.2], [2.0, 1.2]]),
        np.array([[1.1, -0.3], [1.1, 2.4], [3.0, 0.2]]),
    ]
    for path in paths:
        whole = coupled_time(path, MACHINES[kind], 0.4, 0.4)
        assert core_time(path, MACHINES[kind], 0.4, 0.4) == pytest.approx(whole, rel=0.02)
