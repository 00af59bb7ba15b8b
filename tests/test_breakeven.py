"""What would make printing pay: learning by hand, and break-even prices put back into the estimate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from estimator import estimate, read_plan
from estimator.breakeven import LEARNT, breakeven, series_cost, series_ratio
from estimator.cli import cli
from estimator.estimate import Estimate
from estimator.ledger import total
from estimator.report.breakeven import breakeven_object
from materials import load_mix, load_terms
from printers import load_printer

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "examples" / "rectangular-72.json"


@pytest.fixture(scope="module")
def house() -> Estimate:
    return made()


def made(**options: Any) -> Estimate:
    defaults: dict[str, Any] = {"printer": "cobod-bod2", "methods": ("cast-concrete", "timber-frame"), "samples": 0}
    return estimate(read_plan(HOUSE), **{**defaults, **options})


def test_the_second_house_saves_the_learning_and_the_fourth_that_of_the_second_again() -> None:
    assert series_ratio(1, 0.1) == 1
    assert series_ratio(2, 0.1) == pytest.approx((1 + 0.9) / 2)
    assert series_ratio(4, 0.1) == pytest.approx((1 + 0.9 + 3**-0.152003 + 0.81) / 4, rel=1e-5)
    assert series_ratio(10, 0.0) == 1


def test_long_series_go_on_where_short_ones_end() -> None:
    by_hand = sum(k**-0.15200309 for k in range(1, 5001)) / 5000
    assert series_ratio(5000, 0.1) == pytest.approx(by_hand, rel=1e-6)
    assert series_ratio(201, 0.1) < series_ratio(200, 0.1)


def test_a_series_of_one_is_the_estimate(house: Estimate) -> None:
    terms = load_terms()
    contingency = (float(terms.contingency_printed_fraction), float(terms.contingency_series_fraction))
    assert series_cost(house.outcome.lines, 1, 0.1, contingency) == pytest.approx(float(total(house.outcome.lines)))


def test_material_does_not_learn(house: Estimate) -> None:
    material = [line for line in house.outcome.lines if line.kind == "material"]
    assert not {line.code for line in material} & LEARNT
    assert series_cost(material, 100, 0.1, (0.15, 0.07)) == pytest.approx(float(total(material)))


def test_paying_the_break_even_price_makes_both_cost_the_same() -> None:
    dear = load_mix("bagged-mortar").replace(price_per_m3=300.0)
    cheap = load_printer("cobod-bod2").replace(hire_rate_per_day=400.0)
    e = made(mix=dear, printer=cheap, methods=("cast-concrete",))
    d = breakeven_object(e, "cast-concrete")
    levers = {x["name"]: x for x in d["methods"][0]["levers"]}
    assert levers["mix"]["value"] == pytest.approx(300.0)
    again = made(mix=dear.replace(price_per_m3=levers["mix"]["even_price"]), printer=cheap, methods=("cast-concrete",))
    (theirs,) = again.outcome.beside.conventional
    printed = float(total(again.outcome.lines) + total(again.outcome.finishes))
    assert printed == pytest.approx(float(total(theirs.lines) + total(theirs.finishes)), rel=1e-6)


def test_a_house_that_is_cheaper_at_once_pays_from_the_first(house: Estimate) -> None:
    free = made(printer=load_printer("cobod-bod2").replace(hire_rate_per_day=1.0),
                mix=load_mix("bagged-mortar").replace(price_per_m3=20.0), methods=("cast-concrete",))  # fmt: skip
    found = breakeven(free, lambda lever, factor: free, "cast-concrete")
    assert found.houses == 1
    never = breakeven(house, lambda lever, factor: house, "timber-frame")
    assert never.houses is None and all(lever.even_price is None for lever in never.levers)


def test_the_command_answers_as_page_csv_and_json_and_refuses_unknown_methods() -> None:
    run = CliRunner()
    page = run.invoke(cli, ["breakeven", str(HOUSE), "--method", "cast-concrete"])
    assert page.exit_code == 0 and "pays from" in page.stdout and "houses in series" in page.stdout
    d = json.loads(run.invoke(cli, ["breakeven", str(HOUSE), "-f", "json"]).stdout)
    assert d["schema"] == "printhouse-breakeven/1" and len(d["methods"]) == 8
    falling = [s["printed"] for s in d["series"]]
    assert falling == sorted(falling, reverse=True)
    rows = run.invoke(cli, ["breakeven", str(HOUSE), "-f", "csv"]).stdout.splitlines()
    assert len(rows) == 9 and rows[0].startswith("method,printed,conventional,houses,mix_now,mix_at")
    wrong = run.invoke(cli, ["breakeven", str(HOUSE), "--method", "straw"])
    assert wrong.exit_code == 2 and "known are concrete-block" in wrong.stderr
