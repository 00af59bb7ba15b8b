"""Pieces of wall in line with one another, joined to runs that reach into their junctions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from estimator.plan import Area
from estimator.readers.faces import SOLID_RATIO, STUBBY_RATIO, Quads
from estimator.shapes import united

STRAIGHT_DEG = 3.0
"""Pieces that turn by less are in line. [deg]"""

BEND_DEG = 25.0
"""Pieces of a curved wall turn by less than this from one to the next. [deg]"""

ALIKE_RATIO = 0.15
"""Pieces of one wall differ by less than this share of their thickness."""

LONGEST_GAP_M = 3.0
"""Faces of one wall are interrupted by junctions no longer than this. [m]"""

STRAIGHT_M = 0.01
"""A run whose centre line strays less than this from a straight one is straight. [m]"""

ACROSS = 0.45
"""How far from the centre line, in thicknesses, it is looked how far a wall goes on."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Run:
    """A wall from junction to junction.

    Attributes
    ----------
    outline : polygon
        As far as the area goes on beyond its ends; it may reach out of the area. [m]
    axis : LineString
        Centre line, to the centre lines of the walls that it meets. [m]
    thickness_m : float
        [m]
    """

    outline: Area
    axis: LineString
    thickness_m: float


def joined_runs(quads: Quads, area: Area, reach_m: float) -> list[Run]:
    """Runs of wall made of pieces.

    Parameters
    ----------
    quads : Quads
        None lies on another.
    area : polygon
        They are pieces of it. [m]
    reach_m : float
        How far a junction may reach beyond the faces of a wall. [m]

    Returns
    -------
    list of Run
    """
    if len(quads.thickness_m) == 0:
        return []
    links = _links(quads, area)
    chains = [_Chain(quads, chain, closed) for chain, closed in _chains(links, len(quads.thickness_m))]
    chains = [c for c in chains if c.length_m >= STUBBY_RATIO * c.thickness_m]
    return _with_ends(chains, area, reach_m)


def _ends(quads: Quads) -> tuple[Floats, Floats]:
    """Points and outward directions of the ends: piece k has ends 2k (start) and 2k + 1."""
    middle = quads.middle_m
    along = middle[:, 1] - middle[:, 0]
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    return middle.reshape(-1, 2), np.stack((-along, along), axis=1).reshape(-1, 2)


def _links(quads: Quads, area: Area) -> NDArray[np.int64]:
    """The end that each end of a piece goes on in, or −1."""
    point, out = _ends(quads)
    thick = np.repeat(quads.thickness_m, 2)
    ends = np.asarray(shapely.points(point), dtype=object)
    one, other = shapely.STRtree(ends).query(ends, predicate="dwithin", distance=LONGEST_GAP_M)
    keep = (one // 2 < other // 2) & (
        np.abs(thick[one] - thick[other]) <= ALIKE_RATIO * np.minimum(thick[one], thick[other]) + 0.002
    )
    one, other = one[keep], other[keep]
    facing = -np.einsum("ij,ij->i", out[one], out[other])
    keep = facing >= np.cos(np.radians(BEND_DEG))
    one, other, facing = one[keep], other[keep], facing[keep]
    step = point[other] - point[one]
    way = (out[one] - out[other]) / 2
    way /= np.hypot(way[:, 0], way[:, 1])[:, None]
    ahead = np.einsum("ij,ij->i", step, way)
    aside = np.abs(step[:, 0] * way[:, 1] - step[:, 1] * way[:, 0])
    least = np.minimum(thick[one], thick[other])
    straight = (facing >= np.cos(np.radians(STRAIGHT_DEG))) & (aside <= np.maximum(0.01, 0.12 * least))
    straight &= (ahead >= -0.3 * least) & (ahead <= LONGEST_GAP_M)
    bent = (np.hypot(step[:, 0], step[:, 1]) <= 0.8 * least) & (ahead >= -0.3 * least)
    keep = straight | bent
    one, other, ahead, facing = one[keep], other[keep], ahead[keep], facing[keep]
    bridge = _bridges(quads, one, other)
    solid = shapely.area(shapely.intersection(bridge, area)) >= SOLID_RATIO * shapely.area(bridge)
    solid |= shapely.area(bridge) < 1e-6
    one, other, ahead, facing = one[solid], other[solid], ahead[solid], facing[solid]
    link = np.full(len(point), -1, dtype=np.int64)
    for k in np.lexsort((-facing, np.maximum(ahead, 0.0).round(4))).tolist():
        a, b = int(one[k]), int(other[k])
        if link[a] < 0 and link[b] < 0:
            link[a], link[b] = b, a
    return link


def _bridges(quads: Quads, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.object_]:
    """The area between two ends that face each other."""
    first, second = _end_faces(quads, one), _end_faces(quads, other)
    points = np.concatenate((first, second), axis=1)
    return np.asarray(shapely.convex_hull(shapely.multipoints(points)), dtype=object)


def _end_faces(quads: Quads, end: NDArray[np.int64]) -> Floats:
    """(n, 2, 2) float: the right and the left corner of ends."""
    piece, late = end // 2, end % 2 == 1
    right = np.where(late[:, None], quads.corner_m[piece, 1], quads.corner_m[piece, 0])
    left = np.where(late[:, None], quads.corner_m[piece, 2], quads.corner_m[piece, 3])
    return np.stack((right, left), axis=1)


def _chains(link: NDArray[np.int64], count: int) -> list[tuple[list[tuple[int, bool]], bool]]:
    """Pieces in order along each run, whether each is run through backwards, and whether the run is a ring."""
    seen = np.zeros(count, dtype=bool)
    chains = []
    starts = [e for e in range(2 * count) if link[e] < 0]
    for start in [*starts, *range(0, 2 * count, 2)]:
        if seen[start // 2]:
            continue
        chain, end, closed = [], start, False
        while True:
            piece = end // 2
            if seen[piece]:
                closed = True
                break
            seen[piece] = True
            chain.append((piece, end % 2 == 1))
            end = int(link[end ^ 1])
            if end < 0:
                break
        chains.append((chain, closed))
    return chains


class _Chain:
    """Pieces of one run."""

    def __init__(self, quads: Quads, chain: list[tuple[int, bool]], closed: bool) -> None:
        piece = np.array([p for p, _ in chain])
        back = np.array([b for _, b in chain])
        middle = quads.middle_m[piece]
        middle[back] = middle[back][:, ::-1]
        length = np.hypot(*(middle[:, 1] - middle[:, 0]).T)
        self.thickness_m = float(np.average(quads.thickness_m[piece], weights=length))
        parts = list(np.asarray(shapely.polygons(quads.corner_m[piece])))
        ends = 2 * piece + np.where(back, 0, 1), 2 * piece + np.where(back, 1, 0)
        if len(piece) > 1:
            parts += list(_bridges(quads, ends[0][:-1], ends[1][1:]))
        if closed:
            parts += list(_bridges(quads, ends[0][-1:], ends[1][:1]))
        self.parts = parts
        self.closed = closed and len(piece) > 2
        self.nodes = self._course(middle)
        self.length_m = float(np.sum(np.hypot(*np.diff(self.nodes, axis=0).T)))

    def _course(self, middle: Floats) -> Floats:
        """Nodes of the centre line."""
        points = middle.reshape(-1, 2)
        line = points[-1] - points[0]
        length = float(np.hypot(*line))
        if not self.closed and length > 0:
            aside = (points - points[0]) @ np.array((-line[1], line[0])) / length
            if np.abs(aside).max() <= STRAIGHT_M:
                return points[[0, -1]]
        inner = (middle[:-1, 1] + middle[1:, 0]) / 2
        if self.closed:
            seam = (middle[-1, 1] + middle[0, 0]) / 2
            return np.concatenate((seam[None], inner, seam[None]))
        return np.concatenate((points[:1], inner, points[-1:]))


def _with_ends(chains: list[_Chain], area: Area, reach_m: float) -> list[Run]:
    """Runs whose ends go on through the junctions that they lead into."""
    open_ = [k for k, c in enumerate(chains) if not c.closed]
    point = np.array([chains[k].nodes[i] for k in open_ for i in (0, -1)]).reshape(-1, 2)
    inner = np.array([chains[k].nodes[i] for k in open_ for i in (1, -2)]).reshape(-1, 2)
    thick = np.repeat([chains[k].thickness_m for k in open_], 2)
    out = point - inner
    out /= np.maximum(np.hypot(out[:, 0], out[:, 1]), 1e-12)[:, None]
    first, last = _goes_on(point, out, thick, area, reach_m)
    stopped = last >= reach_m - 1e-6
    first[stopped], last[stopped] = 0.0, 0.0
    along = _alongside(point, out, last, chains, open_)
    first[along], last[along] = 0.0, 0.0
    axis_m = _to_centre_lines(point, out, first, last, chains, open_)
    runs = []
    place = {k: n for n, k in enumerate(open_)}
    for k, chain in enumerate(chains):
        nodes, parts = chain.nodes.copy(), list(chain.parts)
        n = place.get(k)
        if n is not None:
            for e, node in ((2 * n, 0), (2 * n + 1, -1)):
                if last[e] > 1e-6:
                    parts.append(_ahead(point[e], out[e], last[e], chain.thickness_m))
                nodes[node] = nodes[node] + out[e] * axis_m[e]
        outline = united(np.array(parts, dtype=object))
        runs.append(Run(outline, LineString(nodes), chain.thickness_m))
    return runs


def _goes_on(point: Floats, out: Floats, thick: Floats, area: Area, reach_m: float) -> tuple[Floats, Floats]:
    """How far the wall area goes on beyond ends: least and most across the thickness. [m]"""
    side = np.stack((-out[:, 1], out[:, 0]), axis=1)
    lines = []
    for share in (-ACROSS, 0.0, ACROSS):
        begin = point + side * (share * thick)[:, None]
        lines.append(np.stack((begin - out * 2e-3, begin + out * reach_m), axis=1))
    rays = np.asarray(shapely.linestrings(np.concatenate(lines)), dtype=object)
    inside = shapely.intersection(rays, area)
    part, ray = shapely.get_parts(inside, return_index=True)
    begin = shapely.get_coordinates(rays).reshape(-1, 2, 2)[:, 0]
    first = np.zeros(len(rays))
    direction = np.concatenate((out, out, out))
    if len(part):
        touches = shapely.dwithin(part, shapely.points(begin[ray] + direction[ray] * 2e-3), 3e-3)
        length = shapely.length(part[touches])
        np.maximum.at(first, ray[touches], np.maximum(length - 2e-3, 0.0))
    across = first.reshape(3, -1)
    return across.min(axis=0), across.max(axis=0)


def _ahead(point: Floats, out: Floats, length_m: float, thickness_m: float) -> Polygon:
    side = np.array((-out[1], out[0])) * thickness_m / 2
    back, far = point - out * 1e-3, point + out * length_m
    return Polygon((back - side, far - side, far + side, back + side))


def _alongside(point: Floats, out: Floats, last: Floats, chains: list[_Chain], open_: list[int]) -> NDArray[np.bool_]:
    """Ends whose way on lies in a wall that runs the same way: a change of thickness, no junction."""
    found = np.zeros(len(point), dtype=bool)
    asked = np.flatnonzero(last > 1e-6)
    if not len(asked):
        return found
    parts = np.array([p for c in chains for p in c.parts], dtype=object)
    owner = np.repeat(np.arange(len(chains)), [len(c.parts) for c in chains])
    middle = shapely.points(point[asked] + out[asked] * (last[asked] / 2)[:, None])
    end, part = shapely.STRtree(parts).query(middle, predicate="intersects")
    for e, p in zip(asked[end].tolist(), owner[part].tolist(), strict=True):
        if p == open_[e // 2]:
            continue
        nodes = chains[p].nodes
        step = np.diff(nodes, axis=0)
        step /= np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-12)[:, None]
        if np.abs(step @ out[e]).max() > np.cos(np.radians(20.0)):
            found[e] = True
    return found


def _to_centre_lines(
    point: Floats, out: Floats, first: Floats, last: Floats, chains: list[_Chain], open_: list[int]
) -> Floats:
    """How far each end's centre line goes on: to the one it meets, else halfway. [m]"""
    reach = (first + last) / 2
    meets = np.full(len(point), np.inf)
    extended = [chain.nodes for chain in chains]
    for n, k in enumerate(open_):
        nodes = chains[k].nodes.copy()
        nodes[0] += out[2 * n] * (last[2 * n] + 1e-6)
        nodes[-1] += out[2 * n + 1] * (last[2 * n + 1] + 1e-6)
        extended[k] = nodes
    lines = np.array([LineString(nodes) for nodes in extended], dtype=object)
    asked = np.flatnonzero(last > 1e-6)
    if not len(asked):
        return reach
    reached = np.stack((point[asked], point[asked] + out[asked] * last[asked][:, None]), axis=1)
    ahead = np.asarray(shapely.linestrings(reached), dtype=object)
    end, line = shapely.STRtree(lines).query(ahead, predicate="intersects")
    other = line != np.array(open_)[asked[end] // 2]
    end, line = end[other], line[other]
    crossing = np.asarray(shapely.intersection(ahead[end], lines[line]), dtype=object)
    is_point = shapely.get_type_id(crossing) == 0
    end, crossing = end[is_point], crossing[is_point]
    way = shapely.distance(crossing, shapely.points(point[asked[end]]))
    np.minimum.at(meets, asked[end], way)
    return np.where(np.isfinite(meets), meets, reach)
