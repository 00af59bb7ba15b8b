"""When every layer is laid: the time ledger spread over the layers, nights and moves of the machine included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.seams import layer_numbers
from estimator.slicing import Bands
from estimator.times import PrintTimes, at_work_s
from estimator.toolpath import Toolpath
from estimator.work import Work

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY_S = 86400.0
"""From one start of work to the next. [s]"""


@dataclass(frozen=True, slots=True)
class LayerOrder:
    """L layers in printing order, whatever the clock says.

    Attributes
    ----------
    layer_height_m : float
        [m]
    band, part : (L,) int
        Band that each layer belongs to, and part of the layout.
    bottom_m : (L,) float
        Absolute z of the underside. [m]
    nth_part : (L,) int
        Number of its part among those of which something is printed.
    pair : (L,) int
        Number of its part and section among the pairs of :class:`~estimator.work.Work`.
    is_first : (L,) bool
        Whether it is the lowest of its part.
    """

    layer_height_m: float
    band: Ints
    part: Ints
    bottom_m: Floats
    nth_part: Ints
    pair: Ints
    is_first: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.band)


@dataclass(frozen=True, slots=True)
class LaidLayers:
    """When L layers are laid.

    Attributes
    ----------
    order : LayerOrder
    nozzle_s : (L,) float
        From this layer to the next while the machine works, waiting included. [s]
    done_s : (L,) float
        When the layer is finished, since the machine began to print; nights included. [s]
    gap_s : (L,) float
        Since the layer below it was finished; infinite for the lowest of a part. [s]
    """

    order: LayerOrder
    nozzle_s: Floats
    done_s: Floats
    gap_s: Floats

    def __len__(self) -> int:
        return len(self.order)


def layer_order(bands: Bands, toolpath: Toolpath, work: Work) -> LayerOrder:
    """All layers in printing order: part by part, each from the bottom up.

    Parameters
    ----------
    bands : Bands
        Shared out among the parts.
    toolpath : Toolpath
    work : Work

    Returns
    -------
    LayerOrder
    """
    height_m = toolpath.layer_height_m
    order = np.lexsort((bands.base_m, bands.part))
    count = bands.layers[order]
    band = np.repeat(order, count)
    within = np.arange(len(band)) - np.repeat(count.cumsum() - count, count)
    number = layer_numbers(bands, height_m)[band] + within
    numbers, nth = np.unique(bands.part[band], return_inverse=True)
    pair = work.pair(nth, toolpath.section_of(bands.section[band], number))
    is_first = np.append(True, nth[1:] != nth[:-1])
    return LayerOrder(height_m, band, numbers[nth], bands.base_m[band] + within * height_m, nth, pair, is_first)


def laid_layers(order: LayerOrder, work: Work, times: PrintTimes, shift_time_s: float, daily_s: float) -> LaidLayers:
    """The time ledger spread over the layers.

    Parameters
    ----------
    order : LayerOrder
    work : Work
    times : PrintTimes
        At the stated values.
    shift_time_s, daily_s : float
        Length of a shift, and what start-up and wash-down take of it. [s]

    Returns
    -------
    LaidLayers

    Notes
    -----
    Stoppages and the setting of inserts are spread evenly over the layers; moves of the machine come between its
    set-ups. When a shift is over the layers go on the next day. Machines that print at the same time each have a
    clock of their own, which they set when a turn begins.
    """
    nozzle = np.asarray(times.layer_interval_s)[order.pair]
    total = float(nozzle.sum())
    spread = (float(times.availability_s) + float(times.insert_s)) / total if total > 0 else 0.0
    spent = nozzle * (1.0 + spread)
    part, first = order.nth_part, order.is_first
    if work.turns is not None and work.machines > 1:
        worked = _at_once(spent, part, work)
    else:
        moves = max(work.set_ups - 1, work.elements - 1, 0)
        pause = float(times.station_move_s) / moves if moves else 0.0
        changes = first & (np.arange(len(part)) > 0)
        share = moves / max(int(changes.sum()), 1)
        worked = np.cumsum(spent + np.where(changes, pause * share, 0.0))
    worked = _by_turns(worked, spent, part, work.part_group)
    at_work = float(at_work_s(shift_time_s, daily_s))
    done = worked + np.floor(worked / at_work) * (DAY_S - at_work) if at_work < DAY_S else worked
    gap = done.copy()
    gap[1:] -= done[:-1]
    gap[first] = np.inf
    return LaidLayers(order, nozzle, done, gap)


def _at_once(spent: Floats, part: Ints, work: Work) -> Floats:
    """Working time at the end of each layer where several machines print turn by turn."""
    turns = work.turns
    assert turns is not None
    of_part = np.bincount(part, weights=spent)
    begin = np.zeros(len(of_part))
    clock = 0.0
    for turn in range(turns.turns):
        until = clock
        for machine in range(turns.machines):
            own = clock
            for k in ((turns.turn == turn) & (turns.machine == machine)).nonzero()[0].tolist():
                begin[k] = own
                own += of_part[k]
            until = max(until, own)
        clock = until
    before = np.concatenate(([0.0], of_part.cumsum()))[:-1]
    return np.asarray(spent.cumsum() - before[part] + begin[part])


def _by_turns(worked: Floats, spent: Floats, part: Ints, group: Ints) -> Floats:
    """The same where parts are printed by turns: each takes as long as its group, its layers spread over all of it."""
    if len(set(group.tolist())) == len(group):
        return worked
    of_part = np.bincount(part, weights=spent, minlength=len(group))
    of_group = np.bincount(group, weights=of_part)
    begin = np.full(len(of_group), np.inf)
    np.minimum.at(begin, group[part], worked - spent)
    before = np.concatenate(([0.0], of_part.cumsum()))[:-1]
    within = spent.cumsum() - before[part]
    return np.asarray(begin[group[part]] + within * (of_group[group] / np.maximum(of_part, 1e-9))[part])
