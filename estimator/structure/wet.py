"""The check of wet walls: what the ages of a schedule leave of each, all walls and layers at once.

Only what is still wet is checked: a layer that has set carries all that comes and holds the next one by its
foot. Strength is taken down by one factor, the height at which a wall buckles by another, the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .buckling import shell_strength_ratio
from .buildability import lognormal_share
from .growth import Floats
from .wet_heights import NEAR_NOUGHT, Indices, WetWalls, critical_heights_m

DEPTHS_AT_ONCE = 16
"""Depths under a moment that are looked at together, where layers are few."""

NUMBERS_AT_ONCE = 8_000
"""Of all layers, walls and depths that are looked at together, about."""


class Mode(IntEnum):
    """How a wet wall falls."""

    PLASTIC = 0
    SECTION = 1
    LEAF = 2


_BUCKLING = (Mode.SECTION, Mode.LEAF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """How far the models are believed; the facts of :class:`materials.WetWall`.

    Attributes
    ----------
    plastic_ratio : float
        Knock-down on strength. [-]
    buckling_ratio : float
        Knock-down on the height of buckling. [-]
    collapse_ratio : float
        Median of load over strength at collapse. [-]
    spread_ratio : float
        Standard deviation of the logarithm of what walls bear over what the models give. [-]
    """

    plastic_ratio: float
    buckling_ratio: float
    collapse_ratio: float
    spread_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WetCheck:
    """What is left of each wall; a wall stands while its margin is not below 1.

    Attributes
    ----------
    margins : (w, 3) float
        By :class:`Mode`: strength or height that may be relied upon over what is asked; infinite where the
        mode cannot occur. [-]
    margin_ratio : (w,) float
        Least of them. [-]
    mode : (w,) int
        A :class:`Mode` each.
    layer : (w,) int
        Layer that yields, or the lowest that is still wet where the wall leans.
    after : (w,) int
        Layer whose laying is the worst moment.
    probability : (w,) float
        Share of walls like it that would have fallen by then. [-]
    """

    margins: Floats
    margin_ratio: Floats
    mode: Indices
    layer: Indices
    after: Indices
    probability: Floats


_RATES = np.geomspace(1e-6, 0.1, 61)
"""At which walls rise that are looked at first. [m/s]"""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)


def wet_check(walls: WetWalls, believed: Believed) -> WetCheck:
    """Margin of each wall at its worst moment.

    Parameters
    ----------
    walls : WetWalls
    believed : Believed

    Returns
    -------
    WetCheck

    Notes
    -----
    Yielding: :func:`~estimator.structure.collapse.utilisation` of every wet layer after every layer laid.
    Buckling: of every wet stretch from the top down, the one with the least mean modulus, weighed by the cube
    of the depth, over the cube of its height, the tallest, and those that are nearest to buckling as a whole: a
    panel may stiffen so much in a rest that it can buckle no more, and was worse before; their moduli are those
    of a wall that rises evenly with curing κ = (Ē/E0 − 1)·L/(0.8·height), whose critical heights are tabulated.
    Against the plate solved layer by layer that is 2 % low to 4 % high in most of 60 schedules with rests of
    half an hour and more, and 10 % high in the worst. A double leaf leans as a whole or buckles leaf by leaf. A
    leaf on a ring or a held arc bears what the shell bears, if that is more.

    The probability is lognormal, with the spread of 146 collapses on record: for yielding their own median
    ratio, in which the growth of strength during the print is not counted although the margin counts it, so
    it is rather too low; for buckling the knock-down as the median. It measures how badly wet strength is
    known, and falls when a site tests its own mix.
    """
    margins = _margins(walls, believed)
    rows = np.arange(len(margins.ratio))
    mode = np.argmin(margins.ratio, axis=1)
    probability = np.maximum(
        lognormal_share(margins.use, believed.collapse_ratio, believed.spread_ratio),
        lognormal_share(1 / margins.ratio[:, 1:].min(axis=1), 1.0, believed.spread_ratio),
    )
    return WetCheck(
        margins=margins.ratio, margin_ratio=margins.ratio[rows, mode], mode=mode, layer=margins.layer[rows, mode],
        after=margins.after[rows, mode], probability=probability,
    )  # fmt: skip


def least_margin_ratio(walls: WetWalls, believed: Believed) -> float:
    """Least margin of all walls in :func:`wet_check`; infinite without walls.

    Parameters
    ----------
    walls : WetWalls
    believed : Believed

    Returns
    -------
    float
    """
    return float(_margins(walls, believed).ratio.min(initial=np.inf))


@dataclass(frozen=True, slots=True, eq=False)
class _Margins:
    """Margins by mode, where and after which layer, (w, 3); and load over strength where walls are nearest to
    yielding, (w,).
    """

    ratio: Floats
    layer: Indices
    after: Indices
    use: Floats


def _margins(walls: WetWalls, believed: Believed) -> _Margins:
    if not len(walls.layer_height_m):
        walls = _with_one_layer(walls)
    worst = _worst_moments(walls)
    rows = np.arange(len(walls.leaf_m))
    ratio = np.full((len(rows), len(Mode)), np.inf)
    where, after = np.zeros(ratio.shape, np.intp), np.zeros(ratio.shape, np.intp)

    stretch = _stretch(walls, np.stack((worst.yielding, worst.leaning, *worst.tall)), worst.depth)
    layer, height = stretch.layer, stretch.height_m
    load = height[:, 0] * walls.weight_pa_per_m / walls.strength.at(stretch.age_s[:, 0])
    at = load.argmax(axis=0)
    where[:, Mode.PLASTIC], after[:, Mode.PLASTIC] = layer[at, 0, rows], worst.yielding
    use = load[at, rows]
    ratio[:, Mode.PLASTIC] = believed.plastic_ratio / np.maximum(use, NEAR_NOUGHT)

    height, layer, moments = height[:, 1:], layer[:, 1:], stretch.moment[1:]
    mean = _mean_modulus_pa(height, walls.modulus.at(stretch.age_s[:, 1:]))
    score = height.copy()
    score[:, 0] = height[:, 0] ** 3 / mean[:, 0]
    foot = score.argmax(axis=0), np.arange(len(moments))[:, None], rows
    feet, heights, means = layer[foot], height[foot], mean[foot]
    for mode, critical in zip(_BUCKLING, critical_heights_m(walls, heights, means), strict=True):
        found = believed.buckling_ratio * critical / np.maximum(heights, NEAR_NOUGHT)
        least = found.argmin(axis=0)
        ratio[:, mode], where[:, mode], after[:, mode] = found[least, rows], feet[least, rows], moments[least, rows]
    ring = walls.fixed.is_ring
    if ring.any():
        bears = believed.buckling_ratio / np.maximum(worst.shell / _shell_ratio(walls), NEAR_NOUGHT)
        ratio[ring, Mode.LEAF] = np.maximum(ratio[:, Mode.LEAF], bears)[ring]
    return _Margins(ratio, where, after, use)


def _with_one_layer(walls: WetWalls) -> WetWalls:
    """Walls of no layers as walls of one layer without height."""
    nought = np.zeros((1, len(walls.leaf_m)))
    return replace(walls, layer_height_m=nought, deposited_s=nought)


def _shell_ratio(walls: WetWalls) -> Floats:
    """Stress over modulus at which a leaf buckles as a shell; tiny where it is straight."""
    return np.maximum(shell_strength_ratio(walls.leaf_m, walls.radius_m, walls.poisson_ratio), NEAR_NOUGHT)


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """Layers after which a wall is nearest to yielding and leaning, has most that is wet, and all that is wet of its
    section and of its leaves is nearest to buckling, (w,) each; load over modulus, (w,) [-]; and how many layers are
    wet at once, at most.
    """

    yielding: Indices
    leaning: Indices
    tall: tuple[Indices, Indices, Indices]
    shell: Floats
    depth: int


def _worst_moments(walls: WetWalls) -> _Moments:
    """One step for so many layers of depth, over all walls and moments, down to the depth where all has set."""
    fixed = walls.fixed
    first, which = fixed.first, fixed.which
    height, laid, set_s = walls.layer_height_m[:, first], walls.deposited_s[:, first], walls.set_time_s[first]
    layers, top = len(height), fixed.top_m[:, first]
    below = top - height
    has_ring = bool(fixed.is_ring.any())
    use, lean, tall, shell, stiff, above = np.zeros((6, *height.shape))
    step = min(max(NUMBERS_AT_ONCE // max(height.size, 1), 1), DEPTHS_AT_ONCE)
    number, depths = np.arange(layers), np.arange(layers)[:, None]
    deepest = 0
    for shallow in range(0, layers, step):
        foot = number[shallow:] - depths[shallow : shallow + step]
        lower = np.maximum(foot, 0)
        age = laid[shallow:] - laid[lower]
        wet = (age < set_s) & (foot >= 0)[..., None]
        is_wet = wet.reshape(len(wet), -1).any(axis=1)
        if not is_wet[0]:
            break
        deepest = shallow + int(np.count_nonzero(is_wet))
        stretch = (top[shallow:] - below[lower]) * wet
        modulus = walls.modulus.at(age)
        cube = stretch * stretch * stretch
        fourth = cube * stretch
        share = fourth.copy()
        share[0] -= above[shallow:]
        share[1:] -= fourth[:-1]
        stiffness = modulus * np.maximum(share, 0.0)
        stiffness[0] += stiff[shallow:]
        stiffness.cumsum(axis=0, out=stiffness)
        _keep_most(use[shallow:], stretch / walls.strength.at(age))
        _keep_most(lean[shallow:], cube * fourth / np.maximum(stiffness, NEAR_NOUGHT))
        _keep_most(tall[shallow:], stretch)
        if has_ring:
            _keep_most(shell[shallow:], stretch / modulus)
        stiff[shallow:], above[shallow:] = stiffness[-1], fourth[-1]
    mean = stiff / np.maximum(tall**4, NEAR_NOUGHT) + NEAR_NOUGHT
    yielding, leaning, tallest = (most.argmax(axis=0)[which] for most in (use, lean, tall))
    tall, mean = tall[:, which], mean[:, which]
    section, leaf = ((tall / critical).argmax(axis=0) for critical in critical_heights_m(walls, tall, mean))
    return _Moments(
        yielding, leaning, (tallest, section, leaf), shell.max(axis=0)[which] * walls.weight_pa_per_m, max(deepest, 1)
    )


def _keep_most(best: Floats, new: Floats) -> None:
    np.maximum(best, new.max(axis=0), out=best)


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """What is wet at k moments of each wall: the moments, (k, w), and by depth, the lowest layer first, (d, k, w), the
    layers, their ages, and the heights from their feet to the top, nought where they have set.
    """

    moment: Indices
    layer: Indices
    age_s: Floats
    height_m: Floats


def _stretch(walls: WetWalls, moment: Indices, depth: int) -> _Stretch:
    """What is wet right after layers `moment` of each wall, (k, w), at most so many layers deep."""
    rows = np.arange(moment.shape[1])
    top = walls.fixed.top_m
    below = moment - np.arange(depth)[::-1, None, None]
    layer = np.maximum(below, 0)
    age = walls.deposited_s[moment, rows] - walls.deposited_s[layer, rows]
    height = top[moment, rows] - top[layer, rows] + walls.layer_height_m[layer, rows]
    wet = (below >= 0) & (age < walls.set_time_s)
    return _Stretch(moment, layer, np.maximum(age, 0.0), np.where(wet, height, 0.0))


def _mean_modulus_pa(height_m: Floats, modulus_pa: Floats) -> Floats:
    """Modulus of the stretch above each layer's foot, weighed by the cube of the depth; by depth along axis 0."""
    fourth = height_m**4
    share = fourth.copy()
    share[:-1] -= fourth[1:]
    total = (modulus_pa * np.maximum(share, 0.0))[::-1].cumsum(axis=0)[::-1]
    return np.asarray(total / np.where(fourth > 0.0, fourth, np.inf) + NEAR_NOUGHT)


def fastest_rise_m_per_s(walls: WetWalls, believed: Believed) -> Floats:
    """Fastest even rate at which each wall may rise to its height.

    Parameters
    ----------
    walls : WetWalls
        The times of their layers are not used.
    believed : Believed

    Returns
    -------
    (w,) float
        Greatest rate below which every margin of :func:`wet_check` is 1 or more, from 3.6 mm/h up, within half
        a per cent; infinite if 360 m/h are not too fast, 0 if 3.6 mm/h are. [m/s]
    """
    if not len(walls.layer_height_m):
        walls = _with_one_layer(walls)
    walls_of = np.arange(len(walls.leaf_m))
    rates = np.broadcast_to(_RATES[:, None], (len(_RATES), len(walls_of)))
    holds = _holds(walls, believed, rates)
    last = np.clip(holds.sum(axis=0) - 1, 0, len(rates) - 2)
    low, high = rates[last, walls_of], rates[last + 1, walls_of]
    finer = low * (high / low) ** np.linspace(0, 1, 41)[:, None]
    found = finer[np.maximum(_holds(walls, believed, finer).sum(axis=0) - 1, 0), walls_of]
    return np.where(holds[-1], np.inf, np.where(holds[0], found, 0.0))


def _holds(walls: WetWalls, believed: Believed, rise: Floats) -> NDArray[np.bool_]:
    """Whether walls stand that rise evenly at each rate, (k, w), and at all below it.

    A layer has the age of the depth down to its upper face, as where layers are laid one by one. A wall is looked
    at when it is as tall, while wet, as it ever becomes; strength is compared at seven depths.
    """
    step = walls.layer_height_m.max(axis=0)
    height = np.minimum(walls.layer_height_m.sum(axis=0), walls.set_time_s * rise + step)
    share = np.append((_NODES + 1) / 2, 1.0)
    depth = share[:, None, None] * height
    age = np.maximum(depth - step, 0.0) / rise
    load = np.maximum(depth * walls.weight_pa_per_m, NEAR_NOUGHT)
    plastic = believed.plastic_ratio * (walls.strength.at(age) / load).min(axis=0)
    modulus = walls.modulus.at(age)
    mean = np.tensordot(2 * share[:-1] ** 3 * _WEIGHTS, modulus[:-1], axes=1)
    section, leaf = critical_heights_m(walls, height, mean)
    shell = _shell_ratio(walls) * (modulus / load).min(axis=0) * height
    leaf = np.where(np.isfinite(walls.radius_m), np.maximum(leaf, shell), leaf)
    buckling = believed.buckling_ratio * np.minimum(section, leaf) / np.maximum(height, NEAR_NOUGHT)
    return np.logical_and.accumulate(np.minimum(plastic, buckling) >= 1, axis=0)
