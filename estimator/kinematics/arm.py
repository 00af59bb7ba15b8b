"""Jointed arms: a turning base, a shoulder and an elbow in an upright plane.

A six-axis robot with its wrist partitioned off: base, shoulder and elbow bring the wrist to its place, the
wrist keeps the nozzle upright and is never what limits. The wrist works at one height below the shoulder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimator.kinematics.joints import Floats, Rates
from estimator.kinematics.polar import PolarJoints, PolarLimits


@dataclass(frozen=True, slots=True)
class ArmJoints:
    """Joints of an arm: angles of base, shoulder and elbow.

    Attributes
    ----------
    station_m : (2,) float
        Turning axis of the base. [m]
    upper_arm_m, forearm_m : float
        From shoulder to elbow and from elbow to wrist, > 0. [m]
    shoulder_offset_m : float
        From the axis of the base outwards to the shoulder. [m]
    wrist_drop_m : float
        Height of the shoulder above the wrist. [m]
    joint_rad_per_s, joint_rad_per_s2 : tuple of three floats
        Highest rates of base, shoulder and elbow, and their changes; ``inf`` where nothing is known.
        [rad/s], [rad/s²]
    """

    station_m: Floats
    upper_arm_m: float
    forearm_m: float
    shoulder_offset_m: float
    wrist_drop_m: float
    joint_rad_per_s: tuple[float, float, float]
    joint_rad_per_s2: tuple[float, float, float]

    @property
    def speed_max(self) -> tuple[float, ...]:
        """Highest rate of each joint. [rad/s]"""
        return self.joint_rad_per_s

    @property
    def acceleration_max(self) -> tuple[float, ...]:
        """Highest change of each rate. [rad/s²]"""
        return self.joint_rad_per_s2

    def breaks_m(self, start_m: Floats, direction: Floats) -> Floats:
        """Where along the lines a limit turns over: as for a turning arm.

        Parameters
        ----------
        start_m, direction : (n, 2) float
            Starts, and unit vectors. [m], [-]

        Returns
        -------
        (n, 3) float
            Distances from the starts, also beyond the ends. [m]
        """
        return self._base().breaks_m(start_m, direction)

    def rates(self, place_m: Floats, direction: Floats) -> Rates:
        """First and second derivatives of the three angles by the way along straight lines.

        Parameters
        ----------
        place_m, direction : (n, 2) float
            Where the nozzle is, and unit vectors of its lines. [m], [-]

        Returns
        -------
        Rates
            NaN where the links do not reach, and where they are stretched or folded to their ends.

        Notes
        -----
        With ρ = r − offset and the drop h, shoulder and wrist are D = √(ρ² + h²) apart. The links a, b and
        D make a triangle: cos(elbow) = (D² − a² − b²)/(2·a·b) and cos γ = (a² + D² − b²)/(2·a·D), where γ
        is the angle between D and upper arm; the shoulder stands at γ above the line of sight, whose own
        angle is atan(−h/ρ). Derivatives of an angle φ with cos φ = C are φ′ = −C′/sin φ and
        φ″ = −(C″ + C·φ′²)/sin φ. Stretched or folded, sin φ = 0 and no rate is high enough.

        References
        ----------
        J. J. Craig, "Introduction to Robotics: Mechanics and Control", 3rd ed., Pearson, 2005, sections
        4.4 and 5.8 (two-link inverse kinematics, singularities).
        """
        a, b, h = self.upper_arm_m, self.forearm_m, self.wrist_drop_m
        (base, reach), (base2, reach2) = self._base().rates(place_m, direction)
        offset = place_m - self.station_m
        rho = np.hypot(offset[:, 0], offset[:, 1]) - self.shoulder_offset_m
        far2 = rho * rho + h * h
        inside = (far2 < (a + b) ** 2) & (far2 > (a - b) ** 2) & (far2 > 0.0)
        far2 = np.where(inside, far2, np.nan)
        far = np.sqrt(far2)
        # by D
        elbow, elbow2 = _angle((far2 - a * a - b * b) / (2 * a * b), far / (a * b), np.full_like(far, 1 / (a * b)))
        e = a * a - b * b
        gamma, gamma2 = _angle((far + e / far) / (2 * a), (1.0 - e / far2) / (2 * a), e / (a * far2 * far))
        # by the way
        far_1 = rho / far * reach
        far_2 = h * h / (far2 * far) * reach * reach + rho / far * reach2
        sight_1 = h / far2 * reach
        sight_2 = h / far2 * reach2 - 2.0 * h * rho / (far2 * far2) * reach * reach
        first = (base, sight_1 + gamma * far_1, elbow * far_1)
        second = (
            base2,
            sight_2 + gamma2 * far_1 * far_1 + gamma * far_2,
            elbow2 * far_1 * far_1 + elbow * far_2,
        )
        return first, second

    def _base(self) -> PolarJoints:
        """Turning and reaching alone, without limits."""
        return PolarJoints(self.station_m, PolarLimits(np.inf))


def _angle(cosine: Floats, cosine_1: Floats, cosine_2: Floats) -> tuple[Floats, Floats]:
    """First and second derivative of an angle from its cosine and that one's derivatives."""
    sine2 = 1.0 - cosine * cosine
    sine = np.sqrt(np.where(sine2 > 0.0, sine2, np.nan))
    first = -cosine_1 / sine
    return first, -(cosine_2 + cosine * first * first) / sine
