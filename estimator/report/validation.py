"""The validation as an object, a page of text, Markdown and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from statistics import median
from typing import Any

from estimator.report.csv_ import csv_text
from estimator.report.html import html_figure, html_page, html_table
from estimator.report.layout import Style, about, table, wrapped
from estimator.report.scatter import scatter_picture
from estimator.site_file import SiteFact
from estimator.validation.calibration import fits, held_out
from estimator.validation.cases import QUANTITIES
from estimator.validation.claims import Claim
from estimator.validation.validate import Row, Score, Validation

Document = dict[str, Any]

COLUMNS = (
    "case", "grade", "machine", "printer", "quantity", "published", "kind", "scored", "p10", "p50", "p90", "ratio",
    "inside", "source", "note",
)  # fmt: skip


UNITS = {"labour_h": " h", "print_days": " d", "house_days": " d", "path_m": " m", "printed_volume_m3": " m³"}
"""Of quantities that are shown as they are; money has none."""

WORST = 8
"""Scored values shown as those that are furthest off."""


def validation_object(v: Validation) -> Document:
    """A validation as plain values.

    Parameters
    ----------
    v : Validation

    Returns
    -------
    dict
    """
    fitted = fits(v)
    return {
        "schema": "printhouse-validation/1",
        "rows": [_row(r) for r in v.rows],
        "by_quantity": [_score(s) for s in v.by_quantity],
        "by_machine": [_score(s) for s in v.by_machine],
        "defaults": [
            {
                "key": f.key, "fitted": round(f.value, 4), "spread": round(f.spread, 4), "count": len(f.values),
                "cases": {case: round(value, 4) for case, value in f.values.items()},
            }
            for f in fitted
        ],
        "held_out": [
            {
                "name": quantity, "count": len(ratios), "median_ratio": round(median(ratios), 4),
                "median_error": round(median(abs(r - 1) for r in ratios), 4),
            }
            for quantity, ratios in held_out(v, fitted).items()
        ],
        "worst": [
            {"case": r.case.id, "name": r.case.name, "quantity": r.published.quantity, "ratio": round(r.ratio, 4),
             "why": r.case.why}
            for r in sorted((r for r in v.rows if r.published.is_scored), key=lambda r: -abs(log(r.ratio)))[:WORST]
        ],
        "failed": [{"case": case.id, "reason": reason} for case, reason in v.failed],
    }  # fmt: skip


def _row(r: Row) -> Document:
    p = r.published
    return {
        "case": r.case.id, "name": r.case.name, "grade": r.case.grade, "machine": r.case.machine,
        "printer": r.case.printer,
        "quantity": p.quantity, "published": p.value, "kind": p.kind, "scored": p.is_scored, "p10": round(r.p10, 4),
        "p50": round(r.p50, 4), "p90": round(r.p90, 4), "ratio": round(r.ratio, 4), "inside": r.is_inside,
        "source": p.source, "note": p.note,
    }  # fmt: skip


def _score(s: Score) -> Document:
    return {
        "name": s.name, "count": s.count, "median_ratio": round(s.median_ratio, 4),
        "median_error": round(s.median_error, 4), "spread": round(s.spread, 4), "coverage": round(s.coverage, 4),
    }  # fmt: skip


def _shown(quantity: str, value: float) -> str:
    """A value as people say it: seconds in hours, kilograms in tonnes."""
    if quantity.endswith("_s"):
        return f"{about(value / 3600)} h"
    if quantity.endswith("_kg"):
        return f"{about(value / 1000)} t"
    unit = {"labour_h": " h", "print_days": " d", "house_days": " d", "path_m": " m", "printed_volume_m3": " m³"}.get(
        quantity, ""
    )
    return f"{about(value)}{unit}"


def _cells(d: Document) -> list[tuple[str, ...]]:
    return [
        (
            r["name"], r["grade"], QUANTITIES[r["quantity"]], _shown(r["quantity"], r["published"]),
            _shown(r["quantity"], r["p50"]),
            f"{_shown(r['quantity'], r['p10']).split()[0]}–{_shown(r['quantity'], r['p90']).split()[0]}",
            f"{r['ratio']:.2f}", "yes" if r["inside"] else "no", "yes" if r["scored"] else f"no, {r['kind']}",
        )
        for r in d["rows"]
    ]  # fmt: skip


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


HEAD = ("case", "grade", "quantity", "published", "predicted", "P10–P90", "ratio", "inside", "scored")
DEFAULTS = ("fitted to buildings", "values", "fitted", "spread")
HELD_OUT = ("predicted by the others", "values", "median ratio", "median error")
WORST_HEAD = ("case", "quantity", "ratio", "why")
SCORES = ("of the scored", "values", "median ratio", "median error", "spread", "inside P10–P90")


def _score_cells(scores: list[Document]) -> list[tuple[str, ...]]:
    return [
        (
            str(QUANTITIES.get(s["name"], s["name"])), str(s["count"]), f"{s['median_ratio']:.2f}",
            f"{s['median_error']:.0%}", f"{s['spread']:.2f}", f"{s['coverage']:.0%}",
        )
        for s in scores
    ]  # fmt: skip


def _default_cells(d: Document) -> list[tuple[str, ...]]:
    return [(f["key"], str(f["count"]), f"{f['fitted']:.2f}", f"{f['spread']:.2f}") for f in d["defaults"]]


def _held_out_cells(d: Document) -> list[tuple[str, ...]]:
    return [
        (QUANTITIES[h["name"]], str(h["count"]), f"{h['median_ratio']:.2f}", f"{h['median_error']:.0%}")
        for h in d["held_out"]
    ]


def _worst_cells(d: Document) -> list[tuple[str, ...]]:
    return [(w["name"], QUANTITIES[w["quantity"]], f"{w['ratio']:.2f}", w["why"] or "not known") for w in d["worst"]]


def _parts(d: Document) -> list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """Tables after the first: title, head, rows."""
    return [
        ("Every quantity", SCORES, _score_cells(d["by_quantity"])),
        ("Nozzle time by kind of machine", SCORES, _score_cells(d["by_machine"])),
        ("Defaults fitted to these buildings", DEFAULTS, _default_cells(d)),
        ("Each building by defaults fitted to the others", HELD_OUT, _held_out_cells(d)),
    ]


def validation_page(d: Document, *, colour: bool = False) -> str:
    """The validation as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`validation_object`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style = Style(colour)
    short = [(_cut(r[0], 20), r[1], _cut(r[2], 14), *r[3:8], r[8].partition(",")[0]) for r in _cells(d)]
    shown = table([HEAD, *short], right=(3, 4, 5, 6), gap=" ")
    lines = [style.title("Held against published buildings"), "", style.dim(shown[0]), *shown[1:], ""]
    for name, head, body in _parts(d):
        if body:
            rows = table([head, *body], right=range(1, len(head)))
            lines += [style.head(name), style.dim(rows[0]), *rows[1:], ""]
    if d["worst"]:
        lines += [style.head("Furthest off, and why")]
        for w in _worst_cells(d):
            lines += wrapped(f"{w[0]}, {w[1]} {w[2]}: {w[3]}", "  ", "• ")
        lines += [""]
    for f in d["failed"]:
        lines += wrapped(f"{f['case']} could not be estimated: {f['reason']}")
    note = (
        "One set of rules and no constant of any case. Plans are stand-ins; what was published of a print is used, all "
        "else is the profile's. Ratio: middle of the draws over published. Spread: of the logarithm of the ratio."
    )
    return "\n".join([*lines, *map(style.dim, wrapped(note))]) + "\n"


def validation_markdown(d: Document) -> str:
    """The tables of the validation for a page of Markdown.

    Parameters
    ----------
    d : dict
        Of :func:`validation_object`.
    """

    def rows(head: tuple[str, ...], body: list[tuple[str, ...]]) -> list[str]:
        return [f"| {' | '.join(r)} |" for r in (head, ("---",) * len(head), *body)]

    parts = rows(HEAD, _cells(d))
    for title, head, body in (*_parts(d), ("Furthest off, and why", WORST_HEAD, _worst_cells(d))):
        if body:
            parts += ["", f"### {title}", "", *rows(head, body)]
    return "\n".join(parts)


def validation_csv(d: Document) -> str:
    """The validation as CSV, a published value a row.

    Parameters
    ----------
    d : dict
        Of :func:`validation_object`.
    """
    return csv_text(COLUMNS, d["rows"])


def claims_object(found: tuple[Claim, ...]) -> Document:
    """Claims with their arithmetic as plain values.

    Parameters
    ----------
    found : tuple of Claim

    Returns
    -------
    dict
    """
    return {
        "schema": "printhouse-claims/1",
        "claims": [
            {
                "id": c.id, "said": c.said, "source": c.source, "is_possible": c.is_possible, "verdict": c.verdict,
                "steps": [{"what": s.what, "value": round(s.value, 4), "unit": s.unit} for s in c.steps],
            }
            for c in found
        ],
    }  # fmt: skip


def claims_page(d: Document, *, colour: bool = False) -> str:
    """Claims as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`claims_object`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style = Style(colour)
    lines = [style.title("Claims that arithmetic can judge")]
    for c in d["claims"]:
        lines += ["", *wrapped(c["said"], "  ", "• "), *map(style.dim, wrapped(c["source"]))]
        steps = [(s["what"], f"{about(s['value'])} {s['unit']}".strip()) for s in c["steps"]]
        lines += [*table(steps, right=(1,), indent="    "), *wrapped(c["verdict"], "    ", "  → ")]
    return "\n".join(lines) + "\n"


def claims_csv(d: Document) -> str:
    """Claims as CSV, a step a row.

    Parameters
    ----------
    d : dict
        Of :func:`claims_object`.
    """
    rows = [{**s, "claim": c["id"], "verdict": c["verdict"]} for c in d["claims"] for s in c["steps"]]
    return csv_text(("claim", "what", "value", "unit", "verdict"), rows)


def validation_html(d: Document) -> str:
    """The validation as a page of HTML that needs nothing else, with a plot of every quantity.

    Parameters
    ----------
    d : dict
        Of :func:`validation_object`.
    """
    quantities = dict.fromkeys(r["quantity"] for r in d["rows"])
    parts = ["<h1>Held against published buildings</h1>", html_table(HEAD, _cells(d), range(3, 7))]
    for title, head, body in _parts(d):
        parts += [f"<h2>{title}</h2>", html_table(head, body, range(1, len(head)))]
    parts += ["<h2>Furthest off, and why</h2>", html_table(WORST_HEAD, _worst_cells(d), range(2, 3))]
    parts += [html_figure(scatter_picture(d, q), f"{QUANTITIES[q]}: each case by its number.") for q in quantities]
    return html_page("Held against published buildings", "\n".join(parts))


def calibration_object(v: Validation, facts: Sequence[SiteFact]) -> Document:
    """The validation of a site's buildings with the defaults that were fitted to them.

    Parameters
    ----------
    v : Validation
    facts : sequence of SiteFact

    Returns
    -------
    dict
    """
    found = [{"key": f.key, "value": f.value, "low": f.low, "high": f.high, "note": f.note} for f in facts]
    return {**validation_object(v), "schema": "printhouse-calibration/1", "facts": found}


def calibration_page(d: Document, *, colour: bool = False) -> str:
    """The same as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`calibration_object`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style = Style(colour)
    head = ("default", "value", "from", "to")
    body = [(f["key"], *(f"{f[k]:.3g}" for k in ("value", "low", "high"))) for f in d["facts"]]
    rows = table([head, *body], right=range(1, 4))
    lines = [style.head("Defaults of this site"), style.dim(rows[0]), *rows[1:]]
    for f in d["facts"]:
        lines += wrapped(f["note"], "    ", f"  {f['key']}: ")
    return validation_page(d, colour=colour) + "\n" + "\n".join(lines) + "\n"
