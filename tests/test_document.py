"""The estimate document: complete, plain, finite, and its totals add up."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import estimator
from estimator import as_document, check, comparison_document, estimate, read_plan
from estimator.carbon import carbon_kg, carbon_lines
from estimator.compare import compare
from estimator.cost import Market
from estimator.document import NOZZLE_PARTS, SHIFT_PARTS
from estimator.estimate import Estimate
from estimator.ledger import total
from estimator.plan import Plan
from estimator.values import Draw
from materials import load_mix, load_resource, load_terms

TOP_LEVEL = {
    "schema", "version", "plan", "printer", "mix", "wall_system", "region", "currency", "price_year", "toolpath",
    "time", "material", "structure", "cost", "conventional", "comparison", "carbon", "uncertainty", "schedule",
    "findings", "assumptions",
}  # fmt: skip
LINE = set(
    "item element code what quantity unit rate amount p10 p90 carbon_kg kind phase shared factors origin "
    "assumed".split()
)


@pytest.fixture(scope="module")
def house(repo_root: Path) -> Plan:
    return read_plan(repo_root / "examples" / "rectangular-72.json")


@pytest.fixture(scope="module")
def printed(house: Plan) -> Estimate:
    return estimate(house, printer="cobod-bod2", samples=500)


@pytest.fixture(scope="module")
def document(printed: Estimate) -> dict[str, Any]:
    return as_document(printed)


def leaves(item: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(item, dict):
        for key, value in item.items():
            assert type(key) is str
            yield from leaves(value, f"{where}/{key}")
    elif type(item) is list:
        for i, value in enumerate(item):
            yield from leaves(value, f"{where}/{i}")
    else:
        yield where, item


def test_document_has_every_promised_key(document: dict[str, Any]) -> None:
    assert document.keys() >= TOP_LEVEL
    assert document["schema"] == "printhouse-estimate/1"
    assert document["version"] == estimator.__version__
    parts = {
        "plan": "name source storeys floor_area_m2 wall_length_m wall_area_m2 net_wall_volume_m3 openings rooms",
        "toolpath": "layers bands beads segments extruded_length_m travel_length_m travel_min_m starts starts_min "
        "stations elements",
        "time": "deposition_s travel_s start_stop_s layer_change_s slow_s wait_s nozzle_s availability_s insert_s "
        "station_move_s shift_overhead_s print_shift_s print_days setup_s teardown_s house_days",
        "material": "printed_volume_m3 waste_m3 ordered_volume_m3 printed_mass_kg lines",
        "structure": "checks",
        "cost": "lines printed_walls shell whole_house total_per_m2",
        "carbon": "lines printed_walls_kg whole_house_kg",
        "uncertainty": "samples seed nozzle_s print_days cost carbon drivers",
        "schedule": "activities",
    }
    for part, names in parts.items():
        assert document[part].keys() >= set(names.split()), part


def test_document_holds_plain_finite_values_only(document: dict[str, Any]) -> None:
    for where, leaf in leaves(document):
        assert type(leaf) in (str, bool, int, float, type(None)), where
        if type(leaf) is float:
            assert math.isfinite(leaf), where
            assert math.copysign(1, leaf) > 0 or leaf != 0, f"{where} is minus zero"
    json.dumps(document, allow_nan=False)


def test_every_cost_line_is_quantity_times_rate_to_the_cent(document: dict[str, Any]) -> None:
    ledgers = [document["cost"]["lines"], *(m[k] for m in document["conventional"] for k in ("lines", "finish_lines"))]
    for line in (line for ledger in ledgers for line in ledger):
        assert line.keys() == LINE
        assert line["p10"] <= line["p90"]
        product = math.prod(factor["value"] for factor in line["factors"])
        assert not line["factors"] or line["quantity"] == pytest.approx(product, rel=1e-4)
        assert line["amount"] == round(line["quantity"] * line["rate"], 2)
        assert line["origin"], f"{line['code']} says not where it comes from"


def test_percentages_are_taken_on_the_sum_of_the_lines_above(document: dict[str, Any]) -> None:
    for method in document["conventional"]:
        for ledger in (method["lines"], method["finish_lines"]):
            above: dict[str, float] = {}
            for line in ledger:
                if line["unit"] == "money":
                    assert line["quantity"] == round(above[line["phase"]], 2)
                above[line["phase"]] = above.get(line["phase"], 0.0) + line["amount"]


def test_fees_bear_no_overhead(document: dict[str, Any]) -> None:
    site = [line for line in document["cost"]["lines"] if line["phase"] == "site"]
    (over,) = [line for line in site if line["unit"] == "money"]
    fees = {line["code"]: line["amount"] for line in site if line["kind"] == "fee"}
    assert len(fees) == 3
    assert over["quantity"] == round(sum(x["amount"] for x in site if x["kind"] not in ("fee", "overhead")), 2)


def test_totals_are_the_sums_of_the_lines_shown(document: dict[str, Any]) -> None:
    cost = document["cost"]
    sums = {
        "printed_walls": {"walls"},
        "shell": {"walls", "foundation", "floors-and-roof"},
        "whole_house": {line["phase"] for line in cost["lines"]},
    }
    for name, phases in sums.items():
        assert cost[name] == round(sum(x["amount"] for x in cost["lines"] if x["phase"] in phases), 2)
    assert cost["total_per_m2"] == round(cost["whole_house"] / document["plan"]["floor_area_m2"], 2)
    assert sum(cost["stages"].values()) == pytest.approx(cost["whole_house"], abs=0.005)
    assert sum(item["amount"] for item in cost["items"]) == pytest.approx(cost["whole_house"], abs=0.005)
    rests = set()
    for method in document["conventional"]:
        assert method["walls"] == round(sum(line["amount"] for line in method["lines"]), 2)
        assert method["finishes"] == round(sum(line["amount"] for line in method["finish_lines"]), 2)
        rests.add(round(method["whole_house"] - method["walls"] - method["finishes"], 2))
        assert sum(method["stages"].values()) == pytest.approx(method["whole_house"], abs=0.005)
    assert len(rests) == 1  # what printing does not change is the same in every house


def test_items_are_their_lines(document: dict[str, Any]) -> None:
    items = {item["item"]: item for item in document["cost"]["items"]}
    roof = items["roof-frame"]
    assert roof["element"] == "B1021" and roof["unit"] == "m2" and roof["activity"] == "roof-structure"
    assert roof["quantity"] == pytest.approx(1.25 * document["measures"]["footprint_m2"])
    assert roof["formula"] == "footprint_m2 72 × 1.25"
    lines = [line for line in document["cost"]["lines"] if line["item"] == "roof-frame"]
    assert roof["amount"] == pytest.approx(sum(line["amount"] for line in lines), abs=0.005)
    hours = {line["code"].split(".")[1]: line["quantity"] for line in lines if line["kind"] == "labour"}
    assert roof["hours"] == pytest.approx(hours, abs=1e-3)
    assert roof["rate"] == pytest.approx(roof["amount"] / roof["quantity"], abs=1e-4)


def test_every_line_tells_what_it_emitted_and_they_add_up(document: dict[str, Any]) -> None:
    lines = document["cost"]["lines"]
    assert sum(x["carbon_kg"] or 0 for x in lines) == pytest.approx(document["carbon"]["whole_house_kg"], abs=3)
    assert all((x["carbon_kg"] is None) == (x["kind"] in ("labour", "overhead")) for x in lines if x["item"])
    items = sum(i["carbon_kg"] for i in document["cost"]["items"])
    assert items == pytest.approx(document["carbon"]["whole_house_kg"], abs=3)
    for method in document["conventional"]:
        walls = sum(x["carbon_kg"] or 0 for x in method["lines"])
        assert walls == pytest.approx(method["carbon_kg"], abs=1)


def test_the_house_is_set_beside_published_costs(document: dict[str, Any]) -> None:
    found = document["top_down"]
    assert found["method"] == "timber-frame"
    (method,) = [m for m in document["conventional"] if m["method"] == "timber-frame"]
    assert found["per_m2"] == pytest.approx(method["whole_house"] / document["plan"]["floor_area_m2"], abs=0.01)
    assert found["is_within"] == (found["published_low"] <= found["per_m2"] <= found["published_high"])
    assert sum(stage["share"] for stage in found["stages"]) == pytest.approx(1, abs=5e-4)


def test_rounding_moves_no_total_by_more_than_the_cents_of_its_lines(
    document: dict[str, Any], printed: Estimate
) -> None:
    lines = printed.outcome.lines
    assert document["cost"]["printed_walls"] == pytest.approx(float(total(lines)), abs=0.03 * len(lines))


def test_times_are_sums_of_the_times_shown(document: dict[str, Any]) -> None:
    time = document["time"]
    assert time["nozzle_s"] == round(sum(time[n] for n in NOZZLE_PARTS), 3)
    assert time["print_shift_s"] == round(time["nozzle_s"] + sum(time[n] for n in SHIFT_PARTS), 3)
    assert type(time["print_days"]) is int


def test_comparison_subtracts_conventional_from_printed(document: dict[str, Any]) -> None:
    assert len(document["comparison"]) == len(document["conventional"]) > 0
    for row, method in zip(document["comparison"], document["conventional"], strict=True):
        assert row["method"] == method["method"]
        for name in ("cost", "whole_house_cost", "days", "wall_days", "labour_h", "carbon_kg", "whole_house_carbon_kg"):
            sides = row[name]
            assert sides["difference"] == pytest.approx(sides["printed"] - sides["conventional"], abs=0.01)
            assert sides["ratio"] == pytest.approx(sides["printed"] / sides["conventional"], rel=1e-3)
        assert row["cost"]["printed"] == document["cost"]["printed_walls"]
        assert row["carbon_kg"]["printed"] == document["carbon"]["printed_walls_kg"]


def test_wall_days_are_print_days_and_the_days_of_moving_in_and_out(document: dict[str, Any]) -> None:
    time = document["time"]
    moving_days = math.ceil((time["setup_s"] + time["teardown_s"]) / 28800)
    assert document["comparison"][0]["wall_days"]["printed"] == time["print_days"] + moving_days


def test_carbon_of_the_mix_is_its_volume_times_its_factor(printed: Estimate, document: dict[str, Any]) -> None:
    mix = load_mix(printed.mix.id)
    by_code = {line["code"]: line["carbon_kg"] for line in document["carbon"]["lines"]}
    both = by_code["mix"] + by_code["mix-waste"]
    haul = 1 + float(load_terms().haul_carbon_fraction)
    assert both == pytest.approx(haul * float(printed.outcome.quantities.carbon_kg), abs=0.2)
    volume_m3 = document["material"]["ordered_volume_m3"]
    assert both == pytest.approx(haul * volume_m3 * float(mix.carbon_kg_per_m3), rel=1e-4)


def test_carbon_of_inserts_is_their_quantity_times_the_factor_of_the_resource(printed: Estimate) -> None:
    draw = Draw()
    market = Market.of(printed.region, printed.terms, draw)
    found = {line.code: line for line in carbon_lines(printed.outcome.lines, printed.mix, market)}
    haul = 1 + float(load_terms().haul_carbon_fraction)
    for line in printed.outcome.lines:
        if line.code in ("lintels", "ties", "ladder"):
            resource = {"lintels": "lintel-m", "ties": "wall-tie", "ladder": "ladder-m"}[line.code]
            factor = float(load_resource(resource).carbon_kg)
            assert float(found[line.code].carbon_kg) == pytest.approx(float(line.quantity) * factor * haul)
            assert f"resource.{resource}.carbon_kg" in draw.used
    assert float(carbon_kg(printed.outcome.lines, printed.mix, market)) == pytest.approx(
        sum(float(line.carbon_kg) for line in found.values())
    )
    assert not {"machine", "print-crew", "contingency"} & found.keys()
    site = {line.code: float(line.quantity) for line in printed.outcome.lines}
    grid, crane, trip = (float(f) for f in (
        printed.region.grid_carbon_kg_per_kwh, printed.terms.crane_carbon_kg_per_h, printed.terms.trip_carbon_kg
    ))  # fmt: skip
    assert float(found["energy"].carbon_kg) == pytest.approx(grid * site["energy"])
    assert float(found["crane"].carbon_kg) == pytest.approx(crane * site["crane"])
    assert float(found["transport"].carbon_kg) == pytest.approx(trip * site["transport"])


def test_carbon_of_the_whole_house_is_that_of_walls_finishes_and_the_rest(document: dict[str, Any]) -> None:
    carbon = document["carbon"]
    assert carbon["whole_house_kg"] > carbon["printed_walls_kg"] > 0
    others = [m["whole_house_carbon_kg"] - m["carbon_kg"] for m in document["conventional"]]
    assert max(others) - min(others) < 0.3 * min(others)  # only finishes differ


def test_assumptions_list_every_used_fact_that_is_neither_measured_nor_published(
    printed: Estimate, document: dict[str, Any]
) -> None:
    names = {a["name"] for a in document["assumptions"]}
    for name, fact in printed.used.items():
        assert (name in names) == (fact.basis in ("assumed", "derived")), name
    assert "resource.wall-tie.carbon_kg" in names or load_resource("wall-tie").carbon_kg.basis == "published"
    for entry in document["assumptions"]:
        assert entry["note"], f"{entry['name']} gives no reason"


def test_the_plans_own_assumptions_come_first(repo_root: Path) -> None:
    plan = read_plan(repo_root / "examples" / "stupino-round-house.json")
    entries = as_document(estimate(plan, printer="apis-cor-2017", samples=0))["assumptions"]
    assert plan.assumptions
    assert [a["note"] for a in entries if a["name"] == "plan"] == list(plan.assumptions)
    assert entries[0]["name"] == "plan" and entries[0]["value"] is None


def test_wet_wall_is_checked_for_every_storey(document: dict[str, Any], house: Plan) -> None:
    rows = [c for c in document["structure"]["checks"] if c["name"] == "wet-wall-yields"]
    assert [r["where"].split(",")[0] for r in rows] == [s.id for s in house.storeys]
    for row in document["structure"]["checks"]:
        if row["utilisation"] < 99:  # the most that is shown, also where nothing is left
            assert row["utilisation"] == pytest.approx(row["demand"] / row["capacity"], rel=1e-3)
        assert row["source"]
    assert document["structure"]["not_modelled"]


def test_polymer_has_no_wet_wall_to_check(repo_root: Path) -> None:
    plan = read_plan(repo_root / "examples" / "kamermaker-cabin.json")
    assert as_document(estimate(plan, printer="dus-kamermaker", samples=0))["structure"]["checks"] == []


def test_without_samples_there_are_no_ranges(house: Plan) -> None:
    document = as_document(estimate(house, samples=0))
    assert document["uncertainty"] == {
        "samples": 0, "seed": None, "drivers": [], "drivers_of": {}, "chances": {}, "densities": {}, "settings": [],
    }  # fmt: skip


def test_same_input_same_bytes(house: Plan, document: dict[str, Any]) -> None:
    again = as_document(estimate(house, printer="cobod-bod2", samples=500))
    assert json.dumps(again) == json.dumps(document)


def test_a_number_that_is_none_stops_the_document(printed: Estimate) -> None:
    from dataclasses import replace

    broken = replace(printed, outcome=replace(printed.outcome, house_days=math.nan))
    with pytest.raises(ValueError, match="nan came out of the calculation"):
        as_document(broken)


def test_document_of_the_sample_house_has_not_changed(house: Plan, golden: Callable[..., None]) -> None:
    document = as_document(estimate(house, printer="cobod-bod2", region="usa", samples=0))
    del document["version"]
    document["assumptions"] = [a["name"] for a in document["assumptions"]]
    for method in document["conventional"]:
        method["lines"] = {f"{i:02d} {line['what']}": line["amount"] for i, line in enumerate(method["lines"])}
    for lines in (document["cost"]["lines"], document["material"]["lines"], document["carbon"]["lines"]):
        for line in lines:
            line["origin"] = "; ".join(line["origin"])
    golden("rectangular-72", document, rel=1e-4)


def test_comparison_document_has_rows_methods_and_refusals(house: Plan) -> None:
    d = comparison_document(compare(house, ["cobod-bod2", "cobod-bod1"], samples=200))
    assert [row["printer"] for row in d["rows"]] == ["cobod-bod2"]
    assert d["rows"][0]["uncertainty"].keys() == {"nozzle_s", "print_days", "cost", "house_cost"}
    assert {m["method"] for m in d["conventional"]} >= {"concrete-block", "timber-frame"}
    assert all(m["uncertainty"]["cost"]["p10"] <= m["uncertainty"]["cost"]["p90"] for m in d["conventional"])
    assert [(r["printer"], r["code"]) for r in d["cannot"]] == [("cobod-bod1", "envelope")]
    json.dumps(d, allow_nan=False)


# --- the public face ---------------------------------------------------------------------------


def test_public_names_are_what_they_say_whoever_imported_what_first() -> None:
    import estimator.check
    import estimator.compare
    import estimator.estimate

    for name in ("estimate", "compare", "check"):
        assert callable(getattr(estimator, name)), f"estimator.{name} is a module"
    assert {estimator.read_plan, estimator.as_document}
    assert set(estimator.__all__) <= set(dir(estimator))
    assert all(getattr(estimator, name) is not None for name in estimator.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = estimator.nothing


def test_version_is_the_one_of_the_project(repo_root: Path) -> None:
    import tomllib

    project = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project.get("version", estimator.__version__) == estimator.__version__


def test_check_says_what_keeps_a_printer_from_a_plan(house: Plan) -> None:
    assert [f for f in check(house) if f.severity == "error"] == []
    assert [f.code for f in check(house, "cobod-bod1") if f.severity == "error"] == ["envelope"]
    assert [f for f in check(house, "cobod-bod2") if f.severity == "error"] == []


def test_check_finds_what_is_wrong_with_a_plan_made_by_hand(house: Plan) -> None:
    from dataclasses import replace

    wall = house.walls[0]
    upside_down = replace(house, walls=(replace(wall, top_m=wall.base_m - 1), *house.walls[1:]))
    assert [f.code for f in check(upside_down, "cobod-bod2") if f.severity == "error"] == ["wall-height"]
    assert [f.severity for f in check(replace(house, walls=()))] == ["error"]
