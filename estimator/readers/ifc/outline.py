"""The upright prism that stands for an IFC wall whose body cannot be made in time."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Polygon

from estimator.options import DEFAULT_HEIGHT_M, DEFAULT_THICKNESS_M, ReadOptions
from estimator.plan import Slab
from estimator.readers.ifc import attributes as said
from estimator.readers.ifc import bodies
from estimator.readers.ifc.bodies import Floats
from estimator.readers.sections import Mesh, Stack

THINNEST_M = 0.01


def outline_prism(wall: Any, axis_m: Floats | None, scale_m: float, options: ReadOptions) -> Mesh | None:
    """An upright prism around a wall, without the geometry kernel.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance
    axis_m : (n, 3) float or None
        Its axis in world coordinates. [m]
    scale_m : float
        Metres in one length unit of the file.
    options : ReadOptions
        Height and thickness where the file says none.

    Returns
    -------
    Mesh or None
        The smallest rectangle around the corners of explicit faces, in plan and height; else the axis
        with the thickness of the material layers, as high as the file says. None without either.
    """
    corners = face_corners(wall)
    if corners is not None:
        world = bodies.placed(corners * scale_m, wall, scale_m)
        outline = shapely.minimum_rotated_rectangle(shapely.MultiPoint(world[:, :2]))
        low_m, high_m = float(world[:, 2].min()), float(world[:, 2].max())
        if isinstance(outline, Polygon) and outline.area > 0.0 and high_m > low_m:
            return prism(outline, low_m, high_m)
    if axis_m is None:
        return None
    line = LineString(axis_m[:, :2])
    thickness_m = said.layers_thickness_m(wall, scale_m) or options.thickness_m or DEFAULT_THICKNESS_M
    outline = line.buffer(0.5 * max(thickness_m, THINNEST_M), cap_style="flat", join_style="mitre")
    base_m = float(axis_m[:, 2].min())
    height_m = said.stated_height_m(wall, scale_m) or options.height_m or DEFAULT_HEIGHT_M
    return prism(outline, base_m, base_m + height_m) if isinstance(outline, Polygon) and outline.area > 0.0 else None


def prism(outline: Polygon, base_m: float, top_m: float) -> Mesh:
    """An upright prism as a mesh.

    Parameters
    ----------
    outline : Polygon
        Holes are filled. [m]
    base_m, top_m : float
        [m]

    Returns
    -------
    Mesh
        Its sides and no caps: enough to be cut horizontally.
    """
    ring = shapely.get_coordinates(shapely.orient_polygons(outline).exterior)[:-1]
    count = len(ring)
    vertices = np.concatenate([np.column_stack((ring, np.full(count, z))) for z in (base_m, top_m)])
    here = np.arange(count)
    onward = (here + 1) % count
    lower = np.column_stack((here, onward, onward + count))
    upper = np.column_stack((here, onward + count, here + count))
    return Mesh(vertices, np.concatenate((lower, upper)).astype(np.int64))


def around(mesh: Mesh) -> Stack:
    """One upright prism around a body.

    Parameters
    ----------
    mesh : Mesh

    Returns
    -------
    Stack
        The smallest rectangle in plan, from the lowest to the highest corner. [m]
    """
    outline = shapely.minimum_rotated_rectangle(shapely.MultiPoint(mesh.vertices_m[:, :2]))
    low_m, high_m = float(mesh.vertices_m[:, 2].min()), float(mesh.vertices_m[:, 2].max())
    if not isinstance(outline, Polygon) or high_m <= low_m:
        return Stack((), 0, 0)
    return Stack((Slab(low_m, high_m, outline),), 0, 0)


def face_corners(wall: Any) -> Floats | None:
    """Corners of a body that is given by its faces.

    Parameters
    ----------
    wall : ifcopenshell.entity_instance

    Returns
    -------
    (n, 3) float or None
        In the element's coordinates and the file's unit; None where any part of the body is given
        otherwise.
    """
    representation = bodies.representation_of(wall, "Body") or bodies.representation_of(wall, "Facetation")
    if representation is None:
        return None
    found = _corners(representation.Items, np.eye(4), 0)
    if not found:
        return None
    points = np.concatenate(found)
    return points if len(points) >= 4 and np.isfinite(points).all() else None


def _corners(items: Sequence[Any], matrix: Floats, depth: int) -> list[Floats]:
    """Corners of faces under items; nothing where one of them is not given by faces."""
    found: list[Floats] = []
    for item in items:
        if item.is_a("IfcMappedItem") and depth < 8:
            mapped = bodies.library("ifcopenshell.util.placement").get_mappeditem_transformation(item)
            inner = _corners(item.MappingSource.MappedRepresentation.Items, matrix @ np.array(mapped), depth + 1)
        else:
            inner = [_own_corners(item) @ matrix[:3, :3].T + matrix[:3, 3]]
        if not sum(map(len, inner)):
            return []
        found += inner
    return found


def _own_corners(item: Any) -> Floats:
    shells: list[Any] = []
    if item.is_a("IfcTessellatedFaceSet") and hasattr(item.Coordinates, "CoordList"):
        return np.array(item.Coordinates.CoordList, np.float64).reshape(-1, 3)
    if item.is_a("IfcFacetedBrep"):
        shells = [item.Outer]
    elif item.is_a("IfcFaceBasedSurfaceModel"):
        shells = list(item.FbsmFaces)
    elif item.is_a("IfcShellBasedSurfaceModel"):
        shells = list(item.SbsmBoundary)
    points = [
        point.Coordinates
        for shell in shells
        for face in shell.CfsFaces
        for bound in face.Bounds
        if bound.Bound.is_a("IfcPolyLoop")
        for point in bound.Bound.Polygon
        if len(point.Coordinates) == 3 and all(map(isfinite, point.Coordinates))
    ]
    return np.array(points, np.float64).reshape(-1, 3)
