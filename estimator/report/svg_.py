"""Pictures as SVG: millimetres on paper, the same bytes for the same picture, nothing outside referred to."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import numpy as np

from estimator.report.picture import Ink, Picture, Shapes, Words

DIGITS = 3
"""Decimals of a millimetre."""

FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def svg_text(picture: Picture) -> str:
    """A picture as an SVG document.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    str
    """
    w, h = _number(picture.width_mm), _number(picture.height_mm)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}" '
        f'font-family="{FONT}">',
        f"<title>{escape(_clean(picture.title))}</title>",
        f'<rect width="{w}" height="{h}" fill="#ffffff"/>',
    ]
    lines += [_shapes(m) if isinstance(m, Shapes) else _words(m) for m in picture.marks]
    return "\n".join([*lines, "</svg>", ""])


def _shapes(shapes: Shapes) -> str:
    end = "Z" if shapes.closed else ""
    data = "".join(f"M{_points(ring)}{end}" for ring in shapes.rings_mm)
    return f'<path d="{data}"{_ink(shapes.ink, closed=shapes.closed)}/>'


def _points(ring: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    return "L".join(f"{_number(x)} {_number(y)}" for x, y in ring.tolist())


def _ink(ink: Ink, *, closed: bool) -> str:
    parts = [f' fill="{ink.fill or "none"}"']
    if closed and ink.fill:
        parts.append(' fill-rule="evenodd"')
    if ink.line:
        parts.append(f' stroke="{ink.line}" stroke-width="{_number(ink.width_mm)}" stroke-linejoin="round"')
        if not closed:
            parts.append(' stroke-linecap="round"')
    if ink.line and ink.dash_mm:
        parts.append(f' stroke-dasharray="{" ".join(_number(d) for d in ink.dash_mm)}"')
    return "".join(parts)


def _words(words: Words) -> str:
    x, y = _number(words.x_mm), _number(words.y_mm)
    turn = f' transform="rotate({_number(-words.turn_deg)} {x} {y})"' if words.turn_deg else ""
    bold = ' font-weight="bold"' if words.bold else ""
    halo = ' stroke="#ffffff" stroke-width="0.7" stroke-linejoin="round" paint-order="stroke"' if words.has_halo else ""
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    return (
        f'<text x="{x}" y="{y}" font-size="{_number(words.size_mm)}" fill={quoteattr(words.colour)}'
        f"{anchor}{bold}{halo}{turn}>{escape(_clean(words.text))}</text>"
    )


def _clean(text: str) -> str:
    """Without the characters that XML forbids."""
    return "".join(c for c in text if c.isprintable() or c == " ")


def _number(value: float) -> str:
    text = f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
