"""The wet walls of a building: what the check is asked, from plan, layers and mix."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.parts import Part
from estimator.plan import Plan
from estimator.structure.clock import LaidLayers, LayerOrder
from estimator.structure.growth import Linear
from estimator.structure.wall_shapes import WallShapes
from estimator.structure.wet import Believed, fastest_rise_m_per_s
from estimator.structure.wet_heights import WetWalls
from materials import Mix, WetWall

Ints = NDArray[np.int64]

SLOWEST_M_PER_S = 1e-6
"""Rate taken where even a slower one would not be safe. [m/s]"""


@dataclass(frozen=True, slots=True)
class WetCases:
    """Wet walls, equal ones once, and where they stand.

    Attributes
    ----------
    walls : WetWalls
    layer : (n, w) int
        Number, among all layers in their order, of each layer of `walls`; above the last one its own.
    wall, part : (c,) int
        A wall and a part for each case: what the wall is printed as in that part.
    case : (c,) int
        Column of `walls`.
    first_layer : (c,) int
        Number of the wall's lowest layer among all layers in their order.
    """

    walls: WetWalls
    layer: Ints
    wall: Ints
    part: Ints
    case: Ints
    first_layer: Ints

    def laid(self, layers: LaidLayers) -> WetCases:
        """The same walls by a clock.

        Parameters
        ----------
        layers : LaidLayers

        Returns
        -------
        WetCases
        """
        return replace(self, walls=self.walls.laid(layers.done_s[self.layer]))


def has_wet_wall(mix: Mix) -> bool:
    """Whether enough is known of the fresh mix for its wet walls to be checked.

    Parameters
    ----------
    mix : Mix

    Returns
    -------
    bool
        False for plastics, which are hard at once.
    """
    return all(name in mix.facts for name in ("green_strength_pa", "green_modulus_pa", "set_time_s"))


def wet_cases(
    plan: Plan, shapes: WallShapes, parts: tuple[Part, ...], order: LayerOrder, mix: Mix, wet: WetWall
) -> WetCases:
    """Every wall in every part that prints some of it, as if a layer came every second.

    Parameters
    ----------
    plan : Plan
    shapes : WallShapes
    parts : tuple of Part
    order : LayerOrder
    mix : Mix
        With a wet wall.
    wet : WetWall

    Returns
    -------
    WetCases
    """
    footprint = np.array([w.footprint for w in plan.walls], dtype=object)
    middle = order.bottom_m + order.layer_height_m / 2
    rows: list[tuple[int, int, int, int]] = []
    columns: dict[tuple[Any, ...], int] = {}
    span: list[tuple[int, int, int]] = []
    measures = (shapes.leaf_m, shapes.area_m, shapes.panel_m, shapes.radius_m, 1e4 * shapes.inertia_m3)
    shape = np.round(np.stack(measures, axis=1), 4).tolist()
    start = np.searchsorted(order.part, np.arange(len(parts)))
    stop = np.searchsorted(order.part, np.arange(len(parts)), side="right")
    for number, part in enumerate(parts):
        low, high = int(start[number]), int(stop[number])
        if low == high:
            continue
        here = (shapes.storey == part.storey).nonzero()[0]
        if part.region is not None:
            here = here[shapely.area(shapely.intersection(footprint[here], part.region)) > 1e-3]
        z = middle[low:high]
        first = low + np.searchsorted(z, shapes.base_m[here])
        last = low + np.searchsorted(z, shapes.top_m[here])
        for i, a, b in zip(here.tolist(), first.tolist(), last.tolist(), strict=True):
            if b <= a:
                continue
            key = (a, b, *shape[i])
            if key not in columns:
                columns[key] = len(columns)
                span.append((i, a, b))
            rows.append((i, number, columns[key], a))
    which = np.array([s[0] for s in span], dtype=np.int64)
    tallest = max((b - a for _, a, b in span), default=0)
    first_of: dict[tuple[int, int], int] = {}
    alike = np.array([first_of.setdefault((a, b), column) for column, (_, a, b) in enumerate(span)], dtype=np.intp)
    bottom, end = np.array([(a, b) for _, a, b in span], dtype=np.int64).reshape(-1, 2).T
    rising = bottom + np.arange(tallest)[:, None]
    layer = np.minimum(rising, end - 1)
    measured = float(wet.measured_time_s)
    walls = WetWalls(
        layer_height_m=np.where(rising < end, order.layer_height_m, 0.0),
        deposited_s=layer.astype(np.float64),
        leaf_m=shapes.leaf_m[which],
        area_m=shapes.area_m[which],
        inertia_m3=shapes.inertia_m3[which],
        panel_m=shapes.panel_m[which],
        radius_m=shapes.radius_m[which],
        density_kg_per_m3=np.full(len(span), float(mix.density_kg_per_m3)),
        set_time_s=np.full(len(span), float(mix.set_time_s)),
        strength=Linear(
            start_pa=float(mix.green_strength_pa), rate_pa_per_s=_rate(mix, "green_strength_rate_pa_per_s"),
            measured_s=measured,
        ),
        modulus=Linear(
            start_pa=float(mix.green_modulus_pa), rate_pa_per_s=_rate(mix, "green_modulus_rate_pa_per_s"),
            measured_s=measured,
        ),
        poisson_ratio=float(mix.fresh_poisson_ratio) if "fresh_poisson_ratio" in mix.facts else 0.3,
        alike=alike,
    )  # fmt: skip
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return WetCases(walls, layer, table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _rate(mix: Mix, name: str) -> float:
    return float(mix.facts[name]) if name in mix.facts else 0.0


def safe_interval_s(cases: WetCases, parts: int, layer_height_m: float, trust: Believed) -> NDArray[np.float64]:
    """Least even time between layers at which every wet wall keeps its margin.

    Parameters
    ----------
    cases : WetCases
        By whatever clock.
    parts : int
        Of the layout.
    layer_height_m : float
        [m]
    trust : Believed

    Returns
    -------
    (p,) float
        For each part; 0 where no rate is too fast, and where a layer does not even carry itself as it is laid, which
        no waiting helps. [s]
    """
    rise = fastest_rise_m_per_s(cases.walls, trust)[cases.case]
    own_pa = cases.walls.weight_pa_per_m[cases.case] * layer_height_m
    waits = own_pa <= trust.plastic_ratio * float(cases.walls.strength.at(0.0))
    least = np.zeros(parts)
    np.maximum.at(least, cases.part[waits], layer_height_m / np.maximum(rise[waits], SLOWEST_M_PER_S))
    return least
