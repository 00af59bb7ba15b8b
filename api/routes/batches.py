"""Batches: many plans on every combination of options, always as a job."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

import anyio.to_thread
import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.batches import TABLES, combinations_of, plans_of, refuse_too_much, table_of
from api.describe import answer, body, problems
from api.models import BatchRequest, BatchResource, JobResource
from api.problems import ProblemError
from api.requests import json_body, refuse_few, validated
from api.routes.estimates import service_of
from api.routes.jobs import accepted

router = APIRouter(prefix="/v1/batches", tags=["batches"])

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])]
Suffix = Annotated[Literal["csv", "jsonl", "parquet"], Path(examples=["csv"])]
FILES: dict[str, Any] = {media: {"schema": {"type": "string"}} for media in TABLES.values()}


@router.post(
    "", operation_id="create_batch", status_code=202, response_class=Response,
    responses={202: answer("A job", JobResource), **problems("too-large", "media-type", "invalid", "busy")},
    openapi_extra=body(("application/json", BatchRequest)),
)  # fmt: skip
async def create_batch(request: Request) -> Response:
    """Start a batch: its plans, or the footprints of a map, on every combination of its options."""
    found = validated(BatchRequest, await json_body(request))
    refuse_few(found.options.samples)
    sent = found.model_dump(exclude_defaults=True, exclude_none=True)
    asked = combinations_of(sent.get("options") or {})
    refuse_too_much(len(await asyncio.to_thread(plans_of, sent)), asked)
    return accepted(await service_of(request).begin("batch", sent))


@router.get(
    "/{id}.{suffix}", operation_id="get_batch_table", response_class=Response,
    responses={200: {"description": "The table (docs/batch.md)", "content": FILES}, **problems("not-found", "invalid")},
)  # fmt: skip
async def get_batch_table(request: Request, id: Id, suffix: Suffix) -> Response:
    """The table of a batch as a file."""
    rows = await _file(request, id, "rows.jsonl")
    content = await anyio.to_thread.run_sync(table_of, rows, suffix)
    headers = {"content-disposition": f'attachment; filename="batch.{suffix}"'}
    return Response(content, 200, headers, media_type=TABLES[suffix])


@router.get(
    "/{id}", operation_id="get_batch", response_class=Response,
    responses={200: answer("What came out", BatchResource), **problems("not-found", "invalid")},
)  # fmt: skip
async def get_batch(request: Request, id: Id) -> Response:
    """Summary of a batch, and where its table is."""
    found = orjson.loads(await _file(request, id, "summary.json"))
    links = {suffix: f"/v1/batches/{id}.{suffix}" for suffix in TABLES}
    return Response(orjson.dumps({"id": id, **found, "links": links}), 200, media_type="application/json")


async def _file(request: Request, id: str, name: str) -> bytes:
    store = service_of(request).store
    found = await anyio.to_thread.run_sync(store.result_file, id, "batch", name)
    if found is None:
        raise ProblemError("not-found", f"there is no batch {id}")
    return found
