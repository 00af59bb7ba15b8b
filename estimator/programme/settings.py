"""Changed facts of a programme, ``key=value``: its own, and those of the estimates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from estimator.errors import UsageError
from estimator.overrides import TABLES, Overrides, parse_overrides
from materials import ProgrammeFacts, TableError, load_programme_facts, schema

PREFIX = "programme."
"""Of the names of its own facts."""

TOLD = "--set "
"""How messages about settings begin."""


def parsed_settings(settings: Sequence[str], at: str) -> tuple[ProgrammeFacts, Overrides]:
    """Facts of the programme with what is changed in them, and all other changes.

    Parameters
    ----------
    settings : sequence of str
        ``key=value``; a later one of the same key wins.
    at : str
        Where they stand, in messages: a file and entry, or an option.

    Returns
    -------
    ProgrammeFacts
    Overrides

    Raises
    ------
    UsageError
        A key is not known, or a value is none or lies outside its limits.
    """
    changes: dict[str, object] = {}
    others = []
    for setting in settings:
        key = setting.partition("=")[0].strip()
        if key.startswith(PREFIX):
            changes[key.removeprefix(PREFIX)] = _number(setting, at)
        else:
            others.append(setting)
    return load_programme_facts().replace(**changes), parsed_overrides(others, at, (*TABLES, PREFIX[:-1]))


def parsed_overrides(settings: Sequence[str], at: str, tables: Sequence[str] = TABLES) -> Overrides:
    """Changes of estimates.

    Parameters
    ----------
    settings : sequence of str
        ``key=value``.
    at : str
        Where they stand, in messages.
    tables : sequence of str
        That may be named there.

    Returns
    -------
    Overrides

    Raises
    ------
    UsageError
        A key is not known, or a value is none or lies outside its limits.
    """

    def here(message: str) -> str:
        return f"{at} {message.removeprefix(TOLD)}".replace(
            f"the tables are {', '.join(TABLES)}", f"the tables are {', '.join(tables)}"
        )

    try:
        return parse_overrides(settings)
    except UsageError as error:
        findings = [replace(f, message=here(f.message)) for f in error.findings]
        raise UsageError(here(str(error)), findings) from None


def _number(setting: str, at: str) -> float:
    """Value of a fact of the programme."""
    key, _, text = (part.strip() for part in setting.partition("="))
    name, told = key.removeprefix(PREFIX), f"{at} {setting[:80]}"
    if not text or not name:
        raise UsageError(f"{told}: write key=value, for example programme.repair_time_h=8")
    known = schema("programme")
    if name in {text.name for text in ProgrammeFacts.TEXTS}:
        raise UsageError(f"{at} {key}: is no number, and cannot be changed; change the facts of docs/programme.md")
    if name not in known:
        try:
            load_programme_facts().replace(**{name: 0.0})
        except TableError as error:
            raise UsageError(f"{at} {key}: {str(error).rpartition(': usual: ')[2]}") from None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"{told}: {text[:40]!r} is not a number; give one in figures, like 0.25")
    limits = known[name]
    if not limits.low <= number <= limits.high:
        unit = f" {limits.unit}" if limits.unit not in ("", "-") else ""
        raise UsageError(f"{told}: lies outside {limits.low:g} to {limits.high:g}{unit}; check the value and its unit")
    return number
