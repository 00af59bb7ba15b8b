"""What kind of plan file it is, by its content, and which reader takes it."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.plan import Plan
from estimator.readers.unused import with_unused_told

HEAD_BYTES: Final = 65_536
"""How much of a file is looked at to find its kind."""

MOST_ARCHIVE_ENTRIES: Final = 10_000

READERS: Final = {
    "ifc": "estimator.readers.ifc.reader",
    "dxf": "estimator.readers.dxf.reader",
    "svg": "estimator.readers.svg.reader",
    "geojson": "estimator.readers.maps.reader",
    "imdf": "estimator.readers.maps.reader",
    "react-planner": "estimator.readers.planners.react_planner",
    "blueprint3d": "estimator.readers.planners.blueprint3d",
    "sweethome3d": "estimator.readers.planners.sweethome3d",
    "stl": "estimator.readers.mesh.reader",
    "obj": "estimator.readers.mesh.reader",
    "ply": "estimator.readers.mesh.reader",
    "glb": "estimator.readers.mesh.reader",
    "3mf": "estimator.readers.mesh.reader",
    "dae": "estimator.readers.mesh.reader",
}
"""Module of each kind's reader: a function ``read(path, options, kind, shown) -> Plan``."""

FORMATS: Final = (
    "printhouse JSON",
    "IFC",
    "DXF",
    "SVG",
    "GeoJSON and IMDF",
    "react-planner and blueprint3d JSON",
    "Sweet Home 3D",
    "STL, OBJ, PLY, GLB, 3MF and DAE meshes",
)

_OTHERS: Final = (
    (b"%PDF", "is a PDF, which shows a drawing but holds no walls; export the plan as IFC, DXF or SVG"),
    (b"AC10", "is a DWG drawing; save it as DXF"),
    (b"\xd0\xcf\x11\xe0", "is a project of another program; export the plan as IFC or DXF"),
    (b"\xff\xfe\xff\x0eS\x00k\x00", "is a SketchUp model; export it as IFC, DAE or DXF"),
    (b"\xff\xfe", "is UTF-16 text; save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16 text; save it as UTF-8"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it and name the plan inside"),
    (b"Rar!", "is a RAR archive; unpack it and name the plan inside"),
    (b"7z\xbc\xaf", "is a 7-Zip archive; unpack it and name the plan inside"),
    (b"\x89PNG", "is a picture, which holds no walls; export the plan as IFC, DXF or SVG"),
    (b"\xff\xd8\xff", "is a picture, which holds no walls; export the plan as IFC, DXF or SVG"),
)
"""How files begin that people take for plans, and what to do with them."""


def read_any(path: Path, options: ReadOptions, shown: str) -> Plan:
    """Read a file of any foreign format, in this process.

    Parameters
    ----------
    path : Path
    options : ReadOptions
    shown : str
        What the file is called in messages.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError

    Notes
    -----
    A damaged file may raise anything in a parser, or crash it;
    :func:`~estimator.readers.sandbox.read_foreign` turns all of it into a PlanError.
    """
    kind = kind_of(path, shown, options.limits)
    read: Callable[[Path, ReadOptions, str, str], Plan] = import_module(READERS[kind]).read
    return with_unused_told(read(path, options, kind, shown), options, kind)


def kind_of(path: Path, shown: str, limits: Limits) -> str:
    """The kind of a plan file.

    Parameters
    ----------
    path : Path
    shown : str
        What the file is called in messages.
    limits : Limits

    Returns
    -------
    str
        A key of :data:`READERS`.

    Raises
    ------
    PlanError
        It is larger than allowed, or of no kind that is read here.
    """
    size = path.stat().st_size
    if size > limits.bytes:
        raise PlanError(
            f"{shown}: has {size:,} bytes, more than the {limits.bytes:,} allowed; "
            "export the walls, openings and storeys alone, or raise --limit bytes"
        )
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise PlanError(f"{shown}: is empty; save the plan again")
    for magic, advice in _OTHERS:
        if head.startswith(magic):
            raise PlanError(f"{shown}: {advice}")
    if head.startswith(b"PK\x03\x04"):
        return _archive_kind(path, shown, limits)
    if start[:1] in (b"{", b"["):
        return json_kind(load_bounded_json(path, shown), shown)
    kind = _text_kind(start) or _mesh_kind(head, start, size)
    if kind is None:
        raise PlanError(f"{shown}: is none of the formats read here ({', '.join(FORMATS)}); export it as one of them")
    return kind


def load_bounded_json(path: Path, shown: str) -> Any:
    """The value in a JSON file.

    Parameters
    ----------
    path : Path
        Of a size that was checked.
    shown : str
        What the file is called in messages.

    Returns
    -------
    dict, list, str, float, int, bool or None
        Numbers that are not finite come through for the reader to refuse.

    Raises
    ------
    PlanError
    """
    from estimator.readers.reading import load_json

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlanError(f"{shown}: is not UTF-8 text; save it as UTF-8") from None
    return load_json(text, shown)


def json_kind(data: Any, shown: str) -> str:
    """The kind of a JSON file that is no plan of our own.

    Parameters
    ----------
    data : object
        As loaded.
    shown : str
        What the file is called in messages.

    Returns
    -------
    str
        A key of :data:`READERS`.

    Raises
    ------
    PlanError
    """
    if isinstance(data, dict):
        kind = data.get("type")
        if isinstance(kind, str) and kind in ("FeatureCollection", "Feature"):
            return "geojson"
        layers = data.get("layers")
        if isinstance(layers, dict) and any(isinstance(v, dict) and "lines" in v for v in layers.values()):
            return "react-planner"
        scene = data.get("scene")
        if isinstance(scene, dict) and isinstance(scene.get("layers"), dict):
            return "react-planner"
        plan = data.get("floorplan", data)
        if isinstance(plan, dict) and "corners" in plan and "walls" in plan:
            return "blueprint3d"
        if "asset" in data and "meshes" in data:
            raise PlanError(f"{shown}: is glTF in JSON, which needs further files; export it as one GLB file")
    raise PlanError(
        f'{shown}: is JSON but not a printhouse plan; a plan has "format": "printhouse-plan" (docs/plan-format.md), '
        "and of others GeoJSON, react-planner and blueprint3d are read"
    )


def archive_entries(path: Path, shown: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The files in a ZIP archive, by name.

    Parameters
    ----------
    path : Path
    shown : str
        What the file is called in messages.
    limits : Limits

    Returns
    -------
    dict of str to ZipInfo

    Raises
    ------
    PlanError
        It is damaged, or unpacks to more than is allowed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise PlanError(f"{shown}: is a damaged ZIP archive ({error}); save or copy it again") from None
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ARCHIVE_ENTRIES or total > limits.bytes:
        raise PlanError(
            f"{shown}: unpacks to {len(entries)} files of {total / 1e6:.0f} MB, more than the {MOST_ARCHIVE_ENTRIES} "
            f"files and {limits.bytes / 1e6:g} MB allowed; export the plan alone, or raise --limit bytes"
        )
    return {entry.filename: entry for entry in entries}


def unpacked(path: Path, name: str, shown: str, limits: Limits) -> bytes:
    """One file of a ZIP archive, never more of it than is allowed, whatever its header claims.

    Parameters
    ----------
    path : Path
    name : str
        An entry of :func:`archive_entries`.
    shown : str
        What the file is called in messages.
    limits : Limits

    Returns
    -------
    bytes

    Raises
    ------
    PlanError
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as file:
            data = file.read(limits.bytes + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, KeyError, EOFError) as error:
        raise PlanError(f"{shown}: {name!r} in it cannot be unpacked ({error}); save or copy it again") from None
    if len(data) > limits.bytes:
        raise PlanError(f"{shown}: {name!r} in it unpacks to more than the {limits.bytes / 1e6:g} MB allowed")
    return data


def _archive_kind(path: Path, shown: str, limits: Limits) -> str:
    names = {name.lower() for name in archive_entries(path, shown, limits)}
    if "3d/3dmodel.model" in names:
        return "3mf"
    if names & {"home.xml", "home"}:
        return "sweethome3d"
    if any(re.fullmatch(r"(.*/)?units?\.(geo)?json", name) for name in names):
        return "imdf"
    if any(name.endswith((".ifc", ".ifcxml")) for name in names):
        return "ifc"
    raise PlanError(f"{shown}: is a ZIP archive without a plan that is read here; unpack it and name the plan inside")


def _text_kind(start: bytes) -> str | None:
    if start.startswith(b"ISO-10303-21"):
        return "ifc"
    if start.startswith(b"AutoCAD Binary DXF") or re.match(rb"(999\s*\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION", start):
        return "dxf"
    if start.startswith(b"<"):
        root = re.search(rb"<(?:\w+:)?(svg|COLLADA|home|ifcXML|iso_10303_28)[\s>]", start)
        if root is not None:
            return {b"svg": "svg", b"COLLADA": "dae", b"home": "sweethome3d"}.get(root[1], "ifc")
    return None


def _mesh_kind(head: bytes, start: bytes, size: int) -> str | None:
    if start.startswith(b"glTF"):
        return "glb"
    if re.match(rb"ply\s", start):
        return "ply"
    if len(head) >= 84 and size == 84 + 50 * int.from_bytes(head[80:84], "little"):
        return "stl"
    if size > 84 and (size - 84) % 50 == 0 and b"\0" in head[:128] and not start.startswith(b"glTF"):
        return "stl"  # whose count of triangles is wrong: its reader says so
    if re.match(rb"solid\b", start) and re.search(rb"\b(facet|endsolid)\b", start):
        return "stl"
    lines = [line.split() for line in start.splitlines()[:200]]
    words = [line[0] for line in lines if line and not line[0].startswith(b"#")]
    known = {b"v", b"vn", b"vt", b"f", b"o", b"g", b"s", b"mtllib", b"usemtl", b"l", b"p"}
    if b"v" in words and sum(word in known for word in words) > 0.9 * len(words):
        return "obj"
    return None
