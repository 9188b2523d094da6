"""A model's API on loopback that follows a script: the Anthropic Messages wire format, streamed."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Block = dict[str, Any]
Script = Callable[[list[Block]], Block]
"""From the tool results that the model was given so far to its next block."""


@dataclass(slots=True)
class ScriptedModel:
    """What a host asked of the model."""

    script: Script
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def results(self) -> list[Block]:
        """The tool results of the conversation, as the model got them."""
        return tool_results(self.requests[-1]) if self.requests else []

    def answer(self, request: dict[str, Any]) -> Block:
        """Return the model's next block. Hosts ask for other things too: those requests have no tools."""
        if not request.get("tools"):
            return {"type": "text", "text": "ok"}
        self.requests.append(request)
        return self.script(tool_results(request))


def tool_results(request: dict[str, Any]) -> list[Block]:
    """Return the tool results in a request, in order."""
    contents = [message["content"] for message in request["messages"] if isinstance(message["content"], list)]
    return [block for content in contents for block in content if block["type"] == "tool_result"]


def call(name: str, number: int, **arguments: Any) -> Block:
    """Return a block that calls a tool."""
    return {"type": "tool_use", "id": f"toolu_{number:04}", "name": name, "input": arguments}


@contextmanager
def scripted_model(script: Script) -> Iterator[ScriptedModel]:
    """Serve the model for the length of a `with` block."""
    model = ScriptedModel(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if "/messages" not in self.path or "count_tokens" in self.path:
                self._send(b'{"input_tokens": 1}', "application/json")
                return
            block = model.answer(body)
            stream = b"".join(_events(block, body["model"]))
            self._send(stream, "text/event-stream")

        def do_HEAD(self) -> None:
            self._send(b"", "text/plain")

        def do_GET(self) -> None:
            self._send(b"", "text/plain")

        def _send(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *more: Any) -> None:
            """Say nothing: the requests are kept."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    model.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _events(block: Block, model: str) -> Iterator[bytes]:
    is_call = block["type"] == "tool_use"
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": []}
    message |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
    opening = {**block, "input": {}} if is_call else {"type": "text", "text": ""}
    delta = (
        {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        if is_call
        else {"type": "text_delta", "text": block["text"]}
    )
    ending = {"stop_reason": "tool_use" if is_call else "end_turn", "stop_sequence": None}
    yield _event("message_start", message=message)
    yield _event("content_block_start", index=0, content_block=opening)
    yield _event("content_block_delta", index=0, delta=delta)
    yield _event("content_block_stop", index=0)
    yield _event("message_delta", delta=ending, usage={"output_tokens": 1})
    yield _event("message_stop")


def _event(kind: str, **more: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n".encode()
