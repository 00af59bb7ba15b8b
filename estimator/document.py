"""The estimate document: everything an estimate says, as plain Python for JSON.

Numbers are rounded here and nowhere before. Quantity and rate of a line are rounded first, its
amount is their product to the cent, and every total is the sum of the lines shown, so a reader
with a pocket calculator arrives at the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from estimator import __version__
from estimator.carbon import COUNTED, NOT_COUNTED, CarbonLine, carbon_lines
from estimator.cost import Market
from estimator.drivers import Driver
from estimator.errors import Finding
from estimator.estimate import Estimate
from estimator.house import SHELL_STAGES
from estimator.house_document import bill_items, element_of, measures_object, stage_amounts, top_down, with_carbon
from estimator.ledger import Line
from estimator.rates import USER
from estimator.schedule import ActivityDates
from estimator.structure_document import structure_object
from estimator.times import PrintTimes
from estimator.toolpath_document import toolpath_object
from estimator.uncertainty import Spread
from estimator.values import Draw, FactLike, rounded

if TYPE_CHECKING:
    from estimator.compare import Comparison

SCHEMA = "printhouse-estimate/1"
COMPARISON_SCHEMA = "printhouse-comparison/1"

NOZZLE_PARTS = ("deposition_s", "travel_s", "start_stop_s", "layer_change_s", "slow_s", "wait_s")
SHIFT_PARTS = ("availability_s", "at_once_s", "insert_s", "station_move_s", "shift_overhead_s")

Object = dict[str, Any]


def as_document(e: Estimate) -> Object:
    """Estimate document of an estimate (``docs/document.md``).

    Parameters
    ----------
    e : Estimate

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
    of = partial(carbon_lines, mix=e.mix, market=market)
    printed_carbon, shared_carbon = of(out.lines), _kg(of(out.shared))
    method_carbon = [(_kg(of(c.lines)), _kg(of(c.finishes))) for c in out.conventional]
    used: dict[str, FactLike] = {**e.used, **draw.used}
    assumed.update(name for name, fact in draw.used.items() if fact.basis == "assumed")

    idle, observed = float(market.rates.idle_factor), e.region.get("house_duration_days")
    ranges = e.uncertainty.lines if e.uncertainty else {}

    def shown(some: Sequence[Line], ledger: str) -> list[Object]:
        return with_carbon(shown_lines(some, assumed, ranges.get(ledger, ())), of(some))

    lines, finishes = shown(out.lines, "printed"), shown(out.finishes, "finishes")
    shared = [{**line, "shared": True} for line in shown(out.shared, "shared")]
    shell, rest = _of_shell(shared), _sum(line["amount"] for line in shared)
    walls, finish = (_sum(line["amount"] for line in some) for some in (lines, finishes))
    conventional = [
        {
            "method": c.method.id,
            "name": c.method.name,
            "lines": (own := shown(c.lines, f"walls.{c.method.id}")),
            "finish_lines": (theirs := shown(c.finishes, f"finishes.{c.method.id}")),
            "walls": (amount := _sum(line["amount"] for line in own)),
            "finishes": (done := _sum(line["amount"] for line in theirs)),
            "shell": _sum((amount, shell, _of_shell(theirs))),
            "whole_house": _sum((amount, done, rest)),
            "stages": stage_amounts([*own, *theirs, *shared]),
            "house_days": rounded(days, 2),
            "expected_days": rounded(idle * days, 1),
            "activities": _activities(dates),
            "wall_days": rounded(c.wall_days, 2),
            "labour_h": rounded(c.labour_h, 2),
            "carbon_kg": carbon,
            "whole_house_carbon_kg": rounded(carbon + finish_kg + shared_carbon, 1),
        }
        for c, dates, days, (carbon, finish_kg) in zip(
            out.conventional, out.conventional_activities, out.conventional_days, method_carbon, strict=True
        )
    ]
    printed: Object = {
        "walls": walls,
        "finishes": finish,
        "shell": _sum((walls, shell, _of_shell(finishes))),
        "whole_house": _sum((walls, finish, rest)),
        "whole_house_carbon_kg": rounded(_kg(printed_carbon) + _kg(of(out.finishes)) + shared_carbon, 1),
        "house_days": rounded(out.house_days, 2),
        "wall_days": rounded(_wall_days(e), 2),
        "labour_h": rounded(sum(float(line.quantity) for line in out.lines if line.kind == "labour"), 2),
        "carbon_kg": _kg(printed_carbon),
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
                for line in lines
                if line["kind"] == "material"
            ],
        },
        "structure": structure_object(e),
        "cost": {
            "lines": lines + finishes + shared,
            "items": bill_items(lines + finishes + shared),
            "stages": stage_amounts(lines + finishes + shared),
            "printed_walls": walls,
            "shell": printed["shell"],
            "whole_house": printed["whole_house"],
            "total_per_m2": rounded(printed["whole_house"] / area, 2) if area else None,
        },
        "measures": measures_object(e.measures),
        "conventional": conventional,
        "top_down": top_down(e.region, conventional, shared, e.measures.floor_m2),
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
                for line in printed_carbon
            ],
            "printed_walls_kg": printed["carbon_kg"],
            "whole_house_kg": printed["whole_house_carbon_kg"],
            "counted": COUNTED,
            "not_modelled": list(NOT_COUNTED),
        },
        "uncertainty": _uncertainty(e),
        "schedule": {
            "activities": _activities(out.activities),
            "expected_days": rounded(idle * out.house_days, 1),
            "idle_factor": idle,
            "observed_days": None if observed is None else rounded(float(observed), 1),
        },
        "reliance": _reliance(e, lines + finishes + shared),
        "findings": finding_objects(e.findings),
        "assumptions": _assumptions(e.plan.assumptions, used),
    }


def _activities(dates: Iterable[ActivityDates]) -> list[Object]:
    return [
        {
            "id": a.id,
            "name": a.name,
            "start_day": rounded(a.start_day, 2),
            "finish_day": rounded(a.finish_day, 2),
            "after": list(a.after),
            "crew_persons": rounded(a.crew_persons, 2),
            "critical": a.is_critical,
        }
        for a in dates
    ]


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
    documents = [as_document(e) for e in c.estimates]
    first = documents[0] if documents else {}
    return {
        "schema": COMPARISON_SCHEMA,
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


def _of_shell(lines: Iterable[Object]) -> float:
    return _sum(line["amount"] for line in lines if line["phase"] in SHELL_STAGES)


def shown_lines(lines: Sequence[Line], assumed: set[str], ranges: Sequence[Spread] = ()) -> list[Object]:
    """Ledger lines as they are shown.

    Parameters
    ----------
    lines : sequence of Line
        A line in ``money`` is a percentage of all lines of its phase above it, fees left out.
    assumed : set of str
        Full names of the facts that are assumed.
    ranges : sequence of Spread
        Of the amounts; empty where none were drawn.

    Returns
    -------
    list of dict
        Rounded; amount = quantity × rate to the cent.
    """
    shown: list[Object] = []
    above: dict[str, float] = {}
    for k, line in enumerate(lines):
        unit, origin = line.unit, line.origin
        base = above.get(line.phase, 0.0)
        quantity = round(base, 2) if unit == "money" else round(float(line.quantity), 6)
        rate = round(float(line.rate), 6)
        amount = rounded(quantity * rate, 2)  # not finite if either is not
        if line.kind != "fee":
            above[line.phase] = base + amount
        spread = {"p10": rounded(ranges[k].p10, 2), "p90": rounded(ranges[k].p90, 2)} if ranges else {}
        shown.append(
            {
                "item": line.item,
                "element": "",
                "code": line.code,
                "what": line.what,
                "quantity": quantity,
                "unit": unit,
                "rate": rate,
                "amount": amount,
                **spread,
                "kind": line.kind,
                "phase": line.phase,
                "shared": False,
                "factors": [{"name": name, "value": round(float(value), 6)} for name, value in line.factors],
                "origin": list(origin),
                "assumed": not assumed.isdisjoint(origin),
            }
        )
        shown[-1]["element"] = element_of(shown[-1])
    return shown


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


def _sum(amounts: Iterable[float]) -> float:
    return rounded(math.fsum(amounts), 2)


def _kg(lines: Iterable[CarbonLine]) -> float:
    return rounded(math.fsum(rounded(line.carbon_kg, 1) for line in lines), 1)


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
    amounts = _sum(line["amount"] for line in lines)
    assumed = _sum(line["amount"] for line in lines if line["assumed"])
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


def _named(spreads: Object, names: Mapping[str, str]) -> Object:
    """Some of the spreads, where there are any, under the names wanted."""
    return {name: spreads[key] for name, key in names.items() if key in spreads}


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
