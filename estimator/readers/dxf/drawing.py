"""What a drawing holds once its blocks are unfolded: line work, arcs, texts, dimensions, each with its layer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from estimator.readers.texts import Text

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Item:
    """A line, chain of lines or filled area.

    Attributes
    ----------
    layer : str
    kind : str
        "line", "polyline", "arc", "circle", "curve", "mline", "hatch" or "solid".
    points : (n, 2) float
        n ≥ 2; curves as chords, in drawing units. [-]
    is_closed : bool
        The last point is joined to the first, which is not repeated.
    width : float
        Constant width of a polyline, else 0, in drawing units. [-]
    insert : int
        Index of the block reference it comes from, -1 if none.
    """

    layer: str
    kind: str
    points: Floats
    is_closed: bool = False
    width: float = 0.0
    insert: int = -1


@dataclass(frozen=True, slots=True)
class Arc:
    """A circular arc, which may be the swing of a door.

    Attributes
    ----------
    layer : str
    centre, start, end : (2,) float
        In drawing units. [-]
    sweep_deg : float
        > 0. [deg]
    insert : int
        Index of the block reference, -1 if none.
    item : int
        Index of the item with its chords, -1 if it is part of a polyline.
    """

    layer: str
    centre: Floats
    start: Floats
    end: Floats
    sweep_deg: float
    insert: int = -1
    item: int = -1

    @property
    def radius(self) -> float:
        """Mean distance of the ends from the centre, in drawing units."""
        return 0.5 * float(np.hypot(*(self.start - self.centre)) + np.hypot(*(self.end - self.centre)))

    @property
    def is_round(self) -> bool:
        """Whether both ends are equally far from the centre, as after even scaling."""
        a, b = np.hypot(*(self.start - self.centre)), np.hypot(*(self.end - self.centre))
        return bool(abs(a - b) <= 0.02 * max(a, b))


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension.

    Attributes
    ----------
    length : float
        As measured, in drawing units. [-]
    text : str
        As shown, empty where the file does not say.
    """

    length: float
    text: str


@dataclass(frozen=True, slots=True)
class Insert:
    """A block reference.

    Attributes
    ----------
    name, layer : str
    parent : int
        Index of the reference it lies in, -1 if none.
    """

    name: str
    layer: str
    parent: int = -1


@dataclass(slots=True)
class Drawing:
    """Everything in a drawing, or in a block of it.

    Attributes
    ----------
    items, arcs, texts, dimensions, inserts : list
    left_out : Counter
        Entities that are not read, by what they are called.
    vertices : int
        Points of all items.
    """

    items: list[Item] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    dimensions: list[Dimension] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    vertices: int = 0

    @property
    def entities(self) -> int:
        """How many things it holds."""
        return len(self.items) + len(self.arcs) + len(self.texts) + len(self.inserts) + len(self.dimensions)

    def add_item(self, item: Item) -> int:
        """Add an item.

        Parameters
        ----------
        item : Item

        Returns
        -------
        int
            Its index.
        """
        self.items.append(item)
        self.vertices += len(item.points)
        return len(self.items) - 1

    def add_block(self, block: Drawing, name: str, layer: str, turn: Floats, shift: Floats) -> None:
        """Add a reference to a block with everything in it.

        Parameters
        ----------
        block : Drawing
            In block coordinates.
        name, layer : str
        turn : (2, 2) float
            A point p of the block is drawn at ``p @ turn + shift``. [-]
        shift : (2,) float
            In drawing units. [-]
        """
        scale = float(np.sqrt(abs(np.linalg.det(turn))))
        here, first = len(self.inserts), len(self.items)
        self.inserts.append(Insert(name, layer))
        start = here + 1
        for insert in block.inserts:
            parent = here if insert.parent < 0 else start + insert.parent
            self.inserts.append(Insert(insert.name, _inherited(insert.layer, layer), parent))
        self.vertices += block.vertices
        for item in block.items:
            inner = here if item.insert < 0 else start + item.insert
            self.items.append(
                Item(
                    _inherited(item.layer, layer), item.kind, item.points @ turn + shift,
                    item.is_closed, item.width * scale, inner,
                )
            )  # fmt: skip
        for arc in block.arcs:
            inner = here if arc.insert < 0 else start + arc.insert
            ends = np.stack((arc.centre, arc.start, arc.end)) @ turn + shift
            at = first + arc.item if arc.item >= 0 else -1
            self.arcs.append(Arc(_inherited(arc.layer, layer), ends[0], ends[1], ends[2], arc.sweep_deg, inner, at))
        for text in block.texts:
            inner = here if text.insert < 0 else start + text.insert
            at_point = text.at @ turn + shift
            self.texts.append(
                Text(_inherited(text.layer, layer), text.text, at_point, text.height * scale, inner)
            )  # fmt: skip
        self.dimensions += [replace(d, length=d.length * scale) for d in block.dimensions]
        self.left_out += block.left_out

    def chain(self, insert: int) -> list[int]:
        """A block reference and those around it, from the inside out.

        Parameters
        ----------
        insert : int
            Its index, or -1.

        Returns
        -------
        list of int
        """
        found = []
        while insert >= 0:
            found.append(insert)
            insert = self.inserts[insert].parent
        return found

    def scaled(self, unit_m: float, origin: Floats) -> Drawing:
        """The drawing in metres, its origin moved.

        Parameters
        ----------
        unit_m : float
            Length of the drawing unit. [m]
        origin : (2,) float
            Point that becomes the origin, in drawing units. [-]

        Returns
        -------
        Drawing
        """

        def there(points: Floats) -> Floats:
            return (points - origin) * unit_m

        return Drawing(
            [replace(i, points=there(i.points), width=i.width * unit_m) for i in self.items],
            [replace(a, centre=there(a.centre), start=there(a.start), end=there(a.end)) for a in self.arcs],
            [replace(t, at=there(t.at), height=t.height * unit_m) for t in self.texts],
            [replace(d, length=d.length * unit_m) for d in self.dimensions],
            self.inserts,
            self.left_out,
            self.vertices,
        )


def segments_of(items: list[Item]) -> Floats:
    """The straight pieces of items.

    Parameters
    ----------
    items : list of Item

    Returns
    -------
    (n, 4) float
        x and y of the start, x and y of the end.
    """
    pieces = []
    for item in items:
        p = item.points
        pieces.append(np.concatenate((p[:-1], p[1:]), axis=1))
        if item.is_closed and len(p) > 2:
            pieces.append(np.concatenate((p[-1:], p[:1]), axis=1))
    return np.concatenate(pieces) if pieces else np.empty((0, 4))


def _inherited(layer: str, around: str) -> str:
    """What lies on layer 0 of a block is drawn on the layer of the reference."""
    return around if layer == "0" else layer
