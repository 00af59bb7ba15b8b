"""Shares: the walls of a section by their system, and by whether they are thick enough for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from estimator.plan import Area, Wall
from estimator.shapes import common, united, without
from estimator.slicing import Section
from estimator.wall_systems import SYSTEMS, WallSystem
from estimator.walls import HAIR_M, centre_line, thickness_m

SLIMMEST_CAVITY_BEADS = 3.0
"""Walls up to this many beads thick hold no infill between their leaves."""

SPECK_M2 = 1e-4
"""Holes and islands smaller than this are drawing noise. [m²]"""


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
        Of each wall, in this section. [m]
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
        All walls of the plan.
    bead_width_m : float
        [m]

    Returns
    -------
    list of Share
        The same ones for the same width.
    """
    return section.memory.get(
        "shares", bead_width_m, lambda: [_share_of(section, name, walls, bead_width_m) for name in section.area]
    )


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
    thickness = {i: _thickness_m(section, i, walls[i]) for i in members.tolist()}
    is_thin = np.full(len(members), system.contours == "none")
    if system.contours != "none":
        is_thin = np.array(list(thickness.values())) < 2 * bead_width_m * (1 - 1e-6)
    stout = members[~is_thin]
    stout_area = area
    if 0 < len(stout) < len(members):
        stout_area = common(area, owned(section, stout))
    return Share(system, area, stout_area, stout, members[is_thin], thickness, bead_width_m)


def is_shell(wall: Wall) -> bool:
    """Whether a wall is known by its prisms alone, so that only its section tells its thickness.

    Parameters
    ----------
    wall : Wall
    """
    return bool(wall.slabs) and wall.axis is None and centre_line(wall) is None


def _thickness_m(section: Section, index: int, wall: Wall) -> float:
    """Thickness of a wall in a section: of one that leans or is a dome, between its faces as they are cut there."""
    if not is_shell(wall):
        return thickness_m(wall)
    parts = shapely.get_parts(owned(section, [index]))
    area, around = shapely.area(parts), shapely.length(parts)
    rooted = around**2 / 16 - area
    strip = around / 4 - np.sqrt(np.maximum(rooted, 0.0))  # t·L = A and 2·(t + L) = P
    thick = np.where(shapely.get_num_interior_rings(parts) > 0, 2 * area / around, strip)  # a ring has no ends
    thick = np.where((rooted < 0.0) & (shapely.get_num_interior_rings(parts) == 0), 4 * area / around, thick)
    return float(np.average(thick, weights=area)) - 2 * HAIR_M


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
    if isinstance(area, Polygon) and area.area > SPECK_M2:  # then only its holes may be specks
        holes = shapely.get_interior_ring(area, np.arange(shapely.get_num_interior_rings(area)))
        if shapely.area(shapely.polygons(holes)).min(initial=np.inf) > SPECK_M2:
            return area
    parts = shapely.get_parts(area)
    rings = shapely.polygons(shapely.get_rings(parts))
    if shapely.area(rings).min(initial=np.inf) > SPECK_M2:
        return area
    clean = [
        Polygon(p.exterior, [h for h in p.interiors if Polygon(h).area > SPECK_M2])
        for p in parts[shapely.area(parts) > SPECK_M2]
    ]
    return cast(Area, clean[0] if len(clean) == 1 else shapely.multipolygons(np.array(clean, dtype=object)))


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
