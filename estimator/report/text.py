"""The estimate as a page of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.document import NOZZLE_PARTS, SHIFT_PARTS, as_document
from estimator.estimate import Estimate
from estimator.report.layout import (
    UNITS,
    WIDTH,
    Style,
    about,
    apportioned,
    bar,
    hours,
    money,
    percent,
    printable,
    span,
    table,
    wrapped,
)
from estimator.report.sure import sure_part
from estimator.values import FactLike

Document = dict[str, Any]

TIME_NAMES = {
    "deposition_s": "Laying beads",
    "travel_s": "Travelling between beads",
    "start_stop_s": "Starting and stopping the flow",
    "layer_change_s": "Lifting to the next layer",
    "slow_s": "Slower for the wall below",
    "wait_s": "Waiting for the wall below",
    "availability_s": "Stoppages nobody planned",
    "at_once_s": "Saved by machines that print at the same time",
    "insert_s": "Setting lintels, ties, reinforcement",
    "station_move_s": "Moving the machine or the elements",
    "shift_overhead_s": "Starting up and washing down",
}

LABEL = 44
"""Columns for what a line is about."""

SHOWN_CHECKS = 6
SHOWN_DRIVERS = 5
SHOWN_PLACES = 3
SHOWN_ASSUMPTIONS = 6


def estimate_page(e: Estimate, *, colour: bool = False) -> str:
    """The estimate as a page of text.

    Parameters
    ----------
    e : Estimate
    colour : bool
        Whether to use the colours of a terminal.

    Returns
    -------
    str
    """
    d = as_document(e)
    style = Style(colour)
    parts = [
        _title(d, style),
        _headline(d, style),
        _time(d, style),
        _cost(d, style),
        house_part(d, style),
        _beside(d, style),
        sure_part(d, e.used, style),
        _structure(d, style),
        findings_part(d["findings"], style),
        _assumptions(d, e.used, style),
    ]
    return "\n".join("\n".join(part) + "\n" for part in parts if part)


def _title(d: Document, style: Style) -> list[str]:
    plan, names = d["plan"], d["names"]
    size = [
        f"{about(plan['floor_area_m2'])} m² floor",
        f"{about(plan['wall_area_m2'])} m² wall",
        f"{plan['storeys']} storey" + ("s" if plan["storeys"] > 1 else ""),
        f"{plan['openings']} opening" + ("s" if plan["openings"] != 1 else ""),
    ]
    return [
        style.title(printable(plan["name"])),
        style.dim(" · ".join((printable(plan["source"]), *size))),
        f"{names['printer']} ({d['printer']}) · {names['mix']} · {d['wall_system']} walls",
        f"{names['region']}, prices of {d['price_year']} in {d['currency']}, without tax",
        style.dim("━" * WIDTH),
    ]


def _headline(d: Document, style: Style) -> list[str]:
    time, cost, currency, spreads = d["time"], d["cost"], d["currency"], d["uncertainty"]
    moved_days = d["comparison"][0]["wall_days"]["printed"] if d["comparison"] else time["print_days"]
    walls_cost = spreads["cost"]["p50"] if "cost" in spreads else cost["printed_walls"]
    house_cost = cost["whole_house"] - cost["printed_walls"] + walls_cost
    path, ordered = d["toolpath"], d["material"]["ordered_volume_m3"]
    shift = f"{about(time['print_shift_s'] / 3600)} h on shift"
    moved = f"{about(moved_days)} working days with moving in and out"
    house = f"{percent(walls_cost / house_cost).strip()} of a house of {about(house_cost)} {currency}"
    bead = f"{about(path['extruded_length_m'] / 1000)} km of bead in {path['layers']:,} layers"
    rows = [
        ("Nozzle time", *_estimated(time["nozzle_s"], spreads.get("nozzle_s"), hours, "h"), shift),
        ("Print days", *_estimated(time["print_days"], spreads.get("print_days"), _whole, ""), moved),
        ("Printed walls", *_estimated(cost["printed_walls"], spreads.get("cost"), about, currency), house),
        ("Mix to order", *_estimated(ordered, spreads.get("ordered_volume_m3"), about, "m³"), bead),
    ]
    width = max(len(row[1]) for row in rows)
    around = max(len(row[2]) for row in rows)
    lines = [
        f"  {name:<14}{style.title(value.rjust(width))}  {text:<{around}}  {style.dim(more)}".rstrip()
        for name, value, text, more in rows
    ]
    if spreads["samples"]:
        note = (
            f"The middle of {spreads['samples']:,} draws from the ranges of the facts; 8 of 10 draws lie in the "
            f"brackets. All tables below take every number at its stated value, which makes "
            f"{hours(time['nozzle_s'])} h and {about(cost['printed_walls'])} {currency}. {_settings(spreads)}"
        ).rstrip()
    else:
        note = "Every number at its stated value; without ranges (--samples 0)."
    return [*lines, *(style.dim(line) for line in wrapped(note))]


def _settings(spreads: Document) -> str:
    """What is chosen and not drawn, and what other choices would make."""
    said = []
    for setting in spreads["settings"]:
        what = setting["name"].rpartition(".")[2].removesuffix("_m").replace("_", " ")
        ends = [
            f"{setting[end] * 1000:g} mm {hours(at['nozzle_s'])} h and {about(at['printed_volume_m3'])} m³"
            for end, at in (("low", setting["at_low"]), ("high", setting["at_high"]))
            if at["nozzle_s"] is not None
        ]
        if ends:
            said.append(f"{what} {setting['value'] * 1000:g} mm ({', '.join(ends)})")
    return f"Set, not drawn: {'; '.join(said)}." if said else ""


def _estimated(
    stated: float, spread: dict[str, float] | None, said: Callable[[float], str], unit: str
) -> tuple[str, str]:
    """Middle and range of a headline; the stated value where no range was asked for."""
    end = f" {unit}" if unit else ""
    if not spread:
        return f"{said(stated)}{end}", ""
    low, high = said(spread["p10"]), said(spread["p90"])
    return f"{said(spread['p50'])}{end}", f"({low}{end})" if low == high else f"({low}–{high}{end})"


def _whole(value_days: float) -> str:
    return f"{value_days:,.0f}"


def _time(d: Document, style: Style) -> list[str]:
    time = d["time"]
    names = [name for name in (*NOZZLE_PARTS, *SHIFT_PARTS) if time[name] != 0]
    shown = dict(zip(names, apportioned([time[n] / 3600 for n in names], 0.1), strict=True))
    whole = sum(shown.values()) or 1.0
    longest = max(shown.values(), default=1.0) / whole

    def row(what: str, value_h: float) -> str:
        share = value_h / whole
        return f"  {what:<{LABEL}}{value_h:>9,.1f} h  {percent(share)}  {style.bar(bar(share, longest))}".rstrip()

    def total(what: str, value_h: float, more: str) -> str:
        return f"  {style.title(f'{what:<{LABEL}}{value_h:>9,.1f} h')}  {style.dim(more)}".rstrip()

    nozzle = [n for n in NOZZLE_PARTS if n in shown]
    rest = [n for n in SHIFT_PARTS if n in shown]
    days = time["print_days"]
    moving_h = (time["setup_s"] + time["teardown_s"]) / 3600
    return [
        style.head("Where the time goes"),
        *(row(TIME_NAMES[n], shown[n]) for n in nozzle),
        total("= nozzle time", sum(shown[n] for n in nozzle), "what makers call printing time"),
        *(row(TIME_NAMES[n], shown[n]) for n in rest),
        total("= time on shift", sum(shown.values()), f"{days} print {'day' if days == 1 else 'days'}, a shift a day"),
        f"  {'Setting up and taking down':<{LABEL}}{moving_h:>9,.1f} h",
        f"  {'Whole house':<{LABEL}}{_whole(time['house_days']):>9} d  calendar days, start on site to hand-over",
    ]


def _cost(d: Document, style: Style) -> list[str]:
    walls = [line for line in d["cost"]["lines"] if line["phase"] == "walls" and line["amount"]]
    amounts = apportioned([line["amount"] for line in walls])
    whole = sum(amounts) or 1.0
    longest = max(amounts, default=1.0) / whole
    rows = []
    pairs = list(zip(walls, amounts, strict=True))
    direct = sorted((pair for pair in pairs if pair[0]["unit"] != "money"), key=lambda pair: -pair[1])
    added = [pair for pair in pairs if pair[0]["unit"] == "money"]  # percentages stay below, in ledger order
    for line, amount in direct + added:
        if line["unit"] == "money":
            sum_of = f"{about(100 * line['rate'])} % of the above"
        else:
            sum_of = f"{about(line['quantity'])} {UNITS.get(line['unit'], line['unit'])} × {_rate(line['rate'])}"
        share = amount / whole
        rows.append((_short(line["what"], LABEL), sum_of, money(amount), percent(share), bar(share, longest)))
    width = max((len(row[1]) for row in rows), default=0)
    figures = max([len(row[2]) for row in rows] + [len(money(whole))])
    total = f"{'= printed walls':<{LABEL}} {'':>{width}} {money(sum(amounts)):>{figures + 1}}"
    return [
        style.head(f"Where the money goes, {d['currency']}"),
        *(
            f"  {what:<{LABEL}} {sum_of:>{width}} {amount:>{figures + 1}}  {share}  {style.bar(line)}".rstrip()
            for what, sum_of, amount, share, line in rows
        ),
        f"  {style.title(total)}",
    ]


def house_part(d: Document, style: Style) -> list[str]:
    """Lines of the whole house by stage, printed and by the cheapest conventional method, beside published shares.

    Parameters
    ----------
    d : dict
        Of an estimate.
    style : Style
    """
    best = min(d["conventional"], key=lambda m: m["whole_house"], default=None)
    theirs = best["stages"] if best else {}
    known = {s["stage"]: s for s in d["top_down"]["stages"]} if d["top_down"] else {}
    whole = d["cost"]["whole_house"] or 1.0
    head = ("", "printed", "share", *((_short(best["name"], 20).lower(), "published share") if best else ()))
    rows: list[tuple[str, ...]] = [head]
    for stage, amount in d["cost"]["stages"].items():
        row = [STAGES_SHOWN[stage], money(amount), percent(amount / whole)]
        if best:
            s = known[stage]
            row += [money(theirs[stage]), f"{100 * s['published_low']:.0f}–{100 * s['published_high']:.0f} %"]
        rows.append(tuple(row))
    last = ["= whole house", money(whole), percent(1.0), *((money(best["whole_house"]), "") if best else ())]
    rows.append(tuple(last))
    lines = table(rows, right=range(1, len(head)))
    note = "Every item with its quantity, hours and rates: printhouse bill."
    if d["top_down"]:
        t = d["top_down"]
        where = "within" if t["is_within"] else "outside"
        note += (
            f" Added up, such a house in {t['method']} costs {about(t['per_m2'])} per m² of floor, {where} the "
            f"{about(t['published_low'])} to {about(t['published_high'])} that are published."
        )
    return [
        style.head(f"The whole house by stage, {d['currency']}"),
        style.dim(lines[0]),
        *lines[1:-1],
        style.title(lines[-1]),
        *wrapped(note),
    ]


STAGES_SHOWN = {
    "walls": "Walls, bare and insulated",
    "foundation": "Foundation and ground slab",
    "floors-and-roof": "Floors, ring beam, roof",
    "envelope": "Windows, doors, outer finish",
    "services": "Services",
    "finishes": "Finishes inside",
    "site": "Site, permits, design",
}
"""Stages of a house, in short."""


def _rate(rate: float) -> str:
    """A rate with the digits that matter: cents below a hundred."""
    return f"{rate:,.2f}" if rate < 100 else f"{rate:,.0f}"


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip(" ,") + "…"


def _beside(d: Document, style: Style) -> list[str]:
    if not d["conventional"]:
        return []
    first = d["comparison"][0]
    head = ("", "walls", "shell", "whole house", "wall days", "house days", "labour h", "kg CO₂e")
    rows: list[tuple[str, ...]] = [head]
    printed = {measure: first[measure]["printed"] for measure in first if isinstance(first[measure], dict)}
    rows.append(_method_row("printed", d["cost"], printed))
    for method, row in zip(d["conventional"], d["comparison"], strict=True):
        theirs = {measure: row[measure]["conventional"] for measure in row if isinstance(row[measure], dict)}
        costs = {"printed_walls": method["walls"], "shell": method["shell"], "whole_house": method["whole_house"]}
        rows.append(_method_row(method["name"], costs, theirs))
    lines = table(rows, right=range(1, len(head)))
    share = d["cost"]["printed_walls"] / d["cost"]["whole_house"]
    best = min(d["comparison"], key=lambda row: row["cost"]["conventional"])
    theirs = best["cost"]["conventional"] / best["whole_house_cost"]["conventional"]
    note = (
        f"Walls are {100 * share:.0f} % of the printed house and {100 * theirs:.0f} % of the one in "
        f"{best['name'].lower()}; of the rest only what goes with the walls differs, line by line: ring beam, render, "
        "plaster or boards, chases. A saving on walls is not a saving on houses: "
        f"a tenth off the printed walls takes {10 * share:.1f} % off this house."
    )
    return [
        style.head(f"Printed against conventional, {d['currency']}"),
        style.dim(lines[0]),
        style.title(lines[1]),
        *lines[2:],
        *wrapped(note),
    ]


def _method_row(name: str, costs: Document, measures: Document) -> tuple[str, ...]:
    return (
        _short(name, 25),
        money(costs["printed_walls"]),
        money(costs["shell"]),
        money(costs["whole_house"]),
        about(measures["wall_days"]),
        f"{measures['days']:,.0f}",
        f"{measures['labour_h']:,.0f}",
        f"{measures['carbon_kg']:,.0f}",
    )


CHECK_NAMES = {
    "wet-wall-yields": "Wet foot yields",
    "wet-wall-leans": "Wet wall leans",
    "wet-wall-buckles": "Wet leaf buckles",
    "cold-joint": "Layer to layer, within a shift",
    "set-wall-axial": "Set wall, plain: load",
    "set-wall-bending": "Set wall, plain: wind across layers",
    "set-wall-shear": "Set wall, plain: shear",
    "set-wall-web-joint": "Set wall, plain: webs to leaves",
}


def _structure(d: Document, style: Style) -> list[str]:
    checks = d["structure"]["checks"]
    if not checks:
        return []
    rows = []
    for check in sorted(checks, key=lambda c: -(np.inf if c["utilisation"] is None else c["utilisation"]))[
        :SHOWN_CHECKS
    ]:
        used = f"{100 * check['utilisation']:.0f} %" if check["utilisation"] is not None else "none left"
        of = f"{_minutes(check['demand'])} of {_minutes(check['capacity'])}" if check["unit"] == "s" else ""
        rows.append((CHECK_NAMES[check["name"]], _short(check["where"] or of, 34), used))
    missing = "Not checked: " + "; ".join(d["structure"]["not_modelled"]) + ". A preliminary estimate, no design."
    return [
        style.head("Does it stand, of what may be relied upon"),
        *table(rows, right=(2,)),
        *(style.dim(line) for line in wrapped(missing)),
    ]


def _minutes(seconds_s: float) -> str:
    return f"{about(seconds_s / 60, 2)} min" if seconds_s < 7200 else f"{hours(seconds_s)} h"


def findings_part(findings: Sequence[Document], style: Style) -> list[str]:
    """Lines of the findings: severity, code, where, message.

    Parameters
    ----------
    findings : sequence of dict
        As they stand in a document.
    style : Style
    """
    if not findings:
        return [style.head("Findings"), "  none"]
    lines = [style.head("Findings")]
    order = {"error": 0, "warning": 1, "note": 2}
    places: dict[tuple[str, str, str], list[str]] = {}
    for f in sorted(findings, key=lambda f: order[f["severity"]]):
        places.setdefault((f["severity"], f["code"], f["message"]), []).extend(filter(None, f["where"].split(", ")))
    for (severity, code, message), where in places.items():
        shown = ", ".join(where[:SHOWN_PLACES])
        more = f" and {len(where) - SHOWN_PLACES} more" if len(where) > SHOWN_PLACES else ""
        head = f"{shown}{more}: " if where else ""
        text = wrapped(printable(f"{head}{message} [{code}]"), " " * 11, f"  {severity:<9}")
        lines.append(text[0].replace(severity, style.severity(severity, severity), 1))
        lines += text[1:]
    return lines


def _assumptions(d: Document, used: Mapping[str, FactLike], style: Style) -> list[str]:
    entries = d["assumptions"]
    assumed = [a for a in entries if a["basis"] == "assumed"]
    drivers = d["uncertainty"]["drivers"]
    lines = [style.head("What this rests on")]
    count = (
        f"{len(assumed)} of the numbers behind this page are assumed and {len(entries) - len(assumed)} derived; "
        "--format json lists each with range and reason."
    )
    lines += wrapped(count)
    if drivers:
        lines.append("  What moves the cost of the printed walls most:")
        rows = []
        for driver in drivers[:SHOWN_DRIVERS]:
            fact = used.get(driver["name"])
            origin = f"{about(fact.value)} ({span(fact.low, fact.high)}), {fact.basis}" if fact else ""
            rows.append((driver["name"], f"{driver['rank_correlation']:+.2f}", origin))
        lines += table(rows, right=(1,), indent="    ")
    stated = [a for a in assumed if a["name"] == "plan"]
    if stated:
        lines.append("  Assumed in the plan:")
        for a in stated[:SHOWN_ASSUMPTIONS]:
            lines += wrapped(printable(a["note"]), "    ", "  • ")
        if len(stated) > SHOWN_ASSUMPTIONS:
            lines.append(f"    and {len(stated) - SHOWN_ASSUMPTIONS} more")
    lines.append(style.dim(f"  printhouse {d['version']}, {d['schema']}"))
    return lines
