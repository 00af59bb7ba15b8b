"""An estimate as a workbook (.xlsx) whose sums are live: change a rate, and every total follows."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from estimator.estimate import Estimate
from estimator.export.workbook_bill import HEADS, STAGES, WIDTHS, Ledger, Totals
from estimator.export.workbook_rates import FIRST_ROW, House, Inputs, Term, houses_of

Object = dict[str, Any]

FORMATS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "remark": {"italic": True, "font_color": "#666666"},
    "head": {"bold": True, "bg_color": "#D9E1F2", "bottom": 1, "text_wrap": True, "valign": "top"},
    "stage": {"bold": True, "bg_color": "#F2F2F2"},
    "text": {},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "number": {},
    "count": {"num_format": "0"},
    "input": {"font_color": "#0000FF", "bg_color": "#FFFBE6"},
    "quantity": {"num_format": "#,##0.000"},
    "rate": {"num_format": "#,##0.00##"},
    "percent": {"num_format": "0.00%"},
    "money": {"num_format": "#,##0.00"},
    "subtotal": {"num_format": "#,##0.00", "bold": True, "top": 1},
    "total": {"num_format": "#,##0.00", "bold": True, "top": 1, "bottom": 6},
    "days": {"num_format": "0.00"},
    "axis": {"num_format": "0", "font_size": 6, "rotation": 90, "bg_color": "#D9E1F2"},
}
"""How cells look."""

BARS = {"bar": {"bg_color": "#8EA9DB"}, "critical": {"bg_color": "#C00000"}}

MOST_BARS = 75
"""Columns of the chart of bars."""

LONGEST = 32_000
"""Characters of a text; cells hold hardly more."""

MADE = datetime(2000, 1, 1)
"""Date that the file gives, so that the same estimate makes the same file."""


def workbook(d: Object, e: Estimate) -> bytes:
    """Workbook of an estimate.

    Parameters
    ----------
    d : dict
        Document of the estimate.
    e : Estimate

    Returns
    -------
    bytes
        Of an ``.xlsx`` file; the same for the same estimate.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(
        {"title": cell_text(d["plan"]["name"]), "comments": f"printhouse {d['version']}", "created": MADE}
    )
    book.set_calc_mode("auto")
    formats = {name: book.add_format(dict(look)) for name, look in {**FORMATS, **BARS}.items()}
    names = ("Summary", "Rates", "Measures", "Bill", "Comparison", "Schedule", "Assumptions")
    sheets = {name: book.add_worksheet(name) for name in names}
    houses, shared = houses_of(d, e)
    inputs = Inputs.of(e, houses, shared)

    money = f"{d['names']['region']}, prices of {d['price_year']} in {d['currency']}, without tax"
    for name, title, remark in (
        ("Bill", houses[0].name, money),
        ("Comparison", "The house by other methods", money),
    ):
        _page(sheets[name], formats, title, remark, list(zip(HEADS, WIDTHS, strict=True)))
    bill = Ledger(sheets["Bill"], "Bill", inputs, formats, FIRST_ROW)
    totals = [bill.house(houses[0], shared)]
    against = Ledger(sheets["Comparison"], "Comparison", inputs, formats, FIRST_ROW)
    for house in houses[1:]:
        against.text(cell_text(house.name), "head")
        totals.append(against.house(house, shared, totals[0].shared))
        ours, theirs = totals[0].whole, totals[-1].whole
        against.sum("Printed house", ours, "subtotal")
        against.sum(
            "Printed less this", Term(f"{ours.text}-{theirs.text}", round(ours.value - theirs.value, 2)), "subtotal"
        )
        against.row += 1

    days = _schedule(sheets["Schedule"], formats, d, houses)
    _rates(sheets["Rates"], formats, inputs)
    _measures(sheets["Measures"], formats, inputs, houses)
    _summary(sheets["Summary"], formats, d, inputs, houses, totals, days)
    _assumptions(sheets["Assumptions"], formats, d["assumptions"])
    book.close()
    return buffer.getvalue()


def cell_text(text: str) -> str:
    """A text without what no cell can hold.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    clean = "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return clean[:LONGEST]


def _page(sheet: Any, formats: Mapping[str, Any], title: str, remark: str, heads: Sequence[tuple[str, float]]) -> None:
    """Title, remark and heads of a sheet, its columns and how it prints."""
    sheet.write_string(0, 0, cell_text(title), formats["title"])
    sheet.write_string(1, 0, cell_text(remark), formats["remark"])
    for column, (head, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(FIRST_ROW - 1, column, cell_text(head), formats["head"])
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(FIRST_ROW - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")


def _rates(sheet: Any, formats: Mapping[str, Any], inputs: Inputs) -> None:
    """Facts of the lines; those that move totals are to be changed."""
    heads = [("name", 58), ("value", 13), ("low", 11), ("high", 11), ("unit", 12), ("basis", 11), ("source", 22),
             ("where", 30), ("note", 70), ("moves", 14)]  # fmt: skip
    remark = (
        "Change blue values: the lines that use them, and all totals, follow. What is printed, times and days are the "
        "estimate's: for other values there, estimate again with --set."
    )
    _page(sheet, formats, "Rates", remark, heads)
    for row, (name, fact) in enumerate(inputs.facts.items(), FIRST_ROW):
        moves = name in inputs.moving
        sheet.write_string(row, 0, cell_text(name), formats["text"])
        sheet.write_number(row, 1, float(fact.value), formats["input" if moves else "number"])
        sheet.write_number(row, 2, float(fact.low), formats["number"])
        sheet.write_number(row, 3, float(fact.high), formats["number"])
        others = inputs.units.get(name, ""), fact.basis, fact.source, fact.where, fact.note
        for column, text in enumerate(others, 4):
            sheet.write_string(row, column, cell_text(str(text)), formats["text"])
        said = ("some lines" if name in inputs.still else "all lines") if moves else "no line"
        sheet.write_string(row, 9, said, formats["text"])
    sheet.autofilter(FIRST_ROW - 1, 0, FIRST_ROW - 1 + max(len(inputs.facts), 1), len(heads) - 1)


def _measures(sheet: Any, formats: Mapping[str, Any], inputs: Inputs, houses: Sequence[House]) -> None:
    """What quantities are read off."""
    names = {house.key: house.name for house in houses}
    _page(
        sheet, formats, "Measures", "Read off the plan. A house that has another measure has a row of its own.",
        [("name", 24), ("value", 13), ("unit", 9), ("house", 50)],
    )  # fmt: skip
    for row, ((house, name), value) in enumerate(inputs.measures.items(), FIRST_ROW):
        unit = "m2" if name.endswith("_m2") else "m" if name.endswith("_m") else "each"
        sheet.write_string(row, 0, name, formats["text"])
        sheet.write_number(row, 1, value, formats["input" if (house, name) in inputs.measured else "number"])
        sheet.write_string(row, 2, unit, formats["text"])
        sheet.write_string(row, 3, cell_text(names.get(house, "all")), formats["text"])


def _summary(
    sheet: Any, formats: Mapping[str, Any], d: Object, inputs: Inputs, houses: Sequence[House],
    totals: Sequence[Totals], days: Sequence[Term],
) -> None:  # fmt: skip
    """Every house beside the printed one; all by reference to the other sheets."""
    heads = [("", 46), *((house.name, 22) for house in houses)]
    names = d["names"]
    remark = (
        f"{names['printer']}, {names['mix']}, {d['wall_system']}; {names['region']}, prices of {d['price_year']} in "
        f"{d['currency']}, without tax"
    )
    _page(sheet, formats, d["plan"]["name"], remark, heads)
    floor = inputs.measure("", "floor_m2")
    rows: list[tuple[str, list[Term], str]] = [
        (title, [t.stages.get(stage, Term("0", 0.0)) for t in totals], "money") for stage, title in STAGES.items()
    ]
    rows += [
        ("Whole house", [t.whole for t in totals], "total"),
        ("Whole house per m² of floor", [_per(t.whole, floor) for t in totals], "money"),
        ("Shell: walls, foundation, floors and roof", [t.shell for t in totals], "money"),
        ("Printed less this", [_less(totals[0].whole, t.whole) for t in totals], "money"),
        ("Printed less this, share of this", [_share(totals[0].whole, t.whole) for t in totals], "percent"),
        ("Calendar days, start to hand-over", list(days), "days"),
    ]
    for row, (title, terms, style) in enumerate(rows, FIRST_ROW):
        sheet.write_string(row, 0, title, formats["total" if style == "total" else "text"])
        for column, term in enumerate(terms, 1):
            sheet.write_formula(row, column, f"={term.text}", formats[style], term.value)
    about = [
        ("Plan", d["plan"]["name"]), ("File", d["plan"]["source"]), ("Printer", d["names"]["printer"]),
        ("Mix", d["names"]["mix"]), ("Wall system", d["wall_system"]), ("Region", d["names"]["region"]),
        ("Price year", str(d["price_year"])), ("Currency", d["currency"]), ("Made by", f"printhouse {d['version']}"),
    ]  # fmt: skip
    for row, (title, text) in enumerate(about, FIRST_ROW + len(rows) + 1):
        sheet.write_string(row, 0, title, formats["text"])
        sheet.write_string(row, 1, cell_text(text), formats["text"])
    sheet.freeze_panes(FIRST_ROW, 1)


def _per(whole: Term, floor: Term) -> Term:
    area = round(floor.value, 3)
    value = round(whole.value / area, 2) if area else 0.0
    return Term(f"IF({floor.text}>0,ROUND({whole.text}/ROUND({floor.text},3),2),0)", value)


def _less(ours: Term, theirs: Term) -> Term:
    return Term(f"{ours.text}-{theirs.text}", round(ours.value - theirs.value, 2))


def _share(ours: Term, theirs: Term) -> Term:
    value = ours.value / theirs.value - 1 if theirs.value else 0.0
    return Term(f"IF({theirs.text}>0,{ours.text}/{theirs.text}-1,0)", value)


def _schedule(sheet: Any, formats: Mapping[str, Any], d: Object, houses: Sequence[House]) -> list[Term]:
    """Activities of every house with bars; the cells of their days."""
    plans = [d["schedule"]["activities"], *(m["activities"] for m in d["conventional"])]
    longest = max((a["finish_day"] for plan in plans for a in plan), default=0.0)
    step = max(math.ceil(longest / MOST_BARS), 1)
    heads = [("id", 20), ("activity", 38), ("start, day", 9), ("finish, day", 9), ("days", 9), ("after", 30),
             ("crew", 7), ("critical", 8)]  # fmt: skip
    remark = (
        f"Calendar days without gaps between trades. A column of the chart is {step} d; what delays the whole is red."
    )
    _page(sheet, formats, "Schedule", remark, heads)
    first, columns = len(heads), max(math.ceil(longest / step), 1)
    sheet.set_column(first, first + columns - 1, 1.6)
    for k in range(columns):
        sheet.write_number(FIRST_ROW - 1, first + k, k * step, formats["axis"])
    row, days = FIRST_ROW, []
    for house, plan in zip(houses, plans, strict=True):
        sheet.write_string(row, 1, cell_text(house.name), formats["stage"])
        ends = round(max((a["finish_day"] for a in plan), default=0.0), 2)
        last = row + max(len(plan), 1)
        sheet.write_formula(row, 3, f"=MAX(D{row + 2}:D{last + 1})", formats["subtotal"], ends)
        days.append(Term(f"Schedule!$D${row + 1}", ends))
        for at, a in enumerate(plan, row + 1):
            duration = round(a["finish_day"] - a["start_day"], 2)
            sheet.write_string(at, 0, a["id"], formats["text"])
            sheet.write_string(at, 1, cell_text(a["name"]), formats["text"])
            sheet.write_number(at, 2, a["start_day"], formats["days"])
            sheet.write_number(at, 3, a["finish_day"], formats["days"])
            sheet.write_formula(at, 4, f"=D{at + 1}-C{at + 1}", formats["days"], duration)
            sheet.write_string(at, 5, ", ".join(a["after"]), formats["text"])
            sheet.write_number(at, 6, a["crew_persons"], formats["number"])
            sheet.write_string(at, 7, "yes" if a["critical"] else "", formats["text"])
        row = last + 2
    for condition, style in (('=AND($H{r}="yes",{on})', "critical"), ("={on}", "bar")):
        on = f"AND($C{FIRST_ROW + 1}<I${FIRST_ROW}+{step},$D{FIRST_ROW + 1}>I${FIRST_ROW},ISNUMBER($C{FIRST_ROW + 1}))"
        sheet.conditional_format(
            FIRST_ROW, first, row, first + columns - 1,
            {"type": "formula", "criteria": condition.format(r=FIRST_ROW + 1, on=on), "format": formats[style],
             "stop_if_true": True},
        )  # fmt: skip
    return days


def _assumptions(sheet: Any, formats: Mapping[str, Any], assumptions: Iterable[Object]) -> None:
    """What is assumed, derived or a user's own."""
    heads = [("name", 58), ("value", 13), ("low", 11), ("high", 11), ("basis", 11), ("source", 22), ("where", 30),
             ("note", 90)]  # fmt: skip
    _page(sheet, formats, "Assumptions", "What is neither measured nor published, or was given by the user.", heads)
    for row, a in enumerate(assumptions, FIRST_ROW):
        sheet.write_string(row, 0, cell_text(a["name"]), formats["wrapped"])
        for column, name in enumerate(("value", "low", "high"), 1):
            if a[name] is not None:
                sheet.write_number(row, column, a[name], formats["number"])
        for column, name in enumerate(("basis", "source", "where", "note"), 4):
            sheet.write_string(row, column, cell_text(a[name]), formats["wrapped"])
