"""Which bodies of a mesh are walls: by name, then by shape.

Names first: a group called door, roof or chair is none. Then shapes. A body lower than 0.5 m and more
than 1.2 m wide both ways is a floor or a roof. A body whose faces lean all over is a roof if it starts
high and lies rather than stands, a wall (a dome, a cone, a leaning wall) otherwise. Bodies
lower than four fifths of the storey are walls only if they are long and thin, as a parapet is and a wardrobe
is not; sheets thinner than 40 mm are none at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from estimator.plan import Area
from estimator.readers.mesh.bodies import Body
from estimator.readers.mesh.load import Part
from estimator.readers.notes import Notes
from estimator.readers.words import matches, parts_of, role_of
from estimator.shapes import common, united

PLATE_M = 0.5
"""Flat bodies lower than this are floors or roofs. [m]"""

WIDEST_M = 1.2
"""Walls are nowhere wider than this. [m]"""

THINNEST_M = 0.04
"""Thinner bodies are sheets: door leaves, panes. [m]"""

TALL_M = 1.8
"""Bodies from this height on may be walls of a storey. [m]"""

LOW_SHARE = 0.8
"""Bodies lower than this share of the highest wall body have to be long and thin."""

SLENDER = 4.0
"""Length over thickness from which a low body is long and thin."""

THICKEST_LOW_M = 0.45
"""Low bodies thicker than this are furniture. [m]"""

LYING = 0.6
"""Mean vertical share of the normals from which leaning faces belong to a roof."""

OVER_WALLS = 0.95
"""Share of a body's plan that has to lie over walls for it to be a gable."""

THINGS: Final = frozenset(
    """
    chair chairs table tables sofa couch bed beds lamp lamps desk shelf shelves wardrobe kitchen sink toilet bath
    bathtub shower tv carpet rug curtain curtains plant plants tree trees grass car cars person people human figure
    glass pane ground terrain earth soil sky sun camera light lights stuhl tisch bett lampe schrank pflanze baum auto
    mensch glas boden gelaende gelände chaise lit arbre voiture verre sol silla mesa cama arbol coche vidrio suelo sedia
    tavolo letto albero vetro
    """.split()
)
"""Words beside those of drawings for groups that are no walls."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Bodies of a mesh by what they are.

    Attributes
    ----------
    upright : tuple of Body
        Walls that stand plumb for half of their height or the height of a wall, and gables over them.
    leaning : tuple of Body
        Walls that lean all over.
    plates : tuple of Body
        Floors and flat roofs.
    """

    upright: tuple[Body, ...]
    leaning: tuple[Body, ...]
    plates: tuple[Body, ...]


def parts_of_walls(
    parts: tuple[Part, ...], wall_layers: tuple[str, ...], opening_layers: tuple[str, ...], skipped: list[str]
) -> list[bool]:
    """Which parts of a file may hold walls, by name.

    Parameters
    ----------
    parts : tuple of Part
    wall_layers : tuple of str
        Names or materials that a person gave; they alone count then.
    opening_layers : tuple of str
        Names or materials of doors and windows, which are no walls.
    skipped : list of str
        Gets the names of the others.

    Returns
    -------
    list of bool
        All of them where names would leave nothing.
    """
    if wall_layers:
        kept = [matches(p.name, wall_layers) or matches(p.material, wall_layers) for p in parts]
    else:
        kept = [not _is_thing(p.name) for p in parts]
        kept = kept if any(kept) else [True] * len(parts)
    if opening_layers:
        told = [matches(p.name, opening_layers) or matches(p.material, opening_layers) for p in parts]
        kept = [keep and not opening for keep, opening in zip(kept, told, strict=True)]
    names = dict.fromkeys(
        p.name or p.material or "a part without a name" for p, k in zip(parts, kept, strict=True) if not k
    )
    skipped += [f"group {name}" for name in list(names)[:20]]
    if len(names) > 20:
        skipped.append(f"{len(names) - 20} more groups")
    return kept


def _is_thing(name: str) -> bool:
    if not name:
        return False
    words = {re.sub(r"\d+$", "", word) for word in parts_of(name)}
    role = role_of(name)
    return role in ("door", "window", "opening", "other") or (role != "wall" and bool(words & THINGS))


def kinds(found: list[Body], told: bool, notes: Notes) -> Kinds:
    """Bodies sorted by what they are.

    Parameters
    ----------
    found : list of Body
    told : bool
        Whether a person named the groups that hold walls: only plates are told apart then.
    notes : Notes
        Gets what is left out.

    Returns
    -------
    Kinds
    """
    plates = [body for body in found if _is_plate(body)]
    rest = [body for body in found if not _is_plate(body)]
    for body in plates:
        notes.add("mesh-plates", body.name)
    lowest_m = min((float(body.low_m[2]) for body in rest), default=0.0)
    upright = [body for body in rest if stands(body)]
    highest_m = max((body.height_m for body in rest), default=0.0)
    kept: list[Body] = []
    for body in upright:
        reason = "" if told else _no_wall(body, highest_m)
        if reason:
            notes.add("mesh-no-wall", body.name, reason)
        else:
            kept.append(body)
    over = united(np.array([b.footprint for b in kept], dtype=object)) if kept else shapely.Polygon()
    leaning: list[Body] = []
    for body in (b for b in rest if not stands(b)):
        plan = body.footprint
        if not over.is_empty and shapely.intersection(plan, over).area >= OVER_WALLS * plan.area:
            kept.append(body)
        elif (
            not told
            and body.slope > LYING
            and (body.low_m[2] > lowest_m + TALL_M or (body.low_m[2] > lowest_m + PLATE_M and _covers(plan, over)))
        ):
            notes.add("mesh-roofs", body.name)
        elif not told and (body.height_m < 1.0 or max(body.high_m[:2] - body.low_m[:2]) < 1.0):
            notes.add("mesh-no-wall", body.name, "small and leaning")
        else:
            leaning.append(body)
    return Kinds(tuple(kept), tuple(leaning), tuple(plates))


def stands(body: Body) -> bool:
    """Whether a body stands plumb for half of its height or the height of a wall.

    What leans of it has to be over what is plumb (a gable, however steep), or a roof.

    Parameters
    ----------
    body : Body
    """
    if body.upright_share < 0.5 and body.upright_share * body.height_m < TALL_M:
        return False
    plumb = [s for s in body.slabs if not body.leans(0.5 * (s.base_m + s.top_m))]
    if len(plumb) == len(body.slabs):
        return True
    if not plumb:
        return False
    under = united(np.array([s.footprint for s in plumb], dtype=object))
    beyond = sum(
        shapely.difference(s.footprint, under).area * (s.top_m - s.base_m)
        for s in body.slabs
        if body.leans(0.5 * (s.base_m + s.top_m))
    )
    return beyond <= 0.03 * body.volume_m3 or body.slope > LYING


def wide_part(area: Area) -> Area:
    """The part of an area that is wider than any wall.

    Parameters
    ----------
    area : polygon
        [m]

    Returns
    -------
    polygon
        Empty where it is nowhere that wide.
    """
    core = shapely.buffer(area, -WIDEST_M / 2, join_style="mitre")
    if core.is_empty:
        return shapely.Polygon()
    return common(shapely.buffer(core, WIDEST_M / 2 + 1e-3, join_style="mitre"), area)


def mean_thickness_m(area: Area) -> float:
    """Thickness of a strip with the area and outline given. [m]

    Parameters
    ----------
    area : polygon
        [m]
    """
    half = area.length / 2
    root = half**2 / 4 - area.area
    return float(half / 2 - np.sqrt(max(root, 0.0)))


def _covers(plan: Area, over: Area) -> bool:
    """Whether a body lies over nearly all walls."""
    return not over.is_empty and shapely.intersection(over, plan).area >= OVER_WALLS * over.area


def _is_plate(body: Body) -> bool:
    return body.height_m < PLATE_M and not wide_part(body.footprint).is_empty


def _no_wall(body: Body, highest_m: float) -> str:
    """Why an upright body is no wall; empty if it is one."""
    largest = max(body.slabs, key=lambda s: s.footprint.area * (s.top_m - s.base_m)).footprint
    thick_m = mean_thickness_m(largest)
    if thick_m < THINNEST_M:
        return f"thinner than {1000 * THINNEST_M:.0f} mm"
    if body.height_m >= LOW_SHARE * min(highest_m, 3.0):
        return ""
    length_m = largest.area / thick_m
    if length_m < SLENDER * thick_m or thick_m > THICKEST_LOW_M:
        return "low, and not long and thin"
    return ""
