"""Units of an IFC model, and the quantities stored in it compared with its bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from estimator.options import unit_name
from estimator.plan import Slab, Wall
from estimator.readers.ifc.bodies import library
from estimator.readers.notes import Notes

AGREES: Final = 0.01
"""Largest relative difference of a stored quantity that is not told."""

NAMED_QUANTITIES: Final = 4

DIMENSIONS: Final = {
    "Length": "LENGTHUNIT",
    "Height": "LENGTHUNIT",
    "Width": "LENGTHUNIT",
    "GrossFootprintArea": "AREAUNIT",
    "NetSideArea": "AREAUNIT",
    "GrossSideArea": "AREAUNIT",
    "NetVolume": "VOLUMEUNIT",
    "GrossVolume": "VOLUMEUNIT",
}
"""Quantities of walls that are compared, and the unit each is in."""

_NAMES: Final = {name.casefold(): name for name in DIMENSIONS}
_VALUES: Final = ("LengthValue", "AreaValue", "VolumeValue")


@dataclass(frozen=True, slots=True)
class Measured:
    """A wall as read, beside the element it came from.

    Attributes
    ----------
    element : ifcopenshell.entity_instance
    wall : Wall
    gross_m3 : float
        Volume without openings. [m³]
    """

    element: Any
    wall: Wall
    gross_m3: float


@dataclass(frozen=True, slots=True)
class _Difference:
    """A stored quantity that differs from the body's.

    Attributes
    ----------
    quantity, wall : str
        Its name, and the id of the wall.
    stored, own : float
        In the file and from the body. [m, m² or m³]
    """

    quantity: str
    wall: str
    stored: float
    own: float

    @property
    def relative(self) -> float:
        """How far the stored value is off, as a share of the body's."""
        return abs(self.stored - self.own) / max(abs(self.own), 1e-12)


def length_unit(model: Any) -> tuple[float, str | None]:
    """The length unit of a file.

    Parameters
    ----------
    model : ifcopenshell.file

    Returns
    -------
    float
        Metres in it; 1 where the file names none. [m]
    str or None
        How the file says it, in words; None where it does not.
    """
    scale_m = float(library("ifcopenshell.util.unit").calculate_unit_scale(model))
    unit = _project_unit(model, "LENGTHUNIT")
    if unit is None:
        return scale_m, None
    own = f" {unit.Name!r}" if unit.is_a("IfcConversionBasedUnit") and unit.Name else ""
    return scale_m, f"the file says {unit_name(scale_m)} ({unit.is_a()}{own})"


def add_angle_unit(model: Any, notes: Notes) -> None:
    """Give a model that names no unit of angle the radian, which the kernel does not take by itself.

    Parameters
    ----------
    model : ifcopenshell.file
        Changed in memory.
    notes : Notes
        Told where arcs depend on it.
    """
    if _project_unit(model, "PLANEANGLEUNIT") is not None:
        return
    for project in model.by_type("IfcProject")[:1]:
        if project.UnitsInContext is not None:
            radian = model.create_entity("IfcSIUnit", UnitType="PLANEANGLEUNIT", Name="RADIAN")
            project.UnitsInContext.Units = [*(project.UnitsInContext.Units or ()), radian]
            if model.by_type("IfcTrimmedCurve"):
                notes.add("ifc-no-angle-unit", "IfcUnitAssignment")


def stored_quantities(model: Any, element: Any) -> tuple[dict[str, float], bool]:
    """Quantities of a wall that the file states.

    Parameters
    ----------
    model : ifcopenshell.file
    element : ifcopenshell.entity_instance

    Returns
    -------
    dict of str to float
        Those of :data:`DIMENSIONS` whose unit is known; of several with one name the last, as exporters
        write the right one behind the wrong one. [m, m² or m³]
    bool
        Whether several with one name differ.
    """
    scale = library("ifcopenshell.util.unit").get_unit_scale
    found: dict[str, float] = {}
    is_doubled = False
    for relation in element.IsDefinedBy or ():
        held = getattr(relation, "RelatingPropertyDefinition", None)
        if held is None or not held.is_a("IfcElementQuantity"):
            continue
        for quantity in held.Quantities or ():
            name = _NAMES.get(str(quantity.Name).casefold())
            value = next((getattr(quantity, name) for name in _VALUES if hasattr(quantity, name)), None)
            if name is None or value is None or not isfinite(value):
                continue
            unit = quantity.Unit or _project_unit(model, DIMENSIONS[name])
            if unit is None:
                continue
            si = float(value) * float(scale(unit))
            is_doubled = is_doubled or abs(found.get(name, si) - si) > AGREES * abs(si)
            found[name] = si
    return found, is_doubled


def compare_quantities(model: Any, walls: Sequence[Measured], notes: Notes) -> str | None:
    """Tell where the quantities stored in a file differ from the bodies in it.

    Parameters
    ----------
    model : ifcopenshell.file
    walls : sequence of Measured
    notes : Notes

    Returns
    -------
    str or None
        A sentence on those that agree; None where the file stores none that do.
    """
    agreeing = 0
    differences: list[_Difference] = []
    for measured in walls:
        own = own_quantities(measured)
        quantities, is_doubled = stored_quantities(model, measured.element)
        if is_doubled:
            notes.add("ifc-quantities-twice", measured.wall.id)
        for name, stored in quantities.items():
            if name not in own:
                continue
            difference = _Difference(name, measured.wall.id, stored, own[name])
            if difference.relative > AGREES:
                differences.append(difference)
            else:
                agreeing += 1
    told = _told(differences)
    for wall in dict.fromkeys(difference.wall for difference in differences):
        notes.add("ifc-quantities", wall, told)
    if not agreeing:
        return None
    return f"{agreeing} quantities stored with walls agree with the bodies within 1 %"


def own_quantities(measured: Measured) -> dict[str, float]:
    """Quantities of a wall from its body.

    Parameters
    ----------
    measured : Measured

    Returns
    -------
    dict of str to float
        By the names of :data:`DIMENSIONS`. [m, m² or m³]

    Notes
    -----
    The side areas are volumes over thickness, which holds for walls of one thickness. The length is the
    axis's; a wall without axis has none.
    """
    wall = measured.wall
    net_m3 = volume_m3(wall.slabs or (Slab(wall.base_m, wall.top_m, wall.footprint),))
    found = {
        "Height": wall.top_m - wall.base_m,
        "GrossFootprintArea": wall.footprint.area,
        "NetVolume": net_m3,
        "GrossVolume": measured.gross_m3,
    }
    if wall.axis is not None:
        found["Length"] = wall.axis.length
    if wall.thickness_m:
        found["Width"] = wall.thickness_m
        found["NetSideArea"] = net_m3 / wall.thickness_m
        found["GrossSideArea"] = measured.gross_m3 / wall.thickness_m
    return found


def volume_m3(slabs: Sequence[Slab]) -> float:
    """Volume of upright prisms.

    Parameters
    ----------
    slabs : sequence of Slab

    Returns
    -------
    float
        [m³]
    """
    return sum(slab.footprint.area * (slab.top_m - slab.base_m) for slab in slabs)


def _told(differences: Sequence[_Difference]) -> str:
    """The largest difference of each quantity, in words."""
    worst: dict[str, _Difference] = {}
    count: dict[str, int] = {}
    for one in differences:
        count[one.quantity] = count.get(one.quantity, 0) + 1
        if one.quantity not in worst or one.relative > worst[one.quantity].relative:
            worst[one.quantity] = one
    by_size = sorted(worst.values(), key=lambda one: -one.relative)
    return "; ".join(
        f"{one.quantity} of {count[one.quantity]}, most in {one.wall}: "
        f"{one.stored:.4g} stored, {one.own:.4g} {_symbol(one.quantity)} in the body"
        for one in by_size[:NAMED_QUANTITIES]
    ) + (f"; and {', '.join(one.quantity for one in by_size[NAMED_QUANTITIES:])}" if by_size[NAMED_QUANTITIES:] else "")


def _symbol(quantity: str) -> str:
    return {"LENGTHUNIT": "m", "AREAUNIT": "m²", "VOLUMEUNIT": "m³"}[DIMENSIONS[quantity]]


def _project_unit(model: Any, kind: str) -> Any:
    """The unit that the project gives quantities of a kind, or None."""
    for project in model.by_type("IfcProject")[:1]:
        group = project.UnitsInContext
        for unit in (group.Units or ()) if group is not None else ():
            if getattr(unit, "UnitType", None) == kind:
                return unit
    return None
