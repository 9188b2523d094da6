"""ComfyUI's server, in memory: queue, history, files, and its websocket. It runs one prompt at a time.

https://docs.comfy.org/development/comfyui-server/comms_routes and …/comms_messages
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..queues import until
from . import media

SAVES = {"SaveImage": ("images", "png"), "SaveVideo": ("images", "mp4"), "SaveAudio": ("audio", "wav")}
KNOWN = {*SAVES, "CheckpointLoaderSimple", "CLIPTextEncode", "EmptyLatentImage", "KSampler", "VAEDecode"}
KNOWN |= {"LoadImage", "PreviewImage", "PreviewAny"}
STEPS = 4


@dataclass
class ComfyServer:
    """Its queue, its history, what was uploaded, and every prompt that it has accepted (`ledger`)."""

    ledger: list[dict[str, Any]] = field(default_factory=list)
    pending: list[list[Any]] = field(default_factory=list)
    running: list[list[Any]] = field(default_factory=list)
    history: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    sockets: dict[str, WebSocket] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    """Of every websocket that was asked for."""
    ignores_ids: bool = False
    """As before September 2025: it gives ids of its own, and interrupts whatever runs."""
    has_socket: bool = True
    waits_for_socket: bool = False
    is_held: bool = False
    """Whether the prompt that runs stays at its first node."""
    fails_at: str | None = None
    _interrupted: bool = False
    _worker: asyncio.Task[None] | None = None

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/system_stats", self.stats),
                Route("/prompt", self.prompt, methods=["POST"]),
                Route("/queue", self.queue, methods=["GET"]),
                Route("/queue", self.change_queue, methods=["POST"]),
                Route("/interrupt", self.interrupt, methods=["POST"]),
                Route("/history", self.recent),
                Route("/history/{id}", self.one),
                Route("/upload/image", self.upload, methods=["POST"]),
                Route("/view", self.view),
                Route("/_ledger", self.show),
                WebSocketRoute("/ws", self.socket),
            ]
        )

    def restart(self) -> None:
        """Forget everything that a process holds in memory."""
        self.pending, self.running, self.history = [], [], {}

    async def stats(self, request: Request) -> Response:
        return JSONResponse({"system": {"comfyui_version": "0.9.2"}, "devices": []})

    async def prompt(self, request: Request) -> Response:
        wanted = await request.json()
        graph, given = wanted["prompt"], wanted.get("prompt_id")
        if errors := self._errors(graph):
            error = {
                "type": "prompt_outputs_failed_validation",
                "message": "Prompt outputs failed validation",
            }
            return JSONResponse({"error": error, "node_errors": errors}, 400)
        name = f"own-{len(self.ledger)}" if self.ignores_ids or given is None else given
        if name == given and str(UUID(given)) != given:
            return JSONResponse({"error": {"type": "invalid_prompt_id", "message": "must be a UUID"}}, 400)
        number = len(self.ledger)
        self.ledger.append({"id": name, "prompt": graph})
        self.pending.append([number, name, graph, {"client_id": wanted.get("client_id")}, []])
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return JSONResponse({"prompt_id": name, "number": number, "node_errors": {}})

    async def queue(self, request: Request) -> Response:
        return JSONResponse({"queue_running": self.running, "queue_pending": self.pending})

    async def change_queue(self, request: Request) -> Response:
        wanted = await request.json()
        self.pending = [item for item in self.pending if item[1] not in wanted.get("delete", [])]
        return Response(status_code=200)

    async def interrupt(self, request: Request) -> Response:
        wanted = (await request.json()).get("prompt_id")
        if self.ignores_ids or any(item[1] == wanted for item in self.running):
            self._interrupted = True
        return Response(status_code=200)

    async def recent(self, request: Request) -> Response:
        most = int(request.query_params["max_items"])
        return JSONResponse(dict(list(self.history.items())[-most:]))

    async def one(self, request: Request) -> Response:
        name = request.path_params["id"]
        return JSONResponse({name: self.history[name]} if name in self.history else {})

    async def upload(self, request: Request) -> Response:
        async with request.form() as form:
            name = form["image"].filename
            self.uploads[name] = await form["image"].read()
        return JSONResponse({"name": name, "subfolder": "", "type": "input"})

    async def view(self, request: Request) -> Response:
        name = request.query_params["filename"]
        number, ending = int(name.partition("_")[0]), name.rpartition(".")[2]
        return Response({"png": media.png, "mp4": media.mp4, "wav": media.wav}[ending](number))

    async def show(self, request: Request) -> Response:
        return JSONResponse(self.ledger)

    async def socket(self, socket: WebSocket) -> None:
        self.headers.append(dict(socket.headers))
        if not self.has_socket:
            await socket.close()
            return
        client = socket.query_params["clientId"]
        await socket.accept()
        await socket.send_json({"type": "status", "data": {"status": {}, "sid": client}})
        self.sockets[client] = socket
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            self.sockets.pop(client, None)

    def _errors(self, graph: dict[str, Any]) -> dict[str, Any]:
        errors = {}
        for node, each in graph.items():
            kind, image = each["class_type"], each["inputs"].get("image")
            if kind not in KNOWN:
                errors[node] = f"no node {kind}"
            elif kind == "LoadImage" and image not in self.uploads:
                errors[node] = f"image - Invalid image file: {image}"
        return {
            node: {
                "errors": [{"message": "Invalid", "details": told}],
                "class_type": graph[node]["class_type"],
            }
            for node, told in errors.items()
        }

    async def _work(self) -> None:
        while self.pending:
            item = self.pending.pop(0)
            self.running = [item]
            self._interrupted = False
            entry = await self._made(item)
            if self.running == [item]:  # else it was started anew meanwhile
                self.running, self.history[item[1]] = [], entry

    async def _made(self, item: list[Any]) -> dict[str, Any]:
        number, name, graph, extra, _ = item
        client = extra["client_id"]
        if self.waits_for_socket:
            await until(lambda: client in self.sockets)
        messages: list[list[Any]] = [["execution_start", {"prompt_id": name}]]
        outputs: dict[str, Any] = {}
        await self._tell(client, "execution_cached", {"nodes": [], "prompt_id": name})
        for node, each in graph.items():
            kind = each["class_type"]
            await self._tell(client, "executing", {"node": node, "prompt_id": name})
            await until(lambda: self._interrupted or not self.is_held)
            if self._interrupted:
                messages.append(["execution_interrupted", {"prompt_id": name, "node_id": node}])
                break
            if kind == self.fails_at:
                failed = {"prompt_id": name, "node_type": kind, "exception_message": "CUDA out of memory\n"}
                messages.append(["execution_error", failed])
                break
            for step in range(STEPS if kind == "KSampler" else 0):
                data = {"value": step + 1, "max": STEPS, "node": node, "prompt_id": name}
                await self._tell(client, "progress", data)
            if output := _output(kind, number, each["inputs"]):
                outputs[node] = output
        else:
            messages.append(["execution_success", {"prompt_id": name}])
        await self._tell(client, *messages[-1])
        is_success = messages[-1][0] == "execution_success"
        status = {
            "status_str": "success" if is_success else "error",
            "completed": is_success,
            "messages": messages,
        }
        return {"prompt": item, "outputs": outputs, "status": status, "meta": {}}

    async def _tell(self, client: str, event: str, data: dict[str, Any]) -> None:
        if socket := self.sockets.get(client):
            await socket.send_bytes(b"\0\0\0\1\0\0\0\2" + media.png(0))  # a preview
            await socket.send_text(json.dumps({"type": event, "data": data}))
        await asyncio.sleep(0)


def _output(kind: str, number: int, inputs: dict[str, Any]) -> dict[str, Any]:
    if kind == "PreviewAny":
        return {"text": [str(inputs["source"])]}
    if kind == "PreviewImage":
        return {"images": [{"filename": f"{number}_temp.png", "subfolder": "", "type": "temp"}]}
    if kind not in SAVES:
        return {}
    key, ending = SAVES[kind]
    saved = {"filename": f"{number}_00001_.{ending}", "subfolder": "limner", "type": "output"}
    return {key: [saved], "animated": [ending == "mp4"]}
