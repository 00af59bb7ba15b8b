"""What would make printing pay, as an object, a page and CSV."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from estimator.breakeven import LEVERS, breakeven, series_cost
from estimator.estimate import Estimate, estimate
from estimator.ledger import total
from estimator.report.bill import no_method
from estimator.report.csv_ import csv_text
from estimator.report.layout import Style, about, money, printable, table, wrapped

Document = dict[str, Any]

SERIES = (1, 2, 5, 10, 20, 50, 100)
"""Houses of the series that are shown."""

WAGES = ("mason_rate_per_h", "labourer_rate_per_h", "carpenter_rate_per_h", "operator_rate_per_h")


def breakeven_object(e: Estimate, method: str | None, **options: Any) -> Document:
    """What would make printing pay against each method, and what a series costs.

    Parameters
    ----------
    e : Estimate
    method : str or None
        Id of one method; all that were asked for when None.
    **options
        Of :func:`estimator.estimate.estimate`, with which the same estimate is made again.

    Returns
    -------
    dict

    Raises
    ------
    UsageError
        There is no such method.
    """
    known = [c.method.id for c in e.outcome.beside.conventional]
    if method is not None and method not in known:
        raise no_method(method, known)
    made: dict[tuple[str, float], Estimate] = {}

    def changed(lever: str, factor: float) -> Estimate:
        if (lever, factor) not in made:
            printer, mix, region = e.printer, e.mix, e.region
            if lever == "hire":
                printer = printer.replace(hire_rate_per_day=factor * float(printer.hire_rate_per_day))
            elif lever == "wages":
                region = region.replace(**{name: factor * float(region.facts[name]) for name in WAGES})
            else:
                bought = {name: factor * float(mix.facts[name]) for name in (mix.FIXED, *mix.BOUGHT)}
                mix = mix.replace(**{name: value for name, value in bought.items() if value})
            made[lever, factor] = estimate(
                e.plan, printer=printer, mix=mix, region=region, terms=e.terms, wall_system=e.wall_system,
                layout=e.layout, samples=0, **options,
            )  # fmt: skip
        return made[lever, factor]

    found = [asdict(breakeven(e, changed, name)) for name in ([method] if method else known)]
    names = {c.method.id: c.method.name for c in e.outcome.beside.conventional}
    learning = float(e.terms.learning_fraction)
    contingency = (float(e.terms.contingency_printed_fraction), float(e.terms.contingency_series_fraction))
    finishes = float(total(e.outcome.finishes))
    return {
        "schema": "printhouse-breakeven/1",
        "plan": {"name": e.plan.name, "source": e.plan.source},
        "printer": e.printer.id,
        "mix": e.mix.id,
        "region": e.region.id,
        "currency": e.region.currency,
        "price_year": e.region.price_year,
        "learning_fraction": learning,
        "series": [
            {"houses": n, "printed": round(series_cost(e.outcome.lines, n, learning, contingency) + finishes, 2)}
            for n in SERIES
        ],
        "methods": [{**x, "name": names[x["method"]]} for x in found],
    }


def breakeven_page(d: Document, *, colour: bool = False) -> str:
    """The break-even as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`breakeven_object`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style = Style(colour)
    head = ("walls and finishes", "cost", "pays from", "mix per m³", "mason per h", "machine per day")
    levers = {x["name"]: x["value"] for x in d["methods"][0]["levers"]} if d["methods"] else {}
    now = ("printed, as it is", money(d["series"][0]["printed"]), "", *(about(levers[k]) for k in levers))
    rows = [head, now]
    for m in d["methods"]:
        count = "never" if m["houses"] is None else f"{m['houses']} house" + ("s" if m["houses"] > 1 else "")
        rows.append((m["name"][:34], money(m["conventional"]), count, *(_at(x) for x in m["levers"])))
    shown = table(rows, right=(1, 2, 3, 4, 5))
    series = table(
        [("houses in series", *(str(s["houses"]) for s in d["series"])),
         ("printed, mean of each", *(money(s["printed"]) for s in d["series"]))],
        right=range(1, len(d["series"]) + 1),
    )  # fmt: skip
    note = (
        "Pays from: houses of a series from which the mean printed one is no dearer. The other columns: what mix, "
        "wages or hire of the machine would have to be, moved alone, for both ways to cost the same. "
        f"In a series hours, set-up and machine fall by {100 * d['learning_fraction']:.0f} % with each doubling, "
        "material does not; contingency falls to that of a trained crew."
    )
    return (
        "\n".join(
            [
                style.title(f"{printable(d['plan']['name'])}: what would make printing pay"),
                style.dim(
                    f"{d['printer']} · {d['mix']} · {d['region']}, prices of {d['price_year']} in {d['currency']}"
                ),
                "",
                style.dim(shown[0]),
                style.title(shown[1]),
                *shown[2:],
                "",
                style.dim(series[0]),
                series[1],
                "",
                *(style.dim(line) for line in wrapped(note)),
            ]
        )
        + "\n"
    )


def _at(lever: Document) -> str:
    return "no price" if lever["even_price"] is None else about(lever["even_price"])


def breakeven_csv(d: Document) -> str:
    """The break-even as CSV, a method a row.

    Parameters
    ----------
    d : dict
        Of :func:`breakeven_object`.
    """
    rows = []
    for m in d["methods"]:
        now, at = (
            {f"{x['name']}_{end}": x[key] for x in m["levers"]} for end, key in (("now", "value"), ("at", "even_price"))
        )
        rows.append({**m, **now, **at})
    ends = (f"{lever}_{end}" for lever in LEVERS for end in ("now", "at"))
    columns = ("method", "printed", "conventional", "houses", *ends)
    return csv_text(columns, rows)
