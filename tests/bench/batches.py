"""A thousand different houses on ten printers, through the pool and through a Dask scheduler."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRINTERS = (
    "cobod-bod2", "black-buffalo-nexcon", "cobod-bodxl", "icon-phoenix", "ric-primus", "c3d-maxiprinter",
    "amt-s300", "class-polar-site", "icon-vulcan-2", "usace-aces",
)  # fmt: skip
"""Frames, arms and polar machines that stand inside, with short shifts and long; most houses fit most of them."""

AIM_S = 60.0


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
            time.sleep(0.2)
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


def main(count: int = 1000) -> None:
    """Measure."""
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        plans = houses(Path(name) / "plans", count)
        seconds, peak_mb = batch(plans, Path(name) / "pool.jsonl")
        rows = [json.loads(line) for line in (Path(name) / "pool.jsonl").read_text().splitlines()]
        done = sum(row["state"] == "done" for row in rows)
        print(f"\nbatch, {count:,} different houses on {len(PRINTERS)} printers, {cores} processes")
        rate = len(rows) / seconds
        print(f"  pool   {seconds:6.1f} s (aim {AIM_S:.0f})   {rate:6.1f} rows/s   {peak_mb:5.0f} MB (aim 1,000)")
        print(f"  {done:,} of {len(rows):,} can be printed")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
