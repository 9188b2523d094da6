"""Stands before every route: checks Host and Origin, lets callers in, names each request and logs it."""

import json
import logging
import secrets
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from limner.errors import Forbidden, LimnerError, TooManyRequests, Unauthorized
from limner.serving.hosts import HostRules
from limner.types import Principal

log = logging.getLogger(__name__)

REQUEST_ID = "request-id"
OPEN_PATHS = ("/healthz", "/.well-known/", "/media/")
"""Reached without a key: health, metadata that says how to get one, and links that carry their own signature."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Gate(Protocol):
    """Who may call."""

    @property
    def is_open(self) -> bool:
        """Whether nobody needs a key."""

    async def admit(self, authorization: str | None, api_key: str | None) -> Principal:
        """Return who calls. Raises: Unauthorized, Forbidden, TooManyRequests."""

    def challenge(self, metadata_url: str, error: LimnerError) -> str:
        """Return the `WWW-Authenticate` header that answers an error."""


class Guard:
    """The outermost middleware. What it lets through has `state.principal` and `state.request_id`."""

    def __init__(self, app: ASGIApp, *, gate: Gate, hosts: HostRules, metadata_url: str) -> None:
        self._app = app
        self._gate = gate
        self._hosts = hosts
        self._metadata_url = metadata_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refusal, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        started = time.monotonic()
        status = 0

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        try:
            if (refusal := await self._refusal(scope, request_id)) is None:
                await self._app(scope, receive, named)
            else:
                await refusal(scope, receive, named)
        finally:
            log.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "ms": round((time.monotonic() - started) * 1000, 1),
                },
            )

    async def _refusal(self, scope: Scope, request_id: str) -> "Refusal | None":
        """Return why a request may not pass; None lets it pass, with its principal in its state."""
        headers = Headers(scope=scope)
        if not self._hosts.allows_host(headers.get("host", "")):
            return Refusal(HTTPStatus.MISDIRECTED_REQUEST, _FOREIGN_HOST)
        origin = headers.get("origin")
        if origin and scope["method"] not in SAFE_METHODS and not self._hosts.allows_origin(origin):
            return Refusal(HTTPStatus.FORBIDDEN, _FOREIGN_ORIGIN)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        if scope["path"].startswith(OPEN_PATHS) or scope["method"] == "OPTIONS":
            return None
        try:
            state["principal"] = await self._gate.admit(
                headers.get("authorization"), headers.get("x-api-key")
            )
        except LimnerError as error:
            return self._not_admitted(error)
        return None

    def _not_admitted(self, error: LimnerError) -> "Refusal":
        match error:
            case Unauthorized():
                status = HTTPStatus.UNAUTHORIZED
            case Forbidden():
                status = HTTPStatus.FORBIDDEN
            case TooManyRequests():
                wait = {"retry-after": str(error.retry_after_seconds)}
                return Refusal(HTTPStatus.TOO_MANY_REQUESTS, error, wait)
            case _:
                return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, error, {"retry-after": "5"})
        return Refusal(status, error, {"www-authenticate": self._gate.challenge(self._metadata_url, error)})


class Refusal:
    """An answer that ends a request at the door."""

    def __init__(self, status: HTTPStatus, error: LimnerError, headers: dict[str, str] | None = None) -> None:
        self._status = status
        self._error = error
        self._headers = headers or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the error as JSON."""
        body = json.dumps({"error": self._error.document()}, ensure_ascii=False).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body)), **self._headers}
        raw: Sequence[tuple[bytes, bytes]] = [(k.encode(), v.encode("latin-1")) for k, v in headers.items()]
        await send({"type": "http.response.start", "status": int(self._status), "headers": raw})
        await send({"type": "http.response.body", "body": body})


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
