"""Recipes: what one house of a type asks of one kind of team, split so that learning and calendars can be applied.

A recipe is made of the same numbers as the estimate, of stated values or of draws alike: its times come from the time
ledger and the network of the house, its money and carbon from the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from estimator.breakeven import LEARNT
from estimator.carbon import carbon_lines
from estimator.conventional import ConventionalWalls
from estimator.cost import Market
from estimator.estimate import Estimate
from estimator.ledger import Line, total
from estimator.monte_carlo import sampled_outcome
from estimator.outcome import Outcome
from estimator.programme.spans import Stage, stages, steps
from estimator.schedule import Network, WallWork
from estimator.times import HOURS_S, at_work_s
from estimator.values import Draw, Samples, Value, Values
from materials import Mix, ProgrammeFacts

Mode = int
SITE, PLOT_FACTORY, HALL, GANG = 0, 1, 2, 3
"""How a team builds: prints where the walls stand, prints elements on the plot, prints them in a hall, lays by hand."""

FEWEST_DRAWS = 100
"""A Latin hypercube is drawn of no fewer."""

BY_SHIFT = ("print-operator", "print-crew")
"""Lines that follow the time on shift."""

MARKUPS = ("site-overhead", "overhead-profit", "contingency")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A house by a team, the first that it builds; numbers, or draws of them.

    Attributes
    ----------
    nozzle_s, other_s : float or (n,) float
        Time on shift without start-up and wash-down: of the nozzle, and what learns. [s]
    at_work_s, daily_s : float or (n,) float
        What start-up and wash-down leave of a shift, and they. [s]
    moving_s : float or (n,) float
        Setting up and taking down. [s]
    working_day_s : float or (n,) float
        [s]
    gang_days : float or (n,) float
        Working days of a conventional gang, not rounded up. [d]
    placing_days : float or (n,) float
        Working days of placing elements. [d]
    cure_days : float or (n,) float
        From the last element to its placing. [d]
    step_ratio : float or (n,) float
        Calendar days without weather in a day of the team.
    week_ratio : float or (n,) float
        Calendar days in a working day.
    ground_outside_days, ground_inside_days, ground_wait_days, ground_takt_days : float or (n,) float
        From the start to the walls, and how long a crew is held. [d]
    mobilise_days : float or (n,) float
        Outside, before elements can be made on the plot. [d]
    before_outside_days, before_wait_days, after_outside_days, after_wait_days : float or (n,) float
        Between ground and walls, and between walls and what rests on them. [d]
    finish_outside_days, finish_inside_days, finish_wait_days, finish_takt_days : float or (n,) float
        To hand-over, and how long a crew is held. [d]
    ground_persons, finish_persons, team_persons : float or (n,) float
        Of a crew and of a team on one shift. [persons]
    mortar_m3 : float or (n,) float
        Printed mix, with what is lost. [m³]
    hire_rate : float or (n,) float
        Of the machine, a day. [currency/d]
    wage_rate : float or (n,) float
        Of the team on one shift, a day. [currency/d]
    haul_rate, km_rate : float or (n,) float
        Of all lorries of the machine one way, and for each kilometre beyond what that includes. [currency]
    fixed_amount, learnt_amount, effort_amount, shift_amount : float or (n,) float
        Direct cost of the walls: what stays, what learns, what follows the effort of a gang, and what follows the time
        on shift, for a second of it. [currency]
    engineering_fraction : float or (n,) float
        On the direct cost.
    markup_ratio : float or (n,) float
        Site overhead and profit on it.
    contingency_fraction, series_fraction : float or (n,) float
        Of the first house of a team, and of those after it.
    rest_amount : float or (n,) float
        The house beside its walls. [currency]
    fixed_carbon_kg, learnt_carbon_kg, haul_carbon_kg, km_carbon_kg : float or (n,) float
        Of the house, as its cost. [kgCO2e]
    """

    nozzle_s: Value = 0.0
    other_s: Value = 0.0
    at_work_s: Value = 1.0
    daily_s: Value = 0.0
    moving_s: Value = 0.0
    working_day_s: Value = 0.0
    gang_days: Value = 0.0
    placing_days: Value = 0.0
    cure_days: Value = 0.0
    step_ratio: Value = 1.0
    week_ratio: Value = 1.0
    ground_outside_days: Value = 0.0
    ground_inside_days: Value = 0.0
    ground_wait_days: Value = 0.0
    ground_takt_days: Value = 0.0
    mobilise_days: Value = 0.0
    before_outside_days: Value = 0.0
    before_wait_days: Value = 0.0
    after_outside_days: Value = 0.0
    after_wait_days: Value = 0.0
    finish_outside_days: Value = 0.0
    finish_inside_days: Value = 0.0
    finish_wait_days: Value = 0.0
    finish_takt_days: Value = 0.0
    ground_persons: Value = 0.0
    finish_persons: Value = 0.0
    team_persons: Value = 0.0
    mortar_m3: Value = 0.0
    hire_rate: Value = 0.0
    wage_rate: Value = 0.0
    haul_rate: Value = 0.0
    km_rate: Value = 0.0
    fixed_amount: Value = 0.0
    learnt_amount: Value = 0.0
    effort_amount: Value = 0.0
    shift_amount: Value = 0.0
    engineering_fraction: Value = 0.0
    markup_ratio: Value = 1.0
    contingency_fraction: Value = 0.0
    series_fraction: Value = 0.0
    rest_amount: Value = 0.0
    fixed_carbon_kg: Value = 0.0
    learnt_carbon_kg: Value = 0.0
    haul_carbon_kg: Value = 0.0
    km_carbon_kg: Value = 0.0

    def column(self) -> NDArray[np.float64]:
        """All numbers of a stated recipe, by :data:`FIELDS`.

        Returns
        -------
        (fields,) float
            [any]
        """
        return np.array([float(getattr(self, name)) for name in FIELDS])

    def columns(self, draws: int) -> NDArray[np.float64]:
        """All numbers of draws, by :data:`FIELDS`.

        Parameters
        ----------
        draws : int
            As many as are wanted of them.

        Returns
        -------
        (fields, draws) float
            [any]
        """
        made = np.empty((len(FIELDS), draws))
        for row, name in zip(made, FIELDS, strict=True):
            value = getattr(self, name)
            row[:] = value if np.ndim(value) == 0 else np.asarray(value)[:draws]
        return made


FIELDS = tuple(f.name for f in fields(Recipe))
PLACE = {name: k for k, name in enumerate(FIELDS)}
"""Where a number of a recipe stands in its columns."""


def mode_of(e: Estimate) -> Mode:
    """How the printer of an estimate builds.

    Parameters
    ----------
    e : Estimate

    Returns
    -------
    int
    """
    if e.load.elements is None:
        return SITE
    return HALL if e.load.is_hall else PLOT_FACTORY


def sampled(e: Estimate, draw: Samples) -> Outcome:
    """The outcome of an estimate over draws.

    Parameters
    ----------
    e : Estimate
    draw : Samples

    Returns
    -------
    Outcome
    """
    support = None if e.structure.set is None else e.structure.set.run_help
    return sampled_outcome(
        e.work, e.load, e.geometries[0], support, e.structure.insulation, e.printer, e.mix, e.outcome.beside.inputs,
        draw,
    )  # fmt: skip


def printed_recipe(e: Estimate, out: Outcome, facts: ProgrammeFacts, draw: Draw) -> Recipe:
    """The recipe of a printed house.

    Parameters
    ----------
    e : Estimate
    out : Outcome
        Of stated values, or of draws.
    facts : ProgrammeFacts
    draw : Draw
        The same.

    Returns
    -------
    Recipe
    """
    market = Market.of(e.region, e.terms, draw)
    machine, terms = Values("printer", e.printer.facts, draw), market.terms
    times, week = out.times, out.network.inside_ratio
    direct, engineering, markups = _split(out.lines)
    of = {code: _amount(direct, (code,)) for code in ("machine", "transport")}
    days = times.moving_days + times.print_days
    shift_labour, learnt = _amount(direct, BY_SHIFT), _amount(direct, LEARNT - {*BY_SHIFT, *of, "engineering"})
    fixed = total(direct) - shift_labour - learnt - of["machine"] - of["transport"]
    carbon = {line.place: line.carbon_kg for line in carbon_lines(out.lines, e.mix, market)}
    learnt_carbon = _carbon(out.lines, carbon, LEARNT - {"transport", "machine"})
    haul_carbon = _carbon(out.lines, carbon, {"transport"})
    rest_carbon = _all_carbon([*out.finishes, *out.beside.shared], e.mix, market)
    all_carbon: Value = 0.0
    for line_carbon in carbon.values():
        all_carbon = all_carbon + line_carbon
    wages = _amount(direct, BY_SHIFT) / np.maximum(times.print_shift_s, 1.0)
    mode = mode_of(e)
    elements = next((step for step in out.walls.beside if step.id == "elements"), None)
    nozzle = times.nozzle_s
    other = times.availability_s + times.at_once_s + times.insert_s + times.station_move_s
    daily = machine.startup_time_s + machine.washdown_time_s
    persons = machine.crew_persons + (machine.assembly_crew_persons if elements is not None else 0.0)
    around = elements is not None and elements.is_round_the_clock
    per_km, km_carbon = _per_km(facts, market, draw)
    return Recipe(
        nozzle_s=nozzle, other_s=other, at_work_s=at_work_s(machine.shift_time_s, daily), daily_s=daily,
        moving_s=times.setup_s + times.teardown_s, working_day_s=terms.working_day_s,
        placing_days=0.0 if mode == SITE else out.walls.working_days,
        cure_days=0.0 if elements is None else elements.wait_days,
        step_ratio=1.0 if around else week,
        team_persons=persons, mortar_m3=out.quantities.ordered_volume_m3,
        hire_rate=of["machine"] / np.maximum(days, 1.0),
        wage_rate=wages * (at_work_s(machine.shift_time_s, daily) + daily),
        haul_rate=of["transport"] / 2, km_rate=machine.transport_trips * per_km,
        fixed_amount=fixed, learnt_amount=learnt, shift_amount=wages,
        engineering_fraction=engineering, markup_ratio=markups,
        contingency_fraction=terms.contingency_printed_fraction, series_fraction=terms.contingency_series_fraction,
        rest_amount=total(out.finishes) + total(out.beside.shared),
        fixed_carbon_kg=all_carbon - learnt_carbon - haul_carbon + rest_carbon, learnt_carbon_kg=learnt_carbon,
        haul_carbon_kg=haul_carbon / 2, km_carbon_kg=machine.transport_trips * km_carbon,
        **_ways(out.walls, out.network),
    )  # fmt: skip


def gang_recipe(
    e: Estimate, out: Outcome, built: ConventionalWalls, walls: WallWork, network: Network, facts: ProgrammeFacts,
    draw: Draw,
) -> Recipe:  # fmt: skip
    """The recipe of a house by a conventional method.

    Parameters
    ----------
    e : Estimate
        That the method stands beside.
    out : Outcome
        Of stated values, or of draws.
    built : ConventionalWalls
    walls : WallWork
    network : Network
        Of the house by the method.
    facts : ProgrammeFacts
    draw : Draw

    Returns
    -------
    Recipe
    """
    market = Market.of(e.region, e.terms, draw)
    gang = Values(f"method.{built.method.id}", built.method.facts, draw)
    direct, _, markups = _split(built.lines)
    labour = _kind(direct, "labour")
    wage = labour / np.maximum(built.labour_h, 1e-9)
    lines = [*built.lines, *built.finishes, *out.beside.shared]
    return Recipe(
        working_day_s=market.terms.working_day_s, gang_days=built.gang_days, step_ratio=network.inside_ratio,
        team_persons=gang.crew_persons, wage_rate=wage * gang.crew_persons * market.terms.working_day_s / HOURS_S,
        fixed_amount=total(direct) - labour, effort_amount=labour, markup_ratio=markups,
        contingency_fraction=market.terms.contingency_conventional_fraction,
        series_fraction=market.terms.contingency_conventional_fraction,
        rest_amount=total(built.finishes) + total(out.beside.shared),
        fixed_carbon_kg=_all_carbon(lines, e.mix, market),
        **_ways(walls, network),
    )  # fmt: skip


def _ways(walls: WallWork, network: Network) -> dict[str, Value]:
    """What is the same for all kinds: the ways through the house."""
    week = network.inside_ratio
    ground, finish, first = stages(walls, network)
    before, after = steps(walls.before, week), steps(walls.after, week)
    return {
        "week_ratio": week,
        **_stage("ground", ground), **_stage("finish", finish), "mobilise_days": first.outside_days,
        "before_outside_days": before.outside_days, "before_wait_days": before.inside_days + before.wait_days,
        "after_outside_days": after.outside_days,
        "after_wait_days": after.inside_days + after.wait_days + walls.wait_days,
    }  # fmt: skip


def _stage(name: str, stage: Stage) -> dict[str, Value]:
    return {
        f"{name}_outside_days": stage.path.outside_days, f"{name}_inside_days": stage.path.inside_days,
        f"{name}_wait_days": stage.path.wait_days, f"{name}_takt_days": stage.takt_days,
        f"{name}_persons": stage.crew_persons,
    }  # fmt: skip


def _split(lines: Sequence[Line]) -> tuple[list[Line], Value, Value]:
    """Direct lines of walls, the share of engineering on them, and what site overhead and profit make of one."""
    direct = [line for line in lines if line.code != "engineering" and line.code not in MARKUPS]
    rate = {line.code: line.rate for line in lines if line.unit == "money"}
    return direct, rate.get("engineering", 0.0), (1 + rate["site-overhead"]) * (1 + rate["overhead-profit"])


def _amount(lines: Iterable[Line], codes: Iterable[str]) -> Value:
    wanted = set(codes)
    return total(line for line in lines if line.code in wanted)


def _kind(lines: Iterable[Line], kind: str) -> Value:
    return total(line for line in lines if line.kind == kind)


def _carbon(lines: Sequence[Line], of_place: dict[int, Value], codes: Iterable[str]) -> Value:
    wanted, amount = set(codes), 0.0
    found: Value = amount
    for place, line in enumerate(lines):
        if line.code in wanted and place in of_place:
            found = found + of_place[place]
    return found


def _all_carbon(lines: Iterable[Line], mix: Mix, market: Market) -> Value:
    found: Value = 0.0
    for line in carbon_lines(lines, mix, market):
        found = found + line.carbon_kg
    return found


def _per_km(facts: ProgrammeFacts, market: Market, draw: Draw) -> tuple[Value, Value]:
    """What a lorry costs and emits for each kilometre beyond those that its price includes."""
    of = Values("programme", facts.facts, draw)
    return market.in_currency(of.move_rate_per_km, facts.currency, facts.price_year), of.move_carbon_kg_per_km
