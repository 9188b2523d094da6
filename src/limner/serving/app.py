"""The ASGI application: what the guard lets through goes to MCP, to files, or to the health check."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from limner import __version__
from limner.access.links import LinkSigner
from limner.errors import LimnerError
from limner.serving.admission import Admission, Gate
from limner.serving.guard import REQUEST_ID, Answered, Guard
from limner.serving.hosts import LOOPBACK_ORIGIN, HostRules, is_loopback
from limner.serving.mcp import McpHttp
from limner.serving.media import media_endpoint
from limner.serving.streams import OpenRequests
from limner.types import Json
from limner_tools.door import Door, OpenStudio
from limner_tools.server import McpServer

METADATA_PATH = "/.well-known/oauth-protected-resource"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a server stands, and by which rules it lets callers in."""

    public_url: str
    """The address that callers use, without a slash at the end."""
    hosts: HostRules
    gate: Gate
    signer: LinkSigner
    max_request_bytes: int
    answered: Answered
    """Is told of every answer."""
    resource_metadata: Json | None = None
    """What `/.well-known/oauth-protected-resource/mcp` answers; None: no authorization server."""


def build_app(
    site: Site,
    server: McpServer,
    door: Door,
    open_studio: OpenStudio,
    requests: OpenRequests,
    extra: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the application. While it runs, the door holds the Studio open.

    requests: is told of every request to MCP. extra: routes of other faces.
    """
    mcp = McpHttp(
        server,
        requests,
        max_request_bytes=site.max_request_bytes,
        prefix=urlsplit(site.public_url).path,
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks, mcp.running():
            tasks.start_soon(door.hold, open_studio)
            door.knock()
            yield
            tasks.cancel_scope.cancel()

    app = Starlette(
        routes=[  # the most asked first: each is tried in turn
            *mcp.routes(),
            Route("/media/{asset_id}/{name}", media_endpoint(door, site.signer), methods=["GET", "HEAD"]),
            Route("/healthz", _health(door), methods=["GET"]),
            *_metadata_routes(site),
            *extra,
        ],
        middleware=[
            Middleware(Guard, hosts=site.hosts, answered=site.answered),
            _cross_origin(site.hosts),
            Middleware(Admission, gate=site.gate, metadata_url=f"{site.public_url}{METADATA_PATH}/mcp"),
        ],
        exception_handlers={404: _not_found, 405: _wrong_method, Exception: _crashed},
        lifespan=lifespan,
    )
    # A redirect would name the address that a proxy asked, not the one that the caller did.
    app.router.redirect_slashes = False
    return app


def _health(door: Door) -> Any:
    async def health(request: Request) -> Response:
        """Answer 200 while calls can be served; 503 with the reason when the Studio did not open."""
        try:
            with anyio.fail_after(2):
                await door.studio()
        except (LimnerError, TimeoutError) as error:
            reason = error.message if isinstance(error, LimnerError) else "The studio is still opening."
            return JSONResponse({"status": "unavailable", "version": __version__, "reason": reason}, 503)
        return JSONResponse({"status": "ok", "version": __version__})

    return health


def _metadata_routes(site: Site) -> list[BaseRoute]:
    document = site.resource_metadata
    if document is None:
        return []

    async def metadata(request: Request) -> Response:
        return JSONResponse(document)

    return [Route(path, metadata, methods=["GET"]) for path in (METADATA_PATH, f"{METADATA_PATH}/mcp")]


def _cross_origin(hosts: HostRules) -> Middleware:
    return Middleware(
        CORSMiddleware,
        allow_origins=list(hosts.allowed_origins),
        allow_origin_regex=LOOPBACK_ORIGIN.pattern if is_loopback(hosts.listens_on) else None,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        expose_headers=[
            "mcp-session-id",
            "www-authenticate",
            "retry-after",
            "idempotent-replayed",
            REQUEST_ID,
        ],
        max_age=600,
    )


async def _not_found(request: Request, error: Exception) -> Response:
    there = "/mcp, /sse, /api/v1/…, /media/…, /metrics, /healthz"
    message = f"There is nothing at {request.url.path[:200]}. There is: {there}."
    return JSONResponse({"error": {"code": "not_found", "message": message}}, 404)


async def _wrong_method(request: Request, error: Exception) -> Response:
    message = f"{request.url.path[:200]} does not take {request.method}."
    allow = getattr(error, "headers", None) or {}
    return JSONResponse({"error": {"code": "method_not_allowed", "message": message}}, 405, headers=allow)


async def _crashed(request: Request, error: Exception) -> Response:
    """Answer what nothing else did; the server's log has the details."""
    message = "The server failed; its log has the details."
    return JSONResponse({"error": {"code": "internal_error", "message": message}}, 500)
