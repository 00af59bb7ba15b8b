"""A comparison of printers as a page of text."""

from __future__ import annotations

from typing import Any

from estimator.compare import Comparison
from estimator.comparison_document import comparison_document
from estimator.report.layout import WIDTH, Style, about, hours, printable, span, table, wrapped

Document = dict[str, Any]


def comparison_page(c: Comparison, *, colour: bool = False) -> str:
    """The comparison as a page of text: one row per printer, best first.

    Parameters
    ----------
    c : Comparison
    colour : bool
        Whether to use the colours of a terminal.

    Returns
    -------
    str
    """
    d = comparison_document(c)
    style = Style(colour)
    plan = d["plan"]
    lines = [style.title(printable(plan["name"]))]
    if d["rows"]:
        size = f"{about(plan['floor_area_m2'])} m² floor · {about(plan['wall_area_m2'])} m² wall"
        lines.append(style.dim(f"{printable(plan['source'])} · {size}"))
        lines.append(f"{d['region']}, prices of {d['price_year']} in {d['currency']}, without tax")
        lines.append(style.dim("━" * WIDTH))
        lines += ["", *_rows(d, style)]
    else:
        lines += [style.dim(printable(plan["source"])), "", "  No printer asked for can print this plan."]
    if d["cannot"]:
        lines += ["", style.head("Cannot")]
        for refusal in d["cannot"]:
            lines += wrapped(printable(refusal["reason"]), " " * 20, f"  {refusal['printer']:<15} – ")
    return "\n".join(lines) + "\n"


def _rows(d: Document, style: Style) -> list[str]:
    head = ("", "mix", "nozzle h", "days", "walls", "(P10–P90)", "whole house")
    rows: list[tuple[str, ...]] = [head]
    for row in d["rows"]:
        walls, around, house = _costs(row, row["printed_walls"])
        rows.append(
            (
                row["printer"], row["mix"], hours(row["nozzle_s"]), str(row["print_days"]), walls, around, house,
            )
        )  # fmt: skip
    for method in d["conventional"]:
        days = f"{method['wall_days']:,.0f}"
        rows.append((method["method"], "", "–", days, *_costs(method, method["walls"])))
    lines = table(rows, right=(2, 3, 4, 6))
    printed = len(d["rows"])
    cheapest = d["rows"][0]
    share = cheapest["printed_walls"] / cheapest["whole_house"]
    warned = [row["printer"] for row in d["rows"] if any(f["severity"] == "warning" for f in row["findings"])]
    notes = [
        "Best first by the cost of the walls: the middle and 8 of 10 draws from the ranges of all numbers, or the "
        "stated values where no draws were asked for. Times are by the stated values. Walls are "
        f"{100 * share:.0f} % of the house printed by {cheapest['printer']}; the rest of the house is the same in "
        "every row."
    ]
    if warned:
        notes.append(f"With warnings: {', '.join(warned)}; see printhouse estimate --printer.")
    return [
        style.dim(lines[0]),
        style.title(lines[1]),
        *lines[2 : 1 + printed],
        *(["", style.head("Conventional walls"), *lines[1 + printed :]] if d["conventional"] else []),
        "",
        *(line for note in notes for line in wrapped(note)),
    ]


def _costs(row: Document, walls_cost: float) -> tuple[str, str, str]:
    """Walls, their range, and the house with these walls and the rest at its stated value."""
    spread = row["uncertainty"].get("cost")
    if not spread:
        return about(walls_cost), "", about(row["whole_house"])
    house = row["whole_house"] - walls_cost + spread["p50"]
    return about(spread["p50"]), f"({span(spread['p10'], spread['p90'])})", about(house)
