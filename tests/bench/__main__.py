"""Measured figures: ``python -m tests.bench``. Ratios come from one run; nothing here is a test."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import batches, every_layer, growth, lookahead, programme, readers, stages, wet_walls
from tests.bench.buildings import buildings

ROOT = Path(__file__).resolve().parents[2]
TARGETS_MS = {"house": 2.0, "round": 8.0, "ten houses": 10.0, "ten round": 50.0}


def median_ms(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Median and best of some runs. [ms]"""
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds) * 1e3, min(seconds) * 1e3


def estimates() -> None:
    """Warm estimates, from a plan in memory to the complete document."""
    from estimator.document import as_document
    from estimator.estimate import estimate
    from printers import load_printer

    printer = load_printer("cobod-bod2").replace(build_x_m=100, build_y_m=100)
    fine = printer.replace(layer_height_m=float(printer.layer_height_m) / 2)
    print("\nestimate, warm, without Monte Carlo     median ms   best ms   target ms   moves   bead km")
    for name, plan in buildings().items():
        made = estimate(plan, printer=printer, samples=0)
        median, best = median_ms(lambda plan=plan: as_document(estimate(plan, printer=printer, samples=0)), 31)
        path = made.toolpath
        print(
            f"  {name:36s} {median:10.1f} {best:9.1f} {TARGETS_MS[name]:11.0f} {len(path.kind):7,} "
            f"{path.extruded_length_m() / 1000:9.1f}"
        )
    house = buildings()["house"]
    pairs = [
        (
            median_ms(lambda: estimate(house, printer=printer, samples=0), 1)[0],
            median_ms(lambda: estimate(house, printer=fine, samples=0), 1)[0],
        )
        for _ in range(101)
    ]
    ratio = statistics.median(fine_ms / coarse_ms for coarse_ms, fine_ms in pairs)
    print(f"\nhalving the layer height: {ratio - 1:+.1%} (aim below +10 %; median of pairs run in turn)")
    for name in ("house", "round"):
        plan = buildings()[name]
        plain, _ = median_ms(lambda plan=plan: estimate(plan, printer=printer, samples=0), 5)
        sampled, _ = median_ms(lambda plan=plan: estimate(plan, printer=printer, samples=10_000), 5)
        print(f"10,000 Monte Carlo samples, {name}: {sampled - plain:.0f} ms (aim 500)")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {peak_mb:.0f} MB, look-ahead at a million segments included")


def processes() -> None:
    """Whole processes, cold."""
    command = [sys.executable, "-m", "estimator.cli"]
    sample = str(ROOT / "examples" / "rectangular-72.json")
    print("\nwhole process                          median ms   best ms   target ms   peak MB")
    for name, arguments, target in (
        ("printhouse --help", ["--help"], 300),
        ("printhouse printers list", ["printers", "list"], 300),
        ("printhouse estimate, no Monte Carlo", ["estimate", sample, "--samples", "0", "--format", "json"], 600),
        ("printhouse estimate, 10,000 samples", ["estimate", sample, "--format", "json"], 600),
    ):

        def run(arguments: list[str] = arguments) -> None:
            subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)

        median, best = median_ms(run, 7)
        peak = _peak_mb([*command, *arguments])
        print(f"  {name:36s} {median:10.0f} {best:9.0f} {target:11d} {peak:9.0f}")


def _peak_mb(command: list[str]) -> float:
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.chdir(ROOT)
        os.execv(command[0], command)
    _, _, usage = os.wait4(child, 0)
    return usage.ru_maxrss / 1024


def main() -> None:
    """Everything, in the order of the pipeline."""
    processes()
    estimates()
    stages.main()
    growth.main()
    every_layer.main()
    wet_walls.main()
    readers.main()
    batches.main()
    programme.main()
    print("\nlook-ahead, millions of segments a second")
    lookahead.main()


if __name__ == "__main__":
    main()
