"""Bill, schedule, explanation, charts and the page of HTML, as their users see them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from estimator import estimate, read_plan
from estimator.cli import cli
from estimator.document import as_document
from estimator.estimate import Estimate
from estimator.report.charts import density_picture, gantt_picture, tornado_picture
from estimator.report.gantt import schedule_object
from estimator.report.html import html_report
from estimator.report.svg_ import svg_text

ROOT = Path(__file__).resolve().parents[1]
HOUSE = str(ROOT / "examples" / "rectangular-72.json")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


@pytest.fixture(scope="module")
def made() -> Estimate:
    return estimate(read_plan(HOUSE), printer="cobod-bod2", samples=500)


@pytest.mark.parametrize("command", [("bill",), ("schedule",), ("breakeven",), ("explain", "walls"), ("report",)])
def test_a_house_that_cannot_stand_is_handed_out_only_when_forced(command: tuple[str, ...], tmp_path: Path) -> None:
    cabin, page = str(ROOT / "examples" / "kamermaker-cabin.json"), tmp_path / "cabin.html"
    plastic_in_mortar = (command[0], cabin, *command[1:], "--printer", "cobod-bod2", "--samples", "0")
    file = ("-o", str(page)) if command == ("report",) else ()
    refused = run(*plastic_in_mortar, *file)
    assert refused.exit_code == 4 and "cannot stand" in refused.stderr and not refused.stdout and not page.exists()
    assert run(*plastic_in_mortar, *file, "--force").exit_code == 0


# --- bill ---------------------------------------------------------------------------------------


def test_the_bill_holds_the_house_of_the_estimate() -> None:
    d = json.loads(run("bill", HOUSE, "-f", "json").stdout)
    whole = json.loads(run("estimate", HOUSE, "--samples", "0", "-f", "json").stdout)["cost"]["whole_house"]
    assert d["schema"] == "printhouse-bill/1" and d["amount"] == pytest.approx(whole, abs=0.01)
    rows = list(csv.DictReader(io.StringIO(run("bill", HOUSE, "-f", "csv").stdout)))
    assert sum(float(r["amount"]) for r in rows) == pytest.approx(whole, abs=0.01)
    roof = next(r for r in rows if r["item"] == "roof-cover")
    assert (roof["element"], roof["unit"], roof["formula"]) == ("B3011", "m2", "footprint_m2 72 × 1.25")


def test_the_bill_of_a_method_is_that_house() -> None:
    d = json.loads(run("bill", HOUSE, "--method", "timber-frame", "-f", "json").stdout)
    (theirs,) = [
        m for m in json.loads(run("estimate", HOUSE, "--samples", "0", "-f", "json").stdout)["conventional"]
        if m["method"] == "timber-frame"
    ]  # fmt: skip
    assert d["amount"] == pytest.approx(theirs["whole_house"], abs=0.01)
    assert {"cladding", "board-lining"} <= {i["item"] for i in d["items"]}
    wrong = run("bill", HOUSE, "--method", "straw")
    assert wrong.exit_code == 2 and "there is no method 'straw'" in wrong.stderr


def test_pages_stay_within_a_hundred_columns() -> None:
    for command in (("bill", HOUSE), ("schedule", HOUSE), ("breakeven", HOUSE), ("explain", HOUSE, "services")):
        text = run(*command).stdout
        assert text and max(map(len, text.splitlines())) <= 100, command


# --- schedule -----------------------------------------------------------------------------------


def test_the_chart_shows_every_activity_and_the_days_of_every_way(made: Estimate) -> None:
    page = run("schedule", HOUSE).stdout
    d = schedule_object(made)
    for a in d["activities"]:
        assert a["name"][:20] in page
    for h in d["houses"]:
        assert h["name"] in page
    assert "Observed there: 231 days" in page.replace("\n ", "").replace("  ", " ")
    late = run("schedule", HOUSE, "--method", "timber-frame", "-f", "csv").stdout
    assert "ring-beam" not in late and late.startswith("id,name,start_day")


def test_the_bars_of_the_chart_lie_where_their_dates_are(made: Estimate) -> None:
    d = schedule_object(made)
    picture = svg_text(gantt_picture(d))
    boxes = [(float(m[1]), float(m[2])) for m in re.finditer(r'd="M([\d.]+) [\d.]+L([\d.]+) [^"]*Z"', picture)]
    first, last = d["activities"][0], max(d["activities"], key=lambda a: a["finish_day"])
    assert boxes, picture[:400]
    left, right = min(b[0] for b in boxes if b[0] > 60), max(b[1] for b in boxes)
    assert left == pytest.approx(72, abs=0.5) and right == pytest.approx(200, abs=0.5)
    assert first["start_day"] == 0 and last["finish_day"] == pytest.approx(d["house_days"])


# --- explain ------------------------------------------------------------------------------------


def test_a_line_is_walked_back_to_its_facts_and_sources() -> None:
    d = json.loads(run("explain", HOUSE, "roof-cover.carpenter", "-f", "json").stdout)
    (line,) = d["lines"]
    product = 1.0
    for factor in line["factors"]:
        product *= factor["value"]
    assert line["quantity"] == pytest.approx(product) and d["value"] == line["amount"]
    assert {"region.carpenter_rate_per_h", "region.labour_hours_factor"} <= {f["name"] for f in d["facts"]}
    assert d["measures"] == {"footprint_m2": 72.0}
    page = run("explain", HOUSE, "roof-cover").stdout
    assert "quantity = footprint_m2 72" in page and "National Association of Home Builders" in page


@pytest.mark.parametrize("line", ["mix", "services", "printed_walls", "shell", "whole_house", "nozzle_s", "wait_s"])
def test_totals_stages_and_times_are_explained_too(line: str) -> None:
    whole = json.loads(run("estimate", HOUSE, "--samples", "0", "-f", "json").stdout)
    d = json.loads(run("explain", HOUSE, line, "-f", "json").stdout)
    known = {**whole["cost"], **whole["time"], **whole["cost"]["stages"]}
    if line in known:
        assert d["value"] == pytest.approx(known[line], abs=0.01)
    assert d["facts"] and all(f["basis"] for f in d["facts"])
    assert run("explain", HOUSE, line).exit_code == 0


def test_an_unknown_line_is_refused_with_what_is_like_it() -> None:
    wrong = run("explain", HOUSE, "roof-covr")
    assert wrong.exit_code == 2 and "did you mean roof-cover" in wrong.stderr


# --- charts -------------------------------------------------------------------------------------


def test_tornado_and_density_are_drawn_from_the_document(made: Estimate) -> None:
    d = as_document(made)
    text = svg_text(tornado_picture(d))
    for driver in d["uncertainty"]["drivers_of"]["house_cost"][:3]:
        assert driver["name"] in text
    bars = svg_text(density_picture(d, "house_cost", "Cost")).count("<polygon") + svg_text(
        density_picture(d, "house_cost", "Cost")
    ).count("<path")
    assert bars >= 20


def test_draw_makes_pictures_of_schedule_and_tornado(tmp_path: Path) -> None:
    for option in ("--schedule", "--tornado"):
        path = tmp_path / f"{option[2:]}.svg"
        result = run("draw", HOUSE, option, "--printer", "cobod-bod2", "-o", str(path))
        assert result.exit_code == 0, result.stderr
        assert path.read_text(encoding="utf-8").startswith("<?xml")
    assert run("draw", HOUSE, "--schedule", "--tornado").exit_code == 2


# --- html ---------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Counts tags, and what would be fetched from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.headings: list[str] = []
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "img", "link", "input"):
            self.open.append(tag)
        self.fetched += [str(v) for k, v in attrs if k in ("src", "href", "xlink:href") and v]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [str(v) for k, v in attrs if k in ("src", "href", "xlink:href") and v]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.data.append(data)
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


def parsed(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    return tags


def test_the_page_is_whole_and_fetches_nothing(made: Estimate) -> None:
    text = html_report(made)
    tags, d = parsed(text), as_document(made)
    assert tags.fetched == [] and "<script" not in text and "@import" not in text
    assert tags.headings[:4] == [
        "The plan", "Printed against conventional", "The whole house by stage", "Where the time goes",
    ]  # fmt: skip
    shown = " ".join(tags.data)
    assert f"{d['cost']['whole_house']:,.0f}" in shown and f"{d['cost']['printed_walls']:,.0f}" in shown
    for item in d["cost"]["items"]:
        assert item["name"] in shown or item["element"] == "Z1010"
    assert text.count("<svg") == 6


def test_without_draws_there_is_a_page_as_well() -> None:
    text = html_report(estimate(read_plan(HOUSE), printer="cobod-bod2", samples=0, methods=()))
    assert "No draws were asked for" in text and parsed(text).fetched == []


def test_what_a_plan_file_says_stays_text(made: Estimate) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    plan = replace(made.plan, name=evil, source=evil)
    text = html_report(replace(made, plan=plan))
    assert "<script" not in text and "<img" not in text and "&lt;script&gt;" in text
    parsed(text)


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium to print the page with")
def test_a_browser_prints_it_on_paper(made: Estimate, tmp_path: Path) -> None:
    page, paper = tmp_path / "report.html", tmp_path / "report.pdf"
    page.write_text(html_report(made), encoding="utf-8")
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
         "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    raw = paper.read_bytes()
    assert raw.startswith(b"%PDF")
    assert 5 <= len(re.findall(rb"/Type\s*/Page[^s]", raw)) <= 40


def test_a_report_is_written_by_its_suffix(tmp_path: Path) -> None:
    page = tmp_path / "house.html"
    assert run("report", HOUSE, "-o", str(page), "--samples", "100").exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    model = tmp_path / "house.ifc"
    refused = run("report", HOUSE, "-o", str(model), "--samples", "0")
    assert refused.exit_code == 2 and "IFC" in refused.stderr and not model.exists()
    wrong = run("report", HOUSE, "-o", str(tmp_path / "house.doc"))
    assert wrong.exit_code == 2 and "names no report" in wrong.stderr


def test_an_ifc_file_gets_its_costs(tmp_path: Path) -> None:
    from tests.test_ifc_costs import house

    source, target = house(tmp_path), tmp_path / "priced.ifc"
    result = run("report", str(source), "-o", str(target), "--samples", "0")
    assert result.exit_code == 0, result.stderr
    assert b"IFCCOSTSCHEDULE" in target.read_bytes() and b"IFCTASK" in target.read_bytes()
