"""Bands: heights at which the section changes, layers in them, sections that are shared."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from estimator.errors import PlanError
from estimator.plan import Wall
from estimator.slicing import MOST_HEIGHTS
from tests.helpers import SNUG, bands_of, box, plan, small_house, toolpath_of, wall, with_opening


def test_a_plain_wall_is_one_band() -> None:
    bands = bands_of(plan(wall((0, 0), (5, 0))), layer_height=0.02)
    assert list(bands.base_m) == [0.0]
    assert list(bands.top_m) == [2.5]
    assert list(bands.layers) == [125]


def test_sills_and_heads_are_the_heights_where_bands_change() -> None:
    w = with_opening(wall((0, 0), (8, 0)), 1, 1, 0.0, 2.1)
    w = with_opening(w, 4, 1.5, 0.9, 2.1, "window")
    bands = bands_of(plan(w), layer_height=0.02)
    assert list(bands.base_m) == pytest.approx([0.0, 0.9, 2.1])
    assert list(bands.top_m) == pytest.approx([0.9, 2.1, 2.5])
    assert list(bands.layers) == [45, 60, 20]
    areas = [s.area_m2 for s in bands.sections]
    assert areas == pytest.approx([7 * 0.25, 5.5 * 0.25, 8 * 0.25], rel=SNUG)


def test_equal_storeys_share_one_section() -> None:
    up = [replace(w, base_m=2.5, top_m=5.0, storey=1, id=w.id + "-up") for w in box()]
    bands = bands_of(plan(*box(), *up, storeys=(0.0, 2.5)))
    assert len(bands.layers) == 2
    assert len(bands.sections) == 1
    assert list(bands.storey) == [0, 1]
    assert list(bands.layers) == [125, 125]


def test_storeys_with_different_windows_do_not_share() -> None:
    up = [replace(w, base_m=2.5, top_m=5.0, storey=1, id=w.id + "-up") for w in box()]
    up[0] = with_opening(up[0], 1, 1, 0.0, 2.0)
    assert len(bands_of(plan(*box(), *up, storeys=(0.0, 2.5))).sections) == 2


def test_half_the_layer_height_doubles_layers_but_not_sections_or_segments() -> None:
    thick, coarse = toolpath_of(small_house(), layer_height=0.02)
    thin, fine = toolpath_of(small_house(), layer_height=0.01)
    assert list(thin.layers) == list(2 * thick.layers)
    assert len(thin.sections) == len(thick.sections)
    assert len(fine.kind) == len(coarse.kind)
    assert fine.extruded_length_m() == pytest.approx(2 * coarse.extruded_length_m())


def test_the_volume_of_the_bands_is_the_net_volume_of_the_walls() -> None:
    # box of 6 × 5 m between axes and a partition of 5 m that lies 2 · 0.125 m in the box
    gross = (22 + 5 - 0.25) * 0.25 * 2.5
    holes = 0.25 * (1.0 * 2.1 + 1.5 * 1.2 + 1.2 * 1.2 + 0.9 * 2.1)
    assert bands_of(small_house()).net_volume_m3() == pytest.approx(gross - holes, rel=SNUG)


@given(st.floats(0.005, 0.05))
def test_the_volume_does_not_depend_on_the_layer_height(layer_height: float) -> None:
    bands = bands_of(small_house(), layer_height=layer_height)
    assert bands.net_volume_m3() == pytest.approx(bands_of(small_house()).net_volume_m3(), rel=1e-9)


@given(st.floats(0.004, 0.06), st.lists(st.floats(0.1, 2.4), max_size=4))
def test_rounding_to_whole_layers_never_adds_up(layer_height: float, heads: list[float]) -> None:
    w = wall((0, 0), (12, 0))
    for k, head in enumerate(heads):
        w = with_opening(w, 0.5 + 3 * k, 1.0, 0.0, head)
    bands = bands_of(plan(w), layer_height=layer_height)
    assert bands.layers.sum() == pytest.approx(2.5 / layer_height, abs=0.5 + 1e-6)


def test_heights_a_tenth_of_a_millimetre_apart_are_one() -> None:
    a = wall((0, 0), (5, 0), height=2.5)
    b = wall((0, 2), (5, 2), height=2.50005)
    assert len(bands_of(plan(a, b)).layers) == 1


def test_walls_on_a_plinth_are_counted_from_their_own_base() -> None:
    bands = bands_of(plan(wall((0, 0), (5, 0), base=-0.3, height=2.8)), layer_height=0.02)
    assert bands.layers.sum() == 140


def test_empty_heights_between_storeys_hold_no_layers() -> None:
    up = wall((0, 0), (5, 0), base=2.8, storey=1, name="up")
    bands = bands_of(plan(wall((0, 0), (5, 0)), up, storeys=(0.0, 2.8)))
    assert list(bands.base_m) == [0.0, 2.8]
    assert list(bands.layers) == [125, 125]
    assert bands.net_volume_m3() == pytest.approx(2 * 5 * 0.25 * 2.5)


def test_the_storey_of_a_band_is_found_in_a_file_that_lists_them_top_down() -> None:
    ground, up = wall((0, 0), (5, 0), storey=1), wall((0, 0), (5, 0), base=2.5, storey=0, name="up")
    of = plan(ground, up, storeys=(2.5, 0.0))
    assert [of.storeys[i].elevation_m for i in bands_of(of).storey] == [0.0, 2.5]


def by_system(walls: list[Wall]) -> dict[str, float]:
    (section,) = bands_of(plan(*walls)).sections
    return {name: area.area for name, area in section.area.items()}


def test_mixed_systems_divide_the_section_and_count_the_junction_once() -> None:
    inside = wall((3, 0), (3, 5), system="solid", name="inside")
    areas = by_system([*box(6, 5), inside])
    assert set(areas) == {"double-leaf", "solid"}
    assert sum(areas.values()) == pytest.approx((22 + 4.75) * 0.25, rel=SNUG)


def test_a_door_divides_the_section() -> None:
    bands = bands_of(plan(with_opening(wall((0, 0), (5, 0)), 2, 1)))
    parts = [len(shapely.get_parts(s.area["double-leaf"])) for s in bands.sections]
    assert parts == [2, 1]


def test_an_opening_does_not_pierce_the_wall_behind() -> None:
    other = wall((0, 0.25), (5, 0.25), name="behind")
    bands = bands_of(plan(with_opening(wall((0, 0), (5, 0)), 2, 1), other))
    # a void reaches 10 mm beyond the faces of its wall, so that no skin is left; no more than that may go
    assert bands.sections[int(bands.section[0])].area_m2 == pytest.approx((4 + 5) * 0.25, abs=0.01 * 1.0 + 1e-3)


def test_a_section_that_changes_everywhere_is_refused() -> None:
    ragged = plan(*(wall((0, k), (3, k), height=2.0 + k * 1e-3, name=f"w{k}") for k in range(MOST_HEIGHTS + 1)))
    with pytest.raises(PlanError, match=r"changes its section at \d+ heights"):
        bands_of(ragged)
