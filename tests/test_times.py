"""The time ledger: motion of a layer, starts and stops, waiting, shifts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.times import LayerMotion, PrintTimes, Speeds, Work, layer_motion, print_times
from materials import Mix, load_mix
from printers import Printer, load_printer
from tests.helpers import box, line_toolpath, plan, small_house, toolpath_of, values, work

GANTRY = load_printer("cobod-bod2").replace(junction_deviation_m=0.002)
ARM = load_printer("apis-cor-2017")
POLYMER = load_mix("polymer-pellet")  # hardens by cooling: no waiting for strength


def motion(
    path: Any, printer: Printer = GANTRY, v: float = 0.1, travel: float = 0.5, a: float = 0.25, flow: float = 1.0
) -> LayerMotion:
    return layer_motion(path, printer, Speeds(v, travel, a, flow))


def times(
    of: Work,
    deposition: float = 100.0,
    travel: float = 20.0,
    printer: Printer = GANTRY,
    mix: Mix = POLYMER,
) -> PrintTimes:
    k = len(of.layers)
    return print_times(of, np.full(k, deposition), np.full(k, travel), printer, *values(printer, mix))


# --- motion of a layer -------------------------------------------------------------------------


def test_ten_metres_of_wall_in_two_beads_at_a_tenth_of_a_metre_a_second() -> None:
    # 2 × 10 m at 0.1 m/s are 200 s; speeding up and braking cost v/a = 0.4 s a bead
    path = line_toolpath(10.0, beads=2, gap=1.0)
    found = motion(path)
    assert found.deposition_s == pytest.approx([200 + 2 * 0.4])
    # travel at 0.5 m/s: the gap of 1 m just reaches it (0.5²/0.25 = 1 m): 4 s; the way back 21/0.5 + 2 = 44 s
    assert found.travel_s == pytest.approx([4 + 44])


def test_printing_takes_no_less_than_length_over_speed() -> None:
    _, path = toolpath_of(small_house(), "double-leaf-webs")
    found = motion(path)
    length = np.where(path.width_m > 0, path.length_m, 0.0)
    assert np.all(found.deposition_s >= path.per_section(length) / 0.1)


def test_a_pump_that_delivers_too_little_sets_the_pace() -> None:
    # 50 × 20 mm are 9.14159e-4 m²: half of what 0.1 m/s needs makes it 0.05 m/s
    path = line_toolpath(10.0)
    slow = motion(path, flow=0.05 * 9.14159e-4)
    assert slow.deposition_s == pytest.approx([200 + 0.2], rel=1e-5)
    assert slow.travel_s == motion(path).travel_s


def test_twelve_litres_a_minute_limit_a_bead_of_60_by_20_mm() -> None:
    # process_and_structure.md B1: 179.508 mm/s
    path = line_toolpath(100.0, width=0.06)
    limited = motion(path, v=0.2, flow=12 / 60_000)
    # 100 m at that speed, and v/a = 0.718 s for the ramps
    assert limited.deposition_s == pytest.approx([100 / 0.179508 + 0.179508 / 0.25], rel=5e-6)


def test_the_parts_of_a_path_are_timed_apart() -> None:
    # two sections of different length: neither lends the other its run-up
    _, path = toolpath_of(small_house())
    together = motion(path)
    for k in range(len(path.layers)):
        a, b = path.first[k], path.first[k + 1]
        alone = type(path)(
            path.start_m[a:b], path.end_m[a:b], path.kind[a:b], path.width_m[a:b], path.bead[a:b],
            np.array([0, b - a]), path.starts[k : k + 1], path.layers[k : k + 1], path.layer_height_m,
        )  # fmt: skip
        assert motion(alone).deposition_s[0] == pytest.approx(together.deposition_s[k])
        assert motion(alone).travel_s[0] == pytest.approx(together.travel_s[k])


@settings(max_examples=30, deadline=None)
@given(
    st.floats(0.02, 0.5), st.floats(0.05, 1.0), st.floats(0.05, 1.0), st.floats(2e-5, 1e-3),
    st.sampled_from(["v", "travel", "a", "flow"]), st.floats(1.01, 3.0),
    st.sampled_from(["pause", "run-over", "never-stop"]),
)  # fmt: skip
def test_more_speed_acceleration_or_flow_never_takes_longer(
    v: float, travel: float, a: float, flow: float, which: str, by: float, continuity: str
) -> None:
    printer = GANTRY.replace(continuity=continuity)
    limits = {"v": v, "travel": travel, "a": a, "flow": flow}
    before = motion(HOUSE, printer, **limits)
    after = motion(HOUSE, printer, **(limits | {which: limits[which] * by}))
    assert np.all(after.deposition_s <= before.deposition_s * (1 + 1e-9))
    total = [m.deposition_s + m.travel_s for m in (before, after)]
    assert np.all(total[1] <= total[0] * (1 + 1e-9))


HOUSE = toolpath_of(small_house(), "double-leaf-webs")[1]


def test_a_head_that_runs_over_gaps_keeps_its_way() -> None:
    path = line_toolpath(10.0, beads=2, gap=1.0)
    found = motion(path, GANTRY.replace(continuity="run-over"))
    # 21 m without a halt: 210 s and one ramp up; it turns round only at the end
    assert found.deposition_s + found.travel_s == pytest.approx([2 * 210 + 0.4 * 2], abs=0.5)
    assert found.travel_s == pytest.approx([10 + 210], abs=0.5)


def test_a_head_that_keeps_extruding_crosses_gaps_no_faster_than_its_pump() -> None:
    path = line_toolpath(10.0, beads=2, gap=1.0)
    printer = GANTRY.replace(continuity="never-stop")
    found = motion(path, printer, flow=0.05 * 9.14159e-4)
    assert found.travel_s == pytest.approx([20 + 420], rel=0.01)


def test_axis_limits_slow_the_moves_along_their_axis_only() -> None:
    path = line_toolpath(10.0)
    assert motion(path, GANTRY.replace(y_speed_max_m_per_s=0.05)).deposition_s == motion(path).deposition_s
    slow = motion(path, GANTRY.replace(x_speed_max_m_per_s=0.05))
    assert slow.deposition_s == pytest.approx([200 + 0.2])


# --- arms ---------------------------------------------------------------------------------------


def test_an_arm_is_slower_near_its_column_and_as_quick_as_a_gantry_far_from_it() -> None:
    path = line_toolpath(2.0)
    speeds = Speeds(0.3, 0.3, 0.5, 1.0)
    gantry = layer_motion(path, GANTRY, speeds).deposition_s[0]
    turn = float(ARM.angular_speed_max_rad_per_s)
    near = layer_motion(path.at(np.array([1.0, 0.5 * 0.3 / turn])), ARM, speeds).deposition_s[0]
    far = layer_motion(path.at(np.array([1.0, 5.0 * 0.3 / turn])), ARM, speeds).deposition_s[0]
    assert near > 1.1 * gantry
    if float(ARM.radial_speed_max_m_per_s) >= 0.3:
        assert far == pytest.approx(gantry, rel=0.02)


def test_an_arm_never_beats_a_gantry_of_the_same_speeds() -> None:
    _, path = toolpath_of(plan(*box(3, 3)))
    speeds = Speeds(0.2, 0.3, 0.3, 1.0)
    gantry = layer_motion(path, GANTRY.replace(continuity="run-over"), speeds)
    arm = layer_motion(path.at(np.array([1.5, 1.5])), ARM.replace(continuity="run-over"), speeds)
    assert np.all(arm.deposition_s >= gantry.deposition_s * (1 - 1e-6))


def test_travel_across_the_column_goes_round_it() -> None:
    # from (−3, 0) to (3, 0) with the column in between
    path = line_toolpath(0.5, beads=2, gap=5.0, at=(-3.0, 0.0))
    speeds = Speeds(0.1, 0.3, 0.5, 1.0)
    found = layer_motion(path.at(np.zeros(2)), ARM, speeds)
    assert np.all(np.isfinite(found.travel_s))
    assert found.travel_s[0] > 11 / 0.3


# --- starts and stops ---------------------------------------------------------------------------


def test_a_pausing_head_starts_and_stops_at_every_bead() -> None:
    of = work(layers=(100, 50), starts=(2, 3))
    per_start = float(GANTRY.start_time_s) + float(GANTRY.stop_time_s)
    assert times(of).start_stop_s == pytest.approx((2 * 100 + 3 * 50) * per_start)


def test_a_head_that_runs_over_gaps_starts_once_a_layer_and_one_that_never_stops_not_at_all() -> None:
    of = work(layers=(100, 50), starts=(2, 3))
    per_start = float(GANTRY.start_time_s) + float(GANTRY.stop_time_s)
    run_over = times(of, printer=GANTRY.replace(continuity="run-over"))
    assert run_over.start_stop_s == pytest.approx(150 * per_start)
    assert times(of, printer=GANTRY.replace(continuity="never-stop")).start_stop_s == 0


# --- the ledger ---------------------------------------------------------------------------------


def test_the_nozzle_time_is_the_sum_of_its_five_lines() -> None:
    t = times(work(), mix=load_mix("bagged-mortar"))
    parts = [t.deposition_s, t.travel_s, t.start_stop_s, t.layer_change_s, t.slow_s, t.wait_s]
    assert t.nozzle_s == pytest.approx(sum(float(p) for p in parts))
    assert t.deposition_s == 100 * 100
    assert t.travel_s == 100 * 20
    assert t.layer_change_s == pytest.approx(100 * 0.02 / float(GANTRY.z_speed_m_per_s))


def test_shifts_can_be_added_up_by_hand() -> None:
    # 100 layers of 100 + 20 s and 2 starts of 8 s: 13 600 s; 0.02 m at 0.05 m/s: 40 s
    # with availability 0.5 as long again stands still: 27 280 s
    # shifts of 4 h less 1 h: 10 800 s of work each: three shifts, 3 h of start-up and wash-down
    printer = GANTRY.replace(
        start_time_s=5, stop_time_s=3, z_speed_m_per_s=0.05, availability=0.5, shift_time_s=4 * 3600,
        startup_time_s=1800, washdown_time_s=1800,
    )  # fmt: skip
    t = times(work(), printer=printer)
    assert t.nozzle_s == pytest.approx(13_640)
    assert t.availability_s == pytest.approx(13_640)
    assert t.print_days == 3
    assert t.shift_overhead_s == pytest.approx(3 * 3600)
    assert t.print_shift_s == pytest.approx(27_280 + 3 * 3600)
    assert (t.setup_s, t.teardown_s) == (float(printer.setup_time_s), float(printer.teardown_time_s))


def test_inserts_are_set_while_the_machine_waits() -> None:
    terms = values(GANTRY, POLYMER)[2]
    t = times(work(lintels=3, tied=40.0, laddered=40.0), printer=GANTRY.replace(crew_persons=2))
    ties = 40 * float(terms.tie_density_per_m2) * float(terms.tie_time_s)
    ladders = 40 * float(terms.ladder_density_m_per_m2) * float(terms.ladder_time_s_per_m)
    assert t.insert_s == pytest.approx(3 * float(terms.lintel_time_s) + (ties + ladders) / 2)
    assert times(work()).insert_s == 0


def test_moving_a_frame_is_taking_it_down_and_setting_it_up_again() -> None:
    t = times(work(set_ups=3))
    assert t.station_move_s == pytest.approx(2 * (float(t.setup_s) + float(t.teardown_s)))
    assert times(work(set_ups=1)).station_move_s == 0


def test_an_arm_is_lifted_to_the_next_storey() -> None:
    t = times(work(set_ups=2), printer=ARM)
    assert t.station_move_s == pytest.approx(float(ARM.relocation_time_s))


def test_every_element_takes_its_change_over() -> None:
    factory = load_printer("dus-kamermaker")
    t = times(work(elements=4), printer=factory)
    assert t.station_move_s == pytest.approx(4 * float(factory.element_changeover_time_s))


# --- waiting for strength -----------------------------------------------------------------------

SLOW_MIX = load_mix("bagged-mortar").replace(
    density_kg_per_m3=2100, yield_stress_pa=1500, structuration_rate_pa_per_s=0.5
)


def wall_of_2_7_m() -> Work:
    return work(layers=(135,), starts=(1,))


def test_a_layer_quicker_than_the_mix_waits() -> None:
    # process_and_structure.md C1: 17.008 h for 2.7 m, 453.5 s a layer
    t = times(wall_of_2_7_m(), deposition=100, travel=0, mix=SLOW_MIX)
    assert t.nozzle_s / 3600 == pytest.approx(17.008, abs=0.001)
    assert t.layer_interval_s == pytest.approx([453.5], abs=0.05)
    assert t.wait_s > 0


def test_a_layer_slower_than_the_mix_does_not_wait() -> None:
    t = times(wall_of_2_7_m(), deposition=450, travel=0, mix=SLOW_MIX)
    assert t.wait_s == 0
    assert t.layer_interval_s[0] > 450


def test_an_accelerated_mix_never_waits_where_the_slow_one_does() -> None:
    quick = load_mix("accelerated-mortar")
    assert times(wall_of_2_7_m(), deposition=100, mix=quick).wait_s == 0


def test_a_mix_that_hardens_by_cooling_does_not_wait() -> None:
    assert times(wall_of_2_7_m(), deposition=1, travel=0).wait_s == 0


def test_only_the_sections_of_a_storey_wait_for_it() -> None:
    # a low storey of quick layers with one section, a high one with another: the low one needs no wait
    of = Work(
        layers=np.array([10, 135]), starts=np.array([1, 1]), layer_height_m=0.02,
        part_height_m=np.array([0.2, 2.7]), part_interval_min_s=np.zeros(2), growth_pa_per_s=0.0,
        part_group=np.arange(2), slow_ratio=0.0, laid_part=np.array([0, 1]),
        laid_section=np.array([0, 1]), laid_layers=np.array([10, 135]), bead_volume_m3=1.0, travel_volume_m3=0.0,
        lintels=0, lintel_length_m=0.0, external_area_m2=1.0, internal_area_m2=0.0, tied_area_m2=0.0,
        laddered_area_m2=0.0, elements=0, set_ups=1,
    )  # fmt: skip
    strong = SLOW_MIX.replace(yield_stress_pa=2500)  # carries 0.2 m (2.4 kPa) as it is laid
    t = times(of, deposition=100, travel=0, mix=strong)
    assert t.layer_interval_s[0] < 120
    assert t.layer_interval_s[1] > 400


@given(st.floats(1, 2000), st.floats(1.0, 2.0))
def test_slower_layers_never_shorten_the_print(deposition: float, by: float) -> None:
    quick, slow = (times(wall_of_2_7_m(), deposition=d, mix=SLOW_MIX) for d in (deposition, deposition * by))
    assert slow.nozzle_s >= quick.nozzle_s * (1 - 1e-12)
    assert slow.print_days >= quick.print_days
    assert math.isfinite(float(slow.print_shift_s))


def test_samples_are_the_single_calculation_for_each_of_them() -> None:
    of = work(layers=(100, 50), starts=(2, 3))
    deposition, travel = np.array([[100.0, 80.0], [120.0, 90.0]]), np.array([[10.0, 12.0], [11.0, 13.0]])
    arguments = values(GANTRY, SLOW_MIX)
    together = print_times(of, deposition, travel, GANTRY, *arguments)
    for i in range(2):
        alone = print_times(of, deposition[i], travel[i], GANTRY, *arguments)
        for name in ("nozzle_s", "wait_s", "print_shift_s", "print_days"):
            assert np.asarray(getattr(together, name))[i] == pytest.approx(getattr(alone, name))
