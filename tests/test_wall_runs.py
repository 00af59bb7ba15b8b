"""Straight runs of walls: the same house drawn in two ways, piers, free walls, lintels that meet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from shapely import LineString
from shapely.ops import substring

from estimator.estimate import Estimate, estimate
from estimator.plan import Opening, Plan, Wall
from estimator.structure.set_result import SetResult
from estimator.structure.wall_runs import wall_runs
from estimator.structure.wall_shapes import wall_shapes
from estimator.wall_systems import Pattern
from estimator.walls import CLEARED_M, strip
from tests import helpers

PATTERN = Pattern(0.6, 0.6, 0.6)


def pierced(of: Wall, *openings: tuple[float, float, float, float]) -> Wall:
    """The wall with openings of (place, width, sill, head)."""
    assert of.axis is not None and of.thickness_m is not None
    made = []
    for k, (at, width, sill, head) in enumerate(openings):
        span = substring(of.axis, at, at + width)
        assert isinstance(span, LineString)
        made.append(
            Opening(f"{of.id}-o{k + 1}", "window", of.base_m + sill, of.base_m + head, width,
                    strip(span, of.thickness_m + 2 * CLEARED_M))
        )  # fmt: skip
    return replace(of, openings=tuple(made))


def ring(*openings: tuple[float, float, float, float]) -> Plan:
    """A house of 8 × 6 m as one closed wall."""
    corners = [(0.0, 0.0), (8.0, 0.0), (8.0, 6.0), (0.0, 6.0), (0.0, 0.0)]
    return helpers.plan(pierced(helpers.wall(*corners, name="ring"), *openings))


def four(*openings: tuple[float, float, float, float]) -> Plan:
    """The same house as four walls, openings in the first."""
    first, *others = helpers.box(8.0, 6.0)
    return helpers.plan(pierced(first, *openings), *others)


def made(of: Plan, **options: Any) -> tuple[Estimate, SetResult]:
    e = estimate(of, printer="cobod-bod2", region="germany", samples=0, methods=(), **options)
    assert e.structure.set is not None
    return e, e.structure.set


WINDOWS = ((0.6, 3.0, 0.9, 2.1), (4.2, 3.0, 0.9, 2.1))


def test_one_ring_is_checked_like_four_walls() -> None:
    (_, one), (_, walls) = made(ring(*WINDOWS)), made(four(*WINDOWS))
    assert len(one.runs) == 4 and one.runs.length_m == pytest.approx([8, 6, 8, 6])
    assert one.run_loads.pier_ratio == pytest.approx(walls.run_loads.pier_ratio)
    assert one.check.worst[0] == pytest.approx(walls.check.worst.max(), rel=0.05)
    assert one.cores[0] == walls.cores.sum() > 0


def test_a_round_wall_is_one_run() -> None:
    angle = np.linspace(0.0, 2 * np.pi, 49)
    points = [(float(3 * np.cos(a)), float(3 * np.sin(a))) for a in angle[:-1]]
    plan = helpers.plan(helpers.wall(*points, points[0], name="round"))
    runs = wall_runs(plan, wall_shapes(plan, "solid", 0.05, PATTERN))
    assert len(runs) == 1 and runs.standing_m[0] == pytest.approx(runs.length_m[0])


def test_piers_are_what_stands_beside_openings_over_the_whole_height() -> None:
    plan = four((1.0, 1.0, 0.0, 1.0), (1.5, 1.5, 1.4, 2.2), (3.1, 2.0, 0.0, 2.1))
    runs = wall_runs(plan, wall_shapes(plan, "solid", 0.05, PATTERN))
    # 1.0 to 2.0 and 1.5 to 3.0 are one gap; 0.1 m of 0.25 m thickness are less than 0.04 m² and bear nothing
    assert runs.piers_m[0] == pytest.approx([1.0, 2.9])
    assert runs.standing_m == pytest.approx([3.9, 6, 8, 6])


def test_a_wall_without_a_pier_fails_and_gets_no_cores() -> None:
    e, found = made(four((0.1, 3.9, 0.5, 2.1), (4.05, 3.9, 0.5, 2.1)))
    assert found.is_bare.tolist() == [True, False, False, False]
    assert found.fails[0] and found.cores[0] == 0
    (told,) = [f for f in e.structure.falling if f.code == "set-wall-fails"]
    assert told.where.startswith("s1-S") and "no pier is left" in told.message


def test_one_opening_from_end_to_end_hands_its_load_to_its_neighbours() -> None:
    """As files have it that draw the wall over a door as a wall of its own."""
    west, door, east = (
        helpers.wall((a, 0.0), (b, 0.0), name=name)
        for a, b, name in ((0.0, 3.5, "west"), (3.5, 4.5, "door"), (4.5, 8.0, "east"))
    )
    others = helpers.box(8.0, 6.0)[1:]
    split = helpers.plan(west, pierced(door, (0.0, 1.0, 0.0, 2.1)), east, *others)
    (e, found), (_, whole) = made(split), made(four((3.5, 1.0, 0.0, 2.1)))
    assert not found.is_bare.any() and found.check.worst[1] == 0
    both = found.loads.dead_n_per_m[[0, 2]].mean()
    assert both == pytest.approx(whole.loads.dead_n_per_m[0], rel=0.12)
    assert e.structure.lintels is not None and e.structure.lintels.openings.dead_n_per_m[0] > 0
    alone = helpers.plan(pierced(door, (0.0, 1.0, 0.0, 2.1)), *others)  # nothing at its ends
    assert made(alone)[1].is_bare[0]


def test_each_pier_has_a_core_at_both_jambs() -> None:
    _, closed = made(four())
    _, open_ = made(four((1.0, 1.0, 0.9, 2.1), (3.5, 1.0, 0.9, 2.1), (6.0, 1.0, 0.9, 2.1)))
    assert closed.cores[0] > 0 and open_.cores[0] >= 8
    assert open_.cores[1:].tolist() == closed.cores[1:].tolist()


def test_a_garden_wall_stands_up_from_its_foot() -> None:
    fence = helpers.wall((10.0, 0.0), (10.0, 5.0), name="fence")
    e, found = made(helpers.plan(*helpers.box(8.0, 6.0), fence))
    assert found.run_loads.is_free.tolist() == [False] * 4 + [True]
    assert found.loads.live_n_per_m[4] == 0
    pressure = found.loads.wind_pa[4]
    assert pressure > found.loads.wind_pa[0]
    assert found.check.moment_n[4] == pytest.approx(1.5 * pressure * 2.5**2 / 2)
    assert "wall-free" in {f.code for f in e.findings}


def test_a_wall_over_a_floor_is_told() -> None:
    upper = helpers.box(8.0, 6.0, base=2.5, storey=1)
    inside = helpers.wall((4.0, 0.0), (4.0, 6.0), base=2.5, storey=1, name="inside")
    e, _ = made(helpers.plan(*helpers.box(8.0, 6.0), *upper, inside, storeys=(0.0, 2.5)))
    (told,) = [f for f in e.findings if f.code == "wall-over-floor"]
    assert told.where == "inside"
    e, _ = made(helpers.plan(*helpers.box(8.0, 6.0), *upper, storeys=(0.0, 2.5)))
    assert "wall-over-floor" not in {f.code for f in e.findings}


def test_a_window_above_another_takes_its_wall_and_its_loads() -> None:
    e, _ = made(four((3.0, 1.6, 0.0, 1.2), (3.0, 1.6, 1.6, 2.2)))
    assert e.structure.lintels is not None
    o = e.structure.lintels.openings
    low, high = np.argsort(o.name)
    assert o.above_m[low] == pytest.approx(0.4) and o.above_m[high] == pytest.approx(0.3)
    assert o.dead_n_per_m[low] == 0 and o.dead_n_per_m[high] > 0


def test_lintels_that_do_not_fit_side_by_side_and_heads_at_the_top_are_told() -> None:
    e, _ = made(four((1.0, 1.0, 0.9, 2.1), (2.2, 1.0, 0.9, 2.1), (5.0, 1.0, 0.0, 2.5)))
    codes = {f.code: f for f in e.findings}
    assert "0.20 m of wall" in codes["lintel-bearing"].message
    assert codes["opening-to-top"].where == "s1-S, s1-S-o3"
    e, _ = made(four((1.0, 1.0, 0.9, 2.1), (3.2, 1.0, 0.9, 2.1)))
    assert not {"lintel-bearing", "opening-to-top"} & {f.code for f in e.findings}


def test_a_cast_lintel_and_the_bond_beam_count_their_concrete_once() -> None:
    e, found = made(four((2.0, 3.2, 0.0, 2.1)))
    assert e.structure.lintels is not None
    cast = e.structure.lintels
    assert cast.is_cast[0] and found.run_help.beam_height_m[0] == pytest.approx(0.2)
    length = 3.2 + 2 * cast.openings.bearing_m
    into = cast.depth_m[0] - (0.4 - 0.2)
    assert into > 0
    assert cast.concrete_m3[0] == pytest.approx((0.25 * cast.depth_m[0] - into * 0.15) * length)


def test_grouted_cores_let_heat_through_and_take_room_from_the_fill() -> None:
    of = four()
    e, found = made(of)
    insulation = e.structure.insulation
    assert insulation is not None and found.cores.sum() > 0
    share = found.grouted_ratio[insulation.wall]
    assert np.all((share > 0.02) & (share < 0.5))
    solid, tied = 1 / (0.17 + 0.25 / float(e.mix.conductivity_w_per_m_k)), insulation.filled_w_per_m2_k
    assert np.all(tied > share * solid)  # at least what goes through the grout
    face = found.run_help.run_grout_m3.sum() / 0.15
    assert float((share * found.runs.length_m * 2.5).sum()) == pytest.approx(face)
    assert np.all(insulation.u_w_per_m2_k <= insulation.wanted_w_per_m2_k + 1e-9)


def test_thin_inner_walls_are_partitions_that_bear_nothing() -> None:
    inside = {t: helpers.wall((4.0, 0.0), (4.0, 6.0), thickness=t, name="inside") for t in (0.1, 0.15)}
    thin, thick = (made(helpers.plan(*helpers.box(8.0, 6.0), w), wall_system="solid")[1] for w in inside.values())
    assert thin.loads.is_partition.tolist() == [False] * 4 + [True] and not thick.loads.is_partition.any()
    assert thin.loads.live_n_per_m[4] == 0 < thick.loads.live_n_per_m[4]
    assert thin.loads.tributary_m2[:4].sum() == pytest.approx(thick.loads.tributary_m2.sum(), rel=0.01)
    assert not thin.fails[4]


def test_a_narrow_cavity_takes_no_cores() -> None:
    of = helpers.plan(*helpers.box(8.0, 6.0, thickness=0.14))
    _, found = made(of)
    assert found.cores.sum() == 0 and found.fails.all()
