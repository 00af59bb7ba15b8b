"""Charts as pictures: bars of a schedule, a tornado, a density."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.report.layout import about, money
from estimator.report.picture import Ink, Picture, Words, text_width_mm

Document = dict[str, Any]

WIDTH_MM = 210.0
MARGIN_MM = 10.0
ROW_MM = 6.4
LETTERS_MM = 2.7
NAMES_MM = 62.0
"""Room for names at the left."""

CRITICAL, SPARE, WAIT = "#c2410c", "#7d9aa8", "#d8d2c6"
LOW, HIGH = "#2f6f9f", "#c2410c"
FAINT = "#777777"


def sheet(title: str, subtitle: str, rows: int, extra_mm: float = 24.0) -> Picture:
    """An empty sheet with title and subtitle, and room for rows and more below."""
    picture = Picture(WIDTH_MM, 2 * MARGIN_MM + 16.0 + rows * ROW_MM + extra_mm, title)
    picture.write(Words(cut(title, 5.0, WIDTH_MM - 2 * MARGIN_MM), MARGIN_MM, MARGIN_MM + 4.0, 5.0, bold=True))
    picture.write(Words(cut(subtitle, 2.6, WIDTH_MM - 2 * MARGIN_MM), MARGIN_MM, MARGIN_MM + 9.0, 2.6, colour=FAINT))
    return picture


def cut(text: str, size_mm: float, room_mm: float) -> str:
    """A text shortened to the room there is."""
    while len(text) > 4 and text_width_mm(text, size_mm) > room_mm:
        text = text[:-2].rstrip(" ,…") + "…"
    return text


def box(
    picture: Picture, x0_mm: float, x1_mm: float, y_mm: float, colour: str, height_mm: float = ROW_MM - 1.8
) -> None:
    """Lay down a bar between two places across, from its upper edge down."""
    corners = np.array([[x0_mm, y_mm], [x1_mm, y_mm], [x1_mm, y_mm + height_mm], [x0_mm, y_mm + height_mm]])
    picture.swatch(corners, Ink(fill=colour))


def _ticks(picture: Picture, top: float, bottom: float, low: float, high: float, unit: str) -> None:
    """Lines across at round numbers between the ends of an axis."""
    span = max(high - low, 1e-9)
    power = 10.0 ** np.floor(np.log10(span / 4))
    step = next(power * n for n in (1, 2, 5, 10) if span / (power * n) <= 8)
    for value in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step:
        x = MARGIN_MM + NAMES_MM + (WIDTH_MM - 2 * MARGIN_MM - NAMES_MM) * (value - low) / span
        picture.rule([(x, top), (x, bottom)], Ink(line="#dddddd", width_mm=0.1))
        picture.write(Words(f"{value:,.0f}{unit}", x, bottom + 3.4, 2.2, "middle", colour=FAINT))


def gantt_picture(d: Document) -> Picture:
    """The schedule of a house as bars.

    Parameters
    ----------
    d : dict
        Of :func:`estimator.report.gantt.schedule_object`.

    Returns
    -------
    Picture
    """
    activities: Sequence[Document] = d["activities"]
    subtitle = f"{d['house']} · {about(d['house_days'])} calendar days without gaps between trades, {d['region']}"
    picture = sheet(d["plan"]["name"], subtitle, len(activities))
    top = MARGIN_MM + 16.0
    bottom, end = top + len(activities) * ROW_MM, max(float(d["house_days"]), 1e-9)
    _ticks(picture, top, bottom, 0.0, end, " d")
    room = WIDTH_MM - 2 * MARGIN_MM - NAMES_MM
    for k, a in enumerate(activities):
        y = top + k * ROW_MM + 0.9
        picture.write(Words(cut(a["name"], LETTERS_MM, NAMES_MM - 3.0), MARGIN_MM, y + 3.3, LETTERS_MM))
        x0, x1 = (MARGIN_MM + NAMES_MM + room * a[key] / end for key in ("start_day", "finish_day"))
        box(picture, x0, max(x1, x0 + 0.4), y, CRITICAL if a["critical"] else SPARE)
    y = bottom + 8.0
    for x, colour, text in ((MARGIN_MM, CRITICAL, "critical"), (MARGIN_MM + 30.0, SPARE, "with time to spare")):
        box(picture, x, x + 4.0, y, colour, 2.2)
        picture.write(Words(text, x + 5.5, y + 2.0, 2.2))
    others = ", ".join(
        f"{h['name'].lower()} {about(h['house_days'])}" for h in d["houses"] if h["method"] != d["method"]
    )
    if others:
        picture.write(Words(cut(f"Others, days: {others}", 2.2, WIDTH_MM - 2 * MARGIN_MM), MARGIN_MM, y + 7.0, 2.2))
    return picture


def tornado_picture(d: Document, result: str = "house_cost") -> Picture:
    """What moves a result, strongest first.

    Parameters
    ----------
    d : dict
        Of an estimate with draws.
    result : str
        One of ``drivers_of``.

    Returns
    -------
    Picture
    """
    found = d["uncertainty"]["drivers_of"].get(result, [])
    unit = {"house_days": " d", "nozzle_s": " s", "house_carbon": " kg"}.get(result, "")
    said = result.replace("_", " ").removesuffix(" s")
    subtitle = f"{said}: mean of the draws in which each fact is at its low, and at its high tenth · {d['currency']}"
    picture = sheet(d["plan"]["name"], subtitle, max(len(found), 1))
    top = MARGIN_MM + 16.0
    bottom = top + max(len(found), 1) * ROW_MM
    if not found:
        picture.write(Words("Nothing that is drawn moves it.", MARGIN_MM, top + 4.0, LETTERS_MM))
        return picture
    middle = d["uncertainty"][result]["p50"]
    ends = [x[k] for x in found for k in ("at_low", "at_high")]
    reach = max(abs(end - middle) for end in ends) * 1.15
    low, high = middle - reach, middle + reach
    _ticks(picture, top, bottom, low, high, unit)
    room = WIDTH_MM - 2 * MARGIN_MM - NAMES_MM

    def across(value: float) -> float:
        return float(MARGIN_MM + NAMES_MM + room * (value - low) / (high - low))

    for k, x in enumerate(found):
        y = top + k * ROW_MM + 0.9
        picture.write(Words(cut(x["name"], LETTERS_MM - 0.4, NAMES_MM - 3.0), MARGIN_MM, y + 3.2, LETTERS_MM - 0.4))
        for key, colour in (("at_low", LOW), ("at_high", HIGH)):
            x0, x1 = sorted((across(middle), across(x[key])))
            box(picture, x0, x1, y, colour)
    picture.rule([(across(middle), top), (across(middle), bottom)], Ink(line="#222222", width_mm=0.25))
    y = bottom + 8.0
    for x_mm, colour, text in ((MARGIN_MM, LOW, "fact is low"), (MARGIN_MM + 30.0, HIGH, "fact is high")):
        box(picture, x_mm, x_mm + 4.0, y, colour, 2.2)
        picture.write(Words(text, x_mm + 5.5, y + 2.0, 2.2))
    picture.write(Words(f"middle of the draws {money(middle)}{unit}", MARGIN_MM + 62.0, y + 2.0, 2.2))
    return picture


def density_picture(d: Document, result: str, title: str) -> Picture:
    """How often a result comes out where, its middle eight tenths dark.

    Parameters
    ----------
    d : dict
        Of an estimate with draws.
    result : str
        One of ``densities``.
    title : str

    Returns
    -------
    Picture
    """
    found, spread = d["uncertainty"]["densities"][result], d["uncertainty"][result]
    subtitle = f"8 of 10 draws from {money(spread['p10'])} to {money(spread['p90'])}, middle {money(spread['p50'])}"
    picture = sheet(title, subtitle, 8)
    top = MARGIN_MM + 16.0
    bottom, low, high = top + 8 * ROW_MM, found["low"], max(found["high"], found["low"] + 1e-9)
    left, room = MARGIN_MM, WIDTH_MM - 2 * MARGIN_MM
    shares, tallest = found["shares"], max(found["shares"])
    for k, share in enumerate(shares):
        middle = low + (high - low) * (k + 0.5) / len(shares)
        x0, x1 = (left + room * (k + e) / len(shares) for e in (0.06, 0.94))
        height = 8 * ROW_MM * share / tallest
        inside = spread["p10"] <= middle <= spread["p90"]
        box(picture, x0, x1, bottom - height, LOW if inside else WAIT, height)
    picture.rule([(left, bottom), (left + room, bottom)], Ink(line="#222222", width_mm=0.2))
    for value, anchor in ((low, 0.0), ((low + high) / 2, 0.5), (high, 1.0)):
        picture.write(Words(money(value), left + room * anchor, bottom + 3.6, 2.4, "middle" if 0 < anchor < 1 else (
            "start" if anchor == 0 else "end"), colour=FAINT))  # fmt: skip
    return picture
