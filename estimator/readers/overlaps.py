"""Walls drawn where other walls already stand: legal, counted once, and mostly a slip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import Finding
from estimator.plan import Wall

MOST_PAIRS = 200_000
"""Pairs of touching walls compared before giving up."""

CHUNK = 16
"""Areas looked up at once."""

MOST_TOLD = 20
"""Findings of one kind; the rest is counted."""

JUNCTIONS = 3.0
"""Walls that share more than this many of their thicknesses multiplied lie along each other."""


def overlap_findings(walls: Sequence[Wall]) -> list[Finding]:
    """Warnings of walls that lie on each other, and of openings that another wall fills.

    Parameters
    ----------
    walls : sequence of Wall
        Upright prisms with a thickness.

    Returns
    -------
    list of Finding
    """
    area = np.array([w.footprint for w in walls], dtype=object)
    base = np.array([w.base_m for w in walls])
    top = np.array([w.top_m for w in walls])
    thick = np.array([w.thickness_m or 0.0 for w in walls])
    tree = shapely.STRtree(area)
    findings: list[Finding] = []

    first, second = _pairs(tree, area)
    keep = (first < second) & (base[first] < top[second]) & (base[second] < top[first])
    first, second = first[keep], second[keep]
    shared = shapely.area(shapely.intersection(area[first], area[second]))
    smaller = np.minimum(shapely.area(area[first]), shapely.area(area[second]))
    limit = np.minimum(JUNCTIONS * thick[first] * thick[second], 0.5 * smaller)
    for i, j, a in zip(first[shared > limit], second[shared > limit], shared[shared > limit], strict=True):
        findings.append(
            Finding(
                "wall-doubled",
                "warning",
                walls[j].id,
                f"lies on {a:.2f} m² of wall {walls[i].id!r}, printed once but measured twice; leave one out",
            )
        )

    holes = [(w, o) for w, wall in enumerate(walls) for o in wall.openings]
    void = np.array([o.footprint for _, o in holes], dtype=object)
    hole, other = _pairs(tree, void)
    own = np.array([w for w, _ in holes], dtype=np.int64)
    sill = np.array([o.sill_m for _, o in holes])
    head = np.array([o.head_m for _, o in holes])
    keep = (own[hole] != other) & (sill[hole] < top[other] - 1e-6) & (base[other] < head[hole] - 1e-6)
    hole, other = hole[keep], other[keep]
    filled = shapely.area(shapely.intersection(void[hole], area[other]))
    keep = filled > 0.01 * shapely.area(void[hole])
    for k, j in zip(hole[keep], other[keep], strict=True):
        w, o = holes[k]
        findings.append(
            Finding(
                "opening-blocked",
                "warning",
                o.id,
                f"in wall {walls[w].id!r} has wall {walls[j].id!r} in its way; move one of them",
            )
        )
    return list(_shortened(findings))


def _pairs(tree: shapely.STRtree, area: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of areas and of the walls in a tree that touch; at most about :data:`MOST_PAIRS` of them."""
    found: list[NDArray[np.int64]] = [np.empty((2, 0), dtype=np.int64)]
    count = 0
    for start in range(0, len(area), CHUNK):
        touching = tree.query(area[start : start + CHUNK], predicate="intersects")
        found.append(touching + np.array([[start], [0]]))
        count += touching.shape[1]
        if count > MOST_PAIRS:
            break
    both = np.concatenate(found, axis=1)
    return both[0], both[1]


def _shortened(findings: list[Finding]) -> Iterator[Finding]:
    for code in dict.fromkeys(f.code for f in findings):
        same = [f for f in findings if f.code == code]
        yield from same[:MOST_TOLD]
        if len(same) > MOST_TOLD:
            yield Finding(code, "warning", "", f"holds for {len(same) - MOST_TOLD} more places of the plan")
