"""The ledger: every cost is a line, quantity × rate, and every total a sum of lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from estimator.values import Value


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ledger.

    Attributes
    ----------
    code : str
        Stable name of the line.
    what : str
        Description for a reader.
    quantity : float or (n,) float
        In ``unit``.
    unit : str
        Unit of the quantity.
    rate : float or (n,) float
        Money per unit, in the currency of the estimate.
    phase : str
        ``walls``, or a stage of the rest of the house.
    kind : str
        ``labour``, ``material``, ``plant``, ``fee`` or ``overhead``.
    origin : tuple of str
        Full names of the facts behind quantity and rate.
    item : str
        Id of the item of the bill of quantities that it belongs to; empty for lines of walls.
    factors : tuple of (str, float or (n,) float)
        Names and numbers whose product is the quantity; empty where it is worked out otherwise.
    """

    code: str
    what: str
    quantity: Value
    unit: str
    rate: Value
    phase: str
    kind: str
    origin: tuple[str, ...] = ()
    item: str = ""
    factors: tuple[tuple[str, Value], ...] = ()

    @property
    def amount(self) -> Value:
        """Quantity × rate. [money]"""
        return self.quantity * self.rate


def total(lines: Iterable[Line]) -> Value:
    """Sum of the amounts of lines.

    Parameters
    ----------
    lines : iterable of Line

    Returns
    -------
    float or (n,) float
        [money]
    """
    amount: Value = 0.0
    for line in lines:
        amount = amount + line.amount
    return amount


def labour_h(lines: Iterable[Line]) -> Value:
    """Paid hours in lines.

    Parameters
    ----------
    lines : iterable of Line

    Returns
    -------
    float or (n,) float
        [h]
    """
    hours: Value = 0.0
    for line in lines:
        if line.kind == "labour":
            hours = hours + line.quantity
    return hours
