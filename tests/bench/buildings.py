"""Buildings to measure with: a rectangular house, round rooms, and ten of each on one site."""

from __future__ import annotations

import json

import numpy as np

from estimator.plan import Plan
from estimator.readers.native.reader import parse_native

HEIGHT_M = 3.0
SITE = [(k % 5 * 16.0, k // 5 * 14.0) for k in range(10)]
Entry = dict[str, object]


def wall_entry(
    name: str, points: list[list[float]], thickness_m: float, openings: list[tuple[str, float, float]]
) -> Entry:
    """A wall of a native plan; openings as kind, place and width. [m]"""
    heights = {"door": (0.0, 2.1), "window": (0.9, 1.2), "small": (1.5, 0.6)}
    holes = [
        {
            "kind": "door" if kind == "door" else "window",
            "at_m": at,
            "width_m": width,
            "sill_m": heights[kind][0],
            "height_m": heights[kind][1],
        }
        for kind, at, width in openings
    ]
    return {"id": name, "axis": points, "thickness_m": thickness_m, "openings": holes}


def rectangular(x: float = 0.0, y: float = 0.0, name: str = "") -> list[Entry]:
    """10 × 8 m, 8 walls, 15 openings; outer walls 0.30 m, inner walls 0.10 m."""

    def wall(
        side: str, points: list[tuple[float, float]], thickness: float, *openings: tuple[str, float, float]
    ) -> Entry:
        return wall_entry(f"{name}{side}", [[px + x, py + y] for px, py in points], thickness, list(openings))

    window, door = ("window", 1.2), ("door", 0.9)
    return [
        wall("s", [(0.15, 0.15), (9.85, 0.15)], 0.3, *((k, at, w) for at in (1.0, 7.5) for k, w in [window]),
             ("door", 5.5, 0.9)),
        wall("e", [(9.85, 0.15), (9.85, 7.85)], 0.3, *((k, at, w) for at in (1.0, 5.0) for k, w in [window])),
        wall("n", [(9.85, 7.85), (0.15, 7.85)], 0.3, *((k, at, w) for at in (0.8, 4.2) for k, w in [window]),
             ("small", 7.5, 0.6)),
        wall("w", [(0.15, 7.85), (0.15, 0.15)], 0.3, *((k, at, w) for at in (1.0, 5.0) for k, w in [window])),
        wall("a", [(4.0, 0.15), (4.0, 7.85)], 0.1, *((k, at, w) for at in (1.0, 5.0) for k, w in [door])),
        wall("b", [(4.0, 4.0), (9.85, 4.0)], 0.1, *((k, at, w) for at in (1.0,) for k, w in [door])),
        wall("c", [(0.15, 4.0), (4.0, 4.0)], 0.1, *((k, at, w) for at in (1.0,) for k, w in [door])),
        wall("d", [(7.0, 4.0), (7.0, 7.85)], 0.1, *((k, at, w) for at in (1.5,) for k, w in [door])),
    ]  # fmt: skip


def round_rooms(x: float = 0.0, y: float = 0.0, name: str = "") -> list[Entry]:
    """Three rooms of 3.3 m radius, 100 m² together, walls faceted at half a degree."""
    angle = np.deg2rad(np.arange(0.0, 360.5, 0.5))
    walls = []
    for k, (cx, cy) in enumerate(((0.0, 0.0), (5.4, 0.0), (2.7, 4.7))):
        points = np.stack((x + cx + 3.3 * np.cos(angle), y + cy + 3.3 * np.sin(angle)), axis=1)
        points[-1] = points[0]
        walls.append(wall_entry(f"{name}r{k}", points.tolist(), 0.3, [("door", 10.0, 1.0), ("window", 6.0, 1.2)]))
    return walls


def plan(walls: list[Entry]) -> Plan:
    """A plan of one storey."""
    storey = {"id": "ground", "walls": walls, "height_m": HEIGHT_M}
    data = {"format": "printhouse-plan", "version": 1, "name": "bench", "storeys": [storey]}
    return parse_native(json.dumps({**data, "defaults": {"height_m": HEIGHT_M}}), "bench.json")


def buildings() -> dict[str, Plan]:
    """The four buildings by name."""
    return {
        "house": plan(rectangular()),
        "round": plan(round_rooms()),
        "ten houses": plan([w for k, (x, y) in enumerate(SITE) for w in rectangular(x, y, f"h{k}")]),
        "ten round": plan([w for k, (x, y) in enumerate(SITE) for w in round_rooms(x, y, f"h{k}")]),
    }
