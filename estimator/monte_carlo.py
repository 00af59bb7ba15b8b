"""The Monte Carlo run of an estimate: one calculation for all draws at once."""

from __future__ import annotations

from collections.abc import Sequence

from estimator.alike import alike_sections, grouped_work
from estimator.carbon import carbon_kg
from estimator.cores import Cores
from estimator.cost import Market
from estimator.kinematics.machines import path_speed_ratio
from estimator.ledger import labour_h, total
from estimator.logistics import Freight
from estimator.measures import Measures
from estimator.outcome import outcome_of
from estimator.structure.insulation import Insulation
from estimator.structure.strengthening import Strengthening
from estimator.toolpath import Toolpath
from estimator.uncertainty import Spread, Uncertainty, drivers, line_spreads, sampled_motion, spread
from estimator.values import Samples, Value, Values
from estimator.work import Work
from materials import Method, Mix, Region, Terms
from printers import Printer


def monte_carlo(
    work: Work,
    load: Freight,
    cores: Cores,
    support: Strengthening | None,
    insulation: Insulation | None,
    toolpath: Toolpath,
    printer: Printer,
    mix: Mix,
    region: Region,
    methods: Sequence[Method],
    terms: Terms,
    measures: Measures,
    samples: int,
    seed: int,
) -> Uncertainty:
    """Carry the ranges of all facts through everything after the toolpath.

    Parameters
    ----------
    work : Work
    load : Freight
    cores : Cores
    support : Strengthening or None
    insulation : Insulation or None
    toolpath : Toolpath
    printer : Printer
    mix : Mix
    region : Region
    methods : sequence of Method
    terms : Terms
    measures : Measures
    samples : int
        Number of draws.
    seed : int

    Returns
    -------
    Uncertainty
        Without settings.
    """
    draw = Samples(samples, seed)
    machine = Values("printer", printer.facts, draw)
    ratio: Value = machine.path_speed_ratio if path_speed_ratio(printer) is not None else 1.0
    group = alike_sections(toolpath)
    speeds = (ratio * machine.print_speed_m_per_s, ratio * machine.travel_speed_m_per_s)
    acceleration, flow = machine.acceleration_m_per_s2, machine.flow_max_m3_per_s
    motion = sampled_motion(toolpath, printer, *speeds, acceleration, flow, group)
    sampled = grouped_work(work, group)
    outcome = outcome_of(
        sampled, load, cores, support, insulation, motion, printer, mix, region, methods, terms, measures, draw
    )
    market = Market.of(region, terms, draw)
    walls = total(outcome.lines)
    shared = total(outcome.shared) + total(outcome.finishes)
    results: dict[str, Value] = {
        "nozzle_s": outcome.times.nozzle_s,
        "print_shift_s": outcome.times.print_shift_s,
        "print_days": outcome.times.print_days,
        "house_days": outcome.house_days,
        "printed_volume_m3": outcome.quantities.printed_volume_m3,
        "ordered_volume_m3": outcome.quantities.ordered_volume_m3,
        "cost": walls,
        "house_cost": walls + shared,
        "carbon": carbon_kg(outcome.lines, mix, market),
        "house_carbon": carbon_kg([*outcome.lines, *outcome.finishes, *outcome.shared], mix, market),
        "labour_h": labour_h(outcome.lines),
    }
    for c in outcome.conventional:
        amount = total(c.lines)
        results[f"cost.{c.method.id}"] = amount
        results[f"saving.{c.method.id}"] = amount - walls
        house = amount + total(c.finishes) + total(outcome.shared)
        results[f"house_cost.{c.method.id}"] = house
        results[f"house_saving.{c.method.id}"] = house - walls - shared
    spreads: dict[str, Spread] = {name: spread(value) for name, value in results.items()}
    ledgers = {"printed": outcome.lines, "finishes": outcome.finishes, "shared": outcome.shared}
    for c in outcome.conventional:
        ledgers |= {f"walls.{c.method.id}": c.lines, f"finishes.{c.method.id}": c.finishes}
    ranges = {name: line_spreads(ledger, samples) for name, ledger in ledgers.items()}
    return Uncertainty(samples, seed, spreads, drivers(draw.drawn, walls), lines=ranges)
