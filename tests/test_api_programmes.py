"""Programmes over HTTP: a job with progress, its result and files, called off, nothing of the server's disk opened."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from estimator.programme import programme_document, programme_of, work_out
from tests.service import running
from tests.test_api import NOTHING, PLAN, finished, problem


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        running(tmp_path_factory.mktemp("service"), PRINTHOUSE_JOB_TIME_S="12") as address,
        httpx.Client(base_url=address, timeout=120) as found,
    ):
        yield found


MANY = [{"printer": "cobod-bod2", "count": 500}]


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Twelve plots", "start": "2027-03-01", "repetitions": 30, "houses": [{"plan": PLAN, "count": 12}],
        "teams": [{"printer": "cobod-bod2", "count": 2}, {"method": "concrete-block"}],
    } | changes  # fmt: skip


def begun(client: httpx.Client, body: dict[str, Any]) -> str:
    answer = client.post("/v1/programmes", json=body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["kind"] == "programme"
    return str(answer.headers["location"])


def test_a_programme_gives_what_python_gives_and_its_files(client: httpx.Client) -> None:
    job = finished(client, begun(client, {"programme": asked()}))
    assert job["state"] == "done" and job["progress"] == 1, job
    found = client.get(job["result"]).json()
    own = json.loads(json.dumps(programme_document(work_out(programme_of(asked())))))
    assert found["document"] == own and found["document"]["houses"] == 12
    events = list(csv.DictReader(io.StringIO(client.get(found["links"]["events_csv"]).text)))
    assert sum(row["event"] == "handed-over" for row in events) == 12
    for name in ("teams_svg", "use_svg"):
        answer = client.get(found["links"][name])
        assert answer.headers["content-type"].startswith("image/svg+xml") and "<svg " in answer.text


def test_the_questions_turned_round_are_answered(client: httpx.Client) -> None:
    body = {"programme": asked(repetitions=0), "by": "2028-12-31", "sure": 0.8, "budget": 5e6, "strategies": True}
    document = client.get(finished(client, begun(client, body))["result"]).json()["document"]
    assert document["fleet"] and document["strategies"] and document["wanted"]["budget"] == 5e6


def test_progress_is_told_and_a_programme_can_be_called_off(client: httpx.Client) -> None:
    address = begun(
        client, {"programme": asked(repetitions=1000, houses=[{"plan": PLAN, "count": 50_000}], teams=MANY)}
    )
    end, seen = time.monotonic() + 25, 0.0
    while not 0 < seen < 1:
        assert time.monotonic() < end, "it does not go on"
        time.sleep(0.1)
        seen = client.get(address).json()["progress"]
    assert client.delete(address).status_code == 204
    assert client.get(address).json()["state"] == "cancelled"


def test_a_programme_that_takes_too_long_fails_with_a_sentence(client: httpx.Client) -> None:
    body = {"programme": asked(repetitions=1000, houses=[{"plan": PLAN, "count": 99_999}], teams=MANY)}
    job = finished(client, begun(client, body))
    assert (
        job["state"] == "failed" and job["problem"]["type"] == "/problems/limit" and "12 s" in job["problem"]["detail"]
    )


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"houses": [{"plan": "/etc/hostname"}]}, "usage", "names a file"),
        ({"houses": [{"source": "/etc"}]}, "usage", "names a file"),
        ({"teams": [{"printer": "/etc/printer.toml"}]}, "usage", "names a file"),
        ({"houses": []}, "usage", "houses"), ({"start": "soon"}, "usage", "start"), ({"colour": 1}, "usage", "colour"),
        ({"houses": [{"plan": PLAN, "count": 200_000}]}, "limit", "100000"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_at_once(
    client: httpx.Client, changes: dict[str, Any], code: str, words: str
) -> None:
    answer = client.post("/v1/programmes", json={"programme": asked(**changes)})
    assert words in problem(answer, code)["detail"]


def test_a_date_before_the_start_is_refused_at_once(client: httpx.Client) -> None:
    answer = client.post("/v1/programmes", json={"programme": asked(), "by": "2026-12-31"})
    assert "before the start on 2027-03-01" in problem(answer, "usage")["detail"]


def test_what_shows_only_when_it_is_worked_out_fails_the_job(client: httpx.Client) -> None:
    for teams, words in (([{"printer": "nobody"}], "nobody"), ([{"printer": "cobod-bod1"}], "cobod-bod1")):
        job = finished(client, begun(client, {"programme": asked(teams=teams)}))
        assert job["state"] == "failed" and words in job["problem"]["detail"], job


def test_there_is_no_other_programme(client: httpx.Client) -> None:
    problem(client.get(f"/v1/programmes/{NOTHING}"), "not-found")
    problem(client.get(f"/v1/programmes/{NOTHING}/use.svg"), "not-found")
