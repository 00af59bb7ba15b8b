"""G-code of a whole building, layer by layer; ``docs/export.md`` says what each word means.

The layers of a section differ in height and waiting only: the text of a section's moves is made
once and written again for each of them, so a house needs the memory of its sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from estimator import __version__
from estimator.beads import Kind
from estimator.estimate import Estimate
from estimator.export.layers import (
    KIND_NAMES,
    Layers,
    Told,
    own_layer_s,
    printed_areas_m2,
    section_pieces,
    way_between,
)

FLOW_ON, FLOW_OFF = "M101", "M103"
"""Start and stop of the flow; most controllers need other words."""

PLAIN = str.maketrans({"²": "2", "³": "3", "×": "x", "·": "-", "–": "-", "’": "'", "ä": "ae", "ö": "oe", "ü": "ue"})
"""What takes the place of common signs in comments."""

MM = 1000.0
ML = 1e6
MM_PER_MIN = 60e3

WORDS = ("X%.3f Y%.3f", " E%.3f", " F%.1f")
"""Millimetres, millilitres, millimetres a minute."""


def gcode(estimate: Estimate, layers: Layers) -> Iterator[bytes]:
    """The layers as G-code.

    Parameters
    ----------
    estimate : Estimate
    layers : Layers
        Of the estimate, at least one.

    Yields
    ------
    bytes
        Parts of an ASCII file, one a layer.
    """
    height_m = estimate.work.layer_height_m
    pieces = section_pieces(estimate)
    kinds = sorted(set(zip(layers.path.tolist(), layers.stretch_ratio.tolist(), strict=True)))
    bodies = {(s, ratio): _body(estimate, _stretched(pieces[s], ratio)) for s, ratio in kinds}
    ways = _ways(estimate, layers, pieces)
    yield _header(estimate, layers, pieces, ways)
    first = int(layers.path[0])
    at = pieces[first].points_m[0] * MM
    base_m = float(layers.bottom_m[0])
    z = [(float(b) - base_m + height_m) * MM for b in layers.bottom_m]
    z.append(z[-1] + height_m * MM)
    lift = float(estimate.printer.z_speed_m_per_s) * MM_PER_MIN
    never = estimate.printer.continuity == "never-stop"
    begin = f"G21\nG90\nM82\nG0 X{at[0]:.4f} Y{at[1]:.4f} Z{z[0]:.4f} F{lift:.3f}\n"
    yield (begin + (f"{FLOW_ON}\n" if never else "")).encode("ascii")
    names = [_plain(s.name) for s in estimate.plan.storeys]
    for k in range(len(layers)):
        section, wait_s = int(layers.path[k]), float(layers.wait_s[k])
        text = f";LAYER:{layers.number[k]} z {layers.bottom_m[k] + height_m:.4f} m, {names[layers.storey[k]]}\nG92 E0\n"
        text += bodies[section, float(layers.stretch_ratio[k])]
        if wait_s > 0.0:
            text += f"G4 S{wait_s:.3f} ;wait for strength\n"
        is_last = k + 1 == len(layers)
        is_change = not is_last and _is_change(estimate, int(layers.part[k]), int(layers.part[k + 1]))
        text += f"G1 Z{z[k] + height_m * MM if is_change else z[k + 1]:.4f} F{lift:.3f}\n"
        if is_change:
            text += _change(estimate, int(layers.part[k + 1]), pieces[int(layers.path[k + 1])], z[k + 1])
        elif not is_last:
            text += ways.text.get((section, int(layers.path[k + 1])), "")
        yield text.encode("ascii")
    yield f"{FLOW_OFF}\nM2\n".encode("ascii")


@dataclass(frozen=True, slots=True)
class _Ways:
    """Moves from one section to another: their text by both sections, and what they add up to in a file.

    The units are those of the names: metres, seconds, and cubic metres that a head which never stops loses.
    """

    text: dict[tuple[int, int], str]
    length_m: float
    seconds: float
    volume_m3: float


def _ways(estimate: Estimate, layers: Layers, pieces: list[Told]) -> _Ways:
    text: dict[tuple[int, int], str] = {}
    size: dict[tuple[int, int], NDArray[np.float64]] = {}
    total = np.zeros(3)
    area_m2 = float(printed_areas_m2(estimate)[estimate.toolpath.kind == Kind.TRAVEL].max(initial=0.0))
    parts = zip(layers.part[:-1].tolist(), layers.part[1:].tolist(), strict=True)
    same = np.array([k for k, pair in enumerate(parts) if not _is_change(estimate, *pair)], dtype=np.int64)
    for pair in zip(layers.path[same].tolist(), layers.path[same + 1].tolist(), strict=True):
        start, end = pieces[pair[0]].points_m[-1], pieces[pair[1]].points_m[0]
        if pair[0] == pair[1] or np.all(start == end):
            continue
        if pair not in text:
            told, seconds = way_between(estimate, pair[1], start, end)
            length = told.length_m
            lines = _lines(told, np.full(len(length), area_m2 > 0.0), length * area_m2 * ML)
            text[pair] = "\n".join((";TYPE:between", *(["G92 E0"] if area_m2 else []), *lines)) + "\n"
            size[pair] = np.array((length.sum(), seconds, length.sum() * area_m2))
        total += size[pair]
    return _Ways(text, *total.tolist())


def _is_change(estimate: Estimate, part: int, after: int) -> bool:
    """Whether the machine is moved, or an element taken away, between two parts."""
    if estimate.printer.deployment == "factory":
        return part != after
    return estimate.layout.parts[part].set_up != estimate.layout.parts[after].set_up


def _change(estimate: Estimate, part: int, told: Told, z_mm: float) -> str:
    """Halt between two parts: the machine is moved, or the element taken away, and the head brought to its start."""
    at, place = told.points_m[0] * MM, estimate.layout.parts[part].place_m
    stands = "" if place is None else f", machine at X{place[0] * MM:.0f} Y{place[1] * MM:.0f}"
    lift = float(estimate.printer.z_speed_m_per_s) * MM_PER_MIN
    halt = f"M0 ;part {part + 1} of {len(estimate.layout.parts)}{stands}\n"
    return halt + f"G0 X{at[0]:.4f} Y{at[1]:.4f} F{lift:.3f} ;above all that stands\nG0 Z{z_mm:.4f} F{lift:.3f}\n"


def _lines(told: Told, extrudes: NDArray[np.bool_], volume_ml: NDArray[np.float64]) -> list[str]:
    """One line a piece; E is the sum of the volumes so far, F and the acceleration are written where they change."""
    n = len(told.move)
    feed = told.cruise_m_per_s * MM_PER_MIN
    changed = np.append(True, np.abs(np.diff(feed)) > 5e-4)[:n]
    table = np.stack((told.points_m[1:, 0] * MM, told.points_m[1:, 1] * MM, np.cumsum(volume_ml), feed), axis=1)
    said = np.stack((np.ones(n, bool), np.ones(n, bool), extrudes, changed), axis=1)
    forms = [
        ("G1 " if e else "G0 ") + WORDS[0] + (WORDS[1] if e else "") + (WORDS[2] if f else "")
        for e in (False, True)
        for f in (False, True)
    ]
    form = "\n".join(np.array(forms, dtype=object)[2 * extrudes.astype(int) + changed])
    lines = (form % tuple(table[said].tolist())).split("\n") if n else []
    acceleration = np.round(told.acceleration_m_per_s2 * MM, 3)
    for i in np.flatnonzero(np.append(True, np.diff(acceleration) != 0.0)[:n]).tolist():
        lines[i] = f"M204 S{acceleration[i]:g}\n{lines[i]}"
    return lines


def _stretched(told: Told, ratio: float) -> Told:
    """A layer that takes longer by a ratio: with speeds over it and accelerations over its square, at every moment."""
    if ratio == 1.0:
        return told
    return replace(
        told, cruise_m_per_s=told.cruise_m_per_s / ratio, acceleration_m_per_s2=told.acceleration_m_per_s2 / ratio**2
    )


def _body(estimate: Estimate, told: Told) -> str:
    """The moves of one layer of a section, with what the flow does between them."""
    path, printer = estimate.toolpath, estimate.printer
    kind = path.kind[told.move]
    is_bead = kind != Kind.TRAVEL
    volume_ml = printed_areas_m2(estimate)[told.move] * told.length_m * ML
    begins = is_bead & np.append(True, ~is_bead[:-1])[: len(kind)]  # beads joined end to end need one start
    ends = is_bead & np.append(~is_bead[1:], True)[-len(kind) :]
    start = f"G4 S{float(printer.start_time_s):.3f}"
    stop = f"G4 S{float(printer.stop_time_s):.3f}"
    before: dict[int, list[str]] = {}
    after: dict[int, list[str]] = {}
    for i in np.flatnonzero(np.append(True, kind[1:] != kind[:-1])).tolist():
        aside = not is_bead[i] and volume_ml[i] > 0.0
        before.setdefault(i, []).append(f";TYPE:{'aside' if aside else KIND_NAMES[Kind(kind[i])]}")
    if printer.continuity == "pause":
        for i in np.flatnonzero(begins).tolist():
            before.setdefault(i, []).extend((FLOW_ON, start))
        for i in np.flatnonzero(ends).tolist():
            after.setdefault(i, []).extend((FLOW_OFF, stop))
    elif printer.continuity == "run-over":
        flows = np.flatnonzero(begins).tolist()
        for k, i in enumerate(flows):
            before.setdefault(i, []).extend((FLOW_ON, start) if k == 0 else (FLOW_ON,))
        for i in np.flatnonzero(ends).tolist():
            after.setdefault(i, []).append(FLOW_OFF)
        after.setdefault(len(kind) - 1, []).append(stop)
    for i in np.flatnonzero(told.stops[1:-1]).tolist():  # standing still is said, also where nothing waits
        said = after.get(i, []) + before.get(i + 1, [])
        if not any(line.startswith("G4") for line in said):
            after.setdefault(i, []).append("G4 S0")
    lines = _lines(told, volume_ml > 0.0, volume_ml)
    for i in before.keys() | after.keys():
        lines[i] = "\n".join((*before.get(i, ()), lines[i], *after.get(i, ())))
    return "\n".join(lines) + "\n"


def _header(estimate: Estimate, layers: Layers, pieces: list[Told], ways: _Ways) -> bytes:
    e, path, printer = estimate, estimate.toolpath, estimate.printer
    times, quantities = e.outcome.times, e.outcome.quantities
    count = np.bincount(layers.path, minlength=len(path.layers))
    areas = printed_areas_m2(e)
    bead_m, travel_m, printed_m3, aside_m3 = np.zeros((4, len(pieces)))
    for s, told in enumerate(pieces):
        is_bead, length = path.kind[told.move] != Kind.TRAVEL, told.length_m
        bead_m[s], travel_m[s] = length[is_bead].sum(), length[~is_bead].sum()
        volume = areas[told.move] * length
        printed_m3[s], aside_m3[s] = volume[is_bead].sum(), volume[~is_bead].sum()
    moving_s = (e.motion.deposition_s + e.motion.travel_s)[layers.path]
    paced_s = ((layers.stretch_ratio - 1.0) * moving_s + layers.wait_s).sum()
    time_s = own_layer_s(e) @ count + paced_s + ways.seconds
    lines = [
        f"printhouse {__version__}",
        f"plan: {e.plan.name} ({e.plan.source})",
        f"printer: {printer.name} ({printer.id}), {printer.kinematics}, at gaps {printer.continuity}",
        f"mix: {e.mix.id}; wall system: {e.wall_system}",
        f"layers {layers.number[0]} to {layers.number[-1]} of {layers.total}, {e.work.layer_height_m * MM:g} mm high",
        "",
        "Of the whole building, by the estimate at stated values:",
        f"estimate_nozzle_time_s = {float(times.nozzle_s):.1f}",
        f"estimate_bead_m = {path.extruded_length_m():.3f}",
        f"estimate_travel_m = {path.travel_length_m():.3f}",
        f"estimate_printed_ml = {float(quantities.printed_volume_m3) * ML:.1f}",
        "",
        "Of this file; the ways from one section to the next are in no estimate:",
        f"file_time_s = {float(time_s):.1f}",
        f"file_bead_m = {bead_m @ count:.3f}",
        f"file_travel_m = {travel_m @ count:.3f}",
        f"file_between_m = {ways.length_m:.3f}",
        f"file_printed_ml = {printed_m3 @ count * ML:.1f}",
        f"file_aside_ml = {(aside_m3 @ count + ways.volume_m3) * ML:.1f}",
        "",
        "Units: millimetres, millimetres per minute (F), seconds (G4 S), millilitres (E).",
        f"X and Y as in the plan; Z 0 is z = {layers.bottom_m[0]:.4f} m of the plan, the underside of the first layer.",
        "E is the volume extruded since the layer began, over-extrusion included; G92 E0 begins a layer.",
        f"{FLOW_ON} starts the flow and {FLOW_OFF} stops it; M204 S sets the acceleration (mm/s^2) of moves after it;",
        "none of them holds the head up: generic words, exchange them for those of your machine.",
        "G0 goes without a bead, at its F as well. The first G0, and both after M0, are not counted: M0 halts",
        "while the machine is moved to its next place, or an element is taken away.",
        "",
        "How the time comes about: trapezoids with look-ahead along X and Y; the head stands still at both ends of",
        "every move in Z alone and at every G4; moves in Z run at F throughout. Between two moves that turn by phi,",
        "v^2 is at most the smaller a of both * d*s/(1 - s), with s = cos(phi/2), and a*L/(2*tan(phi/2)) of either,",
        "with a its acceleration, d the junction deviation and L the length of its straight line: moves that turn",
        "by less than 0.002 from one to the next are pieces of one line.",
        f"junction_deviation_mm = {float(printer.junction_deviation_m) * MM:g}",
    ]
    return "".join(f"; {_plain(line)}".rstrip() + "\n" for line in lines).encode("ascii")


def _plain(text: str) -> str:
    """A text that ends no line and no comment, in ASCII."""
    return re.sub(r"[^ -~]+", "?", text.translate(PLAIN))
