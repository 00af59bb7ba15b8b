"""Hard cases of IFC, each in a small model: how bodies are given, what is cut, what is a wall to print."""

from __future__ import annotations

import math
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.plan import Plan, Slab
from estimator.readers import read_plan
from estimator.readers.ifc import reader as ifc
from tests.ifc_models import FEET, METRES, Author

pytest.importorskip("ifcopenshell", reason="IFC needs: pip install 'printhouse[ifc]'")

SCHEMAS = ("IFC2X3", "IFC4", "IFC4X3")
every_schema = pytest.mark.parametrize("schema", SCHEMAS)
MILLIMETRES = {"is_metric": True, "raw": "MILLIMETERS"}
INCHES = {"is_metric": False, "raw": "INCHES"}
EVERY_WALL = ReadOptions(wall_layers=("*",))


def read(house: Author, folder: Path, options: ReadOptions | None = None) -> Plan:
    """In this process."""
    path = house.write(folder)
    return ifc.read(path, options or ReadOptions(), "ifc", str(path))


def net_m3(plan: Plan) -> float:
    return sum(
        slab.footprint.area * (slab.top_m - slab.base_m)
        for wall in plan.walls
        for slab in wall.slabs or (Slab(wall.base_m, wall.top_m, wall.footprint),)
    )


def told(plan: Plan) -> dict[str, str]:
    return {finding.code: finding.message for finding in plan.findings}


def where(plan: Plan, code: str) -> list[str]:
    return [name for finding in plan.findings if finding.code == code for name in finding.where.split(", ")]


def limited(**limits: float) -> ReadOptions:
    changed = Limits()
    for key, value in limits.items():
        changed = changed.changed(key, value)
    return replace(ReadOptions(), limits=changed)


# --- ways to give a body --------------------------------------------------------------------------

CORNERS = np.array([[x, y, z] for x in (0.0, 5.0) for y in (0.0, 0.3) for z in (0.0, 2.5)])
QUADS = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
TRIANGLES = np.concatenate([QUADS[:, [0, 1, 2]], QUADS[:, [0, 2, 3]]])


def mixed(faces: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Every third face the wrong way round."""
    return np.array([face[::-1] if number % 3 == 0 else face for number, face in enumerate(faces)])


@pytest.mark.parametrize(
    ("schema", "way", "faces"),
    [
        *((schema, way, TRIANGLES) for schema in SCHEMAS for way in ("brep", "surfaces", "shells")),
        *((schema, "triangulated", TRIANGLES) for schema in SCHEMAS[1:]),
        *((schema, "polygonal", QUADS) for schema in SCHEMAS[1:]),
        ("IFC2X3", "brep", TRIANGLES[:, ::-1]),
        ("IFC2X3", "surfaces", QUADS[:, ::-1]),
        ("IFC4", "surfaces", mixed(TRIANGLES)),
        ("IFC4", "triangulated", TRIANGLES[:, ::-1]),
        ("IFC4X3", "polygonal", QUADS[:, ::-1]),
    ],
)
def test_a_body_given_by_faces_is_cut_like_any_other_whichever_way_they_look(
    schema: str, way: str, faces: Any, tmp_path: Path
) -> None:
    house = Author(METRES, schema)
    house.wall([getattr(house, way)(CORNERS, faces)], house.storey(0.0))
    plan = read(house, tmp_path)
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5, rel=1e-6)
    assert plan.walls[0].footprint.area == pytest.approx(1.5, rel=1e-6)
    assert plan.walls[0].thickness_m == pytest.approx(0.3, rel=1e-6)


@every_schema
def test_an_opening_is_cut_out_of_a_brep(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    wall = house.wall([house.brep(CORNERS, TRIANGLES)], house.storey(0.0))
    house.opening(wall, house.box(1, -0.5, 0, 1, 1, 2), "IfcDoor")
    plan = read(house, tmp_path)
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5 - 1 * 0.3 * 2, rel=1e-6)


@every_schema
def test_a_mapped_item_is_moved_and_scaled(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    item = house.mapped(house.box(0, 0, 0, 2.5, 0.15, 1.25), 1.0, 2.0, 0.0, scale=2.0)
    wall = house.wall([item], house.storey(0.0), at=(10.0, 0.0, 0.0))
    wall.Representation.Representations[0].RepresentationType = "MappedRepresentation"
    plan = read(house, tmp_path)
    assert plan.walls[0].footprint.bounds == pytest.approx((11.0, 2.0, 16.0, 2.3))
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5)


def arc_axis(house: Author, schema: str) -> Any:
    """A quarter circle of radius 4 from (4, 0) to (0, 4)."""
    model = house.model
    if schema == "IFC2X3":
        circle = model.createIfcCircle(model.createIfcAxis2Placement2D(house.point(0, 0), None), 4.0)
        ends = [[model.create_entity("IfcParameterValue", value)] for value in (0.0, math.pi / 2)]
        return model.createIfcTrimmedCurve(circle, *ends, True, "PARAMETER")
    half = 4.0 * math.sqrt(0.5)
    points = model.createIfcCartesianPointList2D([[4.0, 0.0], [half, half], [0.0, 4.0]])
    return model.createIfcIndexedPolyCurve(points, [model.createIfcArcIndex([1, 2, 3])], None)


@every_schema
def test_a_curved_wall_has_the_length_and_volume_of_its_arc(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    angles = np.linspace(0.0, math.pi / 2, 91)
    outline = [(r * math.cos(a), r * math.sin(a)) for r, turn in ((4.1, 1), (3.9, -1)) for a in angles[::turn]]
    profile = house.model.createIfcArbitraryClosedProfileDef("AREA", None, house.polyline(*outline, outline[0]))
    solid = house.model.createIfcExtrudedAreaSolid(profile, house.placement(0, 0, 0), house.direction(0, 0, 1), 3.0)
    wall = house.wall([solid], house.storey(0.0))
    house.with_axis(wall, arc_axis(house, schema))
    void = house.opening(wall, house.box(-0.5, -0.5, 0, 1, 1, 2.1), "IfcDoor")
    half = math.sqrt(0.5)  # the door at 45 degrees, a metre wide along the arc there
    house.placed(void, 4 * half, 4 * half, 0, along=(-half, half))
    plan = read(house, tmp_path)
    (wall_read,) = plan.walls
    assert wall_read.axis is not None
    assert wall_read.axis.length == pytest.approx(4.0 * math.pi / 2, rel=2e-3)  # arcs as chords
    assert wall_read.thickness_m == pytest.approx(0.2, rel=5e-3)
    area = math.pi / 4 * (4.1**2 - 3.9**2)
    assert wall_read.footprint.area == pytest.approx(area, rel=2e-3)
    assert net_m3(plan) == pytest.approx(area * 3.0 - 1.0 * 0.2 * 2.1, rel=3e-3)
    assert [(o.kind, o.width_m) for o in wall_read.openings] == [("door", pytest.approx(1.0, rel=1e-3))]
    assert ("ifc-no-angle-unit" in told(plan)) == (schema == "IFC2X3")


@every_schema
def test_a_wall_under_two_slopes_has_the_volume_of_the_gable(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    solid = house.box(0, 0, 0, 6, 0.2, 5)
    for x, slope in ((0.0, -0.5), (6.0, 0.5)):
        solid = house.clipped(solid, (x, 0, 2.5), (slope, 0, 1))
    house.wall([solid], house.storey(0.0))
    plan = read(house, tmp_path)
    assert plan.walls[0].top_m == pytest.approx(4.0)
    assert net_m3(plan) == pytest.approx(6 * 0.2 * 2.5 + 0.5 * 6 * 0.2 * 1.5, rel=1e-4)
    assert plan.walls[0].openings == ()


@every_schema
def test_a_wall_clipped_by_a_bounded_half_space_loses_only_what_lies_inside(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    model = house.model
    plane = model.createIfcPlane(house.placement(0, 0, 2.0))
    corners = ((4.0, -1.0), (6.0, -1.0), (6.0, 1.0), (4.0, 1.0), (4.0, -1.0))
    half = model.createIfcPolygonalBoundedHalfSpace(plane, False, house.placement(0, 0, 0), house.polyline(*corners))
    solid = model.createIfcBooleanClippingResult("DIFFERENCE", house.box(0, 0, 0, 5, 0.3, 2.5), half)
    house.wall([solid], house.storey(0.0))
    assert net_m3(read(house, tmp_path)) == pytest.approx(5 * 0.3 * 2.5 - 1.0 * 0.3 * 0.5, rel=1e-6)


# --- openings -------------------------------------------------------------------------------------


@every_schema
def test_what_fills_an_opening_says_what_it_is(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    wall = house.wall([house.box(0, 0, 0, 9, 0.3, 2.5)], house.storey(0.0))
    house.opening(wall, house.box(1, -0.5, 0, 1, 1, 2), "IfcDoor")
    house.opening(wall, house.box(3, -0.5, 0.9, 1.5, 1, 1.2), "IfcWindow")
    house.opening(wall, house.box(6, -0.5, 0, 2, 1, 2.1))
    plan = read(house, tmp_path)
    assert [(o.kind, round(o.width_m, 6), round(o.sill_m, 6), round(o.head_m, 6)) for o in plan.walls[0].openings] == [
        ("door", 1.0, 0.0, 2.0),
        ("window", 1.5, 0.9, 2.1),
        ("opening", 2.0, 0.0, 2.1),
    ]
    assert where(plan, "ifc-opening-unfilled") == [plan.walls[0].openings[2].id]
    assert plan.skipped == ()


@every_schema
def test_an_opening_that_the_body_has_already_is_listed_and_not_cut_twice(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    pieces = [house.box(0, 0, 0, 2, 0.3, 2.5), house.box(3, 0, 0, 2, 0.3, 2.5), house.box(2, 0, 2, 1, 0.3, 0.5)]
    wall = house.wall(pieces, house.storey(0.0))
    house.opening(wall, house.box(2, -0.5, 0, 1, 1, 2), "IfcDoor")
    plan = read(house, tmp_path)
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5 - 1 * 0.3 * 2, rel=1e-6)
    assert [(o.kind, o.width_m) for o in plan.walls[0].openings] == [("door", pytest.approx(1.0))]
    assert where(plan, "ifc-opening-not-cut") == [plan.walls[0].id]


def test_holes_of_a_body_without_openings_become_openings(tmp_path: Path) -> None:
    house = Author(METRES)
    pieces = [
        house.box(0, 0, 0, 2, 0.3, 2.5),  # pier, door 1 m, pier, window 1.5 m on a sill, pier
        house.box(2, 0, 2, 1, 0.3, 0.5),
        house.box(3, 0, 0, 1, 0.3, 2.5),
        house.box(4, 0, 0, 1.5, 0.3, 0.9),
        house.box(4, 0, 2.1, 1.5, 0.3, 0.4),
        house.box(5.5, 0, 0, 1.5, 0.3, 2.5),
    ]
    house.wall(pieces, house.storey(0.0))
    plan = read(house, tmp_path)
    found = [(o.kind, round(o.width_m, 6), round(o.sill_m, 6), round(o.head_m, 6)) for o in plan.walls[0].openings]
    assert found == [("opening", 1.0, 0.0, 2.0), ("opening", 1.5, 0.9, 2.1)]
    assert net_m3(plan) == pytest.approx(7 * 0.3 * 2.5 - 1 * 0.3 * 2 - 1.5 * 0.3 * 1.2, rel=1e-6)
    assert len(where(plan, "ifc-opening-in-body")) == 2


@pytest.mark.parametrize("gone", ["a step at the end", "a notch in the top", "a recess", "a hole for a pipe"])
def test_what_is_missing_elsewhere_is_no_opening(gone: str, tmp_path: Path) -> None:
    house = Author(METRES)
    cut = {
        "a step at the end": house.box(4, -0.5, 0, 2, 1, 2),
        "a notch in the top": house.box(2, -0.5, 2, 1, 1, 2),
        "a recess": house.box(2, -0.5, 0, 1, 0.6, 2),
        "a hole for a pipe": house.box(2, -0.5, 1, 0.15, 1, 0.15),
    }[gone]
    solid = house.model.createIfcBooleanResult("DIFFERENCE", house.box(0, 0, 0, 5, 0.3, 2.5), cut)
    house.wall([solid], house.storey(0.0))
    plan = read(house, tmp_path)
    assert net_m3(plan) < 5 * 0.3 * 2.5 - 1e-3
    assert plan.walls[0].openings == ()


@every_schema
def test_openings_in_other_things_are_no_openings_of_walls(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], house.storey(0.0))
    slab = house.product("IfcSlab", [house.box(0, 0, -0.2, 5, 5, 0.2)])
    house.opening(slab, house.box(1, 1, -0.5, 1, 1, 1))
    table = house.product("IfcFurnishingElement", [house.box(1, 1, 0, 1, 1, 0.7)])
    house.opening(table, house.box(1.2, 1.2, 0, 0.2, 0.2, 1))
    house.product("IfcFurnishingElement", [house.box(3, 1, 0, 1, 1, 0.7)])
    house.entity("IfcWindow", "in no wall")
    plan = read(house, tmp_path)
    assert plan.walls[0].openings == ()
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5)
    assert plan.skipped == ("1 slab", "1 window in no wall read", "2 openings in no wall read", "2 pieces of furniture")


@pytest.mark.parametrize("schema", SCHEMAS[1:])
def test_a_recess_is_cut_but_is_no_opening(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    wall = house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], house.storey(0.0))
    house.opening(wall, house.box(1, -0.5, 0, 1, 0.6, 2)).PredefinedType = "RECESS"
    plan = read(house, tmp_path)
    assert plan.walls[0].openings == ()
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5 - 1 * 0.1 * 2, rel=1e-6)


# --- storeys --------------------------------------------------------------------------------------


@every_schema
def test_a_wall_through_two_storeys_is_one_wall_and_told(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    ground = house.storey(0.0)
    house.storey(3.0, "Upper")
    house.wall([house.box(0, 0, 0, 5, 0.3, 6)], ground)
    house.wall([house.box(0, 3, 0, 5, 0.3, 3)], ground)
    plan = read(house, tmp_path)
    assert [(wall.storey, wall.top_m) for wall in plan.walls] == [(0, pytest.approx(6.0)), (0, pytest.approx(3.0))]
    assert where(plan, "ifc-wall-two-storeys") == [plan.walls[0].id]


def test_storeys_without_elevation_or_placement_leave_the_walls_where_they_are(tmp_path: Path) -> None:
    house = Author(METRES)
    house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], house.storey(None))
    plan = read(house, tmp_path)
    assert (plan.walls[0].base_m, plan.storeys[0].elevation_m, plan.storeys[0].height_m) == (0.0, 0.0, 2.5)


# --- which walls are printed ----------------------------------------------------------------------


@every_schema
def test_furring_finish_and_foundation_are_left_out_unless_asked_for(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    ground, footing = house.storey(0.0), house.storey(-1.0, "T/FDN")
    wall = house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], ground, name="Masonry, plastered")
    thin = house.wall([house.box(0, 0.3, 0, 4, 0.05, 2.4)], ground, name="Type 7")
    furring = house.wall([house.box(0, -0.15, 0, 5, 0.15, 2.5)], ground, name="Furring (152 mm Stud)")
    putz = house.wall([house.box(0, -0.24, 0, 5, 0.09, 2.5)], ground, name="Wärmedämmung")
    alone = house.wall([house.box(0, 3, 0, 5, 0.06, 2.5)], ground, name="Partition")
    house.wall([house.box(0, 0, -1, 5, 0.3, 1)], footing, name="Type 1")
    house.wall([house.box(0, 5, -1, 5, 0.3, 1)], ground, name="Fundament 30")
    plan = read(house, tmp_path)
    assert {w.id for w in plan.walls} >= {wall.GlobalId, alone.GlobalId}
    assert set(where(plan, "ifc-layer-left-out")) >= {thin.GlobalId, furring.GlobalId}
    assert len(where(plan, "ifc-foundation-left-out")) == 2
    assert where(plan, "ifc-thin-walls") == [alone.GlobalId]
    assert putz.GlobalId in {*where(plan, "ifc-layer-left-out")}
    assert "--layer '*'" in told(plan)["ifc-layer-left-out"]
    assert len(read(house, tmp_path, EVERY_WALL).walls) == 7


def test_walls_are_chosen_by_name_type_storey_and_kind(tmp_path: Path) -> None:
    house = Author(METRES)
    ground, upper = house.storey(0.0), house.storey(3.0, "Upper")
    a = house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], ground, name="Basic Wall:Outer 300:123")
    b = house.wall([house.box(0, 3, 0, 5, 0.1, 2.5)], ground, name="Basic Wall:Inner 100:124")
    c = house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], upper, at=(0, 0, 3), name="Foundation wall")
    b.PredefinedType = "PARTITIONING"

    def chosen(*names: str) -> list[str]:
        return [wall.id for wall in read(house, tmp_path, ReadOptions(wall_layers=names)).walls]

    assert chosen("*outer*") == [a.GlobalId]
    assert chosen("partitioning", "Upper") == [b.GlobalId, c.GlobalId]
    assert chosen("*") == [a.GlobalId, b.GlobalId, c.GlobalId]
    plan = read(house, tmp_path, ReadOptions(wall_layers=("upper",)))
    assert where(plan, "ifc-wall-not-named") == [a.GlobalId, b.GlobalId]
    assert where(plan, "ifc-foundation-walls") == [c.GlobalId]
    with pytest.raises(PlanError, match=r"no wall whose name, type or storey is roof; its walls are .*Inner 100"):
        chosen("roof")


def test_walls_that_rise_from_a_storey_called_foundation_are_walls_of_the_house(tmp_path: Path) -> None:
    house = Author(METRES)
    footing = house.storey(-1.0, "Foundation")
    house.storey(0.0)
    through = house.wall([house.box(0, 0, -1, 5, 0.3, 3.7)], footing)
    stem = house.wall([house.box(0, 3, -1, 5, 0.3, 1.0)], footing)
    plan = read(house, tmp_path)
    assert [wall.id for wall in plan.walls] == [through.GlobalId]
    assert where(plan, "ifc-foundation-left-out") == [stem.GlobalId]
    assert where(plan, "ifc-foundation-walls") == [through.GlobalId]


def test_a_house_of_nothing_but_foundation_walls_is_read(tmp_path: Path) -> None:
    house = Author(METRES)
    house.wall([house.box(0, 0, 0, 5, 0.3, 1)], house.storey(-1.0, "Foundation"))
    plan = read(house, tmp_path)
    assert len(plan.walls) == 1
    assert "ifc-foundation-walls" in told(plan)


@pytest.mark.parametrize("schema", SCHEMAS[1:])
def test_declared_kinds_of_walls_count(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    ground = house.storey(0.0)
    made = {}
    kinds = ("SOLIDWALL", "PARAPET", "MOVABLE", "RETAININGWALL")[: 3 if schema == "IFC4" else 4]
    for number, kind in enumerate(kinds):
        made[kind] = house.wall([house.box(0, 2 * number, 0, 5, 0.3, 2.5)], ground)
        made[kind].PredefinedType = kind
    plan = read(house, tmp_path)
    assert [wall.id for wall in plan.walls] == [made["SOLIDWALL"].GlobalId, made["PARAPET"].GlobalId]
    assert where(plan, "ifc-parapets") == [made["PARAPET"].GlobalId]
    assert where(plan, "ifc-layer-left-out") == [made["MOVABLE"].GlobalId]
    assert where(plan, "ifc-foundation-left-out") == [made[kind].GlobalId for kind in kinds[3:]]


@every_schema
def test_curtain_walls_and_their_panels_are_left_out(schema: str, tmp_path: Path) -> None:
    house = Author(METRES, schema)
    ground = house.storey(0.0)
    house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], ground)
    glass = house.entity("IfcCurtainWall", "front")
    panel = house.wall([house.box(0, 3, 0, 5, 0.1, 2.5)], name="panel")
    house.api.aggregate.assign_object(house.model, products=[panel], relating_object=glass)
    shop = house.wall([house.box(0, 6, 0, 5, 0.1, 2.5)], ground, name="Curtain Wall:Storefront:7")
    plan = read(house, tmp_path)
    assert len(plan.walls) == 1
    assert set(where(plan, "ifc-curtain-walls")) == {glass.GlobalId, panel.GlobalId, shop.GlobalId}


def test_a_wall_that_is_nothing_but_other_walls_is_counted_once(tmp_path: Path) -> None:
    house = Author(METRES)
    ground = house.storey(0.0)
    whole = house.entity("IfcWall", "both")
    parts = [house.wall([house.box(0, y, 0, 5, 0.15, 2.5)], ground) for y in (0.0, 0.15)]
    house.api.aggregate.assign_object(house.model, products=parts, relating_object=whole)
    plan = read(house, tmp_path)
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5)
    assert "ifc-wall-no-body" not in told(plan)


# --- units and places -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "metres", "name", "evidence"),
    [
        (METRES, 1.0, "metre", "the file says metre (IfcSIUnit)"),
        (MILLIMETRES, 1e-3, "millimetre", "the file says millimetre (IfcSIUnit)"),
        (FEET, 0.3048, "foot", "the file says foot (IfcConversionBasedUnit 'foot')"),
        (INCHES, 0.0254, "inch", "the file says inch (IfcConversionBasedUnit 'inch')"),
    ],
)
@every_schema
def test_every_unit_becomes_metres_and_is_told(
    unit: dict[str, Any], metres: float, name: str, evidence: str, schema: str, tmp_path: Path
) -> None:
    house = Author(unit, schema)
    side = 1.0 / metres
    wall = house.wall([house.box(0, 0, 0, 5 * side, 0.3 * side, 2.5 * side)], house.storey(1.0 * side), (0, 0, side))
    house.with_axis(wall, house.polyline((0, 0.15 * side), (5 * side, 0.15 * side)))
    plan = read(house, tmp_path)
    assert (plan.unit, plan.evidence) == (name, (evidence,))
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5, rel=1e-6)
    assert (plan.walls[0].base_m, plan.storeys[0].elevation_m) == pytest.approx((1.0, 1.0))
    assert plan.walls[0].axis is not None and plan.walls[0].axis.length == pytest.approx(5.0)


def test_a_unit_made_of_another_made_unit_becomes_metres(tmp_path: Path) -> None:
    house = Author(INCHES)
    model = house.model
    (inch,) = model.by_type("IfcConversionBasedUnit")
    factor = model.createIfcMeasureWithUnit(model.create_entity("IfcRatioMeasure", 12.0), inch)
    foot = model.createIfcConversionBasedUnit(inch.Dimensions, "LENGTHUNIT", "my foot", factor)
    (group,) = model.by_type("IfcUnitAssignment")
    group.Units = [foot, *(unit for unit in group.Units if unit != inch)]
    house.wall([house.box(0, 0, 0, 20, 0.5, 8)], house.storey(0.0))
    plan = read(house, tmp_path)
    assert plan.evidence == ("the file says foot (IfcConversionBasedUnit 'my foot')",)
    assert net_m3(plan) == pytest.approx(20 * 0.5 * 8 * 0.3048**3, rel=1e-6)


def test_a_unit_given_by_a_person_goes_before_the_files(tmp_path: Path) -> None:
    house = Author(METRES)
    wall = house.wall([house.box(0, 0, 0, 5000, 300, 2500)], house.storey(1000.0), (0, 0, 1000))
    house.with_axis(wall, house.polyline((0, 150), (5000, 150)))
    house.opening(wall, house.box(1000, -500, 0, 900, 1000, 2000), "IfcDoor")
    plan = read(house, tmp_path, ReadOptions(unit_m=1e-3))
    assert plan.unit == "millimetre"
    assert plan.evidence == ("millimetre, as said by --unit", "the file says metre (IfcSIUnit)")
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5 - 0.9 * 0.3 * 2)
    assert plan.storeys[0].elevation_m == pytest.approx(1.0)
    assert plan.walls[0].axis is not None and plan.walls[0].axis.length == pytest.approx(5.0)
    assert plan.walls[0].openings[0].width_m == pytest.approx(0.9)


@pytest.mark.parametrize("local", [False, True], ids=["by placement", "by coordinates"])
@every_schema
def test_a_thousand_kilometres_from_the_origin_nothing_is_lost(schema: str, local: bool, tmp_path: Path) -> None:
    x, y = 1_000_000.25, -5_700_000.5
    house = Author(METRES, schema)
    at, off = ((0.0, 0.0, 0.0), (x, y)) if local else ((x, y, 0.0), (0.0, 0.0))
    wall = house.wall([house.box(off[0], off[1], 0, 5, 0.3, 2.5)], house.storey(0.0), at)
    house.with_axis(wall, house.polyline((off[0], off[1] + 0.15), (off[0] + 5, off[1] + 0.15)))
    house.opening(wall, house.box(off[0] + 1, off[1] - 0.5, 0.9, 1.2, 1, 1.2), "IfcWindow")
    plan = read(house, tmp_path)
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5 - 1.2 * 0.3 * 1.2, rel=1e-5)
    assert max(map(abs, plan.walls[0].footprint.bounds)) < 10.0
    assert plan.walls[0].openings[0].width_m == pytest.approx(1.2, abs=1e-3)
    assert "ifc-shifted" in told(plan)


def test_a_georeference_moves_nothing(tmp_path: Path) -> None:
    old = Author(METRES, "IFC2X3")
    old.wall([old.box(0, 0, 0, 5, 0.3, 2.5)], old.storey(0.0))
    site = old.entity("IfcSite", "site")
    length = "IfcLengthMeasure"
    there = {"Eastings": 500_000.0, "Northings": 5_700_000.0, "OrthogonalHeight": 120.0, "XAxisOrdinate": 0.6}
    old.properties(site, "ePSet_MapConversion", **{key: (length, value) for key, value in there.items()})
    old.properties(site, "ePSet_ProjectedCRS", Name=("IfcLabel", "EPSG:25832"))
    plans = [read(old, tmp_path)]
    for schema in SCHEMAS[1:]:
        house = Author(METRES, schema)
        house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], house.storey(0.0))
        crs = house.model.create_entity("IfcProjectedCRS", Name="EPSG:25832")
        house.model.createIfcMapConversion(house.context, crs, 500_000.0, 5_700_000.0, 120.0, 0.8, 0.6, 1.0)
        house.context.TrueNorth = house.direction(0.6, 0.8)
        plans.append(read(house, tmp_path))
    for plan in plans:
        assert plan.walls[0].footprint.bounds == pytest.approx((0.0, 0.0, 5.0, 0.3))
        assert plan.walls[0].base_m == 0.0
        assert "ifc-shifted" not in told(plan)


# --- quantities -----------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [METRES, MILLIMETRES, FEET])
@every_schema
def test_stored_quantities_that_agree_are_evidence(unit: dict[str, Any], schema: str, tmp_path: Path) -> None:
    house = Author(unit, schema)
    import ifcopenshell.util.unit

    scale = ifcopenshell.util.unit.calculate_unit_scale(house.model)
    side = 1.0 / scale
    for kind in ("area", "volume"):
        power = {"area": 2, "volume": 3}[kind]
        made = house.api.unit.add_si_unit(house.model, unit_type=f"{kind.upper()}UNIT")
        house.api.unit.assign_unit(house.model, units=[made])
        assert ifcopenshell.util.unit.calculate_unit_scale(house.model, f"{kind.upper()}UNIT") in (1.0, scale**power)
    wall = house.wall([house.box(0, 0, 0, 5 * side, 0.3 * side, 2.5 * side)], house.storey(0.0))
    house.with_axis(wall, house.polyline((0, 0.15 * side), (5 * side, 0.15 * side)))
    house.opening(wall, house.box(side, -side, 0, side, 2 * side, 2 * side), "IfcDoor")
    house.quantities(wall, "BaseQuantities" if schema == "IFC2X3" else "Qto_WallBaseQuantities",
                     Length=5 * side, Height=2.5 * side, Width=0.3 * side, GrossFootprintArea=1.5, GrossVolume=3.75,
                     NetVolume=3.15, NetSideArea=10.5, GrossSideArea=12.5)  # fmt: skip
    plan = read(house, tmp_path)
    assert "ifc-quantities" not in told(plan)
    assert plan.evidence[-1] == "8 quantities stored with walls agree with the bodies within 1 %"


def test_stored_quantities_that_differ_are_told_with_the_largest(tmp_path: Path) -> None:
    house = Author(METRES)
    house.api.unit.assign_unit(house.model, units=[house.api.unit.add_si_unit(house.model, unit_type="VOLUMEUNIT")])
    ground = house.storey(0.0)
    walls = [house.wall([house.box(0, 2 * n, 0, 5, 0.3, 2.5)], ground) for n in range(4)]
    for wall, volume, height in zip(walls, (3.78, 3.80, 7.5, 3.75), (2.5, 2.5, 2.5, 3.0), strict=True):
        house.quantities(wall, NetVolume=volume, Height=height)
    plan = read(house, tmp_path)
    assert where(plan, "ifc-quantities") == [walls[1].GlobalId, walls[2].GlobalId, walls[3].GlobalId]
    assert f"NetVolume of 2, most in {walls[2].GlobalId}: 7.5 stored, 3.75 m³" in told(plan)["ifc-quantities"]
    assert f"Height of 1, most in {walls[3].GlobalId}: 3 stored, 2.5 m in" in told(plan)["ifc-quantities"]
    assert net_m3(plan) == pytest.approx(4 * 3.75)


# --- bodies that take too long or cannot be made --------------------------------------------------


def sieve(house: Author) -> Any:
    """A wall with so many round holes that cutting them takes seconds."""
    wall = house.wall([house.box(0, 0, 0, 20, 0.3, 3)], house.storey(0.0), name="sieve")
    for number in range(160):
        column, row = divmod(number, 8)
        angle = np.linspace(0.0, 2.0 * math.pi, 25)[:-1]
        ring = [(0.5 + column + 0.1 * math.cos(a), 0.3 + 0.3 * row + 0.1 * math.sin(a)) for a in angle]
        profile = house.model.createIfcArbitraryClosedProfileDef("AREA", None, house.polyline(*ring, ring[0]))
        upright = house.model.createIfcAxis2Placement3D(
            house.point(0, 0.6, 0), house.direction(0, -1, 0), house.direction(1, 0, 0)
        )
        solid = house.model.createIfcExtrudedAreaSolid(profile, upright, house.direction(0, 0, 1), 1.0)
        house.opening(wall, solid)
    return wall


def test_openings_that_take_too_long_to_cut_are_cut_by_their_outlines(tmp_path: Path) -> None:
    house = Author(METRES)
    wall = sieve(house)
    other = house.wall([house.box(0, 5, 0, 5, 0.3, 3)])
    plan = read(house, tmp_path, limited(wall_time_s=0.5))
    assert where(plan, "ifc-wall-slow") == [wall.GlobalId]
    assert "openings cut by the outlines of their bodies" in told(plan)["ifc-wall-slow"]
    slow, plain = plan.walls
    assert (slow.id, plain.id) == (wall.GlobalId, other.GlobalId)
    assert len(slow.openings) == 160
    holes = 160 * 0.3 * 0.2 * 0.2  # squares around the circles
    assert net_m3(plan) == pytest.approx(20 * 0.3 * 3 - holes + 5 * 0.3 * 3, rel=2e-3)


def test_a_monster_of_a_brep_becomes_the_prism_around_it(tmp_path: Path) -> None:
    house = Author(METRES)
    count = 60
    x, z = np.meshgrid(np.linspace(0, 5, count), np.linspace(0, 2.5, count), indexing="ij")
    face = np.column_stack((x.ravel(), np.zeros(count * count), z.ravel()))
    corner = np.arange(count * count).reshape(count, count)[:-1, :-1].ravel()
    front = np.column_stack((corner, corner + count, corner + count + 1, corner + 1))
    vertices = np.concatenate((face, face + np.array([0.0, 0.3, 0.0])))
    wall = house.wall([house.brep(vertices, np.concatenate((front, front + count * count)))], house.storey(0.0))
    plan = read(house, tmp_path, limited(wall_time_s=0.02))
    assert where(plan, "ifc-wall-slow") == [wall.GlobalId]
    assert "an upright prism around the wall" in told(plan)["ifc-wall-slow"]
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5, rel=1e-6)


@pytest.mark.parametrize("limit_s", [0.001])
def test_a_millisecond_a_wall_leaves_prisms_and_says_so(limit_s: float, tmp_path: Path) -> None:
    house = Author(METRES)
    wall = house.wall([house.brep(CORNERS, TRIANGLES)], house.storey(0.0))
    plan = read(house, tmp_path, limited(wall_time_s=limit_s))
    assert [w.id for w in plan.walls] == [wall.GlobalId]
    assert net_m3(plan) == pytest.approx(5 * 0.3 * 2.5, rel=1e-6)


def test_a_body_that_cannot_be_made_is_a_strip_along_the_axis_as_high_as_the_file_says(tmp_path: Path) -> None:
    house = Author(METRES)
    ground = house.storey(0.0)
    nothing = house.model.createIfcExtrudedAreaSolid(
        house.model.createIfcArbitraryClosedProfileDef("AREA", None, house.polyline((0, 0))),
        house.placement(0, 0, 0), house.direction(0, 0, 1), 2.5,
    )  # fmt: skip
    wall = house.wall([nothing], ground)
    house.with_axis(wall, house.polyline((0, 0), (4, 0)))
    house.quantities(wall, Height=2.6)
    house.wall([house.box(0, 5, 0, 5, 0.3, 2.5)], ground)
    plan = read(house, tmp_path, ReadOptions(thickness_m=0.25))
    assert where(plan, "ifc-wall-simplified") == [wall.GlobalId]
    assert net_m3(plan) == pytest.approx(4 * 0.25 * 2.6 + 5 * 0.3 * 2.5)


# --- other forms of the file ----------------------------------------------------------------------


def test_a_model_in_a_zip_archive_is_read(tmp_path: Path) -> None:
    house = Author(METRES)
    house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], house.storey(0.0))
    path = house.write(tmp_path)
    packed = tmp_path / "house.ifczip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "export/house.ifc")
        archive.writestr("__MACOSX/export/._house.ifc", b"junk")
    plan = read_plan(packed)
    assert plan.walls == read_plan(path).walls
    assert plan.source == "house.ifczip (IFC, IFC4)"
    with zipfile.ZipFile(packed, "a") as archive:
        archive.write(path, "another.ifc")
    with pytest.raises(PlanError, match=r"house\.ifczip: holds 2 IFC files; unpack it and name one"):
        read_plan(packed)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "bomb.ifczip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("house.ifc", b"ISO-10303-21;" + b" " * 5_000_000)
    with pytest.raises(PlanError, match=r"bomb\.ifczip: unpacks to .* more than"):
        read_plan(packed, limited(bytes=1_000_000))


@pytest.mark.parametrize("packed", [False, True])
def test_ifcxml_is_refused_by_name(packed: bool, tmp_path: Path) -> None:
    text = '<?xml version="1.0"?>\n<ifcXML xmlns="http://www.buildingsmart-tech.org/ifcXML/IFC4/Add2"></ifcXML>\n'
    path = tmp_path / "house.ifcxml"
    path.write_text(text)
    if packed:
        path = tmp_path / "house.ifczip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("house.ifcXML", text)
    with pytest.raises(PlanError, match=r"is ifcXML, which is not read; export it as IFC in STEP form"):
        read_plan(path)


def test_more_walls_than_allowed_are_refused(tmp_path: Path) -> None:
    house = Author(METRES)
    ground = house.storey(0.0)
    for number in range(4):
        house.wall([house.box(0, number, 0, 5, 0.3, 2.5)], ground)
    with pytest.raises(PlanError, match=r"has 4 walls, openings and spaces, more than the 3 allowed"):
        read(house, tmp_path, limited(entities=3))
    with pytest.raises(PlanError, match=r"bodies have 48 triangles, more than the 20 allowed"):
        read(house, tmp_path, limited(vertices=20))
