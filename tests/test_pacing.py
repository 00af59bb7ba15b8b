"""Pacing: what a machine does where the path would come back too early, or too late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import as_document, estimate, read_plan
from estimator.errors import UsageError
from estimator.estimate import Estimate
from estimator.export.gcode import gcode
from estimator.export.layers import printed_layers
from estimator.plan import Plan
from printers import load_printer
from tests.gcode_timer import read_gcode
from tests.helpers import box, plan, wall

ROOT = Path(__file__).resolve().parents[1]


def made(source: str | Plan, **options: Any) -> Estimate:
    read = read_plan(ROOT / "examples" / f"{source}.json") if isinstance(source, str) else source
    return estimate(read, samples=0, methods=(), **options)


def hours(e: Estimate, name: str) -> float:
    return float(getattr(e.outcome.times, name)) / 3600


def hall() -> Plan:
    return plan(
        *box(40.0, 15.0, thickness=0.4), *[wall((5.0 * k, 0), (5.0 * k, 15.0), thickness=0.3) for k in range(1, 8)]
    )


# --- too early ----------------------------------------------------------------------------------


@pytest.mark.parametrize("example", ["earth-round-room", "kamermaker-cabin", "rectangular-72"])
def test_no_wall_falls_that_only_rises_too_fast(example: str) -> None:
    fast, usual = (made(example, printer="cobod-bod2", pace=pace) for pace in ("strength", "stands"))
    assert "wet-wall-falls" not in {f.code for f in usual.structure.falling}
    assert usual.structure.wet is not None and usual.structure.wet.ideal_ratio.min() >= 1.0
    if fast.structure.falling:
        assert hours(usual, "wait_s") > hours(fast, "wait_s")


def test_each_pace_is_no_faster_than_the_one_before() -> None:
    paces = ("strength", "stands", "safe")
    took = [hours(made("earth-round-room", printer="cobod-bod2", pace=pace), "nozzle_s") for pace in paces]
    assert took[0] < took[1] < took[2]


def test_a_head_that_never_stops_slows_down_and_takes_as_long_as_one_that_waits() -> None:
    usual = load_printer("cobod-bod2").replace(start_time_s=0, stop_time_s=0)
    waits, never = (
        made("earth-round-room", printer=printer, order="nearest")
        for printer in (usual, usual.replace(continuity="never-stop"))
    )
    assert hours(never, "wait_s") == 0.0 < hours(never, "slow_s")
    took = [hours(e, "nozzle_s") + hours(e, "availability_s") for e in (never, waits)]
    assert took[0] == pytest.approx(took[1], rel=0.02)
    assert never.structure.wet is not None and never.structure.wet.ideal_ratio.min() >= 1.0


def test_slowing_stops_at_the_lowest_speed_on_file_and_the_rest_is_waited() -> None:
    slow, waits = (made("earth-round-room", printer="cobod-bod2", pacing=way) for way in ("slow", "wait"))
    speed = slow.printer.print_speed_m_per_s
    moving = hours(slow, "deposition_s") + hours(slow, "travel_s")
    assert hours(slow, "slow_s") == pytest.approx(moving * (float(speed) / speed.low - 1))
    assert hours(slow, "slow_s") + hours(slow, "wait_s") == pytest.approx(hours(waits, "wait_s"))


def test_a_slowed_file_takes_the_time_of_the_estimate() -> None:
    e = made("earth-round-room", printer="cobod-bod2", pacing="slow")
    layers = printed_layers(e)
    assert layers.stretch_ratio.min() > 1.0
    told = read_gcode(line for part in gcode(e, layers) for line in part.decode().splitlines())
    assert told.seconds == pytest.approx(float(e.outcome.times.nozzle_s), rel=0.005)


def test_elements_printed_by_turns_have_each_the_time_they_need_and_save_waiting() -> None:
    turns, waits = (made("rectangular-72", printer="winsun-gantry", pacing=way) for way in ("alternate", "wait"))
    assert turns.work.abreast.max() > 1 == waits.work.abreast.max()
    assert hours(turns, "wait_s") < 0.9 * hours(waits, "wait_s")
    assert turns.structure.wet is not None and not turns.structure.falling
    gap, other = turns.structure.laid.gap_s, waits.structure.laid.gap_s
    assert np.median(gap[np.isfinite(gap)]) >= 0.9 * np.median(other[np.isfinite(other)])
    assert turns.structure.laid.nozzle_s.sum() == pytest.approx(float(turns.outcome.times.nozzle_s))


@pytest.mark.parametrize("example", ["rectangular-72", "earth-round-room"])
@pytest.mark.parametrize("printer", ["cobod-bod2", "winsun-gantry", "xtreee-robot"])
def test_no_way_that_a_machine_is_able_to_is_faster_than_the_cheapest(example: str, printer: str) -> None:
    if example == "earth-round-room" and printer == "xtreee-robot":
        pytest.skip("the room does not fit")
    cheapest = hours(made(example, printer=printer, pace="safe"), "print_shift_s")
    able = 0
    for way in ("wait", "slow", "alternate"):
        try:
            other = made(example, printer=printer, pace="safe", pacing=way)
        except UsageError:
            continue
        able += 1
        assert cheapest <= hours(other, "print_shift_s") + 1e-6
    assert able


@pytest.mark.parametrize(
    ("printer", "options", "why"),
    [
        ("xtreee-robot", {"pacing": "wait"}, "never stops"),
        ("cobod-bod2", {"pacing": "alternate"}, "by turns"),
        ("apis-cor-2017", {"zones": 2}, "as frames do"),
        ("cobod-bod2", {"zones": 7}, "at most 6"),
    ],
)
def test_what_a_machine_is_not_able_to_is_refused(printer: str, options: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        made("rectangular-72", printer=printer, **options)


# --- too late -----------------------------------------------------------------------------------


def test_a_hall_in_zones_has_no_cold_joints_and_the_frame_stays_where_it_is() -> None:
    wide = load_printer("cobod-bod2").replace(build_x_m=60.0, build_y_m=60.0, print_speed_m_per_s=0.1)
    whole = made(hall(), printer=wide, wall_system="double-leaf-zigzag")
    assert whole.structure.bond is not None
    told = next(f for f in whole.findings if f.code == "cold-joint")
    zones = int(np.ceil(whole.structure.bond.longest_s / float(whole.mix.open_time_s)))
    assert f"in {zones} zones" in told.message
    parted = made(hall(), printer=wide, wall_system="double-leaf-zigzag", zones=zones + 1)
    assert parted.structure.bond is not None
    assert parted.structure.bond.cold - parted.structure.bond.nights == 0
    assert len(parted.layout.parts) >= zones + 1 and parted.layout.set_ups == 1
    assert hours(parted, "station_move_s") == 0.0
    assert "joint-fill" in {line["code"] for line in as_document(parted)["cost"]["lines"]}
    assert parted.toolpath.extruded_length_m() == pytest.approx(whole.toolpath.extruded_length_m(), rel=0.03)
