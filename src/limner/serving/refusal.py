"""An answer that ends a request before it reaches a route."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from limner.errors import LimnerError
from limner.rest.errors import envelope


class Refusal:
    """An error as JSON, with its status."""

    def __init__(
        self, status: HTTPStatus, error: LimnerError, headers: Mapping[str, str] | None = None
    ) -> None:
        self._status = status
        self._error = error
        self._headers = headers or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the error."""
        is_public = scope["path"].startswith("/api/")  # whose clients know one shape of errors, and no other
        document = envelope(self._error) if is_public else {"error": self._error.document()}
        body = json.dumps(document, ensure_ascii=False).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body)), **self._headers}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": int(self._status), "headers": raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
