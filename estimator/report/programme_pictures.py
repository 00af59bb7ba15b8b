"""Pictures of a programme: what every team does when, and how the fleet is used."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from estimator.programme.events import team_names
from estimator.programme.worked import Worked, day_of
from estimator.report.charts import (
    FAINT,
    LETTERS_MM,
    MARGIN_MM,
    ROW_MM,
    WIDTH_MM,
    box,
    cut,
    sheet,
)
from estimator.report.layout import percent
from estimator.report.picture import Ink, Picture, Words

Document = dict[str, Any]

MOST_TEAMS = 40
"""Rows of the picture of teams."""

NAMES_MM = 44.0
NARROWEST_MM = 0.35
"""Narrower bars flow together. [mm]"""

PALETTE = ("#2f6f9f", "#c2410c", "#4d7c0f", "#7c3aed", "#b45309", "#0f766e", "#be185d", "#475569", "#a16207", "#1d4ed8")
STATES = {
    "working": ("at work", "#2f6f9f"), "moving": ("moving", "#7c3aed"), "weather": ("weather", "#9fb3bd"),
    "houses": ("no house ready", "#e5ded0"), "mortar": ("no mortar", "#b45309"), "broken": ("broken", "#c2410c"),
}  # fmt: skip
"""How a state is called and drawn."""


def programme_picture(done: Worked) -> Picture:
    """The stated run, team by team: a bar a house, in the colour of its site.

    Parameters
    ----------
    done : Worked

    Returns
    -------
    Picture
        The first teams of each kind where there are many; what is left out is said.
    """
    model, run = done.model, done.run
    names, start = team_names(done), model.programme.start
    shown = _picked(done)
    end = max(done.stated.finish_day, 1.0)
    picture = sheet(
        model.programme.name, f"{len(model.house_type):,} houses, stated run; a bar is a house's walls", len(shown),
        18.0,
    )  # fmt: skip
    top = MARGIN_MM + 16.0
    bottom = top + len(shown) * ROW_MM
    room = WIDTH_MM - 2 * MARGIN_MM - NAMES_MM
    _months(picture, top, bottom, start, end)
    sites = np.bincount(model.house_site, minlength=len(model.programme.sites))
    colour = {site: PALETTE[n % len(PALETTE)] for n, site in enumerate(np.argsort(-sites, kind="stable").tolist())}
    for row, team in enumerate(shown):
        y = top + row * ROW_MM + 0.9
        picture.write(Words(cut(names[team], LETTERS_MM, NAMES_MM - 3.0), MARGIN_MM, y + 3.3, LETTERS_MM))
        mine = np.flatnonzero(run.team == team)
        mine = mine[np.argsort(run.wall_start_day[mine], kind="stable")]
        for x0, x1, site in _bars(run.wall_start_day[mine], run.wall_end_day[mine], model.house_site[mine], room / end):
            left = MARGIN_MM + NAMES_MM
            box(picture, left + x0, left + max(x1, x0 + NARROWEST_MM), y, colour[site])
    y = bottom + 9.0
    used = [s for s in np.argsort(-sites, kind="stable").tolist() if sites[s]]
    x = MARGIN_MM
    for site in used[: len(PALETTE)]:
        told = cut(f"{model.programme.sites[site].id} ({sites[site]:,})", 2.2, 34.0)
        if x + 38.0 > WIDTH_MM - MARGIN_MM:
            x, y = MARGIN_MM, y + 4.0
        box(picture, x, x + 4.0, y, colour[site], 2.2)
        picture.write(Words(told, x + 5.5, y + 2.0, 2.2))
        x += 38.0
    left_out = []
    if len(names) > len(shown):
        left_out.append(f"{len(names) - len(shown):,} of {len(names):,} teams are not shown")
    if len(used) > len(PALETTE):
        left_out.append(f"colours repeat after {len(PALETTE)} of {len(used):,} sites")
    if room / end * done.run.hired_days.min() < NARROWEST_MM:
        left_out.append("houses that are too narrow to tell apart flow together")
    left_out.append(f"last hand-over {day_of(start, end)}")
    picture.write(Words(f"{'; '.join(left_out)}.", MARGIN_MM, y + 7.0, 2.2, colour=FAINT))
    return picture


def _picked(done: Worked) -> list[int]:
    """Teams that are shown: of each kind as many in proportion, the first ones."""
    counts = [n for n in done.model.counts]
    whole, first, found = sum(counts), 0, []
    for n in counts:
        shown = n if whole <= MOST_TEAMS else max(min(n, 1), n * MOST_TEAMS // whole)
        found += list(range(first, first + shown))
        first += n
    return found


def _bars(starts: Any, ends: Any, sites: Any, per_day: float) -> list[tuple[float, float, int]]:
    """Bars of a row [mm]; neighbours of one site that could not be told apart are one."""
    found: list[tuple[float, float, int]] = []
    for start, end, site in zip(starts.tolist(), ends.tolist(), sites.tolist(), strict=True):
        x0, x1 = start * per_day, end * per_day
        if found and found[-1][2] == site and x0 - found[-1][1] < NARROWEST_MM and x1 - x0 < 4 * NARROWEST_MM:
            found[-1] = (found[-1][0], x1, site)
        else:
            found.append((x0, max(x1 - 0.25, x0 + NARROWEST_MM / 2), site))
    return found


def _months(picture: Picture, top: float, bottom: float, start: date, end: float) -> None:
    """Lines at the first days of months, quarters or years, so that there are not too many."""
    months = end / 30.4
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120) if months / s <= 12), 240)
    month = start.year * 12 + start.month - 1
    for number in range(month, month + int(months) + 2):
        day = (date(number // 12, number % 12 + 1, 1) - start).days
        if number % step or not 0 <= day <= end:
            continue
        x = MARGIN_MM + NAMES_MM + (WIDTH_MM - 2 * MARGIN_MM - NAMES_MM) * day / end
        picture.rule([(x, top), (x, bottom)], Ink(line="#dddddd", width_mm=0.1))
        told = f"{number // 12}" if step >= 12 else f"{number // 12}-{number % 12 + 1:02d}"
        picture.write(Words(told, x, bottom + 3.4, 2.2, "middle", colour=FAINT))


def fleet_picture(d: Document) -> Picture:
    """How the teams spend their time on hire, how far crews are held, and houses handed over month by month.

    Parameters
    ----------
    d : dict
        Of :func:`estimator.programme.result.programme_document`.

    Returns
    -------
    Picture
    """
    teams = d["teams"]
    rows = len(teams) + 2
    drawn = f"mean of {d['repetitions']:,} repetitions" if d["repetitions"] else "stated run"
    picture = sheet(d["name"], f"use of teams and crews, {drawn}; houses handed over", rows, 82.0)
    top, left = MARGIN_MM + 16.0, MARGIN_MM + NAMES_MM
    room = WIDTH_MM - MARGIN_MM - left
    for row, team in enumerate(teams):
        y = top + row * ROW_MM + 0.9
        told = f"{team['count']:,} × {team['id']}"
        picture.write(Words(cut(told, LETTERS_MM, NAMES_MM - 3.0), MARGIN_MM, y + 3.3, LETTERS_MM))
        use, x = team["drawn_use"] or team["use"] or {}, left
        for name, (_, colour) in STATES.items():
            width = room * use.get(name, 0.0)
            if width > 0.02:
                box(picture, x, x + width, y, colour)
                if width > 11.0:
                    dark = name in ("weather", "houses")
                    ink = "#222222" if dark else "#ffffff"
                    share = percent(use[name]).strip()
                    picture.write(Words(share, x + width / 2, y + 3.2, 2.4, "middle", colour=ink))
            x += width
    for row, (name, told) in enumerate((("ground", "ground crews"), ("finishing", "finishing crews")), len(teams)):
        y, crew = top + row * ROW_MM + 0.9, d["crews"][name]
        use = crew["use"] if crew["drawn_use"] is None else crew["drawn_use"]
        picture.write(Words(f"{crew['count']:,} × {told}", MARGIN_MM, y + 3.3, LETTERS_MM))
        box(picture, left, left + room * use, y, STATES["working"][1])
        if room * (1 - use) > 0.02:
            box(picture, left + room * use, left + room, y, STATES["houses"][1])
        picture.write(Words(percent(use).strip(), left + 2.0, y + 3.2, 2.4, colour="#ffffff"))
    y = top + rows * ROW_MM + 3.0
    for n, (told, colour) in enumerate(STATES.values()):
        box(picture, MARGIN_MM + 31.0 * n, MARGIN_MM + 31.0 * n + 4.0, y, colour, 2.2)
        picture.write(Words(told, MARGIN_MM + 31.0 * n + 5.5, y + 2.0, 2.2))
    _curve(picture, d, y + 12.0, 62.0)
    return picture


def _curve(picture: Picture, d: Document, top: float, height: float) -> None:
    """Houses handed over by the end of each month: stated, and the middle eight tenths of the repetitions."""
    months, houses = d["handed_over"], d["houses"]
    left, right, bottom = MARGIN_MM + 12.0, WIDTH_MM - MARGIN_MM, top + height
    across = (right - left) / max(len(months), 1)

    def at(month: int, count: float) -> tuple[float, float]:
        return left + across * (month + 1), bottom - height * count / houses

    for share in (0.25, 0.5, 0.75, 1.0):
        y = bottom - height * share
        picture.rule([(left, y), (right, y)], Ink(line="#dddddd", width_mm=0.1))
        picture.write(Words(f"{houses * share:,.0f}", left - 1.5, y + 0.8, 2.2, "end", colour=FAINT))
    if d["repetitions"]:
        low = [(left, bottom), *(at(k, m["p10"]) for k, m in enumerate(months))]
        high = [(left, bottom), *(at(k, m["p90"]) for k, m in enumerate(months))]
        picture.swatch(np.array([*low, *reversed(high)]), Ink(fill="#cfe0ea"))
        middle = [(left, bottom), *(at(k, m["p50"]) for k, m in enumerate(months))]
        picture.rule(middle, Ink(line="#2f6f9f", width_mm=0.5))
    stated = [(left, bottom), *(at(k, m["stated_in_all"]) for k, m in enumerate(months))]
    picture.rule(stated, Ink(line="#222222", width_mm=0.3, dash_mm=(1.5, 1.0)))
    picture.rule([(left, bottom), (right, bottom)], Ink(line="#222222", width_mm=0.2))
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120) if len(months) / s <= 12), 240)
    for k, month in enumerate(months):
        if k % step == 0:
            picture.write(Words(month["month"], left + across * k, bottom + 3.4, 2.2, "middle", colour=FAINT))
    told = "handed over by the end of each month: dashed as stated"
    told += "; line: middle, band: 8 of 10 repetitions" if d["repetitions"] else ""
    picture.write(Words(told, left, top - 2.5, 2.4, colour=FAINT))
