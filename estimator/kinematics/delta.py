"""Deltas: three carriages on upright towers that hold the head by rods of one length."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from estimator.kinematics.joints import Floats, Rates
from estimator.kinematics.polar import foot_coordinates


@dataclass(frozen=True, slots=True)
class DeltaJoints:
    """Joints of a delta: heights of its three carriages.

    Attributes
    ----------
    station_m : (2,) float
        Middle between the towers. [m]
    tower_radius_m : float
        From the middle to a tower, less the radius of the plate that holds the head. [m]
    rod_length_m : float
        [m]
    carriage_m_per_s, carriage_m_per_s2 : float
        Highest speed and acceleration of a carriage; ``inf`` where nothing is known. [m/s], [m/s²]
    turn_rad : float
        Direction of the first tower, anticlockwise from x. [rad]
    """

    station_m: Floats
    tower_radius_m: float
    rod_length_m: float
    carriage_m_per_s: float
    carriage_m_per_s2: float = math.inf
    turn_rad: float = math.pi / 2

    @property
    def speed_max(self) -> tuple[float, ...]:
        """Highest rate of each carriage. [m/s]"""
        return (self.carriage_m_per_s,) * 3

    @property
    def acceleration_max(self) -> tuple[float, ...]:
        """Highest change of each rate. [m/s²]"""
        return (self.carriage_m_per_s2,) * 3

    @property
    def towers_m(self) -> Floats:
        """Places of the towers, seen from the middle of the plate, (3, 2). [m]"""
        angle = self.turn_rad + 2.0 * math.pi / 3.0 * np.arange(3)
        return np.asarray(self.station_m + self.tower_radius_m * np.stack((np.cos(angle), np.sin(angle)), axis=1))

    def breaks_m(self, start_m: Floats, direction: Floats) -> Floats:
        """Where along the lines a limit turns over: at the feet of the three towers.

        Parameters
        ----------
        start_m, direction : (n, 2) float
            Starts, and unit vectors. [m], [-]

        Returns
        -------
        (n, 3) float
            Distances from the starts, also beyond the ends. [m]
        """
        return np.stack([-foot_coordinates(start_m, direction, tower)[0] for tower in self.towers_m], axis=1)

    def rates(self, place_m: Floats, direction: Floats) -> Rates:
        """First and second derivatives of the heights of the carriages by the way along level lines.

        Parameters
        ----------
        place_m, direction : (n, 2) float
            Where the nozzle is, and unit vectors of its lines. [m], [-]

        Returns
        -------
        Rates
            NaN where a rod does not reach.

        Notes
        -----
        A carriage stands H = √(l² − p² − s²) above the head, where p and s are foot distance and way
        beyond the foot, seen from its tower. H′ = −s/H and H″ = −(l² − p²)/H³; flat rods (H = 0) ask for
        any speed.

        References
        ----------
        R. P. Clavel, "Conception d'un robot parallèle rapide à 4 degrés de liberté", thesis 925, EPFL,
        1991, is the kind; the linear form is derived here.
        """
        first, second = [], []
        rod2 = self.rod_length_m**2
        for tower in self.towers_m:
            along, across = foot_coordinates(place_m, direction, tower)
            free2 = rod2 - across * across
            height2 = free2 - along * along
            height = np.sqrt(np.where(height2 > 0.0, height2, np.nan))
            first.append(-along / height)
            second.append(-free2 / (height * height * height))
        return tuple(first), tuple(second)
