"""From wall days to hand-over: the critical path of a small house."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimator.cost import Market
from estimator.values import Value, Values
from materials import load_activities

REFERENCE_AREA_M2 = 100.0
"""Floor area for which the network's durations are given. [m²]"""


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
    """

    working_days: Value
    wait_days: Value
    is_masonry: bool
    is_wet: bool


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


def house_schedule(walls: WallWork, floor_area_m2: float, market: Market) -> tuple[list[ActivityDates], Value]:
    """Earliest dates of a whole house, and its duration.

    Parameters
    ----------
    walls : WallWork
    floor_area_m2 : float
        [m²]
    market : Market

    Returns
    -------
    list of ActivityDates
        In network order.
    float or (n,) float
        Calendar days from start on site to hand-over, without gaps between trades. [d]

    Notes
    -----
    Durations are working days; a calendar day is 7/``working_days_per_week`` of one. Those
    that grow with the house grow with its floor area. Waiting runs in calendar days.
    """
    calendar = 7 / market.terms.working_days_per_week
    activities = [
        a
        for a in load_activities()
        if a.applies == "always" or (a.applies == "masonry" and walls.is_masonry) or (a.applies == "wet" and walls.is_wet)
    ]
    finish: dict[str, Value] = {}
    dates: list[tuple[str, str, Value, Value, tuple[str, ...], Value]] = []
    for a in activities:
        facts = Values(f"activity.{a.id}", a.facts, market.draw)
        if a.is_walls:
            days: Value = walls.working_days * calendar
            wait = walls.wait_days
            crew: Value = 0.0
        else:
            scale = floor_area_m2 / REFERENCE_AREA_M2 if a.scales == "area" else 1.0
            days = facts.duration_days * scale * calendar
            wait = facts.wait_days
            crew = facts.crew_persons
        after = tuple(n for n in a.after if n in finish)
        start: Value = 0.0
        for name in after:
            start = np.maximum(start, finish[name])
        finish[a.id] = start + days + wait
        dates.append((a.id, a.name, start, finish[a.id], after, crew))
    end: Value = 0.0
    for value in finish.values():
        end = np.maximum(end, value)
    critical = _critical(dates, end) if np.ndim(end) == 0 else set()
    return [ActivityDates(*d, d[0] in critical) for d in dates], end


def _critical(
    dates: list[tuple[str, str, Value, Value, tuple[str, ...], Value]], end: Value
) -> set[str]:
    """Activities on a longest path, found backwards from the last finish."""
    critical: set[str] = set()
    needed = {d[0] for d in dates if np.isclose(d[3], end)}
    finish = {d[0]: d[3] for d in dates}
    for name, _, start, _, after, _ in reversed(dates):
        if name in needed:
            critical.add(name)
            needed |= {a for a in after if np.isclose(finish[a], start)}
    return critical
