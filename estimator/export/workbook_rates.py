"""Cells that a workbook's lines refer to: facts and measures by address, and the formulas of rates made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from estimator.estimate import Estimate
from estimator.ledger import Line
from estimator.values import FactLike
from materials import Priced, load_resource, load_trades, nearest_exchange_year
from materials import schema as material_schema
from printers import schema as printer_schema

Object = dict[str, Any]
Pair = tuple[Object, Line]
"""A line as the document shows it, and the line itself."""

FIRST_ROW = 3
"""First row of a table, counted from 0: title, remark and heads stand above it."""

TABLES = ("region", "terms", "printer", "mix", "exchange", "resource", "trade", "method")
"""Order of the facts."""

HOURS = "region.labour_hours_factor"
"""Fact that hours of hand work are in proportion to, wherever it stands behind them."""

SAME = 1e-6
"""A formula stands for a rate when it comes as near to it. [money]"""

TIE = 1e-3
"""Part of the last digit within which a number counts as half of it."""


@dataclass(frozen=True, slots=True)
class Term:
    """Part of a formula.

    Attributes
    ----------
    text : str
        As it stands in a cell, without ``=``.
    value : float
        What it comes to. [any]
    """

    text: str
    value: float

    def times(self, other: Term) -> Term:
        """The product of the two."""
        return Term(f"{self.text}*{other.text}", self.value * other.value)

    def over(self, other: Term) -> Term:
        """The quotient of the two."""
        return Term(f"{self.text}/{other.text}", self.value / other.value)


def rounding(term: Term, shown: float, digits: int) -> Term:
    """A term rounded in its cell the way the document rounded it.

    Parameters
    ----------
    term : Term
    shown : float
        Number that the document shows. [as term]
    digits : int
        After the point.

    Returns
    -------
    Term

    Notes
    -----
    Programs differ where exactly half of the last digit is left over, and binary numbers hit it hardly ever exactly.
    There the formula adds or takes away a little, so that every program ends where the document does.
    """
    scaled, nudge = abs(term.value) * 10**digits, ""
    if abs(scaled % 1 - 0.5) < TIE:
        nudge = f"{'+' if shown > term.value else '-'}{2 * TIE:g}/10^{digits}"
    return Term(f"ROUND({term.text}{nudge},{digits})", shown)


@dataclass(frozen=True, slots=True)
class House:
    """A house of the workbook.

    Attributes
    ----------
    key, name : str
        ``printed`` or the id of a method; as people say it.
    walls, finishes : tuple of (dict, Line)
        Its own lines.
    """

    key: str
    name: str
    walls: tuple[Pair, ...]
    finishes: tuple[Pair, ...]

    @property
    def own(self) -> tuple[Pair, ...]:
        """Lines that are no other house's."""
        return (*self.walls, *self.finishes)


def houses_of(d: Object, e: Estimate) -> tuple[list[House], tuple[Pair, ...]]:
    """Every house of an estimate, and the lines that all share.

    Parameters
    ----------
    d : dict
        Document of the estimate.
    e : Estimate

    Returns
    -------
    list of House
        The printed one first.
    tuple of (dict, Line)
    """
    out, ledger = e.outcome, d["cost"]["lines"]
    walls, finishes = len(out.lines), len(out.lines) + len(out.finishes)
    name = f"Printed by {d['names']['printer']}"
    houses = [
        House("printed", name, _pairs(ledger[:walls], out.lines), _pairs(ledger[walls:finishes], out.finishes)),
        *(
            House(m["method"], m["name"], _pairs(m["lines"], c.lines), _pairs(m["finish_lines"], c.finishes))
            for m, c in zip(d["conventional"], out.beside.conventional, strict=True)
        ),
    ]
    return houses, _pairs(ledger[finishes:], out.beside.shared)


def _pairs(shown: Sequence[Object], lines: Sequence[Line]) -> tuple[Pair, ...]:
    return tuple(zip(shown, lines, strict=True))


@dataclass(slots=True)
class Inputs:
    """Facts and measures of the lines, with the cells they stand in.

    Attributes
    ----------
    e : Estimate
    facts : mapping of str to fact
        Of the sheet of rates, in order.
    rows : mapping of str to int
        Where they stand, counted from 1.
    units : mapping of str to str
        Of the facts, where known.
    measures : mapping of (str, str) to float
        By house and name; the house is empty for what all share. [any]
    moving, still : set of str
        Facts that a formula takes from their cells, and those that a line has in it as a number.
    measured : set of (str, str)
        Measures that a formula takes from their cells.
    """

    e: Estimate
    facts: Mapping[str, FactLike]
    rows: Mapping[str, int]
    units: Mapping[str, str]
    measures: Mapping[tuple[str, str], float]
    moving: set[str] = field(default_factory=set)
    still: set[str] = field(default_factory=set)
    measured: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, e: Estimate, houses: Sequence[House], shared: Sequence[Pair]) -> Inputs:
        """What the lines of all houses refer to.

        Parameters
        ----------
        e : Estimate
        houses : sequence of House
        shared : sequence of (dict, Line)

        Returns
        -------
        Inputs
        """
        pairs = [pair for house in houses for pair in house.own] + list(shared)
        named = {name for _, line in pairs for name in (*line.origin, *(f for f, _ in line.factors))}
        named |= {name for name in e.used if name.startswith("exchange.")}
        known = sorted(named & e.used.keys(), key=lambda name: (TABLES.index(name.partition(".")[0]), name))
        measures = {("", name): float(value) for name, value in asdict(e.measures).items()}
        for house, own in (*((h.key, h.own) for h in houses), ("", tuple(shared))):
            for _, line in own:
                for name, value in line.factors:
                    if name not in e.used and measures.get(("", name)) != float(value):
                        measures[(house, name)] = float(value)
        rows = {name: FIRST_ROW + 1 + k for k, name in enumerate(known)}
        return cls(e, {name: e.used[name] for name in known}, rows, _units(e, pairs, known), measures)

    def fact(self, name: str) -> Term:
        """A fact by its cell. [any]"""
        return Term(f"Rates!$B${self.rows[name]}", float(self.facts[name].value))

    def measure(self, house: str, name: str) -> Term:
        """A measure of a house by its cell. [any]"""
        key = (house, name) if (house, name) in self.measures else ("", name)
        return Term(f"Measures!$B${FIRST_ROW + 1 + list(self.measures).index(key)}", self.measures[key])

    def quantity(self, house: str, pair: Pair) -> Term | None:
        """Formula of the quantity of a line, a product; None where it is the estimate's as it stands."""
        shown, line = pair
        if not line.factors:
            return self._norms(pair)
        parts = [self.fact(n) if n in self.facts else self.measure(house, n) for n, _ in line.factors]
        product = parts[0]
        for part in parts[1:]:
            product = product.times(part)
        return rounding(product, shown["quantity"], 6)

    def _norms(self, pair: Pair) -> Term | None:
        """A quantity as a number times the norms and the region's hours, which it is in proportion to."""
        shown, line = pair
        norms = [self.fact(n) for n in line.origin if n in self.facts and (n == HOURS or _is_norm(n))]
        if not norms or any(norm.value <= 0 for norm in norms):
            return None
        rest = float(line.quantity)
        for norm in norms:
            rest /= norm.value
        product = Term(repr(rest), rest)
        for norm in norms:
            product = product.times(norm)
        return rounding(product, shown["quantity"], 6)

    def rate(self, pair: Pair) -> Term | None:
        """Formula of the rate of a line; None where it is none of the simple ones."""
        shown, line = pair
        for term in self._candidates(line):
            if abs(term.value - float(line.rate)) <= SAME * max(1.0, abs(term.value)):
                alone = re.fullmatch(r"Rates!\$B\$\d+", term.text) and term.value == shown["rate"]
                return term if alone else rounding(term, shown["rate"], 6)
        return None

    def note(self, line: Line, *terms: Term | None) -> None:
        """Keep in mind which facts and measures of a line its formulas take from their cells."""
        texts = "+".join(term.text for term in terms if term)
        measured = {int(row) - FIRST_ROW - 1 for row in re.findall(r"Measures!\$B\$(\d+)", texts)}
        self.measured |= {key for k, key in enumerate(self.measures) if k in measured}
        rows = {int(row) for row in re.findall(r"Rates!\$B\$(\d+)", texts)}
        found = {name for name, row in self.rows.items() if row in rows}
        self.moving |= found
        self.still |= ({*line.origin, *(name for name, _ in line.factors)} & self.facts.keys()) - found

    def _candidates(self, line: Line) -> Iterable[Term]:
        """What the rate of a line may be, by the facts behind it."""
        names = [name for name in line.origin if name in self.facts]
        if line.unit == "money":
            terms = [self.fact(name) for name in names]
            yield from terms[:1] if len(terms) == 1 else ()
            if len(terms) > 1:
                chain = Term(f"(1+{terms[0].text})", 1 + terms[0].value)
                for term in terms[1:]:
                    chain = chain.times(Term(f"(1+{term.text})", 1 + term.value))
                yield Term(f"{chain.text}-1", chain.value - 1)
            return
        for name in {n.split(".")[1]: None for n in names if n.startswith("resource.")}:
            if name in self.e.region.prices:
                yield self.fact(f"resource.{name}.price")
            else:
                yield from self._price(load_resource(name), f"resource.{name}")
        if line.kind == "material" and any(n.startswith("mix.") for n in names):
            yield from self._price(self.e.mix, f"mix.{self.e.mix.id}")
        general = self.e.terms
        for name in names:
            table, _, rest = name.partition(".")
            if "_rate" not in rest:
                continue
            if table == "region":
                yield self.fact(name)
            elif table == "printer":
                yield from self._here(self.fact(name), self.e.printer.currency, self.e.printer.price_year)
            elif table == "terms":
                yield from self._here(self.fact(name), general.currency, general.price_year)

    def _price(self, item: Priced, prefix: str) -> Iterable[Term]:
        """The price of a resource or mix: a fixed part, and amounts at rates of the region."""
        terms: list[Term] = []
        if float(item.facts[item.FIXED]):
            if f"{prefix}.{item.FIXED}" not in self.facts:
                return
            fixed = list(self._here(self.fact(f"{prefix}.{item.FIXED}"), item.currency, item.price_year))
            if not fixed:
                return
            terms += fixed
        for amount, rate in item.BOUGHT.items():
            if float(item.facts[amount]):
                if not {f"{prefix}.{amount}", f"region.{rate}"} <= self.facts.keys():
                    return
                terms.append(self.fact(f"{prefix}.{amount}").times(self.fact(f"region.{rate}")))
        if terms:
            yield Term("+".join(term.text for term in terms), sum(term.value for term in terms))

    def _here(self, amount: Term, currency: str, year: int) -> Iterable[Term]:
        """Money of another currency in that of the region, as the market turns it."""
        region = self.e.region
        if currency == region.currency:
            yield amount
            return
        for unit, of, divides in ((currency, year, True), (region.currency, region.price_year, False)):
            if unit == "USD":
                continue
            name = f"exchange.{unit.lower()}_per_usd_{nearest_exchange_year(unit, of)}"
            if name not in self.facts:
                return
            amount = amount.over(self.fact(name)) if divides else amount.times(self.fact(name))
        yield amount


def _units(e: Estimate, pairs: Iterable[Pair], names: Iterable[str]) -> dict[str, str]:
    """Units of facts: of their tables, or of the line and what it is per."""
    per = {trade.id: trade.unit for trade in load_trades()}
    units: dict[str, str] = {}
    for _, line in pairs:
        for name in line.origin:
            table, _, rest = name.partition(".")
            if table == "trade" and name.count(".") > 2:
                units[name] = f"{line.unit}/{per[rest.partition('.')[0]]}"
            elif _is_norm(name):
                units[name] = f"{line.unit}/m2"
    for name in names:
        table, _, rest = name.partition(".")
        last = rest.rpartition(".")[2]
        if name in units:
            continue
        if table == "printer":
            units[name] = next((_unit(f.unit, e.printer.currency) for f in printer_schema() if f.name == rest), "")
        elif table == "exchange":
            units[name] = f"{last[:3].upper()}/USD"
        else:
            currency = {"region": e.region.currency, "mix": e.mix.currency, "terms": e.terms.currency}.get(table)
            if table == "resource":
                resource = rest.partition(".")[0]
                currency = e.region.currency if resource in e.region.prices else load_resource(resource).currency
            known = material_schema(table).get(last)
            units[name] = _unit(known.unit, currency or "") if known else ""
    return units


def _is_norm(name: str) -> bool:
    """Whether a fact is what a method takes per area of wall."""
    return name.startswith("method.") and name.count(".") > 2


def _unit(unit: str, currency: str) -> str:
    return "" if unit in ("-", "1") else unit.replace("money", currency, 1).replace("currency", currency, 1)
