"""Rows of the table of a batch: one for each plan, printer, mix, wall system, region and method."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from estimator.batch.source import printable
from estimator.carbon import carbon_kg
from estimator.check import refuse_to_fall
from estimator.cost import Market
from estimator.errors import EstimatorError, Finding, UsageError
from estimator.estimate import DEFAULT_PRINTER, DEFAULT_REGION, FEWEST_SAMPLES, Estimate, estimate
from estimator.geometry import Geometry
from estimator.ledger import total
from estimator.options import ReadOptions
from estimator.overrides import parse_overrides
from estimator.plan import Plan
from estimator.values import Draw, rounded
from estimator.wall_systems import SYSTEMS
from materials import TableError, load_method, load_mix, load_region, method_ids
from printers import ProfileError, load_printer, printer_ids

Row = dict[str, Any]

CHOICES = ("printer", "mix", "wall_system", "region", "method")
"""What may vary: names of options."""

MOST_GEOMETRIES = 4
MOST_TOLD = 1000
"""Characters of a sentence in a row."""

COLUMNS: dict[str, tuple[str, str]] = {
    "plan": ("text", "path, or id of the row or footprint that named it"),
    "site": ("text", "name of the place, as the table of plans has it"),
    "latitude": ("number", "[°]"),
    "longitude": ("number", "[°]"),
    "count": ("whole", "houses of the plan there; all other columns are of one"),
    "name": ("text", "of the plan, as it names itself"),
    "state": ("text", "done, refused (it cannot be printed or asked for like that) or invalid (the plan)"),
    "code": ("text", "of what is wrong; empty where it is done"),
    "message": ("text", "what is wrong, one sentence; of what is done, its warnings"),
    "printer": ("text", "id"),
    "mix": ("text", "id"),
    "wall_system": ("text", "id"),
    "region": ("text", "id"),
    "currency": ("text", "of all amounts of the row"),
    "price_year": ("whole", "of all amounts of the row"),
    "floor_area_m2": ("number", "gross [m²]"),
    "wall_length_m": ("number", "[m]"),
    "printed_volume_m3": ("number", "[m³]"),
    "nozzle_s": ("number", "time of the nozzle [s]"),
    "print_days": ("number", "shifts [d]"),
    "set_ups": ("whole", "places the machine is set up in"),
    "house_days": ("number", "from start on site to hand-over [d]"),
    "labour_h": ("number", "of the printed walls [h]"),
    "walls_cost": ("number", "printed walls [currency]"),
    "walls_cost_p10": ("number", "empty without draws [currency]"),
    "walls_cost_p90": ("number", "empty without draws [currency]"),
    "house_cost": ("number", "the whole house [currency]"),
    "walls_carbon_kg": ("number", "[kgCO2e]"),
    "method": ("text", "what it is compared with; empty where nothing is"),
    "method_walls_cost": ("number", "[currency]"),
    "method_house_cost": ("number", "[currency]"),
    "method_house_days": ("number", "[d]"),
    "method_labour_h": ("number", "of the walls [h]"),
    "method_walls_carbon_kg": ("number", "[kgCO2e]"),
}
"""Columns of the table: kind of value, and what it says."""


@dataclass(frozen=True, slots=True)
class Combinations:
    """What each plan is worked out for.

    Attributes
    ----------
    printer, mix, wall_system, region : tuple of str
        Ids; an empty text stands for what is usual.
    method : tuple of str
        Ids; none where nothing is compared.
    settings : tuple of str
        Changed facts, ``key=value``.
    samples, seed : int
    force : bool
        Whether walls may fall.
    unit_m, height_m, thickness_m : float or None
        For plan files that do not say: length of their unit, height and thickness of walls. [m]
    """

    printer: tuple[str, ...] = ("",)
    mix: tuple[str, ...] = ("",)
    wall_system: tuple[str, ...] = ("",)
    region: tuple[str, ...] = ("",)
    method: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    samples: int = 0
    seed: int = 1
    force: bool = False
    unit_m: float | None = None
    height_m: float | None = None
    thickness_m: float | None = None

    def reading(self) -> ReadOptions:
        """What the readers of plan files are told.

        Returns
        -------
        ReadOptions
        """
        return ReadOptions(unit_m=self.unit_m, height_m=self.height_m, thickness_m=self.thickness_m)


def rows_of(plan: Plan, asked: Combinations) -> Iterator[Row]:
    """Rows of a plan, printer by printer.

    Parameters
    ----------
    plan : Plan
    asked : Combinations

    Returns
    -------
    iterator of dict
        By :data:`COLUMNS`, without name and place of the plan; what has no value is left out.
    """
    geometries: tuple[Geometry, ...] = ()
    for printer, mix, system, region in product(asked.printer, asked.mix, asked.wall_system, asked.region):
        choice = {
            "printer": printer or DEFAULT_PRINTER, "mix": mix, "wall_system": system,
            "region": region or plan.region or DEFAULT_REGION,
        }  # fmt: skip
        try:
            machine = load_printer(printer) if printer else None
            inputs = parse_overrides(asked.settings).applied(machine, mix or None, region or None, plan)
            made = estimate(
                plan, wall_system=system or None, methods=asked.method, samples=asked.samples, seed=asked.seed,
                with_settings=False, geometries=geometries, **inputs,
            )  # fmt: skip
            geometries = (*made.geometries, *(g for g in geometries if g is not made.geometries[0]))[:MOST_GEOMETRIES]
            refuse_to_fall(plan.source, made, force=asked.force)
        except (EstimatorError, ProfileError, TableError) as error:
            told = {k: v for k, v in choice.items() if v}
            yield {"name": plan.name, **failed(error, "refused", plan.source), **told}
            continue
        yield from _done(made)


def failed(error: Exception, state: str, shown: str) -> Row:
    """What a row says of an error.

    Parameters
    ----------
    error : Exception
    state : str
    shown : str
        What the plan is called in messages; left out at the beginning of one, for the row names it, and another row may
        be of the same plan by another name.

    Returns
    -------
    dict
        Of columns.
    """
    findings = list(getattr(error, "findings", ()))
    code = findings[0].code if findings else getattr(error, "code", "unknown-name")
    told = printable(str(error).removeprefix(f"{shown}: "))
    return {"state": state, "code": code, "message": _told(findings) if findings else told[:MOST_TOLD]}


def _told(findings: Iterable[Finding]) -> str:
    return "; ".join(dict.fromkeys(printable(f"{f.where} {f.message}".strip()) for f in findings))[:MOST_TOLD]


def _done(e: Estimate) -> Iterator[Row]:
    out, spread = e.outcome, e.uncertainty.spread if e.uncertainty else {}
    market = Market.of(e.region, e.terms, Draw())
    shared = total(out.beside.shared)
    row: Row = {
        "name": e.plan.name, "state": "done", "code": "",
        "message": _told(f for f in e.findings if f.severity == "warning"), "printer": e.printer.id, "mix": e.mix.id,
        "wall_system": e.wall_system, "region": e.region.id, "currency": e.region.currency,
        "price_year": e.region.price_year, "floor_area_m2": rounded(e.takeoff.floor_area_m2, 3),
        "wall_length_m": rounded(e.takeoff.length_m.sum(), 3),
        "printed_volume_m3": rounded(out.quantities.printed_volume_m3, 4),
        "nozzle_s": rounded(out.times.nozzle_s, 1), "print_days": rounded(out.times.print_days, 0),
        "set_ups": e.work.set_ups, "house_days": rounded(out.house_days, 2),
        "labour_h": rounded(sum(float(line.quantity) for line in out.lines if line.kind == "labour"), 2),
        "walls_cost": rounded(total(out.lines), 2),
        "house_cost": rounded(total(out.lines) + total(out.finishes) + shared, 2),
        "walls_carbon_kg": rounded(carbon_kg(out.lines, e.mix, market), 1),
    }  # fmt: skip
    if "cost" in spread:
        row |= {"walls_cost_p10": rounded(spread["cost"].p10, 2), "walls_cost_p90": rounded(spread["cost"].p90, 2)}
    if not out.beside.conventional:
        yield row
    for c, days in zip(out.beside.conventional, out.beside.house_days, strict=True):
        walls = total(c.lines)
        yield row | {
            "method": c.method.id, "method_walls_cost": rounded(walls, 2),
            "method_house_cost": rounded(walls + total(c.finishes) + shared, 2),
            "method_house_days": rounded(days, 2), "method_labour_h": rounded(c.labour_h, 2),
            "method_walls_carbon_kg": rounded(carbon_kg(c.lines, e.mix, market), 1),
        }  # fmt: skip


def refuse_wrong(asked: Combinations) -> None:
    """Refuse what no plan could be worked out for, before any is.

    Parameters
    ----------
    asked : Combinations

    Raises
    ------
    UsageError
        A changed fact or the number of draws is impossible.
    ProfileError, TableError
        There is no such printer, mix, region or method.
    """
    loads: tuple[tuple[tuple[str, ...], Callable[[str], object]], ...] = (
        (asked.printer, load_printer), (asked.mix, load_mix), (asked.region, load_region), (asked.method, load_method),
    )  # fmt: skip
    for ids, load in loads:
        for id in filter(None, ids):
            load(id)
    for system in filter(None, asked.wall_system):
        if system not in SYSTEMS:
            raise UsageError(f"there is no wall system {system!r}; there are {', '.join(SYSTEMS)}")
    parse_overrides(asked.settings)
    if 0 < asked.samples < FEWEST_SAMPLES:
        raise UsageError(f"samples is {asked.samples}; give 0, or {FEWEST_SAMPLES} and more")


def combined(
    asked: Combinations, choices: Mapping[str, Sequence[str]] | None = None, settings: Sequence[str] = (),
    reading: Mapping[str, float] | None = None,
) -> Combinations:  # fmt: skip
    """What a plan is worked out for that may have choices of its own.

    Parameters
    ----------
    asked : Combinations
        Of the batch.
    choices : mapping of str to sequence of str, optional
        Of the plan, in place of those.
    settings : sequence of str
        Of the plan, after those.
    reading : mapping of str to float, optional
        ``unit_m``, ``height_m`` and ``thickness_m`` of the plan, in place of those.

    Returns
    -------
    Combinations
        Each choice once; ``all`` alone stands for all printers, and for all methods.
    """
    every = {"printer": printer_ids, "method": method_ids}
    own: dict[str, Any] = {
        name: tuple(every[name]()) if name in every and tuple(ids) == ("all",) else tuple(dict.fromkeys(ids))
        for name, ids in ((name, (choices or {}).get(name, getattr(asked, name))) for name in CHOICES)
    }
    own.update(reading or {})
    return replace(asked, settings=(*asked.settings, *settings), **own)
