"""The page, its files, and the examples it offers."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles

from api.problems import ProblemError

router = APIRouter(include_in_schema=False)

PAGE = resources.files("api").joinpath("page")


def example_files() -> dict[str, Path]:
    """Plans that come with the program, by name: beside the page once installed, in the repository before."""
    here = Path(str(PAGE))
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


@router.get("/v1/examples")
async def examples(request: Request) -> Response:
    """Plans to try it with."""
    import orjson

    items = []
    for id, file in example_files().items():
        items.append({"id": id, "name": orjson.loads(file.read_bytes())["name"], "url": f"/v1/examples/{id}"})
    return Response(orjson.dumps({"items": items}), media_type="application/json")


@router.get("/v1/examples/{id}")
async def example(request: Request, id: str) -> Response:
    """One of them."""
    known = example_files()
    if id not in known:
        raise ProblemError("not-found", f"there is no example {id}; GET /v1/examples lists them")
    return Response(known[id].read_bytes(), media_type="application/json")
