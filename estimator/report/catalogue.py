"""Printers, mixes, regions and methods as lists and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

from estimator.report.csv_ import csv_text
from estimator.report.envelope import ROOM_FACTS, room_words
from estimator.report.fact_lines import fact_lines, source_lines
from estimator.report.layout import Style, about, table, wrapped
from estimator.report.machine import machine_page
from materials import (
    Method,
    Mix,
    Record,
    Region,
    load_method,
    load_mix,
    load_region,
    method_ids,
    mix_ids,
    region_ids,
)
from materials import packaged_sources as material_sources
from materials import schema as material_schema
from printers import Printer, load_printer, load_profile_file, outlines
from printers import schema as printer_schema

if TYPE_CHECKING:
    from estimator.values import FactLike

NOUNS = ("printers", "mixes", "regions", "methods")

LISTED = frozenset(
    ("print_speed_m_per_s", "layer_height_m", "bead_width_m", "crew_persons", *chain.from_iterable(ROOM_FACTS.values()))
)
"""Facts of a printer that its line in the list needs."""

ROOM_KEY = (
    "room: width × length × height, of an element where it stands in a factory, R reach × height where it stands on "
    "stands; bead: width × layer; built: buildings on record."
)

Row = dict[str, Any]


def list_object(noun: str) -> Row:
    """Every entry of a catalogue, one short row each.

    Parameters
    ----------
    noun : {"printers", "mixes", "regions", "methods"}

    Returns
    -------
    dict
        ``schema`` and the rows under the noun.
    """
    return {"schema": f"printhouse-{noun}/1", noun: list(_rows(noun))}


def _rows(noun: str) -> Iterator[Row]:
    if noun == "printers":
        for p in outlines(LISTED):
            text, number = p.texts, p.values
            yield {
                "id": p.id, "name": text["name"], "maker": text["maker"], "country": text["country"],
                "year": text["year"], "status": text["status"], "kinematics": text["kinematics"],
                "deployment": text["deployment"], "prints_m": room_words(text["deployment"], number),
                "speed_m_per_s": number["print_speed_m_per_s"], "layer_m": number["layer_height_m"],
                "bead_m": number["bead_width_m"], "storeys": text["max_storeys"],
                "crew_persons": number["crew_persons"], "buildings": len(p.buildings), "mix": text["default_mix"],
            }  # fmt: skip
    elif noun == "mixes":
        for m in map(load_mix, mix_ids()):
            yield {
                "id": m.id, "name": m.name, "supply": m.supply, "hardening": m.hardening,
                "density_kg_per_m3": float(m.density_kg_per_m3), "carbon_kg_per_m3": float(m.carbon_kg_per_m3),
                "strength_mpa": float(m.compressive_strength_pa) / 1e6,
            }  # fmt: skip
    elif noun == "regions":
        for r in map(load_region, region_ids()):
            yield {
                "id": r.id, "name": r.name, "currency": r.currency, "price_year": r.price_year,
                "house": r.house_kind, "house_cost_per_m2": float(r.house_cost_per_m2),
                "mason_rate_per_h": float(r.mason_rate_per_h), "labour_hours_factor": float(r.labour_hours_factor),
            }  # fmt: skip
    else:
        for w in map(load_method, method_ids()):
            yield {
                "id": w.id, "name": w.name, "external_m": float(w.wall_thickness_external_m),
                "internal_m": float(w.wall_thickness_internal_m), "crew_persons": float(w.crew_persons),
                "scope": w.scope,
            }  # fmt: skip


def list_page(noun: str, *, colour: bool = False) -> str:
    """The catalogue as an aligned table, one line each.

    Parameters
    ----------
    noun : str
    colour : bool
    """
    style = Style(colour)
    rows = [_short(row) for row in _rows(noun)] if noun == "printers" else list(_rows(noun))
    columns = [name for name in rows[0] if name != "scope"]
    number = [i for i, name in enumerate(columns) if isinstance(rows[0][name], int | float)]
    cells = [[about(r[c]) if isinstance(r[c], float) else str(r[c]) for c in columns] for r in rows]
    lines = table([columns, *cells], right=number, indent="")
    more = f"printhouse {noun} show ID tells each number with its range and origin."
    key = wrapped(ROOM_KEY, "") if noun == "printers" else []
    return "\n".join([style.dim(lines[0]), *lines[1:], *map(style.dim, [*key, more])]) + "\n"


def _short(row: Row) -> Row:
    """What helps to choose a printer, in a line of a hundred columns."""
    return {
        "id": row["id"], "moves": row["kinematics"], "stands": row["deployment"], "room m": row["prints_m"],
        "m/s": row["speed_m_per_s"], "bead mm": f"{about(1000 * row['bead_m'])} × {about(1000 * row['layer_m'])}",
        "storeys": row["storeys"], "crew": about(row["crew_persons"], 2), "built": row["buildings"],
    }  # fmt: skip


def list_csv(noun: str) -> str:
    """The catalogue as CSV.

    Parameters
    ----------
    noun : str
    """
    rows = list(_rows(noun))
    return csv_text(list(rows[0]), rows)


def load(noun: str, name: str) -> Printer | Record:
    """Entry of a catalogue.

    Parameters
    ----------
    noun : str
    name : str
        Id, or for printers the path of a profile that ends in ``.toml``.

    Returns
    -------
    Printer or Record
    """
    if noun == "printers":
        return load_profile_file(name) if name.endswith(".toml") else load_printer(name)
    loaders = {"mixes": load_mix, "regions": load_region, "methods": load_method}
    return loaders[noun](name)


def show_object(noun: str, item: Printer | Record) -> Row:
    """Everything that is known of an entry.

    Parameters
    ----------
    noun : str
    item : Printer or Record

    Returns
    -------
    dict
        Texts, ``facts`` by name, and the sources they cite.
    """
    facts: Mapping[str, Any] = item.facts
    row: Row = {"schema": f"printhouse-{noun}-entry/1", "id": item.id, **_texts(item)}
    units = _units(item)
    row["facts"] = {name: _fact(fact, units.get(name, "")) for name, fact in facts.items()}
    if isinstance(item, Printer):
        row["records"] = [dict(record) for record in item.records]
        row["claims"] = [dict(claim) for claim in item.claims]
        row["sources"] = {key: asdict(source) for key, source in item.sources.items()}
        return row
    cited = {fact.source for fact in facts.values() if fact.source}
    if isinstance(item, Method):
        row["bill"] = [
            {"element": r.part, "resource": r.resource, "kind": r.kind, "what": r.description}
            | _fact(r.quantity, f"{r.unit}/m²")
            for r in item.resources
        ]
        cited |= {r.quantity.source for r in item.resources if r.quantity.source}
    known = material_sources()
    row["sources"] = {key: asdict(known[key]) for key in sorted(cited) if key in known}
    return row


def _texts(item: Printer | Record) -> Row:
    if isinstance(item, Printer):
        names: Iterable[str] = (
            "name", "maker", "country", "year", "status", "summary", "kinematics", "deployment", "continuity", "feed",
            "mixes", "default_mix", "wall_systems", "default_wall_system", "max_storeys", "max_set_ups", "currency",
            "price_year", "warnings",
        )  # fmt: skip
    else:
        names = [text.name for text in item.TEXTS]
    found = {name: getattr(item, name) for name in names}
    return {name: list(text) if isinstance(text, tuple) else text for name, text in found.items()}


def _units(item: Printer | Record) -> dict[str, str]:
    if isinstance(item, Printer):
        return {f.name: f.unit.replace("currency", item.currency) for f in printer_schema()}
    currency = item.currency if isinstance(item, Mix | Region) else ""
    return {name: quantity.unit_in(currency) for name, quantity in material_schema(item.KIND).items()}


def _fact(fact: FactLike, unit: str) -> Row:
    return {
        "value": fact.value, "low": fact.low, "high": fact.high, "unit": unit, "basis": fact.basis,
        "source": fact.source, "where": fact.where, "note": fact.note,
    }  # fmt: skip


def show_csv(noun: str, item: Printer | Record) -> str:
    """The facts of an entry as CSV, one row each.

    Parameters
    ----------
    noun : str
    item : Printer or Record
    """
    row = show_object(noun, item)
    facts = [{"name": name, **fact} for name, fact in row["facts"].items()]
    facts += [{"name": f"{r['element']} {r['resource']}: {r['what']}", **r} for r in row.get("bill", ())]
    return csv_text(("name", "value", "low", "high", "unit", "basis", "source", "where", "note"), facts)


def show_page(noun: str, item: Printer | Record, *, colour: bool = False) -> str:
    """A page with every value of an entry, its range and its origin.

    Parameters
    ----------
    noun : str
    item : Printer or Record
    colour : bool
    """
    style = Style(colour)
    row = show_object(noun, item)
    if isinstance(item, Printer):
        return "\n".join(machine_page(item, row, style)) + "\n"
    lines = [style.title(f"{row['name']} ({row['id']})")]
    if row.get("summary"):
        lines += wrapped(row["summary"], "")
    skipped = {"schema", "id", "name", "summary", "facts", "bill", "sources"}
    for name, text in row.items():
        if name not in skipped:
            shown = ", ".join(text) if isinstance(text, list) else str(text).lower() if isinstance(text, bool) else text
            lines += wrapped(str(shown), " " * 23, f"  {name.replace('_', ' '):<21}")
    lines += ["", style.head("Values")]
    for name, fact in row["facts"].items():
        lines += fact_lines(name, fact, style)
    if row.get("bill"):
        lines += ["", style.head("Bill per m² of net wall")]
        for entry in row["bill"]:
            lines += fact_lines(f"{entry['element']}: {entry['what']} ({entry['resource']})", entry, style)
    return "\n".join(lines + source_lines(row["sources"], style)) + "\n"
