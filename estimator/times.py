"""Seconds: from the toolpath to the time ledger of a print.

The motion of one layer of every section is computed once (:func:`layer_motion`); what follows
is arithmetic that works on numbers and on samples alike (:func:`print_times`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Kind, bead_area_m2
from estimator.errors import Finding, NotPrintableError
from estimator.kinematics import OutOfReachError, axis_limits, flow_speed_limit, reach_range_m, subdivide
from estimator.kinematics.column import round_column
from estimator.kinematics.machines import axis_facts, joints_of
from estimator.motion import path_time
from estimator.structure.fresh import build_time_min_s
from estimator.toolpath import Toolpath
from estimator.values import Value, Values
from printers import Printer

Floats = NDArray[np.float64]

SHORTEST_SHIFT_RATIO = 0.1
"""Least share of a shift that start-up and wash-down can leave, however the samples fall."""

HOURS_S = 3600.0
"""Seconds in an hour, for rates that are paid by the hour."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """What the machine may do along a path.

    Attributes
    ----------
    print_m_per_s : float
        On beads, before the pump's limit. [m/s]
    travel_m_per_s : float
        Between beads, where the head may hurry. [m/s]
    acceleration_m_per_s2 : float
        [m/s²]
    flow_max_m3_per_s : float
        What the pump delivers. [m³/s]
    """

    print_m_per_s: float
    travel_m_per_s: float
    acceleration_m_per_s2: float
    flow_max_m3_per_s: float


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


def layer_motion(toolpath: Toolpath, printer: Printer, speeds: Speeds, station_m: Floats | None) -> LayerMotion:
    """Time of one layer of every section.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
        Its kinematics and what it does at gaps (``continuity``).
    speeds : Speeds
    station_m : (2,) float or None
        Axis of a polar arm. [m]

    Returns
    -------
    LayerMotion
    """
    is_bead = toolpath.kind != Kind.TRAVEL
    seconds = move_seconds(toolpath, printer, speeds, station_m)
    return LayerMotion(
        toolpath.per_section(np.where(is_bead, seconds, 0.0)),
        toolpath.per_section(np.where(is_bead, 0.0, seconds)),
    )


@dataclass(frozen=True, slots=True)
class HeadPath:
    """What the head is told: N straight pieces laid end to end, through all sections.

    Attributes
    ----------
    points_m : (N + 1, 2) float
        [m]
    cruise_m_per_s : (N,) float
        Highest speed on each piece. [m/s]
    stops : (N + 1,) bool
        True where the head stands still.
    move : (N,) int
        Move of the toolpath that a piece belongs to; −1 joins sections and takes no time.
    acceleration_m_per_s2 : float or (N,) float
        Speeding up and braking, of all pieces or of each. [m/s²]
    """

    points_m: Floats
    cruise_m_per_s: Floats
    stops: NDArray[np.bool_]
    move: NDArray[np.int64]
    acceleration_m_per_s2: float | Floats = np.inf


def move_seconds(toolpath: Toolpath, printer: Printer, speeds: Speeds, station_m: Floats | None) -> Floats:
    """Time of every move of one layer of every section.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
    speeds : Speeds
    station_m : (2,) float or None
        Axis of a polar arm. [m]

    Returns
    -------
    (n,) float
        [s]
    """
    path = head_path(toolpath, printer, speeds, station_m)
    deviation_m = float(printer.junction_deviation_m)
    seconds = path_time(path.points_m, path.cruise_m_per_s, path.acceleration_m_per_s2, deviation_m, path.stops)
    real = path.move >= 0
    summed = np.bincount(path.move[real], weights=seconds[real], minlength=len(toolpath.kind))
    return np.asarray(summed, dtype=np.float64)


def head_path(toolpath: Toolpath, printer: Printer, speeds: Speeds, station_m: Floats | None) -> HeadPath:
    """One layer of every section as the machine runs it: speeds, halts, moves of an arm split.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
    speeds : Speeds
    station_m : (2,) float or None
        Axis of a polar arm. [m]

    Returns
    -------
    HeadPath

    Notes
    -----
    A head that pauses stands still at the ends of every bead and travels fast; one that runs
    over gaps or never stops keeps its printing speed and its way.
    """
    is_bead = toolpath.kind != Kind.TRAVEL
    pauses = printer.continuity == "pause"
    widest_m2 = float(bead_area_m2(toolpath.width_m.max(), toolpath.layer_height_m))
    slowest = min(speeds.print_m_per_s, float(flow_speed_limit(speeds.flow_max_m3_per_s, widest_m2)))
    gap_speed = speeds.travel_m_per_s if pauses else slowest
    cruise = np.where(is_bead, slowest, gap_speed)
    if slowest < speeds.print_m_per_s:  # the pump sets the pace, by the width of each bead
        area = bead_area_m2(toolpath.width_m[is_bead], toolpath.layer_height_m)
        cruise[is_bead] = np.minimum(speeds.print_m_per_s, flow_speed_limit(speeds.flow_max_m3_per_s, area))
    n = len(cruise)
    halt = np.zeros(n + 1, dtype=bool)  # before each move, and after the last
    halt[toolpath.first] = True
    if pauses:
        halt[:-1] |= ~is_bead
        halt[1:] |= ~is_bead
    start, end, move = toolpath.start_m, toolpath.end_m, np.arange(n)
    acceleration: float | Floats = speeds.acceleration_m_per_s2
    joints = joints_of(printer, station_m, 0.5 * (start.min(axis=0) + start.max(axis=0)))
    if joints is not None:
        if station_m is not None and printer.kinematics in ("polar", "arm"):
            start, end, move = _round_the_column(start, end, is_bead, float(printer.reach_min_m), station_m)
        try:
            pieces = subdivide(start, end, cruise[move], speeds.acceleration_m_per_s2, joints)
        except OutOfReachError as error:
            raise _out_of_reach(printer, error) from None
        start, end, cruise, move = pieces.start_m, pieces.end_m, pieces.speed_m_per_s, move[pieces.parent]
        acceleration = pieces.acceleration_m_per_s2
    elif printer.kinematics == "gantry":
        speed_max, acceleration_max = (
            axis_facts(printer, name) for name in ("speed_max_m_per_s", "acceleration_max_m_per_s2")
        )
        if speed_max is not None:
            cruise = np.minimum(cruise, axis_limits(_directions(start, end), speed_max))
        if acceleration_max is not None:
            acceleration = np.minimum(acceleration, axis_limits(_directions(start, end), acceleration_max))
    return _one_path(start, end, cruise, acceleration, move, halt)


def _one_path(
    start: Floats,
    end: Floats,
    cruise: Floats,
    acceleration: float | Floats,
    move: NDArray[np.int64],
    halt: NDArray[np.bool_],
) -> HeadPath:
    """Moves laid end to end; where one does not start at the end of the last, a joining piece (−1)."""
    first_of_move = np.append(True, move[1:] != move[:-1])
    stops = np.append(halt[:-1][move] & first_of_move, True)
    points = np.concatenate((start, end[-1:]))
    apart = (end[:-1, 0] != start[1:, 0]) | (end[:-1, 1] != start[1:, 1])
    jumps = np.flatnonzero(apart) + 1
    if len(jumps):
        pieces: list[Floats] = []
        for low, high in pairwise([0, *jumps.tolist(), len(start)]):
            pieces += [start[low:high], end[high - 1 : high]]
        points = np.concatenate(pieces)
        stops = np.insert(stops, jumps, True)
        cruise = np.insert(cruise, jumps, 1.0)
        move = np.insert(move, jumps, -1)
        if isinstance(acceleration, np.ndarray):
            acceleration = np.insert(acceleration, jumps, 1.0)
    return HeadPath(points, cruise, stops, move, acceleration)


def _round_the_column(
    start: Floats, end: Floats, is_bead: NDArray[np.bool_], clear_m: float, station_m: Floats
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Legs of the moves; travel that would come nearer to the column than the arm can goes round it."""
    nearest, _ = reach_range_m(start, end, station_m)
    crossing = np.flatnonzero(~is_bead & (nearest < clear_m))
    if not len(crossing):
        return start, end, np.arange(len(start))
    return round_column(start, end, crossing, station_m, clear_m)


def _out_of_reach(printer: Printer, error: OutOfReachError) -> NotPrintableError:
    x, y = error.place_m.tolist()
    message = f"cannot bring its nozzle to ({x:.2f}, {y:.2f}) m; choose a larger printer or a smaller plan"
    return NotPrintableError(f"{printer.id} {message}", [Finding("reach", "error", printer.id, message)])


def _directions(start: Floats, end: Floats) -> Floats:
    """Unit vectors of the moves, 0 for those without length."""
    step = end - start
    return np.asarray(step / np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-12)[:, None])


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do, counted from plan and toolpath; nothing in it is uncertain.

    Attributes
    ----------
    layers, starts : (k,) int
        Layers with each section, and beads in one of them.
    layer_height_m : float
        [m]
    storey_height_m : (s,) float
        Height printed in each storey. [m]
    storey_layers : (s,) int
        Layers of each storey.
    section_storey_layers : (s, k) int
        Layers of each storey with each section.
    bead_volume_m3 : float
        By the nominal cross-section. [m³]
    travel_volume_m3 : float
        Bead volume that would lie on the travel moves; thrown aside by a head that never stops. [m³]
    lintels : int
    lintel_length_m : float
        Clear widths together; the bearings are added by the price lines. [m]
    external_area_m2, internal_area_m2 : float
        Net area of the walls, one face. [m²]
    tied_area_m2 : float
        Net area of double-leaf walls without infill, which need ties. [m²]
    laddered_area_m2 : float
        Net area of walls that get bed reinforcement. [m²]
    elements, set_ups : int
    """

    layers: NDArray[np.int64]
    starts: NDArray[np.int64]
    layer_height_m: float
    storey_height_m: NDArray[np.float64]
    storey_layers: NDArray[np.int64]
    section_storey_layers: NDArray[np.int64]
    bead_volume_m3: float
    travel_volume_m3: float
    lintels: int
    lintel_length_m: float
    external_area_m2: float
    internal_area_m2: float
    tied_area_m2: float
    laddered_area_m2: float
    elements: int
    set_ups: int

    @property
    def wall_area_m2(self) -> float:
        """Net area of all walls, one face. [m²]"""
        return self.external_area_m2 + self.internal_area_m2


@dataclass(frozen=True, slots=True)
class PrintTimes:
    """The time ledger of a print; each line a number, or samples of it.

    Attributes
    ----------
    deposition_s, travel_s, start_stop_s, layer_change_s, wait_s : float or (n,) float
        Their sum is ``nozzle_s``: what makers call printing time. [s]
    nozzle_s : float or (n,) float
        [s]
    availability_s : float or (n,) float
        Stoppages nobody planned: the machine works only part of a shift. [s]
    insert_s : float or (n,) float
        Setting lintels, ties and bars while the machine waits. [s]
    station_move_s : float or (n,) float
        Moving the machine, or changing elements. [s]
    shift_overhead_s : float or (n,) float
        Start-up and wash-down, once a shift. [s]
    print_shift_s : float or (n,) float
        All of the above but the first five twice: time on shift. [s]
    shift_count, print_days : float or (n,) float
        Whole shifts, one a day. [d]
    setup_s, teardown_s : float or (n,) float
        [s]
    moving_days : float or (n,) float
        Days on site for setting up and taking down. [d]
    layer_interval_s : (k,) float or (n, k) float
        From one layer to the next, waiting included. [s]
    """

    deposition_s: Value
    travel_s: Value
    start_stop_s: Value
    layer_change_s: Value
    wait_s: Value
    nozzle_s: Value
    availability_s: Value
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
    A storey may not rise faster than its mix gains strength
    (:func:`~estimator.structure.fresh.build_time_min_s`, spread evenly over its layers);
    a layer that is quicker waits. A machine without elements changes layers at z speed.
    Availability is the share of a shift without start-up and wash-down in which the nozzle
    works; stoppages fall into times of waiting first, inserts and moves are added.
    """
    layers = work.layers
    lift_s = _each(np.asarray(work.layer_height_m / machine.z_speed_m_per_s))
    pause_s = _each(np.asarray(machine.start_time_s + machine.stop_time_s))
    start_stop = starts_per_layer(work, printer) * pause_s
    layer_s = deposition_s + travel_s + start_stop + lift_s
    waits: Value = 0.0
    interval = layer_s
    if "structuration_rate_pa_per_s" in mix:
        short = layer_waits_s(work, layer_s, mix)
        waits = np.sum(short * work.section_storey_layers, axis=(-2, -1))
        interval = np.max(short * (work.section_storey_layers > 0), axis=-2) + layer_s
    deposition = deposition_s @ layers
    travel = travel_s @ layers
    start_stop_total = start_stop @ layers
    layer_change = lift_s[..., 0] * float(layers.sum())
    wait = waits
    nozzle = deposition + travel + start_stop_total + layer_change + wait
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
    daily = machine.startup_time_s + machine.washdown_time_s
    at_work = np.maximum(machine.shift_time_s - daily, SHORTEST_SHIFT_RATIO * machine.shift_time_s)
    shifts = np.ceil((nozzle + stoppage + insert + move) / at_work)
    overhead = shifts * daily
    on_shift = nozzle + stoppage + insert + move + overhead
    return PrintTimes(
        deposition, travel, start_stop_total, layer_change, wait, nozzle, stoppage, insert, move, overhead,
        on_shift, shifts, shifts, machine.setup_time_s, machine.teardown_time_s,
        np.ceil((machine.setup_time_s + machine.teardown_time_s) / terms.working_day_s), interval,
    )  # fmt: skip


def layer_waits_s(work: Work, layer_s: NDArray[np.float64], mix: Values) -> NDArray[np.float64]:
    """How long a layer has to wait for the strength of those below it.

    Parameters
    ----------
    work : Work
    layer_s : (k,) or (n, k) float
        Time of one layer of each section without waiting. [s]
    mix : Values

    Returns
    -------
    (s, k) or (n, s, k) float
        For each storey and section; 0 for a mix of which no rate of strength is known. [s]
    """
    if "structuration_rate_pa_per_s" not in mix:
        return np.zeros((*layer_s.shape[:-1], len(work.storey_layers), layer_s.shape[-1]))
    least = build_time_min_s(
        _each(np.asarray(mix.density_kg_per_m3)),
        work.storey_height_m,
        _each(np.asarray(mix.yield_stress_pa)),
        _each(np.asarray(mix.structuration_rate_pa_per_s)),
    ) / np.maximum(work.storey_layers, 1)
    return np.asarray(np.maximum(least[..., :, None] - layer_s[..., None, :], 0.0))


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
