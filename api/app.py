"""The application: routes, errors, the page, and its description."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api import models
from api.describe import REF
from api.gate import Gate
from api.problems import ProblemError, on_failure, on_http, on_invalid, on_problem
from api.routes import batches, catalogue, comparisons, estimates, jobs, page, programmes
from api.service import Service
from api.settings import Settings
from estimator import __version__

DESCRIBED = (
    models.EstimateRequest, models.VariantRequest, models.ComparisonRequest, models.UploadOptions,
    models.EstimateResource, models.EstimateList, models.JobResource, models.BatchRequest, models.BatchResource,
    models.ProgrammeRequest, models.ProgrammeResource,
    models.CatalogueList, models.CatalogueItem, models.CheckResult, models.Version, models.Problem,
)  # fmt: skip
"""Models that the description holds."""


class App(FastAPI):
    """An application that describes itself by :func:`described`."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI description."""
        return described(self)


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    FastAPI
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        service = Service(settings)
        app.state.service = service
        await service.open()
        try:
            yield
        finally:
            await service.close()

    middleware = [Middleware(Gate, settings=settings), Middleware(GZipMiddleware, minimum_size=2000, compresslevel=1)]
    if settings.cors_origins:
        middleware.insert(
            1, Middleware(CORSMiddleware, allow_origins=list(settings.cors_origins), allow_methods=["*"],
                          allow_headers=["*"], expose_headers=["location", "etag", "x-request-id"]),
        )  # fmt: skip
    app = App(
        title="printhouse", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json",
        summary="Print time, material, structure and cost of 3D-printed houses.", lifespan=life, middleware=middleware,
    )  # fmt: skip
    app.add_exception_handler(ProblemError, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_failure)
    for part in (estimates, comparisons, batches, programmes, jobs, catalogue):
        app.include_router(part.router)
    app.include_router(page.described)
    app.include_router(page.router)
    app.mount("/static", page.static_files())
    return app


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description, with the models that routes only name.

    Parameters
    ----------
    app : FastAPI

    Returns
    -------
    dict
    """
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes, openapi_version="3.1.0"
        )
        _, schemas = models_json_schema(
            [(m, "validation") for m in DESCRIBED], ref_template=REF + "{model}", by_alias=True
        )
        components = found.setdefault("components", {}).setdefault("schemas", {})
        components.update(schemas["$defs"])
        for path in found["paths"].values():  # FastAPI's own form of 422 is never answered
            for operation in path.values():
                answered = operation.get("responses", {}).get("422", {}).get("content", {})
                answered.pop("application/json", None)
        for name in ("HTTPValidationError", "ValidationError"):
            components.pop(name, None)
        app.openapi_schema = found
    return app.openapi_schema
