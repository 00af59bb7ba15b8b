"""Houses of a workbook line by line: quantity times rate, subtotals of stages, total, all as formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from estimator.export.workbook_rates import House, Inputs, Pair, Term, rounding
from estimator.house import SHELL_STAGES, STAGE_NAMES

Object = dict[str, Any]

HEADS = ("item", "element", "code", "what", "quantity", "unit", "rate", "amount", "kind", "assumed", "p10", "p90")
WIDTHS = (20, 9, 34, 62, 13, 8, 12, 15, 10, 9, 13, 13)

QUANTITY, RATE, AMOUNT = 4, 6, 7
"""Columns, counted from 0."""

STAGES = {"walls": "Walls, bare", **STAGE_NAMES}


@dataclass(frozen=True, slots=True)
class Totals:
    """Where the sums of a house stand, and what they come to.

    Attributes
    ----------
    stages : mapping of str to Term
        By stage; those that the house has. [money]
    shared : mapping of str to Term
        By stage, what other houses have in common with it. [money]
    whole : Term
        [money]
    """

    stages: Mapping[str, Term]
    shared: Mapping[str, Term]
    whole: Term

    @property
    def shell(self) -> Term:
        """Walls, foundation, floors and roof. [money]"""
        return added(self.stages[s] for s in ("walls", *SHELL_STAGES) if s in self.stages)


def added(terms: Iterable[Term]) -> Term:
    """Sum of terms. [as terms]"""
    several = list(terms)
    return Term("+".join(t.text for t in several) or "0", round(sum(t.value for t in several), 2))


def summed(sheet: str, rows: Sequence[int], value: float) -> Term:
    """Sum of amounts in rows of a sheet.

    Parameters
    ----------
    sheet : str
    rows : sequence of int
        Counted from 0, rising.
    value : float
        What they come to. [money]

    Returns
    -------
    Term
        [money]
    """
    runs = []
    for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        found = [row for _, row in run]
        runs.append(f"{sheet}!$H${found[0] + 1}:$H${found[-1] + 1}")
    return Term(f"SUM({','.join(runs)})" if runs else "0", round(value, 2))


class Ledger:
    """Writer of houses on a sheet.

    Parameters
    ----------
    sheet : worksheet
    name : str
        Of the sheet.
    inputs : Inputs
    formats : mapping of str to format
    row : int
        First free row, counted from 0.
    """

    def __init__(self, sheet: Any, name: str, inputs: Inputs, formats: Mapping[str, Any], row: int) -> None:
        self.sheet = sheet
        self.name = name
        self.inputs = inputs
        self.formats = formats
        self.row = row

    def house(self, house: House, shared: Sequence[Pair], borrowed: Mapping[str, Term] | None = None) -> Totals:
        """Write a house.

        Parameters
        ----------
        house : House
        shared : sequence of (dict, Line)
            Lines that all houses share.
        borrowed : mapping of str to Term, optional
            By stage, what they come to where they stand already; then they are not written again. [money]

        Returns
        -------
        Totals
        """
        stages, common = {}, {}
        for stage, title in STAGES.items():
            own = [pair for pair in house.own if pair[0]["phase"] == stage]
            others = [pair for pair in shared if pair[0]["phase"] == stage]
            if not own and not others:
                continue
            self.text(title, "stage")
            rows = self._group(house.key, own)
            if borrowed is None:
                found = self._group("", others)
                common[stage] = summed(self.name, found, _amount(others))
                rows += found
            elif others:
                rows.append(self.sum("What is the same in the printed house", borrowed[stage], "money"))
            total = summed(self.name, rows, _amount(own) + _amount(others))
            stages[stage] = self._here(self.sum(f"{title}: total", total, "subtotal"), total)
        whole = added(stages.values())
        return Totals(stages, common, self._here(self.sum(f"{house.name}: whole house", whole, "total"), whole))

    def text(self, text: str, style: str) -> None:
        """Write a heading in a row of its own."""
        for column in range(len(HEADS)):
            self.sheet.write_blank(self.row, column, None, self.formats[style])
        self.sheet.write_string(self.row, 0, text, self.formats[style])
        self.row += 1

    def sum(self, text: str, term: Term, style: str) -> int:
        """Write a sum in a row of its own; the row, counted from 0. [-]"""
        if style != "money":
            for column in range(len(HEADS)):
                self.sheet.write_blank(self.row, column, None, self.formats[style])
        self.sheet.write_string(self.row, 3, text, self.formats["text" if style == "money" else style])
        self.sheet.write_formula(self.row, AMOUNT, f"={term.text}", self.formats[style], term.value)
        self.row += 1
        return self.row - 1

    def _here(self, row: int, term: Term) -> Term:
        return Term(f"{self.name}!$H${row + 1}", term.value)

    def _group(self, house: str, pairs: Sequence[Pair]) -> list[int]:
        """Write lines of a stage that bear their own overheads; their rows."""
        rows: list[int] = []
        bearing: list[int] = []
        base = 0.0
        for pair in pairs:
            shown = pair[0]
            quantity = (
                rounding(summed(self.name, bearing, base), shown["quantity"], 2)
                if shown["unit"] == "money"
                else self.inputs.quantity(house, pair)
            )
            self._line(pair, quantity)
            if shown["kind"] != "fee":
                bearing.append(self.row)
                base += shown["amount"]
            rows.append(self.row)
            self.row += 1
        return rows

    def _line(self, pair: Pair, quantity: Term | None) -> None:
        shown, line = pair
        sheet, row, formats = self.sheet, self.row, self.formats
        is_share = shown["unit"] == "money"
        rate = self.inputs.rate(pair)
        self.inputs.note(line, quantity, rate)
        assumed = "assumed" if shown["assumed"] else ""
        for column, text in enumerate((shown["item"], shown["element"], shown["code"], shown["what"])):
            sheet.write_string(row, column, text, formats["text"])
        for column, term, number, style in (
            (QUANTITY, quantity, shown["quantity"], "money" if is_share else "quantity"),
            (RATE, rate, shown["rate"], "percent" if is_share else "rate"),
        ):
            if term is None:
                sheet.write_number(row, column, number, formats[style])
            else:
                sheet.write_formula(row, column, f"={term.text}", formats[style], number)
        sheet.write_string(row, 5, "of above" if is_share else shown["unit"], formats["text"])
        product = Term(f"E{row + 1}*G{row + 1}", shown["quantity"] * shown["rate"])
        amount = rounding(product, shown["amount"], 2)
        sheet.write_formula(row, AMOUNT, f"={amount.text}", formats["money"], shown["amount"])
        sheet.write_string(row, 8, shown["kind"], formats["text"])
        sheet.write_string(row, 9, assumed, formats["text"])
        for column, name in ((10, "p10"), (11, "p90")):
            if name in shown:
                sheet.write_number(row, column, shown[name], formats["money"])


def _amount(pairs: Iterable[Pair]) -> float:
    return float(sum(pair[0]["amount"] for pair in pairs))
