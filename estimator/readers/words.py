"""What layers, groups and elements of drawings are called, in the languages that people draw in."""

from __future__ import annotations

import re
import unicodedata
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final, Literal

Role = Literal["wall", "door", "window", "opening", "other"]

_WORDS: Final[dict[Role, str]] = {
    "door": """
        door doors tuer tuere tueren tür türen tor tore porte portes porta porte puerta puertas porta portas
        deur deuren dor dorer dörr dörrar dør døre ovi ovet drzwi dveře dvere vrata ajtó usa uși дверь двери
        kapı kapi 门 門 ドア 扉 문 dr drs gate
        """,
    "window": """
        window windows glaz glazing fenster fenetre fenetres fenêtre fenêtres finestra finestre ventana ventanas
        janela janelas raam ramen kozijn fönster vindue vinduer vindu vinduer ikkuna ikkunat okno okna prozor ablak
        fereastra ferestre окно окна pencere 窗 窓 창 win wndw fen
        """,
    "opening": """
        opening openings oeffnung oeffnungen öffnung öffnungen aussparung ouverture ouvertures apertura aperture
        abertura aberturas vano hueco huecos sparing opn void voids проем проёмы
        """,
    "wall": """
        wall walls wal wand waende wände mauer mauern mauerwerk mur murs muro muros parete pareti pared paredes
        parede paredes muur muren vegg vegger vegge væg vægge vægg vägg väggar seinä seinät seina ściana ściany
        sciana sciany stěna steny stena zid zidovi fal falak perete pereti стена стены стін duvar dinding tembok
        tuong tường 墙 墻 壁 벽 jodar masonry mauerwerk partition partitions cloison cloisons tabique tabiques
        tramezzo tramezzi maconnerie maçonnerie
        """,
    "other": """
        furniture furn mobilier möbel moebel mueble muebles arredi text texts txt note notes anno dim dims dimension
        dimensions bemassung bemaßung cotation cotes cotas quote hatch hatching schraffur pattern patt grid axis axes
        achse achsen raster roof dach toit tetto techo foundation footer footers footing footings fundament fndn
        found fondation stem header headers beam beams joist truss rafter deck porch ceiling clng decke electrical
        elec elektro power lighting plumbing sanitaer sanitär plumb fixture fixtures plfx hvac heizung stair stairs
        treppe escalier escalera scala site landscape contour title titleblock border frame viewport vport defpoints
        hidden overhead demo elevation elev section sect detail detl symbol symbols column columns equipment eqpm
        appliance cabinet cabinets casework millwork railing handrail floor flor slab area room rooms space image
        """,
}

_ROLE: Final[dict[str, Role]] = {word: role for role, words in reversed(_WORDS.items()) for word in words.split()}

_COMPOUND: Final[dict[Role, re.Pattern[str]]] = {
    role: re.compile("|".join(w for w in _WORDS[role].split() if len(w) >= 4 or not w.isascii()))
    for role in _WORDS
    if role in ("door", "window", "wall")
}
"""Words long enough, or of a script without spaces, to be looked for inside of longer ones."""

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


@lru_cache(maxsize=4096)
def role_of(name: str) -> Role | None:
    """What is drawn on a layer, or in a group, by its name.

    Parameters
    ----------
    name : str

    Returns
    -------
    {"wall", "door", "window", "opening", "other"} or None
        None where the name does not say. Of several words the openings and the words for
        something else win over walls: a door in a wall is a door, a stem wall is no wall of a storey.
    """
    words = parts_of(name)
    roles = {_ROLE[word] for word in words if word in _ROLE}
    if storey_rank(name) is not None:
        roles.discard("other")  # "ground floor" holds more than a floor
    for role in ("door", "window", "opening", "other", "wall"):
        if role in roles:
            return role
    return next((role for role, word in _COMPOUND.items() if any(word.search(own) for own in words)), None)


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
