"""How the time of a warm estimate grows: ``python -m tests.bench.growth``.

One thing is doubled again and again: rooms in a row, chords of a round wall, layers, houses on a
site. The exponent is fitted to all sizes; at most linear × log is aimed at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from estimator.document import as_document
from estimator.estimate import estimate
from estimator.plan import Plan
from printers import Printer, load_printer
from tests.bench.buildings import Entry, plan, rectangular, wall_entry

REPEATS = 7
ROOM_M = 4.0
RADIUS_M = 5.0
LOT_M = 16.0


def rooms(count: int) -> Plan:
    """Rooms in a row under one roof: 3·n + 1 walls, each room with a door and a window."""
    walls: list[Entry] = []
    for k in range(count):
        x = k * ROOM_M
        walls.append(wall_entry(f"s{k}", [[x, 0.0], [x + ROOM_M, 0.0]], 0.3, [("door", 1.5, 0.9)]))
        walls.append(wall_entry(f"n{k}", [[x, ROOM_M], [x + ROOM_M, ROOM_M]], 0.3, [("window", 1.5, 1.2)]))
        walls.append(wall_entry(f"c{k}", [[x, 0.0], [x, ROOM_M]], 0.3, []))
    end = count * ROOM_M
    walls.append(wall_entry("end", [[end, 0.0], [end, ROOM_M]], 0.3, []))
    return plan(walls)


def round_room(chords: int) -> Plan:
    """A round room of so many chords."""
    angle = np.linspace(0.0, 2 * np.pi, chords + 1)
    points = RADIUS_M * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    points[-1] = points[0]
    return plan([wall_entry("r", points.tolist(), 0.3, [("door", 5.0, 1.0), ("window", 15.0, 1.2)])])


def houses(count: int) -> Plan:
    """Equal houses on a site as square as can be."""
    row = int(np.ceil(np.sqrt(count)))
    return plan([w for k in range(count) for w in rectangular(k % row * LOT_M, k // row * LOT_M, f"h{k}")])


def cases(printer: Printer) -> Iterator[tuple[str, list[int], Callable[[int], tuple[Plan, Printer]]]]:
    """What is doubled: its name, its sizes, and what to estimate at a size."""
    height_m = float(printer.layer_height_m)
    house = plan(rectangular())
    yield "rooms in a row", [2, 4, 8, 16, 32], lambda n: (rooms(n), printer)
    yield "chords of a round wall", [180, 360, 720, 1440, 2880, 5760], lambda n: (round_room(n), printer)
    yield "layers", [1, 2, 4, 8], lambda n: (house, printer.replace(layer_height_m=height_m / n))
    yield "houses on a site", [1, 2, 4, 8, 16], lambda n: (houses(n), printer)


def best_ms(work: Callable[[], object]) -> float:
    """Least processor time of some runs after a first. [ms]"""
    work()
    seconds = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return min(seconds) * 1e3


def exponent(sizes: list[int], times_ms: list[float]) -> float:
    """Of the power of the size that the time grows with, fitted to all sizes. [-]"""
    return float(np.polyfit(np.log(sizes), np.log(times_ms), 1)[0])


def main() -> None:
    """A line for each thing that is doubled."""
    printer = load_printer("cobod-bod2").replace(build_x_m=200, build_y_m=200)
    print("\ngrowth of a warm estimate               exponent, last doubling   ms at each size")
    for name, sizes, case in cases(printer):
        times_ms = []
        for size in sizes:
            of, by = case(size)

            def work(of: Plan = of, by: Printer = by) -> object:
                return as_document(estimate(of, printer=by, samples=0))

            times_ms.append(best_ms(work))
        last = float(np.log2(times_ms[-1] / times_ms[-2]))
        listed = "  ".join(f"{size}: {ms:.1f}" for size, ms in zip(sizes, times_ms, strict=True))
        print(f"  {name:36s} {exponent(sizes, times_ms):9.2f} {last:14.2f}   {listed}")


if __name__ == "__main__":
    main()
