"""Machine kinds in whole estimates: which joints a profile has, what they do to a house layer, what is refused."""

from __future__ import annotations

import math
import re
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import estimate, read_plan
from estimator.beads import Kind
from estimator.errors import NotPrintableError
from estimator.head_path import Speeds, head_path, move_seconds
from estimator.kinematics import ArmJoints, DeltaJoints, Joints, OutOfReachError, PolarJoints
from estimator.kinematics.machines import has_joint_model, joints_of, path_speed_ratio
from estimator.remarks import joint_remarks, machine_remarks
from printers import Printer, ProfileError, load_printer, printer_ids
from tests.helpers import box, line_toolpath, plan, toolpath_of
from tests.test_joints import coordinates

GANTRY = load_printer("cobod-bod2")
POLAR = load_printer("apis-cor-2017").replace(
    angular_acceleration_max_rad_per_s2=0.02, radial_acceleration_max_m_per_s2=0.05, reach_min_m=0.5
)
ARM = load_printer("class-arm-mobile").replace(
    base_speed_max_rad_per_s=0.1, shoulder_speed_max_rad_per_s=0.08, elbow_speed_max_rad_per_s=0.1,
    elbow_acceleration_max_rad_per_s2=0.05, base_acceleration_max_rad_per_s2=0.05,
)  # fmt: skip
DELTA = load_printer("class-delta").replace(carriage_speed_max_m_per_s=0.1, carriage_acceleration_max_m_per_s2=0.05)
ROOM = toolpath_of(plan(*box(3.2, 3.2)), "double-leaf-webs")[1]
STAND = np.array([1.5, 1.7])
FAST = Speeds(0.3, 0.4, 0.3, 1.0)


def free(printer: Printer) -> Printer:
    """The machine without its joints and axes: the same head on a frame that limits nothing."""
    return GANTRY.replace(continuity=printer.continuity, junction_deviation_m=float(printer.junction_deviation_m))


# --- a layer of a house, step by step ---------------------------------------------------------------


def layer_by_steps(printer: Printer, joints: Joints, speeds: Speeds, step_m: float = 0.004) -> float:
    """Seconds of one layer in a plain loop; the head stands still wherever the direction turns by much."""
    path = ROOM
    caps: list[float] = []
    gains: list[float] = []
    nodes: list[float] = [0.0]
    lengths: list[float] = []
    before: tuple[float, float] | None = None
    last = 0.0
    for i in range(len(path.kind)):
        a, b = path.start_m[i], path.end_m[i]
        length = math.dist(a, b)
        if length < 1e-9:
            continue
        travel = path.kind[i] == Kind.TRAVEL
        unit = ((b[0] - a[0]) / length, (b[1] - a[1]) / length)
        count = max(math.ceil(length / step_m), 8)
        for k in range(count):
            at = [a[j] + (k + 0.5) / count * length * unit[j] for j in (0, 1)]
            cap = speeds.travel_m_per_s if travel else speeds.print_m_per_s
            gain = speeds.acceleration_m_per_s2
            h = 1e-4
            back, here, ahead = (
                coordinates(joints, at[0] + m * h * unit[0], at[1] + m * h * unit[1]) for m in (-1, 0, 1)
            )
            for j, (most, change) in enumerate(zip(joints.speed_max, joints.acceleration_max, strict=True)):
                up, down = ahead[j] - here[j], here[j] - back[j]
                if not isinstance(joints, DeltaJoints) and j == 0:
                    up, down = ((d + math.pi) % (2 * math.pi) - math.pi for d in (up, down))
                rate, bend = abs(up + down) / (2 * h), abs(up - down) / h**2
                cap = min(cap, most / max(rate, 1e-12), math.sqrt(change / max(bend, 1e-12)))
                gain = min(gain, change / max(rate, 1e-12))
            caps.append(cap)
            gains.append(gain)
            lengths.append(length / count)
            if k:
                nodes.append(min(caps[-1], caps[-2]) ** 2)
            elif len(caps) > 1:
                assert before is not None
                turn = math.acos(max(-1.0, min(1.0, unit[0] * before[0] + unit[1] * before[1])))
                s, deviation = math.cos(turn / 2), float(printer.junction_deviation_m)
                a_corner = min(gains[-1], gains[-2])
                corner = min(caps[-1], caps[-2]) ** 2
                if turn > 1e-7:
                    corner = min(corner, a_corner * deviation * s / (1 - s))
                    nearest = min(length * gains[-1], last * gains[-2])
                    corner = min(corner, nearest / (2 * math.tan(turn / 2)))
                stands = travel or path.kind[i - 1] == Kind.TRAVEL or i in path.first
                nodes.append(0.0 if stands and printer.continuity == "pause" else max(corner, 0.0))
        before, last = unit, length
    nodes.append(0.0)
    for i in range(len(caps)):
        nodes[i + 1] = min(nodes[i + 1], nodes[i] + 2 * gains[i] * lengths[i])
    for i in range(len(caps) - 1, -1, -1):
        nodes[i] = min(nodes[i], nodes[i + 1] + 2 * gains[i] * lengths[i])
    total = 0.0
    for (u, w), length, gain, cap in zip(pairwise(nodes), lengths, gains, caps, strict=True):
        peak = min(cap**2, gain * length + (u + w) / 2)
        ramps = (2 * peak - u - w) / (2 * gain)
        total += (2 * math.sqrt(peak) - math.sqrt(u) - math.sqrt(w)) / gain
        total += max(length - ramps, 0.0) / math.sqrt(peak)
    return total


@pytest.mark.parametrize("printer", [POLAR, ARM, DELTA], ids=lambda p: p.kinematics)
def test_a_house_layer_agrees_with_fine_steps(printer: Printer) -> None:
    printer = printer.replace(continuity="pause", **({"reach_min_m": 1.0} if printer is ARM else {}))
    joints = joints_of(printer, STAND)
    assert joints is not None
    got = float(move_seconds(ROOM.at(STAND), printer, FAST).sum())
    assert got > 1.1 * float(move_seconds(ROOM, free(printer), FAST).sum())  # the joints matter here
    assert got == pytest.approx(layer_by_steps(printer, joints, FAST), rel=0.005)


# --- laws --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("printer", [POLAR, ARM, DELTA], ids=lambda p: p.kinematics)
@settings(max_examples=10, deadline=None)
@given(dx=st.floats(-0.1, 0.1), dy=st.floats(-0.1, 0.1))
def test_where_no_joint_limits_the_stand_does_not_matter(printer: Printer, dx: float, dy: float) -> None:
    slow = Speeds(0.004, 0.004, 0.005, 1.0)
    plain = move_seconds(ROOM, free(printer), slow)
    np.testing.assert_allclose(move_seconds(ROOM.at(STAND + np.array([dx, dy])), printer, slow), plain, rtol=1e-9)


@pytest.mark.parametrize("printer", [POLAR, ARM, DELTA], ids=lambda p: p.kinematics)
@settings(max_examples=10, deadline=None)
@given(dx=st.floats(-0.1, 0.1), dy=st.floats(-0.1, 0.1))
def test_joints_never_make_a_layer_quicker(printer: Printer, dx: float, dy: float) -> None:
    with_joints = move_seconds(ROOM.at(STAND + np.array([dx, dy])), printer, FAST).sum()
    assert with_joints >= move_seconds(ROOM, free(printer), FAST).sum() * (1 - 1e-9)


def test_axes_limit_acceleration_of_moves_along_them_only() -> None:
    path, speeds = line_toolpath(10.0), Speeds(0.1, 0.1, 0.25, 1.0)
    plain = move_seconds(path, GANTRY, speeds)
    across = move_seconds(path, GANTRY.replace(y_acceleration_max_m_per_s2=0.05), speeds)
    along = move_seconds(path, GANTRY.replace(x_acceleration_max_m_per_s2=0.05), speeds)
    np.testing.assert_allclose(across, plain)
    np.testing.assert_allclose(along, 100 + 0.1 / 0.05)


def test_pieces_of_a_path_carry_their_acceleration() -> None:
    told = head_path(ROOM.at(STAND), POLAR, FAST)
    assert isinstance(told.acceleration_m_per_s2, np.ndarray)
    assert told.acceleration_m_per_s2.shape == told.cruise_m_per_s.shape
    assert told.acceleration_m_per_s2.min() < 0.1 < FAST.acceleration_m_per_s2


# --- which joints a profile has ------------------------------------------------------------------------


def test_every_profile_has_joints_or_says_what_is_left_of_its_speeds() -> None:
    for printer in map(load_printer, printer_ids()):
        remarks = [f.code for f in machine_remarks(printer)]
        if has_joint_model(printer):
            assert remarks == []
            assert path_speed_ratio(printer) is None
        else:
            assert printer.kinematics in ("arm", "delta"), printer.id
            assert remarks == ["kinematics-plain"]
            assert path_speed_ratio(printer) is printer.path_speed_ratio


def test_kinds_get_their_joints() -> None:
    kinds = {"polar": PolarJoints, "arm": ArmJoints, "delta": DeltaJoints}
    for printer in (POLAR, ARM, DELTA):
        assert isinstance(joints_of(printer, STAND), kinds[printer.kinematics])
    assert joints_of(GANTRY, STAND) is None
    assert joints_of(load_printer("cybe-rc-3dp"), STAND) is None


def test_an_arm_without_joint_figures_runs_at_a_share_of_its_speeds() -> None:
    house = plan(*box(4.0, 0.8))
    printer = load_printer("ric-primus").replace(path_speed_ratio=0.5, reach_min_m=0.5, acceleration_m_per_s2=2.0)
    slow = estimate(house, printer=printer, samples=0)
    full = estimate(house, printer=printer.replace(path_speed_ratio=1.0), samples=0)
    wait = [float(e.outcome.times.wait_s) for e in (slow, full)]
    assert slow.outcome.times.deposition_s == pytest.approx(2 * full.outcome.times.deposition_s, rel=0.05), wait
    assert any("runs at 50% of its speeds" in f.message for f in slow.findings)
    assert "printer.path_speed_ratio" in slow.used


def test_the_share_of_speed_is_drawn_like_other_facts() -> None:
    from dataclasses import replace as changed

    house = plan(*box(4.0, 0.8))
    printer = load_printer("ric-primus").replace(reach_min_m=0.5)
    wide = estimate(house, printer=printer, samples=1000).uncertainty
    ratio = changed(printer.path_speed_ratio, low=printer.path_speed_ratio.value, high=printer.path_speed_ratio.value)
    narrow = estimate(house, printer=printer.replace(path_speed_ratio=ratio), samples=1000).uncertainty
    assert wide is not None and narrow is not None
    width = [u.spread["nozzle_s"].p90 - u.spread["nozzle_s"].p10 for u in (wide, narrow)]
    assert width[0] > width[1]


def test_a_place_where_joints_slow_the_head_is_named() -> None:
    found = joint_remarks(ROOM.at(np.array([0.6, 1.6])), POLAR.replace(angular_speed_max_rad_per_s=0.05), FAST)
    assert [f.code for f in found] == ["joints-slow"]
    # beads of the west wall pass the axis at about 0.47 m: 0.05 rad/s · 0.47 m = 0.024 m/s, of 0.3 m/s
    assert re.search(r"to (8|9|10)% of its speed near \(0\.\d+, 1\.\d+\)", found[0].message), found[0].message
    assert joint_remarks(ROOM.at(STAND), POLAR, Speeds(0.01, 0.01, 0.3, 1.0)) == []
    assert joint_remarks(ROOM, GANTRY, FAST) == []


# --- what is refused ---------------------------------------------------------------------------------


def test_a_delta_that_does_not_reach_a_place_says_which() -> None:
    with pytest.raises(NotPrintableError, match=r"class-delta cannot bring its nozzle to \(-?\d") as caught:
        move_seconds(ROOM.at(STAND + np.array([6.0, 0.0])), DELTA, FAST)
    assert [f.code for f in caught.value.findings] == ["reach"]
    assert not isinstance(caught.value, OutOfReachError)


@pytest.mark.parametrize(
    ("id", "changes", "complaint"),
    [
        ("cybe-rc-3dp", {"upper_arm_m": 1.3}, "forearm_m is missing; joints are modelled with all of"),
        ("class-arm-mobile", {"forearm_m": 1.0}, "at which its links are stretched"),
        ("class-arm-mobile", {"forearm_m": 2.4, "wrist_drop_m": 0.0}, "at which its links are folded"),
        ("class-delta", {"rod_length_m": 6.5}, "at which its rods lie flat"),
        ("wasp-bigdelta", {"rod_length_m": 6.5}, "tower_radius_m is missing"),
    ],
)
def test_joints_that_do_not_fit_together_are_refused(id: str, changes: dict[str, float], complaint: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_printer(id).replace(**changes)
    assert complaint in caught.value.message


def test_finer_pieces_hardly_change_the_time_of_a_round_house(monkeypatch: pytest.MonkeyPatch) -> None:
    import estimator.head_path as module
    from estimator.kinematics import subdivide

    made = estimate(read_plan("examples/stupino-round-house.json"), printer=load_printer("apis-cor-2017"), samples=0)
    printer = made.printer
    speeds = Speeds(1.0, 1.0, 0.5, 1.0)  # so fast that the turning limits
    coarse = move_seconds(made.toolpath, printer, speeds).sum()
    monkeypatch.setattr(module, "subdivide", partial(subdivide, tolerance=0.002))
    fine = move_seconds(made.toolpath, printer, speeds).sum()
    assert coarse == pytest.approx(fine, rel=0.005)
