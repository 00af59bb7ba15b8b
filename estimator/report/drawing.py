"""A plan as a picture: every storey cut at breast height, with openings, dimensions, rooms and findings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from estimator.corners import corner_pieces
from estimator.errors import Finding, Severity
from estimator.plan import Area, Opening, Plan, Wall
from estimator.report.dimensions import Frame, frame_of, write_dimensions
from estimator.report.picture import Floats, Ink, Picture, View, Words, text_width_mm
from estimator.report.sheet import FAINT, INK, LINE_MM, MARGIN_MM, Layout, laid_out
from estimator.report.voids import section_at, voids
from estimator.shapes import united, without
from estimator.walls import centre_line

CUT_M = 1.1
"""Height above the floor at which walls are cut. [m]"""

MOST_NAMED = 40
"""Walls whose id is written beside them."""

ID_MM = 1.9
"""Height of their letters. [mm]"""

MANY = re.compile(r"( and \d+ more|…)$")
"""How a finding ends that concerns more elements than it names; such are not marked one by one."""

MOST_MARKED = 0.5
"""A finding that names a larger share of all walls marks none of them."""

LOOKED_AT = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where along a wall it is looked whether it lies on the outline of its storey."""

ON_OUTLINE_M = 0.005
"""Corners of a wall nearer than this to the outline lie on it. [m]"""

FREE_SHARE = 0.8
"""Share of the widest clearance in a room that its centroid must have for the name to stand there."""

MOST_LEGEND = 14
"""Findings told below the storeys."""

HIGH_M = 0.3
"""Openings that begin less than this below the next floor are shown by a dashed line. [m]"""

ROOM = Ink(fill="#f3efe6")
WALL = Ink(fill="#57534e")
INNER = Ink(fill="#8d877f")
LOW = Ink(fill="#ded9d0", line="#a8a198", width_mm=0.1)
EDGE = Ink(line="#2b2825", width_mm=0.13)
DOOR = Ink(fill="#f6d9c4", line="#b4541a", width_mm=0.13)
WINDOW = Ink(fill="#cfe3f3", line="#2a6ea8", width_mm=0.13)
HOLE = Ink(fill="#ffffff", line="#6b7280", width_mm=0.13, dash_mm=(0.8, 0.6))
PANE = Ink(line="#2a6ea8", width_mm=0.13)
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
    frames = [frame_of([w.footprint for w in plan.walls if w.storey == k]) for k in storeys]
    extents = [_extent(plan, k, frame) for k, frame in zip(storeys, frames, strict=True)]
    layout = laid_out(extents, plan.name, _subtitle(plan), len(legend) + 2)
    marked = _marked(plan, told)
    for k, view, frame in zip(storeys, layout.views, frames, strict=True):
        _storey(layout.picture, view, frame, plan, k, marked)
    _write_legend(layout, legend)
    return layout.picture


def _subtitle(plan: Plan) -> str:
    kinds: dict[str, int] = defaultdict(int)
    for w in plan.walls:
        for o in w.openings:
            kinds[o.kind] += 1
    holes = "".join(f" · {n} {kind}{'s' if n != 1 else ''}" for kind, n in sorted(kinds.items()))
    return f"{plan.source} · unit: {plan.unit} · {len(plan.walls)} wall{'s' if len(plan.walls) != 1 else ''}{holes}"


def _extent(plan: Plan, storey: int, frame: Frame) -> tuple[float, float, float, float]:
    """What a storey and the lines of its dimensions extend over in plan. [m]"""
    left, bottom, right, top = frame.extent_m([w.footprint for w in plan.walls if w.storey == storey])
    corners = frame.outside(np.array([(left, bottom), (right, bottom), (right, top), (left, top)]))
    (low_x, low_y), (high_x, high_y) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return low_x, low_y, high_x, high_y


def _marked(plan: Plan, findings: Sequence[Finding]) -> dict[str, Severity]:
    """Walls, and walls of openings, that a finding names; the gravest first."""
    owner = {o.id: w.id for w in plan.walls for o in w.openings}
    known = {w.id for w in plan.walls}
    marked: dict[str, Severity] = {}
    for finding in findings:
        if finding.severity == "note" or MANY.search(finding.where):
            continue
        names = finding.where.split(", ")
        walls = {wall for name in names if (wall := name if name in known else owner.get(name)) is not None}
        if len(walls) <= max(1, MOST_MARKED * len(known)):  # what holds for most walls marks none
            for wall in walls:
                marked.setdefault(wall, finding.severity)
    return marked


def _storey(picture: Picture, view: View, frame: Frame, plan: Plan, storey: int, marked: dict[str, Severity]) -> None:
    level = plan.storeys[storey]
    walls = [w for w in plan.walls if w.storey == storey]
    rooms = [r for r in plan.rooms if r.storey == storey]
    left, _, right, top = _extent(plan, storey, frame)
    z = _cut_height(walls, level.elevation_m)
    picture.areas([r.footprint for r in rooms], view, ROOM)
    cut = [section_at(w, z) for w in walls]
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
    holes = [(o, hole, w) for w in walls for o, hole in zip(w.openings, voids(w), strict=True) if not hole.is_empty]
    for opening, hole, wall in sorted(holes, key=lambda h: -h[0].sill_m):
        _opening(picture, view, opening, hole, wall, level.elevation_m + level.height_m)
    _write_rooms(picture, view, plan, storey)
    _write_walls(picture, view, [w for w in walls if w.id in marked][:MOST_NAMED], marked)
    write_dimensions(picture, view, frame, outer, [hole for _, hole, _ in holes])
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


def _opening(picture: Picture, view: View, opening: Opening, hole: Area, wall: Wall, next_floor_m: float) -> None:
    """An opening in its wall, with the line of the pane where it is a window; high ones as a dashed outline."""
    ink = OPENINGS[opening.kind]
    if opening.sill_m > next_floor_m - HIGH_M:
        picture.areas(_drawn([hole]), view, Ink(line=ink.line, width_mm=ink.width_mm, dash_mm=HOLE.dash_mm))
        return
    picture.areas(_drawn([hole]), view, ink)
    line = centre_line(wall)
    if opening.kind == "window" and line is not None:
        panes = shapely.get_parts(shapely.intersection(line, hole))
        lines = [shapely.get_coordinates(p) for p in panes.tolist() if p.length > 0]
        picture.lines(lines, view, PANE)


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
    """As the plan says, else whether some of the wall lies on the outline of its storey."""
    if wall.is_external is not None:
        return wall.is_external
    edge = outline.boundary
    line = centre_line(wall)
    if line is None or wall.slabs:
        corners = shapely.points(shapely.get_coordinates(wall.footprint))
        return bool(np.any(shapely.dwithin(edge, corners, ON_OUTLINE_M)))
    thickness = wall.thickness_m or 2 * wall.footprint.area / max(wall.footprint.length, 1e-9)
    places = shapely.line_interpolate_point(line, np.array(LOOKED_AT), normalized=True)
    return bool(np.any(shapely.dwithin(edge, places, 0.75 * thickness)))


def _write_rooms(picture: Picture, view: View, plan: Plan, storey: int) -> None:
    """Names and areas of rooms, as large as there is room for; upright in narrow ones."""
    for room in plan.rooms:
        if room.storey != storey or room.footprint.area <= 0:
            continue
        part = max(shapely.get_parts(room.footprint), key=lambda p: p.area)
        spot = _middle(part)
        centre = view.at(spot[None])[0]
        wide, high = (_room_at(part, spot, axis) * 1000 / view.scale for axis in (0, 1))
        area = f"{room.footprint.area:.1f} m²"
        for size, turn in ((2.8, 0.0), (2.2, 0.0), (2.2, 90.0), (1.6, 0.0), (1.6, 90.0)):
            along, across = (wide, high) if turn == 0.0 else (high, wide)
            if max(text_width_mm(room.name, size), text_width_mm(area, size * 0.85)) > along or across <= 2.6 * size:
                continue
            down = np.array([0.0, size]) if turn == 0.0 else np.array([size, 0.0])
            for text, aside, share, colour in ((room.name, -0.2, 1.0, INK), (area, 1.1, 0.85, FAINT)):
                x, y = (centre + aside * down).tolist()
                picture.write(Words(text, x, y, share * size, "middle", colour, turn))
            break


def _middle(room: Polygon) -> Floats:
    """The centroid of a room, or the place farthest from its walls where that is much freer. [m]"""
    circle = shapely.maximum_inscribed_circle(room, 0.05)
    centroid = room.centroid
    free_m = centroid.distance(room.boundary) if room.contains(centroid) else 0.0
    middle: Floats = shapely.get_coordinates(centroid if free_m >= FREE_SHARE * circle.length else circle)[0]
    return middle


def _room_at(room: Polygon, place: Floats, axis: int) -> float:
    """How far a room reaches to both sides of a place, the shorter way counted twice. [m]"""
    bounds = room.bounds
    ends = np.stack((place, place))
    ends[:, axis] = bounds[axis] - 1, bounds[axis + 2] + 1
    parts = shapely.get_parts(shapely.intersection(shapely.LineString(ends), room))
    own = parts[int(np.argmin(shapely.distance(parts, shapely.Point(place))))]
    reach = shapely.get_coordinates(own)[:, axis]
    return float(2 * min(place[axis] - reach.min(), reach.max() - place[axis]))


def _write_walls(picture: Picture, view: View, walls: Sequence[Wall], marked: dict[str, Severity]) -> None:
    """Ids along their walls, on the left or upper side."""
    for wall in walls:
        corner = shapely.get_coordinates(wall.footprint.minimum_rotated_rectangle)[:3]
        sides = np.hypot(*np.diff(corner, axis=0).T)
        along = np.diff(corner, axis=0)[int(np.argmax(sides))]
        turn = float((np.arctan2(along[1], along[0]) + np.pi / 2 - 1e-6) % np.pi - np.pi / 2 + 1e-6)
        up = -np.array([np.sin(turn), np.cos(turn)])
        middle = view.at((corner[:1] + corner[2:]) / 2)[0]
        x, y = (middle + up * (float(sides.min()) * 500 / view.scale + 0.6)).tolist()
        text = wall.id if len(wall.id) <= 24 else wall.id[:23] + "…"
        colour = TOLD[marked[wall.id]]
        picture.write(Words(text, x, y, ID_MM, "middle", colour, float(np.degrees(turn)), bold=True, has_halo=True))


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
