"""Stands before every route: checks Host and Origin, names each request and logs it."""

import logging
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from limner.errors import LimnerError
from limner.serving.admission import is_open
from limner.serving.hosts import HostRules
from limner.serving.refusal import Refusal

log = logging.getLogger(__name__)

REQUEST_ID = "request-id"
SAFE_METHODS = ("GET", "HEAD")


Answered: TypeAlias = Callable[[str, str, int, float], None]
"""(path, method, status, seconds): is told of every answer."""


class Guard:
    """The outermost middleware. What it lets through has `state.request_id`."""

    def __init__(self, app: ASGIApp, *, hosts: HostRules, answered: Answered) -> None:
        self._app = app
        self._hosts = hosts
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refusal, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # RFC 9110 §5.5: space around a value is no part of it. httptools leaves what stands behind.
        scope["headers"] = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
        request_id = f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.monotonic()
        status = 0

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID.encode(), request_id.encode())]
            await send(message)

        try:
            await (self._refusal(scope) or self._app)(scope, receive, named)
        finally:
            seconds = time.monotonic() - started
            self._answered(scope["path"], scope["method"], status, seconds)
            log.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                },
            )

    def _refusal(self, scope: Scope) -> Refusal | None:
        """Return why a request may not pass, whoever sends it; None lets it pass.

        A page that asks whether it may call (OPTIONS) is answered by what knows the rules of that question. Files
        behind signed links may be shown anywhere.
        """
        headers = Headers(scope=scope)
        if not self._hosts.allows_host(headers.get("host", "")):
            return Refusal(HTTPStatus.MISDIRECTED_REQUEST, _FOREIGN_HOST)
        origin, method = headers.get("origin"), scope["method"]
        is_harmless = method == "OPTIONS" or (method in SAFE_METHODS and is_open(scope["path"]))
        if origin and not is_harmless and not self._hosts.allows_origin(origin):
            return Refusal(HTTPStatus.FORBIDDEN, _FOREIGN_ORIGIN)
        return None


_FOREIGN_HOST = LimnerError(
    "The Host header names another server.",
    code="foreign_host",
    next_step="Use the address that the server printed, or add the name to LIMNER_ALLOWED_HOSTS.",
)
_FOREIGN_ORIGIN = LimnerError(
    "The page that sent this comes from an origin that may not call this server.",
    code="foreign_origin",
    next_step="Add the origin, such as https://app.example.com, to LIMNER_ALLOWED_ORIGINS.",
)
