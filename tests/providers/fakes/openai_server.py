"""A server that speaks OpenAI's API as its reference has it, with a ledger of what it billed, and every fault.

Stricter than most: it refuses parameters that a model does not have, and bodies that are cut short.
"""

import base64
import io
import json
import math
import random
import struct
import wave
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import av
import numpy as np
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .openai_faults import after, before, error, response
from .serving import serving

KEY = "sk-test-0123456789abcdef"
MODELS = ("gpt-5-mini", "gpt-4.1-mini", "gpt-image-2", "gpt-image-1-mini", "gpt-4o-mini-tts", "tts-1")
MODELS += ("gpt-transcribe", "whisper-1", "text-embedding-3-small", "omni-moderation-latest", "flux.1-dev")
MODELS += ("sd-cpp-local", "piper-amy", "SmolLM2-135M", "dall-e-3")
SIZES = {
    "gpt-image-1-mini": ("auto", "1024x1024", "1536x1024", "1024x1536"),
    "dall-e-3": ("1024x1024", "1792x1024", "1024x1792"),
}
TEXT = {"output_modalities": ["text"]}
EMBEDDING_SIZE = 8


@dataclass
class OpenAIServer:
    """Its `faults` are used up one by one, each by one request that makes something."""

    v1: str = ""
    """Its base address, once it is served."""
    key: str | None = KEY
    honours_keys: bool = False
    answers_addresses: bool = False
    address: str = ""
    """Of pictures that are answered as addresses; empty: its own."""
    listing: list[dict[str, Any]] = field(default_factory=lambda: [{"id": name} for name in MODELS])
    faults: list[str] = field(default_factory=list)
    chaos: tuple[int, float, tuple[str, ...]] | None = None
    """(seed, rate from 0 to 1, faults): which requests fail, by number, whatever they are."""
    ledger: list[dict[str, Any]] = field(default_factory=list)
    """What was billed: endpoint, model, key."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    """Everything that was asked to be made: path, headers, body."""
    files: dict[str, bytes] = field(default_factory=dict)
    are_files_gone: bool = False
    _answers: dict[str, Any] = field(default_factory=dict)

    def app(self) -> Callable[..., Awaitable[None]]:
        makers = {
            "chat/completions": self._chat,
            "images/generations": self._generation,
            "images/edits": self._edit,
            "images": self._openrouter_image,
            "audio/speech": self._speech,
            "audio/transcriptions": self._transcription,
            "embeddings": self._embeddings,
        }
        routes = [
            Route(f"/v1/{path}", self._maker(path, make), methods=["POST"]) for path, make in makers.items()
        ]
        routes += [
            Route("/v1/models", self._models),
            Route("/files/{name}", self._file),
            Route("/_ledger", lambda _: JSONResponse(self.ledger)),
        ]
        inner = Starlette(routes=routes)

        async def outer(scope: Any, receive: Any, send: Any) -> None:
            scope["drop"] = send.__self__.transport.abort  # uvicorn's, before anything wraps it
            await inner(scope, receive, send)

        return outer

    def _maker(self, path: str, make: Callable[..., Any]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await _body_of(request)
            if (refusal := self._unauthorized(request)) is not None:
                return refusal
            key = request.headers.get("idempotency-key", "")
            self.requests.append({"path": path, "headers": dict(request.headers), "body": body})
            fault = self._next_fault()
            if (answer := await before(fault, request)) is not None:
                return answer
            if self.honours_keys and key in self._answers:
                return response(self._answers[key])
            try:
                made = make(body)
            except _RefusedError as problem:
                return error(problem.status, str(problem), problem.code)
            self.ledger.append({"endpoint": path, "model": body.get("model"), "key": key})
            self._answers[key] = made
            return await after(fault, request, made)

        return endpoint

    def _next_fault(self) -> str | None:
        if self.faults:
            return self.faults.pop(0)
        if self.chaos is None:
            return None
        seed, rate, kinds = self.chaos
        chance = random.Random(f"{seed}:{len(self.requests)}")
        return chance.choice(kinds) if chance.random() < rate else None

    def _unauthorized(self, request: Request) -> Response | None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.key is None or given == self.key:
            return None
        return error(401, f"Incorrect API key provided: {given}.", "invalid_api_key")

    async def _models(self, request: Request) -> Response:
        if (refusal := self._unauthorized(request)) is not None:
            return refusal
        rows = [
            {"object": "model", "created": 1_790_000_000, "owned_by": "test", **row} for row in self.listing
        ]
        return JSONResponse({"object": "list", "data": rows})

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if self.are_files_gone or name not in self.files:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        return Response(self.files[name], media_type="image/png")

    def _chat(self, body: dict[str, Any]) -> dict[str, Any]:
        _known(body["model"], self.listing)
        if body["model"].startswith("gpt-5"):
            _refuse_any(body, {"max_tokens", "temperature"})
        messages = body["messages"]
        if not isinstance(messages, list) or not messages:
            raise _RefusedError("messages must not be empty")
        message: dict[str, Any] = {"role": "assistant", "content": _reply(body), "refusal": None}
        if body.get("tools") and messages[-1]["role"] != "tool":
            function = body["tools"][0]["function"]
            arguments = json.dumps({name: "x" for name in function["parameters"]["properties"]})
            call = {
                "id": "call_1",
                "type": "function",
                "function": {"name": function["name"], "arguments": arguments},
            }
            message |= {"content": None, "tool_calls": [call]}
        asked, answered = len(json.dumps(messages)) // 4, len(message["content"] or "") // 4 + 1
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": f"{body['model']}-2026-08-07",
            "choices": [
                {
                    "index": 0,
                    "message": message,
                    "logprobs": None,
                    "finish_reason": "tool_calls" if "tool_calls" in message else "stop",
                }
            ],
            "usage": {
                "prompt_tokens": asked,
                "completion_tokens": answered,
                "total_tokens": asked + answered,
            },
        }

    def _generation(self, body: dict[str, Any]) -> dict[str, Any]:
        _known(body["model"], self.listing)
        is_gpt = "gpt-image" in body["model"]
        if is_gpt:
            _refuse_any(body, {"response_format", "seed", "style"})
        if body["model"] == "dall-e-3":
            _refuse_any(body, {"seed", "output_format"})
        size = body.get("size", "auto")
        if size == "auto" and not is_gpt:
            raise _RefusedError("size must be WIDTHxHEIGHT")
        if size not in SIZES.get(body["model"], (size,)):
            raise _RefusedError(f"Invalid size {size!r}")
        width, height = (int(part) for part in ("1024x1024" if size == "auto" else size).split("x"))
        if is_gpt and (width % 16 or height % 16):
            raise _RefusedError(f"Invalid size {size!r}")
        content = picture(body["prompt"], width, height, body.get("output_format", "png"))
        wants_address = not is_gpt and body.get("response_format") != "b64_json"
        if self.answers_addresses or wants_address:
            name = f"{sha256(content).hexdigest()[:12]}.png"
            self.files[name] = content
            data = {"url": f"{self.address}/files/{name}"}
        else:
            data = {"b64_json": base64.b64encode(content).decode()}
        usage = {"input_tokens": 20, "output_tokens": 1000, "total_tokens": 1020}
        usage |= {"input_tokens_details": {"image_tokens": 0, "text_tokens": 20}}
        return {"created": 1_790_000_000, "data": [data], **({"usage": usage} if is_gpt else {})}

    def _edit(self, body: dict[str, Any]) -> dict[str, Any]:
        given = body.get("image", []) + body.get("image[]", [])
        if not given or not all(Image.open(io.BytesIO(each)).size for each in given):
            raise _RefusedError("image is required")
        return self._generation({**body, "prompt": f"{body['prompt']} after {len(given)}"})

    def _openrouter_image(self, body: dict[str, Any]) -> dict[str, Any]:
        _refuse_any(body, {"response_format", "seed", "n", "size"})
        given = [each["image_url"]["url"] for each in body.get("input_references", [])]
        sides = {"16:9": (1024, 576)}.get(body.get("aspect_ratio", "1:1"), (512, 512))
        content = picture(f"{body['prompt']} after {len(given)}", *sides, "png")
        data = {"b64_json": base64.b64encode(content).decode(), "media_type": "image/png"}
        return {"created": 1_790_000_000, "data": [data], "usage": {"cost": 0.04}}

    def _speech(self, body: dict[str, Any]) -> bytes:
        _known(body["model"], self.listing)
        if body["model"].startswith(("tts-1", "gpt-")) and not body.get("voice"):
            raise _RefusedError("voice is required")
        return tone(len(body["input"]) / 20, body.get("response_format", "mp3"))

    def _transcription(self, body: dict[str, Any]) -> dict[str, Any]:
        content = body["file"][0] if "file" in body else base64.b64decode(body["input_audio"]["data"])
        with wave.open(io.BytesIO(content)) as sound:
            seconds = sound.getnframes() / sound.getframerate()
        usage = {"type": "tokens", "input_tokens": 14, "output_tokens": 45, "total_tokens": 59}
        return {"text": f"A tone of {seconds:.1f} seconds.", "usage": usage}

    def _embeddings(self, body: dict[str, Any]) -> dict[str, Any]:
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors = [_embedding(text) for text in texts]
        if body.get("encoding_format") == "base64":
            shown: list[Any] = [
                base64.b64encode(struct.pack(f"<{EMBEDDING_SIZE}f", *vector)).decode() for vector in vectors
            ]
        else:
            shown = vectors
        rows = [
            {"object": "embedding", "index": number, "embedding": each} for number, each in enumerate(shown)
        ]
        usage = {"prompt_tokens": 3, "total_tokens": 3}
        return {"object": "list", "data": rows[::-1], "model": body["model"], "usage": usage}


@contextmanager
def openai_server(**said: Any) -> Iterator[OpenAIServer]:
    """Serve one meanwhile."""
    server = OpenAIServer(**said)
    with serving(server.app()) as address:
        server.address = server.address or address
        server.v1 = f"{address}/v1"
        yield server


def picture(prompt: str, width: int, height: int, form: str) -> bytes:
    """Return a picture of one colour, that of the prompt."""
    content = io.BytesIO()
    colour = tuple(sha256(prompt.encode()).digest()[:3])
    Image.new("RGB", (width, height), colour).save(content, form)
    return content.getvalue()


def tone(seconds: float, form: str = "wav") -> bytes:
    """Return a tone of 440 Hz."""
    rate = 24_000
    samples = [int(8000 * math.sin(2 * math.pi * 440 * at / rate)) for at in range(int(seconds * rate))]
    content = io.BytesIO()
    if form == "wav":
        with wave.open(content, "wb") as sound:
            sound.setparams((1, 2, rate, 0, "NONE", ""))
            sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
        return content.getvalue()
    container = {"aac": "adts", "opus": "ogg"}.get(form, form)
    codec = {"mp3": "libmp3lame", "opus": "libopus"}.get(form, form)
    with av.open(content, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate)
        frame = av.AudioFrame.from_ndarray(np.array([samples], np.int16), format="s16", layout="mono")
        frame.sample_rate = rate
        output.mux([packet for each in (frame, None) for packet in stream.encode(each)])
    return content.getvalue()


def _embedding(text: str) -> list[float]:
    return [byte / 255 for byte in sha256(text.encode()).digest()[:EMBEDDING_SIZE]]


def _reply(body: dict[str, Any]) -> str:
    """Return words that show what was understood; with a schema, an object that satisfies it."""
    told = body.get("response_format", {"type": "text"})
    if told["type"] == "json_schema":
        schema = told["json_schema"]["schema"]
        return json.dumps(_value(schema, is_strict=told["json_schema"]["strict"]))
    if told["type"] == "json_object":
        if not any("JSON" in str(message["content"]) for message in body["messages"]):
            raise _RefusedError("'messages' must contain the word 'json' in some form")
        return "{}"
    content = body["messages"][-1]["content"]
    if isinstance(content, str):
        return f"You said: {content}"
    seen = []
    for part in content:
        if part["type"] == "image_url":
            given = base64.b64decode(part["image_url"]["url"].partition("base64,")[2])
            seen.append("{}x{}".format(*Image.open(io.BytesIO(given)).size))
        elif part["type"] == "input_audio":
            seen.append(f"{part['input_audio']['format']}")
    return f"You said: {content[0]['text']}, and showed: {', '.join(seen)}"


def _value(schema: dict[str, Any], *, is_strict: bool) -> Any:
    """Return something that a schema allows; in strict mode refuse, as OpenAI does, what that does not take."""
    kind = schema.get("type")
    if is_strict:
        if unknown := {"minLength", "maxLength", "allOf", "not"} & schema.keys():
            raise _RefusedError(f"Invalid schema: {sorted(unknown)[0]} is not permitted")
        if kind is None:
            raise _RefusedError("Invalid schema: it must have a 'type' key")
        is_open = kind == "object" and schema.get("additionalProperties") is not False
        if is_open or set(schema.get("required", ())) != set(schema.get("properties", ())):
            raise _RefusedError("Invalid schema: objects are closed, and all properties required")
    match kind:
        case "object":
            return {name: _value(each, is_strict=is_strict) for name, each in schema["properties"].items()}
        case "array":
            return [_value(schema["items"], is_strict=is_strict)] * 3
        case "number" | "integer":
            return 1
        case "boolean":
            return True
    return "text"


def _known(model: str, listing: list[dict[str, Any]]) -> None:
    if model not in [row["id"] for row in listing]:
        raise _RefusedError(f"The model {model!r} does not exist.", 404, "model_not_found")


def _refuse_any(body: dict[str, Any], names: set[str]) -> None:
    if found := sorted(names & body.keys()):
        raise _RefusedError(f"Unknown parameter: {found[0]!r}.", 400, "unknown_parameter")


async def _body_of(request: Request) -> dict[str, Any]:
    """Return what a request says, read to its end: JSON, or a form with the bytes of its files in lists."""
    if request.headers.get("content-type", "").startswith("application/json"):
        found = json.loads(await request.body())
        assert isinstance(found, dict)
        return found
    body: dict[str, Any] = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                body[name] = value
            else:
                body.setdefault(name, []).append(await value.read())
    return body


class _RefusedError(Exception):
    def __init__(self, message: str, status: int = 400, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
