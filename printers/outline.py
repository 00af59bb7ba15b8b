"""What a list of printers needs, read without the rest of their profiles."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from .fields import FIELD_BY_NAME
from .loader import printer_ids

_TABLE = re.compile(r"(?m)^(?=\[)")
_NAME = re.compile(r"\[+([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Outline:
    """A printer that comes with the package, in outline.

    Attributes
    ----------
    id : str
    texts : mapping
        Texts and whole numbers by name.
    values : mapping of str to float
        The numbers asked for, as far as the profile has them; units in the names. [-]
    buildings : tuple of str
        Names of the published buildings.
    """

    id: str
    texts: Mapping[str, Any]
    values: Mapping[str, float]
    buildings: tuple[str, ...]


def outlines(facts: Collection[str]) -> Iterator[Outline]:
    """Printers that come with the package, sorted by id.

    Parsing whole profiles takes most of the time of a list, so the tables of all other facts
    are left out before it. Profiles are not checked: :func:`printers.load_printer` does that.

    Parameters
    ----------
    facts : collection of str
        Names of the numbers wanted.
    """
    wanted = frozenset(facts)
    for id in printer_ids():
        text = resources.files("printers").joinpath("profiles", f"{id}.toml").read_text(encoding="utf-8")
        document = tomllib.loads(_cut(text, wanted))
        tables = {name: document.pop(name) for name in wanted if name in document}
        yield Outline(
            id=id,
            texts=document,
            values={name: float(table["value"]) for name, table in tables.items()},
            buildings=tuple(dict.fromkeys(_record_names(text))),
        )


def _cut(text: str, wanted: frozenset[str]) -> str:
    """Profile without the tables of facts that nobody asked for, and without records and claims."""
    head, *tables = _TABLE.split(text)
    return head + "".join(t for t in tables if (match := _NAME.match(t)) and match[1] in wanted & FIELD_BY_NAME.keys())


def _record_names(text: str) -> list[str]:
    """Names in the records, one for each."""
    return re.findall(r'(?m)^\[\[records\]\]\nname = "([^"]*)"$', text)
