"""Loads of roof, floors, own weight and wind on set walls: nothing is lost on the way down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from estimator.plan import Plan
from estimator.structure import wind
from estimator.structure.fresh import GRAVITY_M_PER_S2
from estimator.structure.loads import WallLoads, tributary, wall_loads
from estimator.structure.sections import wall_sections
from estimator.structure.wall_runs import wall_runs
from estimator.structure.wall_shapes import WallShapes, wall_shapes
from estimator.wall_systems import Pattern
from materials import Site, load_site, region_ids
from tests import helpers

DENSITY = 2100.0
PATTERN = Pattern(0.6, 0.6, 0.6)
SITE = load_site("germany")

Floats = NDArray[np.float64]


def outline_m2(width: float, depth: float) -> float:
    """Area inside the faces of a box of walls 0.25 m thick, which leave a notch at each corner."""
    return (width + 0.25) * (depth + 0.25) - 4 * 0.125**2


def areas_of(plan: Plan) -> Floats:
    """Roof that each wall of a plan of straight walls on one storey carries."""
    footprint = np.array([w.footprint for w in plan.walls], dtype=object)
    return tributary(footprint, np.zeros(len(footprint), dtype=np.int64)).area_m2


def loads_of(plan: Plan, site: Site = SITE, system: str = "solid") -> tuple[WallShapes, Floats, WallLoads]:
    shapes = wall_shapes(plan, system, 0.05, PATTERN)
    sections = wall_sections(shapes, 0.05, PATTERN)
    weight = sections.area_m * (shapes.top_m - shapes.base_m) * shapes.length_m * DENSITY * GRAVITY_M_PER_S2
    outside = np.ones(len(shapes), dtype=bool)
    return shapes, weight, wall_loads(plan, wall_runs(plan, shapes), shapes, sections, outside, site, DENSITY)


def two_storeys(upper_width: float = 6.0) -> Plan:
    return helpers.plan(*helpers.box(6.0, 4.0), *helpers.box(upper_width, 4.0, base=2.5, storey=1), storeys=(0.0, 2.5))


def total(per_m: Floats, shapes: WallShapes, loads: WallLoads, storey: int) -> float:
    """Of all walls of a storey, over the piers that are left between openings."""
    here = shapes.storey == storey
    return float((per_m * shapes.length_m / loads.pier_ratio)[here].sum())


def test_a_square_house_rests_on_its_four_walls_alike() -> None:
    areas = areas_of(helpers.plan(*helpers.box(4.0, 4.0)))
    assert areas.sum() == pytest.approx(outline_m2(4.0, 4.0))
    assert areas == pytest.approx(np.full(4, outline_m2(4.0, 4.0) / 4), rel=0.01)


def test_long_walls_carry_trapezes_and_short_ones_triangles() -> None:
    areas = areas_of(helpers.plan(*helpers.box(6.0, 4.0)))
    triangle = outline_m2(4.0, 4.0) / 4
    trapeze = outline_m2(6.0, 4.0) / 2 - triangle
    assert areas == pytest.approx([trapeze, triangle, trapeze, triangle], rel=0.05)


def test_an_inner_wall_takes_from_the_outer_ones() -> None:
    box = helpers.box(8.0, 4.0)
    spine = helpers.wall((4.0, 0.0), (4.0, 4.0), name="spine")
    areas = areas_of(helpers.plan(*box, spine))
    alone = areas_of(helpers.plan(*box))
    assert areas.sum() == pytest.approx(alone.sum())
    assert areas[4] > areas[1] and areas[0] < alone[0]


def test_one_storey_carries_its_roof_and_itself() -> None:
    plan = helpers.plan(*helpers.box(6.0, 4.0))
    shapes, weight, loads = loads_of(plan)
    roof_m2 = outline_m2(6.0, 4.0)
    assert total(loads.dead_n_per_m, shapes, loads, 0) == pytest.approx(
        roof_m2 * float(SITE.roof_dead_load_pa) + weight.sum()
    )
    assert total(loads.live_n_per_m, shapes, loads, 0) == pytest.approx(roof_m2 * float(SITE.roof_live_load_pa))
    assert total(loads.dead_n_per_m - loads.middle_dead_n_per_m, shapes, loads, 0) == pytest.approx(weight.sum() / 2)


@pytest.mark.parametrize("upper_width", [6.0, 3.0])
def test_the_ground_carries_all_storeys_once(upper_width: float) -> None:
    shapes, weight, loads = loads_of(two_storeys(upper_width))
    # what the upper storey leaves free of the lower one has a roof of its own
    roof, floor = outline_m2(6.0, 4.0), outline_m2(upper_width, 4.0)
    dead = roof * float(SITE.roof_dead_load_pa) + floor * float(SITE.floor_dead_load_pa) + weight.sum()
    live = roof * float(SITE.roof_live_load_pa) + floor * float(SITE.floor_live_load_pa)
    assert total(loads.dead_n_per_m, shapes, loads, 0) == pytest.approx(dead)
    assert total(loads.live_n_per_m, shapes, loads, 0) == pytest.approx(live)


def test_a_storey_that_overhangs_comes_down_whole() -> None:
    plan = helpers.plan(*helpers.box(3.0, 4.0), *helpers.box(6.0, 4.0, base=2.5, storey=1), storeys=(0.0, 2.5))
    shapes, weight, loads = loads_of(plan)
    m2 = outline_m2(6.0, 4.0)
    dead = m2 * float(SITE.roof_dead_load_pa) + m2 * float(SITE.floor_dead_load_pa) + weight.sum()
    assert total(loads.dead_n_per_m, shapes, loads, 0) == pytest.approx(dead)


def test_openings_crowd_the_load_onto_the_piers() -> None:
    walls = helpers.box(6.0, 4.0)
    whole = loads_of(helpers.plan(*walls))[2]
    walls[0] = helpers.with_opening(walls[0], 1.0, 2.0)
    pierced = loads_of(helpers.plan(*walls))[2]
    assert pierced.pier_ratio == pytest.approx([6.0 / 4.0, 1, 1, 1])
    assert pierced.dead_n_per_m[0] == pytest.approx(1.5 * whole.dead_n_per_m[0])
    assert pierced.dead_n_per_m[1:] == pytest.approx(whole.dead_n_per_m[1:])


def test_wind_presses_on_outer_walls_by_the_code_of_the_site() -> None:
    plan = helpers.plan(*helpers.box(6.0, 4.0))
    shapes = wall_shapes(plan, "solid", 0.05, PATTERN)
    sections = wall_sections(shapes, 0.05, PATTERN)
    outside = np.array([True, True, True, False])
    europe = wall_loads(plan, wall_runs(plan, shapes), shapes, sections, outside, SITE, DENSITY)
    america = wall_loads(plan, wall_runs(plan, shapes), shapes, sections, outside, load_site("usa"), DENSITY)
    expected = 1.1 * float(wind.peak_pressure_pa(float(SITE.basic_wind_speed_m_per_s), 5.0))
    assert europe.wind_pa == pytest.approx([expected] * 3 + [0.0])
    # E7 of the reference: 51.4 m/s, zone 4
    assert america.wind_pa == pytest.approx([1380.72] * 3 + [0.0], abs=0.005)


def test_taller_houses_meet_more_wind() -> None:
    low = loads_of(two_storeys())[2].wind_pa[0]
    tall = helpers.plan(*helpers.box(6.0, 4.0, height=9.0))
    assert loads_of(tall)[2].wind_pa[0] > low
    usa = load_site("usa")
    assert loads_of(tall, usa)[2].wind_pa[0] > loads_of(two_storeys(), usa)[2].wind_pa[0]


def test_loads_do_not_depend_on_where_a_house_stands_or_which_way_it_faces() -> None:
    plan = helpers.small_house()
    here = loads_of(plan)[2]
    there = loads_of(helpers.moved(plan, 90.0, (137.0, -42.0)))[2]
    for name in ("dead_n_per_m", "live_n_per_m", "wind_pa"):
        assert getattr(there, name) == pytest.approx(getattr(here, name), rel=0.04)


def test_a_double_leaf_weighs_less_than_a_solid_wall() -> None:
    plan = helpers.plan(*helpers.box(6.0, 4.0))
    hollow, solid = (loads_of(plan, system=s)[2].dead_n_per_m for s in ("double-leaf", "solid"))
    assert np.all(hollow < solid)


@pytest.mark.parametrize("region", region_ids())
def test_every_region_asks_something_of_a_wall(region: str) -> None:
    loads = loads_of(two_storeys(), load_site(region))[2]
    for values in (loads.dead_n_per_m, loads.live_n_per_m, loads.wind_pa, loads.tributary_m2):
        assert np.isfinite(values).all() and (values > 0).all()


def test_more_weight_above_never_lightens_a_wall() -> None:
    plan = two_storeys()
    light = loads_of(plan)[2].dead_n_per_m
    taller = replace(plan, walls=tuple(replace(w, top_m=w.top_m + (0.5 if w.storey else 0.0)) for w in plan.walls))
    assert np.all(loads_of(taller)[2].dead_n_per_m > light)
