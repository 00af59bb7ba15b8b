"""Critical heights of wet walls by table: free, or held at their vertical edges by webs, returns or curves.

The table ``buckling.csv`` holds the solution of the plate under its own weight in the units of
:mod:`~estimator.structure.buckling`; ``tests/plate_under_own_weight.py`` is the program that made it.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .buckling import free_wall_ratio_fit
from .growth import Floats, Values

Edges = Literal["supported", "clamped"]

WIDTH_MIN = 2.0
"""Narrowest panel tabulated, in length units. [-]"""

HEIGHT_MAX = 60.0
"""Highest panel tabulated, in length units; stands for "higher than that". [-]"""

POWER = 6.0
"""Of the reciprocal height that is interpolated: leans to the lowest corner where the table is steep. [-]"""


@cache
def _tables() -> dict[str, Floats]:
    """Critical heights: of free walls what sets the fit right, by log(1 + κ); of panels by κ and width, as powers of
    the reciprocal.
    """
    text = resources.files("estimator.structure").joinpath("buckling.csv").read_text(encoding="utf-8")
    lines = [line.split(",") for line in text.splitlines()[1:]]
    tables: dict[str, Floats] = {}
    for edges in ("free", "supported", "clamped"):
        rows = np.array([[float(cell or "inf") for cell in cells] for name, *cells in lines if name == edges])
        if edges == "free":
            tables["free-kappa"] = np.log1p(rows[:, 0])
            tables["free-right"] = rows[:, 2] / free_wall_ratio_fit(rows[:, 0])
            continue
        tables["kappa"], tables["width"] = np.unique(rows[:, 0]), np.unique(rows[:, 1])
        heights = np.minimum(rows[:, 2], HEIGHT_MAX)
        tables[edges] = heights.reshape(len(tables["kappa"]), len(tables["width"])) ** -POWER
    return tables


def free_wall_ratio(kappa: Values) -> Floats:
    """Critical height of a free wall that cures linearly, by table.

    Parameters
    ----------
    kappa : float or array
        Curing κ = ξ·L/l̇, ≥ 0. [-]

    Returns
    -------
    float array
        Height over length unit: :func:`free_wall_ratio_fit`, set right by the table; five digits. [-]

    Notes
    -----
    Finite for every κ: stiffening alone never makes a free wall safe for ever.
    """
    tables = _tables()
    right = np.interp(np.log1p(kappa), tables["free-kappa"], tables["free-right"])
    return np.asarray(free_wall_ratio_fit(kappa) * right)


class Panels:
    """Walls that are held at their vertical edges, of given widths.

    Parameters
    ----------
    width_ratio : float or array
        b̄ = b/L, clear width between webs, returns or sharp curves over length unit; infinite for a free
        wall. [-]
    edges : {"supported", "clamped"}
        Held but free to turn, the lower bound, or clamped, the upper bound; ν = 0.3.
    """

    def __init__(self, width_ratio: Values, edges: Edges = "supported") -> None:
        tables = _tables()
        widths, values = tables["width"], tables[edges]
        width = np.asarray(np.minimum(np.maximum(width_ratio, WIDTH_MIN), widths[-1]))
        column, along = _place(widths, width)
        by_kappa = values[:, column] * (1 - along) + values[:, column + 1] * along
        self._powers, self._size = by_kappa.ravel(), width.size
        self._number = np.arange(width.size).reshape(width.shape)
        self._held = np.square(width / np.maximum(width_ratio, width))

    def ratio(self, kappa: Values) -> Floats:
        """Critical heights by :func:`panel_ratio`.

        Parameters
        ----------
        kappa : float or array
            Curing κ, ≥ 0, that broadcasts with the widths. [-]

        Returns
        -------
        float array
            [-]
        """
        kappas = _tables()["kappa"]
        free = free_wall_ratio(kappa)
        row, up = _place(kappas, np.minimum(kappa, kappas[-1]))
        at = row * self._size + self._number
        low, high = self._powers.take(at), self._powers.take(at + self._size)
        height = np.maximum((low * (1 - up) + high * up) ** (-1 / POWER), free)
        return np.asarray(free + (height - free) * self._held)


def panel_ratio(width_ratio: Values, kappa: Values, edges: Edges = "supported") -> Floats:
    """Critical height of a wall that is held at its vertical edges.

    Parameters
    ----------
    width_ratio : float or array
        b̄ = b/L, clear width between webs, returns or sharp curves over length unit; infinite for a free
        wall. [-]
    kappa : float or array
        Curing κ, ≥ 0. [-]
    edges : {"supported", "clamped"}
        Held but free to turn, the lower bound, or clamped, the upper bound; ν = 0.3.

    Returns
    -------
    float array
        Height over length unit; 60 stands for 60 and more. [-]

    Notes
    -----
    Tabulated for 2 ≤ b̄ ≤ 40 and κ ≤ 5; between the entries a power of the reciprocal is interpolated. Of 600
    places solved anew three in four agree within 0.15 %. Where the critical shape switches from a bulge at the
    foot to a lean of the top, and the height falls by half over a tenth of b̄, it is too low, by up to four fifths;
    it is too high by 0.2 % at most with supported edges, by 3 % with clamped ones.
    Nothing is extrapolated: a narrower panel counts as b̄ = 2 and more curing as κ = 5, both on the safe side;
    from b̄ = 40 on the value tends to that of the free wall, below which it never falls.

    References
    ----------
    Plate under its own weight, one sine half-wave across a supported panel, three cosines across a clamped
    one (about 0.5 % high); A. S. J. Suiker, International Journal of Mechanical Sciences 137, 2018, abstract:
    the two bound a rectangular layout.
    """
    return Panels(width_ratio, edges).ratio(kappa)


def _place(grid: Floats, value: Values) -> tuple[NDArray[np.intp], Floats]:
    """Index of the interval in which a value lies, and how far along."""
    index = np.minimum(np.maximum(grid.searchsorted(value, side="right") - 1, 0), len(grid) - 2)
    start = grid.take(index)
    return index, np.asarray((value - start) / (grid.take(index + 1) - start))


def panel_ratio_of_narrow(width_ratio: Values, edges: Edges = "supported") -> Floats:
    """Critical height of a tall narrow panel without curing, which bulges at its foot.

    Parameters
    ----------
    width_ratio : float or array
        b̄. [-]
    edges : {"supported", "clamped"}
        As in :func:`panel_ratio`.

    Returns
    -------
    float array
        4·π²/b̄² or 6.97·π²/b̄², height over length unit: the limit for small b̄, below the table because
        the load tapers. [-]
    """
    factor = 4.0 if edges == "supported" else 6.97
    return np.asarray(factor * np.pi**2 / np.square(width_ratio))
