"""Drawings for the DXF reader: a small house that adds up in the head, drawn in the ways people draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ezdxf
import numpy as np
import shapely
from ezdxf.document import Drawing
from shapely import Polygon
from shapely.affinity import translate

UNITS = {"m": 1.0, "cm": 100.0, "mm": 1000.0, "in": 1 / 0.0254, "ft": 1 / 0.3048}
"""Drawing units in a metre."""

INSUNITS = {"in": 1, "ft": 2, "mm": 4, "cm": 5, "m": 6}

Point = tuple[float, float]

# 8 x 6 m, outer walls 0.3 m, one partition 0.12 m
OUTER = shapely.box(0, 0, 8, 6).difference(shapely.box(0.3, 0.3, 7.7, 5.7))
PARTITION = shapely.box(5, 0.3, 5.12, 5.7)
DOOR = shapely.box(2, 0, 3, 0.3)  # front door, 1.0 m
WINDOW = shapely.box(1.5, 5.7, 3, 6)  # 1.5 m
INSIDE = shapely.box(5, 2, 5.12, 2.8)  # 0.8 m
GROSS = OUTER.union(PARTITION)
NET = GROSS.difference(shapely.union_all([DOOR, WINDOW, INSIDE]))
GROSS_M2 = 8 * 6 - 7.4 * 5.4 + 0.12 * 5.4
NET_M2 = GROSS_M2 - (1.0 + 1.5) * 0.3 - 0.8 * 0.12


@dataclass(frozen=True)
class Names:
    """Layers of a drawing."""

    walls: str = "A-WALL"
    doors: str = "A-DOOR"
    windows: str = "A-GLAZ"
    texts: str = "A-ANNO-TEXT"


def document(unit: str = "mm", stated: int | None = None, version: str = "R2010") -> Drawing:
    """An empty drawing whose header states its unit, or another."""
    doc = ezdxf.new(version)
    doc.header["$INSUNITS"] = INSUNITS[unit] if stated is None else stated
    return doc


class Pen:
    """Draws in metres into a drawing of another unit, from a place of its own."""

    def __init__(self, doc: Drawing, unit: str = "mm", at: Point = (0.0, 0.0), space: Any = None) -> None:
        self.doc, self.scale, self.at = doc, UNITS[unit], at
        self.space = doc.modelspace() if space is None else space

    def p(self, point: Sequence[float]) -> Point:
        return (point[0] + self.at[0]) * self.scale, (point[1] + self.at[1]) * self.scale

    def line(self, a: Sequence[float], b: Sequence[float], layer: str) -> None:
        self.space.add_line(self.p(a), self.p(b), dxfattribs={"layer": layer})

    def ring(self, points: Iterable[Sequence[float]], layer: str) -> None:
        self.space.add_lwpolyline([self.p(q) for q in points], close=True, dxfattribs={"layer": layer})

    def text(self, words: str, at: Point, layer: str = "A-ANNO-TEXT", height: float = 0.15) -> None:
        entity = self.space.add_text(words, height=height * self.scale, dxfattribs={"layer": layer})
        entity.dxf.insert = self.p(at)

    def edges(self, area: shapely.Geometry, layer: str, leave_out: Sequence[Polygon] = ()) -> None:
        """The outline of an area, line by line; edges between an opening and a wall are left out."""
        cut = shapely.union_all([o.boundary for o in leave_out]).buffer(1e-6) if leave_out else shapely.Polygon()
        shapely.prepare(cut)
        for ring in shapely.get_rings(shapely.get_parts(area)):
            nodes = shapely.get_coordinates(shapely.simplify(ring, 0))
            steps = np.stack((nodes[:-1], nodes[1:]), axis=1)
            for a, b in steps[~shapely.covers(cut, shapely.linestrings(steps))]:
                self.line(a, b, layer)

    def swing(self, hinge: Point, width: float, start_deg: float, layer: str, leaf: str = "end") -> None:
        """A quarter circle and the open leaf at its start or end."""
        self.space.add_arc(self.p(hinge), width * self.scale, start_deg, start_deg + 90, dxfattribs={"layer": layer})
        turn = math.radians(start_deg + (90 if leaf == "end" else 0))
        self.line(hinge, (hinge[0] + width * math.cos(turn), hinge[1] + width * math.sin(turn)), layer)


def openings(pen: Pen, names: Names) -> None:
    """Swings of the two doors and the panes of the window."""
    pen.swing((2, 0.3), 1.0, 0, names.doors)
    pen.swing((5.12, 2), 0.8, 0, names.doors, "start")
    for y in (5.7, 5.83, 5.87, 6.0):
        pen.line((1.5, y), (3, y), names.windows)


def house(pen: Pen, names: Names | None = None, jambs: bool = False, texts: bool = True) -> None:
    """The small house as double lines, its jambs open or closed."""
    names = names or Names()
    pen.edges(NET, names.walls, () if jambs else (DOOR, WINDOW, INSIDE))
    openings(pen, names)
    if texts:
        pen.text("LIVING ROOM", (1.8, 3.2), names.texts)
        pen.text("4.70 x 5.40", (1.8, 2.95), names.texts)
        pen.text("BED", (6.2, 4.5), names.texts)


def saved(doc: Drawing, folder: Path, name: str = "house.dxf", binary: bool = False) -> Path:
    """The file of a drawing."""
    path = folder / name
    doc.saveas(path, fmt="bin" if binary else "asc")
    return path


def drawn(folder: Path, draw: Callable[[Pen], None], unit: str = "mm", stated: int | None = None) -> Path:
    """The file of what a function draws."""
    doc = document(unit, stated)
    draw(Pen(doc, unit))
    return saved(doc, folder)


def door_block(doc: Drawing, name: str = "DOOR-1000") -> None:
    """A door of unit width: frame, leaf and swing."""
    block = doc.blocks.new(name)
    block.add_arc((0, 0), 1, 0, 90, dxfattribs={"layer": "0"})
    block.add_line((0, 0), (0, 1), dxfattribs={"layer": "0"})


def window_block(doc: Drawing, name: str = "WINDOW-1") -> None:
    """A window of unit width and a depth of 0.3."""
    block = doc.blocks.new(name)
    block.add_lwpolyline([(0, 0), (1, 0), (1, 0.3), (0, 0.3)], close=True, dxfattribs={"layer": "0"})
    block.add_line((0, 0.15), (1, 0.15), dxfattribs={"layer": "0"})


def floors(folder: Path, titles: Sequence[str], pitch: float = 14.0) -> Path:
    """One house per title, side by side; the upper ones a little narrower."""
    doc = document("mm")
    for k, title in enumerate(titles):
        pen = Pen(doc, "mm", at=(k * pitch, 0.0))
        house(pen)
        if title:
            pen.text(title, (1.5, -1.8), height=0.35)
    return saved(doc, folder)


def many_rooms(folder: Path, columns: int = 20, rows: int = 20, room: float = 3.0, thick: float = 0.2) -> Path:
    """A building of equal rooms, each with a door to the next one in its row."""
    doc = document("mm")
    pen = Pen(doc, "mm")
    wide, deep = columns * (room + thick) + thick, rows * (room + thick) + thick
    cells = [
        translate(shapely.box(thick, thick, thick + room, thick + room), i * (room + thick), j * (room + thick))
        for i in range(columns) for j in range(rows)
    ]  # fmt: skip
    doors = [
        shapely.box(x, y, x + thick, y + 0.9)
        for i in range(1, columns) for j in range(rows)
        for x, y in [(i * (room + thick), j * (room + thick) + 1.0)]
    ]  # fmt: skip
    gross = shapely.box(0, 0, wide, deep).difference(shapely.union_all(cells))
    pen.edges(gross.difference(shapely.union_all(doors)), "WALLS", doors)
    for door in doors:
        x, y = door.bounds[2], door.bounds[1]
        pen.swing((x, y), 0.9, 0, "DOORS", "start")
    for n, cell in enumerate(cells):
        pen.text(f"OFFICE {n + 1}", (cell.centroid.x - 0.5, cell.centroid.y + 0.6))
    return saved(doc, folder)


def ring_points(radius: float, count: int) -> list[Point]:
    """Points on a circle."""
    turn = np.arange(count) * 2 * np.pi / count
    return [(float(radius * math.cos(t)), float(radius * math.sin(t))) for t in turn]
