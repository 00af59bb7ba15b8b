"""Beads: the strands that fill a section, as centre lines with a width.

Contours follow the faces of the walls at half a bead's width; infill joins the leaves. A
wall system says which of them a wall is made of:

================== =====================================================================
``single``         one bead on the centre line of the wall
``solid``          contours side by side until the wall is full
``double-leaf``    one contour round the wall; the leaves are held together by ties
``double-leaf-webs``    and straight webs across the cavity
``double-leaf-zigzag``  and one bead to and fro between the leaves
``double-leaf-sine``    and one bead in a wave between the leaves
================== =====================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import LineString

from estimator.errors import Finding, UsageError
from estimator.plan import Area, Wall
from estimator.slicing import Section
from estimator.walls import centre_line, thickness_m

WALL_SYSTEMS = (
    "single",
    "solid",
    "double-leaf",
    "double-leaf-webs",
    "double-leaf-zigzag",
    "double-leaf-sine",
)

SHORTEST_BEAD_RATIO = 0.5
"""Beads shorter than this many widths are left out: a nozzle cannot place them."""

SINE_CHORDS = 16
"""Straight pieces per wave of a sine infill."""

SPECK_M2 = 1e-4
"""Holes and islands smaller than this are drawing noise. [m²]"""


class Kind(IntEnum):
    """What a move of the toolpath does."""

    TRAVEL = 0
    CONTOUR = 1
    INFILL = 2


@dataclass(frozen=True, slots=True)
class Pattern:
    """Spacing of infill.

    Attributes
    ----------
    web_spacing_m : float
        Distance of straight webs along the wall. [m]
    zigzag_pitch_m : float
        Length of one to-and-fro of zigzag or sine infill along the wall. [m]
    """

    web_spacing_m: float = 0.6
    zigzag_pitch_m: float = 0.4

    def __post_init__(self) -> None:
        for name in ("web_spacing_m", "zigzag_pitch_m"):
            if not 0.05 <= getattr(self, name) <= 10.0:
                raise UsageError(f"{name} is {getattr(self, name)}; give a length from 0.05 to 10 m")


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
    return np.where(w >= h, h * (w - h) + np.pi * h * h / 4, np.pi * w * h / 4)


def section_beads(
    section: Section, walls: Sequence[Wall], bead_width_m: float, pattern: Pattern
) -> tuple[Beads, list[Finding]]:
    """Fill one section with beads.

    Parameters
    ----------
    section : Section
    walls : sequence of Wall
        All walls of the plan; the section refers to them by index.
    bead_width_m : float
        [m]
    pattern : Pattern

    Returns
    -------
    Beads
    list of Finding
        Walls too thin for the system asked for, walls without a centre line.
    """
    lines: list[NDArray[np.float64]] = []
    kinds: list[int] = []
    widths: list[float] = []
    findings: list[Finding] = []

    def add(new: list[NDArray[np.float64]], kind: Kind, width_m: float) -> None:
        lines.extend(new)
        kinds.extend([int(kind)] * len(new))
        widths.extend([width_m] * len(new))

    for system, area in section.area.items():
        members = section.walls[system]
        area = without_specks(area)
        thin = [int(i) for i in members if thickness_m(walls[i]) < 2 * bead_width_m * (1 - 1e-6)]
        if system == "single":
            thin = [int(i) for i in members]
        for i in thin:
            width = min(bead_width_m, thickness_m(walls[i]))
            on_axis = _axis_beads(section, walls[i], i, area, width)
            if on_axis is None:
                findings.append(
                    Finding(
                        "wall-without-axis",
                        "warning",
                        walls[i].id,
                        "has no centre line and no rectangular footprint, so its single bead is left out; "
                        "give the wall an axis",
                    )
                )
                continue
            add(on_axis, Kind.CONTOUR, width)
            if system != "single":
                findings.append(
                    Finding(
                        "wall-thin",
                        "warning",
                        walls[i].id,
                        f"is {thickness_m(walls[i]):.3f} m thick, less than two beads of {bead_width_m:.3f} m, "
                        "and is printed as a single bead; make it thicker or choose a narrower bead",
                    )
                )
        if len(thin) == len(members):
            continue
        thick = area
        if thin:
            slim = shapely.union_all(section.own[np.isin(section.own_wall, thin)])
            fat = shapely.union_all(section.own[np.isin(section.own_wall, np.setdiff1d(members, thin))])
            thick = shapely.intersection(area, fat) if system else shapely.difference(area, slim)
        if system == "solid":
            add(_filled(thick, section, walls, members, bead_width_m), Kind.CONTOUR, bead_width_m)
            continue
        inner = shapely.buffer(thick, -bead_width_m / 2, join_style="mitre")
        add(_rings(inner), Kind.CONTOUR, bead_width_m)
        if system == "double-leaf":
            continue
        stout = [int(i) for i in members if int(i) not in thin]
        cavity = shapely.buffer(thick, -bead_width_m, join_style="mitre")
        within = cavity if system == "double-leaf-webs" else inner
        shapely.prepare(within)
        taken: list[Area] = []
        for i in stout:
            line = centre_line(walls[i])
            if line is None:
                findings.append(
                    Finding(
                        "wall-without-axis",
                        "warning",
                        walls[i].id,
                        "has no centre line and no rectangular footprint, so it gets leaves but no infill; "
                        "give the wall an axis",
                    )
                )
                continue
            infill = _infill(system, line, thickness_m(walls[i]), bead_width_m, pattern)
            own = shapely.union_all(section.own[section.own_wall == i])
            clip = shapely.intersection(within, own)
            if taken:
                clip = shapely.difference(clip, shapely.union_all(taken))
            taken.append(own)
            add(_parts(shapely.intersection(infill, clip), bead_width_m), Kind.INFILL, bead_width_m)
    return _pack(lines, kinds, widths), findings


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
    parts = [p for p in shapely.get_parts(area) if p.geom_type == "Polygon" and p.area > SPECK_M2]
    clean = []
    for p in parts:
        holes = [h for h in p.interiors if shapely.polygons(h).area > SPECK_M2]
        clean.append(p if len(holes) == len(p.interiors) else shapely.Polygon(p.exterior, holes))
    return clean[0] if len(clean) == 1 else shapely.multipolygons(clean)


def _axis_beads(
    section: Section, wall: Wall, index: int, area: Area, width_m: float
) -> list[NDArray[np.float64]] | None:
    line = centre_line(wall)
    if line is None:
        return None
    own = shapely.union_all(section.own[section.own_wall == index])
    rest = shapely.union_all(section.own[section.own_wall < index]) if index else None
    clip = shapely.intersection(own, area)
    if rest is not None and not rest.is_empty:
        clip = shapely.difference(clip, rest)
    return _parts(shapely.intersection(line, clip), width_m)


def _rings(area: Area) -> list[NDArray[np.float64]]:
    """Boundaries of an area as closed lines, outer and inner."""
    rings = shapely.get_rings(shapely.get_parts(area))
    return [shapely.get_coordinates(r) for r in rings]


def _filled(
    area: Area, section: Section, walls: Sequence[Wall], members: NDArray[np.int64], width_m: float
) -> list[NDArray[np.float64]]:
    """Contours side by side; what is left in the middle gets a bead on the centre line."""
    lines: list[NDArray[np.float64]] = []
    step = 0
    while True:
        contour = shapely.buffer(area, -(step + 0.5) * width_m, join_style="mitre")
        if contour.is_empty or contour.area < SPECK_M2:
            break
        lines += _rings(contour)
        step += 1
    left = shapely.buffer(area, -step * width_m, join_style="mitre")
    if left.is_empty or left.area < width_m * width_m:
        return lines
    for i in members:
        line = centre_line(walls[i])
        if line is not None:
            clip = shapely.intersection(left, shapely.union_all(section.own[section.own_wall == i]))
            lines += _parts(shapely.intersection(line, clip), width_m)
    return lines


def _infill(
    system: str, line: LineString, wall_thickness_m: float, width_m: float, pattern: Pattern
) -> LineString | shapely.MultiLineString:
    """Infill of a whole wall in plan, before openings and junctions are cut out of it."""
    length = line.length
    if system == "double-leaf-webs":
        count = max(int(np.floor(length / pattern.web_spacing_m)), 1)
        along = (np.arange(count) + 0.5) * length / count
        reach = wall_thickness_m / 2
        a = _offset_points(line, along, np.full(count, reach))
        b = _offset_points(line, along, np.full(count, -reach))
        return shapely.multilinestrings(shapely.linestrings(np.stack((a, b), axis=1)))
    amplitude = (wall_thickness_m - width_m) / 2
    waves = length / pattern.zigzag_pitch_m
    if system == "double-leaf-sine":
        along = np.linspace(0.0, length, max(int(np.ceil(waves * SINE_CHORDS)), 2) + 1)
        across = amplitude * np.sin(2 * np.pi * along / pattern.zigzag_pitch_m)
    else:
        along = np.arange(0.0, length + 1e-9, pattern.zigzag_pitch_m / 2)
        across = amplitude * np.where(np.arange(len(along)) % 2, -1.0, 1.0)
        if along[-1] < length - 1e-9:
            share = (length - along[-1]) / (pattern.zigzag_pitch_m / 2)
            along = np.append(along, length)
            across = np.append(across, across[-1] * (1 - 2 * share))
    return shapely.linestrings(_offset_points(line, along, across))


def _offset_points(
    line: LineString, along_m: NDArray[np.float64], across_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Points at a distance along a line and across it (left positive)."""
    nodes = shapely.get_coordinates(line)
    step = np.diff(nodes, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    reached = np.concatenate(([0.0], np.cumsum(length)))
    k = np.clip(np.searchsorted(reached, along_m, side="right") - 1, 0, len(length) - 1)
    unit = step / length[:, None]
    point = nodes[k] + unit[k] * (along_m - reached[k])[:, None]
    left = np.stack((-unit[k, 1], unit[k, 0]), axis=1)
    return point + left * across_m[:, None]


def _parts(lines: shapely.Geometry, width_m: float) -> list[NDArray[np.float64]]:
    """Straightened list of the line pieces long enough to print."""
    if lines.is_empty:
        return []
    if lines.geom_type in ("MultiLineString", "GeometryCollection"):
        lines = shapely.line_merge(
            shapely.multilinestrings([p for p in shapely.get_parts(lines) if p.geom_type == "LineString"])
        )
    return [
        shapely.get_coordinates(p)
        for p in shapely.get_parts(lines)
        if p.geom_type == "LineString" and p.length >= SHORTEST_BEAD_RATIO * width_m
    ]


def _pack(lines: list[NDArray[np.float64]], kinds: list[int], widths: list[float]) -> Beads:
    first = np.concatenate(([0], np.cumsum([len(p) for p in lines]))).astype(np.int64)
    points = np.concatenate(lines) if lines else np.empty((0, 2))
    closed = np.array([len(p) > 3 and bool(np.all(p[0] == p[-1])) for p in lines], dtype=bool)
    return Beads(points, first, np.array(kinds, dtype=np.uint8), closed, np.array(widths, dtype=float))
