"""What a check of a plan found: as an object, a page and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.document import finding_objects
from estimator.fit import check
from estimator.options import ReadOptions
from estimator.plan import Plan
from estimator.report.csv_ import csv_text
from estimator.report.layout import Style, about, printable, table, wrapped
from estimator.report.text import findings_part
from estimator.report.understood import understood
from printers import Printer

Document = dict[str, Any]

LONGEST_NAME = 14
"""Longer names of storeys are cut in the table. [characters]"""


def check_object(plan: Plan, printers: Sequence[Printer], reading: ReadOptions | None = None) -> Document:
    """What was understood of a plan, its findings, and who can print it.

    Parameters
    ----------
    plan : Plan
    printers : sequence of Printer
    reading : ReadOptions, optional
        What the plan was read with.

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
    figures = understood(plan)
    whole = figures["all"]
    return {
        "schema": "printhouse-check/1",
        "plan": {
            "name": plan.name,
            "source": plan.source,
            "unit": plan.unit,
            "evidence": list(plan.evidence),
            "storeys": figures["storeys"],
            "walls": whole["walls"],
            "openings": {
                "door": whole["doors"],
                "window": whole["windows"],
                "opening": whole["openings"] - whole["doors"] - whole["windows"],
            },
            "rooms": whole["rooms"],
            "wall_length_m": whole["wall_length_m"],
            "wall_thickness_m": whole["wall_thickness_m"],
            "wall_footprint_m2": whole["wall_footprint_m2"],
            "net_wall_volume_m3": whole["net_wall_volume_m3"],
            "opening_area_m2": whole["opening_area_m2"],
            "room_area_m2": whole["room_area_m2"],
            "floor_area_m2": plan.floor_area_m2,
            "region": plan.region,
            "skipped": list(plan.skipped),
            "reading": {} if reading is None else reading.given(),
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
    head = (
        "storey", "floor m", "height m", "walls", "length m", "plan m²", "net m³", "openings", "m²", "rooms", "m²",
    )  # fmt: skip
    rows = [_row(s["name"], s, f"{s['elevation_m']:.2f}", f"{s['height_m']:.2f}") for s in plan["storeys"]]
    if len(rows) > 1:
        whole = {**plan, "openings": sum(plan["openings"].values())}
        rows.append(_row("all", whole, "", ""))
    lines = [
        style.title(printable(plan["name"])),
        style.dim(
            f"{printable(plan['source'])} · {plan['walls']} walls · {holes or 'no openings'} · floor area {area}"
        ),
        "",
        style.head("What was understood"),
        *table([head, *rows], right=range(1, len(head))),
        *_reading(plan),
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
            reason = "; ".join(["can", *_warnings(entry["findings"])])
        lines += wrapped(printable(reason), " " * 20, f"  {entry['printer']:<15} – ")
    return "\n".join(lines) + "\n"


def _row(name: str, figures: Document, *heights: str) -> tuple[str, ...]:
    """A line of the table of storeys."""
    volume = figures["net_wall_volume_m3"]
    return (
        _cut(printable(name)),
        *heights,
        str(figures["walls"]),
        f"{figures['wall_length_m']:.1f}",
        f"{figures['wall_footprint_m2']:.2f}",
        "–" if volume is None else f"{volume:.2f}",
        str(figures["openings"]),
        f"{figures['opening_area_m2']:.1f}",
        str(figures["rooms"]),
        f"{figures['room_area_m2']:.1f}",
    )


def _warnings(findings: Sequence[Document]) -> list[str]:
    """Warnings, each kind once."""
    same: dict[str, list[str]] = {}
    for f in findings:
        if f["severity"] == "warning":
            same.setdefault(f["code"], []).append(f["message"])
    return [m[0] + (f" ({len(m)} places)" if len(m) > 1 else "") for m in same.values()]


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _reading(plan: Document) -> list[str]:
    """Unit, its evidence, thickness and what was skipped."""
    told = [f"unit: {plan['unit']}" + (f" – {'; '.join(plan['evidence'])}" if plan["evidence"] else "")]
    if plan["wall_thickness_m"]:
        low, high = plan["wall_thickness_m"]
        told.append(f"walls {low:g} m thick" if low == high else f"walls {low:g} to {high:g} m thick")
    if plan["skipped"]:
        told.append(f"skipped: {', '.join(plan['skipped'])}")
    if plan["reading"]:
        told.append(f"read with: {', '.join(_option(k, v) for k, v in plan['reading'].items())}")
    return [line for text in told for line in wrapped(printable(text), "    ", "  ")]


def _option(name: str, value: Any) -> str:
    """An option of reading and its value."""
    if isinstance(value, dict):
        return f"{name} {' '.join(f'{k}={v:g}' for k, v in value.items())}"
    return f"{name} {' '.join(value) if isinstance(value, list) else value}"


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
