"""Comparisons of printers, and checks of plans."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api import worker
from api.describe import answer, body, problems
from api.models import CheckResult, ComparisonRequest, EstimateRequest, JobResource
from api.problems import ProblemError
from api.requests import (
    INLINE,
    Submission,
    content_type,
    given,
    json_body,
    plan_bytes,
    submission,
    uploaded,
    validated,
    while_connected,
)
from api.routes.estimates import service_of
from api.routes.jobs import accepted

router = APIRouter(prefix="/v1", tags=["comparisons"])

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])]
DOCUMENT = {"content": {"application/json": {"schema": {"type": "object"}}}}


@router.post(
    "/comparisons", operation_id="create_comparison", response_class=Response,
    responses={
        200: {"description": "The comparison (docs/document.md)", **DOCUMENT}, 202: answer("A job", JobResource),
        **problems("not-found", "too-large", "media-type", "plan", "busy"),
    },
    openapi_extra=body(("application/json", ComparisonRequest), upload=True),
)  # fmt: skip
async def create_comparison(request: Request) -> Response:
    """Compare printers for a plan, or for the plan of an estimate."""
    from printers import printer_ids

    service, known = service_of(request), printer_ids()
    sent, named = await _to_compare(request)
    unknown = [p for p in named or () if p not in known]
    if unknown:
        raise ProblemError("usage", f"there is no printer {unknown[0]}; GET /v1/printers lists them")
    printers = list(named or known)
    options = {k: v for k, v in sent.options.items() if k != "printer"}
    if "respond-async" in request.headers.get("prefer", "").lower():
        job = await service.begin(
            "comparison",
            {"plan": sent.data.decode("latin-1"), "name": sent.name, "options": options, "printers": printers},
        )
        return accepted(job)
    id, document = await while_connected(request, service.compare(sent.data, sent.name, printers, options))
    headers = {"content-location": f"/v1/comparisons/{id}", "etag": f'"{id}"'}
    return Response(document, 200, headers, media_type="application/json")


async def _to_compare(request: Request) -> tuple[Submission, list[str] | None]:
    """Plan, options and printers of a request: in its body, of an estimate, or uploaded."""
    if content_type(request) == "multipart/form-data":
        return await uploaded(request)
    sent = validated(ComparisonRequest, await json_body(request))
    if (sent.plan is None) == (sent.estimate is None):
        raise ProblemError("invalid", "give either plan or estimate")
    if sent.plan is not None:
        data = plan_bytes(sent.plan)
    else:
        data = (await service_of(request).found(str(sent.estimate))).plan
    return Submission(data, INLINE, given(sent.options)), sent.printers


@router.get(
    "/comparisons/{id}", operation_id="get_comparison", response_class=Response,
    responses={200: {"description": "The comparison", **DOCUMENT}, **problems("not-found", "invalid")},
)  # fmt: skip
async def get_comparison(request: Request, id: Id) -> Response:
    """A comparison that was made."""
    document = await anyio.to_thread.run_sync(service_of(request).store.comparison, id)
    if document is None:
        raise ProblemError("not-found", f"there is no comparison {id}")
    return Response(document, 200, {"etag": f'"{id}"'}, media_type="application/json")


@router.post(
    "/checks", operation_id="create_check", response_class=Response,
    responses={200: answer("What was understood", CheckResult), **problems("too-large", "media-type", "plan", "busy")},
    openapi_extra=body(("application/json", EstimateRequest), upload=True),
)  # fmt: skip
async def create_check(request: Request) -> Response:
    """What is understood of a plan, what is wrong with it, and its drawing."""
    sent = await submission(request)
    pool = service_of(request).pool
    found = await while_connected(request, pool.run(worker.check_task, sent.data, sent.name, sent.options))
    return Response(found["body"], media_type="application/json")
