"""Parts of the OpenAPI description that routes share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from api.models import Problem
from api.problems import MEDIA_TYPE, TITLES

REF = "#/components/schemas/"


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Answers of a route that are problems.

    Parameters
    ----------
    *codes : str
        Keys of :data:`api.problems.TITLES`, besides those that every route may give.

    Returns
    -------
    dict
        For ``responses=`` of a route.
    """
    found: dict[int | str, dict[str, Any]] = {}
    for code in ("key", "request", "slow", "internal", *codes):
        status, title = TITLES[code]
        known = found.get(status)
        found[status] = {
            "description": f"{known['description']}; {title}" if known else title,
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"{REF}{Problem.__name__}"}}},
        }
    return found


def answer(description: str, model: type[BaseModel], links: dict[str, Any] | None = None) -> dict[str, Any]:
    """A JSON answer.

    Parameters
    ----------
    description : str
    model : type
    links : dict, optional
        OpenAPI links.

    Returns
    -------
    dict
    """
    found: dict[str, Any] = {
        "description": description, "content": {"application/json": {"schema": {"$ref": f"{REF}{model.__name__}"}}},
    }  # fmt: skip
    if links:
        found["links"] = links
    return found


def body(*models: tuple[str, type[BaseModel]], upload: bool = False) -> dict[str, Any]:
    """A request body.

    Parameters
    ----------
    *models : (str, type)
        Media type and model.
    upload : bool
        Whether a plan file may be uploaded as well.

    Returns
    -------
    dict
        For ``openapi_extra=`` of a route.
    """
    content: dict[str, Any] = {kind: {"schema": {"$ref": f"{REF}{model.__name__}"}} for kind, model in models}
    if upload:
        content["multipart/form-data"] = {
            "schema": {
                "type": "object", "required": ["file"], "additionalProperties": {"type": "string"},
                "description": "Any option may be a field of its own as well; printers, by commas, of a comparison.",
                "properties": {
                    "file": {"type": "string", "format": "binary", "description": "A plan file of any known format."},
                    "options": {"type": "string", "maxLength": 20000, "examples": ['{"samples": 0}'],
                                "description": "Options as JSON text."},
                },
            }
        }  # fmt: skip
    return {"requestBody": {"required": True, "content": content}}


def links_of_estimate() -> dict[str, Any]:
    """OpenAPI links from an estimate to what can be done with it."""
    at = {"id": "$response.body#/id"}
    operations = ("get_estimate", "get_estimate_plan", "get_estimate_beads", "create_variant", "delete_estimate")
    return {name: {"operationId": name, "parameters": at} for name in operations}
