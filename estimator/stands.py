"""Stands of an arm: the fewest places from which it reaches every wall, and what it prints from each.

Places are tried on a grid over and around the building and in the middle of its rooms. Where no
single one reaches everything, walls may be cut at joints (:mod:`estimator.atoms`) and
the fewest places that reach every piece are found (:mod:`estimator.cover`); then the joints are the
fewest with which these places can share the walls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.atoms import Atoms, wall_atoms
from estimator.cover import fewest_places, shares
from estimator.errors import Finding
from estimator.parts import Joint, Layout, Part, joint_strip, regions
from estimator.plan import Area, Plan
from estimator.shapes import filled, polygonal, united
from estimator.walls import Pieces, centre_line
from printers import Printer

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

STAND_GRID_M = 0.25
"""Spacing of the places tried for a stand. [m]"""

GRID_PLACES = 40_000
"""Over buildings that hold more places than this the grid is wider."""

ROOM_STEP_M = 0.02
"""How exactly the middle of a room is found. [m]"""

HAIR_M = 1e-9
"""A wall just as far away as may be is clear. [m]"""

REACHES_UP_M = 0.05
"""Walls that reach into a storey by less than this are not printed in it. [m]"""


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


@dataclass(frozen=True, slots=True)
class _Level:
    """Storeys printed from the same places: their pieces of wall, cut up, and where an arm may stand."""

    storeys: list[int]
    here: list[Bools]
    atoms: list[Atoms]
    floor: Area | None

    def areas(self) -> NDArray[np.object_]:
        return np.concatenate([atoms.area for atoms in self.atoms])


def plan_stands(plan: Plan, pieces: Pieces, printer: Printer, levels: Sequence[Sequence[int]]) -> Layout:
    """The stands from which an arm prints a plan.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
        Of the plan, corners included.
    printer : Printer
        Deployed on stands.
    levels : sequence of sequences of int
        Storeys printed from the same places, upwards.

    Returns
    -------
    Layout
        One part for each storey and stand. The gap is 0 where fewer stands are proven impossible among the places
        tried.
    """
    room = Room.of(printer)
    floors = [_floor(plan, pieces, levels[k - 1]) if k else None for k in range(len(levels))]
    upper = [floor for floor in floors if floor is not None]
    place = _one_place(pieces.footprint, room, upper)
    findings = list(_on_slabs(plan, printer, levels))
    if place is not None:
        parts = tuple(Part(s, None, place, 0.0, k) for k, level in enumerate(levels) for s in level)
        return Layout(parts, (), 0.0, tuple(findings))
    parts_found: list[Part] = []
    joints: list[Joint] = []
    least = 0
    set_ups = 0
    for storeys, floor in zip(levels, floors, strict=True):
        here = [_standing(plan, pieces, s) for s in storeys]
        footprint = pieces.footprint[np.any(here, axis=0)]
        single = _one_place(footprint, room, [floor] if floor is not None else [])
        if single is not None:
            parts_found += [Part(s, None, single, 0.0, set_ups) for s in storeys]
            set_ups, least = set_ups + 1, least + 1
            continue
        level = _Level(list(storeys), here, [wall_atoms(plan, pieces, h) for h in here], floor)
        solution = _several(plan, level, footprint, room, printer, findings)
        if solution is None:
            return Layout((), (), 0.0, tuple(findings))
        places, label, needed = solution
        level_parts, level_joints = _parts(plan, pieces, level, places, label, set_ups)
        parts_found += level_parts
        joints += level_joints
        set_ups, least = set_ups + len(places), least + needed
    joints.sort(key=lambda j: (j.wall, j.at_m))
    findings.append(_moved(printer, set_ups, len(joints), least))
    return Layout(tuple(parts_found), tuple(joints), 1.0 - least / set_ups, tuple(findings))


def _moved(printer: Printer, stands: int, joints: int, least: int) -> Finding:
    proof = "fewer cannot do" if least == stands else f"{least} might do, which was not settled in the time allowed"
    return Finding(
        "stand-moved", "note", printer.id,
        f"prints from {stands} stands, with {joints} joints between what is printed from each; {proof}",
    )  # fmt: skip


def _standing(plan: Plan, pieces: Pieces, storey: int) -> Bools:
    """Pieces of wall that are printed in a storey: its own, and what reaches up into it."""
    floor = plan.storeys[storey].elevation_m
    above = [s.elevation_m for s in plan.storeys if s.elevation_m > floor]
    low, high = floor + REACHES_UP_M, min(above, default=np.inf) - REACHES_UP_M
    own = np.array([w.storey == storey for w in plan.walls], dtype=bool)[pieces.wall]
    return np.asarray(own | ((pieces.base_m < high) & (pieces.top_m > low)))


def _floor(plan: Plan, pieces: Pieces, below: Sequence[int]) -> Area:
    """The slab over the storeys below: rooms and walls where rooms are known, else all that walls enclose."""
    under = np.array([w.storey in below for w in plan.walls], dtype=bool)[pieces.wall]
    rooms = [r.footprint for r in plan.rooms if r.storey in below and not r.footprint.is_empty]
    slab = united(np.array([*pieces.footprint[under], *rooms], dtype=object))
    return slab if rooms else filled(slab)


def _on_slabs(plan: Plan, printer: Printer, levels: Sequence[Sequence[int]]) -> list[Finding]:
    """A warning for each slab that has to carry the machine."""
    mass = printer.get("machine_mass_kg")
    load = f"{float(mass):,.0f} kg, {float(mass) * 9.81 / 1000:.0f} kN" if mass is not None else "its mass is not known"
    return [
        Finding(
            "stand-on-slab", "warning", plan.storeys[level[0]].name,
            f"{printer.id} stands on the slab of this storey ({load}), which has to be there, propped and able to "
            "carry it before the walls are printed",
        )
        for level in levels[1:]
    ]  # fmt: skip


def _one_place(footprint: NDArray[np.object_], room: Room, floors: Sequence[Area]) -> Floats | None:
    """A stand with every wall in reach, as far inside the limits as the grid allows."""
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


def _several(
    plan: Plan, level: _Level, footprint: NDArray[np.object_], room: Room, printer: Printer, findings: list[Finding]
) -> tuple[Floats, Ints, int] | None:
    """Places, which of them prints each atom, and how many are needed at least."""
    area = level.areas()
    place = _places(footprint, room, level.floor)
    reached, claimed = _in_reach(place, area, room)
    admissible = ~(claimed & ~reached).any(axis=1) & reached.any(axis=1)
    place, reached, claimed = place[admissible], reached[admissible], claimed[admissible]
    missed = np.asarray(~reached.any(axis=0))
    if missed.any():
        findings.append(_unreached(plan, level, missed, room, printer))
        return None
    chosen: list[int] = []
    least = 0
    for things in _apart(reached):
        of = np.flatnonzero(reached[:, things].any(axis=1))
        cover = fewest_places(reached[np.ix_(of, things)], claimed[np.ix_(of, things)])
        if not len(cover.chosen):
            findings.append(
                Finding(
                    "reach", "error", printer.id,
                    f"finds no stands that reach all walls while its tail ({room.tail_m:.1f} m) stays clear of walls "
                    "printed from another; choose a machine with a shorter tail or a larger reach",
                )
            )  # fmt: skip
            return None
        chosen += of[cover.chosen].tolist()
        least += cover.least
    taken = np.array(chosen)
    sides = _neighbours(level.atoms)
    middle = shapely.get_coordinates(shapely.centroid(area))
    far = np.hypot(*(place[taken][:, None, :] - middle[None, :, :]).transpose(2, 0, 1))
    label = shares(reached[taken], claimed[taken], sides, np.minimum(far / room.far_m, 1.0))
    best = []
    for k in range(len(taken)):
        mine = label == k
        free = np.flatnonzero(reached[:, mine].all(axis=1) & ~claimed[:, ~mine].any(axis=1))
        best.append(place[free[int(np.argmax(_margin(place[free], area[mine], footprint, room)))]])
    order = _inside_out(np.array(best), footprint)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return np.array(best)[order], rank[label], least


def _places(footprint: NDArray[np.object_], room: Room, floor: Area | None) -> Floats:
    """Places tried for a stand: clear of walls, within reach of some, on the floor; (c, 2). [m]"""
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


def _in_reach(place_m: Floats, area: NDArray[np.object_], room: Room) -> tuple[Bools, Bools]:
    """Which atoms lie wholly in reach of which places, and which are in the way of the tail there; (c, a)."""
    reached = np.zeros((len(place_m), len(area)), dtype=bool)
    claimed = np.zeros_like(reached)
    if not len(place_m):
        return reached, claimed
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
        claimed[spot, thing] = True
    return reached, claimed


def _apart(reached: Bools) -> list[Ints]:
    """Atoms in groups of which no place reaches two."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    spot, thing = np.nonzero(reached)
    things, size = reached.shape[1], sum(reached.shape)
    graph = coo_array((np.ones(len(spot), dtype=np.int8), (things + spot, thing)), shape=(size, size))
    _, group = connected_components(graph, directed=False)
    return [np.flatnonzero(group[:things] == g) for g in np.unique(group[:things])]


def _neighbours(atoms: Sequence[Atoms]) -> Ints:
    first = np.cumsum([0, *(len(a.area) for a in atoms)])
    return np.concatenate([a.sides + at for a, at in zip(atoms, first.tolist(), strict=False)])


def _margin(place_m: Floats, mine: NDArray[np.object_], walls: NDArray[np.object_], room: Room) -> Floats:
    """How far inside its limits an arm prints from each place what is its own. [m]"""
    spots = shapely.points(place_m)
    own, every = shapely.GeometryCollection(list(mine)), shapely.GeometryCollection(list(walls))
    shapely.prepare([own, every])
    corner = shapely.get_coordinates(shapely.convex_hull(own))
    far = np.hypot(place_m[:, None, 0] - corner[:, 0], place_m[:, None, 1] - corner[:, 1]).max(axis=1)
    near = shapely.distance(own, spots) - room.near_m
    clear = shapely.distance(every, spots) - room.base_m
    return np.asarray(np.minimum(np.minimum(near, room.far_m - far), clear))


def _inside_out(place_m: Floats, footprint: NDArray[np.object_]) -> Ints:
    """Order of stands: the innermost first, then always the nearest."""
    outline = shapely.boundary(shapely.convex_hull(shapely.GeometryCollection(list(footprint))))
    inner = shapely.distance(outline, shapely.points(place_m))
    order = [int(np.argmax(inner))]
    while len(order) < len(place_m):
        away = np.hypot(*(place_m - place_m[order[-1]]).T)
        away[order] = np.inf
        order.append(int(np.argmin(away)))
    return np.array(order)


def _unreached(plan: Plan, level: _Level, missed: Bools, room: Room, printer: Printer) -> Finding:
    """What cannot be reached from anywhere, and why."""
    area = level.areas()
    first = int(np.flatnonzero(missed)[0])
    wall = plan.walls[int(np.concatenate([a.wall for a in level.atoms])[first])]
    radius = float(shapely.minimum_bounding_radius(area[first]))
    more = f" and {np.count_nonzero(missed) - 1} more pieces" if np.count_nonzero(missed) > 1 else ""
    if radius > room.far_m and centre_line(wall) is None:
        why = f"it has no centre line, so no joint can cut it, and the arm reaches {room.far_m:.1f} m"
    elif radius > room.far_m:
        why = f"{2 * radius:.1f} m of it can have no joint, and the arm reaches {room.far_m:.1f} m"
    else:
        why = (
            f"nowhere is there room for a base of {room.base_m:.1f} m with that wall between {room.near_m:.1f} and "
            f"{room.far_m:.1f} m away" + (" and no other within its tail" if room.tail_m > room.near_m else "")
        )
    return Finding(
        "reach", "error", wall.id,
        f"{printer.id} cannot reach this wall{more} from anywhere: {why}; choose a larger printer or change the plan",
    )  # fmt: skip


def _parts(
    plan: Plan, pieces: Pieces, level: _Level, place_m: Floats, label: Ints, first: int
) -> tuple[list[Part], list[Joint]]:
    """Parts of a level, stand by stand, and the joints that part them."""
    joints: list[Joint] = []
    by_storey: list[dict[int, Area]] = []
    begin = 0
    for here, atoms in zip(level.here, level.atoms, strict=True):
        own = label[begin : begin + len(atoms.area)]
        begin += len(atoms.area)
        parted = np.flatnonzero(own[atoms.sides[:, 0]] != own[atoms.sides[:, 1]]).tolist()
        cut = [atoms.joints[j] for j in parted]
        joints += cut
        tree = shapely.STRtree(atoms.area)

        def stand_of(areas: NDArray[np.object_], tree: shapely.STRtree = tree, own: Ints = own) -> Ints:
            inside = shapely.point_on_surface(areas)
            return np.asarray(own[tree.query_nearest(inside, all_matches=False)[1]])

        strips = [_strip(plan, joint) for joint in cut]
        by_storey.append(regions(pieces.footprint[here], strips, stand_of))
    parts = [
        Part(storey, polygonal(found[k]), place_m[k], 0.0, first + k)
        for k in range(len(place_m))
        for storey, found in zip(level.storeys, by_storey, strict=True)
        if k in found
    ]
    return parts, joints


def _strip(plan: Plan, joint: Joint) -> Area:
    line = centre_line(plan.walls[joint.wall])
    assert line is not None
    return joint_strip(plan.walls[joint.wall], line, joint.at_m)
