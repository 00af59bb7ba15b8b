"""How far searches go: counted and not timed, so that a plan comes out alike on any machine, however busy.

The root of an integer programme cannot be counted, only its branches; so the clock stops those that are too large for
their roots to end soon, as those of groups of walls with a hundred junctions and more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MOST_EFFORT = 12_000_000
"""What the search for one plan may look at, all storeys and attempts; about as much as is looked at in five seconds.

Counted are sets of things that are measured and, of an integer programme, pairs of its columns for each branch.
"""

NODE_EFFORT = 4_000_000
"""What the branches of one integer programme may look at."""

LARGE_COLUMNS = 3000
"""Programmes with more columns than this are stopped by the clock as well."""

LARGE_TIME_S = 3.0
"""Then. [s]"""

INFEASIBLE = 2
"""What SciPy's solver says of a programme without a solution."""


@dataclass(slots=True)
class Effort:
    """What a search may still look at.

    Attributes
    ----------
    left : float
        In the unit of :data:`MOST_EFFORT`. [-]
    """

    left: float = MOST_EFFORT

    def spend(self, looked_at: float) -> None:
        """Count what was looked at.

        Parameters
        ----------
        looked_at : float
            [-]
        """
        self.left = max(self.left - looked_at, 0.0)

    def node_limit(self, columns: int) -> int:
        """Branches of an integer programme that may be looked at; the root is in any case.

        Parameters
        ----------
        columns : int

        Returns
        -------
        int
        """
        return max(int(min(self.left, NODE_EFFORT) / max(columns, 1) ** 2), 1)


def time_limit_s(columns: int) -> float:
    """Time for an integer programme, where its root alone may take long.

    Parameters
    ----------
    columns : int

    Returns
    -------
    float
        Infinite up to :data:`LARGE_COLUMNS`. [s]
    """
    return LARGE_TIME_S if columns > LARGE_COLUMNS else math.inf
