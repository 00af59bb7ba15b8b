"""Facts turned into numbers: the stated value, or samples from the stated range.

Everything after the toolpath is arithmetic on facts. It asks a :class:`Draw` for numbers and
works alike on a float (the estimate) and on an array of samples (its uncertainty), so there
is one model and not two.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from estimator.sampling import draws

Value = float | NDArray[np.float64]


class FactLike(Protocol):
    """What a fact of ``printers`` or ``materials`` offers."""

    @property
    def value(self) -> float:
        """Stated value."""
        ...

    @property
    def low(self) -> float:
        """Lower end of the range."""
        ...

    @property
    def high(self) -> float:
        """Upper end of the range."""
        ...

    @property
    def basis(self) -> str:
        """How it is known."""
        ...

    @property
    def source(self) -> str:
        """Key of the source."""
        ...

    @property
    def where(self) -> str:
        """Place in the source."""
        ...

    @property
    def note(self) -> str:
        """Reason, or remark."""
        ...


class Draw:
    """Stated values, with a record of which facts were asked for.

    Attributes
    ----------
    used : dict of str to fact
        Every fact that entered the result, by its full name (``printer.power_w``).
    """

    def __init__(self) -> None:
        self.used: dict[str, FactLike] = {}

    def number(self, name: str, fact: FactLike) -> Value:
        """The number to calculate with.

        Parameters
        ----------
        name : str
            Full name of the fact.
        fact : fact

        Returns
        -------
        float
        """
        self.used[name] = fact
        return fact.value

    def note(self, facts: Mapping[str, FactLike]) -> None:
        """Record facts that entered a result which was worked out elsewhere.

        Parameters
        ----------
        facts : mapping of str to fact
            By full name.
        """
        self.used.update(facts)


class Samples(Draw):
    """Samples of every fact, drawn once each and repeatable.

    Parameters
    ----------
    count : int
        Number of samples.
    seed : int

    Attributes
    ----------
    ranks : dict of str to (count,) int
        Of the samples of every fact that was drawn.

    Notes
    -----
    Stratified draws of PERT distributions (:mod:`estimator.sampling`). The stream of a fact depends on the seed, the
    fact's name and the name of what it follows only, so adding a fact changes no other.
    """

    def __init__(self, count: int, seed: int) -> None:
        super().__init__()
        self.count = count
        self.seed = seed
        self._drawn: dict[str, NDArray[np.float64]] = {}
        self.ranks: dict[str, NDArray[np.int64]] = {}

    def number(self, name: str, fact: FactLike) -> Value:
        """Samples of a fact: (count,) float, or the plain value of a fact without a range."""
        self.used[name] = fact
        if fact.high <= fact.low:
            return fact.value
        if name not in self._drawn:
            self._drawn[name], self.ranks[name] = draws(name, fact.low, fact.value, fact.high, self.count, self.seed)
        return self._drawn[name]

    @property
    def drawn(self) -> Mapping[str, NDArray[np.float64]]:
        """The samples drawn so far, by full name of the fact."""
        return self._drawn


class Values:
    """The numbers of one printer, mix, region, method or table of terms.

    Parameters
    ----------
    prefix : str
        First part of the full names, e.g. ``printer``.
    facts : mapping of str to fact
    draw : Draw
    """

    def __init__(self, prefix: str, facts: Mapping[str, FactLike], draw: Draw) -> None:
        self._prefix = prefix
        self._facts = facts
        self._draw = draw

    def __getattr__(self, name: str) -> Value:
        fact = self._facts.get(name)
        if fact is None:
            raise AttributeError(f"{self._prefix} has no value {name!r}")
        number = self._draw.number(f"{self._prefix}.{name}", fact)
        self.__dict__[name] = number  # found there from now on, without coming here
        return number

    def get(self, name: str, default: float) -> Value:
        """The number of a fact, or a default where there is none.

        Parameters
        ----------
        name : str
        default : float
            [as name]

        Returns
        -------
        float or (count,) float
            [as name]
        """
        return getattr(self, name) if name in self._facts else default

    def __contains__(self, name: str) -> bool:
        return name in self._facts


def rounded(value: Value, digits: int) -> float:
    """A number as documents show it.

    Parameters
    ----------
    value : float
    digits : int
        After the point.

    Returns
    -------
    float
        [as value]

    Raises
    ------
    ValueError
        It is not finite.
    """
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} came out of the calculation where a number belongs")
    return round(number, digits) + 0.0  # no minus zero
