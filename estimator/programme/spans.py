"""Ways through the house before and after its walls: work outside, work inside, and waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from estimator.schedule import Network, Step, Task, WallWork
from estimator.values import Value


@dataclass(frozen=True, slots=True)
class Span:
    """Work and waiting one after the other, in calendar days of a week without weather.

    Attributes
    ----------
    outside_days, inside_days, wait_days : float or (n,) float
        Work that weather stops, work that it does not, and waiting. [d]
    """

    outside_days: Value = 0.0
    inside_days: Value = 0.0
    wait_days: Value = 0.0

    def then(self, outside_days: Value, inside_days: Value, wait_days: Value) -> Span:
        """The span with more after it.

        Parameters
        ----------
        outside_days, inside_days, wait_days : float or (n,) float
            [d]

        Returns
        -------
        Span
        """
        return Span(
            self.outside_days + outside_days, self.inside_days + inside_days, self.wait_days + wait_days
        )  # fmt: skip

    def days(self, outside_ratio: Value) -> Value:
        """Calendar days of it.

        Parameters
        ----------
        outside_ratio : float or (n,) float
            Calendar days in one of work outside without weather.

        Returns
        -------
        float or (n,) float
            [d]
        """
        return self.outside_days * outside_ratio + self.inside_days + self.wait_days


@dataclass(frozen=True, slots=True)
class Stage:
    """What one gang of each trade does at a house, before its walls or after them.

    Attributes
    ----------
    path : Span
        The longest way through it.
    takt_days : float or (n,) float
        The longest work of one gang, by mean weather: after so many days the crew can begin the next house. [d]
    crew_persons : float or (n,) float
        Of one gang of each trade. [persons]
    """

    path: Span
    takt_days: Value
    crew_persons: Value


def stages(walls: WallWork, network: Network) -> tuple[Stage, Stage, Span]:
    """What comes before the walls and after them.

    Parameters
    ----------
    walls : WallWork
    network : Network

    Returns
    -------
    Stage
        Up to the walls.
    Stage
        From the walls to hand-over, waiting on the walls not counted.
    Span
        Up to the end of the first activity, which elements made on the plot wait for.
    """
    ratio = network.outside_ratio / network.inside_ratio
    is_after = False
    paths: dict[str, Span] = {}
    held: tuple[list[Task], list[Task]] = ([], [])
    first = Span()
    for task in network.tasks:
        a = task.activity
        if (a.applies == "masonry" and not walls.is_masonry) or (a.applies == "wet" and not walls.is_wet):
            continue
        if a.is_walls:
            before = _longest(list(paths.values()), ratio)
            is_after, paths = True, {a.id: Span()}
            continue
        if task.is_nothing:
            continue
        start = _longest([paths[name] for name in a.after if name in paths], ratio)
        outside, inside = (task.work_days / ratio, 0.0) if a.is_outside else (0.0, task.work_days)
        paths[a.id] = start.then(outside, inside, task.wait_days)
        held[is_after].append(task)
        if a.id == "mobilise":
            first = paths[a.id]
    return _stage(before, held[0]), _stage(_longest(list(paths.values()), ratio), held[1]), first


def steps(done: Sequence[Step], week_ratio: Value) -> Span:
    """Steps of the walls one after the other.

    Parameters
    ----------
    done : sequence of Step
    week_ratio : float or (n,) float
        Calendar days in a working day inside.

    Returns
    -------
    Span
    """
    span = Span()
    for step in done:
        days = step.work_days * (1.0 if step.is_round_the_clock else week_ratio)
        span = span.then(0.0, days, step.wait_days) if step.is_inside else span.then(days, 0.0, step.wait_days)
    return span


def _stage(path: Span, tasks: Sequence[Task]) -> Stage:
    takt: Value = 0.0
    persons: Value = 0.0
    for task in tasks:
        takt = np.maximum(takt, task.work_days)
        if np.any(task.work_days):
            persons = persons + task.crew_persons
    return Stage(path, takt, persons)


def _longest(spans: Sequence[Span], outside_ratio: Value) -> Span:
    """The longest of ways, draw by draw."""
    if not spans:
        return Span()
    longest, days = spans[0], spans[0].days(outside_ratio)
    for span in spans[1:]:
        other = span.days(outside_ratio)
        longer = np.asarray(other > days)
        longest = Span(
            np.where(longer, span.outside_days, longest.outside_days),
            np.where(longer, span.inside_days, longest.inside_days),
            np.where(longer, span.wait_days, longest.wait_days),
        )
        days = np.where(longer, other, days)
    return longest
