"""The rest of the house: what printing the walls does not change, shared by every estimate."""

from __future__ import annotations

from estimator.cost import Market
from estimator.ledger import Line
from materials import load_house_shares

SHELL_STAGES = ("foundation", "floors-and-roof")
"""Stages that make a shell together with the walls."""

STAGE_NAMES = {
    "foundation": "Foundation and ground slab",
    "floors-and-roof": "Floors and roof",
    "envelope": "Windows, outer doors, wall finishes outside",
    "services": "Services",
    "finishes": "Finishes and fittings inside",
    "site": "Site works, permits, design",
}


def house_lines(floor_area_m2: float, market: Market) -> list[Line]:
    """Lines of the house without its bare walls.

    Parameters
    ----------
    floor_area_m2 : float
        Gross floor area. [m²]
    market : Market

    Returns
    -------
    list of Line
        One for each stage: floor area × (finished cost per m² × the stage's share).

    Notes
    -----
    Top-down, from the region's cost of a finished house and the usual division of it; the
    share of the bare walls is left out, because those are counted bottom-up.
    """
    kind = market.region.house_kind
    cost = market.rates.house_cost_per_m2
    lines = []
    for stage, fact in load_house_shares(kind).items():
        if stage == "walls":
            continue
        name = f"house.{kind}.{stage}"
        rate = cost * market.draw.number(name, fact)
        lines.append(
            Line(
                stage, STAGE_NAMES[stage], floor_area_m2, "m2", rate, stage, "stage", ("region.house_cost_per_m2", name)
            )
        )
    return lines
