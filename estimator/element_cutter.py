"""Cutting one run of wall into pieces as long as they may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from estimator.element_runs import Floats, Run
from estimator.parts import JOINT_M

FIT_TOLERANCE_M = 0.005
"""By how much an element may exceed the machine's sides. [m]"""

STUCK = 10**6
"""Stands for pieces that no number of joints makes small enough."""


@dataclass(frozen=True, slots=True)
class Box:
    """The largest element.

    Attributes
    ----------
    length_m, width_m : float
        The longer and the shorter side in plan. [m]
    mass_kg : float
        [kg]
    """

    length_m: float
    width_m: float
    mass_kg: float

    def holds(self, reach_m: Floats, mass_kg: Floats | float) -> NDArray[np.bool_]:
        """Whether elements fit when turned the best way.

        Parameters
        ----------
        reach_m : (..., k, 4) float
            As in :class:`~estimator.element_runs.Run`. [m]
        mass_kg : (...) float
            [kg]

        Returns
        -------
        (...) bool
        """
        a, b = reach_m[..., 0] + reach_m[..., 1], reach_m[..., 2] + reach_m[..., 3]
        fits = (np.maximum(a, b) <= self.length_m + FIT_TOLERANCE_M) & (
            np.minimum(a, b) <= self.width_m + FIT_TOLERANCE_M
        )
        return np.asarray(fits.any(axis=-1) & (np.asarray(mass_kg) <= self.mass_kg + 1e-6))


class Cutter:
    """Cuts one run into pieces as long as they may be.

    Parameters
    ----------
    run : Run
    box : Box
    """

    def __init__(self, run: Run, box: Box) -> None:
        self._run = run
        self._box = box
        self.place = np.flatnonzero(run.is_place)
        self._next: dict[tuple[int, bool, bool], int] = {}

    def fits(self, start: int, end: int) -> bool:
        """Whether the piece between two places of the run is an element. Places are indices."""
        run = self._run
        reach = run.reach_m[start : end + 1].max(axis=0)
        last = len(run.along_m) - 1
        reach = reach - _joint_share(reach) * (int(start > 0 or run.is_ring) + int(end < last or run.is_ring))
        chord = run.middle_m[end] - run.middle_m[start]  # a wall lies along a side of the machine
        lies = int(np.argmax(np.maximum(*np.abs(_turned_by(run.direction, chord)))))
        mass = run.mass_kg[end] - run.mass_kg[start]
        return bool(self._box.holds(reach[lies : lies + 1], mass))

    def after(self, start: int) -> int:
        """Furthest place at which a piece that begins at a place may end; the place itself if none."""
        key = (start, True, True)
        if key not in self._next:
            ahead = self.place[self.place > start]
            low, high = -1, len(ahead)
            while high - low > 1:  # pieces that fit are those up to some length
                middle = (low + high) // 2
                low, high = (middle, high) if self.fits(start, int(ahead[middle])) else (low, middle)
            self._next[key] = int(ahead[low]) if low >= 0 else start
        return self._next[key]

    def before(self, end: int) -> int:
        """Furthest place back at which a piece that ends at a place may begin."""
        key = (end, False, True)
        if key not in self._next:
            back = self.place[self.place < end][::-1]
            low, high = -1, len(back)
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self.fits(int(back[middle]), end) else (low, middle)
            self._next[key] = int(back[low]) if low >= 0 else end
        return self._next[key]

    def cuts(self, start: int, end: int) -> list[int] | None:
        """Joints between two places, as few as can be; None where a piece stays too large."""
        found: list[int] = []
        at = start
        while not self.fits(at, end):
            further = self.after(at)
            if further == at:
                return None
            found.append(further)
            at = further
        return found

    def count(self, start: int, end: int) -> int:
        """Pieces between two joints: 0 where they meet, :data:`STUCK` where they cannot be joined."""
        if start >= end:
            return 0
        found = self.cuts(start, end)
        return STUCK if found is None else len(found) + 1

    def even(self, start: int, end: int, *, is_cut: tuple[bool, bool]) -> list[float] | None:
        """Places of joints between two places, pieces as equal as they may be. [m]"""
        late = self.cuts(start, end)
        if late is None:
            return None
        pieces = len(late) + 1
        run = self._run
        a, b = run.along_m[start], run.along_m[end]
        # all pieces equal, those at a free end without half a joint
        shift = [0.0 if c else JOINT_M / 2 for c in is_cut]
        ideal = a - shift[0] + (b + shift[1] - a + shift[0]) * np.arange(1, pieces) / pieces
        if self._is_sound(start, end, chosen := self._nearest(ideal)):
            return [float(run.along_m[c]) for c in chosen]
        early = self._early(start, end, len(late))
        middle = self._nearest((run.along_m[late] + run.along_m[early]) / 2) if early else late
        chosen = middle if self._is_sound(start, end, middle) else late
        return [float(run.along_m[c]) for c in chosen]

    def between(self, start: int, end: int, pieces: int) -> list[float]:
        """Joints of a run whose arms may reach to one place and back to another. [m]

        Parameters
        ----------
        start, end : int
            Furthest place of the arm at the start of the run, and of that at its end.
        pieces : int
            Between the two arms.
        """
        run = self._run
        if pieces == 0:
            middle = (run.along_m[start] + run.along_m[end]) / 2
            return [float(run.along_m[self._nearest(np.array([middle]))[0]])]
        late, early = [start], [end]
        for _ in range(pieces):
            late.append(self.after(late[-1]))
            early.append(self.before(early[-1]))
        middle = self._nearest((run.along_m[late] + run.along_m[early[::-1]]) / 2)
        middle = [min(max(m, e), a) for m, e, a in zip(middle, early[::-1], late, strict=True)]
        if not all(self.fits(p, q) for p, q in pairwise(middle)):
            middle = [*late[:-1], end]
        return [float(run.along_m[m]) for m in middle]

    def to_free_end(self, start: int, pieces: int) -> list[float]:
        """Joints of a run between an arm that may reach to a place and the run's free end. [m]"""
        run = self._run
        last = len(run.along_m) - 1
        late, early = [start], [self.before(last)]
        for _ in range(pieces - 1):
            late.append(self.after(late[-1]))
            early.append(self.before(early[-1]))
        middle = self._nearest((run.along_m[late] + run.along_m[early[::-1]]) / 2)
        middle = [min(max(m, e), a) for m, e, a in zip(middle, early[::-1], late, strict=True)]
        if not all(self.fits(p, q) for p, q in zip(middle, [*middle[1:], last], strict=True)):
            middle = late
        return [float(run.along_m[m]) for m in middle]

    def _early(self, start: int, end: int, joints: int) -> list[int]:
        """As :meth:`cuts`, from the end backwards."""
        found: list[int] = []
        at = end
        for _ in range(joints):
            at = self.before(at)
            found.append(at)
        return found[::-1] if self.fits(start, at) else []

    def _nearest(self, at_m: Floats) -> list[int]:
        """Places nearest to distances along the run."""
        along = self._run.along_m[self.place]
        k = np.clip(np.searchsorted(along, at_m), 1, max(len(along) - 1, 1))
        if len(along) == 1:
            return [int(self.place[0])] * len(at_m)
        k = np.where(at_m - along[k - 1] <= along[k] - at_m, k - 1, k)
        return [int(p) for p in self.place[k]]

    def _is_sound(self, start: int, end: int, cuts: list[int]) -> bool:
        stops = [start, *cuts, end]
        return all(p < q and self.fits(p, q) for p, q in pairwise(stops))


def _turned_by(direction: Floats, chord_m: Floats) -> tuple[Floats, Floats]:
    """A vector along directions, and across them. [m]"""
    return direction @ chord_m, direction @ np.array([-chord_m[1], chord_m[0]])


def _joint_share(reach_m: Floats) -> Floats:
    """What a piece loses on either side, along itself, to half a joint at one end. [m]"""
    along = reach_m[..., 0] + reach_m[..., 1] >= reach_m[..., 2] + reach_m[..., 3]
    share = np.zeros_like(reach_m)
    share[..., 0] = share[..., 1] = np.where(along, JOINT_M / 4, 0.0)
    share[..., 2] = share[..., 3] = np.where(along, 0.0, JOINT_M / 4)
    return share


def turned_run(run: Run, start: int) -> Run:
    """A ring that begins at another of its places.

    Parameters
    ----------
    run : Run
    start : int
        Index of the place.

    Returns
    -------
    Run
    """
    n = len(run.along_m) - 1
    order = np.concatenate((np.arange(start, n), np.arange(0, start + 1)))
    length = run.along_m[-1]
    along = (run.along_m[order] - run.along_m[start]) % length
    along[-1] = length
    mass = run.mass_kg[order] - run.mass_kg[start]
    mass[n - start :] += run.mass_kg[-1]
    return replace(
        run, along_m=along, is_place=run.is_place[order], reach_m=run.reach_m[order], middle_m=run.middle_m[order],
        mass_kg=mass,
    )  # fmt: skip


def reversed_run(run: Run) -> Run:
    """A run seen from its other end.

    Parameters
    ----------
    run : Run

    Returns
    -------
    Run
    """
    return replace(
        run, nodes=run.nodes[::-1], along_m=run.along_m[0] + run.along_m[-1] - run.along_m[::-1],
        is_place=run.is_place[::-1], reach_m=run.reach_m[::-1], middle_m=run.middle_m[::-1],
        mass_kg=run.mass_kg[-1] - run.mass_kg[::-1],
    )  # fmt: skip
