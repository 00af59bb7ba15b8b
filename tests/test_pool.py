"""The process pool: what happens to tasks that nobody waits for any more."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request

from api.pool import Pool
from api.problems import ProblemError
from api.requests import while_connected
from api.settings import Settings

LONG_S = 1.0


def nap(seconds: float, at_end: str = "") -> dict[str, Any]:
    """Take time, and leave a file."""
    time.sleep(seconds)
    if at_end:
        Path(at_end).touch()
    return {"worker": os.getpid()}


@asynccontextmanager
async def one_worker() -> AsyncIterator[Pool]:
    pool = Pool(Settings(workers=1))
    try:
        await pool.run(nap, 0.0)
        yield pool
    finally:
        await asyncio.to_thread(pool.close)


async def called_off(pool: Pool, work: Awaitable[Any], after_s: float = 0.3) -> None:
    task = asyncio.ensure_future(work)
    await asyncio.sleep(after_s)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_task_that_has_not_begun_is_dropped_when_it_is_called_off(tmp_path: Path) -> None:
    async def story() -> None:
        async with one_worker() as pool:
            long = asyncio.ensure_future(pool.run(nap, LONG_S))
            following = asyncio.ensure_future(pool.run(nap, 0.0))
            await called_off(pool, pool.run(nap, 0.0, str(tmp_path / "done")))
            assert pool.waiting == 2
            before = (await long)["worker"]
            await following
            assert (await pool.run(nap, 0.0))["worker"] == before
        assert not (tmp_path / "done").exists()

    asyncio.run(story())


def test_a_task_that_has_begun_is_left_to_its_worker(tmp_path: Path) -> None:
    async def story() -> None:
        async with one_worker() as pool:
            before = (await pool.run(nap, 0.0))["worker"]
            await called_off(pool, pool.run(nap, LONG_S, str(tmp_path / "done")))
            assert pool.waiting == 0
            assert (await pool.run(nap, 0.0))["worker"] == before
        assert (tmp_path / "done").exists()

    asyncio.run(story())


def test_a_job_that_is_called_off_ends_its_worker(tmp_path: Path) -> None:
    async def story() -> None:
        async with one_worker() as pool:
            before = (await pool.run(nap, 0.0))["worker"]
            await called_off(pool, pool.run(nap, 60.0, str(tmp_path / "done"), is_behind=True))
            assert (await pool.run(nap, 0.0))["worker"] != before
        assert not (tmp_path / "done").exists()

    asyncio.run(story())


def request_of_a_client(gone_after_s: float) -> Request:
    """A request whose client goes away after some time."""

    async def receive() -> dict[str, str]:
        await asyncio.sleep(gone_after_s)
        return {"type": "http.disconnect"}

    return Request({"type": "http", "headers": []}, receive)


def test_work_is_called_off_when_the_client_goes_away() -> None:
    ended = []

    async def work() -> str:
        try:
            await asyncio.sleep(LONG_S)
        finally:
            ended.append(True)
        return "done"

    async def story() -> None:
        assert await while_connected(request_of_a_client(60.0), work()) == "done"
        began = time.monotonic()
        with pytest.raises(ProblemError, match="closed the connection"):
            await while_connected(request_of_a_client(0.1), work())
        await asyncio.sleep(0)
        assert time.monotonic() - began < LONG_S and len(ended) == 2

    asyncio.run(story())
