"""Cost lines of the printed walls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from estimator.elements import is_hall
from estimator.ledger import Line, total
from estimator.quantities import Quantities
from estimator.times import HOURS_S, PrintTimes, starts_per_layer
from estimator.values import Draw, Value, Values
from estimator.work import NetWalls, Work
from materials import Mix, Priced, Region, Terms, exchange_rate, load_resource, nearest_exchange_year
from printers import Printer


@dataclass(frozen=True, slots=True)
class Market:
    """Where the work is paid: the numbers of a region and of the general terms.

    Attributes
    ----------
    region : Region
    general : Terms
    rates, terms : Values
        The facts of the region and of the general terms, drawn.
    draw : Draw
        Where further facts (resources, exchange rates) are drawn.
    known : dict of str to number
        Prices of resources worked out so far.
    """

    region: Region
    general: Terms
    rates: Values
    terms: Values
    draw: Draw
    known: dict[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, region: Region, terms: Terms, draw: Draw) -> Market:
        """Market of a region.

        Parameters
        ----------
        region : Region
        terms : Terms
        draw : Draw

        Returns
        -------
        Market
        """
        return cls(region, terms, Values("region", region.facts, draw), Values("terms", terms.facts, draw), draw)

    def in_currency(self, amount: Value, currency: str, year: int) -> Value:
        """Money of another currency in that of the region, at the mean rate of the price year.

        Parameters
        ----------
        amount : float or (n,) float
            [currency]
        currency : str
        year : int
            Price year of the amount; the nearest year with a known rate stands in for it.

        Returns
        -------
        float or (n,) float
            In that of the region. [currency]
        """
        if currency == self.region.currency:
            return amount
        dollars = amount / self._per_usd(currency, year)
        return dollars * self._per_usd(self.region.currency, self.region.price_year)

    def _per_usd(self, currency: str, year: int) -> Value:
        if currency == "USD":
            return 1.0
        known = nearest_exchange_year(currency, year)
        return self.draw.number(f"exchange.{currency.lower()}_per_usd_{known}", exchange_rate(currency, known))

    def price(self, item: Priced, prefix: str) -> Value:
        """Price of one unit of a mix or resource here.

        Parameters
        ----------
        item : Priced
        prefix : str
            First part of the full names of its facts.

        Returns
        -------
        float or (n,) float
            Per unit of the item. [currency]
        """
        facts = Values(prefix, item.facts, self.draw)
        price: Value = 0.0
        if float(item.facts[item.FIXED]):
            price = self.in_currency(getattr(facts, item.FIXED), item.currency, item.price_year)
        for amount, rate in item.BOUGHT.items():
            if float(item.facts[amount]):
                price = price + getattr(facts, amount) * getattr(self.rates, rate)
        return price

    def resource(self, name: str) -> Value:
        """Price of one unit of a resource here.

        Parameters
        ----------
        name : str
            Id of the resource.

        Returns
        -------
        float or (n,) float
            Per unit of the resource. [currency]
        """
        if name not in self.known:
            given = self.region.prices.get(name)
            self.known[name] = (
                self.price(load_resource(name), f"resource.{name}")
                if given is None
                else self.draw.number(f"resource.{name}.price", given)
            )
        return self.known[name]

    def resource_origin(self, name: str) -> tuple[str, ...]:
        """Full names of the facts behind the price of a resource here.

        Parameters
        ----------
        name : str
            Id of the resource.

        Returns
        -------
        tuple of str
        """
        return (f"resource.{name}.price",) if name in self.region.prices else _resource_origin(name)


def price_origin(item: Priced, prefix: str) -> tuple[str, ...]:
    """Full names of the facts behind the price of a mix or resource.

    Parameters
    ----------
    item : Priced
    prefix : str
        First part of the full names of its facts.

    Returns
    -------
    tuple of str
    """
    names = [f"{prefix}.{item.FIXED}"] if float(item.facts[item.FIXED]) else []
    for amount, rate in item.BOUGHT.items():
        if float(item.facts[amount]):
            names += [f"{prefix}.{amount}", f"region.{rate}"]
    return tuple(names)


@cache
def _resource_origin(name: str) -> tuple[str, ...]:
    return price_origin(load_resource(name), f"resource.{name}")


def printed_wall_lines(
    work: Work,
    times: PrintTimes,
    quantities: Quantities,
    printer: Printer,
    machine: Values,
    mix: Mix,
    market: Market,
    cores: Sequence[Line] = (),
) -> list[Line]:
    """Everything the printed walls cost.

    Parameters
    ----------
    work : Work
    times : PrintTimes
    quantities : Quantities
    printer : Printer
    machine : Values
        The printer's facts, drawn.
    mix : Mix
    market : Market
    cores : sequence of Line
        Of what is poured between printed leaves.

    Returns
    -------
    list of Line
        Direct cost, then engineering, site overhead, overhead and profit, contingency.
    """
    rates, terms = market.rates, market.terms
    mix_rate = market.price(mix, f"mix.{mix.id}")
    mix_facts = price_origin(mix, f"mix.{mix.id}")
    lorry = market.in_currency(terms.transport_rate_per_trip, market.general.currency, market.general.price_year)
    crew = machine.crew_persons
    shift_h = times.print_shift_s / HOURS_S
    moving_h = (times.setup_s + times.teardown_s) / HOURS_S
    days = times.moving_days + times.print_days
    hire = market.in_currency(machine.hire_rate_per_day, printer.currency, printer.price_year)
    lines = [
        Line(
            "mix", f"{mix.name}, printed", quantities.printed_volume_m3, "m3", mix_rate, "walls", "material",
            (*mix_facts, "terms.over_extrusion_ratio"),
        ),
        Line(
            "mix-waste", f"{mix.name}, lost in hose, starts and handling", quantities.waste_m3, "m3", mix_rate,
            "walls", "material", (*mix_facts, f"mix.{mix.id}.waste_fraction", "printer.hose_volume_m3"),
        ),
        Line(
            "print-operator", "Printing: operator", work.machines * shift_h * np.minimum(crew, 1.0), "h",
            rates.operator_rate_per_h, "walls", "labour",
            ("region.operator_rate_per_h", "printer.availability"),
        ),
        Line(
            "print-crew", "Printing: rest of the crew", work.machines * shift_h * np.maximum(crew - 1, 0.0), "h",
            rates.labourer_rate_per_h, "walls", "labour", ("region.labourer_rate_per_h", "printer.crew_persons"),
        ),
        Line(
            "setup-crew", "Setting up and taking down: crew", work.machines * moving_h * crew, "h",
            rates.operator_rate_per_h, "walls", "labour",
            ("region.operator_rate_per_h", "printer.setup_time_s", "printer.teardown_time_s"),
        ),
        Line(
            "machine", "Printer and pump, hire", work.machines * days, "d", hire, "walls", "plant",
            ("printer.hire_rate_per_day", "printer.availability", "printer.shift_time_s"),
        ),
        Line(
            "crane", "Crane for setting up, moving and taking down",
            terms.setup_crane_h * (0 if is_hall(printer) else work.crane_lifts), "h",
            rates.crane_rate_per_h, "walls", "plant", ("region.crane_rate_per_h", "terms.setup_crane_h"),
        ),
        Line(
            "transport", "Transport of the printer, there and back", 2 * work.machines * machine.transport_trips,
            "trip", lorry, "walls", "plant",
            ("terms.transport_rate_per_trip", "printer.transport_trips"),
        ),
        Line(
            "energy", "Electricity", machine.power_w / 1000 * (times.nozzle_s + times.availability_s) / HOURS_S,
            "kWh", rates.electricity_rate_per_kwh, "walls", "plant",
            ("printer.power_w", "region.electricity_rate_per_kwh"),
        ),
        *insert_lines(work.net_walls, market),
    ]  # fmt: skip
    if work.tied_area_m2 > 0:
        lines.append(
            Line(
                "ties", "Wall ties between the leaves", work.tied_area_m2 * terms.tie_density_per_m2, "each",
                market.resource("wall-tie"), "walls", "material",
                ("terms.tie_density_per_m2", *market.resource_origin("wall-tie")),
            )
        )  # fmt: skip
    if work.laddered_area_m2 > 0:
        lines.append(
            Line(
                "ladder", "Bed reinforcement", work.laddered_area_m2 * terms.ladder_density_m_per_m2, "m",
                market.resource("ladder-m"), "walls", "material",
                ("terms.ladder_density_m_per_m2", *market.resource_origin("ladder-m")),
            )
        )  # fmt: skip
    starts = int(starts_per_layer(work, printer) @ work.layers)
    if starts and float(printer.start_finish_time_s) > 0:
        lines.append(
            Line(
                "start-finish", "Smoothing starts and stops by hand",
                starts * machine.start_finish_time_s / HOURS_S, "h", rates.labourer_rate_per_h,
                "walls", "labour", ("region.labourer_rate_per_h", "printer.start_finish_time_s"),
            )
        )  # fmt: skip
    lines += cores
    if "rebar_labour_s_per_m2" in machine:
        lines += _standing_bars(work, quantities, machine, market)
    if work.elements:
        assembly_h = work.elements * machine.element_assembly_time_s / HOURS_S
        lines += [
            Line(
                "assembly-crane", "Placing the elements: crane", assembly_h, "h", rates.crane_rate_per_h, "walls",
                "plant", ("region.crane_rate_per_h", "printer.element_assembly_time_s"),
            ),
            Line(
                "assembly-crew", "Placing the elements: crew", assembly_h * machine.assembly_crew_persons, "h",
                rates.labourer_rate_per_h, "walls", "labour",
                ("region.labourer_rate_per_h", "printer.assembly_crew_persons"),
            ),
        ]  # fmt: skip
    lines.append(
        Line(
            "engineering", "Engineering, slicing, tests", total(lines), "money", terms.engineering_fraction, "walls",
            "overhead", ("terms.engineering_fraction",),
        )
    )  # fmt: skip
    return lines + markup_lines(lines, terms, "contingency_printed_fraction")


def insert_lines(walls: NetWalls, market: Market) -> list[Line]:
    """Lintels over the openings, bought or cast; the same for printed and conventional walls.

    Parameters
    ----------
    walls : NetWalls
    market : Market

    Returns
    -------
    list of Line
    """
    cast, terms, lines = walls.cast_lintels, market.terms, []
    if walls.lintels > cast.count:
        length = walls.lintel_length_m - cast.width_m + 2 * terms.lintel_bearing_m * (walls.lintels - cast.count)
        lines.append(
            Line(
                "lintels", "Lintels over doors and windows", length, "m", market.resource("lintel-m"), "walls",
                "material", ("terms.lintel_bearing_m", *market.resource_origin("lintel-m")),
            )
        )  # fmt: skip
    if cast.count:
        length = cast.width_m + 2 * terms.lintel_bearing_m * cast.count
        lines += [
            Line(
                "lintels-concrete", "Lintels cast on the plot: concrete", cast.concrete_m3, "m3",
                market.resource("ready-mix-m3"), "walls", "material", market.resource_origin("ready-mix-m3"),
            ),
            Line(
                "lintels-steel", "Lintels cast on the plot: steel", cast.steel_kg, "kg", market.resource("rebar-kg"),
                "walls", "material", market.resource_origin("rebar-kg"),
            ),
            Line(
                "lintels-labour", "Lintels cast on the plot: forms, bars, placing",
                length * terms.lintel_cast_time_s_per_m / HOURS_S * market.rates.labour_hours_factor, "h",
                market.rates.mason_rate_per_h, "walls", "labour",
                (
                    "terms.lintel_cast_time_s_per_m", "terms.lintel_bearing_m", "region.mason_rate_per_h",
                    "region.labour_hours_factor",
                ),
            ),
        ]  # fmt: skip
    return lines


def markup_lines(direct: list[Line], terms: Values, contingency: str) -> list[Line]:
    """Overheads on direct cost, each on what stands above it.

    Parameters
    ----------
    direct : list of Line
    terms : Values
    contingency : str
        Name of the fraction for contingency.

    Returns
    -------
    list of Line
        Site overhead, overhead and profit, contingency.
    """
    lines: list[Line] = []
    for code, what, fraction in (
        ("site-overhead", "Site overhead", "site_overhead_fraction"),
        ("overhead-profit", "Contractor's overhead and profit", "subcontractor_overhead_fraction"),
        ("contingency", "Contingency", contingency),
    ):
        base = total(direct) + total(lines)
        lines.append(
            Line(code, what, base, "money", getattr(terms, fraction), "walls", "overhead", (f"terms.{fraction}",))
        )
    return lines


def _standing_bars(work: Work, quantities: Quantities, machine: Values, market: Market) -> list[Line]:
    """Reinforcement that stands before a forked nozzle prints round it."""
    hours = work.wall_area_m2 * machine.rebar_labour_s_per_m2 / HOURS_S * market.rates.labour_hours_factor
    lines = [
        Line(
            "bars-labour", "Standing reinforcement: fixing", hours, "h", market.rates.mason_rate_per_h, "walls",
            "labour", ("printer.rebar_labour_s_per_m2", "region.mason_rate_per_h", "region.labour_hours_factor"),
        )
    ]  # fmt: skip
    if "rebar_density_kg_per_m3" in machine:
        lines.append(
            Line(
                "bars", "Standing reinforcement: steel", machine.rebar_density_kg_per_m3 * quantities.printed_volume_m3,
                "kg", market.rates.rebar_rate_per_kg, "walls", "material",
                ("printer.rebar_density_kg_per_m3", "region.rebar_rate_per_kg"),
            )
        )  # fmt: skip
    return lines
