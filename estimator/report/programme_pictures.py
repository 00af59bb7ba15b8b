"""Pictures of a programme: what every team does when, and how the fleet is used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

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
from estimator.report.picture import Ink, Picture, Words, text_width_mm

Document = dict[str, Any]

MOST_TEAMS = 40
"""Rows of the picture of teams."""

NAMES_MM = 44.0
NOTE_MM = 2.2
"""Letters of notes and legends."""

BOLD_RATIO = 1.2
"""Of heavy letters over others, across."""

MOST_TICKS = 6
NARROWEST_MM = 0.35
"""Narrower bars flow together. [mm]"""

PALETTE = ("#2f6f9f", "#c2410c", "#4d7c0f", "#7c3aed", "#b45309", "#0f766e", "#be185d", "#475569", "#a16207", "#1d4ed8")
STATES = {
    "working": ("at work", "#0072b2"), "moving": ("moving", "#009e73"), "weather": ("weather", "#aab7be"),
    "houses": ("no house ready", "#ece7db"), "mortar": ("no mortar", "#e69f00"), "broken": ("broken", "#4a0d0d"),
}  # fmt: skip
"""How a state of a team is called and drawn; told apart by those who see no red or green as well."""

FREE = ("free", "#ffffff")
"""The rest of a crew's time."""

DARK = ("#222222", "#ffffff")
"""Letters on light and on dark."""

LIGHT = frozenset({STATES["weather"][1], STATES["houses"][1], STATES["mortar"][1], FREE[1]})


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
    start, whole = model.programme.start, sum(model.counts)
    shown, idle = _picked(done)
    end = max(done.stated.finish_day, 1.0)
    houses = _counted(len(model.house_type), "house")
    picture = _sheet(model.programme.name, f"{houses}, stated run; a bar is a house's walls", len(shown), 20.0)
    top = MARGIN_MM + 16.0
    bottom = top + len(shown) * ROW_MM
    room = WIDTH_MM - 2 * MARGIN_MM - NAMES_MM
    _months(picture, top, bottom, start, end)
    sites = np.bincount(model.house_site, minlength=len(model.programme.sites))
    colour = {site: PALETTE[n % len(PALETTE)] for n, site in enumerate(np.argsort(-sites, kind="stable").tolist())}
    for row, team in enumerate(shown):
        y = top + row * ROW_MM + 0.9
        picture.write(Words(_team_name(done, team), MARGIN_MM, y + 3.3, LETTERS_MM))
        mine = np.flatnonzero(run.team == team)
        mine = mine[np.argsort(run.wall_start_day[mine], kind="stable")]
        for x0, x1, site in _bars(run.wall_start_day[mine], run.wall_end_day[mine], model.house_site[mine], room / end):
            left = MARGIN_MM + NAMES_MM
            box(picture, left + x0, left + max(x1, x0 + NARROWEST_MM), y, colour[site])
    y = bottom + 9.0
    used = [s for s in np.argsort(-sites, kind="stable").tolist() if sites[s]]
    x = MARGIN_MM
    for site in used[: len(PALETTE)]:
        many = f" ({sites[site]:,})"
        told = cut(model.programme.sites[site].id, NOTE_MM, 32.0 - text_width_mm(many, NOTE_MM)) + many
        if x + 38.0 > WIDTH_MM - MARGIN_MM:
            x, y = MARGIN_MM, y + 4.0
        box(picture, x, x + 4.0, y, colour[site], 2.2)
        picture.write(Words(told, x + 5.5, y + 2.0, 2.2))
        x += 38.0
    notes = []
    if whole > len(shown) + idle:
        notes.append(f"{whole - len(shown) - idle:,} of {whole:,} teams are not shown")
    if idle:
        notes.append(f"{idle:,} that never {'works is' if idle == 1 else 'work are'} left out")
    if len(used) > len(PALETTE):
        notes.append(f"colours repeat after {len(PALETTE)} of {len(used):,} sites")
    if room / end * done.run.hired_days.min() < NARROWEST_MM:
        notes.append("houses that are too narrow to tell apart flow together")
    notes.append(f"last hand-over {day_of(start, end)}")
    for line in _lines(notes):
        picture.write(Words(line, MARGIN_MM, y + 7.0, NOTE_MM, colour=FAINT))
        y += 3.2
    return picture


def _sheet(title: str, subtitle: str, rows: int, extra_mm: float) -> Picture:
    """An empty sheet whose title, in heavy letters, ends on it."""
    picture = sheet(cut(title, 5.0 * BOLD_RATIO, WIDTH_MM - 2 * MARGIN_MM), subtitle, rows, extra_mm)
    picture.title = title
    return picture


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _lines(notes: Sequence[str]) -> list[str]:
    """Notes as lines of a sentence, no longer than the page is wide."""
    text = f"{'; '.join(notes)}."
    lines = [""]
    for word in (text[:1].upper() + text[1:]).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width_mm(longer, NOTE_MM) > WIDTH_MM - 2 * MARGIN_MM:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _team_name(done: Worked, team: int) -> str:
    """Kind and, where there are several, number of a team; a long name is cut, its number is not."""
    for kind, count in zip(done.model.kinds, done.model.counts, strict=True):
        if team < count:
            number = "" if count == 1 else f" {team + 1}"
            return cut(kind.id, LETTERS_MM, NAMES_MM - 3.0 - text_width_mm(number, LETTERS_MM)) + number
        team -= count
    raise IndexError(team)


def _picked(done: Worked) -> tuple[list[int], int]:
    """Teams that are shown: of each kind as many in proportion, the first ones that work; and how many never work."""
    counts = done.model.counts
    works = np.bincount(done.run.team, minlength=sum(counts)) > 0
    first = np.concatenate(([0], np.cumsum(counts)))
    kinds = [(np.flatnonzero(works[a:b]) + a).tolist() for a, b in pairwise(first.tolist())]
    whole, at_least = int(works.sum()), sum(map(bool, kinds))
    found: list[int] = []
    for teams in kinds:
        others = len(teams) - 1
        if whole > MOST_TEAMS:
            others = others * (MOST_TEAMS - at_least) // (whole - at_least)
        found += teams[: 1 + others]
    return found, len(works) - whole


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
    picture = _sheet(d["name"], f"Use of teams and crews, {drawn}; houses handed over", rows, 82.0)
    top, left = MARGIN_MM + 16.0, MARGIN_MM + NAMES_MM
    for row, team in enumerate(teams):
        y = top + row * ROW_MM + 0.9
        told = f"{team['count']:,} × {team['id']}"
        picture.write(Words(cut(told, LETTERS_MM, NAMES_MM - 3.0), MARGIN_MM, y + 3.3, LETTERS_MM))
        use = team["drawn_use"] or team["use"]
        if use is None:
            picture.write(Words("never at work", left + 2.0, y + 3.2, 2.4, colour=FAINT))
        else:
            _shares(picture, y, [(use[name], colour) for name, (_, colour) in STATES.items()])
    for row, name in enumerate(("ground", "finishing"), len(teams)):
        y, crew = top + row * ROW_MM + 0.9, d["crews"][name]
        use = crew["use"] if crew["drawn_use"] is None else crew["drawn_use"]
        told = f"{crew['count']:,} × {name} {'crew' if crew['count'] == 1 else 'crews'}"
        picture.write(Words(told, MARGIN_MM, y + 3.3, LETTERS_MM))
        _shares(picture, y, [(use, STATES["working"][1]), (1.0 - use, FREE[1])])
    y = top + rows * ROW_MM + 3.0
    for n, (told, colour) in enumerate((*STATES.values(), FREE)):
        x = MARGIN_MM + 27.0 * n
        _part(picture, x, x + 4.0, y, colour, NOTE_MM)
        picture.write(Words(told, x + 5.5, y + 2.0, NOTE_MM))
    _curve(picture, d, y + 12.0, 62.0)
    return picture


def _shares(picture: Picture, y: float, parts: Sequence[tuple[float, str]]) -> None:
    """A row of shares, each with its percentage in its middle where there is room."""
    x, room = MARGIN_MM + NAMES_MM, WIDTH_MM - 2 * MARGIN_MM - NAMES_MM
    for share, colour in parts:
        width = room * share
        if width > 0.02:
            _part(picture, x, x + width, y, colour, ROW_MM - 1.8)
        if width > 11.0:
            ink = DARK[0] if colour in LIGHT else DARK[1]
            picture.write(Words(percent(share).strip(), x + width / 2, y + 3.2, 2.4, "middle", colour=ink))
        x += width


def _part(picture: Picture, x0: float, x1: float, y: float, colour: str, height: float) -> None:
    """A bar; one in the colour of the paper has an outline."""
    box(picture, x0, x1, y, colour, height)
    if colour == FREE[1]:
        ring = [(x0, y), (x1, y), (x1, y + height), (x0, y + height), (x0, y)]
        picture.rule(ring, Ink(line="#999999", width_mm=0.15))


def _curve(picture: Picture, d: Document, top: float, height: float) -> None:
    """Houses handed over by the end of each month: stated, and the middle eight tenths of the repetitions."""
    months, houses = d["handed_over"], d["houses"]
    left, right, bottom = MARGIN_MM + 12.0, WIDTH_MM - MARGIN_MM, top + height
    across = (right - left) / (len(months) + 0.5)

    def steps(name: str) -> list[tuple[float, float]]:
        """The count as it is known: it changes at the ends of months."""
        line = [(left, bottom)]
        for k, month in enumerate(months):
            x, y = left + across * (k + 1), bottom - height * month[name] / houses
            line += [(x, line[-1][1]), (x, y)]
        return [*line, (right, line[-1][1])]

    for count in _ticks(houses):
        y = bottom - height * count / houses
        picture.rule([(left, y), (right, y)], Ink(line="#dddddd", width_mm=0.1))
        picture.write(Words(f"{count:,}", left - 1.5, y + 0.8, NOTE_MM, "end", colour=FAINT))
    if d["repetitions"]:
        picture.swatch(np.array([*steps("p10"), *reversed(steps("p90"))]), Ink(fill="#cfe0ea"))
        picture.rule(steps("p50"), Ink(line="#2f6f9f", width_mm=0.5))
    picture.rule(steps("stated_in_all"), Ink(line="#222222", width_mm=0.3, dash_mm=(1.5, 1.0)))
    picture.rule([(left, bottom), (right, bottom)], Ink(line="#222222", width_mm=0.2))
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120) if len(months) / s <= 12), 240)
    for k, month in enumerate(months):
        if k % step == 0:
            x = left + across * (k + 1)
            picture.rule([(x, bottom), (x, bottom + 1.0)], Ink(line="#222222", width_mm=0.2))
            picture.write(Words(month["month"], x, bottom + 3.8, NOTE_MM, "middle", colour=FAINT))
    told = "Handed over by the end of each month: dashed as stated"
    told += "; line: middle, band: 8 of 10 repetitions" if d["repetitions"] else ""
    picture.write(Words(told, left, top - 2.5, 2.4, colour=FAINT))


def _ticks(most: int) -> list[int]:
    """Whole numbers up to a count, in steps of 1, 2 or 5 and so many noughts."""
    step = next(n * 10**k for k in range(16) for n in (1, 2, 5) if most <= MOST_TICKS * n * 10**k)
    return list(range(0, most + 1, step))
