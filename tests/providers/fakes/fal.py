"""fal's queue, in memory: submit, status, result, cancel, and its storage in two steps.

https://fal.ai/docs/documentation/model-apis/inference/queue
"""

from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import media

KEY = "fal-5d1e:9a7702"


@dataclass
class FalServer:
    """What it was asked for (`ledger`), and its requests by id."""

    ledger: list[dict[str, Any]] = field(default_factory=list)
    looks_until_done: int = 2
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    asked_with: list[str | None] = field(default_factory=list)
    """The key that came with each file that was put into the storage."""
    status_error: str | None = None
    result_error: tuple[int, dict[str, Any], dict[str, str]] | None = None

    def app(self) -> Starlette:
        one = "/{owner}/{app}/requests/{id}"
        return Starlette(
            routes=[
                Route("/_ledger", self.show),
                Route("/storage/upload/initiate", self.initiate, methods=["POST"]),
                Route("/storage/put/{name}", self.put, methods=["PUT"]),
                Route("/storage/files/{name}", self.stored_file),
                Route("/made/{id}", self.made),
                Route(f"{one}/status", self.status),
                Route(f"{one}/cancel", self.cancel, methods=["PUT"]),
                Route(one, self.result),
                Route("/{owner}/{app:path}", self.submit, methods=["POST"]),
            ]
        )

    async def submit(self, request: Request) -> Response:
        if refusal := _refusal(request):
            return refusal
        wanted = await request.json()
        name = f"764cabcf-{len(self.requests):04d}"
        # Below a model's sub-path work is submitted only: it is asked after at the app itself.
        owner, app = request.path_params["owner"], request.path_params["app"].partition("/")[0]
        base = f"{request.base_url}{owner}/{app}/requests/{name}"
        self.ledger.append({"id": name, "model": f"{owner}/{request.path_params['app']}", **wanted})
        self.requests[name] = {"status": "IN_QUEUE", "looks": 0, "app": app, "input": wanted}
        return JSONResponse(
            {
                "status": "IN_QUEUE",
                "request_id": name,
                "response_url": base,
                "status_url": f"{base}/status",
                "cancel_url": f"{base}/cancel",
                "queue_position": 2,
            }
        )

    async def status(self, request: Request) -> Response:
        found = self.requests.get(request.path_params["id"])
        if found is None:
            return JSONResponse({"detail": "Request not found"}, 404)
        if found["status"] == "CANCELLED":
            error = {"error": "Request was cancelled", "error_type": "client_cancelled"}
            return JSONResponse({"status": "COMPLETED", **error})
        found["looks"] += 1
        if found["status"] != "COMPLETED":
            found["status"] = "IN_PROGRESS" if found["looks"] < self.looks_until_done else "COMPLETED"
        if found["looks"] == 1:
            return JSONResponse({"status": "IN_QUEUE", "queue_position": 2}, 202)
        if found["status"] == "IN_PROGRESS":
            return JSONResponse({"status": "IN_PROGRESS"}, 202)
        failed = (
            {"error": self.status_error, "error_type": "runner_server_error"} if self.status_error else {}
        )
        return JSONResponse({"status": "COMPLETED", "metrics": {"inference_time": 1.2}, **failed})

    async def result(self, request: Request) -> Response:
        if self.result_error:
            status, body, headers = self.result_error
            return JSONResponse(body, status, headers)
        found = self.requests[request.path_params["id"]]
        file = {"url": f"{request.base_url}made/{request.path_params['id']}", "content_type": "image/png"}
        thumbnail = {"url": f"{request.base_url}made/thumbnail"}
        if "video" in found["app"]:
            return JSONResponse({"video": file, "thumbnail": thumbnail})
        if "speech" in found["app"]:
            return JSONResponse({"audio": file})
        return JSONResponse(
            {"images": [file], "seed": found["input"].get("seed"), "has_nsfw_concepts": [False]}
        )

    async def cancel(self, request: Request) -> Response:
        found = self.requests[request.path_params["id"]]
        if found["status"] == "COMPLETED":
            return JSONResponse({"status": "ALREADY_COMPLETED"}, 400)
        if found["looks"]:
            return JSONResponse({"status": "CANCELLATION_REQUESTED"}, 202)
        found["status"] = "CANCELLED"
        return JSONResponse({"status": "OK"})

    async def initiate(self, request: Request) -> Response:
        self.asked_with.append(request.headers.get("authorization"))
        wanted = await request.json()
        base = f"{request.base_url}storage"
        name = wanted["file_name"]
        return JSONResponse({"upload_url": f"{base}/put/{name}", "file_url": f"{base}/files/{name}"})

    async def put(self, request: Request) -> Response:
        self.stored[request.path_params["name"]] = await request.body()
        return Response(status_code=200)

    async def stored_file(self, request: Request) -> Response:
        return Response(self.stored[request.path_params["name"]])

    async def made(self, request: Request) -> Response:
        found = self.requests[request.path_params["id"]]
        seed = int(request.path_params["id"].rpartition("-")[2])
        make = media.mp4 if "video" in found["app"] else media.wav if "speech" in found["app"] else media.png
        return Response(make(seed))

    async def show(self, request: Request) -> Response:
        return JSONResponse(self.ledger)


def _refusal(request: Request) -> Response | None:
    if request.headers.get("authorization") == f"Key {KEY}":
        return None
    return JSONResponse({"detail": "Cannot access application without valid credentials"}, 401)
