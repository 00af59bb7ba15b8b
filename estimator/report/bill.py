"""The bill of quantities of a house as an object, a page and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.document import as_document
from estimator.errors import UsageError
from estimator.estimate import Estimate
from estimator.house_document import KINDS, bill_items
from estimator.report.csv_ import csv_text
from estimator.report.layout import UNITS, Style, about, money, percent, printable, table, wrapped
from estimator.report.text import STAGES_SHOWN

Document = dict[str, Any]

NAME = 27
"""Columns of the name of an item."""

COLUMNS = (
    "stage", "element", "item", "name", "quantity", "unit", "formula", "rate", "labour_h", *KINDS, "overhead", "amount",
    "carbon_kg", "currency", "price_year", "assumed",
)  # fmt: skip


def house_of(d: Document, method: str | None) -> tuple[str, list[Document]]:
    """Name and lines of a house of an estimate document.

    Parameters
    ----------
    d : dict
    method : str or None
        Id of a conventional method; None for the printed house.

    Returns
    -------
    str
    list of dict

    Raises
    ------
    UsageError
        There is no such method.
    """
    if method is None:
        return f"printed by {d['names']['printer']}", d["cost"]["lines"]
    for m in d["conventional"]:
        if m["method"] == method:
            shared = [line for line in d["cost"]["lines"] if line["shared"]]
            return m["name"], [*m["lines"], *m["finish_lines"], *shared]
    raise no_method(method, [m["method"] for m in d["conventional"]])


def no_method(method: str, known: Sequence[str]) -> UsageError:
    """The error that names a method which an estimate does not hold, and those that it holds."""
    return UsageError(f"there is no method {method!r}; known are {', '.join(known)}")


def bill_object(e: Estimate, method: str | None = None) -> Document:
    """The bill of quantities of a house.

    Parameters
    ----------
    e : Estimate
    method : str, optional
        Id of a conventional method; the printed house when left out.

    Returns
    -------
    dict

    Raises
    ------
    UsageError
        There is no such method.
    """
    d = as_document(e)
    name, lines = house_of(d, method)
    items = bill_items(lines)
    return {
        "schema": "printhouse-bill/1",
        "plan": d["plan"],
        "house": name,
        "method": method or "printed",
        "region": d["names"]["region"],
        "currency": d["currency"],
        "price_year": d["price_year"],
        "measures": d["measures"],
        "items": items,
        "walls": [line for line in lines if line["phase"] == "walls"],
        "amount": round(sum(item["amount"] for item in items), 2),
    }


def bill_page(d: Document, *, colour: bool = False) -> str:
    """The bill as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`bill_object`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style, whole = Style(colour), d["amount"] or 1.0
    head = ("", "item", "quantity", "", "hours", "labour", "material", "plant", "amount", "share")
    lines = [
        style.title(f"{printable(d['plan']['name'])}, {d['house']}"),
        style.dim(f"{d['region']}, prices of {d['price_year']} in {d['currency']}, without tax"),
    ]
    for stage, said in STAGES_SHOWN.items():
        items = [item for item in d["items"] if item["stage"] == stage]
        if not items:
            continue
        amount = sum(item["amount"] for item in items)
        rows = [head, *(_row(item, whole) for item in items)]
        rows.append(("", f"= {said.lower()}"[:NAME], "", "", "", "", "", "", money(amount), percent(amount / whole)))
        shown = table(rows, right=(2, 4, 5, 6, 7, 8, 9), gap=" ")
        lines += ["", style.head(said), style.dim(shown[0]), *shown[1:-1], style.title(shown[-1])]
    about_floor = d["amount"] / d["plan"]["floor_area_m2"] if d["plan"]["floor_area_m2"] else 0.0
    lines += [
        "",
        style.title(f"  Whole house {money(d['amount'])} {d['currency']}, {money(about_floor)} per m² of floor"),
        *map(
            style.dim,
            wrapped("Elements in the manner of Uniformat II. Lines of an item: printhouse explain PLAN ITEM."),
        ),
    ]
    return "\n".join(lines) + "\n"


def _row(item: Document, whole: float) -> tuple[str, ...]:
    hours = sum(item["hours"].values())
    name = item["name"] if item["quantity"] is not None or item["item"] == "walls" else "overheads, profit, risk"
    return (
        item["element"], name if len(name) <= NAME else name[: NAME - 1] + "…",
        "" if item["quantity"] is None else about(item["quantity"]),
        "" if item["unit"] is None else UNITS.get(item["unit"], item["unit"]),
        about(hours) if hours else "", *(money(item[k]) if item[k] else "" for k in ("labour", "material", "plant")),
        money(item["amount"]), percent(item["amount"] / whole),
    )  # fmt: skip


def bill_csv(d: Document) -> str:
    """The bill as CSV, an item a row.

    Parameters
    ----------
    d : dict
        Of :func:`bill_object`.
    """
    money_of = {"currency": d["currency"], "price_year": d["price_year"]}
    return csv_text(COLUMNS, ({**i, **money_of, "labour_h": round(sum(i["hours"].values()), 3)} for i in d["items"]))
