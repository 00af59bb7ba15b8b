"""The estimate: a plan on a printer, priced, timed and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from estimator.at_once import machine_turns
from estimator.beads import Kind, Pattern
from estimator.check import check_choice, check_fit, check_plan
from estimator.cores import Cores, core_remarks, wall_cores
from estimator.coverage import Coverage, coverage
from estimator.elements import element_limits, plan_elements
from estimator.errors import EstimatorError, Finding, NotPrintableError, PlanError, UsageError
from estimator.gap_costs import gap_costs
from estimator.kinematics.machines import path_speed_ratio
from estimator.ledger import total
from estimator.logistics import Freight, freight, limit_facts
from estimator.measures import Measures, measures_of
from estimator.monte_carlo import monte_carlo
from estimator.outcome import Outcome, outcome_of
from estimator.overhang import overhang_remarks
from estimator.pacing import Pace, Way
from estimator.pacing import pacing as paced_by
from estimator.parts import Layout, divided, with_joints
from estimator.plan import Plan
from estimator.remarks import (
    idle_changes,
    idle_machines,
    joint_remarks,
    layer_remarks,
    machine_remarks,
    price_remarks,
    time_remarks,
)
from estimator.seams import SHIFT_BEADS, staggered
from estimator.slicing import Bands, slice_bands
from estimator.stations import plan_layout
from estimator.structure.pace import paced_work
from estimator.structure.structure import Structure, structure_of
from estimator.takeoff import TakeOff, take_off
from estimator.times import LayerMotion, Speeds, layer_motion, stated_times
from estimator.toolpath import Toolpath, build_toolpath
from estimator.uncertainty import Setting, Uncertainty
from estimator.values import Draw, FactLike
from estimator.wall_systems import SYSTEMS
from estimator.walls import wall_pieces
from estimator.work import Work, count_work
from materials import (
    Method,
    Mix,
    Region,
    Site,
    Terms,
    load_method,
    load_mix,
    load_region,
    load_site,
    load_terms,
    method_ids,
    region_ids,
)
from printers import Printer, ProfileError, load_printer

DEFAULT_PRINTER = "cobod-bod2"
DEFAULT_REGION = "usa"
DEFAULT_SAMPLES = 10_000
GEOMETRY_FACTS = (
    "layer_height_m", "bead_width_m", "junction_deviation_m", "x_speed_max_m_per_s", "y_speed_max_m_per_s",
    "angular_speed_max_rad_per_s", "radial_speed_max_m_per_s", "x_acceleration_max_m_per_s2",
    "y_acceleration_max_m_per_s2", "angular_acceleration_max_rad_per_s2", "radial_acceleration_max_m_per_s2",
    "upper_arm_m", "forearm_m", "shoulder_offset_m", "wrist_drop_m", "base_speed_max_rad_per_s",
    "shoulder_speed_max_rad_per_s", "elbow_speed_max_rad_per_s", "base_acceleration_max_rad_per_s2",
    "shoulder_acceleration_max_rad_per_s2", "elbow_acceleration_max_rad_per_s2", "tower_radius_m", "rod_length_m",
    "carriage_speed_max_m_per_s", "carriage_acceleration_max_m_per_s2", "build_x_m", "build_y_m", "build_z_m",
    "reach_min_m", "reach_max_m", "base_radius_m", "tail_radius_m", "exit_width_m", "exit_height_m", "machine_mass_kg",
    "element_length_m", "element_width_m", "element_height_m",
)  # fmt: skip
"""Facts that shape the path or the fit: taken as stated, never sampled."""

CHOSEN_FACTS = ("layer_height_m", "bead_width_m")
"""Facts that a crew sets: not drawn, but shown at both ends of their ranges."""

FEWEST_SAMPLES = 100
MOST_SAMPLES = 200_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A finished estimate; ``estimator.document.as_document`` turns it into the document.

    Attributes
    ----------
    plan : Plan
    printer : Printer
    mix : Mix
    region : Region
    terms : Terms
    wall_system : str
    pattern : Pattern
    layout : Layout
        Parts in which it is printed, and from where.
    bands : Bands
    toolpath : Toolpath
    covered : Coverage
    motion : LayerMotion
    takeoff : TakeOff
    measures : Measures
    cores : Cores
    work : Work
    load : Freight
    outcome : Outcome
        By the stated values.
    structure : Structure
        Whether it will stand, by the stated values.
    uncertainty : Uncertainty or None
        None when no samples were asked for.
    findings : tuple of Finding
    used : mapping of str to fact
        Every fact that entered, by full name.
    """

    plan: Plan
    printer: Printer
    mix: Mix
    region: Region
    terms: Terms
    wall_system: str
    pattern: Pattern
    layout: Layout
    bands: Bands
    toolpath: Toolpath
    covered: Coverage
    motion: LayerMotion
    takeoff: TakeOff
    measures: Measures
    cores: Cores
    work: Work
    load: Freight
    outcome: Outcome
    structure: Structure
    uncertainty: Uncertainty | None
    findings: tuple[Finding, ...]
    used: Mapping[str, FactLike]


def estimate(
    plan: Plan,
    *,
    printer: Printer | str | None = None,
    mix: Mix | str | None = None,
    wall_system: str | None = None,
    region: Region | str | None = None,
    site: Site | None = None,
    methods: Sequence[Method | str] | None = None,
    terms: Terms | None = None,
    samples: int = DEFAULT_SAMPLES,
    seed: int = 1,
    order: Literal["best", "nearest"] = "best",
    machines: int = 1,
    layout: Layout | None = None,
    pace: Pace = "stands",
    pacing: Way = "cheapest",
    zones: int = 1,
    route: str | None = None,
    with_settings: bool = True,
) -> Estimate:
    """Estimate time, material and cost of printing a plan, beside conventional building.

    Parameters
    ----------
    plan : Plan
    printer : Printer or str, optional
        A profile or its id; :data:`DEFAULT_PRINTER` when left out.
    mix : Mix or str, optional
        The printer's usual one when left out.
    wall_system : str, optional
        The printer's usual one when left out.
    region : Region or str, optional
        The plan's, else :data:`DEFAULT_REGION`.
    site : Site, optional
        Wind, roofs, floors, ground and warmth that walls are checked for; the region's when left out.
    methods : sequence of Method or str, optional
        Conventional methods to compare with; all when left out.
    terms : Terms, optional
        General terms (overheads, inserts, spacing of infill).
    samples : int
        Size of the Monte Carlo run; 0 leaves it out.
    seed : int
    order : {"best", "nearest"}
        Print order: the one that costs least by the printer's gaps, or nearest starts, to
        compare with.
    machines : int
        How many machines of this kind print at the same time.
    layout : Layout, optional
        Parts in which to print, of the same plan; worked out when left out.
    pace : {"strength", "stands", "safe"}
        Whether layers come no sooner than what is below does not yield by the stated values, than ideal wet walls
        stand as well, or than every wet wall keeps its margin, knock-downs included.
    pacing : {"cheapest", "wait", "slow", "alternate"}
        How they do so: the machine waits, slows down, or prints elements by turns.
    zones : int
        How many zones, at least, are printed one after the other from each place of a frame.
    route : {"aci318", "tms402", "en1996", "en1992"}, optional
        Code by which set walls are checked; the usual one of the region when left out.
    with_settings : bool
        Whether, with samples, the ends of what a crew chooses are worked out too, which takes four more estimates.

    Returns
    -------
    Estimate

    Raises
    ------
    UsageError
        The printer cannot print the mix or the wall system, its shifts leave no time to
        print, or the number of samples or machines is not sensible.
    ProfileError, TableError
        A name is unknown (of ``printers`` and ``materials``).
    PlanError
        The plan is not valid.
    NotPrintableError
        The plan does not fit the printer; its findings say why.
    """
    findings: list[Finding] = list(plan.findings)
    if printer is None:
        printer = DEFAULT_PRINTER
        findings.append(
            Finding("printer-default", "note", plan.name, f"no printer was named; {DEFAULT_PRINTER} is taken")
        )
    printer = load_printer(printer) if isinstance(printer, str) else printer
    mix = load_mix(mix or printer.default_mix) if not isinstance(mix, Mix) else mix
    if region is None and plan.region is not None:
        if plan.region.partition("@")[0].partition("/")[0] not in region_ids():
            raise PlanError(
                f"{plan.source}: /region is {plan.region!r}, which is not known; known are {', '.join(region_ids())}; "
                "mend it or name a region with the estimate"
            )
        region = plan.region
    if region is None:
        region = DEFAULT_REGION
        findings.append(Finding("region-default", "note", plan.name, f"no region was named; {DEFAULT_REGION} is taken"))
    region = load_region(region) if isinstance(region, str) else region
    site = site or load_site(region.id)
    system = wall_system or printer.default_wall_system
    check_choice(printer, mix, system, plan)
    if samples < 0 or 0 < samples < FEWEST_SAMPLES or samples > MOST_SAMPLES or seed < 0:
        raise UsageError(
            f"samples is {samples} and seed {seed}; give 0 or {FEWEST_SAMPLES} to {MOST_SAMPLES} samples "
            "and a seed from 0"
        )
    if not 1 <= machines <= printer.machines_max:
        raise UsageError(
            f"{machines} machines were asked for, and at most {printer.machines_max} of {printer.id} can print one "
            "building at the same time; choose as many, or another printer"
        )
    chosen = [load_method(m) if isinstance(m, str) else m for m in (method_ids() if methods is None else methods)]
    terms = terms or load_terms()
    pattern = Pattern(float(terms.web_spacing_m), float(terms.zigzag_pitch_m), float(terms.chamber_pitch_m))

    check_plan(plan)
    pieces = wall_pieces(plan)
    layer_height, bead_width = float(printer.layer_height_m), float(printer.bead_width_m)
    if layout is None:
        layout = plan_layout(plan, pieces, printer, zones)
        findings += check_fit(plan, printer, layout.findings)
        if printer.deployment == "factory":
            limits = element_limits(plan, printer, float(mix.density_kg_per_m3), terms, system, pattern)
            layout = plan_elements(plan, pieces, printer, limits)
            findings += check_fit(plan, printer, layout.findings)
    bands = whole = slice_bands(plan, pieces, layer_height, system)
    printed_plan = plan
    if layout.joints:
        printed_plan = with_joints(plan, layout.joints)
        bands = slice_bands(printed_plan, wall_pieces(printed_plan), layer_height, system)
    if not len(bands.layers):
        raise NotPrintableError(
            f"{plan.source}: nothing is left to print; either openings take up every wall or no wall is as high as one "
            f"layer of {layer_height:g} m"
        )
    costs = gap_costs(printer, bead_width, layer_height) if order == "best" else None
    takeoff = take_off(plan, whole)
    bands = divided(bands, layout.parts)
    toolpath, bead_findings = build_toolpath(
        bands, printed_plan.walls, bead_width, layer_height, pattern, costs, layout.parts
    )
    findings += bead_findings
    if not np.any(toolpath.kind != Kind.TRAVEL):
        raise NotPrintableError(
            f"{plan.source}: the walls are too thin for a bead of {bead_width:g} m, so nothing would be printed; "
            "choose a narrower bead or thicker walls",
            bead_findings,
        )
    covered = coverage(bands.sections, printed_plan.walls, toolpath, bead_width, pattern)
    findings += covered.findings
    if printer.continuity != "never-stop":
        toolpath = staggered(toolpath, bands, SHIFT_BEADS * bead_width)
    if not takeoff.is_enclosed:
        findings.append(
            Finding(
                "plan-open",
                "warning",
                plan.name,
                "has walls that enclose no floor, so the figures for the whole house mean little; state floor_area_m2",
            )
        )
    elements = len(np.unique(bands.part)) if printer.deployment == "factory" else 0
    paced = paced_by(layout, printer, terms, pacing)
    turns = machine_turns(layout, bands, toolpath, machines, printer) if machines > 1 else None
    findings += idle_machines(turns, machines, printer)
    work = count_work(plan, bands, toolpath, takeoff, system, layout, elements, mix, paced, turns)
    load = freight(plan, layout, bands, toolpath, printer, mix, terms)
    cores = wall_cores(bands, printed_plan.walls, bead_width, layer_height, pattern)
    findings += overhang_remarks(plan, layer_height, bead_width)
    findings += layer_remarks(bands, toolpath) + machine_remarks(printer) + core_remarks(cores)

    draw = Draw()
    for name in GEOMETRY_FACTS:
        if name in printer.facts:
            draw.number(f"printer.{name}", printer.facts[name])
    for name, fact in limit_facts(printer, terms).items():
        draw.number(name, fact)
    for name in _spacing_facts({system} | {w.system for w in plan.walls if w.system}):
        draw.number(f"terms.{name}", terms.facts[name])
    speeds = Speeds(
        float(draw.number("printer.print_speed_m_per_s", printer.print_speed_m_per_s)),
        float(draw.number("printer.travel_speed_m_per_s", printer.travel_speed_m_per_s)),
        float(draw.number("printer.acceleration_m_per_s2", printer.acceleration_m_per_s2)),
        float(draw.number("printer.flow_max_m3_per_s", printer.flow_max_m3_per_s)),
    )
    ratio = path_speed_ratio(printer)
    if ratio is not None:
        speeds = speeds.slowed(float(draw.number("printer.path_speed_ratio", ratio)))
    motion = layer_motion(toolpath, printer, speeds)
    findings += joint_remarks(toolpath, printer, speeds)
    work = paced_work(
        plan, system, pattern, layout.parts, bands, toolpath, work,
        lambda work: stated_times(work, motion, printer, mix, terms), printer, mix, pace,
    )  # fmt: skip
    structure = structure_of(
        plan, system, pattern, layout.parts, bands, toolpath, work, stated_times(work, motion, printer, mix, terms),
        printer, mix, site, takeoff, terms, draw, route,
    )  # fmt: skip
    findings += structure.findings
    if structure.lintels is not None:
        work = replace(work, cast_lintels=structure.lintels.cast)
    support = None if structure.set is None else structure.set.run_help
    insulation, measures = structure.insulation, measures_of(plan, takeoff)
    outcome = outcome_of(
        work, load, cores, support, insulation, motion, printer, mix, region, chosen, terms, measures, draw
    )
    for name in ("house_cost_per_m2", "idle_factor", "house_duration_days"):  # told beside the result
        if name in region.facts:
            draw.number(f"region.{name}", region.facts[name])
    findings += time_remarks(outcome.times, mix, takeoff.floor_area_m2)
    findings += price_remarks(mix, region) + idle_changes(draw, printer, mix, region, site, terms)
    uncertainty = None
    if samples:
        uncertainty = monte_carlo(
            work,
            load,
            cores,
            support,
            insulation,
            toolpath,
            printer,
            mix,
            region,
            chosen,
            terms,
            measures,
            samples,
            seed,
        )
        changed = partial(
            estimate,
            plan,
            mix=mix,
            wall_system=system,
            region=region,
            site=site,
            methods=(),
            terms=terms,
            samples=0,
            order=order,
            machines=machines,
            layout=layout,
            pace=pace,
            pacing=pacing,
            route=route,
        )
        if with_settings:
            uncertainty = replace(uncertainty, settings=_settings(printer, changed))
    return Estimate(
        plan, printer, mix, region, terms, system, pattern, layout, bands, toolpath, covered, motion, takeoff, measures,
        cores, work, load, outcome, structure, uncertainty, tuple(dict.fromkeys(findings)), draw.used,
    )  # fmt: skip


def _spacing_facts(systems: set[str]) -> set[str]:
    """Names of the terms that shape the infill of wall systems."""
    return {SYSTEMS[s].spacing for s in systems} - {""}


def _settings(printer: Printer, estimated: Callable[..., Estimate]) -> tuple[Setting, ...]:
    """What the ends of the ranges of chosen facts would make of the estimate."""
    found = []
    for name in CHOSEN_FACTS:
        fact = printer.facts[name]
        if fact.high <= fact.low:
            continue
        ends: list[Estimate | None] = []
        for end in (fact.low, fact.high):
            try:
                ends.append(estimated(printer=printer.replace(**{name: end})))
            except (EstimatorError, ProfileError):
                ends.append(None)  # e.g. walls too thin for the wider bead
        low, high = ends
        found.append(
            Setting(
                f"printer.{name}",
                fact.value,
                fact.low,
                fact.high,
                (_nozzle_s(low), _nozzle_s(high)),
                (_volume_m3(low), _volume_m3(high)),
                (_walls_cost(low), _walls_cost(high)),
            )
        )
    return tuple(found)


def _nozzle_s(e: Estimate | None) -> float | None:
    return None if e is None else float(e.outcome.times.nozzle_s)


def _volume_m3(e: Estimate | None) -> float | None:
    return None if e is None else float(e.outcome.quantities.printed_volume_m3)


def _walls_cost(e: Estimate | None) -> float | None:
    return None if e is None else float(total(e.outcome.lines))
