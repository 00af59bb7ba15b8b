"""How the strength or the stiffness of a wet mix grows with its age.

A law gives a stress in pascal for an age in seconds, whatever that stress is: yield stress, uniaxial
strength or modulus. Its numbers may be arrays, one for each wall, that broadcast against the ages. No law is
carried beyond the age to which it was measured: from there on the stress stays as it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Values: TypeAlias = float | Floats

VON_MISES = float(np.sqrt(3.0))
"""Uniaxial strength over yield stress in shear, von Mises. [-]"""

TRESCA = 2.0
"""Uniaxial strength over yield stress in shear, Tresca. [-]"""


def mohr_coulomb_strength_pa(cohesion_pa: Values, friction_rad: Values) -> Floats:
    """Uniaxial strength of a mix that rubs as well as sticks.

    Parameters
    ----------
    cohesion_pa : float or array
        c. [Pa]
    friction_rad : float or array
        Angle of internal friction φ, 0 ≤ φ < π/2. [rad]

    Returns
    -------
    float array
        2·c·cos φ/(1 − sin φ). [Pa]

    Notes
    -----
    A cohesion from a triaxial test, an unconfined strength and a vane yield stress are three inputs that must
    not be mixed: with the cohesion published for the Eindhoven mortar this gives 8.7 kPa where the same
    mortar, unconfined, bore 6.0 kPa. The unconfined one belongs to slender walls.

    References
    ----------
    R. J. M. Wolfs, F. P. Bos, T. A. M. Salet, "Early age mechanical behaviour of 3D printed concrete", Cement
    and Concrete Research 106, 2018, pp. 103-116. Recalled.
    """
    return np.asarray(2 * cohesion_pa * np.cos(friction_rad) / (1 - np.sin(friction_rad)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Growth(ABC):
    """A law of growth, which never falls with age.

    Attributes
    ----------
    measured_s : float or array
        Age to which the law was measured; the stress stays as it is from there on. [s]
    """

    measured_s: Values = np.inf

    def at(self, age_s: Values) -> Floats:
        """Stress at an age.

        Parameters
        ----------
        age_s : float or array
            Since deposition, ≥ 0. [s]

        Returns
        -------
        float array
            [Pa]
        """
        return np.asarray(self._at(np.minimum(age_s, self.measured_s)), np.float64)

    def times(self, factor: Values) -> Self:
        """The same law with every stress multiplied: yield stress to strength, or a knock-down.

        Parameters
        ----------
        factor : float or array
            > 0. [-]
        """
        names = [field.name for field in fields(self) if "_pa" in field.name]
        return replace(self, **{name: np.multiply(getattr(self, name), factor) for name in names})

    @abstractmethod
    def _at(self, age: Floats) -> Floats:
        """Stress at an age within what was measured."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Linear(Growth):
    """Growth at one rate.

    Attributes
    ----------
    start_pa : float or array
        Stress as deposited. [Pa]
    rate_pa_per_s : float or array
        ≥ 0. [Pa/s]

    Notes
    -----
    Holds in the dormant period, about one to two hours, without accelerator.

    References
    ----------
    N. Roussel, "Rheological requirements for printable concretes", Cement and Concrete Research 112, 2018,
    pp. 76-85. Recalled.
    """

    start_pa: Values
    rate_pa_per_s: Values

    def _at(self, age: Floats) -> Floats:
        return self.start_pa + age * self.rate_pa_per_s


@dataclass(frozen=True, kw_only=True, eq=False)
class Bilinear(Growth):
    """Quick return of the structure that pump and nozzle broke, then slow growth.

    Attributes
    ----------
    dynamic_pa : float or array
        Stress right after shearing. [Pa]
    static_pa : float or array
        Stress after re-flocculation, ≥ `dynamic_pa`. [Pa]
    flocculation_rate_pa_per_s : float or array
        R_thix, > 0. [Pa/s]
    structuration_rate_pa_per_s : float or array
        A_thix, ≥ 0. [Pa/s]

    References
    ----------
    J. Kruger, S. Zeranka, G. van Zijl, "3D concrete printing: a lower bound analytical model for buildability
    performance quantification", Automation in Construction 106, 2019, 102904. Recalled; that R_thix may be
    ten times A_thix is read in the abstract of their paper in Construction and Building Materials 224, 2019,
    pp. 372-386.
    """

    dynamic_pa: Values
    static_pa: Values
    flocculation_rate_pa_per_s: Values
    structuration_rate_pa_per_s: Values

    @property
    def flocculated_s(self) -> Floats:
        """Age at which re-flocculation is over, t_rf. [s]"""
        return np.asarray((self.static_pa - self.dynamic_pa) / self.flocculation_rate_pa_per_s)

    def _at(self, age: Floats) -> Floats:
        first = self.dynamic_pa + age * self.flocculation_rate_pa_per_s
        second = self.static_pa + (age - self.flocculated_s) * self.structuration_rate_pa_per_s
        return np.where(age <= self.flocculated_s, first, second)


@dataclass(frozen=True, kw_only=True, eq=False)
class Saturating(Growth):
    """Growth that dies away towards a ceiling.

    Attributes
    ----------
    start_pa : float or array
        Stress as deposited. [Pa]
    final_ratio : float or array
        z, ceiling over start, ≥ 1. [-]
    rate_per_s : float or array
        ξ, > 0. [1/s]

    References
    ----------
    A. S. J. Suiker, "Mechanical performance of wall structures in 3D printing processes: theory, design tools
    and experiments", International Journal of Mechanical Sciences 137, 2018, pp. 145-170. Recalled.
    """

    start_pa: Values
    final_ratio: Values
    rate_per_s: Values

    def _at(self, age: Floats) -> Floats:
        return self.start_pa * (self.final_ratio - (self.final_ratio - 1) * np.exp(-age * self.rate_per_s))


@dataclass(frozen=True, kw_only=True, eq=False)
class Accelerating(Growth):
    """Growth that quickens towards setting.

    Attributes
    ----------
    start_pa : float or array
        Stress as deposited. [Pa]
    rate_pa_per_s : float or array
        A_thix, growth at age zero, > 0. [Pa/s]
    time_constant_s : float or array
        t_c, > 0; the law tends to the linear one for ages far below it. [s]

    References
    ----------
    A. Perrot, D. Rangeard, A. Pierre, "Structural built-up of cement-based materials used for 3D-printing
    extrusion techniques", Materials and Structures 49, 2016, pp. 1213-1220. Recalled.
    """

    start_pa: Values
    rate_pa_per_s: Values
    time_constant_s: Values

    def _at(self, age: Floats) -> Floats:
        gain_pa = self.rate_pa_per_s * self.time_constant_s * np.expm1(age / self.time_constant_s)
        return np.asarray(self.start_pa + gain_pa)
