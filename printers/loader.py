"""From profile files to printers: those that come with the package, and the user's own."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

from .claims import claims_of
from .facts import Fact, ProfileError, fact_problems
from .fields import FIELD_BY_NAME, TEXT_FIELDS
from .profile import Printer, Record, assembled, near, printer_problems
from .sources import Source, packaged_sources, source_problems

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEXT_NAMES = tuple(field.name for field in TEXT_FIELDS)
_FACT_KEYS = ("value", "low", "high", "basis", "source", "where", "note")
_RECORD_TEXTS = ("name", "quantity", "unit", "basis", "source", "where", "note")


def printer_ids() -> tuple[str, ...]:
    """Ids of the printers that come with the package, sorted; no profile is read."""
    names = (entry.name for entry in resources.files("printers").joinpath("profiles").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load_printer(id: str) -> Printer:
    """Printer of that id.

    Raises
    ------
    ProfileError
        If there is none, naming those there are.
    """
    ids = printer_ids()
    if id not in ids:
        from difflib import get_close_matches

        guess = get_close_matches(id, ids, n=1) or [known for known in ids if id and id in known]
        hint = f"did you mean {guess[0]}? " if guess else ""
        raise ProfileError(f"there is no printer {id!r}; {hint}Known printers: {', '.join(ids)}")
    text = resources.files("printers").joinpath("profiles", f"{id}.toml").read_text(encoding="utf-8")
    return _parsed(text, id, f"{id}.toml")


def load_profile_file(path: str | Path) -> Printer:
    """Printer from a profile file of one's own.

    The file name without ``.toml`` is the id. Sources that the package does not know are
    described in the file itself, under ``[sources.<key>]``.

    Raises
    ------
    ProfileError
        If the file cannot be read or breaks a rule; every broken rule is listed.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ProfileError(f"{file.name} cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise ProfileError(f"{file.name} is not a text file in UTF-8; save it as such") from error
    return _parsed(text, file.name.removesuffix(".toml"), file.name)


DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of writing, and so can hide what a line says."""


def _texts(item: object) -> str:
    """All texts in a document, line breaks left out."""
    if isinstance(item, str):
        return item.replace("\n", "").replace("\t", "")
    if isinstance(item, dict):
        return "".join(_texts(part) for pair in item.items() for part in pair)
    return "".join(_texts(part) for part in item) if isinstance(item, list) else ""


def _parsed(text: str, id: str, file: str) -> Printer:
    """Printer from the text of a profile."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file} is not valid TOML: {error}") from error
    except RecursionError:
        raise ProfileError(f"{file} is nested too deeply; a profile needs two levels") from None
    problems: list[str] = []
    if any(unicodedata.category(c) in ("Cc", "Cs") or c in DIRECTIONS for c in _texts(document)):
        raise ProfileError(f"{file} holds control or direction characters in a text; write plain text")
    if not _ID.fullmatch(id):
        problems.append(f"{id!r} cannot be an id; name the file in lower case with dashes, like my-arm.toml")
    if document.pop("id", id) != id:
        problems.append(f"id is not {id!r}, the file name without .toml; make them agree or leave id out")
    sources = _sources(document.pop("sources", {}), problems)
    records = _records(document.pop("records", []), problems)
    claims = claims_of(document.pop("claims", []), problems)
    texts: dict[str, object] = {}
    facts: dict[str, Fact] = {}
    broken: set[str] = set()
    for key, item in document.items():
        if key in _TEXT_NAMES:
            texts[key] = item
        elif key in FIELD_BY_NAME:
            fact = _fact(key, item, problems)
            if fact is None:
                broken.add(key)
            else:
                facts[key] = fact
        else:
            problems.append(f"{key} is unknown{near(key, [*_TEXT_NAMES, *FIELD_BY_NAME])}")
    found = printer_problems(texts, facts, records, sources, claims)
    problems += [p for p in found if not any(p.startswith(f"{key} is missing") for key in broken)]
    if problems:
        listed = "".join(f"\n  {file}: {problem}" for problem in problems)
        raise ProfileError(f"{file} is not a valid profile:{listed}", problems)
    return assembled(id, texts, facts, records, sources, claims)


def _fact(key: str, item: object, problems: list[str]) -> Fact | None:
    """Fact from its table; low and high default to the value."""
    if not isinstance(item, dict):
        problems.append(f"{key} is not a table; write [{key}] with value, low, high, basis and origin")
        return None
    unknown = [name for name in item if name not in _FACT_KEYS]
    found = [f"{key}.{name} is unknown; known: {', '.join(_FACT_KEYS)}" for name in unknown]
    found += [f"{key}.{name} is missing; add it" for name in ("value", "basis") if name not in item]
    if not found:
        value = item["value"]
        table = {"low": value, "high": value, "source": "", "where": "", "note": "", **item}
        found = [f"{key}: {problem}" for problem in fact_problems(table)]
        if not found:
            return Fact(**table)
    problems += found
    return None


def _records(tables: object, problems: list[str]) -> tuple[Record, ...]:
    """Published buildings from their tables."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append("records is not a list of tables; write [[records]] before each")
        return ()
    records = []
    for number, table in enumerate(tables, start=1):
        known = (*_RECORD_TEXTS, "value")
        unknown = [name for name in table if name not in known]
        found = [f"records {number}: {name} is unknown; known: {', '.join(known)}" for name in unknown]
        for name in ("name", "quantity", "unit"):
            if not isinstance(table.get(name), str) or not table[name].strip():
                found.append(f"records {number}: {name} is missing; give a text")
        fact = {name: table.get(name, "") for name in _FACT_KEYS}
        value = table.get("value")
        found += [
            f"records {number}: {problem}"
            for problem in fact_problems({**fact, "low": value, "high": value})
            if not problem.startswith(("low", "high"))
        ]
        if found:
            problems += found
        else:
            record: dict[str, Any] = {name: table.get(name, "") for name in _RECORD_TEXTS}
            records.append(cast(Record, {**record, "value": float(table["value"])}))
    return tuple(records)


def _sources(tables: object, problems: list[str]) -> Mapping[str, Source]:
    """Sources that the profile may cite: its own and those of the package."""
    known = packaged_sources()
    if not isinstance(tables, dict):
        problems.append("sources is not a table; write [sources.<key>] for each")
        return known
    own: dict[str, Source] = {}
    for key, table in tables.items():
        found = source_problems(key, table)
        if key in known:
            found += (f"sources.{key} is already a source of the package; choose another key",)
        problems += found
        if not found:
            own[key] = Source(**table)
    return {**packaged_sources(), **own}
