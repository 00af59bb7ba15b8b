"""Meshes with sizes that a reader can check in the head, and the files that hold them."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Solid = tuple[Floats, Ints]
Span = tuple[float, float]
Box = tuple[Span, Span, Span]


def boxes(solid: Sequence[Box], cut: Sequence[Box] = ()) -> Solid:
    """The surface of boxes united, less other boxes: one closed mesh, faces outwards."""
    lines = [np.unique([v for b in (*solid, *cut) for v in b[k]]) for k in range(3)]
    middle = [0.5 * (line[1:] + line[:-1]) for line in lines]
    grid = np.meshgrid(*middle, indexing="ij")

    def inside(box: Box) -> NDArray[np.bool_]:
        return np.all([(g > low) & (g < high) for g, (low, high) in zip(grid, box, strict=True)], axis=0)

    full = np.any([inside(b) for b in solid], axis=0)
    for b in cut:
        full &= ~inside(b)
    full = np.pad(full, 1)
    shape = tuple(len(line) for line in lines)
    triangles = []
    for axis in range(3):
        step = np.diff(full.astype(np.int8), axis=axis)
        for sign in (1, -1):
            cell = np.argwhere(step == -sign)
            u, v = [k for k in range(3) if k != axis]
            corner = np.repeat((cell - 1)[:, None], 4, axis=1)
            corner[:, :, axis] += 1
            corner[:, [1, 2], u] += 1
            corner[:, [2, 3], v] += 1
            quad = np.ravel_multi_index(tuple(np.moveaxis(corner, 2, 0)), shape)
            if (sign == 1) == (axis == 1):
                quad = quad[:, ::-1]
            triangles += [quad[:, [0, 1, 2]], quad[:, [0, 2, 3]]]
    faces = np.concatenate(triangles)
    used, index = np.unique(faces, return_inverse=True)
    place = np.unravel_index(used, shape)
    vertices = np.stack([line[p] for line, p in zip(lines, place, strict=True)], axis=1)
    return vertices, index.reshape(-1, 3).astype(np.int64)


def revolved(profile: Sequence[tuple[float, float]], segments: int = 96) -> Solid:
    """A closed profile of (radius, height) turned about z."""
    points = np.array(profile)
    angle = np.arange(segments) * 2 * np.pi / segments
    n, m = len(points), segments
    ring = np.stack(
        (
            points[:, 0, None] * np.cos(angle),
            points[:, 0, None] * np.sin(angle),
            np.broadcast_to(points[:, 1, None], (n, m)),
        ),
        axis=2,
    )
    a, b = np.meshgrid(np.arange(n), np.arange(m), indexing="ij")
    c, d = (a + 1) % n, (b + 1) % m
    quad = np.stack((a * m + b, a * m + d, c * m + d, c * m + b), axis=2).reshape(-1, 4)
    return ring.reshape(-1, 3), np.concatenate((quad[:, [0, 1, 2]], quad[:, [0, 2, 3]])).astype(np.int64)


def prism(outline: Sequence[tuple[float, float]], low: float, high: float, along: str = "y") -> Solid:
    """A convex outline, anticlockwise in x and z (or x and y), pulled along y (or z)."""
    flat = np.array(outline)
    n = len(flat)
    ends = [np.full(n, low), np.full(n, high)]
    order = (0, 2, 1) if along == "y" else (0, 1, 2)
    vertices = np.concatenate([np.column_stack((flat, e))[:, order] for e in ends])
    triangles = [[0, k + 1, k] for k in range(1, n - 1)] + [[n, n + k, n + k + 1] for k in range(1, n - 1)]
    for k in range(n):
        j = (k + 1) % n
        triangles += [[k, j, n + j], [k, n + j, n + k]]
    return vertices, np.array(triangles, np.int64)


def together(*solids: Solid) -> Solid:
    """Several solids as one list of triangles."""
    offset = np.cumsum([0, *(len(v) for v, _ in solids)])
    return (
        np.concatenate([v for v, _ in solids]),
        np.concatenate([t + k for (_, t), k in zip(solids, offset, strict=False)]),
    )


def turned(solid: Solid, up: str) -> Solid:
    """The solid with another axis upwards."""
    x, y, z = solid[0].T
    return np.stack({"x": (z, x, y), "y": (x, z, -y), "z": (x, y, z)}[up], axis=1), solid[1]


def scaled(solid: Solid, factor: float) -> Solid:
    return solid[0] * factor, solid[1]


WIDTH, DEPTH, HEIGHT, THICK = 8.0, 6.0, 2.8, 0.3


def ring_walls(base: float = 0.0, top: float = HEIGHT) -> list[Box]:
    """Four walls 0.3 m thick round 8 × 6 m outside: 0.3 · 2 · (8 + 5.4) = 8.04 m² in plan."""
    t = THICK
    z = (base, top)
    return [
        ((0, WIDTH), (0, t), z),
        ((0, WIDTH), (DEPTH - t, DEPTH), z),
        ((0, t), (0, DEPTH), z),
        ((WIDTH - t, WIDTH), (0, DEPTH), z),
    ]


RING_M2 = 8.04
DOOR: Box = ((1.5, 2.5), (-0.1, 0.4), (0.0, 2.1))
WINDOW: Box = ((4.0, 6.0), (-0.1, 0.4), (0.9, 2.1))
NORTH_WINDOW: Box = ((3.0, 4.2), (5.6, 6.1), (0.9, 2.1))
HOLES_M3 = 0.3 * (1.0 * 2.1 + 2.0 * 1.2 + 1.2 * 1.2)


def house() -> Solid:
    """The ring with a door 1.0 × 2.1 m and windows 2.0 × 1.2 and 1.2 × 1.2 m at 0.9 m."""
    return boxes(ring_walls(), [DOOR, WINDOW, NORTH_WINDOW])


def house_with_plates() -> Solid:
    """The house on a floor of 0.25 m and under a flat roof of 0.2 m that reaches 0.5 m beyond, all one body."""
    return boxes(
        [*ring_walls(), ((-0.2, 8.2), (-0.2, 6.2), (-0.25, 0.0)), ((-0.5, 8.5), (-0.5, 6.5), (2.8, 3.0))],
        [DOOR, WINDOW, NORTH_WINDOW],
    )


def two_storeys() -> Solid:
    """Two rings with a floor of 0.25 m between them, all one body; the upper one with a window."""
    return boxes(
        [*ring_walls(0.0, 5.75), ((0, 8), (0, 6), (2.8, 3.05))],
        [DOOR, WINDOW, ((4.0, 6.0), (-0.1, 0.4), (3.95, 5.15))],
    )


def gabled_house() -> Solid:
    """The ring to 2.5 m, its walls on the short sides with gables to 4.0 m: 2 · 0.3 · 6 · 1.5 / 2 = 2.7 m³ more."""
    gable = [(0.0, 0.0), (6.0, 0.0), (6.0, 2.5), (3.0, 4.0), (0.0, 2.5)]
    end = prism(gable, 0.0, 0.3)
    west = np.column_stack((end[0][:, 1], 6.0 - end[0][:, 0], end[0][:, 2])), end[1]
    east = west[0] + (7.7, 0.0, 0.0), west[1]
    sides = [boxes([((0.3, 7.7), y, (0.0, 2.5))]) for y in ((0.0, 0.3), (5.7, 6.0))]
    return together(west, east, *sides)


def complete_house() -> Solid:
    """The house with a slab below it and a roof of two slopes: upright along its ridge as well as on its floor."""
    slab = boxes([((-0.2, WIDTH + 0.2), (-0.2, DEPTH + 0.2), (-0.2, 0.0))])
    half = DEPTH / 2
    slope = [(-0.4, HEIGHT - 0.3), (half, HEIGHT + 2.2), (half, HEIGHT + 2.4), (-0.4, HEIGHT - 0.1)]
    across = prism(slope, -0.5, WIDTH + 0.5)
    north = np.column_stack((across[0][:, 1], across[0][:, 0], across[0][:, 2])), across[1][:, ::-1]
    south = np.column_stack((across[0][:, 1], DEPTH - across[0][:, 0], across[0][:, 2])), across[1]
    return together(house(), slab, north, south)


def steep_house(rise: float = 3.4) -> Solid:
    """The house with gables higher than its walls on the short sides, one body: 0.3 · 6 · rise m³ more, on a slab."""
    ends = []
    for low in (0.0, WIDTH - THICK):
        gable = prism([(0.0, HEIGHT), (DEPTH, HEIGHT), (DEPTH / 2, HEIGHT + rise)], low, low + THICK)
        ends.append((gable[0][:, [1, 0, 2]], gable[1][:, ::-1]))
    slab = boxes([((-0.2, WIDTH + 0.2), (-0.2, DEPTH + 0.2), (-0.2, 0.0))])
    return together(house(), *ends, slab)


def dome(radius: float = 3.0, thickness: float = 0.25, rings: int = 48) -> Solid:
    """Half a spherical shell on the ground: 2/3 π (R³ − r³)."""
    angle = np.linspace(0.0, np.pi / 2, rings + 1)
    outer = [(radius * np.cos(a), radius * np.sin(a)) for a in angle]
    inner_radius = radius - thickness
    inner = [(inner_radius * np.cos(a), inner_radius * np.sin(a)) for a in angle[::-1]]
    return revolved([*outer, *inner])


def cone(bottom: float = 3.0, top: float = 2.0, height: float = 3.0, thickness: float = 0.3) -> Solid:
    """A round wall that narrows upwards: π h t (R + r − t)."""
    return revolved([(bottom, 0.0), (top, height), (top - thickness, height), (bottom - thickness, 0.0)])


@dataclass(frozen=True)
class Cutout:
    """A hole through a round shell: angle of its middle, width between plumb parallel jambs, heights from and to."""

    angle: float
    width: float
    sill: float
    head: float


def round_shell(
    outer: Callable[[Floats], Floats],
    inner: Callable[[Floats], Floats],
    height: float,
    cutouts: Sequence[Cutout] = (),
    rings: int = 40,
    segments: int = 96,
) -> Solid:
    """A shell between two radii that change with height, open at its top, with holes; π ∫ (R² − r²) dz without them."""
    half, reach = 0.15, 0.6  # of a hole where the shell is laid out flat, and of what gives way to its true width
    turn = np.linspace(0.0, 2 * np.pi, segments + 1)
    level = np.linspace(0.0, height, rings + 1)
    solid: list[Box] = [((a, b), (0.0, 1.0), (0.0, height)) for a, b in pairwise(turn.tolist())]
    solid += [((0.0, 2 * np.pi), (0.0, 1.0), (a, b)) for a, b in pairwise(level.tolist())]
    cut: list[Box] = [((c.angle - half, c.angle + half), (-1.0, 2.0), (c.sill, c.head)) for c in cutouts]
    (angle, across, z), triangles = boxes(solid, cut)[0].T.copy(), boxes(solid, cut)[1]
    seam = [np.isclose(angle, end)[triangles].all(axis=1) for end in (0.0, 2 * np.pi)]
    radius = inner(z) + across * (outer(z) - inner(z))
    for c in cutouts:
        true = np.arcsin(0.5 * c.width / radius)
        beside = angle - c.angle
        far = np.abs(beside)
        bent = np.where(far < half, far / half * true, true + (far - half) / (reach - half) * (reach - true))
        angle = np.where(far < reach, c.angle + np.sign(beside) * bent, angle)
    vertices = np.stack((radius * np.cos(angle), radius * np.sin(angle), z), axis=1)
    return vertices, triangles[~(seam[0] | seam[1])]


def sphere(radius: float) -> Callable[[Floats], Floats]:
    """Radius of a dome at a height above its floor."""
    return lambda z: np.sqrt(radius**2 - z**2)


DOME_DOOR = Cutout(1.0, 1.0, 0.0, 2.1)
DOME_WINDOWS = (Cutout(2.5, 1.2, 0.9, 1.9), Cutout(4.5, 0.8, 1.0, 1.8))


def open_dome(cutouts: Sequence[Cutout] = ()) -> Solid:
    """A dome of 3 m with a skylight from 2.5 m on: its section is π (R² − r²) = 4.516 m² at every height."""
    return round_shell(sphere(3.0), sphere(2.75), 2.5, cutouts)


def cone_with_door() -> Solid:
    """The cone of :func:`cone` with a door of 0.9 × 2.0 m."""
    return round_shell(lambda z: 3.0 - z / 3.0, lambda z: 2.7 - z / 3.0, 3.0, [Cutout(2.0, 0.9, 0.0, 2.0)])


def leaning_ring(lean: float = 0.8) -> Solid:
    """The ring to 2.8 m, pushed over in x by 0.8 m at its top."""
    vertices, triangles = boxes(ring_walls())
    return vertices + np.outer(vertices[:, 2] / HEIGHT * lean, (1.0, 0.0, 0.0)), triangles


def rooms(count: int) -> Solid:
    """``count`` × ``count`` rooms of 3.8 × 3.8 m clear, walls 0.2 m thick, a door in each wall along y."""
    far = 4.0 * count + 0.2
    lines = [(4.0 * k, 4.0 * k + 0.2) for k in range(count + 1)]
    solid: list[Box] = [(span, (0.0, far), (0.0, 2.7)) for span in lines]
    solid += [((0.0, far), span, (0.0, 2.7)) for span in lines]
    doors: list[Box] = [
        ((x[0], x[1]), (4.0 * k + 1.5, 4.0 * k + 2.5), (0.0, 2.1)) for x in lines[1:-1] for k in range(count)
    ]
    return boxes(solid, doors)


# --- files ----------------------------------------------------------------------------------------


def stl(solid: Solid, header: bytes = b"") -> bytes:
    """Binary STL."""
    corner = solid[0][solid[1]].astype("<f4")
    row = np.zeros(len(corner), np.dtype([("n", "<f4", 3), ("v", "<f4", (3, 3)), ("a", "<u2")]))
    row["v"] = corner
    return header.ljust(80, b"\0") + struct.pack("<I", len(row)) + row.tobytes()


def ascii_stl(solid: Solid) -> bytes:
    lines = ["solid house"]
    for corner in solid[0][solid[1]]:
        lines += ["facet normal 0 0 0", "outer loop"]
        lines += [f"vertex {x:.9g} {y:.9g} {z:.9g}" for x, y, z in corner]
        lines += ["endloop", "endfacet"]
    return "\n".join([*lines, "endsolid house", ""]).encode()


def obj(named: dict[str, Solid], head: str = "") -> bytes:
    """OBJ with an object for each name; "walls/brick" gives the object a material."""
    lines = [head]
    first = 1
    for name, (vertices, triangles) in named.items():
        called, _, material = name.partition("/")
        lines.append(f"o {called}")
        lines += [f"usemtl {material}"] if material else []
        lines += [f"v {x:.9g} {y:.9g} {z:.9g}" for x, y, z in vertices]
        lines += ["f " + " ".join(str(k + first) for k in t) for t in triangles]
        first += len(vertices)
    return "\n".join([*lines, ""]).encode()


def ply(solid: Solid, text: bool = True) -> bytes:
    vertices, triangles = solid
    kind = "ascii" if text else "binary_little_endian"
    head = (
        f"ply\nformat {kind} 1.0\nelement vertex {len(vertices)}\nproperty double x\nproperty double y\n"
        f"property double z\nelement face {len(triangles)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    if text:
        body = "".join(f"{x:.9g} {y:.9g} {z:.9g}\n" for x, y, z in vertices)
        return (head + body + "".join(f"3 {a} {b} {c}\n" for a, b, c in triangles)).encode()
    rows = np.zeros(len(triangles), np.dtype([("n", "u1"), ("t", "<i4", 3)]))
    rows["n"], rows["t"] = 3, triangles
    return head.encode() + vertices.astype("<f8").tobytes() + rows.tobytes()


def glb(named: dict[str, Solid], change: Callable[[dict[str, object]], None] | None = None) -> bytes:
    """GLB with a node for each name, as given (not turned)."""
    blob = b""
    tree: dict[str, list[dict[str, object]]] = {key: [] for key in ("nodes", "meshes", "accessors", "bufferViews")}
    for name, (vertices, triangles) in named.items():
        k = len(tree["accessors"])
        for data, kind, component, count in (
            (vertices.astype("<f4").tobytes(), "VEC3", 5126, len(vertices)),
            (triangles.astype("<u4").tobytes(), "SCALAR", 5125, triangles.size),
        ):
            view = {"buffer": 0, "byteOffset": len(blob), "byteLength": len(data)}
            tree["accessors"].append(
                {"bufferView": len(tree["bufferViews"]), "componentType": component, "count": count, "type": kind}
            )
            tree["bufferViews"].append(view)
            blob += data
        tree["meshes"].append({"name": name, "primitives": [{"attributes": {"POSITION": k}, "indices": k + 1}]})
        tree["nodes"].append({"name": name, "mesh": len(tree["meshes"]) - 1})
    whole: dict[str, object] = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": list(range(len(named)))}],
        "buffers": [{"byteLength": len(blob)}],
        **tree,
    }
    if change is not None:
        change(whole)
    text = json.dumps(whole).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(blob), b"BIN\0") + blob
    return b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks


def dae(named: dict[str, Solid], meter: str = "1", up: str = "Z_UP", head: str = "", nested: str = "") -> bytes:
    """COLLADA with a node for each name."""
    geometries, nodes = [], []
    for k, (name, (vertices, triangles)) in enumerate(named.items()):
        numbers = " ".join(f"{v:.9g}" for v in vertices.ravel())
        geometries.append(
            f'<geometry id="g{k}"><mesh><source id="p{k}"><float_array id="a{k}" count="{vertices.size}">{numbers}'
            f'</float_array><technique_common><accessor source="#a{k}" count="{len(vertices)}" stride="3">'
            '<param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/></accessor>'
            f'</technique_common></source><vertices id="v{k}"><input semantic="POSITION" source="#p{k}"/></vertices>'
            f'<triangles count="{len(triangles)}"><input semantic="VERTEX" source="#v{k}" offset="0"/>'
            f"<p>{' '.join(map(str, triangles.ravel()))}</p></triangles></mesh></geometry>"
        )
        nodes.append(f'<node id="n{k}" name="{name}"><instance_geometry url="#g{k}"/></node>')
    unit = f'<unit meter="{meter}"/>' if meter else ""
    axis = f"<up_axis>{up}</up_axis>" if up else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}'
        '<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">'
        f"<asset><created>2020-01-01T00:00:00Z</created>{unit}{axis}</asset>"
        f"<library_geometries>{''.join(geometries)}</library_geometries>{nested}"
        f'<library_visual_scenes><visual_scene id="s">{"".join(nodes)}</visual_scene></library_visual_scenes>'
        '<scene><instance_visual_scene url="#s"/></scene></COLLADA>'
    ).encode()


def threemf(named: dict[str, Solid], unit: str = "meter", head: str = "", more: str = "", items: str = "") -> bytes:
    """3MF with an object for each name."""
    objects, built = [], []
    for k, (name, (vertices, triangles)) in enumerate(named.items(), 1):
        points = "".join(f'<vertex x="{x:.9g}" y="{y:.9g}" z="{z:.9g}"/>' for x, y, z in vertices)
        faces = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in triangles)
        objects.append(
            f'<object id="{k}" name="{name}" type="model"><mesh><vertices>{points}</vertices>'
            f"<triangles>{faces}</triangles></mesh></object>"
        )
        built.append(f'<item objectid="{k}"/>')
    stated = f' unit="{unit}"' if unit else ""
    model = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f'<model xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"{stated}>'
        f"<resources>{''.join(objects)}{more}</resources><build>{items or ''.join(built)}</build></model>"
    )
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("3D/3dmodel.model", model)
    return archive.getvalue()
