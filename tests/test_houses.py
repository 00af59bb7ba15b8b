"""Houses that are no boxes, on several kinds of machine: a courtyard, six flats, a street, waves, a circle."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Literal

import numpy as np
import pytest

from estimator import Estimate, estimate
from estimator.beads import Kind
from estimator.plan import Plan, Wall
from printers import Printer, load_printer
from tests.helpers import box, moved, plan, small_house, wall, with_opening

GANTRY = load_printer("cobod-bod2").replace(build_x_m=120, build_y_m=60, build_z_m=12)
MACHINES = {
    "pauses": GANTRY,
    "valve": GANTRY.replace(start_time_s=0.2, stop_time_s=0.2, start_finish_time_s=0, acceleration_m_per_s2=2),
    "runs over": GANTRY.replace(continuity="run-over"),
    "never stops": GANTRY.replace(continuity="never-stop"),
}
SHARE = 0.03
"""Of the intended area that beads may lay too much or too little."""


def courtyard() -> Plan:
    """12 × 10 m round a court of 4 × 3 m, a door into it, one out, and a window on each outer side."""
    outside = [with_opening(w, 2.0, 1.2, 0.9, 2.1, "window") for w in box(12.0, 10.0)]
    outside[0] = with_opening(outside[0], 6.0, 1.0, 0.0, 2.1)
    court = [replace(w, id=f"court-{w.id}", is_external=True) for w in moved(plan(*box(4.0, 3.0)), by=(4.0, 3.5)).walls]
    court[1] = with_opening(court[1], 1.0, 0.9, 0.0, 2.1)
    return plan(*outside, *court)


def flats(storeys: int) -> Plan:
    """Two flats a storey: 14 × 9 m, a party wall across, a door and a window to each flat."""
    walls: list[Wall] = []
    for k in range(storeys):
        south, east, north, west = box(14.0, 9.0, base=2.5 * k, storey=k)
        for at in (2.0, 11.0):
            south = with_opening(south, at, 1.0, 0.0, 2.1)
            north = with_opening(north, at, 1.5, 0.9, 2.1, "window")
        party = wall((7.0, 0.0), (7.0, 9.0), base=2.5 * k, storey=k, name=f"party-{k}")
        walls += [south, east, north, west, party]
    return plan(*walls, storeys=[2.5 * k for k in range(storeys)])


def street(houses: int) -> Plan:
    """Equal small houses in a row, 2 m apart."""
    every = [
        replace(w, id=f"h{k}-{w.id}", openings=tuple(replace(o, id=f"h{k}-{o.id}") for o in w.openings))
        for k in range(houses)
        for w in moved(small_house(), by=(8.25 * k, 0.0)).walls
    ]
    return plan(*every)


def wavy() -> Plan:
    """A house whose long sides are waves, with a door in one end."""
    x = np.linspace(0.0, 12.0, 97)
    south = [(float(a), float(0.5 * np.sin(2 * np.pi * a / 4.0))) for a in x]
    north = [(a, b + 6.0) for a, b in south[::-1]]
    ends = wall(south[-1], north[0], name="east"), wall(north[-1], south[0], name="west")
    return plan(
        wall(*south, name="south"), with_opening(ends[0], 2.0, 1.0, 0.0, 2.1), wall(*north, name="north"), ends[1]
    )


def round_house() -> Plan:
    """A circle of 4 m radius with a door and two windows."""
    turn = np.linspace(0.0, 2 * np.pi, 145)
    ring = wall(*[(float(4 * np.cos(t)), float(4 * np.sin(t))) for t in turn], name="ring")
    for at, width, sill in ((2.0, 1.0, 0.0), (9.0, 1.2, 0.9), (17.0, 1.2, 0.9)):
        ring = with_opening(ring, at, width, sill, 2.1, "window" if sill else "door")
    return plan(ring)


HOUSES = {
    "courtyard": courtyard(), "flats": flats(3), "street": street(10), "wavy": wavy(), "round": round_house(),
}  # fmt: skip


@cache
def made(house: str, machine: str, order: Literal["best", "nearest"] = "best") -> Estimate:
    return quick(HOUSES[house], MACHINES[machine], order)


def quick(of: Plan, printer: Printer, order: Literal["best", "nearest"] = "best") -> Estimate:
    return estimate(of, printer=printer, samples=0, methods=(), order=order)


ROWS = [(house, machine) for house in HOUSES for machine in MACHINES]


@pytest.mark.parametrize(("house", "machine"), ROWS)
def test_starts_and_travel_keep_their_bounds(house: str, machine: str) -> None:
    path = made(house, machine).toolpath
    assert path.travel_min_m is not None
    assert path.starts_min is not None
    assert np.all(path.starts >= path.starts_min)
    travel_m = path.per_section(np.where(path.kind == Kind.TRAVEL, path.length_m, 0.0))
    assert travel_m @ path.layers >= path.travel_min_m @ path.layers - 1e-6
    if machine == "valve":
        assert travel_m @ path.layers <= 2 * float(path.travel_min_m @ path.layers)


@pytest.mark.parametrize(("house", "machine"), ROWS)
def test_no_house_takes_longer_than_with_nearest_starts(house: str, machine: str) -> None:
    best, nearest = (made(house, machine, order).outcome.times for order in ("best", "nearest"))
    moving_seams = 1e-3  # costs either order a little, and not the same
    assert float(best.nozzle_s - best.wait_s) <= float(nearest.nozzle_s - nearest.wait_s) * (1 + moving_seams)


@pytest.mark.parametrize("house", HOUSES)
def test_beads_cover_what_the_wall_system_intends(house: str) -> None:
    covered = made(house, "pauses").covered
    assert covered.deposited_m2 == pytest.approx(covered.intended_m2, rel=SHARE)


@pytest.mark.parametrize("house", HOUSES)
def test_every_machine_lays_the_same_beads(house: str) -> None:
    length = [made(house, machine).toolpath.extruded_length_m() for machine in MACHINES]
    assert length == pytest.approx([length[0]] * len(length), rel=1e-6)


def test_a_street_of_ten_houses_is_ten_houses() -> None:
    one, ten = quick(street(1), GANTRY), made("street", "pauses")
    assert ten.toolpath.bead_volume_m3() == pytest.approx(10 * one.toolpath.bead_volume_m3(), rel=1e-6)
    assert float(ten.outcome.times.deposition_s) == pytest.approx(10 * float(one.outcome.times.deposition_s), rel=2e-3)
    assert ten.takeoff.floor_area_m2 == pytest.approx(10 * one.takeoff.floor_area_m2, rel=1e-6)
    assert ten.work.wall_area_m2 == pytest.approx(10 * one.work.wall_area_m2, rel=1e-6)
    assert ten.takeoff.openings == 10 * one.takeoff.openings
    # and the head goes from house to house: nine gaps of 2 m and the way back, as often as there are layers
    house_m = 10 * one.toolpath.travel_length_m()
    assert ten.toolpath.travel_length_m() - house_m < 1.5 * 2 * 9 * 8.25 * int(ten.toolpath.layers.sum())


def test_equal_storeys_of_flats_share_their_sections() -> None:
    one, three = quick(flats(1), GANTRY), made("flats", "pauses")
    assert len(three.bands.sections) == len(one.bands.sections)
    assert len(three.toolpath.kind) == len(one.toolpath.kind)
    assert three.toolpath.bead_volume_m3() == pytest.approx(3 * one.toolpath.bead_volume_m3(), rel=1e-9)
    assert three.toolpath.layers.sum() == 3 * one.toolpath.layers.sum()


def test_walls_round_a_court_are_outer_walls_where_the_plan_says_so() -> None:
    found = made("courtyard", "pauses")
    assert found.takeoff.is_external.all()
    assert found.work.internal_area_m2 == 0
    # 44 m outside and 14 m round the court, less four windows, a door to the street and one to the court
    assert found.work.external_area_m2 == pytest.approx(2.5 * 58 - 4 * 1.2 * 1.2 - 2.1 * 1.0 - 2.1 * 0.9)


@pytest.mark.parametrize("house", ["round", "wavy"])
def test_curved_houses_are_printed_at_almost_full_speed(house: str) -> None:
    found = made(house, "pauses")
    at_full_speed_s = found.toolpath.extruded_length_m() / float(GANTRY.print_speed_m_per_s)
    assert float(found.outcome.times.deposition_s) < 1.25 * at_full_speed_s
