"""The workbook, calculated anew by a spreadsheet engine that shares no code with its writer."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ironcalc
import pytest
from click.testing import CliRunner, Result

from estimator import Plan, as_document, estimate, read_plan
from estimator.cli import cli
from estimator.estimate import Estimate
from estimator.export.workbook import workbook
from estimator.export.workbook_rates import Inputs, Term, houses_of, rounding
from estimator.overrides import parse_overrides
from estimator.rates import read_rates
from printers import load_printer

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "examples" / "rectangular-72.json"
SHEETS = ("Summary", "Rates", "Measures", "Bill", "Comparison", "Schedule", "Assumptions")
CENT = 0.005 + 1e-9

Document = dict[str, Any]
Opened = Callable[[bytes], "Book"]


class Book:
    """A workbook in the engine; cells by sheet, row and column from 1."""

    def __init__(self, path: Path) -> None:
        self.model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
        self.model.evaluate()
        assert [s["name"] for s in self.model.get_worksheets_properties()] == list(SHEETS)

    def cell(self, sheet: str, row: int, column: int) -> Any:
        return self.model.get_cell_value(SHEETS.index(sheet), row, column)

    def formula(self, sheet: str, row: int, column: int) -> str | None:
        return self.model.get_cell_formula(SHEETS.index(sheet), row, column)

    def rows(self, sheet: str) -> dict[str, int]:
        """Rows by the text in their first column."""
        texts = ((str(self.cell(sheet, row, 1) or ""), row) for row in range(1, 600))
        return {text: row for text, row in texts if text}

    def change(self, name: str, value: float) -> None:
        """Type another value for a fact."""
        self.model.update_cell_with_number(SHEETS.index("Rates"), self.rows("Rates")[name], 2, value)

    def summary(self, name: str, houses: int) -> list[float]:
        """A row of the summary."""
        self.model.evaluate()
        return [self.cell("Summary", self.rows("Summary")[name], column) for column in range(2, 2 + houses)]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    def open_book(content: bytes) -> Book:
        path = tmp_path / "book.xlsx"
        path.write_bytes(content)
        return Book(path)

    return open_book


def made(settings: Sequence[str] = (), rates: Path | None = None, plan: Plan | None = None, **choice: Any) -> Estimate:
    """Estimate without draws."""
    given = plan or read_plan(choice.pop("source", HOUSE))
    printer = load_printer(choice.pop("printer")) if "printer" in choice else None
    overrides = parse_overrides(settings, read_rates(rates) if rates else None)
    inputs = overrides.applied(printer, choice.pop("mix", None), choice.pop("region", None), given)
    return estimate(given, samples=0, **inputs, **choice)


def wholes(d: Document) -> list[float]:
    return [d["cost"]["whole_house"], *(m["whole_house"] for m in d["conventional"])]


CASES: tuple[dict[str, Any], ...] = (
    {},
    {"region": "germany", "printer": "winsun-gantry"},
    {"source": ROOT / "examples" / "two-storey-140.json", "region": "kenya", "mix": "coarse-concrete"},
    {"source": ROOT / "examples" / "earth-round-room.json", "printer": "wasp-crane", "wall_system": "cellular"},
    {"printer": "xtreee-robot", "methods": ()},
    {"region": "usa/texas@2022"},
)


@pytest.mark.parametrize("choice", CASES, ids=lambda c: "-".join(str(v).rpartition("/")[2] for v in c.values()) or "-")
def test_calculated_anew_the_totals_are_those_of_the_document(choice: dict[str, Any], opened: Opened) -> None:
    e = made(**choice)
    d = as_document(e)
    book = opened(workbook(d, e))
    houses = 1 + len(d["conventional"])
    expected = {
        "Walls, bare": [d["cost"]["printed_walls"], *(m["walls"] for m in d["conventional"])],
        "Shell: walls, foundation, floors and roof": [d["cost"]["shell"], *(m["shell"] for m in d["conventional"])],
        "Whole house": wholes(d),
        "Calendar days, start to hand-over": [d["time"]["house_days"], *(m["house_days"] for m in d["conventional"])],
        "Printed less this": [0.0, *(c["whole_house_cost"]["difference"] for c in d["comparison"])],
    }
    for name, numbers in expected.items():
        assert book.summary(name, houses) == pytest.approx(numbers, abs=CENT), name
    assert book.summary("Whole house per m² of floor", 1)[0] == pytest.approx(d["cost"]["total_per_m2"], abs=CENT)


def test_every_line_is_there_with_its_amount_and_a_formula(opened: Opened) -> None:
    e = made()
    d = as_document(e)
    book = opened(workbook(d, e))
    rows = [row for row in range(4, 400) if book.cell("Bill", row, 3)]
    shown = [(book.cell("Bill", r, 3), book.cell("Bill", r, 4), round(book.cell("Bill", r, 8), 2)) for r in rows]
    lines = d["cost"]["lines"]
    assert sorted(shown) == sorted((line["code"], line["what"], line["amount"]) for line in lines)
    assert all((book.formula("Bill", row, 8) or "").startswith("=ROUND(E") for row in rows)
    products = [row for row in rows if (book.formula("Bill", row, 5) or "").startswith("=ROUND(")]
    assert len(products) >= sum(bool(line["factors"]) or line["unit"] == "money" for line in lines) > 50


def test_rates_of_all_machines_and_places_are_formulas() -> None:
    for choice in CASES:
        e = made(**choice)
        houses, shared = houses_of(as_document(e), e)
        inputs = Inputs.of(e, houses, shared)
        pairs = [pair for house in houses for pair in house.own] + list(shared)
        assert [shown["code"] for shown, line in pairs if inputs.rate((shown, line)) is None] == []


@pytest.mark.parametrize(
    ("changes", "choice"),
    [
        ({"region.mason_rate_per_h": 55.5}, {}),
        ({"region.ready_mix_rate_per_m3": 190.0, "region.block_rate_each": 3.1}, {"region": "kenya"}),
        ({"region.goods_level_per_usd": 1.37, "region.cement_rate_per_kg": 0.2}, {"region": "germany"}),
        ({"region.labour_hours_factor": 2.0}, {"printer": "winsun-gantry"}),
        ({"printer.hire_rate_per_day": 1234.0, "terms.transport_rate_per_trip": 777.0}, {"printer": "xtreee-robot"}),
        ({"terms.site_overhead_fraction": 0.123, "terms.engineering_fraction": 0.07}, {}),
    ],
    ids=lambda given: "-".join(given),
)
def test_a_change_in_the_sheet_does_what_the_same_change_of_the_estimate_does(
    changes: dict[str, float], choice: dict[str, Any], opened: Opened
) -> None:
    e = made(**choice)
    book = opened(workbook(as_document(e), e))
    before = wholes(as_document(e))
    for name, value in changes.items():
        book.change(name, value)
    after = wholes(as_document(made([f"{name}={value}" for name, value in changes.items()], **choice)))
    assert book.summary("Whole house", len(after)) == pytest.approx(after, rel=1e-6)
    assert after[0] != pytest.approx(before[0], rel=1e-4)


def test_a_wage_and_the_price_of_a_resource_move_the_totals(tmp_path: Path, opened: Opened) -> None:
    e = made()
    book = opened(workbook(as_document(e), e))
    book.change("region.mason_rate_per_h", 61.0)
    book.change("resource.eps-board-m3.price", 95.0)
    rates = tmp_path / "rates.csv"
    rates.write_text("key,value,basis,source\nresource.eps-board-m3.price,95,measured,Offer 7\n", encoding="utf-8")
    after = wholes(as_document(made(["region.mason_rate_per_h=61"], rates)))
    assert book.summary("Whole house", len(after)) == pytest.approx(after, rel=1e-6)
    assert after[0] > wholes(as_document(e))[0] + 100


def test_rates_given_for_the_place_stand_in_the_sheet(tmp_path: Path, opened: Opened) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("key,value,basis,source\nresource.ready-mix-m3.price,111,measured,Offer 7\n", encoding="utf-8")
    e = made((), rates)
    book = opened(workbook(as_document(e), e))
    row = book.rows("Rates")["resource.ready-mix-m3.price"]
    assert (book.cell("Rates", row, 2), book.cell("Rates", row, 8)) == (111, "Offer 7")
    book.change("resource.ready-mix-m3.price", 222.0)
    rates.write_text("key,value,basis,source\nresource.ready-mix-m3.price,222,measured,Offer 7\n", encoding="utf-8")
    after = wholes(as_document(made((), rates)))
    assert book.summary("Whole house", len(after)) == pytest.approx(after, rel=1e-6)


def test_what_the_sheet_calls_moving_moves_and_nothing_else_does(opened: Opened) -> None:
    e = made(methods=("concrete-block",))
    content = workbook(as_document(e), e)
    rows = opened(content).rows("Rates")
    before = wholes(as_document(e))
    names = [name for name in rows if re.match(r"(region|terms|printer|mix|resource|method)\.", name)]
    assert len(names) > 60
    for name in names[::4]:
        book = opened(content)
        book.change(name, book.cell("Rates", rows[name], 2) * 1.5 + 1)
        moved = book.summary("Whole house", 2) != pytest.approx(before, abs=1e-9)
        assert moved == (book.cell("Rates", rows[name], 10) != "no line"), name


@pytest.mark.parametrize("name", ["=cmd()", "+1+1", "-2", "@SUM(1)", '=HYPERLINK("http://x")', "a\x00\x1b[1mb\n\ud800"])
def test_a_name_that_looks_like_a_formula_stays_text(name: str, opened: Opened) -> None:
    e = made(plan=replace(read_plan(HOUSE), name=name, source=name), methods=())
    content = workbook(as_document(e), e)
    book = opened(content)
    row = book.rows("Summary")["Plan"]
    for at, column in ((1, 1), (row, 2), (row + 1, 2)):
        assert book.formula("Summary", at, column) is None
        assert str(book.cell("Summary", at, column))[:2] == name[:1] + (name[1] if name[1].isprintable() else "\ufffd")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        formulas = re.findall("<f>(.*?)</f>", "".join(archive.read(n).decode() for n in archive.namelist()))
    assert formulas and not [f for f in formulas if re.search("cmd|HYPERLINK|@", f)]


def test_the_same_estimate_makes_the_same_file() -> None:
    first, second = made(), made()
    assert workbook(as_document(first), first) == workbook(as_document(second), second)


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [(1.2345, 1.23, "ROUND(x,2)"), (0.125, 0.12, "ROUND(x-0.002/10^2,2)"), (0.375, 0.38, "ROUND(x+0.002/10^2,2)")],
)
def test_half_a_cent_goes_where_the_document_took_it(value: float, shown: float, text: str) -> None:
    assert rounding(Term("x", value), shown, 2) == Term(text, shown)


# --- the command --------------------------------------------------------------------------------


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments])


def test_the_command_writes_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "house.XLSX"
    result = run("report", HOUSE, "-o", path, "--region", "kenya", "--set", "region.mason_rate_per_h=9", "-q")
    assert (result.exit_code, result.output) == (0, "")
    book = Book(path)
    assert book.cell("Rates", book.rows("Rates")["region.mason_rate_per_h"], 2) == 9


@pytest.mark.parametrize("name", ["house.ods", "house", "-"])
def test_a_suffix_that_names_no_report_is_wrong_usage(name: str, tmp_path: Path) -> None:
    result = run("report", HOUSE, "-o", name if name == "-" else tmp_path / name)
    assert result.exit_code == 2
    assert "names no report; end the name in .xlsx" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_report_needs_a_file_and_never_replaces_the_plan(tmp_path: Path) -> None:
    assert run("report", HOUSE).exit_code == 2
    plan = tmp_path / "plan.xlsx"
    plan.write_bytes(HOUSE.read_bytes())
    result = run("report", plan, "-o", plan)
    assert result.exit_code == 2 and "is a file that was read" in result.stderr
    assert plan.read_bytes() == HOUSE.read_bytes()
