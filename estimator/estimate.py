"""The estimate: a plan on a printer, priced, timed and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from estimator.beads import Pattern
from estimator.beside import BesideInputs, stated_beside
from estimator.check import check_choice, check_plan
from estimator.cores import Cores, core_remarks
from estimator.coverage import Coverage
from estimator.errors import EstimatorError, Finding, PlanError, UsageError
from estimator.geometry import GEOMETRY_FACTS, Geometry, geometry_inputs, geometry_of
from estimator.kinematics.machines import path_speed_ratio
from estimator.ledger import total
from estimator.logistics import Freight, freight, limit_facts
from estimator.measures import Measures, measures_of
from estimator.monte_carlo import monte_carlo
from estimator.outcome import Outcome, outcome_of
from estimator.pacing import Pace, Way
from estimator.parts import Layout
from estimator.plan import Plan
from estimator.remarks import (
    idle_changes,
    idle_machines,
    joint_remarks,
    machine_remarks,
    price_remarks,
    time_remarks,
)
from estimator.slicing import Bands
from estimator.standing import standing_inputs, standing_of
from estimator.structure.structure import Structure
from estimator.takeoff import TakeOff
from estimator.times import LayerMotion, Speeds
from estimator.toolpath import Toolpath
from estimator.uncertainty import Setting, Uncertainty
from estimator.values import Draw, FactLike
from estimator.wall_systems import SYSTEMS
from estimator.work import Work
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
    geometries : tuple of Geometry
        Its own, and those of its settings: a further estimate of the plan that is given them makes no geometry that is
        among them.
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
    geometries: tuple[Geometry, ...]


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
    geometries: Sequence[Geometry] = (),
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
    geometries : sequence of Geometry
        Of earlier estimates. One that fits is taken, which leaves all figures as they are and most of the time out:
        region, rates, site, terms of price and, for printers on site, the mix may have changed
        (:class:`~estimator.geometry.GeometryInputs` says what may not). Where none fits, it is worked out.

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
    geometry = geometry_of(
        geometry_inputs(plan, printer, system, pattern, mix, terms, order, zones, layout), geometries
    )  # fmt: skip
    layout, bands, toolpath, takeoff = geometry.layout, geometry.bands, geometry.toolpath, geometry.takeoff
    cores = geometry.cores
    findings += geometry.findings
    findings += idle_machines(geometry.turns(machines), machines, printer)
    load = freight(plan, layout, bands, toolpath, printer, mix, terms)
    findings += [*geometry.remarks, *machine_remarks(printer), *core_remarks(cores)]

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
    motion = geometry.motion(speeds)
    findings += joint_remarks(toolpath, printer, speeds)
    stands = standing_of(standing_inputs(geometry, speeds, printer, mix, site, terms, machines, pace, pacing, route))
    work, structure = stands.work, stands.structure
    draw.note(stands.used)
    findings += structure.findings
    support = None if structure.set is None else structure.set.run_help
    insulation, measures = structure.insulation, measures_of(plan, takeoff)
    standard = None if insulation is None else insulation.standard
    houses = BesideInputs(region, terms, tuple(chosen), measures, work.net_walls, standard)
    outcome = outcome_of(
        work, load, cores, support, insulation, motion, printer, mix, stated_beside(houses, draw), draw
    )
    for name in ("house_cost_per_m2", "idle_factor", "house_duration_days"):  # told beside the result
        if name in region.facts:
            draw.number(f"region.{name}", region.facts[name])
    findings += time_remarks(outcome.times, mix, takeoff.floor_area_m2)
    findings += price_remarks(mix, region) + idle_changes(draw, printer, mix, region, site, terms)
    uncertainty: Uncertainty | None = None
    used: tuple[Geometry, ...] = (geometry,)
    if samples:
        uncertainty = monte_carlo(work, load, geometry, support, insulation, printer, mix, houses, samples, seed)
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
            geometries=geometries,
        )
        if with_settings:
            settings, of_settings = _settings(printer, changed)
            uncertainty, used = replace(uncertainty, settings=settings), (geometry, *of_settings)
    return Estimate(
        plan, printer, mix, region, terms, system, pattern, layout, bands, toolpath, geometry.covered, motion, takeoff,
        measures, cores, work, load, outcome, structure, uncertainty, tuple(dict.fromkeys(findings)), draw.used, used,
    )  # fmt: skip


def _spacing_facts(systems: set[str]) -> set[str]:
    """Names of the terms that shape the infill of wall systems."""
    return {SYSTEMS[s].spacing for s in systems} - {""}


def _settings(printer: Printer, estimated: Callable[..., Estimate]) -> tuple[tuple[Setting, ...], tuple[Geometry, ...]]:
    """What the ends of the ranges of chosen facts would make of the estimate, and the geometries of these."""
    found, geometries = [], []
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
        geometries += [e.geometries[0] for e in ends if e is not None]
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
    return tuple(found), tuple(geometries)


def _nozzle_s(e: Estimate | None) -> float | None:
    return None if e is None else float(e.outcome.times.nozzle_s)


def _volume_m3(e: Estimate | None) -> float | None:
    return None if e is None else float(e.outcome.quantities.printed_volume_m3)


def _walls_cost(e: Estimate | None) -> float | None:
    return None if e is None else float(total(e.outcome.lines))
