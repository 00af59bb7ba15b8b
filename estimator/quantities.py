"""Quantities of material: what is printed, what is lost, what has to be ordered."""

from __future__ import annotations

from dataclasses import dataclass

from estimator.times import PrintTimes, starts_per_layer
from estimator.values import Value, Values
from estimator.work import Work
from printers import Printer


@dataclass(frozen=True, slots=True)
class Quantities:
    """Material of the printed walls; numbers, or samples of them.

    Attributes
    ----------
    printed_volume_m3 : float or (n,) float
        In the walls, by the bead's cross-section and the usual over-extrusion. [m³]
    waste_m3 : float or (n,) float
        In proportion to the volume, at every start, in hose and hopper at the end of every
        shift, and thrown aside on the way by a head that never stops. [m³]
    ordered_volume_m3 : float or (n,) float
        Both together. [m³]
    printed_mass_kg : float or (n,) float
        [kg]
    carbon_kg : float or (n,) float
        Of the ordered mix, cradle to gate. [kgCO2e]
    """

    printed_volume_m3: Value
    waste_m3: Value
    ordered_volume_m3: Value
    printed_mass_kg: Value
    carbon_kg: Value


def print_quantities(
    work: Work, times: PrintTimes, printer: Printer, machine: Values, mix: Values, terms: Values
) -> Quantities:
    """Material of a print.

    Parameters
    ----------
    work : Work
    times : PrintTimes
    printer : Printer
    machine, mix, terms : Values

    Returns
    -------
    Quantities
    """
    printed = work.bead_volume_m3 * terms.over_extrusion_ratio
    starts = int(starts_per_layer(work, printer) @ work.layers)
    waste = (
        mix.waste_fraction * printed
        + starts * machine.start_waste_m3
        + work.machines * times.shift_count * machine.hose_volume_m3
    )
    if printer.continuity == "never-stop":
        waste = waste + work.travel_volume_m3 * terms.over_extrusion_ratio
    ordered = printed + waste
    return Quantities(printed, waste, ordered, printed * mix.density_kg_per_m3, ordered * mix.carbon_kg_per_m3)
