"""The events of a run as rows of a table, in the order of their days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np

from estimator.programme.simulation import Run
from estimator.programme.worked import Worked, day_of

COLUMNS = {
    "day": "days since the start",
    "date": "on which it falls",
    "event": "what happens, see below",
    "house": "number of the house, from 1, in the order of the programme",
    "plan": "its plan",
    "site": "where it stands",
    "team": "kind and number of the wall team; empty for crews",
    "km": "of a move, by road",
}
"""Columns of the table of events, and what they say."""

EVENTS = {
    "ground-start": "a ground crew begins",
    "ready": "the walls can begin",
    "move": "the team sets out for another house",
    "walls-start": "the team begins: setting up, printing or laying; of elements, in the hall or on the plot",
    "walls-end": "the team is free again",
    "walls-done": "what rests on the walls can begin",
    "finish-start": "a finishing crew begins",
    "handed-over": "the house is done",
}
"""What happens."""


def event_rows(done: Worked, run: Run | None = None) -> Iterator[dict[str, Any]]:
    """Events of a run.

    Parameters
    ----------
    done : Worked
    run : Run, optional
        One of its repetitions, as ``simulated(done.model, 7)`` gives the eighth; the stated run when left out.

    Yields
    ------
    dict
        By :data:`COLUMNS`.
    """
    model, run = done.model, run or done.run
    of = (
        run.ground_start_day, run.ready_day, run.move_day, run.wall_start_day, run.wall_end_day, run.walls_done_day,
        run.finish_start_day, run.handed_day,
    )  # fmt: skip
    by_team = {"move", "walls-start", "walls-end"}
    days, houses = np.concatenate(of), len(run.team)
    moved = run.moved_km > 0
    names = team_names(done)
    order = np.lexsort((np.tile(np.arange(houses), len(of)), np.repeat(np.arange(len(of)), houses), days))
    for place in order.tolist():
        event, house = list(EVENTS)[place // houses], place % houses
        if event == "move" and not moved[house]:
            continue
        day = float(days[place])
        ends = event in ("ready", "walls-end", "walls-done", "handed-over")
        date = day_of(model.programme.start, day) if ends else model.programme.start + timedelta(days=int(day + 1e-9))
        row: dict[str, Any] = {
            "day": round(day, 4), "date": date.isoformat(),
            "event": event, "house": house + 1, "plan": model.types[model.house_type[house]].shown,
            "site": model.programme.sites[model.house_site[house]].id,
        }  # fmt: skip
        if event in by_team:
            row["team"] = names[run.team[house]]
        if event == "move":
            row["km"] = round(float(run.moved_km[house]), 1)
        yield row


def team_names(done: Worked) -> list[str]:
    """Names of the teams in tables and pictures.

    Parameters
    ----------
    done : Worked

    Returns
    -------
    list of str
        Kind, and number where there are several.
    """
    model = done.model
    return [
        kind.id if count == 1 else f"{kind.id} {n + 1}"
        for kind, count in zip(model.kinds, model.counts, strict=True)
        for n in range(count)
    ]
