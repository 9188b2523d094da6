"""MCP over HTTP: Streamable HTTP of both eras at `/mcp`, and HTTP+SSE at `/sse` for older agents."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.sse import SseServerTransport
from mcp.server.streamable_http import MCP_SESSION_ID_HEADER
from mcp.server.streamable_http_manager import RequestBodyLimitMiddleware, StreamableHTTPSessionManager
from mcp.shared.inbound import MCP_PROTOCOL_VERSION_HEADER
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from limner.serving.outgoing import Briefly
from limner.serving.streams import OpenRequests
from limner_tools.identity import PRINCIPAL
from limner_tools.server import McpServer

SESSION_IDLE_SECONDS = 30 * 60.0
MAX_SESSIONS = 2_000


class McpHttp:
    """One MCP server on the three HTTP transports."""

    def __init__(
        self, server: McpServer, requests: OpenRequests, *, max_request_bytes: int, prefix: str = ""
    ) -> None:
        """prefix: the path of the public address, which a proxy takes off before it asks here."""
        self._server = server
        self._requests = requests
        limit = max_request_bytes
        self._sessions = StreamableHTTPSessionManager(
            server,
            session_idle_timeout=SESSION_IDLE_SECONDS,
            max_sessions=MAX_SESSIONS,
            max_request_body_size=limit,
        )
        self._single = StreamableHTTPSessionManager(server, stateless=True, max_request_body_size=limit)
        self._sse = SseServerTransport(f"{prefix}/messages/", max_request_body_size=limit)
        self._sessionless = RequestBodyLimitMiddleware(self._without_session, limit)

    def routes(self) -> list[BaseRoute]:
        """Return the routes to mount."""
        streamable = self._endpoint(self._streamable)
        stream = self._endpoint(self._event_stream)
        messages = self._endpoint(self._sse.handle_post_message)
        return [
            *(Route(path, streamable, methods=["GET", "POST", "DELETE"]) for path in ("/mcp", "/mcp/")),
            *(Route(path, stream, methods=["GET"]) for path in ("/sse", "/sse/")),
            *(Route(path, messages, methods=["POST"]) for path in ("/messages", "/messages/")),
        ]

    def _endpoint(self, app: ASGIApp) -> ASGIApp:
        return _Endpoint(self._requests.tracked(_as_user(app)))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for the length of an `async with` block."""
        async with self._server.subscriptions.running(), self._sessions.run(), self._single.run():
            yield

    async def _streamable(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to its era's side."""
        headers = Headers(scope=scope)
        version = headers.get(MCP_PROTOCOL_VERSION_HEADER)
        is_handshake_era = version is None or version in HANDSHAKE_PROTOCOL_VERSIONS
        if not is_handshake_era or MCP_SESSION_ID_HEADER in headers or scope["method"] != "POST":
            await self._sessions.handle_request(scope, receive, send)
        else:
            await self._sessionless(scope, receive, send)

    async def _without_session(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of the handshake eras that names no session.

        Such a request belongs to a session that `initialize` opened: cancelling, subscribing and asking the user
        need one. Without a session it is answered by itself: hosts in the field send the header of 2025-11-25 over
        a message of 2026-07-28, which the session side refuses.
        """
        body = await _body(receive)
        manager = self._sessions if _is_initialize(body) else self._single
        await manager.handle_request(scope, _replayed(body, receive), send)

    async def _event_stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        options = self._server.create_initialization_options()
        async with self._sse.connect_sse(scope, receive, send) as (incoming, outgoing):
            await self._server.run(incoming, Briefly(outgoing), options)


class _Endpoint:
    """An ASGI application as a route's endpoint: Starlette takes functions for request handlers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _as_user(app: ASGIApp) -> ASGIApp:
    """Tell the SDK who calls, in its own words: it binds sessions to the credential that opened them."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        principal = scope["state"][PRINCIPAL]
        token = AccessToken(token="", client_id=principal.caller, scopes=list(principal.scopes))
        scope["user"] = AuthenticatedUser(token)
        await app(scope, receive, send)

    return told


async def _body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _is_initialize(body: bytes) -> bool:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return True  # the session side has the answer to what is not JSON
    return not isinstance(message, dict) or message.get("method") == "initialize"


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body that was read already, and then what comes after it."""
    is_first = True

    async def again() -> Message:
        nonlocal is_first
        if is_first:
            is_first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again
