"""The toolpath: every different layer of the building as arrays of moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Beads, Kind, Pattern, all_beads, bead_area_m2
from estimator.errors import Finding
from estimator.gap_costs import GapCosts
from estimator.plan import Wall
from estimator.print_order import print_order
from estimator.slicing import Bands

MOST_BEADS_TRIED = 150
"""Layers with more beads begin nearest starts at one place only."""


@dataclass(frozen=True, slots=True)
class Toolpath:
    """n straight moves: one representative layer for each of k sections, in print order.

    Attributes
    ----------
    start_m, end_m : (n, 2) float
        Ends of the moves in plan coordinates. Inside a section each move starts where the
        one before ended; the last returns to the first start, where the next layer begins. [m]
    kind : (n,) uint8
        :class:`~estimator.beads.Kind`.
    width_m : (n,) float
        Bead width; 0 on travel. [m]
    bead : (n,) int
        Number of the bead within its section; −1 on travel. A ring may be interrupted, so the
        moves of a bead may stand in several runs.
    first : (k + 1,) int
        First move of each section; the last entry is n.
    starts : (k,) int
        How often the flow starts in one layer of each section, if it stops on travel: once for
        each travel move, at least once. Beads that touch need no travel between them.
    layers : (k,) int
        Number of layers printed with each section.
    layer_height_m : float
        [m]
    starts_min : (k,) int or None
        Starts that no order can do without in one layer of each section: clusters of touching
        beads. None where it was not worked out.
    travel_min_m : (k,) float or None
        Travel that no order can do without in one layer of each section. [m]
    length_m : (n,) float
        Length of each move; worked out from its ends. [m]
    """

    start_m: NDArray[np.float64]
    end_m: NDArray[np.float64]
    kind: NDArray[np.uint8]
    width_m: NDArray[np.float64]
    bead: NDArray[np.int64]
    first: NDArray[np.int64]
    starts: NDArray[np.int64]
    layers: NDArray[np.int64]
    layer_height_m: float
    starts_min: NDArray[np.int64] | None = None
    travel_min_m: NDArray[np.float64] | None = None
    length_m: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.kind)
        if self.start_m.shape != (n, 2) or self.end_m.shape != (n, 2) or len(self.width_m) != n:
            raise ValueError("the arrays of a toolpath differ in length")
        if self.first[-1] != n or len(self.first) != len(self.layers) + 1:
            raise ValueError("the sections of a toolpath do not cover its moves")
        step = self.end_m - self.start_m
        object.__setattr__(self, "length_m", np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2))

    def per_section(self, per_move: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum a quantity of moves over each section.

        Parameters
        ----------
        per_move : (n,) float
            [any]

        Returns
        -------
        (k,) float
            [as per_move]
        """
        total = np.concatenate(([0.0], np.cumsum(per_move)))
        return total[self.first[1:]] - total[self.first[:-1]]

    def bead_count(self) -> NDArray[np.int64]:
        """Beads in each section, (k,), however often they are interrupted."""
        count = np.zeros(len(self.layers), np.int64)
        np.maximum.at(count, np.repeat(np.arange(len(count)), np.diff(self.first)), self.bead + 1)
        return count

    def extruded_length_m(self) -> float:
        """Bead length in the whole building. [m]"""
        length = np.where(self.kind != Kind.TRAVEL, self.length_m, 0.0)
        return float(self.per_section(length) @ self.layers)

    def travel_length_m(self) -> float:
        """Length of moves without extrusion in the whole building. [m]"""
        length = np.where(self.kind == Kind.TRAVEL, self.length_m, 0.0)
        return float(self.per_section(length) @ self.layers)

    def bead_volume_m3(self) -> float:
        """Volume of all beads by their nominal cross-section. [m³]"""
        area = np.where(self.kind != Kind.TRAVEL, bead_area_m2(self.width_m, self.layer_height_m), 0.0)
        return float(self.per_section(area * self.length_m) @ self.layers)


def build_toolpath(
    bands: Bands,
    walls: Sequence[Wall],
    bead_width_m: float,
    layer_height_m: float,
    pattern: Pattern,
    costs: GapCosts | None = None,
) -> tuple[Toolpath, list[Finding]]:
    """Fill and order every section of a building.

    Parameters
    ----------
    bands : Bands
    walls : sequence of Wall
    bead_width_m, layer_height_m : float
        [m]
    pattern : Pattern
    costs : GapCosts, optional
        What gaps cost the printer, for the order that costs least; nearest starts when left out.

    Returns
    -------
    Toolpath
    list of Finding
        Each finding once, however many sections it concerns.
    """
    start: list[NDArray[np.float64]] = []
    end: list[NDArray[np.float64]] = []
    kind: list[NDArray[np.uint8]] = []
    width: list[NDArray[np.float64]] = []
    bead: list[NDArray[np.int64]] = []
    first = [0]
    starts: list[int] = []
    starts_min: list[int | None] = []
    travel_min: list[float | None] = []
    all_of_them, findings = all_beads(bands.sections, walls, bead_width_m, pattern)
    for beads in all_of_them:
        order = print_order(beads, costs, _origins(beads))
        path = order.path
        start.append(path.points_m[:-1])
        end.append(path.points_m[1:])
        kind.append(path.kind)
        width.append(path.width_m)
        bead.append(path.bead)
        first.append(first[-1] + len(path.kind))
        starts.append(order.starts)
        starts_min.append(order.starts_min)
        travel_min.append(order.travel_min_m)
    is_known = None not in starts_min and None not in travel_min
    layers = np.bincount(bands.section, weights=bands.layers, minlength=len(bands.sections))
    return (
        Toolpath(
            np.concatenate(start),
            np.concatenate(end),
            np.concatenate(kind),
            np.concatenate(width),
            np.concatenate(bead),
            np.array(first, dtype=np.int64),
            np.array(starts, dtype=np.int64),
            layers.astype(np.int64),
            layer_height_m,
            np.array(starts_min, dtype=np.int64) if is_known else None,
            np.array(travel_min, dtype=np.float64) if is_known else None,
        ),
        list(dict.fromkeys(findings)),
    )


def _origins(beads: Beads) -> NDArray[np.float64]:
    """Places to begin a layer: its tour is closed, so any will do, and the best of a few is taken."""
    count = len(beads)
    tried = [0] if count > MOST_BEADS_TRIED else sorted({0, count // 3, 2 * count // 3})
    return beads.points_m[beads.first[tried]] if count else np.zeros((1, 2))
