"""How a building is printed so that it stands: its work, the pace of its layers, and its structure.

Prices have no say in it, so it is worked out once for the same :class:`StandingInputs`: printer and mix among them
have lost the facts that say what they cost, and the stages see nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from estimator.geometry import Geometry
from estimator.pacing import Pace, Way
from estimator.pacing import pacing as paced_by
from estimator.structure.clock import laid_layers, layer_order
from estimator.structure.pace import paced_work
from estimator.structure.structure import Structure, structure_of
from estimator.structure.wet_walls import has_wet_wall, wet_cases
from estimator.times import Speeds, StatedTimes
from estimator.values import Draw, FactLike
from estimator.work import Work, count_work
from materials import Mix, Site, Terms, load_wet_wall
from printers import Printer

PRINTER_PRICES = frozenset(("purchase_price", "hire_rate_per_day"))
MIX_PRICES = frozenset((Mix.FIXED, *Mix.BOUGHT, "carbon_kg_per_m3"))
"""Facts that only ledgers ask for."""


@dataclass(frozen=True, slots=True)
class StandingInputs:
    """All that it depends on.

    Attributes
    ----------
    geometry : Geometry
    speeds : Speeds
    printer : Printer
        Without its prices.
    mix : Mix
        Without its price.
    site : Site
    terms : Terms
    machines : int
    pace : {"strength", "stands", "safe"}
    pacing : {"cheapest", "wait", "slow", "alternate"}
    route : str or None
        Code by which set walls are checked; None for the usual one.
    """

    geometry: Geometry
    speeds: Speeds
    printer: Printer
    mix: Mix
    site: Site
    terms: Terms
    machines: int
    pace: Pace
    pacing: Way
    route: str | None

    def __hash__(self) -> int:
        """By what tells most of them apart: hashing every fact would take longer than comparing them."""
        choices = (self.machines, self.pace, self.pacing, self.route)
        return hash((self.speeds, self.printer.id, self.mix.id, self.site.id, *choices))


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A building as it is printed and stands, by the stated values.

    Attributes
    ----------
    work : Work
    structure : Structure
    used : mapping of str to fact
        Every fact that the checks asked for, by full name.
    """

    work: Work
    structure: Structure
    used: Mapping[str, FactLike]


def standing_inputs(
    geometry: Geometry, speeds: Speeds, printer: Printer, mix: Mix, site: Site, terms: Terms, machines: int, pace: Pace,
    pacing: Way, route: str | None,
) -> StandingInputs:  # fmt: skip
    """What the standing of a building depends on, of all that is known.

    Parameters
    ----------
    geometry : Geometry
    speeds : Speeds
    printer : Printer
    mix : Mix
    site : Site
    terms : Terms
    machines : int
    pace : {"strength", "stands", "safe"}
    pacing : {"cheapest", "wait", "slow", "alternate"}
    route : str or None

    Returns
    -------
    StandingInputs
    """
    machine = replace(printer, facts={k: fact for k, fact in printer.facts.items() if k not in PRINTER_PRICES})
    stuff = replace(mix, facts={k: fact for k, fact in mix.facts.items() if k not in MIX_PRICES})
    return StandingInputs(geometry, speeds, machine, stuff, site, terms, machines, pace, pacing, route)


def standing_of(inputs: StandingInputs) -> Standing:
    """How a building is printed so that it stands; one and the same object for the same inputs.

    Parameters
    ----------
    inputs : StandingInputs

    Returns
    -------
    Standing

    Raises
    ------
    UsageError
        The printer cannot keep pace in the way that is asked for.
    """
    return inputs.geometry.memory.get("standing", inputs, lambda: _worked_out(inputs))


def _worked_out(inputs: StandingInputs) -> Standing:
    geometry, printer, mix, terms = inputs.geometry, inputs.printer, inputs.mix, inputs.terms
    layout, bands, toolpath, takeoff = geometry.layout, geometry.bands, geometry.toolpath, geometry.takeoff
    motion = geometry.motion(inputs.speeds)
    elements = len(np.unique(bands.part)) if printer.deployment == "factory" else 0
    work = count_work(
        geometry.inputs.plan, bands, toolpath, takeoff, geometry.inputs.wall_system, layout, elements, mix,
        paced_by(layout, printer, terms, inputs.pacing), geometry.turns(inputs.machines),
    )  # fmt: skip
    order = layer_order(bands, toolpath, work)
    fabric, parts = geometry.fabric, layout.parts
    cases = wet_cases(fabric.plan, fabric.shapes, parts, order, mix, load_wet_wall()) if has_wet_wall(mix) else None
    ledger = StatedTimes(motion, printer, mix, terms)
    work = paced_work(cases, order, len(parts), work, ledger.of, mix, inputs.pace)
    daily_s = float(printer.startup_time_s) + float(printer.washdown_time_s)
    laid = laid_layers(order, work, ledger.of(work), float(printer.shift_time_s), daily_s)
    draw = Draw()
    structure = structure_of(fabric, cases, laid, mix, inputs.site, takeoff, terms, draw, inputs.route)
    if structure.lintels is not None:
        work = replace(work, cast_lintels=structure.lintels.cast)
    return Standing(work, structure, draw.used)
