"""Programmes: many houses, teams and crews, always as a job."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

import anyio.to_thread
import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.describe import answer, body, problems
from api.models import JobResource, ProgrammeRequest, ProgrammeResource
from api.problems import ProblemError
from api.programmes import FILES, refuse_programme
from api.requests import json_body, validated
from api.routes.estimates import service_of
from api.routes.jobs import accepted

router = APIRouter(prefix="/v1/programmes", tags=["programmes"])

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])]
Name = Annotated[Literal["events.csv", "teams.svg", "use.svg"], Path(examples=["events.csv"])]
CONTENT: dict[str, Any] = {media: {"schema": {"type": "string"}} for media in FILES.values()}


@router.post(
    "", operation_id="create_programme", status_code=202, response_class=Response,
    responses={202: answer("A job", JobResource), **problems("too-large", "media-type", "usage", "busy")},
    openapi_extra=body(("application/json", ProgrammeRequest)),
)  # fmt: skip
async def create_programme(request: Request) -> Response:
    """Start working out a programme."""
    found = validated(ProgrammeRequest, await json_body(request))
    sent = found.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    await asyncio.to_thread(refuse_programme, sent)
    return accepted(await service_of(request).begin("programme", sent))


@router.get(
    "/{id}", operation_id="get_programme", response_class=Response,
    responses={200: answer("What came out", ProgrammeResource), **problems("not-found", "invalid")},
)  # fmt: skip
async def get_programme(request: Request, id: Id) -> Response:
    """What came out of a programme, and where its files are."""
    document = await _file(request, id, "programme.json")
    tail = orjson.dumps({"links": {name.replace(".", "_"): f"/v1/programmes/{id}/{name}" for name in FILES}})
    head = orjson.dumps({"id": id})
    content = b"".join((head[:-1], b',"document":', document, b",", tail[1:]))
    return Response(content, 200, media_type="application/json")


@router.get(
    "/{id}/{name}", operation_id="get_programme_file", response_class=Response,
    responses={200: {"description": "Events or picture (docs/programme.md)", "content": CONTENT},
               **problems("not-found", "invalid")},
)  # fmt: skip
async def get_programme_file(request: Request, id: Id, name: Name) -> Response:
    """Events of the stated run, or a picture of its teams or of the use of all."""
    content = await _file(request, id, name)
    return Response(content, 200, {"content-disposition": f'inline; filename="{name}"'}, media_type=FILES[name])


async def _file(request: Request, id: str, name: str) -> bytes:
    store = service_of(request).store
    found = await anyio.to_thread.run_sync(store.result_file, id, "programme", name)
    if found is None:
        raise ProblemError("not-found", f"there is no programme {id}")
    return found
