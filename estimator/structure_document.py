"""The object ``structure`` of the estimate document: checks, wet walls, joints."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.estimate import Estimate
from estimator.structure.insulation import Insulation
from estimator.structure.set_wall import CHECKS, CLAUSES
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
        "checks": [*_wet_checks(e), *_joint_checks(e), *_set_checks(e)],
        "wet_walls": _wet_walls(e),
        "joints": _joints(e),
        "set_walls": _set_walls(e),
        "set": _set(e),
        "lintels": _lintels(e),
        "heat": _heat(e),
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
                "at_m": rounded(laid.order.bottom_m[first + int(check.after[case])], 4),
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


def _set_checks(e: Estimate) -> list[Object]:
    """The worst wall for each check of set walls."""
    found = e.structure.set
    if found is None:
        return []
    rows = []
    for k, name in enumerate(CHECKS):
        used = found.check.utilisation[:, k]
        worst = int(np.argmax(used))
        unit = "Pa" if name in ("bending", "web-joint") else "N/m"
        where = f"{e.plan.storeys[int(e.structure.shapes.storey[worst])].id}, {e.plan.walls[worst].id}"
        demand, capacity = float(found.check.demand[worst, k]), float(found.check.capacity[worst, k])
        source = CLAUSES[found.check.route][k] + " (recalled)"
        row = _check(f"set-wall-{name}", SET_WALL[name], demand, capacity, unit, where, source)
        rows.append({**row, "utilisation": rounded(used[worst], 4)})  # where nothing is left, the most that is shown
    return rows


def _set_walls(e: Estimate) -> list[Object]:
    """Each wall once it has set, plain as it is printed, and the cores that it is given."""
    found = e.structure.set
    if found is None:
        return []
    check, loads = found.check, found.loads
    return [
        {
            "wall": wall.id,
            "dead_n_per_m": rounded(loads.dead_n_per_m[i], 1),
            "live_n_per_m": rounded(loads.live_n_per_m[i], 1),
            "wind_pa": rounded(loads.wind_pa[i], 2),
            "axial": rounded(check.utilisation[i, 0], 4),
            "bending": rounded(check.utilisation[i, 1], 4),
            "shear": rounded(check.utilisation[i, 2], 4),
            "web_joint": rounded(check.utilisation[i, 3], 4),
            "slender": bool(check.is_slender[i]),
            "thin": bool(check.is_thin[i]),
            "interaction": rounded(found.sections.interaction[i], 3),
            "cores": int(found.cores[i]),
            "core_spacing_m": rounded(found.spacing_m[i], 3),
            "stands": not bool(found.fails[i]),
        }
        for i, wall in enumerate(e.plan.walls)
    ]


def _lintels(e: Estimate) -> list[Object]:
    """Each opening with wall above it, and what lies over it."""
    found = e.structure.lintels
    if found is None:
        return []
    o = found.openings
    return [
        {
            "wall": e.plan.walls[wall].id,
            "opening": o.name[i],
            "kind": "none" if found.fails[i] else "cast" if found.is_cast[i] else "bought",
            "span_m": rounded(o.span_m[i], 4),
            "width_m": rounded(o.width_m[i], 4),
            "above_m": rounded(o.above_m[i], 4),
            "arches": bool(found.arches[i]),
            "moment_n_m": rounded(found.moment_n_m[i], 1),
            "depth_m": rounded(found.depth_m[i], 4),
            "bars": int(found.bars[i]),
            "concrete_m3": rounded(found.concrete_m3[i], 4),
            "steel_kg": rounded(found.steel_kg[i], 2),
        }
        for i, wall in enumerate(o.wall.tolist())
    ]


def _heat(e: Estimate) -> Object:
    found = e.structure.heat
    u = found.u_w_per_m2_k
    return {
        "u_max_w_per_m2_k": rounded(u.max(), 4) if len(u) else None,
        "u_wanted_w_per_m2_k": None if found.wanted_w_per_m2_k is None else rounded(found.wanted_w_per_m2_k, 4),
        **_insulation(e.structure.insulation),
    }


def _insulation(found: Insulation | None) -> Object:
    if found is None:
        return dict.fromkeys(
            ("u_insulated_w_per_m2_k", "outside_m", "outside_m2", "outside_m3", "fill_m", "fill_m3", "cavity_needed_m")
        )
    u, bought = found.u_w_per_m2_k, found.amounts
    return {
        "u_insulated_w_per_m2_k": rounded(u.max(), 4) if len(u) else None,
        "outside_m": rounded(found.outside_m.max(initial=0.0), 4),
        "outside_m2": rounded(bought.outside_m2, 2),
        "outside_m3": rounded(bought.outside_m3, 3),
        "fill_m": rounded(found.fill_m.max(initial=0.0), 4),
        "fill_m3": rounded(bought.fill_m3, 3),
        "cavity_needed_m": rounded(found.cavity_needed_m, 4),
    }


def _set(e: Estimate) -> Object | None:
    found = e.structure.set
    if found is None:
        return None
    return {
        "route": found.check.route,
        "bond_tension_pa_min": rounded(found.tension_pa.min(), 0),
        "grout_m3": rounded(found.run_help.grout_m3, 4),
        "steel_kg": rounded(found.run_help.steel_kg, 2),
        "base_shear_n": rounded(found.base_shear_n, 0),
    }


SET_WALL = {
    "axial": "factored load at the foot against what the plain wall carries",
    "bending": "tension of wind across the layers against the bond between them",
    "shear": "shear of wind against that of the wall",
    "web-joint": "stress where webs join leaves against their bond",
}
"""What is checked of a set wall, in words."""


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
