"""What set walls carry: roof and floors by the nearest wall, their own weight, and wind."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Plan
from estimator.shapes import filled, united
from estimator.structure.aci318 import THINNEST_M
from estimator.structure.fresh import GRAVITY_M_PER_S2
from estimator.structure.sections import Sections
from estimator.structure.wall_runs import WallRuns
from estimator.structure.wall_shapes import WallShapes
from estimator.structure.wind import component_pressure_pa, exposure_ratio, peak_pressure_pa, velocity_pressure_pa
from materials import Site

Floats = NDArray[np.float64]

POINTS = 1500
"""Points in the bounding box of a storey by which its floor is shared out among its walls."""

PLASTIC = 1.3247179572447460
"""The plastic number p, p³ = p + 1: points at the multiples of (1/p, 1/p²) are even, and aligned with no wall. [-]"""

LOWEST_M = 5.0
"""Height above the ground at which wind is taken at least. [m]"""

NET_EN = 1.1
"""Pressure on the face and suction behind it, over the peak pressure of EN 1991-1-4: 0.8 + 0.3. [-]"""

FREE_RATIO = 1.4 / NET_EN
"""Net pressure on walls that stand free over that on walls of houses: EN 1991-1-4, 7.4.1, zone B; recalled. [-]"""

TOUCHES_M = 0.02
"""Walls nearer than this to floor that walls enclose are held by what lies on it. [m]"""

LEAST_STANDING_RATIO = 0.02
"""Share of a run on which its loads are crowded where no pier is left. [-]"""


@dataclass(frozen=True, slots=True)
class WallLoads:
    """Characteristic loads of r runs of walls, per metre of what stands between openings.

    Attributes
    ----------
    dead_n_per_m, live_n_per_m : (r,) float
        At the foot: roof, floors, walls above and the wall itself; roof and floors in use. [N/m]
    middle_dead_n_per_m : (r,) float
        Dead load at half the height. [N/m]
    wind_pa : (r,) float
        On the face, inside pressure included; 0 for internal walls. [Pa]
    tributary_m2 : (r,) float
        Floor or roof area that bears on the run, in one storey. [m²]
    pier_ratio : (r,) float
        Length of the run over what stands between openings. [-]
    is_free : (r,) bool
        Whether nothing is on top of it that could hold it there: it stands up from its foot.
    is_partition : (r,) bool
        Whether roof and floors pass it by because it is thin and inside.
    """

    dead_n_per_m: Floats
    live_n_per_m: Floats
    middle_dead_n_per_m: Floats
    wind_pa: Floats
    tributary_m2: Floats
    pier_ratio: Floats
    is_free: NDArray[np.bool_]
    is_partition: NDArray[np.bool_]

    def of(self, run: NDArray[np.int64]) -> WallLoads:
        """Loads of some of the runs.

        Parameters
        ----------
        run : (n,) int

        Returns
        -------
        WallLoads
        """
        return WallLoads(
            self.dead_n_per_m[run], self.live_n_per_m[run], self.middle_dead_n_per_m[run], self.wind_pa[run],
            self.tributary_m2[run], self.pier_ratio[run], self.is_free[run],
            self.is_partition[run],
        )  # fmt: skip

    def without_own(self, weight_n_per_m: Floats) -> WallLoads:
        """Loads without a part of the weight of the runs themselves, which presses on what is below them all the same.

        Parameters
        ----------
        weight_n_per_m : (r,) float
            [N/m]

        Returns
        -------
        WallLoads
        """
        less = weight_n_per_m * self.pier_ratio
        return replace(
            self, dead_n_per_m=self.dead_n_per_m - less, middle_dead_n_per_m=self.middle_dead_n_per_m - less / 2
        )


PAIRS_AT_ONCE = 200_000
"""Of points and footprints whose boxes are looked at together."""


@dataclass(frozen=True, slots=True)
class Tributary:
    """What of roof and floor r runs of walls carry.

    Attributes
    ----------
    area_m2 : (r,) float
        Nearer to a run than to any other of its storey; together the area that the walls of each storey enclose. [m²]
    is_free : (r,) bool
        Whether a run has no enclosed floor beside it.
    """

    area_m2: Floats
    is_free: NDArray[np.bool_]


def tributary(
    footprint: NDArray[np.object_], storey: NDArray[np.int64], passed: NDArray[np.bool_] | None = None
) -> Tributary:
    """Share out roof and floors among runs of walls.

    Parameters
    ----------
    footprint : (r,) array of polygons
        [m]
    storey : (r,) int
    passed : (r,) bool, optional
        Runs that roof and floors pass by, wherever their storey has others; none when left out.

    Returns
    -------
    Tributary

    Notes
    -----
    Points where walls meet are shared by them. Walls that carry more than 2 m² come out within 4 % in plans of ten
    walls, within 15 % in plans of thirty.
    """
    areas, is_free = np.zeros(len(storey)), np.ones(len(storey), dtype=bool)
    spread = (0.5 + np.arange(1, POINTS + 1)[:, None] / np.array([PLASTIC, PLASTIC**2])) % 1.0
    for level in np.unique(storey).tolist():
        here = np.flatnonzero(storey == level)
        walls = united(footprint[here])
        outline = filled(walls)
        floor = shapely.difference(outline, walls)
        if not floor.is_empty:
            shapely.prepare(floor)
            is_free[here] = ~shapely.dwithin(floor, footprint[here], TOUCHES_M)
        left, low, right, high = outline.bounds
        x, y = left + spread[:, 0] * (right - left), low + spread[:, 1] * (high - low)
        shapely.prepare(outline)
        inside = shapely.contains_xy(outline, x, y)
        if not inside.any():
            continue
        bearing = here if passed is None or passed[here].all() else here[~passed[here]]
        point_m = np.stack((x[inside], y[inside]), axis=1)
        areas[bearing] += _nearest_share(footprint[bearing], point_m) * (outline.area / len(point_m))
    return Tributary(areas, is_free)


def _nearest_share(footprint: NDArray[np.object_], point_m: Floats) -> Floats:
    """Of how many points each of r footprints is the nearest; points that several are equally near to are shared.

    Few pairs of a point and a footprint have to be measured: the box of a footprint is no farther away than it is.
    """
    found = np.zeros(len(footprint))
    box = shapely.bounds(footprint)
    low, high = box[:, :2], box[:, 2:]
    for part in np.array_split(point_m, -(-len(point_m) * len(footprint) // PAIRS_AT_ONCE)):
        points = np.asarray(shapely.points(part))
        off = np.maximum(np.maximum(low - part[:, None], part[:, None] - high), 0.0)
        apart = off[..., 0] ** 2 + off[..., 1] ** 2
        reach = shapely.distance(points, footprint[apart.argmin(axis=1)])
        point, near = (apart <= (reach**2 * (1.0 + 1e-9))[:, None]).nonzero()
        away = shapely.distance(points[point], footprint[near])
        nearest = away == np.minimum.reduceat(away, point.searchsorted(np.arange(len(part))))[point]
        point, near = point[nearest], near[nearest]
        found += np.bincount(near, 1.0 / np.bincount(point)[point], minlength=len(found))
    return found


def partitions(runs: WallRuns, shapes: WallShapes, is_external: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which runs are taken for partitions: inside, and thinner than bearing walls may be.

    Parameters
    ----------
    runs : WallRuns
    shapes : WallShapes
    is_external : (w,) bool
        Of the walls.

    Returns
    -------
    (r,) bool
    """
    return np.asarray((~is_external & (shapes.thickness_m < THINNEST_M - 1e-9))[runs.wall])


def wall_loads(
    plan: Plan, runs: WallRuns, shapes: WallShapes, sections: Sections, is_external: NDArray[np.bool_], site: Site,
    density_kg_per_m3: float, grout_n_per_m: Floats | None = None, shared: Tributary | None = None,
) -> WallLoads:  # fmt: skip
    """Loads of all runs of walls.

    Parameters
    ----------
    plan : Plan
    runs : WallRuns
    shapes : WallShapes
    sections : Sections
        Of the walls.
    is_external : (w,) bool
        Of the walls.
    site : Site
    density_kg_per_m3 : float
        Of the printed mix, set. [kg/m³]
    grout_n_per_m : (r,) float, optional
        Weight of grout in each run; none when left out. [N/m]
    shared : Tributary, optional
        Of the runs, where it is known already.

    Returns
    -------
    WallLoads

    Notes
    -----
    Roof and floors bear on the nearest wall that is no partition, in both directions. What stands above a storey is
    spread over its plan area and comes down the same way, all of it, whether the storey is larger or smaller; what a
    smaller storey leaves free has a roof. Openings crowd the load onto the piers between them. A wall that has no
    enclosed floor beside it stands free, and roof and floors pass it by. A run that is one opening from end to end
    hands on what it bears, and its own weight, to the runs that it stands between.
    """
    wall, count = runs.wall, len(runs)
    storey = shapes.storey[wall]
    passed = partitions(runs, shapes, is_external)
    shared = tributary(runs.footprint, storey, passed) if shared is None else shared
    area, is_free = shared.area_m2, shared.is_free
    bears_m2 = np.where(is_free, 0.0, area)
    height = (shapes.top_m - shapes.base_m)[wall]
    grout = np.zeros(count) if grout_n_per_m is None else grout_n_per_m
    pier = runs.length_m / np.maximum(runs.standing_m, LEAST_STANDING_RATIO * runs.length_m)
    pier[list(runs.beside)] = 1.0
    weight = sections.area_m[wall] * height * density_kg_per_m3 * GRAVITY_M_PER_S2 + grout
    levels = sorted(set(storey.tolist()), key=lambda s: plan.storeys[s].elevation_m)
    dead_pa, live_pa = np.zeros(count), np.zeros(count)
    above_m2 = above_dead_n = above_live_n = 0.0
    for level in reversed(levels):
        here = storey == level
        plan_m2 = float(bears_m2[here].sum())
        if plan_m2 > 0:
            roof_m2 = max(plan_m2 - above_m2, 0.0)
            above_dead_n += above_m2 * float(site.floor_dead_load_pa) + roof_m2 * float(site.roof_dead_load_pa)
            above_live_n += above_m2 * float(site.floor_live_load_pa) + roof_m2 * float(site.roof_live_load_pa)
            dead_pa[here], live_pa[here] = above_dead_n / plan_m2, above_live_n / plan_m2
        above_dead_n += float(weight[here] @ runs.length_m[here])
        above_m2 = max(plan_m2, 1e-9)
    long_m = np.maximum(runs.length_m, 1e-9)
    dead, live = bears_m2 * dead_pa / long_m, bears_m2 * live_pa / long_m
    for r, beside in runs.beside.items():  # what is one opening from end to end hands on what it bears
        shared_ratio = runs.length_m[r] / long_m[beside] / len(beside)
        dead[beside] += shared_ratio * (dead[r] + weight[r])
        live[beside] += shared_ratio * live[r]
    bearing = dead * pier
    top = float(shapes.top_m.max(initial=0.0)) - min((s.elevation_m for s in plan.storeys), default=0.0)
    speed, z = float(site.basic_wind_speed_m_per_s), max(top, LOWEST_M)
    if site.wind_code == "en1991":
        wind = NET_EN * float(peak_pressure_pa(speed, z))
    else:
        wind = float(component_pressure_pa(velocity_pressure_pa(speed, exposure_ratio(top))))
    return WallLoads(
        bearing + weight * pier, live * pier, bearing + weight * pier / 2,
        np.where(is_external[wall], wind * np.where(is_free, FREE_RATIO, 1.0), 0.0), area, pier, is_free,
        passed & (area == 0),
    )  # fmt: skip
