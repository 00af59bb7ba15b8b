"""What layers, groups and elements of drawings are called, and what that says: walls, openings, storeys.

Names are taken apart into words; prefixes of external references are left out. Words are those that
drawings in some thirty languages use, without accents, and the codes of AIA (A-WALL), BS 1192
(A-G25-M_Wall), Uniclass 2015 (EF_25_10) and CI/SfB. A word that tells of something else (stem wall,
wall hatch, wall cabinet) wins over the word for wall.
"""

from __future__ import annotations

import re
import unicodedata
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from estimator.readers import storeynames
from estimator.readers.vocabulary import DOORS, FILLS, OPENINGS, OTHERS, WALLS, WINDOWS

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


def parts_of(name: str) -> list[str]:
    """The words of a layer's name, without what a reference to another drawing puts before it.

    Parameters
    ----------
    name : str
        "xref-House$0$A-WALL-FULL", "Plan|Mauer_innen", "wallsExterior".

    Returns
    -------
    list of str
        Lower case, composed letters.
    """
    own = re.split(r"\$\d+\$|\|", unicodedata.normalize("NFC", name))[-1]
    spaced = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", own)
    return [word for word in re.split(r"[^\w]+|_+|(?<=\D)(?=\d)|(?<=\d)(?=\D)", spaced.casefold()) if word]


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of those that a person gave.

    Parameters
    ----------
    name : str
        The whole name, or the part after a reference to another drawing may match.
    patterns : tuple of str
        ``*`` stands for any characters; case does not matter.
    """
    whole = name.casefold()
    own = re.split(r"\$\d+\$|\|", whole)[-1]
    literal = [re.sub(r"[\[\]?]", lambda c: f"[{c[0]}]", pattern.casefold()) for pattern in patterns]
    return any(fnmatchcase(text, pattern) for pattern in literal for text in (whole, own))


@lru_cache(maxsize=20_000)
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


_AUTOMATIC: Final = re.compile(r"(?:g|path|rect|polygon|polyline|line|circle|ellipse|use|layer|svg|mesh|node)[-_\d]+")
"""Names that drawing programs give by themselves; "g25" is no code of a table then."""

_PLAN_WORDS: Final = frozenset("floor floors plan plans floorplan floorplans grundriss layout drawing sheet".split())
"""What the group of a whole plan is called."""

Role = Literal["wall", "door", "window", "opening", "other"]


@lru_cache(maxsize=20_000)
def role_of(name: str) -> Role | None:
    """What a group, element or material holds by its name, which may be a storey's as well.

    Parameters
    ----------
    name : str
        "Innenwände", "ground_floor_walls", "kitchen-table".

    Returns
    -------
    {"wall", "door", "window", "opening", "other"} or None
        None where the name does not say; a ground floor holds more than a floor.
    """
    if _AUTOMATIC.fullmatch(name) or set(parts_of(name)) <= _PLAN_WORDS:
        return None
    use = use_of(name)
    if use == "other" and storey_rank(name) is not None:
        use = use_of(re.sub(storeynames.STOREY, " ", re.sub(r"[_\s]+", " ", name.casefold())))
    if use == "unknown":
        return None
    return "other" if use == "fill" else use


@lru_cache(maxsize=4096)
def storey_rank(name: str) -> float | None:
    """Where a storey stands by its name: 0 at the ground, 1 above it, −1 below.

    Parameters
    ----------
    name : str
        "Ground floor", "1. OG", "LEVEL 2 PLAN", "second_floor".

    Returns
    -------
    float or None
        None where the name is no storey's. Attics come after all numbered storeys; a lower floor, which may
        be a basement or the ground floor, is −0.5; a mezzanine 0.5. [-]
    """
    text = re.sub(r"[_\s]+", " ", unicodedata.normalize("NFC", name)).casefold().strip()
    plain = folded(text).strip()

    def says(pattern: str) -> bool:
        return re.search(pattern, text) is not None or re.search(pattern, plain) is not None

    number = re.search(r"(?<!\d)(-?\d{1,2})(?!\d)", text)
    if says(storeynames.BELOW):
        return min(-1.0, -abs(float(number[1]))) if number else -1.0
    over = re.search(r"\br ?\+ ?(\d{1,2})\b", text)  # French: so many over the rez-de-chaussée
    if over:
        return float(over[1])
    for pattern, rank in ((storeynames.BETWEEN, 0.5), (storeynames.GROUND, 0.0), (storeynames.TOP, 99.0)):
        if says(pattern) and (rank != 0.0 or says(storeynames.STOREY) or not _is_plain_main(plain)):
            return rank
    is_upper = says(storeynames.UPPER)
    if not is_upper and not says(storeynames.STOREY):
        return None
    if says(storeynames.LOWER):
        return -0.5
    counted = 1.0 if says(storeynames.COUNTED) else 0.0
    if number:
        value = float(number[1])
        return value - counted if value > 0 else value
    for word, rank in storeynames.ORDINALS:
        if says(word):
            return rank - counted
    roman = next((storeynames.ROMAN[w] for w in re.findall(r"[a-z]+", plain) if w in storeynames.ROMAN), None)
    if roman is not None:
        return roman - counted
    return 1.0 if is_upper and says(storeynames.STOREY) else None


def _is_plain_main(plain: str) -> bool:
    """Whether "main" is all that speaks for the ground floor: that needs a word for storeys beside it."""
    return re.search(storeynames.GROUND, re.sub(r"\bmain\b", " ", plain)) is None
