"""The store on SQLite and on a real PostgreSQL server: the same tests; and what kill -9 leaves of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import sqlalchemy as sa

from api.example_plan import EXAMPLE_PLAN
from api.store import Kept, Store
from api.tables import MIGRATIONS, schema_version
from api.worker import packed
from estimator.errors import UsageError
from tests.service import free_port, start, wait_until_well

KILLS = 50


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """A server of its own, run by an ordinary user, since it refuses the superuser."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        pytest.skip("no PostgreSQL server; on Debian: apt install postgresql")
    tools, port = Path(initdb).resolve().parent, free_port()
    folder = Path(tempfile.mkdtemp(prefix="printhouse-pg-", dir="/tmp"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        try:
            owner = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        prefix = ["runuser", "-u", "postgres", "--"]

    def run(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/", timeout=60)

    data = str(folder / "data")
    try:
        run(str(tools / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        run(str(tools / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        with contextlib.suppress(subprocess.SubprocessError):
            run(str(tools / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.sqlite"
    address = str(request.getfixturevalue("server"))
    name = "t" + hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]
    engine = sa.create_engine(address.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as c:
        c.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{address.rpartition('/')[0]}/{name}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with contextlib.closing(Store(url)) as found:
        yield found


def kept(number: int, **changes: Any) -> Kept:
    values: dict[str, Any] = {
        "id": f"{number:032x}", "created_at": f"2026-01-01T00:00:{number:02d}", "plan_name": f"House {number}",
        "printer": "cobod-bod2", "region": "usa", "options": {"samples": 0}, "packed_plan": packed(b"{}"),
        "packed_document": packed(b'{"a":1}'),
        "headline": {"nozzle_s": 1.0},
    }  # fmt: skip
    return Kept(**{**values, **changes})


def test_an_estimate_is_kept_once_and_comes_back_whole(store: Store) -> None:
    assert store.keep(kept(1)) and not store.keep(kept(1, packed_document=b"other"))
    assert store.estimate(kept(1).id) == kept(1)
    assert store.estimate(kept(2).id) is None
    assert store.drop(kept(1).id) and not store.drop(kept(1).id)
    assert store.is_well()


def test_pages_follow_each_other_and_filters_take_names_literally(store: Store) -> None:
    for k in range(10):
        store.keep(kept(k, plan_name=f"{'50 %' if k % 2 else '50 _'} House", created_at=f"2026-01-01T00:00:0{k // 3}"))
    seen: list[str] = []
    after = None
    while page := store.page(3, after, None, None, None):
        seen += [item["id"] for item in page]
        after = (page[-1]["created_at"], page[-1]["id"])
    assert seen == [f"{k:032x}" for k in range(9, -1, -1)]
    assert len(store.page(20, None, None, None, "50 % h")) == 5 and len(store.page(20, None, "boat", None, None)) == 0


def test_a_job_goes_one_way_and_is_finished_once(store: Store) -> None:
    job = store.add_job("a" * 32, "estimate", {"plan": "{}"})
    assert (job.state, job.attempts) == ("queued", 0) and [j.id for j in store.unfinished()] == [job.id]
    assert store.begin(job.id) and store.begin(job.id)  # again, after an interruption
    store.advance(job.id, 0.5)
    found = store.job(job.id)
    assert found is not None and (found.state, found.progress, found.attempts) == ("running", 0.5, 2)
    assert store.finish(job.id, "done", "/v1/estimates/x") and not store.finish(job.id, "failed")
    assert not store.begin(job.id) and store.unfinished() == []
    done = store.job(job.id)
    assert done is not None and (done.state, done.progress, done.result) == ("done", 1.0, "/v1/estimates/x")
    assert done.request == {"plan": "{}"} and store.job("b" * 32) is None


def test_many_threads_keep_the_same_estimate_once(store: Store) -> None:
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(store.keep(kept(3)))) for _ in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(results) == [False] * 11 + [True]


def test_comparisons_are_kept(store: Store) -> None:
    store.keep_comparison("c" * 32, b"[1]")
    store.keep_comparison("c" * 32, b"[2]")
    assert store.comparison("c" * 32) == b"[1]" and store.comparison("d" * 32) is None


def test_a_database_is_migrated_once_and_a_later_one_refused(url: str) -> None:
    with contextlib.closing(Store(url)) as first:
        first.keep(kept(5))
    with contextlib.closing(Store(url)) as again:
        assert again.estimate(kept(5).id) is not None
        with again.engine.begin() as c:
            assert c.execute(sa.select(schema_version.c.version)).scalars().all() == [len(MIGRATIONS)]
            c.execute(sa.update(schema_version).values(version=len(MIGRATIONS) + 1))
    with pytest.raises(UsageError, match="later than"):
        Store(url)


@pytest.mark.parametrize("wrong", ["nothing://x", "sqlite:////no/such/folder/x.sqlite", "mysql://a/b", "postgresql://"])
def test_a_database_that_cannot_be_opened_is_told(wrong: str) -> None:
    with pytest.raises(UsageError, match="the database cannot be opened"):
        Store(wrong + ("127.0.0.1:1/none" if wrong.endswith("postgresql://") else ""))


# --- kill -9 --------------------------------------------------------------------------------------


def plan_of(number: int) -> dict[str, Any]:
    plan = deepcopy(EXAMPLE_PLAN)
    plan["name"] = f"House {number}"
    return plan


def test_fifty_kills_lose_no_estimate_and_no_job_and_double_none(tmp_path: Path) -> None:
    """Killed at any moment under load: all that was acknowledged is there, all jobs end, once."""
    database, log = str(tmp_path / "killed.sqlite"), tmp_path / "service.log"
    chance = random.Random(20260101)
    estimates: dict[str, str] = {}
    jobs: set[str] = set()
    number = 0
    lock = threading.Lock()

    def ask(base: str, stop: threading.Event) -> None:
        nonlocal number
        with httpx.Client(base_url=base, timeout=30) as client:
            while not stop.is_set():
                with lock:
                    number += 1
                    mine = number
                headers = {"prefer": "respond-async"} if mine % 3 == 0 else {}
                body = {"plan": plan_of(mine // 2), "options": {"samples": 0}}
                try:
                    answer = client.post("/v1/estimates", json=body, headers=headers)
                except httpx.HTTPError:
                    return
                with lock:
                    if answer.status_code == 202:
                        jobs.add(answer.json()["id"])
                    elif answer.status_code in (200, 201):
                        found = answer.json()
                        digest = hashlib.sha256(orjson.dumps(found["document"])).hexdigest()
                        assert estimates.setdefault(found["id"], digest) == digest

    for kill in range(KILLS):
        port = free_port()
        process = start(database, port, log, PRINTHOUSE_WORKERS="1")
        try:
            wait_until_well(process, port, log)
            before = len(estimates)
            stop = threading.Event()
            clients = [threading.Thread(target=ask, args=(f"http://127.0.0.1:{port}", stop)) for _ in range(3)]
            for c in clients:
                c.start()
            late = time.monotonic() + 20
            while kill % 4 == 0 and len(estimates) == before and time.monotonic() < late:
                time.sleep(0.02)  # every fourth kill comes while estimates are being answered
            time.sleep(chance.uniform(0.0, 0.5))
        finally:
            stop.set()
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for c in clients:
            c.join()
    port = free_port()
    process = start(database, port, log)
    try:
        wait_until_well(process, port, log)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            states: dict[str, str] = {}
            end = time.monotonic() + 120
            while time.monotonic() < end:
                found = {id: client.get(f"/v1/jobs/{id}").json() for id in jobs - states.keys()}
                for id, job in found.items():
                    if job["state"] in ("done", "failed"):
                        states[id] = job["state"]
                        if job["state"] == "done":
                            assert client.get(job["result"]).status_code == 200
                        else:
                            assert job["problem"]["type"] == "/problems/interrupted"
                if len(states) == len(jobs):
                    break
                time.sleep(0.2)
            assert len(states) == len(jobs), f"{len(jobs) - len(states)} of {len(jobs)} jobs do not end"
            for id, digest in estimates.items():
                answer = client.get(f"/v1/estimates/{id}")
                assert answer.status_code == 200, f"estimate {id} was acknowledged and is lost"
                assert hashlib.sha256(orjson.dumps(answer.json()["document"])).hexdigest() == digest
    finally:
        process.terminate()
        process.wait(30)
    assert len(estimates) >= KILLS // 5 and len(jobs) >= 10  # or the load was none
    with contextlib.closing(Store(f"sqlite:///{database}")) as store:
        assert store.unfinished() == []
        with store.engine.connect() as c:
            assert c.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
