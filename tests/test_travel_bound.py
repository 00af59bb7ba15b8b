"""A head whose starts are cheap travels at most twice as far as any order must, in every wall system."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import NotPrintableError, estimate, read_plan
from estimator.wall_systems import SYSTEMS
from printers import load_printer
from tests.bench.buildings import buildings
from tests.test_houses import HOUSES

ROOT = Path(__file__).resolve().parents[1]
READ = [*sorted((ROOT / "examples").glob("*.json")), ROOT / "tests/plans/every-key.json",
        ROOT / "tests/plans/turned-and-split.json"]  # fmt: skip
PLANS = {path.stem: read_plan(path) for path in READ} | HOUSES
PLANS |= {name: of for name, of in buildings().items() if name in ("house", "round")}
VALVE = load_printer("cobod-bod2").replace(
    build_x_m=200, build_y_m=200, build_z_m=30, acceleration_m_per_s2=2.5, start_time_s=0.25, stop_time_s=0.25,
    start_waste_m3=0, start_finish_time_s=0,
)  # fmt: skip
"""Half a second a start, nothing lost with it, and a gantry that stands still within a tenth of a second."""

VALVE = VALVE.replace(wall_systems=tuple(SYSTEMS))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("plan", PLANS)
def test_travel_is_at_most_twice_the_bound(plan: str, system: str) -> None:
    try:
        path = estimate(PLANS[plan], printer=VALVE, wall_system=system, samples=0, methods=()).toolpath
    except NotPrintableError:
        pytest.skip("walls too thin")
    assert path.travel_min_m is not None
    assert path.travel_length_m() <= 2.0 * float(path.travel_min_m @ path.layers) + 1e-6


def test_with_dear_starts_the_head_travels_farther_than_that_to_save_them() -> None:
    slow = VALVE.replace(start_time_s=10, stop_time_s=10)
    of = PLANS["rectangular-72"]
    dear, cheap = (estimate(of, printer=p, samples=0, methods=()).toolpath for p in (slow, VALVE))
    assert dear.travel_length_m() >= cheap.travel_length_m()
    assert dear.starts @ dear.layers <= cheap.starts @ cheap.layers
