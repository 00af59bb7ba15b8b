"""The built wheel holds the four packages with their data, and what it holds runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.check_docstrings import SHIPPED


def tracked(root: Path, *under: str) -> list[str]:
    """Files that git follows, as paths with forward slashes; none where the folder is not a clone."""
    if shutil.which("git") is None or not (root / ".git").exists():
        return []
    command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "--", *under]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return sorted(n for n in done.stdout.split("\0") if (root / n).is_file())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Path:
    """Wheel built without the network, straight from the work tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*command, str(repo_root)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_exactly_the_tracked_files_of_the_four_packages(wheel: Path, repo_root: Path) -> None:
    expected = set(tracked(repo_root, *SHIPPED))
    expected |= {f"api/page/{name}" for name in tracked(repo_root, "examples")}  # which the page offers
    if not expected:
        pytest.skip("not a git clone: there is no list to compare with")
    with zipfile.ZipFile(wheel) as archive:
        held = {n for n in archive.namelist() if ".dist-info/" not in n}
    assert expected - held == set(), "tracked, but lost on the way into the wheel (see .gitignore)"
    assert held - expected == set(), "in the wheel, but not tracked by git"


def test_wheel_holds_data_typing_markers_and_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {f"{p}/py.typed" for p in SHIPPED} <= set(names)
    assert any(n.startswith("printers/profiles/") and n.endswith(".toml") for n in names)
    assert any(n.startswith("materials/tables/") and n.endswith(".csv") for n in names)
    assert any(n.endswith(".dist-info/licenses/LICENSE") for n in names)


def test_installed_wheel_answers_from_a_folder_of_its_own(wheel: Path, repo_root: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
        (entry_points,) = (n for n in archive.namelist() if n.endswith("entry_points.txt"))
        assert "printhouse = estimator.cli:main" in archive.read(entry_points).decode()
    version = tomllib.loads((repo_root / "pyproject.toml").read_text())["project"]["version"]
    run = (
        "import sys, estimator.cli as cli; sys.argv[0] = 'printhouse'; print(cli.__file__, file=sys.stderr); cli.main()"
    )

    def printhouse(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-c", run, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            check=False,
        )

    answer = printhouse("--version")
    assert answer.returncode == 0, answer.stderr
    assert str(site) in answer.stderr, "the packages came from somewhere else"
    assert version in answer.stdout

    listed = printhouse("printers", "list")
    assert listed.returncode == 0, listed.stderr
    assert "apis-cor-2017" in listed.stdout


def test_lock_has_a_hash_for_everything_and_no_address(repo_root: Path) -> None:
    text = (repo_root / "requirements.lock").read_text()
    pinned = [block for block in text.split("\n") if block and not block.startswith((" ", "#"))]
    assert pinned
    for line in pinned:
        assert "==" in line and line.endswith("\\"), line
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "://" not in text


def test_lock_pins_every_declared_dependency(repo_root: Path) -> None:
    project = tomllib.loads((repo_root / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["ifc"],
        *project["dependency-groups"]["dev"],
    ]
    lock = (repo_root / "requirements.lock").read_text().splitlines()
    pinned = {line.split("==")[0] for line in lock if "==" in line}
    assert {w.split(">=")[0] for w in wanted} <= pinned, "run: make lock"
