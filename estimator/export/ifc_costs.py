"""An IFC file with the costs and the schedule of its estimate in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from estimator.errors import PlanError, UsageError
from estimator.options import ReadOptions

Object = dict[str, Any]


def ifc_with_costs(source_path: str | Path, document: Mapping[str, Any], options: ReadOptions | None = None) -> bytes:
    """A copy of the IFC file a plan was read from, with the cost and the work schedule of its estimate added.

    Parameters
    ----------
    source_path : str or Path
        The IFC file, or a ZIP archive with it.
    document : mapping
        Estimate document (``docs/document.md``) of the plan in it.
    options : ReadOptions, optional
        With which the plan was read; of them only the limits matter here.

    Returns
    -------
    bytes
        IFC in STEP form, of the schema it had; the same for the same file and document.

    Raises
    ------
    UsageError
        The file is no IFC, or of a draft between 4 and 4x3, or the document is no estimate.
    PlanError
        The file is missing or damaged, or passes a limit.

    Notes
    -----
    The file is parsed in a process of its own, which is stopped at the limits, as in reading.
    """
    from estimator.export.ifc_writer import DONE, USAGE
    from estimator.readers.sandbox import answer_of

    path, options = Path(source_path), options or ReadOptions()
    name = str(source_path)
    told = told_of(document)
    if not path.is_file():
        raise PlanError(f"{name}: is no file that can be copied; name the IFC file the plan was read from")
    answer = answer_of("estimator.export.ifc_writer", (path.resolve(), name, options, told), name, options.limits)
    kind, rest = answer[:1], answer[1:]
    if kind == DONE:
        return rest
    sentence = rest.decode("utf-8", "replace") or f"{name}: gave no copy; save or export the file again"
    raise UsageError(sentence) if kind == USAGE else PlanError(sentence)


def told_of(document: Mapping[str, Any]) -> Object:
    """What of an estimate is written into an IFC file, in the order it is written.

    Parameters
    ----------
    document : mapping
        Estimate document.

    Returns
    -------
    dict
        Plain values: ``whole_house`` and ``stages``, each with its items and their lines; ``activities``; ids of the
        ``walls`` in the plan.

    Raises
    ------
    UsageError
        It is another document.
    """
    from estimator.document import SCHEMA
    from estimator.house import STAGE_NAMES

    if document.get("schema") != SCHEMA:
        raise UsageError("the costs in an IFC file are those of one estimate, not of a comparison; choose one printer")
    cost, currency = document["cost"], document["currency"]
    lines: dict[str, list[Object]] = {}
    for line in cost["lines"]:
        lines.setdefault(_item_of(line), []).append(_told_line(line, currency))
    items = [_told_item(item, lines[item["item"]], currency) for item in cost["items"]]
    names = {"walls": "Walls", **STAGE_NAMES}
    structure = document["structure"]
    return {
        "about": f"{document['plan']['name']}, printed by {document['names']['printer']}",
        "price_year": document["price_year"],
        "currency": currency,
        "whole_house": cost["whole_house"],
        "stages": [
            {"id": stage, "name": names[stage], "amount": amount, "items": held}
            for stage, amount in cost["stages"].items()
            if (held := [item for item in items if item["stage"] == stage])
        ],
        "activities": [
            {**activity, "description": f"crew of {activity['crew_persons']:g}" if activity["crew_persons"] else ""}
            for activity in document["schedule"]["activities"]
        ],
        "walls": sorted({row["wall"] for rows in ("wet_walls", "set_walls") for row in structure[rows]}),
    }


def _item_of(line: Mapping[str, Any]) -> str:
    """Id of the item of the bill that a line belongs to."""
    if line["item"]:
        return str(line["item"])
    return "walls" if line["phase"] == "walls" else f"{line['phase']}-overheads"


def _told_item(item: Mapping[str, Any], lines: list[Object], currency: str) -> Object:
    rate = "" if item["rate"] is None else f"{item['rate']:g} {currency} per {item['unit']}"
    return {
        **{key: item[key] for key in ("item", "element", "name", "stage", "quantity", "unit", "formula", "amount")},
        "measured": (item["formula"] or "Quantity").split(" ")[0],
        "description": _sentence(rate, item["assumed"]),
        "lines": lines,
    }


def _told_line(line: Mapping[str, Any], currency: str) -> Object:
    product = " × ".join(f"{factor['name']} {factor['value']:g}" for factor in line["factors"])
    unit = currency if line["unit"] == "money" else line["unit"]
    per = "" if line["unit"] == "money" else f" {currency} per {unit}"
    return {
        **{key: line[key] for key in ("code", "what", "quantity", "unit", "amount", "kind")},
        "formula": product or None,
        "measured": line["code"],
        "description": _sentence(f"{line['quantity']:.10g} {unit} × {line['rate']:.10g}{per}", line["assumed"]),
    }


def _sentence(rate: str, is_assumed: bool) -> str:
    return "; ".join(part for part in (rate, "rests on assumed facts" if is_assumed else "") if part)
