"""Pictures of a programme: what is cut, left out, named and coloured."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from estimator.programme.read import programme_of
from estimator.programme.result import programme_document
from estimator.programme.worked import Worked, work_out
from estimator.report.charts import MARGIN_MM, WIDTH_MM
from estimator.report.picture import Picture, Shapes, Words, text_width_mm
from estimator.report.programme_pictures import (
    BOLD_RATIO,
    FREE,
    MOST_TEAMS,
    NAMES_MM,
    STATES,
    fleet_picture,
    programme_picture,
)

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
HOUSE = "rectangular-72.json"
LONG = "a company of printers whose name is longer than the room that there is for it"


def worked(houses: int = 1, teams: list[dict[str, Any]] | None = None, **changes: Any) -> Worked:
    found = {"start": "2027-03-01", "repetitions": 0, "houses": [{"plan": HOUSE, "count": houses}],
             "teams": teams or [{"printer": "cobod-bod2"}], **changes}  # fmt: skip
    return work_out(programme_of(found, EXAMPLES))


def words(picture: Picture) -> list[Words]:
    return [mark for mark in picture.marks if isinstance(mark, Words)]


def texts(picture: Picture) -> list[str]:
    return [w.text for w in words(picture)]


def both(done: Worked) -> tuple[Picture, Picture]:
    return programme_picture(done), fleet_picture(programme_document(done))


def test_no_text_runs_out_of_the_page() -> None:
    done = worked(3, [{"printer": "cobod-bod2", "count": 50, "id": LONG}], name="WIDE WORDS, MWMWMW " * 8)
    for picture in both(done):
        for w in words(picture):
            width = text_width_mm(w.text, w.size_mm) * (BOLD_RATIO if w.bold else 1.0)
            left = w.x_mm - {"start": 0.0, "middle": width / 2, "end": width}[w.anchor]
            assert left >= 0 and left + width <= WIDTH_MM - MARGIN_MM / 2, w.text
        assert words(picture)[0].text.endswith("…")


def test_long_names_of_teams_keep_their_number() -> None:
    picture = programme_picture(worked(30, [{"printer": "cobod-bod2", "count": 30, "id": LONG}]))
    names = [w for w in words(picture) if w.text.startswith("a company")]
    assert [int(w.text.rpartition(" ")[2]) for w in names] == list(range(1, 31))
    assert all(text_width_mm(w.text, w.size_mm) <= NAMES_MM for w in names)


def test_teams_that_never_work_take_no_rows() -> None:
    told = texts(programme_picture(worked(1, [{"printer": "cobod-bod2", "count": 40}])))
    assert sum(t.startswith("cobod-bod2") for t in told) == 1
    assert any(t.startswith("39 that never work are left out; last hand-over ") for t in told)
    assert any(t.startswith("1 house, stated run") for t in told)
    two = texts(programme_picture(worked(1, [{"printer": "cobod-bod2", "count": 2}])))
    assert any(t.startswith("1 that never works is left out") for t in two)


def test_of_many_teams_every_kind_that_works_has_a_row() -> None:
    done = worked(400, [{"printer": "cobod-bod2", "count": 90}, *({"method": m} for m in ("aac", "precast"))])
    told = texts(programme_picture(done))
    rows = [t for t in told if re.fullmatch(r"cobod-bod2 \d+|aac|precast", t)]
    assert {"aac", "precast"} < set(rows) and len(rows) <= MOST_TEAMS
    assert any(re.match(rf"{92 - len(rows)} of 92 teams are not shown; ", t) for t in told)


def test_notes_and_subtitles_are_sentences_and_one_is_not_many() -> None:
    gantt, fleet = map(texts, both(worked(1)))
    assert gantt[-1].startswith("Last hand-over ") and gantt[-1].endswith(".")
    assert "1 × ground crew" in fleet and "1 × finishing crew" in fleet
    assert "no house ready" in fleet and "free" in fleet


@pytest.mark.parametrize(
    ("houses", "ticks"),
    [(1, [0, 1]), (3, [0, 1, 2, 3]), (7, [0, 2, 4, 6]), (60, [0, 10, 20, 30, 40, 50, 60]), (130, [0, 50, 100])],
)
def test_ticks_of_the_curve_are_round_whole_numbers(houses: int, ticks: list[int]) -> None:
    picture = fleet_picture(programme_document(worked(houses)))
    assert [int(w.text) for w in words(picture) if w.anchor == "end"] == ticks


def test_the_curve_has_the_counts_of_the_table_at_the_ends_of_months() -> None:
    d = programme_document(worked(12))
    picture = fleet_picture(d)
    (curve,) = [m for m in picture.marks if isinstance(m, Shapes) and m.ink.dash_mm]
    points = curve.rings_mm[0]
    assert bool(((np.diff(points[:, 0]) == 0) | (np.diff(points[:, 1]) == 0)).all())  # steps, no slopes
    bottom, top = points[0, 1], points[:, 1].min()
    months = {m["month"]: m["stated_in_all"] for m in d["handed_over"]}
    seen = 0
    for w in words(picture):
        if w.text in months:
            reached = points[np.isclose(points[:, 0], w.x_mm), 1].min()
            assert (bottom - reached) / (bottom - top) * d["houses"] == pytest.approx(months[w.text])
            seen += 1
    assert seen == len(months)


def test_shares_are_written_in_the_middle_of_their_bars() -> None:
    picture = fleet_picture(programme_document(worked(6)))
    middles = [
        (m.rings_mm[0][:, 0].min() + m.rings_mm[0][:, 0].max()) / 2
        for m in picture.marks
        if isinstance(m, Shapes) and m.ink.fill
    ]
    shares = [w for w in words(picture) if re.fullmatch(r"\d+ %", w.text)]
    assert len(shares) >= 5
    assert all(w.anchor == "middle" and min(abs(w.x_mm - x) for x in middles) < 0.01 for w in shares)


SEEN_BY = {
    "all colours": np.eye(3),
    "no red": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                        [-0.003882, -0.048116, 1.051998]]),
    "no green": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                          [-0.011820, 0.042940, 0.968881]]),
}  # fmt: skip
"""Of linear red, green, blue, what is seen of it (Machado, Oliveira and Fernandes 2009, full severity)."""


def lab(colour: str, seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIELAB of a colour as somebody sees it."""
    rgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(seen @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("who", SEEN_BY)
def test_colours_of_states_are_told_apart(who: str) -> None:
    colours = {name: colour for name, colour in [*STATES.values(), FREE]}
    for a, b in combinations(colours, 2):
        apart = float(np.linalg.norm(lab(colours[a], SEEN_BY[who]) - lab(colours[b], SEEN_BY[who])))
        least = 40 if {a, b} == {"no mortar", "broken"} else 20
        if {a, b} != {"no house ready", "free"}:  # those have no row in common, and one an outline
            assert apart > least, (a, b)


def test_the_picture_says_of_how_many_repetitions_it_is() -> None:
    d = programme_document(worked(6, repetitions=5))
    assert "Use of teams and crews, mean of 5 repetitions; houses handed over" in texts(fleet_picture(d))
