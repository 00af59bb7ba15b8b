"""The project's own plan format: JSON, metres, walls by axis (``docs/plan-format.md``).

Every problem in a file is reported at once, each with a JSON pointer and the wall's id.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from estimator.errors import PlanError
from estimator.plan import Foundation, Plan, Roof, Room, Storey, Wall
from estimator.readers import LARGEST_JSON_BYTES
from estimator.readers.fields import Entry, id_of, shown
from estimator.readers.names import plain
from estimator.readers.native import format as fmt
from estimator.readers.native.origin import Origin, read_origin, sentences
from estimator.readers.native.outlines import read_area
from estimator.readers.native.walls import Surroundings, read_walls
from estimator.readers.overlaps import overlap_findings
from estimator.readers.reading import Reading, load_json


def decode_native(data: bytes, source: str) -> Plan:
    """Make a plan from the bytes of a plan file.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.
    source : str
        Name of the file, for messages.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
    """
    if len(data) > LARGEST_JSON_BYTES:
        raise PlanError(f"{source}: is larger than {LARGEST_JSON_BYTES // 1_000_000} MB; split the plan")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlanError(f"{source}: is not UTF-8 text; save it as UTF-8") from None
    return parse_native(text, source)


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
        Its findings are the warnings.

    Raises
    ------
    PlanError
        With one finding for every problem in the text.
    """
    data = load_json(text, source)
    if not isinstance(data, dict) or data.get("format") != fmt.FORMAT:
        raise PlanError(
            f'{source}: is JSON but not a printhouse plan; a plan has "format": "{fmt.FORMAT}" (docs/plan-format.md)'
        )
    version = data.get("version")
    if isinstance(version, bool) or version != fmt.VERSION:
        found = "missing" if "version" not in data else shown(version)
        raise PlanError(f"{source}: /version is {found}; this program reads version {fmt.VERSION}")
    return _plan(Reading(source), data)


def _plan(reading: Reading, data: dict[str, Any]) -> Plan:
    entry = Entry(reading, data, "", fmt.PLAN)
    defaults = entry.entry("defaults", fmt.DEFAULTS)
    given = (defaults.optional("thickness_m"), defaults.optional("height_m"))
    origin = read_origin(entry)
    storeys: list[Storey] = []
    walls: list[Wall] = []
    rooms: list[Room] = []
    values = entry.items("storeys", 1)
    reading.count("storeys", len(values), fmt.MOST_STOREYS, entry.at("storeys"))
    for i, value in enumerate(values):
        storey = Entry(reading, value, f"{entry.at('storeys')}/{i}", fmt.STOREY)
        own, inside = _storey(storey, i, storeys, values[i + 1 : i + 2], given, origin is not None)
        storeys.append(own)
        walls += inside
        rooms += _rooms(storey, i)
    if values and not walls and not reading.errors:
        reading.error("plan-empty", entry.at("storeys"), "holds no wall; draw at least one to print")
    roof = entry.entry("roof", fmt.ROOF)
    foundation = entry.entry("foundation", fmt.FOUNDATION)
    file = Path(reading.source).name.encode("utf-8", "backslashreplace").decode("utf-8")
    if origin is None:
        # the walls of a converted plan were judged when its origin was read
        origin = Origin("", "metre", (), (), tuple(overlap_findings(walls) if not reading.errors else ()))
    plan = Plan(
        name=entry.text("name", Path(file).stem),
        source=plain(f"{file}, from {origin.source}" if origin.source else file),
        storeys=tuple(storeys),
        walls=tuple(walls),
        rooms=tuple(rooms),
        floor_area_m2=entry.optional("floor_area_m2"),
        roof=Roof(roof.choice("kind", "unknown"), roof.optional("pitch_deg"), roof.number("overhang_m", 0.0)),
        foundation=Foundation(foundation.choice("kind", "unknown"), foundation.optional("depth_m")),
        region=entry.text("region", "") or None,
        assumptions=sentences(entry, "assumptions", fmt.MOST_ASSUMPTIONS),
        findings=(*reading.findings, *origin.findings),
        unit=origin.unit,
        evidence=origin.evidence,
        skipped=origin.skipped,
    )
    if reading.errors:
        reading.refuse()
    return plan


def _storey(
    entry: Entry,
    index: int,
    below: list[Storey],
    above: list[Any],
    defaults: tuple[float | None, float | None],
    is_converted: bool,
) -> tuple[Storey, list[Wall]]:
    reading = entry.reading
    own = id_of(entry.values, f"s{index + 1}")
    entry.text("id", own)
    reading.claim("storey", own, entry.where)
    elevation = entry.number("elevation_m", below[-1].elevation_m + below[-1].height_m if below else 0.0)
    if below and elevation <= below[-1].elevation_m and entry.has("elevation_m") and not is_converted:
        reading.error(
            "storey-order",
            entry.at("elevation_m"),
            f"is {elevation:g}, not above the {below[-1].elevation_m:g} of storey {below[-1].id!r}; "
            "list the storeys from the bottom up, one for each level",
        )
    height = entry.optional("height_m")
    thickness, wall_height = defaults
    usual = wall_height
    if usual is None and height is not None and height >= fmt.WALL.numbers["height_m"][0]:
        usual = height
    around = Surroundings(index, own, elevation, thickness, usual)
    before = reading.errors
    walls = list(read_walls(entry, around))
    if height is None:
        height = _height(entry, elevation, above, walls, reading.errors > before)
    name = entry.text("name", own if entry.has("id") else f"Storey {index + 1}")
    return Storey(own, name, elevation, height), walls


def _height(entry: Entry, elevation_m: float, above: list[Any], walls: list[Wall], spoilt: bool) -> float:
    """Height of a storey that states none: to the next floor, else to the tops of its walls."""
    upper = above[0].get("elevation_m") if above and isinstance(above[0], dict) else None
    if isinstance(upper, int | float) and math.isfinite(upper) and upper > elevation_m:
        return float(upper) - elevation_m
    height = max((w.top_m for w in walls), default=elevation_m) - elevation_m
    if height <= 0 and walls and not spoilt:
        message = "is missing, and no wall reaches above the floor to tell it; give it"
        entry.reading.error("plan-missing", entry.at("height_m"), message)
    return height if height > 0 else 3.0


def _rooms(storey: Entry, index: int) -> Iterator[Room]:
    reading = storey.reading
    values = storey.items("rooms")
    reading.count("rooms", len(values), fmt.MOST_ROOMS, storey.at("rooms"))
    for j, value in enumerate(values):
        own = id_of(value, f"s{index + 1}-r{j + 1}")
        with reading.about(f"room {own!r}"):
            entry = Entry(reading, value, f"{storey.at('rooms')}/{j}", fmt.ROOM)
            if not entry.is_object:
                continue
            entry.text("id", own)
            reading.claim("room", own, entry.where)
            name = entry.text("name", own if entry.has("id") else f"Room {j + 1}")
            code = "room-outline"
            outline = read_area(entry, code)
        if outline is not None:
            yield Room(own, name, index, outline)
