"""Thousands of requests made from the interface's own description: no failure, no answer that is not described."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import FlakyStrategyDefinition, InvalidDefinition
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.service import running

STEPS = 20
"""Requests of one chain."""

REQUESTS = int(os.environ.get("PRINTHOUSE_FUZZ", "500"))
"""Least number of requests; five thousand take five minutes: make load, or this variable."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with running(folder, PRINTHOUSE_TASK_TIME_S="20") as address:
        yield address


def test_chains_of_requests_get_described_answers_only(base: str) -> None:
    schema = schemathesis.openapi.from_url(f"{base}/openapi.json")
    seen: Counter[int] = Counter()

    class Chains(schema.as_state_machine()):
        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            seen[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

    chain = settings(
        max_examples=10, stateful_step_count=STEPS, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), derandomize=False,  # which is on where CI is: every run the same one
    )  # fmt: skip
    while sum(seen.values()) < REQUESTS:
        before = sum(seen.values())
        with contextlib.suppress(FlakyStrategyDefinition, InvalidDefinition):  # the service remembers; a dead end
            Chains.run(settings=chain)
        assert sum(seen.values()) > before
    assert not [status for status in seen if status >= 500 and status != 503], seen
    assert sum(seen[done] for done in (200, 201, 202, 204)) > REQUESTS // 50, seen
