"""A geometry serves every estimate that it fits, and gives the figures of one that was worked out afresh."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.document import as_document
from estimator.estimate import Estimate, estimate
from estimator.geometry import GEOMETRY_FACTS, Geometry
from estimator.plan import Plan
from estimator.readers import read_plan
from materials import load_mix, load_region, load_site, load_terms
from printers import load_printer
from printers.joints import JOINT_FACTS
from tests.helpers import box, plan, small_house

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PRINTERS = ("cobod-bod2", "apis-cor-frank", "vertico-robot")
"""A frame, an arm that is moved from stand to stand, and a factory machine."""


def house() -> Plan:
    """As a service reads it for every request: equal, but never the same object."""
    return read_plan(EXAMPLES / "rectangular-72.json")


@cache
def first(printer: str) -> Estimate:
    return estimate(house(), printer=printer, region="usa", samples=0)


def changes(printer: str) -> dict[str, dict[str, Any]]:
    """Choices that no geometry depends on, beside those of :func:`first`."""
    machine = load_printer(printer)
    region = load_region("germany")
    return {
        "region": {"region": "germany"},
        "rates": {"region": region.replace(mason_rate_per_h=99.0)},
        "price and crew": {"printer": machine.replace(purchase_price=1e6, shift_time_s=30_000.0)},
        "site and route": {"region": "usa", "site": load_site("germany"), "route": "en1996"},
        "mix": {"mix": load_mix(machine.default_mix).replace(price_per_m3=300.0, green_strength_pa=4000.0)},
        "terms": {"terms": load_terms().replace(lintel_time_s=1000.0)},
        "methods": {"methods": ()},
        "pace": {"pace": "safe"},
        "samples": {"samples": 200, "seed": 7, "with_settings": False},
    }


def same(one: Estimate, other: Estimate) -> None:
    assert as_document(one) == as_document(other)


@pytest.mark.parametrize("printer", PRINTERS)
@pytest.mark.parametrize("change", changes(PRINTERS[0]))
def test_a_known_geometry_gives_the_figures_of_a_fresh_one(printer: str, change: str) -> None:
    choice = {"printer": printer, "region": "usa", "samples": 0} | changes(printer)[change]
    known = first(printer).geometries
    again = estimate(house(), geometries=known, **choice)
    assert again.geometries == known
    same(again, estimate(house(), **choice))


@pytest.mark.parametrize("printer", PRINTERS)
def test_geometries_of_settings_are_known_as_well(printer: str) -> None:
    with_settings = {"printer": printer, "samples": 100}
    one = estimate(house(), region="usa", **with_settings)
    again = estimate(house(), region="germany", geometries=one.geometries, **with_settings)
    assert len(one.geometries) > 1
    assert again.geometries == one.geometries
    same(again, estimate(house(), region="germany", **with_settings))


@pytest.mark.parametrize("printer", PRINTERS)
@pytest.mark.parametrize(
    "change", ["layer", "bead", "speed", "order", "infill", "plan", "fewer walls", "layout", "system", "density"]
)
def test_what_a_geometry_depends_on_makes_a_new_one(printer: str, change: str) -> None:
    machine, known = load_printer(printer), first(printer)
    others = [s for s in machine.wall_systems if s != machine.default_wall_system]
    given, choice = house(), {"printer": machine, "region": "usa", "samples": 0}
    if change == "layer":
        choice["printer"] = machine.replace(layer_height_m=float(machine.layer_height_m) * 1.1)
    elif change == "bead":
        choice["printer"] = machine.replace(bead_width_m=float(machine.bead_width_m) * 1.1)
    elif change == "speed":  # by which beads are ordered
        choice["printer"] = machine.replace(print_speed_m_per_s=float(machine.print_speed_m_per_s) * 0.7)
    elif change == "order":
        choice["order"] = "nearest"
    elif change == "infill":
        choice["terms"] = load_terms().replace(web_spacing_m=0.31)
    elif change == "plan":
        given = replace(given, floor_area_m2=70.0)
    elif change == "fewer walls":
        given = replace(given, walls=given.walls[:-1])
    elif change == "layout":
        choice["layout"] = known.layout
    elif change == "system":
        choice["wall_system"] = others[0]
    elif machine.deployment != "factory":
        pytest.skip("machines on site cut walls whatever they weigh")
    else:
        mix = load_mix(machine.default_mix)
        choice["mix"] = mix.replace(density_kg_per_m3=float(mix.density_kg_per_m3) * 1.1)
    again = estimate(given, geometries=known.geometries, **choice)
    assert again.geometries[0] is not known.geometries[0]
    same(again, estimate(given, **choice))


def test_density_leaves_what_is_printed_on_site_as_it_is() -> None:
    mix = load_mix(load_printer("cobod-bod2").default_mix).replace(density_kg_per_m3=1900.0)
    known = first("cobod-bod2").geometries
    again = estimate(house(), printer="cobod-bod2", region="usa", samples=0, mix=mix, geometries=known)
    assert again.geometries == known
    same(again, estimate(house(), printer="cobod-bod2", region="usa", samples=0, mix=mix))


def test_another_number_of_machines_shares_out_the_same_parts() -> None:
    one = estimate(house(), printer="apis-cor-2017", samples=0, machines=1)
    crane = replace(load_printer("apis-cor-2017"), machines_max=2)
    two = estimate(house(), printer=crane, samples=0, machines=2, geometries=one.geometries)
    assert two.geometries == one.geometries
    same(two, estimate(house(), printer=crane, samples=0, machines=2))


def test_the_one_of_several_geometries_that_fits_is_taken() -> None:
    pool = [g for name in PRINTERS for g in first(name).geometries]
    for name in PRINTERS:
        made = estimate(house(), printer=name, region="kenya", samples=0, geometries=pool)
        assert made.geometries == first(name).geometries


def test_findings_are_those_of_the_plan_that_is_estimated() -> None:
    read = replace(small_house(), region="germany")
    known = estimate(read, samples=0).geometries
    moved = replace(read, region=None)
    made = estimate(moved, samples=0, geometries=known)
    assert made.geometries == known
    assert {"printer-default", "region-default"} <= {f.code for f in made.findings}
    same(made, estimate(moved, samples=0))


def test_a_geometry_of_another_plan_does_no_harm() -> None:
    known = estimate(plan(*box(8.0, 6.0)), printer="cobod-bod2", region="usa", samples=0).geometries
    made = estimate(plan(*box(8.0, 6.5)), printer="cobod-bod2", region="usa", samples=0, geometries=known)
    same(made, estimate(plan(*box(8.0, 6.5)), printer="cobod-bod2", region="usa", samples=0))


@pytest.mark.parametrize("printer", PRINTERS)
def test_no_estimate_writes_into_a_geometry(printer: str) -> None:
    made = estimate(house(), printer=printer, region="usa", samples=0)
    locked = [_lock(g) for g in made.geometries]
    assert sum(locked) > 30
    again = estimate(house(), printer=printer, region="germany", samples=100, geometries=made.geometries)
    assert again.geometries[0] is made.geometries[0]


def test_joints_are_made_of_facts_that_a_geometry_knows() -> None:
    assert {name for names in JOINT_FACTS.values() for name in names} <= set(GEOMETRY_FACTS)


def _lock(part: object) -> int:
    """Make all arrays in a geometry read-only; how many there are."""
    if isinstance(part, np.ndarray):
        part.flags.writeable = False
        return 1
    if isinstance(part, dict):
        return sum(_lock(p) for p in part.values())
    if isinstance(part, (tuple, list)):
        return sum(_lock(p) for p in part)
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        fields = [getattr(part, f.name) for f in dataclasses.fields(part) if f.name not in ("plan", "printer")]
        extra = [part.fabric.shapes, part.fabric.sections, part.fabric.runs, part.fabric.shared] if isinstance(
            part, Geometry
        ) else []  # fmt: skip
        return sum(_lock(p) for p in (*fields, *extra))
    return 0


@pytest.mark.parametrize("name", ["rectangular-72", "two-storey-140", "stupino-round-house"])
def test_printers_that_share_stages_of_a_plan_get_what_each_would_get_alone(name: str) -> None:
    plan = read_plan(EXAMPLES / f"{name}.json")
    known: tuple[Geometry, ...] = ()
    for printer in ("cobod-bodxl", "cobod-bod3", "luyten-platypus", "black-buffalo-nexcon", "ric-primus"):
        shared = estimate(plan, printer=printer, samples=0, geometries=known)
        known = (*shared.geometries, *known)
        assert as_document(shared) == as_document(estimate(plan, printer=printer, samples=0)), printer
