"""A small plan, the example of the interface's description."""

from __future__ import annotations

from typing import Any

EXAMPLE_PLAN: dict[str, Any] = {
    "format": "printhouse-plan",
    "version": 1,
    "name": "One room",
    "defaults": {"thickness_m": 0.25, "height_m": 2.7},
    "storeys": [
        {
            "id": "ground",
            "elevation_m": 0,
            "height_m": 2.7,
            "walls": [
                {"id": "south", "axis": [[0, 0], [4, 0]], "external": True,
                 "openings": [{"id": "door", "kind": "door", "at_m": 2.0, "width_m": 0.9, "height_m": 2.1}]},
                {"id": "east", "axis": [[4, 0], [4, 3]], "external": True},
                {"id": "north", "axis": [[4, 3], [0, 3]], "external": True},
                {"id": "west", "axis": [[0, 3], [0, 0]], "external": True},
            ],
        }
    ],
}  # fmt: skip

EXAMPLE_PROGRAMME: dict[str, Any] = {
    "name": "Forty plots", "start": "2027-03-01", "repetitions": 20,
    "houses": [{"plan": EXAMPLE_PLAN, "count": 40}],
    "teams": [{"printer": "cobod-bod2", "count": 2}],
}  # fmt: skip
"""A programme of it."""
