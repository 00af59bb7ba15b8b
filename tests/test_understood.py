"""The figures of a plan that ``check`` shows, against sums in the head."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.options import Limits, ReadOptions
from estimator.report.check import check_csv, check_object, check_page
from estimator.report.understood import understood
from tests.helpers import box, plan, small_house, wall
from tests.test_draw import EXAMPLES


def test_a_room_is_measured() -> None:
    """5 by 4 m between the axes, 0.25 m thick, 2.5 m high: 18 m of wall, corners counted once."""
    figures = understood(plan(*box(5.0, 4.0, thickness=0.25, height=2.5)))["all"]
    assert figures["walls"] == 4
    assert figures["wall_length_m"] == pytest.approx(18.0)
    assert figures["wall_footprint_m2"] == pytest.approx(4.5)
    assert figures["net_wall_volume_m3"] == pytest.approx(18 * 0.25 * 2.5, rel=1e-3)
    assert figures["wall_thickness_m"] == [0.25, 0.25]


def test_openings_are_counted_by_kind_and_taken_off() -> None:
    house = small_house()
    figures = understood(house)["all"]
    doors = [o for w in house.walls for o in w.openings if o.kind == "door"]
    area = sum(o.width_m * (o.head_m - o.sill_m) for w in house.walls for o in w.openings)
    assert figures["doors"] == len(doors)
    assert figures["opening_area_m2"] == pytest.approx(area)
    solid = sum(w.footprint.area * (w.top_m - w.base_m) for w in house.walls)
    assert figures["net_wall_volume_m3"] < solid


def test_storeys_add_up_to_the_whole() -> None:
    two = plan(*box(height=2.5), *box(height=2.5, base=2.5, storey=1), storeys=(0.0, 2.5))
    figures = understood(two)
    for key in ("walls", "wall_length_m", "wall_footprint_m2", "net_wall_volume_m3"):
        assert sum(s[key] for s in figures["storeys"]) == pytest.approx(figures["all"][key], rel=1e-6)


def test_walls_that_are_not_sound_have_no_volume_and_no_crash() -> None:
    upside_down = wall((0, 0), (4, 0), height=-1.0)
    assert understood(plan(upside_down))["all"]["net_wall_volume_m3"] is None


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_page_says_unit_figures_and_stays_on_the_page(path: Path) -> None:
    from estimator import read_plan
    from printers import load_printer

    d = check_object(read_plan(path), [load_printer("cobod-bod2")])
    page = check_page(d)
    assert "unit: metre" in page
    assert f"{d['plan']['net_wall_volume_m3']:.2f}" in page
    assert max(len(line) for line in page.splitlines()) <= 100
    assert check_csv(d).startswith("printer,severity,code,where,message")


def test_what_the_plan_was_read_with_is_told() -> None:
    reading = ReadOptions(unit_m=0.001, wall_layers=("A-WALL", "X*"), limits=Limits(time_s=600.0))
    d = check_object(plan(*box()), [], reading)
    assert d["plan"]["reading"] == {"unit_m": 0.001, "wall_layers": ["A-WALL", "X*"], "limits": {"time_s": 600.0}}
    assert "read with: unit_m 0.001, wall_layers A-WALL X*, limits time_s=600" in check_page(d)


def test_nothing_is_told_of_options_that_nobody_gave() -> None:
    d = check_object(plan(*box()), [], ReadOptions())
    assert d["plan"]["reading"] == {}
    assert "read with" not in check_page(d)


def test_a_dome_is_measured_by_its_shell_not_by_the_disc_it_covers() -> None:
    """Rings of 0.3 m round a middle radius of 3 m that draws in to 1.5 m: 2π·3 m long at the foot."""
    from dataclasses import replace

    from shapely import Point

    from estimator.plan import Slab

    rings = [Point(0, 0).buffer(r + 0.15, 64).difference(Point(0, 0).buffer(r - 0.15, 64)) for r in (3.0, 2.5, 1.5)]
    slabs = tuple(Slab(0.5 * k, 0.5 * (k + 1), ring) for k, ring in enumerate(rings))
    base = wall((0, 0), (1, 0), height=1.5)
    disc = Point(0, 0).buffer(3.15, 64)
    figures = understood(plan(replace(base, footprint=disc, axis=None, thickness_m=None, slabs=slabs)))["all"]
    assert figures["wall_length_m"] == pytest.approx(2 * 3.1416 * 3.0, rel=0.02)
    assert figures["wall_footprint_m2"] == pytest.approx(2 * 3.1416 * 3.0 * 0.3, rel=0.01)
