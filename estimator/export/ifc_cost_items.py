"""The cost schedule of an estimate, as entities of an open IFC model.

Entities are made by ifcopenshell's own interface where it leaves the rest of the file alone. Units and
references are related here: its functions for them bring the members of relations that are in the file
already into another order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from estimator.errors import UsageError
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


class Costs:
    """Writes the cost schedule.

    Parameters
    ----------
    model : ifcopenshell.file
    project : ifcopenshell.entity_instance
    told : dict
        :func:`estimator.export.ifc_costs.told_of`.
    owner : ifcopenshell.entity_instance, optional
        IfcOwnerHistory of what is added.
    """

    def __init__(self, model: Any, project: Any, told: Object, owner: Any = None) -> None:
        self._model, self._told = model, told
        self._owner = owner
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
        schedule = self._root(f"{told['about']}; prices of {told['price_year']} in {told['currency']}")
        classification = self._classification()
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
        item = self._new(level, name, code, "" if row is None else row["description"], **above)
        money = self._model.create_entity("IfcMonetaryMeasure", float(amount))
        if self._foreign is not None:
            money = self._model.create_entity("IfcMeasureWithUnit", money, self._foreign)
        basis = None
        if row is not None and row["quantity"] and row["unit"] != "money":
            symbol, quantity = row["unit"], float(row["quantity"])
            kind, measure, _ = MEASURED.get(symbol, ("Count", "IfcNumericMeasure", None))
            basis = self._model.create_entity(
                "IfcMeasureWithUnit", self._model.create_entity(measure, quantity), self._unit(symbol)
            )
            self._measure(item, kind, quantity, row)
        self._price(item, money, category, basis)
        return item

    # --- what the schemas write differently

    def _rooted(self, kind: str, **attributes: Any) -> Any:
        """An entity that the interface of ifcopenshell would relate to others."""
        fresh = library("ifcopenshell.guid").new()
        return self._model.create_entity(kind, GlobalId=fresh, OwnerHistory=self._owner, **attributes)

    def _root(self, description: str) -> Any:
        schedule = self._api.add_cost_schedule(self._model, name="Cost estimate", predefined_type="ESTIMATE")
        schedule.UpdateDate, schedule.Description = None, description
        return schedule

    def _classification(self) -> Any:
        made = library("ifcopenshell.api.classification").add_classification(self._model, CLASSIFICATION)
        made.Description = "Elements in the manner of Uniformat II"
        return made

    def _reference(self, classification: Any, code: str, name: str) -> Any:
        return self._model.create_entity(
            "IfcClassificationReference", Identification=code, Name=name, ReferencedSource=classification
        )

    def _new(self, level: str, name: str, code: str, description: str, **above: Any) -> Any:
        item = self._api.add_cost_item(self._model, **above)
        item.Name, item.Description, item.ObjectType, item.Identification = name, description or None, level, code
        return item

    def _price(self, item: Any, money: Any, category: str, basis: Any) -> None:
        value = self._api.add_cost_value(self._model, parent=item)
        value.AppliedValue, value.Category, value.UnitBasis = money, category, basis

    def _measure(self, item: Any, kind: str, amount: float, row: Object) -> None:
        """Give an item its quantity."""
        value: float = amount
        if kind == "Count" and self._model.schema != "IFC4":  # where a count is a whole number
            kind, value = ("Count", int(amount)) if amount.is_integer() else ("Number", amount)
        quantity = self._api.add_cost_item_quantity(self._model, cost_item=item, ifc_class=f"IfcQuantity{kind}")
        quantity.Name, quantity.Description, quantity.Formula = row["measured"], row["formula"], row["formula"]
        quantity.Unit = self._unit(row["unit"])
        quantity[3] = value

    # --- what they share

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
        try:
            unit = library("ifcopenshell.api.unit").add_monetary_unit(self._model, currency=code)
        except (TypeError, ValueError, RuntimeError) as error:  # IFC 2x3 has a list of them
            raise UsageError(
                f"is {self._model.schema}, which has no word for {code}; save it as IFC 4 first"
            ) from error
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
        reference = self._reference(classification, code, row["name"])
        self._references[code] = self._rooted(
            "IfcRelAssociatesClassification", RelatedObjects=[item], RelatingClassification=reference
        )

    def _of_walls(self, item: Any) -> None:
        """Relate an item to the walls of the plan, in the order of the file."""
        wanted = set(self._told["walls"])
        walls = sorted(
            (wall for wall in self._model.by_type("IfcWall") if str(wall.GlobalId) in wanted),
            key=lambda wall: int(wall.id()),
        )
        if walls:
            self._rooted("IfcRelAssignsToControl", RelatedObjects=walls, RelatingControl=item)
