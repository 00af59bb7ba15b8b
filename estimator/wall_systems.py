"""Wall systems: what each is made of, the lines of its infill, and the path that its formula asks for.

====================== ================================================================================
``single``             one bead on the centre line of the wall
``solid``              contours side by side until the wall is full
``double-leaf``        one contour round the wall; the leaves are held together by ties
``double-leaf-webs``   and straight webs across the cavity
``double-leaf-zigzag`` and one bead to and fro between the leaves
``double-leaf-sine``   and one bead in a wave between the leaves
``cellular``           and rows of beads to and fro that touch at their peaks: chambers across a deep wall
``filled-core``        one contour round the wall as lost form; the core between the leaves is cast
``forked``             one bead as wide as the wall, laid in two halves round standing bars
``element-hollow``     one contour, one bead to and fro as inner structure; the voids are filled later
====================== ================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiLineString

from estimator.errors import UsageError
from estimator.walls import offset_points

SINE_CHORDS = 48
"""Straight pieces per wave of a sine infill."""

PEAK_M = 1e-4
"""By how much the peaks of an infill may reach into the leaves' centre lines. [m]"""

FEWEST_ROWS = 2
"""Rows of chambers in a cellular wall that is deep enough for them."""

SLIMMEST_ROW_BEADS = 2.0
"""A row of chambers is at least this many beads deep, from middle to middle of the beads that bound it."""

Infill = Literal["", "webs", "zigzag", "sine", "chambers"]


@dataclass(frozen=True, slots=True)
class WallSystem:
    """What a wall is made of.

    Attributes
    ----------
    contours : {"none", "leaves", "full"}
        No contour but a bead on the centre line, one contour round a cavity, or contours until
        the wall is full.
    infill : {"", "webs", "zigzag", "sine", "chambers"}
        What is printed between the leaves.
    spacing : str
        The term that sets the spacing of the infill; empty for none.
    core : str
        The resource that the cavity is filled with after printing; empty for none.
    is_wide : bool
        Whether the one bead is as wide as the wall, however wide the usual bead is.
    is_tied, is_laddered : bool
        Whether ties join its leaves, and whether its beds are reinforced, when it is of concrete.
    """

    contours: Literal["none", "leaves", "full"]
    infill: Infill = ""
    spacing: str = ""
    core: str = ""
    is_wide: bool = False
    is_tied: bool = False
    is_laddered: bool = True

    @property
    def has_leaves(self) -> bool:
        """Whether a contour runs round a cavity."""
        return self.contours == "leaves"


SYSTEMS: Mapping[str, WallSystem] = MappingProxyType(
    {
        "single": WallSystem("none", is_laddered=False),
        "solid": WallSystem("full"),
        "double-leaf": WallSystem("leaves", is_tied=True),
        "double-leaf-webs": WallSystem("leaves", "webs", "web_spacing_m"),
        "double-leaf-zigzag": WallSystem("leaves", "zigzag", "zigzag_pitch_m"),
        "double-leaf-sine": WallSystem("leaves", "sine", "zigzag_pitch_m"),
        "cellular": WallSystem("leaves", "chambers", "chamber_pitch_m"),
        "filled-core": WallSystem("leaves", core="ready-mix-m3", is_tied=True),
        "forked": WallSystem("none", is_wide=True, is_laddered=False),
        "element-hollow": WallSystem("leaves", "zigzag", "zigzag_pitch_m", core="foamed-fill-m3", is_laddered=False),
    }
)
"""Every wall system by its name in files and options."""

WALL_SYSTEMS = tuple(SYSTEMS)
"""Names of the wall systems."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Spacing of infill.

    Attributes
    ----------
    web_spacing_m : float
        Distance of straight webs along the wall. [m]
    zigzag_pitch_m : float
        Length of one to-and-fro of zigzag or sine infill along the wall. [m]
    chamber_pitch_m : float
        Length of a chamber of a cellular wall along the wall. [m]
    """

    web_spacing_m: float
    zigzag_pitch_m: float
    chamber_pitch_m: float

    def __post_init__(self) -> None:
        for name in ("web_spacing_m", "zigzag_pitch_m", "chamber_pitch_m"):
            if not 0.05 <= getattr(self, name) <= 10.0:
                raise UsageError(f"{name} is {getattr(self, name)}; give a length from 0.05 to 10 m")

    def spacing_m(self, infill: Infill) -> float:
        """How far apart the infill holds a leaf.

        Parameters
        ----------
        infill : {"webs", "zigzag", "sine", "chambers"}

        Returns
        -------
        float
            [m]
        """
        if infill == "webs":
            return self.web_spacing_m
        return self.chamber_pitch_m if infill == "chambers" else self.zigzag_pitch_m


def chamber_rows(wall_thickness_m: float, width_m: float, pitch_m: float) -> int:
    """Rows of chambers across a cellular wall.

    Parameters
    ----------
    wall_thickness_m, width_m : float
        Of the wall and of a bead. [m]
    pitch_m : float
        Length of a chamber along the wall. [m]

    Returns
    -------
    int
        As many as make a chamber about as deep as long, where two triangles of neighbouring rows
        are one chamber; at least :data:`FEWEST_ROWS` where rows of
        :data:`SLIMMEST_ROW_BEADS` beads fit, and 1 otherwise.
    """
    depth = wall_thickness_m - width_m
    most = int(depth / (SLIMMEST_ROW_BEADS * width_m) + 1e-6)
    return max(min(max(round(2 * depth / pitch_m), FEWEST_ROWS), most), 1)


def infill_lines(
    infill: Infill, line: LineString, wall_thickness_m: float, width_m: float, pattern: Pattern
) -> list[LineString | MultiLineString]:
    """Infill of a whole wall in plan, before openings and junctions are cut out of it.

    Parameters
    ----------
    infill : {"webs", "zigzag", "sine", "chambers"}
    line : LineString
        Centre line of the wall. [m]
    wall_thickness_m, width_m : float
        Of the wall and of a bead. [m]
    pattern : Pattern

    Returns
    -------
    list of LineString or MultiLineString
        One for each row across the wall. [m]

    Notes
    -----
    A wave of chords is shorter than the wave. Its nodes lie a little further out, by x/sin x
    with x half the turn of the phase from node to node, so that each chord is as steep as the
    curve at its middle, and as long.
    """
    length = line.length
    if infill == "webs":
        count = max(round(length / pattern.spacing_m(infill)), 1)
        along = (np.arange(count) + 0.5) * length / count
        reach = wall_thickness_m / 2
        a = offset_points(line, along, np.full(count, reach))
        b = offset_points(line, along, np.full(count, -reach))
        return [MultiLineString(list(np.stack((a, b), axis=1)))]
    pitch = spacing = pattern.spacing_m(infill)
    if line.is_closed:  # a whole number of them goes round
        pitch = length / max(round(length / pitch), 1)
    depth = wall_thickness_m - width_m
    if infill == "sine":
        along = np.linspace(0.0, length, max(int(np.ceil(length / pitch * SINE_CHORDS)), 2) + 1)
        turn = np.pi * (along[1] - along[0]) / pitch
        across = depth / 2 * turn / np.sin(turn) * np.sin(2 * np.pi * (along - length / 2) / pitch)
        return [_offset_line(line, along, across)]
    rows = chamber_rows(wall_thickness_m, width_m, spacing) if infill == "chambers" else 1
    along, turns = _turns(length, pitch, is_even=rows % 2 == 0)
    middle = ((np.arange(rows) + 0.5) / rows - 0.5) * depth
    side = np.where(np.arange(rows) % 2, -1.0, 1.0)  # neighbours mirrored, so that their peaks touch
    return [
        _offset_line(line, along, m - s * depth / (2 * rows) * turns)
        for m, s in zip(middle.tolist(), side.tolist(), strict=True)
    ]


def _offset_line(line: LineString, along_m: NDArray[np.float64], across_m: NDArray[np.float64]) -> LineString:
    """Line through points along and across another, closed if that is."""
    nodes = offset_points(line, along_m, across_m)
    if line.is_closed:
        nodes[-1] = nodes[0]
    return LineString(nodes)


def _turns(length_m: float, pitch_m: float, *, is_even: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where along a wall a bead to and fro turns, and to which side (±1, in between at its ends).

    Odd about the middle, like the wave, or even for an even number of rows that mirror each
    other: either is the same whichever way the wall was drawn.
    """
    if is_even:
        peaks = np.ceil(length_m / pitch_m - 1e-9) - 1
        steps = np.arange(-peaks, peaks + 1)
    else:
        peaks = np.floor((length_m / 2 - pitch_m / 4) / (pitch_m / 2)) if length_m > pitch_m / 2 else -1
        steps = np.arange(-peaks - 1, peaks + 1) + 0.5
    along = np.concatenate(([0.0], length_m / 2 + steps * pitch_m / 2, [length_m]))
    along = along[np.append(True, (along[1:] - along[:-1]) > 1e-9)]
    phase = (along - length_m / 2) / pitch_m + (0.5 if is_even else 0.25)
    return along, 2 * np.abs(2 * (phase % 1.0) - 1) - 1


def peak_m(infill: Infill, wall_thickness_m: float, width_m: float) -> float:
    """By how much the peaks of an infill reach into the leaves' centre lines.

    Parameters
    ----------
    infill : {"", "webs", "zigzag", "sine", "chambers"}
    wall_thickness_m, width_m : float
        Of the wall and of a bead. [m]

    Returns
    -------
    float
        :data:`PEAK_M`, or what the chords of a wave need. [m]
    """
    turn = np.pi / SINE_CHORDS
    further = (turn / np.sin(turn) - 1) * (wall_thickness_m - width_m) / 2 if infill == "sine" else 0.0
    return float(max(PEAK_M, 1.05 * further))


def infill_path_ratio(infill: Infill, wall_thickness_m: float, width_m: float, pattern: Pattern) -> float:
    """Length of infill per length of an endless straight wall.

    Parameters
    ----------
    infill : {"", "webs", "zigzag", "sine", "chambers"}
    wall_thickness_m, width_m : float
        Of the wall and of a bead. [m]
    pattern : Pattern

    Returns
    -------
    float
        Webs: (t − 2w)/s. To and fro: r·√(1 + (2c/(r·p))²) for r rows, c = t − w. Wave: the arc
        length of a sine of amplitude c/2, (2/π)·√(1 + k²)·E(k²/(1 + k²)) with k = π·c/p and E
        the complete elliptic integral.
    """
    if not infill:
        return 0.0
    if infill == "webs":
        return max(wall_thickness_m - 2 * width_m, 0.0) / pattern.spacing_m(infill)
    pitch, depth = pattern.spacing_m(infill), wall_thickness_m - width_m
    if infill == "sine":
        slope = np.pi * depth / pitch * np.cos(2 * np.pi * np.arange(SINE_CHORDS) / SINE_CHORDS)
        return float(np.mean(np.hypot(1.0, slope)))  # equal steps of a periodic function: exact to many digits
    rows = chamber_rows(wall_thickness_m, width_m, pitch) if infill == "chambers" else 1
    return float(rows * np.sqrt(1 + (2 * depth / (rows * pitch)) ** 2))
