"""Messages and findings as they are told over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import orjson

Object: TypeAlias = dict[str, Any]


def pointers_into(args: tuple[Any, ...]) -> dict[str, str]:
    """Pointers into the plan among the arguments of a task.

    Parameters
    ----------
    args : tuple

    Returns
    -------
    dict of str to str
        Of :func:`element_pointers`; empty where there is no plan of our own.
    """
    data = next((a for a in args if isinstance(a, bytes)), b"")
    try:
        plan = orjson.loads(data) if data[:1] == b"{" else {}
    except orjson.JSONDecodeError:
        return {}
    return element_pointers(plan) if isinstance(plan, dict) else {}


def for_http(message: str) -> str:
    """A message without the words of the command line.

    Parameters
    ----------
    message : str

    Returns
    -------
    str
    """
    return message.replace("--set ", "settings: ").replace("--force", "the option force").replace("--", "")


def finding_list(findings: Any, pointers: Mapping[str, str] | None = None) -> list[Object]:
    """Findings as plain values, with pointers into the plan.

    Parameters
    ----------
    findings : iterable of Finding
    pointers : mapping of str to str, optional
        Of :func:`element_pointers`.

    Returns
    -------
    list of dict
    """
    known = pointers or {}
    return [
        {
            "code": f.code, "severity": f.severity, "where": f.where[:400], "message": for_http(f.message)[:2000],
            "pointer": "/plan" + f.where[:390] if f.where.startswith("/") else known.get(f.where, ""),
        }
        for f in list(findings)[:200]
    ]  # fmt: skip


def element_pointers(plan: Mapping[str, Any]) -> dict[str, str]:
    """Where the elements of a plan in the project's own format stand in it.

    Parameters
    ----------
    plan : mapping
        Native JSON.

    Returns
    -------
    dict of str to str
        JSON pointers of storeys, walls, openings and rooms, by id.
    """
    found: dict[str, str] = {}

    def visit(items: Any, at: str) -> None:
        for k, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                if isinstance(item.get("id"), str):
                    found.setdefault(item["id"], f"{at}/{k}")
                for name in ("walls", "openings", "rooms", "slabs"):
                    visit(item.get(name), f"{at}/{k}/{name}")

    visit(plan.get("storeys"), "/plan/storeys")
    return found
