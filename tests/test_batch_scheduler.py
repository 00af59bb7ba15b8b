"""Batches on a Dask scheduler: a real one, with workers that are processes of their own, killed, late and wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from estimator.batch import scheduler
from estimator.batch.child import Child
from estimator.batch.rows import Combinations
from estimator.batch.source import Source
from estimator.batch.task import Bounds, Task
from estimator.cli import cli
from tests.test_batch import HOUSE, ROOT, TOO_MUCH, WATCHED, batch, houses, rows

DASK = (sys.executable, "-m", "distributed.cli.dask_scheduler"), (sys.executable, "-m", "distributed.cli.dask_worker")
START_S = 60.0


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "scheduler.json"
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self._start([*DASK[0], "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], {})
        self.address = ""
        end = time.monotonic() + START_S
        while not self.address:
            assert time.monotonic() < end, "the scheduler does not start"
            time.sleep(0.05)
            if self._file.exists():
                self.address = json.loads(self._file.read_text(encoding="utf-8"))["address"]

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker; it joins when it is ready."""
        return self._start(
            [*DASK[1], "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", "--memory-limit", "0"], environment
        )

    def workers(self, count: int) -> None:
        """Wait until there are so many."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=START_S)

    def _start(self, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*command, "--scheduler-file", str(self._file)], cwd=ROOT, env=os.environ | environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._processes.append(process)
        return process

    def end(self) -> None:
        for process in self._processes:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """With all that it started, at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.end()


def on(cluster: Cluster, *arguments: object) -> Result:
    return batch(*arguments, "--scheduler", cluster.address)


def test_the_table_is_the_same_as_by_the_pool_and_bad_plans_are_rows(tmp_path: Path, cluster: Cluster) -> None:
    folder = houses(tmp_path / "plans", 9)
    (folder / "bad.json").write_text('{"format": "printhouse-plan", "version": 1}', encoding="utf-8")
    (folder / "bad.dxf").write_bytes(b"nothing of the kind")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "plots.csv").write_text("plan\npipe.json\nmissing.json\n", encoding="utf-8")
    options = ("--printer", "cobod-bod2", "--printer", "cobod-bod1", "--method", "timber-frame")
    assert batch(folder, tmp_path / "plots.csv", "-o", tmp_path / "pool.csv", *options).exit_code == 0
    cluster.worker()
    cluster.worker()
    cluster.workers(2)
    result = on(cluster, folder, tmp_path / "plots.csv", "-o", tmp_path / "dask.csv", *options)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "dask.csv").read_bytes() == (tmp_path / "pool.csv").read_bytes()
    assert "13 plans" in result.output and "4 could not be read" in result.output
    # a plan that takes too long ends a process of its worker, not the worker
    late = on(cluster, HOUSE, "-o", tmp_path / "t.jsonl", *TOO_MUCH)
    assert late.exit_code == 0, late.output
    (row,) = rows(tmp_path / "t.jsonl")
    assert row["state"] == "invalid" and "more than 1 s" in row["message"]


def test_a_worker_that_is_killed_and_one_that_joins_late_change_nothing(tmp_path: Path, cluster: Cluster) -> None:
    folder, out = houses(tmp_path / "plans", 40), tmp_path / "dask.csv"
    assert batch(folder, "-o", tmp_path / "pool.csv", "--printer", "cobod-bod2").exit_code == 0
    first = cluster.worker()
    cluster.workers(1)
    command = [
        sys.executable, "-c", WATCHED, "batch", str(folder), "-o", str(out), "--printer", "cobod-bod2",
        "--scheduler", cluster.address,
    ]  # fmt: skip
    done: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if len(line.strip()) == 32:
                done.append(line.strip())
            if len(done) == 1 and first.poll() is None:
                kill(first)
                cluster.worker()
    assert process.returncode == 0
    assert len(done) == len(set(done)) == 40
    assert out.read_bytes() == (tmp_path / "pool.csv").read_bytes()


@pytest.fixture
def other_version(tmp_path: Path) -> str:
    """A folder that, before all others, says that another version is installed."""
    folder = tmp_path / "other" / "printhouse-0.0.1.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: printhouse\nVersion: 0.0.1\n", encoding="utf-8")
    return str(folder.parent)


def test_a_wrong_version_is_refused(tmp_path: Path, cluster: Cluster, other_version: str) -> None:
    cluster.worker(PYTHONPATH=other_version)
    cluster.workers(1)
    result = on(cluster, HOUSE, "-o", tmp_path / "t.csv")
    assert result.exit_code == 2 and "Traceback" not in result.output
    assert "has printhouse 0.0.1, and this is" in result.output and "install the same on all" in result.output
    assert not list(tmp_path.glob("t.csv*"))


def test_a_wrong_version_that_joins_late_is_left_out(tmp_path: Path, cluster: Cluster, other_version: str) -> None:
    folder, out = houses(tmp_path / "plans", 60), tmp_path / "dask.csv"
    cluster.worker()
    cluster.workers(1)
    command = [
        sys.executable, "-c", WATCHED, "batch", str(folder), "-o", str(out), "--printer", "cobod-bod2",
        "--printer", "icon-vulcan-2", "--scheduler", cluster.address,
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        cluster.worker(PYTHONPATH=other_version)
        _, told = process.communicate(timeout=300)
    assert process.returncode == 0, told
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 121
    assert "has printhouse 0.0.1" in told and "left out" in told


def test_no_scheduler_and_no_worker_are_told(tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "CONNECT_S", 1.0)
    out = tmp_path / "t.csv"
    result = on(cluster, HOUSE, "-o", out)
    assert result.exit_code == 2 and "has no worker" in result.output and "dask worker tcp://" in result.output
    for address in ("tcp://127.0.0.1:9", "nowhere"):
        result = CliRunner().invoke(cli, ["batch", str(HOUSE), "-o", str(out), "--scheduler", address])
        assert (
            result.exit_code == 2 and "no Dask scheduler answers" in result.output and "Traceback" not in result.output
        )
    both = on(cluster, HOUSE, "-o", out, "--workers", 2)
    assert both.exit_code == 2 and "one of the two" in both.output
    assert list(tmp_path.iterdir()) == []


def test_a_scheduler_that_ends_is_told_and_the_batch_goes_on_without_it(tmp_path: Path, cluster: Cluster) -> None:
    folder, out = houses(tmp_path / "plans", 40), tmp_path / "t.csv"
    cluster.worker()
    cluster.workers(1)
    told = ("batch", str(folder), "-o", str(out), "--printer", "cobod-bod2")
    command = [sys.executable, "-c", WATCHED, *told, "--scheduler", cluster.address]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        cluster.end()
        _, said = process.communicate(timeout=120)
    assert process.returncode == 2 and "what is worked out is kept" in said and "Traceback" not in said, said
    assert not out.exists()
    assert batch(folder, "-o", out, "--printer", "cobod-bod2").exit_code == 0
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 41


def test_a_child_that_something_else_ended_is_no_fault_of_the_next_plan() -> None:
    child, task = Child(Bounds()), Task(Source(str(HOUSE)), Combinations()).packed()
    try:
        assert child.rows(task, None)[0]["state"] == "done"
        assert child._process is not None
        child._process.kill()
        child._process.wait()
        assert child.rows(task, HOUSE.read_bytes())[0]["state"] == "done"
    finally:
        child.end()
