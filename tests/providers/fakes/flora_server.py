"""A server that speaks FLORA's public API as its documents have it, with a ledger of what it billed, and every fault.

It is strict: unknown fields, ids without their prefix, media that was never uploaded and bodies cut short are refused.
"""

import io
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import time
from typing import Any

from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .flora_faults import RefusedError, before, error, file_answer, spoiled
from .flora_media import media_of
from .serving import serving

KEY = "sk_live_0123456789abcdef"
TWO_HOURS_MS = 7_200_000
TYPES = {"image": "imageUrl", "video": "videoUrl", "audio": "audioUrl", "text": "text"}
IMAGE_OUT = {"id": "output_1", "name": "Grid", "type": "imageUrl"}
GRID = {
    "technique_id": "tech_grid",
    "name": "Editorial Image Grid",
    "description": "Generate a cohesive editorial image grid.",
    "run_cost": 0.25,
    "inputs": [
        {"id": "prompt", "name": "Prompt", "type": "text", "description": "What to show."},
        {"id": "referenceImage", "name": "Reference", "type": "imageUrl", "optional": True},
        {
            "id": "extras",
            "name": "Extras",
            "type": "imageUrl",
            "optional": True,
            "allow_multiple": True,
        },
    ],
    "outputs": [
        {**IMAGE_OUT, "specified_aspect_ratio": "3:1"},
        {"id": "2 notes", "name": "Notes", "type": "text"},
    ],
}
CLIP = {
    "technique_id": "tech_clip",
    "name": "Clip",
    "description": "",
    "run_cost": 1.5,
    "inputs": [{"id": "prompt", "name": "Prompt", "type": "text", "specified_duration": 0}],
    "outputs": [
        {"id": "film", "name": "Film", "type": "videoUrl", "specified_duration": 1},
        {"id": "sound", "name": "Sound", "type": "audioUrl"},
        {"id": "sheet", "name": "Sheet", "type": "documentUrl"},
    ],
}
MODELS: list[dict[str, Any]] = [
    {
        "model_id": "t2i-flux-2-pro",
        "name": "Flux 2 Pro",
        "provider": "bfl",
        "type": "image",
        "capabilities": ["text-to-image"],
        "estimated_credits": 40,
        "estimated_seconds": 12,
        "params": [
            {
                "name": "aspect_ratio",
                "required": False,
                "type": "string",
                "default": "1:1",
                "label": "Aspect ratio",
                "options": [{"label": each, "value": each} for each in ("1:1", "16:9")],
            },
            {"name": "seed", "required": False, "type": "seed"},
            {"name": "steps", "required": False, "type": "int?", "min": 1, "max": 50, "label": "Steps"},
            {"name": "image_urls", "required": False, "type": "string[]"},
        ],
    },
    {
        "model_id": "i2v-kling-3",
        "name": "Kling 3",
        "provider": "kling",
        "type": "video",
        "capabilities": [],
        "estimated_credits": 900,
        "estimated_seconds": 70,
        "params": [
            {"name": "start_image_url", "required": True, "type": "string"},
            {"name": "end_image_url", "required": False, "type": "string"},
            {"name": "image_size", "required": False, "type": "string", "default": "hd"},
        ],
    },
    {
        "model_id": "llm-small",
        "name": "Small",
        "provider": "x",
        "type": "text",
        "capabilities": [],
        "estimated_credits": 1,
        "estimated_seconds": 2,
        "params": [],
    },
]


@dataclass
class FloraServer:
    """Its faults are used up one by one: of starts, of questions, of files."""

    key: str = KEY
    techniques: list[dict[str, Any]] = field(default_factory=lambda: [GRID, CLIP])
    models: list[dict[str, Any]] = field(default_factory=lambda: MODELS)
    workspaces: tuple[str, ...] = ("ws_one",)
    lists_ports: bool = True
    """Whether a list of techniques shows their inputs and outputs; in the documents' example it does not."""
    page_size: int = 2
    repeats: str = "duplicate"
    """What answers a key that was used before: `duplicate` (409), `named` (409 with the run), `replay`."""
    takes_forms: bool = True
    looks_until_done: int = 1
    ending: dict[str, Any] = field(default_factory=lambda: {"status": "completed"})
    faults: list[str] = field(default_factory=list)
    look_faults: list[str] = field(default_factory=list)
    file_faults: list[str] = field(default_factory=list)
    later_ms: int = 0
    """How far its clock is ahead."""
    address: str = ""
    bucket: str = ""
    """Where signed addresses lead: another origin."""
    ledger: list[dict[str, Any]] = field(default_factory=list)
    """What was billed: run, key, path, cost."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    assets: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    _keys: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _links: int = 0
    _expired: set[str] = field(default_factory=set)
    """Links that are good no more: a run that is read anew has others."""

    def app(self) -> Callable[..., Awaitable[None]]:
        """Return the server. `scope["drop"]` cuts a connection."""
        v1 = "/api/v1"
        routes = [
            Route(f"{v1}/techniques", self._asked(self._technique_list)),
            Route(f"{v1}/techniques/{{id}}", self._asked(self._technique_detail)),
            Route(f"{v1}/techniques/{{id}}/runs/{{run}}", self._asked(self._look)),
            Route(f"{v1}/technique-runs", self._asked(self._history)),
            Route(f"{v1}/models", self._asked(self._model_list)),
            Route(f"{v1}/workspaces", self._asked(self._workspace_list)),
            Route(f"{v1}/projects", self._asked(self._project_list)),
            Route(f"{v1}/runs/technique", self._starts(self._technique_run), methods=["POST"]),
            Route(f"{v1}/runs/generation", self._starts(self._generation), methods=["POST"]),
            Route(f"{v1}/runs/{{run}}", self._asked(self._look)),
            Route(f"{v1}/assets", self._asked(self._asset), methods=["POST"]),
            Route(f"{v1}/assets/{{id}}/complete", self._asked(self._complete), methods=["POST"]),
            Route("/bucket/{id}", self._received, methods=["POST"]),
            Route("/media/{name}", self._file),
            Route("/_ledger", self._read_ledger),
        ]
        inner = Starlette(routes=routes)

        async def outer(scope: Any, receive: Any, send: Any) -> None:
            scope["drop"] = send.__self__.transport.abort  # uvicorn's, before anything wraps it
            await inner(scope, receive, send)

        return outer

    def now(self) -> int:
        return int(time() * 1000) + self.later_ms

    def link(self, name: str) -> str:
        """Return a fresh link to a file."""
        self._links += 1
        return f"{self.address}/media/{name}?link={self._links}"

    def _asked(self, answer: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            self.requests.append(
                {"path": request.url.path, "method": request.method, "headers": dict(request.headers)}
            )
            try:
                self._authorize(request)
                found = await answer(request)
                return found if isinstance(found, Response) else JSONResponse(found)
            except RefusedError as problem:
                return error(problem)

        return endpoint

    def _starts(
        self, make: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = json.loads(await request.body())
            headers, path = dict(request.headers), request.url.path
            self.requests.append({"path": path, "method": "POST", "headers": headers, "body": body})
            fault = self.faults.pop(0) if self.faults else ""
            try:
                self._authorize(request)
                if (answer := await before(fault, request)) is not None:
                    return answer
                key = request.headers.get("idempotency-key", "")
                if (repeated := self._repeated(key)) is not None:
                    return repeated
                started = make(body)
            except RefusedError as problem:
                return error(problem)
            self._keys[key] = (self.now(), started)
            self.ledger.append(
                {"run_id": started["run_id"], "key": key, "path": path, "cost": started["charged_cost"]}
            )
            return await spoiled(fault, request, started)

        return endpoint

    def _authorize(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            raise RefusedError(401, "unauthorized", "Invalid API key.")

    def _repeated(self, key: str) -> Response | None:
        at, started = self._keys.get(key, (0, None))
        if not key or started is None or self.now() - at > TWO_HOURS_MS:
            return None
        if self.repeats == "replay":
            return JSONResponse(started, headers={"idempotent-replayed": "true"})
        named = {"run_id": started["run_id"]} if self.repeats == "named" and "run_id" in started else {}
        raise RefusedError(409, "idempotency_duplicate", "Duplicate idempotency key.", **named)

    def _technique_run(self, body: dict[str, Any]) -> dict[str, Any]:
        _only(body, {"technique_id", "workspace_id", "inputs"}, {"project_id"})
        _prefix(body, "technique_id", "tech_")
        self._workspace(body["workspace_id"])
        technique = self._technique(body["technique_id"])
        ports = {each["id"]: each for each in technique["inputs"]}
        for name, value in body["inputs"].items():
            if name not in ports:
                raise RefusedError(400, "input_validation_error", f"inputs.{name}: unknown input")
            is_list = bool(ports[name].get("allow_multiple"))
            if isinstance(value, list) is not is_list:
                raise RefusedError(400, "input_validation_error", f"inputs.{name}: expected another shape")
            if ports[name]["type"] != "text":
                self._require_media([value] if isinstance(value, str) else value)
        if missing := [
            name for name, port in ports.items() if not port.get("optional") and name not in body["inputs"]
        ]:
            raise RefusedError(400, "input_validation_error", f"inputs.{missing[0]}: Required")
        return self._run("technique", technique["run_cost"], technique["outputs"], body)

    def _generation(self, body: dict[str, Any]) -> dict[str, Any]:
        _only(body, {"project_id", "prompt", "type", "workspace_id"}, {"model", "params"})
        _prefix(body, "project_id", "prj_")
        self._workspace(body["workspace_id"])
        model = next((each for each in self.models if each["model_id"] == body.get("model")), None)
        if model is None or model["type"] != body["type"]:
            raise RefusedError(404, "not_found", "Not found.")
        params = {each["name"]: each for each in model["params"]}
        for name, value in body.get("params", {}).items():
            if name not in params:
                raise RefusedError(400, "input_validation_error", f"params.{name}: unknown parameter")
            if name.endswith(("image_url", "image_urls")):
                self._require_media([value] if isinstance(value, str) else value)
        outputs = [{"id": "output_1", "type": TYPES[body["type"]]}]
        return self._run("generation", 0.04, outputs, body)

    def _workspace(self, workspace_id: Any) -> None:
        if workspace_id not in self.workspaces:
            raise RefusedError(404, "not_found", "Not found.")

    def _require_media(self, addresses: list[str]) -> None:
        ready = {each["url"]: each for each in self.assets.values() if each["status"] == "ready"}
        for address in addresses:
            if address not in ready:
                raise RefusedError(400, "input_validation_error", f"{address} is no asset")

    def _run(
        self, kind: str, cost: float, outputs: list[dict[str, Any]], body: dict[str, Any]
    ) -> dict[str, Any]:
        run_id = f"run_{len(self.runs) + 1}"
        self.runs[run_id] = {
            "run_id": run_id,
            "created_at": self.now(),
            "charged_cost": cost,
            "body": body,
            "outputs": outputs,
            "looks": 0,
        }
        started = {"run_id": run_id, "type": kind, "charged_cost": cost, "estimated_seconds": 1}
        return {**started, "poll_url": f"{self.address}/api/v1/runs/{run_id}"}

    def _technique(self, technique_id: str) -> dict[str, Any]:
        for each in self.techniques:
            if technique_id in (each["technique_id"], each["technique_id"].removeprefix("tech_")):
                return each
        raise RefusedError(404, "not_found", "Not found.")

    async def _technique_list(self, request: Request) -> Any:
        hidden = {} if self.lists_ports else {"inputs": [], "outputs": []}
        return self._page("techniques", [{**each, **hidden} for each in self.techniques], request)

    async def _technique_detail(self, request: Request) -> Any:
        return self._technique(request.path_params["id"])

    async def _model_list(self, request: Request) -> Any:
        return self._page("models", self.models, request)

    async def _workspace_list(self, request: Request) -> Any:
        return self._page("workspaces", [{"workspace_id": each} for each in self.workspaces], request)

    async def _project_list(self, request: Request) -> Any:
        return self._page("projects", [{"project_id": "prj_one"}, {"project_id": "prj_two"}], request)

    async def _history(self, request: Request) -> Any:
        wanted = request.query_params.get("technique_id")
        rows = [
            {**self._shown(run), "technique_run_id": run["run_id"], "workspace_id": "ws_one"}
            for run in reversed(self.runs.values())
            if run["body"].get("technique_id") == wanted
        ]
        return self._page("technique_runs", rows, request)

    def _page(self, name: str, rows: list[Any], request: Request) -> dict[str, Any]:
        start = int(request.query_params.get("cursor", 0))
        end = start + self.page_size
        return {name: rows[start:end], "meta": {"next_cursor": str(end) if end < len(rows) else None}}

    async def _look(self, request: Request) -> Any:
        fault = self.look_faults.pop(0) if self.look_faults else ""
        if (answer := await before(fault, request)) is not None:
            return answer
        if fault == "malformed":
            return Response(b'{"run_id": "run_', media_type="application/json")
        if fault == "no run":
            return {"hello": "there"}
        run = self.runs.get(request.path_params["run"])
        if run is None or fault == "404":
            raise RefusedError(404, "not_found", "Not found.")
        run["looks"] += 1
        return self._shown(run)

    def _shown(self, run: dict[str, Any]) -> dict[str, Any]:
        shown = {
            "run_id": run["run_id"],
            "created_at": run["created_at"],
            "charged_cost": run["charged_cost"],
        }
        if run["looks"] <= self.looks_until_done:
            return {**shown, "status": "running", "progress": min(99, 40 * run["looks"])}
        shown |= {"progress": 100, **self.ending}
        if self.ending["status"] == "completed":
            shown.setdefault("outputs", [self._made(run, each) for each in run["outputs"]])
        return shown

    def _made(self, run: dict[str, Any], output: dict[str, Any]) -> dict[str, Any]:
        named = {"output_id": output["id"], "type": output["type"]}
        if output["type"] == "text":
            return {
                **named,
                "url": f"Made of {json.dumps(run['body'].get('inputs', run['body'].get('prompt')))}",
            }
        name = f"{run['run_id']}-{output['id']}"
        self.files.setdefault(name, media_of(output["type"], json.dumps(run["body"], sort_keys=True)))
        return {**named, "url": self.link(name)}

    async def _asset(self, request: Request) -> Any:
        key = request.headers.get("idempotency-key", "")
        if (repeated := self._repeated(key)) is not None:
            return repeated
        answer = await self._new_asset(request)
        self._keys[key] = (self.now(), answer)
        return JSONResponse(answer, 201)

    async def _new_asset(self, request: Request) -> dict[str, Any]:
        if request.headers.get("content-type", "").startswith("multipart/"):
            if not self.takes_forms:
                raise RefusedError(400, "invalid_json", "The body is not JSON.")
            async with request.form() as form:
                self._workspace(form.get("workspace_id"))
                content = await form["file"].read()  # type: ignore[union-attr]  # starlette's, where a file was sent
            return self._kept("", content)
        body = json.loads(await request.body())
        _only(body, {"source", "workspace_id"}, {"content_type", "file_name", "folder"})
        self._workspace(body["workspace_id"])
        asset = self._kept("", None)
        fields = {"policy": "p 1", "signature": "s"}
        upload = {
            "method": "POST",
            "url": f"{self.bucket}/bucket/{asset['asset_id']}",
            "file_field": "file",
            "form_fields": fields,
        }
        return {**asset, "upload": upload}

    def _kept(self, asset_id: str, content: bytes | None) -> dict[str, Any]:
        asset_id = asset_id or f"asset_{len(self.assets) + 1}"
        asset = {"asset_id": asset_id, "status": "pending_upload", "url": f"{self.address}/media/{asset_id}"}
        if content is not None:
            self.files[asset_id] = content
            asset["status"] = "ready" if _is_media(content) else "failed"
            asset["failure_message"] = "no media"
        self.assets[asset_id] = asset
        return asset

    async def _received(self, request: Request) -> Response:
        assert "authorization" not in request.headers, "a key was sent to another origin"
        async with request.form() as form:
            assert list(form) == ["policy", "signature", "file"]
            content = await form["file"].read()  # type: ignore[union-attr]  # as above
        self.files[request.path_params["id"]] = content
        return Response(status_code=204)

    async def _complete(self, request: Request) -> Any:
        if json.loads(await request.body()) != {}:
            raise RefusedError(400, "invalid_json", "Expected an object.")
        asset_id = request.path_params["id"]
        return self._kept(asset_id, self.files[asset_id])

    async def _file(self, request: Request) -> Response:
        fault = self.file_faults.pop(0) if self.file_faults else ""
        link = request.url.query
        if fault == "expired":
            self._expired.add(link)
        elif link in self._expired:
            fault = "expired"
        return await file_answer(fault, request, self.files[request.path_params["name"]])

    async def _read_ledger(self, request: Request) -> Response:
        return JSONResponse(self.ledger)


@contextmanager
def flora_server(**said: Any) -> Iterator[tuple[str, FloraServer]]:
    """Serve one meanwhile; yields its base address and the server."""
    server = FloraServer(**said)
    with serving(server.app()) as address, serving(server.app()) as bucket:
        server.address = address
        server.bucket = bucket
        yield f"{address}/api/v1", server


def _only(body: dict[str, Any], required: set[str], optional: set[str]) -> None:
    if missing := required - set(body):
        raise RefusedError(400, "input_validation_error", f"{min(missing)}: Required")
    if unknown := set(body) - required - optional:
        raise RefusedError(400, "input_validation_error", f"{min(unknown)}: Unrecognized key")


def _prefix(body: dict[str, Any], name: str, prefix: str) -> None:
    if not str(body[name]).startswith(prefix):
        raise RefusedError(400, "input_validation_error", f"{name}: must start with {prefix}")


def _is_media(content: bytes) -> bool:
    if content[4:8] == b"ftyp":
        return True
    try:
        Image.open(io.BytesIO(content)).load()
    except OSError:
        return False
    return True
