"""A programme worked out: its stated run, its repetitions, and what one more of each team or crew would gain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from estimator.programme.account import Account, account
from estimator.programme.asked import MOST_TEAMS, Programme
from estimator.programme.building import model_of
from estimator.programme.model import Model
from estimator.programme.repeat import repeated
from estimator.programme.simulation import Run, simulated

Progress = Callable[[str, int, int], None]
"""Told what goes on, how many of it are done, and of how many."""

GROUND, FINISHING = "ground crews", "finishing crews"


@dataclass(frozen=True, slots=True)
class Gain:
    """What one more would bring.

    Attributes
    ----------
    what : str
        A kind of team, or the crews before or after the walls.
    gained_days : float
        By which the stated run ends sooner. [d]
    """

    what: str
    gained_days: float


@dataclass(frozen=True, slots=True)
class Worked:
    """A programme worked out.

    Attributes
    ----------
    model : Model
    run : Run
        By stated values.
    stated : Account
    accounts : tuple of Account
        Of the repetitions.
    gains : tuple of Gain
    """

    model: Model
    run: Run
    stated: Account
    accounts: tuple[Account, ...]
    gains: tuple[Gain, ...] = ()

    def finish_days(self) -> NDArray[np.float64]:
        """Last hand-over of every repetition, or of the stated run where there are none.

        Returns
        -------
        (n,) float
            Days since the start. [d]
        """
        return np.array([a.finish_day for a in self.accounts or (self.stated,)])

    def costs(self) -> NDArray[np.float64]:
        """Cost of every repetition, or of the stated run where there are none.

        Returns
        -------
        (n,) float
            [currency]
        """
        return np.array([a.cost for a in self.accounts or (self.stated,)])

    def persons(self) -> float:
        """People of the wall teams, all shifts together, by stated values.

        Returns
        -------
        float
            [persons]
        """
        return sum(
            team_persons(self.model, k) * n for k, n in enumerate(self.model.counts) if n
        )  # fmt: skip


def team_persons(model: Model, kind: int) -> float:
    """People of one team of a kind, all its shifts together.

    Parameters
    ----------
    model : Model
    kind : int

    Returns
    -------
    float
        [persons]
    """
    return float(np.nanmax(model.stated("team_persons")[:, kind])) * model.kinds[kind].shifts


def day_of(start: date, since_day: float) -> date:
    """Date of a time.

    Parameters
    ----------
    start : date
    since_day : float
        Days since the start. [d]

    Returns
    -------
    date
        On which it falls; what is done at the end of a day is done on it.
    """
    return start + timedelta(days=max(int(np.ceil(since_day - 1e-9)) - 1, 0))


def worked_model(
    model: Model, *, workers: int | None = None, progress: Progress = lambda *_: None, says: str = "repetition"
) -> Worked:
    """Run a model, by stated values and all its repetitions.

    Parameters
    ----------
    model : Model
    workers : int, optional
    progress : callable
    says : str
        What a repetition is called when progress is told.

    Returns
    -------
    Worked
        Without gains.
    """
    run = simulated(model)

    def counted(done: int, of: int) -> None:
        progress(says, done, of)

    accounts = repeated(model, workers, counted) if model.draws else []
    return Worked(model, run, account(model, run), tuple(accounts))


def gains_of(model: Model, stated: Account) -> tuple[Gain, ...]:
    """What one more of each team and crew would gain, by running it.

    Parameters
    ----------
    model : Model
    stated : Account
        Of the stated run.

    Returns
    -------
    tuple of Gain
        The greatest first.
    """
    asked = model.programme
    more: list[tuple[str, Model]] = []
    for k, count in enumerate(model.counts):
        if count and sum(model.counts) < MOST_TEAMS:
            counts = [n + (j == k) for j, n in enumerate(model.counts)]
            more.append((model.kinds[k].id, model.manned(counts, asked.ground, asked.finishing)))
    more.append((GROUND, model.manned(model.counts, model.ground + 1, model.finishing)))
    more.append((FINISHING, model.manned(model.counts, model.ground, model.finishing + 1)))
    found = [Gain(what, stated.finish_day - float(simulated(m).handed_day.max())) for what, m in more]
    return tuple(sorted(found, key=lambda g: -g.gained_days))


def work_out(
    programme: Programme, *, workers: int | None = None, progress: Progress = lambda *_: None,
    methods: Sequence[str] = (),
) -> Worked:  # fmt: skip
    """Work a programme out.

    Parameters
    ----------
    programme : Programme
    workers : int, optional
        Processes for the repetitions; the cores when left out. The result does not depend on it.
    progress : callable
        Told what goes on, how many of it are done, and of how many.
    methods : sequence of str
        Conventional methods to have recipes of beside those of the teams.

    Returns
    -------
    Worked

    Raises
    ------
    UsageError, PlanError
        The programme cannot be worked out; the message says why.
    """
    model = model_of(programme, progress, methods=methods)
    done = worked_model(model, workers=workers, progress=progress)
    return Worked(model, done.run, done.stated, done.accounts, gains_of(model, done.stated))
