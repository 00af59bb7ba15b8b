"""Stands of an arm: the fewest places from which it reaches every wall, and what it prints from each.

Where no single place reaches everything (:mod:`estimator.stand_places`), walls may be cut at joints
(:mod:`estimator.atoms`) and the fewest places that reach every piece are found
(:mod:`estimator.cover`); then the joints are the fewest with which these places can share the walls.
A tail needs room only where walls stand already, so the order of the stands matters: stands whose
tails would get in each other's way in any order are not taken together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.atoms import Atoms, wall_atoms
from estimator.cover import fewest_places, shares
from estimator.errors import Finding
from estimator.exits import way_out
from estimator.parts import Joint, Layout, Part, joint_strip, regions
from estimator.plan import Area, Plan
from estimator.shapes import filled, polygonal, united
from estimator.stand_places import Room, in_reach, margins_m, single_stand, stand_places
from estimator.walls import Pieces, centre_line
from printers import Printer

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

REACHES_UP_M = 0.05
"""Walls that reach into a storey by less than this are not printed in it. [m]"""


@dataclass(frozen=True, slots=True)
class _Level:
    """Storeys printed from the same places: their pieces of wall, cut up, and where an arm may stand."""

    storeys: list[int]
    here: list[Bools]
    atoms: list[Atoms]
    floor: Area | None

    def areas(self) -> NDArray[np.object_]:
        return np.concatenate([atoms.area for atoms in self.atoms])


@dataclass(frozen=True, slots=True)
class _Sharing:
    """Stands in the order of printing, which of them prints each atom, whether tails stay clear in that order, and how
    many stands are needed at least.
    """

    place_m: Floats
    label: Ints
    is_in_order: bool
    least: int


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
    place = single_stand(pieces.footprint, room, upper)
    findings = list(_on_slabs(plan, printer, levels))
    if place is not None:
        parts = [Part(s, None, place, 0.0, k) for k, level in enumerate(levels) for s in level]
        return _with_way_out(plan, pieces, Layout(tuple(parts), (), 0.0, tuple(findings)), printer)
    parts_found: list[Part] = []
    joints: list[Joint] = []
    least = 0
    set_ups = 0
    for storeys, floor in zip(levels, floors, strict=True):
        here = [_standing(plan, pieces, s) for s in storeys]
        footprint = pieces.footprint[np.any(here, axis=0)]
        single = single_stand(footprint, room, [floor] if floor is not None else [])
        if single is not None:
            parts_found += [Part(s, None, single, 0.0, set_ups) for s in storeys]
            set_ups, least = set_ups + 1, least + 1
            continue
        level = _Level(list(storeys), here, [wall_atoms(plan, pieces, h) for h in here], floor)
        sharing = _several(plan, level, footprint, room, printer, findings)
        if sharing is None:
            return Layout((), (), 0.0, tuple(findings))
        level_parts, level_joints = _parts(plan, pieces, level, sharing, set_ups)
        parts_found += level_parts
        joints += level_joints
        set_ups, least = set_ups + len(sharing.place_m), least + sharing.least
    joints.sort(key=lambda j: (j.wall, j.at_m))
    if set_ups > len(levels):
        findings.append(_moved(printer, set_ups, len(joints), least))
    layout = Layout(tuple(parts_found), tuple(joints), 1.0 - least / set_ups, tuple(findings))
    return _with_way_out(plan, pieces, layout, printer)


def _with_way_out(plan: Plan, pieces: Pieces, layout: Layout, printer: Printer) -> Layout:
    """With how the machine comes from stand to stand; a delta is taken down and put up again."""
    if printer.kinematics == "delta":
        return layout
    way = way_out(plan, pieces, layout.parts, printer)
    return replace(layout, findings=(*layout.findings, *way.findings), crane_lifts=way.crane_lifts)


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


def _several(
    plan: Plan, level: _Level, footprint: NDArray[np.object_], room: Room, printer: Printer, findings: list[Finding]
) -> _Sharing | None:
    """Who prints what; None, and an error, where a wall is out of reach from everywhere."""
    area = level.areas()
    sides = _neighbours(level.atoms)
    place = stand_places(footprint, room, level.floor)
    reached, swept = in_reach(place, area, room)
    missed = np.asarray(~reached.any(axis=0))
    if missed.any():
        findings.append(_unreached(plan, level, missed, room, printer))
        return None
    taken, least = _covered(reached, np.zeros_like(reached))
    found = _shared(place, taken, reached, swept, area, sides, footprint, room)
    if found.is_in_order:
        return replace(found, least=least)
    strict = np.flatnonzero(~(swept & ~reached).any(axis=1))
    if reached[strict].any(axis=0).all():
        clear, _ = _covered(reached[strict], swept[strict])
        if len(clear):
            found = _shared(place, strict[clear], reached, swept, area, sides, footprint, room)
            return replace(found, least=least)
    findings.append(
        Finding(
            "stand-tail", "warning", printer.id,
            f"sweeps its tail ({room.tail_m:.1f} m) through walls that were printed before from another stand, in "
            "whatever order; leave those walls low until it has moved, or choose a machine with a shorter tail",
        )
    )  # fmt: skip
    return replace(found, least=least)


def _covered(reached: Bools, swept: Bools) -> tuple[Ints, int]:
    """The fewest places, group by group of what no place reaches together, and how many are needed at least."""
    chosen: list[int] = []
    least = 0
    for things in _apart(reached):
        of = np.flatnonzero(reached[:, things].any(axis=1))
        cover = fewest_places(reached[np.ix_(of, things)], swept[np.ix_(of, things)])
        if not len(cover.chosen):
            return np.empty(0, dtype=np.int64), 0
        chosen += of[cover.chosen].tolist()
        least += cover.least
    return np.array(chosen, dtype=np.int64), least


def _shared(
    place: Floats, taken: Ints, reached: Bools, swept: Bools, area: NDArray[np.object_], sides: Ints,
    footprint: NDArray[np.object_], room: Room,
) -> _Sharing:  # fmt: skip
    """Atoms shared out among places that were taken, the places moved to where the margins are widest."""
    middle = shapely.get_coordinates(shapely.centroid(area))
    away = np.hypot(*(place[taken][:, None, :] - middle[None, :, :]).transpose(2, 0, 1))
    pull = np.minimum(away / room.far_m, 1.0)
    label = shares(reached[taken], swept[taken], sides, pull)
    if label is None:
        label = np.asarray(np.argmin(np.where(reached[taken], pull, np.inf), axis=0))
    used = np.unique(label)
    taken, label = taken[used], np.searchsorted(used, label)
    stands, sweeps = [], []
    for k, first in enumerate(taken.tolist()):
        mine = label == k
        free = np.flatnonzero(reached[:, mine].all(axis=1))
        free = free[~(swept[free] & ~(mine | swept[first])).any(axis=1)]
        best = free[int(np.argmax(margins_m(place[free], area[mine], footprint, room)))]
        stands.append(place[best])
        sweeps.append(swept[best])
    before = np.zeros((len(taken), len(taken)), dtype=bool)
    for k, swept in enumerate(sweeps):
        before[k, label[swept]] = True
    np.fill_diagonal(before, False)
    order, is_in_order = _in_turn(np.array(stands), before, footprint)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return _Sharing(np.array(stands)[order], rank[label], is_in_order, 0)


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


def _in_turn(place_m: Floats, before: Bools, footprint: NDArray[np.object_]) -> tuple[Ints, bool]:
    """Order of stands: from inside, always the nearest of those that need no other first; whether there are such."""
    outline = shapely.boundary(shapely.convex_hull(shapely.GeometryCollection(list(footprint))))
    away = -shapely.distance(outline, shapely.points(place_m))
    left = np.ones(len(place_m), dtype=bool)
    order: list[int] = []
    is_in_order = True
    while left.any():
        free = left & ~before[left].any(axis=0)
        is_in_order &= bool(free.any())
        following = int(np.argmin(np.where(free if free.any() else left, away, np.inf)))
        order.append(following)
        left[following] = False
        away = np.hypot(*(place_m - place_m[following]).T)
    return np.array(order), is_in_order


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
            f"{room.far_m:.1f} m away" + (" on the slab below" if level.floor is not None else "")
        )
    return Finding(
        "reach", "error", wall.id,
        f"{printer.id} cannot reach this wall{more} from anywhere: {why}; choose a larger printer or change the plan",
    )  # fmt: skip


def _parts(plan: Plan, pieces: Pieces, level: _Level, sharing: _Sharing, first: int) -> tuple[list[Part], list[Joint]]:
    """Parts of a level, stand by stand, and the joints that part them."""
    joints: list[Joint] = []
    by_storey: list[dict[int, Area]] = []
    begin = 0
    for here, atoms in zip(level.here, level.atoms, strict=True):
        own = sharing.label[begin : begin + len(atoms.area)]
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
        Part(storey, polygonal(found[k]), sharing.place_m[k], 0.0, first + k)
        for k in range(len(sharing.place_m))
        for storey, found in zip(level.storeys, by_storey, strict=True)
        if k in found
    ]
    return parts, joints


def _strip(plan: Plan, joint: Joint) -> Area:
    line = centre_line(plan.walls[joint.wall])
    assert line is not None
    return joint_strip(plan.walls[joint.wall], line, joint.at_m)
