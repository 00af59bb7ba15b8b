"""Programme files: what they may say, what is wrong with them in a sentence, what the command line makes of them."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.cli import cli
from estimator.errors import EstimatorError
from estimator.programme import asked as bounds
from estimator.programme.building import model_of
from estimator.programme.events import COLUMNS, EVENTS
from estimator.programme.read import KEYS, programme_of, read_programme
from estimator.programme.result import programme_document
from estimator.programme.worked import work_out
from materials import TableError, load_programme_facts
from printers import ProfileError

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
PAGE = (ROOT / "docs" / "programme.md").read_text(encoding="utf-8")
HOUSE = "rectangular-72.json"


def asked(**changes: Any) -> dict[str, Any]:
    found = {"start": "2027-03-01", "repetitions": 0, "houses": [{"plan": HOUSE}], "teams": [{"printer": "cobod-bod2"}]}
    return {k: v for k, v in {**found, **changes}.items() if v is not None}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["programme", *map(str, arguments)])


def written(folder: Path, **changes: Any) -> Path:
    """A programme file whose plans lie among the examples."""
    data = asked(**changes)
    for lot in data["houses"]:
        if "plan" in lot:
            lot["plan"] = str(EXAMPLES / lot["plan"])
    path = folder / "programme.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"strat": 1}, r"the programme has an entry 'strat' that is not known; known are name, start"),
    ({"start": None}, r"start is missing; give the first day on site, like 2027-03-01, in the years 1900 to"),
    ({"start": ""}, r"start is ''; give the first day on site"),
    ({"start": "2201-01-01"}, r"start is '2201-01-01'; give .* in the years 1900 to 2200"),
    ({"start": "2027-02-30"}, r"start is '2027-02-30'; give"),
    ({"start": 20270301}, r"start is 20270301"),
    ({"repetitions": -1}, r"repetitions is -1; give a whole number from 0 to 10,000"),
    ({"repetitions": 1e9}, r"repetitions is 1000000000.0"),
    ({"repetitions": True}, r"repetitions is True"),
    ({"seed": 2**32}, r"seed is 4294967296"),
    ({"houses": []}, r"houses is missing"),
    ({"houses": {}}, r"houses is no list of tables; write \[\[houses\]\]"),
    ({"houses": [{"count": 2}]}, r"houses 1 names no plan"),
    ({"houses": [{"plan": HOUSE, "source": "x.csv"}]}, r"houses 1 names no plan, or a plan and a source"),
    ({"houses": [{"plan": HOUSE, "count": 0}]}, r"houses 1: count is 0; give a whole number from 1 to 1,000,000"),
    ({"houses": [{"plan": HOUSE, "count": "2"}]}, r"houses 1: count is '2'; give a whole number from 1"),
    ({"sites": [{"id": "a", "latitude": "1", "longitude": 2}]}, r"sites 1: latitude is '1'; give a number from -90"),
    ({"houses": [{"plan": HOUSE, "count": 10**6}] * 2}, r"houses are 2,000,000; give at most 1,000,000"),
    ({"houses": [{"plan": HOUSE, "site": "x"}], "sites": [{"id": "a"}]}, r"houses 1: site is 'x', which is no site"),
    ({"houses": [{"plan": HOUSE, "colour": "red"}]}, r"houses 1 has an entry 'colour'"),
    ({"houses": [{"plan": HOUSE, "mix": 5}]}, r"houses 1: mix is no text"),
    ({"houses": [{"plan": HOUSE, "set": ["terms.learning_fraction=0"]}]}, r"sets terms of its own"),
    ({"houses": [{"plan": "none.json"}]}, r"none\.json"),
    ({"houses": [{"plan": HOUSE, "wall_system": "mud"}]}, r"p\.toml: houses 1 has the wall system 'mud'; known are"),
    ({"houses": [{"plan": HOUSE, "mix": "mud"}]}, r"p\.toml: houses 1: there is no mix 'mud'"),
    ({"houses": [{"plan": HOUSE, "set": ["mix.no_such=1"]}]}, r"p\.toml: houses 1: set: mix\.no_such: there is no"),
    ({"houses": [{"plan": HOUSE, "set": ["x.y=1"]}]}, r"houses 1: set: x\.y: .*'x'; the tables are .*, terms$"),
    ({"houses": [{"plan": HOUSE}, {"plan": HOUSE, "region": "usa/mud"}]}, r"p\.toml: houses 2: there is no place"),
    ({"houses": [{"plan": HOUSE}, {"plan": HOUSE, "region": "mud"}]}, r"p\.toml: houses 2: there is no region 'mud'"),
    ({"houses": [{"source": "none.csv"}]}, r"none\.csv: there is no such file"),
    ({"sites": [{"id": "a"}, {"id": "a"}]}, r"sites 2 has the id 'a' of another"),
    ({"sites": [{"id": "a", "latitude": 1}]}, r"sites 1 is given by halves"),
    ({"sites": [{"id": "a", "latitude": 91, "longitude": 0}]}, r"sites 1: latitude is 91; give a number from -90"),
    ({"sites": [{"id": "a", "x_km": float("nan"), "y_km": 0}]}, r"sites 1: x_km is nan"),
    ({"sites": [{"id": "a"}, {"id": "b"}], "houses": [{"plan": HOUSE, "site": "a"}]}, r"sites say not where they are"),
    (
        {"sites": [{"id": "a", "x_km": 0, "y_km": 0}, {"id": "b", "latitude": 0, "longitude": 0}],
         "houses": [{"plan": HOUSE, "site": "a"}]},
        r"sites are given partly by degrees",
    ),
    ({"sites": [{"id": "a", "x_km": 0, "y_km": 0}, {"id": "b", "x_km": 1, "y_km": 0}]}, r"names no site, and there"),
    ({"teams": []}, r"teams are 0 of 0 kinds"),
    ({"teams": [{}]}, r"teams 1 names no printer and no method"),
    ({"teams": [{"printer": "cobod-bod2", "method": "aac"}]}, r"teams 1 names no printer and no method, or both"),
    ({"teams": [{"printer": "cobod-bod2", "count": 10_001}]}, r"teams 1: count is 10001; give a whole number"),
    ({"teams": [{"printer": "cobod-bod2"}] * 2}, r"teams 2 is called 'cobod-bod2' like another"),
    ({"teams": [{"printer": "cobod-bod2", "shifts": 3}]}, r"3 shifts of 10 h are more than a day"),
    ({"teams": [{"method": "aac", "shifts": 2}]}, r"has shifts of a conventional gang"),
    ({"teams": [{"printer": "no-such"}]}, r"p\.toml: teams 1: there is no printer 'no-such'; known printers: "),
    ({"teams": [{"printer": "cobod-bod2"}, {"printer": "no.toml"}]}, r"p\.toml: teams 2: .*no\.toml cannot be read"),
    ({"teams": [{"method": "no-such"}]}, r"p\.toml: teams 1: there is no method 'no-such'; known: concrete"),
    ({"crews": {"ground": 0}}, r"crews\.ground is 0; give a whole number from 1"),
    ({"crews": {"roof": 1}}, r"crews has an entry 'roof'"),
    ({"supply": {"mortar_m3_per_day": 0}}, r"supply\.mortar_m3_per_day is 0; give a number from 0\.01"),
    ({"supply": 3}, r"supply is no table"),
    ({"weather": {"lost_share": [0.1] * 11}}, r"weather\.lost_share is not one number a month"),
    ({"weather": {"lost_share": [1.0] * 12}}, r"weather\.lost_share is 1\.0; give a number from 0 to 0\.95"),
    ({"set": "programme.repair_time_h=1"}, r"set is no list of texts"),
    ({"set": ["programme.repair_tim_h=1"]}, r"repair_tim_h is not a value.*repair_time_h"),
    ({"set": ["programme.repair_time_h=soon"]}, r"'soon' is not a number"),
    ({"set": ["programme.repair_time_h=-1"]}, r"p\.toml: set: programme\.repair_time_h=-1: lies outside 0 to"),
    ({"set": ["programme.repair_time_h=1e308"]}, r"set: programme\.repair_time_h=1e308: lies outside 0 to 2000 h"),
    ({"set": ["programme.repair_time_h=nan"]}, r"'nan' is not a number"),
    ({"set": ["programme.repair_time_h"]}, r"set: programme\.repair_time_h: write key=value"),
    ({"set": ["programme.name=1"]}, r"p\.toml: set: programme\.name: is no number, and cannot"),
    ({"set": ["programme.price_year=2020"]}, r"p\.toml: set: programme\.price_year: "),
    ({"set": ["printer.no_such=1"]}, r"p\.toml: set: printer\.no_such: there is no such value"),
    ({"set": ["mud.x=1"]}, r"p\.toml: set: mud\.x: there is no table 'mud'; the tables are .*, terms, programme$"),
    (
        {"houses": [{"plan": HOUSE, "region": "usa"}, {"plan": HOUSE, "region": "russia-2017"}]},
        r"money of several currencies or years cannot be added up \(.* in USD of 2024, .* in USD of 2017",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), WRONG, ids=[told[:40] for _, told in WRONG])
def test_what_is_wrong_is_said_in_a_sentence(changes: dict[str, Any], told: str) -> None:
    with pytest.raises((EstimatorError, TableError, ProfileError)) as error:
        model_of(programme_of(asked(**changes), EXAMPLES, "p.toml"))
    assert re.search(told, str(error.value)), str(error.value)
    assert "\n" not in str(error.value) and "Traceback" not in str(error.value)


@pytest.mark.parametrize("found", [None, [], 3, "text", {"houses": 3}, {"teams": [[]]}])
def test_no_object_is_no_programme(found: object) -> None:
    with pytest.raises(EstimatorError):
        programme_of(found, EXAMPLES)


NAMES = sorted({key for keys in KEYS.values() for key in keys})
PLAIN = st.none() | st.booleans() | st.integers(-3, 2**40) | st.floats() | st.text(max_size=8)
KNOWN = st.sampled_from([HOUSE, "cobod-bod2", "aac", "2027-03-01", "usa", "a"])
VALUES = st.recursive(
    PLAIN | KNOWN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS[""]), VALUES, max_size=5))
def test_whatever_stands_in_a_file_it_is_read_or_refused(changes: dict[str, Any]) -> None:
    try:
        programme_of({**asked(), **changes}, EXAMPLES)
    except EstimatorError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("name", "content"),
    [("p.toml", b"start = "), ("p.json", b"{"), ("p.toml", b"\xff\xfe"), ("p.json", b"[" * 100_000), ("p.toml", b"")],
)
def test_a_broken_file_ends_with_a_sentence_and_its_code(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = run(path, "--quiet")
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1
    assert name in result.stderr


def test_codes_are_those_of_the_other_commands(tmp_path: Path) -> None:
    assert run(tmp_path / "none.toml").exit_code == 2
    assert run(written(tmp_path, houses=[{"plan": "no-such.json"}])).exit_code == 3
    tall = written(tmp_path, houses=[{"plan": "two-storey-140.json"}], teams=[{"printer": "icon-vulcan-2"}])
    assert run(tall).exit_code == 4
    good = written(tmp_path)
    for options in (
        ("--by", "soon"), ("--by", "2020-01-01"), ("--gantt", "x.pdf"), ("--events", "x.txt"), ("--set", "nothing"),
        ("-o", good.with_suffix(".pdf")), ("--budget", "nan"), ("--budget", "inf"), ("--sure", "nan"),
        ("--sure", "inf"), ("--sure", "-inf"), ("--by", "2028-01-01", "--sure", "NaN"),
    ):  # fmt: skip
        result = run(good, *options)
        assert result.exit_code == 2, options
        assert result.stderr.count("\n") == 1, options
    assert run(good, "-o", good).exit_code == 2 and json.loads(good.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "names",
    [
        ("--events", "x.csv", "-o", "x.csv"), ("--gantt", "x.svg", "--fleet", "x.svg"),
        ("--gantt", "x.svg", "--fleet", "../here/x.svg"), ("--events", "link.csv", "-o", "x.csv"),
    ],
)  # fmt: skip
def test_two_outputs_of_one_name_are_refused_before_anything_is_run(tmp_path: Path, names: tuple[str, ...]) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "link.csv").symlink_to(here / "x.csv")
    options = [here / name if "." in name else name for name in names]
    result = run(here / "missing.toml", *options)
    assert result.exit_code == 2 and result.stderr.count("\n") == 1
    assert re.search(r"is named by --\w+ and by --\w+; give each a file of its own", result.stderr)


def test_plans_may_be_written_out_and_files_are_refused_without_a_folder() -> None:
    plan = json.loads((EXAMPLES / HOUSE).read_text(encoding="utf-8"))
    inline = programme_of(asked(houses=[{"plan": plan, "count": 2}]))
    named = programme_of(asked(houses=[{"plan": HOUSE, "count": 2}]), EXAMPLES)
    for name in ("finish", "cost", "carbon_kg", "handed_over"):
        assert programme_document(work_out(inline))[name] == programme_document(work_out(named))[name]
    with pytest.raises(EstimatorError, match="houses 1 names a file; write the plan out"):
        programme_of(asked())
    with pytest.raises(EstimatorError, match="teams 1 names a file; a profile on disk cannot be named here"):
        programme_of(asked(houses=[{"plan": plan}], teams=[{"printer": "mine.toml"}]))
    result = run(EXAMPLES / "programme-village.toml", "--set", "programme.repair_time_h=-1")
    assert result.exit_code == 2 and result.stderr.startswith("error: --set programme.repair_time_h=-1: lies outside")


def test_a_table_of_plots_gives_sites_counts_and_choices(tmp_path: Path) -> None:
    plan = EXAMPLES / HOUSE
    (tmp_path / "plots.csv").write_text(
        "plan,site,latitude,longitude,count,region\n"
        f"{plan},east,50,8,3,usa\n{plan},,50.001,8.001,2,usa\n{plan},,50.004,8.003,1,usa\n{plan},west,50,7,4,usa/texas\n",
        encoding="utf-8",
    )
    programme = programme_of(asked(houses=[{"source": "plots.csv", "count": 2}]), tmp_path)
    assert [(s.id, len(s.at)) for s in programme.sites] == [("east", 3), ("50, 8", 3), ("west", 3)]
    assert [(lot.count, lot.site, lot.region) for lot in programme.lots] == [
        (6, 0, "usa"), (4, 1, "usa"), (2, 1, "usa"), (8, 2, "usa/texas"),
    ]  # fmt: skip
    m = model_of(programme)
    assert [(t.count) for t in m.types] == [12, 8] and m.house_site.tolist() == [0] * 6 + [1] * 6 + [2] * 8


TWO_SITES = [{"id": "a", "x_km": 0, "y_km": 0}, {"id": "b", "x_km": 1, "y_km": 0}]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("east,50,8;east,50.02,8", r"is at 50\.02, 8, but its site 'east' at 50, 8, 2\.2 km away; give"),
        ("east,50,8;east,8,50", r"its site 'east' at 50, 8, [\d,.]+ km away"),
        ("east,50,8;,,", r"plot 1 has neither site nor place, but plot 0 has; give"),
        (",,;east,50,8;west,51,8", r"has neither site nor place, but .* has; give"),
        (",,;,50,8", r"has neither site nor place, but .* has; give"),
    ],
)
def test_plots_whose_site_is_not_clear_are_refused(tmp_path: Path, rows: str, told: str) -> None:
    lines = [f"{EXAMPLES / HOUSE},plot {k},{row}" for k, row in enumerate(rows.split(";"))]
    (tmp_path / "plots.csv").write_text("\n".join(["plan,id,site,latitude,longitude", *lines]), encoding="utf-8")
    with pytest.raises(EstimatorError) as error:
        programme_of(asked(houses=[{"source": "plots.csv"}]), tmp_path)
    assert re.search(told, str(error.value)), str(error.value)


def test_near_plots_of_one_name_are_one_site_and_one_name_needs_no_place(tmp_path: Path) -> None:
    plan = EXAMPLES / HOUSE
    (tmp_path / "plots.csv").write_text(
        f"plan,site,latitude,longitude\n{plan},east,50,8\n{plan},east,50.005,8\n", encoding="utf-8"
    )
    assert [s.id for s in programme_of(asked(houses=[{"source": "plots.csv"}]), tmp_path).sites] == ["east"]
    assert [s.id for s in programme_of(asked(houses=[{"plan": HOUSE, "site": "zz"}] * 2), EXAMPLES).sites] == ["zz"]
    (tmp_path / "west.csv").write_text(f"plan,site,latitude,longitude\n{plan},west,51,8\n", encoding="utf-8")
    lots = [{"source": "plots.csv"}, {"plan": str(plan)}, {"source": "west.csv"}]
    with pytest.raises(EstimatorError, match="houses 2 names no site, and there are several"):
        programme_of(asked(houses=lots), tmp_path)


def test_what_is_wrong_with_a_footprint_is_said_before_its_site_is_asked_for(tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {"building": "yes"},
               "geometry": {"type": "Polygon", "coordinates": [[[8, 50], [8.1, 50]]]}}  # fmt: skip
    (tmp_path / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(EstimatorError, match=r"map\.geojson#1: has a ring that is none; give at least three corners"):
        programme_of(asked(houses=[{"source": "map.geojson"}], sites=TWO_SITES), tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices by name")
def test_a_plan_that_may_never_end_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for name in ("pipe.json", "/dev/zero"):
        with pytest.raises(EstimatorError, match="is no regular file; name a plan file"):
            model_of(programme_of(asked(houses=[{"plan": name}]), tmp_path))


@pytest.mark.parametrize("suffix", [".json", ".toml"])
def test_a_byte_order_mark_is_no_part_of_a_programme(tmp_path: Path, suffix: str) -> None:
    plan = json.dumps(str(EXAMPLES / HOUSE))
    toml = f'start = 2027-03-01\n[[houses]]\nplan = {plan}\n[[teams]]\nprinter = "cobod-bod2"\n'
    path = tmp_path / f"marked{suffix}"
    path.write_text(toml if suffix == ".toml" else json.dumps(asked()), encoding="utf-8-sig")
    assert read_programme(path).houses == 1


def test_a_map_of_footprints_is_a_source(tmp_path: Path) -> None:
    def square(x: float, side: float) -> list[list[float]]:
        return [[x, 50.0], [x + side, 50.0], [x + side, 50.0 + side], [x, 50.0 + side], [x, 50.0]]

    features = [
        {"type": "Feature", "properties": {"building": "yes", "building:levels": "1"},
         "geometry": {"type": "Polygon", "coordinates": [square(8 + k / 10, 0.0001)]}}
        for k in range(3)
    ]  # fmt: skip
    (tmp_path / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    programme = programme_of(asked(houses=[{"source": "map.geojson"}]), tmp_path)
    assert programme.houses == 3 and len(programme.sites) == 3
    assert model_of(programme).can_build.all()


def test_more_draws_than_there_is_room_for_are_refused() -> None:
    lots = [{"plan": HOUSE, "set": [f"printer.crew_persons={1 + k / 1e3:.3f}"]} for k in range(600)]
    with pytest.raises(EstimatorError, match=r"10,000 repetitions of 600 different houses by 1 kinds.* need 2 GB"):
        model_of(programme_of(asked(houses=lots, repetitions=10_000), EXAMPLES))


def test_too_many_different_houses_are_refused() -> None:
    lots = [{"plan": HOUSE, "set": [f"printer.crew_persons={1 + k / 1e4:.4f}"]} for k in range(bounds.MOST_TYPES + 1)]
    with pytest.raises(EstimatorError, match="different houses; give at most 1,000"):
        model_of(programme_of(asked(houses=lots), EXAMPLES))


@pytest.mark.parametrize("name", ["programme-village.toml", "programme-plots.toml"])
def test_the_examples_run(name: str, tmp_path: Path) -> None:
    outputs = {kind: tmp_path / f"{kind}{suffix}" for kind, suffix in
               (("events", ".csv"), ("gantt", ".svg"), ("fleet", ".png"))}  # fmt: skip
    options = [word for kind, path in outputs.items() for word in (f"--{kind}", path)]
    result = run(EXAMPLES / name, "--repetitions", 5, "--quiet", *options)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    asked_for = read_programme(EXAMPLES / name)
    assert f"{asked_for.name}: {asked_for.houses} houses from" in result.stdout
    with outputs["events"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert sum(row["event"] == "handed-over" for row in rows) == asked_for.houses
    assert outputs["gantt"].read_text(encoding="utf-8").count("<path") > asked_for.houses
    assert outputs["fleet"].read_bytes().startswith(b"\x89PNG")


def test_the_document_of_the_command_line_is_that_of_python(tmp_path: Path) -> None:
    path = written(tmp_path, houses=[{"plan": HOUSE, "count": 3}], repetitions=4)
    result = run(path, "--format", "json", "--quiet", "--seed", 7, "--set", "programme.near_move_ratio=0")
    assert result.exit_code == 0, result.stderr
    d = json.loads(result.stdout)
    data = json.loads(path.read_text(encoding="utf-8")) | {"seed": 7, "set": ["programme.near_move_ratio=0"]}
    assert d == json.loads(json.dumps(programme_document(work_out(programme_of(data, tmp_path)))))
    table = run(path, "--format", "csv", "--quiet", "--repetitions", 0).stdout.splitlines()
    assert table[0] == "month,stated,stated_in_all" and len(table) == 1 + len(
        [m for m in json.loads(run(path, "-f", "json", "-q", "--repetitions", 0).stdout)["handed_over"]]
    )


def test_the_questions_turned_round_are_answered_on_the_page(tmp_path: Path) -> None:
    path = written(tmp_path, houses=[{"plan": HOUSE, "count": 8}], repetitions=5)
    page = run(path, "--quiet", "--by", "2027-07-15", "--sure", 0.6, "--budget", "1.4e6", "--strategies")
    assert page.exit_code == 0, page.stderr
    assert re.search(r"The smallest fleet for 15 July 2027\n  \d+ cobod-bod2; \d+ ground", page.stdout)
    assert re.search(r"With one team\s+less", page.stdout)
    assert re.search(r"in time +in budget", page.stdout) and re.search(r"Cheapest: [\w -]+", page.stdout)
    assert "Ways to build it with about as many people on the walls, half and twice as many" in page.stdout
    none = run(path, "--quiet", "--by", "2027-03-20")
    assert "None: with 8 cobod-bod2" in none.stdout


def test_many_teams_and_houses_stay_readable(tmp_path: Path) -> None:
    path = written(
        tmp_path, houses=[{"plan": HOUSE, "count": 900}],
        teams=[{"printer": "cobod-bod2", "count": 70}, {"method": "aac", "count": 20}],
    )  # fmt: skip
    picture = tmp_path / "gantt.svg"
    assert run(path, "--quiet", "--gantt", picture).exit_code == 0
    text = picture.read_text(encoding="utf-8")
    assert len(re.findall(r">(?:cobod-bod2|aac) \d+<", text)) <= 40
    assert re.search(r"\d+ of 90 teams are not shown", text)


def test_money_of_the_page_adds_up(tmp_path: Path) -> None:
    path = written(tmp_path, houses=[{"plan": HOUSE, "count": 2}])
    page = run(path, "--quiet").stdout
    amounts = [
        int(a.replace(",", ""))
        for a in re.findall(r"^  (?:Walls|Houses|Moves|Machines|Repairs|= all).*?([\d,]+)$", page, re.M)
    ]
    assert len(amounts) == 6 and abs(sum(amounts[:-1]) - amounts[-1]) <= 3


# --- the page of the documentation ----------------------------------------------------------------


def test_every_entry_fact_event_and_column_is_documented() -> None:
    for keys in KEYS.values():
        assert [key for key in keys if f"`{key}`" not in PAGE] == []
    assert [name for name in load_programme_facts().facts if f"`programme.{name}`" not in PAGE] == []
    assert [name for name in (*COLUMNS, *EVENTS) if f"`{name}`" not in PAGE] == []


def test_the_facts_told_on_the_page_are_those_of_the_table() -> None:
    told = dict(re.findall(r"^\| `programme\.(\w+)` \| ([\d.]+) \|", PAGE, re.M))
    assert {name: float(v) for name, v in told.items()} == {n: f.value for n, f in load_programme_facts().facts.items()}


def test_every_key_of_the_result_is_documented() -> None:
    d = programme_document(work_out(programme_of(asked(), EXAMPLES)))
    assert [key for key in d if f"`{key}`" not in PAGE] == []


def test_the_file_shown_on_the_page_is_a_programme(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.S | re.M)
    text = block.replace('"plan.json"', json.dumps(str(EXAMPLES / HOUSE)))
    path = tmp_path / "shown.toml"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "plots.csv").write_text(f"plan,site,count\n{EXAMPLES / HOUSE},south,2\n", encoding="utf-8")
    model_of(read_programme(path))
