"""Whether a building stands, as a page of text, an object and CSV."""

from __future__ import annotations

from typing import Any

from estimator.document import as_document, finding_objects
from estimator.estimate import Estimate
from estimator.report.csv_ import csv_text
from estimator.report.layout import Style, about, printable, table, wrapped
from estimator.report.text import findings_part
from estimator.structure.set_wall import MOST

Document = dict[str, Any]

FALLS_BY = {"plastic": "foot yields", "section": "leans", "leaf": "leaf buckles"}
"""Ways in which a wet wall falls, in short."""


def structure_report(e: Estimate) -> Document:
    """What is checked of a building, with the findings that belong to it.

    Parameters
    ----------
    e : Estimate

    Returns
    -------
    dict
    """
    d = as_document(e)
    return {
        "schema": "printhouse-structure/1",
        "plan": {"name": e.plan.name, "source": e.plan.source},
        "printer": d["printer"],
        "mix": d["mix"],
        "wall_system": d["wall_system"],
        "region": d["region"],
        "structure": d["structure"],
        "findings": finding_objects(e.structure.findings),
    }


def structure_page(d: Document, *, colour: bool = False) -> str:
    """The structure as a page of text.

    Parameters
    ----------
    d : dict
        Of :func:`structure_report`.
    colour : bool
        Whether to use the colours of a terminal.
    """
    style, s = Style(colour), d["structure"]
    lines = [
        style.title(printable(d["plan"]["name"])),
        style.dim(f"{printable(d['plan']['source'])} · {d['printer']} · {d['mix']} · {d['wall_system']} walls"),
        *wrapped("A preliminary estimate, no design: have an engineer check what is built."),
        "",
    ]
    lines += _wet_part(s["wet_walls"], style) + _joint_part(s["joints"], style)
    lines += _set_part(s["set_walls"], s["set"], style)
    lines += _lintel_part(s["lintels"], style)
    lines += _heat_part(s["heat"], style) + findings_part(d["findings"], style)
    lines += ["", *(style.dim(line) for line in wrapped("Not checked: " + "; ".join(s["not_modelled"]) + "."))]
    return "\n".join(lines) + "\n"


def structure_csv(d: Document) -> str:
    """Every wet wall, set wall and lintel as a row, told apart by its first cell.

    Parameters
    ----------
    d : dict
        Of :func:`structure_report`.
    """
    rows: list[Document] = [
        {"of": name.removesuffix("s").replace("_", "-"), **row}
        for name in ("wet_walls", "set_walls", "lintels")
        for row in d["structure"][name]
    ]
    return csv_text(list(dict.fromkeys(key for row in rows for key in row)) or ["of", "wall"], rows)


def _wet_part(walls: list[Document], style: Style) -> list[str]:
    """The worst part of every wall, the worst wall first."""
    if not walls:
        return []
    worst: dict[str, Document] = {}
    for wall in sorted(walls, key=lambda w: w["margin"]):
        worst.setdefault(wall["wall"], wall)
    head = ("wet wall", "part", "margin", "if perfect", "falls by", "at m", "have fallen", "rise m/h")
    rows = [
        (
            printable(w["wall"]), str(w["part"]), f"{w['margin']:.2f}", f"{w['ideal_margin']:.2f}",
            FALLS_BY[w["falls_by"]], f"{w['at_m']:+.2f}", f"{w['collapse_share']:.0%}",
            "any" if w["rise_max_m_per_s"] is None else about(3600 * w["rise_max_m_per_s"]),
        )
        for w in worst.values()
    ]  # fmt: skip
    note = (
        "Margin: what may be relied upon over what is asked, knock-downs included; below 1 is bad. If perfect: without "
        "knock-downs. Have fallen: share of walls on record that would have. Rise: fastest that keeps the margin."
    )
    return [
        style.head("Does the wet wall stand"),
        *table([head, *rows], right=(1, 2, 3, 5, 6, 7)),
        *map(style.dim, wrapped(note)),
        "",
    ]


def _used(ratio: float) -> str:
    """A utilisation; no number where nothing is left that resists."""
    return "> 99 ×" if ratio >= MOST else f"{ratio:.0%}"


def _set_part(walls: list[Document], summary: Document | None, style: Style) -> list[str]:
    """Every set wall, the worst first."""
    if summary is None:
        return [style.head("Does the set wall stand"), *wrapped("Not checked: no strengths of this mix are known."), ""]
    head = (
        "set wall, plain",
        "dead kN/m",
        "live",
        "wind Pa",
        "load",
        "bending",
        "shear",
        "webs",
        "plain",
        "cores",
        "every m",
    )
    rows = [
        (
            printable(w["wall"]), f"{w['dead_n_per_m'] / 1000:.1f}", f"{w['live_n_per_m'] / 1000:.1f}",
            f"{w['wind_pa']:.0f}", *(_used(w[k]) for k in ("axial", "bending", "shear", "web_joint")),
            "slender" if w["slender"] else "thin" if w["thin"] else "allowed", str(w["cores"] or ""),
            "fails" if not w["stands"] else f"{w['core_spacing_m']:.2g}" if w["cores"] else "",
        )
        for w in sorted(walls, key=lambda w: -max(w["axial"], w["bending"], w["shear"], w["web_joint"]))
    ]  # fmt: skip
    note = (
        f"By {summary['route']}, recalled clauses: utilisation of the wall as printed, without grouted cores; wind "
        "bends it across the layers, whose weakest joint holds "
        f"{summary['bond_tension_pa_min'] / 1e6:.2f} MPa."
    )
    if summary["grout_m3"]:
        note += (
            f" The cores shown take {summary['grout_m3']:.2g} m³ of grout and {summary['steel_kg']:.0f} kg of steel, "
            "in the ledger."
        )
    return [
        style.head("Does the set wall stand"),
        *table([head, *rows], right=range(1, 7)),
        *map(style.dim, wrapped(note)),
        "",
    ]


def _lintel_part(lintels: list[Document], style: Style) -> list[str]:
    """Every different lintel, the most burdened first."""
    if not lintels:
        return []
    alike: dict[tuple[Any, ...], list[Document]] = {}
    for one in sorted(lintels, key=lambda w: -w["moment_n_m"]):
        key = tuple(one[k] for k in ("kind", "span_m", "width_m", "arches", "depth_m", "bars"))
        alike.setdefault(key, []).append(one)
    head = ("lintel over", "span m", "wall m", "above m", "arches", "kN·m", "lintel", "depth mm", "bars")
    rows = [
        (
            printable(w["opening"] or w["wall"]) + (f" and {len(others)} more" if others else ""), f"{w['span_m']:.2f}",
            f"{w['width_m']:.2f}", f"{w['above_m']:.2f}", "yes" if w["arches"] else "no",
            f"{w['moment_n_m'] / 1000:.1f}", w["kind"], f"{1000 * w['depth_m']:.0f}" if w["bars"] else "",
            f"{w['bars']} × 12" if w["bars"] else "",
        )
        for w, *others in alike.values()
    ]  # fmt: skip
    concrete, steel = (sum(w[k] for w in lintels) for k in ("concrete_m3", "steel_kg"))
    note = f"Cast in all: {concrete:.2g} m³ of concrete and {steel:.0f} kg of steel, in the ledger." if concrete else ""
    return [
        style.head("What spans the openings"),
        *table([head, *rows], right=(1, 2, 3, 5, 7)),
        *map(style.dim, wrapped(note) if note else []),
        "",
    ]


def _heat_part(heat: Document, style: Style) -> list[str]:
    if heat["u_max_w_per_m2_k"] is None:
        return []
    text = f"Outer walls as printed let through up to {heat['u_max_w_per_m2_k']:.2f} W/(m²·K)"
    if heat["u_wanted_w_per_m2_k"] is None:
        text += "; no requirement of the region is on file."
    else:
        text += f"; new walls there may {heat['u_wanted_w_per_m2_k']:.2f}"
        ways = []
        if heat["outside_m3"]:
            ways.append(
                f"{1000 * heat['outside_m']:.0f} mm outside, {about(heat['outside_m3'])} m³ on "
                f"{about(heat['outside_m2'])} m²"
            )
        if heat["fill_m3"]:
            ways.append(f"{about(heat['fill_m3'])} m³ in cavities of {1000 * heat['fill_m']:.0f} mm")
        text += f": insulated by {' and '.join(ways)}, in the ledger." if ways else ", so they need no insulation."
    return [style.head("Is it warm"), *wrapped(text), ""]


def _joint_part(joints: Document | None, style: Style) -> list[str]:
    if joints is None:
        return []
    text = (
        f"{joints['fresh']} joints between layers are fresh, {joints['late']} late, {joints['cold']} cold, "
        f"{joints['nights']} of these over a night; the longest interval of a shift is {joints['longest_s'] / 60:.0f} "
        f"min. At least {joints['bond_ratio_min']:.0%} of the bond is left."
    )
    return [style.head("Do the layers bond"), *wrapped(text), ""]
