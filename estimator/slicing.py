"""Height bands and their sections: one horizontal cut for each run of equal layers.

A building's section changes only where a wall, a slab of a wall, a sill or a head begins or
ends. Between two such heights every layer is the same, so the section is cut once; equal
sections at different heights (storeys above each other) are recognised and shared.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import PlanError
from estimator.memory import Memory
from estimator.plan import Area, Plan
from estimator.repeats import WORTHWHILE_NODES
from estimator.shapes import smoothed, united, without
from estimator.walls import HAIR_M, Pieces

MOST_HEIGHTS = 2000
"""Most heights at which a section may change, so that time and memory stay bounded."""

HEIGHT_TOLERANCE_M = 1e-4
"""Heights closer than this are one. [m]"""


@dataclass(frozen=True, eq=False)
class Section:
    """A horizontal cut through the walls.

    Attributes
    ----------
    area : dict of str to polygon
        Net plan area by wall system, junctions united, still grown by
        :data:`~estimator.walls.HAIR_M`. [m]
    gross : dict of str to polygon
        The same before openings are cut out. [m]
    walls : dict of str to (k,) int
        Indices of the walls present, by wall system.
    own : (k,) array of polygons
        Gross plan area of each piece present, junctions not united. [m]
    own_wall : (k,) int
        The wall that each entry of ``own`` belongs to.
    memory : Memory
        Of what follows from the section, for a few widths of the bead.
    """

    area: dict[str, Area]
    gross: dict[str, Area]
    walls: dict[str, NDArray[np.int64]]
    own: NDArray[np.object_]
    own_wall: NDArray[np.int64]
    memory: Memory = field(default_factory=Memory, repr=False)

    @cached_property
    def area_m2(self) -> float:
        """Net plan area of all walls in the section, the hair taken off again. [m²]"""
        return float(sum(a.area - HAIR_M * a.length for a in self.area.values()))

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What tells it from other sections of the same plan."""
        named = [(name, self.area[name].wkb, self.gross[name].wkb, self.walls[name].tobytes()) for name in self.area]
        return (*named, b"".join(shapely.to_wkb(self.own)), self.own_wall.tobytes())


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
    part : (b,) int
        What is printed in one go: the storey, until :func:`~estimator.parts.divided` shares it out.
    """

    base_m: NDArray[np.float64]
    top_m: NDArray[np.float64]
    layers: NDArray[np.int64]
    section: NDArray[np.int64]
    storey: NDArray[np.int64]
    sections: tuple[Section, ...]
    part: NDArray[np.int64]

    def net_volume_m3(self) -> float:
        """Volume of the walls themselves, openings cut out, junctions counted once. [m³]"""
        area = np.array([s.area_m2 for s in self.sections])
        return float(np.sum(area[self.section] * (self.top_m - self.base_m)))


class Cuts:
    """Sections of a plan, each cut once, whatever the layers.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
        Of the plan.
    wall_system : str
        System of the walls that name none themselves.
    """

    def __init__(self, plan: Plan, pieces: Pieces, wall_system: str) -> None:
        self.pieces = pieces
        self._system = np.array([w.system or wall_system for w in plan.walls], dtype=object)[pieces.wall]
        self._piece_key = _keys(pieces.footprint)
        self._void_key = _keys(pieces.void)
        self._gross: dict[bytes, dict[str, Area]] = {}
        self._known: dict[tuple[bytes, bytes], Section] = {}

    def section(self, stands: NDArray[np.bool_], is_open: NDArray[np.bool_]) -> Section:
        """The section at some height; equal ones are one and the same.

        Parameters
        ----------
        stands : (p,) bool
            Pieces that stand there.
        is_open : (o,) bool
            Voids there.

        Returns
        -------
        Section
        """
        pieces, here = self.pieces, stands.nonzero()[0]
        system = self._system[here]
        standing = self._piece_key[here].tobytes() + "\0".join(system).encode()
        key = (standing, self._void_key[is_open].tobytes())
        if key not in self._known:
            if standing not in self._gross:
                self._gross[standing] = _united(pieces.footprint[here], system)
            self._known[key] = _section(pieces, here, system, self._gross[standing], pieces.void[is_open])
        return self._known[key]


def slice_bands(plan: Plan, pieces: Pieces, layer_height_m: float, wall_system: str, cuts: Cuts | None = None) -> Bands:
    """Cut a plan into bands.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
        Of the plan, by :func:`~estimator.walls.wall_pieces`.
    layer_height_m : float
        > 0. [m]
    wall_system : str
        System of the walls that name none themselves.
    cuts : Cuts, optional
        Of the same plan, pieces and system, where some are known.

    Returns
    -------
    Bands

    Raises
    ------
    PlanError
        The section changes at more than :data:`MOST_HEIGHTS` heights.

    Notes
    -----
    Layers are counted from the floor of each storey: a band from z0 to z1 holds
    ``round((z1 − floor)/h) − round((z0 − floor)/h)`` of them, so rounding never adds up.
    """
    edges = np.concatenate((pieces.base_m, pieces.top_m, pieces.sill_m, pieces.head_m))
    lowest, highest = float(pieces.base_m.min()), float(pieces.top_m.max())
    edges = np.unique(edges[(edges >= lowest) & (edges <= highest)])
    keep = np.concatenate(([True], (edges[1:] - edges[:-1]) > HEIGHT_TOLERANCE_M))
    edges = edges[keep]
    if len(edges) > MOST_HEIGHTS:
        raise PlanError(
            f"{plan.source}: changes its section at {len(edges)} heights, more than the {MOST_HEIGHTS} that are "
            "planned; align sills, heads and wall tops"
        )
    low, high = edges[:-1], edges[1:]
    middle = (low + high) / 2

    elevation = np.array([s.elevation_m for s in plan.storeys])
    upwards = np.argsort(elevation, kind="stable")
    level = np.clip(np.searchsorted(elevation[upwards], middle, side="right") - 1, 0, None)
    storey = upwards[level]
    floor = np.where(level == 0, np.minimum(elevation[storey], lowest), elevation[storey])
    layers = np.rint((high - floor) / layer_height_m) - np.rint((low - floor) / layer_height_m)

    cuts = cuts or Cuts(plan, pieces, wall_system)
    known: dict[Section, int] = {}
    index = np.full(len(low), -1, dtype=np.int64)
    stands = (pieces.base_m <= middle[:, None]) & (pieces.top_m > middle[:, None])
    open_ = (pieces.sill_m < middle[:, None]) & (pieces.head_m > middle[:, None])
    for b in (stands.any(axis=1) & (layers > 0)).nonzero()[0]:
        index[b] = known.setdefault(cuts.section(stands[b], open_[b]), len(known))
    sections = tuple(known)
    full = np.array([i >= 0 and sections[i].area_m2 > 0 for i in index], dtype=bool)
    low, high = _without_slits(low, high, full, np.any(stands, axis=1), floor, layer_height_m)
    return Bands(
        low[full],
        high[full],
        layers[full].astype(np.int64),
        index[full],
        storey[full].astype(np.int64),
        sections,
        storey[full].astype(np.int64),
    )


def _without_slits(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    full: NDArray[np.bool_],
    stands: NDArray[np.bool_],
    floor: NDArray[np.float64],
    layer_height_m: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bands that share out among them the heights too low for a layer, at the edges of layers.

    A dome read in prisms thinner than layers has a section for each layer; the prisms between belong to the
    layers that pass through them.
    """
    low, high = low.copy(), high.copy()
    kept = full.nonzero()[0]
    joined = np.cumsum(~stands)  # bands with the same count have walls all the way between them
    before = np.append(-1, kept)
    after = np.append(kept, len(full))
    for i, j in zip(before[after - before > 1].tolist(), after[after - before > 1].tolist(), strict=True):
        lower = i if i >= 0 and joined[min(j, len(full) - 1)] == joined[i] else -1
        upper = j if j < len(full) and joined[j] == joined[max(i, 0)] else -1
        if lower < 0 and upper < 0:
            continue
        own = upper if upper >= 0 else lower
        edge = low[j] if upper >= 0 else high[i]
        edge = floor[own] + np.rint((edge - floor[own]) / layer_height_m) * layer_height_m
        edge = float(np.clip(edge, high[i] if i >= 0 else low[0], low[j] if j < len(full) else high[-1]))
        if lower >= 0:
            high[lower] = edge
        if upper >= 0:
            low[upper] = edge
    return low, high


def _keys(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """A number for each shape, equal for equal shapes."""
    size = shapely.get_num_coordinates(shapes)
    if size.sum() < WORTHWHILE_NODES:
        return np.array([hash(b) for b in shapely.to_wkb(shapes)], dtype=np.int64)
    seen = [(n, *box) for n, box in zip(size.tolist(), shapely.bounds(shapes).tolist(), strict=True)]
    again = Counter(seen)  # most shapes are told apart by their bounds
    return np.array(
        [hash(s.wkb if again[known] > 1 else known) for s, known in zip(shapes, seen, strict=True)], dtype=np.int64
    )


def _united(footprint: NDArray[np.object_], system: NDArray[np.object_]) -> dict[str, Area]:
    """Gross plan area by wall system, no place in two of them."""
    area: dict[str, Area] = {}
    taken: Area | None = None
    for name in sorted(set(system)):
        own = footprint[system == name]
        whole = smoothed(united(own), 2 * HAIR_M) if len(own) > 1 else own[0]
        if taken is None:
            area[name] = taken = whole
        else:
            area[name] = without(whole, taken)
            taken = united(np.array([taken, whole], dtype=object))
    return area


def _section(
    pieces: Pieces,
    here: NDArray[np.int64],
    system: NDArray[np.object_],
    gross: dict[str, Area],
    voids: NDArray[np.object_],
) -> Section:
    area = gross
    if len(voids):
        cut = united(voids)
        area = {name: without(shape, cut) for name, shape in gross.items()}
    wall = pieces.wall[here]
    return Section(area, gross, {name: np.unique(wall[system == name]) for name in gross}, pieces.footprint[here], wall)
