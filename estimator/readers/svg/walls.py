"""Which shapes of an SVG drawing are walls: by name, else by colour and form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from estimator.errors import PlanError
from estimator.options import ReadOptions
from estimator.plan import Area
from estimator.readers.faces import Quads, face_quads
from estimator.readers.strips import SIMPLE_M, THICKEST_M, THINNEST_M
from estimator.readers.svg.shapes import Colour, Drawing, Shape
from estimator.readers.words import matches, role_of, storey_rank
from estimator.shapes import polygonal, united, without

NOMINAL_M = 20.0
"""Size that the drawing is taken to have while its scale is not known. [m]"""

LEAST_PART = 0.25
"""Groups with less than this share of the length of walls of the best one hold no walls."""

LEAST_FILLED = 0.5
"""Share of a wall shape that has to lie between two faces."""

DARK = 90
"""Colours darker than this are solid. [of 255]"""

WHITE = 245
"""Colours of which no part is darker are white. [of 255]"""

LIGHT = 230
"""Colours lighter than this are paper. [of 255]"""

LETTERING = 0.4
"""Pieces thinner than this share of the usual wall are lettering and furniture."""

THICK_STROKE = 0.004
"""A stroke at least this wide, as a share of the drawing's size, is a wall by itself. [-]"""


@dataclass(frozen=True, slots=True)
class Storeyed:
    """Walls of one storey of a drawing.

    Attributes
    ----------
    name : str
        Of the group that is the storey; "" where the drawing is one storey.
    area : polygon
        Of the walls, openings left out, in user units. [-]
    lines : tuple of MultiLineString
        Walls that are drawn as lines without thickness; then there is no area, in user units. [-]
    details : int
        Pieces too thin for walls, left out.
    details_area : float
        Of those, in square user units. [-]
    """

    name: str
    area: Area
    lines: tuple[shapely.MultiLineString, ...] = ()
    details: int = 0
    details_area: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a drawing was taken for walls.

    Attributes
    ----------
    storeys : tuple of Storeyed
        Bottom up.
    thickness : float
        Usual thickness of a wall, in user units. [-]
    how : str
        How the walls were recognised, in words.
    told : bool
        Whether by a name, not by colour and form.
    walls : frozenset of int
        Indices of the shapes.
    """

    storeys: tuple[Storeyed, ...]
    thickness: float
    how: str
    told: bool
    walls: frozenset[int]


def storey_of(groups: Sequence[str]) -> str:
    """The outermost group that is named like a storey.

    Parameters
    ----------
    groups : sequence of str

    Returns
    -------
    str
        "" where none is.
    """
    return next((g for g in groups if storey_rank(g) is not None), "")


def chosen_walls(drawing: Drawing, options: ReadOptions, shown: str) -> Choice:
    """The walls of a drawing.

    Parameters
    ----------
    drawing : Drawing
    options : ReadOptions
        ``wall_layers`` names groups, elements or classes.
    shown : str
        What the file is called in messages.

    Returns
    -------
    Choice

    Raises
    ------
    PlanError
        Nothing looks like walls, or nothing has the names given.
    """
    shapes = drawing.shapes
    if not shapes:
        raise PlanError(f"{shown}: has no shapes; export the plan as shapes, not as a picture in SVG")
    size = _size(shapes)
    if options.wall_layers:
        mine = [k for k, s in enumerate(shapes) if any(matches(n, options.wall_layers) for n in (*s.groups, *s.names))]
        if not mine:
            raise PlanError(
                f"{shown}: no group, element or class is called {' or '.join(options.wall_layers)}; "
                f"there are {_known(shapes)}"
            )
        return _named(shapes, mine, size, options, "by the name given")
    mine = [k for k, s in enumerate(shapes) if _role(s) == "wall"]
    if mine:
        names = Counter(n for k in mine for n in (*shapes[k].groups, *shapes[k].names) if role_of(n) == "wall")
        return _named(shapes, mine, size, options, f"by name ({', '.join(n for n, _ in names.most_common(3))})")
    return _by_form(shapes, size, shown)


def _role(shape: Shape) -> str | None:
    """The role that the innermost telling name gives a shape."""
    for name in (*reversed(shape.names), *reversed(shape.groups)):
        role = role_of(name)
        if role is not None:
            return role
    return None


def _size(shapes: Sequence[Shape]) -> float:
    points = np.concatenate([r for s in shapes for r in s.rings])
    return float(np.hypot(*(points.max(axis=0) - points.min(axis=0))))


def _known(shapes: Sequence[Shape]) -> str:
    names = Counter(n for s in shapes for n in s.groups if n)
    shown = ", ".join(repr(n) for n, _ in names.most_common(12))
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "") if names else "no named groups"


def _named(shapes: Sequence[Shape], mine: list[int], size: float, options: ReadOptions, how: str) -> Choice:
    """Walls that are told by a name: filled shapes, thick strokes, closed outlines, or lines."""
    solid = [k for k in mine if shapes[k].fill is not None or shapes[k].width >= THICK_STROKE * size]
    outlined = [k for k in mine if k not in set(solid) and any(shapes[k].closed)]
    lined = [] if solid or outlined else mine
    masks = _masks(shapes, solid)
    areas: dict[str, list[Area]] = defaultdict(list)
    holes: dict[str, list[Area]] = defaultdict(list)
    lines: dict[str, list[shapely.MultiLineString]] = defaultdict(list)
    for k in [*solid, *outlined]:
        (holes if k in masks else areas)[storey_of(shapes[k].groups)].append(_covered(shapes[k], size))
    for k in lined:
        lines[storey_of(shapes[k].groups)].append(_lines(shapes[k]))
    storeys = _stacked(
        Storeyed(name, without(_joined(areas[name]), _joined(holes[name])), tuple(lines[name]))
        for name in {**areas, **lines}
    )
    thickness = 0.0 if lined else _usual_thickness([s.area for s in storeys], size)
    return Choice(storeys, thickness, how, True, frozenset(mine))


def _masks(shapes: Sequence[Shape], solid: list[int]) -> set[int]:
    """White shapes among darker ones: they hide a wall, where a door or a window is."""
    white = {k for k in solid if shapes[k].fill is not None and min(shapes[k].fill or (0,)) >= WHITE}
    return white if len(white) < len(solid) else set()


def _lines(shape: Shape) -> shapely.MultiLineString:
    drawn = [np.concatenate((r, r[:1])) if c else r for r, c in zip(shape.rings, shape.closed, strict=True)]
    return shapely.MultiLineString([shapely.LineString(r) for r in drawn])


def _joined(areas: list[Area]) -> Area:
    return polygonal(shapely.union_all(np.array(areas, dtype=object)))


def _covered(shape: Shape, size: float) -> Area:
    """What a shape covers: its fill, and a stroke as wide as a wall."""
    parts: list[Area] = []
    closed = any(shape.closed)
    if shape.fill is not None or (closed and shape.width < THICK_STROKE * size):
        parts.append(shape.area())
    if shape.width >= THICK_STROKE * size:
        for ring, is_closed in zip(shape.rings, shape.closed, strict=True):
            line = shapely.LinearRing(ring) if is_closed and len(ring) > 2 else shapely.LineString(ring)
            parts.append(shapely.buffer(line, shape.width / 2, cap_style="square", join_style="mitre"))
    return united(np.array(parts, dtype=object)) if parts else shapely.Polygon()


Style = tuple[str, Colour, float, Colour | None]


def _by_form(shapes: Sequence[Shape], size: float, shown: str) -> Choice:
    """Walls as the fill, or the thick stroke, that most looks like walls."""
    candidates: dict[tuple[str, Style], list[int]] = defaultdict(list)
    for k, shape in enumerate(shapes):
        if _role(shape) in ("door", "window", "opening", "other"):
            continue
        top = storey_of(shape.groups) or next((g for g in shape.groups if g), "")
        if shape.fill is not None:
            candidates[top, ("fill", shape.fill, 0.0, shape.stroke)].append(k)
        elif shape.stroke is not None and shape.width >= THICK_STROKE * size:
            candidates[top, ("stroke", shape.stroke, round(shape.width, 6), None)].append(k)
    per_m = NOMINAL_M / size
    areas = {key: _joined([_covered(shapes[k], size) for k in members]) for key, members in candidates.items()}
    score, styles = _scored({k: shapely.transform(a, lambda node: node * per_m) for k, a in areas.items()})
    if not styles or max(styles.values()) <= 0:
        raise PlanError(
            f"{shown}: nothing in it looks like walls (solid shapes between two parallel faces); "
            "name the group or class of the walls with --layer"
        )
    best = max(styles, key=lambda s: styles[s])
    limit = LEAST_PART * max(v for (_, style), v in score.items() if style == best)
    kept = [key for key in areas if key[1] == best and score[key] >= limit]
    by_storey: dict[str, list[Area]] = defaultdict(list)
    for key in kept:
        by_storey[key[0] if storey_rank(key[0]) is not None else ""].append(areas[key])
    if len(by_storey) > 1:
        by_storey.pop("", None)
    usual = _usual_thickness([a for group in by_storey.values() for a in group], size)
    storeys = _stacked(_without_details(name, _joined(group), usual) for name, group in by_storey.items())
    colour = "#{:02x}{:02x}{:02x}".format(*best[1])
    return Choice(
        storeys,
        usual,
        f"the {'solid fills' if best[0] == 'fill' else 'strokes'} of colour {colour}",
        False,
        frozenset(k for key in kept for k in candidates[key]),
    )


def _scored(areas: dict[tuple[str, Style], Area]) -> tuple[dict[tuple[str, Style], float], dict[Style, float]]:
    """How much each group of a style looks like walls, and each style in all; hopeless styles are not looked at."""
    most: dict[Style, float] = defaultdict(float)
    for (_, style), area in areas.items():
        most[style] += area.length / 2 * _weight(style[1])
    score: dict[tuple[str, Style], float] = {}
    styles: dict[Style, float] = {}
    for style in sorted(most, key=lambda s: -most[s]):
        if styles and most[style] <= max(styles.values()):
            break
        own = {key: _likeness(area, style[1]) for key, area in areas.items() if key[1] == style}
        score.update(own)
        styles[style] = sum(own.values())
    return score, styles


def _weight(colour: Colour) -> float:
    """How likely a colour is that of walls: dark ones are."""
    luminance = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
    return 1.0 if luminance < DARK else 0.4 if luminance < LIGHT else 0.1


def _likeness(area: Area, colour: Colour) -> float:
    """Length of wall in an area, weighed by how much of it is wall, and how dark it is. [m]"""
    if area.is_empty:
        return 0.0
    quads = face_quads(shapely.simplify(area, SIMPLE_M), THINNEST_M, THICKEST_M)
    if not len(quads.thickness_m):
        return 0.0
    length = _lengths(quads)
    long_ = length >= quads.thickness_m
    share = float(np.sum((length * quads.thickness_m)[long_])) / area.area
    return float(np.sum(length[long_])) * _weight(colour) * min(share, 1.0) if share >= LEAST_FILLED else 0.0


def _lengths(quads: Quads) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    middle = quads.middle_m
    length: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.hypot(*(middle[:, 1] - middle[:, 0]).T)
    return length


def _usual_thickness(areas: list[Area], size: float) -> float:
    """Median thickness over the area of walls, which lettering has little of, in user units. [-]"""
    per_m = NOMINAL_M / size
    thick, length = [], []
    for area in areas:
        scaled = shapely.simplify(shapely.transform(area, lambda node: node * per_m), SIMPLE_M)
        quads = face_quads(scaled, THINNEST_M, THICKEST_M)
        thick.append(quads.thickness_m)
        length.append(_lengths(quads))
    t = np.concatenate(thick)
    way = np.concatenate(length) * t
    if not len(t):
        return 0.0
    order = np.argsort(t)
    middle = np.searchsorted(np.cumsum(way[order]), way.sum() / 2)
    return float(t[order][min(middle, len(t) - 1)]) / per_m


def _without_details(name: str, area: Area, usual: float) -> Storeyed:
    """A storey without pieces that are too thin to be a wall: lettering, outlines of furniture."""
    parts = np.array(list(shapely.get_parts(area)), dtype=object)
    thin = shapely.is_empty(shapely.buffer(parts, -LETTERING * usual / 2))
    if thin.all() or not thin.any():
        return Storeyed(name, area)
    return Storeyed(
        name, united(parts[~thin]), details=int(thin.sum()), details_area=float(shapely.area(parts[thin]).sum())
    )


def _stacked(storeys: Iterable[Storeyed]) -> tuple[Storeyed, ...]:
    def rank(storey: Storeyed) -> tuple[float, str]:
        value = storey_rank(storey.name)
        return (0.0 if value is None else value), storey.name

    return tuple(sorted((s for s in storeys if s.lines or not s.area.is_empty), key=rank))
