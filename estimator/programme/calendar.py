"""Calendars: how long work outside takes where the weather stops it, by mean shares or by days that are drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from estimator.errors import UsageError

Floats = NDArray[np.float64]

LONGEST_YEARS = 400
LONGEST_DAYS = 365.25 * LONGEST_YEARS
"""No programme lasts longer. [d]"""

BLOCK_DAYS = 2048
"""Days that are drawn at a time."""


class TooLongError(UsageError):
    """A programme lasts longer than any may."""

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message
            or f"the programme would last more than {LONGEST_YEARS} years with these teams and crews; give it more"
        )


class Calendar:
    """Days since the start, and how much of each is left for work outside.

    Parameters
    ----------
    start : date
    lost_shares : sequence of float
        Of the days, by month from January; one number for all months.
    rng : numpy.random.Generator, optional
        Draws whole days that are lost; without it each day gives what is left of it.
    """

    def __init__(self, start: date, lost_shares: Sequence[float], rng: np.random.Generator | None = None) -> None:
        self._start = np.datetime64(start)
        self._lost = np.asarray(lost_shares, dtype=float)
        self._rng = rng
        self._ratio = 1 / (1 - float(self._lost[0])) if len(self._lost) == 1 and rng is None else 0.0
        self._open: list[float] = []
        self._worked: list[float] = [0.0]

    def after(self, begin_day: float, work_days: float) -> float:
        """When work outside is done that begins on a day.

        Parameters
        ----------
        begin_day, work_days : float
            Days since the start; work in days that no weather takes from. [d]

        Returns
        -------
        float
            [d]
        """
        if work_days <= 0.0:
            return begin_day
        if self._ratio:
            return begin_day + work_days * self._ratio
        first, worked = int(begin_day), self._worked
        if first >= len(self._open):
            self._cover(first, 0.0)
        target = worked[first] + (begin_day - first) * self._open[first] + work_days
        if worked[-1] < target:
            self._cover(first, target)
        last = bisect_left(worked, target, first + 1) - 1
        day = last + (target - worked[last]) / self._open[last]
        return day if day > begin_day else begin_day

    def after_all(self, begin_day: Floats, work_days: Floats) -> Floats:
        """The same for many at once.

        Parameters
        ----------
        begin_day, work_days : (n,) float
            [d]

        Returns
        -------
        (n,) float
            [d]
        """
        if self._ratio:
            return begin_day + np.maximum(work_days, 0.0) * self._ratio
        first = begin_day.astype(np.int64)
        self._cover(int(first.max()), 0.0)
        left = np.array(self._open)
        target = np.array(self._worked)[first] + (begin_day - first) * left[first] + work_days
        self._cover(0, float(target.max()))
        worked, left = np.array(self._worked), np.array(self._open)
        last = np.maximum(np.searchsorted(worked, target) - 1, first)
        day = last + (target - worked[last]) / np.where(left[last] > 0, left[last], 1.0)
        return np.asarray(np.where(work_days > 0, np.maximum(day, begin_day), begin_day))

    def _cover(self, day: int, work_days: float) -> None:
        """Draw days until there are more than so many, and so much work can be done in them."""
        while len(self._open) <= day or self._worked[-1] < work_days:
            if len(self._open) > LONGEST_DAYS:
                raise TooLongError
            self._extend()

    def _extend(self) -> None:
        count = len(self._open)
        if len(self._lost) == 1:
            lost: Floats = np.full(BLOCK_DAYS, self._lost[0])
        else:
            days = self._start + np.arange(count, count + BLOCK_DAYS)
            lost = self._lost[days.astype("datetime64[M]").astype(int) % 12]
        left = 1.0 - lost if self._rng is None else (self._rng.random(BLOCK_DAYS) >= lost).astype(float)
        self._open += left.tolist()
        self._worked += (self._worked[-1] + np.cumsum(left)).tolist()
