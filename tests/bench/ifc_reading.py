"""Time to read an IFC model: what ifcopenshell costs by itself, and what comes on top."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from estimator.options import ReadOptions


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds to read one model, in this process and its forks.

    Attributes
    ----------
    open_s : float
        ifcopenshell parses the file. [s]
    bodies_s : float
        Its kernel makes the bodies of walls, openings and spaces, and the axes. [s]
    total_s : float
        From file to plan, these two included. [s]
    """

    open_s: float
    bodies_s: float
    total_s: float

    @property
    def own_s(self) -> float:
        """What is ours. [s]"""
        return self.total_s - self.open_s - self.bodies_s


def times(path: Path, options: ReadOptions | None = None) -> Times:
    """Seconds to read a model, ifcopenshell imported before.

    Parameters
    ----------
    path : Path
    options : ReadOptions, optional

    Returns
    -------
    Times
    """
    import ifcopenshell
    import ifcopenshell.geom

    from estimator.readers.ifc import attributes as said
    from estimator.readers.ifc import bodies
    from estimator.readers.ifc import reader as ifc
    from estimator.readers.ifc.choice import walls_to_read
    from estimator.readers.ifc.findings import SENTENCES
    from estimator.readers.ifc.shapes import Clock, shapes_of
    from estimator.readers.ifc.units import length_unit
    from estimator.readers.notes import Notes

    options = options or ReadOptions()
    notes = Notes(SENTENCES)
    began = time.perf_counter()
    model = ifcopenshell.open(str(path))
    opened = time.perf_counter()
    walls = walls_to_read(model.by_type("IfcWall"), options.wall_layers, notes)
    openings = {int(wall.id()): said.voids(wall) for wall in walls}
    spaces = [space for space in model.by_type("IfcSpace") if bodies.has_body(space)]
    unit_m = length_unit(model)[0]
    asked = time.perf_counter()
    shapes_of(model, walls, openings, spaces, unit_m, options, Clock.started(options.limits), notes)
    made = time.perf_counter()
    ifc.read(path, options)
    return Times(opened - began, made - asked, time.perf_counter() - made)
