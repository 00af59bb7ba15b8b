"""Where the machine stands: frames, stands of arms, reasons why not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.errors import Finding
from estimator.parts import Layout
from estimator.plan import Plan, Wall
from estimator.stations import plan_layout
from estimator.walls import wall_pieces
from printers import Printer, load_printer
from tests.helpers import box, moved, plan, small_house, wall

FRAME = load_printer("cobod-bod2").replace(build_x_m=12.0, build_y_m=27.0, build_z_m=9.0, max_set_ups=1)
ARM = load_printer("apis-cor-2017").replace(reach_min_m=1.6, reach_max_m=6.5, build_z_m=3.0)


def place(of: Plan, printer: Printer) -> Layout:
    return plan_layout(of, wall_pieces(of), printer)


def error(placement: Layout) -> Finding:
    (found,) = [f for f in placement.findings if f.severity == "error"]
    return found


def round_house(radius: float) -> Plan:
    angles = np.linspace(0, 2 * np.pi, 73)[:-1]
    points = [(radius * np.cos(a), radius * np.sin(a)) for a in angles]
    return plan(wall(*points, points[0]))


def storeys(count: int, height: float = 2.5) -> Plan:
    walls: list[Wall] = []
    for s in range(count):
        walls += box(base=s * height, height=height, storey=s)
    return plan(*walls, storeys=[s * height for s in range(count)])


# --- frames -------------------------------------------------------------------------------------


def test_a_plan_inside_the_frame_takes_one_set_up() -> None:
    placement = place(plan(*box(11.7, 26.7)), FRAME)
    assert placement.set_ups == 1
    assert not placement.findings


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 137])
def test_the_frame_is_turned_with_the_plan(angle: float) -> None:
    assert not place(moved(plan(*box(11.7, 26.7)), angle, (4, -9)), FRAME).findings
    assert not place(moved(plan(*box(26.7, 11.7)), angle), FRAME).findings


def test_a_plan_too_large_for_the_frame_is_refused_with_both_sizes() -> None:
    found = error(place(plan(*box(12.5, 10)), FRAME.replace(build_y_m=12.0)))
    assert found.code == "envelope"
    # outer faces: 12.5 + 0.25 m by 10 + 0.25 m
    assert "10.25 × 12.75 m" in found.message
    assert "12.00 × 12.00 m" in found.message


def test_walls_too_high_are_refused_with_both_heights() -> None:
    found = error(place(plan(*box(height=9.5)), FRAME))
    assert found.code == "envelope-height"
    assert found.where == "Storey 1"
    assert "9.50 m" in found.message
    assert "9.00 m" in found.message


def test_too_many_storeys_are_refused_with_both_numbers() -> None:
    found = error(place(storeys(4, 2.0), FRAME.replace(max_storeys=3)))
    assert found.code == "envelope-storeys"
    assert "4 storeys" in found.message
    assert "prints 3" in found.message


def test_set_ups_are_frames_beside_each_other_times_levels() -> None:
    movable = FRAME.replace(max_set_ups=20, build_z_m=5.0, max_storeys=3)
    assert place(plan(*box(23.0, 26.0)), movable).set_ups == 2
    assert place(storeys(3), movable).set_ups == 2  # two storeys of 2.5 m in 5 m, then one more
    both = storeys(3)
    wide = replace(both, walls=tuple(w for s in range(3) for w in box(23, 26, base=2.5 * s, storey=s)))
    placement = place(wide, movable)
    assert placement.set_ups == 4
    (found,) = placement.findings
    assert (found.code, found.severity) == ("frame-moved", "warning")
    assert "4 times" in found.message
    assert error(place(wide, movable.replace(max_set_ups=3))).code == "envelope"


def test_levels_do_not_depend_on_the_order_of_the_storeys_in_the_file() -> None:
    movable = FRAME.replace(max_set_ups=20, build_z_m=5.0, max_storeys=3)
    of = storeys(3)
    last = len(of.storeys) - 1
    upside_down = replace(
        of,
        storeys=tuple(reversed(of.storeys)),
        walls=tuple(replace(w, storey=last - w.storey) for w in of.walls),
    )
    assert place(upside_down, movable).set_ups == place(of, movable).set_ups == 2


def test_five_millimetres_do_not_decide() -> None:
    assert not place(plan(*box(11.754, 20)), FRAME).findings
    assert place(plan(*box(11.76, 26.76)), FRAME).findings


# --- arms ---------------------------------------------------------------------------------------


def test_an_arm_stands_in_the_middle_of_a_round_house() -> None:
    placement = place(round_house(3.0), ARM)
    assert placement.parts[0].place_m is not None
    assert np.hypot(*placement.parts[0].place_m) < 0.3
    assert [f.code for f in placement.findings] == ["stand-craned"]


def test_from_the_stand_every_wall_lies_between_the_least_and_the_greatest_reach() -> None:
    of = plan(*box(6.0, 5.0))
    placement = place(of, ARM)
    assert placement.parts[0].place_m is not None
    walls = shapely.union_all(wall_pieces(of).footprint)
    at = shapely.points(placement.parts[0].place_m)
    assert shapely.distance(walls, at) >= 1.6
    assert shapely.hausdorff_distance(walls, at) <= 6.5


@pytest.mark.parametrize("side", [8.9, 8.94, 8.96, 9.0, 9.04])
def test_the_outer_corners_count_for_the_reach(side: float) -> None:
    # a square room: its outer corners are (side/2 + 0.125)·√2 from the middle
    fits = (side / 2 + 0.125) * np.sqrt(2) <= 6.5
    assert (place(plan(*box(side, side)), ARM).set_ups == 1) == fits


def test_walls_out_of_reach_of_one_stand_are_printed_from_several() -> None:
    placement = place(plan(*box(16, 4)), ARM)
    assert placement.set_ups == 2
    assert {f.severity for f in placement.findings} == {"note"}
    assert {part.set_up for part in placement.parts} == {0, 1}


def test_walls_that_leave_no_room_for_a_base_are_refused_with_the_reach() -> None:
    # a partition every metre: no room inside, and the middle is 4.5 m from the outside
    grid = [wall((x, 0.0), (x, 9.0)) for x in range(1, 9)]
    found = error(place(plan(*box(9.0, 9.0), *grid), ARM.replace(reach_max_m=4.0)))
    assert found.code == "reach"
    assert "1.6 and 4.0 m" in found.message


def test_an_arm_is_set_up_once_a_storey() -> None:
    assert place(storeys(2), ARM).set_ups == 2


@settings(max_examples=20, deadline=None)
@given(st.floats(-50, 50), st.floats(-50, 50))
def test_the_stand_moves_with_the_plan(x: float, y: float) -> None:
    here, there = (place(moved(plan(*box(4, 3)), by=by), ARM) for by in ((0.0, 0.0), (x, y)))
    assert here.parts[0].place_m is not None
    assert there.parts[0].place_m is not None
    walls = shapely.union_all(np.array([w.footprint for w in plan(*box(4, 3)).walls], dtype=object))
    # equally good places may be swapped by rounding; how near the walls are may not change
    clear = [
        float(shapely.distance(walls, shapely.points(p)))
        for p in (here.parts[0].place_m, there.parts[0].place_m - (x, y))
    ]
    assert clear[0] == pytest.approx(clear[1], abs=1e-6)


# --- machines under a roof ----------------------------------------------------------------------


def test_a_factory_machine_is_set_up_once_and_asks_for_low_walls() -> None:
    factory = load_printer("dus-kamermaker")
    assert place(small_house(), factory).set_ups == 1
    assert error(place(plan(*box(height=4.0)), factory)).code == "envelope-height"
