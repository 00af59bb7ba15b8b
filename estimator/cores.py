"""Cores: what is poured into walls whose leaves are printed and whose inside is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from estimator.cost import Market
from estimator.errors import Finding
from estimator.ledger import Line
from estimator.offset import inset
from estimator.plan import Wall
from estimator.shares import areas_by_thickness, shares
from estimator.slicing import Bands
from estimator.times import HOURS_S
from estimator.wall_systems import SYSTEMS, Pattern, infill_path_ratio
from estimator.walls import HAIR_M


@dataclass(frozen=True, slots=True)
class Cores:
    """Volume of what is poured, by resource.

    Attributes
    ----------
    volume_m3 : mapping of str to float
        [m³]
    """

    volume_m3: Mapping[str, float]

    @property
    def total_m3(self) -> float:
        """All of it. [m³]"""
        return sum(self.volume_m3.values())


def wall_cores(
    bands: Bands, walls: Sequence[Wall], bead_width_m: float, layer_height_m: float, pattern: Pattern
) -> Cores:
    """Volume between printed leaves that is filled, less the infill that stands in it.

    Parameters
    ----------
    bands : Bands
    walls : sequence of Wall
    bead_width_m, layer_height_m : float
        [m]
    pattern : Pattern

    Returns
    -------
    Cores
        Empty where no wall's system has a core.
    """
    layers = np.bincount(bands.section, weights=bands.layers, minlength=len(bands.sections))
    volume: dict[str, float] = defaultdict(float)
    for section, count in zip(bands.sections, layers.tolist(), strict=True):
        if not any(SYSTEMS[name].core for name in section.area):
            continue
        for share in shares(section, walls, bead_width_m):
            if not share.system.core or not share.has_leaves:
                continue
            clear = inset(share.stout_area, HAIR_M + bead_width_m)
            for thick_m, area in areas_by_thickness(section, share, share.stout, clear):
                ribs = infill_path_ratio(share.system.infill, thick_m, bead_width_m, pattern) * bead_width_m
                filled = area.area * max(1 - ribs / max(thick_m - bead_width_m, bead_width_m), 0.0)
                volume[share.system.core] += filled * count * layer_height_m
    return Cores(MappingProxyType({name: v for name, v in sorted(volume.items()) if v > 0}))


def core_lines(cores: Cores, market: Market) -> list[Line]:
    """Material and labour of the cores.

    Parameters
    ----------
    cores : Cores
    market : Market

    Returns
    -------
    list of Line
        Empty without cores.
    """
    lines = []
    for name, volume_m3 in cores.volume_m3.items():
        what = "concrete" if name == "ready-mix-m3" else "light fill"
        lines += [
            Line(
                "core", f"Core of the walls: {what}", volume_m3, "m3", market.resource(name), "walls", "material",
                market.resource_origin(name),
            ),
            Line(
                "core-labour", "Core of the walls: placing",
                volume_m3 * market.terms.core_time_s_per_m3 / HOURS_S * market.rates.labour_hours_factor, "h",
                market.rates.labourer_rate_per_h, "walls", "labour",
                ("terms.core_time_s_per_m3", "region.labourer_rate_per_h", "region.labour_hours_factor"),
            ),
        ]  # fmt: skip
    return lines


def core_remarks(cores: Cores) -> list[Finding]:
    """A note on what is poured and what is not checked of it.

    Parameters
    ----------
    cores : Cores

    Returns
    -------
    list of Finding
    """
    if not cores.volume_m3:
        return []
    return [
        Finding(
            "core-cast",
            "note",
            "",
            f"{cores.total_m3:.3g} m³ between the printed leaves are filled after printing, in lifts of "
            "terms.core_lift_height_m; whether the leaves bear the pressure of a lift is not checked",
        )
    ]
