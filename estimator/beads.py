"""Beads: the strands that fill a section, as centre lines with a width.

Contours follow the faces of the walls at half a bead's width; infill joins the leaves. What
a wall is made of is its system's (:mod:`estimator.wall_systems`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import LineString, MultiLineString

from estimator.errors import Finding
from estimator.middles import middle_lines
from estimator.offset import bead_strips, inset, insets
from estimator.plan import Area, Wall
from estimator.repeats import WORTHWHILE_NODES
from estimator.runs import Run, wall_runs
from estimator.shapes import clipped, common, commons, each_clipped, united, without
from estimator.shares import Share, is_shell, owned, shares
from estimator.slicing import Section
from estimator.wall_systems import FEWEST_ROWS, Infill, chamber_rows, infill_lines, peak_m
from estimator.wall_systems import Pattern as Pattern
from estimator.walls import HAIR_M, thickness_m

SHORTEST_BEAD_RATIO = 0.5
"""Beads shorter than this many widths are left out: a nozzle cannot place them."""

FORK_RATIO = 0.1
"""By how much of its width a fork may lay wider or narrower without a word."""

SLIMMEST_BEAD_RATIO = 0.3
"""Gaps in a solid wall narrower than this many beads get no bead; its other beads are laid wider."""


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
    sections: Sequence[Section], walls: Sequence[Wall], bead_width_m: float, pattern: Pattern,
    lines: Lines | None = None,
) -> tuple[list[Beads], list[Finding]]:  # fmt: skip
    """Fill sections with beads.

    Parameters
    ----------
    sections : sequence of Section
    walls : sequence of Wall
        All walls of the plan; the sections refer to them by index.
    bead_width_m : float
        [m]
    pattern : Pattern
    lines : Lines, optional
        Of the same walls, where some are known.

    Returns
    -------
    list of Beads
        Of each section.
    list of Finding
        Walls too thin for the system asked for, walls without a centre line; each once, however many sections it
        concerns.
    """
    parts = [shares(s, walls, bead_width_m) for s in sections]
    leaves = [share for of_section in parts for share in of_section if share.has_leaves]
    contours = insets([share.stout_area for share in leaves], HAIR_M + bead_width_m / 2)
    contour = {id(share): area for share, area in zip(leaves, contours, strict=True)}
    cavity = _cavities([share for share in leaves if share.system.infill], bead_width_m)
    findings: list[Finding] = []
    lines = lines or Lines(walls)
    beads = []
    for section, of_section in zip(sections, parts, strict=True):
        groups: list[_Group] = []
        for share in of_section:
            groups += _single_beads(section, share, lines, findings)
            if share.has_leaves:
                groups.append(_Group(_rings(contour[id(share)]), Kind.CONTOUR, bead_width_m))
                if share.system.infill:
                    groups += _infill_beads(section, share, cavity[id(share)], lines, bead_width_m, pattern, findings)
            elif len(share.stout):
                groups += _filled(section, share, lines, bead_width_m)
        beads.append(_pack([g for g in groups if len(g.lines)]))
    return beads, list(dict.fromkeys(findings))


def _single_beads(section: Section, share: Share, lines: Lines, findings: list[Finding]) -> list[_Group]:
    """Beads on the centre lines of thin walls, as far as no thicker wall is in the way."""
    if not len(share.thin):
        return []
    walls = lines.walls
    if share.system.contours != "none":
        findings += [_thin(walls[i], thickness_m(walls[i]), share) for i in share.thin.tolist()]
    elif share.system.is_wide:
        off = [i for i, t in share.thickness_m.items() if abs(t / share.bead_width_m - 1) > FORK_RATIO]
        findings += [_off_fork(walls[i], share.thickness_m[i], share.bead_width_m) for i in off]
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


def _cavities(found: Sequence[Share], bead_width_m: float) -> dict[int, Area]:
    """How far the infill of shares may reach, by identity of the share."""
    reaches: dict[float, list[Share]] = {}
    for share in found:
        reach = bead_width_m
        if share.system.infill != "webs":
            reach = bead_width_m / 2 - peak_m(share.system.infill, max(share.thickness_m.values()), bead_width_m)
        reaches.setdefault(reach, []).append(share)
    within: dict[int, Area] = {}
    for reach, of_them in reaches.items():
        areas = [share.stout_area for share in of_them]
        if shapely.get_num_coordinates(areas).sum() < WORTHWHILE_NODES:
            smaller = insets(areas, HAIR_M + reach)
        else:  # equal parts of one area are looked for, not of all
            smaller = [inset(area, HAIR_M + reach) for area in areas]
        within |= {id(share): area for share, area in zip(of_them, smaller, strict=True)}
    return within


def _infill_beads(
    section: Section,
    share: Share,
    within: Area,
    lines: Lines,
    bead_width_m: float,
    pattern: Pattern,
    findings: list[Finding],
) -> list[_Group]:
    """Infill of every wall with a cavity, within an area; each place is given to one run of walls only."""
    full = {i for i in share.stout.tolist() if share.thickness_m[i] <= share.full_m}
    findings += [_full(lines.walls[i], thickness_m(lines.walls[i])) for i in sorted(full)]
    if share.system.infill == "chambers":
        rows = {i: chamber_rows(t, bead_width_m, pattern.chamber_pitch_m) for i, t in share.thickness_m.items()}
        shallow = [i for i in share.stout.tolist() if i not in full and rows[i] < FEWEST_ROWS]
        findings += [_shallow(lines.walls[i], thickness_m(lines.walls[i])) for i in shallow]
    runs, lineless = lines.runs(section, share.stout, False)
    findings += [_no_axis(lines.walls[i], "it gets leaves but no infill") for i in lineless if i not in full]
    runs = [run for run in runs if run.walls[0] not in full]
    if not runs:
        return []
    patterns = [lines.infill(run, share.system.infill, bead_width_m, pattern) for run in runs]
    clip = commons(within, [run.place for run in runs])
    clip = np.repeat(clip, [len(of_run) for of_run in patterns])
    every = np.array([row for of_run in patterns for row in of_run], dtype=object)
    parts = _parts(each_clipped(every, clip), bead_width_m)
    return [_Group(parts, Kind.INFILL, bead_width_m)]


class Lines:
    """Runs of walls, joined once for all sections in which the same pieces stand, whatever the bead.

    Parameters
    ----------
    walls : sequence of Wall
    """

    def __init__(self, walls: Sequence[Wall]) -> None:
        self.walls = walls
        self._known: dict[bytes, tuple[list[Run], list[int]]] = {}
        self._own: list[NDArray[np.object_]] = []
        self._rows: dict[tuple[object, ...], list[LineString | MultiLineString]] = {}

    def runs(self, section: Section, members: NDArray[np.int64], round_corners: bool) -> tuple[list[Run], list[int]]:
        """Runs of some walls of a section.

        Parameters
        ----------
        section : Section
        members : (m,) int
            Of the walls.
        round_corners : bool
            As of :func:`~estimator.runs.wall_runs`.

        Returns
        -------
        list of Run
        list of int
            Walls without a centre line.
        """
        key = members.tobytes() + bytes([round_corners]) + section.own.tobytes()  # which areas, by identity
        if key not in self._known:
            self._own.append(section.own)  # kept alive, or another area might get the identity of one of these
            own = partial(owned, section)
            self._known[key] = wall_runs(members.tolist(), self.walls, own, round_corners=round_corners)
        return self._known[key]

    def infill(
        self, run: Run, infill: Infill, bead_width_m: float, pattern: Pattern
    ) -> list[LineString | MultiLineString]:
        """Infill of a whole run, as :func:`~estimator.wall_systems.infill_lines` gives it.

        Parameters
        ----------
        run : Run
            One of these.
        infill : {"webs", "zigzag", "sine", "chambers"}
        bead_width_m : float
            [m]
        pattern : Pattern

        Returns
        -------
        list of LineString or MultiLineString
            One for each row across the wall. [m]
        """
        key = (id(run), infill, bead_width_m, pattern)
        if key not in self._rows:
            self._rows[key] = infill_lines(infill, run.line, run.thickness_m, bead_width_m, pattern)
        return self._rows[key]


def _thin(wall: Wall, thick_m: float, share: Share) -> Finding:
    return Finding(
        "wall-thin",
        "warning",
        wall.id,
        f"is {thick_m:.3f} m thick, less than two beads of {share.bead_width_m:.3f} m, and is printed as a single bead "
        f"{share.single_m(thick_m):.3f} m wide; make it thicker or choose a narrower bead",
    )


def _off_fork(wall: Wall, thick_m: float, bead_width_m: float) -> Finding:
    return Finding(
        "wall-off-fork",
        "warning",
        wall.id,
        f"is {thick_m:.3f} m thick and the fork lays {bead_width_m:.3f} m: it is taken as set to the wall, which "
        "nobody has shown; make the wall as thick as the fork lays",
    )


def _full(wall: Wall, thick_m: float) -> Finding:
    return Finding(
        "wall-full",
        "note",
        wall.id,
        f"is {thick_m:.3f} m thick: its two leaves leave no room for infill, which is left out",
    )


def _shallow(wall: Wall, thick_m: float) -> Finding:
    return Finding(
        "wall-shallow",
        "note",
        wall.id,
        f"is {thick_m:.3f} m thick, too little for two rows of chambers: it gets one bead to and fro",
    )


def _no_axis(wall: Wall, consequence: str) -> Finding:
    return Finding(
        "wall-without-axis",
        "warning",
        wall.id,
        f"has no centre line and no rectangular footprint, so {consequence}; give the wall an axis",
    )


def _rings(area: Area) -> NDArray[np.object_]:
    """Boundaries of an area as closed lines, outer and inner."""
    return np.asarray(shapely.get_rings(shapely.get_parts(area)), dtype=object)


def _filled(section: Section, share: Share, lines: Lines, width_m: float) -> list[_Group]:
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
    shells = [i for i in members.tolist() if is_shell(lines.walls[i])]
    if len(shells) == len(members):  # where domes meet they are thicker
        depth_m = HAIR_M + float(thickness.max()) / 2
        while len(deeper := _rings(inset(area, depth_m + width_m / 2))):
            groups.append(_Group(deeper, Kind.CONTOUR, width_m))
            depth_m += width_m
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
    for i in shells:
        if gap_of[i] > SLIMMEST_BEAD_RATIO * width_m:
            middle = middle_lines(owned(section, [i]), share.thickness_m[i], gap_of[i])
            groups.append(_Group(middle, Kind.CONTOUR, gap_of[i]))
    return groups


def _parts(lines: shapely.Geometry | NDArray[np.object_], width_m: float) -> NDArray[np.object_]:
    """The line pieces of clipped patterns that are long enough to print, those of each joined where they touch."""
    parts, of = shapely.get_parts(lines, return_index=True)
    is_line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    if not is_line.all():
        parts, of = parts[is_line], of[is_line]
    again = np.append(False, of[1:] == of[:-1])
    if again.any():
        several = again | np.append(again[1:], False)
        number = np.cumsum(~again[several]) - 1
        merged, whose = shapely.get_parts(
            shapely.line_merge(shapely.multilinestrings(parts[several], indices=number)), return_index=True
        )
        of = np.concatenate((of[~several], of[several & ~again][whose]))
        parts = np.concatenate((parts[~several], merged))[np.argsort(of, kind="stable")]
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
