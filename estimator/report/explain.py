"""Where a number comes from: its quantity and rate, the formula behind them, the facts in it, their sources."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from estimator.document import NOZZLE_PARTS, SHIFT_PARTS, as_document
from estimator.errors import UsageError
from estimator.estimate import Estimate
from estimator.report.csv_ import csv_text
from estimator.report.fact_lines import fact_lines, source_lines
from estimator.report.layout import UNITS, Style, about, money, printable, wrapped
from estimator.report.text import STAGES_SHOWN, TIME_NAMES
from estimator.values import FactLike
from materials import packaged_sources as material_sources
from printers import packaged_sources as printer_sources

Document = dict[str, Any]

TIMES = {
    "deposition_s": ("length of beads over their speed, held back at corners and by the pump", (
        "printer.print_speed_m_per_s", "printer.acceleration_m_per_s2", "printer.junction_deviation_m",
        "printer.flow_max_m3_per_s", "printer.path_speed_ratio", "printer.layer_height_m", "printer.bead_width_m",
    )),
    "travel_s": ("length of travel moves over their speed", (
        "printer.travel_speed_m_per_s", "printer.acceleration_m_per_s2", "printer.path_speed_ratio",
    )),
    "start_stop_s": ("starts of the flow × time of one", ("printer.start_stop_time_s",)),
    "layer_change_s": ("layers × time of a lift", ("printer.layer_change_time_s",)),
    "slow_s": ("what layers are stretched so that the wall below bears them", (
        "mix.green_strength_pa", "mix.green_strength_rate_pa_per_s",
    )),
    "wait_s": ("what layers wait until the wall below bears them", (
        "mix.green_strength_pa", "mix.green_strength_rate_pa_per_s",
    )),
    "availability_s": ("nozzle time × (1/availability − 1)", ("printer.availability",)),
    "at_once_s": ("what machines that print at the same time save", ()),
    "insert_s": ("lintels, boxes, ties, ladders × time of one", (
        "terms.lintel_time_s", "terms.box_time_s", "terms.tie_time_s", "terms.ladder_time_s_per_m",
    )),
    "station_move_s": ("moves of the machine or of elements × time of one", ("printer.station_move_time_s",)),
    "shift_overhead_s": ("print days × (start-up + wash-down)", (
        "printer.startup_time_s", "printer.washdown_time_s", "printer.shift_time_s",
    )),
}  # fmt: skip
"""Formula of each time in words, and the facts in it."""

TOTALS = {
    "printed_walls": ("walls",),
    "whole_house": tuple(STAGES_SHOWN),
    "shell": ("walls", "foundation", "floors-and-roof"),
}
"""Totals of cost, and the stages in them."""

SUMS = {"nozzle_s": NOZZLE_PARTS, "print_shift_s": ("nozzle_s", *SHIFT_PARTS)}
"""Times that are sums of others."""


def explain_object(e: Estimate, line: str) -> Document:
    """Where a number of an estimate comes from.

    Parameters
    ----------
    e : Estimate
    line : str
        Code of a line of the printed house, an item, a stage, a total of cost, or a time.

    Returns
    -------
    dict
        ``lines`` or ``times`` behind it, ``facts`` with their origin, and the ``sources`` that these cite.

    Raises
    ------
    UsageError
        There is no such number.
    """
    d = as_document(e)
    used = e.used
    found: Document = {"schema": "printhouse-explanation/1", "plan": d["plan"], "of": line, "currency": d["currency"]}
    ledger = d["cost"]["lines"]
    stages = TOTALS.get(line, (line,))
    names: Iterable[str]
    if line in d["time"] and (line in TIMES or line in SUMS):
        parts = SUMS.get(line, (line,))
        found |= {"what": TIME_NAMES.get(line, line), "value": d["time"][line], "unit": "s"}
        found["times"] = [
            {"name": p, "what": TIME_NAMES.get(p, p), "value_s": d["time"][p], "formula": TIMES.get(p, ("sum", ()))[0]}
            for p in parts
        ]
        names = dict.fromkeys(_full(n, e) for p in parts for n in TIMES.get(p, ("", ()))[1])
    else:
        lines = [x for x in ledger if line in (x["code"], x["item"]) or x["phase"] in stages]
        if not lines:
            known = [*TIMES, *SUMS, *TOTALS, *STAGES_SHOWN, *(x["code"] for x in ledger), *(x["item"] for x in ledger)]
            near = difflib.get_close_matches(line, known, n=3, cutoff=0.5)
            hint = f"; did you mean {' or '.join(near)}?" if near else "; printhouse bill lists items"
            raise UsageError(f"{d['plan']['source']}: the estimate has no line, item, stage or time {line!r}{hint}")
        what = STAGES_SHOWN.get(line) or (lines[0]["what"] if len(lines) == 1 else lines[0]["what"].partition(":")[0])
        if line in TOTALS:
            what = line.replace("_", " ")
        found |= {"what": what, "value": round(sum(x["amount"] for x in lines), 2), "unit": d["currency"]}
        found["lines"] = lines
        names = dict.fromkeys(n for x in lines for n in (*(f["name"] for f in x["factors"]), *x["origin"]))
    found["facts"] = [_fact(n, used[n]) for n in names if n in used]
    found["measures"] = {n: d["measures"][n] for n in names if n in d["measures"]}
    cited = {f["source"] for f in found["facts"] if f["source"]}
    known_sources = {**printer_sources(), **material_sources()}
    found["sources"] = {
        key: {name: getattr(known_sources[key], name) for name in ("author", "title", "year", "url")}
        for key in sorted(cited)
        if key in known_sources
    }
    return found


def _full(name: str, e: Estimate) -> str:
    """Full name of a fact: that of a mix names the mix."""
    table, _, rest = name.partition(".")
    return f"mix.{e.mix.id}.{rest}" if table == "mix" else name


def _fact(name: str, fact: FactLike) -> Document:
    return {
        "name": name, "value": fact.value, "low": fact.low, "high": fact.high, "basis": fact.basis,
        "source": fact.source, "where": fact.where, "note": fact.note,
    }  # fmt: skip


def explain_page(d: Document, *, colour: bool = False) -> str:
    """The explanation as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`explain_object`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style = Style(colour)
    unit = "s" if d["unit"] == "s" else d["unit"]
    lines = [
        style.title(f"{printable(d['what'])}: {about(d['value'], 6)} {unit}"),
        style.dim(printable(d["plan"]["name"])),
    ]
    for t in d.get("times", ()):
        lines += ["", f"  {t['what']} = {about(t['value_s'], 5)} s", *map(style.dim, wrapped(t["formula"], "    "))]
    for x in d.get("lines", ()):
        lines += ["", *_line(x, style)]
    lines += ["", style.head("Facts")]
    for name, value in d["measures"].items():
        lines.append(f"  {name:<30} {about(value, 5)}  {style.dim('read off the plan')}")
    for fact in d["facts"]:
        lines += fact_lines(fact["name"], {**fact, "unit": ""}, style)
    return "\n".join([*lines, *source_lines(d["sources"], style)]) + "\n"


def _line(x: Document, style: Style) -> list[str]:
    """A line of the ledger with the formula of its quantity."""
    unit = UNITS.get(x["unit"], x["unit"])
    if x["unit"] == "money":
        how = f"{money(x['quantity'])} above it × {about(x['rate'], 4)}"
    else:
        how = f"{about(x['quantity'], 5)} {unit} × {about(x['rate'], 5)}"
    lines = wrapped(f"{x['what']} [{x['code']}]: {how} = {about(x['amount'], 7)}", "    ", "  ")
    if x["factors"]:
        product = " × ".join(f"{f['name'].partition('.')[2] or f['name']} {about(f['value'], 4)}" for f in x["factors"])
        lines += [style.dim(line) for line in wrapped(f"quantity = {product}", "      ", "    ")]
    if "p10" in x:
        lines.append(style.dim(f"    8 of 10 draws: {about(x['p10'])} to {about(x['p90'])}"))
    return lines


def explain_csv(d: Document) -> str:
    """The facts behind a number as CSV.

    Parameters
    ----------
    d : dict
        Of :func:`explain_object`.
    """
    return csv_text(("name", "value", "low", "high", "basis", "source", "where", "note"), d["facts"])
