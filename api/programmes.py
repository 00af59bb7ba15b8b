"""Programmes over HTTP: one task of the pool, which tells how far it is through a file."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import long_tasks
from api.problems import ProblemError

if TYPE_CHECKING:
    from api.pool import Pool

EVERY_S = 0.5
"""How often progress is looked for. [s]"""

MOST_HOUSES = 100_000
"""Of one programme."""

FILES: Mapping[str, str] = {"events.csv": "text/csv", "teams.svg": "image/svg+xml", "use.svg": "image/svg+xml"}
"""Media type of each file beside the document."""


def refuse_programme(request: Mapping[str, Any]) -> None:
    """Refuse a programme that says what it may not.

    Parameters
    ----------
    request : mapping
        Of :class:`api.models.ProgrammeRequest`.

    Raises
    ------
    ProblemError
    """
    from estimator.errors import EstimatorError
    from estimator.programme import programme_of

    try:
        asked = programme_of(request["programme"])
    except EstimatorError as error:
        raise ProblemError("usage", str(error)) from None
    houses = asked.houses
    if request.get("by") and date.fromisoformat(request["by"]) < asked.start:
        raise ProblemError("usage", f"by is {request['by']}, before the start on {asked.start}; give a later day")
    if houses > MOST_HOUSES:
        raise ProblemError(
            "limit", f"{houses} houses are more than {MOST_HOUSES}; work larger ones out with printhouse programme"
        )


async def programme(
    pool: Pool, request: Mapping[str, Any], advance: Callable[[float], Awaitable[None]]
) -> dict[str, bytes]:
    """Work out a programme.

    Parameters
    ----------
    pool : Pool
    request : mapping
        Of :class:`api.models.ProgrammeRequest`.
    advance : callable
        Told what share is done.

    Returns
    -------
    dict of str to bytes
        ``programme.json`` and :data:`FILES`.
    """
    with tempfile.TemporaryDirectory(prefix="printhouse-") as folder:
        told = Path(folder) / "share"
        watching = asyncio.create_task(_watch(told, advance))
        try:
            found = await pool.run(long_tasks.programme_task, request, str(told), is_behind=True, is_long=True)
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
    files: dict[str, bytes] = found["files"]
    return files


async def _watch(told: Path, advance: Callable[[float], Awaitable[None]]) -> None:
    last = ""
    while True:
        await asyncio.sleep(EVERY_S)
        text = await asyncio.to_thread(lambda: told.read_text(encoding="ascii") if told.exists() else "")
        if text and text != last:
            last = text
            await advance(float(text))
