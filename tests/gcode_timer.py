"""A reader of G-code that knows nothing of printhouse: one line after the other, one move after the other.

Rules are taken from the header of the file, where they are written for machines of any make.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

ONE_LINE_RAD = 0.002
"""Moves that turn by less are parts of one straight line, says the header."""


@dataclass
class Told:
    """What a file says, in millimetres, seconds and millilitres."""

    header: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    dwell_s: float = 0.0
    bead_mm: float = 0.0
    travel_mm: float = 0.0
    between_mm: float = 0.0
    printed_ml: float = 0.0
    aside_ml: float = 0.0
    layers: int = 0
    starts: int = 0
    stops: int = 0
    faults: list[str] = field(default_factory=list)
    heights_mm: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=lambda: [math.inf, math.inf])
    high: list[float] = field(default_factory=lambda: [-math.inf, -math.inf])


@dataclass
class Move:
    x: float
    y: float
    length: float
    speed: float
    acceleration: float


def run_time(moves: list[Move], deviation: float) -> float:
    """Moves from rest to rest: corner speeds, a pass forwards, a pass back, a trapezoid each."""
    n = len(moves)
    node = [0.0] * (n + 1)
    halves = [0.0] * (n + 1)
    for i in range(1, n):
        a, b = moves[i - 1], moves[i]
        cosine = (a.x * b.x + a.y * b.y) / (a.length * b.length)
        halves[i] = 0.5 * math.acos(max(-1.0, min(1.0, cosine)))
    lines = [move.length for move in moves]
    for i in range(1, n):
        if 2.0 * halves[i] < ONE_LINE_RAD:
            lines[i] += lines[i - 1]
    for i in range(n - 1, 0, -1):
        if 2.0 * halves[i] < ONE_LINE_RAD:
            lines[i - 1] = lines[i]
    for i in range(1, n):
        a, b = moves[i - 1], moves[i]
        half = halves[i]
        limit = min(a.speed, b.speed) ** 2
        if half > 1e-7:
            s = math.cos(half)
            limit = min(limit, min(a.acceleration, b.acceleration) * deviation * s / (1.0 - s))
            for move, line in ((a, lines[i - 1]), (b, lines[i])):
                limit = min(limit, move.acceleration * line / (2.0 * math.tan(half)))
        node[i] = max(limit, 0.0)
    for i in range(n):
        node[i + 1] = min(node[i + 1], node[i] + 2.0 * moves[i].acceleration * moves[i].length)
    for i in range(n - 1, -1, -1):
        node[i] = min(node[i], node[i + 1] + 2.0 * moves[i].acceleration * moves[i].length)
    total = 0.0
    for i, move in enumerate(moves):
        acceleration = move.acceleration
        v0, v1 = math.sqrt(node[i]), math.sqrt(node[i + 1])
        ramps = (2.0 * move.speed**2 - node[i] - node[i + 1]) / (2.0 * acceleration)
        if ramps <= move.length:
            total += (2.0 * move.speed - v0 - v1) / acceleration + (move.length - ramps) / move.speed
        else:
            peak = math.sqrt(acceleration * move.length + 0.5 * (node[i] + node[i + 1]))
            total += (2.0 * peak - v0 - v1) / acceleration
    return total


def read_gcode(lines: Iterable[str]) -> Told:
    """Time, length and volume of a file, line by line."""
    told = Told()
    at: dict[str, float] = {}
    feed = acceleration = 0.0
    extruded = 0.0
    flows = False
    word = ""
    pending: list[Move] = []

    def halt() -> None:
        if pending:
            told.seconds += run_time(pending, told.header["junction_deviation_mm"])
            pending.clear()

    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if line.startswith("; ") and " = " in line and not told.layers:
            key, _, value = line[2:].partition(" = ")
            try:
                told.header[key] = float(value)
            except ValueError:
                pass
            continue
        if line.startswith(";TYPE:"):
            word = line[6:]
            continue
        if line.startswith(";LAYER:"):
            told.layers += 1
            continue
        code = line.split(";")[0].split()
        if not code:
            continue
        values = {w[0]: float(w[1:]) for w in code[1:]}
        if code[0] in ("G0", "G1"):
            feed = values.get("F", feed)
            if len(at) < 3:  # where it begins, and goes on after M0
                at.update({k: values[k] for k in "XYZ" if k in values})
                continue
            dz = values.get("Z", at["Z"]) - at["Z"]
            dx, dy = values.get("X", at["X"]) - at["X"], values.get("Y", at["Y"]) - at["Y"]
            at.update({k: v for k, v in values.items() if k in "XYZ"})
            if dz:
                if dx or dy:
                    told.faults.append(f"{number}: lifts and runs at once")
                halt()
                told.seconds += abs(dz) / (feed / 60.0)
                told.heights_mm.append(at["Z"])
                continue
            length = math.hypot(dx, dy)
            if length == 0.0:
                continue
            pending.append(Move(dx, dy, length, feed / 60.0, acceleration))
            volume = values.get("E", extruded) - extruded
            extruded += volume
            if volume < 0.0:
                told.faults.append(f"{number}: takes {-volume} mL back")
            if word in ("contour", "infill"):
                told.bead_mm += length
                told.printed_ml += volume
                told.low = [min(told.low[0], at["X"]), min(told.low[1], at["Y"])]
                told.high = [max(told.high[0], at["X"]), max(told.high[1], at["Y"])]
                if not flows or code[0] != "G1":
                    told.faults.append(f"{number}: a bead without flow")
            elif word == "between":
                told.between_mm += length
            else:
                told.travel_mm += length
                told.aside_ml += volume
                if flows != (word == "aside"):
                    told.faults.append(f"{number}: {word} with the flow {'on' if flows else 'off'}")
        elif code[0] == "M0":  # moved by hand: where it goes on is said by the next G0, as at the beginning
            halt()
            at = {}
        elif code[0] == "G4":
            halt()
            told.seconds += values["S"]
            told.dwell_s += values["S"]
        elif code[0] == "M204":
            acceleration = values["S"]
        elif code[0] == "G92":
            extruded = values["E"]
        elif code[0] == "M101":
            flows = True
            told.starts += 1
        elif code[0] == "M103":
            flows = False
            told.stops += 1
        elif code[0] not in ("G21", "G90", "M82", "M2"):
            told.faults.append(f"{number}: {line} is not documented")
    halt()
    return told
