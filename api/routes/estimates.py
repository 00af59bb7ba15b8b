"""Estimates: made, found, shown in every representation, varied, listed, deleted."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.describe import answer, body, links_of_estimate, problems
from api.models import EstimateList, EstimateRequest, EstimateResource, JobResource, Options, VariantRequest
from api.problems import ProblemError
from api.requests import INLINE, Submission, given, json_body, submission, validated, while_connected
from api.routes.jobs import accepted
from api.service import REPRESENTATIONS, Service
from api.store import Kept

router = APIRouter(prefix="/v1/estimates", tags=["estimates"])

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])]
View = Annotated[
    Literal["plan", "structure", "layer", "schedule", "tornado"],
    Query(description="What an SVG shows.", examples=["plan"]),
]
LayerNumber = Annotated[int | None, Query(ge=1, le=100_000, description="Layer that is shown.", examples=[1])]
FILES: dict[str, Any] = {
    media: {"schema": {"type": "object" if suffix == "json" else "string"}}
    for media, suffix in REPRESENTATIONS.values()
}


def service_of(request: Request) -> Service:
    """The service that answers.

    Parameters
    ----------
    request : Request

    Returns
    -------
    Service
    """
    found: Service = request.app.state.service
    return found


def links_object(id: str) -> dict[str, str]:
    """Where the representations of an estimate are.

    Parameters
    ----------
    id : str

    Returns
    -------
    dict of str to str
    """
    at = f"/v1/estimates/{id}"
    files = {suffix: f"{at}.{suffix}" for suffix in REPRESENTATIONS}
    return {"self": at, **files, "plan": f"{at}/plan", "beads": f"{at}/beads", "variants": f"{at}/variants"}


def resource(kept: Kept, service: Service) -> bytes:
    """An estimate as it is answered.

    Parameters
    ----------
    kept : Kept
    service : Service

    Returns
    -------
    bytes
        JSON.
    """
    key = f"{kept.id}:resource"
    found = service.cached(key)
    if found is None:
        head = orjson.dumps({"id": kept.id, "created_at": kept.created_at, "options": kept.options})
        tail = orjson.dumps({"links": links_object(kept.id)})
        found = b"".join((head[:-1], b',"document":', kept.document, b",", tail[1:]))
        service.cache(key, found)
    return found


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has it already.

    Parameters
    ----------
    request : Request
    tag : str
        Entity tag.

    Returns
    -------
    bool
    """
    known = [t.strip().removeprefix("W/") for t in request.headers.get("if-none-match", "").split(",")]
    return tag in known or "*" in known


async def _made(request: Request, sent: Submission) -> Response:
    service = service_of(request)
    if "respond-async" in request.headers.get("prefer", "").lower():
        job = await service.begin(
            "estimate", {"plan": sent.data.decode("latin-1"), "name": sent.name, "options": sent.options}
        )
        return accepted(job)
    kept, is_new = await while_connected(request, service.estimate(sent.data, sent.name, sent.options))
    headers = {"location": f"/v1/estimates/{kept.id}", "etag": f'"{kept.id}"'}
    return Response(resource(kept, service), 201 if is_new else 200, headers, media_type="application/json")


MADE: dict[int | str, dict[str, Any]] = {
    200: answer("The estimate, made before", EstimateResource, links_of_estimate()),
    201: answer("The estimate", EstimateResource, links_of_estimate()),
    202: answer("A job that makes it", JobResource),
    **problems("too-large", "media-type", "plan", "busy"),
}


@router.post(
    "", operation_id="create_estimate", response_class=Response, status_code=201, responses=MADE,
    openapi_extra=body(("application/json", EstimateRequest), upload=True),
)  # fmt: skip
async def create_estimate(request: Request) -> Response:
    """Estimate a plan: in the body, or a file uploaded; the same again is answered from what was made."""
    return await _made(request, await submission(request))


@router.post(
    "/{id}/variants", operation_id="create_variant", response_class=Response, status_code=201,
    responses={**MADE, **problems("not-found", "too-large", "media-type", "plan", "busy")},
    openapi_extra=body(("application/json", VariantRequest)),
)  # fmt: skip
async def create_variant(request: Request, id: Id) -> Response:
    """Estimate the same plan with other options."""
    changes = validated(VariantRequest, await json_body(request)).options
    kept = await service_of(request).found(id)
    merged = {k: v for k, v in {**kept.options, **changes}.items() if v is not None}
    for name in ("unit", "height", "thickness"):  # of the file, which has been read
        merged.pop(name, None)
    options = given(validated(Options, merged))
    return await _made(request, Submission(kept.plan, INLINE, options))


@router.get(
    "", operation_id="list_estimates", response_class=Response,
    responses={200: answer("A page", EstimateList), **problems("invalid")},
)  # fmt: skip
async def list_estimates(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="Of a page.", examples=[20])] = 20,
    after: Annotated[str | None, Query(max_length=200, description="Where the page before ended.")] = None,
    printer: Annotated[str | None, Query(max_length=80, examples=["cobod-bod2"])] = None,
    region: Annotated[str | None, Query(max_length=80, examples=["usa"])] = None,
    plan: Annotated[
        str | None, Query(max_length=80, description="Part of the plan's name.", examples=["house"])
    ] = None,
) -> Response:
    """Estimates, newest first."""
    import anyio.to_thread

    texts = [t for t in (printer, region, plan) if t]
    if any("\0" in t for t in texts):
        raise ProblemError("invalid", "a filter holds a character that no name has")
    begin = _place(after) if after is not None else None
    store = service_of(request).store
    items = await anyio.to_thread.run_sync(lambda: store.page(limit + 1, begin, printer, region, plan))
    following = None
    if len(items) > limit:
        items = items[:limit]
        mark = base64.urlsafe_b64encode(f"{items[-1]['created_at']} {items[-1]['id']}".encode()).decode().rstrip("=")
        query = request.url.include_query_params(after=mark)
        following = f"{query.path}?{query.query}"
    return Response(orjson.dumps({"items": items, "next": following}), media_type="application/json")


def _place(after: str) -> tuple[str, str]:
    try:
        date, _, id = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii").partition(" ")
    except (binascii.Error, ValueError):
        date, id = "", ""
    if len(id) != 32 or not date.isprintable():
        raise ProblemError("invalid", "after is no place in the list; take the address under next")
    return date, id


@router.get(
    "/{id}.{suffix}", operation_id="get_estimate_file", response_class=Response,
    responses={
        200: {"description": "The representation", "content": FILES}, 304: {"description": "As known"},
        **problems("not-found", "invalid", "busy"),
    },
)  # fmt: skip
async def get_estimate_file(
    request: Request, id: Id, suffix: Literal["json", "csv", "xlsx", "html", "svg", "glb", "gcode"],
    view: View = "plan", layer: LayerNumber = None,
) -> Response:  # fmt: skip
    """A representation by its suffix; of an SVG, a view."""
    return await _represented(request, id, suffix, view, layer)


async def _represented(request: Request, id: str, suffix: str, view: str, layer: int | None) -> Response:
    service = service_of(request)
    tag = f'"{id}.{suffix}.{view}.{layer or 0}"'
    kept = await service.found(id)
    if is_known(request, tag):
        return Response(status_code=304, headers={"etag": tag, "vary": "accept"})
    kind = f"svg:{view}" if suffix == "svg" else suffix
    content = await while_connected(request, service.rendered(kept, kind, layer))
    headers = {"etag": tag, "vary": "accept", "content-disposition": f'inline; filename="estimate-{id[:8]}.{suffix}"'}
    if suffix == "html":  # a page of its own may run nothing
        headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return Response(content, 200, headers, media_type=REPRESENTATIONS[suffix][0])


def wanted(accept: str) -> str | None:
    """What a client likes best of what there is.

    Parameters
    ----------
    accept : str
        Its Accept header.

    Returns
    -------
    str or None
        ``resource``, a suffix, or None where it takes nothing of it.
    """
    offers = {"application/json": "resource", **{m: s for s, (m, _) in REPRESENTATIONS.items() if s != "json"}}
    best: tuple[float, str] | None = None
    for part in (accept or "*/*").split(","):
        media, *parameters = (p.strip().lower() for p in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            continue
        kind = media.partition("/")[0]
        for offer, name in offers.items():
            if weight > 0 and media in ("*/*", f"{kind}/*", offer) and (media == "*/*" or offer.startswith(f"{kind}/")):
                if best is None or weight > best[0]:
                    best = (weight, name)
                break
    return best[1] if best else None


@router.get(
    "/{id}", operation_id="get_estimate", response_class=Response,
    responses={
        200: {**answer("The estimate", EstimateResource), "content": {
            **answer("", EstimateResource)["content"], **{m: s for m, s in FILES.items() if m != "application/json"}}},
        304: {"description": "As known"}, **problems("not-found", "not-acceptable", "invalid", "busy"),
    },
)  # fmt: skip
async def get_estimate(request: Request, id: Id) -> Response:
    """An estimate, in the representation that Accept asks for."""
    like = wanted(request.headers.get("accept", ""))
    if like is None:
        kinds = ", ".join(media for media, _ in REPRESENTATIONS.values())
        raise ProblemError("not-acceptable", f"an estimate is there as {kinds}")
    if like != "resource":
        return await _represented(request, id, like, "plan", None)
    service, tag = service_of(request), f'"{id}"'
    known = service.cached(f"{id}:resource")
    found = known if known is not None else resource(await service.found(id), service)
    headers = {"etag": tag, "vary": "accept"}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(found, 200, headers, media_type="application/json")


@router.get(
    "/{id}/plan", operation_id="get_estimate_plan", response_class=Response,
    responses={200: {"description": "The plan in the project's own format",
                     "content": {"application/json": {"schema": {"type": "object"}}}},
               **problems("not-found", "invalid")},
)  # fmt: skip
async def get_estimate_plan(request: Request, id: Id) -> Response:
    """The plan of an estimate, as it was understood."""
    return Response((await service_of(request).found(id)).plan, media_type="application/json")


@router.get(
    "/{id}/beads", operation_id="get_estimate_beads", response_class=Response,
    responses={200: {"description": "Sections and layers of the print",
                     "content": {"application/json": {"schema": {"type": "object"}}}},
               **problems("not-found", "invalid", "busy")},
)  # fmt: skip
async def get_estimate_beads(request: Request, id: Id) -> Response:
    """Every bead of an estimate: each section once, and the layers that follow it."""
    service = service_of(request)
    content = await while_connected(request, service.rendered(await service.found(id), "beads"))
    return Response(content, media_type="application/json")


@router.delete(
    "/{id}", operation_id="delete_estimate", status_code=204, response_class=Response,
    responses={204: {"description": "Deleted"}, **problems("not-found", "invalid")},
)  # fmt: skip
async def delete_estimate(request: Request, id: Id) -> Response:
    """Forget an estimate."""
    import anyio.to_thread

    service = service_of(request)
    if not await anyio.to_thread.run_sync(service.store.drop, id):
        raise ProblemError("not-found", f"there is no estimate {id}")
    service.forget(id)
    return Response(status_code=204)
