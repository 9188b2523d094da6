"""Errors in the envelope of the public API: which status and code each has, and how it is documented."""

import logging
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from limner.app.remembering import StillAtWork
from limner.errors import (
    BudgetExceeded,
    ConfigurationError,
    FieldError,
    Forbidden,
    IdempotencyConflict,
    InvalidBrandKit,
    InvalidInput,
    InvalidTechnique,
    IssuerUnavailable,
    LimnerError,
    NotFound,
    StoreError,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from limner.rest.shapes.common import ErrorAnswer
from limner.rest.wording import in_public_words
from limner.types import Json

log = logging.getLogger(__name__)

_PREFIX = re.compile(r"\^[a-z]+_")


class DuplicateRequest(LimnerError):
    """The key was used before, and the caller asked to be refused then."""

    code = "idempotency_duplicate"

    def __init__(self, key: str, run_id: str | None = None) -> None:
        super().__init__(
            f"The idempotency key {key!r} was used before{f', for {run_id}' if run_id else ''}.",
            next_step="Leave out `Prefer: idempotency=strict` to be given the first answer.",
        )
        self.run_id = run_id

    def details(self) -> dict[str, Any]:
        """Return the run that the key names."""
        return {"run_id": self.run_id}


class TooLarge(LimnerError):
    """The body of a request is longer than the server takes."""

    code = "payload_too_large"
    next_step = "Send media by its https:// address, or as an asset: POST /assets with `source: signed-url`."


class LinkEnded(LimnerError):
    """A signed address to send a file to is not valid, or not any more."""

    code = "forbidden"
    next_step = "Announce the file again: POST /assets with `source: signed-url`."


class InvalidJson(LimnerError):
    """The body of a request is not JSON."""

    code = "invalid_json"
    next_step = "Send a JSON object, with `Content-Type: application/json`."


_STATUS: tuple[tuple[type[LimnerError], int], ...] = (
    (InvalidJson, 400),
    (InvalidInput, 400),
    (InvalidTechnique, 400),
    (InvalidBrandKit, 400),
    (Unauthorized, 401),
    (BudgetExceeded, 402),
    (Forbidden, 403),
    (LinkEnded, 403),
    (NotFound, 404),
    (DuplicateRequest, 409),
    (StillAtWork, 409),
    (Unavailable, 409),
    (TooLarge, 413),
    (IdempotencyConflict, 422),
    (TooManyRequests, 429),
    (IssuerUnavailable, 503),
    (ConfigurationError, 503),
    (StoreError, 503),
)
_CODE = {402: "insufficient_credits", 403: "forbidden", 404: "not_found", 503: "service_unavailable"}
"""The public code of a status, where it is not the error's own."""
_OTHER_CODES = {"foreign_origin": "forbidden"}
"""The same of errors that the server's doors answer with a status of their own choice."""
SAID = {
    400: "The request is not valid; `fields` names what to correct.",
    401: "No key, or one that is not good.",
    402: "The run would cost more than the caller may spend.",
    403: "The token lacks a scope, or the page's origin may not call.",
    404: "There is no such thing, or the caller may not see it.",
    405: "The path does not take this method.",
    409: "In conflict with how things stand: `idempotency_duplicate`, `needs_provider`, `not_published`, "
    "`revision_unusable`, `conflict`.",
    413: "The body is too long.",
    421: "The Host header names another server.",
    422: "The idempotency key was used with another request: `idempotency_conflict`.",
    429: "Too many requests; wait as long as `Retry-After` says, in seconds.",
    500: "The server failed; the log has the details under the `request-id`.",
    503: "The server is starting or leaving, or something it needs is not there. Call again.",
}
"""What each status means, for readers."""
ALWAYS = (400, 401, 403, 413, 421, 429, 500, 503)
"""What any operation may answer: the server's doors stand before all of them."""


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's responses for what an operation answers when it fails, the general ones included."""
    every = sorted({*ALWAYS, *statuses})
    return {status: {"model": ErrorAnswer, "description": SAID[status]} for status in every}


def status_of(error: LimnerError) -> int:
    """Return the status that answers an error."""
    if error.code == "storage_full":
        return HTTPStatus.SERVICE_UNAVAILABLE
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def envelope(error: LimnerError) -> Json:
    """Return `{error: {code, message, fields?, …}}`; the message ends with the way out."""
    problem: Json = {
        "code": _public_code(error),
        "message": in_public_words(_sentence(error.message, error.next_step)),
    }
    if error.fields:
        problem["fields"] = [{"field": each.field, "message": each.message} for each in error.fields]
    details = error.details()
    return {"error": problem | {name: details[name] for name in ("run_id", "diff") if details.get(name)}}


def _public_code(error: LimnerError) -> str:
    if isinstance(error, Unauthorized):
        return error.code if error.is_missing else "invalid_api_key"
    if isinstance(error, InvalidInput):
        return InvalidInput.code  # a code of its own is for runs: `input_unreachable`
    return _CODE.get(status_of(error)) or _OTHER_CODES.get(error.code, error.code)


def answer(error: LimnerError) -> JSONResponse:
    """Return the response that answers an error."""
    headers = {}
    if isinstance(error, TooManyRequests):
        headers["retry-after"] = str(error.retry_after_seconds)
    elif status_of(error) == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = "5"
    return JSONResponse(envelope(error), status_of(error), headers=headers)


def handle_errors(app: FastAPI) -> None:
    """Let the application answer every error in the envelope."""
    app.add_exception_handler(LimnerError, _limner)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _crash)


async def _limner(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LimnerError)
    return answer(error)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    for each in problems:
        if each["type"] == "json_invalid":
            return answer(InvalidJson(f"The body is not valid JSON: {each['ctx']['error']}."))
    return answer(InvalidInput.of_all(_fields(problems)))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    path = request.url.path[:200]
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            code, message = "not_found", f"There is no {path}. The operations are in /api/v1/docs."
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return _wrong_method(request, error)
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return answer(TooLarge(str(error.detail)))
        case _:
            code, message = "internal_error", str(error.detail)
    return JSONResponse({"error": {"code": code, "message": message}}, error.status_code)


def _wrong_method(request: Request, error: HTTPException) -> JSONResponse:
    """Say which methods the path takes: the router names only those of the first route that has it."""
    local = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    paths: Json = request.app.openapi()["paths"]
    fitting = (
        [paths[local]] if local in paths else [paths[p] for p in paths if compile_path(p)[0].match(local)]
    )
    allowed = {method.upper() for item in fitting for method in item}
    allowed = allowed or set((error.headers or {}).get("Allow", "").split(", "))
    known = ", ".join(sorted(allowed))
    message = f"{request.url.path[:200]} does not take {request.method}. It takes: {known}."
    problem = {"code": "method_not_allowed", "message": message}
    return JSONResponse({"error": problem}, error.status_code, headers={"allow": known})


async def _crash(request: Request, error: Exception) -> JSONResponse:
    request_id = request.scope.get("state", {}).get("request_id", "")
    log.error("request_failed", extra={"request_id": request_id}, exc_info=error)
    message = f"The server failed; its log has the details under {request_id}."
    return JSONResponse({"error": {"code": "internal_error", "message": message}}, 500)


def _fields(problems: Sequence[Any]) -> list[FieldError]:
    return [FieldError(_place(each["loc"]), _words(each)) for each in problems]


def _place(location: Sequence[str | int]) -> str:
    """Return how callers name a place: `inputs[0].type`, `limit`, `Idempotency-Key`."""
    _, *inner = location
    if not inner:
        return "body"
    head, *rest = inner
    return str(head) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)


def _words(problem: Any) -> str:
    if problem["type"] == "extra_forbidden":
        return "there is no such field"
    if problem["type"] == "model_attributes_type":
        return "must be a JSON object, sent with `Content-Type: application/json`"
    if problem["type"] == "string_pattern_mismatch":
        pattern = problem["ctx"]["pattern"]
        is_prefix = _PREFIX.fullmatch(pattern) is not None
        return f"must start with {pattern[1:]}" if is_prefix else f"must match {pattern}"
    said: str = problem["msg"]
    return said[:1].lower() + said[1:]


def _sentence(message: str, next_step: str) -> str:
    if not next_step:
        return message
    return f"{message if message.endswith(('.', '?', '!')) else f'{message}.'} {next_step}"
