"""The object ``structure`` of the estimate document: checks, wet walls, joints."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.estimate import Estimate
from estimator.structure.wet import Mode
from estimator.values import rounded

Object = dict[str, Any]

NAMES = {
    Mode.PLASTIC: ("wet-wall-yields", "load on the weakest wet layer over its strength, knocked down"),
    Mode.SECTION: ("wet-wall-leans", "height of what is wet over that at which the whole section leans, knocked down"),
    Mode.LEAF: ("wet-wall-buckles", "height of what is wet over that at which a leaf buckles, knocked down"),
}

SUIKER = "A. S. J. Suiker, International Journal of Mechanical Sciences 137, 2018 (recalled); knock-down assumed"
SOURCES = {
    Mode.PLASTIC: "N. Roussel, Cement and Concrete Research 112, 2018 (recalled); knock-down assumed",
    Mode.SECTION: SUIKER,
    Mode.LEAF: SUIKER,
}

NOT_MODELLED = ("cracking from shrinkage and temperature", "accidental loads, fire, moisture and sound")
"""Questions about the structure that the estimate leaves open."""


def structure_object(e: Estimate) -> Object:
    """The object ``structure`` of the estimate document.

    Parameters
    ----------
    e : Estimate

    Returns
    -------
    dict
    """
    return {
        "checks": [*_wet_checks(e), *_joint_checks(e)],
        "wet_walls": _wet_walls(e),
        "joints": _joints(e),
        "not_modelled": list(NOT_MODELLED),
    }


def _wet_checks(e: Estimate) -> list[Object]:
    """The worst wall of every storey for each way in which it may fall."""
    wet = e.structure.wet
    if wet is None:
        return []
    rows = []
    storey = e.structure.shapes.storey[wet.cases.wall]
    for number in np.unique(storey).tolist():
        here = np.flatnonzero(storey == number)
        for mode in Mode:
            margin = wet.check.margins[wet.cases.case[here], mode]
            if not np.isfinite(margin).any():
                continue
            k = int(here[np.argmin(margin)])
            name, what = NAMES[mode]
            where = f"{e.plan.storeys[number].id}, {e.plan.walls[int(wet.cases.wall[k])].id}"
            rows.append(_check(name, what, 1.0, float(margin.min()), "1", where, SOURCES[mode]))
    return rows


def _joint_checks(e: Estimate) -> list[Object]:
    bond = e.structure.bond
    if bond is None:
        return []
    open_time = e.mix.facts["open_time_s"]
    return [
        _check(
            "cold-joint", "longest time from a layer to the next within a shift, against the open time of the mix",
            bond.longest_s, float(open_time), "s", "", f"open time of {e.mix.id} ({open_time.basis})",
        )
    ]  # fmt: skip


def _wet_walls(e: Estimate) -> list[Object]:
    """Each wall in each part that prints some of it."""
    wet, laid = e.structure.wet, e.structure.laid
    if wet is None:
        return []
    cases, check = wet.cases, wet.check
    rows = []
    for wall, part, case, first in zip(
        cases.wall.tolist(), cases.part.tolist(), cases.case.tolist(), cases.first_layer.tolist(), strict=True
    ):
        rise = float(wet.rise_m_per_s[case])
        rows.append(
            {
                "wall": e.plan.walls[wall].id,
                "part": part + 1,
                "margin": rounded(check.margin_ratio[case], 4),
                "ideal_margin": rounded(wet.ideal_ratio[case], 4),
                "falls_by": Mode(check.mode[case]).name.lower(),
                "at_m": rounded(laid.bottom_m[first + int(check.after[case])], 4),
                "collapse_share": rounded(check.probability[case], 4),
                "rise_max_m_per_s": rounded(rise, 9) if np.isfinite(rise) else None,
            }
        )
    return rows


def _joints(e: Estimate) -> Object | None:
    bond = e.structure.bond
    if bond is None:
        return None
    return {
        "fresh": bond.fresh,
        "late": bond.late,
        "cold": bond.cold,
        "nights": bond.nights,
        "longest_s": rounded(bond.longest_s, 1),
        "bond_ratio_min": rounded(bond.least_ratio, 4),
    }


def _check(name: str, what: str, demand: float, capacity: float, unit: str, where: str, source: str) -> Object:
    return {
        "name": name,
        "what": what,
        "demand": rounded(demand, 4),
        "capacity": rounded(capacity, 4),
        "unit": unit,
        "utilisation": rounded(demand / capacity, 4) if capacity > 0 else None,
        "where": where,
        "source": source,
    }
