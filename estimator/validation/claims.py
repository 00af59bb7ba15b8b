"""Claims that arithmetic alone can judge: what would have to be true, and is it."""

from __future__ import annotations

from dataclasses import dataclass

from materials import load_mix
from printers import load_printer


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic on a claim.

    Attributes
    ----------
    what : str
    value : float
        In ``unit``. [any]
    unit : str
    """

    what: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the arithmetic on it, and what follows.

    Attributes
    ----------
    id, said, source : str
        What was said, and where.
    steps : tuple of Step
    is_possible : bool
    verdict : str
    """

    id: str
    said: str
    source: str
    steps: tuple[Step, ...]
    is_possible: bool
    verdict: str


def villa_of_twenty_tonnes() -> Claim:
    """The villa of HuaShang Tengda, said to hold 20 t of concrete.

    Returns
    -------
    Claim
    """
    density = float(load_mix("ready-mix-c30").density_kg_per_m3)
    length_m, height_m, thick_m, solid = 2 * (57.0 + 60.0), 3.0, 0.25, 0.8
    volume_m3 = length_m * height_m * thick_m * solid
    mass_t = volume_m3 * density / 1000
    reach_m = 20_000 / (density * height_m * thick_m)
    return Claim(
        "villa-20-t", "20 tonnes of concrete for a villa of 400 m² on two storeys with walls of 250 mm",
        "http://www.3ders.org/articles/20160614-exquisite-400-m2-villa-3d-printed-on-site-in-beijing-in-just-45-days.html",
        (
            Step("wall of a plan of 14.3 × 14 m, both storeys", length_m, "m"),
            Step("concrete in it, a fifth of openings taken off", volume_m3, "m³"),
            Step("mass of that", mass_t, "t"),
            Step("wall that 20 t make", reach_m, "m"),
        ),
        mass_t <= 20, f"impossible: the walls alone weigh some {mass_t:.0f} t",
    )  # fmt: skip


def saving_above_the_superstructure() -> Claim:
    """A saving on a British house that is larger than what it is saved on.

    Returns
    -------
    Claim
    """
    house, saved, structure = 114_574.0, 38_151.0, 37_809.0
    return Claim(
        "uk-saving", "38,151 GBP saved on a house of 114,574 GBP by printing its walls",
        "sheet of a vendor, 2016",
        (
            Step("saving said", saved, "GBP"),
            Step("superstructure, floors and roof included", structure, "GBP"),
            Step("share of the house that would be saved", 100 * saved / house, "%"),
            Step("share of the superstructure", 100 * saved / structure, "%"),
        ),
        saved <= structure, "impossible: more is saved than the whole superstructure costs",
    )  # fmt: skip


def ten_houses_a_day() -> Claim:
    """Ten houses in a day from one hall in Suzhou.

    Returns
    -------
    Claim
    """
    printer = load_printer("winsun-gantry")
    bead_m2 = float(printer.bead_width_m) * float(printer.layer_height_m)
    rate_m3_per_h = float(printer.print_speed_m_per_s) * bead_m2 * 3600
    house_m3 = 90.0 * 3 * float(printer.bead_width_m)  # 90 m² of wall of two leaves and a zig-zag
    machines = 10 * house_m3 / rate_m3_per_h / 24
    return Claim(
        "ten-houses", "ten houses of 60 m² printed in under 24 hours (Winsun 2014)",
        "http://www.3dprinterworld.com/article/ten-3d-printed-houses-day",
        (
            Step("concrete of one house: 90 m² of wall, three beads thick", house_m3, "m³"),
            Step("what the machine lays at its stated speed", rate_m3_per_h, "m³/h"),
            Step("hours of one machine for ten houses", 10 * house_m3 / rate_m3_per_h, "h"),
            Step("machines at work for 24 h without a stop", machines, ""),
        ),
        machines <= 4, "impossible with the four machines of that hall, unless panels were in store"
        if machines > 4 else "possible for panels alone, printed without a stop; the houses were put up afterwards",
    )  # fmt: skip


def claims() -> tuple[Claim, ...]:
    """All claims.

    Returns
    -------
    tuple of Claim
    """
    return villa_of_twenty_tonnes(), saving_above_the_superstructure(), ten_houses_a_day()
