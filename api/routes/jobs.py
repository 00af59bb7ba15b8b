"""Jobs: how far they are, and cancelling them."""

from __future__ import annotations

from typing import Annotated, Any

import anyio.to_thread
import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.describe import answer, problems
from api.models import JobResource
from api.problems import ProblemError
from api.store import Job

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])]


def job_object(job: Job) -> dict[str, Any]:
    """A job as it is answered.

    Parameters
    ----------
    job : Job

    Returns
    -------
    dict
    """
    return {
        "id": job.id, "kind": job.kind, "state": job.state, "progress": round(job.progress, 4),
        "created_at": job.created_at, "result": job.result, "problem": job.problem,
    }  # fmt: skip


def accepted(job: Job) -> Response:
    """The answer to a request that became a job.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Response
        202.
    """
    headers = {"location": f"/v1/jobs/{job.id}", "preference-applied": "respond-async"}
    return Response(orjson.dumps(job_object(job)), 202, headers, media_type="application/json")


@router.get(
    "/{id}", operation_id="get_job", response_class=Response,
    responses={200: answer("The job", JobResource), **problems("not-found", "invalid")},
)  # fmt: skip
async def get_job(request: Request, id: Id) -> Response:
    """State, progress and result of a job."""
    job = await anyio.to_thread.run_sync(request.app.state.service.store.job, id)
    if job is None:
        raise ProblemError("not-found", f"there is no job {id}")
    return Response(orjson.dumps(job_object(job)), media_type="application/json", headers={"cache-control": "no-store"})


@router.delete(
    "/{id}", operation_id="cancel_job", status_code=204, response_class=Response,
    responses={204: {"description": "Cancelled"}, **problems("not-found", "state", "invalid")},
)  # fmt: skip
async def cancel_job(request: Request, id: Id) -> Response:
    """Cancel a job that is not finished."""
    await request.app.state.service.cancel(id)
    return Response(status_code=204)
