"""``printhouse convert``: what it writes reads back to the same plan and the same estimate."""

from __future__ import annotations

import copy
import json
import math
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import shapely
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from estimator import Finding, PlanError, as_document, estimate, native_text, read_plan
from estimator.cli import cli
from estimator.errors import NotPrintableError
from estimator.export.layout import WIDTH, json_text
from estimator.export.simple_walls import simple_wall
from estimator.options import ReadOptions
from estimator.plan import Foundation, Opening, Plan, Roof, Room, Slab, Storey, Wall
from estimator.readers.detect import read_any
from estimator.readers.names import with_plain_names
from estimator.readers.native import format as native_format
from estimator.readers.native.reader import parse_native
from estimator.readers.storeys import by_storey, only_storey
from estimator.slicing import slice_bands
from estimator.walls import wall_pieces
from printers import load_printer
from tests.conftest import differences
from tests.helpers import plan as plan_of
from tests.helpers import small_house, wall, with_opening

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
SHARED = ROOT.parent / "shared" / "plans"
FILES = sorted(
    p
    for p in SHARED.glob("*/*")
    if p.parent.name not in ("LICENSES",) and not p.stem.endswith(("-levels", "-openings"))
)
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "estimator" / "plan.schema.json").read_text(encoding="utf-8"))
)
WIDE = load_printer("cobod-bod2").replace(build_x_m=200, build_y_m=1000, build_z_m=100, max_storeys=20)

NATIVE = {"format": "printhouse-plan", "version": 1}


def read_here(path: Path, options: ReadOptions | None = None) -> Plan:
    """A foreign plan read in this process, otherwise as ``read_plan`` does it.

    It goes through a pickle there, which leaves coordinates alone and forgets the grid that set operations
    were done on; GEOS would go on rounding to that grid.
    """
    read = with_plain_names(read_any(path, options or ReadOptions(), str(path)))
    return by_storey(pickle.loads(pickle.dumps(read)))


def converted(plan: Plan) -> Plan:
    """What the plan is after it was written and read; the schema agrees with what is written."""
    text = native_text(plan)
    assert list(VALIDATOR.iter_errors(json.loads(text))) == []
    return parse_native(text, "converted.json")


def document_of(plan: Plan) -> dict[str, Any]:
    """The estimate, or why there is none, but for where the plan is from."""
    try:
        document = as_document(estimate(plan, printer=WIDE, samples=0))
    except NotPrintableError as error:
        return {"refused": [(f.code, f.where, f.message) for f in error.findings]}
    del document["plan"]["source"]
    return document


def form(text: str) -> list[str]:
    """How each wall is written."""
    walls = [w for s in json.loads(text)["storeys"] for w in s.get("walls", [])]
    return ["outline" if "outline" in w or "parts" in w else "axis" for w in walls]


# --- the same estimate ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_stays_as_it_was_drawn(path: Path) -> None:
    plan = read_plan(path)
    again = converted(plan)
    assert replace(again, source=plan.source) == plan
    assert document_of(again) == document_of(plan)
    assert set(form(native_text(plan))) == {"axis"}
    drawn = {w["id"]: w for s in json.loads(path.read_text(encoding="utf-8"))["storeys"] for w in s["walls"]}
    for storey in json.loads(native_text(plan))["storeys"]:
        for written in storey["walls"]:
            openings = drawn[written["id"]].get("openings", [])
            assert [o["at_m"] for o in written.get("openings", [])] == [o["at_m"] for o in openings]


@pytest.mark.skipif(not FILES, reason=f"no plan files in {SHARED}")
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_a_plan_by_other_people_gives_the_same_estimate(path: Path) -> None:
    if path.suffix in (".ifc", ".dxf", ".svg"):
        pytest.importorskip({".ifc": "ifcopenshell", ".dxf": "ezdxf", ".svg": "svgelements"}[path.suffix])
    stem = path.stem.removesuffix("-units")
    others = tuple(p for p in path.parent.glob(f"{stem}-*.geojson") if p != path) if path.suffix == ".geojson" else ()
    plan = read_here(path, ReadOptions(width_m=20.0 if path.suffix == ".svg" else None, companions=others))
    if path.suffix == ".geojson":  # a university: one storey of it
        plan = only_storey(plan, "3")
    again = converted(plan)
    assert replace(again, source=plan.source) == plan
    assert again.source == f"converted.json, from {plan.source}"
    document = document_of(plan)
    assert document["toolpath"]["beads"] > 0
    assert document_of(again) == document


def by_mesh(name: str) -> Callable[[Path], Plan]:
    def read(folder: Path) -> Plan:
        pytest.importorskip("trimesh")
        from tests import mesh_models

        path = folder / name
        path.write_bytes(mesh_models.stl(getattr(mesh_models, name)()))
        return read_here(path)

    return read


def by_ifc(folder: Path) -> Plan:
    """A curved wall without axis and a wall under two slopes, with a door."""
    pytest.importorskip("ifcopenshell")
    from tests.ifc_models import METRES, Author

    house = Author(METRES, "IFC4")
    storey = house.storey(-0.35)
    angles = [k * math.pi / 60 for k in range(31)]
    outline = [(r * math.cos(a), r * math.sin(a)) for r, turn in ((4.1, 1), (3.9, -1)) for a in angles[::turn]]
    profile = house.model.createIfcArbitraryClosedProfileDef("AREA", None, house.polyline(*outline, outline[0]))
    house.wall(
        [house.model.createIfcExtrudedAreaSolid(profile, house.placement(0, 0, 0), house.direction(0, 0, 1), 3.0)],
        storey,
    )
    solid = house.box(4, 0, 0, 6, 0.2, 5)
    for x, slope in ((4.0, -0.5), (10.0, 0.5)):
        solid = house.clipped(solid, (x, 0, 2.5), (slope, 0, 1))
    gable = house.wall([solid], storey)
    house.opening(gable, house.box(6, -0.5, 0, 1, 1, 2.1), "IfcDoor")
    return read_here(house.write(folder))


def by_drawing(folder: Path) -> Plan:
    pytest.importorskip("ezdxf")
    from tests import dxf_drawings

    return read_here(dxf_drawings.floors(folder, ("Ground floor", "First floor")))


@pytest.mark.parametrize(
    "make",
    [*(by_mesh(name) for name in ("dome", "leaning_ring", "gabled_house", "two_storeys")), by_ifc, by_drawing],
    ids=["dome", "leaning", "gables", "mesh of two storeys", "IFC", "DXF of two storeys"],
)
def test_hard_shapes_give_the_same_estimate(make: Callable[[Path], Plan], tmp_path: Path) -> None:
    plan = make(tmp_path)
    again = converted(plan)
    assert replace(again, source=plan.source) == plan
    assert document_of(again) == document_of(plan)


def test_the_gable_of_the_documentation_has_the_volume_of_its_steps() -> None:
    text = (ROOT / "docs" / "plan-format.md").read_text(encoding="utf-8")
    gable = json.loads(text[text.index('{"id": "gable"') :].split("```")[0])
    plan = parse_native(json.dumps({**NATIVE, "storeys": [{"elevation_m": 2.5, "walls": [gable]}]}), "plan.json")
    net_m3 = slice_bands(plan, wall_pieces(plan), 0.01, "double-leaf").net_volume_m3()
    assert net_m3 == pytest.approx(0.3 * 0.8 * (4.5 + 1.5), rel=3e-4)
    assert plan.storeys[0].height_m == pytest.approx(1.6)
    assert plan.walls[0].thickness_m is None


def test_a_wall_by_outline_estimates_like_the_same_wall_by_centre_line() -> None:
    by_line = {"id": "w", "axis": [[0, 0.15], [6, 0.15]], "thickness_m": 0.3, "height_m": 2.6,
               "openings": [{"id": "o", "kind": "door", "at_m": 2, "width_m": 1, "height_m": 2.1}]}  # fmt: skip
    hole = {"id": "o", "kind": "door", "sill_z_m": 0, "head_z_m": 2.1, "width_m": 1}
    by_outline: dict[str, Any] = {
        "id": "w", "outline": [[0, 0], [6, 0], [6, 0.3], [0, 0.3]], "base_z_m": 0, "top_z_m": 2.6,
        "openings": [{**hole, "outline": [[2, -0.1], [3, -0.1], [3, 0.4], [2, 0.4]]}],
    }  # fmt: skip
    by_pieces: dict[str, Any] = {**by_outline, "openings": [{**hole, "cut": True}], "pieces": [
        {"base_z_m": 0, "top_z_m": 2.1, "parts": [
            {"outline": [[0, 0], [2, 0], [2, 0.3], [0, 0.3]]}, {"outline": [[3, 0], [6, 0], [6, 0.3], [3, 0.3]]}]},
        {"base_z_m": 2.1, "top_z_m": 2.6, "outline": by_outline["outline"]},
    ]}  # fmt: skip
    first, *others = (
        document_of(parse_native(json.dumps({**NATIVE, "storeys": [{"walls": [w]}]}), "plan.json"))
        for w in (by_line, by_outline, by_pieces)
    )
    for other in others:
        assert differences(other, first, rel=1e-3) == []


def everything() -> Plan:
    """What readers can find, all in one plan."""
    ring = Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(0.2, 0.2), (2.8, 0.2), (2.8, 2.8), (0.2, 2.8)]])
    apart = MultiPolygon([box(0, 5, 1, 5.2), box(1.9, 5, 3, 5.2)])
    steps = (Slab(-1.25, 0.1 + 0.2, apart), Slab(0.1 + 0.2, 1.0, box(0, 5, 3, 5.2)))
    window = Opening(
        "w;1", "window", 0.1, 0.1 + 0.2, 0.7, MultiPolygon([box(1, -0.1, 1.7, 0.3), box(2, -0.1, 2.2, 0.3)])
    )
    cut = Opening("gap", "opening", -1.25, 0.3, 0.9, Polygon())
    walls = (
        Wall("äöü 墙\u200c/~1 \"'", 0, ring, -1.25, 1.35, None, None, None, None, (window,)),
        Wall("steps", 0, MultiPolygon([box(0, 5, 3, 5.2)]), -1.25, 1.0, LineString([(0, 5.1), (3, 5.1)]), 0.2, False,
             "solid", (cut,), steps),
        Wall("bare", 1, box(0, 0, 3, 0.3), 1.35, 3.0000000000000004, LineString([(0, 0), (3, 0)]), 0.3, True),
    )  # fmt: skip
    rooms = (
        Room("r", "Küche", 0, box(0.2, 0.2, 2.8, 2.8)),
        Room("r 2", "Yard", 1, ring),
        Room("r 3", "Wings", 1, MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)])),
    )
    return Plan(
        name="Everything", source="odd.ifc (IFC)",
        storeys=(Storey("a", "Cellar", -1.25, 2.6), Storey("b", "Split level", 1.35, 0.0), Storey("c", "C", 1.35, 2.0)),
        walls=walls, rooms=rooms, floor_area_m2=17.3,
        roof=Roof("gable", 33.3, 0.5), foundation=Foundation("strip", 0.8), region="kenya",
        assumptions=("Something\nelse.",), unit="0.1469 m", evidence=("a door",), skipped=("3 chairs", "1 lamp"),
        findings=(Finding("ifc-parapets", "note", "steps", "\"kept\""), Finding("unit-doubtful", "warning", "", "is")),
    )  # fmt: skip


def test_nothing_of_what_readers_find_is_lost() -> None:
    plan = everything()
    again = converted(plan)
    one = replace(plan.walls[1], footprint=box(0, 5, 3, 5.2))  # a MultiPolygon of one part is that part
    assert again == replace(
        plan, walls=(plan.walls[0], one, plan.walls[2]), source="converted.json, from odd.ifc (IFC)"
    )
    assert again.walls[2].top_m == 3.0000000000000004


def test_converting_twice_changes_nothing_but_where_it_is_from() -> None:
    once = json.loads(native_text(everything()))
    twice = json.loads(native_text(parse_native(json.dumps(once), "once.json")))
    assert twice["origin"].pop("source") == "once.json, from odd.ifc (IFC)"
    assert once["origin"].pop("source") == "odd.ifc (IFC)"
    assert twice == once


def test_walls_and_rooms_come_storey_by_storey_in_the_order_they_had() -> None:
    plan = plan_of(
        wall((0, 0), (4, 0), name="up", storey=1, base=2.5), wall((0, 0), (4, 0), name="b"),
        wall((0, 3), (4, 3), name="a"), storeys=(0.0, 2.5),
    )  # fmt: skip
    assert [w.id for w in converted(plan).walls] == ["b", "a", "up"]


def test_warnings_of_the_reading_are_carried_not_made_anew() -> None:
    doubled = {**NATIVE, "storeys": [{"walls": [
        {"axis": [[0, 0], [4, 0]], "thickness_m": 0.2, "height_m": 2.5},
        {"axis": [[3, 0], [7, 0]], "thickness_m": 0.2, "height_m": 2.5,
         "openings": [{"at_m": 1, "width_m": 1, "height_m": 2}]},
        {"axis": [[0, 5], [4, 5], [4, 9]], "thickness_m": 0.2, "height_m": 2.5,
         "openings": [{"at_m": 3.5, "width_m": 1, "height_m": 2}]},
    ]}]}  # fmt: skip
    plan = parse_native(json.dumps(doubled), "plan.json")
    assert sorted(f.code for f in plan.findings) == ["opening-corner", "wall-doubled"]
    assert converted(plan).findings == plan.findings
    assert form(native_text(plan)) == ["axis", "axis", "outline"]  # the reader would tell of the corner again


# --- what is written -----------------------------------------------------------------------------


def test_a_wall_by_its_centre_line_has_the_numbers_that_a_person_would_write() -> None:
    of = wall((0.1, 0.7), (5.3, 3.3), thickness=0.3, height=2.7, base=3.1, storey=0, name="w")
    of = with_opening(of, 0.1 + 0.2, 1.01, 0.9, 2.1, "window")
    written = simple_wall(of, 3.1)
    assert written is not None
    assert (written["height_m"], written["openings"][0]["at_m"]) == (2.7, 0.3)
    assert "base_m" not in written
    assert [written["openings"][0][k] for k in ("sill_m", "height_m", "width_m")] == [0.9, 1.2, 1.01]


@pytest.mark.parametrize(
    "change",
    [
        lambda w: replace(w, footprint=w.footprint.buffer(1e-12, join_style="mitre")),
        lambda w: replace(w, axis=LineString([(0, 1e-12), (6, 0)])),
        lambda w: replace(w, thickness_m=None),
        lambda w: replace(w, slabs=(Slab(0, 2.5, w.footprint),)),
        lambda w: replace(w, openings=(replace(w.openings[0], footprint=box(1, -1, 2, 1)), *w.openings[1:])),
        lambda w: replace(w, openings=(replace(w.openings[0], head_m=9.0), *w.openings[1:])),
    ],
    ids=["other outline", "axis finer than a nanometre", "no thickness", "pieces", "other hole", "hole above the top"],
)
def test_a_wall_that_its_centre_line_does_not_say_to_the_last_digit_is_outlined(change: Callable[[Wall], Wall]) -> None:
    house = small_house()
    assert simple_wall(house.walls[0], 0.0) is not None
    plan = replace(house, walls=(change(house.walls[0]), *house.walls[1:]))
    assert form(native_text(plan)) == ["outline", *["axis"] * 4]
    assert replace(converted(plan), source=plan.source) == plan


def test_files_are_laid_out_for_people() -> None:
    text = native_text(everything())
    lines = text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert text.endswith("}\n")
    room = '{"id": "r", "name": "Küche", "outline": [[2.8, 0.2], [2.8, 2.8], [0.2, 2.8], [0.2, 0.2]]}'
    assert f'   "rooms": [{room}]' in lines


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=40,
)


@given(VALUES)
@settings(max_examples=80, deadline=None)
def test_the_layout_is_json_of_the_same_value(value: Any) -> None:
    assert json.loads(json_text(value)) == value


def test_long_lists_of_points_are_filled_lines() -> None:
    points = [[k / 7, -k / 3] for k in range(200)]
    text = json_text({"storeys": [{"outline": points}]})
    assert json.loads(text) == {"storeys": [{"outline": points}]}
    lengths = [len(line) for line in text.splitlines()]
    assert max(lengths) <= WIDTH
    assert len(lengths) < 100


def test_numbers_that_are_none_are_never_written() -> None:
    with pytest.raises(ValueError):
        native_text(replace(small_house(), floor_area_m2=math.nan))


COORDINATES = st.floats(-50, 50, allow_nan=False)
NAMES = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), min_size=1, max_size=30)


@st.composite
def rectangles(draw: st.DrawFn) -> Polygon:
    x, y, w, h = draw(COORDINATES), draw(COORDINATES), draw(st.floats(0.05, 9)), draw(st.floats(0.05, 9))
    return shapely.affinity.rotate(box(x, y, x + w, y + h), draw(st.floats(0, 360)))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    names = draw(st.lists(NAMES, min_size=6, max_size=6, unique=True))
    floor = draw(st.floats(-400, 5000))
    walls = []
    for name in names[:3]:
        base, height, area = floor + draw(st.floats(-5, 5)), draw(st.floats(0.1, 9)), draw(rectangles())
        middle = base + height / 3
        slabs = (
            (Slab(base, middle, area), Slab(middle, base + height, area.buffer(-0.01))) if draw(st.booleans()) else ()
        )
        void = Polygon() if slabs else draw(rectangles())
        hole = Opening(f"{name}", "door", base, base + height, draw(st.floats(0.1, 3)), void)
        axis = LineString(draw(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=2, max_size=4)))
        walls.append(
            Wall(name, 0, area, base, base + height, draw(st.sampled_from((axis, None))),
                 draw(st.none() | st.floats(0.01, 3)), draw(st.sampled_from((None, True, False))), None, (hole,), slabs)
        )  # fmt: skip
    rooms = tuple(Room(name, name, 0, draw(rectangles())) for name in names[3:])
    storeys = (Storey(draw(NAMES), draw(NAMES), floor, draw(st.floats(0, 9))),)
    return Plan(draw(NAMES), draw(NAMES), storeys, tuple(walls), rooms)


@given(plans())
@settings(max_examples=40, deadline=None)
def test_any_plan_reads_back_to_the_last_digit(plan: Plan) -> None:
    assert replace(converted(plan), source=plan.source) == plan


# --- what is refused -----------------------------------------------------------------------------


def test_a_plan_beyond_the_limits_of_the_format_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    house = small_house()
    far = replace(house.walls[0], footprint=shapely.affinity.translate(house.walls[0].footprint, 20_000))
    for plan, says in (
        (replace(house, walls=(far, *house.walls[1:])), "farther than 10000 m from the origin"),
        (replace(house, walls=(house.walls[0], house.walls[0])), "has the id of"),
        (replace(house, name=""), "/name is ''"),
        (replace(house, walls=()), "holds no wall"),
    ):
        with pytest.raises(PlanError, match=r"test\.json: cannot be written as a printhouse plan: ") as caught:
            native_text(plan)
        assert says in str(caught.value)
        assert "--storey" in str(caught.value)
    monkeypatch.setattr(native_format, "MOST_WALLS", 3)
    with pytest.raises(PlanError, match="more than 3 walls"):
        native_text(house)


def test_a_plan_too_large_to_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("estimator.export.native.LARGEST_JSON_BYTES", 1000)
    with pytest.raises(PlanError, match=r"cannot be written.*MB are read"):
        native_text(small_house())


OUTLINED = {
    "id": "w", "outline": [[0, 0], [4, 0], [4, 0.2], [0, 0.2]], "base_z_m": 0, "top_z_m": 2.5,
    "pieces": [{"base_z_m": 0, "top_z_m": 2.5, "outline": [[0, 0], [4, 0], [4, 0.2], [0, 0.2]]}],
    "openings": [{"sill_z_m": 0, "head_z_m": 2, "width_m": 1, "cut": True}],
}  # fmt: skip
KNOT = [[0, 0], [1, 1], [1, 0], [0, 1]]
BROKEN: list[tuple[str, list[Any], Any, str, str, bool]] = [
    # name, where in the wall, the value there, code, in the message, whether the schema sees it
    ("top below base", ["top_z_m"], -1, "wall-height", "is -1, not above the 0 of base_z_m", False),
    ("no top", ["top_z_m"], None, "plan-missing", "top_z_m is missing", True),
    ("both outlines", ["parts"], [{"outline": KNOT}], "wall-outline", "has both of", True),
    ("knot", ["outline"], KNOT, "wall-outline", "outline crosses itself", False),
    ("two points", ["outline"], [[0, 0], [1, 0]], "plan-missing", "at least 3", True),
    ("height of a wall by axis", ["height_m"], 2.5, "plan-key", "is not a key", True),
    ("thick", ["thickness_m"], 0, "plan-range", "thickness_m is 0", True),
    ("axis of one point", ["axis"], [[0, 0]], "plan-missing", "at least 2", True),
    ("point of text", ["outline", 0], "x", "plan-type", "a point is two numbers", True),
    ("piece upside down", ["pieces", 0, "top_z_m"], 0, "wall-height", "pieces/0/top_z_m is 0, not above", False),
    ("piece without outline", ["pieces", 0, "outline"], None, "wall-outline", "has neither", True),
    ("piece no object", ["pieces", 0], 7, "plan-type", "an object", True),
    ("piece with a note", ["pieces", 0, "note"], "x", "plan-key", "is not a key", True),
    ("head below sill", ["openings", 0, "head_z_m"], -1, "opening-height", "not above the 0 of sill_z_m", False),
    ("opening of nothing", ["openings", 0, "cut"], False, "opening-outline", 'or "cut": true', True),
    ("cut and outlined", ["openings", 0, "outline"], KNOT[:3], "opening-outline", 'is "cut" already', True),
    ("place along the wall", ["openings", 0, "at_m"], 1, "plan-key", "is not a key", True),
]


@pytest.mark.parametrize(("name", "path", "value", "code", "says", "visible"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_mistake_in_an_outlined_wall_is_told_once_with_its_place(
    name: str, path: list[Any], value: Any, code: str, says: str, visible: bool
) -> None:
    entry = copy.deepcopy(OUTLINED)
    inner: Any = entry
    for step in path[:-1]:
        inner = inner[step]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    data = {**NATIVE, "storeys": [{"walls": [entry]}]}
    with pytest.raises(PlanError) as caught:
        parse_native(json.dumps(data), "plan.json")
    assert [f.code for f in caught.value.findings] == [code]
    finding = caught.value.findings[0]
    assert finding.where.startswith("/storeys/0/walls/0")
    assert says in f"{finding.where} {finding.message}"
    assert bool(list(VALIDATOR.iter_errors(data))) == visible


PARTS: list[tuple[Any, str, str]] = [
    ([], "plan-missing", "at least 1"),
    ([7], "plan-type", "an object"),
    ([{"holes": []}], "plan-missing", "outline is missing"),
    ([{"outline": [[0, 0], [4, 0], [4, 4]], "holes": [[[0, 0], [1, 0]]]}], "plan-type", "at least 3 points"),
    ([{"outline": [[0, 0], [4, 0], [4, 4]], "holes": [[[9, 9], [9, 8], [8, 8]]]}], "room-outline", "hole lies outside"),
    ([{"outline": [[0, 0], [4, 0], [4, 4]]}, {"outline": [[1, 0], [5, 0], [5, 4]]}], "room-outline", "parts overlap"),
]


@pytest.mark.parametrize(("parts", "code", "says"), PARTS, ids=[p[2] for p in PARTS])
def test_a_mistake_in_the_parts_of_a_room_is_told_once(parts: Any, code: str, says: str) -> None:
    data = {**NATIVE, "storeys": [{"walls": [OUTLINED], "rooms": [{"parts": parts}]}]}
    with pytest.raises(PlanError) as caught:
        parse_native(json.dumps(data), "plan.json")
    assert [f.code for f in caught.value.findings] == [code]
    assert says in f"{caught.value.findings[0].where} {caught.value.findings[0].message}"


ORIGINS: list[tuple[dict[str, Any], str, str]] = [
    ({"findings": [{"code": "Not A Code", "message": "x"}]}, "plan-type", "small letters"),
    ({"findings": [{"code": "a-b", "message": "x\ny"}]}, "plan-type", "one line"),
    ({"findings": [{"code": "a-b"}]}, "plan-missing", "a code and a message"),
    ({"findings": [{"code": "a-b", "message": "x", "severity": "error"}]}, "plan-choice", "warning, note"),
    ({"findings": [7]}, "plan-type", "an object"),
    ({"evidence": [7]}, "plan-type", "one sentence"),
    ({"source": "a\x1bb"}, "plan-type", "printable"),
    ({"format": "IFC"}, "plan-key", "is not a key"),
]


@pytest.mark.parametrize(("origin", "code", "says"), ORIGINS, ids=[str(k) for k in range(len(ORIGINS))])
def test_a_mistake_in_the_origin_is_told_once(origin: dict[str, Any], code: str, says: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_native(json.dumps({**NATIVE, "origin": origin, "storeys": [{"walls": [OUTLINED]}]}), "plan.json")
    assert [f.code for f in caught.value.findings] == [code]
    assert says in caught.value.findings[0].message


# --- the command ---------------------------------------------------------------------------------

HOUSE = ROOT / "examples" / "rectangular-72.json"


def run(*arguments: str | Path, **options: Any) -> Result:
    return CliRunner().invoke(cli, ["convert", *map(str, arguments)], **options)


def test_convert_writes_a_plan_that_estimates_the_same(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    result = run(HOUSE, "-o", path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert document_of(read_plan(path)) == document_of(read_plan(HOUSE))
    assert read_plan(path).source == "plan.json, from rectangular-72.json"


@pytest.mark.parametrize("output", [(), ("-o", "-")])
def test_convert_writes_to_standard_output(output: tuple[str, ...]) -> None:
    result = run(HOUSE, *output)
    assert result.exit_code == 0
    assert result.stdout_bytes.decode("utf-8") == native_text(read_plan(HOUSE))


def test_convert_takes_standard_input_and_the_options_of_reading() -> None:
    storeys = ROOT / "examples" / "two-storey-140.json"
    result = run("-", "--storey", "2", input=storeys.read_bytes())
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert [s["name"] for s in data["storeys"]] == ["Upper floor"]
    assert data["origin"]["source"] == "stdin"


def test_convert_reads_a_foreign_file_in_its_own_process(tmp_path: Path) -> None:
    planner = tmp_path / "house"
    corners = {"a": (0, 0), "b": (400, 0), "c": (400, 300)}
    planner.write_text(json.dumps({"floorplan": {
        "corners": {k: {"x": x, "y": y} for k, (x, y) in corners.items()},
        "walls": [{"corner1": "a", "corner2": "b"}, {"corner1": "b", "corner2": "c"}],
    }}))  # fmt: skip
    path = tmp_path / "plan.json"
    assert run(planner, "-o", path).exit_code == 0
    plan = read_plan(planner)
    assert replace(read_plan(path), source=plan.source) == plan


def test_a_plan_is_never_replaced_by_itself_nor_left_half_written(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(HOUSE.read_bytes())
    result = run(path, "-o", path)
    assert result.exit_code == 2
    assert "is a file that was read" in result.stderr
    assert path.read_bytes() == HOUSE.read_bytes()
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert run(broken, "-o", path).exit_code == 3
    assert path.read_bytes() == HOUSE.read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["broken.json", "plan.json"]


@pytest.mark.parametrize("name", ["plan", "plan.ifc", "plan.json.txt"])
def test_a_name_that_promises_another_format_is_refused(name: str, tmp_path: Path) -> None:
    result = run(HOUSE, "-o", tmp_path / name)
    assert result.exit_code == 2
    assert "end the name in .json" in result.stderr
    assert not (tmp_path / name).exists()
