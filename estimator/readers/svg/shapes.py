"""Shapes and texts of an SVG drawing, in user units, y up; styles resolved, nothing outside opened."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from estimator.errors import PlanError
from estimator.options import Limits
from estimator.plan import Area
from estimator.readers.texts import Text
from estimator.shapes import polygonal

CURVE_STEPS = 16
"""Chords of one curved segment."""

FURTHEST = 1e7
"""Coordinates beyond this are damage, no drawing, in user units. [-]"""

USUAL_LETTERS = 16.0
"""Height of letters where the file gives none, in user units. [-]"""

LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")

Floats = NDArray[np.float64]
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """One drawn element.

    Attributes
    ----------
    groups : tuple of str
        Names of the groups it is in, outermost first; "" where a group has none.
    names : tuple of str
        Its own id, label and classes.
    fill, stroke : (int, int, int) or None
        Colours; None where it is not filled, or has no stroke.
    width : float
        Of the stroke, in user units. [-]
    rings : tuple of (n, 2) float
        Its lines, curves as chords, in user units. [-]
    closed : tuple of bool
        Whether each line is closed.
    even_odd : bool
        Fill rule.
    arcs : tuple of (n, 2) float
        The points of each curve by itself, in user units. [-]
    """

    groups: tuple[str, ...]
    names: tuple[str, ...]
    fill: Colour | None
    stroke: Colour | None
    width: float
    rings: tuple[Floats, ...]
    closed: tuple[bool, ...]
    even_odd: bool
    arcs: tuple[Floats, ...]

    def area(self) -> Area:
        """What the shape covers when it is filled, in square user units. [-]"""
        return filled_area([r for r in self.rings if len(r) >= 3], even_odd=self.even_odd)


@dataclass(frozen=True, slots=True)
class Label:
    """A text and the groups it is in.

    Attributes
    ----------
    text : Text
        In user units.
    groups : tuple of str
        Names of the groups, outermost first.
    """

    text: Text
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG drawing.

    Attributes
    ----------
    shapes : tuple of Shape
    labels : tuple of Label
    title : str
    physical_m : float or None
        Length of a user unit on paper, where the file says how large the paper is. [m]
    skipped : dict of str to int
        Kinds of elements that were not looked at, and their number.
    """

    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]
    title: str
    physical_m: float | None
    skipped: dict[str, int]


def load_drawing(path: Path, shown: str, limits: Limits) -> Drawing:
    """The shapes and texts of an SVG file.

    Parameters
    ----------
    path : Path
    shown : str
        What the file is called in messages.
    limits : Limits

    Returns
    -------
    Drawing

    Raises
    ------
    PlanError
        The file is no XML, uses entities, or is larger than allowed.
    """
    try:
        import defusedxml.ElementTree as safe
        import svgelements
        from defusedxml.common import DefusedXmlException
    except ImportError:
        raise PlanError(f"{shown}: SVG needs two libraries; install them with: pip install 'printhouse[svg]'") from None
    data = path.read_bytes()
    try:
        root = safe.fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise PlanError(
            f"{shown}: defines XML entities or refers to other files, which is not read; save it as plain SVG"
        ) from None
    except (safe.ParseError, ValueError, LookupError) as error:
        raise PlanError(f"{shown}: is damaged SVG ({error}); open it in a drawing program and save it again") from None
    _bound(root, shown, limits)
    physical_m = _physical_m(root)
    if root.get("viewBox"):
        for size in ("width", "height"):  # the paper's size would scale the user units
            root.attrib.pop(size, None)
    document = svgelements.SVG.parse(io.BytesIO(ElementTree.tostring(root)), reify=True)
    walk = _Walk(shown, limits)
    walk.group(document, ())
    return Drawing(tuple(walk.shapes), tuple(walk.labels), _title(root), physical_m, dict(sorted(walk.skipped.items())))


def filled_area(rings: list[Floats], *, even_odd: bool) -> Area:
    """What closed lines cover by the rule of SVG.

    Parameters
    ----------
    rings : list of (n, 2) float
        In user units. [-]
    even_odd : bool
        Whether the lines are counted by parity, not by the way they run.

    Returns
    -------
    polygon
        In square user units. [-]
    """
    if not rings:
        return Polygon()
    if len(rings) == 1:
        single = Polygon(rings[0])
        if single.is_valid:
            return single
    closed = [np.concatenate((r, r[:1])) for r in rings]
    lines = shapely.union_all(np.array([shapely.linestrings(r) for r in closed], dtype=object))
    faces = np.array(list(shapely.get_parts(shapely.polygonize(list(shapely.get_parts(lines))))), dtype=object)
    if not len(faces):
        return Polygon()
    turns = _windings(shapely.get_coordinates(shapely.point_on_surface(faces)), closed)
    inside = turns % 2 == 1 if even_odd else turns != 0
    return polygonal(shapely.union_all(faces[inside]))


def _windings(point: Floats, rings: list[Floats]) -> NDArray[np.int64]:
    """How often lines run round points, counter-clockwise positive."""
    start = np.concatenate([r[:-1] for r in rings])
    end = np.concatenate([r[1:] for r in rings])
    x, y = point[:, 0, None], point[:, 1, None]
    side = (end[:, 0] - start[:, 0]) * (y - start[:, 1]) - (x - start[:, 0]) * (end[:, 1] - start[:, 1])
    up = (start[:, 1] <= y) & (end[:, 1] > y) & (side > 0)
    down = (start[:, 1] > y) & (end[:, 1] <= y) & (side < 0)
    turns: NDArray[np.int64] = up.sum(axis=1) - down.sum(axis=1)
    return turns


def _bound(root: Any, shown: str, limits: Limits) -> None:
    """Refuse a document that is nested too deep, or unfolds to too much."""
    known = {e.get("id"): e for e in root.iter() if e.get("id")}
    sizes: dict[Any, int] = {}
    stack: list[tuple[Any, bool]] = [(root, False)]
    open_: dict[Any, None] = {}
    while stack:
        node, done = stack.pop()
        children = [*node, *_used(node, known)]
        if done:
            open_.pop(node, None)
            sizes[node] = min(1 + sum(sizes.get(c, 0) for c in children), 10 * limits.entities)
            continue
        if node in sizes:
            continue
        if node in open_:
            raise PlanError(f"{shown}: an element of it uses itself; take the <use> out")
        open_[node] = None
        if len(open_) > limits.depth:
            raise PlanError(
                f"{shown}: is nested more than {limits.depth} groups deep; ungroup it, or raise --limit depth"
            )
        stack.append((node, True))
        stack.extend((c, False) for c in children if c not in sizes)
    if sizes[root] > limits.entities:
        raise PlanError(
            f"{shown}: has more than the {limits.entities} elements allowed; "
            "export the walls and openings alone, or raise --limit entities"
        )


def _used(node: Any, known: dict[str, Any]) -> Iterator[Any]:
    if str(node.tag).rsplit("}", 1)[-1] == "use":
        for key in HREFS:
            target = known.get((node.get(key) or "")[1:])
            if target is not None:
                yield target


class _Walk:
    """Collects shapes and labels, within the limits."""

    def __init__(self, shown: str, limits: Limits) -> None:
        self.shapes: list[Shape] = []
        self.labels: list[Label] = []
        self.skipped: Counter[str] = Counter()
        self._shown = shown
        self._limits = limits
        self._vertices = 0

    def group(self, group: Any, path: tuple[str, ...]) -> None:
        import svgelements

        for element in group:
            if element.values.get("visibility") == "hidden":
                self.skipped["hidden element"] += 1
            elif isinstance(element, svgelements.Group | svgelements.Use):
                names = _names(element)
                self.group(element, (*path, names[-1] if names else ""))
            elif isinstance(element, svgelements.Image):
                self.skipped["image"] += 1
            elif isinstance(element, svgelements.Text):
                self._label(element, path)
            elif isinstance(element, svgelements.Shape):
                self._shape(element, path)

    def _label(self, text: Any, path: tuple[str, ...]) -> None:
        words = " ".join((text.text or "").split())
        if words:
            matrix = text.transform
            x, y = matrix.a * text.x + matrix.c * text.y + matrix.e, matrix.b * text.x + matrix.d * text.y + matrix.f
            height = _number(str(text.values.get("font-size") or "").removesuffix("px"), USUAL_LETTERS)
            height *= abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
            if abs(x) < FURTHEST and abs(y) < FURTHEST and height < FURTHEST:
                at = np.array((float(x), -float(y)))
                self.labels.append(Label(Text(path[-1] if path else "", words, at, float(height)), path))

    def _shape(self, shape: Any, path: tuple[str, ...]) -> None:
        rings, closed, arcs = _flattened(shape)
        if not rings:
            return
        if not all(np.isfinite(r).all() and np.abs(r).max() < FURTHEST for r in rings):
            self.skipped["element with absurd coordinates"] += 1
            return
        self._vertices += sum(len(r) for r in rings)
        if self._vertices > self._limits.vertices:
            raise PlanError(
                f"{self._shown}: has more than the {self._limits.vertices} points allowed; "
                "export the walls alone, or raise --limit vertices"
            )
        faint = _number(shape.values.get("opacity"), 1.0) < 0.3
        fill = None if faint else _colour(shape.fill)
        stroke = None if faint else _colour(shape.stroke)
        width = float(shape.stroke_width or 0.0) if stroke is not None else 0.0
        even_odd = shape.values.get("fill-rule") == "evenodd"
        self.shapes.append(Shape(path, _names(shape), fill, stroke, width, rings, closed, even_odd, arcs))


def _names(element: Any) -> tuple[str, ...]:
    own = element.values.get("attributes") or {}
    found = [*str(own.get("class") or "").split(), own.get("id"), own.get(LABEL)]
    return tuple(str(name) for name in found if name)


def _colour(colour: Any) -> Colour | None:
    if colour is None or colour.value is None or (colour.opacity is not None and colour.opacity < 0.3):
        return None
    return int(colour.red), int(colour.green), int(colour.blue)


def _number(text: Any, default: float) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return default


def _flattened(shape: Any) -> tuple[tuple[Floats, ...], tuple[bool, ...], tuple[Floats, ...]]:
    """Lines of a shape, whether they are closed, and its curves; y up."""
    import svgelements

    steps = np.linspace(0.0, 1.0, CURVE_STEPS + 1)[1:]
    rings: list[Floats] = []
    closed: list[bool] = []
    arcs: list[Floats] = []
    points: list[Any] = []

    def end(is_closed: bool) -> None:
        line = np.array(points, dtype=float).reshape(-1, 2)
        points.clear()
        if len(line) > 1 and (line[0] == line[-1]).all():
            line, is_closed = line[:-1], True
        if len(line) > 1:
            rings.append(line)
            closed.append(is_closed)

    for segment in svgelements.Path(shape).segments():
        if isinstance(segment, svgelements.Move):
            end(False)
            points.append((segment.end.x, -segment.end.y))
        elif isinstance(segment, svgelements.Close):
            end(True)
            if segment.end is not None:
                points.append((segment.end.x, -segment.end.y))
        elif isinstance(segment, svgelements.Line):
            points.append((segment.end.x, -segment.end.y))
        else:
            curve = np.array([(x, -y) for x, y in segment.npoint(steps)], dtype=float)
            before = np.array(points[-1:], dtype=float).reshape(-1, 2)
            arcs.append(np.concatenate((before, curve)))
            points.extend(curve)
    end(False)
    return tuple(rings), tuple(closed), tuple(arcs)


def _title(root: Any) -> str:
    for child in root:
        if str(child.tag).rsplit("}", 1)[-1] == "title" and child.text and child.text.strip():
            return " ".join(child.text.split())
    return ""


def _physical_m(root: Any) -> float | None:
    """Metres on paper of a user unit, where width and viewBox give it in a unit of length."""
    import svgelements

    width = str(root.get("width") or "")
    box = str(root.get("viewBox") or "").replace(",", " ").split()
    if not width.strip().endswith(("mm", "cm", "in", "pt", "pc")) or len(box) != 4:
        return None
    inches = float(svgelements.Length(width).to_inch().amount)
    units = _number(box[2], 0.0)
    return inches * 0.0254 / units if units > 0 and inches > 0 else None
