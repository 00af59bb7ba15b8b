"""Which layers of a drawing hold walls and openings: as asked for, by name, or by the shape of what is on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely

from estimator.errors import PlanError
from estimator.options import DEFAULT_THICKNESS_M, ReadOptions
from estimator.readers.dxf.drawing import Arc, Drawing, Item
from estimator.readers.dxf.ends import THICK_M, THIN_M
from estimator.readers.dxf.openings import is_swing, opening_insert
from estimator.readers.dxf.walls import wall_work
from estimator.readers.words import matches, use_of

ENOUGH_RATIO: Final = 0.25
"""Layers with at least this share of the wall of the fullest layer hold walls too, if nothing is named."""

Openings = ("door", "window", "opening")


@dataclass(frozen=True, slots=True)
class Layers:
    """What the layers of a drawing are taken for.

    Attributes
    ----------
    walls, fills, openings, rest : frozenset of str
        Names of layers; ``rest`` are those that nothing is known of.
    by_shape : bool
        No name tells of walls.
    """

    walls: frozenset[str]
    fills: frozenset[str]
    openings: frozenset[str]
    rest: frozenset[str]
    by_shape: bool

    def marks(self, drawing: Drawing) -> list[Item]:
        """What is drawn for openings: on their layers, in their blocks, and swings of doors on layers without a use.

        Parameters
        ----------
        drawing : Drawing
            In metres.

        Returns
        -------
        list of Item
        """
        swings = {a.item for a in self.swings(drawing)}
        return [
            i for k, i in enumerate(drawing.items)
            if i.layer in self.openings or opening_insert(drawing, i.insert) >= 0 or k in swings
        ]  # fmt: skip

    def swings(self, drawing: Drawing) -> list[Arc]:
        """Arcs that may be swings of doors.

        Parameters
        ----------
        drawing : Drawing
            In metres.

        Returns
        -------
        list of Arc
        """
        return [
            a for a in drawing.arcs
            if (a.layer in self.openings or opening_insert(drawing, a.insert) >= 0)
            or (a.layer in self.rest | self.walls and is_swing(a) and not _has_second_face(a, drawing))
        ]  # fmt: skip


def chosen_layers(drawing: Drawing, options: ReadOptions, shown: str) -> Layers:
    """The layers that the user asks for, or whose names tell what they hold.

    Parameters
    ----------
    drawing : Drawing
    options : ReadOptions
    shown : str
        What the file is called in messages.

    Returns
    -------
    Layers
        Where no name tells of walls, ``walls`` are all those of which nothing is known.

    Raises
    ------
    PlanError
        No layer matches what was asked for.
    """
    names = set(Counter(i.layer for i in drawing.items))
    uses = {name: use_of(name) for name in names}
    walls = {n for n in names if uses[n] == "wall"}
    openings = {n for n in names if uses[n] in Openings}
    for patterns, what, option in (
        (options.wall_layers, "walls", "--layer"),
        (options.opening_layers, "openings", "--opening-layer"),
    ):
        if not patterns:
            continue
        found = {n for n in names if matches(n, patterns)}
        if not found:
            listed = ", ".join(sorted(names)[:30]) or "empty"
            raise PlanError(
                f"{shown}: no layer with lines matches {', '.join(patterns)} for {what}; its layers are {listed}: "
                f"correct {option}"
            )
        if what == "walls":
            walls, openings = found, openings - found
        else:
            openings = found - (walls if options.wall_layers else set())
            walls = walls - openings
    fills = {n for n in names if uses[n] == "fill"} - walls - openings
    rest = {n for n in names if uses[n] == "unknown"} - walls - openings
    by_shape = not walls and not fills
    if by_shape:
        walls, rest = rest, set()
    return Layers(frozenset(walls), frozenset(fills), frozenset(openings), frozenset(rest), by_shape)


def layers_by_shape(drawing: Drawing, layers: Layers, options: ReadOptions) -> Layers:
    """The layers on which thin closed shapes are drawn, as walls are.

    Parameters
    ----------
    drawing : Drawing
        In metres.
    layers : Layers
        With all the layers that may be.
    options : ReadOptions

    Returns
    -------
    Layers
    """
    wall_m2: dict[str, float] = {}
    for name in sorted(layers.walls | layers.rest):
        one = replace(layers, walls=frozenset({name}), rest=layers.rest - {name})
        work = wall_work(wall_items(drawing, one), options.thickness_m, DEFAULT_THICKNESS_M)
        if work.thickest_m > THICK_M:
            continue  # tables and beds have such outlines too
        if not work.area.is_empty and (not work.single or options.thickness_m is not None):
            wall_m2[name] = float(shapely.area(work.area))
    most = max(wall_m2.values(), default=0.0)
    chosen = frozenset(n for n, area in wall_m2.items() if area >= ENOUGH_RATIO * most)
    return replace(layers, walls=chosen, rest=(layers.walls | layers.rest) - chosen)


def wall_items(drawing: Drawing, layers: Layers) -> list[Item]:
    """The line work of walls: what lies on their layers, without doors, windows and swings.

    Parameters
    ----------
    drawing : Drawing
    layers : Layers

    Returns
    -------
    list of Item
    """
    swings = {
        a.item for a in drawing.arcs
        if a.item >= 0 and a.layer in layers.walls and is_swing(a) and not _has_second_face(a, drawing)
    }  # fmt: skip
    return [
        i for k, i in enumerate(drawing.items)
        if i.layer in layers.walls and k not in swings and i.kind != "circle" and opening_insert(drawing, i.insert) < 0
    ]  # fmt: skip


def _has_second_face(arc: Arc, drawing: Drawing) -> bool:
    """Whether another arc round the same centre makes it the face of a curved wall."""
    return any(
        other is not arc
        and np.hypot(*(other.centre - arc.centre)) < 0.02
        and THIN_M <= abs(other.radius - arc.radius) <= THICK_M
        for other in drawing.arcs
    )
