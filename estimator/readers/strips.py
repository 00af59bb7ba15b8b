"""An area of walls taken apart into strips: runs of wall of one thickness, with their centre lines.

Drawings, pictures and sections of meshes give walls as an area. Its boundary is paired into faces
that look at each other through the wall; pairs in line are one strip, short ones that turn a little
at a time are a curved strip. Each strip runs on through its junctions, as a mason would measure it.
What has no two faces is kept as a piece without a centre line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon

from estimator.plan import Area
from estimator.readers.faces import face_quads
from estimator.readers.runs import Run, joined_runs
from estimator.shapes import common, polygonal, united, without

THINNEST_M = 0.03
"""Faces nearer to each other than this are no wall. [m]"""

THICKEST_M = 1.2
"""Faces farther from each other than this are no wall. [m]"""

SMALLEST_M2 = 0.005
"""Pieces left over that are smaller belong to the strip beside them. [m²]"""

SLIVER_M = 0.015
"""Pieces left over that are narrower than this belong to the strip beside them. [m]"""

TOUCH_M = 1e-6
"""Grid on which pieces left over are joined to the strip they touch. [m]"""

SIMPLE_M = 0.001
"""Nodes of the boundary that matter less than this are left out. [m]"""

GRID_M = 1e-8
"""Grid that nodes are put on, so that none lies a rounding error off another. [m]"""


@dataclass(frozen=True, slots=True)
class Strip:
    """A run of wall.

    Attributes
    ----------
    footprint : polygon
        Its share of the area; strips overlap at junctions. [m]
    axis : LineString or None
        Centre line, from junction to junction; None for a piece without a course. [m]
    thickness_m : float or None
        Mean distance of its faces. [m]
    """

    footprint: Polygon
    axis: LineString | None
    thickness_m: float | None


def wall_strips(area: Area) -> list[Strip]:
    """The strips of an area of walls.

    Parameters
    ----------
    area : polygon
        Plan area without openings cut. [m]

    Returns
    -------
    list of Strip
        Their footprints together are the area; in the order of their lower left corners.

    Notes
    -----
    Faces are paired where they are 0.03 to 1.2 m apart with nothing but wall between them.
    """
    area = polygonal(shapely.set_precision(area, GRID_M))
    smooth = shapely.simplify(area, SIMPLE_M, preserve_topology=True)
    quads = face_quads(smooth, THINNEST_M, THICKEST_M)
    runs = joined_runs(quads, smooth, THICKEST_M)
    return _ordered(_shared_out(area, runs))


def _shared_out(area: Area, runs: list[Run]) -> list[Strip]:
    """Footprints of runs, and what they leave of the area."""
    pieces: list[tuple[Run, list[Polygon]]] = []
    for run in runs:
        own = [p for p in _polygons(common(run.outline, area)) if p.area > 1e-6]
        if own:
            largest = max(own, key=lambda p: p.area)
            pieces.append((run, [largest]))
    taken = [polygons[0] for _, polygons in pieces]
    rest = _polygons(without(area, united(np.array(taken, dtype=object)))) if taken else _polygons(area)
    whole: list[Strip] = []
    if taken and rest:
        tree = shapely.STRtree(taken)
        for polygon in rest:
            if polygon.area <= 1e-9:
                continue
            beside = tree.query(polygon, predicate="dwithin", distance=TOUCH_M)
            narrow = shapely.buffer(polygon, -SLIVER_M / 2).is_empty
            if len(beside) and (polygon.area < SMALLEST_M2 or narrow):
                rim = shapely.buffer(polygon, TOUCH_M)
                shared_m2 = [shapely.area(shapely.intersection(rim, taken[int(k)])) for k in beside]
                pieces[int(beside[int(np.argmax(shared_m2))])][1].append(polygon)
            else:
                whole.append(Strip(polygon, None, None))
    else:
        whole += [Strip(polygon, None, None) for polygon in rest if polygon.area > 1e-9]
    strips = []
    for run, polygons in pieces:
        together = united(np.array(polygons, dtype=object))
        parts = _polygons(together)
        if len(parts) > 1:  # what is left over may touch its strip only to the last bit
            parts = _polygons(shapely.union_all(polygons, grid_size=TOUCH_M))
        largest = max(parts, key=lambda p: p.area)
        strips.append(Strip(largest, run.axis, run.thickness_m))
        whole += [Strip(p, None, None) for p in parts if p is not largest]
    return strips + whole


def _polygons(area: shapely.Geometry) -> list[Polygon]:
    return [p for p in shapely.get_parts(polygonal(area)) if not p.is_empty]


def _ordered(strips: list[Strip]) -> list[Strip]:
    corner = shapely.bounds(np.array([s.footprint for s in strips], dtype=object)) if strips else np.empty((0, 4))
    order = np.lexsort((corner[:, 3].round(3), corner[:, 0].round(3), corner[:, 1].round(3)))
    return [strips[int(k)] for k in order]
