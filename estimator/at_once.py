"""Several machines at once: which prints what, so that no two that print together come too near each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.beads import Kind
from estimator.effort import Effort, time_limit_s
from estimator.parts import Layout, Part
from estimator.plan import Area
from estimator.shapes import polygonal
from estimator.slicing import Bands
from estimator.stops import stops_of
from estimator.toolpath import Toolpath
from printers import Printer

MOST_GROUPS = 20_000
"""With more ways than this to print parts together the longest are paired first instead."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Which machine prints each part, and when.

    Attributes
    ----------
    machine : (p,) int
        Number of the machine, from 0.
    turn : (p,) int
        Parts of the same turn are printed at the same time; turns follow one another, from 0.
    """

    machine: NDArray[np.int64]
    turn: NDArray[np.int64]

    @property
    def machines(self) -> int:
        """How many machines print."""
        return int(self.machine.max(initial=0)) + 1

    @property
    def turns(self) -> int:
        """How often machines begin to print, all that do so at the same time counted once."""
        return int(self.turn.max(initial=0)) + 1

    def of(self, parts: NDArray[np.int64]) -> Turns:
        """The same for some of the parts.

        Parameters
        ----------
        parts : (q,) int
            Numbers of the parts.

        Returns
        -------
        Turns
        """
        return Turns(self.machine[parts], self.turn[parts])

    def elapsed_s(self, effort_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """How long all turns take, each as long as the machine that works longest in it.

        Parameters
        ----------
        effort_s : (p,) or (n, p) float
            Of each part. [s]

        Returns
        -------
        float or (n,) float
            [s]
        """
        work = np.zeros((*effort_s.shape[:-1], self.turns, self.machines))
        for k, place in enumerate(zip(self.turn.tolist(), self.machine.tolist(), strict=True)):
            work[(..., *place)] += effort_s[..., k]
        return np.asarray(work.max(axis=-1, initial=0.0).sum(axis=-1))


def machine_turns(layout: Layout, bands: Bands, toolpath: Toolpath, count: int, printer: Printer) -> Turns:
    """Parts of a layout shared out among machines by the length of their beads.

    Parameters
    ----------
    layout : Layout
    bands : Bands
        Shared out among the parts.
    toolpath : Toolpath
    count : int
        How many machines there are.
    printer : Printer
        Its ``machine_clearance_m``; without one, none is kept.

    Returns
    -------
    Turns
    """
    bead_m = toolpath.per_section(np.where(toolpath.kind != Kind.TRAVEL, toolpath.length_m, 0.0))
    effort = np.zeros(len(layout.parts))
    np.add.at(effort, bands.part, bands.layers * bead_m[bands.section])
    clearance = printer.get("machine_clearance_m")
    return assign_machines(layout.parts, effort, count, 0.0 if clearance is None else float(clearance))


def assign_machines(parts: Sequence[Part], effort_s: NDArray[np.float64], count: int, clearance_m: float) -> Turns:
    """Parts shared out among machines that work at the same time.

    Parameters
    ----------
    parts : sequence of Part
        In printing order. Parts of one set-up stay together, and no turn holds parts of two levels.
    effort_s : (p,) float
        Of each part: what it takes to print, or anything that grows with it, such as its bead length. [s]
    count : int
        How many machines there are.
    clearance_m : float
        Parts printed at the same time, with the ground between each and its machine, are at least this far from each
        other. [m]

    Returns
    -------
    Turns

    Notes
    -----
    Parts are put together so that the turns take least in all, each as long as its longest part: an integer
    programme over all sets of parts far enough apart. In a turn the longest part goes to the machine that has done
    least.
    """
    turn = np.zeros(len(parts), dtype=np.int64)
    machine = np.zeros(len(parts), dtype=np.int64)
    done = np.zeros(max(count, 1))
    turns = 0
    for _, run in groupby(stops_of(parts), key=lambda stop: stop.level):
        here = [list(stop.members) for stop in run]
        work = np.array([effort_s[members].sum() for members in here])
        far = _far_apart([[_swept(parts[k]) for k in members] for members in here], clearance_m)
        for group in sorted(_groups(far, work, len(done)), key=min):
            longest_first = sorted(group, key=lambda k: (-work[k], k))
            for k, m in zip(longest_first, np.argsort(done, kind="stable").tolist(), strict=False):
                turn[here[k]], machine[here[k]] = turns, m
                done[m] += work[k]
            turns += 1
    return Turns(machine, turn)


def _swept(part: Part) -> Area | None:
    """What head and boom pass over: the convex hull of a part and of where the machine stands. [m]"""
    if part.region is None:
        return None
    if part.place_m is None:
        return part.region
    return polygonal(shapely.convex_hull(shapely.GeometryCollection([part.region, shapely.Point(part.place_m)])))


def _far_apart(areas: list[list[Area | None]], clearance_m: float) -> NDArray[np.bool_]:
    """Which of several may be printed at the same time, (s, s)."""
    far = np.zeros((len(areas), len(areas)), dtype=bool)
    for i, j in combinations(range(len(areas)), 2):
        pairs = [(one, other) for one in areas[i] for other in areas[j]]
        far[i, j] = far[j, i] = all(
            one is not None and other is not None and shapely.distance(one, other) >= clearance_m
            for one, other in pairs
        )  # fmt: skip
    return far


def _groups(far: NDArray[np.bool_], effort: NDArray[np.float64], count: int) -> list[tuple[int, ...]]:
    """Parts that are printed together."""
    sets: list[tuple[int, ...]] = [(k,) for k in range(len(effort))]
    layer = sets
    for _ in range(count - 1):
        layer = [
            (*group, k) for group in layer for k in range(group[-1] + 1, len(effort)) if far[list(group), k].all()
        ]  # fmt: skip
        sets = sets + layer
        if len(sets) > MOST_GROUPS:
            return _longest_first(far, effort, count)
    if len(sets) == len(effort):
        return sets
    return _cheapest(sets, effort) or _longest_first(far, effort, count)


def _cheapest(sets: list[tuple[int, ...]], effort: NDArray[np.float64]) -> list[tuple[int, ...]]:
    """The sets that hold each part once and take least in all."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csc_array

    sizes = [len(s) for s in sets]
    members = np.concatenate([np.array(s) for s in sets])
    column = np.repeat(np.arange(len(sets)), sizes)
    holds = csc_array((np.ones(len(members)), (members, column)), shape=(len(effort), len(sets)))
    answer = milp(
        np.array([float(effort[list(s)].max()) for s in sets]),
        integrality=np.ones(len(sets), dtype=np.int64), bounds=Bounds(0, 1),
        constraints=LinearConstraint(holds, 1.0, 1.0),
        options={"node_limit": Effort().node_limit(len(sets)), "time_limit": time_limit_s(len(sets))},
    )  # fmt: skip
    return [] if answer.x is None else [sets[k] for k in np.flatnonzero(answer.x > 0.5).tolist()]


def _longest_first(far: NDArray[np.bool_], effort: NDArray[np.float64], count: int) -> list[tuple[int, ...]]:
    groups: list[list[int]] = []
    for k in np.argsort(-effort, kind="stable").tolist():
        fits = next((g for g in groups if len(g) < count and far[g, k].all()), None)
        if fits is None:
            groups.append([k])
        else:
            fits.append(k)
    return [tuple(g) for g in groups]
