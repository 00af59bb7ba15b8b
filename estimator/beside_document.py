"""The house without its walls, and by conventional methods, in the estimate document."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from estimator.beside import Beside
from estimator.cost import Market
from estimator.ledger_document import ShownLedger, shown_ledger, stage_amounts, summed
from estimator.schedule import ActivityDates
from estimator.uncertainty import Spread
from estimator.values import Draw, FactLike, rounded

Object = dict[str, Any]

MOST_KEPT = 8
"""Whose objects are remembered."""


@dataclass(frozen=True, slots=True)
class ShownBeside:
    """What stands beside the print as it is shown.

    Attributes
    ----------
    shared : ShownLedger
    conventional : list of dict
        By method.
    used : mapping of str to fact
        Facts of carbon.
    """

    shared: ShownLedger
    conventional: list[Object]
    used: Mapping[str, FactLike]


def shown_beside(beside: Beside, ranges: Mapping[str, Sequence[Spread]], *, may_change: bool = True) -> ShownBeside:
    """What stands beside the print as it is shown.

    Parameters
    ----------
    beside : Beside
        By the stated values.
    ranges : mapping of str to sequence of Spread
        Of the lines, by ledger; empty where none were drawn.
    may_change : bool
        Whether the objects are changed afterwards: without, those of the same inputs are one and the same.

    Returns
    -------
    ShownBeside
    """
    if ranges:
        return _shown(beside, ranges)
    remembered, objects = _remembered(beside)
    if not may_change:
        return remembered
    lines, conventional = marshal.loads(objects)  # faster than any other copy
    return replace(remembered, shared=replace(remembered.shared, lines=lines), conventional=conventional)


@lru_cache(maxsize=MOST_KEPT)
def _remembered(beside: Beside) -> tuple[ShownBeside, bytes]:
    shown = _shown(beside, {})
    return shown, marshal.dumps((shown.shared.lines, shown.conventional))


def _shown(beside: Beside, ranges: Mapping[str, Sequence[Spread]]) -> ShownBeside:
    draw = Draw()
    market = Market.of(beside.inputs.region, beside.inputs.terms, draw)
    assumed = {name for name, fact in beside.used.items() if fact.basis == "assumed"}
    idle = float(market.rates.idle_factor)
    shared = shown_ledger(beside.shared, assumed, market, ranges=ranges.get("shared", ()), is_shared=True)
    conventional: list[Object] = []
    for c, dates, days in zip(beside.conventional, beside.activities, beside.house_days, strict=True):
        id = c.method.id
        walls = shown_ledger(c.lines, assumed, market, ranges=ranges.get(f"walls.{id}", ()))
        finishes = shown_ledger(c.finishes, assumed, market, ranges=ranges.get(f"finishes.{id}", ()))
        conventional.append(
            {
                "method": id,
                "name": c.method.name,
                "lines": walls.lines,
                "finish_lines": finishes.lines,
                "walls": walls.amount,
                "finishes": finishes.amount,
                "shell": summed((walls.amount, shared.of_shell, finishes.of_shell)),
                "whole_house": summed((walls.amount, finishes.amount, shared.amount)),
                "stages": stage_amounts([*walls.lines, *finishes.lines, *shared.lines]),
                "house_days": rounded(days, 2),
                "expected_days": rounded(idle * days, 1),
                "activities": shown_activities(dates),
                "wall_days": rounded(c.wall_days, 2),
                "labour_h": rounded(c.labour_h, 2),
                "carbon_kg": walls.carbon_kg,
                "whole_house_carbon_kg": rounded(walls.carbon_kg + finishes.carbon_kg + shared.carbon_kg, 1),
            }
        )
    return ShownBeside(shared, conventional, draw.used)


def shown_activities(dates: Iterable[ActivityDates]) -> list[Object]:
    """Activities of a schedule as they are shown.

    Parameters
    ----------
    dates : iterable of ActivityDates

    Returns
    -------
    list of dict
    """
    return [
        {
            "id": a.id,
            "name": a.name,
            "start_day": rounded(a.start_day, 2),
            "finish_day": rounded(a.finish_day, 2),
            "after": list(a.after),
            "crew_persons": rounded(a.crew_persons, 2),
            "critical": a.is_critical,
        }
        for a in dates
    ]
