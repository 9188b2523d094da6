"""The `/v1/videos` shape, in memory, as third-party gateways keep it: a form in, a job, its file at `/content`."""

from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import media

KEY = "gateway-77ab20"


@dataclass
class VideosServer:
    """What it was asked for (`ledger`: fields, and sizes of files), and its jobs by id."""

    ledger: list[dict[str, Any]] = field(default_factory=list)
    looks_until_done: int = 2
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    error: dict[str, str] | None = None
    cost: float | None = None

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/videos", self.create, methods=["POST"]),
                Route("/v1/videos/{id}", self.look, methods=["GET"]),
                Route("/v1/videos/{id}/content", self.content),
                Route("/_ledger", self.show),
            ]
        )

    async def create(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return JSONResponse({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, 401)
        if not request.headers["content-type"].startswith("multipart/form-data"):
            return JSONResponse({"error": {"message": "a form is wanted"}}, 415)
        wanted: dict[str, Any] = {}
        async with request.form() as form:
            for name, value in form.multi_items():
                is_text = isinstance(value, str)
                wanted[name] = value if is_text else {"bytes": value.size, "type": value.content_type}
        name = f"video_{len(self.jobs) + 1}"
        self.ledger.append({"id": name, **wanted})
        self.jobs[name] = {
            "id": name,
            "object": "video",
            "model": wanted["model"],
            "status": "queued",
            "progress": 0,
        }
        return JSONResponse(self.jobs[name])

    async def look(self, request: Request) -> Response:
        job = self.jobs.get(request.path_params["id"])
        if job is None:
            return JSONResponse({"error": {"message": "Video not found"}}, 404)
        steps = min(self.looks_until_done, job.get("looks", 0) + 1)
        job |= {"looks": steps, "progress": 100 * steps // self.looks_until_done, "status": "in_progress"}
        if steps == self.looks_until_done:
            job |= (
                {"status": "failed", "error": self.error}
                if self.error
                else {"status": "completed", "cost": self.cost}
            )
        return JSONResponse({name: value for name, value in job.items() if name != "looks"})

    async def content(self, request: Request) -> Response:
        return Response(
            media.mp4(int(request.path_params["id"].removeprefix("video_"))), media_type="video/mp4"
        )

    async def show(self, request: Request) -> Response:
        return JSONResponse(self.ledger)
