"""From the printer to the standing wall: elements on lorries, joints filled, cores cast in lifts, bars fixed before.

Ledger lines and steps of the schedule of what happens between hall and wall. Nothing here prints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Kind, bead_area_m2
from estimator.cost import Market
from estimator.elements import Elements, is_hall, measured
from estimator.ledger import Line
from estimator.parts import Layout
from estimator.plan import Plan
from estimator.schedule import Step, WallWork
from estimator.slicing import Bands
from estimator.times import HOURS_S, PrintTimes
from estimator.toolpath import Toolpath
from estimator.values import FactLike, Value, Values
from estimator.walls import thickness_m
from estimator.work import Work
from materials import Mix, Terms
from printers import Printer

DAY_S = 24 * HOURS_S
"""Seconds in a calendar day."""


@dataclass(frozen=True, slots=True)
class Freight:
    """What is lifted, carried and joined; nothing in it is uncertain.

    Attributes
    ----------
    elements : Elements or None
        None for machines that print the walls where they stand.
    is_hall : bool
        Whether the elements travel by road.
    lorry_trips : int
    joint_length_m, joint_area_m2 : float
        Of the upright joints between parts. [m], [m²]
    core_height_m : tuple of float
        Height of each storey, for the lifts of cores. [m]
    """

    elements: Elements | None
    is_hall: bool
    lorry_trips: int
    joint_length_m: float
    joint_area_m2: float
    core_height_m: tuple[float, ...]


def freight(
    plan: Plan, layout: Layout, bands: Bands, toolpath: Toolpath, printer: Printer, mix: Mix, terms: Terms
) -> Freight:
    """Count what is lifted, carried and joined.

    Parameters
    ----------
    plan : Plan
    layout : Layout
    bands : Bands
        Shared out among the parts of the layout.
    toolpath : Toolpath
    printer : Printer
    mix : Mix
    terms : Terms

    Returns
    -------
    Freight
    """
    walls = [plan.walls[j.wall] for j in layout.joints]
    tall = [w.top_m - w.base_m for w in walls]
    area = sum(h * thickness_m(w) for h, w in zip(tall, walls, strict=True))
    heights = tuple(
        float(bands.top_m[bands.storey == s].max() - bands.base_m[bands.storey == s].min())
        for s in np.unique(bands.storey)
    )
    if printer.deployment != "factory":
        return Freight(None, False, 0, float(sum(tall)), float(area), heights)
    bead = np.where(
        toolpath.kind == Kind.TRAVEL, 0.0, bead_area_m2(toolpath.width_m, toolpath.layer_height_m) * toolpath.length_m
    )
    elements = measured(plan, layout, bands, toolpath.per_section(bead), float(mix.density_kg_per_m3))
    trips = 0
    if is_hall(printer):
        bed = float(terms.lorry_length_m) * float(terms.lorry_width_m)
        trips = lorry_trips(elements.length_m * elements.width_m, elements.mass_kg, bed, float(terms.lorry_mass_max_kg))
    return Freight(elements, is_hall(printer), trips, float(sum(tall)), float(area), heights)


def lorry_trips(
    area_m2: NDArray[np.float64], mass_kg: NDArray[np.float64], bed_area_m2: float, bed_mass_kg: float
) -> int:
    """Lorries that carry the elements, upright and side by side.

    Parameters
    ----------
    area_m2 : (n,) float
        Of the rectangle that each element takes of the bed. [m²]
    mass_kg : (n,) float
        [kg]
    bed_area_m2 : float
        [m²]
    bed_mass_kg : float
        [kg]

    Returns
    -------
    int
        By loading the largest first, each on the first lorry with room: at most about a fifth more than the
        fewest. One that is too large for a lorry by itself has one.
    """
    share = np.maximum(area_m2 / bed_area_m2, mass_kg / bed_mass_kg)
    free: list[tuple[float, float]] = []
    for k in np.argsort(-share, kind="stable").tolist():
        a, m = float(area_m2[k]), float(mass_kg[k])
        for n, (room, load) in enumerate(free):
            if a <= room + 1e-9 and m <= load + 1e-9:
                free[n] = (room - a, load - m)
                break
        else:
            free.append((bed_area_m2 - a, bed_mass_kg - m))
    return len(free)


def freight_lines(load: Freight, market: Market) -> list[Line]:
    """Carrying the elements, and filling the joints.

    Parameters
    ----------
    load : Freight
    market : Market

    Returns
    -------
    list of Line
        Empty for walls printed in one part.
    """
    lines = joint_lines(load.joint_length_m, load.joint_area_m2, market)
    if load.lorry_trips:
        rate = market.in_currency(
            market.terms.delivery_rate_per_trip, market.general.currency, market.general.price_year
        )
        lines.append(
            Line(
                "delivery", "Transport of the elements", float(load.lorry_trips), "trip", rate, "walls", "plant",
                ("terms.delivery_rate_per_trip", "terms.lorry_mass_max_kg", "terms.lorry_length_m"),
            )
        )  # fmt: skip
    return lines


def joint_lines(joint_length_m: float, joint_area_m2: float, market: Market) -> list[Line]:
    """Filling upright joints, between elements or between parts printed from different places.

    Parameters
    ----------
    joint_length_m, joint_area_m2 : float
        Height of the joints together, and height × thickness of the wall. [m], [m²]
    market : Market

    Returns
    -------
    list of Line
        Mortar and labour; empty without joints.
    """
    if joint_length_m <= 0:
        return []
    return [
        Line(
            "joint-fill", "Joints between parts: mortar", joint_area_m2 * market.terms.joint_fill_width_m, "m3",
            market.resource("mortar-m3"), "walls", "material",
            ("terms.joint_fill_width_m", *market.resource_origin("mortar-m3")),
        ),
        Line(
            "joint-labour", "Joints between parts: filling and sealing", joint_hours(joint_length_m, market), "h",
            market.rates.mason_rate_per_h, "walls", "labour",
            ("terms.joint_time_s_per_m", "region.mason_rate_per_h", "region.labour_hours_factor"),
        ),
    ]  # fmt: skip


def joint_hours(joint_length_m: float, market: Market) -> Value:
    """Hours of one person who fills and seals joints.

    Parameters
    ----------
    joint_length_m : float
        [m]
    market : Market

    Returns
    -------
    float or (n,) float
        [h]
    """
    return joint_length_m * market.terms.joint_time_s_per_m / HOURS_S * market.rates.labour_hours_factor


def core_days(volume_m3: float, heights_m: Sequence[float], market: Market) -> Value:
    """Calendar days of pouring cores, storey by storey.

    Parameters
    ----------
    volume_m3 : float
        Of all storeys. [m³]
    heights_m : sequence of float
        Of each storey. [m]
    market : Market

    Returns
    -------
    float or (n,) float
        [d]

    Notes
    -----
    A storey is poured in lifts of at most ``core_lift_height_m``; the next lift begins ``core_lift_time_s`` after
    the one before, or when that is placed, if placing takes longer.
    """
    terms = market.terms
    total = sum(heights_m)
    days: Value = 0.0
    if volume_m3 <= 0 or total <= 0:
        return days
    a_day = terms.core_crew_persons * terms.working_day_s
    placing = volume_m3 * terms.core_time_s_per_m3 * market.rates.labour_hours_factor / a_day
    for height in heights_m:
        lifts = np.ceil(height / terms.core_lift_height_m - 1e-9)
        own = placing * (height / total) / lifts
        days = days + own + (lifts - 1) * np.maximum(terms.core_lift_time_s / DAY_S, own)
    return days


def wall_work(
    load: Freight,
    cores_m3: float,
    work: Work,
    times: PrintTimes,
    printer: Printer,
    machine: Values,
    market: Market,
    *,
    is_concrete: bool,
) -> WallWork:
    """What the schedule of the house needs to know of the printed walls.

    Parameters
    ----------
    load : Freight
    cores_m3 : float
        Cast between printed leaves: the cores of the wall systems, and those that set walls need. [m³]
    work : Work
    times : PrintTimes
    printer : Printer
    machine : Values
        The printer's facts, drawn.
    market : Market
    is_concrete : bool
        Whether the mix hardens, rather than cools.

    Returns
    -------
    WallWork

    Notes
    -----
    Standing bars are fixed before printing. Elements are printed beside the foundation, on every day of the week
    where a shift lasts round the clock; they harden before they travel, then are placed and joined. Cores
    are cast once the walls stand.
    """
    terms, rates = market.terms, market.rates
    wait = terms.printed_wait_time_s / DAY_S if is_concrete else 0.0
    days = times.moving_days + times.print_days
    beside: list[Step] = []
    before: list[Step] = []
    after: list[Step] = []
    if "rebar_labour_s_per_m2" in machine:
        hours = work.wall_area_m2 * machine.rebar_labour_s_per_m2 * rates.labour_hours_factor
        crew = terms.rebar_crew_persons
        before.append(Step("wall-bars", "Standing reinforcement", hours / (crew * terms.working_day_s), 0.0, crew))
    if load.elements is not None:
        cured = terms.element_cure_time_s / DAY_S if is_concrete else 0.0
        round_the_clock = float(printer.shift_time_s) >= DAY_S - 1
        after_what = () if load.is_hall else ("mobilise",)
        beside.append(
            Step("elements", "Elements, printed and hardened", days, cured, machine.crew_persons,
                 after_what, is_round_the_clock=round_the_clock, is_inside=True)
        )  # fmt: skip
        placing = work.elements * machine.element_assembly_time_s
        joining = joint_hours(load.joint_length_m, market) * HOURS_S / np.maximum(machine.assembly_crew_persons, 1.0)
        days = np.ceil((placing + joining) / terms.working_day_s)
    if cores_m3 > 0:
        poured = core_days(cores_m3, load.core_height_m, market)
        after.append(Step("wall-cores", "Cores of the walls, cast in lifts", 0.0, poured, terms.core_crew_persons))
    return WallWork(days, wait, is_concrete, is_concrete, tuple(beside), tuple(before), tuple(after))


def limit_facts(printer: Printer, terms: Terms) -> Mapping[str, FactLike]:
    """Facts of the terms that limit elements: taken as stated, never drawn.

    Parameters
    ----------
    printer : Printer
    terms : Terms

    Returns
    -------
    mapping of str to fact
        By full name; empty for machines that print no elements.
    """
    if printer.deployment != "factory":
        return {}
    names = ["element_mass_max_kg", "element_clearance_m"]
    if is_hall(printer):
        names += ["lorry_length_m", "lorry_width_m", "lorry_height_m", "lorry_mass_max_kg"]
    return {f"terms.{name}": terms.facts[name] for name in names}
