"""Missing triangles put back: flat holes in the surface of a body."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from estimator.readers.sections import Mesh

FLAT_M = 2e-3
"""Corners of a hole lie in one plane to this. [m]"""

LONGEST_LOOP = 64
"""Holes with more corners are left open."""

MOST_EDGES = 20_000
"""Bodies with more open edges are no surface with holes but a heap of faces."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def without_flat_holes(mesh: Mesh) -> Mesh:
    """A body with its flat holes filled.

    Parameters
    ----------
    mesh : Mesh
        Welded, so that neighbours share vertices.

    Returns
    -------
    Mesh
        The same mesh where it has no such holes.

    Notes
    -----
    Edges that belong to one triangle, or to three, bound a hole. Three of them in a circle are one missing
    triangle; longer circles are filled if they are flat: missing faces, the ends of walls that were
    left open. A circle that goes round a corner is left for the sections to bridge.
    """
    corners = mesh.triangles
    edges = np.sort(np.concatenate((corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]])), axis=1)
    unique, count = np.unique(edges, axis=0, return_counts=True)
    border = unique[count % 2 == 1]
    if not len(border) or len(border) > MOST_EDGES:
        return mesh
    neighbours: dict[int, set[int]] = {}
    for a, b in border.tolist():
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    fresh = _single_triangles(border, neighbours)
    for loop in _loops(neighbours):
        if _is_flat(mesh.vertices_m[loop]):
            fresh += [(loop[0], loop[k], loop[k + 1]) for k in range(1, len(loop) - 1)]
    if not fresh:
        return mesh
    return Mesh(mesh.vertices_m, np.concatenate((corners, np.array(fresh, np.int64))))


def _single_triangles(border: Ints, neighbours: dict[int, set[int]]) -> list[tuple[int, int, int]]:
    """Circles of three open edges, which are then open no more."""
    found = []
    for a, b in border.tolist():
        if b not in neighbours[a]:
            continue
        third = min(neighbours[a] & neighbours[b], default=None)
        if third is None:
            continue
        found.append((a, b, third))
        for one, other in ((a, b), (b, third), (third, a)):
            neighbours[one].discard(other)
            neighbours[other].discard(one)
    return found


def _loops(neighbours: dict[int, set[int]]) -> list[list[int]]:
    """Circles of open edges, each edge in one of them."""
    loops = []
    for start in sorted(neighbours):
        while neighbours[start]:
            path = [start]
            place = {start: 0}
            while True:
                here = path[-1]
                onward = min(neighbours[here], default=None)
                if onward is None:
                    break
                neighbours[here].discard(onward)
                neighbours[onward].discard(here)
                if onward in place:
                    loop = path[place[onward] :]
                    if 3 < len(loop) <= LONGEST_LOOP:
                        loops.append(loop)
                    for node in loop[1:]:
                        del place[node]
                    path = path[: place[onward] + 1]
                    if not neighbours[onward] and len(path) == 1:
                        break
                    continue
                place[onward] = len(path)
                path.append(onward)
    return loops


def _is_flat(points: Floats) -> bool:
    centred = points - points.mean(axis=0)
    across_m = float(np.linalg.svd(centred, compute_uv=False)[-1])
    return across_m <= FLAT_M * sqrt(len(points))
