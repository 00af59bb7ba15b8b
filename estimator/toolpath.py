"""The toolpath: every different layer of the building as arrays of moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Beads, Kind, bead_area_m2
from estimator.gap_costs import GapCosts
from estimator.memory import Memory
from estimator.parts import Part
from estimator.print_order import Order, print_order
from estimator.slicing import Bands

MOST_BEADS_TRIED = 150
"""Layers with more beads begin nearest starts at one place only."""


@dataclass(frozen=True)
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
    place_m : (k, 2) float or None
        Where the machine stands for each section: axis of an arm, middle of a frame or delta; None where it does
        not matter. [m]
    turn_rad : (k,) float or None
        How far the machine's x axis is turned from the plan's, anticlockwise. [rad]
    odd : (k',) int or None
        Section that the layers of odd number of each section of the bands follow, with its seams moved; the section
        itself where they are not. None where no seams are moved.
    seam_shift_m : float
        How far seams move from one layer to the next. [m]
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
    place_m: NDArray[np.float64] | None = None
    turn_rad: NDArray[np.float64] | None = None
    odd: NDArray[np.int64] | None = None
    seam_shift_m: float = 0.0

    def __post_init__(self) -> None:
        n = len(self.kind)
        if self.start_m.shape != (n, 2) or self.end_m.shape != (n, 2) or len(self.width_m) != n:
            raise ValueError("the arrays of a toolpath differ in length")
        if self.first[-1] != n or len(self.first) != len(self.layers) + 1:
            raise ValueError("the sections of a toolpath do not cover its moves")

    @cached_property
    def length_m(self) -> NDArray[np.float64]:
        """Length of each move, (n,). [m]"""
        x, y = self.end_m[:, 0] - self.start_m[:, 0], self.end_m[:, 1] - self.start_m[:, 1]
        return np.asarray(np.sqrt(x * x + y * y))

    def at(self, place_m: NDArray[np.float64], turn_rad: float = 0.0) -> Toolpath:
        """The same moves by a machine that stands in one place.

        Parameters
        ----------
        place_m : (2,) float
            [m]
        turn_rad : float
            [rad]

        Returns
        -------
        Toolpath
        """
        count = len(self.layers)
        return replace(self, place_m=np.tile(np.asarray(place_m, dtype=float), (count, 1)),
                       turn_rad=np.full(count, turn_rad))  # fmt: skip

    def section(self) -> NDArray[np.int64]:
        """Section of each move, (n,)."""
        return np.repeat(np.arange(len(self.layers)), self.first[1:] - self.first[:-1])

    def section_of(self, section: NDArray[np.int64], layer: NDArray[np.int64]) -> NDArray[np.int64]:
        """Section of the toolpath that layers follow.

        Parameters
        ----------
        section : (l,) int
            Section of the bands of each layer.
        layer : (l,) int
            Its number in its storey.

        Returns
        -------
        (l,) int
        """
        return section if self.odd is None else np.where(layer % 2 == 1, self.odd[section], section)

    def to_machine(self, points_m: NDArray[np.float64], move: NDArray[np.int64]) -> NDArray[np.float64]:
        """Points of moves in coordinates of the machine: its place the origin, its axes their directions.

        Parameters
        ----------
        points_m : (p, 2) float
            In plan coordinates. [m]
        move : (p,) int
            Move that each point belongs to.

        Returns
        -------
        (p, 2) float
            [m]
        """
        if self.place_m is None:
            return points_m
        if (self.place_m == self.place_m[0]).all() and (self.turn_rad is None or not self.turn_rad.any()):
            return np.asarray(points_m - self.place_m[0])
        section = self.section()[move]
        return _turned(points_m - self.place_m[section], self.turn_rad, section, -1.0)

    def to_plan(self, points_m: NDArray[np.float64], move: NDArray[np.int64]) -> NDArray[np.float64]:
        """Points of moves in plan coordinates, from those of the machine.

        Parameters
        ----------
        points_m : (p, 2) float
            In coordinates of the machine. [m]
        move : (p,) int
            Move that each point belongs to.

        Returns
        -------
        (p, 2) float
            [m]
        """
        if self.place_m is None:
            return points_m
        section = self.section()[move]
        return _turned(points_m, self.turn_rad, section, 1.0) + self.place_m[section]

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
        total = np.zeros(len(self.layers))
        filled = (self.first[1:] - self.first[:-1]).nonzero()[0]
        if len(filled):
            total[filled] = np.add.reduceat(per_move, self.first[filled], dtype=float)
        return total

    def bead_count(self) -> NDArray[np.int64]:
        """Beads in each section, (k,), however often they are interrupted."""
        count = np.zeros(len(self.layers), np.int64)
        filled = (self.first[1:] - self.first[:-1]).nonzero()[0]
        if len(filled):
            count[filled] = np.maximum.reduceat(self.bead, self.first[filled]) + 1
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


def _turned(
    points_m: NDArray[np.float64], turn_rad: NDArray[np.float64] | None, section: NDArray[np.int64], sense: float
) -> NDArray[np.float64]:
    if turn_rad is None or not turn_rad.any():
        return points_m
    cosine, sine = np.cos(turn_rad)[section], sense * np.sin(turn_rad)[section]
    x, y = points_m[:, 0], points_m[:, 1]
    return np.stack((cosine * x - sine * y, sine * x + cosine * y), axis=1)


def build_toolpath(
    bands: Bands,
    orders: Sequence[Order],
    layer_height_m: float,
    parts: Sequence[Part] = (),
) -> Toolpath:
    """The toolpath of a building from the order of its beads.

    Parameters
    ----------
    bands : Bands
    orders : sequence of Order
        Of each section, by :func:`bead_orders`.
    layer_height_m : float
        [m]
    parts : sequence of Part, optional
        Parts that the bands count in, which say where the machine stands.

    Returns
    -------
    Toolpath
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
    for order in orders:
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
    return Toolpath(
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
        *_places(bands, parts),
    )


def bead_orders(
    filled: Sequence[Beads], costs: GapCosts | None = None, memories: Sequence[Memory] | None = None
) -> list[Order]:
    """Order the beads of every section.

    Parameters
    ----------
    filled : sequence of Beads
        Of the sections, by :func:`~estimator.beads.all_beads`.
    costs : GapCosts, optional
        What gaps cost the printer, for the order that costs least; nearest starts when left out.
    memories : sequence of Memory, optional
        One for the beads of each section, for orders by other costs.

    Returns
    -------
    list of Order
    """
    return [
        print_order(beads, costs, _origins(beads), memory)
        for beads, memory in zip(filled, memories or [Memory() for _ in filled], strict=True)
    ]


def _places(bands: Bands, parts: Sequence[Part]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | tuple[None, None]:
    """Place and turn of the machine for each section; None where no part has a place."""
    if not parts or any(part.place_m is None for part in parts):
        return None, None
    of_section = np.zeros(len(bands.sections), dtype=np.int64)
    of_section[bands.section] = bands.part
    place = np.array([part.place_m for part in parts])
    return place[of_section], np.array([part.turn_rad for part in parts])[of_section]


def _origins(beads: Beads) -> NDArray[np.float64]:
    """Places to begin a layer: its tour is closed, so any will do, and the best of a few is taken."""
    count = len(beads)
    tried = [0] if count > MOST_BEADS_TRIED else sorted({0, count // 3, 2 * count // 3})
    return beads.points_m[beads.first[tried]] if count else np.zeros((1, 2))
