"""Elements: every piece fits the machine, joints only where they are needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from estimator.elements import JOINT_M, count_elements, cut_into_elements
from estimator.errors import Finding
from estimator.plan import Plan
from printers import load_printer
from tests.helpers import bands_of, box, moved, plan, small_house, wall

FACTORY = load_printer("dus-kamermaker").replace(element_length_m=2.0, element_width_m=2.0)


def cut(of: Plan) -> tuple[int, list[Finding]]:
    return count_elements(bands_of(cut_into_elements(of, FACTORY)), of, FACTORY)


def pieces(of: Plan) -> list[shapely.Geometry]:
    (section,) = bands_of(cut_into_elements(of, FACTORY)).sections
    return [p for a in section.area.values() for p in shapely.get_parts(a)]


def sides(piece: shapely.Geometry) -> tuple[float, float]:
    box_ = shapely.get_coordinates(shapely.minimum_rotated_rectangle(piece))
    a, b = sorted(np.hypot(*np.diff(box_[:3], axis=0).T))
    return float(a), float(b)


def test_a_wall_that_fits_the_machine_is_one_element() -> None:
    assert cut(plan(wall((0, 0), (1.7, 0)))) == (1, [])


def test_a_straight_wall_is_cut_into_equal_lengths() -> None:
    # 10 m in pieces of no more than 2.0 − 0.25 m: six
    count, findings = cut(plan(wall((0, 0), (10, 0))))
    assert (count, findings) == (6, [])
    lengths = sorted(sides(p)[1] for p in pieces(plan(wall((0, 0), (10, 0)))))
    # the inner ones lose half a joint at both ends
    assert lengths == pytest.approx([10 / 6 - JOINT_M] * 4 + [10 / 6 - JOINT_M / 2] * 2, abs=1e-3)


def test_a_room_of_walls_cut_in_two_is_four_corners() -> None:
    assert cut(plan(*box(3.0, 2.4, thickness=0.2))) == (4, [])


def test_a_round_house_falls_into_pieces_that_fit() -> None:
    points = [(3 * np.cos(a), 3 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 73)[:-1]]
    count, findings = cut(plan(wall(*points, points[0])))
    # 18.8 m in pieces of no more than 1.75 m
    assert (count, findings) == (11, [])


ROOMS = {
    "room": plan(*box(6.0, 5.0)),
    "turned": moved(plan(*box(6.0, 5.0)), 33),
    "T": plan(wall((0, 0), (5, 0)), wall((2.5, 0), (2.5, 3))),
    "T at a joint": plan(wall((0, 0), (3.5, 0)), wall((1.75, 0), (1.75, 3))),
    "X": plan(wall((0, 0), (6, 0)), wall((3, -3), (3, 3))),
    "Z": plan(wall((0, 0), (3, 0)), wall((3, 0), (3, 1)), wall((3, 1), (6, 1))),
    "house": small_house(),
}


@pytest.mark.parametrize("name", ROOMS)
def test_every_element_fits_the_machine(name: str) -> None:
    bands = bands_of(cut_into_elements(ROOMS[name], FACTORY))
    for section in bands.sections:
        for area in section.area.values():
            for piece in shapely.get_parts(area):
                assert max(sides(piece)) <= 2.005
    assert not cut(ROOMS[name])[1]


def test_joints_take_nothing_but_their_width() -> None:
    of = plan(*box(6.0, 5.0))
    joints = sum(len(w.openings) for w in cut_into_elements(of, FACTORY).walls)
    loss = bands_of(of).net_volume_m3() - bands_of(cut_into_elements(of, FACTORY)).net_volume_m3()
    assert loss == pytest.approx(joints * JOINT_M * 0.25 * 2.5, rel=0.02)


def test_the_plan_itself_keeps_its_openings() -> None:
    of = small_house()
    before = [len(w.openings) for w in of.walls]
    cut_into_elements(of, FACTORY)
    assert [len(w.openings) for w in of.walls] == before


def test_each_storey_has_its_own_elements() -> None:
    up = box(6.0, 5.0, base=2.5, storey=1)
    two = cut(plan(*box(6.0, 5.0), *up, storeys=(0.0, 2.5)))
    assert two == (2 * cut(plan(*box(6.0, 5.0)))[0], [])


def test_a_piece_that_cannot_be_cut_is_an_error_with_its_size() -> None:
    blob = replace(wall((0, 0), (3, 0), thickness=2.8), axis=None, thickness_m=None)
    _, (finding,) = cut(plan(blob))
    assert (finding.code, finding.severity, finding.where) == ("envelope-element", "error", "s1")
    assert "2.00 × 2.00 m" in finding.message
