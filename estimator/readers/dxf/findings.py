"""What the DXF reader understood, repaired or left out, in sentences by finding code."""

from __future__ import annotations

from typing import Final

from estimator.errors import Severity

# {n} elements, {s} plural ending, {detail} whatever the reader adds
SENTENCES: Final[dict[str, tuple[Severity, str]]] = {
    "dxf-recovered": (
        "warning",
        "The file is damaged and was recovered as far as possible ({detail}): compare with the drawing.",
    ),
    "dxf-paper-space": ("warning", "The model space is empty; what is drawn on the sheet {detail} was read instead."),
    "dxf-entity-unreadable": (
        "warning",
        "{n} drawn thing{s} that could not be read, left out: check them in the drawing.",
    ),
    "dxf-absurd-coordinates": (
        "warning",
        "{n} drawn thing{s} with coordinates that are no place, left out: check them in the drawing.",
    ),
    "dxf-cyclic-block": (
        "warning",
        "Blocks that contain themselves ({n}) were cut there: mend them in the drawing.",
    ),
    "dxf-layers": ("note", "Walls are read from {detail}."),
    "dxf-layers-by-shape": (
        "warning",
        "No layer is called walls; by their shape they were taken from {detail}: name the right ones with --layer.",
    ),
    "dxf-jambs-closed": ("note", "{detail} open ends of walls were closed."),
    "dxf-walls-paired": (
        "warning",
        "{detail} m² of wall without closed outline were made of pairs of lines: check them in the picture.",
    ),
    "dxf-thick-walls": (
        "warning",
        "The walls are unusually thick ({detail}): if they are not, correct the unit with --unit or --width.",
    ),
    "dxf-walls-too-thick": (
        "warning",
        "Many lines on the walls' layers run {detail} m beside each other and were left out, as walls are thinner "
        "here: hatch them if they are walls, and correct the unit if it is wrong.",
    ),
    "dxf-loose-lines": ("note", "{detail} m of line on layers of walls bound no wall, left out."),
    "dxf-posts": ("note", "{n} post{s} standing alone, left out: they are no walls."),
    "dxf-bare-openings": (
        "note",
        "{n} gap{s} between wall ends in which nothing is drawn, taken for openings with a lintel over them.",
    ),
    "dxf-storeys-by-place": (
        "warning",
        "{detail}: check the order of the storeys.",
    ),
    "dxf-drawing-left-out": (
        "note",
        "Drawings on the sheet that seem to be no floor plan ({n}), left out.",
    ),
}
"""Severity and sentence by code."""
