"""The walls as the checks of a structure see them, by their shape alone: worked out once, whatever they are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from estimator.memory import Memory
from estimator.plan import Plan
from estimator.structure.loads import Tributary, partitions, tributary
from estimator.structure.sections import Sections, wall_sections
from estimator.structure.wall_runs import WallRuns, wall_runs
from estimator.structure.wall_shapes import WallShapes, clear_lengths_m, wall_shapes
from estimator.wall_systems import Pattern


@dataclass(frozen=True, eq=False)
class Fabric:
    """Walls of a plan by a wall system, and what follows from them before mix, site or prices are known.

    Attributes
    ----------
    plan : Plan
    system : str
        Wall system of the walls that name none themselves.
    bead_width_m : float
        [m]
    pattern : Pattern
        Spacing of infill.
    is_external : (w,) bool
        Of the walls.
    of_plan : Memory
        Of what follows from the plan alone.
    """

    plan: Plan
    system: str
    bead_width_m: float
    pattern: Pattern
    is_external: NDArray[np.bool_]
    of_plan: Memory = field(default_factory=Memory, repr=False)

    @cached_property
    def shapes(self) -> WallShapes:
        """Of the w walls."""
        clear_m = self.of_plan.get("clear lengths", (), lambda: clear_lengths_m(self.plan))
        return wall_shapes(self.plan, self.system, self.bead_width_m, self.pattern, clear_m)

    @cached_property
    def sections(self) -> Sections:
        """Of the w walls."""
        return wall_sections(self.shapes, self.bead_width_m, self.pattern)

    @cached_property
    def runs(self) -> WallRuns:
        """Straight runs of the walls."""
        return self.of_plan.get("runs", (), lambda: wall_runs(self.plan, self.shapes))

    @cached_property
    def shared(self) -> Tributary:
        """What of roof and floor each run carries."""
        runs, shapes = self.runs, self.shapes
        return self.of_plan.get(
            "tributary", self.is_external.tobytes(),
            lambda: tributary(
                runs.footprint, shapes.storey[runs.wall], partitions(runs, shapes, self.is_external)
            ),
        )  # fmt: skip
