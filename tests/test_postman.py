"""Orders of little travel: every bead once and whole, ends paired, and bounds that no order undercuts."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.beads import Beads, Kind
from estimator.ordering import LayerPath
from estimator.postman import paired, short_order
from estimator.spanning import contacts
from estimator.travel_bound import least_travel_between_ends_m
from tests.helpers import Point, bead_lengths, beads_from

coordinate = st.integers(-50, 50).map(lambda n: n / 10)
point = st.tuples(coordinate, coordinate)
open_bead = st.lists(point, min_size=2, max_size=6, unique=True)
closed_bead = st.lists(point, min_size=3, max_size=6, unique=True).map(lambda p: [*p, p[0]])
bead_sets = st.lists(open_bead | closed_bead, min_size=2, max_size=14).map(beads_from)


def lengths(path: LayerPath) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    step = np.diff(path.points_m, axis=0)
    return np.asarray(np.hypot(step[:, 0], step[:, 1]))


def travel_m(path: LayerPath) -> float:
    return float(lengths(path)[path.kind == Kind.TRAVEL].sum())


@given(bead_sets, st.sampled_from([0.0, 0.5, 10.0]))
@settings(max_examples=150, deadline=None)
def test_every_bead_is_printed_once_and_whole_in_one_closed_tour(beads: Beads, start_m: float) -> None:
    path = short_order(beads, contacts(beads), start_m)
    assert path.points_m[-1] == pytest.approx(path.points_m[0])
    printed = path.bead >= 0
    laid = np.bincount(path.bead[printed], weights=lengths(path)[printed], minlength=len(beads))
    assert laid == pytest.approx(bead_lengths(beads), abs=1e-5)


@given(bead_sets, st.sampled_from([0.0, 10.0]))
@settings(max_examples=150, deadline=None)
def test_no_order_travels_less_than_the_bound(beads: Beads, start_m: float) -> None:
    if beads.is_closed.all():
        return
    near = contacts(beads)
    assert travel_m(short_order(beads, near, start_m)) >= least_travel_between_ends_m(beads, near) - 1e-5


@given(st.lists(st.lists(point, min_size=2, max_size=2, unique=True), min_size=2, max_size=4).map(beads_from))
@settings(max_examples=60, deadline=None)
def test_the_best_round_of_straight_beads_keeps_the_bound(beads: Beads) -> None:
    bead = beads.points_m.reshape(-1, 2, 2)
    best = np.inf
    for order in permutations(range(1, len(bead))):
        for turned in product((0, 1), repeat=len(bead)):
            way = [bead[k][:: 1 - 2 * turned[k]] for k in (0, *order)]
            best = min(best, sum(float(np.hypot(*(b[0] - a[1]))) for a, b in zip(way, way[1:] + way[:1], strict=True)))
    assert least_travel_between_ends_m(beads, contacts(beads)) <= best + 1e-5


def test_the_bound_of_a_row_of_open_rings_counts_doors_and_the_way_along_the_row() -> None:
    def ring(x: float) -> list[Point]:
        return [(x + 2, 0), (x + 6, 0), (x + 6, 5), (x, 5), (x, 0), (x + 1, 0)]

    row = beads_from([ring(8.0 * k) for k in range(5)])
    near = contacts(row)
    assert least_travel_between_ends_m(row, near) == pytest.approx(5 * 1.0 + (4 + 1) * 2.0)
    # and open rings are interrupted where they are next to each other, rather than left at their doors
    assert travel_m(short_order(row, near, 0.0)) == pytest.approx(5 * 1.0 + 2 * 4 * 2.0)


def test_beads_that_touch_all_along_are_printed_with_no_more_travel_than_their_ends_need() -> None:
    # a ring and three lines from side to side of it: six ends, in threes at either side
    lines: list[list[Point]] = [[(0.0, y), (10.0, y)] for y in (0.1, 0.2, 0.3)]
    beads = beads_from([[(0.0, 0.0), (10.0, 0.0), (10.0, 0.4), (0.0, 0.4), (0.0, 0.0)], *lines])
    path = short_order(beads, contacts(beads), 0.0)
    assert np.count_nonzero(path.kind == Kind.TRAVEL) == 3
    assert travel_m(path) == pytest.approx(0.1 + 0.1 + 10.0)  # two pairs, and one line's way back


@pytest.mark.parametrize("seed", range(20))
def test_few_ends_are_paired_almost_as_an_exhaustive_search_pairs_them(seed: int) -> None:
    place = np.random.default_rng(seed).uniform(0, 10, (8, 2))
    apart = np.hypot(*(place[:, None] - place).transpose(2, 0, 1))
    least = min(
        sum(float(apart[a, b]) for a, b in zip(order[::2], order[1::2], strict=True))
        for order in permutations(range(8))
        if all(a < b for a, b in zip(order[::2], order[1::2], strict=True))
    )
    pairs = paired(apart)
    assert sorted(pairs.ravel().tolist()) == list(range(8))
    assert float(apart[pairs[:, 0], pairs[:, 1]].sum()) <= 1.1 * least
