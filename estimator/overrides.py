"""Facts changed by hand: ``printer.print_speed_m_per_s=0.1``.

A key names the table and the value in it; the value's name alone will do where only one
table has it. A changed fact has no range and counts as assumed, "set by the user".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from typing import TypedDict

from estimator.errors import Finding, UsageError
from estimator.estimate import DEFAULT_PRINTER, DEFAULT_REGION
from estimator.plan import Plan
from estimator.rates import TABLES as RATE_TABLES
from estimator.rates import Rates
from materials import Fact, Mix, Region, Site, TableError, Terms, load_mix, load_region, load_site, load_terms
from materials import schema as material_schema
from printers import Printer, ProfileError, load_printer
from printers import schema as printer_schema
from printers import text_schema as printer_text_schema

TABLES = ("printer", "mix", "region", "site", "terms")


class Inputs(TypedDict):
    """What :func:`estimator.estimate.estimate` is called with."""

    printer: Printer | str | None
    mix: Mix | str | None
    region: Region | str | None
    site: Site | None
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Overrides:
    """Changes, by table.

    Attributes
    ----------
    printer, mix, region, site, terms : mapping of str to number, text or Fact
        New values by name.
    prices : mapping of str to Fact
        Of resources, by id, in the currency of the region.
    """

    printer: Mapping[str, object] = field(default_factory=dict)
    mix: Mapping[str, object] = field(default_factory=dict)
    region: Mapping[str, object] = field(default_factory=dict)
    site: Mapping[str, object] = field(default_factory=dict)
    terms: Mapping[str, object] = field(default_factory=dict)
    prices: Mapping[str, Fact] = field(default_factory=dict)

    def applied(
        self, printer: Printer | str | None, mix: Mix | str | None, region: Region | str | None, plan: Plan
    ) -> Inputs:
        """Inputs of an estimate with the changes made.

        Parameters
        ----------
        printer, mix, region : record, id or None
            As of :func:`estimator.estimate.estimate`; what is not changed stays as it is.
        plan : Plan

        Returns
        -------
        Inputs

        Raises
        ------
        UsageError
            A value is impossible for this printer, mix, region, site or table of terms.
        """
        site = terms = None
        try:
            if self.mix and not isinstance(mix, Mix):
                mix = load_mix(mix or _printer(printer).default_mix)
            if self.printer:
                printer = _printer(printer).replace(**self.printer)
            if self.mix and isinstance(mix, Mix):
                mix = mix.replace(**self.mix)
            if self.region or self.prices:
                region = region if isinstance(region, Region) else load_region(region or plan.region or DEFAULT_REGION)
                region = replace(region.replace(**self.region), prices={**region.prices, **self.prices})
            if self.site:
                place = region.id if isinstance(region, Region) else region or plan.region or DEFAULT_REGION
                site = load_site(place).replace(**self.site)
            if self.terms:
                terms = load_terms().replace(**self.terms)
        except (ProfileError, TableError) as error:
            raise UsageError(str(error)) from error
        return Inputs(printer=printer, mix=mix, region=region, site=site, terms=terms)


def _printer(printer: Printer | str | None) -> Printer:
    return printer if isinstance(printer, Printer) else load_printer(printer or DEFAULT_PRINTER)


@dataclass(frozen=True, slots=True)
class _Known:
    """A value that may be changed: number within limits, or one of some words."""

    unit: str
    low: float = -math.inf
    high: float = math.inf
    words: tuple[str, ...] = ()
    is_whole: bool = False


@cache
def known_keys() -> Mapping[str, _Known]:
    """Everything that may be changed, by full key."""
    keys = {f"printer.{f.name}": _Known(f.unit, f.minimum, f.maximum) for f in printer_schema()}
    for text in printer_text_schema():
        if text.kind == "whole":
            keys[f"printer.{text.name}"] = _Known("", text.minimum, text.maximum, is_whole=True)
        elif text.kind == "text" and text.choices and text.required:
            keys[f"printer.{text.name}"] = _Known("", words=text.choices)
    for table in ("mix", "region", "site", "terms"):
        for name, quantity in material_schema(table).items():
            keys[f"{table}.{name}"] = _Known(quantity.unit, quantity.low, quantity.high)
    return keys


def parse_overrides(settings: Iterable[str], rates: Rates | None = None, site: Overrides | None = None) -> Overrides:
    """Changes from texts like ``printer.crew_persons=3``, and from files of rates and of a site.

    Parameters
    ----------
    settings : iterable of str
        A later setting of the same key wins.
    rates : Rates, optional
        What no setting changes.
    site : Overrides, optional
        What neither changes.

    Returns
    -------
    Overrides

    Raises
    ------
    UsageError
        A key is unknown or ambiguous, or a value is no number or outside its limits.
    """
    tables: dict[str, dict[str, object]] = {table: {} for table in TABLES}
    mistakes: list[str] = []
    for setting in settings:
        try:
            table, name, value = _parsed(setting)
        except UsageError as error:
            mistakes.append(str(error))
        else:
            tables[table][name] = value
    if mistakes:
        raise UsageError(mistakes[0], [Finding("set-value", "error", "", m) for m in mistakes])
    rates = rates or Rates()
    for table in RATE_TABLES:
        tables[table] = {**getattr(rates, table), **tables[table]}
    for table in TABLES:
        tables[table] = {**getattr(site or Overrides(), table), **tables[table]}
    return Overrides(
        tables["printer"], tables["mix"], tables["region"], tables["site"], tables["terms"], prices=rates.prices
    )


def _parsed(setting: str) -> tuple[str, str, object]:
    """Table, name and value of one setting."""
    key, separator, text = (part.strip() for part in setting.partition("="))
    if not separator or not key or not text:
        raise UsageError(f"--set {setting}: write key=value, for example printer.print_speed_m_per_s=0.1")
    full = _full_key(key)
    table, _, name = full.partition(".")
    return table, name, _value(full, text)


def _full_key(key: str) -> str:
    known = known_keys()
    if key in known:
        return key
    meant = [full for full in known if full.partition(".")[2] == key]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UsageError(f"--set {key}: stands in several tables; write {' or '.join(meant)}")
    table, _, name = key.rpartition(".")
    if table and table not in TABLES:
        raise UsageError(f"--set {key}: there is no table {table!r}; the tables are {', '.join(TABLES)}")
    names = [full for full in known if not table or full.startswith(f"{table}.")]
    near = get_close_matches(name, [full.partition(".")[2] for full in names], n=3, cutoff=0.5)
    nearest = list(dict.fromkeys(full for word in near for full in names if full.partition(".")[2] == word))
    hint = f"did you mean {' or '.join(nearest[:3])}?" if nearest else "printhouse printers show ID lists some"
    raise UsageError(f"--set {key}: there is no such value; {hint}")


def _value(key: str, text: str) -> object:
    known = known_keys()[key]
    if known.words:
        if text not in known.words:
            raise UsageError(f"--set {key}={text}: {text!r} is unknown; use {', '.join(known.words)}")
        return text
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"--set {key}={text}: {text!r} is not a number; give one in figures, like 0.25")
    if known.is_whole and number != int(number):
        raise UsageError(f"--set {key}={text}: give a whole number")
    if not known.low <= number <= known.high:
        unit = f" {known.unit}" if known.unit not in ("", "-") else ""
        raise UsageError(
            f"--set {key}={text}: lies outside {known.low:g} to {known.high:g}{unit}; check the value and its unit"
        )
    return int(number) if known.is_whole else number
