"""Rooms: what the walls enclose once openings are filled, named by the texts inside."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from estimator.plan import Area
from estimator.readers.sizes import is_size, number, opening_tag
from estimator.readers.texts import Text
from estimator.readers.vocabulary import ROOMS
from estimator.readers.words import folded, use_of, words_in

Floats = NDArray[np.float64]

LEAST_ROOM_M2: Final = 0.3
NARROWEST_ROOM_M: Final = 0.3
"""Smaller or narrower faces are shafts and slips, no rooms."""

LONGEST_NAME: Final = 28
"""Longer lines of text are notes. [characters]"""

KNOWN_RATIO: Final = 0.4
"""Share of the words of a name that rooms are called by; sentences that speak of a garage have less."""

MOST_NAMES: Final = 6
"""Names told of one open room."""

NEAR_HEIGHTS: Final = 2.6
"""Lines of one name lie no farther apart than this many heights of a letter."""

LONGEST_CODE: Final = 8
"""Longer codes are those of parts, not of rooms. [characters]"""

LEAST_SIZE_M: Final = 1.5
MOST_SIZE_M: Final = 99.0
"""Numbers with decimals between these are heights, lengths or areas, not numbers of rooms. [m or m²]"""

_CODE: Final = re.compile(r"[^\W\d_]{0,3}[-. ]?\d{1,3}(?:[-./]\d{1,3}){0,2}[^\W\d_]?")
_WORDS: Final = words_in(ROOMS)


def rooms_between(gross: Area) -> list[Polygon]:
    """Faces that walls enclose.

    Parameters
    ----------
    gross : polygon
        Walls with their openings filled. [m]

    Returns
    -------
    list of Polygon
        Largest first.
    """
    if gross.is_empty:
        return []
    holes = [Polygon(ring) for part in shapely.get_parts(gross) for ring in part.interiors]
    if not holes:
        return []
    inside = shapely.difference(shapely.union_all(holes), gross)
    faces = [p for p in shapely.get_parts(inside) if p.area >= LEAST_ROOM_M2]
    wide = [p for p in faces if not shapely.buffer(p, -NARROWEST_ROOM_M / 2).is_empty]
    return sorted(wide, key=lambda p: (-round(p.area, 3), p.bounds))


def room_names(rooms: list[Polygon], texts: list[Text]) -> list[str]:
    """Names of rooms.

    Parameters
    ----------
    rooms : list of Polygon
        [m]
    texts : list of Text
        In metres.

    Returns
    -------
    list of str
        Empty where no text names a room; several names in one open room are joined by " / ".
    """
    if not rooms or not texts:
        return [""] * len(rooms)
    at = shapely.points(np.array([t.at for t in texts]))
    text, room = shapely.STRtree(rooms).query(at, predicate="within")
    return [_name([texts[int(t)] for t in text[room == k]]) for k in range(len(rooms))]


def _name(texts: list[Text]) -> str:
    lines = [
        Text(t.layer, line.strip(), _line_at(t, k), t.height)
        for t in texts
        for k, line in enumerate(t.text.split("\n"))
    ]
    sized = [t for t in lines if is_size(t.text)]
    plain = [t for t in lines if _may_name(t.text)]
    by_word = [t for t in plain if _has_word(t.text)]
    chosen = by_word
    if sized:  # a name stands above its size
        beside = [
            t for t in plain if any(0 < s.at[1] - t.at[1] + 5 * _height(t, s) and _is_near(t, s, 3.0) for s in sized)
        ]
        chosen = by_word + [t for t in beside if t not in by_word]
    if not chosen and plain:
        tallest = max(t.height for t in plain)
        chosen = [t for t in plain if t.height >= 0.95 * tallest][:2]
    lower_lines = [
        t
        for t in plain
        if any(_is_near(t, c, NEAR_HEIGHTS) and abs(t.height - c.height) < 0.05 * c.height for c in chosen)
    ]
    chosen = chosen + [t for t in lower_lines if not any(t is c for c in chosen)]
    codes = [t for t in lines if is_room_code(t.text)]
    if not chosen:  # a number alone in a room, or the largest of some
        tallest = max((t.height for t in codes), default=0.0)
        codes = [t for t in codes if t.height >= 0.95 * tallest]
        return codes[0].text if len({t.text for t in codes}) == 1 else ""
    names = _joined(chosen)[:MOST_NAMES]
    numbers = {t.text for t in codes if any(_is_near(t, c, 2 * NEAR_HEIGHTS) for c in chosen)}
    if len(names) == 1 and len(numbers) == 1:
        return f"{numbers.pop()} {names[0]}"
    return " / ".join(names)


def _line_at(text: Text, k: int) -> Floats:
    middle = (len(text.text.split("\n")) - 1) / 2
    at: Floats = text.at + np.array((0.0, (middle - k) * 1.6 * text.height))
    return at


def _height(a: Text, b: Text) -> float:
    return max(a.height, b.height, 0.05)


def _is_near(a: Text, b: Text, heights: float) -> bool:
    """Whether two lines of text stand above one another, whichever way they are turned."""
    h = _height(a, b)
    apart = np.abs(a.at - b.at)
    return bool(min(apart) <= 4 * h and max(apart) <= heights * h) if max(apart) > 0 else True


def _joined(lines: list[Text]) -> list[str]:
    """Names, the lines of each joined from above."""
    groups: list[list[Text]] = []
    for line in sorted(lines, key=lambda t: (-t.at[1], t.at[0])):
        mine = [
            g
            for g in groups
            if any(_is_near(line, o, NEAR_HEIGHTS) and abs(o.height - line.height) < 0.05 * o.height for o in g)
        ]
        if mine:
            mine[0].append(line)
        else:
            groups.append([line])
    names = [" ".join(t.text for t in group) for group in groups]
    return list(dict.fromkeys(names))


def _may_name(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    if not 1 <= len(text) <= LONGEST_NAME or letters < max(1, len(text) / 2) or is_size(text):
        return False
    if opening_tag(text) is not None or re.search(r'["=@#]|\bMIN\b|\bTYP\b|\d{5,}', text.upper()):
        return False
    return letters >= 3 or _has_word(text) or any(ord(c) > 0x2E7F for c in text)


def _has_word(text: str) -> bool:
    words = [w for w in re.split(r"[\W\d_]+", folded(text).replace(".", "")) if w]
    return sum(w in _WORDS for w in words) >= max(1.0, KNOWN_RATIO * len(words)) or any(
        w in text for w in _WORDS if ord(w[0]) > 0x2E7F
    )


def is_room_code(text: str) -> bool:
    """Whether a text may be the number of a room.

    Parameters
    ----------
    text : str
        "101", "R0-7", "E.03" and "1.02" may; "2.70" is a height, "2668" a tag, "350" in a line of dimensions
        may still be taken for one where it stands alone.

    Returns
    -------
    bool
    """
    if len(text) > LONGEST_CODE or not _CODE.fullmatch(text) or is_size(text) or opening_tag(text) is not None:
        return False
    value = number(text)
    return value is None or value == int(value) or not LEAST_SIZE_M <= value <= MOST_SIZE_M


def is_room_text(text: Text) -> bool:
    """Whether a text may name a room: not one of dimensions.

    Parameters
    ----------
    text : Text

    Returns
    -------
    bool
    """
    return text.insert < 0 or use_of(text.layer) not in ("door", "window", "opening")
