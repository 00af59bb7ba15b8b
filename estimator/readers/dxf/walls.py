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
from estimator.readers.dxf.drawing import Item, segments_of
from estimator.readers.dxf.ends import (
    GRID_M,
    LEAST_M,
    MOST_LINES,
    SNAP_M,
    THICK_M,
    THIN_M,
    hidden_jambs,
    jambs,
    noded,
    snapped,
)
from estimator.readers.dxf.pairs import nearest_pairs

SINGLE_RATIO: Final = 0.25
"""If walls have two faces for less than this share of their lines, the lines are centre lines."""

CLOSED_RATIO: Final = 0.6
"""If less of the lines bound walls, jambs are looked for where something else is drawn at them too."""

THICKEST_M: Final = 1.2
"""Walls of rubble or stone are looked for up to this thickness where no thinner ones are drawn. [m]"""

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
    thickest_m : float
        Thickness that walls were looked for up to. [m]
    apart_m : float
        How far lines that bound no wall run beside each other, if much of the drawing does so and thick walls
        may be meant; else 0. [m]
    """

    area: Area
    lines_m: Floats
    thickness_m: tuple[float, ...]
    jambs: int
    paired_m2: float
    single: int
    posts: tuple[Polygon, ...]
    loose_m: float
    thickest_m: float = THICK_M
    apart_m: float = 0.0


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
    work = _work(items, thickness_m, default_thickness_m, THICK_M)
    if not work.single or thickness_m is not None:
        return work
    thick = _work(items, thickness_m, default_thickness_m, THICKEST_M)
    if thick.single or thick.area.is_empty or _share(thick.lines_m, thick.area) < CLOSED_RATIO:
        return work
    return thick


def _work(items: list[Item], thickness_m: float | None, default_thickness_m: float, thick_m: float) -> WallWork:
    """The walls in line work, as far as they are no thicker than said."""
    wide = [i for i in items if THIN_M <= i.width <= 2 * THICK_M]
    filled = [i for i in items if i.width == 0 and i.kind in ("solid", "hatch") and i.is_closed]
    lines = snapped(segments_of([i for i in items if i.kind not in ("solid", "hatch") and i.width < THIN_M]))
    cut = noded(lines)
    caps = jambs(cut, thick_m)
    thin = _thin_faces(np.concatenate((cut, caps)), thick_m)
    if len(lines) and _share(lines, _union(list(thin))) < CLOSED_RATIO:
        caps = np.concatenate((caps, hidden_jambs(cut, lines, thick_m)))
        thin = _thin_faces(np.concatenate((cut, caps)), thick_m)
    parts: list[shapely.Geometry] = list(thin)
    parts += _filled_areas(filled)
    parts += [_strip(i) for i in wide]
    area = _union(parts)
    usual = _thicknesses(lines, area, thick_m)
    paired_m2, single, loose = 0.0, 0, lines[:0]
    if len(lines):
        length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
        on_wall = _covered(lines, area)
        share = float(length[on_wall].sum() / length.sum())
        loose = lines[~on_wall]
        if usual and share >= SINGLE_RATIO:
            extra = _paired(lines, loose, usual, thick_m)
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
    return WallWork(
        area, lines, usual, len(caps), paired_m2, single, (), loose_m, thick_m, _apart(lines, loose, thick_m)
    )


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


def _share(lines: Floats, area: Area) -> float:
    """Share of the length of lines that lies on an area."""
    length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    return float(length[_covered(lines, area)].sum() / length.sum())


def _thin_faces(lines: Floats, thick_m: float) -> NDArray[np.object_]:
    """Faces between lines that are as thin as walls, and stay so together: the steps of a stair do not."""
    faces = _faces(lines)
    faces = faces[_thin(faces, thick_m)]
    core = shapely.buffer(_union(list(faces)), -0.75 * thick_m, quad_segs=2)
    if core.is_empty:
        return faces
    broad = shapely.buffer(core, 0.8 * thick_m, quad_segs=4)
    shared = shapely.area(shapely.intersection(faces, broad))
    kept: NDArray[np.object_] = faces[shared < 0.5 * shapely.area(faces)]
    return kept


def _faces(lines: Floats) -> NDArray[np.object_]:
    if not len(lines):
        return np.empty(0, dtype=object)
    cut = shapely.union_all(shapely.linestrings(lines.reshape(-1, 2, 2)), grid_size=GRID_M)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(cut))), dtype=object)


def _thin(faces: NDArray[np.object_], thick_m: float) -> NDArray[np.bool_]:
    """Faces as thick as a wall everywhere."""
    if not len(faces):
        return np.zeros(0, dtype=bool)
    not_thick = shapely.is_empty(shapely.buffer(faces, -thick_m / 2, quad_segs=2))
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


def _thicknesses(lines: Floats, area: Area, thick_m: float) -> tuple[float, ...]:
    """Distances of faces that lie on the area, the most wall first, rounded to millimetres. [m]"""
    if area.is_empty or not len(lines):
        return ()
    on = lines[_covered(lines, area)][:MOST_LINES]
    if len(on) < 2:
        return ()
    pairs = nearest_pairs(on, THIN_M, thick_m)
    found = np.isfinite(pairs.distance)
    if not found.any():
        return ()
    size, length = np.round(pairs.distance[found], 3), (pairs.high - pairs.low)[found]
    values, index = np.unique(size, return_inverse=True)
    mass = np.bincount(index, weights=length)
    order = np.argsort(-mass, kind="stable")
    return tuple(float(values[k]) for k in order if mass[k] >= 0.05 * mass.sum())


def _apart(lines: Floats, loose: Floats, thick_m: float) -> float:
    """The usual distance of loose lines beside each other that may be faces of walls too thick; 0 if few are."""
    loose = loose[:MOST_LINES]
    if len(loose) < 2:
        return 0.0
    pairs = nearest_pairs(loose, thick_m, THICKEST_M)
    found = np.isfinite(pairs.distance)
    size, length = np.round(pairs.distance[found], 2), (pairs.high - pairs.low)[found]
    is_long = length >= 3 * size
    if not is_long.any():
        return 0.0
    values, index = np.unique(size[is_long], return_inverse=True)
    mass = np.bincount(index, weights=length[is_long])
    whole = float(np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]).sum())
    return float(values[int(np.argmax(mass))]) if mass.max() >= SINGLE_RATIO * whole else 0.0


def _paired(lines: Floats, loose: Floats, usual_m: tuple[float, ...], thick_m: float) -> Area:
    """The area between loose lines and what runs beside them at a usual thickness."""
    if not len(loose):
        return Polygon()
    loose = loose[:MOST_LINES]
    pairs = nearest_pairs(loose, 1.5 * THIN_M, thick_m)
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
    """Walls around their centre lines, mitred where two meet, the square of the junction filled where more do."""
    if not len(lines):
        return Polygon()
    chains = shapely.line_merge(shapely.union_all(shapely.linestrings(lines.reshape(-1, 2, 2)), grid_size=GRID_M))
    parts = np.asarray(shapely.get_parts(chains), dtype=object)
    walls = list(shapely.buffer(parts, thickness_m / 2, cap_style="flat", join_style="mitre"))
    xy, owner = shapely.get_coordinates(parts, return_index=True)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    stops = np.flatnonzero(np.diff(owner, append=len(parts)))
    end = np.concatenate((xy[starts], xy[stops]))
    step = np.concatenate((xy[starts + 1], xy[stops - 1])) - end
    key = np.round(end / (2 * GRID_M)).astype(np.int64)
    _, index, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    many = count[index.reshape(-1)] > 2
    size = np.hypot(step[many, 0], step[many, 1])
    first = step[many] * (np.minimum(thickness_m / 2, size) / size)[:, None]
    stubs = shapely.linestrings(np.stack((end[many], end[many] + first), axis=1))
    walls += list(np.atleast_1d(np.asarray(shapely.buffer(stubs, thickness_m / 2, cap_style="square"), dtype=object)))
    return _union(walls)
