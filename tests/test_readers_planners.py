"""Readers of floor planners: react-planner in both forms, Blueprint3D, Sweet Home 3D."""

from __future__ import annotations

import json
import math
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import shapely

from estimator.check import check_plan
from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.plan import Plan, Wall
from estimator.readers import read_plan
from estimator.readers.detect import read_any
from estimator.slicing import slice_bands
from estimator.takeoff import take_off
from estimator.walls import wall_pieces

pytest.importorskip("defusedxml", reason="Sweet Home 3D needs 'pip install printhouse[svg]'")

PLANS = Path(__file__).resolve().parents[2] / "shared" / "plans"
needs_plans = pytest.mark.skipif(not (PLANS / "oracles.json").exists(), reason=f"no plan files in {PLANS}")


def plan_of(path: Path, options: ReadOptions | None = None) -> Plan:
    plan = read_any(path, options or ReadOptions(), path.name)
    check_plan(plan)
    return plan


def net_volume_m3(plan: Plan) -> float:
    return slice_bands(plan, wall_pieces(plan), 0.02, "double-leaf").net_volume_m3()


def codes(plan: Plan) -> dict[str, str]:
    return {f.code: f.message for f in plan.findings}


def openings_area_m2(wall: Wall) -> float:
    return sum(o.width_m * (o.head_m - o.sill_m) for o in wall.openings)


# --- react-planner --------------------------------------------------------------------------------


def vertex(x: Any, y: Any) -> dict[str, Any]:
    return {"x": x, "y": y}


def line(first: str, second: str, height: Any = 300, thickness: Any = 20) -> dict[str, Any]:
    properties = {"height": {"length": height}, "thickness": {"length": thickness}}
    return {"type": "wall", "vertices": [first, second], "properties": properties}


def hole(
    on: str, offset: Any, width: Any = 100, height: Any = 120, sill: Any = 90, kind: str = "window"
) -> dict[str, Any]:
    properties = {"width": {"length": width}, "height": {"length": height}, "altitude": {"length": sill}}
    return {"type": kind, "line": on, "offset": offset, "properties": properties}


def layer(holes: dict[str, Any] | None = None, altitude: float = 0, **more: Any) -> dict[str, Any]:
    """A room of 6 × 4 m on axes, counted in centimetres."""
    return {
        "altitude": altitude,
        "vertices": {"a": vertex(0, 0), "b": vertex(600, 0), "c": vertex(600, 400), "d": vertex(0, 400)},
        "lines": {"s": line("a", "b"), "e": line("b", "c"), "n": line("c", "d"), "w": line("d", "a")},
        "holes": holes or {},
        "areas": {"r": {"vertices": ["a", "b", "c", "d"], "name": "Kitchen"}},
        **more,
    }


def project(folder: Path, *layers: dict[str, Any], **more: Any) -> Path:
    path = folder / "project.json"
    path.write_text(json.dumps({"unit": "cm", "layers": {f"l{k}": v for k, v in enumerate(layers, 1)}, **more}))
    return path


@needs_plans
@pytest.mark.parametrize("name", ["react-planner-floor", "react-planner-legacy-scene"])
def test_real_projects_meet_their_oracles(name: str) -> None:
    oracle = json.loads((PLANS / "oracles.json").read_text())["files"][f"json/{name}.json"]
    plan = plan_of(PLANS / "json" / f"{name}.json")
    united = next((int(f.message.split()[0]) for f in plan.findings if f.code == "openings-united"), 0)
    assert len(plan.walls) == oracle["wall_count"]
    assert sum(len(w.openings) for w in plan.walls) + united == oracle["openings"]
    assert sum(w.axis.length for w in plan.walls if w.axis) == pytest.approx(oracle["centreline_length_m"], abs=1e-3)
    union_m2 = oracle["opening_area_union_m2"]
    assert sum(openings_area_m2(w) for w in plan.walls) == pytest.approx(union_m2, abs=1e-3)
    areas_m2 = sorted((r.footprint.area for r in plan.rooms), reverse=True)
    assert areas_m2 == pytest.approx(sorted(oracle["room_areas_m2"], reverse=True), rel=0.005)
    assert net_volume_m3(plan) == pytest.approx(oracle["net_volume_joined_m3"], rel=0.005)
    by_id = {w.id: w for w in plan.walls}
    for wall in oracle["walls"]:
        ours = by_id[wall["id"]]
        assert ours.axis is not None
        assert ours.axis.length == pytest.approx(wall["length_m"], abs=1e-3)
        assert ours.thickness_m == pytest.approx(wall["thickness_m"])
        assert ours.top_m - ours.base_m == pytest.approx(wall["height_m"])
        assert openings_area_m2(ours) == pytest.approx(wall["opening_area_union_m2"], abs=1e-3)


def test_a_closed_room_has_whole_corners_and_a_named_clear_floor(tmp_path: Path) -> None:
    plan = plan_of(project(tmp_path, layer()))
    assert net_volume_m3(plan) == pytest.approx((6.2 * 4.2 - 5.8 * 3.8) * 3.0, rel=1e-4)
    assert [(r.name, round(r.footprint.area, 6)) for r in plan.rooms] == [("Kitchen", 5.8 * 3.8)]
    assert plan.unit == "centimetre"
    assert plan.findings == ()


def test_a_free_end_stands_half_a_thickness_beyond_its_vertex(tmp_path: Path) -> None:
    alone = {"vertices": {"a": vertex(0, 0), "b": vertex(500, 0)}, "lines": {"x": line("a", "b")}}
    plan = plan_of(project(tmp_path, alone))
    assert plan.walls[0].footprint.bounds == pytest.approx((-0.1, -0.1, 5.1, 0.1))
    assert plan.walls[0].axis is not None
    assert plan.walls[0].axis.length == 5.0


def test_overlapping_windows_are_united_and_steps_between_them_kept(tmp_path: Path) -> None:
    same = {"h1": hole("s", 0.3, width=100), "h2": hole("s", 0.4, width=100)}
    plan = plan_of(project(tmp_path, layer(same)))
    south = plan.walls[0]
    assert [(o.id, round(o.width_m, 6)) for o in south.openings] == [("h1", 1.6)]
    assert codes(plan)["openings-united"].startswith("1 opening overlapping")
    stepped = {"h1": hole("s", 0.3, width=100), "h2": hole("s", 0.4, 100, 210, 0, "door")}
    south = plan_of(project(tmp_path, layer(stepped))).walls[0]
    assert {o.kind for o in south.openings} == {"opening"}
    overlap_m2 = 0.4 * 1.2  # 40 cm wide, from 0.9 to 2.1 m
    assert openings_area_m2(south) == pytest.approx(1.2 + 2.1 - overlap_m2)
    assert len({o.id for o in south.openings}) == len(south.openings)


def test_windows_above_one_another_stay_apart(tmp_path: Path) -> None:
    plan = plan_of(project(tmp_path, layer({"h1": hole("s", 0.5, 100, 100, 20), "h2": hole("s", 0.5, 100, 100, 150)})))
    assert len(plan.walls[0].openings) == 2
    assert "openings-united" not in codes(plan)


def test_openings_are_cut_off_at_ends_and_top_of_their_wall(tmp_path: Path) -> None:
    plan = plan_of(project(tmp_path, layer({"h": hole("s", 0.0, 100), "k": hole("n", 0.5, 100, 400, 0, "door")})))
    assert plan.walls[0].openings[0].width_m == pytest.approx(0.5)
    assert plan.walls[2].openings[0].head_m == 3.0
    assert {"opening-clipped", "opening-cut-short"} <= set(codes(plan))


def test_layers_become_storeys_at_their_altitudes(tmp_path: Path) -> None:
    upper = layer({"h": hole("s", 0.5)}, altitude=280, name="Upper")
    plan = plan_of(project(tmp_path, upper, layer(name="Lower"), layer(altitude=280)))
    storeys = [(s.name, round(s.elevation_m, 9), round(s.height_m, 9)) for s in plan.storeys]
    assert storeys == [("Lower", 0.0, 2.8), ("Upper", 2.8, 3.0)]
    assert [w.storey for w in plan.walls] == [1] * 4 + [0] * 4 + [1] * 4
    assert plan.walls[0].openings[0].sill_m == pytest.approx(3.7)
    assert {"planner-storeys-joined", "planner-id-twice"} <= set(codes(plan))
    assert len({w.id for w in plan.walls}) == 12


def test_a_scene_inside_a_saved_state_is_read_and_points_a_unit_give_the_scale(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    scene = {"unit": "m", "pixelPerUnit": 50, "layers": {"l": layer()}}
    path.write_text(json.dumps({"mode": "idle", "scene": scene}))
    plan = plan_of(path)
    assert plan.walls[0].axis is not None
    assert plan.walls[0].axis.length == pytest.approx(12.0)
    assert plan.evidence == ("the file draws 50 points a metre",)


def test_a_unit_that_makes_walls_metres_thick_is_not_believed(tmp_path: Path) -> None:
    plan = plan_of(project(tmp_path, layer(), unit="m"))
    assert plan.unit == "centimetre"
    assert "20 m thick" in codes(plan)["unit-contradicted"]
    stated = plan_of(project(tmp_path, layer(), unit="m"), ReadOptions(unit_m=0.001))
    assert stated.walls[0].thickness_m == pytest.approx(0.02)


def test_missing_heights_and_thicknesses_are_defaults_or_options_and_told(tmp_path: Path) -> None:
    bare = {"vertices": {"a": vertex(0, 0), "b": vertex(500, 0)}, "lines": {"x": {"vertices": ["a", "b"]}}}
    bare["holes"] = {"h": {"type": "door", "line": "x", "offset": 0.5, "properties": {"width": {"length": 90}}}}
    plan = plan_of(project(tmp_path, bare))
    wall = plan.walls[0]
    assert (wall.top_m, wall.thickness_m, wall.openings[0].head_m) == (2.7, 0.2, 2.1)
    assert {"height-default", "thickness-default", "heads-default"} <= set(codes(plan))
    wall = plan_of(project(tmp_path, bare), ReadOptions(height_m=3.1, thickness_m=0.4)).walls[0]
    assert (wall.top_m, wall.thickness_m) == (3.1, 0.4)


def test_numbers_written_as_text_are_read_and_told(tmp_path: Path) -> None:
    plan = plan_of(project(tmp_path, layer({"h": hole("s", "0.5", "100")}) | {"altitude": "0"}))
    assert plan.walls[0].openings[0].width_m == pytest.approx(1.0)
    assert codes(plan)["planner-text-number"].startswith("3 numbers")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"vertices": {"a": vertex(0, 0), "b": vertex(600, 0), "c": vertex(600, 400)}}, "planner-wall-left-out"),
        ({"vertices": layer()["vertices"] | {"d": vertex(math.nan, 0)}}, "planner-wall-left-out"),
        ({"vertices": layer()["vertices"] | {"d": vertex(1e300, 0)}}, "planner-wall-left-out"),
        ({"vertices": layer()["vertices"] | {"d": vertex(600, 400)}}, "planner-wall-left-out"),
        ({"lines": layer()["lines"] | {"x": line("a", "c", thickness=-20)}}, "planner-wall-left-out"),
        ({"lines": layer()["lines"] | {"x": line("a", "c", height=0)}}, "planner-wall-left-out"),
        ({"lines": layer()["lines"] | {"x": 7, "y": None}}, "planner-wall-left-out"),
        ({"holes": {"h": hole("nowhere", 0.5)}}, "opening-off-wall"),
        ({"holes": {"h": hole("s", 1.5)}}, "planner-opening-left-out"),
        ({"holes": {"h": hole("s", math.inf)}}, "planner-opening-left-out"),
        ({"holes": {"h": hole("s", 0.5, sill=500)}}, "opening-off-wall"),
        ({"areas": {"r": {"vertices": ["a", "b", "nobody"]}}}, "planner-room-left-out"),
        ({"areas": {"r": {"vertices": ["a", "c", "b", "d"]}}}, "rooms-odd"),
    ],
)
def test_what_does_not_fit_is_left_out_and_told(change: dict[str, Any], code: str, tmp_path: Path) -> None:
    plan = plan_of(project(tmp_path, layer() | change))
    assert code in codes(plan)
    assert len(plan.walls) >= 2
    shapes = [w.footprint for w in plan.walls] + [o.footprint for w in plan.walls for o in w.openings]
    assert all(math.isfinite(value) for shape in shapes for value in shape.bounds)


def test_projects_without_a_wall_or_over_kilometres_or_limits_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="holds no walls"):
        plan_of(project(tmp_path, layer(lines={})))
    with pytest.raises(PlanError, match=r"extend over 1e\+05 x"):
        plan_of(project(tmp_path, layer(vertices=layer()["vertices"] | {"b": vertex(1e7, 0)})))
    with pytest.raises(PlanError, match="more than the 3 allowed; raise --limit entities"):
        plan_of(project(tmp_path, layer()), ReadOptions(limits=Limits(entities=3)))
    with pytest.raises(PlanError, match="unit 'parsec'"):
        plan_of(project(tmp_path, layer(), unit="parsec"))
    many = {f"h{k}": hole("s", 0.5) for k in range(2001)}
    with pytest.raises(PlanError, match="more than the 2000 openings"):
        plan_of(project(tmp_path, layer(many)))


def test_a_plan_far_from_its_origin_is_moved_and_told(tmp_path: Path) -> None:
    far = {k: vertex(v["x"] + 1e6, v["y"] - 3e6) for k, v in layer()["vertices"].items()}
    plan = plan_of(project(tmp_path, layer({"h": hole("s", 0.5)}, vertices=far)))
    assert "plan-shifted" in codes(plan)
    assert max(abs(v) for w in plan.walls for v in w.footprint.bounds) < 10
    wall = plan.walls[0]
    assert shapely.intersection(wall.openings[0].footprint, wall.footprint).area == pytest.approx(0.2, rel=1e-3)


# --- Blueprint3D ----------------------------------------------------------------------------------


def blueprint(folder: Path, items: list[dict[str, Any]] | None = None, scale: float = 1.0, **floor: Any) -> Path:
    places = {"a": (0, 0), "b": (500, 0), "c": (500, 400), "d": (0, 400)}
    corners = {key: {"x": x * scale, "y": y * scale} for key, (x, y) in places.items()}
    walls = [{"corner1": p, "corner2": q} for p, q in ("ab", "bc", "cd", "da")]
    path = folder / "design.blueprint3d"
    path.write_text(json.dumps({"floorplan": {"corners": corners, "walls": walls, **floor}, "items": items or []}))
    return path


DOOR = {
    "item_name": "Closed Door", "item_type": 7, "model_url": "models/js/closed-door28x80_baked.js",
    "xpos": 250, "ypos": 107.5, "zpos": 2, "rotation": 0, "scale_x": 1, "scale_y": 1,
}  # fmt: skip
WINDOW = DOOR | {
    "item_name": "Window",
    "item_type": 3,
    "model_url": "models/js/whitewindow.js",
    "zpos": 398,
    "ypos": 132.75,
}


def test_corners_walls_doors_and_rooms_of_blueprint3d_are_read_with_north_up(tmp_path: Path) -> None:
    bed = {"item_name": "Full Bed", "item_type": 1, "xpos": 1, "ypos": 1, "zpos": 1}
    plan = plan_of(blueprint(tmp_path, [DOOR, WINDOW, bed], rooms={"a,b,c,d": {"name": "Studio"}}))
    assert [w.footprint.bounds for w in plan.walls][2] == pytest.approx((0, -4.05, 5, -3.95))
    assert net_volume_m3(plan) < (5.1 * 4.1 - 4.9 * 3.9) * 2.5
    door, window = plan.walls[0].openings[0], plan.walls[2].openings[0]
    assert (door.kind, door.sill_m, round(door.head_m, 3), round(door.width_m, 3)) == ("door", 0.0, 2.15, 0.851)
    assert (window.kind, round(window.width_m, 3)) == ("window", 1.095)
    assert (window.sill_m + window.head_m) / 2 == pytest.approx(1.3275)
    assert [(r.name, round(r.footprint.area, 4)) for r in plan.rooms] == [("Studio", 4.9 * 3.9)]
    assert plan.skipped == ("1 item of furniture",)
    assert {"height-default", "thickness-default"} == set(codes(plan))


def test_stretched_and_unknown_things_get_a_size_and_those_in_no_wall_are_told(tmp_path: Path) -> None:
    wide = DOOR | {"scale_x": 2}
    other = DOOR | {"model_url": "mine.js", "item_name": "Gate", "zpos": 400}
    lost = WINDOW | {"zpos": 200}
    plan = plan_of(blueprint(tmp_path, [wide, other, lost, DOOR | {"xpos": None}]))
    assert plan.walls[0].openings[0].width_m == pytest.approx(1.702)
    assert plan.walls[2].openings[0].width_m == pytest.approx(0.9)
    assert {"planner-opening-size", "opening-off-wall", "planner-opening-left-out"} <= set(codes(plan))


def test_corners_in_metres_are_known_by_the_size_of_the_house(tmp_path: Path) -> None:
    plan = plan_of(blueprint(tmp_path, [DOOR], scale=0.01))
    assert plan.unit == "metre"
    assert "0.05 m wide" in codes(plan)["unit-evidence"]
    assert len(plan.walls[0].openings) == 1
    assert plan_of(blueprint(tmp_path, units="m")).walls[0].footprint.bounds[2] == pytest.approx(500)


def test_curved_and_sloping_walls_of_its_kin_are_kept(tmp_path: Path) -> None:
    corners = {"a": {"x": 0, "y": 0, "elevation": 250}, "b": {"x": 500, "y": 0, "elevation": 350}}
    bent = {"corner1": "a", "corner2": "b", "wallType": "CURVED", "a": {"x": 100, "y": 150}, "b": {"x": 400, "y": 150}}
    plan = plan_of(blueprint(tmp_path, corners=corners, walls=[bent | {"thickness": 30}]))
    wall = plan.walls[0]
    assert wall.axis is not None
    assert wall.axis.length > 5.5
    assert wall.footprint.bounds[1] < -1.1
    assert (wall.thickness_m, wall.top_m) == (0.3, 3.5)
    volume = sum(s.footprint.area * (s.top_m - s.base_m) for s in wall.slabs)
    assert volume == pytest.approx(wall.axis.length * 0.3 * 3.0, rel=0.01)


@pytest.mark.parametrize(
    "floor", [{"corners": {}, "walls": []}, {"corners": [], "walls": {}}, {"walls": [1, "x", None]}]
)
def test_floors_without_a_wall_are_refused(floor: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="holds no walls"):
        plan_of(blueprint(tmp_path, **floor))


# --- Sweet Home 3D --------------------------------------------------------------------------------


def sh3d_wall(name: str, x: float, y: float, to_x: float, to_y: float, more: str = "") -> str:
    return f"<wall id='{name}' xStart='{x}' yStart='{y}' xEnd='{to_x}' yEnd='{to_y}' thickness='20' {more}/>"


def sh3d_walls(prefix: str = "w", south: str = "", level: str = "") -> str:
    """Four joined walls round a room of 6 × 4 m on axes; y points down."""
    w, level = prefix, f"level='{level}'"
    return (
        sh3d_wall(f"{w}0", 0, 0, 600, 0, f"wallAtStart='{w}3' wallAtEnd='{w}1' {level} {south}")
        + sh3d_wall(f"{w}1", 600, 0, 600, 400, f"wallAtStart='{w}0' wallAtEnd='{w}2' {level}")
        + sh3d_wall(f"{w}2", 600, 400, 0, 400, f"wallAtStart='{w}1' wallAtEnd='{w}3' {level}")
        + sh3d_wall(f"{w}3", 0, 400, 0, 0, f"wallAtStart='{w}2' wallAtEnd='{w}0' {level}")
    )


def opening(
    of: str, x: float, y: float, angle: float = 0.0, width: float = 90, depth: float = 20, more: str = ""
) -> str:
    place = f"x='{x}' y='{y}' angle='{angle}' width='{width}' depth='{depth}'"
    return f"<doorOrWindow name='{of}' {place} {more}/>"


def door(x: float, y: float, angle: float = 0.0, more: str = "", depth: float = 20) -> str:
    return opening("Door", x, y, angle, depth=depth, more=f"height='210' catalogId='eTeks#door' {more}")


def home(folder: Path, *content: str, name: str = "home.sh3d") -> Path:
    inside = "".join(content)
    text = f"<?xml version='1.0'?>\n<home version='6000' name='Our home.sh3d' wallHeight='250'>{inside}</home>"
    path = folder / name
    if name.endswith(".xml"):
        path.write_text(text)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("Home", b"\xac\xed\x00\x05")
            archive.writestr("Home.xml", text)
    return path


@pytest.mark.parametrize("name", ["home.sh3d", "Home.xml"])
def test_walls_rooms_and_doors_of_a_home_are_read_with_north_up(name: str, tmp_path: Path) -> None:
    corners = "".join(f"<point x='{x}' y='{y}'/>" for x, y in ((10, 10), (590, 10), (590, 390), (10, 390)))
    room = f"<room name='Salon'>{corners}</room>"
    window = opening("Fenêtre", 600, 200, math.pi / 2, 120, 30, more="height='100' elevation='90'")
    chair = "<pieceOfFurniture name='Chair' x='1' y='1' width='1' depth='1' height='1'/>"
    plan = plan_of(home(tmp_path, door(300, 0), window, chair, sh3d_walls(), room, name=name))
    assert plan.name == "Our home"
    assert net_volume_m3(plan) == pytest.approx(
        ((6.2 * 4.2 - 5.8 * 3.8) * 2.5 - 0.2 * (0.9 * 2.1 + 1.2 * 1.0)), rel=1e-4
    )
    south, east = plan.walls[0], plan.walls[1]
    assert south.footprint.bounds[1] == pytest.approx(-0.1)
    assert east.footprint.bounds[1] == pytest.approx(-4.0)
    assert [(o.kind, o.sill_m, o.head_m, round(o.width_m, 6)) for o in (*south.openings, *east.openings)] == [
        ("door", 0.0, 2.1, 0.9),
        ("window", 0.9, 1.9, 1.2),
    ]
    assert [(r.name, round(r.footprint.area, 6)) for r in plan.rooms] == [("Salon", 5.8 * 3.8)]
    assert plan.skipped == ("1 piece of furniture",)
    assert plan.findings == ()


def test_levels_become_storeys_and_doors_stand_on_theirs(tmp_path: Path) -> None:
    levels = "<level id='g' name='Ground' elevation='0' height='250'/><level id='u' name='Upper' elevation='262'/>"
    upper = sh3d_walls("v", level="u")
    doors = door(300, 0, more="level='u'") + door(300, 0, more="level='g'")
    plan = plan_of(home(tmp_path, levels, doors, sh3d_walls(level="g"), upper))
    assert [(s.name, s.elevation_m, s.height_m) for s in plan.storeys] == [("Ground", 0.0, 2.62), ("Upper", 2.62, 2.5)]
    assert [(w.id, o.sill_m) for w in plan.walls for o in w.openings] == [("w0", 0.0), ("v0", 2.62)]


@pytest.mark.parametrize(("extent", "bulge_m"), [(math.pi, 3.1), (-math.pi, -3.1), (math.pi / 2, 1.2426 + 0.1)])
def test_a_round_wall_bulges_to_its_side(extent: float, bulge_m: float, tmp_path: Path) -> None:
    """Where y points down, a positive extent from left to right goes over the top."""
    wall = sh3d_wall("a", 0, 0, 600, 0, f"arcExtent='{extent}'")
    plan = plan_of(home(tmp_path, wall, door(300, -290 if extent > 3 else 290)))
    bounds = plan.walls[0].footprint.bounds
    assert bounds[3] if bulge_m > 0 else bounds[1] == pytest.approx(bulge_m, abs=0.005)
    axis = plan.walls[0].axis
    assert axis is not None
    radius_m = 3.0 / math.sin(abs(extent) / 2)
    assert axis.length == pytest.approx(radius_m * abs(extent), rel=2e-3)
    if abs(extent) > 3:
        assert plan.walls[0].openings[0].width_m == pytest.approx(0.9)


def test_a_sloping_wall_is_kept_as_steps_of_the_right_volume_over_its_corners(tmp_path: Path) -> None:
    plan = plan_of(home(tmp_path, sh3d_walls(south="height='250' heightAtEnd='400'"), door(300, 0)))
    assert [w.id for w in plan.walls if w.slabs] == ["w0"]
    south = plan.walls[0]
    volume = sum(s.footprint.area * (s.top_m - s.base_m) for s in south.slabs)
    reach_m3 = 0.1 * 0.2 * (2.5 + 4.0)  # half a thickness over both corners, at the heights there
    assert volume == pytest.approx(6.0 * 0.2 * 3.25 - 0.2 * 0.9 * 2.1 + reach_m3, rel=0.005)
    assert codes(plan)["wall-sloping"].endswith("kept as steps of 0.05 m.")
    bands = slice_bands(plan, wall_pieces(plan), 0.02, "double-leaf")
    assert take_off(plan, bands).openings == 1


def test_a_door_turned_mirrored_and_cut_out_in_part_lands_where_it_is_drawn(tmp_path: Path) -> None:
    part = "wallWidth='0.5' wallLeft='0' wallHeight='0.8' wallTop='0.1'"
    plan = plan_of(home(tmp_path, sh3d_walls(), door(300, 0, more=part)))
    opening = plan.walls[0].openings[0]
    assert opening.footprint.bounds[0::2] == pytest.approx((2.55, 3.0))
    assert (opening.sill_m, opening.head_m) == pytest.approx((0.21, 1.89))
    plan = plan_of(home(tmp_path, sh3d_walls(), door(300, 0, more=part + " modelMirrored='true'")))
    assert plan.walls[0].openings[0].footprint.bounds[0::2] == pytest.approx((3.0, 3.45))
    plan = plan_of(home(tmp_path, sh3d_walls(), door(300, 0, angle=math.pi, more=part)))
    assert plan.walls[0].openings[0].footprint.bounds[0::2] == pytest.approx((3.0, 3.45))


def test_doors_beside_or_across_walls_are_told_and_hidden_ones_cut_nothing(tmp_path: Path) -> None:
    doors = door(300, 200) + door(300, 0, angle=0.8) + door(100, 0, more="visible='false'")
    plan = plan_of(home(tmp_path, sh3d_walls(), doors))
    assert not any(w.openings for w in plan.walls)
    assert codes(plan)["opening-off-wall"].startswith("2 openings")
    assert plan.skipped == ("1 hidden door or window",)


def test_a_door_cuts_both_leaves_of_a_double_wall_and_doors_in_groups_count(tmp_path: Path) -> None:
    leaf = sh3d_wall("x", 0, -20, 600, -20)
    group = f"<furnitureGroup name='g'>{door(300, -10, depth=40)}</furnitureGroup>"
    plan = plan_of(home(tmp_path, group, sh3d_walls(), leaf))
    assert [(w.id, o.id) for w in plan.walls for o in w.openings] == [("w0", "door-1"), ("x", "door-1-2")]


def test_ends_that_the_file_joins_are_moved_together(tmp_path: Path) -> None:
    apart = sh3d_walls().replace("xStart='600' yStart='0'", "xStart='605' yStart='3'")
    plan = plan_of(home(tmp_path, apart))
    assert "planner-ends-moved" in codes(plan)
    assert shapely.union_all(wall_pieces(plan).footprint).area == pytest.approx(6.2 * 4.2 - 5.8 * 3.8, rel=0.01)


def test_a_home_saved_before_xml_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "old.sh3d"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Home", b"\xac\xed\x00\x05sr\x00\x21com.eteks.sweethome3d.model.Home")
    with pytest.raises(PlanError, match=r"before version 5\.3; open it in a newer version and save it again"):
        plan_of(path)


def test_without_the_library_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "defusedxml", None)
    with pytest.raises(PlanError, match=r"install it with: pip install 'printhouse\[svg\]'"):
        plan_of(home(tmp_path, sh3d_walls()))


def test_homes_and_projects_are_read_in_a_process_of_their_own(tmp_path: Path) -> None:
    assert len(read_plan(home(tmp_path, sh3d_walls())).walls) == 4
    assert len(read_plan(project(tmp_path, layer())).walls) == 4
    assert len(read_plan(blueprint(tmp_path)).walls) == 4


LAUGHS = "<!DOCTYPE home [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><home name='&b;'/>"
OUTSIDE = "<!DOCTYPE home [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><home><wall id='&x;'/></home>"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (LAUGHS, "declares entities or refers to other files"),
        (OUTSIDE, "declares entities or refers to other files"),
        ("<home><wall", "is not complete XML"),
        ("<home></home>", "holds no walls"),
        ("<?xml version='1.0' encoding='x-unknown'?><home></home>", "is not complete XML"),
        ("<home>" + "<furnitureGroup>" * 50 + "</furnitureGroup>" * 50 + "</home>", "nested deeper than the 32 levels"),
        ("<home>" + "<wall/>" * 30 + "</home>", "holds no walls"),
        ("<home><wall xStart='NaN' yStart='0' xEnd='inf' yEnd='0' thickness='7'/></home>", "holds no walls"),
        ("<home><wall xStart='0' yStart='0' xEnd='1e9' yEnd='0' thickness='7'/></home>", "extend over"),
    ],
)
def test_hostile_homes_are_refused_in_a_sentence(text: str, match: str, tmp_path: Path) -> None:
    path = tmp_path / "Home.xml"
    path.write_text(text)
    with pytest.raises(PlanError, match=match):
        plan_of(path)


def test_homes_that_unpack_to_too_much_or_hold_too_many_elements_are_refused(tmp_path: Path) -> None:
    bomb = home(tmp_path, " " * 3_000_000)
    assert bomb.stat().st_size < 10_000
    with pytest.raises(PlanError, match="unpacks to"):
        plan_of(bomb, ReadOptions(limits=Limits(bytes=1_000_000)))
    with pytest.raises(PlanError, match="raise --limit entities"):
        plan_of(home(tmp_path, "<wall/>" * 30), ReadOptions(limits=Limits(entities=20)))
