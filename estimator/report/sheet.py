"""How a drawing of several storeys is laid out on paper: scale, size of the sheet, place of each storey."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10

import numpy as np

from estimator.report.picture import Ink, Picture, View, Words, text_width_mm

SCALES = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 50_000, 100_000)
"""Scales that drawings have, 1 to so many."""

PAPERS_MM = (
    ((210.0, 297.0), (297.0, 210.0), (297.0, 420.0), (420.0, 297.0)),
    ((420.0, 594.0), (594.0, 420.0), (594.0, 841.0), (841.0, 594.0)),
    ((841.0, 1189.0), (1189.0, 841.0)),
)
"""A4 and A3, then A2 and A1, then A0, upright and across. [mm]"""

SMALLEST_SCALE = 250
"""A larger paper is taken rather than a smaller scale."""

MARGIN_MM = 10.0
HEAD_MM = 14.0
ROUND_MM = 15.0
"""Room round a storey for its dimensions. [mm]"""

NAME_MM = 8.0
"""Room for the title of a storey. [mm]"""

LINE_MM = 4.2
"""From one line of the legend to the next. [mm]"""

INK = "#222222"
FAINT = "#777777"


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet with a view for each storey.

    Attributes
    ----------
    picture : Picture
        With title and scale bar on it.
    views : tuple of View
        One for each storey, in their order.
    legend_mm : float
        Where the legend begins, from the top. [mm]
    """

    picture: Picture
    views: tuple[View, ...]
    legend_mm: float


def laid_out(
    extents_m: list[tuple[float, float, float, float]], title: str, subtitle: str, legend_lines: int
) -> Layout:
    """A sheet for storeys of given extents_m.

    Parameters
    ----------
    extents_m : list of (left, bottom, right, top)
        Of each storey. [m]
    title, subtitle : str
    legend_lines : int
        Lines of text below the storeys.

    Returns
    -------
    Layout
        At the largest scale at which everything fits on A3; on A1 or A0 where that were smaller than 1:250.
    """
    width_m = max(max(e[2] - e[0] for e in extents_m), 1e-3)
    height_m = max(max(e[3] - e[1] for e in extents_m), 1e-3)
    legend_mm = legend_lines * LINE_MM + 6.0
    fitting: list[tuple[float, float, float, int, tuple[float, float]]] = []
    for papers in PAPERS_MM:
        fitting = [
            (scale, needed_w * needed_h, needed_h, columns, paper)
            for scale in SCALES
            for columns in range(1, len(extents_m) + 1)
            for needed_w, needed_h in [_needed(width_m, height_m, scale, columns, len(extents_m), legend_mm)]
            for paper in papers
            if needed_w <= paper[0] and needed_h <= paper[1]
        ] or fitting
        if fitting and min(fitting)[0] <= SMALLEST_SCALE:
            break
    if fitting:
        scale, _, needed_h, columns, paper = min(fitting)
    else:  # very many storeys: the sheet grows
        columns = ceil(len(extents_m) ** 0.5)
        scale = SCALES[int(np.searchsorted(SCALES, max(width_m, height_m) * 1000 / 100.0).clip(0, len(SCALES) - 1))]
        paper = _needed(width_m, height_m, scale, columns, len(extents_m), legend_mm)
        needed_h = paper[1]
    picture = Picture(paper[0], needed_h, title)
    picture.write(Words(_fitting(title, 5.0, paper[0] - 2 * MARGIN_MM), MARGIN_MM, MARGIN_MM + 4.0, 5.0, bold=True))
    picture.write(Words(_fitting(subtitle, 2.6, paper[0] - 80.0), MARGIN_MM, MARGIN_MM + 9.0, 2.6, colour=FAINT))
    _scale_bar(picture, scale)
    cell_w = (paper[0] - 2 * MARGIN_MM) / columns
    cell_h = height_m * 1000 / scale + 2 * ROUND_MM + NAME_MM
    views = []
    for k, (left, bottom, right, top) in enumerate(extents_m):
        column, row = k % columns, k // columns
        own_w = (right - left) * 1000 / scale
        own_h = (top - bottom) * 1000 / scale
        x = MARGIN_MM + column * cell_w + (cell_w - own_w) / 2
        y = MARGIN_MM + HEAD_MM + row * cell_h + NAME_MM + ROUND_MM + (cell_h - NAME_MM - 2 * ROUND_MM - own_h)
        views.append(View(scale, left, top, x, y))
    rows = ceil(len(extents_m) / columns)
    return Layout(picture, tuple(views), MARGIN_MM + HEAD_MM + rows * cell_h + 6.0)


def _needed(
    width_m: float, height_m: float, scale: float, columns: int, storeys: int, legend_mm: float
) -> tuple[float, float]:
    """Paper that storeys need side by side in so many columns. [mm]"""
    rows = ceil(storeys / columns)
    return (
        columns * (width_m * 1000 / scale + 2 * ROUND_MM) + 2 * MARGIN_MM,
        rows * (height_m * 1000 / scale + 2 * ROUND_MM + NAME_MM) + 2 * MARGIN_MM + HEAD_MM + legend_mm,
    )


def _fitting(text: str, size_mm: float, room_mm: float) -> str:
    """A text cut to what fits."""
    while len(text) > 4 and text_width_mm(text, size_mm) > room_mm:
        text = text[: max(4, int(len(text) * room_mm / text_width_mm(text, size_mm)) - 1)].rstrip() + "…"
    return text


def _scale_bar(picture: Picture, scale: float) -> None:
    """A bar of a round length at the top right, and the scale in words."""
    longest_m = 45.0 * scale / 1000
    power = 10 ** int(np.floor(log10(longest_m)))
    length_m = max(n * power for n in (1, 2, 5) if n * power <= longest_m)
    right, y = picture.width_mm - MARGIN_MM, MARGIN_MM + 8.0
    left = right - length_m * 1000 / scale
    for k in range(4):
        x0, x1 = left + (right - left) * k / 4, left + (right - left) * (k + 1) / 4
        picture.rule([(x0, y), (x1, y)], Ink(line=INK if k % 2 == 0 else "#bbbbbb", width_mm=1.2))
    picture.write(Words("0", left, y - 1.6, 2.2, "middle"))
    picture.write(Words(f"{length_m:g} m", right, y - 1.6, 2.2, "end"))
    picture.write(Words(f"1 : {scale:g}", (left + right) / 2, y + 3.4, 2.2, "middle", colour=FAINT))
