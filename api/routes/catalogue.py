"""Printers, mixes, regions and methods, and what runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated

import anyio.to_thread
import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.describe import answer, problems
from api.models import CatalogueItem, CatalogueList, Version
from api.problems import ProblemError
from estimator import __version__

router = APIRouter(tags=["catalogue"])

NOUNS = ("printers", "mixes", "regions", "methods")

Name = Annotated[str, Path(max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@/-]*$", examples=["cobod-bod2"])]


@cache
def list_bytes(noun: str) -> bytes:
    """All of a kind, as JSON.

    Parameters
    ----------
    noun : str

    Returns
    -------
    bytes
    """
    from estimator.report.catalogue import list_object

    return orjson.dumps({"items": list_object(noun)[noun]})


def show_bytes(noun: str, name: str) -> bytes:
    """One of a kind, as JSON.

    Parameters
    ----------
    noun : str
    name : str
        Id; never a path.

    Returns
    -------
    bytes

    Raises
    ------
    ProblemError
        There is none.
    """
    from estimator.report.catalogue import load, show_object

    known = {str(item["id"]) for item in orjson.loads(list_bytes(noun))["items"]}
    if name not in known:
        raise ProblemError("not-found", f"there is no {noun[:-1]} {name}; GET /v1/{noun} lists them")
    return orjson.dumps(show_object(noun, load(noun, name)), default=str)


def _add(noun: str) -> None:
    singular = "mix" if noun == "mixes" else noun[:-1]
    example = {"printers": "cobod-bod2", "mixes": "bagged-mortar", "regions": "usa", "methods": "timber-frame"}[noun]

    async def everything(request: Request) -> Response:
        return Response(list_bytes(noun), media_type="application/json", headers={"cache-control": "max-age=300"})

    async def one(request: Request, id: str) -> Response:
        content = await anyio.to_thread.run_sync(show_bytes, noun, id)
        return Response(content, media_type="application/json", headers={"cache-control": "max-age=300"})

    everything.__doc__, one.__doc__ = f"All {noun}.", f"A {singular} with every number, range and source."
    one.__annotations__["id"] = Annotated[
        str, Path(max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$", examples=[example])
    ]
    routes: tuple[tuple[str, str, Callable[..., object], dict[int | str, dict[str, object]]], ...] = (
        (f"/v1/{noun}", f"list_{noun}", everything, {200: answer(f"All {noun}", CatalogueList), **problems()}),
        (f"/v1/{noun}/{{id}}", f"get_{singular}", one,
         {200: answer(f"The {singular}", CatalogueItem), **problems("not-found", "invalid")}),
    )  # fmt: skip
    for path, operation, function, responses in routes:
        router.get(path, operation_id=operation, response_class=Response, responses=responses)(function)


for _noun in NOUNS:
    _add(_noun)


@router.get("/version", operation_id="get_version", response_class=Response,
            responses={200: answer("What runs", Version), **problems()})  # fmt: skip
async def get_version(request: Request) -> Response:
    """Version of the program and of the estimate document."""
    found = {"version": __version__, "schema": "printhouse-estimate/1"}
    return Response(orjson.dumps(found), media_type="application/json")


@router.get("/healthz", operation_id="get_health", response_class=Response,
            responses={200: {"description": "It runs", "content": {"text/plain": {"schema": {"type": "string"}}}},
                       **problems()})  # fmt: skip
async def get_health(request: Request) -> Response:
    """Whether the process answers."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz", operation_id="get_readiness", response_class=Response,
            responses={200: {"description": "It can work", "content": {"text/plain": {"schema": {"type": "string"}}}},
                       **problems("busy")})  # fmt: skip
async def get_readiness(request: Request) -> Response:
    """Whether the database answers and the queue has room."""
    service = request.app.state.service
    if not await anyio.to_thread.run_sync(service.store.is_well):
        raise ProblemError("busy", "the database does not answer", headers={"retry-after": "5"})
    if service.pool.waiting >= service.settings.queue_max:
        raise ProblemError("busy", "the queue is full", headers={"retry-after": "2"})
    return Response("ready\n", media_type="text/plain")
