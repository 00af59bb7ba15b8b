"""What an IFC file says about its elements in words and numbers: storeys, thickness, names, kinds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from estimator.plan import Foundation, OpeningKind, Roof
from estimator.readers.ifc.bodies import library

# words for parts of a wall's life that are not ordinary printed wall, as exporters and offices write them
FOUNDATION_WORDS = re.compile(r"foundation|footing|stem wall|t/fdn|\bfdn\b|fundament|gründung|fondation|cimient", re.I)
PARAPET_WORDS = re.compile(r"parapet|attika|acrot[eè]re|antepecho", re.I)
ROOF_WORDS = re.compile(r"roof|dach|toit|cubierta", re.I)
ROOF_KINDS = {"FLAT_ROOF": "flat", "GABLE_ROOF": "gable", "HIP_ROOF": "hip", "DOME_ROOF": "dome"}
PARAPET_HEIGHT_M = 1.3


@dataclass(frozen=True, slots=True)
class Level:
    """A storey as the file gives it.

    Attributes
    ----------
    step : int
        Step number in the file; -1 for a storey that was made up.
    id, name : str
    elevation_m : float
        Absolute z in the coordinates of the file. [m]
    """

    step: int
    id: str
    name: str
    elevation_m: float


def title(model: Any, otherwise: str) -> str:
    """The project's name.

    Parameters
    ----------
    model : ifcopenshell.file
    otherwise : str
        Name where the file has none.

    Returns
    -------
    str
    """
    for project in model.by_type("IfcProject"):
        name = project.LongName or project.Name
        if name and name.strip():
            return str(name).strip()
    return otherwise


def levels(model: Any, scale_m: float, wall_bases_m: Mapping[int, float]) -> tuple[list[Level], bool]:
    """The storeys, lowest first.

    Parameters
    ----------
    model : ifcopenshell.file
    scale_m : float
        Metres in one length unit of the file.
    wall_bases_m : mapping of int to float
        Lowest z of each wall by step number, which says whether a storey's elevation or its placement is
        to be believed where the two differ. [m]

    Returns
    -------
    list of Level
    bool
        Whether the elevations stated in the file contradicted the placements and were not used.
    """
    local_placement = library("ifcopenshell.util.placement").get_local_placement
    stated: dict[int, float] = {}
    placed: dict[int, float] = {}
    storeys = model.by_type("IfcBuildingStorey")
    for storey in storeys:
        if storey.Elevation is not None and isfinite(storey.Elevation):
            stated[storey.id()] = float(storey.Elevation) * scale_m
        if storey.ObjectPlacement is not None:
            placed[storey.id()] = float(local_placement(storey.ObjectPlacement)[2][3]) * scale_m
    bases: dict[int, list[float]] = {}
    for step, base_m in wall_bases_m.items():
        container = storey_step(model.by_id(step))
        if container is not None:
            bases.setdefault(container, []).append(base_m)
    use_placed = _miss(placed, bases) + 1e-3 < _miss(stated, bases)
    first, second = (placed, stated) if use_placed else (stated, placed)
    found = [
        Level(
            storey.id(),
            str(storey.GlobalId),
            str(storey.Name or storey.LongName or f"Storey {number}"),
            round(first.get(storey.id(), second.get(storey.id(), 0.0)), 6),
        )
        for number, storey in enumerate(storeys, 1)
    ]
    return sorted(found, key=lambda level: (level.elevation_m, level.step)), use_placed and bool(stated)


def storey_step(element: Any) -> int | None:
    """Step number of the storey that holds an element.

    Parameters
    ----------
    element : ifcopenshell.entity_instance

    Returns
    -------
    int or None
    """
    storey = library("ifcopenshell.util.element").get_container(element, ifc_class="IfcBuildingStorey")
    return None if storey is None else int(storey.id())


def storey_name(element: Any) -> str:
    """Name of the storey that holds an element.

    Parameters
    ----------
    element : ifcopenshell.entity_instance

    Returns
    -------
    str
        Empty where none does.
    """
    storey = library("ifcopenshell.util.element").get_container(element, ifc_class="IfcBuildingStorey")
    return "" if storey is None else str(storey.Name or storey.LongName or "")


def level_at(elevations_m: Sequence[float], base_m: float) -> int:
    """The storey something belongs to by its height.

    Parameters
    ----------
    elevations_m : sequence of float
        Lowest first, at least one. [m]
    base_m : float
        Lowest z. [m]

    Returns
    -------
    int
        The highest storey that is not more than 0.3 m above the base; else the lowest.
    """
    below = [i for i, elevation in enumerate(elevations_m) if elevation <= base_m + 0.3]
    return below[-1] if below else 0


def layers_thickness_m(wall: Any, scale_m: float) -> float | None:
    """Total thickness of the material layers of a wall or its type.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance
    scale_m : float
        Metres in one length unit of the file.

    Returns
    -------
    float or None
        [m]
    """
    material = library("ifcopenshell.util.element").get_material(wall, should_skip_usage=True)
    if material is None or not material.is_a("IfcMaterialLayerSet"):
        return None
    total = sum(float(layer.LayerThickness or 0.0) for layer in material.MaterialLayers or ()) * scale_m
    return total if isfinite(total) and total > 0.0 else None


def stated_height_m(wall: Any, scale_m: float) -> float | None:
    """Height of a wall that its quantities state.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance
    scale_m : float
        Metres in one length unit of the file.

    Returns
    -------
    float or None
        [m]
    """
    sets = library("ifcopenshell.util.element").get_psets(wall, qtos_only=True)
    for quantities in sets.values():
        height = quantities.get("Height")
        if isinstance(height, float) and isfinite(height) and height > 0.0:
            return height * scale_m
    return None


def is_external(wall: Any) -> bool | None:
    """Whether the file calls a wall external.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance

    Returns
    -------
    bool or None
        None where it does not say.
    """
    value = library("ifcopenshell.util.element").get_pset(wall, "Pset_WallCommon", "IsExternal")
    return value if isinstance(value, bool) else None


def is_foundation(wall: Any, level_name: str) -> bool:
    """Whether a wall is, by its kind, its name or its storey's name, part of the foundation or against earth.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance
    level_name : str

    Returns
    -------
    bool
    """
    if getattr(wall, "PredefinedType", None) == "RETAININGWALL":
        return True
    return bool(FOUNDATION_WORDS.search(f"{wall.Name or ''} {wall.ObjectType or ''} {level_name}"))


def is_parapet(wall: Any, level_name: str, height_m: float) -> bool:
    """Whether a wall is a parapet: by its declared type, its name, or being low and on the roof.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance
    level_name : str
    height_m : float
        [m]

    Returns
    -------
    bool
    """
    kind = getattr(wall, "PredefinedType", None)
    if kind == "PARAPET" or PARAPET_WORDS.search(f"{wall.Name or ''} {wall.ObjectType or ''}"):
        return True
    return height_m <= PARAPET_HEIGHT_M and bool(ROOF_WORDS.search(level_name))


def voids(wall: Any) -> list[Any]:
    """The openings that go through a wall.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance

    Returns
    -------
    list of ifcopenshell.entity_instance
        In file order, recesses left out.
    """
    found = [relation.RelatedOpeningElement for relation in wall.HasOpenings or ()]
    through = [
        opening
        for opening in found
        if opening is not None and "RECESS" not in (getattr(opening, "PredefinedType", None), _upper(opening))
    ]
    return sorted(through, key=lambda opening: int(opening.id()))


def opening_kind(opening: Any) -> OpeningKind:
    """What fills an opening.

    Parameters
    ----------
    opening : ifcopenshell.entity_instance

    Returns
    -------
    {"door", "window", "opening"}
    """
    for relation in getattr(opening, "HasFillings", None) or ():
        filling = relation.RelatedBuildingElement
        if filling is not None and filling.is_a("IfcDoor"):
            return "door"
        if filling is not None and filling.is_a("IfcWindow"):
            return "window"
    return "opening"


def is_outdoors(space: Any) -> bool:
    """Whether a space is declared to lie outside the building.

    Parameters
    ----------
    space : ifcopenshell.entity_instance

    Returns
    -------
    bool
    """
    declared = (getattr(space, "InteriorOrExteriorSpace", None), getattr(space, "PredefinedType", None))
    return "EXTERNAL" in declared or "EXTERNAL_EARTH" in declared


def space_name(space: Any) -> str:
    """Number and name of a room.

    Parameters
    ----------
    space : ifcopenshell.entity_instance

    Returns
    -------
    str
    """
    words = [str(word).strip() for word in (space.Name, space.LongName) if word and str(word).strip()]
    return " ".join(dict.fromkeys(words)) or "Room"


def roof(model: Any) -> Roof:
    """What the file says of the roof.

    Parameters
    ----------
    model : ifcopenshell.file

    Returns
    -------
    Roof
    """
    kinds = {
        str(getattr(element, "PredefinedType", None) or getattr(element, "ShapeType", None))
        for element in model.by_type("IfcRoof")
    }
    known = sorted(ROOF_KINDS[kind] for kind in kinds if kind in ROOF_KINDS)
    return Roof(kind=known[0]) if len(known) == 1 else Roof()


def foundation(model: Any) -> Foundation:
    """What the file says of the foundation.

    Parameters
    ----------
    model : ifcopenshell.file

    Returns
    -------
    Foundation
    """
    kinds = {str(footing.PredefinedType) for footing in model.by_type("IfcFooting")}
    if "STRIP_FOOTING" in kinds:
        return Foundation(kind="strip")
    if model.by_type("IfcPile"):
        return Foundation(kind="piles")
    slabs = {str(slab.PredefinedType) for slab in model.by_type("IfcSlab")}
    return Foundation(kind="slab") if "BASESLAB" in slabs else Foundation()


def _upper(element: Any) -> str:
    return str(element.ObjectType or "").upper()


def _miss(elevations_m: Mapping[int, float], bases_m: Mapping[int, list[float]]) -> float:
    """How far the lowest wall of each storey is from the storey's elevation, summed. [m]"""
    return sum(abs(min(bases) - elevations_m[step]) if step in elevations_m else 1e3 for step, bases in bases_m.items())
