"""Walls between rooms: along their shared edges where rooms touch, in the gaps where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from estimator.options import DEFAULT_THICKNESS_M
from estimator.plan import Area, Wall
from estimator.readers.assembly import walls_of_area
from estimator.readers.lines import Line, planned_walls
from estimator.readers.notes import Notes
from estimator.shapes import polygonal

SNAP_M: Final = 0.05
"""Corners and edges closer than this are the same. [m]"""

WIDEST_GAP_M: Final = 0.6
"""Wider gaps between rooms are no walls. [m]"""

STRAIGHT_M: Final = 0.02
"""How far corners may lie beside a straight wall. [m]"""

SHARP_DEG: Final = 20.0
"""A wall that turns by more at a corner ends there. [deg]"""

SHORTEST_M: Final = 0.02
"""Shorter pieces are none. [m]"""

Points = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where walls stand.

    Attributes
    ----------
    storey : int
        Index in the plan.
    base_m, top_m : float
        Of its walls, absolute z. [m]
    prefix : str
        Beginning of the walls' names.
    """

    storey: int
    base_m: float
    top_m: float
    prefix: str


def room_walls(
    rooms: Sequence[Area], has_walls: Sequence[bool], place: Place, thickness_m: float | None, notes: Notes
) -> list[Wall]:
    """The walls between and around the rooms of a storey.

    Parameters
    ----------
    rooms : sequence of polygon
        Valid outlines. [m]
    has_walls : sequence of bool
        Whether a room has walls of its own; the others have those of their neighbours.
    place : Place
    thickness_m : float or None
        Of walls that have none in the file; None takes the default, or the gaps between rooms. [m]
    notes : Notes

    Returns
    -------
    list of Wall
        Without openings.

    Notes
    -----
    Where more of the rooms' edges touch another room than face one across a gap, walls are centred on the
    edges, outer ones too: half of each lies in the room. Otherwise the gaps are the walls, and outer walls stand
    outside the rooms, as thick as the gaps are on the median.
    """
    walled = np.array([r for r, own in zip(rooms, has_walls, strict=True) if own], dtype=object)
    if len(walled) == 0:
        return []
    touching_m, facing_m, gap_m = _contact(walled)
    if facing_m > touching_m:
        return _walls_in_gaps(walled, gap_m, place, thickness_m, notes)
    thick_m = DEFAULT_THICKNESS_M if thickness_m is None else thickness_m
    lines = [
        Line(f"{place.prefix}{k}", place.storey, axis, thick_m, place.base_m, place.top_m, place.top_m)
        for k, axis in enumerate(_centre_lines(walled), 1)
    ]
    if thickness_m is None:
        for line in lines:
            notes.add("thickness-default", line.id, f"{thick_m:g}")
    return planned_walls(lines, notes) if lines else []


def _contact(rooms: NDArray[np.object_]) -> tuple[float, float, float]:
    """Length of edges that touch another room, of those that face one across a gap, and the median gap. [m]"""
    rings, owner = shapely.get_parts(shapely.boundary(rooms), return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    same = (ring[1:] == ring[:-1]) & (np.hypot(*np.diff(corners, axis=0).T) > SNAP_M)
    middle = np.asarray(shapely.points((corners[1:][same] + corners[:-1][same]) / 2), dtype=object)
    length = np.hypot(*np.diff(corners, axis=0)[same].T)
    own = owner[ring[1:][same]]
    tree = shapely.STRtree(rooms)
    edge, other = tree.query(middle, predicate="dwithin", distance=WIDEST_GAP_M)
    keep = own[edge] != other
    edge, other = edge[keep], other[keep]
    apart = np.full(len(middle), np.inf)
    np.minimum.at(apart, edge, shapely.distance(middle[edge], rooms[other]))
    touching, facing = apart <= SNAP_M, (apart > SNAP_M) & np.isfinite(apart)
    gap = (
        float(np.median(np.repeat(apart[facing], np.maximum(length[facing] * 10, 1).astype(int))))
        if facing.any()
        else 0.0
    )
    return float(length[touching].sum()), float(length[facing].sum()), gap


def _walls_in_gaps(
    rooms: NDArray[np.object_], gap_m: float, place: Place, thickness_m: float | None, notes: Notes
) -> list[Wall]:
    outer_m = gap_m if thickness_m is None else thickness_m
    notes.add("geo-gap-walls", place.prefix, f"{outer_m:.3g}")
    floor = shapely.union_all(rooms)
    closed = _grown(_grown(floor, WIDEST_GAP_M / 2), -WIDEST_GAP_M / 2)
    area = polygonal(shapely.difference(_grown(closed, outer_m), floor))
    return walls_of_area(
        area, [], storey=place.storey, base_m=place.base_m, top_m=place.top_m, prefix=place.prefix, notes=notes
    )


def _grown(area: shapely.Geometry, distance_m: float) -> shapely.Geometry:
    return shapely.buffer(area, distance_m, join_style="mitre", mitre_limit=2.0)


def _centre_lines(rooms: NDArray[np.object_]) -> list[LineString]:
    """Edges of the rooms, each once, from junction to junction and corner to corner."""
    corner, first, second = _snapped(rooms)
    first, second, node = _split(corner, first, second)
    pairs = np.unique(np.sort(np.stack((first, second), axis=1), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    if len(pairs) == 0:
        return []
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(node[pairs])))
    chains = shapely.simplify(shapely.get_parts(merged), STRAIGHT_M, preserve_topology=True)
    return [piece for chain in chains for piece in _straight(shapely.get_coordinates(chain))]


def _snapped(rooms: NDArray[np.object_]) -> tuple[Points, Indices, Indices]:
    """Corners, those close together as one, and the edges of rooms as pairs of them."""
    coordinates, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(rooms)), return_index=True)
    if len(coordinates) == 0:
        return coordinates, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    _, start, number = np.unique(np.round(coordinates, 6), axis=0, return_index=True, return_inverse=True)
    number = number.reshape(-1)
    corner = coordinates[start]
    points = np.asarray(shapely.points(corner), dtype=object)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=SNAP_M)
    lower = other < one
    leader = np.arange(len(corner))
    order = np.lexsort((other[lower], one[lower]))
    for k, near in zip(one[lower][order].tolist(), other[lower][order].tolist(), strict=True):
        if leader[k] == k and leader[near] == near:
            leader[k] = near
    number = leader[number]
    along = ring[1:] == ring[:-1]
    return corner, number[:-1][along], number[1:][along]


def _split(corner: Points, first: Indices, second: Indices) -> tuple[Indices, Indices, Points]:
    """Edges cut at the corners that lie on them."""
    edges = np.unique(np.sort(np.stack((first, second), axis=1), axis=1), axis=0)
    edges = edges[edges[:, 0] != edges[:, 1]]
    used = np.unique(edges)
    lines = np.asarray(shapely.linestrings(corner[edges]), dtype=object)
    points = np.asarray(shapely.points(corner[used]), dtype=object)
    at, edge = shapely.STRtree(lines).query(points, predicate="dwithin", distance=SNAP_M)
    at = used[at]
    inner = (at != edges[edge, 0]) & (at != edges[edge, 1])
    at, edge = at[inner], edge[inner]
    # every edge as a run of nodes: its ends at -inf and +inf along it, the corners on it between
    place = shapely.line_locate_point(lines[edge], np.asarray(shapely.points(corner[at]), dtype=object))
    number = np.arange(len(edges))
    run = np.concatenate((number, edge, number))
    node = np.concatenate((edges[:, 0], at, edges[:, 1]))
    along = np.concatenate((np.full(len(edges), -np.inf), place, np.full(len(edges), np.inf)))
    order = np.lexsort((along, run))
    run, node = run[order], node[order]
    inside = run[1:] == run[:-1]
    return node[:-1][inside], node[1:][inside], corner


def _straight(points: Points) -> list[LineString]:
    """A chain cut at its sharp corners."""
    step = np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    heading = np.arctan2(step[:, 1], step[:, 0])
    turn = np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi)
    cuts = [0, *(np.flatnonzero(turn > np.radians(SHARP_DEG)) + 1).tolist(), len(points) - 1]
    return [LineString(points[a : b + 1]) for a, b in pairwise(cuts) if length[a:b].sum() > SHORTEST_M]
