"""A fact, and the sources it cites, as lines of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.report.layout import WIDTH, Style, about, span, wrapped


def unit_words(unit: str) -> str:
    """A unit as people read it, with a space in front; nothing for plain numbers.

    Parameters
    ----------
    unit : str
    """
    return "" if unit in ("", "-", "1") else f" {unit}".replace("m2", "m²").replace("m3", "m³")


def fact_lines(name: str, fact: Mapping[str, Any], style: Style) -> list[str]:
    """A fact with its range, its origin and its reason.

    Parameters
    ----------
    name : str
    fact : mapping
        ``value``, ``low``, ``high``, ``unit``, ``basis``, ``source``, ``where``, ``note``.
    style : Style
    """
    around = "" if fact["low"] == fact["high"] else f" ({span(fact['low'], fact['high'], 4)})"
    head = f"  {name:<30} {about(fact['value'], 4)}{unit_words(fact['unit'])}{around}"
    origin = ", ".join(filter(None, (fact["basis"], fact["source"], fact["where"])))
    room = WIDTH - len(origin)
    lines = [f"{head:<{room}}{style.dim(origin)}" if len(head) < room else head]
    if len(head) >= room:
        lines += [style.dim(line) for line in wrapped(origin, "      ")]
    if fact["note"]:
        lines += [style.dim(line) for line in wrapped(fact["note"], "      ")]
    return lines


def source_lines(sources: Mapping[str, Mapping[str, Any]], style: Style) -> list[str]:
    """What is cited, under its heading; nothing if nothing is.

    Parameters
    ----------
    sources : mapping
        Author, title, year and address by key.
    style : Style
    """
    lines = ["", style.head("Sources")] if sources else []
    for key, source in sources.items():
        text = f"{key}: {source['author']}, {source['title']}, {source['year']}. {source['url']}"
        lines += wrapped(text, "    ", "  • ")
    return lines
