"""What can go wrong at a FLORA server: before a run is accepted, after it is billed, and with its files."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

STATUSES = {
    "401": (401, "unauthorized", "Invalid API key."),
    "402": (402, "insufficient_credits", "Insufficient credits."),
    "403": (403, "forbidden", "Forbidden."),
    "409": (409, "conflict", "Conflict."),
    "429": (429, "rate_limited", "Rate limit exceeded."),
    "500 before": (500, "unknown_error", "An unknown error occurred."),
    "503": (503, "service_unavailable", "Service unavailable."),
}
HUGE_BYTES = 3_000_000


class RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.content = {"error": {"code": code, "message": message, **more}}


def error(problem: RefusedError) -> Response:
    headers = {"retry-after": "7"} if problem.status == 429 else {}
    return JSONResponse(problem.content, problem.status, headers={**headers, "request-id": "req_1"})


async def before(fault: str, request: Request) -> Response | None:
    """Fail before anything is accepted, if that is the fault."""
    if fault in STATUSES:
        raise RefusedError(*STATUSES[fault])
    if fault == "drop before":
        request.scope["drop"]()
        return Response()
    return None


async def spoiled(fault: str, request: Request, started: dict[str, Any]) -> Response:
    """Answer what was accepted and billed, spoiled by the fault."""
    content = json.dumps(started).encode()
    match fault:
        case "500 after":
            return error(RefusedError(500, "unknown_error", "An unknown error occurred."))
        case "drop after":
            request.scope["drop"]()
            return Response()
        case "slow":
            await asyncio.sleep(3600)
        case "truncated":
            return _cut_short(content)
        case "malformed":
            return Response(content[:-20], media_type="application/json")
        case "wrong type":
            return Response("<html>Bad gateway</html>", media_type="text/html")
        case "huge":
            return StreamingResponse(_zeros(130_000_000), media_type="application/json")
        case "nameless":
            return JSONResponse({**started, "run_id": None})
    return JSONResponse(started, 201)


async def file_answer(fault: str, request: Request, content: bytes) -> Response:
    """Answer with a file, or with what the fault makes of it."""
    match fault:
        case "expired":
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        case "503":
            return Response(status_code=503)
        case "drop":
            request.scope["drop"]()
            return Response()
        case "truncated":
            return _cut_short(content)
        case "wrong type":
            return Response("<!doctype html><html><body>Not here</body></html>", media_type="image/png")
        case "empty":
            return Response(b"", media_type="image/png")
        case "huge":
            return StreamingResponse(_zeros(HUGE_BYTES), media_type="image/png")
    return Response(content, media_type="application/octet-stream")


def _cut_short(content: bytes) -> Response:
    """Return half of an answer, under the length of the whole: the connection is closed then."""

    async def half() -> AsyncIterator[bytes]:
        yield content[: len(content) // 2]
        raise ConnectionResetError

    return StreamingResponse(half(), headers={"content-length": str(len(content))})


async def _zeros(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1_000_000):
        yield b"0" * 1_000_000
