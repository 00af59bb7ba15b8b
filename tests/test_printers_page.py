"""docs/printers.md says what the profiles say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from estimator.report.envelope import ASPECT, drawing
from estimator.report.machine_pages import machine_pages
from printers import load_printer, printer_ids


def test_the_page_of_printers_is_written_from_the_profiles(repo_root: Path, update_expected: bool) -> None:
    path = repo_root / "docs" / "printers.md"
    fresh = machine_pages([load_printer(id) for id in printer_ids()])
    if update_expected:
        path.write_text(fresh, encoding="utf-8")
    stale = "docs/printers.md is stale; rewrite it with: pytest --update-expected tests/test_printers_page.py"
    assert path.read_text(encoding="utf-8") == fresh, stale


def test_the_page_has_a_row_and_a_section_for_every_printer(repo_root: Path) -> None:
    text = (repo_root / "docs" / "printers.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^### (\S+)$", text, re.M)) == sorted(printer_ids())
    assert sorted(re.findall(r"^\| \[`([^`]+)`\]", text, re.M)) == sorted(printer_ids())
    table = text.split("## All machines")[1].split("###")[0]
    assert {line.count("|") for line in table.splitlines() if line} == {10}


@pytest.mark.parametrize("id", printer_ids())
def test_a_drawing_is_to_scale_and_fits_a_page(id: str) -> None:
    printer = load_printer(id)
    *lines, caption = drawing(printer)
    assert all(line.isascii() and len(line) <= 60 for line in lines) and len(lines) <= 40
    assert len(caption) <= 100
    if printer.deployment == "frame":
        ground = [line for line in lines if line.startswith(("+", "|"))]
        across = ground[0].rindex("+") - 1 if ground[0].startswith("+-") else 0
        ratio = across / (ASPECT * (len(ground) - 2))
        sides = sorted((float(printer.build_x_m), float(printer.build_y_m)))
        assert ratio == pytest.approx(sides[1] / sides[0], rel=0.2)
