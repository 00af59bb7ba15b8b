"""Overhang: how far walls lean, and how much of a bead then rests on the bead below.

A wall that is a stack of thin prisms leans where the outline of a prism lies outside the prism below.
Only what is moved across the wall counts: the wall over the head of an opening hangs free too, but
lies on a lintel, and the ends of walls beside an opening are no faces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import Finding
from estimator.plan import Plan, Wall

LEAST_REST = 0.5
"""Share of a bead's width that has to rest on the bead below. With less its centre of gravity lies beyond the
edge of the bead below, and until it has set only its bond holds it. No limit is published for any of the machines."""

LEANS_DEG = 2.0
"""Walls nearer to the vertical than this are told of only where beads do not rest. [deg]"""

THICKEST_STEP_M = 0.3
"""Prisms whose middles are farther apart are pieces with a ledge between, not samples of a face that leans. [m]"""

TOUCH_M = 1e-3
"""Prisms nearer to each other than this stand on each other. [m]"""

LONGEST_SIDE_M = 0.5
"""Longer sides of outlines are looked at in several places. [m]"""

MOST_POINTS = 20_000
"""Places looked at in one wall; of outlines with more sides, every second, third ... one. [-]"""

END_RATIO = 1.5
"""Sides with the wall behind them for this many thicknesses are its ends, not its faces. [-]"""

ACROSS_COS = 0.7
"""Ways to the prism below that turn farther than this from square to the face lead along it, to a jamb. [-]"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lean:
    """Faces of a wall that move outwards as they rise, at n places.

    Attributes
    ----------
    slope : (n,) float
        Sideways step over rise: 0 is upright. [-]
    point_m : (n, 3) float
        Where. [m]
    """

    slope: Floats
    point_m: Floats

    def resting(self, layer_height_m: float, bead_width_m: float) -> Floats:
        """Share of a bead's width that rests on the bead below: (n,) float.

        Parameters
        ----------
        layer_height_m, bead_width_m : float
            [m]

        Notes
        -----
        1 − h·tan α/w, no less than 0.
        """
        return np.maximum(1.0 - self.slope * layer_height_m / bead_width_m, 0.0)


def overhang_remarks(plan: Plan, layer_height_m: float, bead_width_m: float) -> list[Finding]:
    """Walls that lean, and those whose beads do not rest on the bead below.

    Parameters
    ----------
    plan : Plan
    layer_height_m, bead_width_m : float
        [m]

    Returns
    -------
    list of Finding
        One for each wall that leans.
    """
    findings = []
    for wall in plan.walls:
        lean = wall_lean(wall)
        if not len(lean.slope):
            continue
        worst = int(lean.slope.argmax())
        angle_deg = float(np.degrees(np.arctan(lean.slope[worst])))
        rest = lean.resting(layer_height_m, bead_width_m)
        x, y, z = lean.point_m[worst].tolist()
        said = (
            f"leans up to {angle_deg:.0f}° from the vertical, most near ({x:.2f}, {y:.2f}) m at a height of {z:.2f} m, "
            f"where {rest[worst]:.0%} of a bead {bead_width_m:.3f} m wide rests on the one below"
        )
        loose = rest < LEAST_REST
        if loose.any():
            low, high = lean.point_m[loose, 2].min(), lean.point_m[loose, 2].max()
            said += (
                f"; from {low:.2f} to {high:.2f} m less than half of it does, and its centre of gravity hangs free: "
                "lean the wall less there, take lower layers or wider beads, or support it"
            )
            findings.append(Finding("wall-overhangs", "warning", wall.id, said))
        elif angle_deg >= LEANS_DEG:
            findings.append(Finding("wall-leans", "note", wall.id, said))
    return findings


def wall_lean(wall: Wall) -> Lean:
    """How far the faces of a wall lean outwards, all the way up.

    Parameters
    ----------
    wall : Wall

    Returns
    -------
    Lean
        Empty for a wall that is one prism.

    Notes
    -----
    From the middle of each side of a prism's outline the shortest way to the prism below is taken; the part
    of it square to the side, over the rise between the middles of both prisms, is the slope of the face.
    """
    slabs = wall.slabs
    base = np.array([s.base_m for s in slabs])
    top = np.array([s.top_m for s in slabs])
    rise = np.diff(0.5 * (base + top))
    upper = ((np.abs(base[1:] - top[:-1]) < TOUCH_M) & (rise < THICKEST_STEP_M)).nonzero()[0] + 1
    if not len(upper):
        return Lean(np.empty(0), np.empty((0, 3)))
    area = np.array([s.footprint for s in slabs], dtype=object)
    point, outward, of = _sides(area[upper])
    pair = upper[of]
    thick = 2.0 * shapely.area(area) / shapely.length(area)  # of a strip, in plan
    behind = point - END_RATIO * thick[pair, None] * outward
    lower = area[pair - 1]
    shapely.prepare(area)
    is_face = ~shapely.contains_xy(area[pair], behind[:, 0], behind[:, 1])
    outside = is_face & ~shapely.contains_xy(lower, point[:, 0], point[:, 1])
    point, outward, pair = point[outside], outward[outside], pair[outside]
    edge = shapely.boundary(area)
    shapely.prepare(edge)  # of areas it would not help
    ends = shapely.get_coordinates(shapely.shortest_line(edge[pair - 1], shapely.points(point))).reshape(-1, 2, 2)
    way = ends[:, 1] - ends[:, 0]
    across = np.einsum("ij,ij->i", way, outward)
    is_across = across > ACROSS_COS * np.hypot(way[:, 0], way[:, 1])
    slope = np.where(is_across, across, 0.0) / rise[pair - 1]
    return Lean(slope, np.column_stack((point, base[pair])))


def _sides(areas: Sequence[object] | NDArray[np.object_]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Middles of sides of areas, their outward normals, and whose they are: (n, 2), (n, 2), (n,)."""
    oriented = shapely.segmentize(shapely.orient_polygons(np.asarray(areas, dtype=object)), LONGEST_SIDE_M)
    parts, owner = shapely.get_parts(oriented, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    node, size = shapely.get_coordinates(rings), shapely.get_num_coordinates(rings)
    last = size.cumsum() - 1  # a ring repeats its first node
    side = np.arange(0, len(node) - 1, max(1, -(-len(node) // MOST_POINTS)))
    ring = np.searchsorted(last, side)
    step = node[side + 1] - node[side]
    length = np.hypot(step[:, 0], step[:, 1])
    kept = (side < last[ring]) & (length > 0.0)
    side, ring, step, length = side[kept], ring[kept], step[kept], length[kept]
    outward = np.stack((step[:, 1], -step[:, 0]), axis=1) / length[:, None]
    return node[side] + 0.5 * step, outward, owner[part[ring]]
