"""Predicted against published values on logarithmic axes, as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.report.charts import FAINT, HIGH, LOW
from estimator.report.layout import about
from estimator.report.picture import Ink, Picture, Words
from estimator.validation.cases import QUANTITIES

Document = dict[str, Any]

SIDE_MM = 120.0
LEFT_MM, TOP_MM = 28.0, 26.0


def scatter_picture(d: Document, quantity: str) -> Picture:
    """One quantity: published across, predicted upwards with P10-P90, the line of equality, a factor of two about it.

    Parameters
    ----------
    d : dict
        Of :func:`estimator.report.validation.validation_object`.
    quantity : str
        One of :data:`estimator.validation.cases.QUANTITIES`.

    Returns
    -------
    Picture
    """
    rows = [r for r in d["rows"] if r["quantity"] == quantity]
    unit, scale = ("h", 3600.0) if quantity.endswith("_s") else ("t", 1000.0) if quantity.endswith("_kg") else ("", 1.0)
    title = f"{QUANTITIES[quantity][0].upper()}{QUANTITIES[quantity][1:]}{f', {unit}' if unit else ''}"
    picture = Picture(LEFT_MM + SIDE_MM + 62.0, TOP_MM + SIDE_MM + 20.0, title)
    picture.write(Words(title, LEFT_MM, 12.0, 5.0, bold=True))
    picture.write(Words("published across, predicted upwards, bars from P10 to P90", LEFT_MM, 18.0, 2.6, colour=FAINT))
    values = np.array([[r[k] / scale for k in ("published", "p10", "p90")] for r in rows])
    low, high = np.log10(values.min()) - 0.15, np.log10(values.max()) + 0.15
    high = max(high, low + 0.5)

    def at(value: float) -> float:
        return float(SIDE_MM * (np.log10(value) - low) / (high - low))

    def place(across: float, up: float) -> tuple[float, float]:
        return LEFT_MM + across, TOP_MM + SIDE_MM - up

    corners = [place(0, 0), place(SIDE_MM, 0), place(SIDE_MM, SIDE_MM), place(0, SIDE_MM), place(0, 0)]
    picture.rule(corners, Ink(line="#999999", width_mm=0.2))
    for exponent in range(int(np.floor(low)), int(np.ceil(high)) + 1):
        for digit in (1, 2, 5):
            value = digit * 10.0**exponent
            if not 10**low < value < 10**high:
                continue
            along = at(value)
            picture.rule([place(along, 0), place(along, SIDE_MM)], Ink(line="#e5e2da", width_mm=0.1))
            picture.rule([place(0, along), place(SIDE_MM, along)], Ink(line="#e5e2da", width_mm=0.1))
            x, y = place(along, 0)
            picture.write(Words(about(value), x, y + 4.0, 2.4, "middle", colour=FAINT))
            picture.write(Words(about(value), LEFT_MM - 1.5, place(0, along)[1] + 0.8, 2.4, "end", colour=FAINT))
    for factor, ink in ((1.0, Ink(line="#222222", width_mm=0.25)), (2.0, Ink(line="#bbbbbb", width_mm=0.15)),
                        (0.5, Ink(line="#bbbbbb", width_mm=0.15))):  # fmt: skip
        shift = SIDE_MM * np.log10(factor) / (high - low)
        first, last = max(-shift, 0.0), min(SIDE_MM - shift, SIDE_MM)
        picture.rule([place(first, first + shift), place(last, last + shift)], ink)
    for k, r in enumerate(rows):
        across = at(r["published"] / scale)
        colour = HIGH if r["scored"] else FAINT
        picture.rule(
            [place(across, at(r["p10"] / scale)), place(across, at(r["p90"] / scale))], Ink(line=colour, width_mm=0.5)
        )
        x, y = place(across, at(r["p50"] / scale))
        dot = np.array([[x - 0.9, y - 0.9], [x + 0.9, y - 0.9], [x + 0.9, y + 0.9], [x - 0.9, y + 0.9]])
        picture.swatch(dot, Ink(fill=colour))
        picture.write(Words(str(k + 1), x + 1.6, y + 0.8, 2.4, colour=LOW, has_halo=True))
        key = f"{k + 1}  {r['name']}  {r['ratio']:.2f}" + ("" if r["scored"] else ", not scored")
        picture.write(Words(key, LEFT_MM + SIDE_MM + 4.0, TOP_MM + 4.0 + 4.4 * k, 2.3))
    return picture
