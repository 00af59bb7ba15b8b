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
        if schema == "IFC2X3":  # there everything has an owner
            office = self.model.createIfcOrganization(None, "office")
            self.model.createIfcPersonAndOrganization(self.model.createIfcPerson(None, "somebody"), office)
            self.model.createIfcApplication(office, "1", "tests", "tests")
        self.project = self.entity("IfcProject", "House")
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
        self.building = self.entity("IfcBuilding", "Building")
        self.api.aggregate.assign_object(self.model, products=[self.building], relating_object=self.project)
        self.has_storeys = storeys

    def entity(self, kind: str, name: str) -> Any:
        return self.api.root.create_entity(self.model, ifc_class=kind, name=name)

    def storey(self, elevation: float | None, name: str = "Ground") -> Any:
        storey = self.entity("IfcBuildingStorey", name)
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

    def product(
        self, kind: str, solids: list[Any], at: tuple[float, float, float] = (0, 0, 0), name: str | None = None
    ) -> Any:
        product = self.entity(kind, name or kind)
        product.ObjectPlacement = self.model.createIfcLocalPlacement(None, self.placement(*at))
        shape = self.model.createIfcShapeRepresentation(self.body, "Body", "SweptSolid", solids)
        product.Representation = self.model.createIfcProductDefinitionShape(None, None, [shape])
        return product

    def wall(
        self,
        solids: list[Any],
        storey: Any = None,
        at: tuple[float, float, float] = (0, 0, 0),
        name: str | None = None,
    ) -> Any:
        wall = self.product("IfcWall", solids, at, name)
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
            relation.RelatedBuildingElement = self.entity(filling, filling)
        return opening

    def placed(self, product: Any, *xyz: float, along: tuple[float, float] | None = None) -> None:
        """Put a product somewhere else, turned so that its x axis points along a direction."""
        turned = (self.direction(0, 0, 1), self.direction(*along, 0)) if along else (None, None)
        product.ObjectPlacement.RelativePlacement = self.model.createIfcAxis2Placement3D(self.point(*xyz), *turned)

    def clipped(self, solid: Any, at: tuple[float, float, float], normal: tuple[float, float, float]) -> Any:
        """A solid without what lies beyond a plane."""
        plane = self.model.createIfcPlane(
            self.model.createIfcAxis2Placement3D(self.point(*at), self.direction(*normal), self.direction(0, 1, 0))
        )
        half = self.model.createIfcHalfSpaceSolid(plane, False)
        return self.model.createIfcBooleanClippingResult("DIFFERENCE", solid, half)

    def polyline(self, *points: tuple[float, float]) -> Any:
        return self.model.createIfcPolyline([self.point(*point) for point in points])

    def faces(self, vertices: Any, triangles: Any) -> list[Any]:
        points = [self.point(*vertex) for vertex in vertices]
        return [
            self.model.createIfcFace(
                [
                    self.model.createIfcFaceOuterBound(
                        self.model.createIfcPolyLoop([points[corner] for corner in face]), True
                    )
                ]
            )
            for face in triangles
        ]

    def brep(self, vertices: Any, triangles: Any) -> Any:
        return self.model.createIfcFacetedBrep(self.model.createIfcClosedShell(self.faces(vertices, triangles)))

    def surfaces(self, vertices: Any, triangles: Any) -> Any:
        faces = self.model.createIfcConnectedFaceSet(self.faces(vertices, triangles))
        return self.model.createIfcFaceBasedSurfaceModel([faces])

    def shells(self, vertices: Any, triangles: Any) -> Any:
        return self.model.createIfcShellBasedSurfaceModel(
            [self.model.createIfcOpenShell(self.faces(vertices, triangles))]
        )

    def triangulated(self, vertices: Any, triangles: Any) -> Any:
        corners = self.model.createIfcCartesianPointList3D([[float(x) for x in vertex] for vertex in vertices])
        return self.model.createIfcTriangulatedFaceSet(
            corners, None, True, [[int(i) + 1 for i in face] for face in triangles]
        )

    def polygonal(self, vertices: Any, polygons: Any) -> Any:
        corners = self.model.createIfcCartesianPointList3D([[float(x) for x in vertex] for vertex in vertices])
        faces = [self.model.createIfcIndexedPolygonalFace([int(i) + 1 for i in face]) for face in polygons]
        return self.model.createIfcPolygonalFaceSet(corners, True, faces)

    def mapped(self, solid: Any, *at: float, scale: float = 1.0) -> Any:
        """A solid that is used at another place and size."""
        shape = self.model.createIfcShapeRepresentation(self.body, "Body", "SweptSolid", [solid])
        source = self.model.createIfcRepresentationMap(self.placement(0, 0, 0), shape)
        target = self.model.createIfcCartesianTransformationOperator3D(None, None, self.point(*at), float(scale), None)
        return self.model.createIfcMappedItem(source, target)

    def quantities(self, product: Any, name: str = "Qto_WallBaseQuantities", **values: float) -> None:
        """Store quantities with a product: lengths, areas and volumes by the ends of their names."""
        made = []
        for quantity, value in values.items():
            kind = next((k for k in ("Area", "Volume") if quantity.endswith(k)), "Length")
            made.append(self.model.create_entity(f"IfcQuantity{kind}", quantity, None, None, float(value)))
        held = self.entity("IfcElementQuantity", name)
        held.Quantities = made
        relation = self.entity("IfcRelDefinesByProperties", "")
        relation.RelatedObjects, relation.RelatingPropertyDefinition = [product], held

    def properties(self, product: Any, name: str, **values: Any) -> None:
        """Store properties with a product."""
        made = [
            self.model.createIfcPropertySingleValue(key, None, self.model.create_entity(kind, value), None)
            for key, (kind, value) in values.items()
        ]
        held = self.entity("IfcPropertySet", name)
        held.HasProperties = made
        relation = self.entity("IfcRelDefinesByProperties", "")
        relation.RelatedObjects, relation.RelatingPropertyDefinition = [product], held

    def write(self, folder: Path) -> Path:
        path = folder / "house.ifc"
        self.model.write(str(path))
        return path
