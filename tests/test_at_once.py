"""Several machines of one kind that print one building at the same time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from estimator import as_document, estimate, read_plan
from estimator.at_once import Turns
from estimator.errors import UsageError
from estimator.estimate import Estimate
from estimator.ledger import Line
from printers import load_printer

ROOT = Path(__file__).resolve().parents[1]
CRANE = load_printer("wasp-crane")


@pytest.fixture(scope="module", params=["rectangular-72", "stupino-round-house"])
def both(request: pytest.FixtureRequest) -> tuple[Estimate, Estimate]:
    plan = read_plan(ROOT / "examples" / f"{request.param}.json")
    one, two = (estimate(plan, printer=CRANE, samples=200, machines=m) for m in (1, 2))
    return one, two


def line(e: Estimate, code: str) -> Line:
    (found,) = [entry for entry in e.outcome.lines if entry.code == code]
    return found


def test_two_machines_lay_the_same_beads_in_fewer_days(both: tuple[Estimate, Estimate]) -> None:
    one, two = (e.outcome.times for e in both)
    assert two.nozzle_s == one.nozzle_s
    assert one.at_once_s == 0.0
    assert -0.5 * (two.nozzle_s + two.availability_s) <= two.at_once_s < 0.0
    assert two.print_days < one.print_days
    assert two.station_move_s < one.station_move_s


def test_each_machine_is_hired_brought_and_manned(both: tuple[Estimate, Estimate]) -> None:
    one, two = both
    days = two.outcome.times.moving_days + two.outcome.times.print_days
    assert line(two, "machine").quantity == pytest.approx(2 * days)
    assert line(two, "transport").quantity == 2 * line(one, "transport").quantity
    hours = line(two, "print-operator").quantity / (two.outcome.times.print_shift_s / 3600)
    assert hours == pytest.approx(2 * line(one, "print-operator").quantity / (one.outcome.times.print_shift_s / 3600))
    assert line(two, "energy").quantity == pytest.approx(line(one, "energy").quantity)


def test_the_ledger_of_time_adds_up_and_has_a_range(both: tuple[Estimate, Estimate]) -> None:
    _, two = both
    time = as_document(two)["time"]
    parts = ("nozzle_s", "availability_s", "at_once_s", "insert_s", "station_move_s", "shift_overhead_s")
    assert time["print_shift_s"] == pytest.approx(sum(time[name] for name in parts), abs=0.01)
    assert two.uncertainty is not None
    days = two.uncertainty.spread["print_days"]
    assert days.p10 <= two.outcome.times.print_days * 1.5
    assert days.p90 >= two.outcome.times.print_days * 0.7


def test_parts_of_one_turn_are_as_far_from_each_other_as_the_machines_have_to_be(
    both: tuple[Estimate, Estimate],
) -> None:
    two = both[1]
    turns = two.work.turns
    assert turns is not None and turns.machines == 2
    clearance = float(CRANE.machine_clearance_m)
    for turn in range(turns.turns):
        here = [two.layout.parts[k].region for k in np.flatnonzero(turns.turn == turn)]
        for number, region in enumerate(here):
            assert all(region.distance(other) >= clearance - 1e-9 for other in here[:number])


def test_turns_take_as_long_as_the_machine_that_works_longest() -> None:
    turns = Turns(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]))
    assert turns.elapsed_s(np.array([5.0, 3.0, 2.0, 4.0])) == 9.0
    many = turns.elapsed_s(np.array([[5.0, 3.0, 2.0, 4.0], [1.0, 1.0, 1.0, 1.0]]))
    assert many.tolist() == [9.0, 2.0]


def test_more_machines_than_the_maker_allows_are_refused() -> None:
    plan = read_plan(ROOT / "examples" / "rectangular-72.json")
    with pytest.raises(UsageError, match="at most 1 of cobod-bod2"):
        estimate(plan, printer="cobod-bod2", machines=2, samples=0)


def test_a_machine_without_work_is_told() -> None:
    plan = read_plan(ROOT / "examples" / "earth-round-room.json")
    made = estimate(plan, printer=CRANE, machines=2, samples=0)
    assert [f.code for f in made.findings if f.code == "machines-idle"]
    assert made.outcome.times.at_once_s == 0.0
