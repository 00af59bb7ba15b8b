"""Doors and windows: gaps in walls, what is drawn in them, swings and blocks across walls, and tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryCollection, Polygon

from estimator.options import DEFAULT_DOOR_HEAD_M, DEFAULT_SILL_M
from estimator.plan import Area, OpeningKind
from estimator.readers.dxf.drawing import Arc, Drawing, Item
from estimator.readers.dxf.ends import THICK_M
from estimator.readers.gaps import Gap, wall_gaps
from estimator.readers.sizes import Tag, opening_tag
from estimator.readers.words import use_of

SWING_RADIUS_M: Final = (0.45, 1.4)
SWING_DEG: Final = (40.0, 100.0)
"""Radius [m] and angle [deg] of arcs that are taken for swings of doors."""

NARROWEST_BARE_M: Final = 0.45
WIDEST_BARE_M: Final = 3.0
"""Gaps in which nothing is drawn are openings of these widths, if two wall ends face each other. [m]"""

DEPTH_BARE_RATIO: Final = 0.95
"""Walls on both sides of such a gap run on at least so far, in thicknesses; what is shorter is seen from its side."""

TOUCH_M: Final = 0.05
"""What is drawn so near to a gap belongs to it. [m]"""

SPAN_RATIO: Final = 0.3
SPAN_ASIDE_RATIO: Final = 0.6
"""Share of the width of a gap along which something has to be drawn, between ends, and beside a wall."""

TAG_REACH_M: Final = 1.2
"""How far a tag stands from its opening. [m]"""

AWAY_M: Final = 0.6
"""Openings farther from all walls belong to a legend or another drawing. [m]"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """An opening.

    Attributes
    ----------
    kind : {"door", "window", "opening"}
    footprint : polygon
        [m]
    width_m : float
        [m]
    sill_m, head_m : float
        Above the floor. [m]
    is_default : bool
        Sill and head are not from the drawing.
    is_gap : bool
        The wall is left out there, so its area has to be filled.
    is_bare : bool
        Nothing is drawn in the gap.
    """

    kind: OpeningKind
    footprint: Polygon
    width_m: float
    sill_m: float
    head_m: float
    is_default: bool
    is_gap: bool
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something drawn for an opening: a group of lines or the lines of a block."""

    shape: GeometryCollection[shapely.Geometry]
    use: str
    arcs: tuple[Arc, ...]
    lines: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class _Raw:
    """An opening before its tag is known."""

    footprint: Polygon
    width_m: float
    use: str
    is_gap: bool
    is_bare: bool = False


def is_swing(arc: Arc) -> bool:
    """Whether an arc in metres may be the swing of a door.

    Parameters
    ----------
    arc : Arc

    Returns
    -------
    bool
    """
    low, high = SWING_RADIUS_M
    return arc.is_round and SWING_DEG[0] <= arc.sweep_deg <= SWING_DEG[1] and low <= arc.radius <= high


def opening_insert(drawing: Drawing, insert: int) -> int:
    """The block reference that is a door or window by its name.

    Parameters
    ----------
    drawing : Drawing
    insert : int
        Index of the reference that something lies in, or -1.

    Returns
    -------
    int
        The outermost of that kind around it, -1 if there is none.
    """
    named = [k for k in drawing.chain(insert) if use_of(drawing.inserts[k].name) in ("door", "window", "opening")]
    return named[-1] if named else -1


def found_openings(
    area: Area, drawing: Drawing, marks_of: Drawing, thick_m: float = THICK_M
) -> tuple[list[Found], int]:
    """The openings in an area of walls.

    Parameters
    ----------
    area : polygon
        Walls, gaps left out. [m]
    drawing : Drawing
        All of it, for texts and names of blocks, in metres.
    marks_of : Drawing
        What is drawn for openings: items and arcs.
    thick_m : float
        Of the thickest wall. [m]

    Returns
    -------
    openings : list of Found
        From left to right in rows from below.
    off : int
        Things drawn as openings near a wall, but not in one.
    """
    marks = _marks(marks_of, drawing)
    tags = [(t.at, tag) for t in drawing.texts if (tag := opening_tag(t.text)) is not None]
    gaps = wall_gaps(area, thick_m)
    raw, used = _in_gaps(gaps, marks, tags)
    across, off = _across_walls(area, [m for k, m in enumerate(marks) if k not in used], thick_m)
    for one in sorted(across, key=lambda r: -r.width_m):  # the panes of one window are lines of one place
        if not any(one.footprint.intersection(r.footprint).area > 0.3 * one.footprint.area for r in raw):
            raw.append(one)
    raw.sort(key=lambda r: (round(r.footprint.centroid.y, 2), round(r.footprint.centroid.x, 2)))
    return [_with_heights(r, t) for r, t in zip(raw, _tag_of(raw, tags), strict=True)], off


def _marks(marks_of: Drawing, drawing: Drawing) -> list[_Mark]:
    """Groups of what is drawn for openings: by block, else what touches."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    items = marks_of.items
    if not items:
        return []
    shapes = np.array([shapely.linestrings(_ring(i)) for i in items], dtype=object)
    block = np.array([opening_insert(drawing, i.insert) for i in items])
    alone = np.flatnonzero(block < 0)
    a, b = shapely.STRtree(shapes[alone]).query(shapes[alone], predicate="dwithin", distance=0.02)
    group: NDArray[np.intp] = np.arange(len(items))
    if len(alone):
        graph = coo_array((np.ones(len(a)), (alone[a], alone[b])), shape=(len(items),) * 2)
        group = connected_components(graph, directed=False)[1].astype(np.intp)
    key = np.where(block < 0, group, len(items) + block)
    arcs: dict[int, list[Arc]] = {}
    tree = shapely.STRtree(shapes)
    for arc in marks_of.arcs:
        if not is_swing(arc):
            continue
        named = opening_insert(drawing, arc.insert)
        near = int(tree.nearest(shapely.points(0.5 * (arc.start + arc.end))))
        if named >= 0:
            arcs.setdefault(len(items) + named, []).append(arc)
        else:
            arcs.setdefault(int(key[near]), []).append(arc)
    marks = []
    for k in np.unique(key).tolist():
        mine = np.flatnonzero(key == k).tolist()
        uses = [use_of(items[m].layer) for m in mine]
        if k >= len(items):
            uses = [use_of(drawing.inserts[k - len(items)].name)]
        use = next((u for u in ("door", "window") if u in uses), "")
        use = "" if {"door", "window"} <= set(uses) else use
        marks.append(
            _Mark(GeometryCollection(list(shapes[mine])), use, tuple(arcs.get(k, ())), tuple(items[m] for m in mine))
        )
    return marks


def _ring(item: Item) -> Floats:
    return np.concatenate((item.points, item.points[:1])) if item.is_closed else item.points


def _in_gaps(gaps: list[Gap], marks: list[_Mark], tags: list[tuple[Floats, Tag]]) -> tuple[list[_Raw], set[int]]:
    """Gaps that are openings, and the marks that lie in them; those in which something is drawn come first."""
    if not gaps:
        return [], set()
    used: set[int] = set()
    drawn: list[list[tuple[int, float]]] = [[] for _ in gaps]
    area = np.array([g.footprint for g in gaps], dtype=object)
    if marks:
        tree = shapely.STRtree([m.shape for m in marks])
        for g, k in tree.query(area, predicate="dwithin", distance=TOUCH_M).T.tolist():
            drawn[g].append((k, _span(gaps[g], marks[k])))
    tagged = np.zeros(len(gaps), dtype=bool)
    if tags:
        at = np.asarray(shapely.points(np.array([at for at, _ in tags])), dtype=object)
        for g, t in shapely.STRtree(at).query(area, predicate="dwithin", distance=TAG_REACH_M / 2).T.tolist():
            tagged[g] |= _fits(tags[t][1], gaps[g].width_m)
    one, other = shapely.STRtree(area).query(area, predicate="intersects")
    shared = shapely.area(shapely.intersection(area[one], area[other])) > 0.3 * shapely.area(area[one])
    rivals: dict[int, set[int]] = {}
    for a, b in zip(one[shared].tolist(), other[shared].tolist(), strict=True):
        if a != b:
            rivals.setdefault(a, set()).add(b)
            rivals.setdefault(b, set()).add(a)
    raw: list[_Raw] = []
    taken: set[int] = set()
    for may_be_bare in (False, True):
        for g, gap in enumerate(gaps):
            if g in taken or taken & rivals.get(g, set()):
                continue
            span = max((s for _, s in drawn[g]), default=0.0)
            is_drawn = span >= (SPAN_ASIDE_RATIO if gap.is_aside else SPAN_RATIO) or (tagged[g] and not gap.is_aside)
            if is_drawn:
                inside = [k for k, s in drawn[g] if s > 0]
                used.update(inside)
                raw.append(_Raw(gap.footprint, gap.width_m, _use([marks[k] for k in inside], gap), True))
                taken.add(g)
            elif may_be_bare and _may_be_bare(gap):
                raw.append(_Raw(gap.footprint, gap.width_m, "opening", True, True))
                taken.add(g)
    return raw, used


def _may_be_bare(gap: Gap) -> bool:
    is_wide = NARROWEST_BARE_M <= gap.width_m <= WIDEST_BARE_M
    return is_wide and not gap.is_aside and gap.depth_ratio >= DEPTH_BARE_RATIO


def _span(gap: Gap, mark: _Mark) -> float:
    """Share of the width of a gap along which a mark is drawn in it or swings over it."""
    total = 0.0
    beyond = shapely.buffer(gap.footprint, TOUCH_M, cap_style="square", join_style="mitre")
    inside = shapely.get_coordinates(shapely.intersection(mark.shape, beyond))
    if len(inside):
        at = np.clip((inside - gap.start_m) @ gap.along / gap.width_m, 0.0, 1.0)
        total = float(np.ptp(at))
    swings = 0.0
    for arc in mark.arcs:
        places = np.asarray(shapely.points(np.stack((arc.centre, arc.start, arc.end))), dtype=object)
        hinge, *ends = shapely.distance(gap.footprint, places).tolist()
        if hinge <= 3 * TOUCH_M and min(ends) <= 3 * TOUCH_M:
            swings += arc.radius / gap.width_m
    return max(total, min(swings, 1.0))


def _use(marks: list[_Mark], gap: Gap) -> str:
    named = [m.use for m in marks if m.use]
    if named:
        return "door" if "door" in named else "window"
    if any(m.arcs for m in marks):
        return "swing"
    whole = 0
    for item in (i for m in marks for i in m.lines):
        at = (_ring(item) - gap.start_m) @ gap.along / gap.width_m
        steps = np.abs(np.diff(at))
        whole += int(np.count_nonzero(steps > 0.85))
    return "panes" if whole else "leaves"


def _across_walls(area: Area, marks: list[_Mark], thick_m: float) -> tuple[list[_Raw], int]:
    """Openings drawn over walls that run through."""
    raw: list[_Raw] = []
    off = 0
    for mark in marks:
        if shapely.distance(mark.shape, area) > AWAY_M:
            continue
        here = [r for arc in mark.arcs if (r := _under_swing(area, arc, thick_m)) is not None]
        if not mark.arcs:
            under = _under_lines(area, mark, thick_m)
            here = [under] if under is not None else []
        if len(here) == 2 and here[0].footprint.distance(here[1].footprint) < 0.1:
            corners = shapely.get_coordinates([r.footprint for r in here])
            hull = cast(Polygon, shapely.MultiPoint(corners).convex_hull)
            here = [_Raw(hull, here[0].width_m + here[1].width_m, mark.use or "swing", False)]
        raw += here
        off += not here and bool(mark.use or mark.arcs)
    return raw, off


def _under_swing(area: Area, arc: Arc, thick_m: float) -> _Raw | None:
    """The piece of wall that a door leaf closes."""
    best: tuple[float, Floats] | None = None
    for end in (arc.start, arc.end):
        at = arc.centre + np.array([[0.25], [0.5], [0.75]]) * (end - arc.centre)
        apart = float(np.max(shapely.distance(area, shapely.points(at))))
        if best is None or apart < best[0]:
            best = apart, end
    if best is None or best[0] > 0.12:
        return None
    along = (best[1] - arc.centre) / arc.radius
    wall = _across(area, 0.5 * (arc.centre + best[1]), along, thick_m)
    if wall is None:
        return None
    low, high = wall
    return _Raw(_box(arc.centre, along, 0.0, arc.radius, low, high), arc.radius, "swing", False)


def _under_lines(area: Area, mark: _Mark, thick_m: float) -> _Raw | None:
    """The piece of wall under a window or a sliding door."""
    corner = shapely.get_coordinates(mark.shape.minimum_rotated_rectangle)
    if len(corner) == 2:  # a single line
        corner = corner[[0, 1, 1, 0, 0]]
    if len(corner) < 5:
        return None
    middle = corner[:4].mean(axis=0)
    best: tuple[float, _Raw] | None = None
    for k in (0, 1):
        step = corner[k + 1] - corner[k]
        width = float(np.hypot(*step))
        if not 0.25 <= width <= 6.5:
            continue
        along = step / width
        wall = _across(area, middle, along, thick_m)
        if wall is None or wall[1] - wall[0] > thick_m:
            continue
        deep = float(np.hypot(*(corner[2 - k] - corner[1 - k])))
        reach = (area.intersection(_box(middle, along, -width / 2, width / 2, *wall)).area) / (
            width * (wall[1] - wall[0])
        )
        if reach < 0.8 or deep > 2.5 * (wall[1] - wall[0]) + 0.3:
            continue
        found = _Raw(_box(middle, along, -width / 2, width / 2, *wall), width, "panes", False)
        if best is None or wall[1] - wall[0] < best[0]:
            best = wall[1] - wall[0], found
    if best is None:
        return None
    found = best[1]
    return _Raw(found.footprint, found.width_m, mark.use or found.use, False)


def _across(area: Area, at: Floats, along: Floats, thick_m: float) -> tuple[float, float] | None:
    """Where a wall's faces lie, square to its course, from a point in it or beside it. [m]"""
    side = np.array((-along[1], along[0]))
    ray = shapely.linestrings((at - side * 2 * thick_m, at + side * 2 * thick_m))
    parts = [p for p in shapely.get_parts(shapely.intersection(ray, area)) if p.length > 0]
    if not parts:
        return None
    nearest = min(parts, key=lambda p: p.distance(shapely.points(at)))
    offset = (shapely.get_coordinates(nearest) - at) @ side
    low, high = float(offset.min()), float(offset.max())
    return (low, high) if high - low <= 1.5 * thick_m and min(abs(low), abs(high)) < thick_m else None


def _box(at: Floats, along: Floats, start: float, end: float, low: float, high: float) -> Polygon:
    side = np.array((-along[1], along[0]))
    return Polygon([at + along * a + side * s for a, s in ((start, low), (end, low), (end, high), (start, high))])


def _fits(tag: Tag, width_m: float) -> bool:
    return abs(tag.width_m - width_m) <= max(0.06, 0.08 * width_m)


def _tag_of(raw: list[_Raw], tags: list[tuple[Floats, Tag]]) -> list[Tag | None]:
    """The tag of each opening: of its width, and nearest; each tag for one opening."""
    offers = sorted(
        (r.footprint.distance(shapely.points(at)) + 3 * abs(tag.width_m - r.width_m), k, t)
        for k, r in enumerate(raw)
        for t, (at, tag) in enumerate(tags)
        if _fits(tag, r.width_m)
    )
    found: list[Tag | None] = [None] * len(raw)
    given: set[int] = set()
    for cost, k, t in offers:
        if cost <= TAG_REACH_M and found[k] is None and t not in given:
            found[k] = tags[t][1]
            given.add(t)
    return found


def _with_heights(raw: _Raw, tag: Tag | None) -> Found:
    kind: OpeningKind = "opening"
    if raw.use in ("door", "window"):
        kind = "door" if raw.use == "door" else "window"
    elif tag is not None and tag.kind:
        kind = "door" if tag.kind == "door" else "window"
    elif raw.use in ("swing", "leaves"):
        kind = "door"
    elif raw.use == "panes":
        kind = "window"
    sill_m, head_m = (DEFAULT_SILL_M if kind == "window" else 0.0), DEFAULT_DOOR_HEAD_M
    if tag is not None:
        head_m = max(tag.height_m, DEFAULT_DOOR_HEAD_M) if kind == "window" else tag.height_m
        sill_m = head_m - tag.height_m
    is_default = tag is None or kind == "window"
    return Found(kind, raw.footprint, raw.width_m, sill_m, head_m, is_default, raw.is_gap, raw.is_bare)
