"""Elements: a plan cut into pieces that a machine under a roof can print and a crane can lift.

Walls are cut where they may be (:mod:`estimator.element_runs`) into the fewest elements that
fit (:mod:`estimator.element_choice`), with short joints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.beads import bead_area_m2
from estimator.effort import Effort
from estimator.element_choice import Choice, fewest_elements
from estimator.element_cutter import FIT_TOLERANCE_M, Box
from estimator.element_lines import bed_directions
from estimator.element_runs import storey_network
from estimator.errors import Finding
from estimator.parts import Joint, Layout, Part, with_joints
from estimator.plan import Area, Plan, Wall
from estimator.shapes import united, without
from estimator.slicing import Bands
from estimator.wall_systems import SYSTEMS, Pattern, infill_path_ratio
from estimator.walls import Pieces, centre_line, thickness_m, wall_pieces
from materials import Terms
from printers import Printer

Floats = NDArray[np.float64]

SPECK_M2 = 1e-4
"""Pieces smaller than this are no elements. [m²]"""

ALIKE_M = 0.02
"""Elements whose measures differ by less than this are equal. [m]"""


@dataclass(frozen=True, slots=True)
class ElementLimits:
    """What an element may be.

    Attributes
    ----------
    length_m, width_m : float
        Sides of the rectangle that holds it, the longer first. [m]
    height_m : float
        [m]
    mass_kg : float
        [kg]
    weight_kg_per_m2 : (w,) float
        Mass of each wall of the plan per area of one face, as printed and before any filling. [kg/m²]
    """

    length_m: float
    width_m: float
    height_m: float
    mass_kg: float
    weight_kg_per_m2: Floats


@dataclass(frozen=True, slots=True)
class Elements:
    """Measures of n elements.

    Attributes
    ----------
    length_m, width_m, height_m : (n,) float
        Of the box that holds each. [m]
    mass_kg : (n,) float
        As it is lifted. [kg]
    kinds : int
        Elements that differ, turned or mirrored ones counted once.
    joint_length_m, joint_area_m2 : float
        Upright joints together: their height, and height × thickness of the wall. [m], [m²]
    """

    length_m: Floats
    width_m: Floats
    height_m: Floats
    mass_kg: Floats
    kinds: int
    joint_length_m: float
    joint_area_m2: float


def is_hall(printer: Printer) -> bool:
    """Whether a machine stays in its hall, so that its elements travel by road.

    Parameters
    ----------
    printer : Printer

    Returns
    -------
    bool
        False for a factory machine that lorries bring to the plot.
    """
    return printer.deployment == "factory" and float(printer.transport_trips) == 0


def element_limits(
    plan: Plan, printer: Printer, density_kg_per_m3: float, terms: Terms, system: str, pattern: Pattern
) -> ElementLimits:
    """What machine, crane and, for a machine in a hall, the road allow.

    Parameters
    ----------
    plan : Plan
    printer : Printer
        A factory machine.
    density_kg_per_m3 : float
        Of the printed mix. [kg/m³]
    terms : Terms
    system : str
        Wall system of the walls that name none.
    pattern : Pattern

    Returns
    -------
    ElementLimits
    """
    length, width = float(printer.element_length_m), float(printer.element_width_m)
    height = float(printer.element_height_m)
    mass = float(terms.element_mass_max_kg)
    if is_hall(printer):
        sides = sorted((length, width))
        length = min(sides[1], float(terms.lorry_length_m))
        width = min(sides[0], float(terms.lorry_width_m))
        height = min(height, float(terms.lorry_height_m))
        mass = min(mass, float(terms.lorry_mass_max_kg))
    length, width = max(length, width), min(length, width)
    bead, layer = float(printer.bead_width_m), float(printer.layer_height_m)
    per_m2 = float(bead_area_m2(bead, layer)) / layer * density_kg_per_m3
    weight = [_bead_ratio(w, w.system or system, bead, pattern) * per_m2 for w in plan.walls]
    return ElementLimits(length, width, height, mass, np.array(weight))


def _bead_ratio(wall: Wall, system: str, bead_width_m: float, pattern: Pattern) -> float:
    """Metres of bead in a layer of a metre of wall."""
    kind, thick = SYSTEMS[system], thickness_m(wall)
    if kind.is_wide or kind.contours == "full":
        return thick / bead_width_m
    if kind.contours == "none" or thick < 2 * bead_width_m:
        return 1.0
    return 2.0 + infill_path_ratio(kind.infill, thick, bead_width_m, pattern)


def plan_elements(plan: Plan, pieces: Pieces, printer: Printer, limits: ElementLimits | None = None) -> Layout:
    """The fewest elements that a plan's walls can be cut into, with short joints.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
        Of the plan.
    printer : Printer
        A factory machine.
    limits : ElementLimits, optional
        The sides of the machine alone when left out.

    Returns
    -------
    Layout
        One part for each element. Its ``gap`` holds for joints at the places tried
        (:func:`~estimator.element_choice.fewest_elements`). An error finding where a piece is
        too large wherever it is cut.
    """
    if limits is None:
        sides = sorted((float(printer.element_length_m), float(printer.element_width_m)))
        height = float(printer.element_height_m)
        limits = ElementLimits(sides[1], sides[0], height, np.inf, np.zeros(len(plan.walls)))
    box = Box(limits.length_m, limits.width_m, limits.mass_kg)
    joints: list[Joint] = []
    findings: list[Finding] = []
    count, bound, effort = 0, 0.0, Effort()
    known: dict[bytes, Choice | None] = {}  # equal storeys are cut once
    for storey in sorted({w.storey for w in plan.walls}):
        choice = None
        for bridge_m in (np.inf, limits.length_m, limits.width_m / 2, 0.0):
            network = storey_network(plan, pieces, storey, limits.weight_kg_per_m2, bridge_m=bridge_m)
            key = network.key()
            choice = known[key] = known[key] if key in known else fewest_elements(network, box, effort)
            if choice is not None:
                break
        if choice is None:
            continue  # what does not fit is found below
        if bridge_m < np.inf:
            findings.append(
                Finding(
                    "element-opening",
                    "warning",
                    plan.storeys[storey].id,
                    "has openings too wide for one element: some joints run through the wall above or below them; "
                    "narrower openings, or a larger machine, avoid that",
                )
            )
        count, bound = count + choice.elements, bound + choice.bound
        for r, at in choice.cuts:
            wall = network.runs[r].wall
            line = centre_line(plan.walls[wall])
            if line is not None:
                joints.append(Joint(wall, network.along_wall_m(wall, at, line)))
    areas = element_areas(plan, joints)
    parts = tuple(Part(s, a, None) for s, a in areas)
    findings += _too_large(plan, areas, box, printer)
    gap = (count - bound) / count if count else 0.0
    return Layout(parts, tuple(joints), gap, tuple(findings))


def element_areas(plan: Plan, joints: Sequence[Joint]) -> list[tuple[int, Area]]:
    """Plan area of every element, with its storey.

    Parameters
    ----------
    plan : Plan
    joints : sequence of Joint

    Returns
    -------
    list of (int, polygon)
        Storey by storey; doors and windows that leave wall above or below do not part an element. [m]
    """
    cut = with_joints(plan, joints)
    pieces = wall_pieces(cut)
    found: list[tuple[int, Area]] = []
    storeys = np.array([w.storey for w in plan.walls])
    base, top = (np.array([getattr(w, n) for w in plan.walls]) for n in ("base_m", "top_m"))
    whole = (pieces.sill_m <= base[pieces.void_wall] + 1e-6) & (pieces.head_m >= top[pieces.void_wall] - 1e-6)
    for storey in np.unique(storeys):
        area = united(pieces.footprint[storeys[pieces.wall] == storey])
        holes = pieces.void[whole & (storeys[pieces.void_wall] == storey)]
        if len(holes):
            area = without(area, united(holes))
        parts = [p for p in shapely.get_parts(area) if p.area > SPECK_M2]
        found += [(int(storey), p) for p in sorted(parts, key=lambda p: (p.bounds[0], p.bounds[1]))]
    return found


def _too_large(plan: Plan, areas: list[tuple[int, Area]], box: Box, printer: Printer) -> list[Finding]:
    """An error for every storey with a piece that does not fit, naming the largest."""
    findings: list[Finding] = []
    for storey in sorted({s for s, _ in areas}):
        mine = [a for s, a in areas if s == storey]
        lines = [line for w in plan.walls if w.storey == storey and (line := centre_line(w)) is not None]
        direction = bed_directions(lines)
        sides = np.array([box_sides(a, box, direction) for a in mine])
        unfit = (sides[:, 0] > box.length_m + FIT_TOLERANCE_M) | (sides[:, 1] > box.width_m + FIT_TOLERANCE_M)
        if np.any(unfit):
            long, short = sides[unfit][np.argmax(sides[unfit][:, 0])]
            findings.append(
                Finding(
                    "envelope-element",
                    "error",
                    plan.storeys[storey].id,
                    f"has a piece of {short:.2f} × {long:.2f} m that {printer.id} ({box.width_m:.2f} × "
                    f"{box.length_m:.2f} m) cannot print whole; give the walls axes, or shorter and straighter ones",
                )
            )
    return findings


def box_sides(area: Area, box: Box | None = None, direction: Floats | None = None) -> tuple[float, float]:
    """Sides of the rectangle that holds an element, the longer first.

    Parameters
    ----------
    area : polygon
        [m]
    box : Box, optional
        What it has to fit: the rectangle that fits best is taken, else the smallest one.
    direction : (k, 2) float, optional
        Further directions in which a side of the rectangle may lie. [1]

    Returns
    -------
    (float, float)
        [m]

    Notes
    -----
    One side of the rectangle lies along a side of the convex hull, or in one of the directions.
    """
    hull = shapely.get_coordinates(shapely.convex_hull(area))
    step = np.diff(hull, axis=0)
    step = step[np.hypot(step[:, 0], step[:, 1]) > 1e-6]
    along = step / np.hypot(step[:, 0], step[:, 1])[:, None]
    if direction is not None:
        along = np.concatenate((along, direction))
    across = np.stack((-along[:, 1], along[:, 0]), axis=1)
    a, b = (np.ptp(hull @ d.T, axis=0) for d in (along, across))
    long, short = np.maximum(a, b), np.minimum(a, b)
    excess = np.maximum(long - box.length_m, short - box.width_m) if box is not None else long * short
    best = int(np.argmin(np.round(excess, 6) + 1e-9 * long * short))
    return float(long[best]), float(short[best])


def measured(plan: Plan, layout: Layout, bands: Bands, layer_volume_m3: Floats, density_kg_per_m3: float) -> Elements:
    """Sizes and masses of the elements of a layout.

    Parameters
    ----------
    plan : Plan
    layout : Layout
        Of :func:`plan_elements`.
    bands : Bands
        Shared out among its parts.
    layer_volume_m3 : (k,) float
        Bead in one layer of each section. [m³]
    density_kg_per_m3 : float
        Of the printed mix. [kg/m³]

    Returns
    -------
    Elements
        Parts of which nothing is printed are left out.
    """
    made = np.unique(bands.part)
    volume = np.bincount(bands.part, weights=layer_volume_m3[bands.section] * bands.layers)
    base, top = np.full(len(layout.parts), np.inf), np.full(len(layout.parts), -np.inf)
    np.minimum.at(base, bands.part, bands.base_m)
    np.maximum.at(top, bands.part, bands.top_m)
    area = np.array([s.area_m2 for s in bands.sections])
    kinds: set[tuple[object, ...]] = set()
    sides = np.zeros((len(made), 2))
    for k, number in enumerate(made.tolist()):
        region = layout.parts[number].region
        mine = np.flatnonzero(bands.part == number)
        if region is not None:
            sides[k] = box_sides(region)
        steps = tuple(
            (round(h / ALIKE_M), round(a / ALIKE_M**2))
            for h, a in zip(
                (bands.top_m - bands.base_m)[mine].tolist(), area[bands.section[mine]].tolist(), strict=True
            )
        )
        kinds.add((*(round(s / ALIKE_M) for s in sides[k].tolist()), steps))
    walls = [plan.walls[j.wall] for j in layout.joints]
    tall_m = [w.top_m - w.base_m for w in walls]
    joint_area = sum(h * thickness_m(w) for h, w in zip(tall_m, walls, strict=True))
    mass = np.asarray(volume[made] * density_kg_per_m3, dtype=np.float64)
    return Elements(sides[:, 0], sides[:, 1], (top - base)[made], mass, len(kinds), sum(tall_m), joint_area)


def cut_into_elements(plan: Plan, printer: Printer) -> Plan:
    """A plan whose walls have joints where elements meet.

    Parameters
    ----------
    plan : Plan
    printer : Printer
        A factory machine.

    Returns
    -------
    Plan
        For printing only, not for counting.
    """
    return with_joints(plan, plan_elements(plan, wall_pieces(plan), printer).joints)


def count_elements(bands: Bands, plan: Plan, printer: Printer) -> tuple[int, list[Finding]]:
    """Number of elements of a plan, and what does not fit.

    Parameters
    ----------
    bands : Bands
    plan : Plan
    printer : Printer

    Returns
    -------
    int
    list of Finding
    """
    layout = plan_elements(plan, wall_pieces(plan), printer)
    return len(layout.parts), list(layout.findings)
