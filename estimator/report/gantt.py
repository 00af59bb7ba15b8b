"""The schedule of a house as an object, a chart of bars in text, and CSV."""

from __future__ import annotations

from typing import Any

from estimator.document import as_document
from estimator.estimate import Estimate
from estimator.report.bill import no_method
from estimator.report.csv_ import csv_text
from estimator.report.layout import Style, about, printable, table, wrapped

Document = dict[str, Any]

CHART = 46
"""Columns of the chart."""

NAME = 30
"""Columns of the names."""


def schedule_object(e: Estimate, method: str | None = None) -> Document:
    """The schedule of a house, and the durations of all.

    Parameters
    ----------
    e : Estimate
    method : str, optional
        Id of a conventional method; the printed house when left out.

    Returns
    -------
    dict

    Raises
    ------
    UsageError
        There is no such method.
    """
    d = as_document(e)
    printed = d["schedule"]
    houses = [("printed", "Printed", d["time"]["house_days"], printed["expected_days"], printed["activities"])]
    houses += [
        (m["method"], m["name"], m["house_days"], m["expected_days"], m["activities"]) for m in d["conventional"]
    ]
    chosen = next((house for house in houses if house[0] == (method or "printed")), None)
    if chosen is None:
        raise no_method(str(method), [house[0] for house in houses[1:]])
    return {
        "schema": "printhouse-schedule/1",
        "plan": d["plan"],
        "region": d["names"]["region"],
        "house": chosen[1],
        "method": chosen[0],
        "house_days": chosen[2],
        "expected_days": chosen[3],
        "idle_factor": printed["idle_factor"],
        "observed_days": printed["observed_days"],
        "activities": chosen[4],
        "houses": [
            {"method": id, "name": name, "house_days": days, "expected_days": expected, "wall_days": _wall_days(dates)}
            for id, name, days, expected, dates in houses
        ],
    }


def _wall_days(activities: list[Document]) -> float:
    """Calendar days from the first step of the walls to the last on the plot."""
    walls = [a for a in activities if a["id"] in ("wall-bars", "walls", "wall-cores")]
    return round(float(max(a["finish_day"] for a in walls) - min(a["start_day"] for a in walls)), 2)


def schedule_page(d: Document, *, colour: bool = False) -> str:
    """The schedule as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`schedule_object`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style, end = Style(colour), max(d["house_days"], 1e-9)
    lines = [
        style.title(f"{printable(d['plan']['name'])}, {d['house'].lower()}: {about(d['house_days'])} days"),
        style.dim("calendar days from start on site to hand-over, without gaps between trades"),
        "",
        f"  {'':<{NAME}} {'day':>4}  0{f'{end:.0f}':>{CHART - 1}}",
    ]
    for a in d["activities"]:
        start, finish = (round(CHART * a[k] / end) for k in ("start_day", "finish_day"))
        finish = max(finish, start + 1) if a["finish_day"] > a["start_day"] else finish
        bar = " " * min(start, CHART - 1) + ("█" if a["critical"] else "─") * (finish - start)
        name = a["name"] if len(a["name"]) <= NAME else a["name"][: NAME - 1] + "…"
        lines.append(f"  {name:<{NAME}} {a['finish_day']:>4.0f}  {style.bar(bar)}".rstrip())
    critical = [a["name"].lower() for a in d["activities"] if a["critical"]]
    lines += [style.dim(line) for line in wrapped(f"█ critical: {', '.join(critical)}; ─ with time to spare.")]
    head = ("", "walls", "house, ideal", "house, expected")
    rows = [(h["name"], about(h["wall_days"]), about(h["house_days"]), about(h["expected_days"])) for h in d["houses"]]
    shown = table([head, *rows], right=(1, 2, 3))
    lines += ["", style.head("Days of every way to build it"), style.dim(shown[0]), *shown[1:]]
    lines += [style.dim(line) for line in wrapped(_remark(d))]
    return "\n".join(lines) + "\n"


def _remark(d: Document) -> str:
    """What printing moves, and how ideal durations compare with those observed."""
    printed, *others = d["houses"]
    text = f"Expected: the ideal path times {about(d['idle_factor'])}, what observed houses there take over it."
    if d["observed_days"] is not None:
        text += f" Observed there: {about(d['observed_days'])} days."
    if others:
        best = min(others, key=lambda h: float(h["house_days"]))
        walls = printed["wall_days"] - best["wall_days"]
        house = printed["house_days"] - best["house_days"]
        text += (
            f" Against {best['name'].lower()}, the quickest other way, printed walls take {about(abs(walls))} days "
            f"{'more' if walls > 0 else 'less'} and the printed house {about(abs(house))} "
            f"{'more' if house > 0 else 'less'}: what dries, and what other trades do, is the rest."
        )
    return text


def schedule_csv(d: Document) -> str:
    """The schedule as CSV, an activity a row.

    Parameters
    ----------
    d : dict
        Of :func:`schedule_object`.
    """
    return csv_text(("id", "name", "start_day", "finish_day", "after", "crew_persons", "critical"), d["activities"])
