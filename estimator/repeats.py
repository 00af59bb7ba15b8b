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
    nodes, shape = shapely.get_coordinates(shapes, return_index=True)
    first = np.searchsorted(shape, np.arange(len(shapes) + 1))
    origin = nodes[first[:-1]]
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
