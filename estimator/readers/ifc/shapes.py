"""Bodies of the walls, openings and rooms of an IFC model: each within a time, simpler where that fails."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.readers.ifc import bodies
from estimator.readers.ifc.bodies import Floats, Kernel
from estimator.readers.ifc.forked import Failure, each
from estimator.readers.ifc.outline import outline_prism
from estimator.readers.notes import Notes
from estimator.readers.sections import Mesh, Stack, stack

Purpose = Literal["net", "gross", "plain", "axis"]
Request = tuple[Purpose, int]

OPENINGS_BY_OUTLINE = "openings cut by the outlines of their bodies"
CUTS_LEFT_OUT = "slopes and other cuts left out"
NO_AXIS = "no axis"
PRISM = "an upright prism around the wall"


@dataclass(slots=True)
class Shapes:
    """Bodies in world coordinates, by step number. [m]

    Attributes
    ----------
    net : dict of int to Mesh
        Walls with their openings cut; those are missing whose openings could not be cut.
    gross : dict of int to Mesh
        Walls without openings cut, where there are any openings or no net body.
    openings, spaces : dict of int to Mesh
    axes : dict of int to (n, 3) float
        Of walls.
    """

    net: dict[int, Mesh] = field(default_factory=dict)
    gross: dict[int, Mesh] = field(default_factory=dict)
    openings: dict[int, Mesh] = field(default_factory=dict)
    spaces: dict[int, Mesh] = field(default_factory=dict)
    axes: dict[int, Floats] = field(default_factory=dict)

    def scaled(self, factor: float) -> Shapes:
        """The bodies in another unit of length.

        Parameters
        ----------
        factor : float

        Returns
        -------
        Shapes
        """

        def larger(group: dict[int, Mesh]) -> dict[int, Mesh]:
            return {step: Mesh(body.vertices_m * factor, body.triangles) for step, body in group.items()}

        axes = {step: points * factor for step, points in self.axes.items()}
        return Shapes(larger(self.net), larger(self.gross), larger(self.openings), larger(self.spaces), axes)


@dataclass(frozen=True, slots=True)
class Clock:
    """How long things may take.

    Attributes
    ----------
    each_s : float
        One body. [s]
    ends_at_s : float
        All of them, on the clock of :func:`time.monotonic`. [s]
    """

    each_s: float
    ends_at_s: float

    @classmethod
    def started(cls, limits: Limits) -> Clock:
        """The clock of a reading that starts now.

        Parameters
        ----------
        limits : Limits

        Returns
        -------
        Clock
        """
        return cls(limits.wall_time_s, time.monotonic() + limits.time_s)


def shapes_of(
    model: Any,
    walls: Sequence[Any],
    openings: dict[int, list[Any]],
    spaces: Sequence[Any],
    unit_m: float,
    options: ReadOptions,
    clock: Clock,
    notes: Notes,
) -> Shapes:
    """Bodies of walls, of the openings in them, and of spaces.

    Parameters
    ----------
    model : ifcopenshell.file
    walls : sequence of ifcopenshell.entity_instance
    openings : dict of int to list of ifcopenshell.entity_instance
        Of each wall, by its step number.
    spaces : sequence of ifcopenshell.entity_instance
    unit_m : float
        Metres in one length unit of the file.
    options : ReadOptions
    clock : Clock
    notes : Notes

    Returns
    -------
    Shapes
        A wall without any body is missing.

    Raises
    ------
    PlanError
    """
    parts = {int(wall.id()): [int(part.id()) for part in bodies.body_parts(wall)] for wall in walls}
    through = [void for wall in walls for void in openings[wall.id()] if bodies.has_body(void)]
    wanted: list[Request] = [("net", step) for wall in walls for step in parts[wall.id()]]
    wanted += [("gross", step) for wall in walls if openings[wall.id()] for step in parts[wall.id()]]
    wanted += [("net", int(element.id())) for element in (*through, *spaces)]
    wanted += [("axis", int(wall.id())) for wall in walls]
    kernel = Kernel(model)
    scale_m = kernel.unit_m()
    wanted = list(dict.fromkeys(wanted))
    made = dict(zip(wanted, _made(kernel, wanted, clock, options.limits), strict=True))
    poor = [wall for wall in walls if not _complete(made, "net", parts[wall.id()])]
    again: list[Request] = [
        ("plain", step) for wall in poor if not _complete(made, "gross", parts[wall.id()]) for step in parts[wall.id()]
    ]
    made.update(zip(again, _made(kernel, again, clock, options.limits), strict=True))

    shapes = Shapes()  # in the metres of the kernel until the end
    for wall in walls:
        step = int(wall.id())
        local = made["axis", step]
        if isinstance(local, np.ndarray):
            shapes.axes[step] = bodies.placed(local, wall, scale_m)
        elif isinstance(local, Failure):
            notes.add("ifc-wall-slow" if local.kind == "slow" else "ifc-wall-simplified", str(wall.GlobalId), NO_AXIS)
        if not parts[step]:
            if not _is_whole_of_walls(wall):
                notes.add("ifc-wall-no-body", str(wall.GlobalId))
            continue
        if wall in poor:
            _make_do(wall, made, parts[step], shapes, scale_m, options, notes)
        else:
            shapes.net[step] = bodies.joined(_meshes(made, "net", parts[step]))
            if openings[step] and _complete(made, "gross", parts[step]):
                shapes.gross[step] = bodies.joined(_meshes(made, "gross", parts[step]))
    for elements, found in ((through, shapes.openings), (spaces, shapes.spaces)):
        for element in elements:
            mesh = made["net", int(element.id())]
            if isinstance(mesh, Mesh):
                found[int(element.id())] = mesh
            elif elements is spaces:
                notes.add("ifc-space-unreadable", str(element.GlobalId))
    return shapes if scale_m == unit_m else shapes.scaled(unit_m / scale_m)


def stacks_of(meshes: Sequence[Mesh], clock: Clock) -> list[Stack | None]:
    """Bodies as upright prisms.

    Parameters
    ----------
    meshes : sequence of Mesh
    clock : Clock

    Returns
    -------
    list of Stack or None
        None where it took too long.

    Raises
    ------
    PlanError
    """
    cut = each(stack, meshes, clock.each_s, clock.ends_at_s)
    return [None if isinstance(one, Failure) else one for one in cut]


def _made(
    kernel: Kernel, wanted: Sequence[Request], clock: Clock, limits: Limits
) -> list[Mesh | Floats | Failure | None]:
    def make(request: Request) -> Mesh | Floats | None:
        purpose, step = request
        return kernel.axis(step) if purpose == "axis" else kernel.body(step, purpose)

    made = each(make, wanted, clock.each_s, clock.ends_at_s)
    corners = sum(3 * len(one.triangles) for one in made if isinstance(one, Mesh))
    if corners > 3 * limits.vertices:
        raise PlanError(
            f"its bodies have {corners // 3} triangles, more than the {limits.vertices} allowed; "
            "export the walls alone, with a coarser level of detail, or raise --limit vertices"
        )
    return made


def _meshes(made: dict[Request, Any], purpose: Purpose, steps: Sequence[int]) -> list[Mesh]:
    found = (made.get((purpose, step)) for step in steps)
    return [mesh for mesh in found if isinstance(mesh, Mesh)]


def _complete(made: dict[Request, Any], purpose: Purpose, steps: Sequence[int]) -> bool:
    return len(_meshes(made, purpose, steps)) == len(steps)


def _make_do(
    wall: Any,
    made: dict[Request, Any],
    parts: Sequence[int],
    shapes: Shapes,
    scale_m: float,
    options: ReadOptions,
    notes: Notes,
) -> None:
    """A simpler body for a wall whose net body is missing or was too slow."""
    step, guid = int(wall.id()), str(wall.GlobalId)
    failed = [made.get((purpose, part)) for purpose in ("net", "gross", "plain") for part in parts]
    slow = any(isinstance(one, Failure) and one.kind == "slow" for one in failed)
    simpler: tuple[tuple[Purpose, str], ...] = (("gross", OPENINGS_BY_OUTLINE), ("plain", CUTS_LEFT_OUT))
    told = PRISM
    for purpose, words in simpler:
        if _complete(made, purpose, parts):
            shapes.gross[step] = bodies.joined(_meshes(made, purpose, parts))
            told = words
            break
    else:
        prism = outline_prism(wall, shapes.axes.get(step), scale_m, options)
        if prism is None:
            some = _meshes(made, "net", parts)
            if not some:
                notes.add("ifc-wall-unreadable", guid)
                return
            prism, told = bodies.joined(some), "the parts that could be made"
        shapes.gross[step] = prism
    notes.add("ifc-wall-slow" if slow else "ifc-wall-simplified", guid, told)


def _is_whole_of_walls(wall: Any) -> bool:
    """Whether a wall is nothing but other walls, which are read themselves."""
    return any(part.is_a("IfcWall") for relation in wall.IsDecomposedBy or () for part in relation.RelatedObjects or ())
