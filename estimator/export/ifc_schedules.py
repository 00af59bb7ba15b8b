"""The cost schedule and the work schedule of an estimate, added to an open IFC model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from estimator.export import ifc_2x3
from estimator.export.ifc_cost_items import Costs
from estimator.export.ifc_tasks import work_schedule
from estimator.readers.ifc.bodies import library


def add_schedules(model: Any, told: Mapping[str, Any], source_digest: str) -> None:
    """Add an IfcCostSchedule and an IfcWorkSchedule to a model; nothing else of it is changed but its units.

    Parameters
    ----------
    model : ifcopenshell.file
        IFC 2x3, 4 or 4x3, with a project.
    told : dict
        What of the estimate is written: :func:`estimator.export.ifc_costs.told_of`.
    source_digest : str
        Of the bytes of the file: GlobalIds follow from it, so that the same file comes out the same.

    Raises
    ------
    UsageError
        The schema has no word for the currency.
    """
    known = {int(root.id()) for root in model.by_type("IfcRoot")}
    project = model.by_type("IfcProject")[0]
    if model.schema == "IFC2X3":
        ifc_2x3.Costs(model, project, told, ifc_2x3.owner(model)).schedule()
        ifc_2x3.work_schedule(model, told)
    else:
        settings = library("ifcopenshell.api.owner.settings")
        settings.get_user = settings.get_application = _nobody
        schedules = [Costs(model, project, told).schedule(), work_schedule(model, told)]
        model.create_entity(  # of its own: a project may have several
            "IfcRelDeclares",
            GlobalId=library("ifcopenshell.guid").new(),
            RelatingContext=project,
            RelatedDefinitions=schedules,
        )
    _name_anew(model, known, source_digest + json.dumps(told, sort_keys=True))


def _nobody(_: Any) -> None:
    """Owner of what is added: an owner history would hold the time of day."""
    return None


def _name_anew(model: Any, known: set[int], seed: str) -> None:
    """Give what was added GlobalIds that follow from the seed."""
    compress = library("ifcopenshell.guid").compress
    added = sorted(
        (root for root in model.by_type("IfcRoot") if root.id() not in known), key=lambda root: int(root.id())
    )
    for number, root in enumerate(added):
        root.GlobalId = compress(sha256(f"{seed}/{number}".encode()).hexdigest()[:32])
