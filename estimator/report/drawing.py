"""A plan as a picture: every storey cut at breast height, with openings, dimensions, rooms and findings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.corners import corner_pieces
from estimator.errors import Finding, Severity
from estimator.plan import Area, Opening, Plan, Wall
from estimator.report.picture import Floats, Ink, Picture, View, Words, text_width_mm
from estimator.report.sheet import FAINT, INK, LINE_MM, MARGIN_MM, Layout, laid_out
from estimator.shapes import common, united, without
from estimator.walls import centre_line

CUT_M = 1.1
"""Height above the floor at which walls are cut. [m]"""

MOST_NAMED = 40
"""Walls whose id is written beside them."""

MANY = re.compile(r" and \d+ more$")
"""How a finding ends that concerns more elements than it names; such are not marked one by one."""

MOST_LEGEND = 14
"""Findings told below the storeys."""

SMOOTH_M = 0.002
"""Nodes of an outline that matter less get no dimension. [m]"""

FINEST_M = 0.05
"""Dimensions shorter than this are left out of a chain. [m]"""

ROOM = Ink(fill="#f3efe6")
WALL = Ink(fill="#57534e")
INNER = Ink(fill="#8d877f")
LOW = Ink(fill="#ded9d0", line="#a8a198", width_mm=0.1)
EDGE = Ink(line="#2b2825", width_mm=0.13)
DOOR = Ink(fill="#f6d9c4", line="#b4541a", width_mm=0.13)
WINDOW = Ink(fill="#cfe3f3", line="#2a6ea8", width_mm=0.13)
HOLE = Ink(fill="#ffffff", line="#6b7280", width_mm=0.13, dash_mm=(0.8, 0.6))
RULER = Ink(line="#777777", width_mm=0.1)
TOLD = {"error": "#b91c1c", "warning": "#c2570c", "note": "#7c3aed"}
OPENINGS = {"door": DOOR, "window": WINDOW, "opening": HOLE}


def plan_picture(plan: Plan, findings: Sequence[Finding]) -> Picture:
    """A plan as a picture, its storeys beside one another.

    Parameters
    ----------
    plan : Plan
    findings : sequence of Finding
        Told below, and by colour at the walls that they name.

    Returns
    -------
    Picture
    """
    told = sorted(findings, key=lambda f: ("error", "warning", "note").index(f.severity))
    legend = _legend(told)
    storeys = [k for k in range(len(plan.storeys)) if any(w.storey == k for w in plan.walls)]
    layout = laid_out([_extent(plan, k) for k in storeys], plan.name, _subtitle(plan), len(legend) + 2)
    marked = _marked(plan, told)
    for k, view in zip(storeys, layout.views, strict=True):
        _storey(layout.picture, view, plan, k, marked)
    _write_legend(layout, legend)
    return layout.picture


def _subtitle(plan: Plan) -> str:
    kinds: dict[str, int] = defaultdict(int)
    for w in plan.walls:
        for o in w.openings:
            kinds[o.kind] += 1
    holes = "".join(f" · {n} {kind}{'s' if n != 1 else ''}" for kind, n in sorted(kinds.items()))
    return f"{plan.source} · unit: {plan.unit} · {len(plan.walls)} walls{holes}"


def _extent(plan: Plan, storey: int) -> tuple[float, float, float, float]:
    shapes = [w.footprint for w in plan.walls if w.storey == storey]
    left, bottom, right, top = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    return left, bottom, right, top


def _marked(plan: Plan, findings: Sequence[Finding]) -> dict[str, Severity]:
    """Walls, and walls of openings, that a finding names; the gravest first."""
    owner = {o.id: w.id for w in plan.walls for o in w.openings}
    known = {w.id for w in plan.walls}
    marked: dict[str, Severity] = {}
    for finding in findings:
        if finding.severity == "note" or MANY.search(finding.where):
            continue
        for name in finding.where.split(", "):
            wall = name if name in known else owner.get(name)
            if wall is not None:
                marked.setdefault(wall, finding.severity)
    return marked


def _storey(picture: Picture, view: View, plan: Plan, storey: int, marked: dict[str, Severity]) -> None:
    level = plan.storeys[storey]
    walls = [w for w in plan.walls if w.storey == storey]
    rooms = [r for r in plan.rooms if r.storey == storey]
    left, _, right, top = _extent(plan, storey)
    z = _cut_height(walls, level.elevation_m)
    picture.areas([r.footprint for r in rooms], view, ROOM)
    cut = [_cut(w, z) for w in walls]
    corners = [p for p, base_m, top_m, _ in corner_pieces(walls) if base_m < z <= top_m]
    low = [without(w.footprint, c) if not c.is_empty else w.footprint for w, c in zip(walls, cut, strict=True)]
    picture.areas(_drawn(low), view, LOW)
    outer = _outline([*(w.footprint for w in walls), *corners])
    external = np.array([_is_external(w, outer) for w in walls], dtype=bool)
    standing = np.array(cut, dtype=object)
    picture.areas(_drawn([*standing[~external].tolist(), *corners]), view, INNER)
    joined = [c for c in corners if _touches(c, standing[external])]
    picture.areas(_drawn([*standing[external].tolist(), *joined]), view, WALL)
    for severity, colour in TOLD.items():
        own = [
            c if not c.is_empty else w.footprint
            for w, c in zip(walls, cut, strict=True)
            if marked.get(w.id) == severity
        ]
        picture.areas(_drawn(own), view, Ink(fill=colour))
    picture.areas(_drawn([*standing.tolist(), *corners]), view, EDGE)
    for wall, section in zip(walls, cut, strict=True):
        for opening in wall.openings:
            picture.areas(_drawn([_hole(opening, wall, section)]), view, OPENINGS[opening.kind])
    _write_rooms(picture, view, plan, storey)
    _write_walls(picture, view, [w for w in walls if w.id in marked][:MOST_NAMED], marked)
    _dimensions(picture, view, walls, outer)
    name = f"{level.name}  {level.elevation_m:+.2f} m"
    x, y = view.at(np.array([[(left + right) / 2, top]]))[0].tolist()
    picture.write(Words(name, x, y - 14.5, 3.6, "middle", bold=True))


def _cut_height(walls: Sequence[Wall], floor_m: float) -> float:
    """Where the walls are cut: at breast height, or lower where most of them are lower."""
    tops = np.array([w.top_m for w in walls])
    bases = np.array([w.base_m for w in walls])
    z = floor_m + CUT_M
    if np.sum((bases < z) & (tops > z)) * 2 < len(walls):
        z = float(np.median((bases + tops) / 2))
    return z


def _cut(wall: Wall, z: float) -> Area:
    """The wall's section at a height, openings left out."""
    if wall.slabs:
        there = [s.footprint for s in wall.slabs if s.base_m < z <= s.top_m]
        return united(np.array(there, dtype=object)) if there else shapely.Polygon()
    if not wall.base_m < z <= wall.top_m:
        return shapely.Polygon()
    holes = [o.footprint for o in wall.openings if not o.footprint.is_empty and o.sill_m < z <= o.head_m]
    return without(wall.footprint, united(np.array(holes, dtype=object))) if holes else wall.footprint


def _hole(opening: Opening, wall: Wall, section: Area) -> Area:
    """What of the wall an opening takes, seen from above."""
    if not opening.footprint.is_empty:
        return common(opening.footprint, wall.footprint)
    left = without(wall.footprint, section)
    if section.is_empty or left.is_empty:
        return shapely.Polygon()
    parts = shapely.get_parts(left)
    widths = np.array([_length(p) for p in parts])
    best = int(np.argmin(np.abs(widths - opening.width_m)))
    return parts[best] if abs(widths[best] - opening.width_m) < 0.25 * opening.width_m + 0.05 else shapely.Polygon()


def _length(area: Area) -> float:
    corner = shapely.get_coordinates(area.minimum_rotated_rectangle)
    return float(np.hypot(*np.diff(corner[:3], axis=0).T).max()) if len(corner) >= 3 else 0.0


def _drawn(areas: Sequence[Area]) -> list[Area]:
    """Areas united; what is empty left out."""
    solid = [a for a in areas if not a.is_empty and a.area > 1e-6]
    return [united(np.array(solid, dtype=object))] if solid else []


def _touches(corner: Area, areas: NDArray[np.object_]) -> bool:
    return bool(np.any(shapely.intersects(areas, corner)))


def _outline(areas: Sequence[Area]) -> Area:
    """What the walls of a storey cover and enclose."""
    whole = united(np.array(areas, dtype=object))
    rings = [shapely.Polygon(p.exterior) for p in shapely.get_parts(whole)]
    return united(np.array(rings, dtype=object))


def _is_external(wall: Wall, outline: Area) -> bool:
    if wall.is_external is not None:
        return wall.is_external
    line = centre_line(wall)
    middle = wall.footprint.centroid if line is None else line.interpolate(0.5, normalized=True)
    thickness = wall.thickness_m or 2 * wall.footprint.area / max(wall.footprint.length, 1e-9)
    return bool(shapely.distance(outline.boundary, middle) <= 0.75 * thickness)


def _write_rooms(picture: Picture, view: View, plan: Plan, storey: int) -> None:
    for room in plan.rooms:
        if room.storey != storey or room.footprint.area <= 0:
            continue
        spot = shapely.maximum_inscribed_circle(max(shapely.get_parts(room.footprint), key=lambda p: p.area), 0.05)
        (centre, edge) = view.at(shapely.get_coordinates(spot))
        high = 2 * float(np.hypot(*(edge - centre)))
        wide = _room_at(room.footprint, shapely.get_coordinates(spot)[0]) * 1000 / view.scale
        area = f"{room.footprint.area:.1f} m²"
        for size in (2.8, 2.2, 1.6):
            if max(text_width_mm(room.name, size), text_width_mm(area, size * 0.85)) <= wide and high > 2.6 * size:
                x, y = centre.tolist()
                picture.write(Words(room.name, x, y - 0.2 * size, size, "middle"))
                picture.write(Words(area, x, y + 1.1 * size, size * 0.85, "middle", colour=FAINT))
                break


def _room_at(room: Area, place: Floats) -> float:
    """How far a room reaches to both sides of a place, the shorter way counted twice. [m]"""
    left, _, right, _ = room.bounds
    line = shapely.LineString([(left - 1, place[1]), (right + 1, place[1])])
    spot = shapely.Point(place)
    parts = shapely.get_parts(shapely.intersection(line, room))
    own = parts[int(np.argmin(shapely.distance(parts, spot)))]
    ends = shapely.get_coordinates(own)[:, 0]
    return float(2 * min(place[0] - ends.min(), ends.max() - place[0]))


def _write_walls(picture: Picture, view: View, walls: Sequence[Wall], marked: dict[str, Severity]) -> None:
    for wall in walls:
        spot = wall.footprint.representative_point()
        x, y = view.at(np.array([[spot.x, spot.y]]))[0].tolist()
        text = wall.id if len(wall.id) <= 24 else wall.id[:23] + "…"
        picture.write(Words(text, x + 1.0, y - 0.8, 1.9, colour=TOLD[marked[wall.id]], bold=True))


def _dimensions(picture: Picture, view: View, walls: Sequence[Wall], outline: Area) -> None:
    """Overall width and depth, and inside of them the corners and jambs seen from below and from the left."""
    left, bottom, right, top = outline.bounds
    corner = view.at(np.array([[left, bottom], [right, top]]))
    (x0, y1), (x1, y0) = corner.tolist()
    chains = _chain(walls, outline, 0), _chain(walls, outline, 1)
    for axis, (start, end) in enumerate(((x0, x1), (y1, y0))):
        places = chains[axis]
        base = y1 if axis == 0 else x0
        sign = 1.0 if axis == 0 else -1.0
        low, high = (left, right) if axis == 0 else (bottom, top)
        at = [(start + (end - start) * (p - low) / max(high - low, 1e-9)) for p in places.tolist()]
        if len(at) > 2 and _roomy(at):
            _ruler(picture, axis, base + sign * 5.0, at, np.diff(places))
        _ruler(picture, axis, base + sign * 10.5, [start, end], np.array([high - low]))


def _roomy(at: list[float]) -> bool:
    """Whether most of a chain's numbers have room."""
    gaps = np.abs(np.diff(at))
    return bool(np.mean(gaps >= 4.5) >= 0.5)


def _chain(walls: Sequence[Wall], outline: Area, axis: int) -> Floats:
    """Corners of the outline that face down (or left), and jambs in the walls there."""
    edges = _facing(outline, axis)
    places = [edges[:, :, axis].ravel()]
    lines = shapely.linestrings(edges) if len(edges) else np.empty(0, dtype=object)
    for wall in walls:
        for opening in wall.openings:
            if len(edges) and not opening.footprint.is_empty:
                near = shapely.dwithin(lines, opening.footprint, 0.02)
                if np.asarray(near).any():
                    bounds = opening.footprint.bounds
                    places.append(np.array([bounds[axis], bounds[axis + 2]]))
    found = np.unique(np.concatenate(places).round(4))
    if not len(found):
        return found
    return found[np.concatenate(([True], np.diff(found) >= FINEST_M))]


def _facing(outline: Area, axis: int) -> Floats:
    """Edges of an outline along an axis whose outside is below (or left), the foremost at each place."""
    oriented = shapely.orient_polygons(shapely.get_parts(shapely.simplify(outline, SMOOTH_M)))
    node, ring = shapely.get_coordinates(shapely.get_exterior_ring(oriented), return_index=True)
    edges = np.stack((node[:-1], node[1:]), axis=1)[ring[1:] == ring[:-1]]
    step = edges[:, 1] - edges[:, 0]
    along, across = step[:, axis], step[:, 1 - axis]
    # counter-clockwise: the outside is on the right, below for edges that run right, left for edges that run down
    outward = along > 0 if axis == 0 else along < 0
    kept: Floats = edges[outward & (np.abs(across) < 0.01 * np.abs(along)) & (np.abs(along) > FINEST_M)]
    return kept


def _ruler(picture: Picture, axis: int, place: float, at: list[float], lengths: NDArray[np.float64]) -> None:
    """A line of dimensions with ticks; numbers that have no room are left out."""

    def point(along: float, aside: float) -> tuple[float, float]:
        return (along, aside) if axis == 0 else (aside, along)

    picture.rule([point(at[0], place), point(at[-1], place)], RULER)
    for a in at:
        picture.rule([point(a - 0.7, place + 0.7), point(a + 0.7, place - 0.7)], Ink(line=INK, width_mm=0.2))
    for a, b, length in zip(at[:-1], at[1:], lengths.tolist(), strict=True):
        text = f"{length:.2f}"
        if abs(b - a) < text_width_mm(text, 1.9) + 0.4:
            continue
        x, y = point((a + b) / 2, place - 0.7)
        picture.write(Words(text, x, y, 1.9, "middle", turn_deg=0.0 if axis == 0 else 90.0))


def _legend(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Lines of the legend and their colours; each code once."""
    lines: list[tuple[str, str]] = []
    codes: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        codes[finding.code].append(finding)
    for code, same in codes.items():
        more = f" (and {len(same) - 1} more)" if len(same) > 1 else ""
        names = same[0].where.split(", ")
        where = ", ".join(names[:2]) + (" …" if len(names) > 2 else "")
        where = f"{where}: " if where else ""
        lines.append((f"{same[0].severity}  {code}  {where}{same[0].message}{more}", TOLD[same[0].severity]))
    if len(lines) > MOST_LEGEND:
        lines = [
            *lines[: MOST_LEGEND - 1],
            (f"and {len(lines) - MOST_LEGEND + 1} findings more: printhouse check", FAINT),
        ]
    return lines


def _write_legend(layout: Layout, legend: Sequence[tuple[str, str]]) -> None:
    picture, y = layout.picture, layout.legend_mm
    x = MARGIN_MM
    for name, ink in (
        ("external wall", WALL), ("internal wall", INNER), ("above or below the cut", LOW), ("door", DOOR),
        ("window", WINDOW), ("opening", HOLE),
    ):  # fmt: skip
        box = np.array([[x, y], [x + 4.0, y], [x + 4.0, y - 2.2], [x, y - 2.2]])
        picture.swatch(box, ink)
        picture.write(Words(name, x + 5.0, y - 0.2, 2.2))
        x += 8.0 + text_width_mm(name, 2.2)
    for text, colour in legend:
        y += LINE_MM
        room = int((picture.width_mm - 2 * MARGIN_MM) / text_width_mm("x", 2.2))
        picture.write(Words(text if len(text) <= room else text[: room - 1] + "…", MARGIN_MM, y, 2.2, colour=colour))
