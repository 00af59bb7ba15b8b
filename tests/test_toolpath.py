"""The toolpath: continuous inside a section, sums over sections, volume by the bead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.beads import Kind, Pattern, all_beads, bead_area_m2, section_beads
from estimator.plan import Plan
from estimator.toolpath import Toolpath
from estimator.wall_systems import WALL_SYSTEMS
from tests.helpers import (
    SNUG,
    bands_of,
    bead_lengths,
    box,
    line_toolpath,
    moved,
    plan,
    small_house,
    toolpath_of,
    wall,
    with_opening,
)


def test_a_room_can_be_added_up_in_the_head() -> None:
    # 5 × 4 m between axes, rings at 0.1 m on either side: 2·(4.8 + 3.8) + 2·(5.2 + 4.2) = 36 m a layer;
    # 2.5 m in layers of 20 mm are 125 layers
    bands, path = toolpath_of(plan(*box(5, 4)))
    assert path.layers.tolist() == [125]
    assert path.starts.tolist() == [2]
    assert path.extruded_length_m() == pytest.approx(36 * 125, rel=SNUG)
    assert path.bead_volume_m3() == pytest.approx(36 * 125 * 914.159e-6, rel=SNUG)
    # from the corner of one ring to the nearest corner of the other and back: twice 0.2·√2
    assert path.travel_length_m() == pytest.approx(125 * 2 * 0.2 * np.sqrt(2), rel=1e-3)
    assert len(bands.sections) == 1


@pytest.mark.parametrize("system", WALL_SYSTEMS)
def test_inside_a_section_every_move_starts_where_the_last_one_ended(system: str) -> None:
    _, path = toolpath_of(small_house(), system)
    for a, b in zip(path.first[:-1], path.first[1:], strict=True):
        assert np.array_equal(path.start_m[a + 1 : b], path.end_m[a : b - 1])
        # and the last returns to the start of the first, where the next layer begins
        assert np.array_equal(path.end_m[b - 1], path.start_m[a])


@pytest.mark.parametrize("system", WALL_SYSTEMS)
def test_moves_are_beads_with_a_width_or_travel_without(system: str) -> None:
    _, path = toolpath_of(small_house(), system)
    travels = path.kind == Kind.TRAVEL
    assert set(path.kind.tolist()) <= {int(k) for k in Kind}
    assert np.all(path.width_m[travels] == 0)
    assert np.all(path.width_m[~travels] > 0)
    assert np.all(path.length_m > 0)


@pytest.mark.parametrize("system", WALL_SYSTEMS)
def test_every_bead_of_every_section_is_in_the_path(system: str) -> None:
    of = small_house()
    bands, path = toolpath_of(of, system)
    for k, section in enumerate(bands.sections):
        beads, _ = section_beads(section, of.walls, 0.05, Pattern(0.6, 0.6, 0.6))
        here = slice(path.first[k], path.first[k + 1])
        assert path.bead_count()[k] == len(beads)
        assert path.starts[k] <= len(beads)  # those that touch are one
        assert set(path.bead[here][path.bead[here] >= 0].tolist()) == set(range(len(beads)))
        on = path.kind[here] != Kind.TRAVEL
        assert path.length_m[here][on].sum() == pytest.approx(bead_lengths(beads).sum())


def test_sums_over_sections_are_those_of_a_loop() -> None:
    _, path = toolpath_of(small_house(), "double-leaf-webs")
    per_move = np.arange(len(path.kind), dtype=float)
    looped = [per_move[a:b].sum() for a, b in zip(path.first[:-1], path.first[1:], strict=True)]
    assert path.per_section(per_move) == pytest.approx(looped)


def test_lengths_are_those_of_the_moves_times_the_layers() -> None:
    path = line_toolpath(10.0, beads=2, layers=5, gap=1.0)
    assert path.extruded_length_m() == pytest.approx(2 * 10 * 5)
    assert path.travel_length_m() == pytest.approx((1 + 21) * 5)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(WALL_SYSTEMS), st.floats(0.03, 0.06), st.floats(0.008, 0.03))
def test_the_volume_is_the_bead_area_times_the_length(system: str, width: float, height: float) -> None:
    _, path = toolpath_of(plan(*box(3, 2.5)), system, width, height)
    on = path.kind != Kind.TRAVEL
    if system not in ("solid", "forked"):  # a last bead as wide as what is left, a bead as wide as the wall
        assert np.all(path.width_m[on] == width)
    each = bead_area_m2(path.width_m[on], height) * path.length_m[on]
    assert path.bead_volume_m3() == pytest.approx(each.sum() * path.layers[0])


def test_layers_of_bands_that_share_a_section_are_added() -> None:
    up = [replace(w, base_m=2.5, top_m=5.0, storey=1, id=w.id + "-up") for w in box()]
    _, one = toolpath_of(plan(*box()))
    _, two = toolpath_of(plan(*box(), *up, storeys=(0.0, 2.5)))
    assert two.layers.tolist() == (2 * one.layers).tolist()
    assert len(two.kind) == len(one.kind)


def test_a_finding_is_reported_once_however_many_sections_it_concerns() -> None:
    thin = with_opening(wall((0, 0), (5, 0), thickness=0.08), 2, 1)
    of = plan(thin)
    bands = bands_of(of)
    assert len(bands.sections) == 2
    _, findings = all_beads(bands.sections, of.walls, 0.05, Pattern(0.6, 0.6, 0.6))
    assert [f.code for f in findings] == ["wall-thin"]


def length_and_travel(of: Plan, system: str) -> list[float]:
    _, path = toolpath_of(of, system)
    return [path.extruded_length_m(), path.travel_length_m()]


@pytest.mark.parametrize("system", ["double-leaf", "double-leaf-zigzag", "single"])
def test_where_a_plan_lies_changes_nothing(system: str) -> None:
    there = moved(small_house(), by=(3.3, -7.7))
    assert length_and_travel(there, system) == pytest.approx(length_and_travel(small_house(), system), rel=1e-6)


def random_house(seed: int) -> Plan:
    """A room with up to three partitions and up to three openings in each wall."""
    random = np.random.default_rng(seed)
    width, depth = random.uniform(4, 12), random.uniform(4, 9)
    walls = box(width, depth, thickness=float(random.choice([0.2, 0.25, 0.35])))
    for k in range(random.integers(0, 4)):
        x = float(width * (k + random.uniform(0.8, 1.2)) / 4)
        reach = depth if random.random() < 0.6 else float(random.uniform(1, depth))
        thickness = float(random.choice([0.08, 0.1, 0.12, 0.25]))
        walls.append(wall((x, 0.0), (x, reach), thickness=thickness, name=f"partition-{k}"))
    pierced = []
    for w in walls:
        assert w.axis is not None
        at = float(random.uniform(0, 1))
        while at + 2 < w.axis.length and len(w.openings) < 3:
            span = float(random.uniform(0.6, 2))
            w = with_opening(w, at, span, float(random.choice([0, 0.9])), float(random.choice([2.0, 2.1, 2.5])))
            at += span + float(random.uniform(0, 1.5))
        pierced.append(w)
    return plan(*pierced)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from(WALL_SYSTEMS), st.floats(0, 180))
def test_turning_any_house_changes_no_bead(seed: int, system: str, angle: float) -> None:
    of = random_house(seed)
    bands, still = toolpath_of(of, system)
    _, turned = toolpath_of(moved(of, angle, (1.3, -2.2)), system)
    # a ring that just fits into a solid pier, or just does not, is a matter of the last digit
    rel = 0.02 if system == "solid" else 0.003
    assert turned.bead_volume_m3() == pytest.approx(still.bead_volume_m3(), rel=rel)
    assert turned.starts @ turned.layers == pytest.approx(still.starts @ still.layers, rel=0.05)
    # a wall holds no more beads than itself
    assert still.bead_volume_m3() < 1.05 * bands.net_volume_m3()


def test_arrays_that_do_not_fit_are_refused() -> None:
    path = line_toolpath(1.0)
    for change in ({"width_m": path.width_m[:-1]}, {"first": np.array([0, 1])}, {"layers": np.array([1, 1])}):
        with pytest.raises(ValueError, match="toolpath"):
            replace(path, **change)
    assert isinstance(path, Toolpath)
