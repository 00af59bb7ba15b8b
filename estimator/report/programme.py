"""The result of a programme as a page of text."""

from __future__ import annotations

from datetime import date
from typing import Any

from estimator.programme.result import LEAST_GAIN_D
from estimator.report.layout import Style, about, money, percent, printable, span, table, wrapped

Document = dict[str, Any]

MOST_ROWS = 30
"""Months, types or findings that are shown; the rest is counted."""

PARTS = {
    "walls": "Walls, printed or laid", "rest": "Houses beside their walls", "moves": "Moves of machines",
    "idle": "Machines and teams that wait", "repairs": "Repairs", "houses": "Houses",
}  # fmt: skip
USES = {
    "working": "at work", "moving": "moving", "weather": "weather", "houses": "no house", "mortar": "no mortar",
    "broken": "broken",
}  # fmt: skip


def programme_page(d: Document, *, colour: bool = False) -> str:
    """The result of a programme as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`estimator.programme.result.programme_document`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style = Style(colour)
    finish = d["finish"]
    lines = [
        style.title(f"{printable(d['name'])}: {_houses(d['houses'])} from {_day(d['start'])}"),
        style.dim(f"{d['currency']} of {d['price_year']}; {_drawn(d)}"),
        "",
        *_headlines(d),
    ]
    lines += ["", style.head("Wall teams"), *_teams(d, style)]
    lines += ["", style.head("Crews"), *_crews(d, style)]
    lines += ["", style.head(f"What it costs, {d['currency']}"), *_cost(d, style)]
    lines += ["", style.head("What holds it up"), *_bottleneck(d)]
    lines += ["", style.head("Houses handed over"), *_handed(d, style)]
    for title, found in (
        (f"The smallest fleet for {_day(d['fleet']['by'])}" if d["fleet"] else "", _fleet(d)),
        (_ways_head(d), _ways(d, style)),
    ):
        if found:
            lines += ["", style.head(title), *found]
    if d["refused"]:
        lines += ["", style.head("Not by everybody")]
        told = [f"{r['plan']}, not by {r['team']}: {r['why']}" for r in d["refused"]]
        for text in told[:MOST_ROWS]:
            lines += wrapped(printable(text), "    ", "  ")
        if len(told) > MOST_ROWS:
            lines.append(f"  and {len(told) - MOST_ROWS:,} more, in the document")
    remark = (
        f"Stated: every number as it is stated, mean weather, no breakdowns; it ends {_day(finish['stated_date'])}. "
        "Not modelled: " + "; ".join(d["not_modelled"]) + "."
    )
    lines += ["", *(style.dim(line) for line in wrapped(remark))]
    return "\n".join(lines) + "\n"


def _houses(count: int) -> str:
    return "1 house" if count == 1 else f"{count:,} houses"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


def _drawn(d: Document) -> str:
    if not d["repetitions"]:
        return "by stated values"
    return f"{d['repetitions']:,} repetitions, seed {d['seed']}; in brackets what 8 of 10 lie between"


def _headlines(d: Document) -> list[str]:
    f, cost, carbon = d["finish"], d["cost"], d["carbon_kg"]
    if d["repetitions"]:
        finish = (_day(f["p50_date"]), f"({_day(f['p10_date'])} – {_day(f['p90_date'])})")
        price = (money(cost["total"]["p50"]), f"({money(cost['total']['p10'])}–{money(cost['total']['p90'])})")
        gas = (about(carbon["total"]["p50"] / 1000), f"({_tonnes(carbon['total'])})")
    else:
        finish, price = (_day(f["stated_date"]), ""), (money(cost["stated"]["total"]), "")
        gas = (about(carbon["stated"]["total"] / 1000), "")
    rows = [
        ("Handed over by", *finish, f"{about(f.get('p50_day', f['stated_day']), 4)} days"),
        (f"Cost, {d['currency']}", *price, f"{money(_total(d) / d['houses'])} a house"),
        ("Carbon, t CO₂e", *gas, f"{about(_total(d, 'carbon_kg') / 1000 / d['houses'])} a house"),
        ("Printed mix, m³", about(d["mortar_m3"], 4), "", ""),
        ("Moves, km", about(d["moved_km"], 4), "", "from site to site, all teams"),
    ]
    wanted = d["wanted"]
    if wanted["by"]:
        rows.append((f"By {_day(wanted['by'])}", percent(wanted["in_time_share"]).strip(), "", _of_runs(d)))
    if wanted["budget"] is not None:
        rows.append(
            (f"Within {money(wanted['budget'])}", percent(wanted["within_budget_share"]).strip(), "", _of_runs(d))
        )
    return table(rows)


def _of_runs(d: Document) -> str:
    return "of the repetitions" if d["repetitions"] else "by stated values"


def _total(d: Document, what: str = "cost") -> float:
    """Middle of the repetitions, or as stated. [-]"""
    found = d[what]
    return float(found["total"]["p50"] if d["repetitions"] else found["stated"]["total"])


def _tonnes(spread: Document) -> str:
    return span(spread["p10"] / 1000, spread["p90"] / 1000)


def _teams(d: Document, style: Style) -> list[str]:
    rows = [("", "teams", "persons", "houses", *USES.values())]
    for t in d["teams"]:
        use = t["drawn_use"] or t["use"]
        shares = [percent(use[name]).strip() for name in USES] if use else ["–"] * len(USES)
        rows.append((t["id"], f"{t['count']:,}", about(t["persons"] * t["count"]), f"{t['houses']:,}", *shares))
    shown = table(rows, right=range(1, 10))
    return [style.dim(shown[0]), *shown[1:]]


def _crews(d: Document, style: Style) -> list[str]:
    rows = [("", "crews", "persons", "held")]
    for name, told in (("ground", "before the walls"), ("finishing", "after the walls")):
        crew = d["crews"][name]
        use = crew["use"] if crew["drawn_use"] is None else crew["drawn_use"]
        needed = "  as few as keep up" if crew["is_as_needed"] else ""
        rows.append(
            (told, f"{crew['count']:,}", about(crew["persons"] * crew["count"]), percent(use).strip() + needed)
        )  # fmt: skip
    shown = table(rows, right=(1, 2))
    return [style.dim(shown[0]), *shown[1:]]


def _cost(d: Document, style: Style) -> list[str]:
    rows = [("", "stated", *(("middle", "8 of 10") if d["repetitions"] else ()))]
    for part, amount in d["cost"]["stated"].items():
        spread = d["cost"].get(part)
        drawn = (money(spread["p50"]), f"{money(spread['p10'])}–{money(spread['p90'])}") if spread else ()
        rows.append((PARTS.get(part, "= all"), money(amount), *drawn))
    shown = table(rows, right=(1, 2, 3))
    return [style.dim(shown[0]), *shown[1:]]


def _bottleneck(d: Document) -> list[str]:
    b = d["bottleneck"]
    what, share = b["what"], percent(b["use"][b["what"]]).strip()
    text = f"{what[:1].upper()}{what[1:]}, in use {share} of the time."
    gains = [
        f"{about(g['gained_days'])} days with one more of {g['what']}"
        for g in b["one_more"]
        if g["gained_days"] > LEAST_GAIN_D
    ]
    if gains:
        return wrapped(f"{text} The stated run ends sooner by {', '.join(gains)}.")
    return wrapped(f"{text} One more of any would not end it sooner.")


def _handed(d: Document, style: Style) -> list[str]:
    months = d["handed_over"]
    step = max(-(-len(months) // MOST_ROWS), 1)
    head = ("by the end of", "stated", *(("low", "middle", "high") if d["repetitions"] else ()))
    rows: list[tuple[str, ...]] = [head]
    picked = [m for k, m in enumerate(months) if (k + 1) % step == 0 or k == len(months) - 1]
    for m in picked:
        if m["stated_in_all"] or m.get("p90"):
            drawn = [f"{m[name]:,.0f}" for name in ("p10", "p50", "p90")] if d["repetitions"] else []
            rows.append((m["month"], f"{m['stated_in_all']:,}", *drawn))
    shown = table(rows, right=(1, 2, 3, 4))
    return [style.dim(shown[0]), *shown[1:]]


def _fleet(d: Document) -> list[str]:
    f = d["fleet"]
    if f is None:
        return []
    sure = percent(f["sure_share"]).strip()
    if not f["is_possible"]:
        best = f["best"]
        share = percent(best["in_time_share"]).strip()
        return wrapped(
            f"None: with {_manned(best)}, more than which are no use, {share} of the runs are in time; {_ends(best)}. "
            "A house alone takes its days."
        )
    s, less = f["smallest"], f["one_less"]
    text = f"{_manned(s)}: {_ends(s)}, {percent(s['in_time_share']).strip()} in time ({sure} wanted)."
    text += f" With one team less {percent(less['in_time_share']).strip()} are." if less else ""
    return wrapped(text)


def _manned(row: Document) -> str:
    teams = ", ".join(f"{n:,} {id}" for id, n in row["teams"].items())
    return f"{teams}; {row['ground']:,} ground and {row['finishing']:,} finishing crews"


def _ends(row: Document) -> str:
    f = row["finish"]
    return f"handed over by {_day(f.get('p50_date', f['stated_date']))}"


def _ways_head(d: Document) -> str:
    """Teams are whole, so that the number of people is about the same at best; the rows tell it."""
    others = ", half and twice as many" if d["wanted"]["budget"] is not None else ""
    return f"Ways to build it with about as many people on the walls{others}"


def _ways(d: Document, style: Style) -> list[str]:
    if not d["strategies"]:
        return []
    wanted = d["wanted"]
    kept = [
        (head, key)
        for head, key, is_asked in (
            ("in time", "in_time_share", wanted["by"] is not None),
            ("in budget", "within_budget_share", wanted["budget"] is not None),
        )
        if is_asked
    ]
    head = ("", "teams", "persons", "handed over", d["currency"], "t CO₂e", *(h for h, _ in kept))
    rows: list[tuple[str, ...]] = [head]
    refused = []
    for s in d["strategies"]:
        if s["why_not"]:
            refused.append(f"{s['name']}: {s['why_not']}")
            continue
        f = s["finish"]
        rows.append(
            (
                s["name"], "+".join(f"{n:,}" for n in s["teams"].values()), about(s["persons"]),
                f.get("p50_date", f["stated_date"]), money(s["cost"]["p50"]), about(s["carbon_kg"]["p50"] / 1000),
                *(percent(s[key]).strip() for _, key in kept),
            )
        )  # fmt: skip
    shown = table(rows, right=range(1, 8))
    lines = [style.dim(shown[0]), *shown[1:]]
    choice = d["choice"]
    if choice and choice["cheapest"]:
        lines += wrapped(f"Cheapest: {choice['cheapest']}. Soonest: {choice['soonest']}.")
    elif choice:
        lines += wrapped("None of them keeps what is wanted.")
    for text in refused:
        lines += wrapped(printable(text), "    ", "  ")
    return lines
