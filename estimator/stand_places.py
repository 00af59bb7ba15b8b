"""Places for a stand: where an arm has room for its base, and what it reaches from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area
from estimator.shapes import united
from printers import Printer

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

STAND_GRID_M = 0.25
"""Spacing of the places tried for a stand. [m]"""

GRID_PLACES = 40_000
"""Over buildings that hold more places than this the grid is wider."""

ROOM_STEP_M = 0.02
"""How exactly the middle of a room is found. [m]"""

HAIR_M = 1e-9
"""A wall just as far away as may be is clear. [m]"""


@dataclass(frozen=True, slots=True)
class Room:
    """What an arm needs about its stand.

    Attributes
    ----------
    near_m, far_m : float
        Least and greatest reach. [m]
    base_m : float
        Radius that has to be clear of all walls; the least reach where the profile says nothing. [m]
    tail_m : float
        Radius that has to be clear of walls printed from elsewhere. [m]
    """

    near_m: float
    far_m: float
    base_m: float
    tail_m: float

    @classmethod
    def of(cls, printer: Printer) -> Room:
        """Room that a printer needs.

        Parameters
        ----------
        printer : Printer
            An arm, or a delta, whose columns are not counted.
        """
        near, base, tail = (printer.get(name) for name in ("reach_min_m", "base_radius_m", "tail_radius_m"))
        near_m = float(near) if near is not None else 0.0
        base_m = float(base) if base is not None else near_m
        return cls(near_m, float(printer.reach_max_m), base_m, float(tail) if tail is not None else 0.0)


def single_stand(footprint: NDArray[np.object_], room: Room, floors: Sequence[Area]) -> Floats | None:
    """A stand with every wall in reach, as far inside the limits as the grid allows.

    Parameters
    ----------
    footprint : (p,) array of polygons
        All pieces of wall. [m]
    room : Room
    floors : sequence of polygon
        Slabs that the base has to lie on. [m]

    Returns
    -------
    (2,) float or None
        None where there is none. [m]
    """
    walls = shapely.GeometryCollection(list(footprint))
    radius = float(shapely.minimum_bounding_radius(walls))
    if radius > room.far_m:
        return None
    hull = shapely.get_coordinates(shapely.convex_hull(walls))
    middle = shapely.get_coordinates(shapely.centroid(shapely.minimum_bounding_circle(walls)))[0]
    slack = room.far_m - radius + STAND_GRID_M
    steps = np.arange(-np.ceil(slack / STAND_GRID_M), np.ceil(slack / STAND_GRID_M) + 1) * STAND_GRID_M
    place = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) + middle
    to_hull = np.hypot(place[:, None, 0] - hull[None, :, 0], place[:, None, 1] - hull[None, :, 1]).max(axis=1)
    keep = to_hull <= room.far_m
    for floor in floors:
        keep &= _on_floor(place, floor, room)
    place, to_hull = place[keep], to_hull[keep]
    if not len(place):
        return None
    shapely.prepare(walls)
    to_wall = shapely.distance(walls, shapely.points(place))
    margin = np.minimum(to_wall - max(room.near_m, room.base_m), room.far_m - to_hull)
    best = int(np.argmax(margin))
    return np.asarray(place[best]) if margin[best] >= 0 else None


def _on_floor(place_m: Floats, floor: Area, room: Room) -> Bools:
    """Which places have the whole base on a floor."""
    inner = shapely.buffer(floor, -room.base_m)
    shapely.prepare(inner)
    return np.asarray(shapely.contains_xy(inner, place_m[:, 0], place_m[:, 1]))


def stand_places(footprint: NDArray[np.object_], room: Room, floor: Area | None) -> Floats:
    """Places tried for a stand, the base clear of walls and on the floor.

    Parameters
    ----------
    footprint : (p,) array of polygons
        All pieces of wall. [m]
    room : Room
    floor : polygon or None
        Slab that the base has to lie on; None on the ground. [m]

    Returns
    -------
    (c, 2) float
        A grid laid along the smallest rectangle round the walls, and the middles of what walls enclose. The grid does
        not hang on the reach, so a larger reach only adds places. [m]
    """
    walls = shapely.GeometryCollection(list(footprint))
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shapely.convex_hull(walls)))
    side = box[1] - box[0]
    turn = (np.arctan2(side[1], side[0]) + np.pi / 4) % (np.pi / 2) - np.pi / 4
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    local = box @ axes.T
    low, high = local.min(axis=0), local.max(axis=0)
    step = max(STAND_GRID_M, float(np.sqrt(np.prod(high - low) / GRID_PLACES)))
    beyond = int(np.ceil(room.far_m / step))
    count = np.ceil((high - low) / step).astype(np.int64)
    x, y = (low[i] + np.arange(-beyond, count[i] + beyond + 1) * step for i in (0, 1))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2) @ axes
    gaps = [shapely.Polygon(ring) for part in shapely.get_parts(united(footprint)) for ring in part.interiors]
    middles = [shapely.get_coordinates(shapely.maximum_inscribed_circle(gap, ROOM_STEP_M))[0] for gap in gaps]
    place = np.concatenate((grid, np.array(middles).reshape(-1, 2)))
    keep = np.ones(len(place), dtype=bool)
    if floor is not None:
        keep = _on_floor(place, floor, room)
        place = place[keep]
        keep = keep[keep]
    if len(place) and room.base_m > 0:
        tree = shapely.STRtree(np.asarray(shapely.points(place)))
        keep[tree.query(footprint, predicate="dwithin", distance=room.base_m - HAIR_M)[1]] = False
    return place[keep]


def in_reach(place_m: Floats, area: NDArray[np.object_], room: Room) -> tuple[Bools, Bools]:
    """Which atoms lie wholly in reach of which places, and which are in the way of the tail there.

    Parameters
    ----------
    place_m : (c, 2) float
        [m]
    area : (a,) array of polygons
        The atoms. [m]
    room : Room

    Returns
    -------
    reached, swept : (c, a) bool
    """
    reached = np.zeros((len(place_m), len(area)), dtype=bool)
    swept = np.zeros_like(reached)
    if not len(place_m):
        return reached, swept
    tree = shapely.STRtree(np.asarray(shapely.points(place_m)))
    low_x, low_y, high_x, high_y = shapely.bounds(area).T
    far = room.far_m
    fits = np.flatnonzero((high_x - low_x <= 2 * far) & (high_y - low_y <= 2 * far))
    boxes = shapely.box(high_x[fits] - far, high_y[fits] - far, low_x[fits] + far, low_y[fits] + far)
    thing, spot = tree.query(boxes)
    starts = np.searchsorted(thing, np.arange(len(fits) + 1))
    hulls = shapely.convex_hull(area)
    for k, a in enumerate(fits.tolist()):
        spots = spot[starts[k] : starts[k + 1]]
        corner = shapely.get_coordinates(hulls[a])
        dx = place_m[spots, 0, None] - corner[None, :, 0]
        dy = place_m[spots, 1, None] - corner[None, :, 1]
        reached[spots, a] = (dx * dx + dy * dy).max(axis=1, initial=0.0) <= far * far
    if room.near_m > 0:
        thing, spot = tree.query(area, predicate="dwithin", distance=room.near_m - HAIR_M)
        reached[spot, thing] = False
    if room.tail_m > 0:
        thing, spot = tree.query(area, predicate="dwithin", distance=room.tail_m - HAIR_M)
        swept[spot, thing] = True
    return reached, swept


def margins_m(place_m: Floats, mine: NDArray[np.object_], walls: NDArray[np.object_], room: Room) -> Floats:
    """How far inside its limits an arm is at each place.

    Parameters
    ----------
    place_m : (c, 2) float
        [m]
    mine : (a,) array of polygons
        What it prints from there. [m]
    walls : (p,) array of polygons
        All that its base has to be clear of. [m]
    room : Room

    Returns
    -------
    (c,) float
        [m]
    """
    spots = shapely.points(place_m)
    own, every = shapely.GeometryCollection(list(mine)), shapely.GeometryCollection(list(walls))
    shapely.prepare([own, every])
    corner = shapely.get_coordinates(shapely.convex_hull(own))
    far = np.hypot(place_m[:, None, 0] - corner[:, 0], place_m[:, None, 1] - corner[:, 1]).max(axis=1)
    near = shapely.distance(own, spots) - room.near_m
    clear = shapely.distance(every, spots) - room.base_m
    return np.asarray(np.minimum(np.minimum(near, room.far_m - far), clear))
