"""A drawing as a plan: layers, unit, walls, openings, storeys, rooms, each step told in findings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import PlanError
from estimator.options import (
    DEFAULT_DOOR_HEAD_M,
    DEFAULT_HEIGHT_M,
    DEFAULT_SILL_M,
    DEFAULT_THICKNESS_M,
    ReadOptions,
    unit_name,
)
from estimator.plan import Area, Plan, Room, Storey, Wall
from estimator.readers.assembly import Hole, walls_of_area
from estimator.readers.dxf.choice import Layers, chosen_layers, layers_by_shape, wall_items
from estimator.readers.dxf.drawing import Drawing, segments_of
from estimator.readers.dxf.ends import THICK_M
from estimator.readers.dxf.entities import unfolded
from estimator.readers.dxf.openings import Found, found_openings
from estimator.readers.dxf.sheets import Sheet, clusters, floors, storeys_below
from estimator.readers.dxf.units import POSSIBLE_EXTENT_M, Unit, found_unit
from estimator.readers.dxf.walls import WallWork, wall_work, without_posts
from estimator.readers.notes import Notes
from estimator.readers.rooms import is_room_text, room_names, rooms_between
from estimator.readers.words import matches

if TYPE_CHECKING:
    from ezdxf.document import Drawing as Document

FAR_M: Final = 1000.0
"""Drawings farther from the origin are moved to it. [m]"""

CERTAIN_LEAD: Final = 1.0
"""Marks by which a unit has to lead the next one to be certain."""

TOUCH_M: Final = 0.1
"""Lines nearer to each other than this belong together, before the scale is known exactly. [m]"""

SCALINGS: Final = 4
SAME_SCALE: Final = 1e-3
"""How often a drawing is scaled anew to its --width, and the share [-] by which that has to matter."""

MOST_SKIPPED: Final = 60
"""Lines of what was skipped; the rest is summed up."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Read:
    """Walls and openings of the whole sheet, in metres."""

    drawing: Drawing
    work: WallWork
    net: Area
    gross: Area
    openings: list[Found]
    off: int
    posts: int


def plan_of(document: Document, options: ReadOptions, notes: Notes, shown: str) -> Plan:
    """The plan in a loaded drawing.

    Parameters
    ----------
    document : ezdxf document
    options : ReadOptions
    notes : Notes
        With the reader's own sentences; may hold findings of loading.
    shown : str
        What the file is called in messages.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        It draws nothing that could be walls, or has no scale.
    """
    asked = (*options.wall_layers, *options.opening_layers)
    hidden = {
        str(layer.dxf.name).lower() for layer in document.layers
        if (layer.is_off() or layer.is_frozen()) and not matches(str(layer.dxf.name), asked)
    }  # fmt: skip
    drawing = unfolded(document, hidden, options.limits, notes, shown)
    layers = chosen_layers(drawing, options, shown)
    unit = _unit(document, drawing, layers, options, shown)
    read, layers = _read(drawing, layers, unit.length_m, options, shown)
    if options.width_m is not None and options.unit_m is None:
        for _ in range(SCALINGS):
            factor = options.width_m / _extent_m(read)[0]
            unit = replace(unit, length_m=unit.length_m * factor)
            read, layers = _read(drawing, layers, unit.length_m, options, shown)
            if abs(factor - 1) < SAME_SCALE:
                break
    origin = _origin(drawing, layers, unit.length_m)
    if np.any(origin != 0):
        notes.add("plan-shifted", "", " and ".join(f"{c:.0f}" for c in origin * unit.length_m))
    _tell_unit(unit, options, max(_extent_m(read)), notes)
    _tell_layers(layers, notes)
    return _assembled(read, unit, layers, options, notes, document, shown)


def _unit(document: Document, drawing: Drawing, layers: Layers, options: ReadOptions, shown: str) -> Unit:
    lines = segments_of(wall_items(drawing, layers))
    if not len(lines):
        lines = segments_of([i for i in drawing.items if i.layer in layers.walls | layers.fills])
    lines = lines[np.any(lines[:, :2] != lines[:, 2:], axis=1)]
    if not len(lines):
        raise PlanError(
            f"{shown}: draws no lines that could be walls; its layers are {_names(drawing)}: "
            "name those of the walls with --layer, or export the floor plan"
            if drawing.items
            else f"{shown}: draws no lines at all{_why_empty(drawing)}; export the floor plan itself"
        )
    stated, style = int(document.header.get("$INSUNITS", 0)), int(document.header.get("$LUNITS", 2))
    if options.unit_m is not None:
        return Unit(options.unit_m, (f"{unit_name(options.unit_m)}, as said by --unit",), (), np.inf, None)
    if options.width_m is not None:
        if float(np.ptp(lines.reshape(-1, 2)[:, 0])) <= 0:
            raise PlanError(f"{shown}: has no width that --width could scale; say the unit with --unit")
        rough = found_unit(drawing, lines, stated, style in (3, 4))
        length_m = rough.length_m if rough.lead > 0 else options.width_m / float(np.ptp(lines.reshape(-1, 2)[:, 0]))
        around = shapely.buffer(shapely.linestrings(lines.reshape(-1, 2, 2) * length_m), TOUCH_M / 2, quad_segs=1)
        drawn = clusters(_whole(shapely.union_all(around)))
        widest = max(float(a.bounds[2] - a.bounds[0]) - TOUCH_M for a in drawn) / length_m
        reasons = (f"{options.width_m:g} m of width, as said by --width",)
        return Unit(options.width_m / widest, reasons, (), np.inf, None)
    unit = found_unit(drawing, lines, stated, style in (3, 4))
    if unit.lead <= 0:
        raise PlanError(f"{shown}: nothing in it tells how long its unit is; say it with --unit or --width")
    return unit


def _origin(drawing: Drawing, layers: Layers, unit_m: float) -> Floats:
    """The corner of the walls if they are far away, else (0, 0); in drawing units."""
    points = segments_of([i for i in drawing.items if i.layer in layers.walls | layers.fills]).reshape(-1, 2)
    corner: Floats = np.median(points, axis=0) if len(points) else np.zeros(2)
    return np.floor(corner) if float(np.max(np.abs(corner))) * unit_m > FAR_M else np.zeros(2)


def _read(drawing: Drawing, layers: Layers, unit_m: float, options: ReadOptions, shown: str) -> tuple[_Read, Layers]:
    """Walls and openings at a scale, and the layers they were found on."""
    metric = drawing.scaled(unit_m, _origin(drawing, layers, unit_m))
    if layers.by_shape:
        layers = layers_by_shape(metric, layers, options)
    work = wall_work(wall_items(metric, layers), options.thickness_m, DEFAULT_THICKNESS_M)
    if work.area.is_empty and layers.fills:
        work = wall_work([i for i in metric.items if i.layer in layers.fills], options.thickness_m, DEFAULT_THICKNESS_M)
    if work.area.is_empty or (layers.by_shape and work.single and options.thickness_m is None):
        raise PlanError(
            f"{shown}: holds no walls that could be recognised at a unit of {unit_name(unit_m)}; its layers are "
            f"{_names(drawing)}: name those of the walls with --layer, their thickness with --thickness if they are "
            "single lines, and the unit with --unit if it is another"
        )
    marks = Drawing(layers.marks(metric), layers.swings(metric))
    openings, off = found_openings(work.area, metric, marks, work.thickest_m)
    drawn = _whole(shapely.union_all([o.footprint for o in openings if not o.is_bare]))
    net, posts = without_posts(work, drawn)
    if posts:
        gone = shapely.union_all(posts)
        openings = [o for o in openings if not (o.is_bare and shapely.dwithin(o.footprint, gone, 0.01))]
    gaps = [o.footprint for o in openings if o.is_gap]
    gross = _whole(shapely.union_all([net, *gaps], grid_size=1e-5))
    return _Read(metric, work, net, gross, openings, off, len(posts)), layers


def _whole(area: shapely.Geometry) -> Area:
    parts = [p for p in shapely.get_parts(area) if isinstance(p, shapely.Polygon) and p.area > 1e-6]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _extent_m(read: _Read) -> tuple[float, float]:
    """Extent of the widest floor from left to right, and of the deepest upwards. [m]"""
    sheets, _ = floors(clusters(read.gross), read.drawing.texts)
    boxes = np.array([s.area.bounds for s in sheets])
    wide, deep = np.max(boxes[:, 2:] - boxes[:, :2], axis=0).tolist()
    return float(wide), float(deep)


def _assembled(
    read: _Read, unit: Unit, layers: Layers, options: ReadOptions, notes: Notes, document: Document, shown: str
) -> Plan:
    height_m = options.height_m or DEFAULT_HEIGHT_M
    if options.height_m is None:
        notes.add("height-default", "", f"{DEFAULT_HEIGHT_M:g}")
    sheets, others = floors(clusters(read.gross), read.drawing.texts)
    _tell_work(read, sheets, others, notes)
    storeys: list[Storey] = []
    walls: list[Wall] = []
    rooms: list[Room] = []
    texts = [t for t in read.drawing.texts if is_room_text(t)]
    titles, below = Counter(s.title for s in sheets), storeys_below(sheets)
    for k, sheet in enumerate(sheets):
        many, base_m = len(sheets) > 1, (k - below) * height_m
        prefix = f"s{k + 1}-" if many else ""
        title = sheet.title if sheet.title and titles[sheet.title] == 1 else f"Storey {k + 1}"
        storeys.append(Storey(f"s{k + 1}", title, base_m, height_m))
        here = [o for o in read.openings if shapely.dwithin(sheet.area, o.footprint, 0.01)]
        holes = [_hole(o, n, sheet, prefix, base_m) for n, o in enumerate(here, 1)]
        for hole, found in zip(holes, here, strict=True):
            if found.is_default:
                notes.add("heads-default", hole.id, _defaults(found))
            if found.is_bare:
                notes.add("dxf-bare-openings", hole.id)
        built = walls_of_area(
            _moved(sheet.area, sheet.shift_m), holes,
            storey=k, base_m=base_m, top_m=base_m + height_m, prefix=f"{prefix}w", notes=notes,
        )  # fmt: skip
        walls += built
        if read.work.single and options.thickness_m is None:
            for wall in built:
                notes.add("thickness-default", wall.id, f"{DEFAULT_THICKNESS_M:g}")
        faces = rooms_between(sheet.area)
        for n, (face, name) in enumerate(zip(faces, room_names(faces, texts), strict=True), 1):
            shape = _moved(face, sheet.shift_m)
            rooms.append(Room(f"{prefix}room-{n}", name or f"Room {n}", k, shape))
    return Plan(
        name=Path(shown).stem,
        source=f"{Path(shown).name} (DXF {document.acad_release})",
        storeys=tuple(storeys),
        walls=tuple(walls),
        rooms=tuple(rooms),
        findings=notes.findings(),
        unit=unit_name(unit.length_m),
        evidence=unit.reasons,
        skipped=_skipped(read.drawing, layers),
    )


def _hole(found: Found, number: int, sheet: Sheet, prefix: str, base_m: float) -> Hole:
    return Hole(
        f"{prefix}{found.kind[0]}{number}", found.kind, _moved(found.footprint, sheet.shift_m), found.width_m,
        base_m + found.sill_m, base_m + found.head_m,
    )  # fmt: skip


def _moved(area: Area, shift_m: Floats) -> Area:
    if not np.any(shift_m):
        return area
    moved: Area = shapely.transform(area, lambda xy: xy + shift_m)
    return moved


def _defaults(found: Found) -> str:
    if found.kind != "window":
        return f"head {DEFAULT_DOOR_HEAD_M:g} m for doors and openings"
    return f"head {DEFAULT_DOOR_HEAD_M:g} m and, without a tag, sill {DEFAULT_SILL_M:g} m for windows"


def _tell_unit(unit: Unit, options: ReadOptions, extent_m: float, notes: Notes) -> None:
    least, most = POSSIBLE_EXTENT_M
    if not least <= extent_m <= most:
        length = f"{extent_m:,.0f} m" if extent_m >= 10 else f"{extent_m:.3g} m"
        reason = unit.reasons[0] if unit.reasons else unit_name(unit.length_m)
        told = f"the building would be {length} long, {extent_m / unit.length_m:,.5g} drawing units ({reason})"
        notes.add("unit-doubtful", "", told)
        return
    if options.unit_m is not None or options.width_m is not None:
        notes.add("unit-evidence", "", f"{unit_name(unit.length_m)}: {unit.reasons[0]}")
        return
    name = unit_name(unit.length_m)
    reasons = "; ".join(unit.reasons[:3])
    if unit.lead < CERTAIN_LEAD:
        notes.add("unit-doubtful", "", f"{name} taken, because {reasons}")
    elif unit.stated_m is not None and abs(unit.stated_m / unit.length_m - 1) > 1e-6:
        notes.add("unit-contradicted", "", f"it says {unit_name(unit.stated_m)}, but {name} fits: {reasons}")
    else:
        notes.add("unit-evidence", "", f"{name}: {reasons}")


def _tell_layers(layers: Layers, notes: Notes) -> None:
    listed = ", ".join(sorted(layers.walls))
    if layers.by_shape:
        left = ", ".join(sorted(layers.rest)[:20])
        others = f"other layers are {left}" if len(layers.rest) > 1 else f"another layer is {left}"
        notes.add("dxf-layers-by-shape", "", f"{listed}; {others}" if left else listed)
        return
    openings = ", ".join(sorted(layers.openings))
    notes.add("dxf-layers", "", f"{listed}" + (f", openings from {openings}" if openings else ""))


def _tell_work(read: _Read, sheets: list[Sheet], others: list[Area], notes: Notes) -> None:
    work = read.work
    if work.jambs:
        notes.add("dxf-jambs-closed", "", str(work.jambs))
    if work.paired_m2 > 0:
        notes.add("dxf-walls-paired", "", f"{work.paired_m2:.2f}")
    if work.thickest_m > THICK_M:
        notes.add("dxf-thick-walls", "", ", ".join(f"{t:.3g} m" for t in work.thickness_m))
    if work.apart_m > 0:
        notes.add("dxf-walls-too-thick", "", f"{work.apart_m:.2f}")
    if work.loose_m > 0.05:
        notes.add("dxf-loose-lines", "", f"{work.loose_m:.1f}")
    for k in range(read.posts):
        notes.add("dxf-posts", f"post {k + 1}")
    for k in range(read.off):
        notes.add("opening-off-wall", f"drawn opening {k + 1}")
    for k in range(len(others)):
        notes.add("dxf-drawing-left-out", f"drawing {k + 1}")
    if len(sheets) < 2:
        return
    for k, sheet in enumerate(sheets):
        moved = f" moved by {sheet.shift_m[0]:.2f} and {sheet.shift_m[1]:.2f} m" if np.any(sheet.shift_m) else ""
        notes.add("storeys-on-sheet", f"s{k + 1}", f"{sheet.title or f'Storey {k + 1}'}{moved}")
    unplaced = [k for k, s in enumerate(sheets) if s.rank is None]
    if not unplaced:
        return
    first, last = sheets[0].area.bounds, sheets[-1].area.bounds
    is_row = abs(last[0] - first[0]) >= abs(last[1] - first[1])
    if len(unplaced) == len(sheets):
        way = "from left to right" if is_row else "from the lower one up"
        detail = f"No title of a storey on the sheet tells its place; they were stacked {way}"
    else:
        names = ", ".join(sheets[k].title or f"Storey {k + 1}" for k in unplaced)
        detail = (
            f"{names}: no title tells the place of {'this storey' if len(unplaced) == 1 else 'these storeys'}; "
            "the others were put in the order of their titles, and between them stands what is drawn between them"
        )
    for k in unplaced:
        notes.add("dxf-storeys-by-place", f"s{k + 1}", detail)


def _why_empty(drawing: Drawing) -> str:
    """What a drawing without lines holds instead."""
    held = [f"{n} {_plural(what) if n != 1 else what}" for what, n in drawing.left_out.most_common(3)]
    return f", only {', '.join(held)}" if held else ""


def _names(drawing: Drawing) -> str:
    names = [name for name, _ in Counter(i.layer for i in drawing.items).most_common(20)]
    return ", ".join(names)


def _skipped(drawing: Drawing, layers: Layers) -> tuple[str, ...]:
    count = Counter(drawing.left_out)
    for item in drawing.items:
        if item.layer not in layers.walls and item.layer not in layers.openings:
            count[f"entity on layer {item.layer}"] += 1
    lines = [
        f"{n} {_plural(what) if n != 1 else what}" for what, n in sorted(count.items(), key=lambda x: (-x[1], x[0]))
    ]
    if len(lines) > MOST_SKIPPED:
        lines = [*lines[:MOST_SKIPPED], f"{len(lines) - MOST_SKIPPED} more kinds"]
    return tuple(lines)


def _plural(what: str) -> str:
    if what.startswith("entity"):
        return "entities" + what.removeprefix("entity")
    if what.endswith("entity"):
        return what.removesuffix("y") + "ies"
    head, _, rest = what.partition(" to ")
    return f"{head}s to {rest}" if rest else ("solid bodies" if what == "solid body" else f"{what}s")
