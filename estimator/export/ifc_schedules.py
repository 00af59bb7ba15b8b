"""The cost schedule and the work schedule of an estimate, as entities of an open IFC model.

Entities are made by ifcopenshell's own interface where it leaves the rest of the file alone. Units,
declarations and references are related here: its functions for them bring the members of relations that
are in the file already into another order, and sequences would move the dates of their tasks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from estimator.readers.ifc.bodies import library

Object = Mapping[str, Any]

CLASSIFICATION: Final = "Uniformat II"

MEASURED: Final = {
    "m": ("Length", "IfcLengthMeasure", ("LENGTHUNIT", None)),
    "m2": ("Area", "IfcAreaMeasure", ("AREAUNIT", None)),
    "m3": ("Volume", "IfcVolumeMeasure", ("VOLUMEUNIT", None)),
    "kg": ("Weight", "IfcMassMeasure", ("MASSUNIT", "KILO")),
    "h": ("Time", "IfcTimeMeasure", "hour"),
    "d": ("Time", "IfcTimeMeasure", "day"),
}
"""Kind of quantity, its measure, and the SI unit (type, prefix) or the name of another, by symbol."""

ENERGY: Final = (2, 1, -2, 0, 0, 0, 0)
"""Exponents of length, mass, time and the other four base quantities."""


def add_schedules(model: Any, told: Object, source_digest: str) -> None:
    """Add an IfcCostSchedule and an IfcWorkSchedule to a model; nothing else of it is changed but its units.

    Parameters
    ----------
    model : ifcopenshell.file
        IFC 4 or 4x3, with a project.
    told : dict
        What of the estimate is written: :func:`estimator.export.ifc_costs.told_of`.
    source_digest : str
        Of the bytes of the file: GlobalIds follow from it, so that the same file comes out the same.
    """
    settings = library("ifcopenshell.api.owner.settings")
    settings.get_user = settings.get_application = _nobody
    known = {int(root.id()) for root in model.by_type("IfcRoot")}
    project = model.by_type("IfcProject")[0]
    costs = _Costs(model, project, told)
    schedules = [costs.schedule(), _work_schedule(model, told)]
    model.create_entity(
        "IfcRelDeclares", GlobalId=_fresh(), RelatingContext=project, RelatedDefinitions=schedules
    )  # of its own: a project may have several
    _name_anew(model, known, source_digest + json.dumps(told, sort_keys=True))


def _nobody(_: Any) -> None:
    """Owner of what is added: an owner history would hold the time of day."""
    return None


def _fresh() -> str:
    return str(library("ifcopenshell.guid").new())


def _name_anew(model: Any, known: set[int], seed: str) -> None:
    """Give what was added GlobalIds that follow from the seed."""
    compress = library("ifcopenshell.guid").compress
    added = sorted(
        (root for root in model.by_type("IfcRoot") if root.id() not in known), key=lambda root: int(root.id())
    )
    for number, root in enumerate(added):
        root.GlobalId = compress(sha256(f"{seed}/{number}".encode()).hexdigest()[:32])


class _Costs:
    """Writes the cost schedule.

    Parameters
    ----------
    model : ifcopenshell.file
    project : ifcopenshell.entity_instance
    told : dict
    """

    def __init__(self, model: Any, project: Any, told: Object) -> None:
        self._model, self._told = model, told
        self._api = library("ifcopenshell.api.cost")
        self._units: dict[str, Any] = {}
        self._references: dict[str, Any] = {}
        self._foreign = self._currency(project)

    def schedule(self) -> Any:
        """The schedule: the house, its stages, items of the bill, and their lines.

        Returns
        -------
        ifcopenshell.entity_instance
            IfcCostSchedule.
        """
        told = self._told
        schedule = self._api.add_cost_schedule(self._model, name="Cost estimate", predefined_type="ESTIMATE")
        schedule.UpdateDate = None
        schedule.Description = f"{told['about']}; prices of {told['price_year']} in {told['currency']}"
        classification = library("ifcopenshell.api.classification").add_classification(self._model, CLASSIFICATION)
        classification.Description = "Elements in the manner of Uniformat II"
        house = self._item("house", "Whole house", "whole-house", told["whole_house"], "*", cost_schedule=schedule)
        for stage in told["stages"]:
            above = self._item("stage", stage["name"], stage["id"], stage["amount"], "*", cost_item=house)
            for row in stage["items"]:
                item = self._item("item", row["name"], row["item"], row["amount"], "*", row, cost_item=above)
                self._classify(item, row, classification)
                if row["item"] == "walls":
                    self._of_walls(item)
                for line in row["lines"]:
                    self._item("line", line["what"], line["code"], line["amount"], line["kind"], line, cost_item=item)
        return schedule

    def _item(
        self, level: str, name: str, code: str, amount: float, category: str, row: Object | None = None, **above: Any
    ) -> Any:
        """An item with its amount, which is told per the whole of its quantity and so exact to the cent."""
        item = self._api.add_cost_item(self._model, **above)
        item.Name, item.Identification, item.ObjectType = name, code, level
        value = self._api.add_cost_value(self._model, parent=item)
        money = self._model.create_entity("IfcMonetaryMeasure", float(amount))
        if self._foreign is not None:
            money = self._model.create_entity("IfcMeasureWithUnit", money, self._foreign)
        value.AppliedValue, value.Category = money, category
        if row is not None:
            item.Description = row["description"]
            if row["quantity"] and row["unit"] != "money":
                value.UnitBasis = self._quantity(item, row)
        return item

    def _quantity(self, item: Any, row: Object) -> Any:
        """Give an item its quantity.

        Returns
        -------
        ifcopenshell.entity_instance
            The same as IfcMeasureWithUnit.
        """
        symbol, amount = row["unit"], float(row["quantity"])
        kind, measure, _ = MEASURED.get(symbol, ("Count", "IfcNumericMeasure", None))
        value: float = amount
        if kind == "Count" and self._model.schema != "IFC4":  # where a count is a whole number
            kind, value = ("Count", int(amount)) if amount.is_integer() else ("Number", amount)
        quantity = self._api.add_cost_item_quantity(self._model, cost_item=item, ifc_class=f"IfcQuantity{kind}")
        quantity.Name, quantity.Description, quantity.Formula = row["measured"], row["formula"], row["formula"]
        quantity.Unit = self._unit(symbol)
        quantity[3] = value
        return self._model.create_entity(
            "IfcMeasureWithUnit", self._model.create_entity(measure, amount), self._unit(symbol)
        )

    def _unit(self, symbol: str) -> Any:
        if symbol not in self._units:
            api = library("ifcopenshell.api.unit")
            known = MEASURED.get(symbol)
            if known is None:
                unit = api.add_context_dependent_unit(
                    self._model, name=symbol, dimensions=ENERGY if symbol == "kWh" else (0,) * 7
                )
            elif isinstance(known[2], str):
                unit = api.add_conversion_based_unit(self._model, name=known[2])
            else:
                unit = api.add_si_unit(self._model, unit_type=known[2][0], prefix=known[2][1])
            self._units[symbol] = unit
        return self._units[symbol]

    def _currency(self, project: Any) -> Any:
        """The estimate's currency where the project's is another, None where it is the project's by now."""
        code = self._told["currency"]
        assignment = project.UnitsInContext
        units = tuple(assignment.Units or ()) if assignment is not None else ()
        stated = next((unit for unit in units if unit.is_a("IfcMonetaryUnit")), None)
        if stated is not None and str(stated.Currency).strip().upper() == code:
            return None
        unit = library("ifcopenshell.api.unit").add_monetary_unit(self._model, currency=code)
        if stated is not None:
            return unit
        if assignment is None:
            project.UnitsInContext = self._model.create_entity("IfcUnitAssignment", [unit])
        else:
            assignment.Units = (*units, unit)
        return None

    def _classify(self, item: Any, row: Object, classification: Any) -> None:
        code = row["element"]
        if code in self._references:
            relation = self._references[code]
            relation.RelatedObjects = (*relation.RelatedObjects, item)
            return
        reference = self._model.create_entity(
            "IfcClassificationReference", Identification=code, Name=row["name"], ReferencedSource=classification
        )
        self._references[code] = self._model.create_entity(
            "IfcRelAssociatesClassification",
            GlobalId=_fresh(),
            RelatedObjects=[item],
            RelatingClassification=reference,
        )

    def _of_walls(self, item: Any) -> None:
        """Relate an item to the walls of the plan, in the order of the file."""
        wanted = set(self._told["walls"])
        walls = sorted(
            (wall for wall in self._model.by_type("IfcWall") if str(wall.GlobalId) in wanted),
            key=lambda wall: int(wall.id()),
        )
        if walls:
            self._model.create_entity(
                "IfcRelAssignsToControl", GlobalId=_fresh(), RelatedObjects=walls, RelatingControl=item
            )


def _work_schedule(model: Any, told: Object) -> Any:
    """Activities as tasks, counted from a nominal start: the first day of the year of the prices."""
    api = library("ifcopenshell.api.sequence")
    begin = datetime(int(told["price_year"]), 1, 1)
    activities: Sequence[Object] = told["activities"]
    schedule = library("ifcopenshell.api.root").create_entity(
        model, ifc_class="IfcWorkSchedule", predefined_type="PLANNED", name="Schedule"
    )
    end_day = max((activity["finish_day"] for activity in activities), default=0.0)
    schedule.Description = "Calendar days from a nominal start; no date is meant"
    schedule.CreationDate = schedule.StartTime = begin.isoformat()
    schedule.FinishTime, schedule.Duration = (begin + _time(end_day)).isoformat(), duration(_time(end_day))
    tasks = {
        activity["id"]: api.add_task(
            model,
            work_schedule=schedule,
            name=activity["name"],
            description=activity["description"],
            identification=activity["id"],
            predefined_type="CONSTRUCTION",
        )
        for activity in activities
    }
    for first, second in _sequences(activities):  # ahead of the dates, which it would move
        api.assign_sequence(model, relating_process=tasks[first], related_process=tasks[second])
    for activity in activities:
        start, finish = _time(activity["start_day"]), _time(activity["finish_day"])
        time = api.add_task_time(model, task=tasks[activity["id"]])
        time.DurationType = "ELAPSEDTIME"
        time.ScheduleDuration = duration(finish - start)
        time.ScheduleStart, time.ScheduleFinish = (begin + start).isoformat(), (begin + finish).isoformat()
        time.IsCritical = activity["critical"]
    return schedule


def _sequences(activities: Sequence[Object]) -> Iterable[tuple[str, str]]:
    known = {activity["id"] for activity in activities}
    return [(b, activity["id"]) for activity in activities for b in activity["after"] if b in known]


def _time(days: float) -> timedelta:
    return timedelta(seconds=round(days * 86_400.0))


def duration(time: timedelta) -> str:
    """A time as ISO 8601 says it.

    Parameters
    ----------
    time : timedelta
        Not negative, in whole seconds.

    Returns
    -------
    str
        "P4DT13H40M48S".
    """
    minutes, seconds = divmod(time.seconds, 60)
    return f"P{time.days}DT{minutes // 60}H{minutes % 60}M{seconds}S"
