"""Tables as CSV: the ledger of an estimate, the rows of a comparison, the entries of a catalogue."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LEDGER = (
    "estimate", "phase", "element", "item", "code", "what", "quantity", "unit", "rate", "amount", "p10", "p90",
    "carbon_kg", "currency", "price_year", "kind", "assumed", "origin",
)  # fmt: skip
COMPARISON = (
    "printer", "method", "mix", "wall_system", "nozzle_s", "print_days", "house_days", "layers", "printed_volume_m3",
    "walls", "walls_p10", "walls_p50", "walls_p90", "whole_house", "currency",
    "price_year", "reason",
)  # fmt: skip


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A table as CSV, lines ending in CR LF as the format wants it.

    Parameters
    ----------
    columns : sequence of str
    rows : iterable of mapping
        Missing items are left empty. A text that a spreadsheet would take for a formula gets
        an apostrophe in front.

    Returns
    -------
    str
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return file.getvalue()


def _cell(item: object) -> object:
    if item is None:
        return ""
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, str):
        return f"'{item}" if item.startswith(("=", "+", "-", "@", "\t", "\r")) else item
    if isinstance(item, list | tuple):
        return "; ".join(map(str, item))
    return item


def ledger_csv(document: Mapping[str, Any]) -> str:
    """Every cost line of an estimate document: printed walls, rest of the house, conventional walls.

    Parameters
    ----------
    document : mapping

    Returns
    -------
    str
        The column ``estimate`` says which house a line belongs to: ``printed``, ``both`` for
        the lines that all share, or the id of a method.
    """
    money = {"currency": document["currency"], "price_year": document["price_year"]}
    rows = []
    for line in document["cost"]["lines"]:
        rows.append({**line, **money, "estimate": "both" if line["shared"] else "printed"})
    for method in document["conventional"]:
        rows += [
            {**line, **money, "estimate": method["method"]} for line in (*method["lines"], *method["finish_lines"])
        ]
    return csv_text(LEDGER, rows)


def comparison_csv(document: Mapping[str, Any]) -> str:
    """Rows of a comparison document: printers, conventional methods, and who cannot.

    Parameters
    ----------
    document : mapping

    Returns
    -------
    str
    """
    money = {"currency": document["currency"], "price_year": document["price_year"]}
    rows: list[dict[str, Any]] = []
    for row in document["rows"]:
        rows.append({**row, **money, **_spread(row), "walls": row["printed_walls"]})
    rows += [{**method, **money, **_spread(method)} for method in document["conventional"]]
    rows += [{"printer": r["printer"], "reason": r["reason"]} for r in document["cannot"]]
    return csv_text(COMPARISON, rows)


def _spread(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"walls_{name}": number for name, number in row["uncertainty"].get("cost", {}).items()}
