"""Coverage: whether the beads lie where the walls are to be, no more and no less.

The area that beads deposit (length × width) stands against the area that the wall system
intends: the net section of a wall that is to be full, the strips along the faces of one with a
cavity, and the infill by its formula (:func:`estimator.wall_systems.infill_path_ratio`).
Where the two differ, or corners are sharp, the beads are laid out in plan to find the places
in which they lie on each other or leave gaps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.beads import Kind
from estimator.errors import Finding
from estimator.offset import bead_strips, blocks, inset, insets, polygons_of
from estimator.plan import Area, Wall
from estimator.shapes import common, united, without
from estimator.shares import Share, areas_by_thickness, owned, shares
from estimator.slicing import Section
from estimator.toolpath import Toolpath
from estimator.wall_systems import Pattern, infill_path_ratio
from estimator.walls import HAIR_M

LARGEST_SHARE = 0.02
"""Overlap and gaps above this share of a wall's beads are findings."""

SUSPECT_M2 = 5e-4
"""Sections whose contours differ by less than this from what is intended are not looked at closely. [m²]"""

SUSPECT_SHARE = 0.001
"""Share of all contours of a section that may lie twice before the places are looked for.

Half of it may be amiss where walls without leaves meet, which never fit quite.
"""

SHARP_RAD = 2 * np.pi / 3
"""Beads that turn by more than this lie on themselves. [rad]"""

SHARP_TAN = float(np.tan(SHARP_RAD / 2))

BLUNT_TAN = float(np.tan(np.pi / 12))
"""Of half the turn at corners that count as such: those of chords of an arc do not."""

CRUMB_M2 = 1e-6
"""Overlaps and gaps smaller than this are rounding. [m²]"""

FEW_WIDTHS = 3.0
"""Pieces of one bead nearer than this many widths along it, and not turned back, meet by design."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Areas of one layer of each of k sections.

    Attributes
    ----------
    deposited_m2 : (k,) float
        Length × width of all beads. [m²]
    intended_m2 : (k,) float
        By the wall systems. [m²]
    overlap_m2, gap_m2 : (k,) float
        Of contours and single beads: where they lie on each other, and where they are missing. [m²]
    findings : tuple of Finding
    """

    deposited_m2: NDArray[np.float64]
    intended_m2: NDArray[np.float64]
    overlap_m2: NDArray[np.float64]
    gap_m2: NDArray[np.float64]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Intended:
    """What beads of one width are to cover of k sections, whoever lays them.

    Attributes
    ----------
    shares : list of list of Share
        Of each section.
    faces : dict
        By identity of the share.
    narrowed_m2 : dict of int to float
        What strips along the faces cover less than their length says, where that has to be known; likewise.
    contours_m2, infill_m2 : (k,) float
        [m²]
    """

    shares: list[list[Share]]
    faces: dict[int, _Faces]
    narrowed_m2: dict[int, float]
    contours_m2: NDArray[np.float64]
    infill_m2: NDArray[np.float64]


def intended(sections: Sequence[Section], walls: Sequence[Wall], bead_width_m: float, pattern: Pattern) -> Intended:
    """What beads are to cover.

    Parameters
    ----------
    sections : sequence of Section
    walls : sequence of Wall
        All walls of the plan; the sections refer to them by index.
    bead_width_m : float
        [m]
    pattern : Pattern

    Returns
    -------
    Intended
    """
    of_section = [shares(s, walls, bead_width_m) for s in sections]
    every = [share for found in of_section for share in found]
    faces = dict(zip(map(id, every), _faces(every, bead_width_m), strict=True))
    narrowed = _narrowed_m2([share for share in every if _is_odd(share, walls)], faces, bead_width_m)
    contours, infill = np.zeros(len(sections)), np.zeros(len(sections))
    for k, (section, found) in enumerate(zip(sections, of_section, strict=True)):
        for share in found:
            strips, cavity = _intended_m2(section, share, faces[id(share)], pattern)
            contours[k] += strips
            infill[k] += cavity
    return Intended(of_section, faces, narrowed, contours, infill)


def coverage(
    sections: Sequence[Section], walls: Sequence[Wall], toolpath: Toolpath, bead_width_m: float, wanted: Intended
) -> Coverage:
    """Hold the beads of every section against what its wall systems intend.

    Parameters
    ----------
    sections : sequence of Section
    walls : sequence of Wall
        All walls of the plan; the sections refer to them by index.
    toolpath : Toolpath
        Of the same sections.
    bead_width_m : float
        [m]
    wanted : Intended
        Of the same sections and bead.

    Returns
    -------
    Coverage

    Notes
    -----
    A ring moved inwards by half a bead with sharp corners is as long as the strip of a bead's
    width along the face is large, divided by the width; only where a wall is narrower than two
    beads do the two differ. At a corner by φ a bead of width w lies on itself with
    (w/2)²·(tan(φ/2) − φ/2).
    """
    faces, narrowed, contours = wanted.faces, dict(wanted.narrowed_m2), wanted.contours_m2.copy()
    area = np.where(toolpath.kind == Kind.TRAVEL, 0.0, toolpath.length_m * toolpath.width_m)
    deposited = toolpath.per_section(area)
    has_infill = bool(np.any(toolpath.kind == Kind.INFILL))
    laid = toolpath.per_section(np.where(toolpath.kind == Kind.CONTOUR, area, 0.0)) if has_infill else deposited
    overlap, gap = np.zeros(len(sections)), np.zeros(len(sections))
    worst: list[_Worst] = []
    for k, (section, found) in enumerate(zip(sections, wanted.shares, strict=True)):
        is_tight = any(faces[id(share)].is_tight for share in found)
        allowed = (
            SUSPECT_M2 if all(share.has_leaves for share in found) else SUSPECT_M2 + contours[k] * SUSPECT_SHARE / 2
        )
        is_narrow = any(abs(narrowed.get(id(share), 0.0)) > allowed for share in found)
        if is_tight or is_narrow or abs(laid[k] - contours[k]) > allowed:
            left = [share for share in found if id(share) not in narrowed]
            narrowed |= _narrowed_m2(left, faces, bead_width_m)
            contours[k] += sum(narrowed[id(share)] for share in found if share.has_leaves)
            places = _places(toolpath, k, _wanted(section, found))
            overlap[k], gap[k] = places.overlap_m2.sum(), places.gap_m2.sum()
            worst += _worst(section, found, places, int(toolpath.layers[k]))
    return Coverage(deposited, contours + wanted.infill_m2, overlap, gap, _findings(walls, worst))


@dataclass(frozen=True, slots=True)
class _Faces:
    """What the outline of walls with leaves says of the strips along their faces."""

    strip_m2: float
    is_tight: bool


def _faces(every: Sequence[Share], bead_width_m: float) -> list[_Faces]:
    """Strips of a bead's width along all faces; and whether corners or ends leave too little room for them."""
    if not every:
        return []
    areas = np.array([share.stout_area for share in every], dtype=object)
    return [found for block in blocks(areas) for found in _block_faces(areas[block], every[block], bead_width_m)]


def _block_faces(areas: NDArray[np.object_], every: Sequence[Share], bead_width_m: float) -> list[_Faces]:
    parts, owner = polygons_of(np.asarray(shapely.orient_polygons(areas)))
    rings, part = shapely.get_rings(parts, return_index=True)
    if not len(rings):
        return [_Faces(0.0, False)] * len(every)
    nodes, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append((ring[1:] != ring[:-1]).nonzero()[0], len(ring) - 1)  # a ring repeats its first node
    x, y = np.delete(np.diff(nodes[:, 0]), last[:-1]), np.delete(np.diff(nodes[:, 1]), last[:-1])
    end = last - np.arange(1, len(last) + 1)
    begin = np.append(0, end[:-1] + 1)
    length = np.hypot(x, y)
    came_x, came_y, came = _before(x, begin, end), _before(y, begin, end), _before(length, begin, end)
    level = length * came + came_x * x + came_y * y
    bend = (came_x * y - came_y * x) / np.maximum(level, 1e-300)  # tan(φ/2) at the start of each side
    bend[level <= 0] = 0.0
    ahead = _after(bend, begin, end)
    side = ((bend > BLUNT_TAN) & (ahead > 0) & (length < 2 * bead_width_m * (1 - 1e-6))).nonzero()[0]
    one, two = bend[side], ahead[side]
    tight = bend > SHARP_TAN
    skew = np.array([not share.has_leaves for share in every])[owner[part]]
    if skew.any():  # acute corners between walls, where a bead on a centre line ends square
        tight |= (bend < -SHARP_TAN) & np.repeat(skew, end - begin + 1)
    tight[side[(one * two >= 1) | (one + two > SHARP_TAN * (1 - one * two))]] = True
    of_ring, count = owner[part], len(every)
    perimeter = np.bincount(of_ring, weights=np.add.reduceat(length, begin), minlength=count)
    bends = np.bincount(of_ring, weights=np.add.reduceat(bend, begin), minlength=count)
    is_tight = np.bincount(of_ring, weights=np.logical_or.reduceat(tight, begin), minlength=count) > 0
    strip = bead_width_m * (perimeter - (2 * HAIR_M + bead_width_m) * bends)
    return [_Faces(*pair) for pair in zip(strip.tolist(), is_tight.tolist(), strict=True)]


def _before(value: NDArray[np.float64], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    """Value at the side before each side of rings that begin and end there."""
    shifted = np.concatenate((value[-1:], value[:-1]))
    shifted[begin] = value[end]
    return shifted


def _after(value: NDArray[np.float64], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    """Value at the side after each side of rings that begin and end there."""
    shifted = np.concatenate((value[1:], value[:1]))
    shifted[end] = value[begin]
    return shifted


def _is_odd(share: Share, walls: Sequence[Wall]) -> bool:
    """Whether a wall's shape is known by its outline only, so that it may be narrow anywhere."""
    return any(walls[i].axis is None or bool(walls[i].slabs) for i in share.stout.tolist())


def _intended_m2(section: Section, share: Share, faces: _Faces, pattern: Pattern) -> tuple[float, float]:
    """Area that contours and single beads, and that infill is to cover."""
    strips, infill = 0.0, 0.0
    width_m = share.bead_width_m
    if len(share.stout):
        strips = whole = share.stout_area.area - HAIR_M * share.stout_area.length
        if share.has_leaves:
            strips = faces.strip_m2
            for thick_m, part_m2 in _cavities_m2(section, share, whole - strips) if share.system.infill else ():
                if thick_m > share.full_m:
                    ratio = infill_path_ratio(share.system.infill, thick_m, width_m, pattern)
                    infill += ratio * width_m * part_m2 / (thick_m - 2 * width_m)
    if len(share.thin):
        for thick_m, area in areas_by_thickness(section, share, share.thin, _thin_area(section, share)):
            strips += (area.area - HAIR_M * area.length) * share.single_m(thick_m) / thick_m
    return strips, infill


def _narrowed_m2(found: Sequence[Share], faces: Mapping[int, _Faces], bead_width_m: float) -> dict[int, float]:
    """What the strips along the faces really cover, less what their length would, where walls are narrow.

    By identity of the share: 0 where no strips meet, infinite where walls are to be full and only the places tell.
    """
    leaves = [share for share in found if share.has_leaves]
    area = np.array([share.stout_area for share in leaves], dtype=object)
    inside = shapely.area(np.array(insets(area.tolist(), HAIR_M + bead_width_m), dtype=object))
    net = shapely.area(area) - HAIR_M * shapely.length(area) - inside
    of_leaves = {id(s): float(n) - faces[id(s)].strip_m2 for s, n in zip(leaves, net, strict=True)}
    return {id(s): np.inf for s in found if len(s.stout)} | of_leaves


def _cavities_m2(section: Section, share: Share, cavity_m2: float) -> list[tuple[float, float]]:
    """Thickness of walls, and the area between their leaves: all of it, shared out by the walls' net areas."""
    thick, net_m2 = section.memory.get("net", share.stout.tobytes(), lambda: _net_m2(section, share))
    if len(thick) == 1:
        return [(float(thick[0]), max(cavity_m2, 0.0))]
    room = np.maximum(1 - 2 * share.bead_width_m / thick, 0.0)
    room *= net_m2
    return list(zip(thick.tolist(), (max(cavity_m2, 0.0) * room / max(room.sum(), CRUMB_M2)).tolist(), strict=True))


def _net_m2(section: Section, share: Share) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Thicknesses of the thick walls of a share, and the net area of the walls of each; not of a single one."""
    thick = np.unique(np.round([share.thickness_m[i] for i in share.stout.tolist()], 4))
    if len(thick) == 1:
        return thick, np.full(1, np.nan)
    here = np.isin(section.own_wall, share.stout)
    pieces, parts = section.own[here], shapely.get_parts(share.stout_area)
    piece, part = shapely.STRtree(parts).query(pieces, predicate="intersects")
    net = shapely.area(shapely.intersection(pieces[piece], parts[part]))
    wall_m = np.round([share.thickness_m[i] for i in section.own_wall[here][piece].tolist()], 4)
    of_thick = np.bincount(np.searchsorted(thick, wall_m), weights=net, minlength=len(thick))
    return thick, np.asarray(of_thick, dtype=np.float64)


def _thin_area(section: Section, share: Share) -> Area:
    """Net area of the walls of a share that get a single bead."""
    return without(share.area, owned(section, share.stout)) if len(share.stout) else share.area


def _wanted(section: Section, found: Sequence[Share]) -> list[Area]:
    """Plan areas that contours and single beads are to fill, as far as that is a matter of areas."""
    wanted = []
    for share in found:
        if len(share.stout):
            inside = inset(share.stout_area, HAIR_M + share.bead_width_m) if share.has_leaves else None
            wanted.append(share.stout_area if inside is None else without(share.stout_area, inside))
        thin = [share.thickness_m[i] for i in share.thin.tolist()]
        if thin and all(share.single_m(thick_m) == thick_m for thick_m in thin):
            wanted.append(_thin_area(section, share))
    return wanted


def _sharp_turns(toolpath: Toolpath, moves: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes at which beads turn back on themselves, closed ones at their seam too; and the area that lies twice."""
    bead = toolpath.bead[moves]
    begins = np.append(True, bead[1:] != bead[:-1]).nonzero()[0]
    after = np.arange(1, len(moves) + 1)
    after[np.append(begins[1:], len(moves)) - 1] = begins
    end, start = toolpath.end_m[moves], toolpath.start_m[moves]
    step = end - start
    meets = np.hypot(*(start[after] - end).T) < 1e-9
    cross = step[:, 0] * step[after, 1] - step[:, 1] * step[after, 0]
    turn = np.abs(np.arctan2(cross, np.einsum("ij,ij->i", step, step[after])))
    sharp = (meets & (turn > SHARP_RAD)).nonzero()[0]
    half = np.minimum(turn[sharp], 0.999 * np.pi) / 2
    radius = toolpath.width_m[moves[sharp]] / 2
    reach = np.minimum(np.hypot(*step[sharp].T), np.hypot(*step[after[sharp]].T))
    kite = np.minimum(radius * np.tan(half), reach)  # no further back than the shorter move is long
    return end[sharp], radius * np.maximum(kite - radius * half, 0.0)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where beads overlap and where they are missing."""

    overlap_m2: NDArray[np.float64]
    overlap_at: NDArray[np.object_]
    gap_m2: NDArray[np.float64]
    gap_at: NDArray[np.object_]


def _places(toolpath: Toolpath, k: int, wanted: list[Area]) -> _Places:
    """Overlaps and gaps of the contours of one section."""
    moves = np.arange(toolpath.first[k], toolpath.first[k + 1])
    moves = moves[toolpath.kind[moves] == Kind.CONTOUR]
    if not len(moves):
        none = np.empty(0, dtype=object)
        return _Places(np.empty(0), none, np.empty(0), none)
    nodes, first = _beads_of(toolpath, moves)
    width, bead = toolpath.width_m[moves], toolpath.bead[moves]
    lines = np.asarray(shapely.linestrings(nodes, indices=first), dtype=object)
    whole = bead_strips(lines, _width_of(width, bead))
    covered = united(whole)
    missing = np.empty(0, dtype=object)
    if wanted:
        empty = without(united(np.array(wanted, dtype=object)), covered)
        parts = shapely.get_parts(shapely.buffer(empty, -2 * HAIR_M, join_style="mitre"))
        missing = np.asarray(parts[shapely.area(parts) > CRUMB_M2], dtype=object)
    step = toolpath.end_m[moves] - toolpath.start_m[moves]
    sharp_at, sharp_m2 = _sharp_turns(toolpath, moves)
    at, overlap = [sharp_at], [sharp_m2]
    laid = float(np.hypot(step[:, 0], step[:, 1]) @ width)
    if laid - covered.area > SUSPECT_SHARE * laid:
        twice = _crossings(toolpath.start_m[moves], toolpath.end_m[moves], width, bead)
        at.append(shapely.get_coordinates(shapely.centroid(twice)))
        overlap.append(shapely.area(twice))
    overlap_at = np.asarray(shapely.points(np.concatenate(at)), dtype=object)
    gap_at = np.asarray(shapely.point_on_surface(missing), dtype=object)
    return _Places(np.concatenate(overlap), overlap_at, np.asarray(shapely.area(missing)), gap_at)


def _crossings(
    start: NDArray[np.float64], end: NDArray[np.float64], width: NDArray[np.float64], bead: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Areas in which pieces of beads lie on others that are no neighbours."""
    piece = shapely.linestrings(np.stack((start, end), axis=1))
    strip = bead_strips(np.asarray(piece, dtype=object), width)
    one, other = shapely.STRtree(strip).query(strip, predicate="intersects")
    upper = one < other
    one, other = one[upper], other[upper]
    step = end - start
    length = np.hypot(step[:, 0], step[:, 1])
    along = length.cumsum()
    before = along - length
    total = np.bincount(bead, weights=length)
    apart = before[other] - along[one]
    round_ = total[bead[one]] - (along[other] - before[one])
    between = np.where(bead[one] == bead[other], np.minimum(apart, round_), np.inf)
    ahead = np.einsum("ij,ij->i", step[one], step[other]) > -0.5 * length[one] * length[other]
    near = (between < HAIR_M) | ((between < FEW_WIDTHS * width[one]) & ahead)
    twice = np.asarray(shapely.intersection(strip[one[~near]], strip[other[~near]]), dtype=object)
    return np.asarray(twice[shapely.area(twice) > CRUMB_M2], dtype=object)


def _beads_of(toolpath: Toolpath, moves: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Nodes of the beads that some moves in print order make up, and the number of each node's bead."""
    bead = toolpath.bead[moves]
    begins = np.append(True, bead[1:] != bead[:-1])
    number = begins.cumsum() - 1
    ends = np.append(begins[1:], True).nonzero()[0]
    nodes = np.insert(toolpath.start_m[moves], ends + 1, toolpath.end_m[moves[ends]], axis=0)
    return nodes, np.insert(number, ends + 1, number[ends])


def _width_of(width_m: NDArray[np.float64], bead: NDArray[np.int64]) -> NDArray[np.float64]:
    """Width of each bead, from that of its moves."""
    return np.asarray(width_m[np.append(True, bead[1:] != bead[:-1])])


@dataclass(frozen=True, slots=True)
class _Worst:
    """Overlap or gaps of one wall in one section, more than is good.

    Attributes
    ----------
    code : {"bead-overlap", "bead-gap"}
    wall : int
    share : float
        Of what the wall's contours are to cover.
    layers : int
        Layers with that section.
    place : str
        The largest place, in words.
    """

    code: str
    wall: int
    share: float
    layers: int
    place: str


SENTENCES = {
    "bead-overlap": ("lies twice", "widen the corner or the wall there"),
    "bead-gap": ("stays empty", "fit bead width or wall there"),
}
"""What each finding says, and what to do."""


def _findings(walls: Sequence[Wall], worst: Sequence[_Worst]) -> tuple[Finding, ...]:
    """One finding for each wall, with its worst section and how many layers are concerned."""
    groups: dict[tuple[str, int], list[_Worst]] = {}
    for one in worst:
        groups.setdefault((one.code, one.wall), []).append(one)
    findings = []
    for (code, wall), group in groups.items():
        most, layers = max(group, key=lambda one: one.share), sum(one.layers for one in group)
        most_of = "up to " if len(group) > 1 else ""
        said, mend = SENTENCES[code]
        findings.append(
            Finding(
                code,
                "warning",
                walls[wall].id,
                f"{most_of}{most.share:.1%} of what its contours are to cover {said} in {layers} "
                f"layer{'s' if layers > 1 else ''}, {most.place}; {mend}",
            )
        )
    return tuple(findings)


def _worst(section: Section, found: Sequence[Share], places: _Places, layers: int) -> list[_Worst]:
    """Walls of a section of which more than :data:`LARGEST_SHARE` is concerned."""
    worst = []
    for code, area_m2, at in (
        ("bead-overlap", places.overlap_m2, places.overlap_at),
        ("bead-gap", places.gap_m2, places.gap_at),
    ):
        if not len(area_m2):
            continue
        near, owner = shapely.STRtree(section.own).query_nearest(at, all_matches=False)
        wall = np.full(len(at), -1)
        wall[near] = section.own_wall[owner]
        for i in np.unique(wall).tolist():
            of_wall = (wall == i).nonzero()[0]
            beads_m2 = _beads_m2(section, next(s for s in found if i in s.thickness_m), i)
            part = float(area_m2[of_wall].sum()) / beads_m2 if beads_m2 > 0 else 0.0
            if part > LARGEST_SHARE:
                largest = of_wall[np.argmax(area_m2[of_wall])]
                x, y = shapely.get_coordinates(at[largest])[0].tolist()
                place = f"{area_m2[largest]:.2g} m² of it at ({x:.2f}, {y:.2f})"
                worst.append(_Worst(code, i, part, layers, place))
    return worst


def _beads_m2(section: Section, share: Share, wall: int) -> float:
    """About the area that contours or a single bead are to cover in one wall."""
    thick_m = share.thickness_m[wall]
    area = common(share.area, owned(section, [wall])).area
    if share.has_leaves and wall not in share.thin:
        return float(area) * min(2 * share.bead_width_m / thick_m, 1.0)
    return float(area) * (1.0 if wall not in share.thin else share.single_m(thick_m) / thick_m)
