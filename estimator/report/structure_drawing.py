"""The utilisation of every wall on the plan, by colour."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from estimator.estimate import Estimate
from estimator.plan import Wall
from estimator.report.picture import Ink, Picture, View, Words, text_width_mm
from estimator.report.sheet import LINE_MM, MARGIN_MM, laid_out

STEPS = ((0.5, "#2f855a"), (0.8, "#9ab84a"), (1.0, "#e3a008"), (2.0, "#d9542b"), (np.inf, "#8b1a1a"))
"""Utilisation up to which a colour holds."""

UNKNOWN = "#c9c3b8"
EDGE = Ink(line="#2b2825", width_mm=0.13)
OPENING = Ink(fill="#ffffff", line="#6b7280", width_mm=0.1)
LABEL_MM = 2.0
"""Height of the labels. [mm]"""


def wall_utilisation(e: Estimate) -> dict[int, tuple[float, str]]:
    """The highest utilisation of each wall, and what it is of.

    Parameters
    ----------
    e : Estimate

    Returns
    -------
    dict of int to (float, str)
        By the wall's index; walls of which nothing is known are left out. Walls with grouted cores count as helped. [-]
    """
    found: dict[int, tuple[float, str]] = {}
    wet = e.structure.wet
    if wet is not None:
        for wall, case in zip(wet.cases.wall.tolist(), wet.cases.case.tolist(), strict=True):
            used = 1.0 / max(float(wet.check.margin_ratio[case]), 1e-9)
            if used > found.get(wall, (0.0, ""))[0]:
                found[wall] = (used, "wet")
    finished = e.structure.set
    if finished is not None:
        helped = (finished.cores > 0) & ~finished.fails
        for wall, used in enumerate(np.where(helped, 0.0, finished.check.worst).tolist()):
            if used > found.get(wall, (0.0, ""))[0]:
                found[wall] = (used, "set")
    return found


def structure_picture(e: Estimate) -> Picture:
    """The plan with its walls coloured by their utilisation, storeys beside one another.

    Parameters
    ----------
    e : Estimate

    Returns
    -------
    Picture
    """
    plan, used, finished = e.plan, wall_utilisation(e), e.structure.set
    cores = {} if finished is None else dict(enumerate(np.where(finished.fails, 0, finished.cores).tolist()))
    storeys = [k for k in range(len(plan.storeys)) if any(w.storey == k for w in plan.walls)]
    areas = [[w.footprint for w in plan.walls if w.storey == k] for k in storeys]
    extents = [tuple(shapely.total_bounds(np.array(a, dtype=object)).tolist()) for a in areas]
    subtitle = f"{plan.source} · {e.printer.name} · {e.mix.name} · {e.wall_system} · a preliminary estimate, no design"
    layout = laid_out([(a, b, c, d) for a, b, c, d in extents], plan.name, subtitle, 4)
    for k, view, (left, _, right, top) in zip(storeys, layout.views, extents, strict=True):
        walls = {i: w for i, w in enumerate(plan.walls) if w.storey == k}
        _storey(layout.picture, view, walls, used, cores)
        x, y = view.at(np.array([[(left + right) / 2, top]]))[0].tolist()
        layout.picture.write(Words(plan.storeys[k].name, x, y - 8.0, 3.6, "middle", bold=True))
    _legend(layout.picture, layout.legend_mm, used, e, has_cores=any(cores.values()))
    return layout.picture


def _storey(
    picture: Picture, view: View, walls: Mapping[int, Wall], used: Mapping[int, tuple[float, str]],
    cores: Mapping[int, int],
) -> None:  # fmt: skip
    for i, wall in walls.items():
        colour = _colour(used[i][0]) if i in used else UNKNOWN
        picture.areas([wall.footprint], view, Ink(fill=colour))
    for wall in walls.values():
        picture.areas([o.footprint for o in wall.openings], view, OPENING)
        picture.areas([wall.footprint], view, EDGE)
    for i, wall in walls.items():
        x, y = view.at(shapely.get_coordinates(shapely.point_on_surface(wall.footprint)))[0].tolist()
        text = f"{wall.id} {used[i][0]:.0%}" if i in used else wall.id
        text += f", {cores[i]} cores" if cores.get(i) else ""
        picture.write(Words(text, x, y, LABEL_MM, "middle", bold=True, has_halo=True))


def _colour(utilisation: float) -> str:
    return next(colour for limit, colour in STEPS if utilisation <= limit)


def _legend(picture: Picture, y: float, used: Mapping[int, tuple[float, str]], e: Estimate, *, has_cores: bool) -> None:
    x, low = MARGIN_MM, 0.0
    for limit, colour in STEPS:
        text = f"above {low:.0%}" if np.isinf(limit) else f"up to {limit:.0%}"
        box = np.array([[x, y], [x + 4.0, y], [x + 4.0, y - 2.2], [x, y - 2.2]])
        picture.swatch(box, Ink(fill=colour))
        picture.write(Words(text, x + 5.0, y - 0.2, 2.2))
        x, low = x + 9.0 + text_width_mm(text, 2.2), float(limit)
    if used:
        worst = max(used, key=lambda i: used[i][0])
        share, what = used[worst]
        text = f"Worst: {e.plan.walls[worst].id}, {share:.0%} of what may be relied upon, {WHAT[what]}."
        text += " Walls with grouted cores count as they are while wet." if has_cores else ""
        picture.write(Words(text, MARGIN_MM, y + LINE_MM, 2.2))


WHAT = {"wet": "while wet", "set": "once it has set"}
"""What a utilisation is of, in words."""
