"""Building blocks of text pages: numbers as people say them, tables, bars, colour, plain ASCII."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import click

WIDTH = 92
"""Columns of a page."""

BAR = 14
"""Columns of the longest bar."""

UNITS = {"m3": "m³", "m2": "m²", "kgCO2e": "kgCO₂e", "each": "pcs", "h": "h", "d": "days", "trip": "trips"}

_PLAIN = str.maketrans(
    {
        "█": "#", "▉": "#", "▊": "#", "▋": "#", "▌": "#", "▍": "#", "▎": "#", "▏": "|", "│": "|", "─": "-", "━": "=",
        "·": "-", "×": "x", "–": "-", "—": "-", "−": "-", "²": "2", "³": "3", "₂": "2", "°": " deg", "…": "...",
        "√": "sqrt", "′": "'", "’": "'", "“": '"', "”": '"', "•": "*", "→": "->", "≤": "<=", "≥": ">=", "é": "e",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """Colour, or none.

    Attributes
    ----------
    colour : bool
    """

    colour: bool = False

    def title(self, text: str) -> str:
        """The most important line."""
        return click.style(text, bold=True) if self.colour else text

    def head(self, text: str) -> str:
        """Heading of a section."""
        return click.style(text, fg="cyan", bold=True) if self.colour else text

    def dim(self, text: str) -> str:
        """What may be skipped."""
        return click.style(text, dim=True) if self.colour else text

    def bar(self, text: str) -> str:
        """A bar."""
        return click.style(text, fg="blue") if self.colour else text

    def severity(self, severity: str, text: str) -> str:
        """A finding of that severity."""
        colours = {"error": "red", "warning": "yellow"}
        return click.style(text, fg=colours.get(severity), bold=severity == "error") if self.colour else text


def plain(text: str) -> str:
    """Text in ASCII, for terminals that know nothing else."""
    return text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")


def printable(text: str) -> str:
    """Text of a plan file without anything that steers a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def money(amount: float) -> str:
    """Whole units of money with separators: ``39,200``."""
    return f"{amount:,.0f}"


def about(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, with separators, never in powers of ten.

    Parameters
    ----------
    value : float
        Of any unit. [-]
    digits : int
    """
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    if rounded == int(rounded):
        return f"{rounded:,.0f}"
    return f"{rounded:,.{max(digits - 1 - math.floor(math.log10(abs(rounded))), 0)}f}".rstrip("0")


def span(low: float, high: float, digits: int = 3) -> str:
    """A range: ``33–52``.

    Parameters
    ----------
    low, high : float
        Of any unit. [-]
    digits : int
    """
    first, last = about(low, digits), about(high, digits)
    return first if first == last else f"{first}–{last}"


def hours(seconds_s: float) -> str:
    """Hours, rounded the more the longer: ``0.8``, ``17``."""
    value = seconds_s / 3600
    return f"{value:,.1f}" if value < 9.95 else f"{value:,.0f}"


def apportioned(parts: Sequence[float], step: float = 1.0) -> list[float]:
    """Parts rounded so that they add up to their rounded sum.

    Parameters
    ----------
    parts : sequence of float
        In any unit. [-]
    step : float
        What to round to, in the same unit. [-]

    Returns
    -------
    list of float
        Each within one step of its part.
    """
    scaled = [part / step for part in parts]
    down = [math.floor(s) for s in scaled]
    missing = round(math.fsum(scaled)) - sum(down)
    by_remainder = sorted(range(len(parts)), key=lambda i: (down[i] - scaled[i], i))
    for i in by_remainder[:missing]:
        down[i] += 1
    return [d * step for d in down]


def bar(share: float, longest_share: float = 1.0) -> str:
    """Bar of a share, in eighths of a column where it is short."""
    eighths = round(8 * BAR * share / longest_share) if longest_share > 0 else 0
    full, rest = divmod(max(eighths, 0), 8)
    return "█" * full + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[rest]


def percent(share: float) -> str:
    """Percentage, right-aligned in four columns: `` 33 %``."""
    return f"{100 * share:3.0f} %"


def wrapped(text: str, indent: str = "  ", first: str | None = None) -> list[str]:
    """Lines of a paragraph within the page.

    Parameters
    ----------
    text : str
    indent : str
        In front of every line.
    first : str, optional
        In front of the first line instead.
    """
    start = indent if first is None else first
    return textwrap.wrap(
        text, WIDTH, initial_indent=start, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [start.rstrip()]


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "  ", gap: str = "  ") -> list[str]:
    """Lines of an aligned table.

    Parameters
    ----------
    rows : sequence of sequence of str
        The head first; a row may be shorter than the others.
    right : sequence of int
        Columns to align to the right.
    indent, gap : str
    """
    count = max(map(len, rows))
    widths = [max((len(row[i]) for row in rows if i < len(row)), default=0) for i in range(count)]
    lines = []
    for row in rows:
        cells = [cell.rjust(widths[i]) if i in right else cell.ljust(widths[i]) for i, cell in enumerate(row)]
        lines.append((indent + gap.join(cells)).rstrip())
    return lines
