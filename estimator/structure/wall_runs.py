"""The straight runs of walls between their corners, and what of each stands beside its openings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.ops import substring

from estimator.plan import Area, Opening, Plan, Wall
from estimator.structure.wall_shapes import FEW_NODES, MEETS_M, ROUGH_M, SHARP_RAD, WallShapes
from estimator.walls import centre_line, opening_middle_m, strip

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_PIER_M2 = 0.04
"""Plan area below which a piece of wall between openings bears nothing, EN 1996-1-1, 8.1.3; recalled. [m²]"""

SUPPORTS = 2
"""Ends of what spans a gap."""

WHOLE_M = 0.02
"""Runs are not shorter than this. [m]"""


@dataclass(frozen=True, slots=True)
class WallRuns:
    """The r straight or evenly curved runs of the walls of a plan.

    Attributes
    ----------
    wall : (r,) int
        Index of the wall that each is a part of.
    length_m : (r,) float
        [m]
    standing_m : (r,) float
        Length of the piers beside openings that are long enough to bear; the whole length without openings. [m]
    piers_m : tuple of (p,) float
        Their lengths, for each run. [m]
    openings : tuple of tuple of SeenOpening
        Of each run, in their order along it.
    footprint : (r,) array of polygons
        [m]
    beside : mapping of int to (n,) int
        Of each run that is one opening from end to end, the runs that it stands between, which carry what bears on it.
    """

    wall: Ints
    length_m: Floats
    standing_m: Floats
    piers_m: tuple[Floats, ...]
    openings: tuple[tuple[SeenOpening, ...], ...]
    footprint: NDArray[np.object_]
    beside: Mapping[int, Ints]

    @property
    def is_bare(self) -> NDArray[np.bool_]:
        """Whether no pier is left in a run and none beside it takes its place, (r,)."""
        bare = self.standing_m <= 0
        bare[list(self.beside)] = False
        return np.asarray(bare)

    def __len__(self) -> int:
        return len(self.wall)


@dataclass(frozen=True, slots=True)
class SeenOpening:
    """An opening where it lies in its run.

    Attributes
    ----------
    opening : Opening
    start_m, end_m : float
        Along the run. [m]
    """

    opening: Opening
    start_m: float
    end_m: float


def wall_runs(plan: Plan, shapes: WallShapes) -> WallRuns:
    """Runs of all walls of a plan.

    Parameters
    ----------
    plan : Plan
    shapes : WallShapes

    Returns
    -------
    WallRuns
        Every wall at least once, in the order of the walls.

    Notes
    -----
    A wall is cut where it bends by more than :data:`~estimator.structure.wall_shapes.SHARP_RAD`. What stands beside an
    opening is counted over the whole height of the wall: below and above an opening nothing is borne. An opening whose
    place the file does not give is put in the middle of the longest run.
    """
    wall: list[int] = []
    lengths: list[float] = []
    standing: list[float] = []
    piers: list[Floats] = []
    openings: list[tuple[SeenOpening, ...]] = []
    footprint: list[Area] = []
    for i, w in enumerate(plan.walls):
        line = centre_line(w) if w.openings or (w.axis is not None and len(w.axis.coords) > 2) else None
        ends = np.array([0.0, float(shapes.length_m[i])]) if line is None else _corners_m(line)
        seen = _seen(w, line, ends)
        for k, (a, b) in enumerate(pairwise(ends.tolist())):
            here = tuple(sorted(seen[k], key=lambda o: o.start_m))
            free = _piers_m(b - a, here)
            bears = free[free * shapes.thickness_m[i] >= LEAST_PIER_M2] if here else free
            wall.append(i)
            lengths.append(b - a)
            piers.append(bears)
            standing.append(float(bears.sum()))
            openings.append(here)
            footprint.append(_footprint(w, line, a, b, float(shapes.thickness_m[i]), len(ends) == 2))
    areas, of = np.array(footprint, dtype=object), np.array(wall, dtype=np.int64)
    spans = [r for r in range(len(wall)) if standing[r] <= 0 and len(openings[r]) == 1]
    return WallRuns(
        of, np.array(lengths), np.array(standing), tuple(piers), tuple(openings), areas,
        _beside(spans, areas, shapes.storey[of], np.array(standing)),
    )  # fmt: skip


def _beside(spans: list[int], footprint: NDArray[np.object_], storey: Ints, standing_m: Floats) -> dict[int, Ints]:
    """Runs that stand at the ends of those which are one opening; only where there are two at least."""
    found = {}
    for r in spans:
        near = shapely.dwithin(footprint, footprint[r], MEETS_M) & (storey == storey[r]) & (standing_m > 0)
        if near.sum() >= SUPPORTS:
            found[r] = np.flatnonzero(near)
    return found


def _corners_m(line: LineString) -> Floats:
    """Where a line bends sharply, along it, with both its ends. [m]"""
    points = shapely.get_coordinates(line)
    step = np.diff(points, axis=0)
    long = np.hypot(step[:, 0], step[:, 1])
    at = np.cumsum(long)
    if len(step) < 2:
        return np.array([0.0, float(at[-1])])
    cross = step[:-1, 0] * step[1:, 1] - step[:-1, 1] * step[1:, 0]
    turn = np.abs(np.arctan2(cross, np.einsum("ij,ij->i", step[:-1], step[1:])))
    ends = np.concatenate(([0.0], at[:-1][turn > SHARP_RAD], at[-1:]))
    return np.asarray(ends[np.concatenate(([True], np.diff(ends) > WHOLE_M))])


def _seen(wall: Wall, line: LineString | None, ends: Floats) -> list[list[SeenOpening]]:
    """Openings of a wall by the run they lie in."""
    found: list[list[SeenOpening]] = [[] for _ in range(len(ends) - 1)]
    longest = int(np.diff(ends).argmax())
    taken: list[float] = []
    for o in wall.openings:
        middle = None if line is None else opening_middle_m(wall, o, line, taken)
        if middle is None:
            middle = float(ends[longest] + ends[longest + 1]) / 2
        taken.append(middle)
        k = min(max(int(np.searchsorted(ends, middle, side="right")) - 1, 0), len(found) - 1)
        low, high = float(ends[k]), float(ends[k + 1])
        found[k].append(SeenOpening(o, max(middle - o.width_m / 2, low) - low, min(middle + o.width_m / 2, high) - low))
    return found


def _piers_m(length_m: float, openings: tuple[SeenOpening, ...]) -> Floats:
    """Lengths of what is left of a run between its openings."""
    piers, at = [], 0.0
    for o in openings:
        piers.append(o.start_m - at)
        at = max(at, o.end_m)
    free = np.array([*piers, length_m - at])
    return free[free > WHOLE_M]


def _footprint(
    wall: Wall, line: LineString | None, start_m: float, end_m: float, thickness_m: float, is_whole: bool
) -> Area:
    if is_whole or line is None:
        if shapely.get_num_coordinates(wall.footprint) > FEW_NODES:
            rough = wall.footprint.simplify(ROUGH_M)
            return rough if isinstance(rough, shapely.Polygon | shapely.MultiPolygon) else wall.footprint
        return wall.footprint
    part = substring(line, start_m, end_m)
    return strip(part, thickness_m) if isinstance(part, LineString) and part.length > 0 else wall.footprint
