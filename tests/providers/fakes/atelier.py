"""The service of the walk-through in docs/providers.md: one `Idempotency-Key` is one job, billed once."""

from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import media

KEY = "atelier-3c5e90"


@dataclass
class AtelierServer:
    """Its jobs by number, and what it has billed, by key."""

    jobs: list[dict[str, Any]] = field(default_factory=list)
    by_key: dict[str, int] = field(default_factory=dict)
    reason: str | None = None

    @property
    def ledger(self) -> list[str]:
        return list(self.by_key)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v2/jobs", self.create, methods=["POST"]),
                Route("/v2/jobs/{number:int}", self.look, methods=["GET"]),
                Route("/v2/jobs/{number:int}", self.stop, methods=["DELETE"]),
                Route("/files/{number:int}.png", self.file),
            ]
        )

    async def create(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Token {KEY}":
            return JSONResponse({"error": "no such token"}, 401)
        wanted = await request.json()
        if set(wanted) != {"engine", "spec"} or set(wanted["spec"]) != {"text", "shape"}:
            return JSONResponse({"error": "engine and spec {text, shape} are wanted"}, 422)
        number = self.by_key.setdefault(request.headers["idempotency-key"], len(self.jobs))
        if number == len(self.jobs):
            self.jobs.append({"state": "NEW", **wanted})
        return JSONResponse({"job": {"number": number}}, 202)

    async def look(self, request: Request) -> Response:
        number = request.path_params["number"]
        job = self.jobs[number]
        if job["state"] == "NEW":
            job["state"] = "RENDERING"
            return JSONResponse({"job": {"state": "RENDERING", "percent": 40}})
        if job["state"] == "STOPPED":
            return JSONResponse({"job": {"state": "STOPPED"}})
        if self.reason:
            return JSONResponse({"job": {"state": "BROKEN", "reason": self.reason}})
        file = {"href": f"{request.base_url}files/{number}.png"}
        return JSONResponse({"job": {"state": "READY", "files": [file], "usd": 0.03}})

    async def stop(self, request: Request) -> Response:
        self.jobs[request.path_params["number"]]["state"] = "STOPPED"
        return JSONResponse({"job": {"state": "STOPPED"}})

    async def file(self, request: Request) -> Response:
        return Response(media.png(request.path_params["number"]))
