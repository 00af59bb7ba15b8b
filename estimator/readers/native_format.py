"""What the project's own plan format allows: its keys, limits and words.

``estimator/plan.schema.json`` publishes the same; ``docs/plan-format.md`` explains it.
"""

from __future__ import annotations

from typing import Final

from estimator.beads import WALL_SYSTEMS
from estimator.readers.fields import LONGEST_NAME, LONGEST_NOTE, Shape

FORMAT: Final = "printhouse-plan"
VERSION: Final = 1

MOST_STOREYS = 200
MOST_WALLS = 20_000
MOST_OPENINGS = 50_000
MOST_ROOMS = 20_000
MOST_POINTS = 500_000
MOST_ASSUMPTIONS = 200

FARTHEST_M: Final = 10_000.0
"""Greatest coordinate. [m]"""

CHORD_ERROR_M: Final = 0.001
"""Greatest distance between an arc and its chords. [m]"""

SHORTEST_WALL_M: Final = 0.05
"""Least length of a wall. [m]"""

_NOTE: Final = {"note": LONGEST_NOTE}
_NAMES: Final = {"id": LONGEST_NAME, "name": LONGEST_NAME, **_NOTE}

PLAN: Final = Shape(
    numbers={"version": (VERSION, VERSION), "floor_area_m2": (0.5, 1_000_000.0)},
    choices={"format": (FORMAT,)},
    texts={"$schema": LONGEST_NOTE, "name": LONGEST_NAME, "region": LONGEST_NAME, **_NOTE},
    others=("assumptions", "defaults", "storeys", "roof", "foundation"),
)
DEFAULTS: Final = Shape(numbers={"thickness_m": (0.01, 3.0), "height_m": (0.05, 100.0)}, texts=_NOTE)
STOREY: Final = Shape(
    numbers={"elevation_m": (-100.0, 1000.0), "height_m": (0.1, 100.0)},
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
ROOM: Final = Shape(texts=_NAMES, others=("outline",))
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
SHAPES: Final = {
    "plan": PLAN,
    "defaults": DEFAULTS,
    "storey": STOREY,
    "wall": WALL,
    "arc": ARC,
    "opening": OPENING,
    "room": ROOM,
    "roof": ROOF,
    "foundation": FOUNDATION,
}
"""Every kind of object in the format, by the name it has in the schema."""
