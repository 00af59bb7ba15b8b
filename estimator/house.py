"""The house beside its bare walls: every item's quantity from the plan, its hours, materials and plant priced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from estimator.cost import Market
from estimator.ledger import Line, total
from estimator.measures import Measures
from estimator.values import Value, Values
from materials import BillLine, Trade, load_trades

SHELL_STAGES = ("foundation", "floors-and-roof")
"""Stages that make a shell together with the walls."""

STAGE_NAMES = {
    "foundation": "Foundation and ground slab",
    "floors-and-roof": "Floors and roof",
    "envelope": "Windows, outer doors, insulation of the roof, wall finishes outside",
    "services": "Services",
    "finishes": "Finishes and fittings inside",
    "site": "Site works, permits, design",
}

OVERHEADS = ("site_overhead_fraction", "subcontractor_overhead_fraction", "contingency_conventional_fraction")
"""Terms that are added to the direct cost of a stage, each on what stands before it; fees go without."""


def shared_lines(measures: Measures, market: Market) -> list[Line]:
    """Lines that are the same whatever the walls are.

    Parameters
    ----------
    measures : Measures
    market : Market

    Returns
    -------
    list of Line
        By stage, each stage with its overheads.
    """
    return _lines([t for t in load_trades() if not t.walls], measures, market)


def finish_lines(measures: Measures, finish: str, market: Market) -> list[Line]:
    """Lines that go with walls of one kind: ring beam, render or cladding, plaster or boards, chases.

    Parameters
    ----------
    measures : Measures
        Of the house with such walls.
    finish : str
        One of :data:`materials.trades.WALL_FINISHES`.
    market : Market

    Returns
    -------
    list of Line
        By stage, each stage with its overheads.
    """
    return _lines([t for t in load_trades() if t.walls and t.goes_with(finish)], measures, market)


def _lines(trades: Sequence[Trade], measures: Measures, market: Market) -> list[Line]:
    lines: list[Line] = []
    for stage in STAGE_NAMES:
        direct = [line for t in trades if t.stage == stage for line in trade_lines(t, measures, market)]
        if direct:
            lines += [*direct, *overhead_lines(direct, stage, market.terms)]
    return lines


def trade_lines(trade: Trade, measures: Measures, market: Market) -> list[Line]:
    """Lines of one item.

    Parameters
    ----------
    trade : Trade
    measures : Measures
    market : Market

    Returns
    -------
    list of Line
        Quantity = measure × ratio × amount per unit, hours also × the region's factor. Empty where such houses have
        none of the item, or this one nothing to measure.
    """
    bill, measure = trade.lines(market.region.house_kind), measures.of(trade.measure)
    if not bill or measure <= 0:
        return []
    ratio_name = f"trade.{trade.id}.quantity_ratio"
    ratio = market.draw.number(ratio_name, trade.quantity_ratio)
    lines = []
    for row in bill:
        name = f"trade.{trade.id}.{row.part}.{row.resource}.{row.description}"
        factors: list[tuple[str, Value]] = [
            (trade.measure, measure),
            (ratio_name, ratio),
            (name, market.draw.number(name, row.quantity)),
        ]
        origin: tuple[str, ...] = (ratio_name, name)
        if row.kind == "labour":
            factors.append(("region.labour_hours_factor", market.rates.labour_hours_factor))
            rate_name = f"{row.resource}_rate_per_h"
            rate = getattr(market.rates, rate_name)
            origin = (*origin, "region.labour_hours_factor", f"region.{rate_name}")
        else:
            rate, origin = market.resource(row.resource), (*origin, *market.resource_origin(row.resource))
        quantity: Value = 1.0
        for _, factor in factors:
            quantity = quantity * factor
        lines.append(
            Line(
                f"{trade.id}.{row.resource}" + _told_apart(row.description, bill, row.resource),
                f"{trade.name}: {row.description}", quantity, row.unit, rate, trade.stage, row.kind, origin,
                trade.id, tuple(factors),
            )
        )  # fmt: skip
    return lines


def _told_apart(description: str, bill: Sequence[BillLine], resource: str) -> str:
    """Ending of a code where an item takes a resource twice."""
    if len(bill) == 1 or [row.resource for row in bill].count(resource) < 2:
        return ""
    return "." + "-".join(description.lower().split()[:2]).strip(",:")


def overhead_lines(direct: Sequence[Line], stage: str, terms: Values) -> list[Line]:
    """Site overhead, overhead and profit, and contingency on the direct cost of a stage, in one line.

    Parameters
    ----------
    direct : sequence of Line
    stage : str
    terms : Values

    Returns
    -------
    list of Line
        Fees bear none; empty where there is nothing else.
    """
    work = [line for line in direct if line.kind != "fee"]
    if not work:
        return []
    chain: Value = 1.0
    for name in OVERHEADS:
        chain = chain * (1 + getattr(terms, name))
    return [
        Line(
            f"{stage}-overheads", f"{STAGE_NAMES[stage]}: overheads, profit, contingency", total(work), "money",
            chain - 1, stage, "overhead", tuple(f"terms.{name}" for name in OVERHEADS),
        )
    ]  # fmt: skip


def walled(measures: Measures, *, ring_beam_m: float, rendered_m2: float) -> Measures:
    """Measures of a house with walls of one kind.

    Parameters
    ----------
    measures : Measures
    ring_beam_m : float
        Length of walls that get a ring beam. [m]
    rendered_m2 : float
        Outer face that is rendered or clad. [m²]

    Returns
    -------
    Measures
    """
    return replace(measures, ring_beam_m=max(ring_beam_m, 0.0), rendered_m2=max(rendered_m2, 0.0))
