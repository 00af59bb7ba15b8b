"""Programmes: 10,000 houses with 50 printers, 200 times over, on all cores; ``python -m tests.bench.programme``."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from estimator.programme.account import account
from estimator.programme.building import model_of
from estimator.programme.read import programme_of
from estimator.programme.repeat import repeated
from estimator.programme.simulation import simulated

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HOUSES, PRINTERS, REPETITIONS, AIM_S = 10_000, 50, 200, 30.0
SITES = 25


def main() -> None:
    """Print the times of the recipes, of one run, and of all repetitions."""
    print(f"\nprogramme, {HOUSES:,} houses, {PRINTERS} printers, {REPETITIONS} repetitions          s   aim s")
    for words, sites in (("one site", 1), (f"{SITES} sites", SITES)):
        began = time.perf_counter()
        model = model_of(programme_of(asked(sites), EXAMPLES))
        recipes_s = time.perf_counter() - began
        began = time.perf_counter()
        account(model, simulated(model))
        stated_s = time.perf_counter() - began
        began = time.perf_counter()
        days = [a.finish_day for a in repeated(model)]
        print(f"  {words + ', recipes':50s} {recipes_s:10.2f}")
        print(f"  {words + ', the stated run':50s} {stated_s:10.2f}")
        print(f"  {words + ', repetitions':50s} {time.perf_counter() - began:10.1f} {AIM_S:7.0f}")
        print(f"  {words + ', last hand-over, P50':50s} {np.median(days) / 365.25:10.1f} years")


def asked(sites: int) -> dict[str, object]:
    """The programme as it stands in a file, with its houses spread over sites 60 km apart."""
    places = [{"id": str(n), "x_km": 60 * (n % 5), "y_km": 60 * (n // 5)} for n in range(sites)]
    return {
        "start": "2027-03-01", "repetitions": REPETITIONS, "sites": places,
        "houses": [{"plan": "rectangular-72.json", "count": HOUSES // sites, "site": p["id"]} for p in places],
        "teams": [{"printer": "cobod-bod2", "count": PRINTERS}],
    }  # fmt: skip


if __name__ == "__main__":
    main()
