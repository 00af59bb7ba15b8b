"""Mesh files as named parts: triangles in the file's own unit and axes, and what the file says of both."""

from __future__ import annotations

import importlib
import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from estimator.errors import PlanError
from estimator.options import Limits
from estimator.readers.mesh import bounds

UNITS_3MF_M: Final = {
    "micron": 1e-6,
    "millimeter": 0.001,
    "centimeter": 0.01,
    "inch": 0.0254,
    "foot": 0.3048,
    "meter": 1.0,
}

MISFITS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NameError,
    NotImplementedError,
    RecursionError,
    StopIteration,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What the parsers raise on files whose parts do not fit together."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """The triangles under one name.

    Attributes
    ----------
    name : str
        Of the group, object or node; empty where the file gives none.
    material : str
        Empty where the file gives none.
    vertices : (n, 3) float
        In the file's unit and axes. [-]
    triangles : (m, 3) int
        Indices into ``vertices``.
    """

    name: str
    material: str
    vertices: Floats
    triangles: Ints


@dataclass(frozen=True, slots=True)
class Model:
    """A mesh file.

    Attributes
    ----------
    parts : tuple of Part
        At least one, none empty, all finite.
    unit_m : float or None
        Length of the unit that the file or its format states. [m]
    up : {"x", "y", "z"} or None
        Upward axis that the file or its format states.
    lost : tuple of str
        Meshes in the file that the parser could not read.
    """

    parts: tuple[Part, ...]
    unit_m: float | None
    up: str | None
    lost: tuple[str, ...] = ()


class _NothingElse:
    """Stands where the parser would look for materials and pictures, and gives none."""

    def get(self, name: str) -> bytes:
        """Refuse another file.

        Parameters
        ----------
        name : str
        """
        raise FileNotFoundError(f"{name!r} is another file, which is not read")

    __getitem__ = get


def load(path: Path, kind: str, shown: str, limits: Limits) -> Model:
    """The parts of a mesh file; nothing but the file itself is opened.

    Parameters
    ----------
    path : Path
    kind : {"stl", "obj", "ply", "glb", "3mf", "dae"}
    shown : str
        What the file is called in messages.
    limits : Limits

    Returns
    -------
    Model

    Raises
    ------
    PlanError
    """
    try:
        model = _loaded(path, kind, shown, limits)
    except ImportError as error:
        raise PlanError(
            f"{shown}: {kind.upper()} needs {error.name or 'a library'}, which cannot be loaded; "
            "install it with: pip install 'printhouse[mesh]'"
        ) from error
    except MISFITS as error:
        raise PlanError(
            f"{shown}: does not fit together ({type(error).__name__}: {str(error)[:120]}); export it again"
        ) from error
    _check(model, shown, limits)
    return replace(model, parts=tuple(_used(part) for part in model.parts if len(part.triangles)))


def _loaded(path: Path, kind: str, shown: str, limits: Limits) -> Model:
    if kind == "3mf":
        archive, facts = bounds.check_3mf(path, shown, limits)
        importlib.import_module("lxml")
        importlib.import_module("networkx")
        unit_m = UNITS_3MF_M.get(facts.unit, 0.001)
        return Model(tuple(_parts(archive, "3mf", {})), unit_m, "z")
    data = path.read_bytes()
    if kind == "dae":
        return _collada(data, shown, limits)
    if kind == "glb":
        tree = bounds.check_glb(data, shown, limits)
        return Model(tuple(_parts(data, "glb", _glb_materials(tree))), 1.0, "y")
    if kind == "obj":
        bounds.check_obj(data, shown, limits)
        return Model(tuple(_obj_parts(data)), None, None)
    {"stl": bounds.check_stl, "ply": bounds.check_ply}[kind](data, shown, limits)
    return Model(tuple(_parts(data, kind, {})), None, None)


def _parts(data: bytes, kind: str, materials: dict[str, str], **options: Any) -> Iterator[Part]:
    import trimesh

    scene: Any = trimesh.load_scene(
        io.BytesIO(data), file_type=kind, resolver=_NothingElse(), process=False,
        **({} if kind in ("3mf", "stl") else {"skip_materials": True}), **options,
    )  # fmt: skip
    for node in scene.graph.nodes_geometry:
        matrix, key = scene.graph[node]
        geometry = scene.geometry[key]
        if not isinstance(geometry, trimesh.Trimesh):
            continue
        matrix = np.asarray(matrix, np.float64)
        vertices = np.asarray(geometry.vertices, np.float64)
        if not np.array_equal(matrix, np.eye(4)):
            vertices = vertices @ matrix[:3, :3].T + matrix[:3, 3]
        name = "" if re.fullmatch(r"geometry(_\d+)?|GLTF(_\d+)?|world", str(node)) else str(node)
        yield Part(name, _material(str(key), materials), vertices, np.asarray(geometry.faces, np.int64))


def _material(key: str, materials: dict[str, str]) -> str:
    """The material of a geometry, whose name may have got a number to make it unique."""
    return materials.get(key) or materials.get(re.sub(r"_\d+$", "", key), "")


def _glb_materials(tree: dict[str, Any]) -> dict[str, str]:
    """Names of materials by mesh."""
    listed = tree.get("materials")
    names = [str(m.get("name", "")) if isinstance(m, dict) else "" for m in listed] if isinstance(listed, list) else []
    found: dict[str, str] = {}
    for mesh in tree.get("meshes") or []:
        used = {p.get("material") for p in mesh.get("primitives") or []}
        words = [names[k] for k in sorted(k for k in used if isinstance(k, int) and 0 <= k < len(names))]
        found[str(mesh.get("name", "GLTF"))] = ", ".join(w for w in words if w)
    return found


def _obj_parts(data: bytes) -> Iterator[Part]:
    """Parts of an OBJ file by object, group and material; its material library is left alone."""
    known: dict[tuple[bytes, bytes, bytes], int] = {}
    state = [b"", b"", b""]
    places = {b"o": 0, b"g": 1, b"usemtl": 2}

    def numbered(found: re.Match[bytes]) -> bytes:
        if found[1] == b"mtllib":
            return b"#"
        place = places[found[1]]
        state[place] = found[2].strip()
        if place == 0:
            state[1] = b""
        key = (state[0], state[1], state[2])
        return b"o part" + str(known.setdefault(key, len(known))).encode()

    text = re.sub(rb"^[ \t]*(o|g|usemtl|mtllib)(?:[ \t]+([^\r\n]*))?(?=\r?$)", numbered, data, flags=re.M)
    keys = list(known)

    def place(part: Part) -> int:
        number = re.match(r"part(\d+)", part.name)
        return int(number[1]) if number else -1

    found = _parts(text, "obj", {}, split_objects=True, split_groups=False, group_material=False)
    for part in sorted(found, key=place):
        words = [w.decode("utf-8", "replace") for w in keys[place(part)]] if place(part) >= 0 else ["", "", ""]
        name = " ".join(dict.fromkeys(w for w in words[:2] if w and w != "default"))
        yield Part(name, words[2], part.vertices, part.triangles)


def _collada(data: bytes, shown: str, limits: Limits) -> Model:
    facts = bounds.check_xml(data, shown, limits)
    collada: Any = importlib.import_module("collada")
    document: Any = collada.Collada(io.BytesIO(data), ignore=[collada.common.DaeError])
    unit_m: float | None = None
    if facts.unit:
        unit_m = float(facts.unit)
        if not 1e-6 <= unit_m <= 1e4:
            raise PlanError(f"{shown}: says its unit is {facts.unit[:20]} m; correct it, or export it again")
    up = {"X_UP": "x", "Y_UP": "y", "Z_UP": "z"}.get(facts.up_axis.upper())
    if document.scene is None:
        raise PlanError(f"{shown}: holds no scene; export it again")
    parts: list[Part] = []
    corners = visited = 0
    waiting: list[tuple[Any, Floats, str, int]] = [(n, np.eye(4), "", 0) for n in reversed(document.scene.nodes)]
    while waiting:
        node, matrix, name, depth = waiting.pop()
        visited += 1
        if depth > 4 * limits.depth or visited > min(limits.entities, 20_000):
            raise PlanError(f"{shown}: nests groups more than {limits.depth} deep, or repeats them without end")
        if isinstance(node, collada.scene.GeometryNode):
            for part in _collada_parts(node, matrix, name, facts.materials):
                corners += len(part.vertices)
                bounds.check_corners(corners, shown, limits)
                parts.append(part)
        elif isinstance(node, collada.scene.Node):
            inner = node.node if isinstance(node, collada.scene.NodeNode) else node
            called = inner.name or inner.id or name
            here = matrix @ np.asarray(inner.matrix, np.float64)
            waiting += [(child, here, called, depth + 1) for child in reversed(inner.children)]
    lost = tuple(key for key in facts.geometries if key not in document.geometries)
    if lost and not parts:
        raise PlanError(f"{shown}: holds {len(lost)} meshes that do not fit together; repair and export it again")
    return Model(tuple(parts), unit_m, up, lost)


def _collada_parts(node: Any, matrix: Floats, name: str, materials: dict[str, str]) -> Iterator[Part]:
    collada: Any = importlib.import_module("collada")
    symbols = {m.symbol: m.target.name or m.target.id for m in node.materials if m.target is not None}
    for primitive in node.geometry.primitives:
        if isinstance(primitive, collada.polylist.Polylist | collada.polygons.Polygons):
            primitive = primitive.triangleset()
        if not isinstance(primitive, collada.triangleset.TriangleSet) or primitive.vertex is None:
            continue
        if not len(primitive):
            continue
        triangles = np.asarray(primitive.vertex_index, np.int64).reshape(-1, 3)
        vertices = np.asarray(primitive.vertex, np.float64) @ matrix[:3, :3].T + matrix[:3, 3]
        symbol = str(primitive.material or "")
        material = symbols.get(symbol) or materials.get(symbol, symbol)
        yield Part(str(name or node.geometry.name or ""), str(material), vertices, triangles)


def _check(model: Model, shown: str, limits: Limits) -> None:
    """Refuse what no wall can be made from."""
    bounds.check_corners(sum(len(part.vertices) for part in model.parts), shown, limits)
    bounds.check_corners(sum(len(part.triangles) for part in model.parts), shown, limits)
    if not any(len(part.triangles) for part in model.parts):
        raise PlanError(f"{shown}: holds no triangles; export the walls as a mesh")
    if any(part.vertices.shape[1:] != (3,) or part.triangles.shape[1:] != (3,) for part in model.parts):
        raise PlanError(f"{shown}: has vertices without three coordinates; repair the mesh and export it again")
    for part in model.parts:
        unsound = int((~np.isfinite(part.vertices)).any(axis=1).sum())
        if unsound:
            raise PlanError(
                f"{shown}: has {unsound} vertices whose coordinates are not finite numbers; "
                "repair the mesh and export it again"
            )
        if len(part.triangles) and not 0 <= part.triangles.min() <= part.triangles.max() < len(part.vertices):
            raise PlanError(
                f"{shown}: has triangles between vertices that are not there; repair the mesh and export it"
            )
        if len(part.vertices) and np.abs(part.vertices).max() > 1e12:
            raise PlanError(f"{shown}: has coordinates beyond any building; repair the mesh and export it")


def _used(part: Part) -> Part:
    """The same part with the vertices of its triangles alone."""
    used, index = np.unique(part.triangles, return_inverse=True)
    return Part(part.name, part.material, part.vertices[used], index.reshape(-1, 3).astype(np.int64))
