"""Carbon: what the materials of ledger lines emitted, what brought them to the site, and what runs there.

Counted are the materials of walls and house from cradle to gate (stages A1-A3), their transport (A4), and on the
site (A5) electricity, cranes, and the lorries that carry the printer and its elements. Not counted are people's
travel, other energy of the site, and everything after hand-over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from estimator.cost import Market
from estimator.ledger import Line
from estimator.values import Value
from materials import Mix, load_resource

COUNTED = (
    "materials of walls and house, cradle to gate (A1-A3), their transport as a share of that (A4), and electricity, "
    "cranes and lorries of the print (A5)"
)
NOT_COUNTED = (
    "travel of people, heating and other energy of the site, waste taken away",
    "use, repair and end of life of the house; carbon stored in timber, taken up by concrete",
)

SITE_FACTORS = {
    "region.electricity_rate_per_kwh": "region.grid_carbon_kg_per_kwh",
    "region.crane_rate_per_h": "terms.crane_carbon_kg_per_h",
    "terms.transport_rate_per_trip": "terms.trip_carbon_kg",
    "terms.delivery_rate_per_trip": "terms.trip_carbon_kg",
}
"""Carbon per unit of lines that are paid at a rate."""

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
    place : int
        Of the ledger line among those given.
    """

    code: str
    what: str
    carbon_kg: Value
    origin: tuple[str, ...]
    place: int


def carbon_lines(lines: Iterable[Line], mix: Mix | None, market: Market) -> list[CarbonLine]:
    """Carbon of the lines that buy material, run a machine or hire a lorry.

    Parameters
    ----------
    lines : iterable of Line
    mix : Mix or None
        The printed one; None in ledgers where none is.
    market : Market
        Whose numbers, or samples of them, count.

    Returns
    -------
    list of CarbonLine
        Lines without a factor are left out; materials include their transport.
    """
    found, draw, haul = [], market.draw, market.terms.haul_carbon_fraction
    facts = {"region": market.rates, "terms": market.terms}
    for place, line in enumerate(lines):
        if line.kind not in ("material", "plant", "fee"):
            continue
        for origin in line.origin:
            kind, _, rest = origin.partition(".")
            if kind == "mix" and mix is not None:
                name, fact = f"mix.{mix.id}.carbon_kg_per_m3", mix.facts["carbon_kg_per_m3"]
            elif kind == "resource" or origin in _BOUGHT_AS:
                resource = _BOUGHT_AS.get(origin) or rest.rpartition(".")[0]
                name, fact = f"resource.{resource}.carbon_kg", load_resource(resource).facts["carbon_kg"]
            else:
                if origin not in SITE_FACTORS:
                    continue
                name = SITE_FACTORS[origin]
                table, _, attribute = name.partition(".")
                per_unit = getattr(facts[table], attribute)
                found.append(CarbonLine(line.code, line.what, line.quantity * per_unit, (name,), place))
                break
            carbon = line.quantity * draw.number(name, fact) * (1 + haul)
            found.append(CarbonLine(line.code, line.what, carbon, (name, "terms.haul_carbon_fraction"), place))
            break
    return found


def carbon_kg(lines: Iterable[Line], mix: Mix, market: Market) -> Value:
    """Carbon of a ledger.

    Parameters
    ----------
    lines : iterable of Line
    mix : Mix
    market : Market

    Returns
    -------
    float or (n,) float
        [kgCO2e]
    """
    total: Value = 0.0
    for line in carbon_lines(lines, mix, market):
        total = total + line.carbon_kg
    return total
