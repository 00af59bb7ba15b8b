"""Walls with openings from the sections of a storey.

The plan under all sections is divided into cells: places where the walls are present at the same heights.
Cells of one base and top are walls; where the cells of a wall are absent between two heights, an
opening is. Walls that this describes to within one per cent are prisms with openings, the others keep
their sections.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from estimator.plan import Area, OpeningKind, Storey, Wall
from estimator.readers.assembly import Hole, walls_of_area
from estimator.readers.mesh.levels import Cut, clipped_slabs
from estimator.readers.notes import Notes
from estimator.readers.strips import wall_strips
from estimator.shapes import common, united, without

GRID_M = 1e-4
"""Sections are compared on this grid. [m]"""

SLIVER_M = 0.005
"""Cells narrower than this are no openings. [m]"""

OFF_SHARE = 0.01
"""Share of its volume by which a wall may differ from the mesh to be a prism with openings."""

DOOR_M = 1.8
"""Clear height from which a gap that reaches the floor is an opening under a lintel. [m]"""

JAMB_M = 0.45
"""How far a wall has to run on beside a lintel to be in line with it. [m]"""

NARROW_M, WIDE_M, WIDEST_M = 1.3, 6.0, 12.0
"""Widest openings under a lintel with a wall in line at neither end, at one, at both. [m]"""

DEEPEST_M = 1.2
"""Lintels are no deeper in plan than this. [m]"""

HEAD_STEP_M = 0.03
"""Openings side by side with sills and heads no farther apart than this are one. [m]"""

WIDEST_DOOR_M = 2.6
"""Wider openings that reach the floor are passages. [m]"""

FLOOR_M = 0.1
"""Openings with a sill lower than this above the floor are doors. [m]"""

SMALLEST_ROOM_M2 = 1.0

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cells:
    """Places in plan with the walls at the same heights.

    Attributes
    ----------
    footprint : (n,) array of polygons
        [m]
    present : (n, k) bool
        Whether the walls stand there, by cut.
    """

    footprint: NDArray[np.object_]
    present: Bools


def storey_walls(cuts_here: list[Cut], number: int, storey: Storey, prefix: str, notes: Notes) -> list[Wall]:
    """Walls of a storey.

    Parameters
    ----------
    cuts_here : list of Cut
        Sections of its upright bodies, bottom up, floors and roofs taken out.
    number : int
        Index of the storey.
    storey : Storey
    prefix : str
        Begins the ids.
    notes : Notes

    Returns
    -------
    list of Wall
    """
    plumb = [c for c in cuts_here if not c.leans]
    if not plumb:
        return []
    cells = _cells(plumb)
    sorted_cells = _sorted(cells, plumb, storey, notes)
    walls: list[Wall] = []
    largest_first = sorted(sorted_cells.items(), key=lambda item: -sum(p.area for p in item[1].footprint))
    for k, (span, group) in enumerate(largest_first, 1):
        area = _tidy(united(np.array(group.footprint, dtype=object)))
        if area.is_empty:
            continue
        name = prefix if len(sorted_cells) == 1 else f"{prefix}.{k}"
        holes = _holes(group.voids, storey, name)
        walls += walls_of_area(
            area, holes, storey=number, base_m=span[0], top_m=span[1], prefix=f"{name}-w", notes=notes
        )
    return [_faithful(wall, cuts_here, notes) for wall in walls]


def rooms_of(walls: Sequence[Wall], closed: Mapping[str, Area]) -> list[Polygon]:
    """Floors that walls enclose, doors counted as closed.

    Parameters
    ----------
    walls : sequence of Wall
        Of one storey.
    closed : mapping of str to polygon
        Where walls of prisms stand, their doors closed, by id. [m]

    Returns
    -------
    list of Polygon
        Largest first.
    """
    if not walls:
        return []
    whole = standing_on(walls, closed)
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    free = [without(Polygon(ring), whole) for ring in rings]
    rooms = [p for area in free for p in shapely.get_parts(area) if p.area >= SMALLEST_ROOM_M2]
    return sorted(rooms, key=lambda p: (-round(p.area, 3), p.bounds))


def standing_on(walls: Sequence[Wall], closed: Mapping[str, Area]) -> Area:
    """Where walls stand, doors counted as closed.

    Parameters
    ----------
    walls : sequence of Wall
        At least one.
    closed : mapping of str to polygon
        Where walls of prisms stand, their doors closed, by id. [m]

    Returns
    -------
    polygon
        [m]
    """
    areas = [closed.get(w.id) or (w.slabs[0].footprint if w.slabs and w.axis is None else w.footprint) for w in walls]
    return united(np.array(areas, dtype=object))


def _cells(plumb: list[Cut]) -> Cells:
    """The plan under all sections, divided where any of them ends."""
    areas = [shapely.set_precision(c.area, GRID_M) for c in plumb]
    lines = shapely.union_all([shapely.boundary(a) for a in areas], grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inside = shapely.point_on_surface(faces)
    present = np.zeros((len(faces), len(areas)), bool)
    for k, area in enumerate(areas):
        shapely.prepare(area)
        present[:, k] = shapely.contains(area, inside)
    kept = present.any(axis=1)
    return Cells(faces[kept], present[kept])


@dataclass
class _Group:
    """Cells of one base and top, and the voids between."""

    footprint: list[Polygon]
    voids: dict[tuple[float, float], list[Polygon]]


def _sorted(cells: Cells, plumb: list[Cut], storey: Storey, notes: Notes) -> dict[tuple[float, float], _Group]:
    """Cells by base and top of their wall, hanging beams left out."""
    base = np.array([c.base_m for c in plumb])
    top = np.array([c.top_m for c in plumb])
    narrow = shapely.is_empty(shapely.buffer(cells.footprint, -SLIVER_M / 2))
    profile, which = np.unique(cells.present, axis=0, return_inverse=True)
    which = which.reshape(-1)
    groups: dict[tuple[float, float], _Group] = {}
    floor_m = min(storey.elevation_m, float(base.min()))
    spans_of = [_spans(base[here], top[here]) for here in profile]
    foot = np.array([spans[0][0] for spans in spans_of])
    hangs = foot > floor_m + FLOOR_M
    standing = cells.footprint[~hangs[which]]
    on_floor = united(standing) if len(standing) else Polygon()
    is_beam = np.zeros(len(cells.footprint), bool)
    for head_m in _apart(foot[hangs], HEAD_STEP_M):
        own = np.flatnonzero(hangs[which] & (np.abs(foot[which] - head_m) <= HEAD_STEP_M) & ~narrow)
        for beam in _beams(cells.footprint[own], on_floor, head_m - floor_m):
            x, y = beam.centroid.coords[0]
            notes.add("mesh-beams", f"x {x:.2f} y {y:.2f} z {head_m:.2f}")
            is_beam[own] |= shapely.contains(beam, shapely.point_on_surface(cells.footprint[own]))
    for k, spans in enumerate(spans_of):
        own = (which == k) & ~is_beam
        wide, thin = cells.footprint[own & ~narrow], cells.footprint[own & narrow]
        span = (spans[0][0], spans[-1][1])
        voids = [(low, high) for (_, low), (high, _) in pairwise(spans)]
        if hangs[k]:
            thin = thin[:0]
            voids.append((floor_m, span[0]))
            span = (floor_m, span[1])
        group = groups.setdefault((round(span[0], 4), round(span[1], 4)), _Group([], {}))
        group.footprint += [*wide, *thin]
        for void in voids if len(wide) else []:
            group.voids.setdefault(void, []).extend(wide)
    return {span: group for span, group in groups.items() if group.footprint}


def _apart(heights: NDArray[np.float64], step_m: float) -> list[float]:
    """Middles of clusters of heights no wider than a step."""
    middles: list[float] = []
    for height in np.unique(heights).tolist():
        if not middles or height - middles[-1] > step_m:
            middles.append(height)
    return [float(np.mean(heights[(heights >= m) & (heights <= m + step_m)])) for m in middles]


def _spans(base: NDArray[np.float64], top: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Heights from and to which a cell is present, gaps left by sloping reveals included."""
    spans: list[tuple[float, float]] = []
    for low, high in zip(base.tolist(), top.tolist(), strict=True):
        if spans and low - spans[-1][1] < 1e-6:
            spans[-1] = (spans[-1][0], high)
        else:
            spans.append((low, high))
    return spans


def _beams(cells: NDArray[np.object_], on_floor: Area, clear_m: float) -> list[Polygon]:
    """Those of the cells that hang over the floor, joined, that are no lintels over openings."""
    if not len(cells):
        return []
    shapely.prepare(on_floor)
    whole = [p for p in shapely.get_parts(united(cells)) if isinstance(p, Polygon)]
    return [p for p in whole if clear_m < DOOR_M or not _spans_a_gap(p, on_floor)]


def _spans_a_gap(whole: Polygon, on_floor: Area) -> bool:
    """Whether what hangs over a gap goes on from wall to wall in the line of a wall."""
    corner = shapely.get_coordinates(whole.minimum_rotated_rectangle)
    if len(corner) < 4:
        return False
    for a, b, c in ((0, 1, 2), (1, 2, 3)):
        along = corner[b] - corner[a]
        width_m, depth_m = float(np.hypot(*along)), float(np.hypot(*(corner[c] - corner[b])))
        if depth_m > DEEPEST_M or width_m < 1e-3:
            continue
        middle = 0.5 * (corner[a] + corner[c])
        reach = along / width_m * np.array([[-1.0], [1.0]])
        near = middle + reach * (width_m / 2 + 0.02)
        far = middle + reach * (width_m / 2 + JAMB_M)
        if not shapely.contains_xy(on_floor, near[:, 0], near[:, 1]).all():
            continue
        ends = int(shapely.contains_xy(on_floor, far[:, 0], far[:, 1]).sum())
        if width_m <= (NARROW_M, WIDE_M, WIDEST_M)[ends]:
            return True
    return False


def _holes(voids: dict[tuple[float, float], list[Polygon]], storey: Storey, name: str) -> list[Hole]:
    """Openings from the cells in which a wall is absent between two heights."""
    area_of = {void: float(sum(p.area for p in cells)) for void, cells in voids.items()}
    clusters: list[list[tuple[float, float]]] = []
    for void in sorted(voids, key=lambda v: (-area_of[v], v)):
        near = (c for c in clusters if max(abs(c[0][0] - void[0]), abs(c[0][1] - void[1])) <= HEAD_STEP_M)
        found = next(near, None)
        if found is None:
            clusters.append([void])
        else:
            found.append(void)
    pieces: list[tuple[Polygon, float, float]] = []
    for cluster in clusters:
        cells = np.array([p for void in cluster for p in voids[void]], dtype=object)
        owner = [void for void in cluster for _ in voids[void]]
        for part in shapely.get_parts(united(cells)):
            inside = np.flatnonzero(shapely.contains(part, shapely.point_on_surface(cells)))
            own: dict[tuple[float, float], float] = {}
            for i in inside.tolist():
                own[owner[i]] = own.get(owner[i], 0.0) + cells[i].area
            sill_m, head_m = max(own, key=lambda v: (own[v], v)) if own else cluster[0]
            pieces += [(piece, sill_m, head_m) for piece in _straight(part)]
    pieces.sort(key=lambda p: (round(p[0].bounds[1], 3), round(p[0].bounds[0], 3), p[1]))
    holes = []
    for k, (piece, sill_m, head_m) in enumerate(pieces, 1):
        width_m = _width(piece)
        kind = opening_kind(sill_m, head_m, width_m, storey)
        holes.append(Hole(f"{name}-o{k}", kind, piece, width_m, sill_m, head_m))
    return holes


def opening_kind(sill_m: float, head_m: float, width_m: float, storey: Storey) -> OpeningKind:
    """What an opening is: a door or a passage where it reaches the floor, else a window.

    Parameters
    ----------
    sill_m, head_m : float
        Absolute z. [m]
    width_m : float
        [m]
    storey : Storey

    Returns
    -------
    {"door", "window", "opening"}
    """
    if sill_m >= storey.elevation_m + FLOOR_M:
        return "window"
    return "door" if head_m - sill_m >= DOOR_M and width_m <= WIDEST_DOOR_M else "opening"


def _straight(part: Polygon) -> list[Polygon]:
    """A void as straight pieces, each in one run of wall."""
    box = part.minimum_rotated_rectangle
    if box.area <= 0.0 or part.area >= 0.85 * box.area:
        return [part]
    return [strip.footprint for strip in wall_strips(part)]


def _width(piece: Polygon) -> float:
    corner = shapely.get_coordinates(piece.minimum_rotated_rectangle)
    return float(np.hypot(*np.diff(corner[:3], axis=0).T).max())


def _tidy(area: Area) -> Area:
    """An area without slits and crumbs of the grid it was divided on."""
    grown = shapely.buffer(area, 2 * GRID_M, join_style="mitre")
    whole = shapely.buffer(grown, -2 * GRID_M, join_style="mitre")
    parts = [p for p in shapely.get_parts(whole) if isinstance(p, Polygon) and p.area > 1e-3]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _faithful(wall: Wall, cuts_here: list[Cut], notes: Notes) -> Wall:
    """The wall as it is where it agrees with the mesh, with the mesh's own sections otherwise."""
    expected = off = 0.0
    for cut in cuts_here:
        if cut.top_m <= wall.base_m + 1e-6:
            continue
        here = common(cut.area, wall.footprint)
        own: Area = wall.footprint if cut.middle_m < wall.top_m else Polygon()
        voids = [o.footprint for o in wall.openings if o.sill_m < cut.middle_m < o.head_m]
        if voids and not own.is_empty:
            own = without(own, united(np.array(voids, dtype=object)))
        expected += here.area * cut.height_m
        off += (without(here, own).area + without(own, here).area) * cut.height_m
    if off <= OFF_SHARE * expected + 1e-4:
        return wall
    slabs = clipped_slabs(cuts_here, wall.footprint, wall.base_m)
    if not slabs:
        return wall
    notes.add("mesh-stepped", wall.id)
    openings = tuple(replace(o, footprint=Polygon()) for o in wall.openings)
    return replace(wall, slabs=slabs, base_m=slabs[0].base_m, top_m=slabs[-1].top_m, openings=openings)
