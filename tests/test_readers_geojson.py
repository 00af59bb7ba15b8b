"""GeoJSON and IMDF maps: levels, rooms, the walls between them, openings on the walls."""

from __future__ import annotations

import json
import math
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from estimator.check import check_plan
from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.plan import Plan
from estimator.readers import read_plan
from estimator.readers.detect import read_any
from estimator.readers.maps.projection import tangent_plane_m
from estimator.slicing import slice_bands
from estimator.walls import wall_pieces

PLANS = Path(__file__).resolve().parents[2] / "shared" / "plans"
ULM = PLANS / "geojson" / "uni-ulm-units.geojson"
needs_plans = pytest.mark.skipif(not (PLANS / "oracles.json").exists(), reason=f"no plan files in {PLANS}")

ULM_AT = (9.9578, 48.4231)
Ring = Sequence[Sequence[float]]


def plan_of(path: Path, options: ReadOptions | None = None) -> Plan:
    plan = read_any(path, options or ReadOptions(), path.name)
    check_plan(plan)
    return plan


def codes(plan: Plan) -> dict[str, str]:
    return {f.code: f.message for f in plan.findings}


def net_volume_m3(plan: Plan) -> float:
    return slice_bands(plan, wall_pieces(plan), 0.02, "double-leaf").net_volume_m3()


def feature(shape: str, coordinates: Any, own_id: Any = None, **properties: Any) -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "id": own_id, "properties": properties, "geometry": geometry}


def box(x: float, y: float, to_x: float, to_y: float) -> list[list[float]]:
    return [[x, y], [to_x, y], [to_x, to_y], [x, to_y], [x, y]]


def room(x: float, y: float, to_x: float, to_y: float, own_id: Any = None, **properties: Any) -> dict[str, Any]:
    return feature("Polygon", [box(x, y, to_x, to_y)], own_id, **properties)


def map_file(folder: Path, *features: Any, name: str = "map.geojson", **more: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **more}))
    return path


def degrees(value: Any, at: tuple[float, float] = ULM_AT) -> Any:
    """Coordinates in metres as longitude and latitude near a place (sphere of the local radii)."""
    if isinstance(value[0], list | tuple):
        return [degrees(v, at) for v in value]
    squared = 0.00669437999
    sine = math.sin(math.radians(at[1]))
    normal = 6378137.0 / math.sqrt(1 - squared * sine**2)
    meridian = normal * (1 - squared) / (1 - squared * sine**2)
    east, north = value[0] / (normal * math.cos(math.radians(at[1]))), value[1] / meridian
    return [at[0] + math.degrees(east), at[1] + math.degrees(north)]


def two_rooms(**properties: Any) -> list[dict[str, Any]]:
    """Rooms of 4 × 3 and 5 × 3 m that touch."""
    return [room(0, 0, 4, 3, "a", **properties), room(4, 0, 9, 3, "b", **properties)]


METRES: dict[str, Any] = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}}


# --- a real map -----------------------------------------------------------------------------------


@needs_plans
def test_the_university_building_meets_its_oracle_and_is_read_at_once() -> None:
    oracle = json.loads((PLANS / "oracles.json").read_text())["files"]["geojson/uni-ulm-units.geojson"]
    companions = tuple(PLANS / name for name in oracle["companions"])
    began = time.perf_counter()
    plan = plan_of(ULM, ReadOptions(companions=companions))
    assert time.perf_counter() - began < 3.0
    assert len(plan.rooms) == oracle["units"]
    assert len(plan.storeys) == oracle["levels"]
    assert sum(len(w.openings) for w in plan.walls) == oracle["openings"]
    assert codes(plan)["rooms-odd"].startswith(f"{oracle['invalid_polygons']} rooms")
    assert codes(plan)["geo-opening-level"].startswith("188 openings on no known level")
    for number, level in enumerate(oracle["per_level"]):
        rooms = [r for r in plan.rooms if r.storey == number]
        assert plan.storeys[number].name == level["name"]
        assert len(rooms) == level["units"]
        assert sum(r.footprint.area for r in rooms) == pytest.approx(level["sum_unit_area_m2"], rel=0.005)
        union_m2 = shapely.union_all([r.footprint for r in rooms]).area
        assert union_m2 == pytest.approx(level["union_unit_area_m2"], rel=0.005)
    assert {w.storey for w in plan.walls} == set(range(6))
    assert all(w.axis is not None and w.footprint.is_valid for w in plan.walls)


@needs_plans
def test_the_same_map_as_an_archive_is_the_same_plan(tmp_path: Path) -> None:
    path = tmp_path / "venue.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "{}")
        for part in ("unit", "level", "opening"):
            archive.writestr(f"venue/{part}.json", (PLANS / "geojson" / f"uni-ulm-{part}s.geojson").read_bytes())
    plan = plan_of(path)
    assert (len(plan.rooms), len(plan.storeys), sum(len(w.openings) for w in plan.walls)) == (554, 6, 188)
    assert plan.source == "venue.zip (IMDF)"


@needs_plans
def test_units_alone_lie_on_levels_that_are_told_to_be_missing() -> None:
    plan = plan_of(ULM)
    assert codes(plan)["geo-level-unknown"].startswith("554 rooms")
    assert [s.name for s in plan.storeys] == [f"Storey {k}" for k in range(6)]
    with pytest.raises(PlanError, match=r"holds no rooms, walls or buildings \(but level\)"):
        plan_of(PLANS / "geojson" / "uni-ulm-levels.geojson")


# --- units ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [ULM_AT, (-70.66, -33.45), (36.8, -1.29), (18.95, 69.65)])
def test_degrees_become_metres_anywhere(at: tuple[float, float], tmp_path: Path) -> None:
    here = [feature("Polygon", [degrees(box(0, 0, 40, 30), at)], "a")]
    plan = plan_of(map_file(tmp_path, *here))
    assert plan.rooms[0].footprint.area == pytest.approx(1200, rel=1e-4)
    assert plan.unit == "degree"
    low_x, low_y, high_x, high_y = plan.rooms[0].footprint.bounds
    assert (high_x - low_x, high_y - low_y) == pytest.approx((40, 30), rel=1e-4)


def test_the_tangent_plane_keeps_a_geodesic_of_the_ellipsoid() -> None:
    """One second of longitude on the equator, and of latitude at 45°: a·π/648000 and M·π/648000."""
    second = 1 / 3600
    equator = tangent_plane_m(np.array([[0.0, 0.0], [second, 0.0]]))
    assert np.hypot(*(equator[1] - equator[0])) == pytest.approx(6378137.0 * math.pi / 648000, rel=1e-9)
    meridian_m = 6378137.0 * (1 - 0.00669437999014) / (1 - 0.00669437999014 / 2) ** 1.5
    north = tangent_plane_m(np.array([[7.0, 45.0 - second / 2], [7.0, 45.0 + second / 2]]))
    assert north[1] - north[0] == pytest.approx([0.0, meridian_m * math.pi / 648000], abs=1e-6)


def test_projected_metres_are_known_by_size_by_crs_or_by_option_and_moved(tmp_path: Path) -> None:
    far = [room(570_000 + x, 5_360_000, 570_004 + x, 5_360_003) for x in (0, 4)]
    plan = plan_of(map_file(tmp_path, *far))
    assert "beyond 180 and 90" in codes(plan)["unit-evidence"]
    assert "plan-shifted" in codes(plan)
    assert sum(r.footprint.area for r in plan.rooms) == pytest.approx(24)
    stated = plan_of(map_file(tmp_path, *two_rooms(), **METRES))
    assert stated.evidence[0].startswith("the file says urn:ogc:def:crs:EPSG::25832")
    local = plan_of(map_file(tmp_path, *two_rooms()))
    assert "km wide" in codes(local)["unit-evidence"]
    feet = plan_of(map_file(tmp_path, *two_rooms()), ReadOptions(unit_m=0.3048))
    assert feet.rooms[0].footprint.area == pytest.approx(12 * 0.3048**2)
    wide = plan_of(map_file(tmp_path, *two_rooms()), ReadOptions(width_m=18))
    assert wide.rooms[0].footprint.area == pytest.approx(12 * 2**2)
    assert [r.footprint.area for p in (stated, local) for r in p.rooms] == pytest.approx([12, 15, 12, 15])


def test_millimetres_are_known_by_the_size_of_rooms_and_mercator_by_its_name(tmp_path: Path) -> None:
    plan = plan_of(map_file(tmp_path, room(0, 0, 4000, 3000), room(4000, 0, 9000, 3000)))
    assert plan.unit == "millimetre"
    assert plan.rooms[0].footprint.area == pytest.approx(12)
    at_60 = math.asinh(math.tan(math.radians(60))) * 6378137.0
    mercator: dict[str, Any] = {"crs": {"type": "name", "properties": {"name": "EPSG:3857"}}}
    plan = plan_of(map_file(tmp_path, room(0, at_60, 20, at_60 + 20), **mercator))
    assert plan.rooms[0].footprint.area == pytest.approx(100, rel=0.01)  # lengths are doubled at 60°


# --- walls between rooms --------------------------------------------------------------------------


def test_touching_rooms_share_one_wall_centred_on_the_edge(tmp_path: Path) -> None:
    plan = plan_of(map_file(tmp_path, *two_rooms(), **METRES))
    lengths = sorted(round(w.axis.length, 6) for w in plan.walls if w.axis)
    assert lengths == [3, 3, 3, 4, 4, 5, 5]
    gross = 9.2 * 3.2 - 3.8 * 2.8 - 4.8 * 2.8
    assert net_volume_m3(plan) == pytest.approx(gross * 2.7, rel=1e-4)
    assert {"thickness-default", "height-default"} <= set(codes(plan))
    thick = plan_of(map_file(tmp_path, *two_rooms(), **METRES), ReadOptions(thickness_m=0.3, height_m=3.0))
    assert {(w.thickness_m, w.top_m) for w in thick.walls} == {(0.3, 3.0)}
    assert not {"thickness-default", "height-default"} & set(codes(thick))


def test_edges_that_meet_within_centimetres_or_only_in_part_are_one_wall(tmp_path: Path) -> None:
    sloppy = [room(0, 0, 4.02, 3), room(3.99, 0.01, 9, 1.5), room(4.01, 1.5, 9, 2.98)]
    plan = plan_of(map_file(tmp_path, *sloppy, **METRES))
    lengths = [w.axis.length for w in plan.walls if w.axis]
    assert len(lengths) == 10
    assert sum(lengths) == pytest.approx(2 * 9 + 3 * 3 + 5, abs=0.2)


def test_collinear_corners_are_no_joints_and_round_rooms_have_round_walls(tmp_path: Path) -> None:
    ring = [[0, 0], [2, 0], [4, 0.01], [6, 0], [6, 4], [0, 4], [0, 0]]
    plan = plan_of(map_file(tmp_path, feature("Polygon", [ring]), **METRES))
    assert sorted(round(w.axis.length, 2) for w in plan.walls if w.axis) == [4, 4, 6, 6]
    angle = np.linspace(0, 2 * math.pi, 61)
    circle = np.stack((5 * np.cos(angle), 5 * np.sin(angle)), axis=1).tolist()
    plan = plan_of(map_file(tmp_path, feature("Polygon", [circle]), **METRES))
    assert len(plan.walls) == 1
    assert plan.walls[0].footprint.area == pytest.approx(2 * math.pi * 5 * 0.2, rel=0.01)


@pytest.mark.parametrize("gap", [0.1, 0.24])
def test_where_rooms_lie_apart_the_gaps_are_the_walls_and_the_outer_ones_as_thick(gap: float, tmp_path: Path) -> None:
    apart = [room(0, 0, 4, 3), room(4 + gap, 0, 9, 3), room(0, 3 + gap, 9, 6)]
    door = feature("LineString", [[4 + gap / 2, 1], [4 + gap / 2, 2]], "d", category="door")
    plan = plan_of(map_file(tmp_path, *apart, door, **METRES))
    area = shapely.union_all([w.footprint for w in plan.walls])
    assert area.area == pytest.approx(
        (9 + 2 * gap) * (6 + 2 * gap) - sum(r.footprint.area for r in plan.rooms), rel=1e-6
    )
    assert codes(plan)["geo-gap-walls"].endswith(f"{gap:g} m thick like them.")
    assert "thickness-default" not in codes(plan)
    assert [round(o.width_m, 6) for w in plan.walls for o in w.openings] == [1.0]
    bands = slice_bands(plan, wall_pieces(plan), 0.02, "double-leaf")
    assert area.area * 2.7 - bands.net_volume_m3() == pytest.approx(gap * 1.0 * 2.1, rel=0.01)


def test_rooms_without_walls_of_their_own_make_none(tmp_path: Path) -> None:
    lobby = room(9, 0, 12, 3, "c", indoor="area")
    plan = plan_of(map_file(tmp_path, *two_rooms(), lobby, **METRES))
    assert max(w.footprint.bounds[2] for w in plan.walls) == pytest.approx(9.1)
    assert len(plan.rooms) == 3
    assert codes(plan)["geo-open-areas"].startswith("1 area ")
    with pytest.raises(PlanError, match="no walls between or around them"):
        plan_of(map_file(tmp_path, lobby, **METRES))


def test_holes_and_several_parts_of_a_room_have_walls_around_each(tmp_path: Path) -> None:
    court = feature("Polygon", [box(0, 0, 10, 10), box(4, 4, 6, 6)], "court")
    parts = feature("MultiPolygon", [[box(20, 0, 23, 3)], [box(30, 0, 33, 3)]], "parts")
    plan = plan_of(map_file(tmp_path, court, parts, **METRES))
    assert sum(w.axis.length for w in plan.walls if w.axis) == pytest.approx(40 + 8 + 12 + 12)
    assert [r.footprint.area for r in plan.rooms] == [96, 18]


def test_an_outline_that_crosses_itself_is_mended_and_told(tmp_path: Path) -> None:
    bow = feature("Polygon", [[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]], "bow")
    plan = plan_of(map_file(tmp_path, bow, *two_rooms(), **METRES))
    assert codes(plan)["rooms-odd"].startswith("1 room ")
    assert plan.rooms[0].footprint.area == pytest.approx(8)


def test_four_hundred_rooms_are_read_within_a_second_touching_or_apart(tmp_path: Path) -> None:
    for gap in (0.0, 0.2):
        rooms = [room(4 * i, 3 * j, 4 * i + 4 - gap, 3 * j + 3 - gap, f"{i}-{j}") for i in range(20) for j in range(20)]
        path = map_file(tmp_path, *rooms, **METRES)
        began = time.perf_counter()
        plan = read_any(path, ReadOptions(), "map")
        assert time.perf_counter() - began < 2.0  # one on a quiet machine
        assert len(plan.rooms) == 400
        if gap == 0:
            assert len(plan.walls) == 2 * 20 * 21
            assert all(w.axis is not None and len(w.axis.coords) == 2 for w in plan.walls)


# --- walls and buildings on the map ---------------------------------------------------------------


def test_walls_on_the_map_are_taken_as_they_are(tmp_path: Path) -> None:
    ring = feature("Polygon", [box(0, 0, 6, 5), box(0.3, 0.3, 5.7, 4.7)], category="wall")
    inner = feature("LineString", [[3, 0.3], [3, 4.7]], category="Wand", thickness=0.12)
    inside = room(0.3, 0.3, 5.7, 4.7, "r", category="room")
    plan = plan_of(map_file(tmp_path, ring, inner, inside, **METRES))
    assert net_volume_m3(plan) == pytest.approx((30 - 5.4 * 4.4 + 4.4 * 0.12) * 2.7, rel=1e-3)
    assert {round(w.thickness_m or 0, 6) for w in plan.walls} == {0.3, 0.12}
    assert "thickness-default" not in codes(plan)


def test_outlines_of_buildings_get_walls_inside_and_storeys_by_their_number(tmp_path: Path) -> None:
    outline = [degrees(box(0, 0, 10, 8))]
    house = feature("Polygon", outline, "way/1", building="house", **{"building:levels": "2", "height": "5.6"})
    plan = plan_of(map_file(tmp_path, house))
    assert [(round(s.elevation_m, 6), round(s.height_m, 6)) for s in plan.storeys] == [(0, 2.8), (2.8, 2.8)]
    assert net_volume_m3(plan) == pytest.approx((80 - 9.6 * 7.6) * 5.6, rel=1e-3)
    both = plan_of(map_file(tmp_path, house, feature("Polygon", outline, "r", category="room")))
    assert len(both.storeys) == 1
    assert both.skipped == ("1 outline of buildings",)


# --- levels ---------------------------------------------------------------------------------------


def test_levels_by_property_become_storeys_in_order_and_rooms_may_span_several(tmp_path: Path) -> None:
    features = [
        room(0, 0, 4, 3, "up", level="1", height=3),
        room(0, 0, 4, 3, "down", level="-1"),
        room(0, 0, 4, 3, "ground", level=0),
        room(4, 0, 6, 3, "stairs", tags={"level": "-1;0;1", "indoor": "room"}),
    ]
    plan = plan_of(map_file(tmp_path, *features, **METRES))
    assert [(s.name, s.elevation_m) for s in plan.storeys] == [
        ("Storey -1", -2.7),
        ("Storey 0", 0.0),
        ("Storey 1", 2.7),
    ]
    assert plan.storeys[2].height_m == 3.0
    assert sorted(r.storey for r in plan.rooms) == [0, 0, 1, 1, 2, 2]
    assert len({r.id for r in plan.rooms}) == 6
    assert "geo-elevations" in codes(plan)


def test_levels_of_a_companion_give_names_order_and_elevations(tmp_path: Path) -> None:
    outline = [box(0, 0, 9, 3)]
    levels = map_file(
        tmp_path,
        feature("Polygon", outline, "L1", ordinal=1, name={"de": "OG", "en": "Upper"}, elevation=3.4),
        feature("Polygon", outline, "L0", ordinal=0, name={"de": "EG"}, elevation=0.2),
        feature("Polygon", outline, "L7", ordinal=7, name="Tower", elevation=20),
        name="levels.geojson",
    )
    rooms = [
        room(0, 0, 4, 3, "u", level_id="L1"),
        room(4, 0, 9, 3, "g", level_id="L0"),
        room(30, 0, 34, 3, "x", level_id="L0"),
    ]
    plan = plan_of(map_file(tmp_path, *rooms, **METRES), ReadOptions(companions=(levels,)))
    assert [(s.name, s.elevation_m, round(s.height_m, 6)) for s in plan.storeys] == [
        ("EG", 0.2, 3.2),
        ("Upper", 3.4, 2.7),
    ]
    assert codes(plan)["geo-rooms-outside"].startswith("1 room ")
    assert plan.skipped == ("1 level without rooms",)
    missing = ReadOptions(companions=(tmp_path / "nowhere.json",))
    with pytest.raises(PlanError, match=r"nowhere\.json: cannot be read .* after --with"):
        plan_of(map_file(tmp_path, *rooms), missing)


def test_a_map_and_its_companions_are_read_in_a_process_of_their_own(tmp_path: Path) -> None:
    levels = map_file(tmp_path, room(0, 0, 9, 3, "L", ordinal=0, name="Ground"), name="levels.geojson")
    rooms = map_file(tmp_path, *two_rooms(level_id="L"), **METRES)
    plan = read_plan(rooms, ReadOptions(companions=(levels,)))
    assert [s.name for s in plan.storeys] == ["Ground"]
    assert plan.evidence != ()


# --- openings -------------------------------------------------------------------------------------


def test_lines_points_and_areas_become_openings_of_the_wall_they_lie_on(tmp_path: Path) -> None:
    openings = [
        feature("LineString", [[4, 1], [4, 2.1]], "line", category="pedestrian", level_id="unknown"),
        feature("Point", [2, 0.02], "point", door="yes"),
        feature("Polygon", [box(6, 2.9, 7.5, 3.1)], "area", type="window", sill=0.8, head=2.0),
        feature("LineString", [[2, 1], [3, 1]], "lost", category="door"),
    ]
    plan = plan_of(map_file(tmp_path, *two_rooms(), *openings, **METRES))
    found = {o.id: (o.kind, round(o.width_m, 6), o.sill_m, o.head_m) for w in plan.walls for o in w.openings}
    assert found == {
        "line": ("door", 1.1, 0.0, 2.1),
        "point": ("door", 0.9, 0.0, 2.1),
        "area": ("window", 1.5, 0.8, 2.0),
    }
    assert {"geo-opening-size", "heads-default", "opening-off-wall"} <= set(codes(plan))
    volume = (9.2 * 3.2 - 3.8 * 2.8 - 4.8 * 2.8) * 2.7 - 0.2 * (1.1 * 2.1 + 0.9 * 2.1 + 1.5 * 1.2)
    assert net_volume_m3(plan) == pytest.approx(volume, rel=1e-3)


def test_an_opening_without_level_is_put_on_the_lowest_storey_with_a_wall_there(tmp_path: Path) -> None:
    floors = [room(0, 0, 4, 3, f"r{k}", level=k) for k in (0, 1)]
    door = feature("LineString", [[1, 0], [2, 0]], "d", category="door")
    upper = feature("LineString", [[1, 3], [2, 3]], "e", category="door", level=1)
    plan = plan_of(map_file(tmp_path, *floors, door, upper, **METRES))
    assert {o.id: plan.walls[k].storey for k, w in enumerate(plan.walls) for o in w.openings} == {"d": 0, "e": 1}
    assert codes(plan)["geo-opening-level"] == (
        "1 opening on no known level, placed on Storey 0, the lowest storey with a wall there."
    )


def test_doors_that_overlap_are_united_and_those_over_an_end_cut_off(tmp_path: Path) -> None:
    doors = [feature("LineString", [[x, 0], [x + 1, 0]], f"d{x}", category="door") for x in (1.0, 1.6, 3.6)]
    plan = plan_of(map_file(tmp_path, *two_rooms(), *doors, **METRES))
    assert sorted(round(o.width_m, 6) for w in plan.walls for o in w.openings) == [0.6, 1.6]
    assert {"openings-united", "opening-clipped"} <= set(codes(plan))


# --- hostile maps ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        feature("Polygon", [[[0, 0], [1, 0], [math.nan, 1], [0, 0]]]),
        feature("Polygon", [[[0, 0], [1e300, 0], [1, 1], [0, 0]]]),
        feature("Polygon", [[["0", "0"], ["4", "0"], ["4", "4"], ["0", "0"]]]),
        feature("Polygon", [[[0, 0], [1, 1]]]),
        feature("Polygon", [[[0, 0], [1, 1], [2, 2], [0, 0]]]),
        feature("Polygon", []),
        feature("Polygon", {"a": 1}),
        feature("Polygon", [[[0], [1], [2], [3]]]),
        feature("Polygon", [[[0, 0], [4, 0], None, [0, 4]]]),
        feature("Polygon", [[[0, 0], [[4], 0], [4, 4], [0, 4]]]),
        feature("MultiPolygon", [None]),
        feature("Nonsense", [[0, 0]]),
        feature("LineString", [[0, 0], [True, False]]),
        {"type": "Feature", "properties": None, "geometry": {"type": "Point"}},
    ],
)
def test_features_without_a_sound_geometry_are_left_out_and_told(broken: dict[str, Any], tmp_path: Path) -> None:
    plan = plan_of(map_file(tmp_path, broken, *two_rooms(), **METRES))
    assert codes(plan)["geo-feature-left-out"].startswith("1 feature ")
    assert len(plan.rooms) == 2


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, {"type": "Feature"}, {"geometry": None, "properties": []}])
def test_what_is_no_feature_is_passed_over(odd: Any, tmp_path: Path) -> None:
    assert len(plan_of(map_file(tmp_path, odd, *two_rooms(), **METRES)).rooms) == 2


def test_properties_of_any_type_and_ids_used_twice_are_borne(tmp_path: Path) -> None:
    strange = {"level": [1], "name": {"en": 3}, "category": {}, "height": "tall", "indoor": None, "tags": "x"}
    rooms = [room(0, 0, 4, 3, "a", **strange), room(4, 0, 9, 3, "a", **strange), room(9, 0, 12, 3, 5)]
    plan = plan_of(map_file(tmp_path, *rooms, **METRES))
    assert len({r.id for r in plan.rooms}) == 3
    assert "geo-id-twice" in codes(plan)


def test_maps_that_are_empty_huge_or_beyond_limits_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"holds no rooms, walls or buildings \(but nothing\)"):
        plan_of(map_file(tmp_path))
    apart = [room(0, 0, 4, 3), room(60_000, 0, 60_004, 3)]
    with pytest.raises(PlanError, match=r"extends over 6e\+04 x 3 m"):
        plan_of(map_file(tmp_path, *apart, **METRES))
    with pytest.raises(PlanError, match="raise --limit entities"):
        plan_of(map_file(tmp_path, *two_rooms()), ReadOptions(limits=Limits(entities=1)))
    with pytest.raises(PlanError, match="raise --limit vertices"):
        plan_of(map_file(tmp_path, *two_rooms()), ReadOptions(limits=Limits(vertices=9)))
    with pytest.raises(PlanError, match="rooms allowed; raise --limit entities"):
        plan_of(map_file(tmp_path, *two_rooms(level="0-90"), **METRES), ReadOptions(limits=Limits(entities=50)))
    deep = tmp_path / "deep.geojson"
    deep.write_text('{"type": "FeatureCollection", "features": ' + "[" * 100_000)
    with pytest.raises(PlanError, match=r"nested too deeply|not complete JSON"):
        plan_of(deep)
    doors = [feature("LineString", [[1, 0], [2, 0]], category="door") for _ in range(2001)]
    with pytest.raises(PlanError, match="more than 2000 openings in one wall"):
        plan_of(map_file(tmp_path, *two_rooms(), *doors, **METRES))


def test_an_archive_with_a_damaged_part_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "venue.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("unit.json", b"\xff\xfe{")
    with pytest.raises(PlanError, match=r"'unit\.json' in it is not UTF-8 text"):
        plan_of(path)
