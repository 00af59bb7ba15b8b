"""A short run of :mod:`tests.fuzz`, and that it would find something."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import fuzz


@pytest.mark.parametrize("path", fuzz.seeds(), ids=lambda path: path.name)
def test_damaged_files_give_a_plan_or_one_sentence(path: Path, reader: fuzz.Reader, tmp_path: Path) -> None:
    if path.stat().st_size > 1_500_000:
        pytest.skip("large: in the long run only (make fuzz)")
    failures = []
    for k, damaged in enumerate(fuzz.mutants(path.read_bytes(), 6, seed=7)):
        mutant = tmp_path / f"mutant{path.suffix}"
        mutant.write_bytes(damaged)
        outcome = reader(mutant, f"{path.name} #{k}")
        failures += [outcome.detail] if outcome.kind == "bad" else []
    assert failures == []


@pytest.fixture(scope="module")
def reader() -> fuzz.Reader:
    return fuzz.Reader()


def test_mutants_are_the_same_for_the_same_seed() -> None:
    data = fuzz.seeds()[0].read_bytes()
    assert list(fuzz.mutants(data, 20, 3)) == list(fuzz.mutants(data, 20, 3))
    assert list(fuzz.mutants(data, 20, 3)) != list(fuzz.mutants(data, 20, 4))


def test_unsound_plans_are_noticed() -> None:
    from dataclasses import replace

    from estimator import read_plan

    plan = read_plan(fuzz.ROOT / "examples" / "rectangular-72.json")
    assert fuzz.unsound(plan) == ""
    wall = replace(plan.walls[0], top_m=float("nan"))
    assert "not finite" in fuzz.unsound(replace(plan, walls=(wall, *plan.walls[1:])))
    assert "same id" in fuzz.unsound(replace(plan, walls=(*plan.walls, plan.walls[0])))
