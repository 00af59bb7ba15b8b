"""The comparison document: printers side by side on one plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from estimator import __version__
from estimator.document import as_document, finding_objects

if TYPE_CHECKING:
    from estimator.compare import Comparison

SCHEMA = "printhouse-comparison/1"

Object = dict[str, Any]


def comparison_document(c: Comparison) -> Object:
    """Document of a comparison of printers.

    Parameters
    ----------
    c : Comparison

    Returns
    -------
    dict
        ``rows`` best first, the conventional methods beside them, and who ``cannot``.
    """
    documents = [as_document(e, may_change=False) for e in c.estimates]
    first = documents[0] if documents else {}
    return {
        "schema": SCHEMA,
        "version": __version__,
        "plan": first.get("plan", {"name": c.plan.name, "source": c.plan.source}),
        "region": first.get("region"),
        "currency": first.get("currency"),
        "price_year": first.get("price_year"),
        "rows": [
            {
                "printer": d["printer"],
                "name": d["names"]["printer"],
                "mix": d["mix"],
                "wall_system": d["wall_system"],
                "nozzle_s": d["time"]["nozzle_s"],
                "print_days": d["time"]["print_days"],
                "house_days": d["time"]["house_days"],
                "layers": d["toolpath"]["layers"],
                "stations": d["toolpath"]["stations"],
                "printed_volume_m3": d["material"]["printed_volume_m3"],
                "printed_walls": d["cost"]["printed_walls"],
                "shell": d["cost"]["shell"],
                "whole_house": d["cost"]["whole_house"],
                "carbon_kg": d["carbon"]["printed_walls_kg"],
                "uncertainty": _named(
                    d["uncertainty"], {name: name for name in ("nozzle_s", "print_days", "cost", "house_cost")}
                ),
                "findings": d["findings"],
                "assumptions_count": len(d["assumptions"]),
            }
            for d in documents
        ],
        "conventional": [
            {key: item for key, item in method.items() if key not in ("lines", "finish_lines", "activities", "stages")}
            | {"uncertainty": _named(first["uncertainty"], {"cost": f"cost.{method['method']}"})}
            for method in first.get("conventional", ())
        ],
        "cannot": [
            {"printer": r.printer, "code": r.code, "reason": r.reason, "findings": finding_objects(r.findings)}
            for r in c.refusals
        ],
    }


def merged_comparison(documents: Sequence[Object], refused: Iterable[tuple[str, str]] = ()) -> Object:
    """One comparison of several of the same plan with other printers.

    Parameters
    ----------
    documents : sequence of dict
        Comparison documents, at least one.
    refused : iterable of (str, str)
        Further printers, and why the changes that were asked for are impossible for them.

    Returns
    -------
    dict
    """

    def cost(row: Object) -> tuple[float, str]:
        spread = row["uncertainty"].get("cost")
        return (spread["p50"] if spread else row["printed_walls"], row["printer"])

    rows = sorted((row for d in documents for row in d["rows"]), key=cost)
    cannot = [c for d in documents for c in d["cannot"]]
    cannot += [{"printer": printer, "code": "usage", "reason": why, "findings": []} for printer, why in refused]
    first = next((d for d in documents if rows and rows[0] in d["rows"]), documents[0])
    return {**first, "rows": rows, "cannot": sorted(cannot, key=lambda c: str(c["printer"]))}


def _named(spreads: Object, names: Mapping[str, str]) -> Object:
    """Some of the spreads, where there are any, under the names wanted."""
    return {name: spreads[key] for name, key in names.items() if key in spreads}
