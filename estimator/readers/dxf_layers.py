"""What a layer or block holds, by its name: walls, doors, windows, or something that is not printed.

Names are taken apart into words; prefixes of external references are left out. Words are those that
drawings in some thirty languages use, without accents, and the codes of AIA (A-WALL), BS 1192
(A-G25-M_Wall), Uniclass 2015 (EF_25_10) and CI/SfB. A word that tells of something else (stem wall,
wall hatch, wall cabinet) wins over the word for wall.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from itertools import pairwise
from typing import Final, Literal

from estimator.readers.dxf_words import DOORS, FILLS, OPENINGS, OTHERS, WALLS, WINDOWS

Use = Literal["wall", "fill", "door", "window", "opening", "other", "unknown"]

CODES: Final = (
    (re.compile(r"(?:^|[^a-z0-9])(?:ef|ss|pr)[_-]?25[_-]?1\d"), "wall"),
    (re.compile(r"(?:^|[^a-z0-9])(?:ef|ss)[_-]?25[_-]?30"), "opening"),
    (re.compile(r"(?:^|[^a-z0-9])g25\d?(?:[^0-9]|$)"), "wall"),
    (re.compile(r"^[a-z]{1,2}-?\(?2[12]\)?[0-9]?(?:[-_ ]|$)"), "wall"),
    (re.compile(r"^[a-z]{1,2}-?\(?3[12]\)?[0-9]?(?:[-_ ]|$)"), "opening"),
)
"""Codes of element tables: Uniclass 2015 and 1, CI/SfB as used with ISO 13567."""

PARTS: Final = frozenset({"head", "jamb", "sill"})
"""Parts of walls and openings in AIA names (A-WALL-HEAD, A-DOOR-JAMB)."""


def words_in(text: str) -> frozenset[str]:
    """The words of a table, in lower case without accents.

    Parameters
    ----------
    text : str

    Returns
    -------
    frozenset of str
    """
    return frozenset(folded(word) for word in text.split())


def folded(text: str) -> str:
    """A text in lower case without accents.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("ł", "l").replace("ı", "i"))
    plain = plain.replace("æ", "ae").replace("ß", "ss").replace("đ", "d")
    return "".join(c for c in plain if not unicodedata.combining(c))


_TABLES: Final[tuple[tuple[Use, frozenset[str]], ...]] = (
    ("window", words_in(WINDOWS)),
    ("door", words_in(DOORS)),
    ("opening", words_in(OPENINGS)),
    ("wall", words_in(WALLS)),
)
_FILLS: Final = words_in(FILLS)
_OTHERS: Final = words_in(OTHERS)


def plain_name(layer: str) -> str:
    """A layer name without the name of the external reference it was bound from.

    Parameters
    ----------
    layer : str
        ``xref-house$0$A-WALL``, ``house|A-WALL``.

    Returns
    -------
    str
        ``A-WALL``.
    """
    return re.split(r"\$\d+\$|\|", layer)[-1]


@functools.lru_cache(maxsize=20_000)
def use_of(layer: str) -> Use:
    """What the name of a layer or block says it holds.

    Parameters
    ----------
    layer : str

    Returns
    -------
    {"wall", "fill", "door", "window", "opening", "other", "unknown"}
        "fill" is the filling of walls; "other" what is not printed.
    """
    name = plain_name(layer)[:200]
    spaced = re.sub(r"(?<=[a-zäöüéèß])(?=[A-ZÄÖÜ])", " ", name)
    words = [w for w in re.split(r"[\W\d_]+", folded(spaced)) if w]
    joined = [*words, *("".join(pair) for pair in pairwise(words))]
    found = [use for use, table in _TABLES if any(_is_one(w, table) for w in joined)]
    is_fill = any(_is_one(w, _FILLS) for w in words)
    if is_fill:
        return "fill" if "wall" in found else "other"
    if any(_is_one(w, _OTHERS) and not _names_opening(w) for w in words) or (found == ["wall"] and PARTS & set(words)):
        return "other"
    if found:
        doors_and_windows = {"door", "window"} <= set(found)
        return "opening" if doors_and_windows else found[0]
    code = folded(name)
    for pattern, use in CODES:
        if pattern.search(code):
            return "wall" if use == "wall" else "opening"
    return "unknown"


def _names_opening(word: str) -> bool:
    return any(_is_one(word, table) for use, table in _TABLES if use != "wall")


def _is_one(word: str, table: frozenset[str]) -> bool:
    """Whether a word is in a table, or begins or ends with a longer word of it (Innenwand, Wandachse)."""
    if word in table:
        return True
    if word.startswith(_BEARING):
        return False
    least = 2 if any(ord(c) > 0x2E7F for c in word) else 4
    if least == 2:  # no spaces between words of Chinese, Japanese and Korean
        return any(ord(w[0]) > 0x2E7F and w in word for w in table)
    sizes = range(least, len(word))
    return any(word[:n] in table and (n >= 5 or word[:n] in _STEMS) for n in sizes) or any(
        word[-n:] in table and (n >= 5 or word[-n:] in _STEMS) for n in sizes
    )


_BEARING: Final = ("porteu", "portan")
"""How words for load-bearing begin, which have nothing to do with doors (mur porteur, muro portante)."""

_STEMS: Final = frozenset(
    {"wand", "wall", "tuer", "muur", "vegg", "door", "deur", "mur", "raam", "dach", "dorr", "vagg"}
)
"""Words of four letters that compounds are made with."""
