"""The command line: what each command answers, and what it says when it cannot."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from estimator import __version__
from estimator.cli import cli
from estimator.report.layout import about, apportioned, bar, plain, span
from printers import printer_ids

FEW = ("--samples", "200")
Run = Callable[..., Result]


@pytest.fixture
def house(repo_root: Path) -> str:
    return str(repo_root / "examples" / "rectangular-72.json")


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: str | Path, **options: Any) -> Result:
        return CliRunner().invoke(cli, [str(a) for a in arguments], **options)

    return invoke


def printhouse(root: Path, *arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "estimator.cli", *map(str, arguments)]
    environment = {**os.environ, **options.pop("env", {})}
    return subprocess.run(command, cwd=root, capture_output=True, check=False, env=environment, **options)


def told(stderr: bytes) -> list[str]:
    """What stands on stderr beside the progress that a slow machine tells."""
    return [line for line in stderr.decode().splitlines() if not line.endswith("…")]


# --- estimate ----------------------------------------------------------------------------------


def test_estimate_answers_with_a_page(run: Run, house: str) -> None:
    result = run("estimate", house, *FEW)
    assert result.exit_code == 0, result.stderr
    assert told(result.stderr.encode()) == []
    for said in (
        "Rectangular house, 72 m²", "cobod-bod2", "double-leaf", "United States", "prices of 2024 in USD",
        "Nozzle time", "Where the time goes", "Where the money goes", "Printed against conventional",
        "A saving on walls is not a saving on houses", "Findings", "printer-default", "assumed", "--format json",
    ):  # fmt: skip
        assert said in result.stdout, said


def test_page_stays_within_a_hundred_columns_and_has_no_colour_in_a_pipe(run: Run, repo_root: Path) -> None:
    for plan in sorted((repo_root / "examples").glob("*.json")):
        for command in ("estimate", "compare", "check"):
            # drawing samples on every printer takes long, and once shows how wide the ranges make the page
            draws = "0" if command == "compare" and plan.stem != "kamermaker-cabin" else "200"
            extra = () if command == "check" else ("--samples", draws, "--force")
            text = run(command, plan, *extra).stdout
            assert text and "\x1b" not in text
            assert max(map(len, text.splitlines())) <= 100, plan.name


def test_amounts_on_the_page_add_up_to_the_total_on_the_page(run: Run, house: str) -> None:
    text = run("estimate", house, "--samples", "0").stdout
    part = text.split("Where the money goes")[1].split("\n\n")[0].splitlines()[1:]
    found = [re.search(r"([\d,]+)(?: +\d+ %[ █▉▊▋▌▍▎▏]*)?$", line) for line in part]
    amounts = [int(match[1].replace(",", "")) for match in found if match]
    assert len(amounts) == len(part) > 10
    assert sum(amounts[:-1]) == amounts[-1]


def test_hours_on_the_page_add_up(run: Run, house: str) -> None:
    text = run("estimate", house, "--samples", "0").stdout
    part = text.split("Where the time goes")[1].split("\n\n")[0].splitlines()[1:]
    hours = {line[:46].strip(): float(line[46:].split(" h")[0].replace(",", "")) for line in part if " h " in line}
    names = list(hours)
    nozzle, shift = names.index("= nozzle time"), names.index("= time on shift")
    values = list(hours.values())
    assert math.fsum(values[:nozzle]) == pytest.approx(values[nozzle])
    assert math.fsum(values[nozzle:shift]) == pytest.approx(values[shift])


def test_json_is_one_document_on_stdout_and_nothing_else(repo_root: Path, house: str) -> None:
    done = printhouse(repo_root, "estimate", house, *FEW, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert told(done.stderr) == []
    document = json.loads(done.stdout)
    assert document["schema"] == "printhouse-estimate/1"
    assert document["uncertainty"]["samples"] == 200


def test_same_input_same_bytes(repo_root: Path, house: str) -> None:
    for kind in ("json", "csv", "text"):
        first, second = (printhouse(repo_root, "estimate", house, *FEW, "-f", kind).stdout for _ in range(2))
        assert first == second != b""


def test_another_seed_gives_other_draws_and_the_same_stated_values(run: Run, house: str) -> None:
    one, two = (json.loads(run("estimate", house, *FEW, "-f", "json", "--seed", seed).stdout) for seed in ("1", "2"))
    assert one["uncertainty"]["cost"] != two["uncertainty"]["cost"]
    for d in (one, two):
        for line in d["cost"]["lines"]:
            assert line.pop("p10") <= line.pop("p90")
    assert one["cost"] == two["cost"]


def test_csv_holds_every_line_of_both_ledgers(run: Run, house: str) -> None:
    document = json.loads(run("estimate", house, "--samples", "0", "-f", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(run("estimate", house, "--samples", "0", "-f", "csv").stdout)))
    assert len(rows) == len(document["cost"]["lines"]) + sum(
        len(m["lines"]) + len(m["finish_lines"]) for m in document["conventional"]
    )
    walls = sum(float(r["amount"]) for r in rows if r["estimate"] == "printed" and r["phase"] == "walls")
    assert walls == pytest.approx(document["cost"]["printed_walls"], abs=0.005)
    assert {r["estimate"] for r in rows} == {"printed", "both", *(m["method"] for m in document["conventional"])}
    assert all(r["currency"] == "USD" and r["price_year"] == "2024" for r in rows)


def test_options_choose_printer_mix_wall_system_and_region(run: Run, house: str) -> None:
    options = ("--printer", "icon-vulcan-2", "--mix", "site-mixed-mortar", "--wall-system", "double-leaf-webs")
    result = run("printers", "show", "icon-vulcan-2", "-f", "json")
    profile = json.loads(result.stdout)
    options = (
        "--printer",
        "icon-vulcan-2",
        "--mix",
        profile["mixes"][-1],
        "--wall-system",
        profile["wall_systems"][-1],
    )
    d = json.loads(
        run("estimate", house, *options, "--region", "kenya", "--samples", "0", "--force", "-f", "json").stdout
    )
    assert (d["printer"], d["mix"], d["wall_system"], d["region"]) == (
        "icon-vulcan-2", profile["mixes"][-1], profile["wall_systems"][-1], "kenya",
    )  # fmt: skip


def test_a_changed_fact_moves_the_result_and_stands_among_the_assumptions(run: Run, house: str) -> None:
    usual = json.loads(run("estimate", house, "--samples", "0", "-f", "json").stdout)
    result = run("estimate", house, "--samples", "0", "-f", "json", "--set", "print_speed_m_per_s=0.1", "--set",
                 "mix.price_per_m3=100")  # fmt: skip
    changed = json.loads(result.stdout)
    assert changed["time"]["nozzle_s"] > 1.5 * usual["time"]["nozzle_s"]
    mix = {line["code"]: line for line in changed["cost"]["lines"]}["mix"]
    assert mix["rate"] == 100
    notes = {a["name"]: a["note"] for a in changed["assumptions"]}
    assert notes["printer.print_speed_m_per_s"] == "set by the user"


def test_a_profile_of_ones_own_is_a_printer(run: Run, house: str, repo_root: Path, tmp_path: Path) -> None:
    profile = (repo_root / "printers" / "profiles" / "icon-vulcan-2.toml").read_text(encoding="utf-8")
    own = tmp_path / "my-vulcan.toml"
    own.write_text(profile, encoding="utf-8")
    d = json.loads(run("estimate", house, "--printer", own, "--samples", "0", "-f", "json").stdout)
    assert d["printer"] == "my-vulcan"
    own.write_text(profile.replace("[print_speed_m_per_s]", "[print_sped]"), encoding="utf-8")
    result = run("estimate", house, "--printer", own)
    assert result.exit_code == 2
    assert "my-vulcan.toml" in result.stderr and "print_sped" in result.stderr


def test_plan_may_come_from_standard_input(run: Run, house: str) -> None:
    content = Path(house).read_bytes()
    piped = run("estimate", "-", "--samples", "0", "-f", "json", input=content)
    assert piped.exit_code == 0, piped.stderr
    document = json.loads(piped.stdout)
    assert document["plan"]["source"] == "stdin"
    named = json.loads(run("estimate", house, "--samples", "0", "-f", "json").stdout)
    assert document["cost"] == named["cost"]
    assert run("check", "-", input=b"\xef\xbb\xbf" + content).exit_code == 0


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "begins"), [("a.json", "{"), ("a.csv", "estimate,"), ("a.txt", "Rectangular")])
def test_suffix_of_the_file_names_the_format(run: Run, house: str, tmp_path: Path, name: str, begins: str) -> None:
    target = tmp_path / name
    result = run("estimate", house, *FEW, "-o", target)
    assert (result.exit_code, result.stdout) == (0, "")
    assert target.read_text(encoding="utf-8").startswith(begins)
    assert [p.name for p in tmp_path.iterdir()] == [name], "something half-written was left behind"
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_named_format_wins_over_the_suffix(run: Run, house: str, tmp_path: Path) -> None:
    target = tmp_path / "a.out"
    assert run("estimate", house, "--samples", "0", "-f", "json", "-o", target).exit_code == 0
    json.loads(target.read_text(encoding="utf-8"))


def test_an_older_file_is_replaced_whole_and_kept_when_the_estimate_fails(run: Run, house: str, tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    target.write_text("older")
    assert run("estimate", house, "--printer", "cobod-bod1", "-o", target).exit_code == 4
    assert target.read_text() == "older"
    assert run("estimate", house, "--samples", "0", "-o", target).exit_code == 0
    json.loads(target.read_text(encoding="utf-8"))
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("target", "said"), [("a.xyz", "names no format"), ("none/a.json", "cannot be written"), ("a", "names no format")]
)
def test_a_file_that_cannot_be_written_is_wrong_usage(
    run: Run, house: str, tmp_path: Path, target: str, said: str
) -> None:
    result = run("estimate", house, "--samples", "0", "-o", tmp_path / target)
    assert result.exit_code == 2
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


# --- compare, check, catalogue -----------------------------------------------------------------


def test_compare_has_a_row_for_each_printer_and_a_reason_for_the_others(run: Run, house: str) -> None:
    plain = ("--samples", "0")
    result = run("compare", house, *plain)
    assert result.exit_code == 0, result.stderr
    assert set(printer_ids()) <= set(re.findall(r"^  ([a-z0-9-]+)", result.stdout, re.MULTILINE))
    assert "Cannot" in result.stdout and "concrete-block" in result.stdout
    d = json.loads(run("compare", house, *plain, "-f", "json").stdout)
    assert d["schema"] == "printhouse-comparison/1"
    assert {r["printer"] for r in d["rows"]} | {r["printer"] for r in d["cannot"]} == set(printer_ids())
    rows = list(csv.DictReader(io.StringIO(run("compare", house, *plain, "-f", "csv").stdout)))
    assert len(rows) == len(d["rows"]) + len(d["conventional"]) + len(d["cannot"])


def test_compare_takes_the_printers_named(run: Run, house: str) -> None:
    result = run(
        "compare", house, "--printer", "icon-vulcan-2", "--printer", "cobod-bod2", "--samples", "0", "-f", "json"
    )
    assert [r["printer"] for r in json.loads(result.stdout)["rows"]] == ["cobod-bod2", "icon-vulcan-2"]


def test_compare_ends_with_4_when_no_printer_can(run: Run, house: str) -> None:
    result = run("compare", house, "--printer", "cobod-bod1", "--samples", "0")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "cobod-bod1" in result.stderr and "envelope" in result.stderr


def test_check_says_what_was_understood_and_who_can_print_it(run: Run, house: str) -> None:
    result = run("check", house)
    assert result.exit_code == 0, result.stderr
    for said in ("Ground floor", "8 walls", "5 doors, 7 windows", "Who can print it", *printer_ids()):
        assert said in result.stdout
    d = json.loads(run("check", house, "-f", "json").stdout)
    assert d["plan"]["walls"] == 8 and d["plan"]["openings"]["window"] == 7
    assert {p["printer"]: p["prints"] for p in d["printers"]}["cobod-bod2"] is True
    rows = list(csv.DictReader(io.StringIO(run("check", house, "-f", "csv").stdout)))
    assert "wasp-crane" in {r["printer"] for r in rows}


def test_check_of_one_printer_that_cannot_ends_with_4(run: Run, house: str) -> None:
    assert run("check", house, "--printer", "cobod-bod2").exit_code == 0
    result = run("check", house, "--printer", "cobod-bod1")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "envelope" in result.stderr


@pytest.mark.parametrize(
    ("noun", "name", "fact"),
    [
        ("printers", "apis-cor-2017", "reach_max_m"),
        ("mixes", "coarse-concrete", "density_kg_per_m3"),
        ("regions", "kenya", "mason_rate_per_h"),
        ("methods", "timber-frame", "crew_persons"),
    ],
)
def test_catalogue_lists_and_shows_in_every_format(run: Run, noun: str, name: str, fact: str) -> None:
    listed = run(noun, "list")
    assert listed.exit_code == 0 and name in listed.stdout
    d = json.loads(run(noun, "list", "-f", "json").stdout)
    assert d["schema"] == f"printhouse-{noun}/1"
    assert name in [row["id"] for row in d[noun]]
    assert len(list(csv.DictReader(io.StringIO(run(noun, "list", "-f", "csv").stdout)))) == len(d[noun])

    page = run(noun, "show", name)
    assert page.exit_code == 0 and fact in page.stdout
    assert max(len(line) for line in page.stdout.splitlines() if "://" not in line) <= 100
    shown = json.loads(run(noun, "show", name, "-f", "json").stdout)
    assert shown["facts"][fact].keys() == {"value", "low", "high", "unit", "basis", "source", "where", "note"}
    cited = {f["source"] for f in shown["facts"].values() if f["source"]}
    assert cited <= shown["sources"].keys()
    rows = list(csv.DictReader(io.StringIO(run(noun, "show", name, "-f", "csv").stdout)))
    assert fact in {r["name"] for r in rows}
    unknown = run(noun, "show", "nothing")
    assert unknown.exit_code == 2 and name in unknown.stderr


def test_printer_page_shows_warnings_and_published_buildings(run: Run) -> None:
    text = run("printers", "show", "cobod-bod2").stdout
    for part in ("Work room", "Speeds", "Published buildings", "Claims beside the record", "Mind", "Values", "Sources"):
        assert f"\n{part}\n" in text
    assert "gantry, round the building; pauses at gaps" in text
    assert "claimed 12 m²/h, on record 6.9 m²/h" in text
    assert "published, article text of bim-plus-2020" in text


def test_the_list_of_printers_fits_a_hundred_columns_and_tells_room_speed_and_buildings(run: Run) -> None:
    lines = run("printers", "list").stdout.splitlines()
    assert max(map(len, lines)) <= 100
    row = next(line for line in lines if line.startswith("cobod-bod2 "))
    assert re.split(r"  +", row) == ["cobod-bod2", "gantry", "frame", "12 × 27 × 9", "0.25", "50 × 20", "10", "2", "9"]


def test_method_page_shows_the_bill(run: Run) -> None:
    assert "lay blocks" in run("methods", "show", "concrete-block").stdout


# --- what goes wrong ---------------------------------------------------------------------------


def plan_text(**wall: Any) -> str:
    """A plan of one wall, 4 m long, 2.5 m high, changed as the keywords say."""
    entry = {"id": "w", "axis": [[0, 0], [4, 0]], "thickness_m": 0.25, "height_m": 2.5, **wall}
    storey = {"id": "g", "walls": [entry]}
    return json.dumps({"format": "printhouse-plan", "version": 1, "name": "One wall", "storeys": [storey]})


DOOR = {"id": "d", "kind": "door", "at_m": 1, "width_m": 1, "height_m": 2}
BAD_PLANS = {
    "empty file": ("", "is empty"),
    "blank file": ("  \n", "is empty"),
    "not a plan": ("hello", "none of the formats"),
    "truncated JSON": (plan_text()[:-30], "is not complete JSON"),
    "empty plan": (json.dumps({"format": "printhouse-plan", "version": 1, "storeys": []}), "/storeys"),
    "no walls": (json.dumps({"format": "printhouse-plan", "version": 1, "storeys": [{"walls": []}]}), "[plan-empty]"),
    "wrong JSON": ("[1, 2]", ""),
    "NaN": (plan_text(height_m=math.nan), "NaN"),
    "infinite number": (plan_text().replace("2.5", "1e999"), "height_m"),
    "negative thickness": (plan_text(thickness_m=-0.2), "thickness_m"),
    "zero height": (plan_text(height_m=0), "height_m"),
    "text for a number": (plan_text(height_m="high"), "height_m"),
    "opening outside": (plan_text(openings=[{**DOOR, "at_m": 3.5}]), "[opening-outside]"),
    "opening too high": (plan_text(openings=[{**DOOR, "height_m": 3}]), "[opening-outside]"),
    "openings overlap": (plan_text(openings=[DOOR, {**DOOR, "id": "e", "at_m": 1.5}]), "[opening-overlap]"),
    "self-crossing": (plan_text(axis=[[0, 0], [4, 0], [4, 3], [2, -2]]), "[wall-self-crossing]"),
    "unknown key": (plan_text(thicknes_m=0.3), "thicknes_m"),
    "not UTF-8": (b"{\xff}", "UTF-8"),
    "truncated IFC": (
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n"
        "FILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n#1=IFCWALL('0",
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_PLANS)
def test_a_bad_plan_ends_with_3_and_sentences(run: Run, tmp_path: Path, case: str) -> None:
    content, said = BAD_PLANS[case]
    path = tmp_path / "bad plan.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for command in ("estimate", "compare", "check"):
        result = run(command, path, "-f", "json")
        assert result.exit_code == 3, (result.exit_code, result.stdout, result.stderr, result.exception)
        assert result.stdout == ""
        lines = result.stderr.splitlines()
        assert lines and all(line.startswith("error: ") for line in lines)
        assert all("bad plan.json" in line for line in lines)
        assert any(said in line for line in lines), result.stderr
        assert "Traceback" not in result.stderr


def test_a_bad_plan_on_standard_input_is_called_stdin(run: Run) -> None:
    for content in (b"", b"hello", b'{"format"', b"{\xff}", b"ISO-10303-21;"):
        result = run("estimate", "-", input=content)
        assert result.exit_code == 3
        assert "stdin" in result.stderr and "tmp" not in result.stderr


def test_all_that_is_wrong_is_said_at_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(plan_text(openings=[{**DOOR, "at_m": 3.5}, {**DOOR, "id": "e", "height_m": 9}]))
    result = run("estimate", path)
    assert result.exit_code == 3
    assert [line.split("[")[-1] for line in result.stderr.splitlines()] == ["opening-outside]"] * 2


@pytest.mark.parametrize(("name", "said"), [("none.json", "no such file"), (".", "is a folder")])
def test_a_plan_that_is_not_there_ends_with_3(run: Run, tmp_path: Path, name: str, said: str) -> None:
    result = run("estimate", tmp_path / name)
    assert result.exit_code == 3 and said in result.stderr


def test_a_plan_that_does_not_fit_ends_with_4_and_no_number(run: Run, house: str) -> None:
    result = run("estimate", house, "--printer", "cobod-bod1", "-f", "json")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "cobod-bod1 would have to be set up 2 times" in result.stderr and "[envelope]" in result.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--printer", "cobod-bod9"], "did you mean cobod-bod"),
        (["--printer", "none.toml"], "none.toml cannot be read"),
        (["--mix", "custard"], "there is no mix 'custard'; known: bagged-mortar"),
        (["--region", "atlantis"], "there is no region 'atlantis'; known: usa"),
        (["--mix", "polymer-pellet"], "cobod-bod2 cannot print polymer-pellet"),
        (["--wall-system", "thatch"], "no wall system 'thatch'"),
        (["--set", "print_speed_m_per_s=0"], "lies outside 0.001 to 2 m/s"),
        (["--set", "print_speed_m_per_s=nan"], "is not a number"),
        (["--set", "printer.print_sped=1"], "did you mean printer.print_speed"),
        (["--set", "print_speed_m_per_s"], "write key=value"),
        (["--samples", "-1"], "--samples"),
        (["--format", "yaml"], "--format"),
        (["--colour"], "No such option"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_right(run: Run, house: str, options: list[str], said: str) -> None:
    result = run("estimate", house, *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in " ".join(result.stderr.split())


def test_wrong_usage_of_compare_ends_with_2(run: Run, house: str) -> None:
    assert run("compare", house, "--printer", "nothing").exit_code == 2
    assert run("compare", house, "--set", "print_speed_m_per_s=0").exit_code == 2
    assert run("compare", house, "--printer", "cobod-bod2", "--set", "reach_max_m=9").exit_code == 2


def test_a_truncated_file_of_another_program_ends_with_3(run: Run, shared_plans: Path, tmp_path: Path) -> None:
    ifc = sorted((shared_plans / "ifc").glob("*.ifc"), key=lambda p: p.stat().st_size)[0]
    path = tmp_path / "cut.ifc"
    path.write_bytes(ifc.read_bytes()[: ifc.stat().st_size // 2])
    result = run("estimate", path, "--samples", "0")
    assert result.exit_code == 3, result.stderr
    assert result.stdout == "" and "cut.ifc" in result.stderr


# --- as a process ------------------------------------------------------------------------------


def test_exit_codes_and_silence_of_a_real_process(repo_root: Path, house: str, tmp_path: Path) -> None:
    cases: list[tuple[list[str], int]] = [
        (["--version"], 0),
        (["--help"], 0),
        (["estimate", house, "--samples", "0", "-q"], 0),
        (["estimate"], 2),
        (["estimate", house, "--printer", "nothing"], 2),
        (["estimate", str(tmp_path / "none.json")], 3),
        (["estimate", house, "--printer", "cobod-bod1"], 4),
    ]
    for arguments, code in cases:
        done = printhouse(repo_root, *arguments)
        assert done.returncode == code, (arguments, done.stderr)
        assert b"Traceback" not in done.stderr
        assert (done.stdout == b"") == (code != 0)
        assert (told(done.stderr) == []) == (code == 0), arguments


def test_version_is_printed(run: Run) -> None:
    assert __version__ in run("--version").stdout


def test_a_reader_that_leaves_early_is_no_fault(repo_root: Path, house: str) -> None:
    command = f'"{sys.executable}" -m estimator.cli estimate "{house}" --samples 0 -f json | head -c 10'
    done = subprocess.run(["sh", "-c", command], cwd=repo_root, capture_output=True, check=False)
    assert len(done.stdout) == 10
    assert told(done.stderr) == []


def test_a_terminal_without_unicode_gets_plain_text(repo_root: Path, house: str) -> None:
    done = printhouse(repo_root, "estimate", house, *FEW, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode("ascii")
    assert "72 m2" in text and "####" in text and "?" not in text
    document = printhouse(repo_root, "estimate", house, *FEW, "-f", "json", env={"PYTHONIOENCODING": "ascii"})
    assert json.loads(document.stdout.decode("utf-8"))["plan"]["name"] == "Rectangular house, 72 m²"


def test_colour_is_for_terminals_and_never_with_no_color(repo_root: Path, house: str) -> None:
    pty = pytest.importorskip("pty")
    for variable, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | variable
        try:
            ours, theirs = pty.openpty()
        except OSError as error:
            pytest.skip(f"no terminal can be opened here: {error}")
        with subprocess.Popen(
            [sys.executable, "-m", "estimator.cli", "printers", "list"],
            cwd=repo_root, stdout=theirs, stderr=subprocess.DEVNULL, env=environment,
        ) as process:  # fmt: skip
            os.close(theirs)
            text = b""
            while chunk := _read_terminal(ours):
                text += chunk
            process.wait()
        os.close(ours)
        assert b"cobod-bod2" in text
        assert (b"\x1b[" in text) == coloured


def _read_terminal(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end was closed
        return b""


def test_a_fault_of_the_program_is_one_sentence_and_a_traceback_only_when_asked_for(
    repo_root: Path, house: str
) -> None:
    code = (
        "import sys, estimator.cli as c, estimator.document as d\n"
        "def broken(e): raise ZeroDivisionError('float division by zero')\n"
        "d.as_document = broken\n"
        "c.main()"
    )
    for flag, shown in (((), False), (("-v",), True)):
        done = subprocess.run(
            [sys.executable, "-c", code, "estimate", house, "--samples", "0", "-f", "json", *flag],
            cwd=repo_root, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (1, "")
        assert ("Traceback" in done.stderr) == shown
        assert "ZeroDivisionError" in done.stderr


def test_names_in_a_plan_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(plan_text(id="w\x1b[31m"))
    result = run("estimate", path)
    assert "\x1b" not in result.stdout + result.stderr


def test_listing_printers_loads_neither_numpy_nor_the_plan_readers(repo_root: Path) -> None:
    code = (
        "import sys\nfrom estimator.cli import cli\n"
        "cli(['printers', 'list', '-o', sys.argv[1]], standalone_mode=False)\n"
        "print(*sorted({'numpy', 'shapely', 'estimator.plan'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, os.devnull, "-f", "text"],
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


# --- the page against its golden copy ----------------------------------------------------------


def test_page_of_the_sample_house_has_not_changed(run: Run, house: str, repo_root: Path, update_expected: bool) -> None:
    options = ("--printer", "cobod-bod2", "--region", "usa", "--samples", "500")
    text = run("estimate", house, *options).stdout
    path = repo_root / "tests" / "expected" / "rectangular-72.txt"
    if update_expected:
        path.write_text(text, encoding="utf-8")
        return
    number = r"[-+]?\d[\d,]*(?:\.\d+)?"
    for got, expected in zip(_lines(text), _lines(path.read_text(encoding="utf-8")), strict=True):
        assert re.sub(number, "0", got) == re.sub(number, "0", expected)
        for a, b in zip(re.findall(number, got), re.findall(number, expected), strict=True):
            first, second = (float(n.replace(",", "")) for n in (a, b))
            assert first == pytest.approx(second, rel=0.02, abs=1.01), got  # the page rounds to whole units


def _lines(text: str) -> list[str]:
    """Words and numbers of a page, without bars, the version and the widths of columns."""
    bare = re.sub(r"[█▉▊▋▌▍▎▏]+", "", text)
    return [" ".join(line.split()) for line in bare.splitlines() if not line.startswith("  printhouse ")]


# --- numbers people read -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (5, "5"), (39154.2, "39,200"), (16.84, "16.8"), (0.98012, "0.98"), (999.6, "1,000"),
     (0.00044449, "0.000444"), (-12.345, "-12.3"), (1e7, "10,000,000"), (99.96, "100")],
)  # fmt: skip
def test_numbers_are_rounded_to_three_digits(value: float, text: str) -> None:
    assert about(value) == text


def test_a_range_of_equal_ends_is_one_number() -> None:
    assert span(1.0001, 1.0002) == "1" and span(33, 52) == "33–52"


def test_parts_are_rounded_to_add_up() -> None:
    assert apportioned([1 / 3, 1 / 3, 1 / 3]) == [1, 0, 0]
    parts = [10.4, 20.4, 30.4]
    assert sum(apportioned(parts)) == 61 and all(abs(a - b) < 1 for a, b in zip(apportioned(parts), parts, strict=True))
    assert apportioned([]) == []


def test_bars_grow_in_eighths_and_become_plain() -> None:
    assert bar(1.0) == "█" * 14 and bar(0.0) == "" and bar(0.5, 0.5) == bar(1.0)
    assert set(plain(bar(0.53))) <= {"#", "|"}
    assert plain("9 m² × 2 – ä") == "9 m2 x 2 - ?"


def test_the_answer_never_replaces_the_plan(tmp_path: Path, repo_root: Path) -> None:
    plan = tmp_path / "mine.json"
    plan.write_bytes((repo_root / "examples" / "rectangular-72.json").read_bytes())
    before = plan.read_bytes()
    found = CliRunner().invoke(cli, ["estimate", str(plan), "--samples", "0", "-o", str(plan)])
    assert found.exit_code == 2
    assert "was read" in found.output
    assert plan.read_bytes() == before


def test_all_wrong_settings_are_told_at_once(repo_root: Path) -> None:
    plan = str(repo_root / "examples" / "rectangular-72.json")
    wrong = ["printer.print_speed_m_per_s=0", "printer.foo=1", "mix.open_time_s=x"]
    found = CliRunner().invoke(cli, ["estimate", plan, *(part for w in wrong for part in ("--set", w))])
    assert found.exit_code == 2
    assert all(w.partition("=")[0] in found.output for w in wrong)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_in_one_sentence(repo_root: Path) -> None:
    plan = str(repo_root / "examples" / "rectangular-72.json")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "estimator.cli", "estimate", plan, "--samples", "0"],
            stdout=full, stderr=subprocess.PIPE, cwd=repo_root, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
