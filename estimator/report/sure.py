"""How sure an estimate is, as parts of a page: chances against every method, and a tornado of what moves the cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.report.layout import Style, about, money, span, table, wrapped
from estimator.values import FactLike

Document = dict[str, Any]

SHOWN_DRIVERS = 6
HALF = 14
"""Columns of a bar of the tornado to either side of the middle."""


def sure_part(d: Document, used: Mapping[str, FactLike], style: Style) -> list[str]:
    """Chances and tornado; nothing without draws.

    Parameters
    ----------
    d : dict
        Of an estimate.
    used : mapping of str to fact
        By full name.
    style : Style
    """
    u = d["uncertainty"]
    if not u["samples"]:
        return []
    lines: list[str] = []
    if u["chances"]:
        names = {m["method"]: m["name"] for m in d["conventional"]}
        head = ("printing is, against", "cheaper walls", "cheaper house", "faster house", "less CO₂e")
        rows = [
            (names[method], *(chance_words(c[k]) for k in ("walls_cheaper", "house_cheaper", "faster", "less_carbon")))
            for method, c in u["chances"].items()
        ]
        shown = table([head, *rows], right=(1, 2, 3, 4))
        lines += [style.head("How sure is that, of the draws"), style.dim(shown[0]), *shown[1:], ""]
    lines += tornado_part(d, "house_cost", used, style)
    share = d["reliance"]["assumed_share"]
    text = f"{100 * share:.0f} % of the cost of the house come from lines with an assumed number in them."
    if d["reliance"]["measure_first"]:
        text += f" Measure or ask first: {', '.join(d['reliance']['measure_first'])}."
    return [*lines, *wrapped(text)]


def chance_words(share: float) -> str:
    """A share of the draws, never more certain than they are.

    Parameters
    ----------
    share : float
        [-]
    """
    if share <= 0.005:
        return "< 1 %"
    return "> 99 %" if share >= 0.995 else f"{100 * share:.0f} %"


def tornado_part(d: Document, result: str, used: Mapping[str, FactLike], style: Style) -> list[str]:
    """What moves a result, as bars from its mean where a fact is lowest to that where it is highest.

    Parameters
    ----------
    d : dict
        Of an estimate.
    result : str
        One of ``drivers_of``.
    used : mapping of str to fact
    style : Style
    """
    found = d["uncertainty"]["drivers_of"].get(result, [])[:SHOWN_DRIVERS]
    if not found:
        return []
    middle = d["uncertainty"][result]["p50"]
    most = max(abs(x[k] - middle) for x in found for k in ("at_low", "at_high")) or 1.0
    rows = []
    for x in found:
        low, high = sorted((x["at_low"], x["at_high"]))
        left, right = (min(round(HALF * abs(end - middle) / most), HALF) for end in (low, high))
        bar = f"{'█' * left:>{HALF}}│{'█' * right:<{HALF}}"
        fact = used.get(x["name"])
        origin = f"{about(fact.value)} ({span(fact.low, fact.high)})" if fact else ""
        name = x["name"] if len(x["name"]) <= 36 else "…" + x["name"][-35:]
        rows.append((name, money(low), style.bar(bar), money(high), origin))
    title = f"What moves the house, {d['currency']} at the low and the high tenth of each fact"
    return [style.head(title), *(line[:100] for line in table(rows, right=(1,), gap=" "))]
