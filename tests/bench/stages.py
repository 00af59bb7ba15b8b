"""Where the time of a warm estimate goes: ``python -m tests.bench.stages``.

The functions that make up the stages are wrapped while their processor time is taken, which does not
count what else the machine is busy with; what one stage spends
inside another counts for the inner one only.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from tests.bench.buildings import buildings

STAGES = {
    "pieces": ("estimator.walls.wall_pieces",),
    "layout": ("estimator.stations.plan_layout",),
    "slicing": ("estimator.slicing.slice_bands", "estimator.parts.divided"),
    "beads": ("estimator.beads.all_beads",),
    "order": ("estimator.print_order.print_order",),
    "path": ("estimator.toolpath.build_toolpath",),
    "seams": ("estimator.seams.staggered",),
    "coverage": ("estimator.coverage.coverage",),
    "take-off": ("estimator.takeoff.take_off",),
    "motion": ("estimator.times.layer_motion", "estimator.remarks.joint_remarks"),
    "ledger": ("estimator.outcome.outcome_of",),
    "document": ("estimator.document.as_document",),
}
"""Functions of each stage, by the module that holds them."""


@contextmanager
def timed(spent_s: dict[str, float]) -> Iterator[None]:
    """Add to a table the seconds that each stage takes while the context is open.

    Parameters
    ----------
    spent_s : dict of str to float
        [s]
    """
    inner = [0.0]

    def wrapped(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: object, **named: object) -> Any:
            inner.append(0.0)
            began = time.process_time()
            try:
                return work(*arguments, **named)
            finally:
                took = time.process_time() - began
                spent_s[stage] += took - inner.pop()
                inner[-1] += took

        return run

    kept: list[tuple[ModuleType, str, Callable[..., Any]]] = []
    for stage, names in STAGES.items():
        for name in names:
            module_name, _, function = name.rpartition(".")
            work = getattr(importlib.import_module(module_name), function)
            users = [m for n, m in list(sys.modules.items()) if n.startswith("estimator")]
            for module in users:
                if getattr(module, function, None) is work:
                    kept.append((module, function, work))
                    setattr(module, function, wrapped(stage, work))
    try:
        yield
    finally:
        for module, function, work in kept:
            setattr(module, function, work)


def stage_times_ms(work: Callable[[], object], repeats: int) -> dict[str, float]:
    """Median time of every stage of an estimate, what is left as ``rest``, and ``whole``. [ms]"""
    runs: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        spent_s = dict.fromkeys(STAGES, 0.0)
        with timed(spent_s):
            began = time.process_time()
            work()
            whole = time.process_time() - began
        for stage, seconds in spent_s.items():
            runs[stage].append(seconds)
        runs["rest"].append(whole - sum(spent_s.values()))
        runs["whole"].append(whole)
    return {stage: statistics.median(seconds) * 1e3 for stage, seconds in runs.items()}


def main() -> None:
    """A column for each stage, a line for each building."""
    from estimator import document
    from estimator.estimate import estimate
    from printers import load_printer

    printer = load_printer("cobod-bod2").replace(build_x_m=100, build_y_m=100)
    print(f"\nstages of an estimate, ms {'':8s}" + "".join(f"{s:>10s}" for s in (*STAGES, "rest", "whole")))
    for name, plan in buildings().items():

        def work(plan: Any = plan) -> object:
            return document.as_document(estimate(plan, printer=printer, samples=0))

        work()
        found = stage_times_ms(work, 15)
        print(f"  {name:32s}" + "".join(f"{found[s]:10.2f}" for s in (*STAGES, "rest", "whole")))


if __name__ == "__main__":
    main()
