"""A building whose every layer differs: ``python -m tests.bench.every_layer [LAYERS [SEGMENTS]]``.

A round house of two leaves, rippled and leaning, as a scanner or a sculptor's program would
hand it over: one prism for each layer, no two alike, three million segments in all.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import shapely

from estimator.plan import Plan, Slab, Storey, Wall
from tests.bench.stages import STAGES, stage_times_ms

LAYERS = 300
SEGMENTS = 10_000
LAYER_HEIGHT_M = 0.01
THICKNESS_M = 0.3
TARGET_MS = 500.0


def every_layer_differs(layers: int = LAYERS, segments: int = SEGMENTS) -> Plan:
    """A round house of 8 m, rippled, twisted and leaning by 0.4 m at its top.

    Parameters
    ----------
    layers : int
        Prisms, one for each layer.
    segments : int
        Of both faces of a layer together.
    """
    turn = np.linspace(0.0, 2 * np.pi, segments // 2, endpoint=False)
    slabs = []
    for k in range(layers):
        z = k / layers
        wave = 0.15 * np.sin(5 * turn + 2 * z) + 0.004 * np.sin(110 * turn + 9 * z)
        lean = (0.4 * z, 0.1 * z * z)
        faces = [
            np.stack(((r + wave) * np.cos(turn) + lean[0], (r + wave) * np.sin(turn) + lean[1]), axis=1)
            for r in (4.0 - 0.3 * z, 4.0 - 0.3 * z - THICKNESS_M)
        ]
        outline = shapely.Polygon(faces[0], [faces[1][::-1]])
        slabs.append(Slab(k * LAYER_HEIGHT_M, (k + 1) * LAYER_HEIGHT_M, outline))
    top = layers * LAYER_HEIGHT_M
    wall = Wall("ring", 0, slabs[0].footprint, 0.0, top, thickness_m=THICKNESS_M, slabs=tuple(slabs))
    return Plan(name="every layer", source="bench", storeys=(Storey("0", "ground", 0.0, top),), walls=(wall,))


def main(layers: int = LAYERS, segments: int = SEGMENTS) -> None:
    """A line for each stage, and what it takes of memory."""
    from estimator import document
    from estimator.estimate import estimate
    from printers import load_printer

    printer = load_printer("cobod-bod2").replace(layer_height_m=LAYER_HEIGHT_M)
    plan = every_layer_differs(layers, segments)

    def work() -> object:
        return document.as_document(estimate(plan, printer=printer, wall_system="double-leaf", samples=0))

    moves = len(estimate(plan, printer=printer, wall_system="double-leaf", samples=0).toolpath.kind)
    began = time.perf_counter()
    work()
    took_ms = (time.perf_counter() - began) * 1e3
    print(f"\nevery layer differs: {layers} layers, {moves:,} moves: {took_ms:.0f} ms (aim {TARGET_MS:.0f})")
    found = stage_times_ms(work, 3)
    print("  " + "".join(f"{s:>10s}" for s in (*STAGES, "rest", "whole")))
    print("  " + "".join(f"{found[s]:10.1f}" for s in (*STAGES, "rest", "whole")))
    print(f"  peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
