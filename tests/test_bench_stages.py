"""The stages that are measured exist: a renamed function would be measured as nothing."""

from __future__ import annotations

import importlib

import pytest

from tests.bench.stages import STAGES


@pytest.mark.parametrize("name", [name for names in STAGES.values() for name in names])
def test_a_measured_stage_is_a_function(name: str) -> None:
    module, _, function = name.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))
