"""What the checks need to know of the walls' shapes: leaves, sections, panels, curvature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.ops import nearest_points

from estimator.plan import Plan
from estimator.structure.buckling import double_leaf_area_m, double_leaf_inertia_m3
from estimator.wall_systems import SYSTEMS, Pattern
from estimator.walls import centre_line, length_m, thickness_m

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEETS_M = 0.02
"""Walls whose faces are nearer to each other than this meet. [m]"""

ROUGH_M = 0.005
"""How far lines of many nodes may be moved where only distances of whole walls are asked. [m]"""

FEW_NODES = 12
"""Lines with more nodes are simplified for that."""

CURVED_RAD = np.pi / 3
"""A wall that turns by more than this on its way, nowhere by more than :data:`SHARP_RAD`, is a curved shell. [rad]"""

SHARP_RAD = np.pi / 9
"""Sharper bends hold a leaf like a return. [rad]"""


@dataclass(frozen=True, slots=True)
class WallShapes:
    """Shapes of the w walls of a plan.

    Attributes
    ----------
    storey : (w,) int
    length_m, thickness_m : (w,) float
        Of the centre line; over all. [m]
    base_m, top_m : (w,) float
        Absolute z. [m]
    leaf_m : (w,) float
        Thickness of one leaf: a bead; the whole wall where it is laid full or as one bead. [m]
    area_m : (w,) float
        Printed area per metre of wall that leans together: of both leaves and webs where webs join them, else
        of one leaf. [m]
    inertia_m3 : (w,) float
        Second moment of that area per metre of wall. [m³]
    panel_m : (w,) float
        Clear width of a leaf between what holds it: webs, returns, walls that meet it; infinite if nothing does. [m]
    radius_m : (w,) float
        Of the centre line of a ring or a long arc; infinite otherwise. [m]
    is_double : (w,) bool
        Whether it has two leaves.
    system : tuple of str
        Wall system of each.
    """

    storey: Ints
    length_m: Floats
    thickness_m: Floats
    base_m: Floats
    top_m: Floats
    leaf_m: Floats
    area_m: Floats
    inertia_m3: Floats
    panel_m: Floats
    radius_m: Floats
    is_double: NDArray[np.bool_]
    system: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.storey)


def wall_shapes(
    plan: Plan, system: str, bead_width_m: float, pattern: Pattern, clear_m: Floats | None = None
) -> WallShapes:
    """Shapes of all walls of a plan.

    Parameters
    ----------
    plan : Plan
    system : str
        Wall system of the walls that name none themselves.
    bead_width_m : float
        [m]
    pattern : Pattern
        Spacing of infill.
    clear_m : (w,) float, optional
        Of :func:`clear_lengths_m`, where they are known. [m]

    Returns
    -------
    WallShapes
    """
    lines = [centre_line(w) for w in plan.walls]
    thick = np.array([thickness_m(w) for w in plan.walls])
    storey = np.array([w.storey for w in plan.walls], dtype=np.int64)
    systems = tuple(w.system or system for w in plan.walls)
    free = clear_lengths_m(plan) if clear_m is None else clear_m
    count = len(plan.walls)
    leaf, area, inertia, panel, radius = (np.zeros(count) for _ in range(5))
    double = np.zeros(count, dtype=bool)
    for i, name in enumerate(systems):
        kind = SYSTEMS[name]
        radius[i] = _radius_m(lines[i])
        double[i] = kind.has_leaves and thick[i] >= 2 * bead_width_m - 1e-9
        full = kind.is_wide or kind.contours == "full" or (kind.has_leaves and thick[i] < 3 * bead_width_m)
        leaf[i] = thick[i] if full or thick[i] < bead_width_m else bead_width_m
        area[i], inertia[i], panel[i] = leaf[i], leaf[i] ** 3 / 12, free[i]
        if not double[i] or full or not kind.infill:
            continue
        spacing = pattern.spacing_m(kind.infill)
        panel[i] = min(panel[i], max(spacing - bead_width_m, bead_width_m))
        apart = thick[i] - bead_width_m
        area[i] = double_leaf_area_m(bead_width_m, apart, bead_width_m, spacing)
        inertia[i] = double_leaf_inertia_m3(bead_width_m, apart, bead_width_m, spacing)
    return WallShapes(
        storey, np.array([length_m(w) for w in plan.walls]), thick, np.array([w.base_m for w in plan.walls]),
        np.array([w.top_m for w in plan.walls]), leaf, area, inertia, panel, radius, double, systems,
    )  # fmt: skip


def clear_lengths_m(plan: Plan) -> Floats:
    """Longest stretch of each wall between walls that meet it.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    (w,) float
        Infinite where an end of a wall is free. [m]
    """
    lines = [centre_line(w) for w in plan.walls]
    thick = np.array([thickness_m(w) for w in plan.walls])
    storey = np.array([w.storey for w in plan.walls], dtype=np.int64)
    clear = np.full(len(lines), np.inf)
    drawn = {
        i: line.simplify(ROUGH_M) if len(line.coords) > FEW_NODES else line
        for i, line in enumerate(lines)
        if line is not None and line.length > 0
    }
    if not drawn:
        return clear
    known, tree = list(drawn), shapely.STRtree(list(drawn.values()))
    for i, line in drawn.items():
        reach = (thick[i] + float(thick.max())) / 2 + MEETS_M
        held = []
        for k in tree.query(line.buffer(reach), predicate="intersects").tolist():
            j = known[k]
            other = drawn[j]
            near = (thick[i] + thick[j]) / 2 + MEETS_M
            if j == i or storey[j] != storey[i] or line.distance(other) > near:
                continue
            met = line.project(nearest_points(line, other)[0])
            held += [met - thick[j] / 2, met + thick[j] / 2]
        if line.is_closed:
            clear[i] = line.length if not held else _widest(np.sort(held), line.length)
            continue
        low, high = min(held, default=np.inf), max(held, default=-np.inf)
        if low <= thick[i] and high >= line.length - thick[i]:
            clear[i] = max(float(np.diff(np.sort(held)).max()), 0.0)
    return clear


def _widest(held: Floats, length_m: float) -> float:
    return float(np.diff(np.append(held, held[0] + length_m)).max())


def _radius_m(line: LineString | None) -> float:
    """Radius of a centre line that turns steadily; infinite for others."""
    if line is None:
        return float("inf")
    step = np.diff(shapely.get_coordinates(line), axis=0)
    if line.is_closed:
        step = np.concatenate((step, step[:1]))
    cross = step[:-1, 0] * step[1:, 1] - step[:-1, 1] * step[1:, 0]
    turn = np.arctan2(cross, np.einsum("ij,ij->i", step[:-1], step[1:]))
    if not len(turn) or np.abs(turn).max() > SHARP_RAD or abs(turn.sum()) < CURVED_RAD:
        return float("inf")
    return float(line.length / abs(turn.sum()))
