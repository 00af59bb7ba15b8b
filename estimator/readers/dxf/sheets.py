"""Several drawings on one sheet: floors, their titles and order, and what else stands beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate

from estimator.plan import Area
from estimator.readers.sizes import is_size
from estimator.readers.texts import Text
from estimator.readers.words import folded, storey_rank
from estimator.shapes import united

APART_M: Final = 1.5
"""Walls whose bounding boxes are nearer to each other than this belong to one drawing. [m]"""

SMALL_RATIO: Final = 0.08
"""A drawing whose box is smaller than this share of the largest one's is no floor. It stays if it has a title."""

ALIKE_RATIO: Final = 0.45
"""Untitled drawings are floors of one building if they cover at least this share of each other's box."""

TITLE_REACH: Final = 0.5
"""A title stands no farther from its drawing than this share of the drawing's larger side."""

LONGEST_TITLE: Final = 80
"""Longer texts are notes. [characters]"""

ATTIC_RANK: Final = 99.0
"""[-] Rank of what lies under the roof."""

LARGE_RATIO: Final = 1.3
"""Titles inside a drawing have letters so many times as high as usual."""

Floats = NDArray[np.float64]

_OTHER_DRAWINGS: Final = re.compile(
    r"\b(elevation|section|detail|roof plan|site plan|foundation plan|framing|legend|schedule|ansicht|schnitt|"
    r"detailplan|lageplan|dachaufsicht|legende|coupe|facade|plan de masse|toiture|corte|alzado|"
    r"fachada|seccion|sezione|prospetto|doorsnede|gevel|snitt|fasade|fasad|pohled|przekroj|elewacja|разрез|фасад)\b|立面|剖面|详图|断面"
)
_SCALE: Final = re.compile(r"\d+\s*[:/]\s*\d+\S*")
"""Scales in titles, such as 1:100 and 1/4"."""

_UNDER: Final = re.compile(r"R ?[-−] ?([1-3])")
"""French: so many under the rez-de-chaussée."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One floor on a sheet.

    Attributes
    ----------
    area : polygon
        Walls, where they are drawn. [m]
    title : str
        Empty where none was found.
    rank : float or None
        [-] What the title says of its place: below 0 under ground, 0 ground floor.
    shift_m : (2,) float
        Moves it onto the others. [m]
    """

    area: Area
    title: str
    rank: float | None
    shift_m: Floats


def clusters(area: Area) -> list[Area]:
    """Drawings that stand apart from each other.

    Parameters
    ----------
    area : polygon
        Walls of the whole sheet, openings filled. [m]

    Returns
    -------
    list of polygon
        From left to right.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    parts = np.asarray(shapely.get_parts(area), dtype=object)
    if not len(parts):
        return []
    group: NDArray[np.intp] = np.arange(len(parts))
    for _ in range(len(parts)):  # boxes grow as they join, so it is done again until none joins
        count = int(group.max()) + 1
        boxes = np.array([shapely.total_bounds(parts[group == g]) for g in range(count)])
        low, high = boxes[:, :2] - APART_M / 2, boxes[:, 2:] + APART_M / 2
        touch = np.all((low[:, None] <= high) & (low <= high[:, None]), axis=2)
        joined, label = connected_components(coo_array(touch), directed=False)
        if joined == count:
            break
        group = label[group].astype(np.intp)
    found = [shapely.multipolygons(parts[group == g]) for g in range(int(group.max()) + 1)]
    return sorted(found, key=lambda a: (round(a.bounds[0], 2), round(a.bounds[1], 2)))


def title_rank(title: str) -> float | None:
    """What a title says of the height of a floor.

    Parameters
    ----------
    title : str

    Returns
    -------
    float or None
        [-] Below 0 under ground, 0 the ground floor, 99 under the roof; None if it names no floor.
    """
    if len(title) > LONGEST_TITLE or is_other_drawing(title):
        return None
    under = _UNDER.fullmatch(title.strip())
    return -float(under[1]) if under else storey_rank(_SCALE.sub(" ", title))


def is_other_drawing(title: str) -> bool:
    """Whether a title names a drawing that is no floor plan.

    Parameters
    ----------
    title : str

    Returns
    -------
    bool
    """
    return len(title) <= LONGEST_TITLE and bool(_OTHER_DRAWINGS.search(folded(title)))


def floors(drawn: list[Area], texts: list[Text]) -> tuple[list[Sheet], list[Area]]:
    """The floors among the drawings of a sheet, from the bottom up, and the drawings that are none.

    Parameters
    ----------
    drawn : list of polygon
        Walls of each drawing. [m]
    texts : list of Text
        In metres.

    Returns
    -------
    floors : list of Sheet
        In the order of their titles; those without stay between those beside which they are drawn. Where no
        title tells, as drawn: from left to right, or upwards where they stand above one another. Parts of
        one floor that stand apart are one.
    others : list of polygon
        Sections, details and bits, left out.
    """
    if not drawn:
        return [], []
    titles = _titles(drawn, texts)
    size = np.array([_box(a)[2] * _box(a)[3] for a in drawn])
    kept: list[int] = []
    others: list[int] = []
    for k in range(len(drawn)):
        titled = title_rank(titles[k]) is not None
        is_floor = titled or (size[k] >= SMALL_RATIO * size.max() and not is_other_drawing(titles[k]))
        (kept if is_floor else others).append(k)
    small_near = [
        k for k in others if not is_other_drawing(titles[k]) and _is_beside(drawn[k], [drawn[j] for j in kept])
    ]
    others = [k for k in others if k not in small_near]
    ranks = [title_rank(titles[k]) for k in kept]
    largest = max(kept, key=lambda k: size[k], default=0)
    storeys: list[list[int]] = []
    for k, rank in zip(kept, ranks, strict=True):
        if rank is None and k != largest and not _is_alike(drawn[k], drawn[largest]):
            small_near.append(k)
        else:
            storeys.append([k])
    for k in small_near:  # a shed beside the house belongs to the floor it stands next to
        nearest = min(storeys, key=lambda s: drawn[k].distance(drawn[s[0]]))
        nearest.append(k)
    rank_of = {k: r for k, r in zip(kept, ranks, strict=True)}
    storeys = _ordered(storeys, rank_of, drawn)
    first = [s[0] for s in storeys]
    named = dict(zip(first, _other_titles([drawn[k] for k in first], [titles[k] for k in first], texts), strict=True))
    sheets: list[Sheet] = []
    for group in storeys:
        area = united(np.array([drawn[k] for k in group], dtype=object))
        shift = _onto(sheets[-1], area) if sheets else np.zeros(2)
        sheets.append(Sheet(area, named[group[0]], rank_of.get(group[0]), shift))
    return sheets, [drawn[k] for k in others]


def _box(area: Area) -> tuple[float, float, float, float]:
    """Left, lower, width and height of the bounding box. [m]"""
    x0, y0, x1, y1 = area.bounds
    return x0, y0, x1 - x0, y1 - y0


def _titles(drawn: list[Area], texts: list[Text]) -> list[str]:
    """The title of each drawing: the nearest text that names a floor or another drawing, the largest letters first."""
    named = [
        t for t in texts if len(t.text.split()) <= 7 and (title_rank(t.text) is not None or is_other_drawing(t.text))
    ]
    usual = float(np.median([t.height for t in texts])) if texts else 0.0
    titles = [""] * len(drawn)
    offers = []
    for n, text in enumerate(named):
        for k, area in enumerate(drawn):
            box = shapely.box(*area.bounds)
            apart = float(shapely.distance(box, shapely.points(text.at)))
            if apart == 0 and (is_other_drawing(text.text) or text.height < LARGE_RATIO * usual):
                continue  # a note in a plan, which may refer to another drawing
            if apart <= TITLE_REACH * max(_box(area)[2:]):
                tallest = max(t.height for t in named)
                offers.append((text.height < 0.6 * tallest, apart if apart > 0 else 1.0, k, n))
    taken: set[int] = set()
    for _, _, k, n in sorted(offers):
        if not titles[k] and n not in taken:
            titles[k] = " ".join(named[n].text.split())
            taken.add(n)
    return titles


def _other_titles(drawn: list[Area], titles: list[str], texts: list[Text]) -> list[str]:
    """Titles that name no known floor: beside a drawing without one, in letters as high as those of the others."""
    if all(titles) or not texts:
        return titles
    known = [t.height for t in texts if " ".join(t.text.split()) in titles]
    usual = float(np.median([t.height for t in texts]))
    least = 0.9 * float(np.median(known)) if known else LARGE_RATIO * usual
    whole = shapely.union_all([shapely.box(*area.bounds) for area in drawn])
    offers = []
    for n, text in enumerate(texts):
        words = text.text.split()
        is_title = 1 <= len(words) <= 7 and len(text.text) <= LONGEST_TITLE and text.height >= least
        letters = sum(c.isalpha() for c in text.text)
        if not is_title or letters < 1 or " ".join(words) in titles or is_size(text.text):
            continue
        if shapely.distance(whole, shapely.points(text.at)) > 0:
            for k, area in enumerate(drawn):
                apart = float(shapely.distance(shapely.box(*area.bounds), shapely.points(text.at)))
                if not titles[k] and apart <= TITLE_REACH * max(_box(area)[2:]):
                    offers.append((apart, k, n))
    named = list(titles)
    taken: set[int] = set()
    for _, k, n in sorted(offers):
        if not named[k] and n not in taken:
            named[k] = " ".join(texts[n].text.split())
            taken.add(n)
    return named


def _is_beside(area: Area, others: list[Area]) -> bool:
    return any(shapely.distance(area, o) <= 3 * APART_M for o in others)


def _is_alike(area: Area, other: Area) -> bool:
    """Whether two drawings are about as large, so that they may be floors of one building."""
    a, b = _box(area), _box(other)
    return min(a[2], b[2]) * min(a[3], b[3]) >= ALIKE_RATIO * max(a[2], b[2]) * max(a[3], b[3])


def _ordered(storeys: list[list[int]], rank_of: dict[int, float | None], drawn: list[Area]) -> list[list[int]]:
    first = [s[0] for s in storeys]
    if len(first) > 1:
        middle = np.array([(b[0] + b[2] / 2, b[1] + b[3] / 2) for b in (_box(drawn[k]) for k in first)])
        is_row = np.ptp(middle[:, 0]) >= np.ptp(middle[:, 1])
        place = {k: float(m[0] if is_row else m[1]) for k, m in zip(first, middle, strict=True)}
    else:
        place = dict.fromkeys(first, 0.0)
    row = sorted(storeys, key=lambda s: place[s[0]])
    known = [s for s in row if rank_of.get(s[0]) is not None]
    ordered = sorted(known, key=lambda s: rank_of[s[0]] or 0.0)
    if not known:
        return row
    ranks = [rank_of[s[0]] or 0.0 for s in known]
    falls = sum(b < a for a, b in pairwise(ranks)) > sum(b > a for a, b in pairwise(ranks))
    if len(known) == 1:  # nothing is likelier under the ground floor or a basement, nor over an attic
        falls = (ranks[0] < 0.5 and row[-1] is known[0]) or (ranks[0] >= ATTIC_RANK and row[0] is known[0])
    row = row[::-1] if falls else row  # drawn from the top down
    before: list[int] | None = None
    for storey in row:
        if rank_of.get(storey[0]) is None:
            ordered.insert(0 if before is None else ordered.index(before) + 1, storey)
        before = storey
    return ordered


def storeys_below(sheets: list[Sheet]) -> int:
    """How many floors from the bottom up stand under the ground floor, by their titles.

    Parameters
    ----------
    sheets : list of Sheet
        From the bottom up.

    Returns
    -------
    int
        What stands under a ground floor; without one, up to the topmost that is under ground by its title.
    """
    told = [s.rank for s in sheets]
    ground = next((k for k, r in enumerate(told) if r is not None and 0 <= r < 0.5), None)
    if ground is not None:
        return ground
    under = [k for k, r in enumerate(told) if r is not None and r <= -1]
    return under[-1] + 1 if under and len(sheets) > under[-1] + 1 else 0


def _onto(below: Sheet, area: Area) -> Floats:
    """The shift that lays a floor best on the one below: a corner, a side or the middle of their boxes together."""
    under = shapely.transform(below.area, lambda xy: xy + below.shift_m)
    a, b = _box(under), _box(area)
    steps = [
        [a[k] - b[k] + share * (a[k + 2] - b[k + 2]) for share in (0.0, 1.0, 0.5)] + [0.0] for k in (0, 1)
    ]  # fmt: skip
    best, shift = -1.0, np.zeros(2)
    for dx in steps[0]:
        for dy in steps[1]:
            moved = translate(area, dx, dy)
            shared = float(shapely.area(shapely.intersection(moved, under)))
            if shared > best + 1e-6:
                best, shift = shared, np.array((dx, dy))
    return shift
