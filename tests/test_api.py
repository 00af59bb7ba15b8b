"""The HTTP interface, asked over a socket: the same document as the command line, problems with pointers."""

from __future__ import annotations

import io
import json
import re
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from api.app import create_app
from api.problems import TITLES
from api.settings import Settings, settings_from_environment
from estimator.cli import cli
from estimator.errors import UsageError
from tests.service import running

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "examples" / "rectangular-72.json"
PLAN: dict[str, Any] = json.loads(HOUSE.read_text(encoding="utf-8"))
NOTHING = "0" * 32


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("service"), PRINTHOUSE_RECEIVE_TIME_S="2") as address:
        yield address


@pytest.fixture(scope="module")
def client(base: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base, timeout=120) as c:
        yield c


@pytest.fixture(scope="module")
def made(client: httpx.Client) -> dict[str, Any]:
    answer = client.post("/v1/estimates", json={"plan": PLAN, "options": {"samples": 200}})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def problem(answer: httpx.Response, code: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found = dict(answer.json())
    assert (found["type"], found["status"], answer.status_code) == (
        f"/problems/{code}",
        TITLES[code][0],
        TITLES[code][0],
    )
    assert found["instance"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text and "--" not in found["detail"]
    return found


def finished(client: httpx.Client, address: str) -> dict[str, Any]:
    for _ in range(600):
        job = client.get(address).json()
        if job["state"] in ("done", "failed", "cancelled"):
            return dict(job)
        time.sleep(0.1)
    raise AssertionError("the job does not end")


# --- the document ---------------------------------------------------------------------------------


def test_the_document_is_that_of_the_command_line(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/estimates",
        json={"plan": PLAN, "options": {"samples": 0, "region": "kenya", "settings": {"crew_persons": 4}}},
    )
    problem(answer, "invalid")  # keys are written in full here
    options = {"samples": 0, "region": "kenya", "settings": {"printer.crew_persons": 4}}
    document = client.post("/v1/estimates", json={"plan": PLAN, "options": options}).json()["document"]
    run = CliRunner().invoke(
        cli,
        [
            "estimate",
            str(HOUSE),
            "--samples",
            "0",
            "--region",
            "kenya",
            "--set",
            "printer.crew_persons=4",
            "-f",
            "json",
        ],
    )
    wanted = json.loads(run.stdout)
    for d in (document, wanted):
        d["plan"].pop("source")
        d["findings"] = [f for f in d["findings"] if f["code"] != "printer-default"]
    assert document == wanted


def test_the_same_again_is_answered_from_what_was_made(client: httpx.Client, made: dict[str, Any]) -> None:
    again = client.post("/v1/estimates", json={"plan": PLAN, "options": {"samples": 200}})
    assert again.status_code == 200 and again.json() == made
    tag = again.headers["etag"]
    assert again.headers["location"] == f"/v1/estimates/{made['id']}" and tag == f'"{made["id"]}"'
    known = client.get(made["links"]["self"], headers={"if-none-match": tag})
    assert known.status_code == 304 and known.content == b""


def test_a_plan_is_uploaded_as_a_file_of_any_format(client: httpx.Client) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9m" height="8m" viewBox="0 0 9000 8000">'
        '<g id="walls"><path d="M0 0H9000V250H0z M0 7750H9000V8000H0z M0 250H250V7750H0z M8750 250H9000V7750H8750z"/>'
        "</g></svg>"
    )
    options = json.dumps({"samples": 0, "unit": "mm"})
    answer = client.post("/v1/estimates", files={"file": ("../../house.svg", svg)}, data={"options": options})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["document"]["plan"]["source"].startswith("house.svg") and found["document"]["plan"]["walls"] >= 4
    fields = {"samples": "0", "unit": "mm", "region": "kenya", "settings": '{"printer.crew_persons": 4}'}
    by_field = client.post("/v1/estimates", files={"file": ("house.svg", svg)}, data=fields).json()
    assert by_field["options"] == {
        "samples": 0, "unit": "mm", "region": "kenya", "settings": {"printer.crew_persons": 4}
    }  # fmt: skip
    compared = client.post(
        "/v1/comparisons", files={"file": ("house.svg", svg)},
        data={"samples": "0", "unit": "mm", "printers": "cobod-bod2,icon-vulcan-2"},
    )  # fmt: skip
    assert len(compared.json()["rows"]) + len(compared.json()["cannot"]) == 2
    problem(client.post("/v1/estimates", files={"file": ("a.svg", svg)}, data={"printers": "cobod-bod2"}), "invalid")
    problem(client.post("/v1/estimates", files={"file": ("a.svg", svg)}, data={"colour": "red"}), "invalid")
    variant = client.post(found["links"]["variants"], json={"options": {"region": "mexico"}})
    assert variant.status_code == 201, variant.text
    assert variant.json()["document"]["region"] == "mexico"


@pytest.mark.parametrize(
    ("suffix", "starts"),
    [("json", b"{"), ("csv", b""), ("xlsx", b"PK"), ("html", b"<!doctype html>"), ("svg", b"<?xml"), ("glb", b"glTF"),
     ("gcode", b";")],
)  # fmt: skip
def test_every_representation_by_suffix_and_by_accept(
    client: httpx.Client, made: dict[str, Any], suffix: str, starts: bytes
) -> None:
    answer = client.get(made["links"][suffix])
    assert answer.status_code == 200 and answer.content.lstrip().startswith(starts)
    media = answer.headers["content-type"].partition(";")[0]
    if suffix == "json":
        assert answer.json() == made["document"]
    else:
        same = client.get(made["links"]["self"], headers={"accept": f"text/x-none, {media};q=0.8"})
        assert same.headers["content-type"].partition(";")[0] == media
        if suffix == "xlsx":
            assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(same.content)).namelist()
        else:
            assert same.content == answer.content
    assert client.get(made["links"][suffix], headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    problem(client.get(made["links"]["self"], headers={"accept": "video/mp4"}), "not-acceptable")


@pytest.mark.parametrize("view", ["plan", "structure", "layer", "schedule", "tornado"])
def test_views_of_the_drawing_differ(client: httpx.Client, made: dict[str, Any], view: str) -> None:
    answer = client.get(made["links"]["svg"], params={"view": view})
    assert answer.status_code == 200 and "<svg" in answer.text[:200]
    if view != "plan":
        assert answer.content != client.get(made["links"]["svg"]).content


def test_the_beads_make_the_path_of_the_estimate(client: httpx.Client, made: dict[str, Any]) -> None:
    beads = client.get(made["links"]["beads"]).json()
    length = []
    for s in beads["sections"]:
        a, b = s["start"], s["end"]
        length.append(sum(((a[i] - b[i]) ** 2 + (a[i + 1] - b[i + 1]) ** 2) ** 0.5 for i in range(0, len(a), 2)))
        assert set(s["kind"]) <= {1, 2} and len(s["kind"]) == len(a) // 2 == len(s["width_m"])
    layers = beads["layers"]
    assert len(layers["z_m"]) == made["document"]["toolpath"]["layers"] == len(layers["done_s"])
    total = sum(length[k] for k in layers["section"])
    assert total == pytest.approx(made["document"]["toolpath"]["extruded_length_m"], rel=1e-3)


def test_a_variant_needs_no_plan_and_null_makes_usual(client: httpx.Client, made: dict[str, Any]) -> None:
    there = client.post(made["links"]["variants"], json={"options": {"region": "kenya", "samples": 0}}).json()
    assert there["options"] == {"region": "kenya", "samples": 0} and there["document"]["region"] == "kenya"
    back = client.post(there["links"]["variants"], json={"options": {"region": None, "samples": 200}}).json()
    assert back["id"] == made["id"] or back["document"]["cost"] == made["document"]["cost"]
    assert client.get(there["links"]["plan"]).json()["name"] == PLAN["name"]


def test_estimates_are_listed_filtered_paged_and_deleted(client: httpx.Client) -> None:
    ids = []
    for seed in range(11, 15):
        body = {"plan": {**PLAN, "name": "Listed 100 % house"}, "options": {"samples": 100, "seed": seed}}
        ids.append(client.post("/v1/estimates", json=body).json()["id"])
    at, found = "/v1/estimates?limit=3&plan=listed%20100%20%25", []
    while at:
        page = client.get(at).json()
        assert len(page["items"]) <= 3
        found += [item["id"] for item in page["items"]]
        at = page["next"]
    assert found == ids[::-1]
    assert client.get("/v1/estimates", params={"printer": "no-such"}).json()["items"] == []
    assert client.delete(f"/v1/estimates/{ids[0]}").status_code == 204
    problem(client.get(f"/v1/estimates/{ids[0]}"), "not-found")
    problem(client.delete(f"/v1/estimates/{ids[0]}"), "not-found")
    problem(client.get("/v1/estimates", params={"after": "zzz"}), "invalid")


def test_printers_are_compared_at_once_or_as_a_job(client: httpx.Client, made: dict[str, Any]) -> None:
    printers = ["cobod-bod2", "icon-vulcan-2", "cobod-bod1"]
    body = {"estimate": made["id"], "printers": printers, "options": {"samples": 0}}
    direct = client.post("/v1/comparisons", json=body)
    assert direct.status_code == 200, direct.text
    options = [o for p in printers for o in ("--printer", p)]
    run = CliRunner().invoke(cli, ["compare", str(HOUSE), *options, "--samples", "0", "-f", "json"])
    wanted, found = json.loads(run.stdout), direct.json()
    assert [r["printer"] for r in found["rows"]] == [r["printer"] for r in wanted["rows"]]
    assert [r["whole_house"] for r in found["rows"]] == [r["whole_house"] for r in wanted["rows"]]
    assert [c["printer"] for c in found["cannot"]] == [c["printer"] for c in wanted["cannot"]]
    assert client.get(direct.headers["content-location"]).json() == found
    job = client.post("/v1/comparisons", json={**body, "printers": printers[:2]}, headers={"prefer": "respond-async"})
    assert job.status_code == 202
    done = finished(client, job.headers["location"])
    assert (done["state"], done["progress"]) == ("done", 1.0) and client.get(done["result"]).json()["rows"]
    problem(client.post("/v1/comparisons", json={**body, "plan": PLAN}), "invalid")
    problem(client.post("/v1/comparisons", json={**body, "printers": ["boat"]}), "usage")


def test_a_job_is_cancelled_and_a_finished_one_is_not(client: httpx.Client, made: dict[str, Any]) -> None:
    body = {"estimate": made["id"], "options": {"samples": 0, "seed": 5}}
    job = client.post("/v1/comparisons", json=body, headers={"prefer": "respond-async"}).headers["location"]
    assert client.delete(job).status_code == 204
    assert client.get(job).json()["state"] == "cancelled"
    problem(client.delete(job), "state")
    bad = client.post(
        "/v1/estimates", json={"plan": {"format": "printhouse-plan"}}, headers={"prefer": "respond-async"}
    ).headers["location"]
    failed = finished(client, bad)
    assert failed["state"] == "failed" and failed["problem"]["type"] == "/problems/plan"
    problem(client.get(f"/v1/jobs/{NOTHING}"), "not-found")


@pytest.mark.parametrize(
    ("noun", "id"), [("printers", "cobod-bod2"), ("mixes", "bagged-mortar"), ("regions", "usa"), ("methods", None)]
)
def test_the_catalogue_is_that_of_the_command_line(client: httpx.Client, noun: str, id: str | None) -> None:
    items = client.get(f"/v1/{noun}").json()["items"]
    run = CliRunner().invoke(cli, [noun, "list", "-f", "json"])
    assert items == json.loads(run.stdout)[noun]
    one = client.get(f"/v1/{noun}/{id or items[0]['id']}")
    assert one.status_code == 200 and one.json()
    problem(client.get(f"/v1/{noun}/no-such"), "not-found")


def test_a_check_says_what_was_understood(client: httpx.Client) -> None:
    plan = deepcopy(PLAN)
    plan["storeys"][0]["walls"][0]["thickness_m"] = 0.02
    found = client.post("/v1/checks", json={"plan": plan})
    assert found.status_code == 200, found.text
    body = found.json()
    assert body["summary"]["walls"] == len(PLAN["storeys"][0]["walls"]) and "<svg" in body["svg"][:200]
    assert all(f["pointer"].startswith("/plan") for f in body["findings"] if f["where"])


# --- problems -------------------------------------------------------------------------------------


def test_a_wrong_plan_has_pointers(client: httpx.Client) -> None:
    plan = deepcopy(PLAN)
    plan["storeys"][0]["walls"][2]["axis"] = [[0, 0]]
    found = problem(client.post("/v1/estimates", json={"plan": plan}), "plan")
    assert found["findings"][0]["pointer"] == "/plan/storeys/0/walls/2/axis"


@pytest.mark.parametrize(
    ("options", "code", "pointer"),
    [
        ({"printer": "boat"}, "usage", None),
        ({"printer": "/etc/passwd"}, "invalid", "/options/printer"),
        ({"printer": "profile.toml"}, "usage", None),
        ({"samples": 50}, "invalid", "/options/samples"),
        ({"samples": True}, "invalid", "/options/samples"),
        ({"seed": "1"}, "invalid", "/options/seed"),
        ({"colour": "red"}, "invalid", "/options/colour"),
        ({"settings": {"printer.crew": 3}}, "usage", None),
        ({"settings": {"printer.crew_persons": -3}}, "usage", None),
        ({"printer": "cobod-bod1"}, "not-printable", None),
        ({"machines": 11}, "invalid", "/options/machines"),
    ],
)
def test_wrong_options_say_which(client: httpx.Client, options: dict[str, Any], code: str, pointer: str | None) -> None:
    found = problem(client.post("/v1/estimates", json={"plan": PLAN, "options": options}), code)
    assert pointer is None or found["findings"][0]["pointer"] == pointer


def test_what_is_no_request_is_refused(client: httpx.Client) -> None:
    problem(client.post("/v1/estimates", content=b"{", headers={"content-type": "application/json"}), "request")
    problem(client.post("/v1/estimates", content=b"x"), "media-type")
    problem(client.post("/v1/estimates", data={"file": "no file"}, files={"options": ("a", b"{}")}), "invalid")
    broken = {"content-type": "multipart/form-data; boundary=x"}
    problem(client.post("/v1/estimates", content=b"--x\r\nContent-Disp", headers=broken), "invalid")
    problem(client.post("/v1/estimates", content=b"--x", headers={"content-type": "multipart/form-data"}), "request")
    problem(client.get("/nothing"), "not-found")
    problem(client.get("/v1/estimates/UPPER"), "invalid")
    wrong = client.patch("/v1/estimates")
    assert problem(wrong, "method") and wrong.headers["allow"] == "GET, POST"
    assert client.request("PUT", f"/v1/estimates/{NOTHING}").headers["allow"] == "DELETE, GET"


def test_what_is_too_large_is_refused_by_its_word_and_by_its_weight(client: httpx.Client) -> None:
    kind = {"content-type": "application/json"}
    problem(client.post("/v1/estimates", content=b" " * 20_000_001, headers=kind), "too-large")

    def pieces() -> Iterator[bytes]:
        for _ in range(210):
            yield b" " * 100_000

    try:
        problem(client.post("/v1/estimates", content=pieces(), headers=kind), "too-large")
    except httpx.WriteError:  # the service need not read to the end of it
        pass
    assert client.get("/healthz").text == "ok\n"


def test_a_client_that_stops_in_the_middle_is_let_go(base: str) -> None:
    at = urlsplit(base)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=20) as s:
        s.sendall(
            b"POST /v1/estimates HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
        assert b"408" in s.recv(200)


@pytest.mark.parametrize(
    "head",
    [
        b"POST /v1/estimates HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/estimates HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"POST /v1/estimates HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/estimates HTTP/1.1\r\nHost: x\r\nContent-Length: 9e9\r\n\r\n",
        b"GET /v1/estimates\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /static/../app.py HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /static/%2e%2e/app.py HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\x01b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"\x16\x03\x01 nonsense\r\n\r\n",
    ],
)  # fmt: skip
def test_tricks_with_headers_and_paths_get_a_refusal(base: str, client: httpx.Client, head: bytes) -> None:
    at = urlsplit(base)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=20) as s:
        try:
            s.sendall(head)
            answer = s.recv(4000)
        except ConnectionError:
            answer = b""  # closed without a word is an answer too
    status = answer.split(b" ")[1:2]
    assert not status or status[0][:1] == b"4" or (b"X-Request-Id" in head or b"/healthz" in head)
    assert b"import" not in answer and b"root:" not in answer
    assert client.get("/healthz").text == "ok\n"


def test_ten_thousand_walls_are_refused_or_estimated_in_time(client: httpx.Client) -> None:
    plan = deepcopy(PLAN)
    walls = [
        {"id": f"w{k}", "axis": [[k % 100 * 2.0, k // 100 * 2.0], [k % 100 * 2.0 + 1.5, k // 100 * 2.0]]}
        for k in range(10_000)
    ]
    plan["storeys"][0]["walls"] = walls
    plan["storeys"][0].pop("rooms", None)
    answer = client.post("/v1/estimates", json={"plan": plan, "options": {"samples": 0}})
    assert answer.status_code in (201, 422), answer.text[:300]
    assert client.get("/readyz").text == "ready\n"


def test_parsers_and_workers_that_want_too_much_are_stopped_and_the_service_goes_on(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9m" height="8m"><path d="M0 0H9"/></svg>'
    dxf = "0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n"
    wide = {"plan": PLAN, "options": {"samples": 20_000}}
    for name, limit in (("hang", {"READ_TIME_S": "0.02"}), ("eat", {"READ_MEMORY_BYTES": str(48 * 2**20)})):
        folder = tmp_path / name
        folder.mkdir()
        environment = {f"PRINTHOUSE_{key}": value for key, value in limit.items()}
        with (
            running(folder, PRINTHOUSE_TASK_MEMORY_BYTES=str(600 * 2**20), **environment) as address,
            httpx.Client(base_url=address, timeout=120) as c,
        ):
            for file in (("a.svg", svg), ("a.dxf", dxf)):
                found = c.post("/v1/checks", files={"file": file}).json()
                assert (found["status"], found["type"]) == (422, "/problems/plan"), found
                assert re.search(r"longer than 0\.02 s|memory|crashed", found["detail"]), found
            problem(c.post("/v1/estimates", json=wide), "limit")
            few = {"plan": PLAN, "options": {"samples": 0}}
            assert c.post("/v1/estimates", json=few).status_code == 201


def test_request_ids_are_kept_and_wrong_ones_replaced(client: httpx.Client) -> None:
    assert client.get("/healthz", headers={"x-request-id": "mine-1234"}).headers["x-request-id"] == "mine-1234"
    assert "\n" not in client.get("/healthz", headers={"x-request-id": "a b"}).headers["x-request-id"]
    assert client.get("/version").json()["schema"] == "printhouse-estimate/1"


def test_the_same_request_many_times_at_once_is_worked_on_once(client: httpx.Client) -> None:
    body = {"plan": PLAN, "options": {"samples": 100, "seed": 77}}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/estimates", json=body), range(8)))
    assert sorted(a.status_code for a in answers)[-1] == 201
    assert sum(a.status_code == 201 for a in answers) == 1 and len({a.json()["created_at"] for a in answers}) == 1


def test_a_request_outlives_the_cancelled_job_that_it_waited_for(client: httpx.Client) -> None:
    plan = json.loads((ROOT / "examples" / "two-storey-140.json").read_text(encoding="utf-8"))
    body = {"plan": plan, "options": {"samples": 20_000, "seed": 99}}
    job = client.post("/v1/estimates", json=body, headers={"prefer": "respond-async"}).headers["location"]
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(lambda: client.post("/v1/estimates", json=body))
        time.sleep(0.3)
        client.delete(job)  # done already on a fast machine, which does no harm
        assert asked.result().status_code in (200, 201)


# --- settings -------------------------------------------------------------------------------------


def test_another_address_without_a_key_is_refused_with_the_reason() -> None:
    run = CliRunner().invoke(cli, ["serve", "--host", "0.0.0.0"])
    assert run.exit_code == 2 and "without a key" in run.output and "PRINTHOUSE_API_KEYS" in run.output
    Settings(host="0.0.0.0", api_keys=("k",)).refuse_open_door()
    Settings(host="::1").refuse_open_door()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRINTHOUSE_API_KEYS", "one, two")
    monkeypatch.setenv("PRINTHOUSE_WORKERS", "3")
    found = settings_from_environment(port=9, host=None)
    assert (found.api_keys, found.workers, found.port, found.host) == (("one", "two"), 3, 9, "127.0.0.1")
    monkeypatch.setenv("PRINTHOUSE_WORKERS", "many")
    with pytest.raises(UsageError, match="is no number"):
        settings_from_environment()


def test_keys_other_pages_and_a_full_queue(tmp_path: Path) -> None:
    environment = {
        "PRINTHOUSE_API_KEYS": "secret", "PRINTHOUSE_CORS_ORIGINS": "https://plans.example",
        "PRINTHOUSE_QUEUE_MAX": "1", "PRINTHOUSE_TASK_TIME_S": "0.05",
    }  # fmt: skip
    with running(tmp_path, **environment) as address, httpx.Client(base_url=address, timeout=60) as c:
        problem(c.get("/v1/printers"), "key")
        problem(c.get("/v1/printers", headers={"x-api-key": "wrong"}), "key")
        assert c.get("/v1/printers", headers={"authorization": "Bearer secret"}).status_code == 200
        assert c.get("/v1/printers", headers={"cookie": "printhouse_key=secret"}).status_code == 200
        problem(c.get("/v1/printers", headers={"cookie": "printhouse_key=wrong"}), "key")
        assert c.get("/healthz").status_code == 200
        c.headers["x-api-key"] = "secret"
        origin = {"origin": "https://plans.example"}
        assert c.get("/v1/printers", headers=origin).headers["access-control-allow-origin"] == "https://plans.example"
        assert (
            "access-control-allow-origin" not in c.get("/v1/printers", headers={"origin": "https://x.example"}).headers
        )
        body = {"plan": PLAN, "options": {"samples": 10_000}}
        barrier, answers = threading.Barrier(4), []

        def ask(seed: int) -> None:
            barrier.wait()
            answers.append(c.post("/v1/estimates", json={**body, "options": {"samples": 20_000, "seed": seed}}))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, range(4)))
        full = [a for a in answers if a.status_code == 503]
        assert full and all(problem(a, "busy") and int(a.headers["retry-after"]) > 0 for a in full)
        for other in [a for a in answers if a.status_code != 503]:
            problem(other, "limit")  # nothing is done in a twentieth of a second
        assert c.get("/healthz").status_code == 200
        answers.clear()

        def compare(seed: int) -> None:
            barrier.wait()
            answers.append(c.post("/v1/comparisons", json={"plan": PLAN, "options": {"seed": seed}}))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(compare, range(4)))
        assert any(a.status_code == 503 and problem(a, "busy") for a in answers)
    log = (tmp_path / "service.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {"id", "method", "path", "status", "ms"} <= set(lines[0]) and "secret" not in log


# --- description ----------------------------------------------------------------------------------


def described() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def test_every_operation_and_field_is_described() -> None:
    d = described()
    assert d["openapi"].startswith("3.1")
    ids = [o["operationId"] for path in d["paths"].values() for o in path.values()]
    assert len(ids) == len(set(ids)) >= 20
    for operation in (o for path in d["paths"].values() for o in path.values()):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (operation["operationId"], status)
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            shapes = schema.get("anyOf", [schema])
            bounds = {"pattern", "maxLength", "maximum", "enum", "const"}
            assert any(bounds & set(s) for s in shapes), parameter["name"]
    for name in (
        "Options",
        "EstimateRequest",
        "VariantRequest",
        "ComparisonRequest",
        "Problem",
        "JobResource",
        "Links",
    ):
        for field, schema in d["components"]["schemas"][name]["properties"].items():
            bare = {"$ref"} & set(schema) or any("$ref" in s for s in schema.get("anyOf", ()))
            assert bare or "examples" in schema or "const" in schema, f"{name}.{field}"


def test_every_example_of_the_description_is_answered(client: httpx.Client, made: dict[str, Any]) -> None:
    d = described()
    schemas = d["components"]["schemas"]
    posted = 0
    for path, operations in d["paths"].items():
        content = operations.get("post", {}).get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            continue
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for example in schemas[name]["examples"]:
            answer = client.post(path.replace("{id}", made["id"]), json=example)
            assert answer.status_code in (200, 201, 202), (path, answer.text[:300])
            reply = operations["post"]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
            Draft202012Validator({**reply, "components": d["components"]}).validate(answer.json())
            posted += 1
    assert posted >= 4
    options = schemas["Options"]["properties"]
    for field, schema in options.items():
        for example in schema.get("examples", ()):
            body = {
                "plan": schemas["EstimateRequest"]["examples"][0]["plan"],
                "options": {"samples": 0, field: example},
            }
            answer = client.post("/v1/estimates", json=body)
            assert answer.status_code in (200, 201), (field, example, answer.text[:300])
