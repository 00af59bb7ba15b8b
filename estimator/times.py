"""Seconds: from the toolpath to the time ledger of a print.

The motion of one layer of every section is computed once (:func:`layer_motion`); what follows
is arithmetic that works on numbers and on samples alike (:func:`print_times`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Kind
from estimator.head_path import HeadPath as HeadPath
from estimator.head_path import Speeds as Speeds
from estimator.head_path import head_path as head_path
from estimator.head_path import move_seconds as move_seconds
from estimator.structure.fresh import build_time_min_s
from estimator.toolpath import Toolpath
from estimator.values import Draw, Value, Values
from estimator.work import Work
from materials import Mix, Terms
from printers import Printer

Floats = NDArray[np.float64]

SHORTEST_SHIFT_RATIO = 0.1
"""Least share of a shift that start-up and wash-down can leave, however the samples fall."""

HOURS_S = 3600.0
"""Seconds in an hour, for rates that are paid by the hour."""


@dataclass(frozen=True, slots=True)
class LayerMotion:
    """Motion of one layer of each of k sections.

    Attributes
    ----------
    deposition_s, travel_s : (k,) float
        [s]
    """

    deposition_s: NDArray[np.float64]
    travel_s: NDArray[np.float64]


def layer_motion(toolpath: Toolpath, printer: Printer, speeds: Speeds) -> LayerMotion:
    """Time of one layer of every section.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
        Its kinematics and what it does at gaps (``continuity``).
    speeds : Speeds

    Returns
    -------
    LayerMotion
    """
    is_bead = toolpath.kind != Kind.TRAVEL
    seconds = move_seconds(toolpath, printer, speeds)
    return LayerMotion(
        toolpath.per_section(np.where(is_bead, seconds, 0.0)),
        toolpath.per_section(np.where(is_bead, 0.0, seconds)),
    )


@dataclass(frozen=True, slots=True)
class PrintTimes:
    """The time ledger of a print; each line a number, or samples of it.

    Attributes
    ----------
    deposition_s, travel_s, start_stop_s, layer_change_s, slow_s, wait_s : float or (n,) float
        Their sum is ``nozzle_s``: what makers call printing time. ``slow_s`` is what slowing down for the wall below
        adds to the motion. [s]
    nozzle_s : float or (n,) float
        [s]
    availability_s : float or (n,) float
        Stoppages nobody planned: the machine works only part of a shift. [s]
    at_once_s : float or (n,) float
        What several machines that print at the same time save of the above, not above 0. [s]
    insert_s : float or (n,) float
        Setting lintels, ties and bars while the machine waits. [s]
    station_move_s : float or (n,) float
        Moving the machine, or changing elements. [s]
    shift_overhead_s : float or (n,) float
        Start-up and wash-down, once a shift. [s]
    print_shift_s : float or (n,) float
        All of the above but the first six twice: time on shift. [s]
    shift_count, print_days : float or (n,) float
        Whole shifts, one a day. [d]
    setup_s, teardown_s : float or (n,) float
        [s]
    moving_days : float or (n,) float
        Days on site for setting up and taking down. [d]
    layer_interval_s : (r,) or (n, r) float
        From one layer to the next, waiting included, for each pair of part and section. [s]
    """

    deposition_s: Value
    travel_s: Value
    start_stop_s: Value
    layer_change_s: Value
    slow_s: Value
    wait_s: Value
    nozzle_s: Value
    availability_s: Value
    at_once_s: Value
    insert_s: Value
    station_move_s: Value
    shift_overhead_s: Value
    print_shift_s: Value
    shift_count: Value
    print_days: Value
    setup_s: Value
    teardown_s: Value
    moving_days: Value
    layer_interval_s: NDArray[np.float64]


def print_times(
    work: Work,
    deposition_s: NDArray[np.float64],
    travel_s: NDArray[np.float64],
    printer: Printer,
    machine: Values,
    mix: Values,
    terms: Values,
) -> PrintTimes:
    """From the motion of the layers to days on site, line by line.

    Parameters
    ----------
    work : Work
    deposition_s, travel_s : (k,) or (n, k) float
        Motion of one layer of each section. [s]
    printer : Printer
        For what it does at gaps and how it is deployed.
    machine, mix, terms : Values
        The printer's, the mix's and the general facts.

    Returns
    -------
    PrintTimes

    Notes
    -----
    A part of a storey may not rise faster than its mix gains strength
    (:func:`~estimator.structure.fresh.build_time_min_s`, spread evenly over its layers), nor than its pace;
    a layer that is quicker is slowed down or waits, but for what parts that are printed by turns with it take
    (:mod:`estimator.pacing`). A machine without elements changes layers at z speed.
    Availability is the share of a shift without start-up and wash-down in which the nozzle
    works; stoppages fall into times of waiting first, inserts and moves are added. Machines that
    print at the same time save what the turns of parts take less than the parts one by one.
    """
    layers = work.layers
    on_site = _each(np.asarray(terms.motion_time_ratio))
    deposition_s, travel_s = deposition_s * on_site, travel_s * on_site
    lift_s = _each(np.asarray(work.layer_height_m / machine.z_speed_m_per_s)) * on_site
    pause_s = _each(np.asarray(machine.start_time_s + machine.stop_time_s)) * on_site
    start_stop = starts_per_layer(work, printer) * pause_s
    layer_s = deposition_s + travel_s + start_stop + lift_s
    waits = layer_waits_s(work, layer_s, mix)
    interval = layer_s[..., work.laid_section] + waits
    slowed = layer_slowed_s(work, deposition_s + travel_s, waits)
    waits = waits - slowed
    deposition = deposition_s @ layers
    travel = travel_s @ layers
    start_stop_total = start_stop @ layers
    layer_change = lift_s[..., 0] * float(layers.sum())
    slow, wait = slowed @ work.laid_layers, waits @ work.laid_layers
    nozzle = deposition + travel + start_stop_total + layer_change + slow + wait
    crew = machine.crew_persons
    insert = (
        work.lintels * terms.lintel_time_s
        + (
            work.tied_area_m2 * terms.tie_density_per_m2 * terms.tie_time_s
            + work.laddered_area_m2 * terms.ladder_density_m_per_m2 * terms.ladder_time_s_per_m
        )
        / crew
    )
    if work.elements:
        move: Value = work.elements * machine.element_changeover_time_s
    elif printer.deployment == "stands":
        move = (work.set_ups - 1) * machine.relocation_time_s
    else:
        move = (work.set_ups - 1) * (machine.setup_time_s + machine.teardown_time_s)
    stoppage = np.maximum((nozzle - wait) * (1 / machine.availability - 1) - wait, 0.0)
    at_once: Value = 0.0
    if work.turns is not None and not work.elements and work.machines > 1:
        part_s = work.per_part(interval * work.laid_layers)
        at_once = (nozzle + stoppage) * (work.turns.elapsed_s(part_s) / np.sum(part_s, axis=-1) - 1.0)
        move = move * ((work.turns.turns - 1) / max(work.set_ups - 1, 1))
    daily = machine.startup_time_s + machine.washdown_time_s
    at_work = at_work_s(machine.shift_time_s, daily)
    shifts = np.ceil((nozzle + stoppage + at_once + insert + move) / at_work)
    overhead = shifts * daily
    on_shift = nozzle + stoppage + at_once + insert + move + overhead
    return PrintTimes(
        deposition, travel, start_stop_total, layer_change, slow, wait, nozzle, stoppage, at_once, insert, move,
        overhead, on_shift, shifts, shifts, machine.setup_time_s, machine.teardown_time_s,
        np.ceil((machine.setup_time_s + machine.teardown_time_s) / terms.working_day_s), interval,
    )  # fmt: skip


class StatedTimes:
    """Time ledgers by the stated values of all facts.

    Parameters
    ----------
    motion : LayerMotion
    printer : Printer
    mix : Mix
    terms : Terms
    """

    def __init__(self, motion: LayerMotion, printer: Printer, mix: Mix, terms: Terms) -> None:
        draw = Draw()
        self._motion, self._printer = motion, printer
        self._machine = Values("printer", printer.facts, draw)
        self._mix = Values(f"mix.{mix.id}", mix.facts, draw)
        self._terms = Values("terms", terms.facts, draw)

    def of(self, work: Work) -> PrintTimes:
        """The ledger of some work.

        Parameters
        ----------
        work : Work

        Returns
        -------
        PrintTimes
        """
        deposition_s, travel_s = self._motion.deposition_s, self._motion.travel_s
        return print_times(work, deposition_s, travel_s, self._printer, self._machine, self._mix, self._terms)


def at_work_s(shift_time_s: Value, daily_s: Value) -> NDArray[np.float64]:
    """What start-up and wash-down leave of a shift.

    Parameters
    ----------
    shift_time_s, daily_s : float or (n,) float
        [s]

    Returns
    -------
    float or (n,) float
        At least :data:`SHORTEST_SHIFT_RATIO` of the shift. [s]
    """
    return np.asarray(np.maximum(shift_time_s - daily_s, SHORTEST_SHIFT_RATIO * shift_time_s))


def layer_waits_s(work: Work, layer_s: NDArray[np.float64], mix: Values) -> NDArray[np.float64]:
    """What a layer of each part lacks of the time that those below it need, shared out among parts printed by turns.

    Parameters
    ----------
    work : Work
    layer_s : (k,) or (n, k) float
        Time of one layer of each section without waiting. [s]
    mix : Values

    Returns
    -------
    (r,) or (n, r) float
        For each pair of part and section; without strength to wait for, only where a pace is set. [s]
    """
    least: NDArray[np.float64] = work.part_interval_min_s
    if work.growth_pa_per_s:  # what stiffens slower is stronger later
        least = least * _each(np.asarray(work.growth_pa_per_s / mix.green_strength_rate_pa_per_s))
    if "structuration_rate_pa_per_s" in mix:
        growing = build_time_min_s(
            _each(np.asarray(mix.density_kg_per_m3)),
            work.part_height_m,
            _each(np.asarray(mix.yield_stress_pa)),
            _each(np.asarray(mix.structuration_rate_pa_per_s)),
        )
        least = np.maximum(growing / np.maximum(work.part_layers, 1), least)
    least = least / work.abreast
    return np.asarray(np.maximum(least[..., work.laid_part] - layer_s[..., work.laid_section], 0.0))


def layer_slowed_s(work: Work, moving_s: NDArray[np.float64], lacking_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """What of the lacking time a layer takes by moving slower; the rest is waited.

    Parameters
    ----------
    work : Work
    moving_s : (k,) or (n, k) float
        Motion of one layer of each section. [s]
    lacking_s : (r,) or (n, r) float
        Of :func:`layer_waits_s`. [s]

    Returns
    -------
    (r,) or (n, r) float
        [s]
    """
    return np.asarray(np.minimum(lacking_s, work.slow_ratio * moving_s[..., work.laid_section]))


def starts_per_layer(work: Work, printer: Printer) -> NDArray[np.int64]:
    """How often the flow is started in one layer of each section.

    Parameters
    ----------
    work : Work
    printer : Printer

    Returns
    -------
    (k,) int
        Every bead for a head that pauses, once a layer for one that runs over gaps with its
        valve shut, never for one that cannot stop.
    """
    if printer.continuity == "pause":
        return work.starts
    return np.full(len(work.layers), int(printer.continuity == "run-over"), dtype=np.int64)


def _each(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) samples as a column, to meet (k,) sections; a number stays one."""
    return samples[:, None] if samples.ndim else samples[None]
