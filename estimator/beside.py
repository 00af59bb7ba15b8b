"""What stands beside the print: the house without its walls, and the whole house by each conventional method.

None of it knows printer, mix or toolpath, so the estimates of one plan by the stated values mostly share it:
:func:`stated_beside` works it out once for the same :class:`BesideInputs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from estimator.conventional import ConventionalWalls, conventional_walls, wait_days
from estimator.cost import Market
from estimator.house import shared_lines
from estimator.ledger import Line
from estimator.measures import Measures
from estimator.schedule import ActivityDates, Network, WallWork, house_network, house_schedule
from estimator.structure.insulation import Standard
from estimator.values import Draw, FactLike, Value
from estimator.work import NetWalls
from materials import Method, Region, Terms

MOST_KEPT = 32
"""Inputs whose result is remembered."""


@dataclass(frozen=True, slots=True)
class BesideInputs:
    """All that it depends on.

    Attributes
    ----------
    region : Region
    terms : Terms
    methods : tuple of Method
    measures : Measures
        Of the house.
    walls : NetWalls
    standard : Standard or None
        Of insulation; None where walls are not insulated.
    """

    region: Region
    terms: Terms
    methods: tuple[Method, ...]
    measures: Measures
    walls: NetWalls
    standard: Standard | None

    def __hash__(self) -> int:
        """By what tells most of them apart: hashing every fact of a region would take longer than comparing them."""
        return hash((self.region.id, tuple(m.id for m in self.methods), self.measures, self.walls))


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """The house beside the printed walls; numbers, or samples of them.

    Attributes
    ----------
    inputs : BesideInputs
    shared : tuple of Line
        Of the house, the same whatever its walls are.
    conventional : tuple of ConventionalWalls
    activities : tuple of list of ActivityDates
        Of the house by each method.
    house_days : tuple of float or (n,) float
        Of the house by each method. [d]
    walls : tuple of WallWork
    networks : tuple of Network
        What the dates follow from, by each method.
    used : mapping of str to fact
        Every fact behind it, by full name.
    """

    inputs: BesideInputs
    shared: tuple[Line, ...]
    conventional: tuple[ConventionalWalls, ...]
    activities: tuple[list[ActivityDates], ...]
    house_days: tuple[Value, ...]
    walls: tuple[WallWork, ...]
    networks: tuple[Network, ...]
    used: Mapping[str, FactLike]


def beside_of(inputs: BesideInputs, draw: Draw) -> Beside:
    """The house without its walls, and by each method.

    Parameters
    ----------
    inputs : BesideInputs
    draw : Draw
        Numbers or samples.

    Returns
    -------
    Beside
    """
    market, measures = Market.of(inputs.region, inputs.terms, draw), inputs.measures
    shared = tuple(shared_lines(measures, market))
    conventional, activities, days, works, networks = [], [], [], [], []
    for method in inputs.methods:
        built = conventional_walls(inputs.walls, method, market, measures, inputs.standard)
        walls = WallWork(built.wall_days, wait_days(method, market), method.masonry, method.wet)
        network = house_network(measures.floor_m2, market, [*shared, *built.finishes])
        dates, duration = house_schedule(walls, network)
        conventional.append(built)
        activities.append(dates)
        days.append(duration)
        works.append(walls)
        networks.append(network)
    return Beside(
        inputs, shared, tuple(conventional), tuple(activities), tuple(days), tuple(works), tuple(networks), draw.used
    )


def stated_beside(inputs: BesideInputs, draw: Draw) -> Beside:
    """The same by the stated values; one and the same object for the same inputs.

    Parameters
    ----------
    inputs : BesideInputs
    draw : Draw
        Of stated values; notes what was used.

    Returns
    -------
    Beside
    """
    beside = _remembered(inputs)
    draw.note(beside.used)
    return beside


@lru_cache(maxsize=MOST_KEPT)
def _remembered(inputs: BesideInputs) -> Beside:
    return beside_of(inputs, Draw())
