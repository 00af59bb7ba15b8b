"""The questions turned round: the smallest fleet for a date, ways to build it, what money allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from estimator.errors import NotPrintableError, UsageError
from estimator.programme.asked import MOST_TEAMS
from estimator.programme.calendar import TooLongError
from estimator.programme.model import Model
from estimator.programme.recipes import GANG
from estimator.programme.worked import Progress, Worked, team_persons, worked_model

SHARES = (0.75, 0.5, 0.25)
"""Of the people that print, in mixed strategies."""

SIZES = (1.0, 0.5, 2.0)
"""Of the fleet asked for, that are tried for a budget; of equal fleets the first is told."""

AS_ASKED = "as asked"
"""What the mix of the programme itself is called."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The smallest fleet for a date.

    Attributes
    ----------
    by : date
    sure_share : float
        Share of the repetitions that have to be in time.
    worked : Worked or None
        With that fleet; None where no fleet is in time.
    smaller : Worked or None
        With one wall team less, which is late; None where there is none smaller.
    best : Worked
        With the most teams that were tried.
    """

    by: date
    sure_share: float
    worked: Worked | None
    smaller: Worked | None
    best: Worked


@dataclass(frozen=True, slots=True)
class Strategy:
    """A way to build the programme.

    Attributes
    ----------
    name : str
    worked : Worked or None
        None where it cannot build some house.
    why : str
        What it cannot build.
    """

    name: str
    worked: Worked | None
    why: str = ""


def in_time_share(done: Worked, by: date) -> float:
    """Share of the repetitions that are handed over by a date, or whether the stated run is where there are none.

    Parameters
    ----------
    done : Worked
    by : date

    Returns
    -------
    float
        [-]
    """
    return float(np.mean(done.finish_days() <= _last_day(done.model, by)))


def within_share(done: Worked, budget: float) -> float:
    """Share of the repetitions that cost no more than a budget.

    Parameters
    ----------
    done : Worked
    budget : float
        [currency]

    Returns
    -------
    float
        [-]
    """
    return float(np.mean(done.costs() <= budget))


def smallest_fleet(
    model: Model, by: date, sure_share: float, *, workers: int | None = None, progress: Progress = lambda *_: None
) -> Fleet:
    """The fewest wall teams, and then the fewest crews, that are done by a date.

    Parameters
    ----------
    model : Model
    by : date
    sure_share : float
        Share of the repetitions that have to be in time.
    workers : int, optional
    progress : callable

    Returns
    -------
    Fleet

    Raises
    ------
    UsageError
        The date lies before the start.

    Notes
    -----
    Teams are of the kinds of the programme, in proportion to their counts. Numbers are doubled until they are enough,
    and then the interval is halved (bisection), which takes more teams to be no slower; every answer was run, and so
    was one team less. Crews that the programme numbers are the most there are; others are as many as keep up.
    """
    if by < model.programme.start:
        raise UsageError(f"--by {by}: lies before the start, {model.programme.start}; give a later date")
    tried: dict[int, Worked | None] = {}

    def run(teams: int) -> Worked | None:
        if teams not in tried:
            tried[teams] = _manned(model, _shared_out(model, teams), workers, progress, f"{teams:,} teams, repetition")
        return tried[teams]

    def enough(done: Worked | None) -> bool:
        return done is not None and in_time_share(done, by) >= sure_share

    kinds = sum(n > 0 for n in model.counts)
    most = min(max(len(model.house_type) * kinds, sum(model.counts)), MOST_TEAMS)
    high = 1
    while not enough(run(high)) and high < most:
        high = min(2 * high, most)
    if not enough(run(high)):
        best = run(high)
        assert best is not None  # it has at least as many of each kind as the programme
        return Fleet(by, sure_share, None, None, best)
    teams = _fewest(lambda n: enough(run(n)), high)
    found = run(teams)
    assert found is not None
    done = found.model
    for crew in ("ground", "finishing"):
        other = {"ground": done.ground, "finishing": done.finishing}
        known: dict[int, Worked | None] = {}

        def crewed(
            n: int,
            crew: str = crew,
            other: dict[str, int] = other,
            known: dict[int, Worked | None] = known,
            done: Model = done,
        ) -> bool:
            crews = {**other, crew: n}
            says = f"{n:,} {crew} crews, repetition"
            known[n] = _manned(done, done.counts, workers, progress, says, (crews["ground"], crews["finishing"]))
            return enough(known[n])

        found = known.get(_fewest(crewed, other[crew])) or found
        done = found.model
    return Fleet(by, sure_share, found, run(teams - 1) if teams > 1 else None, found)


def strategies(
    model: Model, *, sizes: Sequence[float] = (1.0,), workers: int | None = None,
    progress: Progress = lambda *_: None,
) -> list[Strategy]:  # fmt: skip
    """Printed, conventional and mixed, with about as many people on the walls as the programme has.

    Parameters
    ----------
    model : Model
        With recipes of all methods that are to be compared.
    sizes : sequence of float
        Of the number of people, over that of the programme. [-]
    workers : int, optional
    progress : callable

    Returns
    -------
    list of Strategy
        The programme's own teams; each of its printers alone; each method alone; and its first printer mixed with its
        first method, or else with the one that is cheapest alone. Teams are whole, so that several ways may come to
        the same teams: these are there once. Mixed ones are called by the share of their people that print.
    """
    everybody = sum(team_persons(model, k) * n for k, n in enumerate(model.counts) if n)
    printers = [k for k, n in enumerate(model.counts) if n and model.modes[k] != GANG]
    gangs = [k for k in range(len(model.kinds)) if model.modes[k] == GANG and model.can_build[:, k].any()]
    found: dict[tuple[int, ...], Strategy] = {}

    def add(name: str, shares: dict[int, float], size: float) -> Strategy:
        counts = [0] * len(model.kinds)
        for k, share in shares.items():
            counts[k] = max(round(size * everybody * share / max(team_persons(model, k), 1e-9)), 1)
        key = tuple(counts)
        if key not in found:
            persons = [n * team_persons(model, k) for k, n in enumerate(counts)]
            printed = sum(persons[k] for k in printers) / max(sum(persons), 1e-9)
            name = f"{100 * printed:.0f} % {name}" if len(shares) > 1 and name != AS_ASKED else name
            found[key] = _strategy(model, name if size == 1 else f"{name}, × {size:g}", key, workers, progress)
        return found[key]

    for size in sizes:
        own = {k: team_persons(model, k) * n / everybody for k, n in enumerate(model.counts) if n}
        if len(own) > 1:
            add(AS_ASKED, own, size)
        for k in printers:
            add(f"printed, {model.kinds[k].id}", {k: 1.0}, size)
        alone = {k: add(f"{model.kinds[k].id}", {k: 1.0}, size) for k in gangs}
        could = {k: s.worked for k, s in alone.items() if s.worked is not None}
        asked = [k for k in could if model.counts[k]]
        if printers and could:
            other = asked[0] if asked else min(could, key=lambda k: float(np.median(_known(could[k]).costs())))
            people, team = size * everybody, max(team_persons(model, other), 1e-9)
            for share in SHARES:
                laying = max(round(people * (1 - share) / team), 1) * team / people
                add(f"printed, rest {model.kinds[other].id}", {printers[0]: 1 - laying, other: laying}, size)
    return list(found.values())


def _known(done: Worked | None) -> Worked:
    assert done is not None
    return done


def _strategy(model: Model, name: str, counts: Sequence[int], workers: int | None, progress: Progress) -> Strategy:
    try:
        manned = model.manned(counts, model.programme.ground, model.programme.finishing)
        done = worked_model(manned, workers=workers, progress=progress, says=f"{name}: repetition")
    except (NotPrintableError, TooLongError) as error:
        return Strategy(name, None, str(error))
    return Strategy(name, done)


def _manned(
    model: Model, counts: Sequence[int], workers: int | None, progress: Progress, says: str,
    crews: tuple[int, int] | None = None,
) -> Worked | None:  # fmt: skip
    """The model with other teams and crews, worked out; None where they cannot build some house in any useful time."""
    ground, finishing = crews or (model.programme.ground, model.programme.finishing)
    try:
        return worked_model(model.manned(counts, ground, finishing), workers=workers, progress=progress, says=says)
    except (NotPrintableError, TooLongError):
        return None


def _shared_out(model: Model, teams: int) -> list[int]:
    """So many teams, in the proportions of the programme."""
    weights = np.array(model.counts, dtype=float)
    ideal = teams * weights / weights.sum()
    counts = np.floor(ideal).astype(int)
    order = np.lexsort((np.arange(len(counts)), -(ideal - counts)))
    counts[order[: teams - int(counts.sum())]] += 1
    return [int(n) for n in counts]


def _fewest(enough: Callable[[int], bool], high: int) -> int:
    """Least number from 1 that is enough, where ``high`` is."""
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _last_day(model: Model, by: date) -> float:
    """Days since the start at the end of a date. [d]"""
    return (by - model.programme.start).days + 1 + 1e-9
