"""The house beside its bare walls: measures and items of the sample house by hand, and published costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import estimate, read_plan
from estimator.cost import Market
from estimator.document import as_document
from estimator.estimate import Estimate
from estimator.house import OVERHEADS, STAGE_NAMES, shared_lines, trade_lines
from estimator.ledger import Line, total
from estimator.measures import Measures, measures_of
from estimator.values import Draw
from materials import Region, load_region, load_terms, load_trades, region_ids
from materials.trades import MEASURES
from tests import helpers

ROOT = Path(__file__).resolve().parents[1]
HOUSE = Measures(100, 100, 0, 0, 40, 55, 55, 110, 95, 95, 200, 12, 2, 5)
TRADES = {trade.id: trade for trade in load_trades()}


def market(region: str | Region = "usa") -> Market:
    return Market.of(load_region(region) if isinstance(region, str) else region, load_terms(), Draw())


@pytest.fixture(scope="module")
def sample() -> Estimate:
    return estimate(read_plan(ROOT / "examples" / "rectangular-72.json"), printer="cobod-bod2", samples=0)


def test_the_sample_house_is_measured_as_by_hand(sample: Estimate) -> None:
    m = sample.measures
    # 9 × 8 m outside, axes at 8.75 and 7.75 m, walls 2.55 m high; bearing inside: 15.5 m of 0.15 m
    assert m.footprint_m2 == m.floor_m2 == pytest.approx(72.0) and m.upper_storeys == 0
    assert m.outer_wall_m == pytest.approx(2 * (8.75 + 7.75)) and m.bearing_wall_m == pytest.approx(48.5)
    assert m.scaffold_m2 == pytest.approx(33.0 * 2.55) and m.external_m2 == pytest.approx(84.15 - 14.88)
    assert m.window_m2 == pytest.approx(10.68) and (m.outer_doors, m.inner_doors) == (2, 3)


def test_a_second_storey_has_a_floor_of_its_own() -> None:
    plan = helpers.plan(*helpers.box(6.0, 4.0), *helpers.box(6.0, 4.0, base=2.5, storey=1), storeys=(0.0, 2.5))
    e = estimate(plan, printer="cobod-bod2", samples=0, methods=())
    m = measures_of(plan, e.takeoff)
    assert m.upper_storeys == 1 and m.upper_floor_m2 == pytest.approx(m.footprint_m2) == pytest.approx(m.floor_m2 / 2)
    assert m.bearing_wall_m == pytest.approx(20.0) and m.ring_beam_m == pytest.approx(40.0)
    assert {"upper-floor", "stair"} <= {line.item for line in e.outcome.beside.shared}


def test_a_wide_outer_door_is_glazed_and_a_partition_bears_nothing() -> None:
    south, *others = helpers.box(6.0, 4.0)
    south = helpers.with_opening(south, 1.0, 2.4, head=2.1)
    thin = helpers.with_opening(helpers.wall((3.0, 0.0), (3.0, 4.0), thickness=0.1, name="thin"), 1.0, 0.9, head=2.0)
    plan = helpers.plan(south, *others, thin)
    m = estimate(plan, printer="cobod-bod2", samples=0, methods=(), wall_system="solid").measures
    assert m.window_m2 == pytest.approx(2.4 * 2.1) and (m.outer_doors, m.inner_doors) == (0, 1)
    assert m.bearing_wall_m == pytest.approx(20.0)


def test_an_item_is_measure_times_ratio_times_its_bill() -> None:
    lines = {line.code: line for line in trade_lines(TRADES["roof-frame"], HOUSE, market())}
    wood = lines["roof-frame.softwood-m3"]
    assert float(wood.quantity) == pytest.approx(100 * 1.25 * 0.038) and float(wood.rate) == 370
    hours = lines["roof-frame.carpenter"]
    assert float(hours.quantity) == pytest.approx(100 * 1.25 * 0.4 * 1.3) and float(hours.rate) == 39
    assert dict(hours.factors)["region.labour_hours_factor"] == 1.3


def test_overheads_stand_on_the_direct_cost_of_their_stage_without_fees() -> None:
    by_stage: dict[str, list[Line]] = {}
    for line in shared_lines(HOUSE, market()):
        by_stage.setdefault(line.phase, []).append(line)
    assert set(by_stage) == set(STAGE_NAMES)
    terms, chain = load_terms(), 1.0
    for name in OVERHEADS:
        chain *= 1 + float(terms.facts[name])
    for lines in by_stage.values():
        *direct, over = lines
        assert float(over.amount) == pytest.approx(
            (chain - 1) * float(total(line for line in direct if line.kind != "fee"))
        )


def test_every_measure_is_used_and_known() -> None:
    used = {trade.measure for trade in TRADES.values()}
    assert used == set(MEASURES)
    for name in used:
        assert HOUSE.of(name) >= 0


@pytest.mark.parametrize("region", region_ids())
def test_every_region_has_a_house_of_every_stage(region: str) -> None:
    lines = shared_lines(HOUSE, market(region))
    assert {line.phase for line in lines} == set(STAGE_NAMES)
    assert all(float(line.amount) >= 0 for line in lines)
    codes = [line.code for line in lines]
    assert len(set(codes)) == len(codes)


def test_houses_of_twice_the_size_cost_less_than_twice() -> None:
    large = Measures(200, 200, 0, 0, 80, 110, 110, 220, 190, 190, 400, 24, 4, 10)
    small, twice = (float(total(shared_lines(m, market()))) for m in (HOUSE, large))
    assert 1.6 * small < twice < 2 * small  # permits, design and connections are paid once


def test_dearer_goods_make_a_dearer_house() -> None:
    usa = load_region("usa")
    dear = usa.replace(goods_level_per_usd=1.2)
    assert float(total(shared_lines(HOUSE, market(dear)))) > float(total(shared_lines(HOUSE, market())))


def test_a_bond_beam_takes_the_place_of_a_ring_beam_and_boards_that_of_render(sample: Estimate) -> None:
    document = as_document(sample)
    items = {item["item"]: item for item in document["cost"]["items"]}
    assert sample.structure.set is not None and sample.structure.insulation is not None
    beamed = sample.structure.set.run_help.beam_m
    assert beamed > 0 and items["ring-beam"]["quantity"] == pytest.approx(48.5 - beamed)
    covered = sample.structure.insulation.amounts.outside_m2
    assert covered == pytest.approx(sample.measures.external_m2) and "render" not in items


def test_plastic_is_painted_and_not_plastered() -> None:
    cabin = estimate(read_plan(ROOT / "examples" / "kamermaker-cabin.json"), printer="dus-kamermaker", samples=0)
    items = {line.item for line in (*cabin.outcome.finishes, *cabin.outcome.beside.shared)}
    assert "wall-paint" in items and not {"plaster", "render", "bead-levelling-in", "ring-beam", "curing"} & items
