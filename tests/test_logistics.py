"""Between hall and wall: lorries, joints, lifts of cores and bars fixed before, by sums that can be done by hand."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from estimator import read_plan
from estimator.cost import Market
from estimator.document import as_document
from estimator.estimate import Estimate, estimate
from estimator.ledger import Line
from estimator.logistics import core_days, joint_hours, joint_lines, lorry_trips
from estimator.values import Draw
from materials import load_region, load_terms
from tests.helpers import box, plan, small_house, wall

EXAMPLES = Path(__file__).parents[1] / "examples"
TERMS = load_terms().replace(
    core_lift_height_m=0.5, core_lift_time_s=43200, core_crew_persons=3, core_time_s_per_m3=2880, working_day_s=28800,
    joint_time_s_per_m=900, joint_fill_width_m=0.02,
)  # fmt: skip
REGION = load_region("usa").replace(labour_hours_factor=1.0)
MARKET = Market.of(REGION, TERMS, Draw())


@cache
def told(printer: str, example: str = "") -> Estimate:
    of = read_plan(EXAMPLES / f"{example}.json") if example else small_house()
    return estimate(of, printer=printer, region="usa", methods=(), samples=0)


def lines_of(e: Estimate) -> dict[str, Line]:
    return {line.code: line for line in e.outcome.lines}


def days_of(e: Estimate) -> dict[str, tuple[float, float]]:
    return {a.id: (float(a.start_day), float(a.finish_day)) for a in e.outcome.activities}


def test_lorries_are_filled_by_mass() -> None:
    # nine elements of 5 t on lorries of 24 t: four each
    assert lorry_trips(np.full(9, 1.0), np.full(9, 5000.0), 36.0, 24000.0) == 3


def test_lorries_are_filled_by_area() -> None:
    # 9 m² each on 36 m²: four each
    assert lorry_trips(np.full(9, 9.0), np.full(9, 100.0), 36.0, 24000.0) == 3


def test_large_and_small_elements_share_lorries() -> None:
    # 20 + 16 and 19 + 17 fill two beds of 36 m²
    assert lorry_trips(np.array([16.0, 20.0, 17.0, 19.0]), np.ones(4), 36.0, 24000.0) == 2


def test_an_element_too_heavy_for_a_lorry_has_one_to_itself() -> None:
    assert lorry_trips(np.ones(2), np.array([30000.0, 1000.0]), 36.0, 24000.0) == 2


def test_joints_cost_mortar_and_hours() -> None:
    # 8 m of joint in walls of 0.25 m: 2 m² × 20 mm and a quarter of an hour a metre
    mortar, labour = joint_lines(8.0, 2.0, MARKET)
    assert mortar.quantity == pytest.approx(0.04)
    assert labour.quantity == pytest.approx(2.0)
    assert (mortar.unit, labour.unit) == ("m3", "h")
    assert joint_hours(8.0, MARKET) == pytest.approx(2.0)


def test_walls_without_joints_have_no_lines_for_them() -> None:
    assert joint_lines(0.0, 0.0, MARKET) == []


def test_a_core_takes_its_lifts_with_half_a_day_between_them() -> None:
    # 2.5 m in five lifts: 30 m³ × 0.8 h = 24 h of work, one day for three; four waits of half a day and the last
    # lift of a fifth of a day
    assert core_days(30.0, (2.5,), MARKET) == pytest.approx(4 * 0.5 + 0.2)


def test_a_core_whose_placing_takes_longer_than_a_lift_waits_for_nothing() -> None:
    assert core_days(150.0, (2.5,), MARKET) == pytest.approx(5.0)  # five days of work in five lifts


def test_storeys_are_cast_one_after_another() -> None:
    assert core_days(60.0, (2.5, 2.5), MARKET) == pytest.approx(2 * core_days(30.0, (2.5,), MARKET))


def test_no_core_takes_no_days() -> None:
    assert core_days(0.0, (2.5,), MARKET) == 0


def test_elements_of_a_hall_are_carried_placed_and_joined() -> None:
    e = told("class-hall-concrete")
    assert e.load.elements is not None
    lines = lines_of(e)
    assert lines["delivery"].quantity == e.load.lorry_trips >= 1
    # four joints and more, each as high as the walls
    assert e.load.joint_length_m == pytest.approx(2.5 * len(e.layout.joints))
    assert lines["joint-labour"].quantity > 0
    assert lines["assembly-crane"].quantity == pytest.approx(len(e.layout.parts) * 2700 / 3600)
    assert lines["crane"].quantity == 0


def test_elements_weigh_what_is_printed() -> None:
    e = told("class-hall-concrete")
    assert e.load.elements is not None
    density = float(e.mix.density_kg_per_m3)
    assert e.load.elements.mass_kg.sum() == pytest.approx(e.work.bead_volume_m3 * density)
    assert e.load.elements.mass_kg.max() <= float(load_terms().element_mass_max_kg) * 1.05


def test_elements_of_a_machine_on_the_plot_need_no_lorry() -> None:
    e = told("dus-kamermaker", "kamermaker-cabin")
    assert "delivery" not in lines_of(e)
    assert lines_of(e)["crane"].quantity > 0


def test_a_block_weighs_about_what_the_corner_block_of_the_canal_house_did() -> None:
    # 180 kg were reported, of a block of 3 m; a band of a third either way, for walls drawn without their relief
    e = told("dus-kamermaker", "kamermaker-cabin")
    assert e.load.elements is not None
    assert 120 < e.load.elements.mass_kg.mean() < 240


def test_panels_are_of_the_size_that_one_robot_printed_for_five_houses() -> None:
    # 35 panels of about 2 t for five houses: seven a house; twice as many or half as many would be another trade
    e = told("xtreee-robot", "rectangular-72")
    assert e.load.elements is not None
    assert 3.5 <= len(e.load.elements.mass_kg) <= 14
    assert 1000 < e.load.elements.mass_kg.mean() < 4000


def test_equal_elements_are_recognised() -> None:
    e = estimate(plan(*box(5.0, 5.0)), printer="class-hall-concrete", region="usa", methods=(), samples=0)
    assert e.load.elements is not None
    assert e.load.elements.kinds < len(e.load.elements.mass_kg)


def test_elements_are_printed_beside_the_foundation_and_harden_before_they_are_placed() -> None:
    days = days_of(told("class-hall-concrete"))
    assert days["elements"][0] == 0
    assert days["walls"][0] == pytest.approx(max(days["elements"][1], days["cure-foundation"][1]))
    e = told("class-hall-concrete")
    printing = float(e.outcome.times.print_days + e.outcome.times.moving_days) * 7 / 5
    assert days["elements"][1] == pytest.approx(printing + 3)


def test_a_machine_that_runs_round_the_clock_prints_at_weekends_too() -> None:
    e = told("dus-kamermaker", "kamermaker-cabin")
    start, finish = days_of(e)["elements"]
    assert finish - start == pytest.approx(float(e.outcome.times.print_days + e.outcome.times.moving_days))


def test_bars_are_fixed_before_the_walls_are_printed_round_them() -> None:
    e = told("tengda-2016")
    days = days_of(e)
    lines = lines_of(e)
    assert days["wall-bars"][0] == pytest.approx(days["cure-foundation"][1])
    assert days["walls"][0] == pytest.approx(days["wall-bars"][1])
    # four people, eight hours a day, five days a week
    assert days["wall-bars"][1] - days["wall-bars"][0] == pytest.approx(
        float(lines["bars-labour"].quantity) / 32 * 7 / 5 / (1 - 0.08)  # and weather
    )
    assert lines["bars"].unit == "kg"
    carbon = {line["code"] for line in as_document(e)["carbon"]["lines"]}
    assert "bars" in carbon


def test_the_roof_waits_for_the_cores() -> None:
    e = estimate(small_house(), printer="cobod-bod2", wall_system="filled-core", region="usa", methods=(), samples=0)
    days = days_of(e)
    (ring,) = [a for a in e.outcome.activities if a.id == "ring-beam"]
    assert days["wall-cores"][0] == pytest.approx(days["walls"][1])
    assert ring.after == ("wall-cores",)
    assert days["ring-beam"][0] == pytest.approx(days["wall-cores"][1])


def test_grouted_cores_that_set_walls_need_take_days_as_others_do() -> None:
    plain = estimate(small_house(), printer="cobod-bod2", region="usa", methods=(), samples=0)
    assert plain.structure.set is not None and plain.cores.total_m3 == 0
    grout_m3 = plain.structure.set.run_help.grout_m3
    low, high = days_of(plain)["wall-cores"]
    lifts = math.ceil(2.7 / float(plain.used["terms.core_lift_height_m"]))
    assert grout_m3 > 0 and high - low >= (lifts - 1) * float(plain.used["terms.core_lift_time_s"]) / 86400


def test_walls_printed_in_place_have_no_steps_of_elements() -> None:
    e = told("cobod-bod2")
    assert e.load.elements is None
    assert not {"elements", "wall-bars"} & set(days_of(e))
    assert "joint-fill" not in lines_of(e)


def test_a_wall_too_heavy_for_the_crane_is_cut_once_more() -> None:
    long = plan(wall((0, 0), (5.9, 0)))
    counts = []
    for mass in (5000, 1500):
        terms = load_terms().replace(element_mass_max_kg=mass)
        e = estimate(long, printer="winsun-gantry", region="usa", methods=(), samples=0, terms=terms)
        counts.append(len(e.layout.parts))
    assert counts[0] == 1
    assert counts[1] > 1


def test_samples_of_every_step_are_drawn() -> None:
    e = estimate(small_house(), printer="class-hall-concrete", region="usa", methods=(), samples=200)
    assert e.uncertainty is not None
    spread = e.uncertainty.spread["house_days"]
    assert spread.p10 < spread.p90
