"""Line work of walls as an area: ends snapped, open jambs closed, thin faces kept.

A wall is a thin face between lines. Lines that end at nothing bound no face and fall away; faces as wide
as rooms or decks are no walls; squares that stand alone are posts. Where no face closes, lines are paired
by the thicknesses found elsewhere, or taken for centre lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from estimator.plan import Area
from estimator.readers.dxf_drawing import Item, segments_of
from estimator.readers.dxf_pairs import PARALLEL_SINE, nearest_pairs

SNAP_M: Final = 0.002
"""Ends of lines nearer to each other than this are one point. [m]"""

GRID_M: Final = 1e-5
"""Grid that lines are cut on. [m]"""

THIN_M: Final = 0.04
THICK_M: Final = 0.55
"""Faces thinner or thicker are no walls; a wall of rubble may be thicker and is then told as no wall. [m]"""

LEAST_M: Final = 0.001
"""Shorter lines are points. [m]"""

SQUARE_COSINE: Final = 0.17
"""Ends of a wall's faces lie square to it, within ten degrees."""

SINGLE_RATIO: Final = 0.25
"""If walls have two faces for less than this share of their lines, the lines are centre lines."""

CLOSED_RATIO: Final = 0.6
"""If less of the lines bound walls, jambs are looked for where something else is drawn at them too."""

MOST_LINES: Final = 4000
"""Lines that are compared with each other."""

POST_M: Final = 0.7
"""Pieces that stand alone and are no longer than this, and not twice as long as wide, are posts. [m]"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WallWork:
    """Walls as drawn, openings left out.

    Attributes
    ----------
    area : polygon
        [m]
    lines_m : (n, 4) float
        Line work, snapped, for looking things up. [m]
    thickness_m : tuple of float
        Usual thicknesses, most frequent first. [m]
    jambs : int
        Wall ends that were closed.
    paired_m2 : float
        Area of walls whose outline does not close, made of pairs of lines. [m²]
    single : int
        Lines taken for centre lines.
    posts : tuple of Polygon
        Pieces that stand alone, left out.
    loose_m : float
        Length of the lines that bound no wall. [m]
    """

    area: Area
    lines_m: Floats
    thickness_m: tuple[float, ...]
    jambs: int
    paired_m2: float
    single: int
    posts: tuple[Polygon, ...]
    loose_m: float


def wall_work(items: list[Item], thickness_m: float | None, default_thickness_m: float) -> WallWork:
    """The walls in line work.

    Parameters
    ----------
    items : list of Item
        In metres.
    thickness_m : float or None
        Of walls drawn as single lines, as the user says. [m]
    default_thickness_m : float
        Of the same, if nobody says. [m]

    Returns
    -------
    WallWork
    """
    wide = [i for i in items if THIN_M <= i.width <= 2 * THICK_M]
    filled = [i for i in items if i.width == 0 and i.kind in ("solid", "hatch") and i.is_closed]
    lines = snapped(segments_of([i for i in items if i.kind not in ("solid", "hatch") and i.width < THIN_M]))
    noded = _noded(lines)
    caps = _jambs(noded)
    thin = _thin_faces(np.concatenate((noded, caps)))
    if len(lines) and _share(lines, _union(list(thin))) < CLOSED_RATIO:
        caps = np.concatenate((caps, _hidden_jambs(noded, lines)))
        thin = _thin_faces(np.concatenate((noded, caps)))
    parts: list[shapely.Geometry] = list(thin)
    parts += _filled_areas(filled)
    parts += [_strip(i) for i in wide]
    area = _union(parts)
    usual = _thicknesses(lines, area)
    paired_m2, single, loose = 0.0, 0, lines[:0]
    if len(lines):
        length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
        on_wall = _covered(lines, area)
        share = float(length[on_wall].sum() / length.sum())
        loose = lines[~on_wall]
        if usual and share >= SINGLE_RATIO:
            extra = _paired(lines, loose, usual)
            more = shapely.difference(extra, area)
            if more.area > 0.01:
                paired_m2, area = more.area, _union([area, extra])
                loose = lines[~_covered(lines, area)]
        if share < SINGLE_RATIO or (area.is_empty and len(lines)):
            chains = loose[np.hypot(loose[:, 2] - loose[:, 0], loose[:, 3] - loose[:, 1]) > LEAST_M]
            single = len(chains)
            drawn = _centre_lines(chains, thickness_m or default_thickness_m)
            area = _union([area, drawn]) if single else area
            usual = usual or (thickness_m or default_thickness_m,)
            loose = loose[:0]
    loose_m = float(np.hypot(loose[:, 2] - loose[:, 0], loose[:, 3] - loose[:, 1]).sum())
    return WallWork(area, lines, usual, len(caps), paired_m2, single, (), loose_m)


def without_posts(work: WallWork, near: Area) -> tuple[Area, tuple[Polygon, ...]]:
    """The area without pieces that stand alone like posts.

    Parameters
    ----------
    work : WallWork
    near : polygon
        Openings; what touches one is no post. [m]

    Returns
    -------
    area : polygon
    posts : tuple of Polygon
    """
    parts = np.asarray(shapely.get_parts(work.area), dtype=object)
    if len(parts) < 2:
        return work.area, ()
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(parts), return_index=True)
    posts = []
    for k, part in enumerate(parts):
        corner = box[0][box[1] == k]
        if len(corner) < 4:
            continue
        sides = np.hypot(*(corner[1:3] - corner[:2]).T)
        is_post = sides.max() <= POST_M and sides.max() < 2 * max(sides.min(), THIN_M)
        if is_post and not shapely.dwithin(part, near, 0.02):
            posts.append(k)
    keep = np.setdiff1d(np.arange(len(parts)), posts)
    return _union(list(parts[keep])), tuple(parts[k] for k in posts)


def snapped(lines_m: Floats) -> Floats:
    """Lines whose near ends are one point, and which reach what they nearly touch.

    Parameters
    ----------
    lines_m : (n, 4) float
        [m]

    Returns
    -------
    (m, 4) float
        Those that have a length.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    lines = lines_m[np.hypot(lines_m[:, 2] - lines_m[:, 0], lines_m[:, 3] - lines_m[:, 1]) > LEAST_M]
    if not len(lines):
        return lines
    points = lines.reshape(-1, 2)
    distinct, index = np.unique(np.round(points / GRID_M).astype(np.int64), axis=0, return_inverse=True)
    place = distinct * GRID_M
    near = cKDTree(place).query_pairs(SNAP_M, output_type="ndarray")
    if len(near):
        graph = coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(place),) * 2)
        count, label = connected_components(graph, directed=False)
        total = np.stack([np.bincount(label, weights=place[:, k], minlength=count) for k in (0, 1)], axis=1)
        place = (total / np.bincount(label, minlength=count)[:, None])[label]
    moved = place[index.reshape(-1)]
    whole = moved.reshape(-1, 4)
    keep = np.hypot(whole[:, 2] - whole[:, 0], whole[:, 3] - whole[:, 1]) > LEAST_M
    return _reaching(np.unique(whole[keep], axis=0))


def _reaching(lines: Floats) -> Floats:
    """Ends that lie nearly on another line are put onto it."""
    if len(lines) < 2:
        return lines
    shapes = np.asarray(shapely.linestrings(lines.reshape(-1, 2, 2)), dtype=object)
    ends = lines.reshape(-1, 2).copy()
    points = np.asarray(shapely.points(ends), dtype=object)
    end, line = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=SNAP_M)
    other = end // 2 != line
    end, line = end[other], line[other]
    at = shapely.line_interpolate_point(shapes[line], shapely.line_locate_point(shapes[line], points[end]))
    to = shapely.get_coordinates(at)
    inner = np.minimum(np.hypot(*(to - lines[line, :2]).T), np.hypot(*(to - lines[line, 2:]).T)) > SNAP_M
    away = np.hypot(*(to - ends[end]).T) > 0
    ends[end[inner & away]] = to[inner & away]
    whole = ends.reshape(-1, 4)
    return whole[np.hypot(whole[:, 2] - whole[:, 0], whole[:, 3] - whole[:, 1]) > LEAST_M]


def _noded(lines: Floats) -> Floats:
    """Lines cut where they meet."""
    if not len(lines):
        return lines
    cut = shapely.union_all(shapely.linestrings(lines.reshape(-1, 2, 2)), grid_size=GRID_M)
    parts = shapely.get_parts(cut)
    xy, owner = shapely.get_coordinates(parts, return_index=True)
    same = owner[1:] == owner[:-1]
    return np.concatenate((xy[:-1][same], xy[1:][same]), axis=1)


def _loose_ends(lines: Floats) -> tuple[Floats, Floats]:
    """Points where only one line ends, and the direction it comes in."""
    ends = lines.reshape(-1, 2)
    key = np.round(ends / (2 * GRID_M)).astype(np.int64)
    _, index, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    alone = np.flatnonzero(count[index.reshape(-1)] == 1)
    other = ends[alone ^ 1]
    out = ends[alone] - other
    return ends[alone], out / np.maximum(np.hypot(out[:, 0], out[:, 1]), 1e-12)[:, None]


def _jambs(lines: Floats) -> Floats:
    """The missing ends of walls: between two loose ends square across from each other, the nearest first.

    Two faces of a wall end side by side; or a face ends beside the corner of the wall across; or
    the face of a wall is broken where another once joined it.
    """
    from scipy.spatial import cKDTree

    point, out = _loose_ends(lines)
    if len(point) < 2:
        return lines[:0]
    pairs = cKDTree(point).query_pairs(THICK_M, output_type="ndarray")
    if not len(pairs):
        return lines[:0]
    a, b = pairs.T
    step = point[b] - point[a]
    apart = np.hypot(step[:, 0], step[:, 1])
    a, b, step, apart = (x[apart >= THIN_M] for x in (a, b, step, apart))
    across = step / apart[:, None]
    turn_a = np.einsum("ij,ij->i", out[a], across)
    turn_b = np.einsum("ij,ij->i", out[b], across)
    same_way = np.einsum("ij,ij->i", out[a], out[b])
    side_by_side = (np.abs(turn_a) < SQUARE_COSINE) & (np.abs(turn_b) < SQUARE_COSINE) & (same_way > 0.98)
    corner = (np.abs(turn_a) < SQUARE_COSINE) & (turn_b < -0.98)
    corner |= (np.abs(turn_b) < SQUARE_COSINE) & (turn_a > 0.98)
    broken = (turn_a > 0.999) & (turn_b < -0.999)
    rank = np.where(side_by_side, 0.0, np.where(broken, 1.0, 2.0))
    fits = side_by_side | corner | broken
    order = np.lexsort((apart[fits], rank[fits]))
    used: set[int] = set()
    caps = []
    for i, j in zip(a[fits][order].tolist(), b[fits][order].tolist(), strict=True):
        if i not in used and j not in used:
            used |= {i, j}
            caps.append((*point[i], *point[j]))
    return np.array(caps).reshape(-1, 4)


def _hidden_jambs(noded: Floats, lines: Floats) -> Floats:
    """Missing ends of walls at points where something else is drawn too, such as the leaf of a door.

    Two faces end side by side, as far from each other as lines of the drawing usually are.
    """
    from scipy.spatial import cKDTree

    pairs = nearest_pairs(lines[:MOST_LINES], THIN_M, THICK_M)
    size = np.round(pairs.distance[np.isfinite(pairs.distance)], 3)
    if not len(size):
        return lines[:0]
    values, count = np.unique(size, return_counts=True)
    usual = values[count >= max(2, 0.1 * count.max())]
    if not len(usual):
        return lines[:0]
    ends = noded.reshape(-1, 2)
    out = ends - ends.reshape(-1, 2, 2)[:, ::-1].reshape(-1, 2)
    out = out / np.hypot(out[:, 0], out[:, 1])[:, None]
    tree = cKDTree(ends)
    touching = tree.query_pairs(2 * GRID_M, output_type="ndarray")
    runs_on = np.zeros(len(ends), dtype=bool)
    if len(touching):
        straight = np.einsum("ij,ij->i", out[touching[:, 0]], out[touching[:, 1]]) < -0.99
        runs_on[touching[straight].reshape(-1)] = True
    free = np.flatnonzero(~runs_on)
    near = cKDTree(ends[free]).query_pairs(float(usual.max()) + SNAP_M, output_type="ndarray")
    beside = _across_from_loose_ends(noded, usual)
    if not len(near):
        return beside
    a, b = free[near].T
    step = ends[b] - ends[a]
    apart = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-12)
    across = step / apart[:, None]
    fits = np.min(np.abs(apart[:, None] - usual), axis=1) <= SNAP_M
    fits &= np.abs(np.einsum("ij,ij->i", out[a], across)) < PARALLEL_SINE
    fits &= np.abs(np.einsum("ij,ij->i", out[b], across)) < PARALLEL_SINE
    fits &= np.einsum("ij,ij->i", out[a], out[b]) > 0.99
    return np.concatenate((np.concatenate((ends[a[fits]], ends[b[fits]]), axis=1), beside))


def _across_from_loose_ends(noded: Floats, usual_m: Floats) -> Floats:
    """From each loose end square across to the nearest line beside it that is a usual thickness away."""
    point, out = _loose_ends(noded)
    if not len(point):
        return noded[:0]
    side = np.stack((-out[:, 1], out[:, 0]), axis=1)
    offset = np.concatenate((usual_m, -usual_m))
    there = point[:, None, :] + side[:, None, :] * offset[:, None]
    back = there - 0.02 * out[:, None, :]
    shapes = np.asarray(shapely.linestrings(noded.reshape(-1, 2, 2)), dtype=object)
    spot = np.asarray(shapely.points(back.reshape(-1, 2)), dtype=object)
    place, line = shapely.STRtree(shapes).query(spot, predicate="dwithin", distance=SNAP_M)
    step = noded[line, 2:] - noded[line, :2]
    own = out[place // len(offset)]
    sine = np.abs(step[:, 0] * own[:, 1] - step[:, 1] * own[:, 0]) / np.hypot(step[:, 0], step[:, 1])
    caps: dict[int, tuple[float, int]] = {}
    for k in place[sine < PARALLEL_SINE].tolist():
        end, number = divmod(k, len(offset))
        caps[end] = min(caps.get(end, (np.inf, 0)), (abs(float(offset[number])), number))
    return np.array([(*point[e], *there[e, number]) for e, (_, number) in caps.items()]).reshape(-1, 4)


def _share(lines: Floats, area: Area) -> float:
    """Share of the length of lines that lies on an area."""
    length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    return float(length[_covered(lines, area)].sum() / length.sum())


def _thin_faces(lines: Floats) -> NDArray[np.object_]:
    """Faces between lines that are as thin as walls, and stay so together: the steps of a stair do not."""
    faces = _faces(lines)
    faces = faces[_thin(faces)]
    core = shapely.buffer(_union(list(faces)), -0.75 * THICK_M, quad_segs=2)
    if core.is_empty:
        return faces
    broad = shapely.buffer(core, 0.8 * THICK_M, quad_segs=4)
    shared = shapely.area(shapely.intersection(faces, broad))
    kept: NDArray[np.object_] = faces[shared < 0.5 * shapely.area(faces)]
    return kept


def _faces(lines: Floats) -> NDArray[np.object_]:
    if not len(lines):
        return np.empty(0, dtype=object)
    cut = shapely.union_all(shapely.linestrings(lines.reshape(-1, 2, 2)), grid_size=GRID_M)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(cut))), dtype=object)


def _thin(faces: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Faces as thick as a wall everywhere."""
    if not len(faces):
        return np.zeros(0, dtype=bool)
    not_thick = shapely.is_empty(shapely.buffer(faces, -THICK_M / 2, quad_segs=2))
    solid = ~shapely.is_empty(shapely.buffer(faces, -THIN_M / 2, quad_segs=2))
    return np.asarray(not_thick & solid)


def _filled_areas(items: list[Item]) -> list[shapely.Geometry]:
    """Filled outlines as areas: inside an odd number of them."""
    rings = [shapely.make_valid(Polygon(i.points)) for i in items if len(i.points) > 2]
    area = shapely.union_all(np.empty(0, dtype=object))
    for ring in sorted(rings, key=lambda r: -r.area):
        area = shapely.difference(area, ring) if shapely.covers(area, ring) else shapely.union_all([area, ring])
    return [area] if not area.is_empty else []


def _strip(item: Item) -> shapely.Geometry:
    points = np.concatenate((item.points, item.points[:1])) if item.is_closed else item.points
    line = shapely.linestrings(points)
    return _geometry(shapely.buffer(line, item.width / 2, cap_style="flat", join_style="mitre"))


def _union(parts: list[shapely.Geometry]) -> Area:
    """Union of areas; lines and points fall away, and slits narrower than the grid close."""
    if not parts:
        return Polygon()
    whole = shapely.union_all(np.array(parts, dtype=object), grid_size=GRID_M)
    areas = [p for p in shapely.get_parts(whole) if isinstance(p, Polygon) and p.area > 1e-6]
    return MultiPolygon(areas) if len(areas) > 1 else (areas[0] if areas else Polygon())


def _geometry(shape: object) -> shapely.Geometry:
    """One shape, of a call that gives arrays for arrays."""
    return cast(shapely.Geometry, shape)


def _covered(lines: Floats, area: Area) -> NDArray[np.bool_]:
    """Lines that lie on the outline of an area, or within it, at their middle."""
    middle = shapely.points(0.5 * (lines[:, :2] + lines[:, 2:]))
    shapely.prepare(area)
    return np.asarray(shapely.dwithin(area, middle, 2 * SNAP_M))


def _thicknesses(lines: Floats, area: Area) -> tuple[float, ...]:
    """Distances of faces that lie on the area, the most wall first, rounded to millimetres. [m]"""
    if area.is_empty or not len(lines):
        return ()
    on = lines[_covered(lines, area)][:MOST_LINES]
    if len(on) < 2:
        return ()
    pairs = nearest_pairs(on, THIN_M, THICK_M)
    found = np.isfinite(pairs.distance)
    if not found.any():
        return ()
    size, length = np.round(pairs.distance[found], 3), (pairs.high - pairs.low)[found]
    values, index = np.unique(size, return_inverse=True)
    mass = np.bincount(index, weights=length)
    order = np.argsort(-mass, kind="stable")
    return tuple(float(values[k]) for k in order if mass[k] >= 0.05 * mass.sum())


def _paired(lines: Floats, loose: Floats, usual_m: tuple[float, ...]) -> Area:
    """The area between loose lines and what runs beside them at a usual thickness."""
    if not len(loose):
        return Polygon()
    loose = loose[:MOST_LINES]
    pairs = nearest_pairs(loose, 1.5 * THIN_M, THICK_M)
    usual = np.array(usual_m)
    ok = np.isfinite(pairs.distance) & (pairs.high - pairs.low > 0.1)
    ok &= np.min(np.abs(pairs.distance[:, None] - usual), axis=1) <= np.maximum(0.003, 0.02 * pairs.distance)
    quads = []
    for k in np.flatnonzero(ok).tolist():
        start, step = loose[k, :2], loose[k, 2:] - loose[k, :2]
        along = step / np.hypot(*step)
        p = loose[pairs.partner[k]]
        side = np.array((-along[1], along[0]))
        if np.dot(0.5 * (p[:2] + p[2:]) - start, side) < 0:
            side = -side
        a, b = start + along * pairs.low[k], start + along * pairs.high[k]
        quads.append(Polygon((a, b, b + side * pairs.distance[k], a + side * pairs.distance[k])))
    return _union(list(quads))


def _centre_lines(lines: Floats, thickness_m: float) -> Area:
    """Walls around their centre lines, mitred where two meet."""
    if not len(lines):
        return Polygon()
    chains = shapely.line_merge(shapely.union_all(shapely.linestrings(lines.reshape(-1, 2, 2)), grid_size=GRID_M))
    parts = shapely.get_parts(chains)
    closed = shapely.is_closed(parts)
    walls = list(shapely.buffer(parts, thickness_m / 2, cap_style="flat", join_style="mitre"))
    # where three or more chains meet, the square of the junction is filled
    ends = (
        shapely.get_coordinates(shapely.get_point(parts[~closed], [[0], [-1]])) if (~closed).any() else np.empty((0, 2))
    )
    key, count = np.unique(np.round(ends / GRID_M).astype(np.int64), axis=0, return_counts=True)
    nodes = key[count > 2] * GRID_M
    for node in nodes:
        at = [p for p in parts[~closed] if shapely.dwithin(p, shapely.points(node), 2 * GRID_M)]
        walls += [
            shapely.buffer(_first_piece(p, node, thickness_m / 2), thickness_m / 2, cap_style="square") for p in at
        ]
    return _union(walls)


def _first_piece(line: shapely.Geometry, node: Floats, length_m: float) -> shapely.Geometry:
    """A line's first half thickness from a junction, so that its square cap fills the junction."""
    xy = shapely.get_coordinates(line)
    xy = xy if np.hypot(*(xy[0] - node)) < np.hypot(*(xy[-1] - node)) else xy[::-1]
    step = xy[1] - xy[0]
    size = float(np.hypot(*step))
    return _geometry(shapely.linestrings((xy[0], xy[0] + step / size * min(length_m, size))))
