"""Beads of solid domes, cones and other shells: they fill the section as it is cut, not the wall's own thickness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import Point

from estimator import estimate
from estimator.middles import middle_lines
from estimator.walls import HAIR_M
from printers import load_printer
from tests import mesh_models as m
from tests.test_curved_buildings import plan_of

RING = shapely.difference(Point(0, 0).buffer(3.0, quad_segs=48), Point(0, 0).buffer(2.8, quad_segs=48))


@pytest.mark.parametrize(
    ("solid", "bead_width_m"),
    [
        (m.cone(), 0.04),
        (m.cone(), 0.05),
        (m.cone_with_door(), 0.05),
        (m.open_dome(), 0.06),
        (m.open_dome([m.DOME_DOOR, *m.DOME_WINDOWS]), 0.06),
        (m.leaning_ring(), 0.04),
    ],
    ids=["cone-4", "cone-5", "cone-door-5", "dome-6", "dome-openings-6", "leaning-4"],
)
def test_a_solid_shell_is_full(solid: m.Solid, bead_width_m: float, tmp_path: Path) -> None:
    printer = load_printer("cobod-bod2").replace(bead_width_m=bead_width_m)
    made = estimate(plan_of(solid, tmp_path), printer=printer, wall_system="solid", samples=0, methods=())
    assert [f.message for f in made.findings if f.code in ("bead-gap", "bead-overlap", "wall-without-axis")] == []
    assert made.covered.deposited_m2 == pytest.approx(made.covered.intended_m2, rel=0.02)


def test_a_solid_dome_is_full_up_to_its_top(tmp_path: Path) -> None:
    made = estimate(plan_of(m.dome(), tmp_path), printer="cobod-bod2", wall_system="solid", samples=0, methods=())
    share = made.covered.deposited_m2 / made.covered.intended_m2
    assert np.average(share, weights=made.covered.intended_m2) == pytest.approx(1.0, abs=0.01)
    assert share[:-1] == pytest.approx(1.0, abs=0.04)  # the last layer is a disc of a few beads


def test_the_middle_of_a_ring_is_a_ring() -> None:
    (line,) = middle_lines(RING.buffer(HAIR_M), 0.2, 0.05)
    assert line.is_closed
    assert line.length == pytest.approx(2 * np.pi * 2.9, rel=0.002)


def test_the_middle_of_a_strip_with_ends_goes_as_far_as_the_gap() -> None:
    half = RING.intersection(shapely.box(-4.0, 0.0, 4.0, 4.0)).buffer(HAIR_M, join_style="mitre")
    (line,) = middle_lines(half, 0.2, 0.05)
    # half of 0.2 − 0.05 m lies beside the gap at either end
    assert line.length == pytest.approx(np.pi * 2.9 - 0.15, abs=0.01)
    assert shapely.distance(line, Point(0, 0)) == pytest.approx(2.9, abs=0.01)


def test_two_rings_in_one_have_the_wall_between_them_too() -> None:
    eight = shapely.box(0.0, 0.0, 8.0, 4.0).difference(shapely.box(0.2, 0.2, 3.9, 3.8))
    eight = eight.difference(shapely.box(4.1, 0.2, 7.8, 3.8)).buffer(HAIR_M, join_style="mitre")
    lines = middle_lines(eight, 0.2, 0.05)
    assert sum(line.length for line in lines) == pytest.approx(2 * (7.8 + 3.8) + 3.8, abs=0.1)
