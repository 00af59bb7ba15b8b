"""The mesh reader: one real house in four formats, meshes with one difficulty each, and hostile files."""

from __future__ import annotations

import json
import math
import struct
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.plan import Area, Plan
from estimator.readers import read_plan
from estimator.readers.detect import kind_of
from estimator.readers.mesh import reader as mesh
from estimator.readers.mesh.repair import without_flat_holes
from estimator.readers.sections import Mesh
from estimator.slicing import slice_bands
from estimator.takeoff import take_off
from estimator.walls import wall_pieces
from tests import mesh_models as m

pytest.importorskip("lxml", reason="meshes need 'pip install printhouse[mesh]'")
pytest.importorskip("collada", reason="meshes need 'pip install printhouse[mesh]'")

PLANS = Path(__file__).resolve().parents[2] / "shared" / "plans"
OTHERS = (
    "small-house-walls.dae",
    "small-house-walls-cm.stl",
    "small-house-walls-cm.obj",
    "small-house-walls-m-yup.glb",
)
needs_plans = pytest.mark.skipif(not (PLANS / "oracles.json").exists(), reason=f"no plan files in {PLANS}")

HOUSE_M3 = m.RING_M2 * m.HEIGHT - m.HOLES_M3
Read = Callable[..., Plan]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads bytes as a file of whatever kind they are found to be, in this process."""

    def reading(data: bytes, options: ReadOptions | None = None) -> Plan:
        path = tmp_path / "house"
        path.write_bytes(data)
        options = options or ReadOptions()
        return mesh.read(path, options, kind_of(path, "house", options.limits), "house")

    return reading


def section(plan: Plan, z: float, walls: slice | None = None) -> Area:
    """The net walls at a height."""
    here: list[shapely.Geometry] = []
    for wall in plan.walls[walls or slice(None)]:
        if wall.slabs:
            here += [slab.footprint for slab in wall.slabs if slab.base_m < z <= slab.top_m]
        elif wall.base_m < z <= wall.top_m:
            voids = [o.footprint for o in wall.openings if o.sill_m < z < o.head_m]
            here.append(shapely.difference(wall.footprint, shapely.union_all(voids)))
    area: Area = shapely.union_all(here)
    return area


def volume_m3(plan: Plan) -> float:
    heights = {z for w in plan.walls for z in (w.base_m, w.top_m)}
    heights |= {z for w in plan.walls for s in w.slabs for z in (s.base_m, s.top_m)}
    heights |= {z for w in plan.walls for o in w.openings for z in (o.sill_m, o.head_m)}
    return sum(section(plan, 0.5 * (a + b)).area * (b - a) for a, b in pairwise(sorted(heights)))


def openings(plan: Plan) -> list[tuple[str, float, float, float]]:
    found = [o for w in plan.walls for o in w.openings]
    return sorted((o.kind, round(o.width_m, 2), round(o.sill_m, 2), round(o.head_m, 2)) for o in found)


def codes(plan: Plan) -> set[str]:
    return {finding.code for finding in plan.findings}


def refusal(read: Read, data: bytes, options: ReadOptions | None = None) -> str:
    with pytest.raises(PlanError) as error:
        read(data, options)
    return str(error.value)


HOUSE_OPENINGS = [("door", 1.0, 0.0, 2.1), ("window", 1.2, 0.9, 2.1), ("window", 2.0, 0.9, 2.1)]


# --- a house by other people ----------------------------------------------------------------------


def oracle_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PLANS / "oracles.json").read_text())["files"][f"mesh/{name}"]
    return found


@needs_plans
@pytest.mark.parametrize("name", OTHERS)
def test_a_real_house_meets_its_oracle(name: str) -> None:
    oracle = oracle_of(name)
    plan = mesh.read(PLANS / "mesh" / name, ReadOptions(), kind_of(PLANS / "mesh" / name, name, Limits()), name)
    main = [w for w in plan.walls if w.top_m > 2.9]
    only = Plan(plan.name, plan.source, plan.storeys, tuple(main))
    rows = [("main body volume", volume_m3(only), oracle["volume_main_body_by_integration_m3"], 0.01)]
    rows += [
        (f"main body at {z}", section(only, float(z)).area, area, 0.005)
        for z, area in oracle["section_area_main_body_m2"].items()
    ]
    for key in ("section_area_with_bay_plinth_m2", "section_area_union_all_bodies_m2"):
        rows += [(f"all at {z}", section(plan, float(z)).area, area, 0.005) for z, area in oracle[key].items()]
    low, high = oracle["bbox_m"]
    bounds = shapely.total_bounds([w.footprint for w in plan.walls])
    rows += [(f"bound {k}", bounds[k], (*low[:2], *high[:2])[k], 1e-4) for k in range(4)]
    rows += [("height", plan.storeys[0].height_m, oracle["height_m"], 1e-4)]
    straight = [w.thickness_m for w in main if w.thickness_m is not None]
    rows += [("thickness", float(np.mean(straight)), oracle["wall_thickness_m"], 0.005)]
    print(f"\n{name}\n{'quantity':28s}{'ours':>12s}{'oracle':>12s}")
    for quantity, own, expected, _ in rows:
        print(f"{quantity:28s}{own:12.4f}{expected:12.4f}")
    assert not [row for row in rows if abs(row[1] - row[2]) > row[3] * abs(row[2])]
    of_main = [o for w in main for o in w.openings]
    expected_levels = oracle["heads_and_sills_m"]
    assert {round(o.sill_m, 3) for o in of_main} == {0.0, expected_levels["sill"]}
    assert {round(o.head_m, 3) for o in of_main} <= set(expected_levels["heads"])
    assert len(of_main) == 6
    assert {"mesh-beams", "mesh-mended"} <= codes(plan)


@needs_plans
def test_the_four_formats_of_a_house_give_one_plan() -> None:
    plans = [read_plan(PLANS / "mesh" / name) for name in OTHERS]
    for other in plans[1:]:
        assert [w.id for w in other.walls] == [w.id for w in plans[0].walls]
        assert openings(other) == openings(plans[0])
        for a, b in zip(plans[0].walls, other.walls, strict=True):
            assert shapely.symmetric_difference(a.footprint, b.footprint).area < 1e-4
    assert [p.unit for p in plans] == ["centimetre", "centimetre", "centimetre", "metre"]
    assert any("heads at" in text for text in plans[1].evidence)
    assert plans[3].evidence == ()  # GLB states both unit and axis


# --- formats ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        m.stl(m.house()),
        m.stl(m.house(), b" " * 80),
        m.stl(m.house(), b"solid, says a binary file"),
        m.ascii_stl(m.house()),
        m.obj({"house": m.house()}),
        m.ply(m.house()),
        m.ply(m.house(), text=False),
        m.glb({"house": m.turned(m.house(), "y")}),
        m.dae({"house": m.house()}),
        m.dae({"house": m.turned(m.house(), "y")}, up="Y_UP"),
        m.dae({"house": m.scaled(m.house(), 1 / 0.0254)}, meter="0.0254"),
        m.threemf({"house": m.house()}),
        m.threemf({"house": m.scaled(m.house(), 1000.0)}, unit=""),
    ],
    ids=["stl", "stl-spaces", "stl-solid", "stl-ascii", "obj", "ply", "ply-binary", "glb", "dae", "dae-y", "dae-inch",
         "3mf", "3mf-default-mm"],
)  # fmt: skip
def test_a_house_is_the_same_in_every_format(data: bytes, read: Read) -> None:
    plan = read(data)
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert openings(plan) == HOUSE_OPENINGS
    assert len(plan.walls) == 4 and all(w.axis is not None and not w.slabs for w in plan.walls)
    assert [room.footprint.area for room in plan.rooms] == pytest.approx([7.4 * 5.4], rel=1e-4)


def test_the_process_of_the_reader_gives_the_same_plan(tmp_path: Path) -> None:
    path = tmp_path / "house.stl"
    path.write_bytes(m.stl(m.house()))
    plan = read_plan(path)
    assert openings(plan) == HOUSE_OPENINGS
    assert plan.name == "house" and "STL" in plan.source


# --- unit and upward axis ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "unit"),
    [(1, "metre"), (100, "centimetre"), (1000, "millimetre"), (1 / 0.0254, "inch"), (1 / 0.3048, "foot")],
)
def test_the_unit_is_found_from_the_sizes_of_a_house(factor: float, unit: str, read: Read) -> None:
    plan = read(m.stl(m.scaled(m.house(), factor)))
    assert plan.unit == unit
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert len(plan.evidence) >= 4 and "unit-evidence" in codes(plan)


@pytest.mark.parametrize("up", ["x", "y", "z"])
@pytest.mark.parametrize(
    "solid",
    [m.house, m.house_with_plates, m.complete_house, m.gabled_house, m.steep_house, m.dome, m.cone, m.leaning_ring],
    ids=["walls", "plates", "complete", "gabled", "steep", "dome", "cone", "leaning"],
)
def test_the_upward_axis_is_found_from_the_walls(solid: Callable[[], m.Solid], up: str, read: Read) -> None:
    plan, upright = read(m.stl(m.turned(solid(), up))), read(m.stl(solid()))
    assert plan.evidence[-1].startswith(f"{up} is up")
    assert volume_m3(plan) == pytest.approx(volume_m3(upright), rel=1e-4)
    assert openings(plan) == openings(upright)


@pytest.mark.parametrize("unit", [1.0, 1000.0], ids=["m", "mm"])
@pytest.mark.parametrize("up", ["x", "y", "z"])
def test_a_house_as_high_as_it_is_deep_stands_on_its_floor(up: str, unit: float, read: Read) -> None:
    for rise in (2.0, 2.7, 3.4):
        plan = read(m.stl(m.scaled(m.turned(m.steep_house(rise), up), unit)))
        assert plan.evidence[-1].startswith(f"{up} is up")
        assert openings(plan) == HOUSE_OPENINGS
        assert "mesh-up-doubtful" not in codes(plan)


def test_what_a_person_says_overrules_evidence_and_file(read: Read) -> None:
    told = read(m.dae({"house": m.scaled(m.house(), 10.0)}), ReadOptions(unit_m=0.1))
    assert volume_m3(told) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert "unit-contradicted" not in codes(told)
    wide = read(m.stl(m.scaled(m.house(), 12.34)), ReadOptions(width_m=m.WIDTH))
    assert volume_m3(wide) == pytest.approx(HOUSE_M3, rel=1e-4)
    lying = read(m.stl(m.house()), ReadOptions(up="x", unit_m=1.0))
    assert "x is up, as told" in lying.evidence
    assert lying.storeys[0].height_m == pytest.approx(m.WIDTH - 2 * m.THICK)  # its end walls now lie like floors


def test_a_unit_that_makes_a_house_a_toy_is_not_believed(read: Read) -> None:
    plan = read(m.dae({"house": m.house()}, meter="0.001"))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert any(f.code == "unit-contradicted" and "0.0028 m high" in f.message for f in plan.findings)


def test_an_upward_axis_across_the_walls_is_not_believed(read: Read) -> None:
    plan = read(m.glb({"house": m.house()}))
    assert openings(plan) == HOUSE_OPENINGS
    assert "mesh-up-contradicted" in codes(plan)


def test_far_from_the_origin_the_plan_is_moved(read: Read) -> None:
    vertices, triangles = m.house()
    plan = read(m.ply((vertices + np.array([700_000.0, 5_000_000.0, 0.0]), triangles), text=False))
    assert "plan-shifted" in codes(plan)
    assert max(abs(v) for w in plan.walls for v in w.footprint.bounds) < 10.0
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-3)


# --- shapes ------------------------------------------------------------------------------------------


def test_floor_and_roof_in_one_body_with_the_walls_are_not_printed(read: Read) -> None:
    plan = read(m.stl(m.house_with_plates()))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert openings(plan) == HOUSE_OPENINGS
    assert (plan.storeys[0].elevation_m, plan.storeys[0].height_m) == (0.0, 2.8)
    assert "mesh-plates" in codes(plan)


def test_a_hollow_without_doors_is_a_room(read: Read) -> None:
    closed = m.boxes([*m.ring_walls(), ((0, 8), (0, 6), (-0.2, 0.0)), ((0, 8), (0, 6), (2.8, 3.0))])
    assert volume_m3(read(m.stl(closed))) == pytest.approx(m.RING_M2 * 2.8, rel=1e-4)


def test_a_floor_between_walls_makes_two_storeys(read: Read) -> None:
    plan = read(m.stl(m.two_storeys()))
    assert [(s.elevation_m, s.height_m) for s in plan.storeys] == [(0.0, 3.05), (3.05, 2.7)]
    assert [sum(w.storey == k for w in plan.walls) for k in (0, 1)] == [4, 4]
    assert volume_m3(plan) == pytest.approx(m.RING_M2 * 5.5 - 0.3 * (2.1 + 2.4 + 2.4), rel=1e-4)
    assert len({w.id for w in plan.walls}) == 8


def test_storeys_without_floors_are_told_apart_by_name_alone(read: Read) -> None:
    lower = m.boxes(m.ring_walls(0.0, 2.8), [m.DOOR])
    upper = m.boxes(m.ring_walls(2.8, 5.6), [((4.0, 6.0), (-0.1, 0.4), (3.7, 4.9))])
    named = read(m.obj({"Level 1 walls": lower, "Level 2 walls": upper}))
    assert [(s.elevation_m, s.height_m) for s in named.storeys] == [(0.0, 2.8), (2.8, 2.8)]
    unnamed = read(m.stl(m.together(lower, upper)))
    assert len(unnamed.storeys) == 1 and "mesh-tall" in codes(unnamed)
    assert volume_m3(named) == pytest.approx(volume_m3(unnamed), rel=1e-4)


def test_a_porch_beside_the_house_is_no_floor_of_it(read: Read) -> None:
    porch: m.Box = ((0.0, 8.0), (-2.0, 0.3), (0.0, 0.15))
    plan = read(m.stl(m.boxes([*m.ring_walls(), porch], [m.DOOR, m.WINDOW, m.NORTH_WINDOW])))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert openings(plan) == HOUSE_OPENINGS


def test_a_corner_window_and_a_rebate_keep_their_volume(read: Read) -> None:
    corner: list[m.Box] = [((6.5, 8.1), (-0.1, 0.4), (0.9, 2.1)), ((7.6, 8.1), (-0.1, 1.5), (0.9, 2.1))]
    plan = read(m.stl(m.boxes(m.ring_walls(), corner)))
    assert volume_m3(plan) == pytest.approx(m.RING_M2 * 2.8 - 1.2 * 0.3 * (1.5 + 1.2), rel=0.01)
    rebate: list[m.Box] = [((4, 6), (-0.1, 0.4), (0.9, 2.1)), ((3.95, 6.05), (-0.1, 0.1), (0.85, 2.15))]
    plan = read(m.stl(m.boxes(m.ring_walls(), rebate)))
    assert volume_m3(plan) == pytest.approx(m.RING_M2 * 2.8 - 0.3 * 2.4 - 0.1 * (2.1 * 1.3 - 2.4), rel=0.01)
    assert [kind for kind, *_ in openings(plan)] == ["window"]


def test_a_gable_stands_on_its_wall(read: Read) -> None:
    plan = read(m.stl(m.gabled_house()))
    assert volume_m3(plan) == pytest.approx(m.RING_M2 * 2.5 + 2.7, rel=1e-3)
    assert sorted(round(w.top_m, 2) for w in plan.walls) == [2.5, 2.5, 4.0, 4.0]
    assert "mesh-stepped" in codes(plan)


@pytest.mark.parametrize("rise", [1.0, 2.7, 3.4, 4.5])
def test_walls_under_gables_higher_than_themselves_have_their_openings(rise: float, read: Read) -> None:
    plan = read(m.stl(m.steep_house(rise)), ReadOptions(up="z", unit_m=1.0))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3 + 0.3 * m.DEPTH * rise, rel=1e-3)
    assert openings(plan) == HOUSE_OPENINGS
    assert sorted(round(w.top_m - m.HEIGHT, 2) for w in plan.walls) == [0.0, 0.0, rise, rise]
    assert len(plan.rooms) == 1
    assert "mesh-leaning" not in codes(plan)


def test_a_steep_roof_in_one_body_with_low_walls_is_cut_off_them(read: Read) -> None:
    tent = m.revolved([(3.3, 0.0), (3.3, 2.4), (0.3, 6.0), (0.0, 6.0), (0.0, 5.8), (3.0, 2.4), (3.0, 0.0)])
    plan = read(m.stl(tent), ReadOptions(up="z", unit_m=1.0))
    assert "mesh-leaning" not in codes(plan) and "mesh-roofs" in codes(plan)
    over_walls = math.pi * 0.3 * 3.6 / 3.0 * (3.3 + 3.0) / 2 * 0.3
    assert volume_m3(plan) == pytest.approx(math.pi * (3.3**2 - 3.0**2) * 2.4 + over_walls, rel=0.01)


@pytest.mark.parametrize(
    ("solid", "volume"),
    [
        (m.dome(), 2 / 3 * math.pi * (3.0**3 - 2.75**3)),
        (m.cone(), math.pi * 3.0 * 0.3 * (3.0 + 2.0 - 0.3)),
        (m.leaning_ring(), m.RING_M2 * 2.8),
    ],
    ids=["dome", "cone", "leaning"],
)
def test_walls_that_lean_or_curve_upwards_keep_their_volume(solid: m.Solid, volume: float, read: Read) -> None:
    plan = read(m.stl(solid))
    assert len(plan.walls) == 1
    assert volume_m3(plan) == pytest.approx(volume, rel=0.01)
    assert 20 < len(plan.walls[0].slabs) < 400
    assert all(a.top_m == pytest.approx(b.base_m) for a, b in pairwise(plan.walls[0].slabs))
    assert "mesh-leaning" in codes(plan)


@pytest.mark.parametrize(
    ("solid", "thickness", "face"),
    [
        (m.dome(), 0.25, math.pi * (3.0**2 + 2.75**2)),
        (m.cone(), 0.3 * 3.0 / math.hypot(3.0, 1.0), math.pi * (3.0 + 2.0 - 0.3) * math.hypot(3.0, 1.0)),
    ],
    ids=["dome", "cone"],
)
def test_a_shell_is_as_thick_and_as_large_as_between_its_faces(
    solid: m.Solid, thickness: float, face: float, read: Read
) -> None:
    plan = read(m.stl(solid))
    (shell,) = plan.walls
    measured = take_off(plan, slice_bands(plan, wall_pieces(plan), 0.01, "solid"))
    assert shell.thickness_m == pytest.approx(thickness, rel=0.015)
    assert measured.net_area_m2[0] == pytest.approx(face, rel=0.015)
    assert measured.length_m[0] * (shell.top_m - shell.base_m) == pytest.approx(measured.net_area_m2[0])
    assert measured.is_enclosed and measured.is_external[0]


def test_a_steep_roof_with_low_eaves_over_walls_is_a_roof(read: Read) -> None:
    slope = [(-1.0, 1.6), (m.DEPTH / 2, 6.0), (m.DEPTH / 2, 6.3), (-1.0, 1.9)]
    south = m.prism(slope, -0.5, m.WIDTH + 0.5)
    both = np.concatenate((south[0][:, [1, 0, 2]], south[0][:, [1, 0, 2]] * (1, -1, 1) + (0, m.DEPTH, 0)))
    roof = both, np.concatenate((south[1], south[1] + len(south[0])))
    plan = read(m.stl(m.together(m.house(), roof)), ReadOptions(up="z", unit_m=1.0))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-3)
    assert "mesh-roofs" in codes(plan) and "mesh-leaning" not in codes(plan)


def test_a_round_tower_is_one_curved_wall(read: Read) -> None:
    plan = read(m.stl(m.revolved([(3.0, 0.0), (3.0, 3.0), (2.7, 3.0), (2.7, 0.0)])))
    assert len(plan.walls) == 1 and not plan.walls[0].slabs
    assert plan.walls[0].axis is not None and plan.walls[0].axis.length == pytest.approx(2 * math.pi * 2.85, rel=0.01)


def test_walls_put_together_from_boxes_have_their_openings(read: Read) -> None:
    z = (0.0, 2.8)
    boxes: list[m.Box] = [
        ((0, 1.5), (0, 0.3), z), ((1.5, 2.5), (0, 0.3), (2.1, 2.8)), ((2.5, 4), (0, 0.3), z),
        ((4, 6), (0, 0.3), (0, 0.9)), ((4, 6), (0, 0.3), (2.1, 2.8)), ((6, 8), (0, 0.3), z),
        ((0, 8), (5.7, 6), z), ((0, 0.3), (0.3, 5.7), z), ((7.7, 8), (0.3, 5.7), z),
    ]  # fmt: skip
    plan = read(m.stl(m.together(*(m.boxes([b]) for b in boxes))))
    assert len(plan.walls) == 4
    assert openings(plan) == [("door", 1.0, 0.0, 2.1), ("window", 2.0, 0.9, 2.1)]
    assert volume_m3(plan) == pytest.approx(m.RING_M2 * 2.8 - 0.3 * (2.1 + 2.4), rel=1e-4)


def furniture() -> list[m.Solid]:
    things: list[m.Box] = [
        ((3, 4.2), (2, 2.8), (0.7, 0.75)),  # table top
        ((5, 6.2), (5.0, 5.6), (0, 2.0)),  # wardrobe
        ((1, 3), (4.6, 5.5), (0, 0.5)),  # bed
        ((1.5, 2.5), (0.1, 0.13), (0, 2.1)),  # door leaf
        ((0.3, 7.7), (2.9, 3.1), (2.4, 2.7)),  # beam from wall to wall
        ((-0.5, 8.5), (-0.5, 6.5), (2.8, 3.0)),  # roof
    ]
    return [m.boxes([b]) for b in things]


def test_furniture_beams_and_roofs_are_no_walls(read: Read) -> None:
    plan = read(m.stl(m.together(m.house(), *furniture())))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert openings(plan) == HOUSE_OPENINGS
    assert {"mesh-no-wall", "mesh-beams", "mesh-plates"} <= codes(plan)


def test_names_tell_walls_from_other_things(read: Read) -> None:
    ground = m.boxes([((-10, 18), (-10, 16), (-1.0, 0.0))])
    roof = m.boxes([((-0.5, 8.5), (-0.5, 6.5), (2.8, 4.5))])
    plan = read(m.obj({"Walls": m.house(), "Ground": ground, "Roof": roof}, "mtllib ../../etc/passwd\n"))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert plan.skipped == ("group Ground", "group Roof")


@pytest.mark.parametrize("wanted", ["Stuff*", "brick", "BRICK"])
def test_a_person_picks_walls_by_group_or_material(wanted: str, read: Read) -> None:
    fence = m.boxes([((2, 2.2), (-8, -2), (0.0, 2.8))])
    data = m.obj({"Stuff 1/brick": m.house(), "Fence/wood": fence})
    assert volume_m3(read(data)) > HOUSE_M3 + 3.0
    plan = read(data, ReadOptions(wall_layers=(wanted,)))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert "known are Fence, Stuff 1" in refusal(read, data, ReadOptions(wall_layers=("nothing",)))
    assert volume_m3(read(data, ReadOptions(opening_layers=("fence",)))) == pytest.approx(HOUSE_M3, rel=1e-4)


def test_groups_of_a_scene_keep_their_names(read: Read) -> None:
    roof = m.boxes([((-0.5, 8.5), (-0.5, 6.5), (2.8, 4.5))])
    named = {"Walls": m.house(), "Roof": roof}
    for data in (m.dae(named), m.threemf(named), m.glb({k: m.turned(v, "y") for k, v in named.items()})):
        plan = read(data)
        assert plan.skipped == ("group Roof",)
        assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)


def test_a_solid_block_is_refused_unless_its_walls_are_given_a_thickness(read: Read) -> None:
    block = m.stl(m.boxes([((0, 8), (0, 6), (0, 3))]))
    assert "--thickness" in refusal(read, block)
    plan = read(block, ReadOptions(thickness_m=0.3))
    assert volume_m3(plan) == pytest.approx(m.RING_M2 * 3.0, rel=1e-4)
    assert "mesh-shelled" in codes(plan)


# --- faults ------------------------------------------------------------------------------------------


def spoiled(solid: m.Solid, seed: int, inverted: float, missing: float) -> m.Solid:
    vertices, triangles = solid
    random = np.random.default_rng(seed)
    turn = random.random(len(triangles)) < inverted
    triangles = np.where(turn[:, None], triangles[:, ::-1], triangles)
    return vertices, triangles[random.random(len(triangles)) >= missing]


@pytest.mark.parametrize("seed", range(5))
def test_inverted_faces_do_not_matter(seed: int, read: Read) -> None:
    plan = read(m.stl(spoiled(m.house(), seed, 0.4, 0.0)))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert openings(plan) == HOUSE_OPENINGS


@pytest.mark.parametrize("seed", range(5))
def test_missing_triangles_are_put_back_and_told(seed: int, read: Read) -> None:
    plan = read(m.stl(spoiled(m.house(), seed, 0.3, 0.03)))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=0.01)
    assert "mesh-mended" in codes(plan)


def test_a_wall_open_at_its_ends_is_closed_across(read: Read) -> None:
    vertices, triangles = m.boxes([((0, 4), (0, 0.3), (0, 2.7))])
    faces = vertices[triangles]
    plan = read(m.stl((vertices, triangles[np.ptp(faces[:, :, 0], axis=1) > 0])), ReadOptions(up="z", unit_m=1.0))
    assert volume_m3(plan) == pytest.approx(4 * 0.3 * 2.7, rel=1e-4)
    assert "mesh-mended" in codes(plan)


def test_faces_that_enclose_nothing_are_refused(read: Read) -> None:
    sheet = np.array([(0, 0, 0), (8, 0, 0), (8, 0, 3), (0, 0, 3)], float), np.array([(0, 1, 2), (0, 2, 3)])
    assert "no walls that enclose an area" in refusal(read, m.stl(sheet))


def test_a_flat_hole_is_filled_and_a_bent_one_is_not() -> None:
    vertices, triangles = m.boxes([((0, 2), (0, 2), (0, 2))])
    one_short = without_flat_holes(Mesh(vertices, triangles[1:]))
    assert len(one_short.triangles) == len(triangles)
    normal = np.cross(
        vertices[triangles[:, 1]] - vertices[triangles[:, 0]], vertices[triangles[:, 2]] - vertices[triangles[:, 0]]
    )
    bent = next(
        k for k in range(1, len(triangles))
        if len(set(triangles[0]) & set(triangles[k])) == 2 and abs(normal[0] @ normal[k]) < 1e-9
    )  # fmt: skip
    left = np.delete(triangles, [0, bent], axis=0)
    assert len(without_flat_holes(Mesh(vertices, left)).triangles) == len(left)


# --- hostile files ---------------------------------------------------------------------------------


def test_a_count_of_triangles_that_the_file_cannot_hold_is_refused(read: Read) -> None:
    data = m.stl(m.house())
    assert "says it has 40000000 triangles" in refusal(read, data[:80] + struct.pack("<I", 40_000_000) + data[84:])


@pytest.mark.parametrize("text", [True, False])
def test_a_ply_header_that_the_file_cannot_hold_is_refused(text: bool, read: Read) -> None:
    data = m.ply(m.house(), text)
    count = str(len(m.house()[0])).encode()
    assert "cannot be" in refusal(read, data.replace(b"vertex " + count, b"vertex 1000000000"))
    assert "broken PLY header" in refusal(read, data.replace(b"vertex " + count, b"vertex -5"))
    assert "no end of its PLY header" in refusal(read, data.replace(b"end_header", b"end"))


def glb_of(change: Callable[[dict[str, Any]], None]) -> bytes:
    return m.glb({"house": m.turned(m.house(), "y")}, change)


def loop_of_nodes(tree: dict[str, Any]) -> None:
    tree["nodes"] = [{"children": [1], "mesh": 0}, {"children": [0]}]


def shared_nodes(tree: dict[str, Any]) -> None:
    tree["nodes"] = [{"children": [1, 2]}, {"children": [3]}, {"children": [3]}, {"mesh": 0}]


def many_items(tree: dict[str, Any]) -> None:
    tree["accessors"][0]["count"] = 10**9


def other_files(tree: dict[str, Any]) -> None:
    tree["buffers"][0]["uri"] = "file:///etc/passwd"


def compressed(tree: dict[str, Any]) -> None:
    tree["extensionsRequired"] = ["KHR_draco_mesh_compression"]


def missing_data(tree: dict[str, Any]) -> None:
    tree["meshes"][0]["primitives"][0]["attributes"]["POSITION"] = 99


def no_number(tree: dict[str, Any]) -> None:
    tree["nodes"][0]["matrix"] = [float("nan")] * 16


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (loop_of_nodes, "in a circle"),
        (shared_nodes, "no tree"),
        (many_items, "accessor of 1000000000 items"),
        (other_files, "other files"),
        (compressed, "without compression"),
        (missing_data, "not there"),
        (no_number, "not finite"),
    ],
)
def test_a_glb_that_does_not_fit_together_is_refused(
    change: Callable[[dict[str, Any]], None], said: str, read: Read
) -> None:
    assert said in refusal(read, glb_of(change))


def test_a_glb_shorter_than_it_says_is_refused(read: Read) -> None:
    data = m.glb({"house": m.house()})
    assert "copy or export it again" in refusal(read, data[: len(data) // 2])


ENTITIES = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
EXTERNAL = '<!DOCTYPE a SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("head", [ENTITIES, EXTERNAL])
def test_xml_with_entities_is_refused(head: str, read: Read) -> None:
    assert "entities" in refusal(read, m.dae({"house": m.house()}, head=head))
    assert "entities" in refusal(read, m.threemf({"house": m.house()}, head=head))


def test_groups_that_hold_each_other_are_refused(read: Read) -> None:
    circle = '<object id="8"><components><component objectid="9"/></components></object>' \
             '<object id="9"><components><component objectid="8"/></components></object>'  # fmt: skip
    said = refusal(read, m.threemf({"house": m.house()}, more=circle, items='<item objectid="8"/>'))
    assert "in a circle" in said
    twice = [2 * f'<component objectid="{k + 1}"/>' for k in range(100, 130)]
    doubling = "".join(
        f'<object id="{k}"><components>{pair}</components></object>' for k, pair in enumerate(twice, 100)
    )
    said = refusal(read, m.threemf({"house": m.house()}, more=doubling, items='<item objectid="100"/>'))
    assert "repeats its bodies" in said
    nodes = "".join(
        f'<node id="d{k}"><instance_node url="#d{k + 1}"/><instance_node url="#d{k + 1}"/></node>' for k in range(30)
    )
    nested = f"<library_nodes>{nodes}<node id=\"d30\"><instance_geometry url='#g0'/></node></library_nodes>"
    data = m.dae({"house": m.house()}, nested=nested)
    data = data.replace(
        b'<visual_scene id="s">', b'<visual_scene id="s"><node id="top"><instance_node url="#d0"/></node>'
    )
    assert "repeats them" in refusal(read, data) or "vertices" in refusal(read, data)


def test_an_archive_that_unpacks_to_more_than_allowed_is_refused(read: Read) -> None:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("3D/3dmodel.model", b" " * 3_000_000)
    assert "more than" in refusal(read, archive.getvalue(), ReadOptions(limits=Limits(bytes=1_000_000)))


@pytest.mark.parametrize("value", ["nan", "inf", "-1e999"])
def test_coordinates_that_are_no_numbers_are_refused(value: str, read: Read) -> None:
    solid = m.house()
    text = m.obj({"house": solid}).replace(b"v 0 0 0", f"v {value} 0 0".encode())
    assert "not finite" in refusal(read, text)
    vertices = solid[0].copy()
    vertices[0, 0] = float(value)
    assert "not finite" in refusal(read, m.stl((vertices, solid[1])))
    assert "not finite" in refusal(read, m.ply((vertices, solid[1]), text=False))


@pytest.mark.parametrize("kind", [m.obj, m.threemf, m.dae, m.glb])
def test_more_vertices_than_allowed_are_refused(kind: Callable[[dict[str, m.Solid]], bytes], read: Read) -> None:
    for data in (kind({"a": m.house()}), m.stl(m.house()), m.ply(m.house())):
        said = refusal(read, data, ReadOptions(limits=Limits(vertices=40)))
        assert "vertices, more than the 40 allowed" in said


def test_triangles_between_vertices_that_are_not_there_are_refused(read: Read) -> None:
    solid = m.house()
    broken = solid[0], np.where(solid[1] == 3, 10_000, solid[1])
    for data in (m.ply(broken), m.ply(broken, text=False), m.obj({"a": broken}), m.dae({"a": broken})):
        assert "export it" in refusal(read, data)
    plan = read(m.dae({"walls": solid, "broken": broken}))
    assert volume_m3(plan) == pytest.approx(HOUSE_M3, rel=1e-4)
    assert "mesh-damaged" in codes(plan)


def test_absurd_sizes_are_refused(read: Read) -> None:
    assert "--unit" in refusal(read, m.ply(m.scaled(m.house(), 1e9), text=False))
    one_place = np.zeros((3, 3)), np.array([[0, 1, 2]])
    assert "one place" in refusal(read, m.ply(one_place))


def test_without_its_library_the_message_says_what_to_install(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "collada", None)
    assert "pip install 'printhouse[mesh]'" in refusal(read, m.dae({"house": m.house()}))
    monkeypatch.setitem(sys.modules, "lxml", None)
    assert "pip install 'printhouse[mesh]'" in refusal(read, m.threemf({"house": m.house()}))


# --- size ------------------------------------------------------------------------------------------


def test_a_hundred_rooms_have_their_doors(read: Read) -> None:
    plan = read(m.stl(m.rooms(10)))
    assert len(plan.walls) == 22
    assert openings(plan) == [("door", 1.0, 0.0, 2.1)] * 90
    assert [round(r.footprint.area, 3) for r in plan.rooms] == [14.44] * 100
