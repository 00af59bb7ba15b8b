"""What a mesh file claims about itself, held against its size and the limits before a parser sees it."""

from __future__ import annotations

import io
import math
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from estimator.errors import PlanError
from estimator.options import Limits
from estimator.readers.detect import archive_entries, unpacked
from estimator.readers.reading import load_json

PLY_BYTES = {
    **dict.fromkeys(("char", "uchar", "int8", "uint8"), 1),
    **dict.fromkeys(("short", "ushort", "int16", "uint16"), 2),
    **dict.fromkeys(("int", "uint", "float", "int32", "uint32", "float32"), 4),
    **dict.fromkeys(("double", "float64", "int64", "uint64"), 8),
}
"""Size of a value by its type in a PLY header."""

GLB_ITEM_BYTES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
GLB_ITEMS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
GLB_PACKED = ("KHR_draco_mesh_compression", "EXT_meshopt_compression")


@dataclass
class XmlFacts:
    """What is learnt of an XML mesh file in passing.

    Attributes
    ----------
    unit : str
        ``meter`` of a COLLADA file, ``unit`` of a 3MF model; empty where not stated.
    up_axis : str
        Of a COLLADA file; empty where not stated.
    objects : dict of str to list of str
        Components by object of a 3MF model.
    items : list of str
        Objects that a 3MF model builds.
    materials : dict of str to str
        Names of a COLLADA file's materials by id.
    geometries : list of str
        Ids of a COLLADA file's geometries that are meshes.
    """

    unit: str = ""
    up_axis: str = ""
    objects: dict[str, list[str]] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    materials: dict[str, str] = field(default_factory=dict)
    geometries: list[str] = field(default_factory=list)


def check_stl(data: bytes, shown: str, limits: Limits) -> None:
    """Refuse an STL file that claims more triangles than it holds, or holds too many.

    Parameters
    ----------
    data : bytes
    shown : str
        What the file is called in messages.
    limits : Limits

    Raises
    ------
    PlanError
    """
    triangles = int.from_bytes(data[80:84], "little")
    if len(data) != 84 + 50 * triangles:
        if not re.match(rb"\s*solid\b", data):
            raise PlanError(
                f"{shown}: says it has {triangles} triangles, but its size is that of {max(len(data) - 84, 0) // 50}; "
                "export it again"
            )
        triangles = len(re.findall(rb"\bfacet\b", data)) - len(re.findall(rb"\bendfacet\b", data))
    check_corners(3 * triangles, shown, limits)


def check_corners(corners: int, shown: str, limits: Limits) -> None:
    """Refuse more vertices than allowed.

    Parameters
    ----------
    corners : int
    shown : str
        What the file is called in messages.
    limits : Limits

    Raises
    ------
    PlanError
    """
    if corners > limits.vertices:
        raise PlanError(
            f"{shown}: has {corners} vertices, more than the {limits.vertices} allowed; "
            "export the walls alone, with a coarser level of detail, or raise --limit vertices"
        )


def check_ply(data: bytes, shown: str, limits: Limits) -> None:
    """Refuse a PLY file whose header claims more than the file can hold.

    Parameters
    ----------
    data : bytes
    shown : str
        What the file is called in messages.
    limits : Limits

    Raises
    ------
    PlanError
    """
    head, mark, body = data[:65_536].partition(b"end_header")
    if not mark:
        raise PlanError(f"{shown}: has no end of its PLY header; export it again")
    is_text = b"ascii" in head.split(b"element", 1)[0]
    rows: list[tuple[str, int]] = []
    least: list[int] = []
    for line in head.decode("latin-1").splitlines():
        words = line.split()
        if words[:1] == ["element"]:
            if len(words) != 3 or not words[2].isdecimal() or len(words[2]) > 15:
                raise PlanError(f"{shown}: has a broken PLY header ({line.strip()[:60]!r}); export it again")
            rows.append((words[1], int(words[2])))
            least.append(0)
        elif words[:1] == ["property"] and least and len(words) > 2:
            least[-1] += 2 if is_text else PLY_BYTES.get(words[2 if words[1] == "list" else 1], 1)
    claimed = sum(count * max(size, 1) for (_, count), size in zip(rows, least, strict=True))
    held = len(data) - len(head) - len(mark)
    if claimed > held + 1 + (len(body) == 0):
        told = ", ".join(f"{count} of {name}" for name, count in rows)
        raise PlanError(f"{shown}: says it holds {told}, which its {held} bytes cannot be; export it again")
    check_corners(max((count for _, count in rows), default=0), shown, limits)


def check_obj(data: bytes, shown: str, limits: Limits) -> None:
    """Refuse an OBJ file with too many vertices, or with vertex numbers that the parser mistakes.

    Parameters
    ----------
    data : bytes
    shown : str
        What the file is called in messages.
    limits : Limits

    Raises
    ------
    PlanError
    """
    check_corners(len(re.findall(rb"^v\s", data, re.M)), shown, limits)
    first_face = re.search(rb"^f\s", data, re.M)
    if first_face is None:
        raise PlanError(f"{shown}: holds no faces; export the walls as a mesh")
    relative = re.search(rb"^f[^\n]*[\s/]-\d", data, re.M)
    if relative is not None and re.search(rb"^v\s", data[first_face.start() :], re.M):
        raise PlanError(f"{shown}: counts vertices backwards from each face; export it with absolute vertex numbers")


def check_glb(data: bytes, shown: str, limits: Limits) -> dict[str, Any]:
    """Refuse a GLB file whose lengths, counts or tree of nodes do not fit together.

    Parameters
    ----------
    data : bytes
    shown : str
        What the file is called in messages.
    limits : Limits

    Returns
    -------
    dict
        Its JSON part.

    Raises
    ------
    PlanError
    """
    size = int.from_bytes(data[8:12], "little")
    first = int.from_bytes(data[12:16], "little")
    if size > len(data) or 20 + first > len(data):
        raise PlanError(f"{shown}: says it has {max(size, first)} bytes, but has {len(data)}; copy or export it again")
    try:
        tree = load_json(data[20 : 20 + first].decode("utf-8"), shown)
    except UnicodeDecodeError:
        raise PlanError(f"{shown}: has a JSON part that is not UTF-8; export it again") from None
    if not isinstance(tree, dict):
        raise PlanError(f"{shown}: has a JSON part that is no glTF; export it again")
    packed = set(GLB_PACKED) & set(_list(tree, "extensionsRequired", str))
    if packed:
        raise PlanError(f"{shown}: is compressed with {', '.join(sorted(packed))}; export it without compression")
    buffers, views = _list(tree, "buffers"), _list(tree, "bufferViews")
    if any("uri" in buffer for buffer in buffers):
        raise PlanError(f"{shown}: keeps its mesh in other files; export it as one GLB file")
    vertices: list[int] = []
    for accessor in _list(tree, "accessors"):
        count = _whole(accessor.get("count"), shown)
        items = GLB_ITEMS.get(str(accessor.get("type")), 1)
        each = items * GLB_ITEM_BYTES.get(accessor.get("componentType", 0), 1)
        view = accessor.get("bufferView")
        held = len(data)
        if view is not None:
            number = _whole(view, shown)
            held = _whole(views[number].get("byteLength"), shown) if number < len(views) else 0
        if (view is not None and count * each > held) or held > len(data) or "sparse" in accessor:
            raise PlanError(f"{shown}: has an accessor of {count} items, more than its data hold; export it again")
        check_corners(count // (3 if items == 1 else 1), shown, limits)
        vertices.append(count)
    _check_glb_nodes(tree, vertices, shown, limits)
    return tree


def check_xml(data: bytes, shown: str, limits: Limits) -> XmlFacts:
    """Refuse XML with a document type, entities or nesting without end.

    Parameters
    ----------
    data : bytes
    shown : str
        What the file is called in messages.
    limits : Limits

    Returns
    -------
    XmlFacts

    Raises
    ------
    PlanError
    """
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise PlanError(f"{shown}: is XML with an archive inside it; export it again")
    facts = XmlFacts()
    depth = elements = 0
    text_of = geometry = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements, text_of, geometry
        depth += 1
        elements += 1
        if depth > 4 * limits.depth + 16:
            raise PlanError(
                f"{shown}: nests groups more than {limits.depth} deep; explode them, or raise --limit depth"
            )
        if elements > 2 * limits.vertices + limits.entities:
            raise PlanError(f"{shown}: has more than {elements} elements; export the walls alone")
        short = name.rpartition(":")[2]
        text_of = short if short == "up_axis" else ""
        if short == "unit" and depth == 3:
            facts.unit = attributes.get("meter", "")
        elif short == "model" and depth == 1:
            facts.unit = attributes.get("unit", "millimeter")
        elif short == "material" and "id" in attributes:
            facts.materials[attributes["id"]] = attributes.get("name", attributes["id"])
        elif short == "geometry":
            geometry = attributes.get("id", "")
        elif short == "mesh" and geometry:
            facts.geometries.append(geometry)
        elif short == "object":
            facts.objects[attributes.get("id", "")] = []
        elif short == "component" and facts.objects:
            next(reversed(facts.objects.values())).append(attributes.get("objectid", ""))
        elif short == "item":
            facts.items.append(attributes.get("objectid", ""))

    def end(_: str) -> None:
        nonlocal depth, text_of
        depth -= 1
        text_of = ""

    def text(words: str) -> None:
        if text_of:
            facts.up_axis = (facts.up_axis + words)[:20].strip()

    def refuse(*_: object) -> None:
        raise PlanError(f"{shown}: declares a document type or entities, which are not read; export it without them")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise PlanError(f"{shown}: is not complete XML ({error}); copy or export it again") from None
    except (LookupError, ValueError) as error:
        raise PlanError(f"{shown}: is not UTF-8 text ({error}); save it as UTF-8") from None
    return facts


def check_3mf(path: Path, shown: str, limits: Limits) -> tuple[bytes, XmlFacts]:
    """The model of a 3MF archive alone, refused where it unpacks or unfolds to too much.

    Parameters
    ----------
    path : Path
    shown : str
        What the file is called in messages.
    limits : Limits

    Returns
    -------
    archive : bytes
        A 3MF archive with the model files and nothing else.
    facts : XmlFacts

    Raises
    ------
    PlanError
    """
    names = [name for name in archive_entries(path, shown, limits) if name.lower().endswith(".model")]
    root = next((name for name in names if name.lower() == "3d/3dmodel.model"), None)
    if root is None:
        raise PlanError(f"{shown}: is a 3MF archive without a model; export it again")
    clean = io.BytesIO()
    total = 0
    facts = XmlFacts()
    objects: dict[str, list[str]] = {}
    with zipfile.ZipFile(clean, "w") as archive:
        for name in names:
            data = unpacked(path, name, shown, limits)
            total += len(data)
            if total > limits.bytes:
                raise PlanError(f"{shown}: unpacks to more than the {limits.bytes / 1e6:g} MB allowed")
            found = check_xml(data, shown, limits)
            objects.update(found.objects)
            if name == root:
                facts = found
            archive.writestr(name, data)
    facts.objects = objects
    instances = _instances(objects, facts.items, shown, limits)
    if instances > min(limits.entities, 20_000):
        raise PlanError(f"{shown}: repeats its bodies {instances} times; export the walls alone")
    return clean.getvalue(), facts


def _instances(children: dict[str, list[str]], roots: list[str], shown: str, limits: Limits) -> int:
    """How many leaves a graph of groups unfolds to."""
    count: dict[str, int] = {}

    def leaves(group: str, depth: int) -> int:
        if depth > limits.depth:
            raise PlanError(
                f"{shown}: nests groups more than {limits.depth} deep, or in a circle; "
                "explode them, or raise --limit depth"
            )
        if group not in count:
            inside = children.get(group) or []
            count[group] = min(sum(leaves(child, depth + 1) for child in inside) or 1, 10**12)
        return count[group]

    return sum(leaves(root, 0) for root in roots)


def _check_glb_nodes(tree: dict[str, Any], vertices: list[int], shown: str, limits: Limits) -> None:
    """Each node has one parent at most, no node is its own, and copies of meshes stay within the limit."""
    nodes = _list(tree, "nodes")
    meshes = _list(tree, "meshes")
    if len(nodes) > min(limits.entities, 100_000):
        raise PlanError(f"{shown}: has {len(nodes)} nodes; export the walls alone")
    corners = []
    for mesh in meshes:
        numbers = [_dict(p.get("attributes")).get("POSITION", -1) for p in _list(mesh, "primitives")]
        if not all(isinstance(n, int) and -1 <= n < len(vertices) for n in numbers):
            raise PlanError(f"{shown}: has a mesh that refers to data that are not there; export it again")
        corners.append(sum(vertices[n] for n in numbers if n >= 0))
    parent: dict[int, int] = {}
    copies = 0
    for number, node in enumerate(nodes):
        for child in _list(node, "children", int):
            if child in parent or not 0 <= child < len(nodes):
                raise PlanError(f"{shown}: has nodes that are no tree; export it again")
            parent[child] = number
        mesh = node.get("mesh")
        if mesh is not None:
            at = _whole(mesh, shown)
            copies += corners[at] if at < len(corners) else 0
        matrix = node.get("matrix", [])
        if not all(isinstance(v, int | float) and math.isfinite(v) for v in matrix if isinstance(matrix, list)):
            raise PlanError(f"{shown}: has a node placed at a number that is not finite; export it again")
    check_corners(copies, shown, limits)
    for number in range(len(nodes)):
        depth, at = 0, number
        while at in parent:
            at = parent[at]
            depth += 1
            if depth > 4 * limits.depth:
                raise PlanError(f"{shown}: nests groups more than {limits.depth} deep, or in a circle; explode them")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(owner: dict[str, Any], key: str, kind: type = dict) -> list[Any]:
    value = owner.get(key)
    return [v for v in value if isinstance(v, kind)] if isinstance(value, list) else []


def _whole(value: Any, shown: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise PlanError(f"{shown}: has a count or index that is no whole number ({str(value)[:40]}); export it again")
    return value
