"""What can go wrong between a request and its answer, before it is accepted and after it is billed."""

import asyncio
import base64
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

SAFETY = {
    "error": {"message": "Your request was rejected by the safety system.", "code": "moderation_blocked"}
}
QUOTA = {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}
HUGE_BYTES = 130_000_000
INSTEAD: dict[str | None, Any] = {
    "nothing": {"object": "list", "data": [], "choices": []},
    "no object": [],
    "error within": {"error": {"code": 502, "message": "The upstream provider failed."}},
    "safety within": SAFETY,
}
"""Answers in place of what was made and billed."""


async def before(fault: str | None, request: Request) -> Response | None:
    """Fail before anything is accepted, if that is the fault."""
    match fault:
        case "429":
            return error(429, "Rate limit reached.", "rate_limit_exceeded", {"retry-after": "7"})
        case "503":
            return error(503, "The engine is overloaded.", None)
        case "500 before":
            return error(500, "The server had an error.", "server_error")
        case "safety":
            return JSONResponse(SAFETY, 400)
        case "quota":
            return JSONResponse(QUOTA, 429)
        case "plain 400":
            return Response("The request is too large for this proxy.", 400)
        case "402":
            return error(402, "Insufficient credits.", None)
        case "drop before":
            request.scope["drop"]()
            await asyncio.sleep(0)
            return Response()
    return None


async def after(fault: str | None, request: Request, made: Any) -> Response:
    """Answer what was made and billed, spoiled by the fault."""
    if fault in INSTEAD:
        return JSONResponse(INSTEAD[fault])
    match fault:
        case "500 after":
            return error(500, "The server had an error.", "server_error")
        case "drop after":
            request.scope["drop"]()
            return Response()
        case "slow":
            await asyncio.sleep(3600)
        case "truncated":
            return _truncated(response(made))
        case "malformed":
            return Response(bytes(response(made).body)[:-20], media_type="application/json")
        case "wrong type":
            return Response("<html>Bad gateway</html>", media_type="text/html")
        case "huge":
            return StreamingResponse(_zeros(HUGE_BYTES), media_type="application/json")
    return response(_spoiled(fault, made))


def _spoiled(fault: str | None, made: Any) -> Any:
    """Return what was made, its contents spoiled by the fault."""
    match fault:
        case "refusal":
            made["choices"][0]["message"] |= {"content": None, "refusal": "I cannot help with that."}
        case "used up":
            made["choices"][0] |= {
                "finish_reason": "length",
                "message": {"role": "assistant", "content": ""},
            }
        case "error in choice":
            made["choices"][0] |= {"error": {"code": 502, "message": "The upstream provider failed."}}
        case "parts":
            content = made["choices"][0]["message"]["content"]
            parts = [{"type": "text", "text": content[:5]}, {"type": "text", "text": content[5:]}]
            made["choices"][0]["message"]["content"] = [{"type": "thinking"}, *parts]
        case "no numbers":
            made["data"][0]["embedding"] = ["one"]
        case "nameless tool":
            made["choices"][0]["message"] |= {"tool_calls": [{"function": {}}]}
        case "tool as object":
            call = made["choices"][0]["message"]["tool_calls"][0]
            function = {**call["function"], "arguments": json.loads(call["function"]["arguments"])}
            made["choices"][0]["message"]["tool_calls"] = [{"function": function}]
        case "no picture":
            made["data"][0] = {"b64_json": base64.b64encode(b"<html>no</html>").decode()}
        case "no base64":
            made["data"][0] = {"b64_json": "***"}
    return made


def _truncated(whole: Response) -> Response:
    """Return half of an answer, under the length of the whole: the connection is closed then."""

    async def half() -> Any:
        yield bytes(whole.body)[: len(whole.body) // 2]
        raise ConnectionResetError

    headers = {"content-length": str(len(whole.body))}
    return StreamingResponse(half(), media_type=whole.media_type, headers=headers)


async def _zeros(size: int) -> Any:
    for _ in range(size // 1_000_000):
        yield b"0" * 1_000_000


def response(made: Any) -> Response:
    headers = {"x-request-id": "req_1"}
    if isinstance(made, bytes):
        return Response(made, headers=headers, media_type="application/octet-stream")
    return JSONResponse(made, headers=headers)


def error(status: int, message: str, code: str | None, headers: dict[str, str] | None = None) -> Response:
    told = {"message": message, "type": "error", "param": None, "code": code}
    return JSONResponse({"error": told}, status, headers)
