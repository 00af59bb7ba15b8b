"""The plan: what is to be built, in metres, z up, whatever file it came from.

Readers make a :class:`Plan`; everything after them only reads it. A wall is an upright
prism with openings, or, where a model says otherwise (clipped, gabled, tapered walls), a
stack of thin upright prisms. Either way a horizontal section at any height is a polygon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapely import LineString, MultiPolygon, Polygon

from estimator.errors import Finding

OpeningKind = Literal["door", "window", "opening"]
Area = Polygon | MultiPolygon


@dataclass(frozen=True, slots=True)
class Opening:
    """A hole through a wall.

    Attributes
    ----------
    id : str
    kind : {"door", "window", "opening"}
    sill_m, head_m : float
        Lower and upper edge, absolute z. [m]
    width_m : float
        Clear width along the wall. [m]
    footprint : polygon
        Plan area to cut out of the wall between sill and head; it may reach beyond the
        wall's faces. Empty where the wall's ``slabs`` are already cut.
    """

    id: str
    kind: OpeningKind
    sill_m: float
    head_m: float
    width_m: float
    footprint: Area


@dataclass(frozen=True, slots=True)
class Slab:
    """An upright prism: a piece of a wall between two heights, openings already cut.

    Attributes
    ----------
    base_m, top_m : float
        Absolute z. [m]
    footprint : polygon
        Plan area. [m]
    """

    base_m: float
    top_m: float
    footprint: Area


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall to be printed.

    Attributes
    ----------
    id : str
        Name from the file, or made from the position in it; unique in the plan.
    storey : int
        Index into :attr:`Plan.storeys`.
    footprint : polygon
        Gross plan area, without openings. [m]
    base_m, top_m : float
        Absolute z. [m]
    axis : LineString or None
        Centre line in plan, arcs as chords. None where the file gives no axis. [m]
    thickness_m : float or None
        None where the file gives none (then taken from the footprint). [m]
    is_external : bool or None
        None where the file does not say.
    system : str or None
        Wall system asked for this wall; None takes the estimate's.
    openings : tuple of Opening
    slabs : tuple of Slab
        Net pieces, bottom up, for walls that are not simple prisms; empty for those that are.
    """

    id: str
    storey: int
    footprint: Area
    base_m: float
    top_m: float
    axis: LineString | None = None
    thickness_m: float | None = None
    is_external: bool | None = None
    system: str | None = None
    openings: tuple[Opening, ...] = ()
    slabs: tuple[Slab, ...] = ()


@dataclass(frozen=True, slots=True)
class Storey:
    """A level of the building.

    Attributes
    ----------
    id, name : str
    elevation_m : float
        Absolute z of the floor the walls stand on. [m]
    height_m : float
        Floor to floor, or to the wall tops on the last one. [m]
    """

    id: str
    name: str
    elevation_m: float
    height_m: float


@dataclass(frozen=True, slots=True)
class Room:
    """A room: its floor area in plan.

    Attributes
    ----------
    id, name : str
    storey : int
        Index into :attr:`Plan.storeys`.
    footprint : polygon
        Clear floor, or the outline that the file gives. [m]
    """

    id: str
    name: str
    storey: int
    footprint: Area


@dataclass(frozen=True, slots=True)
class Roof:
    """What is known of the roof.

    Attributes
    ----------
    kind : str
        "flat", "gable", "hip", "dome" or "unknown".
    pitch_deg : float or None
        Slope. [deg]
    overhang_m : float
        Eaves beyond the outer wall face. [m]
    """

    kind: str = "unknown"
    pitch_deg: float | None = None
    overhang_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Foundation:
    """What is known of the foundation.

    Attributes
    ----------
    kind : str
        "slab", "strip", "raft", "piles" or "unknown".
    depth_m : float or None
        Depth below ground. [m]
    """

    kind: str = "unknown"
    depth_m: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A building as read from a plan file.

    Attributes
    ----------
    name, source : str
        Title, and where it came from (file name and format).
    storeys, walls, rooms : tuple
    floor_area_m2 : float or None
        Gross floor area that the file states or its reader knows; None takes the area inside the outer faces. [m²]
    roof, foundation
    region : str or None
        Region id of the site.
    assumptions : tuple of str
        Plan values that are somebody's assumption, in words ("wall height 2.7 m: not published").
    findings : tuple of Finding
        What the reader understood, repaired or left out.
    unit : str
        Unit of length of the file, in words ("inch").
    evidence : tuple of str
        What the unit was taken from, strongest first, where the file does not simply state it.
    skipped : tuple of str
        Kinds of things in the file that are no part of the plan, with their number
        ("212 dimensions", "14 entities on layer A-FURN").
    """

    name: str
    source: str
    storeys: tuple[Storey, ...]
    walls: tuple[Wall, ...]
    rooms: tuple[Room, ...] = ()
    floor_area_m2: float | None = None
    roof: Roof = Roof()
    foundation: Foundation = Foundation()
    region: str | None = None
    assumptions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    unit: str = "metre"
    evidence: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
