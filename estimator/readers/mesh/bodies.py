"""Connected bodies of a mesh, each as a stack of upright prisms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area, Slab
from estimator.readers.mesh.load import Part
from estimator.readers.mesh.repair import without_flat_holes
from estimator.readers.notes import Notes
from estimator.readers.sections import BRIDGE_M, Mesh, Stack, stack, welded
from estimator.readers.words import storey_rank
from estimator.shapes import united

JOINED_M = 1e-4
"""Vertices nearer than this belong to one body. [m]"""

WIDE_BRIDGE_M = 0.6
"""Widest gap bridged in a body that does not close: the ends of a wall that were left open. [m]"""

SHIFT_M = 0.005
"""How far a leaning face may wander within one prism: a tenth of a usual bead. [m]"""

LEAN = (0.005, 0.999)
"""Faces whose normal's vertical share is between these lean; others stand or lie."""

MOST_BODIES = 20_000
SMALLEST_M = 0.02
"""Bodies with no side longer than this are crumbs. [m]"""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Body:
    """Triangles that hang together.

    Attributes
    ----------
    name : str
        Of the group that most of its triangles belong to, or "body 3" where there are no names.
    named : bool
        Whether the file gives the name.
    low_m, high_m : (3,) float
        Corners of the box around it. [m]
    slabs : tuple of Slab
        Bottom up; empty where no section encloses an area.
    leaning_m : (k, 2) float
        Heights from and to which some face leans. [m]
    slope : float
        Mean vertical share of the normals of the leaning faces: 0 upright, 1 flat. [-]
    lateral_m2 : float
        Surface of its faces that do not lie flat, those in it included. [m²]
    """

    name: str
    named: bool
    low_m: Floats
    high_m: Floats
    slabs: tuple[Slab, ...]
    leaning_m: Floats
    slope: float
    lateral_m2: float

    @property
    def height_m(self) -> float:
        """From its lowest to its highest point. [m]"""
        return float(self.high_m[2] - self.low_m[2])

    @property
    def volume_m3(self) -> float:
        """Of its prisms. [m³]"""
        return float(sum(s.footprint.area * (s.top_m - s.base_m) for s in self.slabs))

    @property
    def footprint(self) -> Area:
        """Plan area under all of it. [m]"""
        if len(self.slabs) == 1:
            return self.slabs[0].footprint
        return united(np.array([s.footprint for s in self.slabs], dtype=object))

    def leans(self, height_m: float) -> bool:
        """Whether a face leans at a height.

        Parameters
        ----------
        height_m : float
            Absolute z. [m]
        """
        return bool(((self.leaning_m[:, 0] < height_m) & (self.leaning_m[:, 1] > height_m)).any())

    @property
    def upright_share(self) -> float:
        """Share of its height at which no face leans."""
        leaning = float(np.sum(self.leaning_m[:, 1] - self.leaning_m[:, 0]))
        return 1.0 - leaning / max(self.height_m, 1e-9)


def bodies(parts: list[tuple[Part, Mesh]], notes: Notes) -> list[Body]:
    """The connected bodies of the parts of a mesh.

    Parameters
    ----------
    parts : list of (Part, Mesh)
        A part and its triangles in metres, z up.
    notes : Notes
        Gets the bodies whose sections do not close.

    Returns
    -------
    list of Body
        In the order of the file.

    Notes
    -----
    Parts of which the names tell different storeys are no one body. Bodies that do not close get their flat
    holes filled; then they are tried all together, as faces that miss each other's vertices; then each
    alone with its open ends bridged. A body inside the solid of another, turned inside out, is a hollow in it.
    """
    offsets = np.cumsum([0, *(len(mesh.vertices_m) for _, mesh in parts)])
    whole = Mesh(
        np.concatenate([mesh.vertices_m for _, mesh in parts]),
        np.concatenate([mesh.triangles + k for (_, mesh), k in zip(parts, offsets, strict=False)]),
    )
    part_of = np.repeat(np.arange(len(parts)), [len(mesh.triangles) for _, mesh in parts])
    label = _components(whole)
    ranks = np.unique([repr(storey_rank(part.name)) for part, _ in parts], return_inverse=True)[1]
    groups = _groups(label * (int(ranks.max()) + 1) + ranks[part_of])
    crumbs = [g for g in groups if _is_crumb(whole, g)]
    groups = [g for g in groups if not _is_crumb(whole, g)]
    if len(groups) > MOST_BODIES:
        groups.sort(key=len, reverse=True)
        crumbs += groups[MOST_BODIES:]
        groups = groups[:MOST_BODIES]
    if crumbs:
        notes.add("mesh-crumbs", "mesh", f"{len(crumbs)}")
    groups = _hollowed(whole, groups)
    found: list[Body] = []
    for number, (triangles, cut) in enumerate(_cut(whole, groups), 1):
        names = part_of[triangles]
        part = parts[int(np.bincount(names).argmax())][0]
        name = part.name or f"body {number}"
        body = _body(whole, triangles, cut, name, bool(part.name))
        if cut.open_sections and not cut.slabs:
            notes.add("mesh-not-closed", _where(body))
        elif cut.open_sections or cut.bridged_sections:
            notes.add("mesh-mended", _where(body))
        if cut.slabs:
            found.append(body)
    return found


def _components(mesh: Mesh) -> Ints:
    """Number of the connected body of each triangle: (m,) int."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    _, node = np.unique(np.round(mesh.vertices_m / JOINED_M).astype(np.int64), axis=0, return_inverse=True)
    corner = node.reshape(-1)[mesh.triangles]
    a, b = corner[:, [0, 1]].ravel(), corner[:, [1, 2]].ravel()
    size = int(corner.max()) + 1
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label, np.int64)[corner[:, 0]]


def _groups(label: Ints) -> list[Ints]:
    """Triangles by label, in the order of their first triangle."""
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return sorted(groups, key=lambda g: int(g[0]))


def _box(mesh: Mesh, triangles: Ints) -> tuple[Floats, Floats]:
    corner = mesh.vertices_m[mesh.triangles[triangles]].reshape(-1, 3)
    return corner.min(axis=0), corner.max(axis=0)


def _is_crumb(mesh: Mesh, triangles: Ints) -> bool:
    low, high = _box(mesh, triangles)
    return float((high - low).max()) < SMALLEST_M


def _hollowed(mesh: Mesh, groups: list[Ints]) -> list[Ints]:
    """The groups with those that lie in the solid of another joined to it."""
    box = np.array([np.concatenate(_box(mesh, g)) for g in groups])
    inside = np.ones((len(groups), len(groups)), bool) if len(groups) < 2000 else None
    if inside is None:
        return groups
    for k in range(3):
        inside &= (box[:, k] > box[:, k][:, None]) & (box[:, 3 + k] < box[:, 3 + k][:, None])
    joined = list(groups)
    gone: set[int] = set()
    for outer, inner in np.argwhere(inside).tolist():
        if inner in gone or outer in gone:
            continue
        if _volume_sign(mesh, groups[outer]) == _volume_sign(mesh, groups[inner]):
            continue
        middle_m = 0.5 * float(box[inner, 2] + box[inner, 5])
        one, other = (_section_of(mesh, groups[k], middle_m) for k in (outer, inner))
        if other.area > 0.0 and shapely.difference(other, one).area < 1e-3 * other.area:
            joined[outer] = np.concatenate((joined[outer], groups[inner]))
            gone.add(inner)
    return [g for k, g in enumerate(joined) if k not in gone]


def _volume_sign(mesh: Mesh, triangles: Ints) -> float:
    corner = mesh.vertices_m[mesh.triangles[triangles]]
    corner = corner - corner.reshape(-1, 3).mean(axis=0)
    return float(np.sign(np.einsum("ij,ij->", corner[:, 0], np.cross(corner[:, 1], corner[:, 2]))))


def _section_of(mesh: Mesh, triangles: Ints, height_m: float) -> Area:
    from estimator.readers.sections import section

    return section(Mesh(mesh.vertices_m, mesh.triangles[triangles]), height_m)


def _cut(mesh: Mesh, groups: list[Ints]) -> list[tuple[Ints, Stack]]:
    """Stacks of all groups; of the open ones together where they close together."""
    done: list[tuple[Ints, Stack]] = []
    unclosed: list[Ints] = []
    for group in groups:
        cut = _stacked(_own(mesh, group), BRIDGE_M)
        if cut.open_sections:
            unclosed.append(group)
        else:
            done.append((group, cut))
    if len(unclosed) > 1:
        together = np.sort(np.concatenate(unclosed))
        cut = _stacked(_own(mesh, together), BRIDGE_M)
        if not cut.open_sections and cut.slabs:
            return [*done, (together, replace(cut, bridged_sections=max(cut.bridged_sections, 1)))]
    done += [(group, _stacked(_own(mesh, group), WIDE_BRIDGE_M)) for group in unclosed]
    return sorted(done, key=lambda pair: int(pair[0][0]))


def _stacked(own: Mesh, bridge_m: float) -> Stack:
    """A body as a stack, its flat holes filled if it does not close without; then it counts as bridged."""
    cut = stack(own, BRIDGE_M, SHIFT_M)
    if not cut.open_sections:
        return cut
    filled = without_flat_holes(welded(own))
    again = stack(filled, bridge_m, SHIFT_M)
    return replace(again, bridged_sections=max(again.bridged_sections, 1))


def _own(mesh: Mesh, triangles: Ints) -> Mesh:
    used, index = np.unique(mesh.triangles[triangles], return_inverse=True)
    return Mesh(mesh.vertices_m[used], index.reshape(-1, 3).astype(np.int64))


def _body(mesh: Mesh, triangles: Ints, cut: Stack, name: str, named: bool) -> Body:
    solid = welded(_own(mesh, triangles))
    low, high = _box(mesh, triangles)
    corner = solid.vertices_m[solid.triangles]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    area = np.linalg.norm(normal, axis=1)
    share = np.abs(normal[:, 2]) / np.maximum(area, 1e-300)
    bottom, top = corner[:, :, 2].min(axis=1), corner[:, :, 2].max(axis=1)
    leaning = (share > LEAN[0]) & (share < LEAN[1]) & (area > 1e-9) & (top - bottom > 1e-3)
    slope = float(np.average(share[leaning], weights=area[leaning])) if leaning.any() else 0.0
    lateral_m2 = 0.5 * float(area[share < LEAN[1]].sum())
    return Body(name, named, low, high, cut.slabs, _merged(bottom[leaning], top[leaning]), slope, lateral_m2)


def _merged(bottom: Floats, top: Floats) -> Floats:
    """Spans of height without overlap: (k, 2) float."""
    spans: list[list[float]] = []
    for low, high in sorted(zip(bottom.tolist(), top.tolist(), strict=True)):
        if spans and low <= spans[-1][1] + 1e-6:
            spans[-1][1] = max(spans[-1][1], high)
        else:
            spans.append([low, high])
    return np.array(spans, np.float64).reshape(-1, 2)


def _where(body: Body) -> str:
    middle = 0.5 * (body.low_m + body.high_m)
    return f"{body.name} near x {middle[0]:.2f} y {middle[1]:.2f} z {body.low_m[2]:.2f}–{body.high_m[2]:.2f}"
