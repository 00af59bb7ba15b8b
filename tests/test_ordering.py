"""Print order: the same beads, each once, with little travel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from estimator.beads import Beads, Kind
from estimator.ordering import LayerPath, nearest_start
from tests.helpers import Point, bead_lengths, beads_from

coordinate = st.integers(-50, 50).map(lambda n: n / 10)
point = st.tuples(coordinate, coordinate)
open_bead = st.lists(point, min_size=2, max_size=6, unique=True)
closed_bead = st.lists(point, min_size=3, max_size=6, unique=True).map(lambda p: [*p, p[0]])
bead_sets = st.lists(open_bead | closed_bead, min_size=1, max_size=12).map(beads_from)


def at(x: float = 0.0, y: float = 0.0) -> LayerPath:
    return nearest_start(beads_from([[(5, 0), (6, 0)], [(1, 0), (2, 0)]]), np.array([x, y]))


def lengths(path: LayerPath) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    step = np.diff(path.points_m, axis=0)
    return np.hypot(step[:, 0], step[:, 1])


def runs(path: LayerPath) -> list[int]:
    """Beads in print order; a bead printed in two goes is there twice."""
    on = path.bead[path.kind != Kind.TRAVEL]
    return [int(b) for b in on[np.concatenate(([True], on[1:] != on[:-1]))]] if len(on) else []


def file_order_travel(beads: Beads) -> float:
    """Travel of a layer printed in the order of the file, back to its start."""
    a = beads.points_m[beads.first[:-1]]
    b = beads.points_m[beads.first[1:] - 1]
    return float(np.hypot(*(np.roll(a, -1, axis=0) - b).T).sum())


def test_the_nearest_bead_comes_first() -> None:
    assert runs(at(0, 0)) == [1, 0]
    assert runs(at(7, 0)) == [0, 1]


def test_an_open_bead_may_be_printed_backwards() -> None:
    path = at(7, 0)
    assert path.points_m.tolist() == [[6, 0], [5, 0], [2, 0], [1, 0], [6, 0]]
    assert path.kind.tolist() == [Kind.CONTOUR, Kind.TRAVEL, Kind.CONTOUR, Kind.TRAVEL]
    assert path.width_m.tolist() == [0.05, 0.0, 0.05, 0.0]
    assert path.bead.tolist() == [0, -1, 1, -1]


def test_a_closed_bead_starts_at_the_nearest_of_its_corners() -> None:
    square: list[Point] = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
    path = nearest_start(beads_from([square]), np.array([5.0, 5.0]))
    assert path.points_m[0].tolist() == [4, 4]
    assert path.points_m[-1].tolist() == [4, 4]
    assert np.all(path.kind == Kind.CONTOUR)


def test_one_closed_bead_needs_no_travel_and_one_open_bead_the_way_back() -> None:
    ring = nearest_start(beads_from([[(0, 0), (1, 0), (1, 1), (0, 0)]]), np.zeros(2))
    assert not np.any(ring.kind == Kind.TRAVEL)
    line = nearest_start(beads_from([[(0, 0), (3, 0)]]), np.zeros(2))
    assert lengths(line)[line.kind == Kind.TRAVEL].sum() == pytest.approx(3)


def test_no_beads_are_an_empty_path() -> None:
    path = nearest_start(beads_from([]), np.zeros(2))
    assert len(path.kind) == 0
    assert len(path.points_m) == 1


def test_beads_that_meet_end_to_end_have_no_travel_between_them() -> None:
    path = nearest_start(beads_from([[(0, 0), (2, 0)], [(2, 0), (2, 3)]]), np.zeros(2))
    assert path.kind.tolist() == [Kind.CONTOUR, Kind.CONTOUR, Kind.TRAVEL]


@settings(deadline=None)
@given(bead_sets, point)
def test_every_bead_is_printed_once_and_whole(beads: Beads, origin: Point) -> None:
    path = nearest_start(beads, np.array(origin))
    order = runs(path)
    assert sorted(order) == list(range(len(beads)))
    printed = np.bincount(path.bead[path.bead >= 0], weights=lengths(path)[path.bead >= 0], minlength=len(beads))
    assert printed == pytest.approx(bead_lengths(beads), abs=1e-9)


@settings(deadline=None)
@given(bead_sets, point)
def test_beads_keep_their_places(beads: Beads, origin: Point) -> None:
    path = nearest_start(beads, np.array(origin))
    segments = np.stack((path.points_m[:-1], path.points_m[1:]), axis=1)
    for k in range(len(beads)):
        nodes = beads.points_m[beads.first[k] : beads.first[k + 1]]
        drawn = {tuple(sorted(map(tuple, s.tolist()))) for s in np.stack((nodes[:-1], nodes[1:]), axis=1)}
        laid = {tuple(sorted(map(tuple, s.tolist()))) for s in segments[path.bead == k]}
        assert drawn == laid


@settings(deadline=None)
@given(bead_sets, point)
def test_a_layer_is_a_closed_tour_in_which_closed_beads_return_to_their_start(beads: Beads, origin: Point) -> None:
    path = nearest_start(beads, np.array(origin))
    assert path.points_m[0].tolist() == path.points_m[-1].tolist()
    for k in np.flatnonzero(beads.is_closed):
        own = np.flatnonzero(path.bead == k)
        assert own.tolist() == list(range(own[0], own[-1] + 1))
        assert path.points_m[own[0]].tolist() == path.points_m[own[-1] + 1].tolist()


@settings(deadline=None)
@given(bead_sets, point)
def test_travel_carries_no_width_and_beads_do(beads: Beads, origin: Point) -> None:
    path = nearest_start(beads, np.array(origin))
    travels = path.kind == Kind.TRAVEL
    assert np.array_equal(travels, path.bead == -1)
    assert np.array_equal(travels, path.width_m == 0)
    assert len(path.points_m) == len(path.kind) + 1


def test_the_order_travels_less_than_the_file() -> None:
    # greedy may lose against a lucky file; over many random sets of forty beads it does not
    random = np.random.default_rng(11)
    ours, files = [], []
    for _ in range(50):
        start = random.uniform(0, 20, (40, 2))
        end = start + random.normal(0, 1, (40, 2))
        beads = beads_from([[tuple(a), tuple(b)] for a, b in zip(start, end, strict=True)])
        path = nearest_start(beads, np.zeros(2))
        ours.append(lengths(path)[path.kind == Kind.TRAVEL].sum())
        files.append(file_order_travel(beads))
    assert np.all(np.array(ours) < np.array(files))
    assert np.mean(ours) < 0.4 * np.mean(files)


def test_a_thousand_beads_are_ordered_in_one_go() -> None:
    random = np.random.default_rng(5)
    start = random.uniform(0, 50, (1000, 2))
    beads = beads_from([[tuple(p), tuple(p + 0.1)] for p in start])
    path = nearest_start(beads, np.zeros(2))
    total = sum(LineString(p).length for p in np.stack((start, start + 0.1), axis=1))
    assert lengths(path)[path.kind != Kind.TRAVEL].sum() == pytest.approx(total)
