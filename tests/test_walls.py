"""Walls as pieces: strips, corners, heights, centre lines."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Polygon

from estimator.corners import corner_pieces
from estimator.plan import Slab, Wall
from estimator.walls import centre_line, strip, thickness_m, wall_pieces
from tests.helpers import SNUG, box, plan, wall, with_opening


def united(*walls: Wall) -> float:
    """Plan area of walls and their corners, counted once. [m²]"""
    return float(shapely.union_all(wall_pieces(plan(*walls)).footprint).area)


def test_a_straight_wall_is_as_long_as_its_axis_and_square_at_the_ends() -> None:
    area = strip(LineString([(1, 1), (5, 1)]), 0.25)
    assert area.bounds == pytest.approx((1.0, 0.875, 5.0, 1.125))
    assert area.area == pytest.approx(4 * 0.25)


def test_a_bent_wall_is_whole_at_its_bend() -> None:
    # 3 m + 4 m along the axis; a mitred bend neither adds nor loses area
    assert strip(LineString([(0, 0), (3, 0), (3, 4)]), 0.2).area == pytest.approx(7 * 0.2)


def test_a_closed_axis_gives_a_ring() -> None:
    ring = strip(LineString([(0, 0), (4, 0), (4, 3), (0, 3), (0, 0)]), 0.2)
    assert ring.area == pytest.approx(14 * 0.2)
    assert len(shapely.get_rings(ring)) == 2


def test_two_walls_that_meet_at_a_corner_fill_it_once() -> None:
    assert united(wall((0, 0), (5, 0)), wall((0, 0), (0, 4))) == pytest.approx(9 * 0.25, rel=SNUG)
    outline = shapely.union_all(wall_pieces(plan(wall((0, 0), (5, 0)), wall((0, 0), (0, 4)))).footprint)
    assert outline.bounds == pytest.approx((-0.125, -0.125, 5, 4), abs=SNUG)


@pytest.mark.parametrize(
    ("walls", "area"),
    [
        # the stem reaches the axis of the bar: half a thickness lies in it
        ([wall((0, 0), (6, 0)), wall((3, 0), (3, 4))], (10 - 0.125) * 0.25),
        ([wall((0, 0), (3, 0)), wall((3, 0), (6, 0)), wall((3, 0), (3, 4))], (10 - 0.125) * 0.25),
        ([wall((0, 0), (6, 0)), wall((3, -2), (3, 2))], (10 - 0.25) * 0.25),
        (
            [wall((0, 0), (3, 0)), wall((3, 0), (6, 0)), wall((3, -2), (3, 0)), wall((3, 0), (3, 2))],
            (10 - 0.25) * 0.25,
        ),
        (box(5, 4), 18 * 0.25),
    ],
    ids=["T", "T of three", "X", "X of four", "box"],
)
def test_junctions_count_once(walls: list[Wall], area: float) -> None:
    assert united(*walls) == pytest.approx(area, rel=SNUG)


@given(st.floats(20, 340), st.floats(0, 360))
def test_a_corner_of_any_angle_has_the_area_of_a_mitre(between: float, turn: float) -> None:
    # two legs of 5 m: with a mitre both keep their full axis length
    if abs(between - 180) < 1 or between < 30 or between > 330:
        return  # straight on, or so sharp that the mitre is cut off
    a, b = math.radians(turn), math.radians(turn + between)
    legs = [wall((0, 0), (5 * math.cos(x), 5 * math.sin(x)), thickness=0.2) for x in (a, b)]
    assert united(*legs) == pytest.approx(10 * 0.2, rel=2 * SNUG)


def test_a_sharp_corner_is_cut_off() -> None:
    a = math.radians(15)
    area = shapely.union_all(
        wall_pieces(plan(wall((0, 0), (5, 0)), wall((0, 0), (5 * math.cos(a), 5 * math.sin(a))))).footprint
    )
    assert area.bounds[0] > -4 * 0.125
    assert area.is_valid


def test_ends_a_few_millimetres_apart_are_one_corner() -> None:
    assert len(corner_pieces([wall((0, 0), (5, 0)), wall((0.003, 0.003), (0, 4))])) == 1
    assert not corner_pieces([wall((0, 0), (5, 0)), wall((0.0, 0.05), (0, 4))])


def test_walls_in_line_are_bridged_without_adding_anything() -> None:
    walls = [wall((0, 0), (3, 0)), wall((3, 0), (6, 0))]
    bridges = [corner for corner, *_ in corner_pieces(walls)]
    both = shapely.union_all([w.footprint for w in walls])
    assert shapely.union_all([both, *bridges]).area == pytest.approx(both.area, rel=1e-9)


def test_ends_that_do_not_quite_meet_are_one_wall() -> None:
    walls = [wall((0, 0), (3, 0)), wall((3.002, 0.001), (6, 0))]
    pieces = [w.footprint for w in walls] + [corner for corner, *_ in corner_pieces(walls)]
    assert shapely.union_all(pieces).geom_type == "Polygon"


def test_a_corner_stands_as_high_as_both_walls_do() -> None:
    low, high = wall((0, 0), (5, 0), height=2.0), wall((0, 0), (0, 4), height=2.5)
    ((_, base, top, _),) = corner_pieces([low, high])
    assert (base, top) == (0.0, 2.0)
    above = wall((0, 0), (0, 4), base=3.0)
    assert not corner_pieces([low, above])


def test_every_opening_is_a_void_of_its_wall() -> None:
    pierced = with_opening(with_opening(wall((0, 0), (5, 0)), 1, 1), 3, 1, 0.9, 2.0, "window")
    pieces = wall_pieces(plan(wall((0, 3), (5, 3)), pierced))
    assert list(pieces.void_wall) == [1, 1]
    assert list(pieces.sill_m) == [0.0, 0.9]
    assert list(pieces.head_m) == [2.0, 2.0]
    # the void reaches through both faces
    assert all(v.bounds[1] < -0.125 and v.bounds[3] > 0.125 for v in pieces.void)


def test_a_wall_of_slabs_is_one_piece_per_slab() -> None:
    w = wall((0, 0), (5, 0))
    slabs = tuple(Slab(z, z + 1, w.footprint) for z in (0.0, 1.0))
    pieces = wall_pieces(plan(replace(w, slabs=slabs, axis=None)))
    assert list(pieces.base_m) == [0, 1]
    assert list(pieces.wall) == [0, 0]


def test_a_wall_without_axis_has_the_middle_of_its_rectangle_as_centre_line() -> None:
    w = replace(wall((0, 0), (5, 0)), axis=None, thickness_m=None)
    line = centre_line(w)
    assert line is not None
    assert line.length == pytest.approx(5)
    assert np.allclose(np.abs(shapely.get_coordinates(line)[:, 1]), 0)
    assert thickness_m(w) == pytest.approx(0.25)


def test_a_shape_that_is_no_strip_has_no_centre_line() -> None:
    shape = Polygon([(0, 0), (4, 0), (4, 0.3), (0.3, 0.3), (0.3, 3), (0, 3)])
    w = Wall("L", 0, shape, 0.0, 2.5)
    assert centre_line(w) is None
    # t·L = area, t + L = half the perimeter
    assert thickness_m(w) == pytest.approx(0.3, rel=0.01)
