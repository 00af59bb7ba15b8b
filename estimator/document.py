"""The estimate document: everything an estimate says, as plain Python for JSON.

Numbers are rounded here and nowhere before. Quantity and rate of a line are rounded first, its
amount is their product to the cent, and every total is the sum of the lines shown, so a reader
with a pocket calculator arrives at the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from estimator import __version__
from estimator.beside_document import shown_activities, shown_beside
from estimator.carbon import COUNTED, NOT_COUNTED
from estimator.cost import Market
from estimator.drivers import Driver
from estimator.errors import Finding
from estimator.estimate import Estimate
from estimator.house_document import bill_items, measures_object, top_down
from estimator.ledger_document import shown_ledger, stage_amounts, summed
from estimator.rates import USER
from estimator.structure_document import structure_object
from estimator.times import PrintTimes
from estimator.toolpath_document import toolpath_object
from estimator.values import Draw, FactLike, rounded

SCHEMA = "printhouse-estimate/1"

NOZZLE_PARTS = ("deposition_s", "travel_s", "start_stop_s", "layer_change_s", "slow_s", "wait_s")
SHIFT_PARTS = ("availability_s", "at_once_s", "insert_s", "station_move_s", "shift_overhead_s")

Object = dict[str, Any]


def as_document(e: Estimate, *, may_change: bool = True) -> Object:
    """Estimate document of an estimate (``docs/document.md``).

    Parameters
    ----------
    e : Estimate
    may_change : bool
        Whether the document is changed afterwards. One that is only read is made faster: it shares objects with others.

    Returns
    -------
    dict
        Only dict, list, str, bool, int, finite float and None; the same for the same estimate.

    Raises
    ------
    ValueError
        A number is not finite, which would be an error of the program.
    """
    out = e.outcome
    assumed = {name for name, fact in e.used.items() if fact.basis == "assumed"}
    draw = Draw()
    market = Market.of(e.region, e.terms, draw)
    ranges = e.uncertainty.lines if e.uncertainty else {}
    walls = shown_ledger(out.lines, assumed, market, e.mix, ranges.get("printed", ()))
    finishes = shown_ledger(out.finishes, assumed, market, e.mix, ranges.get("finishes", ()))
    beside = shown_beside(out.beside, ranges, may_change=may_change)
    shared, conventional = beside.shared, beside.conventional
    used: dict[str, FactLike] = {**e.used, **draw.used, **beside.used}
    assumed.update(name for name, fact in used.items() if fact.basis == "assumed")

    idle, observed = float(market.rates.idle_factor), e.region.get("house_duration_days")
    ledger = walls.lines + finishes.lines + shared.lines
    printed: Object = {
        "walls": walls.amount,
        "finishes": finishes.amount,
        "shell": summed((walls.amount, shared.of_shell, finishes.of_shell)),
        "whole_house": summed((walls.amount, finishes.amount, shared.amount)),
        "whole_house_carbon_kg": rounded(walls.carbon_kg + finishes.carbon_kg + shared.carbon_kg, 1),
        "house_days": rounded(out.house_days, 2),
        "wall_days": rounded(_wall_days(e), 2),
        "labour_h": rounded(sum(float(line.quantity) for line in out.lines if line.kind == "labour"), 2),
        "carbon_kg": walls.carbon_kg,
    }
    area = rounded(e.takeoff.floor_area_m2, 3)
    return {
        "schema": SCHEMA,
        "version": __version__,
        "plan": _plan(e),
        "printer": e.printer.id,
        "mix": e.mix.id,
        "wall_system": e.wall_system,
        "region": e.region.id,
        "names": {"printer": e.printer.name, "mix": e.mix.name, "region": e.region.name},
        "currency": e.region.currency,
        "price_year": e.region.price_year,
        "toolpath": toolpath_object(e),
        "time": _time(out.times, printed["house_days"]),
        "material": {
            "printed_volume_m3": rounded(out.quantities.printed_volume_m3, 4),
            "waste_m3": rounded(out.quantities.waste_m3, 4),
            "ordered_volume_m3": rounded(out.quantities.ordered_volume_m3, 4),
            "printed_mass_kg": rounded(out.quantities.printed_mass_kg, 1),
            "core_volume_m3": rounded(e.cores.total_m3, 4),
            "lines": [
                {key: line[key] for key in ("code", "what", "quantity", "unit", "origin", "assumed")}
                for line in walls.lines
                if line["kind"] == "material"
            ],
        },
        "structure": structure_object(e),
        "cost": {
            "lines": ledger,
            "items": bill_items(ledger),
            "stages": stage_amounts(ledger),
            "printed_walls": walls.amount,
            "shell": printed["shell"],
            "whole_house": printed["whole_house"],
            "total_per_m2": rounded(printed["whole_house"] / area, 2) if area else None,
        },
        "measures": measures_object(e.measures),
        "conventional": conventional,
        "top_down": top_down(e.region, conventional, shared.lines, e.measures.floor_m2),
        "comparison": [_against(printed, method) for method in conventional],
        "carbon": {
            "lines": [
                {
                    "code": line.code,
                    "what": line.what,
                    "carbon_kg": rounded(line.carbon_kg, 1),
                    "origin": list(line.origin),
                    "assumed": not assumed.isdisjoint(line.origin),
                }
                for line in walls.carbon
            ],
            "printed_walls_kg": printed["carbon_kg"],
            "whole_house_kg": printed["whole_house_carbon_kg"],
            "counted": COUNTED,
            "not_modelled": list(NOT_COUNTED),
        },
        "uncertainty": _uncertainty(e),
        "schedule": {
            "activities": shown_activities(out.activities),
            "expected_days": rounded(idle * out.house_days, 1),
            "idle_factor": idle,
            "observed_days": None if observed is None else rounded(float(observed), 1),
        },
        "reliance": _reliance(e, ledger),
        "findings": finding_objects(e.findings),
        "assumptions": _assumptions(e.plan.assumptions, used),
    }


def finding_objects(findings: Iterable[Finding]) -> list[Object]:
    """Findings as plain objects.

    Parameters
    ----------
    findings : iterable of Finding

    Returns
    -------
    list of dict
    """
    return [{"code": f.code, "severity": f.severity, "where": f.where, "message": f.message} for f in findings]


def _plan(e: Estimate) -> Object:
    t = e.takeoff
    return {
        "name": e.plan.name,
        "source": e.plan.source,
        "storeys": len(e.plan.storeys),
        "walls": len(e.plan.walls),
        "floor_area_m2": rounded(t.floor_area_m2, 3),
        "wall_length_m": rounded(t.length_m.sum(), 3),
        "wall_area_m2": rounded(t.net_area_m2.sum(), 3),
        "external_wall_area_m2": rounded(t.net_area_m2[t.is_external].sum(), 3),
        "net_wall_volume_m3": rounded(t.net_volume_m3, 4),
        "openings": t.openings,
        "lintels": t.lintels,
        "rooms": len(e.plan.rooms),
    }


def _time(times: PrintTimes, house_days: float) -> Object:
    """The time ledger; sums of the values shown."""
    shown: Object = {name: rounded(getattr(times, name), 3) for name in NOZZLE_PARTS}
    shown["nozzle_s"] = rounded(math.fsum(shown[name] for name in NOZZLE_PARTS), 3)
    shown |= {name: rounded(getattr(times, name), 3) for name in SHIFT_PARTS}
    shown["print_shift_s"] = rounded(math.fsum(shown[name] for name in ("nozzle_s", *SHIFT_PARTS)), 3)
    shown["print_days"] = round(rounded(times.print_days, 0))
    shown["setup_s"] = rounded(times.setup_s, 3)
    shown["teardown_s"] = rounded(times.teardown_s, 3)
    shown["house_days"] = house_days
    return shown


def _wall_days(e: Estimate) -> float:
    """Working days of the printed walls on site, moving in and out included."""
    return float(e.outcome.times.moving_days + e.outcome.times.print_days)


_MEASURES = {
    "cost": "walls",
    "whole_house_cost": "whole_house",
    "days": "house_days",
    "wall_days": "wall_days",
    "labour_h": "labour_h",
    "carbon_kg": "carbon_kg",
    "whole_house_carbon_kg": "whole_house_carbon_kg",
}
"""What is compared, and where it stands among the results of either side."""


def _against(printed: Mapping[str, float], method: Object) -> Object:
    row: Object = {"method": method["method"], "name": method["name"]}
    for measure, key in _MEASURES.items():
        ours, theirs = printed[key], method[key]
        row[measure] = {
            "printed": ours,
            "conventional": theirs,
            "difference": rounded(ours - theirs, 2),
            "ratio": rounded(ours / theirs, 4) if theirs else None,
        }
    return row


def _uncertainty(e: Estimate) -> Object:
    u = e.uncertainty
    if u is None:
        return {
            "samples": 0, "seed": None, "drivers": [], "drivers_of": {}, "chances": {}, "densities": {}, "settings": [],
        }  # fmt: skip
    document: Object = {"samples": u.samples, "seed": u.seed}
    for name, s in u.spread.items():
        document[name] = {"p10": rounded(s.p10, 3), "p50": rounded(s.p50, 3), "p90": rounded(s.p90, 3)}
    document["settings"] = [
        {"name": s.name, "value": s.value, "low": s.low, "high": s.high}
        | {
            end: {
                "nozzle_s": _rounded_or_none(s.nozzle_s[k]),
                "printed_volume_m3": _rounded_or_none(s.printed_volume_m3[k]),
                "cost": _rounded_or_none(s.cost[k]),
            }
            for k, end in enumerate(("at_low", "at_high"))
        }
        for s in u.settings
    ]
    document["drivers_of"] = {name: [_driver(d) for d in found] for name, found in u.drivers.items()}
    document["drivers"] = document["drivers_of"]["cost"]
    document["chances"] = {
        method: {name: rounded(share, 4) for name, share in asdict(chances).items()}
        for method, chances in u.chances.items()
    }
    document["densities"] = {
        name: {"low": rounded(d.low, 3), "high": rounded(d.high, 3), "shares": [rounded(s, 4) for s in d.shares]}
        for name, d in u.densities.items()
    }
    return document


def _driver(d: Driver) -> Object:
    return {
        "name": d.name,
        "rank_correlation": rounded(d.rank_correlation, 4),
        "at_low": rounded(d.at_low, 3),
        "at_high": rounded(d.at_high, 3),
    }


def _reliance(e: Estimate, lines: Sequence[Object]) -> Object:
    """How much of the cost of the house rests on assumed facts, and what to measure first."""
    amounts = summed(line["amount"] for line in lines)
    assumed = summed(line["amount"] for line in lines if line["assumed"])
    ranked = e.uncertainty.drivers["house_cost"] if e.uncertainty else ()
    unsure = [d.name for d in ranked if d.name in e.used and e.used[d.name].basis == "assumed"]
    return {
        "assumed_share": rounded(assumed / amounts, 4) if amounts else None,
        "measure_first": unsure[:MEASURED_FIRST],
    }


MEASURED_FIRST = 3
"""Facts whose measurement is suggested."""


def _rounded_or_none(value: float | None) -> float | None:
    return None if value is None else rounded(value, 3)


def _assumptions(stated: Iterable[str], used: Mapping[str, FactLike]) -> list[Object]:
    """The plan's own assumptions, then every used fact that is neither measured nor published, or a user's own."""
    empty = {"value": None, "low": None, "high": None, "basis": "assumed"}
    found: list[Object] = [{"name": "plan", **empty, "note": text, "source": "", "where": ""} for text in stated]
    for name, fact in used.items():
        if fact.basis not in ("measured", "published") or fact.source == USER:
            found.append(
                {
                    "name": name,
                    "value": fact.value,
                    "low": fact.low,
                    "high": fact.high,
                    "basis": fact.basis,
                    "note": fact.note,
                    "source": fact.source,
                    "where": fact.where,
                }
            )
    return found
