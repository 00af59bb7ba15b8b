"""Plan files by other people against their oracle values: one table, file / quantity / ours / oracle.

``pytest tests/test_shared_plans.py -s`` prints it. Files lie beside the project; without them the
tests are skipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from estimator import read_plan
from estimator.options import ReadOptions
from estimator.plan import Area, Slab, Wall
from estimator.readers.svg.shapes import load_drawing
from estimator.readers.svg.walls import chosen_walls

SHARED = Path(__file__).resolve().parents[2] / "shared" / "plans"
ORACLES: dict[str, Any] = (
    json.loads((SHARED / "oracles.json").read_text())["files"] if (SHARED / "oracles.json").exists() else {}
)

Row = tuple[str, float, float, float, float]
"""Quantity, ours, the oracle's, and how far they may differ: as a share, and absolutely."""

COUNTED_TWICE_M2 = {"ifc/duplex-a-georeferenced.ifc": 13.779}
"""Floors of two hallways whose faces all look down, as do their ceilings: the oracle adds both. [m²]"""


def pieces(wall: Wall) -> tuple[Slab, ...]:
    """Upright prisms of a wall, openings cut out."""
    if wall.slabs:
        return wall.slabs
    cuts = [o for o in wall.openings if not o.footprint.is_empty]
    heights = sorted({wall.base_m, wall.top_m, *(z for o in cuts for z in (o.sill_m, o.head_m))})
    found = []
    for low, high in pairwise(z for z in heights if wall.base_m <= z <= wall.top_m):
        holes = [o.footprint for o in cuts if o.sill_m < (low + high) / 2 < o.head_m]
        area = shapely.difference(wall.footprint, shapely.union_all(holes)) if holes else wall.footprint
        found.append(Slab(low, high, area))
    return tuple(found)


def volume_m3(walls: list[Wall]) -> float:
    return sum(s.footprint.area * (s.top_m - s.base_m) for w in walls for s in pieces(w))


def union_volume_m3(walls: list[Wall]) -> float:
    slabs = [s for w in walls for s in pieces(w)]
    heights = np.unique(np.round([z for s in slabs for z in (s.base_m, s.top_m)], 6))
    return sum(
        float(high - low)
        * shapely.union_all([s.footprint for s in slabs if s.base_m < (low + high) / 2 < s.top_m]).area
        for low, high in pairwise(heights)
    )


def section(walls: list[Wall], z: float) -> tuple[float, Area]:
    """Area of a cut, walls added up, and the cut itself."""
    here = [s.footprint for w in walls for s in pieces(w) if s.base_m < z <= s.top_m]
    return sum(a.area for a in here), shapely.union_all(here)


def in_plan(walls: list[Wall], *, cut: bool) -> float:
    """Plan area of walls, with openings cut out or not."""
    whole = shapely.union_all([w.footprint for w in walls])
    holes = [o.footprint for w in walls for o in w.openings] if cut else []
    return float(shapely.difference(whole, shapely.union_all(holes)).area)


# --- rows ---------------------------------------------------------------------------------------


def ifc_rows(name: str, oracle: dict[str, Any]) -> Iterator[Row]:
    plan = read_plan(SHARED / name, ReadOptions(wall_layers=("*",)))
    walls = list(plan.walls)
    openings = [o for w in walls for o in w.openings]
    spaces = oracle.get("spaces", {})
    share, length = (0.005, 5e-4), (0.0, 1e-3)
    yield "walls", len(walls), oracle["walls_with_geometry"], 0, 0
    yield "openings in walls", len(openings), oracle["openings_in_walls"], 0, 0
    yield "openings filled", sum(o.kind != "opening" for o in openings), oracle["openings_filled"], 0, 0
    yield "net volume m³", volume_m3(walls), oracle["net_volume_m3"], *share
    yield "united volume m³", union_volume_m3(walls), oracle["net_union_volume_m3"], *share
    yield "axes m", sum(w.axis.length for w in walls if w.axis), oracle["axis_length_m"] or 0.0, *length
    yield "rooms", len(plan.rooms), spaces.get("count", 0), 0, 0
    rooms_m2 = spaces.get("footprint_m2", 0.0) - COUNTED_TWICE_M2.get(name, 0.0)
    yield "rooms m²", sum(r.footprint.area for r in plan.rooms), rooms_m2, *share
    stated = sorted(oracle["storeys"], key=lambda s: s["elevation_m"])
    yield "storeys", len(plan.storeys), max(len(stated), 1), 0, 0
    for k, storey in enumerate(stated):
        yield f"{storey['name']}: floor at m", plan.storeys[k].elevation_m, storey["elevation_m"], *length
        yield f"{storey['name']}: walls", sum(w.storey == k for w in walls), storey["wall_count"], 0, 0
        for height in (0.5, 1.0, 2.2):
            expected = storey.get(f"section_area_all_walls_at_+{height}m_m2")
            if expected:
                added, united = section(walls, storey["elevation_m"] + height)
                yield f"{storey['name']}: cut at +{height} m²", added, expected[0], *share
                yield f"{storey['name']}: the same united", united.area, expected[1], *share
    lowest = oracle.get("sections_above_lowest_wall_point", {})
    for height in (0.5, 1.0, 2.2) if lowest else ():
        added, united = section(walls, lowest["lowest_z_m"] + height)
        expected = lowest[f"+{height}m_area_sum_union_m2"]
        yield f"cut at +{height} m²", added, expected[0], *share
        yield "the same united", united.area, expected[1], *share


def overland_rows(name: str, oracle: dict[str, Any]) -> Iterator[Row]:
    plan = read_plan(SHARED / name)
    walls = list(plan.walls)
    openings = [o for w in walls for o in w.openings]
    yield (
        "walls m², openings filled",
        in_plan(walls, cut=False),
        oracle["walls_plan_area_with_openings_filled_m2"],
        0.01,
        0,
    )
    yield "walls m², openings cut", in_plan(walls, cut=True), oracle["walls_plan_area_without_openings_m2"], 0.01, 0
    yield "openings", len(openings), oracle["openings"], 0, 0
    split = oracle["openings_split"]
    yield "windows", sum(o.kind == "window" for o in openings), split["windows"], 0, 0
    yield "doors", sum(o.kind == "door" for o in openings), split["doors"] + split["garage_door"], 0, 0
    yield "opening widths m", sum(o.width_m for o in openings), oracle["sum_of_opening_widths_m"], 0.01, 0
    for number, (ours, theirs) in enumerate(
        zip(
            sorted(o.width_m for o in openings),
            sorted(o["width_in"] * 0.0254 for o in oracle["opening_list"]),
            strict=True,
        )
    ):
        yield f"opening {number + 1} m", ours, theirs, 0.0, 0.005
    outer, inner = (
        shapely.union_all([w.footprint for w in walls if w.thickness_m and abs(w.thickness_m - t) < 0.005])
        for t in (0.1524, 0.1016)
    )
    stated = oracle["centreline_length_including_openings_m"]
    yield "run of 6 in walls m", outer.area / 0.1524, stated["6in"], 0.02, 0
    yield "run of 4 in walls m", shapely.difference(inner, outer).area / 0.1016, stated["4in"], 0.02, 0
    rooms = sorted(oracle["room_areas_with_openings_closed_m2"], reverse=True)
    found = sorted((r.footprint.area for r in plan.rooms), reverse=True)
    yield "rooms", len(found), len(rooms), 0, 0
    for number, (ours, theirs) in enumerate(zip(found, rooms, strict=True)):
        yield f"room {number + 1} m²", ours, theirs, 0.01, 0.01
    left, bottom, right, top = shapely.total_bounds([w.footprint for w in walls])
    yield "width m", right - left, oracle["overall_size_m"][0], 0.01, 0
    yield "depth m", top - bottom, oracle["overall_size_m"][1], 0.01, 0


def office_rows(name: str, oracle: dict[str, Any]) -> Iterator[Row]:
    walls = list(read_plan(SHARED / name).walls)
    yield "walls m², openings cut", in_plan(walls, cut=True), oracle["walls_plan_area_m2"], 0.005, 0


def planner_rows(name: str, oracle: dict[str, Any]) -> Iterator[Row]:
    plan = read_plan(SHARED / name)
    walls = list(plan.walls)
    united = next((int(f.message.split()[0]) for f in plan.findings if f.code == "openings-united"), 0)
    openings = [o for w in walls for o in w.openings]
    area = sum(o.width_m * (o.head_m - o.sill_m) for o in openings)
    yield "walls", len(walls), oracle["wall_count"], 0, 0
    yield "axes m", sum(w.axis.length for w in walls if w.axis), oracle["centreline_length_m"], 0, 1e-3
    yield "openings, united ones counted", len(openings) + united, oracle["openings"], 0, 0
    yield "openings united m²", area, oracle["opening_area_union_m2"], 0.005, 0
    yield "net volume joined m³", union_volume_m3(walls), oracle["net_volume_joined_m3"], 0.005, 0
    rooms = sorted(oracle["room_areas_m2"], reverse=True)
    found = sorted((r.footprint.area for r in plan.rooms), reverse=True)
    for number, (ours, theirs) in enumerate(zip(found, rooms, strict=True)):
        yield f"room {number + 1} m²", ours, theirs, 0.005, 0


def map_rows(name: str, oracle: dict[str, Any]) -> Iterator[Row]:
    plan = read_plan(SHARED / name, ReadOptions(companions=tuple(SHARED / c for c in oracle["companions"])))
    mended = next((int(f.message.split()[0]) for f in plan.findings if f.code == "rooms-odd"), 0)
    yield "rooms", len(plan.rooms), oracle["units"], 0, 0
    yield "storeys", len(plan.storeys), oracle["levels"], 0, 0
    yield "openings", sum(len(w.openings) for w in plan.walls), oracle["openings"], 0, 0
    yield "invalid outlines", mended, oracle["invalid_polygons"], 0, 0
    for k, level in enumerate(oracle["per_level"]):
        rooms = [r.footprint for r in plan.rooms if r.storey == k]
        yield f"{level['name']}: rooms", len(rooms), level["units"], 0, 0
        yield f"{level['name']}: rooms m²", sum(r.area for r in rooms), level["sum_unit_area_m2"], 0.005, 0
        yield f"{level['name']}: united m²", shapely.union_all(rooms).area, level["union_unit_area_m2"], 0.005, 0


def home_rows(name: str, oracle: dict[str, Any]) -> Iterator[Row]:
    """Without openings, in the drawing's own unit: what the file holds. Gaps are closed by the reader afterwards."""
    options = ReadOptions(unit_m=1.0)
    choice = chosen_walls(load_drawing(SHARED / name, name, options.limits), options, name)
    (storey,) = choice.storeys
    yield "walls units²", storey.area.area, oracle["wall_plan_area_units2"], 0.01, 0
    for k, (ours, theirs) in enumerate(zip(storey.area.bounds, oracle["wall_bbox_units"], strict=True)):
        flipped = -theirs if k in (1, 3) else theirs  # y points up here
        if k in (0, 2):
            yield f"bound {k + 1} units", ours, flipped, 0.01, 0.05
    plan = read_plan(SHARED / name, ReadOptions(unit_m=0.05))
    yield "walls m² at 0.05 m a unit", in_plan(list(plan.walls), cut=True), 2666.4 * 0.05**2, 0.01, 0


def floors_rows(name: str, oracle: dict[str, Any]) -> Iterator[Row]:
    """The oracle counts lettering and furniture of the same black; the reader tells them apart and says how much."""
    options = ReadOptions()
    choice = chosen_walls(load_drawing(SHARED / name, name, options.limits), options, name)
    yield "storeys", len(choice.storeys), oracle["storeys"], 0, 0
    for storey in choice.storeys:
        black = storey.area.area + storey.details_area
        yield f"{storey.name}: black units²", black, oracle["black_fill_union_area_units2"][storey.name], 0.03, 0
        low_x, low_y, high_x, high_y = storey.area.bounds
        box = oracle["bbox_units"][storey.name]
        yield f"{storey.name}: width units", high_x - low_x, box[2] - box[0], 0.03, 0
        yield f"{storey.name}: depth units", high_y - low_y, box[3] - box[1], 0.03, 0


def mesh_rows(name: str, oracle: dict[str, Any]) -> Iterator[Row]:
    plan = read_plan(SHARED / name)
    walls = list(plan.walls)
    main = [w for w in walls if w.top_m > 2.9]
    yield "main body m³", union_volume_m3(main), oracle["volume_main_body_by_integration_m3"], 0.01, 0
    for z, area in oracle["section_area_main_body_m2"].items():
        yield f"main body at {z} m²", section(main, float(z))[1].area, area, 0.005, 0
    for key in ("section_area_with_bay_plinth_m2", "section_area_union_all_bodies_m2"):
        for z, area in oracle[key].items():
            yield f"all bodies at {z} m²", section(walls, float(z))[1].area, area, 0.005, 0
    low, high = oracle["bbox_m"]
    for k, (ours, theirs) in enumerate(
        zip(shapely.total_bounds([w.footprint for w in walls]), (*low[:2], *high[:2]), strict=True)
    ):
        yield f"bound {k + 1} m", float(ours), theirs, 0, 1e-3
    yield "height m", plan.storeys[0].height_m, oracle["height_m"], 0, 1e-3
    sills = {round(o.sill_m, 3) for w in main for o in w.openings} - {0.0}
    heads = {round(o.head_m, 3) for w in main for o in w.openings}
    yield "sill m", max(sills), oracle["heads_and_sills_m"]["sill"], 0, 1e-3
    for head in sorted(heads):
        yield "head m", head, min(oracle["heads_and_sills_m"]["heads"], key=lambda h: abs(h - head)), 0, 1e-3


ROWS: dict[str, Callable[[str, dict[str, Any]], Iterator[Row]]] = {
    "dxf/overland-house.dxf": overland_rows,
    "dxf/iso-office.dxf": office_rows,
    "geojson/uni-ulm-units.geojson": map_rows,
    "svg/ha-home.svg": home_rows,
    "svg/ha-multi-floor.svg": floors_rows,
}
BY_FOLDER = {"ifc": ifc_rows, "json": planner_rows, "mesh": mesh_rows}


@pytest.mark.skipif(not ORACLES, reason=f"no plan files in {SHARED}")
@pytest.mark.parametrize("name", list(ORACLES) or ["none"])
def test_a_plan_by_other_people_meets_its_oracle(name: str) -> None:
    rows = list((ROWS.get(name) or BY_FOLDER[name.partition("/")[0]])(name, ORACLES[name]))
    print(f"\n{'file':32s} {'quantity':34s} {'ours':>12s} {'oracle':>12s}")
    for quantity, ours, theirs, _, _ in rows:
        print(f"{Path(name).name:32s} {quantity:34s} {ours:12.4f} {theirs:12.4f}")
    assert [row for row in rows if abs(row[1] - row[2]) > row[3] * abs(row[2]) + row[4] + 1e-12] == []
