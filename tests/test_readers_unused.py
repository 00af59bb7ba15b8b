"""Options of reading that a file has no use for are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import read_plan
from estimator.options import ReadOptions
from estimator.readers.detect import READERS
from estimator.readers.unused import USED

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "examples" / "rectangular-72.json"


def told(options: ReadOptions, path: Path = SAMPLE) -> list[str]:
    return [f.message for f in read_plan(path, options).findings if f.code == "option-unused"]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (ReadOptions(unit_m=0.001), "--unit"),
        (ReadOptions(up="y"), "--up"),
        (ReadOptions(companions=(Path("nowhere.json"),)), "--with"),
        (ReadOptions(wall_layers=("*",), height_m=3.0), "--layer, --height"),
    ],
)
def test_what_changes_nothing_is_told(options: ReadOptions, name: str) -> None:
    (message,) = told(options)
    assert message.startswith(f"{name}: the project's own format has no use for it")


def test_what_has_a_use_is_not(tmp_path: Path) -> None:
    assert told(ReadOptions()) == []
    path = tmp_path / "house.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><path fill-rule="evenodd" '
        'd="M0 0h600v500h-600z M20 20h560v460h-560z"/></svg>'
    )
    assert told(ReadOptions(unit_m=0.01, height_m=2.5), path) == []
    assert told(ReadOptions(unit_m=0.01, up="z"), path)[0].startswith("--up: files of kind svg")


def test_every_kind_says_what_it_uses() -> None:
    assert set(READERS) | {"printhouse"} == set(USED)
