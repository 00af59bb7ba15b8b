"""Errors as ``application/problem+json`` (RFC 9457), with stable types and pointers into the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

MEDIA_TYPE = "application/problem+json"

TITLES: Mapping[str, tuple[int, str]] = {
    "request": (400, "The request cannot be read"),
    "key": (401, "A key is needed"),
    "not-found": (404, "There is nothing of that name"),
    "method": (405, "That cannot be done here"),
    "not-acceptable": (406, "That representation does not exist"),
    "slow": (408, "The request took too long to arrive"),
    "state": (409, "The job is in another state"),
    "too-large": (413, "The request is too large"),
    "media-type": (415, "The content is of another type"),
    "invalid": (422, "The request is not valid"),
    "plan": (422, "The plan is not valid"),
    "usage": (422, "The options do not fit"),
    "not-printable": (422, "The plan cannot be printed like that"),
    "limit": (422, "The plan takes more time or memory than there is"),
    "interrupted": (500, "The job was interrupted"),
    "closed": (499, "The client went away"),
    "internal": (500, "The service failed"),
    "busy": (503, "The service is busy"),
}
"""Status and title of every type of problem."""


class ProblemError(Exception):
    """A problem on its way to the client.

    Attributes
    ----------
    code : str
        Key of :data:`TITLES`.
    detail : str
    findings : list of dict
        code, severity, where, pointer, message.
    headers : dict of str to str
    """

    def __init__(
        self,
        code: str,
        detail: str,
        findings: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.findings = [dict(f) for f in findings]
        self.headers = dict(headers or {})


def problem_object(error: ProblemError, instance: str = "") -> dict[str, Any]:
    """A problem as an object.

    Parameters
    ----------
    error : ProblemError
    instance : str
        Id of the request.

    Returns
    -------
    dict
    """
    status, title = TITLES[error.code]
    return {
        "type": f"/problems/{error.code}", "title": title, "status": status, "detail": error.detail,
        "instance": instance, "findings": error.findings,
    }  # fmt: skip


def problem_response(error: ProblemError, instance: str = "") -> Response:
    """A problem as a response.

    Parameters
    ----------
    error : ProblemError
    instance : str
        Id of the request.

    Returns
    -------
    Response
    """
    return Response(
        orjson.dumps(problem_object(error, instance)), TITLES[error.code][0], error.headers, media_type=MEDIA_TYPE
    )


def pointer_of(parts: Sequence[str | int]) -> str:
    """JSON pointer (RFC 6901) of steps into a document.

    Parameters
    ----------
    parts : sequence of str or int

    Returns
    -------
    str
    """
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in parts)


def validation_problem(errors: Sequence[Mapping[str, Any]], skip: int = 0) -> ProblemError:
    """Mistakes that pydantic found as a problem.

    Parameters
    ----------
    errors : sequence of mapping
        Of ``ValidationError.errors()``.
    skip : int
        Steps of each location that are no part of the document.

    Returns
    -------
    ProblemError
    """
    findings = []
    for e in errors[:50]:
        pointer = pointer_of(e["loc"][skip:])
        findings.append(
            {
                "code": str(e["type"]),
                "severity": "error",
                "where": pointer,
                "pointer": pointer,
                "message": str(e["msg"]),
            }
        )
    first = findings[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return ProblemError("invalid", f"{first['pointer'] or 'the request'}: {first['message']}{more}", findings)


def _instance(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


async def on_problem(request: Request, error: Exception) -> Response:
    """Answer a :class:`ProblemError`."""
    assert isinstance(error, ProblemError)
    return problem_response(error, _instance(request))


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answer what FastAPI found wrong with path, query or headers."""
    assert isinstance(error, RequestValidationError)
    return problem_response(validation_problem(error.errors(), skip=1), _instance(request))


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the router found wrong."""
    assert isinstance(error, HTTPException)
    code = {404: "not-found", 405: "method", 413: "too-large", 415: "media-type", 406: "not-acceptable"}.get(
        error.status_code, "request" if error.status_code < 500 else "internal"
    )
    detail = f"{request.method} {request.url.path}: {error.detail}"
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if code == "method":
        headers["allow"] = ", ".join(allowed(request))
    return problem_response(ProblemError(code, detail, headers=headers), _instance(request))


def allowed(request: Request) -> list[str]:
    """Methods that the path of a request knows, of all its routes.

    Parameters
    ----------
    request : Request

    Returns
    -------
    list of str
    """
    found: set[str] = set()
    for path, operations in request.app.openapi()["paths"].items():
        if compile_path(path)[0].match(request.url.path):
            found |= {method.upper() for method in operations}
    return sorted(found) or ["GET"]


async def on_failure(request: Request, error: Exception) -> Response:
    """Answer a fault of the program itself, without a word of its inside."""
    return problem_response(ProblemError("internal", "this is a fault of printhouse, and logged"), _instance(request))
