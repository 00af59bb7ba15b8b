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


_GROUND: Final = (
    r"ground|erdgeschoss|erdgeschoß|parterre|rez[ _-]?de[ _-]?chauss|rdc\b|planta[ _-]?baja|piano[ _-]?terra|terreo|"
    r"térreo|begane|stuen|parter\b|\beg\b|\bgf\b|一层|1层|一階"
)
_BELOW: Final = (
    r"basement|cellar|keller|untergeschoss|souterrain|sous[ _-]?sol|sotano|sótano|cantina|kelder|\bug\b|地下"
)
_TOP: Final = r"attic|dachgeschoss|mansard|comble|atico|ático|soffitta|zolder|\bdg\b|\bloft\b|penthouse"
_ORDINALS: Final = (
    (r"first|erstes|premier|primera?|primo|eerste|første|första|二层|二階", 1),
    (r"second|zweites|deuxi|segund|secondo|tweede|三层|三階", 2),
    (r"third|drittes|troisi|tercer|terzo|derde", 3),
    (r"fourth|viertes|quatri|cuart|quarto|vierde", 4),
    (r"fifth|fünftes|cinqui|quint|vijfde", 5),
)
_STOREY: Final = (
    r"floor|stor(?:e?y|ies)|level|etage|étage|geschoss|geschoß|obergeschoss|\bog\b|planta|piano|pavimento|verdieping|"
    r"plan\b|niveau|nivel|livello|\bstock\b|kerros|våning|etasje|sal\b|层|階|этаж"
)


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
        use = use_of(re.sub(_STOREY, " ", re.sub(r"[_\s]+", " ", name.casefold())))
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
        None where the name is no storey's. Attics come after all numbered storeys. [-]
    """
    text = re.sub(r"[_\s]+", " ", unicodedata.normalize("NFC", name)).casefold().strip()
    number = re.search(r"(?<!\d)(-?\d{1,2})(?!\d)", text)
    if re.search(_BELOW, text):
        return min(-1.0, -abs(float(number[1]))) if number else -1.0
    if re.search(_GROUND, text):
        return 0.0
    if re.search(_TOP, text):
        return 99.0
    if not re.search(_STOREY, text):
        return None
    for word, rank in _ORDINALS:
        if re.search(word, text):
            return float(rank)
    return float(number[1]) if number else None
