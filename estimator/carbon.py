"""Carbon: what the materials of ledger lines emitted before they reached the site.

Counted are the materials of the walls, from cradle to gate (stages A1–A3): the mix with its
waste, lintels, ties, reinforcement, insulation, and the materials and the plant of conventional walls.
Not counted are transport to the site, electricity, hire of printer and crane, people's travel,
and the rest of the house, for which the tables hold no factors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from estimator.ledger import Line
from estimator.values import Draw, Value
from materials import Mix, load_resource

COUNTED = "materials of the walls, cradle to gate (A1-A3): mix and its waste, lintels, ties, reinforcement, insulation"
NOT_COUNTED = (
    "transport to the site, electricity, hire of printer and crane",
    "the rest of the house: the tables hold no carbon of its stages",
)

_BOUGHT_AS = {"region.rebar_rate_per_kg": "rebar-kg"}
"""Resources that a line buys straight at a regional rate."""


@dataclass(frozen=True, slots=True)
class CarbonLine:
    """Carbon of one line of a ledger.

    Attributes
    ----------
    code, what : str
        Of the ledger line.
    carbon_kg : float or (n,) float
        [kgCO2e]
    origin : tuple of str
        Full names of the facts behind it.
    """

    code: str
    what: str
    carbon_kg: Value
    origin: tuple[str, ...]


def carbon_lines(lines: Iterable[Line], mix: Mix, draw: Draw) -> list[CarbonLine]:
    """Carbon of the lines that buy material.

    Parameters
    ----------
    lines : iterable of Line
    mix : Mix
        The printed one.
    draw : Draw
        Numbers of the facts, or samples of them.

    Returns
    -------
    list of CarbonLine
        Lines without material, or without a factor, are left out.
    """
    found = []
    for line in lines:
        if line.kind not in ("material", "plant"):
            continue
        for origin in line.origin:
            kind, _, rest = origin.partition(".")
            if kind == "mix":
                name, fact = f"mix.{mix.id}.carbon_kg_per_m3", mix.facts["carbon_kg_per_m3"]
            elif kind == "resource" or origin in _BOUGHT_AS:
                resource = _BOUGHT_AS.get(origin) or rest.rpartition(".")[0]
                name, fact = f"resource.{resource}.carbon_kg", load_resource(resource).facts["carbon_kg"]
            else:
                continue
            found.append(CarbonLine(line.code, line.what, line.quantity * draw.number(name, fact), (name,)))
            break
    return found


def carbon_kg(lines: Iterable[Line], mix: Mix, draw: Draw) -> Value:
    """Carbon of a ledger.

    Parameters
    ----------
    lines : iterable of Line
    mix : Mix
    draw : Draw

    Returns
    -------
    float or (n,) float
        [kgCO2e]
    """
    total: Value = 0.0
    for line in carbon_lines(lines, mix, draw):
        total = total + line.carbon_kg
    return total
