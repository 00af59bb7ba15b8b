"""What there is to do: counted from plan and toolpath, with nothing uncertain in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.at_once import Turns
from estimator.beads import Kind, bead_area_m2
from estimator.pacing import Pacing
from estimator.parts import Layout
from estimator.plan import Plan
from estimator.seams import odd_layers
from estimator.slicing import Bands
from estimator.takeoff import TakeOff
from estimator.toolpath import Toolpath
from estimator.wall_systems import SYSTEMS
from materials import Mix


@dataclass(frozen=True, slots=True)
class CastLintels:
    """Lintels that are cast on the plot, because one that is bought would not carry what they do.

    Attributes
    ----------
    count : int
    width_m : float
        Clear widths of their openings together. [m]
    concrete_m3, steel_kg : float
        Of all together. [m³], [kg]
    """

    count: int = 0
    width_m: float = 0.0
    concrete_m3: float = 0.0
    steel_kg: float = 0.0


@dataclass(frozen=True, slots=True)
class NetWalls:
    """What walls amount to, whoever builds them.

    Attributes
    ----------
    external_area_m2, internal_area_m2 : float
        Net area, one face. [m²]
    lintels : int
        Bought and cast.
    lintel_length_m : float
        Clear widths together; the bearings are added by the price lines. [m]
    cast_lintels : CastLintels
        Those of the lintels that are not bought.
    """

    external_area_m2: float
    internal_area_m2: float
    lintels: int
    lintel_length_m: float
    cast_lintels: CastLintels


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do, counted from plan and toolpath; nothing in it is uncertain.

    Attributes
    ----------
    layers, starts : (k,) int
        Layers with each section, and beads in one of them.
    layer_height_m : float
        [m]
    part_height_m : (p,) float
        Height printed of each part: of a storey, or of what is printed in one go of it. [m]
    part_interval_min_s : (p,) float
        Least time from one layer of a part to the next that its wet walls need, by the stated growth of the mix. [s]
    growth_pa_per_s : float
        That growth: of the strength while fresh; 0 where nothing has to wait for it. [Pa/s]
    part_group : (p,) int
        Parts with the same number are printed by turns, layer by layer.
    slow_ratio : float
        Most by which moving is stretched where a layer would come too early, as a share of its time; what is left
        is waited. [-]
    laid_part, laid_section, laid_layers : (r,) int
        Every pair of a part and a section that it has layers of, and how many.
    bead_volume_m3 : float
        By the nominal cross-section. [m³]
    travel_volume_m3 : float
        Bead volume that would lie on the travel moves; thrown aside by a head that never stops. [m³]
    lintels : int
        Bought and cast.
    lintel_length_m : float
        Clear widths together; the bearings are added by the price lines. [m]
    external_area_m2, internal_area_m2 : float
        Net area of the walls, one face. [m²]
    tied_area_m2 : float
        Net area of double-leaf walls without infill, which need ties. [m²]
    laddered_area_m2 : float
        Net area of walls that get bed reinforcement. [m²]
    elements, set_ups : int
    turns : Turns or None
        Which machine prints each part and when; None for one machine that prints part after part.
    lifts : int or None
        How often a crane lifts one machine that prints everything; None takes once for every set-up and once for its
        departure.
    cast_lintels : CastLintels
        Those of the lintels that are not bought.
    """

    layers: NDArray[np.int64]
    starts: NDArray[np.int64]
    layer_height_m: float
    part_height_m: NDArray[np.float64]
    part_interval_min_s: NDArray[np.float64]
    growth_pa_per_s: float
    part_group: NDArray[np.int64]
    slow_ratio: float
    laid_part: NDArray[np.int64]
    laid_section: NDArray[np.int64]
    laid_layers: NDArray[np.int64]
    bead_volume_m3: float
    travel_volume_m3: float
    lintels: int
    lintel_length_m: float
    external_area_m2: float
    internal_area_m2: float
    tied_area_m2: float
    laddered_area_m2: float
    elements: int
    set_ups: int
    turns: Turns | None = None
    lifts: int | None = None
    cast_lintels: CastLintels = CastLintels()

    @property
    def net_walls(self) -> NetWalls:
        """What conventional walls in their place would amount to."""
        return NetWalls(
            self.external_area_m2, self.internal_area_m2, self.lintels, self.lintel_length_m, self.cast_lintels
        )

    @property
    def crane_lifts(self) -> int:
        """How often a crane lifts machines: every further one of those that do not drive comes and goes as well."""
        each = self.set_ups + 1
        lifts = each if self.lifts is None else self.lifts
        return lifts + (self.machines - 1 if lifts >= each else 0)

    @property
    def part_layers(self) -> NDArray[np.int64]:
        """Layers of each part, (p,)."""
        return self.per_part(self.laid_layers).astype(np.int64)

    def pair(self, part: NDArray[np.int64], section: NDArray[np.int64]) -> NDArray[np.int64]:
        """Number of the pair of a part and a section, among those that occur.

        Parameters
        ----------
        part, section : (n,) int

        Returns
        -------
        (n,) int
        """
        sections = len(self.layers)
        return np.searchsorted(self.laid_part * sections + self.laid_section, part * sections + section)

    def per_part(self, per_pair: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
        """Sums over the pairs of each part.

        Parameters
        ----------
        per_pair : (r,) or (n, r) float
            [any]

        Returns
        -------
        (p,) or (n, p) float
            [as per_pair]
        """
        of_part = np.zeros((len(self.laid_part), len(self.part_height_m)))
        of_part[np.arange(len(self.laid_part)), self.laid_part] = 1.0
        return np.asarray(per_pair @ of_part)

    @property
    def abreast(self) -> NDArray[np.int64]:
        """How many parts are printed by turns with each part, itself counted, (p,)."""
        return np.bincount(self.part_group)[self.part_group]

    @property
    def machines(self) -> int:
        """How many machines print at the same time."""
        return self.turns.machines if self.turns is not None else 1

    @property
    def wall_area_m2(self) -> float:
        """Net area of all walls, one face. [m²]"""
        return self.external_area_m2 + self.internal_area_m2


def count_work(
    plan: Plan,
    bands: Bands,
    toolpath: Toolpath,
    takeoff: TakeOff,
    system: str,
    layout: Layout,
    elements: int,
    mix: Mix,
    pacing: Pacing,
    turns: Turns | None = None,
) -> Work:
    """Count the work of printing a plan.

    Parameters
    ----------
    plan : Plan
    bands : Bands
        Shared out among the parts of the layout.
    toolpath : Toolpath
    takeoff : TakeOff
    system : str
        Wall system of the walls that name none themselves.
    layout : Layout
    elements : int
        Pieces that a factory machine prints one by one; 0 for other machines.
    mix : Mix
    pacing : Pacing
    turns : Turns, optional
        Of all parts of the layout, where several machines print.

    Returns
    -------
    Work
    """
    parts = np.unique(bands.part)
    in_part = bands.part[None, :] == parts[:, None]
    part, odd = np.searchsorted(parts, bands.part), odd_layers(bands, toolpath.layer_height_m)
    sections = len(toolpath.layers)
    pair = np.concatenate((part * sections + bands.section,
                           part * sections + toolpath.section_of(bands.section, np.ones_like(odd))))  # fmt: skip
    laid, which = np.unique(pair, return_inverse=True)
    laid_layers = np.bincount(which, weights=np.concatenate((bands.layers - odd, odd))).astype(np.int64)
    laid, laid_layers = laid[laid_layers > 0], laid_layers[laid_layers > 0]
    layer_height_m = toolpath.layer_height_m
    travel = np.where(toolpath.kind == Kind.TRAVEL, toolpath.length_m, 0.0)
    widest = float(toolpath.width_m.max())
    aside = float(toolpath.per_section(travel) @ toolpath.layers) * float(bead_area_m2(widest, layer_height_m))
    systems = [w.system or system for w in plan.walls]
    concrete = mix.hardening != "cooling"
    is_tied = np.array([SYSTEMS[name].is_tied for name in systems], dtype=bool)
    is_laddered = np.array([SYSTEMS[name].is_laddered for name in systems], dtype=bool)
    area, external = takeoff.net_area_m2, takeoff.is_external
    return Work(
        layers=toolpath.layers,
        starts=toolpath.starts,
        layer_height_m=layer_height_m,
        part_height_m=np.array([np.sum((bands.top_m - bands.base_m)[s]) for s in in_part]),
        part_interval_min_s=np.zeros(len(parts)),
        growth_pa_per_s=0.0,
        part_group=pacing.group[parts],
        slow_ratio=pacing.slow_ratio,
        laid_part=laid // sections,
        laid_section=laid % sections,
        laid_layers=laid_layers,
        bead_volume_m3=toolpath.bead_volume_m3(),
        travel_volume_m3=aside,
        lintels=takeoff.lintels,
        lintel_length_m=takeoff.lintel_width_m,
        external_area_m2=float(area[external].sum()),
        internal_area_m2=float(area[~external].sum()),
        tied_area_m2=float(area[is_tied].sum()) if concrete else 0.0,
        laddered_area_m2=float(area[is_laddered].sum()) if concrete else 0.0,
        elements=elements,
        set_ups=layout.set_ups,
        turns=None if turns is None else turns.of(parts),
        lifts=layout.crane_lifts,
    )
