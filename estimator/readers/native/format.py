"""What the project's own plan format allows: its keys, limits and words.

``estimator/plan.schema.json`` publishes the same; ``docs/plan-format.md`` explains it.
"""

from __future__ import annotations

from typing import Final

from estimator.readers.fields import LONGEST_NAME, LONGEST_NOTE, Shape
from estimator.wall_systems import WALL_SYSTEMS

FORMAT: Final = "printhouse-plan"
VERSION: Final = 1

MOST_STOREYS = 200
MOST_WALLS = 20_000
MOST_OPENINGS = 50_000
MOST_ROOMS = 20_000
MOST_POINTS = 500_000
MOST_ASSUMPTIONS = 200
MOST_NOTES = 10_000
"""Findings, and sentences of evidence or of what was skipped, that a converted plan carries along."""

FARTHEST_M: Final = 10_000.0
"""Greatest coordinate. [m]"""

CHORD_ERROR_M: Final = 0.001
"""Greatest distance between an arc and its chords. [m]"""

SHORTEST_WALL_M: Final = 0.05
"""Least length of a wall. [m]"""

LONGEST_MESSAGE = 100_000
"""Characters in a finding that a converted plan carries along."""

_NOTE: Final = {"note": LONGEST_NOTE}
_NAMES: Final = {"id": LONGEST_NAME, "name": LONGEST_NAME, **_NOTE}

PLAN: Final = Shape(
    numbers={"version": (VERSION, VERSION), "floor_area_m2": (0.5, 1_000_000.0)},
    choices={"format": (FORMAT,)},
    texts={"$schema": LONGEST_NOTE, "name": LONGEST_NAME, "region": LONGEST_NAME, **_NOTE},
    others=("assumptions", "defaults", "storeys", "roof", "foundation", "origin"),
)
DEFAULTS: Final = Shape(numbers={"thickness_m": (0.01, 3.0), "height_m": (0.05, 100.0)}, texts=_NOTE)
STOREY: Final = Shape(
    numbers={"elevation_m": (-500.0, 6000.0), "height_m": (0.0, 100.0)},
    texts=_NAMES,
    others=("walls", "rooms"),
)
WALL: Final = Shape(
    numbers={"thickness_m": (0.01, 3.0), "height_m": (0.05, 100.0), "base_m": (-10.0, 100.0)},
    choices={"system": WALL_SYSTEMS},
    texts={"id": LONGEST_NAME, **_NOTE},
    flags=("external",),
    others=("axis", "arc", "openings"),
)
_Z_M: Final = (-1000.0, 7000.0)

ARC: Final = Shape(
    numbers={"radius_m": (0.05, 1000.0), "from_deg": (-720.0, 720.0), "to_deg": (-720.0, 720.0)},
    others=("centre",),
)
OPENING: Final = Shape(
    numbers={
        "at_m": (0.0, 10_000.0),
        "width_m": (0.05, 100.0),
        "sill_m": (0.0, 100.0),
        "height_m": (0.05, 100.0),
    },
    choices={"kind": ("door", "window", "opening")},
    texts={"id": LONGEST_NAME, **_NOTE},
)
OUTLINED_WALL: Final = Shape(
    numbers={"base_z_m": _Z_M, "top_z_m": _Z_M, "thickness_m": (0.001, 100.0)},
    choices={"system": WALL_SYSTEMS},
    texts={"id": LONGEST_NAME, **_NOTE},
    flags=("external",),
    others=("outline", "parts", "pieces", "axis", "openings"),
)
OUTLINED_OPENING: Final = Shape(
    numbers={"sill_z_m": _Z_M, "head_z_m": _Z_M, "width_m": (0.001, 1000.0)},
    choices={"kind": ("door", "window", "opening")},
    texts={"id": LONGEST_NAME, **_NOTE},
    flags=("cut",),
    others=("outline", "parts"),
)
PIECE: Final = Shape(numbers={"base_z_m": _Z_M, "top_z_m": _Z_M}, others=("outline", "parts"))
PART: Final = Shape(others=("outline", "holes"))
ROOM: Final = Shape(texts=_NAMES, others=("outline", "parts"))
ROOF: Final = Shape(
    numbers={"pitch_deg": (0.0, 85.0), "overhang_m": (0.0, 5.0)},
    choices={"kind": ("flat", "gable", "hip", "dome", "unknown")},
    texts=_NOTE,
)
FOUNDATION: Final = Shape(
    numbers={"depth_m": (0.0, 20.0)},
    choices={"kind": ("slab", "strip", "raft", "piles", "unknown")},
    texts=_NOTE,
)
ORIGIN: Final = Shape(
    texts={"source": LONGEST_NAME, "unit": LONGEST_NAME, **_NOTE}, others=("evidence", "skipped", "findings")
)
FINDING: Final = Shape(
    choices={"severity": ("warning", "note")},
    texts={"code": LONGEST_NAME, "where": LONGEST_NAME, "message": LONGEST_MESSAGE},
)
SHAPES: Final = {
    "plan": PLAN,
    "defaults": DEFAULTS,
    "storey": STOREY,
    "wall": WALL,
    "arc": ARC,
    "opening": OPENING,
    "outlined_wall": OUTLINED_WALL,
    "outlined_opening": OUTLINED_OPENING,
    "piece": PIECE,
    "part": PART,
    "room": ROOM,
    "roof": ROOF,
    "foundation": FOUNDATION,
    "origin": ORIGIN,
    "finding": FINDING,
}
"""Every kind of object in the format, by the name it has in the schema."""
