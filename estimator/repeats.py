"""Equal shapes: worked on once, and the result moved to where each of them lies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]

WORTHWHILE_NODES = 2000
"""With fewer nodes in all, looking for equal shapes costs more than it saves."""

WORTHWHILE_COSTLY_NODES = 200
"""The same for work that GEOS does, set operations above all."""

TRIED = 4
"""Shapes are first compared at the nodes that cut them in so many parts, which tells most of them apart."""

SAME_SHAPE_M = 1e-6
"""Shapes whose nodes agree to this are the same. [m]"""


def shared(work: Callable[[Shapes], Shapes], shapes: Shapes, worthwhile_nodes: int = WORTHWHILE_NODES) -> Shapes:
    """Result of a piece of work on each of many shapes, done once for equal ones.

    Parameters
    ----------
    work : callable
        Takes shapes, gives as many results; where a shape lies must not matter to it.
    shapes : (n,) array of geometries
        [m]
    worthwhile_nodes : int
        With fewer nodes in all, equal shapes are not looked for.

    Returns
    -------
    (n,) array of geometries
        [m]
    """
    size = shapely.get_num_coordinates(shapes)
    if size.sum() < worthwhile_nodes or not size.all() or len(np.unique(size)) == len(shapes):
        return work(shapes)
    nodes = shapely.get_coordinates(shapes)
    first = np.concatenate(([0], size.cumsum()))
    origin = nodes[first[:-1]]
    if not _may_repeat(nodes, first, origin):
        return work(shapes)
    local = np.rint((nodes - np.repeat(origin, size, axis=0)) / SAME_SHAPE_M).astype(np.int64)
    known: dict[bytes, int] = {}
    model = np.array([known.setdefault(local[a:b].tobytes(), k) for k, (a, b) in enumerate(pairwise(first.tolist()))])
    models, which = np.unique(model, return_inverse=True)
    if len(models) == len(shapes):
        return work(shapes)
    made = work(shapes[models])
    chosen = made[which]
    way = np.repeat(origin - origin[model], shapely.get_num_coordinates(chosen), axis=0)
    return np.asarray(shapely.transform(chosen, partial(np.add, way)), dtype=np.object_)


def _may_repeat(nodes: NDArray[np.float64], first: NDArray[np.int64], origin: NDArray[np.float64]) -> bool:
    """Whether any two shapes have as many nodes and agree in a few of them."""
    size = first[1:] - first[:-1]
    few = [np.rint((nodes[first[:-1] + size * k // TRIED] - origin) / SAME_SHAPE_M) for k in range(1, TRIED)]
    return len(np.unique(np.column_stack([size, *few]), axis=0)) < len(size)
