"""The process that reads foreign files: whatever happens in it, the caller gets a plan or one sentence."""

from __future__ import annotations

import io
import os
import pickle
import re
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.readers import read_plan, read_stream
from estimator.readers.ifc.forked import Failure, each
from estimator.readers.sandbox import _Answer, _post_mortem, read_foreign
from tests.ifc_models import METRES, Author

pytest.importorskip("ifcopenshell", reason="the sandbox is tried with IFC: pip install printhouse[ifc]")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    author = Author(METRES)
    author.wall([author.box(0, 0, 0, 5, 0.3, 2.5)], author.storey(0.0))
    return author.write(tmp_path_factory.mktemp("house"))


def limited(**changes: float) -> ReadOptions:
    limits = Limits()
    for key, value in changes.items():
        limits = limits.changed(key, value)
    return replace(ReadOptions(), limits=limits)


def test_what_the_process_reads_comes_back_as_a_plan(house: Path) -> None:
    plan = read_foreign(house, ReadOptions())
    assert len(plan.walls) == 1
    assert plan.walls[0].footprint.area == pytest.approx(1.5)
    assert plan == read_plan(house)


def test_messages_name_the_file_as_the_caller_calls_it(house: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.ifc"
    cut.write_bytes(house.read_bytes()[:-40])
    with pytest.raises(PlanError, match=r"^standard input: ends before its end mark"):
        read_foreign(cut, ReadOptions(), "standard input")


def test_a_reader_that_takes_too_long_is_stopped(house: Path) -> None:
    with pytest.raises(PlanError, match=r"longer than 0\.05 s.*--limit time_s"):
        read_plan(house, limited(time_s=0.05))


def test_a_reader_that_wants_too_much_memory_is_stopped(house: Path) -> None:
    with pytest.raises(PlanError, match=r"memory|crashed|does not fit together") as caught:
        read_plan(house, limited(memory_bytes=64 * 2**20))
    assert "Traceback" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_too_large_is_refused_unread(house: Path) -> None:
    with pytest.raises(PlanError, match=r"has [\d,]+ bytes, more than the 100 allowed.*--limit bytes"):
        read_plan(house, limited(bytes=100))


def test_a_plan_on_standard_input_is_read_like_a_file(house: Path) -> None:
    plan = read_stream(io.BytesIO(house.read_bytes()), "-")
    assert [wall.id for wall in plan.walls] == [wall.id for wall in read_plan(house).walls]


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1",)


@pytest.mark.parametrize(
    "answer", [_Evil(), print, Path("/"), [PlanError("no")]], ids=["eval", "print", "path", "error"]
)
def test_an_answer_of_anything_but_plans_is_refused(answer: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="does not belong in a plan"):
        _Answer(io.BytesIO(pickle.dumps(answer))).load()


@pytest.mark.parametrize(
    ("code", "stderr", "said"),
    [
        (-11, "", r"crashed on it \(SIGSEGV\)"),
        (-9, "", "more memory than allowed"),
        (1, "Traceback ...\nMemoryError", "more memory than allowed"),
        (-24, "", "more computing time than allowed"),
        (1, "Traceback ...\nIndexError: list index out of range\n", r"does not fit together \(IndexError"),
        (3, "", r"does not fit together \(exit code 3\)"),
    ],
)
def test_a_dead_process_is_told_in_one_sentence(code: int, stderr: str, said: str) -> None:
    sentence = _post_mortem("house.ifc", code, stderr)
    assert re.search(said, sentence)
    assert sentence.startswith("house.ifc: ") and "\n" not in sentence


# --- work on each of many things ------------------------------------------------------------------


def slow_at_three(number: int) -> bytes:
    if number == 3:
        time.sleep(30)
    if number == 5:
        os.kill(os.getpid(), signal.SIGSEGV)
    if number == 7:
        raise ValueError(number)
    return bytes([number]) * (number * 100_000)


def test_what_is_slow_or_crashes_costs_only_itself() -> None:
    began = time.monotonic()
    results = each(slow_at_three, range(20), 0.5)
    assert time.monotonic() - began < 10.0
    failed = {n: r.kind for n, r in enumerate(results) if isinstance(r, Failure)}
    assert failed == {3: "slow", 5: "crashed", 7: "crashed"}
    assert all(r == slow_at_three(n) for n, r in enumerate(results) if n not in failed)


def test_a_plan_error_in_one_of_them_ends_the_whole() -> None:
    def refused(number: int) -> None:
        if number == 2:
            raise PlanError("no more")
        time.sleep(0.2 * (number == 9))

    with pytest.raises(PlanError, match="no more"):
        each(refused, range(10), 10.0)


def test_nothing_outlives_the_end_of_the_reading() -> None:
    began = time.monotonic()
    results = each(time.sleep, [60.0, 60.0], 60.0, ends_at_s=began + 0.3)
    assert time.monotonic() - began < 5.0
    assert results == [Failure("slow"), Failure("slow")]


def test_where_processes_cannot_be_forked_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert each(abs, [-1, 2], 1e-6) == [1, 2]
    assert each(abs, [], 1.0) == []
