"""Parts: what is printed in one go from one place, and the joints between them.

A machine that cannot reach the whole building from one place prints it in parts: an arm from
several stands, a frame that is set up again, a factory machine element by element. Walls are
cut at joints; what lies between joints belongs to one part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from shapely import LineString
from shapely.ops import substring

from estimator.errors import Finding
from estimator.plan import Area, Opening, Plan, Wall
from estimator.walls import CLEARED_M, centre_line, strip, thickness_m

JOINT_M = 0.01
"""Width of the joint between two parts. [m]"""


@dataclass(frozen=True, slots=True)
class Joint:
    """A cut square through a wall, over its whole height.

    Attributes
    ----------
    wall : int
        Index into ``plan.walls``.
    at_m : float
        Distance along the wall's centre line to the middle of the joint. [m]
    """

    wall: int
    at_m: float


@dataclass(frozen=True, slots=True)
class Part:
    """What is printed in one go from one place.

    Attributes
    ----------
    storey : int
        Index into ``plan.storeys``.
    region : polygon or None
        Plan area that holds every piece of wall, between joints, of this part and no other;
        None for the whole storey. [m]
    place_m : (2,) float or None
        Axis of an arm, middle of a frame or delta; None where it does not matter. [m]
    machine : int
        Which of several machines that work at once prints it.
    """

    storey: int
    region: Area | None
    place_m: NDArray[np.float64] | None
    machine: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How a plan is divided for a machine.

    Attributes
    ----------
    parts : tuple of Part
        In printing order, storey by storey upwards.
    joints : tuple of Joint
    gap : float
        By how much, as a share, fewer parts might do; 0 where fewer are proven impossible. [1]
    findings : tuple of Finding
        Errors when the plan cannot be printed from anywhere.
    """

    parts: tuple[Part, ...]
    joints: tuple[Joint, ...]
    gap: float
    findings: tuple[Finding, ...]


def with_joints(plan: Plan, joints: Iterable[Joint]) -> Plan:
    """A plan whose walls are cut at joints.

    Parameters
    ----------
    plan : Plan
    joints : iterable of Joint

    Returns
    -------
    Plan
        The joints are openings over the whole height; for printing only, not for counting.
    """
    walls = list(plan.walls)
    for number, joint in enumerate(joints):
        wall = walls[joint.wall]
        line = centre_line(wall)
        if line is not None:
            cut = _cut(wall, line, joint.at_m, number)
            walls[joint.wall] = replace(wall, openings=(*wall.openings, cut))
    return replace(plan, walls=tuple(walls))


def _cut(wall: Wall, line: LineString, at_m: float, number: int) -> Opening:
    low, high = max(at_m - JOINT_M / 2, 0.0), min(at_m + JOINT_M / 2, line.length)
    cut = LineString(substring(line, low, high).coords)
    return Opening(
        f"{wall.id}-joint-{number}",
        "opening",
        wall.base_m,
        wall.top_m,
        JOINT_M,
        strip(cut, thickness_m(wall) + 2 * CLEARED_M),
    )
