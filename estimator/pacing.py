"""How a print keeps the time that its wet walls need: it waits, slows down, or prints elements by turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from estimator.elements import box_sides
from estimator.errors import UsageError
from estimator.parts import Layout
from materials import Terms
from printers import Printer

Pace = Literal["strength", "stands", "safe"]
Way = Literal["cheapest", "wait", "slow", "alternate"]

PACES: tuple[Pace, ...] = ("strength", "stands", "safe")
"""What layers wait for: that nothing yields, that an ideal wall stands, that every wall keeps its margin."""

WAYS: tuple[Way, ...] = ("cheapest", "wait", "slow", "alternate")
"""How they do so."""

ANY_RATIO = 1e6
"""Of stretching, without a limit. [-]"""


@dataclass(frozen=True, slots=True)
class Pacing:
    """How a machine keeps the time that walls need.

    Attributes
    ----------
    way : {"wait", "slow", "alternate"}
    slow_ratio : float
        Most by which moving may be stretched, as a share of its time; 0 where the machine waits. [-]
    group : (p,) int
        Parts of the layout with the same number are printed by turns, layer by layer.
    """

    way: Literal["wait", "slow", "alternate"]
    slow_ratio: float
    group: NDArray[np.int64]


def pacing(layout: Layout, printer: Printer, terms: Terms, way: Way = "cheapest") -> Pacing:
    """The way of pacing that is asked for, or the cheapest that the machine is able to.

    Parameters
    ----------
    layout : Layout
    printer : Printer
    terms : Terms
    way : {"cheapest", "wait", "slow", "alternate"}

    Returns
    -------
    Pacing

    Raises
    ------
    UsageError
        The machine is not able to.

    Notes
    -----
    Elements that fit on the bed beside each other are printed by turns, which costs nothing. A head that can stop
    waits, since stoppages then fall into times of waiting; slowed down it would still have them. A head that cannot
    stop would throw its mix aside meanwhile, so it slows down: layers take as long. A head that can stop slows
    down no further than to the lowest print speed on file, and waits for the rest.
    """
    never = printer.continuity == "never-stop"
    alone = np.arange(len(layout.parts), dtype=np.int64)
    if way == "wait" and never:
        raise UsageError(f"{printer.id} cannot wait: its head never stops; choose --pacing slow")
    if way == "alternate" and (printer.deployment != "factory" or never):
        raise UsageError(
            f"{printer.id} cannot print by turns: only a factory machine whose head stops prints elements beside each "
            "other; on site each layer already goes round all that one place reaches; choose another --pacing"
        )
    if way in ("cheapest", "alternate") and printer.deployment == "factory" and not never:
        group = _beside(layout, printer, terms)
        if way == "alternate" or len(np.unique(group)) < len(group):
            return Pacing("alternate", 0.0, group)
    if never:
        return Pacing("slow", ANY_RATIO, alone)
    if way == "slow":
        speed = printer.print_speed_m_per_s
        return Pacing("slow", float(speed) / speed.low - 1.0, alone)
    return Pacing("wait", 0.0, alone)


def _beside(layout: Layout, printer: Printer, terms: Terms) -> NDArray[np.int64]:
    """Number of the bed on which each element is printed; as many in a row as lie beside each other share one."""
    clear_m, bed_m = float(terms.element_clearance_m), float(printer.element_width_m)
    group = np.zeros(len(layout.parts), dtype=np.int64)
    number, taken, storey = -1, np.inf, -1
    for k, part in enumerate(layout.parts):
        width = min(box_sides(part.region)) if part.region is not None else bed_m
        taken += clear_m + width
        if taken > bed_m or part.storey != storey:
            number, taken, storey = number + 1, width, part.storey
        group[k] = number
    return group
