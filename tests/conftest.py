"""Fixtures that every test may use."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="rewrite the files in tests/expected/ with what the code says now",
    )


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """Folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_plans() -> Path:
    """Folder of plan files drawn by other people, which lies beside the repository and is not part of it."""
    folder = ROOT.parent / "shared" / "plans"
    if not folder.is_dir():
        pytest.skip(f"the real plan files are not here: {folder}")
    return folder


@pytest.fixture
def update_expected(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-expected"))


@pytest.fixture
def golden(update_expected: bool) -> Callable[..., None]:
    """Compare a JSON document with ``tests/expected/<name>.json``, numbers within a relative tolerance."""

    def compare(name: str, document: Any, rel: float = 1e-6) -> None:
        path = ROOT / "tests" / "expected" / f"{name}.json"
        if update_expected:
            path.parent.mkdir(exist_ok=True)
            text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
            path.write_text(text + "\n", encoding="utf-8")
            return
        assert path.is_file(), f"{path} is missing; write it with: pytest --update-expected"
        document = json.loads(json.dumps(document))
        found = differences(document, json.loads(path.read_text(encoding="utf-8")), rel)
        assert not found, "\n".join([f"{path.name}: {len(found)} differences", *found[:20]])

    return compare


def differences(got: Any, expected: Any, rel: float, where: str = "") -> list[str]:
    """Places where two JSON documents differ, as pointers with both values."""
    if isinstance(got, dict) and isinstance(expected, dict):
        found = [f"{where}/{k}: only in one of them" for k in sorted(got.keys() ^ expected.keys())]
        for key in expected.keys() & got.keys():
            found += differences(got[key], expected[key], rel, f"{where}/{key}")
        return sorted(found)
    if isinstance(got, list) and isinstance(expected, list):
        if len(got) != len(expected):
            return [f"{where}: {len(got)} items, expected {len(expected)}"]
        pairs = enumerate(zip(got, expected, strict=True))
        return [d for i, (g, e) in pairs for d in differences(g, e, rel, f"{where}/{i}")]
    numbers = [isinstance(v, int | float) and not isinstance(v, bool) for v in (got, expected)]

    if all(numbers):
        same = math.isclose(got, expected, rel_tol=rel, abs_tol=1e-12)
    else:
        same = type(got) is type(expected) and got == expected
    return [] if same else [f"{where}: {got!r}, expected {expected!r}"]
