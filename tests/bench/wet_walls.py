"""Wet walls: what the check of many layers costs, all of them wet or few."""

from __future__ import annotations

import time

import numpy as np

from estimator.structure.wet import fastest_rise_m_per_s, wet_check
from tests.test_wet import DOUBLE, USUAL, walls

LAYERS = 150
WALLS = 20


def main() -> None:
    """Print the times, and the ratio of both."""
    print(f"\nwet check, {WALLS} walls x {LAYERS} layers    best ms")
    found = []
    # a house waits ten minutes for its next layer, a cubicle one: then all layers are wet
    for words, interval_s in (("few layers wet", 600.0), ("all layers wet", 60.0)):
        laid = np.tile((interval_s * np.arange(LAYERS))[:, None], (1, WALLS))
        house = walls(laid, **DOUBLE, panel_m=0.6, set_s=7200.0)
        best = np.inf
        for _ in range(25):
            began = time.perf_counter()
            wet_check(house, USUAL)
            fastest_rise_m_per_s(house, USUAL)
            best = min(best, time.perf_counter() - began)
        found.append(best)
        print(f"  {words:36s} {1e3 * best:10.1f}")
    print(f"  all wet over few wet: {found[1] / found[0]:.1f} times")
