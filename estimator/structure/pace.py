"""The least time between layers at which wet walls stand, by the ages that the ledger gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from estimator.pacing import Pace
from estimator.structure.clock import DAY_S, LayerOrder, laid_layers
from estimator.structure.wet import least_margin_ratio
from estimator.structure.wet_result import believed
from estimator.structure.wet_walls import WetCases, safe_interval_s
from estimator.times import PrintTimes
from estimator.work import Work
from materials import Mix, load_wet_wall

STEPS = 1024
"""Of the share of the even pace that is searched for."""


def paced_work(
    cases: WetCases | None, order: LayerOrder, parts: int, work: Work, times_of: Callable[[Work], PrintTimes], mix: Mix,
    pace: Pace,
) -> Work:  # fmt: skip
    """Work with the least time between layers that a pace asks for.

    Parameters
    ----------
    cases : WetCases or None
        Wet walls, by whatever clock; None for mixes without.
    order : LayerOrder
    parts : int
        Of the layout.
    work : Work
        Without a pace.
    times_of : callable
        Stated times of some work.
    mix : Mix
    pace : {"strength", "stands", "safe"}

    Returns
    -------
    Work

    Notes
    -----
    Walls stand at the even rate of :func:`~estimator.structure.wet_walls.safe_interval_s`. Stoppages, inserts and slow
    layers give them more age than that, so the least share of its interval is taken with which they stand by the ages
    of the ledger; the whole of it where some wall falls all the same. Nights are not counted on: which layer they
    follow is chance.
    """
    if pace == "strength" or cases is None:
        return work
    growth = float(mix.facts.get("green_strength_rate_pa_per_s", 0.0))
    trust = believed(load_wet_wall())
    if pace == "stands":
        trust = replace(trust, plastic_ratio=1.0, buckling_ratio=1.0)

    def stands(work: Work) -> bool:
        laid = cases.laid(laid_layers(order, work, times_of(work), DAY_S, 0.0))
        return least_margin_ratio(laid.walls, trust) >= 1.0

    if stands(work):
        return work
    even_s = safe_interval_s(cases, parts, order.layer_height_m, trust)[np.unique(order.part)]

    def at(step: int) -> Work:
        return replace(work, part_interval_min_s=step / STEPS * even_s, growth_pa_per_s=growth)

    ledger = times_of(at(STEPS))
    spread = (float(ledger.availability_s) + float(ledger.insert_s)) / float(ledger.nozzle_s)
    return at(_least_step(lambda step: stands(at(step)), round(STEPS / (1.0 + spread))))


def _least_step(stands: Callable[[int], bool], guess: int) -> int:
    """The least step with which walls stand, that stand with every larger one too; the last if none does.

    What a wall keeps grows in jumps, so that no straight line leads there sooner than halving; but the least step is
    mostly a little below the one at which stoppages and inserts make up for what is left out.
    """
    low, high = 0, STEPS + 1
    for tried in (guess, guess * 9 // 10):
        if low < tried < high:
            low, high = (low, tried) if stands(tried) else (tried, high)
    if high > STEPS:
        if not stands(STEPS):
            return STEPS
        high = STEPS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if stands(middle) else (middle, high)
    return high
