"""Replicate's HTTP API, in memory: predictions, files, cancelling. Bills a prediction when it is created.

https://replicate.com/docs/reference/http
"""

import base64
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import media

KEY = "r8_2f9c41d7a6b3"


@dataclass
class ReplicateServer:
    """What it was asked for (`ledger`), its predictions and files by id."""

    ledger: list[dict[str, Any]] = field(default_factory=list)
    looks_until_done: int = 2
    predictions: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    expires_first: bool = False
    """Whether the address of a result is good from its second naming on."""
    delivers_at: str | None = None
    """The address of every result; None: one of this server."""
    ends_as: str = "succeeded"
    error: str | None = None

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/account", self.account),
                Route("/v1/predictions", self.create, methods=["POST"]),
                Route("/v1/predictions/{id}", self.look),
                Route("/v1/predictions/{id}/cancel", self.cancel, methods=["POST"]),
                Route("/v1/files", self.upload, methods=["POST"]),
                Route("/delivery/{token}/{id}/{name}", self.deliver),
                Route("/_ledger", self.show),
            ]
        )

    async def account(self, request: Request) -> Response:
        return _refusal(request) or JSONResponse({"type": "user", "username": "studio"})

    async def create(self, request: Request) -> Response:
        if refusal := _refusal(request):
            return refusal
        wanted = await request.json()
        if set(wanted) != {"version", "input"}:
            return JSONResponse({"detail": f"Unexpected fields: {sorted(wanted)}", "status": 422}, 422)
        if wanted["version"].startswith("nobody/"):
            return JSONResponse({"detail": "The requested resource could not be found."}, 404)
        name = f"pred{len(self.predictions) + 1:04d}"
        base = f"{request.base_url}v1/predictions/{name}"
        self.ledger.append({"id": name, **wanted})
        self.predictions[name] = {
            "id": name,
            "model": wanted["version"],
            "input": wanted["input"],
            "status": "starting",
            "output": None,
            "error": None,
            "metrics": {},
            "urls": {"get": base, "cancel": f"{base}/cancel", "stream": f"{base}/secret"},
            "looks": 0,
        }
        return JSONResponse(self._shown(name), 201)

    async def look(self, request: Request) -> Response:
        if refusal := _refusal(request):
            return refusal
        found = self.predictions.get(request.path_params["id"])
        if found is None:
            return JSONResponse({"detail": "The requested resource could not be found."}, 404)
        found["looks"] += 1
        if found["status"] in ("starting", "processing"):
            found["status"] = "processing" if found["looks"] < self.looks_until_done else self.ends_as
        if found["status"] == "failed":
            found["error"] = self.error
        if found["status"] == "succeeded":
            found["output"] = self._output(found, str(request.base_url))
        return JSONResponse(self._shown(found["id"]))

    async def cancel(self, request: Request) -> Response:
        found = self.predictions[request.path_params["id"]]
        if found["status"] in ("starting", "processing"):
            found["status"] = "canceled"
        return JSONResponse(self._shown(found["id"]))

    async def upload(self, request: Request) -> Response:
        if refusal := _refusal(request):
            return refusal
        name = f"file{len(self.files) + 1}"
        async with request.form() as form:
            content = form["content"]
            self.files[name] = await content.read()
        get = f"{request.base_url}v1/files/{name}"
        return JSONResponse(
            {
                "id": name,
                "content_type": content.content_type,
                "size": len(self.files[name]),
                "urls": {"get": get},
            },
            201,
        )

    async def deliver(self, request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["name"]
        if self.expires_first and token == "1":
            return Response("expired", 404)
        made = {"png": media.png, "mp4": media.mp4, "wav": media.wav}[name.rpartition(".")[2]]
        return Response(made(int(request.path_params["id"].removeprefix("pred"))))

    async def show(self, request: Request) -> Response:
        return JSONResponse(self.ledger)

    def _output(self, found: dict[str, Any], base: str) -> Any:
        """Models differ in what they put out: an address, a list of them, tokens of text."""
        given, ending = found["input"], "mp4" if "film" in found["model"] else "png"
        if "writer" in found["model"]:
            return ["Lin", "en", " and light."]
        found["namings"] = found.get("namings", 0) + 1
        address = self.delivers_at or f"{base}delivery/{found['namings']}/{found['id']}/out.{ending}"
        if given.get("inline"):
            return f"data:image/png;base64,{base64.b64encode(media.png(7)).decode()}"
        return [address] * given["num_outputs"] if "num_outputs" in given else address

    def _shown(self, name: str) -> dict[str, Any]:
        hidden = ("looks", "namings")
        return {key: value for key, value in self.predictions[name].items() if key not in hidden}


def _refusal(request: Request) -> Response | None:
    if request.headers.get("authorization") == f"Bearer {KEY}":
        return None
    return JSONResponse({"title": "Unauthenticated", "detail": "You did not pass a valid token"}, 401)
