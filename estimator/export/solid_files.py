"""Bead solids as GLB, STL and 3MF.

GLB and 3MF hold the solids of a section once and say where they stand, so they stay small;
STL knows no repetition and is written layer by layer.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from estimator import __version__
from estimator.beads import Kind
from estimator.errors import UsageError
from estimator.estimate import Estimate
from estimator.export.layers import KIND_NAMES, Layers
from estimator.export.solids import DETAILS, Placed, Solid, detail_of, placed, section_solids

MM = 1000.0

MOST_FACES = {"glb": 4_000_000, "3mf": 4_000_000, "stl": 8_000_000}
"""Triangles that a file may hold: some 100 MB of GLB, 400 MB of STL, 250 MB of 3MF before it is packed."""

COLOURS = {Kind.CONTOUR: (59, 110, 165), Kind.INFILL: (183, 121, 31)}
"""Red, green and blue of the beads, as on drawings."""

Key = tuple[int, float]
"""A section and the height of its solids. [-], [m]"""


def glb(estimate: Estimate, layers: Layers, detail: str = "normal") -> bytes:
    """Bead solids as binary glTF in metres, y upwards, coloured by kind.

    Parameters
    ----------
    estimate : Estimate
    layers : Layers
    detail : str
        One of :data:`~estimator.export.solids.DETAILS`.

    Returns
    -------
    bytes

    Raises
    ------
    UsageError
        The file would be too large.
    """
    import trimesh
    from trimesh.visual.material import PBRMaterial
    from trimesh.visual.texture import TextureVisuals

    where, solids = _solids(estimate, layers, detail, "glb")
    scene = trimesh.Scene()
    materials = {
        kind: PBRMaterial(
            name=KIND_NAMES[kind], baseColorFactor=(*colour, 255), metallicFactor=0.0, roughnessFactor=0.9
        )
        for kind, colour in COLOURS.items()
    }
    upright = np.array([[1.0, 0, 0, 0], [0, 0, 1.0, 0], [0, -1.0, 0, 0], [0, 0, 0, 1.0]])
    known: set[str] = set()
    for p, key in enumerate(_keys(where)):
        for solid in solids[key]:
            word = KIND_NAMES[solid.kind]
            name = f"section {key[0] + 1} {word}" + (f" {key[1]:g} m" if DETAILS[detail].whole_runs else "")
            there = np.eye(4)
            there[2, 3] = where.bottom_m[p]
            node = {"node_name": f"{_layer_name(where, p)} {word}", "transform": upright @ there}
            if name in known:
                scene.graph.update(frame_to=node["node_name"], matrix=node["transform"], geometry=name)
                continue
            known.add(name)
            mesh = trimesh.Trimesh(
                solid.vertices_m, solid.faces, process=False, visual=TextureVisuals(material=materials[solid.kind])
            )
            scene.add_geometry(mesh, geom_name=name, **node)
    content: bytes = scene.export(file_type="glb")
    return content


def stl(estimate: Estimate, layers: Layers, detail: str = "normal") -> Iterator[bytes]:
    """Bead solids as binary STL in millimetres, z upwards.

    Parameters
    ----------
    estimate : Estimate
    layers : Layers
    detail : str
        One of :data:`~estimator.export.solids.DETAILS`.

    Returns
    -------
    iterator of bytes
        Parts of the file, one a layer.

    Raises
    ------
    UsageError
        The file would be too large.
    """
    where, solids = _solids(estimate, layers, detail, "stl")
    return _stl_parts(where, solids)


def _stl_parts(where: Placed, solids: dict[Key, list[Solid]]) -> Iterator[bytes]:
    keys = _keys(where)
    count = sum(len(s.faces) for key in keys for s in solids[key])
    title = f"printhouse {__version__}, bead solids in millimetres"
    yield title.encode("ascii").ljust(80) + np.uint32(count).astype("<u4").tobytes()
    triangles = {key: _triangles(own) for key, own in solids.items()}
    for p, key in enumerate(keys):
        here = triangles[key].copy()
        here["corner"][:, :, 2] += np.float32(where.bottom_m[p] * MM)
        yield here.tobytes()


def _triangles(solids: list[Solid]) -> np.ndarray[Any, np.dtype[Any]]:
    """Records of an STL file, as if the layer stood on z = 0."""
    corner = np.concatenate([s.vertices_m[s.faces] for s in solids]) * MM
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    length = np.linalg.norm(normal, axis=1)[:, None]
    records = np.zeros(len(corner), dtype=[("normal", "<f4", 3), ("corner", "<f4", (3, 3)), ("rest", "<u2")])
    records["normal"] = np.divide(normal, length, out=np.zeros_like(normal), where=length > 0.0)
    records["corner"] = corner
    return records


def threemf(estimate: Estimate, layers: Layers, detail: str = "normal") -> bytes:
    """Bead solids as 3MF in millimetres, z upwards, coloured by kind.

    Parameters
    ----------
    estimate : Estimate
    layers : Layers
    detail : str
        One of :data:`~estimator.export.solids.DETAILS`.

    Returns
    -------
    bytes

    Raises
    ------
    UsageError
        The file would be too large.
    """
    where, solids = _solids(estimate, layers, detail, "3mf")
    numbers = {key: 2 + 2 * i for i, key in enumerate(solids)}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        _put(archive, "[Content_Types].xml", CONTENT_TYPES)
        _put(archive, "_rels/.rels", RELATIONSHIPS)
        entry = zipfile.ZipInfo("3D/3dmodel.model", (1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=True) as model:
            for part in _model(estimate, where, solids, numbers):
                model.write(part.encode("utf-8"))
    return whole.getvalue()


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text)


def _model(estimate: Estimate, where: Placed, solids: dict[Key, list[Solid]], numbers: dict[Key, int]) -> Iterator[str]:
    """The model of a 3MF file, part by part; the two kinds of a section are objects n and n + 1."""
    kinds = list(COLOURS)
    yield MODEL
    yield f'<metadata name="Title">{_xml(estimate.plan.name)}</metadata>\n'
    yield f'<metadata name="Application">printhouse {__version__}</metadata>\n<resources>\n<basematerials id="1">'
    for kind, colour in COLOURS.items():
        yield f'<base name="{KIND_NAMES[kind]}" displaycolor="#{"".join(f"{c:02X}" for c in colour)}FF"/>'
    yield "</basematerials>\n"
    for key, own in solids.items():
        for solid in own:
            place = kinds.index(solid.kind)
            yield (
                f'<object id="{numbers[key] + place}" type="model" name="section {key[0] + 1} {KIND_NAMES[solid.kind]}"'
                f' pid="1" pindex="{place}"><mesh>\n<vertices>\n'
            )
            yield from _rows('<vertex x="%.4f" y="%.4f" z="%.4f"/>\n', solid.vertices_m * MM)
            yield "</vertices>\n<triangles>\n"
            yield from _rows('<triangle v1="%d" v2="%d" v3="%d"/>\n', solid.faces)
            yield "</triangles>\n</mesh></object>\n"
    yield "</resources>\n<build>\n"
    for p, key in enumerate(_keys(where)):
        for solid in solids[key]:
            number = numbers[key] + kinds.index(solid.kind)
            yield (
                f'<item objectid="{number}" transform="1 0 0 0 1 0 0 0 1 0 0 {where.bottom_m[p] * MM:.4f}"'
                f' partnumber="{_layer_name(where, p)} {KIND_NAMES[solid.kind]}"/>\n'
            )
    yield "</build>\n</model>\n"


def _rows(form: str, table: np.ndarray[Any, np.dtype[Any]]) -> Iterator[str]:
    for low in range(0, len(table), 10_000):
        part = table[low : low + 10_000]
        yield (form * len(part)) % tuple(part.ravel().tolist())


def _solids(estimate: Estimate, layers: Layers, detail_name: str, kind: str) -> tuple[Placed, dict[Key, list[Solid]]]:
    """Where solids stand, and those of each section and height once."""
    detail = detail_of(detail_name)
    where = placed(estimate, layers, detail)
    repeated = kind == "stl"
    most = MOST_FACES[kind]
    solids: dict[Key, list[Solid]] = {}
    faces = 0
    for key in _keys(where):
        new = key not in solids
        if new:
            solids[key] = section_solids(estimate, key[0], key[1], detail)
        faces += sum(len(s.faces) for s in solids[key]) if new or repeated else 0
        if faces > most:
            less = list(DETAILS)[: list(DETAILS).index(detail_name)]
            choose = f"--detail {' or '.join(reversed(less))}, or " if less else ""
            raise UsageError(
                f"the beads at detail {detail_name} have more than the {most:,} triangles that a {kind} file may hold; "
                f"choose {choose}fewer layers with --layers"
            )
    return where, solids


def _keys(where: Placed) -> list[Key]:
    return list(zip(where.section.tolist(), np.round(where.height_m, 9).tolist(), strict=True))


def _layer_name(where: Placed, p: int) -> str:
    first, last = int(where.first[p]), int(where.last[p])
    return f"layer {first}" if first == last else f"layers {first}-{last}"


def _xml(text: str) -> str:
    plain = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


MODEL = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<model unit="millimeter" xml:lang="en" '
    'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">\n'
)
CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>\n'
)
RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Target="/3D/3dmodel.model" Id="rel0" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>\n'
)
