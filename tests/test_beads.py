"""Beads: cross-section, rings, infill, thin walls, mixed systems."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from estimator.beads import Kind, Pattern, bead_area_m2, section_beads
from estimator.errors import Finding, UsageError
from estimator.offset import inset
from estimator.plan import Plan, Wall
from estimator.shares import without_specks
from tests.helpers import (
    SNUG,
    bands_of,
    bead_lengths,
    beads_of,
    box,
    moved,
    only_section,
    plan,
    small_house,
    toolpath_of,
    wall,
    with_opening,
)

# --- cross-section ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width_mm", "height_mm", "area_mm2"),
    [(30, 10, 278.540), (40, 10, 378.540), (50, 20, 914.159), (60, 20, 1114.159), (80, 40, 2856.637)],
)
def test_a_bead_is_a_stadium(width_mm: float, height_mm: float, area_mm2: float) -> None:
    # process_and_structure.md, table B1; three decimals are printed
    area = float(bead_area_m2(width_mm / 1000, height_mm / 1000))
    assert area * 1e6 == pytest.approx(area_mm2, abs=0.0005)


def test_a_bead_as_wide_as_high_is_round_and_the_area_has_no_step_there() -> None:
    assert float(bead_area_m2(0.02, 0.02)) == pytest.approx(np.pi * 0.01**2)
    assert float(bead_area_m2(0.02 - 1e-9, 0.02)) == pytest.approx(np.pi * 0.01**2, rel=1e-6)


@given(st.floats(0.004, 0.3), st.floats(0.001, 0.1))
def test_a_bead_fits_its_rectangle_and_grows_with_width_and_height(width: float, height: float) -> None:
    area = float(bead_area_m2(width, height))
    assert 0 < area <= width * height
    assert float(bead_area_m2(width * 1.01, height)) > area
    assert float(bead_area_m2(width, height * 1.01)) > area


def test_the_area_of_many_beads_is_the_area_of_each() -> None:
    width = np.array([0.03, 0.05, 0.01])
    each = [float(bead_area_m2(w, 0.02)) for w in width]
    assert bead_area_m2(width, 0.02).tolist() == each


# --- spacing of infill ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["web_spacing_m", "zigzag_pitch_m", "chamber_pitch_m"])
@pytest.mark.parametrize("value", [0.0, -1.0, 0.01, 100.0, float("nan")])
def test_an_impossible_spacing_is_refused(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=name):
        Pattern(**{"web_spacing_m": 0.6, "zigzag_pitch_m": 0.6, "chamber_pitch_m": 0.6, name: value})


# --- contours -----------------------------------------------------------------------------------


def test_a_free_wall_of_two_leaves_is_one_ring_half_a_bead_inside_its_faces() -> None:
    beads = beads_of(plan(wall((0, 0), (5, 0))))
    assert len(beads) == 1
    assert bool(beads.is_closed[0])
    assert bead_lengths(beads)[0] == pytest.approx(2 * (4.95 + 0.20))
    assert beads.points_m.min(axis=0) == pytest.approx([0.025, -0.10])
    assert beads.points_m.max(axis=0) == pytest.approx([4.975, 0.10])


def test_a_room_of_two_leaves_is_an_outer_and_an_inner_ring() -> None:
    # axes 5 × 4 m, 0.25 m thick, bead 0.05 m: rings at 0.1 m on either side of the axis
    lengths = bead_lengths(beads_of(plan(*box(5, 4))))
    assert sorted(lengths) == pytest.approx([2 * (4.8 + 3.8), 2 * (5.2 + 4.2)], rel=SNUG)


def test_a_solid_wall_is_full() -> None:
    # 0.25 m = 5 beads of 0.05 m: two rings and one bead in the middle
    beads = beads_of(plan(wall((0, 0), (5, 0))), "solid")
    assert len(beads) == 3
    assert bead_lengths(beads).sum() * 0.05 == pytest.approx(5 * 0.25, rel=0.01)


@given(st.floats(0.10, 0.40))
def test_a_solid_wall_holds_as_much_as_the_wall_whatever_its_thickness(thickness: float) -> None:
    of = plan(wall((0, 0), (10, 0), thickness=thickness))
    beads = beads_of(of, "solid")
    laid = float(bead_lengths(beads) @ beads.width_m)
    assert laid == pytest.approx(10 * thickness, rel=0.03)


def test_a_single_bead_runs_on_the_axis() -> None:
    beads = beads_of(plan(wall((0, 0), (5, 0), thickness=0.05)), "single")
    assert len(beads) == 1
    assert not beads.is_closed[0]
    assert bead_lengths(beads)[0] == pytest.approx(5)
    assert np.allclose(beads.points_m[:, 1], 0)


def test_a_closed_wall_of_one_bead_is_one_closed_bead() -> None:
    ring = plan(wall((0, 0), (4, 0), (4, 3), (0, 3), (0, 0), thickness=0.05))
    beads = beads_of(ring, "single")
    assert bead_lengths(beads).sum() == pytest.approx(14)
    assert len(beads) == 1
    assert bool(beads.is_closed[0])


def test_beads_are_listed_one_after_the_other() -> None:
    beads = beads_of(plan(*box()), "double-leaf-webs")
    assert len(beads.first) == len(beads) + 1
    assert beads.first[-1] == len(beads.points_m)
    assert np.all(np.diff(beads.first) >= 2)
    ends = zip(beads.first[:-1], beads.first[1:] - 1, strict=True)
    returns = [bool(np.all(beads.points_m[a] == beads.points_m[b])) for a, b in ends]
    assert returns == beads.is_closed.tolist()


def test_a_door_leaves_a_ring_round_each_piece() -> None:
    of = plan(with_opening(wall((0, 0), (5, 0)), 2, 1, 0.0, 2.0))
    bands = bands_of(of)
    below, _ = section_beads(bands.sections[int(bands.section[0])], of.walls, 0.05, Pattern(0.6, 0.6, 0.6))
    assert below.is_closed.tolist() == [True, True]
    # pieces of 2 m on either side of a door of 1 m
    assert bead_lengths(below) == pytest.approx([2 * (1.95 + 0.2)] * 2, rel=SNUG)
    above, _ = section_beads(bands.sections[int(bands.section[1])], of.walls, 0.05, Pattern(0.6, 0.6, 0.6))
    assert len(above) == 1


def test_a_room_with_a_door_is_one_ring_round_the_rest() -> None:
    of = plan(with_opening(box(5, 4)[0], 2, 1), *box(5, 4)[1:])
    bands = bands_of(of)
    beads, _ = section_beads(bands.sections[int(bands.section[0])], of.walls, 0.05, Pattern(0.6, 0.6, 0.6))
    assert len(beads) == 1
    assert bool(beads.is_closed[0])
    # both rings of the room less the door, and two ends across the wall
    assert bead_lengths(beads)[0] == pytest.approx(2 * (5.2 + 4.2) + 2 * (4.8 + 3.8) - 2 * 1.05 + 2 * 0.2, rel=SNUG)


def rectilinear(draw_cells: list[tuple[int, int]]) -> Polygon | shapely.MultiPolygon:
    """Union of unit cells."""
    cells = shapely.box(*np.array([(x, y, x + 1, y + 1) for x, y in draw_cells], dtype=float).T)
    area = shapely.union_all(np.asarray(cells))
    assert isinstance(area, Polygon | shapely.MultiPolygon)
    return area


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=18),
    st.floats(0.01, 0.7),
    st.floats(0, 90),
)
def test_an_inset_is_that_of_the_general_method(cells: list[tuple[int, int]], distance: float, angle: float) -> None:
    area = shapely.affinity.rotate(rectilinear(cells), angle, origin=(0, 0))
    with np.errstate(all="ignore"):
        general = shapely.buffer(area, -distance, join_style="mitre")
        ours = inset(area, distance)
        apart = shapely.symmetric_difference(ours, general, grid_size=1e-9)  # GEOS errs where sides all but coincide
        assert apart.area == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("distance", [0.025, 0.05, 0.1, 0.124])
@pytest.mark.parametrize("angle", [0.0, 31.0])
def test_the_contours_of_a_house_are_those_of_the_general_method(distance: float, angle: float) -> None:
    for section in bands_of(moved(small_house(), angle)).sections:
        area = without_specks(section.area["double-leaf"])
        with np.errstate(all="ignore"):
            general = shapely.buffer(area, -distance, join_style="mitre")
            # sides of a hundredth of a millimetre, left where walls overlap by a hair, may fall differently
            assert shapely.symmetric_difference(inset(area, distance), general).area < 1e-4


# --- infill -------------------------------------------------------------------------------------


def test_webs_span_the_cavity_and_do_not_overlap_the_leaves() -> None:
    beads = beads_of(plan(wall((0, 0), (6, 0))), "double-leaf-webs", pattern=Pattern(0.6, 0.6, 0.6))
    webs = bead_lengths(beads)[beads.kind == Kind.INFILL]
    assert len(webs) == 10
    assert webs == pytest.approx([0.15] * 10)


def test_infill_stays_inside_the_leaves_and_out_of_openings() -> None:
    of = plan(with_opening(wall((0, 0), (6, 0)), 2, 1.2))
    bands = bands_of(of)
    for system in ("double-leaf-webs", "double-leaf-zigzag", "double-leaf-sine"):
        section = bands_of(of, system).sections[int(bands.section[0])]
        beads, _ = section_beads(section, of.walls, 0.05, Pattern(0.6, 0.6, 0.6))
        grown = shapely.buffer(section.area[system], -0.025 + 1e-4, join_style="mitre")
        lines = [
            shapely.LineString(beads.points_m[a:b]) for a, b in zip(beads.first[:-1], beads.first[1:], strict=True)
        ]
        assert all(shapely.covers(grown, line) for line in lines), system


@pytest.mark.parametrize("system", ["double-leaf-zigzag", "double-leaf-sine"])
@pytest.mark.parametrize("angle", [7.0, 23.0, 33.3, 45.0, 77.0])
def test_turning_a_wall_does_not_break_its_infill(system: str, angle: float) -> None:
    still = beads_of(plan(wall((0, 0), (8, 0))), system)
    turned = beads_of(moved(plan(wall((0, 0), (8, 0))), angle, (3.3, 1.7)), system)
    assert len(turned) == len(still)
    assert bead_lengths(turned).sum() == pytest.approx(bead_lengths(still).sum(), rel=1e-6)


@pytest.mark.parametrize("system", ["single", "double-leaf", "double-leaf-webs", "double-leaf-zigzag", "solid"])
@pytest.mark.parametrize("angle", [10.0, 17.0, 37.0, 45.0, 60.0])
def test_turning_a_house_changes_no_bead(system: str, angle: float) -> None:
    # the corners of turned walls must not keep hairline gaps that contours run round
    _, still = toolpath_of(small_house(), system)
    _, turned = toolpath_of(moved(small_house(), angle, (3.3, 1.7)), system)
    assert turned.starts.tolist() == still.starts.tolist()
    assert turned.extruded_length_m() == pytest.approx(still.extruded_length_m(), rel=1e-4)


@pytest.mark.parametrize("system", ["double-leaf", "double-leaf-webs", "double-leaf-zigzag", "double-leaf-sine"])
@pytest.mark.parametrize("thickness", [0.10, 0.11, 0.12, 0.14])
def test_beads_never_hold_more_than_the_wall(system: str, thickness: float) -> None:
    beads = beads_of(plan(wall((0, 0), (10, 0), thickness=thickness)), system)
    assert float(bead_lengths(beads) @ beads.width_m) <= 10 * thickness * 1.01


def test_infill_of_walls_that_cross_is_laid_once() -> None:
    crossing = plan(wall((0, 0), (6, 0)), wall((3, -3), (3, 3)))
    apart = plan(wall((0, 0), (6, 0)), wall((3, 5), (3, 11)))
    laid = [
        float(bead_lengths(b)[b.kind == Kind.INFILL].sum())
        for b in (beads_of(crossing, "double-leaf-zigzag"), beads_of(apart, "double-leaf-zigzag"))
    ]
    # the crossing of 0.25 × 0.25 m belongs to one of the two
    assert laid[0] < laid[1] - 0.2
    assert laid[0] > laid[1] - 0.8


# --- mixed and thin walls -----------------------------------------------------------------------


def found(of: Plan, system: str) -> tuple[list[Finding], Wall]:
    _, findings = section_beads(only_section(of, system), of.walls, 0.05, Pattern(0.6, 0.6, 0.6))
    return findings, of.walls[0]


def test_walls_keep_their_own_system() -> None:
    inside = wall((3, 0), (3, 5), system="double-leaf-webs", name="inside")
    beads = beads_of(plan(*box(6, 5), inside))
    webs = beads.points_m[np.repeat(beads.kind == Kind.INFILL, np.diff(beads.first))]
    assert len(webs)
    assert np.all(np.abs(webs[:, 0] - 3) <= 0.1)


def test_a_wall_too_thin_for_two_beads_gets_one_and_a_finding() -> None:
    (finding,), thin = found(plan(wall((0, 0), (5, 0), thickness=0.08)), "double-leaf")
    assert (finding.code, finding.severity, finding.where) == ("wall-thin", "warning", thin.id)
    assert "0.080" in finding.message
    assert "0.050" in finding.message
    beads = beads_of(plan(wall((0, 0), (5, 0), thickness=0.08)))
    assert bead_lengths(beads) == pytest.approx([5.0])
    assert beads.width_m.tolist() == [0.05]


def test_a_wall_thinner_than_the_bead_gets_a_bead_as_wide_as_itself() -> None:
    beads = beads_of(plan(wall((0, 0), (5, 0), thickness=0.03)))
    assert beads.width_m.tolist() == [0.03]


def test_a_wall_of_exactly_two_beads_is_no_thin_wall() -> None:
    findings, _ = found(plan(wall((0, 0), (5, 0), thickness=0.1)), "double-leaf")
    assert not findings


def test_a_thin_wall_between_thick_ones_leaves_their_contours_alone() -> None:
    thin = wall((3, 0), (3, 5), thickness=0.08, name="thin")
    with_thin, without = beads_of(plan(*box(6, 5), thin)), beads_of(plan(*box(6, 5)))
    assert sorted(bead_lengths(with_thin)[1:]) == pytest.approx(sorted(bead_lengths(without)), rel=SNUG)


def test_a_thin_wall_ends_at_the_thick_ones_in_whatever_order_they_are_listed() -> None:
    thin = wall((3, 0), (3, 5), thickness=0.08, name="thin")
    lengths = [bead_lengths(beads_of(plan(*ws))).sum() for ws in ([thin, *box(6, 5)], [*box(6, 5), thin])]
    assert lengths == pytest.approx([22.8 + 21.2 + 4.75] * 2, rel=SNUG)


def test_a_shape_without_a_centre_line_is_reported() -> None:
    shape = Polygon([(0, 0), (4, 0), (4, 0.25), (0.25, 0.25), (0.25, 3), (0, 3)])
    of = plan(Wall("L", 0, shape, 0.0, 2.5))
    for system, left_out in (("single", "single bead is left out"), ("double-leaf-webs", "no infill")):
        (finding,), _ = found(of, system)
        assert finding.code == "wall-without-axis"
        assert left_out in finding.message


def test_drawing_noise_is_left_out() -> None:
    noisy = shapely.union_all([shapely.box(0, 0, 5, 0.25), shapely.box(6, 0, 6.005, 0.005)])
    noisy = shapely.difference(noisy, shapely.box(1, 0.1, 1.005, 0.105))
    assert isinstance(noisy, shapely.MultiPolygon)
    clean = without_specks(noisy)
    assert clean.area == pytest.approx(5 * 0.25)
    assert len(shapely.get_rings(clean)) == 1
