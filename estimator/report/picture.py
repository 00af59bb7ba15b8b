"""A picture as a list of marks on paper, in millimetres, whatever writes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.plan import Area

Floats = NDArray[np.float64]

NARROW, BROAD = frozenset("iljtfr.,:;'|!()[] /-I"), frozenset("mwMW@%")
"""Letters much narrower and much broader than the others."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How a mark looks.

    Attributes
    ----------
    fill, line : str
        Colours as ``#rrggbb``; "" for none.
    width_mm : float
        Of the line. [mm]
    dash_mm : tuple of float
        Lengths of strokes and gaps; empty for a whole line. [mm]
    """

    fill: str = ""
    line: str = ""
    width_mm: float = 0.13
    dash_mm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Shapes:
    """One area, or lines of one look.

    Attributes
    ----------
    rings_mm : tuple of (n, 2) float
        Outline of the area and then its holes; or open lines. [mm]
    ink : Ink
    closed : bool
    """

    rings_mm: tuple[Floats, ...]
    ink: Ink
    closed: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text.

    Attributes
    ----------
    text : str
    x_mm, y_mm : float
        Where it is anchored, on its base line. [mm]
    size_mm : float
        Height of the font. [mm]
    anchor : {"start", "middle", "end"}
    colour : str
    turn_deg : float
        Counter-clockwise. [deg]
    bold, has_halo : bool
        Heavy letters; letters on white, to be read over other marks.
    """

    text: str
    x_mm: float
    y_mm: float
    size_mm: float
    anchor: Literal["start", "middle", "end"] = "start"
    colour: str = "#222222"
    turn_deg: float = 0.0
    bold: bool = False
    has_halo: bool = False


@dataclass(slots=True)
class Picture:
    """Marks on a sheet of paper, origin at the top left, y down.

    Attributes
    ----------
    width_mm, height_mm : float
        Size of the paper. [mm]
    title : str
    marks : list of Shapes or Words
        In the order in which they are laid down.
    """

    width_mm: float
    height_mm: float
    title: str
    marks: list[Shapes | Words] = field(default_factory=list)

    def areas(self, areas: Iterable[Area], view: View, ink: Ink) -> None:
        """Lay down areas of the plan.

        Parameters
        ----------
        areas : iterable of polygon
            [m]
        view : View
        ink : Ink
        """
        for part in shapely.get_parts(np.array(list(areas), dtype=object)):
            rings = shapely.get_rings(part)
            self.marks.append(Shapes(tuple(view.at(shapely.get_coordinates(r)[:-1]) for r in rings), ink, True))

    def lines(self, lines_m: Iterable[Floats], view: View, ink: Ink) -> None:
        """Lay down lines of the plan.

        Parameters
        ----------
        lines_m : iterable of (n, 2) float
            [m]
        view : View
        ink : Ink
        """
        drawn = tuple(view.at(line) for line in lines_m)
        if drawn:
            self.marks.append(Shapes(drawn, ink, False))

    def rule(self, points_mm: Iterable[tuple[float, float]], ink: Ink) -> None:
        """Lay down one line on the paper.

        Parameters
        ----------
        points_mm : iterable of (float, float)
            [mm]
        ink : Ink
        """
        self.marks.append(Shapes((np.array(list(points_mm), dtype=float),), ink, False))

    def swatch(self, outline_mm: Floats, ink: Ink) -> None:
        """Lay down an area of the paper.

        Parameters
        ----------
        outline_mm : (n, 2) float
            [mm]
        ink : Ink
        """
        self.marks.append(Shapes((outline_mm,), ink, True))

    def write(self, words: Words) -> None:
        """Write a line of text.

        Parameters
        ----------
        words : Words
        """
        self.marks.append(words)


@dataclass(frozen=True, slots=True)
class View:
    """From the plan to the paper.

    Attributes
    ----------
    scale : float
        Metres of the building in a metre of paper: 100 for 1:100. [-]
    left_m, top_m : float
        Corner of the plan that comes to the corner of the view. [m]
    x_mm, y_mm : float
        Corner of the view on the paper. [mm]
    """

    scale: float
    left_m: float
    top_m: float
    x_mm: float
    y_mm: float

    def at(self, points_m: Floats) -> Floats:
        """Places on the paper.

        Parameters
        ----------
        points_m : (n, 2) float
            [m]

        Returns
        -------
        (n, 2) float
            [mm]
        """
        per_m = 1000.0 / self.scale
        return np.stack(
            (
                self.x_mm + (points_m[:, 0] - self.left_m) * per_m,
                self.y_mm + (self.top_m - points_m[:, 1]) * per_m,
            ),
            axis=1,
        )


def text_width_mm(text: str, size_mm: float) -> float:
    """About how long a text is.

    Parameters
    ----------
    text : str
    size_mm : float
        Height of the font. [mm]

    Returns
    -------
    float
        Wide letters (Chinese, Japanese, Korean) count double. [mm]
    """
    return size_mm * sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    """About how wide a letter is, in heights of the font."""
    if letter in NARROW:
        return 0.38
    if letter in BROAD:
        return 0.92
    if ord(letter) > 0x2E7F:
        return 1.0
    return 0.70 if letter.isupper() else 0.62
