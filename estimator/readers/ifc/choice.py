"""Which walls of an IFC model are walls to print.

Foundation walls, furring and finish layers, movable partitions and the panels of curtain walls are
IfcWalls as well. They are left out and told, unless a person names the walls to read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely

from estimator.errors import PlanError
from estimator.plan import Wall
from estimator.readers.ifc import attributes as said
from estimator.readers.ifc.bodies import library
from estimator.readers.ifc.units import Measured
from estimator.readers.ifc.walls import Frame
from estimator.readers.notes import Notes
from estimator.readers.words import matches

THIN_M: Final = 0.08
"""Thinner walls are no walls by themselves. [m]"""

NEAR_M: Final = 0.03
"""Gap behind a layer that still lies on a wall. [m]"""

ENDS_M: Final = 0.5
"""Walls on a storey called foundation that rise this far above the next floor are walls of the house. [m]"""

LIES_ON: Final = 0.5
"""Share of a layer, in plan and in height, that a thicker wall must stand behind."""

FURRING_WORDS: Final = re.compile(
    r"furring|vorsatzschale|vorsatzwand|contre-?cloison|doublage|trasdosado|contropareti?|voorzetwand", re.I
)
"""These say by themselves that a wall is a layer on another."""

FINISH_WORDS: Final = re.compile(
    r"finish|plaster|render|lining|cladding|veneer|insulation|\btiles?\b|wainscot|putz|verkleidung|bekleidung|dämm|"
    r"daemm|wdvs|fliesen|enduit|bardage|parement|isolant|isolation|revestimiento|enlucido|aislamiento|alicatado|"
    r"rivestimento|intonaco|cappotto|isolamento|afwerking|stucwerk|isolatie",
    re.I,
)
"""These do only for a wall that lies on another: a plastered wall has them in its name too."""

CURTAIN_WORDS: Final = re.compile(
    r"curtain ?wall|storefront|vorhangfassade|pfosten-riegel|mur-?rideau|muro cortina|vliesgevel|facciata continua",
    re.I,
)


def texts_of(wall: Any) -> list[str]:
    """What a wall is called: its name, type, kind, storey, layers and id.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance

    Returns
    -------
    list of str
    """
    element = library("ifcopenshell.util.element")
    kind = element.get_type(wall)
    words = [wall.Name, wall.ObjectType, getattr(wall, "PredefinedType", None), wall.GlobalId]
    words += [kind.Name if kind is not None else None, said.storey_name(wall)]
    shape = wall.Representation
    for representation in (shape.Representations or ()) if shape is not None else ():
        words += [layer.Name for layer in representation.LayerAssignments or ()]
    return [str(word) for word in words if word]


def walls_to_read(walls: Sequence[Any], wall_layers: tuple[str, ...], notes: Notes) -> list[Any]:
    """The walls that are to be printed, by what the file calls them.

    Parameters
    ----------
    walls : sequence of ifcopenshell.entity_instance
        At least one.
    wall_layers : tuple of str
        Names that a person gave; they alone count then, ``*`` for all.
    notes : Notes
        Gets the walls left out.

    Returns
    -------
    list of ifcopenshell.entity_instance
        In the same order, without curtain walls if that leaves any.

    Raises
    ------
    PlanError
        No wall has a name that was given.
    """
    if wall_layers:
        named = [wall for wall in walls if any(matches(text, wall_layers) for text in texts_of(wall))]
        if not named:
            kinds = sorted({str(wall.ObjectType or wall.Name or "without name") for wall in walls})
            more = f" and {len(kinds) - 10} more" if len(kinds) > 10 else ""
            raise PlanError(
                f"has no wall whose name, type or storey is {', '.join(wall_layers)}; "
                f"its walls are {', '.join(kinds[:10])}{more}"
            )
        for wall in _without(walls, named):
            notes.add("ifc-wall-not-named", str(wall.GlobalId))
        return named
    kept = [wall for wall in walls if not _is_curtain(wall)]
    if not kept:
        return list(walls)
    for wall in _without(walls, kept):
        notes.add("ifc-curtain-walls", str(wall.GlobalId))
    return kept


def walls_to_print(read: Sequence[Measured], frame: Frame, notes: Notes) -> list[Measured]:
    """The walls that belong neither to the foundation nor on another wall.

    Parameters
    ----------
    read : sequence of Measured
    frame : Frame
    notes : Notes
        Gets the walls left out.

    Returns
    -------
    list of Measured
        Without those called foundation or declared retaining walls, and without those on a storey called
        so that end at the floor of the next; then without the layers of :func:`without_layers`. A reason
        that would leave nothing leaves nothing out.
    """
    kept = [one for one in read if not _is_foundation(one, frame)]
    if not kept:
        kept = list(read)
    ids = {one.wall.id for one in kept}
    for one in read:
        if one.wall.id not in ids:
            notes.add("ifc-foundation-left-out", one.wall.id)
    return without_layers(kept, notes)


def without_layers(read: Sequence[Measured], notes: Notes) -> list[Measured]:
    """The walls that are neither furring nor movable nor a finish on another wall.

    Parameters
    ----------
    read : sequence of Measured
    notes : Notes
        Gets the walls left out.

    Returns
    -------
    list of Measured
        Left out are walls called furring or declared movable, and walls thinner than 80 mm or called a
        finish that stand along a wall half as thick again over half of their plan and height. If that
        were all of them, none.
    """
    walls = [one.wall for one in read]
    layers = {number for number, one in enumerate(read) if is_called_layer(one.element)}
    doubtful = [
        number
        for number, one in enumerate(read)
        if number not in layers
        and (_thickness_m(one.wall) < THIN_M or FINISH_WORDS.search(" ".join(texts_of(one.element))))
    ]
    tree = shapely.STRtree([wall.footprint for wall in walls])
    for number in doubtful:
        wall = walls[number]
        reach_m = _thickness_m(wall) + NEAR_M
        around = wall.footprint.buffer(reach_m, join_style="mitre")
        behind = [
            walls[other].footprint.buffer(reach_m, cap_style="flat", join_style="mitre")
            for other in tree.query(around).tolist()
            if other != number
            and _thickness_m(walls[other]) >= max(THIN_M, 1.5 * _thickness_m(wall))
            and _common_height_m(wall, walls[other]) >= LIES_ON * (wall.top_m - wall.base_m)
        ]
        if behind:
            covered = shapely.intersection(wall.footprint, shapely.union_all(behind)).area
            if covered >= LIES_ON * wall.footprint.area:
                layers.add(number)
    if len(layers) == len(read):
        layers = set()
    for number in sorted(layers):
        notes.add("ifc-layer-left-out", walls[number].id)
    return [one for number, one in enumerate(read) if number not in layers]


def tell_kept(read: Sequence[Measured], frame: Frame, notes: Notes) -> None:
    """Note the walls that are kept though they are thin, foundation or parapets.

    Parameters
    ----------
    read : sequence of Measured
    frame : Frame
    notes : Notes
    """
    for one in read:
        wall, level = one.wall, frame.names[one.wall.storey]
        if _thickness_m(wall) < THIN_M:
            notes.add("ifc-thin-walls", wall.id)
        if said.is_foundation(one.element, level):
            notes.add("ifc-foundation-walls", wall.id)
        elif said.is_parapet(one.element, level, wall.top_m - wall.base_m):
            notes.add("ifc-parapets", wall.id)


def is_called_layer(wall: Any) -> bool:
    """Whether a wall is furring or movable by what it is called.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance

    Returns
    -------
    bool
    """
    if getattr(wall, "PredefinedType", None) == "MOVABLE":
        return True
    return bool(FURRING_WORDS.search(f"{wall.Name or ''} {wall.ObjectType or ''}"))


def _is_curtain(wall: Any) -> bool:
    whole = library("ifcopenshell.util.element").get_aggregate(wall)
    if whole is not None and whole.is_a("IfcCurtainWall"):
        return True
    return bool(CURTAIN_WORDS.search(f"{wall.Name or ''} {wall.ObjectType or ''}"))


def _is_foundation(one: Measured, frame: Frame) -> bool:
    if said.is_foundation(one.element, ""):
        return True
    elevation_m = frame.elevations_m[one.wall.storey]
    above_m = min((other for other in frame.elevations_m if other > elevation_m + 0.1), default=float("-inf"))
    return said.is_foundation(one.element, frame.names[one.wall.storey]) and one.wall.top_m <= above_m + ENDS_M


def _without(walls: Sequence[Any], kept: Sequence[Any]) -> list[Any]:
    steps = {wall.id() for wall in kept}
    return [wall for wall in walls if wall.id() not in steps]


def _thickness_m(wall: Wall) -> float:
    return wall.thickness_m if wall.thickness_m is not None else float(np.inf)


def _common_height_m(one: Wall, other: Wall) -> float:
    return min(one.top_m, other.top_m) - max(one.base_m, other.base_m)
