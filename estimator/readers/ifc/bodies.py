"""Bodies and axes of IFC elements as arrays in world metres, made by ifcopenshell's geometry kernel."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from estimator.errors import PlanError
from estimator.readers.sections import Mesh

MAX_TRIANGLES = 5_000_000

Detail = Literal["net", "gross", "plain"]
Floats = NDArray[np.float64]


def library(name: str = "ifcopenshell") -> Any:
    """A module of ifcopenshell, which is optional.

    Parameters
    ----------
    name : str
        Dotted module name.

    Returns
    -------
    module
        Untyped: everything that comes out of it is checked or converted where it enters.

    Raises
    ------
    PlanError
        If ifcopenshell is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise PlanError(
            f"IFC needs the ifcopenshell library, which cannot be loaded ({error}); "
            "install it with: pip install 'printhouse[ifc]'"
        ) from error


class Kernel:
    """The geometry kernel with one model in it.

    Parameters
    ----------
    model : ifcopenshell.file

    Notes
    -----
    It works in each element's own coordinates and the placement is applied here in double precision, so
    that models a thousand kilometres from their origin lose nothing.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._geom = library("ifcopenshell.geom")
        self._settings = {detail: self._made(detail) for detail in ("net", "gross", "plain")}

    def _made(self, detail: Detail) -> Any:
        settings = self._geom.settings()
        settings.set("disable-opening-subtractions", detail != "net")
        settings.set("disable-boolean-result", detail == "plain")
        settings.set("apply-default-materials", False)
        settings.set("no-normals", True)
        return settings

    def unit_m(self) -> float:
        """Metres that the kernel takes for one length unit of the file.

        Returns
        -------
        float
            It may miss what the file says: units made of units of units. [m]
        """
        magnitude = self._geom.iterator(self._settings["net"], self._model, 1).unit_magnitude()
        return float(magnitude)

    def body(self, step: int, detail: Detail = "net") -> Mesh | None:
        """The body of an element in world coordinates.

        Parameters
        ----------
        step : int
            Step number of a product with a representation.
        detail : {"net", "gross", "plain"}
            With its openings cut, without, or without any cut: no openings, no clipping.

        Returns
        -------
        Mesh or None
            None where the kernel can make no faces of it. [m]

        Raises
        ------
        PlanError
            If there are more triangles than anyone's house has.
        """
        try:
            shape = self._geom.create_shape(self._settings[detail], self._model.by_id(step))
        except RuntimeError:
            return None
        mesh = _mesh(shape.geometry, _matrix(shape))
        if len(mesh.triangles) > MAX_TRIANGLES:
            raise PlanError(
                f"one element has more than {MAX_TRIANGLES} triangles; "
                "export the walls alone, with a coarser level of detail"
            )
        return mesh if len(mesh.triangles) else None

    def axis(self, step: int) -> Floats | None:
        """The axis of a wall in its own coordinates, arcs as chords.

        Parameters
        ----------
        step : int

        Returns
        -------
        (n, 3) float or None
            Points along it; None where the file has no axis or one that is not a single line. [m]
        """
        representation = representation_of(self._model.by_id(step), "Axis")
        if representation is None:
            return None
        settings = self._geom.settings()
        settings.set("dimensionality", library().ifcopenshell_wrapper.CURVES_SURFACES_AND_SOLIDS)
        try:
            shape = self._geom.create_shape(settings, representation)
        except RuntimeError:
            return None
        points = np.array(shape.verts, np.float64).reshape(-1, 3)
        path = _path(np.array(shape.edges, np.int64).reshape(-1, 2))
        return None if path is None or not np.isfinite(points).all() else points[path]


def joined(parts: list[Mesh]) -> Mesh:
    """Several bodies as one.

    Parameters
    ----------
    parts : list of Mesh

    Returns
    -------
    Mesh
    """
    if len(parts) == 1:
        return parts[0]
    offsets = np.cumsum([0, *(len(part.vertices_m) for part in parts)])
    return Mesh(
        np.concatenate([part.vertices_m for part in parts]),
        np.concatenate([part.triangles + offset for part, offset in zip(parts, offsets, strict=False)]),
    )


def moved(mesh: Mesh, shift_m: Floats) -> Mesh:
    """The same body somewhere else.

    Parameters
    ----------
    mesh : Mesh
    shift_m : (3,) float
        [m]

    Returns
    -------
    Mesh
    """
    return Mesh(mesh.vertices_m + shift_m, mesh.triangles)


def placed(points_m: Floats, product: Any, scale_m: float) -> Floats:
    """Points of an element in world coordinates.

    Parameters
    ----------
    points_m : (n, 3) float
        In the element's own coordinates. [m]
    product : ifcopenshell.entity_instance
    scale_m : float
        Metres in one length unit of the file.

    Returns
    -------
    (n, 3) float
        [m]
    """
    placement = library("ifcopenshell.util.placement").get_local_placement(product.ObjectPlacement)
    matrix = np.array(placement, np.float64)
    matrix[:3, 3] *= scale_m
    return np.asarray(points_m @ matrix[:3, :3].T + matrix[:3, 3], np.float64)


def axis_line(points_m: Floats | None, shift_m: Floats) -> LineString | None:
    """An axis as a line in plan.

    Parameters
    ----------
    points_m : (n, 3) float or None
        World coordinates. [m]
    shift_m : (3,) float
        [m]

    Returns
    -------
    LineString or None
    """
    if points_m is None:
        return None
    line = LineString(points_m[:, :2] + shift_m[:2])
    return line if line.length > 0.0 else None


def has_body(product: Any) -> bool:
    """Whether a product has a shape of its own.

    Parameters
    ----------
    product : ifcopenshell.entity_instance

    Returns
    -------
    bool
    """
    shape = product.Representation
    representations = getattr(shape, "Representations", None) or ()  # a damaged file may have anything there
    names = [representation.RepresentationIdentifier for representation in representations]
    return any(name not in ("Axis", "FootPrint", "Box", "Annotation") for name in names)


def body_parts(wall: Any) -> list[Any]:
    """The products whose bodies make up a wall: itself, or the parts it is assembled from.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance

    Returns
    -------
    list of ifcopenshell.entity_instance
    """
    if has_body(wall):
        return [wall]
    parts = [part for relation in wall.IsDecomposedBy or () for part in relation.RelatedObjects or ()]
    return [part for part in parts if part.is_a("IfcProduct") and not part.is_a("IfcWall") and has_body(part)]


def bounds(bodies: Mapping[int, Mesh] | Iterable[Mesh]) -> tuple[Floats, Floats]:
    """Lowest and highest corner of bodies.

    Parameters
    ----------
    bodies : mapping or iterable of Mesh
        At least one.

    Returns
    -------
    low, high : (3,) float
        [m]
    """
    listed = list(bodies.values()) if isinstance(bodies, Mapping) else list(bodies)
    low = np.min([body.vertices_m.min(axis=0) for body in listed], axis=0)
    high = np.max([body.vertices_m.max(axis=0) for body in listed], axis=0)
    return np.asarray(low, np.float64), np.asarray(high, np.float64)


def _mesh(geometry: Any, matrix: Floats) -> Mesh:
    vertices = np.frombuffer(geometry.verts_buffer, np.float64).reshape(-1, 3)
    triangles = np.frombuffer(geometry.faces_buffer, np.int32).reshape(-1, 3).astype(np.int64)
    used = np.unique(triangles)
    index = np.zeros(len(vertices), np.int64)
    index[used] = np.arange(len(used))
    return Mesh(vertices[used] @ matrix[:3, :3].T + matrix[:3, 3], index[triangles])


def _matrix(shape: Any) -> Floats:
    return np.frombuffer(shape.transformation_buffer, np.float64).reshape((4, 4), order="F").copy()


def representation_of(product: Any, identifier: str) -> Any:
    """The representation of an element that is called so.

    Parameters
    ----------
    product : ifcopenshell.entity_instance
    identifier : str
        "Body", "Axis", "Box" …

    Returns
    -------
    ifcopenshell.entity_instance or None
        The first with anything in it.
    """
    if product.Representation is None:
        return None
    for representation in product.Representation.Representations or ():
        if representation.RepresentationIdentifier == identifier and representation.Items:
            return representation
    return None


def _path(edges: NDArray[np.int64]) -> list[int] | None:
    """The nodes of edges in walking order; None if they are not one open or closed line."""
    neighbours: dict[int, list[int]] = {}
    for a, b in edges.tolist():
        if a != b:
            neighbours.setdefault(a, []).append(b)
            neighbours.setdefault(b, []).append(a)
    ends = [node for node, others in neighbours.items() if len(others) == 1]
    if not neighbours or len(ends) not in (0, 2) or any(len(others) > 2 for others in neighbours.values()):
        return None
    path = [ends[0] if ends else next(iter(neighbours))]
    before = -1
    while True:
        onward = [node for node in neighbours[path[-1]] if node != before]
        if not onward:
            break
        before = path[-1]
        path.append(onward[0])
        if path[-1] == path[0]:
            break
    return path if len(set(path)) == len(neighbours) else None
