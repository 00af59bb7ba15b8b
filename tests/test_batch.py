"""Batches: every plan a row, the same rows whatever the number of workers, nothing lost or done twice by a kill."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from estimator.batch.journal import Journal
from estimator.batch.rows import COLUMNS
from estimator.cli import cli
from estimator.document import as_document
from estimator.errors import UsageError
from estimator.estimate import estimate
from estimator.readers import read_plan

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "examples" / "rectangular-72.json"


def batch(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["batch", *map(str, arguments)])


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def houses(folder: Path, count: int) -> Path:
    """Different houses, each as a file."""
    folder.mkdir()
    plan = json.loads(HOUSE.read_text(encoding="utf-8"))
    for k in range(count):
        plan["name"], plan["defaults"]["height_m"] = f"House {k}", 2.4 + k / 100
        (folder / f"house-{k:03d}.json").write_text(json.dumps(plan), encoding="utf-8")
    return folder


def test_a_row_is_what_the_document_says(tmp_path: Path) -> None:
    out = tmp_path / "t.jsonl"
    result = batch(HOUSE, "-o", out, "--printer", "cobod-bod2", "--method", "timber-frame", "--samples", 200)
    assert result.exit_code == 0, result.output
    (row,) = rows(out)
    assert list(row) == list(COLUMNS)
    d = as_document(
        estimate(read_plan(HOUSE), printer="cobod-bod2", methods=["timber-frame"], samples=200, with_settings=False)
    )
    (method,) = d["conventional"]
    assert row["state"] == "done" and row["region"] == d["region"] and row["currency"] == d["currency"]
    for name, value in {
        "nozzle_s": d["time"]["nozzle_s"], "print_days": d["time"]["print_days"], "house_days": d["time"]["house_days"],
        "walls_cost": d["cost"]["printed_walls"], "house_cost": d["cost"]["whole_house"],
        "walls_carbon_kg": d["carbon"]["printed_walls_kg"], "walls_cost_p10": d["uncertainty"]["cost"]["p10"],
        "method_walls_cost": method["walls"], "method_house_cost": method["whole_house"],
        "method_house_days": method["house_days"], "method_walls_carbon_kg": method["carbon_kg"],
    }.items():  # fmt: skip
        assert row[name] == pytest.approx(value, rel=1e-4), name  # the document adds lines that are rounded to cents
    assert "1 plans, 1 different; 1 rows" in result.output and "cobod-bod2" in result.output


def test_bad_plans_and_impossible_choices_are_rows(tmp_path: Path) -> None:
    folder = houses(tmp_path / "plans", 1)
    (folder / "a.json").write_text('{"format": "printhouse-plan", "version": 1}', encoding="utf-8")
    (folder / "b.dxf").write_bytes(b"nothing of the kind")
    out = tmp_path / "t.jsonl"
    result = batch(folder, "-o", out, "--printer", "cobod-bod1", "--printer", "cobod-bod2")
    assert result.exit_code == 0, result.output
    found = rows(out)
    assert [Path(r["plan"]).name for r in found] == ["a.json", "b.dxf", "house-000.json", "house-000.json"]
    assert [r["state"] for r in found] == ["invalid", "invalid", "refused", "done"]
    assert all(r["message"] and r["code"] for r in found[:3])
    assert found[2]["printer"] == "cobod-bod1" and found[2]["region"] == "usa"
    assert "2 could not be read" in result.output


def test_a_table_of_plans_gives_each_its_options_and_equal_ones_are_worked_out_once(tmp_path: Path) -> None:
    folder = houses(tmp_path / "plans", 1)
    (folder / "twin.json").write_bytes((folder / "house-000.json").read_bytes())
    table = tmp_path / "plots.csv"
    table.write_text(
        "id,plan,region,printer,mix.price_per_m3\n"
        "plot 1,plans/house-000.json,kenya,,\n"
        "plot 2,plans/twin.json,kenya,,\n"
        "plot 3,plans/twin.json,usa germany,icon-vulcan-2,\n"
        "plot 4,plans/twin.json,kenya,,90\n",
        encoding="utf-8",
    )  # fmt: skip
    out = tmp_path / "t.jsonl"
    result = batch(table, "-o", out, "--printer", "cobod-bod2")
    assert result.exit_code == 0, result.output
    found = rows(out)
    assert [(r["plan"], r["region"], r["printer"]) for r in found] == [
        ("plot 1", "kenya", "cobod-bod2"), ("plot 2", "kenya", "cobod-bod2"), ("plot 3", "usa", "icon-vulcan-2"),
        ("plot 3", "germany", "icon-vulcan-2"), ("plot 4", "kenya", "cobod-bod2"),
    ]  # fmt: skip
    assert {**found[0], "plan": ""} == {**found[1], "plan": ""}
    assert found[4]["walls_cost"] < found[0]["walls_cost"]
    assert "4 plans, 3 different; 5 rows" in result.output


def test_the_page_names_every_column() -> None:
    page = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    for name, (kind, words) in COLUMNS.items():
        assert f"| `{name}` | {kind} | {words} |" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,region\nx,usa\n", "no column plan"), ("plan,colour\nx,red\n", "'colour' is not known"),
        ("plan,region\nx\n", "line 2 has more or fewer"), ("plan,plan\nx,x\n", "twice"), ("plan\n", "no plan in it"),
        ("plan,id\n,x\n", "line 2 names no plan"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_understood_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "plots.csv").write_text(text, encoding="utf-8")
    result = batch(tmp_path / "plots.csv", "-o", tmp_path / "t.csv")
    assert result.exit_code == 2 and words in result.output and "Traceback" not in result.output
    assert not (tmp_path / "t.csv").exists()


def test_names_that_do_not_exist_are_told_before_the_work(tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    for arguments in (
        (HOUSE, "-o", out, "--printer", "nobody"), (HOUSE, "-o", out, "--method", "straw"), ("nowhere", "-o", out),
        (HOUSE, "-o", tmp_path / "t.txt"), (HOUSE, "-o", tmp_path / "no" / "t.csv"),
    ):  # fmt: skip
        result = batch(*arguments)
        assert result.exit_code == 2 and "Traceback" not in result.output, arguments
    assert list(tmp_path.iterdir()) == []


def test_rows_are_the_same_whatever_the_number_of_workers_and_the_order_of_the_work(tmp_path: Path) -> None:
    folder = houses(tmp_path / "plans", 6)
    tables = []
    for workers in (1, 3):
        out = tmp_path / f"t{workers}.csv"
        assert batch(folder, "-o", out, "--workers", workers, "--printer", "cobod-bod2").exit_code == 0
        tables.append(out.read_bytes())
    assert tables[0] == tables[1]
    assert len(list(csv.DictReader(tables[0].decode().splitlines()))) == 6


def test_a_text_of_a_plan_is_no_formula(tmp_path: Path) -> None:
    plan = json.loads(HOUSE.read_text(encoding="utf-8")) | {"name": "=HYPERLINK(1)"}
    (tmp_path / "p.json").write_text(json.dumps(plan), encoding="utf-8")
    assert batch(tmp_path / "p.json", "-o", tmp_path / "t.csv").exit_code == 0
    (row,) = csv.DictReader((tmp_path / "t.csv").read_text(encoding="utf-8").splitlines())
    assert row["name"] == "'=HYPERLINK(1)"


def test_killed_again_and_again_it_goes_on_and_repeats_nothing(tmp_path: Path) -> None:
    folder, out = houses(tmp_path / "plans", 24), tmp_path / "t.csv"
    assert batch(folder, "-o", tmp_path / "whole.csv", "--printer", "cobod-bod2").exit_code == 0
    command = [sys.executable, "-m", "estimator.cli", "batch", str(folder), "-o", str(out), "--printer", "cobod-bod2"]
    journal, before, kills = out.with_name("t.csv.journal"), 0, 0
    while not out.exists():
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 120
        while process.poll() is None and not (kills < 4 and lines(journal) >= before + 3):
            assert time.monotonic() < end, "it does not go on"
            time.sleep(0.01)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
            before = lines(journal)
            with journal.open("ab") as file:  # as if the last line had been cut off
                file.write(b'{"key": "00')
    assert kills >= 3
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not journal.exists()


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_a_journal_is_of_one_batch_at_a_time_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path) as journal:
        journal.add(b"1" * 16, [{"a": 1}])
        assert b"1" * 16 in journal and len(journal) == 1
        with pytest.raises(UsageError, match="another batch"):
            Journal(path)
    with Journal(path) as journal:
        assert journal.rows(b"1" * 16) == [{"a": 1}]
        journal.remove()
    path.write_text("a letter\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no journal"):
        Journal(path)
    assert path.read_text(encoding="utf-8") == "a letter\n"


def test_a_plan_that_takes_too_long_is_a_row(tmp_path: Path) -> None:
    out = tmp_path / "t.jsonl"
    result = batch(HOUSE, "-o", out, "--samples", 200_000, "--printer", "all", "--plan-time", 1)
    assert result.exit_code == 0, result.output
    (row,) = rows(out)
    assert row["state"] == "invalid" and row["code"] == "limit" and "more than 1 s" in row["message"]
