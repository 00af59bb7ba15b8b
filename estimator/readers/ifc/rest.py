"""What else is in an IFC model: counted, so that a person sees what was not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

WORDS: Final = (
    ("IfcSlab", "slab", "slabs"),
    ("IfcRoof", "roof", "roofs"),
    ("IfcCovering", "covering", "coverings"),
    ("IfcBeam", "beam", "beams"),
    ("IfcColumn", "column", "columns"),
    ("IfcMember", "member", "members"),
    ("IfcPlate", "plate", "plates"),
    ("IfcFooting", "footing", "footings"),
    ("IfcPile", "pile", "piles"),
    ("IfcStair", "stair", "stairs"),
    ("IfcStairFlight", "flight of stairs", "flights of stairs"),
    ("IfcRamp", "ramp", "ramps"),
    ("IfcRampFlight", "flight of a ramp", "flights of ramps"),
    ("IfcRailing", "railing", "railings"),
    ("IfcChimney", "chimney", "chimneys"),
    ("IfcCurtainWall", "curtain wall", "curtain walls"),
    ("IfcDoor", "door in no wall read", "doors in no wall read"),
    ("IfcWindow", "window in no wall read", "windows in no wall read"),
    ("IfcOpeningElement", "opening in no wall read", "openings in no wall read"),
    ("IfcFurnishingElement", "piece of furniture", "pieces of furniture"),
    ("IfcDistributionElement", "piece of building services", "pieces of building services"),
    ("IfcReinforcingElement", "piece of reinforcement", "pieces of reinforcement"),
    ("IfcBuildingElementProxy", "element without a class", "elements without a class"),
    ("IfcAnnotation", "annotation", "annotations"),
)
"""Classes of IFC, and what people call them: one, many."""


def skipped(model: Any, walls: Sequence[Any], openings: dict[int, list[Any]]) -> tuple[str, ...]:
    """Kinds of things that are no part of the plan, with their number.

    Parameters
    ----------
    model : ifcopenshell.file
    walls : sequence of ifcopenshell.entity_instance
        Those read. Walls left out are told in findings.
    openings : dict of int to list of ifcopenshell.entity_instance
        Of each wall, by its step number.

    Returns
    -------
    tuple of str
        "21 slabs"; parts of walls are none.
    """
    read = {opening.id() for wall in walls for opening in openings[wall.id()]}
    read |= {
        relation.RelatedBuildingElement.id()
        for wall in walls
        for opening in openings[wall.id()]
        for relation in getattr(opening, "HasFillings", None) or ()
        if relation.RelatedBuildingElement is not None
    }
    known: Counter[int] = Counter()
    others: Counter[str] = Counter()
    for element in [*model.by_type("IfcElement"), *model.by_type("IfcAnnotation")]:
        if element.id() in read or element.is_a("IfcWall") or element.is_a("IfcBuildingElementPart"):
            continue
        place = next((i for i, (kind, _, _) in enumerate(WORDS) if element.is_a(kind)), None)
        if place is None:
            others[str(element.is_a())] += 1
        else:
            known[place] += 1
    told = [f"{known[i]} {WORDS[i][1 if known[i] == 1 else 2]}" for i in sorted(known)]
    return (*told, *(f"{others[name]} {name}" for name in sorted(others)))
