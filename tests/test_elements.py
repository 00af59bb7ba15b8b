"""Elements: every one fits, there are as few as can be, and joints are short and out of openings."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
import shapely

from estimator import read_plan
from estimator.effort import Effort
from estimator.element_cutter import Box
from estimator.element_runs import storey_network
from estimator.elements import ElementLimits, box_sides, element_areas, is_hall, plan_elements
from estimator.parts import JOINT_M, Joint, Layout, joint_strip, with_joints
from estimator.plan import Plan
from estimator.walls import centre_line, wall_pieces
from printers import Printer, load_printer
from tests.helpers import bands_of, box, moved, plan, small_house, wall, with_opening

FACTORY = load_printer("dus-kamermaker").replace(element_length_m=2.0, element_width_m=2.0)
HALL = load_printer("class-hall-concrete").replace(element_length_m=3.0, element_width_m=3.0)
LONG = load_printer("winsun-gantry").replace(element_length_m=6.0, element_width_m=3.0)
EXAMPLES = Path(__file__).parents[1] / "examples"


@cache
def example(name: str) -> Plan:
    return read_plan(EXAMPLES / f"{name}.json")


def layout_of(of: Plan, printer: Printer = FACTORY, limits: ElementLimits | None = None) -> Layout:
    return plan_elements(of, wall_pieces(of), printer, limits)


def count(of: Plan, printer: Printer = FACTORY) -> int:
    layout = layout_of(of, printer)
    assert not [f for f in layout.findings if f.severity == "error"]
    return len(layout.parts)


def weighed(of: Plan, mass_kg: float, length_m: float = 6.0, width_m: float = 3.0) -> ElementLimits:
    """Limits for walls of 100 kg/m²."""
    return ElementLimits(length_m, width_m, 3.5, mass_kg, np.full(len(of.walls), 100.0))


ROUND = [(3 * np.cos(a), 3 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 73)[:-1]]
PLANS = {
    "room": plan(*box(6.0, 5.0)),
    "small room": plan(*box(3.0, 2.4, thickness=0.2)),
    "turned": moved(plan(*box(6.0, 5.0)), 33),
    "T": plan(wall((0, 0), (5, 0)), wall((2.5, 0), (2.5, 3))),
    "T at a joint": plan(wall((0, 0), (3.5, 0)), wall((1.75, 0), (1.75, 3))),
    "X": plan(wall((0, 0), (6, 0)), wall((3, -3), (3, 3))),
    "Z": plan(wall((0, 0), (3, 0)), wall((3, 0), (3, 1)), wall((3, 1), (6, 1))),
    "skew": plan(wall((0, 0), (5, 0)), wall((2, 0), (4, 3))),
    "round": plan(wall(*ROUND, ROUND[0])),
    "house": small_house(),
}


def test_a_wall_that_fits_the_machine_is_one_element() -> None:
    assert layout_of(plan(wall((0, 0), (1.7, 0)))).joints == ()


def test_a_straight_wall_is_cut_into_equal_lengths() -> None:
    # 4 pieces of 2.0 m with their joints make 8.03 m
    layout = layout_of(plan(wall((0, 0), (10, 0))))
    lengths = [box_sides(p.region)[0] for p in layout.parts if p.region is not None]
    assert lengths == pytest.approx([(10 - 4 * JOINT_M) / 5] * 5, abs=0.011)  # joints lie 10 mm apart


def test_a_room_whose_sides_are_longer_than_the_machine_is_four_corners() -> None:
    # each side has to be cut
    layout = layout_of(PLANS["small room"])
    assert len(layout.parts) == len(layout.joints) == 4
    assert layout.gap == 0


def test_a_room_that_fits_whole_is_one_element() -> None:
    assert layout_of(PLANS["small room"], LONG).joints == ()


def test_a_round_house_falls_into_pieces_that_fit() -> None:
    # seen from within, a chord c at the outer radius of 3.125 m is 2.0 m: an angle of 2·asin(1/3.125)
    most = 2 * np.arcsin(1.0 / 3.125)
    assert count(PLANS["round"]) == np.ceil(2 * np.pi / most)


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("printer", [FACTORY, HALL, LONG], ids=lambda p: str(p.id))
def test_every_element_fits_the_machine(name: str, printer: Printer) -> None:
    long, short = float(printer.element_length_m), float(printer.element_width_m)
    for part in layout_of(PLANS[name], printer).parts:
        assert part.region is not None
        sides = box_sides(part.region, Box(long, short, np.inf))
        assert sides[0] <= long + 0.005
        assert sides[1] <= short + 0.005


@pytest.mark.parametrize("name", PLANS)
def test_every_element_can_be_lifted(name: str) -> None:
    of = PLANS[name]
    limits = weighed(of, 600.0)
    bands = bands_of(with_joints(of, layout_of(of, LONG, limits).joints))
    volume = np.zeros(0)
    for section, z0, z1 in zip(bands.section, bands.base_m, bands.top_m, strict=True):
        for area in bands.sections[section].area.values():
            parts = layout_of(of, LONG, limits).parts
            inside = np.array([shapely.intersection(area, p.region).area for p in parts])
            volume = inside * (z1 - z0) + (volume if len(volume) else 0)
    thick = of.walls[0].thickness_m or np.nan
    assert np.all(volume / thick * 100.0 <= 600.0 * 1.02)  # corners count fully here


def in_openings(of: Plan, joints: tuple[Joint, ...]) -> int:
    """Joints that cut an opening."""
    found = 0
    for joint in joints:
        w = of.walls[joint.wall]
        line = centre_line(w)
        assert line is not None
        strip = joint_strip(w, line, joint.at_m)
        found += any(o.footprint.intersection(strip).area > 1e-4 for o in w.openings)
    return found


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("printer", [FACTORY, HALL, LONG], ids=lambda p: str(p.id))
def test_no_joint_is_inside_an_opening(name: str, printer: Printer) -> None:
    assert in_openings(PLANS[name], layout_of(PLANS[name], printer).joints) == 0


def test_joints_keep_off_jambs_where_there_is_room() -> None:
    of = plan(with_opening(wall((0, 0), (6, 0)), 2.1, 1.0, 0.0, 2.0))
    at = np.array([j.at_m for j in layout_of(of).joints])
    assert len(at)
    assert np.abs(at[:, None] - np.array([2.1, 3.1])).min() >= 0.2


def test_an_opening_wider_than_an_element_is_cut_through_and_told() -> None:
    of = plan(with_opening(wall((0, 0), (6, 0)), 1.5, 3.0, 0.0, 2.0))
    layout = layout_of(of)
    assert [f.code for f in layout.findings] == ["element-opening"]
    assert in_openings(of, layout.joints) == 1


def test_openings_over_the_whole_height_need_no_joint() -> None:
    of = plan(with_opening(wall((0, 0), (4, 0)), 1.5, 1.0, 0.0, 2.5))
    layout = layout_of(of)
    assert (len(layout.parts), layout.joints) == (2, ())


FORMER = {
    # elements, and joints in openings, when walls were cut one by one
    ("dus-kamermaker", "room"): (10, 0),
    ("dus-kamermaker", "small room"): (4, 0),
    ("dus-kamermaker", "turned"): (10, 0),
    ("dus-kamermaker", "T"): (4, 0),
    ("dus-kamermaker", "T at a joint"): (4, 0),
    ("dus-kamermaker", "X"): (9, 0),
    ("dus-kamermaker", "Z"): (4, 0),
    ("dus-kamermaker", "round"): (11, 0),
    ("dus-kamermaker", "kamermaker-cabin"): (4, 0),
    ("dus-kamermaker", "stupino-round-house"): (24, 0),
    ("class-hall-concrete", "room"): (6, 0),
    ("class-hall-concrete", "X"): (5, 0),
    ("class-hall-concrete", "round"): (7, 0),
    ("class-hall-concrete", "kamermaker-cabin"): (4, 0),
    ("class-hall-concrete", "rectangular-72"): (13, 0),
    ("class-hall-concrete", "two-storey-140"): (31, 0),
    ("winsun-gantry", "house"): (6, 0),
    ("winsun-gantry", "rectangular-72"): (13, 0),
    ("winsun-gantry", "two-storey-140"): (31, 0),
    ("winsun-gantry", "stupino-round-house"): (20, 0),
}


@pytest.mark.parametrize(("printer", "name"), FORMER)
def test_walls_cut_together_are_never_more_elements_than_walls_cut_one_by_one(printer: str, name: str) -> None:
    machine = {p.id: p for p in (FACTORY, HALL, LONG)}[printer]
    of = PLANS[name] if name in PLANS else example(name)
    assert count(of, machine) <= FORMER[printer, name][0]


@pytest.mark.parametrize("name", ["room", "house", "X", "Z", "skew", "round"])
def test_a_larger_machine_never_needs_more_elements(name: str) -> None:
    sizes = [(1.6, 1.6), (2.0, 1.6), (2.0, 2.0), (2.6, 2.0), (3.0, 3.0), (6.0, 3.0), (8.0, 7.0)]
    counts = [count(PLANS[name], FACTORY.replace(element_length_m=a, element_width_m=b)) for a, b in sizes]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 1


@pytest.mark.parametrize("name", ["room", "house", "X"])
def test_a_stronger_crane_never_needs_more_elements(name: str) -> None:
    of = PLANS[name]
    counts = [len(layout_of(of, LONG, weighed(of, m)).parts) for m in (300.0, 500.0, 800.0, 1500.0, 1e9)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def fewest_by_trying(of: Plan, printer: Printer, step_m: float) -> int:
    """Fewest elements among all sets of joints at places some way apart."""
    network = storey_network(of, wall_pieces(of), 0, np.zeros(len(of.walls)))
    places = [
        (run.wall, float(at))
        for run in network.runs
        for at in run.along_m[run.is_place][
            np.unique(
                np.linspace(0, run.is_place.sum() - 1, int((run.along_m[-1] - run.along_m[0]) / step_m) + 2).astype(int)
            )
        ]
    ]
    fitting = Box(float(printer.element_length_m), float(printer.element_width_m), np.inf)
    fewest = len(places) + 2
    for joints in range(len(places) + 1):
        for chosen in combinations(places, joints):
            areas = [a for _, a in element_areas(of, [Joint(w, at) for w, at in chosen])]
            if len(areas) < fewest and all(
                a <= fitting.length_m + 0.005 and b <= fitting.width_m + 0.005
                for a, b in (box_sides(area, fitting) for area in areas)
            ):
                fewest = len(areas)
        if fewest <= joints:  # more joints make no fewer elements but in rings
            break
    return fewest


@pytest.mark.parametrize("name", ["T", "T at a joint", "Z", "skew"])
def test_small_plans_are_cut_as_well_as_by_trying_everything(name: str) -> None:
    machine = FACTORY.replace(element_length_m=3.0, element_width_m=2.0)
    assert count(PLANS[name], machine) == fewest_by_trying(PLANS[name], machine, 1.0)


def test_thin_walls_are_cut_rather_than_thick_ones() -> None:
    # either leg of the L has to be cut once
    legs = (wall((0, 0), (2.8, 0), thickness=0.4), wall((0, 0), (0, 2.8), thickness=0.1))
    machine = FACTORY.replace(element_length_m=3.2, element_width_m=1.6)
    for of, thin in ((plan(*legs), 1), (plan(*legs[::-1]), 0)):
        (joint,) = layout_of(of, machine).joints
        assert joint.wall == thin


def test_joints_take_nothing_but_their_width() -> None:
    of = plan(*box(6.0, 5.0))
    layout = layout_of(of)
    loss = bands_of(of).net_volume_m3() - bands_of(with_joints(of, layout.joints)).net_volume_m3()
    assert loss == pytest.approx(len(layout.joints) * JOINT_M * 0.25 * 2.5, rel=0.02)


def test_parts_are_all_of_the_walls_but_the_joints() -> None:
    layout = layout_of(small_house())
    regions = [p.region for p in layout.parts if p.region is not None]
    assert shapely.union_all(regions).area == pytest.approx(sum(r.area for r in regions))
    gross = shapely.union_all(list(wall_pieces(small_house()).footprint))
    assert sum(r.area for r in regions) == pytest.approx(gross.area - len(layout.joints) * JOINT_M * 0.25, rel=1e-3)


SQUARE = [(0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0), (0.0, 0.0)]
ELL = [(0.0, 0.0), (9.0, 0.0), (9.0, 4.0), (4.0, 4.0), (4.0, 8.0), (0.0, 8.0), (0.0, 0.0)]
BENT = [(0.0, 0.0), (8.0, 0.0), (11.0, 5.0), (4.0, 9.0), (-2.0, 5.0), (0.0, 0.0)]
OUTLINES = {
    "square": plan(wall(*SQUARE)),
    "L": plan(wall(*ELL)),
    "bent": plan(wall(*BENT)),
    "from the middle of a side": plan(wall((5, 0), *SQUARE[1:], (5, 0))),
    "turned": moved(plan(wall(*ELL)), 33),
    "courtyard": plan(wall(*SQUARE), wall((7, 7), (13, 7), (13, 13), (7, 13), (7, 7)), wall((7, 10), (0, 10))),
    "open": plan(wall(*ELL[:-1])),
    "doors": plan(with_opening(with_opening(wall(*SQUARE), 8.0, 1.0, 0.0, 2.1), 32.0, 2.4, 0.9, 1.4)),
}
FACTORIES = ("winsun-gantry", "xtreee-robot", "class-hall-concrete")


@pytest.mark.parametrize("name", OUTLINES)
@pytest.mark.parametrize("printer", FACTORIES)
def test_walls_drawn_as_one_line_round_corners_are_cut_into_elements_that_fit(name: str, printer: str) -> None:
    of, machine = OUTLINES[name], load_printer(printer)
    layout = layout_of(of, machine)
    assert [f for f in layout.findings if f.severity == "error"] == []
    long, short = sorted((float(machine.element_length_m), float(machine.element_width_m)))[::-1]
    sides = np.array([box_sides(p.region, Box(long, short, np.inf)) for p in layout.parts if p.region is not None])
    assert len(sides) > 1
    assert np.all(sides <= np.array([long, short]) + 0.005)
    assert in_openings(of, layout.joints) == 0


@pytest.mark.parametrize("line", [SQUARE, ELL, BENT], ids=["square", "L", "bent"])
@pytest.mark.parametrize("printer", [LONG, HALL], ids=lambda p: str(p.id))
def test_one_closed_line_is_cut_as_its_sides_drawn_one_by_one(
    line: list[tuple[float, float]], printer: Printer
) -> None:
    assert count(plan(wall(*line)), printer) == count(plan(*(wall(*ends) for ends in pairwise(line))), printer)


@pytest.mark.parametrize("name", OUTLINES)
def test_no_joint_runs_through_a_corner(name: str) -> None:
    of = OUTLINES[name]
    for joint in layout_of(of, LONG).joints:
        line = centre_line(of.walls[joint.wall])
        assert line is not None
        node = shapely.get_coordinates(line)[0 if line.is_closed else 1 :]
        corner = shapely.points(node[1:-1] if name == "from the middle of a side" else node)
        assert np.min(shapely.distance(corner, line.interpolate(joint.at_m))) >= 0.05


def test_no_element_is_larger_for_turning_or_mirroring_the_plan() -> None:
    counts = {count(moved(small_house(), angle, mirror=mirror)) for angle in (0, 90, 27) for mirror in (False, True)}
    assert len(counts) == 1


def test_each_storey_has_its_own_elements() -> None:
    up = box(6.0, 5.0, base=2.5, storey=1)
    assert count(plan(*box(6.0, 5.0), *up, storeys=(0.0, 2.5))) == 2 * count(plan(*box(6.0, 5.0)))


def test_a_piece_that_cannot_be_cut_is_an_error_with_its_size() -> None:
    blob = replace(wall((0, 0), (3, 0)), axis=None, thickness_m=None, footprint=shapely.Point(0, 0).buffer(1.5))
    (finding,) = layout_of(plan(blob)).findings
    assert (finding.code, finding.severity, finding.where) == ("envelope-element", "error", "s1")
    assert "2.00 × 2.00 m" in finding.message


def test_machines_that_come_to_the_plot_are_no_hall() -> None:
    assert is_hall(HALL)
    assert not is_hall(FACTORY)
    assert not is_hall(load_printer("cobod-bod2"))


def test_a_maze_of_walls_is_cut_in_a_few_seconds() -> None:
    lines = [wall((0, 1.5 * k), (13.5, 1.5 * k), thickness=0.15) for k in range(8)]
    lines += [wall((1.5 * k, 0), (1.5 * k, 10.5), thickness=0.15) for k in range(10)]
    of = plan(*lines)
    begun = perf_counter()
    layout = layout_of(of, load_printer("xtreee-robot"))
    assert perf_counter() - begun < 15
    assert [f for f in layout.findings if f.severity == "error"] == []
    assert 0 <= layout.gap < 1


def test_no_clock_decides_how_a_house_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    house, hall = example("two-storey-140"), load_printer("tue-rohaco-gantry")
    layout = layout_of(house, hall)
    monkeypatch.setattr("estimator.effort.LARGE_TIME_S", 1e-9)  # nothing is found where the clock has a say
    assert layout_of(house, hall).joints == layout.joints
    monkeypatch.setattr("estimator.effort.LARGE_COLUMNS", 0)
    assert layout_of(house, hall).joints != layout.joints


@pytest.mark.parametrize("most", [0, 200_000])
def test_a_search_without_effort_left_finds_elements_that_fit_and_tells_the_gap(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    house, hall = example("two-storey-140"), load_printer("tue-rohaco-gantry")
    best = layout_of(house, hall)
    spent = Effort(most)
    monkeypatch.setattr("estimator.elements.Effort", lambda: spent)
    found = layout_of(house, hall)
    assert spent.left == 0 and len(found.parts) >= len(best.parts)
    assert not [f for f in found.findings if f.severity == "error"]
    assert found.gap >= 1 - len(best.parts) / len(found.parts) - 1e-9
