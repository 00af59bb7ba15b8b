"""Batches over HTTP: a job with progress, a table to download, called off, the same rows as on the command line."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import polars
import pytest

from estimator.batch.rows import COLUMNS
from tests.service import running
from tests.test_api import HOUSE, NOTHING, PLAN, finished, problem
from tests.test_batch import batch, rows


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        running(tmp_path_factory.mktemp("service"), PRINTHOUSE_TASK_TIME_S="6") as address,
        httpx.Client(base_url=address, timeout=120) as found,
    ):
        yield found


def begun(client: httpx.Client, body: dict[str, Any]) -> str:
    answer = client.post("/v1/batches", json=body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["kind"] == "batch"
    return str(answer.headers["location"])


def higher(number: int) -> dict[str, Any]:
    plan = deepcopy(PLAN)
    plan["defaults"]["height_m"] = 2.4 + number / 100
    return plan


def test_a_batch_gives_the_rows_of_the_command_line(client: httpx.Client, tmp_path: Path) -> None:
    plans = [
        {"id": "a", "plan": PLAN, "site": "north", "latitude": -1.28, "longitude": 36.8, "count": 3},
        {"id": "b", "plan": {"format": "printhouse-plan", "version": 1}}, {"plan": higher(1)}, {"plan": PLAN},
    ]  # fmt: skip
    options = {"printers": ["cobod-bod1", "cobod-bod2"], "methods": ["timber-frame"], "regions": ["kenya"]}
    job = finished(client, begun(client, {"plans": plans, "options": options}))
    assert job["state"] == "done" and job["progress"] == 1, job
    summary = client.get(job["result"]).json()
    assert [summary[n] for n in ("plans", "different", "rows", "invalid")] == [4, 3, 7, 1]
    tallies = {t["printer"]: (t["plans"], t["refused"]) for t in summary["tallies"]}
    assert tallies == {"cobod-bod1": (0, 3), "cobod-bod2": (3, 0)}
    lines = [json.loads(line) for line in client.get(summary["links"]["jsonl"]).text.splitlines()]
    assert all(list(line) == list(COLUMNS) for line in lines)
    assert [(r["plan"], r["state"]) for r in lines] == [
        ("a", "refused"), ("a", "done"), ("b", "invalid"), ("3", "refused"), ("3", "done"), ("4", "refused"),
        ("4", "done"),
    ]  # fmt: skip
    assert [lines[1][n] for n in ("site", "latitude", "longitude", "count")] == ["north", -1.28, 36.8, 3]
    out = tmp_path / "t.jsonl"
    told = ("--printer", "cobod-bod2", "--method", "timber-frame", "--region", "kenya")
    assert batch(HOUSE, "-o", out, *told).exit_code == 0
    apart = ("plan", "site", "latitude", "longitude", "count", "message")
    (expected,) = rows(out)
    assert {k: v for k, v in lines[1].items() if k not in apart} == {
        k: v for k, v in expected.items() if k not in apart
    }
    for suffix, reader in (("csv", polars.read_csv), ("parquet", polars.read_parquet)):
        answer = client.get(summary["links"][suffix])
        assert answer.headers["content-disposition"].endswith(f'batch.{suffix}"')
        assert reader(io.BytesIO(answer.content))["house_cost"][1] == lines[1]["house_cost"]


def test_footprints_of_a_map_are_plans(client: httpx.Client) -> None:
    ring = [[0, 0], [9e-5, 0], [9e-5, 7e-5], [0, 7e-5], [0, 0]]
    house = {"type": "Feature", "id": 7, "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    footprints = {"type": "FeatureCollection", "features": [house, point, 3]}
    job = finished(client, begun(client, {"footprints": footprints, "options": {"printers": ["cobod-bod2"]}}))
    lines = client.get(f"{job['result']}.jsonl").text.splitlines()
    found = [json.loads(line) for line in lines]
    assert [(r["plan"], r["state"]) for r in found] == [("7", "done"), ("2", "invalid"), ("3", "invalid")]
    assert found[0]["floor_area_m2"] == pytest.approx(77.5, rel=0.01)


def test_progress_is_told_and_a_batch_can_be_called_off(client: httpx.Client) -> None:
    plans = [{"plan": higher(number)} for number in range(200)]
    address = begun(client, {"plans": plans, "options": {"printers": ["all"]}})
    end, seen = time.monotonic() + 60, 0.0
    while not 0 < seen < 1:
        assert time.monotonic() < end, "it does not go on"
        time.sleep(0.1)
        seen = client.get(address).json()["progress"]
    assert client.delete(address).status_code == 204
    job = client.get(address).json()
    assert job["state"] == "cancelled" and job["result"] is None
    began = time.monotonic()
    assert client.post("/v1/estimates", json={"plan": higher(55), "options": {"samples": 0}}).status_code == 201
    assert time.monotonic() - began < 30  # the workers are free again
    problem(client.delete(address), "state")


def test_a_plan_that_takes_too_long_is_a_row(client: httpx.Client) -> None:
    options = {"printers": ["all"], "samples": 20_000}
    job = finished(client, begun(client, {"plans": [{"plan": PLAN}], "options": options}))
    assert job["state"] == "done", job
    found = [json.loads(line) for line in client.get(f"{job['result']}.jsonl").text.splitlines()]
    assert {r["state"] for r in found} == {"invalid"} and found[0]["code"] == "limit" and "6 s" in found[0]["message"]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({}, "invalid", "no plan"), ({"plans": []}, "invalid", "no plan"), ({"plans": [{}]}, "invalid", "plan"),
        ({"plans": [{"plan": {}}], "options": {"printers": ["nobody"]}}, "usage", "nobody"),
        ({"plans": [{"plan": {}}], "options": {"methods": ["straw"]}}, "usage", "straw"),
        ({"plans": [{"plan": {}}], "options": {"samples": 5}}, "invalid", "100"),
        ({"plans": [{"plan": {}}], "colour": 1}, "invalid", "colour"),
        ({"plans": [{"plan": {}}] * 2000, "options": {"printers": ["all"]}}, "limit", "50000"),
        ({"footprints": {"features": 3}}, "invalid", "no plan"), ({"footprints": {}}, "invalid", "no plan"),
        ({"footprints": {"features": [{}] * 10_001}}, "limit", "10000"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_at_once(
    client: httpx.Client, body: dict[str, Any], code: str, words: str
) -> None:
    assert words in problem(client.post("/v1/batches", json=body), code)["detail"]


def test_there_is_no_other_batch(client: httpx.Client) -> None:
    problem(client.get(f"/v1/batches/{NOTHING}"), "not-found")
    problem(client.get(f"/v1/batches/{NOTHING}.csv"), "not-found")
