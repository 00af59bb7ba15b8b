"""Every layer of a building in print order: the toolpath of its bands, repeated.

All layers of a section have the same path, but for seams moved on every other one, so a layer is
its number, its section, its path, its height and how long it waits. Exports go through the layers
one by one and hold a path or two a section.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Kind, bead_area_m2
from estimator.errors import UsageError
from estimator.estimate import Estimate
from estimator.kinematics.machines import path_speed_ratio
from estimator.motion import path_time
from estimator.seams import layer_numbers
from estimator.times import Speeds, head_path, layer_slowed_s, layer_waits_s, move_seconds, starts_per_layer
from estimator.toolpath import Toolpath
from estimator.values import Draw, Values

Floats = NDArray[np.float64]

KIND_NAMES = {Kind.TRAVEL: "travel", Kind.CONTOUR: "contour", Kind.INFILL: "infill"}
"""Words for what a move does, the same in every file."""


@dataclass(frozen=True, slots=True)
class Layers:
    """L layers in printing order: from the bottom up, part by part.

    Attributes
    ----------
    number : (L,) int
        From 1 in the order of printing.
    section : (L,) int
        Section of the bands that the layer has.
    path : (L,) int
        Section of the toolpath that it follows: with the seams of odd or of even layers.
    storey : (L,) int
        Index of the storey.
    part : (L,) int
        Part of the layout that the layer belongs to.
    bottom_m : (L,) float
        Absolute z of the layer's underside; the nozzle is a layer height above it. [m]
    stretch_ratio : (L,) float
        Time of its motion over that at full speed; above 1 where it slows down for the layers below. [-]
    wait_s : (L,) float
        Waiting at its end for the layers below. [s]
    total : int
        Layers of the whole building.
    """

    number: NDArray[np.int64]
    section: NDArray[np.int64]
    path: NDArray[np.int64]
    storey: NDArray[np.int64]
    part: NDArray[np.int64]
    bottom_m: Floats
    stretch_ratio: Floats
    wait_s: Floats
    total: int

    def __len__(self) -> int:
        return len(self.number)

    def runs(self) -> list[slice]:
        """Runs of layers of one section and part that lie on one another without a gap."""
        if not len(self):
            return []
        step, same = np.diff(self.bottom_m), np.diff(self.part) == 0
        other = ~same | (np.diff(self.section) != 0) | (step > 1.5 * step[same].min(initial=np.inf))
        bounds = [0, *(np.flatnonzero(other) + 1).tolist(), len(self)]
        return [slice(a, b) for a, b in pairwise(bounds)]


def printed_layers(estimate: Estimate, wanted: tuple[int, int] | None = None) -> Layers:
    """The layers of an estimate.

    Parameters
    ----------
    estimate : Estimate
    wanted : (int, int), optional
        First and last layer, counted from 1 at the bottom; negative from the top.

    Returns
    -------
    Layers

    Raises
    ------
    UsageError
        There are no such layers.

    Notes
    -----
    Layers are counted from the floor of each storey as in :func:`~estimator.slicing.slice_bands`,
    so their heights are whole multiples of the layer height above it.
    """
    bands, height_m = estimate.bands, estimate.work.layer_height_m
    order = np.lexsort((bands.base_m, bands.part))
    count = bands.layers[order]
    elevation = np.array([s.elevation_m for s in estimate.plan.storeys])[bands.storey]
    lowest = np.full(len(estimate.plan.storeys), np.inf)
    np.minimum.at(lowest, bands.storey, bands.base_m)
    floor = np.minimum(elevation, lowest[bands.storey])
    below = np.rint((bands.base_m - floor) / height_m)
    band = np.repeat(order, count)
    within = np.arange(len(band)) - np.repeat(np.cumsum(count) - count, count)
    bottom_m = floor[band] + (below[band] + within) * height_m
    layer = layer_numbers(bands, height_m)[band] + within
    path = estimate.toolpath.section_of(bands.section[band], layer)
    part = np.searchsorted(np.unique(bands.part), bands.part[band])
    stretch_ratio, wait_s = (v[estimate.work.pair(part, path)] for v in _paced(estimate))
    first, last = _range(wanted, len(band))
    shown = slice(first - 1, last)
    return Layers(
        np.arange(first, last + 1),
        bands.section[band][shown],
        path[shown],
        bands.storey[band][shown],
        bands.part[band][shown],
        bottom_m[shown],
        stretch_ratio[shown],
        wait_s[shown],
        len(band),
    )


def _range(wanted: tuple[int, int] | None, total: int) -> tuple[int, int]:
    if wanted is None:
        return 1, total
    first, last = (n if n > 0 else total + 1 + n for n in wanted)
    if 0 in wanted or not 1 <= first <= last <= total:
        which = f"is no layer {wanted[0]}" if wanted[0] == wanted[1] else f"are no layers {wanted[0]} to {wanted[1]}"
        raise UsageError(f"there {which}; the building has {total}, from 1 at the bottom")
    return first, last


def own_layer_s(estimate: Estimate) -> Floats:
    """Nozzle time of one layer of every section, without waiting.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    (k,) float
        Deposition, travel, starts and stops, lift. [s]
    """
    printer = estimate.printer
    pause_s = float(printer.start_time_s) + float(printer.stop_time_s)
    lift_s = estimate.work.layer_height_m / float(printer.z_speed_m_per_s)
    starts = starts_per_layer(estimate.work, printer)
    return np.asarray(estimate.motion.deposition_s + estimate.motion.travel_s + starts * pause_s + lift_s)


def _paced(estimate: Estimate) -> tuple[Floats, Floats]:
    """For each pair of part and section how far a layer is stretched, and how long it waits. [-], [s]"""
    mix = Values(f"mix.{estimate.mix.id}", estimate.mix.facts, Draw())
    lacking_s = layer_waits_s(estimate.work, own_layer_s(estimate), mix)
    moving_s = estimate.motion.deposition_s + estimate.motion.travel_s
    slowed_s = layer_slowed_s(estimate.work, moving_s, lacking_s)
    own_s = moving_s[estimate.work.laid_section]
    return np.divide(own_s + slowed_s, own_s, out=np.ones_like(own_s), where=own_s > 0), lacking_s - slowed_s


def stated_speeds(estimate: Estimate) -> Speeds:
    """Speeds of the printer at their stated values.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    Speeds
    """
    p = estimate.printer
    speeds = Speeds(
        float(p.print_speed_m_per_s), float(p.travel_speed_m_per_s), float(p.acceleration_m_per_s2),
        float(p.flow_max_m3_per_s),
    )  # fmt: skip
    ratio = path_speed_ratio(p)
    return speeds if ratio is None else speeds.slowed(float(ratio))


@dataclass(frozen=True, slots=True)
class Told:
    """What the head is told: N straight pieces end to end, moves of an arm split as they are timed.

    Attributes
    ----------
    points_m : (N + 1, 2) float
        [m]
    cruise_m_per_s : (N,) float
        Highest speed on each piece. [m/s]
    acceleration_m_per_s2 : (N,) float
        Speeding up and braking on each piece. [m/s²]
    stops : (N + 1,) bool
        True where the head stands still.
    move : (N,) int
        Move of the toolpath that a piece belongs to.
    """

    points_m: Floats
    cruise_m_per_s: Floats
    acceleration_m_per_s2: Floats
    stops: NDArray[np.bool_]
    move: NDArray[np.int64]

    @property
    def length_m(self) -> Floats:
        """Length of each piece. [m]"""
        step = np.diff(self.points_m, axis=0)
        return np.asarray(np.hypot(step[:, 0], step[:, 1]))


def section_pieces(estimate: Estimate) -> list[Told]:
    """What the head is told for one layer of each section.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    list of Told
        One a section; ``move`` counts in the whole toolpath.
    """
    whole = _told(estimate, estimate.toolpath)
    sections = []
    for a, b in pairwise(estimate.toolpath.first.tolist()):
        own = np.flatnonzero((whole.move >= a) & (whole.move < b))
        low, high = (int(own[0]), int(own[-1]) + 1) if len(own) else (0, 0)
        sections.append(_part(whole, low, high))
    return sections


def _told(estimate: Estimate, path: Toolpath) -> Told:
    speeds = stated_speeds(estimate)
    whole = head_path(path, estimate.printer, speeds)
    acceleration = np.broadcast_to(np.asarray(whole.acceleration_m_per_s2, dtype=np.float64), whole.move.shape)
    return Told(whole.points_m, whole.cruise_m_per_s, acceleration, whole.stops, whole.move)


def _part(whole: Told, low: int, high: int) -> Told:
    """Pieces low to high."""
    here, nodes = slice(low, high), slice(low, high + 1)
    return Told(
        whole.points_m[nodes], whole.cruise_m_per_s[here], whole.acceleration_m_per_s2[here], whole.stops[nodes],
        whole.move[here],
    )  # fmt: skip


def way_between(estimate: Estimate, section: int, start_m: Floats, end_m: Floats) -> tuple[Told, float]:
    """The move from one section to the next, which no estimate counts.

    Parameters
    ----------
    estimate : Estimate
    section : int
        Where the way leads.
    start_m, end_m : (2,) float
        [m]

    Returns
    -------
    Told
    float
        From rest to rest. [s]
    """
    path = Toolpath(
        start_m[None, :], end_m[None, :], np.array([int(Kind.TRAVEL)], dtype=np.uint8),
        np.array([float(estimate.toolpath.width_m.max())]), np.array([-1]), np.array([0, 1]), np.array([0]),
        np.array([1]), estimate.toolpath.layer_height_m,
    )  # fmt: skip
    place, turn = estimate.toolpath.place_m, estimate.toolpath.turn_rad
    if place is not None and turn is not None:
        path = path.at(place[section], float(turn[section]))
    told = _told(estimate, path)
    deviation_m = float(estimate.printer.junction_deviation_m)
    seconds = path_time(told.points_m, told.cruise_m_per_s, told.acceleration_m_per_s2, deviation_m, told.stops)
    return told, float(seconds.sum())


def seconds_of_moves(estimate: Estimate) -> Floats:
    """Time of each move of the toolpath, starts and stops not counted.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    (n,) float
        [s]
    """
    return move_seconds(estimate.toolpath, estimate.printer, stated_speeds(estimate))


def over_extrusion_ratio(estimate: Estimate) -> float:
    """Printed volume over the volume of the beads by their nominal cross-section. [-]

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    float
        [-]
    """
    return float(estimate.outcome.quantities.printed_volume_m3) / estimate.toolpath.bead_volume_m3()


def printed_areas_m2(estimate: Estimate) -> Floats:
    """Cross-section that is extruded on each move of the toolpath.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    (n,) float
        Over-extrusion included; 0 on travel, but not of a head that never stops. [m²]
    """
    path = estimate.toolpath
    width = path.width_m
    if estimate.printer.continuity == "never-stop":
        width = np.where(path.kind == Kind.TRAVEL, width.max(), width)
    area = np.where(width > 0.0, bead_area_m2(np.maximum(width, 1e-9), path.layer_height_m), 0.0)
    return np.asarray(area * over_extrusion_ratio(estimate))
