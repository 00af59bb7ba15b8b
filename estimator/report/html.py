"""The estimate as one page of HTML that needs nothing else: drawings, charts, tables, sources; it prints on A4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from estimator.document import as_document
from estimator.estimate import Estimate
from estimator.ledger_document import OVERHEAD_ELEMENT
from estimator.report.charts import density_picture, gantt_picture, tornado_picture
from estimator.report.drawing import plan_picture
from estimator.report.gantt import schedule_object
from estimator.report.layout import UNITS, about, hours, money, printable
from estimator.report.picture import Picture
from estimator.report.structure_drawing import structure_picture
from estimator.report.sure import chance_words
from estimator.report.svg_ import svg_text
from estimator.report.text import CHECK_NAMES, STAGES_SHOWN, TIME_NAMES
from materials import packaged_sources as material_sources
from printers import packaged_sources as printer_sources

Document = dict[str, Any]

STYLE = """
@page{size:A4;margin:16mm 14mm}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;color:#222}
body{margin:0 auto;max-width:1000px;padding:24px}
h1{font-size:28px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 8px;border-bottom:2px solid #c2410c;padding-bottom:3px}
p{margin:6px 0}.faint{color:#6b6b6b}.small{font-size:13px}
table{border-collapse:collapse;width:100%;font-size:13.5px;margin:8px 0}
th,td{padding:3px 8px;text-align:left;vertical-align:top;border-bottom:1px solid #e6e2da}
th{font-weight:600;border-bottom:1.5px solid #999;background:#faf8f4}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.sum td{font-weight:600;border-top:1.5px solid #999}
tr.ours td{background:#fdf3ec;font-weight:600}
.cards{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;margin:18px 0}
.card{border:1px solid #e0dbd0;border-radius:6px;padding:10px 14px}
.card b{display:block;font-size:23px;line-height:1.25}.card span{color:#6b6b6b;font-size:12.5px}
figure{margin:12px 0;break-inside:avoid}figure svg{width:100%;height:auto;max-height:235mm}
figcaption{font-size:12.5px;color:#6b6b6b}
.warning{color:#9a3412;font-weight:600}.error{color:#991b1b;font-weight:700}
tr,.card{break-inside:avoid}.dense table{font-size:11.5px}.dense td{padding:1px 6px}
h2{break-after:avoid}thead{display:table-header-group}
@media print{body{padding:0;max-width:none;font-size:10.5pt}h2{margin-top:7mm}table{font-size:8.6pt}
.dense table{font-size:7pt}a{color:inherit}}
"""


UNTOLD = ("trade", "resource", "activity", "method", "exchange")
"""First parts of names of facts that are told only where they drive a result."""


def html_report(e: Estimate) -> str:
    """An estimate as a page of HTML without scripts, fonts or pictures from elsewhere.

    Parameters
    ----------
    e : Estimate

    Returns
    -------
    str
    """
    d = as_document(e)
    title = f"{d['plan']['name']}: printed by {d['names']['printer']}"
    parts = [
        f"<h1>{_t(d['plan']['name'])}</h1>",
        f"<p>{_t(d['names']['printer'])} · {_t(d['names']['mix'])} · {_t(d['wall_system'])} walls · "
        f"{_t(d['names']['region'])}, prices of {d['price_year']} in {_t(d['currency'])}, without tax</p>",
        f"<p class='faint small'>{_t(d['plan']['source'])} · {about(d['plan']['floor_area_m2'])} m² floor · "
        f"{about(d['plan']['wall_area_m2'])} m² wall · printhouse {_t(d['version'])}</p>",
        _cards(d),
        _section(
            "The plan", html_figure(plan_picture(e.plan, e.findings), "Walls, openings, rooms and what was found.")
        ),
        _section("Printed against conventional", _beside(d) + _chances(d)),
        _section("The whole house by stage", _stages(d)),
        _section("Where the time goes", _times(d)),
        _section("When it is built", html_figure(gantt_picture(schedule_object(e)), _dates(d))),
        _section("How sure is that", _sure(d)),
        _section("Does it stand", _structure(d) + html_figure(structure_picture(e), "Walls by what of them is used.")),
        _section("Bill of quantities", _bill(d)),
        _section("Walls, line by line", _walls(d)),
        _section("Carbon", _carbon(d)),
        _section("Findings", _findings(d)),
        _section("What this rests on", _assumptions(e, d)),
    ]
    return html_page(title, "\n".join(parts))


def html_page(title: str, body: str) -> str:
    """A page round a body.

    Parameters
    ----------
    title : str
    body : str
        HTML.

    Returns
    -------
    str
    """
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{_t(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _t(text: object) -> str:
    """Text that is only text, whatever a plan file wrote into it."""
    return escape(printable(str(text)), quote=True)


def _section(title: str, body: str) -> str:
    return f"<section><h2>{_t(title)}</h2>\n{body}</section>" if body else ""


def html_figure(picture: Picture, caption: str) -> str:
    """A picture with its caption.

    Parameters
    ----------
    picture : Picture
    caption : str

    Returns
    -------
    str
    """
    svg = svg_text(picture).partition("?>")[2]
    return f"<figure>{svg}<figcaption>{_t(caption)}</figcaption></figure>"


def html_table(head: Sequence[str], rows: Iterable[Sequence[object]], right: Iterable[int] = (), last: str = "") -> str:
    """A table.

    Parameters
    ----------
    head : sequence of str
    rows : iterable of sequence
    right : iterable of int
        Columns of numbers.
    last : str
        Class of the last row.

    Returns
    -------
    str
    """
    numbers = set(right)

    def cells(row: Sequence[object], tag: str) -> str:
        return "".join(f"<{tag}{' class=n' if i in numbers else ''}>{_t(cell)}</{tag}>" for i, cell in enumerate(row))

    body = list(rows)
    shown = "".join(
        f"<tr{f' class={last}' if last and i == len(body) - 1 else ''}>{cells(row, 'td')}</tr>"
        for i, row in enumerate(body)
    )
    return f"<table><thead><tr>{cells(head, 'th')}</tr></thead><tbody>{shown}</tbody></table>"


def _cards(d: Document) -> str:
    u, c, t = d["uncertainty"], d["cost"], d["time"]

    def card(name: str, value: str, spread: str) -> str:
        return f"<div class=card><span>{_t(name)}</span><b>{_t(value)}</b><span>{_t(spread)}</span></div>"

    def of(key: str, stated: float, said: Any, unit: str) -> tuple[str, str]:
        if not u["samples"]:
            return f"{said(stated)} {unit}", "stated value"
        s = u[key]
        return f"{said(s['p50'])} {unit}", f"8 of 10 draws: {said(s['p10'])} to {said(s['p90'])}"

    return (
        "<div class=cards>"
        + "".join(
            (
                card("Whole house", *of("house_cost", c["whole_house"], money, d["currency"])),
                card("Printed walls", *of("cost", c["printed_walls"], money, d["currency"])),
                card("Nozzle time", *of("nozzle_s", t["nozzle_s"], hours, "h")),
                card("House, ideal path", *of("house_days", t["house_days"], about, "days")),
                card("Mix to order", *of("ordered_volume_m3", d["material"]["ordered_volume_m3"], about, "m³")),
                card("Carbon of the house", *of("house_carbon", d["carbon"]["whole_house_kg"], money, "kg CO₂e")),
            )
        )
        + "</div>"
    )


def _beside(d: Document) -> str:
    if not d["conventional"]:
        return ""
    first = d["comparison"][0]
    ours = {k: v["printed"] for k, v in first.items() if isinstance(v, dict)}
    rows = [_house("Printed", d["cost"], ours, d["schedule"]["expected_days"])]
    for m, r in zip(d["conventional"], d["comparison"], strict=True):
        theirs = {k: v["conventional"] for k, v in r.items() if isinstance(v, dict)}
        rows.append(_house(m["name"], {**m, "printed_walls": m["walls"]}, theirs, m["expected_days"]))
    head = (
        "",
        "walls",
        "shell",
        "whole house",
        "per m²",
        "wall days",
        "days, ideal",
        "expected",
        "labour h",
        "house kg CO₂e",
    )
    area = d["plan"]["floor_area_m2"] or 1.0
    shown = [(*r[:4], money(float(r[3].replace(",", "")) / area), *r[4:]) for r in rows]
    note = f"Money in {d['currency']}. Expected: the ideal path times {about(d['schedule']['idle_factor'])}."
    return html_table(head, shown, range(1, 10)) + f"<p class='faint small'>{_t(note)}</p>"


def _house(name: str, costs: Document, measures: Document, expected: float) -> tuple[str, ...]:
    return (
        name, money(costs["printed_walls"]), money(costs["shell"]), money(costs["whole_house"]),
        about(measures["wall_days"]), f"{measures['days']:,.0f}", f"{expected:,.0f}", f"{measures['labour_h']:,.0f}",
        f"{measures['whole_house_carbon_kg']:,.0f}",
    )  # fmt: skip


def _chances(d: Document) -> str:
    found = d["uncertainty"]["chances"]
    if not found:
        return ""
    names = {m["method"]: m["name"] for m in d["conventional"]}
    keys = ("walls_cheaper", "house_cheaper", "faster", "less_carbon")
    rows = [(names[m], *(chance_words(c[k]) for k in keys)) for m, c in found.items()]
    head = ("Share of draws in which printing is, against", "cheaper walls", "cheaper house", "faster", "less CO₂e")
    return html_table(head, rows, range(1, 5))


def _stages(d: Document) -> str:
    best = min(d["conventional"], key=lambda m: m["whole_house"], default=None)
    known = {s["stage"]: s for s in d["top_down"]["stages"]} if d["top_down"] else {}
    whole = d["cost"]["whole_house"] or 1.0
    head = ["", f"printed, {d['currency']}", "share", *([best["name"], "published share"] if best else [])]
    rows: list[list[object]] = []
    for stage, amount in d["cost"]["stages"].items():
        row: list[object] = [STAGES_SHOWN[stage], money(amount), f"{100 * amount / whole:.0f} %"]
        if best:
            s = known[stage]
            row += [money(best["stages"][stage]), f"{100 * s['published_low']:.0f}–{100 * s['published_high']:.0f} %"]
        rows.append(row)
    rows.append(["Whole house", money(whole), "100 %", *([money(best["whole_house"]), ""] if best else [])])
    text = ""
    if d["top_down"]:
        t = d["top_down"]
        text = (
            f"<p class='faint small'>Added up, such a house in {_t(t['method'])} costs {about(t['per_m2'])} per m² of "
            f"floor; published are {about(t['published_low'])} to {about(t['published_high'])}.</p>"
        )
    return html_table(head, rows, range(1, 5), "sum") + text


def _times(d: Document) -> str:
    t = d["time"]
    rows = [(said, hours(t[k])) for k, said in TIME_NAMES.items() if t[k]]
    rows += [("Setting up and taking down", hours(t["setup_s"] + t["teardown_s"]))]
    rows += [
        (f"Time on shift: {t['print_days']} print days; nozzle {hours(t['nozzle_s'])} h", hours(t["print_shift_s"]))
    ]
    return html_table(("", "hours"), rows, (1,), "sum")


def _dates(d: Document) -> str:
    s = d["schedule"]
    text = f"Ideal path {about(d['time']['house_days'])} days; expected there {about(s['expected_days'])}"
    return text + (f"; observed {about(s['observed_days'])}." if s["observed_days"] else ".")


def _sure(d: Document) -> str:
    u = d["uncertainty"]
    if not u["samples"]:
        return "<p>No draws were asked for.</p>"
    share = d["reliance"]["assumed_share"] or 0.0
    first = ", ".join(d["reliance"]["measure_first"])
    text = (
        f"{u['samples']:,} draws from the ranges of all facts. {100 * share:.0f} % of the cost of the house come from "
        "lines with an assumed number in them." + (f" Measure or ask first: {first}." if first else "")
    )
    pictures = html_figure(density_picture(d, "house_cost", f"Cost of the house, {d['currency']}"), "All draws.")
    pictures += html_figure(tornado_picture(d), "What moves the cost of the house.")
    pictures += html_figure(tornado_picture(d, "house_days"), "What moves the hand-over.")
    return f"<p>{_t(text)}</p>{pictures}"


def _structure(d: Document) -> str:
    rows = [
        (
            CHECK_NAMES[c["name"]], c["where"],
            "none left" if c["utilisation"] is None else f"{100 * c['utilisation']:.0f} %", c["source"],
        )
        for c in d["structure"]["checks"]
    ]  # fmt: skip
    if not rows:
        return "<p>Strengths of this mix are not checked.</p>"
    note = "A preliminary estimate, no design. Not checked: " + "; ".join(d["structure"]["not_modelled"]) + "."
    return html_table(("check", "worst at", "used", "source"), rows, (2,)) + f"<p class='faint small'>{_t(note)}</p>"


def _bill(d: Document) -> str:
    head = (
        "element",
        "item",
        "quantity",
        "unit",
        "hours",
        "labour",
        "material",
        "plant",
        "fee",
        f"amount, {d['currency']}",
    )
    rows = []
    order = list(STAGES_SHOWN)
    for i in sorted(d["cost"]["items"], key=lambda i: (order.index(i["stage"]), i["element"])):
        worked = sum(i["hours"].values())
        rows.append(
            (
                i["element"],
                i["name"] if i["element"] != OVERHEAD_ELEMENT else "Overheads, profit, contingency",
                "" if i["quantity"] is None else about(i["quantity"]),
                UNITS.get(i["unit"] or "", i["unit"] or ""), about(worked) if worked else "",
                *(money(i[k]) if i[k] else "" for k in ("labour", "material", "plant", "fee")), money(i["amount"]),
            )
        )  # fmt: skip
    rows.append(("", "Whole house", "", "", "", "", "", "", "", money(d["cost"]["whole_house"])))
    return html_table(head, rows, range(2, 10), "sum") + (
        "<p class='faint small'>Elements in the manner of Uniformat II.</p>"
    )


def _walls(d: Document) -> str:
    rows = [
        (
            x["what"],
            "" if x["unit"] == "money" else f"{about(x['quantity'])} {UNITS.get(x['unit'], x['unit'])}",
            f"{100 * x['rate']:.3g} %" if x["unit"] == "money" else f"{x['rate']:,.2f}", money(x["amount"]),
            f"{money(x['p10'])}–{money(x['p90'])}" if "p10" in x else "",
        )
        for x in d["cost"]["lines"]
        if x["phase"] == "walls"
    ]  # fmt: skip
    rows.append(("Printed walls", "", "", money(d["cost"]["printed_walls"]), ""))
    return html_table(
        ("line", "quantity", "rate", f"amount, {d['currency']}", "8 of 10 draws"), rows, (1, 2, 3, 4), "sum"
    )


def _carbon(d: Document) -> str:
    rows = [(x["what"], f"{x['carbon_kg']:,.0f}") for x in d["carbon"]["lines"]]
    rows += [
        ("Printed walls", f"{d['carbon']['printed_walls_kg']:,.0f}"),
        ("Whole house", f"{d['carbon']['whole_house_kg']:,.0f}"),
    ]
    note = f"Counted: {d['carbon']['counted']}. Not counted: {'; '.join(d['carbon']['not_modelled'])}."
    return html_table(("of the printed walls", "kg CO₂e"), rows, (1,), "sum") + f"<p class='faint small'>{_t(note)}</p>"


def _findings(d: Document) -> str:
    if not d["findings"]:
        return "<p>None.</p>"
    items = "".join(
        f"<tr><td class={f['severity']}>{_t(f['severity'])}</td><td>{_t(f['where'])}</td><td>{_t(f['message'])} "
        f"<span class=faint>[{_t(f['code'])}]</span></td></tr>"
        for f in d["findings"]
    )
    return f"<table><tbody>{items}</tbody></table>"


def _assumptions(e: Estimate, d: Document) -> str:
    """Facts of printer, mix, region and terms, and what else drives a result; the sources that all facts cite."""
    order = {"assumed": 0, "derived": 1, "published": 2, "measured": 3}
    moving = {x["name"] for found in d["uncertainty"]["drivers_of"].values() for x in found}
    told = {n: f for n, f in e.used.items() if n.partition(".")[0] not in UNTOLD or n in moving}
    used = sorted(told.items(), key=lambda pair: (order.get(pair[1].basis, 0), pair[0]))
    rows = [
        (name, about(f.value, 4), "" if f.low == f.high else f"{about(f.low, 4)}–{about(f.high, 4)}", f.basis,
         " ".join(filter(None, (f.source, f.where))), f.note)
        for name, f in used
    ]  # fmt: skip
    stated = "".join(f"<li>{_t(a['note'])}</li>" for a in d["assumptions"] if a["name"] == "plan")
    cited, listed = {f.source for f in e.used.values()}, ""
    for table in (printer_sources(), material_sources()):
        for key in sorted(cited & set(table)):
            s = table[key]
            listed += f"<li>{_t(key)}: {_t(s.author)}, <i>{_t(s.title)}</i>, {_t(s.year)}. {_t(s.url)}</li>"
    return (
        (f"<p>Assumed in the plan:</p><ul class=small>{stated}</ul>" if stated else "")
        + "<div class=dense>"
        + html_table(("fact", "value", "range", "basis", "source", "note"), rows, (1, 2))
        + f"</div><p class='faint small'>{len(e.used) - len(told)} facts of bills, resources, activities that move no "
        "result much are in the workbook and in the document.</p>"
        + (f"<p>Sources</p><ul class=small>{listed}</ul>" if listed else "")
    )
