"""Middle lines of sections that have no axis: of domes, cones and other shells."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.offset import inset
from estimator.plan import Area
from estimator.walls import HAIR_M

SLIVERS_M = (2e-4, 1e-3, 4e-3, 1e-2)
"""How far from the middle the two sides of the line are looked for: the least at which they stay whole. [m]"""

ACROSS_RATIO = 5.0
"""Sides of a sliver shorter than this many times its distance from the middle may be its ends. [-]"""

BACK_COS = -0.7
"""At an end the outline of a sliver turns back by more than 135 degrees."""

BESIDE_RATIO = 6.0
"""Both sides of a sliver lie within this many times its distance from the middle. [-]"""

Lines = NDArray[np.object_]


def middle_lines(area: Area, thick_m: float, gap_m: float) -> Lines:
    """Lines midway between the faces of a shell, as far as a gap in its middle goes.

    Parameters
    ----------
    area : polygon
        Section of one wall, still grown by :data:`~estimator.walls.HAIR_M`. [m]
    thick_m : float
        Its thickness. [m]
    gap_m : float
        Width of the gap. [m]

    Returns
    -------
    (n,) array of LineString
        Closed where the shell is; shorter than the section by half of what lies beside the gap at open ends. [m]

    Notes
    -----
    Insets of nearly half the thickness leave a sliver, whose outline runs along the middle on both sides. Of
    these one is taken: of a ring the outer, of the holes of several rings in one what is not beside that, of an
    open strip the part from end to end.
    """
    found: Lines = np.empty(0, dtype=object)
    for half_m in SLIVERS_M:
        parts = shapely.get_parts(inset(area, HAIR_M + thick_m / 2 - half_m))
        if len(parts) != len(shapely.get_parts(area)):
            continue
        lines = [_midway(part, half_m, thick_m, max(gap_m / 2 - half_m, 0.0)) for part in parts]
        if all(lines):
            flat = [line for of_part in lines for line in of_part]
            found = np.empty(len(flat), dtype=object)
            found[:] = flat
            break
    return found


def _midway(sliver: shapely.Polygon, half_m: float, thick_m: float, further_m: float) -> list[shapely.Geometry]:
    """Lines along a sliver; none where it shows no course."""
    if not len(sliver.interiors):
        return _from_end_to_end(sliver, half_m, further_m)
    taken: shapely.Geometry = shapely.LineString(sliver.exterior.coords)
    lines = [taken]
    for hole in sliver.interiors:
        beyond = shapely.difference(shapely.LineString(hole.coords), shapely.buffer(taken, BESIDE_RATIO * half_m))
        merged = shapely.line_merge(beyond) if beyond.geom_type == "MultiLineString" else beyond
        pieces = [piece for piece in shapely.get_parts(merged) if piece.length > thick_m]
        lines += pieces
        taken = shapely.union_all([taken, *pieces])
    return lines


def _from_end_to_end(sliver: shapely.Polygon, half_m: float, further_m: float) -> list[shapely.Geometry]:
    """One side of a sliver with two ends, from one to the other and further; none where its ends are not two."""
    node = shapely.get_coordinates(shapely.simplify(sliver, half_m / 2).exterior)[:-1]
    if len(node) < 4:
        return []
    step = np.roll(node, -1, axis=0) - node
    length = np.hypot(step[:, 0], step[:, 1])
    way = step / length[:, None]
    back = np.einsum("ij,ij->i", np.roll(way, 1, axis=0), np.roll(way, -1, axis=0))
    ends = np.flatnonzero((length < ACROSS_RATIO * half_m) & (back < BACK_COS))
    if len(ends) != 2:
        return []
    middle = node[ends] + 0.5 * step[ends]
    line = np.concatenate((middle[:1], node[ends[0] + 1 : ends[1] + 1], middle[1:]))
    if len(line) < 4:
        return []
    onward = np.stack((line[1] - line[2], line[-2] - line[-3]))
    line[[0, -1]] += onward * further_m / np.hypot(onward[:, 0], onward[:, 1])[:, None]
    return [shapely.LineString(line)]
