"""A stamp server: what the adapter in `third_party/limner_stamp` speaks to. Bills each job once, by its key."""

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY = "stamp-key-7f3a9c51"
LOOKS_UNTIL_DONE = 1


@dataclass
class StampServer:
    """Its jobs by id, and what it has billed: once per key."""

    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Return the server."""
        return Starlette(
            routes=[
                Route("/models", self.models),
                Route("/jobs", self.accept, methods=["POST"]),
                Route("/jobs/{job}", self.look, methods=["GET"]),
                Route("/jobs/{job}", self.stop, methods=["DELETE"]),
                Route("/jobs/{job}/file", self.file),
                Route("/_ledger", self.ledger),
            ]
        )

    async def models(self, request: Request) -> Response:
        if refusal := _refusal(request):
            return refusal
        return JSONResponse({"models": [{"name": "stamp-1", "price": 0.02}]})

    async def accept(self, request: Request) -> Response:
        if refusal := _refusal(request):
            return refusal
        wanted = await request.json()
        if wanted["model"] != "stamp-1":
            return JSONResponse({"error": f"no model {wanted['model']}"}, 404)
        job = self.by_key.setdefault(request.headers["idempotency-key"], f"job-{len(self.jobs) + 1}")
        self.jobs.setdefault(job, {"state": "working", "looks": 0, **wanted})
        return JSONResponse({"id": job}, 201)

    async def look(self, request: Request) -> Response:
        job = self.jobs.get(request.path_params["job"])
        if job is None:
            return JSONResponse({"error": "no such job"}, 404)
        job["looks"] += 1
        if job["state"] == "working" and job["looks"] >= LOOKS_UNTIL_DONE:
            job["state"] = "done"
        progress = min(1.0, job["looks"] / LOOKS_UNTIL_DONE)
        return JSONResponse({"state": job["state"], "progress": progress, "cost": 0.02})

    async def stop(self, request: Request) -> Response:
        job = self.jobs[request.path_params["job"]]
        is_stopped = job["state"] == "working"
        if is_stopped:
            job["state"] = "stopped"
        return JSONResponse({"stopped": is_stopped})

    async def file(self, request: Request) -> Response:
        job = self.jobs[request.path_params["job"]]
        picture = Image.new("RGB", (240, 80), "white")
        draw = ImageDraw.Draw(picture)
        draw.rectangle((4, 4, 235, 75), outline=job["ink"], width=4)
        draw.text((20, 30), job["text"], fill=job["ink"])
        stream = io.BytesIO()
        picture.save(stream, "PNG")
        return Response(stream.getvalue(), media_type="image/png")

    async def ledger(self, request: Request) -> Response:
        return JSONResponse({"billed": len(self.by_key)})


def _refusal(request: Request) -> Response | None:
    given = request.headers.get("authorization", "")
    if given == f"Bearer {KEY}":
        return None
    return JSONResponse({"error": f"Incorrect API key provided: {given.removeprefix('Bearer ')}"}, 401)
