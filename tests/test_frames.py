"""Frames beside each other: how they are turned, where they part the walls, what each prints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from estimator import estimate, read_plan
from estimator.beads import Kind
from estimator.estimate import Estimate
from estimator.frames import CLEAR_OF_OPENING_M, Frames, frame_joints, plan_frames, turned
from estimator.kinematics import axis_limits
from estimator.parts import with_joints
from estimator.plan import Plan
from estimator.times import Speeds, move_seconds
from estimator.walls import centre_line, wall_pieces
from printers import Printer, load_printer
from tests.helpers import box, moved, plan, small_house, wall

ROOT = Path(__file__).resolve().parents[1]
BOD = load_printer("cobod-bod2")
HOUSES = ("rectangular-72", "two-storey-140", "stupino-round-house")


def small_frame(x_m: float, y_m: float, z_m: float = 4.0) -> Printer:
    return BOD.replace(build_x_m=x_m, build_y_m=y_m, build_z_m=z_m, max_set_ups=60)


def whole(of: Plan) -> Estimate:
    return estimate(of, printer=BOD.replace(build_x_m=60.0, build_y_m=60.0, build_z_m=12.0), samples=0)


@pytest.mark.parametrize("house", HOUSES)
@pytest.mark.parametrize("size", [(6.0, 6.0), (5.0, 9.0)])
def test_what_the_frames_print_together_is_the_building_less_its_joints(house: str, size: tuple[float, float]) -> None:
    of = read_plan(ROOT / "examples" / f"{house}.json")
    one, many = whole(of), estimate(of, printer=small_frame(*size), samples=0)
    assert len(many.layout.parts) > len(of.storeys)
    drawn, printed = one.bands.net_volume_m3(), many.bands.net_volume_m3()
    joint_m3 = sum(0.01 * 0.6 * (of.walls[j.wall].top_m - of.walls[j.wall].base_m) for j in many.layout.joints)
    assert drawn - joint_m3 <= printed <= drawn + 1e-6
    assert many.takeoff.net_volume_m3 == pytest.approx(drawn)
    # each joint closes the leaves on both sides, so there is more bead, but not much
    assert 1.0 < many.work.bead_volume_m3 / one.work.bead_volume_m3 < 1.1


@pytest.mark.parametrize("house", HOUSES)
def test_every_part_fits_its_frame_and_none_overlap(house: str) -> None:
    of = read_plan(ROOT / "examples" / f"{house}.json")
    made = estimate(of, printer=small_frame(6.0, 6.0), samples=0)
    for number, part in enumerate(made.layout.parts):
        extent = np.ptp(turned(shapely.get_coordinates(part.region), -part.turn_rad), axis=0)
        assert np.all(extent <= 6.0 + 0.005)
        for other in made.layout.parts[:number]:
            if other.storey == part.storey:
                assert shapely.intersection(part.region, other.region).area < 1e-6


def near_jambs(of: Plan, frames: Frames) -> int:
    near = 0
    for joint in frame_joints(of, frames):
        line = centre_line(of.walls[joint.wall])
        assert line is not None
        for opening in of.walls[joint.wall].openings:
            ends = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(opening.footprint)))
            near += bool(ends.min() - CLEAR_OF_OPENING_M < joint.at_m < ends.max() + CLEAR_OF_OPENING_M)
    return near


@pytest.mark.parametrize("house", ["rectangular-72", "two-storey-140"])
def test_joints_keep_away_from_jambs_where_the_frames_leave_room(house: str) -> None:
    of = read_plan(ROOT / "examples" / f"{house}.json")
    chosen = plan_frames(of, wall_pieces(of), 7.0, 6.0)
    even = Frames(chosen.turn_rad, *(np.linspace(v[0], v[-1], len(v)) for v in (chosen.x_m, chosen.y_m)))
    assert frame_joints(of, chosen)
    assert near_jambs(of, chosen) < near_jambs(of, even)


def test_no_line_between_frames_runs_along_a_wall() -> None:
    # a wall exactly half way: the line moves aside, one frame being large enough
    of = plan(*box(10.0, 5.0), wall((5.0, 0.0), (5.0, 5.0), thickness=0.3))
    frames = plan_frames(of, wall_pieces(of), 6.0, 8.0)
    assert len(frames) == 2
    (line,) = frames.x_m[1:-1]
    assert abs(line - 5.0) > 0.15


@pytest.mark.parametrize("angle", [0.0, 17.0, 45.0, 120.0])
def test_frames_are_turned_with_the_building_when_they_have_to_be(angle: float) -> None:
    of = moved(plan(*box(11.0, 20.0)), angle, (3.0, 4.0))
    frames = plan_frames(of, wall_pieces(of), 11.5, 20.5)
    assert len(frames) == 1
    assert np.rad2deg(frames.turn_rad) % 180 == pytest.approx(angle % 180, abs=1e-6)
    middle = shapely.get_coordinates(shapely.GeometryCollection(list(wall_pieces(of).footprint)).envelope.centroid)[0]
    assert frames.middles_m()[0] == pytest.approx(middle, abs=1e-6)


def test_a_frame_that_holds_the_building_as_it_lies_is_not_turned() -> None:
    of = moved(plan(*box(4.0, 4.0)), 30.0)
    assert plan_frames(of, wall_pieces(of), 12.0, 12.0).turn_rad == 0.0


def test_axes_of_a_turned_gantry_are_its_own() -> None:
    # an axis that is slow across: a building turned by 90° and its frame with it take the same time
    slow = small_frame(12.0, 20.0).replace(x_speed_max_m_per_s=0.05, max_set_ups=1)
    here = estimate(plan(*box(10.0, 18.0)), printer=slow, samples=0)
    there = estimate(moved(plan(*box(10.0, 18.0)), 90.0), printer=slow, samples=0)
    assert here.layout.parts[0].turn_rad == 0.0
    assert abs(there.layout.parts[0].turn_rad) == pytest.approx(np.pi / 2)
    assert there.motion.deposition_s.sum() == pytest.approx(here.motion.deposition_s.sum(), rel=1e-6)
    untold = here.toolpath.at(np.zeros(2), np.pi / 2)
    speeds = Speeds(0.25, 0.25, 0.5, 1.0)
    along = move_seconds(here.toolpath, slow, speeds).sum()
    assert move_seconds(untold, slow, speeds).sum() != pytest.approx(along, rel=0.01)
    assert axis_limits(np.array([[1.0, 0.0]]), np.array([0.05, np.inf]))[0] == 0.05


def test_the_document_says_what_is_printed_from_where() -> None:
    from estimator import as_document

    made = estimate(small_house(), printer=small_frame(3.0, 3.0), samples=0)
    shown = as_document(made)["toolpath"]
    assert len(shown["parts"]) == len(made.layout.parts) > 1
    assert shown["stations"] == len({p["set_up"] for p in shown["parts"]})
    assert sum(p["layers"] for p in shown["parts"]) == shown["layers"]
    assert sum(p["extruded_length_m"] for p in shown["parts"]) == pytest.approx(shown["extruded_length_m"], abs=0.1)
    assert shown["joints"] == len(made.layout.joints)


def test_walls_are_cut_over_their_whole_height_at_a_joint() -> None:
    of = plan(*box(10.0, 5.0))
    joints = frame_joints(of, plan_frames(of, wall_pieces(of), 6.0, 8.0))
    cut = with_joints(of, joints)
    for joint in joints:
        mine = [o for o in cut.walls[joint.wall].openings if "joint" in o.id]
        assert [(o.sill_m, o.head_m) for o in mine] == [(cut.walls[joint.wall].base_m, cut.walls[joint.wall].top_m)]


def test_a_wall_that_no_joint_can_cut_is_refused_by_the_storey() -> None:
    from estimator.errors import NotPrintableError

    ring = shapely.Point(0, 0).buffer(5.0).difference(shapely.Point(0, 0).buffer(4.7))
    from dataclasses import replace

    of = plan(wall((0, 0), (1, 0)))
    blob = replace(of, walls=(replace(of.walls[0], footprint=ring, axis=None, thickness_m=None),))
    with pytest.raises(NotPrintableError, match="no joint can cut"):
        estimate(blob, printer=small_frame(6.0, 6.0), samples=0)


@pytest.mark.parametrize("system", ["double-leaf-zigzag", "double-leaf-sine", "double-leaf-webs"])
def test_a_ring_wall_keeps_its_infill_when_it_is_printed_in_parts(system: str) -> None:
    angles = np.linspace(0, 2 * np.pi, 145)[:-1]
    of = plan(wall(*[(3.3 * np.cos(a), 3.3 * np.sin(a)) for a in angles], (3.3, 0.0), thickness=0.4))
    one = estimate(of, printer=BOD, wall_system=system, samples=0)
    many = estimate(of, printer=small_frame(5.0, 5.0), wall_system=system, samples=0)
    assert len(many.layout.parts) >= 4
    length = [
        e.toolpath.per_section(np.where(e.toolpath.kind == Kind.INFILL, e.toolpath.length_m, 0.0)) @ e.toolpath.layers
        for e in (one, many)
    ]
    assert 0.85 < length[1] / length[0] < 1.1
