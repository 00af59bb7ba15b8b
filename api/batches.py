"""Batches over HTTP: plans of a request on every combination of its options, a task of the pool each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from api import long_tasks
from api.problems import ProblemError
from api.told import for_http

if TYPE_CHECKING:
    from api.pool import Pool
    from estimator.batch.plans import BatchPlan
    from estimator.batch.rows import Combinations, Row

Object = dict[str, Any]

MOST_PLANS = 10_000
"""Of one batch."""

MOST_ROWS = 50_000
"""Of one batch."""

EVERY_S = 0.5
"""How often progress is noted. [s]"""

TABLES: Mapping[str, str] = {
    "csv": "text/csv", "jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet",
}  # fmt: skip
"""Media type of each form of the table, by suffix."""


def combinations_of(options: Mapping[str, Any]) -> Combinations:
    """What every plan of a request is worked out for.

    Parameters
    ----------
    options : mapping
        Of :class:`api.models.BatchOptions`.

    Returns
    -------
    Combinations

    Raises
    ------
    ProblemError
        A name is not known.
    """
    from estimator.batch.rows import Combinations, combined, refuse_wrong
    from estimator.errors import UsageError
    from materials import TableError
    from printers import ProfileError

    o = options
    asked = Combinations(
        tuple(o.get("printers", ())) or ("",), tuple(o.get("mixes", ())) or ("",),
        tuple(o.get("wall_systems", ())) or ("",), tuple(o.get("regions", ())) or ("",), tuple(o.get("methods", ())),
        tuple(f"{key}={value}" for key, value in o.get("settings", {}).items()), o.get("samples", 0), o.get("seed", 1),
        bool(o.get("force")),
    )  # fmt: skip
    asked = combined(asked)
    try:
        refuse_wrong(asked)
    except (UsageError, ProfileError, TableError) as error:
        raise ProblemError("usage", for_http(str(error))) from None
    return asked


def plans_of(request: Mapping[str, Any]) -> list[BatchPlan]:
    """The plans of a request, inline and footprints of its map.

    Parameters
    ----------
    request : mapping
        Of :class:`api.models.BatchRequest`.

    Returns
    -------
    list of BatchPlan

    Raises
    ------
    ProblemError
        There are none, or too many.
    """
    from estimator.batch.footprints import outlines
    from estimator.batch.plans import BatchPlan
    from estimator.batch.source import Place, Source

    found: list[BatchPlan] = []
    for number, sent in enumerate(request.get("plans") or (), 1):
        place = Place(
            sent.get("site", ""), sent.get("latitude"), sent.get("longitude"), sent.get("count", 1)
        )  # fmt: skip
        content = orjson.dumps(sent["plan"], option=orjson.OPT_SORT_KEYS)
        found.append(BatchPlan(sent.get("id") or str(number), Source("plan.json", content), {}, (), place))
    footprints = request.get("footprints")
    if footprints is not None:
        features = _features(footprints)
        for id, source, place in outlines(features, footprints.get("crs"), "footprints"):
            found.append(BatchPlan(id.removeprefix("footprints#"), source, {}, (), place))
    if not found:
        raise ProblemError("invalid", "there is no plan; send plans, or footprints as a GeoJSON FeatureCollection")
    if len(found) > MOST_PLANS:
        raise ProblemError("limit", f"{len(found)} plans are more than {MOST_PLANS}; send several batches")
    return found


def _features(footprints: Mapping[str, Any]) -> list[Object]:
    features = footprints.get("features")
    return [f if isinstance(f, dict) else {} for f in features] if isinstance(features, list) else []


def refuse_too_much(plans: int, asked: Combinations) -> None:
    """Refuse a batch of too many rows.

    Parameters
    ----------
    plans : int
    asked : Combinations

    Raises
    ------
    ProblemError
    """
    rows = plans * max(len(asked.method), 1)
    for choices in (asked.printer, asked.mix, asked.wall_system, asked.region):
        rows *= len(choices)
    if rows > MOST_ROWS:
        raise ProblemError("limit", f"{rows} rows are more than {MOST_ROWS}; send fewer plans or choices at a time")


async def batch(
    pool: Pool, request: Mapping[str, Any], advance: Callable[[float], Awaitable[None]]
) -> dict[str, bytes]:
    """Work out a batch.

    Parameters
    ----------
    pool : Pool
    request : mapping
        Of :class:`api.models.BatchRequest`.
    advance : callable
        Told what share is done.

    Returns
    -------
    dict of str to bytes
        ``summary.json`` and ``rows.jsonl``.
    """
    from estimator.batch.run import asked_of
    from estimator.batch.summary import Summary

    combinations = combinations_of(request.get("options") or {})
    plans = await asyncio.to_thread(plans_of, request)
    asked = [asked_of(plan, combinations) for plan in plans]
    tasks = {key: task for key, task, _ in asked}
    rows: dict[bytes, list[Row]] = {}
    told, left = time.monotonic(), iter(tasks.items())

    async def work() -> None:
        nonlocal told
        for key, task in left:
            rows[key] = await _rows(pool, task)
            if time.monotonic() - told > EVERY_S:
                told = time.monotonic()
                await advance(len(rows) / len(tasks))

    async with asyncio.TaskGroup() as group:
        for _ in range(pool.size):
            group.create_task(work())
    summary, lines = Summary(different=len(tasks)), []
    for key, _, head in asked:
        whole = [head | row for row in rows[key]]
        summary.count(whole)
        lines += whole
    told_of = {
        "plans": summary.plans, "different": summary.different, "rows": summary.rows, "invalid": summary.invalid,
        "tallies": [
            {"printer": printer, "region": region, **asdict(tally)}
            for (printer, region), tally in sorted(summary.tallies.items())
        ],
    }  # fmt: skip
    body = b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
    return {"summary.json": orjson.dumps(told_of), "rows.jsonl": body}


async def _rows(pool: Pool, task: bytes) -> list[Row]:
    try:
        found = await pool.run(long_tasks.batch_task, task, is_behind=True)
    except ProblemError as error:
        return [{"state": "invalid", "code": error.code, "message": error.detail}]
    rows: list[Row] = found["rows"]
    return rows


def table_of(rows: bytes, suffix: str) -> bytes:
    """The table of a batch.

    Parameters
    ----------
    rows : bytes
        JSON Lines, as :func:`batch` gives them.
    suffix : str
        Of :data:`TABLES`.

    Returns
    -------
    bytes
    """
    from estimator.batch.table import written

    return b"".join(written(f".{suffix}", map(orjson.loads, rows.splitlines())))
