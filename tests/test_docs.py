"""The documentation holds: codes, commands, options, keys and links are complete, and its examples run."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from estimator import as_document, estimate, read_plan
from estimator.cli import cli
from estimator.overrides import known_keys
from materials import method_ids, mix_ids, region_ids
from printers import printer_ids

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])
EXAMPLES = ROOT / "examples"

CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")
"""How a finding code looks."""

SAMPLE = re.compile(r"(```console\n\$ (printhouse estimate [^\n]+)\n)(\S.*?)(```\n)", re.S)
"""The one console block that shows an output: opening and command, command, output, end."""

WIDEST = 150
"""Longest line of prose."""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fences(text: str, language: str) -> list[str]:
    """Fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)


def printhouse(command: str) -> subprocess.CompletedProcess[str]:
    """The command run as a user would, output as UTF-8 without colour."""
    words = shlex.split(command)
    assert words[0] == "printhouse"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "estimator.cli", *words[1:]],
        cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


# --- findings ---------------------------------------------------------------------------------


def codes_in(tree: ast.Module) -> Iterator[str]:
    """Codes given to findings and errors in a module.

    They are the first argument of ``Finding`` and of the readers' own makers, whatever is called
    ``code``, and the keys of the table of IFC sentences.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "Finding" and node.args:
                yield from texts(node.args[0])
            elif name in ("error", "warning", "_add", "add") and node.args:
                yield from (text for text in texts(node.args[0]) if CODE.fullmatch(text))
            elif name == "choice" and len(node.args) > 2:
                yield from texts(node.args[2])
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {t.id for t in targets if isinstance(t, ast.Name)}
            if "code" in names:
                yield from texts(node.value)
            if "SENTENCES" in names and isinstance(node.value, ast.Dict):
                yield from (text for key in node.value.keys for text in texts(key))
        elif isinstance(node, ast.arguments):
            for argument, default in zip(reversed(node.args), reversed(node.defaults), strict=False):
                if argument.arg == "code":
                    yield from texts(default)


def texts(node: ast.AST | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def source_codes() -> set[str]:
    files = [*ROOT.glob("estimator/**/*.py"), ROOT / "printers" / "facts.py", ROOT / "materials" / "facts.py"]
    return {code for file in files for code in codes_in(ast.parse(file.read_text(encoding="utf-8")))}


def documented_codes() -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", page("docs/findings.md"), re.M)


def test_every_finding_code_is_documented_and_every_documented_one_exists() -> None:
    assert source_codes() - set(documented_codes()) == set(), "not in docs/findings.md"
    assert set(documented_codes()) - source_codes() == set(), "only in docs/findings.md"


def test_the_search_for_codes_finds_each_way_of_making_one() -> None:
    assert {
        "envelope-height",
        "plan-type",
        "plan-choice",
        "opening-kind",
        "ifc-damaged",
        "not-printable",
    } <= source_codes()


def test_no_code_has_two_meanings() -> None:
    codes = documented_codes()
    assert len(codes) == len(set(codes))


# --- command line -----------------------------------------------------------------------------


def commands(group: click.Group, path: str = "printhouse") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(commands(cli))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_and_option_is_documented(words: str) -> None:
    text = page("docs/cli.md")
    assert f"`{words}" in text
    options = {o for p in COMMANDS[words].params if isinstance(p, click.Option) for o in p.opts}
    assert [o for o in sorted(options) if not re.search(rf"`{re.escape(o)}[ `]", text)] == []


def test_no_documented_option_is_gone() -> None:
    known = {o for c in [cli, *COMMANDS.values()] for p in c.params if isinstance(p, click.Option) for o in p.opts}
    written = set(
        re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", page("docs/cli.md") + SAMPLE.sub("", page("README.md")))
    )
    assert written - known - {"--help"} == set()


def test_the_keys_of_set_are_those_of_the_program() -> None:
    written = re.findall(r"^\| `((?:printer|mix|region|site|terms)\.\w+)`", page("docs/cli.md"), re.M)
    assert sorted(written) == sorted(known_keys())


# --- document ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return as_document(estimate(read_plan(EXAMPLES / "rectangular-72.json"), samples=100))


def sections(text: str) -> dict[str, str]:
    """Text below each heading of the second order."""
    parts = re.split(r"^## (.+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def keys_of(value: Any) -> set[str]:
    """Keys of an object, or of all the objects in a list."""
    items = value if isinstance(value, list) else [value]
    return {key for item in items if isinstance(item, dict) for key in item}


def of_method(key: str) -> str:
    """The key as the page has it: with <method> for the id of one."""
    return re.sub(r"^(cost|saving|house_cost|house_saving|house_days)\..+", r"\1.<method>", key)


def test_every_key_of_the_document_is_described(document: dict[str, Any]) -> None:
    parts = sections(page("docs/document.md"))
    missing = [key for key in document if f"`{key}`" not in parts["Top"]]
    for top, value in document.items():
        missing += [top] if keys_of(value) and top not in parts else []
        for key in keys_of(value):
            name = of_method(key)
            missing += [] if f"`{name}`" in parts.get(top, "") else [f"{top}.{key}"]
            inner = value[key] if isinstance(value, dict) else [item[key] for item in value]
            below = {of_method(k) for v in (inner if isinstance(inner, list) else [inner]) for k in keys_of(v)}
            below -= set(method_ids())
            where = parts.get(top, "") + (parts["cost"] if key in ("lines", "finish_lines", "stages") else "")
            missing += [f"{top}.{key}.{k}" for k in sorted(below) if f"`{k}`" not in where]
    assert missing == []


def test_no_described_key_is_gone(document: dict[str, Any]) -> None:
    for top, text in sections(page("docs/document.md")).items():
        if top in ("Top", "Other documents"):
            continue
        rows = "\n".join(re.findall(r"^\| (`[^|]+`) \|", text.split("A line has")[0], re.M))
        names = {n for n in re.findall(r"`([^`]+)`", rows) if "<" not in n}
        assert names <= keys_of(document[top]), top


# --- facts ------------------------------------------------------------------------------------


def test_every_printer_mix_region_and_method_is_listed() -> None:
    text = page("docs/facts.md") + page("docs/printers.md")
    assert [i for i in (*printer_ids(), *mix_ids(), *region_ids(), *method_ids()) if f"`{i}`" not in text] == []


# --- links, form, examples --------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """Anchors of the headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", prose(text), re.M)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


@pytest.mark.parametrize("file", PAGES, ids=lambda p: p.name)
def test_every_relative_link_leads_somewhere(file: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(file.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (file.parent / path).resolve() if path else file
        if not there.exists() or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("file", PAGES, ids=lambda p: p.name)
def test_pages_are_tidy_and_name_no_machine(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert "\t" not in text
    assert re.findall(r"(?:/home/|/root/|/tmp/|/work/|/Users/|[A-Z]:\\)\S*", text) == []
    lines = prose(text).splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
    assert [line for line in lines if len(line) > WIDEST and not line.startswith("|")] == []


@pytest.mark.parametrize("file", PAGES, ids=lambda p: p.name)
def test_files_named_in_code_marks_exist(file: Path) -> None:
    named = re.findall(r"`((?:docs|examples|tests|printers|materials|estimator|api)/[\w./-]*)`", page_prose(file))
    assert [n for n in named if not (ROOT / n).exists()] == []


def page_prose(file: Path) -> str:
    return prose(file.read_text(encoding="utf-8"))


def console_commands() -> list[str]:
    """Commands of the console blocks, each once."""
    blocks = [
        block for name in ("README.md", "docs/cli.md", "docs/facts.md") for block in fences(page(name), "console")
    ]
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return list(dict.fromkeys(line[2:] for line in lines if line.startswith("$ printhouse")))


@pytest.mark.parametrize("command", console_commands())
def test_the_commands_shown_run(command: str) -> None:
    done = printhouse(command)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert "error" not in done.stderr


def test_the_page_in_the_readme_is_what_the_program_prints(update_expected: bool) -> None:
    text = page("README.md")
    found = SAMPLE.search(text)
    assert found, "README.md shows no output of printhouse estimate"
    fresh = [line.rstrip() for line in printhouse(found[2]).stdout.rstrip().splitlines()]
    if update_expected:
        output = "\n".join(fresh) + "\n"
        (ROOT / "README.md").write_text(text[: found.start(3)] + output + text[found.end(3) :], encoding="utf-8")
        return
    shown = [line.rstrip() for line in found[3].rstrip().splitlines()]
    assert shown == fresh, "the page has changed; rewrite it with: pytest --update-expected tests/test_docs.py"


@pytest.mark.parametrize("name", ["README.md", "docs/facts.md"])
def test_the_python_shown_runs(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    blocks = fences(page(name), "python")
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {})
    assert capsys.readouterr().out
