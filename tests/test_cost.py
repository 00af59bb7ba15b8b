"""The ledger and the cost lines of printed walls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from estimator.cost import Market, insert_lines, markup_lines, printed_wall_lines
from estimator.ledger import Line, labour_h, total
from estimator.quantities import Quantities, print_quantities
from estimator.times import PrintTimes, print_times
from estimator.values import Draw
from estimator.work import Work
from materials import Mix, Region, load_mix, load_region, load_resource, load_terms
from printers import Printer, load_printer
from tests.helpers import values, work

USA = load_region("usa")
TERMS = load_terms()
GANTRY = load_printer("cobod-bod2")
MIX = load_mix("bagged-mortar")
OVERHEADS = ["engineering", "site-overhead", "overhead-profit", "contingency"]


def market(region: Region = USA) -> Market:
    return Market.of(region, TERMS, Draw())


def priced(
    what: Work, printer: Printer = GANTRY, mix: Mix = MIX, region: Region = USA
) -> tuple[dict[str, Line], PrintTimes, Quantities]:
    machine, stuff, terms = values(printer, mix)
    k = len(what.layers)
    times = print_times(what, np.full(k, 100.0), np.full(k, 20.0), printer, machine, stuff, terms)
    quantities = print_quantities(what, times, printer, machine, stuff, terms)
    lines = printed_wall_lines(what, times, quantities, printer, machine, mix, market(region))
    found = {line.code: line for line in lines}
    assert len(found) == len(lines)
    return found, times, quantities


def amount(line: Line) -> float:
    return float(line.amount)


# --- the ledger ---------------------------------------------------------------------------------


def test_an_amount_is_quantity_times_rate_and_a_total_their_sum() -> None:
    lines = [
        Line("a", "Bricks", 52.0, "each", 0.5, "walls", "material"),
        Line("b", "Mason", 2.0, "h", 40.0, "walls", "labour"),
        Line("c", "Helper", 1.5, "h", 20.0, "walls", "labour"),
    ]
    assert [line.amount for line in lines] == [26.0, 80.0, 30.0]
    assert total(lines) == 136.0
    assert labour_h(lines) == 3.5
    assert total([]) == 0.0


def test_samples_are_added_sample_by_sample() -> None:
    lines = [Line("a", "A", np.array([1.0, 2.0]), "m", 3.0, "walls", "material")] * 2
    assert np.asarray(total(lines)).tolist() == [6.0, 12.0]


# --- unit prices --------------------------------------------------------------------------------


def test_a_mix_costs_its_fixed_part_and_what_is_bought_here() -> None:
    site = load_mix("site-mixed-mortar").replace(price_per_m3=51, cement_kg_per_m3=600)
    here = USA.replace(cement_rate_per_kg=0.165)
    assert market(here).price(site, "mix.site") == pytest.approx(51 + 600 * 0.165)
    dearer = USA.replace(cement_rate_per_kg=0.265)
    assert market(dearer).price(site, "mix.site") == pytest.approx(51 + 600 * 0.265)


def test_a_lintel_costs_ten_blocks_a_metre() -> None:
    assert float(load_resource("lintel-m").block_each) == 10
    assert market(USA.replace(block_rate_each=2.0)).resource("lintel-m") == pytest.approx(20.0)


def test_euros_become_dollars_at_the_mean_rate_of_their_year() -> None:
    # exchange.csv: 0.924 EUR per USD in 2024
    assert market().in_currency(924.0, "EUR", 2024) == pytest.approx(1000.0)
    assert market().in_currency(100.0, "USD", 2024) == 100.0
    euro = USA.replace(currency="EUR", price_year=2024)
    assert market(euro).in_currency(1000.0, "USD", 2024) == pytest.approx(924.0)
    assert market(euro).in_currency(50.0, "EUR", 2019) == 50.0


def test_the_hire_of_a_printer_priced_in_euros_is_paid_in_dollars() -> None:
    found, *_ = priced(work(), GANTRY.replace(hire_rate_per_day=924.0, currency="EUR", price_year=2024))
    assert found["machine"].rate == pytest.approx(1000.0)


@pytest.mark.parametrize("code", ["transport", "mix", "lintels"])
def test_every_price_of_another_currency_is_converted(code: str) -> None:
    # the same region with all its rates in euros at 0.924 per dollar: every line at 0.924 of its dollars
    there = {n: float(f) * 0.924 for n, f in USA.facts.items() if "rate_" in n or n == "house_cost_per_m2"}
    euro = USA.replace(currency="EUR", price_year=2024, **there)
    what = work(lintels=2, lintel_length=2.0)
    dollars, euros = priced(what)[0][code], priced(what, region=euro)[0][code]
    assert euros.rate == pytest.approx(float(dollars.rate) * 0.924, rel=1e-6)


# --- printed walls ------------------------------------------------------------------------------


def test_the_lines_can_be_added_up_by_hand() -> None:
    printer = GANTRY.replace(
        crew_persons=3, setup_time_s=8 * 3600, teardown_time_s=8 * 3600, shift_time_s=8 * 3600,
        hire_rate_per_day=1000, currency="USD", transport_trips=2, power_w=12_000,
    )  # fmt: skip
    found, times, quantities = priced(work(lintels=2, lintel_length=2.5), printer)
    shift_h = float(times.print_shift_s) / 3600
    expected = {
        "mix": (float(quantities.printed_volume_m3), 800.0),
        "mix-waste": (float(quantities.waste_m3), 800.0),
        "print-operator": (shift_h, 45.0),
        "print-crew": (2 * shift_h, 30.0),
        "setup-crew": (16 * 3, 45.0),
        "machine": (2 + float(times.print_days), 1000.0),
        "crane": (2 * 2, 160.0),
        "transport": (4, 600.0),
        "energy": (12 * float(times.nozzle_s + times.availability_s) / 3600, 0.14),
        "lintels": (2.5 + 2 * 2 * 0.15, 10 * 2.4),
    }
    for code, (quantity, rate) in expected.items():
        assert float(found[code].quantity) == pytest.approx(quantity), code
        assert float(found[code].rate) == pytest.approx(rate), code


def test_overheads_stand_on_what_is_above_them() -> None:
    found, *_ = priced(work())
    direct = sum(amount(line) for code, line in found.items() if code not in OVERHEADS)
    engineering = direct * float(TERMS.engineering_fraction)
    site = (direct + engineering) * float(TERMS.site_overhead_fraction)
    profit = (direct + engineering + site) * float(TERMS.subcontractor_overhead_fraction)
    rest = (direct + engineering + site + profit) * float(TERMS.contingency_printed_fraction)
    assert [amount(found[code]) for code in OVERHEADS] == pytest.approx([engineering, site, profit, rest])
    assert total(found.values()) == pytest.approx(direct + engineering + site + profit + rest)
    assert list(found)[-4:] == OVERHEADS


def test_markups_of_nothing_are_nothing() -> None:
    lines = markup_lines([], market().terms, "contingency_printed_fraction")
    assert [amount(line) for line in lines] == [0.0, 0.0, 0.0]


def test_every_line_names_the_facts_behind_it() -> None:
    found, *_ = priced(work(lintels=1, lintel_length=1.0, tied=10, laddered=10))
    assert all(line.origin for line in found.values())
    assert {"ties", "ladder", "lintels"} <= set(found)
    assert all(line.phase == "walls" for line in found.values())


def test_walls_without_openings_ties_or_ladders_have_no_lines_for_them() -> None:
    found, *_ = priced(work())
    assert not {"ties", "ladder", "lintels", "bars", "assembly-crane"} & set(found)
    assert insert_lines(work(), market()) == []


def test_elements_are_placed_by_a_crane_and_its_crew() -> None:
    factory = load_printer("dus-kamermaker")
    found, *_ = priced(work(elements=6), factory, load_mix("polymer-pellet"))
    hours = 6 * float(factory.element_assembly_time_s) / 3600
    assert found["assembly-crane"].quantity == pytest.approx(hours)
    assert found["assembly-crew"].quantity == pytest.approx(hours * float(factory.assembly_crew_persons))


def test_standing_bars_are_fixed_by_the_wall_area() -> None:
    tengda = load_printer("tengda-2016")
    found, _, quantities = priced(work(external=20, internal=10), tengda, load_mix("ready-mix-c30"))
    seconds = float(tengda.rebar_labour_s_per_m2) * float(USA.labour_hours_factor)
    assert found["bars-labour"].quantity == pytest.approx(30 * seconds / 3600)
    assert found["bars"].quantity == pytest.approx(
        float(tengda.rebar_density_kg_per_m3) * float(quantities.printed_volume_m3)
    )


@pytest.mark.parametrize(
    ("rate", "codes"),
    [
        ("operator_rate_per_h", {"print-operator", "setup-crew"}),
        ("labourer_rate_per_h", {"print-crew", "start-finish"}),
        ("crane_rate_per_h", {"crane"}),
        ("electricity_rate_per_kwh", {"energy"}),
        ("block_rate_each", {"lintels"}),
    ],
)
def test_a_price_of_the_region_moves_its_lines_and_the_overheads_only(rate: str, codes: set[str]) -> None:
    what = work(lintels=2, lintel_length=2.0)
    before = priced(what)[0]
    after = priced(what, region=USA.replace(**{rate: float(USA.facts[rate]) * 1.1}))[0]
    moved = {code for code in before if amount(after[code]) > amount(before[code]) * (1 + 1e-9)}
    assert moved == codes | set(OVERHEADS)


def test_more_of_anything_never_costs_less() -> None:
    base = work(lintels=2, lintel_length=2.0, tied=10, laddered=10)
    before = float(total(priced(base)[0].values()))
    for change in (
        {"bead_volume_m3": 2.0}, {"lintels": 3}, {"lintel_length_m": 3.0}, {"tied_area_m2": 20.0},
        {"laddered_area_m2": 20.0}, {"set_ups": 2}, {"starts": np.array([4])},
    ):  # fmt: skip
        assert float(total(priced(replace(base, **change))[0].values())) > before, change


def test_every_start_is_smoothed_by_hand() -> None:
    # 100 layers of two starts, 18 s each: one hour
    site = GANTRY.replace(start_finish_time_s=18)
    of = work(layers=(100,), starts=(2,))
    assert priced(of, site)[0]["start-finish"].quantity == pytest.approx(1.0)
    assert priced(of, site)[0]["start-finish"].rate == float(USA.labourer_rate_per_h)
    assert "start-finish" not in priced(of, site.replace(start_finish_time_s=0))[0]
    assert "start-finish" not in priced(of, site.replace(continuity="never-stop"))[0]
