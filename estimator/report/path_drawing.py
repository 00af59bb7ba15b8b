"""The toolpath of one layer as a picture: beads as wide as they are, by kind, with starts and travel."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.beads import Kind
from estimator.estimate import Estimate
from estimator.export.layers import printed_layers
from estimator.report.picture import Floats, Ink, Picture, View, Words, text_width_mm
from estimator.report.sheet import LINE_MM, MARGIN_MM, laid_out
from estimator.shapes import polygonal

COLOURS = {Kind.CONTOUR: ("contour", "#3b6ea5", "#a9c6e2"), Kind.INFILL: ("infill", "#b7791f", "#f0d59c")}
TRAVEL = Ink(line="#c0392b", width_mm=0.18, dash_mm=(1.0, 0.8))
START = Ink(fill="#1e8449", line="#ffffff", width_mm=0.1)
SECTION = Ink(fill="#f5f3ee", line="#c9c3b8", width_mm=0.1)
OTHERS = Ink(fill="#fbfaf8", line="#dcd7cd", width_mm=0.1)
STAND = Ink(fill="#5b2c6f", line="#ffffff", width_mm=0.2)
START_MM = 0.9
"""Radius of the dot at a start. [mm]"""

STAND_MM = 2.2
"""Radius of the dot where the machine stands. [mm]"""


def layer_picture(estimate: Estimate, layer: int) -> Picture:
    """The toolpath of a layer.

    Parameters
    ----------
    estimate : Estimate
    layer : int
        Counted from 1 at the bottom of the building; negative from the top.

    Returns
    -------
    Picture

    Raises
    ------
    UsageError
        There is no such layer.

    Notes
    -----
    A building that is printed in parts shows the part that the layer belongs to, the other parts of its storey pale.
    """
    bands, path = estimate.bands, estimate.toolpath
    shown = printed_layers(estimate, (layer, layer))
    section, number, part = int(shown.section[0]), int(shown.number[0]), int(shown.part[0])
    z_m = float(shown.bottom_m[0]) + path.layer_height_m
    followed = int(shown.path[0])
    moves = slice(int(path.first[followed]), int(path.first[followed + 1]))
    start, end, kind = path.start_m[moves], path.end_m[moves], path.kind[moves]
    width, length = path.width_m[moves], path.length_m[moves]
    area = list(bands.sections[section].area.values())
    parts = estimate.layout.parts
    place = parts[part].place_m if estimate.printer.deployment == "stands" else None
    others = [
        p.region for k, p in enumerate(parts) if k != part and p.storey == parts[part].storey and p.region is not None
    ]
    stand = [] if place is None else [shapely.Point(place)]
    shown_areas = [*area, *others, *stand]
    left, bottom, right, top = shapely.total_bounds(np.array(shown_areas, dtype=object)).tolist()
    extent = (left, bottom, right, top)
    lengths = {k: float(length[kind == k].sum()) for k in Kind}
    starts = int(path.starts[section])
    subtitle = f"{estimate.plan.source} · {estimate.printer.name} · {estimate.wall_system}"
    layout = laid_out([extent], estimate.plan.name, subtitle, 4)
    picture, view = layout.picture, layout.views[0]
    x, y = view.at(np.array([[(left + right) / 2, top]]))[0].tolist()
    of_part = f", part {part + 1} of {len(parts)}" if parts[part].region is not None else ""
    title = f"Layer {number} of {shown.total}, {z_m:+.3f} m{of_part}"
    picture.write(Words(title, x, y - 8.0, 3.6, "middle", bold=True))

    picture.areas(others, view, OTHERS)
    picture.areas(area, view, SECTION)
    for k, (_, line, fill) in COLOURS.items():
        own = kind == k
        if own.any():
            _beads(picture, view, start[own], end[own], width[own], fill)
            picture.lines(_runs(start[own], end[own]), view, Ink(line=line, width_mm=0.12))
    travel = (kind == Kind.TRAVEL) & (length > 1e-9)
    picture.lines(np.stack((start[travel], end[travel]), axis=1), view, TRAVEL)
    bead = kind != Kind.TRAVEL
    first = np.flatnonzero(bead & ~np.roll(bead, 1))  # the tour is closed
    if not len(first) and bead.any():
        first = np.array([0])
    for dot in view.at(start[first]):
        picture.swatch(_dot(dot), START)
    if place is not None:
        picture.swatch(_dot(view.at(place[None, :])[0], STAND_MM), STAND)
    _legend(picture, layout.legend_mm, lengths, starts, has_stand=place is not None)
    return picture


def _beads(picture: Picture, view: View, start: Floats, end: Floats, width: Floats, fill: str) -> None:
    """Beads with the width they have."""
    for w in np.unique(width.round(5)).tolist():
        own = np.abs(width - w) < 1e-5
        lines = shapely.multilinestrings(
            list(np.asarray(shapely.linestrings(_pairs(start[own], end[own])), dtype=object))
        )
        picture.areas([polygonal(shapely.buffer(lines, w / 2, quad_segs=4))], view, Ink(fill=fill))


def _pairs(start: Floats, end: Floats) -> Floats:
    return np.stack((start, end), axis=1)


def _runs(start: Floats, end: Floats) -> list[Floats]:
    """Moves that go on where the one before ended, as one line each."""
    breaks = np.flatnonzero(np.hypot(*(start[1:] - end[:-1]).T) > 1e-9) + 1
    bounds = [0, *breaks.tolist(), len(start)]
    return [np.concatenate((start[a:b], end[b - 1 : b])) for a, b in pairwise(bounds)]


def _dot(place: NDArray[Any], radius_mm: float = START_MM) -> Floats:
    turn = np.linspace(0.0, 2 * np.pi, 13)[:-1]
    return place + radius_mm * np.stack((np.cos(turn), np.sin(turn)), axis=1)


def _legend(picture: Picture, y: float, lengths: dict[Kind, float], starts: int, *, has_stand: bool) -> None:
    x = MARGIN_MM
    entries = [(f"{name} {lengths[k]:.1f} m", Ink(fill=fill, line=line)) for k, (name, line, fill) in COLOURS.items()]
    for text, ink in entries:
        picture.swatch(np.array([[x, y], [x + 4.0, y], [x + 4.0, y - 2.2], [x, y - 2.2]]), ink)
        picture.write(Words(text, x + 5.0, y - 0.2, 2.2))
        x += 9.0 + text_width_mm(text, 2.2)
    picture.rule([(x, y - 1.0), (x + 6.0, y - 1.0)], TRAVEL)
    travel = f"travel {lengths[Kind.TRAVEL]:.1f} m"
    picture.write(Words(travel, x + 7.0, y - 0.2, 2.2))
    x += 11.0 + text_width_mm(travel, 2.2)
    picture.swatch(_dot(np.array([x + 1.0, y - 1.0])), START)
    counted = f"{starts} start{'s' if starts != 1 else ''}"
    picture.write(Words(counted, x + 3.5, y - 0.2, 2.2))
    if has_stand:
        x += 8.0 + text_width_mm(counted, 2.2)
        picture.swatch(_dot(np.array([x + 1.0, y - 1.0]), 1.2), STAND)
        picture.write(Words("stand of the machine", x + 3.5, y - 0.2, 2.2))
    picture.write(Words("The last move of a layer leads to the start of the next.", MARGIN_MM, y + LINE_MM, 2.2))
