"""Upright bodies of a mesh together: sections between the heights where they change, floors, storeys."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area, Slab, Storey
from estimator.readers.mesh.bodies import Body
from estimator.readers.mesh.kinds import PLATE_M, TALL_M, Kinds, wide_part
from estimator.readers.notes import Notes
from estimator.shapes import common, filled, united, without

LEVELS_M = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Heights closer than this are one; the next is tried where there are more than :data:`MOST_LEVELS`. [m]"""

MOST_LEVELS = 400
SLIT_M = 5e-4
"""Bodies that touch may be half of this apart at each side. [m]"""

FLOOR_SHARE = 0.3
"""Share of the area inside the walls from which a plate is a floor."""

TALLEST_M = 4.5
"""Storeys higher than this may be several. [m]"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cut:
    """The walls between two heights at which their section does not change.

    Attributes
    ----------
    base_m, top_m : float
        Absolute z. [m]
    area : polygon
        [m]
    leans : bool
        Whether some face leans here, so that the section only stands for the mean of a step.
    """

    base_m: float
    top_m: float
    area: Area
    leans: bool

    @property
    def height_m(self) -> float:
        """From base to top. [m]"""
        return self.top_m - self.base_m

    @property
    def middle_m(self) -> float:
        """Absolute z of its middle. [m]"""
        return 0.5 * (self.base_m + self.top_m)


def cuts(upright: tuple[Body, ...]) -> list[Cut]:
    """Sections of bodies together, bottom up, empty ones left out.

    Parameters
    ----------
    upright : tuple of Body

    Returns
    -------
    list of Cut
    """
    slabs = [(body, slab) for body in upright for slab in body.slabs]
    if not slabs:
        return []
    base = np.array([slab.base_m for _, slab in slabs])
    top = np.array([slab.top_m for _, slab in slabs])
    levels = _levels(np.concatenate((base, top)))
    base, top = (levels[np.abs(levels[:, None] - z).argmin(axis=0)] for z in (base, top))
    footprint = np.array([slab.footprint for _, slab in slabs], dtype=object)
    known: dict[bytes, Area] = {}
    found = []
    for low, high in zip(levels[:-1].tolist(), levels[1:].tolist(), strict=True):
        middle = 0.5 * (low + high)
        here = np.flatnonzero((base < middle) & (top > middle))
        if not len(here):
            continue
        key = here.tobytes()
        if key not in known:
            known[key] = _together(footprint[here])
        leans = any(slabs[int(k)][0].leans(middle) for k in here)
        if not known[key].is_empty:
            found.append(Cut(low, high, known[key], leans))
    return found


def _levels(heights: Floats) -> Floats:
    """Heights, those close together made one, the outermost kept."""
    every = np.unique(heights)
    levels = every
    for tolerance in LEVELS_M:
        cluster = np.concatenate(([0], np.cumsum(np.diff(every) > tolerance)))
        count = np.bincount(cluster)
        mean = np.bincount(cluster, weights=every) / count
        mean[0], mean[-1] = every[0], every[-1]
        levels = np.unique(mean)
        if len(levels) <= MOST_LEVELS:
            break
    return levels


def _together(footprints: NDArray[np.object_]) -> Area:
    whole = united(footprints)
    if len(footprints) > 1:
        grown = shapely.buffer(whole, SLIT_M, join_style="mitre")
        whole = shapely.buffer(grown, -SLIT_M, join_style="mitre")
    return whole


@dataclass(frozen=True, slots=True)
class Floors:
    """Storeys, and the cuts of walls in each.

    Attributes
    ----------
    storeys : tuple of Storey
    cuts : tuple of list of Cut
        By storey, bottom up, floors and roofs taken out.
    """

    storeys: tuple[Storey, ...]
    cuts: tuple[list[Cut], ...]


def floors(found: Kinds, all_cuts: list[Cut], thickness_m: float | None, notes: Notes) -> Floors:
    """Storeys of a model.

    Parameters
    ----------
    found : Kinds
    all_cuts : list of Cut
        Of its upright bodies.
    thickness_m : float or None
        Of the walls of a model that shows a house as a block; None leaves it a block. [m]
    notes : Notes
        Gets floors and roofs that were one body with the walls.

    Returns
    -------
    Floors

    Notes
    -----
    A storey begins on the ground, on a floor with walls of 1.8 m above and below it, and where a quarter of all
    wall bodies begin, 1.8 m or more above the storey below.
    """
    walls, plates = _without_plates(all_cuts, thickness_m, notes)
    tops = [*plates, *(_span(body) for body in found.plates if _is_floor(body, walls))]
    bodies = (*found.upright, *found.leaning)
    lowest = min([*(c.base_m for c in walls), *(float(b.low_m[2]) for b in found.leaning)], default=0.0)
    highest = max([*(c.top_m for c in walls), *(float(b.high_m[2]) for b in found.leaning)], default=0.0)
    starts = [lowest]
    for level in sorted([top for _, top in tops] + _bases(bodies)):
        if level - starts[-1] >= TALL_M and highest - level >= TALL_M:
            starts.append(level)
    ends = [*starts[1:], highest]
    for start, end in zip(starts, ends, strict=True):
        if end - start > TALLEST_M and found.upright:
            notes.add("mesh-tall", f"z {start:.2f}", f"{end - start:.1f}")
    storeys = tuple(
        Storey(f"s{k}", f"Storey {k}", round(start, 6), round(end - start, 6))
        for k, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    )
    split = tuple(
        [
            replace(c, base_m=max(c.base_m, start), top_m=min(c.top_m, end))
            for c in walls
            if c.top_m > start + 1e-6 and c.base_m < end - 1e-6
        ]
        for start, end in zip(starts, ends, strict=True)
    )  # fmt: skip
    return Floors(storeys, split)


def _span(body: Body) -> tuple[float, float]:
    return float(body.low_m[2]), float(body.high_m[2])


def _is_floor(body: Body, walls: list[Cut]) -> bool:
    within = max((filled(c.area) for c in walls if not c.leans), key=lambda a: a.area, default=shapely.Polygon())
    return common(body.footprint, within).area >= FLOOR_SHARE * within.area


def _bases(bodies: tuple[Body, ...]) -> list[float]:
    """Heights at which a quarter of the plan area of all tall bodies begins."""
    tall = [b for b in bodies if b.height_m >= TALL_M]
    if not tall:
        return []
    base = np.array([float(b.low_m[2]) for b in tall])
    area = np.array([b.slabs[0].footprint.area for b in tall])
    return [float(z) for z in np.unique(np.round(base, 2)) if area[np.abs(base - z) < 0.1].sum() >= 0.25 * area.sum()]


def _without_plates(
    all_cuts: list[Cut], thickness_m: float | None, notes: Notes
) -> tuple[list[Cut], list[tuple[float, float]]]:
    """Cuts without the floors and roofs that are one body with the walls; where those lay."""
    wide = [shapely.Polygon() if c.leans else wide_part(c.area) for c in all_cuts]
    kept: list[Cut] = []
    plates: list[tuple[float, float]] = []
    k = 0
    while k < len(all_cuts):
        if wide[k].is_empty:
            kept.append(all_cuts[k])
            k += 1
            continue
        last = k
        while last + 1 < len(all_cuts) and not wide[last + 1].is_empty and _reaches(all_cuts[last], all_cuts[last + 1]):
            last += 1
        run = all_cuts[k : last + 1]
        base_m, top_m = run[0].base_m, run[-1].top_m
        beside = [all_cuts[i] for i in (last + 1, k - 1) if 0 <= i < len(all_cuts)]
        if top_m - base_m >= PLATE_M or not beside:
            if thickness_m is None:
                notes.add("mesh-massive", f"z {base_m:.2f}–{top_m:.2f}")
                kept += run
            else:
                notes.add("mesh-shelled", f"z {base_m:.2f}–{top_m:.2f}", f"{thickness_m:g}")
                kept += [replace(c, area=_shell(c.area, thickness_m)) for c in run]
        else:
            walls = united(np.array([c.area for c in beside], dtype=object))
            inside = filled(walls)
            largest = max((w for w in wide[k : last + 1]), key=lambda w: w.area)
            notes.add("mesh-plates", f"z {base_m:.2f}–{top_m:.2f}")
            if common(largest, inside).area >= FLOOR_SHARE * inside.area:
                plates.append((base_m, top_m))
            else:
                kept += [replace(c, area=area) for c in run if not (area := common(c.area, walls)).is_empty]
        k = last + 1
    return kept, plates


def _shell(area: Area, thickness_m: float) -> Area:
    """The outer strip of an area."""
    return without(area, shapely.buffer(area, -thickness_m, join_style="mitre"))


def solid_share(all_cuts: list[Cut]) -> float:
    """Share of the volume of cuts that is wider than any wall.

    Parameters
    ----------
    all_cuts : list of Cut
        Floors and roofs taken out.
    """
    volume = sum(c.area.area * c.height_m for c in all_cuts)
    wide = sum(wide_part(c.area).area * c.height_m for c in all_cuts if not c.leans)
    return float(wide / volume) if volume > 0.0 else 0.0


def _reaches(lower: Cut, upper: Cut) -> bool:
    return upper.base_m - lower.top_m < 1e-6


def clipped_slabs(cuts_here: list[Cut], footprint: Area, base_m: float) -> tuple[Slab, ...]:
    """The pieces of cuts over a plan area, equal neighbours joined.

    Parameters
    ----------
    cuts_here : list of Cut
        Bottom up.
    footprint : polygon
        [m]
    base_m : float
        Pieces below this are left out. [m]

    Returns
    -------
    tuple of Slab
    """
    slabs: list[Slab] = []
    for cut in cuts_here:
        if cut.top_m <= base_m + 1e-6:
            continue
        area = _polygons(common(cut.area, footprint))
        if area.area < 1e-4:
            continue
        last = slabs[-1] if slabs else None
        if (
            last is not None
            and abs(last.top_m - cut.base_m) < 1e-6
            and abs(last.footprint.area - area.area) < 1e-4 * area.area
            and without(area, last.footprint).area < 1e-4 * area.area
        ):
            slabs[-1] = replace(last, top_m=cut.top_m)
        else:
            slabs.append(Slab(cut.base_m, cut.top_m, area))
    return tuple(slabs)


def _polygons(area: shapely.Geometry) -> Area:
    parts = [p for p in shapely.get_parts(area) if isinstance(p, shapely.Polygon) and p.area > 1e-5]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def remainder_m3(cuts_here: list[Cut], covered: Area) -> float:
    """Volume of cuts outside a plan area. [m³]

    Parameters
    ----------
    cuts_here : list of Cut
    covered : polygon
        [m]
    """
    return float(sum(without(c.area, covered).area * c.height_m for c in cuts_here))
