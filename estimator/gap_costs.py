"""What a gap in the bead costs a printer: seconds, and material at the time that it takes to lay."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.beads import bead_area_m2
from estimator.spanning import TOUCHING_M
from printers import Printer

CHEAP_START_S = 1.0
"""Heads that start and stop within this are held to short travel. [s]"""

CHEAP_TRAVEL_RATIO = 2.0
"""Their travel over its lower bound, where that costs no more than nearest starts."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a head moves.

    Attributes
    ----------
    print_m_per_s, travel_m_per_s : float
        On beads, and over gaps. [m/s]
    acceleration_m_per_s2 : float
        [m/s²]
    deviation_m : float
        Junction deviation. [m]
    is_pausing : bool
        Whether the head stands still at both ends of a gap.
    """

    print_m_per_s: float
    travel_m_per_s: float
    acceleration_m_per_s2: float
    deviation_m: float
    is_pausing: bool

    def halt_s(self, cos_half_turn: NDArray[np.float64]) -> NDArray[np.float64]:
        """Time that standing still at a node costs against passing it.

        Parameters
        ----------
        cos_half_turn : float array
            Cosine of half the angle that the bead turns by there. [-]

        Returns
        -------
        float array
            v/a − (v − c)²/(a·v) for the speed c at which the corner is passed. [s]
        """
        v, a = self.print_m_per_s, self.acceleration_m_per_s2
        sharp = np.maximum(1.0 - cos_half_turn, 1e-12)
        passed = np.minimum(v, np.sqrt(a * self.deviation_m * np.maximum(cos_half_turn, 0.0) / sharp))
        return np.asarray(v / a - (v - passed) ** 2 / (a * v))


@dataclass(frozen=True, slots=True)
class GapCosts:
    """What an interruption of the bead costs.

    Attributes
    ----------
    start_s : float
        Of a gap, however short: stopping, starting, and what is lost with it. [s]
    s_per_m : float
        Of a gap's length. [s/m]
    travel_ratio : float
        Travel over its lower bound that is aimed at even where fewer starts would be cheaper.
    pace : Pace or None
        For speeding up and braking; None leaves them out.
    """

    start_s: float
    s_per_m: float
    travel_ratio: float = math.inf
    pace: Pace | None = None

    def of(self, length_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cost of gaps; none where beads touch.

        Parameters
        ----------
        length_m : float array
            [m]

        Returns
        -------
        float array
            [s]
        """
        cost = (length_m >= TOUCHING_M) * self.start_s + self.s_per_m * length_m
        if self.pace is not None and self.pace.is_pausing:  # from standstill to standstill
            v, a = self.pace.travel_m_per_s, self.pace.acceleration_m_per_s2
            short = np.minimum(length_m, v * v / a)
            cost += 2.0 * np.sqrt(short / a) - short / v
        return np.asarray(cost)


def gap_costs(printer: Printer, bead_width_m: float, layer_height_m: float) -> GapCosts:
    """Costs of gaps by what the printer's head does at them.

    Parameters
    ----------
    printer : Printer
    bead_width_m, layer_height_m : float
        [m]

    Returns
    -------
    GapCosts

    Notes
    -----
    A head that pauses pays for the start, the stop, the material lost, which counts as the time
    that it takes to lay, and the hand that smooths the place, which counts as the time in
    which the whole crew works as many hours; and travels fast. One that runs over gaps keeps printing speed v;
    leaving a bead and meeting the next takes two sharp turns, v/a together. One that never
    stops lays in the gap what nobody wants, which counts likewise.
    """
    speed, acceleration = float(printer.print_speed_m_per_s), float(printer.acceleration_m_per_s2)
    deviation = float(printer.junction_deviation_m)
    if printer.continuity == "pause":
        travel = float(printer.travel_speed_m_per_s)
        pause_s = float(printer.start_time_s) + float(printer.stop_time_s)
        lost_m = float(printer.start_waste_m3) / float(bead_area_m2(bead_width_m, layer_height_m))
        finish_s = float(printer.start_finish_time_s) / max(float(printer.crew_persons), 1.0)
        ratio = CHEAP_TRAVEL_RATIO if pause_s <= CHEAP_START_S else math.inf
        pace = Pace(speed, travel, acceleration, deviation, True)
        return GapCosts(pause_s + lost_m / speed + finish_s, 1.0 / travel, ratio, pace)
    pace = Pace(speed, speed, acceleration, deviation, False)
    return GapCosts(speed / acceleration, (2.0 if printer.continuity == "never-stop" else 1.0) / speed, math.inf, pace)
