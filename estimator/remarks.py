"""Remarks: what a person should know about an estimate besides its numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from estimator.at_once import Turns
from estimator.beads import Kind
from estimator.errors import Finding
from estimator.head_path import Speeds, commanded_m_per_s, path_joints
from estimator.kinematics import limits_at
from estimator.kinematics.machines import has_joint_model, path_speed_ratio
from estimator.slicing import Bands
from estimator.times import HOURS_S, PrintTimes
from estimator.toolpath import Toolpath
from estimator.values import Draw, FactLike
from materials import Mix, Region, Site, Terms
from printers import Printer

Floats = NDArray[np.float64]

MUCH_SLOWER = 0.5
"""Joints that leave less of a bead's speed are told. [-]"""

SET_BY_USER = "set by the user"
"""Note of a fact that ``replace`` made of a plain number."""

SLOWEST_M2_PER_H, FASTEST_M2_PER_H = 0.3, 4.5
"""Floor per nozzle hour of all published buildings with enough said of them. [m²/h]"""

SMALLEST_HOUSE_M2 = 5.0
"""Smaller floors are trials, whose rate says nothing. [m²]"""


def machine_remarks(printer: Printer) -> list[Finding]:
    """A warning when a machine's joints are not modelled.

    Parameters
    ----------
    printer : Printer

    Returns
    -------
    list of Finding
    """
    if has_joint_model(printer):
        return []
    ratio = path_speed_ratio(printer)
    how = (
        "its speeds and acceleration are taken as they stand, in every direction"
        if ratio is None
        else f"it runs at {float(ratio):.0%} of its speeds, the same in every direction"
    )
    return [
        Finding(
            "kinematics-plain",
            "warning",
            printer.id,
            f"moves as {printer.kinematics!r}, and nothing is known of its joints where it stands: {how}",
        )
    ]


def idle_machines(turns: Turns | None, machines: int, printer: Printer) -> list[Finding]:
    """A warning where several machines find nothing to print at the same time.

    Parameters
    ----------
    turns : Turns or None
        None for one machine.
    machines : int
        As many as were asked for.
    printer : Printer

    Returns
    -------
    list of Finding
    """
    if turns is None or turns.machines == machines:
        return []
    return [
        Finding(
            "machines-idle",
            "warning",
            printer.id,
            f"{machines} machines were asked for and {turns.machines} can print at the same time: the other parts "
            "are too near, or there are none; ask for fewer, or for machines of less reach",
        )
    ]


def joint_remarks(toolpath: Toolpath, printer: Printer, speeds: Speeds) -> list[Finding]:
    """A warning where joints slow the head down by much.

    Parameters
    ----------
    toolpath : Toolpath
    printer : Printer
    speeds : Speeds

    Returns
    -------
    list of Finding
        At most one, with the worst place on a bead, by starts and middles of its moves.
    """
    joints = path_joints(toolpath, printer)
    if joints is None:
        return []
    is_bead = toolpath.kind != Kind.TRAVEL
    move = np.flatnonzero(is_bead)
    start = toolpath.to_machine(toolpath.start_m[move], move)
    step = toolpath.to_machine(toolpath.end_m[move], move) - start
    length = np.hypot(step[:, 0], step[:, 1])
    real = length > 0.0
    if not real.any():
        return []
    start, step, length, move = start[real], step[real], length[real], move[real]
    speed = commanded_m_per_s(toolpath, printer, speeds)[is_bead][real]
    places = np.stack((start, start + 0.5 * step))
    share = np.stack(
        [limits_at(joints, p, step / length[:, None], speed, speeds.acceleration_m_per_s2)[0] / speed for p in places]
    )
    worst = np.unravel_index(int(share.argmin()), share.shape)
    if share[worst] >= MUCH_SLOWER:
        return []
    x, y = toolpath.to_plan(places[worst][None, :], move[worst[1:]])[0].tolist()
    part = float(length[share[1] < MUCH_SLOWER].sum() / length.sum())
    return [
        Finding(
            "joints-slow",
            "warning",
            printer.id,
            f"joints slow the head to {share[worst]:.0%} of its speed near ({x:.2f}, {y:.2f}) m, and below half of it "
            f"along {part:.0%} of the bead; another place to stand or a larger machine would be quicker there",
        )
    ]


def price_remarks(mix: Mix, region: Region) -> list[Finding]:
    """A note when prices of two years meet.

    Parameters
    ----------
    mix : Mix
    region : Region

    Returns
    -------
    list of Finding
    """
    if mix.price_year == region.price_year:
        return []
    return [
        Finding(
            "price-years",
            "note",
            region.id,
            f"has rates of {region.price_year}; the prices of {mix.id} and other bought materials are of "
            f"{mix.price_year} and are not brought to that year",
        )
    ]


def layer_remarks(bands: Bands, toolpath: Toolpath) -> list[Finding]:
    """A note when whole layers do not fill the walls' heights.

    Parameters
    ----------
    bands : Bands
    toolpath : Toolpath

    Returns
    -------
    list of Finding
    """
    printed = drawn = 0.0
    for storey in np.unique(bands.storey):  # the tallest part of each storey stands for it
        parts = [bands.part == p for p in np.unique(bands.part[bands.storey == storey])]
        tallest = max(parts, key=lambda rows: int(bands.layers[rows].sum()))
        rows = tallest & (bands.storey == storey)
        printed += float(bands.layers[rows].sum()) * toolpath.layer_height_m
        drawn += float(bands.top_m[rows].max() - bands.base_m[rows].min())
    if abs(printed - drawn) <= max(toolpath.layer_height_m, 0.005 * drawn):
        return []
    return [
        Finding(
            "layers-rounded",
            "note",
            "",
            f"whole layers of {toolpath.layer_height_m:g} m add up to {printed:.2f} m of the {drawn:.2f} m drawn",
        )
    ]


def idle_changes(draw: Draw, printer: Printer, mix: Mix, region: Region, site: Site, terms: Terms) -> list[Finding]:
    """A note for every value that somebody set and that no estimate asks for.

    Parameters
    ----------
    draw : Draw
        Knows what was asked for.
    printer : Printer
    mix : Mix
    region : Region
    site : Site
    terms : Terms

    Returns
    -------
    list of Finding
    """
    tables: dict[str, Mapping[str, FactLike]] = {
        "printer": printer.facts,
        f"mix.{mix.id}": mix.facts,
        "region": region.facts,
        "site": site.facts,
        "terms": terms.facts,
    }
    return [
        Finding("value-unused", "note", f"{table}.{name}", "was set, but enters no estimate yet; it changes nothing")
        for table, facts in tables.items()
        for name, fact in facts.items()
        if fact.note == SET_BY_USER and f"{table}.{name}" not in draw.used
    ]


def time_remarks(times: PrintTimes, mix: Mix, floor_area_m2: float) -> list[Finding]:
    """What the time ledger says that a person should know.

    Parameters
    ----------
    times : PrintTimes
    mix : Mix
    floor_area_m2 : float
        [m²]

    Returns
    -------
    list of Finding
        Unusual rates, waiting for strength.
    """
    findings = []
    hours = float(times.nozzle_s) / HOURS_S
    rate = float(f"{floor_area_m2 / hours:.2g}") if hours > 0 else 0.0
    if floor_area_m2 > SMALLEST_HOUSE_M2 and not SLOWEST_M2_PER_H <= rate <= FASTEST_M2_PER_H:
        findings.append(
            Finding(
                "rate-unusual",
                "warning",
                "",
                f"{rate:g} m² of floor per nozzle hour lies outside the {SLOWEST_M2_PER_H:g} to "
                f"{FASTEST_M2_PER_H:g} of published buildings; "
                "check speeds, wall system and plan",
            )
        )
    held_s = float(times.wait_s) + float(times.slow_s)
    if held_s > 0.05 * float(times.nozzle_s):
        findings.append(
            Finding(
                "wall-waits",
                "note",
                "",
                f"printing is held back {held_s / HOURS_S:.1f} h until {mix.id} bears the next layer; an accelerated "
                "mix, or a second house printed by turns, would save or use the time",
            )
        )
    return findings
