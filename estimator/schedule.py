"""From wall days to hand-over: the critical path of a small house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from estimator.cost import Market
from estimator.ledger import Line
from estimator.times import HOURS_S
from estimator.values import Value
from materials import Activity, load_activities, load_trades

REFERENCE_AREA_M2 = 100.0
"""Floor area for which the network's durations are given. [m²]"""


SAME_DAY_D = 1e-6
"""Dates closer than this are one. [d]"""


@dataclass(frozen=True, slots=True)
class Step:
    """Work that belongs to the walls but has dates of its own.

    Attributes
    ----------
    id, name : str
    work_days : float or (n,) float
        Working days. [d]
    wait_days : float or (n,) float
        Calendar days that must pass afterwards. [d]
    crew_persons : float or (n,) float
        [persons]
    after : tuple of str
        Activities that a step beside the rest of the house follows.
    is_round_the_clock : bool
        Whether a working day is a calendar day.
    is_inside : bool
        Whether weather does not stop it.
    """

    id: str
    name: str
    work_days: Value
    wait_days: Value
    crew_persons: Value
    after: tuple[str, ...] = ()
    is_round_the_clock: bool = False
    is_inside: bool = False


@dataclass(frozen=True, slots=True)
class WallWork:
    """What the network needs to know of the walls.

    Attributes
    ----------
    working_days : float or (n,) float
        On site, printing or laying, set-up included. [d]
    wait_days : float or (n,) float
        Before what rests on them. [d]
    is_masonry, is_wet : bool
        Whether a ring beam is cast on them, and whether plaster and screed have to dry.
    beside, before, after : tuple of Step
        What is done while the foundation is made; what follows one after the other between foundation and walls;
        and what follows between the walls and what rests on them.
    """

    working_days: Value
    wait_days: Value
    is_masonry: bool
    is_wet: bool
    beside: tuple[Step, ...] = ()
    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityDates:
    """One activity of the schedule.

    Attributes
    ----------
    id, name : str
    start_day, finish_day : float or (n,) float
        Calendar days from the start on site; waiting belongs to the activity. [d]
    after : tuple of str
        Ids of the activities it follows.
    crew_persons : float or (n,) float
        [persons]
    is_critical : bool
        Whether a later finish would delay the hand-over.
    """

    id: str
    name: str
    start_day: Value
    finish_day: Value
    after: tuple[str, ...]
    crew_persons: Value
    is_critical: bool


@dataclass(frozen=True, slots=True)
class Task:
    """An activity of the house with its numbers for one house and market.

    Attributes
    ----------
    activity : Activity
    work_days, wait_days : float or (n,) float
        Calendar days of work, and of waiting afterwards; 0 for the walls. [d]
    crew_persons : float or (n,) float
        [persons]
    """

    activity: Activity
    work_days: Value
    wait_days: Value
    crew_persons: Value

    @property
    def is_nothing(self) -> bool:
        """Whether there is neither work nor waiting."""
        return not any(days if isinstance(days, float) else np.any(days) for days in (self.work_days, self.wait_days))


@dataclass(frozen=True, slots=True)
class Network:
    """All tasks of a house in an order in which each follows those it waits for.

    Attributes
    ----------
    tasks : tuple of Task
    outside_ratio, inside_ratio : float or (n,) float
        Calendar days in a working day outside, weather counted, and inside.
    """

    tasks: tuple[Task, ...]
    outside_ratio: Value
    inside_ratio: Value


def house_network(floor_area_m2: float, market: Market, lines: Sequence[Line] = ()) -> Network:
    """Tasks of a house without its walls.

    Parameters
    ----------
    floor_area_m2 : float
        Gross; tasks without hours of their own that grow with the house grow with it. [m²]
    market : Market
    lines : sequence of Line
        Of the house; none when left out.

    Returns
    -------
    Network

    Notes
    -----
    A task for which lines pay hours takes these hours of its crew, in whole days. One that houses have by other lines
    and this has not, takes no time; others take the days of the table. Weather takes its share of the days of work
    outside.
    """
    week = 7 / market.terms.working_days_per_week
    outside = week / (1 - market.terms.weather_loss_fraction)
    hours = activity_hours(lines)
    built = {trade.activity for trade in load_trades()} if lines else set()
    tasks = []
    for activity in load_activities():
        if activity.is_walls:
            tasks.append(Task(activity, 0.0, 0.0, 0.0))
            continue
        days: Value = 0.0
        ratio, wait = outside if activity.is_outside else week, _number(activity, "wait_days", market)
        if activity.id in built and activity.id not in hours:
            wait = 0.0
        elif activity.id in hours:
            crew_s_per_day = _number(activity, "crew_persons", market) * market.terms.working_day_s
            days = np.ceil(hours[activity.id] * HOURS_S / crew_s_per_day)
        else:
            scale = floor_area_m2 / REFERENCE_AREA_M2 if activity.scales == "area" else 1.0
            days = _number(activity, "duration_days", market) * scale
        work = days * ratio
        crew = _number(activity, "crew_persons", market)
        tasks.append(Task(activity, float(work) if np.ndim(work) == 0 else work, wait, crew))
    return Network(tuple(tasks), outside, week)


def _number(activity: Activity, name: str, market: Market) -> Value:
    return market.draw.number(f"activity.{activity.id}.{name}", activity.facts[name])


def activity_hours(lines: Sequence[Line]) -> dict[str, Value]:
    """Hours that lines pay for each activity of the network.

    Parameters
    ----------
    lines : sequence of Line

    Returns
    -------
    dict of str to float or (n,) float
        By activity; without those that no line pays for. [h]
    """
    activity = {trade.id: trade.activity for trade in load_trades()}
    hours: dict[str, Value] = {}
    for line in lines:
        if line.kind == "labour" and line.item:
            name = activity[line.item]
            hours[name] = hours.get(name, 0.0) + line.quantity
    return hours


def house_schedule(walls: WallWork, network: Network) -> tuple[list[ActivityDates], Value]:
    """Earliest dates of a whole house, and its duration.

    Parameters
    ----------
    walls : WallWork
    network : Network

    Returns
    -------
    list of ActivityDates
        In network order.
    float or (n,) float
        Calendar days from start on site to hand-over, without gaps between trades. [d]

    Notes
    -----
    Durations are working days; a working day is 7/``working_days_per_week`` calendar days, outside more by the weather.
    Waiting runs in calendar days. What rests on the walls follows the last of their steps.
    """
    finish: dict[str, Value] = {}
    stands_for: dict[str, str] = {}
    dates: list[tuple[str, str, Value, Value, tuple[str, ...], Value]] = []
    for task in network.tasks:
        a = task.activity
        if (a.applies == "masonry" and not walls.is_masonry) or (a.applies == "wet" and not walls.is_wet):
            continue
        if not a.is_walls and task.is_nothing:
            continue
        after = tuple(stands_for.get(n, n) for n in a.after if n in finish)
        if a.is_walls:
            rows = _wall_rows(a, walls, network, after, finish)
            finish |= {row[0]: row[3] for row in rows}
            stands_for[a.id] = rows[-1][0]
            dates += rows
            continue
        start = _latest([finish[name] for name in after])
        finish[a.id] = start + task.work_days + task.wait_days
        dates.append((a.id, a.name, start, finish[a.id], after, task.crew_persons))
    end = _latest(list(finish.values()))
    critical = _critical(dates, end) if isinstance(end, float) else set()
    return [ActivityDates(*d, d[0] in critical) for d in dates], end


def _wall_rows(
    activity: Activity, walls: WallWork, network: Network, after: tuple[str, ...], finish: dict[str, Value]
) -> list[tuple[str, str, Value, Value, tuple[str, ...], Value]]:
    """The walls and their steps, in order of their dates."""
    rows: list[tuple[str, str, Value, Value, tuple[str, ...], Value]] = []
    for step in walls.beside:
        known = tuple(name for name in step.after if name in finish)
        start = _latest([finish[name] for name in known])
        rows.append((step.id, step.name, start, start + _calendar(step, network), known, step.crew_persons))
    at = _latest([finish[name] for name in after] + [row[3] for row in rows])
    follows = (*after, *(row[0] for row in rows))
    for step in walls.before:
        rows.append((step.id, step.name, at, at + _calendar(step, network), follows, step.crew_persons))
        at, follows = rows[-1][3], (step.id,)
    end = at + walls.working_days * network.outside_ratio + (0.0 if walls.after else walls.wait_days)
    rows.append((activity.id, activity.name, at, end, follows, 0.0))
    at, follows = end, (activity.id,)
    for step in walls.after:
        rest = walls.wait_days if step is walls.after[-1] else 0.0
        rows.append((step.id, step.name, at, at + _calendar(step, network) + rest, follows, step.crew_persons))
        at, follows = rows[-1][3], (step.id,)
    return rows


def _calendar(step: Step, network: Network) -> Value:
    """Calendar days of a step with its waiting."""
    ratio = network.inside_ratio if step.is_inside else network.outside_ratio
    return step.work_days * (1.0 if step.is_round_the_clock else ratio) + step.wait_days


def _latest(days: list[Value]) -> Value:
    if len(days) == 1:
        return days[0]
    latest: Value = 0.0
    if all(isinstance(d, float) for d in days):
        return float(max(days, default=0.0))
    for d in days:
        latest = np.maximum(latest, d)
    return latest


def _critical(dates: list[tuple[str, str, Value, Value, tuple[str, ...], Value]], end: float) -> set[str]:
    """Activities on a longest path, found backwards from the last finish."""
    finish = {d[0]: float(d[3]) for d in dates}
    needed = {name for name, day in finish.items() if day > end - SAME_DAY_D}
    critical: set[str] = set()
    for name, _, start, _, after, _ in reversed(dates):
        if name in needed:
            critical.add(name)
            needed |= {a for a in after if finish[a] > float(start) - SAME_DAY_D}
    return critical
