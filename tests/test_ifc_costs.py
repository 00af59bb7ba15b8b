"""Cost and work schedules in a copy of an IFC file: what is added, and that nothing else is changed."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from estimator import as_document, estimate
from estimator.errors import PlanError, UsageError
from estimator.export.ifc_costs import ifc_with_costs
from estimator.export.ifc_tasks import duration
from estimator.options import Limits, ReadOptions
from estimator.readers import read_plan
from tests.ifc_models import FEET, METRES, Author

ifcopenshell: Any = pytest.importorskip("ifcopenshell", reason="pip install printhouse[ifc]")


def house(folder: Path, unit: dict[str, Any] | None = METRES, schema: str = "IFC4", owned: bool = False) -> Path:
    """A room of four walls with a door, a partition of which is a low wall."""
    author = Author(unit, schema)
    if owned:
        office = author.model.createIfcOrganization(None, "office")
        author.model.createIfcPersonAndOrganization(author.model.createIfcPerson(None, "somebody"), office)
        author.model.createIfcApplication(office, "1", "tests", "tests")
    storey = author.storey(0.0)
    one = 1 / 0.3048 if unit is FEET else 1.0
    for x, y, length, width in ((0, 0, 6, 0.3), (0, 4.7, 6, 0.3), (0, 0.3, 0.3, 4.4), (5.7, 0.3, 0.3, 4.4)):
        solid = author.box(x * one, y * one, 0, length * one, width * one, 2.5 * one)
        wall = author.wall([solid], storey, name="Wänd")
    author.opening(wall, author.box(5.6 * one, 2 * one, 0, 0.5 * one, 0.9 * one, 2 * one), "IfcDoor")
    slab = author.product("IfcSlab", [author.box(0, 0, -one, 6 * one, 5 * one, one)])
    author.api.spatial.assign_container(author.model, products=[slab], relating_structure=storey)
    return author.write(folder)


def document_of(path: Path) -> dict[str, Any]:
    return as_document(estimate(read_plan(path), samples=0))


@pytest.fixture(scope="module", params=["IFC4", "IFC4X3"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    """The file, its copy with costs, and the document."""
    path = house(tmp_path_factory.mktemp("in"), schema=request.param)
    document = document_of(path)
    copy = tmp_path_factory.mktemp("out") / path.name
    copy.write_bytes(ifc_with_costs(path, document))
    return path, copy, document


@pytest.fixture(scope="module")
def model(made: tuple[Path, Path, dict[str, Any]]) -> Any:
    return ifcopenshell.open(str(made[1]))


def items_of(model: Any, level: str) -> dict[str, Any]:
    return {i.Identification: i for i in model.by_type("IfcCostItem") if i.ObjectType == level}


def children(item: Any) -> list[Any]:
    return [child for relation in item.IsNestedBy for child in relation.RelatedObjects]


def amount_of(item: Any) -> float:
    """What an item costs, by the words of the standard: value per basis × quantity."""
    (value,) = item.CostValues
    amount = value.AppliedValue.wrappedValue
    if not item.CostQuantities:
        assert value.UnitBasis is None
        return float(amount)
    (quantity,) = item.CostQuantities
    return float(amount * quantity[3] / value.UnitBasis.ValueComponent.wrappedValue)


def errors_of(model: Any, rules: bool = False) -> list[Any]:
    import ifcopenshell.validate

    logger = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(model, logger, express_rules=rules)
    return [statement for statement in logger.statements if statement["level"] in ("error", "Error")]


def steps(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^(#\d+)=(.*);\r?$", path.read_text(), re.M))


# --- costs -------------------------------------------------------------------------------------


def test_every_level_adds_up_to_the_house_to_the_cent(made: tuple[Path, Path, dict[str, Any]], model: Any) -> None:
    cost = made[2]["cost"]
    (schedule,) = model.by_type("IfcCostSchedule")
    assert schedule.PredefinedType == "ESTIMATE"
    (root,) = [item for relation in schedule.Controls for item in relation.RelatedObjects]
    assert round(amount_of(root), 2) == cost["whole_house"]
    level = [root]
    for expected in (len([a for a in cost["stages"].values() if a]), len(cost["items"]), len(cost["lines"])):
        level = [child for item in level for child in children(item)]
        assert len(level) == expected
        assert round(sum(map(amount_of, level)), 2) == cost["whole_house"]
    assert not any(map(children, level))


def test_ifcopenshell_adds_the_items_up_like_the_document(made: tuple[Path, Path, dict[str, Any]], model: Any) -> None:
    from ifcopenshell.util.cost import calculate_applied_value

    cost = made[2]["cost"]
    for level, expected in (
        ("house", {"whole-house": cost["whole_house"]}),
        ("stage", {stage: amount for stage, amount in cost["stages"].items() if amount}),
        ("item", {row["item"]: row["amount"] for row in cost["items"]}),
    ):
        sums = {name: calculate_applied_value(i, i.CostValues[0]) for name, i in items_of(model, level).items()}
        assert {name: round(amount, 2) for name, amount in sums.items()} == expected


def test_items_have_the_quantities_of_the_bill_in_their_own_units(
    made: tuple[Path, Path, dict[str, Any]], model: Any
) -> None:
    items, lines = items_of(model, "item"), items_of(model, "line")
    kinds = {"m": "IfcQuantityLength", "m2": "IfcQuantityArea"}
    names = {"m": "METRE", "m2": "SQUARE_METRE", "each": "each"}
    for row in made[2]["cost"]["items"]:
        held = items[row["item"]].CostQuantities
        if row["quantity"] is None:
            assert held is None
            continue
        (quantity,) = held
        assert quantity[3] == row["quantity"]
        assert quantity.Description == row["formula"]
        assert quantity.Unit.Name == names[row["unit"]]
        if row["unit"] in kinds:
            assert quantity.is_a(kinds[row["unit"]])
    line = next(line for line in made[2]["cost"]["lines"] if line["unit"] == "kg")
    assert lines[line["code"]].CostQuantities[0].is_a("IfcQuantityWeight")
    assert lines[line["code"]].CostQuantities[0].Unit.Prefix == "KILO"


def test_items_are_classified_by_their_elements(made: tuple[Path, Path, dict[str, Any]], model: Any) -> None:
    codes = {
        item.Identification: relation.RelatingClassification
        for relation in model.by_type("IfcRelAssociatesClassification")
        for item in relation.RelatedObjects
        if item.is_a("IfcCostItem")
    }
    assert {name: c.Identification for name, c in codes.items()} == {
        row["item"]: row["element"] for row in made[2]["cost"]["items"]
    }
    assert {c.ReferencedSource.Name for c in codes.values()} == {"Uniformat II"}


def test_the_item_of_walls_controls_the_walls_of_the_plan(made: tuple[Path, Path, dict[str, Any]], model: Any) -> None:
    item = items_of(model, "item")["walls"]
    controlled = [e for relation in item.Controls for e in relation.RelatedObjects]
    assert [e.GlobalId for e in controlled] == [wall.id for wall in read_plan(made[0]).walls]
    assert len(controlled) == 4


# --- schedule ----------------------------------------------------------------------------------


def test_activities_are_tasks_with_times_and_sequences(made: tuple[Path, Path, dict[str, Any]], model: Any) -> None:
    activities = made[2]["schedule"]["activities"]
    (schedule,) = model.by_type("IfcWorkSchedule")
    tasks = {t.Identification: t for relation in schedule.Controls for t in relation.RelatedObjects}
    assert list(tasks) == [a["id"] for a in activities]
    begin = datetime.fromisoformat(schedule.StartTime)
    for activity in activities:
        task, day = tasks[activity["id"]], timedelta(days=1)
        assert task.Name == activity["name"]
        start, finish = (datetime.fromisoformat(t) for t in (task.TaskTime.ScheduleStart, task.TaskTime.ScheduleFinish))
        assert (start - begin) / day == pytest.approx(activity["start_day"], abs=1e-5)  # whole seconds
        assert (finish - begin) / day == pytest.approx(activity["finish_day"], abs=1e-5)
        assert task.TaskTime.ScheduleDuration == duration(finish - start)
        assert task.TaskTime.IsCritical is activity["critical"]
        before = {r.RelatingProcess.Identification for r in task.IsSuccessorFrom}
        assert before == set(activity["after"])


def test_a_duration_is_said_in_days_hours_minutes_and_seconds() -> None:
    assert duration(timedelta(days=4.57)) == "P4DT13H40M48S"
    assert duration(timedelta(0)) == "P0DT0H0M0S"


# --- the rest of the file ----------------------------------------------------------------------


def test_the_copy_is_valid(made: tuple[Path, Path, dict[str, Any]], model: Any) -> None:
    assert errors_of(model) == []


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_copy_breaks_no_rule_of_the_schema_that_the_file_kept(made: tuple[Path, Path, dict[str, Any]]) -> None:
    before, after = (errors_of(ifcopenshell.open(str(path)), rules=True) for path in made[:2])
    assert [error["message"] for error in after] == [error["message"] for error in before]


def test_nothing_else_is_changed(made: tuple[Path, Path, dict[str, Any]]) -> None:
    before, after = steps(made[0]), steps(made[1])
    changed = [step for step, text in before.items() if after.get(step) != text]
    assert len(changed) == 1
    assert before[changed[0]].startswith("IFCUNITASSIGNMENT")
    assert after[changed[0]].startswith(before[changed[0]].removesuffix("))"))
    assert made[1].read_text().split("DATA;")[0] == made[0].read_text().split("DATA;")[0]


@pytest.mark.parametrize("unit", [METRES, FEET, None], ids=["metres", "feet", "none"])
def test_the_plan_in_the_copy_estimates_the_same(unit: dict[str, Any] | None, tmp_path: Path) -> None:
    path = house(tmp_path, unit)
    document = document_of(path)
    (tmp_path / "copy").mkdir()
    copy = tmp_path / "copy" / path.name
    copy.write_bytes(ifc_with_costs(path, document))
    assert read_plan(copy) == read_plan(path)
    assert json.dumps(document_of(copy)) == json.dumps(document)


def test_the_same_file_comes_out_the_same_and_holds_no_time_of_day(tmp_path: Path) -> None:
    path = house(tmp_path, owned=True)
    document = document_of(path)
    first = ifc_with_costs(path, document)
    assert ifc_with_costs(path, document) == first
    histories = path.read_text().count("IFCOWNERHISTORY")
    assert first.decode().count("IFCOWNERHISTORY") == histories


def test_a_file_that_has_costs_gets_another_schedule_with_ids_of_its_own(tmp_path: Path) -> None:
    path = house(tmp_path)
    document = document_of(path)
    path.write_bytes(ifc_with_costs(path, document))
    path.write_bytes(ifc_with_costs(path, document))
    model = ifcopenshell.open(str(path))
    ids = [root.GlobalId for root in model.by_type("IfcRoot")]
    assert len(model.by_type("IfcCostSchedule")) == 2
    assert len(set(ids)) == len(ids)
    assert len(model.by_type("IfcMonetaryUnit")) == 1
    assert errors_of(model) == []


def test_another_currency_of_the_project_is_kept_and_amounts_name_theirs(tmp_path: Path) -> None:
    path = house(tmp_path)
    model = ifcopenshell.open(str(path))
    assignment = model.by_type("IfcUnitAssignment")[0]
    assignment.Units = (*assignment.Units, model.createIfcMonetaryUnit("XTS"))
    model.write(str(path))
    document = document_of(path)
    path.write_bytes(ifc_with_costs(path, document))
    model = ifcopenshell.open(str(path))
    units = [u.Currency for u in model.by_type("IfcUnitAssignment")[0].Units if u.is_a("IfcMonetaryUnit")]
    assert units == ["XTS"]
    for value in model.by_type("IfcCostValue"):
        assert value.AppliedValue.UnitComponent.Currency == document["currency"]
    assert errors_of(model) == []


def test_an_archive_gives_the_plain_file(tmp_path: Path) -> None:
    path = house(tmp_path)
    packed = tmp_path / "house.ifczip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "house.ifc")
    document = document_of(path)
    assert ifc_with_costs(packed, document) == ifc_with_costs(path, document)


# --- IFC 2x3 -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    path = house(tmp_path_factory.mktemp("in"), schema="IFC2X3")
    document = document_of(path)
    copy = tmp_path_factory.mktemp("out") / path.name
    copy.write_bytes(ifc_with_costs(path, document))
    return path, copy, document


def test_ifc_2x3_relates_values_and_quantities_to_its_items(old: tuple[Path, Path, dict[str, Any]]) -> None:
    cost, model = old[2]["cost"], ifcopenshell.open(str(old[1]))
    value = {r.RelatedObjects[0].id(): r.RelatingAppliedValue for r in model.by_type("IfcRelAssociatesAppliedValue")}
    quantity = {
        r.RelatedObjects[0].id(): r.RelatingPropertyDefinition.Quantities[0]
        for r in model.by_type("IfcRelDefinesByProperties")
        if r.RelatedObjects[0].is_a("IfcCostItem")
    }

    def amount(item: Any) -> float:
        own = value[item.id()]
        if item.id() not in quantity:
            return float(own.AppliedValue.wrappedValue)
        return float(own.AppliedValue.wrappedValue * quantity[item.id()][3] / own.UnitBasis.ValueComponent.wrappedValue)

    ((root,),) = [r.RelatedObjects for r in model.by_type("IfcRelSchedulesCostItems")]
    below = {r.RelatingObject.id(): r.RelatedObjects for r in model.by_type("IfcRelNests")}
    level = [root]
    for expected in (len([a for a in cost["stages"].values() if a]), len(cost["items"]), len(cost["lines"])):
        level = [child for item in level for child in below[item.id()]]
        assert len(level) == expected
        assert round(sum(map(amount, level)), 2) == cost["whole_house"]
    (controlled,) = [
        r.RelatedObjects
        for r in model.by_type("IfcRelAssignsToControl", include_subtypes=False)
        if r.RelatingControl.Name == "Walls, bare"
    ]
    assert [wall.GlobalId for wall in controlled] == [wall.id for wall in read_plan(old[0]).walls]


def test_ifc_2x3_relates_times_to_its_tasks(old: tuple[Path, Path, dict[str, Any]]) -> None:
    activities, model = old[2]["schedule"]["activities"], ifcopenshell.open(str(old[1]))
    times = {r.RelatedObjects[0].TaskId: r.TimeForTask for r in model.by_type("IfcRelAssignsTasks")}
    days = {name: time.ScheduleDuration / 86_400 for name, time in times.items()}
    assert days == pytest.approx({a["id"]: a["finish_day"] - a["start_day"] for a in activities}, abs=2e-5)
    before = {(r.RelatingProcess.TaskId, r.RelatedProcess.TaskId) for r in model.by_type("IfcRelSequence")}
    assert before == {(name, a["id"]) for a in activities for name in a["after"]}


def test_ifc_2x3_with_costs_is_valid_and_reads_back_the_same(old: tuple[Path, Path, dict[str, Any]]) -> None:
    path, copy, document = old
    found, kept = (errors_of(ifcopenshell.open(str(p))) for p in (copy, path))
    assert [error["message"] for error in found] == [error["message"] for error in kept]
    assert read_plan(copy) == read_plan(path)
    assert json.dumps(document_of(copy)) == json.dumps(document)
    assert ifc_with_costs(path, document) == copy.read_bytes()


# --- what is refused ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = house(tmp_path_factory.mktemp("plain"))
    return path, document_of(path)


def is_one_sentence(text: str) -> bool:
    return "\n" not in text and "Traceback" not in text and not re.search(r"\. [A-Z]", text)


def test_a_plan_that_was_no_ifc_is_told_so(repo_root: Path, plain: tuple[Path, dict[str, Any]]) -> None:
    with pytest.raises(UsageError, match=r"rectangular-72\.json: is no IFC file") as caught:
        ifc_with_costs(repo_root / "examples" / "rectangular-72.json", plain[1])
    assert is_one_sentence(str(caught.value))


def test_a_currency_that_ifc_2x3_has_no_word_for_is_told(old: tuple[Path, Path, dict[str, Any]]) -> None:
    with pytest.raises(UsageError, match=r"house\.ifc: is IFC2X3, which has no word for XTS") as caught:
        ifc_with_costs(old[0], {**old[2], "currency": "XTS"})
    assert is_one_sentence(str(caught.value))


def test_a_comparison_is_no_estimate(plain: tuple[Path, dict[str, Any]]) -> None:
    with pytest.raises(UsageError, match="choose one printer"):
        ifc_with_costs(plain[0], {"schema": "printhouse-comparison/1"})


def test_limits_hold_as_in_reading(plain: tuple[Path, dict[str, Any]]) -> None:
    path, document = plain
    for key, value, words in (
        ("time_s", 0.05, r"longer than 0\.05 s"),
        ("bytes", 100, "more than the 100 allowed"),
        ("memory_bytes", 64 * 2**20, "memory|crashed|does not fit together"),
    ):
        options = replace(ReadOptions(), limits=Limits().changed(key, value))
        with pytest.raises(PlanError, match=words) as caught:
            ifc_with_costs(path, document, options)
        assert is_one_sentence(str(caught.value))


def test_a_file_that_is_missing_cut_or_damaged_is_refused(tmp_path: Path, plain: tuple[Path, dict[str, Any]]) -> None:
    path, document = plain
    with pytest.raises(PlanError, match="is no file"):
        ifc_with_costs(tmp_path / "none.ifc", document)
    cut = tmp_path / "cut.ifc"
    cut.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(PlanError, match="ends before its end mark"):
        ifc_with_costs(cut, document)
    damaged = tmp_path / "damaged.ifc"
    damaged.write_text(path.read_text().replace("ENDSEC;\nEND-ISO", "#9999=IFCNOSUCH(1);\nENDSEC;\nEND-ISO"))
    with pytest.raises(PlanError, match=r"a copy would lose them|cannot be parsed"):
        ifc_with_costs(damaged, document)
