"""Beads: the strands that fill a section, as centre lines with a width.

Contours follow the faces of the walls at half a bead's width; infill joins the leaves. What
a wall is made of is its system's (:mod:`estimator.wall_systems`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import cast

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import LineString, Polygon

from estimator.errors import Finding
from estimator.offset import bead_strips, inset, insets
from estimator.plan import Area, Wall
from estimator.runs import Run, wall_runs
from estimator.shapes import clipped, common, united, without
from estimator.slicing import Section
from estimator.wall_systems import SYSTEMS, WallSystem, infill_lines
from estimator.wall_systems import Pattern as Pattern
from estimator.walls import HAIR_M, thickness_m

SHORTEST_BEAD_RATIO = 0.5
"""Beads shorter than this many widths are left out: a nozzle cannot place them."""

SLIMMEST_CAVITY_BEADS = 3.0
"""Walls up to this many beads thick hold no infill between their leaves."""

PEAK_M = 1e-4
"""By how much the peaks of an infill may reach into the leaves' centre lines. [m]"""

SLIMMEST_BEAD_RATIO = 0.3
"""Gaps in a solid wall narrower than this many beads get no bead; its other beads are laid wider."""

SPECK_M2 = 1e-4
"""Holes and islands smaller than this are drawing noise. [m²]"""


class Kind(IntEnum):
    """What a move of the toolpath does."""

    TRAVEL = 0
    CONTOUR = 1
    INFILL = 2


@dataclass(frozen=True, slots=True)
class Beads:
    """k beads of one section, not yet in print order.

    Attributes
    ----------
    points_m : (m, 2) float
        Nodes of all beads, one bead after the other. A closed bead repeats its first node. [m]
    first : (k + 1,) int
        Where each bead begins in ``points_m``; the last entry is m.
    kind : (k,) uint8
        :class:`Kind`.
    is_closed : (k,) bool
    width_m : (k,) float
        [m]
    """

    points_m: NDArray[np.float64]
    first: NDArray[np.int64]
    kind: NDArray[np.uint8]
    is_closed: NDArray[np.bool_]
    width_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kind)


def bead_area_m2(width_m: ArrayLike, layer_height_m: ArrayLike) -> NDArray[np.float64]:
    """Cross-section of a bead: a stadium, flat top and bottom, round flanks.

    Parameters
    ----------
    width_m, layer_height_m : array_like
        Overall width and height, width ≥ height. Below that (a nozzle as narrow as the
        layer is high) the section is taken as an ellipse. [m]

    Returns
    -------
    float array
        A = h·(w − h) + π·h²/4. [m²]
    """
    w = np.asarray(width_m, dtype=float)
    h = np.asarray(layer_height_m, dtype=float)
    return np.asarray(np.where(w >= h, h * (w - h) + np.pi * h * h / 4, np.pi * w * h / 4))


def section_beads(
    section: Section, walls: Sequence[Wall], bead_width_m: float, pattern: Pattern
) -> tuple[Beads, list[Finding]]:
    """Fill one section with beads; see :func:`all_beads`.

    Parameters
    ----------
    section : Section
    walls : sequence of Wall
    bead_width_m : float
        [m]
    pattern : Pattern

    Returns
    -------
    Beads
    list of Finding
    """
    (beads,), findings = all_beads([section], walls, bead_width_m, pattern)
    return beads, findings


def all_beads(
    sections: Sequence[Section], walls: Sequence[Wall], bead_width_m: float, pattern: Pattern
) -> tuple[list[Beads], list[Finding]]:
    """Fill sections with beads.

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
    list of Beads
        Of each section.
    list of Finding
        Walls too thin for the system asked for, walls without a centre line.
    """
    parts = [shares(s, walls, bead_width_m) for s in sections]
    leaves = [share for of_section in parts for share in of_section if share.has_leaves]
    contours = insets([share.stout_area for share in leaves], HAIR_M + bead_width_m / 2)
    contour = {id(share): area for share, area in zip(leaves, contours, strict=True)}
    findings: list[Finding] = []
    lines = _Lines(walls)
    beads = []
    for section, of_section in zip(sections, parts, strict=True):
        groups: list[_Group] = []
        for share in of_section:
            groups += _single_beads(section, share, lines, findings)
            if share.has_leaves:
                groups.append(_Group(_rings(contour[id(share)]), Kind.CONTOUR, bead_width_m))
                if share.system.infill:
                    groups += _infill_beads(section, share, lines, bead_width_m, pattern, findings)
            elif len(share.stout):
                groups += _filled(section, share, lines, bead_width_m)
        beads.append(_pack([g for g in groups if len(g.lines)]))
    return beads, findings


@dataclass(frozen=True, slots=True)
class Share:
    """The walls of one system in a section: those thick enough for it, and those for a single bead only.

    Attributes
    ----------
    system : WallSystem
    area, stout_area : polygon
        Net plan area of all of them, and of those thick enough; still grown by a hair. [m]
    stout, thin : (n,) int
        Indices of the walls.
    thickness_m : dict of int to float
        Of each wall. [m]
    bead_width_m : float
        The usual one. [m]
    """

    system: WallSystem
    area: Area
    stout_area: Area
    stout: NDArray[np.int64]
    thin: NDArray[np.int64]
    thickness_m: dict[int, float]
    bead_width_m: float

    @property
    def full_m(self) -> float:
        """Walls up to this thick have no room for infill between their leaves. [m]"""
        return SLIMMEST_CAVITY_BEADS * self.bead_width_m * (1 + 1e-6)

    def single_m(self, wall_thickness_m: float) -> float:
        """Width of the only bead of a thin wall.

        Parameters
        ----------
        wall_thickness_m : float
            [m]

        Returns
        -------
        float
            The wall's own where its system fills it, else the usual bead's, no wider than the wall. [m]
        """
        is_wide = self.system.is_wide or self.system.contours == "full"
        return wall_thickness_m if is_wide else min(self.bead_width_m, wall_thickness_m)

    @property
    def has_leaves(self) -> bool:
        """Whether a contour runs round its walls, with a cavity inside."""
        return self.system.has_leaves and len(self.stout) > 0


def shares(section: Section, walls: Sequence[Wall], bead_width_m: float) -> list[Share]:
    """Walls of a section by their system.

    Parameters
    ----------
    section : Section
    walls : sequence of Wall
    bead_width_m : float
        [m]

    Returns
    -------
    list of Share
    """
    return [_share_of(section, name, walls, bead_width_m) for name in section.area]


def areas_by_thickness(
    section: Section, share: Share, members: NDArray[np.int64], area: Area
) -> list[tuple[float, Area]]:
    """An area of a share's walls, cut up by the thickness of the wall that it lies in.

    Parameters
    ----------
    section : Section
    share : Share
    members : (n,) int
        Its thick walls, or its thin ones.
    area : polygon
        [m]

    Returns
    -------
    list of (float, polygon)
        Thickness and area, thickest walls first; no place in two of them. [m]
    """
    by_thickness: dict[float, list[int]] = {}
    for i in members.tolist():
        by_thickness.setdefault(round(share.thickness_m[i], 4), []).append(i)
    found: list[tuple[float, Area]] = []
    for thick_m, of_them in sorted(by_thickness.items(), reverse=True):
        if len(found) == len(by_thickness) - 1:
            found.append((thick_m, area))
            break
        here = owned(section, of_them)
        found.append((thick_m, common(area, here)))
        area = without(area, here)
    return found


def _share_of(section: Section, name: str, walls: Sequence[Wall], bead_width_m: float) -> Share:
    members, system = section.walls[name], SYSTEMS[name]
    area = without_specks(section.area[name])
    thickness = {i: thickness_m(walls[i]) for i in members.tolist()}
    is_thin = np.full(len(members), system.contours == "none")
    if system.contours != "none":
        is_thin = np.array(list(thickness.values())) < 2 * bead_width_m * (1 - 1e-6)
    stout = members[~is_thin]
    stout_area = area
    if 0 < len(stout) < len(members):
        stout_area = common(area, owned(section, stout))
    return Share(system, area, stout_area, stout, members[is_thin], thickness, bead_width_m)


def _single_beads(section: Section, share: Share, lines: _Lines, findings: list[Finding]) -> list[_Group]:
    """Beads on the centre lines of thin walls, as far as no thicker wall is in the way."""
    if not len(share.thin):
        return []
    walls = lines.walls
    if share.system.contours != "none":
        findings += [_thin(walls[i], share.thickness_m[i], share) for i in share.thin.tolist()]
    runs, lineless = lines.runs(section, share.thin, True)
    findings += [_no_axis(walls[i], "its single bead is left out") for i in lineless]
    area = share.area
    if len(share.stout):
        area = without(area, owned(section, share.stout))
    deepest = max(share.thickness_m.values()) / 2
    groups = []
    for run in runs:
        width = share.single_m(run.thickness_m)
        clip = common(run.place, area)
        line = _reaching(run.line, deepest) if len(share.thin) > 1 else run.line
        groups.append(_Group(_parts(clipped(line, clip), width), Kind.CONTOUR, width))
    return groups


def _reaching(line: LineString, by_m: float) -> LineString:
    """An open line that goes on straight at both ends, to the far face of a wall of another thickness."""
    if line.is_closed:
        return line
    nodes = shapely.get_coordinates(line)
    step = np.stack((nodes[0] - nodes[1], nodes[-1] - nodes[-2]))
    step *= by_m / np.hypot(step[:, 0], step[:, 1])[:, None]
    return LineString(np.concatenate((nodes[:1] + step[0], nodes[1:-1], nodes[-1:] + step[1])))


def _infill_beads(
    section: Section,
    share: Share,
    lines: _Lines,
    bead_width_m: float,
    pattern: Pattern,
    findings: list[Finding],
) -> list[_Group]:
    """Infill of every wall with a cavity, each place given to one run of walls only."""
    reach = bead_width_m if share.system.infill == "webs" else bead_width_m / 2 - PEAK_M
    within = inset(share.stout_area, HAIR_M + reach)
    full = {i for i in share.stout.tolist() if share.thickness_m[i] <= share.full_m}
    findings += [_full(lines.walls[i], share.thickness_m[i]) for i in sorted(full)]
    runs, lineless = lines.runs(section, share.stout, False)
    findings += [_no_axis(lines.walls[i], "it gets leaves but no infill") for i in lineless if i not in full]
    groups: list[_Group] = []
    for run in runs:
        if run.walls[0] in full:
            continue
        clip = common(within, run.place)
        for row in infill_lines(share.system.infill, run.line, run.thickness_m, bead_width_m, pattern):
            groups.append(_Group(_parts(clipped(row, clip), bead_width_m), Kind.INFILL, bead_width_m))
    return groups


class _Lines:
    """Runs of walls, joined once for all sections in which the same pieces stand."""

    def __init__(self, walls: Sequence[Wall]) -> None:
        self.walls = walls
        self._known: dict[bytes, tuple[list[Run], list[int]]] = {}

    def runs(self, section: Section, members: NDArray[np.int64], round_corners: bool) -> tuple[list[Run], list[int]]:
        """Runs of some walls of a section, and the walls without a centre line."""
        key = members.tobytes() + bytes([round_corners]) + section.own_wall.tobytes()
        if key not in self._known:
            own = partial(owned, section)
            self._known[key] = wall_runs(members.tolist(), self.walls, own, round_corners=round_corners)
        return self._known[key]


def without_specks(area: Area) -> Area:
    """A section without the slivers and pinholes that drawings leave where walls meet.

    Parameters
    ----------
    area : polygon
        [m]

    Returns
    -------
    polygon
        Parts and holes below :data:`SPECK_M2` removed.
    """
    parts = shapely.get_parts(area)
    rings = shapely.polygons(shapely.get_rings(parts))
    if shapely.area(rings).min(initial=np.inf) > SPECK_M2:
        return area
    clean = [
        Polygon(p.exterior, [h for h in p.interiors if Polygon(h).area > SPECK_M2])
        for p in parts[shapely.area(parts) > SPECK_M2]
    ]
    return cast(Area, clean[0] if len(clean) == 1 else shapely.multipolygons(np.array(clean, dtype=object)))


def _thin(wall: Wall, thick_m: float, share: Share) -> Finding:
    return Finding(
        "wall-thin",
        "warning",
        wall.id,
        f"is {thick_m:.3f} m thick, less than two beads of {share.bead_width_m:.3f} m, and is printed as a single bead "
        f"{share.single_m(thick_m):.3f} m wide; make it thicker or choose a narrower bead",
    )


def _full(wall: Wall, thick_m: float) -> Finding:
    return Finding(
        "wall-full",
        "note",
        wall.id,
        f"is {thick_m:.3f} m thick: its two leaves leave no room for infill, which is left out",
    )


def _no_axis(wall: Wall, consequence: str) -> Finding:
    return Finding(
        "wall-without-axis",
        "warning",
        wall.id,
        f"has no centre line and no rectangular footprint, so {consequence}; give the wall an axis",
    )


def owned(section: Section, walls: Sequence[int] | NDArray[np.int64]) -> Area:
    """Gross plan area of several walls in a section.

    Parameters
    ----------
    section : Section
    walls : sequence of int
        Their indices.

    Returns
    -------
    polygon
        [m]
    """
    return united(section.own[np.isin(section.own_wall, walls)])


def _rings(area: Area) -> NDArray[np.object_]:
    """Boundaries of an area as closed lines, outer and inner."""
    return np.asarray(shapely.get_rings(shapely.get_parts(area)), dtype=object)


def _filled(section: Section, share: Share, lines: _Lines, width_m: float) -> list[_Group]:
    """Contours side by side; a gap left in the middle of a wall gets a bead of its width."""
    area, members = share.stout_area, share.stout
    groups: list[_Group] = []
    thickness = np.array([share.thickness_m[i] for i in members.tolist()])
    rings = (thickness / (2 * width_m) + 1e-6).astype(np.int64)
    if np.ptp(thickness) < 1e-6 and thickness[0] - 2 * rings[0] * width_m <= SLIMMEST_BEAD_RATIO * width_m:
        width_m = float(thickness[0] / (2 * rings[0]))
    for step in range(int(rings.max())):
        full = members[rings > step]
        there = area if len(full) == len(members) else common(area, owned(section, full))
        groups.append(_Group(_rings(inset(there, HAIR_M + (step + 0.5) * width_m)), Kind.CONTOUR, width_m))
    gap_of = dict(zip(members.tolist(), (thickness - 2 * rings * width_m).tolist(), strict=True))
    if max(gap_of.values()) <= SLIMMEST_BEAD_RATIO * width_m:
        return groups
    left = area
    if groups:
        left = without(area, united(bead_strips(np.concatenate([g.lines for g in groups]), width_m)))
    for run in lines.runs(section, members, True)[0]:
        gap = gap_of[run.walls[0]]
        if gap > SLIMMEST_BEAD_RATIO * width_m:
            parts = _parts(clipped(run.line, common(left, owned(section, run.walls))), gap)
            groups.append(_Group(parts, Kind.CONTOUR, gap))
            if len(parts):
                left = without(left, united(bead_strips(parts, gap)))
    return groups


def _parts(lines: shapely.Geometry, width_m: float) -> NDArray[np.object_]:
    """The line pieces of a clipped pattern that are long enough to print, joined where they touch."""
    parts = shapely.get_parts(lines)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    if len(parts) > 1:
        parts = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))
    return np.asarray(parts[shapely.length(parts) >= SHORTEST_BEAD_RATIO * width_m], dtype=object)


@dataclass(frozen=True, slots=True)
class _Group:
    """Beads of one kind and width."""

    lines: NDArray[np.object_]
    kind: Kind
    width_m: float


def _pack(groups: list[_Group]) -> Beads:
    lines = np.concatenate([g.lines for g in groups]) if groups else np.empty(0, dtype=object)
    sizes = [len(g.lines) for g in groups]
    return Beads(
        shapely.get_coordinates(lines),
        np.concatenate(([0], np.cumsum(shapely.get_num_coordinates(lines)))).astype(np.int64),
        np.repeat(np.array([g.kind for g in groups], dtype=np.uint8), sizes),
        np.asarray(shapely.is_closed(lines), dtype=bool),
        np.repeat(np.array([g.width_m for g in groups], dtype=float), sizes),
    )
