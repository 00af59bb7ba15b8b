"""Height bands and their sections: one horizontal cut for each run of equal layers.

A building's section changes only where a wall, a slab of a wall, a sill or a head begins or
ends. Between two such heights every layer is the same, so the section is cut once; equal
sections at different heights (storeys above each other) are recognised and shared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area, Plan
from estimator.walls import Pieces, wall_pieces

HEIGHT_TOLERANCE_M = 1e-4
"""Heights closer than this are one. [m]"""


@dataclass(frozen=True, slots=True)
class Section:
    """A horizontal cut through the walls.

    Attributes
    ----------
    area : dict of str to polygon
        Net plan area by wall system, junctions united. [m]
    walls : dict of str to (k,) int
        Indices of the walls present, by wall system.
    own : (k,) array of polygons
        Net plan area of each piece present, junctions not united. [m]
    own_wall : (k,) int
        The wall that each entry of ``own`` belongs to.
    """

    area: dict[str, Area]
    walls: dict[str, NDArray[np.int64]]
    own: NDArray[np.object_]
    own_wall: NDArray[np.int64]

    @property
    def area_m2(self) -> float:
        """Net plan area of all walls in the section. [m²]"""
        return float(sum(a.area for a in self.area.values()))


@dataclass(frozen=True, slots=True)
class Bands:
    """b runs of layers with the same section, bottom up, empty ones left out.

    Attributes
    ----------
    base_m, top_m : (b,) float
        Absolute z of the band. [m]
    layers : (b,) int
        Number of layers whose middle lies in the band.
    section : (b,) int
        Index into ``sections``.
    storey : (b,) int
        Index of the storey whose floor the layers are counted from.
    sections : tuple of Section
        The different sections.
    """

    base_m: NDArray[np.float64]
    top_m: NDArray[np.float64]
    layers: NDArray[np.int64]
    section: NDArray[np.int64]
    storey: NDArray[np.int64]
    sections: tuple[Section, ...]

    def net_volume_m3(self) -> float:
        """Volume of the walls themselves, openings cut out, junctions counted once. [m³]"""
        area = np.array([s.area_m2 for s in self.sections])
        return float(np.sum(area[self.section] * (self.top_m - self.base_m)))


def slice_bands(plan: Plan, layer_height_m: float, wall_system: str) -> Bands:
    """Cut a plan into bands.

    Parameters
    ----------
    plan : Plan
    layer_height_m : float
        > 0. [m]
    wall_system : str
        System of the walls that name none themselves.

    Returns
    -------
    Bands

    Notes
    -----
    Layers are counted from the floor of each storey: a band from z0 to z1 holds
    ``round((z1 − floor)/h) − round((z0 − floor)/h)`` of them, so rounding never adds up.
    """
    pieces = wall_pieces(plan)
    systems = np.array([w.system or wall_system for w in plan.walls], dtype=object)
    edges = np.concatenate((pieces.base_m, pieces.top_m, pieces.sill_m, pieces.head_m))
    lowest, highest = float(pieces.base_m.min()), float(pieces.top_m.max())
    edges = np.unique(edges[(edges >= lowest) & (edges <= highest)])
    keep = np.concatenate(([True], np.diff(edges) > HEIGHT_TOLERANCE_M))
    edges = edges[keep]
    low, high = edges[:-1], edges[1:]
    middle = (low + high) / 2

    floors = np.array(sorted(s.elevation_m for s in plan.storeys))
    storey = np.clip(np.searchsorted(floors, middle, side="right") - 1, 0, len(floors) - 1)
    floor = np.minimum(floors[storey], low.min() if len(low) else 0.0)
    floor = np.where(storey == 0, floor, floors[storey])
    layers = np.rint((high - floor) / layer_height_m) - np.rint((low - floor) / layer_height_m)

    fingerprint = np.array([hash(b) for b in shapely.to_wkb(pieces.footprint)], dtype=np.int64)
    void_print = np.array([hash(b) for b in shapely.to_wkb(pieces.void)], dtype=np.int64)
    sections: list[Section] = []
    known: dict[tuple[bytes, bytes, bytes], int] = {}
    index = np.full(len(low), -1, dtype=np.int64)
    for b in range(len(low)):
        stands = np.flatnonzero((pieces.base_m < middle[b]) & (pieces.top_m > middle[b]))
        if not len(stands) or layers[b] <= 0:
            continue
        open_ = np.flatnonzero((pieces.sill_m < middle[b]) & (pieces.head_m > middle[b]))
        key = (
            fingerprint[stands].tobytes(),
            void_print[open_].tobytes(),
            "\0".join(systems[pieces.wall[stands]]).encode(),
        )
        if key not in known:
            known[key] = len(sections)
            sections.append(_section(pieces, stands, open_, systems))
        index[b] = known[key]
    full = np.array([i >= 0 and sections[i].area_m2 > 0 for i in index], dtype=bool)
    return Bands(
        low[full],
        high[full],
        layers[full].astype(np.int64),
        index[full],
        storey[full].astype(np.int64),
        tuple(sections),
    )


def _section(
    pieces: Pieces, stands: NDArray[np.int64], open_: NDArray[np.int64], systems: NDArray[np.object_]
) -> Section:
    own = pieces.footprint[stands].copy()
    own_wall = pieces.wall[stands]
    cut = np.isin(own_wall, pieces.void_wall[open_])
    for k in np.flatnonzero(cut):
        voids = pieces.void[open_[pieces.void_wall[open_] == own_wall[k]]]
        own[k] = shapely.difference(own[k], voids[0] if len(voids) == 1 else shapely.union_all(voids))
    area: dict[str, Area] = {}
    walls: dict[str, NDArray[np.int64]] = {}
    taken: Area | None = None
    for system in sorted(set(systems[own_wall])):
        of_system = systems[own_wall] == system
        united = shapely.union_all(own[of_system])
        if taken is not None:
            united = shapely.difference(united, taken)
        taken = united if taken is None else shapely.union(taken, united)
        area[system] = united
        walls[system] = np.unique(own_wall[of_system])
    return Section(area, walls, own, own_wall)
