"""The real service for tests: a process of its own on a free port, with a database of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
LONGEST_START_S = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def start(database: str, port: int, log: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start the service, in a process group of its own."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [str(Path(sys.executable).parent / "printhouse"), "serve", "--port", str(port), "--database", database],
            stdout=out, stderr=out, cwd=ROOT, env={**os.environ, **environment}, start_new_session=True,
        )  # fmt: skip


def wait_until_well(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until it answers."""
    end = time.monotonic() + LONGEST_START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the service does not answer:\n{log.read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def running(folder: Path, database: str | None = None, **environment: str) -> Iterator[str]:
    """A running service; gives its address."""
    port, log = free_port(), folder / "service.log"
    process = start(database or str(folder / "service.sqlite"), port, log, **environment)
    try:
        wait_until_well(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
