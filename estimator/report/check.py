"""What a check of a plan found: as an object, a page and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.document import finding_objects
from estimator.fit import check
from estimator.plan import Plan
from estimator.report.csv_ import csv_text
from estimator.report.layout import Style, about, printable, table, wrapped
from estimator.report.text import findings_part
from printers import Printer

Document = dict[str, Any]


def check_object(plan: Plan, printers: Sequence[Printer]) -> Document:
    """What was understood of a plan, its findings, and who can print it.

    Parameters
    ----------
    plan : Plan
    printers : sequence of Printer

    Returns
    -------
    dict
    """
    own = check(plan)
    said = set(own)
    fits = []
    for printer in printers:
        found = [f for f in check(plan, printer) if f not in said]
        fits.append(
            {
                "printer": printer.id,
                "prints": all(f.severity != "error" for f in found),
                "findings": finding_objects(found),
            }
        )
    openings = [o for w in plan.walls for o in w.openings]
    return {
        "schema": "printhouse-check/1",
        "plan": {
            "name": plan.name,
            "source": plan.source,
            "storeys": [
                {
                    "id": s.id,
                    "name": s.name,
                    "elevation_m": round(s.elevation_m, 4),
                    "height_m": round(s.height_m, 4),
                    "walls": sum(w.storey == i for w in plan.walls),
                    "openings": sum(len(w.openings) for w in plan.walls if w.storey == i),
                    "rooms": sum(r.storey == i for r in plan.rooms),
                }
                for i, s in enumerate(plan.storeys)
            ],
            "walls": len(plan.walls),
            "openings": {kind: sum(o.kind == kind for o in openings) for kind in ("door", "window", "opening")},
            "rooms": len(plan.rooms),
            "wall_footprint_m2": round(sum(w.footprint.area for w in plan.walls), 4),
            "floor_area_m2": plan.floor_area_m2,
            "region": plan.region,
            "assumptions": list(plan.assumptions),
        },
        "findings": finding_objects(own),
        "printers": fits,
    }


def check_page(d: Document, *, colour: bool = False) -> str:
    """The check as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`check_object`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style = Style(colour)
    plan = d["plan"]
    holes = ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in plan["openings"].items() if n)
    area = "not stated" if plan["floor_area_m2"] is None else f"{about(plan['floor_area_m2'])} m²"
    head = ("storey", "floor at", "height", "walls", "openings", "rooms")
    rows = [
        (
            s["name"],
            f"{s['elevation_m']:.2f} m",
            f"{s['height_m']:.2f} m",
            *map(str, (s["walls"], s["openings"], s["rooms"])),
        )
        for s in plan["storeys"]
    ]
    lines = [
        style.title(printable(plan["name"])),
        style.dim(
            f"{printable(plan['source'])} · {plan['walls']} walls · {holes or 'no openings'} · floor area {area}"
        ),
        "",
        style.head("What was understood"),
        *table([head, *rows], right=range(1, 6)),
        "",
        *findings_part(d["findings"], style),
    ]
    if plan["assumptions"]:
        lines += ["", style.head("Assumed in the plan")]
        for text in plan["assumptions"]:
            lines += wrapped(printable(text), "    ", "  • ")
    lines += ["", style.head("Who can print it")]
    for entry in d["printers"]:
        reason = next((f["message"] for f in entry["findings"] if f["severity"] == "error"), "")
        if entry["prints"]:
            warnings = [f["message"] for f in entry["findings"] if f["severity"] == "warning"]
            reason = "; ".join(["can", *warnings])
        lines += wrapped(printable(reason), " " * 20, f"  {entry['printer']:<16}– ")
    return "\n".join(lines) + "\n"


def check_csv(d: Document) -> str:
    """The findings as CSV, those of the plan first.

    Parameters
    ----------
    d : dict
        Of :func:`check_object`.
    """
    rows = [{"printer": "", **f} for f in d["findings"]]
    rows += [{"printer": p["printer"], **f} for p in d["printers"] for f in p["findings"]]
    return csv_text(("printer", "severity", "code", "where", "message"), rows)
