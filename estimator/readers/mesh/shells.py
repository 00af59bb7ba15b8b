"""Walls that lean or curve upwards: stacks of thin prisms, and the doors and windows in them.

An opening in a shell is where its section ends at one jamb and begins again at another that faces it,
from a height to one at which the shell closes above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from estimator.plan import Area, Opening, Slab, Storey, Wall
from estimator.readers.gaps import THICKEST_END_M, wall_ends
from estimator.readers.mesh.bodies import Body
from estimator.readers.mesh.walls import opening_kind
from estimator.shapes import united

NARROWEST_M, WIDEST_M = 0.1, 6.5
"""Gaps between two jambs that may be openings: from a slit to a double garage door. [m]"""

FACING_COS = 0.5
"""Jambs face each other where each looks at the other within 60 degrees: walls between them may curve."""

CLEAR_SHARE = 0.2
"""Share of the place between two jambs that may be wall, as where a frame juts out."""

LOWEST_M = 0.1
"""Gaps lower than this are joints between bodies, or faults. [m]"""

TOUCH_M = 1e-3
"""Prisms nearer to each other than this stand on each other. [m]"""


@dataclass(frozen=True, slots=True)
class _Gap:
    """A gap between two jambs in one prism."""

    footprint: Polygon
    width_m: float


@dataclass
class _Hole:
    """Gaps above each other."""

    sill_m: float
    head_m: float
    last: Polygon
    area_m2: float

    @property
    def width_m(self) -> float:
        """Mean of all heights. [m]"""
        return self.area_m2 / (self.head_m - self.sill_m)


def leaning_wall(body: Body, number: int, name: str, storey: Storey) -> tuple[Wall, Area]:
    """A body whose section changes all the way up, as a stack of thin prisms.

    Parameters
    ----------
    body : Body
    number : int
        Index of its storey.
    name : str
        Its id.
    storey : Storey

    Returns
    -------
    Wall
        As thick as a shell of its volume between its two faces, openings already cut.
    polygon
        Where it stands, its doors closed. [m]
    """
    thickness_m = 2.0 * body.volume_m3 / body.lateral_m2 if body.lateral_m2 > 0.0 else None
    slabs = body.slabs
    openings, closed = shell_openings(slabs, name, storey, thickness_m)
    wall = Wall(
        name,
        number,
        body.footprint,
        slabs[0].base_m,
        slabs[-1].top_m,
        thickness_m=thickness_m,
        openings=openings,
        slabs=slabs,
    )
    return wall, closed


def shell_openings(
    slabs: tuple[Slab, ...], name: str, storey: Storey, thickness_m: float | None = None
) -> tuple[tuple[Opening, ...], Area]:
    """Doors and windows of a shell, from its sections.

    Parameters
    ----------
    slabs : tuple of Slab
        Bottom up.
    name : str
        Of the wall; begins the ids.
    storey : Storey
        Whose floor a door reaches.
    thickness_m : float, optional
        Of the wall. [m]

    Returns
    -------
    tuple of Opening
        Bottom up; as wide as they are on average, for an arch or a round window; without footprint,
        because the prisms are cut already.
    polygon
        The lowest prism with the gaps in it closed. [m]
    """
    thickest_m = max(THICKEST_END_M, 3.0 * (thickness_m or 0.0))
    grown: list[_Hole] = []
    done: list[_Hole] = []
    closed: Area = slabs[0].footprint
    for k, slab in enumerate(slabs):
        if k and slab.base_m - slabs[k - 1].top_m > TOUCH_M:
            grown = []  # what is open at a top is no opening
        going: list[_Hole] = []
        for gap in _gaps(slab.footprint, thickest_m):
            below = next((h for h in grown if h.last.intersects(gap.footprint)), None)
            if below is None:
                below = _Hole(slab.base_m, slab.base_m, gap.footprint, 0.0)
            else:
                grown.remove(below)
            below.area_m2 += gap.width_m * (slab.top_m - slab.base_m)
            below.head_m, below.last = slab.top_m, gap.footprint
            going.append(below)
        done += grown
        grown = going
        if k == 0 and going:
            closed = united(np.array([closed, *(h.last.buffer(TOUCH_M, join_style="mitre") for h in going)]))
    holes = sorted((h for h in done if h.head_m - h.sill_m >= LOWEST_M), key=lambda h: (h.sill_m, h.last.bounds))
    openings = tuple(
        Opening(
            f"{name}-o{k}",
            opening_kind(h.sill_m, h.head_m, h.width_m, storey),
            h.sill_m,
            h.head_m,
            h.width_m,
            Polygon(),
        )
        for k, h in enumerate(holes, 1)
    )
    return openings, closed


def _gaps(section: Area, thickest_m: float) -> list[_Gap]:
    """Gaps between jambs that face each other, each the nearest of the other."""
    start, end, out, _, _ = wall_ends(section, thickest_m)
    if len(start) < 2:
        return []
    middle = 0.5 * (start + end)
    step = middle[None] - middle[:, None]
    apart = np.hypot(step[..., 0], step[..., 1])
    ahead = np.einsum("ijk,ik->ij", step, out)
    faces = ahead > FACING_COS * apart
    faces &= faces.T & (apart >= NARROWEST_M) & (apart <= WIDEST_M)
    apart = np.where(faces, apart, np.inf)
    nearest = apart.argmin(axis=1)
    one = np.flatnonzero((nearest[nearest] == np.arange(len(nearest))) & np.isfinite(apart.min(axis=1)))
    one = one[one < nearest[one]]
    other = nearest[one]
    corners = np.stack((start[one], end[one], start[other], end[other]), axis=1)
    hull: NDArray[np.object_] = np.asarray(shapely.convex_hull(shapely.multipoints(corners)), dtype=object).reshape(-1)
    clear = shapely.area(shapely.intersection(hull, section)) <= CLEAR_SHARE * shapely.area(hull)
    return [_Gap(hull[k], float(apart[one[k], other[k]])) for k in np.flatnonzero(clear).tolist()]
