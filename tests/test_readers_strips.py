"""Areas of walls as strips with centre lines, their openings, and the gaps that drawings leave."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, affinity, box

from estimator.readers.assembly import Hole, walls_of_area
from estimator.readers.gaps import wall_gaps
from estimator.readers.notes import Notes
from estimator.readers.strips import Strip, wall_strips

ROOM = shapely.difference(box(0, 0, 5, 4), box(0.3, 0.3, 4.7, 3.7))
TWO_ROOMS = shapely.difference(box(0, 0, 9, 4), shapely.union(box(0.3, 0.3, 4.7, 3.7), box(4.8, 0.3, 8.7, 3.7)))


def thick(line: LineString, thickness_m: float) -> Polygon:
    return line.buffer(thickness_m / 2, cap_style="flat", join_style="mitre")


def lengths(strips: list[Strip]) -> list[float]:
    return sorted(round(s.axis.length, 3) for s in strips if s.axis is not None)


def missed_m2(area: shapely.Geometry, strips: list[Strip]) -> float:
    whole = shapely.union_all([s.footprint for s in strips])
    return float(shapely.area(shapely.symmetric_difference(area, whole)))


def test_a_room_is_four_walls_whose_centre_lines_meet() -> None:
    strips = wall_strips(ROOM)
    assert lengths(strips) == [3.7, 3.7, 4.7, 4.7]
    assert [s.thickness_m for s in strips] == pytest.approx([0.3] * 4)
    assert missed_m2(ROOM, strips) < 1e-9


def test_a_partition_ends_on_the_centre_lines_of_the_walls_it_meets() -> None:
    strips = wall_strips(TWO_ROOMS)
    thin = [s for s in strips if s.thickness_m == pytest.approx(0.1)]
    assert lengths(thin) == [3.7]
    assert lengths(strips) == [3.7, 3.7, 3.7, 8.7, 8.7]


@given(st.floats(0, 360), st.floats(-500, 500), st.floats(-500, 500))
def test_a_turned_and_moved_plan_has_the_same_strips(angle_deg: float, x: float, y: float) -> None:
    area = affinity.translate(affinity.rotate(TWO_ROOMS, angle_deg), x, y)
    strips = wall_strips(area)
    assert lengths(strips) == pytest.approx([3.7, 3.7, 3.7, 8.7, 8.7], abs=2e-3)
    assert missed_m2(area, strips) < 1e-6


def test_a_curved_wall_is_one_strip() -> None:
    ring = Point(0, 0).buffer(3).difference(Point(0, 0).buffer(2.8))
    half = shapely.intersection(ring, box(-5, 0, 5, 5))
    assert lengths(wall_strips(ring)) == [pytest.approx(2 * np.pi * 2.9, rel=2e-3)]
    assert lengths(wall_strips(half)) == [pytest.approx(np.pi * 2.9, rel=2e-3)]
    assert wall_strips(ring)[0].thickness_m == pytest.approx(0.2, rel=5e-3)


def test_crossing_walls_run_through() -> None:
    cross = shapely.union(box(-3, -0.1, 3, 0.1), box(-0.1, -3, 0.1, 3))
    assert lengths(wall_strips(cross)) == [6.0, 6.0]


def test_a_change_of_thickness_is_no_junction() -> None:
    strips = wall_strips(shapely.union(box(0, 0, 3, 0.3), box(3, 0.05, 6, 0.25)))
    assert lengths(strips) == [3.0, 3.0]


def test_a_skew_wall_ends_on_the_centre_line_it_meets() -> None:
    area = shapely.union(thick(LineString([(0, 0), (4, 0)]), 0.2), thick(LineString([(2, 0), (4, 3)]), 0.2))
    assert lengths(wall_strips(area)) == [pytest.approx(13**0.5, abs=2e-3), 4.0]


def test_a_piece_without_faces_is_kept_by_its_outline() -> None:
    lump = Polygon([(0, 0), (2, 0.4), (2.4, 2.2), (0.4, 1.8)])
    strips = wall_strips(lump)
    assert [s.axis for s in strips] == [None]
    assert missed_m2(lump, strips) < 1e-9


BAR = st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans(), st.integers(2, 10))


@given(st.lists(BAR, min_size=1, max_size=12))
def test_strips_together_are_the_area_whatever_it_is(bars: list[tuple[int, int, bool, int]]) -> None:
    area = shapely.union_all(
        [box(x, y, x + n, y + 0.2) if flat else box(x, y, x + 0.25, y + n) for x, y, flat, n in bars]
    )
    strips = wall_strips(area)
    assert missed_m2(area, strips) < 1e-6
    assert all(s.axis is None or s.axis.length > 0 for s in strips)


def test_four_hundred_rooms_are_forty_two_walls() -> None:
    grid = shapely.union_all(
        [box(-0.1, y * 4 - 0.1, 80.1, y * 4 + 0.1) for y in range(21)]
        + [box(x * 4 - 0.1, -0.1, x * 4 + 0.1, 80.1) for x in range(21)]
    )
    assert lengths(wall_strips(grid)) == [80.0] * 42


def hole(name: str, x0: float, x1: float, y: float = 0.15, sill: float = 0.0, head: float = 2.1) -> Hole:
    return Hole(name, "door", box(x0, y - 0.15, x1, y + 0.15), x1 - x0, sill, head)


def assembled(holes: list[Hole]) -> tuple[dict[str, list[tuple[str, float]]], list[str]]:
    notes = Notes()
    walls = walls_of_area(ROOM, holes, storey=0, base_m=0.0, top_m=2.5, prefix="w", notes=notes)
    found = {w.id: [(o.id, round(o.width_m, 3)) for o in w.openings] for w in walls if w.openings}
    return found, [f.code for f in notes.findings()]


def test_an_opening_goes_to_the_wall_it_lies_in() -> None:
    assert assembled([hole("d1", 1.0, 1.9)]) == ({"w1": [("d1", 0.9)]}, [])


def test_openings_on_each_other_are_united_and_told() -> None:
    found, codes = assembled([hole("d1", 1.0, 1.9), hole("d2", 1.5, 2.5)])
    assert (found, codes) == ({"w1": [("d1", 1.5)]}, ["openings-united"])


def test_an_opening_in_no_wall_is_left_out_and_told() -> None:
    assert assembled([hole("d1", 1.0, 1.9, y=2.0)]) == ({}, ["opening-off-wall"])


def test_an_opening_higher_than_its_wall_is_cut_off_and_told() -> None:
    assert assembled([hole("d1", 1.0, 1.9, head=3.0)]) == ({"w1": [("d1", 0.9)]}, ["opening-cut-short"])


def test_an_opening_is_cut_through_the_whole_wall() -> None:
    wall = walls_of_area(ROOM, [hole("d", 1.0, 1.9)], storey=0, base_m=0.0, top_m=2.5, prefix="w", notes=Notes())[0]
    left = shapely.difference(wall.footprint, wall.openings[0].footprint)
    assert left.area == pytest.approx(wall.footprint.area - 0.9 * 0.3, abs=1e-6)


def test_gaps_for_doors_are_found_between_ends_and_beside_walls() -> None:
    """A door in the middle of a wall, one against the side of another wall, and none across a room."""
    middle = shapely.difference(ROOM, box(2.0, -1, 2.9, 1))
    aside = shapely.difference(TWO_ROOMS, box(4, 0.3, 5.5, 1.2))
    assert [(round(g.width_m, 3), g.is_aside) for g in wall_gaps(middle)] == [(0.9, False)]
    assert [(round(g.width_m, 3), g.is_aside) for g in wall_gaps(aside)] == [(0.9, True)]
    assert wall_gaps(ROOM) == []


def test_jambs_out_of_square_leave_a_gap_a_gap() -> None:
    left = shapely.Polygon([(0, 0), (2, 0.06), (2.004, 0.12), (0, 0.08)])  # faces run together, the end leans
    right = shapely.Polygon([(2.85, 0.05), (5, 0.04), (5, 0.1), (2.855, 0.1)])
    assert [round(g.width_m, 2) for g in wall_gaps(shapely.union_all([left, right]))] == [0.85]


def test_the_way_past_the_end_of_a_wall_is_a_gap_to_a_side() -> None:
    stub = shapely.union(ROOM, box(2.5, 0.2, 2.6, 1.5))
    assert [g.is_aside for g in wall_gaps(stub)] == [True]
