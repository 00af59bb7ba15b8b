"""One run of a programme: ground crews, wall teams, finishing crews, event by event.

Houses pass through three stages. Ground works begin in the order of the programme, whenever a crew is free. A wall team
takes a house that is ready: of its own site if there is one, else the nearest of those sites that have waited longest.
Finishing crews take houses in the order in which their walls are done. Nothing comes back from a later stage to an
earlier one but through the teams, so that only these need events; crews are queues of first come, first served.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from heapq import heapreplace
from itertools import chain, islice, repeat
from math import ceil
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from estimator.programme.asked import distance_km
from estimator.programme.calendar import LONGEST_DAYS, Calendar, TooLongError
from estimator.programme.model import LEARNING, WEATHER, Model
from estimator.programme.recipes import GANG, HALL, PLACE, SITE
from estimator.times import HOURS_S

Floats = NDArray[np.float64]

LOOKED_AT = 12
"""Sites, or teams of a kind, that have waited longest, among which the nearest is taken."""

TOLERANCE = 1e-9
"""By how much a number of shifts or days may pass a whole one."""

SMALLEST = 1e-9

TIMES = (
    "nozzle_s", "other_s", "at_work_s", "daily_s", "moving_s", "working_day_s", "gang_days", "placing_days",
    "cure_days", "step_ratio", "week_ratio", "before_outside_days", "before_wait_days", "after_outside_days",
    "after_wait_days", "mortar_m3",
)  # fmt: skip
GROUND = ("ground_outside_days", "ground_inside_days", "ground_wait_days", "ground_takt_days", "mobilise_days")
FINISH = ("finish_outside_days", "finish_inside_days", "finish_wait_days", "finish_takt_days")


@dataclass(slots=True)
class Run:
    """What happened to every house, and by whom.

    Attributes
    ----------
    team, nth : (houses,) int
        Which team built the walls, and as its how manieth house, from 0.
    ground_start_day, ready_day : (houses,) float
        Days since the start. [d]
    move_day, wall_start_day, wall_end_day : (houses,) float
        When the team set out, began at the house, and was free again. [d]
    walls_done_day, finish_start_day, handed_day : (houses,) float
        [d]
    moved_km : (houses,) float
        By road, of the team before the house; −1 where it made no move. [km]
    moving_days : (houses,) float
        What the move took. [d]
    shift_s : (houses,) float
        Time on shift; 0 of gangs. [s]
    hired_days : (houses,) float
        Working days of the team. [d]
    effort_ratio : (houses,) float
        What learning left, of what learns; of gangs with the scatter of the house. [-]
    weather_days, broken_days, mortar_days : (houses,) float
        Of the team at the house, lost to each. [d]
    breakdowns : (houses,) int
    ground_held_days, finish_held_days : float
        Of all crews together. [d]
    """

    team: NDArray[np.int64]
    nth: NDArray[np.int64]
    ground_start_day: Floats
    ready_day: Floats
    move_day: Floats
    wall_start_day: Floats
    wall_end_day: Floats
    walls_done_day: Floats
    finish_start_day: Floats
    handed_day: Floats
    moved_km: Floats
    moving_days: Floats
    shift_s: Floats
    hired_days: Floats
    effort_ratio: Floats
    weather_days: Floats
    broken_days: Floats
    mortar_days: Floats
    breakdowns: NDArray[np.int64]
    ground_held_days: float
    finish_held_days: float


def simulated(model: Model, draw: int | None = None) -> Run:
    """One run.

    Parameters
    ----------
    model : Model
        Of which every house can be built by some team.
    draw : int, optional
        Number of the repetition, from 0; by stated values and without chance when left out.

    Returns
    -------
    Run
    """
    return _Simulation(model, draw).run()


class _Simulation:
    """State of one run."""

    def __init__(self, model: Model, draw: int | None) -> None:
        programme, column = model.programme, 0 if draw is None else draw + 1
        houses = len(model.house_type)
        self.model, self.houses = model, houses
        self.kind_of = [k for k, n in enumerate(model.counts) for _ in range(n)]
        self.at = [model.kinds[k].site for k in self.kind_of]
        self.type_of, self.site_of = model.house_type.tolist(), model.house_site.tolist()
        scalar = {name: float(row[column]) for name, row in model.scalars.items()}
        rng = None if draw is None else np.random.default_rng((programme.seed, draw))
        lost = programme.lost_shares or (scalar[WEATHER],)
        self.calendar = Calendar(programme.start, lost, None if rng is None else rng.spawn(1)[0])
        self.scatter = _scatter(scalar["house_scatter_ratio"], houses, rng)
        self.chance = None if rng is None else _Breakdowns(rng.spawn(1)[0], scalar)
        self.machine_learnt = learnt(houses, scalar[LEARNING], scalar["learning_floor_ratio"])
        self.gang_learnt = learnt(houses, scalar["gang_learning_fraction"], scalar["learning_floor_ratio"])
        self.columns = model.columns[:, :, :, column]
        self.times = self._table(TIMES)
        self.road_s_per_km = HOURS_S / scalar["road_speed_km_per_h"]
        self.loading_s = scalar["loading_time_h"] * HOURS_S
        self.detour_ratio = scalar["road_detour_ratio"]
        self.rate = programme.mortar_rate
        self.mortar_until = 0.0
        self.done = [0] * len(self.kind_of)
        self.rows: list[tuple[Any, ...]] = [()] * houses
        self.env = simpy.Environment()
        self.idle: list[OrderedDict[int, simpy.Event]] = [OrderedDict() for _ in model.kinds]
        self.idle_at: dict[tuple[int, int | None], OrderedDict[int, None]] = {}
        self._open_queues()

    def _table(self, names: Sequence[str]) -> list[list[list[float]]]:
        table: list[list[list[float]]] = self.columns[:, :, [PLACE[n] for n in names]].tolist()
        return table  # type by kind by name

    # --- queues of houses that are ready ----------------------------------------------------------

    def _open_queues(self) -> None:
        """A queue for each site and set of kinds that can build a house, for machines on the plot and for factories."""
        can = self.model.can_build
        classes = {row: n for n, row in enumerate(dict.fromkeys(map(tuple, can.tolist())))}
        self.class_of = [classes[tuple(row)] for row in can.tolist()]
        self.classes = [[n for row, n in classes.items() if row[k]] for k in range(can.shape[1])]
        self.kinds_of = [[k for k, yes in enumerate(row) if yes] for row in classes]
        self.queues: tuple[list[OrderedDict[int, deque[int]]], list[OrderedDict[int, deque[int]]]] = (
            [OrderedDict() for _ in classes], [OrderedDict() for _ in classes],
        )  # fmt: skip
        self.taken = bytearray(self.houses)
        modes = self.model.modes
        self.early = [int(modes[k] not in (SITE, GANG)) for k in range(can.shape[1])]
        self.sites = [site.at for site in self.model.programme.sites]
        self.far: dict[tuple[int, int], float] = {}

    def _away_km(self, a: int | None, b: int) -> float:
        """By road between two sites."""
        if a is None or a == b:
            return 0.0
        found = self.far.get((a, b))
        if found is None:
            found = self.far[a, b] = distance_km(self.sites[a], self.sites[b]) * self.detour_ratio
        return found

    def _front(self, queue: OrderedDict[int, deque[int]], site: int) -> int | None:
        """First house at a site that nobody has taken."""
        waiting = queue.get(site)
        if waiting is None:
            return None
        taken = self.taken
        while waiting:
            if not taken[waiting[0]]:
                return waiting[0]
            waiting.popleft()
        del queue[site]
        return None

    def _next(self, team: int) -> int | None:
        """The house that a free team takes."""
        kind = self.kind_of[team]
        queues, here = self.queues[self.early[kind]], self.at[team]
        found: int | None = None
        if here is not None:
            for n in self.classes[kind]:
                house = self._front(queues[n], here)
                if house is not None and (found is None or house < found):
                    found = house
            if found is not None:
                return found
        nearest = float("inf")
        for n in self.classes[kind]:
            for site in list(islice(queues[n], LOOKED_AT)):
                house = self._front(queues[n], site)
                if house is None:
                    continue
                away = 0.0 if self.model.modes[kind] == HALL else self._away_km(here, site)
                if away < nearest:
                    found, nearest = house, away
        return found

    def _waiting(self, n: int, site: int, early: int) -> int | None:
        """The team that takes a house of a class as soon as it is ready: one at its site, else the nearest."""
        kinds = [k for k in self.kinds_of[n] if self.early[k] == early and self.idle[k]]
        for kind in kinds:
            for team in self.idle_at.get((kind, site), ()):
                return team
        best, nearest = None, float("inf")
        for kind in kinds:
            for team in islice(self.idle[kind], LOOKED_AT):
                away = self._away_km(self.at[team], site)
                if away < nearest:
                    best, nearest = team, away
        return best

    def _offer(self, house: int, early: int) -> None:
        """A house is ready: give it to a team that waits, or let it wait."""
        if self.taken[house]:
            return
        n, site = self.class_of[self.type_of[house]], self.site_of[house]
        team = self._waiting(n, site, early)
        if team is not None:
            kind = self.kind_of[team]
            self.taken[house] = 1
            del self.idle_at[kind, self.at[team]][team]
            self.idle[kind].pop(team).succeed(house)
            return
        queue = self.queues[early][n]
        if site not in queue:
            queue[site] = deque()
        queue[site].append(house)

    # --- what happens -----------------------------------------------------------------------------

    def run(self) -> Run:
        """Everything."""
        self._ground()
        for team in range(len(self.kind_of)):
            self.env.process(self._team(team))
        self.env.process(self._arrivals())
        self.env.run()
        return self._finished()

    def _ground(self) -> None:
        """Ground works of all houses, crew by crew."""
        builder = np.array([next(k for k in self.kinds_of[n] if self.model.counts[k]) for n in self.class_of])
        types = self.model.house_type
        outside, inside, wait, takt, mobilise = self._each(GROUND, types, builder[types])
        factor, after = np.array(self.scatter[0]), self.calendar.after_all
        self.ground_start, self.held = _queued(None, takt * factor, self.model.ground)
        ready = after(self.ground_start, outside * factor) + inside * factor + wait
        self.ready, self.begins = ready.tolist(), self.ground_start.tolist()
        offers = [(day, 0, house) for house, day in enumerate(self.ready)]
        early = {self.model.modes[k] for k in self.kind_of if self.early[k]}
        if early:
            self.elements_from = self.begins
            if early != {HALL}:
                self.elements_from = after(self.ground_start, mobilise * factor).tolist()
            offers += [(day, 1, house) for house, day in enumerate(self.elements_from)]
        self.offers = sorted(offers)

    def _each(self, names: Sequence[str], types: NDArray[np.int64], kinds: NDArray[np.int64]) -> list[Floats]:
        """Numbers of the recipes of every house."""
        return [self.columns[types, kinds, PLACE[name]] for name in names]

    def _arrivals(self) -> Generator[simpy.Event, None, None]:
        env = self.env
        for day, early, house in self.offers:
            if day > env.now:
                yield env.timeout(day - env.now)
            self._offer(house, early)

    def _team(self, team: int) -> Generator[simpy.Event, Any, None]:
        env, free, kind = self.env, 0.0, self.kind_of[team]
        while True:
            house = self._next(team)
            if house is None:
                event = env.event()
                self.idle[kind][team] = event
                self.idle_at.setdefault((kind, self.at[team]), OrderedDict())[team] = None
                house = yield event
                free = env.now
            else:
                self.taken[house] = 1
            free = self._built(team, house, free)
            if free > env.now:
                yield env.timeout(free - env.now)

    def _built(self, team: int, house: int, day: float) -> float:
        """A team takes a house on a day; when it is free again."""
        kind = self.kind_of[team]
        mode, nth = self.model.modes[kind], self.done[team]
        (nozzle, other, at_work, daily, moving, working_day, gang, placing, cure, step, week, before, before_wait, post,
         post_wait, mortar) = self.times[self.type_of[house]][kind]  # fmt: skip
        f, after = self.scatter[1][house], self.calendar.after
        learnt = (self.gang_learnt if mode == GANG else self.machine_learnt)[nth]
        self.done[team] = nth + 1
        site, here, moved_km, arrives = self.site_of[house], self.at[team], -1.0, day
        if mode != HALL:
            if nth:
                moved_km = self._away_km(here, site)
                if here != site:
                    road_s = moved_km * self.road_s_per_km + (0.0 if mode == GANG else self.loading_s)
                    arrives = day + road_s / working_day * week
            self.at[team] = site
        if mode == GANG:
            shift, hired = 0.0, ceil(gang * learnt * f - TOLERANCE)
        else:
            pure = (nozzle + learnt * other) * f
            shifts = ceil(pure / at_work - TOLERANCE)
            shift = pure + shifts * daily
            hired = ceil(shifts / self.model.kinds[kind].shifts) + ceil(moving * learnt / working_day - TOLERANCE)
        work = hired * step
        if mode in (SITE, GANG):
            start = arrives
            ready = self.ready[house]
            if before or before_wait:
                start = max(start, after(ready, before) + before_wait)
            end = after(start, work)
            weather = end - start - work
        else:
            start = max(arrives, self.begins[house] if mode == HALL else self.elements_from[house])
            end, weather = start + work, 0.0
        broken, repairs = 0.0, 0
        if self.chance is not None and shift:
            repair_s, repairs = self.chance.during(team, shift)
            broken = repair_s / working_day * week
            end += broken
        late = 0.0
        if self.rate is not None and mortar:
            self.mortar_until = max(self.mortar_until, start) + mortar / self.rate * week
            late = max(self.mortar_until - end, 0.0)
            end += late
        if mode in (SITE, GANG):
            done = end
        else:
            done = max(self.ready[house], end + cure)
            if before or before_wait:
                done = after(done, before) + before_wait
            done = after(done, ceil(placing * learnt * f - TOLERANCE) * week)
        done = after(done, post) + post_wait
        self.rows[house] = (
            team, nth, day, start, end, done, moved_km, arrives - day, shift, hired,
            learnt * (f if mode == GANG else 1.0), weather, broken, late, repairs,
        )  # fmt: skip
        return end

    def _finished(self) -> Run:
        """Finishing works of all houses, crew by crew, and the account of the run."""
        flat = np.fromiter(chain.from_iterable(self.rows), float, self.houses * len(self.rows[0]))
        team, nth, day, start, end, done, moved, moving, shift, hired, effort, weather, broken, late, repairs = (
            np.ascontiguousarray(column) for column in flat.reshape(self.houses, -1).T
        )
        teams = team.astype(np.int64)
        kinds = np.array(self.kind_of)[teams]
        outside, inside, wait, takt = self._each(FINISH, self.model.house_type, kinds)
        factor = np.array(self.scatter[2])
        order = np.argsort(done, kind="stable")
        begins = np.empty(self.houses)
        begins[order], held = _queued(done[order], (takt * factor)[order], self.model.finishing)
        handed = self.calendar.after_all(begins, outside * factor) + inside * factor + wait
        if handed.max() > LONGEST_DAYS:
            raise TooLongError
        return Run(
            teams, nth.astype(np.int64), self.ground_start, np.array(self.ready), day, start, end, done, begins, handed,
            moved, moving, shift, hired, effort, weather, broken, late, repairs.astype(np.int64), self.held, held,
        )  # fmt: skip


def _queued(from_day: Floats | None, held_days: Floats, crews: int) -> tuple[Floats, float]:
    """When crews begin at houses, first come, first served, and how long they are held in all."""
    free = [0.0] * min(crews, len(held_days))
    begins: list[float] = []
    for comes, held in zip(repeat(0.0) if from_day is None else from_day.tolist(), held_days.tolist(), strict=False):
        first = free[0] if free[0] > comes else comes
        heapreplace(free, first + held)
        begins.append(first)
    return np.array(begins), float(held_days.sum())


class _Breakdowns:
    """When machines break down, and how long they stand."""

    def __init__(self, rng: np.random.Generator, scalar: dict[str, float]) -> None:
        self._rng = rng
        self._interval_s = scalar["breakdown_interval_h"] * HOURS_S
        self._repair_s = scalar["repair_time_h"] * HOURS_S
        self._left: dict[int, float] = {}
        self._drawn: list[float] = []

    def _draw(self) -> float:
        """A number from the exponential distribution of mean one."""
        if not self._drawn:
            self._drawn = self._rng.exponential(size=4096).tolist()
        return self._drawn.pop()

    def during(self, team: int, shift_s: float) -> tuple[float, int]:
        """Repair time and breakdowns of a team while it is so long on shift."""
        left = self._left.get(team)
        if left is None:
            left = self._draw() * self._interval_s
        left -= shift_s
        repair, count = 0.0, 0
        while left <= 0.0:
            repair += self._draw() * self._repair_s
            left += max(self._draw() * self._interval_s, SMALLEST)
            count += 1
        self._left[team] = left
        return repair, count


def learnt(houses: int, learning_fraction: float, floor_ratio: float) -> list[float]:
    """Effort of the first, second, … house over that of the first, by Wright's law.

    Parameters
    ----------
    houses : int
    learning_fraction : float
        Saved with each doubling.
    floor_ratio : float
        Least that is left.

    Returns
    -------
    list of float
        [-]
    """
    power = np.log2(1 - learning_fraction)
    efforts: list[float] = np.maximum(np.arange(1, houses + 1) ** power, floor_ratio).tolist()
    return efforts


def _scatter(ratio: float, houses: int, rng: np.random.Generator | None) -> list[list[float]]:
    """Factors of mean one on the times of ground, walls and finishes of each house."""
    if rng is None or ratio == 0:
        return [[1.0] * houses] * 3
    spread = float(np.sqrt(np.log1p(ratio**2)))
    factors: list[list[float]] = np.exp(rng.normal(-(spread**2) / 2, spread, size=(3, houses))).tolist()
    return factors
