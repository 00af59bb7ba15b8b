"""Set walls of whole buildings: loads, utilisations, cores and what they cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import as_document, estimate, read_plan
from estimator.errors import UsageError
from estimator.estimate import Estimate
from estimator.report.text import CHECK_NAMES
from estimator.structure.loads import tributary
from estimator.structure.set_result import SetResult
from materials import load_site, region_ids
from printers import load_printer
from tests.helpers import box, plan, wall

ROOT = Path(__file__).resolve().parents[1]


def example(name: str, **options: Any) -> Estimate:
    return estimate(read_plan(ROOT / "examples" / f"{name}.json"), samples=0, **options)


def result(e: Estimate) -> SetResult:
    assert e.structure.set is not None
    return e.structure.set


@pytest.fixture(scope="module")
def webbed() -> Estimate:
    return example("rectangular-72", printer="cobod-bod2", wall_system="double-leaf-webs")


def test_walls_share_out_the_area_that_they_enclose() -> None:
    of = plan(*box(6.0, 4.0, thickness=0.2))
    areas = tributary(np.array([w.footprint for w in of.walls], dtype=object), np.zeros(4, dtype=np.int64)).area_m2
    assert areas.sum() == pytest.approx(6.2 * 4.2, rel=5e-3)
    # a rectangle by the nearest side: two triangles of 4.2²/4 and two trapezoids
    assert sorted(areas) == pytest.approx([4.41, 4.41, 8.61, 8.61], rel=0.12)


def test_roof_floors_and_walls_come_down_to_the_ground() -> None:
    e = example("two-storey-140", printer="cobod-bod2")
    found, site = result(e), load_site(e.region.id)
    shapes, loads = e.structure.shapes, found.loads
    ground = shapes.storey == min(shapes.storey, key=lambda s: e.plan.storeys[s].elevation_m)
    # on piers the load per metre is higher by the ratio, so the whole is load / ratio × length
    carried = float((loads.dead_n_per_m / loads.pier_ratio * shapes.length_m)[ground].sum())
    height = shapes.top_m - shapes.base_m
    own = float((found.sections.area_m * height * shapes.length_m).sum()) * float(e.mix.density_kg_per_m3) * 9.81
    floor_m2 = float(loads.tributary_m2[ground].sum())
    floors = floor_m2 * (float(site.roof_dead_load_pa) + float(site.floor_dead_load_pa))
    above = found.run_help.run_grout_m3[~ground].sum()  # in walls of one run each; grout of the ground itself is apart
    assert above > 0 and len(found.runs) == len(shapes)
    assert carried == pytest.approx(own + floors + above * 2400 * 9.81, rel=1e-3)
    upper = loads.dead_n_per_m[~ground].mean()
    assert loads.dead_n_per_m[ground].mean() > 1.5 * upper


def test_internal_walls_feel_no_wind(webbed: Estimate) -> None:
    found = result(webbed)
    assert np.all((found.loads.wind_pa > 0) == webbed.takeoff.is_external)


@pytest.mark.parametrize("route", ["aci318", "tms402", "en1996", "en1992"])
def test_every_route_gives_numbers_and_says_its_clauses(route: str) -> None:
    e = example("rectangular-72", printer="cobod-bod2", wall_system="double-leaf-webs", route=route)
    found = result(e)
    assert found.check.route == route
    assert np.all(np.isfinite(found.check.utilisation)) and np.all(found.check.utilisation >= 0)
    rows = [c for c in as_document(e)["structure"]["checks"] if c["name"].startswith("set-wall")]
    assert len(rows) == 4 and all("recalled" in r["source"] for r in rows)
    assert {r["name"] for r in rows} <= set(CHECK_NAMES)  # the page has words for each


def test_leaves_that_work_apart_are_too_slender_and_webs_mend_it(webbed: Estimate) -> None:
    tied = result(example("rectangular-72", printer="cobod-bod2"))
    assert tied.check.is_slender.any()
    assert not result(webbed).check.is_slender.any()
    thick = result(webbed).check.utilisation[:, 1].max()
    assert tied.check.utilisation[:, 1].max() > 3 * thick


def test_cores_are_in_quantities_cost_and_carbon(webbed: Estimate) -> None:
    found = result(webbed)
    support, runs = found.run_help, found.runs
    assert support.cores.sum() > 0
    lines = {line.code: line for line in webbed.outcome.lines}
    assert lines["grout"].quantity == pytest.approx(support.grout_m3)
    cavity, beam = 0.25 - 2 * 0.05, 0.2  # a bond beam of 20 cm on each wall that gets cores
    helped = support.cores > 0
    height = (webbed.structure.shapes.top_m - webbed.structure.shapes.base_m)[runs.wall]
    wanted = support.cores * cavity**2 * (height - beam) + helped * cavity * beam * runs.length_m
    assert support.grout_m3 == pytest.approx(float(wanted.sum()))
    assert lines["grout-steel"].quantity == pytest.approx(support.steel_kg)
    assert lines["grout-labour"].quantity > 0
    strong = example("rectangular-72", printer="cobod-bod2", wall_system="solid")
    assert result(strong).cores.sum() == 0
    assert "grout" not in {line.code for line in strong.outcome.lines}
    document = as_document(webbed)
    assert "set-wall-cores" in {f["code"] for f in document["findings"]}
    assert document["structure"]["set"]["steel_kg"] == pytest.approx(support.steel_kg, abs=0.01)


def test_a_cold_night_joint_is_the_weakest(webbed: Estimate) -> None:
    assert webbed.structure.bond is not None and webbed.structure.bond.nights > 0
    quick = estimate(
        webbed.plan, printer=load_printer("cobod-bod2").replace(
            shift_time_s=86400.0, availability=1.0, startup_time_s=0.0, washdown_time_s=0.0
        ), samples=0,
        wall_system="double-leaf-webs",
    )  # fmt: skip
    assert quick.structure.bond is not None and quick.structure.bond.nights == 0
    assert result(quick).tension_pa.min() > 1.5 * result(webbed).tension_pa.min()
    assert result(quick).check.utilisation[:, 1].max() < result(webbed).check.utilisation[:, 1].max()


def test_a_wall_without_cavity_that_fails_is_told() -> None:
    of = plan(*box(8.0, 6.0, thickness=0.1, height=4.0))
    made = estimate(of, printer=load_printer("cobod-bod2").replace(bead_width_m=0.1), samples=0, wall_system="single")
    assert result(made).fails.any()
    assert "set-wall-fails" in {f.code for f in made.structure.falling}


def test_strong_ground_motion_is_flagged_with_its_force(webbed: Estimate) -> None:
    shaken = example("rectangular-72", printer="cobod-bod2", region="japan")
    calm = example("rectangular-72", printer="cobod-bod2", region="uk")
    assert "seismic" in {f.code for f in shaken.findings}
    assert "seismic" not in {f.code for f in calm.findings}
    assert result(shaken).base_shear_n > 5 * result(calm).base_shear_n


@pytest.mark.parametrize("region", region_ids())
def test_every_region_has_a_site(region: str) -> None:
    site = load_site(region)
    assert site.route in ("aci318", "tms402", "en1996", "en1992")
    assert 10 < float(site.basic_wind_speed_m_per_s) < 80


def test_an_unknown_route_is_refused() -> None:
    with pytest.raises(UsageError, match="choose aci318, tms402"):
        example("rectangular-72", printer="cobod-bod2", route="bs5628")


def test_more_walls_inside_take_load_off_the_others() -> None:
    empty = plan(*box(8.0, 6.0))
    split = plan(*box(8.0, 6.0), wall((4.0, 0.0), (4.0, 6.0)))
    storey = np.zeros(5, dtype=np.int64)
    few, many = (
        tributary(np.array([w.footprint for w in p.walls], dtype=object), storey[: len(p.walls)]).area_m2[:4].sum()
        for p in (empty, split)
    )
    assert many < few


# --- heat ---------------------------------------------------------------------------------------


def test_outer_walls_are_as_cold_as_their_layers_and_insulation_brings_them_to_what_is_wanted(webbed: Estimate) -> None:
    tied = example("rectangular-72", printer="cobod-bod2")
    heat = tied.structure.heat
    conductivity = float(tied.mix.conductivity_w_per_m_k)
    assert heat.u_w_per_m2_k == pytest.approx([1 / (0.17 + 0.1 / conductivity + 0.18)] * len(heat.wall))
    assert set(heat.wall.tolist()) == set(np.flatnonzero(tied.takeoff.is_external).tolist())
    assert heat.wanted_w_per_m2_k == float(load_site("usa").wall_transmittance_w_per_m2_k)
    found = tied.structure.insulation
    assert found is not None and np.all(found.u_w_per_m2_k <= heat.wanted_w_per_m2_k + 1e-12)
    thick = found.fill_m + found.outside_m  # a tied cavity is all insulation
    assert np.all(thick > 0)
    area = tied.takeoff.net_area_m2[heat.wall]
    assert found.amounts.fill_m3 + found.amounts.outside_m3 == pytest.approx(float(thick @ area))
    assert webbed.structure.heat.u_w_per_m2_k.max() > heat.u_w_per_m2_k.max()  # webs bridge the air
    assert "wall-cold" in {f.code for f in tied.findings}


def test_insulation_is_in_the_ledgers_of_printed_and_conventional_walls() -> None:
    germany, kenya = (
        example("rectangular-72", printer="icon-vulcan-2", region=region, methods=("concrete-block", "brick-cavity"))
        for region in ("germany", "kenya")
    )  # fmt: skip
    assert germany.structure.insulation is not None
    bought = germany.structure.insulation.amounts
    assert bought.outside_m3 > 0
    lines = {line.code: float(line.quantity) for line in germany.outcome.lines}
    assert lines["insulation-boards"] == pytest.approx(1.05 * bought.outside_m3, rel=0.02)
    assert lines["insulation-render"] == pytest.approx(bought.outside_m2)
    block, brick = (
        {line.code: float(line.quantity) for line in c.lines}.get("insulation-boards", 0.0)
        for c in germany.outcome.beside.conventional
    )
    assert block > brick  # which has a batt of its own
    for lines_ in (kenya.outcome.lines, *(c.lines for c in kenya.outcome.beside.conventional)):
        assert not [line for line in lines_ if line.code.startswith("insulation-")]


def test_without_a_requirement_nothing_is_asked() -> None:
    kenya = example("rectangular-72", printer="cobod-bod2", region="kenya")
    assert kenya.structure.heat.wanted_w_per_m2_k is None
    assert kenya.structure.insulation is None
    assert "wall-cold" not in {f.code for f in kenya.findings}
