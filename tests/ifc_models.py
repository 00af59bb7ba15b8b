"""Small IFC models with one difficulty each, written with ifcopenshell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

METRES = {"is_metric": True, "raw": "METERS"}
FEET = {"is_metric": False, "raw": "FEET"}


class Author:
    """Writes small IFC files: one wall type of problem at a time. Lengths in the file's own unit."""

    def __init__(self, unit: dict[str, Any] | None = None, schema: str = "IFC4", storeys: bool = True) -> None:
        import ifcopenshell
        import ifcopenshell.api.aggregate
        import ifcopenshell.api.context
        import ifcopenshell.api.root
        import ifcopenshell.api.spatial
        import ifcopenshell.api.unit

        self.api = ifcopenshell.api
        self.model: Any = ifcopenshell.file(schema=schema)
        self.project = self._entity("IfcProject", "House")
        if unit is not None:
            self.api.unit.assign_unit(self.model, length=unit)
        self.context = self.api.context.add_context(self.model, context_type="Model")
        contexts = {"context_type": "Model", "parent": self.context}
        self.body = self.api.context.add_context(
            self.model, context_identifier="Body", target_view="MODEL_VIEW", **contexts
        )
        self.axis = self.api.context.add_context(
            self.model, context_identifier="Axis", target_view="GRAPH_VIEW", **contexts
        )
        self.building = self._entity("IfcBuilding", "Building")
        self.api.aggregate.assign_object(self.model, products=[self.building], relating_object=self.project)
        self.has_storeys = storeys

    def _entity(self, kind: str, name: str) -> Any:
        return self.api.root.create_entity(self.model, ifc_class=kind, name=name)

    def storey(self, elevation: float | None, name: str = "Ground") -> Any:
        storey = self._entity("IfcBuildingStorey", name)
        storey.Elevation = elevation
        self.api.aggregate.assign_object(self.model, products=[storey], relating_object=self.building)
        return storey

    def point(self, *xyz: float) -> Any:
        return self.model.createIfcCartesianPoint([float(value) for value in xyz])

    def direction(self, *xyz: float) -> Any:
        return self.model.createIfcDirection([float(value) for value in xyz])

    def placement(self, *xyz: float) -> Any:
        return self.model.createIfcAxis2Placement3D(self.point(*xyz), None, None)

    def box(self, x: float, y: float, z: float, length: float, width: float, height: float) -> Any:
        corners = [(x, y), (x + length, y), (x + length, y + width), (x, y + width), (x, y)]
        outline = self.model.createIfcPolyline([self.point(*corner) for corner in corners])
        profile = self.model.createIfcArbitraryClosedProfileDef("AREA", None, outline)
        return self.model.createIfcExtrudedAreaSolid(
            profile, self.placement(0, 0, z), self.direction(0, 0, 1), float(height)
        )

    def product(self, kind: str, solids: list[Any], at: tuple[float, float, float] = (0, 0, 0)) -> Any:
        product = self._entity(kind, kind)
        product.ObjectPlacement = self.model.createIfcLocalPlacement(None, self.placement(*at))
        shape = self.model.createIfcShapeRepresentation(self.body, "Body", "SweptSolid", solids)
        product.Representation = self.model.createIfcProductDefinitionShape(None, None, [shape])
        return product

    def wall(self, solids: list[Any], storey: Any = None, at: tuple[float, float, float] = (0, 0, 0)) -> Any:
        wall = self.product("IfcWall", solids, at)
        if storey is not None:
            self.api.spatial.assign_container(self.model, products=[wall], relating_structure=storey)
        return wall

    def with_axis(self, wall: Any, curve: Any) -> None:
        shape = self.model.createIfcShapeRepresentation(self.axis, "Axis", "Curve2D", [curve])
        wall.Representation.Representations = (shape, *wall.Representation.Representations)

    def opening(self, wall: Any, solid: Any, filling: str | None = None) -> Any:
        opening = self.product("IfcOpeningElement", [solid], wall.ObjectPlacement.RelativePlacement.Location[0])
        guid = self.api.root.create_entity(self.model, ifc_class="IfcRelVoidsElement")
        guid.RelatingBuildingElement, guid.RelatedOpeningElement = wall, opening
        if filling:
            relation = self.api.root.create_entity(self.model, ifc_class="IfcRelFillsElement")
            relation.RelatingOpeningElement = opening
            relation.RelatedBuildingElement = self._entity(filling, filling)
        return opening

    def write(self, folder: Path) -> Path:
        path = folder / "house.ifc"
        self.model.write(str(path))
        return path
