"""Batches: every plan a row, the same rows whatever the number of workers, nothing lost or done twice by a kill."""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars
import pytest
from click.testing import CliRunner, Result

from estimator.batch.engine import PoolEngine
from estimator.batch.journal import Journal
from estimator.batch.rows import COLUMNS, Combinations
from estimator.batch.source import Source
from estimator.batch.table import SUFFIXES
from estimator.batch.task import Bounds, Task
from estimator.cli import cli
from estimator.document import as_document
from estimator.errors import UsageError
from estimator.estimate import estimate
from estimator.readers import read_plan
from printers import printer_ids

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "examples" / "rectangular-72.json"


def batch(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["batch", *map(str, arguments)])


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


TOO_MUCH = ("--samples", 200_000, "--printer", "all", "--plan-time", 1, "--plan-memory", 99_000)


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
    assert len(list(csv.DictReader(tables[0].decode("utf-8-sig").splitlines()))) == 6


def test_a_text_of_a_plan_is_no_formula(tmp_path: Path) -> None:
    plan = json.loads(HOUSE.read_text(encoding="utf-8")) | {"name": "=HYPERLINK(1)"}
    (tmp_path / "p.json").write_text(json.dumps(plan), encoding="utf-8")
    assert batch(tmp_path / "p.json", "-o", tmp_path / "t.csv").exit_code == 0
    (row,) = csv.DictReader((tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines())
    assert row["name"] == "'=HYPERLINK(1)"


WATCHED = """
import sys
from estimator.batch.journal import Journal
from estimator.cli import main
add = Journal.add
def told(journal, key, rows):
    add(journal, key, rows)
    print(key.hex(), flush=True)
Journal.add = told
main()
"""


def test_killed_again_and_again_it_goes_on_and_repeats_nothing(tmp_path: Path) -> None:
    folder, out = houses(tmp_path / "plans", 24), tmp_path / "t.csv"
    assert batch(folder, "-o", tmp_path / "whole.csv", "--printer", "cobod-bod2").exit_code == 0
    command = [sys.executable, "-c", WATCHED, "batch", str(folder), "-o", str(out), "--printer", "cobod-bod2"]
    done: list[str] = []
    for kill in range(5):
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if len(line.strip()) == 32:
                    done.append(line.strip())
                if kill < 4 and len(done) >= 4 * (kill + 1):
                    os.killpg(process.pid, signal.SIGKILL)
                    break
    assert 24 - 4 <= len(done) == len(set(done)) <= 24  # a kill may come between noting a result and telling it
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert {p.name for p in tmp_path.iterdir()} == {"plans", "t.csv", "whole.csv"}


def test_a_journal_is_of_one_batch_at_a_time_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path) as journal:
        assert journal.ask([(b"1", b"x", {"plan": "a"}), (b"2", b"y", {"plan": "b"}), (b"1", b"x", {"plan": "c"})]) == 3
        journal.add(b"1", [{"a": 1}, {"a": 2}])
        assert list(journal.waiting()) == [(b"2", b"y")] and journal.counts() == (2, 1)
        with pytest.raises(UsageError, match="another batch"):
            Journal(path)
    with Journal(path) as journal:
        assert journal.ask([(b"2", b"y", {"plan": "b"}), (b"1", b"x", {"plan": "c"})]) == 2
        journal.add(b"2", [{"a": 3}])
        assert list(journal.rows()) == [[{"plan": "b", "a": 3}], [{"plan": "c", "a": 1}, {"plan": "c", "a": 2}]]
        journal.remove()
    assert list(tmp_path.iterdir()) == []
    for wrong in (b"a letter\n", b"SQLite format 3\0" + bytes(200)):
        path.write_bytes(wrong)
        with pytest.raises(UsageError, match="no journal"):
            Journal(path)
        assert path.read_bytes() == wrong
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE letters (a)")
    other.close()
    with pytest.raises(UsageError, match="no journal"):
        Journal(path)


def test_a_plan_that_takes_too_long_is_a_row(tmp_path: Path) -> None:
    out = tmp_path / "t.jsonl"
    result = batch(HOUSE, "-o", out, *TOO_MUCH)
    assert result.exit_code == 0, result.output
    (row,) = rows(out)
    assert row["state"] == "invalid" and row["code"] == "limit" and "more than 1 s" in row["message"]


def test_a_plan_that_needs_too_much_memory_is_a_row(tmp_path: Path) -> None:
    out = tmp_path / "t.jsonl"
    result = batch(HOUSE, "-o", out, "--samples", 200_000, "--printer", "cobod-bod2", "--plan-memory", 1_500)
    assert result.exit_code == 0, result.output
    (row,) = rows(out)
    assert row["state"] == "invalid" and row["code"] == "limit" and "--plan-memory" in row["message"]


def test_a_fault_of_the_program_is_a_row() -> None:
    # a task that no version writes, as what the program does not foresee, goes through a real pool and comes back
    found = dict(
        PoolEngine(1, Bounds()).done([(b"1", b"[]"), (b"2", Task(Source(str(HOUSE)), Combinations()).packed())])
    )
    assert [found[k][0]["state"] for k in (b"1", b"2")] == ["invalid", "done"]
    assert found[b"1"][0]["code"] == "internal" and "ValueError" in found[b"1"][0]["message"]


def test_tables_are_read_by_duckdb_polars_and_as_excel_reads_them(tmp_path: Path) -> None:
    plan = json.loads(HOUSE.read_text(encoding="utf-8")) | {"name": 'Häuschen, "klein"'}
    (tmp_path / "p.json").write_text(json.dumps(plan), encoding="utf-8")
    (tmp_path / "q.json").write_text("{}", encoding="utf-8")
    for suffix in SUFFIXES:
        out = tmp_path / f"t{suffix}"
        result = batch(tmp_path / "p.json", tmp_path / "q.json", "-o", out, "--printer", "cobod-bod2")
        assert result.exit_code == 0, result.output
    expected = rows(tmp_path / "t.jsonl")
    assert expected[0]["name"] == 'Häuschen, "klein"' and expected[1]["house_cost"] is None
    for suffix, function in ((".parquet", "read_parquet"), (".csv", "read_csv"), (".jsonl", "read_json")):
        cursor = duckdb.sql(f"SELECT * FROM {function}('{tmp_path / f't{suffix}'}')")
        assert cursor.columns == list(COLUMNS)
        same(dict(zip(cursor.columns, cursor.fetchall()[0], strict=True)), expected[0])
    for frame in (
        polars.read_parquet(tmp_path / "t.parquet"), polars.read_csv(tmp_path / "t.csv"),
        polars.read_ndjson(tmp_path / "t.jsonl"),
    ):  # fmt: skip
        assert set(frame.columns) == set(COLUMNS) and frame.height == 2
        same(frame.row(0, named=True), expected[0])
    schema = polars.read_parquet_schema(tmp_path / "t.parquet")
    kinds = {"text": polars.String, "number": polars.Float64, "whole": polars.Int64}
    assert {name: schema[name] for name in COLUMNS} == {name: kinds[kind] for name, (kind, _) in COLUMNS.items()}
    begins = (tmp_path / "t.csv").read_bytes()[:3]
    assert begins == b"\xef\xbb\xbf"  # by which Excel knows UTF-8


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """A row that went through a table; empty texts of CSV come back as nothing."""
    for name, (kind, _) in COLUMNS.items():
        if kind == "text":
            assert (found[name] or "") == (expected[name] or ""), name
        else:
            assert found[name] == expected[name], name


def test_footprints_of_a_map_are_houses_equal_ones_worked_out_once(tmp_path: Path) -> None:
    def feature(id: str, metres: list[list[float]], turn: float, properties: dict[str, Any]) -> dict[str, Any]:
        points = np.array([*metres, metres[0]]) @ np.array(
            [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
        )
        at = np.array([36.8 + len(features) / 1000, -1.28])
        return {
            "type": "Feature", "id": id, "properties": {"building": "house"} | properties,
            "geometry": {"type": "Polygon", "coordinates": [(at + points / PER_DEGREE_M).round(9).tolist()]},
        }  # fmt: skip

    l_shape = [[0.004, 0.004], [9.004, 0.004], [9.004, 7.004], [5.004, 7.004], [5.004, 4.004], [0.004, 4.004]]
    features: list[dict[str, Any]] = []
    features.append(feature("a", l_shape, 0.0, {"building:levels": "1", "height": 2.6}))
    features.append(feature("b", l_shape[2:] + l_shape[:2], 2.0, {"building:levels": "1", "height": 2.6, "name": "x"}))
    features.append(feature("c", l_shape[::-1], 4.0, {"building:levels": "1", "height": 2.6}))
    features.append(feature("d", l_shape, 0.0, {"building:levels": "2", "height": 5.2}))
    features.append(
        {"type": "Feature", "id": 5, "geometry": {"type": "Point", "coordinates": [1, 2]}, "properties": None}
    )
    features.append(
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [[[1, 2], 3]]}}
    )
    plots, out = tmp_path / "plots.geojson", tmp_path / "t.jsonl"
    plots.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    result = batch(plots, "-o", out, "--printer", "cobod-bod2", "--region", "kenya")
    assert result.exit_code == 0, result.output
    found = rows(out)
    assert [r["plan"].rpartition("#")[2] for r in found] == ["a", "b", "c", "d", "5", "6"]
    assert [r["state"] for r in found] == ["done"] * 4 + ["invalid"] * 2
    assert "6 plans, 4 different" in result.output
    assert found[0]["walls_cost"] == found[1]["walls_cost"] == found[2]["walls_cost"] < found[3]["walls_cost"]
    assert found[0]["floor_area_m2"] == pytest.approx(9 * 4 + 4 * 3, rel=0.005)
    assert found[0]["wall_length_m"] == pytest.approx(32, abs=1.3)  # along the middle of the walls
    assert found[1]["longitude"] == pytest.approx(36.801, abs=1e-4) and found[1]["latitude"] == pytest.approx(
        -1.28, abs=1e-4
    )
    assert "Point" in found[4]["message"] and "ring" in found[5]["message"]
    assert found[4]["latitude"] is None


PER_DEGREE_M = np.array([111_292.0, 110_576.3])
"""East and north, at 1.28° south on the ellipsoid. [m/°]"""


@pytest.mark.parametrize(
    "text", ["{", '{"type": "FeatureCollection", "features": [{"type": ', "[]", "", '{"features": 3}']
)
def test_a_broken_map_is_told_in_a_row(tmp_path: Path, text: str) -> None:
    (tmp_path / "plots.geojson").write_text(text, encoding="utf-8")
    result = batch(tmp_path / "plots.geojson", "-o", tmp_path / "t.jsonl")
    assert result.exit_code == 0, result.output
    (row,) = rows(tmp_path / "t.jsonl")
    assert row["state"] == "invalid" and row["message"]


def test_a_map_that_breaks_off_after_its_first_houses_ends_the_batch_with_a_sentence(tmp_path: Path) -> None:
    ring = [[0, 0], [9, 0], [9, 7], [0, 7], [0, 0]]
    house = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    whole = json.dumps({"type": "FeatureCollection", "features": [house, house]})
    (tmp_path / "plots.geojson").write_text(whole[:-40], encoding="utf-8")
    result = batch(tmp_path / "plots.geojson", "-o", tmp_path / "t.jsonl")
    assert result.exit_code == 2 and "is no GeoJSON" in result.output and "Traceback" not in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["plots.geojson"]


def test_places_of_a_table_stand_in_the_rows(tmp_path: Path) -> None:
    table, out = tmp_path / "plots.csv", tmp_path / "t.jsonl"
    table.write_text(f"plan,site,latitude,longitude,count\n{HOUSE},north,-1.5,36.8,12\n{HOUSE},,,,\n", encoding="utf-8")
    assert batch(table, "-o", out, "--printer", "cobod-bod2").exit_code == 0
    place = ("site", "latitude", "longitude", "count")
    assert [tuple(r[n] for n in place) for r in rows(out)] == [("north", -1.5, 36.8, 12), ("", None, None, 1)]
    for cells, words in (
        ("91,0,1", "latitude is '91'"),
        ("1,,1", "without a longitude"),
        ("1,1,0", "whole number from 1"),
    ):
        table.write_text(f"plan,latitude,longitude,count\n{HOUSE},{cells}\n", encoding="utf-8")
        result = batch(table, "-o", out)
        assert result.exit_code == 2 and words in result.output and "line 2" in result.output


def test_odd_names_pipes_and_dead_links_are_rows(tmp_path: Path) -> None:
    folder, out = houses(tmp_path / "plans", 1), tmp_path / "t.jsonl"
    (folder / "a.json").symlink_to("gone")
    with open(os.fsencode(folder) + b"/b\xff.json", "wb") as file:
        file.write(HOUSE.read_bytes())
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "plots.csv").write_text("plan\npipe.json\n", encoding="utf-8")
    result = batch(folder, tmp_path / "plots.csv", "-o", out, "--printer", "cobod-bod2")
    assert result.exit_code == 0, result.output
    found = rows(out)
    assert [r["state"] for r in found] == ["invalid", "done", "done", "invalid"]
    assert "no such file" in found[0]["message"] and "no regular file" in found[3]["message"]
    assert found[1]["plan"].endswith("b\\udcff.json")
    refused = batch(tmp_path / "pipe.json", "-o", out)
    assert refused.exit_code == 2 and "no regular file" in refused.output


def test_the_table_and_its_journal_are_no_plans(tmp_path: Path) -> None:
    folder = houses(tmp_path / "plans", 2)
    for _ in range(2):
        result = batch(folder, "-o", folder / "t.csv", "--printer", "cobod-bod2")
        assert result.exit_code == 0 and "2 plans, 2 different; 2 rows" in result.output, result.output


@pytest.mark.parametrize(
    "choice", [("--set", "a=1"), ("--samples", 5), ("--wall-system", "mud"), ("--plan-time", "nan")]
)
def test_what_no_plan_could_be_worked_out_for_is_told_before_the_work(
    tmp_path: Path, choice: tuple[object, ...]
) -> None:
    result = batch(HOUSE, "-o", tmp_path / "t.csv", *choice)
    assert result.exit_code == 2 and "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_tables_may_be_parted_as_spreadsheets_do_and_all_stands_for_all(tmp_path: Path, mark: str) -> None:
    table, out = tmp_path / "plots.csv", tmp_path / "t.jsonl"
    table.write_text(f"plan{mark}printer\n{HOUSE}{mark}all\n", encoding="utf-8")
    result = batch(table, "-o", out, "--region", "kenya", "--region", "kenya")
    assert result.exit_code == 0, result.output
    assert [r["printer"] for r in rows(out)] == list(printer_ids())


def test_a_full_disk_ends_a_batch_with_a_sentence_and_loses_nothing(tmp_path: Path) -> None:
    size = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Journal(tmp_path / "j") as journal:
        journal.ask([(b"1", b"x", {"plan": "a"})])
        journal.add(b"1", [{"a": 1}])
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, size[1]))  # as if there were no more room
        try:
            with pytest.raises(UsageError, match="make room"):
                journal.add(b"2", [{"a": "x" * 1_000_000}])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, size)
    with Journal(tmp_path / "j") as journal:
        journal.ask([(b"1", b"x", {"plan": "a"})])
        assert journal.counts() == (1, 1)


def test_footprints_say_what_of_them_cannot_be_used_and_courts_are_no_floor(tmp_path: Path) -> None:
    outer = [[0, 0], [12, 0], [12, 12], [0, 12], [0, 0]]
    court = [[4, 4], [4, 8], [8, 8], [8, 4], [4, 4]]

    def feature(id: str, properties: dict[str, Any], *rings: list[list[int]]) -> dict[str, Any]:
        place = [[[round(v / 111_000, 9) for v in point] for point in ring] for ring in rings]
        return {
            "type": "Feature", "id": id, "properties": {"building": "yes"} | properties,
            "geometry": {"type": "Polygon", "coordinates": place},
        }  # fmt: skip

    whole = {"building:levels": "1", "height": "2.6 m"}
    features = [
        feature("whole", whole, outer), feature("court", whole, outer, court),
        feature("levels", whole | {"building:levels": "2;3"}, outer), feature("none", {"height": 2.6}, outer),
        feature("height", whole | {"height": "10'"}, outer),
    ]  # fmt: skip
    plots, out = tmp_path / "plots.geojson", tmp_path / "t.jsonl"
    plots.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert batch(plots, "-o", out, "--printer", "cobod-bod2", "--region", "kenya").exit_code == 0
    found = {r["plan"].rpartition("#")[2]: r for r in rows(out)}
    assert all(r["state"] == "done" for r in found.values())
    assert found["court"]["floor_area_m2"] == pytest.approx(128, rel=0.01)
    assert found["whole"]["floor_area_m2"] == pytest.approx(144, rel=0.01)
    assert "storeys" not in found["whole"]["message"] and "height" not in found["whole"]["message"]
    assert "'2;3', no number of storeys" in found["levels"]["message"]
    assert "gives no number of storeys" in found["none"]["message"]
    assert "no height in metres" in found["height"]["message"]


def test_what_plan_files_do_not_say_is_said_for_all_or_in_a_row(tmp_path: Path) -> None:
    ring = [[0, 0], [9e-5, 0], [9e-5, 7e-5], [0, 7e-5], [0, 0]]
    house = {"type": "Feature", "properties": {"levels": 1}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (tmp_path / "plots.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [house]}), encoding="utf-8"
    )
    lines = {"type": "Feature", "properties": {"type": "wall"}, "geometry": {"type": "LineString", "coordinates": ring}}
    (tmp_path / "walls.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [lines]}), encoding="utf-8"
    )
    table, out = tmp_path / "t.csv", tmp_path / "t.jsonl"
    table.write_text("plan,height,thickness\nwalls.geojson,3,0.3\nwalls.geojson,,\n", encoding="utf-8")
    for height in (2.4, 2.8):
        told = ("--printer", "cobod-bod2", "--region", "kenya", "--height", height, "--thickness", 0.25)
        result = batch(tmp_path / "plots.geojson", table, "-o", out, *told)
        assert result.exit_code == 0, result.output
        plot, own, usual = rows(out)
        assert "height" not in plot["message"] and "thickness" not in own["message"] + usual["message"]
        assert own["printed_volume_m3"] > usual["printed_volume_m3"]
        volumes = (plot["printed_volume_m3"], usual["printed_volume_m3"])
        if height == 2.4:
            before, same = volumes, own["printed_volume_m3"]
    assert volumes[0] > before[0] and volumes[1] > before[1] and own["printed_volume_m3"] == same
    for cells, words in (("-1,0.3,m", "above 0"), ("3,9,m", "up to 3"), ("3,0.3,ell", "no unit of length")):
        table.write_text(f"plan,height,thickness,unit\nwalls.geojson,{cells}\n", encoding="utf-8")
        refused = batch(table, "-o", out)
        assert refused.exit_code == 2 and words in refused.output and "line 2" in refused.output
