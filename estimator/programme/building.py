"""From a programme to its model: every type of house is estimated with every kind of team, stated and drawn."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from estimator.batch.footprints import footprint_plan
from estimator.batch.source import Source
from estimator.check import refuse_to_fall
from estimator.errors import NotPrintableError, PlanError, UsageError
from estimator.estimate import DEFAULT_PRINTER, Estimate, estimate
from estimator.geometry import Geometry
from estimator.overrides import Overrides
from estimator.plan import Plan
from estimator.programme.asked import MOST_TYPES, Lot, Programme, Teams
from estimator.programme.model import LEARNING, WEATHER, Floats, HouseType, Model
from estimator.programme.recipes import (
    FEWEST_DRAWS,
    FIELDS,
    GANG,
    Mode,
    Recipe,
    gang_recipe,
    mode_of,
    printed_recipe,
    sampled,
)
from estimator.programme.settings import PREFIX, parsed_overrides, parsed_settings
from estimator.values import Draw, FactLike, Samples
from estimator.wall_systems import SYSTEMS
from materials import ProgrammeFacts, TableError, load_method, load_mix, load_region, load_terms
from printers import Printer, ProfileError, load_printer, load_profile_file, printer_ids

Progress = Callable[[str, int, int], None]

MOST_BYTES = 2_000_000_000
"""Of the recipes of a programme."""


@dataclass
class _Made:
    """What is found out about a type."""

    name: str = ""
    area_m2: float = 0.0
    recipes: dict[int, tuple[Recipe, Recipe | None]] = field(default_factory=dict)
    modes: dict[int, Mode] = field(default_factory=dict)
    why: dict[int, str] = field(default_factory=dict)


def model_of(programme: Programme, progress: Progress = lambda *_: None, *, methods: Sequence[str] = ()) -> Model:
    """Make the recipes of a programme.

    Parameters
    ----------
    programme : Programme
    progress : callable
        Told what goes on.
    methods : sequence of str
        Conventional methods that are wanted beside those of its teams, without a team.

    Returns
    -------
    Model

    Raises
    ------
    UsageError
        A name or setting is wrong, or money is of several currencies or years.
    NotPrintableError
        No team can build some house.
    PlanError
        A plan cannot be read.
    """
    kinds = [*programme.teams]
    taken = {t.id for t in kinds} | {t.method for t in kinds}
    kinds += [Teams(m, "", m, 0) for m in methods if m not in taken]
    machines = [_machine(k, f"{programme.shown}: teams {number}") for number, k in enumerate(kinds, 1)]
    own, general = parsed_settings(programme.settings, f"{programme.shown}: set:")
    lots = _types(programme)
    _refuse_too_many(programme, len(lots), len(kinds))
    made: list[_Made] = []
    used: dict[str, FactLike] = {}
    money: dict[tuple[str, int], str] = {}
    for number, lot in enumerate(lots, 1):
        progress(f"estimating {lot.shown}, type", number, len(lots))
        made.append(_of_type(programme, lot, kinds, machines, own, used, money))
    if len(money) > 1:
        told = ", ".join(f"{shown} in {currency} of {year}" for (currency, year), shown in list(money.items())[:4])
        raise UsageError(
            f"{programme.shown}: money of several currencies or years cannot be added up ({told}); give the houses "
            "regions of one currency and price year"
        )
    width = 1 + programme.repetitions
    columns = np.full((len(lots), len(kinds), len(FIELDS), width), np.nan)
    for t, one in enumerate(made):
        for k, (stated, random) in one.recipes.items():
            columns[t, k, :, 0] = stated.column()
            if random is not None:
                columns[t, k, :, 1:] = random.columns(programme.repetitions)
    modes = tuple(next((m.modes[k] for m in made if k in m.modes), GANG) for k in range(len(kinds)))
    number_of = {_key(lot): t for t, lot in enumerate(lots)}
    counts = [lot.count for lot in programme.lots]
    of_lot = np.array([number_of[_key(lot)] for lot in programme.lots], dtype=np.int64)
    house_type = np.repeat(of_lot, counts)
    house_site = np.repeat(np.array([lot.site for lot in programme.lots], dtype=np.int64), counts)
    many = np.bincount(house_type, minlength=len(lots))
    types = tuple(
        HouseType(lot.shown, one.name, int(n), one.area_m2) for lot, one, n in zip(lots, made, many, strict=True)
    )
    refused = {(t, k): why for t, one in enumerate(made) for k, why in one.why.items()}
    currency, year = next(iter(money), ("", 0))
    model = Model(
        programme, types, tuple(kinds), modes, tuple(t.count for t in kinds), 1, 1, house_type, house_site, columns,
        _scalars(own, general, programme, used), refused, used, currency, year,
    )  # fmt: skip
    return model.manned(model.counts, programme.ground, programme.finishing)


def _refuse_too_many(programme: Programme, types: int, kinds: int) -> None:
    size = types * kinds * len(FIELDS) * (1 + programme.repetitions) * np.dtype(float).itemsize
    if size > MOST_BYTES:
        raise UsageError(
            f"{programme.shown}: {programme.repetitions:,} repetitions of {types:,} different houses by {kinds} kinds "
            f"of teams need {size / 1e9:,.0f} GB; ask for fewer repetitions"
        )


def _machine(kind: Teams, at: str) -> Printer | None:
    try:
        if kind.method:
            load_method(kind.method)
            return None
        if _is_device(kind.printer):
            raise UsageError(f"{at}: {kind.printer} is no regular file; name a profile")
        made = load_profile_file(kind.printer) if kind.printer.endswith(".toml") else load_printer(kind.printer)
    except (ProfileError, TableError) as error:
        raise UsageError(f"{at}: {str(error).replace('; Known', '; known')}") from None
    if float(made.shift_time_s) * kind.shifts > 24 * 3600 + 1:
        raise UsageError(
            f"{at}: {kind.shifts} shifts of {float(made.shift_time_s) / 3600:g} h are more than a day; give fewer "
            "shifts, or printer.shift_time_s"
        )
    return made


def _key(lot: Lot) -> tuple[object, ...]:
    return (lot.source, lot.mix, lot.wall_system, lot.region, lot.settings)


def _types(programme: Programme) -> list[Lot]:
    """One lot of each type, in order."""
    found: dict[tuple[object, ...], Lot] = {}
    for lot in programme.lots:
        found.setdefault(_key(lot), lot)
    if len(found) > MOST_TYPES:
        raise UsageError(
            f"{programme.shown}: has {len(found):,} different houses; give at most {MOST_TYPES:,}, like ones by count"
        )
    return list(found.values())


def _plan(source: Source) -> Plan:
    from estimator.readers import read_plan, read_stream

    if source.content is None:
        if _is_device(source.path):
            raise PlanError(f"{source.path}: is no regular file; name a plan file")
        return read_plan(source.path)
    if source.is_footprint:
        return footprint_plan(source.content, source.path)
    return read_stream(io.BytesIO(source.content), source.path)


def _is_device(path: str) -> bool:
    """Whether a file is a pipe or a device, which may never end."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def _of_type(
    programme: Programme, lot: Lot, kinds: Sequence[Teams], machines: Sequence[Printer | None], own: ProgrammeFacts,
    used: dict[str, FactLike], money: dict[tuple[str, int], str],
) -> _Made:  # fmt: skip
    plan = _plan(lot.source)
    changes = _changes(programme, lot)
    made = _Made(plan.name)
    methods = tuple(dict.fromkeys(k.method for k in kinds if k.method))
    geometries: tuple[Geometry, ...] = ()
    beside: Estimate | None = None
    tried: dict[str, str] = {}
    for k, machine in _printers(kinds, machines):
        if k is None and beside is not None:
            break
        if machine is None:
            continue
        try:
            e = _estimated(plan, lot, machine, changes, methods if beside is None else (), geometries)
        except NotPrintableError as error:
            tried[machine.id] = _why(error)
            if k is not None:
                made.why[k] = tried[machine.id]
            continue
        geometries = e.geometries
        made.area_m2 = float(e.takeoff.floor_area_m2)
        used |= {**e.used, **e.outcome.beside.used}
        money.setdefault((e.region.currency, e.region.price_year), lot.shown)
        beside = beside or e
        if k is not None:
            made.modes[k] = mode_of(e)
            draw, drawn = Draw(), _samples(programme)
            stated = printed_recipe(e, e.outcome, own, draw)
            used |= draw.used
            made.recipes[k] = stated, None if drawn is None else printed_recipe(e, sampled(e, drawn), own, drawn)
    if beside is None and methods:
        raise PlanError(
            f"{lot.shown}: no printer on file can print it, so that even conventional walls cannot be reckoned with; "
            f"{next(iter(tried.values()), 'choose another plan')}"
        )
    if beside is not None and methods:
        _add_gangs(made, beside, kinds, own, _samples(programme))
    return made


def _samples(programme: Programme) -> Samples | None:
    """Draws for one estimate; those of a fact of one name are alike in all of them."""
    if not programme.repetitions:
        return None
    return Samples(max(programme.repetitions, FEWEST_DRAWS), programme.seed)


def _printers(
    kinds: Sequence[Teams], machines: Sequence[Printer | None]
) -> Iterator[tuple[int | None, Printer | None]]:
    """Printers of the teams; then others, for what conventional teams need of an estimate."""
    yield from enumerate(machines)
    if any(k.method for k in kinds):
        for id in (DEFAULT_PRINTER, *printer_ids()):
            yield None, load_printer(id)


def _changes(programme: Programme, lot: Lot) -> Overrides:
    at = f"{programme.shown}: {lot.at or lot.shown}"
    try:
        if lot.mix is not None:
            load_mix(lot.mix)
        if lot.region is not None:
            load_region(lot.region)
    except TableError as error:
        raise UsageError(f"{at}: {error}") from None
    if lot.wall_system is not None and lot.wall_system not in SYSTEMS:
        raise UsageError(f"{at} has the wall system {lot.wall_system!r}; known are {', '.join(SYSTEMS)}")
    if any(s.strip().startswith(("terms.", PREFIX)) for s in lot.settings):
        raise UsageError(
            f"{at} sets terms of its own; those hold for the whole programme: set them at the top of the file"
        )
    before = [s for s in programme.settings if not s.strip().startswith(PREFIX)]
    return parsed_overrides([*before, *lot.settings], f"{at}: set:")


def _estimated(
    plan: Plan, lot: Lot, machine: Printer, changes: Overrides, methods: Sequence[str], geometries: Sequence[Geometry]
) -> Estimate:
    try:
        inputs = changes.applied(machine, lot.mix, lot.region, plan)
        e = estimate(
            plan, wall_system=lot.wall_system, samples=0, methods=methods, geometries=geometries, **inputs
        )  # fmt: skip
    except UsageError as error:
        raise NotPrintableError(str(error)) from None
    refuse_to_fall(plan.source, e, force=False)
    return e


def _why(error: NotPrintableError) -> str:
    found = [f.message for f in error.findings if f.severity == "error"]
    return (found[0] if found else str(error))[:300]


def _add_gangs(made: _Made, e: Estimate, kinds: Sequence[Teams], own: ProgrammeFacts, drawn: Samples | None) -> None:
    out = e.outcome
    random = None if drawn is None else sampled(e, drawn)
    for k, kind in enumerate(kinds):
        if not kind.method:
            continue
        place = next(n for n, c in enumerate(out.beside.conventional) if c.method.id == kind.method)
        recipes: list[Recipe | None] = []
        for outcome, draw in ((out, Draw()), (random, drawn)):
            if outcome is None or draw is None:
                recipes.append(None)
                continue
            of = outcome.beside
            recipes.append(
                gang_recipe(e, outcome, of.conventional[place], of.walls[place], of.networks[place], own, draw)
            )
        stated = recipes[0]
        assert stated is not None
        made.recipes[k], made.modes[k] = (stated, recipes[1]), GANG


def _scalars(
    own: ProgrammeFacts, general: Overrides, programme: Programme, used: dict[str, FactLike]
) -> dict[str, Floats]:
    """Facts that are one number for the whole programme, stated and drawn."""
    drawn = _samples(programme)
    terms = load_terms().replace(**general.terms)
    facts: dict[str, FactLike] = {f"{PREFIX}{name}": fact for name, fact in own.facts.items()}
    facts |= {name: terms.facts[name.partition(".")[2]] for name in (WEATHER, LEARNING)}
    used |= facts
    found: dict[str, Floats] = {}
    for name, fact in facts.items():
        row = np.full(1 + programme.repetitions, fact.value)
        if drawn is not None:
            value = drawn.number(name, fact)
            row[1:] = value if np.ndim(value) == 0 else np.asarray(value)[: programme.repetitions]
        found[name.removeprefix(PREFIX)] = row
    return found
