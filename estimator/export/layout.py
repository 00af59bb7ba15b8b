"""JSON as people read it: short objects on one line, points side by side."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 120
"""Longest line that is filled. [characters]"""


def json_text(value: Any) -> str:
    """A JSON text that ends with a line break.

    Parameters
    ----------
    value : object
        Dict, list, str, bool, int, float or None.

    Returns
    -------
    str
        Every float with all its digits.

    Raises
    ------
    ValueError
        A number is not finite.
    """
    return _laid_out(value, 0, 0) + "\n"


def _laid_out(value: Any, depth: int, taken: int) -> str:
    """The text of a value; ``taken`` characters of its first line are used already."""
    if isinstance(value, dict):
        ends = "{}"
        parts = [f"{_word(k)}: {_laid_out(v, depth + 1, depth + 4 + len(k))}" for k, v in value.items()]
    elif isinstance(value, list | tuple):
        ends = "[]"
        parts = [_laid_out(v, depth + 1, depth + 1) for v in value]
    else:
        return _word(value)
    length = sum(map(len, parts)) + 2 * len(parts)
    if depth + taken + length <= WIDTH and not any("\n" in part for part in parts):
        return ends[0] + ", ".join(parts) + ends[1]
    margin = "\n" + " " * (depth + 1)
    if ends == "[]" and all(isinstance(v, list | tuple) for v in value) and not any("\n" in part for part in parts):
        return ends[0] + margin + margin.join(_filled(parts, depth + 1)) + "\n" + " " * depth + ends[1]
    return ends[0] + margin + f",{margin}".join(parts) + "\n" + " " * depth + ends[1]


def _filled(parts: list[str], margin: int) -> list[str]:
    """Lines with as many entries as fit, commas included."""
    lines: list[str] = []
    line = ""
    for k, part in enumerate(parts):
        entry = part + ("," if k < len(parts) - 1 else "")
        if line and margin + len(line) + 1 + len(entry) > WIDTH:
            lines.append(line)
            line = entry
        else:
            line = f"{line} {entry}" if line else entry
    return [*lines, line]


def _word(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
