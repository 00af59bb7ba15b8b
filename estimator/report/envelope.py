"""What a printer can reach, as a drawing in characters: to scale, ground and height beside a person."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, hypot
from typing import SupportsFloat

from estimator.report.layout import about
from printers import Printer

PLAN_COLUMNS = 40
"""Columns of the longest side of the ground plan."""

PLAN_ROWS = 14
"""Rows of the tallest ground plan."""

ASPECT = 2.0
"""Height of a character over its width. [-]"""

PERSON_M = 1.75
"""Height of the person who stands beside. [m]"""

ROOM_FACTS = {
    "frame": ("build_x_m", "build_y_m", "build_z_m"),
    "stands": ("reach_max_m", "build_z_m"),
    "factory": ("element_length_m", "element_width_m", "element_height_m"),
}
"""Names of the facts of the work room, by deployment."""


def room_words(deployment: str, values: Mapping[str, SupportsFloat]) -> str:
    """Work room in a word or two.

    Parameters
    ----------
    deployment : str
    values : mapping of str to number
        Facts of the printer by name; :data:`ROOM_FACTS` are looked up. [m]

    Returns
    -------
    str
        Width × length × height of a frame or an element; reach × height of an arm. [m]
    """
    said = [about(float(values[name])) for name in ROOM_FACTS[deployment]]
    return ("R " if deployment == "stands" else "") + " × ".join(said)


def drawing(printer: Printer) -> list[str]:
    """Lines of the drawing, in plain characters.

    Parameters
    ----------
    printer : Printer

    Returns
    -------
    list of str
        Ground plan on the left, height with a person on the right, both at the same scale,
        and a line that tells the scale.
    """
    p = printer
    if p.deployment == "stands":
        far, near, high = float(p.reach_max_m), float(p.reach_min_m), float(p.build_z_m)
        width = length = 2 * far
    else:
        width, length, high = (float(p.facts[name]) for name in ROOM_FACTS[p.deployment])
        width, length = sorted((width, length))
        far = near = 0.0
    column_m = max(length / PLAN_COLUMNS, width / (ASPECT * PLAN_ROWS), 0.05)
    ground = _ring(near, far, column_m) if far else _box(length, width, column_m)
    side = _height(high, column_m)
    rows = max(len(ground), len(side))
    ground = [""] * (rows - len(ground)) + ground
    side = [""] * (rows - len(side)) + side
    over = max(map(len, ground))
    lines = [f"{left:<{over}}     {right}".rstrip() for left, right in zip(ground, side, strict=True)]
    return [*lines, _caption(p, width, length, high, column_m)]


def _caption(p: Printer, width: float, length: float, high: float, column_m: float) -> str:
    if p.deployment == "stands":
        reach = f"reach {about(float(p.reach_min_m))} to {about(float(p.reach_max_m))} m from the stand"
        said = f"{reach}, {about(high)} m high"
    elif p.deployment == "factory":
        said = f"one element, {about(length)} × {about(width)} m and {about(high)} m high"
    else:
        said = f"clear room {about(length)} × {about(width)} m, {about(high)} m high"
    return f"{said}; one column is {about(column_m, 2)} m, the person {PERSON_M} m"


def _box(length: float, width: float, column_m: float) -> list[str]:
    """Ground plan of a frame or an element."""
    across = max(round(length / column_m), 2)
    down = max(round(width / column_m / ASPECT), 1)
    edge = "+" + "-" * across + "+"
    return [edge, *("|" + " " * across + "|" for _ in range(down)), edge]


def _ring(near: float, far: float, column_m: float) -> list[str]:
    """Ground plan of an arm: dots where it reaches, its stand in the middle."""
    half = ceil(far / column_m)
    down = ceil(far / column_m / ASPECT)
    lines = []
    for row in range(-down, down + 1):
        cells = []
        for column in range(-half, half + 1):
            radius = hypot(column, row * ASPECT) * column_m
            inside = near <= radius <= far
            cells.append("+" if (row, column) == (0, 0) else "." if inside else " ")
        lines.append("".join(cells).rstrip())
    return lines


def _height(high: float, column_m: float) -> list[str]:
    """Height it can print, and a person."""
    rows = max(round(high / column_m / ASPECT), 1)
    person = max(round(PERSON_M / column_m / ASPECT), 1)
    bar = ["+-"] + ["| "] * (rows - 1)
    bar = ["  "] * max(person - rows, 0) + bar
    stood = [" "] * (len(bar) - person) + ["o"] + ["|"] * (person - 1)
    return [*(f"{b} {s}".rstrip() for b, s in zip(bar, stood, strict=True)), "-" * 5]
