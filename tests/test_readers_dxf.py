"""The DXF reader: two drawings by other people, and the ways in which people draw walls, doors and floors."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.plan import Plan

pytest.importorskip("ezdxf", reason="DXF needs 'pip install printhouse[dxf]'")

from estimator.readers.dxf.reader import read
from estimator.readers.dxf.sheets import title_rank
from estimator.readers.sizes import area_m2, length_m, opening_tag, room_size_m
from estimator.readers.words import matches, plain_name, use_of
from tests.dxf_drawings import (
    DOOR,
    GROSS,
    GROSS_M2,
    INSIDE,
    NET,
    NET_M2,
    OUTER,
    WINDOW,
    Names,
    Pen,
    document,
    door_block,
    drawn,
    floors,
    house,
    many_rooms,
    openings,
    saved,
    window_block,
)

PLANS = Path(__file__).resolve().parents[2] / "shared" / "plans"
needs_plans = pytest.mark.skipif(not (PLANS / "oracles.json").exists(), reason=f"no plan files in {PLANS}")


def gross_m2(plan: Plan, storey: int = 0) -> float:
    return float(shapely.union_all([w.footprint for w in plan.walls if w.storey == storey]).area)


def net_m2(plan: Plan, storey: int = 0) -> float:
    walls = shapely.union_all([w.footprint for w in plan.walls if w.storey == storey])
    holes = [o.footprint for w in plan.walls if w.storey == storey for o in w.openings]
    return float(walls.difference(shapely.union_all(holes)).area)


def holes(plan: Plan) -> list[tuple[str, float]]:
    return sorted((o.kind, round(o.width_m, 3)) for w in plan.walls for o in w.openings)


def codes(plan: Plan) -> set[str]:
    return {f.code for f in plan.findings}


def message(plan: Plan, code: str) -> str:
    return next(f.message for f in plan.findings if f.code == code)


def is_the_small_house(plan: Plan) -> None:
    assert gross_m2(plan) == pytest.approx(GROSS_M2, rel=2e-3)
    assert holes(plan) == [("door", 0.8), ("door", 1.0), ("window", 1.5)]
    assert net_m2(plan) == pytest.approx(NET_M2, rel=5e-3)


# --- drawings by other people ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def overland() -> Plan:
    if not (PLANS / "oracles.json").exists():
        pytest.skip(f"no plan files in {PLANS}")
    return read(PLANS / "dxf" / "overland-house.dxf", ReadOptions())


def oracle(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PLANS / "oracles.json").read_text())["files"][f"dxf/{name}.dxf"]
    return found


def test_the_overland_house_has_the_wall_area_of_the_oracle(overland: Plan) -> None:
    expected = oracle("overland-house")
    assert gross_m2(overland) == pytest.approx(expected["walls_plan_area_with_openings_filled_m2"], rel=0.01)
    assert net_m2(overland) == pytest.approx(expected["walls_plan_area_without_openings_m2"], rel=0.01)


def test_the_overland_house_has_the_27_openings_of_the_oracle(overland: Plan) -> None:
    expected = oracle("overland-house")
    found = sorted(o.width_m for w in overland.walls for o in w.openings)
    assert found == pytest.approx(sorted(0.0254 * o["width_in"] for o in expected["opening_list"]), abs=0.003)
    kinds = [kind for kind, _ in holes(overland)]
    assert kinds.count("window") == expected["openings_split"]["windows"]
    assert kinds.count("door") == expected["openings_split"]["doors"] + expected["openings_split"]["garage_door"]


def test_heads_of_the_overland_house_come_from_its_tags(overland: Plan) -> None:
    doors = [o for w in overland.walls for o in w.openings if o.kind == "door"]
    assert {round(o.head_m / 0.0254) for o in doors} == {80, 84}  # 6'8", and 7' of the garage door


def test_the_17_rooms_of_the_overland_house_are_found_and_named(overland: Plan) -> None:
    expected = oracle("overland-house")["room_areas_with_openings_closed_m2"]
    areas = [shapely.area(r.footprint) for r in overland.rooms]
    assert sorted(areas) == pytest.approx(sorted(expected), rel=0.02, abs=0.01)
    names = [r.name for r in overland.rooms]
    for name in ("MASTER BEDROOM", "BEDROOM 2", "BEDROOM 3", "2 CAR GARAGE", "MSTR. BATH", "UTIL.", "Pantry", "CLOSET"):
        assert name in names
    assert "KITCHEN" in names[0] and "GREAT ROOM" in names[0]


def test_millimetres_stated_by_the_overland_house_are_contradicted(overland: Plan) -> None:
    assert overland.unit == "inch"
    assert "58'-0\" for 696" in overland.evidence[0]
    assert "millimetre" in message(overland, "unit-contradicted")


def test_deck_posts_of_the_overland_house_are_no_walls(overland: Plan) -> None:
    assert message(overland, "dxf-posts").startswith("3 posts")
    east = max(w.footprint.bounds[2] for w in overland.walls)
    assert east == pytest.approx(47.22 * 0.0254, abs=0.02)


@needs_plans
def test_the_office_is_read_without_a_layer_called_wall() -> None:
    plan = read(PLANS / "dxf" / "iso-office.dxf", ReadOptions())
    assert net_m2(plan) == pytest.approx(oracle("iso-office")["walls_plan_area_m2"], rel=0.005)
    assert plan.unit == "metre"
    assert "jps-obstacles; other layers are" in message(plan, "dxf-layers-by-shape")
    assert any("image" in s or "Background" in s for s in plan.skipped)


@needs_plans
@needs_plans
def test_all_twelve_offices_are_rooms_with_a_door() -> None:
    plan = read(PLANS / "dxf" / "iso-office.dxf", ReadOptions())
    assert len(plan.rooms) == 12
    assert len(holes(plan)) == 12


def test_houses_by_other_people_are_read_within_a_second(overland: Plan) -> None:
    start = time.perf_counter()
    read(PLANS / "dxf" / "overland-house.dxf", ReadOptions())
    assert time.perf_counter() - start < 3.0  # about 0.4 s alone; machines are shared


# --- units ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["m", "cm", "mm", "in", "ft"])
@pytest.mark.parametrize("stated", [0, 4, 6, 1])
def test_the_unit_is_found_whatever_the_header_says(unit: str, stated: int, tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, house, unit, stated), ReadOptions())
    is_the_small_house(plan)
    right = {"m": 6, "cm": 5, "mm": 4, "in": 1, "ft": 2}[unit]
    assert ("unit-contradicted" in codes(plan)) == (stated not in (0, right))
    assert ("unit-evidence" in codes(plan)) == (stated in (0, right))


def test_metres_said_to_be_millimetres_are_told_with_the_evidence(tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, house, "m", 4), ReadOptions())
    told = message(plan, "unit-contradicted")
    assert "it says millimetre, but metre fits" in told
    assert any("door swings" in e for e in plan.evidence)
    assert any("such as 4.70 x 5.40" in e for e in plan.evidence)


def test_dimensions_in_feet_and_inches_outweigh_the_header(tmp_path: Path) -> None:
    doc = document("in", stated=6)
    pen = Pen(doc, "in")
    pen.edges(GROSS, "WALL")
    doc.modelspace().add_linear_dim((0, -40), pen.p((0, 0)), pen.p((8, 0)), text="26'-3\"").render()
    plan = read(saved(doc, tmp_path), ReadOptions())
    assert plan.unit == "inch" and plan.evidence[0].startswith("1 dimension with a unit, such as 26'-3\"")


def test_a_drawing_that_fits_two_units_is_told_to_be_doubtful(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        pen.edges(shapely.box(0, 0, 20, 10).difference(shapely.box(0.2, 0.2, 19.8, 9.8)), "WALL")

    plan = read(drawn(tmp_path, draw, "m", 2), ReadOptions())  # 20 x 10, said to be feet
    assert "unit-doubtful" in codes(plan) or "unit-contradicted" in codes(plan)


def test_the_unit_said_by_the_user_overrides_everything(tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, house, "mm"), ReadOptions(unit_m=0.0015))
    assert gross_m2(plan) == pytest.approx(2.25 * GROSS_M2, rel=3e-3)
    assert "said by --unit" in message(plan, "unit-evidence")


def test_the_width_said_by_the_user_gives_the_scale(tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, house, "mm"), ReadOptions(width_m=12.0))
    bounds = shapely.total_bounds([w.footprint for w in plan.walls])
    assert bounds[2] - bounds[0] == pytest.approx(12.0, rel=1e-3)


@pytest.mark.parametrize("titles", [("EG",), ("EG", "OG"), ("KG", "EG", "1. OG", "2. OG", "3. OG", "4. OG", "DG")])
def test_the_width_said_is_that_of_the_widest_floor(titles: tuple[str, ...], tmp_path: Path) -> None:
    plan = read(floors(tmp_path, titles), ReadOptions(width_m=12.0))
    assert len(plan.storeys) == len(titles)
    boxes = [shapely.total_bounds([w.footprint for w in plan.walls if w.storey == k]) for k in range(len(titles))]
    assert max(b[2] - b[0] for b in boxes) == pytest.approx(12.0, rel=1e-3)


@pytest.mark.parametrize("options", [ReadOptions(unit_m=1.0), ReadOptions(width_m=8000.0), ReadOptions(unit_m=1e-4)])
def test_a_unit_that_makes_the_building_impossibly_large_or_small_is_told(options: ReadOptions, tmp_path: Path) -> None:
    path = drawn(tmp_path, house, "mm")
    plan = read(path, options)
    told = next(f for f in plan.findings if f.code == "unit-doubtful")
    assert told.severity == "warning" and "the building would be" in told.message
    assert "unit-doubtful" not in codes(read(path, ReadOptions(unit_m=0.001)))


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("13'6", 4.1148),
        ("12'-0 1/2\"", 3.6703),
        ('8"', 0.2032),
        ("3,50 m", 3.5),
        ("900mm", 0.9),
        ("3.50", None),
        ("A6", None),
    ],
)
def test_lengths_are_read_with_their_unit(text: str, metres: float | None) -> None:
    assert length_m(text) == (None if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("13'6 x 11'", (4.1148, 3.3528)),
        ("3.50 x 4.20", (3.5, 4.2)),
        ("3500 x 4200", (3.5, 4.2)),
        ("MIN. 22x30 ATTIC", None),
    ],
)
def test_room_sizes_are_read(text: str, size: tuple[float, float] | None) -> None:
    assert room_size_m(text) == (None if size is None else pytest.approx(size))


def test_areas_are_read_in_metres_and_feet() -> None:
    assert area_m2("12,5 m²") == pytest.approx(12.5)
    assert area_m2("A = 134 sq ft") == pytest.approx(12.449, rel=1e-4)
    assert area_m2("M2") is None


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("2668", (0.762, 2.032, "door")),
        ("5050 XO", (1.524, 1.524, "window")),
        ("16070 O.H. DOOR", (4.8768, 2.1336, "door")),
        ("90/210", (0.9, 2.1, "door")),
        ("3'-0\" x 6'-8\"", (0.9144, 2.032, "door")),
        ("1/2", None),
        ("ROOM 12", None),
    ],
)
def test_tags_of_openings_are_read(text: str, tag: tuple[float, float, str] | None) -> None:
    found = opening_tag(text)
    assert (found and (found.width_m, found.height_m)) == (pytest.approx(tag[:2]) if tag else None)
    assert (found and found.kind) == (tag and tag[2])


# --- layers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "names"),
    [
        ("wall", "A-WALL A-WALL-FULL x$0$A-WALL house|A-WALL Innenwände Außenwand MUR Murs-porteurs muri_portanti"),
        ("wall", "Paredes vegg vægge seinä ściany stěny zidovi стены 外墙 壁 벽체 duvar tembok buitenmuren קירות"),
        ("wall", "A-G25-M_Walls EF_25_10"),
        ("door", "A-DOOR Türen PORTES puertas dörrar ovi drzwi двери 门 kapı DOOR_SINGLE"),
        ("window", "A-GLAZ Fenster fenêtres ventanas okna окна 窗 pencere"),
        ("opening", "A-OPENING 门窗 Öffnungen doors-windows"),
        ("other", "A-FURN S-STEM-WALL S-FOOTER A-WALL-HEAD A-DIMS-1 A-FLOR-OVHD A-HEADER R-BEAM A-ROOF"),
        ("other", "Möbel cotations 家具 Wandschrank CURTAINWALL Elektro"),
        ("fill", "A-WALL-PATT Wandschraffur"),
        ("unknown", "0 Layer1 jps-obstacles"),
    ],
)  # fmt: skip
def test_layer_names_tell_what_they_hold(use: str, names: str) -> None:
    assert {name: use_of(name) for name in names.split()} == dict.fromkeys(names.split(), use)


def test_prefixes_of_references_are_left_out() -> None:
    assert plain_name("xref-house$0$A-WALL") == plain_name("house|A-WALL") == "A-WALL"
    assert matches("xref-house$0$A-WALL", ("a-wall",)) and matches("House|Walls", ("*wall*",))
    assert not matches("A-WALL-FULL", ("A-WALL",))


@pytest.mark.parametrize(
    "names",
    [
        Names("Tragende Wände", "Türen", "Fenster"),
        Names("MURS", "PORTES", "FENÊTRES"),
        Names("墙体", "门", "窗"),
        Names("СТЕНЫ", "ДВЕРИ", "ОКНА"),
        Names("plan$0$A-WALL", "plan$0$A-DOOR", "plan$0$A-GLAZ"),
    ],
)
def test_walls_and_openings_are_found_on_layers_of_any_language(names: Names, tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, lambda pen: house(pen, names)), ReadOptions())
    is_the_small_house(plan)
    assert names.walls in message(plan, "dxf-layers")


def test_layers_said_by_the_user_override_their_names(tmp_path: Path) -> None:
    names = Names("K1-100", "K1-200", "K1-201")

    def draw(pen: Pen) -> None:
        house(pen, names)
        pen.ring(((20, 0), (30, 0), (30, 0.3), (20, 0.3)), "WALL")

    options = ReadOptions(wall_layers=("k1-1*",), opening_layers=("K1-2*",))
    is_the_small_house(read(drawn(tmp_path, draw), options))


def test_a_wrong_layer_name_is_answered_with_the_right_ones(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"matches WALLZ.*A-WALL.*--layer"):
        read(drawn(tmp_path, house), ReadOptions(wall_layers=("WALLZ",)))


def test_walls_are_known_by_their_shape_where_no_layer_is_called_wall(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        house(pen, Names("K1", "K2", "K3"), jambs=True)
        pen.ring(((1, 1), (3, 1), (3, 2), (1, 2)), "K4")

    plan = read(drawn(tmp_path, draw), ReadOptions())
    assert net_m2(plan) == pytest.approx(NET_M2, rel=5e-3)
    assert "taken from K1; other layers are K2, K3, K4" in message(plan, "dxf-layers-by-shape")


def test_layers_switched_off_are_not_read(tmp_path: Path) -> None:
    doc = document()
    house(Pen(doc))
    doc.layers.add("OLD-WALLS").off()
    Pen(doc).ring(((2, 2), (4, 2), (4, 2.2), (2, 2.2)), "OLD-WALLS")
    plan = read(saved(doc, tmp_path), ReadOptions())
    is_the_small_house(plan)
    assert "1 entity on layer OLD-WALLS, which is switched off" in plan.skipped


def test_what_is_no_part_of_the_plan_is_listed(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        house(pen)
        for k in range(14):
            pen.line((1, 1 + 0.1 * k), (2, 1 + 0.1 * k), "A-FURN")

    assert "14 entities on layer A-FURN" in read(drawn(tmp_path, draw), ReadOptions()).skipped


# --- walls ----------------------------------------------------------------------------------------


def test_open_jambs_are_closed(tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, house), ReadOptions())
    is_the_small_house(plan)
    assert message(plan, "dxf-jambs-closed").startswith("6 open ends")


def test_closed_jambs_need_no_closing(tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, lambda pen: house(pen, jambs=True)), ReadOptions())
    is_the_small_house(plan)
    assert "dxf-jambs-closed" not in codes(plan)


def test_ends_that_miss_each_other_by_a_millimetre_are_one(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        shift = np.random.default_rng(7)
        line = pen.line
        pen.line = lambda a, b, layer: line(  # type: ignore[method-assign]
            np.asarray(a) + shift.uniform(-5e-4, 5e-4, 2), np.asarray(b) + shift.uniform(-5e-4, 5e-4, 2), layer
        )
        house(pen)

    plan = read(drawn(tmp_path, draw), ReadOptions())
    assert gross_m2(plan) == pytest.approx(GROSS_M2, rel=0.01)
    assert [kind for kind, _ in holes(plan)] == ["door", "door", "window"]


def test_lines_that_end_at_nothing_and_decks_are_no_walls(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        house(pen)
        pen.line((8, 3), (9.5, 3), "A-WALL")
        pen.line((3.5, 0), (3.5, -2), "A-WALL")
        pen.line((3.5, -2), (6, -2), "A-WALL")
        pen.line((6, -2), (6, 0), "A-WALL")
        pen.ring(((8.9, -1.1), (9.1, -1.1), (9.1, -0.9), (8.9, -0.9)), "A-WALL")

    plan = read(drawn(tmp_path, draw), ReadOptions())
    is_the_small_house(plan)
    assert {"dxf-loose-lines", "dxf-posts"} <= codes(plan)


def _thick_house(pen: Pen) -> None:
    ring = shapely.box(0, 0, 12, 9).difference(shapely.box(0.7, 0.7, 11.3, 8.3))
    pen.edges(ring.difference(shapely.box(3, 0, 4, 0.7)).difference(shapely.box(5, 8.3, 6.5, 9)), "WALLS")


def test_walls_of_rubble_are_read_with_their_thickness(tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, _thick_house, "m"), ReadOptions())
    assert gross_m2(plan) == pytest.approx(12 * 9 - 10.6 * 7.6, rel=1e-3)
    assert {round(w.thickness_m, 3) for w in plan.walls if w.thickness_m} == {0.7}
    assert [width for _, width in holes(plan)] == [1.0, 1.5]
    assert "0.7 m" in message(plan, "dxf-thick-walls") and len(plan.rooms) == 1


def test_thick_walls_beside_thin_ones_are_told_with_their_spacing(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        _thick_house(pen)
        for box in (shapely.box(5, 0.7, 5.2, 8.3), shapely.box(5.2, 4, 11.3, 4.15)):
            pen.edges(box, "WALLS")

    plan = read(drawn(tmp_path, draw, "m"), ReadOptions(unit_m=1.0))
    assert "run 0.70 m beside each other and were left out" in message(plan, "dxf-walls-too-thick")


def test_corridors_between_single_lines_are_no_walls(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        for box in (shapely.box(0, 0, 5, 4), shapely.box(5, 0, 6, 4), shapely.box(6, 0, 11, 4)):
            pen.edges(box, "WALLS")

    plan = read(drawn(tmp_path, draw, "m"), ReadOptions(unit_m=1.0))
    assert "thickness-default" in codes(plan) and len(plan.rooms) == 3


def test_arcs_and_bulges_become_round_walls(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        add = pen.space.add_lwpolyline
        for radius in (4000.0, 4300.0):
            add([(-radius, 0, 1), (radius, 0, 1)], format="xyb", close=True, dxfattribs={"layer": "WALL"})
        for radius in (900.0, 1100.0):  # a round closet, whose faces look like swings of doors
            pen.space.add_arc((0, 0), radius, 10, 100, dxfattribs={"layer": "WALL"})

    plan = read(drawn(tmp_path, draw), ReadOptions())
    ring, quarter = math.pi * (4.3**2 - 4.0**2), math.pi / 4 * (1.1**2 - 0.9**2)
    assert gross_m2(plan) == pytest.approx(ring + quarter, rel=3e-3)


def test_walls_are_read_from_multilines(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        style = pen.doc.mline_styles.new("W300")
        style.elements.append(0.5)
        style.elements.append(-0.5)
        corners = [pen.p(q) for q in ((0.15, 0.15), (7.85, 0.15), (7.85, 5.85), (0.15, 5.85))]
        pen.space.add_mline(
            corners,
            close=True,
            dxfattribs={"layer": "WALL", "style_name": "W300", "scale_factor": 300.0, "justification": 1},
        )

    plan = read(drawn(tmp_path, draw), ReadOptions())
    assert gross_m2(plan) == pytest.approx(OUTER.area, rel=1e-3)


def test_walls_are_read_from_hatches(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        hatch = pen.space.add_hatch(dxfattribs={"layer": "A-WALL-PATT"})
        for ring in shapely.get_rings(shapely.get_parts(NET)):
            hatch.paths.add_polyline_path([pen.p(q) for q in ring.coords[:-1]], is_closed=True)
        openings(pen, Names())

    is_the_small_house(read(drawn(tmp_path, draw), ReadOptions()))


def test_walls_are_read_from_wide_polylines(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        corners = [pen.p(q) for q in ((0.15, 0.15), (7.85, 0.15), (7.85, 5.85), (0.15, 5.85))]
        pen.space.add_lwpolyline(corners, close=True, dxfattribs={"layer": "WALL", "const_width": 300.0})

    assert gross_m2(read(drawn(tmp_path, draw), ReadOptions())) == pytest.approx(OUTER.area, rel=1e-3)


def single_lines(pen: Pen) -> None:
    for a, b in (
        ((0, 0), (2, 0)), ((3, 0), (8, 0)), ((8, 0), (8, 6)), ((8, 6), (0, 6)), ((0, 6), (0, 0)), ((5, 0), (5, 6)),
    ):  # fmt: skip
        pen.line(a, b, "WALL")
    pen.swing((2, 0), 1.0, 0, "DOOR")


@pytest.mark.parametrize(("said", "taken"), [(0.3, 0.3), (None, 0.2)])
def test_single_lines_get_the_thickness_said_or_a_default_that_is_told(
    said: float | None, taken: float, tmp_path: Path
) -> None:
    plan = read(drawn(tmp_path, single_lines), ReadOptions(thickness_m=said))
    ring = (8 + taken) * (6 + taken) - (8 - taken) * (6 - taken)
    assert gross_m2(plan) == pytest.approx(ring + taken * (6 - taken), rel=2e-3)
    assert holes(plan) == [("door", 1.0)]
    assert ("thickness-default" in codes(plan)) == (said is None)


@pytest.mark.parametrize("houses", [0, 3])
def test_an_outline_that_does_not_close_still_gives_its_walls(houses: int, tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        for k in range(houses):
            house(Pen(pen.doc, at=(14.0 * (k + 1), 0)))
        pen.edges(OUTER, "A-WALL")
        broken = pen.space.query("LINE[layer=='A-WALL']")[-1]
        broken.dxf.end = broken.dxf.start.lerp(broken.dxf.end, 0.8)

    plan = read(drawn(tmp_path, draw), ReadOptions())
    assert gross_m2(plan) == pytest.approx(OUTER.area, rel=0.1)  # pairs of lines leave corners out
    assert ("dxf-walls-paired" if houses else "dxf-jambs-closed") in codes(plan)


def test_a_drawing_on_one_layer_gives_walls_without_stairs_furniture_and_leaves(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        pen.edges(NET.union(WINDOW), "0", (DOOR, INSIDE))
        pen.swing((2, 0.3), 1.0, 0, "0")
        pen.swing((5.12, 2), 0.8, 0, "0", "start")
        pen.ring(((2, 0.3), (2.04, 0.3), (2.04, 1.3), (2, 1.3)), "0")
        pen.ring(((0.6, 4), (0.6, 5), (2.6, 5), (2.6, 4)), "0")
        for k in range(8):
            pen.line((6, 0.5 + 0.28 * k), (7, 0.5 + 0.28 * k), "0")
        pen.line((6, 0.5), (6, 0.5 + 0.28 * 7), "0")
        pen.line((7, 0.5), (7, 0.5 + 0.28 * 7), "0")

    plan = read(drawn(tmp_path, draw), ReadOptions())
    assert gross_m2(plan) == pytest.approx(GROSS_M2, rel=2e-3)
    assert holes(plan) == [("door", 0.8), ("door", 1.0)]


# --- openings -------------------------------------------------------------------------------------


def test_gaps_in_which_nothing_is_drawn_are_told(tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, lambda pen: pen.edges(NET, "WALL")), ReadOptions(unit_m=0.001))
    assert holes(plan) == [("opening", 0.8), ("opening", 1.0), ("opening", 1.5)]
    assert message(plan, "dxf-bare-openings").startswith("3 gaps")


@pytest.mark.parametrize("has_gaps", [True, False])
def test_blocks_mirrored_and_nested_are_doors_and_windows(has_gaps: bool, tmp_path: Path) -> None:
    doc = document("mm")
    pen = Pen(doc)
    door_block(doc)
    window_block(doc)
    inner = doc.blocks.new("UNIT-7")  # a nested block with the partition's door, mirrored
    inner.add_blockref(
        "DOOR-1000", (0, 0), dxfattribs={"xscale": 800, "yscale": -800, "rotation": 90, "layer": "A-DOOR"}
    )
    space = doc.modelspace()
    space.add_blockref("DOOR-1000", pen.p((3, 0.3)), dxfattribs={"xscale": -1000, "yscale": 1000, "layer": "A-DOOR"})
    space.add_blockref("WINDOW-1", pen.p((1.5, 5.7)), dxfattribs={"xscale": 1500, "yscale": 1000, "layer": "A-GLAZ"})
    space.add_blockref("UNIT-7", pen.p((5.12, 2)), dxfattribs={"layer": "A-DOOR"})
    pen.edges(NET if has_gaps else GROSS, "A-WALL", (DOOR, WINDOW, INSIDE) if has_gaps else ())
    is_the_small_house(read(saved(doc, tmp_path), ReadOptions()))


def test_swings_drawn_over_walls_that_run_through_cut_them(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        pen.edges(GROSS, "A-WALL")
        openings(pen, Names())

    is_the_small_house(read(drawn(tmp_path, draw), ReadOptions()))


def test_double_doors_are_one_opening(tmp_path: Path) -> None:
    for outline in (OUTER, OUTER.difference(shapely.box(2, 0, 3.8, 0.3))):

        def draw(pen: Pen, outline: shapely.Geometry = outline) -> None:
            pen.edges(outline, "WALL")
            pen.swing((2, 0.3), 0.9, 0, "DOOR")
            pen.swing((3.8, 0.3), 0.9, 90, "DOOR", "start")

        assert holes(read(drawn(tmp_path, draw), ReadOptions())) == [("door", 1.8)]


def test_tags_give_the_height_of_openings(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        house(pen)
        pen.text("90/210", (2.3, -0.4))  # of no opening: none is 0.9 m wide
        pen.text("100/213.5", (2.3, 0.7))
        pen.text("150/120", (2.0, 6.2))

    plan = read(drawn(tmp_path, draw), ReadOptions())
    heads = {round(o.width_m, 2): (round(o.sill_m, 3), round(o.head_m, 3)) for w in plan.walls for o in w.openings}
    assert heads == {1.0: (0.0, 2.135), 1.5: (0.9, 2.1), 0.8: (0.0, 2.1)}
    assert "heads-default" in codes(plan)


def test_a_wall_end_that_faces_another_wall_across_a_room_makes_no_opening(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        pen.edges(OUTER.union(shapely.box(4, 0.3, 4.1, 3.5)), "WALL")

    assert holes(read(drawn(tmp_path, draw), ReadOptions())) == []


# --- storeys, rooms, heights ----------------------------------------------------------------------


def test_five_floors_on_a_sheet_are_stacked_by_their_titles(tmp_path: Path) -> None:
    titles = ("SECOND FLOOR", "GROUND FLOOR", "BASEMENT", "FIRST FLOOR", "ATTIC")
    plan = read(floors(tmp_path, titles), ReadOptions(height_m=3.0))
    assert [s.name for s in plan.storeys] == ["BASEMENT", "GROUND FLOOR", "FIRST FLOOR", "SECOND FLOOR", "ATTIC"]
    assert [s.elevation_m for s in plan.storeys] == [-3.0, 0.0, 3.0, 6.0, 9.0]
    boxes = [shapely.total_bounds([w.footprint for w in plan.walls if w.storey == k]) for k in range(5)]
    assert np.ptp(boxes, axis=0).max() < 0.01
    assert [gross_m2(plan, k) for k in range(5)] == pytest.approx([GROSS_M2] * 5, rel=2e-3)
    assert len(holes(plan)) == 15 and len({o.id for w in plan.walls for o in w.openings}) == 15
    assert "GROUND FLOOR" in message(plan, "storeys-on-sheet")


def test_floors_without_titles_are_stacked_as_drawn_and_told(tmp_path: Path) -> None:
    plan = read(floors(tmp_path, ("", "", "")), ReadOptions())
    assert len(plan.storeys) == 3
    assert "from left to right" in message(plan, "dxf-storeys-by-place")


@pytest.mark.parametrize(
    ("drawn_titles", "names", "ground"),
    [
        (("DACHRAUM", "OG", "EG", "KG"), ("KG", "EG", "OG", "DACHRAUM"), "EG"),  # unknown at the top, drawn first
        (("2. OG", "Wohnungen", "EG"), ("EG", "Wohnungen", "2. OG"), "EG"),
        (("Wirtschaftsteil", "EG", "1. OG"), ("Wirtschaftsteil", "EG", "1. OG"), "EG"),
        (("Wohnungen", "EG"), ("EG", "Wohnungen"), "EG"),  # one alone: what is beside the ground floor is over it
        (("2 этаж", "1 этаж", "Подвал"), ("Подвал", "1 этаж", "2 этаж"), "1 этаж"),
        (("SECOND FLOOR", "FIRST FLOOR", "BASEMENT"), ("BASEMENT", "FIRST FLOOR", "SECOND FLOOR"), "FIRST FLOOR"),
        (("UPPER FLOOR PLAN", "LOWER FLOOR PLAN"), ("LOWER FLOOR PLAN", "UPPER FLOOR PLAN"), "LOWER FLOOR PLAN"),
        (("R+1", "RDC", "R-1"), ("R-1", "RDC", "R+1"), "RDC"),
    ],
)
def test_one_unknown_title_leaves_the_order_that_the_others_tell(
    drawn_titles: tuple[str, ...], names: tuple[str, ...], ground: str, tmp_path: Path
) -> None:
    plan = read(floors(tmp_path, drawn_titles), ReadOptions(height_m=3.0))
    assert tuple(s.name for s in plan.storeys) == names
    elevation_m = {s.name: s.elevation_m for s in plan.storeys}
    assert elevation_m == {name: 3.0 * (names.index(name) - names.index(ground)) for name in names}
    unknown = [t for t in drawn_titles if title_rank(t) is None]
    assert ("dxf-storeys-by-place" in codes(plan)) == bool(unknown)
    if unknown:
        assert message(plan, "dxf-storeys-by-place").startswith(
            f"{unknown[0]}: no title tells the place of this storey"
        )


def test_a_section_beside_the_plan_is_no_floor(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        house(pen)
        other = Pen(pen.doc, "mm", at=(15, 0))
        other.edges(shapely.box(0, 0, 8, 6).difference(shapely.box(0.3, 0.3, 7.7, 5.7)), "A-WALL")
        other.text("SECTION A-A", (2, -1.5), height=0.35)

    plan = read(drawn(tmp_path, draw), ReadOptions())
    is_the_small_house(plan)
    assert len(plan.storeys) == 1 and "dxf-drawing-left-out" in codes(plan)


def test_a_shed_beside_the_house_belongs_to_its_floor(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        house(pen)
        pen.edges(shapely.box(12, 0, 15, 3).difference(shapely.box(12.3, 0.3, 14.7, 2.7)), "A-WALL")

    plan = read(drawn(tmp_path, draw), ReadOptions())
    assert len(plan.storeys) == 1
    assert gross_m2(plan) == pytest.approx(GROSS_M2 + 9 - 2.4**2, rel=3e-3)


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("FIRST FLOOR PLAN 1/4\" = 1'-0\"", 1), ("Erdgeschoss M 1:100", 0), ("1. OG", 1), ("2. UG", -2), ("RDC", 0),
        ("Rez-de-chaussée", 0), ("2ème étage", 2), ("PLANTA BAJA", 0), ("Piano primo", 1), ("LEVEL 3", 3),
        ("一层平面图", 0), ("二层平面图", 1), ("Dachgeschoss", 99), ("Sous-sol", -1),
        ("KITCHEN", None), ("SECTION A-A", None), ("FLOOR PLAN", None),
    ],
)  # fmt: skip
def test_titles_tell_the_place_of_a_floor(title: str, rank: float | None) -> None:
    assert title_rank(title) == rank


def test_rooms_are_named_by_the_texts_in_them(tmp_path: Path) -> None:
    plan = read(drawn(tmp_path, house), ReadOptions())
    found = {r.name: round(r.footprint.area, 2) for r in plan.rooms}
    assert found == {"LIVING ROOM": round(4.7 * 5.4, 2), "BED": round(2.58 * 5.4, 2)}


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ((("101", (1.5, 3)),), "101"),
        ((("R0-7", (1.5, 3)),), "R0-7"),
        ((("1.02", (1.5, 3)),), "1.02"),
        ((("102\nOffice", (1.5, 3)),), "102 Office"),
        ((("OFFICE", (1.5, 3)), ("102", (1.5, 2.7))), "102 OFFICE"),
        ((("OFFICE", (1.5, 3)), ("350", (1.5, 0.6))), "OFFICE"),
        ((("2.70", (1.5, 3)),), "Room 1"),
        ((("101", (1.5, 3)), ("350", (1.5, 0.6))), "Room 1"),
    ],
)
def test_numbers_of_rooms_are_names_or_part_of_them(
    texts: tuple[tuple[str, tuple[float, float]], ...], name: str, tmp_path: Path
) -> None:
    def draw(pen: Pen) -> None:
        pen.edges(shapely.box(0, 0, 8, 6).difference(shapely.box(0.3, 0.3, 7.7, 5.7)), "A-WALL")
        for text, at in texts:
            if "\n" in text:
                pen.doc.modelspace().add_mtext(text.replace("\n", "\\P"), dxfattribs={"char_height": 0.2, "insert": at})
            else:
                pen.text(text, at, height=0.2)

    assert [r.name for r in read(drawn(tmp_path, draw, "m"), ReadOptions()).rooms] == [name]


def test_a_default_height_is_told(tmp_path: Path) -> None:
    path = drawn(tmp_path, house)
    plan = read(path, ReadOptions())
    assert "2.7 m" in message(plan, "height-default") and {w.top_m for w in plan.walls} == {2.7}
    said = read(path, ReadOptions(height_m=3.1))
    assert "height-default" not in codes(said) and {w.top_m for w in said.walls} == {3.1}


def test_a_drawing_far_from_the_origin_is_moved(tmp_path: Path) -> None:
    doc = document("mm")
    house(Pen(doc, "mm", at=(3_500_000.0, 5_800_000.0)))
    plan = read(saved(doc, tmp_path), ReadOptions())
    is_the_small_house(plan)
    assert "plan-shifted" in codes(plan)
    assert np.abs(shapely.total_bounds([w.footprint for w in plan.walls])).max() < 20


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "binary"), [("R12", False), ("R2000", False), ("R2018", False), ("R2018", True)])
def test_every_version_gives_the_same_house(version: str, binary: bool, tmp_path: Path) -> None:
    doc = document("mm", version=version)
    house(Pen(doc))
    plan = read(saved(doc, tmp_path, binary=binary), ReadOptions())
    is_the_small_house(plan)
    assert version in plan.source


def test_a_damaged_file_is_recovered_and_told(tmp_path: Path) -> None:
    path = drawn(tmp_path, house)
    text = path.read_text()
    path.write_text(text[: text.index("OBJECTS")].rsplit("  0\n", 1)[0])  # the end is missing
    plan = read(path, ReadOptions())
    is_the_small_house(plan)
    assert "dxf-recovered" in codes(plan)


@pytest.mark.parametrize("content", ["0\nSECTION\n", "0\nSECTION\n2\nENTITIES\n0\nLINE\nfoo\nbar\n"])
def test_a_file_beyond_recovery_is_refused_in_one_sentence(content: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.dxf"
    path.write_text(content)
    with pytest.raises(PlanError, match=r"broken\.dxf: "):
        read(path, ReadOptions(), "dxf", "broken.dxf")


def test_blocks_that_contain_themselves_are_cut(tmp_path: Path) -> None:
    doc = document("mm")
    house(Pen(doc))
    for name, other in (("A", "B"), ("B", "A")):
        doc.blocks.new(name).add_blockref(other, (0, 0))
    doc.modelspace().add_blockref("A", (0, 0))
    plan = read(saved(doc, tmp_path), ReadOptions())
    is_the_small_house(plan)
    assert "dxf-cyclic-block" in codes(plan)


def test_blocks_that_multiply_without_end_are_refused_at_once(tmp_path: Path) -> None:
    doc = document("mm")
    doc.blocks.new("B0").add_line((0, 0), (1000, 0), dxfattribs={"layer": "WALL"})
    for level in range(1, 20):
        block = doc.blocks.new(f"B{level}")
        for k in range(8):
            block.add_blockref(f"B{level - 1}", (k, 0))
    doc.modelspace().add_blockref("B19", (0, 0))
    path = saved(doc, tmp_path)
    start = time.perf_counter()
    with pytest.raises(PlanError, match="--limit entities"):
        read(path, ReadOptions(limits=Limits(entities=20_000)))
    assert time.perf_counter() - start < 5


def test_blocks_nested_too_deep_are_refused(tmp_path: Path) -> None:
    doc = document("mm")
    doc.blocks.new("B0").add_line((0, 0), (1000, 0), dxfattribs={"layer": "WALL"})
    for level in range(1, 40):
        doc.blocks.new(f"B{level}").add_blockref(f"B{level - 1}", (0, 0))
    doc.modelspace().add_blockref("B39", (0, 0))
    with pytest.raises(PlanError, match="32 deep"):
        read(saved(doc, tmp_path), ReadOptions())


@pytest.mark.parametrize(("limit", "value"), [("entities", 10), ("vertices", 10)])
def test_limits_are_kept_and_named(limit: str, value: int, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=f"--limit {limit}"):
        read(drawn(tmp_path, house), ReadOptions(limits=Limits().changed(limit, value)))


def test_absurd_coordinates_are_left_out_and_told(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        house(pen)
        pen.space.add_line((0, 0), (1e300, 0), dxfattribs={"layer": "A-WALL"})
        pen.space.add_line((0, 0), (float("nan"), 0), dxfattribs={"layer": "A-WALL"})
        pen.space.add_circle((0, 0), 1e200, dxfattribs={"layer": "A-WALL"})

    plan = read(drawn(tmp_path, draw), ReadOptions())
    is_the_small_house(plan)
    assert message(plan, "dxf-absurd-coordinates").startswith("3 ")


def test_files_named_in_the_drawing_are_never_opened(tmp_path: Path) -> None:
    doc = document("mm")
    house(Pen(doc))
    doc.add_xref_def(str(tmp_path / "no-such-file.dxf"), "OTHER")
    doc.modelspace().add_blockref("OTHER", (0, 0))
    image = doc.add_image_def("/etc/hostname", (100, 100))
    doc.modelspace().add_image(image, (0, 0), (1000, 1000))
    plan = read(saved(doc, tmp_path), ReadOptions())
    is_the_small_house(plan)
    assert {"1 external reference", "1 image"} <= set(plan.skipped)


def test_a_drawing_without_lines_is_told_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="draws no lines at all"):
        read(drawn(tmp_path, lambda pen: pen.text("HELLO", (0, 0))), ReadOptions())


def test_a_drawing_of_nothing_but_a_cyclic_block_tells_that(tmp_path: Path) -> None:
    doc = document("mm")
    doc.blocks.new("LOOP").add_blockref("LOOP", (1, 1))
    doc.modelspace().add_blockref("LOOP", (0, 0))
    with pytest.raises(PlanError, match="no lines at all, only 1 self-containing block; export"):
        read(saved(doc, tmp_path), ReadOptions())


@pytest.mark.parametrize(
    ("radii", "sentence"),
    [
        ((1.0,), "1 door swing of 1 drawing unit, 1 m"),
        ((0.9, 0.9), "2 door swings of 0.9 drawing units, 900 mm"),
        ((0.9, 1.0), "2 door swings, such as one of 0.9 drawing units, 900 mm"),
    ],
)
def test_door_swings_are_told_in_sizes_that_are_drawn(radii: tuple[float, ...], sentence: str, tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        pen.edges(shapely.box(0, 0, 8, 6).difference(shapely.box(0.3, 0.3, 7.7, 5.7)), "A-WALL")
        for k, radius in enumerate(radii):
            pen.doc.modelspace().add_arc((2 + 2 * k, 3), radius, 0, 90, dxfattribs={"layer": "A-DOOR"})

    assert sentence in read(drawn(tmp_path, draw, "m"), ReadOptions()).evidence


def test_what_is_drawn_on_a_sheet_alone_is_read_and_told(tmp_path: Path) -> None:
    doc = document("mm")
    house(Pen(doc, "mm", space=doc.layout("Layout1")))
    plan = read(saved(doc, tmp_path), ReadOptions())
    is_the_small_house(plan)
    assert "drawn on the sheet Layout1 was read" in message(plan, "dxf-paper-space")


def test_four_hundred_rooms_are_read_in_seconds(tmp_path: Path) -> None:
    path = many_rooms(tmp_path)
    start = time.perf_counter()
    plan = read(path, ReadOptions())
    assert time.perf_counter() - start < 15  # 3 s alone; machines are shared
    names = {r.name for r in plan.rooms}
    is_each_named = names == {f"OFFICE {n}" for n in range(1, 401)}
    assert is_each_named
    assert len(plan.rooms) == 400
    assert len(holes(plan)) == 380
    assert {kind for kind, _ in holes(plan)} == {"door"}


def test_the_plan_does_not_depend_on_the_order_of_the_lines(tmp_path: Path) -> None:
    def draw(pen: Pen) -> None:
        lines: list[tuple[Any, ...]] = []
        line = pen.line
        pen.line = lambda *args: lines.append(args)  # type: ignore[method-assign]
        house(pen)
        pen.line = line  # type: ignore[method-assign]
        for args in reversed(lines):
            line(*args)

    other = tmp_path / "other"
    other.mkdir()
    one, two = (read(drawn(f, d), ReadOptions()) for f, d in ((tmp_path, house), (other, draw)))
    assert gross_m2(one) == pytest.approx(gross_m2(two), rel=1e-6)
    assert holes(one) == holes(two)
