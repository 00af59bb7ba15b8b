"""Pictures as PNG, drawn by Pillow at twice the size and made smaller, so that lines are smooth."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from estimator.errors import UsageError
from estimator.report.picture import Floats, Picture, Shapes, Words

FINER = 2
"""Pixels drawn for one of the result, each way."""

LARGEST_PX = 12_000
PX_PER_MM = 4.3
"""Of a picture for which no size is asked, 110 to the inch."""

USUAL_PX = (2000, 5000)
"""Least and most of its longer side."""

SMALLEST_PX = 100

FONTS = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Arial.ttf", "Arial_Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
)
"""Fonts looked for, light and heavy; else the one that comes with Pillow."""

HALO_MM = 0.35
"""White round letters that lie on other marks. [mm]"""


def png_bytes(picture: Picture, size_px: int | None = None) -> bytes:
    """A picture as a PNG file.

    Parameters
    ----------
    picture : Picture
    size_px : int, optional
        Length of the longer side; by the size of the paper when left out.

    Returns
    -------
    bytes

    Raises
    ------
    UsageError
        Pillow is missing, or the size is beyond 100 to 12,000.
    """
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        raise UsageError("PNG needs a library; install it with: pip install 'printhouse[png]', or write SVG") from None
    if size_px is None:
        size_px = int(np.clip(PX_PER_MM * max(picture.width_mm, picture.height_mm), *USUAL_PX))
    if not SMALLEST_PX <= size_px <= LARGEST_PX:
        raise UsageError(f"a picture of {size_px} pixels cannot be drawn; give {SMALLEST_PX} to {LARGEST_PX}")
    per_mm = size_px * FINER / max(picture.width_mm, picture.height_mm)
    size = (round(picture.width_mm * per_mm), round(picture.height_mm * per_mm))
    image = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(image)
    for mark in picture.marks:
        if isinstance(mark, Shapes):
            _shapes(image, draw, mark, per_mm)
        else:
            _words(image, mark, per_mm)
    image = image.resize((max(size[0] // FINER, 1), max(size[1] // FINER, 1)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False, dpi=(25.4 * per_mm / FINER, 25.4 * per_mm / FINER))
    return out.getvalue()


def _shapes(image: Any, draw: Any, shapes: Shapes, per_mm: float) -> None:
    rings = [ring * per_mm for ring in shapes.rings_mm]
    if shapes.closed and shapes.ink.fill:
        _fill(image, rings, shapes.ink.fill)
    if not shapes.ink.line:
        return
    width = max(round(shapes.ink.width_mm * per_mm), 1)
    for ring in rings:
        line = np.concatenate((ring, ring[:1])) if shapes.closed else ring
        for piece in _dashes(line, np.array(shapes.ink.dash_mm) * per_mm):
            draw.line(_pairs(piece), fill=shapes.ink.line, width=width, joint="curve")


def _fill(image: Any, rings: list[Floats], colour: str) -> None:
    """Fill an outline, its holes left out."""
    from PIL import Image, ImageDraw

    outline, *holes = rings
    if not holes:
        ImageDraw.Draw(image).polygon(_pairs(outline), fill=colour)
        return
    low = np.floor(outline.min(axis=0)).astype(int)
    high = np.ceil(outline.max(axis=0)).astype(int) + 1
    mask = Image.new("1", (int(high[0] - low[0]), int(high[1] - low[1])))
    draw = ImageDraw.Draw(mask)
    draw.polygon(_pairs(outline - low), fill=1)
    for hole in holes:
        draw.polygon(_pairs(hole - low), fill=0)
    image.paste(colour, (int(low[0]), int(low[1])), mask)


def _pairs(points: Floats) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points.tolist()]


def _dashes(line: Floats, dash: Floats) -> list[Floats]:
    """A line cut into its strokes."""
    if not len(dash) or dash.sum() < 2:
        return [line]
    step = np.diff(line, axis=0)
    reached = np.concatenate(([0.0], np.cumsum(np.hypot(step[:, 0], step[:, 1]))))
    starts = np.arange(0.0, reached[-1], dash.sum())
    strokes = np.stack((starts, np.minimum(starts + dash[0], reached[-1])), axis=1)
    ends = [np.stack([np.interp(s, reached, line[:, k]) for k in (0, 1)], axis=1) for s in strokes]
    return ends


def _words(image: Any, words: Words, per_mm: float) -> None:
    """A line of text; turned text and text on white are drawn on a patch of their own first."""
    from PIL import Image, ImageDraw

    font, is_heavy = _font(max(round(words.size_mm * per_mm), 4), words.bold)
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[words.anchor]
    x, y = words.x_mm * per_mm, words.y_mm * per_mm
    bold = max(round(words.size_mm * per_mm / 28), 1) if words.bold and not is_heavy else 0
    halo = max(round(HALO_MM * per_mm), 1) if words.has_halo else 0
    layers = [("#ffffff", bold + halo)] if halo else []
    for colour, stroke in [*layers, (words.colour, bold)]:
        if not words.turn_deg:
            draw = ImageDraw.Draw(image)
            draw.text((x, y), words.text, colour, font, anchor, stroke_width=stroke, stroke_fill=colour)
            continue
        left, top, right, bottom = font.getbbox(words.text, anchor=anchor, stroke_width=stroke)
        reach = int(np.ceil(max(np.hypot(a, b) for a in (left, right) for b in (top, bottom)))) + 2
        patch = Image.new("L", (2 * reach, 2 * reach))
        ImageDraw.Draw(patch).text((reach, reach), words.text, 255, font, anchor, stroke_width=stroke, stroke_fill=255)
        turned = patch.rotate(words.turn_deg, resample=Image.Resampling.BICUBIC)
        image.paste(colour, (round(x) - reach, round(y) - reach), turned)


def _font(size: int, bold: bool) -> tuple[Any, bool]:
    """The first font there is, and whether its letters are as heavy as asked for."""
    from PIL import ImageFont

    for light, heavy in FONTS:
        for name in (heavy, light) if bold else (light,):
            try:
                return ImageFont.truetype(name, size), name == heavy
            except OSError:
                continue
    return ImageFont.load_default(size), False
