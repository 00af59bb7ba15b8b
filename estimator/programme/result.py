"""The result document of a programme (``printhouse-programme/1``): plain Python for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from estimator import __version__
from estimator.programme.account import CARBONS, COSTS, USES
from estimator.programme.model import Model
from estimator.programme.search import Fleet, Strategy, in_time_share, within_share
from estimator.programme.worked import FINISHING, GROUND, Worked, day_of, team_persons
from estimator.values import rounded

SCHEMA = "printhouse-programme/1"

Object = dict[str, Any]

PERCENTILES = (10, 50, 90)

LEAST_GAIN_D = 0.05
"""Less than this is no gain. [d]"""

NOT_MODELLED = (
    "holidays, permits, land, money over time and rising prices",
    "limits to how far ground works run ahead of the walls",
    "moves of ground and finishing crews, and what they cost while they wait",
    "crews that place elements and cast cores: there are as many as needed",
    "weather that differs from site to site, and work inside that it stops",
    "roads, power and room on a site for several machines at a time",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked beside the programme itself.

    Attributes
    ----------
    by : date or None
        Last day.
    budget : float or None
        [currency]
    sure_share : float
        Share of the repetitions that have to keep date and budget.
    """

    by: date | None = None
    budget: float | None = None
    sure_share: float = 0.9


def programme_document(
    done: Worked, wanted: Wanted | None = None, fleet: Fleet | None = None, ways: Sequence[Strategy] = ()
) -> Object:
    """The result of a programme.

    Parameters
    ----------
    done : Worked
    wanted : Wanted, optional
    fleet : Fleet, optional
        The smallest for the date.
    ways : sequence of Strategy

    Returns
    -------
    dict
        Only dict, list, str, bool, int, finite float and None; the same for the same programme and seed.
    """
    model, wanted = done.model, wanted or Wanted()
    asked = model.programme
    assumed = [
        {"name": name, "value": f.value, "low": f.low, "high": f.high, "basis": f.basis, "note": f.note}
        for name, f in model.used.items()
        if f.basis not in ("measured", "published") and name.startswith(("programme.", "terms."))
    ]
    return {
        "schema": SCHEMA,
        "version": __version__,
        "name": asked.name,
        "start": asked.start.isoformat(),
        "repetitions": asked.repetitions,
        "seed": asked.seed,
        "currency": model.currency,
        "price_year": model.price_year,
        "houses": len(model.house_type),
        "types": [
            {"plan": t.shown, "name": t.name, "count": t.count, "floor_area_m2": rounded(t.floor_area_m2, 3)}
            for t in model.types
        ],
        "sites": [
            {"id": site.id, "houses": int(n)}
            for site, n in zip(
                asked.sites, np.bincount(model.house_site, minlength=len(asked.sites)), strict=True
            )
        ],
        "teams": _teams(done),
        "crews": _crews(done),
        "finish": _finish(done),
        "handed_over": _handed(done),
        "cost": _parts(done, "costs", COSTS, 2),
        "carbon_kg": _parts(done, "carbons_kg", CARBONS, 1),
        "mortar_m3": rounded(done.stated.mortar_m3, 3),
        "moved_km": rounded(done.stated.moved_km, 1),
        "bottleneck": _bottleneck(done),
        "wanted": {
            "by": None if wanted.by is None else wanted.by.isoformat(),
            "budget": wanted.budget, "sure_share": wanted.sure_share,
            "in_time_share": None if wanted.by is None else rounded(in_time_share(done, wanted.by), 4),
            "within_budget_share": None if wanted.budget is None else rounded(within_share(done, wanted.budget), 4),
        },
        "fleet": None if fleet is None else _fleet(fleet),
        "strategies": [_strategy(way, wanted) for way in ways],
        "choice": _choice(ways, wanted),
        "refused": [
            {"plan": model.types[t].shown, "team": model.kinds[k].id, "why": why}
            for (t, k), why in model.refused.items()
        ],
        "assumptions": assumed,
        "not_modelled": list(NOT_MODELLED),
    }  # fmt: skip


def _spread(values: Sequence[float], digits: int) -> Object:
    return {
        f"p{p}": rounded(v, digits) for p, v in zip(PERCENTILES, np.percentile(values, PERCENTILES), strict=True)
    }  # fmt: skip


def _finish(done: Worked) -> Object:
    start, stated = done.model.programme.start, done.stated.finish_day
    found: Object = {"stated_day": rounded(stated, 6), "stated_date": day_of(start, stated).isoformat()}
    if done.accounts:
        spread = _spread(done.finish_days().tolist(), 2)
        found |= {f"{name}_day": day for name, day in spread.items()}
        found |= {f"{name}_date": day_of(start, day).isoformat() for name, day in spread.items()}
    return found


def _parts(done: Worked, name: str, parts: Sequence[str], digits: int) -> Object:
    stated = getattr(done.stated, name)
    shown = {part: rounded(value, digits) for part, value in zip(parts, stated, strict=True)}
    found: Object = {"stated": {**shown, "total": rounded(stated.sum(), digits)}}
    found["stated_per_house"] = rounded(stated.sum() / len(done.model.house_type), digits)
    if done.accounts:
        all_parts = np.array([getattr(a, name) for a in done.accounts])
        for part, values in [*zip(parts, all_parts.T, strict=True), ("total", all_parts.sum(axis=1))]:
            found[part] = _spread(values.tolist(), digits)
    return found


def _teams(done: Worked) -> list[Object]:
    model = done.model
    rows = []
    for k, kind in enumerate(model.kinds):
        if not model.counts[k]:
            continue
        rows.append(
            {
                "id": kind.id, "printer": kind.printer or None, "method": kind.method or None,
                "count": model.counts[k], "shifts": kind.shifts, "persons": rounded(team_persons(model, k), 2),
                "houses": int(done.stated.houses[k]),
                "use": _use(done.stated.used_days[k]),
                "drawn_use": _use(sum(a.used_days[k] for a in done.accounts)) if done.accounts else None,
            }
        )  # fmt: skip
    return rows


def _use(spent: Any) -> Object | None:
    """Shares of the time on hire; None of a kind that did nothing."""
    whole = float(np.sum(spent))
    return {name: rounded(days / whole, 4) for name, days in zip(USES, spent, strict=True)} if whole > 0 else None


def _crews(done: Worked) -> Object:
    model, found = done.model, {}
    asked = (model.programme.ground, model.programme.finishing)
    for k, (name, stage, count) in enumerate(
        (("ground", "ground", model.ground), ("finishing", "finish", model.finishing))
    ):
        drawn = [a.crew_shares[k] for a in done.accounts]
        found[name] = {
            "count": count, "is_as_needed": asked[k] is None,
            "persons": rounded(float(np.nanmax(model.stated(f"{stage}_persons"))), 2),
            "use": rounded(done.stated.crew_shares[k], 4),
            "drawn_use": rounded(float(np.mean(drawn)), 4) if drawn else None,
        }  # fmt: skip
    return found


def _handed(done: Worked) -> list[Object]:
    """Houses handed over by the end of each month."""
    every = [done.stated, *done.accounts]
    months = max(len(a.handed) for a in every)
    counts = np.array([np.pad(a.handed, (0, months - len(a.handed))) for a in every])
    cumulative = counts.cumsum(axis=1)
    first = np.datetime64(done.model.programme.start, "M")
    rows = []
    for month in range(months):
        row: Object = {
            "month": str(first + month), "stated": int(counts[0, month]),
            "stated_in_all": int(cumulative[0, month]),
        }  # fmt: skip
        if done.accounts:
            row |= _spread(cumulative[1:, month].tolist(), 1)
        rows.append(row)
    return rows


def _bottleneck(done: Worked) -> Object:
    """What ends the run soonest if there is one more of it, or else is used most; and the use of everything."""
    teams, crews = _teams(done), _crews(done)
    used = {t["id"]: _busy(t["drawn_use"] or t["use"]) for t in teams}
    for name, crew in ((GROUND, crews["ground"]), (FINISHING, crews["finishing"])):
        used[name] = crew["use"] if crew["drawn_use"] is None else crew["drawn_use"]
    gained = [g.what for g in done.gains if g.gained_days > LEAST_GAIN_D]
    return {
        "what": gained[0] if gained else max(used, key=lambda name: used[name]),
        "use": {name: rounded(share, 4) for name, share in used.items()},
        "one_more": [{"what": g.what, "gained_days": rounded(g.gained_days, 2)} for g in done.gains],
    }


def _busy(use: Object | None) -> float:
    """All but waiting for houses."""
    return 0.0 if use is None else 1.0 - float(use["houses"])


def _manned(model: Model) -> Object:
    return {
        "teams": {kind.id: n for kind, n in zip(model.kinds, model.counts, strict=True) if n},
        "ground": model.ground, "finishing": model.finishing,
    }  # fmt: skip


def _short(done: Worked) -> Object:
    return {
        **_manned(done.model), "persons": rounded(done.persons(), 1), "finish": _finish(done),
        "cost": _spread(done.costs().tolist(), 2),
        "carbon_kg": _spread([a.carbon_kg for a in done.accounts or (done.stated,)], 1),
    }  # fmt: skip


def _fleet(fleet: Fleet) -> Object:
    def shown(done: Worked | None) -> Object | None:
        if done is None:
            return None
        return {**_short(done), "in_time_share": rounded(in_time_share(done, fleet.by), 4)}

    return {
        "by": fleet.by.isoformat(), "sure_share": fleet.sure_share, "is_possible": fleet.worked is not None,
        "smallest": shown(fleet.worked), "one_less": shown(fleet.smaller),
        "best": None if fleet.worked is not None else shown(fleet.best),
    }  # fmt: skip


def _strategy(way: Strategy, wanted: Wanted) -> Object:
    row: Object = {"name": way.name, "why_not": way.why or None}
    if way.worked is None:
        return row
    row |= _short(way.worked)
    if wanted.by is not None:
        row["in_time_share"] = rounded(in_time_share(way.worked, wanted.by), 4)
        row["is_in_time"] = row["in_time_share"] >= wanted.sure_share
    if wanted.budget is not None:
        row["within_budget_share"] = rounded(within_share(way.worked, wanted.budget), 4)
        row["is_within_budget"] = row["within_budget_share"] >= wanted.sure_share
    return row


def _choice(ways: Sequence[Strategy], wanted: Wanted) -> Object | None:
    """The cheapest and the soonest of those that keep what is wanted."""
    if not ways:
        return None
    kept = [
        (way.name, way.worked)
        for way in ways
        if way.worked is not None
        and (wanted.by is None or in_time_share(way.worked, wanted.by) >= wanted.sure_share)
        and (wanted.budget is None or within_share(way.worked, wanted.budget) >= wanted.sure_share)
    ]
    if not kept:
        return {"cheapest": None, "soonest": None}
    return {
        "cheapest": min(kept, key=lambda w: float(np.median(w[1].costs())))[0],
        "soonest": min(kept, key=lambda w: float(np.median(w[1].finish_days())))[0],
    }
