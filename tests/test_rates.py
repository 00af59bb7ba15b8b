"""A file of rates: facts of a place with sources of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from estimator import UsageError, as_document, estimate, read_plan
from estimator.cli import cli
from estimator.estimate import Estimate
from estimator.overrides import parse_overrides
from estimator.rates import read_rates

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "examples" / "rectangular-72.json"
HEAD = "key,value,unit,low,high,basis,source,note\n"
WAGE = 'region.mason_rate_per_h,62,,55,70,published,"Collective agreement, table 3",\n'
FILL = "resource.eps-board-m3.price,95,,90,110,measured,Invoice 123,\n"


def made(tmp_path: Path, text: str, *settings: str, samples: int = 0) -> Estimate:
    path = tmp_path / "rates.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    plan = read_plan(HOUSE)
    inputs = parse_overrides(settings, read_rates(path)).applied("cobod-bod2", None, None, plan)
    return estimate(plan, samples=samples, methods=("concrete-block",), **inputs)


def rate(e: Estimate, code: str) -> float:
    return next(
        float(line.rate) for line in (*e.outcome.lines, *e.outcome.beside.conventional[0].lines) if line.code == code
    )


def test_rates_of_the_file_price_the_lines_and_tell_their_source(tmp_path: Path) -> None:
    e = made(tmp_path, WAGE + FILL)
    assert rate(e, "external-mason") == 62 and rate(e, "insulation-boards") == 95
    told = {a["name"]: a for a in as_document(e)["assumptions"]}
    assert told["region.mason_rate_per_h"]["where"] == "Collective agreement, table 3"
    assert (told["resource.eps-board-m3.price"]["low"], told["resource.eps-board-m3.price"]["basis"]) == (
        90,
        "measured",
    )
    line = next(line for line in e.outcome.lines if line.code == "insulation-boards")
    assert "resource.eps-board-m3.price" in line.origin


def test_a_setting_goes_before_the_file(tmp_path: Path) -> None:
    assert rate(made(tmp_path, WAGE, "region.mason_rate_per_h=40"), "external-mason") == 40


def test_a_price_of_the_file_stands_for_all_that_a_resource_is_made_of(tmp_path: Path) -> None:
    e = made(tmp_path, "resource.lintel-m.price,11,,,,,,Offer\nregion.block_rate_each,9,,,,,,Offer\n")
    assert rate(e, "lintels") == 11  # by the tables a multiple of the price of a block
    line = next(line for line in e.outcome.lines if line.code == "lintels")
    assert "region.block_rate_each" not in line.origin


def test_a_range_of_the_file_is_drawn_from(tmp_path: Path) -> None:
    wide, narrow = (made(tmp_path, f"resource.eps-board-m3.price,95,,{low},{high},,,Offer\n", samples=500)
                    for low, high in ((0, 9000), (95, 95)))  # fmt: skip
    assert wide.uncertainty is not None and narrow.uncertainty is not None
    spread = [e.uncertainty.spread["cost"].p90 - e.uncertainty.spread["cost"].p10 for e in (wide, narrow)]
    assert spread[0] > 1.5 * spread[1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("region.mason_rate_per_h,abc,,,,,,Offer\n", "line 2: value of|line 2: region.mason_rate_per_h is 'abc'"),
        ("region.mason_rates_per_h,60,,,,,,Offer\n", "did you mean region.mason_rate_per_h"),
        ("resource.eps-beads-m3.price,60,,,,,,Offer\n", "did you mean resource.eps-bead-m3.price"),
        ("site.basic_wind_speed_m_per_s,100,mph,,,,,Map\n", "is in m/s, not mph"),
        ("region.mason_rate_per_h,60,,70,80,,,Offer\n", "they have to rise"),
        ("region.mason_rate_per_h,-1,,,,,,Offer\n", "they have to rise"),
        ("region.mason_rate_per_h,60,,,,guessed,,Offer\n", "basis 'guessed' is unknown"),
        ("region.mason_rate_per_h,60,,,,,,\n", "neither source nor note"),
        ("region.mason_rate_per_h,60,,,,,,Offer,more\n", "more cells than the head"),
        (WAGE + WAGE, "stands in the file twice"),
        ("region.mason_rate_per_h,nan,,,,,,Offer\nfoo,1,,,,,,x\n", "and 1 more"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(UsageError, match=why):
        read_rates(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"key;value\n1;2\n", b'key,value\n"a', b"x" * 1_000_001])
def test_what_is_no_table_of_rates_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"rates\.csv"):
        read_rates(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_rates(tmp_path / "none.csv")


def test_the_commands_take_the_file_and_refuse_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(HEAD + WAGE, encoding="utf-8")
    base = [str(HOUSE), "--printer", "cobod-bod2", "--rates", str(path), "--samples", "0", "--format", "json", "-q"]
    one = json.loads(CliRunner().invoke(cli, ["estimate", *base]).stdout)
    assert "region.mason_rate_per_h" in {a["name"] for a in one["assumptions"]}
    several = CliRunner().invoke(cli, ["compare", *base])
    assert several.exit_code == 0 and json.loads(several.stdout)
    path.write_text("nothing", encoding="utf-8")
    assert CliRunner().invoke(cli, ["estimate", *base]).exit_code == 2
