"""``make load``: how many estimates a second the service gives, how long they take, and whether it grows."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from tests.service import running

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = 8
SECONDS = 15.0
WARM_S = 5.0


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10.0, help="of the soak")
    minutes = parser.parse_args().minutes
    workers = os.cpu_count() or 2
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), PRINTHOUSE_WORKERS=str(workers)) as base:
        plan = json.loads((ROOT / "examples" / "rectangular-72.json").read_text(encoding="utf-8"))
        first = ask(base, "POST", "/v1/estimates", {"plan": plan, "options": {"samples": 0}})
        variants = f"/v1/estimates/{json.loads(first[1])['id']}/variants"
        number = iter(range(1, 10**9))
        lock = threading.Lock()

        def fresh() -> tuple[str, str, Any]:
            with lock:
                k = next(number)
            return "POST", "/v1/estimates", {
                "plan": plan, "options": {"samples": 0, "settings": {"mix.price_per_m3": 100 + k / 1000}}
            }  # fmt: skip

        def repeat() -> tuple[str, str, Any]:
            return "GET", variants.rpartition("/")[0], None

        measure(base, fresh, WARM_S)
        show("the rectangular house, new each time", *measure(base, fresh, SECONDS))
        show("the same again", *measure(base, repeat, SECONDS))
        print(f"\nsoak of {minutes:g} min:")
        end, before = time.monotonic() + 60 * minutes, memory(tree()) / 1e6
        while time.monotonic() < end:
            count, seconds, _ = measure(base, fresh, min(30.0, max(end - time.monotonic(), 1.0)))
            print(
                f"  {count / seconds:6.1f}/s   {memory(tree()) / 1e6:7.0f} MB   (began with {before:.0f} MB)",
                flush=True,
            )


def ask(base: str, method: str, path: str, body: Any) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    at = urlsplit(base)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
    try:
        return asked(connection, method, path, body)
    finally:
        connection.close()


def asked(connection: http.client.HTTPConnection, method: str, path: str, body: Any) -> tuple[int, bytes]:
    """One request."""
    data = None if body is None else json.dumps(body)
    connection.request(method, path, data, {"content-type": "application/json"} if data else {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def measure(base: str, request: Any, seconds: float) -> tuple[int, float, np.ndarray[Any, Any]]:
    """Requests of several clients for some seconds: how many, how long it took, and each."""
    taken: list[float] = []
    stop = time.monotonic() + seconds

    def client() -> None:
        at = urlsplit(base)
        connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
        while time.monotonic() < stop:
            words = request()
            began = time.perf_counter()
            status, _ = asked(connection, *words)
            assert status in (200, 201), status
            taken.append(time.perf_counter() - began)
        connection.close()

    began = time.monotonic()
    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return len(taken), time.monotonic() - began, np.array(taken)


def show(what: str, count: int, seconds: float, taken: np.ndarray[Any, Any]) -> None:
    """Print a measurement."""
    p50, p99 = 1000 * np.percentile(taken, [50, 99])
    print(f"{what}: {count / seconds:.0f}/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms, {CLIENTS} connections")


def tree() -> list[int]:
    """Processes below this one."""
    found, todo = [], [os.getpid()]
    while todo:
        pid = todo.pop()
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            children = [int(p) for p in task.read_text().split()]
            found += children
            todo += children
    return found


def memory(pids: list[int]) -> float:
    """Resident memory of processes. [B]"""
    total = 0.0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            continue
    return total


if __name__ == "__main__":
    main()
