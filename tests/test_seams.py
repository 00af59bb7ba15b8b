"""Seams are staggered from layer to layer: what moves, by how much, what stays, and what it costs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely

from estimator import Estimate, estimate, read_plan
from estimator.beads import Kind
from estimator.gap_costs import GapCosts
from estimator.print_order import print_order
from estimator.seams import SHIFT_BEADS, layer_numbers, odd_layers, staggered
from estimator.slicing import Bands
from estimator.toolpath import Toolpath
from printers import load_printer
from tests.helpers import Point, beads_from

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PAIRS = (
    ("rectangular-72", "cobod-bod2"),
    ("rectangular-72", "icon-vulcan-2"),
    ("two-storey-140", "cobod-bod2"),
    ("stupino-round-house", "apis-cor-2017"),
    ("kamermaker-cabin", "class-arm-mobile"),
    ("earth-round-room", "wasp-crane"),
)
HEIGHT_M = 0.02
SHIFT_M = 0.1


@cache
def made(plan: str, printer: str, continuity: str | None = None) -> Estimate:
    machine = load_printer(printer)
    if continuity is not None:
        machine = machine.replace(continuity=continuity)
    return estimate(read_plan(EXAMPLES / f"{plan}.json"), printer=machine, methods=(), samples=0)


def square(x: float, y: float, side: float) -> list[Point]:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]


def storey(layers: int, base_m: float = 0.0) -> Bands:
    """One storey of one section."""
    return Bands(
        np.array([base_m]), np.array([base_m + layers * HEIGHT_M]), np.array([layers]), np.zeros(1, np.int64),
        np.zeros(1, np.int64), (), np.zeros(1, np.int64),
    )  # fmt: skip


def path_of(lines: list[list[Point]], layers: int, start_s: float = 5.0) -> Toolpath:
    """Toolpath of beads in their best order, with seams staggered."""
    order = print_order(beads_from(lines), GapCosts(start_s, 2.0), np.zeros(2))
    path = order.path
    whole = Toolpath(
        path.points_m[:-1], path.points_m[1:], path.kind, path.width_m, path.bead, np.array([0, len(path.kind)]),
        np.array([order.starts]), np.array([layers]), HEIGHT_M, np.array([order.starts_min]),
        np.array([order.travel_min_m]),
    )  # fmt: skip
    return staggered(whole, storey(layers), SHIFT_M)


def seams_m(path: Toolpath, section: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Where beads of a section begin."""
    own = slice(int(path.first[section]), int(path.first[section + 1]))
    bead = path.kind[own] != Kind.TRAVEL
    begins = bead & ~np.roll(bead, 1)
    if bead.all():
        begins[0] = True
    return np.asarray(path.start_m[own][begins])


def line_of(path: Toolpath, section: int) -> shapely.MultiLineString:
    """All beads of a section."""
    own = slice(int(path.first[section]), int(path.first[section + 1]))
    bead = path.kind[own] != Kind.TRAVEL
    return shapely.MultiLineString(list(np.stack((path.start_m[own][bead], path.end_m[own][bead]), axis=1)))


def travel_m(path: Toolpath, section: int) -> float:
    own = slice(int(path.first[section]), int(path.first[section + 1]))
    return float(path.length_m[own][path.kind[own] == Kind.TRAVEL].sum())


def test_two_rings_in_each_other_begin_elsewhere_on_odd_layers_and_no_travel_is_added() -> None:
    path = path_of([square(0, 0, 4), square(0.2, 0.2, 3.6)], 9)
    assert path.layers.tolist() == [5, 4]
    even, odd = seams_m(path, 0), seams_m(path, 1)
    apart = np.hypot(*(even[:, None] - odd).transpose(2, 0, 1)).min(axis=1)
    assert apart == pytest.approx(SHIFT_M, rel=1e-6)
    # round the two rings and to the next layer's start: as far as before, and along the outer ring once
    assert travel_m(path, 0) <= travel_m(path_of([square(0, 0, 4), square(0.2, 0.2, 3.6)], 1), 0) + SHIFT_M


def test_a_lone_ring_goes_on_a_little_further_which_no_order_can_do_without() -> None:
    path = path_of([square(0, 0, 4)], 2)
    assert [travel_m(path, k) for k in (0, 1)] == pytest.approx([SHIFT_M, SHIFT_M])
    assert path.travel_min_m is not None
    assert path.travel_min_m.tolist() == pytest.approx([SHIFT_M, SHIFT_M])
    assert path.starts.tolist() == [1, 1]


def test_seams_of_a_small_ring_move_a_quarter_round() -> None:
    path = path_of([square(0, 0, 0.06)], 2)
    assert np.hypot(*(path.start_m[path.first[1]] - path.start_m[0])) == pytest.approx(0.06)


def test_open_beads_and_rings_that_touch_others_stay() -> None:
    for lines in ([[(0.0, 0.0), (2.0, 0.0)], [(0.0, 1.0), (2.0, 1.0)]], [square(0, 0, 2), [(0.0, 1.0), (2.0, 1.0)]]):
        path = path_of(lines, 10)
        assert path.odd is None
        assert path.layers.tolist() == [10]


def test_layers_are_counted_in_their_storey_whatever_the_bands() -> None:
    bands = Bands(
        np.array([0.0, 0.06, 3.0]), np.array([0.06, 0.16, 3.08]), np.array([3, 5, 4]), np.array([0, 1, 0]),
        np.array([0, 0, 1]), (), np.zeros(3, np.int64),
    )  # fmt: skip
    assert layer_numbers(bands, HEIGHT_M).tolist() == [0, 3, 0]
    assert odd_layers(bands, HEIGHT_M).tolist() == [1, 3, 2]  # 1; 3, 5, 7; 1, 3


@pytest.mark.parametrize(("plan", "printer"), PAIRS)
def test_odd_layers_print_the_same_beads_from_other_places(plan: str, printer: str) -> None:
    e = made(plan, printer)
    path = e.toolpath
    assert path.odd is not None
    assert path.seam_shift_m == pytest.approx(SHIFT_BEADS * float(e.printer.bead_width_m))
    bead_m = path.per_section(np.where(path.kind == Kind.TRAVEL, 0.0, path.length_m))
    twins = np.flatnonzero(path.odd != np.arange(len(path.odd)))
    for k in twins.tolist():
        odd = int(path.odd[k])
        assert bead_m[odd] == pytest.approx(bead_m[k], abs=1e-4)
        one, other = line_of(path, k), line_of(path, odd)
        assert shapely.hausdorff_distance(one, other, densify=0.1) < 1e-5
        assert abs(int(path.layers[k]) - int(path.layers[odd])) <= len(e.bands.layers)
    assert path.layers.sum() == e.bands.layers.sum()


@pytest.mark.parametrize(("plan", "printer"), PAIRS)
def test_a_layer_ends_where_the_next_one_of_its_section_begins(plan: str, printer: str) -> None:
    path = made(plan, printer).toolpath
    assert path.odd is not None
    first, last = path.start_m[path.first[:-1]], path.end_m[path.first[1:] - 1]
    for k in np.flatnonzero(path.odd != np.arange(len(path.odd))).tolist():
        odd = int(path.odd[k])
        assert last[k].tolist() == first[odd].tolist()
        assert last[odd].tolist() == first[k].tolist()
    goes_on = np.diff(path.section()) == 0
    assert np.all(path.end_m[:-1][goes_on] == pytest.approx(path.start_m[1:][goes_on], abs=1e-9))


@pytest.mark.parametrize("plan", ["rectangular-72", "two-storey-140"])
def test_most_seams_of_rings_lie_elsewhere_on_the_next_layer_and_travel_hardly_grows(plan: str) -> None:
    path = made(plan, "cobod-bod2").toolpath
    assert path.odd is not None
    moved = []
    for k in np.flatnonzero(path.odd != np.arange(len(path.odd))).tolist():
        even, odd = seams_m(path, k), seams_m(path, int(path.odd[k]))
        moved += (np.hypot(*(even[:, None] - odd).transpose(2, 0, 1)).min(axis=1) > 0.02).tolist()
        starts = int(path.starts[k])
        assert travel_m(path, int(path.odd[k])) <= travel_m(path, k) + starts * path.seam_shift_m
    assert np.mean(moved) > 0.7


def test_a_head_that_never_stops_has_no_seam_to_move() -> None:
    path = made("rectangular-72", "cobod-bod2", "never-stop").toolpath
    assert path.odd is None
    assert path.seam_shift_m == 0.0
