"""How fast a machine may move: corners, axes and pump, and the joints of each machine kind.

Every function answers for arrays of straight segments. Nothing here knows about time except the closed
form of a single line under a turning arm, which is the yardstick for the pieces of such lines.
"""

from estimator.kinematics.arm import ArmJoints
from estimator.kinematics.corners import (
    SMALLEST_DEVIATION_M,
    TINY,
    arc_speed,
    chord_angle_rad,
    corner_rounding,
    half_angles,
    junction_deviation_m,
    junction_speed_squared,
)
from estimator.kinematics.delta import DeltaJoints
from estimator.kinematics.gantry import axis_limits, flow_speed_limit
from estimator.kinematics.joints import Joints, OutOfReachError, Pieces, limits_at, subdivide
from estimator.kinematics.polar import (
    PolarJoints,
    PolarLimits,
    polar_line_peaks,
    polar_line_speed,
    polar_line_time_s,
    reach_range_m,
)

__all__ = [
    "SMALLEST_DEVIATION_M",
    "TINY",
    "ArmJoints",
    "DeltaJoints",
    "Joints",
    "OutOfReachError",
    "Pieces",
    "PolarJoints",
    "PolarLimits",
    "arc_speed",
    "axis_limits",
    "chord_angle_rad",
    "corner_rounding",
    "flow_speed_limit",
    "half_angles",
    "junction_deviation_m",
    "junction_speed_squared",
    "limits_at",
    "polar_line_peaks",
    "polar_line_speed",
    "polar_line_time_s",
    "reach_range_m",
    "subdivide",
]
