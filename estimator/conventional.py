"""The same walls without a printer: hours, materials and plant of each method, line by line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimator.cost import Market, insert_lines, markup_lines
from estimator.house import finish_lines, walled
from estimator.ledger import Line, labour_h
from estimator.measures import Measures
from estimator.structure.insulation import Standard, insulation_lines, method_insulation
from estimator.times import HOURS_S
from estimator.values import Value, Values
from estimator.work import NetWalls
from materials import Method


@dataclass(frozen=True, slots=True)
class ConventionalWalls:
    """Walls built by one method.

    Attributes
    ----------
    method : Method
    lines : list of Line
    labour_h : float or (n,) float
        Paid hours. [h]
    wall_days : float or (n,) float
        Working days of the gang, waiting, casting of lintels and insulation not counted. [d]
    gang_days : float or (n,) float
        The same before it is rounded up to whole days. [d]
    finishes : list of Line
        Of the house, that go with such walls.
    """

    method: Method
    lines: list[Line]
    labour_h: Value
    wall_days: Value
    gang_days: Value
    finishes: list[Line]


def conventional_walls(
    walls: NetWalls, method: Method, market: Market, measures: Measures, standard: Standard | None = None
) -> ConventionalWalls:
    """Price the walls of a plan by one conventional method.

    Parameters
    ----------
    walls : NetWalls
    method : Method
    market : Market
    measures : Measures
        Of the house.
    standard : Standard, optional
        Of the insulation of the printed walls; these come to the same transmittance.

    Returns
    -------
    ConventionalWalls

    Notes
    -----
    Hours are the norm's, times the region's hours over those of the norm's country: low
    wages come with more hours, and multiplying European hours by African wages would be
    wrong twice.
    """
    facts = Values(f"method.{method.id}", method.facts, market.draw)
    slower = market.rates.labour_hours_factor / facts.hours_reference_factor
    lines: list[Line] = []
    for r in method.resources:
        area = walls.external_area_m2 if r.part == "external" else walls.internal_area_m2
        if area <= 0:
            continue
        name = f"method.{method.id}.{r.part}.{r.resource}.{r.description}"
        quantity = area * market.draw.number(name, r.quantity)
        if r.kind == "labour":
            rate_name = f"{r.resource}_rate_per_h"
            rate = getattr(market.rates, rate_name)
            origin: tuple[str, ...] = (name, f"region.{rate_name}", "region.labour_hours_factor")
            quantity = quantity * slower
        else:
            rate = market.resource(r.resource)
            origin = (name, *market.resource_origin(r.resource))
        what = f"{r.description}, {r.part} walls"
        lines.append(
            Line(f"{r.part}-{r.resource}", what[0].upper() + what[1:], quantity, r.unit, rate, "walls", r.kind, origin)
        )
    gang_days = labour_h(lines) * HOURS_S / (facts.crew_persons * market.terms.working_day_s)
    days = np.ceil(gang_days)
    lines += insert_lines(walls, market)
    covered_m2 = 0.0
    if standard is not None:
        bought = method_insulation(
            method, walls.external_area_m2, standard.wanted_w_per_m2_k, standard.conductivity_w_per_m_k
        )
        lines += insulation_lines(bought, market)
        covered_m2 = 0.0 if bought is None else bought.outside_m2
    hours = labour_h(lines)
    lines += markup_lines(lines, market.terms, "contingency_conventional_fraction")
    house = walled(measures, ring_beam_m=measures.ring_beam_m, rendered_m2=measures.external_m2 - covered_m2)
    return ConventionalWalls(method, lines, hours, days, gang_days, finish_lines(house, method.finish, market))


def wait_days(method: Method, market: Market) -> Value:
    """Days that must pass between the last wall and what rests on it.

    Parameters
    ----------
    method : Method
    market : Market

    Returns
    -------
    float or (n,) float
        [d]
    """
    facts = Values(f"method.{method.id}", method.facts, market.draw)
    return facts.wait_time_s / (24 * HOURS_S)
