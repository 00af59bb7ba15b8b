"""The structure of a whole estimate: ages from the ledger, wet walls, joints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import as_document, estimate, read_plan
from estimator.estimate import Estimate
from estimator.structure.wall_shapes import wall_shapes
from estimator.wall_systems import Pattern
from printers import load_printer
from tests.helpers import box, plan, wall

ROOT = Path(__file__).resolve().parents[1]
PATTERN = Pattern(0.6, 0.4, 0.4)


def example(name: str, **options: Any) -> Estimate:
    return estimate(read_plan(ROOT / "examples" / f"{name}.json"), samples=0, **options)


@pytest.fixture(scope="module")
def house() -> Estimate:
    return example("rectangular-72", printer="cobod-bod2")


@pytest.fixture(scope="module")
def parted() -> Estimate:
    return example("rectangular-72", printer="apis-cor-frank")


# --- clock --------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", ["house", "parted"])
def test_the_clock_has_every_layer_and_ends_on_the_last_print_day(made: str, request: pytest.FixtureRequest) -> None:
    e: Estimate = request.getfixturevalue(made)
    laid = e.structure.laid
    assert len(laid) == int(e.toolpath.layers.sum())
    assert laid.nozzle_s.sum() == pytest.approx(float(e.outcome.times.nozzle_s), rel=1e-9)
    assert np.all(np.diff(laid.done_s) > 0)
    days = laid.done_s[-1] / 86400
    assert float(e.outcome.times.print_days) - 1 <= days <= float(e.outcome.times.print_days)


def test_a_night_lies_between_shifts(house: Estimate) -> None:
    gap = house.structure.laid.gap_s
    nights = gap[np.isfinite(gap) & (gap > 4 * 3600)]
    assert len(nights) == int(house.outcome.times.print_days) - 1
    printer = house.printer
    off = 86400 - float(printer.shift_time_s) + float(printer.startup_time_s) + float(printer.washdown_time_s)
    assert np.all(nights >= off)
    assert house.structure.bond is not None
    assert house.structure.bond.nights == len(nights)


def test_layers_of_a_part_lie_on_one_another(parted: Estimate) -> None:
    laid = parted.structure.laid
    inside = laid.order.part[1:] == laid.order.part[:-1]
    step = np.diff(laid.order.bottom_m)[inside]
    assert np.allclose(step, parted.work.layer_height_m)
    assert np.all(np.isinf(laid.gap_s[1:][~inside]))


def test_machines_at_once_have_clocks_of_their_own() -> None:
    two = example("rectangular-72", printer="wasp-crane", machines=2)
    laid, turns = two.structure.laid, two.work.turns
    assert turns is not None
    begins = [laid.done_s[laid.order.part == k].min() for k in range(4)]
    same = [np.flatnonzero(turns.turn == t) for t in range(turns.turns)]
    for members in same:
        assert len(members) <= 2
    assert max(begins[k] for k in same[0]) < min(laid.done_s[laid.order.part == k].max() for k in same[0])


# --- shapes -------------------------------------------------------------------------------------


def test_webs_join_leaves_to_one_section_and_ties_do_not() -> None:
    of = plan(*box(6.0, 4.0, thickness=0.25))
    tied, webbed = (wall_shapes(of, s, 0.05, PATTERN) for s in ("double-leaf", "double-leaf-webs"))
    assert tied.area_m == pytest.approx([0.05] * 4)
    assert webbed.area_m == pytest.approx([0.1125] * 4)  # process_and_structure.md D5
    assert webbed.inertia_m3 == pytest.approx([1.044271e-3] * 4)
    assert webbed.panel_m == pytest.approx([0.55] * 4)


def test_panels_reach_from_return_to_return_and_free_ends_hold_nothing() -> None:
    room = wall_shapes(plan(*box(6.0, 4.0, thickness=0.25)), "single", 0.25, PATTERN)
    assert sorted(np.round(room.panel_m, 2)) == [3.75, 3.75, 5.75, 5.75]
    alone = wall_shapes(plan(wall((0, 0), (5, 0))), "single", 0.25, PATTERN)
    assert np.isinf(alone.panel_m[0])
    crossed = wall_shapes(
        plan(*box(6.0, 4.0, thickness=0.2), wall((2, 0), (2, 4), thickness=0.2)), "single", 0.2, PATTERN
    )
    assert crossed.panel_m[:4].max() == pytest.approx(3.8, abs=0.01)


def test_a_ring_is_a_shell_and_a_box_is_none() -> None:
    angles = np.linspace(0, 2 * np.pi, 73)[:-1]
    ring = wall_shapes(
        plan(wall(*[(3 * np.cos(a), 3 * np.sin(a)) for a in angles], (3.0, 0.0))), "double-leaf", 0.05, PATTERN
    )
    assert ring.radius_m[0] == pytest.approx(3.0, rel=0.01)
    assert np.all(np.isinf(wall_shapes(plan(*box()), "double-leaf", 0.05, PATTERN).radius_m))


# --- wet walls ----------------------------------------------------------------------------------


def test_every_wall_is_checked_in_every_part_that_prints_it(parted: Estimate) -> None:
    wet = parted.structure.wet
    assert wet is not None
    assert set(wet.cases.wall.tolist()) == set(range(len(parted.plan.walls)))
    assert len(parted.layout.parts) == 3
    for k in range(len(wet.cases.wall)):
        region = parted.layout.parts[int(wet.cases.part[k])].region
        assert parted.plan.walls[int(wet.cases.wall[k])].footprint.intersects(region)


def test_webs_and_slower_rise_help_and_the_margin_says_how_fast_is_safe(house: Estimate) -> None:
    webbed = example("rectangular-72", printer="cobod-bod2", wall_system="double-leaf-webs")
    slower = example("rectangular-72", printer=load_printer("cobod-bod2").replace(print_speed_m_per_s=0.05))
    found = [e.structure.wet for e in (house, webbed, slower)]
    plain, web, slow = (w.check.margin_ratio.min() for w in found if w is not None)
    assert plain < 1.0 < web
    assert plain < slow
    assert found[0] is not None
    rate = found[0].rise_m_per_s.min() * 3600
    assert 0.02 < rate < 0.15


def test_doubtful_walls_are_findings_and_an_ideal_that_falls_is_another(house: Estimate) -> None:
    assert [f.code for f in house.findings if f.code.startswith("wet-wall")] == ["wet-wall-doubtful"]
    fast = load_printer("cobod-bod2").replace(
        print_speed_m_per_s=0.5, print_speed_max_m_per_s=0.5, travel_speed_m_per_s=1.0, acceleration_m_per_s2=2.0,
        flow_max_m3_per_s=0.002, start_time_s=0.0, stop_time_s=0.0, availability=1.0,
    )  # fmt: skip
    rash = estimate(plan(*box(3.0, 3.0)), printer=fast, samples=0, mix="bagged-mortar", pace="strength")
    wet = rash.structure.wet
    assert wet is not None and wet.best_ratio.min() < 1.0 and wet.ideal_ratio.min() < wet.best_ratio.min()
    assert "wet-wall-falls" in {f.code for f in rash.findings}


def test_the_document_names_walls_modes_and_rates(house: Estimate) -> None:
    structure = as_document(house)["structure"]
    assert {w["wall"] for w in structure["wet_walls"]} == {w.id for w in house.plan.walls}
    worst = min(structure["wet_walls"], key=lambda w: w["margin"])
    row = max((c for c in structure["checks"] if c["name"].startswith("wet")), key=lambda c: c["utilisation"])
    assert row["utilisation"] == pytest.approx(1 / worst["margin"], rel=1e-3)
    assert worst["falls_by"] == "leaf" and row["name"] == "wet-wall-buckles"
    assert 0 < worst["collapse_share"] < 1
    joints = structure["joints"]
    assert joints["fresh"] + joints["late"] + joints["cold"] == house.structure.laid.gap_s.size - 1
    assert 0.3 <= joints["bond_ratio_min"] <= 1.0


def test_a_small_print_waits_and_a_large_one_meets_cold_joints() -> None:
    cubicle = estimate(plan(*box(1.2, 1.2)), printer="cobod-bod2", samples=0)
    hall = plan(
        *box(40.0, 15.0, thickness=0.4), *[wall((5.0 * k, 0), (5.0 * k, 15.0), thickness=0.3) for k in range(1, 8)]
    )
    wide = load_printer("cobod-bod2").replace(build_x_m=60.0, build_y_m=60.0, print_speed_m_per_s=0.1)
    large = estimate(hall, printer=wide, samples=0, wall_system="double-leaf-zigzag")
    assert float(cubicle.outcome.times.wait_s) > 0.3 * float(cubicle.outcome.times.nozzle_s)
    assert float(large.outcome.times.wait_s) == 0.0
    assert large.structure.bond is not None and cubicle.structure.bond is not None
    assert large.structure.bond.cold - large.structure.bond.nights > 50
    assert cubicle.structure.bond.cold == cubicle.structure.bond.nights
    assert "cold-joint" in {f.code for f in large.findings}


def test_plastic_has_no_wet_wall() -> None:
    made = example("kamermaker-cabin", printer="dus-kamermaker")
    assert made.structure.wet is None and made.structure.bond is None


# --- pace ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("printer", ["cobod-bod2", "apis-cor-frank"])
def test_at_a_safe_pace_every_wet_wall_keeps_its_margin_and_the_ledger_shows_the_wait(printer: str) -> None:
    usual, safe = (example("rectangular-72", printer=printer, pace=pace) for pace in ("strength", "safe"))
    assert usual.structure.wet is not None and safe.structure.wet is not None
    assert usual.structure.wet.check.margin_ratio.min() < 1.0 <= safe.structure.wet.check.margin_ratio.min()
    assert float(safe.outcome.times.wait_s) > float(usual.outcome.times.wait_s)
    assert float(safe.outcome.times.deposition_s) == float(usual.outcome.times.deposition_s)
    assert not [f for f in safe.findings if f.code == "wet-wall-doubtful"]


def test_a_pace_has_a_range_too() -> None:
    made = estimate(read_plan(ROOT / "examples" / "rectangular-72.json"), samples=200, pace="safe", methods=())
    assert made.uncertainty is not None
    assert made.uncertainty.spread["nozzle_s"].p10 >= 0.8 * float(made.outcome.times.nozzle_s)


# --- the command --------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "estimator.cli", *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


RASH = (
    "print_speed_m_per_s=0.5", "print_speed_max_m_per_s=0.5", "travel_speed_m_per_s=1.0", "acceleration_m_per_s2=2.0",
    "flow_max_m3_per_s=0.002", "start_time_s=0", "stop_time_s=0", "availability=1.0",
)  # fmt: skip


def test_structure_is_a_page_csv_and_json() -> None:
    base = ("check", "examples/rectangular-72.json", "--printer", "cobod-bod2", "--structure", "-q")
    page = run(*base)
    assert page.returncode == 0, page.stderr
    assert "leaf buckles" in page.stdout and "A preliminary estimate, no design" in page.stdout
    rows = run(*base, "--format", "csv").stdout.splitlines()
    assert rows[0].startswith("of,wall,part,margin")
    assert {row.split(",")[0] for row in rows[1:]} == {"wet-wall", "set-wall", "lintel"}
    found = json.loads(run(*base, "--format", "json").stdout)
    assert found["schema"] == "printhouse-structure/1"
    assert len(found["structure"]["wet_walls"]) == 8


def test_a_wall_that_cannot_stand_ends_with_code_4_unless_forced(tmp_path: Path) -> None:
    corner = [[0, 0], [3, 0], [3, 3], [0, 3], [0, 0]]
    walls = [{"id": f"w{k}", "axis": corner[k : k + 2], "thickness_m": 0.25} for k in range(4)]
    storey = {"id": "ground", "height_m": 3.0, "walls": walls}
    of = {"format": "printhouse-plan", "version": 1, "name": "rash", "storeys": [storey]}
    source = tmp_path / "rash.json"
    source.write_text(json.dumps(of))
    base = ("estimate", str(source), "--printer", "cobod-bod2", "--samples", "0", "-q")
    base += tuple(word for change in RASH for word in ("--set", f"printer.{change}"))
    usual = run(*base)
    assert usual.returncode == 0, usual.stderr
    base = (*base, "--pace", "strength")
    refused = run(*base)
    assert refused.returncode == 4 and refused.stdout == ""
    assert "cannot stand" in refused.stderr and "--force" in refused.stderr
    forced = run(*base, "--force")
    assert forced.returncode == 0, forced.stderr
    assert "wet-wall-falls" in forced.stdout


def test_wind_of_the_site_and_the_code_are_given_by_hand() -> None:
    base = ("check", "examples/rectangular-72.json", "--printer", "cobod-bod2", "--structure", "-q", "--format", "json")
    usual, windy, british = (
        json.loads(run(*base, *more).stdout)["structure"]
        for more in ((), ("--set", "site.basic_wind_speed_m_per_s=72.69"), ("--route", "en1996"))
    )
    wind = [max(w["wind_pa"] for w in s["set_walls"]) for s in (usual, windy)]
    assert wind[1] == pytest.approx(2 * wind[0], rel=1e-3)  # a speed √2 as high
    assert (usual["set"]["route"], british["set"]["route"]) == ("aci318", "en1996")


@pytest.mark.parametrize(
    "words",
    [
        ("--structure",),
        ("--mix", "bagged-mortar"),
        ("--region", "usa"),
        ("--set", "site.roof_dead_load_pa=900"),
        ("--force",),
    ],
)
def test_options_of_the_structure_need_each_other(words: tuple[str, ...]) -> None:
    refused = run("check", "examples/rectangular-72.json", *words)
    assert refused.returncode == 2
    assert "--structure" in refused.stderr


def test_the_plan_is_coloured_by_what_is_used_of_its_walls(tmp_path: Path, parted: Estimate) -> None:
    from estimator.report.structure_drawing import structure_picture, wall_utilisation
    from estimator.report.svg_ import svg_text

    used = wall_utilisation(parted)
    assert set(used) == set(range(len(parted.plan.walls)))
    picture = svg_text(structure_picture(parted))
    worst = max(used, key=lambda i: used[i][0])
    assert f"{parted.plan.walls[worst].id} {used[worst][0]:.0%}" in picture
    assert "#d9542b" in picture  # above 100 %
    done = run("draw", "examples/rectangular-72.json", "--structure", "--printer", "cobod-bod2", "-q",
               "-o", str(tmp_path / "s.png"))  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "s.png").read_bytes().startswith(b"\x89PNG")
    both = run("draw", "examples/rectangular-72.json", "--structure", "--layer", "3")
    assert both.returncode == 2 and "pictures of their own" in both.stderr
