"""The IFC reader against files by other people, files with one difficulty each, and broken files."""

from __future__ import annotations

import json
import math
import pickle
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from estimator.errors import PlanError
from estimator.options import ReadOptions
from estimator.plan import Plan, Slab, Wall
from estimator.readers import read_plan
from estimator.readers.ifc import reader as ifc
from estimator.readers.ifc.bodies import Kernel, body_parts, joined
from estimator.readers.ifc.units import volume_m3
from estimator.readers.sections import stack
from tests.ifc_models import FEET, METRES, Author

pytest.importorskip("ifcopenshell", reason="IFC needs 'pip install printhouse[ifc]'")

PLANS = Path(__file__).resolve().parents[2] / "shared" / "plans"
OTHERS = (
    "whale-simple-wall",
    "whale-many-simple-walls",
    "whale-large-building",
    "whale-tall-building",
    "hypar-eleven-walls",
    "vectorworks-wall-window",
    "duplex-a-georeferenced",
    "freecad-house-new-parts",
)
needs_plans = pytest.mark.skipif(not (PLANS / "oracles.json").exists(), reason=f"no plan files in {PLANS}")


# --- files by other people ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    return {}


def read(path: Path, options: ReadOptions | None = None) -> Plan:
    """In this process, as the child does it."""
    return ifc.read(path, options or ReadOptions(), "ifc", str(path))


def shared_plan(name: str, plans: dict[str, Plan]) -> Plan:
    if name not in plans:
        plans[name] = read(PLANS / "ifc" / f"{name}.ifc", ReadOptions(wall_layers=("*",)))
    return plans[name]


def oracle_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PLANS / "oracles.json").read_text())["files"][f"ifc/{name}.ifc"]
    return found


def pieces(wall: Wall) -> tuple[Slab, ...]:
    return wall.slabs or (Slab(wall.base_m, wall.top_m, wall.footprint),)


def net_volume_m3(plan: Plan) -> float:
    return sum(slab.footprint.area * (slab.top_m - slab.base_m) for w in plan.walls for slab in pieces(w))


def union_volume_m3(plan: Plan) -> float:
    slabs = [slab for wall in plan.walls for slab in pieces(wall)]
    heights = np.unique(np.round([z for slab in slabs for z in (slab.base_m, slab.top_m)], 6))
    total = 0.0
    for low, high in pairwise(heights):
        here = [slab.footprint for slab in slabs if slab.base_m < 0.5 * (low + high) < slab.top_m]
        total += float(high - low) * shapely.union_all(here).area
    return total


def sections_m2(plan: Plan, z: float) -> tuple[float, float]:
    here = [slab.footprint for wall in plan.walls for slab in pieces(wall) if slab.base_m < z <= slab.top_m]
    return sum(area.area for area in here), shapely.union_all(here).area if here else 0.0


COUNTED_TWICE_M2 = {"duplex-a-georeferenced": 13.779}
"""Floors of two hallways whose faces all look down, as do their ceilings: the oracle adds both. [m²]"""


def gross_volume_m3(name: str) -> float:
    """All walls without their openings cut, which a plan does not keep."""
    import ifcopenshell

    model = ifcopenshell.open(str(PLANS / "ifc" / f"{name}.ifc"))
    kernel = Kernel(model)
    meshes = [
        joined([mesh for part in body_parts(wall) if (mesh := kernel.body(part.id(), "gross")) is not None])
        for wall in model.by_type("IfcWall")
    ]
    return sum(volume_m3(stack(mesh).slabs) for mesh in meshes)


@needs_plans
@pytest.mark.parametrize("name", OTHERS)
def test_bodies_before_openings_are_cut_meet_the_oracle(name: str) -> None:
    """What is left when they are cut is in tests/test_shared_plans.py."""
    assert gross_volume_m3(name) == pytest.approx(oracle_of(name)["gross_volume_m3"], rel=0.005)


@needs_plans
@pytest.mark.parametrize("name", OTHERS)
def test_each_wall_of_a_real_file_meets_its_oracle(name: str, plans: dict[str, Plan]) -> None:
    plan, oracle = shared_plan(name, plans), oracle_of(name)
    by_id = {wall.id: wall for wall in plan.walls}
    for expected in oracle["walls"]:
        wall = by_id[expected["guid"]]
        volume_m3 = sum(s.footprint.area * (s.top_m - s.base_m) for s in pieces(wall))
        assert volume_m3 == pytest.approx(expected["net"], rel=0.005, abs=1e-4)
        assert (wall.base_m, wall.top_m) == pytest.approx((expected["z0"], expected["z1"]), abs=1e-3)
        assert len(wall.openings) == expected["openings"]
        assert sum(opening.kind != "opening" for opening in wall.openings) == expected["filled"]
        assert wall.footprint.area * (wall.top_m - wall.base_m) >= expected["gross"] * 0.999 - 1e-4
        if expected["axis"]:
            assert wall.axis is not None
            assert wall.axis.length == pytest.approx(expected["axis"], abs=1e-3)
            box_m3 = expected["len"] * expected["thick"] * (expected["z1"] - expected["z0"])
            if expected["gross"] > 0.98 * box_m3:  # others are stepped in plan or clipped: thinner than their box
                assert wall.thickness_m == pytest.approx(expected["thick"], abs=1e-3)


@needs_plans
def test_doors_and_windows_have_the_size_the_model_gives_them(plans: dict[str, Plan]) -> None:
    wall = shared_plan("vectorworks-wall-window", plans).walls[0]
    (window,) = wall.openings
    assert window.kind == "window"
    assert window.footprint.is_empty
    assert (window.width_m, window.sill_m, window.head_m) == pytest.approx((0.762, 0.8128, 2.032), abs=1e-3)
    doors = [
        opening.kind
        for wall in shared_plan("whale-large-building", plans).walls
        for opening in wall.openings
        if opening.kind == "door"
    ]
    assert len(doors) == oracle_of("whale-large-building")["doors"]


@needs_plans
def test_the_duplex_says_what_is_not_ordinary_about_it(plans: dict[str, Plan]) -> None:
    plan = shared_plan("duplex-a-georeferenced", plans)
    said = {finding.code: finding for finding in plan.findings}
    assert len(said["ifc-thin-walls"].where.split(", ")) == 8
    assert len(said["ifc-foundation-walls"].where.split(", ")) == 7
    assert len(said["ifc-parapets"].where.split(", ")) == 4
    assert sum(wall.is_external is True for wall in plan.walls) == 23
    # two storeys inside 8.8 m x 17.8 m
    assert plan.floor_area_m2 == pytest.approx(2 * 8.8 * 17.8, rel=0.05)
    assert all(finding.severity != "error" for finding in plan.findings)


@needs_plans
def test_the_duplex_is_printed_without_furring_and_foundation() -> None:
    plan = read(PLANS / "ifc" / "duplex-a-georeferenced.ifc")
    said = {finding.code: finding for finding in plan.findings}
    assert said["ifc-layer-left-out"].message.startswith("14 walls")  # 8 of 54 mm, 6 of 152 mm
    assert said["ifc-foundation-left-out"].message.startswith("7 foundation walls")
    oracle = oracle_of("duplex-a-georeferenced")
    left_out = [w for w in oracle["walls"] if re.search("Furring|Foundation", w["name"])]
    assert len(plan.walls) == 57 - len(left_out) == 36
    expected = oracle["net_volume_m3"] - sum(w["net"] for w in left_out)
    assert net_volume_m3(plan) == pytest.approx(expected, rel=0.005)
    assert {"14 openings in no wall read", "21 slabs", "61 pieces of furniture"} <= set(plan.skipped)


@needs_plans
def test_quantities_stored_by_revit_agree_but_for_the_side_areas_of_clipped_walls() -> None:
    for name, agreeing, differing in (
        ("whale-simple-wall", 6, ()),
        ("whale-many-simple-walls", 18, ()),
        ("whale-large-building", 90, ("NetSideArea",)),
        ("whale-tall-building", 120, ("NetSideArea",)),
    ):
        plan = read(PLANS / "ifc" / f"{name}.ifc")
        assert plan.evidence == (
            "the file says millimetre (IfcSIUnit)",
            f"{agreeing} quantities stored with walls agree with the bodies within 1 %",
        )
        told = [finding.message for finding in plan.findings if finding.code == "ifc-quantities"]
        assert len(told) == (1 if differing else 0)
        assert all(re.findall(r"(\w+) of \d+, most in", message) == list(differing) for message in told)


@needs_plans
def test_reading_twice_gives_the_same_plan(plans: dict[str, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    first = shared_plan("whale-tall-building", plans)
    monkeypatch.setattr("estimator.readers.ifc.forked.MOST_PROCESSES", 1)
    again = read(PLANS / "ifc" / "whale-tall-building.ifc")
    assert pickle.dumps(first) == pickle.dumps(again)


# --- files with one difficulty each ---------------------------------------------------------------


def codes(plan: Plan) -> set[str]:
    return {finding.code for finding in plan.findings}


def test_feet_become_metres_in_bodies_and_in_attributes(tmp_path: Path) -> None:
    house = Author(FEET)
    ground, upper = house.storey(0.0), house.storey(10.0, "Upper")
    wall = house.wall([house.box(0, 0, 0, 20, 0.5, 10)], ground)
    house.wall([house.box(0, 0, 0, 20, 0.5, 8)], upper, at=(0, 0, 10))
    house.with_axis(wall, house.model.createIfcPolyline([house.point(0, 0.25), house.point(20, 0.25)]))
    house.opening(wall, house.box(3, -1, 0, 3, 2, 7), "IfcDoor")
    plan = read(house.write(tmp_path))
    foot = 0.3048
    assert [storey.elevation_m for storey in plan.storeys] == pytest.approx([0.0, 3.048])
    assert [storey.height_m for storey in plan.storeys] == pytest.approx([3.048, 8 * foot])
    assert [wall.storey for wall in plan.walls] == [0, 1]
    assert net_volume_m3(plan) == pytest.approx((20 * 0.5 * 18 - 3 * 0.5 * 7) * foot**3, rel=1e-6)
    axis = plan.walls[0].axis
    assert axis is not None
    assert axis.length == pytest.approx(20 * foot)
    (door,) = plan.walls[0].openings
    assert door.kind == "door"
    assert (door.width_m, door.head_m) == pytest.approx((3 * foot, 7 * foot))
    assert plan.walls[0].footprint.area == pytest.approx(20 * 0.5 * foot**2)


def test_a_gable_is_cut_into_steps_of_the_right_volume(tmp_path: Path) -> None:
    house = Author(METRES)
    solid = house.box(0, 0, 0, 6, 0.2, 5)
    for x, slope in ((0.0, -0.5), (6.0, 0.5)):
        plane = house.model.createIfcPlane(
            house.model.createIfcAxis2Placement3D(
                house.point(x, 0, 2.5), house.direction(slope, 0, 1), house.direction(0, 1, 0)
            )
        )
        half = house.model.createIfcHalfSpaceSolid(plane, False)
        solid = house.model.createIfcBooleanClippingResult("DIFFERENCE", solid, half)
    house.wall([solid], house.storey(0.0))
    plan = read(house.write(tmp_path))
    (wall,) = plan.walls
    assert (wall.base_m, wall.top_m) == pytest.approx((0.0, 4.0))
    assert net_volume_m3(plan) == pytest.approx(6 * 0.2 * 2.5 + 0.5 * 6 * 0.2 * 1.5, rel=1e-4)
    assert wall.slabs[0].top_m == pytest.approx(2.5)
    assert max(slab.top_m - slab.base_m for slab in wall.slabs[1:]) <= 0.05 + 1e-9


def test_a_round_wall_keeps_its_volume_and_its_axis(tmp_path: Path) -> None:
    house = Author(METRES)
    model = house.model
    ring = model.createIfcCircleHollowProfileDef(
        "AREA", None, model.createIfcAxis2Placement2D(house.point(0, 0), None), 4.0, 0.25
    )
    solid = model.createIfcExtrudedAreaSolid(ring, house.placement(0, 0, 0), house.direction(0, 0, 1), 3.0)
    wall = house.wall([solid], house.storey(0.0))
    circle = model.createIfcCircle(model.createIfcAxis2Placement2D(house.point(0, 0), None), 3.875)
    house.with_axis(wall, circle)
    plan = read(house.write(tmp_path))
    assert net_volume_m3(plan) == pytest.approx(math.pi * (4.0**2 - 3.75**2) * 3.0, rel=5e-3)
    assert plan.walls[0].thickness_m == pytest.approx(0.25, rel=0.01)
    axis = plan.walls[0].axis
    assert axis is not None
    assert axis.length == pytest.approx(2 * math.pi * 3.875, rel=5e-3)


def test_far_from_the_origin_the_plan_is_moved_and_nothing_is_lost(tmp_path: Path) -> None:
    house = Author(METRES)
    storey = house.storey(431.5)
    wall = house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], storey, at=(1_234_567.25, -7_654_321.5, 431.5))
    house.with_axis(wall, house.model.createIfcPolyline([house.point(0, 0.15), house.point(5, 0.15)]))
    house.opening(wall, house.box(1, -0.5, 0.9, 1.2, 1, 1.2))
    plan = read(house.write(tmp_path))
    assert "ifc-shifted" in codes(plan)
    assert max(map(abs, plan.walls[0].footprint.bounds)) < 10.0
    assert (plan.walls[0].base_m, plan.storeys[0].elevation_m) == pytest.approx((0.0, 0.0), abs=1e-6)
    assert net_volume_m3(plan) == pytest.approx(5 * 0.3 * 2.5 - 1.2 * 0.3 * 1.2, rel=1e-6)
    axis = plan.walls[0].axis
    assert axis is not None
    assert axis.distance(plan.walls[0].footprint.centroid) < 1e-6


def test_without_storeys_one_is_made_at_the_lowest_wall(tmp_path: Path) -> None:
    house = Author(METRES)
    house.wall([house.box(0, 0, 0.4, 5, 0.3, 2.5)])
    plan = read(house.write(tmp_path))
    assert "ifc-no-storeys" in codes(plan)
    assert [(storey.elevation_m, storey.height_m) for storey in plan.storeys] == [pytest.approx((0.4, 2.5))]


def test_a_missing_elevation_is_taken_from_the_placement(tmp_path: Path) -> None:
    house = Author(METRES)
    house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], house.storey(0.0))
    upper = house.storey(None, "Upper")
    upper.ObjectPlacement = house.model.createIfcLocalPlacement(None, house.placement(0, 0, 2.8))
    house.wall([house.box(0, 0, 0, 5, 0.3, 2.5)], upper, at=(0, 0, 2.8))
    plan = read(house.write(tmp_path))
    assert [storey.elevation_m for storey in plan.storeys] == pytest.approx([0.0, 2.8])


def test_what_was_not_ordinary_is_a_finding(tmp_path: Path) -> None:
    house = Author(None)
    wall = house.wall([house.box(0, 0, 0, 5, 0.05, 2.5)], house.storey(0.0))
    house.opening(wall, house.box(1, -0.5, 0, 1, 1, 2))
    beside = house.wall([house.box(0, 3, 0, 5, 0.3, 2.5)])
    house.opening(beside, house.box(1, 8, 0, 1, 1, 2))
    house.entity("IfcWall", "no body")
    house.entity("IfcCurtainWall", "glass")
    house.storey(2.7, "Empty")
    twin = house.wall([house.box(0, 6, 0, 5, 0.3, 2.5)], None)
    twin.GlobalId = wall.GlobalId
    plan = read(house.write(tmp_path))
    assert len(plan.walls) == len({wall.id for wall in plan.walls}) == 3
    assert {
        "ifc-no-units",
        "ifc-thin-walls",
        "ifc-opening-unfilled",
        "ifc-opening-not-cut",
        "ifc-wall-no-body",
        "ifc-curtain-walls",
        "ifc-empty-storey",
        "ifc-storey-by-height",
        "ifc-duplicate-id",
    } <= codes(plan)


def test_a_wall_assembled_from_parts_is_the_sum_of_its_parts(tmp_path: Path) -> None:
    house = Author(METRES)
    wall = house.entity("IfcWall", "layers")
    parts = [
        house.product("IfcBuildingElementPart", [house.box(0, y, 0, 5, width, 2.5)])
        for y, width in ((0.0, 0.1), (0.1, 0.2))
    ]
    house.api.aggregate.assign_object(house.model, products=parts, relating_object=wall)
    plan = read(house.write(tmp_path))
    assert net_volume_m3(plan) == pytest.approx(5 * 0.3 * 2.5)
    assert plan.walls[0].footprint.geom_type == "Polygon"


# --- broken files ---------------------------------------------------------------------------------


def small_house(folder: Path) -> Path:
    house = Author(METRES)
    house.wall([house.box(0, 0, 0, 5.123, 0.3, 2.5)], house.storey(0.0))
    return house.write(folder)


def broken_file(kind: str, folder: Path) -> Path:
    path = small_house(folder)
    text = path.read_text()
    if kind == "missing":
        return folder / "nothing.ifc"
    if kind == "folder":
        return folder
    contents = {
        "empty": b"",
        "text": b"hello, this is a house",
        "binary": bytes(range(256)) * 40,
        "zip": b"PK\x03\x04" + bytes(200),
        "truncated": text[: len(text) * 2 // 3].encode(),
        "not a number": text.replace("5.123", "NAN").encode(),
        "infinite": text.replace("5.123", "1.E400").encode(),
        "huge": text.replace("5.123", "1.E12").encode(),
        "unknown schema": text.replace("IFC4", "IFC9").encode(),
        "header only": b"ISO-10303-21;\nEND-ISO-10303-21;\n",
        "no project": re.sub(r"#\d+=IFC(?!WALL).*;\n", "", text).encode(),
    }
    path.write_bytes(contents[kind])
    return path


@pytest.mark.parametrize(
    "kind",
    [
        "missing",
        "folder",
        "empty",
        "text",
        "binary",
        "zip",
        "truncated",
        "not a number",
        "infinite",
        "huge",
        "unknown schema",
        "header only",
        "no project",
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = broken_file(kind, tmp_path)
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert "Traceback" not in message
    assert capfd.readouterr().out == ""


def test_a_file_without_walls_is_refused(tmp_path: Path) -> None:
    house = Author(METRES)
    house.storey(0.0)
    with pytest.raises(PlanError, match="no walls"):
        read_plan(house.write(tmp_path))


def test_walls_without_bodies_are_refused_with_their_findings(tmp_path: Path) -> None:
    house = Author(METRES)
    house.entity("IfcWall", "no body")
    with pytest.raises(PlanError, match="none of its 1 walls") as caught:
        read_plan(house.write(tmp_path))
    assert [finding.code for finding in caught.value.findings] == ["ifc-wall-no-body"]


def test_without_ifcopenshell_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small_house(tmp_path)
    monkeypatch.setitem(sys.modules, "ifcopenshell", None)
    with pytest.raises(PlanError, match=r"pip install 'printhouse\[ifc\]'"):
        read(path)
