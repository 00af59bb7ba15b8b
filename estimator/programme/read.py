"""From a programme file, or a plain object like one, to a checked :class:`~estimator.programme.asked.Programme`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from estimator.batch.footprints import footprint_plan
from estimator.batch.plans import BatchPlan, found_plans
from estimator.batch.source import Place as SourcePlace
from estimator.batch.source import Source
from estimator.errors import UsageError
from estimator.programme.asked import (
    MOST_HOUSES,
    MOST_KINDS,
    MOST_REPETITIONS,
    MOST_SITES,
    MOST_TEAMS,
    Lot,
    Place,
    Programme,
    Teams,
    distance_km,
    unit_vector,
)
from estimator.programme.settings import parsed_settings

LARGEST_BYTES = 20_000_000
LONGEST_TEXT = 200
DEFAULT_REPETITIONS = 200
MOST_SEED = 2**32 - 1
MONTHS = 12
UTF8_MARK = b"\xef\xbb\xbf"
"""That some editors put before a text."""

NO_PROFILE = "a profile on disk cannot be named here: give the id of a printer on file"

YEARS = (1900, 2200)
"""In which a programme may begin."""

FARTHEST_KM = 1.0
"""Between places of one site that are given by name. [km]"""

NO_OUTLINE = b'{"wrong"'
"""How the content of a footprint begins that is none."""

GRID_DIGITS = 2
"""Decimals of a degree within which nameless places are one site, about a kilometre."""

TOP = ("name", "start", "repetitions", "seed", "set", "houses", "sites", "teams", "crews", "supply", "weather")
HOUSES = ("plan", "source", "count", "site", "mix", "wall_system", "region", "set")
SITES = ("id", "latitude", "longitude", "x_km", "y_km")
TEAMS = ("id", "printer", "method", "count", "shifts", "site")
CREWS = ("ground", "finishing")
SUPPLY = ("mortar_m3_per_day",)
WEATHER = ("lost_share",)
KEYS: Mapping[str, Sequence[str]] = {
    "": TOP, "houses": HOUSES, "sites": SITES, "teams": TEAMS, "crews": CREWS, "supply": SUPPLY, "weather": WEATHER,
}  # fmt: skip
"""Everything that a programme may say, by table."""

Object = Mapping[str, Any]


def read_programme(path: str | Path) -> Programme:
    """A programme of a file.

    Parameters
    ----------
    path : str or Path
        ``.toml`` or ``.json``; plans and sources are named relative to it.

    Returns
    -------
    Programme

    Raises
    ------
    UsageError
        The file cannot be read, or is none of a programme; the message names the entry.
    """
    path = Path(path)
    shown = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read ({error.strerror}); check name and permissions") from None
    if len(data) > LARGEST_BYTES:
        raise UsageError(f"{shown}: is larger than {LARGEST_BYTES:,} bytes; name houses by count or by a source")
    try:
        if path.suffix.lower() == ".json":
            found = orjson.loads(data.removeprefix(UTF8_MARK))
        else:
            found = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        why = str(error).splitlines()[0][:120] if str(error) else "it does not end"
        raise UsageError(f"{shown}: cannot be read as a programme ({why}); docs/programme.md shows one") from None
    return programme_of(found, path.parent, shown)


def programme_of(found: object, folder: Path | None = None, shown: str = "programme") -> Programme:
    """A programme of a plain object.

    Parameters
    ----------
    found : object
        As it stands in a file.
    folder : Path, optional
        Of the plans and sources; without one the plans have to be written out.
    shown : str
        What it is called in messages.

    Returns
    -------
    Programme

    Raises
    ------
    UsageError
        It says what a programme may not; the message names the entry.
    """
    return _Reader(shown, folder).programme(found)


@dataclass
class _Reader:
    """Reads one programme."""

    shown: str
    folder: Path | None
    sites: list[Place] = field(default_factory=list)
    site_of: dict[str, int] = field(default_factory=dict)
    nameless: list[str] = field(default_factory=list)
    """Entries that say no site, so that there may be one only."""

    def programme(self, found: object) -> Programme:
        top = self._table("", found)
        name = self._text("name", top.get("name", Path(self.shown).stem))
        self._sites(self._list("sites", top))
        lots = [lot for k, entry in enumerate(self._list("houses", top), 1) for lot in self._lots(k, entry)]
        if not lots:
            raise self._wrong("houses", "is missing", "give at least one [[houses]] with a plan and a count")
        teams = self._teams(self._list("teams", top))
        crews, supply = self._table("crews", top.get("crews", {})), self._table("supply", top.get("supply", {}))
        weather = self._table("weather", top.get("weather", {}))
        programme = Programme(
            name, self.shown, self._start(top),
            self._whole("repetitions", top, 0, MOST_REPETITIONS, DEFAULT_REPETITIONS),
            self._whole("seed", top, 0, MOST_SEED, 1), tuple(lots), tuple(self.sites), teams,
            self._crew("ground", crews), self._crew("finishing", crews),
            self._number("supply.mortar_m3_per_day", supply.get("mortar_m3_per_day"), 0.01, 1e6),
            self._shares(weather.get("lost_share")), self._settings("set", top.get("set", ())),
        )  # fmt: skip
        if programme.houses > MOST_HOUSES:
            raise self._wrong("houses", f"are {programme.houses:,}", f"give at most {MOST_HOUSES:,}")
        self._one_map()
        return programme

    def _wrong(self, where: str, what: str, mend: str) -> UsageError:
        return UsageError(f"{self.shown}: {where} {what}; {mend}")

    def _table(self, name: str, found: object) -> Object:
        where = name or "the programme"
        if not isinstance(found, dict):
            raise self._wrong(where, "is no table", "docs/programme.md shows one")
        for key in found:
            if key not in KEYS[name.partition(" ")[0]]:
                known = ", ".join(KEYS[name.partition(" ")[0]])
                raise self._wrong(where, f"has an entry {str(key)[:40]!r} that is not known", f"known are {known}")
        return found

    def _list(self, name: str, top: Object) -> list[Object]:
        found = top.get(name, [])
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            raise self._wrong(name, "is no list of tables", f"write [[{name}]]")
        for k, entry in enumerate(found, 1):
            for key in entry:
                if key not in KEYS[name]:
                    raise self._wrong(
                        f"{name} {k}", f"has an entry {str(key)[:40]!r} that is not known",
                        f"known are {', '.join(KEYS[name])}",
                    )  # fmt: skip
        return found

    def _text(self, where: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
            raise self._wrong(where, "is no text", f"give one of at most {LONGEST_TEXT} characters")
        return value

    def _number(self, where: str, value: object, low: float, high: float) -> float | None:
        if value is None:
            return None
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
        if not low <= number <= high:
            raise self._wrong(where, f"is {_shown(value)}", f"give a number from {low:g} to {high:g}")
        return number

    def _whole(self, name: str, table: Object, low: int, high: int, usual: int, where: str = "") -> int:
        value = table.get(name, usual)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._wrong(f"{where}{name}", f"is {_shown(value)}", f"give a whole number from {low:,} to {high:,}")
        return value

    def _crew(self, name: str, crews: Object) -> int | None:
        return self._whole(name, crews, 1, MOST_TEAMS, 1, "crews.") if name in crews else None

    def _start(self, top: Object) -> date:
        value = top.get("start")
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            day = None
        first, last = YEARS
        if type(day) is not date or not first <= day.year <= last:
            told = "is missing" if value is None else f"is {_shown(value)}"
            mend = f"give the first day on site, like 2027-03-01, in the years {first} to {last}"
            raise self._wrong("start", told, mend)
        return day

    def _shares(self, value: object) -> tuple[float, ...]:
        if value is None:
            return ()
        shares = value if isinstance(value, list) else []
        numbers = [self._number("weather.lost_share", s, 0.0, 0.95) for s in shares]
        if len(numbers) != MONTHS or None in numbers:
            raise self._wrong("weather.lost_share", "is not one number a month", "give twelve from 0 to 0.95")
        return tuple(float(n) for n in numbers if n is not None)

    def _settings(self, where: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(s, str) for s in value) or len(value) > 1000:
            raise self._wrong(where, "is no list of texts", 'write ["printer.crew_persons=3"]')
        return tuple(value)

    def _sites(self, entries: list[Object]) -> None:
        for k, entry in enumerate(entries, 1):
            at = f"sites {k}"
            id = self._text(f"{at}: id", entry.get("id"))
            if id in self.site_of:
                raise self._wrong(at, f"has the id {id!r} of another", "give each its own")
            limits = (("latitude", 90.0), ("longitude", 180.0))
            degrees = [self._number(f"{at}: {name}", entry.get(name), -most, most) for name, most in limits]
            plane = [self._number(f"{at}: {n}", entry.get(n), -20_000, 20_000) for n in ("x_km", "y_km")]
            given = [d for d in degrees if d is not None], [p for p in plane if p is not None]
            if len(given[0]) == 1 or len(given[1]) == 1 or (given[0] and given[1]):
                raise self._wrong(at, "is given by halves or twice", "give latitude and longitude, or x_km and y_km")
            self._add(id, unit_vector(*given[0]) if given[0] else tuple(given[1]))

    def _add(self, id: str, at: tuple[float, ...]) -> int:
        if id not in self.site_of:
            if len(self.sites) >= MOST_SITES:
                raise self._wrong("sites", f"are more than {MOST_SITES:,}", "give near ones one name")
            self.site_of[id] = len(self.sites)
            self.sites.append(Place(id, at))
        elif at and not self.sites[self.site_of[id]].at:
            self.sites[self.site_of[id]] = Place(id, at)
        return self.site_of[id]

    def _site(self, where: str, value: object) -> int:
        id = self._text(where, value)
        if id not in self.site_of and self.site_of:
            raise self._wrong(where, f"is {id!r}, which is no site", f"known are {', '.join(list(self.site_of)[:8])}")
        return self._add(id, ())

    def _one_map(self) -> None:
        """Distances are taken only between places of one kind."""
        known = {len(site.at) for site in self.sites}
        if len(self.sites) > 1 and self.nameless:
            raise self._wrong(self.nameless[0], "names no site, and there are several", "say site = ...")
        if len(self.sites) > 1 and len(known) > 1:
            raise self._wrong(
                "sites", "are given partly by degrees, by kilometres or by nothing",
                "give all of several sites the same way",
            )  # fmt: skip
        if len(self.sites) > 1 and known == {0}:
            raise self._wrong("sites", "say not where they are", "give latitude and longitude, or x_km and y_km")

    def _lots(self, k: int, entry: Object) -> Iterator[Lot]:
        at = f"houses {k}"
        count = self._whole("count", entry, 1, MOST_HOUSES, 1, f"{at}: ")
        choices = {
            name: self._text(f"{at}: {name}", entry[name]) for name in ("mix", "wall_system", "region") if name in entry
        }
        settings = self._settings(f"{at}: set", entry.get("set", ()))
        if ("plan" in entry) == ("source" in entry):
            raise self._wrong(at, "names no plan, or a plan and a source", "give one of them")
        if "plan" in entry:
            site = self._site(f"{at}: site", entry["site"]) if "site" in entry else self._only_site(at)
            plan = entry["plan"]
            if isinstance(plan, dict):
                name = str(plan.get("name", at))[:LONGEST_TEXT]
                yield Lot(name, Source(name, orjson.dumps(plan)), count, site, settings=settings, at=at, **choices)
            else:
                path = self._path(at, self._text(f"{at}: plan", plan))
                yield Lot(str(plan), Source(str(path)), count, site, settings=settings, at=at, **choices)
            return
        path = self._path(at, self._text(f"{at}: source", entry["source"]))
        named = self._site(f"{at}: site", entry["site"]) if "site" in entry else None
        sited: dict[bool, str] = {}
        for found in found_plans([str(path)]):
            own = {name: values[0] for name, values in found.choices.items() if len(values) == 1}
            if len(own) < len(found.choices) or own.keys() & {"printer", "method"}:
                raise self._wrong(
                    f"{at}: {found.id[-60:]}", "has choices of printer or method, or several of one",
                    "leave these to the teams",
                )  # fmt: skip
            if found.source.is_footprint:
                _refuse_no_outline(found)
            if named is None:
                sited.setdefault(bool(found.place.site) or found.place.latitude_deg is not None, found.id[-60:])
                if len(sited) > 1:
                    raise self._wrong(
                        f"{at}: {sited[False]}", f"has neither site nor place, but {sited[True]} has",
                        "give all rows of a source one, or none, or say site = ... for all of them",
                    )  # fmt: skip
            site = self._place(f"{at}: {found.id[-60:]}", found.place) if named is None else named
            yield Lot(
                found.id, found.source, count * found.place.count, site,
                settings=(*settings, *found.settings), at=f"{at}: {found.id[-60:]}", **{**choices, **own},
            )  # fmt: skip

    def _place(self, at: str, place: SourcePlace) -> int:
        """Site of a row of a source: by its name, else by where it is."""
        if place.latitude_deg is None or place.longitude_deg is None:
            return self._site(at, place.site) if place.site else self._only_site(at)
        near = (round(place.latitude_deg, GRID_DIGITS), round(place.longitude_deg, GRID_DIGITS))
        name = place.site or f"{near[0]:g}, {near[1]:g}"
        here = unit_vector(place.latitude_deg, place.longitude_deg)
        number = self._add(name, here)
        known = self.sites[number].at
        apart_km = distance_km(known, here) if len(known) == len(here) else 0.0
        if place.site and apart_km > FARTHEST_KM:
            raise self._wrong(
                at, f"is at {_degrees(here)}, but its site {name!r} at {_degrees(known)}, {apart_km:,.1f} km away",
                "give places so far apart names of their own",
            )  # fmt: skip
        return number

    def _only_site(self, at: str) -> int:
        self.nameless.append(at)
        if len(self.sites) > 1:
            raise self._wrong(at, "names no site, and there are several", "say site = ...")
        return 0 if self.sites else self._add("site", ())

    def _path(self, at: str, name: str, mend: str = "write the plan out as an object") -> Path:
        if self.folder is None:
            raise self._wrong(at, "names a file", mend)
        return self.folder / name

    def _teams(self, entries: list[Object]) -> tuple[Teams, ...]:
        teams: list[Teams] = []
        for k, entry in enumerate(entries, 1):
            at = f"teams {k}"
            if ("printer" in entry) == ("method" in entry):
                raise self._wrong(at, "names no printer and no method, or both", "give one of them")
            printer, method = (self._text(f"{at}: {n}", entry[n]) if n in entry else "" for n in ("printer", "method"))
            shifts = self._whole("shifts", entry, 1, 3, 1, f"{at}: ")
            if method and shifts > 1:
                raise self._wrong(at, "has shifts of a conventional gang", "give more gangs instead")
            site = self._site(f"{at}: site", entry["site"]) if "site" in entry else None
            id = self._text(f"{at}: id", entry.get("id", Path(printer or method).stem))
            if id in {t.id for t in teams}:
                raise self._wrong(at, f"is called {id!r} like another", "give it an id of its own")
            if printer.endswith(".toml"):
                printer = str(self._path(at, printer, NO_PROFILE))
            teams.append(
                Teams(id, printer, method, self._whole("count", entry, 1, MOST_TEAMS, 1, f"{at}: "), shifts, site)
            )
        if not teams or len(teams) > MOST_KINDS or sum(t.count for t in teams) > MOST_TEAMS:
            raise self._wrong(
                "teams", f"are {sum(t.count for t in teams):,} of {len(teams)} kinds",
                f"give 1 to {MOST_TEAMS:,} of at most {MOST_KINDS} kinds, each as [[teams]] with a printer or a method",
            )  # fmt: skip
        return tuple(teams)


def _refuse_no_outline(found: BatchPlan) -> None:
    """A footprint that cannot be read has no place either, so that its site would be asked for."""
    if (found.source.content or b"").startswith(NO_OUTLINE):
        footprint_plan(found.source.content or b"", found.id[-120:])


def _shown(value: object) -> str:
    """A value in a message; a text in quotes, so that it is told from a number."""
    return repr(value)[:40] if isinstance(value, str) else str(value)[:40]


def _degrees(at: Sequence[float]) -> str:
    """Latitude and longitude of a unit vector."""
    x, y, z = at
    latitude, longitude = math.degrees(math.asin(max(min(z, 1.0), -1.0))), math.degrees(math.atan2(y, x))
    return f"{round(latitude, 5):.8g}, {round(longitude, 5):.8g}"


def with_settings(programme: Programme, settings: Sequence[str]) -> Programme:
    """The programme with further changes, which win.

    Parameters
    ----------
    programme : Programme
    settings : sequence of str
        ``key=value``.

    Returns
    -------
    Programme

    Raises
    ------
    UsageError
        One of them is not known, or its value is wrong.
    """
    parsed_settings(settings, "--set")
    return replace(programme, settings=(*programme.settings, *settings))
