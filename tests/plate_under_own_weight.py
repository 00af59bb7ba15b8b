"""A plate under its own weight, held at its vertical edges: the solution behind estimator/structure/buckling.csv.

Finite elements up the wall (Hermite cubics, clamped foot, free top) times shapes across it: one sine for edges
that may turn, three terms 1 − cos for clamped ones. Lengths are in the unit of the wall, stiffness grows with
the depth s as 1 + κ·s, the load as s. Run as ``python -m tests.plate_under_own_weight`` it prints the panels of
the table, in some ten minutes.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import LinearOperator, eigsh, splu

Floats = NDArray[np.float64]

POISSON = 0.3
TALLEST = 60.0
POINTS, WEIGHTS = (0.5 * (a + b) for a, b in zip(np.polynomial.legendre.leggauss(5), (1, 0), strict=True))

KAPPAS = (
    0, 0.01, 0.02, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85,
    0.9, 1, 1.1, 1.2, 1.25, 1.35, 1.5, 1.6, 1.75, 2, 2.5, 3, 4, 5,
)  # fmt: skip
WIDTHS = (
    2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4.2, 4.4, 4.5, 4.6, 4.65, 4.7, 4.75, 4.8, 4.85, 4.9, 5, 5.1, 5.2, 5.25,
    5.4, 5.5, 5.6, 5.75, 5.9, 6, 6.1, 6.2, 6.3, 6.4, 6.5, 6.75, 7, 7.25, 7.5, 7.75, 8, 8.25, 8.5, 8.75, 9, 9.25, 9.5,
    10, 10.5, 11, 12, 13.5, 15, 17.5, 20, 25, 30, 40,
)  # fmt: skip


@cache
def across(edges: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Integrals of Y·Y, Y′·Y′, Y″·Y″ and Y·Y″ over a width of one."""
    y, w = (0.5 * (a + b) for a, b in zip(np.polynomial.legendre.leggauss(60), (1, 0), strict=True))
    if edges == "supported":
        k = np.array([[np.pi]])
        shape, first, second = np.sin(k * y), k * np.cos(k * y), -(k**2) * np.sin(k * y)
    else:
        k = 2 * np.pi * np.array([[1.0], [2.0], [3.0]])
        shape, first, second = 1 - np.cos(k * y), k * np.sin(k * y), k**2 * np.cos(k * y)
    pairs = ((shape, shape), (first, first), (second, second), (shape, second))
    a, b, c, d = (np.einsum("mi,ni,i->mn", p, q, w) for p, q in pairs)
    return a, b, c, d


def load_factor(edges: str, height: float, width: float, kappa: float) -> float:
    """Weight that buckles the plate over its own."""
    a, b, c, d = across(edges)
    elements = int(min(300, max(40, 4 * height)))
    h = height / elements
    x = POINTS
    value = np.array([1 - 3 * x**2 + 2 * x**3, h * (x - 2 * x**2 + x**3), 3 * x**2 - 2 * x**3, h * (x**3 - x**2)])
    slope = np.array([6 * x**2 - 6 * x, h * (1 - 4 * x + 3 * x**2), 6 * x - 6 * x**2, h * (3 * x**2 - 2 * x)]) / h
    bend = np.array([12 * x - 6, h * (6 * x - 4), 6 - 12 * x, h * (6 * x - 2)]) / h**2
    depth = height - h * (np.arange(elements)[:, None] + x)
    stiff, load = (1 + kappa * depth) * WEIGHTS * h, depth * WEIGHTS * h

    def along(p: Floats, q: Floats, by: Floats) -> Floats:
        return np.einsum("ai,bi,ei->eab", p, q, by)

    def times(lateral: Floats, blocks: Floats) -> Floats:
        m = len(lateral)
        return np.einsum("mn,eab->emanb", lateral, blocks).reshape(elements, 4 * m, 4 * m)

    twist = times(b, along(slope, slope, stiff)) * 2 * (1 - POISSON)
    cross = times(d, along(value, bend, stiff))
    cross = POISSON * (cross + cross.transpose(0, 2, 1))
    plate = times(a, along(bend, bend, stiff)) + times(c, along(value, value, stiff)) / width**4
    plate += (twist + cross) / width**2
    weight = times(a, along(slope, slope, load))

    unknowns = 2 * (elements + 1)
    nodes = 2 * np.arange(elements)[:, None] + np.arange(4)
    index = (np.arange(len(a))[None, :, None] * unknowns + nodes[:, None, :]).reshape(elements, -1)
    at = (np.repeat(index, index.shape[1], axis=1).ravel(), np.tile(index, index.shape[1]).ravel())
    size = len(a) * unknowns
    free = np.setdiff1d(np.arange(size), [m * unknowns + k for m, k in product(range(len(a)), (0, 1))])
    stiffness, geometric = (csc_matrix((of.ravel(), at), (size, size))[free][:, free] for of in (plate, weight))
    solve = LinearOperator(stiffness.shape, matvec=splu(stiffness).solve, dtype=np.float64)
    start = np.cos(np.arange(len(free)) + 1.0)
    least = eigsh(stiffness, 1, geometric, sigma=0, OPinv=solve, v0=start, return_eigenvectors=False, tol=1e-8)
    return float(least[0])


def critical_height(edges: str, width: float, kappa: float) -> float:
    """Height over length unit at which the plate buckles; infinite above 60."""
    low = 1.9
    while low < TALLEST:
        high = min(1.12 * low, TALLEST)
        if load_factor(edges, high, width, kappa) <= 1:
            return float(brentq(lambda h: load_factor(edges, h, width, kappa) - 1, low, high, xtol=1e-5))
        low = high
    return float("inf")


def panels(edges: str, kappa: float) -> list[float]:
    """Critical heights for all widths; a panel narrower than one that never buckles is not looked at."""
    heights: list[float] = []
    for width in reversed(WIDTHS):
        known = bool(heights) and np.isinf(heights[-1])
        heights.append(float("inf") if known else critical_height(edges, width, kappa))
    return heights[::-1]


if __name__ == "__main__":
    for edges, kappa in product(("supported", "clamped"), KAPPAS):
        for width, height in zip(WIDTHS, panels(edges, kappa), strict=True):
            print(f"{edges},{kappa:g},{width:g},{'' if np.isinf(height) else f'{height:.5g}'}", flush=True)
