"""Which joints a printer has: from the facts of its profile to the limits of its kind."""

from __future__ import annotations

import math

import numpy as np

from estimator.kinematics.arm import ArmJoints
from estimator.kinematics.delta import DeltaJoints
from estimator.kinematics.joints import Floats, Joints
from estimator.kinematics.polar import PolarJoints, PolarLimits
from printers import Fact, Printer
from printers.joints import JOINT_FACTS


def has_joint_model(printer: Printer) -> bool:
    """Whether the limits of a machine's joints are known; a gantry has none but its axes.

    Parameters
    ----------
    printer : Printer

    Returns
    -------
    bool
        Arms need a stand as well: indoors and in frames nobody says where they stand.
    """
    stands = printer.deployment == "stands" or printer.kinematics not in ("polar", "arm")
    return stands and all(name in printer.facts for name in JOINT_FACTS[printer.kinematics])


def joints_of(printer: Printer, place_m: Floats) -> Joints | None:
    """Joints of a printer where it stands.

    Parameters
    ----------
    printer : Printer
    place_m : (2,) float
        Axis of an arm, middle of a delta. [m]

    Returns
    -------
    Joints or None
        None for gantries, and where the joints are not known.
    """
    if printer.kinematics == "gantry" or not has_joint_model(printer):
        return None
    if printer.kinematics == "delta":
        return DeltaJoints(
            place_m,
            float(printer.tower_radius_m),
            float(printer.rod_length_m),
            float(printer.carriage_speed_max_m_per_s),
            _limit(printer, "carriage_acceleration_max_m_per_s2"),
        )
    if printer.kinematics == "polar":
        limits = PolarLimits(
            float(printer.angular_speed_max_rad_per_s),
            float(printer.radial_speed_max_m_per_s),
            _limit(printer, "angular_acceleration_max_rad_per_s2"),
            _limit(printer, "radial_acceleration_max_m_per_s2"),
        )
        return PolarJoints(place_m, limits)
    return ArmJoints(
        place_m,
        float(printer.upper_arm_m),
        float(printer.forearm_m),
        _number(printer, "shoulder_offset_m"),
        _number(printer, "wrist_drop_m"),
        _three_limits(printer, "speed_max_rad_per_s"),
        _three_limits(printer, "acceleration_max_rad_per_s2"),
    )


def path_speed_ratio(printer: Printer) -> Fact | None:
    """Share of its speeds that a machine runs at because of joints of which nothing is known.

    Parameters
    ----------
    printer : Printer

    Returns
    -------
    Fact or None
        None where the joints are modelled, or where the profile has no such share.
    """
    return None if has_joint_model(printer) else printer.get("path_speed_ratio")


def axis_facts(printer: Printer, quantity: str) -> Floats | None:
    """Limits of the axes of a gantry, one by one.

    Parameters
    ----------
    printer : Printer
    quantity : str
        End of the facts' names, unit included: ``speed_max_m_per_s``, ``acceleration_max_m_per_s2``.

    Returns
    -------
    (2,) float or None
        Of x and y, ``inf`` where one is not limited; None where neither is. [m/s] or [m/s²]
    """
    names = [f"{axis}_{quantity}" for axis in "xy"]
    if not any(name in printer.facts for name in names):
        return None
    return np.array([_limit(printer, name) for name in names])


def _limit(printer: Printer, name: str) -> float:
    fact = printer.get(name)
    return math.inf if fact is None else float(fact)


def _three_limits(printer: Printer, quantity: str) -> tuple[float, float, float]:
    base, shoulder, elbow = (_limit(printer, f"{joint}_{quantity}") for joint in ("base", "shoulder", "elbow"))
    return base, shoulder, elbow


def _number(printer: Printer, name: str) -> float:
    fact = printer.get(name)
    return 0.0 if fact is None else float(fact)
