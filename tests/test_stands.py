"""Stands of an arm: as few as can be, all walls in reach, base and tail clear, joints where joints may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, permutations, product

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.at_once import assign_machines
from estimator.atoms import wall_atoms
from estimator.cover import fewest_places, shares
from estimator.estimate import estimate
from estimator.exits import way_out
from estimator.frames import CLEAR_OF_OPENING_M
from estimator.parts import Layout, Part, joint_strip, with_joints
from estimator.plan import Plan, Room
from estimator.stand_places import Room as RoomOf
from estimator.stands import plan_stands
from estimator.walls import centre_line, wall_pieces
from materials import load_terms
from printers import Printer, load_printer
from tests.helpers import box, moved, plan, wall, with_opening

ARM = load_printer("class-polar-site").replace(
    reach_min_m=1.5, reach_max_m=6.0, base_radius_m=0.9, tail_radius_m=1.5
)  # fmt: skip
SMALL = load_printer("apis-cor-frank").replace(reach_min_m=1.2, reach_max_m=4.5, base_radius_m=0.8)
CRAWLER = load_printer("cybe-rc-3dp").replace(reach_min_m=0.9, reach_max_m=3.0, base_radius_m=0.8)


def stands(of: Plan, printer: Printer, levels: Sequence[Sequence[int]] = ((0,),)) -> Layout:
    return plan_stands(of, wall_pieces(of), printer, levels)


def rooms(across: int, along: int, width: float = 4.0, depth: float = 4.0) -> Plan:
    """Rooms in rows, a door in every wall that runs across, a window in every other."""
    walls = []
    for j, i in product(range(along + 1), range(across)):
        lying = wall((i * width, j * depth), ((i + 1) * width, j * depth))
        walls.append(with_opening(lying, width / 2 - 0.5, 1.0, 0.0, 2.1))
    for i, j in product(range(across + 1), range(along)):
        standing = wall((i * width, j * depth), (i * width, (j + 1) * depth))
        walls.append(with_opening(standing, depth / 2 - 0.6, 1.2, 0.9, 2.1, "window"))
    return plan(*walls)


def long_house() -> Plan:
    """14 × 6 m, two rooms."""
    south, east, north, west = box(14.0, 6.0)
    south = with_opening(south, 2.5, 1.0, 0.0, 2.1)
    north = with_opening(north, 3.0, 1.5, 0.9, 2.1, "window")
    inside = with_opening(wall((7.0, 0.0), (7.0, 6.0), name="inside"), 2.5, 0.9, 0.0, 2.1)
    return plan(south, east, north, west, inside)


def turned_house() -> Plan:
    return moved(long_house(), 31.0, (4.0, -7.0))


def houses(count: int, apart: float) -> Plan:
    one = long_house()
    walls = [
        replace(w, id=f"{w.id}-{k}") for k in range(count) for w in moved(one, 0.0, (0.0, k * (6.0 + apart))).walls
    ]
    return plan(*walls)


CASES = [
    pytest.param(long_house(), ARM, id="long-arm"),
    pytest.param(turned_house(), SMALL, id="turned-small"),
    pytest.param(rooms(3, 2), SMALL, id="six-rooms-small"),
    pytest.param(rooms(2, 2), CRAWLER, id="four-rooms-crawler"),
]


# --- the cover -----------------------------------------------------------------------------------


matrices = st.integers(1, 9).flatmap(
    lambda things: st.lists(st.lists(st.booleans(), min_size=things, max_size=things), min_size=1, max_size=12)
)


@settings(max_examples=60, deadline=None)
@given(matrices, st.randoms(use_true_random=False))
def test_no_choice_of_places_is_smaller_than_the_one_found(rows: list[list[bool]], random: object) -> None:
    reached = np.array(rows, dtype=bool)
    claimed = reached & (np.random.default_rng(len(rows) * 7 + reached.sum()).random(reached.shape) < 0.3)

    def does(places: tuple[int, ...]) -> bool:
        of = list(places)
        return bool(reached[of].any(axis=0).all() and (claimed[of].sum(axis=0) <= 1).all())

    sizes = range(1, len(rows) + 1)
    fewest = next((n for n in sizes if any(map(does, combinations(range(len(rows)), n)))), None)
    found = fewest_places(reached, claimed)
    if fewest is None:
        assert len(found.chosen) == 0
    else:
        assert len(found.chosen) == found.least == fewest
        assert does(tuple(found.chosen.tolist()))


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 3), st.integers(2, 6), st.integers(0, 10_000))
def test_no_sharing_out_parts_fewer_neighbours_than_the_one_found(takers: int, things: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    can = random.random((takers, things)) < 0.6
    can[random.integers(takers, size=things), np.arange(things)] = True
    sweeps = random.random((takers, things)) < 0.2
    sides = np.array([p for p in combinations(range(things), 2) if random.random() < 0.5], dtype=np.int64)
    sides = sides.reshape(-1, 2)
    pull = random.random((takers, things))

    def parted(who: Sequence[int]) -> int:
        label = np.array(who)
        return int(np.count_nonzero(label[sides[:, 0]] != label[sides[:, 1]]))

    def is_allowed(who: Sequence[int]) -> bool:
        late = {(j, k) for a, k in enumerate(who) for j in range(takers) if j != k and sweeps[j, a]}
        in_turn = any(all(o.index(j) < o.index(k) for j, k in late) for o in permutations(range(takers)))
        return in_turn and all(can[k, a] for a, k in enumerate(who))

    allowed = [w for w in product(range(takers), repeat=things) if is_allowed(w)]
    found = shares(can, sweeps, sides, pull)
    assert (found is None) == (not allowed)
    if found is not None:
        assert is_allowed(found.tolist())
        assert parted(found.tolist()) == min(map(parted, allowed))


# --- the stands ----------------------------------------------------------------------------------


def test_what_one_stand_reaches_is_not_cut() -> None:
    layout = stands(plan(*box(6.0, 5.0)), ARM)
    assert layout.set_ups == 1
    assert not layout.joints
    assert layout.parts[0].region is None
    assert [f.code for f in layout.findings] == ["stand-craned"]


@pytest.mark.parametrize(("of", "printer"), CASES)
def test_every_piece_of_wall_is_in_reach_of_its_stand(of: Plan, printer: Printer) -> None:
    layout = stands(of, printer)
    assert layout.set_ups > 1
    assert layout.gap == 0.0
    near, far = float(printer.reach_min_m), float(printer.reach_max_m)
    for part in layout.parts:
        assert part.region is not None
        assert part.place_m is not None
        spot = shapely.Point(part.place_m)
        assert shapely.distance(part.region, spot) >= near - 1e-6
        assert shapely.hausdorff_distance(part.region, spot) <= far + 1e-6


@pytest.mark.parametrize(("of", "printer"), CASES)
def test_base_and_tail_are_clear_of_walls(of: Plan, printer: Printer) -> None:
    layout = stands(of, printer)
    room = RoomOf.of(printer)
    walls = shapely.union_all(wall_pieces(of).footprint)
    for part in layout.parts:
        assert part.place_m is not None
        spot = shapely.Point(part.place_m)
        assert shapely.distance(walls, spot) >= room.base_m - 1e-6
        earlier = [p.region for p in layout.parts if p.set_up < part.set_up]
        if earlier:
            assert shapely.distance(shapely.union_all(earlier), spot) >= room.tail_m - 1e-6


@pytest.mark.parametrize(("of", "printer"), CASES)
def test_parts_and_joints_make_up_the_walls(of: Plan, printer: Printer) -> None:
    layout = stands(of, printer)
    walls = shapely.union_all(wall_pieces(of).footprint)
    regions = [part.region for part in layout.parts]
    strips = []
    for joint in layout.joints:
        line = centre_line(of.walls[joint.wall])
        assert line is not None
        strips.append(joint_strip(of.walls[joint.wall], line, joint.at_m))
    assert shapely.union_all([*regions, *strips]).symmetric_difference(walls).area < 0.01
    for one, other in combinations(regions, 2):
        assert shapely.distance(one, other) > 0.009
    assert len(with_joints(of, layout.joints).walls) == len(of.walls)


@pytest.mark.parametrize(("of", "printer"), CASES)
def test_joints_are_away_from_openings_and_corners(of: Plan, printer: Printer) -> None:
    for joint in stands(of, printer).joints:
        line = centre_line(of.walls[joint.wall])
        assert line is not None
        at = line.interpolate(joint.at_m)
        half = 0.25 / 2  # the joint runs across the wall, so its ends are half a thickness from its middle
        for opening in of.walls[joint.wall].openings:
            assert np.hypot(half, shapely.distance(opening.footprint, at)) >= CLEAR_OF_OPENING_M - 1e-6
        for k, other in enumerate(of.walls):
            if k != joint.wall:
                assert shapely.distance(other.footprint, at) >= CLEAR_OF_OPENING_M - 0.02


def test_a_house_of_two_rooms_is_printed_from_two_stands() -> None:
    layout = stands(long_house(), ARM)
    assert layout.set_ups == 2
    # each long wall and nothing else is cut between the stands, or the partition is gone round: 2 or 3 joints
    assert 2 <= len(layout.joints) <= 3
    assert [f.code for f in layout.findings] == ["stand-moved", "stand-craned"]


@pytest.mark.parametrize(("of", "printer"), CASES)
def test_a_larger_reach_never_needs_more_stands(of: Plan, printer: Printer) -> None:
    counts = []
    for more in (1.0, 1.15, 1.4, 2.0, 4.0):
        layout = stands(of, printer.replace(reach_max_m=float(printer.reach_max_m) * more))
        assert layout.gap == 0.0
        counts.append(layout.set_ups)
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 1


def test_a_smaller_base_never_needs_more_stands() -> None:
    of = rooms(2, 2, 3.0, 3.0)
    counts = [stands(of, SMALL.replace(base_radius_m=base)).set_ups for base in (0.9, 0.6, 0.3)]
    assert counts == sorted(counts, reverse=True)


def test_turning_and_moving_a_house_changes_nothing() -> None:
    straight, turned = stands(long_house(), SMALL), stands(turned_house(), SMALL)
    assert straight.set_ups == turned.set_ups
    assert len(straight.joints) == len(turned.joints)


def test_houses_far_apart_are_planned_each_for_itself() -> None:
    one, four = stands(long_house(), SMALL), stands(houses(4, 20.0), SMALL)
    assert four.set_ups == 4 * one.set_ups
    assert len(four.joints) == 4 * len(one.joints)
    assert four.gap == 0.0


def test_a_wall_out_of_reach_is_named() -> None:
    # a room of 1.4 m clear has no place for a base of 0.8 m, and its walls are too thick to be reached from outside
    of = plan(wall((0, 0), (10, 0), name="thin"), wall((0, 12), (30, 12), thickness=6.0, name="dam"))
    layout = stands(of, SMALL)
    assert not layout.parts
    (found,) = [f for f in layout.findings if f.severity == "error"]
    assert (found.code, found.where) == ("reach", "dam")
    assert "4.5 m" in found.message


def test_a_ring_is_cut_into_parts_when_it_is_larger_than_the_reach() -> None:
    angles = np.linspace(0, 2 * np.pi, 97)[:-1]
    points = [(9 * np.cos(a), 9 * np.sin(a)) for a in angles]
    layout = stands(plan(wall(*points, points[0])), ARM)
    assert layout.set_ups == len(layout.joints) > 1


def test_a_tail_longer_than_the_least_reach_keeps_stands_of_others_away() -> None:
    counts = [stands(rooms(3, 2), SMALL.replace(tail_radius_m=tail)).set_ups for tail in (0.0, 1.6)]
    assert counts[0] <= counts[1]


def test_atoms_hold_corners_whole() -> None:
    of = long_house()
    pieces = wall_pieces(of)
    atoms = wall_atoms(of, pieces, np.ones(len(pieces.wall), dtype=bool))
    corners = [(0, 0), (14, 0), (14, 6), (0, 6), (7, 0), (7, 6)]
    for x, y in corners:
        near = shapely.Point(x, y).buffer(0.3)
        assert np.count_nonzero(shapely.intersects(atoms.area, near)) == 1


# --- storeys -------------------------------------------------------------------------------------


def two_storeys(upper: tuple[float, float]) -> Plan:
    return plan(*box(14.0, 6.0), *box(*upper, base=2.5, storey=1), storeys=(0.0, 2.5))


def test_an_upper_storey_is_printed_from_its_slab() -> None:
    layout = stands(two_storeys((14.0, 6.0)), ARM.replace(machine_mass_kg=2000), [[0], [1]])
    slab = shapely.box(0, 0, 14, 6)
    upper = [p for p in layout.parts if p.storey == 1]
    assert len(upper) >= 2
    assert {p.set_up for p in upper}.isdisjoint(p.set_up for p in layout.parts if p.storey == 0)
    assert all(p.place_m is not None and shapely.contains(slab, shapely.Point(p.place_m)) for p in upper)
    (warned,) = [f for f in layout.findings if f.code == "stand-on-slab"]
    assert warned.where == "Storey 2"
    assert "20 kN" in warned.message


def test_low_walls_are_printed_from_the_stands_of_the_storey_above() -> None:
    of = plan(
        *box(14.0, 6.0, height=0.5), *box(14.0, 6.0, base=0.5, storey=1), storeys=(0.0, 0.5)
    )  # fmt: skip
    layout = stands(of, ARM, [[0, 1]])
    assert layout.set_ups == stands(plan(*box(14.0, 6.0)), ARM).set_ups
    assert len(layout.parts) == 2 * layout.set_ups


# --- the way out ---------------------------------------------------------------------------------


def with_door(width: float, head: float = 2.1) -> Plan:
    south, *rest = box(6.0, 5.0)
    return plan(with_opening(south, 2.0, width, 0.0, head), *rest)


def lifts(of: Plan, printer: Printer, levels: Sequence[Sequence[int]] = ((0,),)) -> tuple[int, list[str]]:
    layout = stands(of, printer, levels)
    assert layout.crane_lifts is not None
    return layout.crane_lifts, [f.code for f in layout.findings if f.code in ("stand-craned", "stand-enclosed")]


def test_a_machine_drives_out_through_a_door_that_is_wide_and_high_enough() -> None:
    drives = SMALL.replace(exit_width_m=0.9, exit_height_m=2.0)
    assert lifts(with_door(0.9), drives) == (0, [])
    assert lifts(with_door(0.8), drives) == (1, ["stand-enclosed"])
    assert lifts(with_door(0.9, head=1.9), drives) == (1, ["stand-enclosed"])
    assert lifts(plan(*box(6.0, 5.0)), drives) == (1, ["stand-enclosed"])


def test_a_way_out_may_lead_through_the_next_room() -> None:
    drives = SMALL.replace(exit_width_m=0.9, exit_height_m=2.0)
    in_the_hall = [Part(0, None, np.array([2.2, 2.5]))]
    south, east, north, west = box(6.0, 5.0)
    inside = wall((4.5, 0.0), (4.5, 5.0), name="inside")
    outer_door = with_opening(south, 4.9, 0.95)
    inner_door = with_opening(inside, 2.0, 0.95)
    for door, needed in ((inner_door, 0), (inside, 1)):
        of = plan(outer_door, east, north, west, door)
        assert way_out(of, wall_pieces(of), in_the_hall, drives).crane_lifts == needed


def test_the_room_that_holds_the_machine_is_named() -> None:
    of = replace(plan(*box(6.0, 5.0)), rooms=(Room("r1", "Hall", 0, shapely.box(0, 0, 6, 5)),))
    (found,) = stands(of, SMALL).findings
    assert found.where == "Hall"


def test_a_machine_that_does_not_drive_is_lifted_every_time() -> None:
    assert lifts(with_door(3.0), ARM) == (2, ["stand-craned"])
    count = stands(long_house(), ARM).set_ups
    assert lifts(long_house(), ARM) == (count + 1, ["stand-craned"])


def test_walls_printed_later_are_not_in_the_way() -> None:
    # a row of closed rooms without doors, printed inside out: only the last stands are walled in
    of = plan(*box(14.0, 6.0))
    layout = stands(of, SMALL)
    assert layout.crane_lifts == 1
    assert layout.set_ups > 1


def test_a_crane_brings_the_machine_up_and_down() -> None:
    of = two_storeys((14.0, 6.0))
    closed, _ = lifts(of, SMALL.replace(max_storeys=2), [[0], [1]])
    assert closed >= 2


# --- several machines ----------------------------------------------------------------------------


def row(count: int, effort: Sequence[float] = ()) -> tuple[list[Part], np.ndarray]:
    """Parts side by side, each 2 m wide, 0.01 m apart."""
    parts = [Part(0, shapely.box(2 * k, 0, 2 * k + 1.99, 1), None, set_up=k) for k in range(count)]
    return parts, np.array(effort or [1.0] * count)


def test_neighbours_are_never_printed_at_the_same_time() -> None:
    parts, effort = row(6)
    turns = assign_machines(parts, effort, 2, 1.0)
    for t in range(turns.turn.max() + 1):
        together = np.flatnonzero(turns.turn == t)
        assert len(set(turns.machine[together].tolist())) == len(together) <= 2
        for i, j in combinations(together.tolist(), 2):
            assert shapely.distance(parts[i].region, parts[j].region) >= 1.0
    assert turns.elapsed_s(effort) == 3.0
    assert np.bincount(turns.machine).tolist() == [3, 3]


def test_one_machine_prints_everything_in_turn() -> None:
    parts, effort = row(4, [1.0, 2.0, 3.0, 4.0])
    turns = assign_machines(parts, effort, 1, 1.0)
    assert turns.elapsed_s(effort) == 10.0
    assert set(turns.machine.tolist()) == {0}


def test_parts_of_like_length_are_paired() -> None:
    parts, effort = row(4, [1.0, 5.0, 5.0, 1.0])
    # 0 with 2, 1 with 3, or 0 with 3: the fives are neighbours, so at best 5 + 5
    assert assign_machines(parts, effort, 2, 1.0).elapsed_s(effort) == 10.0
    far = [replace(p, region=shapely.box(9 * k, 0, 9 * k + 1, 1)) for k, p in enumerate(parts)]
    assert assign_machines(far, effort, 2, 1.0).elapsed_s(effort) == 6.0


@pytest.mark.parametrize("count", [2, 3])
def test_pairing_equals_an_exhaustive_search(count: int) -> None:
    random = np.random.default_rng(count)
    parts, _ = row(6)
    effort = random.integers(1, 9, 6).astype(float)

    def cost(turn: Sequence[int]) -> float:
        total = 0.0
        for t in set(turn):
            group = [k for k, of in enumerate(turn) if of == t]
            near = any(shapely.distance(parts[i].region, parts[j].region) < 1.0 for i, j in combinations(group, 2))
            if near or len(group) > count:
                return np.inf
            total += max(effort[k] for k in group)
        return total

    best = min(cost(turn) for turn in product(range(4), repeat=6))
    assert assign_machines(parts, effort, count, 1.0).elapsed_s(effort) == best


def test_storeys_follow_one_another() -> None:
    lower, _ = row(2)
    upper = [replace(p, storey=1, set_up=p.set_up + 2) for p in lower]
    turns = assign_machines([*lower, *upper], np.ones(4), 2, 0.0)
    assert turns.turn.tolist() == [0, 0, 1, 1]


# --- in the ledger -------------------------------------------------------------------------------


def test_every_stand_but_the_first_costs_a_move_and_every_lift_the_crane() -> None:
    carried, driven = (
        estimate(with_door(1.0), printer=SMALL.replace(**more), samples=0)
        for more in ({"exit_width_m": 1.1}, {"exit_width_m": 0.9})
    )
    crane = [next(line for line in e.outcome.lines if line.code == "crane") for e in (carried, driven)]
    terms = load_terms()
    assert float(crane[0].quantity) == float(terms.setup_crane_h)
    assert float(crane[1].quantity) == 0.0
    several = estimate(long_house(), printer=ARM, samples=0)
    assert several.work.set_ups == 2
    assert float(several.outcome.times.station_move_s) == float(ARM.relocation_time_s)
    assert several.work.crane_lifts == 3
