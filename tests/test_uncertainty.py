"""Samples: motion read off a grid, percentiles, drivers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.alike import MOST_SECTIONS_SAMPLED, alike_sections, grouped_work
from estimator.drivers import Driver, drivers
from estimator.errors import NotPrintableError
from estimator.estimate import Estimate, estimate
from estimator.plan import Plan
from estimator.sampled_motion import sampled_motion
from estimator.times import Speeds, layer_motion
from estimator.toolpath import Toolpath
from estimator.uncertainty import BINS, density, spread
from estimator.values import Samples, Values
from materials import load_mix, load_region, load_terms
from printers import Fact, Printer, load_printer, printer_ids
from tests.bench.every_layer import LAYER_HEIGHT_M, every_layer_differs
from tests.helpers import plan, small_house, toolpath_of, wall

ANGLES = np.linspace(0, 2 * np.pi, 73)[:-1]
ROUND = plan(wall(*[(2.7 * np.cos(a), 2.7 * np.sin(a)) for a in ANGLES], (2.7, 0.0)))
GANTRY = load_printer("cobod-bod2")


def fixed(printer: Printer) -> Printer:
    """The printer without ranges."""
    return printer.replace(**{name: float(f) for name, f in printer.facts.items()})


# --- motion -------------------------------------------------------------------------------------


def numbers(printer: Printer, count: int) -> list[np.ndarray]:
    machine = Values("printer", printer.facts, Samples(count, 7))
    names = ("print_speed_m_per_s", "travel_speed_m_per_s", "acceleration_m_per_s2", "flow_max_m3_per_s")
    return [np.broadcast_to(getattr(machine, n), (count,)) for n in names]


def worst(printer: Printer, path: Toolpath, count: int = 400) -> float:
    """Largest relative error of the motion of the whole building in a few of the samples."""
    drawn = numbers(printer, count)
    speed, travel, acceleration, flow = drawn
    quick = sampled_motion(path, printer, speed, travel, acceleration, flow)
    error = 0.0
    for i in range(0, count, 20):
        exact = layer_motion(path, printer, Speeds(*(float(d[i]) for d in drawn)))
        seconds = float((exact.deposition_s + exact.travel_s) @ path.layers)
        error = max(error, abs(float((quick.deposition_s[i] + quick.travel_s[i]) @ path.layers) / seconds - 1))
        assert quick.deposition_s[i] == pytest.approx(exact.deposition_s, rel=0.005)
    return error


@pytest.mark.parametrize("name", printer_ids())
@pytest.mark.parametrize("of", [ROUND, small_house()], ids=["round", "house"])
def test_motion_read_off_the_grid_is_the_exact_one(name: str, of: Plan) -> None:
    printer = load_printer(name)
    try:
        path = estimate(of, printer=printer, samples=0).toolpath
    except NotPrintableError:
        pytest.skip("does not fit")
    assert worst(printer, path) < 0.005


@pytest.mark.parametrize("continuity", ["pause", "run-over", "never-stop"])
def test_it_is_when_the_pump_sets_the_pace(continuity: str) -> None:
    printer = GANTRY.replace(
        continuity=continuity, flow_max_m3_per_s=Fact(1.5e-4, 1e-4, 3e-4, "assumed", note="a weak pump")
    )
    assert worst(printer, toolpath_of(small_house(), "double-leaf-webs")[1]) < 0.005


def test_it_is_when_walls_of_different_beads_meet() -> None:
    printer = GANTRY.replace(flow_max_m3_per_s=Fact(1.5e-4, 1e-4, 3e-4, "assumed", note="a weak pump"))
    mixed = plan(wall((0, 0), (6, 0)), wall((0, 2), (6, 2), thickness=0.03))
    assert worst(printer, toolpath_of(mixed)[1]) < 0.005


def test_a_machine_without_ranges_has_its_exact_motion() -> None:
    _, path = toolpath_of(small_house())
    exact = layer_motion(path, GANTRY, Speeds(0.25, 0.5, 0.25, 1.0))
    quick = sampled_motion(path, GANTRY, 0.25, 0.5, 0.25, 1.0)
    assert quick.deposition_s[0] == pytest.approx(exact.deposition_s, rel=1e-9)
    assert quick.travel_s[0] == pytest.approx(exact.travel_s, rel=1e-9, abs=1e-9)


# --- percentiles and drivers --------------------------------------------------------------------


def test_percentiles_of_a_ramp_are_its_values() -> None:
    found = spread(np.linspace(0, 100, 101))
    assert (found.p10, found.p50, found.p90) == (10, 50, 90)
    assert spread(7.0).p10 == spread(7.0).p90 == 7.0


def ranked(drawn: dict[str, Any], result: Any, apart: tuple[str, ...] = ()) -> tuple[Driver, ...]:
    ranks = {name: np.argsort(np.argsort(values)) for name, values in drawn.items()}
    return drivers(drawn, ranks, {"result": (result, apart)})["result"]


def test_a_driver_is_ranked_by_how_strongly_the_result_follows_it() -> None:
    random = np.random.default_rng(2)
    a, b, c = random.normal(size=(3, 4000))
    found = ranked({"mix.weak": c, "mix.up": a, "mix.down": b}, 3 * a - 2 * b + 0.1 * c)
    assert [d.name for d in found] == ["mix.up", "mix.down", "mix.weak"]
    assert found[0].rank_correlation > 0.7
    assert found[1].rank_correlation < -0.4
    assert abs(found[2].rank_correlation) < 0.15


def test_facts_that_a_result_does_not_depend_on_are_not_ranked() -> None:
    a = np.random.default_rng(2).uniform(1, 2, 500)
    found = ranked({"trade.paint.ratio": a, "activity.paint.crew": a, "terms.x": a}, a, ("trade", "activity"))
    assert [d.name for d in found] == ["terms.x"]


def test_a_result_that_only_grows_with_a_fact_is_perfectly_correlated() -> None:
    a = np.random.default_rng(2).uniform(1, 2, 500)
    (found,) = ranked({"printer.a": a}, np.exp(a))
    assert found.rank_correlation == pytest.approx(1.0, abs=1e-4)
    assert ranked({"printer.a": a}, 5.0) == ranked({"printer.a": a}, np.full(500, 5.0)) == ()


def test_a_bar_of_the_tornado_is_the_mean_at_either_end_of_the_fact() -> None:
    a = np.linspace(0.0, 1.0, 1000)
    (found,) = ranked({"printer.a": a}, 10 * a)
    assert (found.at_low, found.at_high) == pytest.approx((0.5, 9.5), abs=0.01)


def test_a_density_is_the_share_of_draws_in_equal_steps() -> None:
    found = density(np.concatenate((np.zeros(300), np.full(700, 8.0))))
    assert (found.low, found.high) == (0, 8) and len(found.shares) == BINS
    assert found.shares[0] == pytest.approx(0.3) and found.shares[-1] == pytest.approx(0.7)
    assert sum(found.shares) == pytest.approx(1) and density(3.0).shares == (1.0,)


# --- the whole estimate -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sampled() -> Estimate:
    return estimate(small_house(), printer=GANTRY, samples=2000)


def test_percentiles_rise(sampled: Estimate) -> None:
    assert sampled.uncertainty is not None
    for name, s in sampled.uncertainty.spread.items():
        assert s.p10 <= s.p50 <= s.p90, name
    for name in ("nozzle_s", "cost", "printed_volume_m3", "carbon"):
        s = sampled.uncertainty.spread[name]
        assert s.p10 < s.p90


def test_the_stated_value_lies_among_the_samples(sampled: Estimate) -> None:
    assert sampled.uncertainty is not None
    spreads = sampled.uncertainty.spread
    nozzle = spreads["nozzle_s"]
    assert 0.8 * nozzle.p10 < float(sampled.outcome.times.nozzle_s) < 1.2 * nozzle.p90
    volume = spreads["printed_volume_m3"]
    assert volume.p10 < float(sampled.outcome.quantities.printed_volume_m3) < volume.p90


def test_the_same_seed_gives_the_same_result_and_another_seed_nearly(sampled: Estimate) -> None:
    again = estimate(small_house(), printer=GANTRY, samples=2000)
    other = estimate(small_house(), printer=GANTRY, samples=2000, seed=2)
    assert again.uncertainty == sampled.uncertainty
    assert sampled.uncertainty is not None
    assert other.uncertainty is not None
    assert other.uncertainty != sampled.uncertainty
    one, two = sampled.uncertainty.spread["cost"], other.uncertainty.spread["cost"]
    assert two.p50 == pytest.approx(one.p50, rel=0.03)


def test_facts_drive_the_cost_in_the_direction_they_must(sampled: Estimate) -> None:
    assert sampled.uncertainty is not None
    signs = {
        d.name: np.sign(d.rank_correlation)
        for d in sampled.uncertainty.drivers["cost"]
        if abs(d.rank_correlation) > 0.1
    }
    expected = {
        "mix.bagged-mortar.price_per_m3": 1,
        "printer.availability": -1,
        "terms.contingency_printed_fraction": 1,
        "terms.engineering_fraction": 1,
        "region.operator_rate_per_h": 1,
        "printer.setup_time_s": 1,
        "printer.hire_rate_per_day": 1,
    }
    assert "mix.bagged-mortar.price_per_m3" in signs
    assert {n: s for n, s in signs.items() if n in expected} == {n: expected[n] for n in signs if n in expected}


def test_facts_without_ranges_leave_no_spread_in_the_time() -> None:
    mix, terms, region = load_mix("bagged-mortar"), load_terms(), load_region("usa")
    found = estimate(
        small_house(),
        printer=fixed(GANTRY),
        mix=mix.replace(**{n: float(f) for n, f in mix.facts.items()}),
        terms=terms.replace(**{n: float(f) for n, f in terms.facts.items()}),
        region=region.replace(**{n: float(f) for n, f in region.facts.items()}),
        methods=[],
        samples=200,
    )
    assert found.uncertainty is not None
    for name in ("nozzle_s", "print_days", "printed_volume_m3", "ordered_volume_m3", "labour_h"):
        s = found.uncertainty.spread[name]
        assert s.p10 == pytest.approx(s.p90, rel=1e-9), name
    assert found.uncertainty.spread["nozzle_s"].p50 == pytest.approx(float(found.outcome.times.nozzle_s), rel=1e-9)


def test_many_sections_are_sampled_in_groups_with_the_same_result() -> None:
    # a leaning wall has a section for every layer; samples of each would fill the memory
    leaning = every_layer_differs(600, 80)
    printer = load_printer("cobod-bod2").replace(layer_height_m=LAYER_HEIGHT_M, build_z_m=10.0)
    made = estimate(leaning, printer=printer, wall_system="double-leaf", samples=0)
    group = alike_sections(made.toolpath)
    assert group is not None
    assert MOST_SECTIONS_SAMPLED / 2 < group.max() + 1 <= MOST_SECTIONS_SAMPLED + 1
    few = grouped_work(made.work, group)
    assert few.layers.sum() == few.laid_layers.sum() == made.work.layers.sum()
    assert few.starts @ few.layers == made.work.starts @ made.work.layers
    speeds = (np.array([0.1, 0.2]), np.array([0.2, 0.3]), np.array([0.2, 0.4]), np.array([1.0, 1.0]))
    each, together = (sampled_motion(made.toolpath, printer, *speeds, g) for g in (None, group))
    assert together.deposition_s @ few.layers == pytest.approx(each.deposition_s @ made.work.layers, rel=1e-6)
    assert together.travel_s @ few.layers == pytest.approx(each.travel_s @ made.work.layers, rel=1e-6)


def test_chances_are_shares_of_the_draws_in_which_printing_wins(sampled: Estimate) -> None:
    assert sampled.uncertainty is not None
    for method, chances in sampled.uncertainty.chances.items():
        saving = sampled.uncertainty.spread[f"saving.{method}"]
        assert 0 <= chances.walls_cheaper <= 1
        if saving.p10 > 0:
            assert chances.walls_cheaper >= 0.9
        if saving.p90 < 0:
            assert chances.walls_cheaper <= 0.1
