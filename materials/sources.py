"""Where the figures come from: the bibliography that facts point into."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from types import MappingProxyType

from .facts import TableError, raise_if


@dataclass(frozen=True, slots=True)
class Source:
    """One document that was read.

    Attributes
    ----------
    author : str
        Person or publisher.
    title : str
        Title, or a short description of an untitled page.
    year : int
        Year of publication; of reading, where the document gives no date.
    url : str
        Address.
    read : str
        Month in which it was read, as year-month.
    licence : str
        Licence of the document where it states one, or empty.
    note : str
        What a reader should know about the document, or empty.
    """

    author: str
    title: str
    year: int
    url: str
    read: str
    licence: str = ""
    note: str = ""


_TYPES: dict[str, type] = {item.name: int if item.name == "year" else str for item in fields(Source)}
_OPTIONAL = frozenset({"licence", "note"})


def source_problems(key: str, table: object) -> list[str]:
    """Everything that is wrong with one entry of a table of sources."""
    if not isinstance(table, dict):
        return [f"sources.toml: {key} is not a table; give author, title, year, url and read"]
    known = ", ".join(_TYPES)
    problems = [f"sources.toml: {key}.{name} is unknown; known: {known}" for name in table if name not in _TYPES]
    for name, kind in _TYPES.items():
        item = table.get(name)
        if item is None:
            if name not in _OPTIONAL:
                problems.append(f"sources.toml: {key}.{name} is missing; add it")
        elif not isinstance(item, kind) or isinstance(item, bool) or item == "":
            wanted = "year" if kind is int else "text"
            problems.append(f"sources.toml: {key}.{name} is {item!r}; give a {wanted}")
    return problems


@cache
def packaged_sources() -> Mapping[str, Source]:
    """Sources of the tables that come with the package, by key.

    Raises
    ------
    TableError
        If ``sources.toml`` is broken.
    """
    text = resources.files("materials").joinpath("sources.toml").read_text(encoding="utf-8")
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"sources.toml is not TOML: {error}; mend that line") from error
    raise_if(problem for key, table in tables.items() for problem in source_problems(key, table))
    return MappingProxyType({key: Source(**table) for key, table in tables.items()})
