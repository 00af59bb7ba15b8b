"""The storeys of a plan: one by itself, and walls and rooms in their order."""

from __future__ import annotations

from dataclasses import replace

from estimator.errors import UsageError
from estimator.plan import Plan


def by_storey(plan: Plan) -> Plan:
    """A plan whose walls and rooms are listed storey by storey, as far as that in the order they had.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Plan
    """
    walls = tuple(sorted(plan.walls, key=lambda wall: wall.storey))
    return replace(plan, walls=walls, rooms=tuple(sorted(plan.rooms, key=lambda room: room.storey)))


def only_storey(plan: Plan, wanted: str) -> Plan:
    """A plan of one storey of a plan.

    Parameters
    ----------
    plan : Plan
    wanted : str
        Name or id of the storey, or its number from 1 at the bottom.

    Returns
    -------
    Plan
        At its height; the floor area the file states holds for the whole, so it is left out.

    Raises
    ------
    UsageError
        There is no such storey.
    """
    names = [s.name.casefold() for s in plan.storeys]
    ids = [s.id.casefold() for s in plan.storeys]
    asked = wanted.strip().casefold()
    if asked in names:
        number = names.index(asked)
    elif asked in ids:
        number = ids.index(asked)
    elif asked.isdecimal() and 1 <= int(asked[:9]) <= len(plan.storeys):
        number = int(asked) - 1
    else:
        known = ", ".join(f"{i} ({s.name})" for i, s in enumerate(plan.storeys, 1))
        raise UsageError(f"there is no storey {wanted!r} in {plan.source}; known are {known}")
    return replace(
        plan,
        storeys=(plan.storeys[number],),
        walls=tuple(replace(w, storey=0) for w in plan.walls if w.storey == number),
        rooms=tuple(replace(r, storey=0) for r in plan.rooms if r.storey == number),
        floor_area_m2=plan.floor_area_m2 if len(plan.storeys) == 1 else None,
    )
