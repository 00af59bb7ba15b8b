"""Programmes: one house is the estimate, and many are what a hand sum or a law says of them."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import estimate, read_plan
from estimator.carbon import carbon_kg
from estimator.cost import Market
from estimator.errors import NotPrintableError, UsageError
from estimator.ledger import total
from estimator.programme.account import USES, Account, account
from estimator.programme.building import model_of
from estimator.programme.calendar import Calendar
from estimator.programme.events import COLUMNS, EVENTS, event_rows
from estimator.programme.model import Model
from estimator.programme.read import programme_of
from estimator.programme.recipes import PLACE, Recipe
from estimator.programme.repeat import IN_PROCESS_HOUSES, repeated
from estimator.programme.result import Wanted, programme_document
from estimator.programme.search import SIZES, in_time_share, smallest_fleet, strategies
from estimator.programme.simulation import Run, learnt, simulated
from estimator.programme.worked import day_of, gains_of, team_persons, work_out
from estimator.values import Draw
from materials import load_programme_facts, load_terms, method_ids

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
HOUSE, TALL, ROUND = "rectangular-72.json", "two-storey-140.json", "stupino-round-house.json"
EARTH = "earth-round-room.json"
PLAIN = ["terms.learning_fraction=0", "programme.loading_time_h=4", "programme.road_speed_km_per_h=40"]


def asked(**changes: Any) -> dict[str, Any]:
    """A small programme as it stands in a file."""
    return {
        "start": "2027-03-01", "repetitions": 0, "houses": [{"plan": HOUSE}], "teams": [{"printer": "cobod-bod2"}],
        **changes,
    }  # fmt: skip


def model(**changes: Any) -> Model:
    return model_of(programme_of(asked(**changes), EXAMPLES))


def ran(m: Model, draw: int | None = None) -> tuple[Run, Account]:
    run = simulated(m, draw)
    return run, account(m, run, draw)


# --- one house is the estimate ----------------------------------------------------------------


@pytest.mark.parametrize("plan", [HOUSE, TALL, ROUND])
@pytest.mark.parametrize(
    "printer", ["cobod-bod2", "ric-primus", "apis-cor-2017", "contour-crafting", "winsun-gantry", "dus-kamermaker"]
)
def test_one_house_on_one_printer_is_the_estimate(plan: str, printer: str) -> None:
    try:
        e = estimate(read_plan(EXAMPLES / plan), printer=printer, samples=0)
    except NotPrintableError:
        with pytest.raises(NotPrintableError):
            model(houses=[{"plan": plan}], teams=[{"printer": printer}])
        return
    run, found = ran(model(houses=[{"plan": plan}], teams=[{"printer": printer}]))
    lines = [*e.outcome.lines, *e.outcome.finishes, *e.outcome.beside.shared]
    assert run.handed_day.max() == pytest.approx(float(e.outcome.house_days), abs=1e-9)
    assert found.cost == pytest.approx(float(total(lines)), rel=1e-12)
    assert found.carbon_kg == pytest.approx(
        float(carbon_kg(lines, e.mix, Market.of(e.region, e.terms, Draw()))), rel=1e-12
    )


@pytest.mark.parametrize("plan", [HOUSE, TALL])
def test_one_house_by_every_method_is_the_estimate(plan: str) -> None:
    e = estimate(read_plan(EXAMPLES / plan), samples=0)
    market = Market.of(e.region, e.terms, Draw())
    for place, method in enumerate(method_ids()):
        run, found = ran(model(houses=[{"plan": plan}], teams=[{"method": method}]))
        c = e.outcome.beside.conventional[place]
        lines = [*c.lines, *c.finishes, *e.outcome.beside.shared]
        assert run.handed_day.max() == pytest.approx(float(e.outcome.beside.house_days[place]), abs=1e-9)
        assert found.cost == pytest.approx(float(total(lines)), rel=1e-12)
        assert found.carbon_kg == pytest.approx(float(carbon_kg(lines, e.mix, market)), rel=1e-12)


def test_one_house_at_every_draw_is_that_draw_of_the_estimate() -> None:
    still = [
        "programme.breakdown_interval_h=1e6", "programme.repair_time_h=0", "programme.repair_hire_days=0",
        "programme.house_scatter_ratio=0", "terms.weather_loss_fraction=0",
    ]  # fmt: skip
    m = model(repetitions=100, seed=3, set=still)
    days, cost, carbon = ([], [], [])
    for draw in range(100):
        run, found = ran(m, draw)
        days.append(run.handed_day.max())
        cost.append(found.cost)
        carbon.append(found.carbon_kg)
    terms = load_terms().replace(weather_loss_fraction=0.0)
    e = estimate(
        read_plan(EXAMPLES / HOUSE), printer="cobod-bod2", terms=terms, samples=100, seed=3, with_settings=False
    )
    assert e.uncertainty is not None
    for name, values in (("house_days", days), ("house_cost", cost), ("house_carbon", carbon)):
        spread = e.uncertainty.spread[name]
        assert np.percentile(values, (10, 50, 90)) == pytest.approx([spread.p10, spread.p50, spread.p90], rel=1e-9)


def test_two_printers_have_draws_of_their_own() -> None:
    m = model(repetitions=50, teams=[{"printer": "cobod-bod2"}, {"printer": "icon-vulcan-2"}])
    for place, printer in enumerate(("cobod-bod2", "icon-vulcan-2")):
        alone = model(repetitions=50, teams=[{"printer": printer}])
        np.testing.assert_array_equal(m.columns[:, place], alone.columns[:, 0])
    hire = m.columns[0, :, PLACE["hire_rate"], 1:]
    assert np.ptp(hire[1]) > 0 and not np.allclose(hire[0], hire[1])


# --- hand sums ----------------------------------------------------------------------------------


def recipe(m: Model, kind: int = 0, type: int = 0) -> Recipe:
    values = m.columns[type, kind, :, 0]
    return Recipe(**{name: float(values[place]) for name, place in PLACE.items()})


def wall_days(r: Recipe, effort: float = 1.0) -> float:
    """Working days of a printer on site, by hand."""
    shifts = math.ceil((r.nozzle_s + effort * r.other_s) / r.at_work_s - 1e-9)
    return shifts + math.ceil(effort * r.moving_s / r.working_day_s - 1e-9)


OUTSIDE = 7 / 5 / (1 - 0.08)


def test_the_second_house_waits_for_the_printer_and_its_move() -> None:
    m = model(
        houses=[{"plan": HOUSE, "site": "a"}, {"plan": HOUSE, "site": "b"}],
        sites=[{"id": "a", "x_km": 0, "y_km": 0}, {"id": "b", "x_km": 30, "y_km": 40}],
        set=[*PLAIN, "programme.road_detour_ratio=1.2"], crews={"ground": 2, "finishing": 2},
    )  # fmt: skip
    run, found = ran(m)
    days = wall_days(recipe(m))
    first = run.ready_day[0] + days * OUTSIDE
    move = (4 + 60 / 40) / 8 * 7 / 5  # four hours of loading, 60 km at 40 km/h, in working days of eight hours
    assert run.wall_end_day.tolist() == pytest.approx([first, first + move + days * OUTSIDE])
    assert run.moved_km.tolist() == pytest.approx([-1, 60])
    assert found.moved_km == pytest.approx(60)


def test_moves_cost_lorries_of_the_printer_and_kilometres_beyond_the_included() -> None:
    def cost(apart_km: float) -> Account:
        return ran(
            model(
                houses=[{"plan": HOUSE, "site": "a"}, {"plan": HOUSE, "site": "b"}],
                sites=[{"id": "a", "x_km": 0, "y_km": 0}, {"id": "b", "x_km": apart_km, "y_km": 0}],
                set=[
                    *PLAIN,
                    "programme.road_detour_ratio=1",
                    "programme.near_move_ratio=0.25",
                    "programme.included_distance_km=150",
                ],
                crews={"ground": 2, "finishing": 2},
            )
        )[1]

    near, far, farther = cost(0.0), cost(150.0), cost(250.0)
    r = recipe(model(set=PLAIN))
    on_top = (1 + r.engineering_fraction) * r.markup_ratio * (1 + r.series_fraction)
    wages = (4 + 150 / 40) / 8 * (r.hire_rate + r.wage_rate) - (4 / 8) * (r.hire_rate + r.wage_rate)
    assert far.costs[2] - near.costs[2] == pytest.approx(0.75 * r.haul_rate * on_top + wages)
    road = 100 / 40 / 8 * (r.hire_rate + r.wage_rate)
    assert farther.costs[2] - far.costs[2] == pytest.approx(100 * r.km_rate * on_top + road)
    assert farther.carbons_kg[1] - far.carbons_kg[1] == pytest.approx(100 * r.km_carbon_kg)


def test_houses_of_one_site_follow_one_another_without_a_road() -> None:
    m = model(houses=[{"plan": HOUSE, "count": 3}], set=PLAIN, crews={"ground": 3, "finishing": 3})
    run, _ = ran(m)
    days = wall_days(recipe(m)) * OUTSIDE
    assert np.sort(run.wall_end_day) == pytest.approx(run.ready_day[0] + days * np.arange(1, 4))


def test_a_crew_is_held_for_its_longest_gang_and_takes_houses_in_turn() -> None:
    m = model(houses=[{"plan": HOUSE, "count": 4}], teams=[{"printer": "cobod-bod2", "count": 4}],
              crews={"ground": 2, "finishing": 4}, set=PLAIN)  # fmt: skip
    run, found = ran(m)
    takt = recipe(m).ground_takt_days
    assert run.ground_start_day == pytest.approx([0, 0, takt, takt])
    assert run.ready_day - run.ground_start_day == pytest.approx(np.full(4, run.ready_day[0]))
    needed = run.wall_start_day.max() - run.ground_start_day.min()
    assert found.crew_shares[0] == pytest.approx(4 * takt / (2 * needed))


def test_two_shifts_take_half_the_days_of_print() -> None:
    one, two = (model(teams=[{"printer": "cobod-bod2", "shifts": n}]) for n in (1, 2))
    r = recipe(one)
    shifts = math.ceil((r.nozzle_s + r.other_s) / r.at_work_s - 1e-9)
    moving = math.ceil(r.moving_s / r.working_day_s)
    assert ran(two)[0].hired_days[0] == math.ceil(shifts / 2) + moving
    assert ran(one)[0].hired_days[0] == shifts + moving
    assert ran(one)[0].shift_s[0] == ran(two)[0].shift_s[0]


def test_the_supply_of_mortar_is_shared_by_all_teams() -> None:
    free = model(houses=[{"plan": HOUSE, "count": 2}], teams=[{"printer": "cobod-bod2", "count": 2}], set=PLAIN,
                 crews={"ground": 2, "finishing": 2})  # fmt: skip
    r = recipe(free)
    slow = model(houses=[{"plan": HOUSE, "count": 2}], teams=[{"printer": "cobod-bod2", "count": 2}], set=PLAIN,
                 crews={"ground": 2, "finishing": 2}, supply={"mortar_m3_per_day": 0.5})  # fmt: skip
    run, found = ran(slow)
    delivered = r.mortar_m3 / 0.5 * 7 / 5
    assert delivered > wall_days(r) * OUTSIDE
    assert np.sort(run.wall_end_day) == pytest.approx(run.ready_day[0] + delivered * np.array([1, 2]))
    assert found.used_days[0, USES.index("mortar")] == pytest.approx(3 * delivered - 2 * wall_days(r) * OUTSIDE)
    assert found.costs[3] == pytest.approx(
        (3 * delivered - 2 * wall_days(r) * OUTSIDE) / (7 / 5) * (r.hire_rate + 0.5 * r.wage_rate)
    )
    assert ran(free)[1].costs[3] == 0.0


def test_learning_is_wrights_law_down_to_its_floor() -> None:
    efforts = learnt(64, 0.1, 0.6)
    assert efforts[:2] + efforts[3:4] == pytest.approx([1.0, 0.9, 0.81])
    assert efforts[2] == pytest.approx(3 ** math.log2(0.9))
    assert min(efforts) == 0.6 and efforts[-1] == 0.6
    m = model(houses=[{"plan": HOUSE, "count": 3}], set=["terms.learning_fraction=0.3", "programme.near_move_ratio=0"])
    run, _ = ran(m)
    order = np.argsort(run.nth)
    r = recipe(m)
    for n, house in enumerate(order):
        assert run.hired_days[house] == wall_days(r, learnt(3, 0.3, 0.6)[n])
        shifts = math.ceil((r.nozzle_s + learnt(3, 0.3, 0.6)[n] * r.other_s) / r.at_work_s - 1e-9)
        assert run.shift_s[house] == pytest.approx(r.nozzle_s + learnt(3, 0.3, 0.6)[n] * r.other_s + shifts * r.daily_s)


def test_contingency_falls_with_the_second_house_of_a_team() -> None:
    one = ran(model(set=PLAIN))[1]
    two = ran(model(houses=[{"plan": HOUSE, "count": 2}], set=[*PLAIN, "programme.near_move_ratio=1"]))[1]
    r = recipe(model(set=PLAIN))
    saved = (1 + r.series_fraction) / (1 + r.contingency_fraction)
    assert two.costs[0] == pytest.approx(one.costs[0] * (1 + saved))
    assert two.costs[1] == pytest.approx(2 * one.costs[1])


def test_teams_stay_at_their_site_while_there_is_work() -> None:
    sites = [{"id": "a", "latitude": 50.0, "longitude": 8.0}, {"id": "b", "latitude": 51.0, "longitude": 8.0}]
    run, found = ran(
        model(
            houses=[{"plan": HOUSE, "site": site} for site in "abab" * 3],
            sites=sites,
            teams=[{"printer": "cobod-bod2", "count": 2}],
            crews={"ground": 12, "finishing": 12},
        )
    )
    for team in (0, 1):
        mine = np.flatnonzero(run.team == team)
        assert len({int(h) % 2 for h in mine}) == 1
    assert found.moved_km == 0


def test_great_circle_with_its_detour() -> None:
    sites = [{"id": "a", "latitude": 0.0, "longitude": 0.0}, {"id": "b", "latitude": 0.0, "longitude": 1.0}]
    run, _ = ran(model(houses=[{"plan": HOUSE, "site": s} for s in "ab"], sites=sites,
                       set=["programme.road_detour_ratio=1.5"]))  # fmt: skip
    assert max(run.moved_km) == pytest.approx(1.5 * 6371 * math.pi / 180)


# --- chance ---------------------------------------------------------------------------------------


def test_drawn_weather_takes_its_share_of_the_days_on_average() -> None:
    lasted = [
        Calendar(date(2027, 1, 1), (0.2,), np.random.default_rng(seed)).after(3.5, 400.0) - 3.5 for seed in range(60)
    ]
    assert np.mean(lasted) == pytest.approx(400 / 0.8, rel=0.01)
    assert np.std(lasted) > 1


def test_weather_by_month_stops_work_in_its_months_only() -> None:
    winter = (0.5, 0.5, *[0.0] * 9, 0.5)
    drawn = np.random.default_rng(1)
    assert Calendar(date(2027, 4, 1), winter).after(0.0, 30.0) == pytest.approx(30)
    assert Calendar(date(2027, 4, 1), winter, drawn).after(0.0, 30.0) == pytest.approx(30)
    assert Calendar(date(2027, 1, 1), winter).after(0.0, 10.0) == pytest.approx(20)
    assert Calendar(date(2027, 1, 1), winter).after(2.0, 31 / 2 + 28 / 2 + 4 - 1) == pytest.approx(31 + 28 + 4)


def test_work_across_a_lost_day_ends_on_the_next_that_is_not() -> None:
    calendar = Calendar(date(2027, 1, 1), (0.3,), np.random.default_rng(2))
    calendar.after(0.0, 50.0)
    is_open = [calendar.after(day, 0.25) == pytest.approx(day + 0.25) for day in range(60)]
    assert 0.4 < np.mean(is_open) < 0.95
    assert calendar.after(0.0, 10.0) == np.flatnonzero(np.cumsum(is_open) == 10)[0] + 1


def test_breakdowns_come_and_last_as_often_and_long_as_they_should() -> None:
    m = model(
        repetitions=30, houses=[{"plan": HOUSE, "count": 300}], teams=[{"printer": "cobod-bod2", "count": 10}],
        set=["programme.breakdown_interval_h=100", "programme.repair_time_h=16", "terms.working_days_per_week=7"],
    )  # fmt: skip
    runs = [simulated(m, draw) for draw in range(30)]
    shift_h = sum(r.shift_s.sum() for r in runs) / 3600
    breakdowns = sum(int(r.breakdowns.sum()) for r in runs)
    assert breakdowns == pytest.approx(shift_h / 100, rel=4 / math.sqrt(shift_h / 100))
    broken = sum(r.broken_days.sum() for r in runs)
    assert broken / breakdowns == pytest.approx(2.0, rel=6 / math.sqrt(breakdowns))  # 16 hours of 8 a day


def test_the_stated_run_knows_no_chance() -> None:
    run, found = ran(model(houses=[{"plan": HOUSE, "count": 20}], repetitions=2))
    assert run.breakdowns.sum() == 0 and found.costs[4] == 0


def test_repetitions_are_the_same_whatever_the_number_of_processes() -> None:
    m = model(houses=[{"plan": HOUSE, "count": IN_PROCESS_HOUSES // 100 + 1}], repetitions=100,
              teams=[{"printer": "cobod-bod2", "count": 5}, {"method": "aac", "count": 2}])  # fmt: skip
    told: list[int] = []
    one, two = repeated(m, 1), repeated(m, 2, lambda done, of: told.append(done))
    assert [a.finish_day for a in one] == [a.finish_day for a in two]
    assert [a.cost for a in one] == [a.cost for a in two]
    assert told[-1] == 100
    assert [a.finish_day for a in repeated(m, 1, repetitions=3)] == [a.finish_day for a in one[:3]]


def test_another_seed_is_another_programme() -> None:
    first, second = (repeated(model(repetitions=3, seed=seed)) for seed in (1, 2))
    assert [a.finish_day for a in first] != [a.finish_day for a in second]


# --- laws -----------------------------------------------------------------------------------------

MIXED = model(
    houses=[
        {"plan": HOUSE, "count": 9, "site": "a"}, {"plan": TALL, "count": 6, "site": "b", "region": "usa"},
        {"plan": HOUSE, "count": 5, "site": "c"},
    ],
    sites=[{"id": s, "x_km": x, "y_km": 0} for s, x in (("a", 0), ("b", 40), ("c", 300))],
    teams=[
        {"printer": "cobod-bod2", "count": 2}, {"printer": "icon-vulcan-2"}, {"printer": "winsun-gantry"},
        {"method": "concrete-block"},
    ],
    repetitions=20, supply={"mortar_m3_per_day": 20},
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    counts=st.tuples(*[st.integers(0, 3)] * 4), ground=st.integers(1, 9), finishing=st.integers(1, 9),
    draw=st.none() | st.integers(0, 19),
)  # fmt: skip
def test_every_house_is_built_once_and_nobody_is_at_two_at_a_time(
    counts: tuple[int, ...], ground: int, finishing: int, draw: int | None
) -> None:
    able = MIXED.can_build[:, [k for k, n in enumerate(counts) if n]]
    if not able.any(axis=1).all():
        with pytest.raises(NotPrintableError, match="would never finish"):
            MIXED.manned(counts, ground, finishing)
        return
    m = MIXED.manned(counts, ground, finishing)
    run, found = ran(m, draw)
    houses = len(m.house_type)
    assert found.houses.sum() == houses == found.handed.sum()
    assert (run.handed_day > run.walls_done_day).all() and (run.walls_done_day >= run.wall_end_day - 1e-9).all()
    kinds = np.repeat(np.arange(4), counts)[run.team]
    assert m.can_build[m.house_type, kinds].all()
    for team in range(sum(counts)):
        mine = np.flatnonzero(run.team == team)
        mine = mine[np.argsort(run.nth[mine])]
        assert run.nth[mine].tolist() == list(range(len(mine)))
        assert (run.wall_start_day[mine][1:] >= run.wall_end_day[mine][:-1] - 1e-9).all()
    on_site = kinds != 2
    assert (run.wall_start_day[on_site] >= run.ready_day[on_site] - 1e-9).all()
    starts, ends = run.ground_start_day, run.ground_start_day
    assert (np.diff(starts) >= -1e-9).all() and (ends >= 0).all()
    spent = sum(
        run.wall_end_day[run.team == t].max() - run.wall_start_day[run.team == t].min() for t in set(run.team.tolist())
    )
    assert found.used_days.sum() == pytest.approx(spent)
    assert (found.used_days >= -1e-9).all()


QUEUED = model(
    houses=[{"plan": plan, "count": n} for plan, n in ((HOUSE, 5), (TALL, 4), (HOUSE, 3), (EARTH, 4))],
    set=["terms.learning_fraction=0", "terms.weather_loss_fraction=0"],
)


@settings(max_examples=40, deadline=None)
@given(teams=st.integers(1, 8), ground=st.integers(1, 8), finishing=st.integers(1, 8))
def test_one_site_is_three_queues_of_first_come_first_served(teams: int, ground: int, finishing: int) -> None:
    run, _ = ran(QUEUED.manned([teams], ground, finishing))
    recipes = [recipe(QUEUED, 0, type) for type in QUEUED.house_type.tolist()]

    def served(comes: list[tuple[float, int]], servers: int, hold: list[float]) -> dict[int, float]:
        """When each is begun with, by the plainest of queues."""
        free, begins = [0.0] * servers, {}
        for day, house in sorted(comes):
            first = free.index(min(free))
            begins[house] = max(day, free[first])
            free[first] = begins[house] + hold[house]
        return begins

    houses = range(len(recipes))
    starts = served([(0.0, h) for h in houses], ground, [r.ground_takt_days for r in recipes])
    ready = [
        starts[h] + r.ground_outside_days + r.ground_inside_days + r.ground_wait_days for h, r in enumerate(recipes)
    ]
    days = [wall_days(r) * 7 / 5 for r in recipes]
    walls = served([(ready[h], h) for h in houses], teams, days)
    done = [walls[h] + days[h] + r.after_outside_days + r.after_wait_days for h, r in enumerate(recipes)]
    begins = served([(done[h], h) for h in houses], finishing, [r.finish_takt_days for r in recipes])
    handed = [
        begins[h] + r.finish_outside_days + r.finish_inside_days + r.finish_wait_days for h, r in enumerate(recipes)
    ]
    assert run.wall_start_day == pytest.approx([walls[h] for h in houses])
    assert run.handed_day == pytest.approx(handed)


def test_more_teams_with_crews_enough_are_no_slower() -> None:
    base = model(houses=[{"plan": HOUSE, "count": 30}])
    days = [ran(base.manned([n], 30, 30))[1].finish_day for n in range(1, 12)]
    assert all(one >= more for one, more in pairwise(days))
    assert days[0] > 2 * days[5]


def test_a_team_that_cannot_build_a_type_builds_the_others() -> None:
    m = model(houses=[{"plan": TALL, "count": 3}, {"plan": HOUSE, "count": 3}],
              teams=[{"printer": "icon-vulcan-2"}, {"printer": "cobod-bod2"}])  # fmt: skip
    run, found = ran(m)
    assert set(run.team[:3].tolist()) == {1}
    assert found.houses[0] > 0
    assert [(m.types[t].shown, m.kinds[k].id) for t, k in m.refused] == [(TALL, "icon-vulcan-2")]


def test_a_programme_that_nobody_can_finish_is_told_before_it_runs() -> None:
    with pytest.raises(NotPrintableError, match=r"no team can build two-storey.*icon-vulcan-2: .*storey"):
        model(houses=[{"plan": TALL}, {"plan": HOUSE}], teams=[{"printer": "icon-vulcan-2"}])


def test_elements_of_a_hall_are_made_while_the_ground_is() -> None:
    m = model(houses=[{"plan": HOUSE, "count": 3}], teams=[{"printer": "winsun-gantry"}])
    run, found = ran(m)
    assert (run.wall_start_day[np.argsort(run.nth)][0]) == 0.0
    assert run.wall_start_day.min() < run.ready_day.min()
    assert found.costs[2] == 0.0  # nothing moves


# --- the questions turned round -------------------------------------------------------------------


def test_the_smallest_fleet_is_in_time_and_one_less_is_not() -> None:
    m = model(houses=[{"plan": HOUSE, "count": 24}], repetitions=20)
    by = date(2027, 8, 20)
    fleet = smallest_fleet(m, by, 0.8)
    assert fleet.worked is not None and fleet.smaller is not None
    found = fleet.worked.model
    (teams,) = found.counts
    again = repeated(found)
    last = (by - found.programme.start).days + 1
    assert np.mean([a.finish_day <= last for a in again]) >= 0.8
    assert np.mean([a.finish_day <= last for a in repeated(m.manned([teams - 1]))]) < 0.8
    for fewer in ((found.ground - 1, found.finishing), (found.ground, found.finishing - 1)):
        if min(fewer) > 0:
            assert np.mean([a.finish_day <= last for a in repeated(found.manned([teams], *fewer))]) < 0.8
    assert in_time_share(fleet.worked, by) == np.mean([a.finish_day <= last for a in again])


def test_a_date_that_no_fleet_keeps_is_said_so() -> None:
    fleet = smallest_fleet(model(houses=[{"plan": HOUSE, "count": 3}]), date(2027, 4, 1), 0.9)
    assert fleet.worked is None and fleet.best.model.counts == (3,)
    with pytest.raises(UsageError, match="before the start"):
        smallest_fleet(model(), date(2026, 1, 1), 0.9)


def test_a_rare_kind_that_alone_can_build_a_house_is_not_left_out_of_the_search() -> None:
    m = model(houses=[{"plan": TALL}], teams=[{"printer": "icon-vulcan-2", "count": 60}, {"printer": "cobod-bod2"}])
    late = smallest_fleet(m, date(2027, 4, 1), 0.9)
    assert late.worked is None and late.best.model.counts[1] == 1
    fleet = smallest_fleet(m, date(2029, 1, 1), 0.9)
    assert fleet.worked is not None and fleet.worked.model.counts[1] == 1 and fleet.smaller is None


def test_strategies_have_as_many_people_on_the_walls() -> None:
    m = model_of(
        programme_of(
            asked(houses=[{"plan": HOUSE, "count": 12}], teams=[{"printer": "cobod-bod2", "count": 6}]), EXAMPLES
        ),
        methods=method_ids(),
    )
    ways = {w.name: w.worked for w in strategies(m)}
    assert {"printed, cobod-bod2", *method_ids()} < set(ways)
    everybody = 6 * team_persons(m, 0)
    for name, done in ways.items():
        assert done is not None
        most = max(team_persons(m, k) for k, n in enumerate(done.model.counts) if n)
        assert abs(done.persons() - everybody) <= most, name
    mixed = [done for name, done in ways.items() if "rest" in name]
    assert len(mixed) == 2 and all(d is not None and (d.stated.houses > 0).sum() == 2 for d in mixed)
    alone = ways["timber-frame"]
    assert alone is not None
    same = model(houses=[{"plan": HOUSE, "count": 12}],
                 teams=[{"method": "timber-frame", "count": sum(alone.model.counts)}])  # fmt: skip
    assert ran(same)[1].cost == pytest.approx(alone.stated.cost)


@pytest.mark.parametrize("teams", [1, 2, 4])
def test_ways_of_the_same_teams_are_told_once_and_mixed_ones_by_the_share_that_prints(teams: int) -> None:
    m = model_of(
        programme_of(
            asked(houses=[{"plan": HOUSE, "count": 6}], teams=[{"printer": "cobod-bod2", "count": teams}]), EXAMPLES
        ),
        methods=method_ids(),
    )
    ways = strategies(m, sizes=SIZES)
    fleets = [w.worked.model.counts for w in ways if w.worked is not None]
    assert len(fleets) == len(set(fleets)) == len(ways)
    assert len({w.name for w in ways}) == len(ways)
    assert ways[0].name == "printed, cobod-bod2" and fleets[0] == m.counts
    mixed = [w for w in ways if "rest" in w.name]
    for way in mixed:
        assert way.worked is not None
        printing = team_persons(m, 0) * way.worked.model.counts[0] / way.worked.persons()
        assert way.name.startswith(f"{100 * printing:.0f} % printed, rest ")
        size = float(way.name.partition("× ")[2] or 1)
        least = team_persons(m, 0) + max(team_persons(m, k) for k, n in enumerate(way.worked.model.counts) if n)
        assert way.worked.persons() <= max(size * teams * team_persons(m, 0) * 1.3, least)
    assert mixed


def test_gains_are_what_a_run_with_one_more_gains() -> None:
    m = model(houses=[{"plan": HOUSE, "count": 10}], crews={"ground": 1, "finishing": 10})
    stated = ran(m)[1]
    gains = {g.what: g.gained_days for g in gains_of(m, stated)}
    assert gains["ground crews"] == pytest.approx(stated.finish_day - ran(m.manned([1], 2, 10))[1].finish_day)
    assert gains["cobod-bod2"] == pytest.approx(stated.finish_day - ran(m.manned([2], 1, 10))[1].finish_day)
    assert gains["finishing crews"] == 0.0


@pytest.mark.parametrize("weather", [None, [0.9] * 12])
def test_a_programme_that_lasts_for_centuries_is_refused(weather: list[float] | None) -> None:
    shares = {} if weather is None else {"weather": {"lost_share": weather}}
    m = model(houses=[{"plan": HOUSE, "count": 40_000}], repetitions=1, crews={"ground": 1}, **shares)
    for draw in (None, 0):
        with pytest.raises(UsageError, match="more than 400 years with these teams and crews; give it more"):
            simulated(m, draw)


def test_the_search_begins_with_fleets_that_take_centuries() -> None:
    m = model(houses=[{"plan": HOUSE, "count": 20_000}], teams=[{"printer": "cobod-bod2", "count": 50}])
    fleet = smallest_fleet(m, date(2037, 1, 1), 0.9)
    assert fleet.worked is not None and 20 < fleet.worked.model.counts[0] < 100


# --- what comes out -------------------------------------------------------------------------------


def test_the_document_adds_up_and_is_plain() -> None:
    done = work_out(programme_of(asked(houses=[{"plan": HOUSE, "count": 5}], repetitions=10), EXAMPLES))
    d = programme_document(done, Wanted(date(2030, 1, 1), 1e9, 0.9))
    plain(d)
    stated = d["cost"]["stated"]
    assert sum(v for k, v in stated.items() if k != "total") == pytest.approx(stated["total"], abs=0.05)
    assert sum(m["stated"] for m in d["handed_over"]) == 5 == d["handed_over"][-1]["stated_in_all"]
    assert d["finish"]["p10_day"] <= d["finish"]["p50_day"] <= d["finish"]["p90_day"]
    assert d["wanted"]["in_time_share"] == 1.0 == d["wanted"]["within_budget_share"]
    assert {a["name"] for a in d["assumptions"]} >= {"programme.repair_time_h", "terms.learning_fraction"}
    again = programme_document(work_out(done.model.programme), Wanted(date(2030, 1, 1), 1e9, 0.9))
    assert d == again


def plain(value: Any) -> None:
    """Nothing but what JSON has."""
    if isinstance(value, dict):
        for key, item in value.items():
            assert isinstance(key, str)
            plain(item)
    elif isinstance(value, list):
        for item in value:
            plain(item)
    else:
        assert value is None or type(value) in (str, bool, int, float)
        assert not isinstance(value, float) or math.isfinite(value)


def test_events_are_in_order_and_complete() -> None:
    done = work_out(programme_of(asked(houses=[{"plan": HOUSE, "count": 4}]), EXAMPLES))
    rows = list(event_rows(done))
    assert all(set(row) <= set(COLUMNS) and row["event"] in EVENTS for row in rows)
    assert [row["day"] for row in rows] == sorted(row["day"] for row in rows)
    for event in set(EVENTS) - {"move"}:
        assert sorted(row["house"] for row in rows if row["event"] == event) == [1, 2, 3, 4]
    assert rows[-1]["event"] == "handed-over"
    drawn = work_out(programme_of(asked(houses=[{"plan": HOUSE, "count": 4}], repetitions=2), EXAMPLES))
    run = simulated(drawn.model, 1)
    (last,) = list(event_rows(drawn, run))[-1:]
    assert last["day"] == round(drawn.accounts[1].finish_day, 4) != rows[-1]["day"]
    assert rows[-1]["date"] == day_of(date(2027, 3, 1), done.stated.finish_day).isoformat()


def test_facts_of_the_programme_have_ranges_and_reasons() -> None:
    facts = load_programme_facts().facts
    assert all(f.low <= f.value <= f.high and (f.note or f.source) for f in facts.values())
    assert sum(f.low < f.high for f in facts.values()) == len(facts)
