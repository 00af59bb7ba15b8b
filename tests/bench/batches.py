"""A thousand different houses on ten printers, by pool and by Dask: ``python -m tests.bench.batches``."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRINTERS = (
    "amt-s300", "black-buffalo-nexcon", "cobod-bod2", "cobod-bod3", "cobod-bodxl", "icon-vulcan-2", "icon-vulcan-3",
    "luyten-platypus", "sq4d-arcs", "usace-aces",
)  # fmt: skip
"""Frames that span the house, as most machines for whole houses do."""

MOVED = (
    "apis-cor-frank", "c3d-maxiprinter", "class-delta", "class-polar-site", "con4bot-mantis", "cybe-rc-3dp",
    "icon-phoenix", "ric-primus", "wasp-bigdelta", "wasp-crane",
)  # fmt: skip
"""Machines that stand inside or beside the house, and are moved."""

AIM_S = 60.0
LOOK_S = 2.0


def house(rng: random.Random, number: int) -> dict[str, object]:
    """A house of four rooms like no other: every wall stands elsewhere, so that no section is shared."""
    width, depth = round(rng.uniform(7.5, 10.5), 3), round(rng.uniform(6.5, 8.0), 3)
    spine, cross = round(rng.uniform(0.4, 0.6) * width, 3), round(rng.uniform(0.4, 0.6) * depth, 3)

    def opening(id: str, kind: str, at: float, wide: float, sill: float, high: float) -> dict[str, object]:
        return {"id": id, "kind": kind, "at_m": round(at, 3), "width_m": wide, "sill_m": sill, "height_m": high}

    def window(id: str, length: float) -> dict[str, object]:
        return opening(id, "window", rng.uniform(0.8, length - 2.6), 1.4, 0.9, 1.2)

    def wall(id: str, axis: list[list[float]], external: bool, openings: list[dict[str, object]]) -> dict[str, object]:
        return {
            "id": id, "axis": axis, "external": external, "openings": openings,
            "thickness_m": 0.25 if external else 0.15,
        }  # fmt: skip

    door = opening("d", "door", rng.uniform(0.8, spine - 2), 1.0, 0, 2.1)
    walls = [
        wall(
            "south", [[0, 0], [width, 0]], True, [door, window("w1", width - spine) | {"at_m": round(spine + 0.9, 3)}]
        ),
        wall("east", [[width, 0], [width, depth]], True, [window("w2", depth)]),
        wall("north", [[width, depth], [0, depth]], True, [window("w3", width)]),
        wall("west", [[0, depth], [0, 0]], True, [window("w4", depth)]),
        wall("spine", [[spine, 0], [spine, depth]], False, [opening("d2", "door", 0.6, 0.9, 0, 2.1)]),
        wall("cross", [[0, cross], [spine, cross]], False, [opening("d3", "door", 0.6, 0.9, 0, 2.1)]),
    ]
    storey = {"id": "g", "name": "Ground floor", "elevation_m": 0, "height_m": 2.8, "walls": walls}
    return {
        "format": "printhouse-plan", "version": 1, "name": f"House {number}", "region": "usa",
        "defaults": {"height_m": 2.5, "thickness_m": 0.25}, "storeys": [storey],
    }  # fmt: skip


def houses(folder: Path, count: int) -> Path:
    """As many different plan files in a new folder."""
    rng = random.Random(1)
    folder.mkdir()
    for number in range(count):
        (folder / f"house-{number:04d}.json").write_text(json.dumps(house(rng, number)), encoding="utf-8")
    return folder


def batch(plans: Path, output: Path, *arguments: str) -> tuple[float, float]:
    """Seconds and peak memory of a batch, its workers included [MB]."""
    printers = [text for id in PRINTERS for text in ("--printer", id)]
    command = [sys.executable, "-m", "estimator.cli", "batch", str(plans), "-o", str(output), *printers, *arguments]
    began, peak_mb = time.perf_counter(), 0.0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak_mb = max(peak_mb, memory_mb(process.pid))
            with suppress(subprocess.TimeoutExpired):  # looking at the memory of all processes takes time itself
                process.wait(LOOK_S)
        return time.perf_counter() - began, peak_mb


def memory_mb(pid: int) -> float:
    """Memory of a process and of all below it, pages that they share counted once. [MB]"""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            if int(status.parent.name) == pid or int(fields[1]) == pid:
                rollup = (status.parent / "smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
        except (OSError, StopIteration):
            continue
    return total


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """A scheduler with so many workers of one thread, and its address."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        told = ("--scheduler-file", str(file), "--no-dashboard")
        commands = [("dask_scheduler", "--host", "127.0.0.1", "--port", "0", *told)]
        commands += [("dask_worker", "--nthreads", "1", "--memory-limit", "0", *told)] * workers
        started = [
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{name}", *rest], cwd=folder, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )
            for name, *rest in commands
        ]  # fmt: skip
        try:
            from distributed import Client

            with Client(scheduler_file=str(file), timeout=60, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=60)
                address = client.scheduler.address
            yield address
        finally:
            for process in started:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def main(count: int = 1000) -> None:
    """Measure.

    Parameters
    ----------
    count : int
        Different houses.
    """
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plans, few = houses(folder / "plans", count), houses(folder / "few", max(count // 10, 10))
        print(f"\nbatch, {count:,} different houses on {len(PRINTERS)} printers          s  estimates/s    MB")
        pool_s, peak_mb = batch(plans, folder / "pool.jsonl", "--workers", str(cores))
        told = [json.loads(line) for line in (folder / "pool.jsonl").read_text(encoding="utf-8").splitlines()]
        row = "  {:50s} {:6.1f} {:12.1f} {:5.0f}"
        print(row.format(f"pool of {cores} (aim {AIM_S:.0f} s, 1,000 MB)", pool_s, len(told) / pool_s, peak_mb))
        with cluster(cores) as address:
            dask_s, peak_mb = batch(plans, folder / "dask.jsonl", "--scheduler", address)
        print(row.format(f"Dask, {cores} workers; memory without them", dask_s, len(told) / dask_s, peak_mb))
        same = (folder / "pool.jsonl").read_bytes() == (folder / "dask.jsonl").read_bytes()
        print(f"  Dask takes {dask_s / pool_s - 1:+.0%} (aim within +25 %); the same table: {'yes' if same else 'NO'}")
        print(f"  {sum(r['state'] == 'done' for r in told):,} of {len(told):,} can be printed")
        first_s = 0.0
        for workers in range(1, cores + 1):
            seconds, _ = batch(few, folder / f"{workers}.jsonl", "--workers", str(workers))
            first_s = first_s or seconds
            print(f"  a tenth of them, {workers} processes: {seconds:5.1f} s, {first_s / seconds:.2f} times one")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
