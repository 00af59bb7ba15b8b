"""The account of a run: when it ends, what it costs and emits, how teams and crews spend their time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.programme.model import Model
from estimator.programme.recipes import PLACE
from estimator.programme.simulation import Run

Floats = NDArray[np.float64]

COSTS = ("walls", "rest", "moves", "idle", "repairs")
"""What a programme costs: printed or laid walls; the houses beside them; moves of machines; time that machines and
teams wait for houses or mortar; repairs and the time that they take."""

CARBONS = ("houses", "moves")

USES = ("working", "moving", "weather", "houses", "mortar", "broken")
"""How a team on hire spends its time: at work, on the move, and waiting for the weather, for houses that are ready, for
mortar, for a repair."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a run comes to.

    Attributes
    ----------
    finish_day : float
        Last hand-over, days since the start. [d]
    handed : (months,) int
        Houses handed over in each month from that of the start.
    costs : (5,) float
        By :data:`COSTS`. [currency]
    carbons_kg : (2,) float
        By :data:`CARBONS`. [kgCO2e]
    used_days : (kinds, 6) float
        Team days by :data:`USES`. [d]
    houses : (kinds,) int
        Whose walls each kind built.
    crew_shares : (float, float)
        That ground crews are held of the time from their first house to the last walls, and finishing crews of that
        from theirs to the last hand-over.
    mortar_m3 : float
        [m³]
    moved_km : float
        [km]
    """

    finish_day: float
    handed: NDArray[np.int64]
    costs: Floats
    carbons_kg: Floats
    used_days: Floats
    houses: NDArray[np.int64]
    crew_shares: tuple[float, float]
    mortar_m3: float
    moved_km: float

    @property
    def cost(self) -> float:
        """All of it. [currency]"""
        return float(self.costs.sum())

    @property
    def carbon_kg(self) -> float:
        """All of it. [kgCO2e]"""
        return float(self.carbons_kg.sum())


def account(model: Model, run: Run, draw: int | None = None) -> Account:
    """The account of a run.

    Parameters
    ----------
    model : Model
    run : Run
    draw : int, optional
        Of the run.

    Returns
    -------
    Account

    Notes
    -----
    Lines of the estimate that learn are multiplied by what learning leaves; hours of the print and days of hire are
    those of the run; the lorries of the printer are those of the moves made. The first house of a team bears the
    contingency of first houses, later ones that of a series. Repairs and idle time bear no overheads.
    """
    column = 0 if draw is None else draw + 1
    kinds = np.repeat(np.arange(len(model.counts)), model.counts)[run.team]
    of = model.columns[model.house_type, kinds, :, column]

    def each(name: str) -> Floats:
        return np.asarray(of[:, PLACE[name]])

    scalar = {name: float(row[column]) for name, row in model.scalars.items()}
    order = np.lexsort((run.nth, run.team))
    follows = np.diff(run.team[order], prepend=-1) == 0
    is_last = np.ones(len(order), dtype=bool)
    is_last[order[:-1]] = ~follows[1:]
    gap = np.zeros(len(order))
    gap[order[1:]] = np.where(follows[1:], run.wall_start_day[order[1:]] - run.wall_end_day[order[:-1]], 0.0)
    waiting = np.maximum(gap - run.moving_days, 0.0)

    lorries = np.where(run.moved_km == 0, scalar["near_move_ratio"], 1.0) + is_last
    extra_km = np.maximum(run.moved_km - scalar["included_distance_km"], 0.0)
    hauls = lorries * each("haul_rate") + extra_km * each("km_rate")
    on_top = (1 + each("engineering_fraction") * run.effort_ratio) * each("markup_ratio")
    on_top *= 1 + np.where(run.nth == 0, each("contingency_fraction"), each("series_fraction"))
    direct = each("fixed_amount") + run.effort_ratio * (each("learnt_amount") + each("effort_amount"))
    direct += run.shift_s * each("shift_amount") + run.hired_days * each("hire_rate")
    shifts = np.array([k.shifts for k in model.kinds])[kinds]
    hire, wage, step = each("hire_rate"), each("wage_rate") * shifts, each("step_ratio")
    standing = hire + scalar["idle_pay_fraction"] * wage
    costs = np.array(
        [
            (direct * on_top).sum(),
            each("rest_amount").sum(),
            (hauls * on_top + run.moving_days / step * (hire + wage)).sum(),
            ((waiting + run.mortar_days) / step * standing).sum(),
            (run.broken_days / step * standing + run.breakdowns * scalar["repair_hire_days"] * hire).sum(),
        ]
    )
    carbon = each("fixed_carbon_kg") + run.effort_ratio * each("learnt_carbon_kg")
    moved_carbon = lorries * each("haul_carbon_kg") + extra_km * each("km_carbon_kg")
    worked = run.wall_end_day - run.wall_start_day - run.weather_days - run.broken_days - run.mortar_days
    spent = np.stack(
        [worked, run.moving_days, run.weather_days, waiting, run.mortar_days, run.broken_days], axis=1
    )  # fmt: skip
    used = np.zeros((len(model.counts), len(USES)))
    np.add.at(used, kinds, spent)
    days = np.maximum(np.ceil(run.handed_day - 1e-9) - 1, 0).astype(int)
    months = (np.datetime64(model.programme.start) + days).astype("datetime64[M]")
    since = (months - np.datetime64(model.programme.start, "M")).astype(int)
    return Account(
        float(run.handed_day.max()), np.bincount(since), costs, np.array([carbon.sum(), moved_carbon.sum()]), used,
        np.bincount(kinds, minlength=len(model.counts)),
        (
            _share(run.ground_held_days, model.ground, run.wall_start_day.max() - run.ground_start_day.min()),
            _share(run.finish_held_days, model.finishing, run.handed_day.max() - run.finish_start_day.min()),
        ),
        float(each("mortar_m3").sum()), float(np.maximum(run.moved_km, 0.0).sum()),
    )  # fmt: skip


def _share(held_days: float, crews: int, needed_days: float) -> float:
    """Share of the time in which crews are needed that they are held."""
    return min(held_days / max(float(needed_days) * crews, 1e-9), 1.0)
