"""The examples of docs/http.md run as they stand, against a real service."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.problems import TITLES
from api.settings import PREFIX, Settings
from tests.service import running

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("http")) as address:
        yield address


def example(language: str, base: str, folder: Path) -> Path:
    """The example of a language as a file, in a folder with the examples."""
    (text,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    (folder / "examples").symlink_to(ROOT / "examples")
    file = folder / f"example.{ {'js': 'mjs'}.get(language, language) }"
    file.write_text(text.replace("http://127.0.0.1:8000", base), encoding="utf-8")
    return file


def test_curl(base: str, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl on this machine")
    subprocess.run(["sh", "-e", str(example("sh", base, tmp_path))], cwd=tmp_path, check=True, timeout=120)
    estimate, other = (json.loads((tmp_path / f"{n}.json").read_text()) for n in ("estimate", "other"))
    assert estimate["document"]["region"] == "kenya" and other["document"]["printer"] == "icon-vulcan-2"
    # the spreadsheet's table: the lines of the document
    rows = list(csv.DictReader((tmp_path / "lines.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) > 50 and {"amount"} <= set(rows[0])


def test_python(base: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(example("python", base, tmp_path))], cwd=tmp_path, check=True, timeout=120,
        capture_output=True, text=True,
    )  # fmt: skip
    assert re.fullmatch(r"[\d.]+ USD \d+ days\n", run.stdout)


def test_javascript(base: str, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine")
    run = subprocess.run(
        [node, str(example("js", base, tmp_path))],
        cwd=tmp_path,
        check=True,
        timeout=120,
        capture_output=True,
        text=True,
    )
    assert re.fullmatch(r"[\d.]+ USD\n", run.stdout)


def test_a_spreadsheet_gets_a_table_by_its_address(base: str) -> None:
    assert '=WEBSERVICE("http://127.0.0.1:8000/v1/estimates/ID.csv")' in PAGE
    with httpx.Client(base_url=base, timeout=60) as client:
        plan = json.loads((ROOT / "examples" / "rectangular-72.json").read_text(encoding="utf-8"))
        made = client.post("/v1/estimates", json={"plan": plan, "options": {"samples": 0}}).json()
        answer = client.get(made["links"]["csv"])
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(answer.text.splitlines()))
    printed = [r for r in rows if r.get("method") in ("printed", "", None)]
    assert printed and len(rows) > 50


def test_the_page_names_every_setting_type_and_address() -> None:
    for field in fields(Settings):
        assert f"{PREFIX}{field.name.upper()}" in PAGE
    for code in TITLES:
        assert f"`{code}`" in PAGE
    for path in create_app(Settings()).openapi()["paths"]:
        known = path.replace(".{suffix}", "").replace("/{id}/plan", "/{id}").replace("/{id}/beads", "/{id}")
        noun = re.sub(r"^/v1/(mixes|regions|methods).*", r"\1", known)
        noun = re.sub(r"^/v1/printers.*", "/v1/printers", noun)
        assert noun in PAGE, path
