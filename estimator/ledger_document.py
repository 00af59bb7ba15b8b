"""Ledgers in the estimate document: lines, their carbon, and sums of what is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from estimator.carbon import CarbonLine, carbon_lines
from estimator.cost import Market
from estimator.house import SHELL_STAGES, STAGE_NAMES
from estimator.ledger import Line
from estimator.uncertainty import Spread
from estimator.values import rounded
from materials import Mix, load_trades

Object = dict[str, Any]

WALLS_ELEMENT = "B2010"
"""Element of the lines of walls, in the manner of Uniformat II."""

OVERHEAD_ELEMENT = "Z1010"


@dataclass(frozen=True, slots=True)
class ShownLedger:
    """A ledger as it is shown.

    Attributes
    ----------
    lines : list of dict
    carbon : list of CarbonLine
    """

    lines: list[Object]
    carbon: list[CarbonLine]

    @property
    def amount(self) -> float:
        """Sum of all lines. [currency]"""
        return summed(line["amount"] for line in self.lines)

    @property
    def of_shell(self) -> float:
        """Of the lines that make a shell together with the walls. [currency]"""
        return summed(line["amount"] for line in self.lines if line["phase"] in SHELL_STAGES)

    @property
    def carbon_kg(self) -> float:
        """Of all lines. [kgCO2e]"""
        return rounded(math.fsum(rounded(line.carbon_kg, 1) for line in self.carbon), 1)


def shown_ledger(
    lines: Sequence[Line], assumed: set[str], market: Market, mix: Mix | None = None, ranges: Sequence[Spread] = (),
    *, is_shared: bool = False,
) -> ShownLedger:  # fmt: skip
    """A ledger as it is shown.

    Parameters
    ----------
    lines : sequence of Line
        A line in ``money`` is a percentage of all lines of its phase above it, fees left out.
    assumed : set of str
        Full names of the facts that are assumed.
    market : Market
        Whose carbon counts.
    mix : Mix, optional
        Whose carbon counts in ledgers of printed walls.
    ranges : sequence of Spread
        Of the amounts; empty where none were drawn.
    is_shared : bool
        Whether the lines are the same whatever the walls are.

    Returns
    -------
    ShownLedger
        Rounded; amount = quantity × rate to the cent. ``carbon_kg`` is null for lines that no factor is counted for.
    """
    carbon = carbon_lines(lines, mix, market)
    emitted = {line.place: rounded(line.carbon_kg, 2) for line in carbon}
    shown: list[Object] = []
    above: dict[str, float] = {}
    for k, line in enumerate(lines):
        base = above.get(line.phase, 0.0)
        quantity = round(base, 2) if line.unit == "money" else round(float(line.quantity), 6)
        rate = round(float(line.rate), 6)
        amount = rounded(quantity * rate, 2)  # not finite if either is not
        if line.kind != "fee":
            above[line.phase] = base + amount
        spread = {"p10": rounded(ranges[k].p10, 2), "p90": rounded(ranges[k].p90, 2)} if ranges else {}
        shown.append(
            {
                "item": line.item,
                "element": _element_of(line),
                "code": line.code,
                "what": line.what,
                "quantity": quantity,
                "unit": line.unit,
                "rate": rate,
                "amount": amount,
                **spread,
                "kind": line.kind,
                "phase": line.phase,
                "shared": is_shared,
                "factors": [{"name": name, "value": round(float(value), 6)} for name, value in line.factors],
                "origin": list(line.origin),
                "assumed": not assumed.isdisjoint(line.origin),
                "carbon_kg": emitted.get(k),
            }
        )
    return ShownLedger(shown, carbon)


def _element_of(line: Line) -> str:
    """Element of a line, in the manner of Uniformat II."""
    if line.kind == "overhead" and line.phase != "walls":
        return OVERHEAD_ELEMENT
    return _codes()[line.item] if line.item else WALLS_ELEMENT


@cache
def _codes() -> Mapping[str, str]:
    return {trade.id: trade.code for trade in load_trades()}


def stage_amounts(lines: Iterable[Object]) -> dict[str, float]:
    """Amount of each stage of a house, the walls first.

    Parameters
    ----------
    lines : iterable of dict
        As they are shown.

    Returns
    -------
    dict of str to float
        [currency]
    """
    amounts = dict.fromkeys(("walls", *STAGE_NAMES), 0.0)
    for line in lines:
        amounts[line["phase"]] += line["amount"]
    return {stage: rounded(amount, 2) for stage, amount in amounts.items()}


def summed(amounts: Iterable[float]) -> float:
    """Sum of amounts that are shown, to the cent.

    Parameters
    ----------
    amounts : iterable of float
        [currency]

    Returns
    -------
    float
        [currency]
    """
    return rounded(math.fsum(amounts), 2)
