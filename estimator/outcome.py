"""Everything after the toolpath, of numbers and of samples alike: times, quantities, cost lines, dates."""

from __future__ import annotations

from dataclasses import dataclass

from estimator.beside import Beside
from estimator.cores import Cores, core_lines
from estimator.cost import Market, printed_wall_lines
from estimator.house import finish_lines, walled
from estimator.ledger import Line
from estimator.logistics import Freight, freight_lines, wall_work
from estimator.quantities import Quantities, print_quantities
from estimator.schedule import ActivityDates, Network, WallWork, house_network, house_schedule
from estimator.structure.insulation import Insulation, insulation_lines
from estimator.structure.strengthening import Strengthening, strengthening_lines
from estimator.times import LayerMotion, PrintTimes, print_times
from estimator.values import Draw, Value, Values
from estimator.work import Work
from materials import Mix
from printers import Printer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from the facts once the toolpath is known; numbers, or samples of them.

    Attributes
    ----------
    times : PrintTimes
    quantities : Quantities
    lines : list of Line
        Printed walls.
    finishes : list of Line
        Of the house, that go with printed walls.
    beside : Beside
        The house without its walls, and by conventional methods.
    activities : list of ActivityDates
        Of the printed house.
    house_days : float or (n,) float
        Of the printed house. [d]
    walls : WallWork
    network : Network
        What the dates follow from.
    """

    times: PrintTimes
    quantities: Quantities
    lines: list[Line]
    finishes: list[Line]
    beside: Beside
    activities: list[ActivityDates]
    house_days: Value
    walls: WallWork
    network: Network


def outcome_of(
    work: Work,
    load: Freight,
    cores: Cores,
    support: Strengthening | None,
    insulation: Insulation | None,
    motion: LayerMotion,
    printer: Printer,
    mix: Mix,
    beside: Beside,
    draw: Draw,
) -> Outcome:
    """Everything after the toolpath: one calculation for numbers and for samples.

    Parameters
    ----------
    work : Work
    load : Freight
        What goes by road and what is joined.
    cores : Cores
    support : Strengthening or None
        Grouted cores that set walls need.
    insulation : Insulation or None
        Of outer walls.
    motion : LayerMotion
    printer : Printer
    mix : Mix
    beside : Beside
        Of the same draw.
    draw : Draw

    Returns
    -------
    Outcome
    """
    measures = beside.inputs.measures
    machine = Values("printer", printer.facts, draw)
    stuff = Values(f"mix.{mix.id}", mix.facts, draw)
    market = Market.of(beside.inputs.region, beside.inputs.terms, draw)
    times = print_times(work, motion.deposition_s, motion.travel_s, printer, machine, stuff, market.terms)
    quantities = print_quantities(work, times, printer, machine, stuff, market.terms)
    after = [*core_lines(cores, market), *freight_lines(load, market)]
    after += [] if support is None else strengthening_lines(support, market)
    after += [] if insulation is None else insulation_lines(insulation.amounts, market)
    lines = printed_wall_lines(work, times, quantities, printer, machine, mix, market, after)
    house = walled(
        measures, ring_beam_m=measures.ring_beam_m - (0.0 if support is None else support.beam_m),
        rendered_m2=measures.external_m2 - (0.0 if insulation is None else insulation.amounts.outside_m2),
    )  # fmt: skip
    concrete = mix.hardening != "cooling"
    finishes = finish_lines(house, "printed" if concrete else "panel", market)  # plastic is painted, not plastered
    network = house_network(measures.floor_m2, market, [*beside.shared, *finishes])
    cast_m3 = cores.total_m3 + (0.0 if support is None else support.grout_m3)
    walls = wall_work(load, cast_m3, work, times, printer, machine, market, is_concrete=concrete)
    activities, house_days = house_schedule(walls, network)
    return Outcome(times, quantities, lines, finishes, beside, activities, house_days, walls, network)
