"""Pairs of long rings: joined as cheaply as by the exact order of beads, without its work."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from estimator.beads import Beads, Kind
from estimator.gap_costs import GapCosts, gap_costs
from estimator.ordering import nearest_start
from estimator.print_order import path_cost_s, print_order
from estimator.ring_pairs import LONG_NODES, ring_pair
from printers import load_printer
from tests.helpers import beads_from

Floats = NDArray[np.float64]
TURN = np.linspace(0.0, 2.0 * np.pi, 3001)


def wavy(radius_m: float, seed: int) -> Floats:
    """A ring of 3,000 nodes, no two stretches alike."""
    random = np.random.default_rng(seed)
    wave = sum(random.uniform(-0.1, 0.1) / k * np.sin(k * TURN + random.uniform(0, 6)) for k in range(1, 9))
    ring = np.stack(((radius_m + wave) * np.cos(TURN), (radius_m + wave) * np.sin(TURN)), axis=1)
    ring[-1] = ring[0]
    return ring


def square(side_m: float, nodes: int = 600) -> Floats:
    """A square about the origin, with nodes along its sides."""
    half = side_m / 2
    line = shapely.LinearRing([(-half, -half), (half, -half), (half, half), (-half, half)])
    return np.array(shapely.get_coordinates(shapely.segmentize(line, 4 * side_m / nodes)))


def beads_of(*rings: Floats) -> Beads:
    return beads_from([[(x, y) for x, y in ring.tolist()] for ring in rings])


def costs_of(printer: str) -> GapCosts:
    return gap_costs(load_printer(printer), 0.05, 0.02)


PAIRS = {
    "wavy": (wavy(4.0, 1), wavy(3.4, 2)),
    "beside": (wavy(2.0, 3), wavy(2.0, 4) + np.array((5.0, 1.0))),
    "square": (square(4.0), square(3.5)),
    "round in square": (square(6.0), wavy(2.5, 5)),
}


@pytest.mark.parametrize("printer", ["cobod-bod2", "icon-vulcan-2", "apis-cor-frank"])
@pytest.mark.parametrize("name", list(PAIRS))
def test_a_pair_of_long_rings_costs_no_more_than_nearest_starts_and_travels_near_its_bound(
    name: str, printer: str
) -> None:
    beads, costs = beads_of(*PAIRS[name]), costs_of(printer)
    found = ring_pair(beads, costs)
    assert found is not None
    order = print_order(beads, costs, beads.points_m[:1])
    nearest = nearest_start(beads, beads.points_m[:1])
    assert path_cost_s(order.path, costs) <= path_cost_s(nearest, costs) + 1e-6
    gap_m = shapely.distance(*(shapely.LinearRing(ring) for ring in PAIRS[name]))
    assert 0.98 * 2.0 * gap_m <= found.travel_min_m <= 2.0 * gap_m * (1 + 1e-9)


@pytest.mark.parametrize("name", list(PAIRS))
def test_both_rings_are_printed_whole_in_one_closed_tour(name: str) -> None:
    beads = beads_of(*PAIRS[name])
    order = print_order(beads, costs_of("cobod-bod2"), beads.points_m[:1])
    path = order.path
    assert (path.points_m[0] == path.points_m[-1]).all()
    step = np.hypot(*np.diff(path.points_m, axis=0).T)
    for k, ring in enumerate(PAIRS[name]):
        assert step[path.bead == k].sum() == pytest.approx(np.hypot(*np.diff(ring, axis=0).T).sum())
    assert np.count_nonzero(path.kind == Kind.TRAVEL) == order.starts == order.starts_min == 2


def test_short_rings_open_beads_and_rings_that_touch_are_left_to_the_exact_order() -> None:
    costs, (outer, inner) = costs_of("cobod-bod2"), PAIRS["wavy"]
    assert ring_pair(beads_of(outer, square(3.0, LONG_NODES - 8)), costs) is None
    assert ring_pair(beads_of(outer, inner[:-1]), costs) is None
    assert ring_pair(beads_of(outer, inner, inner * 0.5), costs) is None
    assert ring_pair(beads_of(square(4.0), square(4.0) + np.array((4.0, 0.0))), costs) is None
