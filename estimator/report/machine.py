"""What a printer is, in words: its kind, how fast, what it has built, what is said of it in vain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from estimator.report.envelope import drawing
from estimator.report.fact_lines import fact_lines, source_lines, unit_words
from estimator.report.layout import Style, about, span, table, wrapped
from printers import Claim, Printer, Record

MOVES = {
    "gantry": "gantry",
    "polar": "arm on a turning base",
    "arm": "jointed arm",
    "delta": "delta of three columns",
}
STANDS = {
    "frame": "round the building",
    "stands": "from stand to stand",
    "factory": "under a roof, printing elements",
}
GAPS = {
    "pause": "pauses at gaps",
    "run-over": "runs over gaps with the flow cut",
    "never-stop": "cannot stop: flow over gaps is thrown aside",
}
STATUS = {
    "sold": "on sale",
    "own-use": "used by its maker's own crews, not sold",
    "one-off": "a single machine",
    "trial": "a prototype or research machine",
    "class": "no machine but the middle of a class",
}
WORDS = {
    "elapsed_time": "elapsed time",
    "time_if_auto_mixing": "time had the mix been fed by machine",
    "power_w": "power",
    "print_speed_m_per_s": "print speed",
}
SPEEDS = (
    ("print_speed_m_per_s", "prints at"),
    ("print_speed_max_m_per_s", "at most"),
    ("travel_speed_m_per_s", "travels at"),
    ("acceleration_m_per_s2", "speeds up by"),
    ("flow_max_m3_per_s", "pump or extruder gives at most"),
)


def kind_words(printer: Printer) -> str:
    """How it moves and where it stands.

    Parameters
    ----------
    printer : Printer
    """
    return f"{MOVES[printer.kinematics]}, {STANDS[printer.deployment]}"


def origin_words(printer: Printer) -> str:
    """Who builds it, where, since when, and whether one can have it.

    Parameters
    ----------
    printer : Printer
    """
    p = printer
    if p.status == "class":
        return STATUS["class"]
    maker = f"{p.maker}, {p.country}" if p.country else p.maker
    return ", ".join(filter(None, (maker, str(p.year), STATUS.get(p.status, ""))))


@dataclass(frozen=True, slots=True)
class Building:
    """A published building.

    Attributes
    ----------
    name : str
    records : tuple of Record
        Its figures.
    """

    name: str
    records: tuple[Record, ...]

    def figure(self, quantity: str, unit: str) -> float | None:
        """A figure of it, or None. [any unit]

        Parameters
        ----------
        quantity, unit : str
            As the record has them.
        """
        return next((r["value"] for r in self.records if (r["quantity"], r["unit"]) == (quantity, unit)), None)

    def words(self) -> str:
        """Its figures in one line, and the floor printed in an hour where both are known."""
        said = [f"{quantity_words(r['quantity'])} {about(r['value'], 5)}{unit_words(r['unit'])}" for r in self.records]
        floor_m2, print_h = self.figure("floor_area", "m2"), self.figure("print_time", "h")
        if floor_m2 and print_h:
            said.append(f"so {about(floor_m2 / print_h, 2)} m² of floor an hour")
        return ", ".join(said)


def buildings(records: Iterable[Record]) -> tuple[Building, ...]:
    """Published figures by building, in the order of the profile.

    Parameters
    ----------
    records : iterable of Record
    """
    grouped: dict[str, list[Record]] = {}
    for record in records:
        grouped.setdefault(record["name"], []).append(record)
    return tuple(Building(name, tuple(found)) for name, found in grouped.items())


def quantity_words(quantity: str) -> str:
    """Name of a recorded quantity as people say it.

    Parameters
    ----------
    quantity : str
    """
    return WORDS.get(quantity, quantity.replace("_", " "))


def claim_words(claim: Claim) -> str:
    """Claim and record in one line: what is said, what was done.

    Parameters
    ----------
    claim : Claim
    """
    unit = unit_words(claim["unit"])
    return (
        f"{quantity_words(claim['quantity'])}: claimed {about(claim['claimed'])}{unit}, "
        f"on record {about(claim['recorded'])}{unit}"
    )


def machine_page(printer: Printer, row: Mapping[str, Any], style: Style) -> list[str]:
    """Lines of the page of a printer.

    Parameters
    ----------
    printer : Printer
    row : mapping
        As ``show_object`` of :mod:`estimator.report.catalogue` gives it.
    style : Style
    """
    p = printer
    lines = [style.title(f"{p.name} ({p.id})"), *wrapped(p.summary, "")]
    lines += ["", *_about(p)]
    lines += ["", style.head("Work room"), *(f"  {line}" for line in drawing(p))]
    lines += ["", style.head("Speeds"), *_speeds(p, row)]
    if p.records:
        lines += ["", style.head("Published buildings")]
        for building in buildings(p.records):
            lines += wrapped(f"{building.name}: {building.words()}", "    ", "  • ")
            lines += [style.dim(line) for line in wrapped(_origins(building.records), "    ")]
    if p.claims:
        lines += ["", style.head("Claims beside the record")]
        for claim in p.claims:
            lines += wrapped(claim_words(claim), "    ", "  • ")
            lines += wrapped(f"claim: {claim['claim']} ({claim['claim_source']})", "      ", "    ")
            lines += wrapped(f"record: {claim['record']} ({claim['record_source']})", "      ", "    ")
            lines += [style.dim(line) for line in wrapped(claim["arithmetic"], "      ", "    ")]
    lines += ["", style.head("Mind")]
    for warning in p.warnings:
        lines += wrapped(warning, "    ", "  • ")
    lines += ["", style.head("Values"), *wrapped(_bases(p), "  ")]
    for name, fact in row["facts"].items():
        lines += fact_lines(name, fact, style)
    return lines + source_lines(row["sources"], style)


def _about(p: Printer) -> list[str]:
    storeys = "one storey" if p.max_storeys == 1 else f"up to {p.max_storeys} storeys"
    if p.deployment == "frame" and p.max_set_ups > 1:
        storeys += f", set up again at most {p.max_set_ups} times for a building"
    rows = (
        ("kind", f"{kind_words(p)}; {GAPS[p.continuity]}"),
        ("maker", origin_words(p)),
        ("prints", f"{storeys}; {p.feed}: {', '.join(p.mixes)}"),
        ("walls", ", ".join(p.wall_systems)),
        ("unless told", f"{p.default_mix}, {p.default_wall_system}"),
        ("money", f"{p.currency} of {p.price_year}"),
    )
    return [line for name, text in rows for line in wrapped(text, " " * 16, f"  {name:<14}")]


def _speeds(p: Printer, row: Mapping[str, Any]) -> list[str]:
    cells: list[tuple[str, ...]] = []
    for name, words in SPEEDS:
        fact = row["facts"][name]
        scale, unit = (3.6e6, " L/h") if fact["unit"] == "m³/s" else (1.0, unit_words(fact["unit"]))
        value, low, high = (scale * fact[key] for key in ("value", "low", "high"))
        around = "" if low == high else f"({span(low, high)})"
        cells.append((words, f"{about(value)}{unit}", around, fact["basis"], fact["source"]))
    bead, layer = float(p.bead_width_m), float(p.layer_height_m)
    laid = 3.6e6 * bead * layer * float(p.print_speed_m_per_s)
    share = laid / (3.6e6 * float(p.flow_max_m3_per_s))
    said = (
        f"A bead of {about(1000 * bead)} × {about(1000 * layer)} mm at that speed takes {about(laid)} L/h, "
        f"{about(100 * share, 2)} % of what pump or extruder gives at most."
    )
    return [*table(cells), *wrapped(said)]


def _origins(records: Iterable[Record]) -> str:
    """Sources and remarks of a building's figures, the sources once each."""
    places: dict[str, list[str]] = {}
    notes = []
    for r in records:
        places.setdefault(f"{r['basis']}, {r['where']}", []).append(r["source"])
        notes += [r["note"]] if r["note"] else []
    origins = "; ".join(f"{place} of {', '.join(dict.fromkeys(keys))}" for place, keys in places.items())
    return f"{origins}. {' '.join(notes)}".strip()


def _bases(p: Printer) -> str:
    count = {basis: sum(f.basis == basis for f in p.facts.values()) for basis in ("measured", "published", "derived")}
    known = [f"{number} {basis}" for basis, number in count.items() if number]
    rest = len(p.facts) - sum(count.values())
    return f"Of {len(p.facts)} numbers {', '.join([*known, f'{rest} assumed'])}."
