"""Entities of a DXF file as line work: blocks unfolded within bounds, curves as chords."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from estimator.errors import PlanError
from estimator.options import Limits
from estimator.readers.dxf.drawing import Arc, Dimension, Drawing, Item
from estimator.readers.notes import Notes
from estimator.readers.texts import Text

if TYPE_CHECKING:
    from ezdxf.document import Drawing as Document

FARTHEST: Final = 1e11
"""Coordinates beyond are a mistake of the file; a thousand kilometres in millimetres are 1e9. [drawing units]"""

CHORD_DEG: Final = 4.0
"""Angle of a chord of a curve: it leaves the arc by 0.06 % of the radius. [deg]"""

LETTER_RATIO: Final = 0.8
"""About how wide a letter is, in heights."""

NAMES: Final = {
    "IMAGE": "image",
    "PDFUNDERLAY": "underlay",
    "DGNUNDERLAY": "underlay",
    "DWFUNDERLAY": "underlay",
    "UNDERLAY": "underlay",
    "XREF": "external reference",
    "OLE2FRAME": "embedded object",
    "POINT": "point",
    "LEADER": "leader",
    "MULTILEADER": "leader",
    "MLEADER": "leader",
    "VIEWPORT": "viewport",
    "3DSOLID": "solid body",
    "BODY": "solid body",
    "REGION": "region",
    "ATTDEF": "attribute definition",
    "ACAD_PROXY_ENTITY": "proxy entity",
    "XLINE": "construction line",
    "RAY": "construction line",
    "WIPEOUT": "wipeout",
}
"""What entities are called that are not read."""

Floats = NDArray[np.float64]


def unfolded(document: Document, hidden: set[str], limits: Limits, notes: Notes, shown: str) -> Drawing:
    """Everything that is drawn in a document.

    Parameters
    ----------
    document : ezdxf document
    hidden : set of str
        Layers that are switched off or frozen, in lower case.
    limits : Limits
    notes : Notes
    shown : str
        What the file is called in messages.

    Returns
    -------
    Drawing
        Of the model space; where that is empty, of the fullest sheet.

    Raises
    ------
    PlanError
        There are more entities, points or levels of blocks than allowed.
    """
    space: Any = document.modelspace()
    if not len(space):
        sheets = [layout for layout in document.layouts if layout.name != "Model"]
        space = max(sheets, key=len, default=space)
        if len(space):
            notes.add("dxf-paper-space", str(space.name), str(space.name))
    return _Unfolding(document, hidden, limits, notes, shown).drawing(space, ())


class _Unfolding:
    """Unfolds blocks, each once."""

    def __init__(self, document: Document, hidden: set[str], limits: Limits, notes: Notes, shown: str) -> None:
        self.document, self.hidden, self.limits, self.notes, self.shown = document, hidden, limits, notes, shown
        self.known: dict[str, Drawing] = {}
        self.shapes: dict[str, Callable[[Any, Drawing], None]] = {
            "LINE": _line,
            "LWPOLYLINE": _lwpolyline,
            "POLYLINE": _polyline,
            "ARC": _arc,
            "CIRCLE": _circle,
            "ELLIPSE": _curve,
            "SPLINE": _curve,
            "SOLID": _solid,
            "TRACE": _solid,
            "3DFACE": _solid,
            "HATCH": _hatch,
            "MPOLYGON": _hatch,
            "MLINE": _mline,
            "TEXT": _text,
            "ATTRIB": _text,
            "MTEXT": _mtext,
        }

    def drawing(self, entities: Iterable[Any], around: tuple[str, ...]) -> Drawing:
        """Entities of a space or a block, which lies in the blocks ``around``."""
        found = Drawing()
        for entity in entities:
            kind = entity.dxftype()
            layer = str(entity.dxf.get("layer", "0")) if entity.dxf.is_supported("layer") else "0"
            if layer.lower() in self.hidden:
                found.left_out[f"entity on layer {layer}, which is switched off"] += 1
                continue
            if kind == "INSERT":
                self._insert(entity, layer, found, around)
            elif kind == "DIMENSION":
                self._dimension(entity, found)
            elif kind in self.shapes:
                self._shape(kind, entity, found)
            else:
                found.left_out[NAMES.get(kind, f"{kind} entity")] += 1
            self._bound(found)
        return found

    def _shape(self, kind: str, entity: Any, found: Drawing) -> None:
        before = len(found.items), len(found.arcs), len(found.texts), found.vertices
        try:
            self.shapes[kind](entity, found)
        except (ValueError, TypeError, ZeroDivisionError, OverflowError, ArithmeticError, IndexError, AttributeError):
            self.notes.add("dxf-entity-unreadable", _name(entity))
            del found.items[before[0] :], found.arcs[before[1] :], found.texts[before[2] :]
            found.vertices = before[3]
            return
        new = [i.points for i in found.items[before[0] :]] + [t.at for t in found.texts[before[2] :]]
        if all(_is_sane(points) for points in new):
            return
        self.notes.add("dxf-absurd-coordinates", _name(entity))
        del found.items[before[0] :], found.arcs[before[1] :], found.texts[before[2] :]
        found.vertices = before[3]

    def _insert(self, entity: Any, layer: str, found: Drawing, around: tuple[str, ...]) -> None:
        name = str(entity.dxf.get("name", ""))
        block = self.document.blocks.get(name)
        for attribute in entity.attribs:
            if not attribute.is_invisible:
                self._shape("ATTRIB", attribute, found)
        if block is None:
            found.left_out["reference to a block that is missing"] += 1
            return
        if block.block is not None and (block.block.is_xref or block.block.is_xref_overlay):
            found.left_out["external reference"] += 1
            return
        if name.lower() in around:
            self.notes.add("dxf-cyclic-block", name)
            found.left_out["self-containing block"] += 1
            return
        if len(around) >= self.limits.depth:
            raise PlanError(
                f"{self.shown}: blocks lie in one another more than {self.limits.depth} deep; "
                "explode them, or raise --limit depth"
            )
        if name.lower() not in self.known:
            self.known[name.lower()] = self.drawing(block, (*around, name.lower()))
        content = self.known[name.lower()]
        matrix = np.array(list(entity.matrix44().rows()), dtype=np.float64)
        turn, shift = matrix[:2, :2], matrix[3, :2]
        corners = np.array([i.points.max(axis=0) for i in content.items] or [(0.0, 0.0)]) @ turn + shift
        if not (_is_sane(turn) and _is_sane(shift) and _is_sane(corners)):
            self.notes.add("dxf-absurd-coordinates", _name(entity))
            return
        columns, rows = max(entity.dxf.get("column_count", 1), 1), max(entity.dxf.get("row_count", 1), 1)
        self._bound(found, columns * rows, content)
        across, up = float(entity.dxf.get("column_spacing", 0)), float(entity.dxf.get("row_spacing", 0))
        angle = math.radians(float(entity.dxf.get("rotation", 0)))
        side, rise = np.array((math.cos(angle), math.sin(angle))), np.array((-math.sin(angle), math.cos(angle)))
        for row in range(rows):
            for column in range(columns):
                place = shift + column * across * side + row * up * rise
                if _is_sane(place):
                    found.add_block(content, name, layer, turn, place)

    def _dimension(self, entity: Any, found: Drawing) -> None:
        try:
            length = float(entity.get_measurement())
        except (TypeError, ValueError, AttributeError, ZeroDivisionError, ArithmeticError):
            length = float(entity.dxf.get("actual_measurement", 0.0))
        said = str(entity.dxf.get("text", ""))
        kind = int(entity.dxf.get("dimtype", 0)) & 7
        if kind in (0, 1) and 0 < length < FARTHEST:
            found.dimensions.append(Dimension(length, self._shown_text(entity) if said in ("", "<>") else said))
        found.left_out["dimension"] += 1

    def _shown_text(self, entity: Any) -> str:
        name = str(entity.dxf.get("geometry", ""))
        block = self.document.blocks.get(name) if name else None
        parts: Iterable[Any] = block or ()
        for part in parts:
            if part.dxftype() == "MTEXT":
                return str(part.plain_text())
            if part.dxftype() == "TEXT":
                return _plain(str(part.dxf.get("text", "")))
        return ""

    def _bound(self, found: Drawing, times: int = 0, block: Drawing | None = None) -> None:
        entities = found.entities + (times * max(block.entities, 1) if block else 0)
        vertices = found.vertices + (times * block.vertices if block else 0)
        for count, allowed, what in (
            (entities, self.limits.entities, "entities"),
            (vertices, self.limits.vertices, "vertices"),
        ):
            if count > allowed:
                raise PlanError(
                    f"{self.shown}: draws more than the {allowed} {what} allowed; "
                    f"save the walls and openings alone, or raise --limit {what}"
                )


def _name(entity: Any) -> str:
    return f"{entity.dxftype()} {entity.dxf.get('handle') or ''}".strip()


def _is_sane(points: Floats) -> bool:
    return bool(np.all(np.abs(points) <= FARTHEST))  # false for NaN


def _layer(entity: Any) -> str:
    return str(entity.dxf.get("layer", "0"))


def _is_flat(entity: Any) -> bool:
    return tuple(entity.dxf.get("extrusion", (0, 0, 1))) == (0.0, 0.0, 1.0)


def _in_world(entity: Any, points: Floats) -> Floats:
    """Points of an entity's own plane in the drawing's."""
    if _is_flat(entity):
        return points
    ocs = entity.ocs()
    return np.array([tuple(ocs.to_wcs((x, y, 0.0)))[:2] for x, y in points], dtype=np.float64).reshape(-1, 2)


def _line(entity: Any, found: Drawing) -> None:
    a, b = entity.dxf.start, entity.dxf.end
    found.add_item(Item(_layer(entity), "line", np.array(((a.x, a.y), (b.x, b.y)))))


def _lwpolyline(entity: Any, found: Drawing) -> None:
    rows = np.array([tuple(p) for p in entity], dtype=np.float64).reshape(-1, 5)
    constant = float(entity.dxf.get("const_width", 0.0))
    width = constant or (float(rows[0, 2]) if len(rows) and np.ptp(rows[:, 2:4]) <= 1e-6 * rows[0, 2] else 0.0)
    _chain(entity, rows[:, :2], rows[:, 4], bool(entity.closed), width, found)


def _polyline(entity: Any, found: Drawing) -> None:
    if entity.is_poly_face_mesh or entity.is_polygon_mesh:
        found.left_out["mesh"] += 1
        return
    nodes = [v.dxf for v in entity.vertices]
    points = np.array([(n.location.x, n.location.y) for n in nodes], dtype=np.float64).reshape(-1, 2)
    bulges = np.array([n.get("bulge", 0.0) for n in nodes], dtype=np.float64)
    width = float(entity.dxf.get("default_start_width", 0.0))
    same = width == float(entity.dxf.get("default_end_width", 0.0))
    _chain(entity, points, bulges, bool(entity.is_closed), width if same else 0.0, found)


def _chain(entity: Any, points: Floats, bulges: Floats, is_closed: bool, width: float, found: Drawing) -> None:
    """A polyline; its arcs are kept as arcs too, since doors are drawn so."""
    if len(points) < 2:
        return
    if not _is_sane(points) or not np.all(np.isfinite(bulges)):
        raise ValueError("absurd polyline")
    layer = _layer(entity)
    chain: list[Floats] = []
    count = len(points) if is_closed else len(points) - 1
    for k in range(count):
        a, b, bulge = points[k], points[(k + 1) % len(points)], float(bulges[k])
        chain.append(a[None, :])
        if abs(bulge) < 1e-6 or not np.any(a != b):
            continue
        sweep = 4 * math.atan(bulge)
        chord = b - a
        centre = (a + b) / 2 + np.array((-chord[1], chord[0])) * (1 - bulge**2) / (4 * bulge)
        start = math.atan2(a[1] - centre[1], a[0] - centre[0])
        radius = float(np.hypot(*(a - centre)))
        steps = max(2, math.ceil(abs(math.degrees(sweep)) / CHORD_DEG))
        angle = start + sweep * np.arange(1, steps) / steps
        chain.append(centre + radius * np.stack((np.cos(angle), np.sin(angle)), axis=1))
        ends = _in_world(entity, np.stack((centre, a, b)))
        found.arcs.append(Arc(layer, ends[0], ends[1], ends[2], abs(math.degrees(sweep))))
    if not is_closed:
        chain.append(points[-1:])
    whole = _in_world(entity, np.concatenate(chain))
    if len(whole) > 2 and not np.any(whole[0] != whole[-1]):
        whole, is_closed = whole[:-1], True
    if len(whole) >= 2:
        found.add_item(Item(layer, "polyline", whole, is_closed, width))


def _arc_points(entity: Any, start_deg: float, sweep_deg: float) -> tuple[Floats, Floats]:
    steps = max(2, math.ceil(sweep_deg / CHORD_DEG))
    angle = np.radians(start_deg + sweep_deg * np.arange(steps + 1) / steps)
    c, radius = entity.dxf.center, float(entity.dxf.radius)
    centre = np.array(((c.x, c.y),))
    return _in_world(entity, centre), _in_world(
        entity, centre + radius * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    )


def _arc(entity: Any, found: Drawing) -> None:
    start = float(entity.dxf.start_angle)
    sweep = (float(entity.dxf.end_angle) - start) % 360.0 or 360.0
    centre, points = _arc_points(entity, start, sweep)
    item = found.add_item(Item(_layer(entity), "arc", points))
    found.arcs.append(Arc(_layer(entity), centre[0], points[0], points[-1], sweep, item=item))


def _circle(entity: Any, found: Drawing) -> None:
    found.add_item(Item(_layer(entity), "circle", _arc_points(entity, 0.0, 360.0)[1][:-1], True))


def _curve(entity: Any, found: Drawing) -> None:
    from ezdxf.path import make_path

    path = make_path(entity)
    corners = np.array([(p.x, p.y) for p in path.control_vertices()], dtype=np.float64).reshape(-1, 2)
    if not _is_sane(corners):
        raise ValueError("absurd curve")
    size = float(np.ptp(corners, axis=0).max())
    if size <= 0:
        return
    points = np.array([(p.x, p.y) for p in path.flattening(5e-4 * size, segments=4)], dtype=np.float64)
    is_closed = len(points) > 3 and bool(np.all(np.abs(points[0] - points[-1]) <= 1e-9 * size))
    found.add_item(Item(_layer(entity), "curve", points[:-1] if is_closed else points, is_closed))


def _solid(entity: Any, found: Drawing) -> None:
    corners = [entity.dxf.get(f"vtx{k}") for k in (0, 1, 3, 2)]
    if entity.dxftype() == "3DFACE":
        corners = [entity.dxf.get(f"vtx{k}") for k in (0, 1, 2, 3)]
    points = np.array([(p.x, p.y) for p in corners if p is not None], dtype=np.float64).reshape(-1, 2)
    points = points if entity.dxftype() == "3DFACE" else _in_world(entity, points)
    distinct = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
    if len(distinct) > 2:
        found.add_item(Item(_layer(entity), "solid", distinct, True))


def _hatch(entity: Any, found: Drawing) -> None:
    from ezdxf.path import from_hatch

    for path in from_hatch(entity):
        corners = np.array([(p.x, p.y) for p in path.control_vertices()], dtype=np.float64).reshape(-1, 2)
        if not _is_sane(corners):
            raise ValueError("absurd hatch")
        size = float(np.ptp(corners, axis=0).max()) if len(corners) else 0.0
        if size <= 0:
            continue
        points = np.array([(p.x, p.y) for p in path.flattening(5e-4 * size, segments=4)], dtype=np.float64)
        if len(points) > 3:
            found.add_item(Item(_layer(entity), "hatch", points[:-1], True))


def _mline(entity: Any, found: Drawing) -> None:
    for part in entity.virtual_entities():
        if part.dxftype() == "LINE":
            a, b = part.dxf.start, part.dxf.end
            found.add_item(Item(_layer(entity), "mline", np.array(((a.x, a.y), (b.x, b.y)))))


def _plain(text: str) -> str:
    from ezdxf.tools.text import plain_text

    return str(plain_text(text[:2000])).strip()


def _text(entity: Any, found: Drawing) -> None:
    words = _plain(str(entity.dxf.get("text", "")))
    if not words:
        return
    height = float(entity.dxf.get("height", 0.0))
    angle = math.radians(float(entity.dxf.get("rotation", 0.0)))
    across = np.array((math.cos(angle), math.sin(angle)))
    up = np.array((-across[1], across[0]))
    align, upright = int(entity.dxf.get("halign", 0)), int(entity.dxf.get("valign", 0))
    point = entity.dxf.get("align_point") if align or upright else None
    base = point if point is not None else entity.dxf.get("insert")
    half = LETTER_RATIO * height * len(words) / 2
    if align and point is not None and align not in (3, 5):
        half *= {1: 0.0, 2: -1.0, 4: 0.0}.get(align, 1.0)
    at = np.array((base.x, base.y)) + half * across + (0.0 if align == 4 else 0.5 * height) * up
    found.texts.append(Text(_layer(entity), words, _in_world(entity, at[None, :])[0], height))


def _mtext(entity: Any, found: Drawing) -> None:
    words = str(entity.plain_text()).strip()[:2000]
    if not words:
        return
    height = float(entity.dxf.get("char_height", 0.0))
    lines = words.split("\n")
    width = LETTER_RATIO * height * max(len(line) for line in lines)
    column = float(entity.dxf.get("width", 0.0) or 0.0)
    width = min(width, column) if column > 0 else width
    turn = math.radians(float(entity.get_rotation()))
    across, up = np.array((math.cos(turn), math.sin(turn))), np.array((-math.sin(turn), math.cos(turn)))
    place = int(entity.dxf.get("attachment_point", 1)) - 1
    right, down = place % 3, place // 3
    base = entity.dxf.get("insert")
    tall = 1.6 * height * len(lines)
    at = np.array((base.x, base.y)) + (1 - right) * 0.5 * width * across + (down - 1) * 0.5 * tall * up
    found.texts.append(Text(_layer(entity), words, at, height))
