"""The length of a drawing's unit, from evidence in the drawing; what its header says is one voice among others.

Each piece of evidence gives every candidate unit marks from -1 to 1, times its weight. The candidate with the
most wins; how far the next one is behind says how certain it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from estimator.options import UNITS_M, unit_name
from estimator.readers.dxf.drawing import Drawing
from estimator.readers.dxf.pairs import usual_spacing
from estimator.readers.sizes import area_m2, length_m, number, opening_tag, room_size_m
from estimator.readers.words import use_of

CANDIDATES: Final = tuple(UNITS_M[s] for s in ("m", "dm", "cm", "mm", "in", "ft"))
"""Units that drawings are made in; dm is a sheet in millimetres at 1:100. [m]"""

HEADER_UNITS: Final = {1: UNITS_M["in"], 2: UNITS_M["ft"], 4: UNITS_M["mm"], 5: UNITS_M["cm"], 6: UNITS_M["m"],
                       10: UNITS_M["yd"], 14: UNITS_M["dm"]}  # fmt: skip
"""$INSUNITS of a DXF header. [m]"""

DOOR_RADIUS_M: Final = (0.55, 1.3)
WALL_SPACING_M: Final = (0.08, 0.4)
EXTENT_M: Final = (4.0, 80.0)
LETTERS_M: Final = (0.06, 0.6)
"""Usual, lowest and highest: swing of a door, distance of wall faces, extent of walls, height of letters. [m]"""

POSSIBLE_EXTENT_M: Final = (1.5, 400.0)
"""Buildings outside are not believed at all. [m]"""

CLOSE: Final = 0.08
"""How near a measured length comes to a written one, as a share."""

LEAST_LEAD: Final = 1.0
"""The winner leads by this many marks, or the unit is told to be uncertain."""

NEAR_ONES: Final = 400
"""Texts compared with the walls around them."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a unit.

    Attributes
    ----------
    marks : (len(CANDIDATES),) float
        [-] Weight included.
    text : str
        With ``{size}`` for lengths in the unit chosen, see :meth:`sentence`.
    length : float
        [-] The length the sentence is about, in drawing units.
    """

    marks: Floats
    text: str
    length: float = 0.0

    def sentence(self, unit_m: float) -> str:
        """The reason in words.

        Parameters
        ----------
        unit_m : float
            The unit chosen. [m]

        Returns
        -------
        str
        """
        metres = self.length * unit_m
        size = f"{metres:.3g} m" if metres >= 1 else f"{metres * 1000:.3g} mm"
        return self.text.format(size=size, unit=unit_name(unit_m))


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit found.

    Attributes
    ----------
    length_m : float
        [m]
    reasons : tuple of str
        For it, strongest first.
    against : tuple of str
        Reasons that speak for another unit.
    lead : float
        [-] Marks ahead of the next candidate.
    stated_m : float or None
        What the header says. [m]
    """

    length_m: float
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    lead: float
    stated_m: float | None


def found_unit(drawing: Drawing, walls: Floats, stated: int, is_architectural: bool) -> Unit:
    """The unit that the evidence speaks for.

    Parameters
    ----------
    drawing : Drawing
    walls : (n, 4) float
        Line work of the walls, in drawing units. [-]
    stated : int
        $INSUNITS.
    is_architectural : bool
        Whether $LUNITS shows lengths in feet and inches.

    Returns
    -------
    Unit
    """
    unit_m = np.array(CANDIDATES)
    evidence = [
        *_dimensions(drawing, unit_m),
        *_written_sizes(drawing, walls, unit_m),
        *_doors(drawing, unit_m),
        *_spacing(walls, unit_m),
        *_extent(walls, unit_m),
        *_letters(drawing, unit_m),
    ]
    stated_m = HEADER_UNITS.get(stated)
    if stated_m is not None:
        marks = 1.5 * np.isclose(unit_m, stated_m, rtol=1e-6)
        evidence.append(Evidence(marks, f"the header says {unit_name(stated_m)} ($INSUNITS {stated})"))
    if is_architectural:
        marks = 1.0 * np.isclose(unit_m, UNITS_M["in"])
        evidence.append(Evidence(marks, "the header shows lengths in feet and inches ($LUNITS)"))
    total = sum((e.marks for e in evidence), np.zeros(len(unit_m)))
    order = np.argsort(-total, kind="stable")
    best = int(order[0])
    ranked = sorted(evidence, key=lambda e: -float(e.marks[best]))
    chosen = float(unit_m[best])
    return Unit(
        chosen,
        tuple(e.sentence(chosen) for e in ranked if e.marks[best] > 0.3),
        tuple(e.sentence(chosen) for e in ranked if e.marks[best] <= 0 and e.marks.max() > 0),
        float(total[best] - total[order[1]]) if total[best] > 0 else 0.0,
        stated_m,
    )


def _inside(length_m: Floats, usual: Sequence[float]) -> Floats:
    """1 inside the usual range, falling to 0 at half the least and twice the most, -1 far beyond."""
    low, high = usual
    with np.errstate(divide="ignore"):
        off = np.maximum(np.log2(low / length_m), np.log2(length_m / high))
    return np.clip(1.0 - np.maximum(off, 0.0), -1.0, 1.0)


def _dimensions(drawing: Drawing, unit_m: Floats) -> list[Evidence]:
    """Dimensions whose text names a length with its unit, or a number that is not the measured one."""
    sure: list[float] = []
    bare: list[float] = []
    shown = ("", 0.0)
    for d in drawing.dimensions:
        text = d.text.strip()
        metres = length_m(text)
        if metres is not None and metres > 0:
            sure.append(metres / d.length)
            if d.length > shown[1]:
                shown = (text, d.length)
            continue
        value = number(text)
        if value and abs(value / d.length - 1) > 0.05:
            bare.append(value / d.length)
            shown = shown if shown[0] else (text, d.length)
    if sure:
        hits = np.mean(np.abs(np.array(sure)[:, None] / unit_m - 1) < CLOSE / 2, axis=0)
        text = f"{_counted(len(sure), 'dimension')} with a unit, such as {shown[0]} for {shown[1]:.5g} drawing units"
        return [Evidence(4.0 * hits, _safe(text))]
    if bare:  # 3.50 written where 350 is measured: the text is in metres, centimetres or millimetres
        ratios = np.array(bare)[:, None, None] * np.array((1.0, 0.01, 0.001))[:, None]
        hits = np.mean(np.any(np.abs(ratios / unit_m - 1) < CLOSE / 2, axis=1), axis=0)
        text = (
            f"{_counted(len(bare), 'dimension text')} against measured lengths, "
            f"such as {shown[0]} for {shown[1]:.5g} drawing units"
        )
        return [Evidence(1.0 * hits, _safe(text))]
    return []


def _written_sizes(drawing: Drawing, walls: Floats, unit_m: Floats) -> list[Evidence]:
    """Room sizes and areas against the distance of the walls around the text; tags against door swings."""
    scales: list[float] = []
    shown = ""
    number_of = 0
    for text in drawing.texts:
        if number_of >= NEAR_ONES:
            break
        for line in text.text.split("\n"):
            size, area = room_size_m(line), area_m2(line)
            if size is None and (area is None or area < 1):
                continue
            number_of += 1
            around = _distances_around(text.at, 5 * text.height, walls)
            if around is None:
                continue
            wide, deep = around
            if size is not None:
                one, other = sorted(size), sorted((wide, deep))
                both = np.array((one[0] / other[0], one[1] / other[1]))
                if abs(both[0] / both[1] - 1) < 2 * CLOSE:
                    scales.append(float(np.sqrt(both[0] * both[1])))
                    shown = shown or f"{line.strip()} where the walls are {wide:.4g} by {deep:.4g} units apart"
            elif area is not None:
                scales.append(float(np.sqrt(area / (wide * deep))))
                shown = shown or f"{line.strip()} where the walls are {wide:.4g} by {deep:.4g} units apart"
    found = []
    if scales:
        hits = np.sum(np.abs(np.log(np.array(scales)[:, None] / unit_m)) < 2 * CLOSE, axis=0)
        if hits.max() > 0:
            marks = 3.0 * hits / max(len(scales) / 2, hits.max())
            found.append(
                Evidence(marks, _safe(f"{int(hits.max())} room sizes or areas written in rooms, such as {shown}"))
            )
    return found + _tags(drawing, unit_m)


def _distances_around(at: Floats, aside: float, walls: Floats) -> tuple[float, float] | None:
    """From wall to wall about a point, across and upwards; looked for beside it too, where a door may be open."""
    if not len(walls):
        return None
    spans = []
    for axis in (0, 1):
        other = 1 - axis
        a, b = walls[:, [axis, axis + 2]].T, walls[:, [other, other + 2]].T
        before, after = -np.inf, np.inf
        for level in at[other] + np.array((-aside, 0.0, aside)):
            crosses = (np.minimum(b[0], b[1]) <= level) & (np.maximum(b[0], b[1]) >= level) & (b[0] != b[1])
            share = (level - b[0][crosses]) / (b[1][crosses] - b[0][crosses])
            hit = a[0][crosses] + share * (a[1][crosses] - a[0][crosses])
            before = max(before, float(np.max(hit, where=hit <= at[axis], initial=-np.inf)))
            after = min(after, float(np.min(hit, where=hit >= at[axis], initial=np.inf)))
        spans.append(after - before)
    return (spans[0], spans[1]) if 0 < min(spans) and np.isfinite(spans).all() else None


def _door_arcs(drawing: Drawing) -> tuple[Floats, Floats]:
    """Radius and centre of arcs like swings of doors."""
    found = [
        (a.radius, *a.centre) for a in drawing.arcs if a.is_round and 40 <= a.sweep_deg <= 100 and a.radius > 0
        and (use_of(a.layer) != "other" or "door" in {use_of(drawing.inserts[k].name) for k in drawing.chain(a.insert)})
    ]  # fmt: skip
    rows = np.array(found, dtype=np.float64).reshape(-1, 3)
    return rows[:, 0], rows[:, 1:]


def _doors(drawing: Drawing, unit_m: Floats) -> list[Evidence]:
    radius, _ = _door_arcs(drawing)
    if not len(radius):
        return []
    length = radius[:, None] * unit_m
    fits = np.mean((length >= DOOR_RADIUS_M[0]) & (length <= DOOR_RADIUS_M[1]), axis=0)
    usual = float(np.sort(radius)[(len(radius) - 1) // 2])
    weight = 3.0 if len(radius) >= 3 else 2.0
    units = f"{usual:.4g} drawing unit{'s' * (usual != 1)}"
    text = f"{len(radius)} door swing{'s' * (len(radius) > 1)}"
    is_one_size = float(np.ptp(radius)) <= 0.01 * usual
    text += f" of {units}, {{size}}" if is_one_size else f", such as one of {units}, {{size}}"
    return [Evidence(weight * fits, text, usual)]


def _tags(drawing: Drawing, unit_m: Floats) -> list[Evidence]:
    """Door tags beside a swing of the width they name."""
    radius, centre = _door_arcs(drawing)
    if not len(radius):
        return []
    tags = [(t, tag) for t in drawing.texts[: 10 * NEAR_ONES] if (tag := opening_tag(t.text)) and tag.kind == "door"]
    scales, shown = [], ("", 0.0)
    for text, tag in tags[:NEAR_ONES]:
        near = np.hypot(*(centre - text.at).T)
        k = int(np.argmin(near))
        if near[k] < 2 * radius[k]:
            scales.append(tag.width_m / float(radius[k]))
            shown = shown if shown[0] else (text.text.strip(), float(radius[k]))
    if not scales:
        return []
    hits = np.mean(np.abs(np.log(np.array(scales)[:, None] / unit_m)) < 1.5 * CLOSE, axis=0)
    if hits.max() <= 0:
        return []
    return [
        Evidence(
            2.0 * hits,
            _safe(f"{_counted(len(scales), 'door tag')} beside swings, such as {shown[0]} at {shown[1]:.4g} units"),
        )
    ]


def _spacing(walls: Floats, unit_m: Floats) -> list[Evidence]:
    spacing, count = usual_spacing(walls)
    if not spacing or count < 4:
        return []
    text = f"{count} wall lines have their neighbour {spacing:.4g} drawing units beside them, {{size}}"
    return [Evidence(2.0 * _inside(spacing * unit_m, WALL_SPACING_M), text, spacing)]


def _extent(walls: Floats, unit_m: Floats) -> list[Evidence]:
    if not len(walls):
        return []
    points = walls.reshape(-1, 2)
    size = float(np.ptp(points, axis=0).max())
    if size <= 0:
        return []
    length = size * unit_m
    marks = 1.5 * np.maximum(_inside(length, EXTENT_M), 0.0)
    marks[(length < POSSIBLE_EXTENT_M[0]) | (length > POSSIBLE_EXTENT_M[1])] = -2.0
    return [Evidence(marks, f"the walls extend over {size:.5g} drawing units, {{size}}", size)]


def _letters(drawing: Drawing, unit_m: Floats) -> list[Evidence]:
    heights = np.array([t.height for t in drawing.texts if t.height > 0])
    if len(heights) < 5:
        return []
    usual = float(np.median(heights))
    return [
        Evidence(
            0.7 * _inside(usual * unit_m, LETTERS_M), f"letters of {usual:.3g} drawing units are {{size}} high", usual
        )
    ]


def _counted(n: int, what: str) -> str:
    """A number of things in words, such as 1 door tag or 2 door tags."""
    return f"{n} {what}{'s' * (n != 1)}"


def _safe(text: str) -> str:
    """A text of the file that format codes cannot hide in."""
    return text.replace("{", "(").replace("}", ")")
