"""The page, its files, and the examples it offers."""

from __future__ import annotations

import pathlib
from importlib import resources
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles

from api.describe import answer, problems
from api.models import ExampleList
from api.problems import ProblemError

router = APIRouter(include_in_schema=False)
described = APIRouter(tags=["catalogue"])

PAGE = resources.files("api").joinpath("page")


def example_files() -> dict[str, pathlib.Path]:
    """Plans that come with the program, by name: beside the page once installed, in the repository before."""
    here = pathlib.Path(str(PAGE))
    folder = next((f for f in (here / "examples", here.parents[1] / "examples") if f.is_dir()), here)
    return {file.stem: file for file in sorted(folder.glob("*.json"))}


def static_files() -> StaticFiles:
    """The files of the page."""
    return StaticFiles(directory=str(PAGE))


@router.get("/")
async def index(request: Request) -> Response:
    """The page."""
    return Response(PAGE.joinpath("index.html").read_bytes(), media_type="text/html")


@router.get("/favicon.ico")
async def icon(request: Request) -> Response:
    """The icon of the page."""
    return Response(PAGE.joinpath("icon.svg").read_bytes(), media_type="image/svg+xml")


@described.get(
    "/v1/examples", operation_id="list_examples", response_class=Response,
    responses={200: answer("All examples", ExampleList), **problems()},
)  # fmt: skip
async def examples(request: Request) -> Response:
    """Plans to try it with."""
    import orjson

    items = []
    for id, file in example_files().items():
        items.append({"id": id, "name": orjson.loads(file.read_bytes())["name"], "url": f"/v1/examples/{id}"})
    return Response(orjson.dumps({"items": items}), media_type="application/json")


@described.get(
    "/v1/examples/{id}", operation_id="get_example", response_class=Response,
    responses={200: {"description": "The plan in the project's own format",
                     "content": {"application/json": {"schema": {"type": "object"}}}},
               **problems("not-found", "invalid")},
)  # fmt: skip
async def example(
    request: Request,
    id: Annotated[str, Path(max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", examples=["rectangular-72"])],
) -> Response:
    """One of them."""
    known = example_files()
    if id not in known:
        raise ProblemError("not-found", f"there is no example {id}; GET /v1/examples lists them")
    return Response(known[id].read_bytes(), media_type="application/json")
