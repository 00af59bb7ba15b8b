"""What the head is told: the moves of a toolpath with the speeds and halts that printer and pump allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.beads import Kind, bead_area_m2
from estimator.errors import Finding, NotPrintableError
from estimator.kinematics import (
    Joints,
    OutOfReachError,
    axis_limits,
    flow_speed_limit,
    junction_speed_squared,
    reach_range_m,
    subdivide,
)
from estimator.kinematics.column import round_column
from estimator.kinematics.machines import axis_facts, joints_of
from estimator.motion import SHORTEST_M, move_times, node_limits_squared, node_speeds_squared, path_time
from estimator.toolpath import Toolpath
from printers import Printer

Floats = NDArray[np.float64]


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

    def slowed(self, ratio: float) -> Speeds:
        """Speeds of a machine that its joints slow down; acceleration and pump stay the same.

        Parameters
        ----------
        ratio : float
            What is left of the speeds, > 0. [-]

        Returns
        -------
        Speeds
        """
        return replace(self, print_m_per_s=ratio * self.print_m_per_s, travel_m_per_s=ratio * self.travel_m_per_s)


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
    line_m : (N,) float or None
        Length of the straight line that a piece was cut from, which corners know; None where no line was
        cut. [m]
    """

    points_m: Floats
    cruise_m_per_s: Floats
    stops: NDArray[np.bool_]
    move: NDArray[np.int64]
    acceleration_m_per_s2: float | Floats = np.inf
    line_m: Floats | None = None


def move_seconds(toolpath: Toolpath, printer: Printer, speeds: Speeds) -> Floats:
    """Time of every move of one layer of every section.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
    speeds : Speeds

    Returns
    -------
    (n,) float
        [s]
    """
    path = head_path(toolpath, printer, speeds)
    deviation_m = float(printer.junction_deviation_m)
    if path.line_m is None:
        seconds = path_time(path.points_m, path.cruise_m_per_s, path.acceleration_m_per_s2, deviation_m, path.stops)
    else:
        seconds = _cut_path_time(path, path.line_m, deviation_m)
    real = path.move >= 0
    if np.array_equal(path.move[real], np.arange(len(toolpath.kind))):  # each move is one piece
        return seconds[real]
    summed = np.bincount(path.move[real], weights=seconds[real], minlength=len(toolpath.kind))
    return np.asarray(summed, dtype=np.float64)


def _cut_path_time(path: HeadPath, line_m: Floats, deviation_m: float) -> Floats:
    """Seconds of each piece as :func:`~estimator.motion.path_time`, but for corners that know whole lines."""
    step = np.diff(path.points_m, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    real = length > SHORTEST_M
    node = np.concatenate(([0], real.cumsum()))
    stops = np.bincount(node, weights=path.stops) > 0
    length, unit = length[real], step[real] / length[real, None]
    speed, acceleration = path.cruise_m_per_s[real], np.broadcast_to(path.acceleration_m_per_s2, real.shape)[real]
    corner = junction_speed_squared(unit, line_m[real], acceleration, deviation_m)
    limit = node_limits_squared(speed, corner, stops)
    v = np.sqrt(node_speeds_squared(length, limit, acceleration))
    seconds = np.zeros(len(real))
    seconds[real] = move_times(length, v[:-1], v[1:], speed, acceleration)
    return seconds


def head_path(toolpath: Toolpath, printer: Printer, speeds: Speeds) -> HeadPath:
    """One layer of every section as the machine runs it: speeds, halts, moves of an arm split.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
    speeds : Speeds

    Returns
    -------
    HeadPath
        In plan coordinates.

    Raises
    ------
    NotPrintableError
        The joints cannot bring the nozzle to some place.

    Notes
    -----
    A head that pauses stands still at the ends of every bead and travels fast; one that runs
    over gaps or never stops keeps its printing speed and its way.
    """
    is_bead = toolpath.kind != Kind.TRAVEL
    cruise = commanded_m_per_s(toolpath, printer, speeds)
    n = len(cruise)
    halt = np.zeros(n + 1, dtype=bool)  # before each move, and after the last
    halt[toolpath.first] = True
    if printer.continuity == "pause":
        halt[:-1] |= ~is_bead
        halt[1:] |= ~is_bead
    move = np.arange(n)
    acceleration: float | Floats = speeds.acceleration_m_per_s2
    line: Floats | None = None
    joints = path_joints(toolpath, printer)
    if joints is None:
        if printer.kinematics == "gantry":
            speed_max, acceleration_max = (
                axis_facts(printer, name) for name in ("speed_max_m_per_s", "acceleration_max_m_per_s2")
            )
            if speed_max is not None or acceleration_max is not None:
                directions = _directions(*(toolpath.to_machine(p, move) for p in (toolpath.start_m, toolpath.end_m)))
                if speed_max is not None:
                    cruise = np.minimum(cruise, axis_limits(directions, speed_max))
                if acceleration_max is not None:
                    acceleration = np.minimum(acceleration, axis_limits(directions, acceleration_max))
        # inside a section each move starts where the one before ended
        return _one_path(
            toolpath.start_m, toolpath.end_m, cruise, acceleration, line, move, halt, toolpath.first[1:-1] - 1
        )
    start, end = toolpath.to_machine(toolpath.start_m, move), toolpath.to_machine(toolpath.end_m, move)
    if toolpath.place_m is not None and printer.kinematics in ("polar", "arm"):
        start, end, move = _round_the_column(start, end, is_bead, float(printer.reach_min_m))
    try:
        pieces = subdivide(start, end, cruise[move], speeds.acceleration_m_per_s2, joints)
    except OutOfReachError as error:
        raise _out_of_reach(toolpath, printer, error) from None
    if len(pieces.parent) > len(start):
        line = np.hypot(*(end - start).T)[pieces.parent]
    move = move[pieces.parent]
    start, end = toolpath.to_plan(pieces.start_m, move), toolpath.to_plan(pieces.end_m, move)
    cruise, acceleration = pieces.speed_m_per_s, pieces.acceleration_m_per_s2
    return _one_path(start, end, cruise, acceleration, line, move, halt)


def commanded_m_per_s(toolpath: Toolpath, printer: Printer, speeds: Speeds) -> Floats:
    """Speed of every move before axes and joints have their say.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
        What it does at gaps decides how fast it crosses them.
    speeds : Speeds

    Returns
    -------
    (n,) float
        [m/s]
    """
    is_bead = toolpath.kind != Kind.TRAVEL
    widest_m2 = float(bead_area_m2(toolpath.width_m.max(), toolpath.layer_height_m))
    slowest = min(speeds.print_m_per_s, float(flow_speed_limit(speeds.flow_max_m3_per_s, widest_m2)))
    gap_speed = speeds.travel_m_per_s if printer.continuity == "pause" else slowest
    cruise = np.where(is_bead, slowest, gap_speed)
    if slowest < speeds.print_m_per_s:  # the pump sets the pace, by the width of each bead
        area = bead_area_m2(toolpath.width_m[is_bead], toolpath.layer_height_m)
        cruise[is_bead] = np.minimum(speeds.print_m_per_s, flow_speed_limit(speeds.flow_max_m3_per_s, area))
    return np.asarray(cruise)


def path_joints(toolpath: Toolpath, printer: Printer) -> Joints | None:
    """Joints of a printer where it stands for a toolpath, in coordinates of the machine.

    Parameters
    ----------
    toolpath : Toolpath
        A delta of which no place is known stands in its middle.
    printer : Printer

    Returns
    -------
    Joints or None
        None where there are none, or where they are not known.
    """
    if toolpath.place_m is not None:
        return joints_of(printer, np.zeros(2))
    if printer.kinematics != "delta":
        return None
    return joints_of(printer, 0.5 * (toolpath.start_m.min(axis=0) + toolpath.start_m.max(axis=0)))


def _one_path(
    start: Floats,
    end: Floats,
    cruise: Floats,
    acceleration: float | Floats,
    line: Floats | None,
    move: NDArray[np.int64],
    halt: NDArray[np.bool_],
    breaks: NDArray[np.int64] | None = None,
) -> HeadPath:
    """Moves laid end to end; where one does not start at the end of the last, a joining piece (−1).

    ``breaks`` are the moves after which that may be; left out, any.
    """
    first_of_move = np.append(True, move[1:] != move[:-1])
    stops = np.append(halt[:-1][move] & first_of_move, True)
    here = np.arange(len(start) - 1) if breaks is None else np.unique(np.clip(breaks, 0, max(len(start) - 2, 0)))
    apart = (end[here, 0] != start[here + 1, 0]) | (end[here, 1] != start[here + 1, 1]) if len(start) > 1 else here < 0
    jumps = here[apart] + 1
    points = np.empty((len(start) + len(jumps) + 1, 2))
    for shift, (low, high) in enumerate(pairwise([0, *jumps.tolist(), len(start)])):
        points[low + shift : high + shift] = start[low:high]
        points[high + shift] = end[high - 1]
    if len(jumps):
        stops = np.insert(stops, jumps, True)
        cruise = np.insert(cruise, jumps, 1.0)
        move = np.insert(move, jumps, -1)
        if isinstance(acceleration, np.ndarray):
            acceleration = np.insert(acceleration, jumps, 1.0)
        line = None if line is None else np.insert(line, jumps, 1.0)
    return HeadPath(points, cruise, stops, move, acceleration, line)


def _round_the_column(
    start: Floats, end: Floats, is_bead: NDArray[np.bool_], clear_m: float
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Legs of the moves; travel that would come nearer to the column than the arm can goes round it."""
    column = np.zeros(2)
    nearest, _ = reach_range_m(start, end, column)
    crossing = (~is_bead & (nearest < clear_m)).nonzero()[0]
    if not len(crossing):
        return start, end, np.arange(len(start))
    return round_column(start, end, crossing, column, clear_m)


def _out_of_reach(toolpath: Toolpath, printer: Printer, error: OutOfReachError) -> NotPrintableError:
    move = np.arange(len(toolpath.kind))
    ways = shapely.linestrings(
        np.stack((toolpath.to_machine(toolpath.start_m, move), toolpath.to_machine(toolpath.end_m, move)), axis=1)
    )
    nearest = int(np.argmin(shapely.distance(ways, shapely.Point(error.place_m))))
    x, y = toolpath.to_plan(np.atleast_2d(error.place_m), np.array([nearest]))[0].tolist()
    message = f"cannot bring its nozzle to ({x:.2f}, {y:.2f}) m; choose a larger printer or a smaller plan"
    return NotPrintableError(f"{printer.id} {message}", [Finding("reach", "error", printer.id, message)])


def _directions(start: Floats, end: Floats) -> Floats:
    """Unit vectors of the moves, 0 for those without length."""
    step = end - start
    return np.asarray(step / np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-12)[:, None])
