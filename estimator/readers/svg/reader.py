"""SVG drawings as plans: solid shapes, thick strokes or named groups are walls.

Findings beside those of :mod:`estimator.readers.notes`:

===================  ========  ==========================================================
code                 severity  meaning
===================  ========  ==========================================================
svg-walls            note      what of the drawing was taken for walls, where no name tells
svg-lettering        note      pieces too thin for walls, left out
===================  ========  ==========================================================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from estimator.options import (
    DEFAULT_DOOR_HEAD_M,
    DEFAULT_HEIGHT_M,
    DEFAULT_SILL_M,
    DEFAULT_THICKNESS_M,
    ReadOptions,
    unit_name,
)
from estimator.plan import Area, OpeningKind, Plan, Room, Storey, Wall
from estimator.readers.assembly import Hole, walls_of_area
from estimator.readers.gaps import Gap, wall_gaps
from estimator.readers.notes import Notes, Sentences
from estimator.readers.rooms import room_names, rooms_between
from estimator.readers.svg.scale import (
    NARROWEST_M,
    SLIT_M,
    WIDEST_ASIDE_M,
    WIDEST_M,
    Swing,
    scale_of,
    swings_of,
)
from estimator.readers.svg.shapes import Shape, load_drawing
from estimator.readers.svg.walls import Choice, Storeyed, chosen_walls, storey_of
from estimator.readers.texts import Text
from estimator.readers.words import matches, role_of
from estimator.shapes import common, polygonal, united, without_slits

SENTENCES: Sentences = {
    "svg-walls": ("note", "Walls were taken to be {detail}; name others with --layer."),
    "svg-lettering": ("note", "Lettering and details of the walls' colour left out: {detail}."),
}

WIDEST_DRAWN_M = 5.5
"""Widest opening between two wall ends that something is drawn in: garage doors, walls of glass. [m]"""

WIDEST_WINDOW_M = 3.6
"""What is wider is a door, of a garage mostly. [m]"""

POST_M = 0.8
SQUARE_RATIO = 1.3
"""Square pieces that stand alone and are no longer than this are posts, no walls with an end. [m]"""

NEAR_M = 0.35
"""A door's hinge lies this near to its gap. [m]"""

LINED_RATIO = 0.5
"""A window's lines are at least this long, as a share of its width."""


def read(path: Path, options: ReadOptions, kind: str, shown: str) -> Plan:
    """The plan in an SVG drawing.

    Parameters
    ----------
    path : Path
    options : ReadOptions
        ``unit_m`` or ``width_m`` for a drawing without scale, ``wall_layers`` and ``opening_layers`` for
        names of groups, ``height_m`` and ``thickness_m`` for what no drawing of this kind shows.
    kind : str
        "svg".
    shown : str
        What the file is called in messages.

    Returns
    -------
    Plan
        In metres; storeys stand on each other.

    Raises
    ------
    PlanError
        It is damaged, too large, has no walls or no scale.
    """
    drawing = load_drawing(path, shown, options.limits)
    notes = Notes(SENTENCES)
    choice = chosen_walls(drawing, options, shown)
    if not choice.told:
        notes.add("svg-walls", "", choice.how)
    for own in choice.storeys:
        if own.details:
            share = own.details_area / (own.area.area + own.details_area)
            notes.add("svg-lettering", own.name, f"{own.details} pieces, {share:.1%} of their area")
    swings = {s.name: swings_of(_of_storey(drawing.shapes, s.name, choice), s.area) for s in choice.storeys}
    every_swing = [swing for own in swings.values() for swing in own]
    bounds = np.array([_extent(s) for s in choice.storeys])
    origin, far = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    areas = [s.area for s in choice.storeys]
    width = float(far[0] - origin[0])
    scale = scale_of(drawing, areas, every_swing, (choice.thickness, width), options, shown, notes)
    height_m = DEFAULT_HEIGHT_M if options.height_m is None else options.height_m
    if options.height_m is None:
        notes.add("height-default", "", f"{height_m:g}")

    storeys: list[Storey] = []
    walls: list[Wall] = []
    rooms: list[Room] = []
    for index, own in enumerate(choice.storeys):
        level = _Level(index, own, index * height_m, height_m, scale.unit_m, origin, len(choice.storeys) > 1)
        area = without_slits(level.metres(_with_thickness(own, options, scale.unit_m, notes)), SLIT_M)
        shapes = _of_storey(drawing.shapes, own.name, choice)
        holes = level.holes(area, shapes, swings[own.name], options)
        if holes:
            heads = f"doors to {DEFAULT_DOOR_HEAD_M:g} m, windows from {DEFAULT_SILL_M:g} to {DEFAULT_DOOR_HEAD_M:g} m"
            for hole in holes:
                notes.add("heads-default", hole.id, heads)
        gross = without_slits(united(np.array([area, *(h.footprint for h in holes)], dtype=object)), SLIT_M)
        walls += walls_of_area(
            gross, holes, storey=index, base_m=level.base_m, top_m=level.base_m + height_m,
            prefix=level.prefix + "w", notes=notes,
        )  # fmt: skip
        labels = [t.text for t in drawing.labels if storey_of(t.groups) in ("", own.name)]
        rooms += level.rooms(rooms_between(gross), labels)
        name = own.name.replace("_", " ") or ("Storey" if len(choice.storeys) == 1 else f"Storey {index + 1}")
        storeys.append(Storey(f"s{index + 1}", name, level.base_m, height_m))
    for storey in storeys if len(storeys) > 1 else ():
        notes.add("storeys-on-sheet", storey.id, storey.name)
    other = len(drawing.shapes) - len(choice.walls)
    skipped = [f"{n} {what}{'s' if n != 1 else ''}" for what, n in drawing.skipped.items()]
    return Plan(
        drawing.title or Path(shown).stem,
        f"{Path(shown).name} (SVG)",
        tuple(storeys),
        tuple(walls),
        tuple(rooms),
        assumptions=() if options.height_m is not None else (f"wall height {height_m:g} m: the drawing shows none",),
        findings=notes.findings(),
        unit=unit_name(scale.unit_m),
        evidence=scale.evidence,
        skipped=(f"{other} shapes that are no walls", *skipped) if other else tuple(skipped),
    )


def _of_storey(shapes: Sequence[Shape], name: str, choice: Choice) -> list[Shape]:
    """Shapes of a storey that are not its walls."""
    return [s for k, s in enumerate(shapes) if k not in choice.walls and storey_of(s.groups) in ("", name)]


def _is_at_post(gap: Gap, area: Area) -> bool:
    """Whether a gap leads to a post that stands alone, as of a porch."""
    parts = shapely.get_parts(area)
    at = parts[shapely.dwithin(parts, gap.footprint, SLIT_M)]
    return any(_is_post(part) for part in at)


def _is_post(area: Area) -> bool:
    """Whether a piece that stands alone is about square; piers between windows are longer than thick."""
    box = shapely.minimum_rotated_rectangle(area)
    corner = shapely.get_coordinates(box)
    short, long_ = sorted(np.hypot(*np.diff(corner[:3], axis=0).T).tolist())
    return bool(long_ <= POST_M and long_ <= SQUARE_RATIO * short and area.area >= box.area / SQUARE_RATIO)


def _with_thickness(storey: Storeyed, options: ReadOptions, unit_m: float, notes: Notes) -> Area:
    """The walls' area; walls drawn as lines made thick, in user units. [-]"""
    if not storey.lines:
        return storey.area
    thickness_m = DEFAULT_THICKNESS_M if options.thickness_m is None else options.thickness_m
    if options.thickness_m is None:
        for _ in storey.lines:
            notes.add("thickness-default", "", f"{thickness_m:g}")
    lines = shapely.union_all(np.array(storey.lines, dtype=object))
    return polygonal(shapely.buffer(lines, thickness_m / unit_m / 2, cap_style="square", join_style="mitre"))


def _extent(storey: Storeyed) -> tuple[float, float, float, float]:
    """Bounds of a storey's walls, in user units. [-]"""
    low_x, low_y, high_x, high_y = shapely.total_bounds(np.array([storey.area, *storey.lines], dtype=object)).tolist()
    return low_x, low_y, high_x, high_y


class _Level:
    """One storey on its way from user units to metres."""

    def __init__(
        self, index: int, own: Storeyed, base_m: float, height_m: float, unit_m: float,
        origin: np.ndarray[tuple[int, ...], np.dtype[np.float64]], several: bool,
    ) -> None:  # fmt: skip
        self.base_m = base_m
        self.prefix = f"s{index + 1}-" if several else ""
        self._index = index
        self._own, self._height_m, self._unit_m, self._origin = own, height_m, unit_m, origin

    def metres(self, area: Area) -> Area:
        """From user units."""
        scaled = shapely.transform(area, lambda node: (node - self._origin) * self._unit_m)
        return scaled if shapely.is_valid(scaled) else polygonal(shapely.make_valid(scaled))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """From user units. [m]"""
        return float((x - self._origin[0]) * self._unit_m), float((y - self._origin[1]) * self._unit_m)

    def rooms(self, outlines: list[shapely.Polygon], labels: list[Text]) -> list[Room]:
        """Rooms with the names that are written in them, or their number."""
        texts = [replace(t, at=np.array(self.point(*t.at)), height=t.height * self._unit_m) for t in labels]
        return [
            Room(f"{self.prefix}r{k}", name or f"Room {k}", self._index, outline)
            for k, (outline, name) in enumerate(zip(outlines, room_names(outlines, texts), strict=True), 1)
        ]

    def holes(self, area: Area, shapes: Sequence[Shape], swings: Sequence[Swing], options: ReadOptions) -> list[Hole]:
        """Openings: the gaps between walls, and what is named a door or a window and lies in a wall."""
        named = self._named(area, shapes, options)
        found: list[tuple[OpeningKind, Area, float]] = []
        hinges = shapely.points([self.point(s.x, s.y) for s in swings]) if swings else np.empty(0, dtype=object)
        lines = self._lines(shapes)
        for gap in wall_gaps(area):
            if _is_at_post(gap, area):
                continue
            kind = next((k for k, symbol in named if shapely.intersects(symbol, gap.footprint)), None)
            if kind is None:
                kind = self._kind(gap.footprint, gap.width_m, hinges, lines)
            widest = WIDEST_ASIDE_M if gap.is_aside else WIDEST_M if kind == "opening" else WIDEST_DRAWN_M
            if NARROWEST_M <= gap.width_m <= widest:
                found.append(("door" if gap.width_m > WIDEST_WINDOW_M else kind, gap.footprint, gap.width_m))
        taken = [footprint for _, footprint, _ in found]
        for kind, symbol in named:
            if any(shapely.intersects(symbol, t) for t in taken):
                continue
            inside = common(symbol, area)
            if inside.area > 0:
                footprint = polygonal(inside.minimum_rotated_rectangle)
                corner = shapely.get_coordinates(footprint)
                found.append((kind, footprint, float(np.hypot(*np.diff(corner[:3], axis=0).T).max())))
        numbers: dict[str, int] = defaultdict(int)
        holes = []
        for kind, footprint, width_m in found:
            numbers[kind] += 1
            sill_m = DEFAULT_SILL_M if kind == "window" else 0.0
            holes.append(
                Hole(f"{self.prefix}{kind}{numbers[kind]}", kind, footprint, width_m, self.base_m + sill_m,
                     self.base_m + min(DEFAULT_DOOR_HEAD_M, self._height_m))
            )  # fmt: skip
        return holes

    def _named(self, area: Area, shapes: Sequence[Shape], options: ReadOptions) -> list[tuple[OpeningKind, Area]]:
        """What is drawn under a name for doors and windows, by kind, each symbol whole."""
        symbols: dict[tuple[object, ...], list[Area]] = defaultdict(list)
        kinds: dict[tuple[object, ...], OpeningKind] = {}
        for k, shape in enumerate(shapes):
            for depth, name in enumerate((*shape.groups, *shape.names)):
                role = role_of(name)
                if role in ("door", "window", "opening") or matches(name, options.opening_layers):
                    plural = depth < len(shape.groups) and depth + 1 < len(shape.groups)
                    key = (*shape.groups[: depth + (2 if plural else 1)], *(() if plural else (k,)))
                    points = np.concatenate(shape.rings)
                    symbols[key].append(shapely.box(*points.min(axis=0), *points.max(axis=0)))
                    kinds[key] = role if role in ("door", "window") else "opening"
                    break
        return [(kinds[key], self.metres(united(np.array(parts, dtype=object)))) for key, parts in symbols.items()]

    def _lines(self, shapes: Sequence[Shape]) -> shapely.STRtree:
        rings = [r for s in shapes if s.stroke is not None for r in s.rings]
        steps = [np.stack((r[:-1], r[1:]), axis=1) for r in rings if len(r) > 1]
        ends = np.concatenate(steps) if steps else np.empty((0, 2, 2))
        metres = (ends - self._origin) * self._unit_m
        return shapely.STRtree(np.asarray(shapely.linestrings(metres), dtype=object).reshape(-1))

    def _kind(
        self, footprint: Area, width_m: float, hinges: np.ndarray[tuple[int, ...], np.dtype[np.object_]],
        lines: shapely.STRtree,
    ) -> OpeningKind:  # fmt: skip
        """By what is drawn in a gap: a swing for a door, lines along it for a window."""
        if len(hinges) and shapely.dwithin(footprint, hinges, NEAR_M).any():
            return "door"
        around = shapely.buffer(footprint, 0.05)
        inside = lines.geometries[lines.query(around, predicate="contains")]
        return "window" if (shapely.length(inside) >= LINED_RATIO * width_m).any() else "opening"
