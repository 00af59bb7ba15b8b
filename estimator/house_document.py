"""The house in the estimate document: what it measures, its bill of quantities, and the check from above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from estimator.ledger_document import stage_amounts
from estimator.measures import Measures
from estimator.values import rounded
from materials import Region, Trade, load_house_shares, load_trades

Object = dict[str, Any]

USUAL_METHODS = {"timber": "timber-frame", "masonry": "concrete-block", "low-cost": "concrete-block"}
"""Walls of the house that is set beside published costs, by kind of house; the first that was asked for otherwise."""

KINDS = ("labour", "material", "plant", "fee")


def measures_object(measures: Measures) -> Object:
    """What quantities are read off, by name."""
    return {name: rounded(value, 3) for name, value in asdict(measures).items()}


def bill_items(lines: Iterable[Object]) -> list[Object]:
    """Lines gathered to the items of a bill of quantities.

    Parameters
    ----------
    lines : iterable of dict
        Of the document's ledger; walls are one item.

    Returns
    -------
    list of dict
        In the order of their first lines. An item of trades has quantity, unit and formula, the others none.
    """
    trades = {trade.id: trade for trade in load_trades()}
    items: dict[str, Object] = {}
    for line in lines:
        key = line["item"] or (f"{line['phase']}-overheads" if line["phase"] != "walls" else "walls")
        if key not in items:
            items[key] = _item(key, line, trades.get(line["item"]))
        item = items[key]
        if line["kind"] == "labour":
            worker = line["code"].split(".")[1] if line["item"] else "labour"
            item["hours"][worker] = rounded(item["hours"].get(worker, 0.0) + line["quantity"], 4)
        if line["kind"] in KINDS:
            item[line["kind"]] = rounded(item[line["kind"]] + line["amount"], 2)
        else:
            item["overhead"] = rounded(item["overhead"] + line["amount"], 2)
        item["amount"] = rounded(item["amount"] + line["amount"], 2)
        item["carbon_kg"] = rounded(item["carbon_kg"] + (line["carbon_kg"] or 0.0), 2)
        item["assumed"] = item["assumed"] or line["assumed"]
    for item in items.values():
        item["rate"] = rounded(item["amount"] / item["quantity"], 4) if item["quantity"] else None
    return list(items.values())


def _item(key: str, line: Object, trade: Trade | None) -> Object:
    quantity = unit = formula = None
    if trade is not None:
        measure, ratio = (factor["value"] for factor in line["factors"][:2])
        quantity, unit = rounded(measure * ratio, 6), trade.unit
        formula = f"{trade.measure} {measure:g} × {ratio:g}"
    name = trade.name if trade else {"walls": "Walls, bare"}.get(key, line["what"])
    return {
        "item": key,
        "element": line["element"],
        "name": name,
        "stage": line["phase"],
        "activity": trade.activity if trade else "",
        "quantity": quantity,
        "unit": unit,
        "formula": formula,
        "rate": None,
        "hours": {},
        **dict.fromkeys((*KINDS, "overhead", "amount", "carbon_kg"), 0.0),
        "assumed": False,
    }


def top_down(
    region: Region, conventional: Iterable[Object], shared: Iterable[Object], floor_m2: float
) -> Object | None:
    """The usual house of a region, added up from its lines, beside what such houses are published to cost.

    Parameters
    ----------
    region : Region
    conventional : iterable of dict
        Of the document.
    shared : iterable of dict
        Lines that all houses share.
    floor_m2 : float
        Gross floor area. [m²]

    Returns
    -------
    dict or None
        None where no conventional method was asked for, or there is no floor.
    """
    known = {method["method"]: method for method in conventional}
    usual = USUAL_METHODS[region.house_kind]
    if not known or floor_m2 <= 0:
        return None
    method = known.get(usual) or next(iter(known.values()))
    amounts = stage_amounts([*method["lines"], *method["finish_lines"], *shared])
    whole = sum(amounts.values())
    cost, shares = region.house_cost_per_m2, load_house_shares(region.house_kind)
    per_m2 = whole / floor_m2
    return {
        "method": method["method"],
        "per_m2": rounded(per_m2, 2),
        "published_per_m2": cost.value,
        "published_low": cost.low,
        "published_high": cost.high,
        "is_within": bool(cost.low <= per_m2 <= cost.high),
        "stages": [
            {
                "stage": stage,
                "share": rounded(amount / whole, 4),
                "published_share": shares[stage].value,
                "published_low": shares[stage].low,
                "published_high": shares[stage].high,
                "is_within": bool(shares[stage].low <= amount / whole <= shares[stage].high),
            }
            for stage, amount in amounts.items()
        ],
    }
