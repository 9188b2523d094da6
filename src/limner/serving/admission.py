"""Lets callers in by their key or token, and keeps the others out."""

from http import HTTPStatus
from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from limner.errors import Forbidden, LimnerError, TooManyRequests, Unauthorized
from limner.serving.refusal import Refusal
from limner.types import Principal
from limner_tools.identity import PRINCIPAL

OPEN_PATHS = ("/healthz", "/.well-known/", "/media/")
"""Reached without a key: health, metadata that says how to get one, and links that carry their own signature."""


class Gate(Protocol):
    """Who may call."""

    @property
    def is_open(self) -> bool:
        """Whether nobody needs a key."""

    async def admit(self, authorization: str | None, api_key: str | None) -> Principal:
        """Return who calls. Raises: Unauthorized, Forbidden, TooManyRequests, IssuerUnavailable."""

    def challenge(self, resource_metadata_url: str, error: LimnerError) -> str:
        """Return the `WWW-Authenticate` header that answers an error."""


def is_open(path: str) -> bool:
    """Whether a path needs no key."""
    return path.startswith(OPEN_PATHS)


class Admission:
    """The middleware before the routes. What it lets through has `state.principal`, but for open paths.

    It stands within the one that answers pages of other origins: a page can read what it is refused for.
    """

    def __init__(self, app: ASGIApp, *, gate: Gate, metadata_url: str) -> None:
        self._app = app
        self._gate = gate
        self._metadata_url = metadata_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refusal, or pass the request on."""
        app = self._app
        if scope["type"] == "http" and not is_open(scope["path"]):
            app = await self._admitted(scope)
        await app(scope, receive, send)

    async def _admitted(self, scope: Scope) -> ASGIApp:
        headers = Headers(scope=scope)
        try:
            principal = await self._gate.admit(headers.get("authorization"), headers.get("x-api-key"))
        except LimnerError as error:
            return self._refusal(error)
        scope["state"][PRINCIPAL] = principal
        return self._app

    def _refusal(self, error: LimnerError) -> Refusal:
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
