"""What a request says: the plan, its name and its options, from JSON or from an upload."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from api.models import EstimateRequest, Options, UploadOptions
from api.problems import ProblemError, validation_problem

INLINE = "plan.json"
"""What a plan in the body is called."""

R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Submission:
    """A plan that was sent.

    Attributes
    ----------
    data : bytes
        Plan file.
    name : str
        Of the file, without folders.
    options : dict
        Those that were given.
    """

    data: bytes
    name: str
    options: dict[str, Any]


def content_type(request: Request) -> str:
    """Media type of a request, without its parameters.

    Parameters
    ----------
    request : Request

    Returns
    -------
    str
    """
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def json_body(request: Request) -> Any:
    """Body of a request that has to be JSON.

    Parameters
    ----------
    request : Request

    Returns
    -------
    any

    Raises
    ------
    ProblemError
        It is of another type, or no JSON.
    """
    if content_type(request) != "application/json":
        raise ProblemError("media-type", f"the content is {content_type(request) or 'unnamed'}; send application/json")
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise ProblemError("request", f"the body is no JSON: {error}") from None


def validated(model: type[M], data: Any) -> M:
    """Data as a model.

    Parameters
    ----------
    model : type
    data : any

    Returns
    -------
    model

    Raises
    ------
    ProblemError
        It does not fit; with a pointer for each mistake.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise validation_problem(error.errors(include_url=False, include_context=False, include_input=False)) from None


def given(options: Options) -> dict[str, Any]:
    """Options that were given, as plain values.

    Parameters
    ----------
    options : Options

    Returns
    -------
    dict

    Raises
    ------
    ProblemError
        There are fewer draws than ranges need.
    """
    refuse_few(options.samples)
    return {k: v for k, v in options.model_dump(exclude_defaults=True).items() if v is not None}


def refuse_few(samples: int) -> None:
    """Refuse fewer draws than ranges need.

    Parameters
    ----------
    samples : int

    Raises
    ------
    ProblemError
    """
    if 0 < samples < 100:
        pointer = "/options/samples"
        raise ProblemError(
            "invalid", f"{pointer}: is {samples}; give 0, or 100 and more",
            [{"code": "samples", "severity": "error", "where": pointer, "pointer": pointer,
              "message": "give 0, or 100 and more"}],
        )  # fmt: skip


async def while_connected(request: Request, work: Coroutine[Any, Any, R]) -> R:
    """Result of some work, which is called off where the client goes away first.

    Parameters
    ----------
    request : Request
        Whose body has been read.
    work : coroutine

    Returns
    -------
    any

    Raises
    ------
    ProblemError
        The client went away; nobody but the log gets to know.
    """
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    working.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen, also where it is too late
    try:
        await asyncio.wait((working, gone), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ProblemError("closed", "the client closed the connection before there was an answer")
        return working.result()
    finally:
        gone.cancel()
        working.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def submission(request: Request) -> Submission:
    """The plan of a request, inline or uploaded.

    Parameters
    ----------
    request : Request

    Returns
    -------
    Submission

    Raises
    ------
    ProblemError
        It is neither JSON nor a form, or does not hold what it should.
    """
    if content_type(request) == "multipart/form-data":
        sent, printers = await uploaded(request)
        if printers is not None:
            raise ProblemError("invalid", "/printers: is of comparisons; send printer")
        return sent
    body = validated(EstimateRequest, await json_body(request))
    return Submission(plan_bytes(body.plan), INLINE, given(body.options))


def plan_bytes(plan: Mapping[str, Any]) -> bytes:
    """An inline plan as the file it would be, the same for the same plan.

    Parameters
    ----------
    plan : mapping

    Returns
    -------
    bytes
    """
    return orjson.dumps(plan, option=orjson.OPT_SORT_KEYS)


async def uploaded(request: Request) -> tuple[Submission, list[str] | None]:
    """The plan file of a form, with its options and printers.

    Parameters
    ----------
    request : Request

    Returns
    -------
    Submission
    list of str or None
        Printers to compare, where the form names some.

    Raises
    ------
    ProblemError
        The form cannot be read, or holds what it should not.
    """
    try:
        form = await request.form(max_files=1, max_fields=40)
    except (MultiPartException, HTTPException) as error:
        detail = getattr(error, "detail", None) or getattr(error, "message", "")
        raise ProblemError("request", f"the form cannot be read: {detail}") from None
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise ProblemError("invalid", "/file: is missing; send a plan file under this name")
        fields = [(key, value) for key, value in form.multi_items() if key != "file"]
        texts = {key: value for key, value in fields if isinstance(value, str)}
        if len(texts) != len(fields):
            raise ProblemError("invalid", "one field stands in the form twice, or is a file; send each once")
        options = _json_of(texts.pop("options", "{}"))
        if not isinstance(options, dict):
            raise ProblemError("invalid", "/options: is no object")
        named = texts.pop("printers", None)
        printers = None if named is None else [p.strip() for p in named.split(",") if p.strip()]
        options |= {key: _plain(value) for key, value in texts.items()}
        name = (file.filename or "plan").replace("\\", "/").rpartition("/")[2][:120] or "plan"
        plain = "".join(c if c.isprintable() else "_" for c in name)
        return Submission(await file.read(), plain, given(validated(UploadOptions, options))), printers
    finally:
        await form.close()


def _json_of(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ProblemError("invalid", f"/options: is no JSON: {error}") from None


def _plain(text: str) -> Any:
    """A field of a form: number, truth, list or object as JSON has them, or text."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
