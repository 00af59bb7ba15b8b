"""Parts: what is printed in one go from one place, and the joints between them.

A machine that cannot reach the whole building from one place prints it in parts: an arm from
several stands, a frame that is set up again, a factory machine element by element. Walls are
cut at joints; what lies between joints belongs to one part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.ops import substring

from estimator.errors import Finding
from estimator.plan import Area, Opening, Plan, Wall
from estimator.shapes import common, polygonal, united, without
from estimator.slicing import Bands, Section
from estimator.walls import CLEARED_M, centre_line, strip, thickness_m

JOINT_M = 0.01
"""Width of the joint between two parts. [m]"""

SPECK_M2 = 1e-4
"""Smaller pieces are no parts. [m²]"""


@dataclass(frozen=True, slots=True)
class Joint:
    """A cut square through a wall, over its whole height.

    Attributes
    ----------
    wall : int
        Index into ``plan.walls``.
    at_m : float
        Distance along the wall's centre line to the middle of the joint. [m]
    """

    wall: int
    at_m: float


@dataclass(frozen=True, slots=True)
class Part:
    """What is printed in one go from one place.

    Attributes
    ----------
    storey : int
        Index into ``plan.storeys``.
    region : polygon or None
        Plan area that holds every piece of wall, between joints, of this part and no other;
        None for the whole storey. [m]
    place_m : (2,) float or None
        Axis of an arm, middle of a frame or delta; None where it does not matter. [m]
    turn_rad : float
        How far the machine's x axis is turned from the plan's, anticlockwise. [rad]
    set_up : int
        Number of the setting up or moving that brings the machine there, from 0; parts printed one on another from
        one place share it.
    machine : int
        Which of several machines that work at once prints it.
    """

    storey: int
    region: Area | None
    place_m: NDArray[np.float64] | None
    turn_rad: float = 0.0
    set_up: int = 0
    machine: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How a plan is divided for a machine.

    Attributes
    ----------
    parts : tuple of Part
        In printing order: what is below before what is above it.
    joints : tuple of Joint
    gap : float
        By how much, as a share, fewer parts might do; 0 where fewer are proven impossible. [1]
    findings : tuple of Finding
        Errors when the plan cannot be printed from anywhere.
    crane_lifts : int or None
        How often a crane lifts the machine, arrival and departure included; None where it is not a matter of
        driving.
    """

    parts: tuple[Part, ...]
    joints: tuple[Joint, ...]
    gap: float
    findings: tuple[Finding, ...]
    crane_lifts: int | None = None

    @property
    def set_ups(self) -> int:
        """How often a machine is set up or moved."""
        return len({part.set_up for part in self.parts}) or 1


def with_joints(plan: Plan, joints: Iterable[Joint]) -> Plan:
    """A plan whose walls are cut at joints.

    Parameters
    ----------
    plan : Plan
    joints : iterable of Joint

    Returns
    -------
    Plan
        The joints are openings over the whole height; for printing only, not for counting.
    """
    walls = list(plan.walls)
    for number, joint in enumerate(joints):
        wall = walls[joint.wall]
        line = centre_line(wall)
        if line is not None:
            cut = Opening(
                f"{wall.id}-joint-{number}", "opening", wall.base_m, wall.top_m, JOINT_M,
                joint_strip(wall, line, joint.at_m),
            )  # fmt: skip
            walls[joint.wall] = replace(wall, openings=(*wall.openings, cut))
    return replace(plan, walls=tuple(walls))


def joint_strip(wall: Wall, line: LineString, at_m: float) -> Area:
    """Plan area of a joint, a little wider than its wall.

    Parameters
    ----------
    wall : Wall
    line : LineString
        Its centre line. [m]
    at_m : float
        Distance along it. [m]

    Returns
    -------
    polygon
        [m]
    """
    low, high = max(at_m - JOINT_M / 2, 0.0), min(at_m + JOINT_M / 2, line.length)
    return strip(LineString(substring(line, low, high).coords), thickness_m(wall) + 2 * CLEARED_M)


def divided(bands: Bands, parts: Sequence[Part]) -> Bands:
    """Bands of a building, each shared out among the parts of its storey.

    Parameters
    ----------
    bands : Bands
        Of the plan with its joints.
    parts : sequence of Part
        In printing order.

    Returns
    -------
    Bands
        Part by part; ``part`` counts in ``parts``. Sections are shared only by parts that are printed from the
        same place.
    """
    rows: list[tuple[int, int, int]] = []
    sections: list[Section] = []
    known: dict[tuple[object, ...], int] = {}
    cut: dict[tuple[int, int], dict[int, Section]] = {}
    storeys = np.array([part.storey for part in parts])
    for number, part in enumerate(parts):
        together = np.flatnonzero(storeys == part.storey)
        for band in np.flatnonzero(bands.storey == part.storey).tolist():
            whole = int(bands.section[band])
            if (whole, part.storey) not in cut:
                cut[whole, part.storey] = _shared_out(bands.sections[whole], together.tolist(), parts)
            found = cut[whole, part.storey].get(number)
            if found is None:
                continue
            key = (whole if part.region is None else id(found), _place_key(part))
            if key not in known:
                known[key] = len(sections)
                sections.append(found)
            rows.append((number, band, known[key]))
    part_of, band_of, section_of = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Bands(
        bands.base_m[band_of], bands.top_m[band_of], bands.layers[band_of], section_of, bands.storey[band_of],
        tuple(sections), part_of,
    )  # fmt: skip


def _place_key(part: Part) -> tuple[float, ...] | None:
    return None if part.place_m is None else (*part.place_m.tolist(), part.turn_rad)


def _shared_out(section: Section, numbers: list[int], parts: Sequence[Part]) -> dict[int, Section]:
    """A section cut up: what each part has of it. A piece goes whole to the part whose region is nearest."""
    regions = {k: region for k in numbers if (region := parts[k].region) is not None}
    if not regions:
        return dict.fromkeys(numbers, section)
    numbers, tree = list(regions), shapely.STRtree(list(regions.values()))
    area: dict[int, dict[str, Area]] = {}
    for name, whole in section.area.items():
        pieces = np.asarray(shapely.get_parts(whole), dtype=object)
        pieces = pieces[shapely.area(pieces) > SPECK_M2]
        _, nearest = tree.query_nearest(shapely.point_on_surface(pieces), all_matches=False)
        for k in np.unique(nearest).tolist():
            area.setdefault(numbers[k], {})[name] = polygonal(shapely.multipolygons(pieces[nearest == k]))
    return {k: _clipped(section, area[k], regions[k]) for k in sorted(area)}


def _clipped(section: Section, area: dict[str, Area], region: Area) -> Section:
    """A section of its pieces that lie in a region."""
    near = shapely.STRtree(section.own).query(region, predicate="intersects")
    own = np.array([common(a, region) for a in section.own[near]], dtype=object)
    is_real = shapely.area(own) > SPECK_M2
    own, wall = own[is_real], section.own_wall[near][is_real]
    gross = {name: common(section.gross[name], region) for name in area}
    walls = {name: np.intersect1d(section.walls[name], wall) for name in area}
    return Section(area, gross, walls, own, wall)


def regions(
    footprint: NDArray[np.object_],
    joints: Iterable[Area],
    part_of: Callable[[NDArray[np.object_]], NDArray[np.int64]],
) -> dict[int, Area]:
    """Regions of parts: what the joints leave of the walls, each piece given to a part.

    Parameters
    ----------
    footprint : (p,) array of polygons
        Of all pieces of wall of a storey. [m]
    joints : iterable of polygon
        What is cut out of them. [m]
    part_of : callable
        Takes (n,) polygons, gives the number of the part of each.

    Returns
    -------
    dict of int to polygon
        Region of each part that has any. [m]
    """
    whole, cuts = united(footprint), np.array(list(joints), dtype=object)
    left = without(whole, united(cuts)) if len(cuts) else whole
    pieces = np.asarray(shapely.get_parts(left), dtype=object)
    pieces = pieces[shapely.area(pieces) > SPECK_M2]
    part = part_of(pieces)
    return {int(k): polygonal(shapely.multipolygons(pieces[part == k])) for k in np.unique(part)}
