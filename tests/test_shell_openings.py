"""Doors and windows of domes, cones and other walls that lean, and the rooms behind them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from estimator import estimate
from estimator.overhang import wall_lean
from estimator.plan import Plan, Slab, Storey
from estimator.readers.mesh.shells import shell_openings
from tests import mesh_models as m
from tests.test_curved_buildings import plan_of

DOOR, WINDOWS = m.DOME_DOOR, m.DOME_WINDOWS
STOREY = Storey("s1", "Storey 1", 0.0, 3.0)
RING = shapely.difference(Point(0, 0).buffer(3.0, quad_segs=24), Point(0, 0).buffer(2.75, quad_segs=24))
FLOOR_M2, ROOM_M2 = math.pi * 3.0**2, math.pi * 2.75**2


def openings_of(plan: Plan) -> list[tuple[str, float, float, float]]:
    return [(o.kind, o.sill_m, o.head_m, o.width_m) for w in plan.walls for o in w.openings]


def gapped(*half_angles: float) -> tuple[Slab, ...]:
    """Prisms of a ring, each 0.1 m high, with a gap at x > 0 of an angle to both sides."""
    slabs = []
    for k, half in enumerate(half_angles):
        reach = 9.0 * np.array([[0, 0], [math.cos(half), -math.sin(half)], [math.cos(half), math.sin(half)]])
        left = shapely.difference(RING, Polygon(reach)) if half else RING
        assert isinstance(left, Polygon)
        slabs.append(Slab(0.1 * k, 0.1 * (k + 1), left))
    return tuple(slabs)


def test_a_dome_without_door_has_no_opening(tmp_path: Path) -> None:
    assert openings_of(plan_of(m.open_dome(), tmp_path)) == []


def test_the_door_of_a_dome_is_an_opening(tmp_path: Path) -> None:
    ((kind, sill_m, head_m, width_m),) = openings_of(plan_of(m.open_dome([DOOR]), tmp_path))
    assert kind == "door"
    assert (sill_m, head_m, width_m) == pytest.approx((0.0, 2.1, 1.0), abs=0.01)


def test_door_and_windows_of_a_dome_have_their_widths_sills_and_heads(tmp_path: Path) -> None:
    found = openings_of(plan_of(m.open_dome([DOOR, *WINDOWS]), tmp_path))
    assert [kind for kind, *_ in found] == ["door", "window", "window"]
    for (_, *read), drawn in zip(found, (DOOR, *WINDOWS), strict=True):
        assert read == pytest.approx([drawn.sill, drawn.head, drawn.width], abs=0.01)


def test_the_door_of_a_cone_is_an_opening(tmp_path: Path) -> None:
    ((kind, *sizes),) = openings_of(plan_of(m.cone_with_door(), tmp_path))
    assert kind == "door"
    assert sizes == pytest.approx([0.0, 2.0, 0.9], abs=0.01)


@pytest.mark.parametrize(
    ("solid", "room_m2"),
    [(m.open_dome(), ROOM_M2), (m.open_dome([DOOR, *WINDOWS]), ROOM_M2), (m.cone_with_door(), math.pi * 2.7**2)],
    ids=["closed", "dome", "cone"],
)
def test_room_and_floor_of_a_shell_are_those_of_its_closed_outline(
    solid: m.Solid, room_m2: float, tmp_path: Path
) -> None:
    plan = plan_of(solid, tmp_path)
    (room,) = plan.rooms
    assert room.footprint.area == pytest.approx(room_m2, rel=0.01)
    assert plan.floor_area_m2 == pytest.approx(FLOOR_M2, rel=0.01)


def test_the_floor_of_a_house_that_leans_is_the_one_it_stands_on(tmp_path: Path) -> None:
    assert plan_of(m.leaning_ring(), tmp_path).floor_area_m2 == pytest.approx(m.WIDTH * m.DEPTH, rel=0.001)


def test_an_upright_house_keeps_the_floor_inside_its_faces(tmp_path: Path) -> None:
    assert plan_of(m.house(), tmp_path).floor_area_m2 is None


def test_an_arch_is_as_wide_as_it_is_on_average() -> None:
    halves = (0.2, 0.2, 0.15, 0.1, 0.0)
    (found,), closed = shell_openings(gapped(*halves), "w", STOREY)
    assert (found.sill_m, found.head_m) == pytest.approx((0.0, 0.4))
    assert found.width_m == pytest.approx(np.mean([2 * 2.875 * math.sin(h) for h in halves[:-1]]), rel=0.01)
    assert isinstance(closed, Polygon)
    assert len(closed.interiors) == 1


def test_a_gap_that_nothing_closes_above_is_no_opening() -> None:
    openings, _ = shell_openings(gapped(0.2, 0.2, 0.2), "w", STOREY)
    assert openings == ()


def test_openings_above_each_other_are_two() -> None:
    openings, _ = shell_openings(gapped(0.2, 0.2, 0.0, 0.2, 0.2, 0.0), "w", STOREY)
    assert [(o.kind, round(o.sill_m, 3), round(o.head_m, 3)) for o in openings] == [
        ("opening", 0.0, 0.2),
        ("window", 0.3, 0.5),
    ]


def test_the_ends_of_walls_that_do_not_face_each_other_are_no_jambs() -> None:
    side_by_side = MultiPolygon([box(0.0, 0.0, 4.0, 0.3), box(0.0, 2.0, 4.0, 2.3)])
    above = MultiPolygon([box(0.0, 0.0, 4.0, 0.3), box(0.0, 2.0, 4.0, 2.3), box(9.0, 0.0, 12.0, 0.3)])
    openings, _ = shell_openings((Slab(0.0, 1.0, side_by_side), Slab(1.0, 2.0, above)), "w", STOREY)
    assert openings == ()


def test_what_lies_over_the_door_of_a_dome_does_not_lean_more_than_the_dome(tmp_path: Path) -> None:
    # its inner face at the top, 2.5 m up, is where it leans most: tan α = z / √(r² − z²)
    most = 2.5 / math.sqrt(2.75**2 - 2.5**2)
    slope = wall_lean(plan_of(m.open_dome([DOOR, *WINDOWS]), tmp_path).walls[0]).slope.max()
    assert 0.9 * most < slope <= most


def test_an_estimate_of_a_dome_counts_its_lintels_and_knows_its_floor(tmp_path: Path) -> None:
    made = estimate(plan_of(m.open_dome([DOOR, *WINDOWS]), tmp_path), printer="cobod-bod2", samples=0, methods=())
    assert (made.takeoff.openings, made.takeoff.lintels) == (3, 3)
    assert made.takeoff.lintel_width_m == pytest.approx(DOOR.width + sum(w.width for w in WINDOWS), rel=0.01)
    assert made.takeoff.floor_area_m2 == pytest.approx(FLOOR_M2, rel=0.01)
    assert "plan-open" not in [f.code for f in made.findings]
