"""The same walls by conventional methods."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.conventional import conventional_walls, wait_days
from estimator.cost import Market, insert_lines
from estimator.house import finish_lines
from estimator.ledger import Line, total
from estimator.measures import Measures
from estimator.values import Draw
from materials import Method, Region, load_method, load_region, load_terms, method_ids, region_ids
from tests.helpers import work

USA = load_region("usa")
HOUSE = Measures(100, 100, 0, 0, 40, 55, 55, 110, 95, 95, 200, 12, 2, 5)


def market(region: Region = USA) -> Market:
    return Market.of(region, load_terms(), Draw())


def direct(lines: list[Line]) -> float:
    """Labour, material and plant, without overheads."""
    return float(total(line for line in lines if line.kind in ("labour", "material", "plant")))


def block_wall() -> Method:
    """The plain 20 cm block wall of the official Spanish list, 06BHH00030."""
    method = load_method("concrete-block")
    keep = {"lay blocks": 0.50, "serve the mason": 0.25, "blocks with 3 % waste": 12.875, "bedding mortar": 0.010}
    fact = type(method.resources[0].quantity)
    lines = tuple(
        type(r)(
            r.part, r.resource, r.kind,
            fact(keep[r.description], keep[r.description], keep[r.description], "assumed", note="06BHH00030"),
            r.unit, r.description,
        )
        for r in method.resources
        if r.description in keep
    )  # fmt: skip
    return method.replace(resources=lines)


def spain() -> Region:
    """Rates of the official list: 23.17 and 22.01 an hour, 0.94 a block, mortar at 83.40 a cubic metre."""
    # mortar is 20 for sand, mixer and water and 250 kg of cement
    return USA.replace(
        mason_rate_per_h=23.17, labourer_rate_per_h=22.01, block_rate_each=0.94,
        cement_rate_per_kg=(83.40 - 20) / 250, labour_hours_factor=1.0,
    )  # fmt: skip


def test_the_spanish_block_wall_costs_its_official_price() -> None:
    # conventional.md 2.1: 0.50·23.17 + 0.25·22.01 + 12.875·0.94 + 0.010·83.40 = 30.02 (two decimals)
    built = conventional_walls(work(external=1.0), block_wall(), market(spain()), HOUSE)
    assert direct(built.lines) == pytest.approx(30.02, abs=0.005)
    assert built.labour_h == pytest.approx(0.75)


def test_hours_grow_with_the_factor_of_the_region_and_materials_do_not() -> None:
    slow = conventional_walls(work(external=1.0), block_wall(), market(spain().replace(labour_hours_factor=2.5)), HOUSE)
    assert slow.labour_h == pytest.approx(0.75 * 2.5)
    material = [line for line in slow.lines if line.kind == "material"]
    assert float(total(material)) == pytest.approx(12.875 * 0.94 + 0.834)


def test_hours_of_another_country_are_read_against_its_own_factor() -> None:
    timber = load_method("timber-frame")  # hours of the United States, factor 1.3
    built = conventional_walls(work(external=10.0), timber, market(USA.replace(labour_hours_factor=1.3)), HOUSE)
    assert built.labour_h == pytest.approx(10 * 0.45)


def test_the_gang_needs_whole_days() -> None:
    # 100 m² · 0.75 h = 75 h; five persons work 40 h a day
    built = conventional_walls(work(external=100.0), block_wall(), market(spain()), HOUSE)
    assert built.wall_days == 2


def test_external_and_internal_walls_have_their_own_bills() -> None:
    inside = conventional_walls(work(external=0.0, internal=10.0), load_method("concrete-block"), market(), HOUSE)
    codes = {line.code for line in inside.lines if line.kind != "overhead"}
    assert all(code.startswith("internal-") for code in codes)


@pytest.mark.parametrize("method", method_ids())
@pytest.mark.parametrize("region", region_ids())
def test_totals_are_sums_of_lines_everywhere(method: str, region: str) -> None:
    built = conventional_walls(
        work(external=100.0, internal=40.0, lintels=3, lintel_length=3),
        load_method(method),
        market(load_region(region)),
        HOUSE,
    )
    by_hand = 0.0
    for line in built.lines:
        by_hand += float(line.quantity) * float(line.rate)
    assert float(total(built.lines)) == pytest.approx(by_hand)
    # in money of 2017 to 2025 a bare wall costs between 5 and 1000 USD per m²
    assert 5 < by_hand / 140 < 1000
    assert all(line.origin for line in built.lines)


@given(st.sampled_from(method_ids()), st.floats(1, 500), st.floats(0, 500), st.floats(0, 100))
def test_more_wall_never_costs_less_or_takes_less_time(method: str, outside: float, inside: float, more: float) -> None:
    less, larger = (
        conventional_walls(work(external=a, internal=b), load_method(method), market(), HOUSE)
        for a, b in ((outside, inside), (outside + more, inside + more))
    )
    assert float(total(larger.lines)) >= float(total(less.lines)) * (1 - 1e-12)
    assert larger.wall_days >= less.wall_days


def test_lintels_are_the_same_line_as_in_printed_walls() -> None:
    what = work(lintels=3, lintel_length=3.6)
    built = conventional_walls(what, load_method("concrete-block"), market(), HOUSE)
    (lintels,) = [line for line in built.lines if line.code == "lintels"]
    assert lintels == insert_lines(what, market())[0]


def test_what_rests_on_the_walls_waits_for_them() -> None:
    assert wait_days(load_method("concrete-block"), market()) == 2
    assert wait_days(load_method("timber-frame"), market()) == 0


# --- what goes with the walls ---------------------------------------------------------------------


@pytest.mark.parametrize("name", method_ids())
def test_walls_bring_the_finishes_of_their_kind(name: str) -> None:
    built = conventional_walls(work(external=95.0, internal=52.0), load_method(name), market(), HOUSE)
    items = {line.item for line in built.finishes if line.item}
    framed, rough = built.method.finish == "framed", built.method.finish in ("masonry", "cast")
    assert ("board-lining" in items) == ("cladding" in items) == framed
    assert ("plaster" in items) == ("render" in items) == ("chases" in items) == rough
    assert ("ring-beam" in items) == (built.method.finish == "masonry") == built.method.masonry
    assert not {"bead-levelling-in", "bead-levelling-out"} & items


def test_printed_walls_are_levelled_and_need_no_chases() -> None:
    items = {line.item for line in finish_lines(HOUSE, "printed", market()) if line.item}
    assert {"bead-levelling-in", "bead-levelling-out", "plaster", "render", "ring-beam"} <= items
    assert not {"chases", "cladding", "board-lining"} & items
