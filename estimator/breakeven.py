"""What would make printing pay: how many houses, which price of mix, wage or hire of the machine.

Everything is the cost of walls with what goes with them (finishes), of the same house, by the stated values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from estimator.estimate import Estimate
from estimator.ledger import Line, total

LEARNT = frozenset(
    (
        "print-operator", "print-crew", "setup-crew", "machine", "crane", "transport", "start-finish", "engineering",
        "assembly-crane", "assembly-crew", "joint-labour", "grout-labour",
    )
)  # fmt: skip
"""Lines of printed walls that fall with every doubling of identical houses: hours, set-up and machine, not material."""

MOST_HOUSES = 10_000
"""A series that needs more houses to pay counts as one that never does."""

LEVERS = ("mix", "wages", "hire")
"""What is asked for a break-even, beside the number of houses."""


@dataclass(frozen=True, slots=True)
class Lever:
    """How far one price has to move until printed and conventional walls cost the same.

    Attributes
    ----------
    name : str
        One of :data:`LEVERS`.
    value : float
        What is paid now, per m³ of mix, hour of a mason, or day of the machine. [money]
    even_price : float or None
        What would have to be paid; None where no price above nothing, and below a hundred times today's, does.
        [currency]
    """

    name: str
    value: float
    even_price: float | None


@dataclass(frozen=True, slots=True)
class Breakeven:
    """What would make printing pay against one method.

    Attributes
    ----------
    method : str
    printed, conventional : float
        Walls and what goes with them, first printed house. [money]
    houses : int or None
        Houses of a series from which the mean printed house is cheaper; None where it never is.
    levers : tuple of Lever
        One price moved alone, everything else as it is.
    """

    method: str
    printed: float
    conventional: float
    houses: int | None
    levers: tuple[Lever, ...]


def series_ratio(houses: int, learning_fraction: float) -> float:
    """Mean effort of the first n houses over that of the first, by Wright's law.

    Parameters
    ----------
    houses : int
        n, at least 1.
    learning_fraction : float
        Saved with each doubling of the number. [-]

    Returns
    -------
    float
        Σ k^b / n with b = log₂(1 − learning). [-]

    References
    ----------
    T. P. Wright, "Factors affecting the cost of airplanes", Journal of the Aeronautical Sciences 3, 1936, pp. 122-128.
    """
    power = float(math.log2(1 - learning_fraction))
    if houses <= 200:
        return float(sum(k**power for k in range(1, houses + 1)) / houses)
    tail = ((houses + 0.5) ** (power + 1) - 200.5 ** (power + 1)) / (power + 1)
    return float((sum(k**power for k in range(1, 201)) + tail) / houses)


def series_cost(
    lines: Sequence[Line], houses: int, learning_fraction: float, contingency: tuple[float, float]
) -> float:
    """Mean cost of printed walls over a series of identical houses.

    Parameters
    ----------
    lines : sequence of Line
        Of the first house, direct cost and then overheads.
    houses : int
    learning_fraction : float
        [-]
    contingency : (float, float)
        Of the first house, and of houses in series, to which it falls with the second. [-]

    Returns
    -------
    float
        [money]
    """
    ratio = series_ratio(houses, learning_fraction)
    mean_contingency = (contingency[0] + (houses - 1) * contingency[1]) / houses
    cost = 0.0
    for line in lines:
        if line.code == "contingency":
            cost += cost * mean_contingency
        elif line.unit == "money":
            cost += float(line.rate) * cost * (ratio if line.code == "engineering" else 1.0)
        else:
            cost += float(line.amount) * (ratio if line.code in LEARNT else 1.0)
    return cost


def breakeven(e: Estimate, changed: Callable[[str, float], Estimate], method: str) -> Breakeven:
    """What would make printing pay against a method.

    Parameters
    ----------
    e : Estimate
        Of one house, with the method.
    changed : callable
        Makes the same estimate with a lever multiplied by a factor.
    method : str
        Id of the method.

    Returns
    -------
    Breakeven

    Notes
    -----
    Costs are linear in each price, so two estimates give the price at which they meet.
    """
    printed, theirs = _sides(e, method)
    learning = float(e.terms.learning_fraction)
    contingency = (float(e.terms.contingency_printed_fraction), float(e.terms.contingency_series_fraction))
    finishes = float(total(e.outcome.finishes))

    def pays(houses: int) -> bool:
        return series_cost(e.outcome.lines, houses, learning, contingency) + finishes <= theirs

    houses: int | None = None
    if pays(1):
        houses = 1
    elif pays(MOST_HOUSES):
        low, high = 1, MOST_HOUSES  # the mean falls with the number
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if pays(middle) else (middle, high)
        houses = high
    levers = []
    for name in LEVERS:
        one, other = _sides(changed(name, 0.5), method)
        slope = ((printed - theirs) - (one - other)) / 0.5  # of the difference, per factor
        factor = 1 - (printed - theirs) / slope if abs(slope) > 1e-9 else -1.0
        now = _price(e, name)
        levers.append(Lever(name, now, now * factor if 0 < factor < 100 else None))
    return Breakeven(method, printed, theirs, houses, tuple(levers))


def _sides(e: Estimate, method: str) -> tuple[float, float]:
    """Cost of the walls with what goes with them, printed and by the method."""
    (theirs,) = [c for c in e.outcome.beside.conventional if c.method.id == method]
    printed = float(total(e.outcome.lines)) + float(total(e.outcome.finishes))
    return printed, float(total(theirs.lines)) + float(total(theirs.finishes))


def _price(e: Estimate, lever: str) -> float:
    """What is paid now for a lever."""
    if lever == "wages":
        return float(e.region.mason_rate_per_h)
    code = "mix" if lever == "mix" else "machine"
    return next(float(line.rate) for line in e.outcome.lines if line.code == code)
