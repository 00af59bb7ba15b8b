"""Small plans, printers and sections that a reader can add up in the head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.affinity import affine_transform
from shapely.ops import substring

from estimator.beads import Beads, Kind, Pattern, all_beads, section_beads
from estimator.plan import Area, Opening, OpeningKind, Plan, Storey, Wall
from estimator.slicing import Bands, Section, slice_bands
from estimator.times import Work
from estimator.toolpath import Toolpath, bead_orders, build_toolpath
from estimator.values import Draw, Values
from estimator.walls import CLEARED_M, strip, wall_pieces
from materials import Mix, load_terms
from printers import Printer

Point = tuple[float, float]

SNUG = 1e-4
"""Relative tolerance of lengths and areas: walls that touch are made to overlap by a hair."""


def wall(
    *axis: Point,
    thickness: float = 0.25,
    height: float = 2.5,
    base: float = 0.0,
    storey: int = 0,
    system: str | None = None,
    external: bool | None = None,
    openings: tuple[Opening, ...] = (),
    name: str = "",
) -> Wall:
    """A wall along its axis."""
    line = LineString(axis)
    return Wall(name, storey, strip(line, thickness), base, base + height, line, thickness, external, system, openings)


def with_opening(
    of: Wall, at: float, width: float, sill: float = 0.0, head: float = 2.0, kind: OpeningKind = "door"
) -> Wall:
    """The wall with one more opening, its sill and head measured from the foot of the wall."""
    assert of.axis is not None and of.thickness_m is not None
    span = substring(of.axis, at, at + width)
    assert isinstance(span, LineString)
    cut = strip(span, of.thickness_m + 2 * CLEARED_M)
    name = f"{of.id}-o{len(of.openings) + 1}"
    opening = Opening(name, kind, of.base_m + sill, of.base_m + head, width, cut)
    return replace(of, openings=(*of.openings, opening))


def plan(*walls: Wall, storeys: Sequence[float] = (0.0,), floor_area: float | None = None) -> Plan:
    """A plan of walls; every storey 2.5 m high."""
    named = tuple(replace(w, id=w.id or f"w{i + 1}") for i, w in enumerate(walls))
    levels = tuple(Storey(f"s{i + 1}", f"Storey {i + 1}", z, 2.5) for i, z in enumerate(storeys))
    return Plan("test plan", "test.json", levels, named, floor_area_m2=floor_area)


def box(
    width: float = 5.0,
    depth: float = 4.0,
    thickness: float = 0.25,
    height: float = 2.5,
    base: float = 0.0,
    storey: int = 0,
    system: str | None = None,
) -> list[Wall]:
    """Four walls round one room, anticlockwise; sizes between the axes."""
    corners = [(0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth)]
    return [
        wall(
            a, b, thickness=thickness, height=height, base=base, storey=storey, system=system,
            name=f"s{storey + 1}-{side}",
        )
        for side, a, b in zip("SENW", corners, corners[1:] + corners[:1], strict=True)
    ]  # fmt: skip


def small_house() -> Plan:
    """6 × 5 m, a partition, a door outside, one inside, and two windows."""
    south, east, north, west = box(6.0, 5.0)
    south = with_opening(south, 1.0, 1.0, 0.0, 2.1)
    south = with_opening(south, 3.5, 1.5, 0.9, 2.1, "window")
    north = with_opening(north, 4.0, 1.2, 0.9, 2.1, "window")
    inside = with_opening(wall((3.0, 0.0), (3.0, 5.0), name="inside"), 2.0, 0.9, 0.0, 2.1)
    return plan(south, east, north, west, inside)


def moved(of: Plan, angle_deg: float = 0.0, by: Point = (0.0, 0.0), mirror: bool = False) -> Plan:
    """The plan mirrored on the y axis, turned about the origin, then shifted."""
    a = np.radians(angle_deg)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    if angle_deg % 90 == 0:
        turn = np.rint(turn)
    m = turn @ np.diag([-1.0 if mirror else 1.0, 1.0])
    matrix = [m[0, 0], m[0, 1], m[1, 0], m[1, 1], by[0], by[1]]

    def area(shape: Area) -> Area:
        there = affine_transform(shape, matrix)
        assert isinstance(there, shapely.Polygon | shapely.MultiPolygon)
        return there

    walls = []
    for w in of.walls:
        axis = affine_transform(w.axis, matrix) if w.axis is not None else None
        openings = tuple(replace(o, footprint=area(o.footprint)) for o in w.openings)
        walls.append(replace(w, footprint=area(w.footprint), axis=axis, openings=openings))
    return replace(of, walls=tuple(walls))


def bands_of(of: Plan, system: str = "double-leaf", layer_height: float = 0.02) -> Bands:
    """Bands of a plan."""
    return slice_bands(of, wall_pieces(of), layer_height, system)


def only_section(of: Plan, system: str = "double-leaf", layer_height: float = 0.02) -> Section:
    """The section of a plan that has only one."""
    bands = bands_of(of, system, layer_height)
    assert len(bands.sections) == 1
    return bands.sections[0]


def beads_of(of: Plan, system: str = "double-leaf", bead_width: float = 0.05, pattern: Pattern | None = None) -> Beads:
    """Beads of the only section of a plan."""
    return section_beads(only_section(of, system), of.walls, bead_width, pattern or Pattern(0.6, 0.6, 0.6))[0]


def bead_lengths(beads: Beads) -> NDArray[np.float64]:
    """(k,) length of each bead. [m]"""
    return np.array(
        [LineString(beads.points_m[a:b]).length for a, b in zip(beads.first[:-1], beads.first[1:], strict=True)]
    )


def beads_from(lines: Iterable[Sequence[Point]], width: float = 0.05) -> Beads:
    """Beads from lists of nodes; those that return to their first node are closed."""
    points = [np.asarray(p, dtype=float) for p in lines]
    first = np.concatenate(([0], np.cumsum([len(p) for p in points]))).astype(np.int64)
    closed = np.array([len(p) > 3 and bool(np.all(p[0] == p[-1])) for p in points], dtype=bool)
    return Beads(
        np.concatenate(points) if points else np.empty((0, 2)),
        first,
        np.full(len(points), int(Kind.CONTOUR), dtype=np.uint8),
        closed,
        np.full(len(points), width),
    )


def toolpath_of(
    of: Plan,
    system: str = "double-leaf",
    bead_width: float = 0.05,
    layer_height: float = 0.02,
    pattern: Pattern | None = None,
) -> tuple[Bands, Toolpath]:
    """Bands and toolpath of a plan."""
    bands = bands_of(of, system, layer_height)
    filled, _ = all_beads(bands.sections, of.walls, bead_width, pattern or Pattern(0.6, 0.6, 0.6))
    return bands, build_toolpath(bands, bead_orders(filled), layer_height)


def line_toolpath(
    length: float,
    beads: int = 1,
    layers: int = 1,
    gap: float = 0.0,
    width: float = 0.05,
    layer_height: float = 0.02,
    at: Point = (0.0, 0.0),
) -> Toolpath:
    """Straight beads along x one behind the other, ``gap`` apart, and the way back."""
    nodes, kinds, number = [0.0], [], []
    for k in range(beads):
        nodes.append(nodes[-1] + length)
        kinds.append(Kind.CONTOUR)
        number.append(k)
        if k < beads - 1 and gap:
            nodes.append(nodes[-1] + gap)
            kinds.append(Kind.TRAVEL)
            number.append(-1)
    nodes.append(0.0)
    kinds.append(Kind.TRAVEL)
    number.append(-1)
    path = np.stack((np.array(nodes), np.zeros(len(nodes))), axis=1) + np.array(at)
    is_bead = np.array([k != Kind.TRAVEL for k in kinds])
    return Toolpath(
        path[:-1],
        path[1:],
        np.array(kinds, dtype=np.uint8),
        np.where(is_bead, width, 0.0),
        np.array(number, dtype=np.int64),
        np.array([0, len(kinds)], dtype=np.int64),
        np.array([beads], dtype=np.int64),
        np.array([layers], dtype=np.int64),
        layer_height,
    )


def work(
    layers: Sequence[int] = (100,),
    starts: Sequence[int] = (2,),
    layer_height: float = 0.02,
    bead_volume: float = 1.0,
    travel_volume: float = 0.0,
    lintels: int = 0,
    lintel_length: float = 0.0,
    external: float = 20.0,
    internal: float = 0.0,
    tied: float = 0.0,
    laddered: float = 0.0,
    elements: int = 0,
    set_ups: int = 1,
) -> Work:
    """What there is to do, on one storey."""
    count = np.array(layers, dtype=np.int64)
    return Work(
        layers=count,
        starts=np.array(starts, dtype=np.int64),
        layer_height_m=layer_height,
        part_height_m=np.array([count.sum() * layer_height]),
        part_interval_min_s=np.zeros(1),
        growth_pa_per_s=0.0,
        part_group=np.zeros(1, dtype=np.int64),
        slow_ratio=0.0,
        laid_part=np.zeros(len(count), dtype=np.int64),
        laid_section=np.arange(len(count)),
        laid_layers=count,
        bead_volume_m3=bead_volume,
        travel_volume_m3=travel_volume,
        lintels=lintels,
        lintel_length_m=lintel_length,
        external_area_m2=external,
        internal_area_m2=internal,
        tied_area_m2=tied,
        laddered_area_m2=laddered,
        elements=elements,
        set_ups=set_ups,
    )


def values(printer: Printer, mix: Mix, draw: Draw | None = None) -> tuple[Values, Values, Values]:
    """The printer's, the mix's and the general numbers."""
    draw = draw or Draw()
    terms = load_terms()
    return (
        Values("printer", printer.facts, draw),
        Values(f"mix.{mix.id}", mix.facts, draw),
        Values("terms", terms.facts, draw),
    )
