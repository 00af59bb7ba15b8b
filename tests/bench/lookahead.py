"""Look-ahead against a plain Python loop, in one run.

``python -m tests.bench.lookahead`` prints, for random paths of 1e4, 1e5 and 1e6 segments, millions of
segments a second (medians), their ratio and the relative difference of the totals, for two scopes:

- plan: lengths and node limits given -> both passes and the time of every segment, summed;
- path: points -> lengths, corner caps, both passes, times, summed.

The loops run over Python lists, which is faster than over arrays.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from estimator.motion import move_times, node_speeds_squared, path_time

Floats = NDArray[np.float64]


def loop_plan(length: list[float], limit2: list[float], a: float, cruise: float) -> float:
    """Seconds by two loops over squared speeds and one over the moves."""
    u = list(limit2)
    n = len(length)
    for i in range(n - 1, -1, -1):
        reach = u[i + 1] + 2.0 * a * length[i]
        if reach < u[i]:
            u[i] = reach
    for i in range(n):
        reach = u[i] + 2.0 * a * length[i]
        if reach < u[i + 1]:
            u[i + 1] = reach
    total, cruise2 = 0.0, cruise * cruise
    for i in range(n):
        u0, u1 = u[i], u[i + 1]
        v0, v1 = math.sqrt(u0), math.sqrt(u1)
        ramps = (2.0 * cruise2 - u0 - u1) / (2.0 * a)
        if ramps <= length[i]:
            total += (2.0 * cruise - v0 - v1) / a + (length[i] - ramps) / cruise
        else:
            total += (2.0 * math.sqrt(a * length[i] + 0.5 * (u0 + u1)) - v0 - v1) / a
    return total


def loop_path(x: list[float], y: list[float], a: float, cruise: float, deviation: float) -> float:
    """Seconds from points: lengths and both corner caps, then :func:`loop_plan`."""
    n = len(x) - 1
    length, limit2 = [0.0] * n, [0.0] * (n + 1)
    px = py = 0.0
    for i in range(n):
        qx, qy = x[i + 1] - x[i], y[i + 1] - y[i]
        length[i] = math.sqrt(qx * qx + qy * qy)
        if i:
            cosine = (px * qx + py * qy) / (length[i - 1] * length[i])
            s2 = max(0.0, 0.5 * (1.0 + cosine))
            c2 = max(1e-15, 1.0 - s2)
            s = math.sqrt(s2)
            corner = a * deviation * s * (1.0 + s) / c2
            centripetal = 0.5 * a * min(length[i - 1], length[i]) * s / math.sqrt(c2)
            limit2[i] = min(cruise * cruise, corner, centripetal)
        px, py = qx, qy
    return loop_plan(length, limit2, a, cruise)


def numpy_plan(length: Floats, limit2: Floats, a: float, cruise: float) -> float:
    """The same as :func:`loop_plan`."""
    speed = np.sqrt(node_speeds_squared(length, limit2, a))
    return float(move_times(length, speed[:-1], speed[1:], cruise, a).sum())


def numpy_path(points: Floats, a: float, cruise: float, deviation: float) -> float:
    """The same as :func:`loop_path`."""
    return float(path_time(points, cruise, a, deviation).sum())


def median_s(repeats: int, work: Callable[..., float], *arguments: object) -> tuple[float, float]:
    """Median seconds of some runs, and what the last gave."""
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        value = work(*arguments)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), value


def main() -> None:
    """Print the table."""
    a, cruise, deviation = 0.5, 0.25, 0.002
    print("scope          N   loop M/s   ours M/s   ratio   difference")
    for n in (10_000, 100_000, 1_000_000):
        rng = np.random.default_rng(n)
        length = rng.lognormal(-2.5, 1.0, n)
        limit2 = np.minimum(rng.exponential(0.03, n + 1), cruise**2)
        limit2[[0, n]] = 0.0
        heading = np.cumsum(rng.normal(0.0, 0.6, n))
        steps = length[:, None] * np.stack((np.cos(heading), np.sin(heading)), axis=1)
        points = np.concatenate((np.zeros((1, 2)), np.cumsum(steps, axis=0)))
        x, y = points.T.tolist()
        few, many = max(3, 300_000 // n), max(9, 3_000_000 // n)
        for scope, slow, fast in (
            (
                "plan",
                median_s(few, loop_plan, length.tolist(), limit2.tolist(), a, cruise),
                median_s(many, numpy_plan, length, limit2, a, cruise),
            ),
            (
                "path",
                median_s(few, loop_path, x, y, a, cruise, deviation),
                median_s(many, numpy_path, points, a, cruise, deviation),
            ),
        ):
            loop, ours, gap = n / slow[0] / 1e6, n / fast[0] / 1e6, abs(fast[1] / slow[1] - 1)
            print(f"{scope} {n:11,} {loop:10.2f} {ours:10.1f} {ours / loop:7.0f} {gap:12.1e}")


if __name__ == "__main__":
    main()
