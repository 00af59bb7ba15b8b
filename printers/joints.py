"""What the joints of a machine need to be modelled, and whether their numbers fit together."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .facts import Fact

JOINT_FACTS: dict[str, tuple[str, ...]] = {
    "gantry": (),
    "polar": ("angular_speed_max_rad_per_s", "radial_speed_max_m_per_s"),
    "arm": (
        "upper_arm_m",
        "forearm_m",
        "base_speed_max_rad_per_s",
        "shoulder_speed_max_rad_per_s",
        "elbow_speed_max_rad_per_s",
    ),
    "delta": ("tower_radius_m", "rod_length_m", "carriage_speed_max_m_per_s"),
}
"""Facts without which the joints of a kind cannot be modelled; accelerations may be missing."""


def joint_problems(kinematics: str, facts: Mapping[str, Fact]) -> list[str]:
    """What is wrong with the joints of a machine, one sentence each.

    Parameters
    ----------
    kinematics : str
        Kind of the machine.
    facts : mapping of str to Fact
        All its numbers, by name.

    Returns
    -------
    list of str
        Empty where nothing is said of joints, or where all of it fits together.
    """
    needed = JOINT_FACTS.get(kinematics, ())
    if kinematics not in ("arm", "delta") or not any(name in facts for name in needed):
        return []
    missing = [name for name in needed if name not in facts]
    if missing:
        return [
            f"{name} is missing; joints are modelled with all of {', '.join(needed)} or not at all" for name in missing
        ]
    if "reach_max_m" not in facts:
        return []
    least, most = _ring_m(kinematics, facts)
    problems = []
    if facts["reach_max_m"].value >= most:
        problems.append(
            f"reach_max_m ({facts['reach_max_m'].value:g}) is not below the {most:.3g} m at which its "
            f"{'links are stretched' if kinematics == 'arm' else 'rods lie flat'}; correct one of them"
        )
    if facts["reach_min_m"].value <= least and least > 0.0:
        problems.append(
            f"reach_min_m ({facts['reach_min_m'].value:g}) is not above the {least:.3g} m at which its links are "
            "folded; correct one of them"
        )
    return problems


def _ring_m(kinematics: str, facts: Mapping[str, Fact]) -> tuple[float, float]:
    """Radii between which the links or rods of a machine reach. [m]"""
    value = {name: fact.value for name, fact in facts.items()}
    if kinematics == "delta":
        return 0.0, value["rod_length_m"] - value["tower_radius_m"]
    a, b = value["upper_arm_m"], value["forearm_m"]
    drop2, offset = value.get("wrist_drop_m", 0.0) ** 2, value.get("shoulder_offset_m", 0.0)
    folded2 = (a - b) ** 2 - drop2
    least = offset + math.sqrt(folded2) if folded2 > 0.0 else 0.0
    return least, offset + math.sqrt(max((a + b) ** 2 - drop2, 0.0))
