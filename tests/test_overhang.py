"""How far walls lean, and where beads no longer rest on the beads below."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from shapely import MultiPolygon, box

from estimator import estimate
from estimator.overhang import overhang_remarks, wall_lean
from estimator.plan import Area, Plan, Slab, Storey, Wall
from tests import mesh_models as m
from tests.test_curved_buildings import plan_of

HEIGHT_M, WIDTH_M = 0.02, 0.05


def stacked(*footprints: Area, step_m: float = 0.02) -> Wall:
    """A wall of prisms one above the other."""
    slabs = tuple(Slab(k * step_m, (k + 1) * step_m, area) for k, area in enumerate(footprints))
    return Wall("w", 0, footprints[0], 0.0, len(slabs) * step_m, slabs=slabs)


def plan_with(*walls: Wall) -> Plan:
    return Plan("plan", "plan", (Storey("s", "s", 0.0, 3.0),), walls)


def slope_of(plan: Plan) -> float:
    return max(float(wall_lean(w).slope.max(initial=0.0)) for w in plan.walls)


def test_a_bead_moved_by_a_fifth_of_its_width_rests_on_four_fifths() -> None:
    lean = wall_lean(stacked(box(0.0, 0.0, 5.0, 0.2), box(0.0, 0.01, 5.0, 0.21)))
    assert lean.slope.max() == pytest.approx(0.5)
    assert lean.resting(HEIGHT_M, WIDTH_M).min() == pytest.approx(0.8)
    assert lean.point_m[lean.slope.argmax(), 1:] == pytest.approx([0.21, 0.02])


def test_a_wall_that_moves_along_itself_does_not_lean() -> None:
    assert wall_lean(stacked(box(0.0, 0.0, 5.0, 0.2), box(0.01, 0.0, 5.01, 0.2))).slope.max(initial=0.0) == 0.0


def opened(half_m: float) -> MultiPolygon:
    """A wall with an opening in its middle."""
    return MultiPolygon([box(0.0, 0.0, 2.5 - half_m, 0.2), box(2.5 + half_m, 0.0, 5.0, 0.2)])


def test_a_wall_over_an_opening_does_not_lean() -> None:
    assert wall_lean(stacked(opened(0.5), box(0.0, 0.0, 5.0, 0.2))).slope.max(initial=0.0) == 0.0


def test_the_jambs_of_an_arch_are_no_leaning_faces() -> None:
    assert wall_lean(stacked(opened(0.5), opened(0.45))).slope.max(initial=0.0) == 0.0


@pytest.mark.parametrize(
    ("solid", "slope"),
    [
        (m.cone(), 1.0 / 3.0),
        (m.cone(2.0, 3.0), 1.0 / 3.0),
        (m.leaning_ring(), 0.8 / 2.8),
        (m.house(), 0.0),
        (m.gabled_house(), 0.0),
    ],
    ids=["cone", "bowl", "leaning", "house", "gables"],
)
def test_walls_lean_as_their_faces_do(solid: m.Solid, slope: float, tmp_path: Path) -> None:
    assert slope_of(plan_of(solid, tmp_path)) == pytest.approx(slope, rel=0.01)


def test_a_dome_is_held_by_the_bead_below_as_far_as_its_inner_face_is_steep_enough(tmp_path: Path) -> None:
    plan = plan_of(m.dome(), tmp_path)
    (found,) = overhang_remarks(plan, HEIGHT_M, WIDTH_M)
    assert (found.code, found.severity, found.where) == ("wall-overhangs", "warning", plan.walls[0].id)
    lean = wall_lean(plan.walls[0])
    loose = lean.resting(HEIGHT_M, WIDTH_M) < 0.5
    # half a bead rests where tan α = w / 2h, and the inner face leans by asin(z / r) at height z
    assert lean.point_m[loose, 2].min() == pytest.approx(2.75 * math.sin(math.atan(WIDTH_M / 2 / HEIGHT_M)), abs=0.05)
    below = ~loose & (lean.slope > 0.2)
    height_m = lean.point_m[below, 2]
    assert np.arctan(lean.slope[below]) == pytest.approx(np.arcsin(height_m / 2.75), abs=0.03)


def test_lower_layers_and_wider_beads_rest_better(tmp_path: Path) -> None:
    lean = wall_lean(plan_of(m.cone(), tmp_path).walls[0])
    assert lean.resting(0.01, 0.05).min() > lean.resting(0.02, 0.05).min()
    assert lean.resting(0.02, 0.10).min() > lean.resting(0.02, 0.05).min()


def test_an_upright_house_says_nothing_of_leaning() -> None:
    upright = Wall("w", 0, box(0.0, 0.0, 5.0, 0.2), 0.0, 2.7)
    assert overhang_remarks(plan_with(upright), HEIGHT_M, WIDTH_M) == []


def test_an_estimate_tells_how_a_wall_leans(tmp_path: Path) -> None:
    made = estimate(plan_of(m.cone(), tmp_path), printer="cobod-bod2", samples=0, methods=())
    (found,) = [f for f in made.findings if f.code in ("wall-leans", "wall-overhangs")]
    assert (found.code, found.severity) == ("wall-leans", "note")
    assert "18°" in found.message
