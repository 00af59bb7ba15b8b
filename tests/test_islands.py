"""Houses on a site: far beads are islands, equal ones are told, and joining them costs no more than it must."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon

from estimator.crossings import uncrossed
from estimator.gap_costs import GapCosts
from estimator.islands import find_islands
from estimator.linking import short_round
from estimator.loops import Neighbours, best_loops, loops_cost
from estimator.print_order import path_cost_s, print_order
from estimator.seats import seated
from estimator.shapes import without
from estimator.spanning import box_distances_m, contacts
from tests.helpers import Point, beads_from
from tests.test_print_order import random_places, square

COSTS = GapCosts(8.0, 2.0)


def house(x: float, y: float) -> list[list[Point]]:
    """Two rings in each other and a bead between them."""
    return [square(x, y, 6), square(x + 1, y + 1, 4), [(x + 0.2, y + 3), (x + 0.8, y + 3)]]


def site(places: list[Point]) -> list[list[Point]]:
    return [bead for x, y in places for bead in house(x, y)]


def test_far_beads_are_islands_and_equal_ones_are_told() -> None:
    beads = beads_from([*site([(0, 0), (20, 0), (0, 20)]), square(20, 20, 6)])
    islands = find_islands(beads, box_distances_m(beads))
    assert [m.tolist() for m in islands.members] == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]
    assert islands.model == [0, 0, 0, 3]
    assert islands.same_bead().tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 2, 9]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=6, unique=True))
def test_the_shortest_tree_over_a_site_is_that_of_all_distances(lots: list[tuple[int, int]]) -> None:
    beads = beads_from(site([(x * 11.3, y * 12.7) for x, y in lots]))
    lines = np.array([shapely.LineString(p) for p in site([(x * 11.3, y * 12.7) for x, y in lots])], dtype=object)
    apart = shapely.distance(lines[:, None], lines)
    left, total = set(range(1, len(lines))), 0.0
    joined = {0}
    while left:
        gap, new = min((apart[a, b], b) for a in joined for b in left)
        total += gap
        joined.add(new)
        left.remove(new)
    assert contacts(beads).tree_m == pytest.approx(total, abs=1e-6)


def test_equal_houses_far_apart_cost_what_they_cost_alone_and_the_ways_between_them() -> None:
    alone = print_order(beads_from(house(0, 0)), COSTS, np.zeros(2))
    path = print_order(beads_from(site([(0, 0), (20, 0), (20, 20), (0, 20)])), COSTS, np.zeros(2))
    between_s = 4 * (COSTS.start_s + COSTS.s_per_m * 14.0)
    assert path_cost_s(path.path, COSTS) <= 4 * path_cost_s(alone.path, COSTS) + between_s + 1e-6


@pytest.mark.parametrize("seed", range(12))
def test_seated_stops_never_cost_more(seed: int) -> None:
    places = random_places(seed, 9, 0.3)
    loops = best_loops(places, Neighbours(np.empty((0, 2), np.int64), np.empty(0), list(range(9))), COSTS)
    moved = seated(loops, places, COSTS)
    assert loops_cost(moved, places, COSTS) <= loops_cost(loops, places, COSTS) + 1e-9
    owners = [[int(places.owner[p]) for p in loop] for loop in moved]
    assert owners == [[int(places.owner[p]) for p in loop] for loop in loops]


def test_crossings_are_undone() -> None:
    corners = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    found = uncrossed(corners, corners, 1e-3)
    assert found is not None
    way = corners[found[0]]
    assert np.hypot(*(np.roll(way, -1, axis=0) - way).T).sum() == pytest.approx(4.0)
    assert uncrossed(way, way, 1e-3) is None


def test_a_round_over_points_of_a_grid_is_as_short_as_its_points_are_many() -> None:
    points = np.array([(x, y) for x in range(5) for y in range(2)], dtype=float)
    order = short_round(points)
    assert sorted(order) == list(range(10))
    way = points[order]
    assert np.hypot(*(np.roll(way, -1, axis=0) - way).T).sum() == pytest.approx(10.0)


def test_what_is_left_of_a_site_is_what_is_left_of_each_house() -> None:
    lots = [(x, y) for x in range(0, 100, 10) for y in range(0, 40, 10)]
    outline = [[(x, y), (x + 6, y), (x + 6, y + 5), (x, y + 5)] for x, y in lots]
    inside = [[(x + 0.3, y + 0.3), (x + 5.7, y + 0.3), (x + 5.7, y + 4.7), (x + 0.3, y + 4.7)] for x, y in lots]
    area = MultiPolygon([Polygon(o, [i]) for o, i in zip(outline, inside, strict=True)])
    doors = MultiPolygon([shapely.box(x + 2, y - 0.1, x + 3, y + 0.4) for x, y in lots])
    left = without(area, doors)
    assert left.area == pytest.approx(area.area - 40 * 0.3)
    assert left.symmetric_difference(shapely.difference(area, doors)).area < 1e-9
