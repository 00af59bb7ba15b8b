"""The work schedule of an estimate, as entities of an open IFC model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from estimator.readers.ifc.bodies import library

Object = Mapping[str, Any]

NOMINAL: Final = "Calendar days from a nominal start; no date is meant"


def work_schedule(model: Any, told: Object) -> Any:
    """Activities as tasks, counted from a nominal start: the first day of the year of the prices.

    Parameters
    ----------
    model : ifcopenshell.file
        IFC 4 or 4x3.
    told : dict
        :func:`estimator.export.ifc_costs.told_of`.

    Returns
    -------
    ifcopenshell.entity_instance
        IfcWorkSchedule.
    """
    api = library("ifcopenshell.api.sequence")
    begin = datetime(int(told["price_year"]), 1, 1)
    activities: Sequence[Object] = told["activities"]
    schedule = library("ifcopenshell.api.root").create_entity(
        model, ifc_class="IfcWorkSchedule", predefined_type="PLANNED", name="Schedule"
    )
    end_day = max((activity["finish_day"] for activity in activities), default=0.0)
    schedule.Description = NOMINAL
    schedule.CreationDate = schedule.StartTime = begin.isoformat()
    schedule.FinishTime, schedule.Duration = (begin + since_start(end_day)).isoformat(), duration(since_start(end_day))
    tasks = {
        activity["id"]: api.add_task(
            model,
            work_schedule=schedule,
            name=activity["name"],
            description=activity["description"],
            identification=activity["id"],
            predefined_type="CONSTRUCTION",
        )
        for activity in activities
    }
    for first, second in sequences(activities):  # ahead of the dates, which it would move
        api.assign_sequence(model, relating_process=tasks[first], related_process=tasks[second])
    for activity in activities:
        start, finish = since_start(activity["start_day"]), since_start(activity["finish_day"])
        time = api.add_task_time(model, task=tasks[activity["id"]])
        time.DurationType = "ELAPSEDTIME"
        time.ScheduleDuration = duration(finish - start)
        time.ScheduleStart, time.ScheduleFinish = (begin + start).isoformat(), (begin + finish).isoformat()
        time.IsCritical = activity["critical"]
    return schedule


def sequences(activities: Sequence[Object]) -> list[tuple[str, str]]:
    """What comes before what.

    Parameters
    ----------
    activities : sequence of dict
        Of the document.

    Returns
    -------
    list of (str, str)
        Ids.
    """
    known = {activity["id"] for activity in activities}
    return [(b, activity["id"]) for activity in activities for b in activity["after"] if b in known]


def since_start(time_d: float) -> timedelta:
    """Time since the start, in whole seconds.

    Parameters
    ----------
    time_d : float
        [d]

    Returns
    -------
    timedelta
    """
    return timedelta(seconds=round(time_d * 86_400.0))


def duration(time: timedelta) -> str:
    """A time as ISO 8601 says it.

    Parameters
    ----------
    time : timedelta
        Not negative, in whole seconds.

    Returns
    -------
    str
        "P4DT13H40M48S".
    """
    minutes, seconds = divmod(time.seconds, 60)
    return f"P{time.days}DT{minutes // 60}H{minutes % 60}M{seconds}S"
