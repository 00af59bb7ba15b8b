"""What every request passes: an id, its size and pace, a key, headers of the answer, a line in the log."""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser

from api.problems import ProblemError, problem_response
from api.settings import Settings

LOG = logging.getLogger("printhouse.access")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

KEY_COOKIE = "printhouse_key"
"""Where the page keeps the key it was given; the browser sends it along with downloads as well."""

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""What the page may load: nothing of another host."""


class Gate:
    """The outermost layer of the service.

    Parameters
    ----------
    app : callable
        ASGI.
    settings : Settings
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, headers = time.perf_counter(), Headers(scope=scope)
        id = headers.get("x-request-id", "")
        if not re.fullmatch(r"[A-Za-z0-9._-]{4,64}", id):
            id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = id
        status, sent_bytes, has_begun = 500, 0, False

        async def answer(message: Message) -> None:
            nonlocal status, sent_bytes, has_begun
            if message["type"] == "http.response.start":
                status, has_begun = message["status"], True
                mutable = MutableHeaders(scope=message)
                mutable["x-request-id"] = id
                mutable["x-content-type-options"] = "nosniff"
                mutable["referrer-policy"] = "no-referrer"
                mutable.setdefault("content-security-policy", PAGE_POLICY)
            else:
                sent_bytes += len(message.get("body", b""))
            await send(message)

        try:
            self._admit(scope, headers)
            await self._app(scope, self._bounded(receive), answer)
        except ProblemError as error:
            if not has_begun:
                await problem_response(error, id)(scope, receive, answer)
        finally:
            line = {
                "id": id, "method": scope["method"], "path": scope["path"], "status": status, "bytes": sent_bytes,
                "ms": round(1000 * (time.perf_counter() - began), 1), "client": (scope.get("client") or ("",))[0],
            }  # fmt: skip
            LOG.info(orjson.dumps(line).decode("utf-8", "replace"))

    def _admit(self, scope: Scope, headers: Headers) -> None:
        """Refuse what is too large by its own word, or has no key."""
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise ProblemError("request", "Content-Length is no number")
        if int(length) > self._settings.body_max_bytes:
            raise self._too_large()
        keys = self._settings.api_keys
        if keys and scope["path"].startswith("/v1") and scope["method"] != "OPTIONS":
            given = (
                headers.get("x-api-key")
                or headers.get("authorization", "").removeprefix("Bearer ").strip()
                or unquote(cookie_parser(headers.get("cookie", "")).get(KEY_COOKIE, ""))
            )
            if not any(hmac.compare_digest(given.encode(), key.encode()) for key in keys):
                raise ProblemError(
                    "key",
                    "send a key as X-API-Key, or as Authorization: Bearer",
                    headers={"www-authenticate": "Bearer"},
                )

    def _too_large(self) -> ProblemError:
        return ProblemError("too-large", f"a request may have {self._settings.body_max_bytes:,} bytes")

    def _bounded(self, receive: Receive) -> Receive:
        total = 0

        async def bounded() -> Message:
            nonlocal total
            if total < 0:  # the body is complete: what comes next is the end of the connection
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self._settings.receive_time_s)
            except TimeoutError:
                raise ProblemError("slow", f"nothing came for {self._settings.receive_time_s:g} s") from None
            total += len(message.get("body", b""))
            if total > self._settings.body_max_bytes:
                raise self._too_large()
            if not message.get("more_body", False):
                total = -1
            return message

        return bounded
