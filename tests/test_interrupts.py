"""Commands that are stopped at any moment, or lose a process, say so in a sentence and nothing else."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from estimator import interrupts

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "examples" / "rectangular-72.json"

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="children are found in /proc")


def programme(folder: Path) -> list[str]:
    """A long programme on two processes."""
    path = folder / "programme.json"
    asked = {
        "start": "2027-03-01", "repetitions": 2000, "houses": [{"plan": str(HOUSE), "count": 20_000}],
        "teams": [{"printer": "cobod-bod2", "count": 20}],
    }  # fmt: skip
    path.write_text(json.dumps(asked), encoding="utf-8")
    return ["programme", str(path), "--workers", "2"]


def batch(folder: Path) -> list[str]:
    """A long batch on two processes."""
    table = folder / "plans.csv"
    table.write_text("plan,count\n" + f"{HOUSE},1\n", encoding="utf-8")
    asked = ("--samples", "20000", "--printer", "all", "--workers", "2")
    return ["batch", str(table), "-o", str(folder / "out.csv"), *asked]


@contextmanager
def running(arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "estimator.cli", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def workers(parent: int) -> list[int]:
    """Processes that work for another, as /proc has them."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            told, command = (entry / "stat").read_text(), (entry / "cmdline").read_bytes()
        except OSError:
            continue  # no process, or it has ended meanwhile
        if int(told.rpartition(")")[2].split()[1]) == parent and b"spawn_main" in command:
            found.append(int(entry.name))
    return found


def until(happens: Callable[[], object], within_s: float = 60.0) -> None:
    end = time.monotonic() + within_s
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.002)


def is_under_way(process: subprocess.Popen[str]) -> bool:
    """Read what is told of the progress up to the first repetition."""
    assert process.stderr is not None
    return any(re.match(r"repetition \d+ of 2,000", line) for line in process.stderr)


@pytest.mark.parametrize("command", [programme, batch])
@pytest.mark.parametrize("later_s", [0.0, 0.1, 0.4])
def test_stopped_while_its_processes_start_a_command_says_so_alone(
    tmp_path: Path, command: Callable[[Path], list[str]], later_s: float
) -> None:
    with running(command(tmp_path)) as process:
        until(lambda: workers(process.pid))
        time.sleep(later_s)
        os.killpg(process.pid, signal.SIGINT)
        out, told = process.communicate(timeout=60)
    assert process.returncode == 130 and out == ""
    assert "stopped" in told.splitlines()[-1] and "Traceback" not in told, told


def test_stopped_under_way_a_programme_says_so_alone(tmp_path: Path) -> None:
    with running(programme(tmp_path)) as process:
        assert is_under_way(process)
        os.killpg(process.pid, signal.SIGINT)
        out, told = process.communicate(timeout=60)
    assert process.returncode == 130 and out == ""
    assert told.splitlines()[-1] == "stopped" and "Traceback" not in told


def test_a_process_that_is_ended_by_the_system_is_told_in_a_sentence(tmp_path: Path) -> None:
    with running(programme(tmp_path)) as process:
        assert is_under_way(process)
        os.kill(workers(process.pid)[0], signal.SIGKILL)
        out, told = process.communicate(timeout=60)
    assert process.returncode == 2 and out == ""
    assert re.match(r"error: .*was ended by the system.*fewer workers", told.splitlines()[-1])


@pytest.mark.parametrize("command", [programme, batch])
@pytest.mark.parametrize("apart_s", [0.0, 0.02, 0.1])
def test_interrupts_after_the_first_do_not_disturb_the_end(
    tmp_path: Path, command: Callable[[Path], list[str]], apart_s: float
) -> None:
    with running(command(tmp_path)) as process:
        until(lambda: len(workers(process.pid)) == 2)
        time.sleep(0.6)
        for _ in range(3):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(apart_s)
        out, told = process.communicate(timeout=60)
    assert process.returncode == 130 and out == ""
    assert "stopped" in told.splitlines()[-1] and "Traceback" not in told and "error" not in told, told


@pytest.mark.parametrize("command", [programme, batch])
def test_processes_end_with_the_one_that_started_them(tmp_path: Path, command: Callable[[Path], list[str]]) -> None:
    with running(command(tmp_path)) as process:
        until(lambda: len(workers(process.pid)) == 2)
        time.sleep(1.0)
        started = workers(process.pid)
        process.kill()
        process.communicate(timeout=60)  # which waits for all that have its pipes
    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in started))


def test_an_interrupt_that_is_held_back_comes_at_the_end() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt):
        with interrupts.held_back():
            signal.raise_signal(signal.SIGINT)
            reached.append("within")
        reached.append("after")
    assert reached == ["within"]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())
