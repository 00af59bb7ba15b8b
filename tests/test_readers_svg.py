"""SVG drawings: walls by name, colour and form; scale by what is written, drawn or said."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.plan import Plan
from estimator.readers.svg.reader import read
from estimator.readers.svg.shapes import filled_area

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 1000 700"'


def rect(x: float, y: float, width: float, height: float, more: str = "") -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" {more}/>'


def ring(x: float, y: float, width: float, height: float, t: float, more: str = "") -> str:
    """A rectangular ring of wall as one path with a hole, outer sizes given."""
    outer = f"M{x} {y} h{width} v{height} h{-width} z"
    inner = f"M{x + t} {y + t} h{width - 2 * t} v{height - 2 * t} h{2 * t - width} z"
    return f'<path fill-rule="evenodd" d="{outer} {inner}" {more}/>'


SWING = '<path d="M300 580 a82 82 0 0 1 82 -82" fill="none" stroke="#000"/>'

HOUSE = (
    ring(100, 100, 600, 500, 20)
    + rect(390, 100, 10, 200)
    + rect(390, 382, 10, 218)
    + '<path d="M395 382 a82 82 0 0 0 82 -82" fill="none" stroke="#000"/><line x1="395" y1="382" x2="477" y2="382" '
    'stroke="#000"/>'
    + rect(450, 300, 80, 60, 'fill="#c8c8c8"')
    + '<text x="200" y="300">Kitchen</text><text x="200" y="320">12.4 m²</text><text x="500" y="200">Hall</text>'
)
"""6 by 5 m in centimetres, walls of 0.2 m, a partition of 0.1 m with a door of 0.82 m."""


def plan_of(tmp_path: Path, body: str, head: str = HEAD, options: ReadOptions | None = None) -> Plan:
    path = tmp_path / "house.svg"
    path.write_text(f"{head}>{body}</svg>", encoding="utf-8")
    return read(path, options or ReadOptions(), "svg", "house.svg")


def codes(plan: Plan) -> set[str]:
    return {f.code for f in plan.findings}


def width_m(plan: Plan) -> float:
    low, _, high, _ = shapely.union_all([w.footprint for w in plan.walls]).bounds
    return float(high - low)


def test_a_house_is_read_with_walls_door_rooms_and_scale(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, HOUSE)
    assert width_m(plan) == pytest.approx(6.0, rel=0.01)
    assert sorted(round(w.thickness_m or 0, 2) for w in plan.walls) == [0.1, 0.2, 0.2, 0.2, 0.2]
    doors = [(o.kind, o.width_m) for w in plan.walls for o in w.openings]
    assert doors == [("door", pytest.approx(0.82, rel=0.01))]
    assert {r.name: round(r.footprint.area, 1) for r in plan.rooms} == {"Hall": 12.9, "Kitchen": 12.4}
    assert {"unit-evidence", "height-default", "heads-default", "svg-walls"} <= codes(plan)


def test_y_runs_up(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ring(0, 0, 600, 500, 20) + rect(300, 0, 10, 100), options=ReadOptions(width_m=6.0))
    stub = min(plan.walls, key=lambda w: w.footprint.area)
    assert stub.footprint.bounds[1] > 3.5


def test_what_is_said_comes_before_what_is_written(tmp_path: Path) -> None:
    assert width_m(plan_of(tmp_path, HOUSE, options=ReadOptions(width_m=12.0))) == pytest.approx(12.0)
    plan = plan_of(tmp_path, HOUSE, options=ReadOptions(unit_m=0.02))
    assert width_m(plan) == pytest.approx(12.0)
    assert plan.unit == "0.02 m"
    assert "unit-evidence" not in codes(plan)


def test_doors_give_an_uncertain_scale(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, HOUSE.replace("12.4 m²", ""))
    assert width_m(plan) == pytest.approx(6.0, rel=0.01)
    assert "unit-doubtful" in codes(plan)


def test_a_drawing_without_scale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"has no scale.*--width"):
        plan_of(tmp_path, ring(100, 100, 600, 500, 20))


@pytest.mark.parametrize(
    ("size", "text", "expected_m"),
    [
        ('width="100mm"', '<text x="10" y="690">Scale 1:100</text>', 6.0),
        ('width="10000mm"', "", 6.0),
        ('width="200mm"', '<text x="10" y="690">M 1:50</text>', 6.0),
    ],
)
def test_paper_and_its_ratio_give_the_scale(tmp_path: Path, size: str, text: str, expected_m: float) -> None:
    plan = plan_of(tmp_path, ring(100, 100, 600, 500, 20) + text, f"{HEAD} {size}")
    assert width_m(plan) == pytest.approx(expected_m, rel=1e-3)


@pytest.mark.parametrize("text", ["3.0 x 4.6 m", "9'-10\" x 15'-1\"", "3000 × 4600"])
def test_sizes_in_rooms_give_the_scale(tmp_path: Path, text: str) -> None:
    body = ring(0, 0, 340, 500, 20) + f"<text x='150' y='200'>{text}</text>"
    assert width_m(plan_of(tmp_path, body)) == pytest.approx(3.4, rel=0.01)


@pytest.mark.parametrize(
    "attributes", ['id="walls"', 'class="wall"', 'id="g1" inkscape:label="Mauern"', 'id="Wände_EG"']
)
def test_walls_are_known_by_name(tmp_path: Path, attributes: str) -> None:
    head = HEAD + ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    walls = ring(100, 100, 600, 500, 20, 'fill="#999"')
    body = f"{rect(0, 0, 990, 690)}<g {attributes}>{walls}</g>"
    if attributes.startswith("class"):
        body = rect(0, 0, 990, 690) + ring(100, 100, 600, 500, 20, f'fill="#999" {attributes}')
    plan = plan_of(tmp_path, body, head, ReadOptions(width_m=6.0))
    assert sum(w.footprint.area for w in plan.walls) == pytest.approx(22 * 0.2, rel=0.05)
    assert "svg-walls" not in codes(plan)


def test_walls_are_known_by_the_name_that_is_said(tmp_path: Path) -> None:
    body = f'<g id="A">{ring(100, 100, 600, 500, 20)}</g><g id="B">{ring(150, 150, 500, 400, 20)}</g>'
    plan = plan_of(tmp_path, body, options=ReadOptions(width_m=5.0, wall_layers=("b*",)))
    assert sum(w.footprint.area for w in plan.walls) == pytest.approx(1.8 * 2 * 0.2 * 5, rel=0.05)
    with pytest.raises(PlanError, match=r"no group, element or class is called C; there are 'A', 'B'"):
        plan_of(tmp_path, body, options=ReadOptions(wall_layers=("C",)))


def test_thick_strokes_are_walls(tmp_path: Path) -> None:
    line = '<path d="M110 110 H690 V590 H110 Z" fill="none" stroke="#222" stroke-width="20"/>'
    thin = '<path d="M150 150 H300 V300" fill="none" stroke="#222" stroke-width="1"/>'
    plan = plan_of(tmp_path, line + thin, options=ReadOptions(width_m=6.0))
    assert [w.thickness_m for w in plan.walls] == pytest.approx([0.2] * 4, rel=1e-3)


def test_named_lines_get_a_thickness_that_is_told(tmp_path: Path) -> None:
    lines = '<g id="walls"><path d="M100 100 H700 V600 H100 Z" fill="none" stroke="#222"/></g>'
    open_ = lines.replace(" Z", " V101")
    plan = plan_of(tmp_path, open_, options=ReadOptions(width_m=6.0))
    assert [w.thickness_m for w in plan.walls] == pytest.approx([0.2] * 4, rel=1e-3)
    assert "thickness-default" in codes(plan)
    told = plan_of(tmp_path, open_, options=ReadOptions(width_m=6.0, thickness_m=0.3))
    assert [w.thickness_m for w in told.walls] == pytest.approx([0.3] * 4, rel=1e-3)
    assert "thickness-default" not in codes(told)


def test_windows_are_gaps_with_lines_along_them(tmp_path: Path) -> None:
    cut = "".join(
        [rect(100, 100, 200, 20), rect(420, 100, 280, 20), rect(100, 120, 20, 480), rect(680, 120, 20, 480),
         rect(120, 580, 560, 20), '<line x1="300" y1="110" x2="420" y2="110" stroke="#000"/>']
    )  # fmt: skip
    plan = plan_of(tmp_path, cut, options=ReadOptions(width_m=6.0))
    assert [(o.kind, round(o.width_m, 2), round(o.sill_m, 2)) for w in plan.walls for o in w.openings] == [
        ("window", 1.2, 0.9)
    ]
    assert len(plan.rooms) == 1


def test_named_symbols_on_whole_walls_are_openings(tmp_path: Path) -> None:
    body = (
        f'<g id="walls">{ring(100, 100, 600, 500, 20)}</g>'
        f'<g id="doors"><g id="d1">{rect(200, 580, 90, 20)}{SWING}</g></g>'
        f'<g id="windows">{rect(300, 100, 150, 20)}</g>'
    )
    plan = plan_of(tmp_path, body.replace("M300 580 a82 82 0 0 1 82 -82", "M290 580 a90 90 0 0 0 -90 -90"))
    found = {(o.kind, round(o.width_m, 1)) for w in plan.walls for o in w.openings}
    assert {k for k, _ in found} == {"door", "window"}


def test_white_shapes_over_walls_are_gaps_in_them(tmp_path: Path) -> None:
    white = rect(300, 95, 120, 30, 'fill="#fff"')
    pane = '<line x1="300" y1="110" x2="420" y2="110" stroke="#000"/>'
    body = f'<g id="walls">{ring(100, 100, 600, 500, 20)}{white}</g>{pane}'
    plan = plan_of(tmp_path, body, options=ReadOptions(width_m=6.0))
    assert [(o.kind, round(o.width_m, 2)) for w in plan.walls for o in w.openings] == [("window", 1.2)]
    assert [w.thickness_m for w in plan.walls] == pytest.approx([0.2] * 4, rel=1e-3)


@pytest.mark.parametrize("name", ["floorplan", "Floor plan", "floor", "drawing"])
def test_a_group_that_is_the_whole_plan_hides_nothing(tmp_path: Path, name: str) -> None:
    plan = plan_of(tmp_path, f'<g id="{name}">{ring(100, 100, 600, 500, 20)}</g>', options=ReadOptions(width_m=6.0))
    assert len(plan.walls) == 4


def test_groups_named_like_storeys_stand_on_each_other(tmp_path: Path) -> None:
    body = (
        f'<g id="first_floor">{ring(100, 100, 400, 400, 20)}</g><g id="ground_floor">{ring(100, 100, 600, 500, 20)}</g>'
    )
    plan = plan_of(tmp_path, body, options=ReadOptions(width_m=6.0, height_m=3.0))
    assert [(s.name, s.elevation_m) for s in plan.storeys] == [("ground floor", 0.0), ("first floor", 3.0)]
    assert [sum(w.storey == k for w in plan.walls) for k in (0, 1)] == [4, 4]
    assert "storeys-on-sheet" in codes(plan)
    assert "height-default" not in codes(plan)


def test_pieces_that_all_but_touch_are_one_wall(tmp_path: Path) -> None:
    body = "".join(rect(100 + 100 * k, 100, 99.5, 20) for k in range(6)) + rect(100, 120.5, 20, 400)
    plan = plan_of(tmp_path, body, options=ReadOptions(width_m=6.0))
    assert sorted(round(w.axis.length, 1) for w in plan.walls if w.axis) == [4.1, 5.9]


def test_lettering_in_the_colour_of_the_walls_is_left_out(tmp_path: Path) -> None:
    letters = "".join(rect(300 + 12 * k, 300, 3, 25) for k in range(20))
    plan = plan_of(tmp_path, ring(100, 100, 600, 500, 20) + letters, options=ReadOptions(width_m=6.0))
    assert len(plan.walls) == 4
    assert "svg-lettering" in codes(plan)


def test_used_symbols_and_transforms_count(tmp_path: Path) -> None:
    body = f'<defs><g id="s">{ring(0, 0, 300, 250, 10)}</g></defs><use href="#s" transform="scale(2)"/>'
    plan = plan_of(tmp_path, body, options=ReadOptions(unit_m=0.01))
    assert width_m(plan) == pytest.approx(6.0)


def test_fill_rules_are_those_of_svg() -> None:
    import numpy as np

    outer = np.array([(0, 0), (4, 0), (4, 4), (0, 4)], dtype=float)
    inner = np.array([(1, 1), (3, 1), (3, 3), (1, 3)], dtype=float)
    assert filled_area([outer, inner], even_odd=True).area == 12
    assert filled_area([outer, inner], even_odd=False).area == 16
    assert filled_area([outer, inner[::-1]], even_odd=False).area == 12


@pytest.mark.parametrize(
    ("body", "head", "says"),
    [
        ("", HEAD, "has no shapes"),
        (rect(0, 0, 600, 500), HEAD, "nothing in it looks like walls.*--layer"),
        ('<image href="file:///etc/passwd" width="10" height="10"/>', HEAD, "has no shapes"),
        ('<g id="a"><use href="#a"/></g>', HEAD, "uses itself"),
        ("<g>" * 40 + "</g>" * 40, HEAD, "nested more than 32 groups"),
        ("<g>", HEAD, "is damaged SVG"),
        ("&x;", '<!DOCTYPE svg [<!ENTITY x "y">]>' + HEAD, "defines XML entities"),
        ("&x;", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD, "defines XML entities"),
        (ring(0, 0, 1e9, 1e9, 1e8), HEAD, "has no shapes"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path, body: str, head: str, says: str) -> None:
    with pytest.raises(PlanError, match=says) as caught:
        plan_of(tmp_path, body, head)
    assert str(caught.value).startswith("house.svg: ")
    assert "\n" not in str(caught.value)


def test_symbols_used_in_symbols_are_counted_before_they_are_unfolded(tmp_path: Path) -> None:
    twice = '<use href="#s{0}"/><use href="#s{0}"/><use href="#s{0}"/><use href="#s{0}"/>'
    doubled = "".join(f'<g id="s{k}">{twice.format(k - 1)}</g>' for k in range(1, 13))
    body = f'<g id="s0"><rect width="1" height="1"/></g>{doubled}'
    with pytest.raises(PlanError, match=r"more than the 500000 elements"):
        plan_of(tmp_path, body)


def test_limits_are_settings(tmp_path: Path) -> None:
    body = ring(100, 100, 600, 500, 20)
    with pytest.raises(PlanError, match=r"more than the 3 points.*--limit vertices"):
        plan_of(tmp_path, body, options=ReadOptions(limits=Limits(vertices=3)))
    with pytest.raises(PlanError, match=r"more than the 1 elements.*--limit entities"):
        plan_of(tmp_path, body, options=ReadOptions(limits=Limits(entities=1)))
