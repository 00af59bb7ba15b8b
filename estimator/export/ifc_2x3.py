"""The schedules of an estimate in the words of IFC 2x3: values, quantities and times are related to items and tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from estimator.export import ifc_cost_items
from estimator.export.ifc_cost_items import CLASSIFICATION
from estimator.export.ifc_tasks import NOMINAL, sequences, since_start
from estimator.readers.ifc.bodies import library

Object = Mapping[str, Any]


def owner(model: Any) -> Any:
    """The owner history of what is added, which this schema demands.

    Parameters
    ----------
    model : ifcopenshell.file

    Returns
    -------
    ifcopenshell.entity_instance or None
        The first of the file: a new one would hold the time of day.
    """
    return next(iter(model.by_type("IfcOwnerHistory")), None)


class Costs(ifc_cost_items.Costs):
    """Writes the cost schedule of IFC 2x3."""

    def __init__(self, model: Any, project: Any, told: Object, owner: Any = None) -> None:
        super().__init__(model, project, told, owner)
        self._below: dict[int, Any] = {}

    def _root(self, description: str) -> Any:
        return self._rooted(
            "IfcCostSchedule",
            Name="Cost estimate",
            Description=description,
            ID="estimate",
            PredefinedType="ESTIMATE",
        )

    def _classification(self) -> Any:
        return self._model.create_entity(
            "IfcClassification", Source="ASTM International", Edition="in the manner of E1557", Name=CLASSIFICATION
        )

    def _reference(self, classification: Any, code: str, name: str) -> Any:
        return self._model.create_entity(
            "IfcClassificationReference", ItemReference=code, Name=name, ReferencedSource=classification
        )

    def _new(self, level: str, name: str, code: str, description: str, **above: Any) -> Any:
        told = f"{code}: {description}" if description else code
        item = self._rooted("IfcCostItem", Name=name, Description=told, ObjectType=level)
        ((role, parent),) = above.items()
        if parent.id() in self._below:
            relation = self._below[parent.id()]
            relation.RelatedObjects = (*relation.RelatedObjects, item)
        elif role == "cost_schedule":
            self._below[parent.id()] = self._rooted(
                "IfcRelSchedulesCostItems", RelatedObjects=[item], RelatingControl=parent
            )
        else:
            self._below[parent.id()] = self._rooted("IfcRelNests", RelatedObjects=[item], RelatingObject=parent)
        return item

    def _price(self, item: Any, money: Any, category: str, basis: Any) -> None:
        value = self._model.create_entity("IfcCostValue", AppliedValue=money, UnitBasis=basis, CostType=category)
        self._rooted("IfcRelAssociatesAppliedValue", RelatedObjects=[item], RelatingAppliedValue=value)

    def _measure(self, item: Any, kind: str, amount: float, row: Object) -> None:
        quantity = self._model.create_entity(
            f"IfcQuantity{kind}", row["measured"], row["formula"], self._unit(row["unit"]), amount
        )
        held = self._rooted("IfcElementQuantity", Name="Quantity of the cost item", Quantities=[quantity])
        self._rooted("IfcRelDefinesByProperties", RelatedObjects=[item], RelatingPropertyDefinition=held)


def work_schedule(model: Any, told: Object) -> None:
    """Activities as tasks, counted from a nominal start: the first day of the year of the prices.

    Parameters
    ----------
    model : ifcopenshell.file
        IFC 2x3.
    told : dict
        :func:`estimator.export.ifc_costs.told_of`.
    """
    date = library("ifcopenshell.api.sequence").add_date_time
    second = 1.0 / float(library("ifcopenshell.util.unit").calculate_unit_scale(model, "TIMEUNIT"))
    fresh = library("ifcopenshell.guid").new
    begin, history = datetime(int(told["price_year"]), 1, 1), owner(model)
    activities: Sequence[Object] = told["activities"]
    end = since_start(max((activity["finish_day"] for activity in activities), default=0.0))
    schedule = model.create_entity(
        "IfcWorkSchedule",
        GlobalId=fresh(),
        OwnerHistory=history,
        Name="Schedule",
        Description=NOMINAL,
        Identifier="schedule",
        CreationDate=date(model, begin),
        Duration=end.total_seconds() * second,
        StartTime=date(model, begin),
        FinishTime=date(model, begin + end),
        WorkControlType="PLANNED",
    )
    tasks = {}
    for activity in activities:
        start, finish = since_start(activity["start_day"]), since_start(activity["finish_day"])
        tasks[activity["id"]] = task = model.create_entity(
            "IfcTask",
            GlobalId=fresh(),
            OwnerHistory=history,
            Name=activity["name"],
            Description=activity["description"] or None,
            TaskId=activity["id"],
            IsMilestone=False,
        )
        time = model.create_entity(
            "IfcScheduleTimeControl",
            GlobalId=fresh(),
            OwnerHistory=history,
            ScheduleStart=date(model, begin + start),
            ScheduleFinish=date(model, begin + finish),
            ScheduleDuration=(finish - start).total_seconds() * second,
            IsCritical=activity["critical"],
        )
        model.create_entity(
            "IfcRelAssignsTasks",
            GlobalId=fresh(),
            OwnerHistory=history,
            RelatedObjects=[task],
            RelatingControl=schedule,
            TimeForTask=time,
        )
    for first, second_id in sequences(activities):
        model.create_entity(
            "IfcRelSequence",
            GlobalId=fresh(),
            OwnerHistory=history,
            RelatingProcess=tasks[first],
            RelatedProcess=tasks[second_id],
            TimeLag=0.0,
            SequenceType="FINISH_START",
        )
