"""The model of a programme: recipes of every house by every kind of team as arrays, ready to be run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from estimator.errors import NotPrintableError
from estimator.programme.asked import Programme, Teams
from estimator.programme.recipes import GANG, PLACE, SITE, Mode
from estimator.values import FactLike

Floats = NDArray[np.float64]

WEATHER = "terms.weather_loss_fraction"
LEARNING = "terms.learning_fraction"

CREWS_PERCENTILE = 90.0
"""Of the draws in which crews that nobody has numbered keep up with the wall teams. [-]"""

MOST_TOLD = 600
"""Characters of why nobody can build a house."""

SHORTEST_CYCLE_D = 1e-3
"""Nobody builds the walls of a house in less. [d]"""


@dataclass(frozen=True, slots=True)
class HouseType:
    """Houses that are alike in everything but their place.

    Attributes
    ----------
    shown, name : str
        Plan in messages, and as it names itself.
    count : int
    floor_area_m2 : float
        Of one. [m²]
    """

    shown: str
    name: str
    count: int
    floor_area_m2: float


@dataclass(frozen=True, slots=True)
class Model:
    """A programme ready to be run.

    Attributes
    ----------
    programme : Programme
    types : tuple of HouseType
    kinds : tuple of Teams
        Kinds of teams, those without a team among them.
    modes : tuple of int
        How each kind builds.
    counts : tuple of int
        Teams of each kind.
    ground, finishing : int
        Crews.
    house_type, house_site : (houses,) int
    columns : (types, kinds, fields, 1 + draws) float
        Recipes: stated, then drawn; NaN where a kind cannot build a type. [any]
    scalars : mapping of str to (1 + draws,) float
        Facts of the programme, and the terms that it needs, in the same order.
    refused : mapping of (int, int) to str
        Why a kind cannot build a type, by type and kind.
    used : mapping of str to fact
        Every fact that entered, by full name.
    currency : str
    price_year : int
    """

    programme: Programme
    types: tuple[HouseType, ...]
    kinds: tuple[Teams, ...]
    modes: tuple[Mode, ...]
    counts: tuple[int, ...]
    ground: int
    finishing: int
    house_type: NDArray[np.int64]
    house_site: NDArray[np.int64]
    columns: Floats
    scalars: Mapping[str, Floats]
    refused: Mapping[tuple[int, int], str]
    used: Mapping[str, FactLike]
    currency: str
    price_year: int

    @property
    def can_build(self) -> NDArray[np.bool_]:
        """(types, kinds): whether a kind can build a type."""
        return ~np.isnan(self.columns[:, :, 0, 0])

    @property
    def draws(self) -> int:
        """How many draws there are of every number."""
        return int(self.columns.shape[3]) - 1

    def stated(self, name: str) -> Floats:
        """One number of every recipe as stated.

        Parameters
        ----------
        name : str
            A field of :class:`~estimator.programme.recipes.Recipe`.

        Returns
        -------
        (types, kinds) float
            [as name]
        """
        return self.columns[:, :, PLACE[name], 0]

    def manned(self, counts: Sequence[int], ground: int | None = None, finishing: int | None = None) -> Model:
        """The same houses with other teams and crews.

        Parameters
        ----------
        counts : sequence of int
            Teams of each kind.
        ground, finishing : int, optional
            Crews; as few as keep up with the wall teams when left out.

        Returns
        -------
        Model

        Raises
        ------
        NotPrintableError
            No team can build some house.
        """
        made = replace(self, counts=tuple(counts))
        made.refuse_the_impossible()
        needed = made.crews_needed()
        return replace(made, ground=ground or needed[0], finishing=finishing or needed[1])

    def refuse_the_impossible(self) -> None:
        """Tell a programme that can never finish.

        Raises
        ------
        NotPrintableError
            No team can build some house.
        """
        manned = [k for k, count in enumerate(self.counts) if count]
        for t, house in enumerate(self.types):
            if not self.can_build[t, manned].any():
                why = "; ".join(f"{self.kinds[k].id}: {self.refused.get((t, k), 'no team')}" for k in manned)
                raise NotPrintableError(
                    f"{self.programme.shown}: no team can build {house.shown}, so the programme would never finish "
                    f"({why[:MOST_TOLD]}); add a team that can"
                )

    def crews_needed(self) -> tuple[int, int]:
        """Crews before and after the walls that keep up with the wall teams.

        Returns
        -------
        (int, int)
            With teams that have learnt all they can, in nine of ten draws, or by stated values where there are none;
            never more than houses.
        """
        share = np.array([t.count for t in self.types], dtype=float)
        rate: Floats = np.zeros(self.columns.shape[3])
        for k, count in enumerate(self.counts):
            can = self.can_build[:, k]
            if count and can.any():
                cycle = np.average(self.cycle_days(k)[can], axis=0, weights=share[can])
                rate += count / np.maximum(cycle, SHORTEST_CYCLE_D)
        needed = []
        for stage in ("ground", "finish"):
            takt = np.nanmax(self.columns[:, :, PLACE[f"{stage}_takt_days"]], axis=1)
            crews = np.average(takt, axis=0, weights=share) * rate
            enough = float(crews[0]) if len(crews) == 1 else float(np.percentile(crews[1:], CREWS_PERCENTILE))
            needed.append(int(min(max(np.ceil(enough - 1e-9), 1), len(self.house_type))))
        return needed[0], needed[1]

    def cycle_days(self, kind: int) -> Floats:
        """Calendar days that a team of a kind needs for each type once it has learnt.

        Parameters
        ----------
        kind : int

        Returns
        -------
        (types, 1 + draws) float
            [d]
        """

        def of(name: str) -> Floats:
            return np.asarray(self.columns[:, kind, PLACE[name]])

        floor = self.scalars["learning_floor_ratio"]
        days = of("gang_days")
        if self.modes[kind] != GANG:
            days = (of("nozzle_s") + floor * of("other_s")) / (of("at_work_s") * self.kinds[kind].shifts)
            days = days + np.ceil(floor * of("moving_s") / of("working_day_s"))
        inside = self.modes[kind] not in (SITE, GANG)
        return np.asarray(days * of("step_ratio") * (1.0 if inside else 1 / (1 - self.scalars[WEATHER])))
