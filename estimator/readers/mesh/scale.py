"""Unit of length and upward axis of a mesh: as stated, as told, or from evidence in it.

A house has walls that stand upright, is lower than it is long, and stands on zero; its storeys, wall
thicknesses and door heads have sizes that only one of the usual units makes likely.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import PlanError
from estimator.options import UNITS_M, ReadOptions, unit_name
from estimator.readers.mesh.load import Model
from estimator.readers.notes import Notes
from estimator.readers.sections import Mesh, section
from estimator.shapes import filled

CANDIDATES: Final = ("m", "cm", "mm", "in", "ft")
"""Units tried on a mesh that states none."""

HEIGHT_M = (2.2, 12.0)
STOREY_M = 4.5  # higher models are less likely one house
THICKNESS_M = (0.08, 0.5)
EXTENT_M = (3.0, 60.0)
HEAD_M = (1.9, 2.5)
"""What is likely of a house: height, wall thickness, longer side in plan, head of some opening. [m]"""

THICKEST_SHARE = 0.2
"""Sections thicker than this share of the extent are solid, and say nothing of walls."""

LARGEST_M = 2000.0
SMALLEST_M = 0.3
"""Sides in plan beyond these are refused. [m]"""

UNLIKELY = 6.0
"""Cost from which a stated unit is not believed, if another costs less than :data:`LIKELY`."""

LIKELY = 1.5

UP_MARGIN = 0.15
"""Lead of the best axis below which the choice is told as doubtful."""

UP_CONTRADICTED = 0.5
"""Lead over a stated axis from which that is not believed."""

LEVEL = 0.99
UPRIGHT = 0.15
"""Share of a normal along an axis above which a face lies across it, and below which it stands along it."""

LOW_WORTH = 0.6
LOW_SHARE = 0.4
"""Worth of the axis along which a model is lower than along the others, in full where it is lower by this share."""

RING_WORTH = 0.8
RING_GAP_SHARE = 0.06
"""Worth of walls that enclose the plan in a section, gaps up to twice this share of the extent closed."""

LEVELS_WORTH = 0.5
LEVELS_FEW = 4
"""Worth of faces across an axis that lie at few heights, up to these counted as few: floor, sill, head, plate."""

COST_WORTH = 0.2
COST_MOST = 3.0
"""Worth of what is unlikely of a house along an axis, in the best of units, and the most that counts."""

TURNED: Final = {"x": (1, 2, 0), "y": (0, 2, 1), "z": (0, 1, 2)}
"""File axes that become x, y, z, by the upward axis; y up changes the sign of the second."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Placed:
    """A mesh file in metres, z up.

    Attributes
    ----------
    meshes : tuple of Mesh
        One for each part of the model. [m]
    unit : str
        In words.
    evidence : tuple of str
        For the unit, then for the upward axis, where the file does not simply state them.
    """

    meshes: tuple[Mesh, ...]
    unit: str
    evidence: tuple[str, ...]


def placed(model: Model, options: ReadOptions, notes: Notes, shown: str) -> Placed:
    """A model in metres, z up.

    Parameters
    ----------
    model : Model
    options : ReadOptions
        ``up``, ``unit_m`` and ``width_m`` overrule the file and the evidence.
    notes : Notes
        Gets what was chosen against the file or in doubt.
    shown : str
        What the file is called in messages.

    Returns
    -------
    Placed

    Raises
    ------
    PlanError
        No unit makes a building of it.
    """
    of_up: list[str] = []
    of_unit: list[str] = []
    offsets = np.cumsum([0, *(len(part.vertices) for part in model.parts)])
    vertices = np.concatenate([part.vertices for part in model.parts])
    triangles = np.concatenate([p.triangles + k for p, k in zip(model.parts, offsets, strict=False)])
    extent = float(np.ptp(vertices, axis=0).max())
    if not extent > 0.0:
        raise PlanError(f"{shown}: has all its vertices in one place; export the walls again")
    stated_m = model.unit_m if options.unit_m is None else options.unit_m
    up = _up(vertices / extent, triangles, (stated_m, extent), model.up, options.up, notes, of_up)
    upright = _turned(vertices, up)
    unit_m = _unit(upright, triangles, model.unit_m, options, notes, of_unit)
    size = np.ptp(upright, axis=0) * unit_m
    if max(size[:2]) > LARGEST_M or max(size[:2]) < SMALLEST_M or size[2] < 0.1 * SMALLEST_M:
        raise PlanError(
            f"{shown}: would be {size[0]:.4g} m wide, {size[1]:.4g} m deep and {size[2]:.4g} m high in units of "
            f"{unit_name(unit_m)}; say its unit with --unit or its width with --width"
        )
    metric = upright * unit_m
    middle = 0.5 * (metric.min(axis=0) + metric.max(axis=0))
    if np.abs(middle).max() > 1000.0 and np.abs(middle).max() > 10.0 * max(size):
        shift = -np.round(middle)
        if abs(middle[2]) <= 1000.0:
            shift[2] = 0.0
        metric = metric + shift
        notes.add("plan-shifted", "mesh", f"{shift[0]:.0f}, {shift[1]:.0f}, {shift[2]:.0f}")
    parts = tuple(
        Mesh(metric[a:b], part.triangles)
        for a, b, part in zip(offsets[:-1], offsets[1:], model.parts, strict=True)
    )  # fmt: skip
    return Placed(parts, unit_name(unit_m), (*of_unit, *of_up))


def _turned(vertices: Floats, up: str) -> Floats:
    """The vertices with the upward axis as z, turned without mirroring."""
    turned = vertices[:, TURNED[up]]
    return turned * np.array([1.0, -1.0, 1.0]) if up == "y" else turned


def _up(
    vertices: Floats, triangles: Ints, scale: tuple[float | None, float], stated: str | None, told: str | None,
    notes: Notes, evidence: list[str],
) -> str:  # fmt: skip
    if told is not None:
        evidence.append(f"{told} is up, as told")
        return told
    score = _up_scores(vertices, triangles, *scale)
    ranked = sorted(score, key=lambda axis: -score[axis])
    best = ranked[0]
    if stated is not None:
        if best == stated or score[best] - score[stated] <= UP_CONTRADICTED:
            return stated
        notes.add("mesh-up-contradicted", "mesh", f"it states {stated}, but its walls stand along {best}")
        evidence.append(f"{best} is up, against the file: its walls stand along it")
        return best
    evidence.append(f"{best} is up: by upright faces, walls all round, height, and what is likely of a house")
    if score[best] - score[ranked[1]] < UP_MARGIN:
        notes.add("mesh-up-doubtful", "mesh", f"{best} taken, {ranked[1]} is about as likely")
    return best


def _up_scores(vertices: Floats, triangles: Ints, unit_m: float | None, size: float) -> dict[str, float]:
    """How much speaks for each axis.

    Upright faces, walls that enclose the plan, faces across at few heights, low extent, a likely house,
    standing on zero, custom. Floors and flat roofs say nothing of the axis that they lie across, slopes of
    roofs nothing at all: they stand upright along their ridge.
    """
    corner = vertices[triangles]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    area = np.linalg.norm(normal, axis=1)
    sized = area > 0.0
    share = np.abs(normal[sized]) / area[sized][:, None]
    weight, first = area[sized], corner[sized, 0]
    aligned = share.max(axis=1) > LEVEL
    sloping = ~aligned & (share.min(axis=1) < UPRIGHT)
    judged = ~sloping if weight[aligned].sum() >= weight[sloping].sum() else np.ones(len(share), bool)
    extent = np.ptp(vertices, axis=0)
    on_zero = np.abs(vertices.min(axis=0)) < 1e-3 * np.maximum(extent, 1e-12)
    levels = [len(np.unique(np.round(first[share[:, k] > LEVEL, k], 3))) for k in range(3)]
    few = np.maximum(levels, LEVELS_FEW)
    units = [UNITS_M[symbol] for symbol in CANDIDATES] if unit_m is None else [unit_m]
    score = {}
    for k, axis in enumerate("xyz"):
        across = share[:, k] > LEVEL
        rest = float(weight[judged & ~across].sum())
        value = float(weight[judged & (share[:, k] < UPRIGHT)].sum()) / rest if rest > 0.0 else 0.0
        usual = float(np.median(np.delete(extent, k)))
        value += LOW_WORTH * float(np.clip((1.0 - extent[k] / max(usual, 1e-300)) / LOW_SHARE, 0.0, 1.0))
        value += LEVELS_WORTH * (1.0 - few[k] / few.max())
        sizes = _sizes(_turned(vertices * size, axis), triangles)
        value += RING_WORTH * sizes.enclosed
        value -= COST_WORTH * min(min(_cost(sizes, unit) for unit in units), COST_MOST)
        if on_zero[k] and on_zero.sum() == 1:
            value += 0.15
        score[axis] = value + {"x": 0.0, "y": 0.1, "z": 0.15}[axis]
    return score


@dataclass(frozen=True, slots=True)
class _Sizes:
    """What is measured to judge a unit, in the file's unit."""

    height: float
    extent: float
    thickness: float | None
    levels: Floats
    enclosed: float  # share of the plan that walls enclose in a section


def _unit(
    vertices: Floats, triangles: Ints, stated_m: float | None, options: ReadOptions, notes: Notes, evidence: list[str]
) -> float:
    if options.unit_m is not None:
        evidence.append(f"unit {unit_name(options.unit_m)}, as told")
        return options.unit_m
    if options.width_m is not None:
        width = float(np.ptp(vertices[:, 0]))
        unit_m = options.width_m / width if width > 0.0 else 0.0
        if not 1e-9 <= unit_m <= 1e9:
            raise PlanError("the mesh has no width along x that --width could scale; say its unit with --unit")
        evidence.append(f"{width:.6g} units are {options.width_m:g} m from left to right, as told")
        return unit_m
    sizes = _sizes(vertices, triangles)
    cost = {symbol: _cost(sizes, UNITS_M[symbol]) for symbol in CANDIDATES}
    best = min(cost, key=lambda symbol: cost[symbol])
    best_m = UNITS_M[best]
    if stated_m is not None:
        stated_cost = _cost(sizes, stated_m)
        if stated_cost >= UNLIKELY and cost[best] <= LIKELY:
            said = f"in units of {unit_name(stated_m)} it would be {sizes.height * stated_m:.3g} m high"
            notes.add("unit-contradicted", "mesh", f"{said}; {unit_name(best_m)} taken")
            evidence += _reasons(sizes, best_m)
            return best_m
        if stated_cost >= UNLIKELY:
            notes.add("unit-doubtful", "mesh", f"{unit_name(stated_m)} as stated makes it an unusual building")
        return stated_m
    reasons = _reasons(sizes, best_m)
    evidence += reasons
    plural = {"inch": "inches", "foot": "feet"}.get(unit_name(best_m), f"{unit_name(best_m)}s")
    notes.add("unit-evidence", "mesh", f"{plural} ({reasons[0]})")
    second = sorted(cost.values())[1]
    if second - cost[best] < 1.0 or cost[best] > UNLIKELY:
        other = next(s for s in CANDIDATES if s != best and cost[s] == second)
        notes.add("unit-doubtful", "mesh", f"{unit_name(best_m)} taken, {unit_name(UNITS_M[other])} would also do")
    return best_m


def _sizes(vertices: Floats, triangles: Ints) -> _Sizes:
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    size = high - low
    corner = vertices[triangles]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    length = np.linalg.norm(normal, axis=1)
    flat = np.abs(normal[:, 2]) > 0.99 * np.maximum(length, 1e-300)
    levels = np.unique(np.round((corner[flat, 0, 2] - low[2]) / max(size[2], 1e-300), 3))
    inner = levels[(levels > 0.05) & (levels < 0.95)] * size[2]
    scale = 20.0 / max(float(size.max()), 1e-300)  # sections work to fixed small lengths: give them a house's size
    ratios = []
    enclosed = 0.0
    box = float(size[0] * size[1]) * scale**2
    gap = RING_GAP_SHARE * float(size[:2].max()) * scale
    for share in (0.3, 0.45, 0.6):
        cut = section(Mesh((vertices - low) * scale, triangles), share * float(size[2]) * scale, 0.3)
        if cut.area > 0.0:
            ratios.append(2.0 * cut.area / cut.length / scale)
            closed = shapely.buffer(cut, gap, join_style="mitre")
            rooms = shapely.buffer(shapely.difference(filled(closed), closed), gap, join_style="mitre")
            enclosed = max(enclosed, rooms.area / max(box, 1e-300))
    thickness = float(np.median(ratios)) if ratios and np.median(ratios) < THICKEST_SHARE * size[:2].max() else None
    return _Sizes(float(size[2]), float(size[:2].max()), thickness, inner, min(enclosed, 1.0))


def _off(value: float, likely: tuple[float, float]) -> float:
    """By how many e-folds a value misses a range."""
    return max(0.0, log(likely[0] / max(value, 1e-12)), log(max(value, 1e-12) / likely[1]))


def _cost(sizes: _Sizes, unit_m: float) -> float:
    """How unlikely a unit is; 0 where everything is as in a house."""
    height_m = sizes.height * unit_m
    cost = (_off(height_m, HEIGHT_M) / 0.3) ** 2 + 1.5 * max(0.0, log(max(height_m, 1e-12) / STOREY_M))
    cost += (_off(sizes.extent * unit_m, EXTENT_M) / 0.5) ** 2
    if sizes.thickness is not None:
        cost += (_off(sizes.thickness * unit_m, THICKNESS_M) / 0.4) ** 2
    if len(sizes.levels) and not _heads(sizes, unit_m):
        cost += 1.0
    return cost


def _heads(sizes: _Sizes, unit_m: float) -> list[float]:
    levels_m = sizes.levels * unit_m
    return [float(z) for z in levels_m[(levels_m >= HEAD_M[0]) & (levels_m <= HEAD_M[1])]]


def _reasons(sizes: _Sizes, unit_m: float) -> list[str]:
    reasons = [f"height {sizes.height:.6g} units: {sizes.height * unit_m:.2f} m"]
    if sizes.thickness is not None:
        reasons.append(f"walls {sizes.thickness:.3g} units thick: {sizes.thickness * unit_m:.2f} m")
    heads = _heads(sizes, unit_m)
    if heads:
        reasons.append(f"faces {heads[0] / unit_m:.4g} units above the floor: heads at {heads[0]:.2f} m")
    reasons.append(f"extent {sizes.extent:.6g} units: {sizes.extent * unit_m:.1f} m")
    return reasons
