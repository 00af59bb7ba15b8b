"""The whole house: critical path by hand on the real network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.cost import Market
from estimator.ledger import Line
from estimator.schedule import ActivityDates, WallWork, house_network, house_schedule
from estimator.values import Draw, Samples
from materials import load_region, load_terms

DRY = load_terms().replace(weather_loss_fraction=0.0)
MARKET = Market.of(load_region("usa"), DRY, Draw())
NETWORK = house_network(100.0, MARKET)


def dates(walls: WallWork, floor_area_m2: float = 100.0) -> tuple[dict[str, ActivityDates], float]:
    found, days = house_schedule(walls, house_network(floor_area_m2, MARKET))
    return {a.id: a for a in found}, float(days)


def test_a_masonry_house_can_be_added_up_by_hand() -> None:
    # 100 m², five-day week: a working day is 1.4 calendar days; the walls take 10 working days and wait for 2
    found, days = dates(WallWork(10, 2, True, True))
    by_hand = {
        "mobilise": 2 * 1.4,
        "excavate": 5 * 1.4,
        "foundation": 9 * 1.4,
        "cure-foundation": 12 * 1.4 + 3,
        "walls": 22 * 1.4 + 3 + 2,
        "ring-beam": 25 * 1.4 + 5 + 2,
        "roof-structure": 29 * 1.4 + 7,
        "roof-covering": 33 * 1.4 + 7,
        "windows": 35 * 1.4 + 7,
        "services": 41 * 1.4 + 7,
        "linings": 51 * 1.4 + 7,
        "plaster-drying": 51 * 1.4 + 7 + 14,
        "screed": 54 * 1.4 + 7 + 21,
        "outer-finish": 43 * 1.4 + 7,
        "floors": 62 * 1.4 + 28,
        "joinery": 72 * 1.4 + 28,
        "paint": 79 * 1.4 + 28,
        "external-works": 49 * 1.4 + 7,
        "snagging": 83 * 1.4 + 28,
    }
    assert {name: float(a.finish_day) for name, a in found.items()} == pytest.approx(by_hand)
    assert days == pytest.approx(144.2)


def test_a_dry_frame_house_leaves_out_ring_beam_plaster_and_screed() -> None:
    found, days = dates(WallWork(10, 0, False, False))
    assert not {"ring-beam", "plaster-drying", "screed"} & set(found)
    # 2+3+4+3+10+4+4+8+10+8+10+7+4 = 77 working days and 3 of curing
    assert days == pytest.approx(77 * 1.4 + 3)
    assert found["roof-structure"].after == ("walls",)


def test_the_critical_activities_are_those_without_slack() -> None:
    found, _ = dates(WallWork(10, 2, True, True))
    spare = {name for name, a in found.items() if not a.is_critical}
    assert spare == {"windows", "plaster-drying", "outer-finish", "external-works"}


@given(
    st.floats(0, 200), st.floats(0, 30), st.booleans(), st.booleans(), st.floats(20, 2000),
)  # fmt: skip
def test_dates_are_consistent(work: float, wait: float, masonry: bool, wet: bool, area: float) -> None:
    found, days = dates(WallWork(work, wait, masonry, wet), area)
    for a in found.values():
        assert a.start_day <= a.finish_day <= days
        assert float(a.start_day) == pytest.approx(max((float(found[n].finish_day) for n in a.after), default=0.0))
        if a.is_critical and float(a.finish_day) < days - 1e-6:
            assert any(a.id in b.after and b.is_critical for b in found.values())
    # the lengths of a chain of critical activities fill the whole time
    chain, here = 0.0, next(a for a in found.values() if a.is_critical and float(a.finish_day) >= days - 1e-6)
    while True:
        chain += float(here.finish_day) - float(here.start_day)
        before = [found[n] for n in here.after if found[n].is_critical]
        if not before:
            break
        here = max(before, key=lambda a: float(a.finish_day))
    assert chain == pytest.approx(days)


@given(st.floats(0, 100), st.floats(0, 50), st.floats(0, 20), st.booleans(), st.booleans())
def test_longer_walls_never_shorten_the_house(work: float, more: float, wait: float, masonry: bool, wet: bool) -> None:
    short, long = (dates(WallWork(w, wait, masonry, wet))[1] for w in (work, work + more))
    # the walls are always critical: the house takes as much longer as they do
    assert long - short == pytest.approx(more * 1.4, abs=1e-6)


def test_a_larger_house_takes_longer_but_not_in_proportion() -> None:
    small, large = (dates(WallWork(10, 2, True, True), area)[1] for area in (100.0, 200.0))
    assert small < large < 2 * small


def test_a_six_day_week_is_shorter() -> None:
    six = Market.of(load_region("usa"), DRY.replace(working_days_per_week=6), Draw())
    quick = float(house_schedule(WallWork(10, 2, True, True), house_network(100.0, six))[1])
    # 83 working days at 7/6 instead of 7/5 and the same 28 days of waiting
    assert quick == pytest.approx(83 * 7 / 6 + 28)


def test_weather_stops_what_is_done_outside_and_nothing_else() -> None:
    wet = Market.of(load_region("usa"), load_terms().replace(weather_loss_fraction=0.2), Draw())
    found, _ = house_schedule(WallWork(10, 2, True, True), house_network(100.0, wet))
    dry, _ = dates(WallWork(10, 2, True, True))
    for a in found:
        length = float(a.finish_day) - float(a.start_day)
        usual = float(dry[a.id].finish_day) - float(dry[a.id].start_day)
        assert length >= usual - 1e-9
        if a.id in ("linings", "floors", "paint", "snagging", "plaster-drying"):
            assert length == pytest.approx(usual)
        if a.id in ("excavate", "roof-covering", "external-works"):
            assert length == pytest.approx(usual / 0.8)


def test_tasks_take_the_hours_of_their_lines_by_their_crews_in_whole_days() -> None:
    line = Line("x", "laying", 100.0, "h", 30.0, "floors-and-roof", "labour", item="roof-cover")
    network = house_network(100.0, MARKET, [line])
    days = {task.activity.id: task.work_days for task in network.tasks}
    assert days["roof-covering"] == pytest.approx(5 * 1.4)  # 100 h of three at 8 h: 4.17 days
    assert days["windows"] == 0.0 and days["snagging"] == pytest.approx(4 * 1.4)


def test_samples_have_their_own_end_each() -> None:
    draw = Samples(50, 1)
    network = house_network(100.0, Market.of(load_region("usa"), load_terms(), draw))
    walls = WallWork(np.linspace(5, 15, 50), 2.0, True, True)
    activities, days = house_schedule(walls, network)
    assert np.shape(days) == (50,)
    assert not any(a.is_critical for a in activities)
    assert np.all(np.asarray(days) >= np.asarray(activities[-1].finish_day) - 1e-9)
