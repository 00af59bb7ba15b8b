"""Places within regions, and other price years."""

from __future__ import annotations

import pytest

from estimator import estimate
from estimator.ledger import total
from materials import TableError, index_years, load_region, load_site, place_ids
from tests.helpers import small_house


def test_rates_of_a_place_are_those_of_its_region_times_its_factor() -> None:
    usa, texas = load_region("usa"), load_region("usa/texas")
    for name in ("mason_rate_per_h", "ready_mix_rate_per_m3", "goods_level_per_usd", "house_cost_per_m2"):
        assert float(texas.facts[name]) == pytest.approx(0.88 * float(usa.facts[name]))
        assert texas.facts[name].basis == "assumed" and "Times 0.88" in texas.facts[name].note
    for name in ("labour_hours_factor", "grid_carbon_kg_per_kwh", "idle_factor"):
        assert texas.facts[name] == usa.facts[name]
    assert texas.id == "usa/texas" and texas.name == "United States, Texas"
    assert load_site("usa/texas") == load_site("usa")


def test_another_year_moves_rates_by_the_index() -> None:
    now, then = load_region("usa"), load_region("usa@2019")
    assert float(then.mason_rate_per_h) == pytest.approx(float(now.mason_rate_per_h) * 106 / 144)
    assert then.price_year == 2019
    both = load_region("usa/california@2019")
    assert float(both.mason_rate_per_h) == pytest.approx(float(then.mason_rate_per_h) * 1.22)
    assert load_region("usa@2024").facts["mason_rate_per_h"].value == float(now.mason_rate_per_h)


def test_a_house_costs_there_and_then_what_its_rates_make() -> None:
    here, there = (
        estimate(small_house(), printer="cobod-bod2", region=region, samples=0) for region in ("usa", "usa/alaska")
    )
    shared = [float(total(e.outcome.beside.shared)) for e in (here, there)]
    assert shared[1] == pytest.approx(1.75 * shared[0], rel=0.02)
    walls = [float(total(e.outcome.lines)) for e in (here, there)]
    assert walls[0] < walls[1] < 1.75 * walls[0]  # mix and machine come from elsewhere


@pytest.mark.parametrize(
    ("name", "said"),
    [("usa/texs", "did you mean usa/texas"), ("kenya/nairobi", "no places of kenya"),
     ("usa@2031", "there is 2017 to 2024"), ("germany@2020", "there is none"),
     ("usa@soon", "is no year"), ("narnia/west", "there is no region")],
)  # fmt: skip
def test_places_and_years_that_are_not_on_file_are_refused(name: str, said: str) -> None:
    with pytest.raises(TableError, match=said):
        load_region(name)


def test_places_and_years_can_be_listed() -> None:
    assert "usa/texas" in place_ids("usa") and all(name.startswith("uk/") for name in place_ids("uk"))
    assert index_years("usa") == tuple(range(2017, 2025)) and index_years("kenya") == ()
