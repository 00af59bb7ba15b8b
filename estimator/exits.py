"""The way out: can a machine leave what it has printed round itself, or does a crane lift it over the walls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from estimator.errors import Finding
from estimator.parts import Part
from estimator.plan import Area, Plan
from estimator.shapes import united, without
from estimator.stops import Stop, stops_of
from estimator.walls import Pieces
from printers import Printer

THRESHOLD_M = 0.05
"""A machine drives over a sill of this height. [m]"""

SQUEEZE_M = 0.005
"""By how much a machine may be wider than its way. [m]"""

ROUND_M = 1.0
"""Free ground counted round the walls and the stands, beside the machine itself. [m]"""


@dataclass(frozen=True, slots=True)
class WayOut:
    """How a machine on stands comes from one to the next and away.

    Attributes
    ----------
    crane_lifts : int
        How often a crane lifts it, its arrival and its departure included.
    findings : tuple of Finding
    """

    crane_lifts: int
    findings: tuple[Finding, ...]


def way_out(plan: Plan, pieces: Pieces, parts: Sequence[Part], printer: Printer) -> WayOut:
    """Moves of a machine on stands that need a crane.

    Parameters
    ----------
    plan : Plan
    pieces : Pieces
    parts : sequence of Part
        Of stands, in the order in which they are printed.
    printer : Printer
        With ``exit_width_m`` and ``exit_height_m`` if it drives; one without is lifted every time.

    Returns
    -------
    WayOut

    Notes
    -----
    A machine drives where a circle as wide as ``exit_width_m`` can: between the walls printed up to then and through
    openings of its height down to the floor. What is printed later is not yet in the way. On an upper slab it drives
    about but not off.
    """
    stops = [stop for stop in stops_of(parts) if stop.place_m is not None]
    if not stops:
        return WayOut(0, ())
    width = printer.get("exit_width_m")
    if width is None:
        lifted = Finding(
            "stand-craned", "note", printer.id,
            f"does not drive: a crane sets it down at {_times(len(stops), 'stand')} and lifts it out over the walls",
        )  # fmt: skip
        return WayOut(len(stops) + 1, (lifted,))
    tall = printer.get("exit_height_m")
    width_m, height_m = float(width), float(tall) if tall is not None else 0.0
    lifts = 0
    walled_in: list[str] = []
    for k, stop in enumerate(stops):
        following = stops[k + 1] if k + 1 < len(stops) else None
        free = _free(plan, pieces, parts, stops[: k + 1], width_m, height_m)
        if following is not None and following.level == stop.level:
            lifts += not _joined(free, stop.place_m, following.place_m)
        elif stop.level or following is not None:
            lifts += 1
        if not stop.level and not _joined(free, stop.place_m, None):
            lifts += following is None
            walled_in.append(_where(plan, parts, stop))
    findings = []
    if walled_in:
        findings.append(
            Finding(
                "stand-enclosed", "warning", walled_in[0],
                f"{printer.id} prints itself in {_times(len(walled_in), 'time')} ({_listed(walled_in)}): no way out is "
                f"{width_m:.2f} m wide and {height_m:.2f} m high to the floor; a crane lifts it over the walls, unless "
                "a door is made wider",
            )
        )  # fmt: skip
    return WayOut(lifts, tuple(findings))


def _free(
    plan: Plan, pieces: Pieces, parts: Sequence[Part], stops: list[Stop], width_m: float, height_m: float
) -> NDArray[np.object_]:
    """Where the middle of the machine can be, piece by piece, once it has printed from these stands."""
    here = [stop for stop in stops if stop.level == stops[-1].level]
    printed = [parts[k] for stop in here for k in stop.members]
    storeys = np.array([w.storey for w in plan.walls], dtype=np.int64)
    standing: list[Area] = []
    for part in printed:
        if part.region is not None:
            standing.append(part.region)
        else:
            standing += list(pieces.footprint[storeys[pieces.wall] == part.storey])
    walls = united(np.array(standing, dtype=object))
    floor = min(plan.storeys[part.storey].elevation_m for part in printed)
    is_door = np.isin(storeys[pieces.void_wall], [part.storey for part in printed])
    is_door &= (pieces.sill_m <= floor + THRESHOLD_M) & (pieces.head_m >= floor + height_m)
    if is_door.any():
        walls = without(walls, united(pieces.void[is_door]))
    spots = np.concatenate([stop.place_m[None] for stop in here if stop.place_m is not None])
    low, high = np.array(shapely.bounds(walls)).reshape(2, 2)
    low = np.minimum(low, spots.min(axis=0)) - width_m - ROUND_M
    high = np.maximum(high, spots.max(axis=0)) + width_m + ROUND_M
    ground = shapely.box(*low.tolist(), *high.tolist())
    taken = shapely.buffer(walls, width_m / 2 - SQUEEZE_M)
    return np.asarray(shapely.get_parts(shapely.difference(ground, taken)), dtype=object)


def _joined(free: NDArray[np.object_], from_m: NDArray[np.float64] | None, to_m: NDArray[np.float64] | None) -> bool:
    """Whether a way leads from one place to another, or to the outer edge."""
    outer = np.asarray(shapely.bounds(free)).min(axis=0)[:2]
    start, end = (
        int(np.argmin(shapely.distance(free, shapely.points(outer if spot is None else spot))))
        for spot in (from_m, to_m)
    )
    return start == end


def _where(plan: Plan, parts: Sequence[Part], stop: Stop) -> str:
    """Room that a stand is in, or its storey and coordinates."""
    assert stop.place_m is not None
    storeys = {parts[k].storey for k in stop.members}
    spot = shapely.points(stop.place_m)
    for room in plan.rooms:
        if room.storey in storeys and shapely.intersects(room.footprint, spot):
            return room.name or room.id
    x, y = stop.place_m.tolist()
    return f"{plan.storeys[min(storeys)].name}, stand at {x:.1f}, {y:.1f} m"


def _times(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _listed(names: list[str]) -> str:
    shown = "; ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown}; and {len(names) - 3} more"
