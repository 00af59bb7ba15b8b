"""The project's own plan format: JSON, metres, walls by axis (``docs/plan-format.md``).

Every problem in a file is reported at once, each with a JSON pointer and the wall's id.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.ops import substring

from estimator.beads import WALL_SYSTEMS
from estimator.errors import Finding, PlanError
from estimator.plan import Foundation, Opening, OpeningKind, Plan, Roof, Room, Storey, Wall
from estimator.walls import CLEARED_M, strip

FORMAT = "printhouse-plan"
VERSION = 1

LARGEST_FILE_BYTES = 50_000_000
MOST_WALLS = 20_000
MOST_POINTS = 500_000
FARTHEST_M = 10_000.0
CHORD_ERROR_M = 0.001
"""Greatest distance between an arc and its chords. [m]"""

_PLAN_KEYS = {
    "format", "version", "name", "region", "floor_area_m2", "assumptions", "defaults",
    "storeys", "roof", "foundation", "$schema", "note",
}  # fmt: skip
_STOREY_KEYS = {"id", "name", "elevation_m", "height_m", "walls", "rooms", "note"}
_WALL_KEYS = {
    "id", "axis", "arc", "thickness_m", "height_m", "base_m", "external", "system", "openings", "note",
}  # fmt: skip
_OPENING_KEYS = {"id", "kind", "at_m", "width_m", "sill_m", "height_m", "note"}


def read_native(path: Path) -> Plan:
    """Read a plan in the project's own format.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        With one finding for every problem in the file.
    """
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise PlanError(f"{path}: is larger than {LARGEST_FILE_BYTES // 1_000_000} MB; split the plan")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlanError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    return parse_native(text, str(path))


def parse_native(text: str, source: str) -> Plan:
    """Make a plan from the text of a plan file.

    Parameters
    ----------
    text : str
        JSON.
    source : str
        Name of the file, for messages.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
    """
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    except json.JSONDecodeError as error:
        raise PlanError(
            f"{source}: is not complete JSON (line {error.lineno}, column {error.colno}: {error.msg}); "
            "save or export the plan again"
        ) from None
    except RecursionError:
        raise PlanError(f"{source}: is nested too deeply; a plan needs no more than ten levels") from None
    except ValueError as error:
        raise PlanError(f"{source}: {error}") from None
    return _Reader(source).plan(data)


def _no_constant(name: str) -> float:
    raise ValueError(f"holds {name}, which is not a number; write the value in metres")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise ValueError(f"has the key {key!r} twice in one object; keep one of them")
        seen[key] = value
    return seen


class _Reader:
    """Walks the document once and collects what is wrong with it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self.points = 0

    def error(self, code: str, where: str, message: str) -> None:
        self.findings.append(Finding(code, "error", where, message))

    # -- the document, top down ---------------------------------------------------------

    def plan(self, data: Any) -> Plan:
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise PlanError(
                f'{self.source}: is JSON but not a printhouse plan; a plan has "format": "{FORMAT}" '
                "(docs/plan-format.md)"
            )
        self.known(data, _PLAN_KEYS, "")
        if data.get("version") != VERSION:
            self.error("plan-version", "/version", f"is {data.get('version')!r}; this program reads version {VERSION}")
        defaults = self.object(data.get("defaults", {}), "/defaults")
        self.known(defaults, {"thickness_m", "height_m"}, "/defaults")
        storeys: list[Storey] = []
        walls: list[Wall] = []
        rooms: list[Room] = []
        entries = self.array(data.get("storeys"), "/storeys")
        if not entries:
            self.error("plan-empty", "/storeys", "holds no storey; a plan needs at least one storey with a wall")
        floor = 0.0
        for i, entry in enumerate(entries):
            where = f"/storeys/{i}"
            entry = self.object(entry, where)
            self.known(entry, _STOREY_KEYS, where)
            elevation = self.number(entry, "elevation_m", where, -100, 1000, default=floor)
            before = len(walls)
            walls += self.walls(entry, where, i, elevation, defaults)
            tops = [w.top_m for w in walls[before:]]
            height = self.number(
                entry, "height_m", where, 0.1, 100, default=(max(tops) - elevation) if tops else 3.0
            )
            name = self.text(entry, "name", where, entry.get("id", f"Storey {i + 1}"))
            storeys.append(Storey(self.text(entry, "id", where, f"s{i + 1}"), name, elevation, height))
            rooms += self.rooms(entry, where, i)
            floor = elevation + height
        if entries and not walls and not self.findings:
            self.error("plan-empty", "/storeys", "hold no wall; there is nothing to print")
        if len(walls) > MOST_WALLS:
            self.error("plan-too-large", "/storeys", f"hold {len(walls)} walls; more than {MOST_WALLS} are not read")
        for kind, ids in (("wall", [w.id for w in walls]), ("storey", [s.id for s in storeys])):
            for twice in _doubles(ids):
                self.error("id-twice", "/storeys", f"hold two {kind}s called {twice!r}; give each its own id")
        roof = self.object(data.get("roof", {}), "/roof")
        self.known(roof, {"kind", "pitch_deg", "overhang_m"}, "/roof")
        foundation = self.object(data.get("foundation", {}), "/foundation")
        self.known(foundation, {"kind", "depth_m"}, "/foundation")
        region = data.get("region")
        if region is not None and not isinstance(region, str):
            self.error("plan-type", "/region", f"is {region!r}; give the id of a region as text")
            region = None
        plan = Plan(
            name=self.text(data, "name", "", Path(self.source).stem),
            source=Path(self.source).name,
            storeys=tuple(storeys),
            walls=tuple(walls),
            rooms=tuple(rooms),
            floor_area_m2=self.optional(data, "floor_area_m2", "", 0.5, 1_000_000),
            roof=Roof(
                self.text(roof, "kind", "/roof", "unknown"),
                self.optional(roof, "pitch_deg", "/roof", 0, 85),
                self.number(roof, "overhang_m", "/roof", 0, 5, default=0.0),
            ),
            foundation=Foundation(
                self.text(foundation, "kind", "/foundation", "unknown"),
                self.optional(foundation, "depth_m", "/foundation", 0, 20),
            ),
            region=region,
            assumptions=tuple(
                a for a in self.array(data.get("assumptions", []), "/assumptions") if isinstance(a, str)
            ),
        )
        if self.findings:
            raise PlanError(_summary(self.source, self.findings), self.findings)
        return plan

    def walls(
        self, storey: dict[str, Any], where: str, index: int, floor_m: float, defaults: dict[str, Any]
    ) -> Iterator[Wall]:
        for j, entry in enumerate(self.array(storey.get("walls", []), f"{where}/walls")):
            at = f"{where}/walls/{j}"
            problems = len(self.findings)
            entry = self.object(entry, at)
            self.known(entry, _WALL_KEYS, at)
            name = self.text(entry, "id", at, f"{storey.get('id', f's{index + 1}')}-w{j + 1}")
            thickness = self.number(entry, "thickness_m", at, 0.01, 3.0, default=defaults.get("thickness_m"))
            height = self.number(
                entry, "height_m", at, 0.05, 100.0, default=defaults.get("height_m", storey.get("height_m"))
            )
            base = floor_m + self.number(entry, "base_m", at, -10.0, 100.0, default=0.0)
            axis = self.axis(entry, at, thickness)
            system = entry.get("system")
            if system is not None and system not in WALL_SYSTEMS:
                self.error("wall-system", f"{at}/system", f"is {system!r}; known are {', '.join(WALL_SYSTEMS)}")
            external = entry.get("external")
            if external is not None and not isinstance(external, bool):
                self.error("plan-type", f"{at}/external", f"is {external!r}; write true or false")
                external = None
            if axis is None or len(self.findings) > problems:
                continue
            footprint = strip(axis, thickness)
            if not footprint.is_valid or footprint.is_empty:
                self.error(
                    "wall-self-crossing", at, f"wall {name!r} crosses itself; split it or move its points apart"
                )
                continue
            openings = tuple(self.openings(entry, at, name, axis, thickness, base, height))
            yield Wall(
                name, index, footprint, base, base + height, axis, thickness, external, system, openings
            )

    def axis(self, entry: dict[str, Any], at: str, thickness_m: float) -> LineString | None:
        if ("axis" in entry) == ("arc" in entry):
            self.error("wall-axis", at, 'needs either "axis" (points) or "arc" (centre, radius, angles)')
            return None
        points = self.arc(entry["arc"], at) if "arc" in entry else self.polyline(entry["axis"], f"{at}/axis")
        if points is None:
            return None
        self.points += len(points)
        if self.points > MOST_POINTS:
            raise PlanError(
                f"{self.source}: holds more than {MOST_POINTS} points; draw curves as arcs or split the plan"
            )
        if np.any(np.hypot(*np.diff(points, axis=0).T) < 1e-6):
            self.error("wall-length", f"{at}", "has two equal points in a row; leave one of them out")
            return None
        line = LineString(points)
        if not line.is_simple:
            self.error("wall-self-crossing", f"{at}", "has an axis that crosses itself; split the wall there")
            return None
        return line

    def arc(self, entry: Any, at: str) -> NDArray[np.float64] | None:
        where = f"{at}/arc"
        entry = self.object(entry, where)
        self.known(entry, {"centre", "radius_m", "from_deg", "to_deg"}, where)
        problems = len(self.findings)
        centre = self.point(entry.get("centre"), f"{where}/centre")
        radius = self.number(entry, "radius_m", where, 0.05, 1000.0)
        start = self.number(entry, "from_deg", where, -720, 720, default=0.0)
        stop = self.number(entry, "to_deg", where, -720, 720, default=360.0)
        if len(self.findings) > problems or centre is None:
            return None
        if not 0 < abs(stop - start) <= 360:
            self.error("wall-arc", where, f"turns by {stop - start:g}°; give angles that differ by 0 to 360°")
            return None
        turn = math.radians(stop - start)
        chords = max(int(math.ceil(abs(turn) / (2 * math.acos(1 - min(CHORD_ERROR_M / radius, 1.0))))), 3)
        angle = math.radians(start) + turn * np.arange(chords + 1) / chords
        points = np.stack((centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)), axis=1)
        if abs(stop - start) == 360:
            points[-1] = points[0]
        return points

    def polyline(self, entry: Any, where: str) -> NDArray[np.float64] | None:
        entry = self.array(entry, where)
        points = [self.point(p, f"{where}/{k}") for k, p in enumerate(entry)]
        if len(points) < 2:
            self.error("wall-length", where, f"has {len(points)} points; a wall needs at least two")
            return None
        known = [p for p in points if p is not None]
        return np.array(known) if len(known) == len(points) else None

    def openings(
        self,
        entry: dict[str, Any],
        at: str,
        wall: str,
        axis: LineString,
        thickness_m: float,
        base_m: float,
        height_m: float,
    ) -> Iterator[Opening]:
        spans: list[tuple[str, float, float, float, float]] = []
        for k, o in enumerate(self.array(entry.get("openings", []), f"{at}/openings")):
            where = f"{at}/openings/{k}"
            o = self.object(o, where)
            self.known(o, _OPENING_KEYS, where)
            problems = len(self.findings)
            name = self.text(o, "id", where, f"{wall}-o{k + 1}")
            kind = o.get("kind", "opening")
            if kind not in ("door", "window", "opening"):
                self.error("opening-kind", f"{where}/kind", f"is {kind!r}; write door, window or opening")
            along = self.number(o, "at_m", where, 0, 10_000)
            width = self.number(o, "width_m", where, 0.05, 100)
            sill = self.number(o, "sill_m", where, 0, 100, default=0.0)
            high = self.number(o, "height_m", where, 0.05, 100)
            if len(self.findings) > problems:
                continue
            if along + width > axis.length + 1e-6:
                self.error(
                    "opening-outside",
                    where,
                    f"opening {name!r} ends {along + width:g} m along wall {wall!r}, which is {axis.length:.3f} m "
                    "long; move or narrow it",
                )
                continue
            if sill + high > height_m + 1e-6:
                self.error(
                    "opening-outside",
                    where,
                    f"opening {name!r} reaches {sill + high:g} m up wall {wall!r}, which is {height_m:g} m high; "
                    "lower or shorten it",
                )
                continue
            for other, a, b, low, up in spans:
                if along < b - 1e-6 and a < along + width - 1e-6 and sill < up - 1e-6 and low < sill + high - 1e-6:
                    self.error(
                        "opening-overlap",
                        where,
                        f"opening {name!r} overlaps opening {other!r} in wall {wall!r}; move one of them",
                    )
            spans.append((name, along, along + width, sill, sill + high))
            cut = substring(axis, along, along + width)
            kind_: OpeningKind = kind
            yield Opening(
                name, kind_, base_m + sill, base_m + sill + high, width, strip(cut, thickness_m + 2 * CLEARED_M)
            )

    def rooms(self, storey: dict[str, Any], where: str, index: int) -> Iterator[Room]:
        for j, entry in enumerate(self.array(storey.get("rooms", []), f"{where}/rooms")):
            at = f"{where}/rooms/{j}"
            entry = self.object(entry, at)
            self.known(entry, {"id", "name", "outline"}, at)
            points = self.polyline(entry.get("outline"), f"{at}/outline")
            if points is None:
                continue
            name = self.text(entry, "name", at, f"Room {j + 1}")
            outline = Polygon(points) if len(points) > 2 else None
            if outline is None or not outline.is_valid or outline.area <= 0:
                self.error("room-outline", f"{at}/outline", f"of room {name!r} crosses itself or encloses no area")
                continue
            yield Room(self.text(entry, "id", at, f"s{index + 1}-r{j + 1}"), name, index, outline)

    # -- single values -------------------------------------------------------------------

    def known(self, entry: dict[str, Any], keys: set[str], where: str) -> None:
        for key in entry:
            if key not in keys:
                self.error(
                    "plan-key", f"{where}/{key}", f"is not a key of the format; known are {', '.join(sorted(keys))}"
                )

    def object(self, entry: Any, where: str) -> dict[str, Any]:
        if isinstance(entry, dict):
            return entry
        self.error("plan-type", where, f"is {_kind(entry)}; an object {{…}} belongs here")
        return {}

    def array(self, entry: Any, where: str) -> list[Any]:
        if isinstance(entry, list):
            return entry
        self.error("plan-type", where, f"is {_kind(entry)}; a list […] belongs here")
        return []

    def text(self, entry: dict[str, Any], key: str, where: str, default: str) -> str:
        value = entry.get(key, default)
        if isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable():
            return value
        self.error("plan-type", f"{where}/{key}", f"is {_kind(value)}; 1 to 200 printable characters belong here")
        return default

    def number(
        self, entry: dict[str, Any], key: str, where: str, low: float, high: float, default: float | None = None
    ) -> float:
        value = entry.get(key, default)
        if value is None:
            self.error("plan-missing", f"{where}/{key}", f"is missing; give a number from {low:g} to {high:g}")
            return low
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            self.error("plan-type", f"{where}/{key}", f"is {_kind(value)}; give a number from {low:g} to {high:g}")
            return low
        if not low <= value <= high:
            self.error("plan-range", f"{where}/{key}", f"is {value:g}; give a number from {low:g} to {high:g}")
            return low
        return float(value)

    def optional(self, entry: dict[str, Any], key: str, where: str, low: float, high: float) -> float | None:
        return None if entry.get(key) is None else self.number(entry, key, where, low, high)

    def point(self, entry: Any, where: str) -> tuple[float, float] | None:
        if isinstance(entry, list) and len(entry) == 2:
            if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in entry):
                if all(math.isfinite(v) and abs(v) <= FARTHEST_M for v in entry):
                    return float(entry[0]), float(entry[1])
                self.error("plan-range", where, f"lies farther than {FARTHEST_M:g} m from the origin; move the plan")
                return None
        self.error("plan-type", where, f"is {_kind(entry)}; a point is two numbers [x, y] in metres")
        return None


def _summary(source: str, findings: list[Finding]) -> str:
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{source}: {first.where or '/'} {first.message}{more}"


def _doubles(names: list[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _kind(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else f"a list of {len(value)}"
    return repr(value)[:60]
