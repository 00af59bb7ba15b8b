"""The cheapest print order: equal to an exhaustive search where beads are few, never dearer than nearest starts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations, product
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import estimate, read_plan
from estimator.beads import Beads, Kind
from estimator.estimate import Estimate
from estimator.gap_costs import GapCosts, Pace, gap_costs
from estimator.loops import Neighbours, Places, best_loops, loops_cost
from estimator.ordering import LayerPath, nearest_start
from estimator.plan import Plan
from estimator.print_order import path_cost_s, print_order
from estimator.spanning import contacts
from printers import Printer, load_printer
from tests.bench.buildings import buildings
from tests.helpers import Point, bead_lengths, beads_from

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PLANS = {p.stem: read_plan(p) for p in sorted(EXAMPLES.glob("*.json"))} | buildings()
BIG = load_printer("cobod-bod2").replace(build_x_m=100, build_y_m=100)

coordinate = st.integers(-50, 50).map(lambda n: n / 10)
point = st.tuples(coordinate, coordinate)
open_bead = st.lists(point, min_size=2, max_size=6, unique=True)
closed_bead = st.lists(point, min_size=3, max_size=6, unique=True).map(lambda p: [*p, p[0]])
bead_sets = st.lists(open_bead | closed_bead, min_size=1, max_size=14).map(beads_from)
all_costs = st.builds(
    GapCosts,
    st.floats(0, 10),
    st.floats(0.5, 10),
    st.just(float("inf")),
    st.none() | st.builds(Pace, st.floats(0.1, 0.3), st.just(0.5), st.just(0.5), st.just(0.002), st.booleans()),
)


def square(x: float, y: float, side: float) -> list[Point]:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]


def travel_m(path: LayerPath) -> float:
    step = np.diff(path.points_m, axis=0)[path.kind == Kind.TRAVEL]
    return float(np.hypot(step[:, 0], step[:, 1]).sum())


def random_places(seed: int, count: int, is_open: float) -> Places:
    """Beads with a few places each, rings and lines mixed, somewhere in a field."""
    random = np.random.default_rng(seed)
    closed = (random.uniform(size=count) >= is_open).tolist()
    sizes = [int(random.integers(1, 4)) if c else 2 for c in closed]
    first = [0, *np.cumsum(sizes).tolist()]
    middle = random.uniform(0, 5, (count, 2))
    points = np.repeat(middle, sizes, axis=0) + random.normal(0, 1, (first[-1], 2))
    leave = np.arange(first[-1])
    for b, c in enumerate(closed):
        if not c:
            leave[first[b]], leave[first[b] + 1] = first[b] + 1, first[b]
    owner = np.repeat(np.arange(count), sizes)
    return Places(points, owner, first, leave, closed, random.uniform(0, 0.5, first[-1]))


def least_cost_s(places: Places, costs: GapCosts) -> float:
    """Least cost of all tours in loops, found by trying every one of them."""
    count = len(places.closed)

    def gap(a: int, b: int) -> float:
        return float(places.costs_of(np.array([a]), np.array([b]), costs)[0])

    table = {(a, b): gap(a, b) for a in range(places.first[-1]) for b in range(places.first[-1])}

    def round_trip(beads: tuple[int, ...]) -> float:
        """The best loop over some beads, by every order and every choice of places."""
        best = np.inf
        for order in permutations(beads[1:]):
            own = [range(places.first[b], places.first[b + 1]) for b in (beads[0], *order)]
            for stops in product(*own):
                ways = zip(stops, stops[1:] + stops[:1], strict=True)
                best = min(best, sum(table[int(places.leave[a]), b] for a, b in ways))
        return best

    price = {s: round_trip(s) for k in range(2, count + 1) for s in combinations(range(count), k)}

    def grown(done: frozenset[int], so_far: float) -> Iterator[float]:
        """Add a loop that shares one bead, which may be interrupted, with those that are joined already."""
        if len(done) == count:
            yield so_far
        for loop, cost in price.items():
            shared = done.intersection(loop)
            if len(shared) == 1 and (done == {0} or places.closed[next(iter(shared))]):
                yield from grown(done | set(loop), so_far + cost)

    return min(grown(frozenset({0}), 0.0))


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("is_open", [0.0, 0.5])
def test_few_beads_cost_what_an_exhaustive_search_finds(seed: int, is_open: float) -> None:
    count = 2 + seed % 4
    places = random_places(seed, count, is_open)
    costs = GapCosts(float(np.random.default_rng(seed).choice([0.0, 0.5, 2.0, 10.0])), 2.0)
    nothing = Neighbours(np.empty((0, 2), np.int64), np.empty(0), list(range(count)))
    loops = best_loops(places, nothing, costs)
    assert loops_cost(loops, places, costs) == pytest.approx(least_cost_s(places, costs))


@pytest.mark.parametrize("start_s", [0.0, 1.0, 4.0])
def test_six_rings_cost_what_an_exhaustive_search_finds(start_s: float) -> None:
    places = random_places(99, 6, 0.0)
    costs = GapCosts(start_s, 2.0)
    nothing = Neighbours(np.empty((0, 2), np.int64), np.empty(0), list(range(6)))
    loops = best_loops(places, nothing, costs)
    assert loops_cost(loops, places, costs) == pytest.approx(least_cost_s(places, costs))


def test_a_ring_is_interrupted_where_that_costs_less_than_the_way_round() -> None:
    # three squares in a row, 0.1 m apart: from the first to the second and back, from the second to the third
    # and back, 4 × 0.1 m and four starts; or 0.1 + 0.1 + 2.2 m past the middle one and three
    beads = beads_from([square(0, 0, 2), square(2.1, 0, 2), square(4.2, 0, 2)])
    cheap = print_order(beads, GapCosts(1.0, 2.0), np.zeros(2))
    assert cheap.starts == 4
    assert travel_m(cheap.path) == pytest.approx(0.4)
    dear = print_order(beads, GapCosts(10.0, 2.0), np.zeros(2))
    assert dear.starts == 3
    assert travel_m(dear.path) == pytest.approx(4.4, abs=0.1)
    assert cheap.starts_min == dear.starts_min == 3
    assert cheap.travel_min_m == pytest.approx(0.3)  # the tree, and its longest edge once more


def test_the_way_back_along_a_lone_open_bead_is_what_no_tour_can_do_without() -> None:
    order = print_order(beads_from([[(0, 0), (3, 4)]]), GapCosts(5.0, 2.0), np.zeros(2))
    assert order.travel_min_m == pytest.approx(5.0)
    assert order.starts == order.starts_min == 1


def test_beads_that_touch_are_printed_without_a_stop() -> None:
    # a brace between the sides of a square: out of the ring, along the brace, back over the gap: one start
    beads = beads_from([square(0, 0, 2), [(0, 1), (2, 1)]])
    order = print_order(beads, GapCosts(5.0, 2.0), np.zeros(2))
    assert (order.starts, order.starts_min) == (1, 1)
    assert travel_m(order.path) == pytest.approx(2.0)


@settings(deadline=None, max_examples=60)
@given(bead_sets, all_costs)
def test_every_bead_is_printed_once_and_whole_in_one_closed_tour(beads: Beads, costs: GapCosts) -> None:
    path = print_order(beads, costs, np.zeros(2)).path
    step = np.diff(path.points_m, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    on = path.bead >= 0
    printed = np.bincount(path.bead[on], weights=length[on], minlength=len(beads))
    assert printed == pytest.approx(bead_lengths(beads), abs=1e-5)
    assert path.points_m[0].tolist() == path.points_m[-1].tolist()
    assert np.array_equal(path.kind == Kind.TRAVEL, path.bead == -1)
    middle = (path.points_m[:-1] + path.points_m[1:]) / 2
    for k in range(len(beads)):
        line = shapely.LineString(beads.points_m[beads.first[k] : beads.first[k + 1]])
        assert np.all(shapely.distance(line, shapely.points(middle[path.bead == k])) < 1e-5)


@settings(deadline=None, max_examples=60)
@given(bead_sets, all_costs)
def test_the_order_is_never_dearer_than_nearest_starts_nor_below_its_bounds(beads: Beads, costs: GapCosts) -> None:
    nearest = nearest_start(beads, np.zeros(2))
    for chosen in (costs, None):
        order = print_order(beads, chosen, np.zeros(2))
        assert path_cost_s(order.path, costs) <= path_cost_s(nearest, costs) * (1 + 1e-9)
        assert order.starts_min is not None and order.travel_min_m is not None
        assert order.starts >= order.starts_min
        assert travel_m(order.path) >= order.travel_min_m - 1e-5


@settings(deadline=None, max_examples=60)
@given(bead_sets)
def test_the_tree_over_the_beads_is_the_shortest(beads: Beads) -> None:
    lines = [shapely.LineString(beads.points_m[a:b]) for a, b in zip(beads.first[:-1], beads.first[1:], strict=True)]
    joined = {0}
    total = 0.0
    while len(joined) < len(lines):  # Prim over all distances
        gap, new = min((lines[a].distance(lines[b]), b) for a in joined for b in range(len(lines)) if b not in joined)
        joined.add(new)
        total += gap
    assert contacts(beads).tree_m == pytest.approx(total, abs=1e-5)


def quick(plan: Plan, printer: Printer, order: str = "best") -> Estimate:
    assert order in ("best", "nearest")
    return estimate(plan, printer=printer, samples=0, methods=(), order="best" if order == "best" else "nearest")


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("start_s", [0.0, 0.25, 0.5])
def test_a_head_with_cheap_starts_travels_at_most_twice_the_bound(name: str, start_s: float) -> None:
    valve = BIG.replace(start_time_s=start_s, stop_time_s=start_s, start_finish_time_s=0)
    path = quick(PLANS[name], valve).toolpath
    assert path.travel_min_m is not None
    assert path.travel_length_m() <= 2 * float(path.travel_min_m @ path.layers)


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("start_s", [0.0, 0.5, 5.0])
def test_no_print_takes_longer_than_with_nearest_starts(name: str, start_s: float) -> None:
    printer = BIG.replace(start_time_s=start_s, stop_time_s=start_s)
    best, nearest = (quick(PLANS[name], printer, order).outcome.times for order in ("best", "nearest"))
    moving_seams = 1e-3  # costs either order a little, and not the same
    assert float(best.nozzle_s - best.wait_s) <= float(nearest.nozzle_s - nearest.wait_s) * (1 + moving_seams)


def test_a_head_that_never_stops_pays_for_gaps_by_their_length_alone() -> None:
    hose = BIG.replace(continuity="never-stop")
    found = quick(PLANS["rectangular-72"], hose)
    assert found.outcome.times.start_stop_s == 0
    costs = gap_costs(hose, 0.05, 0.02)
    assert costs.s_per_m == pytest.approx(2 / float(hose.print_speed_m_per_s))
    assert found.work.travel_volume_m3 < quick(PLANS["rectangular-72"], hose, "nearest").work.travel_volume_m3


def test_the_hand_that_smooths_a_start_counts_as_the_time_of_the_whole_crew() -> None:
    smooth = BIG.replace(start_finish_time_s=0, crew_persons=3)
    rough = smooth.replace(start_finish_time_s=30)
    assert gap_costs(rough, 0.05, 0.02).start_s - gap_costs(smooth, 0.05, 0.02).start_s == pytest.approx(10.0)
    alone = rough.replace(crew_persons=0.5)  # who looks after two machines smooths no quicker
    assert gap_costs(alone, 0.05, 0.02).start_s - gap_costs(smooth, 0.05, 0.02).start_s == pytest.approx(30.0)
