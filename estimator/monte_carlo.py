"""The Monte Carlo run of an estimate: one calculation for all draws at once."""

from __future__ import annotations

from collections.abc import Sequence

from estimator.alike import grouped_work
from estimator.beside import BesideInputs, beside_of
from estimator.carbon import carbon_kg, carbon_lines
from estimator.cost import Market
from estimator.drivers import drivers
from estimator.geometry import Geometry
from estimator.kinematics.machines import path_speed_ratio
from estimator.ledger import labour_h, total
from estimator.logistics import Freight
from estimator.outcome import Outcome, outcome_of
from estimator.sampled_motion import sampled_motion
from estimator.structure.insulation import Insulation
from estimator.structure.strengthening import Strengthening
from estimator.uncertainty import (
    Chances,
    Spread,
    Uncertainty,
    chance,
    density,
    line_spreads,
    spread,
)
from estimator.values import Samples, Value, Values
from estimator.work import Work
from materials import Mix
from printers import Printer

HEADLINES = {
    "nozzle_s": ("method", "trade", "activity"),
    "house_days": ("method",),
    "cost": ("method", "trade", "activity"),
    "house_cost": ("method", "activity"),
    "house_carbon": ("method", "activity"),
}
"""Results whose drivers and densities are told, and first parts of names of facts that they do not depend on."""


def monte_carlo(
    work: Work,
    load: Freight,
    geometry: Geometry,
    support: Strengthening | None,
    insulation: Insulation | None,
    printer: Printer,
    mix: Mix,
    houses: BesideInputs,
    samples: int,
    seed: int,
) -> Uncertainty:
    """Carry the ranges of all facts through everything after the toolpath.

    Parameters
    ----------
    work : Work
    load : Freight
    geometry : Geometry
    support : Strengthening or None
    insulation : Insulation or None
    printer : Printer
    mix : Mix
    houses : BesideInputs
    samples : int
        Number of draws.
    seed : int

    Returns
    -------
    Uncertainty
        Without settings.
    """
    draw = Samples(samples, seed)
    outcome = sampled_outcome(work, load, geometry, support, insulation, printer, mix, houses, draw)
    beside = outcome.beside
    market = Market.of(houses.region, houses.terms, draw)
    walls = total(outcome.lines)
    same = total(beside.shared)  # whatever the walls are
    same_carbon = [line.carbon_kg for line in carbon_lines(beside.shared, mix, market)]
    shared = same + total(outcome.finishes)
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
        "house_carbon": _added(carbon_kg([*outcome.lines, *outcome.finishes], mix, market), same_carbon),
        "labour_h": labour_h(outcome.lines),
    }
    house, house_carbon = walls + shared, results["house_carbon"]
    chances: dict[str, Chances] = {}
    for c, days in zip(beside.conventional, beside.house_days, strict=True):
        name, amount = c.method.id, total(c.lines)
        theirs = amount + total(c.finishes) + same
        carbon = _added(carbon_kg([*c.lines, *c.finishes], mix, market), same_carbon)
        results |= {
            f"cost.{name}": amount, f"saving.{name}": amount - walls, f"house_cost.{name}": theirs,
            f"house_saving.{name}": theirs - house, f"house_days.{name}": days,
        }  # fmt: skip
        chances[name] = Chances(
            chance(walls < amount), chance(house < theirs), chance(outcome.house_days < days),
            chance(house_carbon < carbon),
        )  # fmt: skip
    spreads: dict[str, Spread] = {name: spread(value) for name, value in results.items()}
    headlines = {name: (results[name], apart) for name, apart in HEADLINES.items()}
    shown = [*HEADLINES, *(name for name in results if name.startswith("house_saving."))]
    ledgers = {"printed": outcome.lines, "finishes": outcome.finishes, "shared": beside.shared}
    for c in beside.conventional:
        ledgers |= {f"walls.{c.method.id}": c.lines, f"finishes.{c.method.id}": c.finishes}
    ranges = {name: line_spreads(ledger, samples) for name, ledger in ledgers.items()}
    return Uncertainty(
        samples, seed, spreads, drivers(draw.drawn, draw.ranks, headlines), chances,
        {name: density(results[name]) for name in shown}, lines=ranges,
    )  # fmt: skip


def sampled_outcome(
    work: Work,
    load: Freight,
    geometry: Geometry,
    support: Strengthening | None,
    insulation: Insulation | None,
    printer: Printer,
    mix: Mix,
    houses: BesideInputs,
    draw: Samples,
) -> Outcome:
    """Everything after the toolpath, for all draws at once.

    Parameters
    ----------
    work : Work
    load : Freight
    geometry : Geometry
    support : Strengthening or None
    insulation : Insulation or None
    printer : Printer
    mix : Mix
    houses : BesideInputs
    draw : Samples

    Returns
    -------
    Outcome
    """
    machine = Values("printer", printer.facts, draw)
    ratio: Value = machine.path_speed_ratio if path_speed_ratio(printer) is not None else 1.0
    toolpath, group = geometry.toolpath, geometry.alike
    speeds = (ratio * machine.print_speed_m_per_s, ratio * machine.travel_speed_m_per_s)
    acceleration, flow = machine.acceleration_m_per_s2, machine.flow_max_m3_per_s
    motion = sampled_motion(toolpath, printer, *speeds, acceleration, flow, group, geometry.motion_table)
    sampled = grouped_work(work, group)
    beside = beside_of(houses, draw)
    return outcome_of(sampled, load, geometry.cores, support, insulation, motion, printer, mix, beside, draw)


def _added(amount: Value, others: Sequence[Value]) -> Value:
    """A sum taken further, one by one."""
    for other in others:
        amount = amount + other
    return amount
