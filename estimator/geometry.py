"""The geometry of an estimate: what follows from plan, wall system and shape of the machine, before prices and mixes.

Cutting a plan into parts, slicing it and ordering its beads takes most of the time of an estimate, and neither region
nor rates nor, on site, the mix have a say in it. :class:`GeometryInputs` hold all that has: the stages see nothing
else, since the printer among the inputs has lost every fact and text that is not one of them. A geometry is therefore
good for every estimate whose inputs match, and gives the same figures to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from estimator.alike import alike_sections
from estimator.at_once import Turns, machine_turns
from estimator.beads import Kind, Lines, Pattern, all_beads
from estimator.check import check_fit
from estimator.cores import Cores, wall_cores
from estimator.coverage import Coverage, Intended, coverage, intended
from estimator.elements import ElementLimits, element_limits, plan_elements
from estimator.errors import Finding, NotPrintableError
from estimator.gap_costs import GapCosts, gap_costs
from estimator.memory import Memory
from estimator.overhang import overhang_remarks
from estimator.parts import Layout, divided, with_joints
from estimator.plan import Plan
from estimator.print_order import Order
from estimator.remarks import layer_remarks
from estimator.sampled_motion import MotionTable, Nodes, motion_table
from estimator.seams import SHIFT_BEADS, staggered
from estimator.slicing import Bands, Cuts, Section, slice_bands
from estimator.stations import plan_layout
from estimator.structure.fabric import Fabric
from estimator.takeoff import TakeOff, take_off
from estimator.times import LayerMotion, Speeds, layer_motion
from estimator.toolpath import Toolpath, bead_orders, build_toolpath
from estimator.walls import wall_pieces
from materials import Mix, Terms
from printers import Printer

GEOMETRY_FACTS = (
    "layer_height_m", "bead_width_m", "junction_deviation_m", "x_speed_max_m_per_s", "y_speed_max_m_per_s",
    "angular_speed_max_rad_per_s", "radial_speed_max_m_per_s", "x_acceleration_max_m_per_s2",
    "y_acceleration_max_m_per_s2", "angular_acceleration_max_rad_per_s2", "radial_acceleration_max_m_per_s2",
    "upper_arm_m", "forearm_m", "shoulder_offset_m", "wrist_drop_m", "base_speed_max_rad_per_s",
    "shoulder_speed_max_rad_per_s", "elbow_speed_max_rad_per_s", "base_acceleration_max_rad_per_s2",
    "shoulder_acceleration_max_rad_per_s2", "elbow_acceleration_max_rad_per_s2", "tower_radius_m", "rod_length_m",
    "carriage_speed_max_m_per_s", "carriage_acceleration_max_m_per_s2", "build_x_m", "build_y_m", "build_z_m",
    "reach_min_m", "reach_max_m", "base_radius_m", "tail_radius_m", "exit_width_m", "exit_height_m", "machine_mass_kg",
    "element_length_m", "element_width_m", "element_height_m",
)  # fmt: skip
"""Facts that shape the path or the fit: taken as stated, never sampled."""

MOST_ALIKE = 64
"""With more sections in all, whether they have been filled before is not looked for."""

_KEPT_FACTS = (*GEOMETRY_FACTS, "machine_clearance_m")


@dataclass(frozen=True, slots=True, eq=False)
class GeometryInputs:
    """All that a geometry depends on.

    Attributes
    ----------
    plan : Plan
        Without what no geometry follows from: region, findings, and what its reader says of itself.
    printer : Printer
        With :data:`GEOMETRY_FACTS` and the clearance between machines as its only facts, and without texts other than
        those that say what kind of machine it is.
    wall_system : str
        Of the walls that name none themselves.
    pattern : Pattern
    costs : GapCosts or None
        Of gaps, by which beads are ordered; None for nearest starts.
    limits : ElementLimits or None
        Of elements, in which the density of the mix counts; None for machines that print no elements.
    zones : int
        How many zones, at least, are printed one after the other from each place of a frame.
    layout : Layout or None
        Parts that were asked for; None where they are worked out.
    """

    plan: Plan
    printer: Printer
    wall_system: str
    pattern: Pattern
    costs: GapCosts | None
    limits: ElementLimits | None
    zones: int
    layout: Layout | None

    def matches(self, other: GeometryInputs) -> bool:
        """Whether the same geometry follows from other inputs.

        Parameters
        ----------
        other : GeometryInputs

        Returns
        -------
        bool
            False for layouts that were asked for and are not one and the same object.
        """
        return (
            self.layout is other.layout
            and _limits(self.limits) == _limits(other.limits)
            and (self.wall_system, self.pattern, self.costs, self.zones, self.printer, self.plan)
            == (other.wall_system, other.pattern, other.costs, other.zones, other.printer, other.plan)
        )


@dataclass(frozen=True, eq=False)
class Geometry:
    """The stages of an estimate from the plan to the toolpath; nothing in them is uncertain.

    Attributes
    ----------
    inputs : GeometryInputs
    layout : Layout
        Parts in which it is printed, and from where.
    bands : Bands
        Shared out among the parts of the layout.
    toolpath : Toolpath
    covered : Coverage
    takeoff : TakeOff
    cores : Cores
    findings : tuple of Finding
        Of these stages.
    remarks : tuple of Finding
        On overhanging walls and short layers.
    of_plan : Memory
        Of stages that only the plan has a say in, or little else; other geometries of the plan share it.
    memory : Memory
        Of later stages.
    """

    inputs: GeometryInputs
    layout: Layout
    bands: Bands
    toolpath: Toolpath
    covered: Coverage
    takeoff: TakeOff
    cores: Cores
    findings: tuple[Finding, ...]
    remarks: tuple[Finding, ...]
    of_plan: Memory = field(repr=False)
    memory: Memory = field(default_factory=Memory, repr=False)

    @cached_property
    def fabric(self) -> Fabric:
        """The walls as the checks of the structure see them; one for all machines with the same bead."""
        given, is_external = self.inputs, self.takeoff.is_external
        bead_width_m = float(given.printer.bead_width_m)
        return self.of_plan.get(
            "fabric", (given.wall_system, bead_width_m, given.pattern, is_external.tobytes()),
            lambda: Fabric(
                given.plan, given.wall_system, bead_width_m, given.pattern, is_external, self.of_plan
            ),
        )  # fmt: skip

    def turns(self, machines: int) -> Turns | None:
        """How several machines share the parts; worked out once for each number of them.

        Parameters
        ----------
        machines : int

        Returns
        -------
        Turns or None
            None for one machine.
        """
        if machines <= 1:
            return None
        return self.memory.get(
            "turns", machines,
            lambda: machine_turns(self.layout, self.bands, self.toolpath, machines, self.inputs.printer),
        )  # fmt: skip

    def motion(self, speeds: Speeds) -> LayerMotion:
        """Time of one layer of every section; worked out once for the same speeds.

        Parameters
        ----------
        speeds : Speeds

        Returns
        -------
        LayerMotion
        """
        return self.memory.get("motion", speeds, lambda: layer_motion(self.toolpath, self.inputs.printer, speeds))

    def motion_table(self, nodes: Nodes) -> MotionTable:
        """Times of sections over a grid of speeds and accelerations; worked out once for the same grid.

        Parameters
        ----------
        nodes : Nodes

        Returns
        -------
        (s, a, k, c) or (s, a, g, c) float
            [s]
        """
        printer, alike = self.inputs.printer, self.alike
        return self.memory.get("table", nodes, lambda: motion_table(self.toolpath, printer, nodes, alike))

    @cached_property
    def alike(self) -> NDArray[np.int64] | None:
        """Group of each section in a Monte Carlo run, (k,); None where every section is sampled by itself."""
        return alike_sections(self.toolpath)


def geometry_inputs(
    plan: Plan, printer: Printer, wall_system: str, pattern: Pattern, mix: Mix, terms: Terms,
    order: Literal["best", "nearest"] = "best", zones: int = 1, layout: Layout | None = None,
) -> GeometryInputs:  # fmt: skip
    """What the geometry of an estimate depends on, of all that is known.

    Parameters
    ----------
    plan : Plan
    printer : Printer
    wall_system : str
        Of the walls that name none themselves.
    pattern : Pattern
    mix : Mix
        Whose density counts in the weight of elements.
    terms : Terms
        Which limit elements.
    order : {"best", "nearest"}
    zones : int
    layout : Layout, optional

    Returns
    -------
    GeometryInputs
    """
    limits = None
    if layout is None and printer.deployment == "factory":
        limits = element_limits(plan, printer, float(mix.density_kg_per_m3), terms, wall_system, pattern)
    costs = gap_costs(printer, float(printer.bead_width_m), float(printer.layer_height_m)) if order == "best" else None
    shape = replace(
        printer, name="", maker="", country="", year=0, status="", summary="", feed="", mixes=(), default_mix="",
        wall_systems=(), default_wall_system="", machines_max=0, currency="", price_year=0, warnings=(), records=(),
        claims=(), facts={name: printer.facts[name] for name in _KEPT_FACTS if name in printer.facts}, references=(),
        sources={},
    )  # fmt: skip
    bare = replace(plan, region=None, findings=(), assumptions=(), unit="", evidence=(), skipped=())
    return GeometryInputs(bare, shape, wall_system, pattern, costs, limits, zones, layout)


def geometry_of(inputs: GeometryInputs, known: Iterable[Geometry] = ()) -> Geometry:
    """The geometry of an estimate: one that is known, if its inputs match, else worked out.

    Parameters
    ----------
    inputs : GeometryInputs
    known : iterable of Geometry
        Of earlier estimates.

    Returns
    -------
    Geometry

    Raises
    ------
    NotPrintableError
        The plan does not fit the printer; its findings say why.
    """
    of_plan = Memory()
    for geometry in known:
        if geometry.inputs.matches(inputs):
            return geometry
        if geometry.inputs.plan == inputs.plan:
            of_plan = geometry.of_plan
    return _worked_out(inputs, of_plan)


def _worked_out(inputs: GeometryInputs, of_plan: Memory) -> Geometry:
    plan, printer, system, pattern = inputs.plan, inputs.printer, inputs.wall_system, inputs.pattern
    layer_height, bead_width = float(printer.layer_height_m), float(printer.bead_width_m)
    findings: list[Finding] = []
    pieces = of_plan.get("pieces", (), lambda: wall_pieces(plan))
    layout = inputs.layout
    if layout is None:
        layout = plan_layout(plan, pieces, printer, inputs.zones)
        findings += check_fit(plan, printer, layout.findings)
        if printer.deployment == "factory":
            layout = plan_elements(plan, pieces, printer, inputs.limits)
            findings += check_fit(plan, printer, layout.findings)
    cuts = of_plan.get("cuts", system, lambda: Cuts(plan, pieces, system))
    bands = whole = of_plan.get(
        "bands", (layer_height, system), lambda: slice_bands(plan, pieces, layer_height, system, cuts)
    )  # fmt: skip
    printed_plan = plan
    if layout.joints:
        printed_plan = with_joints(plan, layout.joints)
        bands = slice_bands(printed_plan, wall_pieces(printed_plan), layer_height, system)
    if not len(bands.layers):
        raise NotPrintableError(
            f"{plan.source}: nothing is left to print; either openings take up every wall or no wall is as high as one "
            f"layer of {layer_height:g} m"
        )
    takeoff = of_plan.get("takeoff", (layer_height, system), lambda: take_off(plan, whole))
    bands = divided(bands, layout.parts)
    memory = Memory() if layout.joints else of_plan  # joints are walls of another plan
    orders, wanted, bead_findings = _ordered(bands.sections, printed_plan, bead_width, pattern, inputs.costs, memory)
    toolpath = build_toolpath(bands, orders, layer_height, layout.parts)
    findings += bead_findings
    if not np.any(toolpath.kind != Kind.TRAVEL):
        raise NotPrintableError(
            f"{plan.source}: the walls are too thin for a bead of {bead_width:g} m, so nothing would be printed; "
            "choose a narrower bead or thicker walls",
            bead_findings,
        )
    covered = coverage(bands.sections, printed_plan.walls, toolpath, bead_width, wanted)
    findings += covered.findings
    if printer.continuity != "never-stop":
        toolpath = staggered(toolpath, bands, SHIFT_BEADS * bead_width)
    if not takeoff.is_enclosed:
        findings.append(
            Finding(
                "plan-open",
                "warning",
                plan.name,
                "has walls that enclose no floor, so the figures for the whole house mean little; state floor_area_m2",
            )
        )
    cores = wall_cores(bands, printed_plan.walls, bead_width, layer_height, pattern)
    remarks = (*overhang_remarks(plan, layer_height, bead_width), *layer_remarks(bands, toolpath))
    return Geometry(inputs, layout, bands, toolpath, covered, takeoff, cores, tuple(findings), remarks, of_plan)


def _ordered(
    sections: Sequence[Section], plan: Plan, bead_width_m: float, pattern: Pattern, costs: GapCosts | None,
    of_plan: Memory,
) -> tuple[list[Order], Intended, list[Finding]]:  # fmt: skip
    """Beads of sections in order, what they are to cover, and findings; printers with the same bead share what they
    can.
    """
    if len(sections) > MOST_ALIKE:
        beads, findings = all_beads(sections, plan.walls, bead_width_m, pattern)
        return bead_orders(beads, costs), intended(sections, plan.walls, bead_width_m, pattern), findings
    key = (bead_width_m, pattern, tuple(section.key for section in sections))
    lines = of_plan.get("lines", (), lambda: Lines(plan.walls))
    beads, findings = of_plan.get("beads", key, lambda: all_beads(sections, plan.walls, bead_width_m, pattern, lines))
    memories = of_plan.get("memories", key, lambda: [Memory() for _ in beads])
    orders = of_plan.get("orders", (key, costs), lambda: bead_orders(beads, costs, memories))
    wanted = of_plan.get("intended", key, lambda: intended(sections, plan.walls, bead_width_m, pattern))
    return orders, wanted, findings


def _limits(limits: ElementLimits | None) -> tuple[float | bytes, ...] | None:
    """Limits of elements as something that can be compared."""
    if limits is None:
        return None
    return (limits.length_m, limits.width_m, limits.height_m, limits.mass_kg, limits.weight_kg_per_m2.tobytes())
